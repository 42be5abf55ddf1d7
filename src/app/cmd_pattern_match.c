/* SPDX-License-Identifier: Apache-2.0 */
/* accord pattern match: do the observations of some bundles satisfy a pattern, and which of them do? Everything that decides is in match/. */
#include "app/input.h"
#include "app/patterns.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "match/matcher.h"

enum { SHOWN_MAX = 200 };

static const ac_option options[] = {
	{ "data", 'd', "DATA", "observations: bundles, lists or lines of bundles; more files may follow" },
	AC_PATTERN_OPTIONS,
	{ 0 },
};

/* A pattern that was asked about. Texts live in the asker's arena. */
typedef struct asked {
	ac_pattern_source source;
	accord_err why;  /* it does not parse */
	uint32_t number; /* in the set, unless it does not parse */
} asked;

typedef struct asker {
	ac_app *app;
	ac_arena arena;
	ac_pattern_set *set;
	ac_observations *observations;
	asked *patterns; /* in the arena */
	size_t count, capacity;
	uint64_t hold, not, undecided, not_valid;
	int status;
} asker;

static const char *const results[] = { "nomatch", "match", "undecided" };
typedef enum answer { NO_MATCH, MATCH, UNDECIDED } answer;

/* OASIS' own cases say one qualifier twice, which s9.5.1 forbids: see pattern.h. */
static unsigned
lenient(unsigned dialect)
{
	return dialect | AC_PATTERN_SAME_QUALIFIERS;
}

static ac_str
keep(ac_arena *arena, ac_str text)
{
	return text.p ? ac_arena_str(arena, text) : text;
}

/* A pattern of the command line or of a file: into the set. */
static int
on_pattern(void *payload, const ac_pattern_source *source, ac_arena *scratch)
{
	asker *a = payload;
	accord_err err = { 0 };
	asked *pattern;
	int rc;

	if (a->count == a->capacity) {
		size_t capacity = a->capacity ? 2 * a->capacity : 16;
		asked *bigger =
		    ac_arena_resize(&a->arena, a->patterns, a->capacity * sizeof(*bigger), capacity * sizeof(*bigger));

		if (!bigger)
			return ac_arena_check(&a->arena, &err) ? ac_app_fail(a->app, source->file, &err)
							       : AC_EXIT_INTERNAL;
		a->patterns = bigger;
		a->capacity = capacity;
	}
	pattern = &a->patterns[a->count];
	*pattern = (asked){ .source = *source };
	pattern->source.text = keep(&a->arena, source->text);
	pattern->source.indicator = keep(&a->arena, source->indicator);
	rc = ac_pattern_set_add(a->set, source->text, lenient(source->dialect), &pattern->number, &pattern->why);
	if (rc && rc != ACCORD_EINPUT)
		return ac_app_fail(a->app, source->file, &pattern->why);
	a->count++;
	return AC_EXIT_OK;
}

static int
on_object(void *payload, const ac_json *object, ac_place place, ac_arena *arena, accord_err *err)
{
	return ac_observations_add_json(payload, object, err);
}

