/* SPDX-License-Identifier: Apache-2.0 */
/* The changes of one lift, printed as they are told. It lifts nothing of its own accord. */
#include "app/lift_report.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "stix/object.h"

/* A value in a line for people. */
#define SHOWN_MAX 200

typedef struct report {
	ac_app *app;
	const char *path;
	const ac_json *object;
	ac_place place;
	ac_json_writer w;
	bool begun;
} report;

static void
begin_json(report *r)
{
	ac_json_writer_init(&r->w, ac_app_out(r->app));
	ac_jw_object(&r->w);
	ac_jw_key_string(&r->w, AC_S("schema"), AC_S("accord.lift/1"));
	ac_jw_key_string(&r->w, AC_S("file"), ac_str_from(r->path));
	ac_jw_key_u64(&r->w, AC_S("line"), r->place.line);
	ac_jw_key_u64(&r->w, AC_S("column"), r->place.column);
	ac_jw_key_string(&r->w, AC_S("id"), ac_json_get_string(r->object, AC_S("id")));
	ac_jw_key(&r->w, AC_S("changes"));
	ac_jw_array(&r->w);
}

static void
change_json(void *payload, const ac_stix_change *change)
{
	report *r = payload;

	if (!r->begun)
		begin_json(r);
	r->begun = true;
	ac_jw_object(&r->w);
	ac_jw_key_string(&r->w, AC_S("rule"), change->rule);
	ac_jw_key_string(&r->w, AC_S("pointer"), change->pointer);
	if (change->was.n) {
		ac_jw_key(&r->w, AC_S("was"));
		ac_jw_raw(&r->w, change->was);
	}
	ac_jw_key(&r->w, AC_S("is"));
	ac_jw_raw(&r->w, change->is);
	ac_jw_end(&r->w);
}

/* "file:line:column: id: lifted (labels) /labels: ["trojan"] -> {"malware_types":["trojan"]}" */
static void
change_text(void *payload, const ac_stix_change *change)
{
	report *r = payload;
	ac_buf *out = ac_app_out(r->app);

	ac_utf8_add_visible(out, ac_str_from(r->path), AC_PATH_MAX);
	ac_buf_printf(out, ":%llu:%llu: ", (unsigned long long)r->place.line, (unsigned long long)r->place.column);
	ac_utf8_add_visible(out, ac_json_get_string(r->object, AC_S("id")), SHOWN_MAX);
	ac_buf_printf(out, ": lifted (%.*s) ", AC_FMT(change->rule));
	ac_utf8_add_visible(out, change->pointer, SHOWN_MAX);
	ac_buf_add(out, AC_S(": "));
	if (ac_str_eq(change->was, change->is)) {
		ac_buf_add(out, AC_S("kept as it is, "));
	} else if (change->was.n) {
		ac_utf8_add_visible(out, change->was, SHOWN_MAX);
		ac_buf_add(out, AC_S(" -> "));
	}
	ac_utf8_add_visible(out, change->is, SHOWN_MAX);
	ac_buf_add_byte(out, '\n');
}

int
ac_lift_report(ac_app *app, const char *path, const ac_json *object, ac_place place, ac_arena *arena, accord_err *err)
{
	report r = { .app = app, .path = path, .object = object, .place = place };
	int rc = ac_stix_lift_told(object, arena, NULL, ac_app_json(app) ? change_json : change_text, &r, err);

	if (r.begun) {
		ac_jw_end(&r.w);
		ac_jw_end(&r.w);
		ac_buf_add_byte(ac_app_out(app), '\n');
	}
	return rc;
}
