/* SPDX-License-Identifier: Apache-2.0 */
/* LIKE by runs: a run behind '%' is looked for, and the last '%' is the only place to come back to. */
#include "match/like.h"

#include "base/limits.h"

enum { BYTES_PER_STEP = 16 };

static size_t
run_length(ac_str pattern, size_t at)
{
	size_t n = 0;

	while (at + n < pattern.n && pattern.p[at + n] != '%' && pattern.p[at + n] != '_')
		n++;
	return n;
}

/* Bytes of the character at a place. */
static size_t
character(ac_str subject, size_t at, bool octets)
{
	size_t n = 1;

	while (!octets && at + n < subject.n && ((unsigned char)subject.p[at + n] & 0xc0) == 0x80)
		n++;
	return n;
}

static bool
take(uint64_t *steps, uint64_t cost)
{
	if (*steps < cost) {
		*steps = 0;
		return false;
	}
	*steps -= cost;
	return true;
}

/* Where we are, and where the last '%' lets us begin again. */
typedef struct state {
	size_t p, s;
	size_t back_p, back_s;
	bool has_back;
} state;

/* Go on from the last '%', at the next place of the run that stands behind it. False: there is none; then st->s is the end. */
static bool
again(state *st, ac_str pattern, ac_str subject, bool octets)
{
	ac_str run = ac_str_slice(pattern, st->back_p, st->back_p + run_length(pattern, st->back_p));

	if (!st->has_back || st->back_s >= subject.n)
		return false;
	st->back_s += character(subject, st->back_s, octets);
	st->back_s += ac_str_find(ac_str_slice(subject, st->back_s, subject.n), run);
	st->p = st->back_p;
	st->s = st->back_s;
	return st->s < subject.n;
}

/* At a '%': it, and those and the '_' behind it, which only say how many characters there are at the least. False: there are fewer. */
static bool
pass_wildcards(state *st, ac_str pattern, ac_str subject, bool octets)
{
	for (; st->p < pattern.n && (pattern.p[st->p] == '%' || pattern.p[st->p] == '_'); st->p++) {
		if (pattern.p[st->p] == '%')
			continue;
		if (st->s == subject.n)
			return false;
		st->s += character(subject, st->s, octets);
	}
	st->has_back = true;
	st->back_p = st->p;
	st->back_s = st->s;
	return true;
}

static ac_truth
match(ac_str pattern, ac_str subject, bool octets, uint64_t *steps)
{
	state st = { 0 };

	for (;;) {
		size_t run = run_length(pattern, st.p), from = st.s;
		bool fits = false, is_over = false;

		if (run > 0) {
			fits = subject.n - st.s >= run && memcmp(pattern.p + st.p, subject.p + st.s, run) == 0;
			st.p += fits ? run : 0;
			st.s += fits ? run : 0;
		} else if (st.p == pattern.n) {
			if (st.s == subject.n)
				return AC_TRUE;
		} else if (pattern.p[st.p] == '_') {
			fits = st.s < subject.n;
			st.s += fits ? character(subject, st.s, octets) : 0;
			st.p += fits;
		} else {
			fits = pass_wildcards(&st, pattern, subject, octets);
			is_over = !fits;
			if (fits && st.p == pattern.n)
				return AC_TRUE;
		}
		if (!fits && !is_over) {
			from = st.back_s;
			is_over = !again(&st, pattern, subject, octets);
		}
		if (!take(steps, 1 + (st.s - from) / BYTES_PER_STEP + run / BYTES_PER_STEP))
			return AC_UNKNOWN;
		if (is_over)
			return AC_FALSE;
	}
}

ac_truth
ac_like(ac_str pattern, ac_str subject, bool octets, uint64_t *steps)
{
	uint64_t allowed = *steps < AC_MATCH_LIKE_STEPS_MAX ? *steps : AC_MATCH_LIKE_STEPS_MAX, left = allowed;
	ac_truth truth = match(pattern, subject, octets, &left);

	*steps -= allowed - left;
	return truth;
}

ac_like_parts
ac_like_split(ac_str pattern)
{
	ac_like_parts parts = { .prefix = ac_str_slice(pattern, 0, run_length(pattern, 0)) };
	size_t from = pattern.n;

	parts.is_exact = parts.prefix.n == pattern.n;
	while (from > 0 && pattern.p[from - 1] != '%' && pattern.p[from - 1] != '_')
		from--;
	parts.suffix = ac_str_slice(pattern, from, pattern.n);
	for (size_t at = 0; at < pattern.n;) {
		size_t n = run_length(pattern, at);

		if (n > parts.inner.n)
			parts.inner = ac_str_slice(pattern, at, at + n);
		at += n + 1;
	}
	return parts;
}
