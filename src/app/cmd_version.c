/* SPDX-License-Identifier: Apache-2.0 */
/* accord version: what this program is, and what its store holds. */
#include "app/app.h"

static const ac_option options[] = {
	{ "store", 0, NULL, "also count what the store holds" },
	{ 0 },
};

static void
print_counts(ac_app *app, const ac_store_counts *c, ac_json_writer *w)
{
	const struct {
		const char *name;
		int64_t count;
	} rows[] = { { "objects", c->objects }, { "versions", c->versions }, { "edges", c->edges },
		{ "names", c->names }, { "values", c->values }, { "rows", c->rows }, { "sources", c->sources } };

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		if (w)
			ac_jw_key_u64(w, ac_str_from(rows[i].name), (uint64_t)rows[i].count);
		else
			ac_out(app, "%-10s %lld\n", rows[i].name, (long long)rows[i].count);
	}
}

static int
run(ac_app *app, const ac_args *args)
{
	ac_store_counts counts = { 0 };
	bool with_store = ac_arg_given(args, "store");
	ac_store *store;
	accord_err err = { 0 };
	int rc = with_store ? ac_app_store(app, AC_STORE_READ, &store, &err) : 0;

	if (rc == 0 && with_store)
		rc = ac_store_count(store, &counts, &err);
	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	if (ac_app_json(app)) {
		ac_json_writer w;

		ac_json_writer_init(&w, ac_app_out(app));
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.version/1"));
		ac_jw_key_string(&w, AC_S("version"), AC_S(ACCORD_VERSION));
		if (with_store)
			print_counts(app, &counts, &w);
		ac_jw_end(&w);
		ac_buf_add_byte(ac_app_out(app), '\n');
		return AC_EXIT_OK;
	}
	ac_out(app, "accord %s\n", ACCORD_VERSION);
	if (with_store)
		print_counts(app, &counts, NULL);
	return AC_EXIT_OK;
}

const ac_command ac_command_version = {
	.name = "version",
	.summary = "show the version, and what the store holds",
	.examples = "accord version\naccord version --store --json\n",
	.options = options,
	.max_operands = 0,
	.run = run,
};
