/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that must never be watched: one such line in an ally's feed would turn every record into a hit. The idea is that of fever's
 * Bloom blacklist; the list is short on purpose, warning lists are for the rest.
 */
#include "watch/index_build.h"
#include "watch/token.h"

#define NEVER_OF_TYPE 10
typedef struct never_row {
	ac_value_type type;
	ac_str texts[NEVER_OF_TYPE]; /* those behind the last one are empty */
} never_row;

/* The loader looks all of them up, and the public suffixes: an index that holds one, from whomever it comes, is refused. */
static const never_row never_rows[] = {
	/* addresses of this host, everybody, and the resolvers that everybody asks */
	{ AC_VALUE_IPV4,
	    { AC_S_INIT("0.0.0.0"), AC_S_INIT("127.0.0.1"), AC_S_INIT("255.255.255.255"), AC_S_INIT("8.8.8.8"),
		AC_S_INIT("8.8.4.4"), AC_S_INIT("1.1.1.1"), AC_S_INIT("1.0.0.1"), AC_S_INIT("9.9.9.9") } },
	{ AC_VALUE_IPV6, { AC_S_INIT("::"), AC_S_INIT("::1") } },
	/* domains under which everybody's traffic goes: as list entries they would match all their subdomains */
	{ AC_VALUE_DOMAIN, { AC_S_INIT("google.com"), AC_S_INIT("googleapis.com"), AC_S_INIT("microsoft.com"),
			       AC_S_INIT("windows.com"), AC_S_INIT("office.com"), AC_S_INIT("amazonaws.com"),
			       AC_S_INIT("cloudfront.net"), AC_S_INIT("akamaiedge.net"), AC_S_INIT("apple.com"),
			       AC_S_INIT("facebook.com") } },
	/* digests of the empty file */
	{ AC_VALUE_SHA256, { AC_S_INIT("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") } },
	{ AC_VALUE_MD5, { AC_S_INIT("d41d8cd98f00b204e9800998ecf8427e") } },
	{ AC_VALUE_SHA1, { AC_S_INIT("da39a3ee5e6b4b0d3255bfef95601890afd80709") } },
	{ AC_VALUE_SHA224, { AC_S_INIT("d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f") } },
	{ AC_VALUE_SHA384,
	    { AC_S_INIT("38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fb"
			"d51ad2f14898b95b") } },
	{ AC_VALUE_SHA512,
	    { AC_S_INIT("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0"
			"ff8318d2877eec2f63b931bd47417a81a538327af927da3e") } },
};

#define IPV4_PREFIX_MIN 8
#define IPV6_PREFIX_MIN 16

/* Every value of an index comes here: most differ in type or length. */
static bool
is_in_list(const ac_value *value)
{
	ac_value_type type = value->type == AC_VALUE_JA3           ? AC_VALUE_MD5
			     : value->type == AC_VALUE_CERT_SHA1   ? AC_VALUE_SHA1
			     : value->type == AC_VALUE_CERT_SHA256 ? AC_VALUE_SHA256
								   : value->type;
	const never_row *row = never_rows;

	while (row < never_rows + AC_COUNT(never_rows) && row->type != type)
		row++;
	if (row == never_rows + AC_COUNT(never_rows))
		return false;
	for (size_t i = 0; i < NEVER_OF_TYPE && row->texts[i].n; i++)
		if (ac_str_eq(row->texts[i], value->text))
			return true;
	return false;
}

const char *
ac_build_refusal_url(const ac_value *value, ac_url_text *url)
{
	const char *refusal = ac_text_is_anchored(value->type) ? ac_text_refusal(value) : NULL;

	if (refusal)
		return refusal;
	if (value->type == AC_VALUE_NONE || value->type == AC_VALUE_CVE)
		return "values of this type stand in no telemetry";
	if (value->type == AC_VALUE_URL)
		return value->text.n > AC_URL_MAX || !ac_url_canonical(value->text, url) || url->host_is_high
			   ? "a URL without a host, or too long"
			   : NULL;
	if (value->type == AC_VALUE_IPV4 && value->prefix_bits < IPV4_PREFIX_MIN)
		return "never-list: address range wider than /8";
	if (value->type == AC_VALUE_IPV6 && value->prefix_bits < IPV6_PREFIX_MIN)
		return "never-list: address range wider than /16";
	if (is_in_list(value))
		return "never-list: a value that everybody's traffic holds";
	if (value->type == AC_VALUE_DOMAIN && ac_str_find_byte(value->text, '.') == value->text.n)
		return "never-list: a top-level or single-label domain";
	if (value->type == AC_VALUE_DOMAIN && ac_domain_is_public_suffix(value->text))
		return "never-list: a public suffix";
	return NULL;
}

const char *
ac_build_refusal(const ac_value *value)
{
	ac_url_text url;

	return ac_build_refusal_url(value, &url);
}

