/* SPDX-License-Identifier: Apache-2.0 */
/* A small index in memory, and hits as text: what the tests of this room are written with. */
#ifndef AC_WATCH_TEST_H
#define AC_WATCH_TEST_H

#include <stdio.h>

#include "test.h"

#include "watch/index_build.h"
#include "watch/watch.h"

typedef struct wt {
	ac_index_builder *builder;
	ac_index *index;
	char *image;
	ac_arena arena;
	ac_buf report;
	ac_buf held;
	ac_watch_counts counts;
	ac_time as_of;
	ac_watch_rules rules;
} wt;

static inline void
wt_open(wt *t)
{
	*t = (wt){ .as_of = { 1700000000, 0 } }; /* 2023-11-14 */
	t->builder = ac_index_builder_open((ac_hash_seed){ { 0x1234567, 0x89abcdef } }, 7);
	assert_non_null(t->builder);
	ac_arena_init(&t->arena, (size_t)1 << 30);
	ac_buf_init(&t->report, (size_t)1 << 28);
	ac_buf_init(&t->held, (size_t)1 << 28);
}

static inline ac_index_indicator
wt_who(const char *id)
{
	return (ac_index_indicator){ .id = ac_str_from(id),
		.name = AC_S("a name"),
		.producer = AC_S("ally.example"),
		.valid_from = AC_TIME_MIN,
		.valid_until = AC_TIME_MAX };
}

static inline void
wt_value(wt *t, const char *id, ac_value_type type, const char *text)
{
	ac_index_indicator who = wt_who(id);
	accord_err err = { 0 };
	ac_value value;

	if (ac_value_parse(type, ac_str_from(text), &t->arena, &value, &err)) {
		print_error("%s: %s\n", text, err.text);
		fail();
	}
	assert_int_equal(ac_index_add_value(t->builder, &who, &value, &err), 0);
}

/* The reason why it is not watched, or NULL. */
static inline const char *
wt_pattern(wt *t, const char *id, const char *pattern)
{
	ac_index_indicator who = wt_who(id);
	const char *reason = NULL;
	accord_err err = { 0 };
	int rc = ac_index_add_pattern(t->builder, &who, ac_str_from(pattern), &reason, &err);

	if (rc)
		print_error("%s: %s\n", pattern, err.text);
	assert_int_equal(rc, 0);
	return reason;
}

static inline void
wt_build(wt *t)
{
	accord_err err = { 0 };
	size_t n;
	int rc;

	assert_int_equal(ac_index_image(t->builder, &t->image, &n, &err), 0);
	rc = ac_index_open_bytes((ac_str){ t->image, n }, &t->index, &err);
	if (rc)
		print_error("%s\n", err.text);
	assert_int_equal(rc, 0);
}

static inline void
wt_close(wt *t)
{
	ac_index_close(t->index);
	free(t->image);
	ac_index_builder_close(t->builder);
	ac_arena_done(&t->arena);
	ac_buf_done(&t->report);
	ac_buf_done(&t->held);
}

/* "line:offset+length type match value id,id!" with '!' for before_valid_from and " malformed" behind. */
static inline int
wt_on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	wt *t = payload;

	(void)err;
	ac_buf_printf(&t->report, "%llu:%llu+%llu %.*s %s %.*s ", (unsigned long long)hit->line,
	    (unsigned long long)hit->offset, (unsigned long long)hit->length, AC_FMT(ac_value_type_name(hit->type)),
	    hit->match, AC_FMT(hit->value));
	for (size_t i = 0; i < hit->indicator_count; i++)
		ac_buf_printf(&t->report, "%s%.*s%s", i ? "," : "", AC_FMT(hit->indicators[i].id),
		    hit->indicators[i].before_valid_from ? "!" : "");
	ac_buf_printf(&t->report, "%s\n", hit->malformed ? " malformed" : "");
	return 0;
}

static inline int
wt_on_held(void *payload, const ac_held_back *held, accord_err *err)
{
	wt *t = payload;

	(void)err;
	ac_buf_printf(
	    &t->held, "%llu %.*s %s\n", (unsigned long long)held->line, AC_FMT(held->indicator_id), held->reason);
	return 0;
}

/* Scan input in chunks of `step` bytes (0: all at once); the report is in t->report. */
static inline void
wt_scan_n(wt *t, ac_str input, size_t step)
{
	ac_watch_sink sink = { wt_on_hit, wt_on_held, t };
	accord_err err = { 0 };
	ac_watch *w;

	if (!t->index)
		wt_build(t);
	ac_buf_reset(&t->report);
	ac_buf_reset(&t->held);
	w = ac_watch_open(t->index, AC_S("input.log"), t->as_of, &sink);
	assert_non_null(w);
	ac_watch_set_rules(w, &t->rules);
	for (size_t at = 0; at < input.n; at += step ? step : input.n) {
		ac_str chunk = ac_str_slice(input, at, step ? at + step : input.n);
		/* An exact copy: reading one byte too far is then seen by the sanitizer. */
		char *copy = malloc(chunk.n);
		int rc;

		assert_non_null(copy);
		memcpy(copy, chunk.p, chunk.n);
		rc = ac_watch_feed(w, (ac_str){ copy, chunk.n }, &err);
		free(copy);
		if (rc)
			print_error("%s\n", err.text);
		assert_int_equal(rc, 0);
	}
	assert_int_equal(ac_watch_end(w, &err), 0);
	ac_watch_count(w, &t->counts);
	ac_watch_close(w);
}

static inline ac_str
wt_scan(wt *t, const char *input)
{
	wt_scan_n(t, ac_str_from(input), 0);
	return ac_buf_view(&t->report);
}

/* One row of a table: an input and the report it must give. */
typedef struct wt_row {
	const char *input, *want;
} wt_row;

static inline void
wt_rows(wt *t, const wt_row *rows, size_t n)
{
	bool bad = false;

	for (size_t i = 0; i < n; i++) {
		ac_str got = wt_scan(t, rows[i].input);

		if (!ac_str_eq(got, ac_str_from(rows[i].want))) {
			print_error("input %s\n got  %.*s\n want %s\n", rows[i].input, AC_FMT(got), rows[i].want);
			bad = true;
		}
	}
	assert_false(bad);
}

/* The same of an index that is made for them. */
static inline void
wt_check(void (*open)(wt *t), const wt_row *rows, size_t n)
{
	wt t;

	open(&t);
	wt_rows(&t, rows, n);
	wt_close(&t);
}

#endif
