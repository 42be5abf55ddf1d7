/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs that stand in several fields, host and path: whether a line has a path that may go with its host, for a batch of lines at gate 2. What evaluate_url.c finds out for one
 * line, where the maps tell lines and slashes. Whatever is not plain is left to it.
 */
#include "watch/scan_parts.h"

#define SPLIT_KEYS_MAX (AC_SCAN_BATCH * AC_KEYS_EACH)
/* A line of many hosts and many paths has as many pairs as one times the other: so much is looked at in a region, what more there is is left to evaluate_url.c. */
#define SPLIT_WORK_MAX (4 * SPLIT_KEYS_MAX)

/* Keys of paths that were put down, and what may yet be looked at: places, and each cache line of a path. */
typedef struct split_keys {
	size_t n, left;
} split_keys;

/* The path at `at`, up to a byte that surely ends it; false when its end or its spelling leaves several readings. */
TARGET static inline bool
plain_path(const ac_scan *s, size_t at, ac_str *out)
{
	size_t end = (size_t)(s->end - s->begin), p = at, run;

	for (;; p++) {
		do
			p += run = path_run(s->maps, p + 64);
		while (run == PATH_WINDOW);
		if (p >= end || ac_ends_path(s->begin[p]))
			break;
		if (s->begin[p] == '%')
			return false;
	}
	*out = (ac_str){ s->begin + at, p - at };
	return p == end || ac_surely_ends_path(s->begin[p]);
}

/* The path at `at`, and its key with a host's; false when the path leaves several readings. */
TARGET static inline bool
plain_path_key(const ac_scan *s, size_t at, uint64_t host_key, size_t *out_n, uint64_t *out_key)
{
	ac_hash_seed salt = s->index->salt;
	ac_str path;
#ifdef PATH_HEADS
	bool is_plain;

	*out_n = 0;
	if (s->end - s->begin >= (ptrdiff_t)at + AC_PATH_STEP &&
	    head_of_plain_path(s->begin + at, host_key, salt, out_key, &is_plain))
		return is_plain;
#endif
	if (!plain_path(s, at, &path))
		return false;
	*out_n = path.n;
	*out_key = ac_url_path_key(host_key, path, salt);
	return true;
}

/* The keys of all paths in the host's line, behind the others; list[at] is the first place behind the host. False when they do not tell all. */
TARGET static bool
add_paths(ac_scan *s, uint32_t which, size_t at, size_t listed, split_keys *keys)
{
	ac_places *l = s->places;
	const ac_host_wait *h = &l->hosts[which];

	for (; keys->left > 0 && at > 0 && s->begin[l->list[at - 1]] != '\n'; at--)
		keys->left--;
	if (keys->left == 0)
		return false;
	for (; at < listed && s->begin[l->list[at]] != '\n'; at++) {
		const char *slash = s->begin + l->list[at];
		size_t n;

		if (--keys->left == 0)
			return false;
		if (slash == s->begin || slash[-1] == '\n' || !ac_is_before_path(slash[-1]))
			continue;
		if (keys->n == SPLIT_KEYS_MAX || !plain_path_key(s, l->list[at], h->key, &n, &l->paths.keys[keys->n]))
			return false;
		if (n / 64 >= keys->left) {
			keys->left = 0;
			return false;
		}
		keys->left -= n / 64;
		l->paths.owners[keys->n] = which;
		keys->n++;
	}
	return true;
}

TARGET static void
add_split_match(ac_scan *s, uint32_t which)
{
	const ac_host_wait *h = &s->places->hosts[which];
	ac_match *m = ac_vec_add(s->matches);

	if (m)
		*m = (ac_match){ .offset = h->at,
			.length = h->n,
			.record = AC_NONE32,
			.type = (uint8_t)h->type,
			.how = AC_MATCH_URL,
			.flags = AC_MATCH_URL_HOST };
}

#ifndef PASS_PLACES
/* The first of the places [at, end), which are in order, that is not before `until`; sixteen more may be read. */
TARGET static inline size_t
pass_places(const uint32_t *places, size_t at, size_t end, uint32_t until)
{
	while (at < end && places[at] < until)
		at++;
	return at;
}
#endif

/* The keys of all paths that may go with the hosts that wait. */
TARGET static void
ask_for_split_urls(ac_scan *s)
{
	ac_places *l = s->places;
	size_t words = s->map_bits / 64 - 2, listed, at = 0;
	split_keys keys = { .left = SPLIT_WORK_MAX };

	l->paths.n = 0;
	if (l->host_count == 0)
		return;
	find_paths(s->maps, words);
	listed = list_places(&s->maps->path, words, 0, l->list);
	for (uint32_t i = 0; i < l->host_count; i++) {
		size_t before = keys.n;

		/* they are in order, but for a few */
		while (at > 0 && l->list[at - 1] > l->hosts[i].at)
			at--;
		at = pass_places(l->list, at, listed, l->hosts[i].at);
		if (!add_paths(s, i, at, listed, &keys)) {
			keys.n = before;
			add_split_match(s, i);
		}
	}
	ask_gate(s->index->gate2, s->index->gate2_blocks, l->paths.keys, keys.n);
	l->paths.n = keys.n;
}

TARGET static void
look_at_split_urls(ac_scan *s)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate2, ix->gate2_blocks, l->paths.keys, l->paths.n, l->passed2);
	uint32_t last = UINT32_MAX;

	for (size_t i = 0; i < passed; i++) {
		uint32_t owner = l->paths.owners[l->passed2[i]];

		if (owner != last)
			add_split_match(s, owner);
		last = owner;
	}
	l->host_count = 0;
}
