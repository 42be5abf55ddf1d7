/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in a string of JSON, as container runtimes and collectors wrap it: its fields mean what they mean in a line of their own, and its escapes are undone once more. */
#include "watch_test.h"

#include "watch/logs/logs.h"

static void
open_index(wt *t)
{
	wt_open(t);
	wt_value(t, "u", AC_VALUE_URL, "http://bad.example/a/b.php?x=1&y=2");
	wt_value(t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_value(t, "i", AC_VALUE_DOMAIN, "xn--bcher-kva.example");
	wt_value(t, "a", AC_VALUE_IPV4, "198.51.100.7");
	wt_value(t, "g", AC_VALUE_USER_AGENT, "Evil/2.0 (x \"q\" y)");
	wt_value(t, "p", AC_VALUE_FILE_PATH, "C:\\new\\evil.exe");
	wt_value(t, "m", AC_VALUE_MUTEX, "Evil Mutex");
}

static void
values__are_found_behind_two_escapes(void **state)
{
	static const wt_row rows[] = {
		/* Go, PHP and Suricata escape slashes; Go also '&' */
		/* defanged besides */
		{ "{\"log\":\"{\\\"url\\\":\\\"hxxp:\\\\\\/\\\\\\/bad[.]example\\\\\\/a\\\\\\/b.php?x=1&y=2\\\"}\\n\"}",
		    "1:19+48 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"a\":\"see hxxp:\\\\\\/\\\\\\/bad[.]example\\\\\\/a\\\\\\/b.php?x=1&y=2\"}",
		    "1:10+48 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"log\":\"{\\\"url\\\":\\\"http:\\\\/\\\\/bad.example\\\\/a\\\\/b.php?x=1\\\\u0026y=2\\\"}\\n\"}",
		    "1:19+48 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"log\":\"{\\\"q\\\":\\\"www.b\\\\u00fccher.example\\\"}\\n\"}",
		    "1:17+24 domain-name subdomain www.xn--bcher-kva.example i\n" },
		{ "{\"log\":\"{\\\"Image\\\":\\\"C:\\\\\\\\new\\\\\\\\evil.exe\\\"}\"}",
		    "1:21+21 file-path exact c:\\new\\evil.exe p\n" },
		{ "{\"log\":\"{\\\"x\\\":\\\"Evil/2.0 (x \\\\\\\"q\\\\\\\" y)\\\"}\"}", "" },
		{ "{\"log\":\"{\\\"user_agent\\\":\\\"Evil/2.0 (x \\\\\\\"q\\\\\\\" y)\\\"}\"}",
		    "1:26+24 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		/* one more string around it */
		{ "{\"message\":\"{\\\"log\\\":\\\"{\\\\\\\"url\\\\\\\":\\\\\\\"http:\\\\\\\\/\\\\\\\\/"
		  "bad.example\\\\\\\\/a\\\\\\\\/b.php?x=1&y=2\\\\"
		  "\\\"}\\\"}\"}",
		    "1:40+50 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* behind syslog, in an array, with white space */
		{ "<134>1 2021-07-19T10:00:00Z h app 1 - - "
		  "{\"log\":\" [ {\\n  \\\"q\\\":\\\"b\\\\u00fccher.example\\\"} ]\"}",
		    "1:64+20 domain-name exact xn--bcher-kva.example i\n" },
		/* a document that breaks off */
		{ "{\"log\":\"{\\\"q\\\":\\\"b\\\\u00fccher.example\\\",\\\"w\\\":\\\"ab\",\"stream\":\"stdout\"}",
		    "1:17+20 domain-name exact xn--bcher-kva.example i\n" },
		/* what one unescaping shows is found once */
		{ "{\"log\":\"{\\\"q\\\":\\\"\\\\\\\\evil.example\\\\\\\\x\\\"}\"}",
		    "1:21+12 domain-name exact evil.example d\n" },
		/* other names */
		{ "{\"log\":\"{\\\"q\\\":\\\"evil.example\\\\u002dx\\\"}\"}", "" },
		{ "{\"log\":\"{\\\"q\\\":\\\"not\\\\u002devil.example\\\"}\"}", "" },
		/* no document: a backslash is one */
		{ "{\"log\":\"x \\\"q\\\":\\\"C:\\\\bad \\\\evil.example\"}",
		    "1:28+12 domain-name exact evil.example d\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
fields__mean_what_they_mean_in_a_line_of_their_own(void **state)
{
	static const wt_row rows[] = {
		/* a version is no address */
		{ "{\"log\":\"{\\\"version\\\":\\\"198.51.100.7\\\"}\\n\"}", "" },
		{ "{\"log\":\"{\\\"http_user_agent\\\":\\\"x 198.51.100.7\\\"}\\n\"}", "" },
		{ "{\"log\":\"{\\\"src_ip\\\":\\\"198.51.100.7\\\"}\\n\",\"version\":\"198.51.100.7\"}",
		    "1:22+12 ipv4-addr exact 198.51.100.7 a\n" },
		{ "{\"log\":\"{\\\"mutex\\\":\\\"Evil Mutex\\\",\\\"b\\\":\\\"Evil Mutex\\\"}\\n\"}",
		    "1:21+10 mutex exact Evil Mutex m\n" },
		/* a URL in two fields of one object, and in no other */
		{ "{\"message\":\"{\\\"http\\\":{\\\"hostname\\\":\\\"bad.example\\\",\\\"url\\\":\\\"\\\\/a\\\\/"
		  "b.php?x=1&y=2\\\"}}\"}",
		    "1:38+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"hostname\":\"bad.example\",\"message\":\"{\\\"url\\\":\\\"/a/b.php?x=1&y=2\\\"}\"}", "" },
		{ "{\"m\":\"{\\\"hostname\\\":\\\"bad.example\\\"}\",\"n\":\"{\\\"url\\\":\\\"/a/b.php?x=1&y=2\\\"}\"}",
		    "" },
	};
	static const char *const held = "1 a version-number\n1 a version-number\n1 a version-number\n";
	ac_buf all;
	wt t;

	(void)state;
	open_index(&t);
	wt_rows(&t, rows, AC_COUNT(rows));
	ac_buf_init(&all, AC_KIB);
	for (size_t i = 0; i < 3; i++) {
		(void)wt_scan(&t, rows[i].input);
		ac_buf_add(&all, ac_buf_view(&t.held));
	}
	assert_true(ac_str_eq(ac_buf_view(&all), ac_str_from(held)));
	ac_buf_done(&all);
	wt_close(&t);
}

/* "time\nname=value@depth in the order of their places" */
static void
describe(const ac_log_record *r, ac_buf *out)
{
	if (r->has_time)
		ac_time_add(out, r->time, 0);
	for (size_t i = 0; i < r->count; i++)
		ac_buf_printf(out, "\n%.*s=%.*s@%u", AC_FMT(r->fields[i].name),
		    AC_FMT(ac_log_value(&r->fields[i], r->arena)), (unsigned)r->fields[i].depth);
	if (r->malformed)
		ac_buf_add(out, AC_S("\nmalformed"));
}

typedef struct read_row {
	const char *line, *want;
} read_row;

static void
check_reading(const read_row *rows, size_t n, uint64_t roles)
{
	for (size_t i = 0; i < n; i++)
		for (unsigned times = 0; times < 3; times++) {
			ac_log_record record;
			ac_log_state s;
			ac_arena arena;
			ac_buf got;

			ac_log_state_init(&s, (ac_time){ 1700000000, 0 });
			ac_arena_init(&arena, AC_LOG_ARENA_MAX);
			ac_buf_init(&got, AC_MIB);
			/* As the first of its shape, and as a later one. */
			for (unsigned t = 0; t <= times; t++) {
				ac_arena_reset(&arena);
				(void)ac_log_see(&s, ac_str_from(rows[i].line));
				ac_log_read_roles(&s, ac_str_from(rows[i].line), roles, &arena, &record);
			}
			describe(&record, &got);
			if (!ac_str_eq(ac_buf_view(&got), ac_str_from(rows[i].want))) {
				print_error("%s\n--- got\n%.*s\n--- want\n%s\n", rows[i].line,
				    AC_FMT(ac_buf_view(&got)), rows[i].want);
				fail();
			}
			ac_buf_done(&got);
			ac_arena_done(&arena);
			ac_log_state_done(&s);
		}
}

static void
records__have_the_fields_and_the_time_of_what_they_wrap(void **state)
{
	static const read_row rows[] = {
		{ "{\"log\":\"{\\\"timestamp\\\":\\\"2021-07-19T10:00:00Z\\\",\\\"n\\\":7,\\\"dns\\\":{\\\"rrname\\\":"
		  "\\\"a\\\"}}\\n\","
		  "\"stream\":\"stdout\",\"time\":\"2021-07-19T11:00:00Z\"}",
		    "2021-07-19T10:00:00Z\nlog={\"timestamp\":\"2021-07-19T10:00:00Z\",\"n\":7,\"dns\":{\"rrname\":"
		    "\"a\"}}\n@0\ntimestamp=2021-07-19T10:00:00Z@1\nn=7@1\ndns.rrname=a@1\n"
		    "stream=stdout@0\ntime=2021-07-19T11:00:00Z@0" },
		/* the wrapper's time stands first, and the document's is a time of day by its name */
		{ "{\"@timestamp\":\"2021-07-19T11:00:00Z\",\"message\":\"{\\\"time\\\":\\\"2021-07-19T10:00:00Z\\\"}"
		  "\"}",
		    "2021-07-19T10:00:00Z\n@timestamp=2021-07-19T11:00:00Z@0\nmessage={\"time\":\"2021-07-19T10:00:"
		    "00Z\"}@0\ntime=2021-07-19T10:00:00Z@1" },
		/* a document without a time */
		{ "{\"@timestamp\":\"2021-07-19T11:00:00Z\",\"message\":\"{\\\"time\\\":\\\"12ms\\\"}\"}",
		    "2021-07-19T11:00:00Z\n@timestamp=2021-07-19T11:00:00Z@0\nmessage={\"time\":\"12ms\"}@0\ntime=12ms@"
		    "1" },
		/* two levels, and what is deeper is a text */
		{ "{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"c\\\\\\\":\\\\\\\"{\\\\\\\\\\\\\\\"d\\\\\\\\\\\\\\\":1}\\\\\\\"}"
		  "\\\"}\"}",
		    "\na={\"b\":\"{\\\"c\\\":\\\"{\\\\\\\"d\\\\\\\":1}\\\"}\"}@0\nb={\"c\":\"{\\\"d\\\":1}\"}@1\n"
		    "c={\"d\":1}@2" },
		/* two documents, one that breaks off; no flaw of the line */
		{ "{\"a\":\"{\\\"b\\\":\\\"x\\\",\\\"y\",\"c\":\"[{\\\"d\\\":\\\"\\\\u00e9\\\"},{\\\"d\\\":2}]\",\"e\":"
		  "1}",
		    "\na={\"b\":\"x\",\"y@0\nb=x@1\nc=[{\"d\":\"\\u00e9\"},{\"d\":2}]@0\nd=\303\251@1\nd=2@1\ne=1@0" },
		/* no documents */
		{ "{\"a\":\"{x \\\"b\\\"\",\"c\":\"say {\\\"d\\\":1}\",\"e\":\"{}\"}",
		    "\na={x \"b\"@0\nc=say {\"d\":1}@0\ne={}@0" },
	};
	static const read_row wanted[] = {
		{ "{\"log\":\"{\\\"n\\\":7,\\\"dns\\\":{\\\"rrname\\\":\\\"a\\\"}}\\n\",\"stream\":\"stdout\"}",
		    "\ndns.rrname=a@1" },
	};

	(void)state;
	check_reading(rows, AC_COUNT(rows), UINT64_MAX);
	/* The string around it need not be wanted. */
	check_reading(wanted, AC_COUNT(wanted), AC_ROLE_BIT(AC_FIELD_DOMAIN));
}

/* Lines of so many names that they are forgotten now and then: not those of the line at hand. */
static void
names__stay_while_their_line_is_read(void **state)
{
	ac_log_record record;
	ac_log_state s;
	ac_arena arena;
	ac_buf line;

	(void)state;
	ac_log_state_init(&s, (ac_time){ 1700000000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	ac_buf_init(&line, AC_MIB);
	for (unsigned i = 0; i < 9000; i++) {
		char want[32];

		ac_buf_reset(&line);
		ac_buf_printf(&line, "{\"outer%u\":\"{\\\"inner%u\\\":\\\"x\\\"}\"}", i, i);
		ac_arena_reset(&arena);
		ac_log_read(&s, ac_buf_view(&line), &arena, &record);
		assert_int_equal(record.count, 2);
		(void)snprintf(want, sizeof(want), "outer%u", i);
		assert_true(ac_str_eq(record.fields[0].name, ac_str_from(want)));
		(void)snprintf(want, sizeof(want), "inner%u", i);
		assert_true(ac_str_eq(record.fields[1].name, ac_str_from(want)));
	}
	ac_buf_done(&line);
	ac_arena_done(&arena);
	ac_log_state_done(&s);
}

#define CSV "time,src_ip,_raw,note\n" /* 22 bytes */

static void
documents_in_values_of_other_formats__have_fields(void **state)
{
	static const wt_row rows[] = {
		/* a version is no address, an agent's number neither; digests are what their names say */
		{ "level=info t=1 msg=\"{\\\"version\\\":\\\"198.51.100.7\\\"}\" a=b", "" },
		{ "level=info t=1 msg=\"{\\\"user_agent\\\":\\\"x 198.51.100.7\\\"}\" a=b", "" },
		{ "level=info t=1 msg=\"{\\\"src_ip\\\":\\\"198.51.100.7\\\"}\" a=b",
		    "1:34+12 ipv4-addr exact 198.51.100.7 a\n" },
		{ CSV "2021-05-03,192.0.2.9,\"{\"\"version\"\":\"\"198.51.100.7\"\"}\",x\n", "" },
		{ CSV "2021-05-03,192.0.2.9,\"[ {\"\"src_ip\"\":\"\"198.51.100.7\"\"}]\",x\n",
		    "2:60+12 ipv4-addr exact 198.51.100.7 a\n" },
		/* a URL in two fields */
		{ "level=info t=1 "
		  "msg=\"{\\\"http\\\":{\\\"hostname\\\":\\\"bad.example\\\",\\\"url\\\":\\\"/a/b.php?x=1&y=2\\\"}}\"",
		    "1:46+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ CSV "2021-05-03,192.0.2.9,\"{\"\"http\"\":{\"\"hostname\"\":\"\"bad.example\"\",\"\"url\"\":\"\"/a/"
		      "b.php?x=1&y=2\"\"}}\",x\n",
		    "2:70+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* with slashes that are escaped */
		{ "level=info t=1 msg=\"{\\\"u\\\":\\\"http:\\\\/\\\\/bad.example\\\\/a\\\\/b.php?x=1&y=2\\\"}\"",
		    "1:29+42 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ CSV "2021-05-03,192.0.2.9,\"{\"\"u\"\":\"\"http:\\/\\/bad.example\\/a\\/b.php?x=1&y=2\"\"}\",x\n",
		    "2:53+38 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ CSV "2021-05-03,192.0.2.9,\"{\"\"log\"\":\"\"{\\\"\"u\\\"\":\\\"\"http:\\\\\\/\\\\\\/"
		      "bad.example\\\\\\/a\\\\\\/b.php?x=1&y=2\\\"\"}\"\"}\",x\n",
		    "2:67+46 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* As in JSON itself: a member's name that is one word without digits is no value. */
static void
names_of_members__are_no_values(void **state)
{
	static const wt_row rows[] = {
		{ "a=b c=d msg=\"{\\\"evilname\\\":1,\\\"b\\\":\\\"evilname\\\"}\"",
		    "1:37+8 file-name exact evilname n\n" },
		{ "a,src_ip,c\n1,2,\"{\"\"evilname\"\":\"\"x\"\",\"\"b\"\":\"\"evilname\"\"}\"\n",
		    "2:44+8 file-name exact evilname n\n" },
		{ "a=b c=d msg=\"{\\\"evil1\\\":1}\"", "1:16+5 file-name exact evil1 o\n" },
		/* no names */
		{ "x \"evilname\" \\\"evilname\\\" y \"\"evilname\"\": \\\"evilname\":",
		    "1:3+8 file-name exact evilname n\n1:15+8 file-name exact evilname n\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "n", AC_VALUE_FILE_NAME, "evilname");
	wt_value(&t, "o", AC_VALUE_FILE_NAME, "evil1");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

/* Quotes are doubled around what JSON has escaped. */
static void
documents_in_csv__are_found_without_either_escape(void **state)
{
	static const wt_row rows[] = {
		{ "time,src_ip,details\n2021-07-19T10:00:00Z,192.0.2.1,\"{\"\"user_agent\"\":\"\"Evil/2.0 (x "
		  "\\\"\"q\\\"\" y)\"\"}\"\n",
		    "2:70+22 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ "time,src_ip,details\n2021-07-19T10:00:00Z,192.0.2.1,\"{\"\"a\"\":\"\"say "
		  "\\\"\"198.51.100.7\\\"\"\"\"}\"\n",
		    "2:68+12 ipv4-addr exact 198.51.100.7 a\n" },
		{ "time,src_ip,details\n2021-07-19T10:00:00Z,192.0.2.1,\"{\"\"hostname\"\":\"\"bad.example\"\","
		  "\"\"url\"\":"
		  "\"\"\\/a\\/b.php?x=1\\u0026y=2\"\"}\"\n",
		    "2:68+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_in_values_of_other_formats__have_fields),
		cmocka_unit_test(names_of_members__are_no_values),
		cmocka_unit_test(documents_in_csv__are_found_without_either_escape),
		cmocka_unit_test(values__are_found_behind_two_escapes),
		cmocka_unit_test(fields__mean_what_they_mean_in_a_line_of_their_own),
		cmocka_unit_test(records__have_the_fields_and_the_time_of_what_they_wrap),
		cmocka_unit_test(names__stay_while_their_line_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
