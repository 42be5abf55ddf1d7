/* SPDX-License-Identifier: Apache-2.0 */
/* Advice over a real store: which techniques are considered, and in what order mitigations come, worked out by hand. */
#include "store_fixture.h"

#include "advise/advise.h"
#include "base/limits.h"

#define LAKE FIXTURE_ID("intrusion-set", "1")
#define SHELL FIXTURE_ID("malware", "1")
#define T(n) FIXTURE_ID("attack-pattern", n)
#define M(n) FIXTURE_ID("course-of-action", n)
#define I(n) FIXTURE_ID("indicator", n)
#define NUMBERED(type, n, name, number)                                                                                \
	"{" FIXTURE_HEAD(type, n) ",'name':'" name                                                                     \
				  "','external_references':[{'source_name':'example-attack','external_id':'" number    \
				  "'}]}"

/* The shell uses 1 and 2; Lake uses the shell, and 3 besides. Mitigation 1 answers 1 and 2, mitigation 2 answers 2, mitigation 3 answers 3. */
static const char *const knowledge[] = {
	NUMBERED("attack-pattern", "1", "Exploit", "T9001"),
	NUMBERED("attack-pattern", "2", "Web Shell", "T9002"),
	NUMBERED("attack-pattern", "3", "Phishing", "T9003"),
	NUMBERED("attack-pattern", "4", "Dump", "T9004"),
	NUMBERED("course-of-action", "1", "Update Software", "M9001"),
	NUMBERED("course-of-action", "2", "Filter", "M9002"),
	NUMBERED("course-of-action", "3", "Train", "M9003"),
	"{" FIXTURE_HEAD("intrusion-set", "1") ",'name':'Blue Lake'}",
	"{" FIXTURE_HEAD("malware", "1") ",'name':'Lake Shell','is_family':true}",
	FIXTURE_RELATION("1", "uses", SHELL, T("1")),
	FIXTURE_RELATION("2", "uses", SHELL, T("2")),
	FIXTURE_RELATION("3", "uses", LAKE, SHELL),
	FIXTURE_RELATION("4", "uses", LAKE, T("3")),
	FIXTURE_RELATION("5", "mitigates", M("1"), T("1")),
	FIXTURE_RELATION("6", "mitigates", M("1"), T("2")),
	FIXTURE_RELATION("7", "mitigates", M("2"), T("2")),
	FIXTURE_RELATION("8", "mitigates", M("3"), T("3")),
	NULL,
};

static const char *const seen_shell[] = {
	FIXTURE_INDICATOR("1", "shell c2", "[domain-name:value = `c2.example`]"),
	FIXTURE_RELATION("9", "indicates", I("1"), SHELL),
	"{" FIXTURE_HEAD("sighting", "1") ",'sighting_of_ref':'" I("1") "'}",
	NULL,
};

/* The same report names the shell's indicator, a technique, and Lake; and an indicator of which nothing else is said. */
static const char *const report[] = {
	FIXTURE_INDICATOR("2", "in a report", "[ipv4-addr:value = `192.0.2.4`]"),
	"{" FIXTURE_HEAD("report", "1") ",'name':'Lakes','published':'2021-07-19T00:00:00Z','object_refs':['" I(
	    "1") "','" I("2") "','" T("4") "']}",
	"{" FIXTURE_HEAD("sighting", "2") ",'sighting_of_ref':'" I("2") "'}",
	NULL,
};

static const char *const seen_lake[] = {
	FIXTURE_INDICATOR("3", "lake mail", "[domain-name:value = `mail.example`]"),
	FIXTURE_RELATION("a", "indicates", I("3"), LAKE),
	"{" FIXTURE_HEAD("sighting", "3") ",'sighting_of_ref':'" I("3") "'}",
	NULL,
};

static const struct {
	const char *fact;
	const char *const *learned[4];
	const char *techniques;  /* numbers in order */
	const char *mitigations; /* number=covers, in order */
	const char *weak;        /* numbers that only a report leads to */
} rows[] = {
	{ "nothing sighted", { NULL }, "", "", "" },
	{ "malware: its techniques, not those of its user", { seen_shell }, "T9001 T9002 ", "M9001=2 M9002=1 ", "" },
	{ "a report counts only where nothing is stated", { seen_shell, report }, "T9001 T9002 T9004 ",
	    "M9001=2 M9002=1 ", "T9004 " },
	{ "an actor: its own techniques", { seen_lake }, "T9003 ", "M9003=1 ", "" },
	{ "both", { seen_shell, seen_lake }, "T9001 T9002 T9003 ", "M9001=2 M9002=1 M9003=1 ", "" },
};

