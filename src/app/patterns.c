/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs and outputs of the pattern commands. What is done with a pattern is theirs. */
#include "app/patterns.h"

#include "app/input.h"
#include "base/limits.h"
#include "base/utf8.h"

/* A line of a pattern that is shown above the caret, and what of it before the place. */
enum { SHOWN_MAX = 200, SHOWN_BEFORE = 60, SHOWN_BEHIND = 40 };

/* ---- inputs ---- */

typedef struct reader {
	ac_app *app;
	ac_on_pattern on_pattern;
	void *payload;
	unsigned dialect;
	bool has_version; /* --stix-version was given: it holds for indicators too */
	const char *file;
	ac_arena arena;
	int status;
	/* The file, until it is known what it holds, and lines that are not complete: */
	ac_buf held;
	ac_objects *objects; /* NULL: lines */
	bool is_known;
	uint64_t line;
} reader;

bool
ac_patterns_dialect(ac_str version, unsigned *out)
{
	*out = ac_str_eq(version, AC_S("2.0")) ? AC_PATTERN_REPEATED_QUALIFIERS : 0;
	return *out || ac_str_eq(version, AC_S("2.1"));
}

static void
tell(reader *r, ac_pattern_source *source)
{
	ac_arena_reset(&r->arena);
	source->file = r->file;
	r->status = ac_exit_worse(r->status, r->on_pattern(r->payload, source, &r->arena));
}

static void
tell_line(reader *r, ac_str text)
{
	ac_pattern_source source = { .text = ac_str_trim(text),
		.line = ++r->line,
		.dialect = r->dialect,
		.validity = { AC_TIME_MIN, AC_TIME_MAX } };

	if (source.text.n)
		tell(r, &source);
}

static int
on_object(void *payload, const ac_json *object, ac_place place, ac_arena *arena, accord_err *err)
{
	reader *r = payload;
	ac_str type = ac_json_get_string(object, AC_S("pattern_type"));
	ac_pattern_source source = { .text = ac_json_get_string(object, AC_S("pattern")),
		.line = place.line,
		.indicator = ac_json_get_string(object, AC_S("id")),
		.dialect = r->dialect,
		.validity = { AC_TIME_MIN, AC_TIME_MAX } };

	if (!ac_str_eq(ac_json_get_string(object, AC_S("type")), AC_S("indicator")) || !source.text.p ||
	    (type.p && !ac_str_eq(type, AC_S("stix"))))
		return 0;
	/* 2.0 has no spec_version on objects. */
	if (!r->has_version && !ac_str_eq(ac_json_get_string(object, AC_S("spec_version")), AC_S("2.1")))
		(void)ac_patterns_dialect(AC_S("2.0"), &source.dialect);
	if (ac_time_parse_stix(ac_json_get_string(object, AC_S("valid_from")), &source.validity.from, NULL))
		source.validity.from = AC_TIME_MIN;
	if (ac_time_parse_stix(ac_json_get_string(object, AC_S("valid_until")), &source.validity.until, NULL))
		source.validity.until = AC_TIME_MAX;
	tell(r, &source);
	return 0;
}

/* Lines of patterns, or JSON? A pattern begins with '[' or '(' and then a name, JSON with '{' or a list. */
static bool
knows_kind(reader *r, bool final)
{
	ac_str text = ac_str_trim(ac_buf_view(&r->held)), behind = ac_str_trim(ac_str_slice(text, 1, text.n));
	bool is_json = text.n && (text.p[0] == '{' || (text.p[0] == '[' && behind.n && strchr("{]", behind.p[0])));

	if (!is_json && !final && behind.n == 0)
		return false;
	r->is_known = true;
	if (is_json)
		r->objects = ac_objects_open(r->app, r->file, on_object, r);
	return true;
}

/* Complete lines of what is held are told. */
static void
take_lines(reader *r, bool final)
{
	ac_str rest = ac_buf_view(&r->held), line;

	while (ac_str_cut(&rest, '\n', &line))
		tell_line(r, line);
	if (final)
		tell_line(r, rest);
	ac_buf_consume(&r->held, final ? r->held.n : r->held.n - rest.n);
}

static int
take_held(reader *r, bool final, accord_err *err)
{
	ac_str bytes;
	int rc = ac_buf_finish(&r->held, &bytes, err);

	if (rc < 0)
		return ac_fail(err, rc, "line %llu: longer than the limit of %zu bytes",
		    (unsigned long long)r->line + 1, (size_t)AC_JSON_VALUE_MAX);
	if (!r->is_known && !knows_kind(r, final))
		return 0;
	if (!r->objects) {
		take_lines(r, final);
		return 0;
	}
	rc = ac_objects_feed(r->objects, bytes, err);
	ac_buf_reset(&r->held);
	return rc;
}

