/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening an index: every number in the file that is later used as a place is checked here, so that the scanner never meets one that leads
 * outside. A file that is not exactly as written is refused.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "crypto/digest.h"
#include "watch/index_format.h"

#define LANES 4

static inline uint64_t
lane_step(uint64_t lane, uint64_t word)
{
	lane = (lane ^ word) * 0x9fb21c651e98df25U;
	return lane ^ lane >> 29;
}

uint64_t
ac_index_checksum(ac_str bytes)
{
	uint64_t lane[LANES] = { 1, 2, 3, 4 }, sum = bytes.n;
	size_t at = 0;

	for (; at + 8 * LANES <= bytes.n; at += 8 * LANES)
		for (unsigned i = 0; i < LANES; i++)
			lane[i] = lane_step(lane[i], ac_load64(bytes.p + at + 8 * (size_t)i));
	for (; at < bytes.n; at++)
		lane[0] = lane_step(lane[0], (unsigned char)bytes.p[at]);
	for (unsigned i = 0; i < LANES; i++)
		sum = lane_step(sum, lane[i]);
	return sum;
}

static const size_t item_sizes[AC_SECTION_COUNT] = {
	[AC_SECTION_GATE1] = sizeof(ac_gate_block),
	[AC_SECTION_GATE2] = sizeof(ac_gate_block),
	[AC_SECTION_BUCKETS] = sizeof(ac_bucket),
	[AC_SECTION_RECORDS] = sizeof(ac_index_record),
	[AC_SECTION_POSTINGS] = sizeof(ac_index_posting),
	[AC_SECTION_INDICATORS] = sizeof(ac_index_id),
	[AC_SECTION_METAS] = sizeof(ac_index_meta),
	[AC_SECTION_TERMS] = sizeof(ac_index_term),
	[AC_SECTION_CONJUNCTIONS] = sizeof(ac_index_conjunction),
	[AC_SECTION_UNWATCHED] = sizeof(ac_index_unwatched),
	[AC_SECTION_CIDR16] = AC_PAIRS / 8,
	[AC_SECTION_PLAIN_ENDS] = AC_PAIRS / 8,
	[AC_SECTION_WORD_ENDS] = AC_PAIRS / 8,
	[AC_SECTION_POOL] = 1,
};

static int
refuse(accord_err *err, const char *what)
{
	return ac_fail(err, ACCORD_EINPUT, "not a sound watch index: %s", what);
}

static int
check_header(ac_str bytes, accord_err *err)
{
	const ac_index_header *h = (const void *)bytes.p;

	if (bytes.n < AC_INDEX_HEADER_SIZE || h->magic != AC_INDEX_MAGIC)
		return refuse(err, "want its magic bytes");
	if (h->version != AC_INDEX_VERSION)
		return refuse(err, "made by another version of the program");
	if (h->checksum != ac_index_checksum((ac_str){ bytes.p, offsetof(ac_index_header, checksum) }))
		return refuse(err, "the header's checksum differs");
	if (h->file_size != bytes.n || h->section_count != AC_SECTION_COUNT)
		return refuse(err, "its size differs from what its header says");
	return 0;
}

static int
check_sections(ac_str bytes, accord_err *err)
{
	const ac_index_header *h = (const void *)bytes.p;

	for (unsigned i = 0; i < AC_SECTION_COUNT; i++) {
		const ac_section *s = &h->sections[i];

		if (s->offset % AC_INDEX_ALIGN || s->offset > bytes.n || s->length > bytes.n - s->offset ||
		    s->length % item_sizes[i])
			return refuse(err, "a section lies outside");
		if (s->checksum != ac_index_checksum((ac_str){ bytes.p + s->offset, s->length }))
			return refuse(err, "a section's checksum differs");
	}
	return 0;
}

static uint64_t
items(const ac_index *ix, ac_section_kind kind)
{
	return ix->header->sections[kind].length / item_sizes[kind];
}

