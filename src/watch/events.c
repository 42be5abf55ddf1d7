/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records to observations, field by field. Most values open no gate of any bracket: each is asked alone, in all forms that it may have in an observation, and an observation is made only of a
 * record of which some value opens one. A table of values that opened none (their bytes, so that it is never wrong) saves asking again: most values of a log have been seen before.
 */
#include "watch/events.h"

#include <stdlib.h>

#include "match/matcher.h"
#include "watch/events_make.h"
#include "watch/events_value.h"

/* Values that are known to open nothing: slots, and bytes of the longest that is kept. */
#define SEEN_SLOTS 8192
#define SEEN_TEXT_MAX 120
typedef struct seen_slot {
	uint32_t kind;
	uint32_t n;
	char text[SEEN_TEXT_MAX];
} seen_slot;

/* Hashes stand apart, so that a value that is not there touches nothing else: of what is in the slot, and of what came last (a value is put in when it comes again before another one). */
typedef struct seen_tag {
	uint32_t of_slot, of_last;
} seen_tag;

/* A path with a gate on it that a value of some role may stand at. */
typedef struct asked_path {
	uint32_t path; /* of the set */
	bool is_type;  /* it asks for the type of the object there */
} asked_path;

/* What is asked of a role. */
typedef struct asked {
	asked_path *paths;
	size_t n;
	bool always; /* its presence alone may open a gate */
} asked;

/* What stands in several fields has a kind behind those of the roles. */
enum { KIND_URL = AC_FIELD_ROLE_COUNT, KIND_REQUEST, KIND_COUNT, KIND_ESCAPES_SHIFT = 8 };

struct ac_events {
	ac_matcher *matcher;
	uint64_t roles;
	uint64_t seed;
	bool always;   /* some bracket needs no value */
	bool is_plain; /* nothing is known to open nothing */
	asked asked[KIND_COUNT];
	seen_slot *seen;
	seen_tag *tags;
};

/* ---- what the set asks for ---- */

static int
add_asked(asked *a, uint32_t path, bool is_type)
{
	asked_path *more = realloc(a->paths, (a->n + 1) * sizeof(*more));

	if (!more)
		return ACCORD_ENOMEM;
	a->paths = more;
	a->paths[a->n++] = (asked_path){ path, is_type };
	return 0;
}

/* A place of values of a kind, and a path of the set. */
static int
relate(ac_events *e, unsigned kind, ac_str place, uint32_t path, ac_str text, bool has_gate, bool *out_about)
{
	ac_event_relation relation = ac_event_relate(text, place);
	asked *a = &e->asked[kind];

	*out_about = relation != AC_EVENT_APART;
	if (relation == AC_EVENT_APART || !has_gate)
		return 0;
	a->always |= relation == AC_EVENT_AROUND;
	/* Several places of a role may be one path. */
	for (size_t i = 0; i < a->n; i++)
		if (a->paths[i].path == path)
			return 0;
	return relation == AC_EVENT_AROUND ? 0 : add_asked(a, path, relation == AC_EVENT_TYPE);
}

#define BITS(role) AC_ROLE_BIT(AC_FIELD_##role)
#define REQUEST_VALUE AC_S("network-traffic:extensions.http-request-ext.request_value")

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
ask_path(ac_events *e, const ac_pattern_set *set, uint32_t path, ac_str text)
{
	bool has_gate = ac_pattern_set_has_gate(set, path), is_about;
	int rc = 0;

	for (unsigned role = 0; !rc && role < AC_FIELD_ROLE_COUNT; role++) {
		size_t n;
		const ac_event_place *place = ac_event_places((ac_field_role)role, &n);

		for (; !rc && n > 0; place++, n--) {
			rc = relate(e, role, ac_str_from(place->path), path, text, has_gate, &is_about);
			if (is_about)
				e->roles |= AC_ROLE_BIT(role);
		}
	}
	if (!rc)
		rc = relate(e, KIND_URL, AC_S("url:value"), path, text, has_gate, &is_about);
	return rc ? rc : relate(e, KIND_REQUEST, REQUEST_VALUE, path, text, has_gate, &is_about);
}

