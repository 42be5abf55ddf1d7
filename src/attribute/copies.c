/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports of one actor whose text is nearly the same are copies of one. A report's text is what only it, and its re-prints, stand behind: the prose of claims that cite nothing else, and the description of
 * the store's report. Near means that half of the pairs of neighbouring words of both are in both (Broder: On the resemblance and containment of documents, 1997); who might be near is found by the
 * least of many hashes of their pairs, so that the work grows with the text and not with the square of the reports.
 */
#include "attribute/copies.h"

#include <stdlib.h>

#define NEAR_PART 0.5
#define PAIRS_MIN 10 /* of words: less is a phrase that many write */
#define BANDS 16
#define BAND_ROWS 2 /* hashes that must agree: half-equal texts meet in some band in 99 of 100 cases */

typedef struct text {
	uint32_t actor;
	uint32_t report;
	uint64_t *pairs; /* in order, each once */
	size_t count;
} text;

typedef struct piece {
	uint32_t actor;
	uint32_t report;
	ac_str prose;
} piece;

typedef struct meeting {
	uint64_t key;
	uint32_t text;
} meeting;

typedef struct joiner {
	ac_build *b;
	const uint32_t *report_of;
	piece *pieces;
	size_t piece_count;
	text *texts;
	size_t text_count;
	uint32_t *leader; /* of clusters that are one: by cluster */
} joiner;

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint32_t
leader_of(const joiner *j, uint32_t cluster)
{
	while (j->leader[cluster] != cluster)
		cluster = j->leader[cluster];
	return cluster;
}

static void
join(joiner *j, uint32_t a, uint32_t b)
{
	a = leader_of(j, a);
	b = leader_of(j, b);
	if (a < b)
		j->leader[b] = a;
	else
		j->leader[a] = b;
}

/* The first report that the claim cites, when all that it cites are one; else false. */
static bool
rests_on_one(const ac_knowledge *k, const ac_claim *claim)
{
	for (uint32_t c = 1; c < claim->cite_count; c++)
		if (k->reports[k->cites[claim->first_cite + c].report].cluster !=
		    k->reports[k->cites[claim->first_cite].report].cluster)
			return false;
	return claim->cite_count > 0;
}

static int
add_piece(joiner *j, uint32_t actor, uint32_t report, ac_str prose, accord_err *err)
{
	int rc = ac_build_push(j->b, &j->pieces, &j->piece_count, sizeof(*j->pieces), err);

	if (rc == 0)
		j->pieces[j->piece_count - 1] = (piece){ actor, report, prose };
	return rc;
}

/* What the store's reports say of themselves, for each actor that they speak of. */
static int
add_descriptions(joiner *j, accord_err *err)
{
	const ac_citations *citations = &j->b->citations;
	const ac_knowledge *k = j->b->k;
	ac_str *described = ac_arena_zalloc(&j->b->scratch, k->report_count + 1, sizeof(*described));
	int rc = described ? 0 : ac_arena_check(&j->b->scratch, err);

	for (size_t i = 0; rc == 0 && i < citations->count; i++)
		if (citations->items[i].text.n)
			described[j->report_of[i]] = citations->items[i].text;
	for (size_t i = 0; rc == 0 && i < k->cite_count; i++) {
		const ac_cite *cite = &k->cites[i];

		if (described[cite->report].n)
			rc = add_piece(j, k->claims[cite->claim].actor, cite->report, described[cite->report], err);
	}
	return rc;
}

static int
compare_pieces(const void *x, const void *y)
{
	const piece *a = x, *b = y;

	if (a->actor != b->actor)
		return a->actor < b->actor ? -1 : 1;
	if (a->report != b->report)
		return a->report < b->report ? -1 : 1;
	return ac_str_cmp(a->prose, b->prose);
}

static int
gather_pieces(joiner *j, accord_err *err)
{
	const ac_knowledge *k = j->b->k;
	int rc = add_descriptions(j, err);

	for (size_t i = 0; rc == 0 && i < k->claim_count; i++) {
		const ac_claim *claim = &k->claims[i];

		if (claim->prose.n && rests_on_one(k, claim))
			for (uint32_t c = 0; rc == 0 && c < claim->cite_count; c++)
				rc = add_piece(
				    j, claim->actor, k->cites[claim->first_cite + c].report, claim->prose, err);
	}
	if (j->piece_count)
		qsort(j->pieces, j->piece_count, sizeof(*j->pieces), compare_pieces);
	return rc;
}

static int
compare_numbers(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

static size_t
drop_equals(uint64_t *numbers, size_t count)
{
	size_t n = 0;

	if (count)
		qsort(numbers, count, sizeof(*numbers), compare_numbers);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || numbers[n - 1] != numbers[i])
			numbers[n++] = numbers[i];
	return n;
}

/* The pairs of neighbouring words of some pieces; a piece that is there twice counts once. */
static int
read_pairs(joiner *j, const piece *pieces, size_t count, ac_arena *words, text *out, accord_err *err)
{
	uint64_t *pairs;
	size_t room = 0, n = 0;

	for (size_t i = 0; i < count; i++)
		room += pieces[i].prose.n;
	ac_arena_reset(words);
	pairs = ac_arena_alloc(words, (room + 1) * sizeof(*pairs));
	if (!pairs)
		return ac_arena_check(words, err);
	for (size_t i = 0; i < count; i++) {
		uint64_t *hashes;
		size_t word_count;
		int rc;

		if (i > 0 && ac_str_eq(pieces[i].prose, pieces[i - 1].prose))
			continue;
		rc = ac_words_hash(&j->b->k->words, pieces[i].prose, words, &hashes, &word_count, err);
		if (rc < 0)
			return rc;
		for (size_t w = 1; w < word_count; w++)
			pairs[n++] = mix(hashes[w - 1] + 0x9e3779b97f4a7c15u * hashes[w]);
	}
	out->count = drop_equals(pairs, n);
	out->pairs = ac_arena_alloc(&j->b->scratch, (out->count + 1) * sizeof(*pairs));
	if (!out->pairs)
		return ac_arena_check(&j->b->scratch, err);
	memcpy(out->pairs, pairs, out->count * sizeof(*pairs));
	return 0;
}

