/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index as a file: entries are sorted by their keys, equal values become one record, and everything is written from front to back in pieces, so that no more than the builder's own
 * memory is needed.
 */
#include "watch/index_build.h"

#include <stdlib.h>

#include "base/hash_sort.h"

#define GATE_BITS_PER_KEY 16
/* Summed up and written from a core's own cache. */
#define PIECE (256 * (size_t)AC_KIB)
/* Far reads that are under way while one record is written. */
#define AHEAD 24

/* Where the bytes go: a new file, or memory; through a buffer that holds whole steps of the checksum. */
typedef struct writer {
	ac_new_file *file; /* NULL: memory */
	ac_buf memory;
	char *piece;
	size_t piece_n;
	uint64_t at; /* in the file, of the end of the piece */
	ac_checksum sum;
	ac_section *section;
	ac_index_header header;
	int rc; /* the first failure; everything is a no-op from then on */
	accord_err *err;
} writer;

static void
put_raw(writer *o, ac_str bytes)
{
	if (o->rc || bytes.n == 0)
		return;
	if (o->file) {
		o->rc = ac_new_file_write(o->file, bytes, o->err);
		return;
	}
	ac_buf_add(&o->memory, bytes);
	if (o->memory.failed)
		o->rc = ac_fail(o->err, o->memory.failed, "index: no memory for a file of %zu bytes", o->memory.n);
}

static void
flush(writer *o)
{
	ac_checksum_add(&o->sum, (ac_str){ o->piece, o->piece_n });
	put_raw(o, (ac_str){ o->piece, o->piece_n });
	o->piece_n = 0;
}

static void
put(writer *o, const void *p, size_t n)
{
	const char *from = p;

	o->at += n;
	while (n > 0) {
		size_t step = PIECE - o->piece_n < n ? PIECE - o->piece_n : n;

		memcpy(o->piece + o->piece_n, from, step);
		o->piece_n += step;
		from += step;
		n -= step;
		if (o->piece_n == PIECE)
			flush(o);
	}
}

static void
begin_section(writer *o, ac_section_kind kind)
{
	o->section = &o->header.sections[kind];
	o->section->offset = o->at;
	ac_checksum_start(&o->sum);
}

/* Zeros up to the next multiple of 4 KiB: not part of any section. */
static void
end_section(writer *o)
{
	static const char zeros[AC_INDEX_ALIGN];
	size_t pad = (AC_INDEX_ALIGN - o->at % AC_INDEX_ALIGN) % AC_INDEX_ALIGN;

	o->section->length = o->at - o->section->offset;
	flush(o);
	o->section->checksum = ac_checksum_end(&o->sum);
	put_raw(o, (ac_str){ zeros, pad });
	o->at += pad;
}

static void
put_section(writer *o, ac_section_kind kind, const void *p, size_t n)
{
	begin_section(o, kind);
	put(o, p, n);
	end_section(o);
}

static void
put_vec(writer *o, ac_section_kind kind, const ac_vec *v)
{
	put_section(o, kind, v->p, v->n * v->item_size);
}

static void
fail_memory(writer *o, const char *what, size_t items)
{
	if (!o->rc)
		o->rc = ac_fail(o->err, ACCORD_ENOMEM, "index: no memory for %s of %zu items", what, items);
}

/* ---- filters ---- */

static uint64_t
gate_blocks(size_t keys)
{
	uint64_t blocks = ((uint64_t)keys * GATE_BITS_PER_KEY + 255) / 256;

	return blocks ? blocks : 1;
}

/* One key in so many is looked at to tell how many are distinct: 65,536 of many, all of few. */
#define SAMPLES ((size_t)1 << 16)

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Many keys come more than once (addresses of one network, URLs of one host): filters are made for the distinct ones. Keys are hashes: a part of them by their bits tells of all. */
static size_t
distinct(writer *o, const ac_stage *keys)
{
	size_t count = keys->n / sizeof(uint64_t), step = 1, n = 0, fresh = 0;
	uint64_t *some;

	while (count / step > SAMPLES)
		step *= 2;
	some = malloc((count + 1) * sizeof(*some));
	if (!some) {
		fail_memory(o, "a filter", count);
		return count;
	}
	for (size_t i = 0; i < keys->pieces.n; i++) {
		const ac_stage_piece *piece = ac_stage_piece_at(keys, i);

		for (size_t at = 0; at < piece->n; at += sizeof(*some)) {
			memcpy(&some[n], piece->p + at, sizeof(*some));
			n += (some[n] & (step - 1)) == 0;
		}
	}
	if (n > 1)
		qsort(some, n, sizeof(*some), by_number);
	for (size_t i = 0; i < n; i++)
		fresh += i == 0 || some[i] != some[i - 1];
	free(some);
	return fresh * step;
}

