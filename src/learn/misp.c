/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of MISP events, as files of a feed, exports and answers of its API: {"Event"}, {"response": [{"Event"}]}, {"response": {"Attribute": []}}, bare events, one or many. An event becomes a report
 * that refers to all that its attributes become, and an identity for the organisation that made it. Attributes wait until their event's uuid, Orgc, timestamp and tags are known, or
 * the event ends: its TLP must be on every one of them. Where they are more than may be held, the input is read a second time.
 */
#include <stdlib.h>

#include "learn/detect.h"
#include "learn/held.h"
#include "learn/kinds.h"
#include "learn/misp_make.h"
#include "stix/id.h"

/* References of one report. An event of more objects continues in groupings: an object may bring AC_OBJECT_FACTS_MAX edges. */
#define REFS_MAX 50000
/* All references of an event: a million objects. */
#define REFS_BYTES_MAX (64 * AC_MIB)
#define EVENT_ARENA_MAX (1 * AC_MIB)
/* Events of one input that are too large to wait for their own members. */
#define SURVEYS_MAX 1024
#define SURVEYS_BYTES_MAX (4 * AC_MIB)

/* Index in the table of paths. */
enum { PATH_ATTRIBUTE, PATH_OBJECT, PATH_RESPONSE_ATTRIBUTE = 4, PATH_RESPONSE_OBJECT = 5 };

static const char *const misp_paths[] = {
	"Event.Attribute",
	"Event.Object",
	"response.Event.Attribute",
	"response.Event.Object",
	"response.Attribute",
	"response.Object",
	".Event.Attribute",
	".Event.Object",
	"Attribute",
	"Object",
	NULL,
};

/* What the attributes of an event inherit. */
typedef struct survey {
	size_t ordinal;
	ac_str event_uuid, info, org_name;
	char org_uuid[36];
	bool has_org_uuid;
	ac_time created, modified;
	ac_tlp tlp;
	ac_pap pap;
} survey;

struct ac_reader {
	ac_reader_sink sink;
	ac_json_stream *stream;
	ac_misp_context context;
	ac_held held;
	ac_arena arena; /* of a held element */
	ac_arena event; /* of the event: info, Orgc ... */
	ac_str info, org_name;
	char org_uuid[36];
	bool has_org_uuid;
	bool has_tags;
	bool has_timestamp;
	bool ready; /* attributes are taken as they come */
	/* events whose attributes were too many to wait: their context, for the second reading */
	ac_arena surveyed;
	survey *surveys;
	size_t survey_count;
	size_t ordinal; /* of the event at hand, counted the same way in both readings */
	bool surveying; /* the event at hand is one of them */
	bool is_second;
	int stopped; /* the sink's refusal to go on, from where it could not be returned */
	ac_buf refs; /* ids of the event's objects, a line each */
};

static int
on_ref(void *payload, ac_str id, accord_err *err)
{
	ac_reader *reader = payload;

	ac_buf_add(&reader->refs, id);
	ac_buf_add_byte(&reader->refs, '\n');
	if (reader->refs.failed)
		return ac_fail(err, (accord_code)reader->refs.failed, "want at most %zu MiB of references in one event",
		    REFS_BYTES_MAX / AC_MIB);
	return 0;
}

/* ---- the event's own members ---- */

