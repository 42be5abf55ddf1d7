/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of STIX 2.0 and 2.1: bundles, TAXII envelopes, single objects, and any of them line by line. Every object keeps its exact bytes. A 2.0 object's facts are
 * read where they stand: lifting changes no id, name, reference or pattern of it, except in observed-data, whose observables become objects of their own.
 * Knows nothing of where bytes come from and of what a store does with records.
 */
#include <stdlib.h>

#include "learn/detect.h"
#include "learn/held.h"
#include "learn/kinds.h"
#include "learn/make.h"
#include "learn/stix_repair.h"
#include "stix/id.h"
#include "stix/object.h"

/* Identities that are remembered until an object says which one it is by. A feed has one or two of them at its front. */
#define IDENTITIES_MAX 64
#define IDENTITIES_BYTES_MAX (256 * AC_KIB)
/* Observables whose ids follow from the ids of others: a file's folder's folder ... Longer chains are made up by an attacker. */
#define HELD_PASSES_MAX 16

typedef struct identity {
	ac_str id, name;
} identity;

struct ac_reader {
	ac_reader_options options;
	ac_reader_sink sink;
	ac_json_stream *stream;
	ac_arena kept;      /* what outlives an object: identities, the creator */
	ac_str creator;     /* created_by_ref of the first object that has one */
	bool producer_told; /* or not to be looked for any more */
	identity identities[IDENTITIES_MAX];
	size_t identity_count;
	size_t depth; /* of bundles in bundles */
	/* Objects that refer to observables whose ids are to be repaired and which have not come yet. */
	ac_held held;
	bool holds;  /* else nothing waits any more */
	bool forced; /* the last pass over what waited */
	ac_repair_ids ids;
	ac_repairing how;
	ac_arena release;
};

static const char *const stix_paths[] = { "objects", "", NULL };

/* ---- the producer ---- */

static int
tell_producer(ac_reader *reader, ac_str name, accord_err *err)
{
	reader->producer_told = true;
	if (!reader->sink.on_producer || name.n == 0)
		return 0;
	return reader->sink.on_producer(reader->sink.payload, name, err);
}

static void
remember_identity(ac_reader *reader, ac_str id, ac_str name)
{
	identity *slot = &reader->identities[reader->identity_count];

	if (reader->identity_count == IDENTITIES_MAX || name.n == 0)
		return;
	slot->id = ac_arena_str(&reader->kept, id);
	slot->name = ac_arena_str(&reader->kept, name);
	if (slot->id.p && slot->name.p)
		reader->identity_count++;
}

/* The producer of an input is the identity that its first object with a created_by_ref names, wherever that identity stands. */
static int
look_for_producer(ac_reader *reader, const ac_stix_head *head, accord_err *err)
{
	bool is_identity = ac_str_eq(head->type_name, AC_S("identity"));
	ac_str name = is_identity ? ac_json_get_string(head->json, AC_S("name")) : (ac_str){ NULL, 0 };

	if (reader->creator.n == 0) {
		ac_str creator = ac_json_get_string(head->json, AC_S("created_by_ref"));

		if (creator.n)
			reader->creator = ac_arena_str(&reader->kept, creator);
		for (size_t i = 0; creator.n && i < reader->identity_count; i++)
			if (ac_str_eq(reader->identities[i].id, creator))
				return tell_producer(reader, reader->identities[i].name, err);
	}
	if (is_identity && ac_str_eq(head->id, reader->creator))
		return tell_producer(reader, name, err);
	if (is_identity)
		remember_identity(reader, head->id, name);
	return 0;
}

/* ---- one object ---- */

static bool
usable_time(const ac_json *value, accord_err *what)
{
	ac_time t;

	if (!value)
		return true;
	if (!ac_json_is(value, AC_JSON_STRING)) {
		(void)ac_fail(what, ACCORD_EINPUT, "a timestamp is a string, got %.40s",
		    ac_json_text(value).n ? "a number" : "something else");
		return false;
	}
	return ac_time_parse_stix(ac_json_string(value), &t, what) == 0;
}

