/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Picking fields out of JSON lines, with every kernel, handed over whole and in pieces (of the size that the first byte says): each line is good when
 * ac_json_parse accepts it (but for what json_pick.h lists), and then what is picked is what stands at those paths in the parsed value.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "codec/json_pick.h"

static const char *const asked[] = { "a", "b", "a.b", "c.d.e", "src_ip", "event_type", "http.hostname",
	"http.http_user_agent" };
#define NAME_MAX_BYTES 128

static void
must(bool fact)
{
	if (!fact)
		abort();
}

/* What the reader refuses in a line that may be good. */
static bool
is_known_difference(int status, const accord_err *err)
{
	static const char *const known[] = { "no NUL in a string", "each key once", "a low surrogate",
		"a high surrogate" };

	for (size_t i = 0; i < AC_COUNT(known); i++)
		if (strstr(err->text, known[i]))
			return true;
	return status == ACCORD_ELIMIT;
}

/* The values at paths, in the order of the text; *left are those picked that are not found yet. */
static void
compare(const ac_json *v, ac_str name, const ac_json_pick **left, const ac_json_pick *end)
{
	ac_json_iter it = ac_json_iter_of(v);
	ac_str raw = ac_json_raw(v);

	if (ac_json_is(v, AC_JSON_STRING))
		raw = ac_str_slice(raw, 1, raw.n - 1);
	for (size_t i = 0; i < AC_COUNT(asked); i++)
		if (name.p && ac_str_eq(name, ac_str_from(asked[i]))) {
			must(*left < end && (*left)->path == i && (*left)->type == ac_json_type_of(v));
			must((*left)->raw.p == raw.p && (*left)->raw.n == raw.n);
			must((*left)->has_escapes ==
			     (ac_json_is(v, AC_JSON_STRING) && memchr(raw.p, '\\', raw.n) != NULL));
			(*left)++;
		}
	while (ac_json_next(&it)) {
		char room[NAME_MAX_BYTES];
		size_t n = 0;

		if (ac_json_is(v, AC_JSON_ARRAY)) {
			compare(it.value, name, left, end);
			continue;
		}
		/* A longer name is no path. */
		if (name.n + 1 + it.key.n > sizeof(room))
			continue;
		if (name.p) {
			memcpy(room, name.p, name.n);
			n = name.n;
			room[n++] = '.';
		}
		if (it.key.n)
			memcpy(room + n, it.key.p, it.key.n);
		compare(it.value, (ac_str){ room, n + it.key.n }, left, end);
	}
}

static void
check_line(const ac_json_line *line)
{
	ac_arena arena;
	const ac_json *v = NULL;
	const ac_json_pick *left = line->picks;
	accord_err err = { 0 };
	int status;

	must(line->bad_at <= line->text.n && (line->wanted != NULL) == (line->state == AC_JSON_LINE_MALFORMED));
	ac_arena_init(&arena, (size_t)64 << 20);
	status = ac_json_parse(line->text, AC_JSON_LIMITS, &arena, &v, &err);
	if (line->state == AC_JSON_LINE_GOOD) {
		must(status == 0 || is_known_difference(status, &err));
		if (status == 0) {
			compare(v, (ac_str){ NULL, 0 }, &left, line->picks + line->count);
			must(left == line->picks + line->count);
		}
	} else {
		must(status != 0);
	}
	ac_arena_done(&arena);
}

static void
check(const ac_json_picker *picker, const ac_json_kernel *kernel, ac_str text, size_t piece)
{
	ac_json_lines *lines = ac_json_lines_open(picker, kernel, AC_JSON_INDEX_LINES);
	size_t begin = 0, fed = 0;

	must(lines != NULL);
	while (begin < text.n) {
		ac_json_line line;
		int status;

		fed = text.n - fed < piece ? text.n : fed + piece;
		ac_json_lines_feed(lines, (ac_str){ text.p + begin, fed - begin }, fed == text.n);
		while ((status = ac_json_lines_next(lines, &line, NULL)) > 0)
			check_line(&line);
		must(status == 0);
		begin += ac_json_lines_used(lines);
		must(fed < text.n || begin == text.n);
		piece *= 2; /* or what is left over would be looked at again and again */
	}
	(void)ac_json_lines_close(lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text, paths[AC_COUNT(asked)];
	const ac_json_kernel *kernel;
	ac_json_picker *picker;

	if (size == 0)
		return 0;
	text = (ac_str){ (const char *)data + 1, size - 1 };
	for (size_t i = 0; i < AC_COUNT(asked); i++)
		paths[i] = ac_str_from(asked[i]);
	must(ac_json_picker_open(paths, AC_COUNT(asked), &picker, NULL) == 0);
	for (size_t k = 0; (kernel = ac_json_kernel_at(k)); k++) {
		check(picker, kernel, text, text.n);
		check(picker, kernel, text, (size_t)data[0] + 1);
	}
	(void)ac_json_picker_close(picker);
	return 0;
}
