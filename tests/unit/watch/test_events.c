/* SPDX-License-Identifier: Apache-2.0 */
/* Records as observations: every row of the table of places holds, and values are compared in canonical form. */
#include <stdio.h>

#include "test.h"

#include "fail_malloc.h"
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
	ac_event_plan *plan = NULL;
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
	assert_int_equal(ac_event_plan_new(set, &plan, &err), 0);
	assert_int_equal(ac_events_new(plan, m, SEED, &e, &err), 0);
	ac_log_state_init(&log, (ac_time){ 1700000000, 0 });
	ac_log_want(&log, ac_event_plan_roles(plan));
	(void)ac_log_see(&log, ac_str_from(line));
	ac_log_read(&log, ac_str_from(line), &arena, &record);
	(void)ac_events_add(e, o, &record, (ac_time){ 1700000000, 0 }, &arena);
	assert_int_equal(ac_observations_seal(o, &err), 0);
	assert_int_equal(ac_matcher_brackets(m, o, &AC_MATCHER_BUDGET, &arena, &result, &err), 0);
	/* No line of JSON is refused by its bytes for which the pattern holds. */
	if (result.count && line[0] == '{')
		assert_true(ac_event_plan_may_open(plan, ac_str_from(line)));
	ac_log_state_done(&log);
	ac_events_free(e);
	ac_event_plan_free(plan);
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

/* Attachments: one with what is said of it, others as a text each, or as one. */
#define MAIL                                                                                                           \
	"{\"email\":{\"subject\":\"Invoice\"},\"part\":{\"attachment\":\"Evil.iso\",\"md5\":"                          \
	"\"00112233445566778899aabbccddeeff\"},\"attachment\":[\"notes, old.txt\",\"a.doc,b.doc\"]}"

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
		{ MAIL, "[file:name LIKE '%.iso']", true },
		{ MAIL, "[file:name = 'Evil.iso' AND email-message:subject = 'x']", false },
		{ MAIL, "[email-message:subject = 'Invoice']", true },
		{ MAIL, "[file:name = 'notes, old.txt']", true },
		{ MAIL, "[file:name = 'a.doc']", true },
		{ MAIL, "[file:name = 'b.doc']", true },
		{ MAIL, "[file:name = 'b.do']", false },
		{ MAIL, "[file:name = 'evil.iso' AND file:hashes.MD5 = '00112233445566778899aabbccddeeff']", true },
		{ MAIL, "[file:name = 'a.doc' AND file:hashes.MD5 = '00112233445566778899aabbccddeeff']", false },
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
	case AC_FIELD_FILE_NAMES:
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
	ac_event_plan *plan = NULL;
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
	assert_int_equal(ac_event_plan_new(set, &plan, &err), 0);
	assert_int_equal(ac_events_new(plan, m, SEED, &e, &err), 0);
	(void)ac_events_add(e, o, record, (ac_time){ 1700000000, 0 }, &arena);
	assert_int_equal(ac_observations_seal(o, &err), 0);
	assert_int_equal(ac_matcher_brackets(m, o, &AC_MATCHER_BUDGET, &arena, &result, &err), 0);
	ac_events_free(e);
	ac_event_plan_free(plan);
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
	ac_event_plan *plan = NULL;
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
	assert_int_equal(ac_event_plan_new(set, &plan, &err), 0);
	assert_int_equal(ac_events_new(plan, m, SEED, &e, &err), 0);
	ac_log_state_init(&log, (ac_time){ 1700000000, 0 });
	ac_log_want(&log, ac_event_plan_roles(plan));
	for (size_t i = 0; i < AC_COUNT(lines); i++) {
		ac_log_record record = { 0 };
		ac_bracket_result result = { 0 };

		(void)ac_log_see(&log, ac_str_from(lines[i]));
		ac_log_read(&log, ac_str_from(lines[i]), &arena, &record);
		assert_int_equal(ac_events_add(e, o, &record, (ac_time){ 1700000000, 0 }, &arena), want[i]);
		assert_int_equal(ac_observations_seal(o, &err), 0);
		assert_int_equal(ac_matcher_brackets(m, o, &AC_MATCHER_BUDGET, &arena, &result, &err), 0);
		assert_int_equal(result.count, i == 1);
		ac_observations_reset(o);
	}
	ac_log_state_done(&log);
	ac_events_free(e);
	ac_event_plan_free(plan);
	ac_matcher_free(m);
	ac_observations_free(o);
	ac_pattern_set_free(set);
	ac_arena_done(&arena);
}

/* ---- values that are refused at once, against all that are looked at ---- */