/* The organisation that made the event. Made of its name and UUID alone, so that it is one object wherever it is named. */
static int
make_org(ac_reader *reader, ac_place place, accord_err *err)
{
	ac_misp_context *context = &reader->context;
	ac_made made = { 0 };
	ac_str id;
	int rc = 0;

	/* Who it comes from is said before anything is handed over. */
	if (reader->sink.on_producer)
		rc = reader->sink.on_producer(reader->sink.payload, reader->org_name, err);
	if (rc < 0 || reader->org_name.n == 0)
		return rc;
	if (reader->has_org_uuid) {
		id = ac_arena_printf(&reader->event, "identity--%.36s", reader->org_uuid);
		rc = ac_arena_check(&reader->event, err);
	} else {
		ac_str name = ac_arena_printf(&reader->event, "misp-organisation %.*s", AC_FMT(reader->org_name));

		rc = ac_stix_derived_id(AC_S("identity"), name, &reader->event, &id, err);
	}
	if (rc < 0)
		return rc;
	ac_make_begin(&context->make, AC_S("identity"), id, ac_galaxy_created, ac_galaxy_created);
	ac_make_string(&context->make, "name", reader->org_name);
	ac_make_string(&context->make, "identity_class", AC_S("organization"));
	context->creator = id;
	return ac_make_end(&context->make, &made, place, err);
}

static int
take_element(ac_reader *reader, size_t path, const ac_json *value, ac_place place, accord_err *err)
{
	if (path % 2 == PATH_OBJECT)
		return ac_misp_object(&reader->context, value, place, err);
	return ac_misp_attribute(&reader->context, value, place, err);
}

static int
on_held(void *payload, size_t path, const ac_json *value, ac_place place, accord_err *err)
{
	return take_element(payload, path, value, place, err);
}

/* All that attributes inherit. Clusters may still come: they belong to the report. */
static bool
is_known(const ac_reader *reader)
{
	return reader->context.event_uuid.n && reader->org_name.n && reader->has_tags &&
	       ac_time_cmp(reader->context.modified, AC_TIME_MIN) && ac_time_cmp(reader->context.created, AC_TIME_MIN);
}

static int
release(ac_reader *reader, ac_place place, accord_err *err)
{
	int rc = 0;

	if (!reader->ready)
		rc = make_org(reader, place, err);
	reader->ready = true;
	return rc < 0 ? rc : ac_held_release(&reader->held, &reader->arena, on_held, reader, err);
}

static int
read_timestamp(ac_reader *reader, const ac_json *value, ac_place place)
{
	if (reader->has_timestamp)
		return 0;
	reader->has_timestamp = true;
	if (ac_misp_time(value, &reader->context.modified))
		return 0;
	return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_TIMESTAMP, place,
	    "want an event's timestamp in Unix seconds, got '%.*s'", AC_FMT(ac_str_slice(ac_json_text(value), 0, 40)));
}

static int
read_member(ac_reader *reader, ac_str key, const ac_json *value, ac_place place)
{
	ac_misp_context *context = &reader->context;
	char uuid[36];

	if (ac_str_eq(key, AC_S("uuid")) && ac_uuid_lower(ac_json_string(value), uuid))
		context->event_uuid = ac_arena_str(&reader->event, (ac_str){ uuid, sizeof(uuid) });
	else if (ac_str_eq(key, AC_S("info")))
		reader->info = ac_arena_str(&reader->event, ac_json_string(value));
	else if (ac_str_eq(key, AC_S("timestamp")))
		return read_timestamp(reader, value, place);
	else if (ac_str_eq(key, AC_S("date")))
		(void)ac_time_parse_loose(ac_json_string(value), &context->created);
	else if (ac_str_eq(key, AC_S("Orgc"))) {
		reader->org_name = ac_arena_str(&reader->event, ac_str_trim(ac_json_get_string(value, AC_S("name"))));
		reader->has_org_uuid = ac_uuid_lower(ac_json_get_string(value, AC_S("uuid")), reader->org_uuid);
	} else if (ac_str_eq(key, AC_S("Tag"))) {
		context->tlp = ac_misp_tlp(value, context->tlp);
		context->pap = ac_misp_pap(value, context->pap);
		reader->has_tags = true;
	}
	return 0;
}

/* ---- the report ---- */

