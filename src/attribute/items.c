/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/items.h"

#include "attribute/bm25.h"
#include "attribute/places.h"
#include "attribute/ties.h"
#include "attribute/victims.h"
#include "base/limits.h"

#define TELLING_ACTORS 4        /* a word that more actors have tells none of them apart */
#define TELLING_ACTORS_PHRASE 3 /* two words that follow one another are rarer than each */

typedef struct taker {
	ac_score *score;
	const ac_evidence *evidence;
	ac_arena *arena;
	double *nobodys;
} taker;

static void
note(taker *t, ac_note_kind kind, ac_str text, uint32_t feature)
{
	const ac_knowledge *k = t->score->view->k;

	t->score->notes[t->score->note_count++] =
	    (ac_note){ kind, text, feature == AC_FEATURE_NONE ? NULL : &k->features[feature] };
}

static bool
was_taken(const ac_score *score, uint32_t feature, ac_str text)
{
	for (size_t i = 0; i < score->item_count; i++)
		if (feature == AC_FEATURE_NONE ? ac_str_eq(score->items[i].text, text)
					       : score->items[i].feature == feature)
			return true;
	return false;
}

static ac_scored *
add(taker *t, ac_weight_kind kind, ac_str text, size_t source, double *raw)
{
	ac_scored *item = &t->score->items[t->score->item_count++];

	*item = (ac_scored){ .kind = kind,
		.text = text,
		.feature = AC_FEATURE_NONE,
		.family = AC_NO_FAMILY,
		.source = source,
		.part = 1 };
	if (source >= t->evidence->source_count) {
		item->source = AC_EVIDENCE_NO_SOURCE;
	} else {
		const ac_evidence_source *s = &t->evidence->sources[source];

		item->part = ac_admiralty_part((ac_admiralty){ s->reliability, s->credibility });
		if (item->part <= 0)
			note(t, AC_NOTE_GRADED, text, AC_FEATURE_NONE);
	}
	item->raw = raw ? raw : ac_arena_zalloc(t->arena, t->score->view->k->actor_count + 1, sizeof(double));
	return item;
}

/* With one source it is that one's. */
static size_t
source_of_text(const taker *t)
{
	return t->evidence->source_count == 1 ? 0 : AC_EVIDENCE_NO_SOURCE;
}

static uint32_t
family_of(taker *t, uint32_t parent)
{
	ac_score *score = t->score;
	uint32_t at = 0;

	while (at < score->family_count && score->families[at].parent != parent)
		at++;
	if (at == score->family_count)
		score->families[score->family_count++] =
		    (ac_family){ parent, ac_arena_zalloc(t->arena, score->view->k->actor_count + 1, sizeof(double)) };
	return at;
}

static ac_scored *
add_feature(taker *t, ac_str text, size_t source, ac_weight_kind kind, uint32_t feature)
{
	const ac_knowledge *k = t->score->view->k;
	ac_scored *item = add(t, kind, text, source, NULL);

	item->feature = feature;
	if (kind == AC_WEIGHT_SOFTWARE && feature != AC_FEATURE_NONE)
		item->told = ac_arena_zalloc(t->arena, k->actor_count + 1, sizeof(double));
	if (kind == AC_WEIGHT_TECHNIQUE && feature != AC_FEATURE_NONE)
		item->family = family_of(
		    t, k->features[feature].parent == AC_FEATURE_NONE ? feature : k->features[feature].parent);
	return item;
}

static void
take_feature(taker *t, const ac_evidence_item *given, ac_weight_kind kind)
{
	const ac_knowledge *k = t->score->view->k;
	const ac_feature_alias *alias = ac_knowledge_find(k, given->text);
	uint32_t feature = alias ? alias->feature : AC_FEATURE_NONE;

	if (was_taken(t->score, feature, given->text)) {
		note(t, AC_NOTE_TWICE, given->text, feature);
		return;
	}
	if (!alias)
		note(t, AC_NOTE_UNKNOWN, given->text, AC_FEATURE_NONE);
	else if (alias->is_revoked)
		note(t, feature == AC_FEATURE_NONE ? AC_NOTE_REVOKED : AC_NOTE_SUCCESSOR, given->text, feature);
	else if (k->is_deprecated[feature])
		note(t, AC_NOTE_DEPRECATED, given->text, feature);
	if (feature != AC_FEATURE_NONE)
		kind = k->features[feature].kind == AC_FEATURE_TECHNIQUE ? AC_WEIGHT_TECHNIQUE : AC_WEIGHT_SOFTWARE;
	(void)add_feature(t, given->text, given->source, kind, feature);
}

