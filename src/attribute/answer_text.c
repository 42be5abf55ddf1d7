/* SPDX-License-Identifier: Apache-2.0 */
/* The answer for people: the judgement first, then what it stands on, then what would change it. All words are of words.c. */
#include "attribute/answer.h"

#include "base/limits.h"
#include "know/layout.h"

#include <math.h>
#include <stdio.h>

/* Columns of tables; numbers stand at the right edge of theirs, with a space before the widest. */
#define NAME_COLUMNS 33
#define CHANCE_COLUMNS 8
#define RANGE_COLUMNS 14
#define ITEM_COLUMNS 36
#define NUMBER_COLUMNS 11
#define COUNT_COLUMNS 9
#define LETTER_COLUMNS 4
#define REPORTS_SHOWN 3
#define ROWS_SHOWN 12
#define SENSITIVITIES_SHOWN 6
#define NEXT_SHOWN 3
#define NEXUS_SHOWN 4
#define NAMES_SHOWN 8
#define NAMERS_SHOWN 1 /* of one name: --json has more */
#define EVEN .5
#define MATTERS .05 /* a change of the leader's probability that is worth a line */

typedef struct view {
	const ac_answer *a;
	ac_lang lang;
	const ac_page_style *style;
	ac_layout l;
	ac_arena arena;
} view;

/* A text of the table with its places filled. */
#define SAY(v, word, ...) ac_sentence(&(v)->arena, (v)->lang, (word), AC_WORDS(__VA_ARGS__))
#define NOTHING AC_S("")

static ac_str
plain(const view *v, ac_word word)
{
	return ac_word_text(word, v->lang);
}

static ac_str
number(view *v, uint64_t n)
{
	return ac_arena_printf(&v->arena, "%llu", (unsigned long long)n);
}

static ac_str
percent(view *v, double p)
{
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_KIB);
	ac_scale_add_percent(&buf, p, v->lang);
	text = ac_arena_str(&v->arena, ac_buf_view(&buf));
	if (buf.failed && !v->arena.failed)
		v->arena.failed = buf.failed;
	ac_buf_done(&buf);
	return text;
}

/* Hundredths of a nat, with their sign. */
static ac_str
nats(view *v, int64_t hundredths)
{
	long long size = hundredths < 0 ? -hundredths : hundredths;
	const char *sign = hundredths < 0 ? "-" : hundredths > 0 ? "+" : "";

	return ac_arena_printf(
	    &v->arena, "%s%lld%c%02lld", sign, size / 100, v->lang == AC_LANG_FR ? ',' : '.', size % 100);
}

static ac_str
actor(view *v, const ac_judged_actor *who)
{
	return ac_answer_actor_name(who, v->lang, &v->arena);
}

static void
heading(view *v, ac_word word)
{
	ac_str text = plain(v, word);

	ac_layout_heading(&v->l, text.p);
}

static void
sentence(view *v, ac_str text)
{
	ac_layout_line(&v->l, 2, 4);
	ac_layout_words(&v->l, text);
}

/* A number at the right edge of its column. */
static void
right(view *v, ac_str text, unsigned columns)
{
	unsigned width = ac_layout_width(text);

	ac_layout_cell(&v->l,
	    ac_arena_printf(&v->arena, "%*s%.*s", width < columns ? (int)(columns - width) : 0, "", AC_FMT(text)),
	    columns);
}

static void
show_head(view *v)
{
	const ac_answer *a = v->a;
	const ac_judgement *j = a->j;
	ac_str day = ac_answer_day(a->evidence->hide.from, &v->arena);

	ac_layout_title(&v->l, SAY(v, AC_WORD_TITLE, a->origin.is_seen ? plain(v, AC_WORD_SEEN_HERE) : a->origin.name));
	ac_layout_line(&v->l, 0, 0);
	if (a->origin.is_seen)
		ac_layout_words(
		    &v->l, SAY(v, AC_WORD_OF_SEEN, number(v, a->origin.indicators), number(v, a->origin.sightings)));
	if (j->profiles && (j->hidden_claims || day.n))
		ac_layout_words(&v->l, SAY(v, AC_WORD_AGAINST_SOME, number(v, j->profiles)));
	else if (j->profiles)
		ac_layout_words(
		    &v->l, SAY(v, AC_WORD_AGAINST, number(v, j->profiles), ac_answer_day(a->j->newest, &v->arena)));
	if (j->hidden_claims)
		ac_layout_words(&v->l, SAY(v, AC_WORD_HIDDEN, number(v, j->hidden_claims)));
	if (day.n)
		ac_layout_words(&v->l, SAY(v, AC_WORD_FROM_DAY, day));
	if (j->when_from == AC_WHEN_TEXT)
		ac_layout_words(&v->l, SAY(v, AC_WORD_TOLD_WHEN, ac_answer_day(j->when, &v->arena)));
	ac_layout_words(&v->l, SAY(v, AC_WORD_SCALE, a->scale->name));
	if (!a->scale->is_verified)
		ac_layout_words(&v->l, plain(v, AC_WORD_SCALE_UNVERIFIED));
}

