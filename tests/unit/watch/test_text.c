/* SPDX-License-Identifier: Apache-2.0 */
/* Values that are found by a word of theirs: every spelling that telemetry has for them, and what only looks like them. */
#include "watch_test.h"

static void
registry_key__is_found_in_every_spelling_of_its_hive(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "set HKLM\\Software\\Evil Corp\\Agent7 ok",
		    "1:4+30 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		{ "HKEY_LOCAL_MACHINE\\SOFTWARE\\EVIL CORP\\AGENT7",
		    "1:0+44 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		{ "HKLM:\\Software\\Evil Corp\\Agent7",
		    "1:0+31 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		{ "\\REGISTRY\\MACHINE\\Software\\Evil Corp\\Agent7",
		    "1:0+43 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		{ "{\"TargetObject\":\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7\"}",
		    "1:17+33 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		/* escaped once more than its writer meant */
		{ "key=HKLM\\\\Software\\\\Evil Corp\\\\Agent7",
		    "1:4+33 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		{ "HKCU\\Software\\Xfiles9\\",
		    "1:0+21 windows-registry-key exact hkey_current_user\\software\\xfiles9 u\n" },
		/* an agent that sees all users writes that user's hive by the number */
		{ "HKU\\S-1-5-21-1004336348-1177238915-682003330-1001\\Software\\Xfiles9",
		    "1:0+66 windows-registry-key exact hkey_users\\s-1-5-21-1004336348-1177238915-682003330-1001\\"
		    "software\\xfiles9 u\n" },
		/* not these */
		{ "HKLM\\Software\\Evil Corp\\Agent77", "" },
		{ "HKLM\\Software\\Evil Corp\\Agent7\\Deeper", "" },
		{ "HKCU\\Software\\Evil Corp\\Agent7", "" },
		{ "XHKLM\\Software\\Evil Corp\\Agent7", "" },
		{ "Software\\Evil Corp\\Agent7", "" },
		{ "HKLM\\Software\\Other\\Evil Corp\\Agent7", "" },
		{ "HKU\\S-1-5-21-1\\Deeper\\Software\\Xfiles9", "" },
	};

	wt_open(&t);
	wt_value(&t, "r", AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil Corp\\Agent7");
	wt_value(&t, "u", AC_VALUE_REGISTRY_KEY, "HKCU\\Software\\Xfiles9");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
file_path__is_found_with_its_directory_only(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "run C:\\Windows\\Temp\\Evil1.exe now", "1:4+25 file-path exact c:\\windows\\temp\\evil1.exe w\n" },
		{ "{\"Image\":\"C:\\\\WINDOWS\\\\TEMP\\\\EVIL1.EXE\"}",
		    "1:10+28 file-path exact c:\\windows\\temp\\evil1.exe w\n" },
		{ "C:/windows/temp/evil1.exe -x", "1:0+25 file-path exact c:\\windows\\temp\\evil1.exe w\n" },
		{ "\\??\\C:\\Windows\\Temp\\evil1.exe", "1:4+25 file-path exact c:\\windows\\temp\\evil1.exe w\n" },
		/* as the kernel has it, on whichever drive */
		{ "<a>\\device\\harddiskvolume3\\windows\\temp\\evil1.exe</a>",
		    "1:3+46 file-path exact \\device\\harddiskvolume3\\windows\\temp\\evil1.exe w\n" },
		{ "{\"Image\":\"\\\\Device\\\\HarddiskVolume12\\\\Windows\\\\Temp\\\\Evil1.exe\"}",
		    "1:10+52 file-path exact \\device\\harddiskvolume12\\windows\\temp\\evil1.exe w\n" },
		{ "\\device\\harddiskvolume\\windows\\temp\\evil1.exe \\x\\harddiskvolume3\\windows\\temp\\evil1.exe",
		    "" },
		{ "exec /opt/Evil/run7 -d", "1:5+14 file-path exact /opt/Evil/run7 p\n" },
		{ "exe=\"/opt/Evil/run7\"", "1:5+14 file-path exact /opt/Evil/run7 p\n" },
		/* more separators than one are one */
		{ "exe=/opt//Evil///run7", "1:4+17 file-path exact /opt/Evil/run7 p\n" },
		{ "exe=//opt/Evil//run7 x", "1:4+16 file-path exact /opt/Evil/run7 p\n" },
		{ "exe=http://opt//Evil/run7 y//opt/Evil/run7 /opt//Evil/run7//x", "" },
		/* Defender's kinds of findings */
		{ "Path: file:_C:\\Windows\\Temp\\evil1.exe; x",
		    "1:12+25 file-path exact c:\\windows\\temp\\evil1.exe w\n" },
		{ "x_C:\\Windows\\Temp\\evil1.exe _C:\\Windows\\Temp\\evil1.exe", "" },
		{ "D:\\Windows\\Temp\\evil1.exe", "" },
		{ "C:\\Windows\\Temp\\x\\evil1.exe", "" },
		{ "evil1.exe", "" },
		{ "C:\\Windows\\Temp\\evil1.exe.mui", "" },
		{ "C:\\Windows\\Temp\\notevil1.exe", "" },
		{ "exec /opt/evil/run7", "" }, /* POSIX: another file */
		{ "exec /opt/Evil/run7/x", "" },
		{ "exec /var/opt/Evil/run7", "" },
		{ "GET http://h.example/opt/Evil/run7", "" },
		{ "../opt/Evil/run7", "" },
	};

	wt_open(&t);
	wt_value(&t, "w", AC_VALUE_FILE_PATH, "C:\\Windows\\Temp\\evil1.exe");
	wt_value(&t, "p", AC_VALUE_FILE_PATH, "/opt/Evil/run7");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
file_name__ends_the_field_that_names_a_file(void **state)
{
	wt t;

	wt_open(&t);
	wt_value(&t, "f", AC_VALUE_FILE_NAME, "tool.exe");
	assert_str(wt_scan(&t, "run \"my tool.exe\" now"), AC_S("1:8+8 file-name exact tool.exe f\n"));
	wt_close(&t);
	(void)state;
}

static void
mutex__is_one_where_the_record_says_so(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "{\"mutex\":\"Global\\\\EvilMutex\"}", "1:10+17 mutex exact Global\\EvilMutex m\n" },
		{ "{\"mutex\":\"\\\\Sessions\\\\1\\\\BaseNamedObjects\\\\Sh0rt\"}", "1:43+5 mutex exact Sh0rt s\n" },
		{ "{\"message\":\"Name: \\\\BaseNamedObjects\\\\Sh0rt\"}", "1:38+5 mutex exact Sh0rt s\n" },
		/* global names and those of sessions as they stand in the kernel's folders */
		{ "Mutant: \\BaseNamedObjects\\EvilMutex", "1:26+9 mutex exact EvilMutex m\n" },
		{ "{\"o\":\"\\\\Sessions\\\\1\\\\BaseNamedObjects\\\\EvilMutex\"}",
		    "1:39+9 mutex exact EvilMutex m\n" },
		{ "\\BaseNamedObjects\\EvilMutex2 \\Objects\\EvilMutex \\BaseNamedObjects\\evilmutex", "" },
		{ "created mutant Sh0rt", "1:15+5 mutex exact Sh0rt s\n" },
		/* so may the text of a field */
		{ "{\"message\":\"created mutant Sh0rt.\"}", "1:27+5 mutex exact Sh0rt s\n" },
		{ "{\"message\":\"created Sh0rt.\",\"mutant\":1,\"mutex\":\"x\"}", "" },
		{ "{\"message\":\"Sh0rt\",\"a\":\"mutex\"}", "" },
		{ "{\"mutex\":\"sh0rt\"}", "" }, /* CreateMutex: case counts */
		{ "{\"mutex\":\"Sh0rt x\"}", "" },
		{ "{\"mutex\":\"x Sh0rt\"}", "" },
		{ "{\"user\":\"Sh0rt\"}", "" },
		{ "login of Sh0rt", "" },
	};

	wt_open(&t);
	wt_value(&t, "m", AC_VALUE_MUTEX, "Global\\EvilMutex");
	wt_value(&t, "s", AC_VALUE_MUTEX, "Sh0rt");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
