/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening an index: the file's bytes are as they were written (sizes, order, zeros between, checksums), and every number in it that is later used as a place without another
 * look leads inside. Records and postings are bounded where they are read (index_find.c).
 */
#include <stdlib.h>

#include "base/limits.h"
#include "sys/os.h"
#include "watch/index_build.h"

static inline uint64_t
lane_step(uint64_t lane, uint64_t word)
{
	lane = (lane ^ word) * 0x9fb21c651e98df25U;
	return lane ^ lane >> 29;
}

void
ac_checksum_start(ac_checksum *sum)
{
	sum->n = 0;
	for (unsigned i = 0; i < AC_CHECKSUM_LANES; i++)
		sum->lane[i] = i + 1;
}

void
ac_checksum_add(ac_checksum *sum, ac_str bytes)
{
	size_t at = 0;

	assert(sum->n % (8 * AC_CHECKSUM_LANES) == 0);
	sum->n += bytes.n;
	for (; at + 8 * AC_CHECKSUM_LANES <= bytes.n; at += 8 * AC_CHECKSUM_LANES)
		for (unsigned i = 0; i < AC_CHECKSUM_LANES; i++)
			sum->lane[i] = lane_step(sum->lane[i], ac_load64(bytes.p + at + 8 * (size_t)i));
	for (; at < bytes.n; at++)
		sum->lane[0] = lane_step(sum->lane[0], (unsigned char)bytes.p[at]);
}

uint64_t
ac_checksum_end(const ac_checksum *sum)
{
	uint64_t all = sum->n;

	for (unsigned i = 0; i < AC_CHECKSUM_LANES; i++)
		all = lane_step(all, sum->lane[i]);
	return all;
}

uint64_t
ac_index_checksum(ac_str bytes)
{
	ac_checksum sum;

	ac_checksum_start(&sum);
	ac_checksum_add(&sum, bytes);
	return ac_checksum_end(&sum);
}

static const size_t item_sizes[AC_SECTION_COUNT] = {
	[AC_SECTION_METAS] = sizeof(ac_index_meta),
	[AC_SECTION_TERMS] = sizeof(ac_index_term),
	[AC_SECTION_CONJUNCTIONS] = sizeof(ac_index_conjunction),
	[AC_SECTION_UNWATCHED] = sizeof(ac_index_unwatched),
	[AC_SECTION_PATTERNS] = sizeof(ac_index_pattern),
	[AC_SECTION_CIDR16] = AC_PAIRS / 8,
	[AC_SECTION_NETWORKS] = sizeof(uint32_t),
	[AC_SECTION_LAST_LABELS] = AC_PAIRS / 8,
	[AC_SECTION_WORD_ENDS] = sizeof(uint32_t),
	[AC_SECTION_TOMBS] = sizeof(ac_index_tomb),
	[AC_SECTION_POOL] = 1,
	[AC_SECTION_DIRECTORY] = sizeof(uint32_t),
	[AC_SECTION_GATE1] = sizeof(uint64_t),
	[AC_SECTION_GATE2] = sizeof(uint64_t),
};

static int
refuse(accord_err *err, const char *what)
{
	return ac_fail(err, ACCORD_EINPUT, "not a sound watch index: %s", what);
}

static bool
is_zero(ac_str bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		if (bytes.p[i])
			return false;
	return true;
}

static int
check_header(ac_str bytes, accord_err *err)
{
	const ac_index_header *h = (const void *)bytes.p;

	if (bytes.n < AC_INDEX_HEADER_SIZE || h->magic != AC_INDEX_MAGIC)
		return refuse(err, "want its magic bytes");
	if (h->version != AC_INDEX_VERSION)
		return refuse(err, "made by another version of the program");
	if (h->checksum != ac_index_checksum((ac_str){ bytes.p, offsetof(ac_index_header, checksum) }) ||
	    !is_zero(ac_str_slice(bytes, sizeof(*h), AC_INDEX_HEADER_SIZE)))
		return refuse(err, "the header's checksum differs");
	if (h->file_size != bytes.n || h->section_count != AC_SECTION_COUNT)
		return refuse(err, "its size differs from what its header says");
	return 0;
}

