/* SPDX-License-Identifier: Apache-2.0 */
/* The index file: what is written is read, what was altered is refused, and no allocation failure leaves anything behind. */
#include "watch_test.h"

#include <unistd.h>

#include "fail_malloc.h"

static void
fill(wt *t, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char id[64], text[64];

		(void)snprintf(id, sizeof(id), "indicator--00000000-0000-4000-8000-%012x", i);
		(void)snprintf(text, sizeof(text), "host%u.net%u.example", i, i % 7);
		wt_value(t, id, AC_VALUE_DOMAIN, text);
		(void)snprintf(text, sizeof(text), "10.%u.%u.%u", i >> 16 & 255, i >> 8 & 255, i & 255);
		wt_value(t, id, AC_VALUE_IPV4, text);
	}
}

static void
file__is_read_as_written(void **state)
{
	char path[] = "/tmp/test-watch-index-XXXXXX";
	accord_err err = { 0 };
	ac_index *index = NULL;
	int fd = mkstemp(path);
	wt t;

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	wt_open(&t);
	fill(&t, 3000);
	assert_int_equal(ac_index_write(t.builder, path, &err), 0);
	assert_int_equal(ac_index_open(path, &index, &err), 0);
	assert_int_equal(ac_index_generation(index), 7);
	assert_int_equal(ac_index_indicator_count(index), 6000);
	t.index = index;
	for (unsigned i = 0; i < 3000; i += 37) {
		char input[128], want[256];

		(void)snprintf(input, sizeof(input), "x.host%u.net%u.example", i, i % 7);
		(void)snprintf(want, sizeof(want),
		    "1:0+%zu domain-name subdomain %s indicator--00000000-0000-4000-8000-%012x\n", strlen(input), input,
		    i);
		assert_str(wt_scan(&t, input), ac_str_from(want));
	}
	assert_str(wt_scan(&t, "host3000.net4.example 10.0.11.184"), AC_S(""));
	(void)unlink(path);
	wt_close(&t);
}

/* What is not exactly as a UUID is written here is kept as text. */
static void
id__comes_back_as_it_was(void **state)
{
	static const char *const ids[] = { "indicator--01234567-89ab-4cde-8f01-23456789abcd",
		"indicator--01234567-89AB-4cde-8f01-23456789abcd", "indicator--0123456789ab-4cde-8f01-2345-6789abcd",
		"indicator--01234567-89ab-4cde-8f01-23456789abc", "indicator--01234567-89ab-4cde-8f01-23456789abcde",
		"indicator--01234567-89ab-4cde-8f01-23456789abcg", "indicator--:1234567-89ab-4cde-8f01-23456789abcd",
		"indicator--`1234567-89ab-4cde-8f01-23456789abcd", "indicator-_01234567-89ab-4cde-8f01-23456789abcd",
		"indicator--01234567-89ab-4cde-8f01_23456789abcd", "indicator--ffffffff-ffff-ffff-ffff-ffffffffffff",
		"x" };
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t i = 0; i < AC_COUNT(ids); i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "host%zu.example", i);
		wt_value(&t, ids[i], AC_VALUE_DOMAIN, text);
	}
	wt_build(&t);
	for (size_t i = 0; i < AC_COUNT(ids); i++) {
		char input[64], want[256];

		(void)snprintf(input, sizeof(input), "host%zu.example", i);
		(void)snprintf(want, sizeof(want), "1:0+%zu domain-name exact %s %s\n", strlen(input), input, ids[i]);
		assert_str(wt_scan(&t, input), ac_str_from(want));
	}
	wt_close(&t);
}

static void
digest__wants_digits_in_lower_case(void **state)
{
	static const char *const texts[] = { "0123456789ABCDEF0123456789abcdef", "0123456789abcdef0123456789abcdeg",
		"0123456789abcdef0123456789abcde:", "0123456789abcdef0123456789abcde" };
	ac_index_indicator who = wt_who("indicator--01234567-89ab-4cde-8f01-23456789abcd");
	accord_err err = { 0 };
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		ac_value value = { .type = AC_VALUE_MD5, .text = ac_str_from(texts[i]) };

		assert_int_equal(ac_index_add_value(t.builder, &who, &value, &err), ACCORD_EINPUT);
	}
	wt_close(&t);
}

