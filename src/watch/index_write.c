/* SPDX-License-Identifier: Apache-2.0 */
/* The index as a file: sizes first, then one image, filled in place and written in one replacement. */
#include "watch/index_build.h"

#include <stdlib.h>

#define GATE_BITS_PER_KEY 12
#define BUCKET_LOAD 6 /* of eight slots, on average at most */

typedef struct image {
	char *p;
	size_t n;
	ac_index_header header;
} image;

static uint64_t
gate_blocks(size_t keys)
{
	uint64_t blocks = ((uint64_t)keys * GATE_BITS_PER_KEY + 255) / 256;

	return blocks ? blocks : 1;
}

static uint64_t
bucket_count(size_t records)
{
	uint64_t count = 1;

	while (count * BUCKET_LOAD < records)
		count *= 2;
	return count;
}

/* Sixteen bits a word, at least AC_PAIRS: a bit in sixteen is set then, and the bitmap stays in a core's own cache. */
static uint64_t
word_end_bits(size_t words)
{
	uint64_t bits = AC_PAIRS;

	while (bits < (uint64_t)words * 16 && bits < (uint64_t)1 << 30)
		bits *= 2;
	return bits;
}

/* Lengths of all sections, their places, and the size of the file. */
static int
lay_out(const ac_index_builder *b, image *im, accord_err *err)
{
	uint64_t lengths[AC_SECTION_COUNT] = {
		[AC_SECTION_GATE1] = gate_blocks(b->gate1.n) * sizeof(ac_gate_block),
		[AC_SECTION_GATE2] = gate_blocks(b->gate2.n) * sizeof(ac_gate_block),
		[AC_SECTION_BUCKETS] = bucket_count(b->records.n) * sizeof(ac_bucket),
		[AC_SECTION_RECORDS] = b->records.n * sizeof(ac_index_record),
		[AC_SECTION_POSTINGS] = b->postings.n * sizeof(ac_index_posting),
		[AC_SECTION_INDICATORS] = b->ids.n * sizeof(ac_index_id),
		[AC_SECTION_METAS] = b->metas.n * sizeof(ac_index_meta),
		[AC_SECTION_TERMS] = b->terms.n * sizeof(ac_index_term),
		[AC_SECTION_CONJUNCTIONS] = b->conjunctions.n * sizeof(ac_index_conjunction),
		[AC_SECTION_UNWATCHED] = b->unwatched.n * sizeof(ac_index_unwatched),
		[AC_SECTION_CIDR16] = AC_PAIRS / 8,
		[AC_SECTION_PLAIN_ENDS] = AC_PAIRS / 8,
		[AC_SECTION_WORD_ENDS] = word_end_bits(b->word_ends.n) / 8,
		[AC_SECTION_POOL] = b->pool.n,
	};
	uint64_t at = AC_INDEX_HEADER_SIZE;

	for (unsigned i = 0; i < AC_SECTION_COUNT; i++) {
		im->header.sections[i] = (ac_section){ .offset = at, .length = lengths[i] };
		at += (lengths[i] + AC_INDEX_ALIGN - 1) / AC_INDEX_ALIGN * AC_INDEX_ALIGN;
	}
	im->header.file_size = at;
	im->n = at;
	im->p = calloc(1, im->n);
	return im->p ? 0 : ac_fail(err, ACCORD_ENOMEM, "index: no memory for a file of %zu bytes", im->n);
}

static void *
section_of(const image *im, ac_section_kind kind)
{
	return im->p + im->header.sections[kind].offset;
}

static void
fill_gate(const image *im, ac_section_kind kind, const ac_vec *keys)
{
	ac_gate_block *gate = section_of(im, kind);
	uint64_t blocks = im->header.sections[kind].length / sizeof(*gate);
	const uint64_t *all = keys->p;

	for (size_t i = 0; i < keys->n; i++) {
		ac_gate_block *block = gate + (((all[i] >> 32) * blocks) >> 32);

		for (unsigned w = 0; w < 8; w++)
			block->word[w] |= AC_GATE_BIT(all[i], w);
	}
}

static void
fill_word_ends(const ac_index_builder *b, const image *im)
{
	uint64_t *map = section_of(im, AC_SECTION_WORD_ENDS);
	uint64_t bits = im->header.sections[AC_SECTION_WORD_ENDS].length * 8;
	const uint32_t *hashes = b->word_ends.p;

	for (size_t i = 0; i < b->word_ends.n; i++) {
		uint64_t bit = hashes[i] * bits >> 32;

		map[bit / 64] |= (uint64_t)1 << (bit % 64);
	}
}

