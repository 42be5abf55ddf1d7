/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to class bitmaps, portable: comparisons that a compiler turns into whatever vectors the machine has, then one multiplication
 * gathers eight flags into eight bits. Bit i of a mask is byte i.
 */
#include "watch/scan.h"

enum { IS_WORD = 1, IS_DOT = 2, IS_HEX = 4, IS_COLON = 8, IS_SLASH = 16 };

/* Bit `flag` of each of 64 bytes. */
static inline uint64_t
gather(const unsigned char flags[static 64], unsigned shift)
{
	uint64_t out = 0;

	for (unsigned i = 0; i < 8; i++) {
		uint64_t eight = ac_load64(flags + 8 * (size_t)i) >> shift & 0x0101010101010101U;

		out |= (eight * 0x0102040810204080U >> 56) << (8 * i);
	}
	return out;
}

void
ac_masks_of(const char *p, ac_masks *out)
{
	unsigned char bytes[64], flags[64];

	memcpy(bytes, p, sizeof(bytes));
	for (unsigned i = 0; i < 64; i++) {
		unsigned char c = bytes[i], lower = c | 0x20;
		unsigned char digit = (unsigned char)(c - '0') <= 9 ? IS_WORD | IS_HEX : 0;
		unsigned char letter = (unsigned char)(lower - 'a') <= 25 ? IS_WORD : 0;
		unsigned char hex = (unsigned char)(lower - 'a') <= 5 ? IS_HEX : 0;
		unsigned char other = c == '_' || c == '-' || c >= 0x80 ? IS_WORD : 0;
		unsigned char dot = c == '.' ? IS_DOT : 0;
		unsigned char colon = c == ':' ? IS_COLON : 0;
		unsigned char slash = c == '/' ? IS_SLASH : 0;

		flags[i] = digit | letter | hex | other | dot | colon | slash;
	}
	out->word = gather(flags, 0);
	out->dot = gather(flags, 1);
	out->hex = gather(flags, 2);
	out->colon = gather(flags, 3);
	out->slash = gather(flags, 4);
}
