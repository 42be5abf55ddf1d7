/* SPDX-License-Identifier: Apache-2.0 */
/* The builder's inside, shared by the files that fill it (index_build.c, index_pattern.c) and the one that writes it. Private to this room. */
#ifndef AC_WATCH_INDEX_BUILD_H
#define AC_WATCH_INDEX_BUILD_H

#include "base/buf.h"
#include "watch/index_format.h"
#include "watch/vec.h"

/* A distinct value; postings hang on it as a list until the file is written. */
typedef struct ac_build_record {
	ac_index_record out; /* first_posting: head of the list here */
	uint64_t key;        /* where it is looked up */
} ac_build_record;

typedef struct ac_build_posting {
	ac_index_posting out;
	uint32_t next; /* AC_NONE32: the end */
} ac_build_posting;

struct ac_index_builder {
	ac_hash_seed salt;
	int64_t generation;
	ac_vec records, postings, ids, metas, terms, conjunctions, unwatched;
	ac_vec gate1, gate2; /* keys */
	ac_buf pool;
	uint32_t *slots; /* open addressing over records */
	size_t slot_capacity;
	ac_map meta_map;               /* packed meta -> number + 1 */
	ac_arena strings;              /* keys of meta_map */
	uint64_t *cidr16, *plain_ends; /* bitmaps of AC_PAIRS */
	uint32_t flags;
	uint64_t ipv4_prefixes, ipv6_prefixes[3];
	uint32_t plain_name_min, plain_name_max, url_max;
	uint64_t watched;
	ac_arena scratch;
};

/* A new number for an indicator. */
int ac_build_indicator(
    ac_index_builder *b, const ac_index_indicator *who, uint32_t *out_number, accord_err *err) AC_CHECKED;
/* Hang a posting on the record of a value (made when new) and put its gate keys in. */
int ac_build_post(
    ac_index_builder *b, const ac_value *value, uint32_t indicator, uint32_t term, accord_err *err) AC_CHECKED;
/* Note that an indicator is not watched, and why. */
int ac_build_unwatched(
    ac_index_builder *b, const ac_index_indicator *who, const char *reason, accord_err *err) AC_CHECKED;
/* Why a value may not stand in an index at all, or cannot be watched yet; NULL when it may. */
const char *ac_build_refusal(const ac_value *value);
/* Bytes into the pool. */
int ac_build_pool(ac_index_builder *b, ac_str bytes, uint64_t *out_at, accord_err *err) AC_CHECKED;
/* The whole file in memory; the caller frees it. */
int ac_index_image(ac_index_builder *b, char **out_bytes, size_t *out_n, accord_err *err) AC_CHECKED;

#endif
