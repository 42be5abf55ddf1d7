/* SPDX-License-Identifier: Apache-2.0 */
/* Records as observations: every row of the table of places holds, and values are compared in canonical form. */
#include <stdio.h>

#include "test.h"

#include "match/matcher.h"
#include "stix/pattern_write.h"
#include "watch/events.h"

#define SEED ((ac_hash_seed){ { 11, 22 } })

/* Whether a pattern holds for one line of telemetry. */
static bool
holds(const char *pattern, const char *line)
{
	ac_pattern_set *set = NULL;
	ac_observations *o = NULL;
	ac_events *e = NULL;
	ac_matcher *m = NULL;
	const ac_pattern_node *root, *canonical = NULL;
	ac_log_state log;
	ac_log_record record = { 0 };
	ac_bracket_result result = { 0 };
	accord_err err = { 0 };
	ac_arena arena;
	ac_buf text;

	ac_arena_init(&arena, (size_t)1 << 28);
	ac_buf_init(&text, (size_t)1 << 20);
	if (ac_pattern_parse(ac_str_from(pattern), &arena, &root, &err)) {
		print_error("%s: %s\n", pattern, err.text);
		fail();
	}
	assert_int_equal(ac_events_canonical(root, &arena, &canonical, &err), 0);
	assert_int_equal(ac_pattern_write(canonical, &text, &err), 0);
	assert_int_equal(ac_pattern_set_new(SEED, &set, &err), 0);
	assert_int_equal(ac_pattern_set_add(set, ac_buf_view(&text), 0, NULL, &err), 0);
	assert_int_equal(ac_pattern_set_finish(set, &err), 0);
	assert_int_equal(ac_observations_new(SEED, (size_t)1 << 28, &o, &err), 0);
	assert_int_equal(ac_matcher_new(set, &m, &err), 0);
	assert_int_equal(ac_events_new(set, m, SEED, &e, &err), 0);
	ac_log_state_init(&log, (ac_time){ 1700000000, 0 });
	ac_log_want(&log, ac_events_roles(e));
	(void)ac_log_see(&log, ac_str_from(line));
	ac_log_read(&log, ac_str_from(line), &arena, &record);
	(void)ac_events_add(e, o, &record, (ac_time){ 1700000000, 0 }, &arena);
	assert_int_equal(ac_observations_seal(o, &err), 0);
	assert_int_equal(ac_matcher_brackets(m, o, &AC_MATCHER_BUDGET, &arena, &result, &err), 0);
	ac_log_state_done(&log);
	ac_events_free(e);
	ac_matcher_free(m);
	ac_observations_free(o);
	ac_pattern_set_free(set);
	ac_buf_done(&text);
	ac_arena_done(&arena);
	return result.count > 0;
}

#define EVE_HTTP                                                                                                       \
	"{\"timestamp\":\"2023-11-14T22:13:20.1+0000\",\"event_type\":\"http\",\"host\":\"sensor-1\",\"src_ip\":"      \
	"\"192.0.2.7\",\"src_port\":49152,"                                                                            \
	"\"dest_ip\":\"2001:DB8:0::1\",\"dest_port\":8080,\"proto\":\"TCP\",\"http\":{\"hostname\":\"WWW.Evil."        \
	"Example\",\"url\":\"/a/B?c=d\","                                                                              \
	"\"http_user_agent\":\"Agent/1.0\",\"http_method\":\"GET\",\"status\":200}}"
#define EVE_DNS                                                                                                        \
	"{\"timestamp\":\"2023-11-14T22:13:20.1+0000\",\"event_type\":\"dns\",\"src_ip\":\"192.0.2.7\",\"dest_ip\":"   \
	"\"192.0.2.53\","                                                                                              \
	"\"proto\":\"UDP\",\"dns\":{\"type\":\"answer\",\"rrname\":\"Evil.Example.\",\"answers\":[{\"rrname\":\"evil." \
	"example\",\"rdata\":\"198.51.100.9\"}]}}"
#define SYSMON                                                                                                         \
	"{\"EventData\":{\"UtcTime\":\"2023-11-14 "                                                                    \
	"22:13:20.000\",\"ProcessId\":4242,\"Image\":\"C:\\\\Windows\\\\Temp\\\\Evil.EXE\",\"CommandLine\":\"evil."    \
	"exe -k\","                                                                                                    \
	"\"User\":\"CORP\\\\alice\",\"ParentImage\":\"C:\\\\Windows\\\\explorer.exe\",\"ParentCommandLine\":"          \
	"\"explorer.exe /x\","                                                                                         \
	"\"Hashes\":\"MD5=00112233445566778899AABBCCDDEEFF,SHA256="                                                    \
	"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF\"}}"
