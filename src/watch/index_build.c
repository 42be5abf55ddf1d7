/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling an index: distinct values with their keys, and who listed them. Patterns are in index_pattern.c, the file's bytes
 * in index_write.c. Knows nothing of the store.
 */
#include "watch/index_build.h"

#include <stdlib.h>

#include "crypto/digest.h"
#include "watch/token.h"

#define FIRST_SLOTS ((size_t)1 << 16)

ac_index_builder *
ac_index_builder_open(ac_hash_seed salt, int64_t generation)
{
	ac_index_builder *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->salt = salt;
	b->generation = generation;
	b->records = ac_vec_of(sizeof(ac_build_record), AC_INDEX_ITEMS_MAX);
	b->postings = ac_vec_of(sizeof(ac_build_posting), AC_INDEX_ITEMS_MAX);
	b->ids = ac_vec_of(sizeof(ac_index_id), AC_INDEX_ITEMS_MAX);
	b->metas = ac_vec_of(sizeof(ac_index_meta), AC_INDEX_ITEMS_MAX);
	b->terms = ac_vec_of(sizeof(ac_index_term), AC_INDEX_ITEMS_MAX);
	b->conjunctions = ac_vec_of(sizeof(ac_index_conjunction), AC_INDEX_ITEMS_MAX);
	b->unwatched = ac_vec_of(sizeof(ac_index_unwatched), AC_INDEX_ITEMS_MAX);
	b->gate1 = ac_vec_of(sizeof(uint64_t), AC_INDEX_ITEMS_MAX);
	b->gate2 = ac_vec_of(sizeof(uint64_t), AC_INDEX_ITEMS_MAX);
	b->word_ends = ac_vec_of(sizeof(uint32_t), AC_INDEX_ITEMS_MAX);
	ac_buf_init(&b->pool, AC_INDEX_POOL_MAX);
	ac_map_init(&b->meta_map, salt, AC_INDEX_ITEMS_MAX);
	ac_arena_init(&b->strings, AC_INDEX_POOL_MAX);
	ac_arena_init(&b->scratch, AC_LOG_ARENA_MAX);
	b->slots = malloc(FIRST_SLOTS * sizeof(*b->slots));
	b->slot_capacity = FIRST_SLOTS;
	b->cidr16 = calloc(AC_PAIRS / 64, sizeof(*b->cidr16));
	b->plain_ends = calloc(AC_PAIRS / 64, sizeof(*b->plain_ends));
	b->word_counts = calloc(AC_WORD_COUNTS, sizeof(*b->word_counts));
	b->plain_name_min = UINT32_MAX;
	if (!b->slots || !b->cidr16 || !b->plain_ends || !b->word_counts)
		return ac_index_builder_close(b);
	memset(b->slots, 0xff, FIRST_SLOTS * sizeof(*b->slots));
	return b;
}

ac_index_builder *
ac_index_builder_close(ac_index_builder *b)
{
	if (!b)
		return NULL;
	ac_vec_done(&b->records);
	ac_vec_done(&b->postings);
	ac_vec_done(&b->ids);
	ac_vec_done(&b->metas);
	ac_vec_done(&b->terms);
	ac_vec_done(&b->conjunctions);
	ac_vec_done(&b->unwatched);
	ac_vec_done(&b->gate1);
	ac_vec_done(&b->gate2);
	ac_vec_done(&b->word_ends);
	ac_buf_done(&b->pool);
	ac_map_done(&b->meta_map);
	ac_arena_done(&b->strings);
	ac_arena_done(&b->scratch);
	free(b->slots);
	free(b->cidr16);
	free(b->plain_ends);
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

/* ---- indicators ---- */

typedef struct meta_head {
	int64_t from, until;
	uint64_t name_n, producer_n;
	uint64_t flags;
} meta_head;

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
	return (who->revoked ? AC_META_REVOKED : 0U) | (uint32_t)who->confidence_and_1 << AC_META_CONFIDENCE_SHIFT;
}

