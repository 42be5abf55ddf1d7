/* SPDX-License-Identifier: Apache-2.0 */
#include "sequence_case.h"

#include <stdio.h>

#include "base/limits.h"
#include "match/sequence_plan.h"
#include "sequence_oracle.h"

enum { TICKS = 10, OCCURRENCES_MAX = 8, TEXT_MAX = 4096 };

typedef struct maker {
	case_source *source;
	char text[TEXT_MAX];
	size_t n;
	size_t leaves;
} maker;

/* A number below `limit`. */
static unsigned
draw(case_source *s, unsigned limit)
{
	if (s->n) {
		s->n--;
		return *s->bytes++ % limit;
	}
	if (s->seed == 0)
		return 0;
	s->seed ^= s->seed << 13;
	s->seed ^= s->seed >> 7;
	s->seed ^= s->seed << 17;
	return (unsigned)(s->seed >> 32) % limit;
}

static void
say(maker *m, const char *text)
{
	size_t n = strlen(text);

	if (m->n + n < TEXT_MAX) {
		memcpy(m->text + m->n, text, n);
		m->n += n;
	}
}

/* before, one digit, after */
static void
say_digit(maker *m, const char *before, unsigned digit, const char *after)
{
	char text[2] = { (char)('0' + digit), '\0' };

	say(m, before);
	say(m, text);
	say(m, after);
}

static void
make_window(maker *m)
{
	say_digit(m, " WITHIN 0.00000000", 1 + draw(m->source, 6), " SECONDS");
}

/* Qualifiers, in any order and number; returns how often what stands before is wanted. */
static unsigned
make_qualifiers(maker *m, unsigned occurrences)
{
	unsigned kinds = draw(m->source, 16), times = 1;

	if ((kinds & 1) && draw(m->source, 2))
		make_window(m);
	if ((kinds & 2) && occurrences <= OCCURRENCES_MAX / 2) {
		times = 1 + draw(m->source, OCCURRENCES_MAX / occurrences);
		say_digit(m, " REPEATS ", times, " TIMES");
	}
	if (kinds & 4)
		make_window(m);
	if ((kinds & 8) && draw(m->source, 2)) {
		say_digit(m, " START t'2020-01-01T00:00:00.00000000", draw(m->source, 5), "Z'");
		say_digit(m, " STOP t'2020-01-01T00:00:00.00000000", 3 + draw(m->source, 6), "Z'");
	}
	return times;
}

static void
make_leaf(maker *m)
{
	m->leaves++;
	say(m, "[a:b = 1]");
}

/* An expression of at most `room` leaf occurrences; returns how many it has. */
static unsigned
make_expression(maker *m, unsigned room, unsigned depth)
{
	static const char *const operators[] = { " AND ", " FOLLOWEDBY ", " OR ", " FOLLOWEDBY ", " AND " };
	unsigned left, right;

	if (depth == 0 || room < 2 || m->leaves + 2 > CASE_LEAVES_MAX || draw(m->source, 5) == 0) {
		make_leaf(m);
		return 1;
	}
	say(m, "(");
	left = make_expression(m, room - 1, depth - 1);
	if (draw(m->source, 3) == 0)
		left *= make_qualifiers(m, left);
	if (left >= room || m->leaves + 1 > CASE_LEAVES_MAX) {
		say(m, ")");
		return left;
	}
	say(m, operators[draw(m->source, AC_COUNT(operators))]);
	right = make_expression(m, room - left, depth - 1);
	say(m, ")");
	return (left + right) * make_qualifiers(m, left + right);
}

/* Two or three leaves, joined, repeated, and with something around. */
static void
make_composite(maker *m)
{
	unsigned leaves = 2 + draw(m->source, 2);
	const char *word = draw(m->source, 3) ? " FOLLOWEDBY " : " AND ";

	if (draw(m->source, 3) == 0) {
		make_leaf(m);
		say(m, " FOLLOWEDBY ");
	}
	say(m, "(");
	for (unsigned i = 0; i < leaves; i++) {
		if (i > 0)
			say(m, word);
		make_leaf(m);
		if (leaves == 2 && draw(m->source, 4) == 0)
			say(m, " REPEATS 2 TIMES");
	}
	say(m, ")");
	if (draw(m->source, 2))
		make_window(m);
	say_digit(m, " REPEATS ", leaves == 2 ? 2 + draw(m->source, 3) : 2, " TIMES");
	if (draw(m->source, 2))
		make_window(m);
	if (draw(m->source, 3) == 0) {
		say(m, draw(m->source, 2) ? " FOLLOWEDBY " : " AND ");
		make_leaf(m);
	}
}

/* One leaf after the other, or all together. */
static void
make_row(maker *m)
{
	const char *word = draw(m->source, 2) ? " FOLLOWEDBY " : " AND ";
	unsigned leaves = 2 + draw(m->source, 4);

	say(m, "(");
	for (unsigned i = 0; i < leaves; i++) {
		if (i > 0)
			say(m, word);
		if (draw(m->source, 6) == 0) {
			say(m, "(");
			make_leaf(m);
			say(m, " OR ");
			make_leaf(m);
			(void)make_qualifiers(m, OCCURRENCES_MAX);
			say(m, ")");
			i++;
		} else {
			make_leaf(m);
		}
	}
	say(m, ")");
	if (draw(m->source, 4))
		make_window(m);
}

