/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns written from their trees, and their normal form: law by law, then on random patterns. */
#include "pattern_test.h"

#include "fail_malloc.h"

enum { RANDOM_PATTERNS = 20000 };

static void
write__gives_the_text_with_fixed_spacing(void **state)
{
	/* The second NULL: the text is as it should be. */
	static const char *const rows[][2] = {
		{ "[ a : x == 1 ]", "[a:x = 1]" },
		{ "[a:x<>+5 AND(a:x>.5)OR a:y[ * ] . 'z' NOT  IN('a',true)]",
		    "[a:x != +5 AND a:x > .5 OR a:y[*].z NOT IN ('a', true)]" },
		{ "[a:'x' = 'it\\'s \\\\' /* no */ OR a:'x-y' = 1 OR a:'AND' = 2 OR a:'' = 3 OR a:'\xc3\xa9' = 4 OR "
		  "a:'1x' = 5 OR a:'x y' = 6]",
		    "[a:x = 'it\\'s \\\\' OR a:'x-y' = 1 OR a:'AND' = 2 OR a:'' = 3 OR a:'\xc3\xa9' = 4 OR a:'1x' = 5 "
		    "OR a:'x y' = 6]" },
		{ "[a:x IN ()]", NULL },
		{ "[a:x = h'FfD8' OR a:x = b'/9\ng=' OR a:x = b'AA==' OR a:x = b'AAAA' OR a:x = h'']",
		    "[a:x = h'ffd8' OR a:x = b'/9g=' OR a:x = b'AA==' OR a:x = b'AAAA' OR a:x = h'']" },
		{ "[a:x = t'2020-01-01T00:00:60.500Z']", NULL },
		{ "[NOT EXISTS a:x[18446744073709551615] AND EXISTS b:y]", NULL },
		{ "[(a:x = 1 OR a:x = 2) AND (a:y = 1 AND (a:z = 1))]",
		    "[(a:x = 1 OR a:x = 2) AND a:y = 1 AND a:z = 1]" },
		{ "([a:x = 1] OR ([b:x = 1] OR [c:x = 1])) AND [d:x = 1]",
		    "([a:x = 1] OR [b:x = 1] OR [c:x = 1]) AND [d:x = 1]" },
		{ "(([a:x = 1])) FOLLOWEDBY ([b:x = 1] FOLLOWEDBY [c:x = 1])",
		    "[a:x = 1] FOLLOWEDBY ([b:x = 1] FOLLOWEDBY [c:x = 1])" },
		{ "([a:x = 1] FOLLOWEDBY [b:x = 1]) FOLLOWEDBY [c:x = 1]",
		    "[a:x = 1] FOLLOWEDBY [b:x = 1] FOLLOWEDBY [c:x = 1]" },
		{ "[a:x = 1] AND ([b:x = 1] FOLLOWEDBY [c:x = 1])", NULL },
		{ "([a:x = 1] REPEATS 2 TIMES) WITHIN 1.50 SECONDS", "[a:x = 1] REPEATS 2 TIMES WITHIN 1.50 SECONDS" },
		{ "([a:x = 1] REPEATS 2 TIMES WITHIN 5 SECONDS) REPEATS 3 TIMES REPEATS 4 TIMES", NULL },
		{ "([a:x = 1] AND [b:x = 1]) WITHIN 5 SECONDS WITHIN 6 SECONDS START t'2020-01-01T00:00:00Z' STOP "
		  "t'2021-01-01T00:00:00.10Z'",
		    NULL },
		{ "[a:x = 1] REPEATS 18446744073709551616 TIMES", "[a:x = 1] REPEATS 18446744073709551615 TIMES" },
	};
	ac_arena arena;

	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root = tree_of(&arena, ac_str_from(rows[i][0]));
		ac_str text = text_of(&arena, root);

		assert_str(text, ac_str_from(rows[i][1] ? rows[i][1] : rows[i][0]));
		assert_true(same_tree(&arena, root, tree_of(&arena, text)));
	}
	ac_arena_done(&arena);
}