/* The number of the meta that says what `who` says; made when new. */
static int
find_meta(ac_index_builder *b, const ac_index_indicator *who, uint32_t *out, accord_err *err)
{
	meta_head head = { clamp_us(who->valid_from), clamp_us(who->valid_until), who->name.n, who->producer.n,
		meta_flags(who) };
	ac_index_meta meta = { .valid_from_us = head.from,
		.valid_until_us = head.until,
		.name_n = (uint32_t)who->name.n,
		.producer_n = (uint32_t)who->producer.n,
		.flags = meta_flags(who) };
	size_t n = sizeof(head) + who->name.n + who->producer.n;
	char *packed;
	uint64_t *slot;
	ac_index_meta *added;
	ac_str key;

	if (who->name.n > AC_OBJECT_MAX || who->producer.n > AC_OBJECT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "indicator %.*s: name too long", AC_FMT(who->id));
	ac_arena_reset(&b->scratch);
	packed = ac_arena_alloc(&b->scratch, n);
	if (!packed)
		return ac_arena_check(&b->scratch, err);
	memcpy(packed, &head, sizeof(head));
	if (who->name.n)
		memcpy(packed + sizeof(head), who->name.p, who->name.n);
	if (who->producer.n)
		memcpy(packed + sizeof(head) + who->name.n, who->producer.p, who->producer.n);
	slot = ac_map_get(&b->meta_map, (ac_str){ packed, n });
	if (slot) {
		*out = (uint32_t)*slot;
		return 0;
	}
	if (ac_build_pool(b, who->name, &meta.name_at, err) || ac_build_pool(b, who->producer, &meta.producer_at, err))
		return ACCORD_ENOMEM;
	key = ac_arena_str(&b->strings, (ac_str){ packed, n });
	slot = key.p ? ac_map_put(&b->meta_map, key, NULL) : NULL;
	added = slot ? ac_vec_add(&b->metas) : NULL;
	if (!added)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory for indicators");
	*added = meta;
	*slot = b->metas.n - 1;
	*out = (uint32_t)*slot;
	return 0;
}

/* "indicator--" and a UUID in its usual spelling fit in 16 bytes; other ids go to the pool. */
static int
put_id(ac_index_builder *b, ac_str id, ac_index_id *out, accord_err *err)
{
	static const ac_str prefix = AC_S_INIT("indicator--");
	char text[48];
	uint64_t at = 0;

	if (ac_str_starts(id, prefix) && ac_uuid_parse(ac_str_slice(id, prefix.n, id.n), out->uuid)) {
		ac_str back = { text, 0 };

		ac_index_id_format(out->uuid, text);
		back.n = prefix.n + AC_UUID_TEXT_SIZE;
		if (ac_str_eq(back, id))
			return 0;
	}
	if (id.n == 0 || id.n > AC_KIB)
		return ac_fail(err, ACCORD_EINPUT, "indicator id of %zu bytes, want 1 to 1024", id.n);
	if (ac_build_pool(b, id, &at, err))
		return ACCORD_ENOMEM;
	memset(out->uuid, 0, sizeof(out->uuid));
	memcpy(out->uuid, &at, sizeof(at));
	out->id_n = (uint32_t)id.n;
	return 0;
}

int
ac_build_indicator(ac_index_builder *b, const ac_index_indicator *who, uint32_t *out_number, accord_err *err)
{
	ac_index_id id = { .id_n = 0 };
	ac_index_id *added;
	int rc;

	rc = put_id(b, who->id, &id, err);
	if (!rc)
		rc = find_meta(b, who, &id.meta, err);
	if (rc)
		return rc;
	added = ac_vec_add(&b->ids);
	if (!added)
		return ac_vec_check(&b->ids, "indicators", err);
	*added = id;
	*out_number = (uint32_t)(b->ids.n - 1);
	return 0;
}

int
ac_build_unwatched(ac_index_builder *b, const ac_index_indicator *who, const char *reason, accord_err *err)
{
	ac_index_unwatched row = { 0 };
	ac_index_unwatched *added;
	ac_str text = ac_str_from(reason);
	int rc = ac_build_indicator(b, who, &row.indicator, err);

	if (!rc)
		rc = ac_build_pool(b, text, &row.reason_at, err);
	if (rc)
		return rc;
	row.reason_n = (uint32_t)text.n;
	added = ac_vec_add(&b->unwatched);
	if (!added)
		return ac_vec_check(&b->unwatched, "unwatched indicators", err);
	*added = row;
	return 0;
}

/* ---- values ---- */

static uint64_t
big_endian(const uint8_t *p, unsigned n)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < n; i++)
		word = word << 8 | p[i];
	return word;
}

