/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes of JSON lines: which lines have a known one, and that their fields are those that the tolerant walk finds. */
#include "watch/logs/json_shape_tree.h"

#include <stdio.h>

#include "test.h"

#include "fail_malloc.h"

typedef struct fixture {
	ac_log_state fast, slow; /* with all that is remembered of lines, and with nothing */
	ac_arena fast_arena, slow_arena;
} fixture;

static void
open_fixture(fixture *f)
{
	ac_log_state_init(&f->fast, (ac_time){ 1700000000, 0 });
	ac_log_state_init(&f->slow, (ac_time){ 1700000000, 0 });
	f->slow.json = ac_log_json_cache_close(f->slow.json);
	ac_arena_init(&f->fast_arena, AC_LOG_ARENA_MAX);
	ac_arena_init(&f->slow_arena, AC_LOG_ARENA_MAX);
}

static void
close_fixture(fixture *f)
{
	ac_log_state_done(&f->fast);
	ac_log_state_done(&f->slow);
	ac_arena_done(&f->fast_arena);
	ac_arena_done(&f->slow_arena);
}

/* Fields of the line by both, which are the same. */
static void
check_line(fixture *f, ac_str line, uint64_t roles)
{
	ac_log_record a, b;
	bool same;

	ac_arena_reset(&f->fast_arena);
	ac_arena_reset(&f->slow_arena);
	ac_log_read_roles(&f->fast, line, roles, &f->fast_arena, &a);
	ac_log_read_roles(&f->slow, line, roles, &f->slow_arena, &b);
	same = a.count == b.count && a.roles == b.roles && a.malformed == b.malformed && a.has_time == b.has_time &&
	       (!a.has_time || ac_time_cmp(a.time, b.time) == 0);
	for (size_t i = 0; same && i < a.count; i++) {
		const ac_log_field *x = &a.fields[i], *y = &b.fields[i];

		same = ac_str_eq(x->name, y->name) && x->raw.p == y->raw.p && x->raw.n == y->raw.n &&
		       x->group == y->group && x->role == y->role && x->escapes == y->escapes;
	}
	if (!same)
		print_error("%.*s\n", AC_FMT(line));
	assert_true(same);
}

static ac_log_record
record_in(ac_arena *arena)
{
	ac_arena_reset(arena);
	return (ac_log_record){ .arena = arena, .want = UINT64_MAX };
}

static void
line__with_the_same_bytes_between_its_values_has_the_same_fields(void **state)
{
	static const struct {
		const char *line;
		bool fits;
	} rows[] = {
		{ "{\"a\":\"y\",\"b\":{\"c\":7,\"d\":[false,\"\"]}}", true },
		{ "{\"a\":\"\",\"b\":{\"c\":-1.5e+3,\"d\":[null,\"a longer text, with {[:,]} in it\"]}}", true },
		{ "{\"a\":\"\\\"\\\\\",\"b\":{\"c\":0,\"d\":[1,\"\\u0041\"]}}", true },
		/* another member, kind of value, white space, or end */
		{ "{\"a\":\"x\",\"B\":{\"c\":1,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":1,\"b\":{\"c\":1,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":\"1\",\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":1,\"d\":[true,\"z\"]} }", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}}}", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":1,\"d\":[true,\"z\",1]}}", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":1}}", false },
		{ "{\"a\":\"x", false },
		{ "{", false },
		{ "", false },
		/* no plain values */
		{ "{\"a\":\"caf\xc3\xa9\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"\t\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"sixteen and more \x1f\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"\\\xc3\xa9\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"x\\\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}}", false },
		{ "{\"a\":\"x\",\"b\":{\"c\":1_0,\"d\":[true,\"z\"]}}", false },
	};
	ac_str learned = AC_S("{\"a\":\"x\",\"b\":{\"c\":1,\"d\":[true,\"z\"]}}");
	ac_log_shapes *s = ac_log_shapes_open();
	ac_log_record record;
	fixture f;

	(void)state;
	open_fixture(&f);
	assert_non_null(s);
	record = record_in(&f.fast_arena);
	assert_false(ac_log_shapes_read(s, learned, &record));
	ac_log_read(&f.slow, learned, &f.slow_arena, &record);
	assert_int_equal(record.count, 4);
	ac_log_shapes_learn(s, learned, record.fields, record.count);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str line = ac_str_from(rows[i].line);
		ac_log_record got = record_in(&f.fast_arena);

		bool fits = ac_log_shapes_read(s, line, &got);

		if (fits != rows[i].fits)
			print_error("row %zu: %s\n", i, rows[i].line);
		assert_int_equal(fits, rows[i].fits);
		if (fits)
			assert_int_equal(got.count, 4);
		got = record_in(&f.fast_arena);
		assert_int_equal(ac_shape_read(s, line, &got), rows[i].fits);
	}
	ac_log_shapes_forget(s);
	record = record_in(&f.fast_arena);
	assert_false(ac_log_shapes_read(s, learned, &record));
	ac_log_shapes_close(s);
	close_fixture(&f);
}

