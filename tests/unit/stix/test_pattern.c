/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: what the grammar takes and refuses, with the byte; the shape of the tree; constants; limits. */
#include <stdio.h>

#include "base/buf.h"
#include "stix/pattern.h"
#include "stix_test.h"
#include "fail_malloc.h"

static void
pattern__takes_the_whole_grammar(void **state)
{
	static const char *const rows[] = {
		"[file:size = 1280]",
		"[ipv4-addr:value='198.51.100.1/32' OR ipv4-addr:value ISSUBSET '203.0.113.0/24']",
		"[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']",
		"[a:b == 1 AND a:c <> 2 AND a:d != 3 AND a:e >= 4 AND a:f <= 5 AND a:g < 6 AND a:h > 7]",
		"[a:b NOT = 1 OR a:b NOT IN (1, 2.5, 'x') OR a:b IN () OR a:b NOT LIKE 'x%' OR a:b NOT MATCHES '^x']",
		"[EXISTS a:b]",
		"[NOT EXISTS a:b.c[*]]",
		"[a:b ISSUPERSET '::/0']",
		"[a:b = true AND a:c = false]",
		"[a:b[0].c[*].'d-e'[+3] = +5]",
		"[a:'b c' = -0.5]",
		"[a:b = .5]",
		"[a:b = 00.5]",
		"[a:b = -.5]",
		"[a:b = h'']",
		"[a:b = h'00fF']",
		"[a:b = b'ABI=']",
		"[a:b = b'AB\nI=']",
		"[a:b = b'AA==']",
		"[a:b = b'AAAA']",
		"[a:b = t'2014-01-13T07:03:17Z']",
		"[a:b = t'2016-12-31T23:59:60.123456789012Z']",
		"[a:b = 'it\\'s \\\\ fine']",
		"[a:b = '']",
		"([a:b=1] AND ([c:d=2] OR [e:f=3])) FOLLOWEDBY [g:h=4]",
		"[(a:b=1 OR a:c=2) AND (a:d=3)]",
		"[a:b=1] WITHIN 5 SECONDS REPEATS 3 TIMES START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'",
		"[a:b=1] WITHIN 0.5 SECONDS",
		"[a:b=1] WITHIN +1.25 SECONDS",
		"([a:b=1] WITHIN 1 SECONDS) WITHIN 2 SECONDS",
		"([a:b=1]) WITHIN 5 SECONDS WITHIN 6 SECONDS",
		" // a comment\n[a:b /* and\nanother */ = 1]\r\n",
		"\t[a : b . c [ 0 ] = 1]\v\f",
		"\xc2\xa0[a:b\xe3\x80\x80= 1]\xe2\x80\xa8",
		"[a:b='x'OR a:c='y']",
		"[x-custom:prop_1 = 1]",
		"[_a:_b = 1]",
		"[a-:b = 1]",
		"[t:h = 1 AND b:b = 2]",
		/* The grammar takes these; the standard makes them unusable. */
		"[a:b = t'2024-02-30T12:00:00Z']",
		"[a:b=1] WITHIN 0 SECONDS",
		"[a:b=1] REPEATS 0 TIMES",
		"[a:b=1] START t'2021-02-30T00:00:00Z' STOP t'2021-01-01T00:00:00Z'",
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root = NULL;
		accord_err err = { 0 };

		ac_arena_reset(&arena);
		if (ac_pattern_parse(ac_str_from(rows[i]), &arena, &root, &err))
			fail_msg("%s: %s at byte %llu", rows[i], err.text, (unsigned long long)err.byte);
		assert_int_equal(root->unusable, i >= AC_COUNT(rows) - 4);
	}
	ac_arena_done(&arena);
}

