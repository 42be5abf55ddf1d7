/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bit logic of all kernels, compiled with each one's instructions: TARGET is set by the file that includes this; STEP, FULL_LANES and ANY_LANE, ADD_WORDS and SHIFT_PAIR when it has
 * better ones. STEP words are taken as one vector; what a bit needs of the words before its own comes from the vectors of the step before, what it needs of those behind from the classes.
 */
#ifndef STEP
#define STEP 4
#endif
typedef uint64_t words_n __attribute__((vector_size(8 * STEP), aligned(8), may_alias));

#ifndef FULL_LANES
/* A bit for each word that has bits; whether any has. */
#define FULL_LANES(x) (((x)[0] != 0) | ((x)[1] != 0) << 1 | ((x)[2] != 0) << 2 | ((x)[3] != 0) << 3)
#define ANY_LANE(x) (((x)[0] | (x)[1] | (x)[2] | (x)[3]) != 0)
#endif

#define AT(map, w) (*(const words_n *)(const void *)((map) + (w)))
#define PUT(map, w) (*(words_n *)(void *)((map) + (w)))
#define PUT_PLACES(places, w, x) (PUT((places)->bits, w) = (x), (places)->full[(w) / STEP] = (uint8_t)FULL_LANES(x))
/* The words before those of `here`, when `last` is the vector before it. A vector whose last word is x, as the step before the first. */
#if STEP == 8
#define BEFORE(last, here) __builtin_shufflevector(last, here, 7, 8, 9, 10, 11, 12, 13, 14)
#define LAST_WORD(x) ((words_n){ 0, 0, 0, 0, 0, 0, 0, (x) })
#else
#define BEFORE(last, here) __builtin_shufflevector(last, here, 3, 4, 5, 6)
#define LAST_WORD(x) ((words_n){ 0, 0, 0, (x) })
#endif
/* Bits `by` bytes later, filled from the words before; and sooner. `by` is a constant. */
#ifdef SHIFT_PAIR
#define LATER(here, before, by) ((words_n)SHIFT_PAIR(here, before, by))
#define SOONER(here, behind, by) ((words_n)SHIFT_PAIR(behind, here, 64 - (by)))
#else
#define LATER(here, before, by) ((here) << (by) | (before) >> (64 - (by)))
#define SOONER(here, behind, by) ((here) >> (by) | (behind) << (64 - (by)))
#endif
/* The word that stands before the next region's first: only of the last region are the words no multiple of a step. */
#define KEEP_LAST(x) ((x)[STEP - 1])

/* Bits two to four bytes later, each; two to five; and as many sooner. */
#ifdef SHIFT_PAIR
#define TWO_TO_FOUR_LATER(here, before) (LATER(here, before, 2) | LATER(here, before, 3) | LATER(here, before, 4))
#define TWO_TO_FIVE_LATER(here, before) (TWO_TO_FOUR_LATER(here, before) | LATER(here, before, 5))
#define TWO_TO_FIVE_SOONER(here, behind)                                                                               \
	(SOONER(here, behind, 2) | SOONER(here, behind, 3) | SOONER(here, behind, 4) | SOONER(here, behind, 5))
#else
#define TWO_TO_FOUR_LATER(here, before)                                                                                \
	(((here) | (here) << 1) << 2 | (here) << 4 | ((before) | (before) >> 1) >> 61 | (before) >> 60)
/* Each is as near as its neighbour, and those two as the next two. */
#define NEXT(x, shift) ((x) | (x)shift 1)
#define NEXT_TWO(x, shift) ((x) | (x)shift 2)
#define TWO_TO_FIVE_LATER(here, before) (NEXT_TWO(NEXT(here, <<), <<) << 2 | NEXT_TWO(NEXT(before, >>), >>) >> 59)
#define TWO_TO_FIVE_SOONER(here, behind) (NEXT_TWO(NEXT(here, >>), >>) >> 2 | NEXT_TWO(NEXT(behind, <<), <<) << 59)
#endif

#ifndef ADD_WORDS
/* The carries of a step worked out one by one. */
TARGET static inline void
carry_through(const uint64_t word[static STEP], const uint64_t begins[static STEP], uint64_t carry,
    uint64_t sums[static STEP], uint64_t carries[static STEP])
{
	for (size_t i = 0; i < STEP; i++) {
		unsigned overflow = __builtin_add_overflow(word[i], begins[i], &sums[i]);

		overflow |= __builtin_add_overflow(sums[i], carry, &sums[i]);
		carry = overflow;
		carries[i] = 0 - carry;
	}
}

