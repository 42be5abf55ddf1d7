/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What files prove about the statements of a coalition, and what they do not: who signed, where it is logged, who joins which claim, whether the publication says what its entries give and leaves out nobody. A text is read
 * only when its signatures have been verified under a charter. No network, no store, no clock: who asks says as of when, and what lies more than AC_AGREE_SKEW_SECONDS after that is not counted, which is said. What hangs on
 * something that could not be judged (a key that is not trusted, a log that is not cosigned) is open with that reason, and never held against anybody.
 */
#ifndef AC_AGREE_ACCOUNT_H
#define AC_AGREE_ACCOUNT_H

#include "agree/commitment.h"
#include "agree/places.h"
#include "agree/pledge.h"
#include "agree/progress.h"
#include "agree/publication.h"
#include "agree/standing.h"

typedef enum ac_point_state {
	AC_POINT_PROVED,
	AC_POINT_FAILED, /* what was asked for is not proved */
	AC_POINT_OPEN,   /* not asked for: what the files leave open, for the reader to know */
} ac_point_state;

typedef struct ac_point {
	const char
	    *code; /* "charter", "signed", "publication", "entries", "recount", "complete", "bundle" ... docs/json.md */
	ac_point_state state;
	ac_str words;
} ac_point;

typedef struct ac_points {
	ac_arena *arena;
	ac_point *items;
	size_t count;
} ac_points;

/* A note of a member that says where he stands; copies of one text are one voice. */
typedef struct ac_said {
	size_t item; /* of the holding: the copy that is valid, else the first */
	ac_endorsement endorsement;
	unsigned member;
	bool is_entry; /* the publication counts it */
	bool is_valid; /* signed by that member, and about this statement */
	bool
	    is_open; /* it would be, but nothing says whether that member's key is his: it is no word for, and none against */
	bool is_later; /* of a time after the one that is asked about: counted only where the publication counts it */
	ac_str reason; /* when it is not */
} ac_said;

/* A member's word on a follow-up that counts: signed by that member, whose it is to do. */
typedef struct ac_acted {
	size_t item; /* of the holding: the first copy that counts */
	ac_action action;
} ac_acted;

typedef struct ac_account {
	size_t item; /* of the statement's note */
	const ac_anchor *anchor;
	const ac_charter *charter; /* that it cites */
	ac_statement statement;
	bool *may_speak; /* members whose voices are counted (ac_anchor_voices) */
	bool *signers;   /* of the statement's text: members, over all copies */
	ac_said *said;
	size_t said_count;
	ac_acted *acted; /* each text once */
	size_t acted_count;
	ac_progress progress; /* of the follow-ups, as of the time that was asked for */
	bool is_published;    /* by the time that was asked for */
	ac_publication publication;
	size_t publication_item;
	bool is_withdrawn; /* by the convener */
	size_t withdrawal_item;
	/* A published one that takes its place; NULL: none. */
	const struct ac_account *successor;
	size_t later; /* notes about it of a time after that, which are not counted */
	bool has_then;
	bool
	    is_undecided; /* some entry of the publication could not be judged: what hangs on it is open, and not proved */
	ac_standing then; /* by the entries that the publication names */
	ac_standing now;  /* by all that is held */
	ac_points points;
} ac_account;

typedef struct ac_item_verdict {
	ac_point_state state;
	ac_str words; /* "signed by us, ca" */
	const ac_anchor *anchor;
	uint64_t version;
	const bool *members; /* that signed: of that version */
	bool is_checked;     /* false: a file that is no business of this */
} ac_item_verdict;

/* Evidence of a pledge that counts: its reviewer signed it, with a key that counts where it stands. */
typedef struct ac_pledged {
	size_t item; /* of the holding: the first copy that counts */
	const ac_anchor *anchor;
	bool is_logged; /* some copy of it stands in a member's log, for everybody to read */
	ac_pledge_note note;
} ac_pledged;

/* What became of an opening. */
typedef struct ac_opened {
	bool has_commitment, is_opened; /* the commitment is here; and a copy of the note that it stood for */
	size_t commitment, note;        /* items, of what is opened */
} ac_opened;

typedef struct ac_accounts {
	ac_anchors anchors;
	ac_places places;
	ac_account *items;
	size_t count;
	ac_pledged *pledges; /* each text once */
	size_t pledge_count;
	ac_item_verdict *verdicts; /* one for each item of the holding */
	ac_opened *openings;       /* one for each item */
	ac_warnings warnings;      /* of signatures that count nevertheless, or do not */
	ac_points points;          /* of the whole: trust, contradictions */
	bool is_proved;            /* all that was asked for */
} ac_accounts;

typedef struct ac_account_options {
	const ac_trust *trust;
	const ac_opening *openings; /* that whoever asks knows beside the files: of what he sealed himself */
	size_t opening_count;
	ac_time as_of;
	bool
	    is_whole; /* the files claim to be all that an outsider needs: a missing publication, entry or bundle is a failure */
} ac_account_options;

/* Adds leaves of held logs to the holding. Errors are the machine's, and ceilings. */
int ac_accounts_make(ac_holding *holding, const ac_account_options *options, ac_digester *digester, ac_arena *arena,
    ac_accounts *out, accord_err *err) AC_CHECKED;

/* The successor, where everybody may know of it; NULL: none, or none that may be spoken of. */
const ac_account *ac_account_public_successor(const ac_account *account);
/* Names of members, "us, ca"; "nobody". */
ac_str ac_member_names(const ac_charter *charter, const bool *members, ac_arena *arena);
void ac_point_add(ac_points *points, const char *code, ac_point_state state, ac_str words);

#endif
