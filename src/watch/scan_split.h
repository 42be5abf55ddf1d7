/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs that stand in several fields, host and path: whether a line has a path that may go with its host, for a batch of lines at gate 2. What evaluate_url.c finds out for one
 * line, where the maps tell lines and slashes. Whatever is not plain is left to it.
 */
#include "watch/scan_parts.h"

#define SPLIT_KEYS_MAX (AC_SCAN_BATCH * AC_KEYS_EACH)

/* Behind the last line feed before `at`. */
TARGET static size_t
line_begin(const uint64_t *feeds, size_t at)
{
	size_t word = at / 64;
	uint64_t bits = feeds[word] & ~(UINT64_MAX << (at % 64));

	while (!bits)
		if (word == 0)
			return 0;
		else
			bits = feeds[--word];
	return word * 64 + 64 - (size_t)__builtin_clzll(bits);
}

/* The path at `at`, up to a byte that surely ends it; false when its end or its spelling leaves several readings. */
TARGET static bool
plain_path(const ac_scan *s, size_t at, size_t end, ac_str *out)
{
	const ac_scan_maps *m = s->maps;
	size_t p = at, run;

	for (;; p++) {
		/* most of it is words, dots and slashes */
		do {
			run = (size_t)__builtin_ctzll(
			    ~(ac_bits_at(m->word, p + 64) | ac_bits_at(m->dot, p + 64) | ac_bits_at(m->slash, p + 64)) |
			    UINT64_C(1) << 57);
			p += run;
		} while (run == 57);
		if (p >= end || ac_ends_path(s->begin[p]))
			break;
		if (s->begin[p] == '%')
			return false;
	}
	*out = (ac_str){ s->begin + at, p - at };
	return p == end || ac_surely_ends_path(s->begin[p]);
}

/* The keys of all paths in the host's line, behind the others. False when they do not tell all. */
TARGET static bool
add_paths(ac_scan *s, uint32_t which, size_t *count)
{
	const ac_index *ix = s->index;
	const ac_scan_maps *m = s->maps;
	const ac_host_wait *h = &s->places->hosts[which];
	size_t begin = line_begin(m->feed + 1, h->at),
	       end = ac_scan_next(m->feed + 1, h->at, (size_t)(s->end - s->begin));

	for (size_t w = begin / 64 + 1; w <= end / 64 + 1; w++)
		for (uint64_t slashes = m->path[w]; slashes; slashes &= slashes - 1) {
			size_t at = (w - 1) * 64 + (size_t)__builtin_ctzll(slashes);
			ac_str path;

			if (at <= begin || at >= end || !ac_is_before_path(s->begin[at - 1]))
				continue;
			if (*count == SPLIT_KEYS_MAX || !plain_path(s, at, end, &path))
				return false;
			s->places->keys2[*count] = ac_url_path_key(h->key, path, ix->salt);
			s->places->owners[*count] = which;
			__builtin_prefetch(ac_gate_block_of(ix->gate2, ix->gate2_blocks, s->places->keys2[*count]));
			++*count;
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

TARGET static void
split_urls(ac_scan *s)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t count = 0, passed;
	uint32_t last = UINT32_MAX;

	if (l->host_count)
		find_paths(s->maps, s->map_bits / 64 - 2);
	for (uint32_t i = 0; i < l->host_count; i++) {
		size_t before = count;

		if (!add_paths(s, i, &count)) {
			count = before;
			add_split_match(s, i);
		}
	}
	passed = pass(ix->gate2, ix->gate2_blocks, l->keys2, count, l->passed2);
	for (size_t i = 0; i < passed; i++) {
		uint32_t owner = l->owners[l->passed2[i]];

		if (owner != last)
			add_split_match(s, owner);
		last = owner;
	}
	l->host_count = 0;
}
