/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's own never-list: texts with the types that each is listed as, and networks by their bytes. */
#include "watch/never_list.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "watch/token.h"

struct ac_never_list {
	ac_map texts;    /* canonical text -> bits of ac_value_type */
	ac_map networks; /* network_key */
	ac_arena keys;
	size_t count;
	uint64_t ipv4_prefixes;    /* bit n: there are ranges of /n (0..32) */
	uint64_t ipv6_prefixes[3]; /* bit n of 129 */
};

/* Type, length of the prefix, address. */
#define NETWORK_KEY 18

static ac_str
network_key(char out[static NETWORK_KEY], ac_value_type type, const uint8_t *address, unsigned bits)
{
	size_t n = type == AC_VALUE_IPV4 ? 4 : 16;

	out[0] = (char)type;
	out[1] = (char)bits;
	for (size_t i = 0; i < n; i++) {
		unsigned kept = bits > 8 * i ? bits - 8 * (unsigned)i : 0;

		out[2 + i] = (char)(address[i] & (kept >= 8 ? 0xff : 0xff00 >> kept));
	}
	return (ac_str){ out, 2 + n };
}

/* A URL as an index has it, whatever of it is percent-encoded; it views *url. Other values as they are. */
static ac_str
meant_text(ac_value_type type, ac_str text, ac_url_text *url)
{
	if (type != AC_VALUE_URL || !ac_url_canonical(text, url))
		return text;
	return (ac_str){ url->text, url->n };
}

static bool
has_text(const ac_never_list *list, ac_value_type type, ac_str text)
{
	const uint64_t *types = ac_map_get(&list->texts, text);

	return types && *types >> type & 1;
}

static bool
has_address(const ac_never_list *list, ac_value_type type, ac_str text)
{
	ac_value value = { .type = type, .text = text };
	unsigned bits = type == AC_VALUE_IPV4 ? 32 : 128;
	char key[NETWORK_KEY];

	if (!ac_value_read_address(&value))
		return false;
	for (unsigned n = 0; n <= bits && n <= value.prefix_bits; n++) {
		uint64_t word = type == AC_VALUE_IPV4 ? list->ipv4_prefixes : list->ipv6_prefixes[n / 64];

		if (word >> (n % 64) & 1 &&
		    ac_map_get(&list->networks, network_key(key, type, value.address, n)) != NULL)
			return true;
	}
	return false;
}

bool
ac_never_list_has(const ac_never_list *list, ac_value_type type, ac_str text)
{
	ac_url_text url;

	if (type == AC_VALUE_IPV4 || type == AC_VALUE_IPV6)
		return has_address(list, type, text);
	if (type != AC_VALUE_DOMAIN)
		return has_text(list, type, meant_text(type, text, &url));
	for (;;) {
		size_t dot = ac_str_find_byte(text, '.');

		if (has_text(list, type, text))
			return true;
		if (dot == text.n)
			return false;
		text = ac_str_slice(text, dot + 1, text.n);
	}
}

static int
add(ac_never_list *list, const ac_value *value, accord_err *err)
{
	bool is_address = value->type == AC_VALUE_IPV4 || value->type == AC_VALUE_IPV6;
	uint64_t bit = (uint64_t)1 << (is_address ? 0 : value->type), *slot;
	char network[NETWORK_KEY];
	ac_url_text url;
	ac_str key =
	    ac_arena_str(&list->keys, is_address ? network_key(network, value->type, value->address, value->prefix_bits)
						 : meant_text(value->type, value->text, &url));

	if (!key.p)
		return ac_arena_check(&list->keys, err);
	if (list->count >= AC_NEVER_VALUES_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "never-list: want at most %d values", AC_NEVER_VALUES_MAX);
	slot = ac_map_put(is_address ? &list->networks : &list->texts, key, NULL);
	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "never-list: no memory");
	list->count += !(*slot & bit);
	*slot |= bit;
	if (value->type == AC_VALUE_IPV4)
		list->ipv4_prefixes |= (uint64_t)1 << value->prefix_bits;
	else if (value->type == AC_VALUE_IPV6)
		list->ipv6_prefixes[value->prefix_bits / 64] |= (uint64_t)1 << (value->prefix_bits % 64);
	return 0;
}

/* The value of a line: "TYPE,VALUE", else what its form says. */
static int
read_value(ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	ac_str rest = text, name;
	ac_value_type type = AC_VALUE_NONE;

	if (ac_str_cut(&rest, ',', &name))
		type = ac_value_type_from_name(ac_str_trim(name));
	return type != AC_VALUE_NONE ? ac_value_parse(type, ac_value_refang(ac_str_trim(rest), arena), arena, out, err)
				     : ac_value_guess(text, arena, out, err);
}

static int
take_line(ac_never_list *list, ac_str line, uint64_t number, ac_arena *arena, accord_err *err)
{
	ac_str comment, text = ac_value_line(line, &comment);
	ac_value value = { 0 };
	accord_err what = { 0 };
	int rc;

	if (text.n == 0)
		return 0;
	if (line.n > AC_LIST_LINE_MAX || !ac_utf8_is_valid(line))
		return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0, "want a line of UTF-8, at most %zu bytes",
		    (size_t)AC_LIST_LINE_MAX);
	rc = read_value(text, arena, &value, &what);
	if (rc == ACCORD_ENOMEM)
		return ac_fail(err, rc, "never-list: no memory");
	if (rc)
		return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0, "%s", what.text);
	if (value.type == AC_VALUE_NONE || value.type == AC_VALUE_CVE)
		return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0,
		    "want a value that telemetry holds, or TYPE,VALUE, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	return add(list, &value, err);
}

int
ac_never_list_read(ac_str text, ac_hash_seed seed, ac_never_list **out, accord_err *err)
{
	ac_never_list *list = calloc(1, sizeof(*list));
	uint64_t number = 0;
	ac_arena arena;
	ac_str line;
	int rc = 0;

	if (!list)
		return ac_fail(err, ACCORD_ENOMEM, "never-list: no memory");
	ac_map_init(&list->texts, seed, AC_NEVER_VALUES_MAX);
	ac_map_init(&list->networks, seed, AC_NEVER_VALUES_MAX);
	ac_arena_init(&list->keys, 2 * AC_NEVER_BYTES_MAX);
	ac_arena_init(&arena, 4 * AC_MIB);
	text = ac_skip_bom(text);
	while (!rc && ac_str_next_field(&text, '\n', &line)) {
		rc = take_line(list, line, ++number, &arena, err);
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
	if (rc)
		ac_never_list_close(list);
	else
		*out = list;
	return rc;
}

ac_never_list *
ac_never_list_close(ac_never_list *list)
{
	if (!list)
		return NULL;
	ac_map_done(&list->texts);
	ac_map_done(&list->networks);
	ac_arena_done(&list->keys);
	free(list);
	return NULL;
}

size_t
ac_never_list_count(const ac_never_list *list)
{
	return list->count;
}
