/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dotted quads, sixteen at once, for the kernel with AVX-512: what scan_quads.h does for one, and their networks. First the windows of the maps, which are wherever the third dots are; then numbers of
 * digits from them, in lanes; then the numbers, by scan_x86.h's shuffles. TARGET is set by the file that includes this.
 */
#include "watch/scan_parts.h"

#define FIND_QUADS

/* What the maps say around third dots: bit 16 is the dot's. */
typedef struct quad_windows {
	uint32_t digit[AC_QUADS_AT_ONCE], dot[AC_QUADS_AT_ONCE], word[AC_QUADS_AT_ONCE];
} quad_windows;

/* Spans that are quads if their numbers are none above 255: which row of quad_shuffles; 16 more, which are read with the last ones. */
typedef struct quad_spans {
	uint32_t at[AC_QUADS_AT_ONCE + 16], n[AC_QUADS_AT_ONCE + 16], which[AC_QUADS_AT_ONCE + 16];
} quad_spans;

TARGET static inline uint32_t
window_at(const uint64_t *map, size_t bit)
{
	return ac_load32((const char *)map + bit / 8);
}

/* The lowest n bits, at most 16. */
static inline uint32_t
lowest(size_t n)
{
	return n < 16 ? (1U << n) - 1 : 0xffff;
}

/* The place of the only bit of each lane; -1 where there is none. */
TARGET static inline __m512i
place_of(__m512i bit)
{
	return _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(bit));
}

TARGET static inline __m512i
without_lowest(__m512i x)
{
	return _mm512_and_si512(x, _mm512_sub_epi32(x, _mm512_set1_epi32(1)));
}

/* a + 3 * b */
TARGET static inline __m512i
and_thrice(__m512i a, __m512i b)
{
	return _mm512_add_epi32(a, _mm512_add_epi32(b, _mm512_slli_epi32(b, 1)));
}

TARGET static inline void
put_lanes(uint32_t *to, uint16_t which, __m512i x)
{
	_mm512_storeu_si512(to, _mm512_maskz_compress_epi32(which, x));
}

/* A lane each: where the span begins in the window, the numbers of its digits. */
typedef struct quad_lanes {
	__m512i begin, digits[4];
} quad_lanes;

/* Lanes whose maps say enough. */
TARGET static inline uint16_t
read_lanes(__m512i digit, __m512i dot, quad_lanes *out)
{
	const __m512i one = _mm512_set1_epi32(1), before = _mm512_set1_epi32(0xffff);
	/* bytes before the dot that belong to no number */
	__m512i others = _mm512_andnot_si512(_mm512_or_si512(digit, dot), before);
	__m512i begin = _mm512_sub_epi32(_mm512_set1_epi32(32), _mm512_lzcnt_epi32(others));
	__m512i dots = _mm512_srlv_epi32(_mm512_and_si512(dot, before), begin), second = without_lowest(dots);
	__m512i first_at = place_of(_mm512_andnot_si512(second, dots)), second_at = place_of(second);
	/* four are too many */
	__m512i last = _mm512_or_si512(
	    _mm512_xor_si512(_mm512_srli_epi32(digit, 17), _mm512_set1_epi32(-1)), _mm512_set1_epi32(16));

	out->begin = begin;
	out->digits[0] = first_at;
	out->digits[1] = _mm512_sub_epi32(_mm512_sub_epi32(second_at, first_at), one);
	out->digits[2] = _mm512_sub_epi32(_mm512_sub_epi32(_mm512_set1_epi32(15), begin), second_at);
	out->digits[3] = place_of(_mm512_andnot_si512(without_lowest(last), last));
	return _mm512_test_epi32_mask(others, others) & _mm512_test_epi32_mask(second, second) &
	       (uint16_t)~_mm512_test_epi32_mask(without_lowest(second), without_lowest(second));
}

/* Lanes with numbers of one to three digits, where neither a word goes on at an end, nor another number behind a dot. *out_glued: where a word goes on behind them, or an arrow. */
TARGET static inline uint16_t
are_whole(const quad_lanes *q, __m512i dot, __m512i word, uint16_t *out_glued)
{
	const __m512i one = _mm512_set1_epi32(1);
	__m512i end = _mm512_add_epi32(_mm512_set1_epi32(17), q->digits[3]);
	__m512i behind = _mm512_srlv_epi32(word, end), lengths = _mm512_setzero_si512();
	__m512i on = _mm512_and_si512(_mm512_srlv_epi32(dot, end), _mm512_srli_epi32(behind, 1));
	uint16_t good;

	on = _mm512_or_si512(on, _mm512_srlv_epi32(word, _mm512_sub_epi32(q->begin, one)));
	for (unsigned i = 0; i < 4; i++)
		lengths = _mm512_or_si512(lengths, _mm512_sllv_epi32(one, q->digits[i]));
	good = (uint16_t) ~(_mm512_test_epi32_mask(on, one) | _mm512_test_epi32_mask(lengths, _mm512_set1_epi32(~14)));
	*out_glued = good & _mm512_test_epi32_mask(behind, one);
	return good & (uint16_t) ~*out_glued;
}

