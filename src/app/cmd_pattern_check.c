/* SPDX-License-Identifier: Apache-2.0 */
/* accord pattern check: is it a STIX pattern, and does it say what was meant? The grammar is in stix/pattern.c, what is odd is found by stix/pattern_check.c. */
#include "app/patterns.h"

static const ac_option options[] = {
	AC_PATTERN_OPTIONS,
	{ "strict", 's', NULL, "warnings make a pattern not valid too" },
	{ "no-warnings", 'q', NULL, "show errors only" },
	{ 0 },
};

typedef struct checker {
	ac_app *app;
	bool strict, with_warnings;
	uint64_t patterns, not_valid, warnings;
} checker;

static void
print_json(
    ac_app *app, const ac_pattern_source *source, bool valid, const accord_err *why, const ac_pattern_notes *notes)
{
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pattern-check/1"));
	ac_patterns_write_source(&w, source);
	ac_jw_key_bool(&w, AC_S("valid"), valid);
	if (why->code)
		ac_patterns_write_reason(&w, why);
	ac_patterns_write_notes(&w, source->text, notes);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static int
on_pattern(void *payload, const ac_pattern_source *source, ac_arena *arena)
{
	checker *c = payload;
	const ac_pattern_node *root;
	ac_pattern_notes notes = { 0 };
	accord_err why = { 0 }, err = { 0 };
	int rc = ac_pattern_parse_dialect(source->text, source->dialect, arena, &root, &why);
	bool valid = rc == 0;

	if (rc == 0)
		rc = ac_patterns_notes(root, &source->validity, arena, &notes, &err);
	else if (rc == ACCORD_ENOMEM)
		err = why;
	if (err.code)
		return ac_app_fail(c->app, source->file, &err);
	c->patterns++;
	c->warnings += notes.n;
	valid = valid && !(c->strict && notes.n);
	c->not_valid += !valid;
	if (!c->with_warnings)
		notes.n = 0;
	if (ac_app_json(c->app)) {
		print_json(c->app, source, valid, &why, &notes);
	} else {
		if (why.code)
			ac_patterns_print_error(c->app, source, &why);
		for (size_t i = 0; i < notes.n; i++)
			ac_patterns_print_note(c->app, source, &notes.p[i]);
	}
	return valid ? AC_EXIT_OK : AC_EXIT_NO;
}

static int
on_request(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	const checker *c = payload;
	const ac_pattern_node *root;
	ac_pattern_notes notes = { 0 };
	accord_err why = { 0 };
	ac_pattern_source source;
	int rc = ac_patterns_of_request(request, arena, &source, &root, &why, err);

	if (rc == 0 && root)
		rc = ac_patterns_notes(root, &source.validity, arena, &notes, err);
	if (rc < 0)
		return rc;
	ac_jw_key_bool(w, AC_S("valid"), root && !(c->strict && notes.n));
	if (!root)
		ac_patterns_write_reason(w, &why);
	ac_patterns_write_notes(w, source.text, &notes);
	return 0;
}

static int
run(ac_app *app, const ac_args *args)
{
	checker c = {
		.app = app, .strict = ac_arg_given(args, "strict"), .with_warnings = !ac_arg_given(args, "no-warnings")
	};
	int status = ac_patterns_check_usage(app, args);

	if (status)
		return status;
	if (ac_arg_given(args, "jsonl"))
		return ac_batch_run(app, on_request, &c);
	status = ac_patterns_each(app, args, on_pattern, &c);
	if (!ac_app_json(app))
		ac_out(app, "%llu pattern%s checked: %llu valid, %llu not valid; %llu warning%s.\n",
		    (unsigned long long)c.patterns, ac_plural(c.patterns),
		    (unsigned long long)(c.patterns - c.not_valid), (unsigned long long)c.not_valid,
		    (unsigned long long)c.warnings, ac_plural(c.warnings));
	return status;
}

const ac_command ac_command_pattern_check = {
	.name = "pattern check",
	.operands = "PATTERN...",
	.summary = "check STIX patterns",
	.details =
	    "A pattern that the grammar of STIX 2.1 section 9 takes is valid. Warnings tell what is odd about one: a "
	    "property that the type does not have, a list without its [*], a constant of another kind than "
	    "the property, a hash name that is not in the vocabulary, parts that match nothing, START and STOP "
	    "outside of the time for which the indicator is valid.\n\n"
	    "FILE has one pattern a line, or STIX objects, whose indicators' patterns are checked.\n\n"
	    "Exit status: 0 all valid, 1 something is not valid, 3 something is no JSON or over a limit, 4 FILE "
	    "could not be read.\n\n"
	    "--jsonl reads one request a line, {\"id\": ..., \"pattern\": \"...\", \"stix_version\": \"2.1\"}, and "
	    "writes one answer a line, {\"id\": ..., \"valid\": true or false, \"reason\": ..., \"warnings\": "
	    "[...]}.",
	.examples =
	    "accord pattern check \"[domain-name:value = 'c2.example']\"\naccord pattern check --file bundle.json\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
