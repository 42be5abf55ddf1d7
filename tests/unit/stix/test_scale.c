/* SPDX-License-Identifier: Apache-2.0 */
/* Words of estimative probability: edges as the scales' publishers give them, and what one probability is called on each. */
#include "test.h"

#include <math.h>
#include <stdio.h>

#include "stix/scale.h"
#include "base/limits.h"
#include "codec/json.h"

static const ac_scale *
scale_of(const char *key)
{
	const ac_scale *scale = ac_scale_of(ac_str_from(key));

	assert_non_null(scale);
	return scale;
}

static void
scales__are_found_by_key_and_cover_zero_to_one(void **state)
{
	static const char *const keys[] = { "icd203", "phia", "cccs", "nato", "stix-dni" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(keys); i++) {
		const ac_scale *scale = scale_of(keys[i]);

		assert_ptr_equal(scale, ac_scale_at(i));
		assert_str(scale->bands[scale->likely].code, AC_S("likely"));
		assert_true(scale->bands[0].from == 0 && scale->bands[scale->count - 1].to == 1);
		for (size_t b = 1; b < scale->count; b++)
			assert_true(scale->bands[b].from == scale->bands[b - 1].to);
	}
	assert_null(ac_scale_at(AC_COUNT(keys)));
	assert_null(ac_scale_of(AC_S("kent")));
}

/* One probability on all scales: worked out from the published bands (ICD 203, the yardstick with its gaps cut at the middle, Canada's, AJP-2, STIX 2.1 Appendix A). */
static void
one_probability__has_its_own_term_on_each_scale(void **state)
{
	static const struct {
		double p;
		const char *terms[5];
	} rows[] = {
		{ .03, { "almost no chance", "remote chance", "almost no chance", "highly unlikely",
			   "almost no chance" } },
		{ .08,
		    { "very unlikely", "highly unlikely", "almost no chance", "highly unlikely", "almost no chance" } },
		{ .15, { "very unlikely", "highly unlikely", "very unlikely", "unlikely", "very unlikely" } },
		{ .22, { "unlikely", "highly unlikely", "very unlikely", "unlikely", "unlikely" } },
		{ .42, { "unlikely", "realistic possibility", "roughly even chance", "even chance",
			   "roughly even chance" } },
		{ .50, { "roughly even chance", "realistic possibility", "roughly even chance", "even chance",
			   "roughly even chance" } },
		{ .57, { "likely", "likely", "roughly even chance", "even chance", "roughly even chance" } },
		{ .78, { "likely", "highly likely", "very likely", "likely", "likely" } },
		{ .85, { "very likely", "highly likely", "very likely", "likely", "very likely" } },
		{ .92, { "very likely", "highly likely", "almost certain", "highly likely", "almost certain" } },
		{ .97, { "almost certain", "almost certain", "almost certain", "highly likely", "almost certain" } },
	};

	(void)state;
	for (size_t r = 0; r < AC_COUNT(rows); r++)
		for (size_t s = 0; s < 5; s++)
			assert_str(ac_scale_band_of(ac_scale_at(s), rows[r].p)->en, ac_str_from(rows[r].terms[s]));
}

