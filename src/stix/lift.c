/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STIX 2.0 objects as STIX 2.1 ones, by what 2.1 changed (STIX 2.1 s1.3 and OASIS' 2.0 text). Members that need no change are copied as the bytes
 * that came. Pure: no clock, no random ids. It repairs nothing that was wrong in 2.0 already.
 */
#include "stix/lift.h"

#include "base/limits.h"
#include "codec/json_write.h"
#include "stix/id.h"
#include "stix/pattern.h"
#include "stix/pattern_edit.h"
#include "stix/selector.h"

/* 2.0 said in `labels` what 2.1 says in a property of its own; labels that are no terms of it stay labels. */
typedef struct label_row {
	ac_str type;
	ac_str property;
	ac_str vocabulary; /* empty: all labels move (2.0 s2.5: an identity's labels are its roles) */
} label_row;
static const label_row label_rows[] = {
	{ AC_S_INIT("indicator"), AC_S_INIT("indicator_types"), AC_S_INIT("indicator-type-ov") },
	{ AC_S_INIT("malware"), AC_S_INIT("malware_types"), AC_S_INIT("malware-type-ov") },
	{ AC_S_INIT("report"), AC_S_INIT("report_types"), AC_S_INIT("report-type-ov") },
	{ AC_S_INIT("threat-actor"), AC_S_INIT("threat_actor_types"), AC_S_INIT("threat-actor-type-ov") },
	{ AC_S_INIT("tool"), AC_S_INIT("tool_types"), AC_S_INIT("tool-type-ov") },
	{ AC_S_INIT("identity"), AC_S_INIT("roles"), AC_S_INIT("") },
};

typedef struct lift {
	ac_lift_teller teller;
	const ac_json *json;
	ac_str type;
	ac_buf *out;
	ac_arena *arena;
	const label_row *labels; /* NULL: they stay */
	ac_lift_container container;
	bool has_container;
} lift;

/* A JSON pointer's "/" and "~" inside a name (RFC 6901 s3). */
static void
add_pointer(ac_buf *out, const ac_lift_place *place)
{
	if (!place)
		return;
	add_pointer(out, place->up);
	ac_buf_add_byte(out, '/');
	for (size_t i = 0; i < place->key.n; i++) {
		if (place->key.p[i] == '~')
			ac_buf_add(out, AC_S("~0"));
		else if (place->key.p[i] == '/')
			ac_buf_add(out, AC_S("~1"));
		else
			ac_buf_add_byte(out, place->key.p[i]);
	}
}

/* Text from a buffer into the arena; empty when either is full, which the arena's owner is told in the end. */
static ac_str
kept(ac_arena *arena, ac_buf *buf)
{
	ac_str text = buf->failed ? (ac_str){ "", 0 } : ac_arena_str(arena, ac_buf_view(buf));

	if (buf->failed && !arena->failed)
		arena->failed = buf->failed;
	ac_buf_done(buf);
	return text;
}

void
ac_lift_tell(const ac_lift_teller *teller, ac_str rule, const ac_lift_place *place, ac_str was, ac_str is)
{
	ac_stix_change change = { rule, { "", 0 }, was, is };
	ac_buf pointer;

	if (!teller->on_change)
		return;
	ac_buf_init(&pointer, AC_OBJECT_MAX);
	add_pointer(&pointer, place);
	change.pointer = kept(teller->arena, &pointer);
	teller->on_change(teller->payload, &change);
}

ac_str
ac_lift_quoted(const ac_lift_teller *teller, ac_str text)
{
	ac_buf quoted;

	if (!teller->on_change)
		return (ac_str){ "", 0 };
	ac_buf_init(&quoted, 2 * AC_OBJECT_MAX);
	ac_json_add_string(&quoted, text);
	return kept(teller->arena, &quoted);
}

static void
tell(const lift *l, ac_str rule, ac_str property, ac_str was, ac_str is)
{
	ac_lift_tell(&l->teller, rule, &(ac_lift_place){ NULL, property }, was, is);
}

static bool
is_string_list(const ac_json *list)
{
	ac_json_iter it = ac_json_iter_of(list);

	if (!ac_json_is(list, AC_JSON_ARRAY) || ac_json_count(list) == 0)
		return false;
	while (ac_json_next(&it))
		if (!ac_json_is(it.value, AC_JSON_STRING))
			return false;
	return true;
}

static const label_row *
label_row_of(const ac_json *json, ac_str type)
{
	for (size_t i = 0; i < AC_COUNT(label_rows); i++)
		if (ac_str_eq(label_rows[i].type, type) && is_string_list(ac_json_get(json, AC_S("labels"))) &&
		    !ac_json_get(json, label_rows[i].property) && !ac_stix_is_selected(json, AC_S("labels")))
			return &label_rows[i];
	return NULL;
}

bool
ac_stix_lift_is_plain(ac_str type)
{
	static const ac_str others[] = { AC_S_INIT("indicator"), AC_S_INIT("malware"), AC_S_INIT("observed-data") };

	for (size_t i = 0; i < AC_COUNT(label_rows); i++)
		if (ac_str_eq(label_rows[i].type, type))
			return false;
	for (size_t i = 0; i < AC_COUNT(others); i++)
		if (ac_str_eq(others[i], type))
			return false;
	return true;
}

static void
begin_member(lift *l)
{
	if (l->out->n > 1)
		ac_buf_add_byte(l->out, ',');
}

/* One of the two lists that labels become: the terms that moved, or those that stayed. Nothing when it would be empty. */
static void
add_labels(lift *l, const ac_json *labels, const ac_stix_vocabulary *vocabulary, bool moved)
{
	ac_json_iter it = ac_json_iter_of(labels);
	bool open = false;

	while (ac_json_next(&it)) {
		bool moves = !vocabulary || ac_stix_vocabulary_has(vocabulary, ac_json_string(it.value));

		if (moves != moved)
			continue;
		if (!open) {
			begin_member(l);
			ac_json_add_string(l->out, moved ? l->labels->property : AC_S("labels"));
			ac_buf_add(l->out, AC_S(":["));
		} else {
			ac_buf_add_byte(l->out, ',');
		}
		open = true;
		ac_buf_add(l->out, ac_json_raw(it.value));
	}
	if (open)
		ac_buf_add_byte(l->out, ']');
}

/* Both lists, and what became of the one that was. */
static void
split_labels(lift *l, const ac_json *labels)
{
	const ac_stix_vocabulary *vocabulary =
	    l->labels->vocabulary.n ? ac_stix_vocabulary_find(l->labels->vocabulary) : NULL;
	size_t before = l->out->n, middle;
	ac_str now;

	add_labels(l, labels, vocabulary, false);
	middle = l->out->n;
	add_labels(l, labels, vocabulary, true);
	if (!l->teller.on_change || l->out->n == middle)
		return;
	now = ac_str_slice(ac_buf_view(l->out), before, l->out->n);
	if (now.n && now.p[0] == ',')
		now = ac_str_slice(now, 1, now.n);
	tell(l, AC_S("labels"), AC_S("labels"), ac_json_raw(labels), ac_arena_printf(l->arena, "{%.*s}", AC_FMT(now)));
}

/* An indicator's pattern names properties; those that 2.1 has renamed are named anew. False when there are none. */
static bool
add_pattern(lift *l, const ac_json *value)
{
	ac_pattern_edits edits = { .wanted = 1U << AC_PATTERN_EDIT_NAMES };
	ac_str text = ac_json_string(value), edited = text;

	if (!text.n || !ac_str_eq(l->type, AC_S("indicator")) || ac_json_get(l->json, AC_S("pattern_type")) ||
	    ac_pattern_edit_text(text, &edits, l->arena, &edited, NULL) < 0 || edited.p == text.p)
		return false;
	begin_member(l);
	ac_buf_add(l->out, AC_S("\"pattern\":"));
	ac_json_add_string(l->out, edited);
	tell(l, AC_S("pattern-names"), AC_S("pattern"), ac_json_raw(value), ac_lift_quoted(&l->teller, edited));
	return true;
}

/* One member of the source: text is its bytes, from the key's quote to the value's end. */
static void
add_member(lift *l, ac_str key, const ac_json *value, ac_str text)
{
	if (l->labels && ac_str_eq(key, AC_S("labels"))) {
		split_labels(l, value);
		return;
	}
	if (ac_str_eq(key, AC_S("spec_version")) || (ac_str_eq(key, AC_S("pattern")) && add_pattern(l, value)))
		return;
	begin_member(l);
	if (l->has_container && ac_str_eq(key, AC_S("objects"))) {
		tell(l, AC_S("container"), key, AC_S("\"objects\""), AC_S("\"object_refs\""));
		ac_lift_container_refs(&l->container, l->out);
	} else {
		ac_buf_add(l->out, text);
	}
	if (!ac_str_eq(key, AC_S("type")))
		return;
	ac_buf_add(l->out, AC_S(",\"spec_version\":\"2.1\""));
	tell(l, AC_S("spec-version"), AC_S("spec_version"), ac_json_raw(ac_json_get(l->json, AC_S("spec_version"))),
	    AC_S("\"2.1\""));
}

/* The members of the source in their order. A key begins at the first quote behind the value before it. */
static void
add_members(lift *l)
{
	ac_json_iter it = ac_json_iter_of(l->json);
	const char *at = ac_json_raw(l->json).p + 1;

	while (ac_json_next(&it)) {
		ac_str value = ac_json_raw(it.value);
		const char *end = value.p + value.n;

		while (at < value.p && *at != '"')
			at++;
		add_member(l, it.key, it.value, (ac_str){ at, (size_t)(end - at) });
		at = end;
	}
}

/* 2.1 wants pattern_type; the language of 2.0 is named only where 2.1 does not take the pattern (2.1 s4.7: the default is the object's version). */
static int
add_pattern_type(lift *l, accord_err *err)
{
	ac_str pattern = ac_json_get_string(l->json, AC_S("pattern"));
	const unsigned dialect = AC_PATTERN_REPEATED_QUALIFIERS | AC_PATTERN_STRING_TIMES;
	const ac_pattern_node *unused;
	int rc;

	if (!pattern.p || ac_json_get(l->json, AC_S("pattern_type")))
		return 0;
	begin_member(l);
	ac_buf_add(l->out, AC_S("\"pattern_type\":\"stix\""));
	tell(l, AC_S("pattern-type"), AC_S("pattern_type"), AC_S(""), AC_S("\"stix\""));
	rc = ac_pattern_parse(pattern, l->arena, &unused, NULL);
	if (rc && rc != ACCORD_ENOMEM && !ac_json_get(l->json, AC_S("pattern_version")) &&
	    ac_pattern_parse_dialect(pattern, dialect, l->arena, &unused, NULL) == 0) {
		ac_buf_add(l->out, AC_S(",\"pattern_version\":\"2.0\""));
		tell(l, AC_S("pattern-version"), AC_S("pattern_version"), AC_S(""), AC_S("\"2.0\""));
	}
	return rc == ACCORD_ENOMEM ? ac_arena_check(l->arena, err) : 0;
}

/*
 * 2.1 wants is_family. A 2.0 malware object must have a name and has no samples, and what is published so (ATT&CK first of all) are
 * families; a label says when it is not.
 */
static void
add_is_family(lift *l)
{
	static const ac_str instances[] = { AC_S_INIT("sample"), AC_S_INIT("malware-sample"),
		AC_S_INIT("malware-instance"), AC_S_INIT("instance") };
	ac_json_iter it = ac_json_iter_of(ac_json_get(l->json, AC_S("labels")));
	bool is_family = true;

	if (ac_json_get(l->json, AC_S("is_family")))
		return;
	while (!it.is_object && ac_json_next(&it))
		for (size_t i = 0; i < AC_COUNT(instances); i++)
			is_family &= !ac_str_eq(instances[i], ac_json_string(it.value));
	begin_member(l);
	ac_buf_add(l->out, is_family ? AC_S("\"is_family\":true") : AC_S("\"is_family\":false"));
	tell(l, AC_S("is-family"), AC_S("is_family"), AC_S(""), is_family ? AC_S("true") : AC_S("false"));
}

static int
emit(lift *l, ac_stix_on_lifted on_object, void *payload, accord_err *err)
{
	ac_str text;
	int rc = ac_buf_finish(l->out, &text, err);

	return rc || !on_object ? rc : on_object(payload, text, err);
}

static int
open_container(lift *l, accord_err *err)
{
	const ac_json *objects = ac_json_get(l->json, AC_S("objects"));

	if (!ac_str_eq(l->type, AC_S("observed-data")) || !objects || ac_json_get(l->json, AC_S("object_refs")) ||
	    ac_stix_is_selected(l->json, AC_S("objects")))
		return 0;
	return ac_lift_container_open(objects, ac_json_get_string(l->json, AC_S("id")), &l->teller, l->arena,
	    &l->container, &l->has_container, err);
}

static int
lift_object(lift *l, ac_stix_on_lifted on_object, void *payload, accord_err *err)
{
	int rc = open_container(l, err);

	if (rc)
		return rc;
	l->labels = label_row_of(l->json, l->type);
	ac_buf_add_byte(l->out, '{');
	add_members(l);
	if (ac_str_eq(l->type, AC_S("indicator")))
		rc = add_pattern_type(l, err);
	if (ac_str_eq(l->type, AC_S("malware")))
		add_is_family(l);
	ac_buf_add_byte(l->out, '}');
	if (rc == 0)
		rc = emit(l, on_object, payload, err);
	for (size_t i = 0; rc == 0 && l->has_container && i < l->container.count; i++) {
		ac_buf_reset(l->out);
		ac_lift_container_object(&l->container, i, l->out);
		rc = emit(l, on_object, payload, err);
	}
	return rc;
}

int
ac_stix_lift_told(const ac_json *json, ac_arena *arena, ac_stix_on_lifted on_object, ac_stix_on_change on_change,
    void *payload, accord_err *err)
{
	lift l = { .json = json, .arena = arena, .teller = { on_change, payload, arena } };
	ac_stix_head head;
	ac_buf out;
	int rc = ac_stix_head_read(json, &head, err);

	if (rc)
		return rc;
	if (head.type && head.type->class == AC_STIX_BUNDLE)
		return ac_fail(err, ACCORD_EUSAGE, "a bundle is lifted object by object");
	if (!head.is_20)
		return on_object ? on_object(payload, ac_json_raw(json), err) : 0;
	ac_buf_init(&out, 2 * AC_OBJECT_MAX);
	l.type = head.type_name;
	l.out = &out;
	rc = lift_object(&l, on_object, payload, err);
	ac_buf_done(&out);
	return rc ? rc : ac_arena_check(arena, err);
}

int
ac_stix_lift(const ac_json *json, ac_arena *arena, ac_stix_on_lifted on_object, void *payload, accord_err *err)
{
	return ac_stix_lift_told(json, arena, on_object, NULL, payload, err);
}
