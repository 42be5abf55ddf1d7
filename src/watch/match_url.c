/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs in text. Where a URL begins is sure; where it ends is not: blanks and quotes end it for certain, commas and brackets perhaps. The whole
 * run is tried first, then the shorter readings, unless a quote stood before it.
 */
#include "values/value.h"
#include "watch/match.h"
#include "watch/percent.h"

#define SOFT_ENDS_MAX 12
/* Longer paths are looked at the long way. */
#define PATH_MAX_BYTES 1024
/* Default ports, user info apart, and hosts in UTF-8 instead of punycode. */
#define SPELLING_SLACK 300

static bool
is_hard_end(char c)
{
	return ac_url_ends[(unsigned char)c] & AC_URL_HARD_END;
}

/* Of a URL in a query of another more bytes may be none, and of one behind a blank there those that are one, too. */
static bool
is_soft_end(const ac_scan *s, const char *p, char opener, bool in_form)
{
	unsigned ends = opener == '=' || in_form ? AC_URL_SOFT_END | AC_URL_QUERY_END : AC_URL_SOFT_END;

	return (ac_url_ends[(unsigned char)*p] & ends) || (in_form && ac_url_may_end_in_form(p, s->end));
}

static bool
is_trailing(char c)
{
	return ac_url_ends[(unsigned char)c] & AC_URL_TRAILING;
}

typedef struct url_ends {
	const char *end[SOFT_ENDS_MAX + 2]; /* the longest first */
	unsigned count;
	unsigned sure; /* the first so many are no soft ends */
} url_ends;

static void
find_ends(const ac_scan *s, const char *begin, const char *rest, url_ends *out)
{
	char opener = begin > s->begin ? begin[-1] : '\0';
	const char *soft[SOFT_ENDS_MAX];
	const char *end = rest, *trimmed;
	unsigned soft_count = 0;
	bool in_brackets = *rest == '[', in_form = ac_url_is_in_form(s->begin, begin);

	/* What is longer than all URLs of the index, whatever its spelling, needs no sure end. Percent-encoding takes three bytes for one. */
	size_t most = s->index->url_max + SPELLING_SLACK;

	while (end < s->end && (size_t)(end - begin) <= most && !is_hard_end(*end)) {
		if (*end == '%' && s->end - end > 2 && ac_is_hex(end[1]) && ac_is_hex(end[2]))
			most += 2;
		if (in_brackets)
			in_brackets = *end != ']';
		else if (opener != '"' && soft_count < SOFT_ENDS_MAX && is_soft_end(s, end, opener, in_form))
			soft[soft_count++] = end;
		end++;
	}
	out->count = out->sure = 0;
	trimmed = end;
	if ((size_t)(end - begin) <= most)
		out->end[out->count++] = end;
	if (end == s->end || *end != '"' || opener != '"')
		while (trimmed > rest && is_trailing(trimmed[-1]))
			trimmed--;
	if (trimmed != end && out->count)
		out->end[out->count++] = trimmed;
	out->sure = out->count;
	while (soft_count > 0)
		out->end[out->count++] = soft[--soft_count];
}

/* Gate 1, or the bitmap of networks, for a canonical host. */
static bool
host_may_be_listed(const ac_scan *s, ac_str host)
{
	const ac_index *ix = s->index;
	uint8_t a[4];

	if (host.n > 0 && ac_is_digit(host.p[host.n - 1]) && ac_ipv4_parse(host, a))
		return ac_network_is_open(
		    &ix->networks, (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3]);
	return ac_gate_has(ix->gate1, ix->gate1_blocks, ac_suffix2_key(host, ix->salt));
}

/* Spell a URL whose host has bytes from 0x80 on with punycode. */
static bool
to_punycode(ac_scan *s, ac_str raw)
{
	ac_value value;

	ac_arena_reset(&s->arena);
	return !ac_value_parse(AC_VALUE_URL, raw, &s->arena, &value, NULL) && ac_url_canonical(value.text, s->url);
}

/* The canonical text in s->url, and a search for its records. False when there are none. */
static bool
begin_find(ac_scan *s, ac_str raw, ac_url_find *f)
{
	const ac_index *ix = s->index;

	f->is_begun = true;
	if (!ac_url_canonical(raw, s->url))
		return false;
	if (s->url->host_is_high && (!(ix->flags & AC_INDEX_HAS_IDN) || !to_punycode(s, raw)))
		return false;
	if (!host_may_be_listed(s, s->url->host))
		return false;
	f->key = ac_bytes_key(ac_url_without_fragment((ac_str){ s->url->text, s->url->n }), ix->salt, AC_KEY_URL);
	if (!ac_gate_has(ix->gate2, ix->gate2_blocks, f->key))
		return false;
	f->find = ac_find_start(ix, f->key);
	return true;
}

/* A record of the overlay whose text the base has: it is told with that one (ac_index_twin). */
static bool
is_twin(const ac_index *ix, const ac_url_find *f, const ac_index_record *r)
{
	ac_find find = ac_find_start(ix, f->key);
	ac_index_record other;

	if (!f->find.in_overlay)
		return false;
	while (ac_find_next(ix, &find, f->key, &other) && !find.in_overlay)
		if (other.type == AC_VALUE_URL && ac_str_eq(other.text, r->text))
			return true;
	return false;
}

/* The next record of a canonical URL; false: there is none. */
static bool
next_record(const ac_index *ix, ac_str url, ac_url_find *f, ac_index_record *r)
{
	while (ac_find_next(ix, &f->find, f->key, r))
		if (r->type == AC_VALUE_URL && ac_url_is_of(url, r->text) && !is_twin(ix, f, r))
			return true;
	return false;
}

