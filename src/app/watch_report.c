/* SPDX-License-Identifier: Apache-2.0 */
/* Hits as rows and as JSON lines. Text from telemetry is hostile: it is shown with its controls visible. */
#include "app/watch_report.h"

#include <stdlib.h>

#include "app/app.h"
#include "app/watch_summary.h"
#include "base/limits.h"
#include "base/utf8.h"

/* Before the hit in the text of a long line. */
#define TEXT_BEFORE AC_KIB

enum { PLACE_WIDTH = 28, TYPE_WIDTH = 12, VALUE_WIDTH = 36, MATCH_WIDTH = 10, NAME_MAX_BYTES = 160 };

struct ac_watch_report {
	ac_app *app;
	bool show_held;
	bool has_head;
	size_t place_width;
	ac_buf place; /* of a row, while it is written */
	ac_watch_summary *summary;
};

ac_watch_report *
ac_watch_report_open(ac_app *app, ac_store *store, bool show_held)
{
	ac_watch_report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->app = app;
	r->show_held = show_held;
	r->place_width = PLACE_WIDTH;
	ac_buf_init(&r->place, 2 * AC_PATH_MAX);
	r->summary = ac_watch_summary_open(store, ac_app_seed(app));
	return r->summary ? r : ac_watch_report_close(r);
}

ac_watch_report *
ac_watch_report_close(ac_watch_report *r)
{
	if (!r)
		return NULL;
	ac_watch_summary_close(r->summary);
	ac_buf_done(&r->place);
	free(r);
	return NULL;
}

/* ---- JSON ---- */

/* At most AC_HIT_TEXT_MAX bytes of the record around the hit, of valid UTF-8: a view of the line, or of scratch when bytes had to be replaced. */
static ac_str
hit_text(const ac_hit *hit, ac_buf *scratch, bool *out_lossy)
{
	size_t at = (size_t)(hit->offset - hit->text_offset), from = 0;
	ac_str text;

	*out_lossy = false;
	if (hit->text.n > AC_HIT_TEXT_MAX && at + hit->length > AC_HIT_TEXT_MAX) {
		from = at > TEXT_BEFORE ? at - TEXT_BEFORE : 0;
		while (from > 0 && from < hit->text.n && ((unsigned char)hit->text.p[from] & 0xc0) == 0x80 &&
		       at - from < TEXT_BEFORE + 4)
			from--;
	}
	text = ac_str_slice(hit->text, from, hit->text.n);
	if (text.n <= AC_HIT_TEXT_MAX && ac_utf8_valid_prefix(text) == text.n)
		return text;
	*out_lossy = ac_utf8_add_lossy(scratch, text, AC_HIT_TEXT_MAX);
	/* Replaced bytes take three each: cut again, at a character. */
	if (scratch->n > AC_HIT_TEXT_MAX) {
		size_t n = AC_HIT_TEXT_MAX;

		while (n > 0 && ((unsigned char)scratch->p[n] & 0xc0) == 0x80)
			n--;
		scratch->n = n;
	}
	return ac_buf_view(scratch);
}

/* ,"key": as it stands between the members of a hit: keys of our own hold nothing to escape. */
#define MEMBER(key) AC_S(",\"" key "\":")

static void
witnesses_json(ac_buf *out, const ac_hit *hit)
{
	ac_json_writer w;

	ac_buf_add(out, MEMBER("witnesses"));
	ac_json_writer_init(&w, out);
	ac_jw_array(&w);
	for (size_t i = 0; i < hit->witness_count; i++) {
		const ac_witness *one = &hit->witnesses[i];
		ac_buf time;

		ac_buf_init(&time, 64);
		ac_time_add(&time, one->time, 3);
		ac_jw_object(&w);
		ac_jw_key_u64(&w, AC_S("bracket"), one->bracket);
		ac_jw_key_string(&w, AC_S("file"), one->file);
		ac_jw_key_u64(&w, AC_S("line"), one->line);
		ac_jw_key_u64(&w, AC_S("offset"), one->offset);
		ac_jw_key_string(&w, AC_S("time"), ac_buf_view(&time));
		ac_jw_end(&w);
		ac_buf_done(&time);
	}
	ac_jw_end(&w);
}

