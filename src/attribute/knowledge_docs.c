/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports as documents: what one independent report says of one actor. An incident is held against them one by one, since an incident resembles the report of one operation more than the sum of a
 * decade. And the words of all prose, by word and actor.
 */
#include <stdlib.h>

#include "attribute/knowledge_part.h"

#define POSTINGS_MAX ((size_t)1 << 28)

typedef struct raw_entry {
	uint32_t actor, cluster;
	ac_doc_entry entry;
} raw_entry;

static int
compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_entries(const void *x, const void *y)
{
	const raw_entry *a = x, *b = y;
	int order = compare_numbers(a->actor, b->actor);

	order = order ? order : compare_numbers(a->cluster, b->cluster);
	order = order ? order : compare_numbers(a->entry.feature, b->entry.feature);
	order = order ? order : compare_numbers(a->entry.claim, b->entry.claim);
	return order ? order : compare_numbers(a->entry.report, b->entry.report);
}

static int
make_docs(ac_knowledge *k, ac_arena *scratch, accord_err *err)
{
	raw_entry *raw = ac_arena_zalloc(scratch, k->cite_count + 1, sizeof(*raw));

	k->docs = ac_arena_zalloc(&k->arena, k->cite_count + 1, sizeof(*k->docs));
	k->doc_entries = ac_arena_zalloc(&k->arena, k->cite_count + 1, sizeof(*k->doc_entries));
	if (!raw || !k->docs || !k->doc_entries)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for reports");
	for (size_t i = 0; i < k->cite_count; i++) {
		const ac_cite *cite = &k->cites[i];
		const ac_claim *claim = &k->claims[cite->claim];

		raw[i] = (raw_entry){ claim->actor, k->reports[cite->report].cluster,
			{ claim->feature, cite->claim, cite->report } };
	}
	if (k->cite_count)
		qsort(raw, k->cite_count, sizeof(*raw), compare_entries);
	for (size_t i = 0; i < k->cite_count; i++) {
		if (i == 0 || raw[i].actor != raw[i - 1].actor || raw[i].cluster != raw[i - 1].cluster)
			k->docs[k->doc_count++] = (ac_doc){ raw[i].actor, raw[i].cluster, (uint32_t)i, 0 };
		k->docs[k->doc_count - 1].count++;
		k->doc_entries[k->doc_entry_count++] = raw[i].entry;
	}
	return 0;
}

/* Docs by actor, and entries by feature: what an incident is held against is had without going over all. */
static int
list_docs(ac_knowledge *k, accord_err *err)
{
	uint32_t at = 0;

	k->actor_docs = ac_arena_zalloc(&k->arena, k->actor_count + 1, sizeof(*k->actor_docs));
	k->listed = ac_arena_zalloc(&k->arena, k->doc_entry_count + 1, sizeof(*k->listed));
	k->feature_listed = ac_arena_zalloc(&k->arena, k->feature_count + 1, sizeof(*k->feature_listed));
	if (!k->actor_docs || !k->listed || !k->feature_listed)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for reports");
	for (size_t d = 0; d < k->doc_count; d++)
		if (k->actor_docs[k->docs[d].actor].count++ == 0)
			k->actor_docs[k->docs[d].actor].first = (uint32_t)d;
	for (size_t i = 0; i < k->doc_entry_count; i++)
		k->feature_listed[k->doc_entries[i].feature].count++;
	for (size_t f = 0; f < k->feature_count; f++) {
		k->feature_listed[f].first = at;
		at += k->feature_listed[f].count;
		k->feature_listed[f].count = 0;
	}
	for (uint32_t d = 0; d < k->doc_count; d++)
		for (uint32_t i = k->docs[d].first; i < k->docs[d].first + k->docs[d].count; i++) {
			ac_span *span = &k->feature_listed[k->doc_entries[i].feature];

			k->listed[span->first + span->count++] = (ac_listed){ d, i };
		}
	return 0;
}

typedef struct raw_posting {
	uint32_t word;
	ac_posting posting;
} raw_posting;

static int
compare_postings(const void *x, const void *y)
{
	const raw_posting *a = x, *b = y;
	int order = compare_numbers(a->word, b->word);

	order = order ? order : compare_numbers(a->posting.actor, b->posting.actor);
	return order ? order : compare_numbers(a->posting.claim, b->posting.claim);
}

typedef struct claim_text {
	ac_word_count *words;
	size_t count;
} claim_text;

static int
read_prose(ac_knowledge *k, claim_text *texts, ac_arena *scratch, accord_err *err)
{
	k->claim_words = ac_arena_zalloc(&k->arena, k->claim_count + 1, sizeof(*k->claim_words));
	if (!k->claim_words)
		return ac_arena_check(&k->arena, err);
	for (size_t i = 0; i < k->claim_count; i++) {
		int rc = ac_words_of(&k->words, k->claims[i].prose, scratch, &texts[i].words, &texts[i].count, err);

		if (rc < 0)
			return rc;
		for (size_t w = 0; w < texts[i].count; w++)
			k->claim_words[i] += texts[i].words[w].times;
	}
	return 0;
}

static int
make_postings(ac_knowledge *k, const claim_text *texts, ac_arena *scratch, accord_err *err)
{
	raw_posting *raw;
	size_t room = 0, n = 0;

	for (size_t i = 0; i < k->claim_count; i++)
		room += texts[i].count;
	if (room > POSTINGS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "more than %zu words of prose", POSTINGS_MAX);
	raw = ac_arena_zalloc(scratch, room + 1, sizeof(*raw));
	k->postings = ac_arena_zalloc(&k->arena, room + 1, sizeof(*k->postings));
	k->word_postings = ac_arena_zalloc(&k->arena, (size_t)k->words.count + 1, sizeof(*k->word_postings));
	if (!raw || !k->postings || !k->word_postings)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for words");
	for (size_t i = 0; i < k->claim_count; i++)
		for (size_t w = 0; w < texts[i].count; w++)
			raw[n++] = (raw_posting){ texts[i].words[w].word,
				{ k->claims[i].actor, (uint32_t)i, texts[i].words[w].times } };
	if (n)
		qsort(raw, n, sizeof(*raw), compare_postings);
	for (size_t i = 0; i < n; i++) {
		ac_span *span = &k->word_postings[raw[i].word];

		if (span->count++ == 0)
			span->first = (uint32_t)i;
		k->postings[i] = raw[i].posting;
	}
	return 0;
}

int
ac_knowledge_docs(ac_knowledge *k, accord_err *err)
{
	claim_text *texts;
	ac_arena scratch;
	int rc;

	ac_arena_init(&scratch, k->arena.limit);
	texts = ac_arena_zalloc(&scratch, k->claim_count + 1, sizeof(*texts));
	rc = texts ? make_docs(k, &scratch, err) : ac_arena_check(&scratch, err);
	if (rc == 0)
		rc = list_docs(k, err);
	if (rc == 0)
		rc = read_prose(k, texts, &scratch, err);
	if (rc == 0)
		rc = make_postings(k, texts, &scratch, err);
	ac_arena_done(&scratch);
	return rc;
}
