/* SPDX-License-Identifier: Apache-2.0 */
/* accord learn: files, folders or "-" into the store, and the import report. Only asks and prints: learning is learn/'s. */
#include "app/app.h"
#include "base/utf8.h"
#include "learn/learn.h"
#include "learn/stix_repair.h"
#include "sys/log.h"
#include "sys/os.h"

/* Refusals told one by one on stderr; --json lists up to AC_REPORT_PLACES_MAX of them. */
#define PLACES_SHOWN 50

static const ac_option options[] = {
	{ "as", 'k', "KIND", "read as stix, misp, misp-galaxy, misp-feed, csv, list or pack (default: by content)" },
	{ "from", 'f', "NAME", "name of the producer (default: what the data says, else the file's name)" },
	{ "tlp", 't', "LEVEL",
	    "TLP of what the producers of this run send without one: clear, green, amber, amber+strict, red" },
	{ "dry-run", 'n', NULL, "store nothing; report what learning would do" },
	{ "no-repair", 'r', "NAMES",
	    "leave out repairs of STIX, separated by commas, or all (docs/stix.md names them)" },
	{ "strict", 0, NULL, "stop at the first refused record" },
	{ "no-sandbox", 0, NULL, "the parse role keeps its rights (debugging)" },
	{ 0 },
};

static const struct {
	ac_put_result result;
	ac_str word;
	const char *meaning;
} results[] = {
	{ AC_PUT_NEW, AC_S_INIT("new"), "were not here" },
	{ AC_PUT_NEWER, AC_S_INIT("newer"), "later versions, now current" },
	{ AC_PUT_OLDER, AC_S_INIT("older"), "late arrivals: kept, not current" },
	{ AC_PUT_UNCHANGED, AC_S_INIT("unchanged"), "known from this producer" },
	{ AC_PUT_SEEN, AC_S_INIT("seen"), "known from another producer" },
	{ AC_PUT_FORBIDDEN, AC_S_INIT("forbidden"), "later versions of revoked objects: kept, not current" },
	{ AC_PUT_CONFLICT, AC_S_INIT("conflict"), "same version, other content: kept, the first stays current" },
};

static uint64_t
total_of(const ac_learn_report *report)
{
	uint64_t total = 0;

	for (size_t i = 0; i < AC_COUNT(results); i++)
		total += report->put[results[i].result] + report->rows_put[results[i].result];
	return total;
}

static double
rate_of(const ac_learn_report *report)
{
	return report->seconds > 0 ? (double)total_of(report) / report->seconds : 0;
}

/* ---- the report ---- */

static void
write_counts(ac_json_writer *w, ac_str key, const ac_learn_count *counts, size_t n)
{
	ac_jw_key(w, key);
	ac_jw_object(w);
	for (size_t i = 0; i < n; i++)
		ac_jw_key_u64(w, ac_str_from(counts[i].word), counts[i].count);
	ac_jw_end(w);
}

static void
write_puts(ac_json_writer *w, ac_str key, const uint64_t *put)
{
	ac_jw_key(w, key);
	ac_jw_object(w);
	for (size_t i = 0; i < AC_COUNT(results); i++)
		ac_jw_key_u64(w, results[i].word, put[results[i].result]);
	ac_jw_end(w);
}

