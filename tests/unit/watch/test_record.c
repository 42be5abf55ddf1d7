/* SPDX-License-Identifier: Apache-2.0 */
/* Records of each format: URLs over several fields, escapes, times, and what a malformed line still gives. */
#include "watch_test.h"

#define ZEEK_HTTP                                                                                                      \
	"#separator "                                                                                                  \
	"\\x09\n#path\thttp\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\thost\turi\tuser_agent\n"
#define IIS                                                                                                            \
	"#Software: IIS\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) "       \
	"cs-host "                                                                                                     \
	"cs(Referer) sc-status\n"

static void
add_urls(wt *t)
{
	wt_value(t, "u", AC_VALUE_URL, "http://bad.example/a/B?c=d");
	wt_value(t, "p", AC_VALUE_URL, "http://bad.example:8080/gate");
	wt_value(t, "s", AC_VALUE_URL, "https://tls.example/in");
	wt_value(t, "r", AC_VALUE_URL, "http://root.example/");
	wt_value(t, "v", AC_VALUE_URL, "http://192.0.2.80/x.php");
}

static void
url__is_joined_from_fields(void **state)
{
	/* offset of the host: behind the header and the fields before it, counted below with strlen */
	static const struct {
		const char *head, *host, *tail;
		const char *want; /* behind the place */
	} rows[] = {
		{ ZEEK_HTTP "1600000000.1\tCx\t10.0.0.1\t5000\t198.51.100.1\t80\t", "bad.example", "\t/a/B?c=d\tcurl\n",
		    "url url http://bad.example/a/B?c=d u" },
		{ ZEEK_HTTP "1600000000.1\tCx\t10.0.0.1\t5000\t198.51.100.1\t8080\t", "Bad.Example", "\t/gate\tcurl\n",
		    "url url http://bad.example:8080/gate p" },
		{ ZEEK_HTTP "1600000000.1\tCx\t10.0.0.1\t5000\t198.51.100.1\t80\t", "192.0.2.80", "\t/x.php\tcurl\n",
		    "url url http://192.0.2.80/x.php v" },
		{ ZEEK_HTTP "1600000000.1\tCx\t10.0.0.1\t5000\t198.51.100.1\t80\t", "bad.example", "\t/a/b?c=d\tcurl\n",
		    NULL },
		/* among a request's headers */
		{ "{\"httpRequest\":{\"uri\":\"/a/B\",\"args\":\"c=d\",\"headers\":[{\"name\":\"Host\",\"value\":\"",
		    "bad.example", "\"}]}}", "url url http://bad.example/a/B?c=d u" },
		{ "{\"request\":{\"headers\":{\"host\":\"", "bad.example", "\"},\"uri\":\"/a/B?c=d\"}}",
		    "url url http://bad.example/a/B?c=d u" },
		{ "{\"x\":{\"host\":\"", "bad.example", "\"},\"request\":{\"uri\":\"/a/B?c=d\"}}", NULL },
		{ ZEEK_HTTP "1600000000.1\tCx\t10.0.0.1\t5000\t198.51.100.1\t80\t", "bad.example",
		    "\t/a/B?c=dd\tcurl\n", NULL },
		{ ZEEK_HTTP "1600000000.1\tCx\t10.0.0.1\t5000\t198.51.100.1\t80\t", "sub.bad.example",
		    "\t/a/B?c=d\tcurl\n", NULL },
		{ "{\"timestamp\":\"2020-09-13T12:26:40.1+0000\",\"dest_port\":80,\"http\":{\"hostname\":\"",
		    "bad.example", "\",\"url\":\"/a/B?c=d\"}}\n", "url url http://bad.example/a/B?c=d u" },
		{ "{\"http\":{\"url\":\"\\/a\\/B?c\\u003dd\",\"hostname\":\"", "bad.example", "\"}}\n",
		    "url url http://bad.example/a/B?c=d u" },
		{ "{\"http\":{\"http_port\":8080,\"url\":\"/gate\",\"hostname\":\"", "bad.example", "\"}}\n",
		    "url url http://bad.example:8080/gate p" },
		{ "{\"http\":{\"url\":\"/a/B?c=d\"},\"tls\":{\"sni\":\"", "bad.example", "\"}}\n", NULL },
		/* in a later object of its line, and in two */
		{ "[{\"a\":\"b\"},{\"http\":{\"url\":\"\\/a\\/B?c=d\",\"hostname\":\"", "bad.example", "\"}}]\n",
		    "url url http://bad.example/a/B?c=d u" },
		{ "{\"a\":{\"b\":[1]}} {\"url\":\"\\/a\\/B?c=d\",\"hostname\":\"", "bad.example", "\"} {\"x\":1\n",
		    "url url http://bad.example/a/B?c=d u malformed" },
		{ "[{\"http\":{\"url\":\"/a/B?c=d\"}},{\"http\":{\"hostname\":\"", "bad.example", "\"}}]\n", NULL },
		{ "{\"url\":{\"scheme\":\"https\",\"path\":\"/in\",\"domain\":\"", "tls.example", "\"}}\n",
		    "url url https://tls.example/in s" },
		{ "{\"url\":{\"scheme\":\"http\",\"path\":\"/in\",\"domain\":\"", "tls.example", "\"}}\n", NULL },
		{ "{\"url.path\":\"/a/B\",\"url.query\":\"c=d\",\"url.domain\":\"", "bad.example", "\"}\n",
		    "url url http://bad.example/a/B?c=d u" },
		{ "{\"ts\":1600000000.1,\"id.resp_p\":80,\"uri\":\"/\",\"host\":\"", "root.example", "\"}\n",
		    "url url http://root.example/ r" },
		{ IIS "2020-09-13 12:26:40 10.0.0.1 GET /a/B c=d 80 10.0.0.2 - ", "bad.example", " - 200\r\n",
		    "url url http://bad.example/a/B?c=d u" },
		{ IIS "2020-09-13 12:26:40 10.0.0.1 GET /gate - 8080 10.0.0.2 - ", "bad.example", " - 200\r\n",
		    "url url http://bad.example:8080/gate p" },
		{ IIS "2020-09-13 12:26:40 10.0.0.1 GET /a/B c=d 8080 10.0.0.2 - ", "bad.example", " - 200\r\n", NULL },
		{ IIS "2020-09-13 12:26:40 10.0.0.1 GET /in - 443 10.0.0.2 - ", "tls.example", " - 200\r\n",
		    "url url https://tls.example/in s" },
		{ IIS "2020-09-13 12:26:40 10.0.0.1 GET /gate - 8080 10.0.0.2 - ", "bad.example:8080", " - 200\r\n",
		    "url url http://bad.example:8080/gate p" },
		{ "time,host,uri,status\n2020-09-13T12:26:40Z,", "bad.example", ",\"/a/B?c=d\",200\n",
		    "url url http://bad.example/a/B?c=d u" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	add_urls(&t);
	wt_build(&t);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		char input[1024], want[256] = "";
		size_t lines = 1, host_n = strcspn(rows[i].host, ":");

		(void)snprintf(input, sizeof(input), "%s%s%s", rows[i].head, rows[i].host, rows[i].tail);
		for (const char *p = rows[i].head; *p; p++)
			lines += *p == '\n';
		if (rows[i].want)
			(void)snprintf(
			    want, sizeof(want), "%zu:%zu+%zu %s\n", lines, strlen(rows[i].head), host_n, rows[i].want);
		if (!ac_str_eq(wt_scan(&t, input), ac_str_from(want)))
			print_error("row %zu\n got  %.*s want %s\n", i, AC_FMT(ac_buf_view(&t.report)), want);
		assert_str(ac_buf_view(&t.report), ac_str_from(want));
	}
	wt_close(&t);
}

static void
json_escapes__hide_nothing(void **state)
{
	static const wt_row rows[] = {
		{ "{\"a\":\"x\\nevil.example\"}", "1:9+12 domain-name exact evil.example d\n" },
		{ "{\"a\":\"\\tevil.example\\t\"}", "1:8+12 domain-name exact evil.example d\n" },
		{ "{\"a\":\"x\\\\nevil.example\"}", "" },
		{ "{\"a\":\"\\u0065vil.example\"}", "1:6+17 domain-name exact evil.example d\n" },
		{ "{\"a\":\"evil\\u002eexample\"}", "1:6+17 domain-name exact evil.example d\n" },
		{ "{\"a\":\"not\\u0065vil.example\"}", "" },
		{ "{\"a\":\"b\\u00fccher.example\"}", "1:6+19 domain-name exact xn--bcher-kva.example i\n" },
		{ "{\"a\":\"http:\\/\\/bad.example\\/a\\/B?x\\u0026y\"}",
		    "1:6+35 url url http://bad.example/a/B?x&y u\n" },
		{ "{\"a\":\"C:\\\\Temp\\\\evil.exe\"}", "1:16+8 file-name exact evil.exe f\n" },
		{ "host app: {\"m\":\"x\\nevil.example\"}", "1:19+12 domain-name exact evil.example d\n" },
		{ "C:\\nevil.example", "" },
		{ "C:\\x\\evil.exe", "1:5+8 file-name exact evil.exe f\n" },
		{ "{\"a\":\"evil.example\",\"a\":\"evil.example\"}",
		    "1:6+12 domain-name exact evil.example d\n1:25+12 domain-name exact evil.example d\n" },
		{ "{\"a\":\"\\u0000evil.example\"}", "1:12+12 domain-name exact evil.example d\n" },
		{ "{\"a\":\"\\ud83d\\ude00 evil.example\"}", "1:19+12 domain-name exact evil.example d\n" },
		{ "{\"a\":\"\\udead evil.example\"}", "1:13+12 domain-name exact evil.example d\n" },
		{ "{\"a\":\"x\\n\"}\n{\"a\":\"y\\nevil.example\"}\nz\n{\"b\":\"\\nevil.example\"}\n",
		    "2:21+12 domain-name exact evil.example d\n4:46+12 domain-name exact evil.example d\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_value(&t, "i", AC_VALUE_DOMAIN,
	    "b\xc3\xbc"
	    "cher.example");
	wt_value(&t, "u", AC_VALUE_URL, "http://bad.example/a/B?x&y");
	wt_value(&t, "f", AC_VALUE_FILE_NAME, "evil.exe");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
malformed_lines__are_matched_and_marked(void **state)
{
	static const wt_row rows[] = {
		{ "{\"a\":\"evil.example\"", "1:6+12 domain-name exact evil.example d malformed\n" },
		{ "\xef\xbb\xbf{\"a\":\"evil.example\"}\n", "1:9+12 domain-name exact evil.example d\n" },
		{ "  {\"a\":\"evil.example\"},\n", "1:8+12 domain-name exact evil.example d\n" },
		{ "{\"a\":1}\nevil.example\n", "2:8+12 domain-name exact evil.example d malformed\n" },
		{ "{\"a\":1}\n{\"a\" evil.example}\n", "2:13+12 domain-name exact evil.example d malformed\n" },
		{ "{\"a\":\"\xff evil.example\"}", "1:8+12 domain-name exact evil.example d\n" },
		{ "#fields\ta\tb\nx\tevil.example\n", "2:14+12 domain-name exact evil.example d\n" },
		{ "#fields\ta\tb\nx\tevil.example\ty\n", "2:14+12 domain-name exact evil.example d malformed\n" },
		{ "\xff\xfe\x00evil.example", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_scan(&t, "{\"a\":1}\nbroken\n{\"b\":2\n{\"c\":3}\n\n");
	assert_int_equal(t.counts.malformed, 2);
	assert_int_equal(t.counts.lines, 5);
	wt_close(&t);
}

static void
agents_and_versions__hold_no_addresses(void **state)
{
	static const wt_row rows[] = {
		{ "{\"http\":{\"http_user_agent\":\"Tool 192.0.2.7 x\"}}", "" },
		{ "{\"product_version\":\"192.0.2.7\"}", "" },
		{ "{\"src_ip\":\"192.0.2.7\"}", "1:11+9 ipv4-addr exact 192.0.2.7 a\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_IPV4, "192.0.2.7");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

/* An indicator that ends at 2020-09-13T12:26:40Z (1600000000) and begins on the day before. */
static void
add_dated(wt *t)
{
	ac_index_indicator who = wt_who("until");
	ac_value value;
	accord_err err = { 0 };

	assert_int_equal(ac_value_parse(AC_VALUE_DOMAIN, AC_S("evil.example"), &t->arena, &value, &err), 0);
	who.valid_until = (ac_time){ 1600000000, 0 };
	who.valid_from = (ac_time){ 1599913600, 0 };
	assert_int_equal(ac_index_add_value(t->builder, &who, &value, &err), 0);
	who = wt_who("gone");
	who.revoked = true;
	assert_int_equal(ac_index_add_value(t->builder, &who, &value, &err), 0);
}

static void
validity__is_judged_by_the_records_own_time(void **state)
{
	static const struct {
		const char *line;
		bool hit, before;
	} rows[] = {
		{ "{\"timestamp\":\"2020-09-13T12:26:39.999Z\",\"h\":\"evil.example\"}", true, false },
		{ "{\"timestamp\":\"2020-09-13T12:26:40Z\",\"h\":\"evil.example\"}", false, false },
		{ "{\"timestamp\":\"2020-09-13T14:26:39+0200\",\"h\":\"evil.example\"}", true, false },
		{ "{\"@timestamp\":\"2020-09-12T12:26:39Z\",\"h\":\"evil.example\"}", true, true },
		{ "{\"@timestamp\":\"2020-09-12T12:26:40Z\",\"h\":\"evil.example\"}", true, false },
		{ "{\"ts\":1599999999.5,\"h\":\"evil.example\"}", true, false },
		{ "{\"time\":1599999999500,\"h\":\"evil.example\"}", true, false },
		{ "{\"h\":\"evil.example\"}", false, false }, /* as_of is in 2023 */
		{ "#fields\tts\th\n1599999999.5\tevil.example", true, false },
		{ "#Fields: date time cs-host\n2020-09-13 12:26:39 evil.example", true, false },
		{ "#Fields: date time cs-host\n2020-09-13 12:26:40 evil.example", false, false },
		{ "date,domain\n2020-09-13 12:26:39,evil.example", true, false },
		{ "timestamp;domain\n2020-09-13T12:26:40Z;evil.example", false, false },
		{ "<34>1 2020-09-13T12:26:39Z host app - - - evil.example", true, false },
		{ "2020-09-13T12:26:39Z evil.example", true, false },
		{ "2020-09-13 12:26:39,123 INFO evil.example", true, false },
		{ "1599999999.123 evil.example", true, false },
		{ "10.0.0.1 - - [13/Sep/2020:14:26:39 +0200] \"GET evil.example\"", true, false },
		{ "10.0.0.1 - - [13/Sep/2020:14:26:40 +0200] \"GET evil.example\"", false, false },
	};
	wt t;

	(void)state;
	wt_open(&t);
	add_dated(&t);
	wt_build(&t);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str got = wt_scan(&t, rows[i].line);
		bool hit = ac_str_find(got, AC_S("until")) < got.n, before = ac_str_find(got, AC_S("until!")) < got.n;
		ac_str held = ac_buf_view(&t.held);

		if (hit != rows[i].hit || before != rows[i].before)
			print_error("%s\n%.*s%.*s", rows[i].line, AC_FMT(got), AC_FMT(held));
		assert_int_equal(hit, rows[i].hit);
		assert_int_equal(before, rows[i].before);
		assert_true(ac_str_find(held, AC_S("gone revoked")) < held.n);
		assert_int_equal(ac_str_find(held, AC_S("until expired")) < held.n, !rows[i].hit);
	}
	wt_close(&t);
}

static void
syslog_without_year__is_not_in_the_future(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	add_dated(&t);
	wt_build(&t);
	t.as_of = (ac_time){ 1600100000, 0 }; /* 2020-09-14 */
	wt_scan(&t, "Sep 13 12:26:39 host app: evil.example");
	assert_int_equal(t.counts.hits, 1);
	wt_scan(&t, "<13>Sep 13 12:26:40 host app: evil.example");
	assert_int_equal(t.counts.hits, 0);
	/* December 2020 is yet to come: this was 2019, before valid_from */
	wt_scan(&t, "Dec  1 00:00:00 host app: evil.example");
	assert_true(ac_str_find(ac_buf_view(&t.report), AC_S("until!")) < t.report.n);
	wt_close(&t);
}

static void
confidence_below_the_floor__holds_back(void **state)
{
	static const struct {
		const char *id;
		uint8_t confidence_and_1;
	} rows[] = { { "none", 0 }, { "zero", 1 }, { "49", 50 }, { "50", 51 }, { "100", 101 } };
	accord_err err = { 0 };
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_index_indicator who = wt_who(rows[i].id);
		ac_value value;

		who.confidence_and_1 = rows[i].confidence_and_1;
		assert_int_equal(ac_value_parse(AC_VALUE_DOMAIN, AC_S("evil.example"), &t.arena, &value, &err), 0);
		assert_int_equal(ac_index_add_value(t.builder, &who, &value, &err), 0);
	}
	t.rules.min_confidence = 50;
	assert_str(wt_scan(&t, "evil.example"), AC_S("1:0+12 domain-name exact evil.example 100,50,none\n"));
	assert_str(ac_buf_view(&t.held), AC_S("1 zero low-confidence\n1 49 low-confidence\n"));
	t.rules.min_confidence = 0;
	assert_str(wt_scan(&t, "evil.example"), AC_S("1:0+12 domain-name exact evil.example 100,49,50,none,zero\n"));
	assert_int_equal(ac_index_confidence(-1), 0);
	assert_int_equal(ac_index_confidence(0), 1);
	assert_int_equal(ac_index_confidence(100), 101);
	assert_int_equal(ac_index_confidence(101), 0);
	wt_close(&t);
}

/* Equal values only: below a listed name, and inside a listed range, is where attackers live. */
static void
values_on_warning_lists__are_held_back(void **state)
{
	static const struct {
		ac_value_type type;
		const char *text;
	} listed[] = { { AC_VALUE_DOMAIN, "drive.example" }, { AC_VALUE_IPV4, "198.51.100.0/24" } };
	accord_err err = { 0 };
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t i = 0; i < AC_COUNT(listed); i++) {
		ac_value value;

		assert_int_equal(
		    ac_value_parse(listed[i].type, ac_str_from(listed[i].text), &t.arena, &value, &err), 0);
		assert_int_equal(ac_index_add_warning(t.builder, &value, AC_S("Shared"), &err), 0);
	}
	wt_value(&t, "d", AC_VALUE_DOMAIN, "drive.example");
	wt_value(&t, "e", AC_VALUE_DOMAIN, "evil.drive.example");
	wt_value(&t, "r", AC_VALUE_IPV4, "198.51.100.0/24");
	wt_value(&t, "a", AC_VALUE_IPV4, "198.51.100.7");
	wt_value(&t, "u", AC_VALUE_URL, "http://drive.example/evil");
	assert_str(wt_scan(&t, "evil.drive.example 198.51.100.7 http://drive.example/evil"),
	    AC_S("1:0+18 domain-name exact evil.drive.example e\n1:19+12 ipv4-addr exact 198.51.100.7 a\n"
		 "1:32+25 url url http://drive.example/evil u\n"));
	assert_str(ac_buf_view(&t.held),
	    AC_S("1 d warning-list: Shared\n1 r warning-list: Shared\n1 d warning-list: Shared\n"));
	t.rules.no_warning_lists = true;
	wt_scan(&t, "drive.example");
	assert_str(ac_buf_view(&t.report), AC_S("1:0+13 domain-name exact drive.example d\n"));
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(url__is_joined_from_fields),
		cmocka_unit_test(json_escapes__hide_nothing),
		cmocka_unit_test(malformed_lines__are_matched_and_marked),
		cmocka_unit_test(agents_and_versions__hold_no_addresses),
		cmocka_unit_test(validity__is_judged_by_the_records_own_time),
		cmocka_unit_test(syslog_without_year__is_not_in_the_future),
		cmocka_unit_test(confidence_below_the_floor__holds_back),
		cmocka_unit_test(values_on_warning_lists__are_held_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
