/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index replaced under a scan: one thread scans EVE in chunks of 64 KiB, first alone, then while another replaces the index by whole ones and by overlays of a thousand new indicators, as a store gets them. Each
 * chunk is timed; no planted record may be lost.
 *
 *	bench_swap [--indicators N] [--rounds N] [--mib N] [--pause MS]
 */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"
#include "telemetry.h"
#include "watch/index_build.h"
#include "watch/live.h"
#include "watch/watch.h"

#define SEED 1
#define PLANTED 1000
#define FRESH 1000 /* indicators that come with an overlay */
#define CHUNK (64 * AC_KIB)
#define CHUNKS_MAX ((size_t)2 << 20)
#define BATCH 100000 /* rows of a transaction while the store is filled */
#define AROUND 16    /* chunks around a swap that are looked at one by one */
#define NEAR 128     /* chunks before and after a swap of which each must be fast */
#define TURNS 9      /* of which the best counts, as in all figures of a thread's time */
#define SWAPS_MAX 4096

typedef struct chunk {
	float cpu, wall; /* seconds */
	uint32_t faults; /* pages that this thread had to wait for */
	uint32_t since;  /* chunks with this index before it */
	uint32_t warms;  /* counted from 1: it warms an index that comes; or 0 */
} chunk;

typedef struct reader {
	ac_live_index *live;
	const bench_telemetry *text;
	chunk *chunks;
	size_t count;
	uint64_t passes, hits;
	_Atomic int64_t generation; /* that was scanned with last */
	atomic_bool is_over;
} reader;

typedef struct world {
	uint64_t indicators, rounds, mib, pause_ms;
	char folder[64], path[96];
	ac_store *store;
	int64_t source;
	size_t next; /* indicator */
	ac_arena arena;
	accord_err err;
} world;

static void
must(int rc, const accord_err *err)
{
	if (rc)
		bench_die("%s", err->text);
}

/* ---- the store ---- */

static ac_time
clock_now(void *payload)
{
	(void)payload;
	return (ac_time){ (int64_t)time(NULL), 0 };
}

static void
put_rows(world *w, size_t count)
{
	ac_row row = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = -1 };
	char text[BENCH_INDICATOR_MAX];
	ac_put_result result;

	must(ac_store_begin(w->store, &w->err), &w->err);
	must(ac_store_source(w->store, AC_S("ally.example"), &w->source, &w->err), &w->err);
	for (size_t end = w->next + count; w->next < end; w->next++) {
		ac_arena_reset(&w->arena);
		(void)bench_indicator(SEED, w->next, text, sizeof(text));
		must(ac_value_guess(ac_str_from(text), &w->arena, &row.value, &w->err), &w->err);
		row.exact = ac_str_from(text);
		must(ac_store_put_row(w->store, w->source, &row, &result, &w->err), &w->err);
	}
	must(ac_store_commit(w->store, &w->err), &w->err);
}

static void
open_world(world *w)
{
	ac_store_options options = { .mode = AC_STORE_WRITE, .create = true, .now = clock_now, .seed = { { 7, 11 } } };

	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/bench-swap-XXXXXX");
	if (!mkdtemp(w->folder))
		bench_die("%s: cannot be made", w->folder);
	(void)snprintf(w->path, sizeof(w->path), "%s/watch.index", w->folder);
	ac_arena_init(&w->arena, AC_MIB);
	must(ac_store_open(w->folder, &options, &w->store, &w->err), &w->err);
	while (w->next < w->indicators)
		put_rows(w, w->indicators - w->next < BATCH ? w->indicators - w->next : BATCH);
}

static void
close_world(world *w)
{
	static const char *const files[] = { "accord.db", "accord.db-wal", "accord.db-shm", "watch.index",
		"watch.index.over" };
	char path[128];

	ac_store_close(w->store);
	ac_arena_done(&w->arena);
	for (size_t i = 0; i < AC_COUNT(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->folder, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->folder);
}

/* ---- the scan ---- */

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)hit;
	(void)err;
	((reader *)payload)->hits++;
	return 0;
}

static uint32_t
faults_of_thread(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) ? 0 : (uint32_t)(usage.ru_minflt + usage.ru_majflt);
}

/* Whole lines of at most a chunk. */
static ac_str
chunk_at(const bench_telemetry *t, size_t at)
{
	const char *p = t->text + at, *end;

	if (t->n - at <= CHUNK)
		return (ac_str){ p, t->n - at };
	end = memrchr(p, '\n', CHUNK);
	return (ac_str){ p, end ? (size_t)(end - p) + 1 : CHUNK };
}

