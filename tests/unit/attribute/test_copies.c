/* SPDX-License-Identifier: Apache-2.0 */
/* Reports whose text is nearly the same are one: copying a rival's reports gains nothing. What was told apart stays apart. */
#include "judge_fixture.h"

#include "attribute/knowledge_part.h"
#include "fail_malloc.h"

#define REPORTS 3
#define COPIES 20

/* What each report of the river says of two techniques; words that a copy changes are marked. */
static const char *const said[REPORTS][2] = {
	{ "The group sends #letters with macros to clerks of small harbours and waits until somebody opens them in the "
	  "morning",
	    "Tasks planned under the names of #printers start the loader again whenever the clerk restarts his old "
	    "desktop" },
	{ "A web server of the customs office was #entered over a forgotten form for uploads that nobody had patched",
	    "Archives of whole mail boxes were #copied by night over the proxy of a neighbouring dentist in small "
	    "parts" },
	{ "Passwords were guessed #slowly against the remote desktops of suppliers who look after cranes and weighing "
	  "machines",
	    "The intruders read the memory of the login process with a #renamed tool of the operating system itself" },
};
static const char *const features[REPORTS][2] = { { T("1"), T("2") }, { T("1"), T("3") }, { T("2"), T("3") } };

/* The text with the marked word replaced: copy 0 as it stands. */
static const char *
edited(ac_arena *arena, const char *text, int copy)
{
	ac_str all = ac_str_from(text), before = ac_str_slice(all, 0, ac_str_find_byte(all, '#')),
	       rest = ac_str_slice(all, before.n + 1, all.n), word = ac_str_slice(rest, 0, ac_str_find_byte(rest, ' '));

	if (copy)
		word = ac_arena_printf(arena, "other%d", copy);
	return ac_arena_printf(arena, "%.*s%.*s%.*s", AC_FMT(before), AC_FMT(word),
	    AC_FMT(ac_str_slice(rest, ac_str_find_byte(rest, ' '), rest.n)))
	    .p;
}

/* A world in which the river's reports stand in so many copies, each under another name and address, a day later. */
static void
open_copied(judge_case *c, int copies, bool with_prose)
{
	static const char *world[8 + REPORTS * 2 * (COPIES + 1) + 1];
	size_t n = 0;

	memset(c, 0, sizeof(*c));
	fixture_open(&c->f);
	for (; n < 6; n++)
		world[n] = (const char *const[]){ NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
			NUMBERED("intrusion-set", "2", "Red River", "G0002"),
			NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
			NUMBERED("attack-pattern", "2", "Persist", "T1002"),
			NUMBERED("attack-pattern", "3", "Steal", "T1003"),
			TOLD("1", LAKE, T("1"), R1, "Blue Lake walks in by a stolen key of the night watchman") }[n];
	world[n++] =
	    TOLD("2", LAKE, T("2"), R2, "Blue Lake keeps its foothold by adding drivers to the kernel of routers");
	for (int copy = 0; copy <= copies; copy++)
		for (int r = 0; r < REPORTS; r++)
			for (int claim = 0; claim < 2; claim++)
				world[n++] = ac_arena_printf(&c->f.arena,
				    "{'type':'relationship','spec_version':'2.1','id':'relationship--00000000-0000-"
				    "4000-8000-"
				    "0000000%02d%d%d0','created':'2021-07-19T10:00:00.000Z','modified':'2021-07-19T10:"
				    "00:00.000Z',"
				    "'relationship_type':'uses','source_ref':'" RIVER
				    "','target_ref':'%s','description':'%s',"
				    "'external_references':[{'source_name':'River %d copy %d','description':'Vendor "
				    "%d. "
				    "(2020, May %d). T.','url':'https://copy%d.example/%d'}]}",
				    copy, r, claim, features[r][claim],
				    with_prose ? edited(&c->f.arena, said[r][claim], copy) : "", r, copy, copy,
				    copy + 1, copy, r)
						 .p;
	world[n] = NULL;
	fixture_put(&c->f, "Catalogue", world);
	ac_arena_init(&c->arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(c->f.store, (ac_hash_seed){ { 3, 4 } }, &c->know, &c->f.err), 0);
	if (ac_knowledge_make(c->know, &c->k, &c->f.err) < 0)
		fail_msg("%s", c->f.err.text);
}

