/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markings, translations and lifting of whatever JSON the bytes are: an object, or a list of an object, a language and language contents. What is withheld must be there, nothing is above RED, what
 * is translated or lifted is JSON, and lifting again says the same.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "stix/language.h"
#include "stix/marking.h"
#include "stix/object.h"
#include "stix/selector.h"

#define CONTENTS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_marking(const ac_json *object, ac_arena *arena)
{
	ac_marking marking;

	if (ac_marking_of(object, NULL, NULL, AC_TLP_GREEN, arena, &marking, NULL) < 0)
		return;
	if (marking.level == AC_TLP_NONE || marking.highest < marking.level)
		abort();
	for (ac_tlp cleared = AC_TLP_CLEAR; cleared <= AC_TLP_RED; cleared++) {
		const ac_str *selectors;
		const ac_json *selected;
		size_t n;

		if (ac_marking_above(&marking, cleared, arena, &selectors, &n, NULL) < 0)
			return;
		if (cleared >= marking.level && (n == 0) != (marking.highest <= cleared))
			abort();
		for (size_t i = 0; i < n; i++)
			if (ac_stix_select(object, selectors[i], NULL, &selected, NULL) < 0)
				abort();
	}
}

static void
check_translation(const ac_json *object, const ac_json *const *contents, size_t count, ac_str tag, ac_arena *arena)
{
	ac_stix_translation t;
	const ac_json *translated;

	if (ac_stix_translate(object, contents, count, tag, arena, &t, NULL) < 0 || !t.json.p)
		return;
	if (ac_json_parse(t.json, AC_JSON_LIMITS, arena, &translated, NULL) < 0 ||
	    ac_json_count(translated) != ac_json_count(object))
		abort();
}

static int
take_lifted(void *payload, ac_str json, accord_err *err)
{
	const ac_json *lifted;
	ac_arena arena;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	if (ac_json_parse(json, AC_JSON_LIMITS, &arena, &lifted, err) < 0)
		abort();
	ac_arena_done(&arena);
	ac_buf_add(payload, json);
	return 0;
}

static void
take_change(void *payload, const ac_stix_change *change)
{
	if (!change->rule.n || !change->pointer.n || change->pointer.p[0] != '/' || !change->is.n)
		abort();
}

static void
check_lift(const ac_json *object, ac_arena *arena)
{
	ac_buf once, again;

	ac_buf_init(&once, 64 * AC_MIB);
	ac_buf_init(&again, 64 * AC_MIB);
	if (ac_stix_lift_told(object, arena, take_lifted, take_change, &once, NULL) == 0 &&
	    (ac_stix_lift(object, arena, take_lifted, &again, NULL) < 0 ||
		!ac_str_eq(ac_buf_view(&once), ac_buf_view(&again))))
		abort();
	ac_buf_done(&once);
	ac_buf_done(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ac_json *json, *object, *contents[CONTENTS_MAX];
	ac_str tag = AC_S("fr");
	size_t count = 0;
	ac_arena arena;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	if (ac_json_parse((ac_str){ (const char *)data, size }, AC_JSON_LIMITS, &arena, &json, NULL) == 0) {
		ac_json_iter it = ac_json_iter_of(json);

		object = ac_json_is(json, AC_JSON_ARRAY) && ac_json_next(&it) ? it.value : json;
		while (ac_json_is(json, AC_JSON_ARRAY) && count < CONTENTS_MAX && ac_json_next(&it)) {
			if (ac_json_is(it.value, AC_JSON_STRING))
				tag = ac_json_string(it.value);
			else
				contents[count++] = it.value;
		}
		check_marking(object, &arena);
		check_translation(object, contents, count, tag, &arena);
		check_lift(object, &arena);
	}
	ac_arena_done(&arena);
	return 0;
}
