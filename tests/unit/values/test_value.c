/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical values: what each kind takes, how it is written, what a bare text is guessed to be. */
#include <libpsl.h>

#include "fail_malloc.h"
#include "test.h"
#include "values/value.h"

#define ARENA_MAX (1 << 20)

typedef struct parse_row {
	ac_value_type type;
	const char *text;
	const char *want; /* NULL: refused */
	ac_value_type want_type;
} parse_row;

static const parse_row parse_rows[] = {
	{ AC_VALUE_IPV4, "192.0.2.1", "192.0.2.1", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, " 192.0.2.1\t", "192.0.2.1", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, "0.0.0.0", "0.0.0.0", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, "255.255.255.255", "255.255.255.255", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, "192.0.2.1/32", "192.0.2.1", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, "192.0.2.77/24", "192.0.2.0/24", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, "198.51.100.255/31", "198.51.100.254/31", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, "203.0.113.9/0", "0.0.0.0/0", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV4, "192.0.2.1/33", NULL, 0 },
	{ AC_VALUE_IPV4, "192.0.2.1/", NULL, 0 },
	{ AC_VALUE_IPV4, "192.0.2.1/08", NULL, 0 },
	{ AC_VALUE_IPV4, "192.0.2", NULL, 0 },
	{ AC_VALUE_IPV4, "192.0.2.1.", NULL, 0 },
	{ AC_VALUE_IPV4, "192.0.2.256", NULL, 0 },
	{ AC_VALUE_IPV4, "192.0.2.01", NULL, 0 }, /* could be octal */
	{ AC_VALUE_IPV4, "0x7f.0.0.1", NULL, 0 },
	{ AC_VALUE_IPV4, "", NULL, 0 },
	/* RFC 5952 s4 */
	{ AC_VALUE_IPV6, "2001:0DB8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1",
	    AC_VALUE_IPV6 },                                                     /* 4.2.2: one group is not shortened */
	{ AC_VALUE_IPV6, "2001:0:0:1:0:0:0:1", "2001:0:0:1::1", AC_VALUE_IPV6 }, /* 4.2.3: the longest run */
	{ AC_VALUE_IPV6, "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", AC_VALUE_IPV6 }, /* 4.2.3: the first of equals */
	{ AC_VALUE_IPV6, "::", "::", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "::1", "::1", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "2001:db8::", "2001:db8::", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "[2001:db8::1]", "2001:db8::1", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "64:ff9b::192.0.2.33", "64:ff9b::c000:221", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "::ffff:192.0.2.128", "192.0.2.128", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV6, "::FFFF:C000:0280", "192.0.2.128", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV6, "::ffff:192.0.2.0/120", "192.0.2.0/24", AC_VALUE_IPV4 },
	{ AC_VALUE_IPV6, "2001:db8:ffff:ffff::1/33", "2001:db8:8000::/33", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "2001:db8::1/128", "2001:db8::1", AC_VALUE_IPV6 },
	{ AC_VALUE_IPV6, "2001:db8::1/129", NULL, 0 },
	{ AC_VALUE_IPV6, "1:2:3:4:5:6:7:8::", NULL, 0 },
	{ AC_VALUE_IPV6, "1::2::3", NULL, 0 },
	{ AC_VALUE_IPV6, "1:2:3:4:5:6:7", NULL, 0 },
	{ AC_VALUE_IPV6, "1:2:3:4:5:6:7:8:9", NULL, 0 },
	{ AC_VALUE_IPV6, ":1:2:3:4:5:6:7", NULL, 0 },
	{ AC_VALUE_IPV6, "1:2:3:4:5:6:7:", NULL, 0 },
	{ AC_VALUE_IPV6, ":::", NULL, 0 },
	{ AC_VALUE_IPV6, ":", NULL, 0 },
	{ AC_VALUE_IPV6, "12345::", NULL, 0 },
	{ AC_VALUE_IPV6, "fe80::1%eth0", NULL, 0 },
	{ AC_VALUE_IPV6, "1:2:3:4:5:6:7:192.0.2.1", NULL, 0 },
	/* a column headed "ip" holds either family */
	{ AC_VALUE_IPV4, "2001:db8::1", "2001:db8::1", AC_VALUE_IPV6 },

	{ AC_VALUE_DOMAIN, "EVIL.Example.", "evil.example", AC_VALUE_DOMAIN },
	{ AC_VALUE_DOMAIN, "localhost", "localhost", AC_VALUE_DOMAIN },
	{ AC_VALUE_DOMAIN, "_dmarc.evil.example", "_dmarc.evil.example", AC_VALUE_DOMAIN },
	{ AC_VALUE_DOMAIN, "a-.-b.example", "a-.-b.example", AC_VALUE_DOMAIN },
	{ AC_VALUE_DOMAIN,
	    "b\xc3\xbc"
	    "cher.example",
	    "xn--bcher-kva.example", AC_VALUE_DOMAIN },
	{ AC_VALUE_DOMAIN, "XN--BCHER-KVA.example", "xn--bcher-kva.example", AC_VALUE_DOMAIN },
	{ AC_VALUE_DOMAIN, "fa\xc3\x9f.example", "xn--fa-hia.example", AC_VALUE_DOMAIN },   /* non-transitional */
	{ AC_VALUE_DOMAIN, "\xd0\xb5vil.example", "xn--vil-qdd.example", AC_VALUE_DOMAIN }, /* Cyrillic e */
	{ AC_VALUE_DOMAIN,
	    "evil\xe3\x80\x82"
	    "example",
	    "evil.example", AC_VALUE_DOMAIN }, /* U+3002 */
	{ AC_VALUE_DOMAIN, "1.2.3.4", NULL, 0 },
	{ AC_VALUE_DOMAIN, "evil..example", NULL, 0 },
	{ AC_VALUE_DOMAIN, ".evil.example", NULL, 0 },
	{ AC_VALUE_DOMAIN, "evil example", NULL, 0 },
	{ AC_VALUE_DOMAIN, "evil.example/x", NULL, 0 },
	{ AC_VALUE_DOMAIN, "*.evil.example", NULL, 0 },
	{ AC_VALUE_DOMAIN, ".", NULL, 0 },
	{ AC_VALUE_DOMAIN, "a123456789012345678901234567890123456789012345678901234567890123.example", NULL,
	    0 }, /* 64 */
	{ AC_VALUE_DOMAIN, "\xff\xfe.example", NULL, 0 },

	{ AC_VALUE_URL, "HTTP://Evil.Example:80/Path?Q=A#F", "http://evil.example/Path?Q=A#F", AC_VALUE_URL },
	{ AC_VALUE_URL, "https://evil.example:443", "https://evil.example", AC_VALUE_URL },
	{ AC_VALUE_URL, "https://evil.example:8443/", "https://evil.example:8443/", AC_VALUE_URL },
	{ AC_VALUE_URL, "http://evil.example:0080/", "http://evil.example/", AC_VALUE_URL },
	{ AC_VALUE_URL, "http://evil.example.:/x", "http://evil.example/x", AC_VALUE_URL },
	{ AC_VALUE_URL, "http://192.0.2.1/%41%2f", "http://192.0.2.1/%41%2f", AC_VALUE_URL },
	{ AC_VALUE_URL, "http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/", AC_VALUE_URL },
	{ AC_VALUE_URL, "http://bank.example@EVIL.example/", "http://bank.example@evil.example/", AC_VALUE_URL },
	{ AC_VALUE_URL,
	    "http://b\xc3\xbc"
	    "cher.example/\xc3\xbc",
	    "http://xn--bcher-kva.example/\xc3\xbc", AC_VALUE_URL },
	{ AC_VALUE_URL, "http://evil.example/a b", NULL, 0 },
	{ AC_VALUE_URL, "http://evil.example:99999/", NULL, 0 },
	{ AC_VALUE_URL, "http://evil.example:8x/", NULL, 0 },
	{ AC_VALUE_URL, "http:///x", NULL, 0 },
	{ AC_VALUE_URL, "http://[192.0.2.1]/", NULL, 0 },
	{ AC_VALUE_URL, "http://[2001:db8::1/", NULL, 0 },
	{ AC_VALUE_URL, "1http://evil.example/", NULL, 0 },
	{ AC_VALUE_URL, "evil.example/x", NULL, 0 },
	{ AC_VALUE_URL, "http://evil.example/\xff", NULL, 0 },

	{ AC_VALUE_EMAIL, "Phisher@Evil.Example", "phisher@evil.example", AC_VALUE_EMAIL },
	{ AC_VALUE_EMAIL, "a.b+c@evil.example.", "a.b+c@evil.example", AC_VALUE_EMAIL },
	{ AC_VALUE_EMAIL, "@evil.example", NULL, 0 },
	{ AC_VALUE_EMAIL, "a@", NULL, 0 },
	{ AC_VALUE_EMAIL, "a@b@evil.example", NULL, 0 },
	{ AC_VALUE_EMAIL, "a b@evil.example", NULL, 0 },
	{ AC_VALUE_EMAIL, "<a@evil.example>", NULL, 0 },

	{ AC_VALUE_MD5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e", AC_VALUE_MD5 },
	{ AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427", NULL, 0 },
	{ AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427g", NULL, 0 },
	{ AC_VALUE_SHA1, "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	    AC_VALUE_SHA1 },
	{ AC_VALUE_SHA256, "d41d8cd98f00b204e9800998ecf8427e", NULL, 0 },

	{ AC_VALUE_FILE_NAME, "C:\\Users\\Public\\Dropper.EXE", "dropper.exe", AC_VALUE_FILE_NAME },
	{ AC_VALUE_FILE_NAME, "/tmp/.x/install.sh", "install.sh", AC_VALUE_FILE_NAME },
	{ AC_VALUE_FILE_NAME, "\xc3\x9c.DOC", "\xc3\x9c.doc", AC_VALUE_FILE_NAME }, /* ASCII case only */
	{ AC_VALUE_FILE_NAME, "/tmp/", NULL, 0 },
	{ AC_VALUE_FILE_NAME, "..", NULL, 0 },
	{ AC_VALUE_FILE_NAME, "a\nb", NULL, 0 },

	{ AC_VALUE_MUTEX, "Global\\Evil", "Global\\Evil", AC_VALUE_MUTEX },
	{ AC_VALUE_REGISTRY_KEY, "HKLM\\Software\\Evil", "hkey_local_machine\\software\\evil", AC_VALUE_REGISTRY_KEY },
	{ AC_VALUE_REGISTRY_KEY, "HKEY_CURRENT_USER\\X", "hkey_current_user\\x", AC_VALUE_REGISTRY_KEY },
	{ AC_VALUE_MUTEX, "", NULL, 0 },
	{ AC_VALUE_USER_AGENT, "Mozilla/4.0 (compatible; Evil)", "Mozilla/4.0 (compatible; Evil)",
	    AC_VALUE_USER_AGENT },
	{ AC_VALUE_REGISTRY_KEY, "hkey_Local_Machine\\\\Software\\\\Evil\\", "hkey_local_machine\\software\\evil",
	    AC_VALUE_REGISTRY_KEY },
	{ AC_VALUE_REGISTRY_KEY, "HKLM:\\SOFTWARE\\Evil", "hkey_local_machine\\software\\evil", AC_VALUE_REGISTRY_KEY },
	{ AC_VALUE_REGISTRY_KEY, "Computer\\HKEY_CLASSES_ROOT\\.evil", "hkey_classes_root\\.evil",
	    AC_VALUE_REGISTRY_KEY },
	{ AC_VALUE_REGISTRY_KEY, "HKU\\S-1-5-18\\Evil", "hkey_users\\s-1-5-18\\evil", AC_VALUE_REGISTRY_KEY },
	{ AC_VALUE_REGISTRY_KEY, "\\REGISTRY\\USER\\S-1-5-18\\Evil", "hkey_users\\s-1-5-18\\evil",
	    AC_VALUE_REGISTRY_KEY },
	{ AC_VALUE_REGISTRY_KEY, "HKLMX\\Evil", "hklmx\\evil", AC_VALUE_REGISTRY_KEY }, /* no hive of that name */
	{ AC_VALUE_REGISTRY_KEY, "\\", NULL, 0 },

	{ AC_VALUE_FILE_PATH, "C:/Windows\\\\Temp\\Evil.EXE", "c:\\windows\\temp\\evil.exe", AC_VALUE_FILE_PATH },
	{ AC_VALUE_FILE_PATH, "\\\\?\\C:\\Evil", "c:\\evil", AC_VALUE_FILE_PATH },
	{ AC_VALUE_FILE_PATH, "\\\\?\\/C:/Evil", "c:\\evil", AC_VALUE_FILE_PATH },
	{ AC_VALUE_FILE_PATH, "\\??\\C:\\Evil", "c:\\evil", AC_VALUE_FILE_PATH },
	{ AC_VALUE_FILE_PATH, "\\\\Files\\Share\\", "\\\\files\\share", AC_VALUE_FILE_PATH },
	{ AC_VALUE_FILE_PATH, "/opt//Evil/run", "/opt/Evil/run", AC_VALUE_FILE_PATH }, /* POSIX: case counts */
	{ AC_VALUE_FILE_PATH, "evil.exe", NULL, 0 },
	{ AC_VALUE_FILE_PATH, "C:\\", NULL, 0 },
	{ AC_VALUE_FILE_PATH, "/", NULL, 0 },
	{ AC_VALUE_FILE_PATH, "/a\nb", NULL, 0 },
	{ AC_VALUE_NAMED_PIPE, "\\\\.\\pipe\\MSSE-1234", "msse-1234", AC_VALUE_NAMED_PIPE },
	{ AC_VALUE_NAMED_PIPE, "\\MSSE-1234", "msse-1234", AC_VALUE_NAMED_PIPE }, /* as Sysmon writes it */
	{ AC_VALUE_NAMED_PIPE, "\\Device\\NamedPipe\\x", "device\\namedpipe\\x", AC_VALUE_NAMED_PIPE },
	{ AC_VALUE_NAMED_PIPE, "\\\\.\\pipe\\", NULL, 0 },

	/* the example of STIX 2.1 s6.18 */
	{ AC_VALUE_CERT_SERIAL, "36:f7:d4:32:f4:ab:70:ea:d3:ce:98:6e:ea:99:93:49:32:0a:b7:06",
	    "36f7d432f4ab70ead3ce986eea999349320ab706", AC_VALUE_CERT_SERIAL },
	{ AC_VALUE_CERT_SERIAL, "0x00AB12", "ab12", AC_VALUE_CERT_SERIAL },
	{ AC_VALUE_CERT_SERIAL, "00:AB:12", "ab12", AC_VALUE_CERT_SERIAL },
	{ AC_VALUE_CERT_SERIAL, "4096 (0x1000)", "1000", AC_VALUE_CERT_SERIAL }, /* as OpenSSL prints it */
	{ AC_VALUE_CERT_SERIAL, "4096", "4096", AC_VALUE_CERT_SERIAL },
	/* 2^160 - 1: too long for hexadecimal digits, so decimal */
	{ AC_VALUE_CERT_SERIAL, "1461501637330902918203684832716283019655932542975",
	    "ffffffffffffffffffffffffffffffffffffffff", AC_VALUE_CERT_SERIAL },
	{ AC_VALUE_CERT_SERIAL, "1461501637330902918203684832716283019655932542976", NULL, 0 },
	{ AC_VALUE_CERT_SERIAL, "0", "0", AC_VALUE_CERT_SERIAL },
	{ AC_VALUE_CERT_SERIAL, "a:b", NULL, 0 },
	{ AC_VALUE_CERT_SERIAL, "ab:", NULL, 0 },
	{ AC_VALUE_CERT_SERIAL, "", NULL, 0 },
	{ AC_VALUE_CERT_SHA1, "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD",
	    "aabbccddeeff00112233445566778899aabbccdd", AC_VALUE_CERT_SHA1 },
	{ AC_VALUE_CERT_SHA1, "AABBCCDDEEFF00112233445566778899AABBCCDD", "aabbccddeeff00112233445566778899aabbccdd",
	    AC_VALUE_CERT_SHA1 },
	{ AC_VALUE_CERT_SHA1, "AA:BB", NULL, 0 },
	{ AC_VALUE_CERT_SHA256, "AABBCCDDEEFF00112233445566778899AABBCCDD", NULL, 0 },
	/* FIPS 180-4's example message "abc" */
	{ AC_VALUE_SHA224, "23097D22 3405D822 8642A477 BDA255B3 2AADBCE4 BDA0B3F7 E36C9DA7", NULL, 0 },
	{ AC_VALUE_SHA224, "23097D223405D8228642A477BDA255B32AADBCE4BDA0B3F7E36C9DA7",
	    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7", AC_VALUE_SHA224 },
	{ AC_VALUE_SHA384,
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
	    AC_VALUE_SHA384 },
	{ AC_VALUE_JA3, "ADA70206E40642A3E4461F35503241D5", "ada70206e40642a3e4461f35503241d5", AC_VALUE_JA3 },
	{ AC_VALUE_JA3, "769,47-53-5-10,0-10-11,23-24-25,0", NULL, 0 }, /* the string that is hashed */
	{ AC_VALUE_JA4, "t13d1516h2_8daaf6152771_b186095e22b6", "t13d1516h2_8daaf6152771_b186095e22b6", AC_VALUE_JA4 },
	{ AC_VALUE_JA4, "T13D1516H2_8DAAF6152771_B186095E22B6", "t13d1516h2_8daaf6152771_b186095e22b6", AC_VALUE_JA4 },
	{ AC_VALUE_JA4, "t13d1516h2", NULL, 0 },
	{ AC_VALUE_JA4, "t13 d1516h2_8daaf6152771", NULL, 0 },
	{ AC_VALUE_SSDEEP, "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
	    AC_VALUE_SSDEEP },
	{ AC_VALUE_SSDEEP, "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C,\"a.txt\"",
	    "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", AC_VALUE_SSDEEP },
	{ AC_VALUE_SSDEEP, "3:AXG", NULL, 0 },
	{ AC_VALUE_TLSH, "6faff4c9e1e7a1b4b7b9c0f1ef2a0a6b3c8d5e7f91a2b3c4d5e6f708192a3b4c5d6e7f",
	    "T16FAFF4C9E1E7A1B4B7B9C0F1EF2A0A6B3C8D5E7F91A2B3C4D5E6F708192A3B4C5D6E7F", AC_VALUE_TLSH },
	{ AC_VALUE_TLSH, "T16FAFF4C9", NULL, 0 },

	{ AC_VALUE_AS_NUMBER, "AS64496", "64496", AC_VALUE_AS_NUMBER },
	{ AC_VALUE_AS_NUMBER, "ASN 64496", "64496", AC_VALUE_AS_NUMBER },
	{ AC_VALUE_AS_NUMBER, "as0.64496", "64496", AC_VALUE_AS_NUMBER }, /* RFC 5396 asdot+ */
	{ AC_VALUE_AS_NUMBER, "1.10", "65546", AC_VALUE_AS_NUMBER },      /* RFC 5396: 65536 + 10 */
	{ AC_VALUE_AS_NUMBER, "4294967296", NULL, 0 },
	{ AC_VALUE_AS_NUMBER, "1.65536", NULL, 0 },
	{ AC_VALUE_AS_NUMBER, "AS", NULL, 0 },
	{ AC_VALUE_MAC, "00-00-5E-00-53-AF", "00:00:5e:00:53:af", AC_VALUE_MAC },
	{ AC_VALUE_MAC, "0000.5e00.53af", "00:00:5e:00:53:af", AC_VALUE_MAC },
	{ AC_VALUE_MAC, "00005e0053af", "00:00:5e:00:53:af", AC_VALUE_MAC },
	{ AC_VALUE_MAC, "00:00:5e:00:53:a", NULL, 0 },
	{ AC_VALUE_MAC, "00:00:5e:00:53:af:", NULL, 0 },
	{ AC_VALUE_CVE, "cve-2021-26855", "CVE-2021-26855", AC_VALUE_CVE },
	{ AC_VALUE_CVE,
	    "CVE\xe2\x80\x93"
	    "2021\xe2\x80\x93"
	    "26855",
	    "CVE-2021-26855", AC_VALUE_CVE },
	{ AC_VALUE_CVE, "CVE-2021-268", NULL, 0 },
	{ AC_VALUE_CVE, "CVE-2021-12345678901234567890", NULL, 0 },
};

static void
parse__gives_the_one_spelling_of_each_value_or_refuses(void **state)
{
	for (size_t i = 0; i < AC_COUNT(parse_rows); i++) {
		const parse_row *row = &parse_rows[i];
		ac_arena arena;
		ac_value value = { 0 };
		accord_err err = { 0 };
		int rc;

		ac_arena_init(&arena, ARENA_MAX);
		rc = ac_value_parse(row->type, ac_str_from(row->text), &arena, &value, &err);
		if (row->want
			? rc != 0 || !ac_str_eq(value.text, ac_str_from(row->want)) || value.type != row->want_type
			: rc != ACCORD_EINPUT || err.text[0] == '\0')
			fail_msg("'%s': got %d '%.*s' type %d (%s), want '%s'", row->text, rc, AC_FMT(value.text),
			    (int)value.type, err.text, row->want ? row->want : "a refusal");
		ac_arena_done(&arena);
	}
	(void)state;
}

static void
parse__of_its_own_result_changes_nothing(void **state)
{
	for (size_t i = 0; i < AC_COUNT(parse_rows); i++) {
		const parse_row *row = &parse_rows[i];
		ac_arena arena;
		ac_value value = { 0 };

		if (!row->want)
			continue;
		ac_arena_init(&arena, ARENA_MAX);
		assert_int_equal(ac_value_parse(row->want_type, ac_str_from(row->want), &arena, &value, NULL), 0);
		assert_str(value.text, ac_str_from(row->want));
		ac_arena_done(&arena);
	}
	(void)state;
}

static void
parse__gives_the_bytes_and_prefix_of_addresses(void **state)
{
	ac_arena arena;
	ac_value value;

	ac_arena_init(&arena, ARENA_MAX);
	assert_int_equal(ac_value_parse(AC_VALUE_IPV4, AC_S("192.0.2.200/25"), &arena, &value, NULL), 0);
	assert_int_equal(value.prefix_bits, 25);
	assert_memory_equal(value.address, ((uint8_t[]){ 192, 0, 2, 128 }), 4);
	assert_int_equal(ac_value_parse(AC_VALUE_IPV6, AC_S("2001:db8::ff"), &arena, &value, NULL), 0);
	assert_int_equal(value.prefix_bits, 128);
	assert_memory_equal(
	    value.address, ((uint8_t[]){ 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff }), 16);
	assert_int_equal(ac_value_parse(AC_VALUE_IPV6, AC_S("::ffff:198.51.100.7"), &arena, &value, NULL), 0);
	assert_int_equal(value.prefix_bits, 32);
	assert_memory_equal(value.address, ((uint8_t[]){ 198, 51, 100, 7 }), 4);
	ac_arena_done(&arena);
	(void)state;
}

static void
parse__refuses_a_type_that_is_none(void **state)
{
	ac_arena arena;
	ac_value value;

	ac_arena_init(&arena, ARENA_MAX);
	assert_int_equal(ac_value_parse(AC_VALUE_NONE, AC_S("x"), &arena, &value, NULL), ACCORD_EUSAGE);
	assert_int_equal(ac_value_parse(AC_VALUE_TYPE_COUNT, AC_S("x"), &arena, &value, NULL), ACCORD_EUSAGE);
	ac_arena_done(&arena);
	(void)state;
}

static const struct {
	const char *text;
	const char *want;
} refang_rows[] = {
	{ "hxxp://evil[.]example/", "http://evil.example/" },
	{ "hXXps://EVIL[.]example/", "https://EVIL.example/" },
	{ "hxtp://evil.example", "http://evil.example" },
	{ "htxps://evil.example", "https://evil.example" },
	{ "meow://evil.example", "http://evil.example" },
	{ "h[tt]ps://evil.example", "https://evil.example" },
	{ "[hxxp://]evil[.]example", "http://evil.example" },
	{ "[https://]evil.example", "https://evil.example" },
	{ "hxxps[://]evil[.]example", "https://evil.example" },
	{ "https[:]//evil(.)example", "https://evil.example" },
	{ "fxp://evil{.}example", "ftp://evil.example" },
	{ "evil[dot]example", "evil.example" },
	{ "evil(DOT)example", "evil.example" },
	{ "192.0.2[.]1", "192.0.2.1" },
	{ "192\\.0\\.2\\.1", "192.0.2.1" },
	{ "phisher[@]evil[.]example", "phisher@evil.example" },
	{ "phisher[at]evil(dot)example", "phisher@evil.example" },
	{ "2001[:]db8[:][:]1", "2001:db8::1" },
	/* nothing to do */
	{ "http://evil.example/a", "http://evil.example/a" },
	{ "http://[2001:db8::1]/", "http://[2001:db8::1]/" },
	{ "C:\\Users\\.ssh\\id", "C:\\Users\\.ssh\\id" },
	{ "meow mix", "meow mix" },
	{ "hxxpd", "hxxpd" },
	{ "", "" },
	{ "[", "[" },
	{ "[.", "[." },
};

static void
refang__gives_back_what_was_meant(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, ARENA_MAX);
	for (size_t i = 0; i < AC_COUNT(refang_rows); i++) {
		ac_str text = ac_str_from(refang_rows[i].text), want = ac_str_from(refang_rows[i].want);
		ac_str got = ac_value_refang(text, &arena);

		assert_str(got, want);
		if (ac_str_eq(text, want))
			assert_ptr_equal(got.p, text.p); /* a view: nothing was copied */
	}
	ac_arena_done(&arena);
	(void)state;
}

static const struct {
	const char *text;
	ac_value_type type;
	const char *want;
} guess_rows[] = {
	{ "1.2.3.4", AC_VALUE_IPV4, "1.2.3.4" },
	{ "192.0.2[.]1", AC_VALUE_IPV4, "192.0.2.1" },
	{ "192.0.2.77/24", AC_VALUE_IPV4, "192.0.2.0/24" },
	{ "2001:DB8::1", AC_VALUE_IPV6, "2001:db8::1" },
	{ "::ffff:192.0.2.1", AC_VALUE_IPV4, "192.0.2.1" },
	{ "hXXp://EVIL[.]example/", AC_VALUE_URL, "http://evil.example/" },
	{ "evil.example.", AC_VALUE_DOMAIN, "evil.example" },
	{ "evil[.]example", AC_VALUE_DOMAIN, "evil.example" },
	{ "www.evil.co.uk", AC_VALUE_DOMAIN, "www.evil.co.uk" },
	{ "evil.com", AC_VALUE_DOMAIN, "evil.com" }, /* also an extension: a host, see domain.c */
	{ "evil.zip", AC_VALUE_DOMAIN, "evil.zip" },
	{ "install.sh", AC_VALUE_DOMAIN, "install.sh" },
	{ "x.onion", AC_VALUE_DOMAIN, "x.onion" },
	{ "dc01.corp.local", AC_VALUE_DOMAIN, "dc01.corp.local" },
	{ "a.b.unheardoftld", AC_VALUE_DOMAIN, "a.b.unheardoftld" },
	{ "TEMP.Periscope", AC_VALUE_NONE, "" },
	/* user-assigned in ISO 3166-1, so no TLD today */
	{ "evil.xq", AC_VALUE_DOMAIN, "evil.xq" },
	{ "Mr.Jr", AC_VALUE_NONE, "" },
	{ "Agent.BTZ", AC_VALUE_NONE, "" },
	{ "1.2.3.4.5", AC_VALUE_NONE, "" },
	{ "999.1.2.3", AC_VALUE_NONE, "" },
	{ "v1.2", AC_VALUE_NONE, "" },
	{ "file.exe", AC_VALUE_FILE_NAME, "file.exe" },
	{ "Invoice 2021.DOCX", AC_VALUE_FILE_NAME, "invoice 2021.docx" },
	{ "payload.tar.gz", AC_VALUE_FILE_NAME, "payload.tar.gz" },
	/* where a file lies is part of what is meant */
	{ "C:\\Windows\\Temp\\run.sh", AC_VALUE_FILE_PATH, "c:\\windows\\temp\\run.sh" },
	{ "/var/www/html/shell.aspx", AC_VALUE_FILE_PATH, "/var/www/html/shell.aspx" },
	{ "\\\\files\\share\\Evil.EXE", AC_VALUE_FILE_PATH, "\\\\files\\share\\evil.exe" },
	/* no log spells a variable so; one component may be a URL's path */
	{ "%TEMP%\\run.exe", AC_VALUE_FILE_NAME, "run.exe" },
	{ "/gate.php", AC_VALUE_FILE_NAME, "gate.php" },
	{ "\\\\.\\pipe\\Evil.pipe", AC_VALUE_NAMED_PIPE, "evil.pipe" },
	{ "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD", AC_VALUE_CERT_SHA1,
	    "aabbccddeeff00112233445566778899aabbccdd" },
	{ "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7", AC_VALUE_SHA224, /* FIPS 180-4: "abc" */
	    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
	{ "see evil.com", AC_VALUE_NONE, "" },
	{ "evil.example/gate.php", AC_VALUE_URL, "http://evil.example/gate.php" },
	{ "and/or", AC_VALUE_NONE, "" },
	{ "phisher@evil.example", AC_VALUE_EMAIL, "phisher@evil.example" },
	{ "root@localhost", AC_VALUE_NONE, "" },
	{ "d41d8cd98f00b204e9800998ecf8427e", AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427e" },
	{ "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", AC_VALUE_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", AC_VALUE_SHA256,
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "CVE-2021-26855", AC_VALUE_CVE, "CVE-2021-26855" },
	{ "00:00:5E:00:53:AF", AC_VALUE_MAC, "00:00:5e:00:53:af" },
	{ "HKLM\\Software\\Evil", AC_VALUE_REGISTRY_KEY, "hkey_local_machine\\software\\evil" },
	{ "HKCU:\\Software\\Evil", AC_VALUE_REGISTRY_KEY, "hkey_current_user\\software\\evil" },
	{ "\\REGISTRY\\MACHINE\\Software\\Evil", AC_VALUE_REGISTRY_KEY, "hkey_local_machine\\software\\evil" },
	{ "APT40", AC_VALUE_NONE, "" },
	{ "BRONZE MOHAWK", AC_VALUE_NONE, "" },
	{ "", AC_VALUE_NONE, "" },
	{ ".", AC_VALUE_NONE, "" },
	{ "@", AC_VALUE_NONE, "" },
	{ "://", AC_VALUE_NONE, "" },
};

static void
guess__tells_what_a_bare_text_is(void **state)
{
	for (size_t i = 0; i < AC_COUNT(guess_rows); i++) {
		ac_arena arena;
		ac_value value = { .type = AC_VALUE_TYPE_COUNT };
		accord_err err = { 0 };

		ac_arena_init(&arena, ARENA_MAX);
		assert_int_equal(ac_value_guess(ac_str_from(guess_rows[i].text), &arena, &value, &err), 0);
		if (value.type != guess_rows[i].type || !ac_str_eq(value.text, ac_str_from(guess_rows[i].want)))
			fail_msg("'%s': got %s '%.*s', want %s '%s'", guess_rows[i].text,
			    ac_value_type_name(value.type).p, AC_FMT(value.text),
			    ac_value_type_name(guess_rows[i].type).p, guess_rows[i].want);
		ac_arena_done(&arena);
	}
	(void)state;
}

static void
type_names__go_there_and_back(void **state)
{
	for (int i = 1; i < AC_VALUE_TYPE_COUNT; i++) {
		ac_str name = ac_value_type_name((ac_value_type)i);

		assert_true(name.n > 0);
		assert_int_equal(ac_value_type_from_name(name), i);
	}
	assert_str(ac_value_type_name(AC_VALUE_NONE), AC_S(""));
	assert_str(ac_value_type_name((ac_value_type)-1), AC_S(""));
	assert_int_equal(ac_value_type_from_name(AC_S("")), AC_VALUE_NONE);
	assert_int_equal(ac_value_type_from_name(AC_S("colour")), AC_VALUE_NONE);
	(void)state;
}

static void
type_names__know_what_lists_write(void **state)
{
	static const struct {
		const char *name;
		ac_value_type type;
	} rows[] = { { "ip", AC_VALUE_IPV4 }, { "IP_Address", AC_VALUE_IPV4 }, { "domain", AC_VALUE_DOMAIN },
		{ "Hostname", AC_VALUE_DOMAIN }, { "hash-md5", AC_VALUE_MD5 }, { "SHA-256", AC_VALUE_SHA256 },
		{ "FileHash-SHA1", AC_VALUE_SHA1 }, { "ip-dst", AC_VALUE_IPV4 }, { "email-src", AC_VALUE_EMAIL },
		{ "filename", AC_VALUE_FILE_NAME }, { "AS", AC_VALUE_AS_NUMBER }, { "vulnerability", AC_VALUE_CVE },
		{ "regkey", AC_VALUE_REGISTRY_KEY }, { "FilePath", AC_VALUE_FILE_PATH },
		{ "FileHash-SHA224", AC_VALUE_SHA224 }, { "ja3-fingerprint-md5", AC_VALUE_JA3 },
		{ "JA3S", AC_VALUE_JA3 }, { "ja4", AC_VALUE_JA4 }, { "x509-fingerprint-sha1", AC_VALUE_CERT_SHA1 },
		{ "x509-fingerprint-sha256", AC_VALUE_CERT_SHA256 }, { "serial_number", AC_VALUE_CERT_SERIAL },
		{ "named pipe", AC_VALUE_NAMED_PIPE }, { "mac-address", AC_VALUE_MAC }, { "asn", AC_VALUE_AS_NUMBER },
		{ "tlsh", AC_VALUE_TLSH }, { "ssdeep", AC_VALUE_SSDEEP }, { "User Agent", AC_VALUE_USER_AGENT },
		{ " url ", AC_VALUE_URL } };

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_int_equal(ac_value_type_from_name(ac_str_from(rows[i].name)), rows[i].type);
	(void)state;
}

static void
registrable__follows_the_public_suffix_list(void **state)
{
	assert_str(ac_domain_registrable(AC_S("a.b.example.co.uk")), AC_S("example.co.uk"));
	assert_str(ac_domain_registrable(AC_S("www.example.com")), AC_S("example.com"));
	assert_str(ac_domain_registrable(AC_S("evil.example")), AC_S("evil.example"));
	assert_null(ac_domain_registrable(AC_S("co.uk")).p);
	assert_null(ac_domain_registrable(AC_S("com")).p);
	assert_null(ac_domain_registrable(AC_S("")).p);
	(void)state;
}

/* Each rule of the list, a name below it (where some rules are for all), one above it, one beside it, and exceptions. */
static void
public_suffix__is_what_the_library_says(void **state)
{
	static const char *const others[] = { "www.ck", "a.www.ck", "city.kawasaki.jp", "other.kawasaki.jp",
		"example.com", "a.example.co.uk", "example", "a.b.c.d.e.example", "-.ck", "xn--p1ai", "x.xn--p1ai" };
	size_t suffixes = 0;
	char text[300];

	for (size_t i = 0;; i++) {
		ac_str name = ac_public_suffix(i);

		if (!name.p)
			break;
		for (unsigned form = 0; form < 4; form++) {
			ac_str asked = { text, 0 };
			bool want;

			(void)snprintf(text, sizeof(text), "%s%.*s",
			    form == 1   ? "below."
			    : form == 2 ? "x"
					: "",
			    AC_FMT(name));
			asked.n = strlen(text);
			if (form == 3 && ac_str_find_byte(name, '.') < name.n)
				asked = ac_str_slice(name, ac_str_find_byte(name, '.') + 1, name.n);
			want = psl_is_public_suffix(psl_builtin(), asked.p) != 0;
			suffixes += want;
			if (ac_domain_is_public_suffix(asked) != want)
				fail_msg("%s: want %d", text, want);
		}
	}
	assert_true(suffixes > 9000);
	for (size_t i = 0; i < AC_COUNT(others); i++)
		assert_int_equal(
		    ac_domain_is_public_suffix(ac_str_from(others[i])), psl_is_public_suffix(psl_builtin(), others[i]));
	assert_true(ac_domain_is_public_suffix(AC_S("")));
	(void)state;
}

static void
url_split__keeps_the_user_info_out_of_the_host(void **state)
{
	ac_url url;

	assert_true(ac_url_split(AC_S("http://bank.example:pw@evil.example:8080/p?q=http://x@y#z"), &url));
	assert_str(url.scheme, AC_S("http"));
	assert_str(url.host, AC_S("evil.example"));
	assert_str(url.port, AC_S("8080"));
	assert_str(url.path_query, AC_S("/p?q=http://x@y#z"));
	assert_false(url.host_is_ipv6);
	assert_true(ac_url_split(AC_S("https://[2001:db8::1]?x"), &url));
	assert_str(url.host, AC_S("2001:db8::1"));
	assert_int_equal(url.port.n, 0);
	assert_str(url.path_query, AC_S("?x"));
	assert_true(url.host_is_ipv6);
	assert_false(ac_url_split(AC_S("mailto:a@b.example"), &url));
	assert_false(ac_url_split(AC_S("://evil.example"), &url));
	(void)state;
}

static void
guess__survives_every_allocation_failure(void **state)
{
	static const char *const texts[] = { "hxxp://b\xc3\xbc"
					     "cher[.]example:81/x",
		"phisher[@]evil[.]example", "2001:db8::1", "evil[.]example/x.php", "C:\\x\\y.exe" };

	for (size_t i = 0; i < AC_COUNT(texts); i++)
		for (unsigned long n = 1;; n++) {
			ac_arena arena;
			ac_value value = { 0 };
			accord_err err = { 0 };
			int rc;

			ac_arena_init(&arena, ARENA_MAX);
			fail_malloc_at(n);
			rc = ac_value_guess(ac_str_from(texts[i]), &arena, &value, &err);
			bool failed = fail_malloc_done();
			ac_arena_done(&arena);
			if (!failed) {
				assert_int_equal(rc, 0);
				break;
			}
			assert_int_equal(rc, ACCORD_ENOMEM);
		}
	(void)state;
}

static void
network__keeps_the_families_apart(void **state)
{
	static const struct {
		const char *text;
		bool fine, is_6;
		unsigned bits;
		uint8_t first, last; /* bytes of the address */
	} rows[] = {
		{ "192.0.2.77", true, false, 32, 192, 77 },
		{ "192.0.2.77/24", true, false, 24, 192, 0 },
		{ "0.0.0.0/0", true, false, 0, 0, 0 },
		{ "2001:db8::ff", true, true, 128, 0x20, 0xff },
		{ "2001:db8::ff/32", true, true, 32, 0x20, 0 },
		{ "::ffff:192.0.2.77", true, true, 128, 0, 77 },
		{ "::/0", true, true, 0, 0, 0 },
		{ "192.0.2.77/33", false, false, 0, 0, 0 },
		{ "192.0.2.77/024", false, false, 0, 0, 0 },
		{ "192.0.2.77/", false, false, 0, 0, 0 },
		{ "[::1]", false, false, 0, 0, 0 },
		{ "192.0.2", false, false, 0, 0, 0 },
		{ "", false, false, 0, 0, 0 },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_network network;

		assert_int_equal(ac_network_parse(ac_str_from(rows[i].text), &network), rows[i].fine);
		if (!rows[i].fine)
			continue;
		assert_int_equal(network.is_6, rows[i].is_6);
		assert_int_equal(network.bits, rows[i].bits);
		assert_int_equal(network.address[0], rows[i].first);
		assert_int_equal(network.address[rows[i].is_6 ? 15 : 3], rows[i].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse__gives_the_one_spelling_of_each_value_or_refuses),
		cmocka_unit_test(parse__of_its_own_result_changes_nothing),
		cmocka_unit_test(parse__gives_the_bytes_and_prefix_of_addresses),
		cmocka_unit_test(parse__refuses_a_type_that_is_none),
		cmocka_unit_test(refang__gives_back_what_was_meant),
		cmocka_unit_test(guess__tells_what_a_bare_text_is),
		cmocka_unit_test(type_names__go_there_and_back),
		cmocka_unit_test(type_names__know_what_lists_write),
		cmocka_unit_test(registrable__follows_the_public_suffix_list),
		cmocka_unit_test(public_suffix__is_what_the_library_says),
		cmocka_unit_test(url_split__keeps_the_user_info_out_of_the_host),
		cmocka_unit_test(network__keeps_the_families_apart),
		cmocka_unit_test(guess__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
