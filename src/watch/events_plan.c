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

		g->failed |= !more;
		if (!more)
			return false;
		g->texts = more;
		g->capacity = capacity;
	}
	g->texts[g->n++] = text;
	return true;
}

/* What a kind's values can be refused by at once; false: nothing. */
static bool
gather_texts(const ac_asked *a, const ac_pattern_set *set, unsigned kind, gathering *g)
{
	bool is_known = a->n > 0 && !a->always;

	g->cuts = kind == AC_KIND_REQUEST ? "?" : "";
	for (size_t i = 0; i < a->n; i++)
		is_known &= !a->paths[i].is_type;
	switch (ac_events_wording(a->worded)) {
	case AC_WORDING_NUMBER:
	case AC_WORDING_OTHER:
		return false;
	case AC_WORDING_URL:
		g->cuts = "/:?#@[]";
		break;
	case AC_WORDING_KEPT:
		break;
	}
	for (size_t i = 0; is_known && i < a->n; i++)
		is_known = ac_pattern_set_gate_texts(set, a->paths[i].path, add_text, g);
	return is_known;
}

static bool
note_integer(void *payload, int64_t number)
{
	uint64_t *integers = payload;
	uint32_t bit = ac_event_integer_bit((uint64_t)number);

	integers[bit / 64] |= (uint64_t)1 << (bit % 64);
	return true;
}

/* What numbers can be refused by at once. */
static int
find_integers(ac_asked *a, const ac_pattern_set *set, accord_err *err)
{
	bool is_known = true;

	a->is_number = a->n > 0 && !a->always;
	for (size_t i = 0; i < a->n; i++)
		a->is_number &= !a->paths[i].is_type;
	if (!a->is_number)
		return 0;
	a->integers = calloc((1 << AC_EVENT_INTEGER_BITS) / 64, sizeof(*a->integers));
	if (!a->integers)
		return ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	for (size_t i = 0; is_known && i < a->n; i++)
		is_known = ac_pattern_set_gate_integers(set, a->paths[i].path, note_integer, a->integers);
	if (!is_known) {
		free(a->integers);
		a->integers = NULL;
	}
	return 0;
}

static int
find_needles(ac_asked *a, const ac_pattern_set *set, unsigned kind, accord_err *err)
{
	gathering g = { .n = 0 };
	bool is_known;
	int rc = 0;

	a->worded = kind == AC_KIND_URL       ? AC_FIELD_URL
		    : kind == AC_KIND_REQUEST ? AC_FIELD_URL_PATH
					      : (ac_field_role)kind;
	if (ac_events_wording(a->worded) == AC_WORDING_NUMBER)
		return find_integers(a, set, err);
	is_known = gather_texts(a, set, kind, &g);
	if (g.failed)
		rc = ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	else if (is_known)
		rc = ac_needles_new(g.texts, g.n, &a->needles, err);
	free(g.texts);
	return rc;
}

/* ---- whole lines ---- */

/* Texts of lines, and the memory of those that stand nowhere else. */
typedef struct line_texts {
	gathering all;
	ac_arena arena;
	const ac_event_plan *plan;
	const ac_pattern_set *set;
} line_texts;

static bool
add_number(void *payload, int64_t number)
{
	line_texts *t = payload;
	ac_str digits;

	/* Values are written without a sign. */
	if (number < 0)
		return true;
	digits = ac_arena_printf(&t->arena, "%lld", (long long)number);
	return digits.p && add_text(&t->all, digits);
}

/* A part of a key: of three bytes, with what stands before it. */
static bool
add_name(void *payload, ac_str name)
{
	line_texts *t = payload;
	ac_str in_quotes, behind_dot;

	if (name.n >= AC_NEEDLE_MIN)
		return add_text(&t->all, name);
	in_quotes = ac_arena_printf(&t->arena, "\"%.*s", AC_FMT(name));
	behind_dot = ac_arena_printf(&t->arena, ".%.*s", AC_FMT(name));
	return in_quotes.p && behind_dot.p && add_text(&t->all, in_quotes) && add_text(&t->all, behind_dot);
}

static bool
add_usual_name(void *payload, ac_str name)
{
	gathering *g = payload;

	/* Those that are too short are left out. */
	(void)add_text(g, name);
	return !g->failed;
}

/* Roles whose names fields of a kind may have, with those that a record makes others (settle_roles in logs.c). */
static uint64_t
named_roles(unsigned kind)
{
	uint64_t roles = kind < AC_FIELD_ROLE_COUNT ? AC_ROLE_BIT(kind) : AC_ROLES_OF_URL;

	if (roles & BITS(URL_HOST))
		roles |= BITS(SENSOR);
	if (roles & BITS(SENSOR))
		roles |= BITS(URL_HOST);
	if (roles & BITS(URL))
		roles |= BITS(URL_PATH);
	if (roles & BITS(CERT_SUBJECT))
		roles |= BITS(EMAIL_SUBJECT);
	return roles;
}

