/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs by their hosts. Most have a plain name with '/' behind it for a host: it is found as a name (try_name), and its URL is asked for when it is the host of some URL. For
 * others everything begins at "://". Which way a URL goes is told by its text alone, so that it goes one way whatever regions its bytes are in.
 */
#include "watch/match.h"
#include "watch/scan_parts.h"

/* So many bytes on both sides of a place are looked at. */
#define WINDOW 64
/* Bits of a map that one load gives. */
#define PATH_WINDOW 57
/* Longer paths are looked at the long way. */
#define SURE_PATH_MAX 1024

TARGET static inline bool
is_inside(const ac_scan *s, size_t at)
{
	return at >= WINDOW && at + WINDOW < (size_t)(s->end - s->begin);
}

/* Words, dots and slashes from `bit` on, PATH_WINDOW at most: most bytes of paths. */
TARGET static inline size_t
path_run(const ac_scan_maps *m, size_t bit)
{
	return (size_t)__builtin_ctzll(
	    ~(ac_bits_at(m->word, bit) | ac_bits_at(m->dot, bit) | ac_bits_at(m->slash, bit)) | UINT64_C(1)
												    << PATH_WINDOW);
}

/* Whether "://" stands before a host; nobody foresees it. */
static inline bool
is_behind_scheme(const char *host)
{
	return (host[-3] == ':') & (host[-2] == '/') & (host[-1] == '/');
}

/* ---- hosts ---- */

/* As look_at_url_host, where more must be looked at. */
TARGET static void
look_at_odd_url_host(ac_scan *s, ac_str host, uint64_t high, uint64_t key)
{
	ac_places *l = s->places;
	size_t at = (size_t)(host.p - s->begin);

	if (is_inside(s, at) && is_behind_scheme(host.p) && host.p[host.n] == '/' && !high)
		l->urls[l->url_count++] = (ac_url_wait){ .key = key, .at = (uint32_t)at, .n = (uint32_t)host.n };
	else
		ac_match_url_host(s, host, AC_VALUE_DOMAIN, key);
}

/*
 * A name that is the host of some URL, whose key is `key`. With "://" before it, its URL waits for the others of its batch; as a field of its own it waits for the paths of
 * its line. Which of the two it is nobody foresees: it is put behind both lists, and stays in one.
 */
TARGET static inline void
look_at_url_host(ac_scan *s, ac_str host, size_t base, uint64_t key)
{
	ac_places *l = s->places;
	size_t at = (size_t)(host.p - s->begin);
	uint64_t high =
	    s->has_high ? ac_bits_before(s->maps->high, at + host.n - base + 64) & ~(UINT64_MAX >> host.n) : 0;
	char before, behind;
	bool is_url;
	unsigned joins;

	if (!is_inside(s, at) || high || !s->asks_for_paths || l->host_count == AC_HOSTS_WAITING) {
		look_at_odd_url_host(s, host, high, key);
		return;
	}
	before = host.p[-1];
	behind = host.p[host.n];
	is_url = is_behind_scheme(host.p) & (behind == '/');
	/* it may begin a URL without scheme, or be of one with percent-encoded delimiters */
	if ((!is_url) & ((behind == '/') | (behind == ':') | (host.p[-3] == '%') | (host.p[-5] == '%'))) {
		look_at_odd_url_host(s, host, high, key);
		return;
	}
	l->urls[l->url_count] = (ac_url_wait){ .key = key, .at = (uint32_t)at, .n = (uint32_t)host.n };
	l->url_count += is_url;
	l->hosts[l->host_count] =
	    (ac_host_wait){ .key = key, .at = (uint32_t)at, .n = (uint32_t)host.n, .type = AC_VALUE_DOMAIN };
	joins = (unsigned)ac_joins_host(before) | (before == '.') | ac_joins_host(behind);
	l->host_count += !joins;
}

/* ---- URLs of such hosts ---- */

