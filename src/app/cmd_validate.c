/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord validate: STIX 2.1 objects and bundles against the standard, object by object as they stream in. It prints verdicts and needs no store; the rules are in
 * stix/. With --jsonl it answers a batch of requests from standard input.
 */
#include "app/batch.h"
#include "app/input.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "stix/object.h"
#include "sys/file.h"

enum { SHOWN_MAX = 2000 };
/* Versions of one bundle that are held against each other; the rest of a longer bundle is not. */
#define VERSIONS_MAX ((size_t)1 << 18)
#define VERSIONS_BYTES_MAX (64 * AC_MIB)

static const ac_option options[] = {
	{ "strict", 's', NULL, "warnings make an object not valid too" },
	{ "no-warnings", 'q', NULL, "show errors only" },
	{ "lift", 'l', NULL, "check STIX 2.0 objects as the 2.1 objects that they become" },
	{ "jsonl", 0, NULL, "answer requests from standard input, one JSON object a line" },
	{ 0 },
};

typedef struct totals {
	uint64_t objects;
	uint64_t not_valid;
	uint64_t errors;
	uint64_t warnings;
	uint64_t malformed;
} totals;

typedef struct finding {
	struct finding *next;
	ac_stix_finding f;
} finding;

typedef struct checker {
	ac_app *app;
	bool strict, with_warnings, lift;
	ac_stix_checks checks;
	totals sum;
	int status;
	const char *path; /* of the file that is being read */
	uint64_t told;    /* bad places that the stream has told of */
	ac_arena findings_arena;
	ac_arena lift_arena;
	finding *first, *last; /* of the object that is being checked */
	uint64_t errors, warnings;
	/* Of the bundle that is being read: */
	uint64_t elements;
	ac_map versions;
	ac_arena versions_arena;
} checker;

static void
keep_finding(void *payload, const ac_stix_finding *f)
{
	checker *c = payload;
	finding *kept;

	if (f->level == AC_STIX_ERROR)
		c->errors++;
	else
		c->warnings++;
	if (f->level == AC_STIX_WARNING && !c->with_warnings)
		return;
	/* The texts live in the same arena, until the object is done. */
	kept = ac_arena_alloc(&c->findings_arena, sizeof(*kept));
	if (!kept)
		return;
	*kept = (finding){ NULL, *f };
	if (c->last)
		c->last->next = kept;
	else
		c->first = kept;
	c->last = kept;
}

static void
begin_object(checker *c)
{
	ac_arena_reset(&c->findings_arena);
	c->first = c->last = NULL;
	c->errors = c->warnings = 0;
}

static bool
is_valid(const checker *c)
{
	return c->errors == 0 && !(c->strict && c->warnings);
}