/* 64 parentheses are taken by the parser, so they can be written; a tree made by hand that wants more cannot. */
static void
write__keeps_to_the_grammars_ceiling(void **state)
{
	const ac_pattern_node *root;
	accord_err err = { 0 };
	ac_arena arena;
	ac_buf buf;

	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	root = tree_of(&arena, AC_S("[a:x = 1]"));
	/* FOLLOWEDBY on the right of FOLLOWEDBY wants a group each time but the first. */
	for (unsigned i = 0; i < AC_PATTERN_NESTING_MAX + 2; i++)
		root = ac_pattern_join(&arena, AC_PATTERN_FOLLOWEDBY, tree_of(&arena, AC_S("[b:x = 1]")), root);
	assert_int_equal(ac_pattern_write(root, &buf, &err), ACCORD_ELIMIT);
	ac_buf_reset(&buf);
	assert_int_equal(ac_pattern_write(root->right, &buf, &err), 0);
	(void)tree_of(&arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

#define FIRST "START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'"

static void
normal__uses_each_law(void **state)
{
	/* Each right side is its own normal form. */
	static const char *const rows[][2] = {
		/* constants */
		{ "[a:x IN (+5, 5.0, -0, 00.50, -.0, 10, 9)]", "[a:x IN (0, 0.5, 5, 9, 10)]" },
		{ "[a:x = 0.10000000000000000001]", "[a:x = 0.1]" },
		{ "[a:x = 9007199254740991.0]", "[a:x = 9007199254740991]" },
		{ "[a:x = 9007199254740993.0]", "[a:x = 9007199254740992.0]" },
		{ "[a:x = 9007199254740993]", "[a:x = 9007199254740993]" },
		{ "[a:x = 1234567890123456789012345.0]", "[a:x = 1234567890123456800000000.0]" },
		{ "[a:x = -.00000012]", "[a:x = -0.00000012]" },
		{ "[a:x = t'2020-01-01T00:00:00.5000000000000Z']", "[a:x = t'2020-01-01T00:00:00.5Z']" },
		{ "[a:x = t'2020-01-01T00:00:00.0000000000001Z']", "[a:x = t'2020-01-01T00:00:00.0000000000001Z']" },
		{ "[a:x = t'2020-01-01T00:00:60.00Z']", "[a:x = t'2020-01-01T00:00:60Z']" },
		{ "[a:x = b'/9g=']", "[a:x = h'ffd8']" },
		{ "[a:x IN ('b', 'a', 'b')]", "[a:x IN ('a', 'b')]" },
		/* 1 = 1.0, but 1 != true, and '1' is a string */
		{ "[a:x IN (1, true, '1', 1.0)]", "[a:x IN ('1', 1, true)]" },
		/* comparisons */
		{ "[a:x IN ('a')]", "[a:x = 'a']" },
		{ "[a:x NOT IN ('a')]", "[a:x != 'a']" },
		{ "[a:x NOT = 1 OR a:x NOT != 2]", "[a:x = 2 OR a:x != 1]" },
		{ "[a:x[*] NOT = 1]", "[a:x[*] NOT = 1]" },
		{ "[a:x[*] NOT IN (1)]", "[a:x[*] NOT = 1]" },
		{ "[a:x NOT > 1]", "[a:x NOT > 1]" },
		{ "[a:x IN ()]", "[a:x IN ()]" },
		/* AND, OR in [ ] */
		{ "[b:x = 1 AND (a:y > 2 AND (a:x < 1)) AND a:y > 2]", "[a:x < 1 AND a:y > 2 AND b:x = 1]" },
		{ "[(a:x > 1 OR a:x < 0) AND (a:x < 0 OR a:x > 1)]", "[a:x > 1 OR a:x < 0]" },
		{ "[a:x = 3 OR a:y = 1 OR a:x IN (2, 1) OR a:x = 'z' OR a:x = 1.0]",
		    "[a:x = 'z' OR a:x IN (1, 2, 3) OR a:y = 1]" },
		{ "[a:x[*] = 1 OR a:x[*] = 2]", "[a:x[*] IN (1, 2)]" },
		{ "[a:x IN (1, 'a') OR a:x = 1]", "[a:x = 1 OR a:x IN ('a', 1)]" },
		{ "[a:x != 1 OR a:x != 2]", "[a:x != 1 OR a:x != 2]" },
		{ "[a:x = 1 AND a:x = 2]", "[a:x = 1 AND a:x = 2]" },
		/* observations */
		{ "[b:x = 1] AND [a:x = 1] AND [b:x = 1]", "[a:x = 1] AND [b:x = 1] REPEATS 2 TIMES" },
		{ "[a:x = 1] AND ([a:x = 1] AND [a:x = 1] REPEATS 3 TIMES)", "[a:x = 1] REPEATS 5 TIMES" },
		{ "[b:x = 1] OR [a:x = 1] OR [b:x = 1]", "[a:x = 1 OR b:x = 1]" },
		{ "[b:x = 1] OR ([a:x = 1] AND [c:x = 1]) OR ([c:x = 1] AND [a:x = 1])",
		    "[a:x = 1] AND [c:x = 1] OR [b:x = 1]" },
		{ "[b:x = 1] FOLLOWEDBY ([a:x = 1] FOLLOWEDBY [b:x = 1])",
		    "[b:x = 1] FOLLOWEDBY [a:x = 1] FOLLOWEDBY [b:x = 1]" },
		/* qualifiers */
		{ "[a:x = 1] REPEATS 1 TIMES", "[a:x = 1]" },
		{ "([a:x = 1] REPEATS 2 TIMES) REPEATS 3 TIMES", "[a:x = 1] REPEATS 6 TIMES" },
		{ "([a:x = 1] AND [b:x = 1] REPEATS 2 TIMES) REPEATS 3 TIMES",
		    "[a:x = 1] REPEATS 3 TIMES AND [b:x = 1] REPEATS 6 TIMES" },
		{ "([a:x = 1] FOLLOWEDBY [b:x = 1]) REPEATS 2 TIMES",
		    "([a:x = 1] FOLLOWEDBY [b:x = 1]) REPEATS 2 TIMES" },
		{ "[a:x = 1] REPEATS 4294967296 TIMES AND ([a:x = 1] REPEATS 4294967296 TIMES) REPEATS 4294967296 "
		  "TIMES",
		    "[a:x = 1] REPEATS 18446744073709551615 TIMES" },
		{ "[a:x = 1] WITHIN 5 SECONDS", "[a:x = 1]" },
		{ "([a:x = 1] AND [b:x = 1]) WITHIN 5 SECONDS WITHIN 04.50 SECONDS",
		    "([a:x = 1] AND [b:x = 1]) WITHIN 4.5 SECONDS" },
		{ "([a:x = 1] WITHIN 5 SECONDS REPEATS 2 TIMES) WITHIN 10.0 SECONDS",
		    "[a:x = 1] REPEATS 2 TIMES WITHIN 10 SECONDS" },
		{ "[a:x = 1] REPEATS 2 TIMES WITHIN 1 SECONDS AND [a:x = 1] REPEATS 2 TIMES WITHIN 1.0 SECONDS",
		    "([a:x = 1] REPEATS 2 TIMES WITHIN 1 SECONDS) REPEATS 2 TIMES" },
		{ "([a:x = 1] AND [b:x = 1]) " FIRST " WITHIN 5 SECONDS",
		    "([a:x = 1] " FIRST " AND [b:x = 1] " FIRST ") WITHIN 5 SECONDS" },
		{ "[a:x = 1] REPEATS 2 TIMES " FIRST, "[a:x = 1] " FIRST " REPEATS 2 TIMES" },
		{ "[a:x = 1] " FIRST " AND [a:x = 1] " FIRST " AND [a:x = 1]",
		    "[a:x = 1] AND [a:x = 1] " FIRST " REPEATS 2 TIMES" },
		{ "[b:x = 1] " FIRST " OR [a:x = 1] OR [c:x = 1] " FIRST, "[a:x = 1] OR [b:x = 1 OR c:x = 1] " FIRST },
		{ "([a:x = 1] " FIRST ") START t'2020-06-01T00:00:00.10Z' STOP t'2022-01-01T00:00:00Z'",
		    "[a:x = 1] START t'2020-06-01T00:00:00.1Z' STOP t'2021-01-01T00:00:00Z'" },
		/* What the standard makes unusable stays so: no law holds for it. */
		{ "[a:x = 1] REPEATS 0 TIMES", "[a:x = 1] REPEATS 0 TIMES" },
		{ "[a:x = 1] WITHIN 0.0 SECONDS", "[a:x = 1] WITHIN 0 SECONDS" },
		{ "[a:x = t'2020-02-30T00:00:00Z' OR a:x = t'2020-02-30T00:00:00.0Z']",
		    "[a:x = t'2020-02-30T00:00:00Z']" },
		{ "[a:x = 1] START t'2020-02-30T00:00:00Z' STOP t'2021-01-01T00:00:00Z' REPEATS 2 TIMES",
		    "[a:x = 1] START t'2020-02-30T00:00:00Z' STOP t'2021-01-01T00:00:00Z' REPEATS 2 TIMES" },
	};
	ac_arena arena;

	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str want = ac_str_from(rows[i][1]);

		assert_str(normal_of(&arena, ac_str_from(rows[i][0])), want);
		assert_str(normal_of(&arena, want), want);
		assert_int_equal(tree_of(&arena, ac_str_from(rows[i][0]))->unusable, tree_of(&arena, want)->unusable);
	}
	ac_arena_done(&arena);
}

/* The written text parses to the tree that it was written from; the normal form is a fixed point. */
static void
normal__is_a_fixed_point_of_random_patterns(void **state)
{
	uint64_t seed = 0x5741a3;
	ac_arena arena;
	ac_buf buf;

	ac_arena_init(&arena, 64 * AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	for (unsigned i = 0; i < RANDOM_PATTERNS; i++) {
		const ac_pattern_node *root, *normal = NULL;
		ac_str written, text;
		accord_err err = { 0 };

		ac_arena_reset(&arena);
		ac_buf_reset(&buf);
		random_observations(&seed, 3, &buf);
		root = tree_of(&arena, ac_buf_view(&buf));
		written = text_of(&arena, root);
		if (!same_tree(&arena, root, tree_of(&arena, written)))
			fail_msg("%.*s\nis not\n%.*s", AC_FMT(ac_buf_view(&buf)), AC_FMT(written));
		assert_str(text_of(&arena, tree_of(&arena, written)), written);
		assert_int_equal(ac_pattern_normalize(root, &arena, &normal, &err), 0);
		text = text_of(&arena, normal);
		if (!same_tree(&arena, normal, tree_of(&arena, text)))
			fail_msg("%.*s\nparses otherwise: %.*s", AC_FMT(ac_buf_view(&buf)), AC_FMT(text));
		assert_str(normal_of(&arena, text), text);
		assert_str(normal_of(&arena, written), text);
	}
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
normal__survives_every_allocation_failure(void **state)
{
	const ac_str text =
	    AC_S("([a:x = 1.50 OR a:x IN (2, 1, 3) OR a:y NOT = t'2020-01-01T00:00:00.10Z'] REPEATS 2 TIMES WITHIN 1 "
		 "SECONDS AND "
		 "[x:y = b'AA==' OR (x:y = 1 AND x:z = 12345678901234567890.5)]) " FIRST " REPEATS 2 TIMES");
	const ac_pattern_node *root;
	accord_err err = { 0 };
	ac_arena arena, scratch;
	ac_str out = { 0 };

	ac_arena_init(&arena, AC_MIB);
	root = tree_of(&arena, text);
	for (unsigned long n = 1;; n++) {
		int rc;

		ac_arena_init(&scratch, AC_MIB);
		fail_malloc_at(n);
		rc = ac_pattern_normal_text(root, &scratch, &out, &err);
		if (fail_malloc_done()) {
			assert_int_equal(rc, ACCORD_ENOMEM);
			ac_arena_done(&scratch);
			continue;
		}
		assert_int_equal(rc, 0);
		ac_arena_done(&scratch);
		break;
	}
	/* Small arenas are over their limit at every place. */
	for (size_t limit = 64;; limit += 256) {
		int rc;

		ac_arena_init(&scratch, limit);
		rc = ac_pattern_normal_text(root, &scratch, &out, &err);
		ac_arena_done(&scratch);
		if (rc == 0)
			break;
		assert_int_equal(rc, ACCORD_ELIMIT);
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(write__gives_the_text_with_fixed_spacing),
		cmocka_unit_test(write__keeps_to_the_grammars_ceiling),
		cmocka_unit_test(normal__uses_each_law),
		cmocka_unit_test(normal__is_a_fixed_point_of_random_patterns),
		cmocka_unit_test(normal__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests_name("pattern_normal", tests, NULL, NULL);
}
