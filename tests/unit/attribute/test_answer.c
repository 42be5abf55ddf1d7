/* SPDX-License-Identifier: Apache-2.0 */
/* Answers over a real store: what may be said, that the numbers shown add up, and that the same question gives the same bytes. */
#include "judge_fixture.h"

#include <math.h>

#include "attribute/answer.h"
#include "attribute/evidence_from.h"
#include "fail_malloc.h"

#define PERSON FIXTURE_ID("threat-actor", "9")
#define CASE FIXTURE_ID("campaign", "2")
#define NOTE FIXTURE_ID("report", "1")

/* A person with a profile; Lake by another name, and a person who is said to be River; another name of Lake's record, and a record that only overlaps with it; a campaign that somebody attributes. */
static const char *const more[] = {
	"{" FIXTURE_HEAD("threat-actor", "9") ",'name':'Jane Doe','aliases':['Jane Quill "
					      "Doe'],'resource_level':'individual','threat_actor_types':['hacker']}",
	USES("9", PERSON, T("3"), R2),
	USES("a", PERSON, T("4"), R2),
	"{" FIXTURE_HEAD(
	    "campaign", "2") ",'name':'Second Wave','description':'They came by mail.',"
			     "'first_seen':'2021-03-01T00:00:00Z','last_seen':'2021-04-01T00:00:00Z',"
			     "'external_references':[{'source_name':'Lake Two','url':'https://two.example/lake'}]}",
	"{" FIXTURE_HEAD("threat-actor", "8") ",'name':'Blue Lake','aliases':['Quiet Heron']}",
	"{" FIXTURE_HEAD(
	    "threat-actor", "7") ",'name':'Red River','aliases':['John Roe'],'resource_level':'individual'}",
	FIXTURE_RELATION("b", "uses", CASE, T("1")),
	FIXTURE_RELATION("c", "uses", CASE, SHELL),
	FIXTURE_RELATION("d", "attributed-to", CASE, RIVER),
	"{" FIXTURE_HEAD("indicator", "1") ",'pattern_type':'stix','valid_from':'2021-01-01T00:00:00Z',"
					   "'pattern':'[domain-name:value = `c2.example`]','name':'c2'}",
	FIXTURE_RELATION("e", "indicates", FIXTURE_ID("indicator", "1"), CASE),
	"{" FIXTURE_HEAD("location", "1") ",'country':'AU'}",
	FIXTURE_RELATION("f", "targets", CASE, FIXTURE_ID("location", "1")),
	"{" FIXTURE_HEAD(
	    "identity", "1") ",'name':'A ministry','identity_class':'organization','sectors':['government-national']}",
	FIXTURE_RELATION("0", "targets", CASE, FIXTURE_ID("identity", "1")),
	"{" FIXTURE_HEAD("report", "1") ",'name':'What was "
					"found','published':'2021-07-19T00:00:00Z','object_refs':['" T("1") "','" T(
					    "2") "','" LAKE "','" FIXTURE_ID("indicator", "1") "']}",
	NULL,
};

typedef struct answer_case {
	judge_case c;
	ac_evidence evidence;
	ac_answer_origin origin;
	ac_answer answer;
} answer_case;

static answer_case world;

static int
open_world(void **state)
{
	judge_case *c = &world.c;

	(void)state;
	fixture_open(&c->f);
	fixture_put(&c->f, "Catalogue", judge_world);
	fixture_put(&c->f, "Ally B", more);
	ac_arena_init(&c->arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(c->f.store, (ac_hash_seed){ { 3, 4 } }, &c->know, &c->f.err), 0);
	if (ac_knowledge_make(c->know, &c->k, &c->f.err) < 0)
		fail_msg("%s", c->f.err.text);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	judge_close(&world.c);
	return 0;
}

