/* SPDX-License-Identifier: Apache-2.0 */
/* accord pattern normalize: the normal form of patterns, and its digest. The laws are in stix/pattern_normal.c. */
#include "app/patterns.h"
#include "base/utf8.h"
#include "crypto/digest.h"
#include "stix/pattern_normal.h"
#include "sys/os.h"

#include <unistd.h>

static const ac_option options[] = { AC_PATTERN_OPTIONS, { 0 } };

typedef struct normalizer {
	ac_app *app;
	ac_digester *digester;
	bool is_terminal;
} normalizer;

/* "normal" and "sha256". */
static int
write_normal(ac_json_writer *w, ac_digester *digester, ac_str normal, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	char hex[2 * AC_SHA256_SIZE];
	int rc = ac_digester_sha256(digester, normal, digest, err);

	if (rc < 0)
		return rc;
	ac_hex(digest, sizeof(digest), hex);
	ac_jw_key_string(w, AC_S("normal"), normal);
	ac_jw_key_string(w, AC_S("sha256"), (ac_str){ hex, sizeof(hex) });
	return 0;
}

static int
print_json(normalizer *n, const ac_pattern_source *source, ac_str normal, const accord_err *why, accord_err *err)
{
	ac_buf *out = ac_app_out(n->app);
	ac_json_writer w;
	int rc = 0;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pattern-normal/1"));
	ac_patterns_write_source(&w, source);
	ac_jw_key_bool(&w, AC_S("valid"), why->code == 0);
	if (why->code)
		ac_patterns_write_reason(&w, why);
	else
		rc = write_normal(&w, n->digester, normal, err);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
	return rc;
}

/* A pattern may hold any character: on a terminal they are made visible, elsewhere they stay what they are. */
static void
print_text(normalizer *n, ac_str normal)
{
	ac_buf *out = ac_app_out(n->app);

	if (n->is_terminal)
		ac_utf8_add_visible(out, normal, AC_REPORT_MAX / 2);
	else
		ac_buf_add(out, normal);
	ac_buf_add_byte(out, '\n');
}

static int
on_pattern(void *payload, const ac_pattern_source *source, ac_arena *arena)
{
	normalizer *n = payload;
	const ac_pattern_node *root;
	accord_err why = { 0 }, err = { 0 };
	ac_str normal = { NULL, 0 };
	int rc = ac_pattern_parse_dialect(source->text, source->dialect, arena, &root, &why);

	if (rc == 0)
		rc = ac_pattern_normal_text(root, arena, &normal, &err);
	else if (rc != ACCORD_ENOMEM)
		rc = 0;
	if (rc == 0 && ac_app_json(n->app))
		rc = print_json(n, source, normal, &why, &err);
	else if (rc == 0 && why.code)
		ac_patterns_print_error(n->app, source, &why);
	else if (rc == 0)
		print_text(n, normal);
	if (rc < 0)
		return ac_app_fail(n->app, source->file, err.code ? &err : &why);
	return why.code ? AC_EXIT_NO : AC_EXIT_OK;
}

static int
on_request(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	normalizer *n = payload;
	const ac_pattern_node *root;
	accord_err why = { 0 };
	ac_pattern_source source;
	ac_str normal;
	int rc = ac_patterns_of_request(request, arena, &source, &root, &why, err);

	if (rc == 0 && root)
		rc = ac_pattern_normal_text(root, arena, &normal, err);
	if (rc < 0)
		return rc;
	ac_jw_key_bool(w, AC_S("valid"), root != NULL);
	if (root)
		return write_normal(w, n->digester, normal, err);
	ac_patterns_write_reason(w, &why);
	return 0;
}

static int
run(ac_app *app, const ac_args *args)
{
	normalizer n = { .app = app, .is_terminal = ac_is_terminal(STDOUT_FILENO) };
	int status = ac_patterns_check_usage(app, args);

	if (status)
		return status;
	n.digester = ac_digester_open();
	if (!n.digester)
		return AC_EXIT_INTERNAL;
	if (ac_arg_given(args, "jsonl"))
		status = ac_batch_run(app, on_request, &n);
	else
		status = ac_patterns_each(app, args, on_pattern, &n);
	n.digester = ac_digester_close(n.digester);
	return status;
}

const ac_command ac_command_pattern_normalize = {
	.name = "pattern normalize",
	.operands = "PATTERN...",
	.summary = "write STIX patterns in their normal form",
	.details =
	    "Patterns with the same normal form match the same observations, so its digest (--json) tells which "
	    "indicators of two feeds are one. docs/stix.md lists the laws.\n\n"
	    "FILE has one pattern a line, or STIX objects with indicators.\n\n"
	    "Exit status: 0 done, 1 something is not a valid pattern, 3 something is no JSON or over a limit, 4 "
	    "FILE could not be read.\n\n"
	    "--jsonl reads one request a line, {\"id\": ..., \"pattern\": \"...\"}, and writes one answer a line, "
	    "{\"id\": ..., \"valid\": true, \"normal\": \"...\", \"sha256\": \"...\"}.",
	.examples = "accord pattern normalize \"[b:x=2 OR a:x==1 OR b:x IN (1)]\"\n"
		    "accord pattern normalize --json --file bundle.json\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