/* The bytes of a value of the list in a record, and its key. */
static ac_str
row_bytes(ac_value_type type, ac_str text, ac_hash_seed salt, uint8_t out[static 64], uint64_t *out_key)
{
	size_t digits = ac_value_hash_digits(type);
	ac_key_kind kind = AC_KEY_MD5;

	if (type == AC_VALUE_DOMAIN) {
		*out_key = ac_text_hash(text, salt, AC_KEY_DOMAIN);
		return text;
	}
	if (type == AC_VALUE_IPV4 && ac_ipv4_parse(text, out)) {
		*out_key = ac_ipv4_key(
		    (uint32_t)out[0] << 24 | (uint32_t)out[1] << 16 | (uint32_t)out[2] << 8 | out[3], 32, salt);
		return (ac_str){ (const char *)out, 4 };
	}
	if (type == AC_VALUE_IPV6 && ac_ipv6_parse(text, out)) {
		*out_key =
		    ac_ipv6_key(__builtin_bswap64(ac_load64(out)), __builtin_bswap64(ac_load64(out + 8)), 128, salt);
		return (ac_str){ (const char *)out, 16 };
	}
	(void)ac_hex_bytes(text.p, digits / 2, out);
	(void)ac_digest_kind(digits, &kind);
	*out_key = ac_words_key(ac_load64(out), ac_load64(out + 8), salt, kind);
	return (ac_str){ (const char *)out, digits / 2 };
}

/* Listed for itself; a value that only a composite pattern asks for may stand there. */
static bool
is_listed(const ac_index_record *r)
{
	ac_index_posting posting;
	size_t at = 0;

	while (ac_posting_next(r, &at, &posting))
		if (posting.term == AC_NONE32)
			return true;
	return false;
}

static bool
holds(const ac_index *index, ac_value_type type, ac_str bytes, uint64_t key)
{
	ac_find find = ac_find_start(index, key);
	ac_index_record r;

	while (ac_find_next(index, &find, key, &r))
		if (r.type == type && ac_str_eq(r.text, bytes) && is_listed(&r) &&
		    (type == AC_VALUE_DOMAIN || r.prefix_bits == 0 || r.prefix_bits == 8 * bytes.n))
			return true;
	return false;
}

/* Names that are looked up together: the filter's blocks are far apart. */
#define BATCH 32

/* The first public suffix that it holds, or {NULL, 0}. A domain's record cannot be found unless gate 2 has its key. */
static ac_str
held_suffix(const ac_index *index)
{
	ac_str names[BATCH];
	uint64_t keys[BATCH];
	size_t n = BATCH;

	for (size_t at = 0; n == BATCH; at += n) {
		for (n = 0; n < BATCH; n++) {
			names[n] = ac_public_suffix(at + n);
			if (!names[n].p)
				break;
			keys[n] = ac_text_hash(names[n], index->salt, AC_KEY_DOMAIN);
			ac_ask_line(ac_gate_block_of(index->gate2, index->gate2_blocks, keys[n]));
		}
		for (size_t i = 0; i < n; i++)
			if (ac_gate_has(index->gate2, index->gate2_blocks, keys[i]) &&
			    holds(index, AC_VALUE_DOMAIN, names[i], keys[i]) && ac_domain_is_public_suffix(names[i]))
				return names[i];
	}
	return (ac_str){ NULL, 0 };
}

/* The first value of the list that it holds, or {NULL, 0}. */
static ac_str
held_value(const ac_index *index)
{
	uint8_t buffer[64];
	uint64_t key;

	for (const never_row *row = never_rows; row < never_rows + AC_COUNT(never_rows); row++)
		for (size_t i = 0; i < NEVER_OF_TYPE && row->texts[i].n; i++) {
			ac_str bytes = row_bytes(row->type, row->texts[i], index->salt, buffer, &key);

			if (holds(index, row->type, bytes, key))
				return row->texts[i];
		}
	return (ac_str){ NULL, 0 };
}

int
ac_index_never(const ac_index *index, accord_err *err)
{
	ac_str held;

	if (index->ipv4_prefixes & (((uint64_t)1 << IPV4_PREFIX_MIN) - 1) ||
	    index->ipv6_prefixes[0] & (((uint64_t)1 << IPV6_PREFIX_MIN) - 1))
		return ac_fail(err, ACCORD_EINPUT, "watch index refused: it holds an address range that is too wide");
	held = held_value(index);
	if (held.p)
		return ac_fail(err, ACCORD_EINPUT,
		    "watch index refused: it holds %.*s, which everybody's traffic holds", AC_FMT(held));
	held = held_suffix(index);
	if (held.p)
		return ac_fail(err, ACCORD_EINPUT, "watch index refused: it holds %.*s, a public suffix", AC_FMT(held));
	return 0;
}
