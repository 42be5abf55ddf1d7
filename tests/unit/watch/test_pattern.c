/* SPDX-License-Identifier: Apache-2.0 */
/* STIX patterns: which are watched, and that composite ones hold as a whole or not at all. */
#include "watch_test.h"

#define MD5_A "0123456789abcdef0123456789abcdef"
#define MD5_B "ffffffffffffffffffffffffffffffff"

static void
single_equality__is_a_list_entry(void **state)
{
	static const wt_row rows[] = {
		{ "www.EVIL.example", "1:0+16 domain-name subdomain www.evil.example d\n" },
		{ "198.51.100.77", "1:0+13 ipv4-addr cidr 198.51.100.77 c,s\n" },
		{ "192.0.2.9", "1:0+9 ipv4-addr exact 192.0.2.9 m\n" },
		{ MD5_A, "1:0+32 md5 exact " MD5_A " h\n" },
		{ "Bad.EXE", "1:0+7 file-name exact bad.exe f\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "d", "[domain-name:value = 'evil.example']"));
	assert_null(wt_pattern(&t, "c", "[ipv4-addr:value = '198.51.100.0/24']"));
	assert_null(wt_pattern(&t, "s", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']"));
	assert_null(wt_pattern(
	    &t, "m", "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.9']"));
	assert_null(wt_pattern(&t, "h", "[file:hashes.MD5 = '0123456789ABCDEF0123456789ABCDEF']"));
	assert_null(wt_pattern(&t, "f", "[file:name = 'bad.exe']"));
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

/* As misp-stix and other writers spell them (and our own rows). */
static void
single_equality__of_every_object_is_a_value(void **state)
{
	static const struct {
		const char *pattern, *input, *want;
	} rows[] = {
		{ "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Evil99']", "HKLM\\Software\\Evil99",
		    "1:0+20 windows-registry-key exact hkey_local_machine\\software\\evil99 x\n" },
		{ "[mutex:name = 'EvilMutex1']", "{\"mutex\":\"EvilMutex1\"}", "1:10+10 mutex exact EvilMutex1 x\n" },
		{ "[autonomous-system:number = 64496]", "AS64496", "1:0+7 autonomous-system exact 64496 x\n" },
		{ "[autonomous-system:number = '64496']", "AS64496", "1:0+7 autonomous-system exact 64496 x\n" },
		{ "[mac-addr:value = '00:00:5e:00:53:af']", "00-00-5E-00-53-AF",
		    "1:0+17 mac-addr exact 00:00:5e:00:53:af x\n" },
		{ "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Evil Agent/1']",
		    "{\"http_user_agent\":\"Evil Agent/1\"}", "1:20+12 user-agent exact Evil Agent/1 x\n" },
		{ "[x509-certificate:serial_number = '36:f7:d4:32:f4:ab:70:ea']", "serial=36F7D432F4AB70EA",
		    "1:7+16 x509-serial exact 36f7d432f4ab70ea x\n" },
		{ "[x509-certificate:hashes.'SHA-1' = 'aabbccddeeff00112233445566778899aabbccdd']",
		    "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
		    "1:0+59 x509-sha1 exact aabbccddeeff00112233445566778899aabbccdd x\n" },
		{ "[file:hashes.'SHA-224' = '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7']",
		    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
		    "1:0+56 sha224 exact 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7 x\n" },
		{ "[network-traffic:extensions.'x-tls-ext'.ja3 = '" MD5_A "']", "{\"ja3\":\"" MD5_A "\"}",
		    "1:8+32 ja3 exact " MD5_A " x\n" },
		{ "[file:parent_directory_ref.path = 'C:\\\\Temp' AND file:name = 'Evil.exe']", "C:\\TEMP\\evil.exe",
		    "1:0+16 file-path exact c:\\temp\\evil.exe x\n" },
		{ "[file:name = 'x.sh' AND file:parent_directory_ref.path = '/opt/evil']", "sh /opt/evil/x.sh",
		    "1:3+14 file-path exact /opt/evil/x.sh x\n" },
		{ "[process:image_ref.name = 'bad.exe']", "C:\\bad.exe", "1:3+7 file-name exact bad.exe x\n" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const char *reason;
		wt_row row = { rows[i].input, rows[i].want };
		wt t;

		wt_open(&t);
		reason = wt_pattern(&t, "x", rows[i].pattern);
		if (reason)
			print_error("%s: %s\n", rows[i].pattern, reason);
		assert_null(reason);
		wt_rows(&t, &row, 1);
		wt_close(&t);
	}
}

static void
composite__keeps_stix_equality(void **state)
{
	static const wt_row rows[] = {
		{ "one.example", "1:0+11 domain-name exact one.example o\n" },
		{ "two.example", "1:0+11 domain-name exact two.example o\n" },
		{ "www.one.example", "" },
		{ "ONE.example", "" },
		{ "three.example", "1:0+13 domain-name exact three.example b\n" },
		{ "192.0.2.44", "1:0+10 ipv4-addr exact 192.0.2.44 b\n" },
		{ "four.example", "1:0+12 domain-name exact four.example i\n" },
		{ "203.0.113.8", "1:0+11 ipv4-addr cidr 203.0.113.8 r\n" },
		{ "{\"a\":\"\\u006fne.example\"}", "1:6+16 domain-name exact one.example o\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "o", "[domain-name:value = 'one.example' OR domain-name:value = 'two.example']"));
	assert_null(wt_pattern(&t, "b", "[domain-name:value = 'three.example'] OR [ipv4-addr:value = '192.0.2.44']"));
	assert_null(wt_pattern(&t, "i", "[domain-name:value IN ('four.example', 'five.example')]"));
	assert_null(
	    wt_pattern(&t, "r", "[ipv4-addr:value ISSUBSET '203.0.113.0/24' OR ipv4-addr:value = '192.0.2.45']"));
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
conjunction__needs_all_its_values_in_one_record(void **state)
{
	static const wt_row rows[] = {
		{ "bad.exe " MD5_A, "1:0+7 file-name exact bad.exe f\n1:8+32 md5 exact " MD5_A " f\n" },
		{ "bad.exe\n" MD5_A, "" },
		{ "bad.exe", "" },
		{ MD5_A, "" },
		{ "BAD.exe " MD5_A, "" },
		{ "{\"fileinfo\":{\"name\":\"bad.exe\",\"md5\":\"" MD5_A "\"}}",
		    "1:21+7 file-name exact bad.exe f\n1:37+32 md5 exact " MD5_A " f\n" },
		{ "{\"file\":{\"name\":\"bad.exe\",\"hash\":{\"md5\":\"" MD5_A "\"}}}",
		    "1:17+7 file-name exact bad.exe f\n1:41+32 md5 exact " MD5_A " f\n" },
		{ "{\"file.name\":\"bad.exe\",\"file.hash.md5\":\"" MD5_A "\"}",
		    "1:14+7 file-name exact bad.exe f\n1:40+32 md5 exact " MD5_A " f\n" },
		{ "{\"files\":[{\"name\":\"bad.exe\",\"md5\":\"" MD5_B "\"},{\"name\":\"x\",\"md5\":\"" MD5_A "\"}]}",
		    "" },
		{ "{\"x\":{\"name\":\"bad.exe\"},\"y\":{\"md5\":\"" MD5_A "\"}}", "" },
		{ "{\"src_ip\":\"192.0.2.1\",\"dest_ip\":\"192.0.2.2\"}",
		    "1:11+9 ipv4-addr exact 192.0.2.1 n\n1:33+9 ipv4-addr exact 192.0.2.2 n\n" },
		{ "{\"src_ip\":\"192.0.2.2\",\"dest_ip\":\"192.0.2.1\"}", "" },
		{ "{\"dest_ip\":\"192.0.2.3\",\"dest_port\":8443}", "1:12+9 ipv4-addr exact 192.0.2.3 p\n" },
		{ "{\"dest_ip\":\"192.0.2.3\",\"dest_port\":443}", "" },
		{ "{\"src_ip\":\"192.0.2.3\",\"dest_port\":8443}", "" },
		{ "192.0.2.3 8443", "" },
		{ "#fields\tid.resp_h\tid.resp_p\n192.0.2.3\t8443", "2:28+9 ipv4-addr exact 192.0.2.3 p\n" },
		{ "{\"dns\":{\"rrname\":\"res.example\",\"a\":[\"192.0.2.5\"]}}",
		    "1:18+11 domain-name exact res.example d\n1:37+9 ipv4-addr exact 192.0.2.5 d\n" },
		{ "a.example x.example",
		    "1:0+9 domain-name exact a.example g\n1:10+9 domain-name exact x.example g\n" },
		{ "b.example x.example",
		    "1:0+9 domain-name exact b.example g\n1:10+9 domain-name exact x.example g\n" },
		{ "a.example b.example", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	assert_null(wt_pattern(&t, "f", "[file:name = 'bad.exe' AND file:hashes.MD5 = '" MD5_A "']"));
	assert_null(wt_pattern(
	    &t, "n", "[network-traffic:src_ref.value = '192.0.2.1' AND network-traffic:dst_ref.value = '192.0.2.2']"));
	assert_null(wt_pattern(&t, "p",
	    "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.3' AND "
	    "network-traffic:dst_port = '8443']"));
	assert_null(wt_pattern(
	    &t, "d", "[domain-name:value = 'res.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.5']"));
	assert_null(wt_pattern(&t, "g",
	    "[(domain-name:value = 'a.example' OR domain-name:value = 'b.example') AND domain-name:value = "
	    "'x.example']"));
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_scan(&t, "bad.exe");
	assert_str(ac_buf_view(&t.held), AC_S("1 f not-all-values\n"));
	wt_scan(&t, "{\"src_ip\":\"192.0.2.2\",\"dest_ip\":\"192.0.2.1\"}");
	assert_str(ac_buf_view(&t.held), AC_S("1 n other-object\n1 n other-object\n"));
	wt_scan(&t, "192.0.2.3 8443");
	assert_str(ac_buf_view(&t.held), AC_S("1 p no-port\n"));
	wt_scan(&t, "{\"dest_ip\":\"192.0.2.3\",\"dest_port\":443}");
	assert_str(ac_buf_view(&t.held), AC_S("1 p other-port\n"));
	wt_close(&t);
}

static int
count_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	(void)id;
	(void)err;
	assert_str(name, AC_S("a name"));
	assert_true(reason.n > 0);
	++*(size_t *)payload;
	return 0;
}

static void
richer_patterns__are_evaluated_on_events_or_listed_with_the_reason(void **state)
{
	static const struct {
		const char *pattern, *reason; /* NULL: evaluated on events */
	} rows[] = {
		{ "[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']", NULL },
		{ "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']", NULL },
		{ "[domain-name:value = 'a.example'] WITHIN 5 SECONDS", NULL },
		{ "[domain-name:value != 'a.example']", NULL },
		{ "[domain-name:value LIKE 'a%']", NULL },
		{ "[domain-name:value MATCHES 'a.*']", NULL },
		{ "[domain-name:value = 'a.example' OR file:size > 5]", NULL },
		{ "[network-traffic:dst_port = 443]", NULL },
		{ "[domain-name:value MATCHES 'a(']", "a constant that the standard makes unusable" },
		{ "[file:created = t'2023-02-30T00:00:00Z']", "a constant that the standard makes unusable" },
		{ "[ipv4-addr:value = '0.0.0.0/0']", "never-list: address range wider than /8" },
		{ "[domain-name:value = 'co.uk']", "never-list: a public suffix" },
		{ "[domain-name:value = 'a.example'", "not a valid STIX pattern" },
		{ "[ipv4-addr:value = '198.51.100.0/24' OR ipv4-addr:value = '192.0.2.1']",
		    "an address range compared by = inside a composite pattern" },
	};
	size_t count = 0;
	accord_err err = { 0 };
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const char *got = wt_pattern(&t, "x", rows[i].pattern);

		if (!got != !rows[i].reason || (got && strcmp(got, rows[i].reason) != 0)) {
			print_error("%s: %s\n", rows[i].pattern, got ? got : "evaluated");
			fail();
		}
	}
	wt_scan(&t, "a.example b.example 192.0.2.1 198.51.100.3");
	assert_str(ac_buf_view(&t.report), AC_S(""));
	assert_int_equal(ac_index_indicator_count(t.index), 8);
	assert_int_equal(ac_index_each_unwatched(t.index, count_unwatched, &count, &err), 0);
	assert_int_equal(count, AC_COUNT(rows) - 8);
	wt_close(&t);
}

static void
revoked_composite__is_held_back_as_such(void **state)
{
	ac_index_indicator who = wt_who("r");
	const char *reason;
	accord_err err = { 0 };
	wt t;

	(void)state;
	wt_open(&t);
	who.revoked = true;
	assert_int_equal(
	    ac_index_add_pattern(t.builder, &who,
		AC_S("[domain-name:value = 'a.example' OR domain-name:value = 'b.example']"), &reason, &err),
	    0);
	assert_null(reason);
	wt_scan(&t, "a.example");
	assert_int_equal(t.counts.hits, 0);
	assert_str(ac_buf_view(&t.held), AC_S("1 r revoked\n"));
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_equality__is_a_list_entry),
		cmocka_unit_test(single_equality__of_every_object_is_a_value),
		cmocka_unit_test(composite__keeps_stix_equality),
		cmocka_unit_test(conjunction__needs_all_its_values_in_one_record),
		cmocka_unit_test(richer_patterns__are_evaluated_on_events_or_listed_with_the_reason),
		cmocka_unit_test(revoked_composite__is_held_back_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
