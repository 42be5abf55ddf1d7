/* SPDX-License-Identifier: Apache-2.0 */
/* Guessing what a text is: whatever comes out must be canonical, so that parsing it again as its type changes nothing. */
#include <stdint.h>
#include <stdlib.h>

#include "values/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
check_all_types(ac_str text, ac_arena *arena)
{
	ac_value value;
	accord_err err = { 0 };
	ac_url url;

	for (int type = 1; type < AC_VALUE_TYPE_COUNT; type++) {
		ac_value again;

		if (ac_value_parse((ac_value_type)type, text, arena, &value, &err) < 0)
			continue;
		must(ac_value_parse(value.type, value.text, arena, &again, &err) == 0);
		must(ac_str_eq(again.text, value.text));
	}
	if (ac_url_split(text, &url))
		must(url.host.n > 0 && url.host.p >= text.p && url.host.p + url.host.n <= text.p + text.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	ac_arena arena;
	ac_value value = { 0 }, again;
	accord_err err = { 0 };

	ac_arena_init(&arena, (size_t)4 << 20);
	must(ac_value_guess(text, &arena, &value, &err) == 0);
	if (value.type != AC_VALUE_NONE) {
		must(ac_value_parse(value.type, value.text, &arena, &again, &err) == 0);
		must(again.type == value.type && ac_str_eq(again.text, value.text));
		(void)ac_domain_registrable(value.text);
	}
	check_all_types(text, &arena);
	ac_arena_done(&arena);
	return 0;
}
