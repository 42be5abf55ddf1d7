/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Overlays altered on their way to a good base: exactly as it was written, or refused; and after a forger who mends the checksums: refused, or harmless when scanned with. The first byte says
 * whether he does (1), and whether the file is cut (2), to a length that four bytes say; the rest is a list of edits as in fuzz_watch_index.c. The base finds the same before and after.
 */
#include "watch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MENDED = 1, CUT = 2 };

typedef struct good {
	ac_index *base;
	char *image;
	size_t n;
	uint64_t base_says, both_say;
} good;

/* New values, values of the base with another indicator, composite and gated patterns, and what hides the base's. */
static void
add_all(ac_index_builder *b)
{
	static const struct {
		ac_value_type type;
		const char *text;
	} values[] = { { AC_VALUE_IPV4, "192.0.2.7" }, { AC_VALUE_IPV4, "198.51.100.0/23" },
		{ AC_VALUE_DOMAIN, "evil.example" }, { AC_VALUE_DOMAIN, "worse.example" },
		{ AC_VALUE_URL, "http://bad.example/a?b=c" }, { AC_VALUE_URL, "http://worse.example/x" },
		{ AC_VALUE_IPV6, "2001:db8::2" }, { AC_VALUE_IPV6, "2001:db8:2::/47" },
		{ AC_VALUE_MD5, "00112233445566778899aabbccddeeff" }, { AC_VALUE_FILE_NAME, "worse tool.exe" },
		{ AC_VALUE_MUTEX, "Global\\WorseMutex" }, { AC_VALUE_EMAIL, "c@worse.example" } };
	static const char *const patterns[] = { "[domain-name:value = 'a.example' OR domain-name:value = 'w.example']",
		"[network-traffic:dst_ref.value = '192.0.2.10' AND network-traffic:dst_port = 443]",
		"[domain-name:value = 'w.example'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.8'] WITHIN 60 SECONDS",
		"[x-unheard-of:value = 1]" };
	ac_index_indicator who = { .id = AC_S("indicator--00000000-0000-4000-8000-000000000002"),
		.name = AC_S("m"),
		.producer = AC_S("ally.example"),
		.valid_from = AC_TIME_MIN,
		.valid_until = AC_TIME_MAX };
	accord_err err = { 0 };
	const char *reason;
	ac_arena arena;
	bool is_good = !ac_index_add_tomb(b, AC_S("indicator--00000000-0000-4000-8000-00000000000f"), true, &err);

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; is_good && i < AC_COUNT(values); i++) {
		ac_value value;

		is_good = !ac_value_parse(values[i].type, ac_str_from(values[i].text), &arena, &value, &err) &&
			  !ac_index_add_value(b, &who, &value, &err);
	}
	for (size_t i = 0; is_good && i < AC_COUNT(patterns); i++)
		is_good = !ac_index_add_pattern(b, &who, ac_str_from(patterns[i]), &reason, &err);
	ac_arena_done(&arena);
	if (!is_good)
		abort();
}

static int
lay_over(const ac_index *base, const char *bytes, size_t n, ac_index **out)
{
	accord_err err = { 0 };
	char *copy = malloc(n ? n : 1);
	int rc;

	if (!copy)
		abort();
	memcpy(copy, bytes, n);
	rc = ac_index_lay_over_owned(base, copy, n, out, &err);
	if (rc)
		free(copy);
	return rc;
}

static void
make_good(good *g)
{
	size_t n;
	char *image = watch_fuzz_image(&n);
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 11, 22 } }, 2);
	ac_index *both = NULL;
	accord_err err = { 0 };

	if (!b || ac_index_open_owned(image, n, &g->base, &err))
		abort();
	ac_index_build_over(b, g->base);
	add_all(b);
	if (ac_index_image(b, &g->image, &g->n, &err) || lay_over(g->base, g->image, g->n, &both))
		abort();
	g->base_says = watch_fuzz_use(g->base);
	g->both_say = watch_fuzz_use(both);
	if (g->base_says == g->both_say)
		abort();
	ac_index_close(both);
	ac_index_builder_close(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static good g;
	unsigned how = size ? data[0] : 0;
	ac_index *both = NULL;
	char *bytes;
	size_t at = 1, n;
	uint32_t number;
	bool is_altered;
	int rc;

	if (!g.base)
		make_good(&g);
	n = g.n;
	if (how & CUT && size >= 5) {
		memcpy(&number, data + 1, 4);
		n = number % g.n;
		at = 5;
	}
	bytes = malloc(g.n);
	if (!bytes)
		return 0;
	memcpy(bytes, g.image, g.n);
	watch_fuzz_edit(bytes, n, data, size, at);
	is_altered = n != g.n || memcmp(bytes, g.image, n) != 0;
	if (how & MENDED && n >= AC_INDEX_HEADER_SIZE && ((const ac_index_header *)(const void *)bytes)->file_size == n)
		watch_fuzz_mend(bytes);
	rc = lay_over(g.base, bytes, n, &both);
	if (rc == 0) {
		uint64_t says = watch_fuzz_use(both);

		if (!(how & MENDED) && (is_altered || says != g.both_say))
			abort();
		both = ac_index_close(both);
	} else if (rc != ACCORD_EINPUT && rc != ACCORD_ELIMIT && rc != ACCORD_ENOMEM) {
		abort();
	} else if (!is_altered) {
		abort();
	}
	if (watch_fuzz_use(g.base) != g.base_says)
		abort();
	free(bytes);
	return 0;
}
