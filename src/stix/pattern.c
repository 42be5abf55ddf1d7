/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STIX patterns (STIX 2.1 s9) from text to syntax tree, by recursive descent over the words of pattern_lex.c. Recursion happens at
 * parentheses only, and those are counted. It evaluates nothing and knows no object types.
 */
#include "stix/pattern.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "codec/octets.h"
#include "stix/format.h"
#include "stix/pattern_lex.h"
#include "stix/pattern_tree.h"

/* Shown of a word that was not wanted. */
enum { SHOWN_MAX = 40 };

typedef struct parser {
	const char *begin;
	const char *at; /* behind `token` */
	const char *end;
	ac_pattern_token token;
	ac_arena *arena;
	accord_err *err;
	unsigned dialect;
	unsigned nesting;
	size_t comparisons;
	size_t sequences; /* FOLLOWEDBY, of the whole pattern: nested ones make the tree deeper too */
} parser;

static const struct {
	ac_pattern_token_kind token;
	ac_pattern_comparator comparator;
	ac_str name;
} comparators[] = {
	{ AC_TOKEN_EQ, AC_PATTERN_EQ, AC_S_INIT("=") },
	{ AC_TOKEN_NE, AC_PATTERN_NE, AC_S_INIT("!=") },
	{ AC_TOKEN_GT, AC_PATTERN_GT, AC_S_INIT(">") },
	{ AC_TOKEN_LT, AC_PATTERN_LT, AC_S_INIT("<") },
	{ AC_TOKEN_GE, AC_PATTERN_GE, AC_S_INIT(">=") },
	{ AC_TOKEN_LE, AC_PATTERN_LE, AC_S_INIT("<=") },
	{ AC_TOKEN_IN, AC_PATTERN_IN, AC_S_INIT("IN") },
	{ AC_TOKEN_LIKE, AC_PATTERN_LIKE, AC_S_INIT("LIKE") },
	{ AC_TOKEN_MATCHES, AC_PATTERN_MATCHES, AC_S_INIT("MATCHES") },
	{ AC_TOKEN_ISSUBSET, AC_PATTERN_ISSUBSET, AC_S_INIT("ISSUBSET") },
	{ AC_TOKEN_ISSUPERSET, AC_PATTERN_ISSUPERSET, AC_S_INIT("ISSUPERSET") },
};

static void
advance(parser *p)
{
	ac_pattern_read_token(&p->at, p->end, &p->token);
}

/* An error at a byte of the text. Columns count bytes, as everywhere. */
static int
fail_at(parser *p, const char *where, accord_code code, const char *text)
{
	size_t byte = (size_t)(where - p->begin);
	uint64_t line, column;

	ac_json_place((ac_str){ p->begin, (size_t)(p->end - p->begin) }, byte, &line, &column);
	return ac_fail_at(p->err, code, line, column, byte, "%s", text);
}

/* "want X, got Y" at the present word. */
static int
unwanted(parser *p, const char *wanted)
{
	const ac_pattern_token *token = &p->token;
	ac_str shown = { token->at, (size_t)(p->at - token->at) };
	size_t byte = (size_t)(token->at - p->begin);
	uint64_t line, column;

	ac_json_place((ac_str){ p->begin, (size_t)(p->end - p->begin) }, byte, &line, &column);
	if (token->kind == AC_TOKEN_BAD)
		return ac_fail_at(p->err, ACCORD_EINPUT, line, column, byte, "want %s; %s", wanted, token->problem);
	if (token->kind == AC_TOKEN_END)
		return ac_fail_at(
		    p->err, ACCORD_EINPUT, line, column, byte, "want %s, got the end of the pattern", wanted);
	shown.n = shown.n > SHOWN_MAX ? ac_utf8_valid_prefix(ac_str_slice(shown, 0, SHOWN_MAX)) : shown.n;
	return ac_fail_at(p->err, ACCORD_EINPUT, line, column, byte, "want %s, got %.*s", wanted, AC_FMT(shown));
}

