/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner's kernels: the portable one by the definition of its maps, the others by the portable one, on text that is full of what they look for. */
#include "scan_simde.h"
#include "test.h"

#define WORDS 64
#define LAST_WORDS 60 /* no multiple of a step */
#define MAPS 14

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Bytes around what matters: boundaries of classes, digits, dots, colons, and any. */
static void
fill(char *p, size_t n, uint32_t seed)
{
	static const char often[] = "0123456789abcdefABCDEFgnszGNSZ@[`{/:;.-_.....:::://\x7f\x80\xff \n\\([.\"";

	for (size_t i = 0; i < n; i++) {
		uint32_t r = next_random(&seed);

		p[i] = r % 16 == 0 ? (char)(r >> 8) : often[r / 16 % (sizeof(often) - 1)];
		/* runs of digits, long and short */
		if (seed % 97 == 0)
			for (size_t k = 0; k < r % 70 && i + 1 < n; k++)
				p[++i] = "0123456789abcdef"[(r + k) & 15];
		else if (seed % 83 == 0)
			for (size_t k = 0, kind = r % 5; k < 10 && i + 1 < n; k++)
				p[++i] = "autonomousasn1-asn1\"as\"-ds4_n7as_n_ns_n 4AS64496 4as"[10 * kind + k];
		/* names of members, some nearly */
		else if (seed % 89 == 0 && i + 2 < n) {
			p[++i] = '"';
			for (size_t k = r % 300; k > 0 && i + 1 < n; k--)
				p[++i] = k == r % 7000 ? '7' : "Names_of-m\xe9mbers"[k % 17];
			for (size_t k = 0; k < 2 && i + 1 < n; k++)
				p[++i] = "\":"[k];
		}
	}
}

static bool
bit_of(const uint64_t *map, size_t i)
{
	return map[1 + i / 64] >> (i % 64) & 1;
}

static void
portable_classes__follow_the_definition(void **state)
{
	static ac_scan_maps m;
	char text[64];

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (size_t at = 0; at < 64; at += 9) {
			bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
			uint64_t high;

			memset(text, ' ', sizeof(text));
			text[at] = (char)c;
			high = ac_scan_kernel_portable.classes(text, 1, &m, 1);
			assert_int_equal(bit_of(m.word, at), digit || letter || c == '_' || c == '-' || c >= 128);
			assert_int_equal(bit_of(m.digit, at), digit);
			assert_int_equal(bit_of(m.dot, at), c == '.');
			assert_int_equal(bit_of(m.colon, at), c == ':');
			assert_int_equal(bit_of(m.slash, at), c == '/');
			assert_int_equal(bit_of(m.high, at), c >= 128);
			assert_int_equal(bit_of(m.feed.bits, at), c == '\n');
			assert_int_equal(bit_of(m.escape, at), c == '\\');
			assert_int_equal(bit_of(m.quote_or_s, at), c == '"' || c == 's' || c == 'S');
			assert_int_equal(bit_of(m.letter_n, at), c == 'n' || c == 'N');
			assert_int_equal(bit_of(m.open, at), c == '(' || c == '[' || c == '{');
			assert_int_equal(bit_of(m.follow, at), c && strchr("@AD`ad.:/", (int)c) != NULL);
			assert_int_equal(high != 0, c >= 128);
			assert_int_equal(
			    __builtin_popcountll(m.word[1] | m.dot[1] | m.colon[1] | m.slash[1]) <= 1, true);
		}
}

/* The marked places of a text, as a text of '^' and ' '. */
static void
assert_places(const char *text, const uint64_t *map, const char *want)
{
	size_t n = strlen(text);

	for (size_t i = 0; i <= n; i++)
		if (bit_of(map, i) != (want[i] == '^'))
			fail_msg("%s: place %zu is %s", text, i, want[i] == '^' ? "not marked" : "marked");
}

