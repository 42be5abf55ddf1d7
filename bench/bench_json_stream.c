/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON streams on one core: the objects of the ATT&CK bundle (ACCORD_SHARED_DATA/attack/enterprise-attack.json.zst through the inflate filter, or
 * a file named on the command line) streamed in chunks, beside parsing the same objects directly; and decompressing. Thread CPU time, best of nine
 * rounds.
 */
#include "bench.h"
#include "codec/inflate.h"
#include "codec/json_stream.h"
#include "json_texts.h"

#define INPUT_MAX ((size_t)1 << 30)
#define ROUNDS 9

typedef struct counts {
	size_t elements;
	size_t values; /* so that nothing is thrown away unseen */
} counts;

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	ac_buf *out = payload;
	ac_str whole;

	ac_buf_add(out, bytes);
	return ac_buf_finish(out, &whole, err);
}

static bool
load(const char *path, ac_buf *raw, ac_buf *text)
{
	FILE *file = fopen(path, "rb");
	ac_inflate *z = ac_inflate_open(on_bytes, text);
	size_t n = 1;
	char *room;
	bool good = file && z;

	while (good && n > 0 && (room = ac_buf_reserve(raw, AC_MIB))) {
		n = fread(room, 1, AC_MIB, file);
		ac_buf_commit(raw, n);
	}
	good = good && ac_inflate_feed(z, ac_buf_view(raw), NULL) == 0 && ac_inflate_end(z, NULL) == 0;
	(void)ac_inflate_close(z);
	if (file)
		(void)fclose(file);
	return good;
}

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	counts *c = payload;

	(void)path, (void)place, (void)arena, (void)err;
	c->elements++;
	c->values += ac_json_count(value);
	return 0;
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	(void)payload, (void)path, (void)value, (void)streamed, (void)place, (void)arena, (void)err;
	return 0;
}

static void
print_row(const char *name, size_t bytes, double seconds, const char *note)
{
	printf("%s\t%.0f\tMB/s\t%s\n", name, (double)bytes / seconds / 1e6, note);
}

/* Seconds that the stream takes in chunks of this size; 0 when it fails. */
static double
stream_once(ac_str text, size_t chunk, counts *out)
{
	static const char *const paths[] = { "objects", "", NULL };
	const ac_json_stream_sink sink = { .on_element = on_element, .on_document = on_document, .payload = out };
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	ac_json_stream *s = ac_json_stream_open(paths, AC_JSON_VALUE_MAX, &sink);
	int rc = s ? 0 : -1;

	*out = (counts){ 0 };
	for (size_t at = 0; !rc && at < text.n; at += chunk)
		rc = ac_json_stream_feed(s, ac_str_slice(text, at, at + chunk), NULL);
	if (!rc)
		rc = ac_json_stream_end(s, NULL);
	s = ac_json_stream_close(s);
	return rc ? 0 : bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

/* The places of the objects, from a whole parse; then each one parsed alone. */
static double
elements_once(const ac_str *texts, size_t count, counts *out)
{
	ac_arena arena;
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	int rc = 0;

	*out = (counts){ 0 };
	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	for (size_t i = 0; !rc && i < count; i++) {
		const ac_json *value;

		rc = ac_json_parse(texts[i], AC_JSON_LIMITS, &arena, &value, NULL);
		if (!rc)
			(void)on_element(out, 0, value, (ac_place){ 0 }, &arena, NULL);
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
	return rc ? 0 : bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

static size_t
find_elements(ac_str text, ac_arena *arena, ac_str **out)
{
	const ac_json *value;
	ac_json_iter it;
	size_t n = 0;

	if (ac_json_parse(text, AC_JSON_LIMITS, arena, &value, NULL) != 0)
		return 0;
	it = ac_json_iter_of(ac_json_get(value, AC_S("objects")));
	*out = ac_arena_zalloc(arena, it.left + 1, sizeof(**out));
	while (*out && ac_json_next(&it))
		(*out)[n++] = ac_json_raw(it.value);
	return n;
}

static double
inflate_once(ac_str raw, ac_buf *out)
{
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	ac_inflate *z = ac_inflate_open(on_bytes, out);
	bool good;

	ac_buf_reset(out);
	good = z && ac_inflate_feed(z, raw, NULL) == 0 && ac_inflate_end(z, NULL) == 0;
	(void)ac_inflate_close(z);
	return good ? bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start : 0;
}

static void
measure_all(ac_str raw, ac_buf *text)
{
	static const struct {
		const char *name;
		size_t chunk;
	} rows[] = { { "json_stream_4k", 4 * AC_KIB }, { "json_stream_64k", 64 * AC_KIB }, { "json_stream_1m", AC_MIB },
		{ "json_stream_whole", INPUT_MAX } };
	double best[AC_COUNT(rows) + 2];
	ac_arena arena;
	ac_str *texts = NULL;
	size_t count;
	counts direct = { 0 }, streamed = { 0 };

	ac_arena_init(&arena, 4 * (size_t)INPUT_MAX);
	count = find_elements(ac_buf_view(text), &arena, &texts);
	for (size_t i = 0; i < AC_COUNT(best); i++)
		best[i] = 1e9;
	/* The rows in turn, so that a disturbance meets all of them. */
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < AC_COUNT(best); i++) {
			double took = i < AC_COUNT(rows)    ? stream_once(ac_buf_view(text), rows[i].chunk, &streamed)
				      : i == AC_COUNT(rows) ? elements_once(texts, count, &direct)
							    : inflate_once(raw, text);

			if (took > 0 && took < best[i])
				best[i] = took;
		}
	}
	print_row("json_elements_direct", text->n, best[AC_COUNT(rows)], "each object parsed alone, text in memory");
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		print_row(rows[i].name, text->n, best[i],
		    streamed.elements == direct.elements && streamed.values == direct.values ? "same objects"
											     : "DIFFERS");
	print_row("inflate", text->n, best[AC_COUNT(rows) + 1], "into memory, bytes that came out");
	ac_arena_done(&arena);
}

int
main(int argc, char **argv)
{
	const char *shared = getenv("ACCORD_SHARED_DATA");
	char path[4096];
	ac_buf raw, text;

	if (argc < 2 && !shared) {
		printf("json_stream\t0\tMB/s\tno input: name a bundle, or set ACCORD_SHARED_DATA\n");
		return 0;
	}
	(void)snprintf(path, sizeof(path), "%s%s", argc > 1 ? argv[1] : shared,
	    argc > 1 ? "" : "/attack/enterprise-attack.json.zst");
	ac_buf_init(&raw, INPUT_MAX);
	ac_buf_init(&text, INPUT_MAX);
	if (!load(path, &raw, &text)) {
		fprintf(stderr, "bench_json_stream: %s: cannot be read\n", path);
		return 1;
	}
	measure_all(ac_buf_view(&raw), &text);
	ac_buf_done(&raw);
	ac_buf_done(&text);
	return 0;
}
