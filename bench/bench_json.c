/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON reading and writing, MB/s on one core: the ATT&CK bundle (ACCORD_SHARED_DATA/attack/enterprise-attack.json.zst, or a JSON file named
 * on the command line, else a text made here), parsed into values with all checks, whole and element by element; then the
 * canonical form. simdjson's DOM and jansson on the same bytes in the same run where they are installed. Best of several rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zstd.h>
#ifdef HAVE_JANSSON
#include <jansson.h>
#endif
#ifdef HAVE_SIMDJSON
#include "oracle_simdjson.h"
#endif

#include "codec/json_write.h"

#define INPUT_MAX ((size_t)1 << 30)
#define PADDING 64
#define ROUNDS 7

static double
now_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Runs `run` some times and prints its best. */
static void
measure(const char *name, const char *note, size_t bytes, int rounds, bool (*run)(void *payload), void *payload)
{
	double best = 1e9;

	for (int i = 0; i < rounds; i++) {
		double start = now_seconds(), took;

		if (!run(payload)) {
			fprintf(stderr, "bench_json: %s failed\n", name);
			exit(1);
		}
		took = now_seconds() - start;
		if (took < best)
			best = took;
	}
	printf("%s\t%.0f\tMB/s\t%s\n", name, (double)bytes / best / 1e6, note);
}

static bool
read_file(const char *path, ac_buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t n;
	char *room;

	if (!file)
		return false;
	while ((room = ac_buf_reserve(out, 1 << 20)) && (n = fread(room, 1, 1 << 20, file)) > 0)
		ac_buf_commit(out, n);
	(void)fclose(file);
	return out->n > 0 && !out->failed;
}

static bool
decompress(const ac_buf *packed, ac_buf *out)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed->p, packed->n);
	char *room;
	size_t n;

	/* Frames without a size end here: the published file has one. */
	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
		size = packed->n * 40;
	room = ac_buf_reserve(out, size);
	n = room ? ZSTD_decompress(room, size, packed->p, packed->n) : 0;
	if (!room || ZSTD_isError(n))
		return false;
	ac_buf_commit(out, n);
	return true;
}

/* A bundle of 20,000 objects of invented content. */
static void
make_text(ac_buf *out)
{
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("type"), AC_S("bundle"));
	ac_jw_key(&w, AC_S("objects"));
	ac_jw_array(&w);
	for (uint64_t i = 0; i < 20000; i++) {
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("type"), AC_S("indicator"));
		ac_jw_key_string(&w, AC_S("id"), AC_S("indicator--5be1e1a1-7a8e-4e1c-9c0e-2b8e0f3c1d2e"));
		ac_jw_key_string(&w, AC_S("created"), AC_S("2021-07-19T10:00:00.000Z"));
		ac_jw_key_string(&w, AC_S("pattern"), AC_S("[ipv4-addr:value = '192.0.2.7']"));
		ac_jw_key_string(&w, AC_S("description"),
		    AC_S("A server that the intrusion set used to hold \"staged\" archives.\n\nSeen twice in July "
			 "2021, from a mail server."));
		ac_jw_key_u64(&w, AC_S("confidence"), i % 100);
		ac_jw_key_bool(&w, AC_S("revoked"), false);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_jw_end(&w);
}

typedef struct job {
	ac_str text;
	const ac_json *value; /* parsed once, for the writers */
	ac_arena arena;
	ac_buf buf;
	void *oracle;
} job;

static bool
parse_whole(void *payload)
{
	job *j = payload;
	const ac_json *v;

	ac_arena_reset(&j->arena);
	return ac_json_parse(j->text, AC_JSON_LIMITS, &j->arena, &v, NULL) == 0;
}

static bool
parse_elements(void *payload)
{
	job *j = payload;
	ac_json_iter it = ac_json_iter_of(ac_json_get(j->value, AC_S("objects")));
	const ac_json *v;
	size_t used;

	/* As the stream does it: from where the element begins, not knowing where it ends, with one arena. */
	while (ac_json_next(&it)) {
		ac_str raw = ac_json_raw(it.value), rest = { raw.p, (size_t)(j->text.p + j->text.n - raw.p) };

		ac_arena_reset(&j->arena);
		if (ac_json_parse_prefix(rest, false, AC_JSON_LIMITS, &j->arena, &v, &used, NULL) || used != raw.n)
			return false;
	}
	return true;
}

static bool
write_canonical(void *payload)
{
	job *j = payload;

	ac_arena_reset(&j->arena);
	ac_buf_reset(&j->buf);
	return ac_jcs(j->value, &j->buf, &j->arena, NULL) == 0;
}

