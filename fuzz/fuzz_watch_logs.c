/* SPDX-License-Identifier: Apache-2.0 */
/* Lines through every format: fields lie inside their line, in order, and can be unescaped. The first byte chooses how much state is kept. */
#include <stdint.h>
#include <stdlib.h>

#include "watch/logs/logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_record(const ac_log_record *record, ac_str line)
{
	const char *last = line.p;

	for (size_t i = 0; i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];

		if (f->raw.n && (f->raw.p < last || f->raw.p + f->raw.n > line.p + line.n))
			abort();
		if (f->raw.n)
			last = f->raw.p;
		if (ac_log_value(f, record->arena).n > f->raw.n || ac_log_unescape(f->raw, record->arena).n > f->raw.n)
			abort();
		if (!(record->roles >> f->role & 1) && !record->malformed)
			abort();
	}
}

static void
read_as(const ac_log_format *format, const ac_log_state *state, ac_str line, ac_arena *arena)
{
	ac_log_record record = { .arena = arena, .format = format, .want = state->want };

	ac_arena_reset(arena);
	format->read(state, line, &record);
	check_record(&record, line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str rest = { (const char *)data, size }, line = { NULL, 0 };
	ac_log_record record;
	ac_log_state state;
	ac_arena arena;

	ac_log_state_init(&state, (ac_time){ 1650000000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	while (size && ac_str_next_field(&rest, '\n', &line)) {
		(void)ac_log_see(&state, line);
		ac_arena_reset(&arena);
		ac_log_read(&state, line, &arena, &record);
		check_record(&record, line);
		for (size_t i = 0; ac_log_formats[i]; i++)
			read_as(ac_log_formats[i], &state, line, &arena);
	}
	ac_arena_done(&arena);
	ac_log_state_done(&state);
	return 0;
}
