/* SPDX-License-Identifier: Apache-2.0 */
/* accord watch: find known indicators in telemetry. Here: options, help, and the order of the parts (watch_command.h). */
#include "app/watch_command.h"

static const ac_option options[] = {
	{ "follow", 'f', NULL,
	    "go on watching what is written to the inputs, until it is told to stop (Ctrl-C, SIGTERM)" },
	{ "line-wait", 0, "SECONDS",
	    "with --follow: a last line without an end is taken as it is after so long (default: 30), or at a stop "
	    "when no place is kept (--no-record, pipes)" },
	{ "as-of", 0, "TIME", "the time of records that carry none (default: now)" },
	{ "format", 0, "NAME",
	    "read every line as of this format (json, zeek, w3c, csv, cef, syslog ...) instead of its own" },
	{ "where", 0, "FIELD=VALUE",
	    "report only records of which a field, by its name or role, has this value (* for any text, networks for "
	    "addresses); may be given many times, all must hold" },
	{ "since", 0, "TIME", "report only records from this time on" },
	{ "explain-fields", 0, NULL,
	    "show the formats and fields of the inputs, and what they are taken for, instead" },
	{ "no-record", 0, NULL, "keep no sightings" },
	{ "held-back", 0, NULL, "also list matches that were held back, with the reason" },
	{ "min-confidence", 0, "N", "hold back matches of indicators that say a lower confidence (0 to 100)" },
	{ "no-warning-lists", 0, NULL, "do not hold back values that stand on a warning list" },
	{ "never", 0, "FILE", "hold back the values in this file, one a line, whoever lists them" },
	{ "scope", 0, "KIND",
	    "within what patterns over time hold: host (the host or sensor a record names, else its source address; "
	    "the "
	    "default), sensor, user, source, none" },
	{ "late", 0, "SECONDS", "how late records may come for patterns over time (default: 300)" },
	{ "remember", 0, NULL, "remember the values of all records by day, for --retro (or watch.remember)" },
	{ "retro", 0, NULL,
	    "ask what is remembered for the indicators that came or changed since the last --retro, instead of "
	    "inputs" },
	{ "all", 0, NULL, "with --retro: for all indicators" },
	{ "files", 0, "FOLDER", "with --retro: rescan a folder of archives for the same indicators too" },
	{ "jobs", 'j', "N",
	    "read so many files, and parts of big ones, at the same time (1 to 64; default: one a processor)" },
	{ "rate", 0, "BYTES", "read at most so many bytes a second (K, M and G: times 1024, 1024^2, 1024^3)" },
	{ "not-watched", 0, NULL, "list the indicators that are not watched, with the reason" },
	{ 0 },
};

/* The memory of observables has no fields and no places, and --explain-fields reports no hits. */
static const ac_option_rule rules[] = {
	{ "line-wait", true, { "follow" } },
	{ "all", true, { "retro" } },
	{ "files", true, { "retro" } },
	{ "retro", false, { "follow", "explain-fields", "not-watched", "where", "since" } },
	{ "explain-fields", false, { "follow", "not-watched", "where", "since", "remember" } },
	{ 0 },
};

/* Modes that take the place of the usual run. */
static const struct {
	const char *option;
	int (*run)(ac_watching *w, accord_err *err);
} modes[] = {
	{ "explain-fields", ac_watching_explain },
	{ "retro", ac_watching_retro },
	{ NULL, NULL },
};

static int
watch(ac_watching *w, accord_err *err)
{
	bool list_unwatched = ac_arg_given(w->args, "not-watched");
	int rc;

	if (w->args->operand_count == 0 && !list_unwatched)
		return ac_fail(err, ACCORD_EUSAGE, "want INPUT..., --retro or --not-watched; see accord watch --help");
	if (ac_watching_is_bus(w))
		return ac_watching_bus(w, err);
	rc = ac_watching_open_index(w, err);
	if (rc)
		return rc;
	w->report = ac_watch_report_open(w->app, w->store, ac_arg_given(w->args, "held-back"));
	if (!w->report)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the report");
	if (list_unwatched)
		rc = ac_watching_list_unwatched(w, err);
	if (!rc && w->args->operand_count > 0)
		rc = ac_watching_inputs(w, err);
	return rc;
}

