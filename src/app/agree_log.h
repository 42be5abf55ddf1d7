/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands about logs share. */
#ifndef AC_APP_AGREE_LOG_H
#define AC_APP_AGREE_LOG_H

#include "agree/check.h"
#include "app/command.h"
#include "base/limits.h"

/* The file of the member's folder with the key of his own log. */
#define AC_AGREE_LOG_VKEY "log.vkey"

/* "dir/name". ACCORD_EIO: too long. */
int ac_agree_path(const char *dir, const char *name, char out[static AC_PATH_MAX], accord_err *err) AC_CHECKED;
/* The key of the member's own log. ACCORD_ENOTFOUND: no log was made here. */
int ac_agree_own_log(const char *dir, ac_arena *arena, ac_vkey *out, accord_err *err) AC_CHECKED;
/* One key more, that is there already perhaps. */
int ac_agree_trust_key(ac_trust *trust, const ac_vkey *key, ac_arena *arena, accord_err *err) AC_CHECKED;

#endif