/* The times that decide whether an object holds; those that decide its version are looked at with its head. */
static const char *
check_times(const ac_stix_head *head, accord_err *what)
{
	if (!head->type)
		return NULL;
	for (size_t i = 0; i < head->type->property_count; i++) {
		const ac_stix_property *property = &head->type->properties[i];

		if (property->kind != AC_STIX_TIMESTAMP || property->is_list)
			continue;
		if (!usable_time(ac_json_get(head->json, property->name), what)) {
			(void)ac_fail_context(what, property->name);
			return AC_REFUSED_BAD_TIMESTAMP;
		}
	}
	return NULL;
}

/* The head could not be read: the word for it, with the details in what. */
static const char *
why_no_head(const ac_json *value, accord_err *what)
{
	ac_str type = ac_json_get_string(value, AC_S("type")), id_type;
	accord_err ignored = { 0 };

	if (!ac_json_is(value, AC_JSON_OBJECT)) {
		(void)ac_fail(what, ACCORD_EINPUT, "want a STIX object, got %.*s",
		    AC_FMT(ac_str_slice(ac_json_raw(value), 0, 40)));
		return AC_REFUSED_NOT_OBJECT;
	}
	if (type.n == 0) {
		(void)ac_fail(what, ACCORD_EINPUT, "want a STIX object, got one without a type");
		return AC_REFUSED_NO_TYPE;
	}
	if (ac_stix_id_check(ac_json_get_string(value, AC_S("id")), &id_type, &ignored) < 0)
		return AC_REFUSED_BAD_ID;
	if (!ac_str_eq(id_type, type)) {
		(void)ac_fail(what, ACCORD_EINPUT, "want an id of type %.*s, got %.*s", AC_FMT(type), AC_FMT(id_type));
		return AC_REFUSED_BAD_ID;
	}
	/* Type and id are good: what is left are hidden characters and the times of its version. */
	return ac_json_has_bidi(value) ? AC_REFUSED_BIDI : AC_REFUSED_BAD_TIMESTAMP;
}

/* NULL, or why this is no object to be stored, with the details in what. */
static const char *
check_object(const ac_json *value, ac_stix_head *head, accord_err *what)
{
	if (ac_stix_head_read(value, head, what) < 0)
		return why_no_head(value, what);
	return check_times(head, what);
}

static int
refuse(ac_reader *reader, const char *reason, ac_place place, const accord_err *what)
{
	accord_err moved = *what;

	moved.line = moved.column = 0; /* the object's own place is told: checks count inside a text that nobody sees */
	moved.byte = 0;
	return ac_refuse(&reader->sink, reason, place, &moved);
}

/* What ac_stix_lift hands out: the observed-data itself, then its observables. */
typedef struct lifting {
	ac_reader *reader;
	ac_arena *arena;
	ac_str exact;
	ac_place place;
	bool is_repaired; /* then the exact bytes alone do not give the lifted object */
	bool first_done;
} lifting;

static int
take_lifted(void *payload, ac_str json, accord_err *err)
{
	lifting *l = payload;
	const ac_json *object;
	ac_record record;
	int rc = ac_json_parse(json, AC_JSON_LIMITS, l->arena, &object, err);

	if (rc == 0)
		rc = ac_record_from_object(object, l->arena, &record, err);
	if (rc < 0)
		return rc;
	record.form = l->first_done ? AC_FORM_STIX21 : l->is_repaired ? AC_FORM_DERIVED : AC_FORM_STIX20;
	record.exact = l->first_done ? json : l->exact;
	if (record.form == AC_FORM_DERIVED)
		record.derived = json;
	l->first_done = true;
	return l->reader->sink.on_record(l->reader->sink.payload, &record, l->place, err);
}

