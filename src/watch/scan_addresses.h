/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv4 addresses by their third dot: read off the maps, by the bitmap of /24s, passed over when they were somebody unknown a moment ago, gate 2 by all networks. Whatever is not plain
 * (near the text's ends, more dots before) is read byte by byte.
 */
#include "watch/scan_parts.h"

#include "values/value.h"
#include "watch/flow.h"

/* Neither end goes on: no word byte, and no dot with a word byte behind it. */
TARGET static bool
quad_begins(const ac_scan *s, const char *begin)
{
	return begin == s->begin ||
	       !(ac_is_word(begin[-1]) || (begin[-1] == '.' && begin - 1 > s->begin && ac_is_word(begin[-2])));
}

TARGET static bool
quad_ends(const ac_scan *s, const char *end)
{
	return !ac_word_goes_on(end, s->end) && !(s->end - end > 1 && *end == '.' && ac_is_word(end[1]));
}

/* The address that ends at `end`, in whose first number or before it `begin` is, behind percent-encoded bytes, which are none of its own: "%2F192.0.2.1", "%20192.0.2.1". */
TARGET static bool
quad_behind_percent(const ac_scan *s, const char *begin, const char *end, ac_str *out, uint8_t address[static 4])
{
	const char *p = begin;
	char sign;
	size_t n;

	while (p > s->begin && begin - p < AC_PERCENT_LOOK / 2 && ac_is_hex(p[-1]))
		p--;
	n = p > s->begin && p[-1] == '%' ? ac_percent_size(p, end, &sign) : 0;
	*out = (ac_str){ p + n, (size_t)(end - p) - n };
	return n > 0 && ac_ipv4_parse(*out, address);
}

/*
 * Four decimal numbers without leading zeros around their third dot, or before it and a port; false when they are none. For places near the ends of the text, and those about which the maps say too
 * little.
 */
TARGET static __attribute__((noinline)) bool
ipv4_around(const ac_scan *s, const char *third, ac_quads *out, size_t to)
{
	const char *begin = third, *end = third + 1;
	ac_str span, text = { s->begin, (size_t)(s->end - s->begin) };
	uint8_t a[4];

	while (end < s->end && ac_is_decimal(*end) && end - third < 5)
		end++;
	/* the third dot has two before it */
	for (unsigned dots = 0; begin > s->begin && third - begin < 12; begin--)
		if (!ac_is_decimal(begin[-1]) && (begin[-1] != '.' || dots++ == 2))
			break;
	span = (ac_str){ begin, (size_t)(end - begin) };
	if (!(quad_begins(s, begin) && quad_ends(s, end) && ac_ipv4_parse(span, a)) &&
	    !(quad_ends(s, end) && quad_behind_percent(s, begin, end, &span, a)) &&
	    !ac_flow_address(text, third, &span, a))
		return false;
	out->at[to] = (uint32_t)(span.p - s->begin);
	out->n[to] = (uint32_t)span.n;
	out->address[to] = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	return true;
}

TARGET static inline size_t
add_network(const ac_scan *s, size_t count, uint32_t who, uint32_t address, unsigned bits)
{
	return ac_ask_for(&s->places->networks, count, who, bits, ac_ipv4_key(address, bits, s->index->salt));
}

TARGET static ac_str
span_of(const ac_scan *s, const ac_address4 *a)
{
	return (ac_str){ s->begin + a->at, a->n };
}

/*
 * What the first n of the networks' keys stand for at gate 2, behind all of them: a /24 with ranges for each length that the index has, an address that is the host of some URL for
 * its text's key.
 */
TARGET static void
ask_for_second_keys(ac_scan *s, size_t n)
{
	const ac_index *ix = s->index;
	ac_asked *asked = &s->places->networks;
	size_t to = asked->n;

	for (size_t i = 0; i < n; i++) {
		const ac_address4 *a = &s->places->near[asked->owners[i]];
		uint64_t prefixes = ix->ipv4_prefixes & (((uint64_t)1 << 32) - ((uint64_t)1 << 24));

		if (asked->kinds[i] == AC_ADDRESS_URL_HOST && (ix->flags & AC_INDEX_HAS_URLS))
			to = ac_ask_for(asked, to, asked->owners[i], AC_ADDRESS_URL_HOST,
			    ac_text_hash(span_of(s, a), ix->salt, AC_KEY_URL_HOST));
		for (; asked->kinds[i] == AC_ADDRESS_HAS_RANGES && prefixes; prefixes &= prefixes - 1)
			to = add_network(s, to, asked->owners[i], a->address, (unsigned)__builtin_ctzll(prefixes));
	}
	ask_gate(ix->gate2, ix->gate2_blocks, asked->keys + asked->n, to - asked->n);
	asked->n = to;
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

/* Addresses whose /24 is open, or whose /16 touches a wide range: what each may be at gate 2. */
TARGET static void
ask_for_networks(ac_scan *s)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	const ac_address4 *all = l->near;
	size_t count = 0;

	for (uint32_t i = 0; i < l->near_count; i++) {
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
	ask_gate(ix->gate2, ix->gate2_blocks, l->networks.keys, count);
	l->networks.n = count;
}

/* Those of their keys that gate 2 has; what those stand for is on its way then. */
TARGET static void
pass_networks(ac_scan *s)
{
	ac_places *l = s->places;

	l->second_at = l->networks.n;
	l->first_count = keep_passed(s, &l->networks, 0, 0);
	ask_for_second_keys(s, l->first_count);
}

TARGET static void
pass_second_networks(ac_scan *s)
{
	ac_places *l = s->places;

	l->networks.n = keep_passed(s, &l->networks, l->first_count, l->second_at);
	ac_find_ask(s->index, l->networks.keys, l->networks.n);
}

/* The few that are left. */
TARGET static void
look_at_networks(ac_scan *s)
{
	ac_places *l = s->places;
	const ac_asked *found = &l->networks;

	for (size_t i = 0; i < found->n; i++) {
		ac_find_ahead(s->index, found->keys, found->n, i);
		/* those that stood for more are done with */
		if (i >= l->first_count || found->kinds[i] <= 32)
			look_at_network(s, &l->near[found->owners[i]], found->kinds[i], found->keys[i]);
	}
	for (size_t i = 0; i < l->near_count; i++)
		if (!l->near[i].is_known)
			s->memory.strangers[ac_stranger_slot(l->near[i].address)] = l->near[i].address;
}

#ifndef LIST_OPEN
/* Of n addresses, the numbers of those whose /24 is open, or whose /16 touches a wide range; `out` has room for sixteen more. Returns how many. */
TARGET static size_t
list_open(const ac_index *ix, const uint32_t *addresses, size_t n, uint32_t *out)
{
	size_t open = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t wide = addresses[i] >> 16;

		out[open] = i;
		open += ac_network_is_open(&ix->networks, addresses[i]) | (ix->cidr16[wide / 64] >> (wide % 64) & 1);
	}
	return open;
}
#endif

/* Quads whose networks are on their way from memory. Most are nobody's by those; of the others, those that were nobody's a moment ago are passed over. */
TARGET static void
open_quads(ac_scan *s, size_t n)
{
	const ac_networks networks = s->index->networks;
	const uint64_t *cidr16 = s->index->cidr16;
	const uint32_t *strangers = s->memory.strangers;
	ac_places *l = s->places;
	const ac_quads *q = &l->quads;
	size_t open, kept = 0;

	open = list_open(s->index, q->address, n, l->passed);
	for (size_t k = 0; k < open; k++) {
		uint32_t i = l->passed[k], address = q->address[i], wide = address >> 16;

		l->near[kept] = (ac_address4){ .at = q->at[i],
			.n = q->n[i],
			.address = address,
			.is_open = ac_network_is_open(&networks, address),
			.is_wide = cidr16[wide / 64] >> (wide % 64) & 1 };
		kept += strangers[ac_stranger_slot(address)] != address;
	}
	l->near_count = kept;
}

/* Of `count` third dots, those of quads behind the n others. is_inside: bytes enough stand on both sides. How many wait then. */
TARGET static size_t
find_some_quads(ac_scan *s, const uint32_t *thirds, size_t count, size_t base, bool is_inside, size_t n)
{
	const ac_networks networks = s->index->networks;
	ac_quads *all = &s->places->quads;
	uint32_t odd[AC_QUADS_AT_ONCE];
	size_t end = n;

	if (is_inside) {
		size_t odd_count;

		end = find_quads(s->maps, s->begin, base, thirds, count, all, end, odd, &odd_count);
		thirds = odd;
		count = odd_count;
	}
	for (size_t i = 0; i < count; i++)
		end += ipv4_around(s, s->begin + thirds[i], all, end);
	for (; n < end; n++) {
		ac_ask_ahead(s, 1);
		ac_ask_line(&networks.bits[ac_network_bit(&networks, all->address[n] >> 8) / 64]);
	}
	return n;
}

/* The next quads, whose networks are on their way from memory then. Returns how many. */
TARGET static size_t
take_quads(ac_scan *s, size_t base)
{
	size_t text_n = (size_t)(s->end - s->begin), n = 0, some;
	ac_list *list = &s->places->thirds;

	for (; list->at < list->n && n <= AC_SCAN_BATCH - AC_QUADS_AT_ONCE; list->at += some) {
		const uint32_t *thirds = list->places + list->at;
		size_t left = list->n - list->at;
		bool is_inside = thirds[0] >= 64 && thirds[0] + 64 < text_n;

		/* most are: all of the next ones when the last is */
		some = !is_inside ? 1 : left < AC_QUADS_AT_ONCE ? left : AC_QUADS_AT_ONCE;
		if (thirds[some - 1] + 64 >= text_n)
			some = 1;
		n = find_some_quads(s, thirds, some, base, is_inside, n);
	}
	return n;
}