/*
 * Adding a bit at the first byte of a last label carries to the byte behind it. A word's carry goes to the next one: where that is full of a label that goes on (64 bytes), the
 * carries of a step are worked out one by one. *carry: all bits when the step before carried, else none; then the same of this one.
 */
TARGET static inline void
add_words(const void *at, const words_n *begins, uint64_t *carry, words_n *out)
{
	words_n word = *(const words_n *)at, sum = word + *begins;
	/* all bits where it overflows */
	words_n here = (words_n)(sum < word), before = BEFORE(LAST_WORD(*carry), here);

	if (ANY_LANE((words_n)(sum == UINT64_MAX) & before))
		carry_through(at, (const uint64_t *)begins, *carry & 1, (uint64_t *)&sum, (uint64_t *)&here);
	else
		sum -= before;
	*carry = here[STEP - 1];
	*out = sum;
}
#endif

/* Dots inside tokens and between digits, and what comes of them: third dots of four numbers, ends of names. */
TARGET static void
find_dotted(ac_scan_maps *m, size_t words, bool digits_too)
{
	const uint64_t digit_ends = digits_too ? 0 : UINT64_MAX;
	const words_n no_digit = (words_n){ 0 } + digit_ends;
	words_n inner = LAST_WORD(m->last_inner), number = LAST_WORD(m->last_number), chain = LAST_WORD(m->last_chain),
		sum;
	uint64_t carry = m->label_carry;

	for (size_t w = 1; w <= words; w += STEP) {
		words_n dot = AT(m->dot, w), word = AT(m->word, w), digit = AT(m->digit, w);
		words_n behind_digit = LATER(digit, AT(m->digit, w - 1), 1);
		words_n inner_here = dot & LATER(word, AT(m->word, w - 1), 1) & SOONER(word, AT(m->word, w + 1), 1);
		words_n number_here = dot & behind_digit & SOONER(digit, AT(m->digit, w + 1), 1);
		words_n number_before = BEFORE(number, number_here), chain_here, chain_before, begins;
		words_n inner_before = BEFORE(inner, inner_here);

		chain_here = number_here & TWO_TO_FOUR_LATER(number_here, number_before);
		chain_before = BEFORE(chain, chain_here);
		PUT_PLACES(&m->third_dot, w, chain_here & TWO_TO_FOUR_LATER(chain_here, chain_before));
		begins = LATER(inner_here, inner_before, 1);
		add_words(m->word + w, &begins, &carry, &sum);
		PUT_PLACES(&m->name_end, w, sum & ~word & ~inner_here & ~(behind_digit & no_digit));
		inner = inner_here;
		number = number_here;
		chain = chain_here;
	}
	m->last_inner = KEEP_LAST(inner);
	m->last_number = KEEP_LAST(number);
	m->last_chain = KEEP_LAST(chain);
	m->label_carry = carry;
}

TARGET static void
find_digests(ac_scan_maps *m, size_t words)
{
	words_n lane = LAST_WORD(m->last_lane);

	for (size_t w = 1; w <= words; w += STEP) {
		words_n x = AT(m->word, w);

		x &= x >> 8;
		x &= x >> 4;
		x &= x >> 2;
		x &= x >> 1 & 0x0001000100010001U;
		PUT_PLACES(&m->digest, w, x & ~LATER(x, BEFORE(lane, x), 16));
		lane = x;
	}
	m->last_lane = KEEP_LAST(lane);
}

/* "::", or a colon with others two to five bytes before and behind it: "10:00:00" has none. */
TARGET static void
find_colons(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += STEP) {
		words_n here = AT(m->colon, w), before = AT(m->colon, w - 1), behind = AT(m->colon, w + 1);
		words_n later = TWO_TO_FIVE_LATER(here, before), sooner = TWO_TO_FIVE_SOONER(here, behind);

		PUT_PLACES(&m->address6, w, here & ((later & sooner) | SOONER(here, behind, 1)));
	}
}