/* An object as it came, and as it is after repairs. */
typedef struct received {
	const ac_json *value;
	ac_place place;
	ac_stix_head head; /* of the repaired object, or of the one that came */
	ac_str repaired;   /* its text; {NULL, 0}: nothing was repaired */
	unsigned counts[AC_REPAIR_COUNT];
} received;

/* A record, or a negative code with the details in what; *stop gets the sink's own refusal to go on. */
static int
make_records(ac_reader *reader, const received *r, ac_arena *arena, int *stop, accord_err *what)
{
	const ac_stix_head *head = &r->head;
	bool is_repaired = r->repaired.p != NULL;
	ac_record record;
	int rc;

	if (head->is_20 && (is_repaired || ac_str_eq(head->type_name, AC_S("observed-data")))) {
		lifting l = { reader, arena, ac_json_raw(r->value), r->place, is_repaired, false };

		rc = ac_stix_lift(head->json, arena, take_lifted, &l, what);
		if (rc < 0 && l.first_done)
			*stop = rc;
		return rc;
	}
	rc = ac_record_from_object(head->json, arena, &record, what);
	if (rc < 0)
		return rc;
	record.form = head->is_20 ? AC_FORM_STIX20 : is_repaired ? AC_FORM_DERIVED : AC_FORM_STIX21;
	record.exact = ac_json_raw(r->value);
	record.derived = r->repaired;
	rc = reader->sink.on_record(reader->sink.payload, &record, r->place, what);
	*stop = rc;
	return rc;
}

/* Words of the report for what lifting changes: the rule behind "lift-". */
static void
on_change(void *payload, const ac_stix_change *change)
{
	static const char *const words[] = { "lift-container", "lift-hash-name", "lift-header-list", "lift-is-family",
		"lift-labels", "lift-no-home", "lift-observable", "lift-pattern-names", "lift-pattern-type",
		"lift-pattern-version", "lift-reference", "lift-renamed" };
	const ac_reader *reader = payload;

	for (size_t i = 0; i < AC_COUNT(words); i++)
		if (ac_str_eq(ac_str_from(words[i] + sizeof("lift-") - 1), change->rule))
			reader->sink.on_repair(reader->sink.payload, words[i], NULL);
}

static void
tell_repairs(ac_reader *reader, const received *r, ac_arena *arena)
{
	const ac_repaired_at at = { r->place, ac_json_get_string(r->value, AC_S("id")) };

	for (size_t i = 0; i < AC_REPAIR_COUNT; i++)
		if (r->counts[i])
			reader->sink.on_repair(reader->sink.payload, ac_repair_rows[i].name, &at);
	if (!r->head.is_20)
		return;
	reader->sink.on_repair(reader->sink.payload, "stix20-lifted", NULL);
	if (ac_stix_lift_is_plain(r->head.type_name))
		return;
	/* The object is learned whatever comes of counting. */
	(void)!ac_stix_lift_told(r->head.json, arena, NULL, on_change, reader, NULL);
}

/* Repair r->value, and read it if it was. own_id: as of ac_repairing. *out is what is to be stored. */
static int
repair(ac_reader *reader, received *r, ac_str own_id, const ac_json **out, ac_arena *arena, accord_err *what)
{
	const ac_repairing how = { .off = reader->how.off, .ids = reader->how.ids, .own_id = own_id };
	int rc = ac_stix_repair(r->value, &how, arena, &r->repaired, r->counts, what);

	*out = r->value;
	if (rc == 0 && r->repaired.p)
		rc = ac_json_parse(r->repaired, AC_JSON_LIMITS, arena, out, what);
	return rc;
}

static int take(ac_reader *reader, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err);

/* A bundle inside a list or another bundle: small, since it is one value; its objects are taken where it stands. */
static int
take_bundle(ac_reader *reader, const ac_json *bundle, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	int rc = 0;

	if (reader->depth > 0)
		return ac_refuse_text(
		    &reader->sink, AC_REFUSED_BAD_OBJECT, place, "want an object, got a bundle inside a bundle");
	reader->depth++;
	while (rc == 0 && ac_json_next(&it))
		rc = take(reader, it.value, place, arena, err);
	reader->depth--;
	return rc;
}

