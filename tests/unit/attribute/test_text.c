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

/* Things: 1 is "Lake Shell", also "LKSH"; 2 "Spark", 3 "Page" and 4 "certutil"; 5 and 6 are both "Tide"; 7 "Red River", as an actor is; 8 "Odd Shell Two". */
static void
call_things(text_case *c)
{
	static const struct {
		const char *name;
		uint32_t thing;
	} names[] = { { "Lake Shell", 1 }, { "LKSH", 1 }, { "Spark", 2 }, { "Page", 3 }, { "certutil", 4 },
		{ "Tide", 5 }, { "Tide", 6 }, { "Red River", 7 }, { "Odd Shell Two", 8 }, { "Odd", 9 } };

	assert_int_equal(ac_words_usual(&c->words, AC_S("A web page is an Aurora."), &c->arena, &c->err), 0);
	for (size_t i = 0; i < AC_COUNT(names); i++)
		assert_int_equal(ac_words_call(&c->words, ac_str_from(names[i].name), names[i].thing, &c->err), 0);
}

static void
things__are_named_by_names_only(void **state)
{
	static const struct {
		const char *text, *things;
	} rows[] = {
		{ "They ran Lake Shell, and LKSH again.", "1 " },
		{ "They ran the lksh and LKSH.EXE of LKSHELL", "1 " },
		{ "They ran Spark and Lake Shell.", "1 2 " },
		/* A link is read; what cites is not. */
		{ "They ran [Spark](https://attack.mitre.org/software/S0002).(Citation: Lake Shell)", "2 " },
		{ "They ran \342\200\234Spark\342\200\235.", "2 " },
		/* Any word may begin a sentence, or another's name. */
		{ "It came. Spark flew.", "" },
		{ "Spark flew", "" },
		{ "- Lake:\nSpark flew", "" },
		{ "It was Spark Capital.", "" },
		{ "It was Spark. Capital is another thing.", "2 " },
		{ "a spark of page and Page", "" },
		/* Not written like a name; two things of one name; somebody's name, too. */
		{ "by certutil, Certutil and Tide", "" },
		{ "by Red River", "" },
		{ "by Red River Spark", "2 " },
		/* The longest name is meant. */
		{ "by Odd Shell Two", "8 " },
		{ "by Odd Shell", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		text_case c;
		uint32_t *things;
		size_t n;
		ac_str got = { "", 0 };

		open_case(&c);
		call_things(&c);
		assert_int_equal(
		    ac_words_called(&c.words, ac_str_from(rows[i].text), &c.arena, &things, &n, &c.err), 0);
		for (size_t t = 0; t < n; t++)
			got = ac_arena_printf(&c.arena, "%.*s%u ", AC_FMT(got), things[t]);
		if (!ac_str_eq(got, ac_str_from(rows[i].things)))
			fail_msg("%s: want \"%s\", got \"%.*s\"", rows[i].text, rows[i].things, AC_FMT(got));
		close_case(&c);
	}
}

/* Dashes and quotation marks of other alphabets' texts stand between words, not in them. */
static void
punctuation__is_between_words(void **state)
{
	text_case c;
	counted n;

	(void)state;
	open_case(&c);
	(void)learn(&c, "loader opens doors");
	n = look_up(&c, "\342\200\234loader\342\200\235\302\240opens\342\200\224doors\342\200\231s");
	assert_int_equal(n.words, 3);
	n = look_up(&c, "load\303\251r");
	assert_int_equal(n.words, 0);
	close_case(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_words_that_follow_one_another__are_a_phrase),
		cmocka_unit_test(a_phrase__is_none_where_its_words_stand_apart),
		cmocka_unit_test(things__are_named_by_names_only),
		cmocka_unit_test(punctuation__is_between_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