static void
make(answer_case *a, const char *scale)
{
	if (ac_answer_make(a->c.know, a->c.k, &a->evidence, NULL, &a->origin, judge(&a->c, &a->evidence),
		ac_scale_of(ac_str_from(scale)), &a->c.arena, &a->answer, &a->c.f.err) < 0)
		fail_msg("%s", a->c.f.err.text);
}

static void
answer(answer_case *a, const char *ids, const char *scale)
{
	a->evidence = judge_evidence(&a->c, ids);
	a->origin = (ac_answer_origin){ .name = AC_S_INIT("a case") };
	make(a, scale);
}

static ac_str
json_text(answer_case *a)
{
	ac_json_writer w;
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	ac_jw_object(&w);
	assert_int_equal(ac_answer_json(&a->answer, false, &w, &a->c.f.err), 0);
	ac_jw_end(&w);
	text = ac_arena_str(&a->c.arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

static const ac_json *
parsed(answer_case *a)
{
	const ac_json *json;

	if (ac_json_parse(json_text(a), AC_JSON_LIMITS, &a->c.arena, &json, &a->c.f.err) < 0)
		fail_msg("%s", a->c.f.err.text);
	return json;
}

static double
number_at(const ac_json *json, const char *key)
{
	double value;

	assert_true(ac_json_double(ac_json_get(json, ac_str_from(key)), &value));
	return value;
}

static ac_str
text_of(answer_case *a, ac_lang lang)
{
	ac_page_style style = AC_PAGE_STYLE;
	ac_buf buf;
	ac_str text;
	char *out;
	size_t n = 0;

	style.items = SIZE_MAX;
	ac_buf_init(&buf, AC_REPORT_MAX);
	if (ac_answer_text(&a->answer, lang, &style, &buf, &a->c.f.err) < 0)
		fail_msg("%s", a->c.f.err.text);
	text = ac_arena_str(&a->c.arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	/* On one line: what is said does not depend on where lines wrap. */
	out = (char *)(uintptr_t)text.p;
	for (size_t i = 0; i < text.n; i++) {
		bool is_space = ac_is_space(text.p[i]);

		if (!is_space || n == 0 || out[n - 1] != ' ')
			out[n++] = is_space ? ' ' : text.p[i];
	}
	return (ac_str){ out, n };
}

static bool
says(ac_str text, const char *words)
{
	return ac_str_find(text, ac_str_from(words)) < text.n;
}

/* The sum test: rows, as the JSON has them, are the log-odds, and these are the ranking's. */
static void
rows__sum_to_the_log_odds(void **state)
{
	static const char *const cases[] = { "T1001 T1002 S0001 T9999", "T1001 T1003 S0002 S0001 T1002", "T1001",
		"T1001 T1002 T1003 T1003.001" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(cases); i++) {
		const ac_json *json, *odds;
		double runner_up = 0, unknown = 0, first, second, nobody;
		ac_json_iter it;

		answer(&world, cases[i], "icd203");
		json = parsed(&world);
		for (it = ac_json_iter_of(ac_json_get(json, AC_S("evidence"))); ac_json_next(&it);) {
			runner_up += number_at(it.value, "against_runner_up");
			unknown += number_at(it.value, "against_unknown");
		}
		odds = ac_json_get(json, AC_S("log_odds"));
		assert_true(fabs(runner_up - number_at(odds, "against_runner_up")) < 1e-9);
		assert_true(fabs(unknown - number_at(odds, "against_unknown")) < 1e-9);
		first = world.answer.j->ranking[0].p;
		second = world.answer.j->ranking[1].p;
		nobody = world.answer.j->unknown;
		assert_true(fabs(runner_up - log(first / second)) < 1e-4);
		assert_true(fabs(unknown - log(first / nobody)) < 1e-4);
	}
}

/* What an answer of the case with this evidence says of when it was, and by whom; the rows are the log-odds whoever says it. */
static void
assert_when(const char *day, const char *from, bool lacks_dates, bool is_told)
{
	const ac_json *json, *odds, *when;
	double unknown = 0, given;
	ac_json_iter it;
	bool is_lacking = false;

	make(&world, "icd203");
	json = parsed(&world);
	when = ac_json_get(json, AC_S("when"));
	assert_str(ac_json_get_string(when, AC_S("day")), ac_str_from(day));
	assert_str(ac_json_get_string(when, AC_S("from")), ac_str_from(from));
	for (it = ac_json_iter_of(ac_json_get(json, AC_S("gaps"))); ac_json_next(&it);)
		is_lacking |= ac_str_eq(ac_json_get_string(it.value, AC_S("gap")), AC_S("no-dates"));
	assert_int_equal(is_lacking, lacks_dates);
	assert_int_equal(says(text_of(&world, AC_LANG_EN), "is read from its text: about 2019-06-15."), is_told);
	for (it = ac_json_iter_of(ac_json_get(json, AC_S("evidence"))); ac_json_next(&it);)
		unknown += number_at(it.value, "against_unknown");
	odds = ac_json_get(json, AC_S("log_odds"));
	given = number_at(odds, "against_unknown");
	assert_true(fabs(unknown - given) < 1e-9);
}

/* Dates that are given are believed before what the text says, this before the day of a source, and this before the day from which everything is hidden. */
static void
date_of_the_text__counts_where_none_is_given(void **state)
{
	ac_evidence_source source = { .name = AC_S_INIT("a neighbour") };
	ac_evidence *e = &world.evidence;
	ac_time given;
	double undated;

	(void)state;
	assert_int_equal(ac_time_parse_stix(AC_S("2020-01-01T00:00:00Z"), &given, &world.c.f.err), 0);
	assert_int_equal(ac_time_parse_stix(AC_S("2019-12-01T00:00:00Z"), &source.date, &world.c.f.err), 0);
	answer(&world, "T1001 T1002 T1003 S0001", "icd203");
	assert_int_equal(world.answer.j->when_from, AC_WHEN_UNSAID);
	undated = world.answer.j->unknown_utility;
	e->text = AC_S("They came in June 2019 by CVE-2021-44228.");
	assert_when("2019-06-15", "text", false, true);
	assert_true(fabs(undated - world.answer.j->unknown_utility) > 1e-3);
	e->hide.from = given;
	assert_when("2019-06-15", "text", false, true);
	e->sources = &source;
	e->source_count = 1;
	assert_when("2019-06-15", "text", false, true);
	e->text = AC_S("They came by CVE-2021-44228.");
	assert_when("2019-12-01", "source", true, false);
	e->source_count = 0;
	assert_when("2020-01-01", "hidden", true, false);
	e->text = AC_S("They came in June 2019.");
	e->first = e->last = given;
	assert_when("2020-01-01", "dates", false, false);
}

static const ac_json *
row_of(const ac_json *json, const char *item)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(json, AC_S("evidence")));

	while (ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("item")), ac_str_from(item)))
			return it.value;
	return NULL;
}