static void
fill_buckets(const ac_index_builder *b, const image *im)
{
	ac_bucket *buckets = section_of(im, AC_SECTION_BUCKETS);
	uint64_t mask = im->header.sections[AC_SECTION_BUCKETS].length / sizeof(*buckets) - 1;
	const ac_build_record *records = b->records.p;

	memset(buckets, 0xff, (mask + 1) * sizeof(*buckets));
	for (size_t i = 0; i < b->records.n; i++) {
		uint64_t at = records[i].key & mask;
		unsigned slot = 0;

		while (buckets[at].slot[slot].record != AC_NONE32) {
			if (++slot == AC_BUCKET_SLOTS) {
				slot = 0;
				at = (at + 1) & mask;
			}
		}
		buckets[at].slot[slot] = (ac_bucket_slot){ (uint32_t)(records[i].key >> 32), (uint32_t)i };
	}
}

/* The lists of postings become runs, each in the order in which they were added. */
static void
fill_records(const ac_index_builder *b, const image *im)
{
	const ac_build_record *records = b->records.p;
	const ac_build_posting *postings = b->postings.p;
	ac_index_record *out = section_of(im, AC_SECTION_RECORDS);
	ac_index_posting *runs = section_of(im, AC_SECTION_POSTINGS);
	uint32_t next = 0;

	for (size_t i = 0; i < b->records.n; i++) {
		uint32_t at = next + records[i].out.posting_count;

		out[i] = records[i].out;
		out[i].first_posting = next;
		next = at;
		for (uint32_t p = records[i].out.first_posting; p != AC_NONE32; p = postings[p].next)
			runs[--at] = postings[p].out;
	}
}

static void
copy_section(const image *im, ac_section_kind kind, const void *from)
{
	size_t n = im->header.sections[kind].length;

	if (n)
		memcpy(section_of(im, kind), from, n);
}

static void
finish_header(const ac_index_builder *b, image *im)
{
	ac_index_header *h = &im->header;

	h->magic = AC_INDEX_MAGIC;
	h->version = AC_INDEX_VERSION;
	h->flags = b->flags;
	h->generation = b->generation;
	h->salt = b->salt;
	h->ipv4_prefixes = b->ipv4_prefixes;
	memcpy(h->ipv6_prefixes, b->ipv6_prefixes, sizeof(h->ipv6_prefixes));
	h->plain_name_min = b->plain_name_min;
	h->plain_name_max = b->plain_name_max;
	h->url_max = b->url_max;
	h->indicator_count = b->watched;
	h->unwatched_count = b->unwatched.n;
	h->section_count = AC_SECTION_COUNT;
	for (unsigned i = 0; i < AC_SECTION_COUNT; i++)
		h->sections[i].checksum =
		    ac_index_checksum((ac_str){ im->p + h->sections[i].offset, h->sections[i].length });
	h->checksum = ac_index_checksum((ac_str){ (const char *)h, offsetof(ac_index_header, checksum) });
	memcpy(im->p, h, sizeof(*h));
}

int
ac_index_image(ac_index_builder *b, char **out_bytes, size_t *out_n, accord_err *err)
{
	image im = { .n = 0 };
	int rc = lay_out(b, &im, err);

	if (rc)
		return rc;
	fill_gate(&im, AC_SECTION_GATE1, &b->gate1);
	fill_gate(&im, AC_SECTION_GATE2, &b->gate2);
	fill_word_ends(b, &im);
	fill_buckets(b, &im);
	fill_records(b, &im);
	copy_section(&im, AC_SECTION_INDICATORS, b->ids.p);
	copy_section(&im, AC_SECTION_METAS, b->metas.p);
	copy_section(&im, AC_SECTION_TERMS, b->terms.p);
	copy_section(&im, AC_SECTION_CONJUNCTIONS, b->conjunctions.p);
	copy_section(&im, AC_SECTION_UNWATCHED, b->unwatched.p);
	copy_section(&im, AC_SECTION_CIDR16, b->cidr16);
	copy_section(&im, AC_SECTION_PLAIN_ENDS, b->plain_ends);
	copy_section(&im, AC_SECTION_POOL, b->pool.p);
	finish_header(b, &im);
	*out_bytes = im.p;
	*out_n = im.n;
	return 0;
}

int
ac_index_write(ac_index_builder *b, const char *path, accord_err *err)
{
	char *bytes;
	size_t n;
	int rc = ac_index_image(b, &bytes, &n, err);

	if (rc)
		return rc;
	rc = ac_file_replace(path, (ac_str){ bytes, n }, 0600, err);
	free(bytes);
	return rc;
}

int
ac_index_finish(ac_index_builder *b, ac_index **out, accord_err *err)
{
	char *bytes;
	size_t n;
	int rc = ac_index_image(b, &bytes, &n, err);

	if (rc)
		return rc;
	rc = ac_index_open_bytes((ac_str){ bytes, n }, out, err);
	if (rc)
		free(bytes);
	else
		(*out)->owned = bytes;
	return rc;
}