/* Each section begins where the one before ends, at the next multiple of 4 KiB. */
static int
check_sections(ac_str bytes, accord_err *err)
{
	const ac_index_header *h = (const void *)bytes.p;
	uint64_t at = AC_INDEX_HEADER_SIZE;

	for (unsigned i = 0; i < AC_SECTION_COUNT; i++) {
		const ac_section *s = &h->sections[i];
		uint64_t end;

		if (s->offset != at || at > bytes.n || s->length > bytes.n - at || s->length % item_sizes[i])
			return refuse(err, "a section lies outside");
		end = at + s->length;
		at = (end + AC_INDEX_ALIGN - 1) / AC_INDEX_ALIGN * AC_INDEX_ALIGN;
		if (at > bytes.n || !is_zero(ac_str_slice(bytes, end, at)))
			return refuse(err, "a section lies outside");
		if (s->checksum != ac_index_checksum((ac_str){ bytes.p + s->offset, s->length }))
			return refuse(err, "a section's checksum differs");
	}
	return at == bytes.n ? 0 : refuse(err, "a section lies outside");
}

static uint64_t
items(const ac_index_header *h, ac_section_kind kind)
{
	return h->sections[kind].length / item_sizes[kind];
}

static const void *
section(const ac_index_header *h, ac_section_kind kind)
{
	return (const char *)h + h->sections[kind].offset;
}

static void
set_part(ac_index_part *part, ac_str bytes)
{
	const ac_index_header *h = (const void *)bytes.p;

	part->header = h;
	part->metas = section(h, AC_SECTION_METAS);
	part->meta_count = items(h, AC_SECTION_METAS);
	part->unwatched = section(h, AC_SECTION_UNWATCHED);
	part->unwatched_count = items(h, AC_SECTION_UNWATCHED);
	part->patterns = section(h, AC_SECTION_PATTERNS);
	part->pattern_count = items(h, AC_SECTION_PATTERNS);
	part->tombs = section(h, AC_SECTION_TOMBS);
	part->tomb_count = items(h, AC_SECTION_TOMBS);
	part->pool = (ac_str){ section(h, AC_SECTION_POOL), h->sections[AC_SECTION_POOL].length };
	part->directory = section(h, AC_SECTION_DIRECTORY);
	part->bucket_count = items(h, AC_SECTION_DIRECTORY) - 1;
}

static bool
in_pool(const ac_index_part *part, uint64_t at, uint32_t n)
{
	return at <= part->pool.n && n <= part->pool.n - at;
}

static bool
directory_fits(const ac_index_part *part)
{
	uint64_t n = items(part->header, AC_SECTION_DIRECTORY);
	bool falls = false;

	if (n < 2 || n > UINT32_MAX || part->pool.n >= UINT32_MAX)
		return false;
	for (uint64_t i = 1; i < n; i++)
		falls |= part->directory[i] < part->directory[i - 1];
	return !falls && part->directory[n - 1] <= part->pool.n;
}

static bool
who_fits(const ac_index_part *part)
{
	for (uint64_t i = 0; i < part->meta_count; i++) {
		const ac_index_meta *m = &part->metas[i];

		if (!in_pool(part, m->name_at, m->name_n) || !in_pool(part, m->producer_at, m->producer_n) ||
		    !in_pool(part, m->warning_at, m->flags >> AC_META_WARNING_SHIFT))
			return false;
	}
	for (uint64_t i = 0; i < part->unwatched_count; i++) {
		const ac_index_unwatched *u = &part->unwatched[i];

		if (!in_pool(part, u->indicator, 1) || !in_pool(part, u->reason_at, u->reason_n))
			return false;
	}
	for (uint64_t i = 0; i < part->pattern_count; i++) {
		const ac_index_pattern *p = &part->patterns[i];

		if (!in_pool(part, p->indicator, 1) || !in_pool(part, p->text_at, p->text_n))
			return false;
	}
	return true;
}

