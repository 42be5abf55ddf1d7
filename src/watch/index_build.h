/* SPDX-License-Identifier: Apache-2.0 */
/* The builder's inside, shared by the files that fill it (index_build.c, index_pattern.c) and the one that writes it. Private to this room. */
#ifndef AC_WATCH_INDEX_BUILD_H
#define AC_WATCH_INDEX_BUILD_H

#include "base/buf.h"
#include "watch/index_format.h"
#include "watch/index_stage.h"
#include "watch/token.h"
#include "watch/vec.h"

/* One posting of a value, staged as a record with this posting alone. */
typedef struct ac_build_entry {
	uint64_t key;
	uint32_t at;   /* in `staged` of its part */
	uint16_t n;    /* bytes there */
	uint16_t type; /* ac_value_type */
} ac_build_entry;
static_assert(AC_STAGE_PIECE <= UINT16_MAX, "a record is at most a piece");

/*
 * Values are staged in parts by the highest bits of their keys: a part's entries and records lie close together when they are sorted and written.
 */
#define AC_BUILD_PART_BITS 6
#define AC_BUILD_PARTS (1U << AC_BUILD_PART_BITS)
typedef struct ac_build_part {
	ac_stage entries; /* of ac_build_entry */
	ac_stage staged;  /* records */
} ac_build_part;

/* A distinct text that is found by an anchor. */
typedef struct ac_build_text {
	uint64_t identity;
	uint64_t key;
	uint32_t at; /* of its first record in `staged` of its key's part */
	uint16_t n;  /* of that record; 0: it is not there yet */
	uint16_t anchor_at;
} ac_build_text;

/* What a value is in the index: its bytes in the pool, its key, and what opens the gates for it beside that key: a digest's own key is in gate 1, any other's in gate 2. */
typedef struct ac_value_keys {
	const ac_url_text *url; /* of a URL, when somebody has made it canonical already; else NULL */
	ac_str bytes;
	uint64_t key;
	uint64_t identity; /* the same for equal values; the key, where that is not chosen */
	uint64_t gate1;
	bool has_gate1;
	uint64_t gate2[4];
	unsigned gate2_count;
	uint16_t anchor_at;
} ac_value_keys;

#define AC_WORD_COUNTS 65536
#define AC_NETWORKS_WAITING 16

/* The warning list that a value is on, in arena; not touched when it is on none. */
typedef int (*ac_warning_of)(void *payload, const ac_value *value, ac_arena *arena, ac_str *out_list, accord_err *err);

/* Open addressing over the items of a vector, by 64-bit hashes that the caller has. */
typedef struct ac_build_slots {
	uint32_t *p; /* AC_NONE32: empty */
	size_t capacity;
} ac_build_slots;

struct ac_index_builder {
	ac_hash_seed salt;
	int64_t generation, built_us, last_version, last_row;
	const ac_index *base; /* of an overlay; else NULL */
	ac_stage_room room;   /* of all that is staged */
	ac_build_part parts[AC_BUILD_PARTS];
	size_t entry_count, staged_bytes; /* of all parts */
	ac_vec metas, terms, conjunctions, unwatched, patterns, tombs, texts;
	ac_stage gate1,
	    gate2;        /* keys; of a base without those of the values themselves, which are those of the entries */
	ac_vec word_ends; /* ac_word_end_hash of words that are anchors */
	ac_buf pool;      /* texts and shared indicators */
	ac_build_slots text_slots, meta_slots;
	ac_vec meta_hashes;                             /* of the metas */
	uint64_t *cidr16, *last_labels;                 /* bitmaps of AC_PAIRS */
	uint64_t *networks;                             /* one of AC_NETWORKS: a bit for each /24 */
	uint32_t networks_waiting[AC_NETWORKS_WAITING]; /* addresses that are not marked there yet */
	size_t networks_marked;                         /* all */
	uint16_t *word_counts;                          /* of the words of texts, by their hash: AC_WORD_COUNTS */
	uint32_t flags;
	uint64_t ipv4_prefixes, ipv6_prefixes[3];
	uint32_t plain_name_min, plain_name_max, url_max;
	ac_map warned;     /* type and text of a value -> address of the name of a warning list */
	ac_arena warnings; /* keys of warned, and names */
	ac_str last_warning;
	/* in place of `warned` */
	ac_warning_of warning_of;
	void *warning_payload;
	uint64_t watched, hidden;
	ac_digester *digester; /* opened when first needed */
	ac_arena scratch;
	ac_url_text url; /* scratch */
};

