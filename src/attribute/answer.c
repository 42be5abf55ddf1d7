/* SPDX-License-Identifier: Apache-2.0 */
/* From a judgement to what may be told of it. */
#include "attribute/answer.h"

#include <stdlib.h>

#include "base/limits.h"

/* Hypotheses below it are no answer: a thousandth. */
#define LEAST_P .001
#define LEAST_SHARE (AC_CHAIN_UNITS / 1000)
/* A judgement is well founded with so many kinds of evidence and publishers, and when resampled reports move it by no more than this. */
#define HIGH_KINDS 3
#define HIGH_PUBLISHERS 4
#define HIGH_RANGE .2
#define LOW_RANGE .5 /* more than that, and it is badly founded */

static ac_confidence_level
confidence_of(const ac_answer *a)
{
	const ac_gate *gate = &a->j->gate;

	if (!a->is_named || (gate->reasons & (AC_GATE_ONE_KIND | AC_GATE_ONE_PUBLISHER)) ||
	    a->j->imitation == AC_IMITATION_INDICATED || a->leader->high - a->leader->low > LOW_RANGE)
		return AC_CONFIDENCE_LOW;
	if (gate->passes && gate->kinds >= HIGH_KINDS && a->publishers >= HIGH_PUBLISHERS &&
	    a->j->imitation == AC_IMITATION_NONE && a->leader->high - a->leader->low <= HIGH_RANGE)
		return AC_CONFIDENCE_HIGH;
	return AC_CONFIDENCE_MODERATE;
}

static int
compare_numbers(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* All reports behind the leader's rows, once each, and how many publishers they are of. */
static int
gather_reports(ac_answer *a, ac_arena *arena, accord_err *err)
{
	const ac_judgement *j = a->j;
	size_t room = 1, kept = 0;

	for (size_t i = 0; i < j->weight_count; i++)
		room += j->weights[i].report_count;
	a->reports = ac_arena_zalloc(arena, room, sizeof(*a->reports));
	if (!a->reports)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < j->weight_count; i++)
		for (size_t r = 0; r < j->weights[i].report_count; r++)
			a->reports[a->report_count++] = j->weights[i].reports[r];
	if (a->report_count)
		qsort(a->reports, a->report_count, sizeof(*a->reports), compare_numbers);
	for (size_t i = 0; i < a->report_count; i++) {
		ac_str publisher = ac_knowledge_report(a->knowledge, a->reports[i])->publisher;
		size_t same = 0;

		if (kept && a->reports[kept - 1] == a->reports[i])
			continue;
		while (same < kept &&
		       !ac_str_eq(ac_knowledge_report(a->knowledge, a->reports[same])->publisher, publisher))
			same++;
		a->publishers += same == kept;
		a->reports[kept++] = a->reports[i];
	}
	a->report_count = kept;
	return 0;
}

/* The ranking and the unknown in whole units that are all of it together. */
static int
share_out(ac_answer *a, ac_arena *arena, accord_err *err)
{
	const ac_judgement *j = a->j;
	double *values;
	int rc;

	while (a->ranking_count < j->ranking_count && j->ranking[a->ranking_count].p >= LEAST_P)
		a->ranking_count++;
	values = ac_arena_zalloc(arena, a->ranking_count + 1, sizeof(*values));
	a->ranking = ac_arena_zalloc(arena, a->ranking_count + 1, sizeof(*a->ranking));
	if (!values || !a->ranking)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < a->ranking_count; i++)
		values[i] = j->ranking[i].p;
	values[a->ranking_count] = j->unknown;
	/* The unknown, too, is never nothing: an actor whom nobody knows can always be. */
	rc = ac_chain_shares(values, a->ranking_count + 1, AC_CHAIN_UNITS, 1, a->ranking, arena, err);
	for (size_t i = 0; rc == 0 && i < a->ranking_count; i++)
		if (a->ranking[i] < LEAST_SHARE) {
			a->ranking[0] -= LEAST_SHARE - a->ranking[i];
			a->ranking[i] = LEAST_SHARE;
		}
	a->unknown = a->ranking[a->ranking_count];
	return rc;
}