static bool
patterns_fit(const ac_index_part *part)
{
	const ac_index_header *h = part->header;
	const ac_index_term *terms = section(h, AC_SECTION_TERMS);
	const ac_index_conjunction *conjunctions = section(h, AC_SECTION_CONJUNCTIONS);
	uint64_t term_count = items(h, AC_SECTION_TERMS), conjunction_count = items(h, AC_SECTION_CONJUNCTIONS);

	for (uint64_t i = 0; i < term_count; i++) {
		const ac_index_term *t = &terms[i];

		if (!in_pool(part, t->text_at, t->text_n) || t->conjunction >= conjunction_count ||
		    t->role > AC_TERM_DESTINATION)
			return false;
	}
	for (uint64_t i = 0; i < conjunction_count; i++) {
		const ac_index_conjunction *c = &conjunctions[i];

		if (c->first_term > term_count || c->term_count > term_count - c->first_term || c->term_count == 0 ||
		    c->term_count > AC_PATTERN_TERMS_MAX || !in_pool(part, c->protocol_at, c->protocol_n))
			return false;
		/* A term's place in its conjunction is a bit number later. */
		for (uint32_t t = c->first_term; t < c->first_term + c->term_count; t++)
			if (terms[t].conjunction != i)
				return false;
	}
	for (uint64_t i = 0; i < term_count; i++) {
		const ac_index_conjunction *c = &conjunctions[terms[i].conjunction];

		if (i < c->first_term || i - c->first_term >= c->term_count)
			return false;
	}
	return true;
}

static bool
filters_fit(const ac_index_header *h, bool is_overlay)
{
	uint64_t words = h->sections[AC_SECTION_WORD_ENDS].length, networks = h->sections[AC_SECTION_NETWORKS].length,
		 g1 = h->sections[AC_SECTION_GATE1].length, g2 = h->sections[AC_SECTION_GATE2].length;

	if (items(h, AC_SECTION_CIDR16) != 1 || items(h, AC_SECTION_LAST_LABELS) != 1 ||
	    (h->base_generation != 0 || h->base_checksum != 0) != is_overlay)
		return false;
	if (is_overlay)
		return true;
	return g1 > 0 && g2 > 0 && g1 % sizeof(ac_gate_block) == 0 && g2 % sizeof(ac_gate_block) == 0 &&
	       g1 / sizeof(ac_gate_block) <= UINT32_MAX && g2 / sizeof(ac_gate_block) <= UINT32_MAX &&
	       words >= AC_PAIRS / 8 && words <= (uint64_t)1 << 29 && (words & (words - 1)) == 0 &&
	       networks >= AC_PAIRS / 8 && networks <= AC_NETWORKS / 8 && (networks & (networks - 1)) == 0 &&
	       items(h, AC_SECTION_TOMBS) == 0;
}

static int
open_part(ac_str bytes, bool is_overlay, ac_index_part *out, accord_err *err)
{
	ac_index_part part = { .from = 0 };
	int rc = check_header(bytes, err);

	if (!rc)
		rc = check_sections(bytes, err);
	if (rc)
		return rc;
	set_part(&part, bytes);
	if (!filters_fit(part.header, is_overlay) || !directory_fits(&part) || !who_fits(&part) || !patterns_fit(&part))
		return refuse(err, "a number in it leads outside");
	*out = part;
	return 0;
}

static ac_index_bytes *
release(ac_index_bytes *b)
{
	if (b && atomic_fetch_sub(&b->users, 1) == 1) {
		ac_map_close(&b->map);
		free(b->owned);
		free(b->directory);
		free(b);
	}
	return NULL;
}

ac_index *
ac_index_close(ac_index *index)
{
	if (!index)
		return NULL;
	release(index->base.bytes);
	release(index->overlay.bytes);
	free(index->copies);
	free(index);
	return NULL;
}