/* Up to REFS_MAX ids from the front of *rest, behind the event's actors and techniques. */
static void
write_refs(ac_reader *reader, ac_str *rest)
{
	ac_json_writer *w = &reader->context.make.w;
	size_t count = 0;
	ac_str id;

	ac_jw_key(w, AC_S("object_refs"));
	ac_jw_array(w);
	for (size_t i = 0; i < reader->context.clusters.count; i++)
		ac_jw_string(w, reader->context.clusters.items[i].id);
	while (rest->n && count < REFS_MAX && ac_str_next_field(rest, '\n', &id))
		if (id.n) {
			ac_jw_string(w, id);
			count++;
		}
	/* object_refs must not be empty (STIX 2.1 s4.16): an event of nothing is about who made it. */
	if (count + reader->context.clusters.count == 0)
		ac_jw_string(w, reader->context.creator.n ? reader->context.creator
							  : AC_S("identity--00000000-0000-4000-8000-000000000000"));
	ac_jw_end(w);
}

static void
write_labels(ac_reader *reader, const ac_json *event)
{
	ac_json_writer *w = &reader->context.make.w;
	ac_json_iter it = ac_json_iter_of(ac_json_get(event, AC_S("Tag")));
	bool open = false;

	while (ac_json_next(&it)) {
		ac_str name = ac_json_get_string(it.value, AC_S("name"));

		if (name.n && !open) {
			ac_jw_key(w, AC_S("labels"));
			ac_jw_array(w);
			open = true;
		}
		if (name.n)
			ac_jw_string(w, name);
	}
	if (open)
		ac_jw_end(w);
}

static void
write_levels(ac_reader *reader, const ac_json *event)
{
	static const struct {
		ac_str key;
		const char *property;
	} levels[] = {
		{ AC_S_INIT("threat_level_id"), "x_misp_threat_level_id" },
		{ AC_S_INIT("analysis"), "x_misp_analysis" },
		{ AC_S_INIT("distribution"), "x_misp_distribution" },
		{ AC_S_INIT("extends_uuid"), "x_misp_extends_uuid" },
	};

	for (size_t i = 0; i < AC_COUNT(levels); i++)
		ac_make_string(
		    &reader->context.make, levels[i].property, ac_json_text(ac_json_get(event, levels[i].key)));
}

static int
make_report(ac_reader *reader, const ac_json *event, ac_str *rest, ac_place place, accord_err *err)
{
	ac_misp_context *context = &reader->context;
	ac_made made = { .exact = ac_json_raw(event) };
	ac_time published;
	ac_str id;

	if (!ac_misp_time(ac_json_get(event, AC_S("publish_timestamp")), &published) ||
	    ac_time_cmp(published, AC_TIME_MIN) == 0)
		published = context->modified;
	id = ac_arena_printf(&reader->event, "report--%.*s", AC_FMT(context->event_uuid));
	ac_make_begin(&context->make, AC_S("report"), id, context->created, context->modified);
	ac_make_string(&context->make, "created_by_ref", context->creator);
	ac_make_string(&context->make, "name", reader->info.n ? reader->info : context->event_uuid);
	ac_make_time(&context->make, "published", published);
	write_refs(reader, rest);
	write_labels(reader, event);
	write_levels(reader, event);
	ac_misp_write_markings(&context->make, context->tlp);
	return ac_make_end(&context->make, &made, place, err);
}

/* What one report cannot hold: groupings of the next objects, with the event's actors and techniques, so that each can be read like the report. */
static int
make_part(ac_reader *reader, size_t part, ac_str *rest, ac_place place, accord_err *err)
{
	ac_misp_context *context = &reader->context;
	ac_made made = { 0 };
	ac_str name, id;
	int rc;

	name = ac_arena_printf(&reader->event, "misp-event %.*s part %zu", AC_FMT(context->event_uuid), part);
	rc = ac_stix_derived_id(AC_S("grouping"), name, &reader->event, &id, err);
	if (rc < 0)
		return rc;
	ac_make_begin(&context->make, AC_S("grouping"), id, context->created, context->modified);
	ac_make_string(&context->make, "created_by_ref", context->creator);
	ac_make_string(&context->make, "name", reader->info.n ? reader->info : context->event_uuid);
	ac_make_string(&context->make, "context", AC_S("unspecified"));
	write_refs(reader, rest);
	ac_misp_write_markings(&context->make, context->tlp);
	return ac_make_end(&context->make, &made, place, err);
}