static void
write_places(ac_json_writer *w, const ac_learn_report *report)
{
	ac_jw_key(w, AC_S("places"));
	ac_jw_array(w);
	for (size_t i = 0; i < report->refusal_count; i++) {
		const ac_learn_refusal *r = &report->refusals[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("reason"), ac_str_from(r->reason));
		ac_jw_key_string(w, AC_S("file"), ac_str_from(r->path));
		if (r->what.line) {
			ac_jw_key_u64(w, AC_S("line"), r->what.line);
			ac_jw_key_u64(w, AC_S("column"), r->what.column);
		}
		ac_jw_key_u64(w, AC_S("byte"), r->what.byte);
		ac_jw_key_string(w, AC_S("text"), ac_str_from(r->what.text));
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
write_repairs(ac_json_writer *w, const ac_learn_report *report)
{
	ac_jw_key(w, AC_S("repairs"));
	ac_jw_array(w);
	for (size_t i = 0; i < report->repair_count; i++) {
		const ac_learn_repair *r = &report->repairs[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("repair"), ac_str_from(r->repair));
		ac_jw_key_string(w, AC_S("file"), ac_str_from(r->path));
		ac_jw_key_u64(w, AC_S("line"), r->line);
		ac_jw_key_u64(w, AC_S("column"), r->column);
		ac_jw_key_u64(w, AC_S("byte"), r->byte);
		ac_jw_key_string(w, AC_S("id"), ac_str_from(r->id));
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
print_json(ac_app *app, const ac_learn_report *report, bool dry_run)
{
	ac_json_writer w;

	ac_json_writer_init(&w, ac_app_out(app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.import/1"));
	ac_jw_key_bool(&w, AC_S("dry_run"), dry_run);
	ac_jw_key_u64(&w, AC_S("inputs"), report->inputs);
	ac_jw_key_u64(&w, AC_S("bytes"), report->bytes);
	ac_jw_key_u64(&w, AC_S("skipped"), report->skipped);
	for (size_t i = 0; i < AC_COUNT(results); i++)
		ac_jw_key_u64(
		    &w, results[i].word, report->put[results[i].result] + report->rows_put[results[i].result]);
	write_puts(&w, AC_S("objects"), report->put);
	write_puts(&w, AC_S("rows"), report->rows_put);
	write_counts(&w, AC_S("repaired"), report->repaired, report->repaired_count);
	write_counts(&w, AC_S("refused"), report->refused, report->refused_count);
	write_places(&w, report);
	write_repairs(&w, report);
	ac_jw_key(&w, AC_S("seconds"));
	ac_jw_double(&w, report->seconds);
	ac_jw_key(&w, AC_S("objects_per_second"));
	ac_jw_double(&w, rate_of(report));
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(app), '\n');
}

static void
print_counts(ac_app *app, const char *what, const ac_learn_count *counts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ac_out(app, "  %-9s %10llu  ", what, (unsigned long long)counts[i].count);
		ac_utf8_add_visible(ac_app_out(app), ac_str_from(counts[i].word), AC_HIT_TEXT_MAX);
		ac_buf_add_byte(ac_app_out(app), '\n');
	}
}

static void
print_text(ac_app *app, const ac_learn_report *report, bool dry_run)
{
	uint64_t total = total_of(report);

	ac_out(app, "%s %llu record%s from %llu input%s.\n", dry_run ? "Would learn" : "Learned",
	    (unsigned long long)total, ac_plural(total), (unsigned long long)report->inputs, ac_plural(report->inputs));
	for (size_t i = 0; i < AC_COUNT(results); i++) {
		uint64_t n = report->put[results[i].result] + report->rows_put[results[i].result];

		if (n || results[i].result == AC_PUT_NEW || results[i].result == AC_PUT_UNCHANGED)
			ac_out(
			    app, "  %-9s %10llu  %s\n", results[i].word.p, (unsigned long long)n, results[i].meaning);
	}
	if (report->skipped)
		ac_out(app, "  %-9s %10llu  events of feeds, no newer than what was learned before\n", "skipped",
		    (unsigned long long)report->skipped);
	print_counts(app, "repaired", report->repaired, report->repaired_count);
	print_counts(app, "refused", report->refused, report->refused_count);
	ac_out(app, "  %.0f records a second, %.2f s.%s\n", rate_of(report), report->seconds,
	    dry_run ? " Nothing was stored." : "");
}

static void
tell_refusals(ac_app *app, const ac_learn_report *report)
{
	uint64_t all = 0;

	ac_app_flush(app);
	for (size_t i = 0; i < report->refused_count; i++)
		all += report->refused[i].count;
	for (size_t i = 0; i < report->refusal_count && i < PLACES_SHOWN; i++)
		ac_log_error(report->refusals[i].path[0] ? report->refusals[i].path : NULL, &report->refusals[i].what);
	if (all > PLACES_SHOWN)
		ac_log("and %llu more; --json lists the first %d", (unsigned long long)(all - PLACES_SHOWN),
		    AC_REPORT_PLACES_MAX);
}

/* ---- the run ---- */

static void
on_progress(void *payload, const char *path, uint64_t done, uint64_t total)
{
	ac_app_progress(payload, path, done, total);
}

static ac_time
dry_clock(void *payload)
{
	return ac_app_now(payload);
}

/* A dry run looks at the store that is there, and makes none. Its batches are rolled back one by one: what an input says twice may count as new twice. */
static int
open_dry(ac_app *app, ac_store **out, accord_err *err)
{
	ac_store_options how = {
		.mode = AC_STORE_WRITE, .now = dry_clock, .now_payload = app, .seed = ac_app_seed(app)
	};
	const char *uri = ac_arg(&app->args, "db", app->config.store_db);
	int rc;

	*out = NULL;
	if (!uri)
		uri = ac_app_state_dir(app, err);
	if (!uri)
		return ACCORD_EUSAGE;
	rc = ac_store_open(uri, &how, out, err);
	return rc == ACCORD_ENOTFOUND ? 0 : rc;
}

static int
learn_all(ac_app *app, const ac_args *args, ac_learn *learn, accord_err *err)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < args->operand_count; i++)
		rc = ac_learn_path(learn, args->operands[i], err);
	if (rc == 0)
		rc = ac_learn_finish(learn, err);
	ac_app_progress_end(app);
	return rc;
}

static int
report(ac_app *app, const ac_learn *learn, bool dry_run)
{
	ac_learn_report r;

	ac_learn_report_get(learn, &r);
	if (ac_app_json(app))
		print_json(app, &r, dry_run);
	else
		print_text(app, &r, dry_run);
	tell_refusals(app, &r);
	return ac_exit_of(ac_learn_outcome(learn));
}

/* text NULL: nothing is said. */
static int
read_tlp(const char *text, const char *where, ac_tlp *out, accord_err *err)
{
	if (!text || ac_tlp_from_name(ac_str_from(text), out))
		return 0;
	return ac_fail(err, ACCORD_EUSAGE, "%s: want clear, green, amber, amber+strict or red, got '%s'", where, text);
}

/* What the command line and the configuration say of markings. */
static int
read_tlps(ac_app *app, const ac_args *args, ac_learn_options *how, accord_err *err)
{
	const ac_config_source *source;
	ac_learn_source *sources;
	size_t n = 0;
	int rc = read_tlp(ac_arg(args, "tlp", NULL), "--tlp", &how->tlp, err);

	if (rc == 0)
		rc = read_tlp(app->config.learn_tlp, "[learn] tlp", &how->tlp_where_none, err);
	for (source = app->config.sources; source; source = source->next)
		n++;
	sources = ac_arena_zalloc(&app->arena, n + 1, sizeof(*sources));
	if (rc == 0)
		rc = ac_arena_check(&app->arena, err);
	for (source = app->config.sources; rc == 0 && source; source = source->next) {
		ac_learn_source *at = &sources[how->source_count++];

		at->producer = source->name;
		rc = read_tlp(source->tlp, "[source] tlp", &at->tlp, err);
	}
	how->sources = sources;
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	bool dry_run = ac_arg_given(args, "dry-run");
	ac_learn_options how = { .producer = ac_str_from(ac_arg(args, "from", app->config.learn_from)),
		.kind = ac_str_from(ac_arg(args, "as", "")),
		.dry_run = dry_run,
		.strict = ac_arg_given(args, "strict"),
		.sandbox = app->config.learn_sandbox && !ac_arg_given(args, "no-sandbox"),
		.now = ac_app_now(app),
		.on_progress = on_progress,
		.progress_payload = app };
	ac_store *store = NULL, *own = NULL;
	ac_learn *learn = NULL;
	accord_err err = { 0 };
	int rc, status;

	app->sandbox = how.sandbox; /* the knowledge pack is read the same way */
	rc = read_tlps(app, args, &how, &err);
	if (rc == 0)
		rc = ac_repair_names_read(
		    ac_str_from(ac_arg(args, "no-repair", app->config.learn_no_repair)), &how.repairs_off, &err);
	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	rc = dry_run ? open_dry(app, &own, &err) : ac_app_store(app, AC_STORE_WRITE, &store, &err);
	if (rc == 0)
		rc = ac_learn_open(dry_run ? own : store, &how, &learn, &err);
	if (rc == 0)
		rc = learn_all(app, args, learn, &err);
	status = learn ? report(app, learn, dry_run) : AC_EXIT_OK;
	if (rc < 0)
		status = ac_exit_worse(status, ac_app_fail(app, NULL, &err));
	(void)ac_learn_close(learn);
	(void)ac_store_close(own);
	return status;
}

const ac_command ac_command_learn = {
	.name = "learn",
	.operands = "SOURCE...",
	.summary = "learn what allies publish: STIX, MISP, lists, CSV",
	.details = "A SOURCE is a file, a folder (every file below it; a MISP feed by its manifest.json) or - for "
		   "standard input; gzip and zstd are read as "
		   "they are. What a file is, is found out from its content. Learning the same again changes nothing; "
		   "a run that was interrupted is finished by "
		   "running it again.\n\n"
		   "What a producer sends without a TLP marking has that producer's default: the one set with --tlp or "
		   "in the configuration, else TLP:AMBER+STRICT.\n\n"
		   "A bad record is refused with its place and the others are learned; the exit status is then 3, and "
		   "4 when a file could not be read to its end.",
	.examples =
	    "accord learn feed.json\naccord learn --from \"CERT Example\" blocklist.txt\naccord learn misp-feed/\n",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
