/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading records, postings and indicators out of an open index. Nothing here trusts a number of the pool: whatever leads outside ends the walk. Knows nothing of how
 * the file was checked.
 */
#include <stdlib.h>

#include "store/store.h"
#include "watch/index_format.h"
#include "watch/token.h"

uint32_t
ac_record_fixed_size(ac_value_type type)
{
	static const uint8_t sizes[AC_RECORD_TYPE + 1] = {
		[AC_VALUE_IPV4] = 4,
		[AC_VALUE_IPV6] = 16,
		[AC_VALUE_MD5] = 16,
		[AC_VALUE_SHA1] = 20,
		[AC_VALUE_SHA224] = 28,
		[AC_VALUE_SHA256] = 32,
		[AC_VALUE_SHA384] = 48,
		[AC_VALUE_SHA512] = 64,
		[AC_VALUE_JA3] = 16,
		[AC_VALUE_CERT_SHA1] = 20,
		[AC_VALUE_CERT_SHA256] = 32,
	};

	return sizes[type & AC_RECORD_TYPE];
}

static const ac_index_part *
part_of(const ac_index *ix, uint32_t place)
{
	return place < ix->base.pool.n || !ix->overlay.header ? &ix->base : &ix->overlay;
}

/* ---- postings ---- */

/* Step over one posting, of any kind; *out_number is its meta, or where a shared one leads. False when it is none. */
static bool
step(const char **p, const char *end, uint32_t *out_number, uint32_t *out_term)
{
	uint8_t kind;
	uint32_t n = 0;

	if (*p >= end)
		return false;
	kind = (uint8_t) * (*p)++;
	switch (kind & AC_POSTING_KIND) {
	case AC_POSTING_ROW:
	case AC_POSTING_SHARED:
	case AC_POSTING_SPELLED:
	case AC_POSTING_GATE:
		break;
	case AC_POSTING_UUID:
		n = 16;
		break;
	case AC_POSTING_TEXT:
		if (!ac_varint_read(p, end, &n))
			return false;
		break;
	default:
		return false;
	}
	if (n > (size_t)(end - *p))
		return false;
	*p += n;
	*out_term = AC_NONE32;
	return ac_varint_read(p, end, out_number) && (!(kind & AC_POSTING_TERM) || ac_varint_read(p, end, out_term));
}

/* Bytes of a posting of the two kinds that lists have, with a meta below 128, which is its last byte. */
enum { ROW_BYTES = 2, UUID_BYTES = 18 };

/* The posting is such a one, and has so many; 0: it must be stepped over. */
static inline size_t
short_posting(const char *p, const char *end)
{
	uint8_t kind;
	size_t n;

	if (p >= end)
		return 0;
	kind = (uint8_t)*p & (AC_POSTING_KIND | AC_POSTING_TERM);
	n = kind == AC_POSTING_ROW ? ROW_BYTES : kind == AC_POSTING_UUID ? UUID_BYTES : 0;
	return n && n <= (size_t)(end - p) && (uint8_t)p[n - 1] < 0x80 ? n : 0;
}

bool
ac_posting_next(const ac_index_record *record, size_t *at, ac_index_posting *out)
{
	const char *p = record->postings.p + *at, *end = record->postings.p + record->postings.n;
	uint32_t number, place = record->postings_at + (uint32_t)*at;
	uint8_t kind;
	bool is_shared;
	size_t n = short_posting(p, end);

	if (n) {
		*out = (ac_index_posting){ .indicator = place, .meta = (uint8_t)p[n - 1], .term = AC_NONE32 };
		*at += n;
		return true;
	}
	if (p >= end)
		return false;
	kind = (uint8_t)*p & AC_POSTING_KIND;
	if (!step(&p, end, &number, &out->term))
		return false;
	out->is_spelled = kind == AC_POSTING_SPELLED;
	is_shared = kind == AC_POSTING_SHARED || out->is_spelled;
	out->indicator = is_shared ? record->from + number : place;
	out->meta = is_shared ? AC_NONE32 : number;
	if (kind == AC_POSTING_GATE)
		out->term = AC_TERM_GATE;
	else if (out->term != AC_NONE32) {
		if (out->term >= record->term_limit - record->first_term)
			return false;
		out->term += record->first_term;
	}
	*at = (size_t)(p - record->postings.p);
	return true;
}

