/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which raw values give a pattern away: every way in which one of its brackets can hold needs one of them in the record, so that only records in which the scan has found one are read for it. A
 * pattern without such values makes every record be read; one that asks for what no telemetry tells can never hold.
 *
 * A value of the gate may be found in more ways than the pattern means (a subdomain, a member of a range): the gate only opens, what holds is decided by patterns.h.
 */
#include "watch/events.h"
#include "watch/index_path.h"

typedef struct gating {
	ac_expansion x;
	ac_arena *arena;
} gating;

#define OPEN ((ac_pattern_gate){ .kind = AC_GATE_OPEN })
#define NEVER ((ac_pattern_gate){ .kind = AC_GATE_NEVER })

/* How often a value of a type stands in telemetry, roughly: the rarest first. 0: the scan does not find such values wherever a field can hold them. */
static unsigned
rank_of(const ac_value *value)
{
	switch (value->type) {
	case AC_VALUE_MD5:
	case AC_VALUE_SHA1:
	case AC_VALUE_SHA224:
	case AC_VALUE_SHA256:
	case AC_VALUE_SHA384:
	case AC_VALUE_SHA512:
	case AC_VALUE_CERT_SHA1:
	case AC_VALUE_CERT_SHA256:
		return 1;
	case AC_VALUE_URL:
	case AC_VALUE_EMAIL:
	case AC_VALUE_FILE_PATH:
	case AC_VALUE_MUTEX:
	case AC_VALUE_REGISTRY_KEY:
		return 2;
	case AC_VALUE_DOMAIN:
		return 3;
	case AC_VALUE_IPV4:
		return value->prefix_bits == 32 ? 4 : 7;
	case AC_VALUE_IPV6:
		return value->prefix_bits == 128 ? 4 : 7;
	case AC_VALUE_FILE_NAME:
	case AC_VALUE_JA3:
		return 5;
	case AC_VALUE_USER_AGENT:
		return 6;
	case AC_VALUE_NONE:
	case AC_VALUE_SSDEEP:
	case AC_VALUE_TLSH:
	case AC_VALUE_CERT_SERIAL:
	case AC_VALUE_NAMED_PIPE:
	case AC_VALUE_AS_NUMBER:
	case AC_VALUE_MAC:
	case AC_VALUE_CVE:
	case AC_VALUE_JA4:
	case AC_VALUE_TYPE_COUNT:
		break;
	}
	return 0;
}

/* Room for n values. */
static bool
make_list(gating *g, size_t n, ac_pattern_gate *out)
{
	*out = (ac_pattern_gate){ .kind = AC_GATE_VALUES,
		.values = ac_arena_alloc(g->arena, (n + 1) * sizeof(*out->values)) };
	return out->values != NULL;
}

/* Add a value; the gate is open when the scan cannot find it. */
static bool
add_value(gating *g, const ac_value *value, ac_pattern_gate *out)
{
	unsigned rank = rank_of(value);
	ac_value *kept = ac_arena_alloc(g->arena, sizeof(*kept));

	if (!kept || rank == 0 || ac_build_refusal(value)) {
		*out = OPEN;
		return false;
	}
	*kept = *value;
	out->values[out->n++] = kept;
	out->rank = rank > out->rank ? rank : out->rank;
	return true;
}

/* The host that a LIKE begins with ("http://host/%"), or whose names it ends in ("%.host"); {NULL, 0}: none is sure. */
static ac_str
host_of_like(ac_value_type type, ac_str like)
{
	ac_str rest = like;
	size_t at;

	if (ac_str_find_byte(like, '\\') < like.n)
		return (ac_str){ NULL, 0 };
	if (type == AC_VALUE_DOMAIN) {
		if (!ac_str_starts(like, AC_S("%.")))
			return (ac_str){ NULL, 0 };
		rest = ac_str_slice(like, 2, like.n);
	} else {
		at = ac_str_find(like, AC_S("://"));
		rest = ac_str_slice(like, at < like.n ? at + 3 : like.n, like.n);
		at = ac_str_find_byte(rest, '/');
		if (at == rest.n || ac_str_find_byte(ac_str_slice(rest, 0, at), '@') < at)
			return (ac_str){ NULL, 0 };
		rest = ac_str_slice(rest, 0, at);
		rest = ac_str_slice(rest, 0, ac_str_find_byte(rest, ':'));
		/* A wildcard in the scheme may stand for more than a scheme. */
		at = ac_str_find(like, AC_S("://"));
		if (ac_str_find_byte(ac_str_slice(like, 0, at), '%') < at)
			return (ac_str){ NULL, 0 };
	}
	if (ac_str_find_byte(rest, '%') < rest.n || ac_str_find_byte(rest, '_') < rest.n)
		return (ac_str){ NULL, 0 };
	return rest;
}

static ac_pattern_gate
gate_of_like(gating *g, const ac_path_row *row, ac_str like)
{
	ac_pattern_gate gate;
	ac_value value;
	ac_str host;

	if (row->kind != AC_PATH_VALUE || (row->type != AC_VALUE_DOMAIN && row->type != AC_VALUE_URL))
		return OPEN;
	host = host_of_like(row->type, like);
	if (!host.n ||
	    !(ac_path_value(&g->x, AC_VALUE_DOMAIN, host, &value) ||
		ac_path_value(&g->x, AC_VALUE_IPV4, host, &value)) ||
	    !make_list(g, 1, &gate))
		return OPEN;
	(void)add_value(g, &value, &gate);
	return gate;
}

