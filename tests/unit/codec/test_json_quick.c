/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quick way through JSON against the careful one, with every kernel of this processor: the same values, the same errors at the same places, whatever the
 * text, wherever it is cut, and wherever the windows of the index end.
 */
#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "codec/json_quick.h"
#include "fail_malloc.h"

#define TEXTS 400
#define CHANGES 12

static ac_arena careful_arena, quick_arena;
static uint32_t entries[AC_JSON_READER_ROOM(AC_JSON_WINDOW_SMALL)];

static int
setup(void **state)
{
	(void)state;
	ac_arena_init(&careful_arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&quick_arena, AC_JSON_ARENA_MAX);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ac_arena_done(&careful_arena);
	ac_arena_done(&quick_arena);
	return 0;
}

/* xorshift64*: the same numbers in every run. */
static uint32_t
draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (uint32_t)((*seed * 0x2545f4914f6cdd1du) >> 33) % below;
}

static void
add_space(ac_buf *buf, uint64_t *seed)
{
	static const char *const spaces[] = { "", "", "", "", " ", "\n", "\r\n\t", "                    " };

	ac_buf_add_cstr(buf, spaces[draw(seed, AC_COUNT(spaces))]);
}

static void
add_string(ac_buf *buf, uint64_t *seed)
{
	static const char *const parts[] = { "a", "type", "x_mitre_version", "id", "caf\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\xe2\x80\xae", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\u202e",
		"{[,:]}", "a text of some length, as descriptions have it, with no end in sight" };

	ac_buf_add_byte(buf, '"');
	for (uint32_t n = draw(seed, 8); n > 0; n--)
		ac_buf_add_cstr(buf, parts[draw(seed, draw(seed, 4) ? 4 : AC_COUNT(parts))]);
	if (draw(seed, 60) == 0)
		for (uint32_t n = draw(seed, 6000); n > 0; n--)
			ac_buf_add_byte(buf, 'x');
	ac_buf_add_byte(buf, '"');
}

static void
add_value(ac_buf *buf, uint64_t *seed, unsigned depth)
{
	static const char *const scalars[] = { "0", "-0", "7", "443", "1234567", "12345678", "123456789012345",
		"1234567890123456", "12345678901234567", "-12", "1.5", "1e5", "-1.25E-10", "true", "false", "null" };
	uint32_t kind = draw(seed, depth > 6 ? 6 : 10), n = draw(seed, draw(seed, 40) ? 8 : 100);
	bool is_object = kind > 7;

	add_space(buf, seed);
	if (kind < 3) {
		ac_buf_add_cstr(buf, scalars[draw(seed, AC_COUNT(scalars))]);
	} else if (kind < 6) {
		add_string(buf, seed);
	} else {
		ac_buf_add_byte(buf, is_object ? '{' : '[');
		for (uint32_t i = 0; i < n; i++) {
			ac_buf_add_cstr(buf, i ? "," : "");
			add_space(buf, seed);
			/* Mostly different keys. */
			if (is_object && draw(seed, 30))
				ac_buf_printf(buf, "\"%s%u\"", &"longer than eight"[draw(seed, 17)], (unsigned)i);
			else if (is_object)
				add_string(buf, seed);
			if (is_object) {
				add_space(buf, seed);
				ac_buf_add_byte(buf, ':');
			}
			add_value(buf, seed, depth + 1);
		}
		ac_buf_add_byte(buf, is_object ? '}' : ']');
	}
	add_space(buf, seed);
}

static void
assert_same_value(const ac_json *a, const ac_json *b)
{
	ac_json_iter at_a = ac_json_iter_of(a), at_b = ac_json_iter_of(b);

	assert_int_equal(ac_json_type_of(a), ac_json_type_of(b));
	assert_int_equal(ac_json_count(a), ac_json_count(b));
	assert_int_equal(ac_json_has_bidi(a), ac_json_has_bidi(b));
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(ac_json_node_behind(a) - a, ac_json_node_behind(b) - b);
	assert_ptr_equal(ac_json_raw(a).p, ac_json_raw(b).p);
	assert_int_equal(ac_json_raw(a).n, ac_json_raw(b).n);
	assert_true(ac_str_eq(ac_json_text(a), ac_json_text(b)));
	while (ac_json_next(&at_a)) {
		assert_true(ac_json_next(&at_b));
		assert_true(ac_str_eq(at_a.key, at_b.key));
		assert_same_value(at_a.value, at_b.value);
	}
	assert_false(ac_json_next(&at_b));
}

