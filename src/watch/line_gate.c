/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four bytes behind one another are looked up by their lower halves, at 32 places at once: a table for each of the four says to which of eight groups of known windows the byte may belong ("Teddy", of
 * Hyperscan). Where all four agree, the window itself is looked up, and of texts that are long enough eight bytes from where it begins, or up to where it ends.
 */
#include "watch/line_gate.h"

#include <stdlib.h>

#include "watch/needles.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif

#define GROUPS 8
#define WINDOWS_MAX 256
/* So many places of 65536 may agree by chance, where all halves of bytes are as frequent as each other. */
#define CHANCE_MAX 2048
#define LINE_MIN 64
/* A window that is usual counts as one of so many. */
#define USUAL_COUNTS 64
/* Windows are counted by so many bits of their hash, and eight bytes are known by so many of theirs. */
#define COUNT_BITS 20
#define EIGHT_BITS 20

typedef enum side { SIDE_NONE, SIDE_BEGIN, SIDE_END, SIDES } side;

struct ac_line_gate {
	uint8_t halves[AC_NEEDLE_MIN][16]; /* groups whose windows have a byte of such a lower half there */
	/* Slots of windows: of texts of less than eight bytes, and of those of which the eight from its begin, or up to its end, are known. */
	uint64_t windows[SIDES][(1 << AC_NEEDLES_BITS) / 64];
	uint64_t all[(1 << AC_NEEDLES_BITS) / 64]; /* of any of them */
	uint64_t eights[(1 << EIGHT_BITS) / 64];
};

static inline bool
has_bit(const uint64_t *bits, uint32_t at)
{
	return bits[at / 64] >> (at % 64) & 1;
}

static inline uint32_t
slot_of_eight(const char *p)
{
	uint64_t bytes;

	memcpy(&bytes, p, sizeof(bytes));
	return (uint32_t)((bytes | 0x2020202020202020U) * 0x9e3779b97f4a7c15U >> (64 - EIGHT_BITS));
}

#ifdef __SSE2__
/* How many different lower halves a group has at a place of its windows. */
static unsigned
count_halves(const ac_line_gate *g, unsigned place, unsigned group)
{
	unsigned n = 0;

	for (size_t half = 0; half < 16; half++)
		n += g->halves[place][half] >> group & 1;
	return n;
}

/* The chance of a group, with one more window when there is one. */
static unsigned
chance_of(const ac_line_gate *g, unsigned group, const char *window)
{
	unsigned chance = 1;

	for (unsigned place = 0; place < AC_NEEDLE_MIN; place++) {
		unsigned n = count_halves(g, place, group);

		chance *= n + (window && !(g->halves[place][window[place] & 15] >> group & 1));
	}
	return chance;
}

/* Into the group that it makes the least likelier. */
static void
add_window(ac_line_gate *g, const char *window)
{
	unsigned best = 0, best_growth = UINT32_MAX;

	for (unsigned group = 0; group < GROUPS; group++) {
		unsigned growth = chance_of(g, group, window) - chance_of(g, group, NULL);

		if (growth < best_growth) {
			best = group;
			best_growth = growth;
		}
	}
	for (unsigned place = 0; place < AC_NEEDLE_MIN; place++)
		g->halves[place][window[place] & 15] |= (uint8_t)(1U << best);
}

static uint32_t
folded(const char *window)
{
	return ac_load32(window) | 0x20202020U;
}

static uint32_t
counted_at(const char *window)
{
	return folded(window) * 0x9e3779b1U >> (32 - COUNT_BITS);
}

static void
count_windows(const ac_str *texts, size_t n, uint32_t *counts)
{
	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at + AC_NEEDLE_MIN <= texts[i].n; at++)
			counts[counted_at(texts[i].p + at)]++;
}

static side
side_of(ac_str text, size_t at)
{
	return text.n < 8 ? SIDE_NONE : at + 8 <= text.n ? SIDE_BEGIN : SIDE_END;
}

/* The window of a text that most texts share. */
static size_t
best_window(ac_str text, const uint32_t *counts)
{
	uint32_t most = 0;
	size_t best = 0;

	for (size_t at = 0; at + AC_NEEDLE_MIN <= text.n; at++) {
		uint32_t count = counts[counted_at(text.p + at)];

		/* Eight bytes must be there on a side of it. */
		if (count > most && (side_of(text, at) != SIDE_END || at + AC_NEEDLE_MIN >= 8)) {
			most = count;
			best = at;
		}
	}
	return best;
}

static void
set_bit(uint64_t *bits, uint32_t at)
{
	bits[at / 64] |= (uint64_t)1 << (at % 64);
}