static void
set_views(ac_index *ix, ac_str bytes)
{
	const ac_section *s;

	ix->header = (const void *)bytes.p;
	s = ix->header->sections;
	ix->salt = ix->header->salt;
	ix->flags = ix->header->flags;
	ix->gate1 = (const void *)(bytes.p + s[AC_SECTION_GATE1].offset);
	ix->gate1_blocks = items(ix, AC_SECTION_GATE1);
	ix->gate2 = (const void *)(bytes.p + s[AC_SECTION_GATE2].offset);
	ix->gate2_blocks = items(ix, AC_SECTION_GATE2);
	ix->buckets = (const void *)(bytes.p + s[AC_SECTION_BUCKETS].offset);
	ix->bucket_mask = items(ix, AC_SECTION_BUCKETS) - 1;
	ix->records = (const void *)(bytes.p + s[AC_SECTION_RECORDS].offset);
	ix->record_count = items(ix, AC_SECTION_RECORDS);
	ix->postings = (const void *)(bytes.p + s[AC_SECTION_POSTINGS].offset);
	ix->posting_count = items(ix, AC_SECTION_POSTINGS);
	ix->ids = (const void *)(bytes.p + s[AC_SECTION_INDICATORS].offset);
	ix->id_count = items(ix, AC_SECTION_INDICATORS);
	ix->metas = (const void *)(bytes.p + s[AC_SECTION_METAS].offset);
	ix->meta_count = items(ix, AC_SECTION_METAS);
	ix->terms = (const void *)(bytes.p + s[AC_SECTION_TERMS].offset);
	ix->term_count = items(ix, AC_SECTION_TERMS);
	ix->conjunctions = (const void *)(bytes.p + s[AC_SECTION_CONJUNCTIONS].offset);
	ix->conjunction_count = items(ix, AC_SECTION_CONJUNCTIONS);
	ix->unwatched = (const void *)(bytes.p + s[AC_SECTION_UNWATCHED].offset);
	ix->unwatched_count = items(ix, AC_SECTION_UNWATCHED);
	ix->cidr16 = (const void *)(bytes.p + s[AC_SECTION_CIDR16].offset);
	ix->plain_ends = (const void *)(bytes.p + s[AC_SECTION_PLAIN_ENDS].offset);
	ix->word_ends = (const void *)(bytes.p + s[AC_SECTION_WORD_ENDS].offset);
	ix->word_end_shift = 32;
	for (uint64_t bits = s[AC_SECTION_WORD_ENDS].length * 8; bits > 1; bits /= 2)
		ix->word_end_shift--;
	ix->pool = (ac_str){ bytes.p + s[AC_SECTION_POOL].offset, s[AC_SECTION_POOL].length };
}

static bool
in_pool(const ac_index *ix, uint64_t at, uint32_t n)
{
	return at <= ix->pool.n && n <= ix->pool.n - at;
}

/* Bytes that a record of a type must have. */
static bool
length_fits(ac_value_type type, uint32_t n)
{
	size_t digits = ac_value_hash_digits(type);

	if (type == AC_VALUE_IPV4)
		return n == 4;
	if (type == AC_VALUE_IPV6)
		return n == 16;
	return !digits || n == digits / 2;
}

static bool
records_fit(const ac_index *ix)
{
	for (uint64_t i = 0; i < ix->record_count; i++) {
		const ac_index_record *r = &ix->records[i];

		if (r->type == 0 || r->type >= AC_VALUE_TYPE_COUNT || !in_pool(ix, r->text_at, r->text_n) ||
		    !length_fits((ac_value_type)r->type, r->text_n) || r->anchor_at > r->text_n ||
		    r->prefix_bits > 128 || r->first_posting > ix->posting_count ||
		    r->posting_count > ix->posting_count - r->first_posting)
			return false;
	}
	return true;
}

static bool
who_fits(const ac_index *ix)
{
	for (uint64_t i = 0; i < ix->posting_count; i++)
		if (ix->postings[i].indicator >= ix->id_count ||
		    (ix->postings[i].term != AC_NONE32 && ix->postings[i].term >= ix->term_count))
			return false;
	for (uint64_t i = 0; i < ix->id_count; i++) {
		const ac_index_id *id = &ix->ids[i];

		if (id->meta >= ix->meta_count || (id->id_n && !in_pool(ix, ac_load64(id->uuid), id->id_n)))
			return false;
	}
	for (uint64_t i = 0; i < ix->meta_count; i++) {
		const ac_index_meta *m = &ix->metas[i];

		if (!in_pool(ix, m->name_at, m->name_n) || !in_pool(ix, m->producer_at, m->producer_n))
			return false;
	}
	for (uint64_t i = 0; i < ix->unwatched_count; i++) {
		const ac_index_unwatched *u = &ix->unwatched[i];

		if (u->indicator >= ix->id_count || !in_pool(ix, u->reason_at, u->reason_n))
			return false;
	}
	return true;
}

static bool
patterns_fit(const ac_index *ix)
{
	for (uint64_t i = 0; i < ix->term_count; i++) {
		const ac_index_term *t = &ix->terms[i];

		if (!in_pool(ix, t->text_at, t->text_n) || t->conjunction >= ix->conjunction_count ||
		    t->role > AC_TERM_DESTINATION)
			return false;
	}
	for (uint64_t i = 0; i < ix->conjunction_count; i++) {
		const ac_index_conjunction *c = &ix->conjunctions[i];

		if (c->first_term > ix->term_count || c->term_count > ix->term_count - c->first_term ||
		    c->term_count == 0 || c->term_count > AC_PATTERN_TERMS_MAX ||
		    !in_pool(ix, c->protocol_at, c->protocol_n))
			return false;
		/* A term's place in its conjunction is a bit number later. */
		for (uint32_t t = c->first_term; t < c->first_term + c->term_count; t++)
			if (ix->terms[t].conjunction != i)
				return false;
	}
	for (uint64_t i = 0; i < ix->term_count; i++) {
		const ac_index_conjunction *c = &ix->conjunctions[ix->terms[i].conjunction];

		if (i < c->first_term || i - c->first_term >= c->term_count)
			return false;
	}
	return true;
}