static int release_held(ac_reader *reader, accord_err *err);

/* Let an object wait for the observables that it refers to. When no more can wait, what waits is taken as it is, and nothing waits any more. 1: it waits. */
static int
hold(ac_reader *reader, const received *r, accord_err *err)
{
	int rc;

	if (!reader->holds || reader->forced || !ac_repair_waits(r->head.json, &reader->how))
		return 0;
	rc = ac_held_add(&reader->held, 0, ac_json_raw(r->value), r->place, err);
	if (rc == 0)
		return 1;
	if (rc != ACCORD_ELIMIT)
		return rc;
	reader->holds = false;
	return release_held(reader, err);
}

/* An observable whose id is to be another one is repaired once more, now that its id is known. */
static int
repair_id(ac_reader *reader, received *r, ac_arena *arena, accord_err *what)
{
	const ac_json *object;
	ac_str id;
	int rc = ac_repair_id(r->head.json, &reader->how, arena, &id, what);

	if (rc < 0 || !id.p)
		return rc;
	rc = repair(reader, r, id, &object, arena, what);
	return rc < 0 ? rc : ac_stix_head_read(object, &r->head, what);
}

/* What went wrong with one object: the sink's own refusal and a lack of memory end the reader, the rest costs this object. */
static int
refuse_or_stop(ac_reader *reader, int rc, int stop, ac_place place, const accord_err *what, accord_err *err)
{
	if (stop < 0 || rc == ACCORD_ENOMEM) {
		*err = *what;
		return rc;
	}
	return refuse(reader, rc == ACCORD_ELIMIT ? AC_REFUSED_OVER_LIMIT : AC_REFUSED_BAD_OBJECT, place, what);
}

static int
take_object(ac_reader *reader, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	received r = { .value = value, .place = place };
	accord_err what = { 0 };
	const ac_json *object;
	const char *reason;
	int stop = 0, rc = repair(reader, &r, (ac_str){ NULL, 0 }, &object, arena, &what);

	if (rc < 0)
		return refuse_or_stop(reader, rc, 0, place, &what, err);
	reason = check_object(object, &r.head, &what);
	if (reason)
		return refuse(reader, reason, place, &what);
	if (!reader->producer_told) {
		rc = look_for_producer(reader, &r.head, err);
		if (rc < 0)
			return rc;
	}
	rc = hold(reader, &r, err);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = repair_id(reader, &r, arena, &what);
	if (rc == 0)
		rc = make_records(reader, &r, arena, &stop, &what);
	if (rc < 0)
		return refuse_or_stop(reader, rc, stop, place, &what, err);
	tell_repairs(reader, &r, arena);
	return 0;
}

static int
take(ac_reader *reader, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	if (ac_str_eq(ac_json_get_string(value, AC_S("type")), AC_S("bundle")))
		return take_bundle(reader, value, place, arena, err);
	return take_object(reader, value, place, arena, err);
}

static int
on_held(void *payload, size_t path, const ac_json *value, ac_place place, accord_err *err)
{
	ac_reader *reader = payload;

	return take_object(reader, value, place, &reader->release, err);
}

/* Take what waited: as long as some of it gets what it waits for, and then the rest as it is. */
static int
release_held(ac_reader *reader, accord_err *err)
{
	bool is_stuck = false;
	int rc = 0;

	for (unsigned pass = 1; rc == 0 && reader->held.count; pass++) {
		ac_held waiting = reader->held;
		uint64_t before = waiting.count;

		ac_held_init(&reader->held);
		reader->forced = !reader->holds || is_stuck || pass == HELD_PASSES_MAX;
		rc = ac_held_release(&waiting, &reader->release, on_held, reader, err);
		is_stuck = reader->held.count == before;
		ac_held_done(&waiting);
	}
	reader->forced = false;
	return rc;
}