/* Third dots [i, i + 16), of which `real` are any: their spans behind `count` others. *out_odd: lanes about which the maps do not say enough; *out_bad: those whose numbers are no address. Returns how many spans there are then. */
TARGET static size_t
add_spans(const quad_windows *w, const uint32_t *thirds, size_t i, uint16_t real, quad_spans *out, size_t count,
    uint16_t *out_odd, uint16_t *out_bad)
{
	__m512i third = _mm512_maskz_loadu_epi32(real, thirds + i);
	__m512i shift = _mm512_and_si512(third, _mm512_set1_epi32(7));
	__m512i digit = _mm512_srlv_epi32(_mm512_loadu_si512(w->digit + i), shift);
	__m512i dot = _mm512_srlv_epi32(_mm512_loadu_si512(w->dot + i), shift);
	__m512i word = _mm512_srlv_epi32(_mm512_loadu_si512(w->word + i), shift), which;
	quad_lanes q;
	uint16_t sure = read_lanes(digit, dot, &q) & real, glued, whole = are_whole(&q, dot, word, &glued) & sure;

	*out_odd = real & (uint16_t)(~sure | glued);
	*out_bad = sure & (uint16_t) ~(whole | glued);
	which = and_thrice(q.digits[0], and_thrice(q.digits[1], and_thrice(q.digits[2], q.digits[3])));
	put_lanes(out->at + count, whole, _mm512_add_epi32(_mm512_sub_epi32(third, _mm512_set1_epi32(16)), q.begin));
	put_lanes(
	    out->n + count, whole, _mm512_sub_epi32(_mm512_add_epi32(_mm512_set1_epi32(17), q.digits[3]), q.begin));
	put_lanes(out->which + count, whole, _mm512_sub_epi32(which, _mm512_set1_epi32(40)));
	return count + (size_t)__builtin_popcount(whole);
}

/* Spans i, i + 4, i + 8 and i + 12: their numbers, 32 bits each. *out_bad: a bit each of those that are above 255 or begin with a zero. */
TARGET static inline __m512i
four_quads(const char *text, const quad_spans *s, size_t i, uint16_t *out_bad)
{
	const __m512i tens_and_hundreds = _mm512_set1_epi32(0x00010a64);
	/* the least of a number with hundreds, with tens but none, of ones alone */
	const __m512i leasts = _mm512_set1_epi32(0x00000a64);
	__m512i bytes = _mm512_setzero_si512(), rows = bytes, numbers, absent;

#define LANE(k)                                                                                                        \
	(bytes = _mm512_inserti32x4(                                                                                   \
	     bytes, _mm_loadu_si128((const __m128i *)(const void *)(text + s->at[i + 4 * (k)])), k),                   \
	    rows = _mm512_inserti32x4(                                                                                 \
		rows, _mm_loadu_si128((const __m128i *)(const void *)quad_shuffles[s->which[i + 4 * (k)]]), k))
	LANE(0);
	LANE(1);
	LANE(2);
	LANE(3);
#undef LANE
	numbers = _mm512_madd_epi16(
	    _mm512_maddubs_epi16(
		_mm512_and_si512(_mm512_shuffle_epi8(bytes, rows), _mm512_set1_epi8(0x0f)), tens_and_hundreds),
	    _mm512_set1_epi16(1));
	/* of the first two bytes of a row, the highest bits: 0 to 3, whose other bytes stay empty */
	absent = _mm512_and_si512(rows, _mm512_set1_epi32(0x8080));
	absent = _mm512_or_si512(_mm512_srli_epi32(absent, 7), _mm512_srli_epi32(absent, 14));
	absent = _mm512_or_si512(_mm512_and_si512(absent, _mm512_set1_epi32(3)), _mm512_set1_epi32((int)0x80808000));
	*out_bad = _mm512_cmpgt_epi32_mask(_mm512_shuffle_epi8(leasts, absent), numbers) |
		   _mm512_cmpgt_epi32_mask(numbers, _mm512_set1_epi32(255));
	return numbers;
}

/* The octets of four numbers to number k. */
static const int32_t octets_to[4][4] = { { 0x0004080c, -1, -1, -1 }, { -1, 0x0004080c, -1, -1 },
	{ -1, -1, 0x0004080c, -1 }, { -1, -1, -1, 0x0004080c } };