/* EventReport[]: prose about the event. */
static int
make_notes(ac_reader *reader, const ac_json *event, ac_place place, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(event, AC_S("EventReport")));
	ac_misp_context *context = &reader->context;
	int rc = 0;

	while (rc == 0 && ac_json_next(&it)) {
		ac_made made = { .exact = ac_json_raw(it.value),
			.revoked = ac_misp_flag(context, ac_json_get(it.value, AC_S("deleted"))) };
		ac_str content = ac_json_get_string(it.value, AC_S("content"));
		ac_time modified;
		char uuid[36];

		if (content.n == 0 || !ac_uuid_lower(ac_json_get_string(it.value, AC_S("uuid")), uuid))
			continue;
		if (!ac_misp_time(ac_json_get(it.value, AC_S("timestamp")), &modified) ||
		    ac_time_cmp(modified, AC_TIME_MIN) == 0)
			modified = context->modified;
		ac_make_begin(&context->make, AC_S("note"), ac_arena_printf(&reader->event, "note--%.36s", uuid),
		    ac_time_cmp(context->created, modified) < 0 ? context->created : modified, modified);
		ac_make_string(&context->make, "created_by_ref", context->creator);
		ac_make_string(&context->make, "abstract", ac_json_get_string(it.value, AC_S("name")));
		ac_make_string(&context->make, "content", content);
		ac_jw_key(&context->make.w, AC_S("object_refs"));
		ac_jw_array(&context->make.w);
		ac_jw_string(
		    &context->make.w, ac_arena_printf(&reader->event, "report--%.*s", AC_FMT(context->event_uuid)));
		ac_jw_end(&context->make.w);
		ac_misp_write_markings(&context->make, context->tlp);
		rc = ac_make_end(&context->make, &made, place, err);
	}
	return rc;
}

/* The event is whole: clusters, report, notes. */
static int
finish_event(ac_reader *reader, const ac_json *event, ac_place place, accord_err *err)
{
	ac_misp_context *context = &reader->context;
	ac_str rest = ac_buf_view(&reader->refs);
	int rc;

	if (ac_overrides_direction(event))
		return ac_refuse_text(&reader->sink, AC_REFUSED_BIDI, place,
		    "want readable text in an event, got a control that reorders what a reader sees");
	if (context->event_uuid.n == 0)
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_ID, place, "want an event with a UUID, got '%.*s'",
		    AC_FMT(ac_str_slice(ac_json_get_string(event, AC_S("uuid")), 0, 40)));
	if (ac_time_cmp(context->modified, AC_TIME_MIN) == 0)
		context->modified = context->created;
	if (ac_time_cmp(context->modified, AC_TIME_MIN) == 0)
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_TIMESTAMP, place,
		    "want an event with a timestamp or a date, got %.36s without", context->event_uuid.p);
	if (ac_time_cmp(context->created, AC_TIME_MIN) == 0 || ac_time_cmp(context->created, context->modified) > 0)
		context->created = context->modified;
	if (ac_json_count(ac_json_get(event, AC_S("ShadowAttribute"))))
		reader->sink.on_repair(reader->sink.payload, "proposals-left-out", NULL);
	rc = ac_misp_tags(context, ac_json_get(event, AC_S("Tag")), ac_json_get(event, AC_S("Galaxy")), &context->tlp,
	    &context->clusters, place, err);
	if (rc == 0)
		rc = make_report(reader, event, &rest, place, err);
	for (size_t part = 1; rc == 0 && rest.n; part++)
		rc = make_part(reader, part, &rest, place, err);
	return rc < 0 ? rc : make_notes(reader, event, place, err);
}

