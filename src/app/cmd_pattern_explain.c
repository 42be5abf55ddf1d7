/* SPDX-License-Identifier: Apache-2.0 */
/* accord pattern explain: the syntax tree of a pattern in words, what the engine makes of it, what is odd about it, and its normal form. */
#include "app/patterns.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "match/pattern_set.h"
#include "stix/pattern_normal.h"
#include "stix/pattern_tree.h"
#include "stix/pattern_write.h"

enum { LINE_SHOWN_MAX = 2000 };

static const ac_option options[] = { AC_PATTERN_OPTIONS, { 0 } };

/* Tells each node of a tree, those of a chain side by side, before what is inside. */
typedef struct walk {
	void (*tell)(void *payload, const ac_pattern_node *node, unsigned depth);
	void *payload;
	ac_arena *arena;
} walk;

static bool
is_chain(ac_pattern_op op)
{
	return op == AC_PATTERN_AND || op == AC_PATTERN_OR || op == AC_PATTERN_OBS_AND || op == AC_PATTERN_OBS_OR ||
	       op == AC_PATTERN_FOLLOWEDBY;
}

/* The operands of a chain in the text's order; the right side of FOLLOWEDBY is one operand, whatever it is. */
static bool
operands_of(ac_arena *arena, const ac_pattern_node *node, ac_pattern_list *list)
{
	if (node->op != AC_PATTERN_FOLLOWEDBY)
		return ac_pattern_list_add_chain(arena, list, node->op, node);
	if (node->left->op == AC_PATTERN_FOLLOWEDBY)
		return operands_of(arena, node->left, list) && ac_pattern_list_add(arena, list, node->right);
	return ac_pattern_list_add(arena, list, node->left) && ac_pattern_list_add(arena, list, node->right);
}

static void
walk_tree(const walk *w, const ac_pattern_node *node, unsigned depth)
{
	ac_pattern_list list = { 0 };

	w->tell(w->payload, node, depth);
	if (node->op == AC_PATTERN_COMPARE || node->op == AC_PATTERN_EXISTS)
		return;
	if (!is_chain(node->op)) {
		walk_tree(w, node->left, depth + 1);
		return;
	}
	if (!operands_of(w->arena, node, &list))
		return;
	for (size_t i = 0; i < list.n; i++)
		walk_tree(w, list.p[i], depth + 1);
}

/* The node's own words in the pattern. */
static void
add_words(ac_buf *out, const ac_pattern_node *node)
{
	switch (node->op) {
	case AC_PATTERN_FOLLOWEDBY:
	case AC_PATTERN_OBS_OR:
	case AC_PATTERN_OBS_AND:
	case AC_PATTERN_AND:
	case AC_PATTERN_OR:
		ac_buf_add(out, ac_pattern_op_name(node->op));
		return;
	case AC_PATTERN_OBSERVATION:
		ac_buf_add(out, AC_S("[ ]"));
		return;
	case AC_PATTERN_WITHIN:
	case AC_PATTERN_REPEATS:
	case AC_PATTERN_START_STOP:
		ac_pattern_write_qualifier(node, out);
		return;
	case AC_PATTERN_COMPARE:
	case AC_PATTERN_EXISTS:
		ac_pattern_write_test(node, out);
		return;
	}
}

/* What they mean, in plain words; nothing for comparisons, which say it themselves. */
static const char *
meaning(ac_pattern_op op)
{
	static const char *const meanings[] = {
		[AC_PATTERN_FOLLOWEDBY] = "different observations, in this order of time",
		[AC_PATTERN_OBS_OR] = "one of these",
		[AC_PATTERN_OBS_AND] = "all of these, by different observations",
		[AC_PATTERN_OBSERVATION] = "one observation with an object for which",
		[AC_PATTERN_WITHIN] = "the last observation sooner than that after the first",
		[AC_PATTERN_REPEATS] = "so often, by different observations",
		[AC_PATTERN_START_STOP] = "all observations from the first instant on, before the second",
		[AC_PATTERN_AND] = "all of these hold",
		[AC_PATTERN_OR] = "at least one of these holds",
		[AC_PATTERN_COMPARE] = NULL,
		[AC_PATTERN_EXISTS] = NULL,
	};

	return (size_t)op < AC_COUNT(meanings) ? meanings[op] : NULL;
}

static void
print_node(void *payload, const ac_pattern_node *node, unsigned depth)
{
	ac_buf *out = ac_app_out(payload), words;

	ac_buf_init(&words, AC_REPORT_MAX);
	add_words(&words, node);
	ac_buf_printf(out, "%*s", (int)(2 * depth), "");
	ac_utf8_add_visible(out, ac_buf_view(&words), LINE_SHOWN_MAX);
	if (meaning(node->op))
		ac_buf_printf(out, ": %s", meaning(node->op));
	ac_buf_add_byte(out, '\n');
	ac_buf_done(&words);
}

