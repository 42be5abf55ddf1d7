/* SPDX-License-Identifier: Apache-2.0 */
/* accord init: make the store now, with the knowledge pack, and say where it is. Other commands do the same when they first need it. */
#include "app/app.h"

static int
run(ac_app *app, const ac_args *args)
{
	ac_store_counts counts;
	ac_store *store;
	accord_err err = { 0 };
	int rc = ac_app_store(app, AC_STORE_WRITE, &store, &err);

	if (rc == 0)
		rc = ac_store_count(store, &counts, &err);
	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	if (ac_app_json(app)) {
		ac_json_writer w;

		ac_json_writer_init(&w, ac_app_out(app));
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.init/1"));
		ac_jw_key_string(&w, AC_S("folder"), ac_str_from(ac_app_state_dir(app, &err)));
		ac_jw_key_u64(&w, AC_S("objects"), (uint64_t)counts.objects);
		ac_jw_end(&w);
		ac_buf_add_byte(ac_app_out(app), '\n');
		return AC_EXIT_OK;
	}
	ac_out(app, "The store in %s holds %lld objects.\n", ac_app_state_dir(app, &err), (long long)counts.objects);
	return AC_EXIT_OK;
}

const ac_command ac_command_init = {
	.name = "init",
	.summary = "make the store, with the knowledge pack in it",
	.details =
	    "Never needed before reading commands: a store that is not there is made when a command first needs it. "
	    "Running it again changes nothing.",
	.examples = "accord init\n",
	.max_operands = 0,
	.run = run,
};
