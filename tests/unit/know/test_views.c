/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons, matrices and diamonds of hand-made actors: what every allocation failure leaves, and names that are hostile. */
#include "store_fixture.h"

#include "base/utf8.h"
#include "fail_malloc.h"
#include "know/compare.h"
#include "know/diamond.h"
#include "know/matrix.h"

#define SET(n) FIXTURE_ID("intrusion-set", n)
#define PATTERN(n) FIXTURE_ID("attack-pattern", n)

static const char *const objects[] = {
	"{" FIXTURE_HEAD("x-mitre-tactic", "1") ",'name':'Zero Hour','x_mitre_shortname':'zero-hour'}",
	"{" FIXTURE_HEAD(
	    "attack-pattern", "2") ",'name':'Exploit','x_mitre_domains':['enterprise-attack'],"
				   "'kill_chain_phases':[{'kill_chain_name':'m','phase_name':'zero-hour'}],"
				   "'external_references':[{'source_name':'m','external_id':'T9001'}]}",
	"{" FIXTURE_HEAD("attack-pattern", "3") ",'name':'Blue Lake'}",
	"{" FIXTURE_HEAD("intrusion-set", "4") ",'name':'Blue Lake','primary_motivation':'ideology'}",
	"{" FIXTURE_HEAD("intrusion-set", "5") ",'name':'\\u001b[31mRed river\\u0007','aliases':['Blue Lake']}",
	FIXTURE_RELATION("6", "uses", SET("4"), PATTERN("2")),
	FIXTURE_RELATION("7", "uses", SET("5"), PATTERN("2")),
	FIXTURE_RELATION("8", "uses", SET("5"), PATTERN("3")),
	FIXTURE_RELATION("9", "distinct-from", SET("4"), SET("5")),
	NULL,
};

static fixture f;

static int
open_store(void **state)
{
	fixture_open(&f);
	fixture_put(&f, "Ally", objects);
	return 0;
}

static int
close_store(void **state)
{
	fixture_close(&f);
	return 0;
}

static void
assert_harmless(const ac_buf *buf)
{
	ac_str text = ac_buf_view(buf);

	for (size_t i = 0; i < text.n; i++)
		assert_true((unsigned char)text.p[i] >= 0x20 || text.p[i] == '\n');
}

/* An actor named like a technique is an actor first; control characters never reach the terminal (bidi controls are refused where they enter). */
static void
hostile_names__are_shown_without_harm(void **state)
{
	const ac_page *missing = NULL;
	ac_page_style style = AC_PAGE_STYLE;
	ac_compare compare;
	ac_matrix matrix;
	ac_know *know;
	ac_page page;
	ac_buf buf;

	assert_int_equal(ac_know_open(f.store, (ac_hash_seed){ { 3, 4 } }, &know, &f.err), 0);
	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_page_find(know, AC_S("blue lake"), (ac_str){ 0 }, &page, &f.err), 0);
	assert_int_equal(page.kind, AC_PAGE_ACTOR);
	assert_true(page.same_name_count >= 1);
	ac_page_text(&page, &style, &buf);
	ac_diamond_text(&page, &style, &buf);
	assert_int_equal(ac_matrix_make(know, &page, &matrix, &f.err), 0);
	assert_int_equal(matrix.used, 1);
	ac_matrix_text(&matrix, &style, &buf);
	if (ac_compare_find(know, AC_S(SET("4")), AC_S(SET("5")), &compare, &missing, &f.err) < 0)
		fail_msg("%s", f.err.text);
	/* The name that both have, and that somebody says that they are two. */
	assert_int_equal(compare.why.pair_count, 1);
	assert_int_equal(compare.why.pairs[0]->evidence_count, 2);
	assert_int_equal(compare.why.pairs[0]->evidence[1].reason, AC_GROUP_SAID_DISTINCT);
	ac_compare_text(&compare, &style, &buf);
	ac_why_text(&compare.why, &style, &buf);
	assert_false(buf.failed);
	assert_harmless(&buf);
	ac_buf_done(&buf);
	(void)ac_know_close(know);
}

static int
build_all(ac_buf *buf, accord_err *err)
{
	const ac_page *missing = NULL;
	ac_page_style style = AC_PAGE_STYLE;
	ac_compare compare;
	ac_matrix matrix;
	ac_json_writer w;
	ac_know *know = NULL;
	int rc = ac_know_open(f.store, (ac_hash_seed){ { 3, 4 } }, &know, err);

	if (rc == 0)
		rc = ac_compare_find(know, AC_S(SET("4")), AC_S(SET("5")), &compare, &missing, err);
	if (rc == 0)
		rc = ac_matrix_make(know, &compare.a, &matrix, err);
	if (rc == 0) {
		ac_json_writer_init(&w, buf);
		ac_jw_array(&w);
		ac_compare_json(&compare, &w);
		ac_matrix_json(&matrix, &w);
		ac_matrix_layer(&matrix, &w);
		ac_diamond_json(&compare.a, &w);
		ac_jw_end(&w);
		ac_compare_text(&compare, &style, buf);
		ac_matrix_text(&matrix, &style, buf);
		ac_diamond_text(&compare.a, &style, buf);
		rc = buf->failed ? ACCORD_ENOMEM : 0;
	}
	(void)ac_know_close(know);
	return rc;
}

static void
views__survive_every_allocation_failure(void **state)
{
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		ac_buf buf;
		bool failed;
		int rc;

		ac_buf_init(&buf, AC_MIB);
		fail_malloc_at(n);
		rc = build_all(&buf, &err);
		failed = fail_malloc_done();
		ac_buf_done(&buf);
		if (!failed) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_names__are_shown_without_harm),
		cmocka_unit_test(views__survive_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, open_store, close_store);
}