#define SET_VALUE                                                                                                      \
	"{\"EventData\":{\"EventType\":\"SetValue\",\"TargetObject\":\"HKLM\\\\Software\\\\Evil\\\\Run\",\"Details\":" \
	"\"C:"                                                                                                         \
	"\\\\evil.exe\"}}"
#define ECS_VALUE                                                                                                      \
	"{\"registry\":{\"data\":{\"strings\":[\"x\"]},\"hive\":\"HKLM\",\"key\":\"Software\\\\Evil\",\"path\":"       \
	"\"HKLM\\\\Software\\\\Evil\\\\Run\",\"value\":\"Run\"}}"
#define REGISTRY "{\"EventData\":{\"TargetObject\":\"HKLM\\\\Software\\\\Evil\\\\Run\",\"Details\":\"C:\\\\evil.exe\"}}"

static void
events__are_observations_of_the_standard(void **state)
{
	static const struct {
		const char *line, *pattern;
		bool want;
	} rows[] = {
		{ EVE_HTTP, "[network-traffic:src_ref.value = '192.0.2.7' AND network-traffic:dst_port = 8080]", true },
		{ EVE_HTTP, "[network-traffic:dst_ref.value = '192.0.2.7']", false },
		{ EVE_HTTP, "[network-traffic:dst_ref.value = '2001:db8::1']", true },
		{ EVE_HTTP, "[network-traffic:dst_ref.type = 'ipv6-addr']", true },
		{ EVE_HTTP, "[ipv6-addr:value = '2001:0db8:0:0::0001']", true },
		{ EVE_HTTP, "[ipv4-addr:value ISSUBSET '192.0.2.0/24']", true },
		{ EVE_HTTP, "[ipv4-addr:value ISSUBSET '198.51.100.0/24']", false },
		{ EVE_HTTP, "[network-traffic:protocols[*] = 'TCP']", true },
		{ EVE_HTTP, "[network-traffic:src_port > 49151 AND network-traffic:src_port <= 49152]", true },
		{ EVE_HTTP, "[domain-name:value = 'www.EVIL.example.']", true },
		{ EVE_HTTP, "[domain-name:value LIKE '%.Evil.Example']", true },
		{ EVE_HTTP, "[domain-name:value MATCHES '^www\\\\.evil']", true },
		{ EVE_HTTP, "[domain-name:value = 'evil.example']", false },
		{ EVE_HTTP, "[url:value = 'http://www.evil.example/a/B?c=d']", true },
		{ EVE_HTTP, "[url:value = 'http://www.evil.example/a/b?c=d']", false },
		{ EVE_HTTP, "[network-traffic:extensions.'http-request-ext'.request_value LIKE '/a/%']", true },
		{ EVE_HTTP, "[network-traffic:extensions.'http-request-ext'.request_method = 'GET']", true },
		{ EVE_HTTP, "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Agent/1.0']",
		    true },
		{ EVE_HTTP, "[url:value LIKE '%/a/%' AND NOT EXISTS url:x_none]", true },
		{ EVE_HTTP, "[NOT EXISTS network-traffic:x_none]", true },
		{ EVE_HTTP, "[EXISTS email-message:subject]", false },
		{ EVE_DNS,
		    "[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '198.51.100.9']",
		    true },
		{ EVE_DNS, "[domain-name:resolves_to_refs[*].value ISSUBSET '198.51.100.0/28']", true },
		{ EVE_DNS, "[domain-name:value IN ('a.example', 'evil.example')]", true },
		{ SYSMON, "[process:command_line LIKE '%-k' AND process:pid = 4242]", true },
		{ SYSMON, "[process:image_ref.name = 'evil.exe']", true },
		{ SYSMON, "[process:image_ref.parent_directory_ref.path = 'C:\\\\Windows\\\\Temp']", true },
		{ SYSMON, "[process:image_ref.hashes.MD5 = '00112233445566778899aabbccddeeff']", true },
		{ SYSMON,
		    "[process:image_ref.name = 'evil.exe' AND process:parent_ref.image_ref.name = 'Explorer.exe']",
		    true },
		{ SYSMON, "[process:parent_ref.command_line LIKE '%/x']", true },
		{ SYSMON, "[process:creator_user_ref.account_login = 'CORP\\\\alice']", true },
		{ SYSMON,
		    "[file:hashes.'SHA-256' = '00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF' AND "
		    "file:name = 'EVIL.exe']",
		    true },
		{ REGISTRY, "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Evil\\\\Run']", true },
		{ REGISTRY, "[windows-registry-key:values[*].data = 'C:\\\\evil.exe']", true },
		{ REGISTRY, "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Evil']", false },
		{ REGISTRY, "[windows-registry-key:values[*].name = 'Run']", false },
		{ SET_VALUE, "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Evil']", true },
		{ SET_VALUE, "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Evil\\\\Run']", false },
		{ SET_VALUE,
		    "[windows-registry-key:key = 'HKLM\\\\Software\\\\Evil' AND windows-registry-key:values[*].name = "
		    "'Run']",
		    true },
		{ SET_VALUE, "[windows-registry-key:values[*].name = 'Evil']", false },
		{ ECS_VALUE,
		    "[windows-registry-key:key = 'HKLM\\\\Software\\\\Evil' AND windows-registry-key:values[*].name = "
		    "'Run' "
		    "AND windows-registry-key:values[*].data = 'x']",
		    true },
	};
	bool bad = false;

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (holds(rows[i].pattern, rows[i].line) != rows[i].want) {
			print_error("%s: want %d\n", rows[i].pattern, rows[i].want);
			bad = true;
		}
	assert_false(bad);
}

