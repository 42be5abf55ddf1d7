/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One input: bytes to lines, lines to the scanner in blocks, matches to the records they stand in (watch_lines.c). All results depend on the input's bytes alone, never on
 * how they were cut into chunks (only where hits of patterns that want every record stand among the others does): tokens do not cross line ends, blocks are whole lines, and the pieces of an overlong line are cut by rules that look at the line only.
 */
#include "watch/watch.h"

#include <stdlib.h>

#include "watch/control.h"
#include "watch/defang.h"
#include "watch/matches.h"
#include "watch/typography.h"
#include "watch/watch_state.h"

#define BUFFER_MAX (2 * AC_WATCH_LINE_MAX + 2 * AC_WATCH_BLOCK)
/* Where an overlong line may be cut: a blank in the last so many bytes of the piece ... */
#define CUT_WINDOW (64 * AC_KIB)
/* ... else anywhere; the next piece then begins so much earlier, and matches belong to the piece that holds them with half of it to spare. */
#define CUT_OVERLAP (32 * AC_KIB)
/* Of a block so much is looked at with the index that comes. */
#define WARM_PART 32

static int
name_file(ac_watch *w, ac_str file, accord_err *err)
{
	char *text = realloc(w->file_text, file.n + 1);

	if (!text)
		return ac_fail(err, ACCORD_ENOMEM, "%.*s: no memory", AC_FMT(file));
	if (file.n)
		memcpy(text, file.p, file.n);
	w->file_text = text;
	w->evaluation.file = (ac_str){ text, file.n };
	return 0;
}

ac_watch *
ac_watch_open(const ac_index *index, ac_str file, ac_time as_of, const ac_watch_sink *sink)
{
	ac_watch *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->index = index;
	w->as_of = as_of;
	w->sink = *sink;
	w->scan = ac_scan_open(index);
	w->matches = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX);
	w->unsorted = w->matches;
	w->signed_lines = ac_vec_of(sizeof(size_t), AC_WATCH_MATCHES_MAX);
	ac_buf_init(&w->buffer, BUFFER_MAX);
	ac_watch_copy_init(&w->plain, AC_WATCH_COPY_PLAIN, BUFFER_MAX);
	ac_watch_copy_init(&w->refanged, AC_WATCH_COPY_REFANGED, BUFFER_MAX);
	ac_watch_copy_init(&w->controls, AC_WATCH_COPY_CONTROLS, BUFFER_MAX);
	ac_watch_copy_init(&w->letters, AC_WATCH_COPY_CONTROLS, BUFFER_MAX);
	ac_decode_init(&w->decode);
	ac_log_state_init(&w->state, as_of);
	if (!w->scan || ac_evaluation_init(&w->evaluation, index, w->scan, &w->sink, &w->counts) ||
	    name_file(w, file, NULL))
		return ac_watch_close(w);
	return w;
}

ac_watch *
ac_watch_close(ac_watch *w)
{
	if (!w)
		return NULL;
	ac_pattern_stage_close(w->stage);
	ac_scan_close(w->scan);
	ac_evaluation_done(&w->evaluation);
	ac_retro_take_close(w->take);
	ac_log_state_done(&w->state);
	ac_buf_done(&w->buffer);
	ac_watch_copy_done(&w->plain);
	ac_watch_copy_done(&w->refanged);
	ac_watch_copy_done(&w->controls);
	ac_watch_copy_done(&w->letters);
	ac_decode_done(&w->decode);
	ac_vec_done(&w->matches);
	ac_vec_done(&w->unsorted);
	ac_vec_done(&w->signed_lines);
	free(w->file_text);
	free(w);
	return NULL;
}

void
ac_watch_set_rules(ac_watch *w, const ac_watch_rules *rules)
{
	w->evaluation.rules = *rules;
}

int
ac_watch_set_patterns(ac_watch *w, ac_patterns *patterns, accord_err *err)
{
	int rc = ac_pattern_stage_use(&w->stage, patterns, w->evaluation.file, err);

	w->evaluation.stage = w->stage;
	w->sees_all = w->stage && ac_pattern_stage_wants_all(w->stage);
	return rc;
}

void
ac_watch_select(ac_watch *w, const ac_where *where, const ac_log_format *format)
{
	w->evaluation.where = where;
	w->state.forced = format;
}

