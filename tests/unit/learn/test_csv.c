/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/kinds.h"

static void
csv__reads_values_by_the_header(void **state)
{
	got *g = read_text(&ac_reader_csv, "value,type,first_seen,valid_until,confidence,comment\n"
					   "203.0.113.7,ip-dst,2021-07-19T10:00:00Z,2021-08-19,75,\"beacon, first\"\n"
					   "EVIL.example,domain,,,high,\n");

	assert_int_equal(g->end_rc, 0);
	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(g->row_count, 2);
	assert_int_equal(g->rows[0].value.type, AC_VALUE_IPV4);
	assert_int_equal(g->rows[0].valid_from.seconds, 1626688800);
	assert_int_equal(g->rows[0].valid_until.seconds, 1629331200);
	assert_int_equal(g->rows[0].confidence, 75);
	assert_str(g->rows[0].comment, AC_S("beacon, first"));
	assert_str(g->rows[1].value.text, AC_S("evil.example"));
	assert_int_equal(g->rows[1].confidence, 85); /* STIX 2.1 Appendix A: High */
	assert_int_equal(ac_time_cmp(g->rows[1].valid_from, AC_TIME_MIN), 0);
	got_free(g);
}

static void
csv__takes_every_column_that_holds_values(void **state)
{
	got *g = read_text(&ac_reader_csv,
	    "file_name;md5;sha1;note\n"
	    "a.exe;d41d8cd98f00b204e9800998ecf8427e;da39a3ee5e6b4b0d3255bfef95601890afd80709;empty\n");

	assert_int_equal(g->row_count, 3);
	assert_int_equal(g->rows[0].value.type, AC_VALUE_FILE_NAME);
	assert_int_equal(g->rows[1].value.type, AC_VALUE_MD5);
	assert_int_equal(g->rows[2].value.type, AC_VALUE_SHA1);
	assert_str(g->rows[2].comment, AC_S("empty"));
	got_free(g);
}

/* The columns of MISP's export: uuid,event_id,category,type,value,comment,to_ids,date,... */
static void
csv__reads_misps_export(void **state)
{
	got *g = read_text(&ac_reader_csv,
	    "uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag,object_uuid,object_"
	    "name,object_meta_category\n"
	    "\"5f1e\",1,\"Network "
	    "activity\",\"ip-dst|port\",\"203.0.113.7|8443\",\"\",1,1626688800,\"\",\"\",\"\",\"\",\"\"\n"
	    "\"5f1f\",1,\"Payload "
	    "delivery\",\"filename|md5\",\"a.exe|d41d8cd98f00b204e9800998ecf8427e\",\"\",1,20210719,\"\",\"\",\"\","
	    "\"\",\"\"\n"
	    "\"5f20\",1,\"Network activity\",\"domain\",\"quiet.example\",\"\",0,1626688800,\"\",\"\",\"\",\"\",\"\"\n"
	    "\"5f21\",1,\"Other\",\"comment\",\"words\",\"\",1,1626688800,\"\",\"\",\"\",\"\",\"\"\n");

	assert_int_equal(got_repaired(g, "not-to-ids"), 1);
	assert_int_equal(got_repaired(g, "not-mapped"), 1);
	assert_true(g->row_count >= 1);
	assert_str(g->rows[0].value.text, AC_S("203.0.113.7"));
	assert_int_equal(g->rows[0].valid_from.seconds, 1626688800);
	got_free(g);
}

static void
csv__finds_a_header_in_the_last_comment(void **state)
{
	got *g = read_text(&ac_reader_csv, "# A feed\n# \"first_seen_utc\",\"ioc_value\",\"ioc_type\"\n"
					   "\"2021-07-19 10:00:00\",\"203.0.113.7:8443\",\"ip:port\"\n");

	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(g->row_count, 1);
	assert_str(g->rows[0].value.text, AC_S("203.0.113.7"));
	got_free(g);
}

static void
csv__refuses_what_does_not_fit_and_goes_on(void **state)
{
	got *g = read_text(&ac_reader_csv, "ip,date\n"
					   "203.0.113.7,2021-07-19\n"
					   "203.0.113.300,2021-07-19\n"
					   "203.0.113.8,someday\n"
					   "203.0.113.9,2021-07-19,too,many\n"
					   "203.0.113.10,2021-07-19\n");

	assert_int_equal(g->row_count, 2);
	assert_int_equal(g->refusal_count, 3);
	assert_string_equal(g->refusals[0].reason, "not-a-value");
	assert_int_equal(g->refusals[0].what.line, 3);
	assert_string_equal(g->refusals[1].reason, "bad-timestamp");
	assert_string_equal(g->refusals[2].reason, "bad-row");
	assert_int_equal(g->refusals[2].what.line, 5);
	got_free(g);
}

static void
csv__without_known_columns_is_refused_once(void **state)
{
	got *g = read_text(&ac_reader_csv, "colour,size\nred,1\nblue,2\n");

	assert_int_equal(g->row_count, 0);
	assert_int_equal(g->refusal_count, 1);
	assert_string_equal(g->refusals[0].reason, "no-header");
	got_free(g);
}

static void
csv__counts_lines_inside_quotes(void **state)
{
	got *g = read_text(&ac_reader_csv, "ip,comment\n203.0.113.7,\"two\nlines\"\nnonsense!,\n");

	assert_int_equal(g->row_count, 1);
	assert_str(g->rows[0].comment, AC_S("two\nlines"));
	assert_int_equal(g->refusal_count, 1);
	assert_int_equal(g->refusals[0].what.line, 4);
	got_free(g);
}

static void
csv__says_the_same_in_any_pieces(void **state)
{
	const char *text = "ip,comment\r\n203.0.113.7,\"a \"\"quoted\"\"\r\nline\"\r\n203.0.113.8,b\r\n";

	for (size_t piece = 1; piece < 30; piece++) {
		got *g = got_new();

		got_feed(g, &ac_reader_csv, ac_str_from(text), piece);
		assert_int_equal(g->row_count, 2);
		assert_int_equal(g->refusal_count, 0);
		assert_str(g->rows[0].comment, AC_S("a \"quoted\"\r\nline"));
		got_free(g);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv__reads_values_by_the_header),
		cmocka_unit_test(csv__takes_every_column_that_holds_values),
		cmocka_unit_test(csv__reads_misps_export),
		cmocka_unit_test(csv__finds_a_header_in_the_last_comment),
		cmocka_unit_test(csv__refuses_what_does_not_fit_and_goes_on),
		cmocka_unit_test(csv__without_known_columns_is_refused_once),
		cmocka_unit_test(csv__counts_lines_inside_quotes),
		cmocka_unit_test(csv__says_the_same_in_any_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