static void
mark_cidr16(ac_index_builder *b, uint32_t address, unsigned bits)
{
	uint32_t first = address >> 16, count = bits < 16 ? 1U << (16 - bits) : 1;

	for (uint32_t i = first; i < first + count; i++)
		b->cidr16[i / 64] |= (uint64_t)1 << (i % 64);
}

static void
ipv4_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k)
{
	uint32_t address = (uint32_t)big_endian(value->address, 4);

	b->ipv4_prefixes |= (uint64_t)1 << value->prefix_bits;
	k->bytes = (ac_str){ (const char *)value->address, 4 };
	k->key = ac_words_key(address, value->prefix_bits, b->salt, AC_KEY_IPV4);
	k->gate2[k->gate2_count++] = k->key;
	if (value->prefix_bits < 24) {
		mark_cidr16(b, address, value->prefix_bits);
		return;
	}
	k->gate1 = ac_words_key(address >> 8, 24, b->salt, AC_KEY_IP24);
	k->has_gate1 = true;
}

static void
ipv6_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k)
{
	b->flags |= AC_INDEX_HAS_IPV6;
	b->ipv6_prefixes[value->prefix_bits / 64] |= (uint64_t)1 << (value->prefix_bits % 64);
	k->bytes = (ac_str){ (const char *)value->address, 16 };
	k->key = ac_words_key(big_endian(value->address, 8),
	    big_endian(value->address + 8, 8) ^ ((uint64_t)value->prefix_bits * 0x9e3779b97f4a7c15U), b->salt,
	    AC_KEY_IPV6);
	k->gate2[k->gate2_count++] = k->key;
}

/* Gate 1 and key of a dotted token: domains, hosts, file names. */
static uint64_t
text_keys(ac_index_builder *b, ac_str text, ac_key_kind kind, ac_value_keys *k)
{
	k->gate1 = ac_suffix2_key(text, b->salt);
	k->has_gate1 = true;
	return ac_text_hash(text, b->salt, kind);
}

static void
domain_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k)
{
	if (ac_str_find(value->text, AC_S("xn--")) < value->text.n)
		b->flags |= AC_INDEX_HAS_IDN;
	k->bytes = value->text;
	k->key = text_keys(b, value->text, AC_KEY_DOMAIN, k);
	k->gate2[k->gate2_count++] = k->key;
}

static int
url_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	ac_url_text *url = ac_arena_alloc(&b->scratch, sizeof(*url));
	uint8_t address[16];
	uint64_t host_key;

	if (!url)
		return ac_arena_check(&b->scratch, err);
	if (!ac_url_canonical(value->text, url))
		return ac_fail(err, ACCORD_EINPUT, "URL: want scheme://host of at most %zu bytes", (size_t)AC_URL_MAX);
	b->flags |= AC_INDEX_HAS_URLS;
	if (ac_str_find(url->host, AC_S("xn--")) < url->host.n)
		b->flags |= AC_INDEX_HAS_IDN;
	k->bytes = (ac_str){ url->text, url->n };
	if (url->n > b->url_max)
		b->url_max = (uint32_t)url->n;
	k->key = ac_bytes_key(k->bytes, b->salt, AC_KEY_URL);
	host_key = text_keys(b, url->host, AC_KEY_URL_HOST, k);
	if (ac_ipv4_parse(url->host, address)) {
		b->flags |= AC_INDEX_HAS_URL_ADDRESSES;
		k->gate1 = ac_words_key(big_endian(address, 4) >> 8, 24, b->salt, AC_KEY_IP24);
	}
	k->gate2[k->gate2_count++] = k->key;
	k->gate2[k->gate2_count++] = host_key;
	k->gate2[k->gate2_count++] = ac_url_path_key(host_key, ac_url_bare_path(url->path), b->salt);
	return 0;
}

static int
email_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	size_t at = value->text.n;

	while (at > 0 && value->text.p[at - 1] != '@')
		at--;
	if (at <= 1 || at == value->text.n)
		return ac_fail(err, ACCORD_EINPUT, "e-mail address: want local@host");
	k->bytes = value->text;
	(void)text_keys(b, ac_str_slice(value->text, at, value->text.n), AC_KEY_DOMAIN, k);
	k->key = ac_text_hash(value->text, b->salt, AC_KEY_EMAIL);
	k->gate2[k->gate2_count++] = k->key;
	return 0;
}

