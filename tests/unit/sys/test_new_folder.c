/* SPDX-License-Identifier: Apache-2.0 */
/* A folder is there whole, or not at all, whatever ends the process or fails. */
#include "test.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.h"
#include "fail_malloc.h"
#include "sys/file.h"
#include "sys/new_folder.h"

static char root[128], target[160];

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static void
begin(void)
{
	const char *folder = getenv("TMPDIR");

	(void)snprintf(root, sizeof(root), "%s/accord-folder-XXXXXX", folder && strlen(folder) < 90 ? folder : "/tmp");
	assert_non_null(mkdtemp(root));
	(void)snprintf(target, sizeof(target), "%s/out", root);
}

static void
finish(void)
{
	assert_int_equal(nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* Entries of the folder that holds the target. */
static unsigned
entries(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	unsigned n = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		n += entry->d_name[0] != '.';
	(void)closedir(folder);
	return n;
}

static int
write_all(accord_err *err)
{
	ac_new_folder *f = NULL;
	int rc = ac_new_folder_open(target, &f, err);

	if (!rc)
		rc = ac_new_folder_add(f, "a.txt", AC_S("first"), err);
	if (!rc)
		rc = ac_new_folder_add(f, "b/c/d.txt", AC_S("second"), err);
	if (!rc)
		rc = ac_new_folder_add(f, "b/e.txt", AC_S(""), err);
	if (!rc)
		return ac_new_folder_commit(f, err);
	(void)ac_new_folder_abandon(f);
	return rc;
}

static void
assert_whole(void)
{
	char path[256];
	ac_buf buf;

	assert_int_equal(entries(target), 2);
	ac_buf_init(&buf, 100);
	(void)snprintf(path, sizeof(path), "%s/b/c/d.txt", target);
	assert_int_equal(ac_file_load(path, 100, &buf, NULL), 0);
	assert_str(ac_buf_view(&buf), AC_S("second"));
	ac_buf_done(&buf);
}

static void
new_folder__holds_what_was_added(void **state)
{
	accord_err err = { 0 };

	(void)state;
	begin();
	assert_int_equal(write_all(&err), 0);
	assert_whole();
	assert_int_equal(entries(root), 1);
	/* There now: it is neither replaced nor added to. */
	assert_int_equal(write_all(&err), ACCORD_EUSAGE);
	assert_whole();
	finish();
}

static void
new_folder__takes_the_place_of_an_empty_one(void **state)
{
	accord_err err = { 0 };

	(void)state;
	begin();
	assert_int_equal(mkdir(target, 0700), 0);
	assert_int_equal(write_all(&err), 0);
	assert_whole();
	finish();
}

static void
new_folder__refuses_names_that_lead_elsewhere(void **state)
{
	static const char *const wrong[] = { "", "/a", "../a", "a/../b", "a//b", "a/", ".a", "a/.b", "a b", "a\\b",
		"-a", "a\nb", "\xc3\xa9" };
	ac_new_folder *f = NULL;

	(void)state;
	begin();
	assert_int_equal(ac_new_folder_open(target, &f, NULL), 0);
	for (size_t i = 0; i < AC_COUNT(wrong); i++)
		if (ac_new_folder_add(f, wrong[i], AC_S("x"), NULL) != ACCORD_EUSAGE)
			fail_msg("'%s' was taken", wrong[i]);
	assert_int_equal(ac_new_folder_add(f, "a", AC_S("x"), NULL), 0);
	assert_int_equal(ac_new_folder_add(f, "a", AC_S("y"), NULL), ACCORD_EUSAGE);
	assert_null(ac_new_folder_abandon(f));
	assert_int_equal(entries(root), 0);
	assert_null(ac_new_folder_abandon(NULL));
	finish();
}

static int
must_be_synced(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)kind;
	(void)where;
	if (!crash_was_synced(st->st_ino))
		fail_msg("%s is not on disk yet", path);
	return 0;
}

static void
on_rename(const char *to)
{
	char line[256];
	DIR *folder;
	struct dirent *entry;

	if (strcmp(to, target) != 0)
		return;
	folder = opendir(root);
	assert_non_null(folder);
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.') {
			(void)snprintf(line, sizeof(line), "%s/%.60s", root, entry->d_name);
			(void)nftw(line, must_be_synced, 16, FTW_PHYS);
		}
	(void)closedir(folder);
}

static void
new_folder__is_on_disk_before_it_takes_its_name(void **state)
{
	accord_err err = { 0 };

	(void)state;
	begin();
	crash_forget();
	crash_on_rename(on_rename);
	assert_int_equal(write_all(&err), 0);
	crash_on_rename(NULL);
	finish();
}

static void
new_folder__is_whole_or_absent_after_a_crash_at_any_moment(void **state)
{
	bool came_through = false;

	(void)state;
	for (unsigned long n = 1; !came_through; n++) {
		accord_err err = { 0 };
		ac_file_id id;
		pid_t child;
		int status = 0;

		begin();
		child = fork();
		if (child == 0) {
			crash_at(n);
			_exit(write_all(&err) ? 1 : 0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		came_through = WEXITSTATUS(status) == 0;
		assert_true(came_through || WEXITSTATUS(status) == CRASH_STATUS);
		if (ac_file_look(target, &id))
			assert_whole();
		else
			assert_false(came_through);
		finish();
	}
}

static void
new_folder__leaves_nothing_when_memory_runs_out(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		int rc;

		begin();
		fail_malloc_at(n);
		rc = write_all(&err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			finish();
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
		assert_int_equal(entries(root), 0);
		finish();
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_folder__holds_what_was_added),
		cmocka_unit_test(new_folder__takes_the_place_of_an_empty_one),
		cmocka_unit_test(new_folder__refuses_names_that_lead_elsewhere),
		cmocka_unit_test(new_folder__is_on_disk_before_it_takes_its_name),
		cmocka_unit_test(new_folder__is_whole_or_absent_after_a_crash_at_any_moment),
		cmocka_unit_test(new_folder__leaves_nothing_when_memory_runs_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