int
ac_watch_remember(ac_watch *w, ac_retro *retro, accord_err *err)
{
	ac_retro_take_close(w->take);
	w->take = ac_retro_take_open(retro, w->evaluation.file);
	return w->take ? 0 : ac_fail(err, ACCORD_ENOMEM, "%.*s: no memory to remember it", AC_FMT(w->evaluation.file));
}

void
ac_watch_use(ac_watch *w, const ac_index *index)
{
	w->index = index;
	w->coming = NULL;
	ac_evaluation_use(&w->evaluation, index);
	ac_scan_use(w->scan, index);
}

void
ac_watch_expect(ac_watch *w, const ac_index *coming)
{
	w->coming = coming;
}

void
ac_watch_use_kernel(ac_watch *w, const ac_scan_kernel *kernel)
{
	w->scan->kernel = kernel;
}

void
ac_watch_count(const ac_watch *w, ac_watch_counts *out)
{
	*out = w->counts;
}

void
ac_watch_counts_add(ac_watch_counts *to, const ac_watch_counts *more)
{
	to->bytes += more->bytes;
	to->lines += more->lines;
	to->malformed += more->malformed;
	to->hits += more->hits;
	to->held_back += more->held_back;
	to->not_where += more->not_where;
	to->not_since += more->not_since;
	to->overlong += more->overlong;
}

void
ac_watch_add_counts(const ac_watch *w, ac_watch_counts *to)
{
	ac_watch_counts_add(to, &w->counts);
}

/* ---- lines ---- */

/* First byte of the line that holds `at`, not before `floor`. */
static size_t
line_begin(const ac_watch *w, size_t floor, size_t at)
{
	const char *p = memrchr(w->text.p + floor, '\n', at - floor);

	return p ? (size_t)(p - w->text.p) + 1 : floor;
}

static size_t
next_backslash(const ac_watch *w, size_t at, size_t end)
{
	const char *p;

	if (w->is_mapped)
		return ac_scan_next(w->scan->maps->escape + 1, at, end);
	p = at < end ? memchr(w->text.p + at, '\\', end - at) : NULL;
	return p ? (size_t)(p - w->text.p) : end;
}

static size_t
next_defanged(const ac_watch *w, size_t at, size_t end)
{
	ac_str all = { w->text.p, end };

	if (!w->is_mapped)
		return ac_defang_find(all, at);
	do
		at = ac_scan_next(w->scan->maps->spelling + 1, at, end);
	while (at < end && !ac_defang_is_at(all, at) && ++at);
	return at;
}

/* A line with control characters that are letters behind backslashes, before its JSON, is scanned as a copy, too. */
static void
copy_letters(ac_watch *w, size_t begin, size_t end, size_t json)
{
	ac_control_letters letters = { .line = ac_str_slice(w->text, begin, end) };
	size_t n;

	if (ac_control_may_hold(letters.line) && ac_control_next_letter(&letters, &n) < json - begin)
		ac_watch_copy_line(&w->letters, w->text, begin, end, json);
}

/* The line that was copied without its escapes is one for copy_controls. */
static void
note_signs(ac_watch *w, size_t begin)
{
	size_t *added = w->plain.has_signs ? ac_vec_add(&w->signed_lines) : NULL;

	if (added)
		*added = begin;
}

/* Lines that are scanned as copies are not scanned themselves; lines with defanged spellings are, and as copies too. */
static void
copy_lines(ac_watch *w, size_t end)
{
	size_t slash = next_backslash(w, 0, end), defanged = next_defanged(w, 0, end);

	w->has_backslash = slash < end;
	while (slash < end || defanged < end) {
		size_t at = line_begin(w, 0, slash < defanged ? slash : defanged), stop = ac_watch_line_end(w, at, end);
		ac_str line = { w->text.p + at, stop - at };
		size_t json = slash < stop ? ac_watch_json_begin(line) : line.n;
		bool has_letters = false; /* copied for them */

		w->plain.has_slashes = w->plain.has_deep = w->plain.has_events = false;
		if (json < line.n) {
			ac_watch_copy_line(&w->plain, w->text, at, stop, at + json);
			note_signs(w, at);
			has_letters = w->plain.has_letters && ac_watch_copy_letters(&w->letters, &w->plain);
			if (w->is_mapped)
				ac_scan_leave_out(w->scan, at, stop);
		}
		if (defanged < stop) {
			ac_watch_copy_line(&w->refanged, w->text, at, stop, at + json);
			defanged = next_defanged(w, stop, end);
		}
		if (slash < stop) {
			if (slash - at < json) {
				ac_decode_note(&w->decode, w->text, at, stop);
				if (!has_letters)
					copy_letters(w, at, stop, at + json);
			}
			if (w->plain.has_slashes || w->plain.has_events)
				ac_decode_note_json(
				    &w->decode, w->text, at, stop, w->plain.has_deep || w->plain.has_events);
			slash = next_backslash(w, stop, end);
		}
	}
}