static bool
has_gap(const ac_json *json, const char *gap)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(json, AC_S("gaps")));

	while (ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("gap")), ac_str_from(gap)))
			return true;
	return false;
}

/* A tool that the text names weighs what a tool of the list does, once; the answer says where it is from. */
static void
software_of_the_text__counts_like_software(void **state)
{
	const ac_json *json;
	double named, listed;

	(void)state;
	answer(&world, "T1001 T1002 T1003 T1003.001", "icd203");
	json = parsed(&world);
	assert_true(has_gap(json, "no-software"));
	world.evidence.text = AC_S("They left a Lake Shell behind, as Blue Lake does.");
	make(&world, "icd203");
	json = parsed(&world);
	assert_false(has_gap(json, "no-software"));
	assert_true(ac_json_is_true(ac_json_get(row_of(json, "S0001"), AC_S("named_in_text"))));
	assert_true(says(text_of(&world, AC_LANG_EN), "named in the text only"));
	named = number_at(row_of(json, "S0001"), "against_unknown");
	world.evidence.software = judge_evidence(&world.c, "S0001").software;
	make(&world, "icd203");
	json = parsed(&world);
	assert_null(ac_json_get(row_of(json, "S0001"), AC_S("named_in_text")));
	assert_false(says(text_of(&world, AC_LANG_EN), "named in the text only"));
	listed = number_at(row_of(json, "S0001"), "against_unknown");
	assert_true(named > 0 && fabs(named - listed) < 1e-9);
	/* To be named is not to have been used: alone it is no telling tool. */
	answer(&world, "T1001 S0001", "icd203");
	assert_false(world.answer.j->insufficient);
	world.evidence = judge_evidence(&world.c, "T1001");
	world.evidence.text = AC_S("They left a Lake Shell behind.");
	make(&world, "icd203");
	assert_true(world.answer.j->insufficient);
}

