/* SPDX-License-Identifier: Apache-2.0 */
/* Values that a format could not write as they are: what was meant is found, and only that. */
#include "watch_test.h"

#include "watch/control.h"
#include "watch/scan_kernel.h"

static void
open_index(wt *t)
{
	wt_open(t);
	wt_value(t, "u", AC_VALUE_URL, "http://bad.example/a.php?x=1&y=2");
	wt_value(t, "s", AC_VALUE_URL, "http://bad.example/a.php?x");
	wt_value(t, "q", AC_VALUE_URL, "http://bad.example/k=v/b.php");
	wt_value(t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_value(t, "i", AC_VALUE_DOMAIN, "xn--bcher-kva.example");
	wt_value(t, "g", AC_VALUE_USER_AGENT, "Evil/2.0 (x \"q\" y; z\\w)");
	wt_value(t, "p", AC_VALUE_FILE_PATH, "C:\\new\\evil.exe");
}

#define CEF "CEF:0|V|P|1|100|N|5|" /* 20 bytes */

static void
cef__is_found_without_its_backslashes(void **state)
{
	static const wt_row rows[] = {
		{ CEF "request=http://bad.example/a.php?x\\=1&y\\=2 act=block",
		    "1:28+34 url url http://bad.example/a.php?x=1&y=2 u\n" },
		/* the URL before the escape is another one */
		{ CEF "request=http://bad.example/a.php?x\\=2 act=block", "" },
		{ CEF "request=http://bad.example/a.php?x act=block",
		    "1:28+26 url url http://bad.example/a.php?x s\n" },
		/* in two fields */
		{ CEF "dhost=bad.example request=/a.php?x\\=1&y\\=2",
		    "1:26+11 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ CEF "dhost=bad.example request=/k\\=v/b.php", "1:26+11 url url http://bad.example/k=v/b.php q\n" },
		/* defanged, and between typographic quotes */
		{ CEF "msg=hxxp://bad[.]example/a.php?x\\=1&y\\=2",
		    "1:24+36 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ CEF "msg=\xe2\x80\x9chttp://bad.example/a.php?x\\=1&y\\=2\xe2\x80\x9d",
		    "1:27+34 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ CEF "msg=hxxp://bad[.]example/a.php?x\\=2", "" },
		{ CEF "msg=x\\nevil.example", "1:27+12 domain-name exact evil.example d\n" },
		{ CEF "msg=x\\revil.example\\nx", "1:27+12 domain-name exact evil.example d\n" },
		/* found once, though it stands in the line and in the value */
		{ CEF "msg=a\\=evil.example", "1:27+12 domain-name exact evil.example d\n" },
		{ CEF "msg=a\\=b evil.example c", "1:29+12 domain-name exact evil.example d\n" },
		{ CEF "requestClientApplication=Evil/2.0 (x \"q\" y; z\\\\w)",
		    "1:45+24 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g\n" },
		/* a writer that does not escape */
		{ CEF "filePath=C:\\new\\evil.exe", "1:29+15 file-path exact c:\\new\\evil.exe p\n" },
		{ CEF "filePath=C:\\\\new\\\\evil.exe", "1:29+17 file-path exact c:\\new\\evil.exe p\n" },
		{ "<134>Mar  2 10:00:00 host " CEF "request=http://bad.example/a.php?x\\=1&y\\=2",
		    "1:54+34 url url http://bad.example/a.php?x=1&y=2 u\n" },
		/* no format, no escapes */
		{ "see http://bad.example/a.php?x\\=1&y\\=2", "1:4+26 url url http://bad.example/a.php?x s\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
leef__ends_a_url_at_its_own_delimiter(void **state)
{
	static const wt_row rows[] = {
		{ "LEEF:2.0|V|P|1.0|42|^|url=http://bad.example/a.php?x=1&y=2^usrName=x",
		    "1:26+32 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ "LEEF:2.0|V|P|1.0|42|x5E|url=http://bad.example/a.php?x=1&y=2^usrName=x",
		    "1:28+32 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ "LEEF:2.0|V|P|1.0|42|^|domain=bad.example^url=/k=v/b.php^usrName=x", "" },
		{ "LEEF:2.0|V|P|1.0|42|^|host=bad.example^uri=/k=v/b.php^usrName=x",
		    "1:27+11 url url http://bad.example/k=v/b.php q\n" },
		/* another delimiter, another format: '^' is what somebody wrote into a URL */
		{ "LEEF:2.0|V|P|1.0|42|~|url=http://bad.example/a.php?x^y~usrName=x", "" },
		{ "url=http://bad.example/a.php?x^y", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

#define ZEEK                                                                                                           \
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n"                   \
	"#fields\tts\tuid\tquery\tuser_agent\tanswers\n#types\ttime\tstring\tstring\tstring\tvector[string]\n" /* 168 bytes */

static void
zeek__is_found_without_its_bytes_in_hexadecimal(void **state)
{
	static const wt_row rows[] = {
		{ ZEEK "1\tC\twww.b\\xc3\\xbccher.example\t-\t-\n",
		    "8:172+25 domain-name subdomain www.xn--bcher-kva.example i\n" },
		{ ZEEK "1\tC\tb\\xc3\\xbccher.example.\t-\t-\n",
		    "8:172+21 domain-name exact xn--bcher-kva.example i\n" },
		{ ZEEK "1\tC\t-\t-\tTXT 9 a\\x2cevil.example,x\n", "8:187+12 domain-name exact evil.example d\n" },
		{ ZEEK "1\tC\t-\t-\tTXT 9 a\\x09evil.example,x\n", "8:187+12 domain-name exact evil.example d\n" },
		{ ZEEK "1\tC\t-\tEvil/2.0 (x \"q\" y; z\\x5cw)\t-\n",
		    "8:174+26 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g\n" },
		/* other names */
		{ ZEEK "1\tC\tevil.example\\xc3\\xbc\t-\t-\n", "" },
		{ ZEEK "1\tC\tevil.example\\x2eorg\t-\t-\n", "" },
		{ ZEEK "1\tC\tx\\x2devil.example\t-\t-\n", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
user_agent__with_quotes_is_the_whole_of_its_field(void **state)
{
	static const wt_row rows[] = {
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"Evil/2.0 (x \\\"q\\\" "
		  "y; z\\\\w)\"",
		    "1:71+26 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g\n" },
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"Evil/2.0 (x \\x22q\\x22 "
		  "y; z\\x5Cw)\"",
		    "1:71+32 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g\n" },
		{ "a=b c=d user_agent=\"Evil/2.0 (x \\\"q\\\" y; z\\\\w)\" e=f",
		    "1:20+26 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g\n" },
		/* more than that agent */
		{ "a=b c=d user_agent=\"Evil/2.0 (x \\\"q\\\" y; z\\\\w) more\" e=f", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
xml__is_found_without_its_entities(void **state)
{
	static const wt_row rows[] = {
		{ "<Event><EventData><Data Name='url'>http://bad.example/a.php?x=1&amp;y=2</Data></EventData></Event>",
		    "1:35+36 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ "<Event><Data Name='q'>evil&#46;example</Data><Data Name='r'>evil&#x2e;example</Data></Event>\r\n",
		    "1:22+16 domain-name exact evil.example d\n1:60+17 domain-name exact evil.example d\n" },
		{ "<13>Jul 19 10:00:00 h x: <Event><Data Name='UserAgent'>Evil/2.0 (x &quot;q&quot; y; "
		  "z\\w)</Data></Event>",
		    "1:55+33 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g\n" },
		{ "<Event><Data Name='q'>evil.example&lt;x</Data></Event>",
		    "1:22+12 domain-name exact evil.example d\n" },
		{ "<Event><Data Name='q'>evil.example&#x2e;org</Data></Event>", "" },
		{ "<Event><Data Name='q'>not&#45;evil.example</Data></Event>", "" },
		{ "<Event><Data Name='q'>evil.example&#x2d;x &#x61;evil.example</Data></Event>", "" },
		{ "<Event><Data Name='q'>a&#47;evil.example&#x2f;b</Data></Event>",
		    "1:28+12 domain-name exact evil.example d\n" },
		/* characters beyond ASCII */
		{ "<Event><Data Name='q'>b&#252;cher.example www.b&#x00FC;cher.example</Data></Event>",
		    "1:22+19 domain-name exact xn--bcher-kva.example i\n"
		    "1:42+25 domain-name subdomain www.xn--bcher-kva.example i\n" },
		{ "<Event><Data Name='q'>&#252;evil.example evil.example&#x1f600;</Data></Event>", "" },
		/* of which there are none */
		{ "<Event><Data Name='q'>x&#xd800;evil.example evil.example&#x110000;</Data></Event>",
		    "1:31+12 domain-name exact evil.example d\n1:44+12 domain-name exact evil.example d\n" },
		{ "<Event><Data Name='q'>evil&#;example evil&#x;example evil&dot;example "
		  "evil&#300;example</Data></Event>",
		    "" },
		/* nobody said that it is XML */
		{ "<x>evil&#46;example</x>", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

#define CSV "time,src_ip,user_agent,note\n" /* 28 bytes */

static void
control_characters__are_no_part_of_a_value(void **state)
{
	static const wt_row rows[] = {
		{ "Jul 19 10:00:00 h x: Name:#011evil.example#015#012Path:#011C:\\new\\evil.exe#015#012",
		    "1:30+12 domain-name exact evil.example d\n1:59+15 file-path exact c:\\new\\evil.exe p\n" },
		{ "x#012http://bad.example/k=v/b.php#015#012y", "1:5+28 url url http://bad.example/k=v/b.php q\n" },
		/* found once, though it stands in the line as it is, too */
		{ "x evil.example#011 y evil.example",
		    "1:2+12 domain-name exact evil.example d\n1:21+12 domain-name exact evil.example d\n" },
		/* other characters, other names */
		{ "x#013evil.example #0011evil.example #11evil.example", "" },
		{ "x#011notevil.example#012evil.example.org#015a.evil.example2", "" },
		/* JSON has its own */
		{ "{\"a\":\"x#011evil.example\"}", "" },
		{ "{\"a\":\"x#011\"}\nx#011evil.example\n{\"a\":\"x#011\"}\n",
		    "2:19+12 domain-name exact evil.example d malformed\n" },
		/* JSON behind a header */
		{ "<13>Jul 19 10:00:00 h x: {\"a\":\"b\\/#011evil.example#012\"}",
		    "1:38+12 domain-name exact evil.example d\n" },
		/* other brackets */
		{ "[2021-07-19 10:00:00] h x#011evil.example#012", "1:29+12 domain-name exact evil.example d\n" },
		{ "[{\"a\":\"x#011evil.example\"}]", "" },
		{ "(x)#011evil.example", "1:7+12 domain-name exact evil.example d\n" },
		/* as terminals show them */
		{ "x^Ievil.example^M^Jx ^Jevil.example^M",
		    "1:3+12 domain-name exact evil.example d\n1:23+12 domain-name exact evil.example d\n" },
		{ "x^Hevil.example^ x^Inotevil.example^I", "" },
		{ "^Ihttp://bad.example/k=v/b.php^M", "1:2+28 url url http://bad.example/k=v/b.php q\n" },
		{ "^ievil.example", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
control_characters__are_found_at_every_place(void **state)
{
	char text[200];

	(void)state;
	for (size_t at = 0; at + 4 <= sizeof(text); at++) {
		ac_str all = { text, sizeof(text) };

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = "#0^"[i * i % 3];
		memcpy(text + at, at % 2 ? "#011" : "^J##", 4);
		for (size_t from = 0; from <= sizeof(text); from += 7) {
			size_t want = ac_control_find_portable(all, from);

			assert_true(from > at ? want == sizeof(text) : want == at);
			assert_int_equal(ac_control_find(all, from), want);
		}
		assert_int_equal(ac_control_find((ac_str){ text, at + 1 }, 0), at + 1);
	}
}

static void
letters_behind_backslashes__are_control_characters_where_nothing_else_is_meant(void **state)
{
	static const wt_row rows[] = {
		{ "Name:\\tevil.example", "1:7+12 domain-name exact evil.example d\n" },
		{ "Name:\\tevil.example\\r\\nPath:\\tC:\\new\\evil.exe\\r\\n",
		    "1:7+12 domain-name exact evil.example d\n1:30+15 file-path exact c:\\new\\evil.exe p\n" },
		{ "x: \\tevil.example", "1:5+12 domain-name exact evil.example d\n" },
		{ "\\tevil.example", "1:2+12 domain-name exact evil.example d\n" },
		{ "192.0.2.1\\tevil.example\\tGET", "1:11+12 domain-name exact evil.example d\n" },
		{ "a=1 msg=\"\\n\\tevil.example\\n\" c=2", "1:13+12 domain-name exact evil.example d\n" },
		{ "<13>Jul 19 10:00:00 h x: found\\r\\nhttp://bad.example/k=v/b.php\\r\\n",
		    "1:34+28 url url http://bad.example/k=v/b.php q\n" },
		{ "<13>Jul 19 10:00:00 h xy:\\tevil.example {\"a\":\"b\\/\"}",
		    "1:27+12 domain-name exact evil.example d\n" },
		/* the longer name is one, too, if somebody lists it */
		{ "Name:\\tlonger.example Name:\\ta.longer.example", "1:6+15 domain-name exact tlonger.example t\n" },
		/* paths, and names behind domains */
		{ "C:\\tevil.example D:\\sites\\tevil.example E:\\temp\\nevil.example", "" },
		{ "C:\\temp\\tevil.example\\x \\\\tevil.example\\x x=\\\\nevil.example\\temp", "" },
		{ "CORP\\nevil.example CORP\\tevil.example logged on from srv\\nas", "" },
		{ "..\\tevil.example\\temp %TEMP%\\new\\tevil.example HKLM\\Run\\tevil.example", "" },
		{ "\\temp\\foo\\tevil.example", "" },
		{ "x:\\xevil.example x:\\bevil.example x:\\Tevil.example", "" },
		/* other names */
		{ "Name:\\tnotevil.example\\r\\nName:\\tevil.example.org Name:\\t-evil.example", "" },
	};
	wt t;

	(void)state;
	open_index(&t);
	wt_value(&t, "t", AC_VALUE_DOMAIN, "tlonger.example");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
csv__doubles_quotes(void **state)
{
	static const wt_row rows[] = {
		{ CSV "2021-05-03,192.0.2.9,\"Evil/2.0 (x \"\"q\"\" y; z\\w)\",\"\"\n",
		    "2:50+25 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g\n" },
		{ CSV "2021-05-03,192.0.2.9,\"Evil/2.0 (x \"\"q\"\" y; z\\w) more\",x\n", "" },
		{ CSV "2021-05-03,\"\",\"\",evil.example\n", "2:45+12 domain-name exact evil.example d\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

#define W3C                                                                                                            \
	"#Version: 1.0\n#Fields: date time s-ip cs-method cs-uri-stem s-port cs(User-Agent) cs-host x-file\n" /* 97 bytes */

static void
names_of_files__are_spelled_as_paths_are(void **state)
{
	static const wt_row rows[] = {
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET /up/evil%2077%20doc.exe HTTP/1.1\" 200 1 \"-\" "
		  "\"-\"",
		    "1:52+19 file-name exact evil%2077%20doc.exe f\n" },
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET /up/caf%c3%A9_77.exe?x HTTP/1.1\" 200 1 \"-\" "
		  "\"-\"",
		    "1:52+16 file-name exact caf%c3%a9_77.exe c\n" },
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET /up/xevil%2077%20doc.exe HTTP/1.1\" 200 1 \"-\" "
		  "\"-\"",
		    "" },
		/* '+' is itself there */
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET /up/evil+77+doc.exe HTTP/1.1\" 200 1 \"-\" \"-\"",
		    "" },
		{ W3C "2021-05-03 00:00:00 192.0.2.80 GET /up/evil+77+doc.exe 443 x h.example -\n",
		    "3:136+15 file-name exact evil+77+doc.exe f\n" },
		{ W3C "2021-05-03 00:00:00 192.0.2.80 GET /up/evil%2077%20doc.exe 443 x h.example -\n",
		    "3:136+19 file-name exact evil%2077%20doc.exe f\n" },
		/* the name of a file is what it is */
		{ "{\"file_name\":\"evil%2077%20doc.exe\"}", "" },
		{ "{\"file_name\":\"evil+77+doc.exe\"}", "" },
		{ "{\"file_name\":\"evil 77 doc.exe\"}", "1:14+15 file-name exact evil 77 doc.exe f\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "f", AC_VALUE_FILE_NAME, "evil 77 doc.exe");
	wt_value(&t, "c", AC_VALUE_FILE_NAME, "caf\xc3\xa9_77.exe");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

#define HTTPD(path) "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET " path " HTTP/1.1\" 200 1 \"-\" \"-\""

static void
composite_patterns__compare_what_was_meant(void **state)
{
	static const wt_row rows[] = {
		{ HTTPD("/up/Evil%2077%20doc.exe"),
		    "1:0+9 ipv4-addr exact 192.0.2.1 p\n1:52+19 file-name exact evil%2077%20doc.exe p\n" },
		{ HTTPD("/up/caf%c3%A9_77.exe?x"),
		    "1:0+9 ipv4-addr exact 192.0.2.1 c\n1:52+16 file-name exact caf%c3%a9_77.exe c\n" },
		{ W3C "2021-05-03 00:00:00 192.0.2.1 GET /up/Evil+77+doc.exe 443 x h.example -\n",
		    "3:117+9 ipv4-addr exact 192.0.2.1 p\n3:135+15 file-name exact evil+77+doc.exe p\n" },
		{ W3C "2021-05-03 00:00:00 192.0.2.1 GET / 443 Bad+Agent/7 h.example -\n",
		    "3:117+9 ipv4-addr exact 192.0.2.1 a\n3:137+11 user-agent exact Bad Agent/7 a\n" },
		/* STIX's equality has case */
		{ HTTPD("/up/evil%2077%20doc.exe"), "" },
		{ HTTPD("/up/Evil%2077%20Doc.exe"), "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "p", "[file:name = 'Evil 77 doc.exe' AND ipv4-addr:value = '192.0.2.1']"));
	assert_null(wt_pattern(&t, "c", "[file:name = 'caf\xc3\xa9_77.exe' AND ipv4-addr:value = '192.0.2.1']"));
	assert_null(wt_pattern(&t, "a",
	    "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Bad Agent/7' AND "
	    "ipv4-addr:value = '192.0.2.1']"));
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
never_list__knows_a_name_as_paths_spell_it(void **state)
{
	ac_str text = AC_S("file-name,Evil 77 doc.exe\n");
	ac_never_list *list = NULL;
	accord_err err = { 0 };
	wt t;

	(void)state;
	assert_int_equal(ac_never_list_read(text, (ac_hash_seed){ { 1, 2 } }, &list, &err), 0);
	wt_open(&t);
	wt_value(&t, "f", AC_VALUE_FILE_NAME, "evil 77 doc.exe");
	wt_value(&t, "o", AC_VALUE_FILE_NAME, "other 77 doc.exe");
	t.rules.never = list;
	assert_str(wt_scan(&t, HTTPD("/up/evil%2077%20doc.exe")), AC_S(""));
	assert_str(ac_buf_view(&t.held), AC_S("1 f never-list\n"));
	assert_str(
	    wt_scan(&t, W3C "2021-05-03 00:00:00 192.0.2.1 GET /up/evil+77+doc.exe 443 x h.example -\n"), AC_S(""));
	assert_str(ac_buf_view(&t.held), AC_S("3 f never-list\n"));
	assert_str(
	    wt_scan(&t, HTTPD("/up/other%2077%20doc.exe")), AC_S("1:52+20 file-name exact other%2077%20doc.exe o\n"));
	wt_close(&t);
	ac_never_list_close(list);
}

static void
w3c__has_a_plus_for_a_blank_in_a_url(void **state)
{
	static const wt_row rows[] = {
		{ W3C "2021-05-03 00:00:00 192.0.2.80 GET /a+b/c 443 x blank.example -\n",
		    "3:145+13 url url https://blank.example/a%20b/c b\n" },
		{ W3C "2021-05-03 00:00:00 192.0.2.80 GET /a%20b/c 443 x blank.example -\n",
		    "3:147+13 url url https://blank.example/a%20b/c b\n" },
		{ W3C "2021-05-03 00:00:00 192.0.2.80 GET /a+b/d 443 x blank.example -\n", "" },
		/* elsewhere it is itself */
		{ "{\"event_type\":\"http\",\"http\":{\"hostname\":\"blank.example\",\"url\":\"/a+b/c\"}}", "" },
		{ "https://blank.example/a+b/c", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "b", AC_VALUE_URL, "https://blank.example/a%20b/c");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
url__needs_no_scheme_where_a_field_has_urls(void **state)
{
	static const wt_row rows[] = {
		{ "{\"event_type\":\"smtp\",\"email\":{\"url\":[\"bad.example\\/a.php?x=1&y=2\"]}}",
		    "1:38+26 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ "{\"event_type\":\"smtp\",\"email\":{\"url\":[\"o.example/\",\"BAD.example:80/a.php?x=1&y=2\"]}}",
		    "1:51+28 url url http://bad.example/a.php?x=1&y=2 u\n" },
		{ "{\"event_type\":\"smtp\",\"email\":{\"url\":[\"bad.example/a.php?x=1&y=22\"]}}", "" },
		{ "{\"event_type\":\"smtp\",\"email\":{\"url\":[\"o.example/bad.example/a.php?x=1&y=2\"]}}", "" },
		{ "{\"event_type\":\"smtp\",\"email\":{\"url\":[\"www.bad.example/a.php?x=1&y=2\"]}}", "" },
		{ "{\"event_type\":\"smtp\",\"email\":{\"subject\":\"bad.example/a.php?x=1&y=2\"}}", "" },
		{ CEF "request=bad.example/k\\=v/b.php act=x", "1:28+22 url url http://bad.example/k=v/b.php q\n" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* The head of a line, filling up to behind the first piece, and its end; a blank or none in the filling. */
static void
check_long(wt *t, const char *head, char filling, const char *end, const char *want)
{
	size_t head_n = strlen(head), n = AC_WATCH_LINE_MAX + 100000, end_n = strlen(end);
	char *text = malloc(n + end_n), got[256];
	const char *plus;

	assert_non_null(text);
	memset(text, filling, n);
	memcpy(text, head, head_n);
	memcpy(text + n, end, end_n);
	for (size_t step = 0; step <= 100000; step += 100000) {
		wt_scan_n(t, (ac_str){ text, n + end_n }, step);
		(void)snprintf(got, sizeof(got), "%.*s", AC_FMT(ac_buf_view(&t->report)));
		plus = strchr(got, '+');
		if (strcmp(plus ? plus : "", want) != 0) {
			print_error("%s...%s\n got  %s want %s\n", head, end, got, want);
			fail();
		}
		assert_int_equal(t->counts.overlong, 1);
	}
	free(text);
}

static void
pieces_of_overlong_lines__are_decoded_as_their_line_is(void **state)
{
	static const struct {
		const char *head, *end, *want;
	} rows[] = {
		{ CEF "msg=x", " request=http://bad.example/a.php?x\\=1&y\\=2 act=block",
		    "+34 url url http://bad.example/a.php?x=1&y=2 u malformed\n" },
		{ "<134>Mar  2 10:00:00 host " CEF "msg=x", " request=http://bad.example/a.php?x\\=1&y\\=2 act=block",
		    "+34 url url http://bad.example/a.php?x=1&y=2 u malformed\n" },
		{ CEF "msg=x", " request=http://bad.example/a.php?x\\=2 act=block", "" },
		{ CEF "msg=x", "\\nevil.example\\=", "+12 domain-name exact evil.example d malformed\n" },
		{ ZEEK "1614643200.5\tC\twww.x.example\t", "\twww.b\\xc3\\xbccher.example\t-",
		    "+25 domain-name subdomain www.xn--bcher-kva.example i malformed\n" },
		{ ZEEK "1614643200.5\tC\twww.x.example\t", "\tevil.example\\x2eorg\t-", "" },
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET /",
		    " HTTP/1.1\" 200 1 \"-\" \"Evil/2.0 (x \\\"q\\\" y; z\\\\w)\"",
		    "+26 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g malformed\n" },
		{ CSV "2021-05-03,192.0.2.9,", ",\"Evil/2.0 (x \"\"q\"\" y; z\\w)\",x",
		    "+25 user-agent exact Evil/2.0 (x \"q\" y; z\\w) g malformed\n" },
		{ "<134>1 2021-05-03T00:00:00Z h app 1 - - {\"a\":\"",
		    "\",\"u\":\"http:\\/\\/bad.example\\/a.php?x=1&y=2\"}",
		    "+35 url url http://bad.example/a.php?x=1&y=2 u malformed\n" },
		/* no format, no escapes */
		{ "see ", " http://bad.example/a.php?x\\=1&y\\=2",
		    "+26 url url http://bad.example/a.php?x s malformed\n" },
		/* documents in strings, and in theirs */
		{ "{\"a\":\"{\\\"b\\\":\\\"",
		    "\\\"}\",\"c\":\"{\\\"u\\\":\\\"http:\\\\\\/\\\\\\/bad.example\\\\\\/a.php?x=1&y=2\\\"}\"}",
		    "+41 url url http://bad.example/a.php?x=1&y=2 u malformed\n" },
		{ "{\"a\":\"{\\\"b\\\":\\\"",
		    "\\\",\\\"u\\\":\\\"http:\\\\\\/\\\\\\/bad.example\\\\\\/a.php?x=1&y=2\\\"}\"}",
		    "+41 url url http://bad.example/a.php?x=1&y=2 u malformed\n" },
		{ "{\"a\":\"{\\\"b\\\":\\\"",
		    "\\\"}\",\"c\":\"{\\\"d\\\":\\\"{\\\\\\\"u\\\\\\\":\\\\\\\"http:\\\\\\\\\\\\\\/\\\\\\\\\\\\\\/"
		    "bad.example\\\\\\\\\\\\\\/a.php?x=1&y=2\\\\\\\"}\\\"}\"}",
		    "+53 url url http://bad.example/a.php?x=1&y=2 u malformed\n" },
		/* a string that holds no document is unescaped once */
		{ "{\"a\":\"{\\\"b\\\":\\\"", "\\\"}\",\"c\":\"C:\\\\nevil.example\"}", "" },
		{ "{\"a\":\"", "\",\"c\":\"C:\\\\tevil.example\"}", "" },
		/* names of files in paths */
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET /?", " GET /up/evil%2077%20doc.exe HTTP/1.1\"",
		    "+19 file-name exact evil%2077%20doc.exe f malformed\n" },
		{ W3C "2021-05-03 00:00:00 192.0.2.80 GET /", " /up/evil+77+doc.exe 443",
		    "+15 file-name exact evil+77+doc.exe f malformed\n" },
		{ "192.0.2.1 - - [03/May/2021:00:00:00 +0000] \"GET /?", " GET /up/evil+77+doc.exe HTTP/1.1\"", "" },
	};
	wt t;

	(void)state;
	open_index(&t);
	wt_value(&t, "f", AC_VALUE_FILE_NAME, "evil 77 doc.exe");
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		check_long(&t, rows[i].head, '.', rows[i].end, rows[i].want);
		if (!strchr(rows[i].head, '\t') && i != 6)
			check_long(&t, rows[i].head, ' ', rows[i].end, rows[i].want);
	}
	wt_close(&t);
}

/* Cut into chunks at every place, and by every kernel of this processor. */
static void
decoded_values__are_the_same_however_they_are_read(void **state)
{
	static const char input[] = ZEEK "1\tC\twww.b\\xc3\\xbccher.example\t-\t-\n" CEF
					 "request=http://bad.example/a.php?x\\=1&y\\=2 act=block\nevil.example\n";
	ac_buf want;
	wt t;

	(void)state;
	open_index(&t);
	ac_buf_init(&want, AC_KIB);
	ac_buf_add(&want, wt_scan(&t, input));
	assert_true(want.n > 0);
	for (size_t step = 1; step < sizeof(input); step += step < 70 ? 1 : 13) {
		wt_scan_n(&t, ac_str_from(input), step);
		assert_true(ac_str_eq(ac_buf_view(&t.report), ac_buf_view(&want)));
		assert_int_equal(t.counts.hits, 3);
	}
	ac_buf_done(&want);
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cef__is_found_without_its_backslashes),
		cmocka_unit_test(leef__ends_a_url_at_its_own_delimiter),
		cmocka_unit_test(zeek__is_found_without_its_bytes_in_hexadecimal),
		cmocka_unit_test(user_agent__with_quotes_is_the_whole_of_its_field),
		cmocka_unit_test(xml__is_found_without_its_entities),
		cmocka_unit_test(control_characters__are_no_part_of_a_value),
		cmocka_unit_test(control_characters__are_found_at_every_place),
		cmocka_unit_test(letters_behind_backslashes__are_control_characters_where_nothing_else_is_meant),
		cmocka_unit_test(csv__doubles_quotes),
		cmocka_unit_test(names_of_files__are_spelled_as_paths_are),
		cmocka_unit_test(composite_patterns__compare_what_was_meant),
		cmocka_unit_test(never_list__knows_a_name_as_paths_spell_it),
		cmocka_unit_test(w3c__has_a_plus_for_a_blank_in_a_url),
		cmocka_unit_test(url__needs_no_scheme_where_a_field_has_urls),
		cmocka_unit_test(pieces_of_overlong_lines__are_decoded_as_their_line_is),
		cmocka_unit_test(decoded_values__are_the_same_however_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
