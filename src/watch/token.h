/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token is, for the index and for the scanner alike: the classes of bytes, where a whole value begins and ends, and the canonical
 * text of a URL. Knows nothing of indexes.
 */
#ifndef AC_WATCH_TOKEN_H
#define AC_WATCH_TOKEN_H

#include "base/buf.h"
#include "base/limits.h"
#include "watch/hash.h"

/* Word bytes ([A-Za-z0-9_-] and all from 0x80 on) map to their lower case, all others to 0. */
extern const unsigned char ac_word_fold[256];

static inline bool
ac_is_hex(char c)
{
	return ac_hex_value(c) >= 0;
}

static inline bool
ac_is_decimal(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

static inline bool
ac_is_word(char c)
{
	return ac_word_fold[(unsigned char)c] != 0;
}

/* What a byte may be to a URL that it stands behind. */
enum {
	AC_URL_HARD_END = 1,  /* surely no part of it */
	AC_URL_SOFT_END = 2,  /* perhaps none */
	AC_URL_QUERY_END = 4, /* perhaps none, of a URL in a query */
	AC_URL_PATH_END = 8,  /* its path ends */
	AC_URL_TRAILING = 16, /* mostly none, when its last byte */
	AC_URL_SPELLED = 32,  /* of it, but perhaps a spelling of another byte: '%' */
	AC_URL_FORM_END = 64  /* of it, but a blank in the query of another URL: '+' */
};
extern const unsigned char ac_url_ends[256];

/* First byte of the scheme of a URL that ends at `colon`, not before `floor`; colon itself when there is none. */
const char *ac_url_scheme_begin(const char *floor, const char *colon);
/* The same behind the last '+' of what may be a scheme, where that is a blank of a query: "cmd=wget+http://..."; NULL: there is none. */
const char *ac_url_form_begin(const char *begin, const char *colon);
/* Whether a URL begins there as in the query of another, behind a blank or the like: "+http://...", "%20http://...". */
bool ac_url_is_in_form(const char *floor, const char *begin);
/* Whether it may end at p then: '+', or a percent-encoded byte that no URL has, or that may end one. */
static inline bool
ac_url_may_end_in_form(const char *p, const char *end)
{
	int high = *p == '%' && end - p > 2 ? ac_hex_value(p[1]) : -1, low = high >= 0 ? ac_hex_value(p[2]) : -1;

	return low >= 0 ? ac_url_ends[high << 4 | low] & (AC_URL_HARD_END | AC_URL_SOFT_END | AC_URL_QUERY_END)
			: ac_url_ends[(unsigned char)*p] & AC_URL_FORM_END;
}

/* RFC 5321 s4.5.3.1: 64 bytes, '@' and 255. */
#define AC_EMAIL_MAX 320
/* RFC 5322 s3.2.3 atext; in logs the rarer ones are mostly delimiters: "from=o'neil@mail.example". */
static inline bool
ac_is_common_local(char c)
{
	return ac_is_word(c) || c == '.' || c == '+' || c == '%';
}
/* Where the local part that ends at `p` begins, before its '@' at `at` and not before `floor`, if no rare byte is one of it. */
const char *ac_email_local_begin(const char *floor, const char *p, const char *at);

/* One dotted token (word labels with single dots between them), seen from its end. */
typedef struct ac_token {
	const char *begin;
	const char *end;
	unsigned dots;
	bool has_high;        /* bytes from 0x80 on */
	bool is_numeric_last; /* the last label is all digits */
	uint64_t state;       /* ac_text_state of the whole token */
} ac_token;

/* Walk back from `end` (exclusive, behind a word byte), not before `floor`. */
void ac_token_back(const char *end, const char *floor, ac_hash_seed salt, ac_token *out);

/* Gate key of the last two labels (of all, when there are fewer) of a text; case does not count. */
uint64_t ac_suffix2_key(ac_str text, ac_hash_seed salt);

/* A number of 16 bits for the last label of a name, by its last eight bytes: most dotted tokens of a log end in none that the index has. */
static inline unsigned
ac_last_label(uint64_t last8, ac_hash_seed salt)
{
	uint64_t folded = last8 | AC_NO_CASE, x = folded ^ 0x2e2e2e2e2e2e2e2eU;
	/* Bytes that are dots (0x2f behind one may seem to be one too: it is no byte of a label). */
	uint64_t dots = (x - 0x0101010101010101U) & ~x & 0x8080808080808080U;
	unsigned zeros = dots ? (unsigned)__builtin_clzll(dots) / 8 : 8;
	uint64_t label = zeros ? folded >> (64 - 8 * zeros) : 0;

	return (unsigned)((label ^ salt.word[1]) * (salt.word[0] | 1) >> 48);
}

/* Of a word its last bytes tell, so many at most. */
#define AC_WORD_END 8
/* The last bytes of a word of n bytes, as the eight before its end hold them: zeros before a shorter one. */
static inline uint64_t
ac_word_end(uint64_t last8, unsigned n)
{
	return n < AC_WORD_END ? last8 >> (64 - 8 * n) << (64 - 8 * n) : last8;
}

/* Of those; the case of ASCII letters does not count, and two other bytes may count as one. */
static inline uint32_t
ac_word_end_hash(uint64_t word_end, ac_hash_seed salt)
{
	return (uint32_t)(((word_end | AC_NO_CASE) ^ salt.word[0]) * (salt.word[1] | 1) >> 32);
}

/* What names of fields that hold AS numbers begin with, and "AS64496" itself. */
typedef enum ac_as_name { AC_AS_NONE, AC_AS_FIELD, AC_AS_NUMBER } ac_as_name;
/* What stands at p, an 'a' of any case: "asn", "as_number", "as.number", an "as" between quotes, "autonomous...", or "as" with a digit behind it. */
ac_as_name ac_as_name_at(ac_str text, const char *p);
/* Whether the name of a field may be one of an AS number. */
bool ac_names_as_number(ac_str name);

/* What eight hexadecimal digits are worth, each in its byte. */
static inline uint64_t
ac_hex_digits(uint64_t c)
{
	return (c & 0x0f0f0f0f0f0f0f0fU) + 9 * (c >> 6 & 0x0101010101010101U);
}

/* Eight of them as four bytes. */
static inline uint32_t
ac_join_digits(uint64_t digits)
{
	uint64_t pairs = (digits << 4 | digits >> 8) & 0x00ff00ff00ff00ffU;

	pairs = (pairs | pairs >> 8) & 0x0000ffff0000ffffU;
	return (uint32_t)(pairs | pairs >> 16);
}

/* Eight hexadecimal digits as four bytes. */
static inline uint32_t
ac_four_hex_bytes(const char *digits)
{
	return ac_join_digits(ac_hex_digits(ac_load64(digits)));
}

/* `n` bytes (a multiple of four, at most AC_HEX_BYTES_MAX) from twice as many digits in lower case; false when they are others. */
#define AC_HEX_BYTES_MAX 64
bool ac_hex_bytes(const char *digits, size_t n, uint8_t *out);

/* So many hexadecimal digits make a digest: bit n for 8 * n. */
#define AC_DIGEST_EIGHTHS (1U << 4 | 1U << 5 | 1U << 7 | 1U << 8 | 1U << 12 | 1U << 16)
/* Of which kind; false for other lengths. */
static inline bool
ac_digest_kind(size_t digits, ac_key_kind *out)
{
	static const uint8_t kinds[17] = { [4] = AC_KEY_MD5,
		[5] = AC_KEY_SHA1,
		[7] = AC_KEY_SHA224,
		[8] = AC_KEY_SHA256,
		[12] = AC_KEY_SHA384,
		[16] = AC_KEY_SHA512 };
	unsigned kind = digits % 8 || digits / 8 > 16 ? 0 : kinds[digits / 8];

	*out = (ac_key_kind)kind;
	return kind;
}

/*
 * A URL in canonical spelling: scheme and host in lower case, no default port, '/' for an empty path, percent-encoding where it is needed only and with capitals
 * (RFC 3986 s6.2.2), of characters beyond ASCII not (RFC 3987 s3.1 turned round); the rest exactly.
 */
typedef struct ac_url_text {
	char text[AC_URL_MAX + 64];
	size_t n;
	ac_str host;       /* views text; brackets of IPv6 left out */
	ac_str authority;  /* host and port */
	ac_str path;       /* from '/' on */
	bool host_is_high; /* bytes from 0x80 on in the host: to be made punycode by the caller */
	bool host_is_ipv6;
} ac_url_text;

/* False when raw is not scheme://host... or is longer than AC_URL_MAX. */
bool ac_url_canonical(ac_str raw, ac_url_text *out);
/* The path, query and fragment in canonical spelling, at most as long as they are. Returns the length. */
size_t ac_url_put_path(char *out, ac_str path);
/* The part of a path before '?' and '#'. */
ac_str ac_url_bare_path(ac_str path);
/* A canonical URL without its fragment, by which it is keyed. */
ac_str ac_url_without_fragment(ac_str canonical);
/*
 * Whether a canonical URL is a listed one, or what goes over the wire of it: a fragment never does (RFC 3986 s3.5). Of what has but a fragment to tell it from a whole site
 * ("https://files.example/#!abc") that says nothing.
 */
bool ac_url_is_of(ac_str canonical, ac_str listed);
/* Bytes up to '?' at which a path in a field ends, a bit each: for certain, and perhaps (',', ';', '=' may belong to it, as '|' may; '^' may not, but stands between attributes of LEEF alone). Asked for each byte of popular hosts' lines. */
#define AC_BIT(c) (UINT64_C(1) << (c))
#define AC_SURE_PATH_ENDS (0x1ffffffffU | AC_BIT('"') | AC_BIT('#') | AC_BIT('?'))
#define AC_PATH_ENDS (AC_SURE_PATH_ENDS | AC_BIT(',') | AC_BIT(';') | AC_BIT('='))

static inline bool
ac_ends_path(char c)
{
	return (unsigned char)c < 64 ? AC_PATH_ENDS >> c & 1 : c == '|' || c == '^';
}

static inline bool
ac_surely_ends_path(char c)
{
	return (unsigned char)c < 64 && (AC_SURE_PATH_ENDS >> c & 1);
}

/* Behind it a host goes on as a part of a URL or an address, or before it. */
static inline bool
ac_joins_host(char c)
{
	const uint64_t low = AC_BIT('/') | AC_BIT('%') | AC_BIT('&') | AC_BIT('?');
	const uint64_t high = AC_BIT('@' - 64) | AC_BIT('\\' - 64);
	unsigned char u = (unsigned char)c;

	return (u < 64 ? low : u < 128 ? high : 0) >> (u % 64) & 1;
}

/* A path may begin behind it. */
static inline bool
ac_is_before_path(char c)
{
	return ac_ends_path(c) && c != '?' && c != '#';
}

/* "[19/Jul/2021:10:00:00.123]": as HAProxy writes times, behind an address and its port. */
bool ac_is_haproxy_time(ac_str text);
/*
 * Of a run of hexadecimal digits, colons and dots: the address that it begins with, when a port stands behind that and nothing else can be meant: "2001:db8::1.443" (netstat, tcpdump), "::ffff:192.0.2.1:443",
 * "2001:db8::1:443" before the time of HAProxy; else all of it. It may be read up to limit.
 */
ac_str ac_ipv6_before_port(ac_str run, const char *limit);

#endif
