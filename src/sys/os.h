/* SPDX-License-Identifier: Apache-2.0 */
/* Clock, random bytes, terminal, processor time. */
#ifndef AC_SYS_OS_H
#define AC_SYS_OS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/time.h"

/* Wall clock. */
ac_time ac_clock_now(void);
/* Monotonic seconds, for rates and progress. */
double ac_clock_monotonic(void);
/* Sleep; a signal ends it early. */
void ac_sleep(double seconds);
/* Processors that are online; at least 1. */
unsigned ac_cpu_count(void);
/* User and system time of this process, seconds. */
double ac_clock_cpu(void);
/* Largest resident size of this process so far, bytes. */
uint64_t ac_peak_rss(void);
/* n random bytes from the system. */
int ac_random(void *p, size_t n, accord_err *err) AC_CHECKED;
/* A seed for hash tables. Falls back to the clock when the system has no random bytes. */
ac_hash_seed ac_random_seed(void);
/*
 * Memory for tables that are read all over: in huge pages where the system has them, so that a look at one costs no walk through the page tables. From free(); NULL
 * without memory. At a multiple of 64 bytes.
 */
void *ac_alloc_table(size_t n);
bool ac_is_terminal(int fd);
/*
 * A passphrase that is typed at the terminal, without showing it; added to buf without its line feed. ACCORD_EIO: there is no terminal, or it ended. Signals end the
 * process as always; the terminal shows again what is typed when this returns.
 */
int ac_terminal_passphrase(const char *prompt, ac_buf *buf, accord_err *err) AC_CHECKED;
/* Columns of the terminal behind fd; 80 when unknown. */
unsigned ac_terminal_columns(int fd);

#endif