static void
missing_file__is_an_io_error(void **state)
{
	accord_err err = { 0 };
	ac_index *index = NULL;

	(void)state;
	assert_int_equal(ac_index_open("/nonexistent/watch.index", &index, &err), ACCORD_EIO);
	assert_null(index);
}

/* Each byte of it, those between sections too, and each length below its own. */
static void
altered_byte__is_refused(void **state)
{
	accord_err err = { 0 };
	ac_index *index = NULL;
	char *image;
	size_t n;
	wt t;

	(void)state;
	wt_open(&t);
	fill(&t, 8);
	assert_null(wt_pattern(&t, "p", "[domain-name:value = 'a.example' AND domain-name:value = 'b.example']"));
	assert_int_equal(ac_index_image(t.builder, &image, &n, &err), 0);
	for (size_t at = 0; at < n; at++) {
		image[at] ^= 0x40;
		assert_int_equal(ac_index_open_bytes((ac_str){ image, n }, &index, &err), ACCORD_EINPUT);
		image[at] ^= 0x40;
		assert_true(strlen(err.text) > 0);
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(ac_index_open_bytes((ac_str){ image, cut }, &index, &err), ACCORD_EINPUT);
	assert_int_equal(ac_index_open_bytes((ac_str){ image, n }, &index, &err), 0);
	ac_index_close(index);
	free(image);
	wt_close(&t);
}

/* A forger who fixes the checksums must still not lead the scanner outside. */
static void
forged_numbers__are_refused(void **state)
{
	static const struct {
		ac_section_kind section;
		size_t at; /* a 32-bit number in its first item */
	} rows[] = {
		{ AC_SECTION_DIRECTORY, 0 },
		{ AC_SECTION_METAS, offsetof(ac_index_meta, name_at) },
		{ AC_SECTION_METAS, offsetof(ac_index_meta, name_n) },
		{ AC_SECTION_TERMS, offsetof(ac_index_term, text_n) },
		{ AC_SECTION_TERMS, offsetof(ac_index_term, conjunction) },
		{ AC_SECTION_CONJUNCTIONS, offsetof(ac_index_conjunction, first_term) },
		{ AC_SECTION_CONJUNCTIONS, offsetof(ac_index_conjunction, term_count) },
		{ AC_SECTION_UNWATCHED, offsetof(ac_index_unwatched, indicator) },
		{ AC_SECTION_UNWATCHED, offsetof(ac_index_unwatched, reason_n) },
	};
	wt t;

	(void)state;
	wt_open(&t);
	fill(&t, 4);
	assert_null(wt_pattern(&t, "p", "[domain-name:value = 'a.example' AND domain-name:value = 'b.example']"));
	assert_non_null(wt_pattern(&t, "q", "[file:size = 5"));
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		uint32_t huge = 0x7ffffff0;
		accord_err err = { 0 };
		ac_index *index = NULL;
		ac_index_header *h;
		ac_section *s;
		char *image;
		size_t n;

		assert_int_equal(ac_index_image(t.builder, &image, &n, &err), 0);
		h = (void *)image;
		s = &h->sections[rows[i].section];
		memcpy(image + s->offset + rows[i].at, &huge, sizeof(huge));
		s->checksum = ac_index_checksum((ac_str){ image + s->offset, s->length });
		h->checksum = ac_index_checksum((ac_str){ image, offsetof(ac_index_header, checksum) });
		assert_int_equal(ac_index_open_bytes((ac_str){ image, n }, &index, &err), ACCORD_EINPUT);
		free(image);
	}
	wt_close(&t);
}

