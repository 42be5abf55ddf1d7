/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of learning as bytes: little-endian numbers and counted texts. Knows nothing of what they are for. */
#include "learn/wire.h"

void
ac_wire_add_u32(ac_buf *buf, uint32_t value)
{
	char bytes[4];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(value >> (8 * i) & 0xff);
	ac_buf_add(buf, (ac_str){ bytes, sizeof(bytes) });
}

void
ac_wire_add_u64(ac_buf *buf, uint64_t value)
{
	ac_wire_add_u32(buf, (uint32_t)(value & 0xffffffff));
	ac_wire_add_u32(buf, (uint32_t)(value >> 32));
}

void
ac_wire_add_text(ac_buf *buf, ac_str text)
{
	/* Texts here are names and error texts, far below 4 GiB; what is longer is cut rather than miscounted. */
	if (text.n > UINT32_MAX)
		text.n = UINT32_MAX;
	ac_wire_add_u32(buf, (uint32_t)text.n);
	ac_buf_add(buf, text);
}

void
ac_wire_add_begin(ac_buf *buf, const ac_wire_begin *begin)
{
	ac_wire_add_text(buf, begin->kind);
	ac_wire_add_text(buf, begin->producer);
	ac_wire_add_text(buf, begin->name);
	ac_wire_add_u64(buf, (uint64_t)begin->now.seconds);
	ac_wire_add_u32(buf, begin->now.nanoseconds);
	ac_wire_add_u32(buf, begin->strict);
	ac_wire_add_u32(buf, begin->repairs_off);
}

void
ac_wire_add_repaired(ac_buf *buf, const ac_wire_repaired *repaired)
{
	ac_wire_add_text(buf, repaired->kind);
	ac_wire_add_u64(buf, repaired->line);
	ac_wire_add_u64(buf, repaired->column);
	ac_wire_add_u64(buf, repaired->byte);
	ac_wire_add_text(buf, repaired->id);
}

void
ac_wire_add_refused(ac_buf *buf, const char *reason, const accord_err *what)
{
	ac_wire_add_text(buf, ac_str_from(reason));
	ac_wire_add_u32(buf, (uint32_t)what->code);
	ac_wire_add_u64(buf, what->line);
	ac_wire_add_u64(buf, what->column);
	ac_wire_add_u64(buf, what->byte);
	ac_wire_add_text(buf, (ac_str){ what->text, strnlen(what->text, sizeof(what->text)) });
}

/* The next n bytes, or NULL and the failure. */
static const unsigned char *
take(ac_wire_cursor *cursor, size_t n)
{
	const char *p = cursor->rest.p;

	if (cursor->failed || cursor->rest.n < n) {
		cursor->failed = true;
		return NULL;
	}
	cursor->rest = ac_str_slice(cursor->rest, n, cursor->rest.n);
	return (const unsigned char *)p;
}

uint32_t
ac_wire_u32(ac_wire_cursor *cursor)
{
	const unsigned char *p = take(cursor, 4);

	return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

uint64_t
ac_wire_u64(ac_wire_cursor *cursor)
{
	uint64_t low = ac_wire_u32(cursor);

	return low | (uint64_t)ac_wire_u32(cursor) << 32;
}

ac_str
ac_wire_text(ac_wire_cursor *cursor)
{
	size_t n = ac_wire_u32(cursor);
	const unsigned char *p = take(cursor, n);

	return p ? (ac_str){ (const char *)p, n } : (ac_str){ NULL, 0 };
}

int
ac_wire_read_begin(ac_str bytes, ac_wire_begin *out, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = bytes };
	ac_wire_begin begin;

	begin.kind = ac_wire_text(&cursor);
	begin.producer = ac_wire_text(&cursor);
	begin.name = ac_wire_text(&cursor);
	begin.now.seconds = (int64_t)ac_wire_u64(&cursor);
	begin.now.nanoseconds = ac_wire_u32(&cursor);
	begin.strict = ac_wire_u32(&cursor) != 0;
	begin.repairs_off = ac_wire_u32(&cursor);
	if (cursor.failed || cursor.rest.n != 0 || begin.now.nanoseconds > 999999999)
		return ac_fail(
		    err, ACCORD_EINTERNAL, "want a frame that begins an input, got %zu other bytes", bytes.n);
	*out = begin;
	return 0;
}

int
ac_wire_read_refused(ac_str bytes, ac_wire_refused *out, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = bytes };
	ac_str reason = ac_wire_text(&cursor), text;
	int32_t code = (int32_t)ac_wire_u32(&cursor);
	accord_err what = { 0 };

	what.line = ac_wire_u64(&cursor);
	what.column = ac_wire_u64(&cursor);
	what.byte = ac_wire_u64(&cursor);
	text = ac_wire_text(&cursor);
	if (cursor.failed || cursor.rest.n != 0 || reason.n == 0)
		return ac_fail(
		    err, ACCORD_EINTERNAL, "want a frame about a refused record, got %zu other bytes", bytes.n);
	/* A role that is not itself any more must not choose our exit status: a refused record is bad input or a limit. */
	what.code = code == ACCORD_ELIMIT ? ACCORD_ELIMIT : ACCORD_EINPUT;
	text = ac_str_slice(text, 0, sizeof(what.text) - 1);
	if (text.n)
		memcpy(what.text, text.p, text.n);
	out->reason = reason;
	out->what = what;
	return 0;
}

int
ac_wire_read_repaired(ac_str bytes, ac_wire_repaired *out, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = bytes };
	ac_wire_repaired repaired;

	repaired.kind = ac_wire_text(&cursor);
	repaired.line = ac_wire_u64(&cursor);
	repaired.column = ac_wire_u64(&cursor);
	repaired.byte = ac_wire_u64(&cursor);
	repaired.id = ac_wire_text(&cursor);
	if (cursor.failed || cursor.rest.n != 0 || repaired.kind.n == 0)
		return ac_fail(err, ACCORD_EINTERNAL, "want a frame about a repair, got %zu other bytes", bytes.n);
	*out = repaired;
	return 0;
}
