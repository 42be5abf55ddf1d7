/* SPDX-License-Identifier: Apache-2.0 */
/* Lays translations over an object: one walk over the object with the places of all usable translations beside it. Knows no stores. */
#include "stix/language.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/time.h"
#include "codec/json_write.h"
#include "stix/format.h"

/* A translation: the dictionary under one tag of one content. */
typedef struct candidate {
	const ac_json *content;
	const ac_json *texts;
	ac_str tag;
	size_t cuts; /* subtags that were cut off the wanted tag to find it: 0 is exact */
	ac_time modified;
} candidate;

typedef struct translator {
	ac_arena *arena;
	const ac_stix_type *type;
	candidate all[AC_LANGUAGE_CONTENTS_MAX];
	size_t count;
	uint64_t steps; /* left of AC_STIX_STEPS_MAX, for looking up what stands beside the object's members */
	ac_buf out;
	const candidate *best;    /* of those that were used */
	ac_stix_ignored *ignored; /* room for AC_LANGUAGE_IGNORED_MAX */
	size_t ignored_count;
} translator;

/* The values at one place in all candidates, in their order; NULL where one says nothing. */
typedef struct beside {
	const ac_json *of[AC_LANGUAGE_CONTENTS_MAX];
} beside;

bool
ac_stix_is_language(ac_str tag)
{
	return tag.n > 0 && ac_format_wanted(AC_STIX_FORMAT_LANGUAGE, tag) == NULL;
}

static void
ignore(translator *t, const ac_json *content, ac_str why)
{
	if (!t->ignored)
		t->ignored = ac_arena_zalloc(t->arena, AC_LANGUAGE_IGNORED_MAX, sizeof(*t->ignored));
	if (t->ignored && t->ignored_count < AC_LANGUAGE_IGNORED_MAX)
		t->ignored[t->ignored_count++] = (ac_stix_ignored){ ac_json_get_string(content, AC_S("id")), why };
}

/* RFC 4647 s3.4: without its last subtag, and without a single letter that is then the last. Empty at the end. */
static ac_str
shorter(ac_str range)
{
	size_t n = range.n;

	while (n > 0 && range.p[n - 1] != '-')
		n--;
	range.n = n > 0 ? n - 1 : 0;
	return range.n >= 2 && range.p[range.n - 2] == '-' ? shorter(range) : range;
}

/* How many subtags must go until range is tag; SIZE_MAX: it never is. */
static size_t
cuts_to(ac_str range, ac_str tag)
{
	for (size_t cuts = 0; range.n > 0; cuts++, range = shorter(range))
		if (ac_str_eq_fold(range, tag))
			return cuts;
	return SIZE_MAX;
}

static ac_str
version_text(const ac_json *object)
{
	ac_str modified = ac_json_get_string(object, AC_S("modified"));

	return modified.n ? modified : ac_json_get_string(object, AC_S("created"));
}

static ac_time
version_of(const ac_json *object)
{
	ac_time t;

	return ac_time_parse_stix(version_text(object), &t, NULL) < 0 ? AC_TIME_MIN : t;
}

/* NULL, or why the content is not for this version of the object (s7.1.1). */
static const char *
check_content(translator *t, const ac_json *object, const ac_json *content)
{
	ac_str wanted = ac_json_get_string(content, AC_S("object_modified"));
	ac_time at;

	if (ac_json_is_true(ac_json_get(content, AC_S("revoked"))))
		return "it is revoked";
	if (!ac_json_get(content, AC_S("object_modified")))
		return NULL;
	if (ac_time_parse_stix(wanted, &at, NULL) < 0 || ac_time_cmp(at, version_of(object)) != 0)
		return ac_arena_printf(t->arena, "want the translation of version %.*s, got that of %.*s",
		    AC_FMT(version_text(object)), AC_FMT(wanted))
		    .p;
	return NULL;
}

