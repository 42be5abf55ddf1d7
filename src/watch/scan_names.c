/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names: hosts, domains and dotted file names by their end, and the hosts of URLs. First the last label, which costs a look into eight bytes and a small table; then the last
 * two labels at gate 1; then all that the name may be at gate 2, unless it was looked up a moment ago. Whatever is not plain (other alphabets, numbers at the end, e-mail
 * addresses, doubled dots, very long names) goes to match.c at once, where everything is exact.
 */
#include "watch/scan_parts.h"

/* A run of so many bytes may be longer than the window. */
#define RUN_MAX 62
#define PARENTS_MAX 8

static void
look_exactly(ac_scan *s, const char *end)
{
	ac_token token;

	ac_token_back(end, s->begin, s->index->salt, &token);
	if (token.dots)
		ac_match_dotted(s, &token);
}

/* ---- hosts seen before ---- */

static ac_seen_host *
seen_slot(const ac_scan *s, uint64_t state)
{
	return &s->seen[(state >> 40) % AC_SEEN_HOSTS];
}

static bool
is_seen(const ac_seen_host *seen, ac_str host)
{
	return seen->n == host.n && memcmp(seen->text, host.p, host.n) == 0;
}

static void
remember(const ac_scan *s, ac_str host, bool is_url_host)
{
	ac_seen_host *slot = seen_slot(s, ac_text_state(host, s->index->salt));

	if (host.n > AC_SEEN_HOST_MAX)
		return;
	slot->n = (uint8_t)host.n;
	slot->is_url_host = is_url_host;
	memcpy(slot->text, host.p, host.n);
}

/* ---- gate 2 ---- */

static void
look_at_tries(ac_scan *s, size_t count, size_t key_count)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = s->kernel->pass(ix->gate2, ix->gate2_blocks, l->keys2, key_count, l->passed2), next = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		const ac_name_try *t = &l->tries[i];
		ac_str host = { s->begin + t->end - t->n, t->n };
		size_t last = at + t->key_count - 1;
		bool is_listed = next < passed && l->passed2[next] < last, is_url_host;

		while (next < passed && l->passed2[next] < last)
			next++;
		is_url_host = next < passed && l->passed2[next] == last;
		next += is_url_host;
		at += t->key_count;
		if (is_listed) {
			look_exactly(s, s->begin + t->end);
			continue;
		}
		is_url_host &= (ix->flags & AC_INDEX_HAS_URLS) != 0;
		remember(s, host, is_url_host);
		if (is_url_host)
			ac_match_url_host(s, host, AC_VALUE_DOMAIN, l->keys2[last]);
	}
}

static inline void
add_key(const ac_scan *s, uint64_t *keys, ac_name_try *t, uint64_t key)
{
	keys[t->key_count++] = key;
	__builtin_prefetch(ac_gate_block_of(s->index->gate2, s->index->gate2_blocks, key));
}

/* What gate 1 let pass: all keys that the name may have. False when it was dealt with here. */
static bool
try_name(ac_scan *s, uint32_t end, size_t base, uint64_t *keys, ac_name_try *out)
{
	ac_name_run run = ac_name_run_at(s->maps, end - base + 64);
	const char *p = s->begin + end - run.n;
	ac_str host = { p, run.n };
	uint64_t dots = run.dots, state;
	const ac_seen_host *seen;

	if (run.n > RUN_MAX || (dots & dots << 1) || *p == '.' || p[-1] == '@' || ac_is_decimal(s->begin[end - 1]) ||
	    __builtin_popcountll(dots) > PARENTS_MAX) {
		look_exactly(s, s->begin + end);
		return false;
	}
	state = ac_text_state(host, s->index->salt);
	seen = seen_slot(s, state);
	if (is_seen(seen, host)) {
		if (seen->is_url_host)
			ac_match_url_host(
			    s, host, AC_VALUE_DOMAIN, ac_text_key(state, s->index->salt, AC_KEY_URL_HOST));
		return false;
	}
	*out = (ac_name_try){ .end = end, .n = run.n };
	/* the last label alone is no domain */
	dots &= ~(UINT64_C(1) << 63 >> __builtin_clzll(dots | 1));
	for (; dots; dots &= dots - 1) {
		size_t n = 63 - (size_t)__builtin_ctzll(dots);

		add_key(s, keys, out, ac_text_hash((ac_str){ s->begin + end - n, n }, s->index->salt, AC_KEY_DOMAIN));
	}
	add_key(s, keys, out, ac_text_key(state, s->index->salt, AC_KEY_DOMAIN));
	add_key(s, keys, out, ac_text_key(state, s->index->salt, AC_KEY_FILE));
	add_key(s, keys, out, ac_text_key(state, s->index->salt, AC_KEY_URL_HOST));
	return true;
}

