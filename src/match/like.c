/* SPDX-License-Identifier: Apache-2.0 */
/* LIKE by runs: a run behind '%' is looked for, and the last '%' is the only place to come back to. */
#include "match/like.h"

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

/* Go on from the last '%', one character or up to the next place of the run behind it. False: there is none. */
static bool
again(state *st, ac_str pattern, ac_str subject, bool octets)
{
	size_t run, found;

	if (!st->has_back || st->back_s >= subject.n)
		return false;
	st->p = st->back_p;
	st->back_s += character(subject, st->back_s, octets);
	run = run_length(pattern, st->p);
	if (run > 0) {
		ac_str rest = ac_str_slice(subject, st->back_s, subject.n);

		found = ac_str_find(rest, ac_str_slice(pattern, st->p, st->p + run));
		if (found == rest.n)
			return false;
		st->back_s += found;
	}
	st->s = st->back_s;
	return true;
}

ac_truth
ac_like(ac_str pattern, ac_str subject, bool octets, uint64_t *steps)
{
	state st = { 0 };

	for (;;) {
		size_t run = run_length(pattern, st.p), from = st.s;
		bool fits = false;

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
			while (st.p < pattern.n && pattern.p[st.p] == '%')
				st.p++;
			if (st.p == pattern.n)
				return AC_TRUE;
			st.has_back = true;
			st.back_p = st.p;
			st.back_s = st.s;
			fits = true;
		}
		if (!fits) {
			from = st.back_s;
			if (!again(&st, pattern, subject, octets))
				return AC_FALSE;
		}
		if (!take(steps, 1 + (st.s - from) / 16 + run / 16))
			return AC_UNKNOWN;
	}
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