/* Behind a first line, of a text and a number whose lengths vary: the end of a line is read where nothing stands behind it. */
static void
kernel__reads_values_of_every_length_up_to_the_end_of_a_line(void **state)
{
	fixture f;

	(void)state;
	open_fixture(&f);
	for (size_t n = 0; n < 150; n++)
		for (size_t digits = 1; digits < 70; digits += 3) {
			ac_log_shapes *s = ac_log_shapes_open();
			size_t length = n + digits + 13;
			char *line = malloc(length);
			const ac_str first = AC_S("{\"a\":\"x\",\"b\":1}");
			ac_log_record record, got;

			assert_non_null(s);
			assert_non_null(line);
			memcpy(line, "{\"a\":\"", 6);
			memset(line + 6, 'y', n);
			memcpy(line + 6 + n, "\",\"b\":", 6);
			memset(line + 12 + n, '7', digits);
			line[12 + n + digits] = '}';
			ac_arena_reset(&f.slow_arena);
			ac_log_read(&f.slow, first, &f.slow_arena, &record);
			ac_log_shapes_learn(s, first, record.fields, record.count);
			for (unsigned kernel = 0; kernel < 2; kernel++) {
				ac_str text = { line, length };

				got = record_in(&f.fast_arena);
				assert_true(kernel ? ac_shape_read(s, text, &got) : ac_log_shapes_read(s, text, &got));
				assert_int_equal(got.count, 2);
				assert_ptr_equal(got.fields[0].raw.p, line + 6);
				assert_int_equal(got.fields[0].raw.n, n);
				assert_ptr_equal(got.fields[1].raw.p, line + 12 + n);
				assert_int_equal(got.fields[1].raw.n, digits);
				assert_true(got.is_plain);
			}
			free(line);
			ac_log_shapes_close(s);
		}
	close_fixture(&f);
}

/* A small generator: the same lines in every run. */
static uint32_t
draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

/* Members, elements and values by chance, few different ones, so that shapes come again; now and then one that is no plain value, or no JSON. */
static void
put_value(ac_buf *out, uint32_t *random, unsigned depth)
{
	static const char *const texts[] = { "", "a", "evil.example", "a text of more than sixteen bytes", "\\/x\\/y",
		"\\\"", "\\u00e9", "2021-03-02T00:00:00.5+0000", "/index.html", "caf\xc3\xa9", "\x01", "\xff", "\\" };
	static const char *const scalars[] = { "0", "1", "443", "true", "null", "-1.5e+3",
		"123456789012345678901234567890", "1600000000.25", "x_y", "1 2", "" };
	static const char *const keys[] = { "ts", "timestamp", "event_type", "host", "hostname", "url", "uri", "hash",
		"file.name", "file.hash.md5", "parentImage", "id.orig_h",
		"a key of some more than forty bytes, which is long for a key" };
	unsigned kind = draw(random, depth ? 8 : 12);
	unsigned odd = draw(random, 60) == 0;
	bool is_array = kind == 9;

	if (kind < 5) {
		ac_buf_printf(out, "\"%s\"", texts[draw(random, odd ? AC_COUNT(texts) : AC_COUNT(texts) - 4)]);
	} else if (kind < 8) {
		ac_buf_add_cstr(out, scalars[draw(random, odd ? AC_COUNT(scalars) : AC_COUNT(scalars) - 3)]);
	} else {
		unsigned count = draw(random, 4);

		ac_buf_add_cstr(out, is_array ? "[" : "{");
		for (unsigned i = 0; i < count; i++) {
			if (i)
				ac_buf_add_cstr(out, draw(random, 40) ? "," : " , ");
			if (!is_array)
				ac_buf_printf(out, "\"%s\":", keys[draw(random, AC_COUNT(keys))]);
			put_value(out, random, depth + 1);
		}
		ac_buf_add_cstr(out, is_array ? "]" : "}");
	}
}

