/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: one meaning of "whole value" for the index builder and the scanner. */
#include "watch/token.h"

#include "base/utf8.h"
#include "crypto/digest.h"
#include "values/value.h"

#define SCHEME_MAX 16

#define SAME_8(from) from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, from + 7
#define SAME_32(from) SAME_8(from), SAME_8(from + 8), SAME_8(from + 16), SAME_8(from + 24)

const unsigned char ac_word_fold[256] = { ['-'] = '-',
	['0'] = SAME_8('0'),
	'8',
	'9',
	['A'] = SAME_8('a'),
	SAME_8('i'),
	SAME_8('q'),
	'y',
	'z',
	['_'] = '_',
	['a'] = SAME_8('a'),
	SAME_8('i'),
	SAME_8('q'),
	'y',
	'z',
	[0x80] = SAME_32(0x80),
	SAME_32(0xa0),
	SAME_32(0xc0),
	SAME_32(0xe0) };

#define HARD AC_URL_HARD_END
#define SOFT AC_URL_SOFT_END
#define LAST AC_URL_TRAILING
#define HARD_8 HARD, HARD, HARD, HARD, HARD, HARD, HARD, HARD

const unsigned char ac_url_ends[256] = { HARD_8, HARD_8, HARD_8, HARD_8, [' '] = HARD, ['!'] = LAST, ['"'] = HARD,
	['#'] = AC_URL_PATH_END, ['%'] = AC_URL_SPELLED, ['&'] = AC_URL_QUERY_END, ['\''] = SOFT | LAST,
	[')'] = SOFT | LAST, ['*'] = LAST, ['+'] = AC_URL_FORM_END, [','] = SOFT | LAST, ['.'] = LAST, [':'] = LAST,
	[';'] = SOFT | LAST, ['<'] = HARD, ['>'] = HARD, ['?'] = LAST | AC_URL_PATH_END, ['\\'] = HARD,
	[']'] = SOFT | LAST, ['^'] = SOFT, ['`'] = HARD, ['|'] = SOFT, ['}'] = SOFT | LAST, [0x7f] = HARD };

void
ac_token_back(const char *end, const char *floor, ac_hash_seed salt, ac_token *out)
{
	const char *p = end;
	unsigned dots = 0;
	unsigned char seen = 0;
	bool numeric = true;

	while (p > floor) {
		unsigned char c = ac_word_fold[(unsigned char)p[-1]];

		if (!c) {
			/* A dot goes on with the token only between two word bytes; p is behind the dot, before a word byte. */
			if (p[-1] != '.' || p == end || p - 1 <= floor || !ac_is_word(p[-2]))
				break;
			dots++;
			c = '.';
		}
		if (dots == 0 && !ac_is_decimal((char)c))
			numeric = false;
		seen |= c;
		p--;
	}
	*out = (ac_token){ .begin = p,
		.end = end,
		.dots = dots,
		.has_high = (seen & 0x80) != 0,
		.is_numeric_last = numeric,
		.state = ac_text_state((ac_str){ p, (size_t)(end - p) }, salt) };
}

const char *
ac_url_scheme_begin(const char *floor, const char *colon)
{
	const char *p = colon;

	while (p > floor && colon - p < SCHEME_MAX && (ac_is_alnum(p[-1]) || memchr("+.-", p[-1], 3)))
		p--;
	/* "wget%20http://..." */
	if (p > floor && p[-1] == '%' && colon - p > 2 && ac_is_hex(p[0]) && ac_is_hex(p[1]) && ac_is_alpha(p[2]))
		return p + 2;
	while (p < colon && !ac_is_alpha(*p))
		p++;
	return p > floor && ac_is_word(p[-1]) ? colon : p;
}

const char *
ac_url_form_begin(const char *begin, const char *colon)
{
	const char *p = colon;

	while (p > begin && p[-1] != '+')
		p--;
	return p > begin && p < colon && ac_is_alpha(*p) ? p : NULL;
}

bool
ac_url_is_in_form(const char *floor, const char *begin)
{
	if (begin > floor && begin[-1] == '+')
		return true;
	return begin - floor > 2 && begin[-3] == '%' && ac_is_hex(begin[-2]) && ac_is_hex(begin[-1]);
}

