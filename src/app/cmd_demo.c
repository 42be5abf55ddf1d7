/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord demo: the whole main job on a bundled, invented scenario. Learns what two allies publish, writes logs with planted traces, finds the traces, asks who and what to do; and
 * judges itself: what it found must be exactly what was planted.
 */
#include "app/demo.h"

#include <errno.h>
#include <stdlib.h>

#include "stix/id.h"
#include "stix/marking.h"
#include "sys/file.h"
#include "sys/os.h"

#define ARENA_MAX (256 * AC_MIB)

const ac_demo_ally ac_demo_allies[AC_DEMO_FEEDS] = {
	{ "CERT Norvalia", "STIX 2.1 bundle", "demo/feeds/norvalia-cert.json", "JADE HERON" },
	{ "Blackfen Labs", "MISP feed", "demo/feeds/blackfen", "Tin Mallard" },
};

static const char *
below(ac_demo *demo, const char *name)
{
	return ac_arena_printf(&demo->arena, "%s/%s", demo->dir, name).p;
}

/* DIR, or a new folder in $TMPDIR. */
static int
choose_folder(ac_demo *demo, const ac_args *args, accord_err *err)
{
	const char *base = getenv("TMPDIR");
	ac_str made;

	if (args->operand_count > 0) {
		demo->dir = args->operands[0];
		return ac_dir_make(demo->dir, err);
	}
	made = ac_arena_printf(&demo->arena, "%s/accord-demo-XXXXXX", base && base[0] == '/' ? base : "/tmp");
	if (!made.p)
		return ac_arena_check(&demo->arena, err);
	/* The arena's text is ours to change. */
	demo->dir = mkdtemp((char *)(uintptr_t)made.p);
	if (!demo->dir)
		return ac_fail(err, ACCORD_EIO, "%s: cannot make a folder: %s", made.p, ac_errno_text(errno));
	return 0;
}

static int
open_store(ac_demo *demo, accord_err *err)
{
	ac_store_counts counts;
	double start = ac_clock_monotonic();
	int rc;

	demo->state = below(demo, "state");
	demo->logs_dir = below(demo, "logs");
	if (!demo->state || !demo->logs_dir)
		return ac_arena_check(&demo->arena, err);
	rc = ac_app_store_at(demo->app, demo->state, AC_STORE_WRITE, &demo->store, err);
	if (rc == 0)
		rc = ac_store_count(demo->store, &counts, err);
	if (rc == 0)
		demo->known_before = counts.objects;
	demo->seconds.store = ac_clock_monotonic() - start;
	return rc;
}

/* A refused record of a feed that is shipped is a fault of the program. */
static int
learn_ally(ac_demo *demo, size_t index, accord_err *err)
{
	const ac_demo_ally *ally = &ac_demo_allies[index];
	ac_demo_learned *learned = &demo->learned[index];
	ac_learn_options options = { .sandbox = demo->app->sandbox, .now = ac_app_now(demo->app) };
	ac_learn_report report;
	ac_learn *learn = NULL;
	int rc;

	learned->path = ac_app_data_path(demo->app, ally->path, err);
	if (!learned->path)
		return ACCORD_EIO;
	rc = ac_learn_open(demo->store, &options, &learn, err);
	if (rc == 0)
		rc = ac_learn_path(learn, learned->path, err);
	if (rc == 0)
		rc = ac_learn_finish(learn, err);
	if (rc == 0) {
		ac_learn_report_get(learn, &report);
		memcpy(learned->put, report.put, sizeof(learned->put));
		learned->skipped = report.skipped;
		for (size_t i = 0; i < AC_COUNT(report.rows_put); i++)
			learned->rows += report.rows_put[i];
		if (report.refusal_count)
			rc = ac_fail(err, ACCORD_EINTERNAL, "%s: %s: %s", report.refusals[0].path,
			    report.refusals[0].reason, report.refusals[0].what.text);
		else if (ac_learn_outcome(learn) < 0)
			rc = ac_fail(err, ACCORD_EINTERNAL, "%s: the feed was not learned", learned->path);
	}
	(void)ac_learn_close(learn);
	return rc;
}

static int
learn_feeds(ac_demo *demo, accord_err *err)
{
	double start = ac_clock_monotonic();
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < AC_DEMO_FEEDS; i++)
		rc = learn_ally(demo, i, err);
	demo->seconds.learn = ac_clock_monotonic() - start;
	return rc;
}

/* The plan as a table for whoever wants to check by hand. */
static int
write_plan(ac_demo *demo, accord_err *err)
{
	ac_buf buf;
	ac_str bytes;
	int rc;

	ac_buf_init(&buf, AC_MIB);
	ac_buf_add(&buf, AC_S("file\tline\toffset\ttype\ttoken\tvalue\twanted\n"));
	for (size_t i = 0; i < demo->logs.truth_count; i++) {
		const ac_demo_truth *truth = &demo->logs.truths[i];
		const ac_demo_token *token = truth->token;

		ac_buf_printf(&buf, "logs/%s\t%llu\t%llu\t%.*s\t%s\t%s\t%s\n", ac_demo_file_path(truth->file),
		    (unsigned long long)truth->line, (unsigned long long)truth->offset,
		    AC_FMT(ac_value_type_name(token->type)), token->raw, token->value ? token->value : token->raw,
		    token->reason ? token->reason : "hit");
	}
	rc = ac_buf_finish(&buf, &bytes, err);
	if (rc == 0)
		rc = ac_file_replace(below(demo, "planted.tsv"), bytes, 0644, err);
	ac_buf_done(&buf);
	return rc;
}

