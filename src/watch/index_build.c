/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling an index: distinct values with their keys, and who listed them. Patterns are in index_pattern.c, the file's bytes
 * in index_write.c. Knows nothing of the store.
 */
#include "watch/index_build.h"

#include <stdlib.h>

#include "crypto/digest.h"
#include "store/store.h"
#include "watch/token.h"

#define FIRST_SLOTS ((size_t)1 << 10)

ac_index_builder *
ac_index_builder_open(ac_hash_seed salt, int64_t generation)
{
	ac_index_builder *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->salt = salt;
	b->generation = generation;
	ac_stage_room_init(&b->room);
	for (unsigned i = 0; i < AC_BUILD_PARTS; i++) {
		ac_stage_init(&b->parts[i].entries);
		ac_stage_init(&b->parts[i].staged);
	}
	b->metas = ac_vec_of(sizeof(ac_index_meta), AC_INDEX_ITEMS_MAX);
	ac_map_init(&b->warned, salt, AC_INDEX_ITEMS_MAX);
	ac_arena_init(&b->warnings, AC_INDEX_POOL_MAX);
	b->meta_hashes = ac_vec_of(sizeof(uint64_t), AC_INDEX_ITEMS_MAX);
	b->terms = ac_vec_of(sizeof(ac_index_term), AC_INDEX_ITEMS_MAX);
	b->conjunctions = ac_vec_of(sizeof(ac_index_conjunction), AC_INDEX_ITEMS_MAX);
	b->unwatched = ac_vec_of(sizeof(ac_index_unwatched), AC_INDEX_ITEMS_MAX);
	b->patterns = ac_vec_of(sizeof(ac_index_pattern), AC_INDEX_ITEMS_MAX);
	b->tombs = ac_vec_of(sizeof(ac_index_tomb), AC_INDEX_ITEMS_MAX);
	b->texts = ac_vec_of(sizeof(ac_build_text), AC_INDEX_ITEMS_MAX);
	ac_stage_init(&b->gate1);
	ac_stage_init(&b->gate2);
	b->word_ends = ac_vec_of(sizeof(uint32_t), AC_INDEX_ITEMS_MAX);
	ac_buf_init(&b->pool, AC_INDEX_POOL_MAX);
	ac_arena_init(&b->scratch, AC_LOG_ARENA_MAX);
	b->cidr16 = calloc(AC_PAIRS / 64, sizeof(*b->cidr16));
	b->networks = calloc(AC_NETWORKS / 64, sizeof(*b->networks));
	b->last_labels = calloc(AC_PAIRS / 64, sizeof(*b->last_labels));
	b->word_counts = calloc(AC_WORD_COUNTS, sizeof(*b->word_counts));
	b->plain_name_min = UINT32_MAX;
	if (!b->cidr16 || !b->networks || !b->last_labels || !b->word_counts)
		return ac_index_builder_close(b);
	return b;
}

ac_index_builder *
ac_index_builder_close(ac_index_builder *b)
{
	if (!b)
		return NULL;
	for (unsigned i = 0; i < AC_BUILD_PARTS; i++) {
		ac_stage_done(&b->parts[i].entries);
		ac_stage_done(&b->parts[i].staged);
	}
	ac_vec_done(&b->metas);
	ac_map_done(&b->warned);
	ac_arena_done(&b->warnings);
	ac_vec_done(&b->meta_hashes);
	ac_vec_done(&b->terms);
	ac_vec_done(&b->conjunctions);
	ac_vec_done(&b->unwatched);
	ac_vec_done(&b->patterns);
	ac_vec_done(&b->tombs);
	ac_vec_done(&b->texts);
	ac_stage_done(&b->gate1);
	ac_stage_done(&b->gate2);
	ac_stage_room_done(&b->room);
	ac_vec_done(&b->word_ends);
	ac_buf_done(&b->pool);
	ac_arena_done(&b->scratch);
	ac_digester_close(b->digester);
	free(b->text_slots.p);
	free(b->meta_slots.p);
	free(b->cidr16);
	free(b->networks);
	free(b->last_labels);
	free(b->word_counts);
	free(b);
	return NULL;
}

int
ac_build_pool(ac_index_builder *b, ac_str bytes, uint64_t *out_at, accord_err *err)
{
	uint64_t at = b->pool.n;

	ac_buf_add(&b->pool, bytes);
	if (b->pool.failed)
		return ac_fail(err, b->pool.failed, "index: pool of %zu bytes cannot grow", b->pool.n);
	*out_at = at;
	return 0;
}

