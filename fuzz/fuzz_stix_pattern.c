/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pattern parser. For any bytes: an error has a place inside the text; what 2.1 takes, the 2.0 dialect takes too, and reads
 * as the same tree; no tree is deeper than pattern.h says; every view lies in the text or in the arena. What parses is written, and the text parses to the same
 * tree; the normal form's text parses, and is its own normal form. What is odd about it is told in UTF-8, with places inside the text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "same_pattern.h"
#include "stix/pattern_check.h"
#include "stix/pattern_normal.h"
#include "stix/pattern_write.h"

#define ARENA_MAX ((size_t)64 << 20)
#define DEPTH_MAX (AC_PATTERN_SEQUENCE_MAX + 32 * AC_PATTERN_NESTING_MAX)

static void
must(bool fact)
{
	if (!fact)
		abort();
}

/* Walk the whole tree; the number of comparisons. */
static size_t
walk(const ac_pattern_node *n, unsigned depth, size_t length)
{
	size_t total = 0;

	must(depth <= DEPTH_MAX);
	must(n->byte <= length);
	must(ac_pattern_op_name(n->op).n > 0);
	if (n->op == AC_PATTERN_COMPARE || n->op == AC_PATTERN_EXISTS) {
		must(n->object_type.n > 0 && n->step_count > 0 && n->steps[0].kind == AC_PATTERN_STEP_NAME);
		for (size_t i = 0; i < n->constant_count; i++)
			must(n->constants[i].kind <= AC_PATTERN_BINARY && n->constants[i].text.n <= length);
		return 1;
	}
	must(n->left != NULL);
	total = walk(n->left, depth + 1, length);
	if (n->op == AC_PATTERN_FOLLOWEDBY || n->op == AC_PATTERN_OBS_OR || n->op == AC_PATTERN_OBS_AND ||
	    n->op == AC_PATTERN_AND || n->op == AC_PATTERN_OR)
		total += walk(n->right, depth + 1, length);
	must(!(n->left->unusable && !n->unusable));
	return total;
}

static const ac_pattern_node *
parsed(ac_arena *arena, ac_str text)
{
	const ac_pattern_node *root = NULL;

	must(ac_pattern_parse(text, arena, &root, NULL) == 0);
	return root;
}

static void
write_back(ac_arena *arena, const ac_pattern_node *root)
{
	const ac_pattern_node *again;
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, ARENA_MAX);
	must(ac_pattern_write(root, &buf, NULL) == 0);
	must(ac_buf_finish(&buf, &text, NULL) == 0);
	again = parsed(arena, text);
	must(same_tree(arena, root, again));
	ac_buf_done(&buf);
}

static void
normalize(ac_arena *arena, const ac_pattern_node *root)
{
	ac_str normal = { 0 }, again = { 0 };
	const ac_pattern_node *tree;
	accord_err err = { 0 };

	/* Merged operands may want one parenthesis too many. */
	if (ac_pattern_normal_text(root, arena, &normal, &err)) {
		must(err.code == ACCORD_ELIMIT);
		return;
	}
	tree = parsed(arena, normal);
	must(tree->unusable == root->unusable);
	(void)walk(tree, 0, SIZE_MAX);
	must(ac_pattern_normal_text(tree, arena, &again, NULL) == 0);
	must(ac_str_eq(normal, again));
}

static void
hear(void *payload, const ac_pattern_note *note)
{
	must(note->code.n > 0 && note->section.n > 0 && note->text.n > 0);
	must(ac_utf8_is_valid(note->text));
	must(note->byte < *(size_t *)payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	const ac_pattern_node *root = NULL, *older = NULL;
	accord_err err = { 0 };
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, ARENA_MAX);
	rc = ac_pattern_parse(text, &arena, &root, &err);
	if (rc) {
		must(rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT);
		must(err.byte <= size && err.line > 0 && err.column > 0 && err.text[0]);
		must(ac_utf8_is_valid(ac_str_from(err.text)));
	}
	rc = ac_pattern_parse_dialect(
	    text, AC_PATTERN_REPEATED_QUALIFIERS | AC_PATTERN_STRING_TIMES, &arena, &older, NULL);
	if (root) {
		must(rc == 0);
		must(walk(root, 0, size) == walk(older, 0, size));
		write_back(&arena, root);
		normalize(&arena, root);
		must(ac_pattern_check(root, NULL, &arena, hear, &size, NULL) >= 0);
	}
	ac_arena_done(&arena);
	return 0;
}
