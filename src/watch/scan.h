/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner: bytes to matches. It knows tokens, gates and records; it does not know lines, formats, times or who listed what.
 * Stages, per region of 64 KiB: class bitmaps and the bit logic that marks where tokens end (the part that a wider machine does faster: scan_kernel.h), lists of
 * places, gate 1 for a batch of tokens, gate 2 for what passed, exact comparison for the few that are left. No token is looked at alone: a batch's keys are made and their
 * cache lines asked for before the first is needed.
 */
#ifndef AC_WATCH_SCAN_H
#define AC_WATCH_SCAN_H

#include "watch/index_format.h"
#include "watch/scan_kernel.h"
#include "watch/token.h"
#include "watch/vec.h"

/* How a token matched, the most exact first. */
typedef enum ac_match_how { AC_MATCH_EXACT, AC_MATCH_URL, AC_MATCH_SUBDOMAIN, AC_MATCH_CIDR } ac_match_how;

enum {
	AC_MATCH_SOFT_END = 1,    /* a URL that ended at punctuation: formats with strict fields refuse it */
	AC_MATCH_VERSION = 2,     /* an address behind "name/" or "version": a version number */
	AC_MATCH_URL_HOST = 4,    /* no record: the host of some URL; the record's other fields decide */
	AC_MATCH_DEFANGED = 8,    /* the token is defanged: "evil[.]example" */
	AC_MATCH_CARET_END = 32,  /* with AC_MATCH_SOFT_END: at '^', which is no byte of a URL */
	AC_MATCH_NO_SCHEME = 64,  /* a URL without its scheme: where a field of URLs begins with it */
	AC_MATCH_DECODED = 16,    /* the token holds escapes of its field's format */
	AC_MATCH_KEY_ABOVE = 128, /* a registry key with one more part behind it, which may be the name of its value */
	AC_MATCH_ENCODED = 256    /* a URL with percent-encoded delimiters, as in a query of another */
};

typedef struct ac_match {
	size_t offset; /* in the scanned text */
	uint32_t length;
	uint32_t record; /* AC_NONE32: none */
	uint8_t type;    /* ac_value_type of the token */
	uint8_t how;
	uint16_t flags;
} ac_match;

ac_scan *ac_scan_open(const ac_index *index); /* NULL without memory */
/* The same with a kernel of one's choice (scan_kernel.h). */
ac_scan *ac_scan_open_with(const ac_index *index, const ac_scan_kernel *kernel);
/* Add the matches of text to *matches (a vector of ac_match), in no order. The text's ends are token boundaries. */
int ac_scan_text(ac_scan *scan, ac_str text, ac_vec *matches, accord_err *err) AC_CHECKED;
/*
 * The same in three steps, for a text of at most AC_SCAN_REGION bytes: its maps are made, parts of it are left out (they count as blanks), the rest is matched. The maps
 * stand until the next text: bit i of a word behind the first is that of byte i, see scan_kernel.h.
 */
#define AC_SCAN_REGION (AC_REGION_WORDS * 64 - 1)
typedef struct ac_scan_view {
	uint32_t feeds[AC_SCAN_REGION + 65]; /* places of line feeds */
	size_t feed_count;
	/* perhaps; false: none */
	bool has_spellings; /* backslashes, or what may be defanged spellings */
	bool has_signs;     /* '#' or '^', which may begin control characters */
	bool has_high;      /* bytes from 0x80 on */
} ac_scan_view;
void ac_scan_look(ac_scan *scan, ac_str text, ac_scan_view *out);
void ac_scan_leave_out(ac_scan *scan, size_t begin, size_t end);
int ac_scan_finish(ac_scan *scan, ac_vec *matches, accord_err *err) AC_CHECKED;
/* A URL that is looked up: of one text there may be several records (ac_url_is_of). Zeroed at first. */
typedef struct ac_url_find {
	ac_find find;
	uint64_t key;
	bool is_begun;
} ac_url_find;
/* Look one URL up, canonical or not: the next of its records, or AC_NONE32. Between two calls of one `find` no other URL is looked up. For URLs put together from fields, too. */
uint32_t ac_scan_find_url(ac_scan *scan, ac_str url, ac_url_find *find);
/* Whether numbers of the next texts may be AS numbers, whatever stands before them: in a table with a column of such. */
void ac_scan_expect_as_numbers(ac_scan *scan, bool expected);
/* Whether the last text was so, or has what may name a field of them. */
bool ac_scan_names_as_numbers(const ac_scan *scan);
/* From the next text on, scan with another index: what was remembered of the one before is forgotten, unless ac_scan_warm has looked at some text with it. */
void ac_scan_use(ac_scan *scan, const ac_index *index);
/*
 * Look at a text of at most AC_SCAN_REGION bytes with an index that will be used later, for what its next scan finds at hand then: memory that was read, and hosts and addresses that are nobody's.
 * What it finds is not told. The maps, *view and *matches are overwritten.
 */
void ac_scan_warm(ac_scan *scan, const ac_index *coming, ac_str text, ac_scan_view *view, ac_vec *matches);
ac_scan *ac_scan_close(ac_scan *scan);

/* ---- between scan.c, scan_region.h and match.c ---- */

/* Names that were looked up and are nobody's, at most the host of some URL: those that most lines mention. Compared whole. */
#define AC_SEEN_HOSTS_BITS 10
#define AC_SEEN_HOSTS (1U << AC_SEEN_HOSTS_BITS)
#define AC_SEEN_WORDS 6
typedef struct ac_seen_host {
	uint64_t url_key; /* as the host of some URL; 0: it is none */
	uint64_t unused;
	uint64_t text[AC_SEEN_WORDS]; /* at its end, zeros before it; all zeros: empty */
} ac_seen_host;

