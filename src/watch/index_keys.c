/* SPDX-License-Identifier: Apache-2.0 */
/* What a value is in the index: its bytes and its keys, and what of it opens the filters before its own key is looked up. Knows nothing of who lists it. */
#include "watch/index_build.h"
#include "watch/token.h"

static uint64_t
big_endian(const uint8_t *p, unsigned n)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < n; i++)
		word = word << 8 | p[i];
	return word;
}

static void
mark_cidr16(ac_index_builder *b, uint32_t address, unsigned bits)
{
	uint32_t first = address >> 16, count = bits < 16 ? 1U << (16 - bits) : 1;

	for (uint32_t i = first; i < first + count; i++)
		b->cidr16[i / 64] |= (uint64_t)1 << (i % 64);
}

static void
set_network(ac_index_builder *b, uint32_t address)
{
	b->networks[address >> 14] |= (uint64_t)1 << (address >> 8 & 63);
}

/* The bitmap is as large as a cache and addresses come in any order: each waits until its word has come. */
static void
mark_network(ac_index_builder *b, uint32_t address)
{
	uint32_t *place = &b->networks_waiting[b->networks_marked++ % AC_NETWORKS_WAITING];

	__builtin_prefetch(&b->networks[address >> 14], 1);
	if (b->networks_marked > AC_NETWORKS_WAITING)
		set_network(b, *place);
	*place = address;
}

void
ac_build_networks(ac_index_builder *b)
{
	size_t n = b->networks_marked < AC_NETWORKS_WAITING ? b->networks_marked : AC_NETWORKS_WAITING;

	for (size_t i = 0; i < n; i++)
		set_network(b, b->networks_waiting[i]);
}

static void
ipv4_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k)
{
	uint32_t address = (uint32_t)big_endian(value->address, 4);

	b->ipv4_prefixes |= (uint64_t)1 << value->prefix_bits;
	k->bytes = (ac_str){ (const char *)value->address, 4 };
	k->key = ac_ipv4_key(address, value->prefix_bits, b->salt);
	if (value->prefix_bits < 24) {
		mark_cidr16(b, address, value->prefix_bits);
		return;
	}
	mark_network(b, address);
	if (value->prefix_bits < 32)
		k->gate2[k->gate2_count++] = ac_ipv4_key(address & 0xffffff00U, AC_ADDRESS_HAS_RANGES, b->salt);
}

static void
ipv6_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k)
{
	b->flags |= AC_INDEX_HAS_IPV6;
	b->ipv6_prefixes[value->prefix_bits / 64] |= (uint64_t)1 << (value->prefix_bits % 64);
	k->bytes = (ac_str){ (const char *)value->address, 16 };
	k->key =
	    ac_ipv6_key(big_endian(value->address, 8), big_endian(value->address + 8, 8), value->prefix_bits, b->salt);
}

void
ac_build_name(ac_index_builder *b, ac_str name, ac_value_keys *k)
{
	char last[8];
	unsigned label;

	memset(last, '.', sizeof(last));
	if (name.n >= sizeof(last))
		memcpy(last, name.p + name.n - sizeof(last), sizeof(last));
	else
		memcpy(last + sizeof(last) - name.n, name.p, name.n);
	label = ac_last_label(ac_load64(last), b->salt);
	b->last_labels[label / 64] |= (uint64_t)1 << (label % 64);
	if (name.n && ac_is_decimal(name.p[name.n - 1]) && ac_str_find_byte(name, '.') < name.n &&
	    ac_str_find_byte(name, ':') == name.n)
		b->flags |= AC_INDEX_HAS_DIGIT_ENDS;
	k->gate1 = ac_suffix2_key(name, b->salt);
	k->has_gate1 = true;
}

/* The same, and its key. */
static uint64_t
text_keys(ac_index_builder *b, ac_str text, ac_key_kind kind, ac_value_keys *k)
{
	ac_build_name(b, text, k);
	return ac_text_hash(text, b->salt, kind);
}

/* Whether a label of it is in punycode. Most names have no hyphen. */
static bool
has_punycode(ac_str name)
{
	return ac_str_find_byte(name, '-') < name.n && ac_str_find(name, AC_S("xn--")) < name.n;
}

static void
domain_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k)
{
	if (has_punycode(value->text))
		b->flags |= AC_INDEX_HAS_IDN;
	k->bytes = value->text;
	k->key = text_keys(b, value->text, AC_KEY_DOMAIN, k);
}