static inline char *
put(char *to, ac_str text)
{
	memcpy(to, text.p, text.n);
	return to + text.n;
}

/* Words of our own hold nothing to escape. */
static inline char *
put_word(char *to, ac_str word)
{
	*to++ = '"';
	to = put(to, word);
	*to++ = '"';
	return to;
}

/* Room for members of numbers and words. */
#define MEMBERS_MAX 256

/* Members "line" to "type", with the key of "value". */
static void
add_place(ac_buf *out, const ac_hit *hit)
{
	char text[MEMBERS_MAX], *to = put(text, MEMBER("line"));

	to += ac_u64_digits(hit->line, to);
	to = put(to, MEMBER("offset"));
	to += ac_u64_digits(hit->offset, to);
	to = put(to, MEMBER("length"));
	to += ac_u64_digits(hit->length, to);
	to = put(to, MEMBER("type"));
	to = put_word(to, ac_value_type_name(hit->type));
	to = put(to, MEMBER("value"));
	ac_buf_add(out, (ac_str){ text, (size_t)(to - text) });
}

/* Members "match", "indicators" and "names"; whether one was not valid yet. */
static bool
add_indicators(ac_buf *out, const ac_hit *hit)
{
	char text[MEMBERS_MAX], *to = put(text, MEMBER("match"));
	bool before = false;

	to = put_word(to, ac_str_from(hit->match));
	to = put(to, AC_S(",\"indicators\":["));
	ac_buf_add(out, (ac_str){ text, (size_t)(to - text) });
	for (size_t i = 0; i < hit->indicator_count; i++) {
		if (i)
			ac_buf_add_byte(out, ',');
		ac_json_add_string(out, hit->indicators[i].id);
	}
	ac_buf_add(out, AC_S("],\"names\":["));
	for (size_t i = 0; i < hit->indicator_count; i++) {
		if (i)
			ac_buf_add_byte(out, ',');
		ac_json_add_string(out, hit->indicators[i].name);
		before |= hit->indicators[i].before_valid_from;
	}
	return before;
}

/* Hits are written by the million: the keys, the same each time, go out as they are. */
void
ac_watch_report_json(ac_buf *out, const ac_hit *hit)
{
	bool before, lossy;
	ac_buf scratch;
	ac_str text;
	ac_pap pap;

	ac_buf_init(&scratch, 4 * AC_HIT_TEXT_MAX);
	text = hit_text(hit, &scratch, &lossy);
	ac_buf_add(out, AC_S("{\"schema\":\"accord.hit/1\",\"file\":"));
	ac_json_add_string(out, hit->file);
	add_place(out, hit);
	ac_json_add_string(out, hit->value);
	before = add_indicators(out, hit);
	ac_buf_add(out, AC_S("],\"text\":"));
	ac_json_add_string(out, text);
	if (hit->witness_count)
		witnesses_json(out, hit);
	pap = ac_hit_pap(hit->indicators, hit->indicator_count);
	if (pap != AC_PAP_NONE) {
		ac_buf_add(out, MEMBER("pap"));
		ac_json_add_string(out, ac_pap_name(pap));
	}
	if (before)
		ac_buf_add(out, AC_S(",\"before_valid_from\":true"));
	if (lossy)
		ac_buf_add(out, AC_S(",\"text_lossy\":true"));
	if (hit->malformed)
		ac_buf_add(out, AC_S(",\"malformed\":true"));
	ac_buf_add(out, AC_S("}\n"));
	ac_buf_done(&scratch);
}