static int
compare_nexus(const void *x, const void *y)
{
	const ac_answer_nexus *a = x, *b = y;

	if (a->units != b->units)
		return a->units > b->units ? -1 : 1;
	return ac_str_cmp(a->country, b->country);
}

/* The same of the countries and the rest, which is never nothing either. */
static int
share_out_nexus(ac_answer *a, ac_arena *arena, accord_err *err)
{
	const ac_judgement *j = a->j;
	double *values = ac_arena_zalloc(arena, j->nexus_count + 1, sizeof(*values)), rest = 0;
	int64_t *units = ac_arena_zalloc(arena, j->nexus_count + 1, sizeof(*units));
	int rc;

	a->nexus = ac_arena_zalloc(arena, j->nexus_count + 1, sizeof(*a->nexus));
	if (!values || !units || !a->nexus)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < j->nexus_count; i++)
		if (j->nexus[i].country.n == 0 || j->nexus[i].p < LEAST_P) {
			rest += j->nexus[i].p;
		} else {
			values[a->nexus_count] = j->nexus[i].p;
			a->nexus[a->nexus_count++].country = j->nexus[i].country;
		}
	values[a->nexus_count] = rest;
	rc = ac_chain_shares(values, a->nexus_count + 1, AC_CHAIN_UNITS, 1, units, arena, err);
	for (size_t i = 0; i < a->nexus_count; i++)
		a->nexus[i].units = units[i];
	a->nexus_rest = units[a->nexus_count];
	if (a->nexus_count)
		qsort(a->nexus, a->nexus_count, sizeof(*a->nexus), compare_nexus);
	return rc;
}

static bool
has_text(const ac_page_texts *list, ac_str text)
{
	for (size_t i = 0; i < list->count; i++)
		if (ac_str_eq_fold(list->items[i], text))
			return true;
	return false;
}

/* Is a record of another actor called so, too? Then the name tells neither. */
static bool
is_anothers(const ac_know_actors *all, size_t own, ac_str name)
{
	for (size_t r = 0; r < all->count; r++) {
		const ac_actor_record *record = &all->records[r];

		if (all->grouping.group_of[r] == own)
			continue;
		for (size_t i = 0; i < record->name_count; i++)
			if (ac_str_eq_fold(record->names[i].text, name))
				return true;
	}
	return false;
}

/* Is the record of one person? */
static int
is_individual(ac_know *know, ac_str id, bool *out, accord_err *err)
{
	const ac_know_object *object;
	int rc = ac_know_load(know, id, &object, err);

	*out = rc == 0 && object->original &&
	       ac_str_eq(ac_json_get_string(object->original, AC_S("resource_level")), AC_S("individual"));
	return rc;
}

/* Somebody uses a name. */
static int
add_use(ac_answer_called *called, ac_str text, ac_str namer, ac_arena *arena, accord_err *err)
{
	ac_answer_name *names = called->names;
	size_t at = 0;

	while (at < called->count && !ac_str_eq_fold(names[at].text, text))
		at++;
	if (at == AC_ANSWER_NAMES_MAX) {
		called->left_out++;
		return 0;
	}
	if (at == called->count) {
		names = ac_know_grow(arena, names, at, sizeof(*names));
		if (!names)
			return ac_arena_check(arena, err);
		called->names = names;
		names[called->count++] = (ac_answer_name){ text, { NULL, 0 } };
	}
	if (has_text(&names[at].namers, namer))
		return 0;
	if (names[at].namers.count == AC_ANSWER_NAMERS_MAX) {
		called->left_out++;
		return 0;
	}
	return ac_page_texts_add(arena, &names[at].namers, namer, err);
}

