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
#include "watch/scan_words.h"

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
