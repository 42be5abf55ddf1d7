/* SPDX-License-Identifier: Apache-2.0 */
/* The stix reader on any bytes; and repairs of whatever JSON the bytes are: none may make an object worse, and repairing twice is repairing once. */
#include "reader_target.h"

#include "learn/stix_repair.h"
#include "stix/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
errors_of(const ac_json *json)
{
	ac_arena arena;
	int errors;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	errors = ac_stix_validate_as(json, AC_STIX_ELEMENT, (ac_stix_checks){ 0 }, &arena, NULL, NULL, NULL);
	ac_arena_done(&arena);
	return errors;
}

static void
check_repairs(const ac_json *json, ac_arena *arena)
{
	const ac_repairing how = { 0 };
	unsigned counts[AC_REPAIR_COUNT];
	const ac_json *repaired;
	ac_str text, again;
	int before;

	if (ac_stix_repair(json, &how, arena, &text, counts, NULL) < 0)
		abort();
	if (!text.p)
		return;
	if (ac_json_parse(text, AC_JSON_LIMITS, arena, &repaired, NULL) < 0)
		abort();
	before = errors_of(json);
	if (before >= 0 && errors_of(repaired) > before)
		abort();
	if (ac_stix_repair(repaired, &how, arena, &again, counts, NULL) < 0 || again.p)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ac_json *json;
	ac_arena arena;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	if (ac_json_parse((ac_str){ (const char *)data, size }, AC_JSON_LIMITS, &arena, &json, NULL) == 0)
		check_repairs(json, &arena);
	ac_arena_done(&arena);
	return fuzz_reader(&ac_reader_stix, data, size);
}
