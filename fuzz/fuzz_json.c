/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON reader, the writer and the canonical form, held against one another. For any bytes:
 * - reading them whole, as a final prefix and as an open prefix gives answers that go together;
 * - a cut of a good text is unfinished, never wrong;
 * - every value's raw bytes are JSON of the same value;
 * - the canonical form is a fixed point: reading and writing it again gives the same bytes;
 * - the quick way gives what the careful one gives, with every kernel.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "codec/json_quick.h"
#include "codec/json_write.h"

#define ARENA_MAX ((size_t)64 << 20)

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
check_error(int status, const accord_err *err, ac_str text)
{
	must(status == ACCORD_EINPUT || status == ACCORD_ELIMIT);
	must(err->code == status && err->line > 0 && err->column > 0 && err->byte <= text.n && err->text[0]);
	must(ac_utf8_is_valid(ac_str_from(err->text)));
}

/* Canonical bytes of v in buf; false when it has none (1e400). */
static bool
canonical(const ac_json *v, ac_buf *buf)
{
	ac_arena arena;
	accord_err err = { 0 };
	int status;

	ac_arena_init(&arena, ARENA_MAX);
	status = ac_jcs(v, buf, &arena, &err);
	ac_arena_done(&arena);
	must(status == 0 || status == ACCORD_EINPUT);
	return status == 0;
}

static void
check_fixed_point(const ac_json *v)
{
	ac_arena arena;
	ac_buf first, second;
	const ac_json *again = NULL;
	accord_err err = { 0 };

	ac_arena_init(&arena, ARENA_MAX);
	ac_buf_init(&first, ARENA_MAX);
	ac_buf_init(&second, ARENA_MAX);
	if (canonical(v, &first)) {
		must(ac_json_parse(ac_buf_view(&first), AC_JSON_LIMITS, &arena, &again, &err) == 0);
		must(ac_json_has_bidi(again) == ac_json_has_bidi(v));
		must(canonical(again, &second));
		must(ac_str_eq(ac_buf_view(&first), ac_buf_view(&second)));
	}
	ac_buf_done(&first);
	ac_buf_done(&second);
	ac_arena_done(&arena);
}

/* Each member is found by its key, and its raw bytes read as the same thing. */
static void
check_members(const ac_json *v)
{
	ac_json_iter it = ac_json_iter_of(v);
	size_t count = 0;
	ac_str whole = ac_json_raw(v);

	while (ac_json_next(&it)) {
		ac_arena arena;
		const ac_json *alone = NULL;
		ac_str raw = ac_json_raw(it.value);

		must(raw.p > whole.p && raw.p + raw.n < whole.p + whole.n);
		if (count < 16) {
			must(!ac_json_is(v, AC_JSON_OBJECT) || ac_json_get(v, it.key) == it.value);
			ac_arena_init(&arena, ARENA_MAX);
			must(ac_json_parse(raw, AC_JSON_LIMITS, &arena, &alone, NULL) == 0);
			must(ac_json_type_of(alone) == ac_json_type_of(it.value));
			must(ac_str_eq(ac_json_text(alone), ac_json_text(it.value)));
			must(ac_json_count(alone) == ac_json_count(it.value));
			ac_arena_done(&arena);
			if (count < 4)
				check_members(it.value);
		}
		count++;
	}
	must(count == ac_json_count(v));
}

/* A text that is good has no cut that is wrong. */
static void
check_cuts(ac_str text, size_t used)
{
	size_t step = used / 32 + 1;

	for (size_t n = 0; n < used; n += step) {
		ac_arena arena;
		const ac_json *v = NULL;
		size_t cut_used = 0;
		accord_err err = { 0 };
		char *copy = malloc(n ? n : 1);

		must(copy != NULL);
		memcpy(copy, text.p, n);
		ac_arena_init(&arena, ARENA_MAX);
		must(
		    ac_json_parse_prefix((ac_str){ copy, n }, false, AC_JSON_LIMITS, &arena, &v, &cut_used, &err) == 1);
		ac_arena_done(&arena);
		free(copy);
	}
}