static inline ac_build_part *
ac_build_part_of(ac_index_builder *b, uint64_t key)
{
	return &b->parts[key >> (64 - AC_BUILD_PART_BITS)];
}

/* An indicator that several values share; its number is its place in the pool. */
int ac_build_indicator(
    ac_index_builder *b, const ac_index_indicator *who, uint32_t *out_number, accord_err *err) AC_CHECKED;
/* A posting of a value: its record, and its gate keys. term: AC_NONE32, of a composite pattern, or AC_TERM_GATE (indicator is not used). */
int ac_build_post(
    ac_index_builder *b, const ac_value *value, uint32_t indicator, uint32_t term, accord_err *err) AC_CHECKED;
/* Note that an indicator is not watched, and why. */
int ac_build_unwatched(
    ac_index_builder *b, const ac_index_indicator *who, const char *reason, accord_err *err) AC_CHECKED;
/* Why a value may not stand in an index at all, or cannot be watched yet; NULL when it may. */
const char *ac_build_refusal(const ac_value *value);
/* The same; of a URL that may, *url has the canonical text. */
const char *ac_build_refusal_url(const ac_value *value, ac_url_text *url);
/* All keys of a value; a text's key comes with its anchor. (index_keys.c) */
int ac_build_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err) AC_CHECKED;
/* The bitmap of networks is whole: before it is read. */
void ac_build_networks(ac_index_builder *b);
/* Gate 1 and the last label of a name or dotted anchor. */
void ac_build_name(ac_index_builder *b, ac_str name, ac_value_keys *k);
/* ---- index_text.c: values that are found by a word of theirs ---- */

bool ac_text_is_anchored(ac_value_type type);
/* Why such a value cannot be watched, or NULL. */
const char *ac_text_refusal(const ac_value *value);
/* Texts under which a value is found when it stands in telemetry, each a record of its own; the first one always. In arena. */
typedef struct ac_text_spellings {
	ac_str text[3];
	unsigned n;
} ac_text_spellings;
/* Whether URLs and W3C logs write the name of a file in another way. */
bool ac_text_is_spelled(ac_str name);
int ac_text_spell(const ac_value *value, ac_arena *arena, ac_text_spellings *out, accord_err *err) AC_CHECKED;
/* The text as the index keeps it, in b->scratch, and its identity: all that is needed to find its record again. */
int ac_text_identify(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err) AC_CHECKED;
/* Choose the anchor of an identified text, make its keys, and mark the word it ends in. */
int ac_text_anchor(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err) AC_CHECKED;

/* For few values: who is asked for each, instead of being told all that is on warning lists (ac_index_add_warning). */
void ac_build_ask_warnings(ac_index_builder *b, ac_warning_of ask, void *payload);
/* The name of the warning list that a value is on, or an empty one. (index_warning.c) */
int ac_build_warning(ac_index_builder *b, const ac_value *value, ac_str *out_list, accord_err *err) AC_CHECKED;
/* Bytes into the pool. */
int ac_build_pool(ac_index_builder *b, ac_str bytes, uint64_t *out_at, accord_err *err) AC_CHECKED;
/* Why an index (with what it says itself) must not be used: it holds what must never be watched. */
int ac_index_never(const ac_index *index, accord_err *err) AC_CHECKED;
/* The whole file in memory; the caller frees it. */
int ac_index_image(ac_index_builder *b, char **out_bytes, size_t *out_n, accord_err *err) AC_CHECKED;

#endif
