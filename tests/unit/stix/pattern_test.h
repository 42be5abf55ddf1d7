/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests that rewrite patterns share: text to tree and back, and random patterns. */
#ifndef AC_PATTERN_TEST_H
#define AC_PATTERN_TEST_H

#include <stdio.h>

#include "stix/pattern_normal.h"
#include "stix/pattern_write.h"
#include "same_pattern.h"
#include "stix_test.h"

static inline const ac_pattern_node *
tree_of(ac_arena *arena, ac_str text)
{
	const ac_pattern_node *root = NULL;
	accord_err err = { 0 };

	if (ac_pattern_parse(text, arena, &root, &err))
		fail_msg("%.*s: %s at byte %llu", AC_FMT(text), err.text, (unsigned long long)err.byte);
	return root;
}

static inline ac_str
text_of(ac_arena *arena, const ac_pattern_node *root)
{
	accord_err err = { 0 };
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_pattern_write(root, &buf, &err), 0);
	assert_int_equal(ac_buf_finish(&buf, &text, &err), 0);
	text = ac_arena_str(arena, text);
	ac_buf_done(&buf);
	return text;
}

static inline ac_str
normal_of(ac_arena *arena, ac_str text)
{
	accord_err err = { 0 };
	ac_str normal = { 0 };

	assert_int_equal(ac_pattern_normal_text(tree_of(arena, text), arena, &normal, &err), 0);
	return normal;
}

/* Random patterns of few paths and constants, so that laws find work. The state is a seed other than 0 (xorshift). */
static inline unsigned
random_below(uint64_t *state, unsigned n)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned)(*state >> 33) % n;
}

static inline void
random_constant(uint64_t *state, ac_buf *out)
{
	static const char *const constants[] = { "1", "2", "+1", "-0", "1.0", "1.50", "00.5", "-.5", "'x'", "'y'",
		"'it\\'s'", "'\\\\'", "true", "false", "h'fFd8'", "b'/9g='", "t'2020-01-01T00:00:00.500Z'",
		"t'2020-01-01T00:00:00Z'", "123456789012345678901234567890.5", ".0000000000000000000000012" };

	ac_buf_add_cstr(out, constants[random_below(state, AC_COUNT(constants))]);
}

static inline void
random_test(uint64_t *state, ac_buf *out)
{
	static const char *const paths[] = { "a:x", "a:'x'", "a:y[0].'z-z'", "a:y[*]", "b-b:x", "a:hash.'AND'" };
	static const char *const comparators[] = { "=", "==", "!=", "<>", "<", "<=", ">", ">=" };
	static const char *const strings[] = { "LIKE 'a%'", "MATCHES 'b'", "ISSUBSET '192.0.2.0/24'" };
	const char *path = paths[random_below(state, AC_COUNT(paths))];
	unsigned kind = random_below(state, 10);

	if (kind == 0) {
		ac_buf_printf(out, "%sEXISTS %s", random_below(state, 2) ? "NOT " : "", path);
		return;
	}
	ac_buf_printf(out, "%s %s", path, random_below(state, 3) ? "" : "NOT ");
	if (kind < 3) {
		ac_buf_add_cstr(out, strings[random_below(state, AC_COUNT(strings))]);
	} else if (kind < 6) {
		ac_buf_add_cstr(out, "IN (");
		for (unsigned i = random_below(state, 4), n = i; i > 0; i--) {
			ac_buf_add_cstr(out, i < n ? ", " : "");
			random_constant(state, out);
		}
		ac_buf_add_byte(out, ')');
	} else if (random_below(state, 2)) {
		ac_buf_add_cstr(out, comparators[random_below(state, 4)]);
		random_constant(state, out);
	} else {
		ac_buf_printf(
		    out, "%s%u", comparators[random_below(state, AC_COUNT(comparators))], random_below(state, 3));
	}
}

static inline void
random_comparisons(uint64_t *state, unsigned depth, ac_buf *out)
{
	if (depth == 0 || random_below(state, 3) == 0) {
		random_test(state, out);
		return;
	}
	for (unsigned i = 0, n = 1 + random_below(state, 4); i < n; i++) {
		bool group = random_below(state, 3) == 0;

		ac_buf_add_cstr(out, i == 0 ? "" : random_below(state, 2) ? " AND " : " OR ");
		ac_buf_add_cstr(out, group ? "(" : "");
		random_comparisons(state, group ? depth - 1 : 0, out);
		ac_buf_add_cstr(out, group ? ")" : "");
	}
}

static inline void
random_observations(uint64_t *state, unsigned depth, ac_buf *out)
{
	static const char *const operators[] = { " AND ", " OR ", " FOLLOWEDBY ", "\tOR\n" };
	static const char *const qualifiers[] = { " REPEATS 1 TIMES", " REPEATS 2 TIMES", " REPEATS 3 TIMES",
		" WITHIN 5 SECONDS", " WITHIN 05.50 SECONDS",
		" START t'2020-01-01T00:00:00.0Z' STOP t'2021-01-01T00:00:00Z'",
		" START t'2019-01-01T00:00:00Z' STOP t'2020-06-01T00:00:00.120Z'" };

	for (unsigned i = 0, n = 1 + random_below(state, depth ? 4 : 1); i < n; i++) {
		bool group = depth > 0 && random_below(state, 2) == 0;

		ac_buf_add_cstr(out, i == 0 ? "" : operators[random_below(state, AC_COUNT(operators))]);
		ac_buf_add_byte(out, group ? '(' : '[');
		if (group)
			random_observations(state, depth - 1, out);
		else
			random_comparisons(state, 2, out);
		ac_buf_add_byte(out, group ? ')' : ']');
		/* One of each kind at most, to be taken behind [ ] too. */
		if (random_below(state, 3) == 0)
			ac_buf_add_cstr(out, qualifiers[random_below(state, 3)]);
		if (random_below(state, 4) == 0)
			ac_buf_add_cstr(out, qualifiers[3 + random_below(state, 2)]);
		if (random_below(state, 5) == 0)
			ac_buf_add_cstr(out, qualifiers[5 + random_below(state, 2)]);
	}
}

#endif