void
ac_watch_report_held_json(ac_buf *out, const ac_held_back *held, ac_str day)
{
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.held-back/1"));
	if (day.n)
		ac_jw_key_string(&w, AC_S("day"), day);
	ac_jw_key_string(&w, AC_S("file"), held->file);
	ac_jw_key_u64(&w, AC_S("line"), held->line);
	ac_jw_key_u64(&w, AC_S("offset"), held->offset);
	ac_jw_key_string(&w, AC_S("value"), held->value);
	ac_jw_key_string(&w, AC_S("indicator"), held->indicator_id);
	ac_jw_key_string(&w, AC_S("reason"), ac_str_from(held->reason));
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* ---- table ---- */

/* Characters on a terminal, near enough: bytes that do not go on with a character. */
static size_t
width_of(ac_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return n;
}

static void
put_blanks(ac_buf *out, size_t n)
{
	char *to = ac_buf_reserve(out, n);

	if (!to)
		return;
	memset(to, ' ', n);
	ac_buf_commit(out, n);
}

static void
put_cell(ac_buf *out, ac_str text, size_t width)
{
	size_t begin = out->n, shown;

	ac_utf8_add_visible(out, text, NAME_MAX_BYTES);
	shown = width_of((ac_str){ out->p + begin, out->n - begin });
	put_blanks(out, 2 + (shown < width ? width - shown : 0));
}

/* The column grows with the longest place so far: rows come while the scan runs. */
static void
put_place(ac_watch_report *r, ac_buf *out, ac_str file, uint64_t line)
{
	size_t width;

	ac_buf_reset(&r->place);
	ac_buf_add(&r->place, file);
	ac_buf_add_byte(&r->place, ':');
	ac_buf_add_u64(&r->place, line);
	width = width_of(ac_buf_view(&r->place));
	if (width > r->place_width)
		r->place_width = width;
	put_cell(out, ac_buf_view(&r->place), r->place_width);
}

static void
put_head(ac_watch_report *r, ac_buf *out, ac_str file)
{
	if (r->has_head)
		return;
	r->has_head = true;
	/* room for the file's own later lines: seven digits */
	if (width_of(file) + 8 > r->place_width)
		r->place_width = width_of(file) + 8;
	if (ac_app_colour(r->app))
		ac_buf_add_cstr(out, "\033[1m");
	put_cell(out, AC_S("PLACE"), r->place_width);
	put_cell(out, AC_S("TYPE"), TYPE_WIDTH);
	put_cell(out, AC_S("VALUE"), VALUE_WIDTH);
	put_cell(out, AC_S("MATCH"), MATCH_WIDTH);
	ac_buf_add_cstr(out, "INDICATOR");
	ac_buf_add_cstr(out, ac_app_colour(r->app) ? "\033[0m\n" : "\n");
}

/* The records that made a pattern over time hold, a line each. */
static void
witness_rows(ac_buf *out, const ac_hit *hit)
{
	for (size_t i = 0; hit->witness_count > 1 && i < hit->witness_count; i++) {
		const ac_witness *one = &hit->witnesses[i];

		ac_buf_printf(out, "  bracket %u: ", one->bracket + 1);
		ac_utf8_add_visible(out, one->file, NAME_MAX_BYTES);
		ac_buf_printf(out, ":%llu  ", (unsigned long long)one->line);
		ac_time_add(out, one->time, 3);
		ac_buf_add_byte(out, '\n');
	}
}

void
ac_watch_report_pap(ac_buf *out, ac_pap pap)
{
	if (pap != AC_PAP_NONE)
		ac_buf_printf(out, " [%.*s]", AC_FMT(ac_pap_name(pap)));
}

static void
hit_row(ac_watch_report *r, ac_buf *out, const ac_hit *hit)
{
	bool colour = ac_app_colour(r->app), before = false;

	put_head(r, out, hit->file);
	put_place(r, out, hit->file, hit->line);
	put_cell(out, ac_value_type_name(hit->type), TYPE_WIDTH);
	if (colour)
		ac_buf_add_cstr(out, "\033[31m");
	put_cell(out, hit->value, VALUE_WIDTH);
	if (colour)
		ac_buf_add_cstr(out, "\033[0m");
	put_cell(out, ac_str_from(hit->match), MATCH_WIDTH);
	for (size_t i = 0; i < hit->indicator_count; i++) {
		const ac_hit_indicator *who = &hit->indicators[i];

		if (i)
			ac_buf_add_cstr(out, "; ");
		ac_utf8_add_visible(out, who->name, NAME_MAX_BYTES);
		if (who->producer.n) {
			ac_buf_add_cstr(out, " (");
			ac_utf8_add_visible(out, who->producer, NAME_MAX_BYTES);
			ac_buf_add_byte(out, ')');
		}
		ac_watch_report_pap(out, who->pap);
		before |= who->before_valid_from;
	}
	ac_buf_add_cstr(out, before ? "  [before valid_from]" : "");
	ac_buf_add_cstr(out, hit->malformed ? "  [malformed line]\n" : "\n");
	witness_rows(out, hit);
}

static void
held_row(ac_watch_report *r, ac_buf *out, const ac_held_back *held)
{
	put_head(r, out, held->file);
	put_place(r, out, held->file, held->line);
	put_cell(out, AC_S("held back"), TYPE_WIDTH);
	put_cell(out, held->value, VALUE_WIDTH);
	put_cell(out, ac_str_from(held->reason), MATCH_WIDTH);
	ac_utf8_add_visible(out, held->indicator_id, NAME_MAX_BYTES);
	ac_buf_add_byte(out, '\n');
}

/* ---- as it comes ---- */

int
ac_watch_report_hit(ac_watch_report *r, const ac_hit *hit, accord_err *err)
{
	ac_buf *out = ac_app_out(r->app);

	ac_watch_summary_expect(r->summary, hit);
	if (ac_app_json(r->app))
		ac_watch_report_json(out, hit);
	else
		hit_row(r, out, hit);
	ac_watch_summary_hit(r->summary, hit);
	return out->failed ? ac_fail(err, out->failed, "output cannot grow") : 0;
}

int
ac_watch_report_held(ac_watch_report *r, const ac_held_back *held, accord_err *err)
{
	ac_buf *out;

	ac_watch_summary_held(r->summary, held);
	if (!r->show_held)
		return 0;
	out = ac_app_out(r->app);
	if (ac_app_json(r->app))
		ac_watch_report_held_json(out, held, AC_S(""));
	else
		held_row(r, out, held);
	return out->failed ? ac_fail(err, out->failed, "output cannot grow") : 0;
}

void
ac_watch_report_unwatched(ac_watch_report *r, ac_str id, ac_str name, ac_str reason)
{
	ac_buf *out = ac_app_out(r->app);
	ac_json_writer w;

	if (!ac_app_json(r->app)) {
		put_cell(out, reason, VALUE_WIDTH);
		put_cell(out, id, 0);
		ac_utf8_add_visible(out, name, NAME_MAX_BYTES);
		ac_buf_add_byte(out, '\n');
		return;
	}
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.not-watched/1"));
	ac_jw_key_string(&w, AC_S("indicator"), id);
	ac_jw_key_string(&w, AC_S("name"), name);
	ac_jw_key_string(&w, AC_S("reason"), reason);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* ---- the end ---- */

int
ac_watch_report_summary(ac_watch_report *r, const ac_index *index, ac_patterns *patterns, const ac_watch_totals *totals,
    bool recorded, double seconds, accord_err *err)
{
	ac_watch_ended ended = { .index = index,
		.patterns = patterns,
		.totals = totals,
		.recorded = recorded,
		.show_held = r->show_held,
		.seconds = seconds };

	return ac_watch_summary_tell(r->summary, &ended, r->app, err);
}
