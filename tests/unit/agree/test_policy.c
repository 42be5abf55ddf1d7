/* SPDX-License-Identifier: Apache-2.0 */
/* Quorums and policies: the specification's example, the worked example's statement quorum, and what no policy may say. */
#include "agree_data.h"

#include "agree/checkpoint.h"
#include "agree/policy.h"
#include "agree/tlog.h"
#include "base/limits.h"

static bool
is_met(const ac_quorum *q, const char *needed, const char *present)
{
	bool there[32] = { 0 }, met = false;
	ac_str rest = ac_str_from(present), word;

	while (ac_policy_word(&rest, &word))
		there[ac_quorum_find(q, word)] = true;
	assert_int_equal(ac_quorum_is_met(q, ac_quorum_find(q, ac_str_from(needed)), there, q->arena, &met, NULL), 0);
	return met;
}

static void
quorum__counts_groups_of_groups(void **state)
{
	static const char *const names[] = { "X1", "X2", "X3", "Y1", "Y2", "Y3" };
	ac_arena arena;
	ac_quorum q;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	ac_quorum_init(&q, &arena, false);
	for (size_t i = 0; i < AC_COUNT(names); i++)
		assert_int_equal(ac_quorum_add_name(&q, ac_str_from(names[i]), NULL, NULL), 0);
	assert_int_equal(ac_quorum_add_group(&q, AC_S("X-witnesses 2 X1 X2 X3"), NULL), 0);
	assert_int_equal(ac_quorum_add_group(&q, AC_S("Y-witnesses any Y1 Y2 Y3"), NULL), 0);
	assert_int_equal(ac_quorum_add_group(&q, AC_S("X-and-Y all X-witnesses Y-witnesses"), NULL), 0);
	assert_true(is_met(&q, "X-and-Y", "X1 X3 Y2"));
	assert_false(is_met(&q, "X-and-Y", "X1 Y1 Y2 Y3"));
	assert_false(is_met(&q, "X-and-Y", "X1 X2 X3"));
	assert_true(is_met(&q, "X2", "X2"));
	assert_false(is_met(&q, "X2", "X1"));
	ac_arena_done(&arena);
}

/* The worked example: four of the Five Eyes and five of all. */
static void
quorum__of_members_may_overlap(void **state)
{
	static const char *const names[] = { "us", "ca", "uk", "au", "nz", "jp", "eu", "nato" };
	ac_arena arena;
	ac_quorum q;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	ac_quorum_init(&q, &arena, true);
	for (size_t i = 0; i < AC_COUNT(names); i++)
		assert_int_equal(ac_quorum_add_name(&q, ac_str_from(names[i]), NULL, NULL), 0);
	assert_int_equal(ac_quorum_add_group(&q, AC_S("fiveeyes 4 us ca uk au nz"), NULL), 0);
	assert_int_equal(ac_quorum_add_group(&q, AC_S("wide 5 us ca uk au nz jp eu nato"), NULL), 0);
	assert_int_equal(ac_quorum_add_group(&q, AC_S("attribution all fiveeyes wide"), NULL), 0);
	assert_true(is_met(&q, "attribution", "us ca uk au nz jp"));
	assert_true(is_met(&q, "attribution", "us ca uk au nz"));
	assert_false(is_met(&q, "attribution", "us au"));
	assert_false(is_met(&q, "attribution", "us ca uk au"));
	assert_false(is_met(&q, "attribution", "us ca uk jp eu nato"));
	ac_arena_done(&arena);
}

#define LOG "log us.accord.example/log+65e948db+Aae4WAZhoJQHlEwDW4DTD7ZFt/76Ml0xbT7AGvRXIISe\n"
#define CA "witness ca ca.accord.example/witness+65ae58bf+BEgnZ3b71eIO7iTZYxghy3GONdJf6IIKGQwC6Es6GPQM\n"
#define UK "witness uk uk.accord.example/witness+216167fc+BNZVPv77wf+20zB9Ha/E8OiwKI2jD2+wxpohNFdfztA6\n"

static void
policy__is_read_line_by_line(void **state)
{
	ac_arena arena;
	ac_policy p;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_policy_parse(AC_S("# words\n\n \t# more\n" LOG CA "  witness\tuk "
					      "uk.accord.example/witness+216167fc+BNZVPv77wf+20zB9Ha/"
					      "E8OiwKI2jD2+wxpohNFdfztA6 https://w.example/\n"
					      "group g any ca uk\nquorum g\n"),
			     &arena, &p, NULL),
	    0);
	assert_true(p.log_count == 1 && p.witness_count == 2 && !p.needs_none && p.needs == 2);
	assert_int_equal(ac_policy_parse(AC_S("quorum none\n"), &arena, &p, NULL), 0);
	assert_true(p.needs_none && p.log_count == 0);
	assert_int_equal(ac_policy_parse(AC_S(CA "quorum ca\n"), &arena, &p, NULL), 0);
	ac_arena_done(&arena);
}

