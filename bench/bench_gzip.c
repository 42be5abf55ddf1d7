/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip input from its bytes to the hits, on one core: decompressing alone, scanning alone, and both, GB of plain text a second by thread CPU time, best of nine rounds in which all take turns.
 * Then from a file in memory, on one thread and with decompressing on a second one, by the clock; beside it the processor time of all threads, and of the busier one: what the clock would say with a processor for each.
 * bench_gzip [INDICATORS [MIB]]: hard EVE lines, compressed by ISA-L's best level.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <isa-l/igzip_lib.h>

#include "base/limits.h"
#include "bench.h"
#include "telemetry.h"
#include "watch/index_build.h"
#include "watch/input_read.h"
#include "watch/watch.h"

#define SEED 1
#define PLANTED 1000
#define ROUNDS 9
#define READ_SIZE AC_WATCH_BLOCK

static ac_index *
build(size_t n)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 7, 11 } }, 1);
	ac_index *index = NULL;
	accord_err err = { 0 };
	ac_arena arena;
	int rc = b ? 0 : ACCORD_ENOMEM;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; !rc && i < n; i++) {
		ac_index_indicator who = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX };
		char text[BENCH_INDICATOR_MAX], id[64];
		ac_value_type type = bench_indicator(SEED, i, text, sizeof(text));
		ac_value value;

		(void)snprintf(id, sizeof(id), "indicator--00000000-0000-4000-8000-%012zx", i);
		who.id = ac_str_from(id);
		ac_arena_reset(&arena);
		rc = ac_value_parse(type, ac_value_refang(ac_str_from(text), &arena), &arena, &value, &err);
		if (!rc)
			rc = ac_index_add_value(b, &who, &value, &err);
	}
	if (!rc)
		rc = ac_index_finish(b, &index, &err);
	if (rc)
		bench_die("%s", err.text);
	ac_index_builder_close(b);
	ac_arena_done(&arena);
	return index;
}

static ac_str
compress(ac_str plain)
{
	static const uint32_t level_sizes[] = { ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT, ISAL_DEF_LVL2_DEFAULT,
		ISAL_DEF_LVL3_DEFAULT };
	struct isal_zstream z;
	size_t room = plain.n + plain.n / 8 + AC_MIB;
	uint8_t *out = malloc(room), *level = malloc(level_sizes[3]);

	if (!out || !level)
		bench_die("no memory");
	isal_deflate_init(&z);
	z.level = 3;
	z.level_buf = level;
	z.level_buf_size = level_sizes[3];
	z.gzip_flag = IGZIP_GZIP;
	z.end_of_stream = 1;
	z.next_in = (uint8_t *)(uintptr_t)plain.p;
	z.avail_in = (uint32_t)plain.n;
	z.next_out = out;
	z.avail_out = (uint32_t)room;
	if (isal_deflate(&z) != COMP_OK)
		bench_die("compressing failed");
	free(level);
	return (ac_str){ (const char *)out, z.total_out };
}

typedef struct run {
	ac_watch *watch; /* NULL: only decompress */
	uint64_t bytes, hits;
} run;

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)hit;
	(void)err;
	((run *)payload)->hits++;
	return 0;
}

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	(void)payload;
	(void)member;
	(void)err;
	return 0;
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	run *r = payload;

	r->bytes += bytes.n;
	return r->watch ? ac_watch_feed(r->watch, bytes, err) : 0;
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	run *r = payload;

	if (problem)
		bench_die("%s", problem->text);
	return r->watch ? ac_watch_end(r->watch, err) : 0;
}

/* Seconds for all of `bytes`, read in the pieces that a file is read in; index NULL: decompressed only. */
static double
time_one(ac_str bytes, const ac_index *index, run *r)
{
	ac_watch_sink hits = { on_hit, NULL, r };
	ac_input *input = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, r });
	accord_err err = { 0 };
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	int rc = 0;

	*r = (run){ .watch = NULL };
	if (index)
		r->watch = ac_watch_open(index, AC_S("bench"), (ac_time){ 1614700000, 0 }, &hits);
	if (!input || (index && !r->watch))
		bench_die("no memory");
	for (; !rc && bytes.n; bytes = ac_str_slice(bytes, READ_SIZE, bytes.n))
		rc = ac_input_feed(input, ac_str_slice(bytes, 0, READ_SIZE), &err);
	if (!rc)
		rc = ac_input_end(input, &err);
	if (rc)
		bench_die("%s", err.text);
	r->watch = ac_watch_close(r->watch);
	ac_input_close(input);
	return bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