/* The byte is the first that cannot stand there. */
static void
pattern__refuses_with_the_place(void **state)
{
	static const struct {
		const char *text;
		unsigned byte;
		const char *wanted; /* part of the message */
	} rows[] = {
		{ "", 0, "'[' or '('" },
		{ "file:size = 1280", 0, "'[' or '('" },
		{ "[file:size = ]", 13, "a constant" },
		{ "[file:size 1280]", 11, "comparison operator" },
		{ "[file.size = 1280]", 5, "':'" },
		{ "['file':size = 1]", 1, "object path" },
		{ "[file: = 1]", 7, "property name" },
		{ "[file:a-b = 1]", 6, "apostrophes" },
		{ "[file:a. = 1]", 9, "property name" },
		{ "[file:a.5 = 1]", 7, "comparison operator" },
		{ "[file:a[-1] = 1]", 8, "list index" },
		{ "[file:a['b'] = 1]", 8, "list index" },
		{ "[file:a[0 = 1]", 10, "']'" },
		{ "[a:b = 1", 8, "']'" },
		{ "[a:b = 1] [a:b = 2]", 10, "end of the pattern" },
		{ "[a:b = 01]", 8, "']'" },
		{ "[a:b = 10MB]", 9, "']'" },
		{ "[a:b = 'x]", 7, "no closing" },
		{ "[a:b = 'x\\n']", 9, "backslash" },
		{ "[a:b = 'x\\", 9, "backslash" },
		{ "[a:b = h'0']", 7, "hex" },
		{ "[a:b = h'0g']", 7, "hex" },
		{ "[a:b = b'A']", 7, "base64" },
		{ "[a:b = b'']", 7, "base64" },
		{ "[a:b = b'A=AA']", 7, "base64" },
		{ "[a:b = b'A===']", 7, "base64" },
		{ "[a:b = b'A?AA']", 7, "base64" },
		{ "[a:b = h'00]", 7, "no closing" },
		{ "[a:b = t'2024-13-01T12:00:00Z']", 7, "timestamp" },
		{ "[a:b = t'2024-01-32T12:00:00Z']", 7, "timestamp" },
		{ "[a:b = t'2024-01-01T24:00:00Z']", 7, "timestamp" },
		{ "[a:b = t'2024-01-01T12:60:00Z']", 7, "timestamp" },
		{ "[a:b = t'2024-01-01T12:00:61Z']", 7, "timestamp" },
		{ "[a:b = t'2024-01-01T12:00:00']", 7, "timestamp" },
		{ "[a:b = t'2024-01-01T12:00:00.Z']", 7, "timestamp" },
		{ "[a:b = t'2024-01-01T12:00:00.1xZ']", 7, "timestamp" },
		{ "[a:b = t'2024-01-01T12:00:00,1Z']", 7, "timestamp" },
		{ "[a:b = t'20x4-01-01T12:00:00Z']", 7, "timestamp" },
		{ "[a:b = t'x']", 7, "timestamp" },
		{ "[a:b ! 1]", 5, "no word" },
		{ "[a:b = 1 & a:c = 2]", 9, "no word" },
		{ "[a:b = \xc3\xa4]", 7, "no word" },
		{ "[a:b /* open", 5, "comment has no end" },
		{ "[a:b < true]", 7, "an order" },
		{ "[a:b = null]", 7, "a constant" },
		{ "[a:b LIKE 1]", 10, "a string behind LIKE" },
		{ "[a:b IN 1]", 8, "'('" },
		{ "[a:b IN (1 2)]", 11, "','" },
		{ "[a:b IN (1,)]", 11, "a constant" },
		{ "[a:b IN (1", 10, "','" },
		{ "[NOT a:b = 1]", 5, "EXISTS" },
		{ "[EXISTS 1]", 8, "object path" },
		{ "[a:b and a:c = 1]", 5, "comparison operator" },
		{ "[a:b = 1] and [a:b = 1]", 10, "AND, OR" },
		{ "[a:b = 1] AND", 13, "'[' or '('" },
		{ "[a:b = 1] FOLLOWEDBY", 20, "'[' or '('" },
		{ "[a:b = 1 AND]", 12, "object path" },
		{ "([a:b = 1]", 10, "')'" },
		{ "[(a:b = 1]", 9, "')'" },
		{ "()", 1, "'[' or '('" },
		{ "[a:b=1] WITHIN -5 SECONDS", 15, "positive number" },
		{ "[a:b=1] WITHIN 5 HOURS", 17, "SECONDS" },
		{ "[a:b=1] REPEATS 1.5 TIMES", 16, "positive integer" },
		{ "[a:b=1] REPEATS -1 TIMES", 16, "positive integer" },
		{ "[a:b=1] REPEATS 2", 17, "TIMES" },
		{ "[a:b=1] START '2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", 14, "t'...'" },
		{ "[a:b=1] START t'2020-01-01T00:00:00Z'", 37, "STOP" },
		{ "[a:b=1] REPEATS 2 TIMES REPEATS 3 TIMES", 24, "at most one" },
		{ "[a:b=1] WITHIN 1 SECONDS REPEATS 2 TIMES WITHIN 1 SECONDS", 41, "at most one" },
		{ "[file:hashes.MD5 = 'f00']", 19, "no hash" },
		{ "[file:hashes.'SHA-256' IN ('f00')]", 26, "no hash" },
		{ "[a:b = '\xff']", 8, "UTF-8" },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root = NULL;
		accord_err err = { 0 };
		int rc = ac_pattern_parse(ac_str_from(rows[i].text), &arena, &root, &err);

		if (rc != ACCORD_EINPUT || err.byte != rows[i].byte || !strstr(err.text, rows[i].wanted))
			fail_msg("%s: got %d '%s' at %llu", rows[i].text, rc, err.text, (unsigned long long)err.byte);
		assert_null(root);
	}
	ac_arena_done(&arena);
}

