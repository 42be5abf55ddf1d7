/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bit logic of all kernels, compiled with each one's instructions: TARGET is set by the file that includes this; STEP, FULL_LANES and ANY_LANE, ADD_WORDS and SHIFT_PAIR when it has
 * better ones. STEP words are taken as one vector; what a bit needs of the words before its own comes from the vectors of the step before, what it needs of those behind from the classes.
 */
#ifndef STEP
#define STEP 4
#endif
typedef uint64_t words_n __attribute__((vector_size(8 * STEP), aligned(8), may_alias));
typedef uint16_t lanes_n __attribute__((vector_size(8 * STEP), aligned(2), may_alias));

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

#define IN_STEP TARGET static inline __attribute__((always_inline))

/* The classes of a step's words that more than one kind of place asks for, and those around them. */
typedef struct classes_here {
	words_n word, word_before, word_behind, digit, digit_before, digit_behind, dot, colon, colon_behind;
	words_n inner;        /* dots inside tokens */
	words_n dotted_end;   /* behind the last byte of those tokens, when that is no dot */
	words_n before_colon; /* what stands before colons */
} classes_here;

IN_STEP void
load_step(const ac_scan_maps *m, size_t w, classes_here *x)
{
	x->word = AT(m->word, w);
	x->word_before = AT(m->word, w - 1);
	x->word_behind = AT(m->word, w + 1);
	x->digit = AT(m->digit, w);
	x->digit_before = AT(m->digit, w - 1);
	x->digit_behind = AT(m->digit, w + 1);
	x->dot = AT(m->dot, w);
	x->colon = AT(m->colon, w);
	x->colon_behind = AT(m->colon, w + 1);
	x->inner = x->dot & LATER(x->word, x->word_before, 1) & SOONER(x->word, x->word_behind, 1);
	x->before_colon = SOONER(x->colon, x->colon_behind, 1);
}

/* What the steps before have found, and what they carry. */
typedef struct steps_before {
	words_n number, chain, group, four;
	uint64_t label_carry, member_carry;
} steps_before;

/* What comes of dots inside tokens and between digits: third dots of four numbers, ends of names; no_digit: names behind whose last byte, when it is a digit, none is wanted. */
IN_STEP void
find_dotted(ac_scan_maps *m, size_t w, classes_here *x, words_n no_digit, steps_before *last)
{
	words_n behind_digit = LATER(x->digit, x->digit_before, 1);
	words_n number = x->dot & behind_digit & SOONER(x->digit, x->digit_behind, 1);
	words_n number_before = BEFORE(last->number, number), chain, chain_before, names = x->word | x->inner, sum;

	chain = number & TWO_TO_FOUR_LATER(number, number_before);
	chain_before = BEFORE(last->chain, chain);
	PUT_PLACES(&m->third_dot, w, chain & TWO_TO_FOUR_LATER(chain, chain_before));
	/* a bit added at each dot is carried to the byte behind the last label, through all other dots */
	add_words(&names, &x->inner, &last->label_carry, &sum);
	x->dotted_end = sum & ~names;
	PUT_PLACES(&m->name_end, w, x->dotted_end & ~(behind_digit & no_digit));
	last->number = number;
	last->chain = chain;
}

/* Sixteen word bytes at a place that 16 divides, not behind such ones: a lane of 16 bits that is full, and the one before is not. */
IN_STEP void
find_digests(ac_scan_maps *m, size_t w, const classes_here *x)
{
	lanes_n full = (lanes_n)x->word == UINT16_MAX;
	lanes_n before = (lanes_n)LATER(x->word, x->word_before, 16);

	PUT_PLACES(&m->digest, w, (words_n)(full & (before != UINT16_MAX)) & 0x0001000100010001U);
}

/* "::", or a colon with others two to five bytes before and behind it: "10:00:00" has none. */
IN_STEP void
find_colons(ac_scan_maps *m, size_t w, const classes_here *x)
{
	words_n here = x->colon, behind = x->colon_behind, before = AT(m->colon, w - 1);
	words_n later = TWO_TO_FIVE_LATER(here, before), sooner = TWO_TO_FIVE_SOONER(here, behind);

	PUT_PLACES(&m->address6, w, here & ((later & sooner) | x->before_colon));
}