static void
write_constant(ac_json_writer *w, const ac_pattern_constant *constant)
{
	static const char *const kinds[] = { [AC_PATTERN_STRING] = "string",
		[AC_PATTERN_INTEGER] = "integer",
		[AC_PATTERN_FLOAT] = "float",
		[AC_PATTERN_BOOLEAN] = "boolean",
		[AC_PATTERN_TIMESTAMP] = "timestamp",
		[AC_PATTERN_HEX] = "hex",
		[AC_PATTERN_BINARY] = "binary" };
	ac_buf text;

	ac_buf_init(&text, AC_REPORT_MAX);
	ac_pattern_write_constant(constant, &text);
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("kind"), ac_str_from(kinds[constant->kind]));
	ac_jw_key_string(w, AC_S("text"), ac_buf_view(&text));
	ac_jw_end(w);
	ac_buf_done(&text);
}

static void
write_test(ac_json_writer *w, const ac_pattern_node *node)
{
	ac_buf path;

	ac_buf_init(&path, AC_REPORT_MAX);
	ac_pattern_write_path(node, &path);
	ac_jw_key_string(w, AC_S("path"), ac_buf_view(&path));
	ac_jw_key_bool(w, AC_S("negated"), node->negated);
	if (node->op == AC_PATTERN_COMPARE) {
		ac_jw_key_string(w, AC_S("operator"), ac_pattern_comparator_name(node->comparator));
		ac_jw_key(w, AC_S("constants"));
		ac_jw_array(w);
		for (size_t i = 0; i < node->constant_count; i++)
			write_constant(w, &node->constants[i]);
		ac_jw_end(w);
	}
	ac_buf_done(&path);
}

/* One element of "nodes". The depth says what is inside what: trees may be deeper than JSON should be. */
static void
write_node(void *payload, const ac_pattern_node *node, unsigned depth)
{
	ac_json_writer *w = payload;
	ac_buf words;

	ac_buf_init(&words, AC_REPORT_MAX);
	add_words(&words, node);
	ac_jw_object(w);
	ac_jw_key_u64(w, AC_S("depth"), depth);
	ac_jw_key_string(w, AC_S("op"), ac_pattern_op_name(node->op));
	ac_jw_key_string(w, AC_S("text"), ac_buf_view(&words));
	if (node->op == AC_PATTERN_COMPARE || node->op == AC_PATTERN_EXISTS)
		write_test(w, node);
	ac_jw_end(w);
	ac_buf_done(&words);
}

/* What there is to say about one pattern. */
typedef struct explanation {
	const ac_pattern_node *root;
	ac_pattern_notes notes;
	ac_str normal;
	/* by the engine: */
	ac_str problem; /* why it matches nothing; {NULL, 0}: it may match */
	const ac_match_explained *rows;
	size_t row_count;
} explanation;

/* What the engine makes of the pattern alone; texts are copied into arena. */
static int
ask_engine(ac_str text, unsigned dialect, ac_hash_seed seed, ac_arena *arena, explanation *out, accord_err *err)
{
	ac_pattern_set *set = NULL;
	uint32_t pattern = 0;
	int rc = ac_pattern_set_new(seed, &set, err);

	if (rc == 0)
		rc = ac_pattern_set_add(set, text, dialect, &pattern, err);
	if (rc == 0)
		rc = ac_pattern_set_finish(set, err);
	if (rc == 0)
		rc = ac_pattern_set_explain(set, pattern, arena, &out->rows, &out->row_count, err);
	if (rc == 0 && ac_pattern_set_problem(set, pattern).p)
		out->problem = ac_arena_str(arena, ac_pattern_set_problem(set, pattern));
	(void)ac_pattern_set_free(set);
	return rc < 0 ? rc : ac_arena_check(arena, err);
}

static int
explain(ac_hash_seed seed, const ac_pattern_source *source, const ac_pattern_node *root, ac_arena *arena,
    explanation *out, accord_err *err)
{
	int rc = ac_patterns_notes(root, &source->validity, arena, &out->notes, err);

	out->root = root;
	if (rc == 0)
		rc = ac_pattern_normal_text(root, arena, &out->normal, err);
	return rc < 0 ? rc : ask_engine(source->text, source->dialect, seed, arena, out, err);
}

