/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON streams: the first two bytes choose the ceiling and where the text behind them is cut; the callbacks must be told the same as
 * for the text in one piece.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/map.h"
#include "codec/json_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = { "objects", "a", "a.b", "c.d", "", ".e", NULL };

/* Everything that was told, as a running hash and a count. */
typedef struct told {
	uint64_t hash;
	size_t calls;
} told;

static void
tell(told *t, ac_str text)
{
	static const ac_hash_seed seed = { { 1, 2 } };

	t->hash = t->hash * 0x9e3779b97f4a7c15u + ac_siphash(seed, text);
	t->calls++;
}

static void
tell_number(told *t, uint64_t number)
{
	t->hash = (t->hash ^ number) * 0x9e3779b97f4a7c15u;
}

static void
tell_place(told *t, uint64_t line, uint64_t column, uint64_t byte)
{
	tell_number(t, line);
	tell_number(t, column);
	tell_number(t, byte);
}

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	told *t = payload;

	(void)arena;
	(void)err;
	tell_number(t, path);
	tell_place(t, place.line, place.column, place.byte);
	tell(t, ac_json_raw(value));
	return 0;
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	tell_number(payload, streamed);
	return on_element(payload, path, value, place, arena, err);
}

static int
on_member(void *payload, ac_str key_path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	tell(payload, key_path);
	return on_element(payload, 0, value, place, arena, err);
}

static int
on_bad(void *payload, const accord_err *what)
{
	told *t = payload;

	tell_place(t, what->line, what->column, what->byte);
	tell(t, ac_str_from(what->text));
	return 0;
}

static void
on_lost(void *payload, size_t path)
{
	tell_number(payload, path);
}

/* cuts 0: one piece; else pieces whose lengths the bits of `cuts` choose. */
static int
run(ac_str text, size_t value_max, uint32_t cuts, bool members, told *t)
{
	const ac_json_stream_sink sink = { .on_element = on_element,
		.on_document = on_document,
		.on_member = members ? on_member : NULL,
		.on_bad = on_bad,
		.on_lost = on_lost,
		.payload = t };
	ac_json_stream *s = ac_json_stream_open(paths, value_max, &sink);
	accord_err err = { 0 };
	int rc = 0;

	if (!s)
		return ACCORD_ENOMEM;
	while (!rc && text.n > 0) {
		size_t n = cuts ? 1 + (cuts >> 24) % 29 : text.n;
		ac_str piece = ac_str_slice(text, 0, n);
		char *copy = malloc(piece.n);

		if (!copy)
			abort();
		cuts = cuts ? cuts * 1664525 + 1013904223 : 0;
		memcpy(copy, piece.p, piece.n);
		rc = ac_json_stream_feed(s, (ac_str){ copy, piece.n }, &err);
		free(copy);
		text = ac_str_slice(text, piece.n, text.n);
	}
	if (!rc)
		rc = ac_json_stream_end(s, &err);
	if (rc)
		(void)on_bad(t, &err);
	(void)ac_json_stream_close(s);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t value_maxima[] = { 16, 40, 100, 1000, 100000, AC_JSON_VALUE_MAX, 30, 64 };
	told whole = { 0 }, cut = { 0 };
	ac_str text;
	uint32_t cuts;
	int rc, rc_cut;

	if (size < 2)
		return 0;
	text = (ac_str){ (const char *)data + 2, size - 2 };
	cuts = 1 + ((uint32_t)data[0] << 8 | data[1]) * 2654435761u;
	rc = run(text, value_maxima[data[0] & 7], 0, data[0] & 8, &whole);
	rc_cut = run(text, value_maxima[data[0] & 7], cuts ? cuts : 1, data[0] & 8, &cut);
	if (rc != rc_cut || whole.calls != cut.calls || whole.hash != cut.hash)
		abort();
	return 0;
}