static void
assert_same_error(ac_str text, const char *kernel, int careful, const accord_err *a, int quick, const accord_err *b)
{
	if (careful != quick || (careful < 0 && (a->line != b->line || a->column != b->column || a->byte != b->byte ||
						    strcmp(a->text, b->text) != 0)))
		fail_msg("%s: '%.*s': %d %s (byte %d), carefully %d %s (byte %d)", kernel,
		    AC_FMT(ac_str_slice(text, 0, 2000)), quick, b->text, (int)b->byte, careful, a->text, (int)a->byte);
}

/* Whole, and as a prefix that is final or not. */
static void
check_text(ac_str text)
{
	const ac_json *value = NULL, *other = NULL;
	accord_err err = { 0 }, other_err = { 0 };
	const ac_json_kernel *kernel;
	ac_json_reader reader;
	size_t used = 0, other_used = 0;

	for (size_t i = 0; (kernel = ac_json_kernel_at(i)); i++) {
		const char *name = ac_json_kernel_name(kernel);
		int status = ac_json_parse_with(NULL, text, AC_JSON_LIMITS, &careful_arena, &value, &err);
		int other_status = ac_json_parse_with(kernel, text, AC_JSON_LIMITS, &quick_arena, &other, &other_err);

		assert_same_error(text, name, status, &err, other_status, &other_err);
		if (status == 0)
			assert_same_value(value, other);
		for (int final = 0; final < 2; final++) {
			ac_json_reader_init(&reader, NULL, entries, AC_JSON_WINDOW_SMALL);
			status = ac_json_reader_parse(
			    &reader, text.p + text.n, text, final, AC_JSON_LIMITS, &careful_arena, &value, &used, &err);
			ac_json_reader_init(&reader, kernel, entries, AC_JSON_WINDOW_SMALL);
			other_status = ac_json_reader_parse(&reader, text.p + text.n, text, final, AC_JSON_LIMITS,
			    &quick_arena, &other, &other_used, &other_err);
			assert_same_error(text, name, status, &err, other_status, &other_err);
			if (status == 0) {
				assert_int_equal(used, other_used);
				assert_same_value(value, other);
			}
		}
		ac_arena_reset(&careful_arena);
		ac_arena_reset(&quick_arena);
	}
}

/* An exact copy on the heap, so that a byte too far is seen. */
static void
check_copy(const char *p, size_t n)
{
	char *copy = malloc(n ? n : 1);

	memcpy(copy, p, n);
	check_text((ac_str){ copy, n });
	free(copy);
}

static void
quick__is_taken_for_text_that_is_right(void **state)
{
	static const char text[] =
	    " {\"a\":[1,-2.5,true,false,null,\"\\n\",{\"\\u0061\":{}},[]],\"caf\xc3\xa9\":\"\xe2\x80\xae\"} ";
	const ac_json_kernel *kernel;

	(void)state;
	for (size_t i = 0; (kernel = ac_json_kernel_at(i)); i++) {
		ac_json_reader reader;
		ac_json_parser ps = { .start = text + 1,
			.at = text + 1,
			.end = text + sizeof(text) - 1,
			.open = AC_JSON_NONE,
			.last_bidi = AC_JSON_NONE,
			.final = true,
			.limits = AC_JSON_LIMITS,
			.arena = &quick_arena };

		ac_json_reader_init(&reader, kernel, entries, AC_JSON_WINDOW_SMALL);
		assert_true(ac_json_quick(&ps, &reader, ps.end));
		assert_ptr_equal(ps.at, ps.end - 1);
		assert_true(ac_json_quick_is_last(&ps, &reader));
		assert_int_equal(ac_json_count(ps.nodes), 2);
	}
}

static void
quick__agrees_on_texts_right_and_wrong(void **state)
{
	static const char bytes[] = "{}[]:,\"\\ \n0-+.eEtfnu\x01\x80\xc3\xe2\xff"
				    "ax";
	uint64_t seed = 20210719;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1 << 24);
	for (unsigned i = 0; i < TEXTS; i++) {
		ac_buf_reset(&buf);
		add_value(&buf, &seed, 0);
		if (buf.n > 20000)
			continue;
		check_copy(buf.p, buf.n);
		for (unsigned change = 0; change < CHANGES; change++) {
			uint32_t at = draw(&seed, (uint32_t)buf.n);
			char before = buf.p[at];

			check_copy(buf.p, at);
			buf.p[at] = bytes[draw(&seed, sizeof(bytes) - 1)];
			check_copy(buf.p, buf.n);
			buf.p[at] = before;
		}
	}
	ac_buf_done(&buf);
}

