/* SPDX-License-Identifier: Apache-2.0 */
/* Refusing records and making objects, for all readers. Knows no source format. */
#include "learn/make.h"

#include <stdarg.h>
#include <stdio.h>

#include "crypto/digest.h"
#include "stix/id.h"

/* Facts of one object: nodes, edges, names; the object itself is bounded by AC_OBJECT_MAX. */
#define MAKE_ARENA_MAX AC_JSON_ARENA_MAX
#define TIME_TEXT_MAX 64

const char *
ac_refused_word(const accord_err *what)
{
	return what->code == ACCORD_ELIMIT ? AC_REFUSED_OVER_LIMIT : AC_REFUSED_NOT_JSON;
}

int
ac_refuse(const ac_reader_sink *sink, const char *reason, ac_place place, const accord_err *what)
{
	accord_err moved = *what;

	if (moved.line <= 1) {
		moved.column = moved.line ? moved.column + (place.column ? place.column - 1 : 0) : place.column;
		moved.line = place.line;
	} else {
		moved.line += place.line ? place.line - 1 : 0;
	}
	moved.byte += place.byte;
	return sink->on_refused(sink->payload, reason, &moved);
}

int
ac_refuse_text(const ac_reader_sink *sink, const char *reason, ac_place place, const char *format, ...)
{
	accord_err what = { .code = ACCORD_EINPUT };
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what.text, sizeof(what.text), format, args);
	va_end(args);
	return ac_refuse(sink, reason, place, &what);
}

/* Bidi controls in the text of JSON, plain or escaped. */
typedef enum bidi { BIDI_NONE, BIDI_MARK, BIDI_OVERRIDE } bidi;

static bidi
bidi_of(int32_t code_point)
{
	if ((code_point >= 0x202A && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069))
		return BIDI_OVERRIDE;
	return code_point == 0x200E || code_point == 0x200F || code_point == 0x061C ? BIDI_MARK : BIDI_NONE;
}

