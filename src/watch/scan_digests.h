/* SPDX-License-Identifier: Apache-2.0 */
/* Digests: words of as many bytes as some digest has digits, by the first 16 bytes of them that begin where 16 divides, and their first 32 digits at gate 1. */
#include "watch/match.h"
#include "watch/scan_parts.h"

#ifndef HEX_BYTES
/* 32 hexadecimal digits as two little-endian words. */
static inline void
hex_bytes(const char *digits, uint64_t out[static 2])
{
	for (size_t i = 0; i < 2; i++, digits += 16)
		out[i] = ac_four_hex_bytes(digits) | (uint64_t)ac_four_hex_bytes(digits + 8) << 32;
}
#endif

/* The word that has 16 bytes at `at`: how long it is, and where it ends. Longer than digests are: at least so long. */
TARGET static size_t
word_around(const ac_scan *s, size_t base, uint32_t at, uint32_t *out_end)
{
	const ac_scan_maps *m = s->maps;
	size_t bit = at - base + 64;
	/* it begins behind the lane before that one: the first of its lanes is looked at */
	uint64_t before = ~(ac_bits_at(m->word, bit - AC_NAME_WINDOW) << (64 - AC_NAME_WINDOW));
	const char *begin = s->begin + at - __builtin_clzll(before), *end = s->begin + at + 16;

	if (bit + 16 + 64 <= s->map_bits)
		end += __builtin_ctzll(~ac_bits_at(m->word, bit + 16) | UINT64_C(1) << AC_NAME_WINDOW);
	while (end < s->end && end - begin <= AC_DIGEST_DIGITS_MAX && ac_is_word(*end))
		end++;
	*out_end = (uint32_t)(end - s->begin);
	return (size_t)(end - begin);
}

/* Of n such words, at most AC_SCAN_BATCH, the ends and lengths of those that are as long as some digest. Returns how many. */
TARGET static size_t
list_digests(ac_scan *s, size_t base, const uint32_t *lanes, size_t n)
{
	ac_places *l = s->places;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		ac_key_kind kind;
		size_t digits;

#ifdef LIST_EIGHT_DIGESTS
		if (i + 8 <= n && lanes[i + 7] - base + 64 + DIGEST_WINDOW <= s->map_bits) {
			count += list_eight_digests(
			    s->maps, lanes + i, base, l->digest_ends + count, l->digest_lengths + count);
			i += 7;
			continue;
		}
#endif
		digits = word_around(s, base, lanes[i], &l->digest_ends[count]);
		l->digest_lengths[count] = (uint32_t)digits;
		count += ac_digest_kind(digits, &kind);
	}
	return count;
}

/* The next digests; their blocks at gate 1 are on their way then. Returns how many. */
TARGET static size_t
take_digests(ac_scan *s, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	ac_list *lanes = &l->lanes;
	size_t left = lanes->n - lanes->at, some = left < AC_SCAN_BATCH ? left : AC_SCAN_BATCH;
	size_t n = list_digests(s, base, lanes->places + lanes->at, some);

	for (size_t i = 0; i < n; i++) {
		uint64_t bytes[2];
		ac_key_kind kind;

		(void)ac_digest_kind(l->digest_lengths[i], &kind);
		hex_bytes(s->begin + l->digest_ends[i] - l->digest_lengths[i], bytes);
		l->digest_keys[i] = ac_words_key(bytes[0], bytes[1], ix->salt, kind);
	}
	ask_gate(ix->gate1, ix->gate1_blocks, l->digest_keys, n);
	lanes->at += some;
	return n;
}

/* Of the n that were taken, those that gate 1 has. Returns how many. */
TARGET static size_t
pass_digests(ac_scan *s, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate1, ix->gate1_blocks, l->digest_keys, n, l->passed);

	for (size_t i = 0; i < passed; i++) {
		l->digest_ends[i] = l->digest_ends[l->passed[i]];
		l->digest_lengths[i] = l->digest_lengths[l->passed[i]];
		l->digest_keys[i] = l->digest_keys[l->passed[i]];
	}
	ac_find_ask(ix, l->digest_keys, passed);
	return passed;
}

TARGET static void
look_at_digests(ac_scan *s, size_t n)
{
	const ac_places *l = s->places;

	for (size_t i = 0; i < n; i++) {
		ac_str digits = { s->begin + l->digest_ends[i] - l->digest_lengths[i], l->digest_lengths[i] };

		ac_find_ahead(s->index, l->digest_keys, n, i);
		ac_match_digest(s, digits, l->digest_keys[i]);
	}
}