static ac_pattern_gate
gate_of_compare(gating *g, const ac_pattern_node *node)
{
	ac_str path = ac_path_text(&g->x, node, node->step_count);
	const ac_path_row *row = ac_path_find(&g->x, node);
	ac_pattern_gate gate;

	/* s9.6: what is not there makes every comparison false, negated ones too. */
	if (path.p) {
		ac_str whole = ac_arena_printf(g->arena, "%.*s:%.*s", AC_FMT(node->object_type), AC_FMT(path));

		if (whole.p && !ac_events_tell(whole))
			return NEVER;
	}
	if (!row || node->negated || node->constant_count == 0)
		return OPEN;
	if (node->comparator == AC_PATTERN_LIKE)
		return gate_of_like(g, row, node->constants[0].text);
	if ((row->kind != AC_PATH_VALUE && row->kind != AC_PATH_HASH) ||
	    (node->comparator != AC_PATTERN_EQ && node->comparator != AC_PATTERN_IN &&
		node->comparator != AC_PATTERN_ISSUBSET) ||
	    node->constant_count > AC_PATTERN_ALTERNATIVES_MAX || !make_list(g, node->constant_count, &gate))
		return OPEN;
	for (size_t i = 0; i < node->constant_count; i++) {
		ac_path_literal l;

		if (!ac_path_literal_of(&g->x, node, row, &node->constants[i], &l))
			return OPEN;
		if (!add_value(g, &l.value, &gate))
			return OPEN;
	}
	return gate;
}

/* Both have to hold: one of them is enough to look for, the one that opens more rarely. */
static ac_pattern_gate
both(const ac_pattern_gate *a, const ac_pattern_gate *b)
{
	if (a->kind == AC_GATE_NEVER || b->kind == AC_GATE_NEVER)
		return NEVER;
	if (a->kind == AC_GATE_OPEN || b->kind == AC_GATE_OPEN)
		return a->kind == AC_GATE_OPEN ? *b : *a;
	if (a->rank != b->rank)
		return a->rank < b->rank ? *a : *b;
	return a->n <= b->n ? *a : *b;
}

/* Each has to be found. */
static ac_pattern_gate
either(gating *g, const ac_pattern_gate *a, const ac_pattern_gate *b)
{
	ac_pattern_gate gate;

	if (a->kind == AC_GATE_NEVER || b->kind == AC_GATE_NEVER)
		return a->kind == AC_GATE_NEVER ? *b : *a;
	if (a->kind == AC_GATE_OPEN || b->kind == AC_GATE_OPEN || a->n + b->n > AC_PATTERN_ALTERNATIVES_MAX ||
	    !make_list(g, a->n + b->n, &gate))
		return OPEN;
	memcpy(gate.values, a->values, a->n * sizeof(*a->values));
	memcpy(gate.values + a->n, b->values, b->n * sizeof(*b->values));
	gate.n = a->n + b->n;
	gate.rank = a->rank > b->rank ? a->rank : b->rank;
	return gate;
}

/* Recursion is bounded by pattern.h. */
static ac_pattern_gate
gate_of(gating *g, const ac_pattern_node *node)
{
	ac_pattern_gate left, right;

	switch (node->op) {
	case AC_PATTERN_COMPARE:
		return gate_of_compare(g, node);
	case AC_PATTERN_EXISTS:
		return OPEN;
	case AC_PATTERN_OBSERVATION:
	case AC_PATTERN_WITHIN:
	case AC_PATTERN_REPEATS:
	case AC_PATTERN_START_STOP:
		return gate_of(g, node->left);
	case AC_PATTERN_AND:
	case AC_PATTERN_OR:
	case AC_PATTERN_OBS_OR:
	case AC_PATTERN_OBS_AND:
	case AC_PATTERN_FOLLOWEDBY:
		break;
	}
	left = gate_of(g, node->left);
	right = gate_of(g, node->right);
	if (node->op == AC_PATTERN_AND)
		return both(&left, &right);
	/* Brackets are found in records of their own, and none may be missed; but without one of them there is no pattern. */
	if ((node->op == AC_PATTERN_OBS_AND || node->op == AC_PATTERN_FOLLOWEDBY) &&
	    (left.kind == AC_GATE_NEVER || right.kind == AC_GATE_NEVER))
		return NEVER;
	return either(g, &left, &right);
}

int
ac_pattern_gate_of(const ac_pattern_node *root, ac_arena *arena, ac_pattern_gate *out, accord_err *err)
{
	gating g = { .x = { .arena = arena }, .arena = arena };
	ac_pattern_gate gate = gate_of(&g, root);
	int rc = ac_arena_check(arena, err);

	if (!rc && g.x.failed)
		rc = ac_fail(err, g.x.failed, "pattern: no memory");
	if (!rc)
		*out = gate;
	return rc;
}
