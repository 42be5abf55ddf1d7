/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines through every format: fields lie inside their line, in order, and can be unescaped; JSON by its index gives what the tolerant walk gives. The first byte chooses a format that is forced
 * upon all lines (or none), the second which roles are wanted.
 */
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

/* The same fields, times and flaws. */
static void
check_same(const ac_log_record *a, const ac_log_record *b)
{
	if (a->count != b->count || a->roles != b->roles || a->malformed != b->malformed || a->has_time != b->has_time)
		abort();
	for (size_t i = 0; i < a->count; i++) {
		const ac_log_field *f = &a->fields[i], *g = &b->fields[i];

		if (!ac_str_eq(f->name, g->name) || f->raw.p != g->raw.p || f->raw.n != g->raw.n ||
		    f->group != g->group || f->role != g->role || f->escapes != g->escapes || f->depth != g->depth)
			abort();
	}
}

static void
check_tolerant(ac_log_state *state, ac_str line, const ac_log_record *record)
{
	ac_log_json_cache *cache = state->json;
	ac_log_record other;
	ac_arena arena;

	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	state->json = NULL;
	ac_log_read(state, line, &arena, &other);
	state->json = cache;
	check_same(record, &other);
	ac_arena_done(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str rest = { (const char *)data + 2, size - 2 }, line = { NULL, 0 };
	size_t formats = 0;
	ac_log_record record;
	ac_log_state state;
	ac_arena arena;

	if (size < 2)
		return 0;
	while (ac_log_formats[formats])
		formats++;
	ac_log_state_init(&state, (ac_time){ 1650000000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	state.forced = ac_log_formats[data[0] % (formats + 1)];
	if (data[1] & 1)
		ac_log_want(&state, (uint64_t)data[1] * 0x0101010101010101u);
	while (ac_str_next_field(&rest, '\n', &line)) {
		(void)ac_log_see(&state, line);
		ac_arena_reset(&arena);
		ac_log_read(&state, line, &arena, &record);
		check_record(&record, line);
		if (record.format->is_json || record.inner)
			check_tolerant(&state, line, &record);
		for (size_t i = 0; ac_log_formats[i]; i++)
			read_as(ac_log_formats[i], &state, line, &arena);
	}
	ac_arena_done(&arena);
	ac_log_state_done(&state);
	return 0;
}
