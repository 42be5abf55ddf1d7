/* SPDX-License-Identifier: Apache-2.0 */
/* Reading in a folder that somebody else has filled: what leads out of it, waits, or is no file, is refused. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "fail_malloc.h"
#include "sys/file.h"
#include "sys/inside.h"
#include "test.h"

static char root[64];

static int
set_up(void **state)
{
	char command[512];

	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/accord-test-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	(void)snprintf(command, sizeof(command),
	    "cd '%s' && mkdir -p in/a/b out && echo one > in/a/b/f && echo two > out/f && ln -s ../../out/f in/a/link "
	    "&& "
	    "ln -s ../out in/folder && mkfifo in/fifo && : > in/empty && ln -s /dev/zero in/zero && ln -s in named",
	    root);
	return system(command);
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return system(command);
}

static void
load__reads_regular_files_below_the_folder_only(void **state)
{
	static const struct {
		const char *folder, *name;
		int rc;
		const char *text;
	} rows[] = {
		{ "in", "a/b/f", 0, "one\n" },
		{ "named", "a/b/f", 0, "one\n" },
		{ "in", "empty", 0, "" },
		{ "in", "none", ACCORD_ENOTFOUND, "" },
		{ "in", "a/none/f", ACCORD_ENOTFOUND, "" },
		{ "none", "f", ACCORD_ENOTFOUND, "" },
		{ "in", "a/link", ACCORD_EDENIED, "" },
		{ "in", "folder/f", ACCORD_EDENIED, "" },
		{ "in", "zero", ACCORD_EDENIED, "" },
		{ "in", "fifo", ACCORD_EDENIED, "" },
		{ "in", "a/b", ACCORD_EDENIED, "" },
		{ "in", "a/b/f/g", ACCORD_EDENIED, "" },
		{ "in", "../out/f", ACCORD_EDENIED, "" },
		{ "in", "a/../../out/f", ACCORD_EDENIED, "" },
		{ "in", "/etc/hostname", ACCORD_EDENIED, "" },
		{ "in", "", ACCORD_EDENIED, "" },
		{ "in", "a//b/f", ACCORD_EDENIED, "" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		accord_err err = { 0 };
		char folder[128];
		ac_buf buf;
		int rc;

		(void)snprintf(folder, sizeof(folder), "%s/%s", root, rows[i].folder);
		ac_buf_init(&buf, AC_MIB);
		rc = ac_inside_load(folder, rows[i].name, 100, &buf, &err);
		if (rc != rows[i].rc || !ac_str_eq(ac_buf_view(&buf), ac_str_from(rows[i].text)))
			fail_msg("%s/%s: want %d, got %d: %s", rows[i].folder, rows[i].name, rows[i].rc, rc, err.text);
		ac_buf_done(&buf);
	}
}

static void
load__stops_at_the_ceiling(void **state)
{
	char folder[128];
	ac_buf buf;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/in", root);
	ac_buf_init(&buf, AC_MIB);
	ac_buf_add(&buf, AC_S("before "));
	assert_int_equal(ac_inside_load(folder, "a/b/f", 3, &buf, NULL), ACCORD_ELIMIT);
	assert_int_equal(ac_inside_load(folder, "a/b/f", 4, &buf, NULL), 0);
	assert_str(ac_buf_view(&buf), AC_S("before one\n"));
	ac_buf_done(&buf);
}

static int
count_name(void *payload, const char *name, accord_err *err)
{
	(void)err;
	++*(unsigned *)payload;
	return name[0] == '.' ? ACCORD_EINTERNAL : 0;
}

static void
list__tells_names_up_to_the_ceiling(void **state)
{
	unsigned count = 0;
	char folder[128];

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/in", root);
	assert_int_equal(ac_inside_list(folder, ".", 100, count_name, &count, NULL), 0);
	assert_int_equal(count, 5);
	assert_int_equal(ac_inside_list(folder, "none", 100, count_name, &count, NULL), 0);
	assert_int_equal(ac_inside_list(folder, ".", 4, count_name, &count, NULL), ACCORD_ELIMIT);
	assert_int_equal(ac_inside_list(folder, "folder", 100, count_name, &count, NULL), ACCORD_EDENIED);
	assert_int_equal(ac_inside_list(folder, "a/b/f", 100, count_name, &count, NULL), ACCORD_EDENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load__reads_regular_files_below_the_folder_only),
		cmocka_unit_test(load__stops_at_the_ceiling),
		cmocka_unit_test(list__tells_names_up_to_the_ceiling),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