/* "It is likely that Leviathan (G0065) did this: 71%, between 52% and 83%." */
static void
show_verdict(view *v)
{
	const ac_hypothesis *leader = v->a->leader;
	ac_str that,
	    chance = SAY(v, AC_WORD_CHANCE, percent(v, leader->p), percent(v, leader->low), percent(v, leader->high));
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	ac_words_add_that(&buf, v->lang, v->a->term, actor(v, leader->actor));
	that = ac_arena_str(&v->arena, ac_buf_view(&buf));
	if (buf.failed && !v->arena.failed)
		v->arena.failed = buf.failed;
	ac_buf_done(&buf);
	sentence(v, ac_arena_printf(&v->arena, "%.*s%s: %.*s.", AC_FMT(that), v->lang == AC_LANG_FR ? "\u00a0" : "",
			AC_FMT(chance)));
}

static void
show_gate(view *v)
{
	const ac_gate *gate = &v->a->j->gate;
	const ac_scale *scale = v->a->scale;
	ac_str left = percent(v, gate->p_without);

	if (gate->passes) {
		sentence(v, SAY(v, AC_WORD_GATE_PASSES, left));
		return;
	}
	if (v->a->is_capped)
		sentence(v, SAY(v, AC_WORD_CAPPED, ac_scale_word(&scale->bands[scale->likely], v->lang)));
	for (unsigned bit = 0; bit < AC_GATE_REASONS; bit++)
		if (gate->reasons & (1u << bit))
			sentence(v, SAY(v, ac_word_of_gate(bit), left));
}

static void
show_nexus(view *v)
{
	const ac_judgement *j = v->a->j;
	ac_str list = { "", 0 };

	for (size_t i = 0, shown = 0; i < j->nexus_count && shown < NEXUS_SHOWN; i++) {
		if (j->nexus[i].country.n == 0 || j->nexus[i].p < .01)
			continue;
		list = ac_arena_printf(&v->arena, "%.*s%s%.*s %.*s", AC_FMT(list), shown ? ", " : "",
		    AC_FMT(j->nexus[i].country), AC_FMT(percent(v, j->nexus[i].p)));
		shown++;
	}
	if (list.n == 0)
		return;
	sentence(v, SAY(v, AC_WORD_NEXUS, list));
	ac_layout_words(&v->l, plain(v, AC_WORD_NO_STATE));
}

static ac_str
joined(view *v, const ac_page_texts *texts, size_t most)
{
	ac_str list = { "", 0 };

	for (size_t i = 0; i < texts->count && i < most; i++)
		list = ac_arena_printf(&v->arena, "%.*s%s%.*s", AC_FMT(list), i ? ", " : "", AC_FMT(texts->items[i]));
	return texts->count > most ? SAY(v, AC_WORD_AND_OTHERS, list) : list;
}

/* "Kryptonite Panda (CrowdStrike), TEMP.Periscope (Mandiant and others)": what else the leader is called, and by whom. */
static ac_str
called(view *v)
{
	const ac_answer *a = v->a;
	ac_str list = { "", 0 };
	size_t shown = 0;

	for (size_t i = 0; a->called_count && i < a->called[0].count; i++) {
		const ac_answer_name *name = &a->called[0].names[i];

		if (ac_str_eq_fold(name->text, a->leader->actor->name))
			continue;
		if (shown == NAMES_SHOWN)
			return SAY(v, AC_WORD_AND_OTHERS, list);
		list = ac_arena_printf(&v->arena, "%.*s%s%.*s (%.*s)", AC_FMT(list), shown++ ? ", " : "",
		    AC_FMT(name->text), AC_FMT(joined(v, &name->namers, NAMERS_SHOWN)));
	}
	return list;
}

