/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel for any machine, by which the others are judged: comparisons that a compiler may turn into vectors, and one multiplication that gathers eight flags into eight bits. */
#include "watch/scan_kernel.h"

#define TARGET
#include "watch/scan_places.h"

enum { IS_WORD = 1, IS_DOT = 2, IS_HEX = 4, IS_COLON = 8, IS_SLASH = 16, IS_DIGIT = 32, IS_HIGH = 64 };
enum { IS_FEED = 1, IS_ESCAPE = 2, IS_OPEN = 4, IS_FOLLOW = 8 }; /* of a second table */

/* Bit `shift` of each of 64 bytes. */
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

static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	uint64_t high = 0;

	for (size_t w = at; w < at + words; w++, p += 64) {
		unsigned char bytes[64], flags[64], more[64];

		memcpy(bytes, p, sizeof(bytes));
		for (unsigned i = 0; i < 64; i++) {
			unsigned char c = bytes[i], lower = c | 0x20;
			unsigned char digit = (unsigned char)(c - '0') <= 9 ? IS_WORD | IS_HEX | IS_DIGIT : 0;
			unsigned char letter = (unsigned char)(lower - 'a') <= 25 ? IS_WORD : 0;
			unsigned char hex = (unsigned char)(lower - 'a') <= 5 ? IS_HEX : 0;
			unsigned char other = c == '_' || c == '-' ? IS_WORD : 0;
			unsigned char above = c >= 0x80 ? IS_WORD | IS_HIGH : 0;
			unsigned char dot = c == '.' ? IS_DOT : 0;
			unsigned char colon = c == ':' ? IS_COLON : 0;
			unsigned char slash = c == '/' ? IS_SLASH : 0;

			flags[i] = digit | letter | hex | other | above | dot | colon | slash;
			more[i] = (c == '\n' ? IS_FEED : 0) | (c == '\\' ? IS_ESCAPE : 0) |
				  (c == '(' || c == '[' || c == '{' ? IS_OPEN : 0) |
				  (lower == 'a' || lower == 'd' || lower == '`' ? IS_FOLLOW : 0);
		}
		m->word[w] = gather(flags, 0);
		m->dot[w] = gather(flags, 1);
		m->hex[w] = gather(flags, 2);
		m->colon[w] = gather(flags, 3);
		m->slash[w] = gather(flags, 4);
		m->digit[w] = gather(flags, 5);
		m->high[w] = gather(flags, 6);
		m->feed[w] = gather(more, 0);
		m->escape[w] = gather(more, 1);
		m->open[w] = gather(more, 2);
		m->follow[w] = gather(more, 3);
		high |= m->high[w];
	}
	return high;
}

static size_t
pass(const ac_gate_block *gate, uint64_t blocks, const uint64_t *keys, size_t n, uint32_t *out)
{
	size_t passed = 0;

	for (size_t i = 0; i < n; i++) {
		out[passed] = (uint32_t)i;
		passed += ac_gate_has(gate, blocks, keys[i]);
	}
	return passed;
}

const ac_scan_kernel ac_scan_kernel_portable = { "portable", classes, find_spellings, find_places, pass };