/* The two filters while they are filled, by number: that of digests has their own keys, the other one those of all other values. */
typedef struct gates {
	ac_gate_block *p[2];
	uint64_t blocks[2];
} gates;

/* Keys of one part of the entries go to one part of each filter. */
static void
add_entry_keys(const ac_index_builder *b, const gates *g)
{
	unsigned gate_of[AC_VALUE_TYPE_COUNT];

	for (unsigned i = 0; i < AC_VALUE_TYPE_COUNT; i++)
		gate_of[i] = ac_value_hash_digits((ac_value_type)i) == 0;
	for (unsigned i = 0; i < AC_BUILD_PARTS; i++)
		for (size_t k = 0; k < b->parts[i].entries.pieces.n; k++) {
			const ac_stage_piece *piece = ac_stage_piece_at(&b->parts[i].entries, k);
			ac_build_entry e;

			for (size_t at = 0; at < piece->n; at += sizeof(e)) {
				memcpy(&e, piece->p + at, sizeof(e));
				(void)ac_gate_add(g->p[gate_of[e.type]], g->blocks[gate_of[e.type]], e.key);
			}
		}
}

static void
add_keys(const ac_stage *keys, ac_gate_block *gate, uint64_t blocks)
{
	for (size_t i = 0; i < keys->pieces.n; i++) {
		const ac_stage_piece *piece = ac_stage_piece_at(keys, i);
		size_t ahead = AHEAD * sizeof(uint64_t);
		uint64_t key;

		for (size_t at = 0; at < piece->n; at += sizeof(key)) {
			if (at + ahead < piece->n) {
				memcpy(&key, piece->p + at + ahead, sizeof(key));
				__builtin_prefetch(ac_gate_block_of(gate, blocks, key), 1);
			}
			memcpy(&key, piece->p + at, sizeof(key));
			(void)ac_gate_add(gate, blocks, key);
		}
	}
}

/* distinct_entries: keys of the entries that are one filter's, by its number. */
static void
put_gates(const ac_index_builder *b, writer *o, const uint64_t distinct_entries[static 2])
{
	const ac_stage *keys[2] = { &b->gate1, &b->gate2 };
	gates g = { .p = { NULL, NULL } };

	for (unsigned i = 0; i < 2 && !o->rc; i++) {
		g.blocks[i] = gate_blocks(distinct(o, keys[i]) + distinct_entries[i]);
		g.p[i] = o->rc ? NULL : aligned_alloc(64, (g.blocks[i] * sizeof(*g.p[i]) + 63) / 64 * 64);
		if (!g.p[i])
			fail_memory(o, "a filter", keys[i]->n / sizeof(uint64_t));
		else
			memset(g.p[i], 0, g.blocks[i] * sizeof(*g.p[i]));
	}
	if (!o->rc) {
		add_entry_keys(b, &g);
		for (unsigned i = 0; i < 2; i++) {
			add_keys(keys[i], g.p[i], g.blocks[i]);
			put_section(
			    o, i == 0 ? AC_SECTION_GATE1 : AC_SECTION_GATE2, g.p[i], g.blocks[i] * sizeof(*g.p[i]));
		}
	}
	free(g.p[0]);
	free(g.p[1]);
}

/* An overlay's filters are lists of keys. */
static void
put_stage(writer *o, ac_section_kind kind, const ac_stage *s)
{
	begin_section(o, kind);
	for (size_t i = 0; i < s->pieces.n; i++)
		put(o, ac_stage_piece_at(s, i)->p, ac_stage_piece_at(s, i)->n);
	end_section(o);
}

