/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence files: every member of accord.evidence/1, what is refused with its path, and what is only remarked. */
#include "test.h"

#include "attribute/evidence_read.h"
#include "base/limits.h"
#include "fail_malloc.h"

typedef struct reading {
	ac_arena arena;
	const ac_json *json;
	ac_evidence evidence;
	ac_remarks remarks;
	accord_err err;
	int rc;
} reading;

/* Quotes are written as '. */
static void
read_evidence(reading *r, const char *text)
{
	ac_str copy;
	char *p;

	memset(r, 0, sizeof(*r));
	ac_arena_init(&r->arena, 64 * AC_MIB);
	copy = ac_arena_str(&r->arena, ac_str_from(text));
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i < copy.n; i++)
		p[i] = p[i] == '\'' ? '"' : p[i];
	if (ac_json_parse(copy, AC_JSON_LIMITS, &r->arena, &r->json, &r->err) < 0)
		fail_msg("%s", r->err.text);
	r->rc = ac_evidence_read(r->json, &r->arena, &r->evidence, &r->remarks, &r->err);
}

static const char whole[] =
    "{'schema':'accord.evidence/1','id':'case 7','techniques':['T1059.001','t1190',{'id':'T1078','source':'Ally B'}],"
    "'software':['S0154'],'victims':{'countries':['AU','us','gb'],'sectors':['government-national','Financial "
    "Services']},"
    "'text':'What was done.','indicators':['198.51.100.7',{'value':'c2.example','source':'https://a.example/r'}],"
    "'sources':[{'name':'Ally A','url':'https://a.example/r','date':'2021-07-19','reliability':'B','credibility':2},"
    "{'name':'Ally B','date':'2021-07-20T10:00:00Z','reliability':'a','credibility':'1'}],"
    "'dates':{'first':'2021-03-01','last':'2021-04-01'},"
    "'hide':{'relationships':['relationship--1'],'reports':['Report A','https://r.example/'],'from':'2021-07-19'}}";

static void
every_member__is_read(void **state)
{
	reading r;
	ac_time day;

	(void)state;
	read_evidence(&r, whole);
	if (r.rc < 0)
		fail_msg("%s", r.err.text);
	assert_int_equal(r.remarks.total, 0);
	assert_str(r.evidence.id, AC_S("case 7"));
	assert_int_equal(r.evidence.techniques.count, 3);
	assert_str(r.evidence.techniques.items[0].text, AC_S("T1059.001"));
	assert_str(r.evidence.techniques.items[1].text, AC_S("T1190"));
	assert_int_equal(r.evidence.techniques.items[0].source, AC_EVIDENCE_NO_SOURCE);
	assert_int_equal(r.evidence.techniques.items[2].source, 1);
	assert_str(r.evidence.software.items[0].text, AC_S("S0154"));
	assert_str(r.evidence.countries.items[1].text, AC_S("US"));
	assert_str(r.evidence.countries.items[2].text, AC_S("GB"));
	assert_str(r.evidence.sectors.items[0].text, AC_S("government-national"));
	assert_str(r.evidence.sectors.items[1].text, AC_S("financial-services"));
	assert_str(r.evidence.text, AC_S("What was done."));
	assert_str(r.evidence.indicators.items[1].text, AC_S("c2.example"));
	assert_int_equal(r.evidence.indicators.items[1].source, 0);
	assert_int_equal(r.evidence.source_count, 2);
	assert_int_equal(r.evidence.sources[0].reliability, 'B');
	assert_int_equal(r.evidence.sources[0].credibility, '2');
	assert_int_equal(r.evidence.sources[1].reliability, 'A');
	assert_int_equal(r.evidence.sources[1].credibility, '1');
	assert_true(ac_time_from_civil(2021, 7, 19, 0, 0, 0, &day));
	assert_int_equal(ac_time_cmp(r.evidence.hide.from, day), 0);
	assert_int_equal(ac_time_cmp(r.evidence.sources[0].date, day), 0);
	assert_int_equal(r.evidence.hide.relationship_count, 1);
	assert_int_equal(r.evidence.hide.report_count, 2);
	assert_str(r.evidence.hide.reports[1], AC_S("https://r.example/"));
	assert_true(ac_time_cmp(r.evidence.first, r.evidence.last) < 0);
	ac_arena_done(&r.arena);
}

static void
nothing__is_evidence_too(void **state)
{
	static const char *const texts[] = { "{}", "{'schema':'accord.evidence/1'}",
		"{'techniques':[],'software':null,'victims':{},'text':null,'dates':{},'hide':{},'sources':[]}" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		reading r;

		read_evidence(&r, texts[i]);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.remarks.total, 0);
		assert_int_equal(r.evidence.techniques.count + r.evidence.software.count + r.evidence.text.n, 0);
		assert_int_equal(ac_time_cmp(r.evidence.hide.from, AC_TIME_MAX), 0);
		assert_int_equal(ac_time_cmp(r.evidence.first, AC_TIME_MIN), 0);
		ac_arena_done(&r.arena);
	}
}

