/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel for any machine, by which the others are judged: a table says for each byte which classes it is of, each class in a byte of the entry, so that eight entries become one. */
#include "watch/scan_kernel.h"

#define TARGET
#include "watch/scan_places.h"
#include "watch/scan_lists.h"
#include "watch/scan_quads.h"

#define IN(c, first, last) ((c) >= (first) && (c) <= (last))
#define LOWER(c) ((c) | 0x20)
#define DIGIT(c) IN(c, '0', '9')
#define HIGH(c) ((c) >= 0x80)
#define WORD(c) (DIGIT(c) || IN(LOWER(c), 'a', 'z') || (c) == '_' || (c) == '-' || HIGH(c))
#define OPEN(c) ((c) == '(' || (c) == '[' || (c) == '{')
#define FOLLOW(c) (LOWER(c) == 'a' || LOWER(c) == 'd' || LOWER(c) == '`')

#define LANE(is, i) ((uint64_t)(is) << 8 * (i))
#define FIRST(c)                                                                                                       \
	(LANE(WORD(c), 0) | LANE((c) == '.', 1) | LANE((c) == '\\', 2) | LANE((c) == ':', 3) | LANE((c) == '/', 4) |   \
	    LANE(DIGIT(c), 5) | LANE(HIGH(c), 6) | LANE((c) == '\n', 7))
#define SECOND(c)                                                                                                      \
	(LANE(OPEN(c), 0) | LANE(FOLLOW(c), 1) | LANE((c) == '"' || LOWER(c) == 's', 2) | LANE(LOWER(c) == 'n', 3))
#define ROW4(of, c) of(c), of((c) + 1), of((c) + 2), of((c) + 3)
#define ROW16(of, c) ROW4(of, c), ROW4(of, (c) + 4), ROW4(of, (c) + 8), ROW4(of, (c) + 12)
#define ROW64(of, c) ROW16(of, c), ROW16(of, (c) + 16), ROW16(of, (c) + 32), ROW16(of, (c) + 48)

static const uint64_t first_lanes[256] = { ROW64(FIRST, 0), ROW64(FIRST, 64), ROW64(FIRST, 128), ROW64(FIRST, 192) };
static const uint64_t second_lanes[256] = { ROW64(SECOND, 0), ROW64(SECOND, 64), ROW64(SECOND, 128),
	ROW64(SECOND, 192) };

/* One step of turning rows of eight bytes into columns: halves of `bits` bits are exchanged between two rows. */
static inline void
exchange(uint64_t *a, uint64_t *b, unsigned bits, uint64_t mask)
{
	uint64_t t = (*a >> bits ^ *b) & mask;

	*b ^= t;
	*a ^= t << bits;
}

static inline void
turn(uint64_t rows[static 8])
{
	for (unsigned i = 0; i < 4; i++)
		exchange(&rows[i], &rows[i + 4], 32, 0x00000000ffffffffU);
	for (unsigned i = 0; i < 8; i += i & 1 ? 3 : 1)
		exchange(&rows[i], &rows[i + 2], 16, 0x0000ffff0000ffffU);
	for (unsigned i = 0; i < 8; i += 2)
		exchange(&rows[i], &rows[i + 1], 8, 0x00ff00ff00ff00ffU);
}

static uint64_t
classes(const char *p, size_t words, ac_scan_maps *m, size_t at)
{
	uint64_t high = 0;

	m->has_signs = true; /* not told */
	for (size_t w = at; w < at + words; w++, p += 64) {
		const unsigned char *c = (const unsigned char *)p;
		uint64_t rows[8], more[8];

		for (unsigned i = 0; i < 8; i++, c += 8) {
			rows[i] = more[i] = 0;
			for (unsigned k = 0; k < 8; k++) {
				rows[i] |= first_lanes[c[k]] << k;
				more[i] |= second_lanes[c[k]] << k;
			}
		}
		turn(rows);
		turn(more);
		m->word[w] = rows[0];
		m->dot[w] = rows[1];
		m->escape[w] = rows[2];
		m->colon[w] = rows[3];
		m->slash[w] = rows[4];
		m->digit[w] = rows[5];
		m->high[w] = rows[6];
		m->feed.bits[w] = rows[7];
		m->open[w] = more[0];
		m->follow[w] = more[1] | m->dot[w] | m->colon[w] | m->slash[w];
		m->quote_or_s[w] = more[2];
		m->letter_n[w] = more[3];
		high |= rows[6];
	}
	return high;
}

#include "watch/scan_region.h"

const ac_scan_kernel ac_scan_kernel_portable = { "portable", classes, find_spellings, list_places, find_places, pass,
	look_at_region };
