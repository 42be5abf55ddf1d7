/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of MISP warning lists (lists/NAME/list.json): values that are known to be harmless or shared by many. They become rows of a producer that is named after the list
 * (AC_WARNING_PRODUCER), and watch holds matches of equal values back. Because a list that is believed hides hits, only its own name makes it one: under another producer's
 * (--from) it is refused. Lists of substrings and regular expressions name no values and are refused as a whole.
 */
#include <stdlib.h>

#include "learn/detect.h"
#include "learn/held.h"
#include "learn/kinds.h"
#include "learn/make.h"

#define CONTEXT_MAX (64 * AC_KIB)

struct ac_reader {
	ac_reader_sink sink;
	ac_json_stream *stream;
	ac_held held;
	ac_arena arena;   /* of an entry */
	ac_arena context; /* of the document */
	ac_str name, kind;
	bool has_foreign_producer;
};

static const char *const warning_paths[] = { "list", NULL };

/* ".example.com" and "*.example.com" are how some lists write their domains. */
static ac_str
without_wildcard(ac_str text)
{
	if (ac_str_starts(text, AC_S("*.")))
		return ac_str_slice(text, 2, text.n);
	return text.n > 1 && text.p[0] == '.' ? ac_str_slice(text, 1, text.n) : text;
}

static int
take_entry(ac_reader *reader, const ac_json *value, ac_place place, accord_err *err)
{
	ac_str text = ac_str_trim(ac_json_string(value));
	ac_row row = { .exact = ac_json_raw(value),
		.valid_from = AC_TIME_MIN,
		.valid_until = AC_TIME_MAX,
		.confidence = -1,
		.comment = reader->kind };
	accord_err what = { 0 };
	int rc;

	if (ac_str_eq(reader->kind, AC_S("hostname")))
		rc = ac_value_parse(AC_VALUE_DOMAIN, without_wildcard(text), &reader->arena, &row.value, &what);
	else if (ac_str_eq(reader->kind, AC_S("cidr")))
		rc = ac_value_parse(AC_VALUE_IPV4, text, &reader->arena, &row.value, &what);
	else
		rc = ac_value_guess(text, &reader->arena, &row.value, &what);
	if (rc < 0 && rc != ACCORD_EINPUT) {
		*err = what;
		return rc;
	}
	if (rc < 0 || row.value.type == AC_VALUE_NONE)
		return ac_refuse_text(&reader->sink, AC_REFUSED_NOT_VALUE, place,
		    "want a value of kind %.*s, got '%.*s'", AC_FMT(reader->kind), AC_FMT(ac_str_slice(text, 0, 80)));
	return reader->sink.on_row(reader->sink.payload, &row, place, err);
}

static int
on_held(void *payload, size_t path, const ac_json *value, ac_place place, accord_err *err)
{
	(void)path;
	return take_entry(payload, value, place, err);
}

/* Nothing may depend on the order of keys, and the name comes behind the entries: they wait. */
static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;

	(void)arena;
	return ac_held_add(&reader->held, path, ac_json_raw(value), place, err);
}

static int
on_member(void *payload, ac_str key, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;

	(void)place;
	(void)arena;
	(void)err;
	if (ac_str_eq(key, AC_S("name")) && ac_json_string(value).n)
		reader->name = ac_arena_printf(
		    &reader->context, AC_WARNING_PRODUCER "%.*s", AC_FMT(ac_str_trim(ac_json_string(value))));
	else if (ac_str_eq(key, AC_S("type")) && ac_json_string(value).n)
		reader->kind = ac_arena_str(&reader->context, ac_json_string(value));
	return 0;
}

static void
forget_document(ac_reader *reader)
{
	ac_buf_reset(&reader->held.bytes);
	reader->held.count = 0;
	ac_arena_reset(&reader->context);
	reader->name = reader->kind = (ac_str){ NULL, 0 };
}

static bool
is_of_values(ac_str kind)
{
	return ac_str_eq(kind, AC_S("string")) || ac_str_eq(kind, AC_S("hostname")) || ac_str_eq(kind, AC_S("cidr"));
}

/* All of a document is known. */
static int
release(ac_reader *reader, ac_place place, accord_err *err)
{
	int rc = 0;

	if (reader->has_foreign_producer)
		return ac_refuse_text(&reader->sink, AC_REFUSED_NOT_VALUE, place,
		    "want a warning list under its own name (without --from), got one under another producer's");
	if (!reader->name.n || !is_of_values(reader->kind))
		return ac_refuse_text(&reader->sink, AC_REFUSED_NOT_VALUE, place,
		    "want a warning list with a name, of type string, hostname or cidr, got one of type '%.*s'",
		    AC_FMT(ac_str_slice(reader->kind, 0, 40)));
	if (reader->sink.on_producer)
		rc = reader->sink.on_producer(reader->sink.payload, reader->name, err);
	return rc < 0 ? rc : ac_held_release(&reader->held, &reader->arena, on_held, reader, err);
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_reader *reader = payload;
	int rc;

	(void)path;
	(void)value;
	(void)arena;
	rc = streamed ? release(reader, place, err)
		      : ac_refuse_text(&reader->sink, AC_REFUSED_NO_TYPE, place,
			    "want a warning list with its entries, got an object without");
	forget_document(reader);
	return rc;
}

/* What was cut short has no name yet, or not all its entries: half a list is none. */
static void
on_lost(void *payload, size_t path)
{
	(void)path;
	forget_document(payload);
}

static int
on_bad(void *payload, const accord_err *what)
{
	ac_reader *reader = payload;

	return reader->sink.on_refused(reader->sink.payload, ac_refused_word(what), what);
}

static ac_reader *
warning_close(ac_reader *reader)
{
	if (reader) {
		(void)ac_json_stream_close(reader->stream);
		ac_held_done(&reader->held);
		ac_arena_done(&reader->arena);
		ac_arena_done(&reader->context);
		free(reader);
	}
	return NULL;
}

static ac_reader *
warning_open(const ac_reader_options *options, const ac_reader_sink *sink)
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
	reader->has_foreign_producer =
	    options->producer.n > 0 && !ac_str_starts(options->producer, AC_S(AC_WARNING_PRODUCER));
	ac_held_init(&reader->held);
	ac_arena_init(&reader->arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&reader->context, CONTEXT_MAX);
	stream_sink.payload = reader;
	reader->stream = ac_json_stream_open(warning_paths, AC_OBJECT_MAX, &stream_sink);
	return reader->stream ? reader : warning_close(reader);
}

static int
warning_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	return ac_json_stream_feed(reader->stream, chunk, err);
}

static int
warning_end(ac_reader *reader, accord_err *err)
{
	return ac_json_stream_end(reader->stream, err);
}

static int
warning_score(ac_str head)
{
	if (!ac_head_is_json(head) || ac_head_opens(head, "list") != '[')
		return 0;
	/* The name and the type come behind the entries, out of sight in a long list. */
	return ac_head_has_key(head, "matching_attributes") || ac_head_has_key(head, "description") ? 75 : 0;
}

const ac_reader_kind ac_reader_misp_warning = {
	.name = "misp-warninglist",
	.help = "MISP warning lists (lists/*/list.json): values that are held back",
	.score = warning_score,
	.open = warning_open,
	.feed = warning_feed,
	.end = warning_end,
	.close = warning_close,
	.names_producer = true,
};
