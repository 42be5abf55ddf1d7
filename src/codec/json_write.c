/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON builder and its escapes. Puts commas, colons and indentation; asserts that its caller nests rightly (calls come from code, never
 * from input). Text may be anything: what is no UTF-8 is replaced, so that the output always is JSON.
 */
#include "codec/json_write.h"

#include <assert.h>

#include "base/utf8.h"
#include "codec/json_scan.h"

/* One bit of is_array a level. */
#define LEVELS_MAX 64

/* How far s can be copied as it is: plain bytes and valid UTF-8. */
static size_t
plain_run(ac_str s)
{
	const char *at = s.p, *end = s.p + s.n;

	while ((at = ac_scan_plain(at, end)) < end && (unsigned char)*at >= 0x80) {
		ac_utf8_part part = ac_utf8_look(at, (size_t)(end - at));

		if (part.want == 0 || part.have < part.want)
			break;
		at += part.want;
	}
	return (size_t)(at - s.p);
}

/* RFC 8785 s3.2.2.2: the two-character forms where JSON has them, else \u00xx in lower case. DEL is no control of JSON's. */
static void
add_escape(ac_buf *buf, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char shorts[0x20] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
	char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	if (c < 0x20 && !shorts[c]) {
		ac_buf_add(buf, (ac_str){ text, 6 });
		return;
	}
	text[1] = c < 0x20 ? shorts[c] : (char)c;
	ac_buf_add(buf, (ac_str){ text, 2 });
}

void
ac_json_add_string(ac_buf *buf, ac_str text)
{
	size_t at = 0;

	if (!text.p)
		text = AC_S("");
	ac_buf_add_byte(buf, '"');
	while (at < text.n && !buf->failed) {
		size_t run = plain_run(ac_str_slice(text, at, text.n));

		ac_buf_add(buf, ac_str_slice(text, at, at + run));
		at += run;
		if (at == text.n)
			break;
		if ((unsigned char)text.p[at] < 0x80) {
			add_escape(buf, (unsigned char)text.p[at++]);
		} else {
			(void)ac_utf8_next(text, &at, NULL);
			ac_buf_add(buf, AC_S("\xef\xbf\xbd"));
		}
	}
	ac_buf_add_byte(buf, '"');
}

void
ac_json_writer_init(ac_json_writer *w, ac_buf *buf)
{
	*w = (ac_json_writer){ .buf = buf };
}

static bool
in_array(const ac_json_writer *w)
{
	return w->depth > 0 && (w->is_array >> (w->depth - 1) & 1);
}

static void
new_line(ac_json_writer *w)
{
	if (!w->pretty)
		return;
	ac_buf_add_byte(w->buf, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		ac_buf_add(w->buf, AC_S("  "));
}

/* What stands before a key, or before an element. */
static void
separate(ac_json_writer *w)
{
	if (w->need_comma)
		ac_buf_add_byte(w->buf, ',');
	new_line(w);
}

static void
before_value(ac_json_writer *w)
{
	assert(w->depth == 0 || in_array(w) != w->after_key); /* a value in an object needs its key */
	if (in_array(w))
		separate(w);
	w->after_key = false;
	w->need_comma = w->depth > 0;
}

static void
open_level(ac_json_writer *w, bool is_array)
{
	if (w->depth == LEVELS_MAX) {
		if (!w->buf->failed)
			w->buf->failed = ACCORD_ELIMIT;
		w->too_deep++;
		return;
	}
	before_value(w);
	ac_buf_add_byte(w->buf, is_array ? '[' : '{');
	w->is_array &= ~((uint64_t)1 << w->depth);
	w->is_array |= (uint64_t)is_array << w->depth;
	w->depth++;
	w->need_comma = false;
}

void
ac_jw_object(ac_json_writer *w)
{
	open_level(w, false);
}

void
ac_jw_array(ac_json_writer *w)
{
	open_level(w, true);
}

void
ac_jw_end(ac_json_writer *w)
{
	bool is_array = in_array(w);

	if (w->too_deep > 0) {
		w->too_deep--;
		return;
	}
	assert(w->depth > 0 && !w->after_key);
	w->depth--;
	if (w->need_comma)
		new_line(w);
	ac_buf_add_byte(w->buf, is_array ? ']' : '}');
	w->need_comma = w->depth > 0;
}

void
ac_jw_key(ac_json_writer *w, ac_str key)
{
	if (w->too_deep > 0)
		return;
	assert(w->depth > 0 && !in_array(w) && !w->after_key);
	separate(w);
	ac_json_add_string(w->buf, key);
	ac_buf_add(w->buf, w->pretty ? AC_S(": ") : AC_S(":"));
	w->after_key = true;
}

void
ac_jw_raw(ac_json_writer *w, ac_str json)
{
	if (w->too_deep > 0)
		return;
	before_value(w);
	ac_buf_add(w->buf, json);
}

void
ac_jw_raw_line(ac_json_writer *w, ac_str json)
{
	bool in_string = false;
	size_t from = 0;

	ac_jw_raw(w, (ac_str){ NULL, 0 });
	for (size_t i = 0; i < json.n; i++) {
		if (in_string && json.p[i] == '\\')
			i++;
		else if (json.p[i] == '"')
			in_string = !in_string;
		else if (!in_string && ac_is_space(json.p[i])) {
			ac_buf_add(w->buf, ac_str_slice(json, from, i));
			from = i + 1;
		}
	}
	ac_buf_add(w->buf, ac_str_slice(json, from, json.n));
}

void
ac_jw_string(ac_json_writer *w, ac_str text)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_json_add_string(w->buf, text);
}

void
ac_jw_i64(ac_json_writer *w, int64_t value)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_buf_add_i64(w->buf, value);
}

void
ac_jw_u64(ac_json_writer *w, uint64_t value)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_buf_add_u64(w->buf, value);
}

void
ac_jw_double(ac_json_writer *w, double value)
{
	ac_jw_raw(w, (ac_str){ NULL, 0 });
	ac_json_add_double(w->buf, value);
}

void
ac_jw_bool(ac_json_writer *w, bool value)
{
	ac_jw_raw(w, value ? AC_S("true") : AC_S("false"));
}

void
ac_jw_null(ac_json_writer *w)
{
	ac_jw_raw(w, AC_S("null"));
}

void
ac_jw_key_string(ac_json_writer *w, ac_str key, ac_str text)
{
	ac_jw_key(w, key);
	ac_jw_string(w, text);
}

void
ac_jw_key_u64(ac_json_writer *w, ac_str key, uint64_t value)
{
	ac_jw_key(w, key);
	ac_jw_u64(w, value);
}

void
ac_jw_key_bool(ac_json_writer *w, ac_str key, bool value)
{
	ac_jw_key(w, key);
	ac_jw_bool(w, value);
}