/* Names of the records that are the same actor, with who uses them. None when one of them is a person's: its names may stand in the others, too. */
static int
find_names(ac_know *know, const ac_know_actor *actor, ac_answer_called *called, ac_arena *arena, accord_err *err)
{
	const ac_know_actors *all = actor->actors;
	size_t own = all->grouping.group_of[actor->members[0]];
	bool is_person = false;
	int rc = 0;

	for (size_t m = 0; rc == 0 && !is_person && m < actor->member_count; m++)
		rc = is_individual(know, all->records[actor->members[m]].id, &is_person, err);
	for (size_t m = 0; rc == 0 && !is_person && m < actor->member_count; m++) {
		const ac_actor_record *record = &all->records[actor->members[m]];

		for (size_t i = 0; rc == 0 && i < record->name_count; i++) {
			const ac_actor_name *name = &record->names[i];

			if (ac_str_eq_fold(name->text, actor->name) || !is_anothers(all, own, name->text))
				rc = add_use(
				    called, name->text, name->namer.n ? name->namer : record->producer, arena, err);
		}
	}
	return rc;
}

/* What the first of the ranking are called, but persons. */
static int
find_called(ac_answer *a, ac_know *know, ac_arena *arena, accord_err *err)
{
	size_t count = a->ranking_count < AC_ANSWER_CALLED_MAX ? a->ranking_count : AC_ANSWER_CALLED_MAX;
	int rc = 0;

	a->called = ac_arena_zalloc(arena, count + 1, sizeof(*a->called));
	if (!a->called)
		return ac_arena_check(arena, err);
	a->called_count = count;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const ac_know_actor *actor;

		if (a->j->ranking[i].actor->is_individual)
			continue;
		rc = ac_know_actor_of(know, a->j->ranking[i].actor->id, &actor, err);
		if (rc == ACCORD_EINPUT)
			rc = 0; /* the record was revoked since */
		else if (rc == 0)
			rc = find_names(know, actor, &a->called[i], arena, err);
	}
	return rc;
}

static int
find_overlaps(ac_answer *a, ac_know *know, const ac_know_actor *actor, ac_arena *arena, accord_err *err)
{
	const ac_know_actors *all = actor->actors;
	const ac_grouping *grouping = &all->grouping;
	size_t own = grouping->group_of[actor->members[0]];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < grouping->pair_count; i++) {
		const ac_group_pair *pair = &grouping->pairs[i];
		bool a_is_own = grouping->group_of[pair->a] == own, b_is_own = grouping->group_of[pair->b] == own;
		const ac_know_actor *other;
		bool is_person = false;

		if (pair->refusal == AC_GROUP_JOINED || pair->refusal == AC_GROUP_TOO_LIGHT || a_is_own == b_is_own)
			continue;
		rc = ac_know_actor_of(know, all->records[a_is_own ? pair->b : pair->a].id, &other, err);
		if (rc == 0)
			rc = is_individual(know, other->id, &is_person, err);
		if (rc == 0 && !is_person && !has_text(&a->overlaps, other->name))
			rc = ac_page_texts_add(arena, &a->overlaps, other->name, err);
	}
	return rc;
}

static int
find_leader(ac_answer *a, ac_know *know, ac_arena *arena, accord_err *err)
{
	const ac_know_actor *actor;
	int rc = ac_know_actor_of(know, a->leader->actor->id, &actor, err);

	if (rc == ACCORD_EINPUT || a->leader->actor->is_individual)
		return rc == ACCORD_EINPUT ? 0 : rc; /* the record was revoked since; or all its names are a person's */
	if (rc == 0)
		rc = find_overlaps(a, know, actor, arena, err);
	if (rc == 0)
		rc = ac_states_find(know, actor, &a->evidence->hide, arena, &a->states, err);
	return rc;
}