static void
forget_event(ac_reader *reader)
{
	ac_misp_context_reset(&reader->context);
	ac_buf_reset(&reader->held.bytes);
	ac_buf_reset(&reader->refs);
	ac_arena_reset(&reader->event);
	reader->info = reader->org_name = (ac_str){ NULL, 0 };
	reader->has_org_uuid = reader->has_tags = reader->has_timestamp = reader->ready = reader->surveying = false;
}

/* What comes next is another event. */
static void
next_event(ac_reader *reader)
{
	forget_event(reader);
	reader->ordinal++;
}

/* ---- events whose context stands behind more than may be held ---- */

static const survey *
survey_of(const ac_reader *reader)
{
	for (size_t i = 0; i < reader->survey_count; i++)
		if (reader->surveys[i].ordinal == reader->ordinal)
			return &reader->surveys[i];
	return NULL;
}

/* First reading: the event is over, and what its attributes inherit is known. */
static int
keep_survey(ac_reader *reader, accord_err *err)
{
	const ac_misp_context *context = &reader->context;
	survey *s;

	if (!reader->surveys)
		reader->surveys = ac_arena_zalloc(&reader->surveyed, SURVEYS_MAX, sizeof(*s));
	if (reader->survey_count == SURVEYS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d events of more than %zu MiB", SURVEYS_MAX,
		    AC_READER_HELD_MAX / AC_MIB);
	if (!reader->surveys)
		return ac_arena_check(&reader->surveyed, err);
	s = &reader->surveys[reader->survey_count++];
	s->ordinal = reader->ordinal;
	s->event_uuid = ac_arena_str(&reader->surveyed, context->event_uuid);
	s->info = ac_arena_str(&reader->surveyed, reader->info);
	s->org_name = ac_arena_str(&reader->surveyed, reader->org_name);
	memcpy(s->org_uuid, reader->org_uuid, sizeof(s->org_uuid));
	s->has_org_uuid = reader->has_org_uuid;
	s->created = context->created;
	s->modified = context->modified;
	s->tlp = context->tlp;
	s->pap = context->pap;
	return ac_arena_check(&reader->surveyed, err);
}

/* Second reading: the event at hand begins with what the first one found. */
static int
begin_surveyed(ac_reader *reader, const survey *s, ac_place place, accord_err *err)
{
	ac_misp_context *context = &reader->context;

	context->event_uuid = s->event_uuid;
	context->created = s->created;
	context->modified = s->modified;
	context->tlp = s->tlp;
	context->pap = s->pap;
	reader->info = s->info;
	reader->org_name = s->org_name;
	memcpy(reader->org_uuid, s->org_uuid, sizeof(reader->org_uuid));
	reader->has_org_uuid = s->has_org_uuid;
	return release(reader, place, err);
}

/* Elements that stand in the document itself (it was small, or its arrays were not streamed). */
static int
take_array(ac_reader *reader, const ac_json *array, size_t path, ac_place place, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_is(array, AC_JSON_ARRAY) ? array : NULL);
	int rc = 0;

	while (rc == 0 && ac_json_next(&it))
		rc = take_element(reader, path, it.value, place, err);
	return rc;
}

/* What the event says of itself; false when nothing more is to be done with it in this reading. */
static int
read_event(ac_reader *reader, const ac_json *event, ac_place place, bool *out_take, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(event);
	int rc = 0;

	*out_take = !reader->is_second || survey_of(reader) != NULL;
	if (reader->is_second)
		return 0;
	while (rc == 0 && ac_json_next(&it))
		rc = read_member(reader, it.key, it.value, place);
	if (rc == 0 && reader->surveying) {
		*out_take = false;
		rc = keep_survey(reader, err);
	}
	return rc;
}