/* "://" */
IN_STEP void
find_urls(ac_scan_maps *m, size_t w, const classes_here *x)
{
	words_n slash = AT(m->slash, w), behind = AT(m->slash, w + 1);

	PUT_PLACES(&m->url, w, x->colon & SOONER(slash, behind, 1) & SOONER(slash, behind, 2));
}

/*
 * Second letters of what ac_as_name_at may tell something of: "asn", "as" and a byte before 'n', "as" with a digit or nothing of a word around it, and words that begin as "autonomous" may. (From there
 * most of what is asked for has been asked for by others.)
 */
IN_STEP void
find_as_names(const ac_scan_maps *m, size_t w, const classes_here *x, words_n *out)
{
	words_n n = AT(m->letter_n, w), n_behind = AT(m->letter_n, w + 1);
	words_n goes_on = LATER(x->word, x->word_before, 2); /* the first letter is not the word's */
	words_n ends = SOONER(x->digit, x->digit_behind, 1) | ~SOONER(x->word, x->word_behind, 1);
	words_n short_name =
	    (SOONER(n, n_behind, 1) | SOONER(n, n_behind, 2) | (ends & ~goes_on)) & AT(m->quote_or_s, w) & x->word;
	words_n name = short_name | (SOONER(n, n_behind, 3) & ~goes_on);

	*out = name & LATER(AT(m->follow, w), AT(m->follow, w - 1), 1) & LATER(x->word, x->word_before, 1);
}

/*
 * Quotes behind the name of a member of JSON that is one word without digits: it names a field, as those of lines by the thousand do, and is no value. (What else is a key may be a
 * value.) A bit added at the first quote is carried to the second by letters; *carry as in add_words.
 */
IN_STEP void
find_member_ends(const ac_scan_maps *m, size_t w, const classes_here *x, uint64_t *carry, words_n *out)
{
	words_n quote = AT(m->quote_or_s, w) & ~x->word, last = quote & x->before_colon,
		first = quote & ~x->before_colon;
	words_n names = (x->word & ~x->digit) | first, sum;

	add_words(&names, &first, carry, &sum);
	*out = sum & last;
}

/* Bits later by a number that is no constant. */
#define LATER_BY(here, before, by) ((here) << (by) | (before) >> (64 - (by)))

/* Ends of runs of at least 1 to 4 and of 8 word bytes; of 4 those of the words before, too. */
typedef struct runs {
	words_n one, two, three, four, eight, four_before;
} runs;

/* The same of n bytes, 1 to 8. */
IN_STEP void
runs_of(const runs *r, unsigned n, words_n *out)
{
	if (n == 8)
		*out = r->eight;
	else if (n > 4)
		*out = r->four & LATER_BY(r->four, r->four_before, n - 4);
	else
		*out = n == 4 ? r->four : n == 3 ? r->three : n == 2 ? r->two : r->one;
}

/* Which short words are wanted, from so many bytes to so many, none when `from` is more; and whether those of eight bytes and more are. */
typedef struct word_lengths {
	unsigned from, to;
	bool longs;
} word_lengths;

/*
 * Ends of words of the lengths that are wanted, but of those that are parts of something dotted. And second dots of what may be a MAC address of three groups: with four word bytes before
 * them, before those a dot, before that the same.
 */
