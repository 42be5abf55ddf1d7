/* SPDX-License-Identifier: Apache-2.0 */
/* Short paths of URLs for the kernel with AVX-512: all of one in a register, where it ends and its key without a loop. TARGET is set by the file that includes this. */
#include "watch/scan_parts.h"

#define PATH_HEADS

/* The first AC_PATH_STEP bytes of what may be a path, and how many stand before the first that may end it. */
typedef struct path_head {
	__m512i text;
	unsigned n;
} path_head;

/* ends_low, ends_high: of the bytes below 64 and below 128, those with a bit of `which` may end it. */
TARGET static inline path_head
path_head_at(const char *p, __m512i ends_low, __m512i ends_high, uint8_t which)
{
	__m512i text = _mm512_loadu_si512(p), ends = _mm512_permutex2var_epi8(ends_low, text, ends_high);
	uint64_t end = _mm512_test_epi8_mask(ends, _mm512_set1_epi8((char)which)) & ~_mm512_movepi8_mask(text);

	return (path_head){ text, end ? (unsigned)__builtin_ctzll(end) : AC_PATH_STEP };
}

/* ac_url_path_key of a path that ends before AC_PATH_STEP bytes, 1 at least. */
TARGET static inline uint64_t
head_key(path_head head, uint64_t host_key, ac_hash_seed salt)
{
	const __m512i odd = _mm512_set_epi64((int64_t)(7 * AC_KEY_ODD), (int64_t)(6 * AC_KEY_ODD),
	    (int64_t)(5 * AC_KEY_ODD), (int64_t)(4 * AC_KEY_ODD), (int64_t)(3 * AC_KEY_ODD), (int64_t)(2 * AC_KEY_ODD),
	    (int64_t)AC_KEY_ODD, 0);
	__m512i text = _mm512_maskz_mov_epi8((UINT64_C(1) << head.n) - 1, head.text);
	__m512i x = _mm512_maskz_add_epi64((uint8_t)((1U << (head.n + 7) / 8) - 1), text,
	    _mm512_add_epi64(odd, _mm512_set1_epi64((int64_t)salt.word[0])));

	return ac_path_key(host_key, sum_of_halves(x), head.n, salt);
}

/* As sure_path_key of scan_urls.h, of a path that ends before AC_PATH_STEP bytes; those bytes are in the text. False: it goes on, or has percent-encoded bytes. */
TARGET static inline bool
head_of_sure_path(const char *p, uint64_t host_key, ac_hash_seed salt, uint64_t *out_key)
{
	path_head head = path_head_at(p, _mm512_loadu_si512(ac_url_ends), _mm512_loadu_si512(ac_url_ends + 64),
	    AC_URL_HARD_END | AC_URL_PATH_END | AC_URL_SOFT_END | AC_URL_QUERY_END | AC_URL_SPELLED | AC_URL_FORM_END);
	unsigned end, last, odd;

	if (head.n == AC_PATH_STEP)
		return false;
	end = ac_url_ends[(unsigned char)p[head.n]];
	if (end & AC_URL_SPELLED)
		return false;
	last = ac_url_ends[(unsigned char)p[head.n - 1]];
	/* without a branch: nobody foresees how a path ends */
	odd = (end & (AC_URL_SOFT_END | AC_URL_QUERY_END | AC_URL_FORM_END)) |
	      ((end / AC_URL_HARD_END) & (last / AC_URL_TRAILING) & 1);
	*out_key = host_key ^ ((host_key ^ head_key(head, host_key, salt)) & -(uint64_t)(odd == 0));
	return true;
}

/* As plain_path_key of scan_split.h, likewise. */
TARGET static inline bool
head_of_plain_path(const char *p, uint64_t host_key, ac_hash_seed salt, uint64_t *out_key, bool *out_is_plain)
{
	path_head head = path_head_at(p, _mm512_maskz_set1_epi8(AC_PATH_ENDS | AC_BIT('%'), 1),
	    _mm512_maskz_set1_epi8(AC_BIT('|' - 64) | AC_BIT('^' - 64), 1), 1);

	if (head.n == AC_PATH_STEP)
		return false;
	*out_is_plain = ac_surely_ends_path(p[head.n]);
	*out_key = head_key(head, host_key, salt);
	return true;
}
