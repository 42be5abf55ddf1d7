/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of batches (--jsonl). For any bytes: each line that is not empty gets one answer, on one line, which is a JSON object that begins with the
 * request's id; the answers do not depend on how the input is cut.
 */
#include <stdint.h>
#include <stdlib.h>

#include "app/batch.h"
#include "base/limits.h"

#define OUT_MAX ((size_t)256 << 20)

static void
must(bool fact)
{
	if (!fact)
		abort();
}

/* Repeats a member, refuses requests without one. */
static int
echo(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *answer, accord_err *err)
{
	const ac_json *what = ac_json_get(request, AC_S("what"));

	ac_jw_key_bool(answer, AC_S("begun"), true);
	if (!what)
		return ac_fail(err, ACCORD_EINPUT, "want \"what\"");
	ac_jw_key(answer, AC_S("what"));
	ac_jw_raw_line(answer, ac_json_raw(what));
	return 0;
}

static void
collect(void *payload, ac_str line)
{
	must(line.n > 0 && ac_str_find_byte(line, '\n') == line.n - 1);
	must(ac_str_starts(line, AC_S("{\"id\":")));
	ac_buf_add(payload, line);
}

static void
run(ac_str text, size_t step, ac_buf *out)
{
	ac_batch *b = ac_batch_open(echo, NULL, collect, out);

	must(b != NULL);
	for (size_t i = 0; i < text.n; i += step)
		ac_batch_feed(b, ac_str_slice(text, i, i + step));
	(void)ac_batch_end(b);
	b = ac_batch_close(b);
}

/* The answers are JSON, as many as there are lines. */
static void
check(ac_str text, ac_str answers)
{
	size_t lines = 0, count = 0;
	ac_str line;
	ac_arena arena;

	while (ac_str_next_field(&text, '\n', &line))
		lines += ac_str_trim(line).n > 0;
	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	while (ac_str_cut(&answers, '\n', &line)) {
		const ac_json *answer;

		ac_arena_reset(&arena);
		must(ac_json_parse(line, (ac_json_limits){ AC_JSON_DEPTH_MAX + 2, AC_JSON_MEMBERS_MAX + 8 }, &arena,
			 &answer, NULL) == 0);
		must(ac_json_get(answer, AC_S("id")) != NULL);
		must((ac_json_get(answer, AC_S("what")) != NULL) != (ac_json_get(answer, AC_S("error")) != NULL));
		count++;
	}
	must(count == lines);
	ac_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { size ? (const char *)data : "", size };
	ac_buf whole, pieces;

	ac_buf_init(&whole, OUT_MAX);
	ac_buf_init(&pieces, OUT_MAX);
	run(text, size ? size : 1, &whole);
	run(text, 1 + size % 7, &pieces);
	must(ac_str_eq(ac_buf_view(&whole), ac_buf_view(&pieces)));
	check(text, ac_buf_view(&whole));
	ac_buf_done(&whole);
	ac_buf_done(&pieces);
	return 0;
}
