/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a candidate to exact matches: gate 2, then the records whose key it is, then the bytes themselves. Every rule of "whole value" that the bit
 * logic could not see is here. URLs are in match_url.c, texts in match_text.c.
 */
#include "values/value.h"
#include "watch/flow.h"
#include "watch/match.h"
#include "watch/percent.h"
#include "watch/scan_parts.h"
#include "watch/version.h"

/* So many bytes that are rare in a local part are gone over: each is another reading. */
#define EMAIL_RARE_MAX 8
#define DIGEST_HEX_MAX 128
#define ADDRESS_TEXT_MAX 45
#define PORT_TEXT_MAX 6    /* with what stands before it */
#define GROUP_DIGITS_MAX 4 /* of an IPv6 address */

void
ac_match_add(ac_scan *s, ac_str span, uint32_t record, ac_value_type type, ac_match_how how, unsigned flags)
{
	ac_match *m = ac_vec_add(s->matches);

	if (m)
		*m = (ac_match){ .offset = (size_t)(span.p - s->begin),
			.length = (uint32_t)span.n,
			.record = record,
			.type = (uint8_t)type,
			.how = (uint8_t)how,
			.flags = (uint16_t)flags };
}

static bool
gate2_has(const ac_scan *s, uint64_t key)
{
	return ac_gate_has(s->index->gate2, s->index->gate2_blocks, key);
}

bool
ac_match_same_folded(ac_str text, ac_str folded)
{
	if (text.n != folded.n)
		return false;
	/* Mostly it is in lower case. */
	if (text.n && memcmp(text.p, folded.p, text.n) == 0)
		return true;
	for (size_t i = 0; i < text.n; i++)
		if (ac_lower(text.p[i]) != folded.p[i])
			return false;
	return true;
}

/* The record of a type and canonical text under a key, or AC_NONE32. */
uint32_t
ac_match_find_text(const ac_scan *s, uint64_t key, ac_value_type type, ac_str text)
{
	const ac_index *ix = s->index;
	ac_find find;
	ac_index_record r;

	if (!gate2_has(s, key))
		return AC_NONE32;
	find = ac_find_start(ix, key);
	while (ac_find_next(ix, &find, key, &r))
		if (r.type == type && ac_match_same_folded(text, r.text))
			return r.place;
	return AC_NONE32;
}

/* ---- domains ---- */

/* A name has at most 255 octets (RFC 1035 s2.3.4), 253 as text: no longer one is looked up, however long the token is. */
#define NAME_MAX_BYTES 253

/* Look `host` and each of its parents up, from two labels on; the hits are those of the token `span`. */
static void
match_parents(ac_scan *s, ac_str host, ac_str span)
{
	size_t longest = host.n > NAME_MAX_BYTES ? host.n - NAME_MAX_BYTES : 0;
	unsigned dots = 0;

	for (size_t i = host.n; i > longest; i--) {
		ac_str parent = ac_str_slice(host, i - 1, host.n);
		uint32_t record;

		dots += parent.p[0] == '.';
		if ((i > 1 && host.p[i - 2] != '.') || dots == 0 || parent.p[0] == '.')
			continue;
		record =
		    ac_match_find_text(s, ac_text_hash(parent, s->index->salt, AC_KEY_DOMAIN), AC_VALUE_DOMAIN, parent);
		if (record != AC_NONE32)
			ac_match_add(s, span, record, AC_VALUE_DOMAIN, i == 1 ? AC_MATCH_EXACT : AC_MATCH_SUBDOMAIN, 0);
	}
}

/* A host that is a field of its own, perhaps with a port: what stands inside a URL or an address has its path beside it. */
static bool
is_host_field(const ac_scan *s, ac_str span)
{
	const char *end = span.p + span.n;

	if (span.p > s->begin && (ac_joins_host(span.p[-1]) || span.p[-1] == '.'))
		return false;
	return end == s->end || !ac_joins_host(*end);
}

/* A path goes on behind the host, or behind its port. */
static bool
has_path(const ac_scan *s, const char *end)
{
	if (end < s->end && *end == ':')
		for (end++; end < s->end && ac_is_decimal(*end);)
			end++;
	return end < s->end && *end == '/';
}