/* ---- records ---- */

/* The number that follows a length. */
static inline bool
read_number(const char **p, const char *end, uint32_t n, ac_index_record *r)
{
	bool is_address = r->type == AC_VALUE_IPV4 || r->type == AC_VALUE_IPV6;
	uint32_t number, most = is_address ? r->prefix_bits : n < UINT16_MAX ? n : UINT16_MAX;

	if (!ac_varint_read(p, end, &number) || number > most)
		return false;
	if (is_address)
		r->prefix_bits = (uint8_t)number;
	else
		r->anchor_at = (uint16_t)number;
	return true;
}

static inline bool
read_record(const char **p, const char *end, ac_index_record *r)
{
	const char *q = *p;
	uint32_t n, postings_n, number, term;
	uint8_t flags;

	if (end - q < 2)
		return false;
	r->fingerprint = (uint8_t)q[0];
	flags = (uint8_t)q[1];
	q += 2;
	r->type = flags & AC_RECORD_TYPE;
	if (r->type == AC_VALUE_NONE || r->type >= AC_VALUE_TYPE_COUNT)
		return false;
	n = ac_record_fixed_size((ac_value_type)r->type);
	if (n == 0 && !ac_varint_read(&q, end, &n))
		return false;
	r->prefix_bits = r->type == AC_VALUE_IPV4 ? 32 : r->type == AC_VALUE_IPV6 ? 128 : 0;
	r->anchor_at = 0;
	if (((flags & AC_RECORD_NUMBER) && !read_number(&q, end, n, r)) || n > (size_t)(end - q))
		return false;
	r->text = (ac_str){ q, n };
	q += n;
	r->postings.p = q;
	r->postings.n = flags & AC_RECORD_MANY ? 0 : short_posting(q, end);
	if (r->postings.n) {
		*p = q + r->postings.n;
		return true;
	}
	if (flags & AC_RECORD_MANY) {
		if (!ac_varint_read(&q, end, &postings_n) || postings_n > (size_t)(end - q))
			return false;
		r->postings.p = q;
		q += postings_n;
	} else if (!step(&q, end, &number, &term)) {
		return false;
	}
	r->postings.n = (size_t)(q - r->postings.p);
	*p = q;
	return true;
}

bool
ac_record_read(const char **p, const char *end, ac_index_record *r)
{
	return read_record(p, end, r);
}

/* Where a record that was read stands. */
static void
put_places(const ac_index *ix, const ac_index_part *part, uint32_t place, ac_index_record *r)
{
	r->place = place;
	r->postings_at = part->from + (uint32_t)(r->postings.p - part->pool.p);
	r->from = part->from;
	r->first_term = part->first_term;
	r->term_limit = (uint32_t)ix->term_count;
}

ac_index_record
ac_index_record_at(const ac_index *ix, uint32_t place)
{
	const ac_index_part *part = part_of(ix, place);
	size_t at = place - part->from;
	const char *p = part->pool.p + (at < part->pool.n ? at : part->pool.n);
	ac_index_record r;

	if (read_record(&p, part->pool.p + part->pool.n, &r))
		put_places(ix, part, place, &r);
	else
		r = (ac_index_record){ .type = AC_VALUE_NONE };
	return r;
}

