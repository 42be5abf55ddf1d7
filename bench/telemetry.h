/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indicators and telemetry with known truth, for benchmarks and long tests of watching: seeded, so that every run sees the same, and hard on purpose.
 * Popular hosts that most lines mention carry indicator URLs, benign addresses lie in the /24s of indicators and beside their ranges. No benign value
 * equals an indicator or falls under one, so "no false hit" is exact.
 */
#ifndef AC_BENCH_TELEMETRY_H
#define AC_BENCH_TELEMETRY_H

#include "sys/os.h"
#include "values/value.h"

/* Indicator i of an endless list: text as a list would write it (some defanged). The lists of two seeds share almost nothing. */
ac_value_type bench_indicator(uint64_t seed, size_t i, char *out, size_t size);
#define BENCH_INDICATOR_MAX 256

typedef enum bench_format {
	BENCH_EVE,
	BENCH_ZEEK_JSON,
	BENCH_ZEEK_TSV,
	BENCH_SYSLOG,
	BENCH_IIS,
	BENCH_FORMATS
} bench_format;
extern const char *const bench_format_names[BENCH_FORMATS];

typedef enum bench_kind {
	BENCH_MIXED,
	/* stress: nothing but tokens of one kind, in lines without a format */
	BENCH_ADDRESSES,
	BENCH_DOMAINS,
	BENCH_HASHES,
	BENCH_SHARED_SUFFIX, /* names under a suffix that many share */
	BENCH_ALL_HITS,      /* the list itself */
	BENCH_KINDS
} bench_kind;
extern const char *const bench_kind_names[BENCH_KINDS];

/* How a line was made. The first row is benign, then plants by spelling, then decoys. */
typedef enum bench_class {
	BENCH_BENIGN,
	BENCH_EXACT_ADDRESS,
	BENCH_EXACT_NAME,
	BENCH_UPPER_CASE,
	BENCH_ONE_LABEL_MORE,
	BENCH_TWO_LABELS_MORE,
	BENCH_TRAILING_DOT,
	BENCH_IDN_UNICODE,
	BENCH_IDN_PUNYCODE,
	BENCH_IN_CIDR4,
	BENCH_IN_CIDR6,
	BENCH_IPV6_SHORT,
	BENCH_IPV6_FULL,
	BENCH_IPV6_UPPER,
	BENCH_URL_SPLIT,
	BENCH_URL_SPLIT_UPPER_HOST,
	BENCH_URL_WHOLE,
	BENCH_URL_ESCAPED,
	BENCH_HASH,
	BENCH_HASH_UPPER,
	BENCH_EMAIL,
	BENCH_DECOY_ADDRESS_LONGER, /* the first of the decoys */
	BENCH_DECOY_VERSION,
	BENCH_DECOY_GLUED,
	BENCH_DECOY_AS_LABEL,
	BENCH_DECOY_HASH_LONGER,
	BENCH_DECOY_HASH_SHORTER,
	BENCH_DECOY_HASH_IN_HASH,
	BENCH_DECOY_URL_LONGER,
	BENCH_DECOY_URL_CASE,
	BENCH_DECOY_EMAIL,
	BENCH_CLASSES
} bench_class;
extern const char *const bench_class_names[BENCH_CLASSES];

typedef struct bench_options {
	uint64_t seed;
	bench_format format;
	bench_kind kind;
	size_t bytes;       /* of text, about */
	size_t indicators;  /* plants come from the first so many of the list */
	unsigned hit_every; /* one line in so many is a plant; as many are decoys */
	bool is_flat;       /* all hosts and addresses are as popular as each other */
	bool small_pages;   /* the text lies in pages of 4 KiB, else in huge ones where the system has them */
} bench_options;

typedef struct bench_telemetry {
	char *text;
	size_t n;
	uint8_t *classes; /* bench_class by line, from 1 */
	size_t lines, capacity;
	size_t made[BENCH_CLASSES]; /* lines */
} bench_telemetry;

/* Ends the program when there is no memory. */
void bench_make(const bench_options *options, bench_telemetry *out);
void bench_free(bench_telemetry *telemetry);

#endif