/* ---- slots ---- */

/* Room for one item more; hash_of says the hash of an item that is in. */
static int
grow_slots(const ac_index_builder *b, ac_build_slots *s, size_t items,
    uint64_t (*hash_of)(const ac_index_builder *b, size_t i), accord_err *err)
{
	size_t capacity = s->capacity ? s->capacity * 2 : FIRST_SLOTS;
	uint32_t *p;

	if (items * 4 < s->capacity * 3)
		return 0;
	p = malloc(capacity * sizeof(*p));
	if (!p)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory for %zu items", items);
	memset(p, 0xff, capacity * sizeof(*p));
	for (size_t i = 0; i < items; i++) {
		size_t at = hash_of(b, i) & (capacity - 1);

		while (p[at] != AC_NONE32)
			at = (at + 1) & (capacity - 1);
		p[at] = (uint32_t)i;
	}
	free(s->p);
	s->p = p;
	s->capacity = capacity;
	return 0;
}

static uint64_t
meta_hash_of(const ac_index_builder *b, size_t i)
{
	return ((const uint64_t *)b->meta_hashes.p)[i];
}

static uint64_t
text_hash_of(const ac_index_builder *b, size_t i)
{
	return ((const ac_build_text *)b->texts.p)[i].identity;
}

/* ---- indicators ---- */

static int64_t
clamp_us(ac_time t)
{
	if (t.seconds == INT64_MIN)
		return INT64_MIN;
	return t.seconds == INT64_MAX ? INT64_MAX : ac_time_to_us(t);
}

uint8_t
ac_index_confidence(int64_t confidence)
{
	return confidence >= 0 && confidence <= 100 ? (uint8_t)(confidence + 1) : 0;
}

static uint32_t
meta_flags(const ac_index_indicator *who)
{
	return (who->revoked ? AC_META_REVOKED : 0U) | (uint32_t)who->pap << AC_META_PAP_SHIFT |
	       (uint32_t)who->confidence_and_1 << AC_META_CONFIDENCE_SHIFT |
	       (uint32_t)who->warning.n << AC_META_WARNING_SHIFT;
}

static bool
same_pool(const ac_index_builder *b, uint32_t at, uint32_t n, ac_str text)
{
	return n == text.n && (n == 0 || memcmp(b->pool.p + at, text.p, n) == 0);
}

static bool
same_meta(const ac_index_builder *b, const ac_index_meta *m, const ac_index_meta *want, const ac_index_indicator *who)
{
	return m->valid_from_us == want->valid_from_us && m->valid_until_us == want->valid_until_us &&
	       m->flags == want->flags && same_pool(b, m->name_at, m->name_n, who->name) &&
	       same_pool(b, m->producer_at, m->producer_n, who->producer) &&
	       same_pool(b, m->warning_at, m->flags >> AC_META_WARNING_SHIFT, who->warning);
}

static uint64_t
meta_hash(const ac_index_builder *b, const ac_index_meta *m, const ac_index_indicator *who)
{
	uint64_t h =
	    ac_mix((uint64_t)m->valid_from_us ^ b->salt.word[0], (uint64_t)m->valid_until_us ^ b->salt.word[1]);

	h = ac_mix(h ^ m->flags, ac_bytes_key(who->name, b->salt, AC_KEY_URL) | 1);
	return ac_mix(h, ac_bytes_key(who->producer, b->salt, AC_KEY_FILE) | 1);
}

static int
add_meta(ac_index_builder *b, const ac_index_indicator *who, ac_index_meta *meta, uint64_t hash, accord_err *err)
{
	const ac_index_meta *last = b->metas.n ? (const ac_index_meta *)b->metas.p + b->metas.n - 1 : NULL;
	uint64_t name_at = 0, producer_at = 0, warning_at = 0, *known;
	ac_index_meta *added;
	int rc = ac_build_pool(b, who->name, &name_at, err);

	if (!rc && last && same_pool(b, last->producer_at, last->producer_n, who->producer))
		producer_at = last->producer_at;
	else if (!rc)
		rc = ac_build_pool(b, who->producer, &producer_at, err);
	if (!rc && who->warning.n)
		rc = ac_build_pool(b, who->warning, &warning_at, err);
	if (rc)
		return rc;
	meta->warning_at = (uint32_t)warning_at;
	meta->name_at = (uint32_t)name_at;
	meta->producer_at = (uint32_t)producer_at;
	known = ac_vec_add(&b->meta_hashes);
	if (!known)
		return ac_vec_check(&b->meta_hashes, "indicators", err);
	*known = hash;
	added = ac_vec_add(&b->metas);
	if (!added)
		return ac_vec_check(&b->metas, "indicators", err);
	*added = *meta;
	return 0;
}

