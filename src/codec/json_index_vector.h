/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bytes are, for kernels with vectors: included by a json_index_*.c behind its definitions of
 *   TARGET                      see json_index_loop.h;
 *   vec                         WIDTH bytes;
 *   truth                       a yes or no for each byte of a vec;
 *   load(p), all(c), table(p)   WIDTH bytes; one byte in all places; 16 bytes, repeated;
 *   look_up(table, v)           the table's byte at each low nibble; bytes above 0x7f may give 0 instead;
 *   high_nibbles(v), both(a, b), either(a, b), differ(a, b)   shift, AND, OR, XOR;
 *   minus(a, b), minus_to_0(a, b), lesser(a, b)               wrapping, saturating; unsigned;
 *   back(before, v, n)          the bytes n places before those of v, n a constant 1..3; `before` precedes v;
 *   tail_vec(tail)              ends with these four bytes, the newest highest;
 *   equal(a, b), truth_both(a, b), truth_either(a, b), bits_of(t)   the last: bit i for byte i.
 */

#define PARTS (AC_JSON_INDEX_BLOCK / WIDTH)

typedef struct block {
	vec part[PARTS];
} block;

TARGET AC_JSON_INLINE block
block_load(const char *p)
{
	block b;

	for (unsigned i = 0; i < PARTS; i++)
		b.part[i] = load(p + WIDTH * i);
	return b;
}

TARGET AC_JSON_INLINE bool
block_is_ascii(const block *b)
{
	vec any = b->part[0];

	for (unsigned i = 1; i < PARTS; i++)
		any = either(any, b->part[i]);
	return is_ascii(any);
}

/*
 * The table gives for each byte the one member of the class that has its low nibble; the rest of the table is equal to no byte that finds
 * it.
 */
TARGET AC_JSON_INLINE truth
is_space(vec bytes)
{
	static const uint8_t members[16] = { ' ', 255, 255, 255, 255, 255, 255, 255, 255, '\t', '\n', 255, 255, '\r',
		255, 0 };

	return equal(bytes, look_up(table(members), bytes));
}

/* Brackets become braces by the blank's bit (and the controls 0x0c and 0x1a a comma and a colon). */
TARGET AC_JSON_INLINE truth
is_op_or_control(vec bytes)
{
	static const uint8_t members[16] = { [10] = ':', [11] = '{', [12] = ',', [13] = '}' };

	return equal(either(bytes, all(0x20)), look_up(table(members), bytes));
}

/* Is each byte between first and first + more? */
TARGET AC_JSON_INLINE truth
is_between(vec bytes, unsigned first, unsigned more)
{
	vec above = minus(bytes, all(first));

	return equal(lesser(above, all(more)), above);
}

TARGET AC_JSON_INLINE ac_json_bits
block_bits(const block *b, bool lines)
{
	ac_json_bits bits = { 0 };

	for (unsigned i = 0; i < PARTS; i++) {
		vec bytes = b->part[i];

		bits.quote |= bits_of(equal(bytes, all('"'))) << (WIDTH * i % 64);
		bits.backslash |= bits_of(equal(bytes, all('\\'))) << (WIDTH * i % 64);
		bits.op |= bits_of(is_op_or_control(bytes)) << (WIDTH * i % 64);
		bits.space |= bits_of(is_space(bytes)) << (WIDTH * i % 64);
		bits.control |= bits_of(is_between(bytes, 0, 0x1f)) << (WIDTH * i % 64);
		if (lines)
			bits.feed |= bits_of(equal(bytes, all('\n'))) << (WIDTH * i % 64);
	}
	bits.op &= ~bits.control;
	return bits;
}

/* Bytes of UTF-8 with those before them: yes where a byte is right. See json_kernel.h. */
TARGET AC_JSON_INLINE truth
is_utf8(vec before, vec bytes)
{
	vec back1 = back(before, bytes, 1);
	vec pairs = both(look_up(table(ac_utf8_first_high), high_nibbles(back1)),
	    both(look_up(table(ac_utf8_first_low), both(back1, all(0x0f))),
		look_up(table(ac_utf8_second_high), high_nibbles(bytes))));
	/* The third byte behind e0..ff and the fourth behind f0..ff: there a second continuation is due, and nowhere else. */
	vec third = minus_to_0(back(before, bytes, 2), all(0xe0 - 0x80));
	vec fourth = minus_to_0(back(before, bytes, 3), all(0xf0 - 0x80));

	return equal(pairs, both(either(third, fourth), all(0x80)));
}

/* Last bytes of U+200E, U+200F, U+202A..202E, U+2066..2069 and U+061C. */
TARGET AC_JSON_INLINE truth
is_bidi(vec before, vec bytes)
{
	vec back1 = back(before, bytes, 1), back2 = back(before, bytes, 2);
	truth of_80 =
	    truth_both(equal(back1, all(0x80)), truth_either(is_between(bytes, 0x8e, 1), is_between(bytes, 0xaa, 4)));
	truth of_81 = truth_both(equal(back1, all(0x81)), is_between(bytes, 0xa6, 3));
	truth of_d8 = truth_both(equal(back1, all(0xd8)), equal(bytes, all(0x9c)));

	return truth_either(of_d8, truth_both(equal(back2, all(0xe2)), truth_either(of_80, of_81)));
}

TARGET AC_JSON_INLINE uint64_t
block_utf8(const block *b, const char *p, unsigned n, uint32_t tail, uint64_t *out_bidi)
{
	vec before = tail_vec(tail);
	uint64_t good = 0, bidi = 0;

	(void)p;
	(void)n;
	for (unsigned i = 0; i < PARTS; i++) {
		good |= bits_of(is_utf8(before, b->part[i])) << (WIDTH * i % 64);
		bidi |= bits_of(is_bidi(before, b->part[i])) << (WIDTH * i % 64);
		before = b->part[i];
	}
	*out_bidi = bidi;
	return ~good;
}
