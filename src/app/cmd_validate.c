/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord validate: STIX 2.1 objects and bundles against the standard, object by object as they stream in. It prints verdicts and needs no store; the rules are in
 * stix/. With --jsonl it answers a batch of requests from standard input.
 */
#include "app/batch.h"
#include "app/input.h"
#include "app/lift_report.h"
#include "app/validate_cross.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "stix/object.h"
#include "sys/file.h"

enum { SHOWN_MAX = 2000 };

static const ac_option options[] = {
	{ "strict", 's', NULL, "warnings make an object not valid too" },
	{ "no-warnings", 'q', NULL, "show errors only" },
	{ "profile", 'p', "NAME", "standard (default), interop or oasis" },
	{ "disable", 'd', "CODES", "leave out warnings by code or name: 202,region" },
	{ "ignore", 0, "CODES", "the same as --disable" },
	{ "enable", 'e', "CODES", "give these warnings only; with --disable: these too" },
	{ "enforce-refs", 0, NULL, "warn of references that lead to no object at hand" },
	{ "store", 0, NULL, "check the store's objects, or FILE against them" },
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
	bool strict, lift;
	ac_validate_rules rules;
	ac_validate_cross *cross; /* NULL in a batch: its requests have nothing to do with each other */
	ac_validate_sums across;
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
	uint32_t bundle;
} checker;

static void
keep_finding(void *payload, const ac_stix_finding *f)
{
	checker *c = payload;
	finding *kept;

	if (f->level == AC_STIX_WARNING && !ac_codes_want(&c->rules.codes, f->code))
		return;
	if (f->level == AC_STIX_ERROR)
		c->errors++;
	else
		c->warnings++;
	if (f->level == AC_STIX_WARNING && !c->rules.with_warnings)
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
	rc = ac_stix_validate_as(object, scope, c->rules.checks, &c->findings_arena, keep_finding, c, err);
	if (rc < 0)
		return rc;
	end_object(c, object, place);
	if (scope == AC_STIX_ENVELOPE)
		return 0;
	return ac_validate_cross_add(c->cross, c->path, object, scope == AC_STIX_ELEMENT ? c->bundle : 0, place, err);
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
	int rc;

	if (!c->lift || ac_stix_head_read(object, &head, NULL) || !head.is_20)
		return check(c, object, place, scope, err);
	ac_arena_reset(&c->lift_arena);
	rc = ac_lift_report(c->app, c->path, object, place, &c->lift_arena, err);
	return rc < 0 ? rc : ac_stix_lift(object, &c->lift_arena, check_lifted, &l, err);
}

enum { PATH_OBJECTS, PATH_LIST };
static const char *const stream_paths[] = { [PATH_OBJECTS] = "objects", [PATH_LIST] = "", NULL };

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	checker *c = payload;

	c->elements++;
	return check_object(c, value, place, path == PATH_OBJECTS ? AC_STIX_ELEMENT : AC_STIX_WHOLE, err);
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	checker *c = payload;
	bool was_list = streamed && ac_json_is(value, AC_JSON_ARRAY);
	bool had_elements = c->elements > 0;

	c->elements = 0;
	c->bundle++;
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
	c->bundle++;
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
	ac_out(c->app, "%llu object%s checked: %llu valid, %llu not valid; %llu error%s, %llu warning%s",
	    (unsigned long long)t->objects, ac_plural(t->objects), (unsigned long long)(t->objects - t->not_valid),
	    (unsigned long long)t->not_valid, (unsigned long long)t->errors, ac_plural(t->errors),
	    (unsigned long long)t->warnings, ac_plural(t->warnings));
	if (c->across.errors || c->across.warnings)
		ac_out(c->app, "; across objects %llu error%s, %llu warning%s", (unsigned long long)c->across.errors,
		    ac_plural(c->across.errors), (unsigned long long)c->across.warnings, ac_plural(c->across.warnings));
	if (c->across.dangling)
		ac_out(c->app, "; %llu references lead to objects that are not here (--enforce-refs lists them)",
		    (unsigned long long)c->across.dangling);
	if (c->across.left_out)
		ac_out(c->app, "; %llu objects were too many to be held against others",
		    (unsigned long long)c->across.left_out);
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
	rc = object
		 ? ac_stix_validate_as(object, AC_STIX_WHOLE, c->rules.checks, &c->findings_arena, keep_finding, c, err)
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
on_stored(void *payload, const ac_json *object, accord_err *err)
{
	checker *c = payload;

	begin_object(c);
	if (ac_stix_validate_as(object, AC_STIX_WHOLE, c->rules.checks, &c->findings_arena, keep_finding, c, err) < 0)
		return err->code;
	end_object(c, object, (ac_place){ 0, 0, 0 });
	return 0;
}

static void
read_all(checker *c, const ac_args *args, ac_store *store)
{
	const ac_walk_sink sink = { on_file, on_problem, c };
	accord_err err = { 0 };

	for (int i = 0; i < args->operand_count; i++)
		if (ac_walk(args->operands[i], &sink, &err) < 0)
			c->status = ac_exit_worse(c->status, ac_app_fail(c->app, NULL, &err));
	c->path = "store";
	if (args->operand_count == 0 && ac_validate_store(c->cross, store, on_stored, c, &err) < 0)
		c->status = ac_exit_worse(c->status, ac_app_fail(c->app, NULL, &err));
}

