/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled index of indicators: one immutable file, memory-mapped, checked before use, replaced atomically. Built from the store; rebuilt when the store's generation differs.
 */
#ifndef AC_WATCH_INDEX_H
#define AC_WATCH_INDEX_H

#include "base/arena.h"
#include "base/map.h"
#include "base/time.h"
#include "stix/pap.h"
#include "stix/pattern.h"
#include "values/value.h"

typedef struct ac_index ac_index;

/* One indicator as it goes into the index. */
typedef struct ac_index_indicator {
	ac_str id;   /* STIX id */
	ac_str name; /* shown */
	ac_str producer;
	ac_time valid_from;  /* AC_TIME_MIN: not said */
	ac_time valid_until; /* AC_TIME_MAX: not said */
	bool revoked;
	ac_str warning;           /* the warning list that its value is on, set by ac_index_add_value; empty: none */
	uint8_t confidence_and_1; /* 1 to 101: a confidence of 0 to 100 (STIX 2.1 s3.2); 0: not said */
	ac_pap pap;               /* what may be done with it; carried to its hits, never a reason to hold one back */
	bool
	    is_row; /* of a list: its id is ac_row_id of value and producer, and is left out of the file where it can be */
} ac_index_indicator;
/* The same of a confidence as it is stored: -1 and all that is none is "not said". */
uint8_t ac_index_confidence(int64_t confidence);

typedef struct ac_index_builder ac_index_builder;
ac_index_builder *ac_index_builder_open(ac_hash_seed salt, int64_t generation);
/* When it is made, and the newest object and row of the store that go into it; for ac_index_overlay. */
void ac_index_stamp(ac_index_builder *b, int64_t built_us, int64_t last_version, int64_t last_row);
/*
 * Make an overlay: what is added goes on top of this base, which outlives the builder; its salt is taken. `generation` is then the one that both together have.
 */
void ac_index_build_over(ac_index_builder *b, const ac_index *base);
/* In an overlay: an indicator of the base (watched there, or not) is withdrawn, or said anew (by what else is added). */
int ac_index_add_tomb(ac_index_builder *b, ac_str id, bool was_watched, accord_err *err) AC_CHECKED;
/*
 * A value is on a warning list. Before the indicators: those of equal values are held back ("warning-list: NAME"), unless the rules say otherwise (ac_watch_rules).
 * Equal ones only: names below a listed name, and addresses in a listed range of a cloud, are where attackers live.
 */
int ac_index_add_warning(ac_index_builder *b, const ac_value *value, ac_str list, accord_err *err) AC_CHECKED;
/*
 * A value that is an indicator by itself: subdomains, CIDR members and case folding hold. What the never-list holds, and types that cannot be watched
 * yet, are kept out and noted (ac_index_each_unwatched).
 */
int ac_index_add_value(
    ac_index_builder *b, const ac_index_indicator *who, const ac_value *value, accord_err *err) AC_CHECKED;
/*
 * A STIX pattern. A single equality becomes a value; comparisons joined by OR and AND inside one bracket become terms with a condition. *out_unwatched (static text) says why a pattern cannot be
 * watched yet, NULL when it is.
 */
int ac_index_add_pattern(ac_index_builder *b, const ac_index_indicator *who, ac_str pattern, const char **out_unwatched,
    accord_err *err) AC_CHECKED;
/* Write the file (atomically, with checksums). */
int ac_index_write(ac_index_builder *b, const char *path, accord_err *err) AC_CHECKED;
ac_index_builder *ac_index_builder_close(ac_index_builder *b);

/* The index in memory, without a file. The builder can only be closed afterwards. */
int ac_index_finish(ac_index_builder *b, ac_index **out, accord_err *err) AC_CHECKED;
/* Map and check everything: a file that is not exactly as written is ACCORD_EINPUT. */
int ac_index_open(const char *path, ac_index **out, accord_err *err) AC_CHECKED;
/* The same index with an overlay on top (a file of ac_index_build_over); the base's bytes are shared, either may be closed first. Replaces an overlay that base has. */
int ac_index_lay_over(const ac_index *base, const char *overlay_path, ac_index **out, accord_err *err) AC_CHECKED;
int64_t ac_index_generation(const ac_index *index);
uint64_t ac_index_indicator_count(const ac_index *index);
/* Indicators that are not watched: of a kind that is not supported yet, or refused by the never-list. Texts view the index. */
uint64_t ac_index_unwatched_count(const ac_index *index);
typedef int (*ac_on_unwatched)(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err);
int ac_index_each_unwatched(const ac_index *index, ac_on_unwatched on, void *payload, accord_err *err) AC_CHECKED;
ac_index *ac_index_close(ac_index *index); /* takes NULL, returns NULL */

#endif
