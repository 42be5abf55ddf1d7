/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys at the gates of an index. What is asked of a kind is what the scanner asks of the whole value as text, since only whole values are hits (retro_search.c): anything less would hide a hit, anything more costs
 * time. Kinds that are texts pass.
 */
#include "watch/retro_gate.h"

#include "codec/octets.h"
#include "watch/defang.h"
#include "watch/index_build.h"
#include "watch/retro_part.h"
#include "watch/scan_parts.h"

#define NAME_MAX_BYTES 255

/* A text without a blank, in which ':' or '@' goes on behind a word, may equal a URL, an e-mail address or an IPv6 address as a whole. */
static bool
is_odd_text(const ac_index_record *r)
{
	if (!ac_text_is_anchored((ac_value_type)r->type) || r->type == AC_VALUE_MAC || r->type == AC_VALUE_SSDEEP)
		return false;
	if (r->text.n == 0 || r->text.p[0] == '/' || memchr(r->text.p, ' ', r->text.n) ||
	    memchr(r->text.p, '\\', r->text.n))
		return false;
	return memchr(r->text.p, ':', r->text.n) || memchr(r->text.p, '@', r->text.n);
}

ac_retro_gate
ac_retro_gate_of(const ac_index *index)
{
	ac_retro_gate gate = { .index = index, .has_words = (index->flags & AC_INDEX_HAS_LONG_WORDS) != 0 };
	ac_index_record record;

	for (uint32_t place = 0; !gate.has_odd_texts && ac_index_each_record(index, &place, &record);)
		gate.has_odd_texts = is_odd_text(&record);
	return gate;
}

static inline bool
gate1_has(const ac_index *ix, uint64_t key)
{
	return ac_gate_has(ix->gate1, ix->gate1_blocks, key);
}

static inline bool
gate2_has(const ac_index *ix, uint64_t key)
{
	return ac_gate_has(ix->gate2, ix->gate2_blocks, key);
}

static bool
passes_ipv4(const ac_index *ix, const uint8_t a[static 4])
{
	uint32_t address = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
	uint64_t prefixes = ix->ipv4_prefixes & (((uint64_t)1 << 33) - 1);

	if (!ac_network_is_open(&ix->networks, address)) {
		if (!(ix->cidr16[address >> 22] >> (address >> 16 & 63) & 1))
			return false;
		prefixes &= ((uint64_t)1 << 24) - 1;
	}
	for (; prefixes; prefixes &= prefixes - 1)
		if (gate2_has(ix, ac_ipv4_key(address, (unsigned)__builtin_ctzll(prefixes), ix->salt)))
			return true;
	return false;
}

static bool
passes_ipv6(const ac_index *ix, const uint8_t a[static 16])
{
	uint64_t high = __builtin_bswap64(ac_load64(a)), low = __builtin_bswap64(ac_load64(a + 8));

	if (ix->flags & AC_INDEX_HAS_PAIRS)
		return true;
	for (unsigned w = 0; w < 3; w++)
		for (uint64_t left = ix->ipv6_prefixes[w]; left; left &= left - 1) {
			unsigned bits = w * 64 + (unsigned)__builtin_ctzll(left);

			if (gate2_has(ix, ac_ipv6_key(high, low, bits, ix->salt)))
				return true;
		}
	return false;
}

/* A URL that telemetry holds defanged is looked up as it was meant. */
static bool
passes_url(const ac_index *ix, ac_str url)
{
	if (gate2_has(ix, ac_bytes_key(ac_url_without_fragment(url), ix->salt, AC_KEY_URL)))
		return true;
	return (memchr(url.p, '[', url.n) || memchr(url.p, '(', url.n) || memchr(url.p, '{', url.n)) &&
	       ac_defang_find(url, 0) < url.n;
}

static bool
passes_digest(const ac_retro_gate *g, ac_str bytes)
{
	const ac_index *ix = g->index;
	char digits[AC_WORD_END];
	ac_key_kind kind;

	if (bytes.n < 16 || !ac_digest_kind(2 * bytes.n, &kind))
		return true;
	if (gate1_has(ix, ac_words_key(ac_load64(bytes.p), ac_load64(bytes.p + 8), ix->salt, kind)))
		return true;
	if (!g->has_words)
		return false;
	ac_hex((const uint8_t *)bytes.p + bytes.n - sizeof(digits) / 2, sizeof(digits) / 2, digits);
	return ac_word_may_end(ix, ac_word_end_hash(ac_load64(digits), ix->salt));
}

/* Labels in reverse order: "example.evil.www" is "www.evil.example". */
static bool
passes_name(const ac_index *ix, ac_str reversed)
{
	/* What reads back from a name's end may read before its begin. */
	char room[AC_SUFFIX_MAX + NAME_MAX_BYTES + 1], *end = room + sizeof(room), *at = end;
	size_t first = ac_str_find_byte(reversed, '.'), from = 0, suffix = reversed.n;
	unsigned label, dots = 0;
	ac_str name;

	if (reversed.n > NAME_MAX_BYTES || first == reversed.n || first == 0)
		return true;
	memset(end - AC_SUFFIX_MAX, 0, AC_SUFFIX_MAX);
	/* The last label, and the dot before it. */
	memcpy(end - first, reversed.p, first);
	end[-(ptrdiff_t)first - 1] = '.';
	label = ac_last_label(ac_load64(end - 8), ix->salt);
	if (!(ix->last_labels[label / 64] >> (label % 64) & 1))
		return false;
	for (size_t to = first;; to = from + ac_str_find_byte(ac_str_slice(reversed, from, reversed.n), '.')) {
		at -= to - from;
		memcpy(at, reversed.p + from, to - from);
		if (++dots == 2) {
			suffix = (size_t)(end - at);
			if (suffix <= AC_SUFFIX_MAX &&
			    !gate1_has(ix, ac_suffix_key_at(end, (unsigned)suffix, ix->salt)))
				return false;
		}
		if (to == reversed.n)
			break;
		*--at = '.';
		from = to + 1;
	}
	name = (ac_str){ at, reversed.n };
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] >= 0x80)
			return true;
	for (size_t i = name.n; i-- > 0;)
		if (name.p[i] == '.' && i < name.n - first - 1 &&
		    gate2_has(ix, ac_text_hash(ac_str_slice(name, i + 1, name.n), ix->salt, AC_KEY_DOMAIN)))
			return true;
	return gate2_has(ix, ac_text_hash(name, ix->salt, AC_KEY_DOMAIN)) ||
	       gate2_has(ix, ac_text_hash(name, ix->salt, AC_KEY_FILE));
}

bool
ac_retro_gate_passes(const ac_retro_gate *g, ac_str key)
{
	unsigned kind = (unsigned char)key.p[0];
	ac_str value = ac_str_slice(key, 1, key.n);
	const uint8_t *bytes = (const uint8_t *)value.p;

	if (kind == AC_VALUE_IPV4)
		return value.n != 4 || passes_ipv4(g->index, bytes);
	if (kind == AC_RETRO_NAME)
		return passes_name(g->index, value);
	if (kind < AC_VALUE_TYPE_COUNT && ac_value_hash_digits((ac_value_type)kind))
		return passes_digest(g, value);
	if (g->has_odd_texts)
		return true;
	if (kind == AC_VALUE_URL)
		return passes_url(g->index, value);
	if (kind == AC_VALUE_EMAIL)
		return gate2_has(g->index, ac_text_hash(value, g->index->salt, AC_KEY_EMAIL));
	return kind != AC_VALUE_IPV6 || value.n != 16 || passes_ipv6(g->index, bytes);
}