static void
ranking_and_unknown__are_one_together(void **state)
{
	const ac_json *json;
	ac_json_iter it;
	double sum;

	(void)state;
	answer(&world, "T1001 T1002 S0001", "icd203");
	json = parsed(&world);
	sum = number_at(json, "unknown");
	for (it = ac_json_iter_of(ac_json_get(json, AC_S("ranking"))); ac_json_next(&it);) {
		ac_json_iter pair = ac_json_iter_of(it.value);
		double p;

		assert_true(ac_json_next(&pair) && ac_json_is(pair.value, AC_JSON_STRING));
		assert_true(ac_json_next(&pair) && ac_json_double(pair.value, &p));
		assert_true(p >= .001 && p < 1);
		sum += p;
	}
	assert_true(fabs(sum - 1) < 1e-9);
}

static void
same_question__gives_the_same_bytes(void **state)
{
	ac_str first;

	(void)state;
	answer(&world, "T1001 T1002 S0001 S0002 T9999", "icd203");
	first = json_text(&world);
	judge_close(&world.c);
	(void)open_world(NULL);
	answer(&world, "T1001 T1002 S0001 S0002 T9999", "icd203");
	/* Another store with the same objects: the first text went with its arena, so it is made twice here. */
	first = json_text(&world);
	answer(&world, "T1001 T1002 S0001 S0002 T9999", "icd203");
	assert_str(json_text(&world), first);
}

static void
insufficient_evidence__names_nobody(void **state)
{
	const ac_json *term;
	ac_str text;

	(void)state;
	answer(&world, "T1001", "icd203");
	assert_true(world.answer.j->insufficient);
	assert_null(world.answer.term);
	term = ac_json_get(parsed(&world), AC_S("term"));
	assert_true(ac_json_is_true(ac_json_get(term, AC_S("insufficient"))));
	assert_str(ac_json_get_string(term, AC_S("code")), AC_S("insufficient-evidence"));
	text = text_of(&world, AC_LANG_EN);
	assert_true(says(text, "Insufficient evidence"));
	assert_false(says(text, "Blue Lake"));
	assert_true(says(text, "at least four are wanted"));
	text = text_of(&world, AC_LANG_FR);
	assert_true(says(text, "Éléments insuffisants"));
	assert_false(says(text, "Blue Lake"));
}

static void
nothing_at_all__is_an_answer(void **state)
{
	(void)state;
	answer(&world, "", "icd203");
	assert_true(says(text_of(&world, AC_LANG_EN), "The evidence is empty."));
	assert_true(says(text_of(&world, AC_LANG_FR), "Le dossier est vide."));
	assert_true(ac_json_is_true(ac_json_get(ac_json_get(parsed(&world), AC_S("term")), AC_S("insufficient"))));
}