static void
show_names(view *v)
{
	const ac_answer *a = v->a;
	ac_str names = called(v);

	if (a->leader->actor->is_individual)
		return;
	if (names.n)
		sentence(v, SAY(v, AC_WORD_NAMES, a->leader->actor->name, names));
	if (a->overlaps.count)
		sentence(v, SAY(v, AC_WORD_OVERLAPS, a->leader->actor->name, joined(v, &a->overlaps, NAMES_SHOWN)));
}

/* Others' words on a state's part, as theirs. */
static void
show_states(view *v)
{
	const ac_answer *a = v->a;

	for (size_t i = 0; i < a->states.count; i++) {
		const ac_state_claim *claim = &a->states.items[i];
		ac_str level = ac_state_level_word(claim->level, v->lang);

		if (claim->sponsor.n)
			level = ac_arena_printf(&v->arena, "%.*s, %.*s", AC_FMT(level), AC_FMT(claim->sponsor));
		sentence(
		    v, SAY(v, AC_WORD_STATE, claim->claimant, actor(v, a->leader->actor), level,
			   ac_arena_printf(&v->arena, "%.*s, %.*s", AC_FMT(claim->name.n ? claim->name : claim->url),
			       AC_FMT(ac_answer_day(claim->day, &v->arena)))));
	}
	if (a->states.uncited)
		sentence(v, SAY(v, AC_WORD_STATE_UNCITED, number(v, a->states.uncited)));
}

static void
show_insufficient(view *v)
{
	const ac_answer *a = v->a;
	const ac_evidence *e = a->evidence;

	if (a->j->profiles == 0) {
		sentence(v, plain(v, AC_WORD_NO_KNOWLEDGE));
		return;
	}
	if (e->techniques.count + e->software.count + e->indicators.count + e->countries.count + e->sectors.count +
		e->text.n ==
	    0)
		sentence(v, plain(v, AC_WORD_EMPTY));
	else
		sentence(v,
		    SAY(v, AC_WORD_FIRST_WITHOUT_NAME, number(v, e->techniques.count), number(v, e->software.count)));
	if (a->j->techniques < e->techniques.count)
		sentence(v, SAY(v, AC_WORD_NOT_COUNTED, number(v, a->j->techniques)));
	sentence(v, plain(v, AC_WORD_INSUFFICIENT));
	if (a->j->is_prior_only)
		sentence(v, plain(v, AC_WORD_PRIOR_ONLY));
}

static void
show_judgement(view *v)
{
	const ac_answer *a = v->a;

	heading(v, AC_WORD_HEAD_JUDGEMENT);
	if (!a->is_named) {
		show_insufficient(v);
	} else {
		show_verdict(v);
		if (a->leader->p >= AC_JUDGE_LIKELY && a->leader->low < AC_JUDGE_LIKELY)
			sentence(v, SAY(v, AC_WORD_WIDE, percent(v, a->leader->low)));
		if (a->j->unknown > a->leader->p)
			sentence(v, SAY(v, AC_WORD_UNKNOWN_LEADS, percent(v, a->j->unknown)));
		else if (a->leader->p < EVEN)
			sentence(v, plain(v, AC_WORD_NONE_STANDS_OUT));
		show_gate(v);
		sentence(v, plain(v, ac_word_of_imitation(a->j->imitation)));
		if (a->j->imitation != AC_IMITATION_NONE && a->j->gate.rival)
			sentence(v, SAY(v, AC_WORD_RIVAL, actor(v, a->leader->actor), actor(v, a->j->gate.rival),
					percent(v, a->j->gate.rival_p)));
		sentence(v, SAY(v, AC_WORD_CONFIDENCE, ac_confidence_word(a->confidence, v->lang)));
		ac_layout_words(
		    &v->l, SAY(v, AC_WORD_CONFIDENCE_BASIS, number(v, a->j->gate.kinds), number(v, a->publishers)));
		show_nexus(v);
		show_states(v);
		show_names(v);
	}
	for (size_t i = 0; i < a->claim_count; i++)
		sentence(v, SAY(v, AC_WORD_OTHERS_SAY, a->claims[i].claimant, a->claims[i].actor));
}