/* A tree as text, so that its shape can be compared. */
static void
print_tree(const ac_pattern_node *n, ac_buf *out)
{
	switch (n->op) {
	case AC_PATTERN_COMPARE:
	case AC_PATTERN_EXISTS:
		if (n->op == AC_PATTERN_EXISTS)
			ac_buf_add(out, n->negated ? AC_S("!?") : AC_S("?"));
		ac_buf_add(out, n->object_type);
		break;
	case AC_PATTERN_OBSERVATION:
		ac_buf_add_byte(out, '[');
		print_tree(n->left, out);
		ac_buf_add_byte(out, ']');
		break;
	case AC_PATTERN_WITHIN:
	case AC_PATTERN_REPEATS:
	case AC_PATTERN_START_STOP:
		ac_buf_add_byte(out, '<');
		print_tree(n->left, out);
		ac_buf_add_byte(out, n->op == AC_PATTERN_WITHIN ? 'w' : n->op == AC_PATTERN_REPEATS ? 'r' : 's');
		ac_buf_add_byte(out, '>');
		break;
	case AC_PATTERN_FOLLOWEDBY:
	case AC_PATTERN_OBS_OR:
	case AC_PATTERN_OBS_AND:
	case AC_PATTERN_AND:
	case AC_PATTERN_OR:
		ac_buf_add_byte(out, '(');
		print_tree(n->left, out);
		ac_buf_printf(out, " %.*s ", AC_FMT(ac_pattern_op_name(n->op)));
		print_tree(n->right, out);
		ac_buf_add_byte(out, ')');
		break;
	}
}

/* s9.5.3: AND before OR before FOLLOWEDBY, left to right; a qualifier binds to what stands right before it. */
static void
pattern__binds_as_the_standard_says(void **state)
{
	static const struct {
		const char *text;
		const char *tree;
	} rows[] = {
		{ "[a:x=1 OR b:x=1 AND c:x=1]", "[(a OR (b AND c))]" },
		{ "[(a:x=1 OR b:x=1) AND c:x=1]", "[((a OR b) AND c)]" },
		{ "[a:x=1 OR b:x=1 OR c:x=1]", "[((a OR b) OR c)]" },
		{ "[a:x=1 OR b:x=1 OR c:x=1 OR d:x=1]", "[((a OR b) OR (c OR d))]" },
		{ "[NOT EXISTS a:x OR EXISTS b:x]", "[(!?a OR ?b)]" },
		{ "[a:x=1] OR [b:x=1] AND [c:x=1] FOLLOWEDBY [d:x=1] OR [e:x=1]",
		    "(([a] OR ([b] AND [c])) FOLLOWEDBY ([d] OR [e]))" },
		{ "[a:x=1] FOLLOWEDBY [b:x=1] FOLLOWEDBY [c:x=1]", "(([a] FOLLOWEDBY [b]) FOLLOWEDBY [c])" },
		{ "[a:x=1] FOLLOWEDBY [b:x=1] REPEATS 5 TIMES", "([a] FOLLOWEDBY <[b]r>)" },
		{ "([a:x=1] FOLLOWEDBY [b:x=1]) REPEATS 5 TIMES WITHIN 3 SECONDS", "<<([a] FOLLOWEDBY [b])r>w>" },
		{ "[a:x=1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", "<[a]s>" },
	};
	ac_arena arena;
	ac_buf out;

	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&out, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root;

		ac_buf_reset(&out);
		assert_int_equal(ac_pattern_parse(ac_str_from(rows[i].text), &arena, &root, NULL), 0);
		print_tree(root, &out);
		assert_str(ac_buf_view(&out), ac_str_from(rows[i].tree));
	}
	ac_buf_done(&out);
	ac_arena_done(&arena);
}

