/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord/event.h over the engine of the watch room: each call is scanned to its end. An event given as fields is written as a line of NDJSON, whose names the formats know: so it means what
 * the same event means in a log.
 */
#include "accord/event.h"

#include <stdlib.h>

#include "api/api.h"
#include "base/buf.h"
#include "base/limits.h"

struct accord_events {
	ac_api_told told;
	ac_watch *watch;
	ac_buf line; /* of fields */
	size_t *ends;
};

int
accord_events_open(
    const accord_index *index, const accord_scan_options *options, accord_events **out_events, accord_err *err)
{
	accord_events *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	rc = ac_api_told_init(&e->told, options, err);
	if (rc) {
		free(e);
		return rc;
	}
	ac_buf_init(&e->line, AC_WATCH_LINE_MAX);
	e->watch = ac_api_watch(&e->told, index);
	if (!e->watch) {
		accord_events_close(e);
		return ac_fail(err, ACCORD_ENOMEM, "events: no memory");
	}
	*out_events = e;
	return 0;
}

int
accord_event_match(accord_events *events, accord_text line, accord_err *err)
{
	accord_err unasked = { 0 };
	int rc;

	err = err ? err : &unasked;
	rc = ac_watch_feed(events->watch, ac_api_in(line), err);
	return rc ? rc : ac_watch_end(events->watch, err);
}

/* A JSON string whose bytes above ASCII are as they were: what is not UTF-8 is the sender's, and is matched like that. */
static void
add_string(ac_buf *buf, ac_str text)
{
	ac_buf_add_byte(buf, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '"' || c == '\\')
			ac_buf_add_byte(buf, '\\');
		if (c < 0x20)
			ac_buf_printf(buf, "\\u%04x", c);
		else
			ac_buf_add_byte(buf, (char)c);
	}
	ac_buf_add_byte(buf, '"');
}

static int
write_line(accord_events *e, const accord_field *fields, size_t count, accord_err *err)
{
	ac_str line;

	ac_buf_reset(&e->line);
	for (size_t i = 0; i < count; i++) {
		ac_buf_add_byte(&e->line, i ? ',' : '{');
		add_string(&e->line, ac_api_in(fields[i].name));
		ac_buf_add_byte(&e->line, ':');
		add_string(&e->line, ac_api_in(fields[i].value));
		e->ends[i] = e->line.n;
	}
	ac_buf_add_byte(&e->line, '}');
	return ac_buf_finish(&e->line, &line, err);
}

int
accord_event_match_fields(accord_events *events, const accord_field *fields, size_t count, accord_err *err)
{
	accord_err unasked = { 0 };
	int rc;

	err = err ? err : &unasked;
	if (count == 0)
		return 0;
	if (count > AC_LOG_FIELDS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "event: want at most %d fields, got %zu", AC_LOG_FIELDS_MAX, count);
	if (!events->ends)
		events->ends = calloc(AC_LOG_FIELDS_MAX, sizeof(*events->ends));
	if (!events->ends)
		return ac_fail(err, ACCORD_ENOMEM, "event: no memory");
	rc = write_line(events, fields, count, err);
	if (rc)
		return rc;
	events->told.field_ends = events->ends;
	events->told.field_count = count;
	rc = accord_event_match(events, ac_api_out(ac_buf_view(&events->line)), err);
	events->told.field_count = 0;
	return rc;
}

void
accord_events_count(const accord_events *events, accord_scan_counts *out_counts)
{
	accord_scan_counts ours = { 0 };

	ac_api_add_counts(&ours, events->watch);
	ac_api_give(&ours, sizeof(ours), out_counts);
}

accord_events *
accord_events_close(accord_events *events)
{
	if (!events)
		return NULL;
	ac_watch_close(events->watch);
	ac_api_told_done(&events->told);
	ac_buf_done(&events->line);
	free(events->ends);
	free(events);
	return NULL;
}