static void
set_filters(ac_index *ix)
{
	const ac_index_header *h = ix->base.header;

	ix->salt = h->salt;
	ix->flags = h->flags;
	ix->plain_name_min = h->plain_name_min;
	ix->plain_name_max = h->plain_name_max;
	ix->url_max = h->url_max;
	ix->ipv4_prefixes = h->ipv4_prefixes;
	memcpy(ix->ipv6_prefixes, h->ipv6_prefixes, sizeof(ix->ipv6_prefixes));
	ix->gate1 = section(h, AC_SECTION_GATE1);
	ix->gate1_blocks = h->sections[AC_SECTION_GATE1].length / sizeof(ac_gate_block);
	ix->gate2 = section(h, AC_SECTION_GATE2);
	ix->gate2_blocks = h->sections[AC_SECTION_GATE2].length / sizeof(ac_gate_block);
	ix->cidr16 = section(h, AC_SECTION_CIDR16);
	ix->networks = ac_networks_of(section(h, AC_SECTION_NETWORKS), h->salt, 0);
	for (uint64_t bits = h->sections[AC_SECTION_NETWORKS].length * 8; bits < AC_NETWORKS; bits *= 2)
		ix->networks.shift++;
	ix->last_labels = section(h, AC_SECTION_LAST_LABELS);
	ix->word_ends = section(h, AC_SECTION_WORD_ENDS);
	ix->word_end_shift = 32;
	for (uint64_t bits = h->sections[AC_SECTION_WORD_ENDS].length * 8; bits > 1; bits /= 2)
		ix->word_end_shift--;
	ix->terms = section(h, AC_SECTION_TERMS);
	ix->term_count = items(h, AC_SECTION_TERMS);
	ix->conjunctions = section(h, AC_SECTION_CONJUNCTIONS);
	ix->conjunction_count = items(h, AC_SECTION_CONJUNCTIONS);
}

/* Gates below this are in the cache as they are. */
#define SMALL_GATES (2 * AC_MIB)

/* The gates and networks alone, which every token asks for, are worth a copy in each process; without memory, those of the file do. */
static void
copy_gates(ac_index *ix)
{
	size_t n1 = ix->gate1_blocks * sizeof(ac_gate_block), n2 = ix->gate2_blocks * sizeof(ac_gate_block),
	       n3 = (AC_NETWORKS >> ix->networks.shift) / 8, n4 = ((size_t)1 << (32 - ix->word_end_shift)) / 8;
	char *p = n1 + n2 < SMALL_GATES ? NULL : ac_alloc_table(n1 + n2 + n3 + n4);

	if (!p)
		return;
	memcpy(p, ix->gate1, n1);
	memcpy(p + n1, ix->gate2, n2);
	memcpy(p + n1 + n2, ix->networks.bits, n3);
	memcpy(p + n1 + n2 + n3, ix->word_ends, n4);
	ix->networks.bits = (const uint64_t *)(const void *)(p + n1 + n2);
	ix->word_ends = (const uint64_t *)(const void *)(p + n1 + n2 + n3);
	ix->gate1 = (const ac_gate_block *)(const void *)p;
	ix->gate2 = (const ac_gate_block *)(const void *)(p + n1);
	ix->copies = p;
}

/* Directories below this are in the cache as they are, or nearly. */
#define SMALL_DIRECTORY (2 * AC_MIB)

/* Where the records of each token that is found begin: one walk through the page tables less for each. */
static void
copy_directory(ac_index_part *part)
{
	size_t n = (part->bucket_count + 1) * sizeof(*part->directory);
	uint32_t *copy = n < SMALL_DIRECTORY ? NULL : ac_alloc_table(n);

	if (!copy)
		return;
	memcpy(copy, part->directory, n);
	part->bytes->directory = copy;
	part->directory = copy;
}

/* Takes map and owned when it succeeds. */
static int
open_base(ac_str bytes, const ac_map_file *map, char *owned, ac_index **out, accord_err *err)
{
	ac_index *ix = calloc(1, sizeof(*ix));
	ac_index_bytes *b = calloc(1, sizeof(*b));
	int rc = ix && b ? open_part(bytes, false, &ix->base, err) : ac_fail(err, ACCORD_ENOMEM, "index: no memory");

	if (!rc) {
		set_filters(ix);
		rc = ac_index_never(ix, err);
	}
	if (rc) {
		free(ix);
		free(b);
		return rc;
	}
	atomic_init(&b->users, 1);
	if (map)
		b->map = *map;
	b->owned = owned;
	ix->base.bytes = b;
	copy_gates(ix);
	copy_directory(&ix->base);
	*out = ix;
	return 0;
}