static void
add_candidates(translator *t, const ac_json *object, const ac_json *content, ac_str range, size_t own_cuts)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(content, AC_S("contents")));
	const char *why;

	if (!ac_str_eq(ac_json_get_string(content, AC_S("object_ref")), ac_json_get_string(object, AC_S("id"))))
		return;
	why = check_content(t, object, content);
	if (why) {
		ignore(t, content, ac_str_from(why));
		return;
	}
	while (it.is_object && ac_json_next(&it)) {
		size_t cuts = cuts_to(range, it.key);

		if (cuts >= own_cuts || !ac_json_is(it.value, AC_JSON_OBJECT))
			continue;
		if (t->count == AC_LANGUAGE_CONTENTS_MAX) {
			ignore(t, content, AC_S("more translations than are looked at"));
			return;
		}
		t->all[t->count++] = (candidate){ content, it.value, it.key, cuts, version_of(content) };
	}
}

/* The most exact tag first; of one tag the latest; the id decides between equals. */
static int
compare_candidates(const void *x, const void *y)
{
	const candidate *a = x, *b = y;
	int c;

	if (a->cuts != b->cuts)
		return a->cuts < b->cuts ? -1 : 1;
	c = ac_time_cmp(b->modified, a->modified);
	return c ? c
		 : ac_str_cmp(ac_json_get_string(a->content, AC_S("id")), ac_json_get_string(b->content, AC_S("id")));
}

/* ---- what is translatable ---- */

/* Texts by their kind that are no prose. */
static const ac_str no_prose[] = { AC_S_INIT("external_id"), AC_S_INIT("id"), AC_S_INIT("lang"), AC_S_INIT("pattern"),
	AC_S_INIT("pattern_type"), AC_S_INIT("pattern_version"), AC_S_INIT("schema"), AC_S_INIT("spec_version"),
	AC_S_INIT("type") };

static bool
is_prose(const ac_stix_property *property, ac_str key)
{
	for (size_t i = 0; i < AC_COUNT(no_prose); i++)
		if (ac_str_eq(no_prose[i], key))
			return false;
	if (property)
		return property->kind == AC_STIX_STRING && property->format == AC_STIX_FORMAT_NONE;
	return !ac_str_ends(key, AC_S("_ref")) && !ac_str_ends(key, AC_S("_refs"));
}

/* ---- the walk ---- */

static void put_value(translator *t, ac_str key, const ac_stix_property *property, const ac_stix_struct *in,
    const ac_json *value, const beside *texts);

static void
put_text(translator *t, const ac_json *value, const beside *texts)
{
	for (size_t i = 0; i < t->count; i++) {
		ac_str text = ac_json_string(texts->of[i]);

		if (texts->of[i] && !ac_json_is(texts->of[i], AC_JSON_STRING))
			ignore(t, t->all[i].content, AC_S("want a text where the object has one, got something else"));
		if (text.n == 0)
			continue;
		if (!t->best || t->all[i].cuts < t->best->cuts)
			t->best = &t->all[i];
		ac_json_add_string(&t->out, text);
		return;
	}
	ac_buf_add(&t->out, ac_json_raw(value));
}

static void
put_list(translator *t, ac_str key, const ac_stix_property *property, const ac_json *list, const beside *texts)
{
	ac_json_iter it = ac_json_iter_of(list), of[AC_LANGUAGE_CONTENTS_MAX];
	bool fits[AC_LANGUAGE_CONTENTS_MAX];
	size_t n = ac_json_count(list);

	for (size_t i = 0; i < t->count; i++) {
		of[i] = ac_json_iter_of(texts->of[i]);
		fits[i] = ac_json_is(texts->of[i], AC_JSON_ARRAY) && ac_json_count(texts->of[i]) == n;
		if (texts->of[i] && !fits[i] && t->ignored_count < AC_LANGUAGE_IGNORED_MAX)
			ignore(t, t->all[i].content,
			    ac_arena_printf(t->arena, "%.*s: want a list of %zu values, got %zu", AC_FMT(key), n,
				ac_json_count(texts->of[i])));
	}
	ac_buf_add_byte(&t->out, '[');
	for (size_t k = 0; ac_json_next(&it); k++) {
		beside inner = { 0 };

		for (size_t i = 0; i < t->count; i++)
			inner.of[i] = fits[i] && ac_json_next(&of[i]) ? of[i].value : NULL;
		if (k > 0)
			ac_buf_add_byte(&t->out, ',');
		put_value(t, key, property, property ? property->nested : NULL, it.value, &inner);
	}
	ac_buf_add_byte(&t->out, ']');
}