static void
show_hypothesis(view *v, ac_str name, const ac_hypothesis *h, const ac_scale_band *term)
{
	ac_layout_line(&v->l, 2, 4);
	ac_layout_cell(&v->l, name, NAME_COLUMNS);
	right(v, percent(v, h->p), CHANCE_COLUMNS);
	right(v, ac_arena_printf(&v->arena, "%.*s-%.*s", AC_FMT(percent(v, h->low)), AC_FMT(percent(v, h->high))),
	    RANGE_COLUMNS);
	if (term)
		ac_layout_words(&v->l, ac_scale_word(term, v->lang));
}

static ac_str
numbered(view *v, size_t place)
{
	ac_str name = actor(v, v->a->j->ranking[place].actor);

	return ac_arena_printf(&v->arena, "%zu. %.*s", place + 1, AC_FMT(name));
}

static void
show_hypotheses(view *v)
{
	const ac_answer *a = v->a;
	const ac_judgement *j = a->j;
	const ac_hypothesis unknown = { NULL, j->unknown, j->unknown_low, j->unknown_high, j->unknown_utility };
	bool is_shown = false;

	heading(v, AC_WORD_HEAD_HYPOTHESES);
	ac_layout_line(&v->l, 2, 4);
	ac_layout_cell(&v->l, plain(v, AC_WORD_COLUMN_ACTOR), NAME_COLUMNS);
	right(v, plain(v, AC_WORD_COLUMN_CHANCE), CHANCE_COLUMNS);
	right(v, plain(v, AC_WORD_COLUMN_RANGE), RANGE_COLUMNS);
	ac_layout_words(&v->l, plain(v, AC_WORD_COLUMN_TERM));
	for (size_t i = 0; i + 1 < j->column_count; i++) {
		const ac_hypothesis *h = &j->ranking[i];

		if (!is_shown && h->p < j->unknown) {
			show_hypothesis(
			    v, plain(v, AC_WORD_UNKNOWN_ACTOR), &unknown, ac_scale_band_of(a->scale, unknown.p));
			is_shown = true;
		}
		show_hypothesis(v, numbered(v, i), h, ac_scale_term(a->scale, h->p, !j->gate.passes, NULL));
	}
	if (!is_shown)
		show_hypothesis(v, plain(v, AC_WORD_UNKNOWN_ACTOR), &unknown, ac_scale_band_of(a->scale, unknown.p));
	for (size_t i = j->column_count - 1; v->style->items == SIZE_MAX && i < a->ranking_count; i++)
		show_hypothesis(
		    v, numbered(v, i), &j->ranking[i], ac_scale_term(a->scale, j->ranking[i].p, !j->gate.passes, NULL));
	if (v->style->items != SIZE_MAX && a->ranking_count + 1 > j->column_count)
		sentence(v, SAY(v, AC_WORD_MORE, number(v, a->ranking_count + 1 - j->column_count)));
}

/* "S0154 Cobalt Strike" */
static ac_str
name_of(view *v, const ac_feature *feature)
{
	return ac_arena_printf(&v->arena, "%.*s%s%.*s", AC_FMT(feature->external_id),
	    feature->external_id.n && feature->name.n ? " " : "", AC_FMT(feature->name));
}

/* "T1190 Exploit Public-Facing Application" */
static ac_str
item_of(view *v, const ac_weight *w)
{
	if (w->kind == AC_WEIGHT_PRIOR && ac_str_eq(w->text, AC_S("calibration")))
		return plain(v, AC_WORD_KIND_CALIBRATION);
	if (w->kind >= AC_WEIGHT_EVIDENCE_KINDS)
		return plain(v, ac_word_of_kind(w->kind));
	if (w->feature && w->feature->name.n)
		return ac_arena_printf(&v->arena, "%.*s %.*s", AC_FMT(w->text), AC_FMT(w->feature->name));
	if (w->kind == AC_WEIGHT_TEXT)
		return plain(v, AC_WORD_KIND_TEXT);
	if (w->kind == AC_WEIGHT_VICTIM)
		return SAY(v, AC_WORD_VICTIM, w->text);
	return w->text;
}

