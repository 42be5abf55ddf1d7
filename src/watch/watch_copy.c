/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watch_copy.h"

#include "values/value.h"
#include "watch/defang.h"
#include "watch/logs/logs.h"

/* Where a copy's text stands in the line: a run of copied bytes, or one spelling that the copy has instead. */
typedef struct origin {
	size_t plain;
	size_t raw;       /* in the text */
	size_t raw_n;     /* of a spelling; 0: a run */
	bool is_defanged; /* it was "[.]" or the like, no escape */
} origin;

void
ac_watch_copy_init(ac_watch_copy *c, bool refangs, size_t limit)
{
	*c = (ac_watch_copy){ .origins = ac_vec_of(sizeof(origin), AC_WATCH_MATCHES_MAX),
		.found = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX),
		.refangs = refangs };
	ac_buf_init(&c->text, limit);
}

void
ac_watch_copy_done(ac_watch_copy *c)
{
	ac_buf_done(&c->text);
	ac_vec_done(&c->origins);
	ac_vec_done(&c->found);
}

size_t
ac_watch_json_begin(ac_str line)
{
	return line.n > 0 && line.p[0] == '{' ? 0 : ac_str_find(line, AC_S("{\""));
}

static void
add_origin(ac_watch_copy *c, size_t raw, size_t raw_n, bool is_defanged)
{
	origin *o = ac_vec_add(&c->origins);

	if (o)
		*o = (origin){ c->text.n, raw, raw_n, is_defanged };
}

/* The spelling at line[at] that the copy does not keep: its bytes, and what is meant. 0 for none. `json`: where escapes begin. */
static size_t
spelling_at(const ac_watch_copy *c, ac_str line, size_t at, size_t json, ac_escape *e, ac_str *meant)
{
	size_t n = c->refangs ? ac_value_refang_at(line, at, meant) : 0;

	if (n > 0 || line.p[at] != '\\' || at < json)
		return n;
	*e = ac_log_escape(line, at);
	*meant = (ac_str){ e->text, e->text_n };
	return e->raw_n;
}

/* From `at` on, where the next spelling may begin. */
static size_t
next_spelling(const ac_watch_copy *c, ac_str line, size_t at)
{
	const char *slash = memchr(line.p + at, '\\', line.n - at);
	size_t next = slash ? (size_t)(slash - line.p) : line.n;
	size_t defanged = c->refangs ? ac_defang_find(ac_str_slice(line, 0, next), at) : next;

	return defanged < next ? defanged : next;
}

void
ac_watch_copy_line(ac_watch_copy *c, ac_str text, size_t begin, size_t end, size_t json)
{
	ac_str line = ac_str_slice(text, begin, end);
	size_t from = 0, at = 0;

	add_origin(c, begin, 0, false);
	while ((at = next_spelling(c, line, at)) < line.n) {
		ac_escape e = { .raw_n = 0 };
		ac_str meant;
		size_t n = spelling_at(c, line, at, json - begin, &e, &meant);

		if (n == 0) {
			at++;
			continue;
		}
		ac_buf_add(&c->text, ac_str_slice(line, from, at));
		add_origin(c, begin + at, n, e.raw_n == 0);
		ac_buf_add(&c->text, meant);
		from = at += n;
		add_origin(c, begin + at, 0, false);
	}
	ac_buf_add(&c->text, ac_str_slice(line, from, line.n));
	ac_buf_add_byte(&c->text, '\n');
}

static const origin *
origin_of(const ac_watch_copy *c, size_t plain)
{
	const origin *all = c->origins.p;
	size_t low = 0, high = c->origins.n;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (all[middle].plain <= plain)
			low = middle;
		else
			high = middle;
	}
	return &all[low];
}

/* A match in the copy, as a place in the text: spellings count with all their bytes. False when it needs none that was defanged. */
static bool
to_raw(const ac_watch_copy *c, ac_match *m)
{
	const origin *first = origin_of(c, m->offset), *last = origin_of(c, m->offset + m->length - 1);
	size_t begin = first->raw + (first->raw_n ? 0 : m->offset - first->plain);
	size_t end = last->raw + (last->raw_n ? last->raw_n : m->offset + m->length - last->plain);
	bool is_defanged = false;

	for (const origin *o = first; o <= last; o++)
		is_defanged |= o->is_defanged;
	m->offset = begin;
	m->length = (uint32_t)(end - begin);
	if (is_defanged)
		m->flags |= AC_MATCH_DEFANGED;
	return is_defanged;
}

int
ac_watch_copy_scan(ac_watch_copy *c, ac_scan *scan, ac_vec *matches, accord_err *err)
{
	int rc = 0;

	if (c->text.failed)
		return ac_fail(err, c->text.failed, "unescaped lines: %zu bytes", c->text.n);
	if (c->text.n == 0)
		return 0;
	c->found.n = 0;
	rc = ac_vec_check(&c->origins, "escapes of one block", err);
	if (!rc)
		rc = ac_scan_text(scan, ac_buf_view(&c->text), &c->found, err);
	for (size_t i = 0; !rc && i < c->found.n; i++) {
		ac_match m = ((const ac_match *)c->found.p)[i];
		ac_match *added;

		if (!to_raw(c, &m) && c->refangs)
			continue;
		added = ac_vec_add(matches);
		if (!added)
			return ac_vec_check(matches, "matches of one block", err);
		*added = m;
	}
	ac_buf_reset(&c->text);
	c->origins.n = 0;
	return rc;
}
