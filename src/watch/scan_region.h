/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of places of a region, and each kind of token through gate 1; what passes goes to match.c. Compiled with each kernel's instructions: TARGET is set by the file that
 * includes this, with its classes, pass, and the like before it.
 */
#include "values/value.h"
#include "watch/scan_address6.h"
#include "watch/scan_addresses.h"
#include "watch/scan_names.h"
#include "watch/scan_split.h"
#include "watch/scan_words.h"

/* ---- digests ---- */

#ifndef HEX_BYTES
/* 32 hexadecimal digits as two little-endian words. */
static inline void
hex_bytes(const char *digits, uint64_t out[static 2])
{
	for (size_t i = 0; i < 2; i++, digits += 16)
		out[i] = ac_four_hex_bytes(digits) | (uint64_t)ac_four_hex_bytes(digits + 8) << 32;
}
#endif

/* The word that has 16 bytes at `at`, if it is as long as some digest, and its key if it is one; false when it is none. */
TARGET static bool
digest_at(const ac_scan *s, size_t base, uint32_t at, ac_name_try *out, uint64_t *out_key)
{
	const ac_scan_maps *m = s->maps;
	size_t bit = at - base + 64;
	/* it begins behind the lane before that one: the first of its lanes is looked at */
	uint64_t before = ~(ac_bits_at(m->word, bit - AC_NAME_WINDOW) << (64 - AC_NAME_WINDOW));
	const char *begin = s->begin + at - __builtin_clzll(before), *end = s->begin + at + 16;
	uint64_t bytes[2];
	ac_key_kind kind;

	if (bit + 16 + 64 <= s->map_bits)
		end += __builtin_ctzll(~ac_bits_at(m->word, bit + 16) | UINT64_C(1) << AC_NAME_WINDOW);
	while (end < s->end && end - begin <= AC_DIGEST_DIGITS_MAX && ac_is_word(*end))
		end++;
	if (!ac_digest_kind((size_t)(end - begin), &kind))
		return false;
	*out = (ac_name_try){ .end = (uint32_t)(end - s->begin), .n = (uint32_t)(end - begin) };
	hex_bytes(begin, bytes);
	*out_key = ac_words_key(bytes[0], bytes[1], s->index->salt, kind);
	return true;
}

/* The next digests; their blocks at gate 1 are on their way then. Returns how many. */
TARGET static size_t
take_digests(ac_scan *s, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	ac_list *lanes = &l->lanes;
	size_t n = 0;

	for (; lanes->at < lanes->n && n < AC_SCAN_BATCH; lanes->at++) {
		if (!digest_at(s, base, lanes->places[lanes->at], &l->digests[n], &l->digest_keys[n]))
			continue;
		__builtin_prefetch(ac_gate_block_of(ix->gate1, ix->gate1_blocks, l->digest_keys[n]), 0, 2);
		n++;
	}
	return n;
}

/* Of the n that were taken, those that gate 1 has. Returns how many. */
TARGET static size_t
pass_digests(ac_scan *s, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate1, ix->gate1_blocks, l->digest_keys, n, l->passed);

	for (size_t i = 0; i < passed; i++) {
		l->digests[i] = l->digests[l->passed[i]];
		l->digest_keys[i] = l->digest_keys[l->passed[i]];
	}
	ac_find_ask(ix, l->digest_keys, passed);
	return passed;
}

TARGET static void
look_at_digests(ac_scan *s, size_t n)
{
	const ac_places *l = s->places;

	for (size_t i = 0; i < n; i++) {
		const ac_name_try *t = &l->digests[i];

		ac_find_ahead(s->index, l->digest_keys, n, i);
		ac_match_digest(s, (ac_str){ s->begin + t->end - t->n, t->n }, l->digest_keys[i]);
	}
}

/* ---- addresses, names and digests ---- */

TARGET static void
list_all(ac_scan *s, size_t words, size_t base, bool may_be_idn)
{
	const ac_scan_maps *m = s->maps;
	ac_places *l = s->places;

	l->thirds.n = list_places(&m->third_dot, words, base, l->thirds.places);
	l->names.n = list_places(&m->name_end, words, base, l->names.places);
	l->lanes.n = list_places(&m->digest, words, base, l->lanes.places);
	l->thirds.at = l->names.at = l->lanes.at = 0;
	keep_labels(s, base, may_be_idn);
}

/*
 * A batch of each, step by step: where one waits for memory, the others are worked on. What is asked for in one step is looked at when all have had that step, or another has had
 * its own.
 */
TARGET static void
look_at_batches(ac_scan *s, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t quads = take_quads(s, base), names = take_names(s, base), digests = take_digests(s, base);

	open_quads(s, quads);
	ask_for_networks(s);
	try_names(s, names);
	digests = pass_digests(s, digests);
	pass_networks(s);
	pass_tries(s);
	pass_second_networks(s);
	look_at_hosts(s, base);
	ac_find_ahead(ix, l->digest_keys, digests, 0);
	ac_find_ahead(ix, l->networks.keys, l->networks.n, 0);
	ac_find_ahead(ix, l->walked, l->walk_count, 0);
	ask_for_paths(s, base);
	look_at_digests(s, digests);
	look_at_networks(s);
	look_at_walked(s);
	look_at_urls(s);
}

/* ---- all of a region ---- */

TARGET static void
look_at_region(ac_scan *s, size_t words, size_t base, unsigned want, bool has_high)
{
	const ac_scan_maps *m = s->maps;
	ac_places *l = s->places;
	uint32_t *list = l->list;
	size_t n, asked = 0;

	list_all(s, words, base, has_high && (s->index->flags & AC_INDEX_HAS_IDN));
	n = want & AC_WANT_ADDRESS6 ? list_places(&m->address6, words, base, list) : 0;
	ask_for_addresses6(s, list, n);
	while (l->thirds.at < l->thirds.n || l->names.at < l->names.n || l->lanes.at < l->lanes.n)
		look_at_batches(s, base);
	look_at_waiting6(s);
	/* what few tokens have left */
	ac_ask_ahead(s, AC_REGION_WORDS);
	ask_for_split_urls(s, 0);
	asked = l->host_count;
	if (want & AC_WANT_URL) {
		n = list_places(&m->url, words, base, list);
		look_at_url_colons(s, list, n, base);
	}
	look_at_split_urls(s);
	/* what stands behind a colon has hosts that wait but seldom */
	ask_for_split_urls(s, asked);
	look_at_split_urls(s);
	l->host_count = 0;
	if (s->index->flags & AC_INDEX_HAS_PAIRS)
		look_at_dotted_macs(s, words, base);
	if (s->index->flags & AC_INDEX_HAS_SLASH_WORDS)
		look_at_slashes(s, words, base);
	n = want & (AC_WANT_SHORT_WORDS | AC_WANT_LONG_WORDS) ? list_places(&m->word_end, words, base, list) : 0;
	look_at_words(s, list, n, base);
}
