/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements (accord/statement/v1): claims that members of a coalition are asked to stand behind, one by one. The text is the agreement: who signs the statement's note joins all its claims as worded; who joins some, or
 * doubts, writes an endorsement (agree/endorsement.h). The STIX objects behind the claims are in a bundle of which the text holds the digest.
 */
#ifndef AC_AGREE_STATEMENT_H
#define AC_AGREE_STATEMENT_H

#include "agree/parts.h"
#include "stix/marking.h"

typedef enum ac_statement_kind {
	AC_STATEMENT_ATTRIBUTION,
	AC_STATEMENT_INCIDENT,
	AC_STATEMENT_ADVICE,
	AC_STATEMENT_NORM, /* one that was breached */
} ac_statement_kind;
const char *ac_statement_kind_name(ac_statement_kind kind); /* "attribution", "incident", "advice", "norm" */
/* "clear", "green", "amber", "amber+strict", "red". */
const char *ac_tlp_code(ac_tlp tlp);

typedef struct ac_claim {
	ac_str id;
	ac_claim_judgement judgement;
	ac_str text[AC_TONGUES];
} ac_claim;

/* What is to follow. */
typedef struct ac_follow_up {
	ac_str id;
	ac_time due;
	ac_str owner; /* a member's name; empty: all */
	ac_str text[AC_TONGUES];
} ac_follow_up;

typedef struct ac_statement {
	ac_str text;                    /* what was read */
	uint8_t digest[AC_SHA256_SIZE]; /* of text: how others cite it */
	ac_str coalition;
	uint64_t charter_version;
	uint8_t charter[AC_SHA256_SIZE]; /* digest of its text */
	ac_str id;
	uint64_t version;
	bool has_supersedes;
	uint8_t supersedes[AC_SHA256_SIZE]; /* the statement that this one replaces once it is published */
	ac_statement_kind kind;
	ac_str quorum; /* which of the charter's quorums counts */
	ac_str convener;
	ac_tlp tlp;
	ac_time opened;
	bool has_embargo;
	ac_time embargo; /* not published before */
	uint8_t bundle[AC_SHA256_SIZE];
	uint64_t bundle_size; /* bytes */
	ac_str title[AC_TONGUES];
	const ac_claim *claims;
	size_t claim_count;  /* at least one */
	const ac_str *norms; /* "un-gge-2015/c" */
	size_t norm_count;
	const ac_follow_up *actions;
	size_t action_count;
} ac_statement;

/*
 * Views into text and the arena. The text comes from a verified note. ACCORD_EINPUT with the line, or the name of what is wrong: see ac_text_read; two claims, norms or actions of one name, words in one language only, a
 * judgement that is none, a version after the first that supersedes nothing, an embargo that ends before the opening, or lines that are not in the order in which ac_statement_add writes them. ACCORD_ELIMIT over
 * AC_STATEMENT_ITEMS_MAX claims, norms or actions.
 */
int ac_statement_parse(ac_str text, ac_arena *arena, ac_statement *out, accord_err *err) AC_CHECKED;
/* The text, from all fields but `text` and `digest`. */
void ac_statement_add(ac_buf *buf, const ac_statement *statement);
/* Place of the claim of that id; claim_count: none. */
size_t ac_statement_claim(const ac_statement *statement, ac_str id);
/* Is a text about that statement, of its coalition? */
bool ac_about_is_of(const ac_about *about, const ac_statement *statement);
/* May its words be seen by anybody at that time: clear, and not under embargo? */
bool ac_statement_is_open(const ac_statement *statement, ac_time now);
/* May its words be seen by anybody once it is published? TLP:CLEAR alone has no limit. */
bool ac_statement_is_public(const ac_statement *statement);

#endif