static uint32_t
next_random(uint64_t *random)
{
	*random = *random * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*random >> 33);
}
#define PICK(list) (list)[next_random(random) % AC_COUNT(list)]

static const char *const some_hosts[] = { "evil.example", "WWW.Evil.example.",
	"b\xc3\xbc"
	"cher.example",
	"192.0.2.17", "2001:DB8:0:0::7", "evil.example:8080", "[2001:db8::7]", "xn--bcher-kva.example",
	"198.51.100.0/24", "-" };
static const char *const some_paths[] = { "/", "/gate.php", "/a/Gate.php", "/x.php", "/evil.example/a",
	"http://evil.example:80/gate.php", "/ca\xc3\xa9" };
static const char *const some_queries[] = { "id=1", "id=gate.php", "evil", "-" };
static const char *const some_agents[] = { "curl/7.88", "Mozilla/5.0 (evil)", "agent/7 x", "2020-01-01T00:00:00Z" };
static const char *const some_urls[] = { "http://evil.example/gate.php?id=1", "HTTPS://Evil.example:443/x.php#evil",
	"http://[2001:DB8::7]/gate.php", "http://[::ffff:192.0.2.17]/",
	"http://b\xc3\xbc"
	"cher.example/a",
	"gate.php", "-" };
static const char *const some_files[] = { "/tmp/evil.exe", "invoice7.exe", "Evil.EXE", "a.b" };
static const char *const some_numbers[] = { "443", "8080", "080", "100000000", "99999999999999999999", "-" };

enum { EVE, ZEEK_JSON, ECS, WINLOG, TSV, W3C, FORMATS };
static const char *const headers[FORMATS] = {
	[TSV] = "#separator \\x09\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\thost\turi\t"
		"user_agent\treferrer\tresp_bytes\n",
	[W3C] = "#Fields: date time c-ip cs-host cs-uri-stem cs-uri-query s-port cs(User-Agent) cs(Referer)\n"
};

static void
write_line(uint64_t *random, unsigned format, ac_buf *out)
{
	const char *source = PICK(some_hosts), *host = PICK(some_hosts), *path = PICK(some_paths),
		   *agent = PICK(some_agents), *url = PICK(some_urls), *file = PICK(some_files),
		   *number = PICK(some_numbers), *query = PICK(some_queries);

	switch (format) {
	case EVE:
		ac_buf_printf(out,
		    "{\"timestamp\":\"2023-11-14T22:13:20.1+0000\",\"event_type\":\"http\",\"src_ip\":\"%s\",\"dest_"
		    "ip\":\"%s\",\"dest_port\":%u,"
		    "\"http\":{\"hostname\":\"%s\",\"url\":\"%s?%s\",\"http_user_agent\":\"%s\",\"http_refer\":\"%s\"},"
		    "\"fileinfo\":{\"filename\":\"%s\",\"size\":%u},\"flow\":{\"bytes_toserver\":\"%s\"}}\n",
		    source, host, next_random(random) % 2 ? 443U : 8080U, host, path, query, agent, url, file,
		    next_random(random) % 3, number);
		break;
	case ZEEK_JSON:
		ac_buf_printf(out,
		    "{\"ts\":1700000000.5,\"id.orig_h\":\"%s\",\"id.resp_h\":\"%s\",\"host\":\"%s\",\"uri\":\"%s\","
		    "\"user_agent\":\"%s\","
		    "\"referrer\":\"%s\",\"answers\":[\"%s\",\"%s\"],\"query\":\"%s\"}\n",
		    source, host, host, path, agent, url, PICK(some_hosts), PICK(some_hosts), PICK(some_hosts));
		break;
	case ECS:
		ac_buf_printf(out,
		    "{\"@timestamp\": \"2023-11-14T22:13:20.1Z\", \"source\": {\"ip\": \"%s\"}, \"url\": {\"full\": "
		    "\"%s\", \"domain\": \"%s\","
		    "\"path\": \"%s\", \"query\": \"%s\"}, \"user_agent\": {\"original\": \"%s\"}, \"file\": "
		    "{\"name\": \"%s\", \"size\": \"%s\"}}\n",
		    source, url, host, path, query, agent, file, number);
		break;
	case WINLOG:
		ac_buf_printf(out,
		    "{\"winlog\":{\"event_data\":{\"Image\":\"C:\\\\Temp\\\\%s\",\"CommandLine\":\"%s "
		    "\\u002f%s\",\"DestinationHostname\":\"%s\","
		    "\"DestinationPort\":\"%s\",\"User\":\"CORP\\\\evil\"}}}\n",
		    file, agent, path, host, number);
		break;
	case TSV:
		ac_buf_printf(out, "1700000000.5\t%s\t%s\t%u\t%s\t%s\t%s\t%s\t%s\n", source, host,
		    next_random(random) % 2 ? 443U : 8080U, host, path, agent, url, number);
		break;
	default:
		ac_buf_printf(out, "2023-11-14 22:13:20 %s %s %s %s %s %s %s\n", source, host, path, query, number,
		    next_random(random) % 2 ? "curl/7.88" : "agent/7+x", url);
	}
}

