/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing (STIX 2.1 s9.2, s9.6). Values of kinds that cannot be compared are not equal, and nothing else holds between them (s9.6.1). A value that is not what its property must be, or not
 * what the constant asks it to be (a string that is no timestamp), cannot be had: then the comparison is false, also under NOT (s9.6).
 */
#include "match/atom.h"

#include "match/like.h"

#include "base/limits.h"

/* Steps of PCRE2 after which a regex has earned its database: what compiling a usual one costs. */
enum { SCAN_EARNED = 100000 };

/* What comes of a value and an operator before NOT. */
typedef enum result { NO, YES, UNDECIDED, UNUSABLE } result;

/* The order of a value and a constant of kinds that have one. */
typedef enum comparison { COMPARABLE, INCOMPARABLE, NOT_TO_BE_HAD } comparison;

static comparison
compare_text(const ac_match_value *value, const ac_constant *constant, int *out)
{
	if (value->kind == AC_MATCH_STRING && constant->value.kind == AC_MATCH_STRING) {
		/* s9.6.2: code points, which is the order of UTF-8's bytes; no normal form. */
		*out = ac_str_cmp(value->text, constant->value.text);
		return COMPARABLE;
	}
	if (value->kind == AC_MATCH_BYTES && constant->octets.p) {
		*out = ac_str_cmp(value->text, constant->octets);
		return COMPARABLE;
	}
	if (value->kind == AC_MATCH_STRING && constant->value.kind == AC_MATCH_BYTES)
		return ac_match_latin1_cmp(value->text, constant->octets, out) ? COMPARABLE : INCOMPARABLE;
	return INCOMPARABLE;
}

/* A string of a property that the standard does not define is the timestamp that it reads as. */
static comparison
compare_time(const ac_match_value *value, const ac_constant *constant, int *out)
{
	if (value->kind == AC_MATCH_STRING && value->maybe_time) {
		if (!value->time)
			return NOT_TO_BE_HAD;
		value = value->time;
	}
	if (value->kind != AC_MATCH_TIME)
		return INCOMPARABLE;
	*out = ac_str_cmp(value->text, constant->value.text);
	return COMPARABLE;
}

static comparison
compare(const ac_match_value *value, const ac_constant *constant, int *out)
{
	switch ((ac_match_kind)constant->value.kind) {
	case AC_MATCH_STRING:
	case AC_MATCH_BYTES:
		return compare_text(value, constant, out);
	case AC_MATCH_TIME:
		return compare_time(value, constant, out);
	case AC_MATCH_INTEGER:
	case AC_MATCH_BIG:
	case AC_MATCH_FLOAT:
		if (!ac_match_is_number(value))
			return INCOMPARABLE;
		*out = ac_match_number_cmp(value, &constant->value);
		return COMPARABLE;
	case AC_MATCH_BOOLEAN:
		if (value->kind != AC_MATCH_BOOLEAN)
			return INCOMPARABLE;
		*out = (int)value->boolean - (int)constant->value.boolean;
		return COMPARABLE;
	case AC_MATCH_NULL:
	case AC_MATCH_CONTAINER:
	case AC_MATCH_UNUSABLE:
		break;
	}
	return INCOMPARABLE;
}

static result
test_order(ac_pattern_comparator comparator, const ac_match_value *value, const ac_constant *constant)
{
	int order = 0;
	comparison c = compare(value, constant, &order);
	bool can = c == COMPARABLE, holds = false;

	if (c == NOT_TO_BE_HAD)
		return UNUSABLE;
	switch (comparator) {
	case AC_PATTERN_EQ:
	case AC_PATTERN_IN:
		holds = can && order == 0;
		break;
	case AC_PATTERN_NE:
		holds = !can || order != 0;
		break;
	case AC_PATTERN_GT:
		holds = can && order > 0;
		break;
	case AC_PATTERN_LT:
		holds = can && order < 0;
		break;
	case AC_PATTERN_GE:
		holds = can && order >= 0;
		break;
	case AC_PATTERN_LE:
		holds = can && order <= 0;
		break;
	case AC_PATTERN_LIKE:
	case AC_PATTERN_MATCHES:
	case AC_PATTERN_ISSUBSET:
	case AC_PATTERN_ISSUPERSET:
		break;
	}
	return holds ? YES : NO;
}

/* Constants of an IN are of one kind: what cannot be had for one cannot be had for all. */
static result
test_in(const ac_atom *atom, const ac_match_value *value, ac_tester *tester)
{
	size_t low = 0, high = atom->constant_count;
	result r = NO;

	if (atom->by_hash && atom->constants[0].value.kind == value->kind) {
		while (low < high) {
			size_t middle = (low + high) / 2;

			if (atom->constants[middle].value.hash < value->hash)
				low = middle + 1;
			else
				high = middle;
		}
		for (; low < atom->constant_count && atom->constants[low].value.hash == value->hash; low++)
			if (test_order(AC_PATTERN_EQ, value, &atom->constants[low]) == YES)
				return YES;
		return NO;
	}
	for (uint32_t i = 0; i < atom->constant_count && r == NO; i++)
		r = test_order(AC_PATTERN_EQ, value, &atom->constants[i]);
	tester->steps -= atom->constant_count < tester->steps ? atom->constant_count : tester->steps;
	return r;
}

static result
of_truth(ac_truth truth)
{
	return truth == AC_TRUE ? YES : truth == AC_FALSE ? NO : UNDECIDED;
}

