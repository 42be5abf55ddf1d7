/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON streams: chunks in, windows of text for the walk out, and what is done after an error. Chunks are read where they are; only a value that a
 * chunk's end cuts is carried over. Knows tokens only as far as the end of something bad must be found.
 */
#include "codec/json_stream.h"

#include <stdlib.h>

#include "codec/json_scan.h"
#include "codec/json_walk.h"

/* At least so much of a chunk is put behind what was carried over. */
#define PIECE (4 * AC_KIB)
/* A larger carry is given back when it is empty. */
#define CARRY_KEPT_MAX (1 * AC_MIB)

static const char byte_order_mark[] = { '\xef', '\xbb', '\xbf' };

ac_json_stream *
ac_json_stream_open(const char *const *paths, size_t value_max, const ac_json_stream_sink *sink)
{
	ac_json_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->root = ac_json_paths_open(paths);
	if (!s->root) {
		free(s);
		return NULL;
	}
	s->sink = *sink;
	s->value_max = value_max;
	s->whole_max = value_max < AC_STREAM_WHOLE_MAX ? value_max : AC_STREAM_WHOLE_MAX;
	s->line = 1;
	ac_buf_init(&s->rest, value_max);
	ac_buf_init(&s->key_path, value_max + AC_KIB);
	ac_buf_init(&s->carry, value_max + 1 + 2 * PIECE);
	ac_arena_init(&s->arena, AC_JSON_ARENA_MAX);
	ac_json_reader_init(&s->reader, ac_json_kernel_best(), s->entries, AC_JSON_WINDOW_LARGE);
	return s;
}

ac_json_stream *
ac_json_stream_close(ac_json_stream *s)
{
	if (!s)
		return NULL;
	s->sink.on_lost = NULL;
	ac_stream_drop(s, 0);
	ac_buf_done(&s->rest);
	ac_buf_done(&s->key_path);
	ac_buf_done(&s->carry);
	ac_arena_done(&s->arena);
	free(s->root);
	free(s);
	return NULL;
}

/* ---- after an error ---- */

/* Inside a string, on to the next byte that may mean something, which is judged. A raw line end ends it, which no string may hold. */
static void
skip_in_string(ac_json_stream *s)
{
	char c;

	if (!s->skip_escaped)
		s->at = ac_scan_plain(s->at, s->end);
	if (s->at == s->end)
		return;
	c = *s->at++;
	s->skip_in_string = c != '\n' && (c != '"' || s->skip_escaped);
	s->skip_escaped = s->skip_in_string && c == '\\' && !s->skip_escaped;
}

/*
 * Tolerant scan for what ends the element in hand: ',' or ']' outside of brackets. A lost quote swallows its line, not the rest of
 * the file.
 */
static int
skip_element(ac_json_stream *s)
{
	while (s->at < s->end) {
		char c = *s->at;

		if (s->skip_in_string) {
			skip_in_string(s);
			continue;
		}
		if (s->skip_depth == 0 && (c == ',' || c == ']')) {
			s->state = AC_STREAM_ELEMENT_NEXT;
			return 0;
		}
		s->skip_in_string = c == '"';
		s->skip_depth += c == '{' || c == '[';
		s->skip_depth -= (c == '}' || c == ']') && s->skip_depth > 0;
		s->at++;
	}
	return AC_STREAM_MORE;
}

static int
skip_line(ac_json_stream *s)
{
	const char *feed = memchr(s->at, '\n', (size_t)(s->end - s->at));

	s->at = feed ? feed : s->end;
	if (!feed)
		return AC_STREAM_MORE;
	s->state = AC_STREAM_TOP;
	return 0;
}

static int
end_with_what(ac_json_stream *s)
{
	*s->err = s->what;
	return s->what.code;
}

static bool
is_truncated(const ac_json_stream *s)
{
	return s->final && s->what.code == ACCORD_EINPUT && s->what.byte >= s->seen_byte + (uint64_t)(s->end - s->seen);
}

/* Go on behind the element of the array in frame `index`. */
static int
leave_element(ac_json_stream *s, unsigned index)
{
	s->skip_depth = s->depth - index - 1;
	s->skip_in_string = false;
	s->skip_escaped = false;
	ac_stream_drop(s, index + 1);
	s->state = AC_STREAM_SKIP_ELEMENT;
	return 0;
}

