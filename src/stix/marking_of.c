/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds for an object and for each of its marked parts: its own markings, those of the standard's granular markings (s7.2.2, s7.2.3), else its source's default. It decides
 * nothing about who gets what.
 */
#include "stix/marking.h"

#include <stdlib.h>

#include "base/limits.h"
#include "stix/selector.h"

typedef struct marker {
	const ac_json *object;
	ac_marking_resolve resolve;
	void *payload;
	ac_arena *arena;
	ac_marking_ref *refs;
	size_t ref_count, ref_capacity;
	ac_marking_part *parts; /* one a selector as written; merged at the end */
	size_t part_count, part_capacity;
	ac_tlp object_tlp; /* strictest of the object's own markings */
	ac_str object_ref;
	bool is_cut;
	uint64_t steps;   /* left of AC_STIX_STEPS_MAX */
	ac_tlp stray_tlp; /* of granular markings that select nothing */
	ac_str stray_ref;
} marker;

static void *
room_for_one(ac_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	size_t bigger = *capacity ? *capacity * 2 : 8;

	if (count < *capacity)
		return items;
	items = ac_arena_resize(arena, items, *capacity * size, bigger * size);
	if (items)
		*capacity = bigger;
	return items;
}

static int
find_definition(marker *m, ac_str id, const ac_json **out, accord_err *err)
{
	*out = NULL;
	return m->resolve ? m->resolve(m->payload, id, out, err) : 0;
}

static int
say_of(marker *m, ac_str id, ac_marking_ref *out, const ac_json **out_definition, accord_err *err)
{
	int rc = find_definition(m, id, out_definition, err);

	if (rc < 0)
		return rc;
	out->id = id;
	/* The standards' own ids cannot be redefined by whoever sends an object of that id. */
	if (ac_tlp_from_id(id, &out->tlp)) {
		out->kind = AC_MARKING_TLP;
		out->text = ac_tlp_name(out->tlp);
	} else {
		out->kind = ac_marking_read(*out_definition, &out->tlp, &out->text);
		out->text = ac_arena_str(m->arena, out->text);
	}
	return ac_arena_check(m->arena, err);
}

/* How a definition itself is marked: what its markings say, without asking how those are marked, so that no circle is walked. */
static int
own_level(marker *m, const ac_json *definition, ac_tlp *out, accord_err *err)
{
	const ac_json *list = ac_json_get(definition, AC_S("object_marking_refs"));
	ac_json_iter it = ac_json_iter_of(list);
	int rc = 0;

	*out = ac_json_count(list) > AC_MARKING_REFS_MAX ? AC_TLP_RED : AC_TLP_NONE;
	while (rc == 0 && *out < AC_TLP_RED && !it.is_object && ac_json_next(&it)) {
		ac_marking_ref said = { 0 };
		const ac_json *unused;

		rc = say_of(m, ac_json_string(it.value), &said, &unused, err);
		if (rc == 0 && said.tlp > *out)
			*out = said.tlp;
	}
	return rc;
}

/* What holds for the markings behind the ceiling: nobody has looked at them. */
static const ac_marking_ref unseen = { .id = AC_S_INIT(""), .kind = AC_MARKING_UNKNOWN, .tlp = AC_TLP_RED };

/* The marking of an id, asked for once. Objects name a handful, so a walk is enough. */
static int
ref_of(marker *m, ac_str id, bool is_object, const ac_marking_ref **out, accord_err *err)
{
	ac_marking_ref *refs, ref = { .is_object = is_object };
	const ac_json *definition;
	int rc;

	for (size_t i = 0; i < m->ref_count; i++)
		if (ac_str_eq(m->refs[i].id, id)) {
			*out = &m->refs[i];
			return 0;
		}
	if (m->ref_count == AC_MARKING_REFS_MAX) {
		m->is_cut = true;
		*out = &unseen;
		return 0;
	}
	rc = say_of(m, id, &ref, &definition, err);
	if (rc == 0)
		rc = own_level(m, definition, &ref.own, err);
	if (rc < 0)
		return rc;
	refs = room_for_one(m->arena, m->refs, m->ref_count, &m->ref_capacity, sizeof(*refs));
	if (!refs)
		return ac_arena_check(m->arena, err);
	m->refs = refs;
	refs[m->ref_count] = ref;
	*out = &refs[m->ref_count++];
	return 0;
}

