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
		count = ac_ask_for(
		    &s->places->networks6, count, who, KIND_URL_ADDRESS6, ac_match_url_ipv6_key(s, a->address));
	/* has been looked for as what it stands for */
	if (a->is_mapped)
		return count;
	for (unsigned w = 0; w < 3; w++)
		for (uint64_t left = ix->ipv6_prefixes[w]; left; left &= left - 1) {
			unsigned bits = w * 64 + (unsigned)__builtin_ctzll(left);

			if (bits > 128)
				break;
			count =
			    ac_ask_for(&s->places->networks6, count, who, bits, ac_ipv6_key(high, low, bits, ix->salt));
		}
	return count;
}

/* What the addresses that wait are. */
TARGET static void
look_at_waiting6(ac_scan *s)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	ac_asked *found = &l->networks6;

	found->n = keep_passed(s, found, 0, 0);
	ac_find_ask(ix, found->keys, found->n);
	for (size_t i = 0; i < found->n; i++) {
		const ac_address6 *a = &l->addresses6[found->owners[i]];

		ac_find_ahead(ix, found->keys, found->n, i);
		if (found->kinds[i] == KIND_URL_ADDRESS6)
			ac_match_url_ipv6(s, span_of6(s, a), found->keys[i]);
		else
			ac_match_network6(s, span_of6(s, a), a->address, found->kinds[i], found->keys[i]);
	}
	l->waiting6 = 0;
	found->n = 0;
}

/* The addresses around these colons: what they may be is on its way then, of those that are still waiting. */
TARGET static void
ask_for_addresses6(ac_scan *s, const uint32_t *colons, size_t count)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;

	for (size_t i = 0; i < count; i++) {
		if (!ac_match_ipv6(s, s->begin + colons[i], &l->addresses6[l->waiting6]))
			continue;
		l->networks6.n = add_keys6(s, l->networks6.n, (uint32_t)l->waiting6);
		if (++l->waiting6 == AC_ADDRESSES6)
			look_at_waiting6(s);
	}
	ask_gate(ix->gate2, ix->gate2_blocks, l->networks6.keys, l->networks6.n);
}
