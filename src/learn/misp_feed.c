/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of a MISP feed's manifest.json: which events the feed has, and when each was last changed. It gives no records; the parent opens the events that are newer than what was
 * learned before.
 */
#include <stdlib.h>

#include "crypto/digest.h"
#include "learn/detect.h"
#include "learn/kinds.h"
#include "learn/make.h"

/* A manifest is one object: 400 bytes an event, so this is 80,000 events. */
#define MANIFEST_MAX (32 * AC_MIB)

struct ac_reader {
	ac_reader_sink sink;
	ac_json_stream *stream;
};

static const char *const feed_paths[] = { NULL };

static int
refuse_key(ac_reader *reader, ac_str key, ac_place place)
{
	return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_ID, place, "want the UUID of an event, got '%.*s'",
	    AC_FMT(ac_str_slice(key, 0, 40)));
}

static int
on_member(void *payload, ac_str key, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;
	int64_t timestamp;
	char uuid[36];

	/* The UUID becomes part of a path: it is 36 checked characters or nothing. */
	if (!ac_uuid_lower(key, uuid))
		return refuse_key(reader, key, place);
	if (!ac_str_to_i64(ac_json_text(ac_json_get(value, AC_S("timestamp"))), &timestamp) || timestamp < 0)
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_TIMESTAMP, place,
		    "want a timestamp in Unix seconds for event %.36s, got '%.*s'", uuid,
		    AC_FMT(ac_str_slice(ac_json_text(ac_json_get(value, AC_S("timestamp"))), 0, 40)));
	return reader->sink.on_listed
		   ? reader->sink.on_listed(reader->sink.payload, (ac_str){ uuid, sizeof(uuid) }, timestamp, err)
		   : 0;
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;
	ac_json_iter it = ac_json_iter_of(value);
	int rc = 0;

	/* The stream does not tell members whose key has a dot. */
	while (rc == 0 && ac_json_is(value, AC_JSON_OBJECT) && ac_json_next(&it))
		if (ac_str_find_byte(it.key, '.') < it.key.n)
			rc = refuse_key(reader, it.key, place);
	if (rc < 0)
		return rc;
	/* A feed without events is "{}", or "[]" when PHP wrote it. */
	if (ac_json_is(value, AC_JSON_OBJECT) || (ac_json_is(value, AC_JSON_ARRAY) && ac_json_count(value) == 0))
		return 0;
	return ac_refuse_text(
	    &reader->sink, AC_REFUSED_NOT_OBJECT, place, "want a feed's manifest, got something else");
}

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	return 0; /* no arrays are listed */
}

static int
on_bad(void *payload, const accord_err *what)
{
	ac_reader *reader = payload;

	return reader->sink.on_refused(reader->sink.payload, ac_refused_word(what), what);
}

static ac_reader *
feed_close(ac_reader *reader)
{
	if (reader) {
		(void)ac_json_stream_close(reader->stream);
		free(reader);
	}
	return NULL;
}

static ac_reader *
feed_open(const ac_reader_options *options, const ac_reader_sink *sink)
{
	ac_json_stream_sink stream_sink = {
		.on_element = on_element, .on_document = on_document, .on_member = on_member, .on_bad = on_bad
	};
	ac_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = *sink;
	stream_sink.payload = reader;
	reader->stream = ac_json_stream_open(feed_paths, MANIFEST_MAX, &stream_sink);
	return reader->stream ? reader : feed_close(reader);
}

static int
feed_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	return ac_json_stream_feed(reader->stream, chunk, err);
}

static int
feed_end(ac_reader *reader, accord_err *err)
{
	return ac_json_stream_end(reader->stream, err);
}

/* An object whose first key is a UUID. */
static int
feed_score(ac_str head)
{
	uint8_t uuid[16];

	head = ac_str_trim(ac_skip_bom(head));
	if (head.n < 40 || head.p[0] != '{')
		return 0;
	head = ac_str_trim(ac_str_slice(head, 1, head.n));
	if (head.n < 38 || head.p[0] != '"' || head.p[37] != '"')
		return 0;
	return ac_uuid_parse(ac_str_slice(head, 1, 37), uuid) ? 95 : 0;
}

const ac_reader_kind ac_reader_misp_feed = {
	.name = "misp-feed",
	.help = "MISP feed (manifest.json and the events beside it)",
	.score = feed_score,
	.open = feed_open,
	.feed = feed_feed,
	.end = feed_end,
	.close = feed_close,
};