/* A comparison that holds now and then. Parts of values, wherever they begin and end. */
static void
write_text_pattern(uint64_t *random, ac_buf *out)
{
	static const char *const at[] = { "domain-name:value", "url:value", "file:name",
		"network-traffic:dst_ref.value", "network-traffic:extensions.'http-request-ext'.request_value",
		"process:command_line", "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
		"network-traffic:extensions.'http-request-ext'.request_header.'Referer'",
		"file:parent_directory_ref.path" };
	static const char *const texts[] = { "http://evil.example/gate.php?id=1", "https://evil.example/x.php#evil",
		"http://www.evil.example/a/Gate.php?evil", "www.evil.example", "/a/Gate.php?id=gate.php",
		"/evil.example/a", "http://[2001:db8::7]/gate.php", "xn--bcher-kva.example", "192.0.2.17",
		"2001:db8::7", "http://evil.example:8080/x.php", "invoice7.exe", "evil.exe", "Mozilla/5.0 (evil)",
		"curl/7.88 //gate.php", "2020-01-01T00:00:00Z", "198.51.100.0/24", "http://xn--bcher-kva.example/a",
		"http://[::ffff:c000:211]/", "c:/temp" };
	static const char *const numbers[] = { "network-traffic:dst_port = 443", "network-traffic:dst_port > 8079",
		"network-traffic:src_byte_count >= 100000000", "file:size = 80", "file:size < 1",
		"network-traffic:dst_byte_count > 99999999" };
	ac_str text = ac_str_from(PICK(texts));
	size_t from = next_random(random) % text.n, n = 4 + next_random(random) % 12;

	if (next_random(random) % 6 == 0) {
		ac_buf_printf(out, "[%s]", PICK(numbers));
		return;
	}
	if (from + 4 > text.n)
		from = text.n - 4;
	text = ac_str_slice(text, from, from + n);
	switch (next_random(random) % 5) {
	case 0:
		ac_buf_printf(out, "[%s LIKE '%%%.*s%%']", PICK(at), AC_FMT(text));
		break;
	case 1:
		ac_buf_printf(out, "[%s LIKE '%.*s%%']", PICK(at), AC_FMT(text));
		break;
	case 2:
		ac_buf_printf(out, "[%s LIKE '%%%.*s']", PICK(at), AC_FMT(text));
		break;
	case 3:
		ac_buf_printf(out, "[%s MATCHES 'evil.*%.*s']", PICK(at),
		    AC_FMT(ac_str_slice(text, 0, ac_str_find_byte(text, '['))));
		break;
	default:
		ac_buf_printf(out, "[%s = '%.*s']", PICK(at), AC_FMT(text));
	}
}

/* The same patterns twice: one looks at what may hold, one at everything. */
typedef struct pair {
	ac_pattern_set *set;
	ac_event_plan *plan;
	ac_matcher *m[2];
	ac_events *e[2];
	ac_observations *o[2];
} pair;

static void
add_canonical(pair *p, ac_str pattern, ac_arena *arena)
{
	const ac_pattern_node *root, *canonical = NULL;
	accord_err err = { 0 };
	ac_buf text;

	ac_buf_init(&text, AC_MIB);
	if (ac_pattern_parse(pattern, arena, &root, &err) == 0 &&
	    ac_events_canonical(root, arena, &canonical, &err) == 0 && ac_pattern_write(canonical, &text, &err) == 0) {
		int rc = ac_pattern_set_add(p->set, ac_buf_view(&text), 0, NULL, &err);

		assert_true(rc == 0 || rc == ACCORD_EINPUT);
	}
	ac_buf_done(&text);
}

