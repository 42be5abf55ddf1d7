/* SPDX-License-Identifier: Apache-2.0 */
/* accord.attribution/1 (docs/json.md). Numbers have four decimals, lists an order that the judgement gave: nothing here depends on anything else. */
#include "attribute/answer.h"

#include "base/limits.h"

#include <math.h>

typedef struct out {
	const ac_answer *a;
	ac_json_writer *w;
	ac_arena arena;
} out;

/* Units of AC_CHAIN_UNITS as a number with four decimals. */
static void
put_units(ac_json_writer *w, int64_t units)
{
	char text[32], *p = text + sizeof(text);
	uint64_t left = units < 0 ? (uint64_t)-units : (uint64_t)units;

	for (int digit = 0; digit < 5 || left; digit++) {
		if (digit == 4)
			*--p = '.';
		*--p = (char)('0' + left % 10);
		left /= 10;
	}
	if (units < 0)
		*--p = '-';
	ac_jw_raw(w, (ac_str){ p, (size_t)(text + sizeof(text) - p) });
}

static void
key_units(ac_json_writer *w, ac_str key, int64_t units)
{
	ac_jw_key(w, key);
	put_units(w, units);
}

static void
key_number(ac_json_writer *w, ac_str key, double value)
{
	key_units(w, key, llround(value * AC_CHAIN_UNITS));
}

/* A probability is never none and never all of it. */
static void
key_share(ac_json_writer *w, ac_str key, int64_t units)
{
	key_units(w, key, units < 1 ? 1 : units >= AC_CHAIN_UNITS ? AC_CHAIN_UNITS - 1 : units);
}

static void
key_chance(ac_json_writer *w, ac_str key, double p)
{
	key_share(w, key, llround(p * AC_CHAIN_UNITS));
}

static void
key_both(ac_json_writer *w, ac_word word)
{
	ac_jw_key_string(w, AC_S("en"), ac_word_text(word, AC_LANG_EN));
	ac_jw_key_string(w, AC_S("fr"), ac_word_text(word, AC_LANG_FR));
}

/* An id in a list or as a member: null is the unknown. */
static void
put_actor(ac_json_writer *w, const ac_judged_actor *actor)
{
	if (actor)
		ac_jw_string(w, ac_answer_actor_id(actor));
	else
		ac_jw_null(w);
}

static void
key_actor(ac_json_writer *w, ac_str key, const ac_judged_actor *actor)
{
	ac_jw_key(w, key);
	put_actor(w, actor);
}

static void
put_ranking(out *o)
{
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("ranking"));
	ac_jw_array(w);
	for (size_t i = 0; i < o->a->ranking_count; i++) {
		ac_jw_array(w);
		put_actor(w, o->a->j->ranking[i].actor);
		put_units(w, o->a->ranking[i]);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	key_share(w, AC_S("unknown"), o->a->unknown);
}

static void
put_term(out *o)
{
	const ac_answer *a = o->a;
	ac_json_writer *w = o->w;

	ac_jw_key_bool(w, AC_S("gate"), a->j->gate.passes);
	ac_jw_key(w, AC_S("term"));
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("scale"), a->scale->key);
	ac_jw_key_string(w, AC_S("code"), a->term ? a->term->code : AC_S("insufficient-evidence"));
	ac_jw_key_string(w, AC_S("en"), a->term ? a->term->en : AC_S("insufficient evidence"));
	ac_jw_key_string(w, AC_S("fr"), a->term ? a->term->fr : AC_S("éléments insuffisants"));
	ac_jw_key_bool(w, AC_S("capped"), a->is_capped);
	ac_jw_key_bool(w, AC_S("insufficient"), !a->term);
	ac_jw_key_bool(w, AC_S("verified"), a->scale->is_verified);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("stix_confidence"));
	if (a->term)
		ac_jw_u64(w, ac_scale_confidence(a->leader->p, !a->j->gate.passes));
	else
		ac_jw_null(w);
}

static void
put_nexus(out *o)
{
	const ac_answer *a = o->a;

	ac_jw_key(o->w, AC_S("nexus"));
	ac_jw_array(o->w);
	for (size_t i = 0; i < a->nexus_count; i++) {
		ac_jw_array(o->w);
		ac_jw_string(o->w, a->nexus[i].country);
		put_units(o->w, a->nexus[i].units);
		ac_jw_end(o->w);
	}
	ac_jw_end(o->w);
	key_share(o->w, AC_S("nexus_rest"), a->nexus_rest);
}