bool
ac_index_lone_at(const ac_index *ix, uint32_t place, ac_index_lone *out)
{
	const ac_index_part *part = part_of(ix, place);
	const char *p = part->pool.p + (place - part->from), *end = part->pool.p + part->pool.n;
	ac_index_record r;
	size_t n;
	uint8_t kind, meta;

	if (place - part->from >= part->pool.n || !read_record(&p, end, &r))
		return false;
	p = r.postings.p;
	n = r.postings.n;
	kind = (uint8_t)*p & (AC_POSTING_KIND | AC_POSTING_TERM);
	if (n == ROW_BYTES ? kind != AC_POSTING_ROW : n != UUID_BYTES || kind != AC_POSTING_UUID)
		return false;
	meta = (uint8_t)p[n - 1];
	if (meta >= 0x80 || meta >= part->meta_count)
		return false;
	out->text = r.text;
	out->type = r.type;
	out->meta = &part->metas[meta];
	out->uuid = n == UUID_BYTES ? (const uint8_t *)p + 1 : NULL;
	out->indicator = part->from + (uint32_t)(p - part->pool.p);
	return true;
}

bool
ac_index_each_record(const ac_index *ix, uint32_t *place, ac_index_record *out)
{
	const ac_index_part *part = part_of(ix, *place);
	uint32_t end = part->from + part->directory[part->bucket_count];

	if (*place < part->from + part->directory[0])
		*place = part->from + part->directory[0];
	if (*place >= end && part == &ix->base && ix->overlay.header) {
		part = &ix->overlay;
		*place = part->from + part->directory[0];
		end = part->from + part->directory[part->bucket_count];
	}
	if (*place >= end)
		return false;
	*out = ac_index_record_at(ix, *place);
	*place = (uint32_t)(out->postings.p + out->postings.n - part->pool.p) + part->from;
	return out->type != AC_VALUE_NONE;
}

static void
enter_bucket(const ac_index_part *part, uint64_t key, ac_find *find)
{
	uint64_t bucket = ac_bucket_of(part, key);

	find->at = part->directory[bucket];
	find->end = part->directory[bucket + 1];
}

ac_find
ac_find_start(const ac_index *ix, uint64_t key)
{
	ac_find find = { .in_overlay = false };

	enter_bucket(&ix->base, key, &find);
	return find;
}

bool
ac_find_next(const ac_index *ix, ac_find *find, uint64_t key, ac_index_record *out)
{
	for (;;) {
		const ac_index_part *part = find->in_overlay ? &ix->overlay : &ix->base;
		const char *end = part->pool.p + find->end;

		while (find->at < find->end) {
			const char *p = part->pool.p + find->at;
			uint32_t place = part->from + find->at;
			ac_index_record r; /* most are not asked for, and are nowhere but in registers */

			if (!read_record(&p, end, &r))
				break;
			find->at = (uint32_t)(p - part->pool.p);
			if (r.fingerprint == (uint8_t)key) {
				put_places(ix, part, place, &r);
				*out = r;
				return true;
			}
		}
		if (find->in_overlay || !ix->overlay.header)
			return false;
		find->in_overlay = true;
		enter_bucket(&ix->overlay, key, find);
	}
}

/* So many keys are asked for together: their walks through the page tables are then walked at the same time. */
#define AHEAD 8

static inline void
ask_for_bucket(const ac_index_part *part, uint64_t key)
{
	ac_ask_line(&part->directory[ac_bucket_of(part, key)]);
}

/* All lines of a bucket: two mostly, and seldom more than a few. */
static inline void
ask_for_records(const ac_index_part *part, uint64_t key)
{
	uint64_t bucket = ac_bucket_of(part, key);
	const char *p = part->pool.p + part->directory[bucket], *end = part->pool.p + part->directory[bucket + 1];
	const char *most = p + 256;

	for (p -= (uintptr_t)p % 64; p < end && p < most; p += 64)
		ac_ask_line(p);
}