static int
expect(parser *p, ac_pattern_token_kind kind, const char *wanted)
{
	if (p->token.kind != kind)
		return unwanted(p, wanted);
	advance(p);
	return 0;
}

static ac_pattern_node *
new_node(parser *p, ac_pattern_op op, const char *where)
{
	ac_pattern_node *node = ac_arena_zalloc(p->arena, 1, sizeof(*node));

	if (node) {
		node->op = op;
		node->byte = (size_t)(where - p->begin);
	}
	return node;
}

static int
no_memory(parser *p)
{
	return ac_arena_check(p->arena, p->err);
}

/* A string's text without its escapes. */
static int
string_text(parser *p, const ac_pattern_token *token, ac_str *out)
{
	char *copy;
	size_t n = 0;

	*out = token->text;
	if (!token->escaped)
		return 0;
	copy = ac_arena_alloc(p->arena, token->text.n);
	if (!copy)
		return no_memory(p);
	for (size_t i = 0; i < token->text.n; i++) {
		if (token->text.p[i] == '\\')
			i++;
		copy[n++] = token->text.p[i];
	}
	*out = (ac_str){ copy, n };
	return 0;
}

static int
hex_bytes(parser *p, ac_str digits, ac_str *out)
{
	char *bytes = ac_arena_alloc(p->arena, digits.n / 2 + 1);

	if (!bytes)
		return no_memory(p);
	*out = (ac_str){ bytes, digits.n / 2 };
	return ac_hex_decode(digits, bytes) ? 0 : unwanted(p, "an even number of hexadecimal digits");
}

/* The lexer has checked the form. */
static int
base64_bytes(parser *p, ac_str text, ac_str *out)
{
	char *bytes = ac_arena_alloc(p->arena, text.n);

	if (!bytes)
		return no_memory(p);
	out->p = bytes;
	return ac_base64_decode(text, bytes, &out->n) ? 0 : unwanted(p, "base64 with its padding");
}

/* A primitive constant from the present word, which is then passed. */
static int
parse_constant(parser *p, ac_pattern_constant *out)
{
	const ac_pattern_token *token = &p->token;
	int rc = 0;

	*out = (ac_pattern_constant){ .text = token->text };
	switch ((int)token->kind) {
	case AC_TOKEN_STRING:
		out->kind = AC_PATTERN_STRING;
		rc = string_text(p, token, &out->text);
		break;
	case AC_TOKEN_INTEGER:
		out->kind = AC_PATTERN_INTEGER;
		break;
	case AC_TOKEN_FLOAT:
		out->kind = AC_PATTERN_FLOAT;
		break;
	case AC_TOKEN_TRUE:
	case AC_TOKEN_FALSE:
		out->kind = AC_PATTERN_BOOLEAN;
		out->boolean = token->kind == AC_TOKEN_TRUE;
		break;
	case AC_TOKEN_TIMESTAMP:
		/* s2.16 wants RFC 3339, where February has no 30th; the grammar lets it through. */
		out->kind = AC_PATTERN_TIMESTAMP;
		out->unusable = ac_time_parse_stix(token->text, &out->time, NULL) != 0;
		break;
	case AC_TOKEN_HEX:
		out->kind = AC_PATTERN_HEX;
		rc = hex_bytes(p, token->text, &out->text);
		break;
	case AC_TOKEN_BINARY:
		out->kind = AC_PATTERN_BINARY;
		rc = base64_bytes(p, token->text, &out->text);
		break;
	default:
		return unwanted(p, "a constant");
	}
	if (rc == 0)
		advance(p);
	return rc;
}

