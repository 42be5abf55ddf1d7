/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration's logs: what the plan says stands where it says, nowhere else, and in the feeds. The check goes over the written bytes with memmem alone: no scanner of
 * the product has a part in it.
 */
#include "app/demo_logs.h"

#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "test.h"

#define LINES_WANTED 200000 /* docs/demo.md gives the number */

typedef struct state {
	char dir[64];
	ac_arena arena;
	ac_demo_logs logs;
	ac_buf bytes[AC_DEMO_FILE_COUNT];
} state;

static void
load_files(state *s, const char *dir)
{
	char path[256];
	accord_err err = { 0 };

	for (unsigned file = 0; file < AC_DEMO_FILE_COUNT; file++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, ac_demo_file_path((ac_demo_file)file));
		ac_buf_reset(&s->bytes[file]);
		assert_int_equal(ac_file_load(path, 64 * AC_MIB, &s->bytes[file], &err), 0);
		(void)unlink(path);
	}
}

static void
remove_folders(const char *dir)
{
	static const char *const folders[] = { "zeek", "suricata", "iis", "syslog", "" };
	char path[256];

	for (size_t i = 0; i < AC_COUNT(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		(void)rmdir(path);
	}
}

static int
write_logs(void **out)
{
	state *s = calloc(1, sizeof(*s));
	accord_err err = { 0 };

	assert_non_null(s);
	(void)snprintf(s->dir, sizeof(s->dir), "/tmp/accord-demo-test-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	ac_arena_init(&s->arena, AC_MIB);
	for (unsigned file = 0; file < AC_DEMO_FILE_COUNT; file++)
		ac_buf_init(&s->bytes[file], 64 * AC_MIB);
	if (ac_demo_logs_write(s->dir, &s->arena, &s->logs, &err) < 0)
		fail_msg("%s", err.text);
	load_files(s, s->dir);
	*out = s;
	return 0;
}

static int
remove_logs(void **in)
{
	state *s = *in;

	remove_folders(s->dir);
	for (unsigned file = 0; file < AC_DEMO_FILE_COUNT; file++)
		ac_buf_done(&s->bytes[file]);
	ac_arena_done(&s->arena);
	free(s);
	return 0;
}

static uint64_t
line_at(ac_str bytes, uint64_t offset)
{
	uint64_t line = 1;

	for (uint64_t i = 0; i < offset; i++)
		line += bytes.p[i] == '\n';
	return line;
}

static bool
is_planned(unsigned file, uint64_t line)
{
	for (size_t i = 0; i < ac_demo_trace_count; i++)
		if ((unsigned)ac_demo_traces[i].file == file && ac_demo_traces[i].line == line)
			return true;
	return false;
}

static void
logs__have_the_lines_and_bytes_they_say(void **in)
{
	const state *s = *in;
	uint64_t lines = 0, bytes = 0;

	for (unsigned file = 0; file < AC_DEMO_FILE_COUNT; file++) {
		ac_str text = ac_buf_view(&s->bytes[file]);

		lines += line_at(text, text.n) - 1;
		bytes += text.n;
	}
	assert_int_equal(lines, LINES_WANTED);
	assert_int_equal(s->logs.lines, lines);
	assert_int_equal(s->logs.bytes, bytes);
}

static void
truths__stand_at_their_place(void **in)
{
	const state *s = *in;

	assert_int_equal(s->logs.truth_count, s->logs.hits + s->logs.held_back);
	for (size_t i = 0; i < s->logs.truth_count; i++) {
		const ac_demo_truth *truth = &s->logs.truths[i];
		ac_str text = ac_buf_view(&s->bytes[truth->file]), raw = ac_str_from(truth->token->raw);

		assert_str(ac_str_slice(text, truth->offset, truth->offset + raw.n), raw);
		assert_int_equal(line_at(text, truth->offset), truth->line);
	}
}

/* A token of the plan in a line that the plan does not have would be a hit that nobody expects. */
static void
tokens__stand_in_no_line_that_is_left_to_chance(void **in)
{
	const state *s = *in;

	for (size_t i = 0; i < s->logs.truth_count; i++) {
		ac_str raw = ac_str_from(s->logs.truths[i].token->raw);

		for (unsigned file = 0; file < AC_DEMO_FILE_COUNT; file++) {
			ac_str text = ac_buf_view(&s->bytes[file]);
			const char *at = text.p, *end = text.p + text.n;

			while ((at = memmem(at, (size_t)(end - at), raw.p, raw.n)) != NULL) {
				uint64_t line = line_at(text, (uint64_t)(at - text.p));

				if (!is_planned(file, line))
					fail_msg("%s:%llu holds %s by chance", ac_demo_file_path((ac_demo_file)file),
					    (unsigned long long)line, raw.p);
				at += raw.n;
			}
		}
	}
}

static void
records__come_in_order_of_time(void **in)
{
	const state *s = *in;
	ac_str rest = ac_buf_view(&s->bytes[AC_DEMO_SYSLOG]), line, last = { 0 };

	while (ac_str_next_field(&rest, '\n', &line) && line.n) {
		assert_true(ac_str_cmp(ac_str_slice(line, 0, 26), last) >= 0);
		last = ac_str_slice(line, 0, 26);
	}
}

static void
a_second_run__writes_the_same_bytes(void **in)
{
	state *s = *in;
	char dir[] = "/tmp/accord-demo-test-XXXXXX";
	state other = { 0 };
	accord_err err = { 0 };

	assert_non_null(mkdtemp(dir));
	ac_arena_init(&other.arena, AC_MIB);
	for (unsigned file = 0; file < AC_DEMO_FILE_COUNT; file++)
		ac_buf_init(&other.bytes[file], 64 * AC_MIB);
	assert_int_equal(ac_demo_logs_write(dir, &other.arena, &other.logs, &err), 0);
	load_files(&other, dir);
	remove_folders(dir);
	for (unsigned file = 0; file < AC_DEMO_FILE_COUNT; file++) {
		assert_true(ac_str_eq(ac_buf_view(&s->bytes[file]), ac_buf_view(&other.bytes[file])));
		ac_buf_done(&other.bytes[file]);
	}
	ac_arena_done(&other.arena);
}

/* What is planted is what the allies list: every value that is found as it is stands in a feed. */
static void
planted_values__are_in_the_feeds(void **in)
{
	static const char *const feeds[] = { "norvalia-cert.json",
		"blackfen/6a19e663-6488-4188-979c-ee98dd8f05d7.json" };
	const state *s = *in;
	const char *source = getenv("ACCORD_SOURCE");
	char path[512];
	ac_buf buf;
	accord_err err = { 0 };

	if (!source) {
		print_message("ACCORD_SOURCE is not set\n");
		skip();
	}
	ac_buf_init(&buf, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(feeds); i++) {
		(void)snprintf(path, sizeof(path), "%s/demo/feeds/%s", source, feeds[i]);
		assert_int_equal(ac_file_load(path, AC_MIB, &buf, &err), 0);
	}
	for (size_t i = 0; i < s->logs.truth_count; i++) {
		const ac_demo_token *token = s->logs.truths[i].token;
		ac_str value = ac_str_from(token->value ? token->value : token->raw), quoted = ac_buf_view(&buf);

		if (token->match && (strcmp(token->match, "cidr") == 0 || strcmp(token->match, "subdomain") == 0))
			continue;
		if (ac_str_find(quoted, value) == quoted.n)
			fail_msg("%s is in no feed", value.p);
	}
	ac_buf_done(&buf);
}

static void
a_folder_that_cannot_be_made__is_an_error(void **in)
{
	state *s = *in;
	ac_demo_logs logs = { 0 };
	accord_err err = { 0 };

	assert_int_equal(ac_demo_logs_write("/dev/null/logs", &s->arena, &logs, &err), ACCORD_EIO);
	assert_int_equal(err.code, ACCORD_EIO);
	assert_int_equal(logs.lines, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs__have_the_lines_and_bytes_they_say),
		cmocka_unit_test(truths__stand_at_their_place),
		cmocka_unit_test(tokens__stand_in_no_line_that_is_left_to_chance),
		cmocka_unit_test(records__come_in_order_of_time),
		cmocka_unit_test(a_second_run__writes_the_same_bytes),
		cmocka_unit_test(planted_values__are_in_the_feeds),
		cmocka_unit_test(a_folder_that_cannot_be_made__is_an_error),
	};

	return cmocka_run_group_tests_name("app/demo_logs", tests, write_logs, remove_logs);
}
