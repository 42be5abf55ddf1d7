/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands about statements share: the member's folder read and judged, his two keys, and how what he signs is kept and logged. */
#ifndef AC_APP_AGREE_ROOM_H
#define AC_APP_AGREE_ROOM_H

#include "agree/account.h"
#include "agree/log.h"
#include "agree/node.h"
#include "app/agree.h"

/* clang-format off */
#define AC_AGREE_ROOM_OPTIONS \
	AC_AGREE_KEY_OPTIONS, \
	AC_AGREE_LOG_KEY_OPTION, \
	AC_AGREE_DIR_OPTION
/* For commands that only show. */
#define AC_AGREE_AS_OF_OPTION \
	{ "as-of", 0, "TIME", "judge what is overdue as of then (default: now)" }
/* clang-format on */
typedef struct ac_room {
	ac_app *app;
	const ac_args *args;
	const char *dir;
	ac_arena arena;
	ac_digester *digester;
	ac_chain chain;            /* of the folder's charters */
	const ac_charter *charter; /* the latest */
	ac_trust trust;
	ac_holding holding;
	ac_accounts accounts;
	int lock; /* of the member, from before his notes are read until what is signed is in the log; -1: not held */
	bool has_key, has_log_key;
	ac_agree_key key, log_key;
	unsigned member; /* place in the latest charter of whose key it is */
} ac_room;

/* The folder with its charters. Close it in any case. */
int ac_room_open(ac_app *app, const ac_args *args, ac_room *out, accord_err *err) AC_CHECKED;
void ac_room_close(ac_room *room);
/* All that the folder holds, judged under its own charters. Files that cannot be read are told on stderr. */
int ac_room_read(ac_room *room, accord_err *err) AC_CHECKED;
/* The statement of that name (its latest version), or of that digest ("sha256:HEX", or its first eight digits at least). ACCORD_ENOTFOUND: none, ACCORD_EUSAGE: the digits fit two. */
int ac_room_find(const ac_room *room, const char *name, const ac_account **out, accord_err *err) AC_CHECKED;
/* How it stood when it was published: by the entries of the publication where the log shows them, else by the times that members wrote. */
int ac_room_published(ac_room *room, const ac_account *account, ac_standing *out, accord_err *err) AC_CHECKED;

/* The sign key, and the log key where it was given; then the member's lock: who signs reads numbers of notes that nobody else may take meanwhile. ACCORD_EDENIED: a key is no member's, was rotated, or was declared compromised. */
int ac_room_keys(ac_room *room, accord_err *err) AC_CHECKED;
/* The member's name. */
ac_str ac_room_member(const ac_room *room);
/* The text's note, signed, in the arena. ACCORD_EINPUT: characters that no note may have. */
int ac_room_sign(ac_room *room, ac_buf *text, ac_str *out, accord_err *err) AC_CHECKED;
/*
 * Keep notes, and append them to the own log, sealed where the public must not read them. Without a log key they are kept (and sealed) only. out_places (may be NULL): one for each.
 */
int ac_room_put(ac_room *room, const ac_str *notes, size_t count, bool is_sealed, ac_log_place *out_places,
    accord_err *err) AC_CHECKED;
/* Leaves as they are: what was sealed and its opening, or notes of others. */
int ac_room_append(
    ac_room *room, const ac_str *leaves, size_t count, ac_log_place *out_places, accord_err *err) AC_CHECKED;
/* A command that signs: the folder opened and read, the keys opened, act, and everything closed. Returns an exit status; errors are told with the command's first operand. */
int ac_room_act(ac_app *app, const ac_args *args, int (*act)(ac_room *room, accord_err *err));
/* What was sealed here and may be read now: note and opening are appended. A note that was never sealed does nothing. */
int ac_room_unseal(ac_room *room, const uint8_t digest[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;

/* Both languages of an option pair "NAME-en", "NAME-fr"; empty where none is given. ACCORD_EUSAGE: one only, where both are wanted. */
int ac_room_pair(
    const ac_args *args, const char *name, bool both, ac_str pair[static AC_TONGUES], accord_err *err) AC_CHECKED;
/* "TERM:NUMBER[:CONFIDENCE]" of an option. */
int ac_room_judgement(ac_str words, ac_arena *arena, ac_claim_judgement *out, accord_err *err) AC_CHECKED;
/* A time without its fraction. */
ac_time ac_room_now(const ac_room *room);

#endif
