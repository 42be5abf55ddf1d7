/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of places of a region, and each kind of token through gate 1; what passes goes to match.c. Compiled with each kernel's instructions: TARGET is set by the file that
 * includes this, with its classes, pass, and the like before it.
 */
#include "values/value.h"
#include "watch/scan_address6.h"
#include "watch/scan_addresses.h"
#include "watch/scan_names.h"
#include "watch/scan_split.h"

/* ---- digests ---- */

#ifndef HEX_BYTES
/* 32 hexadecimal digits as two little-endian words. */
static inline void
hex_bytes(const char *digits, uint64_t out[static 2])
{
	for (size_t i = 0; i < 2; i++, digits += 16)
		out[i] = ac_four_hex_bytes(digits) | (uint64_t)ac_four_hex_bytes(digits + 8) << 32;
}
#endif

/* The word that has 16 bytes at `at`, if it is as long as some digest, and its key if it is one; false when it is none. */
TARGET static bool
digest_at(const ac_scan *s, size_t base, uint32_t at, ac_name_try *out, uint64_t *out_key)
{
	const ac_scan_maps *m = s->maps;
	size_t bit = at - base + 64;
	const char *begin = s->begin + at - __builtin_clzll(~ac_bits_before(m->word, bit) | 1),
		   *end = s->begin + at + 16;
	uint64_t bytes[2];
	ac_key_kind kind;

	if (bit + 16 + 64 <= s->map_bits)
		end += __builtin_ctzll(~ac_bits_from(m->word, bit + 16) | (uint64_t)1 << 63);
	while (end < s->end && end - begin <= AC_DIGEST_DIGITS_MAX && ac_is_word(*end))
		end++;
	if (!ac_digest_kind((size_t)(end - begin), &kind))
		return false;
	*out = (ac_name_try){ .end = (uint32_t)(end - s->begin), .n = (uint32_t)(end - begin) };
	hex_bytes(begin, bytes);
	*out_key = ac_words_key(bytes[0], bytes[1], s->index->salt, kind);
	return true;
}

TARGET static void
look_at_digest_batch(ac_scan *s, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate1, ix->gate1_blocks, l->keys, n, l->passed);

	for (size_t i = 0; i < passed; i++)
		l->keys[i] = l->keys[l->passed[i]];
	for (size_t i = 0; i < passed; i++) {
		const ac_name_try *t = &l->tries[l->passed[i]];

		ac_find_ahead(ix, l->keys, passed, i);
		ac_match_digest(s, (ac_str){ s->begin + t->end - t->n, t->n }, l->keys[i]);
	}
}

TARGET static void
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

/* Two dots with four bytes between them. */
TARGET static void
look_at_dotted_macs(ac_scan *s, size_t words, size_t base)
{
	const uint64_t *dot = s->maps->dot;

	for (size_t w = 1; w <= words; w++)
		for (uint64_t bits = dot[w] & (dot[w] >> 5 | dot[w + 1] << 59); bits; bits &= bits - 1)
			ac_match_dotted_mac(s, s->begin + base + (w - 1) * 64 + (size_t)__builtin_ctzll(bits));
}

/* Backslashes before a word. */
TARGET static void
look_at_slashes(ac_scan *s, size_t words, size_t base)
{
	const ac_scan_maps *m = s->maps;

	for (size_t w = 1; w <= words; w++)
		for (uint64_t bits = m->escape[w] & (m->word[w] >> 1 | m->word[w + 1] << 63); bits; bits &= bits - 1)
			ac_match_slash(s, s->begin + base + (w - 1) * 64 + (size_t)__builtin_ctzll(bits));
}

/* Whether a short word that ends here may be an anchor: by its length, and by the pair of its last bytes. One letter has any byte before it: for match_text.c to tell. */
TARGET static inline bool
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
TARGET static void
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

TARGET static void
look_at_region(ac_scan *s, size_t words, size_t base, unsigned want, bool has_high)
{
	const ac_scan_maps *m = s->maps;
	uint32_t *list = s->places->list;
	size_t n;

	n = list_places(&m->third_dot, words, base, list);
	look_at_addresses(s, list, n, base);
	n = list_places(&m->name_end, words, base, list);
	look_at_names(s, list, n, base, has_high && (s->index->flags & AC_INDEX_HAS_IDN));
	n = list_places(&m->digest, words, base, list);
	look_at_digests(s, list, n, base);
	if (want & AC_WANT_URL) {
		n = list_places(&m->url, words, base, list);
		look_at_url_colons(s, list, n, base);
	}
	n = want & AC_WANT_ADDRESS6 ? list_places(&m->address6, words, base, list) : 0;
	look_at_addresses6(s, list, n);
	if (s->index->flags & AC_INDEX_HAS_PAIRS)
		look_at_dotted_macs(s, words, base);
	if (s->index->flags & AC_INDEX_HAS_SLASH_WORDS)
		look_at_slashes(s, words, base);
	n = want & (AC_WANT_SHORT_WORDS | AC_WANT_LONG_WORDS) ? list_places(&m->word_end, words, base, list) : 0;
	look_at_words(s, list, n, base);
}
