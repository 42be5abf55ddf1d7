/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectorscan as a peer: peer_vectorscan LIST FILE. All lines of LIST as caseless literals, one scan over FILE. Prints the numbers of the lines that match on stdout, and on stderr the seconds of processor time for compiling
 * and for scanning (without finding the lines).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hs/hs.h>

#include "bench.h"

typedef struct text {
	char *p;
	size_t n;
} text;

typedef struct ends {
	unsigned long long *p;
	size_t n, capacity;
} ends;

static text
read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	text t = { NULL, 0 };
	long n;

	if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < 0 || fseek(f, 0, SEEK_SET))
		bench_die("%s", path);
	t.n = (size_t)n;
	t.p = malloc(t.n + 1);
	if (!t.p || fread(t.p, 1, t.n, f) != t.n)
		bench_die("%s", path);
	t.p[t.n] = '\0';
	(void)fclose(f);
	return t;
}

static hs_database_t *
compile(text list)
{
	size_t count = 0, at = 0;
	const char **literals;
	unsigned *flags, *ids;
	size_t *lengths;
	hs_compile_error_t *error = NULL;
	hs_database_t *db = NULL;

	for (size_t i = 0; i < list.n; i++)
		count += list.p[i] == '\n';
	literals = malloc(count * sizeof(*literals));
	flags = malloc(count * sizeof(*flags));
	ids = malloc(count * sizeof(*ids));
	lengths = malloc(count * sizeof(*lengths));
	if (!literals || !flags || !ids || !lengths)
		bench_die("no memory");
	for (size_t i = 0; i < count; i++) {
		char *end = memchr(list.p + at, '\n', list.n - at);

		literals[i] = list.p + at;
		lengths[i] = (size_t)(end - literals[i]);
		flags[i] = HS_FLAG_CASELESS;
		ids[i] = (unsigned)i;
		at += lengths[i] + 1;
	}
	if (hs_compile_lit_multi(literals, flags, ids, lengths, (unsigned)count, HS_MODE_BLOCK, NULL, &db, &error) !=
	    HS_SUCCESS)
		bench_die("%s", error ? error->message : "compiling failed");
	free(literals);
	free(flags);
	free(ids);
	free(lengths);
	return db;
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *payload)
{
	ends *e = payload;

	(void)id;
	(void)from;
	(void)flags;
	if (e->n == e->capacity) {
		e->capacity = e->capacity ? 2 * e->capacity : 4096;
		e->p = realloc(e->p, e->capacity * sizeof(*e->p));
		if (!e->p)
			bench_die("no memory");
	}
	e->p[e->n++] = to;
	return 0;
}

static void
print_lines(text file, const ends *e)
{
	size_t line = 1, at = 0, shown = 0;

	for (size_t i = 0; i < e->n; i++) {
		for (; at < e->p[i]; at++)
			line += at > 0 && file.p[at - 1] == '\n';
		if (line != shown)
			(void)printf("%zu\n", line);
		shown = line;
	}
}

int
main(int argc, char **argv)
{
	text list, file;
	hs_scratch_t *scratch = NULL;
	hs_database_t *db;
	ends e = { NULL, 0, 0 };
	double start, compiled;

	if (argc != 3)
		bench_die("usage: peer_vectorscan LIST FILE");
	list = read_file(argv[1]);
	file = read_file(argv[2]);
	start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	db = compile(list);
	compiled = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS ||
	    hs_scan(db, file.p, (unsigned)file.n, 0, scratch, on_match, &e) != HS_SUCCESS)
		bench_die("scanning failed");
	(void)fprintf(stderr, "%.3f %.3f\n", compiled - start, bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - compiled);
	print_lines(file, &e);
	(void)hs_free_scratch(scratch);
	(void)hs_free_database(db);
	free(e.p);
	free(list.p);
	free(file.p);
	return EXIT_SUCCESS;
}