static void
ask_ahead(const ac_index_part *part, const uint64_t *keys, size_t n, size_t at)
{
	size_t bucket = at ? at + 2 * AHEAD + AHEAD / 2 : 0, record = at ? at + AHEAD : 0;

	/* by turns: memory answers so many at a time only */
	if (at == 0 || at % AHEAD)
		for (; bucket < n && bucket < at + 3 * AHEAD + AHEAD / 2; bucket++)
			ask_for_bucket(part, keys[bucket]);
	if (at % AHEAD == 0)
		for (; record < n && record < at + 2 * AHEAD; record++)
			ask_for_records(part, keys[record]);
}

void
ac_find_ahead(const ac_index *ix, const uint64_t *keys, size_t n, size_t at)
{
	if (at % (AHEAD / 2))
		return;
	ask_ahead(&ix->base, keys, n, at);
	if (ix->overlay.header)
		ask_ahead(&ix->overlay, keys, n, at);
}

void
ac_index_prefetch(const ac_index *ix, uint32_t place)
{
	const ac_index_part *part = part_of(ix, place);

	if (place == AC_NONE32 || place - part->from >= part->pool.n)
		return;
	ac_ask_line(part->pool.p + (place - part->from));
	ac_ask_line(part->pool.p + (place - part->from) + 64);
}

static uint64_t
text_key(const ac_index *ix, const ac_index_record *r)
{
	if (r->type == AC_VALUE_URL)
		return ac_bytes_key(ac_url_without_fragment(r->text), ix->salt, AC_KEY_URL);
	return ac_text_hash(r->text, ix->salt,
	    r->type == AC_VALUE_DOMAIN  ? AC_KEY_DOMAIN
	    : r->type == AC_VALUE_EMAIL ? AC_KEY_EMAIL
					: AC_KEY_FILE);
}

uint32_t
ac_index_twin(const ac_index *ix, uint32_t place)
{
	ac_index_record r, twin;
	ac_find find = { .in_overlay = true };
	uint64_t key;

	if (!ix->overlay.header || place >= ix->base.pool.n)
		return AC_NONE32;
	r = ac_index_record_at(ix, place);
	key = text_key(ix, &r);
	enter_bucket(&ix->overlay, key, &find);
	while (ac_find_next(ix, &find, key, &twin))
		if (twin.type == r.type && ac_str_eq(twin.text, r.text))
			return twin.place;
	return AC_NONE32;
}

/* ---- indicators ---- */

bool
ac_posting_is_plain(const ac_index *ix, const ac_index_posting *posting)
{
	const ac_index_part *part = part_of(ix, posting->indicator);

	if (posting->meta >= part->meta_count)
		return false;
	return ac_meta_is_plain(&part->metas[posting->meta]);
}

ac_index_who
ac_index_who_at(const ac_index *ix, uint32_t indicator)
{
	const ac_index_part *part = part_of(ix, indicator);
	ac_index_who who = { .valid_from_us = INT64_MIN, .valid_until_us = INT64_MAX };
	size_t at = indicator - part->from;
	const char *end = part->pool.p + part->pool.n, *p = at < part->pool.n ? part->pool.p + at : end;
	size_t short_n = short_posting(p, end);
	const char *id = p + 1;
	const ac_index_meta *m;
	uint32_t number, n;
	uint8_t kind;

	if (p == end)
		return who;
	kind = (uint8_t)*p & AC_POSTING_KIND;
	if (short_n)
		number = (uint8_t)p[short_n - 1];
	else if (kind == AC_POSTING_SHARED || kind == AC_POSTING_SPELLED || !step(&p, end, &number, &n))
		return who;
	if (number >= part->meta_count)
		return who;
	who.is_row = kind == AC_POSTING_ROW;
	if (kind == AC_POSTING_UUID)
		who.uuid = (const uint8_t *)id;
	else if (kind == AC_POSTING_TEXT && ac_varint_read(&id, end, &n))
		who.id_text = (ac_str){ id, n };
	m = &part->metas[number];
	who.name = (ac_str){ part->pool.p + m->name_at, m->name_n };
	who.producer = (ac_str){ part->pool.p + m->producer_at, m->producer_n };
	who.warning = (ac_str){ part->pool.p + m->warning_at, m->flags >> AC_META_WARNING_SHIFT };
	who.valid_from_us = m->valid_from_us;
	who.valid_until_us = m->valid_until_us;
	who.flags = m->flags;
	return who;
}

