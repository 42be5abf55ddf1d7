/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The speed of watching, with recall and false hits beside it. Best of several by thread CPU time; memchr over the same buffer in the same run is the
 * yardstick. One thread, except where a row says otherwise (wall time).
 *
 *	bench_watch [--sets 1k,100k,1m,5m,10m] [--formats eve,...] [--kinds mixed,...] [--rounds N] [--mib N] [--seed N] [--hit-every N] [--flat] [--threads N]
 *	            [--others PERCENT] [--kernel NAME] [--keep FILE] [--small-pages] [--short-words]
 *
 * --others: a second index with so many percent of further types, over the same text and by turns with the first; --short-words: among those. --keep: the indexes of an earlier run with the same set,
 * --seed, --others and --short-words, or new ones: FILE, and FILE.others.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bench.h"
#include "telemetry.h"
#include "watch/index_build.h"
#include "watch/scan_kernel.h"
#include "watch/watch.h"

#define PLANTED 1000 /* plants come from the first so many indicators, which all sets hold */
#define SETS_MAX 8
#define THREADS_MAX 64

typedef struct settings {
	size_t sets[SETS_MAX], set_count;
	bool formats[BENCH_FORMATS], kinds[BENCH_KINDS];
	unsigned rounds, threads, hit_every, others;
	uint64_t seed;
	size_t bytes;
	bool is_flat, small_pages, has_short;
	const ac_scan_kernel *kernel;
	const char *keep; /* file of the first index's image, or NULL */
} settings;

/* ---- the index ---- */

/* Text i of the further types: `others` percent of the list, which no telemetry here holds. has_short: with words so short that all of the text that are as long are looked at. */
static ac_value_type
other_indicator(size_t i, bool has_short, char *out, size_t size)
{
	unsigned long long r = i * 0x9e3779b97f4a7c15U >> 24 | 1;

	switch (i % (has_short ? 12 : 11)) {
	case 0:
		(void)snprintf(out, size, "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\x%08llx", r);
		return AC_VALUE_REGISTRY_KEY;
	case 1:
		(void)snprintf(out, size, "Global\\m%08llx-lock", r);
		return AC_VALUE_MUTEX;
	case 2:
		(void)snprintf(out, size, "x%llx.exe", r);
		return AC_VALUE_FILE_NAME;
	case 3:
		(void)snprintf(out, size, "C:\\Users\\Public\\x%llx\\svchost.exe", r);
		return AC_VALUE_FILE_PATH;
	case 4:
		(void)snprintf(out, size, "Mozilla/5.0 (Windows NT 10.0; x%llx) AppleWebKit/537.36", r);
		return AC_VALUE_USER_AGENT;
	case 5:
		(void)snprintf(out, size, "%032llx", r);
		return AC_VALUE_JA3;
	case 6:
		(void)snprintf(out, size, "0b%014llx", r);
		return AC_VALUE_CERT_SERIAL;
	case 7:
		(void)snprintf(out, size, "%040llx", r);
		return AC_VALUE_CERT_SHA1;
	case 8:
		(void)snprintf(out, size, "t13d1516h2_%012llx_b186095e22b6", r);
		return AC_VALUE_JA4;
	case 9:
		(void)snprintf(out, size, "%llu", 1 + r % 400000);
		return AC_VALUE_AS_NUMBER;
	case 10:
		(void)snprintf(out, size, "%012llx", r & 0xffffffffffff);
		return AC_VALUE_MAC;
	default:
		(void)snprintf(out, size, "mx%04llx", r & 0xffff);
		return AC_VALUE_MUTEX;
	}
}

/* Indicators whose adding is timed together: asking for the time costs as much as adding one. */
#define TIMED 4096

static ac_value_type
indicator(const settings *s, size_t n, size_t i, char *out, size_t size)
{
	return i < n ? bench_indicator(s->seed, i, out, size) : other_indicator(i - n, s->has_short, out, size);
}