static void
print_findings_json(const checker *c, ac_json_writer *w, ac_str key, ac_stix_level level)
{
	ac_jw_key(w, key);
	ac_jw_array(w);
	for (const finding *at = c->first; at; at = at->next) {
		if (at->f.level != level)
			continue;
		ac_jw_object(w);
		if (level == AC_STIX_WARNING)
			ac_jw_key_string(w, AC_S("code"), at->f.code);
		ac_jw_key_string(w, AC_S("section"), at->f.section);
		ac_jw_key_string(w, AC_S("pointer"), at->f.pointer);
		ac_jw_key_string(w, AC_S("text"), at->f.text);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
print_json(checker *c, const ac_json *object, ac_place place)
{
	ac_buf *out = ac_app_out(c->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.verdict/1"));
	ac_jw_key_string(&w, AC_S("file"), ac_str_from(c->path));
	ac_jw_key_u64(&w, AC_S("line"), place.line);
	ac_jw_key_u64(&w, AC_S("column"), place.column);
	ac_jw_key_string(&w, AC_S("id"), ac_json_get_string(object, AC_S("id")));
	ac_jw_key_string(&w, AC_S("type"), ac_json_get_string(object, AC_S("type")));
	ac_jw_key_bool(&w, AC_S("valid"), is_valid(c));
	ac_jw_key_u64(&w, AC_S("error_count"), c->errors);
	ac_jw_key_u64(&w, AC_S("warning_count"), c->warnings);
	print_findings_json(c, &w, AC_S("errors"), AC_STIX_ERROR);
	print_findings_json(c, &w, AC_S("warnings"), AC_STIX_WARNING);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* "file:line:column: id: error [3.2] /created: want ..." */
static void
print_text(checker *c, const ac_json *object, ac_place place)
{
	ac_str id = ac_json_get_string(object, AC_S("id"));

	for (const finding *at = c->first; at; at = at->next) {
		ac_buf *out = ac_app_out(c->app);

		ac_utf8_add_visible(out, ac_str_from(c->path), AC_PATH_MAX);
		ac_buf_printf(out, ":%llu:%llu: ", (unsigned long long)place.line, (unsigned long long)place.column);
		ac_utf8_add_visible(out, id.p ? id : AC_S("(no id)"), SHOWN_MAX);
		ac_buf_add(out, at->f.level == AC_STIX_ERROR ? AC_S(": error") : AC_S(": warning"));
		if (at->f.code.n)
			ac_buf_printf(out, " {%.*s}", AC_FMT(at->f.code));
		if (at->f.section.n)
			ac_buf_printf(out, " [%.*s]", AC_FMT(at->f.section));
		ac_buf_add_byte(out, ' ');
		if (at->f.pointer.n) {
			ac_utf8_add_visible(out, at->f.pointer, SHOWN_MAX);
			ac_buf_add(out, AC_S(": "));
		}
		ac_utf8_add_visible(out, at->f.text, SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
}

static void
end_object(checker *c, const ac_json *object, ac_place place)
{
	c->sum.objects++;
	c->sum.errors += c->errors;
	c->sum.warnings += c->warnings;
	if (!is_valid(c)) {
		c->sum.not_valid++;
		c->status = ac_exit_worse(c->status, AC_EXIT_NO);
	}
	if (ac_app_json(c->app))
		print_json(c, object, place);
	else
		print_text(c, object, place);
}

static int
check(checker *c, const ac_json *object, ac_place place, ac_stix_scope scope, accord_err *err)
{
	int rc;

	begin_object(c);
	rc = ac_stix_validate_as(object, scope, c->checks, &c->findings_arena, keep_finding, c, err);
	if (rc < 0)
		return rc;
	end_object(c, object, place);
	return 0;
}

/* A lifted object, and each observable that was taken out of it. */
typedef struct lifted {
	checker *c;
	ac_place place;
} lifted;

static int
check_lifted(void *payload, ac_str text, accord_err *err)
{
	lifted *l = payload;
	const ac_json *object;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	rc = ac_json_parse(text, AC_JSON_LIMITS, &arena, &object, err);
	if (rc == 0)
		rc = check(l->c, object, l->place, AC_STIX_ELEMENT, err);
	ac_arena_done(&arena);
	return rc;
}

static int
check_object(checker *c, const ac_json *object, ac_place place, ac_stix_scope scope, accord_err *err)
{
	lifted l = { c, place };
	ac_stix_head head;

	if (!c->lift || ac_stix_head_read(object, &head, NULL) || !head.is_20)
		return check(c, object, place, scope, err);
	ac_arena_reset(&c->lift_arena);
	return ac_stix_lift(object, &c->lift_arena, check_lifted, &l, err);
}

/* s3.6: the same version twice in one bundle. {203} of the OASIS validator. */
static void
check_repeated(checker *c, const ac_json *object, ac_place place)
{
	ac_str id = ac_json_get_string(object, AC_S("id")), modified = ac_json_get_string(object, AC_S("modified"));
	const ac_stix_finding repeated = { AC_STIX_WARNING, AC_S("3.6"), AC_S("203"), AC_S("/modified"),
		AC_S("two versions of one object in a bundle should differ in modified") };
	bool is_new = true;
	ac_str key;

	if (!id.p || !modified.p)
		return;
	key = ac_arena_printf(&c->versions_arena, "%.*s %.*s", AC_FMT(id), AC_FMT(modified));
	if (!key.p || !ac_map_put(&c->versions, key, &is_new) || is_new)
		return;
	begin_object(c);
	keep_finding(c, &repeated);
	c->sum.warnings++;
	if (c->strict)
		c->status = ac_exit_worse(c->status, AC_EXIT_NO);
	if (ac_app_json(c->app))
		print_json(c, object, place);
	else
		print_text(c, object, place);
}

enum { PATH_OBJECTS, PATH_LIST };
static const char *const stream_paths[] = { [PATH_OBJECTS] = "objects", [PATH_LIST] = "", NULL };

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	checker *c = payload;
	int rc;

	c->elements++;
	rc = check_object(c, value, place, path == PATH_OBJECTS ? AC_STIX_ELEMENT : AC_STIX_WHOLE, err);
	if (rc == 0 && path == PATH_OBJECTS)
		check_repeated(c, value, place);
	return rc;
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	checker *c = payload;
	bool was_list = streamed && ac_json_is(value, AC_JSON_ARRAY);
	bool had_elements = c->elements > 0;

	c->elements = 0;
	ac_map_clear(&c->versions);
	ac_arena_reset(&c->versions_arena);
	if (was_list && had_elements)
		return 0;
	if (streamed && had_elements)
		return check(c, value, place, AC_STIX_ENVELOPE, err);
	return check_object(c, value, place, AC_STIX_WHOLE, err);
}

static int
on_bad(void *payload, const accord_err *what)
{
	checker *c = payload;

	c->told++;
	c->sum.malformed++;
	c->status = ac_exit_worse(c->status, ac_app_fail(c->app, c->path, what));
	return 0;
}

static int
feed_stream(void *payload, ac_str bytes, accord_err *err)
{
	return ac_json_stream_feed(payload, bytes, err);
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	checker *c = payload;
	const ac_json_stream_sink sink = {
		.on_element = on_element, .on_document = on_document, .on_bad = on_bad, .payload = c
	};
	ac_json_stream *stream = ac_json_stream_open(stream_paths, AC_JSON_VALUE_MAX, &sink);
	accord_err what = { 0 };
	uint64_t told = c->told;
	int rc;

	c->path = path;
	c->elements = 0;
	rc = stream ? ac_input_read(c->app, path, feed_stream, stream, &what)
		    : ac_fail(&what, ACCORD_ENOMEM, "no memory to read");
	if (rc == 0)
		rc = ac_json_stream_end(stream, &what);
	stream = ac_json_stream_close(stream);
	/* What the text did wrong, the stream has told already. */
	if (rc < 0 && c->told == told) {
		c->sum.malformed += rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT;
		c->status = ac_exit_worse(c->status, ac_app_fail(c->app, path, &what));
	}
	return 0;
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	checker *c = payload;

	c->status = ac_exit_worse(c->status, ac_app_fail(c->app, NULL, what));
}

static void
print_summary(checker *c)
{
	const totals *t = &c->sum;

	if (ac_app_json(c->app))
		return;
	ac_out(c->app, "%llu objects checked: %llu valid, %llu not valid; %llu errors, %llu warnings",
	    (unsigned long long)t->objects, (unsigned long long)(t->objects - t->not_valid),
	    (unsigned long long)t->not_valid, (unsigned long long)t->errors, (unsigned long long)t->warnings);
	if (t->malformed)
		ac_out(c->app, "; %llu places were no JSON or over a limit", (unsigned long long)t->malformed);
	ac_out(c->app, ".\n");
}

/* The reason of a refusal in one line: the errors, or in strict mode the warnings too. */
static void
answer_reason(const checker *c, ac_json_writer *w)
{
	ac_buf reason;

	ac_buf_init(&reason, AC_REPORT_MAX);
	for (const finding *at = c->first; at; at = at->next) {
		if (at->f.level == AC_STIX_WARNING && !c->strict)
			continue;
		if (reason.n)
			ac_buf_add(&reason, AC_S("; "));
		ac_buf_printf(
		    &reason, "[%.*s] %.*s: %.*s", AC_FMT(at->f.section), AC_FMT(at->f.pointer), AC_FMT(at->f.text));
		if (reason.n > SHOWN_MAX)
			break;
	}
	ac_jw_key_string(w, AC_S("reason"), ac_buf_view(&reason));
	ac_buf_done(&reason);
}

/* {"id","object"} or {"id","text"}: the object, or NULL with err filled. */
static const ac_json *
requested_object(const ac_json *request, ac_arena *arena, accord_err *err)
{
	const ac_json *object = ac_json_get(request, AC_S("object"));
	ac_str text = ac_json_get_string(request, AC_S("text"));

	if (object)
		return object;
	if (!text.p)
		(void)ac_fail(err, ACCORD_EINPUT, "want \"object\" or \"text\" in the request, got neither");
	else if (ac_json_parse(text, AC_JSON_LIMITS, arena, &object, err))
		return NULL;
	return object;
}

static int
answer(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	checker *c = payload;
	const ac_json *object = requested_object(request, arena, err);
	int rc;

	begin_object(c);
	if (!object && ac_json_get_string(request, AC_S("text")).p) {
		ac_jw_key_bool(w, AC_S("valid"), false);
		ac_jw_key_string(w, AC_S("reason"), ac_str_from(err->text));
		return 0;
	}
	rc = object ? ac_stix_validate_as(
			  object, AC_STIX_WHOLE, c->checks, &c->findings_arena, keep_finding, c, err)
		    : err->code;
	if (rc < 0)
		return rc;
	ac_jw_key_bool(w, AC_S("valid"), is_valid(c));
	if (!is_valid(c))
		answer_reason(c, w);
	print_findings_json(c, w, AC_S("errors"), AC_STIX_ERROR);
	print_findings_json(c, w, AC_S("warnings"), AC_STIX_WARNING);
	return 0;
}

static int
run_files(checker *c, const ac_args *args)
{
	const ac_walk_sink sink = { on_file, on_problem, c };

	for (int i = 0; i < args->operand_count; i++) {
		accord_err err = { 0 };

		if (ac_walk(args->operands[i], &sink, &err) < 0)
			c->status = ac_exit_worse(c->status, ac_app_fail(c->app, NULL, &err));
	}
	print_summary(c);
	return c->status;
}

static int
run(ac_app *app, const ac_args *args)
{
	checker c = { .app = app,
		.strict = ac_arg_given(args, "strict"),
		.with_warnings = !ac_arg_given(args, "no-warnings"),
		.lift = ac_arg_given(args, "lift") };
	int status = ac_batch_check_usage(app, args, "FILE ('-' for standard input)");

	if (status)
		return status;
	ac_arena_init(&c.findings_arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&c.lift_arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&c.versions_arena, VERSIONS_BYTES_MAX);
	ac_map_init(&c.versions, ac_app_seed(app), VERSIONS_MAX);
	status = ac_arg_given(args, "jsonl") ? ac_batch_run(app, answer, &c) : run_files(&c, args);
	ac_map_done(&c.versions);
	ac_arena_done(&c.versions_arena);
	ac_arena_done(&c.lift_arena);
	ac_arena_done(&c.findings_arena);
	return status;
}

const ac_command ac_command_validate = {
	.name = "validate",
	.operands = "FILE...",
	.summary = "check STIX 2.1 objects and bundles against the standard",
	.details = "Every MUST of the standard that is broken is an error, with the section of STIX 2.1 and a JSON "
		   "pointer into the "
		   "object; every SHOULD is a warning, with the code that the OASIS validator gives it in braces. "
		   "Bundles, lists and "
		   "lines of objects are checked object by object, however long they are; folders with all files below "
		   "them; gzip and "
		   "zstd are undone.\n\n"
		   "Exit status: 0 all valid, 1 something is not valid, 3 something is no JSON or over a limit, 4 "
		   "something could not be "
		   "read.\n\n"
		   "--jsonl reads one request a line, {\"id\": ..., \"object\": {...}} or {\"id\": ..., \"text\": "
		   "\"...\"} with the raw "
		   "text of an object, and writes one answer a line, {\"id\": ..., \"valid\": true or false, "
		   "\"reason\": ...}.",
	.examples = "accord validate bundle.json\naccord validate --strict --json feeds/\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