static void
put_confidence(out *o)
{
	ac_confidence_level level = o->a->confidence;

	ac_jw_key(o->w, AC_S("confidence"));
	ac_jw_object(o->w);
	ac_jw_key_string(o->w, AC_S("level"), ac_confidence_code(level));
	ac_jw_key_string(o->w, AC_S("en"), ac_confidence_word(level, AC_LANG_EN));
	ac_jw_key_string(o->w, AC_S("fr"), ac_confidence_word(level, AC_LANG_FR));
	ac_jw_key_u64(o->w, AC_S("kinds"), o->a->j->gate.kinds);
	ac_jw_key_u64(o->w, AC_S("publishers"), o->a->publishers);
	ac_jw_end(o->w);
}

static void
put_gate(out *o)
{
	const ac_gate *gate = &o->a->j->gate;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("gate_detail"));
	ac_jw_object(w);
	ac_jw_key(w, AC_S("reasons"));
	ac_jw_array(w);
	for (unsigned bit = 0; bit < AC_GATE_REASONS; bit++)
		if (gate->reasons & (1u << bit))
			ac_jw_string(w, ac_str_from(ac_gate_reason_name(bit)));
	ac_jw_end(w);
	key_chance(w, AC_S("without_best"), gate->p_without);
	if (gate->rival) {
		key_actor(w, AC_S("rival"), gate->rival);
		key_chance(w, AC_S("rival_p"), gate->rival_p);
	}
	ac_jw_end(w);
}

static void
put_countries(ac_json_writer *w, const ac_judged_actor *actor)
{
	ac_jw_key(w, AC_S("countries_claimed"));
	ac_jw_array(w);
	for (size_t i = 0; i < actor->country_count; i++)
		ac_jw_string(w, actor->countries[i]);
	ac_jw_end(w);
}

/* What else the first is called. */
static void
put_other_names(out *o)
{
	const ac_answer *a = o->a;

	ac_jw_key(o->w, AC_S("names"));
	ac_jw_array(o->w);
	for (size_t i = 0; a->called_count && i < a->called[0].count; i++)
		if (!ac_str_eq_fold(a->called[0].names[i].text, a->leader->actor->name))
			ac_jw_string(o->w, a->called[0].names[i].text);
	ac_jw_end(o->w);
}

static void
put_hypothesis(out *o, const ac_hypothesis *h, int64_t units, bool is_leader)
{
	const ac_answer *a = o->a;
	const ac_scale_band *term = is_leader ? a->term : ac_scale_term(a->scale, h->p, !a->j->gate.passes, NULL);
	ac_json_writer *w = o->w;

	ac_jw_object(w);
	key_actor(w, AC_S("id"), h->actor);
	if (h->actor) {
		ac_jw_key_string(w, AC_S("stix_id"), h->actor->id);
		ac_jw_key_string(w, AC_S("name"),
		    h->actor->is_individual ? ac_word_text(AC_WORD_INDIVIDUAL, AC_LANG_EN) : h->actor->name);
		if (h->actor->is_individual)
			ac_jw_key_bool(w, AC_S("individual"), true);
		put_countries(w, h->actor);
	} else {
		key_both(w, AC_WORD_UNKNOWN_ACTOR);
	}
	key_share(w, AC_S("p"), units);
	key_chance(w, AC_S("low"), h->low);
	key_chance(w, AC_S("high"), h->high);
	if (a->term && term)
		ac_jw_key_string(w, AC_S("term"), term->code);
	if (is_leader && a->is_named) {
		put_other_names(o);
		ac_know_texts_json(w, "overlaps", &a->overlaps);
	}
	ac_jw_end(w);
}

static void
put_hypotheses(out *o)
{
	const ac_judgement *j = o->a->j;
	const ac_hypothesis unknown = { NULL, j->unknown, j->unknown_low, j->unknown_high, j->unknown_utility };

	ac_jw_key(o->w, AC_S("hypotheses"));
	ac_jw_array(o->w);
	for (size_t i = 0; i + 1 < j->column_count; i++)
		put_hypothesis(o, &j->ranking[i],
		    i < o->a->ranking_count ? o->a->ranking[i] : llround(j->ranking[i].p * AC_CHAIN_UNITS), i == 0);
	put_hypothesis(o, &unknown, o->a->unknown, false);
	ac_jw_end(o->w);
}

