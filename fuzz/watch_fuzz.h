/* SPDX-License-Identifier: Apache-2.0 */
/* The index that the watch targets share: one value of each type, and composite patterns. */
#ifndef AC_WATCH_FUZZ_H
#define AC_WATCH_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static inline int
watch_fuzz_on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	uint64_t *sum = payload;

	(void)err;
	*sum = *sum * 31 + hit->text_offset + hit->offset + hit->length;
	for (size_t i = 0; i < hit->indicator_count; i++)
		for (size_t k = 0; k < hit->indicators[i].name.n; k++)
			*sum = *sum * 31 + (unsigned char)hit->indicators[i].name.p[k];
	return 0;
}

static inline int
watch_fuzz_on_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	uint64_t *sum = payload;

	(void)err;
	*sum = *sum * 31 + id.n + name.n;
	for (size_t k = 0; k < reason.n; k++)
		*sum = *sum * 31 + (unsigned char)reason.p[k];
	return 0;
}

static inline int
watch_fuzz_on_pattern(void *payload, uint32_t indicator, ac_str text, bool is_gated, accord_err *err)
{
	uint64_t *sum = payload;

	(void)err;
	*sum = *sum * 31 + indicator + is_gated;
	for (size_t k = 0; k < text.n; k++)
		*sum = *sum * 31 + (unsigned char)text.p[k];
	return 0;
}

/* Scan with an index, and read all that it says of itself: a number that is the same whenever that is. */
static inline uint64_t
watch_fuzz_use(const ac_index *index)
{
	static const char text[] =
	    "192.0.2.7 198.51.9.9 203.0.113.3 2001:db8::1 2001:db8:1::5 www.evil.example b\xc3\xbc"
	    "cher.example http://bad.example/a?b=c https://192.0.2.9:8443/x a.b@evil.example\n"
	    "0123456789abcdef0123456789abcdef kit x.001 'evil tool.exe' a.example\n"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef f.exe ffffffffffffffffffffffffffffffff\n"
	    "{\"dest_ip\":\"192.0.2.10\",\"dest_port\":443,\"http\":{\"hostname\":\"bad.example\",\"url\":\"/"
	    "a?b=c\"}}\n"
	    "worse.example 2001:db8:2::9 00112233445566778899aabbccddeeff 'worse tool.exe' c@worse.example w.example\n";
	uint64_t sum = 0;
	ac_watch_sink sink = { .on_hit = watch_fuzz_on_hit, .payload = &sum };
	ac_watch *w = ac_watch_open(index, AC_S("fuzz"), (ac_time){ 1650000000, 0 }, &sink);
	accord_err err = { 0 };

	if (w && ac_watch_feed(w, (ac_str){ text, sizeof(text) - 1 }, &err) == 0)
		(void)(ac_watch_end(w, &err) + ac_index_each_unwatched(index, watch_fuzz_on_unwatched, &sum, &err) +
		       ac_index_each_pattern(index, watch_fuzz_on_pattern, &sum, &err));
	ac_watch_close(w);
	return sum;
}

/* The checksums of an image as its bytes are. */
static inline void
watch_fuzz_mend(char *image)
{
	ac_index_header *h = (void *)image;

	for (unsigned i = 0; i < AC_SECTION_COUNT; i++)
		if (h->sections[i].offset <= h->file_size &&
		    h->sections[i].length <= h->file_size - h->sections[i].offset)
			h->sections[i].checksum =
			    ac_index_checksum((ac_str){ image + h->sections[i].offset, h->sections[i].length });
	h->checksum = ac_index_checksum((ac_str){ image, offsetof(ac_index_header, checksum) });
}

/* Edits, five bytes each from data[at] on: a place (32 bits, modulo n) and a byte. The header's own numbers are at the front: half of the edits go there. */
static inline void
watch_fuzz_edit(char *image, size_t n, const uint8_t *data, size_t size, size_t at)
{
	for (; n > 0 && at + 5 <= size; at += 5) {
		uint32_t place;
		size_t room;

		memcpy(&place, data + at, 4);
		room = place & 1U << 31 || n < 512 ? n : 512;
		image[place % room] = (char)data[at + 4];
	}
}

#endif
