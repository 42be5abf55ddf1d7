/* SPDX-License-Identifier: Apache-2.0 */
/* From the syntax tree of a pattern back to its text. It changes nothing of what the tree says: that is pattern_normal.c's business. */
#include "stix/pattern_write.h"

#include "base/limits.h"
#include "stix/pattern_lex.h"

/* Parentheses that are open. */
typedef struct writer {
	ac_buf *buf;
	unsigned nesting;
	bool too_deep;
} writer;

static void
open_group(writer *w)
{
	w->too_deep |= ++w->nesting > AC_PATTERN_NESTING_MAX;
	ac_buf_add_byte(w->buf, '(');
}

static void
close_group(writer *w)
{
	w->nesting--;
	ac_buf_add_byte(w->buf, ')');
}

/* s9.2: only an apostrophe and a backslash are escaped. */
static void
add_string(ac_buf *buf, ac_str text)
{
	size_t from = 0;

	ac_buf_add_byte(buf, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\'' && text.p[i] != '\\')
			continue;
		ac_buf_add(buf, ac_str_slice(text, from, i));
		ac_buf_add_byte(buf, '\\');
		from = i;
	}
	ac_buf_add(buf, ac_str_slice(text, from, text.n));
	ac_buf_add_byte(buf, '\'');
}

/* Does the lexer read the name as one word that may be a property's name? */
static bool
is_plain_name(ac_str name)
{
	const char *at = name.p;
	ac_pattern_token token;

	if (name.n == 0)
		return false;
	token = ac_pattern_next_token(&at, name.p + name.n);
	return token.kind == AC_TOKEN_NAME && token.text.n == name.n;
}

void
ac_pattern_write_path(const ac_pattern_node *test, ac_buf *buf)
{
	ac_buf_add(buf, test->object_type);
	for (size_t i = 0; i < test->step_count; i++) {
		const ac_pattern_step *step = &test->steps[i];

		switch (step->kind) {
		case AC_PATTERN_STEP_NAME:
			ac_buf_add_byte(buf, i ? '.' : ':');
			if (is_plain_name(step->name))
				ac_buf_add(buf, step->name);
			else
				add_string(buf, step->name);
			break;
		case AC_PATTERN_STEP_INDEX:
			ac_buf_add_byte(buf, '[');
			ac_buf_add_u64(buf, step->index);
			ac_buf_add_byte(buf, ']');
			break;
		case AC_PATTERN_STEP_ANY:
			ac_buf_add(buf, AC_S("[*]"));
			break;
		}
	}
}

static void
add_hex(ac_buf *buf, ac_str bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		ac_buf_add_byte(buf, digits[c >> 4]);
		ac_buf_add_byte(buf, digits[c & 15]);
	}
}

/* RFC 4648 section 4. */
static void
add_base64(ac_buf *buf, ac_str bytes)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t have = bytes.n - i < 3 ? bytes.n - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (unsigned char)bytes.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			ac_buf_add_byte(buf, k <= have ? letters[bits >> (18 - 6 * k) & 63] : '=');
	}
}

void
ac_pattern_write_constant(const ac_pattern_constant *constant, ac_buf *buf)
{
	switch (constant->kind) {
	case AC_PATTERN_STRING:
		add_string(buf, constant->text);
		return;
	case AC_PATTERN_INTEGER:
	case AC_PATTERN_FLOAT:
		ac_buf_add(buf, constant->text);
		return;
	case AC_PATTERN_BOOLEAN:
		ac_buf_add(buf, constant->boolean ? AC_S("true") : AC_S("false"));
		return;
	case AC_PATTERN_TIMESTAMP:
		ac_buf_add(buf, AC_S("t'"));
		ac_buf_add(buf, constant->text);
		break;
	case AC_PATTERN_HEX:
		ac_buf_add(buf, AC_S("h'"));
		add_hex(buf, constant->text);
		break;
	case AC_PATTERN_BINARY:
		ac_buf_add(buf, AC_S("b'"));
		add_base64(buf, constant->text);
		break;
	}
	ac_buf_add_byte(buf, '\'');
}

/* The right side of a COMPARE: one constant, or a set in parentheses. */
static void
add_operand(ac_buf *buf, const ac_pattern_node *test)
{
	if (test->comparator != AC_PATTERN_IN) {
		ac_pattern_write_constant(test->constants, buf);
		return;
	}
	ac_buf_add_byte(buf, '(');
	for (size_t i = 0; i < test->constant_count; i++) {
		if (i)
			ac_buf_add(buf, AC_S(", "));
		ac_pattern_write_constant(&test->constants[i], buf);
	}
	ac_buf_add_byte(buf, ')');
}

void
ac_pattern_write_test(const ac_pattern_node *test, ac_buf *buf)
{
	if (test->op == AC_PATTERN_EXISTS) {
		ac_buf_add(buf, test->negated ? AC_S("NOT EXISTS ") : AC_S("EXISTS "));
		ac_pattern_write_path(test, buf);
		return;
	}
	ac_pattern_write_path(test, buf);
	ac_buf_add(buf, test->negated ? AC_S(" NOT ") : AC_S(" "));
	ac_buf_add(buf, ac_pattern_comparator_name(test->comparator));
	ac_buf_add_byte(buf, ' ');
	add_operand(buf, test);
}