static void
raise_to(ac_tlp *level, ac_str *by, const ac_marking_ref *ref)
{
	if (ref->tlp > *level) {
		*level = ref->tlp;
		*by = ref->id;
	}
}

static int
read_object_markings(marker *m, accord_err *err)
{
	const ac_json *list = ac_json_get(m->object, AC_S("object_marking_refs"));
	ac_json_iter it = ac_json_iter_of(list);
	const ac_marking_ref *ref;
	int rc = 0;

	/* Not a list: whatever was meant is not known here. */
	if (list && !ac_json_is(list, AC_JSON_ARRAY)) {
		rc = ref_of(m, ac_json_string(list), true, &ref, err);
		if (rc == 0)
			raise_to(&m->object_tlp, &m->object_ref, ref);
		return rc;
	}
	while (rc == 0 && ac_json_next(&it)) {
		rc = ref_of(m, ac_json_string(it.value), true, &ref, err);
		if (rc == 0)
			raise_to(&m->object_tlp, &m->object_ref, ref);
	}
	return rc;
}

static int
add_part(marker *m, ac_str selector, const ac_marking_ref *ref, accord_err *err)
{
	ac_marking_part *parts;
	const ac_json *unused;

	int rc = ac_stix_select(m->object, selector, &m->steps, &unused, NULL);

	m->is_cut |= rc == ACCORD_ELIMIT;
	if (rc < 0) {
		raise_to(&m->stray_tlp, &m->stray_ref, ref);
		return 0;
	}
	parts = room_for_one(m->arena, m->parts, m->part_count, &m->part_capacity, sizeof(*parts));
	if (!parts)
		return ac_arena_check(m->arena, err);
	m->parts = parts;
	parts[m->part_count++] = (ac_marking_part){ selector, ref->tlp, ref->tlp ? ref->id : (ac_str){ "", 0 } };
	return 0;
}

/* Languages are granular markings too, and no data markings (s7.2.3). */
static int
read_granular_marking(marker *m, const ac_json *marking, accord_err *err)
{
	const ac_json *selectors = ac_json_get(marking, AC_S("selectors"));
	const ac_json *id = ac_json_get(marking, AC_S("marking_ref"));
	ac_json_iter it = ac_json_iter_of(selectors);
	const ac_marking_ref *ref;
	int rc;

	if (!id)
		return 0;
	rc = ref_of(m, ac_json_string(id), false, &ref, err);
	if (rc == 0 && (!ac_json_is(selectors, AC_JSON_ARRAY) || ac_json_count(selectors) == 0))
		raise_to(&m->stray_tlp, &m->stray_ref, ref);
	while (rc == 0 && !it.is_object && ac_json_next(&it))
		rc = add_part(m, ac_json_string(it.value), ref, err);
	return rc;
}

static int
read_granular_markings(marker *m, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(m->object, AC_S("granular_markings")));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it))
		rc = read_granular_marking(m, it.value, err);
	return rc;
}

static int
compare_parts(const void *x, const void *y)
{
	const ac_marking_part *a = x, *b = y;

	return ac_str_cmp(a->selector, b->selector);
}

static void
raise_part(ac_marking_part *part, ac_tlp tlp, ac_str ref)
{
	if (tlp > part->tlp) {
		part->tlp = tlp;
		part->ref = ref;
	}
}

/* One part a selector. */
static void
merge_parts(marker *m)
{
	size_t n = 0;

	if (m->part_count)
		qsort(m->parts, m->part_count, sizeof(*m->parts), compare_parts);
	for (size_t i = 0; i < m->part_count; i++) {
		if (n > 0 && ac_str_eq(m->parts[n - 1].selector, m->parts[i].selector))
			raise_part(&m->parts[n - 1], m->parts[i].tlp, m->parts[i].ref);
		else
			m->parts[n++] = m->parts[i];
	}
	m->part_count = n;
}

static const ac_marking_part *
part_of(const ac_marking_part *parts, size_t count, ac_str selector)
{
	const ac_marking_part key = { .selector = selector };

	return count ? bsearch(&key, parts, count, sizeof(*parts), compare_parts) : NULL;
}

