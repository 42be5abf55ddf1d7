/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What readers share: refusing a record, and making STIX 2.1 objects from what is not STIX. A made object is written as JSON and read back by the same code as a received one,
 * so that its facts are found by the same rules.
 */
#ifndef AC_LEARN_MAKE_H
#define AC_LEARN_MAKE_H

#include "codec/json_write.h"
#include "learn/reader.h"

/* Why a record was refused. Fixed words: scripts count them. */
#define AC_REFUSED_NOT_JSON "not-json"           /* not JSON, cut short, bad UTF-8, duplicate keys */
#define AC_REFUSED_OVER_LIMIT "over-limit"       /* a ceiling of limits.h */
#define AC_REFUSED_NOT_OBJECT "not-an-object"    /* JSON, but no object where one is wanted */
#define AC_REFUSED_NO_TYPE "no-type"             /* a STIX object without a usable type */
#define AC_REFUSED_BAD_ID "bad-id"               /* no id, or none that is of its type */
#define AC_REFUSED_BAD_TIMESTAMP "bad-timestamp" /* a time that is none */
#define AC_REFUSED_BAD_OBJECT "bad-object"       /* anything else that makes an object unusable */
#define AC_REFUSED_BIDI "bidi-control"           /* characters that reorder what a reader sees */
#define AC_REFUSED_NOT_VALUE "not-a-value"       /* a list line that is no observable */
#define AC_REFUSED_BAD_UTF8 "bad-utf8"           /* a line that is not UTF-8 */
#define AC_REFUSED_BAD_ROW "bad-row"             /* a CSV record that does not fit its header */
#define AC_REFUSED_NO_HEADER "no-header"         /* CSV without a known column */
#define AC_REFUSED_UNKNOWN_KIND "unknown-kind"   /* no reader knows this input */
#define AC_REFUSED_EMPTY "empty-input"           /* nothing at all */
#define AC_REFUSED_CUT_SHORT "cut-short"         /* compressed data that ends too early or is damaged */

/* The word for an error of the JSON reader or of a limit. */
const char *ac_refused_word(const accord_err *what);
/*
 * Tell the sink that a record at place was refused. The place of what (inside the record) is made absolute unless it has none. Returns the sink's answer: negative stops.
 */
int ac_refuse(const ac_reader_sink *sink, const char *reason, ac_place place, const accord_err *what);
/* The same with a text of one's own. */
int ac_refuse_text(const ac_reader_sink *sink, const char *reason, ac_place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/*
 * Does a value hold controls that override the reading direction (U+202A..202E, U+2066..2069), plain or as an escape? Then it is refused where it enters. The marks that Arabic
 * and Hebrew names need (U+200E, U+200F, U+061C) are let in by the readers that make objects: they are left out of the made object ("bidi-mark" is counted) and stay in the exact bytes.
 */
bool ac_overrides_direction(const ac_json *value);
/* A map took no more: ACCORD_ELIMIT or ACCORD_ENOMEM, whichever it was. */
int ac_map_refused(const ac_map *map, const char *of_what, accord_err *err);
/* Parts behind one another, in arena; {NULL, 0} when it is full. For texts that are made for every record, where printf would show. */
ac_str ac_join(ac_arena *arena, const ac_str *parts, size_t count);
#define AC_JOIN(arena, ...)                                                                                            \
	ac_join((arena), (const ac_str[]){ __VA_ARGS__ }, AC_COUNT(((const ac_str[]){ __VA_ARGS__ })))
/* 36 characters of a UUID in lower case. False when text is none. */
bool ac_uuid_lower(ac_str text, char out[static 36]);

#define AC_MADE_TIMES 4
typedef struct ac_made_time {
	ac_time t;
	size_t n; /* 0: empty */
	char text[40];
} ac_made_time;

/* Objects being made, one at a time. */
typedef struct ac_make {
	const ac_reader_sink *sink;
	ac_arena arena; /* of the object being made; reset by ac_make_end */
	ac_buf json;
	ac_buf time;                       /* scratch for one timestamp */
	ac_made_time times[AC_MADE_TIMES]; /* the last ones written: a feed's objects share theirs */
	size_t next_time;
	ac_json_writer w;
} ac_make;

void ac_make_init(ac_make *make, const ac_reader_sink *sink);
void ac_make_done(ac_make *make);
/*
 * Begin an object: type, spec_version, id, and unless they are AC_TIME_MIN created and modified. The caller then writes members through make->w.
 */
void ac_make_begin(ac_make *make, ac_str type, ac_str id, ac_time created, ac_time modified);
void ac_make_string(ac_make *make, const char *key, ac_str text); /* nothing when text is empty */
void ac_make_time(ac_make *make, const char *key, ac_time t);     /* nothing when t is AC_TIME_MIN or AC_TIME_MAX */

typedef struct ac_made {
	ac_str exact; /* the source's slice; empty: the made object is all there is (form STIX21) */
	bool abridged;
	bool revoked;              /* writes `revoked` too */
	const ac_fact_name *names; /* not NULL: these instead of the names found in the object */
	size_t name_count;
} ac_made;
/* End the object and hand it to the sink; what cannot become a record is refused. Returns the sink's answer. */
int ac_make_end(ac_make *make, const ac_made *made, ac_place place, accord_err *err);

/* "relationship--...": source, kind and target decide the id, so the same claim made twice is one object. labels and confidence may be absent (count 0, -1). */
typedef struct ac_made_relation {
	ac_str kind;
	ac_str source_id, target_id;
	ac_str id_name; /* what the id is derived from; empty: "kind source target" */
	ac_str created_by;
	ac_time created, modified;
	const ac_str *labels;
	size_t label_count;
	const ac_str *markings;
	size_t marking_count;
	bool abridged;
	bool revoked;
} ac_made_relation;
int ac_make_relation(ac_make *make, const ac_made_relation *relation, ac_place place, accord_err *err);

/* relationship_type allows [a-z0-9-] only (STIX 2.1 s5.1.1): folded, other characters become '-'. Lives in arena; {NULL, 0} when nothing is left. */
ac_str ac_relation_kind(ac_str text, ac_arena *arena);

#endif
