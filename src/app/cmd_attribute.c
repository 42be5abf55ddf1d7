/* SPDX-License-Identifier: Apache-2.0 */
/* accord attribute: leads from what was sighted to actors. Only asks and prints. */
#include "app/command.h"
#include "app/attribute_measure.h"
#include "attribute/attribute.h"

#define LEADS_SHOWN 10

static const ac_option options[] = {
	{ "all", 'a', NULL, "show every lead and every chain of evidence" },
	{ "fit", 0, NULL, "fit the weights of judgements on what is known here; prints them as data" },
	{ "evaluate", 0, NULL, "judge every incident that is known here, its own reports hidden" },
	{ 0 },
};

static int
print_leads(ac_app *app, const ac_args *args, ac_know *know)
{
	ac_page_style style = AC_PAGE_STYLE;
	accord_err err = { 0 };
	ac_leads leads;
	int rc = ac_attribute(know, &leads, &err);

	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	style.colour = ac_app_colour(app);
	style.items = ac_arg_given(args, "all") ? SIZE_MAX : LEADS_SHOWN;
	if (ac_app_json(app)) {
		ac_json_writer w;

		ac_json_writer_init(&w, ac_app_out(app));
		ac_leads_json(&leads, &w);
		ac_buf_add_byte(ac_app_out(app), '\n');
	} else {
		ac_leads_text(&leads, &style, ac_app_out(app));
	}
	return leads.count ? AC_EXIT_OK : AC_EXIT_NO;
}

static int
run(ac_app *app, const ac_args *args)
{
	ac_know *know = NULL;
	ac_store *store;
	accord_err err = { 0 };
	int status, rc;

	if (ac_arg_given(args, "fit"))
		return ac_attribute_fit(app);
	if (ac_arg_given(args, "evaluate"))
		return ac_attribute_evaluate(app);
	rc = ac_app_store(app, AC_STORE_READ, &store, &err);
	if (rc == 0)
		rc = ac_know_open(store, ac_app_seed(app), &know, &err);
	status = rc == 0 ? print_leads(app, args, know) : ac_app_fail(app, NULL, &err);
	know = ac_know_close(know);
	return status;
}

const ac_command ac_command_attribute = {
	.name = "attribute",
	.summary = "which actors the claims of others connect with what was seen",
	.details = "Follows the stored sightings to their indicators, from these along what producers say to malware, "
		   "campaigns and actors, and lists the "
		   "actors with every chain of evidence: what was seen where, whose indicator it is, who says each "
		   "further step. A chain over a report "
		   "that only names indicator and actor together is marked as weaker.\n\n"
		   "It is a list of leads, not an attribution: it says nothing about how likely it is that an actor "
		   "did it.\n\n"
		   "Exit status 1: no lead.",
	.examples = "accord attribute\naccord attribute --json\n",
	.options = options,
	.max_operands = 0,
	.run = run,
};