/* The first report of each cluster behind a row, the first few: "Mandiant Leviathan, 2019-03-04". */
static void
show_reports(view *v, const ac_weight *w)
{
	const ac_answer *a = v->a;
	uint32_t seen[REPORTS_SHOWN];
	size_t shown = 0;

	for (size_t i = 0; i < w->report_count && shown < REPORTS_SHOWN; i++) {
		const ac_report *report = ac_knowledge_report(a->knowledge, w->reports[i]);
		ac_str day = ac_answer_day(report->first, &v->arena);
		size_t same = 0;

		while (same < shown && seen[same] != report->cluster)
			same++;
		if (same < shown)
			continue;
		seen[shown++] = report->cluster;
		ac_layout_line(&v->l, 6, 8);
		/* Lists cite addresses that nobody dates, all of one name. */
		if (day.n)
			ac_layout_words(&v->l, SAY(v, AC_WORD_REPORT_LINE, report->name, day));
		else
			ac_layout_words(&v->l, report->url.n ? report->url : report->name);
	}
}

/* "ACSC (A2)" */
static ac_str
graded_source(view *v, size_t source)
{
	const ac_evidence_source *s = &v->a->evidence->sources[source];
	ac_str name = ac_answer_source_name(v->a, source);

	char grade[] = { s->reliability ? s->reliability : s->credibility, s->reliability ? s->credibility : 0, 0 };

	return grade[0] ? ac_arena_printf(&v->arena, "%.*s (%s)", AC_FMT(name), grade) : name;
}

static void
show_row(view *v, ac_str item, int64_t runner_up, int64_t unknown, const ac_weight *w)
{
	bool is_evidence = w && w->kind < AC_WEIGHT_EVIDENCE_KINDS;

	ac_layout_line(&v->l, 2, 4);
	ac_layout_cell(&v->l, item, ITEM_COLUMNS);
	if (v->a->chain.against_runner_up)
		right(v, nats(v, runner_up), NUMBER_COLUMNS);
	right(v, nats(v, unknown), NUMBER_COLUMNS);
	if (!is_evidence)
		return;
	right(v, number(v, w->shared_by), COUNT_COLUMNS);
	right(v, number(v, w->clusters), COUNT_COLUMNS);
	if (w->is_named) {
		ac_layout_line(&v->l, 6, 8);
		ac_layout_words(&v->l, plain(v, AC_WORD_NAMED_IN_TEXT));
	}
	if (w->source != AC_EVIDENCE_NO_SOURCE && v->a->evidence->source_count > 1) {
		ac_layout_line(&v->l, 6, 8);
		ac_layout_words(&v->l, SAY(v, AC_WORD_SEEN_BY, graded_source(v, w->source)));
	}
}

/* Rows as they are shown: evidence, the rest of the evidence in one row, what the model adds. They are rounded together, so that what is shown adds up. */
static void
show_rows(view *v, size_t most)
{
	const ac_judgement *j = v->a->j;
	size_t evidence = 0, shown, rows = 0, last = j->column_count - 1;
	double *values[2] = { ac_arena_zalloc(&v->arena, j->weight_count + 2, sizeof(double)),
		ac_arena_zalloc(&v->arena, j->weight_count + 2, sizeof(double)) };
	int64_t *rounded[2] = { ac_arena_zalloc(&v->arena, j->weight_count + 2, sizeof(int64_t)),
		ac_arena_zalloc(&v->arena, j->weight_count + 2, sizeof(int64_t)) },
		sums[2] = { 0, 0 };

	if (v->arena.failed)
		return;
	while (evidence < j->weight_count && j->weights[evidence].kind < AC_WEIGHT_EVIDENCE_KINDS)
		evidence++;
	shown = evidence > most ? most : evidence;
	for (size_t i = 0; i < j->weight_count; i++) {
		size_t row = i < shown ? i : i < evidence ? shown : i - evidence + shown + (evidence > shown);

		values[0][row] += j->weights[i].nats[0] - (last > 1 ? j->weights[i].nats[1] : 0);
		values[1][row] += j->weights[i].nats[0] - j->weights[i].nats[last];
		rows = row + 1;
	}
	for (size_t side = 0; side < 2; side++) {
		if (ac_chain_round(values[side], rows, 100, rounded[side], &v->arena, NULL) < 0)
			return;
		for (size_t i = 0; i < rows; i++)
			sums[side] += rounded[side][i];
	}
	for (size_t i = 0; i < rows; i++) {
		bool is_rest = evidence > shown && i == shown;
		const ac_weight *w =
		    is_rest ? NULL : &j->weights[i < shown ? i : i - shown - (evidence > shown) + evidence];
		ac_str item = is_rest ? SAY(v, AC_WORD_SMALLER, number(v, evidence - shown)) : item_of(v, w);

		if (w && w->kind >= AC_WEIGHT_EVIDENCE_KINDS && rounded[0][i] == 0 && rounded[1][i] == 0)
			continue; /* the model has nothing to add here */
		show_row(v, item, rounded[0][i], rounded[1][i], w);
		if (w)
			show_reports(v, w);
	}
	show_row(v, plain(v, AC_WORD_SUM), sums[0], sums[1], NULL);
}

