/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of other formats in strings of JSON, as collectors pass them on: their fields mean what they mean in a line of their own, and their escapes are undone after those of the string. */
#include "watch_test.h"

#include "watch/logs/json_inner.h"

static void
open_index(wt *t)
{
	wt_open(t);
	wt_value(t, "u", AC_VALUE_URL, "http://bad.example/a/b.php?x=1&y=2");
	wt_value(t, "a", AC_VALUE_IPV4, "198.51.100.7");
	wt_value(t, "g", AC_VALUE_USER_AGENT, "Evil/2.0 (x \"q\" y)");
	wt_value(t, "p", AC_VALUE_FILE_PATH, "C:\\new\\evil.exe");
	wt_value(t, "m", AC_VALUE_MUTEX, "Evil Mutex");
}

static void
messages__have_fields(void **state)
{
	static const wt_row rows[] = {
		/* CEF */
		{ "{\"message\":\"CEF:0|V|P|1|100|N|5|src=10.0.0.1 "
		  "request=http://bad.example/a/b.php?x\\\\=1&y\\\\=2\"}",
		    "1:53+38 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"CEF:0|V|P|1|100|N|5|dhost=bad.example request=/a/b.php?x\\\\=1&y\\\\=2\"}",
		    "1:38+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"<134>Jul 19 10:00:00 fw CEF:0|V|P|1|100|N|5|dhost=bad.example "
		  "request=/a/b.php?x\\\\=1&y\\\\=2\"}",
		    "1:62+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"from fw: CEF:0|V|P|1|100|N|5|requestClientApplication=Evil/2.0 (x \\\"q\\\" y)\"}",
		    "1:66+20 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ "{\"message\":\"CEF:0|V|P|1|100|N|5|filePath=C:\\\\\\\\new\\\\\\\\evil.exe\"}",
		    "1:41+21 file-path exact c:\\new\\evil.exe p\n" },
		{ "{\"message\":\"CEF:0|V|P|1|100|N|5|cs1Label=Mutex cs1=Evil Mutex cs2=Evil Mutex x\"}",
		    "1:51+10 mutex exact Evil Mutex m\n" },
		/* LEEF: a tab is an escape of JSON */
		{ "{\"message\":\"LEEF:1.0|V|P|1|42|src=10.0.0.1\\tdstHost=bad.example\\turl=http://bad.example/a/"
		  "b.php?x=1&y=2\"}",
		    "1:69+34 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"LEEF:1.0|V|P|1|42|a=b\\tuserAgent=Evil/2.0 (x \\\"q\\\" y)\\tx=y\"}",
		    "1:45+20 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		/* syslog, and key=value */
		{ "{\"message\":\"<134>1 2021-07-19T10:00:00Z fw app 1 - [x@1 user_agent=\\\"Evil/2.0 (x "
		  "\\\\\\\"q\\\\\\\" y)\\\"] hi\"}",
		    "1:69+24 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ "{\"message\":\"<134>Jul 19 10:00:00 fw app: date=2021-07-19 hostname=\\\"bad.example\\\" "
		  "url=\\\"/a/b.php?x=1&y=2\\\" level=5\"}",
		    "1:68+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"date=2021-07-19 time=10:00:00 hostname=\\\"bad.example\\\" "
		  "url=\\\"/a/b.php?x=1&y=2\\\"\"}",
		    "1:53+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* a web server */
		{ "{\"log\": \"10.0.0.1 - - [19/Jul/2021:10:00:00 +0000] \\\"GET /x HTTP/1.1\\\" 200 5 \\\"-\\\" "
		  "\\\"Evil/2.0 (x \\\\\\\"q\\\\\\\" y)\\\"\\n\"}",
		    "1:85+24 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		/* JSON behind other text */
		{ "{\"message\":\"got {\\\"hostname\\\": \\\"bad.example\\\", \\\"url\\\": \\\"/a/b.php?x=1&y=2\\\"} "
		  "from x\"}",
		    "1:33+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"got {\\\"hostname\\\": \\\"bad.example\\\", \\\"url\\\": "
		  "\\\"\\\\/a\\\\/b.php?x=1&y=2\\\"} from x\"}",
		    "1:33+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"got {\\\"user_agent\\\": \\\"Evil/2.0 (x \\\\\\\"q\\\\\\\" y)\\\"} from x\"}",
		    "1:35+24 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		/* an event of Windows, its entities as they are and as Go writes them */
		{ "{\"message\":\"<Event xmlns=\\\"a\\\"><EventData><Data "
		  "Name=\\\"Url\\\">http://bad.example/a/b.php?x=1&amp;y=2</Data></EventData></Event>\"}",
		    "1:61+38 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"message\":\"\\u003cEvent xmlns='a' x='b'\\u003e\\u003cEventData\\u003e\\u003cData "
		  "Name='UserAgent'\\u003eEvil/2.0 (x "
		  "\\u0026quot;q\\u0026#34; y)\\u003c/Data\\u003e\\u003c/EventData\\u003e\\u003c/Event\\u003e\"}",
		    "1:99+37 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ "{\"m\":\"<14>Jul 19 10:00:00 pc app: <Event xmlns='a'>\\n<EventData><Data Name='v'>see "
		  "hxxp://bad[.]example/a/b.php?x=1&amp;y=2 there</Data></EventData></Event>\"}",
		    "1:83+40 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"m\":\"<Event xmlns='a'><EventData><Data Name='Image'>C:\\\\new\\\\evil&#46;exe</Data><Data "
		  "Name='FileVersion'>198&#46;51.100.7</Data></EventData></Event>\"}",
		    "1:53+21 file-path exact c:\\new\\evil.exe p\n" },
		/* in a later object of a line */
		{ "[{\"a\":\"b\"},{\"m\":\"date=2021-07-19 a=b user_agent=\\\"Evil/2.0 (x \\\\\\\"q\\\\\\\" y)\\\" "
		  "c=d\"}]",
		    "1:50+24 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		/* a document in a string, with a message in a string of it */
		{ "{\"log\": \"{\\\"message\\\": \\\"CEF:0|V|P|1|100|N|5|dhost=bad.example "
		  "request=/a/b.php?x\\\\\\\\=1&y\\\\\\\\=2\\\"}\"}",
		    "1:51+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"log\": \"{\\\"message\\\": "
		  "\\\"CEF:0|V|P|1|100|N|5|request=http://bad.example/a/b.php?x\\\\\\\\=1&y\\\\\\\\=2\\\"}\"}",
		    "1:53+42 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* a host of the collector around it */
		{ "{\"host\": \"h\", \"event\": \"CEF:0|V|P|1|100|N|5|dhost=bad.example "
		  "request=/a/b.php?x\\\\=1&y\\\\=2\"}",
		    "1:50+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"host\":\"h\",\"event\":\"date=2021-07-19 hostname=\\\"bad.example\\\" "
		  "url=\\\"/a/b.php?x=1&y=2\\\" level=5\"}",
		    "1:48+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"host\":\"h\",\"event\":\"Jul 19 10:00:00 fw a=b hostname=\\\"bad.example\\\" "
		  "url=\\\"/a/b.php?x=1&y=2\\\" level=5\"}",
		    "1:55+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* slashes escaped */
		{ "{\"log\": \"bad.example:80 10.0.0.1 - - [19\\/Jul\\/2021:10:00:00 +0000] \\\"GET "
		  "\\/a\\/b.php?x=1&y=2 HTTP\\/1.1\\\" 200 5 \\\"-\\\" \\\"x\\\"\\n\"}",
		    "1:9+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"log\": \"10.0.0.1 - - [19/Jul/2021:10:00:00 +0000] \\\"GET / HTTP/1.1\\\" 200 5 \\\"-\\\" "
		  "\\\"Evil/2.0 (x \\\\x22q\\\\x22 y)\\\"\"}",
		    "1:84+26 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ "{\"m\": \"got {\\\"user_agent\\\": \\\"Evil\\\\/2.0 (x \\\\\\\"q\\\\\\\" y)\\\"} x\"}",
		    "1:30+26 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		/* defanged, too */
		{ "{\"m\": \"CEF:0|V|P|1|100|N|5|msg=see hxxp://bad[.]example/a/b.php?x\\\\=1&y\\\\=2 there\"}",
		    "1:35+40 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* a version is no address */
		{ "{\"message\":\"CEF:0|V|P|1|100|N|5|deviceVersion=198.51.100.7 x=y\"}", "" },
		{ "{\"message\":\"<134>Jul 19 10:00:00 fw app: date=2021-07-19 version=198.51.100.7 level=5\"}", "" },
		/* fields of two messages are no URL */
		{ "{\"a\": \"CEF:0|V|P|1|100|N|5|dhost=bad.example x=y zzzzz=1\", \"b\": "
		  "\"CEF:0|V|P|1|100|N|5|request=/a/b.php?x\\\\=1&y\\\\=2\"}",
		    "" },
		/* what a name means, the text is */
		{ "{\"user_agent\": \"a=b c=d e=f Evil/2.0 (x \\\"q\\\" y)\"}", "" },
		/* no message */
		{ "{\"message\":\"see a=b, hostname bad.example and /a/b.php?x=1&y=2 there\"}", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* What a program wrote as letters behind backslashes was escaped once more. */
static void
control_letters__stand_beside_values(void **state)
{
	static const wt_row rows[] = {
		{ "{\"message\":\"Address:\\\\t198.51.100.7\\\\r\\\\nUrl:\\\\thttp://bad.example/a/"
		  "b.php?x=1&y=2\\\\r\\\\n\"}",
		    "1:23+12 ipv4-addr exact 198.51.100.7 a\n1:48+34 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* escapes beside them, and what stands before the JSON */
		{ "<13>Jul 19 10:00:00 h a: ip:\\t198.51.100.7 {\"m\":\"\\u0069p:\\u005ct198.51.100.7\\\\n "
		  "http:\\/\\/bad.example\\/a\\/b.php?x=1&y=2\\\\n\"}",
		    "1:30+12 ipv4-addr exact 198.51.100.7 a\n1:64+12 ipv4-addr exact 198.51.100.7 a\n"
		    "1:80+38 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "{\"a\":\"x\\\\ny ip:\\\\t198.51.100.7\"}\n{\"b\":\"ip:\\\\t198.51.100.7\\\\n\"}",
		    "1:18+12 ipv4-addr exact 198.51.100.7 a\n2:45+12 ipv4-addr exact 198.51.100.7 a\n" },
		/* before defanged spellings */
		{ "{\"m\":\"ip:\\\\t198[.]51.100[.]7\\\\n\\\\thxxp[:]\\/\\/bad[.]example\\/a\\/b.php?x=1&y=2\\\\n\"}",
		    "1:12+16 ipv4-addr exact 198.51.100.7 a\n1:34+42 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ "x ip:\\t198[.]51.100.7\\r\\n\\thxxp://bad[.]example/a/b.php?x=1&y=2\\r\\n",
		    "1:7+14 ipv4-addr exact 198.51.100.7 a\n1:27+36 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* of paths and domains */
		{ "{\"a\":\"C:\\\\new\\\\evil.exe\",\"b\":\"CORP\\\\n198.51.100.7\",\"c\":\"C:\\\\t198.51.100.7\"}",
		    "1:6+17 file-path exact c:\\new\\evil.exe p\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* The same in columns of CSV, as a SIEM exports them: quotes are doubled. */
static void
messages__in_columns_of_csv_have_fields(void **state)
{
#define HEADER "_time,src_ip,_raw\n2021-07-19T10:00:00Z,10.0.0.1,"
	static const wt_row rows[] = {
		{ HEADER "\"CEF:0|V|P|1|100|N|5|src=10.0.0.1 request=http://bad.example/a/b.php?x\\=1&y\\=2\"",
		    "2:90+36 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ HEADER "CEF:0|V|P|1|100|N|5|dhost=bad.example request=/a/b.php?x\\=1&y\\=2",
		    "2:74+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ HEADER "LEEF:2.0|V|P|1|42|^|url=http://bad.example/a/b.php?x=1&y=2^src=10.0.0.1",
		    "2:72+34 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ HEADER "\"<134>Jul 19 10:00:00 fw app: date=2021-07-19 hostname=\"\"bad.example\"\" "
			 "url=\"\"/a/b.php?x=1&y=2\"\" level=5\"",
		    "2:105+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ HEADER "\"a=b c=d cs1Label=x mutex=\"\"Evil Mutex\"\" user=Evil Mutex\"",
		    "2:76+10 mutex exact Evil Mutex m\n" },
		{ HEADER "\"CEF:0|V|P|1|100|N|5|requestClientApplication=Evil/2.0 (x \"\"q\"\" y)\"",
		    "2:94+20 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ HEADER "\"<Event xmlns='a'><EventData><Data Name='Image'>C:\\new\\evil.exe</Data><Data "
			 "Name='FileVersion'>198.51.100.7</Data></EventData></Event>\"",
		    "2:96+15 file-path exact c:\\new\\evil.exe p\n" },
		{ HEADER "\"<Event xmlns='a'><EventData><Data Name='Url'>http://bad.example/a/b.php?x=1&amp;y=2</Data>"
			 "</EventData></Event>\"",
		    "2:94+38 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* escapes of the message with quotes that are doubled */
		{ HEADER "\"date=2021-07-19 a=b user_agent=\"\"Evil/2.0 (x \\\"\"q\\\"\" y)\"\" c=d\"",
		    "2:82+22 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ HEADER "\"10.0.0.1 - - [19/Jul/2021:10:00:00 +0000] \"\"GET /x HTTP/1.1\"\" 200 5 \"\"-\"\" "
			 "\"\"Evil/2.0 (x \\x22q\\\"\" y)\"\"\"",
		    "2:125+23 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ HEADER "\"CEF:0|V|P|1|100|N|5|msg=\"\"see http://bad.example/a/b.php?x\\=1&y\\=2\"\" x=y\"",
		    "2:79+36 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		{ HEADER "\"<Event xmlns='a'><EventData><Data Name='UserAgent'>Evil/2.0 (x \"\"q&quot; y)</Data>"
			 "</EventData></Event>\"",
		    "2:100+24 user-agent exact Evil/2.0 (x \"q\" y) g\n" },
		{ HEADER "\"got {\"\"hostname\"\": \"\"bad.example\"\", \"\"url\"\": "
			 "\"\"\\/a\\/b.php?x=1\\u0026y=2\"\"} from x\"",
		    "2:70+11 url url http://bad.example/a/b.php?x=1&y=2 u\n" },
		/* a version is no address; fields of two messages are no URL */
		{ HEADER "CEF:0|V|P|1|100|N|5|deviceVersion=198.51.100.7 x=y", "" },
		{ "_time,a,_raw\n2021-07-19T10:00:00Z,CEF:0|V|P|1|100|N|5|dhost=bad.example x=y zzzzz=1,"
		  "CEF:0|V|P|1|100|N|5|request=/a/b.php?x\\=1&y\\=2",
		    "" },
		/* what a column's name means, the text is; and no message */
		{ "_time,src_ip,user_agent\n2021-07-19T10:00:00Z,10.0.0.1,a=b c=d e=f g=h mutex=Evil Mutex", "" },
		{ HEADER "\"see a=b, hostname bad.example and /a/b.php?x=1&y=2 there\"", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
#undef HEADER
}

/* "name=value" of each field, with strings around it behind '@', in the order of their places. */
static void
describe(const char *line, uint64_t roles, ac_buf *out)
{
	ac_log_record record;
	ac_log_state state;
	ac_arena arena;

	ac_log_state_init(&state, (ac_time){ 1700000000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	(void)ac_log_see(&state, ac_str_from(line));
	ac_log_read_roles(&state, ac_str_from(line), roles, &arena, &record);
	if (record.has_time)
		ac_time_add(out, record.time, 0);
	for (size_t i = 0; i < record.count; i++) {
		const ac_log_field *f = &record.fields[i];

		assert_true(f->raw.p >= line && f->raw.p + f->raw.n <= line + strlen(line));
		if (f->role != AC_FIELD_OTHER)
			ac_buf_printf(
			    out, "\n%.*s=%.*s@%u", AC_FMT(f->name), AC_FMT(ac_log_value(f, &arena)), f->depth);
	}
	ac_log_state_done(&state);
	ac_arena_done(&arena);
}

/* Also when only fields of some roles are wanted, as patterns want them. */
static void
records__have_the_fields_of_messages_that_are_wanted(void **state)
{
	static const char line[] =
	    "{\"@timestamp\":\"2021-07-19T10:00:00Z\",\"message\":\"<134>Jul 18 09:00:00 fw "
	    "CEF:0|V|P|1|100|N|5|src=192.0.2.1 request=http://x.example/?a\\\\=b rt=1626688799000\","
	    "\"source\":{\"ip\":\"192.0.2.2\"}}";
	ac_buf out;

	(void)state;
	ac_buf_init(&out, AC_KIB);
	describe(line, UINT64_MAX, &out);
	assert_true(ac_str_eq(ac_buf_view(&out),
	    AC_S("2021-07-19T09:59:59Z\n@timestamp=2021-07-19T10:00:00Z@0\nhostname=fw@1\ncef.version=0@1\n"
		 "cef.product_version=1@1\nsrc=192.0.2.1@1\nrequest=http://x.example/?a=b@1\nrt=1626688799000@1\n"
		 "source.ip=192.0.2.2@0")));
	ac_buf_reset(&out);
	describe(line, AC_ROLE_BIT(AC_FIELD_SOURCE), &out);
	assert_true(ac_str_eq(ac_buf_view(&out),
	    AC_S("2021-07-19T09:59:59Z\n@timestamp=2021-07-19T10:00:00Z@0\nsrc=192.0.2.1@1\nrt=1626688799000@1\n"
		 "source.ip=192.0.2.2@0")));
	ac_buf_done(&out);
}

static void
strings__are_told_to_be_messages(void **state)
{
	static const struct {
		const char *text;
		bool may_be;
	} rows[] = {
		{ "<134>Jul 19 10:00:00 fw app: x", true },
		{ "<1344>Jul 19 10:00:00 fw app: x", false },
		{ "<b>Jul 19 10:00:00 fw app: x</b>", false },
		{ "<Event xmlns='http://schemas.microsoft.com'>", true },
		{ "x CEF:0|V|P|1|100|N|5|src=192.0.2.1", true },
		{ "LEEF:1.0|V|P|1|42|x y  z   ", true },
		{ "LEEF:2.0|V|P|1|42|^|x=y^z=1", true },
		{ "a=b c=d e=f ............", true },
		{ "a=b c=d e=f", false },
		{ "a=b c=d ................", false },
		{ "got {\\\"a\\\":1} from somewhere", true },
		{ "{\\\"a\\\":1,\\\"b\\\":\\\"x y z\\\",\\\"c\\\":2}", false },
		{ "192.0.2.1 \\\"GET / HTTP/1.1\\\" 200", true },
		{ "nothing of the kind stands here", false },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (ac_log_may_be_message(ac_str_from(rows[i].text)) != rows[i].may_be)
			fail_msg("%s", rows[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages__have_fields),
		cmocka_unit_test(messages__in_columns_of_csv_have_fields),
		cmocka_unit_test(control_letters__stand_beside_values),
		cmocka_unit_test(records__have_the_fields_of_messages_that_are_wanted),
		cmocka_unit_test(strings__are_told_to_be_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
