/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of text, with their places. Knows nothing of what stands in them. */
#include "learn/lines.h"

#include "learn/detect.h"
#include "learn/make.h"

/* "\r\n" */
#define LINE_END_MAX 2

void
ac_lines_init(ac_lines *lines, const ac_reader_sink *sink, size_t line_max, ac_on_line on_line, void *payload)
{
	*lines = (ac_lines){ .sink = sink, .on_line = on_line, .payload = payload, .max = line_max, .line = 1 };
	ac_buf_init(&lines->held, line_max + LINE_END_MAX);
}

void
ac_lines_done(ac_lines *lines)
{
	ac_buf_done(&lines->held);
}

static uint64_t
count_newlines(ac_str text)
{
	uint64_t n = 0;

	for (size_t at = ac_str_find_byte(text, '\n'); at < text.n; at = ac_str_find_byte(text, '\n')) {
		text = ac_str_slice(text, at + 1, text.n);
		n++;
	}
	return n;
}

static int
refuse_long(const ac_lines *lines, ac_place place)
{
	accord_err what = { .code = ACCORD_ELIMIT };

	(void)ac_fail(&what, ACCORD_ELIMIT, "want a line of at most %zu bytes, got a longer one", lines->max);
	return ac_refuse(lines->sink, AC_REFUSED_OVER_LIMIT, place, &what);
}

/* A whole record with its line end: hand it over without. */
static int
give(ac_lines *lines, ac_str record, accord_err *err)
{
	ac_place place = { lines->line, 1, lines->byte };
	ac_str line = record;

	lines->byte += record.n;
	lines->line += count_newlines(record);
	if (lines->skipping) {
		lines->skipping = false;
		return 0;
	}
	if (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (!lines->started)
		line = ac_skip_bom(line);
	lines->started = true;
	if (line.n > lines->max)
		return refuse_long(lines, place);
	return lines->on_line(lines->payload, line, place, err);
}

/* Length of the first record of text, 0 when its end is not there. */
static size_t
record_length(const ac_lines *lines, ac_str text, bool final)
{
	size_t at;

	/* After a record that was too long, a quote says nothing any more: the next line end is where reading starts again. */
	if (lines->record_length && !lines->skipping)
		return lines->record_length(text, final);
	at = ac_str_find_byte(text, '\n');
	return at < text.n ? at + 1 : final ? text.n : 0;
}

/* Bytes of a record whose end has not come: held, or counted and forgotten when there are too many. */
static int
hold(ac_lines *lines, ac_str text, accord_err *err)
{
	/* As much as this is more than the longest line and the '\r' behind it. */
	if (!lines->skipping && text.n >= lines->max + LINE_END_MAX) {
		int rc = refuse_long(lines, (ac_place){ lines->line, 1, lines->byte });

		lines->skipping = true;
		if (rc < 0)
			return rc;
	}
	if (lines->skipping) {
		lines->byte += text.n;
		lines->line += count_newlines(text);
		ac_buf_reset(&lines->held);
		return 0;
	}
	ac_buf_reset(&lines->held);
	ac_buf_add(&lines->held, text);
	return lines->held.failed ? ac_fail(err, ACCORD_ENOMEM, "no memory for a line of %zu bytes", text.n) : 0;
}

/* All records of text that are whole; *out_used says how far. */
static int
take_records(ac_lines *lines, ac_str text, bool final, size_t *out_used, accord_err *err)
{
	size_t used = 0, n;

	while (used < text.n && (n = record_length(lines, ac_str_slice(text, used, text.n), final)) > 0) {
		ac_str record = ac_str_slice(text, used, used + n);
		int rc = give(lines, record, err);

		if (rc < 0)
			return rc;
		used += n;
	}
	*out_used = used;
	return 0;
}

/* The held beginning is completed from chunk; *out_used says how much of it that took. */
static int
complete_held(ac_lines *lines, ac_str chunk, size_t *out_used, accord_err *err)
{
	size_t before = lines->held.n, used = 0, room = lines->max + LINE_END_MAX - before, n;
	ac_buf whole;
	int rc;

	/* Enough for any record that is let in; a longer one is found to be so. */
	n = chunk.n < room ? chunk.n : room;
	ac_buf_init(&whole, lines->max + LINE_END_MAX);
	ac_buf_add(&whole, ac_buf_view(&lines->held));
	ac_buf_add(&whole, ac_str_slice(chunk, 0, n));
	if (whole.failed) {
		ac_buf_done(&whole);
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a line");
	}
	ac_buf_reset(&lines->held);
	used = record_length(lines, ac_buf_view(&whole), false);
	if (used > 0)
		rc = give(lines, ac_str_slice(ac_buf_view(&whole), 0, used), err);
	else
		rc = hold(lines, ac_buf_view(&whole), err);
	*out_used = used > before ? used - before : n;
	ac_buf_done(&whole);
	return rc;
}

int
ac_lines_feed(ac_lines *lines, ac_str chunk, accord_err *err)
{
	while (chunk.n) {
		size_t used = 0;
		int rc;

		if (lines->held.n) {
			rc = complete_held(lines, chunk, &used, err);
		} else {
			rc = take_records(lines, chunk, false, &used, err);
			if (rc == 0 && used == 0) {
				used = chunk.n;
				rc = hold(lines, chunk, err);
			}
		}
		if (rc < 0)
			return rc;
		chunk = ac_str_slice(chunk, used, chunk.n);
	}
	return 0;
}

int
ac_lines_end(ac_lines *lines, accord_err *err)
{
	ac_buf last = lines->held;
	size_t used = 0;
	int rc;

	ac_buf_init(&lines->held, lines->max + LINE_END_MAX);
	rc = take_records(lines, ac_buf_view(&last), true, &used, err);
	ac_buf_done(&last);
	return rc;
}