static void
show_evidence(view *v)
{
	const ac_answer *a = v->a;
	size_t most = v->style->items == SIZE_MAX ? SIZE_MAX : ROWS_SHOWN;

	heading(v, AC_WORD_HEAD_EVIDENCE);
	if (a->chain.against_runner_up)
		sentence(v, SAY(v, AC_WORD_EVIDENCE_NOTE, actor(v, a->leader->actor), actor(v, a->runner_up->actor)));
	else
		sentence(v, SAY(v, AC_WORD_EVIDENCE_NOTE_ALONE, actor(v, a->leader->actor)));
	if (a->evidence->source_count == 1)
		sentence(v, SAY(v, AC_WORD_SEEN_BY, graded_source(v, 0)));
	if (a->j->tool)
		sentence(v, SAY(v, AC_WORD_TOOL, actor(v, a->leader->actor), name_of(v, a->j->tool)));
	ac_layout_line(&v->l, 2, 4);
	ac_layout_cell(&v->l, plain(v, AC_WORD_COLUMN_ITEM), ITEM_COLUMNS);
	if (a->chain.against_runner_up)
		right(v, plain(v, AC_WORD_COLUMN_RUNNER_UP), NUMBER_COLUMNS);
	right(v, plain(v, AC_WORD_COLUMN_UNKNOWN), NUMBER_COLUMNS);
	right(v, plain(v, AC_WORD_COLUMN_SHARED), COUNT_COLUMNS);
	right(v, plain(v, AC_WORD_COLUMN_CLUSTERS), COUNT_COLUMNS);
	show_rows(v, most);
}

static void
show_ach(view *v)
{
	const ac_ach *ach = &v->a->ach;
	const ac_judgement *j = v->a->j;
	size_t most = v->style->items == SIZE_MAX ? SIZE_MAX : ROWS_SHOWN;

	if (ach->row_count == 0)
		return;
	heading(v, AC_WORD_HEAD_ACH);
	sentence(v, plain(v, AC_WORD_ACH_NOTE));
	ac_layout_line(&v->l, 2, 4);
	ac_layout_cell(&v->l, plain(v, AC_WORD_COLUMN_ITEM), ITEM_COLUMNS);
	for (size_t c = 0; c < ach->column_count; c++)
		right(v, number(v, c + 1), LETTER_COLUMNS);
	for (size_t r = 0; r < ach->row_count && r < most; r++) {
		ac_layout_line(&v->l, 2, 4);
		ac_layout_cell(&v->l, item_of(v, &j->weights[ach->rows[r].weight]), ITEM_COLUMNS);
		for (size_t c = 0; c < ach->column_count; c++)
			right(v, ac_str_from(ac_ach_cell_name(ach->rows[r].cells[c])), LETTER_COLUMNS);
	}
	ac_layout_line(&v->l, 2, 4);
	ac_layout_cell(&v->l, plain(v, AC_WORD_ACH_SCORE), ITEM_COLUMNS);
	for (size_t c = 0; c < ach->column_count; c++)
		right(v, number(v, ach->inconsistent[c]), LETTER_COLUMNS);
}

static ac_str
left_out(view *v, const ac_sensitivity *s)
{
	switch (s->what) {
	case AC_WITHOUT_ITEM:
		return item_of(v, &v->a->j->weights[s->index]);
	case AC_WITHOUT_SOURCE:
		return SAY(v, AC_WORD_SOURCE, ac_answer_source_name(v->a, s->index));
	case AC_WITHOUT_KIND:
		return plain(v, ac_word_of_kind((ac_weight_kind)s->index));
	}
	return NOTHING;
}