/* So many /24s with an address each: those are open. Of a few the bitmap is small; of very many each has a bit of its own, and no other is open. */
static void
check_networks(uint32_t count, unsigned shift)
{
	uint32_t open = 0;
	wt t;

	wt_open(&t);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t top = 0x0b0000 + 9 * i;
		ac_index_indicator who = wt_who("x");
		ac_value value = { .type = AC_VALUE_IPV4,
			.prefix_bits = 32,
			.address = { (uint8_t)(top >> 16), (uint8_t)(top >> 8), (uint8_t)top, 9 } };

		assert_int_equal(ac_index_add_value(t.builder, &who, &value, NULL), 0);
	}
	assert_int_equal(ac_index_finish(t.builder, &t.index, NULL), 0);
	assert_int_equal(t.index->networks.shift, shift);
	for (uint32_t top = 0; top < 1U << 24; top++) {
		bool is_open = ac_network_is_open(&t.index->networks, top << 8 | 77);
		bool is_made = top >= 0x0b0000 && (top - 0x0b0000) % 9 == 0 && (top - 0x0b0000) / 9 < count;

		if (is_made)
			assert_true(is_open);
		open += is_open;
	}
	assert_in_range(open, count, shift ? ((uint64_t)1 << 24) / 16 : count);
	wt_close(&t);
}

static void
networks__are_open_where_something_is(void **state)
{
	(void)state;
	check_networks(0, 8);
	check_networks(300, 8);
	check_networks(5000, 7);
	check_networks(600000, 0);
}

/* Bitmaps are a power of two, and not beyond the bit of each /24. */
static void
bitmaps_of_another_size__are_refused(void **state)
{
	static const ac_section_kind kinds[] = { AC_SECTION_NETWORKS, AC_SECTION_WORD_ENDS };
	wt t;

	(void)state;
	wt_open(&t);
	fill(&t, 4);
	for (size_t i = 0; i < AC_COUNT(kinds); i++) {
		accord_err err = { 0 };
		ac_index *index = NULL;
		ac_index_header *h;
		ac_section *s;
		char *image;
		size_t n;

		assert_int_equal(ac_index_image(t.builder, &image, &n, &err), 0);
		h = (void *)image;
		s = &h->sections[kinds[i]];
		s->length -= 4;
		memset(image + s->offset + s->length, 0, 4);
		s->checksum = ac_index_checksum((ac_str){ image + s->offset, s->length });
		h->checksum = ac_index_checksum((ac_str){ image, offsetof(ac_index_header, checksum) });
		assert_int_equal(ac_index_open_bytes((ac_str){ image, n }, &index, &err), ACCORD_EINPUT);
		assert_non_null(strstr(err.text, "leads outside"));
		free(image);
	}
	wt_close(&t);
}