static void
make_observations(sequence_case *c, case_source *s)
{
	unsigned kind = draw(s, 4), often = 2 + draw(s, 4), left = CASE_INSTANCES_MAX;

	c->n = 2 + draw(s, CASE_OBSERVED_MAX - 1);
	for (size_t i = 0; i < c->n; i++) {
		unsigned first = draw(s, TICKS), length = kind & 1 ? draw(s, 8) : 0, count = draw(s, 5) ? 1 : 2;

		if (length > TICKS - 1 - first)
			length = TICKS - 1 - first;
		if (count > left - (c->n - 1 - i))
			count = 1;
		left -= count;
		/* 2020-01-01T00:00:00Z */
		c->observed[i] = (ac_observed){ { 1577836800, first }, { 1577836800, first + length }, count };
	}
	for (size_t l = 0; l < c->leaf_count; l++)
		c->hits[l] = (ac_leaf_hits){ c->indexes[l], 0 };
	for (size_t i = 0; i < c->n; i++) {
		/* Either one leaf has it, or any leaves. */
		unsigned owner = kind & 2 ? draw(s, (unsigned)c->leaf_count) : UINT32_MAX;

		for (size_t l = 0; l < c->leaf_count; l++)
			if (owner == UINT32_MAX ? draw(s, 6) < often : owner == l)
				c->indexes[l][c->hits[l].n++] = (uint32_t)i;
	}
}

bool
case_make(sequence_case *c, case_source *source)
{
	maker m = { .source = source };

	switch (draw(source, 4)) {
	case 0:
		make_composite(&m);
		break;
	case 1:
		make_row(&m);
		break;
	default:
		(void)make_expression(&m, OCCURRENCES_MAX, 3);
		break;
	}
	c->leaf_count = m.leaves;
	c->text = ac_arena_str(&c->arena, (ac_str){ m.text, m.n });
	if (!c->text.p || ac_pattern_parse_dialect(c->text, AC_PATTERN_REPEATED_QUALIFIERS, &c->arena, &c->root, NULL))
		return false;
	make_observations(c, source);
	return true;
}

const char *
case_check(const sequence_case *c, ac_sequence_verdict *out)
{
	static const ac_sequence_ways ways[] = { AC_SEQUENCE_ALL_WAYS, AC_SEQUENCE_SEARCH_ONLY };
	bool truth = oracle_says(c->root, c->observed, c->n, c->hits);
	const char *wrong = NULL;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(ways) && !wrong; i++) {
		ac_sequence_budget budget = { 10000000, 16 * AC_MIB };
		ac_sequence_result result;

		ac_arena_reset(&arena);
		if (ac_sequence_match_by(
			ways[i], c->root, c->observed, c->n, c->hits, c->leaf_count, &budget, &arena, &result, NULL))
			wrong = "an error";
		else if (result.verdict == AC_SEQUENCE_UNDECIDED)
			wrong = "undecided";
		else if ((result.verdict == AC_SEQUENCE_YES) != truth)
			wrong = truth ? "no, and the oracle says yes" : "yes, and the oracle says no";
		else if (truth &&
			 !oracle_confirms(c->root, c->observed, c->n, c->hits, result.witness, result.witness_count))
			wrong = "a witness that the oracle does not confirm";
		*out = result.verdict;
		/* With less than it needed: the same answer or none. */
		budget.steps = result.steps / 2;
		if (!wrong && (ac_sequence_match_by(ways[i], c->root, c->observed, c->n, c->hits, c->leaf_count,
				   &budget, &arena, &result, NULL) ||
				  (result.verdict != AC_SEQUENCE_UNDECIDED && result.verdict != *out)))
			wrong = "another answer with a smaller budget";
	}
	ac_arena_done(&arena);
	return wrong;
}

ac_str
case_text(sequence_case *c)
{
	ac_str text = ac_arena_printf(&c->arena, "%.*s", AC_FMT(c->text));

	for (size_t i = 0; i < c->n && text.p; i++)
		text = ac_arena_printf(&c->arena, "%.*s\n  %zu: [%u, %u] x %u", AC_FMT(text), i,
		    c->observed[i].first.nanoseconds, c->observed[i].last.nanoseconds, (unsigned)c->observed[i].count);
	for (size_t l = 0; l < c->leaf_count && text.p; l++) {
		text = ac_arena_printf(&c->arena, "%.*s\n  leaf %zu:", AC_FMT(text), l);
		for (size_t i = 0; i < c->hits[l].n && text.p; i++)
			text = ac_arena_printf(&c->arena, "%.*s %u", AC_FMT(text), c->hits[l].observations[i]);
	}
	return text;
}
