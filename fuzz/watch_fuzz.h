/* SPDX-License-Identifier: Apache-2.0 */
/* The index that the watch targets share: one value of each type, and composite patterns. */
#ifndef AC_WATCH_FUZZ_H
#define AC_WATCH_FUZZ_H

#include <stdint.h>
#include <stdlib.h>

#include "watch/index_build.h"
#include "watch/watch.h"

static inline ac_index_builder *
watch_fuzz_builder(void)
{
	static const struct {
		ac_value_type type;
		const char *text;
	} values[] = { { AC_VALUE_IPV4, "192.0.2.7" }, { AC_VALUE_IPV4, "198.51.0.0/16" },
		{ AC_VALUE_IPV4, "203.0.113.0/28" }, { AC_VALUE_IPV6, "2001:db8::1" },
		{ AC_VALUE_IPV6, "2001:db8:1::/48" }, { AC_VALUE_DOMAIN, "evil.example" },
		{ AC_VALUE_DOMAIN, "b\xc3\xbc"
				   "cher.example" },
		{ AC_VALUE_URL, "http://bad.example/a?b=c" }, { AC_VALUE_URL, "https://192.0.2.9:8443/x" },
		{ AC_VALUE_EMAIL, "a.b@evil.example" }, { AC_VALUE_MD5, "0123456789abcdef0123456789abcdef" },
		{ AC_VALUE_SHA256, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
		{ AC_VALUE_FILE_NAME, "evil tool.exe" }, { AC_VALUE_FILE_NAME, "kit" }, { AC_VALUE_FILE_NAME, "x.001" },
		{ AC_VALUE_FILE_PATH, "C:\\temp\\Evil1.exe" }, { AC_VALUE_FILE_PATH, "/opt/Evil/run7" },
		{ AC_VALUE_REGISTRY_KEY, "HKCU\\Software\\Xfiles9" }, { AC_VALUE_MUTEX, "Global\\EvilMutex" },
		{ AC_VALUE_NAMED_PIPE, "msse-1234-server" },
		{ AC_VALUE_USER_AGENT, "Mozilla/4.0 (compatible; Evil 2.1)" },
		{ AC_VALUE_JA3, "ada70206e40642a3e4461f35503241d5" },
		{ AC_VALUE_JA4, "t13d1516h2_8daaf6152771_b186095e22b6" },
		{ AC_VALUE_CERT_SHA1, "aabbccddeeff00112233445566778899aabbccdd" },
		{ AC_VALUE_CERT_SERIAL, "0b:cd:12:34:56:78:9a:bc" }, { AC_VALUE_MAC, "00:00:5e:00:53:af" },
		{ AC_VALUE_AS_NUMBER, "65546" }, { AC_VALUE_SSDEEP, "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C" } };
	static const char *const patterns[] = { "[domain-name:value = 'a.example' OR domain-name:value = 'b.example']",
		"[file:name = 'f.exe' AND file:hashes.MD5 = 'ffffffffffffffffffffffffffffffff']",
		"[network-traffic:dst_ref.value = '192.0.2.10' AND network-traffic:dst_port = 443]",
		"[a:b = 1] FOLLOWEDBY [c:d = 2]" };
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 11, 22 } }, 1);
	ac_index_indicator who = { .id = { "indicator--00000000-0000-4000-8000-000000000001", 47 },
		.name = { "n", 1 },
		.valid_from = { 1600000000, 0 },
		.valid_until = { 1700000000, 0 } };
	accord_err err = { 0 };
	const char *reason;
	ac_arena arena;
	bool good = b != NULL;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; good && i < AC_COUNT(values); i++) {
		ac_value value;

		good = !ac_value_parse(values[i].type, ac_str_from(values[i].text), &arena, &value, &err) &&
		       !ac_index_add_value(b, &who, &value, &err);
	}
	for (size_t i = 0; good && i < AC_COUNT(patterns); i++)
		good = !ac_index_add_pattern(b, &who, ac_str_from(patterns[i]), &reason, &err);
	ac_arena_done(&arena);
	if (!good)
		abort();
	return b;
}

/* The file's bytes; freed by the caller. */
static inline char *
watch_fuzz_image(size_t *out_n)
{
	ac_index_builder *b = watch_fuzz_builder();
	accord_err err = { 0 };
	char *image = NULL;

	if (ac_index_image(b, &image, out_n, &err))
		abort();
	ac_index_builder_close(b);
	return image;
}

#endif