static int
add_claim(ac_answer *a, ac_know *know, const ac_edge *edge, ac_arena *arena, accord_err *err)
{
	const ac_know_actor *actor = NULL;
	const ac_know_object *relationship;
	const ac_know_ref *ref;
	ac_answer_claim *claims;
	bool is_person = false;
	int rc = ac_know_label(know, edge->other_id, &ref, err);

	if (rc == 0)
		rc = is_individual(know, edge->other_id, &is_person, err);
	if (rc == 0)
		rc = ac_know_load(know, edge->via_id, &relationship, err);
	if (rc == 0 && relationship->original && ac_knowledge_is_answer(relationship->original))
		return 0;
	if (rc == 0)
		rc = ac_know_actor_of(know, edge->other_id, &actor, err);
	if (rc < 0 && rc != ACCORD_EINPUT)
		return rc;
	claims = ac_know_grow(arena, a->claims, a->claim_count, sizeof(*claims));
	if (!claims)
		return ac_arena_check(arena, err);
	a->claims = claims;
	claims[a->claim_count++] =
	    (ac_answer_claim){ edge->via_id, edge->other_id, ref->name.n && !is_person ? ref->name : ref->id,
		    relationship->producer, actor ? actor->id : (ac_str){ "", 0 } };
	return 0;
}

static int
find_claims(ac_answer *a, ac_know *know, ac_arena *arena, accord_err *err)
{
	ac_know_edges edges;
	int rc;

	if (a->origin.object_id.n == 0)
		return 0;
	rc = ac_know_edges_of(
	    know, a->origin.object_id, AC_KNOW_FROM, AC_S("attributed-to"), AC_ANSWER_CLAIMS_MAX, &edges, err);
	for (size_t i = 0; rc == 0 && i < edges.count; i++)
		if (ac_know_is_actor(ac_know_type(edges.items[i].other_id)))
			rc = add_claim(a, know, &edges.items[i], arena, err);
	return rc;
}

int
ac_answer_make(ac_know *know, const ac_knowledge *knowledge, const ac_evidence *evidence, const ac_remarks *remarks,
    const ac_answer_origin *origin, const ac_judgement *j, const ac_scale *scale, ac_arena *arena, ac_answer *out,
    accord_err *err)
{
	static const ac_remarks none = { 0 };
	ac_answer a = { .knowledge = knowledge,
		.evidence = evidence,
		.remarks = remarks ? remarks : &none,
		.j = j,
		.scale = scale,
		.origin = *origin };
	int rc;

	a.leader = j->ranking_count ? &j->ranking[0] : NULL;
	a.runner_up = j->ranking_count > 1 ? &j->ranking[1] : NULL;
	a.is_named = a.leader && !j->insufficient;
	if (a.is_named)
		a.term = ac_scale_term(scale, a.leader->p, !j->gate.passes, &a.is_capped);
	rc = gather_reports(&a, arena, err);
	if (rc < 0)
		return rc;
	a.confidence = confidence_of(&a);
	rc = share_out(&a, arena, err);
	if (rc == 0)
		rc = share_out_nexus(&a, arena, err);
	if (rc == 0)
		rc = ac_chain_make(j, arena, &a.chain, err);
	if (rc == 0)
		rc = ac_ach_make(j, arena, &a.ach, err);
	if (rc == 0 && know && a.is_named)
		rc = find_leader(&a, know, arena, err);
	if (rc == 0 && know && a.is_named)
		rc = find_called(&a, know, arena, err);
	if (rc == 0 && know)
		rc = find_claims(&a, know, arena, err);
	if (rc < 0)
		return rc;
	*out = a;
	return 0;
}

ac_str
ac_answer_actor_id(const ac_judged_actor *actor)
{
	return actor->external_id.n ? actor->external_id : actor->id;
}

ac_str
ac_answer_actor_name(const ac_judged_actor *actor, ac_lang lang, ac_arena *arena)
{
	ac_str name;

	if (!actor)
		return ac_word_text(AC_WORD_UNKNOWN_ACTOR, lang);
	name = actor->is_individual ? ac_word_text(AC_WORD_INDIVIDUAL, lang) : actor->name;
	if (actor->external_id.n == 0 || ac_str_eq(actor->external_id, name))
		return name;
	return ac_arena_printf(arena, "%.*s (%.*s)", AC_FMT(name), AC_FMT(actor->external_id));
}