int
ac_index_open_bytes(ac_str bytes, ac_index **out, accord_err *err)
{
	return open_base(bytes, NULL, NULL, out, err);
}

int
ac_index_open_owned(char *bytes, size_t n, ac_index **out, accord_err *err)
{
	return open_base((ac_str){ bytes, n }, NULL, bytes, out, err);
}

int
ac_index_open(const char *path, ac_index **out, accord_err *err)
{
	ac_map_file map = { .size = 0 };
	int rc = ac_map_open(path, &map, err);

	if (rc)
		return rc;
	rc = open_base(map.bytes, &map, NULL, out, err);
	if (rc)
		ac_map_close(&map);
	return rc;
}

/* ---- overlays ---- */

/* The block of copies, cut from front to back. */
static void *
cut(char **p, size_t n)
{
	void *here = *p;

	*p += (n + 63) / 64 * 64;
	return here;
}

static size_t
padded(const ac_index_header *h, ac_section_kind kind)
{
	return (h->sections[kind].length + 63) / 64 * 64;
}

static void *
copy_section(char **p, const ac_index_header *h, ac_section_kind kind)
{
	size_t n = h->sections[kind].length;
	void *to = cut(p, n);

	memcpy(to, section(h, kind), n);
	return to;
}

static const ac_gate_block *
merge_gate(char **p, const ac_index *ix, ac_section_kind kind)
{
	ac_gate_block *gate = copy_section(p, ix->base.header, kind);
	uint64_t blocks = ix->base.header->sections[kind].length / sizeof(*gate);
	const uint64_t *keys = section(ix->overlay.header, kind);

	for (uint64_t i = 0; i < items(ix->overlay.header, kind); i++)
		(void)ac_gate_add(gate, blocks, keys[i]);
	return gate;
}

static const uint64_t *
merge_bits(char **p, const ac_index *ix, ac_section_kind kind)
{
	uint64_t *bits = copy_section(p, ix->base.header, kind);
	const uint64_t *more = section(ix->overlay.header, kind);

	for (size_t i = 0; i < AC_PAIRS / 64; i++)
		bits[i] |= more[i];
	return bits;
}

static const uint64_t *
merge_words(char **p, const ac_index *ix)
{
	uint64_t *bits = copy_section(p, ix->base.header, AC_SECTION_WORD_ENDS);
	const uint32_t *hashes = section(ix->overlay.header, AC_SECTION_WORD_ENDS);

	for (uint64_t i = 0; i < items(ix->overlay.header, AC_SECTION_WORD_ENDS); i++)
		ac_word_end_set(bits, ix->word_end_shift, hashes[i]);
	return bits;
}

static const uint64_t *
merge_networks(char **p, const ac_index *ix)
{
	uint64_t *bits = copy_section(p, ix->base.header, AC_SECTION_NETWORKS);
	const uint32_t *all = section(ix->overlay.header, AC_SECTION_NETWORKS);

	for (uint64_t i = 0; i < items(ix->overlay.header, AC_SECTION_NETWORKS); i++) {
		uint32_t bit = ac_network_bit(&ix->networks, all[i]);

		bits[bit / 64] |= (uint64_t)1 << (bit % 64);
	}
	return bits;
}

/* Terms and conjunctions of both, the overlay's numbers behind the base's. */
static void
merge_patterns(char **p, ac_index *ix)
{
	const ac_index_header *b = ix->base.header, *o = ix->overlay.header;
	uint64_t more_terms = items(o, AC_SECTION_TERMS), more = items(o, AC_SECTION_CONJUNCTIONS);
	ac_index_term *terms = cut(p, (ix->term_count + more_terms) * sizeof(*terms));
	ac_index_conjunction *conjunctions = cut(p, (ix->conjunction_count + more) * sizeof(*conjunctions));

	memcpy(terms, section(b, AC_SECTION_TERMS), ix->term_count * sizeof(*terms));
	memcpy(conjunctions, section(b, AC_SECTION_CONJUNCTIONS), ix->conjunction_count * sizeof(*conjunctions));
	memcpy(terms + ix->term_count, section(o, AC_SECTION_TERMS), more_terms * sizeof(*terms));
	memcpy(conjunctions + ix->conjunction_count, section(o, AC_SECTION_CONJUNCTIONS), more * sizeof(*conjunctions));
	for (uint64_t i = ix->term_count; i < ix->term_count + more_terms; i++) {
		terms[i].text_at += ix->overlay.from;
		terms[i].conjunction += (uint32_t)ix->conjunction_count;
	}
	for (uint64_t i = ix->conjunction_count; i < ix->conjunction_count + more; i++) {
		conjunctions[i].first_term += (uint32_t)ix->term_count;
		conjunctions[i].protocol_at += ix->overlay.from;
	}
	ix->terms = terms;
	ix->conjunctions = conjunctions;
	ix->term_count += more_terms;
	ix->conjunction_count += more;
}