/* The bare path of the URL that begins with the '/' at `path`, when it is sure where it ends. False when that is not sure, or far away. base: of the maps in the text. */
TARGET static inline bool
sure_path(const ac_scan *s, size_t base, const char *path, ac_str *out)
{
	const char *p = path;
	unsigned char ends = 0;

	for (;; p++) {
		for (size_t bit = (size_t)(p - s->begin) - base + 64, run = PATH_WINDOW;
		     run == PATH_WINDOW && bit + 64 <= s->map_bits; p += run, bit += run)
			run = path_run(s->maps, bit);
		if (p >= s->end)
			break;
		ends = ac_url_ends[(unsigned char)*p];
		if (ends & (AC_URL_HARD_END | AC_URL_PATH_END))
			break;
		if ((ends & (AC_URL_SOFT_END | AC_URL_QUERY_END)) || p - path >= SURE_PATH_MAX)
			return false;
		if ((ends & (AC_URL_FORM_END | AC_URL_SPELLED)) && ac_url_may_end_in_form(p, s->end))
			return false;
	}
	if (p - path > SURE_PATH_MAX)
		return false;
	if ((p == s->end || (ends & AC_URL_HARD_END)) && (ac_url_ends[(unsigned char)p[-1]] & AC_URL_TRAILING))
		return false;
	*out = (ac_str){ path, (size_t)(p - path) };
	return true;
}

/* The key of the path of the URL whose host ends at `path`; the host's own, which passes, when it is not sure where the path ends. */
TARGET static inline uint64_t
sure_path_key(const ac_scan *s, size_t base, const char *path, uint64_t host_key)
{
	ac_hash_seed salt = s->index->salt;
	ac_str whole;
#ifdef PATH_HEADS
	uint64_t key;

	if (s->end - path >= AC_PATH_STEP && head_of_sure_path(path, host_key, salt, &key))
		return key;
#endif
	if (!sure_path(s, base, path, &whole))
		return host_key;
	/* the index has it with what needs it percent-encoded only */
	if (memchr(whole.p, '%', whole.n))
		whole = (ac_str){ s->joined, ac_url_put_path(s->joined, whole) };
	return ac_url_path_key(host_key, whole, salt);
}

/* The keys of the paths of the URLs that wait. */
TARGET static void
ask_for_paths(ac_scan *s, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;

	for (size_t i = 0; i < l->url_count; i++) {
		const ac_url_wait *u = &l->urls[i];

		l->url_keys[i] = sure_path_key(s, base, s->begin + u->at + u->n, u->key);
	}
	ask_gate(ix->gate2, ix->gate2_blocks, l->url_keys, l->url_count);
}

/* URLs whose host is that of some URL, by their colons: most stand as the index has them. No more than a batch. */
TARGET static void
look_at_likely_urls(ac_scan *s, const uint32_t *colons, size_t n)
{
	const ac_index *ix = s->index;
	uint64_t *keys = s->places->url_keys;
	ac_str *likely = s->places->likely;

	for (size_t i = 0; i < n; i++) {
		likely[i] = ac_match_likely_url(s, s->begin + colons[i], &keys[i]);
		ac_ask_line(ac_gate_block_of(ix->gate2, ix->gate2_blocks, keys[i]));
	}
	for (size_t i = 0; i < n; i++) {
		ac_find_ahead(ix, keys, n, i);
		if (!ac_match_is_likely_url(s, likely[i], keys[i]))
			ac_match_url(s, s->begin + colons[i]);
	}
}

/* Of the URLs that wait, those whose path gate 2 lets pass. */
TARGET static void
look_at_urls(ac_scan *s)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate2, ix->gate2_blocks, l->url_keys, l->url_count, l->passed2);

	/* hardly ever any */
	for (size_t i = 0; i < passed; i++)
		l->colons[i] = l->urls[l->passed2[i]].at - 3;
	if (passed)
		look_at_likely_urls(s, l->colons, passed);
	l->url_count = 0;
}

