/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of accounts: what their files share while they judge. */
#ifndef AC_AGREE_ACCOUNT_PART_H
#define AC_AGREE_ACCOUNT_PART_H

#include "agree/account.h"

/* Where a note stands in a log: as a leaf, or sealed, where a commitment stood for it. */
typedef struct ac_stand {
	const uint8_t *digest; /* of the note's text */
	size_t item;           /* the note, whose copies byte for byte stand there, too */
	const ac_known_leaf *leaf;
	bool is_sealed;
} ac_stand;

typedef struct ac_stands {
	ac_stand *items; /* by digest; sealed ones first */
	size_t count, capacity;
} ac_stands;

typedef struct ac_judging {
	ac_holding *h;
	const ac_account_options *options;
	ac_digester *digester;
	ac_arena *arena;
	ac_accounts *out;
	ac_stands stands;
} ac_judging;

bool ac_held_is_text(const ac_held *item, const char *kind);
/*
 * Where all notes stand, before any of them is judged: leaves, and what openings show of commitments. An opening counts when somebody of the chain of its commitment signed it with a key that counts where it stands itself. ACCORD_ELIMIT: over
 * AC_OPENING_CHECKS_MAX.
 */
int ac_judging_find_places(ac_judging *j, accord_err *err) AC_CHECKED;
/* The first of the places of notes with that digest; the first behind it, where there is none. */
size_t ac_judging_stands(const ac_judging *j, const uint8_t digest[static AC_SHA256_SIZE]);
/*
 * Members whose sign keys signed the item's note under a version of a chain, at any place where it stands in a log (as a leaf, or sealed), or at none. *out_members NULL: nobody, or a signature is wrong; *out_reason says which. Errors are the
 * machine's.
 */
int ac_judging_signers(ac_judging *j, const ac_anchor *anchor, uint64_t version, size_t item, bool **out_members,
    ac_str *out_reason, accord_err *err) AC_CHECKED;
/* Say of an item what is known of its signers. */
void ac_judging_tell_signed(
    ac_judging *j, size_t item, const ac_anchor *anchor, const ac_charter *charter, const bool *members);
void ac_judging_tell(ac_judging *j, size_t item, ac_point_state state, ac_str words);
/* Failures that are answers about a file, and not the machine's. */
bool ac_judging_is_answer(int rc);
/* One more point of a statement's account. */
int ac_account_point(
    ac_account *account, accord_err *err, const char *code, ac_point_state state, ac_str words) AC_CHECKED;
/* Nothing that only an untrusted charter shows is proved. */
ac_point_state ac_account_proved(const ac_account *account);
/* The endorsement of that digest; NULL: none that somebody of the charter has signed. */
ac_said *ac_account_voice(ac_account *account, const uint8_t digest[static AC_SHA256_SIZE]);
/* Steps of ac_judging_statement: what lies behind the time that is asked about; words that were in a log before the embargo's end; how old the view of the convener's log is. */
bool ac_judging_is_later(const ac_judging *j, ac_time time);
int ac_judging_times(ac_judging *j, ac_account *account, accord_err *err) AC_CHECKED;
int ac_judging_embargo(ac_judging *j, ac_account *account, accord_err *err) AC_CHECKED;
int ac_judging_freshness(ac_judging *j, ac_account *account, accord_err *err) AC_CHECKED;
/* Evidence of pledges, behind all items. */
int ac_judging_pledges(ac_judging *j, accord_err *err) AC_CHECKED;
/* Words on the follow-ups of a statement whose charter and voices are known. */
int ac_judging_actions(ac_judging *j, ac_account *account, accord_err *err) AC_CHECKED;
/* Is the convener of the statement one of these members? */
bool ac_judging_convener_among(const ac_account *account, const bool *members);
/* What is no statement's business: charters, changes of keys, checkpoints, proofs, openings, other texts of members. */
int ac_judging_items(ac_judging *j, accord_err *err) AC_CHECKED;
/* One statement, whose account begins here. *out_is_one false: nobody here has signed it, which its items then say. */
int ac_judging_statement(ac_judging *j, size_t item, ac_account *out, bool *out_is_one, accord_err *err) AC_CHECKED;

#endif