static void
add_comparisons(writer *w, const ac_pattern_node *node, ac_pattern_op parent)
{
	/* AND binds closer than OR. */
	bool is_group = node->op == AC_PATTERN_OR && parent == AC_PATTERN_AND;

	if (node->op != AC_PATTERN_AND && node->op != AC_PATTERN_OR) {
		ac_pattern_write_test(node, w->buf);
		return;
	}
	if (is_group)
		open_group(w);
	add_comparisons(w, node->left, node->op);
	ac_buf_add(w->buf, node->op == AC_PATTERN_AND ? AC_S(" AND ") : AC_S(" OR "));
	add_comparisons(w, node->right, node->op);
	if (is_group)
		close_group(w);
}

void
ac_pattern_write_qualifier(const ac_pattern_node *qualifier, ac_buf *buf)
{
	if (qualifier->op == AC_PATTERN_WITHIN) {
		ac_buf_add(buf, AC_S("WITHIN "));
		ac_buf_add(buf, qualifier->qualifier_text[0]);
		ac_buf_add(buf, AC_S(" SECONDS"));
	} else if (qualifier->op == AC_PATTERN_REPEATS) {
		ac_buf_add(buf, AC_S("REPEATS "));
		ac_buf_add_u64(buf, qualifier->repeats);
		ac_buf_add(buf, AC_S(" TIMES"));
	} else {
		ac_buf_add(buf, AC_S("START t'"));
		ac_buf_add(buf, qualifier->qualifier_text[0]);
		ac_buf_add(buf, AC_S("' STOP t'"));
		ac_buf_add(buf, qualifier->qualifier_text[1]);
		ac_buf_add_byte(buf, '\'');
	}
}

static bool
is_qualifier(ac_pattern_op op)
{
	return op == AC_PATTERN_WITHIN || op == AC_PATTERN_REPEATS || op == AC_PATTERN_START_STOP;
}

/* A run of qualifiers behind one expression, from the innermost on. */
typedef struct run {
	bool is_group;   /* what they stand behind is in parentheses */
	unsigned kinds;  /* seen since then, as a set */
	unsigned count;  /* since then */
	unsigned groups; /* parentheses that were needed in between */
} run;

/* The run behind what a node qualifies (the node itself when it is no qualifier). */
static run
run_of_base(const ac_pattern_node *node)
{
	return (run){ .is_group = node->op != AC_PATTERN_OBSERVATION };
}

/*
 * One more qualifier. s9.5.1 as the parser reads it: behind [ ] at most one of each kind, behind a group any, up to the limit; else what stands there becomes
 * a group. True when it does.
 */
static bool
run_add(run *r, ac_pattern_op op)
{
	bool closes = r->count == AC_PATTERN_NESTING_MAX || (!r->is_group && (r->kinds & 1u << op));

	if (closes)
		*r = (run){ .is_group = true, .groups = r->groups + 1 };
	r->kinds |= 1u << op;
	r->count++;
	return closes;
}

/* The run that ends with the node. */
static run
run_of(const ac_pattern_node *node)
{
	run r;

	if (!is_qualifier(node->op))
		return run_of_base(node);
	r = run_of(node->left);
	(void)run_add(&r, node->op);
	return r;
}

static void add_observations(writer *w, const ac_pattern_node *node, ac_pattern_op parent);

/* The base, and its qualifiers behind it; the groups that run_of counts have been opened. */
static run
add_run(writer *w, const ac_pattern_node *node)
{
	run r;

	if (!is_qualifier(node->op)) {
		add_observations(w, node, AC_PATTERN_WITHIN);
		return run_of_base(node);
	}
	r = add_run(w, node->left);
	if (run_add(&r, node->op))
		close_group(w);
	ac_buf_add_byte(w->buf, ' ');
	ac_pattern_write_qualifier(node, w->buf);
	return r;
}

/* How close an operator binds: FOLLOWEDBY, OR, AND, a qualifier, [ ]. */
static unsigned
closeness(ac_pattern_op op)
{
	return op == AC_PATTERN_FOLLOWEDBY ? 0 : op == AC_PATTERN_OBS_OR ? 1 : op == AC_PATTERN_OBS_AND ? 2 : 3;
}

/* parent: the operator that the node is an operand of; a chain's left part is part of it. */
static void
add_observations(writer *w, const ac_pattern_node *node, ac_pattern_op parent)
{
	bool is_group = closeness(node->op) < closeness(parent);

	if (node->op == AC_PATTERN_OBSERVATION) {
		ac_buf_add_byte(w->buf, '[');
		add_comparisons(w, node->left, AC_PATTERN_OR);
		ac_buf_add_byte(w->buf, ']');
		return;
	}
	if (is_qualifier(node->op)) {
		for (unsigned groups = run_of(node).groups; groups > 0; groups--)
			open_group(w);
		(void)add_run(w, node);
		return;
	}
	if (is_group)
		open_group(w);
	add_observations(w, node->left, node->op);
	ac_buf_add_byte(w->buf, ' ');
	ac_buf_add(w->buf, ac_pattern_op_name(node->op));
	ac_buf_add_byte(w->buf, ' ');
	/* FOLLOWEDBY leans left: on its right, only what binds closer goes without parentheses. */
	add_observations(w, node->right, node->op == AC_PATTERN_FOLLOWEDBY ? AC_PATTERN_OBS_OR : node->op);
	if (is_group)
		close_group(w);
}

int
ac_pattern_write(const ac_pattern_node *root, ac_buf *buf, accord_err *err)
{
	writer w = { .buf = buf };

	add_observations(&w, root, AC_PATTERN_FOLLOWEDBY);
	if (w.too_deep)
		return ac_fail(err, ACCORD_ELIMIT, "the pattern needs parentheses nested deeper than the limit of 64");
	return 0;
}