/* Two actors of two reports each can never pass the gate: whatever the posterior, the words stop. */
static void
failed_gate__caps_the_word_and_says_so(void **state)
{
	ac_judgement j;

	(void)state;
	answer(&world, "T1001 T1002 T1003 T1003.001 S0001", "icd203");
	j = *world.answer.j;
	j.ranking[0].p = .97;
	j.insufficient = false;
	j.gate = (ac_gate){ .reasons = AC_GATE_FRAGILE | AC_GATE_ONE_KIND, .p_without = .1 };
	assert_int_equal(ac_answer_make(world.c.know, world.c.k, &world.evidence, NULL, &world.origin, &j,
			     ac_scale_of(AC_S("icd203")), &world.c.arena, &world.answer, &world.c.f.err),
	    0);
	assert_str(world.answer.term->code, AC_S("likely"));
	assert_true(world.answer.is_capped);
	assert_int_equal(world.answer.confidence, AC_CONFIDENCE_LOW);
	assert_true(says(text_of(&world, AC_LANG_EN), "It is likely that Blue Lake (G0001) did this: 97%"));
	assert_true(says(text_of(&world, AC_LANG_EN), "The word stops at \"likely\", because the gate does not pass."));
	assert_true(says(text_of(&world, AC_LANG_EN), "the leader falls to 10%."));
	assert_true(says(text_of(&world, AC_LANG_FR), "Il est probable que l'auteur est Blue Lake (G0001)"));
	j.gate = (ac_gate){ .passes = true, .p_without = .8, .kinds = 2, .publishers = 2 };
	assert_int_equal(ac_answer_make(world.c.know, world.c.k, &world.evidence, NULL, &world.origin, &j,
			     ac_scale_of(AC_S("phia")), &world.c.arena, &world.answer, &world.c.f.err),
	    0);
	assert_str(world.answer.term->code, AC_S("almost-certain"));
	assert_false(world.answer.is_capped);
}

static void
person__is_never_named(void **state)
{
	ac_str text;

	(void)state;
	answer(&world, "T1003 T1003.001 T1001 T1002", "icd203");
	for (size_t i = 0; i < world.answer.j->ranking_count; i++)
		if (world.answer.j->ranking[i].actor->is_individual)
			assert_str(world.answer.j->ranking[i].actor->id, AC_S(PERSON));
	text = text_of(&world, AC_LANG_EN);
	assert_false(says(text, "Jane"));
	assert_true(says(text, "an individual, whom Accord does not name"));
	assert_false(says(text_of(&world, AC_LANG_FR), "Jane"));
	assert_false(says(json_text(&world), "Jane"));
	/* Nor by another of its names when it comes first. */
	answer(&world, "T1003 T1004", "icd203");
	world.answer.is_named = true;
	assert_int_equal(world.answer.called_count, 0);
	assert_false(says(json_text(&world), "Jane"));
}

/* The uses of a name in an entry of "names", as "Catalogue, Ally B". */
static ac_str
users_of(const ac_json *json, const char *actor, const char *name)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(json, AC_S("names")));
	ac_str list = { "", 0 };

	while (ac_json_next(&it)) {
		ac_json_iter names = ac_json_iter_of(ac_json_get(it.value, AC_S("names")));

		while (
		    ac_str_eq(ac_json_get_string(it.value, AC_S("id")), ac_str_from(actor)) && ac_json_next(&names)) {
			ac_json_iter users = ac_json_iter_of(ac_json_get(names.value, AC_S("used_by")));

			while (ac_str_eq(ac_json_get_string(names.value, AC_S("name")), ac_str_from(name)) &&
			       ac_json_next(&users))
				list = ac_arena_printf(&world.c.arena, "%.*s%s%.*s", AC_FMT(list), list.n ? ", " : "",
				    AC_FMT(ac_json_string(users.value)));
		}
	}
	return list;
}