/* ( constant, constant ... ), which may be empty. */
static int
parse_set(parser *p, ac_pattern_node *node)
{
	ac_pattern_constant *set = NULL;
	size_t n = 0, capacity = 0;
	int rc = expect(p, AC_TOKEN_LEFT_PAREN, "'(' behind IN");

	while (rc == 0 && !(n == 0 && p->token.kind == AC_TOKEN_RIGHT_PAREN)) {
		if (n == AC_PATTERN_SET_MAX)
			return fail_at(
			    p, p->token.at, ACCORD_ELIMIT, "more constants in one IN than the limit of 65536");
		if (n == capacity) {
			size_t bigger = capacity ? 2 * capacity : 8;

			set = ac_arena_resize(p->arena, set, capacity * sizeof(*set), bigger * sizeof(*set));
			if (!set)
				return no_memory(p);
			capacity = bigger;
		}
		rc = parse_constant(p, &set[n]);
		if (rc)
			return rc;
		node->unusable |= set[n++].unusable;
		if (p->token.kind == AC_TOKEN_RIGHT_PAREN)
			break;
		rc = expect(p, AC_TOKEN_COMMA, "',' or ')' in a set");
	}
	if (rc)
		return rc;
	node->constants = set;
	node->constant_count = n;
	return expect(p, AC_TOKEN_RIGHT_PAREN, "')' behind a set");
}

/* Digits as a number that saturates. */
static uint64_t
saturated(ac_str digits)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits.n; i++) {
		if (!ac_is_digit(digits.p[i]))
			continue; /* the sign */
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(digits.p[i] - '0'), &value))
			return UINT64_MAX;
	}
	return value;
}

/* [3] or [*]; the bracket has been passed. s9.7.2: an index counts from 0, so a negative one is none. */
static int
parse_index(parser *p, ac_pattern_step *step)
{
	*step = (ac_pattern_step){ 0 };
	if (p->token.kind == AC_TOKEN_ASTERISK) {
		step->kind = AC_PATTERN_STEP_ANY;
	} else if (p->token.kind == AC_TOKEN_INTEGER && !p->token.negative) {
		step->kind = AC_PATTERN_STEP_INDEX;
		step->index = saturated(p->token.text);
	} else {
		return unwanted(p, "a list index (0, 1, 2 ... or *)");
	}
	advance(p);
	return expect(p, AC_TOKEN_RIGHT_BRACKET, "']' behind a list index");
}

static int
parse_step_name(parser *p, ac_pattern_step *step)
{
	int rc = 0;

	*step = (ac_pattern_step){ .kind = AC_PATTERN_STEP_NAME };
	if (p->token.kind == AC_TOKEN_HYPHEN_NAME)
		return unwanted(p, "a property name (one with '-' stands in apostrophes)");
	if (p->token.kind == AC_TOKEN_STRING)
		rc = string_text(p, &p->token, &step->name);
	else if (p->token.kind == AC_TOKEN_NAME)
		step->name = p->token.text;
	else
		return unwanted(p, "a property name");
	if (rc == 0)
		advance(p);
	return rc;
}

/* object-type:property.property[0]... */
static int
parse_path(parser *p, ac_pattern_node *node)
{
	ac_pattern_step steps[AC_PATTERN_STEPS_MAX], *kept;
	size_t n = 1;
	int rc;

	if (p->token.kind != AC_TOKEN_NAME && p->token.kind != AC_TOKEN_HYPHEN_NAME)
		return unwanted(p, "an object path (type:property)");
	node->object_type = p->token.text;
	advance(p);
	rc = expect(p, AC_TOKEN_COLON, "':' behind the object type");
	if (rc == 0)
		rc = parse_step_name(p, &steps[0]);
	while (rc == 0 && (p->token.kind == AC_TOKEN_DOT || p->token.kind == AC_TOKEN_LEFT_BRACKET)) {
		bool is_name = p->token.kind == AC_TOKEN_DOT;

		if (n == AC_PATTERN_STEPS_MAX)
			return fail_at(
			    p, p->token.at, ACCORD_ELIMIT, "more steps in one object path than the limit of 64");
		advance(p);
		rc = is_name ? parse_step_name(p, &steps[n]) : parse_index(p, &steps[n]);
		n++;
	}
	if (rc)
		return rc;
	kept = ac_arena_alloc(p->arena, n * sizeof(*kept));
	if (!kept)
		return no_memory(p);
	memcpy(kept, steps, n * sizeof(*kept));
	node->steps = kept;
	node->step_count = n;
	return 0;
}

