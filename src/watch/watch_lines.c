/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a scanned piece: which need a look, what they teach of their format, and their matches to the evaluation. */
#include "watch/watch_state.h"

/* Records that are asked of memory before the matches that they belong to are looked at. */
#define RECORDS_AHEAD 24

/* Hand matches, all in text[begin, end), to the evaluation. */
int
ac_watch_evaluate_line(ac_watch *w, size_t begin, size_t end, ac_match *matches, size_t count,
    const ac_log_state *state, bool malformed, accord_err *err)
{
	ac_evaluation *e = &w->evaluation;

	e->line = (ac_str){ w->text.p + begin, end - begin };
	e->line_number = w->counts.lines + w->line_base;
	e->line_offset = w->base + begin;
	e->plain_n = 0;
	e->unescape = w->has_backslash && memchr(e->line.p, '\\', e->line.n);
	if (e->unescape && w->in_long_line) {
		e->unescape = w->long_is_json;
	} else if (e->unescape) {
		e->plain_n = ac_watch_json_begin(e->line);
		e->unescape = e->plain_n < e->line.n;
	}
	for (size_t i = 0; i < count; i++)
		matches[i].offset -= begin;
	if (w->sink.time_of)
		w->state.as_of = w->sink.time_of(w->sink.payload, e->line_offset);
	return ac_evaluate(e, state, w->state.as_of, malformed, matches, count, err);
}

/* "</Event>": entities of such a line are looked at, whatever was found in it as it stands. */
static bool
ends_like_xml(ac_str text, size_t feed)
{
	char last = text.p[feed - 1];

	return last == '>' || (last == '\r' && text.p[feed - 2] == '>');
}

/* A line that need not be shown to the formats (ac_log_plain). */
static bool
is_plain(ac_str text, size_t begin, size_t feed, const ac_log_plain *plain)
{
	unsigned char first = (unsigned char)text.p[begin];

	if (plain->is_json)
		return first == '{' && text.p[feed - 1] == '}';
	return first > ' ' && first < 0x80 && first != '#' && !ends_like_xml(text, feed) &&
	       !ac_log_may_be_names((ac_str){ text.p + begin, feed - begin });
}

/* Pass over lines from `at` on that say nothing to the formats, up to the one that holds `until`. The place behind them. */
static size_t
pass_lines(ac_watch *w, size_t at, size_t until)
{
	const uint32_t *feeds = w->view.feeds;
	size_t i = w->next_feed;
	ac_log_plain plain;
	uint64_t lines = 0;

	/* What is remembered is every line. */
	if (!w->is_mapped || w->take || at >= until || !ac_log_may_pass(&w->state, &plain))
		return at;
	while (i < w->view.feed_count && feeds[i] < at)
		i++;
	for (; i < w->view.feed_count && feeds[i] < until && is_plain(w->text, at, feeds[i], &plain); i++, lines++)
		at = feeds[i] + 1;
	w->next_feed = i;
	w->counts.lines += lines;
	if (lines) {
		w->state.learned = AC_LOG_NOTHING;
		w->in_header = false;
	}
	return at;
}

/* Keep the places of lines that say something about later ones. */
static void
note_line(ac_watch *w, size_t begin, size_t end)
{
	uint64_t at = w->base + begin, next = w->base + end;

	switch (w->state.learned) {
	case AC_LOG_HEADER:
		if (!w->in_header || next - w->header_begin > AC_LOG_HEADER_MAX)
			w->header_begin = at;
		w->header_end = next;
		w->in_header = true;
		break;
	case AC_LOG_FIRST:
		w->first_begin = at;
		w->first_end = next;
		w->in_header = false;
		break;
	case AC_LOG_REMARK:
		break;
	case AC_LOG_NOTHING:
		if (begin < end && w->text.p[begin] != '#')
			w->in_header = false;
		break;
	}
}

/* Without a state: a piece of a line. */
int
ac_watch_remember_line(ac_watch *w, size_t begin, size_t end, const ac_log_state *state, accord_err *err)
{
	ac_str line = { w->text.p + begin, end - begin };
	bool is_json =
	    memchr(line.p, '\\', line.n) && (w->in_long_line ? w->long_is_json : ac_watch_json_begin(line) < line.n);
	ac_time as_of = w->sink.time_of ? w->sink.time_of(w->sink.payload, w->base + begin) : w->as_of;

	return ac_retro_take_line(w->take, state, line, is_json, as_of, err);
}