/* An escape \uXXXX at the front of s (s.p[0] is the backslash): its number, or -1. */
static int32_t
escaped_unit(ac_str s)
{
	int32_t unit = 0;

	if (s.n < 6 || s.p[1] != 'u')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		int digit = ac_hex_value(s.p[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

/* The character at the front of s, as far as it can be a bidi control, and its length. */
static bidi
bidi_at(ac_str s, size_t *out_length)
{
	const unsigned char *p = (const unsigned char *)s.p;

	*out_length = 1;
	if (p[0] == '\\') {
		bidi found = bidi_of(escaped_unit(s));

		*out_length = found ? 6 : 2; /* a backslash and what it escapes */
		return found;
	}
	if (p[0] == 0xE2 && s.n >= 3) {
		*out_length = 3;
		return bidi_of((p[0] & 0x0f) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f));
	}
	if (p[0] == 0xD8 && s.n >= 2) {
		*out_length = 2;
		return bidi_of((p[0] & 0x1f) << 6 | (p[1] & 0x3f));
	}
	return BIDI_NONE;
}

bool
ac_overrides_direction(const ac_json *value)
{
	size_t length;

	if (!ac_json_has_bidi(value))
		return false;
	for (ac_str rest = ac_json_raw(value); rest.n; rest = ac_str_slice(rest, length, rest.n))
		if (bidi_at(rest, &length) == BIDI_OVERRIDE)
			return true;
	return false;
}

/* A copy without reading marks; text itself when it has none, or when the copy fails (the arena remembers). */
static ac_str
without_marks(ac_str text, ac_arena *arena)
{
	char *p = ac_arena_alloc(arena, text.n ? text.n : 1);
	size_t n = 0, length;

	if (!p)
		return text;
	for (ac_str rest = text; rest.n; rest = ac_str_slice(rest, length, rest.n)) {
		if (bidi_at(rest, &length) == BIDI_MARK)
			continue;
		length = length < rest.n ? length : rest.n;
		memcpy(p + n, rest.p, length);
		n += length;
	}
	return (ac_str){ p, n };
}

int
ac_map_refused(const ac_map *map, const char *of_what, accord_err *err)
{
	if (map->count >= map->limit)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %zu %s, got more", map->limit, of_what);
	return ac_fail(err, ACCORD_ENOMEM, "no memory for %s", of_what);
}

ac_str
ac_join(ac_arena *arena, const ac_str *parts, size_t count)
{
	size_t n = 0, at = 0;
	char *p;

	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	p = ac_arena_alloc(arena, n ? n : 1);
	if (!p)
		return (ac_str){ NULL, 0 };
	for (size_t i = 0; i < count; i++) {
		if (parts[i].n)
			memcpy(p + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return (ac_str){ p, n };
}

bool
ac_uuid_lower(ac_str text, char out[static 36])
{
	uint8_t bytes[16];

	if (!ac_uuid_parse(text, bytes))
		return false;
	for (size_t i = 0; i < 36; i++)
		out[i] = ac_lower(text.p[i]);
	return true;
}

void
ac_make_init(ac_make *make, const ac_reader_sink *sink)
{
	*make = (ac_make){ .sink = sink };
	ac_arena_init(&make->arena, MAKE_ARENA_MAX);
	ac_buf_init(&make->json, AC_OBJECT_MAX);
	ac_buf_init(&make->time, TIME_TEXT_MAX);
}

void
ac_make_done(ac_make *make)
{
	ac_arena_done(&make->arena);
	ac_buf_done(&make->json);
	ac_buf_done(&make->time);
}

void
ac_make_begin(ac_make *make, ac_str type, ac_str id, ac_time created, ac_time modified)
{
	ac_buf_reset(&make->json);
	ac_json_writer_init(&make->w, &make->json);
	ac_jw_object(&make->w);
	ac_jw_key_string(&make->w, AC_S("type"), type);
	ac_jw_key_string(&make->w, AC_S("spec_version"), AC_S("2.1"));
	ac_jw_key_string(&make->w, AC_S("id"), id);
	ac_make_time(make, "created", created);
	ac_make_time(make, "modified", modified);
}

void
ac_make_string(ac_make *make, const char *key, ac_str text)
{
	if (text.n)
		ac_jw_key_string(&make->w, ac_str_from(key), text);
}

/* The text of an instant, from the last ones where it is among them. {NULL, 0} when there is no memory. */
static ac_str
time_text(ac_make *make, ac_time t)
{
	ac_made_time *slot = &make->times[make->next_time];

	for (size_t i = 0; i < AC_MADE_TIMES; i++)
		if (make->times[i].n && ac_time_cmp(make->times[i].t, t) == 0)
			return (ac_str){ make->times[i].text, make->times[i].n };
	ac_buf_reset(&make->time);
	ac_time_add(&make->time, t, 3);
	if (make->time.failed || make->time.n > sizeof(slot->text))
		return (ac_str){ NULL, 0 };
	memcpy(slot->text, make->time.p, make->time.n);
	slot->n = make->time.n;
	slot->t = t;
	make->next_time = (make->next_time + 1) % AC_MADE_TIMES;
	return (ac_str){ slot->text, slot->n };
}

void
ac_make_time(ac_make *make, const char *key, ac_time t)
{
	ac_str text;

	if (ac_time_cmp(t, AC_TIME_MIN) == 0 || ac_time_cmp(t, AC_TIME_MAX) == 0)
		return;
	text = time_text(make, t);
	if (text.p)
		ac_jw_key_string(&make->w, ac_str_from(key), text);
	else
		make->json.failed = make->time.failed ? make->time.failed : ACCORD_ELIMIT;
}

static int
make_record(ac_make *make, const ac_made *made, ac_record *out, accord_err *err)
{
	const ac_json *object;
	bool has_marks = false;
	ac_str text;
	int rc = ac_buf_finish(&make->json, &text, err);

	if (rc == 0)
		rc = ac_json_parse(text, AC_JSON_LIMITS, &make->arena, &object, err);
	if (rc == 0 && ac_json_has_bidi(object)) {
		has_marks = true;
		text = without_marks(text, &make->arena);
		make->sink->on_repair(make->sink->payload, "bidi-mark", NULL);
		rc = ac_json_parse(text, AC_JSON_LIMITS, &make->arena, &object, err);
	}
	if (rc == 0)
		rc = ac_record_from_object(object, &make->arena, out, err);
	if (rc < 0)
		return rc;
	out->abridged = made->abridged;
	if (made->exact.n) {
		out->form = AC_FORM_DERIVED;
		out->derived = text;
		out->exact = made->exact;
	} else {
		out->form = AC_FORM_STIX21;
		out->exact = text;
	}
	if (made->name_count) {
		ac_fact_name *names = ac_arena_zalloc(&make->arena, made->name_count, sizeof(*names));

		if (!names)
			return ac_arena_check(&make->arena, err);
		memcpy(names, made->names, made->name_count * sizeof(*names));
		for (size_t i = 0; has_marks && i < made->name_count; i++)
			names[i].text = without_marks(names[i].text, &make->arena);
		out->names = names;
		out->name_count = made->name_count;
	}
	return 0;
}

int
ac_make_end(ac_make *make, const ac_made *made, ac_place place, accord_err *err)
{
	accord_err what = { 0 };
	ac_record record;
	int rc;

	if (made->revoked)
		ac_jw_key_bool(&make->w, AC_S("revoked"), true);
	ac_jw_end(&make->w);
	rc = make_record(make, made, &record, &what);
	if (rc == 0) {
		rc = make->sink->on_record(make->sink->payload, &record, place, err);
	} else if (rc == ACCORD_ENOMEM) {
		*err = what;
	} else {
		what.line = 0; /* a place inside what we made means nothing to anybody */
		what.byte = 0;
		rc = ac_refuse(
		    make->sink, rc == ACCORD_ELIMIT ? AC_REFUSED_OVER_LIMIT : AC_REFUSED_BAD_OBJECT, place, &what);
	}
	ac_arena_reset(&make->arena);
	return rc;
}

static void
make_list(ac_make *make, const char *key, const ac_str *texts, size_t count)
{
	if (count == 0)
		return;
	ac_jw_key(&make->w, ac_str_from(key));
	ac_jw_array(&make->w);
	for (size_t i = 0; i < count; i++)
		ac_jw_string(&make->w, texts[i]);
	ac_jw_end(&make->w);
}

int
ac_make_relation(ac_make *make, const ac_made_relation *relation, ac_place place, accord_err *err)
{
	ac_made made = { .abridged = relation->abridged, .revoked = relation->revoked };
	ac_str name = relation->id_name, id;
	int rc;

	if (name.n == 0)
		name = AC_JOIN(&make->arena, AC_S("relationship "), relation->kind, AC_S(" "), relation->source_id,
		    AC_S(" "), relation->target_id);
	rc = ac_stix_derived_id(AC_S("relationship"), name, &make->arena, &id, err);
	if (rc < 0)
		return rc;
	ac_make_begin(make, AC_S("relationship"), id, relation->created, relation->modified);
	ac_make_string(make, "created_by_ref", relation->created_by);
	ac_make_string(make, "relationship_type", relation->kind);
	ac_make_string(make, "source_ref", relation->source_id);
	ac_make_string(make, "target_ref", relation->target_id);
	make_list(make, "labels", relation->labels, relation->label_count);
	make_list(make, "object_marking_refs", relation->markings, relation->marking_count);
	return ac_make_end(make, &made, place, err);
}

ac_str
ac_relation_kind(ac_str text, ac_arena *arena)
{
	char *p;

	text = ac_str_trim(text);
	p = text.n ? ac_arena_alloc(arena, text.n) : NULL;
	if (!p)
		return (ac_str){ NULL, 0 };
	for (size_t i = 0; i < text.n; i++) {
		char c = ac_lower(text.p[i]);

		p[i] = (c >= 'a' && c <= 'z') || ac_is_digit(c) ? c : '-';
	}
	return (ac_str){ p, text.n };
}