/* Add indicators [from, from + TIMED) of `total`; seconds of the adding alone. */
static double
add_some(const settings *s, ac_index_builder *b, size_t n, size_t from, size_t total, ac_arena *arena)
{
	ac_index_indicator who = {
		.producer = AC_S("ally.example"), .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX
	};
	static ac_value values[TIMED];
	static char ids[TIMED][64];
	size_t count = total - from < TIMED ? total - from : TIMED;
	accord_err err = { 0 };
	double start;

	ac_arena_reset(arena);
	for (size_t k = 0; k < count; k++) {
		char text[BENCH_INDICATOR_MAX];
		size_t i = from + k;
		ac_value_type type = indicator(s, n, i, text, sizeof(text));

		(void)snprintf(
		    ids[k], sizeof(ids[k]), "indicator--%08x-0000-4000-8000-%012zx", (unsigned)(i * 2654435761U), i);
		if (ac_value_parse(
			type, ac_value_refang(ac_arena_str(arena, ac_str_from(text)), arena), arena, &values[k], &err))
			bench_die("%s", err.text);
	}
	start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	for (size_t k = 0; k < count; k++) {
		who.id = ac_str_from(ids[k]);
		if (ac_index_add_value(b, &who, &values[k], &err))
			bench_die("%s", err.text);
	}
	return bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

/* The image of an index of the first n indicators, and so many percent of the further types. */
static char *
build_image(const settings *s, size_t n, unsigned others, size_t *out_n)
{
	ac_hash_seed salt = { { s->seed * 0x9e3779b97f4a7c15U + 1, s->seed * 0xd6e8feb86659fd93U + 3 } };
	ac_index_builder *b = ac_index_builder_open(salt, 1);
	size_t total = n + n * others / 100;
	double took = 0, start;
	accord_err err = { 0 };
	char *image = NULL;
	ac_arena arena;

	if (!b)
		bench_die("no memory");
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < total; i += TIMED)
		took += add_some(s, b, n, i, total, &arena);
	start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	if (ac_index_image(b, &image, out_n, &err))
		bench_die("%s", err.text);
	took += bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	ac_index_builder_close(b);
	ac_arena_done(&arena);
	printf("index.build.%zu\t%.2f\ts\tadding and image, without parsing values and without the disk\n", n, took);
	return image;
}

/* Bytes of the kept file; 0: there is none. */
static size_t
kept_size(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static void
keep_image(const char *path, const char *image, size_t n)
{
	FILE *f = path ? fopen(path, "wb") : NULL;

	if (path && (!f || fwrite(image, 1, n, f) != n || fclose(f)))
		bench_die("cannot keep the index");
}

typedef struct opened {
	ac_index *index;
	char *image; /* NULL: it is mapped */
} opened;

/* An index: of its kept file, mapped as the program maps it, or else over its image. Prints its figures. */
static void
open_index(const settings *s, size_t n, unsigned others, opened *out)
{
	accord_err err = { 0 };
	char path[4096];
	const char *keep = s->keep ? path : NULL;
	size_t bytes;
	double start;

	(void)snprintf(path, sizeof(path), "%s%s", s->keep ? s->keep : "", others ? ".others" : "");
	bytes = kept_size(keep);
	*out = (opened){ 0 };
	if (bytes == 0) {
		out->image = build_image(s, n, others, &bytes);
		keep_image(keep, out->image, bytes);
	}
	start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	if (out->image ? ac_index_open_bytes((ac_str){ out->image, bytes }, &out->index, &err)
		       : ac_index_open(keep, &out->index, &err))
		bench_die("%s", err.text);
	printf(
	    "index.open.%zu\t%.0f\tms\tall checks, warm\n", n, (bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start) * 1e3);
	printf("index.bytes.%zu\t%.0f\tbytes/indicator\tfile\n", n, (double)bytes / (double)(n + n * others / 100));
}

static void
close_index(opened *o)
{
	ac_index_close(o->index);
	free(o->image);
}

/* ---- measuring ---- */

typedef struct found {
	const bench_telemetry *t;
	uint64_t last_line, hits;
	size_t by_class[BENCH_CLASSES]; /* lines with a hit */
} found;

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	found *f = payload;

	(void)err;
	f->hits++;
	if (hit->line != f->last_line)
		f->by_class[f->t->classes[hit->line]]++;
	f->last_line = hit->line;
	return 0;
}

static void
scan_once(const settings *s, const ac_index *index, const bench_telemetry *t, found *f)
{
	ac_watch_sink sink = { on_hit, NULL, f };
	accord_err err = { 0 };
	ac_watch *w = ac_watch_open(index, AC_S("bench"), (ac_time){ 1614700000, 0 }, &sink);
	ac_str rest = { t->text, t->n };
	int rc = w ? 0 : ACCORD_ENOMEM;

	if (w)
		ac_watch_use_kernel(w, s->kernel);
	*f = (found){ .t = t };
	for (; !rc && rest.n; rest = ac_str_slice(rest, AC_MIB, rest.n))
		rc = ac_watch_feed(w, ac_str_slice(rest, 0, AC_MIB), &err);
	if (!rc)
		rc = ac_watch_end(w, &err);
	ac_watch_close(w);
	if (rc)
		bench_die("%s", err.text);
}

