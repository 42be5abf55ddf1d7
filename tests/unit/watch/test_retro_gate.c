/* SPDX-License-Identifier: Apache-2.0 */
/* The gates of remembered keys against the scanner itself: what the scanner finds as a whole value has a key that passes. */
#include <stdio.h>

#include "test.h"

#include "watch/retro_gate.h"
#include "watch/retro_key.h"
#include "watch/scan.h"

#define INDICATORS 400
#define SEEN 40000

typedef struct world {
	ac_index *index;
	ac_scan *scan;
	ac_retro_gate gate;
	ac_vec matches;
	ac_arena arena;
	uint64_t asked, passed, found;
} world;

static unsigned
mix(unsigned x)
{
	x ^= x >> 16;
	x *= 0x7feb352dU;
	x ^= x >> 15;
	x *= 0x846ca68bU;
	return x ^ x >> 16;
}

/* Value number i: of each kind that is remembered, some below, beside or inside of others. */
static ac_value_type
value_of(unsigned i, char out[static 512])
{
	static const char *const ends[] = { "example", "test", "example.com", "co.example", "exe", "x1", "7z" };
	static const char *const hosts[] = { "", "www.", "a.b.", "mail-1.", "c.www." };
	unsigned r = mix(i), name = r >> 8 & 63;
	const char *end = ends[r >> 3 & 7 ? (r >> 3 & 7) - 1 : 0], *host = hosts[(r >> 16) % 5];

	switch (i % 12) {
	case 0:
		(void)snprintf(out, 512, "198.51.%u.%u", r & 31, r >> 5 & 31);
		return AC_VALUE_IPV4;
	case 1:
		(void)snprintf(out, 512, "%sevil%u.%s", host, name, end);
		return AC_VALUE_DOMAIN;
	case 2:
		(void)snprintf(out, 512, "http://%sevil%u.%s%s/p%u?q=(%u)", host, name, end, r & 1 ? ":8080" : "",
		    r >> 20 & 3, r >> 24 & 1);
		return AC_VALUE_URL;
	case 3:
		(void)snprintf(out, 512, "u%u@%sevil%u.%s", r >> 24 & 3, host, name, end);
		return AC_VALUE_EMAIL;
	case 4:
		(void)snprintf(out, 512, "%08x%08x%08x%08x", name, r >> 28, 7U, 9U);
		return AC_VALUE_MD5;
	case 5:
		(void)snprintf(out, 512, "%08x%08x%08x%08x%08x%08x%08x%08x", name, r >> 28, 7U, 9U, 1U, 2U, 3U, 4U);
		return AC_VALUE_SHA256;
	case 6:
		(void)snprintf(out, 512, "2001:db8:%x:%x::%x", name, r & 3, r >> 2 & 3);
		return AC_VALUE_IPV6;
	case 7:
		if (r & 1)
			(void)snprintf(out, 512, "tool%u.%s", name, end);
		else
			(void)snprintf(out, 512, "%08x%08x%08x%08x", name, r >> 28, 7U, 9U);
		return AC_VALUE_FILE_NAME;
	case 8:
		(void)snprintf(out, 512, "http://198.51.%u.%u/p", r & 31, r >> 5 & 3);
		return AC_VALUE_URL;
	case 9:
		(void)snprintf(out, 512, "agent%u/1.%u", name, r >> 20 & 3);
		return AC_VALUE_USER_AGENT;
	case 10:
		(void)snprintf(out, 512, "c:\\evil%u\\tool%u.%s", r >> 20 & 3, name, end);
		return AC_VALUE_FILE_PATH;
	default:
		(void)snprintf(out, 512, "%sb\xc3\xbc%u.%s", host, name, end);
		return AC_VALUE_DOMAIN;
	}
}

static void
list(world *w, ac_index_builder *b, ac_value_type type, const char *text)
{
	ac_index_indicator who = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX };
	accord_err err = { 0 };
	ac_value value;

	ac_arena_reset(&w->arena);
	who.id = ac_arena_printf(&w->arena, "indicator--%08x-0000-4000-8000-000000000000",
	    mix((unsigned)(text[0] * 31 + (int)strlen(text))));
	assert_int_equal(ac_value_parse(type, ac_str_from(text), &w->arena, &value, &err), 0);
	assert_int_equal(ac_index_add_value(b, &who, &value, &err), 0);
}

static void
open_world(world *w, unsigned kinds, const char *odd)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 11, 12 } }, 1);
	accord_err err = { 0 };
	char text[512];

	*w = (world){ 0 };
	assert_non_null(b);
	ac_arena_init(&w->arena, AC_MIB);
	for (unsigned i = 0; i < INDICATORS; i++) {
		ac_value_type type = value_of(i * 7, text);

		if (kinds >> type & 1)
			list(w, b, type, text);
	}
	if (kinds >> AC_VALUE_IPV4 & 1) {
		list(w, b, AC_VALUE_IPV4, "198.51.4.0/26");
		list(w, b, AC_VALUE_IPV4, "198.51.16.0/21");
	}
	if (kinds >> AC_VALUE_IPV6 & 1)
		list(w, b, AC_VALUE_IPV6, "2001:db8:20::/44");
	if (odd)
		list(w, b, AC_VALUE_USER_AGENT, odd);
	assert_int_equal(ac_index_finish(b, &w->index, &err), 0);
	ac_index_builder_close(b);
	w->scan = ac_scan_open(w->index);
	assert_non_null(w->scan);
	w->gate = ac_retro_gate_of(w->index);
	w->matches = ac_vec_of(sizeof(ac_match), 4096);
}

