/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of MISP galaxy files: clusters/NAME.json, and galaxies/NAME.json, which only describe a galaxy. The clusters of a file wait until its type, name and version are known (the files
 * as published have the version at their very end).
 */
#include <stdlib.h>

#include "learn/detect.h"
#include "learn/galaxy.h"
#include "learn/galaxy_links.h"
#include "learn/held.h"
#include "learn/kinds.h"

#define CONTEXT_MAX (64 * AC_KIB)

struct ac_reader {
	ac_reader_sink sink;
	ac_json_stream *stream;
	ac_make make;
	ac_held held;
	ac_arena arena;   /* of a held cluster */
	ac_arena context; /* of the document: type, producer */
	ac_str galaxy;    /* type */
	ac_str producer;  /* "MISP galaxy NAME" */
	ac_time modified;
	bool has_version;
	bool ready;  /* everything is known: clusters are taken as they come */
	int stopped; /* the sink's refusal to go on, from where it could not be returned */
	ac_galaxy_links *links;
	ac_galaxy_links *own_links; /* when the run gave none */
};

static const char *const galaxy_paths[] = { "values", NULL };

/* Related clusters. A bad one costs itself only. */
static int
take_related(ac_reader *reader, const ac_json *cluster, ac_str id, ac_place place, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(cluster, AC_S("related")));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it)) {
		ac_galaxy_link link = { .producer = reader->producer,
			.source_id = id,
			.target_uuid = ac_json_get_string(it.value, AC_S("dest-uuid")),
			.kind = ac_json_get_string(it.value, AC_S("type")),
			.tags = ac_json_get(it.value, AC_S("tags")),
			.modified = reader->modified };
		accord_err what = { 0 };

		/* The other end was deleted in the galaxy; what is left says nothing. */
		if (link.target_uuid.n == 0) {
			reader->sink.on_repair(reader->sink.payload, "relation-without-end", NULL);
			continue;
		}
		rc = ac_galaxy_links_add(reader->links, &link, &what);
		if (rc == ACCORD_EINPUT)
			rc = ac_refuse_text(&reader->sink, AC_REFUSED_BAD_ID, place, "%s", what.text);
		else if (rc < 0)
			*err = what;
	}
	return rc;
}

static int
take_cluster(ac_reader *reader, const ac_json *value, ac_place place, accord_err *err)
{
	ac_cluster cluster = { .galaxy = reader->galaxy,
		.value = ac_json_get_string(value, AC_S("value")),
		.description = ac_json_get_string(value, AC_S("description")),
		.meta = ac_json_get(value, AC_S("meta")),
		.modified = reader->modified,
		.revoked = ac_json_is_true(ac_json_get(value, AC_S("revoked"))),
		.exact = ac_json_raw(value) };
	char uuid[36];
	int rc;

	if (ac_overrides_direction(value))
		return ac_refuse_text(&reader->sink, AC_REFUSED_BIDI, place,
		    "want readable text, got a control that reorders what a reader sees");
	if (!ac_uuid_lower(ac_json_get_string(value, AC_S("uuid")), uuid))
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_ID, place, "want a cluster with a UUID, got '%.*s'",
		    AC_FMT(ac_str_slice(ac_json_get_string(value, AC_S("uuid")), 0, 40)));
	if (ac_str_trim(cluster.value).n == 0)
		return ac_refuse_text(
		    &reader->sink, AC_REFUSED_BAD_OBJECT, place, "want a cluster with a value, got one without");
	cluster.uuid = (ac_str){ uuid, sizeof(uuid) };
	rc = ac_galaxy_id(reader->galaxy, cluster.uuid, &reader->make.arena, &cluster.id, err);
	if (rc == 0)
		rc = ac_galaxy_links_cluster(reader->links, reader->galaxy, cluster.uuid, err);
	if (rc == 0)
		rc = take_related(reader, value, cluster.id, place, err);
	if (ac_galaxy_kind_of(reader->galaxy)->is_attack)
		cluster.uuid = (ac_str){ NULL, 0 };
	return rc < 0 ? rc : ac_galaxy_make(&reader->make, &cluster, place, err);
}

static int
on_held(void *payload, size_t path, const ac_json *value, ac_place place, accord_err *err)
{
	return take_cluster(payload, value, place, err);
}

/* Everything that a cluster needs of its file is known. */
static int
release(ac_reader *reader, accord_err *err)
{
	int rc = 0;

	reader->ready = true;
	if (reader->sink.on_producer && reader->producer.n)
		rc = reader->sink.on_producer(reader->sink.payload, reader->producer, err);
	return rc < 0 ? rc : ac_held_release(&reader->held, &reader->arena, on_held, reader, err);
}

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;

	if (!ac_json_is(value, AC_JSON_OBJECT))
		return ac_refuse_text(
		    &reader->sink, AC_REFUSED_NOT_OBJECT, place, "want a cluster, got something else");
	if (reader->ready)
		return take_cluster(reader, value, place, err);
	return ac_held_add(&reader->held, path, ac_json_raw(value), place, err);
}