const char *
ac_email_local_begin(const char *floor, const char *p, const char *at)
{
	while (p > floor && at - p < AC_EMAIL_MAX && ac_is_common_local(p[-1]))
		p--;
	return p;
}

uint64_t
ac_suffix2_key(ac_str text, ac_hash_seed salt)
{
	char last[AC_SUFFIX_MAX] = { 0 };
	uint64_t words[4];
	size_t n = 0;
	unsigned dots = 0;

	for (; n < text.n && n < AC_SUFFIX_MAX; n++) {
		char c = text.p[text.n - 1 - n];

		if (c == '.' && ++dots == 2)
			break;
		last[AC_SUFFIX_MAX - 1 - n] = (char)(c | 0x20);
	}
	for (unsigned i = 0; i < 4; i++)
		words[i] = ac_load64(last + 8 * (size_t)i);
	return ac_suffix_words_key(words, salt);
}

ac_as_name
ac_as_name_at(ac_str text, const char *p)
{
	ac_str rest = { p + 1, (size_t)(text.p + text.n - p) - 1 };
	bool begins = p == text.p || !ac_is_word(p[-1]);

	if (rest.n < 2)
		return AC_AS_NONE;
	if (ac_lower(p[1]) == 'u')
		return ac_str_starts_fold(rest, AC_S("utonomous")) ? AC_AS_FIELD : AC_AS_NONE;
	if (ac_lower(p[1]) != 's')
		return AC_AS_NONE;
	switch (p[2]) {
	case 'n':
	case 'N':
		return AC_AS_FIELD;
	case '_':
	case '.':
		return rest.n > 2 && ac_lower(p[3]) == 'n' ? AC_AS_FIELD : AC_AS_NONE;
	case ' ': /* as registries write it, in capitals: "AS 64496" */
		return begins && p[0] == 'A' && p[1] == 'S' && rest.n > 2 && ac_is_decimal(p[3]) ? AC_AS_FIELD
												 : AC_AS_NONE;
	case '"':
	case '\\': /* before a quote in a string of JSON */
		return begins ? AC_AS_FIELD : AC_AS_NONE;
	default:
		return begins && ac_is_decimal(p[2]) ? AC_AS_NUMBER : AC_AS_NONE;
	}
}

bool
ac_names_as_number(ac_str name)
{
	for (size_t i = 0; i + 1 < name.n; i++)
		if (ac_lower(name.p[i]) == 'a' && ac_as_name_at(name, name.p + i) == AC_AS_FIELD)
			return true;
	return false;
}

bool
ac_hex_bytes(const char *digits, size_t n, uint8_t *out)
{
	char again[2 * AC_HEX_BYTES_MAX];

	for (size_t i = 0; i < n; i += 4) {
		uint32_t four = ac_four_hex_bytes(digits + 2 * i);

		memcpy(out + i, &four, sizeof(four));
	}
	/* Other characters became bytes, too, which are written in another way. */
	ac_hex(out, n, again);
	return memcmp(again, digits, 2 * n) == 0;
}

static const struct {
	ac_str scheme, port;
} default_ports[] = {
	{ AC_S_INIT("http"), AC_S_INIT("80") },
	{ AC_S_INIT("https"), AC_S_INIT("443") },
	{ AC_S_INIT("ftp"), AC_S_INIT("21") },
	{ AC_S_INIT("ws"), AC_S_INIT("80") },
	{ AC_S_INIT("wss"), AC_S_INIT("443") },
};

static bool
is_default_port(ac_str scheme, ac_str port)
{
	if (port.n == 0)
		return true;
	for (size_t i = 0; i < AC_COUNT(default_ports); i++)
		if (ac_str_eq(default_ports[i].scheme, scheme))
			return ac_str_eq(default_ports[i].port, port);
	return false;
}

static void
put_folded(ac_url_text *url, ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		url->text[url->n++] = ac_lower(text.p[i]);
}

static void
put(ac_url_text *url, ac_str text)
{
	memcpy(url->text + url->n, text.p, text.n);
	url->n += text.n;
}