/* The number of the meta that says what `who` says; made when new. */
static int
find_meta(ac_index_builder *b, const ac_index_indicator *who, uint32_t *out, accord_err *err)
{
	ac_index_meta meta = { .valid_from_us = clamp_us(who->valid_from),
		.valid_until_us = clamp_us(who->valid_until),
		.name_n = (uint32_t)who->name.n,
		.producer_n = (uint32_t)who->producer.n,
		.flags = meta_flags(who) };
	const ac_index_meta *all = b->metas.p;
	uint64_t hash;
	size_t at;
	int rc;

	if (who->name.n > AC_OBJECT_MAX || who->producer.n > AC_OBJECT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "indicator %.*s: name too long", AC_FMT(who->id));
	/* Entries of one list come in a row. */
	if (b->metas.n && same_meta(b, &all[b->metas.n - 1], &meta, who)) {
		*out = (uint32_t)(b->metas.n - 1);
		return 0;
	}
	rc = grow_slots(b, &b->meta_slots, b->metas.n, meta_hash_of, err);
	if (rc)
		return rc;
	hash = meta_hash(b, &meta, who);
	for (at = hash & (b->meta_slots.capacity - 1); b->meta_slots.p[at] != AC_NONE32;
	     at = (at + 1) & (b->meta_slots.capacity - 1))
		if (same_meta(b, &all[b->meta_slots.p[at]], &meta, who)) {
			*out = b->meta_slots.p[at];
			return 0;
		}
	rc = add_meta(b, who, &meta, hash, err);
	if (rc)
		return rc;
	*out = b->meta_slots.p[at] = (uint32_t)(b->metas.n - 1);
	return 0;
}

/* An indicator as a posting of one of the kinds uuid and text, or row when its id can be derived. */
#define ID_MAX ((size_t)AC_KIB)
#define POSTING_MAX (ID_MAX + 1 + 3 * AC_VARINT_MAX)

/* "indicator--" and a UUID as ac_index_id_format writes it: in lower case. */
static bool
uuid_of(ac_str id, uint8_t out[static 16])
{
	static const ac_str prefix = AC_S_INIT("indicator--");
	const char *p = id.p + prefix.n;
	char digits[32];

	if (id.n != AC_ROW_ID_SIZE || !ac_str_starts(id, prefix) || p[8] != '-' || p[13] != '-' || p[18] != '-' ||
	    p[23] != '-')
		return false;
	memcpy(digits, p, 8);
	memcpy(digits + 8, p + 9, 4);
	memcpy(digits + 12, p + 14, 4);
	memcpy(digits + 16, p + 19, 4);
	memcpy(digits + 20, p + 24, 12);
	return ac_hex_bytes(digits, 16, out);
}

static int
write_posting(ac_index_builder *b, const ac_index_indicator *who, bool is_derived, char out[static POSTING_MAX],
    size_t *out_n, accord_err *err)
{
	uint8_t uuid[16];
	size_t n = 1;
	uint32_t meta = 0;
	int rc = find_meta(b, who, &meta, err);

	if (rc)
		return rc;
	if (is_derived) {
		out[0] = (char)(AC_POSTING_ROW | AC_POSTING_LAST);
	} else if (uuid_of(who->id, uuid)) {
		out[0] = (char)(AC_POSTING_UUID | AC_POSTING_LAST);
		memcpy(out + n, uuid, sizeof(uuid));
		n += sizeof(uuid);
	} else {
		if (who->id.n == 0 || who->id.n > ID_MAX)
			return ac_fail(err, ACCORD_EINPUT, "indicator id of %zu bytes, want 1 to 1024", who->id.n);
		out[0] = (char)(AC_POSTING_TEXT | AC_POSTING_LAST);
		n += ac_varint_write(out + n, (uint32_t)who->id.n);
		memcpy(out + n, who->id.p, who->id.n);
		n += who->id.n;
	}
	*out_n = n + ac_varint_write(out + n, meta);
	return 0;
}