static int
take_event(ac_reader *reader, const ac_json *event, ac_place place, accord_err *err)
{
	bool take = false;
	int rc = read_event(reader, event, place, &take, err);

	if (rc < 0 || !take) {
		next_event(reader);
		return rc;
	}
	rc = release(reader, place, err);
	if (rc == 0)
		rc = take_array(reader, ac_json_get(event, AC_S("Attribute")), PATH_ATTRIBUTE, place, err);
	if (rc == 0)
		rc = take_array(reader, ac_json_get(event, AC_S("Object")), PATH_OBJECT, place, err);
	if (rc == 0)
		rc = finish_event(reader, event, place, err);
	next_event(reader);
	return rc;
}

/* ---- the stream ---- */

/* The part of a member's path behind the event: "response.Event.uuid" -> "uuid"; a bare event's is itself. */
static ac_str
event_key(ac_str path)
{
	size_t at = ac_str_find(path, AC_S("Event."));

	return at < path.n ? ac_str_slice(path, at + 6, path.n) : path;
}

static int
on_member(void *payload, ac_str path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;

	return reader->is_second ? 0 : read_member(reader, event_key(path), value, place);
}

/* Answers of a search for attributes are of no event. */
static bool
stands_alone(size_t path)
{
	return path == PATH_RESPONSE_ATTRIBUTE || path == PATH_RESPONSE_OBJECT;
}

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;
	const survey *surveyed = reader->is_second ? survey_of(reader) : NULL;
	accord_err what = { 0 };
	int rc = 0;

	if (surveyed && !reader->ready)
		rc = begin_surveyed(reader, surveyed, place, err);
	else if (!reader->is_second && !reader->ready && (is_known(reader) || stands_alone(path)))
		rc = release(reader, place, err);
	if (rc == 0 && reader->ready)
		return take_element(reader, path, value, place, err);
	if (rc < 0 || reader->is_second || reader->surveying)
		return rc;
	rc = ac_held_add(&reader->held, path, ac_json_raw(value), place, &what);
	if (rc == ACCORD_ELIMIT) {
		/* Too many to wait: this reading finds out what they inherit, a second one takes them. */
		reader->surveying = true;
		ac_held_done(&reader->held);
		ac_held_init(&reader->held);
		return 0;
	}
	if (rc < 0)
		*err = what;
	return rc;
}

/* The event is cut short or broken: if it has said what its attributes inherit, those before that place are good. */
static int
save_held(ac_reader *reader, accord_err *err)
{
	int rc = is_known(reader) && !reader->is_second ? release(reader, (ac_place){ 0 }, err) : 0;

	next_event(reader);
	return rc;
}

static void
on_lost(void *payload, size_t path)
{
	ac_reader *reader = payload;
	accord_err ignored = { 0 };
	int rc = save_held(reader, &ignored);

	if (rc < 0 && reader->stopped == 0)
		reader->stopped = rc;
}

static bool
is_bare_event(const ac_json *value)
{
	return ac_json_get(value, AC_S("info")) &&
	       (ac_json_get(value, AC_S("Attribute")) || ac_json_get(value, AC_S("Orgc")));
}

static int
take_document(ac_reader *reader, const ac_json *value, ac_place place, accord_err *err)
{
	const ac_json *event = ac_json_get(value, AC_S("Event")), *response = ac_json_get(value, AC_S("response"));
	ac_json_iter it = ac_json_iter_of(ac_json_is(value, AC_JSON_ARRAY)      ? value
					  : ac_json_is(response, AC_JSON_ARRAY) ? response
										: NULL);
	int rc = 0;

	if (event)
		return take_event(reader, event, place, err);
	if (is_bare_event(value))
		return take_event(reader, value, place, err);
	/* What is of no event stands for itself. */
	if (reader->surveying)
		rc = keep_survey(reader, err);
	else if (!reader->is_second)
		rc = release(reader, place, err);
	while (rc == 0 && ac_json_next(&it))
		rc = ac_json_get(it.value, AC_S("Event"))
			 ? take_event(reader, ac_json_get(it.value, AC_S("Event")), place, err)
			 : ac_refuse_text(
			       &reader->sink, AC_REFUSED_BAD_OBJECT, place, "want an event, got something else");
	if (rc == 0 && !reader->is_second && !ac_json_is(value, AC_JSON_ARRAY) && !response &&
	    !ac_json_get(value, AC_S("Attribute")) && !ac_json_get(value, AC_S("Object")))
		rc = ac_refuse_text(
		    &reader->sink, AC_REFUSED_BAD_OBJECT, place, "want a MISP event or attributes, got something else");
	next_event(reader);
	return rc;
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	return take_document(payload, value, place, err);
}