static int
find_roles(ac_events *e, const ac_pattern_set *set, accord_err *err)
{
	ac_pattern_set_sizes sizes = ac_pattern_set_measure(set);
	ac_arena arena;
	int rc = 0;

	ac_arena_init(&arena, AC_MATCH_SET_MAX);
	for (size_t i = 0; !rc && i < sizes.paths; i++) {
		ac_str text = ac_pattern_set_path(set, i, &arena);

		rc = text.p ? ask_path(e, set, (uint32_t)i, text) : ac_arena_check(&arena, err);
	}
	/* NOT EXISTS asks for objects that lack something: all must be there. */
	if (sizes.by_type) {
		e->roles = (AC_ROLE_BIT(AC_FIELD_ROLE_COUNT) - 1) & ~AC_ROLE_BIT(AC_FIELD_OTHER);
		e->always = true;
	}
	for (size_t i = 0; i < AC_COUNT(companions); i++)
		if (e->roles & AC_ROLE_BIT(companions[i].role))
			e->roles |= companions[i].needs;
	ac_arena_done(&arena);
	return rc ? ac_fail(err, rc, "events: no memory") : 0;
}

int
ac_events_new(const ac_pattern_set *set, ac_matcher *matcher, ac_hash_seed seed, ac_events **out, accord_err *err)
{
	ac_events *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	e->seed = seed.word[0] | 1;
	e->matcher = matcher;
	e->seen = calloc(SEEN_SLOTS, sizeof(*e->seen));
	e->tags = calloc(SEEN_SLOTS, sizeof(*e->tags));
	rc = e->seen && e->tags ? find_roles(e, set, err) : ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	if (rc) {
		e = ac_events_free(e);
		return rc;
	}
	*out = e;
	return 0;
}

ac_events *
ac_events_free(ac_events *e)
{
	if (!e)
		return NULL;
	for (size_t i = 0; i < KIND_COUNT; i++)
		free(e->asked[i].paths);
	free(e->seen);
	free(e->tags);
	free(e);
	return NULL;
}

uint64_t
ac_events_roles(const ac_events *e)
{
	return e->roles;
}

void
ac_events_take_all(ac_events *e)
{
	e->is_plain = true;
}

/* ---- values seen before ---- */

static uint32_t
hash_of(const ac_events *e, uint32_t kind, ac_str text)
{
	uint64_t head = 0, tail = 0, h;

	if (text.n >= 8) {
		memcpy(&head, text.p, 8);
		memcpy(&tail, text.p + text.n - 8, 8);
		if (text.n > 32) {
			uint64_t middle;

			memcpy(&middle, text.p + text.n / 2 - 4, 8);
			head ^= middle * 0x9e3779b97f4a7c15U;
		}
	} else if (text.n) {
		memcpy(&head, text.p, text.n);
	}
	h = (head ^ e->seed ^ (uint64_t)kind * 0x9e3779b97f4a7c15U) * 0xd6e8feb86659fd93U;
	h = (h ^ h >> 32 ^ tail ^ text.n << 56) * 0x9e3779b97f4a7c15U;
	return (uint32_t)(h >> 32);
}

/* Whether a value is known to open nothing. */
static bool
is_seen(const ac_events *e, uint32_t hash, uint32_t kind, ac_str text)
{
	const seen_slot *slot = &e->seen[hash % SEEN_SLOTS];

	return e->tags[hash % SEEN_SLOTS].of_slot == hash && slot->kind == kind && slot->n == text.n &&
	       memcmp(slot->text, text.p, text.n) == 0;
}

