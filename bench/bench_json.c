/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON reading and writing, MB/s on one core (thread CPU time, best of nine rounds in which all take turns, so that a machine shared with others is shared
 * fairly): the ATT&CK bundle (ACCORD_SHARED_DATA, or a JSON file named on the command line, else a text made here), parsed into values with all
 * checks, whole, element by element in one text, and into new memory; EVE lines, each parsed alone; each with every kernel of this processor; then
 * the canonical form. simdjson's DOM and jansson on the same bytes in the same rounds where they are installed; the note has the ratio to simdjson.
 */
#ifdef HAVE_JANSSON
#include <jansson.h>
#endif

#include "bench.h"
#include "codec/json_quick.h"
#include "codec/json_write.h"
#include "eve_lines.h"
#include "json_texts.h"
#ifdef HAVE_SIMDJSON
#include "oracle_simdjson.h"
#endif

#define EVE_LINES 40000
#define EVE_SEED 20210719
#define PADDING 64
#define ROUNDS 9
#define ROWS_MAX 48

typedef struct job {
	ac_str text;
	ac_str *parts; /* elements or lines */
	size_t count;
	const ac_json_kernel *kernel;
	const ac_json *value;
	ac_arena arena;
	ac_buf buf;
	void *oracle;
} job;

typedef struct row {
	char name[64];
	const char *note;
	bool (*run)(job *j);
	job *job;
	const ac_json_kernel *kernel;
	const struct row *peer; /* simdjson with the same task */
	double best;
} row;

typedef struct table {
	row rows[ROWS_MAX];
	size_t count;
} table;

static row *
add_row(table *t, const char *name, const char *kernel_name, const char *note, bool (*run)(job *), job *j)
{
	row *r = &t->rows[t->count++];

	*r = (row){ .note = note, .run = run, .job = j, .kernel = ac_json_kernel_best(), .best = 1e9 };
	(void)snprintf(r->name, sizeof(r->name), kernel_name ? "%s-%s" : "%s", name, kernel_name);
	return r;
}

/* The row, one for each other kernel, and one for the careful parser alone. */
static void
add_rows(table *t, const char *name, const char *note, bool (*run)(job *), job *j, const row *peer)
{
	row *r = add_row(t, name, NULL, note, run, j);
	const ac_json_kernel *kernel;

	r->peer = peer;
	for (size_t i = 0; (kernel = ac_json_kernel_at(i)); i++) {
		r = add_row(t, name, ac_json_kernel_name(kernel), note, run, j);
		r->kernel = kernel;
		r->peer = peer;
	}
	r = add_row(t, name, "careful", note, run, j);
	r->kernel = NULL;
	r->peer = peer;
}

static void
run_all(table *t)
{
	for (unsigned round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < t->count; i++) {
			row *r = &t->rows[i];
			double start, took;

			r->job->kernel = r->kernel;
			start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
			if (!r->run(r->job)) {
				fprintf(stderr, "bench_json: %s failed\n", r->name);
				exit(1);
			}
			took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
			r->best = took < r->best ? took : r->best;
		}
}

static void
print_all(const table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const row *r = &t->rows[i];

		printf("%s\t%.0f\tMB/s\t%s, %.1f MB", r->name, (double)r->job->text.n / r->best / 1e6, r->note,
		    (double)r->job->text.n / 1e6);
		if (r->peer)
			printf("; %.2f times simdjson's DOM", r->peer->best / r->best);
		printf("\n");
	}
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

static bool
parse_whole(job *j)
{
	const ac_json *v;

	ac_arena_reset(&j->arena);
	return ac_json_parse_with(j->kernel, j->text, AC_JSON_LIMITS, &j->arena, &v, NULL) == 0;
}

static bool
parse_fresh(job *j)
{
	ac_arena fresh;
	const ac_json *v;
	bool good;

	ac_arena_init(&fresh, AC_BENCH_TEXT_MAX);
	good = ac_json_parse_with(j->kernel, j->text, AC_JSON_LIMITS, &fresh, &v, NULL) == 0;
	ac_arena_done(&fresh);
	return good;
}

/* As the stream does it: from where the element begins, not knowing where it ends, with one arena and one reader. */
static bool
parse_elements(job *j)
{
	static uint32_t entries[AC_JSON_READER_ROOM(AC_JSON_WINDOW_LARGE)];
	ac_json_reader reader;
	const char *end = j->text.p + j->text.n;
	const ac_json *v;
	size_t used;

	ac_json_reader_init(&reader, j->kernel, entries, AC_JSON_WINDOW_LARGE);
	for (size_t i = 0; i < j->count; i++) {
		ac_str rest = { j->parts[i].p, (size_t)(end - j->parts[i].p) };

		ac_arena_reset(&j->arena);
		if (ac_json_reader_parse(&reader, end, rest, false, AC_JSON_LIMITS, &j->arena, &v, &used, NULL) ||
		    used != j->parts[i].n)
			return false;
	}
	return true;
}

static bool
parse_parts(job *j)
{
	const ac_json *v;

	for (size_t i = 0; i < j->count; i++) {
		ac_arena_reset(&j->arena);
		if (ac_json_parse_with(j->kernel, j->parts[i], AC_JSON_LIMITS, &j->arena, &v, NULL))
			return false;
	}
	return true;
}

static bool
write_canonical(job *j)
{
	ac_arena_reset(&j->arena);
	ac_buf_reset(&j->buf);
	return ac_jcs(j->value, &j->buf, &j->arena, NULL) == 0;
}

#ifdef HAVE_SIMDJSON
static bool
simdjson_whole(job *j)
{
	return oracle_simdjson_parse(j->oracle, j->text.p, j->text.n);
}