#ifdef HAVE_SIMDJSON
static bool
parse_simdjson(void *payload)
{
	job *j = payload;

	return oracle_simdjson_parse(j->oracle, j->text.p, j->text.n);
}

static bool
parse_simdjson_elements(void *payload)
{
	job *j = payload;
	ac_json_iter it = ac_json_iter_of(ac_json_get(j->value, AC_S("objects")));

	while (ac_json_next(&it))
		if (!oracle_simdjson_parse(j->oracle, ac_json_raw(it.value).p, ac_json_raw(it.value).n))
			return false;
	return true;
}
#endif

#ifdef HAVE_JANSSON
static bool
parse_jansson(void *payload)
{
	job *j = payload;
	json_t *v = json_loadb(j->text.p, j->text.n, JSON_REJECT_DUPLICATES, NULL);

	json_decref(v);
	return v != NULL;
}
#endif

static void
measure_doubles(void)
{
	ac_buf buf;
	double start, short_seconds, long_seconds;
	uint64_t bits = 20210719;

	ac_buf_init(&buf, 4096);
	start = now_seconds();
	for (int i = 0; i < 1000000; i++) {
		ac_buf_reset(&buf);
		ac_json_add_double(&buf, i / 1000.0);
	}
	short_seconds = now_seconds() - start;
	start = now_seconds();
	for (int i = 0; i < 100000; i++) {
		double value;

		bits = bits * 6364136223846793005u + 1442695040888963407u;
		memcpy(&value, &bits, sizeof(value));
		ac_buf_reset(&buf);
		ac_json_add_double(&buf, value);
	}
	long_seconds = now_seconds() - start;
	printf("json-double-short\t%.0f\tns\tone double with three decimals, as text\n", short_seconds * 1e9 / 1000000);
	printf("json-double-any\t%.0f\tns\tone double of random bits, shortest text\n", long_seconds * 1e9 / 100000);
	ac_buf_done(&buf);
}

static const char *
load(int argc, char **argv, ac_buf *text)
{
	const char *folder = getenv("ACCORD_SHARED_DATA");
	char path[4096];
	ac_buf packed;
	bool good;

	if (argc > 1)
		return read_file(argv[1], text) ? "the named file" : NULL;
	if (folder) {
		(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", folder);
		ac_buf_init(&packed, INPUT_MAX);
		good = read_file(path, &packed) && decompress(&packed, text);
		ac_buf_done(&packed);
		if (good)
			return "ATT&CK bundle";
	}
	ac_buf_reset(text);
	make_text(text);
	return "made bundle";
}

int
main(int argc, char **argv)
{
	ac_arena kept;
	ac_buf text;
	accord_err err = { 0 };
	job j = { .value = NULL };
	char note[128];
	const char *source;

	ac_buf_init(&text, INPUT_MAX);
	source = load(argc, argv, &text);
	if (!source || !ac_buf_reserve(&text, PADDING)) {
		fprintf(stderr, "bench_json: no input\n");
		return 1;
	}
	memset(ac_buf_reserve(&text, PADDING), 0, PADDING); /* simdjson reads behind the end */
	j.text = ac_buf_view(&text);
	(void)snprintf(note, sizeof(note), "%s, %.1f MB", source, (double)j.text.n / 1e6);
	ac_arena_init(&kept, INPUT_MAX);
	ac_arena_init(&j.arena, INPUT_MAX);
	ac_buf_init(&j.buf, INPUT_MAX);
	if (ac_json_parse(j.text, AC_JSON_LIMITS, &kept, &j.value, &err)) {
		fprintf(stderr, "bench_json: %d:%d: %s\n", (int)err.line, (int)err.column, err.text);
		return 1;
	}
	measure("json-parse-elements", note, j.text.n, ROUNDS, parse_elements, &j);
	measure("json-parse-whole", note, j.text.n, ROUNDS, parse_whole, &j);
	measure("json-canonical", note, j.text.n, ROUNDS, write_canonical, &j);
#ifdef HAVE_SIMDJSON
	j.oracle = oracle_simdjson_open();
	measure("json-parse-elements-simdjson", note, j.text.n, ROUNDS, parse_simdjson_elements, &j);
	measure("json-parse-whole-simdjson", note, j.text.n, ROUNDS, parse_simdjson, &j);
	oracle_simdjson_close(j.oracle);
#endif
#ifdef HAVE_JANSSON
	measure("json-parse-whole-jansson", note, j.text.n, 2, parse_jansson, &j);
#endif
	measure_doubles();
	ac_arena_done(&kept);
	ac_arena_done(&j.arena);
	ac_buf_done(&j.buf);
	ac_buf_done(&text);
	return 0;
}