/* Five bits a word and up to ten, at least AC_PAIRS: a bit in three is set then at most. A larger bitmap lets fewer words pass, but leaves a core's own cache, which costs more. */
static unsigned
word_end_shift(size_t words)
{
	unsigned shift = 16;

	while ((uint64_t)1 << (32 - shift) < (uint64_t)words * 5 && shift > 2)
		shift--;
	return shift;
}

static void
put_word_ends(writer *o, const ac_vec *hashes)
{
	unsigned shift = word_end_shift(hashes->n);
	size_t bytes = ((size_t)1 << (32 - shift)) / 8;
	uint64_t *map = calloc(1, bytes);
	const uint32_t *all = hashes->p;

	if (!map) {
		fail_memory(o, "a filter of words", hashes->n);
		return;
	}
	for (size_t i = 0; i < hashes->n; i++)
		ac_word_end_set(map, shift, all[i]);
	put_section(o, AC_SECTION_WORD_ENDS, map, bytes);
	free(map);
}

/* Sixteen bits a network, at least AC_PAIRS, until each has its own. */
static unsigned
network_shift(size_t count)
{
	unsigned shift = 0;

	while (AC_NETWORKS >> (shift + 1) >= AC_PAIRS && AC_NETWORKS >> (shift + 1) >= (uint64_t)count * 16)
		shift++;
	return shift;
}

/* The numbers of the /24s that are marked, in order; NULL without memory. */
static uint32_t *
list_networks(const ac_index_builder *b, size_t *out_n)
{
	size_t count = 0, n = 0;
	uint32_t *all;

	for (size_t w = 0; w < AC_NETWORKS / 64; w++)
		count += (size_t)__builtin_popcountll(b->networks[w]);
	all = malloc((count + 1) * sizeof(*all));
	for (size_t w = 0; all && w < AC_NETWORKS / 64; w++)
		for (uint64_t bits = b->networks[w]; bits; bits &= bits - 1)
			all[n++] = (uint32_t)(64 * w) + (uint32_t)__builtin_ctzll(bits);
	*out_n = count;
	return all;
}