ac_str
ac_answer_day(ac_time time, ac_arena *arena)
{
	ac_str text = { "", 0 };
	ac_buf buf;

	if (ac_time_cmp(time, AC_TIME_MIN) == 0 || ac_time_cmp(time, AC_TIME_MAX) == 0)
		return text;
	ac_buf_init(&buf, AC_KIB);
	ac_time_add_date(&buf, time);
	text = ac_arena_str(arena, ac_buf_view(&buf));
	if (buf.failed && !arena->failed)
		arena->failed = buf.failed;
	ac_buf_done(&buf);
	return text;
}

ac_str
ac_answer_source_name(const ac_answer *a, size_t source)
{
	const ac_evidence_source *s = &a->evidence->sources[source];

	return s->name.n ? s->name : s->url;
}

size_t
ac_answer_report_number(const ac_answer *a, uint32_t report)
{
	const uint32_t *at = bsearch(&report, a->reports, a->report_count, sizeof(*a->reports), compare_numbers);

	return at ? (size_t)(at - a->reports) : a->report_count;
}

static bool
lacks_grades(const ac_evidence *e)
{
	for (size_t i = 0; i < e->source_count; i++)
		if (!e->sources[i].reliability || !e->sources[i].credibility)
			return true;
	return false;
}

/* Does the text name any of a kind? */
static bool
names(const ac_answer *a, ac_weight_kind kind)
{
	for (size_t i = 0; i < a->j->weight_count; i++)
		if (a->j->weights[i].is_named && a->j->weights[i].kind == kind)
			return true;
	return false;
}

size_t
ac_answer_gaps(const ac_answer *a, ac_answer_gap gaps[static AC_ANSWER_GAPS_MAX])
{
	const ac_evidence *e = a->evidence;
	const ac_knowledge_counts *counts = ac_knowledge_counted(a->knowledge);
	size_t techniques = a->j->techniques, count = 0;
	const struct {
		bool holds;
		ac_answer_gap gap;
	} all[AC_ANSWER_GAPS_MAX] = {
		{ techniques < 4, { "few-techniques", AC_WORD_GAP_TECHNIQUES, techniques } },
		{ e->software.count == 0 && !names(a, AC_WEIGHT_SOFTWARE), { "no-software", AC_WORD_GAP_SOFTWARE, 0 } },
		{ e->countries.count + e->sectors.count == 0 && !names(a, AC_WEIGHT_VICTIM),
		    { "no-victims", AC_WORD_GAP_VICTIMS, 0 } },
		{ e->indicators.count == 0, { "no-indicators", AC_WORD_GAP_INDICATORS, 0 } },
		{ e->text.n == 0, { "no-text", AC_WORD_GAP_TEXT, 0 } },
		{ a->j->when_from != AC_WHEN_DATES && a->j->when_from != AC_WHEN_TEXT,
		    { "no-dates", AC_WORD_GAP_DATES, 0 } },
		{ e->source_count == 0, { "no-sources", AC_WORD_GAP_SOURCES, 0 } },
		{ lacks_grades(e), { "no-grades", AC_WORD_GAP_GRADES, 0 } },
		{ !a->j->has_prose, { "no-prose", AC_WORD_GAP_PROSE, 0 } },
		{ counts->claims_uncited > 0, { "claims-uncited", AC_WORD_GAP_UNCITED, counts->claims_uncited } },
		{ counts->claims_undated > 0, { "claims-undated", AC_WORD_GAP_UNDATED, counts->claims_undated } },
		{ counts->indicators_cut > 0, { "indicators-cut", AC_WORD_GAP_CUT, counts->indicators_cut } },
		{ counts->actors_without_profile > 0,
		    { "actors-without-profile", AC_WORD_GAP_PROFILES, counts->actors_without_profile } },
	};

	for (size_t i = 0; i < AC_ANSWER_GAPS_MAX; i++)
		if (all[i].holds)
			gaps[count++] = all[i].gap;
	return count;
}