static void
show_sensitivities(view *v)
{
	const ac_answer *a = v->a;
	const ac_judgement *j = a->j;
	size_t most = v->style->items == SIZE_MAX ? SIZE_MAX : SENSITIVITIES_SHOWN, shown = 0;
	bool has_point = false;

	heading(v, AC_WORD_HEAD_SENSITIVITY);
	for (size_t i = 0; i < j->sensitivity_count; i++) {
		const ac_sensitivity *s = &j->sensitivities[i];

		/* Without the only source nothing is left: that is no finding. */
		if (s->what == AC_WITHOUT_SOURCE && a->evidence->source_count == 1)
			continue;
		has_point |= s->is_single_point;
		if (shown == most || (!s->is_single_point && fabs(s->p - a->leader->p) < MATTERS))
			continue;
		shown++;
		if (s->leader == a->leader->actor)
			sentence(v, SAY(v, AC_WORD_WITHOUT, left_out(v, s), percent(v, s->p)));
		else
			sentence(v, SAY(v, AC_WORD_WITHOUT_OTHER, left_out(v, s), percent(v, s->p), actor(v, s->leader),
					percent(v, s->leader_p)));
		if (s->is_single_point)
			ac_layout_words(&v->l, plain(v, AC_WORD_SINGLE_POINT));
	}
	if (!has_point)
		sentence(v, plain(v, AC_WORD_NOTHING_MATTERS));
}

static void
show_next(view *v)
{
	const ac_answer *a = v->a;
	const ac_judgement *j = a->j;
	size_t most = v->style->items == SIZE_MAX ? SIZE_MAX : NEXT_SHOWN;

	if (j->next_count == 0)
		return;
	heading(v, AC_WORD_HEAD_NEXT);
	for (size_t i = 0; i < j->next_count && i < most; i++) {
		const ac_next_finding *next = &j->next[i];
		ac_str item = ac_arena_printf(
		    &v->arena, "%.*s %.*s", AC_FMT(next->feature->external_id), AC_FMT(next->feature->name));

		if (next->leader == a->leader->actor)
			sentence(v, SAY(v, AC_WORD_NEXT, item, actor(v, a->leader->actor), percent(v, next->p)));
		else
			sentence(
			    v, SAY(v, AC_WORD_NEXT_OTHER, item, actor(v, next->leader), percent(v, next->leader_p)));
	}
}

static void
show_gaps(view *v)
{
	ac_answer_gap gaps[AC_ANSWER_GAPS_MAX];
	size_t count = ac_answer_gaps(v->a, gaps);

	if (count == 0)
		return;
	heading(v, AC_WORD_HEAD_GAPS);
	for (size_t i = 0; i < count; i++)
		sentence(v, SAY(v, gaps[i].word, number(v, gaps[i].number)));
}

static void
show_notes(view *v)
{
	const ac_judgement *j = v->a->j;
	const ac_remarks *remarks = v->a->remarks;
	size_t most = v->style->items, shown = 0;

	if (j->note_count + remarks->count == 0)
		return;
	heading(v, AC_WORD_HEAD_NOTES);
	for (size_t i = 0; i < j->note_count && shown < most; i++, shown++)
		sentence(v, SAY(v, ac_word_of_note(j->notes[i].kind), j->notes[i].text,
				j->notes[i].feature ? j->notes[i].feature->external_id : NOTHING));
	for (size_t i = 0; i < remarks->count && shown < most; i++, shown++)
		sentence(v, SAY(v, ac_word_of_remark(remarks->items[i].kind), remarks->items[i].path,
				remarks->items[i].text, remarks->items[i].code.n ? remarks->items[i].code : NOTHING));
	if (j->note_count + remarks->total > shown)
		sentence(v, SAY(v, AC_WORD_MORE, number(v, j->note_count + remarks->total - shown)));
}

int
ac_answer_text(const ac_answer *a, ac_lang lang, const ac_page_style *style, ac_buf *buf, accord_err *err)
{
	view v = { .a = a, .lang = lang, .style = style };
	int rc;

	ac_arena_init(&v.arena, AC_REPORT_MAX);
	ac_layout_init(&v.l, buf, style->width, style->colour);
	show_head(&v);
	show_judgement(&v);
	if (a->is_named) {
		show_hypotheses(&v);
		show_evidence(&v);
		show_ach(&v);
		show_sensitivities(&v);
		show_next(&v);
	}
	show_gaps(&v);
	show_notes(&v);
	ac_layout_break(&v.l);
	rc = ac_arena_check(&v.arena, err);
	ac_arena_done(&v.arena);
	return rc;
}