/* Names are claims: each with who uses it. */
static void
put_called(out *o)
{
	const ac_answer *a = o->a;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("names"));
	ac_jw_array(w);
	for (size_t i = 0; i < a->called_count; i++) {
		const ac_answer_called *called = &a->called[i];

		if (called->count == 0)
			continue;
		ac_jw_object(w);
		key_actor(w, AC_S("id"), a->j->ranking[i].actor);
		ac_jw_key(w, AC_S("names"));
		ac_jw_array(w);
		for (size_t n = 0; n < called->count; n++) {
			ac_jw_object(w);
			ac_jw_key_string(w, AC_S("name"), called->names[n].text);
			ac_know_texts_json(w, "used_by", &called->names[n].namers);
			ac_jw_end(w);
		}
		ac_jw_end(w);
		if (called->left_out)
			ac_jw_key_u64(w, AC_S("uses_left_out"), called->left_out);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_grade(out *o, ac_admiralty grade)
{
	char text[2];
	size_t n = 0;

	if (grade.reliability)
		text[n++] = grade.reliability;
	if (grade.credibility)
		text[n++] = grade.credibility;
	if (n)
		ac_jw_key_string(o->w, AC_S("grade"), (ac_str){ text, n });
}

static void
put_source(out *o, size_t source)
{
	const ac_evidence_source *s;

	if (source == AC_EVIDENCE_NO_SOURCE)
		return;
	s = &o->a->evidence->sources[source];
	ac_jw_key_string(o->w, AC_S("seen_by"), s->name.n ? s->name : s->url);
	put_grade(o, (ac_admiralty){ s->reliability, s->credibility });
}

/* Reports behind an item in the leader's profile, by their numbers in "reports". */
static void
put_report_numbers(out *o, const ac_weight *weight)
{
	ac_jw_key(o->w, AC_S("reports"));
	ac_jw_array(o->w);
	for (size_t i = 0; i < weight->report_count; i++)
		ac_jw_u64(o->w, ac_answer_report_number(o->a, weight->reports[i]));
	ac_jw_end(o->w);
	ac_jw_key_u64(o->w, AC_S("clusters"), weight->clusters);
}

static void
put_row(out *o, size_t row)
{
	const ac_weight *weight = &o->a->j->weights[row];
	const ac_chain *chain = &o->a->chain;
	ac_json_writer *w = o->w;

	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("kind"), ac_str_from(ac_weight_kind_name(weight->kind)));
	ac_jw_key_string(w, AC_S("item"), weight->text);
	if (weight->feature && weight->feature->name.n)
		ac_jw_key_string(w, AC_S("name"), weight->feature->name);
	if (weight->tool) {
		ac_jw_key_string(w, AC_S("tool"), weight->tool->external_id);
		ac_jw_key_string(w, AC_S("tool_name"), weight->tool->name);
	}
	if (weight->is_named)
		ac_jw_key_bool(w, AC_S("named_in_text"), true);
	if (weight->is_told_with)
		ac_jw_key_bool(w, AC_S("told_with"), true);
	if (chain->against_runner_up)
		key_units(w, AC_S("against_runner_up"), chain->against_runner_up[row]);
	if (chain->against_unknown)
		key_units(w, AC_S("against_unknown"), chain->against_unknown[row]);
	if (weight->kind < AC_WEIGHT_EVIDENCE_KINDS) {
		ac_jw_key_u64(w, AC_S("shared_by"), weight->shared_by);
		put_source(o, weight->source);
		put_report_numbers(o, weight);
	}
	ac_jw_end(w);
}

static void
put_evidence(out *o)
{
	const ac_answer *a = o->a;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("evidence"));
	ac_jw_array(w);
	for (size_t i = 0; i < a->j->weight_count; i++)
		put_row(o, i);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("log_odds"));
	ac_jw_object(w);
	key_actor(w, AC_S("leader"), a->leader ? a->leader->actor : NULL);
	key_actor(w, AC_S("runner_up"), a->runner_up ? a->runner_up->actor : NULL);
	if (a->chain.against_runner_up)
		key_units(w, AC_S("against_runner_up"), a->chain.odds_runner_up);
	if (a->chain.against_unknown)
		key_units(w, AC_S("against_unknown"), a->chain.odds_unknown);
	ac_jw_end(w);
}