/* The member of a translation that stands beside one of the object's. */
static const ac_json *
member_beside(translator *t, size_t which, const ac_json *texts, ac_str key)
{
	uint64_t cost = ac_json_count(texts);

	if (t->steps < cost) {
		t->steps = 0;
		ignore(t, t->all[which].content, AC_S("it is too large to be laid over the object"));
		return NULL;
	}
	t->steps -= cost;
	return ac_json_get(texts, key);
}

static const ac_stix_property *
property_of(const translator *t, const ac_stix_struct *in, bool is_top, ac_str key)
{
	if (is_top)
		return t->type ? ac_stix_property_find(t->type, key) : NULL;
	return in ? ac_stix_struct_find(in, key) : NULL;
}

static void
put_object(translator *t, const ac_stix_struct *in, bool is_top, const ac_json *object, const beside *texts)
{
	ac_json_iter it = ac_json_iter_of(object);

	ac_buf_add_byte(&t->out, '{');
	for (size_t n = 0; ac_json_next(&it); n++) {
		const ac_stix_property *property = property_of(t, in, is_top, it.key);
		beside inner = { 0 };

		for (size_t i = 0; i < t->count; i++)
			inner.of[i] = texts->of[i] ? member_beside(t, i, texts->of[i], it.key) : NULL;
		if (n > 0)
			ac_buf_add_byte(&t->out, ',');
		ac_json_add_string(&t->out, it.key);
		ac_buf_add_byte(&t->out, ':');
		put_value(t, it.key, property, property ? property->nested : NULL, it.value, &inner);
	}
	ac_buf_add_byte(&t->out, '}');
}

static bool
says_something(const translator *t, const beside *texts)
{
	for (size_t i = 0; i < t->count; i++)
		if (texts->of[i])
			return true;
	return false;
}

/* A value with its translations. What nobody translates keeps its spelling. */
static void
put_value(translator *t, ac_str key, const ac_stix_property *property, const ac_stix_struct *in, const ac_json *value,
    const beside *texts)
{
	bool has_inner = !property || in;

	if (!says_something(t, texts))
		ac_buf_add(&t->out, ac_json_raw(value));
	else if (ac_json_is(value, AC_JSON_STRING) && is_prose(property, key))
		put_text(t, value, texts);
	else if (ac_json_is(value, AC_JSON_ARRAY) && (has_inner || is_prose(property, key)))
		put_list(t, key, property, value, texts);
	else if (ac_json_is(value, AC_JSON_OBJECT) && has_inner)
		put_object(t, in, false, value, texts);
	else
		ac_buf_add(&t->out, ac_json_raw(value));
}

static int
translate(translator *t, const ac_json *object, ac_stix_translation *out, accord_err *err)
{
	beside texts = { 0 };
	ac_str text;
	int rc;

	for (size_t i = 0; i < t->count; i++)
		texts.of[i] = t->all[i].texts;
	put_object(t, NULL, true, object, &texts);
	rc = ac_buf_finish(&t->out, &text, err);
	if (rc == 0 && t->best) {
		out->tag = t->best->tag;
		out->json = ac_arena_str(t->arena, text);
	}
	return rc;
}

int
ac_stix_translate(const ac_json *object, const ac_json *const *contents, size_t count, ac_str tag, ac_arena *arena,
    ac_stix_translation *out, accord_err *err)
{
	translator t = { .arena = arena,
		.type = ac_stix_type_find(ac_json_get_string(object, AC_S("type"))),
		.steps = AC_STIX_STEPS_MAX };
	size_t own_cuts = cuts_to(tag, ac_json_get_string(object, AC_S("lang")));
	ac_stix_translation translation = { 0 };
	int rc = 0;

	if (ac_json_is(object, AC_JSON_OBJECT) && !(t.type && t.type->class == AC_STIX_SCO))
		for (size_t i = 0; i < count; i++)
			add_candidates(&t, object, contents[i], tag, own_cuts);
	if (t.count) {
		qsort(t.all, t.count, sizeof(*t.all), compare_candidates);
		ac_buf_init(&t.out, 2 * AC_OBJECT_MAX);
		rc = translate(&t, object, &translation, err);
		ac_buf_done(&t.out);
	}
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc < 0)
		return rc;
	translation.ignored = t.ignored;
	translation.ignored_count = t.ignored_count;
	*out = translation;
	return 0;
}
