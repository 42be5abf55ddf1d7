/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structural index of JSON: all kernels must say the same of the same text, whole and in windows (of the size that the first byte says), in
 * both modes; and a text that the reader accepts has no flaw, and entries where its values begin and end.
 */
#include <stdint.h>
#include <stdlib.h>

#include "codec/json.h"
#include "codec/json_index.h"

typedef struct answer {
	uint32_t *entries;
	size_t count;
	ac_json_flaw flaw;
	uint64_t flaw_at;
} answer;

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static answer
ask(const ac_json_kernel *kernel, ac_json_index_mode mode, ac_str text, size_t window)
{
	answer a = { .entries = malloc(AC_JSON_INDEX_ROOM(text.n) * sizeof(uint32_t)) };
	ac_json_index ix;

	must(a.entries != NULL);
	ac_json_index_init(&ix, kernel, mode);
	for (size_t at = 0; at < text.n && !ix.flaw; at += window)
		a.count += ac_json_index_next(
		    &ix, text.p + at, text.n - at < window ? text.n - at : window, (uint32_t)at, a.entries + a.count);
	a.flaw = ac_json_index_end(&ix, text.n);
	a.flaw_at = ix.flaw_at;
	return a;
}

static bool
has_entry(const answer *a, size_t at)
{
	size_t low = 0, high = a->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (a->entries[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < a->count && a->entries[low] == at;
}

static void
check_value(const answer *a, ac_str text, const ac_json *v)
{
	ac_json_iter it = ac_json_iter_of(v);
	ac_str raw = ac_json_raw(v);
	size_t begin = (size_t)(raw.p - text.p);

	must(has_entry(a, begin));
	if (ac_json_is(v, AC_JSON_STRING) || ac_json_is(v, AC_JSON_ARRAY) || ac_json_is(v, AC_JSON_OBJECT))
		must(has_entry(a, begin + raw.n - 1));
	while (ac_json_next(&it))
		check_value(a, text, it.value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text;
	ac_arena arena;
	const ac_json *v;

	if (size == 0)
		return 0;
	text = (ac_str){ (const char *)data + 1, size - 1 };
	for (int mode = AC_JSON_INDEX_TEXT; mode <= AC_JSON_INDEX_LINES; mode++) {
		answer first = { NULL, 0, AC_JSON_FLAW_NONE, 0 };
		const ac_json_kernel *kernel;

		for (size_t k = 0; (kernel = ac_json_kernel_at(k / 2)); k++) {
			answer a =
			    ask(kernel, (ac_json_index_mode)mode, text, k % 2 ? (size_t)data[0] + 1 : text.n + 1);

			if (first.entries) {
				must(a.count == first.count && a.flaw == first.flaw && a.flaw_at == first.flaw_at);
				must(memcmp(a.entries, first.entries, a.count * sizeof(*a.entries)) == 0);
				free(a.entries);
			} else {
				first = a;
			}
		}
		ac_arena_init(&arena, (size_t)64 << 20);
		if (mode == AC_JSON_INDEX_TEXT && ac_json_parse(text, AC_JSON_LIMITS, &arena, &v, NULL) == 0) {
			must(first.flaw == AC_JSON_FLAW_NONE);
			check_value(&first, text, v);
		}
		ac_arena_done(&arena);
		free(first.entries);
	}
	return 0;
}