static int
on_member(void *payload, ac_str key, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;
	int64_t version;

	if (ac_str_eq(key, AC_S("type")) && ac_json_string(value).n)
		reader->galaxy = ac_arena_str(&reader->context, ac_json_string(value));
	else if (ac_str_eq(key, AC_S("name")) && ac_json_string(value).n)
		reader->producer = ac_arena_printf(&reader->context, "MISP galaxy %.*s", AC_FMT(ac_json_string(value)));
	else if (ac_str_eq(key, AC_S("version")) && ac_str_to_i64(ac_json_text(value), &version)) {
		reader->modified = ac_galaxy_time(version);
		reader->has_version = true;
		if (ac_json_is(value, AC_JSON_STRING))
			reader->sink.on_repair(reader->sink.payload, "quoted-integers", NULL);
	}
	if (!reader->ready && reader->galaxy.n && reader->producer.n && reader->has_version)
		return release(reader, err);
	return 0;
}

/* The next document of the same input is another galaxy. */
static void
forget_document(ac_reader *reader)
{
	ac_arena_reset(&reader->context);
	reader->galaxy = reader->producer = (ac_str){ NULL, 0 };
	reader->modified = ac_galaxy_time(0);
	reader->has_version = reader->ready = false;
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;
	int rc = 0;

	if (!streamed && ac_json_get(value, AC_S("values")) == NULL && reader->galaxy.n)
		reader->sink.on_repair(reader->sink.payload, "galaxy-description", NULL);
	else if (reader->galaxy.n == 0)
		rc = ac_refuse_text(
		    &reader->sink, AC_REFUSED_NO_TYPE, place, "want a galaxy with a type, got one without");
	else if (!reader->ready)
		rc = release(reader, err);
	ac_buf_reset(&reader->held.bytes);
	forget_document(reader);
	return rc;
}

/*
 * The file is cut short or broken: the clusters before that place are good. Without the version behind them they count as its oldest, so that the whole file ranks above them.
 */
static int
save_held(ac_reader *reader, accord_err *err)
{
	int rc = reader->galaxy.n && !reader->ready ? release(reader, err) : 0;

	ac_buf_reset(&reader->held.bytes);
	forget_document(reader);
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

static int
on_bad(void *payload, const accord_err *what)
{
	ac_reader *reader = payload;

	return reader->sink.on_refused(reader->sink.payload, ac_refused_word(what), what);
}

static ac_reader *
galaxy_close(ac_reader *reader)
{
	if (reader) {
		(void)ac_json_stream_close(reader->stream);
		(void)ac_galaxy_links_close(reader->own_links);
		ac_make_done(&reader->make);
		ac_held_done(&reader->held);
		ac_arena_done(&reader->arena);
		ac_arena_done(&reader->context);
		free(reader);
	}
	return NULL;
}

static ac_reader *
galaxy_open(const ac_reader_options *options, const ac_reader_sink *sink)
{
	ac_json_stream_sink stream_sink = { .on_element = on_element,
		.on_document = on_document,
		.on_member = on_member,
		.on_bad = on_bad,
		.on_lost = on_lost };
	ac_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = *sink;
	ac_make_init(&reader->make, &reader->sink);
	ac_held_init(&reader->held);
	ac_arena_init(&reader->arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&reader->context, CONTEXT_MAX);
	reader->modified = ac_galaxy_time(0);
	reader->own_links = options->links ? NULL : ac_galaxy_links_open(options->seed);
	reader->links = options->links ? options->links : reader->own_links;
	stream_sink.payload = reader;
	reader->stream = ac_json_stream_open(galaxy_paths, AC_OBJECT_MAX, &stream_sink);
	return reader->stream && reader->links ? reader : galaxy_close(reader);
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
galaxy_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	return ended_with(reader, ac_json_stream_feed(reader->stream, chunk, err), err);
}

static int
galaxy_end(ac_reader *reader, accord_err *err)
{
	int rc = ended_with(reader, ac_json_stream_end(reader->stream, err), err);

	if (rc == 0 && reader->own_links)
		rc = ac_galaxy_links_finish(reader->own_links, &reader->sink, err);
	return rc;
}

static int
galaxy_score(ac_str head)
{
	if (!ac_head_is_json(head) || ac_head_says(head, "type", "bundle"))
		return 0;
	if (ac_head_has_key(head, "authors") && ac_head_has_key(head, "category") && ac_head_has_key(head, "source"))
		return 80;
	if (ac_head_opens(head, "values") == '[' && ac_head_has_key(head, "uuid") && ac_head_has_key(head, "value"))
		return 75;
	/* galaxies/NAME.json */
	return ac_head_has_key(head, "icon") && ac_head_has_key(head, "namespace") && ac_head_has_key(head, "uuid") ? 70
														    : 0;
}

const ac_reader_kind ac_reader_misp_galaxy = {
	.name = "misp-galaxy",
	.help = "MISP galaxy clusters (clusters/*.json)",
	.score = galaxy_score,
	.open = galaxy_open,
	.feed = galaxy_feed,
	.end = galaxy_end,
	.close = galaxy_close,
	.names_producer = true,
};
