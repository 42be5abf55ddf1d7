/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our JSON reader against jansson (JSON_DECODE_ANY | JSON_REJECT_DUPLICATES) and simdjson's DOM: all three must accept the same texts, and, where
 * they do, see the same value. Built where both are installed; neither is used by the program. Differences that are right:
 * - U+0000 as \u0000: jansson and we refuse it, simdjson takes it.
 * - Doubled keys: jansson and we refuse them, simdjson keeps both.
 * - Depth: ours is 64, jansson's 2048, simdjson's 1024. Inputs that we refuse with ACCORD_ELIMIT are not compared (so for numbers of more than
 *   1,024 bytes and objects of more than 65,536 members).
 * - Numbers: jansson refuses doubles and integers (beyond int64) that overflow; simdjson refuses integers beyond uint64 and overflowing
 *   doubles. We keep the text of all. Not compared when our tree holds such a number.
 * - A NUL byte right behind a number: jansson 2.14 loses it when it puts it back, simdjson and we refuse it.
 * - A byte order mark: simdjson skips it, jansson and we refuse it.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "codec/json.h"
#include "oracle_simdjson.h"

static void
must(bool fact)
{
	if (!fact)
		abort();
}

/* A number that not everyone can hold. */
static bool
has_odd_number(const ac_json *v)
{
	ac_json_iter it = ac_json_iter_of(v);
	ac_str text = ac_json_text(v);
	double value;
	int64_t i64;

	if (ac_json_is(v, AC_JSON_NUMBER)) {
		bool is_integer = ac_str_find_byte(text, '.') == text.n && ac_str_find_byte(text, 'e') == text.n &&
				  ac_str_find_byte(text, 'E') == text.n;

		return is_integer ? !ac_json_i64(v, &i64) : !ac_json_double(v, &value);
	}
	while (ac_json_next(&it))
		if (has_odd_number(it.value))
			return true;
	return false;
}

static bool equal(const ac_json *ours, const json_t *theirs);

static bool
equal_members(const ac_json *ours, const json_t *theirs)
{
	ac_json_iter it = ac_json_iter_of(ours);
	size_t i = 0;

	if (ac_json_count(ours) != (json_is_array(theirs) ? json_array_size(theirs) : json_object_size(theirs)))
		return false;
	while (ac_json_next(&it)) {
		const json_t *other =
		    json_is_array(theirs) ? json_array_get(theirs, i++) : json_object_getn(theirs, it.key.p, it.key.n);

		if (!other || !equal(it.value, other))
			return false;
	}
	return true;
}

static bool
equal(const ac_json *ours, const json_t *theirs)
{
	int64_t i64;
	double value;

	switch (json_typeof(theirs)) {
	case JSON_NULL:
		return ac_json_is(ours, AC_JSON_NULL);
	case JSON_TRUE:
		return ac_json_is(ours, AC_JSON_TRUE);
	case JSON_FALSE:
		return ac_json_is(ours, AC_JSON_FALSE);
	case JSON_STRING:
		return ac_str_eq(
		    ac_json_string(ours), (ac_str){ json_string_value(theirs), json_string_length(theirs) });
	case JSON_INTEGER:
		return ac_json_i64(ours, &i64) && i64 == json_integer_value(theirs);
	case JSON_REAL:
		return ac_json_double(ours, &value) && value == json_real_value(theirs);
	case JSON_ARRAY:
		return ac_json_is(ours, AC_JSON_ARRAY) && equal_members(ours, theirs);
	case JSON_OBJECT:
		return ac_json_is(ours, AC_JSON_OBJECT) && equal_members(ours, theirs);
	}
	return false;
}

/* What simdjson takes, and we do not, on purpose. */
static bool
is_known_difference(const accord_err *err)
{
	static const char *const known[] = { "no NUL in a string", "each key once", "byte order mark" };

	for (size_t i = 0; i < AC_COUNT(known); i++)
		if (strstr(err->text, known[i]))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	ac_arena arena;
	const ac_json *ours = NULL;
	accord_err err = { 0 };
	json_error_t error;
	json_t *theirs;
	bool simd;
	int status;

	ac_arena_init(&arena, (size_t)64 << 20);
	status = ac_json_parse(text, AC_JSON_LIMITS, &arena, &ours, &err);
	if (status != ACCORD_ELIMIT && !has_odd_number(ours)) {
		theirs = json_loadb((const char *)data, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
		simd = oracle_simdjson_accepts((const char *)data, size);
		if (status == 0) {
			must(theirs != NULL);
			must(simd);
			must(equal(ours, theirs));
		} else {
			must(theirs == NULL || memchr(text.p, '\0', text.n));
			must(!simd || is_known_difference(&err));
		}
		json_decref(theirs);
	}
	ac_arena_done(&arena);
	return 0;
}