static const ac_pattern_node *
comparison_of(ac_arena *arena, const char *text)
{
	const ac_pattern_node *root;
	accord_err err = { 0 };

	if (ac_pattern_parse(ac_str_from(text), arena, &root, &err))
		fail_msg("%s: %s", text, err.text);
	while (root->op != AC_PATTERN_COMPARE)
		root = root->left;
	return root;
}

static void
constants__have_their_own_form(void **state)
{
	ac_arena arena;
	const ac_pattern_node *n;
	ac_time want;

	ac_arena_init(&arena, AC_MIB);
	n = comparison_of(&arena, "[a:b = 'it\\'s \\\\']");
	assert_int_equal(n->constants->kind, AC_PATTERN_STRING);
	assert_str(n->constants->text, AC_S("it's \\"));
	n = comparison_of(&arena, "[a:b = h'00fF']");
	assert_int_equal(n->constants->kind, AC_PATTERN_HEX);
	assert_str(n->constants->text, AC_S("\0\xff"));
	n = comparison_of(&arena, "[a:b = b'//8\nA+w==']");
	assert_int_equal(n->constants->kind, AC_PATTERN_BINARY);
	assert_str(n->constants->text, AC_S("\xff\xff\0\xfb"));
	n = comparison_of(&arena, "[a:b = -12]");
	assert_int_equal(n->constants->kind, AC_PATTERN_INTEGER);
	assert_str(n->constants->text, AC_S("-12"));
	n = comparison_of(&arena, "[a:b = -.5]");
	assert_int_equal(n->constants->kind, AC_PATTERN_FLOAT);
	n = comparison_of(&arena, "[a:b NOT = true]");
	assert_int_equal(n->constants->kind, AC_PATTERN_BOOLEAN);
	assert_true(n->constants->boolean && n->negated);
	n = comparison_of(&arena, "[a:b >= t'2014-01-13T07:03:17.5Z']");
	assert_int_equal(n->constants->kind, AC_PATTERN_TIMESTAMP);
	assert_int_equal(ac_time_parse_stix(AC_S("2014-01-13T07:03:17.5Z"), &want, NULL), 0);
	assert_int_equal(ac_time_cmp(n->constants->time, want), 0);
	assert_str(ac_pattern_comparator_name(n->comparator), AC_S(">="));
	n = comparison_of(&arena, "[a:b IN (1,2,3,4,5,6,7,8,9,'ten')]");
	assert_int_equal(n->constant_count, 10);
	assert_str(n->constants[9].text, AC_S("ten"));
	n = comparison_of(&arena, "[file:extensions.'windows-pebinary-ext'.sections[*].entropy[12] > 7.0]");
	assert_int_equal(n->step_count, 6);
	assert_str(n->steps[1].name, AC_S("windows-pebinary-ext"));
	assert_int_equal(n->steps[3].kind, AC_PATTERN_STEP_ANY);
	assert_int_equal(n->steps[5].index, 12);
	assert_null(ac_pattern_op_name((ac_pattern_op)99).p);
	assert_null(ac_pattern_comparator_name((ac_pattern_comparator)99).p);
	ac_arena_done(&arena);
}

