/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roles: processes of one program that talk in bounded frames over a socketpair. A role is the program executed again ("accord --role NAME"),
 * with the socket as descriptor 3 and nothing else open, and gives up its rights before it reads its first frame.
 */
#ifndef AC_SYS_ROLE_H
#define AC_SYS_ROLE_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

#define AC_ROLE_FD 3

/* One frame: a kind, and bytes. On the wire: u32 length of the bytes, u32 kind, both little-endian, then the bytes. */
typedef struct ac_frame {
	uint32_t kind;
	ac_str bytes;
} ac_frame;

/* The parent's end of a role. */
typedef struct ac_role ac_role;

/*
 * Start role `name`: this program (/proc/self/exe) again, as "accord --role NAME" (and "--no-sandbox" when with_sandbox is false, for debugging), with an empty
 * environment, /dev/null as standard input and output, our standard error, SIGINT ignored, and killed when the thread that
 * called this ends. Returns when the program has been executed.
 */
int ac_role_start(const char *name, bool with_sandbox, ac_role **out_role, accord_err *err) AC_CHECKED;
/*
 * Send a frame; while the socket is full, frames that come back are handed to on_frame, so that neither side can block the other for ever. on_frame must not use
 * the role; its negative return ends the call with that code (and, in the middle of a frame, the role's use). A frame over AC_FRAME_MAX is
 * ACCORD_ELIMIT, in either direction. A role that has died: what it sent before is handed over first, then ACCORD_EIO
 * "the parse role ended: signal 9 (Killed)".
 */
typedef int (*ac_on_frame)(void *payload, ac_frame frame, accord_err *err);
int ac_role_send(ac_role *role, ac_frame frame, ac_on_frame on_frame, void *payload, accord_err *err) AC_CHECKED;
/* Hand over frames until one of kind until_kind has been handed over; those behind it stay for the next call. */
int ac_role_wait(ac_role *role, uint32_t until_kind, ac_on_frame on_frame, void *payload, accord_err *err) AC_CHECKED;
pid_t ac_role_pid(const ac_role *role);
/* End the role (closes the socket, waits, kills after a second). Takes NULL, returns NULL. */
ac_role *ac_role_stop(ac_role *role);

/* The role's own end, on AC_ROLE_FD. Reads block. */
typedef struct ac_role_link ac_role_link;
ac_role_link *ac_role_link_open(int fd); /* NULL without memory */
/* The next frame; its bytes live until the next call of ac_role_link_next. 1 when the parent has closed. */
int ac_role_link_next(ac_role_link *link, ac_frame *out, accord_err *err) AC_CHECKED;
/* Frames are gathered and sent in batches; flush before waiting for the parent (next does it). */
int ac_role_link_send(ac_role_link *link, ac_frame frame, accord_err *err) AC_CHECKED;
int ac_role_link_flush(ac_role_link *link, accord_err *err) AC_CHECKED;
ac_role_link *ac_role_link_close(ac_role_link *link);

/*
 * Give up rights for good, before any thread starts. PARSE: read and write on open descriptors, memory, exit; no files, no network, no new
 * processes. Everything else kills the process (SIGSYS). Landlock (as far as the kernel has it) denies the file system beside seccomp.
 * What a library reads from disk at its first use (configuration, locale, tables) must be used before. Without seccomp in the
 * kernel: ACCORD_EIO, and nothing must be parsed.
 */
typedef enum ac_sandbox { AC_SANDBOX_PARSE } ac_sandbox;
int ac_sandbox_enter(ac_sandbox kind, accord_err *err) AC_CHECKED;
/*
 * For a process that reads hostile files itself, before it starts threads: no other programs and processes, no network, no memory that becomes code (seccomp; they fail with EPERM), and no writing to files outside
 * of `folder` (Landlock, as far as the kernel has it; what is open stays so). Reading stays. ACCORD_EIO: the kernel has no such thing, and nothing, or less, was given up.
 */
int ac_sandbox_keep_files(const char *folder, accord_err *err) AC_CHECKED;
/* False in coverage builds, whose counts are written to files at exit: ac_sandbox_enter then does nothing. */
bool ac_sandbox_is_built(void);

#endif
