/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile text on a page stays text. */
#include "test.h"

#include "agree/html.h"

typedef struct row {
	ac_str text, want;
} row;

static void
check(void (*add)(ac_buf *, ac_str), const row *rows, size_t count)
{
	ac_buf buf;

	ac_buf_init(&buf, 4096);
	for (size_t i = 0; i < count; i++) {
		ac_buf_reset(&buf);
		add(&buf, rows[i].text);
		assert_str(ac_buf_view(&buf), rows[i].want);
	}
	ac_buf_done(&buf);
}

static void
html__escapes_what_has_a_meaning_in_html(void **state)
{
	static const row rows[] = {
		{ AC_S_INIT(""), AC_S_INIT("") },
		{ AC_S_INIT("d\xc3\xa9"
			    "fense"),
		    AC_S_INIT("d\xc3\xa9"
			      "fense") },
		{ AC_S_INIT("<script>alert('x')</script>"),
		    AC_S_INIT("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") },
		{ AC_S_INIT("\" onload=\"x&amp;"), AC_S_INIT("&quot; onload=&quot;x&amp;amp;") },
	};

	(void)state;
	check(ac_html_add, rows, AC_COUNT(rows));
}

static void
html__shows_characters_that_show_nothing(void **state)
{
	static const row rows[] = {
		{ AC_S_INIT("a\xe2\x80\xae"
			    "b"),
		    AC_S_INIT("a[U+202E]b") },
		{ AC_S_INIT("a\xe2\x80\x8b"
			    "b"),
		    AC_S_INIT("a[U+200B]b") },
		{ AC_S_INIT("a\nb\x7f\xc2\x85"), AC_S_INIT("a[U+000A]b[U+007F][U+0085]") },
		{ AC_S_INIT("a\xff"
			    "b\xc3"),
		    AC_S_INIT("a[U+FFFD]b[U+FFFD]") },
	};

	(void)state;
	check(ac_html_add, rows, AC_COUNT(rows));
}

static void
prose__has_no_addresses_that_could_become_links(void **state)
{
	static const row rows[] = {
		{ AC_S_INIT("see https://a.example/x.y?z=1 now."),
		    AC_S_INIT("see hxxps[:]//a[.]example/x.y?z=1 now.") },
		{ AC_S_INIT("HTTP://A.example"), AC_S_INIT("hxxp[:]//A[.]example") },
		{ AC_S_INIT("(ftp://a.b.example/)"), AC_S_INIT("(fxp[:]//a[.]b[.]example/)") },
		{ AC_S_INIT("file:///etc/passwd"), AC_S_INIT("file[:]///etc/passwd") },
		{ AC_S_INIT("www.a.example, and so on."), AC_S_INIT("www[.]a[.]example, and so on.") },
		{ AC_S_INIT("http://a.example/http://b.example/"),
		    AC_S_INIT("hxxp[:]//a[.]example/http[:]//b[.]example/") },
		{ AC_S_INIT("<a href=\"http://a.example\">"),
		    AC_S_INIT("&lt;a href=&quot;hxxp[:]//a[.]example&quot;&gt;") },
		{ AC_S_INIT("CVE-2021-26855 (v1.2), e.g. this."), AC_S_INIT("CVE-2021-26855 (v1.2), e.g. this.") },
		{ AC_S_INIT("://"), AC_S_INIT("[:]//") },
	};

	(void)state;
	check(ac_html_add_prose, rows, AC_COUNT(rows));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(html__escapes_what_has_a_meaning_in_html),
		cmocka_unit_test(html__shows_characters_that_show_nothing),
		cmocka_unit_test(prose__has_no_addresses_that_could_become_links),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