/* s2.7, s9.4: a hash constant that its algorithm cannot give is an invalid constant. LIKE and MATCHES carry expressions, not hashes. */
static int
check_hashes(parser *p, const ac_pattern_node *node, const char *where)
{
	const ac_pattern_step *last = &node->steps[node->step_count - 1];
	bool in_hashes = false;

	if (last->kind != AC_PATTERN_STEP_NAME || node->comparator > AC_PATTERN_IN)
		return 0;
	for (size_t i = 0; i < node->step_count; i++)
		in_hashes |=
		    node->steps[i].kind == AC_PATTERN_STEP_NAME && ac_str_eq(node->steps[i].name, AC_S("hashes"));
	for (size_t i = 0; in_hashes && i < node->constant_count; i++)
		if (node->constants[i].kind == AC_PATTERN_STRING &&
		    !ac_format_hash(last->name, node->constants[i].text))
			return fail_at(
			    p, where, ACCORD_EINPUT, "the constant is no hash of the algorithm that the path names");
	return 0;
}

/* The right side of a comparison, by what its operator takes. */
static int
parse_operand(parser *p, ac_pattern_node *node)
{
	const char *where = p->token.at;
	ac_pattern_token_kind kind = p->token.kind;
	ac_pattern_constant *constant;
	int rc;

	if (node->comparator == AC_PATTERN_IN) {
		rc = parse_set(p, node);
		return rc ? rc : check_hashes(p, node, where);
	}
	if (node->comparator > AC_PATTERN_IN && kind != AC_TOKEN_STRING)
		return unwanted(p, "a string behind LIKE, MATCHES, ISSUBSET or ISSUPERSET");
	if (node->comparator > AC_PATTERN_NE && (kind == AC_TOKEN_TRUE || kind == AC_TOKEN_FALSE))
		return unwanted(p, "a constant that has an order");
	constant = ac_arena_alloc(p->arena, sizeof(*constant));
	if (!constant)
		return no_memory(p);
	rc = parse_constant(p, constant);
	if (rc)
		return rc;
	node->constants = constant;
	node->constant_count = 1;
	node->unusable = constant->unusable;
	return check_hashes(p, node, where);
}

/* path NOT? operator constant, or NOT? EXISTS path. */
static int
parse_test(parser *p, const ac_pattern_node **out)
{
	const char *where = p->token.at;
	ac_pattern_node *node = new_node(p, AC_PATTERN_COMPARE, where);
	int rc;

	if (!node)
		return no_memory(p);
	if (++p->comparisons > AC_PATTERN_COMPARISONS_MAX)
		return fail_at(p, where, ACCORD_ELIMIT, "more comparisons than the limit of 16384");
	*out = node;
	if (p->token.kind == AC_TOKEN_NOT) {
		node->negated = true;
		advance(p);
		if (p->token.kind != AC_TOKEN_EXISTS)
			return unwanted(p, "EXISTS behind NOT (elsewhere NOT stands behind the path)");
	}
	if (p->token.kind == AC_TOKEN_EXISTS) {
		node->op = AC_PATTERN_EXISTS;
		advance(p);
		return parse_path(p, node);
	}
	rc = parse_path(p, node);
	if (rc)
		return rc;
	if (p->token.kind == AC_TOKEN_NOT) {
		node->negated = true;
		advance(p);
	}
	for (size_t i = 0; i < AC_COUNT(comparators); i++) {
		if (comparators[i].token != p->token.kind)
			continue;
		node->comparator = comparators[i].comparator;
		advance(p);
		return parse_operand(p, node);
	}
	return unwanted(p, "a comparison operator");
}

static int parse_comparisons(parser *p, const ac_pattern_node **out);

static int
enter(parser *p)
{
	if (++p->nesting > AC_PATTERN_NESTING_MAX)
		return fail_at(p, p->token.at, ACCORD_ELIMIT, "parentheses are nested deeper than the limit of 64");
	advance(p);
	return 0;
}

static int
leave(parser *p)
{
	p->nesting--;
	return expect(p, AC_TOKEN_RIGHT_PAREN, "')'");
}

