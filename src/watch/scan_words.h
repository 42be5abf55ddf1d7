/* SPDX-License-Identifier: Apache-2.0 */
/* Words without dots, by the hash of their last bytes; then gate 2. And those behind a backslash. */
#include "watch/match.h"
#include "watch/scan_parts.h"

/* ---- by what stands around them ---- */

#define AT(map, w) (*(const words_n *)(const void *)((map) + (w)))

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

/* The bytes of the word that ends there; AC_NAME_WINDOW: perhaps more. */
TARGET static inline unsigned
word_bytes(const ac_scan *s, uint32_t end, size_t base)
{
	return (unsigned)__builtin_clzll(~ac_bits_before(s->maps->word, end - base + 64) | 1);
}

/* Of the word that ends there, for the filter; has_short: it may be shorter than what that reads of it. */
TARGET static inline uint32_t
end_hash(const ac_scan *s, uint32_t end, size_t base, bool has_short)
{
	uint64_t last = ac_load64(s->begin + end - AC_WORD_END);

	if (has_short)
		last = ac_word_end(last, word_bytes(s, end, base));
	return ac_word_end_hash(last, s->index->salt);
}

/* Of n ends of words, at most AC_SCAN_BATCH, those that the filter lets pass; the hashes of all are made first, so that none waits for the filter of another. `kept` has room for eight more. */
#ifndef EIGHT_WORD_ENDS
TARGET static size_t
keep_word_ends(const ac_scan *s, const uint32_t *ends, size_t n, size_t base, uint32_t *kept)
{
	const ac_index *ix = s->index;
	const bool has_short = ix->flags & AC_INDEX_HAS_PLAIN_NAMES;
	uint32_t hashes[AC_SCAN_BATCH];
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		hashes[i] = end_hash(s, ends[i], base, has_short);
		ac_ask_line(&ix->word_ends[(hashes[i] >> ix->word_end_shift) / 64]);
	}
	for (size_t i = 0; i < n; i++) {
		kept[count] = ends[i];
		count += ac_word_may_end(ix, hashes[i]);
	}
	return count;
}
#else
TARGET static size_t
keep_word_ends(const ac_scan *s, const uint32_t *ends, size_t n, size_t base, uint32_t *kept)
{
	const bool has_short = s->index->flags & AC_INDEX_HAS_PLAIN_NAMES;
	uint32_t hashes[AC_SCAN_BATCH];
	size_t eights = n & ~(size_t)7, count = 0;

	for (size_t i = 0; i < eights; i += 8)
		hash_eight_word_ends(s, ends + i, has_short, hashes + i);
	for (size_t i = 0; i < eights; i += 8)
		count += keep_eight_word_ends(s->index, ends + i, hashes + i, kept + count);
	for (size_t i = eights; i < n; i++) {
		kept[count] = ends[i];
		count += ac_word_may_end(s->index, end_hash(s, ends[i], base, has_short));
	}
	return count;
}
#endif

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

/* All bytes of the word that ends there. */
TARGET static inline size_t
anchor_bytes(const ac_scan *s, uint32_t end, size_t base)
{
	size_t bytes = word_bytes(s, end, base);

	/* longer than one load of a map tells */
	while (bytes > RUN_MAX && bytes < end && ac_is_word(s->begin[end - bytes - 1]))
		bytes++;
	return bytes;
}

/* Ends of words that the filter let pass: gate 2 is asked for whole words. */
TARGET static void
ask_for_kept_words(ac_scan *s, const uint32_t *ends, size_t n, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;

	for (size_t i = 0; i < n; i++) {
		size_t bytes = anchor_bytes(s, ends[i], base);
		ac_str text = { s->begin + ends[i] - bytes, bytes };

		if (l->word_count == AC_SCAN_BATCH)
			look_at_asked_words(s);
		l->words[l->word_count] = (ac_name_try){ .end = ends[i], .n = (uint32_t)bytes };
		l->word_keys[l->word_count] = ac_text_hash(text, ix->salt, AC_KEY_FILE);
		ac_ask_line(ac_gate_block_of(ix->gate2, ix->gate2_blocks, l->word_keys[l->word_count]));
		l->word_count++;
	}
}

#ifndef LIST_WORD_ENDS
#define list_word_ends list_places
#endif

/* The words of a region; they wait for their blocks at gate 2. */
TARGET static void
ask_for_words(ac_scan *s, size_t words, size_t base)
{
	uint32_t *ends = s->places->list, kept[AC_SCAN_BATCH + 8];
	size_t n = list_word_ends(&s->maps->word_end, words, base, ends), first = 0;

	/* The filter reads eight bytes: at the text's begin there are none. */
	for (; first < n && ends[first] < AC_WORD_END; first++)
		ac_match_word(s, s->begin + ends[first]);
	for (size_t i = first; i < n; i += AC_SCAN_BATCH) {
		size_t some = n - i < AC_SCAN_BATCH ? n - i : AC_SCAN_BATCH;

		ask_for_kept_words(s, kept, keep_word_ends(s, ends + i, some, base, kept), base);
	}
}
