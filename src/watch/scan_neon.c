/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel for arm64: 64 flags become bits by three additions of neighbours. */
#include "watch/scan_kernel.h"

/* A test builds this file with SIMDe, for other processors. */
#if defined(__aarch64__) || defined(AC_SCAN_SIMDE)
#ifdef AC_SCAN_SIMDE
#define NAME AC_SCAN_SIMDE
#else
#include <arm_neon.h>
#define NAME "neon"
#endif

#define TARGET
#include "watch/scan_places.h"
#include "watch/scan_lists.h"
#include "watch/scan_quads.h"

static const uint8_t places_of_bits[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };

/* Four times sixteen truths (0xff or 0) as bits. */
static inline uint64_t
bits_of(const uint8x16_t flags[static 4], uint8x16_t places)
{
	uint8x16_t low = vpaddq_u8(vandq_u8(flags[0], places), vandq_u8(flags[1], places));
	uint8x16_t high = vpaddq_u8(vandq_u8(flags[2], places), vandq_u8(flags[3], places));
	uint8x16_t all = vpaddq_u8(low, high);

	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

static inline uint8x16_t
in_range(uint8x16_t bytes, uint8_t first, uint8_t span)
{
	return vcleq_u8(vsubq_u8(bytes, vdupq_n_u8(first)), vdupq_n_u8(span));
}

static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	const uint8x16_t places = vld1q_u8(places_of_bits);
	uint64_t any = 0;

	m->has_signs = true; /* not told */
	for (size_t w = at; w < at + words; w++, p += 64) {
		uint8x16_t word[4], digit[4], dot[4], colon[4], slash[4], high[4];
		uint8x16_t feed[4], escape[4], open[4], follow[4], quote_or_s[4], letter_n[4];

		for (unsigned i = 0; i < 4; i++) {
			uint8x16_t bytes = vld1q_u8((const uint8_t *)p + 16 * (size_t)i);
			uint8x16_t lower = vorrq_u8(bytes, vdupq_n_u8(0x20));

			high[i] = vcgeq_u8(bytes, vdupq_n_u8(0x80));
			digit[i] = in_range(bytes, '0', 9);
			word[i] = vorrq_u8(vorrq_u8(high[i], digit[i]),
			    vorrq_u8(in_range(lower, 'a', 25),
				vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('_')), vceqq_u8(bytes, vdupq_n_u8('-')))));
			dot[i] = vceqq_u8(bytes, vdupq_n_u8('.'));
			colon[i] = vceqq_u8(bytes, vdupq_n_u8(':'));
			slash[i] = vceqq_u8(bytes, vdupq_n_u8('/'));
			feed[i] = vceqq_u8(bytes, vdupq_n_u8('\n'));
			escape[i] = vceqq_u8(bytes, vdupq_n_u8('\\'));
			quote_or_s[i] = vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(lower, vdupq_n_u8('s')));
			letter_n[i] = vceqq_u8(lower, vdupq_n_u8('n'));
			/* '[' and '{' differ in one bit */
			open[i] = vorrq_u8(vceqq_u8(lower, vdupq_n_u8('{')), vceqq_u8(bytes, vdupq_n_u8('(')));
			follow[i] =
			    vorrq_u8(vorrq_u8(vceqq_u8(lower, vdupq_n_u8('a')), vceqq_u8(lower, vdupq_n_u8('d'))),
				vceqq_u8(lower, vdupq_n_u8('`')));
		}
		m->word[w] = bits_of(word, places);
		m->digit[w] = bits_of(digit, places);
		m->dot[w] = bits_of(dot, places);
		m->colon[w] = bits_of(colon, places);
		m->slash[w] = bits_of(slash, places);
		m->high[w] = bits_of(high, places);
		m->feed.bits[w] = bits_of(feed, places);
		m->escape[w] = bits_of(escape, places);
		m->open[w] = bits_of(open, places);
		m->follow[w] = bits_of(follow, places) | m->dot[w] | m->colon[w] | m->slash[w];
		m->quote_or_s[w] = bits_of(quote_or_s, places);
		m->letter_n[w] = bits_of(letter_n, places);
		any |= m->high[w];
	}
	return any;
}

#include "watch/scan_region.h"

const ac_scan_kernel ac_scan_kernel_neon = { NAME, classes, find_spellings, list_places, find_places, pass,
	look_at_region };
#else
typedef int ac_scan_neon_is_for_arm64;
#endif
