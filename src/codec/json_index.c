/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structural index of JSON text: which kernel, where a flaw is exactly, and what the end of a window or of the text makes wrong.
 * The work on the bytes is done by the kernels, one file each. Knows nothing of tokens.
 */
#include "codec/json_index.h"

#include "base/utf8.h"
#include "codec/json_kernel.h"

/* ---- kernels ---- */

const ac_json_kernel *
ac_json_kernel_at(size_t i)
{
#ifdef __SSE2__
	/* Each asks for the processor's features, and that the system saves such registers. */
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("pclmul") &&
	    i-- == 0)
		return &ac_json_kernel_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("pclmul") &&
	    i-- == 0)
		return &ac_json_kernel_avx2;
	if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul") &&
	    i-- == 0)
		return &ac_json_kernel_sse4;
#endif
#ifdef __aarch64__
	if (i-- == 0)
		return &ac_json_kernel_neon;
#endif
	return i == 0 ? &ac_json_kernel_portable : NULL;
}

const ac_json_kernel *
ac_json_kernel_best(void)
{
	return ac_json_kernel_at(0);
}

const char *
ac_json_kernel_name(const ac_json_kernel *kernel)
{
	return kernel->name;
}

/* ---- UTF-8 ---- */

#define EIGHT(x) (x), (x), (x), (x), (x), (x), (x), (x)
/* What every low nibble of a first byte allows for; of those of f5 and above; what every continuation allows for. */
#define ANY_LOW (AC_UTF8_TOO_SHORT | AC_UTF8_TOO_LONG | AC_UTF8_TWO)
#define LOW_LARGE (ANY_LOW | AC_UTF8_TOO_LARGE | AC_UTF8_TOO_LARGE_8)
#define SECOND (AC_UTF8_TOO_LONG | AC_UTF8_OVERLONG_2 | AC_UTF8_TWO)

const uint8_t ac_utf8_first_high[16] = { EIGHT(AC_UTF8_TOO_LONG), AC_UTF8_TWO, AC_UTF8_TWO, AC_UTF8_TWO, AC_UTF8_TWO,
	AC_UTF8_TOO_SHORT | AC_UTF8_OVERLONG_2, AC_UTF8_TOO_SHORT,
	AC_UTF8_TOO_SHORT | AC_UTF8_OVERLONG_3 | AC_UTF8_SURROGATE,
	AC_UTF8_TOO_SHORT | AC_UTF8_TOO_LARGE | AC_UTF8_TOO_LARGE_8 | AC_UTF8_OVERLONG_4 };
const uint8_t ac_utf8_first_low[16] = { ANY_LOW | AC_UTF8_OVERLONG_3 | AC_UTF8_OVERLONG_2 | AC_UTF8_OVERLONG_4,
	ANY_LOW | AC_UTF8_OVERLONG_2, ANY_LOW, ANY_LOW, ANY_LOW | AC_UTF8_TOO_LARGE, EIGHT(LOW_LARGE),
	LOW_LARGE | AC_UTF8_SURROGATE, LOW_LARGE, LOW_LARGE };
const uint8_t ac_utf8_second_high[16] = { EIGHT(AC_UTF8_TOO_SHORT),
	SECOND | AC_UTF8_OVERLONG_3 | AC_UTF8_TOO_LARGE_8 | AC_UTF8_OVERLONG_4,
	SECOND | AC_UTF8_OVERLONG_3 | AC_UTF8_TOO_LARGE, SECOND | AC_UTF8_SURROGATE | AC_UTF8_TOO_LARGE,
	SECOND | AC_UTF8_SURROGATE | AC_UTF8_TOO_LARGE, AC_UTF8_TOO_SHORT, AC_UTF8_TOO_SHORT, AC_UTF8_TOO_SHORT,
	AC_UTF8_TOO_SHORT };

int
ac_json_utf8_look(uint32_t tail, const char *p, unsigned n, uint64_t *out_bidi)
{
	char text[3 + AC_JSON_INDEX_BLOCK];
	unsigned open = ac_json_tail_open(tail), total = open + n, i = 0;
	uint64_t word;

	*out_bidi = 0;
	for (; i < open; i++)
		text[i] = (char)(tail >> (8 * (4 - open + i)));
	memcpy(text + open, p, n);
	for (i = 0; i < total;) {
		ac_utf8_part part;
		size_t at = i;

		if (i + sizeof(word) <= total) {
			memcpy(&word, text + i, sizeof(word));
			if (!(word & 0x8080808080808080u)) {
				i += sizeof(word);
				continue;
			}
		}
		part = ac_utf8_look(text + i, total - i);
		if (part.want == 0 || (part.have < part.want && i + part.have < total))
			return (int)(i + part.have) - (int)open;
		if (part.have < part.want)
			break;
		i += part.want;
		/* All bidi controls are U+061C or U+20xx. */
		if ((text[at] == '\xd8' || text[at] == '\xe2') &&
		    ac_is_bidi_control(ac_utf8_next((ac_str){ text, total }, &at, NULL)))
			*out_bidi |= (uint64_t)1 << (i - 1 - open);
	}
	return (int)n;
}

uint64_t
ac_json_index_flawed(ac_json_index *ix, uint32_t tail, const char *p, unsigned n, uint64_t control, uint64_t at)
{
	uint64_t bidi;
	int bad = ac_json_utf8_look(tail, p, n, &bidi);

	ix->flaw = AC_JSON_FLAW_UTF8;
	if (control && __builtin_ctzll(control) < bad) {
		bad = __builtin_ctzll(control);
		ix->flaw = AC_JSON_FLAW_CONTROL;
	}
	ix->flaw_at = at + (uint64_t)(int64_t)bad;
	return bad > 0 ? ac_json_below((unsigned)bad) : 0;
}

/* ---- public ---- */

void
ac_json_index_init(ac_json_index *ix, const ac_json_kernel *kernel, ac_json_index_mode mode)
{
	*ix = (ac_json_index){ .kernel = kernel, .mode = mode };
}

void
ac_json_index_restart(ac_json_index *ix)
{
	ac_json_index_init(ix, ix->kernel, ix->mode);
}

size_t
ac_json_index_next(ac_json_index *ix, const char *text, size_t n, uint32_t base, uint32_t *out)
{
	ac_json_index_run *run = ix->mode == AC_JSON_INDEX_LINES ? ix->kernel->lines : ix->kernel->text;
	size_t count;
	unsigned char last;

	if (n == 0)
		return 0;
	count = run(ix, text, n, base, out);
	last = (unsigned char)text[n - 1];
	/* No lead at all: the vectors see it only with the byte behind it. */
	if (!ix->flaw && (last == 0xc0 || last == 0xc1 || last >= 0xf5)) {
		ix->flaw = AC_JSON_FLAW_UTF8;
		ix->flaw_at = (uint64_t)base + n - 1;
	}
	/* By then it may have become an entry. */
	if (ix->flaw && count && out[count - 1] == ix->flaw_at)
		count--;
	return count;
}

ac_json_flaw
ac_json_index_end(ac_json_index *ix, uint64_t at)
{
	if (ix->flaw)
		return ix->flaw;
	if (ac_json_tail_open(ix->tail))
		ix->flaw = AC_JSON_FLAW_UTF8;
	else if (ix->in_string)
		ix->flaw = AC_JSON_FLAW_OPEN;
	ix->flaw_at = ix->flaw ? at : 0;
	return ix->flaw;
}
