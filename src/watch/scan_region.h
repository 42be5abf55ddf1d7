/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of places of a region, and each kind of token through gate 1; what passes goes to match.c. Compiled with each kernel's instructions: TARGET is set by the file that
 * includes this, with its classes, pass, and the like before it.
 */
#include "watch/scan_address6.h"
#include "watch/scan_addresses.h"
#include "watch/scan_digests.h"
#include "watch/scan_names.h"
#include "watch/scan_rare.h"
#include "watch/scan_split.h"
#include "watch/scan_words.h"

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
look_at_region(ac_scan *s, size_t words, size_t base, unsigned want)
{
	const ac_scan_maps *m = s->maps;
	ac_places *l = s->places;
	uint32_t *list = l->list;
	size_t n;
	bool wants_words = want & (AC_WANT_SHORT_WORDS | AC_WANT_LONG_WORDS);

	/* first, as the text is near yet, and gate 2 has time until the end */
	if (wants_words)
		ask_for_words(s, words, base);
	list_all(s, words, base, s->has_high && (s->index->flags & AC_INDEX_HAS_IDN));
	n = want & AC_WANT_ADDRESS6 ? list_places(&m->address6, words, base, list) : 0;
	ask_for_addresses6(s, list, n);
	while (l->thirds.at < l->thirds.n || l->names.at < l->names.n || l->lanes.at < l->lanes.n)
		look_at_batches(s, base);
	look_at_waiting6(s);
	/* what few tokens have left */
	ac_ask_ahead(s, AC_REGION_WORDS);
	/* all hosts wait now that will */
	ask_for_split_urls(s);
	if (want & AC_WANT_URL) {
		n = list_places(&m->url, words, base, list);
		look_at_url_colons(s, list, n, base);
	}
	look_at_split_urls(s);
	if (want & AC_WANT_RARE)
		look_at_rare(s, words, base, want);
	if (m->has_escape && (s->index->flags & AC_INDEX_HAS_SLASH_WORDS))
		look_at_slashes(s, words, base);
	if (wants_words)
		look_at_asked_words(s);
}
