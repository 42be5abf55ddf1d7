/* SPDX-License-Identifier: Apache-2.0 */
/* Held slices: one buffer, each slice with its path, place and length in front. */
#include "learn/held.h"

#include "learn/wire.h"

void
ac_held_init(ac_held *held)
{
	ac_buf_init(&held->bytes, AC_READER_HELD_MAX);
	held->count = 0;
}

void
ac_held_done(ac_held *held)
{
	ac_buf_done(&held->bytes);
}

int
ac_held_add(ac_held *held, size_t path, ac_str raw, ac_place place, accord_err *err)
{
	ac_wire_add_u32(&held->bytes, (uint32_t)path);
	ac_wire_add_u64(&held->bytes, place.line);
	ac_wire_add_u64(&held->bytes, place.column);
	ac_wire_add_u64(&held->bytes, place.byte);
	ac_wire_add_text(&held->bytes, raw);
	if (held->bytes.failed == ACCORD_ELIMIT)
		return ac_fail_at(err, ACCORD_ELIMIT, place.line, place.column, place.byte,
		    "want what the document says of itself within %zu MiB of its elements, got none after %llu of them",
		    AC_READER_HELD_MAX / AC_MIB, (unsigned long long)held->count);
	if (held->bytes.failed)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for an element of %zu bytes", raw.n);
	held->count++;
	return 0;
}

int
ac_held_release(ac_held *held, ac_arena *arena, ac_on_held on, void *payload, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = ac_buf_view(&held->bytes) };
	int rc = 0;

	while (rc == 0 && cursor.rest.n && !cursor.failed) {
		size_t path = ac_wire_u32(&cursor);
		const ac_json *value;
		ac_place place;
		ac_str raw;

		place.line = ac_wire_u64(&cursor);
		place.column = ac_wire_u64(&cursor);
		place.byte = ac_wire_u64(&cursor);
		raw = ac_wire_text(&cursor);
		rc = ac_json_parse(raw, AC_JSON_LIMITS, arena, &value, err);
		if (rc == 0)
			rc = on(payload, path, value, place, err);
		ac_arena_reset(arena);
	}
	ac_buf_reset(&held->bytes);
	held->count = 0;
	return rc;
}
