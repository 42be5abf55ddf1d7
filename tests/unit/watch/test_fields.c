/* SPDX-License-Identifier: Apache-2.0 */
/* The table of names: every name is found, none twice, and ends of dotted names count. */
#include <stdio.h>

#include "test.h"

#include "watch/logs/logs.h"

static void
names__leave_a_quarter_of_the_slots_empty(void **state)
{
	static ac_field_names names;
	size_t used = 0;

	(void)state;
	ac_field_names_init(&names);
	for (size_t i = 0; i < AC_FIELD_SLOTS; i++) {
		const ac_field_slot *s = &names.slots[i];

		if (!s->p)
			continue;
		used++;
		assert_in_range(s->n, 1, AC_FIELD_NAME_MAX);
		for (size_t k = 0; k < s->n; k++)
			assert_false(s->p[k] >= 'A' && s->p[k] <= 'Z');
		assert_int_equal(ac_field_role_of(&names, (ac_str){ s->p, s->n }), s->role);
	}
	assert_in_range(used, 500, AC_FIELD_SLOTS / 4 * 3);
}

static void
role__is_that_of_the_longest_known_end(void **state)
{
	static const struct {
		const char *name;
		ac_field_role role;
	} rows[] = {
		{ "src_ip", AC_FIELD_SOURCE },
		{ "SRC_IP", AC_FIELD_SOURCE },
		{ "a.b.src_ip", AC_FIELD_SOURCE },
		{ "winlog.event_data.DestinationIp", AC_FIELD_DESTINATION },
		{ "timestamp", AC_FIELD_TIME },
		{ "dns.timestamp", AC_FIELD_OTHER },
		{ "tls.ja3.hash", AC_FIELD_JA3 },
		{ "tls.ja3s.hash", AC_FIELD_OTHER },
		{ "file.hash.sha256", AC_FIELD_HASH },
		{ "tls.server.hash.sha256", AC_FIELD_CERT_FINGERPRINT },
		{ "process.parent.executable", AC_FIELD_PARENT_PATH },
		{ "process.executable", AC_FIELD_PROCESS_PATH },
		{ "http.hostname", AC_FIELD_URL_HOST },
		{ "hostname", AC_FIELD_SENSOR },
		{ "agent.version", AC_FIELD_SOFTWARE },
		{ "version.x", AC_FIELD_OTHER },
		{ "requestObject.spec.containers.image", AC_FIELD_OTHER },
		{ "winlog.event_data.Image", AC_FIELD_PROCESS_PATH },
		{ "httpRequest.remoteIp", AC_FIELD_SOURCE },
		{ "RemoteIP", AC_FIELD_DESTINATION },
		{ "properties.autonomousSystemNumber", AC_FIELD_AS_NUMBER },
		{ "host.os.kernel", AC_FIELD_SOFTWARE },
		{ "sw_ver", AC_FIELD_SOFTWARE },
		{ "dest", AC_FIELD_DESTINATION },
		{ "a.dest", AC_FIELD_OTHER },
		{ "", AC_FIELD_OTHER },
		{ ".", AC_FIELD_OTHER },
	};
	static ac_field_names names;

	(void)state;
	ac_field_names_init(&names);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_field_role got = ac_field_role_of(&names, ac_str_from(rows[i].name));

		if (got != rows[i].role)
			print_error("%s: %s\n", rows[i].name, ac_field_role_name(got));
		assert_int_equal(got, rows[i].role);
	}
}

/* Ten times as many names as have room, again and again, and such that differ in the middle only. */
static void
remembered_names__have_the_role_that_they_have_without_memory(void **state)
{
	static const char *const ends[] = { "", ".src_ip", ".hash.sha256", ".version", "dst_port", "ts" };
	static ac_log_state s;
	char name[80];

	(void)state;
	ac_log_state_init(&s, (ac_time){ 0, 0 });
	assert_non_null(s.known);
	for (unsigned i = 0; i < 3 * 2560; i++) {
		unsigned k = i % 2560;
		int n = snprintf(name, sizeof(name), "%s%.*s%u%s", k % 3 ? "" : "user", (int)(k % 50),
		    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", k % 7 ? 1 : k, ends[k % AC_COUNT(ends)]);
		ac_str text = ac_str_slice((ac_str){ name, (size_t)n }, k % 5 ? 0 : (size_t)n / 2, (size_t)n);

		assert_int_equal(ac_log_role(&s, text), ac_field_role_of(&s.names, text));
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(ac_log_role(&s, AC_S("src")), AC_FIELD_SOURCE);
		assert_int_equal(ac_log_role(&s, AC_S("dst")), AC_FIELD_DESTINATION);
		assert_int_equal(ac_log_role(&s, AC_S("")), AC_FIELD_OTHER);
	}
	ac_log_state_done(&s);
}

static void
role_names__are_read_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < AC_FIELD_ROLE_COUNT; i++) {
		ac_field_role role = AC_FIELD_ROLE_COUNT;

		assert_true(ac_field_role_from_name(ac_str_from(ac_field_role_name((ac_field_role)i)), &role));
		assert_int_equal(role, i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names__leave_a_quarter_of_the_slots_empty),
		cmocka_unit_test(role__is_that_of_the_longest_known_end),
		cmocka_unit_test(remembered_names__have_the_role_that_they_have_without_memory),
		cmocka_unit_test(role_names__are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
