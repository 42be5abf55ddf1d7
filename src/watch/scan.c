/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions, lists of places, and each kind of token through gate 1 (addresses: scan_addresses.c; names and hosts: scan_names.c). What passes goes to match.c. All places are those of token ends or of
 * bytes inside a token; where a token begins is found by looking back, so that nothing depends on where a region was cut.
 */
#include "watch/scan.h"

#include <stdlib.h>

#include "values/value.h"
#include "watch/scan_parts.h"

const ac_scan_kernel *
ac_scan_kernel_at(size_t i)
{
#ifdef __SSE2__
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
	    __builtin_cpu_supports("bmi2") && i-- == 0)
		return &ac_scan_kernel_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
	    i-- == 0)
		return &ac_scan_kernel_avx2;
	if (i-- == 0)
		return &ac_scan_kernel_sse2;
#endif
#ifdef __aarch64__
	if (i-- == 0)
		return &ac_scan_kernel_neon;
#endif
	return i == 0 ? &ac_scan_kernel_portable : NULL;
}

ac_scan *
ac_scan_open_with(const ac_index *index, const ac_scan_kernel *kernel)
{
	ac_scan *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->kernel = kernel;
	ac_arena_init(&s->arena, AC_MIB);
	s->maps = calloc(1, sizeof(*s->maps));
	s->places = calloc(1, sizeof(*s->places));
	s->seen = calloc(AC_SEEN_HOSTS, sizeof(*s->seen));
	s->strangers = malloc(AC_STRANGERS * sizeof(*s->strangers));
	s->url = malloc(sizeof(*s->url));
	s->joined = malloc(AC_URL_MAX + 64);
	if (!s->maps || !s->places || !s->seen || !s->strangers || !s->url || !s->joined)
		return ac_scan_close(s);
	ac_scan_use(s, index);
	return s;
}

ac_scan *
ac_scan_open(const ac_index *index)
{
	return ac_scan_open_with(index, ac_scan_kernel_at(0));
}

void
ac_scan_use(ac_scan *s, const ac_index *index)
{
	uint64_t base = index->base.header->checksum,
		 overlay = index->overlay.header ? index->overlay.header->checksum : 0;

	/* Not told by the address: a new index may have that of one that is gone. */
	if (base == s->used[0] && overlay == s->used[1]) {
		s->index = index;
		return;
	}
	s->used[0] = base;
	s->used[1] = overlay;
	memset(s->seen, 0, AC_SEEN_HOSTS * sizeof(*s->seen));
	ac_scan_forget_addresses(s);
	s->index = index;
}

ac_scan *
ac_scan_close(ac_scan *s)
{
	if (!s)
		return NULL;
	free(s->maps);
	free(s->places);
	free(s->seen);
	free(s->strangers);
	free(s->url);
	free(s->joined);
	ac_arena_done(&s->arena);
	free(s);
	return NULL;
}

/* ---- regions ---- */

/* Classes of `words` words from byte `at` of the text on, to word `to` of the maps; bytes behind the text's end belong to no class. */
static uint64_t
classes_at(const ac_scan *s, size_t at, size_t words, size_t to)
{
	size_t n = (size_t)(s->end - s->begin), whole = at < n ? (n - at) / 64 : 0;
	char last[64] = { 0 };
	uint64_t high = 0;

	if (whole > words)
		whole = words;
	if (whole)
		high = s->kernel->classes(s->begin + at, whole, s->maps, to);
	at += 64 * whole;
	for (; whole < words; whole++, at = n) {
		memset(last, 0, sizeof(last));
		if (at < n)
			memcpy(last, s->begin + at, n - at);
		high |= s->kernel->classes(last, 1, s->maps, to + whole);
	}
	return high;
}

static void
shift_words(uint64_t *map, size_t words)
{
	map[0] = map[words];
	map[1] = map[words + 1];
}