/* Where ac_as_name_at may tell something: "asn", "as" and a byte before 'n', "as" with a digit or nothing of a word around it, and words that begin as "autonomous" may. */
TARGET static void
find_as_names(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += STEP) {
		words_n word = AT(m->word, w), n = AT(m->letter_n, w), n_behind = AT(m->letter_n, w + 1);
		words_n begins = ~LATER(word, AT(m->word, w - 1), 1), ends = AT(m->digit, w) | ~word;
		words_n ends_behind = AT(m->digit, w + 1) | ~AT(m->word, w + 1);
		words_n name =
		    SOONER(n, n_behind, 2) | SOONER(n, n_behind, 3) | (begins & SOONER(ends, ends_behind, 2));
		words_n longer = begins & SOONER(n, n_behind, 4);

		name &= SOONER(AT(m->letter_s, w), AT(m->letter_s, w + 1), 1);
		PUT_PLACES(&m->as_name, w, word & AT(m->follow, w) & (name | longer));
	}
}

/* "://" */
TARGET static void
find_urls(ac_scan_maps *m, size_t words)
{
	for (size_t w = 1; w <= words; w += STEP) {
		words_n slash = AT(m->slash, w), behind = AT(m->slash, w + 1);

		PUT_PLACES(&m->url, w, AT(m->colon, w) & SOONER(slash, behind, 1) & SOONER(slash, behind, 2));
	}
}

/*
 * Quotes behind the name of a member of JSON that is one word without digits: it names a field, as those of lines by the thousand do, and is no value. (What else is a key may be a
 * value.) A bit added behind the first quote is carried to the second by letters; *carry as in add_words.
 */
TARGET static inline void
find_member_ends(const ac_scan_maps *m, size_t w, uint64_t *carry, words_n *out)
{
	words_n quote = AT(m->quote, w), letter = AT(m->word, w) & ~AT(m->digit, w), sum;
	words_n begins = letter & LATER(quote, AT(m->quote, w - 1), 1);

	add_words(&letter, &begins, carry, &sum);
	*out = sum & quote & SOONER(AT(m->colon, w), AT(m->colon, w + 1), 1);
}

/* The same by a number that is none. */
#define LATER_BY(here, before, by) ((here) << (by) | (before) >> (64 - (by)))

/* Ends of runs of at least 1, 2, 4 and 8 word bytes, with those of the words before. */
typedef struct runs {
	words_n one, two, four, eight, two_before, four_before;
} runs;

/* The same of n bytes, 1 to 8. */
TARGET static inline void
runs_of(const runs *r, unsigned n, words_n *out)
{
	if (n == 8)
		*out = r->eight;
	else if (n > 4)
		*out = r->four & LATER_BY(r->four, r->four_before, n - 4);
	else if (n == 4)
		*out = r->four;
	else if (n == 3)
		*out = r->two & LATER(r->two, r->two_before, 1);
	else
		*out = n == 2 ? r->two : r->one;
}

/*
 * Ends of words of `from` to `to` bytes, at most seven, if that is any, and of those of eight and more; not before a dot that goes on with a token. And second dots of what may be a MAC
 * address of three groups: with four word bytes before them, before those a dot, before that the same.
 */
TARGET static inline __attribute__((always_inline)) void
find_word_ends(ac_scan_maps *m, size_t words, unsigned from, unsigned to, bool longs)
{
	words_n group = LAST_WORD(m->last_group);
	uint64_t carry = m->member_carry;

	for (size_t w = 1; w <= words; w += STEP) {
		words_n word = AT(m->word, w), before = AT(m->word, w - 1), dot = AT(m->dot, w);
		words_n inner = dot & SOONER(word, AT(m->word, w + 1), 1), found, members, group_here;
		runs r = { .one = LATER(word, before, 1), .two_before = before << 1 };

		r.two = r.one & LATER(r.one, r.two_before, 1);
		r.two_before &= r.two_before << 1;
		r.four = r.two & LATER(r.two, r.two_before, 2);
		r.four_before = r.two_before & r.two_before << 2;
		r.eight = r.four & LATER(r.four, r.four_before, 4);
		found = r.eight;
		if (from <= to) {
			words_n enough, too_many;

			runs_of(&r, from, &enough);
			runs_of(&r, to + 1, &too_many);
			found = longs ? (enough & ~too_many) | r.eight : enough & ~too_many;
		}
		find_member_ends(m, w, &carry, &members);
		PUT_PLACES(&m->word_end, w, found & ~(word | inner | members));
		group_here = r.four & inner;
		PUT_PLACES(&m->mac_dot, w, group_here & LATER(group_here, BEFORE(group, group_here), 5));
		group = group_here;
	}
	m->last_group = KEEP_LAST(group);
	m->member_carry = carry;
}