/* A value for a role that each of its places can hold. */
static const char *
sample(const char *path, ac_field_role role)
{
	if (strstr(path, "ipv4-addr:") || strstr(path, "src_ref") || strstr(path, "dst_ref") ||
	    strstr(path, "resolves_to"))
		return "192.0.2.1";
	if (strstr(path, "ipv6-addr:"))
		return "2001:db8::1";
	if (strstr(path, "MD5"))
		return "00112233445566778899aabbccddeeff";
	if (strstr(path, "SHA-1"))
		return "00112233445566778899aabbccddeeff00112233";
	if (strstr(path, "SHA-256"))
		return "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	if (strstr(path, "SHA-224"))
		return "00112233445566778899aabbccddeeff00112233445566778899aabb";
	if (strstr(path, "SHA-384"))
		return "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899aabbccddeef"
		       "f";
	if (strstr(path, "SHA-512"))
		return "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
		       "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	switch ((int)role) {
	case AC_FIELD_SOURCE_PORT:
	case AC_FIELD_DESTINATION_PORT:
	case AC_FIELD_URL_PORT:
	case AC_FIELD_SOURCE_BYTES:
	case AC_FIELD_DESTINATION_BYTES:
	case AC_FIELD_FILE_SIZE:
	case AC_FIELD_PROCESS_ID:
	case AC_FIELD_AS_NUMBER:
		return "8080";
	case AC_FIELD_URL:
	case AC_FIELD_REFERRER:
		return "http://evil.example/x";
	case AC_FIELD_URL_PATH:
		return "/x";
	case AC_FIELD_URL_QUERY:
		return "q=1";
	case AC_FIELD_URL_SCHEME:
		return "https";
	case AC_FIELD_FILE_NAME:
	case AC_FIELD_FILE_PATH:
	case AC_FIELD_PROCESS_PATH:
	case AC_FIELD_PARENT_PATH:
		return "/tmp/evil.sh";
	case AC_FIELD_REGISTRY_KEY:
		return "hkey_local_machine\\software\\evil";
	case AC_FIELD_REGISTRY_VALUE:
		return "evil";
	case AC_FIELD_EMAIL_SENDER:
	case AC_FIELD_EMAIL_RECIPIENT:
		return "a@evil.example";
	case AC_FIELD_CERT_SERIAL:
		return "1a2b3c4d5e6f";
	}
	return "evil.example";
}