/* RFC 3986 s2.3: these mean the same with and without percent-encoding. */
static bool
is_unreserved(unsigned char c)
{
	return ac_is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* The byte that is percent-encoded at `at`; -1: none is. */
static int
encoded_byte(ac_str text, size_t at)
{
	int high = at + 2 < text.n && text.p[at] == '%' ? ac_hex_value(text.p[at + 1]) : -1;
	int low = high >= 0 ? ac_hex_value(text.p[at + 2]) : -1;

	return low < 0 ? -1 : high << 4 | low;
}

/*
 * RFC 3987 s3.1: a character beyond ASCII goes over the wire as its bytes, percent-encoded each, while lists and logs that decode it have it as it is. The bytes of the one at `at`, which are put; 0: none is
 * encoded there. Control characters (U+0080 to U+009F) stay encoded.
 */
static size_t
put_character(char *out, ac_str path, size_t at)
{
	ac_utf8_part part;
	char bytes[4];
	size_t n = 0;
	int byte;

	while (n < sizeof(bytes) && (byte = encoded_byte(path, at + 3 * n)) >= 0x80)
		bytes[n++] = (char)byte;
	if (n == 0)
		return 0;
	part = ac_utf8_look(bytes, n);
	if (part.have < part.want || part.want < 2 ||
	    ((unsigned char)bytes[0] == 0xc2 && (unsigned char)bytes[1] < 0xa0))
		return 0;
	memcpy(out, bytes, part.want);
	return part.want;
}

size_t
ac_url_put_path(char *out, ac_str path)
{
	size_t n = 0, character;

	for (size_t i = 0; i < path.n; i++) {
		size_t plain = ac_str_find_byte(ac_str_slice(path, i, path.n), '%');
		int high, low;

		if (plain)
			memmove(out + n, path.p + i, plain);
		n += plain;
		i += plain;
		if (i == path.n)
			break;
		high = i + 2 < path.n ? ac_hex_value(path.p[i + 1]) : -1;
		low = high >= 0 ? ac_hex_value(path.p[i + 2]) : -1;
		if (low < 0) {
			out[n++] = '%';
			continue;
		}
		character = put_character(out + n, path, i);
		if (character) {
			n += character;
			i += 3 * character - 1;
			continue;
		}
		if (is_unreserved((unsigned char)(high << 4 | low))) {
			out[n++] = (char)(high << 4 | low);
		} else {
			out[n++] = '%';
			out[n++] = "0123456789ABCDEF"[high];
			out[n++] = "0123456789ABCDEF"[low];
		}
		i += 2;
	}
	return n;
}

/* The host in its canonical spelling, without a trailing dot. */
static void
put_host(ac_url_text *url, ac_str host)
{
	size_t begin = url->n;
	uint8_t address[16];
	char text[45];

	if (url->host_is_ipv6 && ac_ipv6_parse(host, address)) {
		put(url, (ac_str){ text, ac_ipv6_format(address, text) });
	} else {
		if (host.n > 1 && host.p[host.n - 1] == '.')
			host.n--;
		put_folded(url, host);
	}
	url->host = (ac_str){ url->text + begin, url->n - begin };
	for (size_t i = 0; i < url->host.n; i++)
		if ((unsigned char)url->host.p[i] >= 0x80)
			url->host_is_high = true;
}

/* host[:port] of an authority without user info. False when there is no host. */
static bool
split_authority(ac_str authority, ac_url_text *url, ac_str *out_host, ac_str *out_port)
{
	size_t colon;

	*out_port = (ac_str){ NULL, 0 };
	if (authority.n > 0 && authority.p[0] == '[') {
		size_t close = ac_str_find_byte(authority, ']');
		ac_str rest = ac_str_slice(authority, close + 1, authority.n);

		if (close == authority.n)
			return false;
		*out_host = ac_str_slice(authority, 1, close);
		url->host_is_ipv6 = true;
		if (rest.n > 0 && rest.p[0] != ':')
			return false;
		*out_port = ac_str_slice(rest, 1, rest.n);
		return out_host->n > 0;
	}
	colon = ac_str_find_byte(authority, ':');
	*out_host = ac_str_slice(authority, 0, colon);
	*out_port = ac_str_slice(authority, colon + 1, authority.n);
	return out_host->n > 0;
}

bool
ac_url_canonical(ac_str raw, ac_url_text *out)
{
	size_t scheme_n = ac_str_find(raw, AC_S("://")), end, at, begin;
	ac_str authority, host, port, scheme = ac_str_slice(raw, 0, scheme_n), meant;

	out->n = 0;
	out->host_is_high = out->host_is_ipv6 = false;
	if (scheme_n == 0 || scheme_n > 16 || scheme_n >= raw.n || raw.n > AC_URL_MAX)
		return false;
	for (end = scheme_n + 3; end < raw.n && raw.p[end] != '/' && raw.p[end] != '?' && raw.p[end] != '#'; end++)
		;
	authority = ac_str_slice(raw, scheme_n + 3, end);
	/* "hxxp://" in telemetry is what the analyst's tools wrote there */
	if (ac_value_refang_scheme(raw, &meant) == scheme_n)
		scheme = meant;
	put_folded(out, scheme);
	scheme = (ac_str){ out->text, out->n };
	put(out, AC_S("://"));
	for (at = authority.n; at > 0 && authority.p[at - 1] != '@'; at--)
		;
	put(out, ac_str_slice(authority, 0, at)); /* user info is part of the value, exactly */
	if (!split_authority(ac_str_slice(authority, at, authority.n), out, &host, &port))
		return false;
	begin = out->n;
	if (out->host_is_ipv6)
		put(out, AC_S("["));
	put_host(out, host);
	if (out->host_is_ipv6)
		put(out, AC_S("]"));
	if (!is_default_port(scheme, port)) {
		put(out, AC_S(":"));
		put(out, port);
	}
	out->authority = (ac_str){ out->text + begin, out->n - begin };
	begin = out->n;
	/* RFC 3986 s6.2.3: an empty path is '/'. */
	if (end == raw.n || raw.p[end] != '/')
		put(out, AC_S("/"));
	out->n += ac_url_put_path(out->text + out->n, ac_str_slice(raw, end, raw.n));
	out->path = (ac_str){ out->text + begin, out->n - begin };
	return true;
}

ac_str
ac_url_bare_path(ac_str path)
{
	size_t n = 0;

	while (n < path.n && path.p[n] != '?' && path.p[n] != '#')
		n++;
	return (ac_str){ path.p, n };
}

ac_str
ac_url_without_fragment(ac_str canonical)
{
	return ac_str_slice(canonical, 0, ac_str_find_byte(canonical, '#'));
}

bool
ac_url_is_of(ac_str canonical, ac_str listed)
{
	size_t slashes = 0;
	ac_str rest;

	if (ac_str_eq(canonical, listed))
		return true;
	rest = ac_url_without_fragment(listed);
	if (!ac_str_eq(canonical, rest))
		return false;
	for (size_t i = 0; i < rest.n; i++)
		slashes += rest.p[i] == '/';
	return slashes > 3 || (rest.n && rest.p[rest.n - 1] != '/');
}

bool
ac_is_haproxy_time(ac_str text)
{
	static const char shape[] = "[00/Aaa/0000:00:00:00.000]";

	if (text.n < sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0'   ? !ac_is_decimal(text.p[i])
		    : shape[i] == 'A' ? text.p[i] < 'A' || text.p[i] > 'Z'
		    : shape[i] == 'a' ? text.p[i] < 'a' || text.p[i] > 'z'
				      : text.p[i] != shape[i])
			return false;
	return true;
}

/* Bytes of something else come in pairs. */
static bool
is_pairs(ac_str text)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.n && digits < 3; i++)
		digits = text.p[i] == ':' ? 0 : digits + 1;
	return digits < 3;
}

ac_str
ac_ipv6_before_port(ac_str run, const char *limit)
{
	const char *end = run.p + run.n;
	uint8_t address[16];
	size_t at = run.n;
	ac_str head;

	while (at > 0 && run.n - at < 6 && ac_is_decimal(run.p[at - 1]))
		at--;
	if (at < 3 || at == run.n || run.n - at > 5 || (run.p[at - 1] != '.' && run.p[at - 1] != ':'))
		return run;
	head = ac_str_slice(run, 0, at - 1);
	if (run.p[at - 1] == ':' && limit - end > 2 && *end == ' ' &&
	    ac_is_haproxy_time((ac_str){ end + 1, (size_t)(limit - end) - 1 }))
		return ac_ipv6_parse(head, address) ? head : run;
	if (ac_ipv6_parse(run, address) || !ac_ipv6_parse(head, address))
		return run;
	return run.p[at - 1] == '.' || !is_pairs(head) ? head : run;
}
