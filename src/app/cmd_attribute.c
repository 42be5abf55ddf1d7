/* SPDX-License-Identifier: Apache-2.0 */
/* accord attribute: who did it, how sure, and why. Only asks and prints. */
#include "app/attribute_ask.h"
#include "app/attribute_keep.h"
#include "app/attribute_measure.h"
#include "attribute/attribute.h"
#include "attribute/result.h"
#include "base/limits.h"

#define LEADS_SHOWN 10
#define NOTES_SHOWN 10

static const ac_option options[] = {
	{ "evidence", 'e', "WHAT", "a file (accord.evidence/1), or the id of a report, incident or campaign" },
	{ "hide-reports", 0, "FILE", "hide what rests on these reports only: names or URLs, one a line" },
	{ "as-of", 0, "DATE", "hide what was published on or after this day" },
	{ "scale", 0, "SCALE", "words of icd203 (default), phia, cccs, nato or stix-dni" },
	{ "lang", 0, "LANG", "en (default) or fr" },
	{ "jsonl", 0, NULL, "evidence from standard input, one a line; answers one a line" },
	{ "brief", 0, NULL, "with --json, --jsonl: ranking and term only, without intervals and chain" },
	{ "stix", 0, NULL, "the answer as a STIX 2.1 bundle: attributed-to, opinions, the chain in an extension" },
	{ "keep", 0, NULL, "also keep the answer's STIX objects in the store" },
	{ "leads", 'l', NULL, "only list where the claims of others lead from what was seen" },
	{ "fit", 0, NULL, "fit the weights of judgements on what is known here; prints them as data" },
	{ "evaluate", 0, NULL, "judge every incident that is known here, its own reports hidden" },
	{ "all", 'a', NULL, "show every row" },
	{ 0 },
};

/* A brief judgement has no intervals, and so knows less of how well it is founded than words and result objects say. */
static const ac_option_rule rules[] = {
	{ "leads", false,
	    { "fit", "evaluate", "evidence", "hide-reports", "as-of", "scale", "lang", "jsonl", "brief", "stix",
		"keep" } },
	{ "fit", false,
	    { "evaluate", "evidence", "hide-reports", "as-of", "scale", "lang", "jsonl", "brief", "stix", "keep" } },
	{ "evaluate", false,
	    { "evidence", "hide-reports", "as-of", "scale", "lang", "jsonl", "brief", "stix", "keep" } },
	{ "jsonl", false, { "evidence", "stix", "keep" } },
	{ "brief", true, { "json", "jsonl" } },
	{ "brief", false, { "stix", "keep" } },
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
run_leads(ac_app *app, const ac_args *args)
{
	ac_know *know = NULL;
	ac_store *store;
	accord_err err = { 0 };
	int rc = ac_app_store(app, AC_STORE_READ, &store, &err), status;

	if (rc == 0)
		rc = ac_know_open(store, ac_app_seed(app), &know, &err);
	status = rc == 0 ? print_leads(app, args, know) : ac_app_fail(app, NULL, &err);
	know = ac_know_close(know);
	return status;
}

/* The bundle whole, or nothing of it. */
static int
make_stix(const ac_ask *ask, const ac_answer *answer, ac_arena *arena, ac_buf *bundle, accord_err *err)
{
	ac_json_writer w;
	ac_str text;
	int rc;

	ac_json_writer_init(&w, bundle);
	rc = ac_answer_stix(answer, ask->lang, ac_app_now(ask->app), &w, arena, err);
	return rc == 0 ? ac_buf_finish(bundle, &text, err) : rc;
}

static int
print_answer(const ac_ask *ask, const ac_args *args, const ac_answer *answer, accord_err *err)
{
	ac_buf *out = ac_app_out(ask->app);
	ac_page_style style = AC_PAGE_STYLE;
	ac_json_writer w;
	int rc;

	if (!ac_app_json(ask->app)) {
		style.colour = ac_app_colour(ask->app);
		style.items = ac_arg_given(args, "all") ? SIZE_MAX : NOTES_SHOWN;
		return ac_answer_text(answer, ask->lang, &style, out, err);
	}
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("id"), answer->evidence->id);
	rc = ac_answer_json(answer, ask->is_brief, &w, err);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
	return rc;
}

