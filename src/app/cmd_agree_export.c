/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree export: the folder that an outsider needs. What may leave is decided in agree/export.c. */
#include "agree/export.h"
#include "app/agree.h"
#include "app/agree_objects.h"

static const ac_option options[] = {
	{ "statement", 0, "NAME", "which, where there are several: NAME, NAME/VERSION or sha256:HEX" },
	AC_AGREE_DIR_OPTION,
	{ 0 },
};

/* The one that is named, or the only one that is published. */
static int
choose(const ac_agree_held *held, const char *which, const ac_account **out, accord_err *err)
{
	const ac_account *only = NULL;

	if (which)
		return ac_agree_held_find(held, ac_str_from(which), out, err);
	for (size_t i = 0; i < held->accounts.count; i++) {
		if (!held->accounts.items[i].is_published)
			continue;
		if (only)
			return ac_fail(
			    err, ACCORD_EUSAGE, "several statements are published here, want one by --statement");
		only = &held->accounts.items[i];
	}
	if (!only)
		return ac_fail(err, ACCORD_ENOTFOUND, "no statement is published here");
	*out = only;
	return 0;
}

static void
tell(ac_app *app, const char *path, const ac_account *a, const ac_export *files)
{
	char hex[2 * AC_SHA256_SIZE];
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	ac_hex(a->charter->digest, AC_SHA256_SIZE, hex);
	if (!ac_app_json(app)) {
		ac_out(app,
		    "%s: %zu files of statement %.*s, version %llu\nOutsiders verify it by\n  accord verify --trust "
		    "sha256:%.*s %s\n",
		    path, files->count, AC_FMT(a->statement.id), (unsigned long long)a->statement.version,
		    (int)sizeof(hex), hex, path);
		if (a->successor)
			ac_out(app,
			    "Not in force: version %llu of the statement has taken its place, and accord verify says "
			    "so of a folder "
			    "with both\n",
			    (unsigned long long)a->successor->statement.version);
		return;
	}
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.export/1"));
	ac_jw_key_string(&w, AC_S("folder"), ac_str_from(path));
	ac_jw_key_string(&w, AC_S("statement"), a->statement.id);
	ac_jw_key_u64(&w, AC_S("version"), a->statement.version);
	ac_jw_key_string(&w, AC_S("charter_sha256"), (ac_str){ hex, sizeof(hex) });
	if (a->successor)
		ac_jw_key_u64(&w, AC_S("superseded_by"), a->successor->statement.version);
	ac_jw_key(&w, AC_S("files"));
	ac_jw_array(&w);
	for (size_t i = 0; i < files->count; i++)
		ac_jw_string(&w, ac_str_from(files->files[i].name));
	ac_jw_end(&w);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static int
run(ac_app *app, const ac_args *args)
{
	const ac_account *account = NULL;
	ac_str bundle = { 0 };
	ac_agree_held held = { 0 };
	accord_err err = { 0 };
	ac_export files = { 0 };
	const char *dir = ac_agree_dir(app, args, &err);
	int rc = dir ? ac_agree_hold(app, dir, &held, &err) : err.code;

	if (rc == 0)
		rc = choose(&held, ac_arg(args, "statement", NULL), &account, &err);
	if (rc == 0)
		rc = ac_agree_held_bundle(&held, dir, account, &bundle, &err);
	if (rc == 0)
		rc = ac_export_make(
		    &held.holding, &held.accounts, account, bundle, ac_app_now(app), &held.arena, &files, &err);
	if (rc == 0)
		rc = ac_export_write(&files, args->operands[0], &err);
	if (rc == 0)
		tell(app, args->operands[0], account, &files);
	ac_agree_held_close(&held);
	return rc ? ac_app_fail(app, NULL, &err) : AC_EXIT_OK;
}

const ac_command ac_command_agree_export = {
	.name = "agree export",
	.operands = "FOLDER",
	.summary = "write what an outsider needs to check a published statement",
	.details = "The folder holds the charters, the statement, the endorsements and the publication as members "
		   "signed them, proofs "
		   "that they are in a log, the policy of witnesses, the bundle of evidence, the statement as STIX "
		   "objects, a page to "
		   "read and print in English and French (index.html), and keys and signatures in the forms of signify "
		   "and openssl. It "
		   "is written whole or not at all, into a folder that is not there yet or is empty.\n\n"
		   "Only what is about that statement leaves, once it is published, TLP:CLEAR and past its embargo, "
		   "and only if an "
		   "outsider could verify it: its entries are all here, and its publication leaves out no word. "
		   "Comments, drafts, "
		   "keys and notes of other statements never do.\n\n"
		   "Exit status: 0 written, 2 the folder is in use, 5 it may not leave, or could not be verified.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