static void
remember(ac_events *e, uint32_t hash, uint32_t kind, ac_str text)
{
	seen_tag *tag = &e->tags[hash % SEEN_SLOTS];
	seen_slot *slot = &e->seen[hash % SEEN_SLOTS];
	bool again = tag->of_last == hash;

	tag->of_last = hash;
	if (!again || text.n > SEEN_TEXT_MAX)
		return;
	tag->of_slot = hash;
	slot->kind = kind;
	slot->n = (uint32_t)text.n;
	memcpy(slot->text, text.p, text.n);
}

/* ---- asking ---- */

static bool
form_opens(ac_events *e, const asked *a, const ac_event_form *form, ac_arena *arena)
{
	for (size_t i = 0; i < a->n; i++) {
		if (a->paths[i].is_type
			? !form->type.p || ac_matcher_may_open(e->matcher, a->paths[i].path, form->type, false, arena)
			: ac_matcher_may_open(e->matcher, a->paths[i].path, form->text, form->is_number, arena))
			return true;
	}
	return false;
}

/* Whether a value of a role opens something. raw: as it stands in the record; text: what it means. */
static bool
value_opens(ac_events *e, unsigned kind, uint32_t escapes, ac_str raw, const ac_log_field *field, ac_arena *arena)
{
	const asked *a = &e->asked[kind];
	ac_event_form forms[AC_EVENT_FORMS_MAX];
	uint32_t hash, key = kind | escapes << KIND_ESCAPES_SHIFT;
	ac_str text = raw;
	size_t n;

	if (a->always)
		return true;
	if (a->n == 0 || raw.n == 0)
		return false;
	hash = hash_of(e, key, raw);
	if (is_seen(e, hash, key, raw))
		return false;
	if (field)
		text = ac_log_value(field, arena);
	if (!text.p || !ac_events_forms(kind == KIND_URL       ? AC_FIELD_URL
					: kind == KIND_REQUEST ? AC_FIELD_URL_PATH
							       : (ac_field_role)kind,
			   text, arena, forms, &n))
		return true;
	for (size_t i = 0; i < n; i++)
		if (form_opens(e, a, &forms[i], arena))
			return true;
	remember(e, hash, key, raw);
	return false;
}

/* What several fields say together. */
static bool
joined_opens(ac_events *e, const ac_log_record *record, ac_arena *arena)
{
	ac_str text;

	if (e->asked[KIND_URL].n || e->asked[KIND_URL].always) {
		text = ac_events_joined_url(record, arena);
		if (text.p && value_opens(e, KIND_URL, 0, text, NULL, arena))
			return true;
	}
	if ((record->roles & BITS(URL_QUERY)) && (e->asked[KIND_REQUEST].n || e->asked[KIND_REQUEST].always)) {
		text = ac_events_request(record, arena);
		if (text.p && value_opens(e, KIND_REQUEST, 0, text, NULL, arena))
			return true;
	}
	return false;
}

static bool
may_hold(ac_events *e, const ac_log_record *record, ac_arena *arena)
{
	if (e->always || e->is_plain)
		return true;
	for (size_t i = 0; i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];

		if ((e->roles & AC_ROLE_BIT(f->role)) && value_opens(e, f->role, f->escapes, f->raw, f, arena))
			return true;
	}
	return joined_opens(e, record, arena);
}

bool
ac_events_add(ac_events *e, ac_observations *o, const ac_log_record *record, ac_time time, ac_arena *arena)
{
	if (!may_hold(e, record, arena))
		return false;
	ac_events_put(o, record, NULL, 0, time, arena);
	return true;
}

void
ac_events_put(ac_observations *o, const ac_log_record *record, const ac_event_found *found, size_t found_count,
    ac_time time, ac_arena *arena)
{
	ac_observations_begin(o, AC_S(""), time, time, 1);
	ac_events_make(o, record, ac_events_joined_url(record, arena), arena);
	ac_events_make_found(o, found, found_count, arena);
	ac_observations_end(o);
}