static bool
exists(const char *path, const ac_log_record *record)
{
	char pattern[256];
	ac_pattern_set *set = NULL;
	ac_observations *o = NULL;
	ac_events *e = NULL;
	ac_matcher *m = NULL;
	ac_bracket_result result = { 0 };
	accord_err err = { 0 };
	ac_arena arena;

	(void)snprintf(pattern, sizeof(pattern), "[EXISTS %s]", path);
	ac_arena_init(&arena, (size_t)1 << 28);
	assert_int_equal(ac_pattern_set_new(SEED, &set, &err), 0);
	assert_int_equal(ac_pattern_set_add(set, ac_str_from(pattern), 0, NULL, &err), 0);
	assert_int_equal(ac_pattern_set_finish(set, &err), 0);
	assert_int_equal(ac_observations_new(SEED, (size_t)1 << 28, &o, &err), 0);
	assert_int_equal(ac_matcher_new(set, &m, &err), 0);
	assert_int_equal(ac_events_new(set, m, SEED, &e, &err), 0);
	(void)ac_events_add(e, o, record, (ac_time){ 1700000000, 0 }, &arena);
	assert_int_equal(ac_observations_seal(o, &err), 0);
	assert_int_equal(ac_matcher_brackets(m, o, &AC_MATCHER_BUDGET, &arena, &result, &err), 0);
	ac_events_free(e);
	ac_matcher_free(m);
	ac_observations_free(o);
	ac_pattern_set_free(set);
	ac_arena_done(&arena);
	return result.count > 0;
}

static void
places__are_where_values_stand(void **state)
{
	bool bad = false;

	(void)state;
	for (unsigned role = 0; role < AC_FIELD_ROLE_COUNT; role++) {
		size_t n;
		const ac_event_place *place = ac_event_places((ac_field_role)role, &n);

		for (; n > 0; place++, n--) {
			/* Roles that only make something together with others. */
			static const ac_field_role helpers[] = { AC_FIELD_DOMAIN, AC_FIELD_URL_HOST, AC_FIELD_URL_PATH,
				AC_FIELD_PROCESS_PATH, AC_FIELD_REGISTRY_KEY, AC_FIELD_REGISTRY_VALUE };
			ac_log_field fields[8];
			ac_log_record record = { .fields = fields };
			ac_field_role all[8] = { place->role };
			size_t k = 1;

			for (size_t h = 0; h < AC_COUNT(helpers); h++)
				if (helpers[h] != place->role)
					all[k++] = helpers[h];
			for (size_t i = 0; i < k; i++) {
				fields[i] = (ac_log_field){ .name = AC_S("x"),
					.raw = ac_str_from(sample(i ? "" : place->path, all[i])),
					.role = all[i] };
				record.roles |= AC_ROLE_BIT(all[i]);
			}
			record.count = k;
			if (!exists(place->path, &record)) {
				print_error("%s: nothing at %s\n", ac_field_role_name(place->role), place->path);
				bad = true;
			}
		}
	}
	assert_false(bad);
}

static void
events__that_open_nothing_are_not_made(void **state)
{
	static const char *const lines[] = { EVE_HTTP, EVE_DNS, EVE_HTTP };
	static const bool want[] = { false, true, false };
	ac_pattern_set *set = NULL;
	ac_observations *o = NULL;
	ac_events *e = NULL;
	ac_matcher *m = NULL;
	accord_err err = { 0 };
	ac_log_state log;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, (size_t)1 << 28);
	assert_int_equal(ac_pattern_set_new(SEED, &set, &err), 0);
	assert_int_equal(ac_pattern_set_add(set, AC_S("[domain-name:value = 'evil.example']"), 0, NULL, &err), 0);
	assert_int_equal(ac_pattern_set_finish(set, &err), 0);
	assert_int_equal(ac_observations_new(SEED, (size_t)1 << 28, &o, &err), 0);
	assert_int_equal(ac_matcher_new(set, &m, &err), 0);
	assert_int_equal(ac_events_new(set, m, SEED, &e, &err), 0);
	ac_log_state_init(&log, (ac_time){ 1700000000, 0 });
	ac_log_want(&log, ac_events_roles(e));
	for (size_t i = 0; i < AC_COUNT(lines); i++) {
		ac_log_record record = { 0 };
		ac_bracket_result result = { 0 };

		(void)ac_log_see(&log, ac_str_from(lines[i]));
		ac_log_read(&log, ac_str_from(lines[i]), &arena, &record);
		assert_int_equal(ac_events_add(e, o, &record, (ac_time){ 1700000000, 0 }, &arena), want[i]);
		assert_int_equal(ac_observations_seal(o, &err), 0);
		assert_int_equal(ac_matcher_brackets(m, o, &AC_MATCHER_BUDGET, &arena, &result, &err), 0);
		assert_int_equal(result.count, i == 1);
		(void)ac_observations_reset(o);
	}
	ac_log_state_done(&log);
	ac_events_free(e);
	ac_matcher_free(m);
	ac_observations_free(o);
	ac_pattern_set_free(set);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events__are_observations_of_the_standard),
		cmocka_unit_test(places__are_where_values_stand),
		cmocka_unit_test(events__that_open_nothing_are_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
