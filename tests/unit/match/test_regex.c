/* SPDX-License-Identifier: Apache-2.0 */
/* Regexes and LIKE below the matcher: what Vectorscan may decide it decides as PCRE2 does; a literal that is said to stand in every match does. */
#include "test.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "match/like.h"
#include "match/scan.h"

enum { CASES = 1500, SUBJECTS = 24 };

static uint64_t state = 88172645463325252u;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state * 0x2545f4914f6cdd1dU >> 33) % n);
}

static const char *const atoms[] = { "a", "b", "c", "ab", ".", "[ab]", "[^a]", "[a-c]", "\\.", "\\x61", "\\n", "(a|b)",
	"(?:ab|c)", "\xc3\xa9", "[\xc3\xa0-\xc3\xbf]", "\\w", "\\d", "\\s", "\\W", "\\bab", "\\p{L}", "\\p{Lu}",
	"(a?b*)", "\\x{e9}", "[^\\x00-\\x7f]", "(?=a)a", "\\Ba", "[[:alpha:]]", "A", "[\\w-]", "[]a]", "{", "a{,2}",
	"\\z", "\\A", "\\Z", "(a(b|c){2}){2}" };
static const char *const repeats[] = { "", "", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "++" };

static void
add_regex(ac_buf *out)
{
	if (pick(6) == 0)
		ac_buf_add_cstr(out, pick(2) ? "(?i)" : "(?s)");
	if (pick(4) == 0)
		ac_buf_add_byte(out, '^');
	for (unsigned i = 0, n = 1 + pick(4); i < n; i++) {
		ac_buf_add_cstr(out, atoms[pick(AC_COUNT(atoms))]);
		ac_buf_add_cstr(out, repeats[pick(AC_COUNT(repeats))]);
		if (pick(8) == 0)
			ac_buf_add_byte(out, '|');
	}
	if (pick(4) == 0)
		ac_buf_add_byte(out, '$');
}

static const char *const pieces[] = { "a", "b", "c", "ab", "A", "B", ".", "\n", " ", "1", "\xc3\xa9", "\xc3\x89", "e",
	"-", "]", "{", "\xe2\x84\xaa", "k", "_", "aab" };

static void
add_subject(ac_buf *out)
{
	for (unsigned i = 0, n = pick(7); i < n; i++)
		ac_buf_add_cstr(out, pieces[pick(AC_COUNT(pieces))]);
}

static void
regex__means_the_same_in_vectorscan_and_pcre2(void **unused)
{
	ac_regex_runner *runner;
	ac_scanner *scanner;
	unsigned compared = 0, with_literal = 0;

	assert_int_equal(ac_regex_runner_new(&runner, NULL), 0);
	assert_int_equal(ac_scanner_new(&scanner, NULL), 0);
	for (unsigned i = 0; i < CASES; i++) {
		bool octets = pick(4) == 0;
		ac_regex *regex = NULL;
		ac_scan *scan = NULL;
		ac_buf text;
		ac_arena arena;

		ac_arena_init(&arena, AC_MIB);
		ac_buf_init(&text, AC_MIB);
		add_regex(&text);
		if (ac_regex_new(ac_buf_view(&text), octets, &arena, &regex, NULL) == 0) {
			const ac_regex_shape *shape = ac_regex_shape_of(regex);

			assert_int_equal(ac_scan_new_regex(regex, &scan, NULL), 0);
			if (scan)
				assert_int_equal(ac_scanner_prepare(scanner, scan, NULL), 0);
			with_literal += shape->literal.n > 0;
			for (unsigned k = 0; k < SUBJECTS; k++) {
				uint64_t steps = UINT64_MAX;
				ac_buf subject;
				ac_truth truth;
				bool ascii = true;

				ac_buf_init(&subject, AC_MIB);
				add_subject(&subject);
				for (size_t c = 0; c < subject.n; c++)
					ascii &= (unsigned char)subject.p[c] < 0x80;
				truth = ac_regex_run(runner, regex, ac_buf_view(&subject), &steps);
				assert_int_not_equal(truth, AC_UNKNOWN);
				if (truth == AC_TRUE && shape->literal.n &&
				    ac_str_find(ac_buf_view(&subject), shape->literal) == subject.n) {
					print_error("%.*s: no literal %.*s in %.*s\n", AC_FMT(ac_buf_view(&text)),
					    AC_FMT(shape->literal), AC_FMT(ac_buf_view(&subject)));
					fail();
				}
				if (scan && ac_regex_may_scan(shape, ac_buf_view(&subject), ascii)) {
					compared++;
					if (ac_scan_hits(scanner, scan, ac_buf_view(&subject)) != (truth == AC_TRUE)) {
						print_error("%s '%.*s' on '%.*s': PCRE2 %d\n",
						    octets ? "octets" : "text", AC_FMT(ac_buf_view(&text)),
						    AC_FMT(ac_buf_view(&subject)), truth);
						fail();
					}
				}
				ac_buf_done(&subject);
			}
		}
		scan = ac_scan_free(scan);
		regex = ac_regex_free(regex);
		ac_buf_done(&text);
		ac_arena_done(&arena);
	}
	assert_true(compared > 5000);
	assert_true(with_literal > 50);
	runner = ac_regex_runner_free(runner);
	scanner = ac_scanner_free(scanner);
}

