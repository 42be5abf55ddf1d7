/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip input from its bytes to the hits, on one core: decompressing alone, scanning alone, and both, GB of plain text a second by thread CPU time, best of nine rounds in which all take turns.
 * bench_gzip [INDICATORS [MIB]]: hard EVE lines, compressed by ISA-L's best level.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <isa-l/igzip_lib.h>

#include "base/limits.h"
#include "telemetry.h"
#include "watch/index_build.h"
#include "watch/input.h"
#include "watch/watch.h"

#define SEED 1
#define PLANTED 1000
#define ROUNDS 9
#define READ_SIZE AC_WATCH_BLOCK

_Noreturn static void
die(const char *what)
{
	(void)fprintf(stderr, "bench_gzip: %s\n", what);
	exit(EXIT_FAILURE);
}

static double
cpu_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

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
		die(err.text);
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
		die("no memory");
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
		die("compressing failed");
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
		die(problem->text);
	return r->watch ? ac_watch_end(r->watch, err) : 0;
}

/* Seconds for all of `bytes`, read in the pieces that a file is read in; index NULL: decompressed only. */
static double
time_one(ac_str bytes, const ac_index *index, run *r)
{
	ac_watch_sink hits = { on_hit, NULL, r };
	ac_input *input = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, r });
	accord_err err = { 0 };
	double start = cpu_seconds();
	int rc = 0;

	*r = (run){ .watch = NULL };
	if (index)
		r->watch = ac_watch_open(index, AC_S("bench"), (ac_time){ 1614700000, 0 }, &hits);
	if (!input || (index && !r->watch))
		die("no memory");
	for (; !rc && bytes.n; bytes = ac_str_slice(bytes, READ_SIZE, bytes.n))
		rc = ac_input_feed(input, ac_str_slice(bytes, 0, READ_SIZE), &err);
	if (!rc)
		rc = ac_input_end(input, &err);
	if (rc)
		die(err.text);
	r->watch = ac_watch_close(r->watch);
	ac_input_close(input);
	return cpu_seconds() - start;
}

int
main(int argc, char **argv)
{
	bench_options options = { .seed = SEED,
		.format = BENCH_EVE,
		.kind = BENCH_MIXED,
		.indicators = PLANTED,
		.hit_every = 200,
		.bytes = (argc > 2 ? strtoull(argv[2], NULL, 10) : 64) << 20 };
	ac_index *index = build(argc > 1 ? strtoull(argv[1], NULL, 10) : 100000);
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
				die("bytes are lost");
			best[i] = took < best[i] ? took : best[i];
			hits[i] = r.hits;
		}
	for (unsigned i = 0; i < 3; i++)
		printf("%s\t%.3f\tGB/s\t%.0f MB of EVE, %.1f:1, %llu hits\n", names[i], (double)plain.n / best[i] / 1e9,
		    (double)plain.n / 1e6, (double)plain.n / (double)packed.n, (unsigned long long)hits[i]);
	ac_index_close(index);
	bench_free(&t);
	free((void *)(uintptr_t)packed.p);
	return 0;
}