static int
work(ac_watching *w, accord_err *err)
{
	int rc = ac_watching_options(w, err);

	for (size_t i = 0; !rc && modes[i].option; i++)
		if (ac_arg_given(w->args, modes[i].option))
			return modes[i].run(w, err);
	return rc ? rc : watch(w, err);
}

static int
run(ac_app *app, const ac_args *args)
{
	ac_watching w = { .app = app, .args = args };
	accord_err err = { 0 };
	int rc = work(&w, &err);

	ac_app_progress_end(app);
	if (rc < 0)
		w.status = ac_exit_worse(w.status, ac_app_fail(app, NULL, &err));
	if (w.totals.counts.hits)
		w.status = ac_exit_worse(w.status, AC_EXIT_NO);
	ac_watch_report_close(w.report);
	ac_patterns_free(w.run.patterns);
	ac_rate_close(w.run.rate);
	ac_never_list_close(w.never);
	ac_index_close(w.index);
	return w.status;
}

const ac_command ac_command_watch = {
	.name = "watch",
	.operands = "INPUT...",
	.summary = "find known indicators in telemetry",
	.details =
	    "Scans files, folders and '-' (standard input), plain or compressed (gzip, zstd, xz), archives (tar, zip) "
	    "member by member (an archive within one is scanned as bytes, not opened), for the indicators that were "
	    "learned: Zeek (TSV and JSON), Suricata EVE, W3C (IIS), Exchange, Apache, nginx and HAProxy, CEF, LEEF, "
	    "PAN-OS, flow logs, Windows events as XML or by Snare, key=value, "
	    "CSV with a "
	    "header, NDJSON of any shape, syslog, "
	    "and any "
	    "other text. Matches IPv4 and IPv6 addresses and ranges, domains with their subdomains, URLs, e-mail "
	    "addresses, "
	    "digests (MD5, SHA-1, SHA-2, ssdeep, TLSH), file names and paths, registry keys, mutexes, named pipes, "
	    "user "
	    "agents, JA3 and JA4, certificates (fingerprints, serial numbers), MAC addresses and AS numbers, as whole "
	    "values only, in any spelling, also defanged (evil[.]example). A listed URL with a #fragment is found "
	    "without "
	    "it, too, since a fragment never goes over the wire, unless it alone tells the URL from a whole site. The "
	    "name of a member of JSON that is a single word without digits (\"hostname\":) is the name of a field, not "
	    "a "
	    "value.\n\n"
	    "An indicator that is revoked, or was no longer valid at the record's own time, is held back; "
	    "--held-back lists such matches. One seen before valid_from is a hit that says so: intelligence is often "
	    "younger than the attack. With --min-confidence (or watch.min-confidence) indicators that say a lower "
	    "confidence are held back too; those that say none are not. Values that stand on a learned MISP warning "
	    "list are held back, equal ones only, unless --no-warning-lists is given. --never (or watch.never) names a "
	    "file of the operator's own values that are never reported, one a line, defanged or not, with # comments: "
	    "a "
	    "domain with all below it, a range with its addresses, all else by itself (a URL is another value than its "
	    "host); what no form gives away is written with its type before a comma (mutex,abc12). It is read once, at "
	    "the start. Hits of patterns over fields or over time are of no single value and stay. PAP holds "
	    "nothing back, since watching is passive; a hit says what level its indicators have (labels, or marking "
	    "definitions that say PAP:RED ...), and so what may be done with them. STIX patterns are evaluated on the "
	    "records' "
	    "fields, "
	    "those over time (AND, FOLLOWEDBY, WITHIN, REPEATS) by the records' own times and within one host, user or "
	    "source (--scope); each such hit names its witnesses. Patterns that are not valid or of another language "
	    "are "
	    "counted; --not-watched lists "
	    "them.\n\n"
	    "Hits are kept as STIX sightings, one for each indicator, input and day; watching an input again changes "
	    "nothing. The compiled index lies beside the store (watch.index) and is rebuilt when it is stale.\n\n"
	    "With --follow, files and folders are watched as they grow: each line once, over rotation (renamed, copied "
	    "and cut, "
	    "compressed afterwards), new files in folders, and restarts, as the place in each log is kept in the store "
	    "together with the "
	    "sightings of what stands before it. After a crash, hits that were shown may be shown again, but are "
	    "counted once. With --no-record "
	    "places are forgotten at the end; else one follower at a time keeps places in a store, and the place in a "
	    "log "
	    "whose file has been gone for a week is forgotten. Compressed files are read when they have come to rest; "
	    "archives (tar, zip) whole, member by member, and files of UTF-16 too, and once more when their size or "
	    "their end has changed. A "
	    "file "
	    "that is not there yet is waited for; one that never comes counts as an input that could not be read. "
	    "Runs over the whole log before or meanwhile count nothing twice. What is learned meanwhile is watched "
	    "within a second.\n\n"
	    "Files are read several at a time, and big plain ones in parts (--jobs); what is found comes in the order "
	    "of "
	    "the inputs and their lines all the "
	    "same; "
	    "with patterns over time, whose meaning rests on that order, one at a time.\n\n"
	    "At the end hits are summed up by indicator, by producer, and by the actors, campaigns and malware that "
	    "the "
	    "indicators indicate, and what was held back by reason; what the memory of --retro answers, too, apart "
	    "from "
	    "what --files finds.",
	.more =
	    "Of a folder all files in it and below are taken, but for names that begin with a dot and what links to "
	    "folders lead to. Patterns are evaluated on the records that --where and --since ask for.\n\n"
	    "With --remember the values of all records are kept by day (in the state folder, retro/; [retro] in the "
	    "configuration bounds it), each with its first and last time, count and source; a file that is watched "
	    "again, or a message that a topic gives again, is counted again. --retro asks that memory for the "
	    "indicators that came or changed since the last "
	    "time, and keeps sightings of what it finds, but for what runs over the same inputs have sighted; what "
	    "such a "
	    "run sights later, it takes over. It keeps single values: addresses, domains, URLs, e-mail addresses and "
	    "digests wherever they stand, names of files, paths, registry keys, mutexes, pipes, user agents and "
	    "certificates where a field is of such, no MAC addresses; for those, for values inside of other texts, and "
	    "for patterns over several values of one record --files rescans archives.\n\n"
	    "kafka://HOST:PORT,.../TOPIC,...?group=NAME reads topics as a member of a consumer group, until it is told "
	    "to stop: workers of one group share the partitions. "
	    "Behind '?', joined by '&': group=NAME, hits=TOPIC (each hit is sent there as JSON, too), start=earliest "
	    "or latest (where a new group begins; earliest), "
	    "end=stop or wait (at the end of the partitions; wait). A message is read again until its hits are "
	    "acknowledged and its sightings kept; what is read twice is counted once. TLS and "
	    "passwords belong in the file that the setting [kafka] properties names. (Where the program was built with "
	    "librdkafka.)\n\n"
	    "Exit status: 0 no hit, 1 hits, 4 an input could not be read.",
	.examples = "accord watch eve.json\n"
		    "accord watch --json --no-record logs/\n"
		    "accord watch --as-of 2021-07-19T00:00:00Z --held-back access.log.gz\n"
		    "accord watch --where src_ip=10.0.0.0/8 --since 2021-07-01T00:00:00Z eve.json\n"
		    "accord watch --explain-fields eve.json\n"
		    "accord watch --not-watched\n"
		    "accord watch --remember eve.json\n"
		    "accord watch --retro\n"
		    "accord watch --follow eve.json logs/\n",
	.options = options,
	.rules = rules,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