static int
parse_comparison_part(parser *p, const ac_pattern_node **out)
{
	int rc;

	if (p->token.kind != AC_TOKEN_LEFT_PAREN)
		return parse_test(p, out);
	rc = enter(p);
	if (rc == 0)
		rc = parse_comparisons(p, out);
	return rc ? rc : leave(p);
}

/* A chain "part KEYWORD part ..."; one part alone is itself. */
static int
parse_chain(parser *p, ac_pattern_token_kind keyword, ac_pattern_op op,
    int (*parse_part)(parser *p, const ac_pattern_node **out), const ac_pattern_node **out)
{
	ac_pattern_list list = { 0 };
	const ac_pattern_node *part;
	int rc = parse_part(p, out);

	if (rc || p->token.kind != keyword)
		return rc;
	part = *out;
	for (;;) {
		if (!ac_pattern_list_add(p->arena, &list, part))
			return no_memory(p);
		if (p->token.kind != keyword)
			break;
		advance(p);
		rc = parse_part(p, &part);
		if (rc)
			return rc;
	}
	*out = ac_pattern_balance(p->arena, op, list.p, list.n);
	return *out ? 0 : no_memory(p);
}

static int
parse_comparison_and(parser *p, const ac_pattern_node **out)
{
	return parse_chain(p, AC_TOKEN_AND, AC_PATTERN_AND, parse_comparison_part, out);
}

static int
parse_comparisons(parser *p, const ac_pattern_node **out)
{
	return parse_chain(p, AC_TOKEN_OR, AC_PATTERN_OR, parse_comparison_and, out);
}

/*
 * Seconds of WITHIN: digits with an optional fraction. Observations have whole nanoseconds, so that "less than 1.5 ns apart" and "less than
 * 2 ns apart" mean the same: what is behind the ninth digit rounds up.
 */
static ac_time
window_of(ac_str text)
{
	size_t dot = ac_str_find_byte(text, '.');
	uint64_t seconds = saturated(ac_str_slice(text, 0, dot));
	uint32_t nanoseconds = 0, unit = 100000000;
	bool more = false;

	for (size_t i = dot + 1; i < text.n; i++) {
		nanoseconds += unit * (uint32_t)(text.p[i] - '0');
		more |= unit == 0 && text.p[i] != '0';
		unit /= 10;
	}
	nanoseconds += more;
	if (nanoseconds == 1000000000) {
		nanoseconds = 0;
		seconds += seconds < INT64_MAX;
	}
	return seconds > INT64_MAX ? AC_TIME_MAX : (ac_time){ (int64_t)seconds, nanoseconds };
}

static int
parse_within(parser *p, ac_pattern_node *node)
{
	if ((p->token.kind != AC_TOKEN_INTEGER && p->token.kind != AC_TOKEN_FLOAT) || p->token.negative)
		return unwanted(p, "a positive number behind WITHIN");
	node->op = AC_PATTERN_WITHIN;
	node->qualifier_text[0] = p->token.text;
	node->within = window_of(p->token.text);
	node->within_seconds = (double)node->within.seconds + node->within.nanoseconds / 1e9;
	node->unusable |= ac_time_cmp(node->within, (ac_time){ 0, 0 }) == 0; /* s9.5.1: x MUST be positive */
	advance(p);
	return expect(p, AC_TOKEN_SECONDS, "SECONDS");
}

static int
parse_repeats(parser *p, ac_pattern_node *node)
{
	if (p->token.kind != AC_TOKEN_INTEGER || p->token.negative)
		return unwanted(p, "a positive integer behind REPEATS");
	node->op = AC_PATTERN_REPEATS;
	node->repeats = saturated(p->token.text);
	node->unusable |= node->repeats == 0;
	advance(p);
	return expect(p, AC_TOKEN_TIMES, "TIMES");
}

static int
parse_instant(parser *p, ac_pattern_node *node, ac_str *out_text, ac_time *out)
{
	bool is_old = (p->dialect & AC_PATTERN_STRING_TIMES) && p->token.kind == AC_TOKEN_STRING;

	if (p->token.kind != AC_TOKEN_TIMESTAMP && !is_old)
		return unwanted(p, "a timestamp constant (t'...')");
	if (ac_time_parse_stix(p->token.text, out, NULL)) {
		if (is_old)
			return unwanted(p, "a timestamp");
		node->unusable = true;
	}
	*out_text = p->token.text;
	advance(p);
	return 0;
}