static int
digest_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	size_t digits = ac_value_hash_digits(value->type);
	uint8_t *bytes = ac_arena_alloc(&b->scratch, 64);
	ac_key_kind kind;

	if (!bytes)
		return ac_arena_check(&b->scratch, err);
	if (value->text.n == digits && ac_digest_kind(digits, &kind)) {
		for (size_t i = 0; i < digits / 2; i++) {
			int high = ac_hex_value(value->text.p[2 * i]), low = ac_hex_value(value->text.p[2 * i + 1]);

			if (high < 0 || low < 0)
				return ac_fail(err, ACCORD_EINPUT, "digest: want hexadecimal digits");
			bytes[i] = (uint8_t)(high << 4 | low);
		}
		k->bytes = (ac_str){ (const char *)bytes, digits / 2 };
		k->key = ac_words_key(ac_load64(bytes), ac_load64(bytes + 8), b->salt, kind);
		k->gate1 = k->key;
		k->has_gate1 = true;
		if (value->type == AC_VALUE_CERT_SHA1 || value->type == AC_VALUE_CERT_SHA256)
			b->flags |= AC_INDEX_HAS_PAIRS;
		return 0;
	}
	return ac_fail(err, ACCORD_EINPUT, "digest of %zu characters does not fit its type", value->text.n);
}

static int
make_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	switch (value->type) {
	case AC_VALUE_IPV4:
		ipv4_keys(b, value, k);
		return 0;
	case AC_VALUE_IPV6:
		ipv6_keys(b, value, k);
		return 0;
	case AC_VALUE_DOMAIN:
		domain_keys(b, value, k);
		return 0;
	case AC_VALUE_URL:
		return url_keys(b, value, k, err);
	case AC_VALUE_EMAIL:
		return email_keys(b, value, k, err);
	case AC_VALUE_MD5:
	case AC_VALUE_SHA1:
	case AC_VALUE_SHA256:
	case AC_VALUE_SHA512:
	case AC_VALUE_SHA224:
	case AC_VALUE_SHA384:
	case AC_VALUE_JA3:
	case AC_VALUE_CERT_SHA1:
	case AC_VALUE_CERT_SHA256:
		return digest_keys(b, value, k, err);
	case AC_VALUE_FILE_NAME:
	case AC_VALUE_FILE_PATH:
	case AC_VALUE_MUTEX:
	case AC_VALUE_REGISTRY_KEY:
	case AC_VALUE_USER_AGENT:
	case AC_VALUE_AS_NUMBER:
	case AC_VALUE_MAC:
	case AC_VALUE_SSDEEP:
	case AC_VALUE_TLSH:
	case AC_VALUE_JA4:
	case AC_VALUE_CERT_SERIAL:
	case AC_VALUE_NAMED_PIPE:
		return ac_text_identify(b, value, k, err);
	case AC_VALUE_NONE:
	case AC_VALUE_CVE:
	case AC_VALUE_TYPE_COUNT:
		break;
	}
	return ac_fail(err, ACCORD_EINTERNAL, "values of type %d are not watched", (int)value->type);
}

static int
grow_slots(ac_index_builder *b, accord_err *err)
{
	size_t capacity = b->slot_capacity * 2;
	uint32_t *slots = malloc(capacity * sizeof(*slots));
	const ac_build_record *records = b->records.p;

	if (!slots)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory for %zu values", b->records.n);
	memset(slots, 0xff, capacity * sizeof(*slots));
	for (size_t i = 0; i < b->records.n; i++) {
		size_t at = records[i].identity & (capacity - 1);

		while (slots[at] != AC_NONE32)
			at = (at + 1) & (capacity - 1);
		slots[at] = (uint32_t)i;
	}
	free(b->slots);
	b->slots = slots;
	b->slot_capacity = capacity;
	return 0;
}

static bool
same_record(const ac_index_builder *b, const ac_build_record *r, const ac_value *value, const ac_value_keys *k)
{
	return r->identity == k->identity && r->out.type == value->type && r->out.text_n == k->bytes.n &&
	       r->out.prefix_bits == value->prefix_bits &&
	       memcmp(b->pool.p + r->out.text_at, k->bytes.p, k->bytes.n) == 0;
}

