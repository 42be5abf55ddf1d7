/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key of a name: NFKC, case folded, punctuation, symbols and white space dropped, every script kept: "BRONZE MOHAWK", "bronze-mohawk" and "Bronze Mohawk"
 * are one key, and names of Chinese characters stay what they are. (Cutting names down to ASCII makes them all the same empty key.)
 */
#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>

#include "base/utf8.h"
#include "store/store.h"

/* True when all of it is ASCII; *out_n letters and digits were written, folded. */
static bool
fold_ascii(ac_str name, char *out, size_t *out_n)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		if ((unsigned char)name.p[i] >= 0x80)
			return false;
		if (ac_is_alnum(name.p[i]))
			out[n++] = ac_lower(name.p[i]);
	}
	*out_n = n;
	return true;
}

/* Letters, marks and numbers, which are what a name is made of in any script. */
static size_t
keep_words(ac_str folded, char *out)
{
	size_t at = 0, n = 0;

	while (at < folded.n) {
		size_t from = at;
		uint32_t c = ac_utf8_next(folded, &at, NULL);

		if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N)) {
			memcpy(out + n, folded.p + from, at - from);
			n += at - from;
		}
	}
	return n;
}

static ac_str
fold_unicode(ac_str name, ac_arena *arena)
{
	uint8_t stack[512];
	size_t n = sizeof(stack), kept;
	uint8_t *folded = u8_casefold((const uint8_t *)name.p, name.n, NULL, UNINORM_NFKC, stack, &n);
	ac_str key = { NULL, 0 };
	char *out;

	if (!folded) {
		/* not UTF-8, or no memory: the name itself is a key that only it has */
		return ac_arena_str(arena, name);
	}
	out = ac_arena_alloc(arena, n ? n : 1);
	if (out) {
		kept = keep_words((ac_str){ (const char *)folded, n }, out);
		key = kept > 0 ? (ac_str){ out, kept } : ac_arena_str(arena, (ac_str){ (const char *)folded, n });
	}
	if (folded != stack)
		free(folded);
	return key;
}

ac_str
ac_name_key(ac_str name, ac_arena *arena)
{
	char *out;
	size_t n;

	out = ac_arena_alloc(arena, name.n ? name.n : 1);
	if (!out)
		return (ac_str){ NULL, 0 };
	if (!fold_ascii(name, out, &n))
		return fold_unicode(name, arena);
	/* "???" has no letters: it is its own key */
	return n > 0 ? (ac_str){ out, n } : ac_arena_str(arena, ac_str_trim(name));
}