/* ---- the stream ---- */

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	return take(payload, value, place, arena, err);
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;
	ac_str type = ac_json_get_string(value, AC_S("type"));

	/* A bundle, or a TAXII envelope (TAXII 2.1 s3.7), whose objects have been taken; or a list. A bundle without objects is legal. */
	if (ac_str_eq(type, AC_S("bundle")) || ac_json_is(value, AC_JSON_ARRAY) || (streamed && type.n == 0))
		return 0;
	/* An empty envelope is "{}", or has no more than its paging members. */
	if (ac_json_is(value, AC_JSON_OBJECT) && type.n == 0 && !ac_json_get(value, AC_S("id")) &&
	    (ac_json_count(value) == 0 || ac_json_get(value, AC_S("more"))))
		return 0;
	return take(reader, value, place, arena, err);
}

static int
on_bad(void *payload, const accord_err *what)
{
	ac_reader *reader = payload;

	return reader->sink.on_refused(reader->sink.payload, ac_refused_word(what), what);
}

/* ---- the row ---- */

static ac_reader *
stix_close(ac_reader *reader)
{
	if (reader) {
		(void)ac_json_stream_close(reader->stream);
		ac_arena_done(&reader->kept);
		ac_arena_done(&reader->release);
		ac_held_done(&reader->held);
		ac_repair_ids_done(&reader->ids);
		free(reader);
	}
	return NULL;
}

static ac_reader *
stix_open(const ac_reader_options *options, const ac_reader_sink *sink)
{
	ac_reader *reader = calloc(1, sizeof(*reader));
	ac_json_stream_sink stream_sink = { .on_element = on_element, .on_document = on_document, .on_bad = on_bad };

	if (!reader)
		return NULL;
	reader->options = *options;
	reader->sink = *sink;
	reader->producer_told = options->producer.n != 0;
	ac_arena_init(&reader->kept, IDENTITIES_BYTES_MAX);
	ac_arena_init(&reader->release, AC_JSON_ARENA_MAX);
	ac_held_init(&reader->held);
	ac_repair_ids_init(&reader->ids, options->seed);
	reader->how = (ac_repairing){ .off = options->repairs_off, .ids = &reader->ids };
	reader->holds = true;
	stream_sink.payload = reader;
	reader->stream = ac_json_stream_open(stix_paths, AC_OBJECT_MAX, &stream_sink);
	return reader->stream ? reader : stix_close(reader);
}

/* What waited is learned also when the input breaks off. */
static int
end_held(ac_reader *reader, int rc, accord_err *err)
{
	accord_err later = { 0 };
	int held_rc = reader->held.count ? release_held(reader, &later) : 0;

	if (rc == 0 && held_rc < 0)
		*err = later;
	return rc < 0 ? rc : held_rc;
}

static int
stix_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	int rc = ac_json_stream_feed(reader->stream, chunk, err);

	return rc < 0 ? end_held(reader, rc, err) : rc;
}

static int
stix_end(ac_reader *reader, accord_err *err)
{
	return end_held(reader, ac_json_stream_end(reader->stream, err), err);
}

static int
stix_score(ac_str head)
{
	if (!ac_head_is_json(head))
		return 0;
	if (ac_head_says(head, "type", "bundle"))
		return 95;
	/* "id":"indicator--...": no other format writes ids so. */
	if (ac_head_has_key(head, "id") && ac_str_find(head, AC_S("--")) < head.n && ac_head_has_key(head, "type"))
		return 85;
	return ac_head_has_key(head, "objects") && ac_head_has_key(head, "more") ? 60 : 0;
}

const ac_reader_kind ac_reader_stix = {
	.name = "stix",
	.help = "STIX 2.0 and 2.1: bundles, objects, or one a line",
	.score = stix_score,
	.open = stix_open,
	.feed = stix_feed,
	.end = stix_end,
	.close = stix_close,
	.names_producer = true,
};
