/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubled keys, which are refused (RFC 7493 s2.3), compared unescaped. Small objects are looked through with the help of tags, large
 * ones with a table, so that the time is linear whatever the keys are.
 */
#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "codec/json_parser.h"

uint64_t
ac_json_mix_key(ac_str key)
{
	size_t n = key.n < 7 ? key.n : 7;
	uint64_t last = (uint64_t)'"' << (8 * n);

	for (size_t i = 0; i < n; i++)
		last |= (uint64_t)(unsigned char)key.p[key.n - n + i] << (8 * i);
	return ac_json_mix(last, key.n);
}

const ac_json *
ac_json_find_doubled(const ac_json *object, const ac_json *last)
{
	for (const ac_json *key = object + 2; key < last; key = ac_json_node_next_key(key))
		if (key->tag == last->tag && ac_str_eq(ac_json_node_text(key), ac_json_node_text(last)))
			return key;
	return NULL;
}

static int
fail_doubled(const ac_json_parser *ps, const struct ac_json *key)
{
	char got[64];
	ac_buf text = { .p = got, .capacity = sizeof(got), .limit = sizeof(got) - 1 };

	ac_buf_add_cstr(&text, "a second \"");
	ac_utf8_add_visible(&text, ac_json_node_text(key), 40);
	ac_buf_add_byte(&text, '"');
	got[text.n] = '\0';
	return ac_json_fail_at(ps, ac_json_raw(key).p, ACCORD_EINPUT, "each key once in an object", got);
}

static int
check_small(const ac_json_parser *ps, const ac_json *object)
{
	const ac_json *key = object + 2;
	uint64_t seen = 0;

	for (uint32_t i = 0; i < object[1].count; i++, key = ac_json_node_next_key(key)) {
		uint64_t bit = (uint64_t)1 << (key->tag & 63);

		if (seen & bit && ac_json_find_doubled(object, key))
			return fail_doubled(ps, key);
		seen |= bit;
	}
	return 0;
}

/*
 * A table of hashes, in the free slots behind the nodes. The seed need not be secret from the machine's owner, only from who wrote the text:
 * addresses do, and no answer depends on them.
 */
static int
check_large(ac_json_parser *ps, uint32_t index)
{
	const ac_json *object, *key;
	size_t slots = 4 * AC_JSON_SMALL_OBJECT;
	ac_hash_seed seed;
	uint64_t *table; /* high half of the hash, and the key's distance from the object (never 0) */

	while (slots < (size_t)ps->nodes[index + 1].count * 2)
		slots *= 2;
	if (!ac_json_reserve(ps, slots * sizeof(*table) / sizeof(*ps->nodes)))
		return ac_arena_check(ps->arena, ps->err);
	object = ps->nodes + index;
	seed = (ac_hash_seed){ { (uintptr_t)object, (uintptr_t)ps->arena ^ (uintptr_t)&check_small } };
	table = memset(ps->nodes + ps->count, 0, slots * sizeof(*table));
	key = object + 2;
	for (uint32_t i = 0; i < object[1].count; i++, key = ac_json_node_next_key(key)) {
		uint64_t hash = ac_siphash(seed, ac_json_node_text(key));
		size_t slot = (size_t)hash & (slots - 1);

		for (; table[slot]; slot = (slot + 1) & (slots - 1))
			if (table[slot] >> 32 == hash >> 32 &&
			    ac_str_eq(ac_json_node_text(object + (uint32_t)table[slot]), ac_json_node_text(key)))
				return fail_doubled(ps, key);
		table[slot] = (hash >> 32 << 32) | (uint32_t)(key - object);
	}
	return 0;
}

int
ac_json_check_keys(ac_json_parser *ps, uint32_t object)
{
	if (ps->nodes[object + 1].count <= AC_JSON_SMALL_OBJECT)
		return check_small(ps, ps->nodes + object);
	return check_large(ps, object);
}