static void
places__are_those_of_tokens(void **state)
{
	static const struct {
		const char *text;
		size_t map; /* offset */
		const char *want;
	} rows[] = {
		{ "x a.b.c y.z. q", offsetof(ac_scan_maps, name_end), "       ^   ^     " },
		{ "a..b .c d. e-f.g1 ", offsetof(ac_scan_maps, name_end), "                 ^  " },
		{ "1.2.3.4 88.0.4324.150 1.2.3", offsetof(ac_scan_maps, third_dot), "     ^                         " },
		{ "1.2.3.4.5", offsetof(ac_scan_maps, third_dot), "     ^ ^    " },
		{ "10:11:12 2001:db8::1 1:2:3:4:5", offsetof(ac_scan_maps, address6),
		    "                 ^^   ^ ^ ^        " },
		{ "a://b c:/ d:///", offsetof(ac_scan_maps, url), " ^         ^        " },
		{ "0123456789abcdef0123456789abcdef", offsetof(ac_scan_maps, digest),
		    "^                                 " },
		{ "short longer-word x", offsetof(ac_scan_maps, word_end), "                 ^   " },
		{ "a.longerword longer-word.b longer-word.", offsetof(ac_scan_maps, word_end),
		    "                                      ^ " },
		{ "{\"a_member\":\"of_value\",\"member-2\":1", offsetof(ac_scan_maps, word_end),
		    "                     ^          ^   " },
		{ "\"some_key\" : \"many keynames\":\"\\\"quoted__\\\":", offsetof(ac_scan_maps, word_end),
		    "         ^                 ^            ^   " },
		{ "src_asn AS64496 as_number \"as\" as.n autonomous_s", offsetof(ac_scan_maps, rare),
		    "     ^   ^       ^          ^   ^    ^           " },
		{ "0000.5e00.53af a1.4324.1500 4324.150.1", offsetof(ac_scan_maps, rare),
		    "         ^                              " },
		{ "assets has 4as1 base gas1 AUTOS \"has\" last_n", offsetof(ac_scan_maps, rare),
		    "                                              " },
	};
	static ac_scan_maps m;

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		char text[128] = { 0 };

		memset(&m, 0, sizeof(m));
		memcpy(text, rows[i].text, strlen(rows[i].text));
		ac_scan_kernel_portable.classes(text, 2, &m, 1);
		ac_scan_kernel_portable.places(&m, 2,
		    AC_WANT_ADDRESS6 | AC_WANT_URL | AC_WANT_DIGIT_ENDS | AC_WANT_LONG_WORDS | AC_WANT_AS_NUMBERS);
		assert_places(
		    rows[i].text, (const uint64_t *)(const void *)((const char *)&m + rows[i].map), rows[i].want);
	}
}

/* Labels that are longer than a word, and than a step: their ends are where the word bytes end, behind a dot. */
static void
assert_long_labels(const ac_scan_kernel *k)
{
	static ac_scan_maps m;
	static char text[64 * 13];

	for (size_t begin = 60; begin < 70; begin++)
		for (size_t n = 1; n < 64 * 10; n += 1 + n / 9) {
			memset(text, ' ', sizeof(text));
			text[begin] = 'x';
			text[begin + 1] = '.';
			memset(text + begin + 2, 'a', n);
			memset(&m, 0, sizeof(m));
			k->classes(text, 13, &m, 1);
			k->places(&m, 12, 0);
			for (size_t at = 0; at < 64 * 12; at++)
				if (bit_of(m.name_end.bits, at) != (at == begin + 2 + n))
					fail_msg("%s: %zu bytes behind %zu: place %zu", k->name, n, begin, at);
		}
}

static void
ends_of_names__are_behind_labels_of_any_length(void **state)
{
	(void)state;
	for (size_t i = 0; ac_scan_kernel_at(i); i++)
		assert_long_labels(ac_scan_kernel_at(i));
	if (scan_simde_avx512())
		assert_long_labels(scan_simde_avx512());
}

/* Every range of lengths, with long words and without, against counting bytes. */
static void
ends_of_words__are_those_of_the_lengths_that_are_wanted(void **state)
{
	static ac_scan_maps m;
	static char text[64 * 5];
	uint32_t seed = 7;

	(void)state;
	memset(text, ' ', sizeof(text));
	for (size_t at = 0; at < 64 * 4 - 12;) {
		size_t n = next_random(&seed) % 12;

		memset(text + at, 'a', n);
		at += n + 1;
	}
	for (unsigned from = 1; from <= 7; from++)
		for (unsigned to = from; to <= 7; to++)
			for (unsigned longs = 0; longs < 2; longs++) {
				size_t n = 0;

				memset(&m, 0, sizeof(m));
				ac_scan_kernel_portable.classes(text, 5, &m, 1);
				ac_scan_kernel_portable.places(&m, 4,
				    AC_WANT_SHORT_WORDS | AC_WANT_LENGTHS(from, to) | (longs ? AC_WANT_LONG_WORDS : 0));
				for (size_t at = 0; at < 64 * 4; at++) {
					bool is_end =
					    text[at] == ' ' && n > 0 && ((n >= from && n <= to) || (longs && n >= 8));

					assert_int_equal(m.word_end.bits[1 + at / 64] >> (at % 64) & 1, is_end);
					n = text[at] == ' ' ? 0 : n + 1;
				}
			}
}

