/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes indicators and telemetry with their truth for whole programs to be measured with: make_telemetry FOLDER INDICATORS MIB [HIT_EVERY]. In the folder: list.txt (canonical values, one a line), eve.json, and
 * truth.txt (a letter a line of eve.json: b benign, p a plant, d a decoy).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "bench.h"
#include "telemetry.h"

#define SEED 20210719

static FILE *
create(const char *folder, const char *name)
{
	char path[4096];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	return f;
}

static void
close_file(FILE *f)
{
	if (fclose(f)) {
		perror("make_telemetry");
		exit(EXIT_FAILURE);
	}
}

static void
write_list(const char *folder, size_t count)
{
	FILE *f = create(folder, "list.txt");
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < count; i++) {
		char text[BENCH_INDICATOR_MAX];
		ac_value_type type = bench_indicator(SEED, i, text, sizeof(text));
		accord_err err = { 0 };
		ac_value value;

		ac_arena_reset(&arena);
		if (ac_value_parse(type, ac_value_refang(ac_str_from(text), &arena), &arena, &value, &err)) {
			(void)fprintf(stderr, "%s\n", err.text);
			exit(EXIT_FAILURE);
		}
		(void)fprintf(f, "%.*s\n", AC_FMT(value.text));
	}
	ac_arena_done(&arena);
	close_file(f);
}

static void
write_telemetry(const char *folder, const bench_options *options)
{
	FILE *lines = create(folder, "eve.json"), *truth = create(folder, "truth.txt");
	bench_telemetry t;

	bench_make(options, &t);
	(void)fwrite(t.text, 1, t.n, lines);
	for (size_t i = 1; i <= t.lines; i++)
		(void)fputc(t.classes[i] == BENCH_BENIGN                ? 'b'
			    : t.classes[i] < BENCH_DECOY_ADDRESS_LONGER ? 'p'
									: 'd',
		    truth);
	bench_free(&t);
	close_file(lines);
	close_file(truth);
}

int
main(int argc, char **argv)
{
	bench_options options = { .seed = SEED, .format = BENCH_EVE, .kind = BENCH_MIXED };

	if (argc < 4) {
		(void)fputs("usage: make_telemetry FOLDER INDICATORS MIB [HIT_EVERY]\n", stderr);
		return EXIT_FAILURE;
	}
	options.indicators = bench_number(argv[2]);
	options.bytes = bench_number(argv[3]) << 20;
	options.hit_every = argc > 4 ? (unsigned)bench_number(argv[4]) : 200;
	write_list(argv[1], options.indicators);
	write_telemetry(argv[1], &options);
	return EXIT_SUCCESS;
}
