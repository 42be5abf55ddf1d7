/* SPDX-License-Identifier: Apache-2.0 */
/* Every sentence that an answer can hold, in both languages, with the terms of all scales: what none of them may say. */
#include "test.h"

#include "attribute/words.h"
#include "base/limits.h"

static const ac_lang langs[] = { AC_LANG_EN, AC_LANG_FR };

/* Words of likelihood beside the scales' terms, and words of analytic confidence. */
static const char *const likelihood_words[] = { "likelihood", "likely", "chance", "probab", "vraisembl", "certain",
	"remote", "possibilit" };
static const char *const confidence_words[] = { "confidence", "confiance", "confident" };

static bool
has_any(ac_str text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_find_fold(text, ac_str_from(words[i])) < text.n)
			return true;
	return false;
}

static bool
has_term(ac_str text)
{
	for (size_t s = 0; ac_scale_at(s); s++)
		for (size_t b = 0; b < ac_scale_at(s)->count; b++) {
			const ac_scale_band *band = &ac_scale_at(s)->bands[b];

			if (ac_str_find_fold(text, band->en) < text.n || ac_str_find_fold(text, band->fr) < text.n ||
			    (band->en_alt.n && ac_str_find_fold(text, band->en_alt) < text.n))
				return true;
		}
	return false;
}

/* Sentences end with a point and a space, or with the text. */
static void
check_sentence(ac_str sentence)
{
	bool is_likelihood = has_term(sentence) || has_any(sentence, likelihood_words, AC_COUNT(likelihood_words));
	bool is_confidence = has_any(sentence, confidence_words, AC_COUNT(confidence_words));

	if (is_likelihood && is_confidence)
		fail_msg("likelihood and confidence in one sentence: %.*s", AC_FMT(sentence));
}

static void
check_text(ac_str text)
{
	ac_str rest = text;

	while (rest.n) {
		size_t end = ac_str_find(rest, AC_S(". "));

		check_sentence(ac_str_slice(rest, 0, end));
		rest = ac_str_slice(rest, end + 2, rest.n);
	}
	if (ac_str_find(text, AC_S("100%")) < text.n || ac_str_find(text, AC_S(" 0%")) < text.n ||
	    ac_str_find(text, AC_S("100\u00a0%")) < text.n || ac_str_find(text, AC_S("{")) < text.n)
		fail_msg("none or all of it, or a place that was not filled: %.*s", AC_FMT(text));
}

/* Each row with what may stand in its places: numbers, per cent, names, terms. */
static void
no_sentence__has_both_axes(void **state)
{
	static const ac_str numbers[][4] = { { AC_S_INIT("0"), AC_S_INIT("0"), AC_S_INIT("0"), AC_S_INIT("0") },
		{ AC_S_INIT("1"), AC_S_INIT("1"), AC_S_INIT("1"), AC_S_INIT("1") },
		{ AC_S_INIT("7"), AC_S_INIT("7"), AC_S_INIT("7"), AC_S_INIT("7") },
		{ AC_S_INIT("Leviathan (G0065)"), AC_S_INIT("71%"), AC_S_INIT("APT41 (G0096)"), AC_S_INIT("20%") } };

	(void)state;
	for (ac_word word = 0; word < AC_WORD_COUNT_; word++)
		for (size_t l = 0; l < AC_COUNT(langs); l++)
			for (size_t n = 0; n < AC_COUNT(numbers); n++) {
				ac_buf buf;

				ac_buf_init(&buf, AC_MIB);
				ac_words_add(&buf, langs[l], word, numbers[n], 4);
				assert_true(buf.n > 0);
				check_text(ac_buf_view(&buf));
				ac_buf_done(&buf);
			}
}

