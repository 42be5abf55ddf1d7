/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner: bytes to matches. It knows tokens, gates and records; it does not know lines, formats, times or who listed what.
 * Stages, per region of 16 KiB: class masks of 64 bytes (the part that a wider machine replaces: scan_masks.c), bit logic that
 * marks where tokens end, lists of places, gate 1 for a batch of tokens, gate 2 and exact comparison for the few that pass.
 */
#ifndef AC_WATCH_SCAN_H
#define AC_WATCH_SCAN_H

#include "watch/index_format.h"
#include "watch/token.h"
#include "watch/vec.h"

/* How a token matched, the most exact first. */
typedef enum ac_match_how { AC_MATCH_EXACT, AC_MATCH_URL, AC_MATCH_SUBDOMAIN, AC_MATCH_CIDR } ac_match_how;

enum {
	AC_MATCH_SOFT_END = 1, /* a URL that ended at punctuation: formats with strict fields refuse it */
	AC_MATCH_VERSION = 2,  /* an address behind "name/" or "version": a version number */
	AC_MATCH_URL_HOST = 4, /* no record: the host of some URL; the record's other fields decide */
	AC_MATCH_DEFANGED = 8  /* the token is defanged: "evil[.]example" */
};

typedef struct ac_match {
	size_t offset; /* in the scanned text */
	uint32_t length;
	uint32_t record; /* AC_NONE32: none */
	uint8_t type;    /* ac_value_type of the token */
	uint8_t how;
	uint8_t flags;
} ac_match;

typedef struct ac_scan ac_scan;
ac_scan *ac_scan_open(const ac_index *index); /* NULL without memory */
/* Add the matches of text to *matches (a vector of ac_match), in no order. The text's ends are token boundaries. */
int ac_scan_text(ac_scan *scan, ac_str text, ac_vec *matches, accord_err *err) AC_CHECKED;
/* Look one URL up, canonical or not: the record, or AC_NONE32. For URLs put together from fields. */
uint32_t ac_scan_find_url(ac_scan *scan, ac_str url);
ac_scan *ac_scan_close(ac_scan *scan);

/* ---- between scan.c and match.c ---- */

/* Class bitmaps of 64 bytes: a word. */
typedef struct ac_masks {
	uint64_t word, dot, hex, colon, slash;
} ac_masks;
/* Of words * 64 bytes. */
void ac_masks_of(const char *p, size_t words, ac_masks *out);
/* The path for any machine, by which the others are judged. */
void ac_masks_portable(const char *p, size_t words, ac_masks *out);

struct ac_scan {
	const ac_index *index;
	const char *begin, *end; /* the text being scanned */
	ac_vec *matches;
	uint32_t *places[5];                         /* lists of a region, see scan.c */
	ac_masks *masks;                             /* of a region, with one word before and behind */
	const char *hex_end, *colon_end, *pairs_end; /* of the last run looked at: a run has several anchors */
	ac_url_text *url;                            /* scratch */
	ac_arena arena;                              /* scratch of conversions */
	char *joined;                                /* scratch, AC_URL_MAX */
};

/* What a candidate needs to be looked at; each adds its matches. */
void ac_match_dotted(ac_scan *scan, const ac_token *token);
void ac_match_ipv4(ac_scan *scan, const char *begin, const char *end, uint32_t address, bool gate1_open);
void ac_match_digest(ac_scan *scan, const char *inside);
void ac_match_ipv6(ac_scan *scan, const char *colon);
void ac_match_url(ac_scan *scan, const char *colon);
/* A word without dots that ends here: short ones when the index has such (AC_INDEX_HAS_PLAIN_NAMES), long ones (AC_INDEX_HAS_LONG_WORDS). */
void ac_match_word(ac_scan *scan, const char *end);

#endif