static void
spellings__begin_at_brackets_and_backslashes(void **state)
{
	static const char text[] = "a[.]b (dot) [x] \\.c {@} [[:", want[] = " ^    ^         ^   ^    ^ ";
	static ac_scan_maps m;
	char padded[256] = { 0 };

	(void)state;
	/* once across the end of a word */
	for (size_t at = 0; at <= 64; at += 62) {
		memset(padded, 0, sizeof(padded));
		memcpy(padded + at, text, sizeof(text));
		ac_scan_kernel_portable.classes(padded, 4, &m, 1);
		ac_scan_kernel_portable.spellings(&m, 3);
		for (size_t i = 0; i < sizeof(want) - 1; i++)
			if (bit_of(m.spelling, at + i) != (want[i] == '^'))
				fail_msg("place %zu behind %zu", i, at);
	}
}

static void
next_bit__is_found_in_its_range(void **state)
{
	static const uint64_t map[3] = { 1, 0, UINT64_C(1) << 5 };

	(void)state;
	assert_int_equal(ac_scan_next(map, 0, 192), 0);
	assert_int_equal(ac_scan_next(map, 1, 192), 133);
	assert_int_equal(ac_scan_next(map, 133, 134), 133);
	assert_int_equal(ac_scan_next(map, 1, 133), 133);
	assert_int_equal(ac_scan_next(map, 134, 192), 192);
	assert_int_equal(ac_scan_next(map, 192, 192), 192);
}

/* Two regions one behind the other, as a scan does it. */
static void
run(const ac_scan_kernel *k, const char *text, unsigned want, ac_scan_maps *m, uint64_t out[MAPS][2 * WORDS])
{
	memset(m, 0, sizeof(*m));
	m->wants_words = true;
	for (size_t r = 0; r < 2; r++) {
		size_t words = r ? LAST_WORDS : WORDS;
		const uint64_t *maps[MAPS] = { m->name_end.bits, m->third_dot.bits, m->digest.bits, m->address6.bits,
			m->url.bits, m->word_end.bits, m->feed.bits, m->escape, m->open, m->follow, m->quote_or_s,
			m->spelling, m->letter_n, m->rare.bits };

		k->classes(text + r * 64 * WORDS, words + 1, m, 1);
		k->spellings(m, words);
		k->places(m, words, want);
		for (unsigned i = 0; i < MAPS; i++)
			memcpy(out[i] + r * WORDS, maps[i] + 1, words * sizeof(uint64_t));
		m->word[0] = m->word[WORDS];
		m->dot[0] = m->dot[WORDS];
		m->digit[0] = m->digit[WORDS];
		m->colon[0] = m->colon[WORDS];
		m->slash[0] = m->slash[WORDS];
		m->follow[0] = m->follow[WORDS];
	}
}

/* A '#' anywhere is told of; the kernel with AVX-512 tells of none where there is none, too. */
static void
assert_hashes_are_told(const ac_scan_kernel *k)
{
	static ac_scan_maps m;
	char text[64 * 9];

	for (unsigned i = 0; i < 2 * sizeof(text); i++) {
		/* with bytes from 0x80 on and without */
		memset(text, i % 2 ? '\xc3' : '/', sizeof(text));
		text[i / 2 / 64 * 64] = '\n';
		m.has_signs = false;
		(void)k->classes(text, 9, &m, 1);
		assert_true(!m.has_signs || k != &ac_scan_kernel_avx512);
		text[i / 2] = '#';
		(void)k->classes(text, 9, &m, 1);
		assert_true(m.has_signs);
		assert_false(bit_of(m.slash, i / 2) || bit_of(m.feed.bits, i / 2));
	}
}