/* Whether all lines of a mapped piece begin as JSON does. */
static bool
begin_like_json(const ac_watch *w, size_t end)
{
	const uint32_t *feeds = w->view.feeds;
	bool all = !ac_control_may_hold(ac_str_slice(w->text, 0, end));

	for (size_t i = 0; all && i < w->view.feed_count && feeds[i] + 1 < end; i++)
		all = !ac_control_may_hold(ac_str_slice(w->text, feeds[i] + 1, end));
	return all;
}

/* Where something stands that makes a line one of `controls`: the first of each kind from some place on. */
typedef struct control_places {
	size_t control, sign;
	const size_t *line, *last_line; /* w->signed_lines */
	bool has_controls, has_signs;
} control_places;

static void
find_controls(const ac_watch *w, size_t from, size_t end, control_places *p)
{
	ac_str all = { w->text.p, end };

	if (from == 0 || p->control < from)
		p->control = p->has_controls ? ac_control_find(all, from) : end;
	if (from == 0 || p->sign < from)
		p->sign = p->has_signs ? ac_typography_find(all, from) : end;
	while (p->line < p->last_line && *p->line < from)
		p->line++;
}

/* Lines with control characters that a log server has spelled, or with typographic signs, are scanned as copies, too. */
static void
copy_controls(ac_watch *w, size_t end)
{
	control_places p = { .line = ac_vec_items(&w->signed_lines),
		.has_controls = !w->is_mapped || (w->view.has_signs && !begin_like_json(w, end)),
		.has_signs = !w->is_mapped || w->view.has_high };
	size_t stop = 0;

	p.last_line = p.line + w->signed_lines.n;
	for (;;) {
		size_t place, at, json;
		bool is_signed;

		find_controls(w, stop, end, &p);
		place = p.control < p.sign ? p.control : p.sign;
		if (p.line < p.last_line && *p.line < place)
			place = *p.line;
		if (place >= end)
			return;
		at = line_begin(w, 0, place);
		stop = ac_watch_line_end(w, at, end);
		json = at + ac_watch_json_begin(ac_str_slice(w->text, at, stop));
		if (w->in_long_line)
			json = w->long_is_json ? at : stop;
		w->controls.is_json =
		    w->in_long_line ? w->long_is_json : !ac_control_may_hold(ac_str_slice(w->text, at, stop));
		is_signed = p.sign < stop || (p.line < p.last_line && *p.line == at);
		if (is_signed || !w->controls.is_json)
			ac_watch_copy_line(&w->controls, w->text, at, stop, json);
	}
}

/* What touches a spelling is judged as it was meant. */
static int
scan_judged(ac_watch *w, ac_watch_copy *copy, accord_err *err)
{
	w->matches.n = ac_watch_copy_judge(copy, w->matches.p, w->matches.n);
	return ac_watch_copy_scan(copy, w->scan, &w->matches, err);
}

/* The matches of text[0, end): lines of a region, or one line. */
static int
scan_piece(ac_watch *w, size_t end, accord_err *err)
{
	ac_str all = { w->text.p, end };
	int rc = 0;

	w->matches.n = 0;
	ac_scan_expect_as_numbers(w->scan, w->state.has_as_numbers);
	ac_decode_begin(&w->decode);
	w->is_mapped = end <= AC_SCAN_REGION;
	if (w->is_mapped)
		ac_scan_look(w->scan, all, &w->view);
	w->next_feed = 0;
	w->has_backslash = false;
	w->signed_lines.n = 0;
	if (!w->is_mapped || w->view.has_spellings)
		copy_lines(w, end);
	copy_controls(w, end);
	if (w->is_mapped)
		rc = ac_scan_finish(w->scan, &w->matches, err);
	else if (w->plain.text.n == 0)
		rc = ac_scan_text(w->scan, all, &w->matches, err);
	/* A table's header may stand in the piece, and its rows in copies. */
	if (ac_scan_names_as_numbers(w->scan))
		ac_scan_expect_as_numbers(w->scan, true);
	if (!rc)
		rc = ac_watch_copy_scan(&w->plain, w->scan, &w->matches, err);
	if (!rc)
		rc = scan_judged(w, &w->controls, err);
	if (!rc)
		rc = scan_judged(w, &w->letters, err);
	if (!rc)
		rc = scan_judged(w, &w->refanged, err);
	return rc ? rc : ac_decode_look(&w->decode, w->scan, &w->matches, err);
}