/* *who, with the id of a row where the caller has left it out: then in *room and id. */
static int
complete(ac_index_builder *b, const ac_index_indicator **who, const ac_value *value, char id[static AC_ROW_ID_SIZE],
    ac_index_indicator *room, accord_err *err)
{
	int rc;

	if ((*who)->id.n || !(*who)->is_row)
		return 0;
	if (!b->digester)
		b->digester = ac_digester_open();
	if (!b->digester)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	rc = ac_row_id(b->digester, value->type, value->text, (*who)->producer, id, err);
	*room = **who;
	room->id = (ac_str){ id, AC_ROW_ID_SIZE };
	*who = room;
	return rc;
}

int
ac_build_indicator(ac_index_builder *b, const ac_index_indicator *who, uint32_t *out_number, accord_err *err)
{
	char posting[POSTING_MAX];
	uint64_t at = 0;
	size_t n = 0;
	int rc = write_posting(b, who, false, posting, &n, err);

	if (!rc)
		rc = ac_build_pool(b, (ac_str){ posting, n }, &at, err);
	*out_number = (uint32_t)at;
	return rc;
}

int
ac_build_unwatched(ac_index_builder *b, const ac_index_indicator *who, const char *reason, accord_err *err)
{
	ac_index_unwatched row = { 0 };
	ac_index_unwatched *added;
	const ac_index_unwatched *last = b->unwatched.p;
	ac_str text = ac_str_from(reason);
	uint64_t at = 0;
	int rc = ac_build_indicator(b, who, &row.indicator, err);

	if (rc)
		return rc;
	row.reason_n = (uint32_t)text.n;
	if (b->unwatched.n &&
	    same_pool(b, last[b->unwatched.n - 1].reason_at, last[b->unwatched.n - 1].reason_n, text)) {
		row.reason_at = last[b->unwatched.n - 1].reason_at;
	} else {
		rc = ac_build_pool(b, text, &at, err);
		if (rc)
			return rc;
		row.reason_at = (uint32_t)at;
	}
	added = ac_vec_add(&b->unwatched);
	if (!added)
		return ac_vec_check(&b->unwatched, "unwatched indicators", err);
	*added = row;
	return 0;
}

/* ---- staging ---- */

static int
add_key(ac_index_builder *b, ac_stage *gate, uint64_t key, accord_err *err)
{
	char *p = ac_stage_reserve(&b->room, gate, sizeof(key), "index: gate keys", err);

	if (!p)
		return err->code;
	memcpy(p, &key, sizeof(key));
	ac_stage_commit(gate, sizeof(key));
	return 0;
}

/* The value's own key is with its entry; an overlay's filters are lists of keys. */
static int
add_gate_keys(ac_index_builder *b, const ac_value *value, const ac_value_keys *k, accord_err *err)
{
	int rc = 0;

	for (unsigned i = 0; !rc && i < k->gate2_count; i++)
		rc = add_key(b, &b->gate2, k->gate2[i], err);
	if (!rc && k->has_gate1)
		rc = add_key(b, &b->gate1, k->gate1, err);
	if (!rc && b->base)
		rc = add_key(b, ac_value_hash_digits(value->type) ? &b->gate1 : &b->gate2, k->key, err);
	return rc;
}

/* All of a record before its postings; out has room for HEAD_MAX and the text. */
#define HEAD_MAX (2 + 2 * AC_VARINT_MAX)
static size_t
write_body(const ac_value *value, const ac_value_keys *k, char *out)
{
	bool is_address = value->type == AC_VALUE_IPV4 || value->type == AC_VALUE_IPV6;
	unsigned whole = value->type == AC_VALUE_IPV4 ? 32 : 128;
	uint32_t number = !is_address ? k->anchor_at : value->prefix_bits == whole ? 0 : value->prefix_bits;
	bool has_number = is_address ? value->prefix_bits != whole : number != 0;
	size_t n = 2;

	out[0] = (char)(uint8_t)k->key;
	out[1] = (char)((unsigned)value->type | (has_number ? AC_RECORD_NUMBER : 0U));
	if (!ac_record_fixed_size(value->type))
		n += ac_varint_write(out + n, (uint32_t)k->bytes.n);
	if (has_number)
		n += ac_varint_write(out + n, number);
	memcpy(out + n, k->bytes.p, k->bytes.n);
	return n + k->bytes.n;
}