/* Something short before, between and behind the ends of the first windows, and of the last block. */
static void
quick__agrees_wherever_a_window_ends(void **state)
{
	static const char *const tails[] = { "\"abc\\u20ac\\n\",7]", "\"\\ud83d\\ude00 pair\",true,{}]",
		"{\"key\\t\":\"v\",\"longer key\":[1]}]", "\"caf\xc3\xa9 \xe2\x80\xae\",-1.5e3]", "\"\\\\\\\\\\\"\"]",
		"123456789]", "\"open", "{\"a\":1,\"a\":2}]" };
	static const size_t ends[] = { 64, 512, 512 + 1024, AC_JSON_WINDOW };
	static char text[2 * AC_JSON_WINDOW];

	(void)state;
	for (size_t e = 0; e < AC_COUNT(ends); e++)
		for (size_t t = 0; t < AC_COUNT(tails); t++)
			for (size_t before = ends[e] - 24; before < ends[e] + 2; before++) {
				size_t n = strlen(tails[t]);

				memset(text, ' ', before);
				text[0] = '[';
				memcpy(text + before, tails[t], n);
				check_copy(text, before + n);
				/* The same behind a long string, and behind many entries. */
				text[1] = '"';
				memset(text + 2, 'x', before - 4);
				memcpy(text + before - 2, "\",", 2);
				check_copy(text, before + n);
				for (size_t i = 1; i + 1 < before; i += 2)
					memcpy(text + i, "1,", 2);
				if (before % 2 == 0)
					text[before - 1] = ' ';
				check_copy(text, before + n);
			}
}

/* Elements of one text, with one reader, as the stream does it; bad ones in between. */
static void
reader__goes_on_from_value_to_value(void **state)
{
	uint64_t seed = 42;
	size_t starts[300], n = 0;
	ac_json_reader careful, quick;
	const ac_json_kernel *kernel;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1 << 24);
	for (; n < AC_COUNT(starts); n++) {
		starts[n] = buf.n;
		add_value(&buf, &seed, 3);
		if (draw(&seed, 20) == 0)
			buf.p[starts[n] + draw(&seed, (uint32_t)(buf.n - starts[n]))] = "\"}\x01\xff"[draw(&seed, 4)];
		ac_buf_add_byte(&buf, ',');
	}
	for (size_t k = 0; (kernel = ac_json_kernel_at(k)); k++) {
		ac_json_reader_init(&careful, NULL, entries, AC_JSON_WINDOW_SMALL);
		ac_json_reader_init(&quick, kernel, entries, AC_JSON_WINDOW_SMALL);
		for (size_t i = 0; i < n; i++) {
			/* A limit on the value's length, now and then too small. */
			size_t most = draw(&seed, 5) ? 20000 : draw(&seed, 200), left = buf.n - starts[i];
			ac_str text = { buf.p + starts[i], left < most ? left : most };
			const ac_json *value = NULL, *other = NULL;
			accord_err err = { 0 }, other_err = { 0 };
			size_t used = 0, other_used = 0;
			int status, other_status;

			status = ac_json_reader_parse(&careful, text.p + text.n, text, false, AC_JSON_LIMITS,
			    &careful_arena, &value, &used, &err);
			other_status = ac_json_reader_parse(&quick, buf.p + buf.n, text, false, AC_JSON_LIMITS,
			    &quick_arena, &other, &other_used, &other_err);
			/* What ends behind the limit may have been read in one go. */
			if (other_status == 0 && other_used > text.n) {
				assert_int_equal(status, 1);
			} else {
				assert_same_error(
				    text, ac_json_kernel_name(kernel), status, &err, other_status, &other_err);
				if (status == 0) {
					assert_int_equal(used, other_used);
					assert_same_value(value, other);
				}
			}
			ac_arena_reset(&careful_arena);
			ac_arena_reset(&quick_arena);
		}
	}
	ac_buf_done(&buf);
}

/* A limit on the value's length before the end of the text, and an index that is made beyond it. */
static void
reader__looks_at_nothing_behind_the_text(void **state)
{
	static const char *const texts[] = { "[[1],t", "[[1],true]", "{\"a\":{},\"b\":false,\"c\":-1234567890123456}",
		"[{},\"\\u20ac\\n\",nul", "[[],123456789,\"abc\",\"\\ud83d\\ude00\"]", "[[{\"key\":\"\\t\"}],fals" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(texts); i++)
		for (size_t n = 1; n <= strlen(texts[i]); n++) {
			char *copy = malloc(n);
			ac_json_reader reader;

			memcpy(copy, texts[i], n);
			for (size_t most = 1; most <= n; most++) {
				const ac_json *value = NULL, *other = NULL;
				accord_err err = { 0 }, other_err = { 0 };
				size_t used = 0, other_used = 0;
				ac_str text = { copy, most };
				int status, other_status;

				ac_json_reader_init(&reader, NULL, entries, AC_JSON_WINDOW_SMALL);
				status = ac_json_reader_parse(&reader, copy + n, text, false, AC_JSON_LIMITS,
				    &careful_arena, &value, &used, &err);
				ac_json_reader_init(&reader, ac_json_kernel_best(), entries, AC_JSON_WINDOW_SMALL);
				other_status = ac_json_reader_parse(&reader, copy + n, text, false, AC_JSON_LIMITS,
				    &quick_arena, &other, &other_used, &other_err);
				if (other_status == 0 && other_used > most)
					assert_int_equal(status, 1);
				else
					assert_same_error(text, "limited", status, &err, other_status, &other_err);
			}
			free(copy);
		}
}