ac_str
ac_index_id_format(const uint8_t uuid[static 16], char out[static 48])
{
	static const ac_str prefix = AC_S_INIT("indicator--");

	memcpy(out, prefix.p, prefix.n);
	ac_uuid_format(uuid, out + prefix.n);
	return (ac_str){ out, AC_ROW_ID_SIZE };
}

ac_str
ac_index_value_text(const ac_index_record *r, ac_arena *arena)
{
	const uint8_t *p = (const uint8_t *)r->text.p;
	char text[2 * 64];
	size_t n;

	if (r->type == AC_VALUE_IPV4 || r->type == AC_VALUE_IPV6) {
		n = r->type == AC_VALUE_IPV4 ? ac_ipv4_format(p, text) : ac_ipv6_format(p, text);
		if (r->prefix_bits != (r->type == AC_VALUE_IPV4 ? 32 : 128)) {
			text[n++] = '/';
			n += ac_u64_digits(r->prefix_bits, text + n);
		}
		return ac_arena_str(arena, (ac_str){ text, n });
	}
	if (ac_record_fixed_size((ac_value_type)r->type)) {
		ac_hex(p, r->text.n, text);
		return ac_arena_str(arena, (ac_str){ text, 2 * r->text.n });
	}
	return r->text;
}

ac_str
ac_index_id_of(const ac_index_who *who, const ac_index_record *record, ac_digester *digester, ac_arena *arena)
{
	char id[AC_ROW_ID_SIZE + 1], *made;
	ac_str text;

	if (who->uuid) {
		made = ac_arena_alloc(arena, sizeof(id));
		return made ? ac_index_id_format(who->uuid, made) : (ac_str){ NULL, 0 };
	}
	if (!who->is_row || !record)
		return who->id_text;
	text = ac_index_value_text(record, arena);
	if (!text.p || ac_row_id(digester, (ac_value_type)record->type, text, who->producer, id, NULL))
		return (ac_str){ NULL, 0 };
	return ac_arena_str(arena, (ac_str){ id, AC_ROW_ID_SIZE });
}

ac_str
ac_index_id_text(
    const ac_index *ix, const ac_index_record *record, uint32_t indicator, ac_digester *digester, ac_arena *arena)
{
	ac_index_who who = ac_index_who_at(ix, indicator);

	return ac_index_id_of(&who, record, digester, arena);
}

ac_index_tomb
ac_index_tomb_of(ac_hash_seed salt, ac_str id)
{
	ac_hash_seed other = { { salt.word[1], ~salt.word[0] } };

	return (ac_index_tomb){ { ac_siphash(salt, id), ac_siphash(other, id) } };
}

int
ac_index_tomb_cmp(const void *a, const void *b)
{
	const ac_index_tomb *x = a, *y = b;

	for (unsigned i = 0; i < AC_COUNT(x->word); i++)
		if (x->word[i] != y->word[i])
			return x->word[i] < y->word[i] ? -1 : 1;
	return 0;
}

bool
ac_index_is_hidden(const ac_index *ix, uint32_t indicator, ac_str id)
{
	ac_index_tomb tomb;

	if (ix->overlay.tomb_count == 0 || indicator >= ix->base.pool.n)
		return false;
	tomb = ac_index_tomb_of(ix->salt, id);
	return bsearch(&tomb, ix->overlay.tombs, ix->overlay.tomb_count, sizeof(tomb), ac_index_tomb_cmp) != NULL;
}
