/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a command believes: keys and charters of --trust, charters that follow them, and those of the member's own folder. */
#ifndef AC_APP_AGREE_KEYS_H
#define AC_APP_AGREE_KEYS_H

#include "agree/keyring.h"
#include "app/command.h"

#define AC_AGREE_WHOM "a charter's file or sha256:HEX, a key (name+id+base64), or a file of these (again for more)"
/* clang-format off */
#define AC_AGREE_CHARTER_OPTION \
	{ "charter", 0, "FILE", "charters and changes of keys, or a folder of them, that count in the chain from a trusted one (again for more)" }
/* clang-format on */

/* What an option says. */
typedef struct ac_whom {
	ac_trust trust;
	const char **charters; /* files of charters that are trusted; their digests are in trust */
	size_t charter_count;
} ac_whom;
/* All texts of an option that may be given again. What names a file that is there is that file. */
int ac_agree_whom(const ac_args *args, const char *option, ac_arena *arena, ac_whom *whom, accord_err *err) AC_CHECKED;

/*
 * Keys of `whom`, and of the charters that are trusted: those of the member's own folder `dir` (where it has any; NULL: no folder), and those of `whom`, with the ones of --charter that follow them or came before them. ACCORD_EDENIED: a trusted charter is
 * not among the files, or is not accepted; --charter without anything trusted that it belongs to; two charters follow one.
 */
int ac_agree_keyring(const ac_args *args, const char *dir, const ac_whom *whom, ac_arena *arena, ac_keyring *out,
    accord_err *err) AC_CHECKED;

#endif