static void
open_pair(pair *p, uint64_t *random, ac_arena *arena)
{
	unsigned count = 1 + next_random(random) % 5;
	accord_err err = { 0 };
	ac_buf text;

	ac_buf_init(&text, AC_MIB);
	assert_int_equal(ac_pattern_set_new(SEED, &p->set, &err), 0);
	while (count--) {
		ac_buf_reset(&text);
		write_text_pattern(random, &text);
		add_canonical(p, ac_buf_view(&text), arena);
	}
	assert_int_equal(ac_pattern_set_finish(p->set, &err), 0);
	assert_int_equal(ac_event_plan_new(p->set, &p->plan, &err), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(ac_matcher_new(p->set, &p->m[i], &err), 0);
		assert_int_equal(ac_events_new(p->plan, p->m[i], SEED, &p->e[i], &err), 0);
		assert_int_equal(ac_observations_new(SEED, (size_t)1 << 28, &p->o[i], &err), 0);
	}
	ac_events_take_all(p->e[1]);
	ac_buf_done(&text);
}

static void
close_pair(pair *p)
{
	for (size_t i = 0; i < 2; i++) {
		ac_events_free(p->e[i]);
		ac_matcher_free(p->m[i]);
		ac_observations_free(p->o[i]);
	}
	ac_event_plan_free(p->plan);
	ac_pattern_set_free(p->set);
}

typedef struct tally {
	size_t refused, hits;
} tally;

/* One line both ways. */
static void
compare_line(pair *p, ac_log_state *log, ac_str line, tally *all)
{
	ac_bracket_result result[2] = { 0 };
	ac_log_record record = { 0 };
	accord_err err = { 0 };
	ac_arena arena;

	ac_arena_init(&arena, (size_t)1 << 28);
	ac_log_want(log, ac_event_plan_roles(p->plan));
	(void)ac_log_see(log, line);
	ac_log_read(log, line, &arena, &record);
	for (size_t i = 0; i < 2; i++) {
		all->refused += !ac_events_add(p->e[i], p->o[i], &record, (ac_time){ 1700000000, 0 }, &arena);
		assert_int_equal(ac_observations_seal(p->o[i], &err), 0);
		assert_int_equal(
		    ac_matcher_brackets(p->m[i], p->o[i], &AC_MATCHER_BUDGET, &arena, &result[i], &err), 0);
		ac_observations_reset(p->o[i]);
	}
	all->hits += result[1].count;
	if (result[0].count != result[1].count) {
		print_error("%.*s: %zu hold, want %zu\n", AC_FMT(line), result[0].count, result[1].count);
		fail();
	}
	ac_arena_done(&arena);
}

static void
values__that_are_refused_at_once_open_nothing(void **state)
{
	uint64_t at = 3, *random = &at;
	tally all = { 0, 0 };

	(void)state;
	for (unsigned round = 0; round < 1200; round++) {
		unsigned format = round % FORMATS;
		ac_log_state log;
		ac_arena arena;
		ac_str rest, line;
		ac_buf lines;
		pair p = { 0 };

		ac_arena_init(&arena, (size_t)1 << 28);
		ac_buf_init(&lines, AC_MIB);
		ac_log_state_init(&log, (ac_time){ 1700000000, 0 });
		open_pair(&p, random, &arena);
		if (headers[format])
			ac_buf_printf(&lines, "%s", headers[format]);
		for (unsigned i = 0; i < 24; i++)
			write_line(random, format, &lines);
		for (rest = ac_buf_view(&lines); ac_str_next_field(&rest, '\n', &line);)
			if (line.n)
				compare_line(&p, &log, line, &all);
		close_pair(&p);
		ac_log_state_done(&log);
		ac_buf_done(&lines);
		ac_arena_done(&arena);
	}
	assert_true(all.refused > 10000);
	assert_true(all.hits > 3000);
}

static void
plans__survive_every_allocation_failure(void **state)
{
	ac_pattern_set *set = NULL;
	accord_err err = { 0 };

	(void)state;
	assert_int_equal(ac_pattern_set_new(SEED, &set, &err), 0);
	assert_int_equal(
	    ac_pattern_set_add(set, AC_S("[url:value LIKE '%/gate.php%'] OR [file:size = 7]"), 0, NULL, &err), 0);
	assert_int_equal(ac_pattern_set_finish(set, &err), 0);
	for (unsigned long n = 1;; n++) {
		ac_event_plan *plan = NULL;
		int rc;

		fail_malloc_at(n);
		rc = ac_event_plan_new(set, &plan, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			ac_event_plan_free(plan);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
		assert_null(plan);
	}
	ac_pattern_set_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events__are_observations_of_the_standard),
		cmocka_unit_test(places__are_where_values_stand),
		cmocka_unit_test(events__that_open_nothing_are_not_made),
		cmocka_unit_test(values__that_are_refused_at_once_open_nothing),
		cmocka_unit_test(plans__survive_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