/* ---- gate 1 ---- */

static void
look_at_name_batch(ac_scan *s, const uint32_t *ends, size_t n, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed, tries = 0, keys = 0;

	for (size_t i = 0; i < n; i++) {
		ac_name_run run = ac_name_run_at(s->maps, ends[i] - base + 64);

		l->keys[i] = ac_suffix_key_at(s->begin + ends[i], run.suffix, ix->salt);
		__builtin_prefetch(ac_gate_block_of(ix->gate1, ix->gate1_blocks, l->keys[i]));
	}
	passed = s->kernel->pass(ix->gate1, ix->gate1_blocks, l->keys, n, l->passed);
	for (size_t i = 0; i < passed; i++)
		if (try_name(s, ends[l->passed[i]], base, l->keys2 + keys, &l->tries[tries]))
			keys += l->tries[tries++].key_count;
	look_at_tries(s, tries, keys);
}

/* Names in other alphabets: they have their keys in punycode. */
static size_t
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

void
ac_scan_names(ac_scan *s, uint32_t *ends, size_t count, size_t base, bool may_be_idn)
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

/* ---- URLs ---- */

/* Hosts of URLs that gate 1 let pass: the host and its path at gate 2. */
static void
look_at_url_tries(ac_scan *s, const uint32_t *colons, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t which = l->passed[i];
		const char *begin = s->begin + colons[which] + 3;
		ac_str host = { begin, l->owners[which] }, path;
		uint64_t host_key = ac_text_hash(host, ix->salt, AC_KEY_URL_HOST);
		bool is_sure = ac_match_sure_path(s, begin + host.n, &path);

		l->keys2[count] = host_key;
		l->keys2[count + 1] = is_sure ? ac_url_path_key(host_key, path, ix->salt) : host_key;
		__builtin_prefetch(ac_gate_block_of(ix->gate2, ix->gate2_blocks, l->keys2[count]));
		__builtin_prefetch(ac_gate_block_of(ix->gate2, ix->gate2_blocks, l->keys2[count + 1]));
		count += 2;
	}
	for (size_t i = 0; i < n; i++)
		if (ac_gate_has(ix->gate2, ix->gate2_blocks, l->keys2[2 * i]) &&
		    ac_gate_has(ix->gate2, ix->gate2_blocks, l->keys2[2 * i + 1]))
			ac_match_url(s, s->begin + colons[l->passed[i]]);
}

static void
look_at_url_batch(ac_scan *s, const uint32_t *colons, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = s->kernel->pass(ix->gate1, ix->gate1_blocks, l->keys, n, l->passed);

	look_at_url_tries(s, colons, passed);
}

/* Bytes of the host that begins at `bit`, when it is a plain name with '/' behind it; else 0. */
static unsigned
plain_host(const ac_scan *s, size_t bit, const char *host)
{
	const ac_scan_maps *m = s->maps;
	unsigned n;

	if (bit + 64 > s->map_bits)
		return 0;
	n = (unsigned)__builtin_ctzll(~(ac_bits_from(m->word, bit) | ac_bits_from(m->dot, bit)) | (uint64_t)1 << 63);
	if (n == 0 || n > RUN_MAX || host[n] != '/' || host[n - 1] == '.' || ac_is_decimal(host[n - 1]))
		return 0;
	return ac_bits_from(m->high, bit) << (64 - n) ? 0 : n;
}

void
ac_scan_urls(ac_scan *s, uint32_t *colons, size_t count, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t text_n = (size_t)(s->end - s->begin), kept = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t at = colons[i] + 3;
		unsigned n = at >= 64 && at + 64 < text_n ? plain_host(s, at - base + 64, s->begin + at) : 0;
		ac_name_run run;

		if (n == 0) {
			ac_match_url(s, s->begin + colons[i]);
			continue;
		}
		run = ac_name_run_at(s->maps, at + n - base + 64);
		l->keys[kept] = ac_suffix_key_at(s->begin + at + n, run.suffix < n ? run.suffix : n, ix->salt);
		__builtin_prefetch(ac_gate_block_of(ix->gate1, ix->gate1_blocks, l->keys[kept]));
		l->owners[kept] = n;
		colons[kept] = colons[i];
		if (++kept == AC_SCAN_BATCH) {
			look_at_url_batch(s, colons, kept);
			/* what is behind is still to be read */
			colons += kept;
			i -= kept;
			count -= kept;
			kept = 0;
		}
	}
	look_at_url_batch(s, colons, kept);
}
