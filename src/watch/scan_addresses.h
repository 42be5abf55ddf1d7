/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv4 addresses by their third dot: read off the maps, passed over when they were somebody unknown a moment ago, then the bitmap of /24s, gate 2 by all networks. Whatever is not plain
 * (near the text's ends, more dots before) is read byte by byte.
 */
#include "watch/scan_parts.h"

#include "values/value.h"

/* Found before memory is asked for what is known of their networks, while others are found. */
#define QUADS_AT_ONCE 16

/* Neither end goes on: no word byte, and no dot with a word byte behind it. */
TARGET static bool
is_whole_quad(const ac_scan *s, const char *begin, const char *end)
{
	if (begin > s->begin &&
	    (ac_is_word(begin[-1]) || (begin[-1] == '.' && begin - 1 > s->begin && ac_is_word(begin[-2]))))
		return false;
	return end == s->end || !(ac_is_word(*end) || (*end == '.' && end + 1 < s->end && ac_is_word(end[1])));
}

/* Four decimal numbers without leading zeros around their third dot; false when they are none. For places near the ends of the text. */
TARGET static bool
ipv4_around(const ac_scan *s, const char *third, ac_quad *out)
{
	const char *begin = third, *end = third + 1;
	uint8_t a[4];

	while (end < s->end && ac_is_decimal(*end) && end - third < 5)
		end++;
	/* the third dot has two before it */
	for (unsigned dots = 0; begin > s->begin && third - begin < 12; begin--)
		if (!ac_is_decimal(begin[-1]) && (begin[-1] != '.' || dots++ == 2))
			break;
	if (!is_whole_quad(s, begin, end) || !ac_ipv4_parse((ac_str){ begin, (size_t)(end - begin) }, a))
		return false;
	*out = (ac_quad){ .at = (uint32_t)(begin - s->begin),
		.n = (uint32_t)(end - begin),
		.address = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3] };
	return true;
}

/* Put one of the keys of an address behind the others, and ask for its block; `bits` as for ac_ipv4_key. */
TARGET static inline size_t
add_address_key(const ac_scan *s, size_t count, uint32_t who, unsigned bits, uint64_t key)
{
	const ac_index *ix = s->index;

	s->places->keys2[count] = key;
	s->places->owners[count] = who;
	s->places->kinds[count] = (uint8_t)bits;
	__builtin_prefetch(ac_gate_block_of(ix->gate2, ix->gate2_blocks, key));
	return count + 1;
}

TARGET static inline size_t
add_network(const ac_scan *s, size_t count, uint32_t who, uint32_t address, unsigned bits)
{
	return add_address_key(s, count, who, bits, ac_ipv4_key(address, bits, s->index->salt));
}

TARGET static ac_str
span_of(const ac_scan *s, const ac_address4 *a)
{
	return (ac_str){ s->begin + a->at, a->n };
}

/* Of the keys [from, to), those that gate 2 has move to `kept`. How many there are then. */
TARGET static size_t
keep_passed(ac_scan *s, size_t kept, size_t from, size_t to)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate2, ix->gate2_blocks, l->keys2 + from, to - from, l->passed2);

	for (size_t i = 0; i < passed; i++, kept++) {
		l->keys2[kept] = l->keys2[from + l->passed2[i]];
		l->owners[kept] = l->owners[from + l->passed2[i]];
		l->kinds[kept] = l->kinds[from + l->passed2[i]];
	}
	return kept;
}

/*
 * What stands for more at gate 2: a /24 with ranges for each length that the index has, an address that is the host of some URL for its text's key. The keys that are asked
 * for are in [0, n) of keys2, from `from` on is room. Returns where those end that are asked for next.
 */
TARGET static size_t
add_second_keys(ac_scan *s, const ac_address4 *all, size_t n, size_t from)
{
	const ac_index *ix = s->index;
	const ac_places *l = s->places;
	size_t to = from;

	for (size_t i = 0; i < n; i++) {
		const ac_address4 *a = &all[l->owners[i]];
		uint64_t prefixes = ix->ipv4_prefixes & (((uint64_t)1 << 32) - ((uint64_t)1 << 24));

		if (l->kinds[i] == AC_ADDRESS_URL_HOST && (ix->flags & AC_INDEX_HAS_URLS))
			to = add_address_key(s, to, l->owners[i], AC_ADDRESS_URL_HOST,
			    ac_text_hash(span_of(s, a), ix->salt, AC_KEY_URL_HOST));
		for (; l->kinds[i] == AC_ADDRESS_HAS_RANGES && prefixes; prefixes &= prefixes - 1)
			to = add_network(s, to, l->owners[i], a->address, (unsigned)__builtin_ctzll(prefixes));
	}
	return to;
}