static int
read_texts(joiner *j, accord_err *err)
{
	ac_arena words;
	int rc = 0;

	j->texts = ac_arena_zalloc(&j->b->scratch, j->piece_count + 1, sizeof(*j->texts));
	if (!j->texts)
		return ac_arena_check(&j->b->scratch, err);
	ac_arena_init(&words, j->b->scratch.limit);
	for (size_t i = 0, end; rc == 0 && i < j->piece_count; i = end) {
		text *t = &j->texts[j->text_count];

		for (end = i + 1; end < j->piece_count && j->pieces[end].actor == j->pieces[i].actor &&
				  j->pieces[end].report == j->pieces[i].report;
		     end++)
			;
		*t = (text){ .actor = j->pieces[i].actor, .report = j->pieces[i].report };
		rc = read_pairs(j, &j->pieces[i], end - i, &words, t, err);
		j->text_count += t->count >= PAIRS_MIN;
	}
	ac_arena_done(&words);
	return rc;
}

static bool
is_near(const text *a, const text *b)
{
	size_t both = 0, x = 0, y = 0;

	while (x < a->count && y < b->count) {
		both += a->pairs[x] == b->pairs[y];
		if (a->pairs[x] == b->pairs[y]) {
			x++;
			y++;
		} else if (a->pairs[x] < b->pairs[y]) {
			x++;
		} else {
			y++;
		}
	}
	return (double)both >= NEAR_PART * (double)(a->count + b->count - both);
}

static int
compare_meetings(const void *x, const void *y)
{
	const meeting *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->text < b->text ? -1 : a->text > b->text;
}

/* The key of a band: the least hashes of its rows, with the actor, so that only reports of one actor meet. */
static uint64_t
band_key(const text *t, unsigned band)
{
	uint64_t key = mix(t->actor * (uint64_t)BANDS + band + 1);

	for (unsigned row = 0; row < BAND_ROWS; row++) {
		uint64_t salt = mix(band * (uint64_t)BAND_ROWS + row + 1), least = UINT64_MAX;

		for (size_t p = 0; p < t->count; p++) {
			uint64_t hash = mix(t->pairs[p] ^ salt);

			least = hash < least ? hash : least;
		}
		key = mix(key ^ least);
	}
	return key;
}

static int
join_near(joiner *j, accord_err *err)
{
	const ac_report *reports = j->b->k->reports;
	size_t count = j->text_count * BANDS, first = 0;
	meeting *meetings = ac_arena_alloc(&j->b->scratch, (count + 1) * sizeof(*meetings));

	if (!meetings)
		return ac_arena_check(&j->b->scratch, err);
	for (size_t i = 0; i < count; i++)
		meetings[i] = (meeting){ band_key(&j->texts[i / BANDS], (unsigned)(i % BANDS)), (uint32_t)(i / BANDS) };
	if (count)
		qsort(meetings, count, sizeof(*meetings), compare_meetings);
	for (size_t i = 1; i < count; i++) {
		const text *t = &j->texts[meetings[i].text], *before = &j->texts[meetings[i - 1].text],
			   *oldest = &j->texts[meetings[first].text];

		if (meetings[i].key != meetings[i - 1].key) {
			first = i;
			continue;
		}
		if (is_near(t, before))
			join(j, reports[t->report].cluster, reports[before->report].cluster);
		if (oldest != before && is_near(t, oldest))
			join(j, reports[t->report].cluster, reports[oldest->report].cluster);
	}
	return 0;
}

/* Clusters are numbered by their first report. */
static int
number_clusters(joiner *j, accord_err *err)
{
	ac_knowledge *k = j->b->k;
	uint32_t *numbers = ac_arena_zalloc(&j->b->scratch, k->cluster_count + 1, sizeof(*numbers)), next = 0;

	if (!numbers)
		return ac_arena_check(&j->b->scratch, err);
	for (size_t i = 0; i < k->report_count; i++) {
		uint32_t *number = &numbers[leader_of(j, k->reports[i].cluster)];

		if (*number == 0)
			*number = ++next;
		k->reports[i].cluster = *number - 1;
	}
	k->counts.copies = k->report_count - next;
	k->cluster_count = next;
	return 0;
}

int
ac_copies_join(ac_build *b, const uint32_t *report_of, accord_err *err)
{
	joiner j = { .b = b, .report_of = report_of };
	int rc;

	j.leader = ac_arena_zalloc(&b->scratch, b->k->cluster_count + 1, sizeof(*j.leader));
	if (!j.leader)
		return ac_arena_check(&b->scratch, err);
	for (uint32_t c = 0; c < b->k->cluster_count; c++)
		j.leader[c] = c;
	rc = gather_pieces(&j, err);
	if (rc == 0)
		rc = read_texts(&j, err);
	if (rc == 0)
		rc = join_near(&j, err);
	return rc < 0 ? rc : number_clusters(&j, err);
}
