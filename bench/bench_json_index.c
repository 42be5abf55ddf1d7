/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_index.h"
#include "json_texts.h"

#define TEXT_BYTES ((size_t)48 << 20)
#define WINDOW ((size_t)16 << 10)
#define ROUNDS 9

static uint32_t entries[AC_JSON_INDEX_ROOM(WINDOW)];

static double
index_seconds(const ac_json_kernel *kernel, ac_json_index_mode mode, ac_str text, size_t *out_count)
{
	double best = 1e9;

	for (unsigned round = 0; round < ROUNDS; round++) {
		double start = bench_cpu_seconds(), took;
		ac_json_index ix;
		size_t count = 0;

		ac_json_index_init(&ix, kernel, mode);
		for (size_t at = 0; at < text.n; at += WINDOW)
			count += ac_json_index_next(
			    &ix, text.p + at, text.n - at < WINDOW ? text.n - at : WINDOW, (uint32_t)at, entries);
		if (ac_json_index_end(&ix, text.n)) exit(3);
		took = bench_cpu_seconds() - start;
		best = took < best ? took : best;
		*out_count = count;
	}
	return best;
}

int
main(void)
{
	ac_buf texts[2];
	for (int t = 0; t < 2; t++) {
		ac_buf_init(&texts[t], (size_t)1 << 30);
		if (t == 0) { if (!bench_attack(&texts[t])) return 1; }
		else bench_eve(&texts[t], TEXT_BYTES, 7);
		ac_str text = ac_buf_view(&texts[t]);
		double best = 1e9;
		for (unsigned round = 0; round < ROUNDS; round++) {
			double start = bench_cpu_seconds(), took;
			if (memchr(text.p, 1, text.n)) return 2;
			took = bench_cpu_seconds() - start;
			best = took < best ? took : best;
		}
		printf("memchr %.2f GB/s\n", (double)text.n / best / 1e9);
		for (size_t k = 0; ac_json_kernel_at(k); k++) for (int m = 0; m < 2; m++) {
			size_t count;
			double s = index_seconds(ac_json_kernel_at(k), (ac_json_index_mode)m, text, &count);
			printf("%d %s %d %.2f GB/s, %.2f entries/block\n", t, ac_json_kernel_name(ac_json_kernel_at(k)), m, (double)text.n / s / 1e9, (double)count * 64 / (double)text.n);
		}
	}
	return 0;
}