/* W3C logs write a blank in a path as '+'. */
static void
plus_key(const ac_index_builder *b, uint64_t host_key, ac_str path, ac_value_keys *k)
{
	char plus[AC_URL_MAX + 64];
	size_t n = 0;

	if (ac_str_find_byte(path, '%') == path.n || ac_str_find(path, AC_S("%20")) == path.n)
		return;
	for (size_t i = 0; i < path.n; i++) {
		bool is_blank = ac_str_starts(ac_str_slice(path, i, path.n), AC_S("%20"));

		plus[n++] = is_blank ? '+' : path.p[i];
		i += is_blank ? 2 : 0;
	}
	k->gate2[k->gate2_count++] = ac_url_path_key(host_key, (ac_str){ plus, n }, b->salt);
}

static int
url_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	const ac_url_text *url = k->url ? k->url : &b->url;
	uint8_t address[16];
	uint64_t host_key;

	if (!k->url && !ac_url_canonical(value->text, &b->url))
		return ac_fail(err, ACCORD_EINPUT, "URL: want scheme://host of at most %zu bytes", (size_t)AC_URL_MAX);
	b->flags |= AC_INDEX_HAS_URLS;
	if (has_punycode(url->host))
		b->flags |= AC_INDEX_HAS_IDN;
	k->bytes = (ac_str){ url->text, url->n };
	if (url->n > b->url_max)
		b->url_max = (uint32_t)url->n;
	k->key = ac_bytes_key(ac_url_without_fragment(k->bytes), b->salt, AC_KEY_URL);
	if (url->host_is_ipv6)
		b->flags |= AC_INDEX_HAS_URL_IPV6;
	host_key = ac_text_hash(url->host, b->salt, AC_KEY_URL_HOST);
	if (ac_ipv4_parse(url->host, address)) {
		b->flags |= AC_INDEX_HAS_URL_ADDRESSES;
		mark_network(b, (uint32_t)big_endian(address, 4));
		k->gate2[k->gate2_count++] =
		    ac_ipv4_key((uint32_t)big_endian(address, 4), AC_ADDRESS_URL_HOST, b->salt);
	} else {
		ac_build_name(b, url->host, k);
	}
	k->gate2[k->gate2_count++] = host_key;
	k->gate2[k->gate2_count++] = ac_url_path_key(host_key, ac_url_bare_path(url->path), b->salt);
	plus_key(b, host_key, ac_url_bare_path(url->path), k);
	return 0;
}

static int
email_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	size_t at = value->text.n;

	while (at > 0 && value->text.p[at - 1] != '@')
		at--;
	if (at <= 1 || at == value->text.n)
		return ac_fail(err, ACCORD_EINPUT, "e-mail address: want local@host");
	k->bytes = value->text;
	(void)text_keys(b, ac_str_slice(value->text, at, value->text.n), AC_KEY_DOMAIN, k);
	k->key = ac_text_hash(value->text, b->salt, AC_KEY_EMAIL);
	return 0;
}

static int
digest_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	size_t digits = ac_value_hash_digits(value->type);
	uint8_t *bytes = ac_arena_alloc(&b->scratch, 64);
	ac_key_kind kind;

	if (!bytes)
		return ac_arena_check(&b->scratch, err);
	if (value->text.n == digits && ac_digest_kind(digits, &kind)) {
		if (!ac_hex_bytes(value->text.p, digits / 2, bytes))
			return ac_fail(err, ACCORD_EINPUT, "digest: want hexadecimal digits in lower case");
		k->bytes = (ac_str){ (const char *)bytes, digits / 2 };
		k->key = ac_words_key(ac_load64(bytes), ac_load64(bytes + 8), b->salt, kind);
		if (value->type == AC_VALUE_CERT_SHA1 || value->type == AC_VALUE_CERT_SHA256)
			b->flags |= AC_INDEX_HAS_PAIRS;
		return 0;
	}
	return ac_fail(err, ACCORD_EINPUT, "digest of %zu characters does not fit its type", value->text.n);
}

int
ac_build_keys(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	if (ac_text_is_anchored(value->type))
		return ac_text_identify(b, value, k, err);
	switch (value->type) {
	case AC_VALUE_IPV4:
		ipv4_keys(b, value, k);
		return 0;
	case AC_VALUE_IPV6:
		ipv6_keys(b, value, k);
		return 0;
	case AC_VALUE_DOMAIN:
		domain_keys(b, value, k);
		return 0;
	case AC_VALUE_URL:
		return url_keys(b, value, k, err);
	case AC_VALUE_EMAIL:
		return email_keys(b, value, k, err);
	case AC_VALUE_MD5:
	case AC_VALUE_SHA1:
	case AC_VALUE_SHA256:
	case AC_VALUE_SHA512:
	case AC_VALUE_SHA224:
	case AC_VALUE_SHA384:
	case AC_VALUE_JA3:
	case AC_VALUE_CERT_SHA1:
	case AC_VALUE_CERT_SHA256:
		return digest_keys(b, value, k, err);
	default:
		break;
	}
	return ac_fail(err, ACCORD_EINTERNAL, "values of type %d are not watched", (int)value->type);
}