/* Keys that differ in one byte only, at every length and place, and keys that do not differ. */
static void
quick__tells_keys_apart(void **state)
{
	char text[200];

	(void)state;
	for (unsigned length = 1; length < 24; length++)
		for (unsigned other = 0; other <= length; other++) {
			char first[32] = { 0 }, second[32] = { 0 };
			int n;

			memset(first, 'k', length);
			memset(second, 'k', length);
			if (other < length)
				second[other] = 'j';
			for (unsigned before = 0; before < 12; before += 3) {
				n = snprintf(
				    text, sizeof(text), "%*s{\"%s\":0,\"%s\":[]}", (int)before, "", first, second);
				check_copy(text, (size_t)n);
				n = snprintf(
				    text, sizeof(text), "[{\"%s\":0,\"%s\\u006b\":1,\"%sk\":2}]", first, second, first);
				check_copy(text, (size_t)n);
			}
		}
}

static void
quick__survives_every_allocation_failure(void **state)
{
	const ac_json_kernel *kernel;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1 << 20);
	ac_buf_add_byte(&buf, '[');
	for (unsigned i = 0; i < 300; i++)
		ac_buf_printf(&buf, "{\"k\\n%u\":[[[[[[]]]]]],\"long\":\"\\u20ac%*s\"},", i, (int)i * 8, "");
	ac_buf_add_byte(&buf, '{');
	for (unsigned i = 0; i < 1000; i++)
		ac_buf_printf(&buf, "\"%u\":%u,", i, i);
	ac_buf_add_cstr(&buf, "\"last\":\"\\n\"}]");
	for (size_t k = 0; (kernel = ac_json_kernel_at(k)); k++)
		for (unsigned long n = 1;; n++) {
			ac_arena own;
			const ac_json *v = NULL;
			accord_err err = { 0 };
			int status;

			ac_arena_init(&own, AC_JSON_ARENA_MAX);
			fail_malloc_at(n);
			status = ac_json_parse_with(kernel, ac_buf_view(&buf), AC_JSON_LIMITS, &own, &v, &err);
			if (!fail_malloc_done()) {
				assert_int_equal(status, 0);
				assert_int_equal(ac_json_count(v), 301);
				assert_true(n > 3);
				ac_arena_done(&own);
				break;
			}
			assert_int_equal(status, ACCORD_ENOMEM);
			assert_null(v);
			ac_arena_done(&own);
		}
	ac_buf_done(&buf);
}

/* The arena's limit is met, or the text is read: never more memory, and never another error. */
static void
quick__stays_within_the_arena(void **state)
{
	const ac_json_kernel *kernel;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 1 << 20);
	ac_buf_add_byte(&buf, '[');
	for (unsigned i = 0; i < 2000; i++)
		ac_buf_add_cstr(&buf, "[],{},\"\\n\",");
	ac_buf_add_cstr(&buf, "0]");
	for (size_t k = 0; (kernel = ac_json_kernel_at(k)); k++)
		for (size_t limit = 1000; limit < 400000; limit += limit / 8) {
			ac_arena own;
			const ac_json *v = NULL;
			accord_err err = { 0 };
			int status;

			ac_arena_init(&own, limit);
			status = ac_json_parse_with(kernel, ac_buf_view(&buf), AC_JSON_LIMITS, &own, &v, &err);
			assert_true(own.used <= limit);
			/* 2,000 times two containers of two slots and a string of three, 16 bytes each; some room to grow. */
			assert_int_equal(status, limit < 16 * 14000 ? ACCORD_ELIMIT : limit < 16 * 15500 ? status : 0);
			ac_arena_done(&own);
		}
	ac_buf_done(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(quick__is_taken_for_text_that_is_right, setup, teardown),
		cmocka_unit_test_setup_teardown(quick__agrees_on_texts_right_and_wrong, setup, teardown),
		cmocka_unit_test_setup_teardown(quick__agrees_wherever_a_window_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(reader__goes_on_from_value_to_value, setup, teardown),
		cmocka_unit_test_setup_teardown(reader__looks_at_nothing_behind_the_text, setup, teardown),
		cmocka_unit_test_setup_teardown(quick__tells_keys_apart, setup, teardown),
		cmocka_unit_test(quick__survives_every_allocation_failure),
		cmocka_unit_test(quick__stays_within_the_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