static void
consume(ac_watch *w, size_t n)
{
	w->text = ac_str_slice(w->text, n, w->text.n);
	w->base += n;
}

/* A part of the text[0, end), which has been scanned and is near yet, for the index that comes. Where it is cut is all the same: what is remembered of half a token is true of a whole one. */
static void
warm_coming(ac_watch *w, size_t end)
{
	ac_scan_warm(w->scan, w->coming, ac_str_slice(w->text, 0, end / WARM_PART), &w->view, &w->matches);
}

/* Whole lines text[0, end), none of them overlong. */
static int
process_lines(ac_watch *w, size_t end, accord_err *err)
{
	int rc = 0;

	while (!rc && end > 0) {
		size_t n = end <= AC_SCAN_REGION ? end : line_begin(w, 0, AC_SCAN_REGION);

		if (n == 0) {
			n = ac_watch_line_end(w, 0, end);
			n += n < end;
		}
		rc = scan_piece(w, n, err);
		if (!rc)
			rc = ac_matches_sort(&w->matches, &w->unsorted, err);
		if (rc)
			break;
		rc = ac_watch_walk_lines(w, n, err);
		if (w->coming)
			warm_coming(w, n < AC_SCAN_REGION ? n : AC_SCAN_REGION);
		consume(w, n);
		end -= n;
	}
	return rc;
}

/* ---- overlong lines ---- */

/* What a piece's values have without the escapes of their line. `next`: where the piece behind it begins. */
static int
decode_piece(ac_watch *w, ac_str piece, size_t next, accord_err *err)
{
	w->evaluation.escapes = w->long_is_json ? AC_LOG_JSON : w->long_escapes;
	w->evaluation.depth = 0;
	if (!w->long_is_json)
		return ac_decode_piece(&w->decode, w->scan, w->long_escapes, piece, &w->matches, err);
	return ac_decode_documents(
	    &w->decode, w->scan, piece, next, &w->long_in_document, &w->evaluation.depth, &w->matches, err);
}

/* Of the piece's matches, those that end behind long_skip and not behind `until`. How many. */
static size_t
keep_of_piece(ac_watch *w, size_t until)
{
	ac_match *matches = ac_vec_items(&w->matches);
	size_t kept = 0;

	for (size_t i = 0; i < w->matches.n; i++) {
		size_t end = matches[i].offset + matches[i].length;

		if (end > w->long_skip && end <= until)
			matches[kept++] = matches[i];
	}
	return kept;
}

/* Scan text[0, end) as a piece of an overlong line, whose next one begins at `next`; matches count that end behind long_skip and not behind `until`. */
static int
process_piece(ac_watch *w, size_t end, size_t next, size_t until, accord_err *err)
{
	size_t kept;
	int rc = 0;

	w->has_backslash = true;
	w->is_mapped = false;
	w->matches.n = w->signed_lines.n = 0;
	/* Of no field: only those with letters are any. */
	ac_scan_expect_as_numbers(w->scan, false);
	if (w->long_is_json && memchr(w->text.p, '\\', end)) {
		ac_watch_copy_line(&w->plain, w->text, 0, end, 0);
		note_signs(w, 0);
		rc = ac_watch_copy_scan(&w->plain, w->scan, &w->matches, err);
	} else {
		rc = ac_scan_text(w->scan, (ac_str){ w->text.p, end }, &w->matches, err);
	}
	if (!rc && ac_defang_find((ac_str){ w->text.p, end }, 0) < end) {
		ac_watch_copy_line(&w->refanged, w->text, 0, end, w->long_is_json ? 0 : end);
		rc = scan_judged(w, &w->refanged, err);
	}
	copy_controls(w, end);
	if (!w->long_is_json)
		copy_letters(w, 0, end, end);
	if (!rc)
		rc = scan_judged(w, &w->controls, err);
	if (!rc)
		rc = scan_judged(w, &w->letters, err);
	if (!rc)
		rc = ac_matches_sort(&w->matches, &w->unsorted, err);
	if (!rc)
		rc = decode_piece(w, ac_str_slice(w->text, 0, end), next, err);
	if (rc)
		return rc;
	kept = keep_of_piece(w, until);
	w->evaluation.has_plus = w->state.columns_of == &ac_log_w3c;
	if (kept)
		rc = ac_watch_evaluate_line(w, 0, end, w->matches.p, kept, NULL, true, err);
	if (!rc && w->take)
		rc = ac_watch_remember_line(w, 0, end, NULL, err);
	return !rc && w->take ? ac_retro_take_settle(w->take, err) : rc;
}