static void
put_reports(out *o)
{
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("reports"));
	ac_jw_array(w);
	for (size_t i = 0; i < o->a->report_count; i++) {
		const ac_report *report = ac_knowledge_report(o->a->knowledge, o->a->reports[i]);

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("name"), report->name);
		ac_jw_key_string(w, AC_S("url"), report->url);
		ac_jw_key_string(w, AC_S("publisher"), report->publisher);
		ac_jw_key(w, AC_S("published"));
		ac_jw_string(w, ac_answer_day(report->first, &o->arena));
		ac_jw_key_u64(w, AC_S("cluster"), report->cluster);
		put_grade(o, report->grade);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_ach(out *o)
{
	const ac_ach *ach = &o->a->ach;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("ach"));
	ac_jw_object(w);
	ac_jw_key(w, AC_S("hypotheses"));
	ac_jw_array(w);
	for (size_t c = 0; c < ach->column_count; c++)
		put_actor(w, o->a->j->ranking[c].actor);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("rows"));
	ac_jw_array(w);
	for (size_t r = 0; r < ach->row_count; r++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("item"), o->a->j->weights[ach->rows[r].weight].text);
		key_number(w, AC_S("diagnosticity"), ach->rows[r].diagnosticity);
		ac_jw_key(w, AC_S("cells"));
		ac_jw_array(w);
		for (size_t c = 0; c < ach->column_count; c++)
			ac_jw_string(w, ac_str_from(ac_ach_cell_name(ach->rows[r].cells[c])));
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_key(w, AC_S("inconsistent"));
	ac_jw_array(w);
	for (size_t c = 0; c < ach->column_count; c++)
		ac_jw_u64(w, ach->inconsistent[c]);
	ac_jw_end(w);
	ac_jw_end(w);
}

static void
put_without(out *o, const ac_sensitivity *s)
{
	const ac_judgement *j = o->a->j;
	ac_json_writer *w = o->w;

	switch (s->what) {
	case AC_WITHOUT_ITEM:
		ac_jw_key_string(w, AC_S("item"), j->weights[s->index].text);
		break;
	case AC_WITHOUT_SOURCE:
		ac_jw_key_string(w, AC_S("source"), ac_answer_source_name(o->a, s->index));
		break;
	case AC_WITHOUT_KIND:
		ac_jw_key_string(w, AC_S("kind"), ac_str_from(ac_weight_kind_name((ac_weight_kind)s->index)));
		break;
	}
}

static void
put_sensitivities(out *o)
{
	const ac_judgement *j = o->a->j;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("sensitivity"));
	ac_jw_array(w);
	for (size_t i = 0; i < j->sensitivity_count; i++) {
		const ac_sensitivity *s = &j->sensitivities[i];

		ac_jw_object(w);
		put_without(o, s);
		key_chance(w, AC_S("p"), s->p);
		key_actor(w, AC_S("leader"), s->leader);
		key_chance(w, AC_S("leader_p"), s->leader_p);
		ac_jw_key_bool(w, AC_S("single_point_of_failure"), s->is_single_point);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_key(w, AC_S("next"));
	ac_jw_array(w);
	for (size_t i = 0; i < j->next_count; i++) {
		const ac_next_finding *next = &j->next[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("item"), next->feature->external_id);
		ac_jw_key_string(w, AC_S("name"), next->feature->name);
		key_number(w, AC_S("gain"), next->gain);
		key_chance(w, AC_S("chance"), next->chance);
		key_actor(w, AC_S("leader"), next->leader);
		key_chance(w, AC_S("leader_p"), next->leader_p);
		key_chance(w, AC_S("p"), next->p);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_gaps(out *o)
{
	ac_answer_gap gaps[AC_ANSWER_GAPS_MAX];
	size_t count = ac_answer_gaps(o->a, gaps);
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("gaps"));
	ac_jw_array(w);
	for (size_t i = 0; i < count; i++) {
		ac_str number = ac_arena_printf(&o->arena, "%llu", (unsigned long long)gaps[i].number);

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("gap"), ac_str_from(gaps[i].code));
		ac_jw_key_string(w, AC_S("en"), ac_sentence(&o->arena, AC_LANG_EN, gaps[i].word, &number, 1));
		ac_jw_key_string(w, AC_S("fr"), ac_sentence(&o->arena, AC_LANG_FR, gaps[i].word, &number, 1));
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_notes(out *o)
{
	const ac_judgement *j = o->a->j;
	const ac_remarks *remarks = o->a->remarks;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("notes"));
	ac_jw_array(w);
	for (size_t i = 0; i < j->note_count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("note"), ac_str_from(ac_note_kind_name(j->notes[i].kind)));
		ac_jw_key_string(w, AC_S("item"), j->notes[i].text);
		if (j->notes[i].feature)
			ac_jw_key_string(w, AC_S("stands_for"), j->notes[i].feature->external_id);
		ac_jw_end(w);
	}
	for (size_t i = 0; i < remarks->count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("note"), ac_str_from(ac_remark_kind_name(remarks->items[i].kind)));
		ac_jw_key_string(w, AC_S("member"), remarks->items[i].path);
		ac_jw_key_string(w, AC_S("text"), remarks->items[i].text);
		if (remarks->items[i].code.n)
			ac_jw_key_string(w, AC_S("stands_for"), remarks->items[i].code);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	if (remarks->total > remarks->count)
		ac_jw_key_u64(w, AC_S("notes_left_out"), remarks->total - remarks->count);
}