static int
on_input(void *payload, ac_str bytes, accord_err *err)
{
	reader *r = payload;

	ac_buf_add(&r->held, bytes);
	return take_held(r, false, err);
}

static void
read_file(reader *r, const char *path)
{
	accord_err err = { 0 };
	int rc;

	r->file = path;
	ac_buf_init(&r->held, AC_JSON_VALUE_MAX);
	rc = ac_input_read(r->app, path, on_input, r, &err);
	if (rc == 0)
		rc = take_held(r, true, &err);
	if (r->objects)
		r->status = ac_exit_worse(r->status, ac_objects_end(r->objects, rc, &err));
	else if (rc < 0)
		r->status = ac_exit_worse(r->status, ac_app_fail(r->app, path, &err));
	ac_buf_done(&r->held);
}

int
ac_patterns_check_usage(ac_app *app, const ac_args *args)
{
	unsigned ways = (args->operand_count > 0) + ac_arg_given(args, "file") + ac_arg_given(args, "jsonl"), unused;
	accord_err err = { 0 };

	if (ways != 1)
		(void)ac_fail(&err, ACCORD_EUSAGE, "want PATTERN..., --file FILE ('-' for standard input) or --jsonl%s",
		    ways ? ", one of them" : "");
	else if (!ac_patterns_dialect(ac_str_from(ac_arg(args, "stix-version", "2.1")), &unused))
		(void)ac_fail(
		    &err, ACCORD_EUSAGE, "--stix-version: want 2.1 or 2.0, got '%s'", ac_arg(args, "stix-version", ""));
	return err.code ? ac_app_fail(app, NULL, &err) : 0;
}

int
ac_patterns_each(ac_app *app, const ac_args *args, ac_on_pattern on_pattern, void *payload)
{
	reader r = { .app = app,
		.on_pattern = on_pattern,
		.payload = payload,
		.has_version = ac_arg_given(args, "stix-version") };
	const char *file = ac_arg(args, "file", NULL);

	(void)ac_patterns_dialect(ac_str_from(ac_arg(args, "stix-version", "2.1")), &r.dialect);
	ac_arena_init(&r.arena, AC_JSON_ARENA_MAX);
	if (file || (args->operand_count == 1 && ac_str_eq(ac_str_from(args->operands[0]), AC_S("-"))))
		read_file(&r, file ? file : "-");
	else
		for (int i = 0; i < args->operand_count; i++)
			tell_line(&r, ac_str_from(args->operands[i]));
	ac_arena_done(&r.arena);
	return r.status;
}

int
ac_patterns_of_request(const ac_json *request, ac_arena *arena, ac_pattern_source *out,
    const ac_pattern_node **out_root, accord_err *out_why, accord_err *err)
{
	ac_str version = ac_json_get_string(request, AC_S("stix_version"));
	int rc;

	*out = (ac_pattern_source){ .text = ac_json_get_string(request, AC_S("pattern")),
		.validity = { AC_TIME_MIN, AC_TIME_MAX } };
	*out_root = NULL;
	if (!out->text.p)
		return ac_fail(err, ACCORD_EINPUT, "want a string \"pattern\" in the request, got none");
	if (!ac_patterns_dialect(version.p ? version : AC_S("2.1"), &out->dialect))
		return ac_fail(err, ACCORD_EINPUT, "want \"stix_version\" 2.0 or 2.1");
	rc = ac_pattern_parse_dialect(out->text, out->dialect, arena, out_root, out_why);
	if (rc == ACCORD_ENOMEM)
		return ac_arena_check(arena, err);
	return 0;
}

/* ---- outputs ---- */

void
ac_patterns_write_source(ac_json_writer *w, const ac_pattern_source *source)
{
	if (source->file) {
		ac_jw_key_string(w, AC_S("file"), ac_str_from(source->file));
		ac_jw_key_u64(w, AC_S("line"), source->line);
	}
	if (source->indicator.p)
		ac_jw_key_string(w, AC_S("indicator"), source->indicator);
	ac_jw_key_string(w, AC_S("pattern"), source->text);
}

static void
write_place(ac_json_writer *w, uint64_t line, uint64_t column, uint64_t byte)
{
	ac_jw_key_u64(w, AC_S("line"), line);
	ac_jw_key_u64(w, AC_S("column"), column);
	ac_jw_key_u64(w, AC_S("byte"), byte);
}

void
ac_patterns_write_reason(ac_json_writer *w, const accord_err *what)
{
	ac_jw_key_string(w, AC_S("reason"), ac_str_from(what->text));
	ac_jw_key(w, AC_S("place"));
	ac_jw_object(w);
	write_place(w, what->line, what->column, what->byte);
	ac_jw_end(w);
}