/* One key that gate 2 has let pass. */
TARGET static void
look_at_network(ac_scan *s, ac_address4 *a, unsigned bits, uint64_t key)
{
	if (!a->is_asked) {
		a->is_part = !ac_match_is_whole_ipv4(s, span_of(s, a), &a->flags);
		a->is_asked = true;
	}
	if (a->is_part) {
		a->is_known = true;
	} else if (bits == AC_ADDRESS_URL_HOST) {
		ac_match_url_host(s, span_of(s, a), AC_VALUE_IPV4, key);
		a->is_known = true;
	} else {
		a->is_known |= ac_match_network(s, span_of(s, a), a->address, bits, key, a->flags);
	}
}

/* Addresses whose /24 is open, or whose /16 touches a wide range: what each may be, gate 2, and the few that are left. */
TARGET static void
look_at_networks(ac_scan *s, ac_address4 *all, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t count = 0, kept, firsts;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t wide = all[i].is_wide ? ix->ipv4_prefixes & (((uint64_t)1 << 24) - 1) : 0;

		if (all[i].is_open) {
			count = add_network(s, count, i, all[i].address, 32);
			count = add_network(s, count, i, all[i].address & 0xffffff00U, AC_ADDRESS_HAS_RANGES);
			if (ix->flags & AC_INDEX_HAS_URL_ADDRESSES)
				count = add_network(s, count, i, all[i].address, AC_ADDRESS_URL_HOST);
		}
		for (; wide; wide &= wide - 1)
			count = add_network(s, count, i, all[i].address, (unsigned)__builtin_ctzll(wide));
	}
	firsts = keep_passed(s, 0, 0, count);
	kept = keep_passed(s, firsts, count, add_second_keys(s, all, firsts, count));
	for (size_t i = 0; i < kept; i++) {
		ac_find_ahead(ix, l->keys2, kept, i);
		/* those that stood for more are done with */
		if (i >= firsts || l->kinds[i] <= 32)
			look_at_network(s, &all[l->owners[i]], l->kinds[i], l->keys2[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (!all[i].is_known)
			s->strangers[ac_stranger_slot(all[i].address)] = all[i].address;
}

/* Quads whose networks are on their way from memory. */
TARGET static void
look_at_quads(ac_scan *s, const ac_quad *all, size_t n)
{
	const ac_networks networks = s->index->networks;
	const uint64_t *cidr16 = s->index->cidr16;
	uint32_t *strangers = s->strangers;
	ac_places *l = s->places;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t address = all[i].address, wide = address >> 16;
		bool is_open = ac_network_is_open(&networks, address), is_wide = cidr16[wide / 64] >> (wide % 64) & 1;
		uint32_t *slot = &strangers[ac_stranger_slot(address)];

		l->near[kept] = (ac_address4){
			.at = all[i].at, .n = all[i].n, .address = address, .is_open = is_open, .is_wide = is_wide
		};
		kept += is_open || is_wide;
		*slot = is_open || is_wide ? *slot : address;
	}
	look_at_networks(s, l->near, kept);
}

/* Quads [n, end) go on unless they were nobody's a moment ago. How many there are then. */
TARGET static size_t
add_quads(ac_scan *s, ac_quad *all, size_t n, size_t end)
{
	const ac_networks networks = s->index->networks;
	const uint32_t *strangers = s->strangers;

	for (size_t i = n; i < end; i++) {
		uint32_t address = all[i].address;

		all[n] = all[i];
		__builtin_prefetch(&networks.bits[ac_network_bit(&networks, address >> 8) / 64]);
		n += strangers[ac_stranger_slot(address)] != address;
	}
	return n;
}

/* Of `count` third dots, those of quads behind the n others, which go first when there are many. is_inside: bytes enough stand on both sides. How many wait then. */
TARGET static size_t
find_some_quads(ac_scan *s, const uint32_t *thirds, size_t count, size_t base, bool is_inside, size_t n)
{
	ac_quad *all = s->places->quads;
	uint32_t odd[QUADS_AT_ONCE + 1];
	size_t end = n;

	if (is_inside) {
		size_t odd_count;

		end += find_quads(s->maps, s->begin, base, thirds, count, all + n, odd, &odd_count);
		thirds = odd;
		count = odd_count;
	}
	for (size_t i = 0; i < count; i++)
		end += ipv4_around(s, s->begin + thirds[i], &all[end]);
	n = add_quads(s, all, n, end);
	if (n <= AC_SCAN_BATCH - QUADS_AT_ONCE)
		return n;
	look_at_quads(s, all, n);
	return 0;
}

TARGET static void
look_at_addresses(ac_scan *s, const uint32_t *thirds, size_t count, size_t base)
{
	size_t text_n = (size_t)(s->end - s->begin), n = 0;

	for (size_t i = 0, some; i < count; i += some) {
		bool is_inside = thirds[i] >= 64 && thirds[i] + 64 < text_n;

		/* most are: all of the next ones when the last is */
		some = !is_inside ? 1 : count - i < QUADS_AT_ONCE ? count - i : QUADS_AT_ONCE;
		if (thirds[i + some - 1] + 64 >= text_n)
			some = 1;
		n = find_some_quads(s, thirds + i, some, base, is_inside, n);
	}
	look_at_quads(s, s->places->quads, n);
}
