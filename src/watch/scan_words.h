/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words without dots, by their end: long ones by the hash of their last bytes, short ones by the pair of those; then gate 2. And words that only what stands around them tells:
 * those behind a backslash, and MAC addresses with dots.
 */
#include "watch/match.h"
#include "watch/scan_parts.h"

/* ---- by what stands around them ---- */

#define AT(map, w) (*(const words_n *)(const void *)((map) + (w)))

/* Two dots with four word bytes between them, before them and behind them: "00aa.11bb.22cc". What is told of the second dot stands in one word, or in two. */
TARGET static void
look_at_dotted_macs(ac_scan *s, size_t words, size_t base)
{
	const ac_scan_maps *m = s->maps;

	for (size_t first = 1; first <= words; first += STEP)
		for (unsigned some = m->far_dots[first / STEP]; some; some &= some - 1) {
			size_t w = first + (unsigned)__builtin_ctz(some);
			uint64_t dot = m->dot[w], word = m->word[w], found;

			found = dot & (dot << 5 | m->dot[w - 1] >> 59) & (word << 9 | m->word[w - 1] >> 55) &
				(word >> 4 | m->word[w + 1] << 60);
			for (; w <= words && found; found &= found - 1)
				ac_match_dotted_mac(
				    s, s->begin + base + (w - 1) * 64 + (size_t)__builtin_ctzll(found) - 5);
		}
}

/* Backslashes before a word. */
TARGET static void
look_at_slashes(ac_scan *s, size_t words, size_t base)
{
	const ac_scan_maps *m = s->maps;

	for (size_t w = 1; w <= words; w += STEP) {
		words_n found = AT(m->escape, w);

		if (!ANY_LANE(found))
			continue;
		found &= AT(m->word, w) >> 1 | AT(m->word, w + 1) << 63;
		for (size_t i = 0; i < STEP && w + i <= words; i++)
			for (uint64_t bits = found[i]; bits; bits &= bits - 1)
				ac_match_slash(s, s->begin + base + (w + i - 1) * 64 + (size_t)__builtin_ctzll(bits));
	}
}

#undef AT

/* ---- by their ends ---- */

/* Whether a short word that ends here may be an anchor: by its length, and by the pair of its last bytes. One letter has any byte before it: for match_text.c to tell. */
TARGET static inline bool
may_be_short(const ac_scan *s, uint32_t end, size_t base)
{
	const ac_index *ix = s->index;
	uint64_t word = ac_bits_before(s->maps->word, end - base + 64);
	unsigned n = (unsigned)__builtin_clzll(~word | 1), pair;

	if (n < ix->plain_name_min || n > ix->plain_name_max)
		return false;
	pair = ac_plain_end(ac_word_fold, s->begin + end);
	return n < 2 || (ix->plain_ends[pair / 64] >> (pair % 64) & 1);
}

#ifndef LIST_WORD_ENDS
/* Of n ends of words, at most AC_SCAN_BATCH, those that the filter of long ones lets pass; its words are asked for before the first is looked at. `kept` has room for eight more. */
TARGET static size_t
keep_word_ends(const ac_scan *s, const uint32_t *ends, size_t n, uint32_t *kept)
{
	const ac_index *ix = s->index;
	uint32_t hashes[AC_SCAN_BATCH];
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		hashes[i] = ac_word_end_hash(s->begin + ends[i], ix->salt);
		ac_ask_line(&ix->word_ends[(hashes[i] >> ix->word_end_shift) / 64]);
	}
	for (size_t i = 0; i < n; i++) {
		kept[count] = ends[i];
		count += ac_word_may_end(ix, hashes[i]);
	}
	return count;
}
#endif

/* A dot and another word touch what stands at [begin, end). */
TARGET static inline bool
is_part_of_name(ac_str text, size_t begin, size_t end)
{
	return (begin > 1 && text.p[begin - 1] == '.' && ac_is_word(text.p[begin - 2])) ||
	       (end + 1 < text.n && text.p[end] == '.' && ac_is_word(text.p[end + 1]));
}