/* The places of a map are listed as by the portable kernel from its own. */
static void
assert_lists_are_same(const ac_scan_kernel *k, const ac_places_map *portable_map, const ac_places_map *map)
{
	static uint32_t want[64 * WORDS + 64], got[64 * WORDS + 64];
	size_t n = ac_scan_kernel_portable.list(portable_map, LAST_WORDS, 1000, want);

	assert_int_equal(k->list(map, LAST_WORDS, 1000, got), n);
	assert_memory_equal(want, got, n * sizeof(*want));
}

static void
assert_same_as_portable(const ac_scan_kernel *k)
{
	static ac_scan_maps want_maps, got_maps;
	static char text[64 * (2 * WORDS + 1)];
	static uint64_t want[MAPS][2 * WORDS], got[MAPS][2 * WORDS];
	static const unsigned wants[] = { AC_WANT_SHORT_WORDS | AC_WANT_LENGTHS(3, 5),
		AC_WANT_ADDRESS6 | AC_WANT_URL | AC_WANT_SHORT_WORDS | AC_WANT_LENGTHS(1, 7) | AC_WANT_LONG_WORDS,
		AC_WANT_ADDRESS6 | AC_WANT_URL | AC_WANT_DIGIT_ENDS | AC_WANT_LONG_WORDS | AC_WANT_AS_NUMBERS };
	static ac_gate_block gate[64];
	uint64_t keys[64];
	uint32_t want_passed[64], got_passed[64], seed = 5;

	assert_hashes_are_told(k);
	for (uint32_t round = 0; round < 100; round++) {
		size_t n;

		fill(text, sizeof(text), round + 1);
		assert_int_equal(
		    k->classes(text, WORDS, &got_maps, 1), ac_scan_kernel_portable.classes(text, WORDS, &want_maps, 1));
		assert_memory_equal(want_maps.high + 1, got_maps.high + 1, WORDS * sizeof(uint64_t));
		run(&ac_scan_kernel_portable, text, wants[round % 3], &want_maps, want);
		run(k, text, wants[round % 3], &got_maps, got);
		for (unsigned i = 0; i < MAPS; i++)
			if (memcmp(want[i], got[i], sizeof(want[i])) != 0)
				fail_msg("%s: map %u differs in round %u", k->name, i, (unsigned)round);
		assert_lists_are_same(k, &want_maps.feed, &got_maps.feed);
		assert_lists_are_same(k, &want_maps.name_end, &got_maps.name_end);
		assert_lists_are_same(k, &want_maps.digest, &got_maps.digest);
		for (size_t i = 0; i < 64; i++) {
			for (unsigned w = 0; w < 8; w++)
				gate[i].word[w] = ~(1U << next_random(&seed) % 32 | 1U << next_random(&seed) % 32);
			keys[i] = (uint64_t)next_random(&seed) << 40 ^ (uint64_t)next_random(&seed) << 20 ^
				  next_random(&seed);
		}
		n = ac_scan_kernel_portable.pass(gate, 64, keys, 64, want_passed);
		assert_int_equal(k->pass(gate, 64, keys, 64, got_passed), n);
		assert_memory_equal(want_passed, got_passed, n * sizeof(*want_passed));
	}
}

static void
kernels_of_this_processor__are_as_the_portable_one(void **state)
{
	(void)state;
	for (size_t i = 0; ac_scan_kernel_at(i); i++)
		assert_same_as_portable(ac_scan_kernel_at(i));
}

static void
kernels_of_other_processors__are_as_the_portable_one(void **state)
{
	(void)state;
	if (!scan_simde_avx512())
		skip();
	assert_same_as_portable(scan_simde_avx512());
	assert_same_as_portable(scan_simde_neon());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(portable_classes__follow_the_definition),
		cmocka_unit_test(places__are_those_of_tokens),
		cmocka_unit_test(ends_of_names__are_behind_labels_of_any_length),
		cmocka_unit_test(ends_of_words__are_those_of_the_lengths_that_are_wanted),
		cmocka_unit_test(spellings__begin_at_brackets_and_backslashes),
		cmocka_unit_test(next_bit__is_found_in_its_range),
		cmocka_unit_test(kernels_of_this_processor__are_as_the_portable_one),
		cmocka_unit_test(kernels_of_other_processors__are_as_the_portable_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