static double
memchr_rate(const bench_telemetry *t, unsigned rounds)
{
	double best = 1e9;

	for (unsigned i = 0; i < rounds; i++) {
		double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID), took;
		const char *p = t->text, *end = p + t->n;
		volatile size_t count = 0;

		while (p && p < end) {
			p = memchr(p, '\n', (size_t)(end - p));
			if (p) {
				p++;
				count++;
			}
		}
		took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
		best = took < best ? took : best;
	}
	return (double)t->n / best / 1e9;
}

/* Additions in a row that this thread gets done in a second, each waiting for the one before: the cycles that a shared machine lets it have. */
static double
cycles_rate(void)
{
	double best = 1e9;

	for (unsigned i = 0; i < 5; i++) {
		double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID), took;
		uint64_t x = 1;

		for (uint32_t k = 0; k < 20000000; k++) {
			x++;
			__asm__ volatile("" : "+r"(x));
		}
		took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
		best = took < best ? took : best;
	}
	return 20000000 / best / 1e9;
}

typedef struct worker {
	const settings *settings;
	const ac_index *index;
	const bench_telemetry *t;
	found out;
	pthread_t thread;
} worker;

static void *
work(void *payload)
{
	worker *w = payload;

	scan_once(w->settings, w->index, w->t, &w->out);
	return NULL;
}

/* GB/s of so many threads together, each over the whole text, by the wall clock. */
static double
threads_rate(const settings *s, const ac_index *index, const bench_telemetry *t, unsigned threads)
{
	worker workers[THREADS_MAX];
	double best = 1e9;

	for (unsigned round = 0; round < s->rounds; round++) {
		double start = bench_seconds(CLOCK_MONOTONIC), took;

		for (unsigned i = 0; i < threads; i++) {
			workers[i] = (worker){ .settings = s, .index = index, .t = t };
			if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
				bench_die("no thread");
		}
		for (unsigned i = 0; i < threads; i++)
			(void)pthread_join(workers[i].thread, NULL);
		took = bench_seconds(CLOCK_MONOTONIC) - start;
		best = took < best ? took : best;
	}
	return (double)t->n * threads / best / 1e9;
}

/* Every class that is not as it should be is told. */
static void
print_recall(const bench_telemetry *t, const found *f)
{
	size_t planted = 0, hit = 0, decoys = 0, flagged = 0;

	for (unsigned c = 1; c < BENCH_CLASSES; c++) {
		bool is_decoy = c >= BENCH_DECOY_ADDRESS_LONGER;

		*(is_decoy ? &decoys : &planted) += t->made[c];
		*(is_decoy ? &flagged : &hit) += f->by_class[c];
	}
	printf("recall %.2f %% of %zu, false lines %zu of %zu, decoys flagged %zu of %zu",
	    planted ? 100.0 * (double)hit / (double)planted : 100.0, planted, f->by_class[BENCH_BENIGN],
	    t->made[BENCH_BENIGN], flagged, decoys);
	for (unsigned c = 1; c < BENCH_CLASSES; c++)
		if (f->by_class[c] != (c >= BENCH_DECOY_ADDRESS_LONGER ? 0 : t->made[c]))
			printf("; %s: %zu of %zu", bench_class_names[c], f->by_class[c], t->made[c]);
	printf("\n");
}

/* Seconds of this thread for one scan. */
static double
timed_scan(const settings *s, const ac_index *index, const bench_telemetry *t, found *out)
{
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);

	scan_once(s, index, t, out);
	return bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

/* The plain index and, when there is one, that with further types, in each round both: what else the machine does slows both. */
static void
measure(
    const settings *s, const opened *plain, const opened *more, size_t set, const bench_telemetry *t, const char *name)
{
	double best = 1e9, best_more = 1e9, yardstick = memchr_rate(t, s->rounds), ghz = cycles_rate();
	found out = { .t = t }, out_more = { .t = t };

	for (unsigned round = 0; round < s->rounds; round++) {
		double took = timed_scan(s, plain->index, t, &out);

		best = took < best ? took : best;
		if (!more->index)
			continue;
		took = timed_scan(s, more->index, t, &out_more);
		best_more = took < best_more ? took : best_more;
	}
	printf("watch.%s.%zu\t%.3f\tGB/s\tmemchr %.1f, ratio %.3f, %.2f cycles a byte at %.1f GHz, ", name, set,
	    (double)t->n / best / 1e9, yardstick, (double)t->n / best / 1e9 / yardstick,
	    ghz * 1e9 * best / (double)t->n, ghz);
	print_recall(t, &out);
	if (more->index) {
		printf("watch.others.%s.%zu\t%.3f\tGB/s\t%u %% of other types: %.1f %% slower, ", name, set,
		    (double)t->n / best_more / 1e9, s->others, 100 - 100 * best / best_more);
		print_recall(t, &out_more);
	}
	if (s->threads > 1) {
		double all = threads_rate(s, plain->index, t, s->threads), one = threads_rate(s, plain->index, t, 1);

		printf("watch.threads.%s.%zu\t%.3f\tGB/s\t%u threads, %.2f times one\n", name, set, all, s->threads,
		    all / one);
	}
	(void)fflush(stdout);
}

