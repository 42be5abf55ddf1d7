/* SPDX-License-Identifier: Apache-2.0 */
/* accord watch --explain-fields: the formats and fields of inputs, what they are taken for, and how a pattern asks for them. */
#include "watch/explain.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/watch_command.h"
#include "base/utf8.h"
#include "codec/json_write.h"
#include "sys/file.h"
#include "watch/events.h"
#include "watch/input.h"

#define READ_SIZE AC_WATCH_BLOCK
#define NAME_WIDTH 34
#define ROLE_WIDTH 20
#define EXAMPLE_BYTES 40
#define EXAMPLE_WIDTH 42

static ac_str
format_name(ac_app *app, const ac_log_format *format, const ac_log_format *inner)
{
	return ac_arena_printf(&app->arena, "%s%s%s", format->name, inner ? "+" : "", inner ? inner->name : "");
}

/* Text in a column of the table: cut to `bytes`, then a blank, and more up to `width`. */
static void
put_column(ac_buf *out, ac_str text, size_t bytes, size_t width)
{
	size_t before = out->n;

	ac_utf8_add_visible(out, text, bytes);
	do
		ac_buf_add_byte(out, ' ');
	while (out->n - before < width && !out->failed);
}

/* How a pattern asks for a field of this role: each path, "-" when there is none. */
static void
put_paths(ac_buf *out, ac_field_role role)
{
	size_t n;
	const ac_event_place *places = ac_event_places(role, &n);

	for (size_t i = 0; i < n; i++)
		ac_buf_printf(out, "%s%s", i ? ", " : "", places[i].path);
	if (n == 0)
		ac_buf_add_byte(out, '-');
}

static void
show_table(ac_app *app, ac_str name, const ac_explain *e)
{
	size_t format_count, field_count;
	const ac_explain_format *formats = ac_explain_formats(e, &format_count);
	const ac_explained *fields = ac_explain_fields(e, &field_count);
	ac_buf *out = ac_app_out(app);

	ac_utf8_add_visible(out, name, 2 * AC_PATH_MAX);
	ac_buf_add_byte(out, '\n');
	for (size_t i = 0; i < format_count; i++) {
		const ac_explain_format *f = &formats[i];

		ac_buf_printf(out, "  %.*s: %llu record%s", AC_FMT(format_name(app, f->format, f->inner)),
		    (unsigned long long)f->records, ac_plural(f->records));
		if (f->malformed)
			ac_buf_printf(out, ", %llu malformed", (unsigned long long)f->malformed);
		ac_buf_add_byte(out, '\n');
		for (size_t k = 0; k < field_count; k++) {
			if (fields[k].format != f->format || fields[k].inner != f->inner)
				continue;
			ac_buf_add_cstr(out, "    ");
			put_column(out, fields[k].name, AC_EXPLAIN_EXAMPLE_MAX, NAME_WIDTH);
			put_column(out, ac_str_from(fields[k].role ? ac_field_role_name(fields[k].role) : "-"),
			    ROLE_WIDTH, ROLE_WIDTH);
			put_column(out, fields[k].example, EXAMPLE_BYTES, EXAMPLE_WIDTH);
			put_paths(out, fields[k].role);
			ac_buf_add_byte(out, '\n');
		}
	}
	if (ac_explain_left_out(e))
		ac_buf_printf(out, "  and %llu values of more fields\n", (unsigned long long)ac_explain_left_out(e));
}

static void
add_paths(ac_json_writer *w, ac_field_role role)
{
	size_t n;
	const ac_event_place *places = ac_event_places(role, &n);

	ac_jw_key(w, AC_S("paths"));
	ac_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ac_jw_string(w, ac_str_from(places[i].path));
	ac_jw_end(w);
}