/* A word that may be an anchor, all of it in the maps: false when it is a part of something dotted. */
TARGET static inline bool
long_word_at(const ac_scan *s, uint32_t end, size_t base, unsigned n)
{
	const ac_scan_maps *m = s->maps;
	size_t bit = end - base + 64;
	uint64_t before = ac_bits_at(m->dot, bit - n - 2) >> 1 & ac_bits_at(m->word, bit - n - 2);
	uint64_t behind = ac_bits_at(m->dot, bit) & ac_bits_at(m->word, bit) >> 1;

	return !((before | behind) & 1);
}

/* The words whose keys were made, whose blocks at gate 2 are on their way. */
TARGET static void
look_at_asked_words(ac_scan *s)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate2, ix->gate2_blocks, l->word_keys, l->word_count, l->passed);

	for (size_t i = 0; i < passed; i++) {
		const ac_name_try *t = &l->words[l->passed[i]];

		ac_match_text(s, (ac_str){ s->begin + t->end - t->n, t->n }, l->word_keys[l->passed[i]]);
	}
	l->word_count = 0;
}

/* The bytes of the word that ends there, when it may be an anchor of AC_WORD_END bytes and more; else 0. */
TARGET static inline size_t
long_word_bytes(const ac_scan *s, uint32_t end, size_t base)
{
	uint64_t word = ac_bits_before(s->maps->word, end - base + 64);
	size_t bytes = (unsigned)__builtin_clzll(~word | 1);

	if (bytes <= RUN_MAX)
		return bytes >= AC_WORD_END && long_word_at(s, end, base, (unsigned)bytes) ? bytes : 0;
	/* longer than one load of a map tells */
	while (bytes < end && ac_is_word(s->begin[end - bytes - 1]))
		bytes++;
	return is_part_of_name((ac_str){ s->begin, (size_t)(s->end - s->begin) }, end - bytes, end) ? 0 : bytes;
}

/* Ends of words of AC_WORD_END bytes and more that the filter let pass: gate 2 is asked for whole words. */
TARGET static void
ask_for_long_words(ac_scan *s, const uint32_t *ends, size_t n, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;

	for (size_t i = 0; i < n; i++) {
		size_t bytes = long_word_bytes(s, ends[i], base);
		ac_str text = { s->begin + ends[i] - bytes, bytes };

		if (!bytes)
			continue;
		if (l->word_count == AC_SCAN_BATCH)
			look_at_asked_words(s);
		l->words[l->word_count] = (ac_name_try){ .end = ends[i], .n = (uint32_t)bytes };
		l->word_keys[l->word_count] = ac_text_hash(text, ix->salt, AC_KEY_FILE);
		ac_ask_line(ac_gate_block_of(ix->gate2, ix->gate2_blocks, l->word_keys[l->word_count]));
		l->word_count++;
	}
}

/* The words of a region; long ones wait for their blocks at gate 2. */
TARGET static void
ask_for_words(ac_scan *s, size_t words, size_t base)
{
	const ac_index *ix = s->index;
	bool has_long = ix->flags & AC_INDEX_HAS_LONG_WORDS, has_short = ix->flags & AC_INDEX_HAS_PLAIN_NAMES;
	uint32_t *ends = s->places->list, kept[AC_SCAN_BATCH + 8];
	size_t n = list_places(&s->maps->word_end, words, base, ends), first = 0;

	/* The filters read bytes that need not belong to the word, and at the text's begin, where only short words end, there are none. */
	for (size_t i = 0; has_short && base == 0 && i < n; i++)
		if (ends[i] < AC_WORD_END) {
			ac_match_word(s, s->begin + ends[i]);
			ends[i] = ends[first++];
		}
	ends += first;
	n -= first;
	for (size_t i = 0; has_long && i < n; i += AC_SCAN_BATCH) {
		size_t some = n - i < AC_SCAN_BATCH ? n - i : AC_SCAN_BATCH;

		ask_for_long_words(s, kept, keep_word_ends(s, ends + i, some, kept), base);
	}
	for (size_t i = 0; has_short && i < n; i++)
		if (may_be_short(s, ends[i], base))
			ac_match_word(s, s->begin + ends[i]);
}
