/* SPDX-License-Identifier: Apache-2.0 */
/* Which windows of the needles are known: as few as will do, for patterns of one campaign share most of their text. */
#include "watch/needles.h"

#include <stdlib.h>

#define SLOTS (1 << AC_NEEDLES_BITS)
#define STRIDE_MAX 8
/* Known windows for each byte of the stride: of a text of 64 bytes without a needle one look in four of all finds a window, at worst. */
#define WINDOWS_A_BYTE (SLOTS / 256)

static size_t
windows_of(ac_str needle)
{
	return needle.n - AC_NEEDLE_MIN + 1;
}

/* Where the `stride` windows begin that most needles share. */
static size_t
best_run(ac_str needle, size_t stride, const uint32_t *counts)
{
	uint64_t best_sum = 0;
	size_t best = 0;

	for (size_t i = 0; i + stride <= windows_of(needle); i++) {
		uint64_t sum = 0;

		for (size_t k = 0; k < stride; k++)
			sum += counts[ac_needles_slot(needle.p + i + k)];
		if (sum > best_sum) {
			best_sum = sum;
			best = i;
		}
	}
	return best;
}

/* False: too many. */
static bool
fill(ac_needles *needles, const ac_str *texts, size_t n, size_t stride, const uint32_t *counts)
{
	size_t known = 0;

	memset(needles, 0, sizeof(*needles));
	needles->stride = stride;
	for (size_t i = 0; i < n; i++) {
		size_t first = best_run(texts[i], stride, counts);

		for (size_t k = 0; k < stride; k++) {
			uint32_t slot = ac_needles_slot(texts[i].p + first + k);
			uint64_t bit = (uint64_t)1 << (slot % 64);

			known += !(needles->windows[slot / 64] & bit);
			needles->windows[slot / 64] |= bit;
		}
	}
	return known <= WINDOWS_A_BYTE * stride;
}

int
ac_needles_new(const ac_str *texts, size_t n, ac_needles **out, accord_err *err)
{
	uint32_t *counts = calloc(SLOTS, sizeof(*counts));
	ac_needles *needles = malloc(sizeof(*needles));
	size_t stride = STRIDE_MAX;

	if (!counts || !needles) {
		free(counts);
		free(needles);
		return ac_fail(err, ACCORD_ENOMEM, "needles: no memory");
	}
	for (size_t i = 0; i < n; i++) {
		stride = windows_of(texts[i]) < stride ? windows_of(texts[i]) : stride;
		for (size_t k = 0; k < windows_of(texts[i]); k++)
			counts[ac_needles_slot(texts[i].p + k)]++;
	}
	while (stride > 0 && !fill(needles, texts, n, stride, counts))
		stride--;
	free(counts);
	if (stride == 0) {
		free(needles);
		needles = NULL;
	}
	*out = needles;
	return 0;
}