static void
next_region(ac_scan_maps *m, size_t words)
{
	shift_words(m->word, words);
	shift_words(m->dot, words);
	shift_words(m->digit, words);
	shift_words(m->hex, words);
	shift_words(m->colon, words);
	shift_words(m->slash, words);
	shift_words(m->high, words);
	shift_words(m->escape, words);
}

/* Nothing stands before the text. What maps hold behind a region's words is never asked for. */
static void
begin_maps(ac_scan_maps *m)
{
	uint64_t *const all[] = { m->word, m->dot, m->digit, m->hex, m->colon, m->slash, m->high, m->inner,
		m->number_dot, m->chain_dot, m->hex_colon, m->chain_colon, m->lane };

	for (size_t i = 0; i < AC_COUNT(all); i++)
		all[i][0] = 0;
	m->label_carry = 0;
}

/* ---- digests ---- */

/* The digest that has a run of 16 digits at `at`, and its key; false when it is none. */
static bool
digest_at(const ac_scan *s, size_t base, uint32_t at, ac_name_try *out, uint64_t *out_key)
{
	const ac_scan_maps *m = s->maps;
	size_t bit = at - base + 64;
	const char *begin = s->begin + at - __builtin_clzll(~ac_bits_before(m->hex, bit) | 1),
		   *end = s->begin + at + 16;
	ac_key_kind kind;

	if (bit + 16 + 64 <= s->map_bits)
		end += __builtin_ctzll(~ac_bits_from(m->hex, bit + 16) | (uint64_t)1 << 63);
	while (end < s->end && end - begin <= AC_DIGEST_DIGITS_MAX && ac_is_hex(*end))
		end++;
	if (!ac_digest_kind((size_t)(end - begin), &kind))
		return false;
	*out = (ac_name_try){ .end = (uint32_t)(end - s->begin), .n = (uint32_t)(end - begin) };
	*out_key = ac_words_key(ac_four_hex_bytes(begin) | (uint64_t)ac_four_hex_bytes(begin + 8) << 32,
	    ac_four_hex_bytes(begin + 16) | (uint64_t)ac_four_hex_bytes(begin + 24) << 32, s->index->salt, kind);
	return true;
}

static void
look_at_digest_batch(ac_scan *s, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = s->kernel->pass(ix->gate1, ix->gate1_blocks, l->keys, n, l->passed);

	for (size_t i = 0; i < passed; i++)
		l->keys[i] = l->keys[l->passed[i]];
	ac_find_prefetch(ix, l->keys, passed);
	for (size_t i = 0; i < passed; i++) {
		const ac_name_try *t = &l->tries[l->passed[i]];

		ac_match_digest(s, (ac_str){ s->begin + t->end - t->n, t->n }, l->keys[i]);
	}
}

static void
look_at_digests(ac_scan *s, const uint32_t *lanes, size_t count, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!digest_at(s, base, lanes[i], &l->tries[n], &l->keys[n]))
			continue;
		__builtin_prefetch(ac_gate_block_of(ix->gate1, ix->gate1_blocks, l->keys[n]));
		if (++n == AC_SCAN_BATCH) {
			look_at_digest_batch(s, n);
			n = 0;
		}
	}
	look_at_digest_batch(s, n);
}

/* ---- all of a region ---- */

static unsigned
wanted(const ac_index *ix, bool has_high)
{
	unsigned want = 0;

	if (ix->flags & (AC_INDEX_HAS_IPV6 | AC_INDEX_HAS_PAIRS) || ix->ipv4_prefixes)
		want |= AC_WANT_ADDRESS6;
	if (ix->flags & AC_INDEX_HAS_URLS)
		want |= AC_WANT_URL;
	/* A name in Unicode may end in a digit where its punycode does not. */
	if ((ix->flags & (AC_INDEX_HAS_NUMERIC_ENDS | AC_INDEX_HAS_DIGIT_ENDS)) ||
	    ((ix->flags & AC_INDEX_HAS_IDN) && has_high))
		want |= AC_WANT_DIGIT_ENDS;
	if (ix->flags & AC_INDEX_HAS_PLAIN_NAMES)
		want |= AC_WANT_SHORT_WORDS | AC_WANT_LENGTHS(ix->plain_name_min & 7, ix->plain_name_max & 7);
	if (ix->flags & AC_INDEX_HAS_LONG_WORDS)
		want |= AC_WANT_LONG_WORDS;
	return want;
}