static int
merge(ac_index *ix, accord_err *err)
{
	static const ac_section_kind kinds[] = { AC_SECTION_GATE1, AC_SECTION_GATE2, AC_SECTION_CIDR16,
		AC_SECTION_NETWORKS, AC_SECTION_LAST_LABELS, AC_SECTION_WORD_ENDS, AC_SECTION_TERMS,
		AC_SECTION_CONJUNCTIONS };
	const ac_index_header *b = ix->base.header, *o = ix->overlay.header;
	size_t n = padded(o, AC_SECTION_TERMS) + padded(o, AC_SECTION_CONJUNCTIONS) + 128;
	char *p;

	for (size_t i = 0; i < AC_COUNT(kinds); i++)
		n += padded(b, kinds[i]);
	ix->copies = p = ac_alloc_table(n);
	if (!p)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory for the filters of an overlay");
	ix->gate1 = merge_gate(&p, ix, AC_SECTION_GATE1);
	ix->gate2 = merge_gate(&p, ix, AC_SECTION_GATE2);
	ix->cidr16 = merge_bits(&p, ix, AC_SECTION_CIDR16);
	ix->networks.bits = merge_networks(&p, ix);
	ix->last_labels = merge_bits(&p, ix, AC_SECTION_LAST_LABELS);
	ix->word_ends = merge_words(&p, ix);
	merge_patterns(&p, ix);
	ix->flags |= o->flags;
	ix->ipv4_prefixes |= o->ipv4_prefixes;
	for (unsigned i = 0; i < 3; i++)
		ix->ipv6_prefixes[i] |= o->ipv6_prefixes[i];
	ix->plain_name_min = o->plain_name_min < ix->plain_name_min ? o->plain_name_min : ix->plain_name_min;
	ix->plain_name_max = o->plain_name_max > ix->plain_name_max ? o->plain_name_max : ix->plain_name_max;
	ix->url_max = o->url_max > ix->url_max ? o->url_max : ix->url_max;
	return 0;
}

static int
check_pair(const ac_index *ix, accord_err *err)
{
	const ac_index_header *b = ix->base.header, *o = ix->overlay.header;

	if (o->base_generation != b->generation || o->base_checksum != b->checksum ||
	    memcmp(&o->salt, &b->salt, sizeof(o->salt)) != 0)
		return refuse(err, "an overlay of another index");
	if (ix->base.pool.n + ix->overlay.pool.n >= UINT32_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "index and overlay: more than 4 GiB of values");
	return 0;
}

/* Takes map and owned when it succeeds. */
static int
lay_over(const ac_index *base, ac_str bytes, const ac_map_file *map, char *owned, ac_index **out, accord_err *err)
{
	ac_index *ix = calloc(1, sizeof(*ix));
	ac_index_bytes *b = calloc(1, sizeof(*b));
	int rc = ix && b ? open_part(bytes, true, &ix->overlay, err) : ac_fail(err, ACCORD_ENOMEM, "index: no memory");

	if (!rc) {
		ix->base = base->base;
		set_filters(ix);
		ix->overlay.from = (uint32_t)ix->base.pool.n;
		ix->overlay.first_term = (uint32_t)ix->term_count;
		rc = check_pair(ix, err);
	}
	if (!rc)
		rc = merge(ix, err);
	if (!rc)
		rc = ac_index_never(ix, err);
	if (rc) {
		if (ix)
			free(ix->copies);
		free(ix);
		free(b);
		return rc;
	}
	(void)atomic_fetch_add(&ix->base.bytes->users, 1);
	atomic_init(&b->users, 1);
	if (map)
		b->map = *map;
	b->owned = owned;
	ix->overlay.bytes = b;
	*out = ix;
	return 0;
}