void
ac_patterns_write_note(ac_json_writer *w, ac_str text, const ac_pattern_note *note)
{
	uint64_t line, column;

	ac_json_place(text, note->byte, &line, &column);
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("code"), note->code);
	ac_jw_key_string(w, AC_S("section"), note->section);
	write_place(w, line, column, note->byte);
	ac_jw_key_bool(w, AC_S("matches_nothing"), note->matches_nothing);
	ac_jw_key_string(w, AC_S("text"), note->text);
	ac_jw_end(w);
}

void
ac_patterns_write_notes(ac_json_writer *w, ac_str text, const ac_pattern_notes *notes)
{
	ac_jw_key(w, AC_S("warnings"));
	ac_jw_array(w);
	for (size_t i = 0; i < notes->n; i++)
		ac_patterns_write_note(w, text, &notes->p[i]);
	ac_jw_end(w);
}

/* Characters that a text takes on a terminal, wide ones counted once. */
static size_t
width_of(ac_str visible)
{
	size_t width = 0;

	for (size_t i = 0; i < visible.n; i++)
		width += ((unsigned char)visible.p[i] & 0xc0) != 0x80;
	return width;
}

/* The line of the pattern in which the byte lies, cut around it, and a caret under the byte. */
static void
print_caret(ac_app *app, ac_str text, size_t byte)
{
	size_t from = byte, to = byte, width;
	ac_buf *out = ac_app_out(app), shown;

	while (from > 0 && text.p[from - 1] != '\n' && byte - from < SHOWN_BEFORE)
		from--;
	while (to < text.n && text.p[to] != '\n' && to - byte < SHOWN_BEHIND)
		to++;
	/* Whole characters only. */
	while (from < byte && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	ac_buf_init(&shown, AC_REPORT_MAX);
	ac_utf8_add_visible(&shown, ac_str_slice(text, from, byte), SHOWN_MAX);
	width = width_of(ac_buf_view(&shown));
	ac_utf8_add_visible(&shown, ac_str_slice(text, byte, to), SHOWN_MAX);
	ac_buf_add(out, AC_S("  "));
	ac_buf_add(out, ac_buf_view(&shown));
	ac_buf_printf(out, "\n  %*s^\n", (int)width, "");
	ac_buf_done(&shown);
}

/* "file:line: id: line:column: error: text", without what there is none of. */
static void
print_finding(ac_app *app, const ac_pattern_source *source, size_t byte, const char *level, ac_str code, ac_str section,
    ac_str text)
{
	ac_buf *out = ac_app_out(app);
	uint64_t line, column;

	if (source->file) {
		ac_utf8_add_visible(out, ac_str_from(source->file), AC_PATH_MAX);
		ac_buf_printf(out, ":%llu: ", (unsigned long long)source->line);
	} else if (source->line > 1) {
		ac_buf_printf(out, "pattern %llu: ", (unsigned long long)source->line);
	}
	if (source->indicator.p) {
		ac_utf8_add_visible(out, source->indicator, SHOWN_MAX);
		ac_buf_add(out, AC_S(": "));
	}
	ac_json_place(source->text, byte, &line, &column);
	ac_buf_printf(out, "%llu:%llu: %s", (unsigned long long)line, (unsigned long long)column, level);
	if (section.n)
		ac_buf_printf(out, " %.*s [%.*s]", AC_FMT(code), AC_FMT(section));
	ac_buf_add(out, AC_S(": "));
	ac_utf8_add_visible(out, text, 10 * SHOWN_MAX);
	ac_buf_add_byte(out, '\n');
	print_caret(app, source->text, byte);
}

void
ac_patterns_print_error(ac_app *app, const ac_pattern_source *source, const accord_err *what)
{
	print_finding(
	    app, source, what->byte, "error", (ac_str){ NULL, 0 }, (ac_str){ NULL, 0 }, ac_str_from(what->text));
}

void
ac_patterns_print_note(ac_app *app, const ac_pattern_source *source, const ac_pattern_note *note)
{
	print_finding(app, source, note->byte, "warning", note->code, note->section, note->text);
}

static void
keep_note(void *payload, const ac_pattern_note *note)
{
	ac_pattern_notes *notes = payload;

	if (notes->n == notes->capacity) {
		size_t capacity = notes->capacity ? 2 * notes->capacity : 8;
		ac_pattern_note *bigger = ac_arena_resize(
		    notes->arena, notes->p, notes->capacity * sizeof(*notes->p), capacity * sizeof(*notes->p));

		if (!bigger)
			return;
		notes->p = bigger;
		notes->capacity = capacity;
	}
	notes->p[notes->n++] = *note;
}

int
ac_patterns_notes(const ac_pattern_node *root, const ac_pattern_validity *validity, ac_arena *arena,
    ac_pattern_notes *out, accord_err *err)
{
	int rc;

	*out = (ac_pattern_notes){ .arena = arena };
	rc = ac_pattern_check(root, validity, arena, keep_note, out, err);
	return rc < 0 ? rc : ac_arena_check(arena, err);
}
