/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of accord verify: files one by one (cmd_verify.c), and what they say together under a charter (verify_account.c). */
#ifndef AC_APP_VERIFY_H
#define AC_APP_VERIFY_H

#include "agree/account.h"
#include "app/command.h"

/*
 * Files and folders under charters: one line for each file, an account of each statement, what holds for all. extra: charters that were trusted by their files. Returns the exit status.
 */
int ac_verify_accounts(ac_app *app, const char *const *paths, size_t count, const char *const *extra,
    size_t extra_count, const ac_trust *trust, ac_time as_of, ac_digester *digester, ac_arena *arena);

#endif