/* The record of a value with one posting, at the end of its part's. */
static int
stage(ac_index_builder *b, const ac_value *value, const ac_value_keys *k, ac_str posting, ac_build_entry *out,
    accord_err *err)
{
	ac_build_part *part = ac_build_part_of(b, k->key);
	size_t most = HEAD_MAX + k->bytes.n + posting.n, n;
	char *p = ac_stage_reserve(&b->room, &part->staged, most, "index: values", err), *at;

	if (!p)
		return err->code;
	at = ac_stage_reserve(&b->room, &part->entries, sizeof(*out), "index: entries", err);
	if (!at)
		return err->code;
	if (b->entry_count == AC_INDEX_ITEMS_MAX || b->staged_bytes > 2 * AC_INDEX_POOL_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "index: more than %zu values, or %zu bytes of them",
		    (size_t)AC_INDEX_ITEMS_MAX, 2 * (size_t)AC_INDEX_POOL_MAX);
	n = write_body(value, k, p);
	memcpy(p + n, posting.p, posting.n);
	n += posting.n;
	*out = (ac_build_entry){ k->key, ac_stage_next(&part->staged), (uint16_t)n, (uint16_t)value->type };
	memcpy(at, out, sizeof(*out));
	ac_stage_commit(&part->staged, n);
	ac_stage_commit(&part->entries, sizeof(*out));
	b->entry_count++;
	b->staged_bytes += n;
	return 0;
}

static bool
is_text(ac_index_builder *b, const ac_build_text *t, const ac_value *value, const ac_value_keys *k)
{
	const char *p;
	ac_index_record r;

	if (t->identity != k->identity || t->n == 0)
		return false;
	p = ac_stage_at(&ac_build_part_of(b, t->key)->staged, t->at);
	return ac_record_read(&p, p + t->n, &r) && r.type == value->type && ac_str_eq(r.text, k->bytes);
}

/* The key of a text: a text that came before keeps its anchor. */
static int
anchor_text(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	int rc = grow_slots(b, &b->text_slots, b->texts.n, text_hash_of, err);
	const ac_build_text *all = b->texts.p;
	ac_build_text *added;
	size_t at;

	if (rc)
		return rc;
	for (at = k->identity & (b->text_slots.capacity - 1); b->text_slots.p[at] != AC_NONE32;
	     at = (at + 1) & (b->text_slots.capacity - 1)) {
		const ac_build_text *t = &all[b->text_slots.p[at]];

		if (is_text(b, t, value, k)) {
			k->key = t->key;
			k->anchor_at = t->anchor_at;
			return 0;
		}
	}
	rc = ac_text_anchor(b, value, k, err);
	if (rc)
		return rc;
	added = ac_vec_add(&b->texts);
	if (!added)
		return ac_vec_check(&b->texts, "texts", err);
	*added = (ac_build_text){ k->identity, k->key, 0, 0, k->anchor_at };
	b->text_slots.p[at] = (uint32_t)(b->texts.n - 1);
	return 0;
}

static int
post_record(ac_index_builder *b, const ac_value *value, ac_value_keys *k, ac_str posting, accord_err *err)
{
	size_t texts = b->texts.n;
	ac_build_entry entry;
	int rc = ac_text_is_anchored(value->type) ? anchor_text(b, value, k, err) : 0;

	if (!rc)
		rc = stage(b, value, k, posting, &entry, err);
	if (!rc && b->texts.n > texts) {
		ac_build_text *added = (ac_build_text *)b->texts.p + texts;

		added->at = entry.at;
		added->n = entry.n;
	}
	return rc ? rc : add_gate_keys(b, value, k, err);
}

/* A posting that leads to a shared indicator. */
static size_t
write_shared(uint32_t indicator, uint32_t term, bool is_spelled, char out[static POSTING_MAX])
{
	size_t n = 1;

	if (term == AC_TERM_GATE) {
		out[0] = (char)(AC_POSTING_GATE | AC_POSTING_LAST);
		return n + ac_varint_write(out + n, 0);
	}
	out[0] = (char)((is_spelled ? AC_POSTING_SPELLED : AC_POSTING_SHARED) | AC_POSTING_LAST |
			(term != AC_NONE32 ? AC_POSTING_TERM : 0));
	n += ac_varint_write(out + n, indicator);
	return term == AC_NONE32 ? n : n + ac_varint_write(out + n, term);
}

