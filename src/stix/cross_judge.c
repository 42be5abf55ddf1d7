/* SPDX-License-Identifier: Apache-2.0 */
/* Judging what was gathered: versions of one object in pairs, then what each object says of others. It reads no JSON. */
#include <stdlib.h>

#include "base/limits.h"
#include "stix/check.h"
#include "stix/cross_state.h"
#include "stix/id.h"
#include "stix/marking.h"

typedef struct judge {
	ac_cross *cross;
	ac_cross_dangling dangling;
	ac_cross_on_wanted on_wanted;
	ac_cross_on_finding on_finding;
	void *payload;
	accord_err *err;
	ac_cross_sums sums;
	ac_arena texts; /* of one finding */
	int rc;         /* first failure */
} judge;

/* ---- texts ---- */

/* "type--UUID" in lower case. */
static ac_str
id_text(judge *j, const ac_cross_id *id)
{
	static const char digits[] = "0123456789abcdef";
	ac_str type = ac_cross_word(j->cross, id->type);
	char *text = ac_arena_alloc(&j->texts, type.n + 2 + AC_UUID_TEXT_SIZE), *at = text;

	if (!text)
		return (ac_str){ NULL, 0 };
	memcpy(at, type.p, type.n);
	at += type.n;
	*at++ = '-';
	*at++ = '-';
	for (size_t i = 0; i < sizeof(id->uuid); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[id->uuid[i] >> 4];
		*at++ = digits[id->uuid[i] & 15];
	}
	return (ac_str){ text, (size_t)(at - text) };
}

