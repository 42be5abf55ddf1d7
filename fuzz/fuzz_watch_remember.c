/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines into the memory of observables, in every format that they fit, and as pieces of lines. What is remembered of the spellings seen last only saves work: whoever forgets them after each line takes in as many values.
 * The first byte says whether lines may hold JSON's escapes, and whether they are records or pieces.
 */
#include <stdlib.h>

#include "watch/retro_take.h"

#define LINES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ac_time now = { 1650000000, 0 };

/* How many values the lines hold; forgetful: each line is taken by somebody who knows nothing. */
static uint64_t
take_lines(ac_str text, bool is_json, bool are_records, bool forgetful)
{
	const ac_retro_limits limits = { .days = AC_RETRO_DAYS_MAX, .per_day = AC_RETRO_PER_DAY_MAX };
	/* Nothing is written: so few values wait in memory. */
	ac_retro *retro = ac_retro_open("/nowhere", &limits, now, (ac_hash_seed){ { 1, 2 } });
	ac_retro_take *take = retro ? ac_retro_take_open(retro, AC_S("fuzz.log")) : NULL;
	ac_retro_counts counts;
	ac_log_state state;
	ac_str line;

	if (!take)
		abort();
	ac_log_state_init(&state, now);
	for (size_t i = 0; i < LINES_MAX && ac_str_next_field(&text, '\n', &line); i++) {
		(void)ac_log_see(&state, line);
		if (ac_retro_take_line(take, are_records ? &state : NULL, line, is_json, now, NULL))
			abort();
		if (forgetful) {
			if (ac_retro_take_settle(take, NULL))
				abort();
			ac_retro_take_close(take);
			take = ac_retro_take_open(retro, AC_S("fuzz.log"));
			if (!take)
				abort();
		}
	}
	if (ac_retro_take_settle(take, NULL))
		abort();
	ac_retro_count(retro, &counts);
	ac_log_state_done(&state);
	ac_retro_take_close(take);
	ac_retro_close(retro);
	return counts.seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data + 1, size - 1 };
	bool is_json, are_records;

	if (size == 0)
		return 0;
	is_json = data[0] & 1;
	are_records = data[0] & 2;
	if (take_lines(text, is_json, are_records, false) != take_lines(text, is_json, are_records, true))
		abort();
	return 0;
}
