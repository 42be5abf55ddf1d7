/* SPDX-License-Identifier: Apache-2.0 */
/* From the paths of a set, and the gates on them, to what is asked of the values of each role. Knows no records. */
#include "watch/events_plan.h"

#include <stdlib.h>

#define BITS(role) AC_ROLE_BIT(AC_FIELD_##role)
#define URL_VALUE AC_S("url:value")
#define REQUEST_VALUE AC_S("network-traffic:extensions.http-request-ext.request_value")

/* ---- paths ---- */

static int
add_asked(ac_asked *a, uint32_t path, bool is_type)
{
	ac_asked_path *more = realloc(a->paths, (a->n + 1) * sizeof(*more));

	if (!more)
		return ACCORD_ENOMEM;
	a->paths = more;
	a->paths[a->n++] = (ac_asked_path){ path, is_type };
	return 0;
}

/* A place of values of a kind, and a path of the set. */
static int
relate(ac_event_plan *p, unsigned kind, ac_str place, uint32_t path, ac_str text, bool has_gate, bool *out_about)
{
	ac_event_relation relation = ac_event_relate(text, place);
	ac_asked *a = &p->asked[kind];

	*out_about = relation != AC_EVENT_APART;
	if (relation == AC_EVENT_APART || !has_gate)
		return 0;
	/* No part of a URL is one alone. */
	if (kind < AC_FIELD_ROLE_COUNT && (AC_ROLES_OF_URL & AC_ROLE_BIT(kind)) && ac_str_eq(place, URL_VALUE))
		return 0;
	a->always |= relation == AC_EVENT_AROUND;
	/* Several places of a role may be one path. */
	for (size_t i = 0; i < a->n; i++)
		if (a->paths[i].path == path)
			return 0;
	return relation == AC_EVENT_AROUND ? 0 : add_asked(a, path, relation == AC_EVENT_TYPE);
}

/* Roles that decide in which object a value of another one stands. */
static const struct {
	ac_field_role role;
	uint64_t needs;
} companions[] = {
	{ AC_FIELD_HASH, BITS(FILE_NAME) | BITS(FILE_PATH) | BITS(PROCESS_PATH) },
	{ AC_FIELD_URL_PORT, BITS(DESTINATION_PORT) },
	{ AC_FIELD_ANSWER, BITS(DOMAIN) },
	{ AC_FIELD_USER, BITS(PROCESS_PATH) | BITS(PROCESS_ID) | BITS(COMMAND_LINE) },
	{ AC_FIELD_REGISTRY_KEY, BITS(REGISTRY_VALUE) | BITS(EVENT_KIND) },
	{ AC_FIELD_REGISTRY_VALUE, BITS(REGISTRY_KEY) | BITS(EVENT_KIND) },
	{ AC_FIELD_REGISTRY_DATA, BITS(REGISTRY_KEY) | BITS(REGISTRY_VALUE) | BITS(EVENT_KIND) },
};

static int
ask_path(ac_event_plan *p, const ac_pattern_set *set, uint32_t path, ac_str text)
{
	bool has_gate = ac_pattern_set_has_gate(set, path), is_about;
	int rc = 0;

	for (unsigned role = 0; !rc && role < AC_FIELD_ROLE_COUNT; role++) {
		size_t n;
		const ac_event_place *place = ac_event_places((ac_field_role)role, &n);

		for (; !rc && n > 0; place++, n--) {
			rc = relate(p, role, ac_str_from(place->path), path, text, has_gate, &is_about);
			if (is_about)
				p->roles |= AC_ROLE_BIT(role);
		}
	}
	if (!rc)
		rc = relate(p, AC_KIND_URL, URL_VALUE, path, text, has_gate, &is_about);
	return rc ? rc : relate(p, AC_KIND_REQUEST, REQUEST_VALUE, path, text, has_gate, &is_about);
}

