/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charters: who the members of a coalition are, by which keys they speak, what they pledge, and how many of them it takes. The text is accord/charter/v1, in
 * lines; members sign it with their root keys, or with their sign keys where they have no root key. Which version counts is chain.h.
 *
 *   coalition NAME | version N | previous none|sha256:HEX | at TIME (may be absent) | expires TIME
 *   pledge ID en|fr TEXT | pledge ID VOCABULARY/ITEM | pledge ID review TIME
 *   member NAME PURPOSE VKEY [next HEX] | name MEMBER en|fr TEXT | log VKEY [next HEX]   (of the member whose other keys have its name's first part)
 *   group NAME k|any|all NAME... | quorum KIND NAME
 */
#ifndef AC_AGREE_CHARTER_H
#define AC_AGREE_CHARTER_H

#include "agree/note.h"
#include "agree/quorum.h"
#include "agree/text.h"

typedef struct ac_charter_member {
	ac_str name;                  /* "us": what statements, groups and lines of this text call it */
	ac_str full_name[AC_TONGUES]; /* empty where the charter says none */
} ac_charter_member;

/* purpose of vkey: one of the four, as the charter's line says. */
typedef struct ac_charter_key {
	ac_vkey vkey;
	unsigned member;                    /* place */
	uint8_t commitment[AC_SHA256_SIZE]; /* of the key itself, as a charter before would have named it */
	bool has_next;
	uint8_t next[AC_SHA256_SIZE]; /* of the public key that will follow (ac_keyfile_commitment) */
} ac_charter_key;

typedef struct ac_charter_pledge {
	ac_str id;
	ac_str cites; /* "cta-2018/1", an item of a vocabulary (vocabulary.h); empty: none */
	ac_str text[AC_TONGUES];
	bool has_review;
	ac_time review; /* by when each member has told how it kept the pledge */
} ac_charter_pledge;

typedef struct ac_charter_quorum {
	ac_str kind;    /* "statement" */
	unsigned place; /* of the name it needs, in the quorum */
} ac_charter_quorum;

typedef struct ac_charter {
	ac_str text;                    /* what was signed */
	uint8_t digest[AC_SHA256_SIZE]; /* of the text */
	ac_str coalition;
	uint64_t version; /* from 1 */
	bool has_previous;
	uint8_t previous[AC_SHA256_SIZE]; /* digest of the version before */
	bool has_at;
	ac_time at; /* when it was proposed, as its writer says */
	ac_time expires;
	const ac_charter_pledge *pledges;
	const ac_charter_member *members;
	const ac_charter_key *keys;
	const ac_charter_quorum *quorums;
	unsigned pledge_count, member_count, key_count, quorum_count;
	/* Names of members, at their places, then groups. Groups may overlap. */
	ac_quorum quorum;
	/* Places that the kinds need which every charter has; and of "checkpoint", which asks for witnesses: quorum.count when the charter asks for none. */
	unsigned for_charter, for_statement, for_checkpoint;
} ac_charter;

/*
 * Views into text and the arena; the text is one that has been verified, or will be. ACCORD_EINPUT with the line: what is no line of a charter; a name that is not ASCII, or is
 * another's when letters are folded; a key or a hash of a next key that is there twice; keys of two members under one name; a key of another purpose; a member without a sign key, or behind the first
 * group; an unknown name; a kind of quorum twice; a quorum that nobody could ever meet; a pledge without words. ACCORD_ELIMIT over AC_CHARTER_MEMBERS_MAX, AC_CHARTER_KEYS_MAX,
 * AC_CHARTER_PLEDGES_MAX or AC_CHARTER_QUORUMS_MAX.
 */
int ac_charter_parse(ac_str text, ac_arena *arena, ac_charter *out, accord_err *err) AC_CHECKED;
/* The text of a charter, in the one order that the program writes; what is parsed of it is the same charter. Looks at neither text nor digest. */
void ac_charter_add(ac_buf *buf, const ac_charter *charter);

/* Place of a member; member_count: none of that name. */
unsigned ac_charter_member_find(const ac_charter *charter, ac_str name);
/* The place that a kind of quorum needs. ACCORD_ENOTFOUND: the charter has no such kind. */
int ac_charter_quorum_find(const ac_charter *charter, ac_str kind, unsigned *out_place, accord_err *err) AC_CHECKED;
/* The same for the claims of a statement. ACCORD_EDENIED: it is the quorum that the charter keeps for charters or checkpoints, and that of no other kind: a convener must not choose an easier one. */
int ac_charter_statement_quorum(
    const ac_charter *charter, ac_str kind, unsigned *out_place, accord_err *err) AC_CHECKED;
/* Is the name at that place met by these members, one for each place of a member? */
int ac_charter_is_met(const ac_charter *charter, unsigned place, const bool *members, ac_arena *arena, bool *out,
    accord_err *err) AC_CHECKED;

/* Does a key of the charter speak for its member in texts of that purpose? For root: root keys, and sign keys of members without one. */
bool ac_charter_key_counts(const ac_charter *charter, const ac_charter_key *key, ac_purpose purpose);
/*
 * Which members signed a note with a key of that purpose: member_count of them in out_members (from the arena), once a member, however many keys. ACCORD_EDENIED: a signature by one
 * of the charter's keys, of whatever purpose, is wrong, or right on a text that is not of its purpose; the note is refused. ACCORD_ENOTFOUND: no member has signed with such a key.
 */
int ac_charter_signers(const ac_charter *charter, const ac_note *note, ac_purpose purpose, ac_arena *arena,
    bool **out_members, accord_err *err) AC_CHECKED;
/* ACCORD_EDENIED: expired at that time. Judge it after the signatures. */
int ac_charter_check_expiry(const ac_charter *charter, ac_time as_of, accord_err *err) AC_CHECKED;

#endif
