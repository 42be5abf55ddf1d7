/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prose as reports and incidents bring it: lines of names up to an empty one, then the text. What is counted is in the text, is counted alike by all who count, and a name adds nothing to it. What it dates is
 * dated within reason, and never later than it was told.
 */
#include <stdint.h>
#include <stdlib.h>

#include "attribute/text.h"
#include "attribute/text_when.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static size_t
times_of(const ac_word_count *words, size_t count, bool is_phrase)
{
	size_t times = 0;

	for (size_t i = 0; i < count; i++) {
		must(words[i].times > 0);
		times += words[i].is_phrase == is_phrase ? words[i].times : 0;
	}
	return times;
}

static void
read_dates(ac_str text, ac_arena *arena)
{
	static const ac_time told = { 1626652800, 0 }; /* 2021-07-19 */
	ac_time free, bound;
	ac_str shown;
	accord_err err;

	must(ac_text_shown(text, arena, &shown, &err) == 0 && shown.n <= text.n);
	must(ac_text_when(text, AC_TIME_MAX, false, arena, &free, &err) == 0);
	must(ac_text_when(text, told, true, arena, &bound, &err) == 0);
	must((ac_time_cmp(free, AC_TIME_MIN) == 0) == (ac_time_cmp(bound, AC_TIME_MIN) == 0));
	must(ac_time_cmp(bound, told) <= 0 && ac_time_cmp(bound, free) <= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str rest = { (const char *)data, size }, name;
	ac_word_count *words, *again;
	size_t count, again_count, hash_count, called_most = 0, called_count;
	uint32_t *called;
	uint64_t *hashes;
	ac_words known, things;
	accord_err err;
	ac_arena arena;

	ac_arena_init(&arena, 256 * AC_MIB);
	ac_words_init(&known, (ac_hash_seed){ { 1, 2 } }, &arena);
	ac_words_init(&things, (ac_hash_seed){ { 1, 2 } }, &arena);
	for (uint32_t thing = 0; ac_str_next_field(&rest, '\n', &name) && name.n; thing++) {
		must(ac_words_mask(&known, name, &err) == 0);
		must(ac_words_call(&known, name, thing, &err) == 0);
		must(ac_words_call(&things, name, thing, &err) == 0);
		called_most = thing + 1;
	}
	if (!rest.p)
		rest = (ac_str){ "", 0 };
	must(ac_words_of(&known, rest, &arena, &words, &count, &err) == 0);
	must(ac_words_look_up(&known, rest, &arena, &again, &again_count, &err) == 0);
	must(ac_words_hash(&known, rest, &arena, &hashes, &hash_count, &err) == 0);
	read_dates(rest, &arena);
	must(ac_words_called(&things, rest, &arena, &called, &called_count, &err) == 0);
	for (size_t i = 0; i < called_count; i++)
		must(called[i] < called_most && (i == 0 || called[i - 1] < called[i]));
	/* Somebody's name is no thing's. */
	must(ac_words_called(&known, rest, &arena, &called, &called_count, &err) == 0 && called_count == 0);
	must(ac_words_usual(&things, rest, &arena, &err) == 0);
	ac_words_done(&things);
	/* Words are three bytes at least, with one between them. */
	must(times_of(words, count, false) == hash_count && hash_count <= rest.n / 4 + 1);
	must(times_of(words, count, true) < hash_count + (hash_count == 0));
	must(again_count == count && times_of(again, again_count, false) == hash_count && known.count == count);
	must(times_of(again, again_count, true) == times_of(words, count, true));
	for (size_t i = 1; i < count; i++)
		must(words[i].word > words[i - 1].word);
	ac_words_done(&known);
	ac_arena_done(&arena);
	return 0;
}