static int
run_files(checker *c, const ac_args *args)
{
	ac_store *store = NULL;
	accord_err err = { 0 };
	int rc = 0;

	if (ac_arg_given(args, "store"))
		rc = ac_app_store(c->app, AC_STORE_READ, &store, &err);
	if (rc == 0) {
		c->cross = ac_validate_cross_open(c->app, &c->rules);
		rc = c->cross ? 0 : ac_fail(&err, ACCORD_ENOMEM, "no memory to hold objects against each other");
	}
	if (rc == 0) {
		read_all(c, args, store);
		rc = ac_validate_cross_end(c->cross, args->operand_count ? store : NULL, &c->across, &err);
	}
	if (rc < 0)
		c->status = ac_exit_worse(c->status, ac_app_fail(c->app, NULL, &err));
	if (c->across.errors || (c->strict && c->across.warnings))
		c->status = ac_exit_worse(c->status, AC_EXIT_NO);
	c->cross = ac_validate_cross_close(c->cross);
	print_summary(c);
	return c->status;
}

/* The profile and the codes. */
static int
read_rules(const ac_args *args, ac_validate_rules *out, accord_err *err)
{
	ac_str profile = ac_str_from(ac_arg(args, "profile", "standard"));
	const char *disable = ac_arg(args, "disable", ac_arg(args, "ignore", NULL));
	bool is_interop = ac_str_eq(profile, AC_S("interop")), is_oasis = ac_str_eq(profile, AC_S("oasis"));
	ac_validate_rules rules = { .with_warnings = !ac_arg_given(args, "no-warnings") };

	if (!is_interop && !is_oasis && !ac_str_eq(profile, AC_S("standard")))
		return ac_fail(
		    err, ACCORD_EUSAGE, "--profile: want standard, interop or oasis, got '%.*s'", AC_FMT(profile));
	if (ac_arg_given(args, "disable") && ac_arg_given(args, "ignore"))
		return ac_fail(err, ACCORD_EUSAGE, "want --disable or --ignore, got both");
	if (ac_codes_parse(disable, ac_arg(args, "enable", NULL), &rules.codes, err))
		return ACCORD_EUSAGE;
	rules.codes.uncoded &= !is_oasis;
	rules.checks.interop = is_interop;
	rules.checks.prefixes = ac_codes_want(&rules.codes, AC_S("101")) || ac_codes_want(&rules.codes, AC_S("102"));
	if (is_interop)
		rules.dangling = AC_CROSS_DANGLING_ERROR;
	else if (ac_arg_given(args, "enforce-refs"))
		rules.dangling = AC_CROSS_DANGLING_WARNING;
	*out = rules;
	return 0;
}

static int
check_usage(const ac_args *args, accord_err *err)
{
	if (ac_arg_given(args, "jsonl") && ac_arg_given(args, "store"))
		return ac_fail(err, ACCORD_EUSAGE, "want --jsonl or --store, got both: requests are judged alone");
	return 0;
}

static int
run(ac_app *app, const ac_args *args)
{
	checker c = { .app = app, .strict = ac_arg_given(args, "strict"), .lift = ac_arg_given(args, "lift") };
	accord_err err = { 0 };
	int status;

	if (check_usage(args, &err) || read_rules(args, &c.rules, &err))
		return ac_app_fail(app, NULL, &err);
	status = ac_arg_given(args, "store") ? 0 : ac_batch_check_usage(app, args, "FILE ('-' for standard input)");
	if (status)
		return status;
	ac_arena_init(&c.findings_arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&c.lift_arena, AC_JSON_ARENA_MAX);
	status = ac_arg_given(args, "jsonl") ? ac_batch_run(app, answer, &c) : run_files(&c, args);
	ac_arena_done(&c.lift_arena);
	ac_arena_done(&c.findings_arena);
	return status;
}

const ac_command ac_command_validate = {
	.name = "validate",
	.operands = "[FILE...]",
	.summary = "check STIX 2.1 objects and bundles against the standard",
	.details =
	    "Every MUST of the standard that is broken is an error, with the section of STIX 2.1 and a JSON "
	    "pointer into the "
	    "object; every SHOULD is a warning, with the code that the OASIS validator gives it in braces. "
	    "Bundles, lists and "
	    "lines of objects are checked object by object, however long they are; folders with all files below "
	    "them; gzip and "
	    "zstd are undone. What holds across objects is told behind them, for all FILEs of one call: two contents "
	    "for one version, a creator or a time of creation that changes, versions behind a revocation, one UUID for "
	    "two "
	    "types, references to the wrong kind of object, extensions and translations that do not fit what they "
	    "extend "
	    "or translate. With --store the objects at hand are those of the store: without FILE they are checked "
	    "themselves, with FILE they are what it refers to.\n\n"
	    "Warnings can be chosen by the OASIS validator's codes and names; {101} and {102} are given only when "
	    "asked "
	    "for, or when {401} is left out. --profile interop adds what the STIX interoperability document asks of "
	    "producers; --profile oasis leaves out warnings that the OASIS validator does not have.\n\n"
	    "Exit status: 0 all valid, 1 something is not valid, 3 something is no JSON or over a limit, 4 "
	    "something could not be "
	    "read.\n\n"
	    "--jsonl reads one request a line, {\"id\": ..., \"object\": {...}} or {\"id\": ..., \"text\": "
	    "\"...\"} with the raw "
	    "text of an object, and writes one answer a line, {\"id\": ..., \"valid\": true or false, "
	    "\"reason\": ...}.",
	.examples = "accord validate bundle.json\naccord validate --strict --json feeds/\n"
		    "accord validate --profile interop --disable 302,region bundle.json\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