/* Two dots with four bytes between them. */
static void
look_at_dotted_macs(ac_scan *s, size_t words, size_t base)
{
	const uint64_t *dot = s->maps->dot;

	for (size_t w = 1; w <= words; w++)
		for (uint64_t bits = dot[w] & (dot[w] >> 5 | dot[w + 1] << 59); bits; bits &= bits - 1)
			ac_match_dotted_mac(s, s->begin + base + (w - 1) * 64 + (size_t)__builtin_ctzll(bits));
}

/* Backslashes before a word. */
static void
look_at_slashes(ac_scan *s, size_t words, size_t base)
{
	const ac_scan_maps *m = s->maps;

	for (size_t w = 1; w <= words; w++)
		for (uint64_t bits = m->escape[w] & (m->word[w] >> 1 | m->word[w + 1] << 63); bits; bits &= bits - 1)
			ac_match_slash(s, s->begin + base + (w - 1) * 64 + (size_t)__builtin_ctzll(bits));
}

/* Whether a short word that ends here may be an anchor: by its length, and by the pair of its last bytes. One letter has any byte before it: for match_text.c to tell. */
static inline bool
may_be_short(const ac_scan *s, uint32_t end, size_t base)
{
	const ac_index *ix = s->index;
	uint64_t word = ac_bits_before(s->maps->word, end - base + 64);
	unsigned n = (unsigned)__builtin_clzll(~word | 1), pair;

	if (n < ix->plain_name_min || n > ix->plain_name_max)
		return n >= 63;
	pair = ac_plain_end(ac_word_fold, s->begin + end);
	return n < 2 || (ix->plain_ends[pair / 64] >> (pair % 64) & 1);
}

/* Ends of words: the filters of a batch are asked for before the first is looked at. */
static void
look_at_words(ac_scan *s, const uint32_t *ends, size_t n, size_t base)
{
	const ac_index *ix = s->index;
	bool has_long = ix->flags & AC_INDEX_HAS_LONG_WORDS, has_short = ix->flags & AC_INDEX_HAS_PLAIN_NAMES;
	uint32_t hashes[AC_SCAN_BATCH];

	/* The filters read bytes that need not belong to the word, and at the text's begin there are none. */
	for (; n > 0 && *ends < AC_WORD_END; ends++, n--)
		ac_match_word(s, s->begin + *ends);
	for (size_t first = 0; first < n; first += AC_SCAN_BATCH) {
		size_t count = n - first < AC_SCAN_BATCH ? n - first : AC_SCAN_BATCH;

		for (size_t i = 0; has_long && i < count; i++) {
			hashes[i] = ac_word_end_hash(s->begin + ends[first + i], ix->salt);
			__builtin_prefetch(&ix->word_ends[(hashes[i] >> ix->word_end_shift) / 64]);
		}
		for (size_t i = 0; i < count; i++)
			if ((has_long && ac_word_may_end(ix, hashes[i])) ||
			    (has_short && may_be_short(s, ends[first + i], base)))
				ac_match_word(s, s->begin + ends[first + i]);
	}
}