static void
show_json(ac_app *app, ac_str name, const ac_explain *e)
{
	size_t format_count, field_count;
	const ac_explain_format *formats = ac_explain_formats(e, &format_count);
	const ac_explained *fields = ac_explain_fields(e, &field_count);
	ac_json_writer w;

	ac_json_writer_init(&w, ac_app_out(app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.fields/1"));
	ac_jw_key_string(&w, AC_S("file"), name);
	ac_jw_key(&w, AC_S("formats"));
	ac_jw_array(&w);
	for (size_t i = 0; i < format_count; i++) {
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("format"), format_name(app, formats[i].format, formats[i].inner));
		ac_jw_key_u64(&w, AC_S("records"), formats[i].records);
		ac_jw_key_u64(&w, AC_S("malformed"), formats[i].malformed);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_jw_key(&w, AC_S("fields"));
	ac_jw_array(&w);
	for (size_t i = 0; i < field_count; i++) {
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("format"), format_name(app, fields[i].format, fields[i].inner));
		ac_jw_key_string(&w, AC_S("field"), fields[i].name);
		ac_jw_key_string(&w, AC_S("role"), ac_str_from(ac_field_role_name(fields[i].role)));
		ac_jw_key_string(&w, AC_S("example"), fields[i].example);
		ac_jw_key_u64(&w, AC_S("values"), fields[i].records);
		add_paths(&w, fields[i].role);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_jw_key_u64(&w, AC_S("left_out"), ac_explain_left_out(e));
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(app), '\n');
}

/* One file at hand; each of its texts (itself, or the members of an archive) is explained for itself. */
typedef struct explaining {
	ac_watching *w;
	const char *path;
	ac_str name; /* of the text at hand */
	ac_explain *explain;
	void (*show)(ac_app *app, ac_str name, const ac_explain *e);
} explaining;

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	explaining *x = payload;
	ac_arena *arena = &x->w->app->arena;

	x->name = member.p ? ac_arena_printf(arena, "%s!%.*s", x->path, AC_FMT(member)) : ac_str_from(x->path);
	x->explain = ac_explain_open(ac_app_seed(x->w->app), x->w->run.as_of, x->w->run.format);
	if (!x->name.p || !x->explain)
		return ac_fail(err, ACCORD_ENOMEM, "no memory to explain fields");
	return 0;
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	explaining *x = payload;

	return ac_explain_feed(x->explain, bytes, err);
}

/* A broken end does not take away what stood before it. */
static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	explaining *x = payload;
	int rc = ac_explain_end(x->explain, err);

	if (problem)
		x->w->status = ac_exit_worse(x->w->status, ac_app_fail(x->w->app, x->name.p, problem));
	if (!rc)
		x->show(x->w->app, x->name, x->explain);
	x->explain = ac_explain_close(x->explain);
	return rc;
}

static int
read_file(explaining *x, accord_err *err)
{
	ac_input *input = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, x });
	char *chunk = malloc(READ_SIZE);
	int fd = ac_file_open(x->path, err), rc = fd < 0 ? fd : 0, ended = 0;
	bool is_enough = false;
	size_t n = 1;

	if (!rc && (!input || !chunk))
		rc = ac_fail(err, ACCORD_ENOMEM, "no memory to read it");
	/* Of an archive every member is looked at; of a file what is enough. */
	while (!rc && n > 0 && !is_enough) {
		rc = ac_file_read(fd, chunk, READ_SIZE, &n, err);
		if (!rc && n > 0)
			rc = ac_input_feed(input, (ac_str){ chunk, n }, err);
		is_enough = x->explain && ac_explain_is_full(x->explain) && x->name.p == x->path;
	}
	if (fd >= 0 && input)
		ended = ac_input_end(input, rc || is_enough ? NULL : err);
	ac_input_close(input);
	x->explain = ac_explain_close(x->explain);
	free(chunk);
	if (fd >= 0)
		(void)close(fd);
	return rc || is_enough ? rc : ended;
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	explaining *x = payload;

	x->w->status = ac_exit_worse(x->w->status, ac_app_fail(x->w->app, path, what));
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	explaining *x = payload;
	accord_err problem = { 0 };

	(void)err;
	x->path = path;
	if (read_file(x, &problem))
		on_problem(x, path, &problem);
	return 0;
}

int
ac_watching_explain(ac_watching *w, accord_err *err)
{
	explaining x = { .w = w, .show = ac_app_json(w->app) ? show_json : show_table };
	ac_walk_sink walk = { on_file, on_problem, &x };
	int rc = 0;

	if (w->args->operand_count == 0)
		return ac_fail(err, ACCORD_EUSAGE, "--explain-fields wants INPUT...; see accord watch --help");
	for (int i = 0; !rc && i < w->args->operand_count; i++)
		rc = ac_walk(w->args->operands[i], &walk, err);
	return rc;
}
