/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bit logic of all kernels, compiled with each one's instructions: TARGET is set by the file that includes this. Words are taken as vectors where no bit depends on
 * more than its neighbours; the end of a label is found by the carry of an addition, word by word.
 */
typedef uint64_t words4 __attribute__((vector_size(32), aligned(8), may_alias));

#define AT(map, w) (*(const words4 *)(const void *)((map) + (w)))
#define PUT(map, w) (*(words4 *)(void *)((map) + (w)))
/* Bits `by` bytes later, filled from the word before; and sooner. */
#define LATER(map, w, by) (AT(map, w) << (by) | AT(map, (w)-1) >> (64 - (by)))
#define SOONER(map, w, by) (AT(map, w) >> (by) | AT(map, (w) + 1) << (64 - (by)))

/* The last word of a map is the first of the next region's. */
static void
keep_last(ac_scan_maps *m, size_t words)
{
	m->inner[0] = m->inner[words];
	m->number_dot[0] = m->number_dot[words];
	m->chain_dot[0] = m->chain_dot[words];
	m->hex_colon[0] = m->hex_colon[words];
	m->chain_colon[0] = m->chain_colon[words];
	m->lane[0] = m->lane[words];
}

/* "::", or the third colon of a chain of groups of one to four digits: "10:00:00" has two. Of a longer chain, the first such one. */
TARGET static void
address_colons(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP)
		PUT(m->hex_colon, w) = AT(m->colon, w) & LATER(m->hex, w, 1) & SOONER(m->hex, w, 1);
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP)
		PUT(m->chain_colon, w) =
		    AT(m->hex_colon, w) & (LATER(m->hex_colon, w, 2) | LATER(m->hex_colon, w, 3) |
					      LATER(m->hex_colon, w, 4) | LATER(m->hex_colon, w, 5));
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP)
		PUT(m->address6, w) =
		    (AT(m->colon, w) & SOONER(m->colon, w, 1)) |
		    (AT(m->chain_colon, w) & (LATER(m->chain_colon, w, 2) | LATER(m->chain_colon, w, 3) |
						 LATER(m->chain_colon, w, 4) | LATER(m->chain_colon, w, 5)));
}

TARGET static void
number_dots(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP) {
		words4 dot = AT(m->dot, w);

		PUT(m->inner, w) = dot & LATER(m->word, w, 1) & SOONER(m->word, w, 1);
		PUT(m->number_dot, w) = dot & LATER(m->digit, w, 1) & SOONER(m->digit, w, 1);
	}
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP)
		PUT(m->chain_dot, w) = AT(m->number_dot, w) & (LATER(m->number_dot, w, 2) | LATER(m->number_dot, w, 3) |
								  LATER(m->number_dot, w, 4));
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP)
		PUT(m->third_dot, w) = AT(m->chain_dot, w) & (LATER(m->chain_dot, w, 2) | LATER(m->chain_dot, w, 3) |
								 LATER(m->chain_dot, w, 4));
}

TARGET static void
digest_lanes(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP) {
		words4 x = AT(m->hex, w);

		x &= x >> 8;
		x &= x >> 4;
		x &= x >> 2;
		PUT(m->lane, w) = x & x >> 1 & 0x0001000100010001U;
	}
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP)
		PUT(m->digest, w) = AT(m->lane, w) & ~LATER(m->lane, w, 16);
}

/* Ends of runs of `from` to `to` word bytes, at most seven, and of those of eight and more. */
TARGET static void
short_word_ends(ac_scan_maps *m, size_t words, unsigned from, unsigned to, bool longs)
{
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP) {
		words4 run = LATER(m->word, w, 1), enough = run, over;

		for (unsigned n = 2; n <= to + 1; n++) {
			run &= LATER(m->word, w, n);
			if (n == from)
				enough = run;
		}
		over = run;
		for (unsigned n = to + 2; longs && n <= 8; n++)
			run &= LATER(m->word, w, n);
		if (longs)
			over &= ~run;
		PUT(m->word_end, w) = ~AT(m->word, w) & enough & ~over;
	}
}

/* Ends of runs of at least eight word bytes. */
TARGET static void
word_ends(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP) {
		words4 x = AT(m->word, w), before = AT(m->word, w - 1);

		for (unsigned by = 1; by < 8; by *= 2) {
			words4 both = x & (x << by | before >> (64 - by));

			before &= before << by;
			x = both;
		}
		PUT(m->word_end, w) = ~AT(m->word, w) & (x << 1 | before >> 63);
	}
}

/* Adding a bit at the first byte of a label carries to the byte behind its last one. */
TARGET static void
name_ends(ac_scan_maps *m, size_t words, bool digits_too)
{
	uint64_t carry = m->label_carry, no_digit = digits_too ? 0 : UINT64_MAX;

	for (size_t w = 1; w <= words; w++) {
		uint64_t word = m->word[w], inner = m->inner[w], sum;
		uint64_t begins = inner << 1 | m->inner[w - 1] >> 63;
		unsigned overflow = __builtin_add_overflow(word, begins, &sum);

		overflow |= __builtin_add_overflow(sum, carry, &sum);
		carry = overflow;
		m->name_end[w] = sum & ~word & ~inner & ~((m->digit[w] << 1 | m->digit[w - 1] >> 63) & no_digit);
	}
	m->label_carry = carry;
}

TARGET static void
find_spellings(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += AC_SCAN_STEP) {
		words4 next = AT(m->dot, w) | AT(m->colon, w) | AT(m->slash, w) | AT(m->follow, w);
		words4 last = AT(m->dot, w + 1) | AT(m->colon, w + 1) | AT(m->slash, w + 1) | AT(m->follow, w + 1);

		PUT(m->spelling, w) = (AT(m->open, w) | AT(m->escape, w)) & (next >> 1 | last << 63);
	}
}

TARGET static void
find_places(ac_scan_maps *m, size_t words, unsigned want)
{
	number_dots(m, words);
	name_ends(m, words, want & AC_WANT_DIGIT_ENDS);
	digest_lanes(m, words);
	if (want & AC_WANT_ADDRESS6)
		address_colons(m, words);
	if (want & AC_WANT_URL)
		for (size_t w = 1; w <= words; w += AC_SCAN_STEP)
			PUT(m->url, w) = AT(m->colon, w) & SOONER(m->slash, w, 1) & SOONER(m->slash, w, 2);
	if (want & AC_WANT_SHORT_WORDS)
		short_word_ends(m, words, AC_WANT_SHORTEST(want), AC_WANT_LONGEST(want), want & AC_WANT_LONG_WORDS);
	else if (want & AC_WANT_LONG_WORDS)
		word_ends(m, words);
	keep_last(m, words);
}

#undef AT
#undef PUT
#undef LATER
#undef SOONER