static void
look_at_region(ac_scan *s, size_t words, size_t base, unsigned want, bool has_high)
{
	const ac_scan_maps *m = s->maps;
	uint32_t *list = s->places->list;
	size_t n;

	n = s->kernel->list(m->third_dot, words, base, list);
	ac_scan_addresses(s, list, n, base);
	n = s->kernel->list(m->name_end, words, base, list);
	ac_scan_names(s, list, n, base, has_high && (s->index->flags & AC_INDEX_HAS_IDN));
	n = s->kernel->list(m->digest, words, base, list);
	look_at_digests(s, list, n, base);
	if (want & AC_WANT_URL) {
		n = s->kernel->list(m->url, words, base, list);
		ac_scan_urls(s, list, n, base);
	}
	n = want & AC_WANT_ADDRESS6 ? s->kernel->list(m->address6, words, base, list) : 0;
	for (size_t i = 0; i < n; i++)
		ac_match_ipv6(s, s->begin + list[i]);
	if (s->index->flags & AC_INDEX_HAS_PAIRS)
		look_at_dotted_macs(s, words, base);
	if (s->index->flags & AC_INDEX_HAS_SLASH_WORDS)
		look_at_slashes(s, words, base);
	n = want & (AC_WANT_SHORT_WORDS | AC_WANT_LONG_WORDS) ? s->kernel->list(m->word_end, words, base, list) : 0;
	look_at_words(s, list, n, base);
}

static void
begin_text(ac_scan *s, ac_str text)
{
	s->begin = text.p;
	s->end = text.p + text.n;
	s->colon_end = s->pairs_end = text.p;
	begin_maps(s->maps);
}

void
ac_scan_look(ac_scan *s, ac_str text, uint64_t feeds[static AC_REGION_WORDS])
{
	size_t words = text.n / 64 + 1; /* one more: a token that ends with the text ends at byte n */

	begin_text(s, text);
	s->has_high = classes_at(s, 0, words + 1, 1) != 0;
	s->kernel->spellings(s->maps, words);
	memcpy(feeds, s->maps->feed + 1, words * sizeof(*feeds));
}

static void
clear_bits(uint64_t *map, size_t begin, size_t end)
{
	size_t first = begin / 64, last = end / 64;
	uint64_t before = ~(UINT64_MAX << (begin % 64)), behind = UINT64_MAX << (end % 64);

	if (first == last) {
		map[first] &= before | behind;
		return;
	}
	map[first] &= before;
	memset(map + first + 1, 0, (last - first - 1) * sizeof(*map));
	map[last] &= behind;
}

void
ac_scan_leave_out(ac_scan *s, size_t begin, size_t end)
{
	ac_scan_maps *m = s->maps;
	uint64_t *const all[] = { m->word, m->dot, m->digit, m->hex, m->colon, m->slash, m->high };

	for (size_t i = 0; i < AC_COUNT(all); i++)
		clear_bits(all[i] + 1, begin, end);
}

int
ac_scan_finish(ac_scan *s, ac_vec *matches, accord_err *err)
{
	size_t words = (size_t)(s->end - s->begin) / 64 + 1;
	unsigned want = wanted(s->index, s->has_high);

	s->matches = matches;
	s->map_bits = (words + 2) * 64;
	s->kernel->places(s->maps, words, want);
	s->asks_for_paths = true;
	look_at_region(s, words, 0, want, s->has_high);
	ac_scan_split_urls(s);
	s->asks_for_paths = false;
	return ac_vec_check(matches, "matches of one block", err);
}

int
ac_scan_text(ac_scan *s, ac_str text, ac_vec *matches, accord_err *err)
{
	size_t words = text.n / 64 + 1, done = 0; /* one more: a token that ends with the text ends at byte n */
	uint64_t before = 0, here;

	if (text.n > UINT32_MAX / 2)
		return ac_fail(err, ACCORD_ELIMIT, "scan: %zu bytes in one piece", text.n);
	if (text.n == 0)
		return 0;
	s->matches = matches;
	begin_text(s, text);
	here = classes_at(s, 0, 1, 1);
	while (done < words) {
		size_t count = words - done < AC_REGION_WORDS ? words - done : AC_REGION_WORDS;
		bool has_high;
		unsigned want;

		here |= classes_at(s, (done + 1) * 64, count, 2);
		has_high = (before | here) != 0;
		want = wanted(s->index, has_high);
		s->map_bits = (count + 2) * 64;
		s->kernel->places(s->maps, count, want);
		look_at_region(s, count, done * 64, want, has_high);
		next_region(s->maps, count);
		before = here;
		here = s->maps->high[1];
		done += count;
	}
	return ac_vec_check(matches, "matches of one block", err);
}