static void
names__are_claims_of_who_uses_them(void **state)
{
	const ac_json *json;

	(void)state;
	answer(&world, "T1001 T1002 T1003 T1003.001 S0001", "icd203");
	json = parsed(&world);
	assert_str(users_of(json, "G0001", "Blue Lake"), AC_S("Catalogue, Ally B"));
	assert_str(users_of(json, "G0001", "Quiet Heron"), AC_S("Ally B"));
	assert_true(says(text_of(&world, AC_LANG_EN), "Blue Lake is also called Quiet Heron (Ally B)."));
	/* River's records are two, and one is a person's: neither has its names told. */
	assert_str(users_of(json, "G0002", "Red River"), AC_S(""));
	assert_false(says(json_text(&world), "John Roe"));
	answer(&world, "T1001", "icd203");
	assert_int_equal(world.answer.called_count, 0);
}

/* 70 aliases and 20 lists that have the last one too: 64 names, 16 of who uses one, the rest is counted. */
static void
names__have_ceilings_and_are_counted_beyond(void **state)
{
	enum { ALIASES = 70, LISTS = 20 };
	static char first[4096], object[512];
	const char *objects[] = { first, NULL };
	size_t n;

	(void)state;
	judge_close(&world.c);
	fixture_open(&world.c.f);
	fixture_put(&world.c.f, "Catalogue", judge_world);
	n = (size_t)snprintf(
	    first, sizeof(first), "{" FIXTURE_HEAD("threat-actor", "8") ",'name':'Blue Lake','aliases':[");
	for (int i = 0; i < ALIASES; i++)
		n += (size_t)snprintf(first + n, sizeof(first) - n, "%s'Bird %02d'", i ? "," : "", i);
	(void)snprintf(first + n, sizeof(first) - n, "]}");
	fixture_put(&world.c.f, "Ally B", objects);
	objects[0] = object;
	for (int i = 0; i < LISTS; i++) {
		char producer[] = "List 00";

		producer[5] = (char)('0' + i / 10);
		producer[6] = (char)('0' + i % 10);
		(void)snprintf(object, sizeof(object),
		    "{'type':'threat-actor','spec_version':'2.1','id':'threat-actor--00000000-0000-4000-8000-"
		    "0000000001%02d',"
		    "'created':'2021-07-19T10:00:00.000Z','modified':'2021-07-19T10:00:00.000Z','name':'Blue Lake'}",
		    i);
		fixture_put(&world.c.f, producer, objects);
	}
	ac_arena_init(&world.c.arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(world.c.f.store, (ac_hash_seed){ { 3, 4 } }, &world.c.know, &world.c.f.err), 0);
	assert_int_equal(ac_knowledge_make(world.c.know, &world.c.k, &world.c.f.err), 0);
	answer(&world, "T1001 T1002 T1003 T1003.001 S0001", "icd203");
	assert_str(ac_answer_actor_id(world.answer.leader->actor), AC_S("G0001"));
	assert_int_equal(world.answer.called[0].count, AC_ANSWER_NAMES_MAX);
	assert_int_equal(world.answer.called[0].names[0].namers.count, AC_ANSWER_NAMERS_MAX);
	/* 71 names of which 64 are kept; of 22 who say "Blue Lake" 16. */
	assert_int_equal(world.answer.called[0].left_out, 71 - 64 + 22 - 16);
	judge_close(&world.c);
	(void)open_world(NULL);
}

/* Sentences of whole answers, as the table's are in test_words.c. */
static void
whole_answer__never_mixes_likelihood_and_confidence(void **state)
{
	static const ac_lang langs[] = { AC_LANG_EN, AC_LANG_FR };

	(void)state;
	for (size_t s = 0; ac_scale_at(s); s++)
		for (size_t l = 0; l < AC_COUNT(langs); l++) {
			ac_str rest, axis = langs[l] == AC_LANG_FR ? AC_S("Confiance") : AC_S("Confidence");

			answer(&world, "T1001 T1002 T1003 T1003.001 S0001", ac_scale_at(s)->key.p);
			for (rest = text_of(&world, langs[l]); rest.n;) {
				size_t end = ac_str_find(rest, AC_S(". "));
				ac_str one = ac_str_slice(rest, 0, end);

				rest = ac_str_slice(rest, end + 2, rest.n);
				if (ac_str_find(one, axis) == one.n)
					continue;
				for (size_t b = 0; b < ac_scale_at(s)->count; b++)
					assert_false(says(one, ac_scale_word(&ac_scale_at(s)->bands[b], langs[l]).p));
			}
		}
}

