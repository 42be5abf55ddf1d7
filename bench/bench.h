/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs of this folder share: a clock, an end with a word, and arguments. */
#ifndef AC_BENCH_H
#define AC_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Of CLOCK_THREAD_CPUTIME_ID, CLOCK_PROCESS_CPUTIME_ID or CLOCK_MONOTONIC. Other programs on the machine do not count in the first two, though their use of caches and memory does. */
double bench_seconds(clockid_t clock);
/* The program's name and the words to standard error; the end of the program. */
_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "5", "5k" (thousand), "5m" (million); what is none ends the program. */
uint64_t bench_number(const char *text);
/* Several with commas between them, at most `most`; how many. */
size_t bench_numbers(const char *text, size_t *out, size_t most);

typedef enum bench_option_kind { BENCH_FLAG, BENCH_NUMBER, BENCH_TEXT } bench_option_kind;
typedef struct bench_option {
	const char *name; /* "--rounds"; NULL ends the table */
	bench_option_kind kind;
	void *to; /* bool, uint64_t or const char *, which holds what is meant when the option is not given */
} bench_option;
/* Anything else on the command line ends the program, with the names that there are. */
void bench_arguments(int argc, char **argv, const bench_option *options);

#endif