static result
test_like(const ac_atom *atom, const ac_match_value *value, ac_tester *tester)
{
	if (value->kind == AC_MATCH_STRING)
		return of_truth(ac_like(atom->like, ac_match_nfc(value), false, &tester->steps));
	if (value->kind == AC_MATCH_BYTES && atom->like_octets.p)
		return of_truth(ac_like(atom->like_octets, value->text, true, &tester->steps));
	return NO;
}

/* The regex's own Vectorscan database; NULL when it has none. */
static ac_scan *
scan_of(ac_tester *tester, const ac_regex *regex, uint32_t number)
{
	uint32_t weight = ac_regex_shape_of(regex)->weight;
	ac_scan *scan = NULL;

	if (tester->tried[number])
		return tester->scans[number];
	tester->tried[number] = true;
	if (tester->scan_weight + weight > AC_MATCH_SCAN_SINGLE_WEIGHT_MAX)
		return NULL;
	tester->scan_weight += weight;
	if (ac_scan_new_regex(regex, &scan, NULL) == 0 && scan && ac_scanner_prepare(tester->scanner, scan, NULL))
		scan = ac_scan_free(scan);
	tester->scans[number] = scan;
	return scan;
}

static result
test_regex(ac_tester *tester, const ac_regex *regex, uint32_t number, ac_str subject, bool is_ascii)
{
	bool may_scan = ac_regex_may_scan(ac_regex_shape_of(regex), subject, is_ascii), earned = false;
	const ac_scan *scan = NULL;
	uint64_t before = tester->steps;
	ac_truth truth = AC_UNKNOWN;

	if (may_scan && tester->spent[number] >= SCAN_EARNED)
		scan = scan_of(tester, regex, number);
	if (!scan) {
		truth = ac_regex_run(tester->runner, regex, subject, &tester->steps);
		earned = tester->spent[number] < SCAN_EARNED;
		tester->spent[number] += before - tester->steps;
	}
	if (truth == AC_UNKNOWN && may_scan && earned && tester->steps)
		scan = scan_of(tester, regex, number);
	if (!scan)
		return of_truth(truth);
	tester->steps -= subject.n / 64 < tester->steps ? subject.n / 64 : tester->steps;
	return ac_scan_hits(tester->scanner, scan, subject) ? YES : NO;
}

static result
test_matches(const ac_atom *atom, const ac_match_value *value, ac_tester *tester)
{
	const ac_atom_regex *regex = atom->regex;

	if (value->kind == AC_MATCH_STRING && regex->text)
		return test_regex(tester, regex->text, 2 * regex->number, ac_match_nfc(value), value->is_ascii);
	if (value->kind == AC_MATCH_BYTES && regex->octets)
		return test_regex(tester, regex->octets, 2 * regex->number + 1, value->text, false);
	return NO;
}

/* Does a contain b? */
static bool
contains(const ac_network *a, const ac_network *b)
{
	size_t whole = a->bits / 8;
	uint8_t mask = (uint8_t)(0xff00U >> (a->bits % 8));

	if (a->is_6 != b->is_6 || a->bits > b->bits || memcmp(a->address, b->address, whole) != 0)
		return false;
	return a->bits % 8 == 0 || ((a->address[whole] ^ b->address[whole]) & mask) == 0;
}

static result
test_network(const ac_atom *atom, const ac_match_value *value)
{
	ac_network network;

	if (value->kind != AC_MATCH_STRING)
		return NO;
	if (!ac_network_parse(value->text, &network))
		return UNUSABLE;
	return (atom->comparator == AC_PATTERN_ISSUBSET ? contains(&atom->network, &network)
							: contains(&network, &atom->network))
		   ? YES
		   : NO;
}

static result
test_value(const ac_atom *atom, const ac_match_value *value, ac_tester *tester)
{
	switch (atom->comparator) {
	case AC_PATTERN_EQ:
	case AC_PATTERN_NE:
	case AC_PATTERN_GT:
	case AC_PATTERN_LT:
	case AC_PATTERN_GE:
	case AC_PATTERN_LE:
		return test_order(atom->comparator, value, &atom->constants[0]);
	case AC_PATTERN_IN:
		return test_in(atom, value, tester);
	case AC_PATTERN_LIKE:
		return test_like(atom, value, tester);
	case AC_PATTERN_MATCHES:
		return test_matches(atom, value, tester);
	case AC_PATTERN_ISSUBSET:
	case AC_PATTERN_ISSUPERSET:
		return test_network(atom, value);
	}
	return NO;
}

ac_truth
ac_atom_test(const ac_atom *atom, const ac_match_value *value, ac_tester *tester)
{
	result r;

	if (atom->is_exists)
		return AC_TRUE;
	r = value->kind == AC_MATCH_UNUSABLE ? UNUSABLE : test_value(atom, value, tester);
	if (r == UNUSABLE)
		return AC_FALSE;
	if (r == UNDECIDED) {
		tester->undecided++;
		return AC_UNKNOWN;
	}
	return (r == YES) != atom->negated ? AC_TRUE : AC_FALSE;
}

void
ac_atom_done(ac_atom *atom)
{
	if (!atom->regex)
		return;
	atom->regex->text = ac_regex_free(atom->regex->text);
	atom->regex->octets = ac_regex_free(atom->regex->octets);
}