static int
parse_start_stop(parser *p, ac_pattern_node *node)
{
	int rc;

	node->op = AC_PATTERN_START_STOP;
	rc = parse_instant(p, node, &node->qualifier_text[0], &node->start);
	if (rc == 0)
		rc = expect(p, AC_TOKEN_STOP, "STOP");
	return rc ? rc : parse_instant(p, node, &node->qualifier_text[1], &node->stop);
}

/* Two qualifiers of one kind, with the same value. */
static bool
say_the_same(const ac_pattern_node *a, const ac_pattern_node *b)
{
	return ac_time_cmp(a->within, b->within) == 0 && a->repeats == b->repeats &&
	       ac_time_cmp(a->start, b->start) == 0 && ac_time_cmp(a->stop, b->stop) == 0;
}

/*
 * Qualifiers behind an observation expression, each around what stands before it. s9.5.1: an observation expression has at most one of each kind; s9.5
 * says that [ ] delimits one, so a group in parentheses may have several, which then all hold.
 */
static int
parse_qualifiers(parser *p, bool is_group, const ac_pattern_node **out)
{
	static const struct {
		ac_pattern_token_kind token;
		int (*parse)(parser *p, ac_pattern_node *node);
	} kinds[] = {
		{ AC_TOKEN_WITHIN, parse_within },
		{ AC_TOKEN_REPEATS, parse_repeats },
		{ AC_TOKEN_START, parse_start_stop },
	};
	const ac_pattern_node *said[AC_COUNT(kinds)] = { NULL };
	unsigned count = 0;

	for (;;) {
		const char *where = p->token.at;
		ac_pattern_node *node;
		size_t kind = 0;
		int rc;

		while (kind < AC_COUNT(kinds) && kinds[kind].token != p->token.kind)
			kind++;
		if (kind == AC_COUNT(kinds))
			return 0;
		if (said[kind] && !is_group &&
		    !(p->dialect & (AC_PATTERN_REPEATED_QUALIFIERS | AC_PATTERN_SAME_QUALIFIERS)))
			return unwanted(p, "at most one qualifier of each kind (parentheses begin a new expression)");
		if (++count > AC_PATTERN_NESTING_MAX)
			return fail_at(
			    p, p->token.at, ACCORD_ELIMIT, "more qualifiers of one expression than the limit of 64");
		node = new_node(p, AC_PATTERN_WITHIN, p->begin);
		if (!node)
			return no_memory(p);
		node->byte = (*out)->byte;
		node->left = *out;
		node->unusable = (*out)->unusable;
		advance(p);
		rc = kinds[kind].parse(p, node);
		if (rc)
			return rc;
		if (said[kind] && !is_group && !(p->dialect & AC_PATTERN_REPEATED_QUALIFIERS) &&
		    !say_the_same(said[kind], node))
			return fail_at(
			    p, where, ACCORD_EINPUT, "want at most one qualifier of each kind, or the same one again");
		said[kind] = node;
		*out = node;
	}
}

static int parse_observations(parser *p, const ac_pattern_node **out);

/* [ comparisons ] or ( observations ), with qualifiers behind. */
static int
parse_observation(parser *p, const ac_pattern_node **out)
{
	ac_pattern_node *node;
	int rc;

	if (p->token.kind == AC_TOKEN_LEFT_PAREN) {
		rc = enter(p);
		if (rc == 0)
			rc = parse_observations(p, out);
		if (rc == 0)
			rc = leave(p);
		return rc ? rc : parse_qualifiers(p, true, out);
	}
	if (p->token.kind != AC_TOKEN_LEFT_BRACKET)
		return unwanted(p, "'[' or '('");
	node = new_node(p, AC_PATTERN_OBSERVATION, p->token.at);
	if (!node)
		return no_memory(p);
	advance(p);
	rc = parse_comparisons(p, &node->left);
	if (rc == 0)
		rc = expect(p, AC_TOKEN_RIGHT_BRACKET, "']', AND or OR");
	if (rc)
		return rc;
	node->unusable = node->left->unusable;
	*out = node;
	return parse_qualifiers(p, false, out);
}

