/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records to observations, field by field. Most values of a log have been seen before and open no gate of any bracket; a table of those (their bytes, so that it is never wrong) saves making an
 * observation of a record that consists of them.
 */
#include "watch/events.h"

#include <stdlib.h>

#include "watch/events_make.h"

/* Values that are known to open nothing: slots, and bytes of the longest that is kept. 2 MiB, of which the short ones touch a quarter. */
#define SEEN_SLOTS 8192
#define SEEN_TEXT_MAX 244
typedef struct seen_slot {
	uint32_t hash;
	uint32_t kind;
	uint32_t n;
	char text[SEEN_TEXT_MAX];
} seen_slot;

/* A value of an observation of the batch that was not known. */
typedef struct pending {
	uint32_t observation, kind;
	size_t at, n;
} pending;

struct ac_events {
	uint64_t roles;
	uint64_t seed;
	bool want_url;
	seen_slot *seen;
	pending *pending;
	size_t pending_count, pending_capacity, pending_next;
	ac_buf texts; /* of pending */
};

/* Kinds of values beyond the roles of fields. */
enum { KIND_URL = 128, KIND_FIRST = 256, KIND_ESCAPES_SHIFT = 9, KIND_CONTEXT_SHIFT = 12 };

/* ---- what the set asks for ---- */

/* Whether a comparison of path `asked` can be about a value at `place`: equal up to where one of them ends, lists' places and quotes aside. */
static bool
is_about(ac_str asked, ac_str place)
{
	size_t a = 0, p = 0;

	while (a < asked.n && p < place.n) {
		if (asked.p[a] == '\'') {
			a++;
			continue;
		}
		if (place.p[p] == '\'') {
			p++;
			continue;
		}
		if (asked.p[a] == '[' && place.p[p] == '[') {
			while (a < asked.n && asked.p[a] != ']')
				a++;
			while (p < place.n && place.p[p] != ']')
				p++;
			continue;
		}
		if (asked.p[a] != place.p[p])
			return false;
		a++;
		p++;
	}
	return true;
}

/* "x:src_ref.type" is about what stands at "x:src_ref.value". */
static ac_str
without_type(ac_str path)
{
	return ac_str_ends(path, AC_S(".type")) ? ac_str_slice(path, 0, path.n - 5) : path;
}

#define BITS(role) AC_ROLE_BIT(AC_FIELD_##role)

/* Roles that decide in which object a value of another one stands. */
static const struct {
	ac_field_role role;
	uint64_t needs;
} companions[] = {
	{ AC_FIELD_HASH, BITS(FILE_NAME) | BITS(FILE_PATH) | BITS(PROCESS_PATH) },
	{ AC_FIELD_URL_PORT, BITS(DESTINATION_PORT) },
	{ AC_FIELD_ANSWER, BITS(DOMAIN) },
	{ AC_FIELD_USER, BITS(PROCESS_PATH) | BITS(PROCESS_ID) | BITS(COMMAND_LINE) },
	{ AC_FIELD_REGISTRY_DATA, BITS(REGISTRY_KEY) },
};

static int
find_roles(ac_events *e, const ac_pattern_set *set, accord_err *err)
{
	ac_pattern_set_sizes sizes = ac_pattern_set_measure(set);
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_MATCH_SET_MAX);
	for (size_t i = 0; i < sizes.paths; i++) {
		ac_str asked = without_type(ac_pattern_set_path(set, i, &arena));

		for (unsigned role = 0; asked.p && role < AC_FIELD_ROLE_COUNT; role++) {
			size_t n;
			const ac_event_place *place = ac_event_places((ac_field_role)role, &n);

			for (; n > 0; place++, n--)
				if (is_about(asked, ac_str_from(place->path)))
					e->roles |= AC_ROLE_BIT(role);
		}
		e->want_url |= asked.p && is_about(asked, AC_S("url:value"));
	}
	/* NOT EXISTS asks for objects that lack something: all must be there. */
	if (sizes.always) {
		e->roles = (AC_ROLE_BIT(AC_FIELD_ROLE_COUNT) - 1) & ~AC_ROLE_BIT(AC_FIELD_OTHER);
		e->want_url = true;
	}
	for (size_t i = 0; i < AC_COUNT(companions); i++)
		if (e->roles & AC_ROLE_BIT(companions[i].role))
			e->roles |= companions[i].needs;
	rc = ac_arena_check(&arena, err);
	ac_arena_done(&arena);
	return rc;
}