void
ac_match_url_host(ac_scan *s, ac_str span, ac_value_type type, uint64_t key)
{
	if (has_path(s, span.p + span.n))
		ac_match_bare_url(s, span);
	if (span.p - s->begin > 5 && (span.p[-3] == '%' || span.p[-5] == '%'))
		ac_match_encoded_url(s, span);
	if (is_host_field(s, span) && !ac_scan_wait_for_path(s, span, type, key))
		ac_match_add(s, span, AC_NONE32, type, AC_MATCH_URL, AC_MATCH_URL_HOST);
}

static void
match_url_host(ac_scan *s, ac_str host, ac_str span)
{
	uint64_t key = ac_text_hash(host, s->index->salt, AC_KEY_URL_HOST);

	if ((s->index->flags & AC_INDEX_HAS_URLS) && gate2_has(s, key))
		ac_match_url_host(s, span, AC_VALUE_DOMAIN, key);
}

/* The host with letters folded, in scratch; {NULL,0} when it is longer than any host (RFC 1035 s2.3.4: 255 octets). */
static ac_str
fold_host(ac_scan *s, ac_str host)
{
	if (host.n > 255)
		return (ac_str){ NULL, 0 };
	for (size_t i = 0; i < host.n; i++)
		s->joined[i] = ac_lower(host.p[i]);
	return (ac_str){ s->joined, host.n };
}

/* A token with bytes from 0x80 on may be an internationalised name: indicators are kept in punycode. */
static void
match_idn(ac_scan *s, ac_str span)
{
	ac_value value;

	ac_arena_reset(&s->arena);
	if (span.n > 1024 || ac_value_parse(AC_VALUE_DOMAIN, span, &s->arena, &value, NULL))
		return;
	match_parents(s, value.text, span);
	match_url_host(s, value.text, span);
}

/* ---- e-mail ---- */

static bool
is_rare_local(char c)
{
	static const ac_str rare = AC_S_INIT("!#$&'*/=?^`{|}~");

	return ac_str_find_byte(rare, c) < rare.n;
}

/* The address of `host` whose local part begins at `begin`; {NULL, 0}: it has none. */
static ac_str
email_from(const char *begin, ac_str host)
{
	const char *at = host.p - 1;

	while (begin < at && *begin == '.')
		begin++;
	return begin < at ? (ac_str){ begin, (size_t)(host.p - begin) + host.n } : (ac_str){ NULL, 0 };
}

/* The shortest address that is listed: it begins behind a byte that is rare in one, over some of which it may go. */
void
ac_match_email(ac_scan *s, ac_str host)
{
	const char *at = host.p - 1, *p = at;

	for (unsigned rare = 0; rare <= EMAIL_RARE_MAX; rare++) {
		uint32_t record = AC_NONE32;
		ac_str span;

		p = ac_email_local_begin(s->begin, p, at);
		span = email_from(p, host);
		if (span.n > AC_EMAIL_MAX)
			return;
		if (span.p)
			record = ac_match_find_text(
			    s, ac_text_hash(span, s->index->salt, AC_KEY_EMAIL), AC_VALUE_EMAIL, span);
		if (record != AC_NONE32) {
			ac_match_add(s, span, record, AC_VALUE_EMAIL, AC_MATCH_EXACT, 0);
			return;
		}
		if (p == s->begin || !is_rare_local(p[-1]))
			return;
		p--;
	}
}

ac_str
ac_match_only_email(const ac_scan *s, ac_str host)
{
	const char *begin = ac_email_local_begin(s->begin, host.p - 1, host.p - 1);
	ac_str span = email_from(begin, host);

	if (span.n > AC_EMAIL_MAX || (begin > s->begin && is_rare_local(begin[-1])))
		return (ac_str){ NULL, 0 };
	return span;
}

void
ac_match_email_key(ac_scan *s, ac_str host, uint64_t key)
{
	ac_str span = ac_match_only_email(s, host);
	uint32_t record = ac_match_find_text(s, key, AC_VALUE_EMAIL, span);

	if (record != AC_NONE32)
		ac_match_add(s, span, record, AC_VALUE_EMAIL, AC_MATCH_EXACT, 0);
}

