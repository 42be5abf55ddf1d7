/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records to observations, field by field. Most values open no gate of any bracket: each is asked alone, in all forms that it may have in an observation, and an observation is made only of a
 * record of which some value opens one. A table of values that opened none (their bytes, so that it is never wrong) saves asking again: most values of a log have been seen before.
 */
#include "watch/events.h"

#include <stdlib.h>

#include "match/matcher.h"
#include "watch/events_make.h"
#include "watch/events_plan.h"

/* Values that are known to open nothing: slots, and bytes of the longest that is kept. */
#define SEEN_SLOTS 8192
#define SEEN_TEXT_MAX 120
typedef struct seen_slot {
	uint32_t kind;
	uint32_t n;
	char text[SEEN_TEXT_MAX];
} seen_slot;

/* Up to so many bytes are looked at faster than they are found in the table. */
#define LOOK_FIRST_MAX 32

/* Hashes stand apart, so that a value that is not there touches nothing else: of what is in the slot, and of what came last (a value is put in when it comes again before another one). */
typedef struct seen_tag {
	uint32_t of_slot, of_last;
} seen_tag;

/* Escapes of a value and its kind are one number. */
enum { KIND_ESCAPES_SHIFT = 8, KIND_DEPTH_SHIFT = 16 };

struct ac_events {
	const ac_event_plan *plan;
	ac_matcher *matcher;
	uint64_t seed;
	bool is_plain; /* nothing is known to open nothing */
	seen_slot *seen;
	seen_tag *tags;
};

int
ac_events_new(const ac_event_plan *plan, ac_matcher *matcher, ac_hash_seed seed, ac_events **out, accord_err *err)
{
	ac_events *e = calloc(1, sizeof(*e));

	if (!e)
		return ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	*e = (ac_events){ .plan = plan, .matcher = matcher, .seed = seed.word[0] | 1 };
	e->seen = calloc(SEEN_SLOTS, sizeof(*e->seen));
	e->tags = calloc(SEEN_SLOTS, sizeof(*e->tags));
	if (!e->seen || !e->tags) {
		ac_events_free(e);
		return ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	}
	*out = e;
	return 0;
}

ac_events *
ac_events_free(ac_events *e)
{
	if (!e)
		return NULL;
	free(e->seen);
	free(e->tags);
	free(e);
	return NULL;
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
form_opens(ac_events *e, const ac_asked *a, const ac_event_form *form, ac_arena *arena)
{
	for (size_t i = 0; i < a->n; i++) {
		if (a->paths[i].is_type
			? !form->type.p || ac_matcher_may_open(e->matcher, a->paths[i].path, form->type, false, arena)
			: ac_matcher_may_open(e->matcher, a->paths[i].path, form->text, form->is_number, arena))
			return true;
	}
	return false;
}

static bool
text_opens(ac_events *e, const ac_asked *a, ac_str text, ac_arena *arena)
{
	ac_event_form forms[AC_EVENT_FORMS_MAX];
	size_t n;

	if (!text.p || !ac_events_forms(a->worded, text, arena, forms, &n))
		return true;
	for (size_t i = 0; i < n; i++)
		if (form_opens(e, a, &forms[i], arena))
			return true;
	return false;
}

static bool
number_opens(ac_events *e, const ac_asked *a, uint64_t number)
{
	if (a->integers && !(a->integers[ac_event_integer_bit(number) / 64] >> (ac_event_integer_bit(number) % 64) & 1))
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (number > INT64_MAX || ac_matcher_may_open_integer(e->matcher, a->paths[i].path, (int64_t)number))
			return true;
	return false;
}

/* A record that is looked at. */
typedef struct looking {
	ac_events *e;
	const ac_log_record *record;
	ac_arena *arena;
} looking;

static inline ac_str
meant(const looking *l, const ac_log_field *f)
{
	return l->record->is_plain ? f->raw : ac_log_value(f, l->arena);
}

/* Whether a text is sure to open nothing, since it holds no needle. What may be a time is compared otherwise. */
static bool
lacks_needles(const looking *l, const ac_asked *a, ac_str text)
{
	return a->needles && text.p && !ac_needles_may_stand_in(a->needles, text) &&
	       ac_events_is_kept(a->worded, text, l->record->is_plain) && !ac_matcher_may_be_time(text);
}

/* Whether a value of a kind opens something: a text, or what a field says (then the text is the field's). */
static bool
value_opens(const looking *l, const ac_asked *a, uint32_t kind, ac_str raw, const ac_log_field *f)
{
	bool look_first = raw.n <= LOOK_FIRST_MAX;
	ac_str text = raw;
	uint32_t hash;

	if (a->always)
		return true;
	if (a->n == 0 || raw.n == 0)
		return false;
	if (f && look_first)
		text = meant(l, f);
	if (look_first && lacks_needles(l, a, text))
		return false;
	hash = hash_of(l->e, kind, raw);
	if (is_seen(l->e, hash, kind, raw))
		return false;
	if (f && !look_first)
		text = meant(l, f);
	if ((look_first || !lacks_needles(l, a, text)) && text_opens(l->e, a, text, l->arena))
		return true;
	remember(l->e, hash, kind, raw);
	return false;
}

static bool
field_opens(const looking *l, const ac_log_field *f)
{
	const ac_asked *a = &l->e->plan->asked[f->role];
	uint64_t number;

	if (a->is_number && ac_str_to_u64(f->raw, &number))
		return number_opens(l->e, a, number);
	return value_opens(l, a,
	    (uint32_t)f->role | (uint32_t)f->escapes << KIND_ESCAPES_SHIFT | (uint32_t)f->depth << KIND_DEPTH_SHIFT,
	    f->raw, f);
}

/* What several fields say together can open something only when one of them holds a needle of it. */
static bool
joined_opens(const looking *l, unsigned kind)
{
	const ac_asked *a = &l->e->plan->asked[kind];
	const ac_log_record *record = l->record;
	bool may = a->always;
	ac_str text;

	for (size_t i = 0; a->n && !may && i < record->count; i++)
		may = (AC_ROLES_OF_URL & AC_ROLE_BIT(record->fields[i].role)) &&
		      !lacks_needles(l, a, meant(l, &record->fields[i]));
	if (!may)
		return false;
	text = kind == AC_KIND_URL ? ac_events_joined_url(record, l->arena) : ac_events_request(record, l->arena);
	return text.p && value_opens(l, a, kind, text, NULL);
}

bool
ac_events_may_hold(ac_events *e, const ac_log_record *record, ac_arena *arena)
{
	looking at = { e, record, arena }, *l = &at;

	if (e->plan->always || e->is_plain)
		return true;
	for (size_t i = 0; i < record->count; i++)
		if ((e->plan->roles & AC_ROLE_BIT(record->fields[i].role)) && field_opens(l, &record->fields[i]))
			return true;
	if ((record->roles & AC_ROLES_OF_URL) && joined_opens(l, AC_KIND_URL))
		return true;
	return (record->roles & AC_ROLE_BIT(AC_FIELD_URL_QUERY)) && joined_opens(l, AC_KIND_REQUEST);
}

bool
ac_events_add(ac_events *e, ac_observations *o, const ac_log_record *record, ac_time time, ac_arena *arena)
{
	if (!ac_events_may_hold(e, record, arena))
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