/* Whether a URL's text may be an address of version 6, or stand in one: those have many spellings. */
static bool
may_be_address(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (ac_hex_value(text.p[i]) < 0 && text.p[i] != '.')
			return false;
	return true;
}

/* Places of hosts hold addresses in one spelling of many; names alone stand there as they are. */
static bool
may_be_respelled(line_texts *t, const ac_asked *a)
{
	bool any = false;

	for (size_t i = 0; ac_events_has_addresses(a->worded) && i < a->n; i++) {
		ac_str path = ac_pattern_set_path(t->set, a->paths[i].path, &t->arena);

		any |= !(ac_str_eq(path, AC_S("domain-name:value")) || ac_str_ends(path, AC_S(".Host")) ||
			 ac_str_ends(path, AC_S(".'Host'")));
	}
	return any;
}

/* Texts one of which stands in each line with a value of a kind that opens a bracket: of the values, else the names of the fields. */
static bool
add_kind(line_texts *t, unsigned kind)
{
	const ac_asked *a = &t->plan->asked[kind];
	size_t before = t->all.n;
	bool is_known = !may_be_respelled(t, a);
	uint64_t roles;

	if (a->n == 0 && !a->always)
		return true;
	t->all.cuts = "";
	if (a->is_number)
		for (size_t i = 0; is_known && i < a->n; i++)
			is_known = ac_pattern_set_gate_integers(t->set, a->paths[i].path, add_number, t);
	else
		is_known = is_known && gather_texts(a, t->set, kind, &t->all);
	for (size_t i = before; is_known && ac_events_wording(a->worded) == AC_WORDING_URL && i < t->all.n; i++)
		is_known = !may_be_address(t->all.texts[i]);
	if (is_known)
		return true;
	t->all.n = before;
	t->all.cuts = "";
	is_known = true;
	roles = named_roles(kind);
	for (unsigned role = 0; is_known && role < AC_FIELD_ROLE_COUNT; role++)
		if (roles & AC_ROLE_BIT(role))
			is_known = ac_field_names_of((ac_field_role)role, add_name, t);
	return is_known;
}

/* What lines of JSON hold whatever they say, beside the names of fields. */
static const char *const usual_texts[] = { "http://", "https://", "www.", ".com/", ".net/", ".org/", "index.html",
	"text/html", "application/json", "HTTP/1.1",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/ Safari/537.36",
	"timestamp", "event_type", "false", "true", "2020-", "2021-", "2022-", "2023-", "2024-", "2025-", "2026-",
	"2027-", "0000", "1111" };

static int
find_lines(ac_event_plan *p, const ac_pattern_set *set, accord_err *err)
{
	line_texts t = { .plan = p, .set = set };
	gathering usual = { .cuts = "" };
	bool is_known = !p->always;
	int rc = 0;

	ac_arena_init(&t.arena, AC_MATCH_SET_MAX);
	for (unsigned kind = 0; is_known && kind < AC_KIND_COUNT; kind++)
		is_known = add_kind(&t, kind);
	for (size_t i = 0; is_known && i < AC_COUNT(usual_texts); i++)
		(void)add_text(&usual, ac_str_from(usual_texts[i]));
	for (unsigned role = 0; is_known && role < AC_FIELD_ROLE_COUNT; role++)
		(void)ac_field_names_of((ac_field_role)role, add_usual_name, &usual);
	if (t.all.failed || t.arena.failed || usual.failed)
		rc = ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	else if (is_known)
		rc = ac_line_gate_new(t.all.texts, t.all.n, usual.texts, usual.n, &p->lines, err);
	free(t.all.texts);
	free(usual.texts);
	ac_arena_done(&t.arena);
	return rc;
}

bool
ac_event_plan_tells_lines(const ac_event_plan *p)
{
	return p->lines != NULL;
}

bool
ac_event_plan_may_open(const ac_event_plan *p, ac_str line)
{
	return !p->lines || ac_line_gate_may_pass(p->lines, line);
}

int
ac_event_plan_new(const ac_pattern_set *set, ac_event_plan **out, accord_err *err)
{
	ac_event_plan *p = calloc(1, sizeof(*p));
	int rc = p ? ask_paths(p, set, err) : ac_fail(err, ACCORD_ENOMEM, "events: no memory");

	for (unsigned kind = 0; !rc && kind < AC_KIND_COUNT; kind++)
		rc = find_needles(&p->asked[kind], set, kind, err);
	if (!rc)
		rc = find_lines(p, set, err);
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
		free(p->asked[i].integers);
	}
	if (p)
		free(p->lines);
	free(p);
	return NULL;
}

uint64_t
ac_event_plan_roles(const ac_event_plan *p)
{
	return p->roles;
}