static ac_str
time_text(judge *j, ac_time time)
{
	ac_str text = { NULL, 0 };
	ac_buf buf;

	ac_buf_init(&buf, 64);
	ac_time_add(&buf, time, 3);
	text = ac_arena_str(&j->texts, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

static ac_str
pointer_text(judge *j, const ac_cross_reference *reference)
{
	ac_str path = ac_cross_word(j->cross, reference->path);

	if (reference->index == AC_CROSS_NONE)
		return path;
	return ac_arena_printf(&j->texts, "%.*s/%u", AC_FMT(path), reference->index);
}

typedef struct about {
	ac_stix_level level;
	ac_str section, code, pointer;
	const ac_cross_node *node, *other; /* other may be NULL */
} about;

static void
tell(judge *j, const about *a, const ac_str *parts, size_t count)
{
	ac_cross_finding finding = { .f = { a->level, a->section, a->code, a->pointer, { NULL, 0 } } };
	size_t n = 0;
	char *text;

	if (j->rc)
		return;
	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	text = ac_arena_alloc(&j->texts, n + 1);
	finding.id = id_text(j, &a->node->id);
	finding.place = a->node->place;
	if (a->other) {
		finding.other_id = id_text(j, &a->other->id);
		finding.other = a->other->place;
	}
	if (!text || ac_arena_check(&j->texts, NULL)) {
		j->rc = ac_arena_check(&j->texts, j->err);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		memcpy(text + finding.f.text.n, parts[i].n ? parts[i].p : "", parts[i].n);
		finding.f.text.n += parts[i].n;
	}
	finding.f.text.p = text;
	j->rc = j->on_finding(j->payload, &finding, j->err);
	ac_arena_reset(&j->texts);
}
#define TELL(j, a, ...) tell(j, a, AC_CHECK_PARTS(__VA_ARGS__))

/* ---- versions ---- */

static bool
is_same_id(const ac_cross_id *a, const ac_cross_id *b)
{
	return a->type == b->type && memcmp(a->uuid, b->uuid, sizeof(a->uuid)) == 0;
}

static const ac_cross_id *
creator_of(const judge *j, const ac_cross_node *node)
{
	return node->creator == AC_CROSS_NONE ? NULL : &ac_cross_reference_at(j->cross, node->creator)->to;
}

/* s3.6: two copies of one version. */
static void
judge_copies(judge *j, const ac_cross_node *first, const ac_cross_node *second)
{
	bool has_version = first->flags & AC_CROSS_HAS_VERSION;
	about a = { AC_STIX_ERROR, AC_S("3.6"), AC_S("203"), AC_S("/modified"), second, first };

	if (!first->digest || !second->digest)
		return;
	if (first->digest == second->digest) {
		a.level = AC_STIX_WARNING;
		if (has_version && first->place.bundle && first->place.bundle == second->place.bundle &&
		    first->place.input == second->place.input)
			TELL(j, &a, AC_S("two versions of one object in a bundle should differ in modified"));
		return;
	}
	if (has_version) {
		TELL(j, &a,
		    AC_S("want the same content in every copy of one version, got another one with the same modified"));
		return;
	}
	a.pointer = a.code = AC_S("");
	if (first->class == AC_STIX_META) {
		a.section = AC_S("7.2.1");
		TELL(j, &a, AC_S("want one content of an object that is not versioned, got another one"));
		return;
	}
	a.level = AC_STIX_WARNING;
	TELL(j, &a, AC_S("two copies of one cyber-observable should have the same content"));
}

/* s3.6: only who created an object makes new versions of it. */
static void
judge_creators(judge *j, const ac_cross_node *older, const ac_cross_node *newer)
{
	const ac_cross_id *before = creator_of(j, older), *now = creator_of(j, newer);
	about a = { AC_STIX_ERROR, AC_S("3.6"), AC_S(""), AC_S("/created_by_ref"), newer, older };

	if ((!before && !now) || (before && now && is_same_id(before, now)))
		return;
	if (before && now) {
		TELL(j, &a, AC_S("want the creator of the earlier version ("), id_text(j, before), AC_S("), got "),
		    id_text(j, now));
		return;
	}
	a.level = AC_STIX_WARNING;
	TELL(j, &a, AC_S("the creator should stay as the earlier version names it: "),
	    before ? id_text(j, before) : AC_S("none"), AC_S(", got "), now ? id_text(j, now) : AC_S("none"));
}

static void
judge_versions(judge *j, const ac_cross_node *older, const ac_cross_node *newer)
{
	about a = { AC_STIX_ERROR, AC_S("3.6"), AC_S(""), AC_S("/created"), newer, older };

	if (ac_time_cmp(older->created, newer->created) != 0 && older->created.seconds != INT64_MIN &&
	    newer->created.seconds != INT64_MIN)
		TELL(j, &a, AC_S("want created as in the other version ("), time_text(j, older->created),
		    AC_S("), got "), time_text(j, newer->created));
	judge_creators(j, older, newer);
	a.pointer = AC_S("/modified");
	if (!(older->flags & AC_CROSS_REVOKED))
		return;
	/* Who goes on to revoke it breaks the same rule, and misleads nobody. */
	if (newer->flags & AC_CROSS_REVOKED) {
		a.level = AC_STIX_WARNING;
		TELL(j, &a, AC_S("a revoked object should have no later version"));
	} else {
		TELL(j, &a, AC_S("want no version later than the one that revokes the object ("),
		    time_text(j, older->modified), AC_S("), got one of "), time_text(j, newer->modified));
	}
}

/* s2.9: a producer gives a UUID to one type only. */
static void
judge_types(judge *j, const ac_cross_node *one, const ac_cross_node *another)
{
	const ac_cross_id *first = creator_of(j, one), *second = creator_of(j, another);
	bool same = first && second && is_same_id(first, second);
	about a = { same ? AC_STIX_ERROR : AC_STIX_WARNING, AC_S("2.9"), AC_S(""), AC_S("/id"), another, one };

	if (first && second && !same)
		return;
	if (same)
		TELL(
		    j, &a, AC_S("want a UUID that serves one type of object only, got that of "), id_text(j, &one->id));
	else
		TELL(j, &a, AC_S("a UUID should serve one type of object only, this one is that of "),
		    id_text(j, &one->id));
}

static void
judge_pair(judge *j, const ac_cross_node *first, const ac_cross_node *second)
{
	/* Of two that were only brought to hold others against, nothing is told. */
	if (first->flags & second->flags & AC_CROSS_KNOWN)
		return;
	if (first->id.type != second->id.type)
		judge_types(j, first, second);
	else if (ac_time_cmp(first->modified, second->modified) == 0)
		judge_copies(j, first, second);
	else
		judge_versions(j, first, second);
}

typedef struct ordered {
	const ac_cross_node *node;
	uint32_t index;
} ordered;

/* By type, then oldest first, then as they came; what was brought comes before what is judged. */
static int
by_version(const void *a, const void *b)
{
	const ordered *x = a, *y = b;
	int order;

	if (x->node->id.type != y->node->id.type)
		return x->node->id.type < y->node->id.type ? -1 : 1;
	order = ac_time_cmp(x->node->modified, y->node->modified);
	if (order)
		return order;
	if ((x->node->flags ^ y->node->flags) & AC_CROSS_KNOWN)
		return x->node->flags & AC_CROSS_KNOWN ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* The chain of one UUID: all pairs of neighbours, then the links by type and from newer to older. */
static void
judge_chain(judge *j, ordered *list, size_t n)
{
	ac_cross *cross = j->cross;
	uint32_t newest = AC_CROSS_NONE, chain = AC_CROSS_NONE;

	qsort(list, n, sizeof(*list), by_version);
	for (size_t i = 1; i < n; i++)
		judge_pair(j, list[i - 1].node, list[i].node);
	for (size_t i = n; i-- > 0;) {
		ac_cross_node *node = ac_cross_node_at(cross, list[i].index);

		node->flags |= AC_CROSS_JUDGED;
		node->next_type = node->next = AC_CROSS_NONE;
		if (i + 1 < n && list[i + 1].node->id.type == node->id.type)
			ac_cross_node_at(cross, list[i + 1].index)->next = list[i].index;
		else {
			if (newest == AC_CROSS_NONE)
				chain = list[i].index;
			else
				ac_cross_node_at(cross, newest)->next_type = list[i].index;
			newest = list[i].index;
		}
	}
	*ac_map_get(&cross->uuids, (ac_str){ (const char *)list[0].node->id.uuid, 16 }) = chain;
}

/* All chains, in the order of their first objects. */
static void
judge_chains(judge *j)
{
	size_t count = j->cross->nodes.count;
	ordered *list = malloc((count + 1) * sizeof(*list));

	if (!list) {
		j->rc = ac_fail(j->err, ACCORD_ENOMEM, "not enough memory to sort versions");
		return;
	}
	for (uint32_t i = 0; i < count && !j->rc; i++) {
		size_t n = 0;

		if (ac_cross_node_at(j->cross, i)->flags & AC_CROSS_JUDGED)
			continue;
		for (uint32_t at = i; at != AC_CROSS_NONE; at = ac_cross_node_at(j->cross, at)->next)
			list[n++] = (ordered){ ac_cross_node_at(j->cross, at), at };
		judge_chain(j, list, n);
	}
	free(list);
}

/* ---- references ---- */

/* Stands for what too many types under one UUID hide. */
static const ac_cross_node undecided;

/* The newest version of an id, or NULL. *out_other: the newest of another type with that UUID, or undecided. */
static const ac_cross_node *
target_of(const judge *j, const ac_cross_id *id, const ac_cross_node **out_other)
{
	uint32_t at = ac_cross_first(j->cross, id);

	*out_other = NULL;
	for (unsigned steps = 0; at != AC_CROSS_NONE && steps < AC_CROSS_STEPS_MAX; steps++) {
		const ac_cross_node *node = ac_cross_node_at(j->cross, at);

		if (node->id.type == id->type)
			return node;
		*out_other = node;
		at = node->next_type;
	}
	if (at != AC_CROSS_NONE)
		*out_other = &undecided;
	return NULL;
}

/* The standard's markings need not be sent along. */
static bool
is_always_here(judge *j, const ac_cross_id *id)
{
	ac_tlp tlp;
	bool is_known = ac_str_eq(ac_cross_word(j->cross, id->type), AC_S("marking-definition")) &&
			ac_tlp_from_id(id_text(j, id), &tlp);

	ac_arena_reset(&j->texts);
	return is_known;
}

static void
judge_dangling(judge *j, const ac_cross_node *node, const ac_cross_reference *reference, const ac_cross_node *other)
{
	about a = { AC_STIX_WARNING, AC_S("3.3"), AC_S(""), { NULL, 0 }, node, other };

	if (is_always_here(j, &reference->to))
		return;
	a.pointer = pointer_text(j, reference);
	j->sums.dangling++;
	if (j->cross->left_out)
		return;
	if (other) {
		TELL(j, &a,
		    AC_S("leads to no object that is here, but the UUID is that of an object of another type: "),
		    id_text(j, &reference->to));
		return;
	}
	if (j->dangling == AC_CROSS_DANGLING_COUNTED)
		return;
	if (j->dangling == AC_CROSS_DANGLING_ERROR)
		a.level = AC_STIX_ERROR;
	TELL(j, &a, AC_S("want an object that is here, got a reference to "), id_text(j, &reference->to));
}

static unsigned
class_bit(uint8_t class)
{
	static const unsigned bits[] = { [AC_STIX_SDO] = AC_STIX_REF_SDO,
		[AC_STIX_SRO] = AC_STIX_REF_SRO,
		[AC_STIX_SCO] = AC_STIX_REF_SCO,
		[AC_STIX_META] = AC_STIX_REF_META,
		[AC_STIX_BUNDLE] = 0 };

	return bits[class];
}

/* What a reference of a custom type is can only be told by the object that it leads to. */
static void
judge_target(judge *j, const ac_cross_node *node, const ac_cross_reference *reference, const ac_cross_node *target)
{
	static const ac_str words[] = { [AC_STIX_SDO] = AC_S_INIT("domain object"),
		[AC_STIX_SRO] = AC_S_INIT("relationship"),
		[AC_STIX_SCO] = AC_S_INIT("cyber-observable"),
		[AC_STIX_META] = AC_S_INIT("meta object"),
		[AC_STIX_BUNDLE] = AC_S_INIT("bundle") };
	const ac_stix_type *type = ac_stix_type_find(ac_cross_word(j->cross, node->id.type));
	unsigned allowed = reference->row ? reference->row->ref_class : 0;
	about a = { AC_STIX_ERROR, type ? type->section : AC_S("3.3"), AC_S(""), { NULL, 0 }, node, target };

	if (!allowed || (allowed & class_bit(target->class)) ||
	    ac_stix_type_find(ac_cross_word(j->cross, target->id.type)))
		return;
	a.pointer = pointer_text(j, reference);
	TELL(j, &a, AC_S("want a reference to"), allowed & AC_STIX_REF_SDO ? AC_S(" a domain object") : AC_S(""),
	    (allowed & AC_STIX_REF_SDO) && (allowed & AC_STIX_REF_SCO) ? AC_S(" or") : AC_S(""),
	    allowed & AC_STIX_REF_SCO ? AC_S(" a cyber-observable") : AC_S(""), AC_S(", got one to a "),
	    words[target->class], AC_S(" of a custom type"));
}

/* s4.11.2: a family is no variant of an instance. */
static void
judge_variant(judge *j, const ac_cross_node *node)
{
	const ac_cross_node *ends[2] = { NULL, NULL }, *unused;
	about a = { AC_STIX_ERROR, AC_S("4.11.2"), AC_S(""), AC_S("/target_ref"), node, NULL };

	for (uint32_t i = 0; i < node->reference_count; i++) {
		const ac_cross_reference *reference = ac_cross_reference_at(j->cross, node->first_reference + i);
		ac_str path = ac_cross_word(j->cross, reference->path);

		if (ac_str_eq(path, AC_S("/source_ref")))
			ends[0] = target_of(j, &reference->to, &unused);
		else if (ac_str_eq(path, AC_S("/target_ref")))
			ends[1] = target_of(j, &reference->to, &unused);
	}
	if (!ends[0] || !ends[1] || !(ends[0]->flags & AC_CROSS_FAMILY) || !(ends[1]->flags & AC_CROSS_NO_FAMILY))
		return;
	a.other = ends[1];
	TELL(j, &a, AC_S("want no variant-of from a malware family to a malware instance, got one"));
}

/* ---- extensions ---- */

static ac_str
extension_terms(judge *j, uint8_t set)
{
	const ac_str *terms = ac_stix_vocabulary_find(AC_S("extension-type-enum"))->terms;
	ac_str text = AC_S("");

	for (unsigned i = 0; terms[i].p; i++)
		if (set & (1U << i))
			text = ac_arena_printf(
			    &j->texts, "%.*s%s%.*s", AC_FMT(text), text.n ? ", " : "", AC_FMT(terms[i]));
	return text;
}

static uint8_t
toplevel_bit(void)
{
	const ac_str *terms = ac_stix_vocabulary_find(AC_S("extension-type-enum"))->terms;
	unsigned i = 0;

	while (!ac_str_eq(terms[i], AC_S("toplevel-property-extension")))
		i++;
	return (uint8_t)(1U << i);
}

/* What is looked at of one object: its own names times definitions times names. */
enum { DEFINITIONS_MAX = 4, NAMES_MAX = 256 };

/* Does a definition name the property? *out_names: does it name any? */
static bool
allows(const judge *j, const ac_cross_node *definition, uint32_t name, bool *out_names)
{
	/* Of very many names it is not told whether one is missing. */
	*out_names = definition->use_count > 1 && definition->use_count <= NAMES_MAX;
	for (uint32_t i = 1; *out_names && i < definition->use_count; i++)
		if (((const ac_cross_use *)ac_pool_at(&j->cross->uses, definition->first_use + i))->name == name)
			return true;
	return false;
}

/* s7.3.1: each property of one's own at the top is named by an extension of the object, when all their definitions are here and name some. */
static void
judge_own_names(judge *j, const ac_cross_node *node, const ac_cross_node *const *definitions, size_t count)
{
	for (uint32_t i = 0; i < node->property_count; i++) {
		const ac_cross_property *property = ac_pool_at(&j->cross->properties, node->first_property + i);
		about a = { AC_STIX_WARNING, AC_S("7.3.1"), AC_S(""), { NULL, 0 }, node, definitions[0] };
		bool is_named = property->shape != AC_CROSS_SHAPE_OWN, names = true;

		for (size_t d = 0; d < count && !is_named; d++)
			is_named = allows(j, definitions[d], property->name, &names) || !names;
		if (is_named)
			continue;
		a.pointer = ac_arena_printf(&j->texts, "/%.*s", AC_FMT(ac_cross_word(j->cross, property->name)));
		TELL(j, &a, AC_S("should be one of the extension_properties of the object's extension definitions"));
	}
}

static void
judge_uses(judge *j, const ac_cross_node *node)
{
	const ac_cross_node *toplevel[DEFINITIONS_MAX], *unused;
	size_t count = 0;
	bool all_here = true;

	for (uint32_t i = 0; i < node->use_count; i++) {
		const ac_cross_use *use = ac_pool_at(&j->cross->uses, node->first_use + i);
		const ac_cross_reference *reference;
		const ac_cross_node *definition;
		const ac_cross_use *said;

		if (use->reference == AC_CROSS_NONE)
			return; /* a definition itself */
		reference = ac_cross_reference_at(j->cross, use->reference);
		definition = target_of(j, &reference->to, &unused);
		if (!definition || !definition->use_count) {
			all_here = false;
			continue;
		}
		said = ac_pool_at(&j->cross->uses, definition->first_use);
		if (use->types & toplevel_bit()) {
			if (count < DEFINITIONS_MAX)
				toplevel[count] = definition;
			count++;
		}
		if (use->types && !(use->types & said->types)) {
			about a = { AC_STIX_ERROR, AC_S("7.3"), AC_S(""), { NULL, 0 }, node, definition };

			a.pointer = ac_arena_printf(
			    &j->texts, "%.*s/extension_type", AC_FMT(ac_cross_word(j->cross, reference->path)));
			TELL(j, &a, AC_S("want one of the definition's extension_types ("),
			    extension_terms(j, said->types), AC_S("), got "), extension_terms(j, use->types));
		}
	}
	if (all_here && count && count <= DEFINITIONS_MAX && node->property_count <= NAMES_MAX)
		judge_own_names(j, node, toplevel, count);
}

/* ---- translations ---- */

static const ac_cross_property *
find_property(const judge *j, const ac_cross_node *node, uint32_t name)
{
	for (uint32_t i = 0; i < node->property_count; i++) {
		const ac_cross_property *property = ac_pool_at(&j->cross->properties, node->first_property + i);

		if (property->name == name)
			return property;
	}
	return NULL;
}

static ac_str
shape_text(judge *j, uint32_t shape)
{
	if (shape == AC_CROSS_SHAPE_TEXT)
		return AC_S("a string");
	if (shape == AC_CROSS_SHAPE_OBJECT)
		return AC_S("an object");
	if (shape >= AC_CROSS_SHAPE_OWN)
		return AC_S("another value");
	return ac_arena_printf(&j->texts, "a list of %u", shape);
}

static void
judge_translation(
    judge *j, const ac_cross_node *node, const ac_cross_node *target, const ac_cross_property *translation)
{
	const ac_cross_property *original = find_property(j, target, translation->name);
	ac_str name = ac_cross_word(j->cross, translation->name);
	about a = { AC_STIX_ERROR, AC_S("7.1.1"), AC_S(""), { NULL, 0 }, node, target };

	a.pointer = ac_arena_printf(
	    &j->texts, "/contents/%.*s/%.*s", AC_FMT(ac_cross_word(j->cross, translation->language)), AC_FMT(name));
	if (!original || original->shape == AC_CROSS_SHAPE_OTHER) {
		a.level = AC_STIX_WARNING;
		if (original)
			TELL(j, &a, AC_S("translates '"), ac_check_shown(name),
			    AC_S("', which is no text: it is ignored"));
		else
			TELL(j, &a, AC_S("translates '"), ac_check_shown(name),
			    AC_S("', which the object does not have: it is ignored"));
	} else if (original->shape != AC_CROSS_SHAPE_OWN && original->shape != translation->shape) {
		TELL(j, &a, AC_S("want "), shape_text(j, original->shape), AC_S(" as in the object, got "),
		    shape_text(j, translation->shape));
	}
	ac_arena_reset(&j->texts);
}

/* s7.1.1: object_modified names a version exactly; what is translated has the form of what it translates. */
static void
judge_language_content(judge *j, const ac_cross_node *node, ac_time wanted)
{
	const ac_cross_node *target = NULL, *unused;
	about a = { AC_STIX_ERROR, AC_S("7.1.1"), AC_S(""), AC_S("/object_modified"), node, NULL };

	for (uint32_t i = 0; i < node->reference_count && !target; i++) {
		const ac_cross_reference *reference = ac_cross_reference_at(j->cross, node->first_reference + i);

		if (ac_str_eq(ac_cross_word(j->cross, reference->path), AC_S("/object_ref")))
			target = target_of(j, &reference->to, &unused);
	}
	if (!target)
		return;
	a.other = target;
	if (wanted.seconds != INT64_MIN) {
		const ac_cross_node *at = target;
		unsigned steps = 0;

		while (at && ac_time_cmp(at->modified, wanted) && steps++ < AC_CROSS_STEPS_MAX)
			at = at->next == AC_CROSS_NONE ? NULL : ac_cross_node_at(j->cross, at->next);
		if (steps >= AC_CROSS_STEPS_MAX)
			return;
		if (!at) {
			TELL(j, &a, AC_S("want the modified of a version of the object ("),
			    target->modified.seconds == INT64_MIN ? AC_S("none") : time_text(j, target->modified),
			    AC_S("), got "), time_text(j, wanted));
			return;
		}
		target = at;
	}
	if (target->property_count > AC_CROSS_STEPS_MAX)
		return;
	for (uint32_t i = 0; i < node->property_count; i++)
		judge_translation(j, node, target, ac_pool_at(&j->cross->properties, node->first_property + i));
}

/* ---- all ---- */

/* Is no object of that UUID here, and has none been asked for? From now on it has. */
static bool
is_unasked(judge *j, const ac_cross_id *id)
{
	ac_str uuid = { (const char *)id->uuid, sizeof(id->uuid) }, kept;
	uint64_t *slot;

	if (ac_map_get(&j->cross->uuids, uuid))
		return false;
	kept = ac_arena_str(&j->cross->arena, uuid);
	slot = kept.p ? ac_map_put(&j->cross->uuids, kept, NULL) : NULL;
	if (slot)
		*slot = AC_CROSS_NONE;
	return slot != NULL;
}

/* Bring what the caller has of ids that are referred to or were fed. */
static void
bring(judge *j)
{
	size_t nodes = j->cross->nodes.count, references = j->cross->references.count;

	if (!j->on_wanted)
		return;
	for (uint32_t i = 0; i < nodes && !j->rc; i++) {
		const ac_cross_node *node = ac_cross_node_at(j->cross, i);

		if (ac_cross_first(j->cross, &node->id) == i)
			j->rc = j->on_wanted(j->payload, j->cross, id_text(j, &node->id), j->err);
		ac_arena_reset(&j->texts);
	}
	for (uint32_t i = 0; i < references && !j->rc; i++) {
		const ac_cross_id to = ac_cross_reference_at(j->cross, i)->to;

		if (is_unasked(j, &to))
			j->rc = j->on_wanted(j->payload, j->cross, id_text(j, &to), j->err);
		ac_arena_reset(&j->texts);
	}
}

static void
judge_node(judge *j, const ac_cross_node *node)
{
	const ac_cross_node *other, *target;

	j->sums.objects++;
	for (uint32_t i = 0; i < node->reference_count && !j->rc; i++) {
		const ac_cross_reference *reference = ac_cross_reference_at(j->cross, node->first_reference + i);

		j->sums.references++;
		target = target_of(j, &reference->to, &other);
		if (target)
			judge_target(j, node, reference, target);
		else if (other != &undecided)
			judge_dangling(j, node, reference, other);
	}
	if (node->use_count)
		judge_uses(j, node);
	if (node->flags & AC_CROSS_VARIANT_OF)
		judge_variant(j, node);
	if (node->flags & AC_CROSS_TRANSLATES)
		judge_language_content(j, node, node->translated);
}

int
ac_cross_judge(ac_cross *cross, ac_cross_dangling dangling, ac_cross_on_wanted on_wanted,
    ac_cross_on_finding on_finding, void *payload, ac_cross_sums *out_sums, accord_err *err)
{
	judge j = { .cross = cross,
		.dangling = dangling,
		.on_wanted = on_wanted,
		.on_finding = on_finding,
		.payload = payload,
		.err = err };

	ac_arena_init(&j.texts, AC_JSON_ARENA_MAX);
	bring(&j);
	if (!j.rc)
		judge_chains(&j);
	for (uint32_t i = 0; i < cross->nodes.count && !j.rc; i++) {
		const ac_cross_node *node = ac_cross_node_at(cross, i);

		if (!(node->flags & AC_CROSS_KNOWN))
			judge_node(&j, node);
	}
	ac_arena_done(&j.texts);
	if (j.rc)
		return j.rc;
	j.sums.left_out = cross->left_out;
	*out_sums = j.sums;
	return 0;
}