/* Addresses that were looked up and are nobody's, each in the slot of its own: most lines name the same few. */
#define AC_STRANGERS_BITS 12
#define AC_STRANGERS (1U << AC_STRANGERS_BITS)

/* What is remembered of the look-ups in one index. */
typedef struct ac_scan_memory {
	uint64_t of[2];   /* checksums of its files, by which it is known again: its address may be another's later */
	unsigned cleared; /* parts of the tables, of AC_MEMORY_PARTS */
	ac_seen_host *seen;
	uint32_t *strangers;
} ac_scan_memory;
#define AC_MEMORY_PARTS 8

typedef struct ac_places ac_places; /* lists of a region, see scan.c */

struct ac_scan {
	const ac_index *index;
	const ac_scan_kernel *kernel;
	const char *begin, *end; /* the text being scanned */
	uintptr_t ahead,
	    ahead_end; /* bytes behind that text, which most likely come next: memory has not been asked for them */
	ac_vec *matches;
	ac_scan_maps *maps;
	bool has_high;   /* the region that is looked at has bytes from 0x80 on */
	size_t map_bits; /* of the region: what lies behind them in the maps has no meaning */
	ac_places *places;
	ac_scan_memory memory, coming;     /* of the index at hand, and of the one that comes */
	const char *colon_end, *pairs_end; /* of the last run looked at: a run has several anchors */
	bool expects_as_numbers;
	const char *as_numbers_from; /* from there on numbers of the text may be such; NULL: none, as yet */
	bool asks_for_paths;         /* hosts of URLs wait for the paths in their lines */
	ac_url_text *url;            /* scratch */
	ac_arena arena;              /* scratch of conversions */
	char *joined;                /* scratch, AC_URL_MAX */
};

/* What a candidate needs to be looked at; each adds its matches. */
void ac_match_dotted(ac_scan *scan, const ac_token *token);
/*
 * A name that a '%' stands before: how many bytes at its beginning are of percent-encoded ones (ac_percent_size). What it may be with them is looked up: the end of a file's name as paths spell it, and, of an '@', an
 * address.
 */
size_t ac_match_percent(ac_scan *scan, const char *begin, const char *end);
/* Whether a dotted quad is no part of an IPv6 address; and then AC_MATCH_VERSION, or no flags. */
bool ac_match_is_whole_ipv4(const ac_scan *scan, ac_str span, unsigned *out_flags);
/* The network of `bits` that holds an address, whose key passed gate 2. False when the index has none. */
bool ac_match_network(ac_scan *scan, ac_str span, uint32_t address, unsigned bits, uint64_t key, unsigned flags);
/* `span` is the host of some URL, whose key is `key` (AC_KEY_URL_HOST): a match when it is a field of its own. */
void ac_match_url_host(ac_scan *scan, ac_str span, ac_value_type type, uint64_t key);
/*
 * The host of some URL that is a field of its own: nothing can come of it unless a path in its line goes with it, and most lines of popular hosts have none that does. True
 * when it waits for that to be asked with others (scan_split.h); false when that cannot be told here.
 */
bool ac_scan_wait_for_path(ac_scan *scan, ac_str host, ac_value_type type, uint64_t key);
/* A word that is as long as some digest, whose key passed gate 1. */
void ac_match_digest(ac_scan *scan, ac_str run, uint64_t key);
/* The IPv6 address around a colon inside it: true when its networks are to be looked up. What stands at the colon besides is looked at, as is the IPv4 address of a mapped one. */
typedef struct ac_address6 ac_address6;
bool ac_match_ipv6(ac_scan *scan, const char *colon, ac_address6 *out);
/* The key of an address as the host of a URL; and such a host, whose key passed gate 2. */
uint64_t ac_match_url_ipv6_key(const ac_scan *scan, const uint8_t address[static 16]);
void ac_match_url_ipv6(ac_scan *scan, ac_str span, uint64_t key);
/* The network of `bits` that holds an IPv6 address, whose key passed gate 2. */
void ac_match_network6(ac_scan *scan, ac_str span, const uint8_t address[static 16], unsigned bits, uint64_t key);
void ac_match_url(ac_scan *scan, const char *colon);
/* Whether ac_match_url may find something, as far as the scheme before the colon and the host behind it tell. */
bool ac_match_may_be_url(const ac_scan *scan, const char *colon);
/* A URL without scheme, which begins with the host of some URL: "bad.example/a", as mail gateways and proxies log it. */
void ac_match_bare_url(ac_scan *scan, ac_str host);
/* A URL with percent-encoded delimiters ("http%3A%2F%2Fbad.example%2Fa"), around the host of some URL. */
void ac_match_encoded_url(ac_scan *scan, ac_str host);
/* The URL around its colon up to a sure end, if it is spelled as the index would: a guess, and its key, by which memory is asked for it. */
ac_str ac_match_likely_url(const ac_scan *scan, const char *colon, uint64_t *out_key);
/* Such a guess, whose host passed gate 1. True when it was right: then ac_match_url would find the same. */
bool ac_match_is_likely_url(ac_scan *scan, ac_str url, uint64_t key);
/* A word without dots that ends here. */
void ac_match_word(ac_scan *scan, const char *end);
/* A MAC address of three groups of four digits, by the dot behind the first. */
void ac_match_dotted_mac(ac_scan *scan, const char *dot);
/* "AS64496", by its first letter; and the number, also "1.10", that ends there. */
void ac_match_as_name(ac_scan *scan, const char *begin);
void ac_match_as_number(ac_scan *scan, const char *end);
/* The word behind a backslash, if it is short (AC_INDEX_HAS_SLASH_WORDS). */
void ac_match_slash(ac_scan *scan, const char *slash);

#endif
