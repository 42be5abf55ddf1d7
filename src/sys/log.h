/* SPDX-License-Identifier: Apache-2.0 */
/* Words on stderr. One sink for the process. Hostile bytes are made visible. */
#ifndef AC_SYS_LOG_H
#define AC_SYS_LOG_H

#include "base/err.h"
#include "base/str.h"

/* The words before each message: "accord learn". Kept, not copied. Call once at start. */
void ac_log_name(const char *name);
/* "accord learn: text\n" on stderr. */
void ac_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "accord learn: file:line:column: text\n"; the place as far as err has one; path may be NULL. */
void ac_log_error(const char *path, const accord_err *err);

#endif