/* Report the bad text at s->at and get away from it, or end the stream. */
static int
recover(ac_json_stream *s)
{
	bool truncated = is_truncated(s);
	unsigned array = s->depth;
	int rc;

	s->is_bad = false;
	if (!s->sink.on_bad)
		return end_with_what(s);
	rc = s->sink.on_bad(s->sink.payload, &s->what);
	if (rc < 0) {
		*s->err = s->what;
		s->err->code = rc;
		return rc;
	}
	while (array > 0 && !s->frames[array - 1].is_array)
		array--;
	if (array > 0 && !truncated)
		return leave_element(s, array - 1);
	if (s->one_line) {
		ac_stream_drop(s, 0);
		s->at = s->end;
		return 0;
	}
	if (truncated || !s->long_line || s->what.line != s->top_line)
		return end_with_what(s);
	ac_stream_drop(s, 0);
	s->state = AC_STREAM_SKIP_LINE;
	return 0;
}

/* ---- going on ---- */

static int
advance(ac_json_stream *s)
{
	int rc;

	switch (s->state) {
	case AC_STREAM_SKIP_ELEMENT:
		return skip_element(s);
	case AC_STREAM_SKIP_LINE:
		return skip_line(s);
	default:
		rc = ac_stream_step(s);
		return rc < 0 && s->is_bad ? recover(s) : rc;
	}
}

/* The document at s->at is bad and ends at `feed`: only that line may be touched. */
static int
walk_line(ac_json_stream *s, const char *feed)
{
	const char *end = s->end;
	bool final = s->final;
	int rc;

	s->end = feed;
	s->final = true;
	s->one_line = true;
	rc = ac_stream_open_document(s, s->root, AC_JSON_PATH_TOP);
	if (rc < 0 && s->is_bad)
		rc = recover(s);
	while (rc == 0 && s->depth > 0) {
		rc = advance(s);
		if (rc != AC_STREAM_MORE)
			continue;
		rc = 0;
		/* What ends inside a bad element has been reported. */
		if (s->state == AC_STREAM_SKIP_ELEMENT) {
			ac_stream_drop(s, 0);
		} else {
			(void)ac_stream_bad(s, ac_stream_wanted(s->state));
			rc = recover(s);
		}
	}
	s->end = end;
	s->final = final;
	s->one_line = false;
	s->state = AC_STREAM_TOP;
	return rc;
}

/* May a line that begins with c stand inside a document that began on an earlier line? As people and programs lay JSON out. */
static bool
continues(char c)
{
	return memchr(" \t\"}],:", c, 7) != NULL;
}

/* Does the text before `feed` stop behind ',' or '['? A bundle with one object a line is laid out so. */
static bool
is_unfinished(const char *at, const char *feed)
{
	while (feed > at && memchr(" \t\r", feed[-1], 3))
		feed--;
	return feed > at && memchr(",[", feed[-1], 2);
}

/*
 * Is the bad document at s->at, whose first line ends at `feed`, only that line? Its next line begins at `next`. When that is where the
 * error stands, nothing was to go on there.
 */
static bool
is_one_line(const ac_json_stream *s, const char *feed, const char *next)
{
	bool breaks_there = s->what.byte == s->seen_byte + (uint64_t)(next - s->seen);

	return *s->at != '[' && !continues(*next) && (breaks_there || !is_unfinished(s->at, feed));
}

/* The first byte of the line behind `feed` (of blank ones, behind them), or end. */
static const char *
next_line(const char *feed, const char *end)
{
	while (feed < end && (*feed == '\n' || *feed == '\r'))
		feed++;
	return feed;
}

int
ac_stream_refused_whole(ac_json_stream *s, bool is_bad)
{
	size_t have = (size_t)(s->end - s->at), n = have > s->whole_max ? s->whole_max + 1 : have;
	bool all_looked_at = have <= s->whole_max, ends;
	const char *end = s->at + n, *feed = memchr(s->at, '\n', n), *next = next_line(feed ? feed : end, end);

	/* Is it one line? The next one tells. */
	if (next == end && all_looked_at && !s->final) {
		s->need = n > s->whole_max / 2 ? s->whole_max + 1 : n * 2;
		return AC_STREAM_MORE;
	}
	ends = next == end && all_looked_at;
	s->need = 0;
	s->top_line = ac_stream_place(s, s->at).line;
	s->long_line = !feed || ends;
	if (is_bad && next < end && is_one_line(s, feed, next))
		return walk_line(s, feed);
	return ac_stream_open_document(s, s->root, AC_JSON_PATH_TOP);
}