/* The reader has the last processor for itself, whatever the caller has pinned; all else runs on the others. */
static void
pin(bool is_reader)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	for (long i = 0; i < count && i < CPU_SETSIZE; i++)
		if (count == 1 || is_reader == (i == count - 1))
			CPU_SET((size_t)i, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

/* Whole passes over the text, until it is over. */
static void *
read_on(void *payload)
{
	reader *r = payload;
	ac_watch_sink sink = { .on_hit = on_hit, .payload = r };
	const ac_index *coming, *index = ac_live_go_on(r->live, 0, 1, 0, &coming), *before = index;
	ac_watch *watch = ac_watch_open(index, AC_S("bench"), (ac_time){ 1614700000, 0 }, &sink);
	ac_watch_position place;
	accord_err err = { 0 };
	uint32_t since = 0, warms = 0;

	if (!watch)
		bench_die("no memory");
	pin(true);
	while (!atomic_load(&r->is_over) && r->count + 2 * r->text->n / CHUNK < CHUNKS_MAX) {
		ac_str bytes;

		for (size_t at = 0; at < r->text->n; at += bytes.n) {
			uint32_t faults = faults_of_thread();
			double wall = bench_seconds(CLOCK_MONOTONIC), cpu = bench_seconds(CLOCK_THREAD_CPUTIME_ID);

			bytes = chunk_at(r->text, at);
			index = ac_live_go_on(r->live, 0, bytes.n, wall, &coming);
			ac_watch_use(watch, index);
			ac_watch_expect(watch, coming);
			must(ac_watch_feed(watch, bytes, &err), &err);
			/* Small chunks are gathered: this one is scanned now. */
			must(ac_watch_pause(watch, &place, &err), &err);
			since = index == before ? since + 1 : 0;
			before = index;
			warms = coming ? warms + 1 : 0;
			r->chunks[r->count++] = (chunk){ (float)(bench_seconds(CLOCK_THREAD_CPUTIME_ID) - cpu),
				(float)(bench_seconds(CLOCK_MONOTONIC) - wall), faults_of_thread() - faults, since,
				warms };
			atomic_store(&r->generation, ac_index_generation(index));
		}
		r->passes++;
	}
	must(ac_watch_end(watch, &err), &err);
	ac_live_leave(r->live, 0);
	ac_watch_close(watch);
	return NULL;
}

/* ---- figures ---- */

static int
compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static float
sorted_at(const float *sorted, size_t n, double share)
{
	size_t at = (size_t)((double)n * share);

	return n ? sorted[at < n ? at : n - 1] : NAN;
}

static float
print_chunks(const char *name, const reader *r, bool by_cpu)
{
	float *times = malloc((r->count + 1) * sizeof(*times)), median;
	size_t over = 0;

	if (!times)
		bench_die("no memory");
	for (size_t i = 0; i < r->count; i++)
		times[i] = by_cpu ? r->chunks[i].cpu : r->chunks[i].wall;
	qsort(times, r->count, sizeof(*times), compare);
	median = sorted_at(times, r->count, 0.5);
	while (over < r->count && times[r->count - 1 - over] > 2 * median)
		over++;
	printf("swap.chunk.%s.%s\t%.1f\tus\tmedian of %zu chunks of 64 KiB; 99 %%: %.2f times that, 99.9 %%: %.2f, "
	       "99.99 %%: "
	       "%.2f, slowest %.2f; %zu over twice\n",
	    name, by_cpu ? "cpu" : "clock", (double)median * 1e6, r->count,
	    (double)(sorted_at(times, r->count, 0.99) / median), (double)(sorted_at(times, r->count, 0.999) / median),
	    (double)(sorted_at(times, r->count, 0.9999) / median), (double)(times[r->count - 1] / median), over);
	free(times);
	return median;
}

/* Some chunks by what they took beside the median of all. */
static void
print_some(const char *name, uint32_t number, float *times, size_t n, size_t faults)
{
	qsort(times, n, sizeof(*times), compare);
	printf("swap.chunk.%s.%u\t%.2f\ttimes the median\tCPU, median of %zu; nine in ten below %.2f, slowest "
	       "%.2f; %.2f page faults each\n",
	    name, number, (double)sorted_at(times, n, 0.5), n, (double)sorted_at(times, n, 0.9),
	    (double)sorted_at(times, n, 1), n ? (double)faults / (double)n : 0);
}

/* Where a chunk stands: so many before an index comes, in those that warm it, in those that are scanned with it. */
typedef enum phase { BEFORE, WARMS, AFTER, PHASE_COUNT } phase;

static bool
is_at(const reader *r, size_t i, phase where, uint32_t number)
{
	switch (where) {
	case BEFORE:
		return i + number < r->count && r->chunks[i + number].warms == 1;
	case WARMS:
		return r->chunks[i].warms == number;
	case AFTER:
		return r->chunks[i].since + 1 == number;
	case PHASE_COUNT:
		break;
	}
	return false;
}

/* Whether the reader was off its processor in this chunk or shortly before, when others had the caches: that is no swap's doing. */
static bool
was_away(const reader *r, size_t i)
{
	/* Nor are the first ones of all. */
	if (i < 2 * AROUND)
		return true;
	for (size_t before = 0; before < AROUND; before++) {
		const chunk *c = &r->chunks[i - before];

		if (c->wall > 2 * c->cpu)
			return true;
	}
	return false;
}

/* What a swap costs the reader. */
static void
print_phase(const reader *r, float median, phase where)
{
	static const char *const names[] = { "before", "warms", "after" };
	static float times[SWAPS_MAX];

	for (uint32_t number = 1; number <= AROUND; number *= 2) {
		size_t n = 0, faults = 0;

		for (size_t i = 0; i < r->count && n < SWAPS_MAX; i++) {
			if (!is_at(r, i, where, number) || was_away(r, i))
				continue;
			times[n++] = r->chunks[i].cpu / median;
			faults += r->chunks[i].faults;
		}
		if (n)
			print_some(names[where], number, times, n, faults);
	}
}

/* As many chunks that no swap is near, beside which those are to be seen: what else runs on the machine makes some slow. */
static void
print_others(const reader *r, float median)
{
	static float times[SWAPS_MAX];
	size_t n = 0, faults = 0;

	for (size_t i = 0; i < r->count && n < SWAPS_MAX; i += r->count / SWAPS_MAX + 1) {
		const chunk *c = &r->chunks[i];

		if (c->since < 2 * AROUND || c->warms || was_away(r, i))
			continue;
		times[n++] = c->cpu / median;
		faults += c->faults;
	}
	print_some("others", 0, times, n, faults);
}

/*
 * The slowest chunk of all places around a swap, of each place the best of nine swaps: what is slow by the swap is slow each time, what another tenant of the machine does is not. Swaps are taken by turns, since
 * those of whole indexes and of overlays stand so. places: indexes of chunks. at, step: the first of them that counts, and how far it is to the next.
 */
static void
print_best(const char *name, const reader *r, float median, const size_t *places, size_t count, size_t at, size_t step)
{
	size_t groups = 0, over = 0;
	float slowest = 0;

	for (; at + (TURNS - 1) * step < count; at += TURNS * step, groups++) {
		for (size_t number = 0; number < 2 * NEAR; number++) {
			float best = INFINITY;

			for (size_t turn = 0; turn < TURNS; turn++) {
				float cpu = r->chunks[places[at + turn * step] - NEAR + number].cpu;

				best = cpu < best ? cpu : best;
			}
			slowest = best > slowest ? best : slowest;
			over += best > 2 * median;
		}
	}
	printf("swap.best.%s\t%.2f\ttimes the median\tslowest of %zu places around %zu times %d swaps, CPU, of each "
	       "place the "
	       "best of %d; %zu over twice\n",
	    name, (double)(slowest / median), groups * 2 * NEAR, groups, TURNS, TURNS, over);
}

/* Around swaps, and around as many chunks of a reader whose index stays. */
static void
print_bests(const reader *alone, const reader *swapped, float alone_median, float median)
{
	static size_t swaps[SWAPS_MAX], stays[SWAPS_MAX];
	size_t n = 0;

	for (size_t i = NEAR; i + NEAR < swapped->count && n < SWAPS_MAX; i++)
		if (!swapped->chunks[i].since)
			swaps[n++] = i;
	for (size_t i = 0; i < n; i++)
		stays[i] = NEAR + i * (alone->count - 2 * NEAR) / n;
	print_best("alone", alone, alone_median, stays, n, 0, 1);
	print_best("opened", swapped, median, swaps, n, 0, 2);
	print_best("fresh", swapped, median, swaps, n, 1, 2);
}

static void
print_times(const char *name, float *times, size_t n, const char *note)
{
	qsort(times, n, sizeof(*times), compare);
	printf("swap.%s\t%.1f\tms\tmedian of %zu, slowest %.1f; %s\n", name, (double)sorted_at(times, n, 0.5) * 1e3, n,
	    (double)sorted_at(times, n, 1) * 1e3, note);
}

/* ---- swaps ---- */

static void
wait_ms(uint64_t ms)
{
	struct timespec t = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	(void)nanosleep(&t, NULL);
}

static void
swap_all(world *w, reader *r)
{
	static float whole[SWAPS_MAX], visible[SWAPS_MAX], anew[SWAPS_MAX];
	size_t wholes = 0, overlays = 0, news = 0;

	for (uint64_t round = 0; round < w->rounds && round < SWAPS_MAX; round++) {
		double start;
		bool changed = false, is_overlay;
		ac_index *next = NULL;

		wait_ms(w->pause_ms);
		/* as the keeper of a running watch does when it asks the store */
		(void)ac_live_retired(r->live);
		start = bench_seconds(CLOCK_MONOTONIC);
		must(ac_watch_index(w->store, w->path, (ac_hash_seed){ { 1, 2 } }, &next, NULL, &w->err), &w->err);
		ac_live_publish(r->live, next);
		whole[wholes++] = (float)(bench_seconds(CLOCK_MONOTONIC) - start);
		wait_ms(w->pause_ms);
		put_rows(w, FRESH);
		start = bench_seconds(CLOCK_MONOTONIC);
		must(ac_live_refresh(r->live, w->store, w->path, (ac_hash_seed){ { 1, 2 } }, &changed, &w->err),
		    &w->err);
		is_overlay = ac_live_current(r->live)->overlay.header != NULL;
		while (atomic_load(&r->generation) != ac_index_generation(ac_live_current(r->live)))
			(void)sched_yield();
		*(is_overlay ? &visible[overlays++] : &anew[news++]) = (float)(bench_seconds(CLOCK_MONOTONIC) - start);
	}
	print_times("open", whole, wholes, "the index (and its overlay) opened with all checks, and published");
	print_times("visible", visible, overlays,
	    "from the store's commit of a thousand indicators to the end of the first chunk that was scanned with "
	    "them");
	if (news)
		print_times("anew", anew, news, "the same when the whole index is made anew");
}

static void
run(world *w, const bench_telemetry *text)
{
	ac_index *first = NULL;
	reader alone = { .text = text }, r = { .text = text };
	pthread_t thread;
	double start;
	uint64_t a_pass;
	float alone_median, median;

	must(ac_watch_index(w->store, w->path, (ac_hash_seed){ { 1, 2 } }, &first, NULL, &w->err), &w->err);
	r.live = alone.live = ac_live_open(first, 1);
	alone.chunks = calloc(CHUNKS_MAX, sizeof(chunk));
	r.chunks = calloc(CHUNKS_MAX, sizeof(chunk));
	if (!r.live || !alone.chunks || !r.chunks)
		bench_die("no memory");
	start = bench_seconds(CLOCK_MONOTONIC);
	if (pthread_create(&thread, NULL, read_on, &alone))
		bench_die("no thread");
	wait_ms(2 * w->rounds * w->pause_ms);
	atomic_store(&alone.is_over, true);
	(void)pthread_join(thread, NULL);
	printf("swap.alone\t%.2f\tGB/s\t%llu indicators, no swaps, by the clock\n",
	    (double)(alone.passes * text->n) / (bench_seconds(CLOCK_MONOTONIC) - start) / 1e9,
	    (unsigned long long)w->indicators);
	a_pass = alone.hits / alone.passes;
	if (pthread_create(&thread, NULL, read_on, &r))
		bench_die("no thread");
	swap_all(w, &r);
	atomic_store(&r.is_over, true);
	(void)pthread_join(thread, NULL);
	alone_median = print_chunks("alone", &alone, true);
	median = print_chunks("swaps", &r, true);
	for (phase where = BEFORE; where < PHASE_COUNT; where++)
		print_phase(&r, median, where);
	print_others(&r, median);
	print_bests(&alone, &r, alone_median, median);
	(void)print_chunks("alone", &alone, false);
	(void)print_chunks("swaps", &r, false);
	printf("swap.lost\t%lld\thits\tof %llu in %llu passes over the text\n",
	    (long long)(a_pass * r.passes) - (long long)r.hits, (unsigned long long)(a_pass * r.passes),
	    (unsigned long long)r.passes);
	ac_live_close(r.live);
	free(alone.chunks);
	free(r.chunks);
}

int
main(int argc, char **argv)
{
	world w = { .indicators = 1000000, .rounds = 36, .mib = 32, .pause_ms = 200 };
	const bench_option options[] = { { "--indicators", BENCH_NUMBER, &w.indicators },
		{ "--rounds", BENCH_NUMBER, &w.rounds }, { "--mib", BENCH_NUMBER, &w.mib },
		{ "--pause", BENCH_NUMBER, &w.pause_ms }, { NULL, BENCH_FLAG, NULL } };
	bench_options text_options = { .seed = SEED, .format = BENCH_EVE, .indicators = PLANTED, .hit_every = 200 };
	bench_telemetry text;

	bench_arguments(argc, argv, options);
	pin(false);
	text_options.bytes = w.mib << 20;
	bench_make(&text_options, &text);
	open_world(&w);
	run(&w, &text);
	close_world(&w);
	bench_free(&text);
	return 0;
}