/* The part that `selector` stands in most closely: itself without its last components. An outer part sorts before it and is settled before it. */
static const ac_marking_part *
part_around(const ac_marking_part *parts, size_t count, ac_str selector)
{
	for (size_t n = selector.n; n-- > 0;) {
		const ac_marking_part *around;

		if (selector.p[n] != '.')
			continue;
		around = part_of(parts, count, ac_str_slice(selector, 0, n));
		if (around)
			return around;
	}
	return NULL;
}

/* s7.2.3: a selector holds for all that stands below what it selects. */
static void
settle_parts(marker *m)
{
	merge_parts(m);
	for (size_t i = 0; i < m->part_count; i++) {
		const ac_marking_part *around = part_around(m->parts, i, m->parts[i].selector);

		if (around)
			raise_part(&m->parts[i], around->tlp, around->ref);
		else
			raise_part(&m->parts[i], m->object_tlp, m->object_ref);
		raise_part(&m->parts[i], m->stray_tlp, m->stray_ref);
	}
}

static bool
is_definition(const ac_json *object)
{
	return ac_str_eq(ac_json_get_string(object, AC_S("type")), AC_S("marking-definition"));
}

static void
decide(const marker *m, ac_tlp source_default, ac_marking *out)
{
	ac_tlp own;

	out->reason = AC_MARKING_BY_REF;
	out->level = m->object_tlp;
	out->ref = m->object_ref;
	if (m->stray_tlp > out->level) {
		out->reason = AC_MARKING_BY_SELECTOR;
		out->level = m->stray_tlp;
		out->ref = m->stray_ref;
	}
	if (out->level != AC_TLP_NONE)
		return;
	out->travels = is_definition(m->object);
	out->ref = (ac_str){ "", 0 };
	if (out->travels && ac_tlp_from_definition(m->object, &own)) {
		out->reason = AC_MARKING_BY_STANDARD;
		out->level = AC_TLP_CLEAR;
	} else if (source_default != AC_TLP_NONE) {
		out->reason = AC_MARKING_BY_SOURCE;
		out->level = source_default;
	} else {
		out->reason = AC_MARKING_BY_DEFAULT;
		out->level = AC_TLP_AMBER_STRICT;
	}
}

ac_str
ac_marking_reason_name(ac_marking_reason reason)
{
	switch (reason) {
	case AC_MARKING_BY_REF:
		return AC_S("marking");
	case AC_MARKING_BY_SELECTOR:
		return AC_S("selector");
	case AC_MARKING_BY_SOURCE:
		return AC_S("source");
	case AC_MARKING_BY_STANDARD:
		return AC_S("standard");
	case AC_MARKING_BY_DEFAULT:
		break;
	}
	return AC_S("default");
}

int
ac_marking_of(const ac_json *object, ac_marking_resolve resolve, void *payload, ac_tlp source_default, ac_arena *arena,
    ac_marking *out, accord_err *err)
{
	marker m = {
		.object = object, .resolve = resolve, .payload = payload, .arena = arena, .steps = AC_STIX_STEPS_MAX
	};
	ac_marking marking = { 0 };
	int rc = read_object_markings(&m, err);

	if (rc == 0)
		rc = read_granular_markings(&m, err);
	if (rc < 0)
		return rc;
	settle_parts(&m);
	decide(&m, source_default, &marking);
	marking.highest = marking.level;
	for (size_t i = 0; i < m.part_count; i++)
		if (m.parts[i].tlp > marking.highest)
			marking.highest = m.parts[i].tlp;
	marking.refs = m.refs;
	marking.ref_count = m.ref_count;
	marking.parts = m.parts;
	marking.part_count = m.part_count;
	marking.is_cut = m.is_cut;
	*out = marking;
	return 0;
}

int
ac_marking_above(const ac_marking *marking, ac_tlp cleared, ac_arena *arena, const ac_str **out_selectors,
    size_t *out_count, accord_err *err)
{
	ac_str *selectors = ac_arena_zalloc(arena, marking->part_count + 1, sizeof(*selectors));
	size_t n = 0;

	if (!selectors)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < marking->part_count; i++) {
		const ac_marking_part *part = &marking->parts[i], *around;

		around = part_around(marking->parts, i, part->selector);
		if (part->tlp > cleared && !(around && around->tlp > cleared))
			selectors[n++] = part->selector;
	}
	*out_selectors = selectors;
	*out_count = n;
	return 0;
}