static bool
is_same(const ac_json *a, const ac_json *b)
{
	ac_json_iter at_a = ac_json_iter_of(a), at_b = ac_json_iter_of(b);

	if (ac_json_type_of(a) != ac_json_type_of(b) || ac_json_count(a) != ac_json_count(b) ||
	    ac_json_has_bidi(a) != ac_json_has_bidi(b) || ac_json_raw(a).p != ac_json_raw(b).p ||
	    ac_json_raw(a).n != ac_json_raw(b).n || !ac_str_eq(ac_json_text(a), ac_json_text(b)))
		return false;
	while (ac_json_next(&at_a))
		if (!ac_json_next(&at_b) || !ac_str_eq(at_a.key, at_b.key) || !is_same(at_a.value, at_b.value))
			return false;
	return true;
}

static void
check_kernels(ac_str text)
{
	const ac_json_kernel *kernel;
	const ac_json *careful = NULL, *quick = NULL;
	accord_err careful_err = { 0 }, quick_err = { 0 };
	ac_arena arenas[2];
	int status;

	ac_arena_init(&arenas[0], ARENA_MAX);
	ac_arena_init(&arenas[1], ARENA_MAX);
	status = ac_json_parse_with(NULL, text, AC_JSON_LIMITS, &arenas[0], &careful, &careful_err);
	for (size_t i = 0; (kernel = ac_json_kernel_at(i)); i++) {
		must(ac_json_parse_with(kernel, text, AC_JSON_LIMITS, &arenas[1], &quick, &quick_err) == status);
		if (status == 0)
			must(is_same(careful, quick));
		else
			must(careful_err.byte == quick_err.byte && careful_err.line == quick_err.line &&
			     careful_err.column == quick_err.column && !strcmp(careful_err.text, quick_err.text));
		ac_arena_reset(&arenas[1]);
	}
	ac_arena_done(&arenas[0]);
	ac_arena_done(&arenas[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	ac_arena arenas[3];
	const ac_json *whole = NULL, *final = NULL, *open = NULL;
	size_t used = 0, open_used = 0;
	accord_err err = { 0 }, final_err = { 0 }, open_err = { 0 };
	int status, final_status, open_status;

	for (int i = 0; i < 3; i++)
		ac_arena_init(&arenas[i], ARENA_MAX);
	check_kernels(text);
	status = ac_json_parse(text, AC_JSON_LIMITS, &arenas[0], &whole, &err);
	final_status = ac_json_parse_prefix(text, true, AC_JSON_LIMITS, &arenas[1], &final, &used, &final_err);
	open_status = ac_json_parse_prefix(text, false, AC_JSON_LIMITS, &arenas[2], &open, &open_used, &open_err);

	if (status)
		check_error(status, &err, text);
	if (final_status)
		check_error(final_status, &final_err, text);
	/* What is wrong stays wrong, wherever it was seen; only what was unfinished may turn out either way. */
	if (open_status < 0)
		must(final_status == open_status && final_err.byte == open_err.byte && status == open_status);
	if (open_status == 0)
		must(final_status == 0 && open_used == used);
	if (open_status == 1 && final_status != 0)
		must(final_err.byte == size || final_status == ACCORD_ELIMIT);
	if (status == 0)
		must(final_status == 0 && ac_str_eq(ac_json_raw(whole), ac_json_raw(final)));
	if (final_status == 0) {
		must(ac_utf8_is_valid(ac_str_slice(text, 0, used)));
		check_members(final);
		check_fixed_point(final);
		if (!ac_json_is(final, AC_JSON_NUMBER))
			check_cuts(text, used);
	}
	for (int i = 0; i < 3; i++)
		ac_arena_done(&arenas[i]);
	return 0;
}