static void
edges__belong_to_the_band_that_their_publisher_says(void **state)
{
	static const struct {
		const char *scale;
		double p;
		const char *code;
	} rows[] = {
		{ "icd203", .05, "very-unlikely" },
		{ "icd203", .55, "likely" },
		{ "icd203", .80, "very-likely" },
		{ "icd203", .95, "almost-certain" },
		{ "nato", .10, "unlikely" }, /* [10-40] */
		{ "nato", .40, "unlikely" },
		{ "nato", .60, "likely" }, /* (40-60) [60-90] */
		{ "nato", .90, "likely" },
		{ "nato", .9001, "highly-likely" },
		{ "phia", .0749, "remote-chance" },
		{ "phia", .075, "highly-unlikely" },
		{ "phia", .925, "almost-certain" },
		{ "cccs", .599, "roughly-even-chance" },
		{ "cccs", .60, "likely" },
		{ "stix-dni", .89, "very-likely" },
		{ "stix-dni", .90, "almost-certain" },
		{ "icd203", 0, "almost-no-chance" },
		{ "icd203", 1, "almost-certain" },
		{ "icd203", -3, "almost-no-chance" },
		{ "icd203", 7, "almost-certain" },
		{ "nato", 1, "highly-likely" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_str(ac_scale_band_of(scale_of(rows[i].scale), rows[i].p)->code, ac_str_from(rows[i].code));
	assert_str(ac_scale_band_of(scale_of("icd203"), (double)NAN)->code, AC_S("almost-no-chance"));
}

static void
cap__stops_at_likely_and_lowers_nothing_else(void **state)
{
	(void)state;
	for (size_t s = 0; ac_scale_at(s); s++) {
		const ac_scale *scale = ac_scale_at(s);

		for (unsigned i = 0; i <= 1000; i++) {
			bool is_capped;
			double p = i / 1000.;
			const ac_scale_band *free_term = ac_scale_term(scale, p, false, &is_capped), *term;

			assert_false(is_capped);
			term = ac_scale_term(scale, p, true, &is_capped);
			assert_int_equal(is_capped, free_term > &scale->bands[scale->likely]);
			assert_ptr_equal(term, is_capped ? &scale->bands[scale->likely] : free_term);
		}
	}
}

static void
confidence__is_the_dni_value_of_the_icd_term(void **state)
{
	static const unsigned values[] = { 5, 15, 30, 50, 70, 85, 95 };
	static const double within[] = { .02, .1, .3, .5, .57, .9, .97 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(values); i++)
		assert_int_equal(ac_scale_confidence(within[i], false), values[i]);
	assert_int_equal(ac_scale_confidence(.97, true), 70);
	assert_int_equal(ac_scale_confidence(.3, true), 30);
}

static void
percent__is_never_none_all_or_broken(void **state)
{
	static const struct {
		double p;
		const char *en, *fr;
	} rows[] = {
		{ 0, "<1%", "<1\u00a0%" },
		{ .0099, "<1%", "<1\u00a0%" },
		{ .01, "1%", "1\u00a0%" },
		{ .714, "71%", "71\u00a0%" },
		{ .985, "99%", "99\u00a0%" },
		{ .99, "99%", "99\u00a0%" },
		{ .9901, ">99%", ">99\u00a0%" },
		{ 1, ">99%", ">99\u00a0%" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf buf;

		ac_buf_init(&buf, AC_KIB);
		ac_scale_add_percent(&buf, rows[i].p, AC_LANG_EN);
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].en));
		ac_buf_reset(&buf);
		ac_scale_add_percent(&buf, rows[i].p, AC_LANG_FR);
		assert_str(ac_buf_view(&buf), ac_str_from(rows[i].fr));
		ac_buf_done(&buf);
	}
}

static void
language__is_english_or_french(void **state)
{
	ac_lang lang = AC_LANG_EN;

	(void)state;
	assert_true(ac_lang_of(AC_S("fr"), &lang));
	assert_int_equal(lang, AC_LANG_FR);
	assert_false(ac_lang_of(AC_S("de"), &lang));
	assert_int_equal(lang, AC_LANG_FR);
	assert_str(ac_confidence_word(AC_CONFIDENCE_MODERATE, AC_LANG_FR), AC_S("moyenne"));
	assert_str(ac_confidence_code(AC_CONFIDENCE_HIGH), AC_S("high"));
}

/* The bands of the shared table, where it is there. */
static void
bands__are_those_of_the_shared_scales(void **state)
{
	static const struct {
		const char *key, *shared;
		bool has_cuts;
	} rows[] = { { "icd203", "icd203", false }, { "phia", "phia", true }, { "cccs", "cse_cccs", false },
		{ "nato", "nato_ajp2", false } };
	const ac_json *all;
	static char text[64 * 1024];
	char path[512];
	accord_err err;
	ac_arena arena;
	FILE *file;
	size_t n;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/attribution/estimative_scales.json", shared_data() ? shared_data() : "");
	file = fopen(path, "rb");
	if (!file)
		skip();
	n = fread(text, 1, sizeof(text), file);
	(void)fclose(file);
	ac_arena_init(&arena, 16 * AC_MIB);
	assert_int_equal(ac_json_parse((ac_str){ text, n }, AC_JSON_LIMITS, &arena, &all, &err), 0);
	for (size_t r = 0; r < AC_COUNT(rows); r++) {
		const ac_json *bands = ac_json_get(ac_json_get(all, ac_str_from(rows[r].shared)), AC_S("bands"));
		const ac_scale *scale = scale_of(rows[r].key);
		ac_json_iter it = ac_json_iter_of(bands);

		assert_int_equal(ac_json_count(bands), scale->count);
		for (size_t b = 0; ac_json_next(&it); b++) {
			double lo;

			assert_true(
			    ac_json_double(ac_json_get(it.value, rows[r].has_cuts ? AC_S("cut_lo") : AC_S("lo")), &lo));
			assert_true(b == 0 || scale->bands[b].from == lo);
			assert_str(scale->bands[b].en, ac_json_get_string(it.value, AC_S("en")));
			assert_str(scale->bands[b].fr, ac_json_get_string(it.value, AC_S("fr")));
		}
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scales__are_found_by_key_and_cover_zero_to_one),
		cmocka_unit_test(one_probability__has_its_own_term_on_each_scale),
		cmocka_unit_test(edges__belong_to_the_band_that_their_publisher_says),
		cmocka_unit_test(cap__stops_at_likely_and_lowers_nothing_else),
		cmocka_unit_test(confidence__is_the_dni_value_of_the_icd_term),
		cmocka_unit_test(percent__is_never_none_all_or_broken),
		cmocka_unit_test(language__is_english_or_french),
		cmocka_unit_test(bands__are_those_of_the_shared_scales),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
