/* SPDX-License-Identifier: Apache-2.0 */
/* Words and phrases of prose: which there are, alike on both sides. */
#include "test.h"

#include "attribute/text.h"
#include "base/limits.h"

typedef struct text_case {
	ac_arena arena;
	ac_words words;
	accord_err err;
} text_case;

static void
open_case(text_case *c)
{
	*c = (text_case){ .err = { 0 } };
	ac_arena_init(&c->arena, AC_MIB);
	ac_words_init(&c->words, (ac_hash_seed){ { 1, 2 } }, &c->arena);
	assert_int_equal(ac_words_mask(&c->words, AC_S("Red River"), &c->err), 0);
}

static void
close_case(text_case *c)
{
	ac_words_done(&c->words);
	ac_arena_done(&c->arena);
}

typedef struct counted {
	size_t words, phrases;
} counted;

static counted
count(const ac_word_count *items, size_t n)
{
	counted c = { 0, 0 };

	for (size_t i = 0; i < n; i++)
		*(items[i].is_phrase ? &c.phrases : &c.words) += items[i].times;
	return c;
}

static counted
learn(text_case *c, const char *text)
{
	ac_word_count *items;
	size_t n;

	assert_int_equal(ac_words_of(&c->words, ac_str_from(text), &c->arena, &items, &n, &c->err), 0);
	return count(items, n);
}

static counted
look_up(text_case *c, const char *text)
{
	ac_word_count *items;
	size_t n;

	assert_int_equal(ac_words_look_up(&c->words, ac_str_from(text), &c->arena, &items, &n, &c->err), 0);
	return count(items, n);
}

static void
two_words_that_follow_one_another__are_a_phrase(void **state)
{
	static const struct {
		const char *text;
		counted want;
	} rows[] = {
		{ "encodes stolen archives", { 3, 2 } },
		{ "stolen archives, stolen archives", { 4, 3 } },
		/* Neither across a word of every sentence, nor with a name, nor with one word. */
		{ "archives were stolen", { 2, 0 } },
		{ "stolen Red River archives", { 2, 0 } },
		{ "archives", { 1, 0 } },
		{ "", { 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		text_case c;
		counted got;

		open_case(&c);
		got = learn(&c, rows[i].text);
		if (got.words != rows[i].want.words || got.phrases != rows[i].want.phrases)
			fail_msg("%s: %zu words, %zu phrases", rows[i].text, got.words, got.phrases);
		got = look_up(&c, rows[i].text);
		assert_int_equal(got.words, rows[i].want.words);
		assert_int_equal(got.phrases, rows[i].want.phrases);
		close_case(&c);
	}
}

static void
a_phrase__is_none_where_its_words_stand_apart(void **state)
{
	text_case c;
	counted got;

	(void)state;
	open_case(&c);
	(void)learn(&c, "encodes stolen archives");
	got = look_up(&c, "Archives stolen");
	assert_int_equal(got.words, 2);
	assert_int_equal(got.phrases, 0);
	got = look_up(&c, "Stolen archives");
	assert_int_equal(got.phrases, 1);
	close_case(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_words_that_follow_one_another__are_a_phrase),
		cmocka_unit_test(a_phrase__is_none_where_its_words_stand_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