static void
never_list__is_kept_out_and_noted(void **state)
{
	static const struct {
		ac_value_type type;
		const char *text;
	} rows[] = { { AC_VALUE_IPV4, "0.0.0.0/0" }, { AC_VALUE_IPV4, "127.0.0.1" }, { AC_VALUE_IPV4, "8.8.8.8" },
		{ AC_VALUE_IPV6, "::/0" }, { AC_VALUE_DOMAIN, "com" }, { AC_VALUE_DOMAIN, "co.uk" },
		{ AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427e" } };
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		wt_value(&t, "x", rows[i].type, rows[i].text);
	wt_scan(&t, "127.0.0.1 8.8.8.8 1.2.3.4 ::1 google.com bbc.co.uk d41d8cd98f00b204e9800998ecf8427e");
	assert_int_equal(t.counts.hits, 0);
	assert_int_equal(ac_index_indicator_count(t.index), 0);
	assert_int_equal(ac_index_unwatched_count(t.index), AC_COUNT(rows));
	wt_close(&t);
}

/* A builder that lets them through is not believed. */
static void
never_list__is_refused_by_the_loader(void **state)
{
	static const struct {
		ac_value_type type;
		const char *text;
	} rows[] = { { AC_VALUE_IPV4, "0.0.0.0/0" }, { AC_VALUE_IPV4, "8.0.0.0/7" }, { AC_VALUE_IPV4, "127.0.0.1" },
		{ AC_VALUE_IPV6, "::/0" }, { AC_VALUE_IPV6, "::1" }, { AC_VALUE_DOMAIN, "google.com" },
		{ AC_VALUE_DOMAIN, "com" }, { AC_VALUE_DOMAIN, "co.uk" }, { AC_VALUE_DOMAIN, "xn--p1ai" },
		{ AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427e" },
		{ AC_VALUE_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709" } };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_index_indicator who = wt_who("x");
		ac_index *index = NULL;
		accord_err err = { 0 };
		uint32_t number;
		ac_value value;
		wt t;

		wt_open(&t);
		fill(&t, 3);
		assert_int_equal(ac_value_parse(rows[i].type, ac_str_from(rows[i].text), &t.arena, &value, &err), 0);
		assert_int_equal(ac_build_indicator(t.builder, &who, &number, &err), 0);
		assert_int_equal(ac_build_post(t.builder, &value, number, AC_NONE32, &err), 0);
		assert_int_equal(ac_index_finish(t.builder, &index, &err), ACCORD_EINPUT);
		wt_close(&t);
	}
}

static void
empty_index__finds_nothing(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	assert_str(wt_scan(&t, "evil.example 192.0.2.1 http://x.example/"), AC_S(""));
	wt_close(&t);
}

static int
build_once(void)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 1, 2 } }, 1);
	ac_index_indicator who = wt_who("indicator--00000000-0000-4000-8000-000000000001");
	ac_value value = { .type = AC_VALUE_DOMAIN, .text = AC_S("evil.example") };
	accord_err err = { 0 };
	const char *reason;
	char *image = NULL;
	ac_index *index = NULL;
	size_t n;
	int rc = b ? 0 : ACCORD_ENOMEM;

	if (!rc)
		rc = ac_index_add_value(b, &who, &value, &err);
	if (!rc)
		rc = ac_index_add_pattern(
		    b, &who, AC_S("[domain-name:value = 'a.example' AND file:name = 'b.exe']"), &reason, &err);
	if (!rc)
		rc = ac_index_image(b, &image, &n, &err);
	if (!rc)
		rc = ac_index_open_bytes((ac_str){ image, n }, &index, &err);
	if (!rc && (reason || ac_index_indicator_count(index) != 2))
		rc = ACCORD_EINTERNAL;
	ac_index_close(index);
	free(image);
	ac_index_builder_close(b);
	return rc;
}

static void
building__survives_every_allocation_failure(void **state)
{
	unsigned long n;

	(void)state;
	for (n = 1;; n++) {
		int rc;

		fail_malloc_at(n);
		rc = build_once();
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	assert_true(n > 10);
}

static int
ignore_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)hit;
	(void)err;
	++*(unsigned *)payload;
	return 0;
}

static void
watching__survives_every_allocation_failure(void **state)
{
	static const char input[] = "{\"h\":\"evil.example\",\"m\":\"x\\nevil.example\"}\nevil.example\n";
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&t);
	for (unsigned long n = 1;; n++) {
		unsigned hits = 0;
		ac_watch_sink sink = { ignore_hit, NULL, &hits };
		accord_err err = { 0 };
		ac_watch *w;
		int rc = ACCORD_ENOMEM;

		fail_malloc_at(n);
		w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
		if (w) {
			rc = ac_watch_feed(w, (ac_str){ input, sizeof(input) - 1 }, &err);
			if (!rc)
				rc = ac_watch_end(w, &err);
		}
		ac_watch_close(w);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			assert_int_equal(hits, 3);
			break;
		}
		/* A record without memory for its fields is still matched: malformed, not lost. */
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && hits == 3));
	}
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file__is_read_as_written),
		cmocka_unit_test(id__comes_back_as_it_was),
		cmocka_unit_test(digest__wants_digits_in_lower_case),
		cmocka_unit_test(missing_file__is_an_io_error),
		cmocka_unit_test(altered_byte__is_refused),
		cmocka_unit_test(forged_numbers__are_refused),
		cmocka_unit_test(networks__are_open_where_something_is),
		cmocka_unit_test(bitmaps_of_another_size__are_refused),
		cmocka_unit_test(never_list__is_kept_out_and_noted),
		cmocka_unit_test(never_list__is_refused_by_the_loader),
		cmocka_unit_test(empty_index__finds_nothing),
		cmocka_unit_test(building__survives_every_allocation_failure),
		cmocka_unit_test(watching__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