static int
on_problem(void *payload, const accord_err *what, accord_err *err)
{
	(void)payload;
	(void)err;
	bench_die("%s", what->text);
}

static int
on_block(void *payload, uint64_t done, accord_err *err)
{
	(void)payload;
	(void)done;
	(void)err;
	return 0;
}

typedef struct cost {
	double wall, all, busier;
} cost;

static cost
time_file(int fd, bool is_ahead, const ac_index *index, uint64_t *out_hits)
{
	static char room[AC_WATCH_BLOCK];
	run r = { .watch = NULL };
	ac_watch_sink hits = { on_hit, NULL, &r };
	ac_read_sink sink = { { on_begin, on_bytes, on_end, &r }, on_problem, on_block };
	accord_err err = { 0 };
	double wall, all, own;
	int rc;

	(void)lseek(fd, 0, SEEK_SET);
	wall = bench_seconds(CLOCK_MONOTONIC);
	all = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	own = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	r.watch = ac_watch_open(index, AC_S("bench"), (ac_time){ 1614700000, 0 }, &hits);
	if (!r.watch)
		bench_die("no memory");
	rc = is_ahead ? ac_read_input_ahead(fd, NULL, room, &sink, &err) : ac_read_input(fd, NULL, room, &sink, &err);
	if (rc)
		bench_die("%s", err.text);
	r.watch = ac_watch_close(r.watch);
	wall = bench_seconds(CLOCK_MONOTONIC) - wall;
	all = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - all;
	own = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - own;
	*out_hits = r.hits;
	return (cost){ wall, all, own > all - own ? own : all - own };
}

static void
by_the_clock(ac_str packed, size_t plain, const ac_index *index)
{
	static const char *const names[] = { "gzip, file, one thread", "gzip, file, two threads" };
	cost best[2] = { { 1e9, 1e9, 1e9 }, { 1e9, 1e9, 1e9 } };
	uint64_t hits[2];
	int fd = memfd_create("bench_gzip", 0);

	for (size_t at = 0; fd >= 0 && at < packed.n;) {
		ssize_t n = write(fd, packed.p + at, packed.n - at);

		if (n <= 0)
			bench_die("no file in memory");
		at += (size_t)n;
	}
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned i = 0; i < 2; i++) {
			cost took = time_file(fd, i == 1, index, &hits[i]);

			best[i].wall = took.wall < best[i].wall ? took.wall : best[i].wall;
			best[i].all = took.all < best[i].all ? took.all : best[i].all;
			best[i].busier = took.busier < best[i].busier ? took.busier : best[i].busier;
		}
	for (unsigned i = 0; i < 2; i++)
		printf("%s\t%.3f\tGB/s\tby the clock; %.3f by processor time, %.3f by that of the busier thread; %llu "
		       "hits\n",
		    names[i], (double)plain / best[i].wall / 1e9, (double)plain / best[i].all / 1e9,
		    (double)plain / best[i].busier / 1e9, (unsigned long long)hits[i]);
	(void)close(fd);
}

int
main(int argc, char **argv)
{
	bench_options options = { .seed = SEED,
		.format = BENCH_EVE,
		.kind = BENCH_MIXED,
		.indicators = PLANTED,
		.hit_every = 200,
		.bytes = (argc > 2 ? bench_number(argv[2]) : 64) << 20 };
	ac_index *index = build(argc > 1 ? bench_number(argv[1]) : 100000);
	static const char *const names[] = { "gzip, decompressed", "plain, scanned", "gzip, end to end" };
	double best[] = { 1e9, 1e9, 1e9 };
	uint64_t hits[3] = { 0 };
	bench_telemetry t;
	ac_str plain, packed;

	bench_make(&options, &t);
	plain = (ac_str){ t.text, t.n };
	packed = compress(plain);
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned i = 0; i < 3; i++) {
			run r;
			double took = time_one(i == 1 ? plain : packed, i ? index : NULL, &r);

			if (r.bytes != plain.n)
				bench_die("bytes are lost");
			best[i] = took < best[i] ? took : best[i];
			hits[i] = r.hits;
		}
	for (unsigned i = 0; i < 3; i++)
		printf("%s\t%.3f\tGB/s\t%.0f MB of EVE, %.1f:1, %llu hits\n", names[i], (double)plain.n / best[i] / 1e9,
		    (double)plain.n / 1e6, (double)plain.n / (double)packed.n, (unsigned long long)hits[i]);
	by_the_clock(packed, plain.n, index);
	ac_index_close(index);
	bench_free(&t);
	free((void *)(uintptr_t)packed.p);
	return 0;
}