static void
errors__name_the_member_what_was_wanted_and_what_came(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "[]", "evidence is a JSON object (accord.evidence/1), got another value" },
		{ "{'schema':'accord.evidence/2'}", "schema: want \"accord.evidence/1\", got \"accord.evidence/2\"" },
		{ "{'id':[1]}", "id: want a text or a number, got [1]" },
		{ "{'techniques':'T1190'}", "techniques: want a list, got \"T1190\"" },
		{ "{'techniques':['T1190',7]}",
		    "techniques[1]: want a text, or an object with \"id\" or \"value\" and \"source\", which names one "
		    "of sources, got 7" },
		{ "{'software':[' ']}",
		    "software[0]: want a text, or an object with \"id\" or \"value\" and \"source\", which names one "
		    "of sources, got \" \"" },
		{ "{'indicators':[{'value':'x.example','source':'nobody'}]}",
		    "indicators[0]: want a text, or an object with \"id\" or \"value\" and \"source\", which names one "
		    "of sources, got {\"value\":\"x.example\",\"source\":\"nobody\"}" },
		{ "{'victims':['AU']}", "victims: want an object with \"countries\" and \"sectors\", got [\"AU\"]" },
		{ "{'victims':{'countries':'AU'}}", "victims.countries: want a list, got \"AU\"" },
		{ "{'text':5}", "text: want a text, got 5" },
		{ "{'dates':{'first':'soon'}}",
		    "dates.first: want a date (\"2021-07-19\") or a timestamp, got \"soon\"" },
		{ "{'sources':['A']}", "sources[0]: want an object, got \"A\"" },
		{ "{'sources':[{},{'reliability':'G'}]}",
		    "sources[1].reliability: want a letter A to F (Admiralty), got \"G\"" },
		{ "{'sources':[{'credibility':0}]}", "sources[0].credibility: want a digit 1 to 6 (Admiralty), got 0" },
		{ "{'sources':[{'date':'2021-13-01'}]}",
		    "sources[0].date: want a date (\"2021-07-19\") or a timestamp, got \"2021-13-01\"" },
		{ "{'hide':{'reports':[1]}}", "hide.reports[0]: want a text, got 1" },
		{ "{'hide':{'from':2021}}", "hide.from: want a date (\"2021-07-19\") or a timestamp, got 2021" },
		{ "{'text':'a\\u202eb'}", "evidence holds a character that reorders text (a bidi control)" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		reading r;

		read_evidence(&r, rows[i].text);
		assert_int_equal(r.rc, ACCORD_EINPUT);
		assert_str(ac_str_from(r.err.text), ac_str_from(rows[i].error));
		ac_arena_done(&r.arena);
	}
}

static void
oddities__are_remarked_and_not_used(void **state)
{
	static const struct {
		const char *text;
		ac_remark_kind kind;
		const char *path, *shown;
	} rows[] = {
		{ "{'truth':'G0065'}", AC_REMARK_MEMBER, "evidence", "truth" },
		{ "{'hide':{'since':1}}", AC_REMARK_MEMBER, "hide", "since" },
		{ "{'victims':{'countries':['AU','ZZ']}}", AC_REMARK_COUNTRY, "victims.countries[1]", "ZZ" },
		{ "{'victims':{'countries':['AU','Australia']}}", AC_REMARK_COUNTRY, "victims.countries[1]",
		    "Australia" },
		{ "{'victims':{'sectors':['banks']}}", AC_REMARK_SECTOR, "victims.sectors[0]", "banks" },
		{ "{'dates':{'first':'2021-04-01','last':'2021-03-01'}}", AC_REMARK_DATES, "dates",
		    "{\"first\":\"2021-04-01\",\"last\":\"2021-03-01\"}" },
		{ "{'dates':{'first':'2021-04-01'},'sources':[{'name':'A','date':'2020-01-01'}]}", AC_REMARK_EARLY,
		    "sources[0]", "A" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		reading r;

		read_evidence(&r, rows[i].text);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.remarks.total, 1);
		assert_int_equal(r.remarks.items[0].kind, rows[i].kind);
		assert_str(r.remarks.items[0].path, ac_str_from(rows[i].path));
		assert_str(r.remarks.items[0].text, ac_str_from(rows[i].shown));
		ac_arena_done(&r.arena);
	}
}

static void
another_code_of_a_country__is_read_as_its_own_and_told(void **state)
{
	reading r;

	(void)state;
	read_evidence(&r, "{'victims':{'countries':['gb','uk']}}");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.evidence.countries.count, 2);
	assert_str(r.evidence.countries.items[1].text, AC_S("GB"));
	assert_int_equal(r.remarks.total, 1);
	assert_int_equal(r.remarks.items[0].kind, AC_REMARK_CODE);
	assert_str(r.remarks.items[0].path, AC_S("victims.countries[1]"));
	assert_str(r.remarks.items[0].text, AC_S("uk"));
	assert_str(r.remarks.items[0].code, AC_S("GB"));
	ac_arena_done(&r.arena);
}

