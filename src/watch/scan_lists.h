/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bitmaps to lists of places, compiled with each kernel's instructions: TARGET is set by the file that includes this, and FULL_WORDS when it has a full_words of its own.
 */
#ifndef FULL_WORDS
/* The numbers of the words 1 to `words` that have bits; `out` has room for `words` and four. Returns how many. */
static inline size_t
full_words(const uint64_t *map, size_t words, uint16_t *out)
{
	size_t n = 0;

	for (size_t w = 1; w <= words; w++) {
		out[n] = (uint16_t)w;
		n += map[w] != 0;
	}
	return n;
}
#endif

/* Most words with bits have one or two: two are taken without asking. */
TARGET static size_t
list_places(const uint64_t *map, size_t words, size_t base, uint32_t *out)
{
	uint16_t full[AC_REGION_WORDS + AC_SCAN_STEP];
	size_t full_count = full_words(map, words, full), n = 0;

	for (size_t i = 0; i < full_count; i++) {
		uint64_t bits = map[full[i]];
		uint32_t at = (uint32_t)(base + ((size_t)full[i] - 1) * 64);

		out[n++] = at + (uint32_t)__builtin_ctzll(bits);
		bits &= bits - 1;
		out[n] = at + (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
		n += bits != 0;
		for (bits &= bits - 1; bits; bits &= bits - 1)
			out[n++] = at + (uint32_t)__builtin_ctzll(bits);
	}
	return n;
}