/* The address whose '@' is percent-encoded: where its local part ends, and its host. */
static void
match_encoded_email(ac_scan *s, const char *at, ac_str host)
{
	size_t n;
	ac_str all = { s->begin, (size_t)(s->end - s->begin) }, text,
	       span = ac_percent_email(all, at, host, s->joined, &n);
	uint32_t record;

	if (span.n == 0)
		return;
	text = (ac_str){ s->joined, n };
	record = ac_match_find_text(s, ac_text_hash(text, s->index->salt, AC_KEY_EMAIL), AC_VALUE_EMAIL, text);
	if (record != AC_NONE32)
		ac_match_add(s, span, record, AC_VALUE_EMAIL, AC_MATCH_EXACT, AC_MATCH_ENCODED);
}

size_t
ac_match_percent(ac_scan *s, const char *begin, const char *end)
{
	ac_str run = { begin, (size_t)(end - begin) };
	char last = '\0';
	size_t n = ac_percent_size(begin, end, &last);

	/* names of files are listed as paths spell them, too: "evil%20tool.exe" */
	if (n > 0)
		ac_match_text(s, run, ac_text_hash(run, s->index->salt, AC_KEY_FILE));
	if (n > 0 && last == '@')
		match_encoded_email(s, begin - 1, (ac_str){ begin + n, (size_t)(end - begin) - n });
	return n;
}

void
ac_match_dotted(ac_scan *s, const ac_token *token)
{
	ac_str span = { token->begin, (size_t)(token->end - token->begin) };

	if (token->has_high && (s->index->flags & AC_INDEX_HAS_IDN))
		match_idn(s, span);
	if (!token->is_numeric_last) {
		ac_str host = fold_host(s, span);

		match_parents(s, span, span);
		if (host.p)
			match_url_host(s, host, span);
		if (token->begin > s->begin && token->begin[-1] == '@')
			ac_match_email(s, span);
	}
	ac_match_text(s, span, ac_text_key(token->state, s->index->salt, AC_KEY_FILE));
}

/* ---- addresses ---- */

/* "::ffff:192.0.2.1" is one token; its colons bring it to ac_match_ipv6. */
static bool
is_tail_of_ipv6(const ac_scan *s, const char *begin, const char *end)
{
	const char *p = begin;
	uint8_t address[16];

	while (p > s->begin && end - p <= ADDRESS_TEXT_MAX && (p[-1] == ':' || ac_is_hex(p[-1])))
		p--;
	if (p < begin && *p == ':' && p + 1 < begin && p[1] != ':')
		p++;
	return p < begin && ac_ipv6_parse((ac_str){ p, (size_t)(end - p) }, address);
}

bool
ac_match_network(ac_scan *s, ac_str span, uint32_t address, unsigned bits, uint64_t key, unsigned flags)
{
	const ac_index *ix = s->index;
	uint32_t masked = bits ? address & (UINT32_MAX << (32 - bits)) : 0;
	uint8_t bytes[4] = { (uint8_t)(masked >> 24), (uint8_t)(masked >> 16), (uint8_t)(masked >> 8),
		(uint8_t)masked };
	bool found = false;
	ac_find find = ac_find_start(ix, key);
	ac_index_record r;

	while (ac_find_next(ix, &find, key, &r)) {
		if (r.type != AC_VALUE_IPV4 || r.prefix_bits != bits || memcmp(r.text.p, bytes, sizeof(bytes)) != 0)
			continue;
		found = true;
		ac_match_add(s, span, r.place, AC_VALUE_IPV4, bits == 32 ? AC_MATCH_EXACT : AC_MATCH_CIDR, flags);
		/* A value has one record in a file. */
		if (find.in_overlay || !ix->overlay.header)
			break;
	}
	return found;
}

bool
ac_match_is_whole_ipv4(const ac_scan *s, ac_str span, unsigned *out_flags)
{
	if (span.p > s->begin && span.p[-1] == ':' && is_tail_of_ipv6(s, span.p, span.p + span.n))
		return false;
	*out_flags = ac_is_version((ac_str){ s->begin, (size_t)(s->end - s->begin) }, span) ? AC_MATCH_VERSION : 0;
	return true;
}