static int
new_record(ac_index_builder *b, const ac_value *value, ac_value_keys *k, uint32_t *slot, accord_err *err)
{
	uint64_t at = 0, *gate;
	ac_build_record *r;
	int rc = ac_text_is_anchored(value->type) ? ac_text_anchor(b, value, k, err) : 0;

	if (!rc)
		rc = ac_build_pool(b, k->bytes, &at, err);
	if (rc)
		return rc;
	for (unsigned i = 0; i < k->gate2_count; i++) {
		gate = ac_vec_add(&b->gate2);
		if (!gate)
			return ac_vec_check(&b->gate2, "gate keys", err);
		*gate = k->gate2[i];
	}
	if (k->has_gate1) {
		gate = ac_vec_add(&b->gate1);
		if (!gate)
			return ac_vec_check(&b->gate1, "gate keys", err);
		*gate = k->gate1;
	}
	r = ac_vec_add(&b->records);
	if (!r)
		return ac_vec_check(&b->records, "values", err);
	*r = (ac_build_record){ .key = k->key,
		.identity = k->identity,
		.out = { .text_at = at,
		    .text_n = (uint32_t)k->bytes.n,
		    .type = (uint8_t)value->type,
		    .prefix_bits = value->prefix_bits,
		    .anchor_at = k->anchor_at,
		    .first_posting = AC_NONE32 } };
	*slot = (uint32_t)(b->records.n - 1);
	return 0;
}

/* The same indicator listing the same value twice is one posting. Only the newest is looked at: repeats come in a row. */
static int
add_posting(ac_index_builder *b, ac_index_record *record, uint32_t indicator, uint32_t term, accord_err *err)
{
	const ac_build_posting *all = b->postings.p;
	ac_build_posting *added;

	if (record->first_posting != AC_NONE32 && term == AC_NONE32 &&
	    all[record->first_posting].out.indicator == indicator && all[record->first_posting].out.term == AC_NONE32)
		return 0;
	added = ac_vec_add(&b->postings);
	if (!added)
		return ac_vec_check(&b->postings, "postings", err);
	*added = (ac_build_posting){ { indicator, term }, record->first_posting };
	record->first_posting = (uint32_t)(b->postings.n - 1);
	record->posting_count++;
	return 0;
}

static int
post_record(ac_index_builder *b, const ac_value *value, uint32_t indicator, uint32_t term, accord_err *err)
{
	ac_value_keys k = { .gate2_count = 0 };
	size_t at;
	int rc = make_keys(b, value, &k, err);

	if (!ac_text_is_anchored(value->type))
		k.identity = k.key;
	if (!rc && b->records.n * 4 >= b->slot_capacity * 3)
		rc = grow_slots(b, err);
	if (rc)
		return rc;
	at = k.identity & (b->slot_capacity - 1);
	while (b->slots[at] != AC_NONE32 &&
	       !same_record(b, (const ac_build_record *)b->records.p + b->slots[at], value, &k))
		at = (at + 1) & (b->slot_capacity - 1);
	if (b->slots[at] == AC_NONE32) {
		rc = new_record(b, value, &k, &b->slots[at], err);
		if (rc)
			return rc;
	}
	return add_posting(b, &((ac_build_record *)b->records.p + b->slots[at])->out, indicator, term, err);
}

int
ac_build_post(ac_index_builder *b, const ac_value *value, uint32_t indicator, uint32_t term, accord_err *err)
{
	ac_text_spellings spellings;
	int rc;

	ac_arena_reset(&b->scratch);
	if (!ac_text_is_anchored(value->type))
		return post_record(b, value, indicator, term, err);
	rc = ac_text_spell(value, &b->scratch, &spellings, err);
	for (unsigned i = 0; !rc && i < spellings.n; i++) {
		ac_value spelled = { .type = value->type, .text = spellings.text[i] };

		rc = post_record(b, &spelled, indicator, term, err);
	}
	return rc;
}

int
ac_index_add_value(ac_index_builder *b, const ac_index_indicator *who, const ac_value *value, accord_err *err)
{
	const char *refusal = ac_build_refusal(value);
	uint32_t number;
	int rc;

	if (refusal)
		return ac_build_unwatched(b, who, refusal, err);
	rc = ac_build_indicator(b, who, &number, err);
	if (!rc)
		rc = ac_build_post(b, value, number, AC_NONE32, err);
	if (!rc)
		b->watched++;
	return rc;
}