/* ---- feeding ---- */

/* A byte order mark at the very start is passed over. */
static int
begin(ac_json_stream *s)
{
	size_t have = (size_t)(s->end - s->at), n = have < sizeof(byte_order_mark) ? have : sizeof(byte_order_mark);

	if (memcmp(s->at, byte_order_mark, n) == 0) {
		if (n < sizeof(byte_order_mark) && !s->final) {
			s->need = sizeof(byte_order_mark);
			return AC_STREAM_MORE;
		}
		if (n == sizeof(byte_order_mark)) {
			s->at += n;
			(void)ac_stream_place(s, s->at);
			s->line_start = s->seen_byte;
		}
	}
	s->begun = true;
	return 0;
}

/* Walk as far as the window goes. 0, or the error that ends the stream. */
static int
walk_window(ac_json_stream *s, ac_str window, bool final, size_t *out_used)
{
	int rc = 0;

	ac_json_reader_forget(&s->reader);
	s->at = s->seen = window.p;
	s->end = window.p + window.n;
	s->final = final;
	s->need = 0;
	if (!s->begun)
		rc = begin(s);
	while (rc == 0)
		rc = advance(s);
	(void)ac_stream_place(s, s->at);
	*out_used = (size_t)(s->at - window.p);
	return rc < 0 ? rc : 0;
}

/* Put more of the chunk behind what was carried over, and walk when that makes sense. */
static int
feed_carry(ac_json_stream *s, ac_str *chunk)
{
	size_t carried = s->carry.n, grow = s->need > carried + PIECE ? s->need - carried : PIECE, used;
	ac_str view;
	int rc;

	if (grow > chunk->n)
		grow = chunk->n;
	ac_buf_add(&s->carry, ac_str_slice(*chunk, 0, grow));
	rc = ac_buf_finish(&s->carry, &view, s->err);
	if (rc)
		return rc;
	if (view.n < s->need) {
		*chunk = ac_str_slice(*chunk, grow, chunk->n);
		return 0;
	}
	rc = walk_window(s, view, false, &used);
	if (rc)
		return rc;
	if (used < carried) {
		ac_buf_consume(&s->carry, used);
		*chunk = ac_str_slice(*chunk, grow, chunk->n);
		return 0;
	}
	/* All that was carried over is done: the rest is read in the chunk. */
	*chunk = ac_str_slice(*chunk, used - carried, chunk->n);
	if (s->carry.capacity > CARRY_KEPT_MAX)
		ac_buf_done(&s->carry);
	ac_buf_reset(&s->carry);
	return 0;
}

static int
feed_direct(ac_json_stream *s, ac_str *chunk)
{
	size_t used;
	ac_str view;
	int rc = walk_window(s, *chunk, false, &used);

	if (rc)
		return rc;
	ac_buf_add(&s->carry, ac_str_slice(*chunk, used, chunk->n));
	*chunk = (ac_str){ NULL, 0 };
	return ac_buf_finish(&s->carry, &view, s->err);
}

/* The stream ends with this error, now and whenever it is asked again. */
static int
end_stream(ac_json_stream *s, int rc, const accord_err *own, accord_err *err)
{
	s->ended = rc;
	s->what = *own;
	s->what.code = rc;
	if (err)
		*err = s->what;
	return rc;
}

int
ac_json_stream_feed(ac_json_stream *s, ac_str chunk, accord_err *err)
{
	accord_err own = { 0 };
	int rc = 0;

	if (s->ended)
		return end_stream(s, s->ended, &s->what, err);
	s->err = &own;
	while (!rc && chunk.n > 0)
		rc = s->carry.n ? feed_carry(s, &chunk) : feed_direct(s, &chunk);
	return rc ? end_stream(s, rc, &own, err) : 0;
}

int
ac_json_stream_end(ac_json_stream *s, accord_err *err)
{
	accord_err own = { 0 };
	size_t used;
	int rc;

	if (s->ended)
		return end_stream(s, s->ended, &s->what, err);
	s->err = &own;
	rc = walk_window(s, ac_buf_view(&s->carry), true, &used);
	if (!rc && s->depth > 0) {
		/* What ends inside a bad element has been reported. */
		if (s->state == AC_STREAM_SKIP_ELEMENT) {
			rc = end_with_what(s);
		} else {
			(void)ac_stream_bad(s, ac_stream_wanted(s->state));
			rc = recover(s);
		}
	}
	return rc ? end_stream(s, rc, &own, err) : 0;
}