static void
qualifiers__keep_their_numbers(void **state)
{
	static const struct {
		const char *text;
		ac_time want;
	} windows[] = {
		{ "0.1", { 0, 100000000 } },
		{ "0.3", { 0, 300000000 } },
		{ ".000000001", { 0, 1 } },
		{ "0.0000000001", { 0, 1 } }, /* rounds up */
		{ "0.0000000010", { 0, 1 } },
		{ "1.0000000011", { 1, 2 } },
		{ "1.9999999999", { 2, 0 } },
		{ "9007199254740993", { 9007199254740993, 0 } }, /* 2^53 + 1 */
		{ "9223372036854775807.9999999999", { INT64_MAX, 0 } },
		{ "99999999999999999999", { INT64_MAX, 0 } },
	};
	ac_arena arena;
	const ac_pattern_node *n;
	ac_time want;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_pattern_parse(AC_S("[a:b=1] WITHIN 300.25 SECONDS"), &arena, &n, NULL), 0);
	assert_true(n->within_seconds > 300.2499 && n->within_seconds < 300.2501);
	for (size_t i = 0; i < AC_COUNT(windows); i++) {
		ac_str text;

		text = ac_arena_printf(&arena, "[a:b=1] WITHIN %s SECONDS", windows[i].text);
		assert_int_equal(ac_pattern_parse(text, &arena, &n, NULL), 0);
		assert_int_equal(ac_time_cmp(n->within, windows[i].want), 0);
		assert_false(n->unusable);
	}
	assert_int_equal(ac_pattern_parse(AC_S("[a:b=1] WITHIN 0.000 SECONDS"), &arena, &n, NULL), 0);
	assert_true(n->unusable);
	assert_int_equal(ac_pattern_parse(AC_S("[a:b=1] REPEATS 99999999999999999999999 TIMES"), &arena, &n, NULL), 0);
	assert_true(n->repeats == UINT64_MAX);
	assert_int_equal(
	    ac_pattern_parse_dialect(AC_S("[a:b=1] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'"),
		AC_PATTERN_STRING_TIMES, &arena, &n, NULL),
	    0);
	assert_int_equal(ac_time_parse_stix(AC_S("2020-01-01T00:00:00Z"), &want, NULL), 0);
	assert_int_equal(ac_time_cmp(n->start, want), 0);
	assert_int_equal(ac_pattern_parse_dialect(
			     AC_S("[a:b=1] START 'soon' STOP 'later'"), AC_PATTERN_STRING_TIMES, &arena, &n, NULL),
	    ACCORD_EINPUT);
	assert_int_equal(ac_pattern_parse_dialect(AC_S("[a:b=1] REPEATS 2 TIMES REPEATS 3 TIMES"),
			     AC_PATTERN_REPEATED_QUALIFIERS, &arena, &n, NULL),
	    0);
	ac_arena_done(&arena);
}

/* Repeat `part` count times between head and tail. */
static ac_str
repeated(ac_buf *buf, const char *head, const char *part, size_t count, const char *tail)
{
	ac_buf_reset(buf);
	ac_buf_add_cstr(buf, head);
	for (size_t i = 0; i < count; i++)
		ac_buf_add_cstr(buf, part);
	ac_buf_add_cstr(buf, tail);
	return ac_buf_view(buf);
}

/* Whoever shows a path may ask each step for its name. */
static void
pattern__gives_list_steps_no_name(void **state)
{
	const ac_pattern_node *root, *second;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_pattern_parse(AC_S("[a:b.c.d.e = 1 AND a:b[7][*].f = 1]"), &arena, &root, NULL), 0);
	second = root->left->right;
	assert_int_equal(second->step_count, 4);
	assert_int_equal(second->steps[1].index, 7);
	assert_null(second->steps[1].name.p);
	assert_int_equal(second->steps[1].name.n, 0);
	assert_null(second->steps[2].name.p);
	assert_int_equal(second->steps[2].index, 0);
	assert_int_equal(second->steps[3].index, 0);
	ac_arena_done(&arena);
}

