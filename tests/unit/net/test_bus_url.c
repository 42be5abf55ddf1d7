/* SPDX-License-Identifier: Apache-2.0 */
/* URLs of buses and files of properties: what is taken, what is refused with which words, and that no secret is repeated. */
#include "test.h"

#include "base/limits.h"
#include "fail_malloc.h"
#include "net/bus_url.h"

static int
parse(const char *text, ac_arena *arena, ac_bus_url *out, accord_err *err)
{
	ac_arena_reset(arena);
	return ac_bus_url_parse(ac_str_from(text), arena, out, err);
}

static void
url__gives_all_its_parts(void **state)
{
	accord_err err = { 0 };
	ac_bus_url url;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(parse("KAFKA://a.example:9092,[2001:db8::1]:9093,192.0.2.1/"
			       "one,two.x_y-z?group=team%2fA&hits=found&start=latest&end=stop",
			     &arena, &url, &err),
	    0);
	assert_str(url.brokers, AC_S("a.example:9092,[2001:db8::1]:9093,192.0.2.1"));
	assert_int_equal(url.topic_count, 2);
	assert_str(url.topics[0], AC_S("one"));
	assert_str(url.topics[1], AC_S("two.x_y-z"));
	assert_str(url.group, AC_S("team/A"));
	assert_str(url.hits, AC_S("found"));
	assert_true(url.from_latest && url.stop_at_end);
	assert_int_equal(parse("kafka://a/t?group=g", &arena, &url, &err), 0);
	assert_true(!url.from_latest && !url.stop_at_end && url.hits.n == 0);
	assert_int_equal(parse("kafka://a/t?end=wait&start=earliest&group=g", &arena, &url, &err), 0);
	assert_true(!url.from_latest && !url.stop_at_end);
	ac_arena_done(&arena);
}

static void
url__is_refused_with_what_was_wanted(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "kafka://", "want a topic" },
		{ "kafka://a", "want a topic" },
		{ "kafka://a/", "want the name of a topic" },
		{ "kafka://a/t", "want a group" },
		{ "kafka://a/t?", "want key=value" },
		{ "kafka://a/t?group", "want key=value" },
		{ "kafka://a/t?group=", "group wants a name" },
		{ "kafka://a/t?group=a%20b", "group wants a name" },
		{ "kafka://a/t?group=a%00b", "group wants a name" },
		{ "kafka://a/t?group=%4", "two hexadecimal digits" },
		{ "kafka://a/t?group=%zz", "two hexadecimal digits" },
		{ "kafka://a/t?group=g&group=h", "given twice" },
		{ "kafka://a/t?group=g&sasl.password=secret", "want group, hits, start or end" },
		{ "kafka://a/t?group=g&start=now", "start wants earliest or latest" },
		{ "kafka://a/t?group=g&end=now", "end wants stop or wait" },
		{ "kafka://a/t?group=g&hits=t", "another topic" },
		{ "kafka://a/t?group=g&hits=", "hits wants the name" },
		{ "kafka://a/t?group=g&hits=a%2fb", "hits wants the name" },
		{ "kafka://a/t,t?group=g", "named twice" },
		{ "kafka://a/t,?group=g", "want the name of a topic" },
		{ "kafka://a/..?group=g", "want the name of a topic" },
		{ "kafka://a/t/u?group=g", "want the name of a topic" },
		{ "kafka:///t?group=g", "want a broker" },
		{ "kafka://a,/t?group=g", "want a broker" },
		{ "kafka://a:/t?group=g", "want a broker" },
		{ "kafka://a:0/t?group=g", "want a broker" },
		{ "kafka://a:65536/t?group=g", "want a broker" },
		{ "kafka://a:1x/t?group=g", "want a broker" },
		{ "kafka://[::1/t?group=g", "want a broker" },
		{ "kafka://[]:1/t?group=g", "want a broker" },
		{ "kafka://a b/t?group=g", "want a broker" },
		{ "kafka://me:secret@a/t?group=g", "without user and password" },
	};
	ac_bus_url url;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		accord_err err = { 0 };

		if (parse(rows[i].text, &arena, &url, &err) != ACCORD_EUSAGE || !strstr(err.text, rows[i].words) ||
		    strstr(err.text, "secret"))
			fail_msg("%s: %s", rows[i].text, err.text);
	}
	ac_arena_done(&arena);
}

static void
properties__are_names_and_values(void **state)
{
	static const char text[] = "# TLS\r\nsecurity.protocol = sasl_ssl\r\n\n ; "
				   "more\nssl.ca.location=/etc/ca.pem\nsasl.password =  a = b \n";
	ac_bus_properties p;
	accord_err err = { 0 };
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_bus_properties_read(ac_str_from(text), &arena, &p, &err), 0);
	assert_int_equal(p.count, 3);
	assert_str(p.items[0].name, AC_S("security.protocol"));
	assert_str(p.items[0].value, AC_S("sasl_ssl"));
	assert_str(p.items[2].name, AC_S("sasl.password"));
	assert_str(p.items[2].value, AC_S("a = b"));
	assert_int_equal(ac_bus_properties_read(AC_S(""), &arena, &p, &err), 0);
	assert_int_equal(p.count, 0);
	ac_arena_done(&arena);
}

static void
property__that_is_not_the_users_is_refused(void **state)
{
	static const char *const names[] = { "group.id", "enable.auto.commit", "enable.auto.offset.store",
		"bootstrap.servers", "plugin.library.paths", "ssl.engine.location", "ssl.providers",
		"sasl.kerberos.kinit.cmd", "auto.offset.reset", "acks", "statistics.interval.ms", "", "ssl", "opaque" };
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		ac_bus_properties p;
		accord_err err = { 0 };
		ac_str text = ac_arena_printf(&arena, "client.id=x\n%s = secret\n", names[i]);

		if (ac_bus_properties_read(text, &arena, &p, &err) != ACCORD_EUSAGE || err.line != 2 ||
		    strstr(err.text, "secret"))
			fail_msg("%s: %s", names[i], err.text);
	}
	ac_arena_done(&arena);
}

static void
reading__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_bus_properties p;
		accord_err err = { 0 };
		ac_bus_url url;
		ac_arena arena;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_bus_url_parse(AC_S("kafka://a/t,u?group=g&hits=h"), &arena, &url, &err);
		if (!rc)
			rc = ac_bus_properties_read(AC_S("client.id=x\n"), &arena, &p, &err);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(url__gives_all_its_parts),
		cmocka_unit_test(url__is_refused_with_what_was_wanted),
		cmocka_unit_test(properties__are_names_and_values),
		cmocka_unit_test(property__that_is_not_the_users_is_refused),
		cmocka_unit_test(reading__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