uint32_t
ac_scan_find_url(ac_scan *s, ac_str raw, ac_url_find *f)
{
	ac_index_record r;

	if (!f->is_begun && !begin_find(s, raw, f))
		return AC_NONE32;
	return next_record(s->index, (ac_str){ s->url->text, s->url->n }, f, &r) ? r.place : AC_NONE32;
}

/* A look at the host as it stands, before anything is made canonical. True when it cannot tell. */
static bool
may_be_listed(const ac_scan *s, const char *rest)
{
	ac_str host;
	const char *end = rest, *p;

	while (end < s->end && end - rest < 256 && (ac_is_word(*end) || *end == '.'))
		end++;
	for (p = end; p < s->end && p - end < 256 && !is_hard_end(*p) && *p != '/' && *p != '?' && *p != '#'; p++)
		if (*p == '@')
			return true;
	if (end == rest || end - rest == 256)
		return true;
	while (end > rest + 1 && end[-1] == '.')
		end--;
	for (p = rest; p < end; p++) {
		if ((unsigned char)*p >= 0x80)
			return true;
		s->joined[p - rest] = ac_lower(*p);
	}
	host = (ac_str){ s->joined, (size_t)(end - rest) };
	return host_may_be_listed(s, host);
}

ac_str
ac_match_likely_url(const ac_scan *s, const char *colon, uint64_t *out_key)
{
	const char *begin = ac_url_scheme_begin(s->begin, colon), *end = colon;
	ac_str url;

	while (end < s->end && end - colon < PATH_MAX_BYTES && !is_hard_end(*end))
		end++;
	url = (ac_str){ begin, (size_t)(end - begin) };
	*out_key = ac_bytes_key(url, s->index->salt, AC_KEY_URL);
	return url;
}

bool
ac_match_is_likely_url(ac_scan *s, ac_str url, uint64_t key)
{
	const char *end = url.p + url.n;
	size_t before = s->matches->n;
	bool stands_so = false;
	ac_url_find f = { .key = key };
	ac_index_record r;

	/* What was made canonical is so again, but "%%341" becomes "%41". */
	if (!ac_gate_has(s->index->gate2, s->index->gate2_blocks, key) || (end < s->end && !is_hard_end(*end)) ||
	    memchr(url.p, '%', url.n))
		return false;
	f.find = ac_find_start(s->index, key);
	while (next_record(s->index, url, &f, &r)) {
		stands_so |= r.text.n == url.n;
		ac_match_add(s, url, r.place, AC_VALUE_URL, AC_MATCH_URL, 0);
	}
	/* canonical it is when it stands so in the index */
	if (!stands_so)
		s->matches->n = before;
	return stands_so;
}

static unsigned
soft_flags(char end)
{
	return AC_MATCH_SOFT_END | (end == '^' ? AC_MATCH_CARET_END : 0U);
}

/* What `url` is listed as, for the token `span`. False when it is not. */
static bool
add_records(ac_scan *s, ac_str url, ac_str span, unsigned flags)
{
	ac_url_find f = { .is_begun = false };
	bool found = false;

	for (uint32_t record; (record = ac_scan_find_url(s, url, &f)) != AC_NONE32; found = true)
		ac_match_add(s, span, record, AC_VALUE_URL, AC_MATCH_URL, flags);
	return found;
}

bool
ac_match_may_be_url(const ac_scan *s, const char *colon)
{
	return ac_url_scheme_begin(s->begin, colon) != colon && colon + 3 < s->end && may_be_listed(s, colon + 3);
}

void
ac_match_url(ac_scan *s, const char *colon)
{
	const char *begin = ac_url_scheme_begin(s->begin, colon), *rest = colon + 3;
	url_ends ends;

	if (begin == colon || rest >= s->end || !may_be_listed(s, rest))
		return;
	/* "git+https" is a scheme, "wget+http" none: the bytes are the same. */
	for (bool found = false; begin && !found; begin = ac_url_form_begin(begin, colon)) {
		find_ends(s, begin, rest, &ends);
		for (unsigned i = 0; !found && i < ends.count; i++) {
			ac_str span = { begin, (size_t)(ends.end[i] - begin) };

			found = add_records(s, span, span, i < ends.sure ? 0 : soft_flags(*ends.end[i]));
		}
	}
}

void
ac_match_bare_url(ac_scan *s, ac_str host)
{
	static const ac_str schemes[] = { AC_S_INIT("http://"), AC_S_INIT("https://") };
	url_ends ends;

	/* Behind a word, a dot or a slash it is a part of something else. */
	if (host.p > s->begin && (ac_is_word(host.p[-1]) || memchr("./\\@:%&?", host.p[-1], 9)))
		return;
	find_ends(s, host.p, host.p + host.n, &ends);
	for (unsigned i = 0; i < 2 * ends.count; i++) {
		ac_str span = { host.p, (size_t)(ends.end[i / 2] - host.p) }, scheme = schemes[i % 2];

		if (span.n + scheme.n > AC_URL_MAX)
			continue;
		memcpy(s->joined, scheme.p, scheme.n);
		memcpy(s->joined + scheme.n, span.p, span.n);
		(void)add_records(s, (ac_str){ s->joined, scheme.n + span.n }, span,
		    AC_MATCH_NO_SCHEME | (i / 2 < ends.sure ? 0 : soft_flags(*ends.end[i / 2])));
	}
}

void
ac_match_encoded_url(ac_scan *s, ac_str host)
{
	ac_str text = { s->begin, (size_t)(s->end - s->begin) }, span;
	size_t n;

	span = ac_percent_url(text, host, s->index->url_max + SPELLING_SLACK, s->joined, &n);
	if (span.n)
		(void)add_records(s, (ac_str){ s->joined, n }, span, AC_MATCH_ENCODED);
}