static int
on_bad(void *payload, const accord_err *what)
{
	ac_reader *reader = payload;

	/* The first reading has told it. */
	return reader->is_second ? 0 : reader->sink.on_refused(reader->sink.payload, ac_refused_word(what), what);
}

/* ---- the row ---- */

static ac_reader *
misp_close(ac_reader *reader)
{
	if (reader) {
		(void)ac_json_stream_close(reader->stream);
		ac_misp_context_done(&reader->context);
		ac_held_done(&reader->held);
		ac_arena_done(&reader->arena);
		ac_arena_done(&reader->event);
		ac_arena_done(&reader->surveyed);
		ac_buf_done(&reader->refs);
		free(reader);
	}
	return NULL;
}

static ac_json_stream *
open_stream(ac_reader *reader)
{
	ac_json_stream_sink sink = { .on_element = on_element,
		.on_document = on_document,
		.on_member = on_member,
		.on_bad = on_bad,
		.on_lost = on_lost,
		.payload = reader };

	return ac_json_stream_open(misp_paths, AC_OBJECT_MAX, &sink);
}

static ac_reader *
misp_open(const ac_reader_options *options, const ac_reader_sink *sink)
{
	ac_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = *sink;
	ac_misp_context_init(&reader->context, &reader->sink, options->seed);
	reader->context.on_ref = on_ref;
	reader->context.on_ref_payload = reader;
	ac_held_init(&reader->held);
	ac_arena_init(&reader->arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&reader->event, EVENT_ARENA_MAX);
	ac_buf_init(&reader->refs, REFS_BYTES_MAX);
	ac_arena_init(&reader->surveyed, SURVEYS_BYTES_MAX);
	reader->stream = open_stream(reader);
	return reader->stream ? reader : misp_close(reader);
}

/* What the stream ended with, after what can be saved has been. */
static int
ended_with(ac_reader *reader, int rc, accord_err *err)
{
	accord_err ignored = { 0 };

	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT)
		(void)save_held(reader, &ignored);
	return rc < 0 || reader->stopped == 0 ? rc : ac_fail(err, (accord_code)reader->stopped, "stopped");
}

static int
misp_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	return ended_with(reader, ac_json_stream_feed(reader->stream, chunk, err), err);
}

static int
misp_end(ac_reader *reader, accord_err *err)
{
	return ended_with(reader, ac_json_stream_end(reader->stream, err), err);
}

static bool
misp_again(ac_reader *reader)
{
	if (reader->is_second || reader->survey_count == 0)
		return false;
	(void)ac_json_stream_close(reader->stream);
	reader->stream = open_stream(reader);
	forget_event(reader);
	reader->ordinal = 0;
	reader->is_second = true;
	return reader->stream != NULL;
}

static int
misp_score(ac_str head)
{
	if (!ac_head_is_json(head) || ac_head_says(head, "type", "bundle"))
		return 0;
	if (ac_head_opens(head, "Event") == '{')
		return 90;
	if (ac_head_opens(head, "Attribute") == '[' || (ac_head_has_key(head, "Orgc") && ac_head_has_key(head, "info")))
		return 70;
	return ac_head_has_key(head, "response") ? 40 : 0;
}

const ac_reader_kind ac_reader_misp = {
	.name = "misp",
	.help = "MISP events, exports and answers of its API",
	.score = misp_score,
	.open = misp_open,
	.feed = misp_feed,
	.end = misp_end,
	.close = misp_close,
	.again = misp_again,
	.names_producer = true,
};