/* Software that the text names and the list does not have. */
static void
take_named(taker *t, const uint32_t *named, size_t count)
{
	const ac_knowledge *k = t->score->view->k;

	for (size_t i = 0; i < count; i++) {
		const ac_feature *f = &k->features[named[i]];
		ac_str text = f->external_id.n ? f->external_id : f->id;

		if (!was_taken(t->score, named[i], text))
			add_feature(t, text, source_of_text(t), AC_WEIGHT_SOFTWARE, named[i])->is_named = true;
	}
}

static void
take_victim(taker *t, const ac_evidence_item *given, bool is_sector)
{
	ac_str code = given->text;
	ac_scored *item;

	if (was_taken(t->score, AC_FEATURE_NONE, given->text)) {
		note(t, AC_NOTE_TWICE, given->text, AC_FEATURE_NONE);
		return;
	}
	if (is_sector && ac_sectors_in(given->text, &code, 1) == 0)
		code = given->text;
	item = add(t, AC_WEIGHT_VICTIM, given->text, given->source, NULL);
	item->code = code;
	item->is_sector = is_sector;
	if (item->raw)
		ac_victims_weigh(t->score->view, code, is_sector, item->raw, &item->shared_by);
	for (size_t a = 0; item->raw && a < t->score->view->k->actor_count; a++)
		item->raw[a] *= item->part;
}

/* Whom the text says was attacked, where nothing else says it. */
static int
take_told_victims(taker *t, accord_err *err)
{
	ac_str shown;

	if (t->evidence->countries.count + t->evidence->sectors.count || t->evidence->text.n == 0)
		return 0;
	if (ac_text_shown(t->evidence->text, t->arena, &shown, err) < 0)
		return t->arena->failed;
	for (int is_sector = 0; is_sector < 2; is_sector++) {
		ac_str *codes = ac_arena_alloc(t->arena, AC_PLACES_MAX * sizeof(*codes));
		size_t count = codes ? ac_victims_told(shown, is_sector, codes, AC_PLACES_MAX) : 0;

		for (size_t i = 0; i < count; i++) {
			size_t before = t->score->item_count;

			take_victim(t, &(ac_evidence_item){ codes[i], source_of_text(t) }, is_sector);
			if (t->score->item_count > before)
				t->score->items[before].is_named = true;
		}
	}
	return 0;
}

/* A value that nobody is said to have is kept and said, and weighs nothing. */
static int
take_indicator(taker *t, const ac_evidence_item *given, accord_err *err)
{
	ac_score *score = t->score;
	ac_tie_match *matches = NULL;
	size_t count = 0;
	ac_scored *item;
	ac_str value;
	bool is_weightless;
	int rc = ac_ties_find(score->view->k, given->text, t->arena, &value, &matches, &count, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < score->item_count; i++)
		if (score->items[i].kind == AC_WEIGHT_INDICATOR && ac_str_eq(score->items[i].text, value)) {
			note(t, AC_NOTE_TWICE, given->text, AC_FEATURE_NONE);
			return 0;
		}
	/* Lists of thousands of values are mostly nobody's: those share one row of noughts. */
	if (count == 0 && !t->nobodys)
		t->nobodys = ac_arena_zalloc(t->arena, score->view->k->actor_count + 1, sizeof(double));
	item = add(t, AC_WEIGHT_INDICATOR, value, given->source, count ? NULL : t->nobodys);
	item->matches = matches;
	item->match_count = count;
	if (!ac_ties_any(score->view, item, &is_weightless))
		note(t, AC_NOTE_UNKNOWN, given->text, AC_FEATURE_NONE);
	else if (is_weightless)
		note(t, AC_NOTE_WEIGHTLESS, given->text, AC_FEATURE_NONE);
	return 0;
}

/* How often the word of these postings stands in the visible prose about one actor; *at goes behind the actor. */
static uint32_t
times_of_actor(const ac_view *view, const ac_span *span, uint32_t *at)
{
	const ac_posting *postings = view->k->postings + span->first;
	uint32_t actor = postings[*at].actor, times = 0;

	for (; *at < span->count && postings[*at].actor == actor; (*at)++)
		times += view->prose_hidden[postings[*at].claim] ? 0 : postings[*at].times;
	return times;
}