/* What the last step has found behind the words that it was asked for is none. */
static void
end_places(ac_places_map *places, size_t words)
{
	size_t last = (words - 1) / STEP;

	places->full[last] &= (uint8_t)((2U << ((words - 1) % STEP)) - 1);
	memset(places->full + last + 1, 0, AC_FULL_AT_ONCE);
}

/*
 * Brackets and backslashes with a byte behind that goes on with a spelling; and brackets before the length of a label, as DNS servers of Windows write names ("www(4)evil"): one digit or two follow, then
 * a byte of no word, then a word. And what listing line feeds needs. False when there are neither such places nor backslashes.
 */
TARGET static bool
find_spellings(ac_scan_maps *m, size_t words)
{
	words_n any = { 0 };

	for (size_t w = 1; w <= words; w += STEP) {
		words_n next = AT(m->dot, w) | AT(m->colon, w) | AT(m->slash, w) | AT(m->follow, w);
		words_n last = AT(m->dot, w + 1) | AT(m->colon, w + 1) | AT(m->slash, w + 1) | AT(m->follow, w + 1);
		words_n open = AT(m->open, w), numbers = open & SOONER(AT(m->digit, w), AT(m->digit, w + 1), 1);

		if (ANY_LANE(numbers)) {
			words_n word = AT(m->word, w), word_behind = AT(m->word, w + 1);
			words_n third = SOONER(word, word_behind, 3);
			words_n one = ~SOONER(word, word_behind, 2) & third;
			words_n two =
			    SOONER(AT(m->digit, w), AT(m->digit, w + 1), 2) & ~third & SOONER(word, word_behind, 4);

			numbers &= one | two;
		}
		numbers |= (open | AT(m->escape, w)) & SOONER(next, last, 1);
		PUT(m->spelling, w) = numbers;
		any |= numbers | AT(m->escape, w);
		m->feed.full[w / STEP] = (uint8_t)FULL_LANES(AT(m->feed.bits, w));
	}
	end_places(&m->feed, words);
	m->has_escape = ANY_LANE(any);
	return m->has_escape;
}

/* Slashes at which a path may begin, not inside of one, nor behind a word or "http:"; and line feeds. */
TARGET static void
find_paths(ac_scan_maps *m, size_t words)
{
	words_n last = LAST_WORD(m->word[0] | m->dot[0] | m->colon[0] | m->slash[0]);

	for (size_t w = 1; w <= words; w += STEP) {
		words_n slash = AT(m->slash, w), inside = AT(m->word, w) | AT(m->dot, w) | AT(m->colon, w) | slash;

		PUT_PLACES(&m->path, w, (slash & ~LATER(inside, BEFORE(last, inside), 1)) | AT(m->feed.bits, w));
		last = inside;
	}
	end_places(&m->path, words);
}

TARGET static void
find_places(ac_scan_maps *m, size_t words, unsigned want)
{
	ac_places_map *const all[] = { &m->third_dot, &m->name_end, &m->digest, &m->address6, &m->url, &m->word_end,
		&m->mac_dot, &m->as_name };

	find_dotted(m, words, want & AC_WANT_DIGIT_ENDS);
	find_digests(m, words);
	if (want & AC_WANT_ADDRESS6)
		find_colons(m, words);
	if (want & AC_WANT_URL)
		find_urls(m, words);
	if (want & AC_WANT_AS_NUMBERS)
		find_as_names(m, words);
	if (want & AC_WANT_SHORT_WORDS)
		find_word_ends(m, words, AC_WANT_SHORTEST(want), AC_WANT_LONGEST(want), want & AC_WANT_LONG_WORDS);
	else if (want & AC_WANT_LONG_WORDS)
		find_word_ends(m, words, 1, 0, true);
	for (size_t i = 0; i < AC_COUNT(all); i++)
		end_places(all[i], words);
}

#undef AT
#undef BEFORE
#undef KEEP_LAST
#undef LAST_WORD
#undef LATER
#undef LATER_BY
#undef NEXT
#undef NEXT_TWO
#undef PUT
#undef PUT_PLACES
#undef SOONER
#undef TWO_TO_FIVE_LATER
#undef TWO_TO_FIVE_SOONER
#undef TWO_TO_FOUR_LATER