/* Each text's best window. False: they are too many. */
static bool
add_windows(ac_line_gate *g, const ac_str *texts, size_t n, const uint32_t *counts)
{
	uint32_t seen[WINDOWS_MAX];
	unsigned chance = 0;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = best_window(texts[i], counts), k = 0;
		const char *window = texts[i].p + at;
		side which = side_of(texts[i], at);

		set_bit(g->windows[which], ac_needles_slot(window));
		set_bit(g->all, ac_needles_slot(window));
		if (which != SIDE_NONE)
			set_bit(g->eights, slot_of_eight(which == SIDE_BEGIN ? window : window + AC_NEEDLE_MIN - 8));
		while (k < count && seen[k] != folded(window))
			k++;
		if (k < count)
			continue;
		if (count == WINDOWS_MAX)
			return false;
		seen[count++] = folded(window);
		add_window(g, window);
	}
	for (unsigned group = 0; group < GROUPS; group++)
		chance += chance_of(g, group, NULL);
	return chance <= CHANCE_MAX;
}

/* *out NULL: they are too different. */
static int
make(const ac_str *texts, size_t n, const ac_str *usual, size_t usual_n, ac_line_gate **out)
{
	ac_line_gate *g = calloc(1, sizeof(*g));
	uint32_t *counts = calloc((size_t)1 << COUNT_BITS, sizeof(*counts));
	int rc = g && counts ? 0 : ACCORD_ENOMEM;

	if (!rc) {
		count_windows(texts, n, counts);
		for (size_t i = 0; i < usual_n; i++)
			for (size_t at = 0; at + AC_NEEDLE_MIN <= usual[i].n; at++) {
				uint32_t *count = &counts[counted_at(usual[i].p + at)];

				*count = (*count + USUAL_COUNTS - 1) / USUAL_COUNTS;
			}
	}
	if (rc || !add_windows(g, texts, n, counts)) {
		free(g);
		g = NULL;
	}
	free(counts);
	*out = g;
	return rc;
}
#endif

int
ac_line_gate_new(
    const ac_str *texts, size_t n, const ac_str *usual, size_t usual_n, ac_line_gate **out, accord_err *err)
{
	ac_line_gate *g = NULL;
	int rc = 0;

#ifdef __SSE2__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		rc = make(texts, n, usual, usual_n, &g);
#else
	(void)texts;
	(void)n;
	(void)usual;
	(void)usual_n;
#endif
	if (rc)
		return ac_fail(err, rc, "texts of lines: no memory");
	*out = g;
	return 0;
}

#ifdef __SSE2__
#define TARGET __attribute__((target("avx2,bmi")))
#define INLINE static inline __attribute__((always_inline))

TARGET INLINE __m256i
load(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

TARGET INLINE __m256i
table(const uint8_t *row)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)row));
}

/* Whether a known text may stand at one of the places whose bits are set. */
static __attribute__((noinline)) bool
is_known(const ac_line_gate *g, ac_str line, const char *p, uint32_t places)
{
	for (; places; places &= places - 1) {
		const char *window = p + __builtin_ctz(places);
		uint32_t slot = ac_needles_slot(window);

		if (__builtin_expect(!has_bit(g->all, slot), 1))
			continue;
		if (has_bit(g->windows[SIDE_NONE], slot))
			return true;
		if (has_bit(g->windows[SIDE_BEGIN], slot) && line.p + line.n - window >= 8 &&
		    has_bit(g->eights, slot_of_eight(window)))
			return true;
		if (has_bit(g->windows[SIDE_END], slot) && window - line.p >= 8 - AC_NEEDLE_MIN &&
		    has_bit(g->eights, slot_of_eight(window + AC_NEEDLE_MIN - 8)))
			return true;
	}
	return false;
}

TARGET static bool
look(const ac_line_gate *g, ac_str line)
{
	const char *p = line.p, *last = line.p + line.n - 32 - (AC_NEEDLE_MIN - 1);
	const __m256i first = table(g->halves[0]), second = table(g->halves[1]), third = table(g->halves[2]),
		      fourth = table(g->halves[3]), slash = _mm256_set1_epi8('\\'), none = _mm256_setzero_si256();
	__m256i odd = none;

	for (;;) {
		__m256i bytes = load(p);
		__m256i groups = _mm256_and_si256(
		    _mm256_and_si256(_mm256_shuffle_epi8(first, bytes), _mm256_shuffle_epi8(second, load(p + 1))),
		    _mm256_and_si256(
			_mm256_shuffle_epi8(third, load(p + 2)), _mm256_shuffle_epi8(fourth, load(p + 3))));
		uint32_t places = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(groups, none));

		/* A compare sets the high bit as a byte beyond ASCII has it. */
		odd = _mm256_or_si256(odd, _mm256_or_si256(bytes, _mm256_cmpeq_epi8(bytes, slash)));
		if (__builtin_expect(places != 0, 0) && is_known(g, line, p, places))
			return true;
		if (p == last)
			break;
		/* The last ones with some of those before them. */
		p = last - p < 32 ? last : p + 32;
	}
	odd = _mm256_or_si256(odd, load(line.p + line.n - 32));
	odd = _mm256_or_si256(odd, _mm256_cmpeq_epi8(load(line.p + line.n - 32), slash));
	return _mm256_movemask_epi8(odd) != 0;
}
#endif

bool
ac_line_gate_may_pass(const ac_line_gate *g, ac_str line)
{
#ifdef __SSE2__
	return line.n < LINE_MIN || look(g, line);
#else
	(void)g;
	(void)line;
	return true;
#endif
}
