/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names: hosts, domains and dotted file names by their end, and the hosts of URLs. First the last label, which costs a look into eight bytes and a small table; then the last
 * two labels at gate 1; then all that the name may be at gate 2, unless it was looked up a moment ago. Whatever is not plain (other alphabets, numbers at the end, e-mail
 * addresses, doubled dots, very long names) goes to match.c at once, where everything is exact.
 */
#include "watch/scan_parts.h"

/* A longer run may go on before the window. */
#define RUN_MAX (AC_NAME_WINDOW - 1)
#define PARENTS_MAX 8

#include "watch/scan_urls.h"

TARGET static void
look_exactly(ac_scan *s, const char *end)
{
	ac_token token;

	ac_token_back(end, s->begin, s->index->salt, &token);
	if (token.dots)
		ac_match_dotted(s, &token);
}

/* ---- hosts seen before ---- */

#define SEEN_MAX (8 * AC_SEEN_WORDS)

/* The words of a host of at most SEEN_MAX bytes, all of which are read before its end, and its slot. */
TARGET static inline ac_seen_host *
seen_slot(const ac_scan *s, ac_str host, uint64_t text[static AC_SEEN_WORDS])
{
	const char *end = host.p + host.n;
	uint64_t a, b;

	for (unsigned i = 0; i < AC_SEEN_WORDS; i++)
		text[i] =
		    ac_load64(end - SEEN_MAX + 8 * (size_t)i) & ac_keep_last(AC_SEEN_WORDS - 1 - i, (unsigned)host.n);
	a = ac_mix(text[5] ^ s->index->salt.word[0], text[4] ^ s->index->salt.word[1]);
	b = ac_mix(text[3] ^ s->index->salt.word[1], text[2] ^ text[1] ^ text[0] ^ s->index->salt.word[0]);
	return &s->seen[(a ^ b) % AC_SEEN_HOSTS];
}

TARGET static inline bool
is_seen(const ac_seen_host *seen, const uint64_t text[static AC_SEEN_WORDS])
{
	uint64_t other = 0;

	for (unsigned i = 0; i < AC_SEEN_WORDS; i++)
		other |= seen->text[i] ^ text[i];
	return !other;
}

/* url_key: its key as the host of a URL. */
TARGET static void
remember_host(const ac_scan *s, ac_str host, bool is_url_host, uint64_t url_key)
{
	ac_seen_host new = { .url_key = url_key, .is_url_host = is_url_host };

	if (host.n <= SEEN_MAX)
		*seen_slot(s, host, new.text) = new;
}

/* ---- gate 2 ---- */

/* What a key of a name stands for, behind the numbers of bytes of its parents. */
enum { KIND_NAME = RUN_MAX + 1, KIND_FILE, KIND_URL_HOST };

/* One key of a listed name, which gate 2 has let pass. */
TARGET static void
look_at_key(ac_scan *s, ac_str name, size_t base, unsigned kind, uint64_t key)
{
	bool is_parent = kind < KIND_NAME;
	ac_str domain = is_parent ? ac_str_slice(name, name.n - kind, name.n) : name;
	uint32_t record;

	if (kind == KIND_FILE) {
		ac_match_text(s, name, key);
	} else if (kind != KIND_URL_HOST) {
		record = ac_match_find_text(s, key, AC_VALUE_DOMAIN, domain);
		if (record != AC_NONE32)
			ac_match_add(
			    s, name, record, AC_VALUE_DOMAIN, is_parent ? AC_MATCH_SUBDOMAIN : AC_MATCH_EXACT, 0);
	} else if (s->index->flags & AC_INDEX_HAS_URLS) {
		look_at_url_host(s, name, base, key);
	}
}

/* The keys whose records will be walked: all that passed but those of hosts of URLs. */
TARGET static size_t
list_walked(ac_places *l, size_t passed)
{
	size_t n = 0;

	for (size_t i = 0; i < passed; i++) {
		l->walked[n] = l->keys2[l->passed2[i]];
		n += l->kinds[l->passed2[i]] != KIND_URL_HOST;
	}
	return n;
}

TARGET static void
look_at_tries(ac_scan *s, size_t count, size_t key_count, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate2, ix->gate2_blocks, l->keys2, key_count, l->passed2), next = 0, at = 0;
	size_t walks = list_walked(l, passed), walk = 0;

	for (size_t i = 0; i < count; i++) {
		const ac_name_try *t = &l->tries[i];
		ac_str host = { s->begin + t->end - t->n, t->n };
		size_t end = at + t->key_count, first = next;
		bool is_listed = next < passed && l->passed2[next] < end - 1, is_url_host;

		while (next < passed && l->passed2[next] < end)
			next++;
		is_url_host = next > first && l->passed2[next - 1] == end - 1 && (ix->flags & AC_INDEX_HAS_URLS);
		at = end;
		if (!is_listed)
			remember_host(s, host, is_url_host, l->keys2[end - 1]);
		for (; first < next; first++) {
			if (l->kinds[l->passed2[first]] != KIND_URL_HOST)
				ac_find_ahead(ix, l->walked, walks, walk++);
			look_at_key(s, host, base, l->kinds[l->passed2[first]], l->keys2[l->passed2[first]]);
		}
	}
}