static void
lines_by_chance__have_the_fields_that_the_walk_finds(void **state)
{
	/* around three values */
	static const char *const frames[][4] = {
		{ "{\"timestamp\":", ",\"a\":", ",\"host\":", "}" },
		{ "{\"a\":[", ",", "],\"host\":", "}" },
		{ "{\"host\":{\"url\":", ",\"hash\":{\"md5\":", "}},\"b\":", "}," },
		{ "<13>Mar  2 10:00:00 h app: {\"a\":", ",\"b\":", ",\"c\":", "}" },
	};
	uint32_t random = 4711;
	ac_buf line;
	fixture f;

	(void)state;
	open_fixture(&f);
	ac_buf_init(&line, 1 << 20);
	for (unsigned round = 0; round < 60000; round++) {
		/* In turns all fields, and some only. */
		uint64_t roles = round / 1000 % 3 == 2 ? AC_ROLE_BIT(AC_FIELD_URL_HOST) : UINT64_MAX;

		const char *const *frame = frames[draw(&random, AC_COUNT(frames))];

		ac_buf_reset(&line);
		for (size_t i = 0; i < 3; i++) {
			ac_buf_add_cstr(&line, frame[i]);
			put_value(&line, &random, round % 2);
		}
		ac_buf_add_cstr(&line, frame[3]);
		check_line(&f, ac_buf_view(&line), roles);
	}
	ac_buf_done(&line);
	close_fixture(&f);
}

/* More shapes than are kept, and again others: what is known is forgotten for what comes. */
static void
shapes__that_are_too_many_change_nothing(void **state)
{
	char text[256];
	fixture f;

	(void)state;
	open_fixture(&f);
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < 6000; i++) {
			int n = snprintf(text, sizeof(text), "{\"k%u\":\"v%u\",\"m%u\":%u,\"host\":\"a.example\"}",
			    i * 7 % 3000, i, i % (round + 2), i);

			check_line(&f, (ac_str){ text, (size_t)n }, UINT64_MAX);
		}
	close_fixture(&f);
}

static void
memory__that_is_not_there_leaves_the_line_to_the_walk(void **state)
{
	ac_str line = AC_S("{\"a\":\"x\",\"b\":1}");

	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_log_record record;
		ac_arena arena;
		ac_log_state s;
		bool failed;

		ac_log_state_init(&s, (ac_time){ 1700000000, 0 });
		ac_arena_init(&arena, AC_LOG_ARENA_MAX);
		fail_malloc_at(n);
		for (unsigned i = 0; i < 3; i++) {
			ac_arena_reset(&arena);
			ac_log_read(&s, line, &arena, &record);
		}
		failed = fail_malloc_done();
		/* The last line had what it needed. */
		assert_int_equal(record.count, 2);
		ac_arena_done(&arena);
		ac_log_state_done(&s);
		if (!failed)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line__with_the_same_bytes_between_its_values_has_the_same_fields),
		cmocka_unit_test(kernel__reads_values_of_every_length_up_to_the_end_of_a_line),
		cmocka_unit_test(lines_by_chance__have_the_fields_that_the_walk_finds),
		cmocka_unit_test(shapes__that_are_too_many_change_nothing),
		cmocka_unit_test(memory__that_is_not_there_leaves_the_line_to_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
