/* SPDX-License-Identifier: Apache-2.0 */
/* accord pattern check: is a text a STIX pattern? The syntax is in stix/pattern.c; here are inputs and answers. */
#include "app/batch.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "stix/pattern.h"

enum { SHOWN_MAX = 200 };

static const ac_option options[] = {
	{ "stix-version", 0, "2.0|2.1", "the language of the patterns (default: 2.1)" },
	{ "jsonl", 0, NULL, "answer requests from standard input, one JSON object a line" },
	{ 0 },
};

/* The dialect of a version of STIX; false when there is none of that name. */
static bool
dialect_of(ac_str version, unsigned *out)
{
	*out = ac_str_eq(version, AC_S("2.0")) ? AC_PATTERN_REPEATED_QUALIFIERS : 0;
	return *out || ac_str_eq(version, AC_S("2.1"));
}

static int
answer(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	ac_str pattern = ac_json_get_string(request, AC_S("pattern"));
	ac_str version = ac_json_get_string(request, AC_S("stix_version"));
	const ac_pattern_node *root;
	unsigned dialect;
	int rc;

	if (!pattern.p)
		return ac_fail(err, ACCORD_EINPUT, "want a string \"pattern\" in the request, got none");
	if (!dialect_of(version.p ? version : AC_S("2.1"), &dialect))
		return ac_fail(err, ACCORD_EINPUT, "want \"stix_version\" 2.0 or 2.1");
	rc = ac_pattern_parse_dialect(pattern, dialect, arena, &root, err);
	if (rc == ACCORD_ENOMEM)
		return rc;
	ac_jw_key_bool(w, AC_S("valid"), rc == 0);
	if (rc < 0)
		ac_jw_key_string(w, AC_S("reason"), ac_str_from(err->text));
	return 0;
}

static int
check_one(ac_app *app, const char *pattern, unsigned dialect)
{
	const ac_pattern_node *root;
	accord_err err = { 0 };
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	rc = ac_pattern_parse_dialect(ac_str_from(pattern), dialect, &arena, &root, &err);
	ac_arena_done(&arena);
	ac_utf8_add_visible(ac_app_out(app), ac_str_from(pattern), SHOWN_MAX);
	if (rc < 0)
		ac_out(app, ": not valid, column %llu: %s\n", (unsigned long long)err.column, err.text);
	else
		ac_out(app, ": valid\n");
	return rc < 0 ? AC_EXIT_NO : AC_EXIT_OK;
}

static int
run(ac_app *app, const ac_args *args)
{
	int status = ac_batch_check_usage(app, args, "PATTERN");
	unsigned dialect;

	if (status)
		return status;
	if (!dialect_of(ac_str_from(ac_arg(args, "stix-version", "2.1")), &dialect)) {
		accord_err err = { 0 };

		(void)ac_fail(&err, ACCORD_EUSAGE, "--stix-version: want 2.0 or 2.1");
		return ac_app_fail(app, NULL, &err);
	}
	if (ac_arg_given(args, "jsonl"))
		return ac_batch_run(app, answer, NULL);
	for (int i = 0; i < args->operand_count; i++)
		status = ac_exit_worse(status, check_one(app, args->operands[i], dialect));
	return status;
}

const ac_command ac_command_pattern_check = {
	.name = "pattern check",
	.operands = "PATTERN...",
	.summary = "check STIX patterns",
	.details =
	    "Exit status: 0 all valid, 1 something is not valid.\n\n"
	    "--jsonl reads one request a line, {\"id\": ..., \"pattern\": \"...\", \"stix_version\": \"2.1\"}, and "
	    "writes one answer a line, {\"id\": ..., \"valid\": true or false, \"reason\": ...}.",
	.examples = "accord pattern check \"[domain-name:value = 'c2.example']\"\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
