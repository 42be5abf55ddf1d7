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

enum { BYTES_PER_STEP = 16, PCRE_TEXT_MAX = 120 };
/* PCRE2 copies a frame (its groups' places) at most steps; and one of its steps takes some 30 ns, one of a run 4. */
enum { FRAME_BYTES_PER_STEP = 256, RUN_STEPS = 8 };

struct ac_regex {
	pcre2_code *code;
	ac_str text;
	bool octets;
	uint64_t frame_steps; /* what a frame costs */
	ac_regex_shape shape;
};

struct ac_regex_runner {
	pcre2_match_context *context;
	pcre2_match_data *data;
	uint64_t left; /* of the present run's steps */
	size_t position;
	const ac_regex *regex; /* of the present run */
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

static size_t
info_of(const ac_regex *regex, uint32_t what)
{
	size_t value = 0;

	(void)pcre2_pattern_info(regex->code, what, &value);
	return value;
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
	regex->frame_steps = info_of(regex, PCRE2_INFO_FRAMESIZE) / FRAME_BYTES_PER_STEP;
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
ac_regex_bytes(const ac_regex *regex)
{
	return regex ? sizeof(*regex) + info_of(regex, PCRE2_INFO_SIZE) : 0;
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

/* The longest text that a group has taken. */
static size_t
longest_group(const pcre2_callout_block *block)
{
	size_t longest = 0;

	for (uint32_t i = 1; i < block->capture_top; i++) {
		size_t from = block->offset_vector[2 * i], to = block->offset_vector[2 * i + 1];

		if (from != PCRE2_UNSET && to != PCRE2_UNSET && to > from && to - from > longest)
			longest = to - from;
	}
	return longest;
}

/* The bound of the quantifier that ends a part: of x{n}, x{n,m}, and of their lazy and possessive forms; 0 when there is none. */
static size_t
bound_of(ac_str part)
{
	size_t open, most = 0, n = 0;

	if (part.n > 1 && (part.p[part.n - 1] == '+' || part.p[part.n - 1] == '?'))
		part.n--;
	if (part.n == 0 || part.p[part.n - 1] != '}')
		return 0;
	/* The last brace: [{a]{60000} and \x{61}{60000} have others before it. */
	for (open = part.n - 1; open > 0 && part.p[open] != '{'; open--)
		;
	for (size_t at = open + 1; at < part.n; at++) {
		n = ac_is_digit(part.p[at]) && n <= UINT16_MAX ? 10 * n + (size_t)(part.p[at] - '0') : 0;
		most = n > most ? n : most;
	}
	return most;
}

/*
 * Bytes that the next part may pass over and yet fail, so that no callout sees it: x{n} up to n characters, \X a character with all its marks, and what is before it, a reference what a group
 * has taken, as often as it is repeated.
 */
static size_t
hidden_bytes(const pcre2_callout_block *block, ac_str text)
{
	ac_str part = ac_str_slice(text, block->pattern_position, block->pattern_position + block->next_item_length);
	size_t left = block->subject_length - block->current_position, bound = bound_of(part);

	if (ac_str_starts(part, AC_S("\\X")))
		return block->subject_length;
	if (ac_str_starts(part, AC_S("(?P=")) ||
	    (part.n > 1 && part.p[0] == '\\' && (ac_is_digit(part.p[1]) || strchr("gk", part.p[1])))) {
		size_t taken = longest_group(block) + block->capture_top;

		return bound > 1 || taken > left ? left : taken;
	}
	return bound < left ? bound : left;
}

/* Between two parts of the regex. */
static int
count_step(pcre2_callout_block *block, void *payload)
{
	ac_regex_runner *runner = payload;
	size_t moved = block->current_position > runner->position ? block->current_position - runner->position
								  : runner->position - block->current_position;
	uint64_t cost =
	    1 + runner->regex->frame_steps + (moved + hidden_bytes(block, runner->regex->text)) / BYTES_PER_STEP;

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
	uint64_t given = *steps / RUN_STEPS, used,
		 allowed = given < AC_MATCH_REGEX_STEPS_MAX ? given : AC_MATCH_REGEX_STEPS_MAX;
	int rc;

	runner->left = allowed;
	runner->position = 0;
	runner->regex = regex;
	rc = pcre2_match(regex->code, (PCRE2_SPTR)(subject.p ? subject.p : ""), subject.n, 0, PCRE2_NO_UTF_CHECK,
	    runner->data, runner->context);
	used = RUN_STEPS * (allowed - runner->left + 1 + subject.n / BYTES_PER_STEP);
	*steps = used < *steps ? *steps - used : 0;
	if (rc >= 0)
		return AC_TRUE;
	return rc == PCRE2_ERROR_NOMATCH ? AC_FALSE : AC_UNKNOWN;
}