static void
put_network_bits(const ac_index_builder *b, writer *o, const uint32_t *all, size_t n)
{
	unsigned shift = network_shift(n);
	uint64_t *map = calloc((AC_NETWORKS >> shift) / 64, sizeof(*map));
	ac_networks networks = ac_networks_of(map, b->salt, shift);

	if (!map) {
		fail_memory(o, "a bitmap of networks", n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t bit = ac_network_bit(&networks, all[i]);

		map[bit / 64] |= (uint64_t)1 << (bit % 64);
	}
	put_section(o, AC_SECTION_NETWORKS, map, (AC_NETWORKS >> shift) / 8);
	free(map);
}

static void
put_networks(const ac_index_builder *b, writer *o)
{
	size_t n;
	uint32_t *all = list_networks(b, &n);

	if (!all)
		fail_memory(o, "a list of networks", n);
	else if (b->base)
		put_section(o, AC_SECTION_NETWORKS, all, n * sizeof(*all));
	else
		put_network_bits(b, o, all, n);
	free(all);
}

/* ---- sorting ---- */

static int
by_key(const void *a, const void *b)
{
	const ac_build_entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Two rooms for the entries of one part. */
typedef struct sorting {
	ac_build_entry *gathered, *sorted;
} sorting;

static void
open_sorting(const ac_index_builder *b, writer *o, sorting *s)
{
	size_t most = sizeof(ac_build_entry);

	for (unsigned i = 0; i < AC_BUILD_PARTS; i++)
		most = b->parts[i].entries.n > most ? b->parts[i].entries.n : most;
	s->gathered = malloc(most);
	s->sorted = malloc(most);
	if (!s->gathered || !s->sorted)
		fail_memory(o, "a part to sort", most / sizeof(ac_build_entry));
}

static void
close_sorting(sorting *s)
{
	free(s->gathered);
	free(s->sorted);
}

/* The entries of a part in order, in s->sorted. Returns how many. */
static size_t
sort_part(const ac_build_part *part, sorting *s)
{
	char *to = (char *)s->gathered;
	size_t n = part->entries.n / sizeof(ac_build_entry);

	for (size_t i = 0; i < part->entries.pieces.n; i++) {
		const ac_stage_piece *piece = ac_stage_piece_at(&part->entries, i);

		memcpy(to, piece->p, piece->n);
		to += piece->n;
	}
	ac_hash_sort_into(s->sorted, s->gathered, n, sizeof(ac_build_entry), AC_BUILD_PART_BITS, by_key);
	return n;
}

/* ---- records ---- */

/* A staged record: all before its posting, and its posting. */
static void
read_staged(const ac_build_part *part, const ac_build_entry *e, ac_str *out_body, ac_str *out_posting)
{
	const char *begin = ac_stage_at(&part->staged, e->at), *p = begin;
	ac_index_record r;
	bool read = ac_record_read(&p, begin + e->n, &r);

	assert(read);
	(void)read;
	*out_body = (ac_str){ begin, (size_t)(r.postings.p - begin) };
	*out_posting = r.postings;
}

static int
by_body(const void *a, const void *b, void *payload)
{
	ac_str x, y, posting;
	size_t n;
	int order;

	read_staged(payload, a, &x, &posting);
	read_staged(payload, b, &y, &posting);
	n = x.n < y.n ? x.n : y.n;
	order = memcmp(x.p, y.p, n);
	if (order || x.n != y.n)
		return order ? order : x.n < y.n ? -1 : 1;
	return by_key(a, b);
}

static bool
is_gate(ac_str posting)
{
	return ((uint8_t)posting.p[0] & AC_POSTING_KIND) == AC_POSTING_GATE;
}

/* n entries of one value: one record with all their postings. */
static void
put_merged(const ac_build_part *part, writer *o, const ac_build_entry *e, size_t n, ac_buf *postings)
{
	char head[2], length[AC_VARINT_MAX];
	ac_str body, posting, last = { NULL, 0 };
	size_t last_at = 0;
	bool gated = false;

	ac_buf_reset(postings);
	for (size_t i = 0; i < n; i++) {
		read_staged(part, &e[i], &body, &posting);
		/* The same indicator may list the same value twice, and many patterns ask for one. */
		if (ac_str_eq(posting, last) || (gated && is_gate(posting)))
			continue;
		gated |= is_gate(posting);
		last = posting;
		last_at = postings->n;
		ac_buf_add(postings, posting);
		if (!postings->failed)
			postings->p[last_at] &= (char)~AC_POSTING_LAST;
	}
	if (postings->failed) {
		if (!o->rc)
			o->rc = ac_fail(o->err, postings->failed, "index: postings of one value");
		return;
	}
	postings->p[last_at] |= (char)AC_POSTING_LAST;
	head[0] = body.p[0];
	head[1] = (char)(body.p[1] | AC_RECORD_MANY);
	put(o, head, sizeof(head));
	put(o, body.p + 2, body.n - 2);
	put(o, length, ac_varint_write(length, (uint32_t)postings->n));
	put(o, postings->p, postings->n);
}

/* A record with its one posting, as it was staged. */
static inline void
put_single(const ac_build_part *part, writer *o, const ac_build_entry *e)
{
	put(o, ac_stage_at(&part->staged, e->at), e->n);
}

/* Several entries of one key: mostly one value with several postings; sometimes several texts with one anchor. */
static void
put_group(const ac_build_part *part, writer *o, ac_build_entry *e, size_t n, ac_buf *postings)
{
	size_t at = 0;

	qsort_r(e, n, sizeof(*e), by_body, (void *)(uintptr_t)part);
	while (at < n) {
		ac_str body, next, posting;
		size_t end = at + 1;

		read_staged(part, &e[at], &body, &posting);
		for (; end < n; end++) {
			ac_str unused;

			read_staged(part, &e[end], &next, &unused);
			if (!ac_str_eq(body, next))
				break;
		}
		if (end - at > 1)
			put_merged(part, o, e + at, end - at, postings);
		else
			put_single(part, o, e + at);
		at = end;
	}
}

static uint64_t
bucket_count(size_t entries)
{
	return (uint64_t)entries / AC_BUCKET_RECORDS + 1;
}

/* Where the buckets' records begin in the pool, as they are written. */
typedef struct directory {
	uint32_t *begins;
	uint64_t buckets, next;
	uint64_t pool_at;     /* of the pool in the file */
	uint64_t distinct[2]; /* keys of digests, and of all other values */
} directory;

/* Records from here on are those of `bucket`. */
static void
enter_bucket(directory *d, const writer *o, uint64_t bucket)
{
	for (; d->next <= bucket; d->next++)
		d->begins[d->next] = (uint32_t)(o->at - d->pool_at);
}

/* Of which filters a key with these entries is. */
static void
count_distinct(directory *d, const ac_build_entry *e, size_t n)
{
	bool of[2] = { false, false };

	for (size_t i = 0; i < n; i++)
		of[ac_value_hash_digits((ac_value_type)e[i].type) == 0] = true;
	d->distinct[0] += of[0];
	d->distinct[1] += of[1];
}

static void
put_part(const ac_build_part *part, writer *o, directory *d, sorting *s, ac_buf *postings)
{
	size_t n = sort_part(part, s), end;
	ac_build_entry *e = s->sorted;

	for (size_t at = 0; at < n && !o->rc; at = end) {
		for (end = at + 1; end < n && e[end].key == e[at].key;)
			end++;
		if (at + AHEAD < n) {
			const char *soon = ac_stage_at(&part->staged, e[at + AHEAD].at);

			__builtin_prefetch(soon);
			__builtin_prefetch(soon + 64);
		}
		enter_bucket(d, o, (e[at].key >> 32) * d->buckets >> 32);
		count_distinct(d, e + at, end - at);
		if (end - at == 1)
			put_single(part, o, e + at);
		else
			put_group(part, o, e + at, end - at, postings);
		if (o->at - d->pool_at > AC_INDEX_POOL_MAX && !o->rc)
			o->rc = ac_fail(
			    o->err, ACCORD_ELIMIT, "index: more than %zu bytes of values", (size_t)AC_INDEX_POOL_MAX);
	}
}

/* The pool and the directory of its records. */
static void
put_records(const ac_index_builder *b, writer *o, uint64_t out_distinct[static 2])
{
	directory d = { .buckets = bucket_count(b->entry_count), .pool_at = o->at };
	sorting s = { NULL, NULL };
	ac_buf postings;

	d.begins = malloc((d.buckets + 1) * sizeof(*d.begins));
	if (!d.begins) {
		fail_memory(o, "a directory", b->entry_count);
		return;
	}
	ac_buf_init(&postings, AC_INDEX_POOL_MAX);
	open_sorting(b, o, &s);
	begin_section(o, AC_SECTION_POOL);
	put(o, b->pool.p, b->pool.n);
	for (unsigned i = 0; i < AC_BUILD_PARTS && !o->rc; i++)
		put_part(&b->parts[i], o, &d, &s, &postings);
	enter_bucket(&d, o, d.buckets);
	end_section(o);
	put_section(o, AC_SECTION_DIRECTORY, d.begins, (d.buckets + 1) * sizeof(*d.begins));
	memcpy(out_distinct, d.distinct, sizeof(d.distinct));
	close_sorting(&s);
	ac_buf_done(&postings);
	free(d.begins);
}

/* ---- what goes into the header, and what hides a part of the base ---- */

void
ac_index_stamp(ac_index_builder *b, int64_t built_us, int64_t last_version, int64_t last_row)
{
	b->built_us = built_us;
	b->last_version = last_version;
	b->last_row = last_row;
}

void
ac_index_build_over(ac_index_builder *b, const ac_index *base)
{
	b->base = base;
	b->salt = base->salt;
}

int
ac_index_add_tomb(ac_index_builder *b, ac_str id, bool was_watched, accord_err *err)
{
	ac_index_tomb *tomb = ac_vec_add(&b->tombs);

	if (!tomb)
		return ac_vec_check(&b->tombs, "withdrawn indicators", err);
	*tomb = ac_index_tomb_of(b->salt, id);
	b->hidden += was_watched;
	return 0;
}

/* ---- the whole ---- */

static void
fill_header(const ac_index_builder *b, writer *o)
{
	ac_index_header *h = &o->header;

	h->magic = AC_INDEX_MAGIC;
	h->version = AC_INDEX_VERSION;
	h->flags = b->flags;
	h->file_size = o->at;
	h->generation = b->generation;
	h->built_us = b->built_us;
	h->last_version = b->last_version;
	h->last_row = b->last_row;
	h->salt = b->salt;
	h->ipv4_prefixes = b->ipv4_prefixes;
	memcpy(h->ipv6_prefixes, b->ipv6_prefixes, sizeof(h->ipv6_prefixes));
	h->plain_name_min = b->plain_name_min;
	h->plain_name_max = b->plain_name_max;
	h->url_max = b->url_max;
	h->indicator_count = b->watched;
	h->unwatched_count = b->unwatched.n;
	h->section_count = AC_SECTION_COUNT;
	if (b->base) {
		h->base_generation = b->base->base.header->generation;
		h->base_checksum = b->base->base.header->checksum;
		h->indicator_count += b->base->base.header->indicator_count - b->hidden;
	}
	h->checksum = ac_index_checksum((ac_str){ (const char *)h, offsetof(ac_index_header, checksum) });
}

static void
put_all(ac_index_builder *b, writer *o)
{
	static const char empty[AC_INDEX_HEADER_SIZE];
	uint64_t distinct_entries[2] = { 0, 0 };

	if (b->tombs.n > 1)
		qsort(b->tombs.p, b->tombs.n, b->tombs.item_size, ac_index_tomb_cmp);
	ac_build_networks(b);
	put_raw(o, (ac_str){ empty, sizeof(empty) });
	o->at = sizeof(empty);
	put_vec(o, AC_SECTION_METAS, &b->metas);
	put_vec(o, AC_SECTION_TERMS, &b->terms);
	put_vec(o, AC_SECTION_CONJUNCTIONS, &b->conjunctions);
	put_vec(o, AC_SECTION_UNWATCHED, &b->unwatched);
	put_vec(o, AC_SECTION_PATTERNS, &b->patterns);
	put_section(o, AC_SECTION_CIDR16, b->cidr16, AC_PAIRS / 8);
	put_networks(b, o);
	put_section(o, AC_SECTION_LAST_LABELS, b->last_labels, AC_PAIRS / 8);
	if (b->base)
		put_vec(o, AC_SECTION_WORD_ENDS, &b->word_ends);
	else
		put_word_ends(o, &b->word_ends);
	put_vec(o, AC_SECTION_TOMBS, &b->tombs);
	put_records(b, o, distinct_entries);
	if (b->base) {
		put_stage(o, AC_SECTION_GATE1, &b->gate1);
		put_stage(o, AC_SECTION_GATE2, &b->gate2);
	} else {
		put_gates(b, o, distinct_entries);
	}
	fill_header(b, o);
}

static int
open_writer(writer *o, accord_err *err)
{
	memset(o, 0, sizeof(*o));
	o->err = err;
	o->piece = malloc(PIECE);
	return o->piece ? 0 : ac_fail(err, ACCORD_ENOMEM, "index: no memory");
}

int
ac_index_image(ac_index_builder *b, char **out_bytes, size_t *out_n, accord_err *err)
{
	writer o;
	int rc = open_writer(&o, err);

	if (rc)
		return rc;
	ac_buf_init(&o.memory, SIZE_MAX / 2);
	put_all(b, &o);
	free(o.piece);
	if (o.rc) {
		ac_buf_done(&o.memory);
		return o.rc;
	}
	memcpy(o.memory.p, &o.header, sizeof(o.header));
	*out_bytes = o.memory.p;
	*out_n = o.memory.n;
	return 0;
}

int
ac_index_write(ac_index_builder *b, const char *path, accord_err *err)
{
	writer o;
	int rc = open_writer(&o, err);

	if (rc)
		return rc;
	o.rc = ac_new_file_open(path, 0600, &o.file, err);
	if (!o.rc) {
		put_all(b, &o);
		if (!o.rc)
			o.rc = ac_new_file_rewrite(o.file, (ac_str){ (const char *)&o.header, sizeof(o.header) }, err);
		if (o.rc)
			ac_new_file_abandon(o.file);
		else
			o.rc = ac_new_file_commit(o.file, err);
	}
	free(o.piece);
	return o.rc;
}

int
ac_index_finish(ac_index_builder *b, ac_index **out, accord_err *err)
{
	char *bytes;
	size_t n;
	int rc = ac_index_image(b, &bytes, &n, err);

	if (rc)
		return rc;
	rc = ac_index_open_owned(bytes, n, out, err);
	if (rc)
		free(bytes);
	return rc;
}