static void
campaign__is_evidence_without_what_it_says_of_itself(void **state)
{
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	bool is_cut;

	(void)state;
	if (ac_evidence_from_object(world.c.know, AC_S(CASE), &nothing, &world.c.arena, &world.evidence, &world.origin,
		&is_cut, &world.c.f.err) < 0)
		fail_msg("%s", world.c.f.err.text);
	assert_false(is_cut);
	assert_int_equal(world.evidence.techniques.count, 1);
	assert_str(world.evidence.techniques.items[0].text, AC_S("T1001"));
	assert_int_equal(world.evidence.software.count, 1);
	assert_str(world.evidence.software.items[0].text, AC_S("S0001"));
	assert_int_equal(world.evidence.indicators.count, 1);
	assert_str(world.evidence.indicators.items[0].text, AC_S("c2.example"));
	assert_str(world.evidence.countries.items[0].text, AC_S("AU"));
	assert_str(world.evidence.sectors.items[0].text, AC_S("government-national"));
	assert_str(world.evidence.text, AC_S("They came by mail."));
	assert_int_equal(world.evidence.hide.report_count, 2);
	assert_int_equal(world.evidence.hide.relationship_count, 1);
	assert_str(world.evidence.hide.relationships[0], AC_S(FIXTURE_ID("relationship", "d")));
	assert_int_equal(world.evidence.source_count, 1);
	make(&world, "icd203");
	/* Others' claim stands beside the answer. */
	assert_int_equal(world.answer.claim_count, 1);
	assert_true(says(text_of(&world, AC_LANG_EN), "Ally B attributes it to Red River."));
}

static void
report__is_evidence_of_what_it_refers_to(void **state)
{
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	bool is_cut;

	(void)state;
	assert_int_equal(ac_evidence_from_object(world.c.know, AC_S(NOTE), &nothing, &world.c.arena, &world.evidence,
			     &world.origin, &is_cut, &world.c.f.err),
	    0);
	assert_int_equal(world.evidence.techniques.count, 2);
	assert_int_equal(world.evidence.indicators.count, 1);
	assert_str(world.origin.name, AC_S("What was found"));
	assert_true(ac_time_cmp(world.evidence.sources[0].date, AC_TIME_MIN) != 0);
}

static void
actor_or_nothing__is_no_evidence(void **state)
{
	const ac_evidence_hide nothing = { .from = AC_TIME_MAX };
	bool is_cut;

	(void)state;
	assert_int_equal(ac_evidence_from_object(world.c.know, AC_S(LAKE), &nothing, &world.c.arena, &world.evidence,
			     &world.origin, &is_cut, &world.c.f.err),
	    ACCORD_EINPUT);
	assert_str(ac_str_from(world.c.f.err.text),
	    AC_S("want the id of a report, grouping, incident or campaign, got " LAKE));
	assert_int_equal(ac_evidence_from_object(world.c.know, AC_S(FIXTURE_ID("report", "7")), &nothing,
			     &world.c.arena, &world.evidence, &world.origin, &is_cut, &world.c.f.err),
	    ACCORD_ENOTFOUND);
}