/* An address in an IPv6 address: every prefix length that the index has. */
static void
find_mapped(ac_scan *s, ac_str span, uint32_t address)
{
	for (uint64_t prefixes = s->index->ipv4_prefixes; prefixes; prefixes &= prefixes - 1) {
		unsigned bits = (unsigned)__builtin_ctzll(prefixes);
		uint64_t key = ac_ipv4_key(address, bits, s->index->salt);

		if (bits <= 32 && gate2_has(s, key))
			(void)ac_match_network(s, span, address, bits, key, 0);
	}
}

void
ac_match_network6(ac_scan *s, ac_str span, const uint8_t address[static 16], unsigned bits, uint64_t key)
{
	const ac_index *ix = s->index;
	ac_find find = ac_find_start(ix, key);
	uint8_t masked[16] = { 0 };
	ac_index_record r;

	memcpy(masked, address, bits / 8);
	if (bits % 8)
		masked[bits / 8] = (uint8_t)(address[bits / 8] & (0xff << (8 - bits % 8)));
	while (ac_find_next(ix, &find, key, &r))
		if (r.type == AC_VALUE_IPV6 && r.prefix_bits == bits && memcmp(r.text.p, masked, sizeof(masked)) == 0)
			ac_match_add(s, span, r.place, AC_VALUE_IPV6, bits == 128 ? AC_MATCH_EXACT : AC_MATCH_CIDR, 0);
}

/* A byte of the run around an address: a hexadecimal digit, a colon, or a dot that joins two words. */
static inline bool
is_address_at(const ac_scan *s, const char *p)
{
	return *p == ':' || ac_is_hex(*p) ||
	       (*p == '.' && p > s->begin && p + 1 < s->end && ac_is_word(p[-1]) && ac_is_word(p[1]));
}

/* Without what is not the address's: "src:2001:db8::1", "2001:db8::1: up". */
static ac_str
trim_address(const ac_scan *s, const char *begin, const char *end)
{
	const char *head = begin;

	/* More than four digits, those at the end of a longer word, and those behind its dot are no group. */
	while (head < end && *head != ':')
		head++;
	if (head - begin > GROUP_DIGITS_MAX || (begin > s->begin && ac_is_word(begin[-1])))
		begin = head;
	if (end - begin > 2 && end[-1] == ':' && end[-2] != ':')
		end--;
	if (begin + 1 < end && *begin == ':' && begin[1] != ':')
		begin++;
	return (ac_str){ begin, (size_t)(end - begin) };
}

static bool
is_whole_address(const ac_scan *s, ac_str span)
{
	const char *end = span.p + span.n;

	if ((span.p > s->begin && ac_is_word(span.p[-1])) || ac_word_goes_on(end, s->end))
		return false;
	return span.n <= ADDRESS_TEXT_MAX + PORT_TEXT_MAX && !(end + 1 < s->end && *end == '.' && ac_is_word(end[1]));
}

/* The run of an address around a colon; empty when a word goes on. */
static ac_str
address_run(ac_scan *s, const char *colon)
{
	const char *begin = colon, *end = colon;
	ac_str span;

	while (begin > s->begin && is_address_at(s, begin - 1))
		begin--;
	while (end < s->end && is_address_at(s, end))
		end++;
	s->colon_end = end; /* each run is walked once, whatever comes of it */
	span = trim_address(s, begin, end);
	return is_whole_address(s, span) ? span : (ac_str){ NULL, 0 };
}

uint64_t
ac_match_url_ipv6_key(const ac_scan *s, const uint8_t address[static 16])
{
	char text[ADDRESS_TEXT_MAX];

	return ac_text_hash((ac_str){ text, ac_ipv6_format(address, text) }, s->index->salt, AC_KEY_URL_HOST);
}

void
ac_match_url_ipv6(ac_scan *s, ac_str span, uint64_t key)
{
	const char *end = span.p + span.n;

	/* with the brackets around it */
	if (span.p > s->begin && span.p[-1] == '[' && end < s->end && *end == ']')
		span = (ac_str){ span.p - 1, span.n + 2 };
	ac_match_url_host(s, span, AC_VALUE_IPV6, key);
}

