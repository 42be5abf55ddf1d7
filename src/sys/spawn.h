/* SPDX-License-Identifier: Apache-2.0 */
/* Executing this program again as a role. Private to sys/. */
#ifndef AC_SYS_SPAWN_H
#define AC_SYS_SPAWN_H

#include <sys/types.h>

#include "base/err.h"

/* Start the role; *out_fd is our end of the socketpair, *out_pid the process, both the caller's to end. */
int ac_spawn_role(const char *name, bool with_sandbox, pid_t *out_pid, int *out_fd, accord_err *err) AC_CHECKED;

#endif