int
ac_build_post(ac_index_builder *b, const ac_value *value, uint32_t indicator, uint32_t term, accord_err *err)
{
	ac_text_spellings spellings = { .text = { value->text }, .n = 1 };
	char posting[POSTING_MAX];
	int rc = 0;

	ac_arena_reset(&b->scratch);
	if (ac_text_is_anchored(value->type))
		rc = ac_text_spell(value, &b->scratch, &spellings, err);
	for (unsigned i = 0; !rc && i < spellings.n; i++) {
		size_t n = write_shared(indicator, term, i > 0 && value->type == AC_VALUE_FILE_NAME, posting);
		ac_value_keys k = { .gate2_count = 0 };
		ac_value spelled = *value;

		spelled.text = spellings.text[i];
		rc = ac_build_keys(b, &spelled, &k, err);
		if (!rc)
			rc = post_record(b, &spelled, &k, (ac_str){ posting, n }, err);
	}
	return rc;
}

/* Whether the id of a row follows from what its record holds. */
static bool
is_derivable(const ac_value *value, const ac_value_keys *k)
{
	return ac_record_fixed_size(value->type) || ac_str_eq(k->bytes, value->text);
}

/* Without clearing what counts and flags say is not there. */
static void
start_keys(ac_value_keys *k, const ac_url_text *url)
{
	k->url = url;
	k->bytes = (ac_str){ NULL, 0 };
	k->key = k->identity = k->gate1 = 0;
	k->has_gate1 = false;
	k->gate2_count = 0;
	k->anchor_at = 0;
}

/* A value with its indicator beside it, in one record; of a URL b->url has the canonical text. */
static int
post_alone(ac_index_builder *b, const ac_index_indicator *who, const ac_value *value, accord_err *err)
{
	ac_value_keys k;
	char posting[POSTING_MAX], id[AC_ROW_ID_SIZE];
	ac_index_indicator room;
	bool is_derived;
	size_t n = 0;
	int rc;

	ac_arena_reset(&b->scratch);
	start_keys(&k, value->type == AC_VALUE_URL ? &b->url : NULL);
	rc = ac_build_keys(b, value, &k, err);
	if (rc)
		return rc;
	is_derived = who->is_row && is_derivable(value, &k);
	if (!is_derived)
		rc = complete(b, &who, value, id, &room, err);
	if (!rc)
		rc = write_posting(b, who, is_derived, posting, &n, err);
	return rc ? rc : post_record(b, value, &k, (ac_str){ posting, n }, err);
}

/* A value that is found by a word of it: several spellings share one indicator. Those of a file name do not tell it: then it is the indicator's own. */
static int
post_text(ac_index_builder *b, const ac_index_indicator *who, const ac_value *value, accord_err *err)
{
	ac_index_indicator room, named;
	char id[AC_ROW_ID_SIZE];
	uint32_t number = 0;
	int rc = complete(b, &who, value, id, &room, err);

	if (who->name.n == 0 && value->type == AC_VALUE_FILE_NAME && ac_text_is_spelled(value->text)) {
		named = *who;
		named.name = value->text;
		who = &named;
	}

	if (!rc)
		rc = ac_build_indicator(b, who, &number, err);
	return rc ? rc : ac_build_post(b, value, number, AC_NONE32, err);
}

static int
note_refusal(
    ac_index_builder *b, const ac_index_indicator *who, const ac_value *value, const char *refusal, accord_err *err)
{
	ac_index_indicator room, named;
	char id[AC_ROW_ID_SIZE];
	int rc = complete(b, &who, value, id, &room, err);

	/* No record will tell the value, after which what has no name is called. */
	if (who->name.n == 0) {
		named = *who;
		named.name = value->text;
		who = &named;
	}
	return rc ? rc : ac_build_unwatched(b, who, refusal, err);
}

int
ac_index_add_value(ac_index_builder *b, const ac_index_indicator *who, const ac_value *value, accord_err *err)
{
	const char *refusal = ac_build_refusal_url(value, &b->url);
	ac_index_indicator warned;
	ac_str list = { NULL, 0 };
	int rc = ac_build_warning(b, value, &list, err);

	if (!rc && list.n) {
		warned = *who;
		warned.warning = list;
		who = &warned;
	}
	if (rc)
		return rc;
	if (refusal)
		return note_refusal(b, who, value, refusal, err);
	rc = ac_text_is_anchored(value->type) ? post_text(b, who, value, err) : post_alone(b, who, value, err);
	if (!rc)
		b->watched++;
	return rc;
}
