/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernels of the structural index share: the masks of one block and how they become entries. Bit i of a mask is byte i of the
 * block. Private to codec/json_index*.
 */
#ifndef AC_CODEC_JSON_KERNEL_H
#define AC_CODEC_JSON_KERNEL_H

#include <string.h>

#include "codec/json_index.h"

#define AC_JSON_INLINE static inline __attribute__((always_inline))

typedef size_t ac_json_index_run(ac_json_index *ix, const char *text, size_t n, uint32_t base, uint32_t *out);

struct ac_json_kernel {
	const char *name;
	ac_json_index_run *text;
	ac_json_index_run *lines;
};

extern const ac_json_kernel ac_json_kernel_portable;
#ifdef __SSE2__
extern const ac_json_kernel ac_json_kernel_sse4;
extern const ac_json_kernel ac_json_kernel_avx2;
extern const ac_json_kernel ac_json_kernel_avx512;
#endif
#ifdef __aarch64__
extern const ac_json_kernel ac_json_kernel_neon;
#endif

/* Which bytes of a block are what, wherever they stand. */
typedef struct ac_json_bits {
	uint64_t quote;
	uint64_t backslash;
	uint64_t op;      /* { } [ ] : , */
	uint64_t space;   /* blank, tab, line feed, carriage return */
	uint64_t control; /* below 0x20 */
	uint64_t feed;    /* line feed; wanted in line mode only */
} ac_json_bits;

/* Inclusive XOR of all bits below: from quotes to what is between them. */
AC_JSON_INLINE uint64_t
ac_json_prefix_xor(uint64_t bits)
{
	for (unsigned shift = 1; shift < 64; shift *= 2)
		bits ^= bits << shift;
	return bits;
}

/* Bits below n, n <= 64. */
AC_JSON_INLINE uint64_t
ac_json_below(unsigned n)
{
	return n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
}

/*
 * The backslashes that begin an escape. Backslashes that stand in a run alternate between beginning one and being escaped; subtracting the
 * run from its odd places turns into one carry for each run, so that no loop is needed (Langdale and Lemire, s3.1.1). `begins` must not
 * hold a bit 0 that is itself escaped.
 */
AC_JSON_INLINE uint64_t
ac_json_escape_pairs(uint64_t begins)
{
	const uint64_t odd = 0xaaaaaaaaaaaaaaaau;

	return (((begins << 1) | odd) - begins) ^ odd;
}

/*
 * Entries for bits, eight at a time without asking how many: a branch for each that goes either way costs more than what is written in
 * vain, and written over.
 */
AC_JSON_INLINE uint32_t *
ac_json_put(uint32_t *out, uint32_t at, uint64_t bits)
{
	const uint64_t last = (uint64_t)1 << 63;
	unsigned count = (unsigned)__builtin_popcountll(bits);

	for (unsigned done = 0; done < count; done += 8)
		for (unsigned i = done; i < done + 8; i++, bits &= bits - 1)
			out[i] = at + (uint32_t)__builtin_ctzll(bits | last);
	return out + count;
}

/* Four bytes as a tail. (A plain load, where bytes are in this order.) */
AC_JSON_INLINE uint32_t
ac_json_tail_at(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* The last four bytes once the n at p (of a block) have followed `tail`. */
AC_JSON_INLINE uint32_t
ac_json_tail(uint32_t tail, const char *p, unsigned n)
{
	if (n >= 4)
		return ac_json_tail_at(p + n - 4);
	for (unsigned i = 0; i < n; i++)
		tail = tail >> 8 | (uint32_t)(unsigned char)p[i] << 24;
	return tail;
}

/* How many of these bytes, the newest, are a character that is not complete. All before it must be UTF-8. */
AC_JSON_INLINE unsigned
ac_json_tail_open(uint32_t tail)
{
	if (!(tail & 0x80000000u))
		return 0;
	if (tail >= 0xc0000000u)
		return 1;
	if ((tail >> 16 & 0xff) >= 0xe0)
		return 2;
	return (tail >> 8 & 0xff) >= 0xf0 && (tail >> 16 & 0xc0) == 0x80 ? 3 : 0;
}

/*
 * UTF-8 without vectors: n <= 64 bytes at p behind `tail`. Returns the place of the first byte that cannot be there (-1 for one
 * that ended the block before), or n; *out_bidi: the last bytes of bidi controls.
 */
int ac_json_utf8_look(uint32_t tail, const char *p, unsigned n, uint64_t *out_bidi);
/*
 * A kernel found something in the n bytes at p, the block at position `at`: bits of `control` or bad UTF-8. Sets the flaw; returns
 * the bits before it.
 */
uint64_t ac_json_index_flawed(
    ac_json_index *ix, uint32_t tail, const char *p, unsigned n, uint64_t control, uint64_t at);

/*
 * Classes of errors of two bytes in a row, for vectors of UTF-8 (Keiser and Lemire 2021, table 8): what the first byte's high nibble
 * allows for, its low nibble, and the second byte's high nibble; an error is what all three allow for.
 */
enum {
	AC_UTF8_TOO_SHORT = 1 << 0,   /* a lead, then no continuation */
	AC_UTF8_TOO_LONG = 1 << 1,    /* ASCII, then a continuation */
	AC_UTF8_OVERLONG_3 = 1 << 2,  /* e0 80..9f */
	AC_UTF8_TOO_LARGE = 1 << 3,   /* f4 90..bf, f5..ff 90..bf */
	AC_UTF8_SURROGATE = 1 << 4,   /* ed a0..bf */
	AC_UTF8_OVERLONG_2 = 1 << 5,  /* c0 and c1 */
	AC_UTF8_TOO_LARGE_8 = 1 << 6, /* f5..ff 80..8f */
	AC_UTF8_OVERLONG_4 = 1 << 6,  /* f0 80..8f */
	AC_UTF8_TWO = 1 << 7          /* two continuations: right when a long lead stands before */
};
/* Each at its nibble. */
extern const uint8_t ac_utf8_first_high[16];
extern const uint8_t ac_utf8_first_low[16];
extern const uint8_t ac_utf8_second_high[16];

#endif
