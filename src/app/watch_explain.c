/* SPDX-License-Identifier: Apache-2.0 */
/* accord watch --explain-fields: the formats and fields of inputs, what they are taken for, and how a pattern asks for them. */
#include "watch/explain.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/watch_command.h"
#include "base/utf8.h"
#include "codec/inflate.h"
#include "codec/json_write.h"
#include "sys/file.h"

#define READ_SIZE AC_WATCH_BLOCK
#define NAME_WIDTH 34
#define ROLE_WIDTH 20
#define EXAMPLE_BYTES 48

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	return ac_explain_feed(payload, bytes, err);
}

/* The beginning of a file, until enough has been seen. A broken end does not take away what stood before it. */
static int
read_file(ac_explain *e, const char *path, accord_err *err)
{
	int fd = ac_file_open(path, err), rc = fd < 0 ? fd : 0;
	ac_inflate *z = ac_inflate_open(on_bytes, e);
	char *chunk = malloc(READ_SIZE);
	size_t n = 1;

	if (!rc && (!z || !chunk))
		rc = ac_fail(err, ACCORD_ENOMEM, "no memory to read it");
	while (!rc && n > 0 && !ac_explain_is_full(e)) {
		rc = ac_file_read(fd, chunk, READ_SIZE, &n, err);
		if (!rc && n > 0)
			rc = ac_inflate_feed(z, (ac_str){ chunk, n }, err);
	}
	if (!rc && !ac_explain_is_full(e))
		rc = ac_inflate_end(z, err);
	if (!rc)
		rc = ac_explain_end(e, err);
	free(chunk);
	ac_inflate_close(z);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

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

static void
show_table(ac_app *app, const char *path, const ac_explain *e)
{
	size_t format_count, field_count;
	const ac_explain_format *formats = ac_explain_formats(e, &format_count);
	const ac_explained *fields = ac_explain_fields(e, &field_count);
	ac_buf *out = ac_app_out(app);

	ac_utf8_add_visible(out, ac_str_from(path), AC_PATH_MAX);
	ac_buf_add_byte(out, '\n');
	for (size_t i = 0; i < format_count; i++) {
		const ac_explain_format *f = &formats[i];

		ac_buf_printf(out, "  %.*s: %llu %s", AC_FMT(format_name(app, f->format, f->inner)),
		    (unsigned long long)f->records, f->records == 1 ? "record" : "records");
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
			ac_utf8_add_visible(out, fields[k].example, EXAMPLE_BYTES);
			ac_buf_add_byte(out, '\n');
		}
	}
	if (ac_explain_left_out(e))
		ac_buf_printf(out, "  and %llu values of more fields\n", (unsigned long long)ac_explain_left_out(e));
}

static void
show_json(ac_app *app, const char *path, const ac_explain *e)
{
	size_t format_count, field_count;
	const ac_explain_format *formats = ac_explain_formats(e, &format_count);
	const ac_explained *fields = ac_explain_fields(e, &field_count);
	ac_json_writer w;

	ac_json_writer_init(&w, ac_app_out(app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.fields/1"));
	ac_jw_key_string(&w, AC_S("file"), ac_str_from(path));
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
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_jw_key_u64(&w, AC_S("left_out"), ac_explain_left_out(e));
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(app), '\n');
}

int
ac_watching_explain(ac_watching *w, accord_err *err)
{
	if (w->args->operand_count == 0)
		return ac_fail(err, ACCORD_EUSAGE, "--explain-fields wants INPUT...; see accord watch --help");
	for (int i = 0; i < w->args->operand_count; i++) {
		const char *path = w->args->operands[i];
		ac_explain *e = ac_explain_open(ac_app_seed(w->app), w->run.as_of, w->run.format);
		accord_err problem = { 0 };

		if (!e)
			return ac_fail(err, ACCORD_ENOMEM, "no memory to explain fields");
		if (read_file(e, path, &problem))
			w->status = ac_exit_worse(w->status, ac_app_fail(w->app, path, &problem));
		else if (ac_app_json(w->app))
			show_json(w->app, path, e);
		else
			show_table(w->app, path, e);
		ac_explain_close(e);
	}
	return 0;
}