static void
put_states(out *o)
{
	const ac_state_claims *states = &o->a->states;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("state_responsibility"));
	ac_jw_array(w);
	for (size_t i = 0; i < states->count; i++) {
		const ac_state_claim *claim = &states->items[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), claim->id);
		ac_jw_key_string(w, AC_S("level"), claim->level->code);
		ac_jw_key_string(w, AC_S("en"), claim->level->en);
		ac_jw_key_string(w, AC_S("fr"), claim->level->fr);
		ac_jw_key_string(w, AC_S("claimant"), claim->claimant);
		ac_jw_key_string(w, AC_S("sponsor"), claim->sponsor);
		ac_jw_key_string(w, AC_S("citation"), claim->name);
		ac_jw_key_string(w, AC_S("url"), claim->url);
		ac_jw_key_string(w, AC_S("published"), ac_answer_day(claim->day, &o->arena));
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_key_u64(w, AC_S("state_responsibility_uncited"), states->uncited);
}

static void
put_claims(out *o)
{
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < o->a->claim_count; i++) {
		const ac_answer_claim *claim = &o->a->claims[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), claim->id);
		ac_jw_key_string(w, AC_S("actor"), claim->actor_id);
		ac_jw_key_string(w, AC_S("claimant"), claim->claimant);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_knowledge(out *o)
{
	const ac_knowledge_counts *counts = ac_knowledge_counted(o->a->knowledge);
	const ac_judgement *j = o->a->j;
	ac_json_writer *w = o->w;

	ac_jw_key(w, AC_S("knowledge"));
	ac_jw_object(w);
	ac_jw_key_u64(w, AC_S("profiles"), j->profiles);
	ac_jw_key_u64(w, AC_S("claims"), counts->claims);
	ac_jw_key_u64(w, AC_S("claims_uncited"), counts->claims_uncited);
	ac_jw_key_u64(w, AC_S("claims_undated"), counts->claims_undated);
	ac_jw_key_u64(w, AC_S("claims_hidden"), j->hidden_claims);
	ac_jw_key_u64(w, AC_S("actors_without_profile"), counts->actors_without_profile);
	ac_jw_key_bool(w, AC_S("prose"), j->has_prose);
	ac_jw_key_string(w, AC_S("newest"), ac_answer_day(j->newest, &o->arena));
	if (ac_time_cmp(o->a->evidence->hide.from, AC_TIME_MAX))
		ac_jw_key_string(w, AC_S("before"), ac_answer_day(o->a->evidence->hide.from, &o->arena));
	ac_jw_end(w);
}

static void
put_when(out *o)
{
	const ac_judgement *j = o->a->j;

	if (j->when_from == AC_WHEN_UNSAID)
		return;
	ac_jw_key(o->w, AC_S("when"));
	ac_jw_object(o->w);
	ac_jw_key_string(o->w, AC_S("day"), ac_answer_day(j->when, &o->arena));
	ac_jw_key_string(o->w, AC_S("from"), ac_str_from(ac_when_from_name(j->when_from)));
	ac_jw_end(o->w);
}

static void
put_chain(out *o)
{
	put_when(o);
	put_confidence(o);
	put_gate(o);
	put_hypotheses(o);
	put_called(o);
	put_evidence(o);
	put_reports(o);
	put_ach(o);
	put_sensitivities(o);
	put_gaps(o);
	put_notes(o);
	put_claims(o);
	put_states(o);
	put_knowledge(o);
}

int
ac_answer_json(const ac_answer *a, bool brief, ac_json_writer *w, accord_err *err)
{
	out o = { .a = a, .w = w };
	int rc;

	ac_arena_init(&o.arena, AC_REPORT_MAX);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.attribution/1"));
	put_ranking(&o);
	put_term(&o);
	put_nexus(&o);
	ac_jw_key_string(w, AC_S("imitation"), ac_str_from(ac_imitation_name(a->j->imitation)));
	if (!brief)
		put_chain(&o);
	rc = ac_arena_check(&o.arena, err);
	ac_arena_done(&o.arena);
	return rc;
}