static void
measure_set(const settings *s, size_t set)
{
	opened plain, more = { 0 };

	open_index(s, set, 0, &plain);
	if (s->others)
		open_index(s, set, s->others, &more);
	for (unsigned k = 0; k < BENCH_KINDS; k++)
		for (unsigned f = 0; f < BENCH_FORMATS; f++) {
			bench_options o = { .seed = s->seed,
				.format = (bench_format)f,
				.kind = (bench_kind)k,
				.bytes = s->bytes,
				.indicators = set < PLANTED ? set : PLANTED,
				.hit_every = s->hit_every,
				.is_flat = s->is_flat,
				.small_pages = s->small_pages };
			bench_telemetry t;

			if (!s->kinds[k] || (k == BENCH_MIXED ? !s->formats[f] : f > 0))
				continue;
			if (k == BENCH_ALL_HITS) {
				o.bytes /= 8;
				o.indicators = set;
			}
			bench_make(&o, &t);
			measure(
			    s, &plain, &more, set, &t, k == BENCH_MIXED ? bench_format_names[f] : bench_kind_names[k]);
			bench_free(&t);
		}
	close_index(&plain);
	close_index(&more);
}

/* ---- arguments ---- */

/* Names with commas between them, as flags. */
static void
choose(const char *text, const char *const *names, size_t n, bool *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = strstr(text, names[i]) != NULL;
}

static const ac_scan_kernel *
kernel_named(const char *name)
{
	const ac_scan_kernel *k;

	for (size_t i = 0; (k = ac_scan_kernel_at(i)); i++)
		if (strcmp(k->name, name) == 0)
			return k;
	bench_die("--kernel: this processor has none of that name");
}

int
main(int argc, char **argv)
{
	settings s = { .seed = 1 };
	const char *sets = "1k,100k,1m", *formats = "eve,zeek-json,zeek-tsv,syslog,iis", *kinds = "mixed",
		   *kernel = NULL;
	uint64_t rounds = 9, threads = 1, hit_every = 200, others = 0, mib = 32;
	const bench_option options[] = { { "--sets", BENCH_TEXT, &sets }, { "--formats", BENCH_TEXT, &formats },
		{ "--kinds", BENCH_TEXT, &kinds }, { "--rounds", BENCH_NUMBER, &rounds },
		{ "--mib", BENCH_NUMBER, &mib }, { "--seed", BENCH_NUMBER, &s.seed },
		{ "--hit-every", BENCH_NUMBER, &hit_every }, { "--others", BENCH_NUMBER, &others },
		{ "--threads", BENCH_NUMBER, &threads }, { "--kernel", BENCH_TEXT, &kernel },
		{ "--keep", BENCH_TEXT, &s.keep }, { "--flat", BENCH_FLAG, &s.is_flat },
		{ "--small-pages", BENCH_FLAG, &s.small_pages }, { "--short-words", BENCH_FLAG, &s.has_short },
		{ NULL, BENCH_FLAG, NULL } };

	bench_arguments(argc, argv, options);
	if (hit_every < 8)
		bench_die("--hit-every: want 8 or more");
	s.set_count = bench_numbers(sets, s.sets, SETS_MAX);
	choose(formats, bench_format_names, BENCH_FORMATS, s.formats);
	choose(kinds, bench_kind_names, BENCH_KINDS, s.kinds);
	s.rounds = (unsigned)rounds;
	s.threads = (unsigned)(threads < THREADS_MAX ? threads : THREADS_MAX);
	s.hit_every = (unsigned)hit_every;
	s.others = (unsigned)others;
	s.bytes = (size_t)mib << 20;
	s.kernel = kernel ? kernel_named(kernel) : ac_scan_kernel_at(0);
	for (size_t i = 0; i < s.set_count; i++)
		measure_set(&s, s.sets[i]);
	return 0;
}