int
ac_index_lay_over_owned(const ac_index *base, char *bytes, size_t n, ac_index **out, accord_err *err)
{
	return lay_over(base, (ac_str){ bytes, n }, NULL, bytes, out, err);
}

int
ac_index_lay_over(const ac_index *base, const char *path, ac_index **out, accord_err *err)
{
	ac_map_file map = { .size = 0 };
	int rc = ac_map_open(path, &map, err);

	if (rc)
		return rc;
	rc = lay_over(base, map.bytes, &map, NULL, out, err);
	if (rc)
		ac_map_close(&map);
	return rc;
}

/* ---- what it says of itself ---- */

static const ac_index_header *
newest(const ac_index *index)
{
	return index->overlay.header ? index->overlay.header : index->base.header;
}

int64_t
ac_index_generation(const ac_index *index)
{
	return newest(index)->generation;
}

uint64_t
ac_index_indicator_count(const ac_index *index)
{
	return newest(index)->indicator_count;
}

static int
each_of_part(const ac_index *index, const ac_index_part *part, ac_on_unwatched on, void *payload, accord_err *err)
{
	ac_arena arena;
	int rc = 0;

	ac_arena_init(&arena, AC_MIB);
	for (uint64_t i = 0; !rc && i < part->unwatched_count; i++) {
		const ac_index_unwatched *u = &part->unwatched[i];
		ac_index_who who = ac_index_who_at(index, part->from + u->indicator);
		ac_str id;

		ac_arena_reset(&arena);
		id = ac_index_id_text(index, NULL, part->from + u->indicator, NULL, &arena);
		if (ac_index_is_hidden(index, part->from + u->indicator, id))
			continue;
		rc = ac_arena_check(&arena, err);
		if (!rc)
			rc = on(payload, id, who.name, (ac_str){ part->pool.p + u->reason_at, u->reason_n }, err);
	}
	ac_arena_done(&arena);
	return rc;
}

int
ac_index_each_unwatched(const ac_index *index, ac_on_unwatched on, void *payload, accord_err *err)
{
	int rc = each_of_part(index, &index->base, on, payload, err);

	return rc || !index->overlay.header ? rc : each_of_part(index, &index->overlay, on, payload, err);
}

static int
each_pattern_of(const ac_index *index, const ac_index_part *part, ac_on_pattern on, void *payload, accord_err *err)
{
	ac_arena arena;
	int rc = 0;

	ac_arena_init(&arena, AC_MIB);
	for (uint64_t i = 0; !rc && i < part->pattern_count; i++) {
		const ac_index_pattern *p = &part->patterns[i];
		ac_str id;

		ac_arena_reset(&arena);
		id = ac_index_id_text(index, NULL, part->from + p->indicator, NULL, &arena);
		if (ac_index_is_hidden(index, part->from + p->indicator, id))
			continue;
		rc = ac_arena_check(&arena, err);
		if (!rc)
			rc = on(payload, part->from + p->indicator, (ac_str){ part->pool.p + p->text_at, p->text_n },
			    p->is_gated != 0, err);
	}
	ac_arena_done(&arena);
	return rc;
}

int
ac_index_each_pattern(const ac_index *index, ac_on_pattern on, void *payload, accord_err *err)
{
	int rc = each_pattern_of(index, &index->base, on, payload, err);

	return rc || !index->overlay.header ? rc : each_pattern_of(index, &index->overlay, on, payload, err);
}

static int
count_one(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	(void)id;
	(void)name;
	(void)reason;
	(void)err;
	++*(uint64_t *)payload;
	return 0;
}

uint64_t
ac_index_unwatched_count(const ac_index *index)
{
	uint64_t n = 0;

	if (!index->overlay.header)
		return index->base.unwatched_count;
	return ac_index_each_unwatched(index, count_one, &n, NULL) ? index->base.unwatched_count : n;
}