static void
contradictory_dates__are_both_dropped(void **state)
{
	reading r;

	(void)state;
	read_evidence(&r, "{'dates':{'first':'2021-04-01','last':'2021-03-01'}}");
	assert_int_equal(ac_time_cmp(r.evidence.first, AC_TIME_MIN), 0);
	assert_int_equal(ac_time_cmp(r.evidence.last, AC_TIME_MIN), 0);
	ac_arena_done(&r.arena);
	/* Only an end, or one day, contradicts nothing. */
	read_evidence(&r, "{'dates':{'first':'2021-04-01','last':'2021-04-01'}}");
	assert_int_equal(r.remarks.total, 0);
	ac_arena_done(&r.arena);
}

static void
remarks__are_bounded_and_counted(void **state)
{
	reading r;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, AC_MIB);
	ac_buf_add_cstr(&buf, "{'victims':{'countries':[");
	for (int i = 0; i < AC_EVIDENCE_REMARKS_MAX + 5; i++)
		ac_buf_printf(&buf, "%s'nowhere'", i ? "," : "");
	ac_buf_add(&buf, (ac_str){ "]}}", 4 });
	read_evidence(&r, buf.p);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.remarks.count, AC_EVIDENCE_REMARKS_MAX);
	assert_int_equal(r.remarks.total, AC_EVIDENCE_REMARKS_MAX + 5);
	ac_arena_done(&r.arena);
	ac_buf_done(&buf);
}

static void
one_source__is_everybodys(void **state)
{
	reading r;

	(void)state;
	read_evidence(&r, "{'techniques':['T1190'],'sources':[{'name':'A'}]}");
	assert_int_equal(r.evidence.techniques.items[0].source, 0);
	ac_arena_done(&r.arena);
}

static void
hidden_reports__are_lines_or_json(void **state)
{
	static const struct {
		const char *text;
		size_t reports, relationships;
		const char *last;
	} rows[] = {
		{ "# what we wrote\nReport A\n\nhttps://r.example/1\r\n", 2, 0, "https://r.example/1" },
		{ "[\"Report A\", \"Report B\"]", 2, 0, "Report B" },
		{ " {\"reports\":[\"Report A\"],\"relationships\":[\"relationship--1\"],\"from\":\"2021-01-01\"}", 1, 1,
		    "Report A" },
		{ "", 0, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_evidence_hide hide = { .from = AC_TIME_MAX };
		ac_arena arena;
		accord_err err;

		ac_arena_init(&arena, AC_MIB);
		assert_int_equal(ac_evidence_read_hidden(ac_str_from(rows[i].text), &arena, &hide, &err), 0);
		assert_int_equal(hide.report_count, rows[i].reports);
		assert_int_equal(hide.relationship_count, rows[i].relationships);
		if (rows[i].last)
			assert_str(hide.reports[hide.report_count - 1], ac_str_from(rows[i].last));
		/* Read twice, it is added to what was there. */
		assert_int_equal(ac_evidence_read_hidden(ac_str_from(rows[i].text), &arena, &hide, &err), 0);
		assert_int_equal(hide.report_count, 2 * rows[i].reports);
		ac_arena_done(&arena);
	}
}

static void
hidden_reports__refuse_what_they_do_not_know(void **state)
{
	ac_evidence_hide hide = { .from = AC_TIME_MAX };
	ac_arena arena;
	accord_err err;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_evidence_read_hidden(AC_S("{\"report\":[]}"), &arena, &hide, &err), ACCORD_EINPUT);
	assert_str(ac_str_from(err.text), AC_S("hide: no member \"report\""));
	assert_int_equal(ac_evidence_read_hidden(AC_S("[1]"), &arena, &hide, &err), ACCORD_EINPUT);
	assert_int_equal(ac_evidence_read_hidden(AC_S("a\xff"), &arena, &hide, &err), ACCORD_EINPUT);
	ac_arena_done(&arena);
}

static void
reading__survives_failed_allocations(void **state)
{
	bool failed = true;

	(void)state;
	/* By turns what is read whole, and what is remarked. */
	for (unsigned long n = 1; failed || n % 2 == 0; n++) {
		ac_arena arena;
		reading r;
		int rc;

		read_evidence(&r, n % 2 ? whole : "{'victims':{'countries':['x']},'more':1}");
		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at((n + 1) / 2);
		rc = ac_evidence_read(r.json, &arena, &r.evidence, &r.remarks, &r.err);
		failed = fail_malloc_done();
		assert_int_equal(rc, failed ? ACCORD_ENOMEM : 0);
		ac_arena_done(&arena);
		ac_arena_done(&r.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member__is_read),
		cmocka_unit_test(nothing__is_evidence_too),
		cmocka_unit_test(errors__name_the_member_what_was_wanted_and_what_came),
		cmocka_unit_test(oddities__are_remarked_and_not_used),
		cmocka_unit_test(another_code_of_a_country__is_read_as_its_own_and_told),
		cmocka_unit_test(contradictory_dates__are_both_dropped),
		cmocka_unit_test(remarks__are_bounded_and_counted),
		cmocka_unit_test(one_source__is_everybodys),
		cmocka_unit_test(hidden_reports__are_lines_or_json),
		cmocka_unit_test(hidden_reports__refuse_what_they_do_not_know),
		cmocka_unit_test(reading__survives_failed_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