static void
close_world(world *w)
{
	ac_scan_close(w->scan);
	ac_index_close(w->index);
	ac_vec_done(&w->matches);
	ac_arena_done(&w->arena);
}

/* One value as it is remembered: as a key at the gates, as text through the scanner. */
static void
look(world *w, ac_value_type type, const char *spelled)
{
	char key[AC_RETRO_KEY_MAX];
	accord_err err = { 0 };
	ac_value value;
	ac_str text;
	bool passes, found = false;
	size_t n;

	ac_arena_reset(&w->arena);
	assert_int_equal(ac_value_parse(type, ac_str_from(spelled), &w->arena, &value, &err), 0);
	n = ac_retro_key(&value, key);
	assert_true(n > 0);
	text = ac_retro_key_text((ac_str){ key, n }, &w->arena, &type);
	w->matches.n = 0;
	assert_int_equal(ac_scan_text(w->scan, text, &w->matches, &err), 0);
	for (size_t i = 0; i < w->matches.n; i++) {
		const ac_match *m = (const ac_match *)w->matches.p + i;

		found |= m->record != AC_NONE32 && m->offset == 0 && m->length == text.n;
	}
	passes = ac_retro_gate_passes(&w->gate, (ac_str){ key, n });
	if (found && !passes)
		print_message("%.*s\n", AC_FMT(text));
	assert_true(passes || !found);
	w->asked++;
	w->passed += passes;
	w->found += found;
}

static void
look_at_all(world *w)
{
	char text[512];

	for (unsigned i = 0; i < SEEN; i++) {
		ac_value_type type = value_of(i, text);

		look(w, type, text);
	}
}

static void
gate__what_the_scanner_finds_passes(void **state)
{
	world w;

	(void)state;
	open_world(&w, UINT32_MAX, NULL);
	look_at_all(&w);
	assert_in_range(w.found, SEEN / 20, SEEN / 2);
	close_world(&w);
}

static void
gate__each_kind_alone_finds_the_same(void **state)
{
	(void)state;
	for (unsigned type = 1; type < AC_VALUE_TYPE_COUNT; type++) {
		char text[512];
		bool is_there = false;
		world w;

		for (unsigned i = 0; i < 12; i++)
			is_there |= value_of(i, text) == type;
		if (!is_there)
			continue;
		open_world(&w, 1U << type, NULL);
		look_at_all(&w);
		assert_true(w.found > 0);
		close_world(&w);
	}
}

/* Texts that are no URL and no address, but may equal one as a whole. */
static void
gate__a_text_that_is_spelled_as_another_kind_passes(void **state)
{
	static const struct {
		ac_value_type type;
		const char *text;
	} rows[] = {
		{ AC_VALUE_URL, "http://bot.example/about" },
		{ AC_VALUE_EMAIL, "crawler@bot.example" },
		{ AC_VALUE_IPV6, "2001:db8:dead:beef:1:2:3:4" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		world w;

		open_world(&w, 0, rows[i].text);
		look(&w, rows[i].type, rows[i].text);
		assert_int_equal(w.found, 1);
		assert_int_equal(w.passed, 1);
		close_world(&w);
	}
}

/* Of values that nobody lists, hardly one in a hundred. */
static void
gate__what_nobody_lists_does_not_pass(void **state)
{
	world w;
	char text[512];

	(void)state;
	open_world(&w, UINT32_MAX, NULL);
	for (unsigned i = 0; i < SEEN; i++) {
		unsigned r = mix(i + 1000003);

		(void)snprintf(text, sizeof(text), "%u.%u.%u.%u", r % 90 + 1, r >> 8 & 255, r >> 16 & 255, r >> 24);
		look(&w, AC_VALUE_IPV4, text);
		(void)snprintf(text, sizeof(text), "h%u.harmless%u.example", r & 255, r >> 8);
		look(&w, AC_VALUE_DOMAIN, text);
		(void)snprintf(text, sizeof(text), "http://www.evil1.example/%u", r);
		look(&w, AC_VALUE_URL, text);
		(void)snprintf(text, sizeof(text), "%08x%08x%08x%08x", r, r * 3, r * 5, r * 7);
		look(&w, AC_VALUE_MD5, text);
	}
	assert_int_equal(w.found, 0);
	assert_in_range(w.passed, 0, w.asked / 100);
	close_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gate__what_the_scanner_finds_passes),
		cmocka_unit_test(gate__each_kind_alone_finds_the_same),
		cmocka_unit_test(gate__a_text_that_is_spelled_as_another_kind_passes),
		cmocka_unit_test(gate__what_nobody_lists_does_not_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
