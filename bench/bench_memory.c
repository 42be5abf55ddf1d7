/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this machine's memory takes, by the size of what is looked at: a chase from line to line, each telling the next, and lines in no order that are asked for a batch at a time before
 * they are read, for the first-level cache or for the second. In huge pages. ns a line, best of five.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "bench.h"
#include "sys/os.h"

#define LINE 64
#define ROUNDS 5
#define BATCH 128
#define STEPS (1U << 20)

static uint64_t
draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Each line has the number of the next, all in one ring (Sattolo 1986). */
static void
make_ring(char *lines, size_t n)
{
	uint64_t state = 88172645463325252U;

	for (size_t i = 0; i < n; i++)
		memcpy(lines + i * LINE, &i, sizeof(i));
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = draw(&state) % i, a, b;

		memcpy(&a, lines + i * LINE, sizeof(a));
		memcpy(&b, lines + j * LINE, sizeof(b));
		memcpy(lines + i * LINE, &b, sizeof(b));
		memcpy(lines + j * LINE, &a, sizeof(a));
	}
}

static size_t
chase(const char *lines, size_t n)
{
	size_t at = 0;

	(void)n;
	for (unsigned i = 0; i < STEPS; i++)
		memcpy(&at, lines + at * LINE, sizeof(at));
	return at;
}

static inline size_t
read_asked(const char *lines, size_t n, bool for_second)
{
	uint64_t state = 1;
	size_t which[BATCH], sum = 0, one;

	for (unsigned i = 0; i < STEPS; i += BATCH) {
		for (unsigned k = 0; k < BATCH; k++) {
			which[k] = draw(&state) & (n - 1);
			if (for_second)
				__builtin_prefetch(lines + which[k] * LINE, 0, 2);
			else
				__builtin_prefetch(lines + which[k] * LINE);
		}
		for (unsigned k = 0; k < BATCH; k++) {
			memcpy(&one, lines + which[k] * LINE, sizeof(one));
			sum += one;
		}
	}
	return sum;
}

static size_t
ask_first(const char *lines, size_t n)
{
	return read_asked(lines, n, false);
}

static size_t
ask_second(const char *lines, size_t n)
{
	return read_asked(lines, n, true);
}

static volatile size_t sink;

int
main(void)
{
	static const struct {
		const char *name;
		size_t (*run)(const char *lines, size_t n);
	} ways[] = { { "chase", chase }, { "asked.first", ask_first }, { "asked.second", ask_second } };
	char *lines = ac_alloc_table(64 * AC_MIB);

	if (!lines)
		bench_die("no memory");
	for (size_t mib = 1; mib <= 64; mib *= 2) {
		size_t n = mib * AC_MIB / LINE;

		make_ring(lines, n);
		for (size_t w = 0; w < AC_COUNT(ways); w++) {
			double best = 0;

			for (unsigned round = 0; round < ROUNDS; round++) {
				double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID), seconds;

				sink = ways[w].run(lines, n);
				seconds = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
				best = round == 0 || seconds < best ? seconds : best;
			}
			printf(
			    "memory.%s.%zu\t%.1f\tns\ta line of %zu MiB\n", ways[w].name, mib, best / STEPS * 1e9, mib);
		}
	}
	free(lines);
	return 0;
}