/* The line is longer than a piece: scan one and keep the rest. */
static int
cut_piece(ac_watch *w, accord_err *err)
{
	size_t end = AC_WATCH_LINE_MAX, cut = end;
	int rc;

	if (!w->in_long_line) {
		w->in_long_line = true;
		w->long_escapes = ac_decode_kind(&w->decode, &w->state, w->text);
		w->long_is_json = w->text.p[0] == '{' || w->long_escapes == AC_LOG_JSON;
		w->long_in_document = false;
		w->long_skip = 0;
		w->counts.lines++;
		w->counts.malformed++;
		w->counts.overlong++;
		w->state.has_content = true;
	}
	while (cut > end - CUT_WINDOW && (unsigned char)w->text.p[cut - 1] > ' ')
		cut--;
	if (cut > end - CUT_WINDOW) {
		rc = process_piece(w, cut, cut, cut, err);
		consume(w, cut);
		w->long_skip = 0;
		return rc;
	}
	cut = end - CUT_OVERLAP;
	/* not between a backslash and what it escapes */
	while (cut < end - CUT_OVERLAP / 2 && w->text.p[cut - 1] == '\\')
		cut++;
	rc = process_piece(w, end, cut, end - CUT_OVERLAP / 2, err);
	consume(w, cut);
	w->long_skip = end - CUT_OVERLAP / 2 - cut;
	return rc;
}

/* The last piece, text[0, end), without its line end. */
static int
end_long_line(ac_watch *w, size_t end, accord_err *err)
{
	int rc = end ? process_piece(w, end, end, end, err) : 0;

	w->in_long_line = false;
	w->evaluation.depth = 0;
	return rc;
}

/* ---- input ---- */

/* The first line of the text is overlong, or the tail of one: take a step. 0 and *out_more false when more input is needed. */
static int
step_long_line(ac_watch *w, bool *out_more, accord_err *err)
{
	size_t n = w->text.n, stop = ac_watch_line_end(w, 0, n < AC_WATCH_LINE_MAX + 1 ? n : AC_WATCH_LINE_MAX + 1);
	int rc;

	*out_more = true;
	if (stop > AC_WATCH_LINE_MAX)
		return cut_piece(w, err);
	if (stop == n) {
		*out_more = false;
		return 0;
	}
	rc = end_long_line(w, stop, err);
	consume(w, stop + 1);
	return rc;
}

/* End of the longest run of whole lines at the front of the text, none of them overlong. */
static size_t
whole_lines(const ac_watch *w)
{
	const char *last = w->text.n ? memrchr(w->text.p, '\n', w->text.n) : NULL;
	size_t end = last ? (size_t)(last - w->text.p) + 1 : 0, at = 0;

	if (end <= AC_WATCH_LINE_MAX)
		return end;
	while (at < end) {
		size_t stop = ac_watch_line_end(w, at, end);

		if (stop - at > AC_WATCH_LINE_MAX)
			return at;
		at = stop + 1;
	}
	return end;
}

/* Take all that can be taken from the text. */
static int
drain(ac_watch *w, accord_err *err)
{
	bool more = true;
	int rc = 0;

	/* A byte order mark is no letter before the first word. */
	if (w->base == 0 && ac_str_starts(w->text, AC_S("\xef\xbb\xbf")))
		consume(w, 3);
	while (!rc && more) {
		size_t end = w->in_long_line ? 0 : whole_lines(w);

		if (end > 0) {
			rc = process_lines(w, end, err);
			continue;
		}
		if (!w->in_long_line && w->text.n <= AC_WATCH_LINE_MAX)
			break;
		rc = step_long_line(w, &more, err);
	}
	return rc;
}

static int
drain_buffer(ac_watch *w, accord_err *err)
{
	int rc;

	w->text = ac_buf_view(&w->buffer);
	rc = drain(w, err);
	ac_buf_consume(&w->buffer, w->buffer.n - w->text.n);
	return rc;
}