static void
sightings__are_evidence(void **state)
{
	static const char *const seen[] = {
		"{" FIXTURE_HEAD("indicator", "2") ",'pattern_type':'stix','valid_from':'2021-01-01T00:00:00Z',"
						   "'pattern':'[ipv4-addr:value = `192.0.2.4`]','name':'shell c2'}",
		FIXTURE_RELATION("9", "indicates", FIXTURE_ID("indicator", "2"), SHELL),
		FIXTURE_RELATION("a", "indicates", FIXTURE_ID("indicator", "2"), T("2")),
		"{" FIXTURE_HEAD("sighting", "1") ",'sighting_of_ref':'" FIXTURE_ID("indicator",
		    "2") "','count':2,'first_seen':'2021-07-20T01:00:00Z','last_seen':'2021-07-20T02:00:00Z'}",
		NULL,
	};
	judge_case c;
	ac_evidence e;
	ac_answer_origin origin;
	bool is_cut;

	(void)state;
	memset(&c, 0, sizeof(c));
	fixture_open(&c.f);
	fixture_put(&c.f, "Catalogue", judge_world);
	fixture_put(&c.f, "Ally B", seen);
	ac_arena_init(&c.arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(c.f.store, (ac_hash_seed){ { 3, 4 } }, &c.know, &c.f.err), 0);
	assert_int_equal(ac_evidence_from_sightings(c.know, &c.arena, &e, &origin, &is_cut, &c.f.err), 0);
	assert_int_equal(origin.indicators, 1);
	assert_int_equal(e.software.count, 1);
	assert_int_equal(e.techniques.count, 1);
	assert_str(e.indicators.items[0].text, AC_S("192.0.2.4"));
	assert_str(e.sources[e.indicators.items[0].source].name, AC_S("Ally B"));
	assert_true(ac_time_cmp(e.first, e.last) < 0);
	judge_close(&c);
}

/* SQLite survives some failed allocations by itself; then the answer must be whole. */
static void
answers__survive_failed_allocations(void **state)
{
	bool failed = true;

	(void)state;
	answer(&world, "T1001 T1002 S0001", "icd203");
	for (unsigned long n = 1; failed; n++) {
		ac_answer a;
		ac_arena arena;
		accord_err err = { 0 };
		ac_page_style style = AC_PAGE_STYLE;
		ac_json_writer w;
		ac_buf buf;
		int rc;

		ac_arena_init(&arena, AC_REPORT_MAX);
		ac_buf_init(&buf, AC_REPORT_MAX);
		ac_json_writer_init(&w, &buf);
		ac_jw_object(&w);
		fail_malloc_at(n);
		rc = ac_answer_make(world.c.know, world.c.k, &world.evidence, NULL, &world.origin, world.answer.j,
		    world.answer.scale, &arena, &a, &err);
		if (rc == 0)
			rc = ac_answer_text(&a, AC_LANG_FR, &style, &buf, &err);
		if (rc == 0)
			rc = ac_answer_json(&a, false, &w, &err);
		failed = fail_malloc_done();
		if (!failed && rc < 0)
			fail_msg("%s", err.text);
		if (failed && rc == 0 && !buf.failed && n < 5)
			fail_msg("allocation %lu failed, and nobody said so", n);
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
		ac_buf_done(&buf);
		ac_arena_done(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows__sum_to_the_log_odds),
		cmocka_unit_test(date_of_the_text__counts_where_none_is_given),
		cmocka_unit_test(software_of_the_text__counts_like_software),
		cmocka_unit_test(ranking_and_unknown__are_one_together),
		cmocka_unit_test(same_question__gives_the_same_bytes),
		cmocka_unit_test(insufficient_evidence__names_nobody),
		cmocka_unit_test(nothing_at_all__is_an_answer),
		cmocka_unit_test(failed_gate__caps_the_word_and_says_so),
		cmocka_unit_test(person__is_never_named),
		cmocka_unit_test(names__are_claims_of_who_uses_them),
		cmocka_unit_test(names__have_ceilings_and_are_counted_beyond),
		cmocka_unit_test(whole_answer__never_mixes_likelihood_and_confidence),
		cmocka_unit_test(campaign__is_evidence_without_what_it_says_of_itself),
		cmocka_unit_test(report__is_evidence_of_what_it_refers_to),
		cmocka_unit_test(actor_or_nothing__is_no_evidence),
		cmocka_unit_test(sightings__are_evidence),
		cmocka_unit_test(answers__survive_failed_allocations),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