static void
regex__tells_literals_and_doubts(void **unused)
{
	static const struct {
		const char *regex, *literal;
		bool portable, sensitive;
	} rows[] = {
		{ "^C:\\\\Windows\\\\.*evil\\.exe$", "C:\\Windows\\", true, false },
		{ "abc+def", "abc", true, false },
		{ "abc?defg", "defg", true, false },
		{ "ab{0,2}cde", "cde", true, false },
		{ "(abc)de", "de", true, false },
		{ "abc|def", "", true, false },
		{ "(?i)abc", "", true, true },
		{ "(?x)a b c", "", false, false },
		{ "(?=abc)de", "de", false, false },
		{ "abc\\w", "abc", true, true },
		{ "\\x41BC", "ABC", true, false },
		{ "\\Qa.b\\E", "", false, false },
		{ "a(?#x)bc", "", false, false },
		{ "(*UCP)abc", "", false, false },
		{ "(a{100}){100}", "", false, false },
		{ "[[:alpha:]]xyz", "xyz", false, false },
		{ "(.)\\1xyz", "xyz", false, false },
		{ "a{3000}", "a", false, false },
		{ ".{250}x.{250}", "x", false, false },
		{ "(.{20}){20}", "", false, false },
		{ "(((((((((((((a?)?)?)?)?)?)?)?)?)?)?)?)?)?", "", false, false },
		{ "((((((((((((a?)?)?)?)?)?)?)?)?)?)?)?)?", "", true, false },
		{ "xy{ 1, 3 }z", "", false, false },
		{ "xy{,3}z", "", false, false },
		{ "\xc3\xa9\\w", "\xc3\xa9", false, true },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_regex_shape shape;
		ac_arena arena;

		ac_arena_init(&arena, AC_MIB);
		assert_true(ac_regex_look(ac_str_from(rows[i].regex), false, &arena, &shape));
		if (shape.is_portable != rows[i].portable || shape.is_sensitive != rows[i].sensitive)
			print_error(
			    "%s: portable %d, sensitive %d\n", rows[i].regex, shape.is_portable, shape.is_sensitive);
		assert_int_equal(shape.is_portable, rows[i].portable);
		assert_int_equal(shape.is_sensitive, rows[i].sensitive);
		assert_str(shape.literal, ac_str_from(rows[i].literal));
		ac_arena_done(&arena);
	}
}

static void
like__splits_into_parts(void **unused)
{
	ac_like_parts parts = ac_like_split(AC_S("abc%de_fghi%jk"));

	assert_str(parts.prefix, AC_S("abc"));
	assert_str(parts.suffix, AC_S("jk"));
	assert_str(parts.inner, AC_S("fghi"));
	assert_false(parts.is_exact);
	parts = ac_like_split(AC_S("abc"));
	assert_true(parts.is_exact);
	assert_str(parts.inner, AC_S("abc"));
	parts = ac_like_split(AC_S(""));
	assert_true(parts.is_exact);
}

static void
like__ends_with_its_steps(void **unused)
{
	char text[4096];
	uint64_t steps = 1000;

	memset(text, 'a', sizeof(text));
	assert_int_equal(ac_like(AC_S("%a_a_a_b%"), (ac_str){ text, sizeof(text) }, false, &steps), AC_UNKNOWN);
	assert_int_equal(steps, 0);
	steps = 1000000;
	assert_int_equal(ac_like(AC_S("%a_a_a_b%"), (ac_str){ text, sizeof(text) }, false, &steps), AC_FALSE);
	/* 4096 / 16 for looking for a text that is nowhere. */
	steps = 300;
	assert_int_equal(ac_like(AC_S("%b%"), (ac_str){ text, sizeof(text) }, false, &steps), AC_FALSE);
	assert_in_range(steps, 1, 50);
	/* Wildcards in a row are one. */
	steps = 2000;
	assert_int_equal(ac_like(AC_S("%_%__%_b"), (ac_str){ text, sizeof(text) }, false, &steps), AC_FALSE);
	assert_int_equal(ac_like(AC_S("%_%__%_"), AC_S("\xc3\xa9\xc3\xa9\xc3\xa9"), false, &steps), AC_FALSE);
	assert_int_equal(ac_like(AC_S("%_%__%_"), AC_S("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), false, &steps), AC_TRUE);
	assert_int_equal(ac_like(AC_S("a%_b_%"), AC_S("abbb"), false, &steps), AC_TRUE);
	assert_int_equal(ac_like(AC_S("a%_b_%"), AC_S("abb"), false, &steps), AC_FALSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regex__means_the_same_in_vectorscan_and_pcre2),
		cmocka_unit_test(regex__tells_literals_and_doubts),
		cmocka_unit_test(like__splits_into_parts),
		cmocka_unit_test(like__ends_with_its_steps),
	};

	return cmocka_run_group_tests_name("match/regex", tests, NULL, NULL);
}