static bool
simdjson_parts(job *j)
{
	for (size_t i = 0; i < j->count; i++)
		if (!oracle_simdjson_parse(j->oracle, j->parts[i].p, j->parts[i].n))
			return false;
	return true;
}
#endif

#ifdef HAVE_JANSSON
static bool
jansson_whole(job *j)
{
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
	start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	for (int i = 0; i < 1000000; i++) {
		ac_buf_reset(&buf);
		ac_json_add_double(&buf, i / 1000.0);
	}
	short_seconds = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	for (int i = 0; i < 100000; i++) {
		double value;

		bits = bits * 6364136223846793005u + 1442695040888963407u;
		memcpy(&value, &bits, sizeof(value));
		ac_buf_reset(&buf);
		ac_json_add_double(&buf, value);
	}
	long_seconds = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	printf("json-double-short\t%.0f\tns\tone double with three decimals, as text\n", short_seconds * 1e9 / 1000000);
	printf("json-double-any\t%.0f\tns\tone double of random bits, shortest text\n", long_seconds * 1e9 / 100000);
	ac_buf_done(&buf);
}

static const char *
load(int argc, char **argv, ac_buf *text)
{
	if (argc > 1)
		return bench_read_file(argv[1], text) ? "the named file" : NULL;
	if (bench_attack(text))
		return "ATT&CK bundle";
	ac_buf_reset(text);
	make_text(text);
	return "made bundle";
}

/* Ready to be measured, with bytes behind the text that simdjson may read. */
static bool
open_job(job *j, ac_buf *text)
{
	if (!ac_buf_reserve(text, PADDING))
		return false;
	memset(ac_buf_reserve(text, PADDING), 0, PADDING);
	*j = (job){ .text = ac_buf_view(text) };
	ac_arena_init(&j->arena, AC_BENCH_TEXT_MAX);
	ac_buf_init(&j->buf, AC_BENCH_TEXT_MAX);
#ifdef HAVE_SIMDJSON
	j->oracle = oracle_simdjson_open();
#endif
	return true;
}

static void
close_job(job *j)
{
	ac_arena_done(&j->arena);
	ac_buf_done(&j->buf);
	free(j->parts);
#ifdef HAVE_SIMDJSON
	oracle_simdjson_close(j->oracle);
#endif
}

static bool
find_elements(job *j, ac_arena *kept)
{
	ac_json_iter it;
	accord_err err = { 0 };

	if (ac_json_parse(j->text, AC_JSON_LIMITS, kept, &j->value, &err)) {
		fprintf(stderr, "bench_json: %d:%d: %s\n", (int)err.line, (int)err.column, err.text);
		return false;
	}
	it = ac_json_iter_of(ac_json_get(j->value, AC_S("objects")));
	j->parts = calloc(it.left + 1, sizeof(*j->parts));
	while (j->parts && ac_json_next(&it))
		j->parts[j->count++] = ac_json_raw(it.value);
	return j->parts != NULL;
}

static bool
find_lines(job *j)
{
	ac_str rest = j->text, line;

	j->parts = calloc(EVE_LINES, sizeof(*j->parts));
	while (j->parts && ac_str_cut(&rest, '\n', &line))
		j->parts[j->count++] = line;
	return j->parts != NULL;
}

int
main(int argc, char **argv)
{
	ac_arena kept;
	ac_buf text, lines;
	job bundle, eve;
	table *t = calloc(1, sizeof(*t));
	const row *whole = NULL, *elements = NULL, *each = NULL;
	const char *source;

	ac_buf_init(&text, AC_BENCH_TEXT_MAX);
	ac_buf_init(&lines, AC_BENCH_TEXT_MAX);
	ac_arena_init(&kept, AC_BENCH_TEXT_MAX);
	source = load(argc, argv, &text);
	eve_lines(&lines, EVE_LINES, EVE_SEED);
	if (!t || !source || !open_job(&bundle, &text) || !open_job(&eve, &lines) || !find_elements(&bundle, &kept) ||
	    !find_lines(&eve)) {
		fprintf(stderr, "bench_json: no input\n");
		return 1;
	}
#ifdef HAVE_SIMDJSON
	whole = add_row(t, "json-parse-whole-simdjson", NULL, source, simdjson_whole, &bundle);
	elements = add_row(t, "json-parse-elements-simdjson", NULL, source, simdjson_parts, &bundle);
	each = add_row(t, "json-parse-eve-simdjson", NULL, "EVE lines", simdjson_parts, &eve);
#endif
	add_rows(t, "json-parse-elements", source, parse_elements, &bundle, elements);
	add_rows(t, "json-parse-whole", source, parse_whole, &bundle, whole);
	add_row(t, "json-parse-fresh", NULL, source, parse_fresh, &bundle);
	add_row(t, "json-parse-objects", NULL, source, parse_parts, &bundle)->peer = elements;
	add_rows(t, "json-parse-eve", "EVE lines", parse_parts, &eve, each);
	add_row(t, "json-canonical", NULL, source, write_canonical, &bundle);
	run_all(t);
#ifdef HAVE_JANSSON
	add_row(t, "json-parse-whole-jansson", NULL, source, jansson_whole, &bundle);
	t->rows[t->count - 1].best = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	if (!jansson_whole(&bundle))
		return 1;
	t->rows[t->count - 1].best = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - t->rows[t->count - 1].best;
#endif
	print_all(t);
	measure_doubles();
	close_job(&bundle);
	close_job(&eve);
	ac_arena_done(&kept);
	ac_buf_done(&text);
	ac_buf_done(&lines);
	free(t);
	return 0;
}
