/* SPDX-License-Identifier: Apache-2.0 */
/* Constants of a pattern to what comparing needs. */
#include "match/atom.h"

#include <stdlib.h>

#include "base/utf8.h"

static int
no_memory(const ac_arena *arena, accord_err *err)
{
	return arena->failed ? ac_arena_check(arena, err) : ac_fail(err, ACCORD_ENOMEM, "no memory for a comparison");
}

/* s9.2: a string is octets when all its code points are below U+0100. p NULL when it is not. */
static bool
to_octets(ac_str text, ac_arena *arena, ac_str *out)
{
	char *bytes = ac_arena_alloc(arena, text.n + 1);
	size_t n;

	if (!bytes)
		return false;
	if (ac_match_latin1(text, bytes, &n))
		*out = (ac_str){ bytes, n };
	return true;
}

static int
make_constant(const ac_pattern_constant *from, ac_hash_seed seed, ac_arena *arena, ac_constant *out, accord_err *err)
{
	ac_str text = { NULL, 0 };
	bool fine = true;

	*out = (ac_constant){ .value.kind = AC_MATCH_UNUSABLE };
	if (from->kind == AC_PATTERN_STRING || from->kind == AC_PATTERN_HEX || from->kind == AC_PATTERN_BINARY)
		text = ac_arena_str(arena, from->text);
	switch (from->kind) {
	case AC_PATTERN_STRING:
		fine = text.p && ac_match_string(text, arena, &out->value) && to_octets(text, arena, &out->octets);
		break;
	case AC_PATTERN_HEX:
	case AC_PATTERN_BINARY:
		fine = text.p != NULL;
		out->value = (ac_match_value){ .kind = AC_MATCH_BYTES, .text = text };
		out->octets = text;
		break;
	case AC_PATTERN_INTEGER:
	case AC_PATTERN_FLOAT:
		fine = ac_match_number(from->text, arena, &out->value);
		break;
	case AC_PATTERN_BOOLEAN:
		out->value = (ac_match_value){ .kind = AC_MATCH_BOOLEAN, .boolean = from->boolean };
		break;
	case AC_PATTERN_TIMESTAMP:
		fine = ac_match_time(from->text, arena, &out->value);
		break;
	}
	if (!fine)
		return no_memory(arena, err);
	if (out->value.kind == AC_MATCH_UNUSABLE)
		return ac_fail(err, ACCORD_EINPUT, "want a constant that its type has (s2), got '%.*s'",
		    AC_FMT(ac_str_slice(from->text, 0, ac_utf8_valid_prefix(ac_str_slice(from->text, 0, 80)))));
	out->value.hash = ac_match_hash(seed, &out->value);
	if (out->octets.p)
		out->octets_hash = ac_siphash(seed, out->octets);
	return 0;
}

/* s9.6.1: the values of a set are of one data type. Integers and floats are comparable (s9.2), and so are hex and binary. */
static bool
are_alike(const ac_constant *a, const ac_constant *b)
{
	return a->value.kind == b->value.kind || (ac_match_is_number(&a->value) && ac_match_is_number(&b->value));
}

static int
compare_hashes(const void *a, const void *b)
{
	uint64_t x = ((const ac_constant *)a)->value.hash, y = ((const ac_constant *)b)->value.hash;

	return (x > y) - (x < y);
}

static int
make_constants(const ac_pattern_node *node, ac_hash_seed seed, ac_arena *arena, ac_atom *out, accord_err *err)
{
	ac_constant *constants = ac_arena_zalloc(arena, node->constant_count + 1, sizeof(*constants));
	int rc = 0;

	if (!constants)
		return no_memory(arena, err);
	for (size_t i = 0; rc == 0 && i < node->constant_count; i++) {
		rc = make_constant(&node->constants[i], seed, arena, &constants[i], err);
		if (rc == 0 && !are_alike(&constants[0], &constants[i]))
			rc = ac_fail(err, ACCORD_EINPUT, "want constants of one type in IN (s9.6.1)");
	}
	if (rc)
		return rc;
	out->constants = constants;
	out->constant_count = (uint32_t)node->constant_count;
	out->by_hash = node->comparator == AC_PATTERN_IN && node->constant_count > 1;
	if (out->by_hash)
		qsort(constants, node->constant_count, sizeof(*constants), compare_hashes);
	return 0;
}

static int
make_matches(const ac_match_value *constant, bool octets, ac_arena *arena, ac_atom *out, accord_err *err)
{
	ac_str bytes = { NULL, 0 };
	int rc = 0;

	out->regex = ac_arena_zalloc(arena, 1, sizeof(*out->regex));
	if (!out->regex || (octets && !to_octets(constant->text, arena, &bytes)))
		return no_memory(arena, err);
	if (bytes.p)
		rc = ac_regex_new(bytes, true, arena, &out->regex->octets, err);
	if (rc == 0)
		rc = ac_regex_new(ac_match_nfc(constant), false, arena, &out->regex->text, err);
	/* Values of such a path are strings only where a dictionary says so: what is no regex on strings matches none of them. */
	return rc == ACCORD_EINPUT && out->regex->octets ? 0 : rc;
}

/* LIKE, MATCHES and the set operators have one string. */
static int
make_text(const ac_pattern_node *node, bool octets, ac_arena *arena, ac_atom *out, accord_err *err)
{
	ac_str text = ac_arena_str(arena, node->constants[0].text);
	ac_match_value constant;

	if (!text.p || !ac_match_string(text, arena, &constant))
		return no_memory(arena, err);
	if (node->comparator == AC_PATTERN_MATCHES)
		return make_matches(&constant, octets, arena, out, err);
	if (node->comparator == AC_PATTERN_LIKE) {
		/* s9.6.1: the constant MUST be in normal form C. */
		out->like = ac_match_nfc(&constant);
		return octets && !to_octets(out->like, arena, &out->like_octets) ? no_memory(arena, err) : 0;
	}
	if (!ac_network_parse(text, &out->network))
		return ac_fail(err, ACCORD_EINPUT, "want an IP address or CIDR network behind %.*s, got '%.*s'",
		    AC_FMT(ac_pattern_comparator_name(node->comparator)),
		    AC_FMT(ac_str_slice(text, 0, ac_utf8_valid_prefix(ac_str_slice(text, 0, 80)))));
	return 0;
}

int
ac_atom_make(
    const ac_pattern_node *node, bool octets, ac_hash_seed seed, ac_arena *arena, ac_atom *out, accord_err *err)
{
	int rc = 0;

	*out = (ac_atom){
		.comparator = node->comparator, .is_exists = node->op == AC_PATTERN_EXISTS, .negated = node->negated
	};
	if (out->is_exists)
		return 0;
	switch (node->comparator) {
	case AC_PATTERN_EQ:
	case AC_PATTERN_NE:
	case AC_PATTERN_GT:
	case AC_PATTERN_LT:
	case AC_PATTERN_GE:
	case AC_PATTERN_LE:
	case AC_PATTERN_IN:
		rc = make_constants(node, seed, arena, out, err);
		break;
	case AC_PATTERN_LIKE:
	case AC_PATTERN_MATCHES:
	case AC_PATTERN_ISSUBSET:
	case AC_PATTERN_ISSUPERSET:
		rc = make_text(node, octets, arena, out, err);
		break;
	}
	if (rc)
		ac_atom_done(out);
	return rc;
}
