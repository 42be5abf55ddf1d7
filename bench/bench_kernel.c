/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scan does to every byte, step by step, of each kernel that this processor runs: classes, spellings, places, lists of places; their maps are in the second-level cache, as they are in a
 * scan. Places as the plain mix of values asks for them, and with words and AS numbers, too. ns a KiB of EVE by the clock (a look at the thread's own would take as long as a step), of the fastest tenth of all regions the slowest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "telemetry.h"
#include "watch/scan_kernel.h"

#define SEED 20210719
#define REGIONS 4
#define ROUNDS 2000
#define REGION_BYTES ((size_t)AC_REGION_WORDS * 64)

enum { CLASSES, SPELLINGS, PLACES, LISTS, STEPS };
static const char *const step_names[STEPS] = { "classes", "spellings", "places", "lists" };

#define PLAIN (AC_WANT_ADDRESS6 | AC_WANT_URL)
static const struct {
	const char *name;
	unsigned want;
} wants[] = { { "plain", PLAIN }, { "all", PLAIN | AC_WANT_LONG_WORDS | AC_WANT_AS_NUMBERS } };

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* One region through all steps; the time behind each. */
static void
run(const ac_scan_kernel *k, const char *text, unsigned want, ac_scan_maps *m, uint32_t *list, double at[STEPS + 1])
{
	at[0] = bench_seconds(CLOCK_MONOTONIC);
	(void)k->classes(text, AC_REGION_WORDS, m, 1);
	at[1] = bench_seconds(CLOCK_MONOTONIC);
	(void)k->spellings(m, AC_REGION_WORDS);
	at[2] = bench_seconds(CLOCK_MONOTONIC);
	k->places(m, AC_REGION_WORDS, want);
	at[3] = bench_seconds(CLOCK_MONOTONIC);
	(void)k->list(&m->name_end, AC_REGION_WORDS, 0, list);
	if (want & AC_WANT_RARE)
		(void)k->list(&m->word_end, AC_REGION_WORDS, 0, list);
	at[4] = bench_seconds(CLOCK_MONOTONIC);
}

static void
measure(const ac_scan_kernel *k, const char *text, size_t which, ac_scan_maps *m, uint32_t *list)
{
	static double took[STEPS][ROUNDS];

	memset(m, 0, sizeof(*m));
	m->wants_words = (wants[which].want & AC_WANT_RARE) != 0;
	for (size_t round = 0; round < ROUNDS; round++) {
		double at[STEPS + 1];

		run(k, text + round % REGIONS * REGION_BYTES, wants[which].want, m, list, at);
		for (size_t step = 0; step < STEPS; step++)
			took[step][round] = at[step + 1] - at[step];
	}
	for (size_t step = 0; step < STEPS; step++) {
		qsort(took[step], ROUNDS, sizeof(took[step][0]), compare);
		(void)printf("kernel.%s.%s.%s\t%.1f\tns/KiB\t\n", k->name, wants[which].name, step_names[step],
		    took[step][ROUNDS / 10] * 1e9 * 1024 / (double)REGION_BYTES);
	}
}

int
main(int argc, char **argv)
{
	const char *kernel = "";
	const bench_option table[] = { { "--kernel", BENCH_TEXT, &kernel }, { NULL, BENCH_FLAG, NULL } };
	bench_options options = { .seed = SEED,
		.format = BENCH_EVE,
		.kind = BENCH_MIXED,
		.indicators = 1000,
		.bytes = (REGIONS + 1) * REGION_BYTES,
		.hit_every = 200 };
	ac_scan_maps *m = aligned_alloc(_Alignof(ac_scan_maps), sizeof(*m));
	uint32_t *list = malloc((64 * AC_REGION_WORDS + 64) * sizeof(*list));
	const ac_scan_kernel *k;
	bench_telemetry t;

	bench_arguments(argc, argv, table);
	if (!m || !list)
		bench_die("no memory");
	bench_make(&options, &t);
	if (t.n < REGIONS * REGION_BYTES)
		bench_die("%zu bytes of telemetry are too few", t.n);
	for (size_t i = 0; (k = ac_scan_kernel_at(i)); i++)
		for (size_t which = 0; which < sizeof(wants) / sizeof(wants[0]); which++)
			if (!*kernel || strcmp(kernel, k->name) == 0)
				measure(k, t.text, which, m, list);
	bench_free(&t);
	free(list);
	free(m);
	return EXIT_SUCCESS;
}
