/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watch index: how long building takes (adding, then sorting and writing to a synced file), its peak memory, bytes of the file, opening with all checks, and laying an overlay of a thousand over it.
 * In a child process, so that the peak is the builder's own. Rows are entries of a plain list, ids are STIX indicators with random ids.
 *
 *	bench_index [COUNT]   indicators, 5000000 when left out
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "telemetry.h"
#include "watch/index_build.h"

#define SEED 1
#define OVERLAY 1000
#define OPENINGS 9

/* Values are made and parsed in batches, outside of what is timed. */
#define BATCH 4096
typedef struct batch {
	ac_value values[BATCH];
	char ids[BATCH][48];
	ac_arena arena;
} batch;

static void
fill(batch *t, size_t from, size_t n)
{
	accord_err err = { 0 };

	ac_arena_reset(&t->arena);
	for (size_t k = 0; k < n; k++) {
		char text[BENCH_INDICATOR_MAX];
		uint8_t uuid[16] = { 0 };
		size_t i = from + k;
		uint64_t r = i * 0x9e3779b97f4a7c15U;

		(void)bench_indicator(SEED, i, text, sizeof(text));
		if (ac_value_guess(ac_str_from(text), &t->arena, &t->values[k], &err))
			bench_die("%s", err.text);
		t->values[k].text = ac_arena_str(&t->arena, t->values[k].text);
		memcpy(uuid, &r, sizeof(r));
		memcpy(uuid + 8, &i, sizeof(i));
		ac_index_id_format(uuid, t->ids[k]);
	}
}

/* Add indicators [from, to). Returns the CPU seconds of that alone. */
static double
add_all(ac_index_builder *b, bool is_row, size_t from, size_t to)
{
	ac_index_indicator who = { .producer = AC_S("ally.example"),
		.valid_from = AC_TIME_MIN,
		.valid_until = AC_TIME_MAX,
		.is_row = is_row };
	batch *t = calloc(1, sizeof(*t));
	accord_err err = { 0 };
	double took = 0;

	if (!t)
		bench_die("%s", err.text);
	ac_arena_init(&t->arena, 64 * AC_MIB);
	for (size_t i = from; i < to; i += BATCH) {
		size_t n = to - i < BATCH ? to - i : BATCH;
		double start;

		fill(t, i, n);
		start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
		for (size_t k = 0; k < n; k++) {
			who.id = is_row ? (ac_str){ NULL, 0 } : (ac_str){ t->ids[k], 47 };
			if (ac_index_add_value(b, &who, &t->values[k], &err))
				bench_die("%s", err.text);
		}
		took += bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	}
	ac_arena_done(&t->arena);
	free(t);
	return took;
}

static void
lay_overlay(const ac_index *base, const char *path, size_t count)
{
	double start = bench_seconds(CLOCK_MONOTONIC);
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 0, 0 } }, 2);
	ac_index *both = NULL;
	accord_err err = { 0 };
	char over[256];

	(void)snprintf(over, sizeof(over), "%s.over", path);
	if (!b)
		bench_die("%s", err.text);
	ac_index_build_over(b, base);
	(void)add_all(b, true, count, count + OVERLAY);
	if (ac_index_write(b, over, &err) || ac_index_lay_over(base, over, &both, &err))
		bench_die("%s", err.text);
	printf("index.overlay.%zu\t%.1f\tms\ta thousand more: built, synced, laid over\n", count,
	    (bench_seconds(CLOCK_MONOTONIC) - start) * 1e3);
	ac_index_close(both);
	ac_index_builder_close(b);
	(void)unlink(over);
}

static void
open_often(const char *path, size_t count, const char *kind)
{
	double best = 1e9;
	accord_err err = { 0 };
	ac_index *index = NULL;

	for (int i = 0; i < OPENINGS; i++) {
		double start = bench_seconds(CLOCK_MONOTONIC), took;

		index = ac_index_close(index);
		if (ac_index_open(path, &index, &err))
			bench_die("%s", err.text);
		took = bench_seconds(CLOCK_MONOTONIC) - start;
		best = took < best ? took : best;
	}
	printf("index.open.%s.%zu\t%.1f\tms\tall checks, warm\n", kind, count, best * 1e3);
	printf("index.bytes.%s.%zu\t%.1f\tbytes/indicator\tfile\n", kind, count,
	    (double)index->base.header->file_size / (double)count);
	for (unsigned i = 0; i < AC_SECTION_COUNT; i++)
		if (index->base.header->sections[i].length > count / 10)
			printf("index.section%u.%s.%zu\t%.2f\tbytes/indicator\t\n", i, kind, count,
			    (double)index->base.header->sections[i].length / (double)count);
	lay_overlay(index, path, count);
	ac_index_close(index);
}

static void
build(const char *path, bool is_row, size_t count)
{
	const char *kind = is_row ? "rows" : "ids";
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 0x1234567890abcdefU, 0xfedcba0987654321U } }, 1);
	double add, cpu, wall;
	accord_err err = { 0 };
	struct rusage usage;

	if (!b)
		bench_die("%s", err.text);
	add = add_all(b, is_row, 0, count);
	cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	wall = bench_seconds(CLOCK_MONOTONIC);
	if (ac_index_write(b, path, &err))
		bench_die("%s", err.text);
	cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	wall = bench_seconds(CLOCK_MONOTONIC) - wall;
	ac_index_builder_close(b);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("index.add.%s.%zu\t%.2f\ts\tCPU\n", kind, count, add);
	printf("index.write.%s.%zu\t%.2f\ts\tCPU; %.2f s by the clock, synced\n", kind, count, cpu, wall);
	printf("index.build.%s.%zu\t%.2f\ts\tCPU, adding and writing\n", kind, count, add + cpu);
	printf("index.peak.%s.%zu\t%.0f\tMB\tpeak of the process\n", kind, count, (double)usage.ru_maxrss * 1024 / 1e6);
	open_often(path, count, kind);
}

int
main(int argc, char **argv)
{
	uint64_t count = 5000000;
	char path[] = "/tmp/bench-index-XXXXXX";
	int fd = mkstemp(path), status = 0;

	if (argc > 1)
		count = bench_number(argv[1]);
	if (fd < 0)
		return 1;
	(void)close(fd);
	for (int is_row = 0; is_row < 2 && status == 0; is_row++) {
		pid_t child;

		(void)fflush(stdout);
		child = fork();
		if (child == 0) {
			build(path, is_row, count);
			(void)fflush(stdout);
			_exit(0);
		}
		if (child < 0 || waitpid(child, &status, 0) != child)
			return 1;
	}
	(void)unlink(path);
	return status ? 1 : 0;
}
