/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of a member's folder as its accounts have them, for commands that show or keep what was published. */
#ifndef AC_APP_AGREE_OBJECTS_H
#define AC_APP_AGREE_OBJECTS_H

#include "agree/account.h"
#include "app/command.h"

/* What a member's folder holds, judged by its own chain of charters. Ends with the arena. */
typedef struct ac_agree_held {
	ac_arena arena;
	ac_digester *digester;
	ac_trust trust;
	ac_holding holding;
	ac_accounts accounts;
} ac_agree_held;
/* Of dir: charters, notes, bundles, the own log and copies of others'; never what is secret. ACCORD_ENOTFOUND: it has no charter. Close it in any case. */
int ac_agree_hold(ac_app *app, const char *dir, ac_agree_held *out, accord_err *err) AC_CHECKED;
void ac_agree_held_close(ac_agree_held *held);
/* The account of a statement by its name, NAME/VERSION or sha256:HEX; of a name alone the highest version. ACCORD_ENOTFOUND. */
int ac_agree_held_find(const ac_agree_held *held, ac_str which, const ac_account **out, accord_err *err) AC_CHECKED;
/* The bytes of its bundle, from bundles/. ACCORD_ENOTFOUND. */
int ac_agree_held_bundle(
    ac_agree_held *held, const char *dir, const ac_account *account, ac_str *out, accord_err *err) AC_CHECKED;

/*
 * Put the published statements of a member's folder into the store as STIX objects (agree/objects.h): that of one digest, or all (NULL) and the evidence of pledges that stands in logs. Doing it again changes nothing. *out_new: objects or versions that were
 * not there; *out_statements: how many statements.
 */
int ac_agree_store_objects(ac_app *app, const char *dir, const uint8_t *statement, uint64_t *out_new,
    uint64_t *out_statements, accord_err *err) AC_CHECKED;

#endif
