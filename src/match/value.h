/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed values as patterns compare them (STIX 2.1 s9.2, s9.6): what a property holds, and what a constant says, in one form. Numbers are exact: an integer of any length, or a double
 * that is no integer (s2.6, s2.10). Timestamps are byte strings in the order of time, with all their digits. Private to match/.
 */
#ifndef AC_MATCH_VALUE_H
#define AC_MATCH_VALUE_H

#include "base/arena.h"
#include "base/map.h"

/* Three values: a comparison whose budget ran out is neither true nor false. AND is the least of its operands, OR the greatest, NOT swaps the ends. */
typedef enum ac_truth { AC_FALSE, AC_UNKNOWN, AC_TRUE } ac_truth;

typedef enum ac_match_kind {
	AC_MATCH_NULL,
	AC_MATCH_BOOLEAN,
	AC_MATCH_INTEGER, /* within int64; 12.0 too */
	AC_MATCH_BIG,     /* an integer beyond int64: its digits with the sign in text */
	AC_MATCH_FLOAT,   /* not an integer */
	AC_MATCH_STRING,
	AC_MATCH_BYTES,     /* hex and binary, decoded (s9.6.4) */
	AC_MATCH_TIME,      /* text is the key of ac_match_time */
	AC_MATCH_CONTAINER, /* a list, dictionary or nested object itself */
	AC_MATCH_UNUSABLE   /* there, but not what its property must be: every comparison is false (s9.6) */
} ac_match_kind;

typedef struct ac_match_value {
	uint8_t kind; /* ac_match_kind */
	bool
	    maybe_time; /* STRING of a property that the standard does not define: where it reads as a timestamp it is one */
	bool is_ascii; /* STRING */
	bool boolean;
	union {
		int64_t integer;
		double number;
		const struct ac_match_value *time; /* STRING that is maybe_time: the timestamp; NULL when it is none */
	};
	ac_str text;
	const ac_str *nfc; /* STRING: its normal form C; NULL when that is text itself */
	uint64_t hash;     /* of the content under the seed */
} ac_match_value;

/* The hash of a value's content: values of one kind that are equal have equal ones, whatever they were written like. Texts and octets: SipHash of the bytes. */
uint64_t ac_match_hash(ac_hash_seed seed, const ac_match_value *value);

/*
 * A number from its text (JSON's grammar; a sign '+' and a leading '.' are taken too). UNUSABLE for one beyond the largest double. False without memory.
 */
bool ac_match_number(ac_str text, ac_arena *arena, ac_match_value *out);
/* -1, 0, 1 of two numbers (INTEGER, BIG, FLOAT), exactly. */
int ac_match_number_cmp(const ac_match_value *a, const ac_match_value *b);
static inline bool
ac_match_is_number(const ac_match_value *v)
{
	return v->kind == AC_MATCH_INTEGER || v->kind == AC_MATCH_BIG || v->kind == AC_MATCH_FLOAT;
}

/*
 * The key of a STIX timestamp (s2.16): byte order is the order of instants, equal bytes are equal instants, for any number of digits and with leap seconds behind :59.999...
 * UNUSABLE when text is no timestamp. False without memory.
 */
bool ac_match_time(ac_str text, ac_arena *arena, ac_match_value *out);

/*
 * A string; text must live as long as the value. Normal form C is made in arena where it differs. What is not valid UTF-8 is compared as it is, and searched as text in which U+FFFD stands for
 * it. False without memory.
 */
bool ac_match_string(ac_str text, ac_arena *arena, ac_match_value *out);
static inline ac_str
ac_match_nfc(const ac_match_value *v)
{
	return v->nfc ? *v->nfc : v->text;
}

/* The string as octets, code point for octet (s9.2). False when one is beyond U+00FF. out has room for text.n bytes. */
bool ac_match_latin1(ac_str text, char *out, size_t *out_n);
/* Order of a string taken as octets against octets: false when it cannot be taken so. */
bool ac_match_latin1_cmp(ac_str text, ac_str bytes, int *out);

#endif
