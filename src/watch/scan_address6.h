/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv6 addresses by the colons inside them: a batch of them is read before memory is asked for what each may be, for all prefix lengths of the index together.
 */
#include "watch/match.h"
#include "watch/scan_parts.h"

/* The keys of an address: its networks, and the host of a URL. */
#define KEYS_OF_ADDRESS6 130
_Static_assert(AC_ADDRESSES6 *KEYS_OF_ADDRESS6 <= AC_SCAN_BATCH * AC_KEYS_EACH, "there is room for all keys");
/* What a key stands for, behind the lengths of prefixes. */
#define KIND_URL_ADDRESS6 129

TARGET static ac_str
span_of6(const ac_scan *s, const ac_address6 *a)
{
	return (ac_str){ s->begin + a->at, a->n };
}

TARGET static size_t
add_keys6(const ac_scan *s, size_t count, uint32_t who)
{
	const ac_index *ix = s->index;
	const ac_address6 *a = &s->places->addresses6[who];
	uint64_t high = __builtin_bswap64(ac_load64(a->address)), low = __builtin_bswap64(ac_load64(a->address + 8));

	if (ix->flags & AC_INDEX_HAS_URL_IPV6)
		count = ac_add_address_key(s, count, who, KIND_URL_ADDRESS6, ac_match_url_ipv6_key(s, a->address));
	/* has been looked for as what it stands for */
	if (a->is_mapped)
		return count;
	for (unsigned w = 0; w < 3; w++)
		for (uint64_t left = ix->ipv6_prefixes[w]; left; left &= left - 1) {
			unsigned bits = w * 64 + (unsigned)__builtin_ctzll(left);

			if (bits > 128)
				break;
			count = ac_add_address_key(s, count, who, bits, ac_ipv6_key(high, low, bits, ix->salt));
		}
	return count;
}

/* The first n of the addresses that wait. */
TARGET static void
look_at_waiting6(ac_scan *s, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t count = 0, passed;

	for (uint32_t i = 0; i < n; i++)
		count = add_keys6(s, count, i);
	passed = pass(ix->gate2, ix->gate2_blocks, l->keys2, count, l->passed2);
	for (size_t i = 0; i < passed; i++)
		l->keys2[i] = l->keys2[l->passed2[i]];
	ac_find_ask(ix, l->keys2, passed);
	for (size_t i = 0; i < passed; i++) {
		const ac_address6 *a = &l->addresses6[l->owners[l->passed2[i]]];
		unsigned kind = l->kinds[l->passed2[i]];

		ac_find_ahead(ix, l->keys2, passed, i);
		if (kind == KIND_URL_ADDRESS6)
			ac_match_url_ipv6(s, span_of6(s, a), l->keys2[i]);
		else
			ac_match_network6(s, span_of6(s, a), a->address, kind, l->keys2[i]);
	}
}

TARGET static void
look_at_addresses6(ac_scan *s, const uint32_t *colons, size_t count)
{
	ac_address6 *all = s->places->addresses6;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		n += ac_match_ipv6(s, s->begin + colons[i], &all[n]);
		if (n == AC_ADDRESSES6) {
			look_at_waiting6(s, n);
			n = 0;
		}
	}
	look_at_waiting6(s, n);
}