/* Put one of the keys of a name behind its others. */
TARGET static inline void
add_name_key(ac_scan *s, size_t first, ac_name_try *t, unsigned kind, uint64_t key)
{
	size_t at = first + t->key_count++;

	s->places->keys2[at] = key;
	s->places->kinds[at] = (uint8_t)kind;
	__builtin_prefetch(ac_gate_block_of(s->index->gate2, s->index->gate2_blocks, key));
}

/* What gate 1 let pass: all keys that the name may have, in keys2 from `first` on. False when it was dealt with here. */
TARGET static bool
try_name(ac_scan *s, uint32_t end, size_t base, ac_name_run run, size_t first, ac_name_try *out)
{
	const char *p = s->begin + end - run.n;
	ac_str host = { p, run.n };
	uint64_t dots = run.dots, state, text[AC_SEEN_WORDS];
	const ac_seen_host *seen;

	if (run.n > RUN_MAX || (dots & dots << 1) || *p == '.' || p[-1] == '@' || ac_is_decimal(s->begin[end - 1]) ||
	    __builtin_popcountll(dots) > PARENTS_MAX) {
		look_exactly(s, s->begin + end);
		return false;
	}
	seen = host.n <= SEEN_MAX ? seen_slot(s, host, text) : NULL;
	if (seen && is_seen(seen, text)) {
		if (seen->is_url_host)
			look_at_url_host(s, host, base, seen->url_key);
		return false;
	}
	state = ac_text_state(host, s->index->salt);
	*out = (ac_name_try){ .end = end, .n = run.n };
	/* the last label alone is no domain */
	dots &= ~(UINT64_C(1) << 63 >> __builtin_clzll(dots | 1));
	for (; dots; dots &= dots - 1) {
		size_t n = 63 - (size_t)__builtin_ctzll(dots);

		add_name_key(s, first, out, (unsigned)n,
		    ac_text_hash((ac_str){ s->begin + end - n, n }, s->index->salt, AC_KEY_DOMAIN));
	}
	add_name_key(s, first, out, KIND_NAME, ac_text_key(state, s->index->salt, AC_KEY_DOMAIN));
	add_name_key(s, first, out, KIND_FILE, ac_text_key(state, s->index->salt, AC_KEY_FILE));
	add_name_key(s, first, out, KIND_URL_HOST, ac_text_key(state, s->index->salt, AC_KEY_URL_HOST));
	return true;
}

/* ---- gate 1 ---- */

TARGET static void
look_at_name_batch(ac_scan *s, const uint32_t *ends, size_t n, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed, tries = 0, keys = 0;

	for (size_t i = 0; i < n; i++) {
		l->runs[i] = ac_name_run_at(s->maps, ends[i] - base + 64);
		l->keys[i] = ac_suffix_key_at(s->begin + ends[i], l->runs[i].suffix, ix->salt);
		__builtin_prefetch(ac_gate_block_of(ix->gate1, ix->gate1_blocks, l->keys[i]));
	}
	passed = pass(ix->gate1, ix->gate1_blocks, l->keys, n, l->passed);
	for (size_t i = 0; i < passed; i++)
		if (try_name(s, ends[l->passed[i]], base, l->runs[l->passed[i]], keys, &l->tries[tries]))
			keys += l->tries[tries++].key_count;
	look_at_tries(s, tries, keys, base);
	look_at_urls(s, base);
}

/* Names in other alphabets: they have their keys in punycode. */
TARGET static size_t
take_high_names(ac_scan *s, uint32_t *ends, size_t count, size_t base)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		size_t bit = ends[i] - base + 64;
		ac_name_run run = ac_name_run_at(s->maps, bit);

		if (run.n > RUN_MAX || (ac_bits_before(s->maps->high, bit) & ~(UINT64_MAX >> run.n)))
			look_exactly(s, s->begin + ends[i]);
		else
			ends[kept++] = ends[i];
	}
	return kept;
}

TARGET static void
look_at_names(ac_scan *s, uint32_t *ends, size_t count, size_t base, bool may_be_idn)
{
	const ac_index *ix = s->index;
	size_t first = 0, kept = 0;

	/* Keys are made of as many bytes as AC_SUFFIX_MAX, whatever stands before. */
	for (; first < count && ends[first] < 64; first++)
		look_exactly(s, s->begin + ends[first]);
	ends += first;
	count -= first;
	if (may_be_idn)
		count = take_high_names(s, ends, count, base);
	for (size_t i = 0; i < count; i++) {
		unsigned label = ac_last_label(ac_load64(s->begin + ends[i] - 8), ix->salt);

		ends[kept] = ends[i];
		kept += ix->last_labels[label / 64] >> (label % 64) & 1;
	}
	for (size_t i = 0; i < kept; i += AC_SCAN_BATCH)
		look_at_name_batch(s, ends + i, kept - i < AC_SCAN_BATCH ? kept - i : AC_SCAN_BATCH, base);
}