static int
print_or_keep(
    ac_ask *ask, const ac_args *args, const ac_answer *answer, ac_arena *arena, ac_buf *bundle, accord_err *err)
{
	bool is_stix = ac_arg_given(args, "stix");
	int rc = is_stix || ac_arg_given(args, "keep") ? make_stix(ask, answer, arena, bundle, err) : 0;

	if (rc < 0 || !is_stix)
		return rc < 0 ? rc : print_answer(ask, args, answer, err);
	ac_buf_add(ac_app_out(ask->app), ac_buf_view(bundle));
	ac_buf_add_byte(ac_app_out(ask->app), '\n');
	return 0;
}

static void
tell_kept(const ac_ask *ask, size_t count)
{
	ac_buf *out = ac_app_out(ask->app);
	ac_arena arena;

	ac_arena_init(&arena, AC_KIB);
	ac_buf_add_byte(out, '\n');
	ac_words_add(
	    out, ask->lang, AC_WORD_KEPT, AC_WORDS(ac_arena_printf(&arena, "%zu", count), AC_S(AC_ATTRIBUTE_PRODUCER)));
	ac_buf_add_byte(out, '\n');
	ac_arena_done(&arena);
}

/* After the answer, whose session must be closed before the store is written. */
static int
keep(ac_ask *ask, ac_str bundle, bool is_told, accord_err *err)
{
	size_t count;
	int rc;

	ac_ask_close(ask);
	rc = ac_attribute_keep(ask->app, bundle, &count, err);
	if (rc == 0 && is_told)
		tell_kept(ask, count);
	return rc;
}

static int
run_answer(ac_ask *ask, const ac_args *args)
{
	const char *from = ac_arg(args, "evidence", NULL);
	ac_answer_origin origin;
	ac_evidence evidence;
	ac_remarks remarks;
	ac_answer answer;
	accord_err err = { 0 };
	ac_arena arena;
	ac_buf bundle;
	bool is_named;
	int status, rc;

	ac_buf_init(&bundle, AC_REPORT_MAX);
	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	rc = ac_ask_evidence(ask, from, &arena, &evidence, &remarks, &origin, &err);
	if (rc == 0)
		rc = ac_ask_answer(ask, &evidence, &remarks, &origin, &arena, &answer, &err);
	if (rc == 0)
		rc = print_or_keep(ask, args, &answer, &arena, &bundle, &err);
	is_named = rc == 0 && answer.is_named;
	if (rc == 0 && ac_arg_given(args, "keep"))
		rc = keep(ask, ac_buf_view(&bundle), !ac_app_json(ask->app) && !ac_arg_given(args, "stix"), &err);
	status = rc < 0 ? ac_app_fail(ask->app, from, &err) : is_named ? AC_EXIT_OK : AC_EXIT_NO;
	ac_buf_done(&bundle);
	ac_arena_done(&arena);
	return status;
}

static int
run(ac_app *app, const ac_args *args)
{
	accord_err err = { 0 };
	const char *path;
	ac_ask ask;
	int status;

	if (ac_arg_given(args, "leads"))
		return run_leads(app, args);
	if (ac_arg_given(args, "fit"))
		return ac_attribute_fit(app);
	if (ac_arg_given(args, "evaluate"))
		return ac_attribute_evaluate(app);
	if (ac_ask_open(app, args, &ask, &path, &err) < 0)
		status = ac_app_fail(app, path, &err);
	else
		status = ac_arg_given(args, "jsonl") ? ac_ask_batch(&ask) : run_answer(&ask, args);
	ac_ask_close(&ask);
	return status;
}

const ac_command ac_command_attribute = {
	.name = "attribute",
	.summary = "who did it, how sure, and what would change the answer",
	.details =
	    "Weighs evidence against what is known of actors: the sightings stored here, a file of evidence, or what a "
	    "report, incident or campaign of the store holds. Only claims with a dated source count, and copies of a "
	    "report count once.\n\n"
	    "The answer names the hypotheses with their likelihood in the words of a national scale, an actor not "
	    "known "
	    "here among them; the weight of each piece of evidence, against the runner-up and against the unknown; a "
	    "matrix of competing hypotheses; what the answer hangs on, what is missing, and which finding would change "
	    "it "
	    "most. Words stop at \"likely\" unless the answer survives the loss of its best evidence and rests on two "
	    "kinds of evidence and two publishers. Fewer than four techniques and nothing telling is insufficient "
	    "evidence, and no actor is named. No person is named, and no state is held responsible.\n\n"
	    "--leads only follows what was seen along the claims of others to actors, and weighs nothing.\n\n"
	    "Exit status 1: the evidence is insufficient, or there is no lead.",
	.examples = "accord attribute\naccord attribute --scale phia --lang fr\naccord attribute --leads --json\n",
	.options = options,
	.rules = rules,
	.max_operands = 0,
	.run = run,
};