/* ---- other URLs ---- */

/* Whether a host of n bytes that begins the maps `dots`, `digits` and `slashes` is one that try_name takes, with '/' behind it. */
TARGET static inline bool
is_plain_host(uint64_t dots, uint64_t digits, uint64_t slashes, unsigned n)
{
	uint64_t last = UINT64_C(1) << n >> 1;

	dots &= (UINT64_C(1) << n) - 1;
	return (n <= RUN_MAX) & (slashes >> n & 1) & (dots != 0) & !(dots & (dots << 1 | 1 | last)) & !(digits & last) &
	       (__builtin_popcountll(dots) <= AC_PARENTS_MAX);
}

/* The same of the host at `at`, where the maps do not tell. */
TARGET static bool
is_found_at_end(const ac_scan *s, size_t at)
{
	const char *host = s->begin + at;
	uint64_t dots = 0, digits = 0;
	unsigned n = 0;

	for (; n <= RUN_MAX && (host[n] == '.' || (ac_is_word(host[n]) && (unsigned char)host[n] < 0x80)); n++) {
		dots |= (uint64_t)(host[n] == '.') << n;
		digits |= (uint64_t)ac_is_decimal(host[n]) << n;
	}
	return is_plain_host(dots, digits, (uint64_t)(host[n] == '/') << n, n);
}

/* Whether the URL with its host at `at` has one that is found as a name. */
TARGET static inline bool
is_found_as_name(const ac_scan *s, size_t at, size_t base)
{
	const ac_scan_maps *m = s->maps;
	size_t bit = at - base + 64;
	uint64_t dots, others;

	if (!is_inside(s, at))
		return false;
	if (bit + WINDOW > s->map_bits)
		return is_found_at_end(s, at);
	dots = ac_bits_at(m->dot, bit);
	others = ~(ac_bits_at(m->word, bit) | dots) | ac_bits_at(m->high, bit) | UINT64_C(1) << AC_NAME_WINDOW;
	return is_plain_host(
	    dots, ac_bits_at(m->digit, bit), ac_bits_at(m->slash, bit), (unsigned)__builtin_ctzll(others));
}

#ifdef KEEP_EIGHT_OTHERS
/* Whether the maps tell of all eight URLs, which are in order. */
TARGET static inline bool
are_mapped(const ac_scan *s, const uint32_t *colons, size_t base)
{
	return is_inside(s, (size_t)colons[0] + 3) && is_inside(s, (size_t)colons[7] + 3) &&
	       colons[7] + 3 - base + 64 + WINDOW <= s->map_bits;
}
#endif

/* Those of the URLs whose hosts are not found as names. How many there are then. */
TARGET static size_t
keep_others(const ac_scan *s, uint32_t *colons, size_t count, size_t base)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t colon = colons[i];

#ifdef KEEP_EIGHT_OTHERS
		if (i + 8 <= count && are_mapped(s, colons + i, base)) {
			n += keep_eight_others(s->maps, colons + i, base, s->has_high, colons + n);
			i += 7;
			continue;
		}
#endif
		colons[n] = colon;
		n += !is_found_as_name(s, (size_t)colon + 3, base);
	}
	return n;
}

TARGET static void
look_at_url_colons(ac_scan *s, uint32_t *colons, size_t count, size_t base)
{
	size_t n = 0;

	count = keep_others(s, colons, count, base);
	for (size_t i = 0; i < count; i++) {
		uint32_t colon = colons[i];

		colons[n] = colon;
		n += ac_match_may_be_url(s, s->begin + colon);
	}
	for (size_t i = 0; i < n; i += AC_SCAN_BATCH)
		look_at_likely_urls(s, colons + i, n - i < AC_SCAN_BATCH ? n - i : AC_SCAN_BATCH);
}