/* Spans [i, i + 16), of which `real` are any: those that are quads behind `count` others. */
TARGET static size_t
add_quads_of(const char *text, const quad_spans *s, size_t i, uint16_t real, ac_quads *out, size_t count)
{
	__m512i addresses = _mm512_setzero_si512();
	uint16_t bad = 0;

	for (unsigned k = 0; k < 4; k++) {
		uint16_t any;
		__m512i numbers = four_quads(text, s, i + k, &any);
		__m512i to = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)octets_to[k]));

		addresses = _mm512_or_si512(addresses, _mm512_shuffle_epi8(numbers, to));
		any |= any >> 1;
		bad |= (uint16_t)(((any | any >> 2) & 0x1111) << k);
	}
	real &= (uint16_t)~bad;
	put_lanes(out->at + count, real, _mm512_loadu_si512(s->at + i));
	put_lanes(out->n + count, real, _mm512_loadu_si512(s->n + i));
	put_lanes(out->address + count, real, addresses);
	return count + (size_t)__builtin_popcount(real);
}

/* As in scan_quads.h. */
TARGET static size_t
find_quads(const ac_scan_maps *m, const char *text, size_t base, const uint32_t *thirds, size_t n, ac_quads *out,
    size_t count, uint32_t *odd, size_t *out_odd)
{
	quad_windows w;
	quad_spans spans;
	size_t found = 0, odds = 0;

	for (size_t i = 0; i < n; i++) {
		size_t bit = thirds[i] - base + 64 - 16;

		w.digit[i] = window_at(m->digit, bit);
		w.dot[i] = window_at(m->dot, bit);
		w.word[i] = window_at(m->word, bit);
	}
	for (size_t i = 0; i < n; i += 16) {
		uint16_t odd_lanes, bad;

		found = add_spans(&w, thirds, i, (uint16_t)lowest(n - i), &spans, found, &odd_lanes, &bad);
		for (; bad; bad &= (uint16_t)(bad - 1))
			if (ac_may_be_behind_percent(text + thirds[i + (size_t)__builtin_ctz(bad)]))
				odd_lanes |= bad & (uint16_t)-bad;
		for (; odd_lanes; odd_lanes &= (uint16_t)(odd_lanes - 1))
			odd[odds++] = thirds[i + (size_t)__builtin_ctz(odd_lanes)];
	}
	*out_odd = odds;
	/* some place of the text and some row, for those that are read with the last ones */
	put_lanes(spans.at + found, 0, _mm512_setzero_si512());
	put_lanes(spans.which + found, 0, _mm512_setzero_si512());
	for (size_t i = 0; i < found; i += 16)
		count = add_quads_of(text, &spans, i, (uint16_t)lowest(found - i), out, count);
	return count;
}

#define LIST_OPEN

/* As in scan_addresses.h, sixteen at a time. */
TARGET static size_t
list_open(const ac_index *ix, const uint32_t *addresses, size_t n, uint32_t *out)
{
	const __m512i odd = _mm512_set1_epi32((int)ix->networks.odd), mask = _mm512_set1_epi32((int)(AC_NETWORKS - 1)),
		      low = _mm512_set1_epi32(31);
	const __m512i numbers = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
	const __m128i shift = _mm_cvtsi32_si128((int)ix->networks.shift);
	size_t open = 0;

	for (size_t i = 0; i < n; i += 16) {
		uint16_t real = (uint16_t)(n - i < 16 ? (1U << (n - i)) - 1 : 0xffff), passed;
		__m512i address = _mm512_maskz_loadu_epi32(real, addresses + i);
		__m512i bit = _mm512_srl_epi32(
		    _mm512_and_si512(_mm512_mullo_epi32(_mm512_srli_epi32(address, 8), odd), mask), shift);
		__m512i network = _mm512_i32gather_epi32(_mm512_srli_epi32(bit, 5), (const void *)ix->networks.bits, 4);
		__m512i wide = _mm512_i32gather_epi32(_mm512_srli_epi32(address, 21), (const void *)ix->cidr16, 4);

		network = _mm512_srlv_epi32(network, _mm512_and_si512(bit, low));
		wide = _mm512_srlv_epi32(wide, _mm512_and_si512(_mm512_srli_epi32(address, 16), low));
		passed = _mm512_test_epi32_mask(_mm512_or_si512(network, wide), _mm512_set1_epi32(1)) & real;
		put_lanes(out + open, passed, _mm512_add_epi32(numbers, _mm512_set1_epi32((int)i)));
		open += (size_t)__builtin_popcount(passed);
	}
	return open;
}