static void
advice__covers_what_was_sighted(void **state)
{
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_buf techniques, mitigations, weak;
		ac_advice advice;
		ac_know *know;
		fixture f;

		fixture_open(&f);
		fixture_put(&f, "Catalogue", knowledge);
		for (size_t l = 0; l < 4 && rows[i].learned[l]; l++)
			fixture_put(&f, "Ally B", rows[i].learned[l]);
		assert_int_equal(ac_know_open(f.store, (ac_hash_seed){ { 3, 4 } }, &know, &f.err), 0);
		if (ac_advise(know, &advice, &f.err) < 0)
			fail_msg("%s: %s", rows[i].fact, f.err.text);
		ac_buf_init(&techniques, AC_MIB);
		ac_buf_init(&mitigations, AC_MIB);
		ac_buf_init(&weak, AC_MIB);
		for (size_t t = 0; t < advice.technique_count; t++) {
			ac_str number = advice.techniques[t]->technique->external_id;

			ac_buf_printf(&techniques, "%.*s ", AC_FMT(number));
			if (!advice.techniques[t]->is_stated)
				ac_buf_printf(&weak, "%.*s ", AC_FMT(number));
		}
		for (size_t m = 0; m < advice.mitigation_count; m++)
			ac_buf_printf(&mitigations, "%.*s=%zu ", AC_FMT(advice.mitigations[m]->mitigation->external_id),
			    advice.mitigations[m]->technique_count);
		assert_str(ac_buf_view(&techniques), ac_str_from(rows[i].techniques));
		assert_str(ac_buf_view(&mitigations), ac_str_from(rows[i].mitigations));
		assert_str(ac_buf_view(&weak), ac_str_from(rows[i].weak));
		ac_buf_done(&techniques);
		ac_buf_done(&mitigations);
		ac_buf_done(&weak);
		(void)ac_know_close(know);
		fixture_close(&f);
	}
}

static void
answers__say_why(void **state)
{
	ac_page_style style = AC_PAGE_STYLE;
	const ac_json *json, *technique;
	ac_advice advice;
	ac_json_writer w;
	ac_know *know;
	ac_str text;
	ac_buf buf;
	fixture f;

	fixture_open(&f);
	fixture_put(&f, "Catalogue", knowledge);
	fixture_put(&f, "Ally B", seen_shell);
	assert_int_equal(ac_know_open(f.store, (ac_hash_seed){ { 3, 4 } }, &know, &f.err), 0);
	assert_int_equal(ac_advise(know, &advice, &f.err), 0);
	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_advice_text(&advice, &style, &buf);
	assert_int_equal(ac_buf_finish(&buf, &text, &f.err), 0);
	assert_true(ac_str_find(text, AC_S("1. Update Software (M9001) - answers 2 of 2")) < text.n);
	assert_true(ac_str_find(text, AC_S("-indicates-> Lake Shell [Ally B]")) < text.n);
	ac_buf_reset(&buf);
	ac_json_writer_init(&w, &buf);
	ac_advice_json(&advice, &w);
	assert_int_equal(ac_buf_finish(&buf, &text, &f.err), 0);
	if (ac_json_parse(text, AC_JSON_LIMITS, &f.arena, &json, &f.err) < 0)
		fail_msg("%s", f.err.text);
	assert_str(ac_json_get_string(json, AC_S("schema")), AC_S("accord.advice/1"));
	assert_int_equal(ac_json_count(ac_json_get(json, AC_S("mitigations"))), 2);
	{
		ac_json_iter it = ac_json_iter_of(ac_json_get(json, AC_S("techniques")));

		assert_true(ac_json_next(&it));
		technique = it.value;
	}
	assert_int_equal(ac_json_count(ac_json_get(technique, AC_S("chains"))), 1);
	ac_buf_done(&buf);
	(void)ac_know_close(know);
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advice__covers_what_was_sighted),
		cmocka_unit_test(answers__say_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