static int
parse_observation_and(parser *p, const ac_pattern_node **out)
{
	return parse_chain(p, AC_TOKEN_AND, AC_PATTERN_OBS_AND, parse_observation, out);
}

static int
parse_observation_or(parser *p, const ac_pattern_node **out)
{
	return parse_chain(p, AC_TOKEN_OR, AC_PATTERN_OBS_OR, parse_observation_and, out);
}

/* FOLLOWEDBY binds weakest and from the left (s9.5.3). */
static int
parse_observations(parser *p, const ac_pattern_node **out)
{
	const ac_pattern_node *right = NULL;
	int rc = parse_observation_or(p, out);

	while (rc == 0 && p->token.kind == AC_TOKEN_FOLLOWEDBY) {
		if (++p->sequences >= AC_PATTERN_SEQUENCE_MAX)
			return fail_at(p, p->token.at, ACCORD_ELIMIT, "more FOLLOWEDBY than the limit of 1023");
		advance(p);
		rc = parse_observation_or(p, &right);
		if (rc)
			return rc;
		*out = ac_pattern_join(p->arena, AC_PATTERN_FOLLOWEDBY, *out, right);
		if (!*out)
			return no_memory(p);
	}
	return rc;
}

int
ac_pattern_parse_dialect(
    ac_str text, unsigned dialect, ac_arena *arena, const ac_pattern_node **out_root, accord_err *err)
{
	parser p = { .arena = arena, .err = err, .dialect = dialect };
	const ac_pattern_node *root = NULL;
	size_t valid = ac_utf8_valid_prefix(text);
	int rc;

	p.begin = p.at = text.n ? text.p : "";
	p.end = p.begin + text.n;
	if (valid < text.n)
		return fail_at(&p, p.begin + valid, ACCORD_EINPUT, "the pattern is not valid UTF-8");
	advance(&p);
	rc = parse_observations(&p, &root);
	if (rc == 0 && p.token.kind != AC_TOKEN_END)
		rc = unwanted(&p, "AND, OR, FOLLOWEDBY, a qualifier or the end of the pattern");
	if (rc)
		return rc;
	*out_root = root;
	return 0;
}

int
ac_pattern_parse(ac_str text, ac_arena *arena, const ac_pattern_node **out_root, accord_err *err)
{
	return ac_pattern_parse_dialect(text, 0, arena, out_root, err);
}

ac_str
ac_pattern_op_name(ac_pattern_op op)
{
	static const ac_str names[] = { [AC_PATTERN_FOLLOWEDBY] = AC_S_INIT("FOLLOWEDBY"),
		[AC_PATTERN_OBS_OR] = AC_S_INIT("OR"),
		[AC_PATTERN_OBS_AND] = AC_S_INIT("AND"),
		[AC_PATTERN_OBSERVATION] = AC_S_INIT("[]"),
		[AC_PATTERN_WITHIN] = AC_S_INIT("WITHIN"),
		[AC_PATTERN_REPEATS] = AC_S_INIT("REPEATS"),
		[AC_PATTERN_START_STOP] = AC_S_INIT("START"),
		[AC_PATTERN_AND] = AC_S_INIT("AND"),
		[AC_PATTERN_OR] = AC_S_INIT("OR"),
		[AC_PATTERN_COMPARE] = AC_S_INIT("compare"),
		[AC_PATTERN_EXISTS] = AC_S_INIT("EXISTS") };

	return (size_t)op < AC_COUNT(names) ? names[op] : (ac_str){ NULL, 0 };
}

ac_str
ac_pattern_comparator_name(ac_pattern_comparator comparator)
{
	return (size_t)comparator < AC_COUNT(comparators) ? comparators[comparator].name : (ac_str){ NULL, 0 };
}