IN_STEP void
find_word_ends(
    ac_scan_maps *m, size_t w, const classes_here *x, word_lengths want, steps_before *last, words_n *out_macs)
{
	words_n found, members, group;
	runs r = { .one = LATER(x->word, x->word_before, 1) };

	r.two = r.one & LATER(x->word, x->word_before, 2);
	r.three = r.two & LATER(x->word, x->word_before, 3);
	r.four = r.three & LATER(x->word, x->word_before, 4);
	r.four_before = BEFORE(last->four, r.four);
	last->four = r.four;
	r.eight = r.four & LATER(r.four, r.four_before, 4);
	found = r.eight;
	if (want.from <= want.to) {
		words_n enough, too_many;

		runs_of(&r, want.from, &enough);
		runs_of(&r, want.to + 1, &too_many);
		found = want.longs ? (enough & ~too_many) | r.eight : enough & ~too_many;
	}
	find_member_ends(m, w, x, &last->member_carry, &members);
	PUT_PLACES(&m->word_end, w, found & ~(x->word | x->inner | x->dotted_end | members));
	group = r.four & x->inner;
	*out_macs = group & LATER(group, BEFORE(last->group, group), 5);
	last->group = group;
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
		words_n open = AT(m->open, w), numbers = open & SOONER(AT(m->digit, w), AT(m->digit, w + 1), 1);

		if (ANY_LANE(numbers)) {
			words_n word = AT(m->word, w), word_behind = AT(m->word, w + 1);
			words_n third = SOONER(word, word_behind, 3);
			words_n one = ~SOONER(word, word_behind, 2) & third;
			words_n two =
			    SOONER(AT(m->digit, w), AT(m->digit, w + 1), 2) & ~third & SOONER(word, word_behind, 4);

			numbers &= one | two;
		}
		numbers |= (open | AT(m->escape, w)) & SOONER(AT(m->follow, w), AT(m->follow, w + 1), 1);
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

/* All kinds of places in one walk: what several ask for is loaded once. `lengths` is mostly a constant. */
IN_STEP void
find_places_of(ac_scan_maps *m, size_t words, unsigned want, word_lengths lengths)
{
	ac_places_map *const all[] = { &m->third_dot, &m->name_end, &m->digest, &m->address6, &m->url, &m->word_end,
		&m->rare };
	const words_n no_digit = (words_n){ 0 } + (want & AC_WANT_DIGIT_ENDS ? 0 : UINT64_MAX);
	const uint64_t word = m->word[0];
	steps_before last = { LAST_WORD(m->last_number), LAST_WORD(m->last_chain), LAST_WORD(m->last_group),
		LAST_WORD(word << 1 & word << 2 & word << 3 & word << 4), m->label_carry, m->member_carry };

	for (size_t w = 1; w <= words; w += STEP) {
		classes_here x;
		words_n names = { 0 }, macs = { 0 };

		load_step(m, w, &x);
		find_dotted(m, w, &x, no_digit, &last);
		find_digests(m, w, &x);
		if (want & AC_WANT_ADDRESS6)
			find_colons(m, w, &x);
		if (want & AC_WANT_URL)
			find_urls(m, w, &x);
		if (want & AC_WANT_AS_NUMBERS)
			find_as_names(m, w, &x, &names);
		if (lengths.longs || lengths.from <= lengths.to)
			find_word_ends(m, w, &x, lengths, &last, &macs);
		if (want & AC_WANT_RARE)
			PUT_PLACES(&m->rare, w, names | macs);
	}
	m->last_number = KEEP_LAST(last.number);
	m->last_chain = KEEP_LAST(last.chain);
	m->last_group = KEEP_LAST(last.group);
	m->label_carry = last.label_carry;
	m->member_carry = last.member_carry;
	for (size_t i = 0; i < AC_COUNT(all); i++)
		end_places(all[i], words);
}

TARGET static void
find_places(ac_scan_maps *m, size_t words, unsigned want)
{
	const bool longs = want & AC_WANT_LONG_WORDS;

	if (want & AC_WANT_SHORT_WORDS)
		find_places_of(m, words, want, (word_lengths){ AC_WANT_SHORTEST(want), AC_WANT_LONGEST(want), longs });
	else if (longs)
		find_places_of(m, words, want, (word_lengths){ 1, 0, true });
	else
		find_places_of(m, words, want, (word_lengths){ 1, 0, false });
}

#undef AT
#undef BEFORE
#undef IN_STEP
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