/* How many actors have the word; 0 when they are too many for it to tell. */
static size_t
telling_actors(const ac_view *view, const ac_span *span, bool is_phrase)
{
	size_t actors = 0, most = is_phrase ? TELLING_ACTORS_PHRASE : TELLING_ACTORS;

	for (uint32_t at = 0; at < span->count && actors <= most;)
		actors += times_of_actor(view, span, &at) > 0;
	return actors <= most ? actors : 0;
}

/*
 * BM25 of the words and phrases that are telling, by the root of how many there are. What stands in the prose about many actors is the language of the trade, and adds noise only.
 */
static int
take_text(taker *t, accord_err *err)
{
	ac_score *score = t->score;
	const ac_view *view = score->view;
	ac_word_count *words;
	size_t count;
	ac_scored *item;
	int rc = ac_words_look_up(&view->k->words, t->evidence->text, t->arena, &words, &count, err);

	if (rc < 0)
		return rc;
	item = add(t, AC_WEIGHT_TEXT, AC_S("text"), source_of_text(t), NULL);
	score->telling = ac_arena_alloc(t->arena, (count + 1) * sizeof(*score->telling));
	for (size_t w = 0; item->raw && score->telling && w < count; w++) {
		const ac_span *span = &view->k->word_postings[words[w].word];
		size_t actors = telling_actors(view, span, words[w].is_phrase);

		if (actors == 0)
			continue;
		score->telling[score->telling_count++] = words[w].word;
		for (uint32_t at = 0; at < span->count;) {
			uint32_t actor = view->k->postings[span->first + at].actor;
			uint32_t times = times_of_actor(view, span, &at);

			item->raw[actor] +=
			    ac_idf(actors, view->profiles) * ac_bm25(times, view->words[actor], view->mean_words);
		}
	}
	for (size_t a = 0; item->raw && a < view->k->actor_count; a++) {
		item->shared_by += item->raw[a] > 0;
		item->raw[a] *= item->part / sqrt(1 + (double)score->telling_count);
	}
	return 0;
}

int
ac_items_take(ac_score *score, const ac_evidence *evidence, ac_arena *arena, accord_err *err)
{
	taker t = { score, evidence, arena };
	const ac_evidence_items *lists[] = { &evidence->techniques, &evidence->software, &evidence->countries,
		&evidence->sectors, &evidence->indicators };
	uint32_t *named;
	size_t room = 1, named_count;
	int rc = ac_words_called(&score->view->k->words, evidence->text, arena, &named, &named_count, err);

	if (rc < 0)
		return rc;

	for (size_t i = 0; i < AC_COUNT(lists); i++) {
		if (lists[i]->count > AC_EVIDENCE_ITEMS_MAX)
			return ac_fail(err, ACCORD_ELIMIT, "want at most %d items of one kind, got %zu",
			    AC_EVIDENCE_ITEMS_MAX, lists[i]->count);
		room += lists[i]->count;
	}
	room += named_count + 2 * (size_t)AC_PLACES_MAX;
	score->items = ac_arena_zalloc(arena, room, sizeof(*score->items));
	score->notes = ac_arena_zalloc(arena, 2 * room, sizeof(*score->notes));
	score->families = ac_arena_zalloc(arena, room, sizeof(*score->families));
	score->in_family = ac_arena_zalloc(arena, room, sizeof(*score->in_family));
	score->explained = ac_arena_zalloc(arena, room, sizeof(*score->explained));
	score->left_explained = ac_arena_zalloc(arena, room, sizeof(*score->left_explained));
	score->left_family = ac_arena_zalloc(arena, room, sizeof(*score->left_family));
	if (arena->failed)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < evidence->techniques.count; i++)
		take_feature(&t, &evidence->techniques.items[i], AC_WEIGHT_TECHNIQUE);
	for (size_t i = 0; i < evidence->software.count; i++)
		take_feature(&t, &evidence->software.items[i], AC_WEIGHT_SOFTWARE);
	take_named(&t, named, named_count);
	for (size_t i = 0; i < evidence->countries.count; i++)
		take_victim(&t, &evidence->countries.items[i], false);
	for (size_t i = 0; i < evidence->sectors.count; i++)
		take_victim(&t, &evidence->sectors.items[i], true);
	rc = take_told_victims(&t, err);
	for (size_t i = 0; rc == 0 && i < evidence->indicators.count; i++)
		rc = take_indicator(&t, &evidence->indicators.items[i], err);
	if (rc == 0 && ac_str_trim(evidence->text).n)
		rc = take_text(&t, err);
	return rc < 0 ? rc : ac_arena_check(arena, err);
}