static bool
is_power_of_two(uint64_t n)
{
	return n > 0 && (n & (n - 1)) == 0;
}

int
ac_index_open_bytes(ac_str bytes, ac_index **out, accord_err *err)
{
	ac_index *ix;
	int rc = check_header(bytes, err);

	if (!rc)
		rc = check_sections(bytes, err);
	if (rc)
		return rc;
	ix = calloc(1, sizeof(*ix));
	if (!ix)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	set_views(ix, bytes);
	if (ix->gate1_blocks == 0 || ix->gate2_blocks == 0 || items(ix, AC_SECTION_BUCKETS) == 0 ||
	    (ix->bucket_mask & (ix->bucket_mask + 1)) != 0 || items(ix, AC_SECTION_CIDR16) != 1 ||
	    items(ix, AC_SECTION_PLAIN_ENDS) != 1 || !is_power_of_two(items(ix, AC_SECTION_WORD_ENDS)) ||
	    !records_fit(ix) || !who_fits(ix) || !patterns_fit(ix)) {
		free(ix);
		return refuse(err, "a number in it leads outside");
	}
	*out = ix;
	return 0;
}

int
ac_index_open(const char *path, ac_index **out, accord_err *err)
{
	ac_map_file map = { .size = 0 };
	int rc = ac_map_open(path, &map, err);

	if (rc)
		return rc;
	rc = ac_index_open_bytes(map.bytes, out, err);
	if (rc)
		ac_map_close(&map);
	else
		(*out)->map = map;
	return rc;
}

int64_t
ac_index_generation(const ac_index *index)
{
	return index->header->generation;
}

uint64_t
ac_index_indicator_count(const ac_index *index)
{
	return index->header->indicator_count;
}

uint64_t
ac_index_unwatched_count(const ac_index *index)
{
	return index->unwatched_count;
}

int
ac_index_each_unwatched(const ac_index *index, ac_on_unwatched on, void *payload, accord_err *err)
{
	int rc = 0;

	for (uint64_t i = 0; !rc && i < index->unwatched_count; i++) {
		const ac_index_unwatched *u = &index->unwatched[i];
		const ac_index_meta *m = &index->metas[index->ids[u->indicator].meta];
		char text[48];

		rc = on(payload, ac_index_id_text(index, u->indicator, text),
		    ac_index_text(index, m->name_at, m->name_n), ac_index_text(index, u->reason_at, u->reason_n), err);
	}
	return rc;
}

ac_index *
ac_index_close(ac_index *index)
{
	if (!index)
		return NULL;
	ac_map_close(&index->map);
	free(index->owned);
	free(index);
	return NULL;
}

void
ac_index_id_format(const uint8_t uuid[static 16], char out[static 48])
{
	static const ac_str prefix = AC_S_INIT("indicator--");
	/* 8-4-4-4-12 hexadecimal digits (RFC 9562 s4) */
	static const uint8_t groups[] = { 4, 2, 2, 2, 6 };
	char *p = out + prefix.n;

	memcpy(out, prefix.p, prefix.n);
	for (unsigned g = 0; g < AC_COUNT(groups); g++) {
		if (g)
			*p++ = '-';
		ac_hex(uuid, groups[g], p);
		p += 2 * groups[g];
		uuid += groups[g];
	}
}

ac_str
ac_index_id_text(const ac_index *index, uint32_t indicator, char out[static 48])
{
	const ac_index_id *id = &index->ids[indicator];

	if (id->id_n)
		return ac_index_text(index, ac_load64(id->uuid), id->id_n);
	ac_index_id_format(id->uuid, out);
	return (ac_str){ out, 47 };
}

bool
ac_find_next(const ac_index *index, ac_find *find, uint64_t key, uint32_t *out_record)
{
	while (find->left > 0) {
		const ac_bucket *bucket = &index->buckets[find->bucket];

		while (find->slot < AC_BUCKET_SLOTS) {
			ac_bucket_slot slot = bucket->slot[find->slot++];

			if (slot.record == AC_NONE32)
				return false;
			if (slot.fingerprint == (uint32_t)(key >> 32) && slot.record < index->record_count) {
				*out_record = slot.record;
				return true;
			}
		}
		find->slot = 0;
		find->bucket = (find->bucket + 1) & index->bucket_mask;
		find->left--;
	}
	return false;
}
