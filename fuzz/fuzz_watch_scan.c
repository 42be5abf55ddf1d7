/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as telemetry: hits lie inside the input, and are the same however it is cut into chunks. */
#include "watch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen {
	uint64_t hash, hits;
	size_t size;
} seen;

static void
note(seen *s, uint64_t value)
{
	s->hash = (s->hash ^ value) * 0x9e3779b97f4a7c15U;
	s->hash ^= s->hash >> 29;
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	seen *s = payload;

	(void)err;
	if (hit->length == 0 || hit->offset > s->size || hit->length > s->size - hit->offset || hit->line == 0 ||
	    hit->indicator_count == 0 || hit->offset < hit->text_offset ||
	    hit->offset + hit->length > hit->text_offset + hit->text.n)
		abort();
	s->hits++;
	note(s, hit->line);
	note(s, hit->offset);
	note(s, hit->length);
	note(s, hit->type);
	note(s, hit->indicator_count);
	return 0;
}

static int
on_held(void *payload, const ac_held_back *held, accord_err *err)
{
	(void)err;
	note(payload, held->offset);
	return 0;
}

static seen
scan(const ac_index *index, const uint8_t *data, size_t size, size_t step)
{
	seen s = { .size = size };
	ac_watch_sink sink = { on_hit, on_held, &s };
	ac_watch *w = ac_watch_open(index, AC_S("fuzz"), (ac_time){ 1650000000, 0 }, &sink);
	accord_err err = { 0 };

	if (!w)
		abort();
	for (size_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;

		if (ac_watch_feed(w, (ac_str){ (const char *)data + at, n }, &err))
			abort();
	}
	if (ac_watch_end(w, &err))
		abort();
	ac_watch_close(w);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static ac_index *index;
	seen whole, cut;

	if (!index) {
		accord_err err = { 0 };
		size_t n;
		char *image = watch_fuzz_image(&n);

		if (ac_index_open_owned(image, n, &index, &err))
			abort();
	}
	if (size == 0)
		return 0;
	whole = scan(index, data, size, size);
	cut = scan(index, data, size, 1 + data[size - 1] % 61);
	if (whole.hash != cut.hash || whole.hits != cut.hits)
		abort();
	return 0;
}
