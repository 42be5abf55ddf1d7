/* SPDX-License-Identifier: Apache-2.0 */
/* accord advise: what to do first, from what was sighted. Only asks and prints. */
#include "advise/advise.h"
#include "app/command.h"

#define MITIGATIONS_SHOWN 10

static const ac_option options[] = {
	{ "all", 'a', NULL, "show every mitigation, technique and reason" },
	{ 0 },
};

static int
print_advice(ac_app *app, const ac_args *args, ac_know *know)
{
	ac_page_style style = AC_PAGE_STYLE;
	accord_err err = { 0 };
	ac_advice advice;
	int rc = ac_advise(know, &advice, &err);

	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	style.colour = ac_app_colour(app);
	style.items = ac_arg_given(args, "all") ? SIZE_MAX : MITIGATIONS_SHOWN;
	if (ac_app_json(app)) {
		ac_json_writer w;

		ac_json_writer_init(&w, ac_app_out(app));
		ac_advice_json(&advice, &w);
		ac_buf_add_byte(ac_app_out(app), '\n');
	} else {
		ac_advice_text(&advice, &style, ac_app_out(app));
	}
	return advice.mitigation_count ? AC_EXIT_OK : AC_EXIT_NO;
}

static int
run(ac_app *app, const ac_args *args)
{
	ac_know *know = NULL;
	ac_store *store;
	accord_err err = { 0 };
	int status, rc = ac_app_store(app, AC_STORE_READ, &store, &err);

	if (rc == 0)
		rc = ac_know_open(store, ac_app_seed(app), &know, &err);
	status = rc == 0 ? print_advice(app, args, know) : ac_app_fail(app, NULL, &err);
	know = ac_know_close(know);
	return status;
}

const ac_command ac_command_advise = {
	.name = "advise",
	.summary = "mitigations of the techniques that what was seen points to",
	.details = "Follows the stored sightings to the techniques that their indicators, and the malware, campaigns "
		   "or actors these belong to, are said to "
		   "show, and lists the known mitigations, those first that answer most of the techniques. Says for "
		   "each technique why it is considered. What "
		   "is in place already is not known here.\n\n"
		   "Exit status 1: nothing to advise.",
	.examples = "accord advise\naccord advise --json\n",
	.options = options,
	.max_operands = 0,
	.run = run,
};