static int
write_logs(ac_demo *demo, accord_err *err)
{
	double start = ac_clock_monotonic();
	int rc = ac_demo_logs_write(demo->logs_dir, &demo->arena, &demo->logs, err);

	if (rc == 0)
		rc = write_plan(demo, err);
	demo->seconds.write = ac_clock_monotonic() - start;
	return rc;
}

static int
scan_logs(ac_demo *demo, accord_err *err)
{
	int rc;

	ac_demo_check_init(&demo->check, &demo->arena);
	rc = ac_demo_scan(demo, err);
	return rc < 0 ? rc : ac_demo_check_compare(&demo->check, &demo->logs, err);
}

/* Who, and what to do: the same questions that accord know, attribute and advise answer. */
static int
ask(ac_demo *demo, accord_err *err)
{
	double start = ac_clock_monotonic();
	int rc = ac_know_open(demo->store, ac_app_seed(demo->app), &demo->know, err);

	if (rc == 0)
		rc = ac_page_find(
		    demo->know, ac_str_from(ac_demo_allies[0].actor), AC_S("intrusion-set"), &demo->page, err);
	if (rc == 0)
		rc = ac_attribute(demo->know, &demo->leads, err);
	if (rc == 0)
		rc = ac_advise(demo->know, &demo->advice, err);
	if (rc == ACCORD_ENOTFOUND)
		rc = ac_fail(err, ACCORD_EINTERNAL, "want the intrusion set %s after learning, it is not there",
		    ac_demo_allies[0].actor);
	demo->seconds.ask = ac_clock_monotonic() - start;
	return rc;
}

/*
 * What everybody may read of the evidence: the indicators themselves are the allies', TLP:GREEN and TLP:AMBER, and stay where they are. So it is a campaign that says how much was seen.
 */
static int
make_evidence(ac_demo *demo, ac_str *out, accord_err *err)
{
	const ac_lead *lead = demo->leads.count ? demo->leads.items[0] : NULL;
	ac_str id, bundle_id, marking = ac_tlp_marking_id(AC_TLP_CLEAR);
	int rc;

	if (!lead)
		return ac_fail(err, ACCORD_EINTERNAL, "there is no lead to speak about");
	rc = ac_stix_derived_id(AC_S("campaign"), AC_S("accord demo evidence"), &demo->arena, &id, err);
	if (rc == 0)
		rc = ac_stix_derived_id(AC_S("bundle"), AC_S("accord demo evidence"), &demo->arena, &bundle_id, err);
	if (rc)
		return rc;
	*out = ac_arena_printf(&demo->arena,
	    "{\"type\":\"bundle\",\"id\":\"%.*s\",\"objects\":[{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":"
	    "\"%.*s\","
	    "\"created\":\"2021-03-10T08:00:00.000Z\",\"modified\":\"2021-03-10T08:00:00.000Z\",\"object_marking_"
	    "refs\":[\"%.*s\"],"
	    "\"name\":\"Intrusions into mail servers, March 2021 (demonstration)\",\"description\":\"%zu of the %zu "
	    "indicators that "
	    "were seen lead to one intrusion set.\",\"first_seen\":\"2021-03-02T00:00:00.000Z\"}]}\n",
	    AC_FMT(bundle_id), AC_FMT(id), AC_FMT(marking), lead->indicator_count, demo->leads.trace.count);
	return ac_arena_check(&demo->arena, err);
}

static int
agree(ac_demo *demo, accord_err *err)
{
	double start = ac_clock_monotonic();
	ac_str evidence = { 0 };
	int rc = make_evidence(demo, &evidence, err);

	if (rc == 0)
		rc = ac_demo_agree(demo->dir, demo->store, evidence, &demo->arena, &demo->agreed, err);
	demo->seconds.agree = ac_clock_monotonic() - start;
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	static int (*const steps[])(
	    ac_demo *, accord_err *) = { open_store, learn_feeds, write_logs, scan_logs, ask, agree };
	ac_demo demo = { .app = app };
	double start = ac_clock_monotonic();
	accord_err err = { 0 };
	int rc, status;

	ac_arena_init(&demo.arena, ARENA_MAX);
	rc = choose_folder(&demo, args, &err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(steps); i++)
		rc = steps[i](&demo, &err);
	demo.seconds.all = ac_clock_monotonic() - start;
	if (rc < 0)
		status = ac_app_fail(app, NULL, &err);
	else {
		if (ac_app_json(app))
			ac_demo_tell_json(&demo);
		else
			ac_demo_tell(&demo);
		status = demo.check.difference_count || !demo.agreed.is_proved ? AC_EXIT_INTERNAL : AC_EXIT_OK;
	}
	(void)ac_know_close(demo.know);
	(void)ac_store_close(demo.store);
	ac_arena_done(&demo.arena);
	return status;
}

const ac_command ac_command_demo = {
	.name = "demo",
	.operands = "[DIR]",
	.summary = "show the whole job on a bundled, invented scenario",
	.details = "Makes a store of its own, learns the feeds of two invented allies, writes 200,000 lines of logs in "
		   "four formats with planted traces, "
		   "finds them, and shows who they point to and what to do first. Five invented members then agree on "
		   "that in a statement, publish it, and an outsider verifies it. Everything is put into DIR, or into "
		   "a new folder in $TMPDIR, and stays "
		   "there.\n\n"
		   "The demonstration checks itself: the exit status is 0 when what was found is exactly what was "
		   "planted and the statement is verified as it should be, else 70, and each "
		   "difference is shown.",
	.examples = "accord demo harbour\n"
		    "accord demo --json harbour\n",
	.max_operands = 1,
	.run = run,
};