/* "witness": [{"bracket", "observation", "count"}] */
static void
write_witness(ac_json_writer *w, const ac_observations *observations, const ac_match *match)
{
	ac_jw_key(w, AC_S("witness"));
	ac_jw_array(w);
	for (size_t i = 0; i < match->witness_count; i++) {
		ac_jw_object(w);
		ac_jw_key_u64(w, AC_S("bracket"), match->witness[i].leaf);
		ac_jw_key_string(
		    w, AC_S("observation"), ac_observations_id(observations, match->witness[i].observation));
		ac_jw_key_u64(w, AC_S("count"), match->witness[i].instances);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static answer
answer_of(const ac_match *match)
{
	return !match ? NO_MATCH : match->undecided ? UNDECIDED : MATCH;
}

/* "result" and what belongs to it. */
static void
write_result(ac_json_writer *w, const ac_observations *observations, const ac_match *match, ac_str problem)
{
	ac_jw_key_string(w, AC_S("result"), ac_str_from(answer_of(match) == MATCH ? "match" : "nomatch"));
	if (answer_of(match) == UNDECIDED)
		ac_jw_key_bool(w, AC_S("undecided"), true);
	if (problem.p)
		ac_jw_key_string(w, AC_S("problem"), problem);
	if (answer_of(match) == MATCH)
		write_witness(w, observations, match);
}

/* s9.4: an invalid pattern MUST NOT match any observation. */
static void
write_not_valid(ac_json_writer *w, const accord_err *why)
{
	ac_jw_key_string(w, AC_S("result"), AC_S("nomatch"));
	ac_jw_key_bool(w, AC_S("valid"), false);
	ac_patterns_write_reason(w, why);
}

static void
print_json(asker *a, const asked *pattern, const ac_match *match, ac_str problem)
{
	ac_buf *out = ac_app_out(a->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pattern-match/1"));
	ac_patterns_write_source(&w, &pattern->source);
	if (pattern->why.code) {
		write_not_valid(&w, &pattern->why);
	} else {
		write_result(&w, a->observations, match, problem);
	}
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* "file:line: indicator--...: ", without what there is none of. */
static void
print_source(asker *a, const asked *pattern)
{
	ac_buf *out = ac_app_out(a->app);

	if (pattern->source.file) {
		ac_utf8_add_visible(out, ac_str_from(pattern->source.file), AC_PATH_MAX);
		ac_buf_printf(out, ":%llu: ", (unsigned long long)pattern->source.line);
	}
	if (pattern->source.indicator.p) {
		ac_utf8_add_visible(out, pattern->source.indicator, SHOWN_MAX);
		ac_buf_add(out, AC_S(": "));
	}
}

static void
print_text(asker *a, const asked *pattern, const ac_match *match, ac_str problem)
{
	ac_buf *out = ac_app_out(a->app);

	if (pattern->why.code) {
		ac_patterns_print_error(a->app, &pattern->source, &pattern->why);
		return;
	}
	print_source(a, pattern);
	ac_buf_add_cstr(out, results[answer_of(match)]);
	if (problem.p) {
		ac_buf_add(out, AC_S(": "));
		ac_utf8_add_visible(out, problem, SHOWN_MAX);
	}
	ac_buf_add_byte(out, '\n');
	for (size_t i = 0; match && i < match->witness_count; i++) {
		const ac_sequence_witness *witness = &match->witness[i];

		ac_buf_printf(out, "  bracket %u: ", witness->leaf + 1);
		ac_utf8_add_visible(out, ac_observations_id(a->observations, witness->observation), SHOWN_MAX);
		if (witness->instances > 1)
			ac_buf_printf(out, ", %llu times", (unsigned long long)witness->instances);
		ac_buf_add_byte(out, '\n');
	}
}

static void
print_summary(asker *a, const ac_match_result *result)
{
	ac_observations_tally t = ac_observations_tell(a->observations);
	ac_buf *out = ac_app_out(a->app);
	ac_json_writer w;

	if (!ac_app_json(a->app)) {
		ac_out(a->app,
		    "%llu pattern%s: %llu match, %llu do not, %llu undecided, %llu not valid; %llu observation%s, %llu "
		    "of them unusable.\n",
		    (unsigned long long)a->count, ac_plural(a->count), (unsigned long long)a->hold,
		    (unsigned long long)a->not, (unsigned long long)a->undecided, (unsigned long long)a->not_valid,
		    (unsigned long long)t.observations, ac_plural(t.observations), (unsigned long long)t.unusable);
		return;
	}
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pattern-match-summary/1"));
	ac_jw_key_u64(&w, AC_S("patterns"), a->count);
	ac_jw_key_u64(&w, AC_S("match"), a->hold);
	ac_jw_key_u64(&w, AC_S("nomatch"), a->not );
	ac_jw_key_u64(&w, AC_S("undecided"), a->undecided);
	ac_jw_key_u64(&w, AC_S("not_valid"), a->not_valid);
	ac_jw_key_u64(&w, AC_S("observations"), t.observations);
	ac_jw_key_u64(&w, AC_S("unusable"), t.unusable);
	ac_jw_key_u64(&w, AC_S("unusable_values"), t.unusable_values);
	ac_jw_key_u64(&w, AC_S("missing_objects"), t.missing_objects);
	ac_jw_key_u64(&w, AC_S("comparisons_undecided"), result->comparisons_undecided);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* Every pattern's answer, in the order of asking. */
static void
tell(asker *a, const ac_match_result *result)
{
	size_t at = 0;

	for (size_t i = 0; i < a->count; i++) {
		const asked *pattern = &a->patterns[i];
		const ac_match *match = NULL;
		ac_str problem = { NULL, 0 };

		if (!pattern->why.code) {
			problem = ac_pattern_set_problem(a->set, pattern->number);
			if (at < result->count && result->matches[at].pattern == pattern->number)
				match = &result->matches[at++];
		}
		a->not_valid += pattern->why.code != 0;
		a->hold += answer_of(match) == MATCH;
		a->undecided += answer_of(match) == UNDECIDED;
		a->not += answer_of(match) == NO_MATCH && !pattern->why.code;
		if (ac_app_json(a->app))
			print_json(a, pattern, match, problem);
		else
			print_text(a, pattern, match, problem);
	}
	print_summary(a, result);
}

/* The answers, once patterns and observations are there. */
static int
answer_all(asker *a, accord_err *err)
{
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	ac_matcher *matcher = NULL;
	int rc = ac_pattern_set_finish(a->set, err);

	if (rc == 0)
		rc = ac_observations_seal(a->observations, err);
	if (rc == 0)
		rc = ac_matcher_new(a->set, &matcher, err);
	if (rc == 0)
		rc = ac_matcher_run(matcher, a->observations, &budget, &a->arena, &result, err);
	if (rc == 0)
		tell(a, &result);
	matcher = ac_matcher_free(matcher);
	return rc;
}

/* Patterns come from the first operand or from --file; data from --data and from the operands that are left. */
static void
read_inputs(asker *a, const ac_args *args)
{
	bool has_file = ac_arg_given(args, "file");
	const char *data = ac_arg(args, "data", NULL);
	ac_args patterns = *args;

	patterns.operand_count = has_file ? 0 : 1;
	a->status = ac_patterns_each(a->app, &patterns, on_pattern, a);
	if (data)
		a->status = ac_exit_worse(a->status, ac_input_objects(a->app, data, on_object, a->observations));
	for (int i = patterns.operand_count; i < args->operand_count; i++)
		a->status =
		    ac_exit_worse(a->status, ac_input_objects(a->app, args->operands[i], on_object, a->observations));
}

static int
check_usage(ac_app *app, const ac_args *args)
{
	bool has_file = ac_arg_given(args, "file"), has_data = ac_arg_given(args, "data");
	accord_err err = { 0 };
	unsigned unused;

	if (ac_arg_given(args, "jsonl") ? args->operand_count || has_file || has_data
					: !has_data || (!has_file && args->operand_count == 0))
		(void)ac_fail(&err, ACCORD_EUSAGE, "want PATTERN or --file FILE, and --data DATA; or --jsonl alone");
	else if (!ac_patterns_dialect(ac_str_from(ac_arg(args, "stix-version", "2.1")), &unused))
		(void)ac_fail(
		    &err, ACCORD_EUSAGE, "--stix-version: want 2.1 or 2.0, got '%s'", ac_arg(args, "stix-version", ""));
	return err.code ? ac_app_fail(app, NULL, &err) : 0;
}

static int
match_files(ac_app *app, const ac_args *args)
{
	asker a = { .app = app };
	accord_err err = { 0 };
	int rc = ac_pattern_set_new(ac_app_seed(app), &a.set, &err), status;

	ac_arena_init(&a.arena, AC_MATCH_BATCH_MAX);
	if (rc == 0)
		rc = ac_observations_new(ac_app_seed(app), AC_MATCH_BATCH_MAX, &a.observations, &err);
	if (rc == 0) {
		read_inputs(&a, args);
		rc = answer_all(&a, &err);
	}
	status = rc ? ac_exit_worse(a.status, ac_app_fail(app, NULL, &err)) : a.status;
	if (status == AC_EXIT_OK && a.not_valid)
		status = AC_EXIT_INPUT;
	if (status == AC_EXIT_OK && a.hold == 0)
		status = AC_EXIT_NO;
	a.set = ac_pattern_set_free(a.set);
	a.observations = ac_observations_free(a.observations);
	ac_arena_done(&a.arena);
	return status;
}

/* One request's set, observations and matcher. */
typedef struct question {
	ac_pattern_set *set;
	ac_observations *observations;
	ac_matcher *matcher;
} question;

static int
answer_request(question *q, ac_hash_seed seed, const ac_json *observations, ac_str text, unsigned dialect,
    ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	accord_err why = { 0 };
	int rc = ac_pattern_set_new(seed, &q->set, err);

	if (rc == 0)
		rc = ac_pattern_set_add(q->set, text, lenient(dialect), NULL, &why);
	if (rc == ACCORD_EINPUT) {
		write_not_valid(w, &why);
		return 0;
	}
	if (rc && why.code && err)
		*err = why;
	if (rc == 0)
		rc = ac_pattern_set_finish(q->set, err);
	if (rc == 0)
		rc = ac_observations_new(seed, AC_MATCH_BATCH_MAX, &q->observations, err);
	if (rc == 0)
		rc = ac_observations_add_json(q->observations, observations, err);
	if (rc == 0)
		rc = ac_observations_seal(q->observations, err);
	if (rc == 0)
		rc = ac_matcher_new(q->set, &q->matcher, err);
	if (rc == 0)
		rc = ac_matcher_run(q->matcher, q->observations, &budget, arena, &result, err);
	if (rc == 0)
		write_result(
		    w, q->observations, result.count ? result.matches : NULL, ac_pattern_set_problem(q->set, 0));
	return rc;
}

static int
on_request(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	ac_str text = ac_json_get_string(request, AC_S("pattern")),
	       version = ac_json_get_string(request, AC_S("stix_version"));
	const ac_json *observations = ac_json_get(request, AC_S("observations"));
	question q = { .set = NULL };
	unsigned dialect;
	int rc;

	if (!text.p)
		return ac_fail(err, ACCORD_EINPUT, "want a string \"pattern\" in the request, got none");
	if (!ac_patterns_dialect(version.p ? version : AC_S("2.1"), &dialect))
		return ac_fail(err, ACCORD_EINPUT, "want \"stix_version\" 2.0 or 2.1");
	if (!observations)
		return ac_fail(err, ACCORD_EINPUT, "want \"observations\" in the request, got none");
	rc = answer_request(&q, ac_app_seed(payload), observations, text, dialect, arena, w, err);
	q.matcher = ac_matcher_free(q.matcher);
	q.set = ac_pattern_set_free(q.set);
	q.observations = ac_observations_free(q.observations);
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	int status = check_usage(app, args);

	if (status)
		return status;
	return ac_arg_given(args, "jsonl") ? ac_batch_run(app, on_request, app) : match_files(app, args);
}

const ac_command ac_command_pattern_match = {
	.name = "pattern match",
	.operands = "PATTERN [DATA...]",
	.summary = "match STIX patterns against observations",
	.details =
	    "DATA has STIX bundles, lists or lines of them, with observed-data: of STIX 2.1, whose object_refs name "
	    "objects anywhere in the data, or of 2.0, which hold their objects. All of it is "
	    "one set of observations. With --file FILE, all patterns of FILE are matched at once and every operand is "
	    "DATA.\n\n"
	    "A pattern that matches is shown with one choice of observations for its brackets. An observation with "
	    "unusable times or count matches nothing and is counted. \"undecided\" says that a "
	    "regular expression, or a search over time, used up its budget before the answer was sure.\n\n"
	    "Exit status: 0 a pattern matches, 1 none does, 3 a pattern is not valid or data are no JSON or over a "
	    "limit, 4 DATA could not be read.\n\n"
	    "--jsonl reads one request a line, {\"id\": ..., \"pattern\": \"...\", \"stix_version\": \"2.1\", "
	    "\"observations\": [bundle, ...]}, and writes one answer a line, {\"id\": ..., \"result\": "
	    "\"match\" or \"nomatch\"}, with \"undecided\": true beside \"nomatch\" where it is not sure. A pattern "
	    "that is not valid matches nothing (STIX 2.1 section 9.4): \"valid\": false, and the reason.",
	.examples = "accord pattern match \"[domain-name:value = 'c2.example']\" --data bundle.json\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
