/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 under a budget. Its own limits count calls for each place where a match may begin, so that a long subject multiplies them; here callouts between the parts of the regex count what
 * is really done: one step a part, and more for the bytes passed in between, or that may have been compared in between.
 */
#include "match/regex.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/limits.h"

/* HIDDEN_PER_STEP: bytes that are compared between two callouts without a trace cost less: they stand in one loop. */
enum { BYTES_PER_STEP = 16, HIDDEN_PER_STEP = 64, PCRE_TEXT_MAX = 120 };

struct ac_regex {
	pcre2_code *code;
	ac_str text;
	bool octets;
	size_t hidden; /* bytes that it may compare between two callouts, and then give up */
	ac_regex_shape shape;
};

struct ac_regex_runner {
	pcre2_match_context *context;
	pcre2_match_data *data;
	uint64_t left; /* of the present run's steps */
	uint64_t each; /* steps of a callout */
	size_t position;
};

ac_regex *
ac_regex_free(ac_regex *regex)
{
	if (regex)
		pcre2_code_free(regex->code);
	free(regex);
	return NULL;
}

static int
refused(int code, size_t where, accord_err *err)
{
	char text[PCRE_TEXT_MAX];

	if (code == PCRE2_ERROR_NOMEMORY || code == PCRE2_ERROR_HEAP_FAILED)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a regex");
	if (pcre2_get_error_message(code, (PCRE2_UCHAR *)text, sizeof(text)) < 0)
		text[0] = '\0';
	return ac_fail(
	    err, ACCORD_EINPUT, "want a PCRE regular expression, got an error at byte %zu of it: %s", where, text);
}

/* a{60000} compares so many characters at once, and \1 whatever the group has taken. */
static size_t
hidden_of(const pcre2_code *code, ac_str text)
{
	uint32_t highest_back_reference = 0;
	size_t most = 0, number = 0;

	if (pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &highest_back_reference) || highest_back_reference)
		return SIZE_MAX;
	for (size_t i = 0; i < text.n; i++) {
		if (ac_is_digit(text.p[i])) {
			/* PCRE2 has none above 65535 */
			number = number < UINT16_MAX ? number * 10 + (size_t)(text.p[i] - '0') : number;
			most = number > most ? number : most;
		} else {
			number = 0;
		}
	}
	return most;
}

int
ac_regex_new(ac_str text, bool octets, ac_arena *arena, ac_regex **out, accord_err *err)
{
	/* s9.6.1: DOTALL always, Unicode on strings and never on octets, whatever the regex itself asks for. */
	uint32_t options =
	    PCRE2_DOTALL | PCRE2_AUTO_CALLOUT |
	    (octets ? PCRE2_NEVER_UTF | PCRE2_NEVER_UCP : PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C);
	ac_regex *regex;
	size_t where = 0;
	int code = 0;

	if (text.n > AC_MATCH_REGEX_MAX)
		return ac_fail(
		    err, ACCORD_EINPUT, "want a regex of at most %zu bytes, got %zu", AC_MATCH_REGEX_MAX, text.n);
	regex = calloc(1, sizeof(*regex));
	if (!regex || !ac_regex_look(text, octets, arena, &regex->shape)) {
		free(regex);
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a regex");
	}
	regex->text = text;
	regex->octets = octets;
	regex->code = pcre2_compile((PCRE2_SPTR)(text.p ? text.p : ""), text.n, options, &code, &where, NULL);
	if (!regex->code) {
		regex = ac_regex_free(regex);
		return refused(code, where, err);
	}
	regex->hidden = hidden_of(regex->code, text);
	*out = regex;
	return 0;
}

const ac_regex_shape *
ac_regex_shape_of(const ac_regex *regex)
{
	return &regex->shape;
}

ac_str
ac_regex_text(const ac_regex *regex)
{
	return regex->text;
}

bool
ac_regex_is_octets(const ac_regex *regex)
{
	return regex->octets;
}

size_t
ac_regex_size(const ac_regex *regex)
{
	size_t n = 0;

	(void)pcre2_pattern_info(regex->code, PCRE2_INFO_SIZE, &n);
	return n + sizeof(*regex);
}

ac_regex_runner *
ac_regex_runner_free(ac_regex_runner *runner)
{
	if (runner) {
		pcre2_match_context_free(runner->context);
		pcre2_match_data_free(runner->data);
	}
	free(runner);
	return NULL;
}

/* Between two parts of the regex. */
static int
count_step(pcre2_callout_block *block, void *payload)
{
	ac_regex_runner *runner = payload;
	size_t moved = block->current_position > runner->position ? block->current_position - runner->position
								  : runner->position - block->current_position;
	uint64_t cost = runner->each + moved / BYTES_PER_STEP;

	runner->position = block->current_position;
	if (runner->left < cost) {
		runner->left = 0;
		return PCRE2_ERROR_CALLOUT;
	}
	runner->left -= cost;
	return 0;
}

int
ac_regex_runner_new(ac_regex_runner **out, accord_err *err)
{
	ac_regex_runner *runner = calloc(1, sizeof(*runner));

	if (runner) {
		runner->context = pcre2_match_context_create(NULL);
		/* One pair: where a match stands is not asked. */
		runner->data = pcre2_match_data_create(1, NULL);
	}
	if (!runner || !runner->context || !runner->data) {
		runner = ac_regex_runner_free(runner);
		return ac_fail(err, ACCORD_ENOMEM, "no memory for regexes");
	}
	(void)pcre2_set_callout(runner->context, count_step, runner);
	(void)pcre2_set_heap_limit(runner->context, AC_MATCH_REGEX_HEAP_KIB);
	/* Callouts stop sooner; these stand behind them. */
	(void)pcre2_set_match_limit(runner->context, 10 * AC_MATCH_REGEX_STEPS_MAX);
	(void)pcre2_set_depth_limit(runner->context, AC_MATCH_REGEX_STEPS_MAX);
	*out = runner;
	return 0;
}

ac_truth
ac_regex_run(ac_regex_runner *runner, const ac_regex *regex, ac_str subject, uint64_t *steps)
{
	uint64_t allowed = *steps < AC_MATCH_REGEX_STEPS_MAX ? *steps : AC_MATCH_REGEX_STEPS_MAX, used;
	int rc;

	runner->left = allowed;
	runner->each = 1 + (regex->hidden < subject.n ? regex->hidden : subject.n) / HIDDEN_PER_STEP;
	runner->position = 0;
	rc = pcre2_match(regex->code, (PCRE2_SPTR)(subject.p ? subject.p : ""), subject.n, 0, PCRE2_NO_UTF_CHECK,
	    runner->data, runner->context);
	used = allowed - runner->left + 1 + subject.n / BYTES_PER_STEP;
	*steps = used < *steps ? *steps - used : 0;
	if (rc >= 0)
		return AC_TRUE;
	return rc == PCRE2_ERROR_NOMATCH ? AC_FALSE : AC_UNKNOWN;
}
