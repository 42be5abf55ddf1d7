/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an outsider needs to check a published statement by himself, as files of one folder: charters, notes, proofs, the policy of witnesses, the bundle of evidence, a page, and keys and signatures for other
 * programs. What may leave is decided in one place (may_leave): what is about that statement, public, and past its embargo. Nothing else that is held gets out, whatever it is.
 */
#ifndef AC_AGREE_EXPORT_H
#define AC_AGREE_EXPORT_H

#include "agree/account.h"

typedef struct ac_export_file {
	const char *name; /* "signify/us.pub" */
	ac_str bytes;
} ac_export_file;

typedef struct ac_export {
	ac_arena *arena;
	ac_export_file *files;
	size_t count;
} ac_export;

/*
 * The files, in the arena. now: whether the embargo is over. bundle: the bytes of the bundle of evidence. ACCORD_EDENIED: the statement is not published, not TLP:CLEAR or under embargo, its account is not proved in what
 * an outsider would ask for, or the bundle holds an object of a stricter TLP; ACCORD_ENOTFOUND: a log that a proof is needed from is not held whole.
 */
int ac_export_make(const ac_holding *holding, const ac_accounts *accounts, const ac_account *account, ac_str bundle,
    ac_time now, ac_arena *arena, ac_export *out, accord_err *err) AC_CHECKED;
/* All of it under that name, or nothing (sys/new_folder.h). */
int ac_export_write(const ac_export *files, const char *path, accord_err *err) AC_CHECKED;

#endif