/* The same for a line of which `count` matches were found as it stands, and whose fields may hold escapes. */
static int
evaluate_coded(ac_watch *w, size_t begin, size_t end, ac_match *matches, size_t count, bool malformed, accord_err *err)
{
	bool any;
	int rc = ac_decode_line(&w->decode, w->scan, &w->state, w->text, begin, end, matches, count, &any, err);

	if (!rc && any) {
		matches = w->decode.matches.p;
		count = w->decode.matches.n;
	}
	w->evaluation.is_decoded = any;
	if (!rc && count > 0)
		rc = ac_watch_evaluate_line(w, begin, end, matches, count, &w->state, malformed, err);
	w->evaluation.is_decoded = false;
	return rc;
}

/* A line with `count` matches. is_coded: its fields may hold escapes; those of CSV and XML are not marked as such. */
static int
evaluate_found(ac_watch *w, size_t begin, size_t end, ac_match *matches, size_t count, bool is_coded, bool malformed,
    accord_err *err)
{
	ac_str line = { w->text.p + begin, end - begin };

	if (is_coded || ac_decode_may_be_coded(&w->state, line))
		return evaluate_coded(w, begin, end, matches, count, malformed, err);
	return count ? ac_watch_evaluate_line(w, begin, end, matches, count, &w->state, malformed, err) : 0;
}

/* Where a line that must be looked at is next. */
static size_t
next_place(const ac_match *matches, size_t count, const size_t *coded, const size_t *last_coded, size_t end)
{
	size_t match = count ? matches->offset : end, line = coded < last_coded ? *coded : end;

	return match < line ? match : line;
}

/* The next line is shown to the formats. Whether it is malformed. */
static bool
see_line(ac_watch *w, size_t begin, size_t end)
{
	bool malformed;

	w->counts.lines++;
	malformed = ac_log_see(&w->state, ac_str_slice(w->text, begin, end));
	w->counts.malformed += malformed;
	if (w->in_header || w->state.learned != AC_LOG_NOTHING)
		note_line(w, begin, end);
	return malformed;
}

/* Whole lines text[0, end), scanned: show each to the formats, and evaluate those with matches. */
int
ac_watch_walk_lines(ac_watch *w, size_t end, accord_err *err)
{
	const size_t *coded = ac_vec_items(&w->decode.coded), *last_coded = coded + w->decode.coded.n;
	ac_match *matches = ac_vec_items(&w->matches);
	size_t count = w->matches.n, next = 0, asked = 0, at = 0;
	int rc = 0;

	/* Lines without a match are passed over, unless patterns want every record. */
	while (!rc &&
	       (at = w->sees_all
			 ? at
			 : pass_lines(w, at, next_place(matches + next, count - next, coded, last_coded, end))) < end) {
		size_t stop = ac_watch_line_end(w, at, end), text_end = stop, first = next;
		bool is_coded = coded < last_coded && *coded == at, malformed;

		if (text_end > at && w->text.p[text_end - 1] == '\r')
			text_end--;
		malformed = see_line(w, at, text_end);
		while (next < count && matches[next].offset < stop)
			next++;
		for (; next > first && asked < count && asked < next + RECORDS_AHEAD; asked++)
			ac_index_prefetch(w->index, matches[asked].record);
		coded += is_coded;
		rc = evaluate_found(w, at, text_end, matches + first, next - first, is_coded, malformed, err);
		if (!rc && w->sees_all)
			rc = ac_pattern_stage_see(w->stage, &w->evaluation, &w->state,
			    (ac_str){ w->text.p + at, text_end - at }, w->counts.lines + w->line_base, w->base + at,
			    w->as_of, err);
		if (!rc && w->take)
			rc = ac_watch_remember_line(w, at, text_end, &w->state, err);
		at = stop + 1;
	}
	if (!rc && w->take)
		rc = ac_retro_take_settle(w->take, err);
	return rc || !w->sees_all ? rc : ac_pattern_stage_flush(w->stage, &w->evaluation, err);
}