int
ac_events_new(const ac_pattern_set *set, ac_hash_seed seed, ac_events **out, accord_err *err)
{
	ac_events *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	ac_buf_init(&e->texts, AC_MATCH_BATCH_MAX);
	e->seed = seed.word[0] | 1;
	e->seen = calloc(SEEN_SLOTS, sizeof(*e->seen));
	rc = e->seen ? find_roles(e, set, err) : ac_fail(err, ACCORD_ENOMEM, "events: no memory");
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
	ac_buf_done(&e->texts);
	free(e->pending);
	free(e->seen);
	free(e);
	return NULL;
}

uint64_t
ac_events_roles(const ac_events *e)
{
	return e->roles;
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

static bool
is_seen(const ac_events *e, uint32_t kind, ac_str text)
{
	uint32_t hash = hash_of(e, kind, text);
	const seen_slot *slot = &e->seen[hash % SEEN_SLOTS];

	return slot->hash == hash && slot->kind == kind && slot->n == text.n && text.n &&
	       memcmp(slot->text, text.p, text.n) == 0;
}

/* To be remembered, if nothing comes of the observation. */
static void
note(ac_events *e, uint32_t observation, uint32_t kind, ac_str text)
{
	if (text.n == 0 || text.n > SEEN_TEXT_MAX)
		return;
	if (e->pending_count == e->pending_capacity) {
		size_t capacity = e->pending_capacity ? 2 * e->pending_capacity : 256;
		pending *more = realloc(e->pending, capacity * sizeof(*more));

		/* What is not remembered is made again. */
		if (!more)
			return;
		e->pending = more;
		e->pending_capacity = capacity;
	}
	e->pending[e->pending_count] = (pending){ observation, kind, e->texts.n, text.n };
	ac_buf_add(&e->texts, text);
	if (!e->texts.failed)
		e->pending_count++;
}

void
ac_events_learn(ac_events *e, size_t observation)
{
	while (e->pending_next < e->pending_count && e->pending[e->pending_next].observation < observation)
		e->pending_next++;
	for (; e->pending_next < e->pending_count && e->pending[e->pending_next].observation == observation;
	     e->pending_next++) {
		const pending *p = &e->pending[e->pending_next];
		ac_str text = { e->texts.p + p->at, p->n };
		uint32_t hash = hash_of(e, p->kind, text);
		seen_slot *slot = &e->seen[hash % SEEN_SLOTS];

		slot->hash = hash;
		slot->kind = p->kind;
		slot->n = (uint32_t)p->n;
		memcpy(slot->text, text.p, text.n);
	}
}

void
ac_events_reset(ac_events *e)
{
	e->pending_count = e->pending_next = 0;
	ac_buf_reset(&e->texts);
}

/* What of a record decides where a value of another field stands. */
static uint32_t
context_of(uint64_t roles)
{
	uint32_t c = (roles & (AC_ROLE_BIT(AC_FIELD_FILE_NAME) | AC_ROLE_BIT(AC_FIELD_FILE_PATH))) != 0;

	c |= (uint32_t)(roles >> AC_FIELD_DESTINATION_PORT & 1) << 1;
	c |= (uint32_t)(roles >> AC_FIELD_DOMAIN & 1) << 2;
	c |= (uint32_t)(roles >> AC_FIELD_REGISTRY_KEY & 1) << 3;
	c |= (uint32_t)(roles >> AC_FIELD_PROCESS_PATH & 1) << 4;
	return c << KIND_CONTEXT_SHIFT;
}

bool
ac_events_add(ac_events *e, ac_observations *o, const ac_log_record *record, ac_time time, ac_arena *arena)
{
	uint32_t context = context_of(record->roles), number = (uint32_t)ac_observations_count(o);
	uint64_t met = 0;
	ac_str joined = { NULL, 0 };
	bool any = false;

	for (size_t i = 0; i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];
		uint64_t bit = AC_ROLE_BIT(f->role);
		uint32_t kind;

		if (!(e->roles & bit) || f->raw.n == 0)
			continue;
		kind = (uint32_t)f->role | context | (met & bit ? 0 : KIND_FIRST) |
		       (uint32_t)f->escapes << KIND_ESCAPES_SHIFT;
		met |= bit;
		if (is_seen(e, kind, f->raw))
			continue;
		any = true;
		note(e, number, kind, f->raw);
	}
	if (e->want_url) {
		joined = ac_events_joined_url(record, arena);
		if (joined.p && !is_seen(e, KIND_URL | context, joined)) {
			any = true;
			note(e, number, KIND_URL | context, joined);
		}
	}
	if (!any)
		return false;
	ac_observations_begin(o, AC_S(""), time, time, 1);
	ac_events_make(o, record, joined, arena);
	ac_observations_end(o);
	return true;
}