static void
pattern__has_ceilings(void **state)
{
	static const struct {
		const char *head, *part;
		size_t fits; /* so many parts are fine, one more is over the limit */
		const char *tail;
	} rows[] = {
		{ "", "(", AC_PATTERN_NESTING_MAX, NULL },
		{ "[a:b=1", " OR a:b=1", AC_PATTERN_COMPARISONS_MAX - 1, "]" },
		{ "[a:b IN (1", ",1", AC_PATTERN_SET_MAX - 1, ")]" },
		{ "[a:b", ".c", AC_PATTERN_STEPS_MAX - 1, "=1]" },
		{ "[a:b=1]", " FOLLOWEDBY [a:b=1]", AC_PATTERN_SEQUENCE_MAX - 1, "" },
		{ "([a:b=1])", " WITHIN 1 SECONDS", AC_PATTERN_NESTING_MAX, "" },
	};
	ac_arena arena;
	ac_buf buf;

	ac_arena_init(&arena, 64 * AC_MIB);
	ac_buf_init(&buf, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_pattern_node *root;
		accord_err err = { 0 };

		if (rows[i].tail)
			assert_int_equal(
			    ac_pattern_parse(repeated(&buf, rows[i].head, rows[i].part, rows[i].fits, rows[i].tail),
				&arena, &root, &err),
			    0);
		assert_int_equal(ac_pattern_parse(repeated(&buf, rows[i].head, rows[i].part, rows[i].fits + 1,
						      rows[i].tail ? rows[i].tail : ""),
				     &arena, &root, &err),
		    ACCORD_ELIMIT);
		ac_arena_reset(&arena);
	}
	ac_buf_done(&buf);
	ac_arena_done(&arena);
}

static void
pattern__survives_every_allocation_failure(void **state)
{
	static const char text[] =
	    "([a:b.c = 'x\\\\' OR a:b IN (1,2,3,4,5,6,7,8,9) OR a:d = h'00' AND a:e = b'AA=='] WITHIN 1 SECONDS "
	    "AND [x:y = 1]) FOLLOWEDBY [z:z = 'w' OR z:a = 1]";
	const ac_pattern_node *root;

	for (size_t limit = 64;; limit += 64) {
		accord_err err = { 0 };
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, limit);
		rc = ac_pattern_parse(ac_str_from(text), &arena, &root, &err);
		ac_arena_done(&arena);
		if (rc == 0)
			break;
		assert_int_equal(rc, ACCORD_ELIMIT);
	}
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_pattern_parse(ac_str_from(text), &arena, &root, &err);
		ac_arena_done(&arena);
		if (!fail_malloc_done())
			break;
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

/* pattern_syntax.jsonl of the public data. */
static void
pattern__agrees_with_every_published_case(void **state)
{
	char path[512], *line = NULL;
	size_t capacity = 0, cases = 0;
	ssize_t n;
	ac_arena arena;
	FILE *file = NULL;

	if (shared_data()) {
		(void)snprintf(path, sizeof(path), "%s/stix/pattern_syntax.jsonl", shared_data());
		file = fopen(path, "rb");
	}
	if (!file) {
		print_message("the published cases are not at hand\n");
		skip();
	}
	ac_arena_init(&arena, 16 * AC_MIB);
	while ((n = getline(&line, &capacity, file)) > 0) {
		const ac_json *json;
		const ac_pattern_node *root;
		accord_err err = { 0 };
		bool is_20;
		int rc;

		ac_arena_reset(&arena);
		assert_int_equal(ac_json_parse((ac_str){ line, (size_t)n }, AC_JSON_LIMITS, &arena, &json, &err), 0);
		is_20 = ac_str_eq(ac_json_get_string(json, AC_S("stix_version")), AC_S("2.0"));
		rc = ac_pattern_parse_dialect(ac_json_get_string(json, AC_S("pattern")),
		    is_20 ? AC_PATTERN_REPEATED_QUALIFIERS : 0, &arena, &root, &err);
		if ((rc == 0) != ac_json_is_true(ac_json_get(json, AC_S("valid"))))
			fail_msg("%s: %d %s", line, rc, err.text);
		cases++;
	}
	assert_int_equal(cases, 983);
	free(line);
	(void)fclose(file);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pattern__takes_the_whole_grammar),
		cmocka_unit_test(pattern__refuses_with_the_place),
		cmocka_unit_test(pattern__binds_as_the_standard_says),
		cmocka_unit_test(constants__have_their_own_form),
		cmocka_unit_test(qualifiers__keep_their_numbers),
		cmocka_unit_test(pattern__gives_list_steps_no_name),
		cmocka_unit_test(pattern__has_ceilings),
		cmocka_unit_test(pattern__survives_every_allocation_failure),
		cmocka_unit_test(pattern__agrees_with_every_published_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