/* "index": how each comparison is found from the data. */
static void
write_index(ac_json_writer *w, const explanation *e)
{
	ac_jw_key(w, AC_S("index"));
	ac_jw_array(w);
	for (size_t i = 0; i < e->row_count; i++) {
		const ac_match_explained *row = &e->rows[i];

		ac_jw_object(w);
		ac_jw_key_u64(w, AC_S("bracket"), row->bracket);
		ac_jw_key_u64(w, AC_S("byte"), row->byte);
		ac_jw_key_string(w, AC_S("path"), row->path);
		ac_jw_key_string(w, AC_S("by"), ac_match_index_name(row->index));
		if (row->engine.n)
			ac_jw_key_string(w, AC_S("regex"), row->engine);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	if (e->problem.p)
		ac_jw_key_string(w, AC_S("matches_nothing"), e->problem);
}

static void
print_index(ac_app *app, const explanation *e)
{
	for (size_t i = 0; i < e->row_count; i++) {
		const ac_match_explained *row = &e->rows[i];
		ac_buf *out = ac_app_out(app);

		ac_buf_add(out, row->index == AC_MATCH_INDEX_NONE ? AC_S("then looked at: ") : AC_S("indexed: "));
		ac_utf8_add_visible(out, row->path, LINE_SHOWN_MAX);
		if (row->index != AC_MATCH_INDEX_NONE)
			ac_buf_printf(out, " by %.*s", AC_FMT(ac_match_index_name(row->index)));
		if (row->engine.n)
			ac_buf_printf(out, ", regex by %.*s", AC_FMT(row->engine));
		ac_buf_add_byte(out, '\n');
	}
	if (e->problem.p) {
		ac_buf *out = ac_app_out(app);

		ac_buf_add(out, AC_S("matches nothing: "));
		ac_utf8_add_visible(out, e->problem, LINE_SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
}

static void
write_explanation(ac_json_writer *w, ac_str text, const explanation *e, ac_arena *arena)
{
	const walk tree = { write_node, w, arena };

	ac_jw_key(w, AC_S("nodes"));
	ac_jw_array(w);
	walk_tree(&tree, e->root, 0);
	ac_jw_end(w);
	write_index(w, e);
	ac_patterns_write_notes(w, text, &e->notes);
	ac_jw_key_string(w, AC_S("normal"), e->normal);
}

static void
print_explanation(ac_app *app, const ac_pattern_source *source, const explanation *e, ac_arena *arena)
{
	const walk tree = { print_node, app, arena };
	ac_buf *out;

	walk_tree(&tree, e->root, 0);
	print_index(app, e);
	for (size_t i = 0; i < e->notes.n; i++)
		ac_patterns_print_note(app, source, &e->notes.p[i]);
	out = ac_app_out(app);
	ac_buf_add(out, AC_S("normal form: "));
	ac_utf8_add_visible(out, e->normal, AC_REPORT_MAX / 2);
	ac_buf_add_byte(out, '\n');
}

static void
print_json(ac_app *app, const ac_pattern_source *source, const explanation *e, const accord_err *why, ac_arena *arena)
{
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pattern-explanation/1"));
	ac_patterns_write_source(&w, source);
	ac_jw_key_bool(&w, AC_S("valid"), why->code == 0);
	if (why->code)
		ac_patterns_write_reason(&w, why);
	else
		write_explanation(&w, source->text, e, arena);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static int
on_pattern(void *payload, const ac_pattern_source *source, ac_arena *arena)
{
	ac_app *app = payload;
	const ac_pattern_node *root;
	accord_err why = { 0 }, err = { 0 };
	explanation e = { 0 };
	int rc = ac_pattern_parse_dialect(source->text, source->dialect, arena, &root, &why);

	if (rc == 0)
		rc = explain(ac_app_seed(app), source, root, arena, &e, &err);
	else if (rc != ACCORD_ENOMEM)
		rc = 0;
	if (rc < 0)
		return ac_app_fail(app, source->file, err.code ? &err : &why);
	if (ac_app_json(app))
		print_json(app, source, &e, &why, arena);
	else if (why.code)
		ac_patterns_print_error(app, source, &why);
	else
		print_explanation(app, source, &e, arena);
	return why.code ? AC_EXIT_NO : AC_EXIT_OK;
}

static int
on_request(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	const ac_pattern_node *root;
	accord_err why = { 0 };
	explanation e = { 0 };
	ac_pattern_source source;
	int rc = ac_patterns_of_request(request, arena, &source, &root, &why, err);

	if (rc == 0 && root)
		rc = explain(ac_app_seed(payload), &source, root, arena, &e, err);
	if (rc < 0)
		return rc;
	ac_jw_key_bool(w, AC_S("valid"), root != NULL);
	if (root)
		write_explanation(w, source.text, &e, arena);
	else
		ac_patterns_write_reason(w, &why);
	return 0;
}

static int
run(ac_app *app, const ac_args *args)
{
	int status = ac_patterns_check_usage(app, args);

	if (status)
		return status;
	if (ac_arg_given(args, "jsonl"))
		return ac_batch_run(app, on_request, app);
	return ac_patterns_each(app, args, on_pattern, app);
}

const ac_command ac_command_pattern_explain = {
	.name = "pattern explain",
	.operands = "PATTERN...",
	.summary = "show what STIX patterns say",
	.details =
	    "The syntax tree in words; by which comparisons the engine finds the data that it then looks at; what is "
	    "odd about the pattern (as `accord pattern check` warns), and its normal "
	    "form.\n\n"
	    "FILE has one pattern a line, or STIX objects with indicators.\n\n"
	    "Exit status: 0 done, 1 something is not a valid pattern, 3 something is no JSON or over a limit, 4 "
	    "FILE could not be read.\n\n"
	    "--jsonl reads one request a line, {\"id\": ..., \"pattern\": \"...\"}, and writes one answer a line.",
	.examples = "accord pattern explain \"[file:size > 5] REPEATS 3 TIMES WITHIN 60 SECONDS\"\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