static int
ask_paths(ac_event_plan *p, const ac_pattern_set *set, accord_err *err)
{
	ac_pattern_set_sizes sizes = ac_pattern_set_measure(set);
	ac_arena arena;
	int rc = 0;

	ac_arena_init(&arena, AC_MATCH_SET_MAX);
	for (size_t i = 0; !rc && i < sizes.paths; i++) {
		ac_str text = ac_pattern_set_path(set, i, &arena);

		rc = text.p ? ask_path(p, set, (uint32_t)i, text) : ACCORD_ENOMEM;
	}
	/* NOT EXISTS asks for objects that lack something: all must be there. */
	if (sizes.by_type) {
		p->roles = (AC_ROLE_BIT(AC_FIELD_ROLE_COUNT) - 1) & ~AC_ROLE_BIT(AC_FIELD_OTHER);
		p->always = true;
	}
	for (size_t i = 0; i < AC_COUNT(companions); i++)
		if (p->roles & AC_ROLE_BIT(companions[i].role))
			p->roles |= companions[i].needs;
	ac_arena_done(&arena);
	return rc ? ac_fail(err, rc, "events: no memory") : 0;
}

/* ---- texts ---- */

/* Texts that open the gates of a kind. */
typedef struct gathering {
	ac_str *texts; /* heap */
	size_t n, capacity;
	const char *cuts; /* bytes that may be left out of a text, or added */
	bool failed;
} gathering;

/* The longest part between cuts. */
static ac_str
longest_part(ac_str text, const char *cuts)
{
	ac_str best = { text.p, 0 };

	for (size_t from = 0, at = 0; at <= text.n; at++)
		if (at == text.n || (text.p[at] && strchr(cuts, text.p[at]))) {
			if (at - from > best.n)
				best = ac_str_slice(text, from, at);
			from = at + 1;
		}
	return best;
}

static bool
add_text(void *payload, ac_str text)
{
	gathering *g = payload;

	/* It stands in no text of ASCII. */
	if (!ac_str_is_ascii(text))
		return true;
	text = longest_part(text, g->cuts);
	/* A record may leave the scheme out. */
	if (text.n < AC_NEEDLE_MIN || (*g->cuts && ac_str_find_fold(AC_S("https"), text) < 5))
		return false;
	if (g->n == g->capacity) {
		size_t capacity = g->capacity ? 2 * g->capacity : 64;
		ac_str *more = realloc(g->texts, capacity * sizeof(*more));

		g->failed = !more;
		if (!more)
			return false;
		g->texts = more;
		g->capacity = capacity;
	}
	g->texts[g->n++] = text;
	return true;
}

/* What a kind's values can be refused by at once. */
static int
find_needles(ac_asked *a, const ac_pattern_set *set, unsigned kind, accord_err *err)
{
	gathering g = { .cuts = kind == AC_KIND_REQUEST ? "?" : "" };
	bool is_known = a->n > 0 && !a->always;
	int rc = 0;

	a->worded = kind == AC_KIND_URL       ? AC_FIELD_URL
		    : kind == AC_KIND_REQUEST ? AC_FIELD_URL_PATH
					      : (ac_field_role)kind;
	for (size_t i = 0; i < a->n; i++)
		is_known &= !a->paths[i].is_type;
	switch (ac_events_wording(a->worded)) {
	case AC_WORDING_NUMBER:
		a->is_number = is_known;
		return 0;
	case AC_WORDING_OTHER:
		return 0;
	case AC_WORDING_URL:
		g.cuts = "/:?#@[]";
		break;
	case AC_WORDING_KEPT:
		break;
	}
	for (size_t i = 0; is_known && i < a->n; i++)
		is_known = ac_pattern_set_gate_texts(set, a->paths[i].path, add_text, &g);
	if (g.failed)
		rc = ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	else if (is_known)
		rc = ac_needles_new(g.texts, g.n, &a->needles, err);
	free(g.texts);
	return rc;
}

int
ac_event_plan_new(const ac_pattern_set *set, ac_event_plan **out, accord_err *err)
{
	ac_event_plan *p = calloc(1, sizeof(*p));
	int rc = p ? ask_paths(p, set, err) : ac_fail(err, ACCORD_ENOMEM, "events: no memory");

	for (unsigned kind = 0; !rc && kind < AC_KIND_COUNT; kind++)
		rc = find_needles(&p->asked[kind], set, kind, err);
	if (rc)
		p = ac_event_plan_free(p);
	else
		*out = p;
	return rc;
}

ac_event_plan *
ac_event_plan_free(ac_event_plan *p)
{
	for (size_t i = 0; p && i < AC_KIND_COUNT; i++) {
		free(p->asked[i].paths);
		free(p->asked[i].needles);
	}
	free(p);
	return NULL;
}

uint64_t
ac_event_plan_roles(const ac_event_plan *p)
{
	return p->roles;
}
