/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double
bench_seconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void
bench_die(const char *format, ...)
{
	va_list words;

	(void)fflush(stdout);
	(void)fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(words, format);
	(void)vfprintf(stderr, format, words);
	va_end(words);
	(void)fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

/* One number from *p on, which is then behind it. */
static uint64_t
next_number(const char **p)
{
	char *end;
	unsigned long long n = strtoull(*p, &end, 10);

	if (end == *p)
		bench_die("want a number, got '%s'", *p);
	if (*end == 'k' || *end == 'm')
		n *= *end++ == 'k' ? 1000 : 1000000;
	*p = end;
	return n;
}

uint64_t
bench_number(const char *text)
{
	const char *p = text;
	uint64_t n = next_number(&p);

	if (*p)
		bench_die("want a number, got '%s'", text);
	return n;
}

size_t
bench_numbers(const char *text, size_t *out, size_t most)
{
	const char *p = text;
	size_t n = 0;

	do {
		if (n == most)
			bench_die("want at most %zu numbers, got '%s'", most, text);
		out[n++] = next_number(&p);
	} while (*p++ == ',');
	if (p[-1])
		bench_die("want numbers with commas between them, got '%s'", text);
	return n;
}

_Noreturn static void
refuse(const char *argument, const bench_option *options)
{
	char names[1024] = "";
	size_t n = 0;

	for (; options->name && n < sizeof(names); options++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, " %s%s", options->name,
		    options->kind == BENCH_FLAG     ? ""
		    : options->kind == BENCH_NUMBER ? " N"
						    : " TEXT");
	bench_die("want%s; got '%s'", names, argument);
}

void
bench_arguments(int argc, char **argv, const bench_option *options)
{
	for (int i = 1; i < argc; i++) {
		const bench_option *o = options;

		while (o->name && strcmp(o->name, argv[i]) != 0)
			o++;
		if (!o->name || (o->kind != BENCH_FLAG && i + 1 == argc))
			refuse(argv[i], options);
		if (o->kind == BENCH_FLAG)
			*(bool *)o->to = true;
		else if (o->kind == BENCH_NUMBER)
			*(uint64_t *)o->to = bench_number(argv[++i]);
		else
			*(const char **)o->to = argv[++i];
	}
}