bool
ac_match_ipv6(ac_scan *s, const char *colon, ac_address6 *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }; /* RFC 4291 s2.5.5.2 */
	const uint8_t *address = out->address;
	ac_str span;

	if (s->index->flags & AC_INDEX_HAS_PAIRS)
		ac_match_pairs(s, colon);
	if (colon < s->colon_end)
		return false;
	span = address_run(s, colon);
	if (span.p)
		span = ac_ipv6_before_port(span, s->end);
	if (!span.p || !ac_ipv6_parse(span, out->address))
		return false;
	out->at = (uint32_t)(span.p - s->begin);
	out->n = (uint32_t)span.n;
	out->is_mapped = memcmp(address, mapped, sizeof(mapped)) == 0;
	if (out->is_mapped)
		find_mapped(s, span,
		    (uint32_t)address[12] << 24 | (uint32_t)address[13] << 16 | (uint32_t)address[14] << 8 |
			address[15]);
	return true;
}

/* ---- digests ---- */

/* Neither a word nor a dotted one goes on at the ends of a word. */
static bool
is_whole_word(const ac_scan *s, ac_str run)
{
	const char *begin = run.p, *end = run.p + run.n;

	return !((begin > s->begin && ac_is_word(begin[-1])) || (end < s->end && ac_is_word(*end)) ||
		 (end + 1 < s->end && *end == '.' && ac_is_word(end[1])) ||
		 (begin - s->begin >= 2 && begin[-1] == '.' && ac_is_word(begin[-2])));
}

/* The digest of so many bytes, whose key passed gate 1. */
static void
match_digest_bytes(ac_scan *s, ac_str span, ac_str bytes, uint64_t key)
{
	ac_find find = ac_find_start(s->index, key);
	ac_index_record r;

	while (ac_find_next(s->index, &find, key, &r))
		/* A file's, a certificate's, a TLS fingerprint: what else must hold for each, the record's fields say. */
		if (r.text.n == bytes.n && ac_value_hash_digits((ac_value_type)r.type) == 2 * bytes.n &&
		    memcmp(r.text.p, bytes.p, bytes.n) == 0)
			ac_match_add(s, span, r.place, (ac_value_type)r.type, AC_MATCH_EXACT, 0);
}

/*
 * The bytes of a digest; kinds of digests have eight digits and more each. False when some byte is no hexadecimal digit, for which digits are made of the bytes again. A bit of case is
 * passed over: digits have it, and no byte of a word would become one by it.
 */
static bool
digest_bytes(ac_str word, char out[static DIGEST_HEX_MAX / 2])
{
	const uint64_t each = 0x0101010101010101U;
	uint64_t odd = 0;

	for (size_t i = 0; i < word.n / 8; i++) {
		uint64_t eight = ac_load64(word.p + 8 * i), digits = ac_hex_digits(eight);
		uint32_t four = ac_join_digits(digits);

		odd |= (digits & 0xf0 * each) |
		       ((eight | AC_NO_CASE) ^
			   (digits + '0' * each + ('a' - '9' - 1) * ((digits + 6 * each) >> 4 & each)));
		memcpy(out + 4 * i, &four, sizeof(four));
	}
	return !odd;
}

void
ac_match_digest_text(ac_scan *s, ac_str span, ac_str digits)
{
	const ac_index *ix = s->index;
	char bytes[DIGEST_HEX_MAX / 2];
	ac_key_kind kind;
	uint64_t key;

	if (!ac_digest_kind(digits.n, &kind))
		return;
	if (!digest_bytes(digits, bytes))
		return;
	key = ac_words_key(ac_load64(bytes), ac_load64(bytes + 8), ix->salt, kind);
	if (ac_gate_has(ix->gate1, ix->gate1_blocks, key))
		match_digest_bytes(s, span, (ac_str){ bytes, digits.n / 2 }, key);
}

void
ac_match_digest(ac_scan *s, ac_str run, uint64_t key)
{
	char bytes[DIGEST_HEX_MAX / 2];

	if (!digest_bytes(run, bytes) || !is_whole_word(s, run))
		return;
	match_digest_bytes(s, run, (ac_str){ bytes, run.n / 2 }, key);
}