static int
gather(ac_watch *w, ac_str bytes, accord_err *err)
{
	ac_buf_add(&w->buffer, bytes);
	return w->buffer.failed ? ac_fail(err, w->buffer.failed, "watch: buffer of %zu bytes", w->buffer.n) : 0;
}

/* A large chunk, with nothing before it that belongs to its first line, is taken where it stands; its last line is kept. */
static int
take_in_place(ac_watch *w, ac_str chunk, accord_err *err)
{
	int rc;

	w->text = chunk;
	rc = drain(w, err);
	return rc ? rc : gather(w, w->text, err);
}

int
ac_watch_feed(ac_watch *w, ac_str chunk, accord_err *err)
{
	int rc = 0;

	w->counts.bytes += chunk.n;
	while (!rc && chunk.n > 0) {
		bool is_large = chunk.n >= AC_WATCH_BLOCK / 2;
		ac_str part;

		if (is_large && w->buffer.n == 0)
			return take_in_place(w, chunk, err);
		/* The rest of a line; or small chunks, which are gathered: a scan of one line at a time would leave the batches empty. */
		part = ac_str_slice(chunk, 0, AC_WATCH_BLOCK);
		if (is_large)
			part = ac_str_slice(part, 0, ac_str_find_byte(part, '\n') + 1);
		chunk = ac_str_slice(chunk, part.n, chunk.n);
		rc = gather(w, part, err);
		if (!rc && (is_large || w->buffer.n >= AC_WATCH_BLOCK / 2))
			rc = drain_buffer(w, err);
	}
	return rc;
}

int
ac_watch_end(ac_watch *w, accord_err *err)
{
	int rc = drain_buffer(w, err);

	w->text = ac_buf_view(&w->buffer);
	if (!rc && w->text.n && w->in_long_line) {
		rc = end_long_line(w, w->text.n, err);
		consume(w, w->text.n);
	} else if (!rc) {
		rc = process_lines(w, w->text.n, err);
	}
	ac_buf_reset(&w->buffer);
	return rc;
}

int
ac_watch_pause(ac_watch *w, ac_watch_position *out, accord_err *err)
{
	int rc = drain_buffer(w, err);

	*out = (ac_watch_position){ .offset = w->base,
		.lines = w->counts.lines + w->line_base,
		.header_begin = w->header_begin,
		.header_end = w->header_end,
		.first_begin = w->first_begin,
		.first_end = w->first_end,
		.has_content = w->state.has_content,
		.in_long_line = w->in_long_line,
		.long_is_json = w->long_is_json,
		.long_escapes = w->long_escapes,
		.long_skip = (uint32_t)w->long_skip,
		.long_in_document = w->long_in_document,
		.csv = ac_log_csv_rest_of(&w->state) };
	return rc;
}

size_t
ac_watch_rest(const ac_watch *w)
{
	return w->buffer.n;
}

static void
replay(ac_watch *w, ac_str lines)
{
	ac_str line;

	while (ac_str_next_field(&lines, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		(void)ac_log_see(&w->state, line);
	}
}

int
ac_watch_resume(ac_watch *w, ac_str file, const ac_watch_position *at, ac_str header, ac_str first, accord_err *err)
{
	int rc = name_file(w, file, err);

	if (rc)
		return rc;
	if (w->take)
		ac_retro_take_rename(w->take, w->evaluation.file);
	if (w->stage && ac_pattern_stage_rename(w->stage, w->evaluation.file, err))
		return ACCORD_ENOMEM;
	ac_buf_reset(&w->buffer);
	ac_log_state_restart(&w->state);
	/* In the order in which they stand: a header behind the first line was not its. */
	if (at->first_begin < at->header_begin)
		replay(w, first);
	replay(w, header);
	if (at->first_begin >= at->header_begin)
		replay(w, first);
	w->state.has_content |= at->has_content;
	ac_log_csv_go_on(&w->state, &at->csv);
	w->base = at->offset;
	w->line_base = at->lines - w->counts.lines;
	w->header_begin = at->header_begin;
	w->header_end = at->header_end;
	w->first_begin = at->first_begin;
	w->first_end = at->first_end;
	w->in_header = at->header_end > at->first_end;
	w->in_long_line = at->in_long_line;
	w->long_is_json = at->long_is_json;
	w->long_escapes = (ac_log_escapes)at->long_escapes;
	w->long_skip = at->long_skip;
	w->long_in_document = at->long_in_document;
	return 0;
}