static const ac_judgement *
judge_letters(judge_case *c)
{
	ac_evidence e = judge_evidence(c, "T1001 T1002 T1003");

	e.text = AC_S(
	    "Letters with macros came to the clerks of harbours, tasks under the names of printers start the loader");
	return judge(c, &e);
}

static void
copied_rival__gains_nothing(void **state)
{
	judge_case once, often;
	const ac_judgement *a, *b;

	open_copied(&once, 0, true);
	open_copied(&often, COPIES, true);
	assert_int_equal(ac_knowledge_counted(once.k)->copies, 0);
	assert_int_equal(ac_knowledge_counted(often.k)->copies, REPORTS * COPIES);
	a = judge_letters(&once);
	b = judge_letters(&often);
	assert_int_equal(a->ranking_count, 2);
	assert_int_equal(b->ranking_count, 2);
	for (size_t h = 0; h < 2; h++) {
		assert_str(a->ranking[h].actor->external_id, b->ranking[h].actor->external_id);
		assert_memory_equal(&a->ranking[h].p, &b->ranking[h].p, sizeof(double));
	}
	assert_memory_equal(&a->unknown, &b->unknown, sizeof(double));
	judge_close(&once);
	judge_close(&often);
	(void)state;
}

static void
hiding_one_copy__hides_all(void **state)
{
	judge_case c;
	ac_evidence e;
	ac_str names[REPORTS] = { AC_S("River 0 copy 7"), AC_S("https://copy9.example/1"), AC_S("River 2 copy 0") };

	open_copied(&c, COPIES, true);
	e = judge_evidence(&c, "T1001 T1002 T1003");
	e.hide.reports = names;
	e.hide.report_count = REPORTS;
	assert_int_equal(judge(&c, &e)->profiles, 1);
	/* By a day only what was published on or after it: the first printing was before. */
	e.hide.report_count = 0;
	assert_true(ac_time_parse_loose(AC_S("2020-05-02"), &e.hide.from));
	assert_int_equal(judge(&c, &e)->profiles, 2);
	assert_true(ac_time_parse_loose(AC_S("2020-05-01"), &e.hide.from));
	assert_int_equal(judge(&c, &e)->profiles, 1);
	(void)state;
	judge_close(&c);
}

static void
independent_reports__stay_apart(void **state)
{
	judge_case c;

	/* Three reports of one actor with their own words, and the lake's. */
	open_copied(&c, 0, true);
	assert_int_equal(c.k->cluster_count, 5);
	judge_close(&c);
	/* Without words nothing tells copies: they count, which BM25 bounds. */
	open_copied(&c, 1, false);
	assert_int_equal(ac_knowledge_counted(c.k)->copies, 0);
	judge_close(&c);
	(void)state;
}

static void
joining__survives_failed_allocations(void **state)
{
	judge_case c;
	bool failed = true;

	open_copied(&c, 2, true);
	for (unsigned long n = 1; failed; n += n < 100 ? 1 : 17) {
		accord_err err = { 0 };
		ac_knowledge *k = NULL;
		int rc;

		fail_malloc_at(n);
		rc = ac_knowledge_make(c.know, &k, &err);
		failed = fail_malloc_done();
		if (rc != 0 && rc != ACCORD_ENOMEM)
			fail_msg("allocation %lu: %d %s", n, rc, err.text);
		(void)ac_knowledge_free(k);
	}
	judge_close(&c);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copied_rival__gains_nothing),
		cmocka_unit_test(hiding_one_copy__hides_all),
		cmocka_unit_test(independent_reports__stay_apart),
		cmocka_unit_test(joining__survives_failed_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