static void
policy__refuses_other_lines_and_names_them(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} wrong[] = {
		{ "", 0 },
		{ LOG, 0 },
		{ "quorum none", 1 },
		{ "quorum none\nquorum none\n", 2 },
		{ "quorum a\n", 1 },
		{ "quorum\n", 1 },
		{ "quorum none x\n", 1 },
		{ "Quorum none\n", 1 },
		{ "quorum none\r\n", 1 },
		{ LOG LOG "quorum none\n", 2 },
		{ CA CA "quorum none\n", 2 },
		{ CA UK "group ca any uk\nquorum ca\n", 3 },
		{ "witness none "
		  "ca.accord.example/witness+65ae58bf+BEgnZ3b71eIO7iTZYxghy3GONdJf6IIKGQwC6Es6GPQM\nquorum none\n",
		    1 },
		{ "log ca.accord.example/witness+65ae58bf+BEgnZ3b71eIO7iTZYxghy3GONdJf6IIKGQwC6Es6GPQM\nquorum none\n",
		    1 },
		{ "witness us us.accord.example/log+65e948db+Aae4WAZhoJQHlEwDW4DTD7ZFt/76Ml0xbT7AGvRXIISe\nquorum "
		  "none\n",
		    1 },
		{ "log us.accord.example/log+65e948db+Aae4WAZhoJQHlEwDW4DTD7ZFt/76Ml0xbT7AGvRXIISe u v\nquorum none\n",
		    1 },
		{ "log\nquorum none\n", 1 },
		{ CA "group g any\nquorum g\n", 2 },
		{ CA "group g 0 ca\nquorum g\n", 2 },
		{ CA "group g 2 ca\nquorum g\n", 2 },
		{ CA "group g 01 ca\nquorum g\n", 2 },
		{ CA "group g +1 ca\nquorum g\n", 2 },
		{ CA "group g any ca ca\nquorum g\n", 2 },
		{ CA "group g any g\nquorum g\n", 2 },
		{ CA "group g any none\nquorum g\n", 2 },
		{ CA "group g any uk\n" UK "quorum g\n", 2 },
		{ CA "group g any ca\ngroup h any ca\nquorum g\n", 3 },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, 64 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err = { 0 };
		ac_policy p;

		if (ac_policy_parse(ac_str_from(wrong[i].text), &arena, &p, &err) != ACCORD_EINPUT ||
		    err.line != wrong[i].line)
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
	}
	ac_arena_done(&arena);
}

static void
policy__of_the_example_judges_its_checkpoints(void **state)
{
	ac_arena arena;
	ac_str text, bytes;
	ac_policy p;

	(void)state;
	ac_arena_init(&arena, 16 * AC_MIB);
	if (!agree_load(&arena, "example/policy.txt", &text)) {
		ac_arena_done(&arena);
		skip();
	}
	assert_int_equal(ac_policy_parse(text, &arena, &p, NULL), 0);
	assert_true(agree_load(&arena, "example/log/checkpoint", &bytes));
	for (int cut = 0; cut < 2; cut++) {
		ac_policy_verdict v;
		ac_note note;

		assert_int_equal(ac_note_parse(bytes, &arena, &note, NULL), 0);
		/* Without the last witness it is two of the three that it takes. */
		note.count -= (size_t)cut;
		assert_int_equal(ac_policy_judge(&p, &note, &arena, &v, NULL), 0);
		assert_int_equal(v.is_met, !cut);
		assert_int_equal(v.witnesses, 3 - cut);
		assert_str(v.log->name, AC_S("us.accord.example/log"));
		/* 1 September 2021, 09:01:00 and the two seconds behind it. */
		assert_true(v.oldest == 1630486860 && v.latest >= v.oldest && v.latest <= v.oldest + 2);
		note.signatures++;
		note.count--;
		assert_int_equal(ac_policy_judge(&p, &note, &arena, &v, NULL), ACCORD_ENOTFOUND);
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quorum__counts_groups_of_groups),
		cmocka_unit_test(quorum__of_members_may_overlap),
		cmocka_unit_test(policy__is_read_line_by_line),
		cmocka_unit_test(policy__refuses_other_lines_and_names_them),
		cmocka_unit_test(policy__of_the_example_judges_its_checkpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