/* The two rows that take a word: of confidence all levels, of the cap the word "likely" of every scale. */
static void
words_in_sentences__stay_on_their_axis(void **state)
{
	(void)state;
	for (size_t l = 0; l < AC_COUNT(langs); l++) {
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		for (ac_confidence_level level = AC_CONFIDENCE_LOW; level <= AC_CONFIDENCE_HIGH; level++) {
			ac_words_add(&buf, langs[l], AC_WORD_CONFIDENCE, AC_WORDS(ac_confidence_word(level, langs[l])));
			ac_buf_add_byte(&buf, ' ');
		}
		for (size_t s = 0; ac_scale_at(s); s++) {
			const ac_scale *scale = ac_scale_at(s);

			ac_words_add(&buf, langs[l], AC_WORD_CAPPED,
			    AC_WORDS(ac_scale_word(&scale->bands[scale->likely], langs[l])));
			ac_buf_add_byte(&buf, ' ');
		}
		check_text(ac_buf_view(&buf));
		ac_buf_done(&buf);
	}
}

static void
every_term__has_its_sentence_in_both_languages(void **state)
{
	(void)state;
	for (size_t s = 0; ac_scale_at(s); s++)
		for (size_t b = 0; b < ac_scale_at(s)->count; b++)
			for (size_t l = 0; l < AC_COUNT(langs); l++) {
				const ac_scale_band *band = &ac_scale_at(s)->bands[b];
				ac_str text;
				ac_buf buf;

				ac_buf_init(&buf, AC_MIB);
				ac_words_add_that(&buf, langs[l], band, AC_S("Blue Lake"));
				text = ac_buf_view(&buf);
				assert_true(ac_str_find(text, AC_S("Blue Lake")) < text.n);
				if (ac_str_find(text, ac_scale_word(band, langs[l])) == text.n)
					fail_msg("%.*s: %.*s", AC_FMT(ac_scale_word(band, langs[l])), AC_FMT(text));
				check_text(text);
				ac_buf_done(&buf);
			}
}

static void
numbers__choose_their_form(void **state)
{
	static const struct {
		ac_lang lang;
		const char *number, *want;
	} rows[] = {
		{ AC_LANG_EN, "0", "0 claims cite no source, and do not count." },
		{ AC_LANG_EN, "1", "1 claim cites no source, and does not count." },
		{ AC_LANG_EN, "11", "11 claims cite no source, and do not count." },
		{ AC_LANG_FR, "0", "0 affirmation ne cite aucune source et ne compte pas." },
		{ AC_LANG_FR, "1", "1 affirmation ne cite aucune source et ne compte pas." },
		{ AC_LANG_FR, "2", "2 affirmations ne citent aucune source et ne comptent pas." },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf;

		ac_buf_init(&buf, AC_MIB);
		ac_words_add(&buf, rows[i].lang, AC_WORD_GAP_UNCITED, AC_WORDS(ac_str_from(rows[i].number)));
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].want));
		ac_buf_done(&buf);
	}
}

/* What a place is filled with is never read as a place. */
static void
content__is_not_filled_again(void **state)
{
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, AC_MIB);
	ac_words_add(&buf, AC_LANG_EN, AC_WORD_OTHERS_SAY, AC_WORDS(AC_S("{1}"), AC_S("{0?a|b}")));
	assert_str(ac_buf_view(&buf), AC_S("{1} attributes it to {0?a|b}."));
	ac_buf_done(&buf);
}

/* Nobody's guilt: no sentence says that a state did it, or names a person. */
static void
no_sentence__says_that_a_state_did_it(void **state)
{
	static const char *const words[] = { "responsible for", "on behalf of", "state-sponsored", "ordered by",
		"pour le compte", "parrainé", "est responsable" };

	(void)state;
	for (ac_word word = 0; word < AC_WORD_COUNT_; word++)
		for (size_t l = 0; l < AC_COUNT(langs); l++)
			assert_false(has_any(ac_word_text(word, langs[l]), words, AC_COUNT(words)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_sentence__has_both_axes),
		cmocka_unit_test(words_in_sentences__stay_on_their_axis),
		cmocka_unit_test(every_term__has_its_sentence_in_both_languages),
		cmocka_unit_test(numbers__choose_their_form),
		cmocka_unit_test(content__is_not_filled_again),
		cmocka_unit_test(no_sentence__says_that_a_state_did_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