named_pipe__stands_among_pipes(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "open \\\\.\\pipe\\MSSE-1234-server", "1:14+16 named-pipe exact msse-1234-server n\n" },
		{ "\\Device\\NamedPipe\\msse-1234-server", "1:18+16 named-pipe exact msse-1234-server n\n" },
		{ "{\"PipeName\":\"\\\\MSSE-1234-SERVER\"}", "1:15+16 named-pipe exact msse-1234-server n\n" },
		{ "{\"host\":\"msse-1234-server\"}", "" },
		{ "\\\\.\\pipe\\MSSE-1234-server2", "" },
		{ "on msse-1234-server", "" },
	};

	wt_open(&t);
	wt_value(&t, "n", AC_VALUE_NAMED_PIPE, "\\\\.\\pipe\\MSSE-1234-server");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
user_agent__is_the_whole_of_its_field(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "{\"http\":{\"http_user_agent\":\"Mozilla/4.0 (compatible; Evil 2.1)\"}}",
		    "1:28+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "192.0.2.1 - - [x] \"GET / HTTP/1.1\" 200 5 \"-\" \"Mozilla/4.0 (compatible; Evil 2.1)\"",
		    "1:46+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "#Fields: date time cs(User-Agent)\n2021-07-19 10:00:00 Mozilla/4.0+(compatible;+Evil+2.1)",
		    "2:54+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "{\"http\":{\"http_user_agent\":\"Mozilla/4.0 (compatible; Evil 2.1) x\"}}", "" },
		/* as AWS has it */
		{ "{\"userAgent\":\"[Mozilla/4.0 (compatible; Evil 2.1)]\"}",
		    "1:15+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "{\"http\":{\"http_user_agent\":\"[Mozilla/4.0 (compatible; Evil 2.1)\"}}", "" },
		{ "{\"http\":{\"http_user_agent\":\"x [Mozilla/4.0 (compatible; Evil 2.1)]\"}}", "" },
		{ "{\"http\":{\"http_user_agent\":\"mozilla/4.0 (compatible; Evil 2.1)\"}}", "" },
		{ "saw Mozilla/4.0 (compatible; Evil 2.1) here", "" },
		/* JSON in it, whose longest word is the name of a member */
		{ "{\"user_agent\":\"kit/3 {\\\"implementation\\\":{\\\"version\\\":\\\"3.1\\\"},\\\"ci\\\":null}\"}",
		    "1:15+60 user-agent exact kit/3 {\"implementation\":{\"version\":\"3.1\"},\"ci\":null} q\n" },
		/* blanks around it are not of it */
		{ "{\"http\":{\"http_user_agent\":\" Mozilla/4.0 (compatible; Evil 2.1)  \"}}",
		    "1:29+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		/* a header as it went over the wire */
		{ "User-Agent: Mozilla/4.0 (compatible; Evil 2.1)",
		    "1:12+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "{\"m\":\"GET / HTTP/1.1\\r\\nUser-Agent: Mozilla/4.0 (compatible; Evil 2.1)\\r\\nHost: x\"}",
		    "1:36+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "CEF:0|F5|ASM|1|A|B|2|cs3=GET / HTTP/1.1\\r\\nuser-agent: Mozilla/4.0 (compatible; Evil 2.1)\\r\\nX: "
		  "y",
		    "1:55+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "<13>Jul 19 10:00:00 h x: a#015#012User-Agent: Mozilla/4.0 (compatible; Evil 2.1)#015#012b",
		    "1:46+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "%FTD-1-430003: SrcIP: 192.0.2.1, UserAgent: Mozilla/4.0 (compatible; Evil 2.1), WebApplication: x",
		    "1:44+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "[User root logged out (calls: 7, user agent: Mozilla/4.0 (compatible; Evil 2.1))]",
		    "1:45+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "{\"Message\":\"XML: <UserAgentString>Mozilla/4.0 (compatible; Evil 2.1)</UserAgentString>\"}",
		    "1:34+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		{ "UserAgent: Mozilla/4.0 (compatible; Evil 2.1), like x", "" },
		{ "UserAgent: Mozilla/4.0 (compatible; Evil 2.1); x, WebApplication: x", "" },
		{ "User-Agent: Mozilla/4.0 (compatible; Evil 2.1) x", "" },
		{ "User-Agent: x Mozilla/4.0 (compatible; Evil 2.1)", "" },
		{ "Server: Mozilla/4.0 (compatible; Evil 2.1)", "" },
		/* between quotes of a line of another log whose fields do not tell */
		{ "{\"m\":\"192.0.2.1 - - [19/Jul/2021:10:00:00 +0000] \\\"-\\\" \\\"GET / HTTP/1.1\\\" 200 1 0 "
		  "\\\"Mozilla/4.0 (compatible; Evil 2.1)\\\"\"}",
		    "1:84+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
		/* pairs of names and values in a message */
		{ "<134>Jul 19 10:00:00 h x: {\"h\":[{\"name\":\"User-Agent\",\"value\":\"Mozilla/4.0 (compatible; "
		  "Evil "
		  "2.1)\"}]}",
		    "1:62+34 user-agent exact Mozilla/4.0 (compatible; Evil 2.1) a\n" },
	};

	wt_open(&t);
	wt_value(&t, "q", AC_VALUE_USER_AGENT, "kit/3 {\"implementation\":{\"version\":\"3.1\"},\"ci\":null}");
	wt_value(&t, "a", AC_VALUE_USER_AGENT, "Mozilla/4.0 (compatible; Evil 2.1)");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
ja3__is_no_hash_of_a_file(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "{\"tls\":{\"ja3\":{\"hash\":\"ada70206e40642a3e4461f35503241d5\"}}}",
		    "1:23+32 ja3 exact ada70206e40642a3e4461f35503241d5 j\n" },
		{ "ja3=ADA70206E40642A3E4461F35503241D5", "1:4+32 ja3 exact ada70206e40642a3e4461f35503241d5 j\n" },
		{ "{\"tls\":{\"ja4\":\"t13d1516h2_8daaf6152771_b186095e22b6\"}}",
		    "1:15+36 ja4 exact t13d1516h2_8daaf6152771_b186095e22b6 4\n" },
		{ "{\"tls\":{\"ja4\":\"t13d1516h2_8daaf6152771_b186095e22b67\"}}", "" },
		{ "{\"ja3\":\"ada70206e40642a3e4461f35503241d5a\"}", "" },
	};

	wt_open(&t);
	wt_value(&t, "j", AC_VALUE_JA3, "ada70206e40642a3e4461f35503241d5");
	wt_value(&t, "4", AC_VALUE_JA4, "t13d1516h2_8daaf6152771_b186095e22b6");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
ja3__in_another_field_is_held_back(void **state)
{
	wt t;

	wt_open(&t);
	wt_value(&t, "j", AC_VALUE_JA3, "ada70206e40642a3e4461f35503241d5");
	assert_str(wt_scan(&t, "{\"http\":{\"url\":\"ada70206e40642a3e4461f35503241d5\"}}"), AC_S(""));
	assert_str(ac_buf_view(&t.held), AC_S("1 j other-field\n"));
	wt_close(&t);
	(void)state;
}

static void
certificate__is_found_with_and_without_colons(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "{\"tls\":{\"fingerprint\":\"aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd\"}}",
		    "1:23+59 x509-sha1 exact aabbccddeeff00112233445566778899aabbccdd 1\n" },
		{ "sha1=AABBCCDDEEFF00112233445566778899AABBCCDD",
		    "1:5+40 x509-sha1 exact aabbccddeeff00112233445566778899aabbccdd 1\n" },
		{ "fp AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99",
		    "1:3+95 x509-sha256 exact aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899 2\n" },
		{ "{\"tls\":{\"serial\":\"00:AB:CD:12:34:56:78:9A:BC\"}}",
		    "1:18+26 x509-serial exact abcd123456789abc s\n" },
		{ "{\"tls\":{\"serial\":\"ABCD123456789ABC\"}}", "1:18+16 x509-serial exact abcd123456789abc s\n" },
		{ "{\"tls\":{\"serial\":\"00abcd123456789abc\"}}", "1:18+18 x509-serial exact abcd123456789abc s\n" },
		/* in a text that says so */
		{ "{\"message\":\"peer: serial number: ABCD123456789ABC, x\"}",
		    "1:33+16 x509-serial exact abcd123456789abc s\n" },
		{ "{\"message\":\"id ABCD123456789ABC, x\",\"serial\":\"1\"}", "" },
		{ "serial 0xABCD123456789ABC", "" }, /* a word of its own: "0xabcd..." */
		{ "{\"flow_id\":\"abcd123456789abc\"}", "" },
		{ "fp aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee", "" },
		{ "fp aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc", "" },
	};

	wt_open(&t);
	wt_value(&t, "1", AC_VALUE_CERT_SHA1, "aabbccddeeff00112233445566778899aabbccdd");
	wt_value(&t, "2", AC_VALUE_CERT_SHA256, "aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899");
	wt_value(&t, "s", AC_VALUE_CERT_SERIAL, "AB:CD:12:34:56:78:9A:BC");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
mac__is_found_in_each_way_to_write_it(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "dhcp 00:00:5E:00:53:AF", "1:5+17 mac-addr exact 00:00:5e:00:53:af m\n" },
		{ "dhcp 00-00-5e-00-53-af", "1:5+17 mac-addr exact 00:00:5e:00:53:af m\n" },
		{ "dhcp 0000.5e00.53af", "1:5+14 mac-addr exact 00:00:5e:00:53:af m\n" },
		{ "0000.5e00.53af, 0000.5e00.53af", "1:0+14 mac-addr exact 00:00:5e:00:53:af m\n"
						    "1:16+14 mac-addr exact 00:00:5e:00:53:af m\n" },
		{ "dhcp 0000.5e00.53afa 1.0000.5e00.53af 0000.5e00.53af.1 a0000.5e00.53af 0000.5e00.53a", "" },
		{ "dhcp 00005e0053af", "1:5+12 mac-addr exact 00:00:5e:00:53:af m\n" },
		{ "IN=eth0 MAC=00:00:5e:00:53:01:00:00:5e:00:53:af:08:00 SRC=192.0.2.9",
		    "1:30+17 mac-addr exact 00:00:5e:00:53:af m\n" },
		{ "dhcp 00:00:5e:00:53:af:01", "" },
		{ "dhcp 01-00-00-5e-00-53-af", "" },
		{ "dhcp 00:00:5e:00:53:a", "" },
	};

	wt_open(&t);
	wt_value(&t, "m", AC_VALUE_MAC, "00:00:5e:00:53:af");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

/* The name of a member of JSON is the name of a field, when it is a word without digits: else every line of a format would hit. What is more than that, or elsewhere, is a value. */
static void
names_of_members__are_no_values(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "{\"hostname\":\"a\",\"to\":1}", "" },
		{ "{\"Hostname\":{\"to\":[]}}", "" },
		{ "{\"file\":\"hostname\",\"dir\":\"to\"}",
		    "1:9+8 file-name exact hostname h\n1:26+2 file-name exact to t\n" },
		{ "{\"host-name\":1,\"/etc/hostname\":2,\"hostname\" :3}",
		    "1:21+8 file-name exact hostname h\n1:34+8 file-name exact hostname h\n" },
		{ "{\"by_name\":{\"loader7\":4}}", "1:13+7 file-name exact loader7 d\n" },
		{ "{\"m\":\"{\\\"hostname\\\":1}\"}", "" },
		{ "{\"hostname\":\"hostname\"}", "1:13+8 file-name exact hostname h\n" },
	};

	wt_open(&t);
	wt_value(&t, "h", AC_VALUE_FILE_NAME, "hostname");
	wt_value(&t, "t", AC_VALUE_FILE_NAME, "to");
	wt_value(&t, "d", AC_VALUE_FILE_NAME, "loader7");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

/* A short word behind a backslash is looked for there only, in every spelling of the rest. */
static void
short_words_behind_backslashes__are_found(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "key HKLM\\Software\\Ab1 set",
		    "1:4+17 windows-registry-key exact hkey_local_machine\\software\\ab1 k\n" },
		{ "{\"k\":\"HKLM\\\\SOFTWARE\\\\AB1\"}",
		    "1:6+19 windows-registry-key exact hkey_local_machine\\software\\ab1 k\n" },
		{ "\\REGISTRY\\MACHINE\\SOFTWARE\\Ab1\nmutant Global\\Q7",
		    "1:0+30 windows-registry-key exact hkey_local_machine\\software\\ab1 k\n"
		    "2:38+9 mutex exact Global\\Q7 m\n" },
		{ "key HKLM\\Software\\Ab1x", "" },
		{ "key HKLM\\Software\\Ab1\\x", "" },
		{ "key HKLM\\Software\\xAb1 Ab1 \\", "" },
		{ "mutant Global\\Q70 Global/Q7 \\Q7", "" },
	};

	wt_open(&t);
	wt_value(&t, "k", AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Ab1");
	wt_value(&t, "m", AC_VALUE_MUTEX, "Global\\Q7");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

static void
as_number__is_one_in_its_field_or_with_its_letters(void **state)
{
	wt t;
	static const wt_row rows[] = {
		{ "{\"source_asn\":64496}", "1:14+5 autonomous-system exact 64496 a\n" },
		{ "{\"source\":{\"asn\":\"AS64496\"}}", "1:18+7 autonomous-system exact 64496 a\n" },
		/* what stands before a number says what it is */
		{ "origin AS 64496, asn=64496; \"asn\": 64496",
		    "1:10+5 autonomous-system exact 64496 a\n1:21+5 autonomous-system exact 64496 a\n1:35+5 "
		    "autonomous-system exact 64496 a\n" },
		{ "Autonomous System Number: 64496 of 64496 octets", "1:26+5 autonomous-system exact 64496 a\n" },
		{ "as 64496 asn x 64496 BAS 64496 lasn=64496 AS  64496", "" },
		{ "announced by AS64496", "1:13+7 autonomous-system exact 64496 a\n" },
		{ "{\"asn\":\"1.10\"}", "1:8+4 autonomous-system exact 65546 d\n" },
		{ "{\"asn\":65546}", "1:7+5 autonomous-system exact 65546 d\n" },
		{ "{\"as\":{\"organization\":{\"name\":\"x\"},\"number\":64496}}",
		    "1:44+5 autonomous-system exact 64496 a\n" },
		{ "{\"a\":1}\n{\"autonomous_system\":{\"number\":64496}}", "2:39+5 autonomous-system exact 64496 a\n" },
		{ "dst=192.0.2.1 dstasn=64496 srcasn=1.10", "1:21+5 autonomous-system exact 64496 a\n"
							    "1:34+4 autonomous-system exact 65546 d\n" },
		{ "host,dst_asn,n\nx,64496,64496\ny,1,64496\nz,64496,2",
		    "2:17+5 autonomous-system exact 64496 a\n4:41+5 autonomous-system exact 64496 a\n" },
		{ "as64496. (AS64496) AS64496.example AS64496-1 AS644961", "1:0+7 autonomous-system exact 64496 a\n"
									   "1:10+7 autonomous-system exact 64496 a\n" },
		{ "host,dst_asn,m\nx,64496,{\"a\":\"b\\\\c\"}\n", "2:17+5 autonomous-system exact 64496 a\n" },
		/* named behind it */
		{ "{\"value\":\"64496\",\"name\":\"ASN\"}", "1:10+5 autonomous-system exact 64496 a\n" },
		{ "CEF:0|a|b|1|2|c|3|cn1=64496 cn1Label=ASN src=192.0.2.1",
		    "1:22+5 autonomous-system exact 64496 a\n" },
		{ "CEF:0|a|b|1|2|c|3|cn1Label=ASN cn1=64496 src=192.0.2.1",
		    "1:35+5 autonomous-system exact 64496 a\n" },
		{ "{\"asn\":\"64496.1\",\"srcasn\":\"3.64496\"}", "" },
		{ "{\"src_port\":64496}", "" },
		{ "64496 bytes", "" },
		{ "{\"asn\":644960}", "" },
		{ "BAS64496", "" },
	};

	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_AS_NUMBER, "AS64496");
	wt_value(&t, "d", AC_VALUE_AS_NUMBER, "65546");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

/* A text of several regions, in each of which the number or its name may stand. */
static void
as_number__is_one_wherever_its_line_names_it(void **state)
{
	static char pad[60000];
	const struct {
		const char *before, *behind;
		size_t offset;
	} rows[] = {
		{ "{\"value\":64496,\"x\":\"", "\",\"name\":\"ASN\"}", 9 },
		{ "{\"asn\":[\"", "\",64496]}", 9 + 2 },
	};
	wt t;

	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_AS_NUMBER, "AS64496");
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		for (size_t n = 48 * 1024 - 90; n < 48 * 1024 + 90; n++) {
			size_t offset = rows[i].offset + (i ? n : 0);
			ac_buf line, want;

			ac_buf_init(&line, AC_MIB);
			ac_buf_init(&want, AC_MIB);
			memset(pad, '.', n);
			pad[n] = '\0';
			ac_buf_printf(&line, "%s%s%s", rows[i].before, pad, rows[i].behind);
			ac_buf_printf(&want, "1:%zu+5 autonomous-system exact 64496 a\n", offset);
			ac_buf_add_byte(&line, '\0');
			assert_str(wt_scan(&t, line.p), ac_buf_view(&want));
			ac_buf_done(&line);
			ac_buf_done(&want);
		}
	wt_close(&t);
	(void)state;
}

static void
other_digests__are_found_by_exact_length(void **state)
{
	wt t;
	static const char sha224[] = "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7";
	static const char sha384[] =
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7";
	static const wt_row rows[] = {
		{ "h=23097D223405D8228642A477BDA255B32AADBCE4BDA0B3F7E36C9DA7",
		    "1:2+56 sha224 exact 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7 2\n" },
		{ "h=cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
		    "1:2+96 sha384 exact "
		    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7 "
		    "3\n" },
		{ "h=23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da70", "" },
		{ "h=23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da", "" },
		{ "ssdeep 3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
		    "1:7+40 ssdeep exact 3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C s\n" },
		{ "ssdeep 3:axgbicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "" },
		{ "ssdeep 3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C/", "" },
	};

	wt_open(&t);
	wt_value(&t, "2", AC_VALUE_SHA224, sha224);
	wt_value(&t, "3", AC_VALUE_SHA384, sha384);
	wt_value(&t, "s", AC_VALUE_SSDEEP, "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
	(void)state;
}

/* A thousand values under one key directory: each gets an anchor of its own, none the words that they share. */
static void
anchors__are_rare_words(void **state)
{
	size_t records = 0, evil = 0;
	ac_index_record r;
	uint32_t place = 0;
	wt t;
	char text[96];

	wt_open(&t);
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(
		    text, sizeof(text), "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\evil%u", i);
		wt_value(&t, "r", AC_VALUE_REGISTRY_KEY, text);
	}
	wt_build(&t);
	while (ac_index_each_record(t.index, &place, &r)) {
		evil += ac_str_eq(ac_str_slice(r.text, r.anchor_at, r.anchor_at + 4), AC_S("evil"));
		records++;
	}
	assert_int_equal(records, 1000);
	assert_true(evil >= 900);
	assert_str(wt_scan(&t, "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\evil999"),
	    AC_S("1:0+58 windows-registry-key exact hkey_local_machine\\software\\microsoft\\windows\\currentversion\\"
		 "run\\evil999 r\n"));
	wt_close(&t);
	(void)state;
}

/* What two lists write in two ways is one record with two postings. */
static void
equal_texts__are_one_record(void **state)
{
	size_t at = 0, records = 0, postings = 0;
	ac_index_posting posting;
	ac_index_record r;
	uint32_t place = 0;
	wt t;

	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil Corp\\Agent7");
	wt_value(&t, "b", AC_VALUE_REGISTRY_KEY, "hkey_local_machine\\software\\EVIL corp\\agent7\\");
	wt_build(&t);
	while (ac_index_each_record(t.index, &place, &r)) {
		records++;
		for (at = 0; ac_posting_next(&r, &at, &posting);)
			postings++;
	}
	assert_int_equal(records, 1);
	assert_int_equal(postings, 2);
	wt_close(&t);
	(void)state;
}

/* Thousands of keys in one field: each is looked at by what stands behind it only. */
static void
registry_key__of_a_value_costs_its_bytes(void **state)
{
	static const char key[] = "HKLM\\\\Software\\\\Evil Corp\\\\Agent7\\\\a ";
	ac_buf line;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "r", AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil Corp\\Agent7");
	ac_buf_init(&line, AC_MIB);
	ac_buf_add_cstr(&line, "{\"EventType\":\"SetValue\",\"TargetObject\":\"");
	for (unsigned i = 0; i < 20000; i++)
		ac_buf_add_cstr(&line, key);
	ac_buf_add_cstr(&line, "\"}");
	wt_scan_n(&t, ac_buf_view(&line), 0);
	assert_int_equal(t.counts.hits, 1);
	ac_buf_done(&line);
	wt_close(&t);
}

static void
registry_key__is_that_of_the_value_behind_it(void **state)
{
	static const wt_row rows[] = {
		/* Sysmon as Winlogbeat, an agent and an exporter of XML write it */
		{ "{\"winlog\":{\"event_id\":13,\"event_data\":{\"EventType\":\"SetValue\",\"TargetObject\":"
		  "\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7\\\\Updater\"}}}",
		    "1:78+33 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		{ "{\"EventType\":\"SetValue\",\"TargetObject\":\"HKLM\\\\Software\\\\Evil "
		  "Corp\\\\Agent7\\\\(Default)\"}",
		    "1:40+33 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		{ "EventType=DeleteValue TargetObject=\"HKLM\\Software\\Evil Corp\\Agent7\\a b.c\" Image=x",
		    "1:36+30 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		/* ECS */
		{ "{\"registry\":{\"path\":\"HKLM\\\\Software\\\\Evil "
		  "Corp\\\\Agent7\\\\Up\\\\date\",\"value\":\"UP\\\\date\"}}",
		    "1:21+33 windows-registry-key exact hkey_local_machine\\software\\evil corp\\agent7 r\n" },
		/* a deeper key */
		{ "{\"EventType\":\"SetValue\",\"TargetObject\":"
		  "\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7\\\\Sub\\\\Updater\"}",
		    "" },
		{ "{\"registry\":{\"path\":\"HKLM\\\\Software\\\\Evil "
		  "Corp\\\\Agent7\\\\Up\\\\date\",\"value\":\"date\"}}",
		    "" },
		{ "{\"EventType\":\"CreateKey\",\"TargetObject\":\"HKLM\\\\Software\\\\Evil "
		  "Corp\\\\Agent7\\\\Updater\"}",
		    "" },
		/* nobody says that it is a value */
		{ "{\"TargetObject\":\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7\\\\Updater\"}", "" },
		{ "{\"EventType\":\"SetValue\",\"RegistryKey\":\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7\\\\Updater\"}",
		    "" },
		{ "{\"registry\":{\"path\":\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7\\\\Updater\",\"value\":\"er\"}}",
		    "" },
		{ "{\"EventType\":\"SetValue\",\"CommandLine\":\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7\\\\Updater\"}",
		    "" },
		{ "EventType=SetValue HKLM\\Software\\Evil Corp\\Agent7\\Updater", "" },
		/* a longer name */
		{ "{\"EventType\":\"SetValue\",\"TargetObject\":\"HKLM\\\\Software\\\\Evil Corp\\\\Agent7 two\"}", "" },
		{ "{\"EventType\":\"SetValue\",\"TargetObject\":\"HKLM\\\\Software\\\\Evil "
		  "Corp\\\\Agent77\\\\Updater\"}",
		    "" },
		{ "{\"EventType\":\"SetValue\",\"TargetObject\":\"HKLM\\\\Software\\\\Evil "
		  "Corp\\\\Agent7.x\\\\Updater\"}",
		    "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "r", AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil Corp\\Agent7");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registry_key__is_found_in_every_spelling_of_its_hive),
		cmocka_unit_test(registry_key__is_that_of_the_value_behind_it),
		cmocka_unit_test(registry_key__of_a_value_costs_its_bytes),
		cmocka_unit_test(file_path__is_found_with_its_directory_only),
		cmocka_unit_test(file_name__ends_the_field_that_names_a_file),
		cmocka_unit_test(mutex__is_one_where_the_record_says_so),
		cmocka_unit_test(named_pipe__stands_among_pipes),
		cmocka_unit_test(user_agent__is_the_whole_of_its_field),
		cmocka_unit_test(ja3__is_no_hash_of_a_file),
		cmocka_unit_test(ja3__in_another_field_is_held_back),
		cmocka_unit_test(certificate__is_found_with_and_without_colons),
		cmocka_unit_test(names_of_members__are_no_values),
		cmocka_unit_test(mac__is_found_in_each_way_to_write_it),
		cmocka_unit_test(short_words_behind_backslashes__are_found),
		cmocka_unit_test(as_number__is_one_in_its_field_or_with_its_letters),
		cmocka_unit_test(as_number__is_one_wherever_its_line_names_it),
		cmocka_unit_test(other_digests__are_found_by_exact_length),
		cmocka_unit_test(anchors__are_rare_words),
		cmocka_unit_test(equal_texts__are_one_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
