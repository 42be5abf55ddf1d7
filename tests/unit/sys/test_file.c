/* SPDX-License-Identifier: Apache-2.0 */
/* Files, folders and maps against a real file system, in a folder of their own. */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "fail_malloc.h"
#include "sys/file.h"

static char root[256];

static const char *
in_root(const char *name)
{
	static char paths[4][1024];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", root, name);
	return path;
}

static void
put_file(const char *name, const char *text)
{
	FILE *file = fopen(in_root(name), "w");

	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

static int
set_up(void **state)
{
	const char *folder = getenv("TMPDIR");

	(void)state;
	(void)snprintf(root, sizeof(root), "%s/accord-test-XXXXXX", folder ? folder : "/tmp");
	return mkdtemp(root) ? 0 : -1;
}

/* Empties a folder; names it cannot remove are left (the test has failed anyway). */
static int
remove_tree(const char *path)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		(void)execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return remove_tree(root);
}

static void
open__names_the_file_and_the_reason(void **state)
{
	accord_err err = { 0 };
	char want[600];

	(void)state;
	assert_int_equal(ac_file_open(in_root("absent.json"), &err), ACCORD_EIO);
	(void)snprintf(want, sizeof(want), "%s: cannot open: No such file or directory", in_root("absent.json"));
	assert_string_equal(err.text, want);
	assert_int_equal(ac_file_open(root, &err), ACCORD_EIO);
	(void)snprintf(want, sizeof(want), "%s: cannot open: Is a directory", root);
	assert_string_equal(err.text, want);
}

static void
open__closes_on_exec(void **state)
{
	int fd;

	(void)state;
	put_file("a", "x");
	fd = ac_file_open(in_root("a"), NULL);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	(void)close(fd);
	fd = ac_file_open("-", NULL);
	assert_true(fd > 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	(void)close(fd);
}

static void
on_alarm(int number)
{
	(void)number;
}

static void *
write_late(void *payload)
{
	const int *fd = payload;

	(void)usleep(60000);
	(void)!write(*fd, "late", 4);
	(void)close(*fd);
	return NULL;
}

static void
read__goes_on_after_a_signal(void **state)
{
	struct sigaction act = { .sa_handler = on_alarm }; /* without SA_RESTART: read() gives EINTR */
	int ends[2];
	char text[16];
	size_t n = 0;
	pthread_t writer;

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_late, &ends[1]), 0);
	(void)ualarm(10000, 10000);
	assert_int_equal(ac_file_read(ends[0], text, sizeof(text), &n, NULL), 0);
	(void)ualarm(0, 0);
	assert_int_equal(n, 4);
	assert_int_equal(pthread_join(writer, NULL), 0);
	assert_int_equal(ac_file_read(ends[0], text, sizeof(text), &n, NULL), 0);
	assert_int_equal(n, 0);
	(void)close(ends[0]);
	assert_int_equal(ac_file_read(-1, text, sizeof(text), &n, NULL), ACCORD_EIO);
}

static void
write_all__tells_of_a_full_disk(void **state)
{
	accord_err err = { 0 };
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	if (fd < 0) {
		print_message("# no /dev/full: skipped\n");
		skip();
	}
	assert_int_equal(ac_file_write_all(fd, AC_S("x"), &err), ACCORD_EIO);
	assert_string_equal(err.text, "cannot write: No space left on device");
	(void)close(fd);
}

static void
load__takes_files_up_to_the_ceiling(void **state)
{
	accord_err err = { 0 };
	ac_buf buf;

	(void)state;
	put_file("ten", "0123456789");
	ac_buf_init(&buf, 1000);
	ac_buf_add(&buf, AC_S("before "));
	assert_int_equal(ac_file_load(in_root("ten"), 10, &buf, &err), 0);
	assert_str(ac_buf_view(&buf), AC_S("before 0123456789"));
	assert_int_equal(ac_file_load(in_root("ten"), 9, &buf, &err), ACCORD_ELIMIT);
	assert_non_null(strstr(err.text, "ten: want at most 9 bytes, the file is larger"));
	assert_str(ac_buf_view(&buf), AC_S("before 0123456789"));
	ac_buf_done(&buf);
	/* The buffer's own ceiling holds as well, to the byte. */
	ac_buf_init(&buf, 9);
	assert_int_equal(ac_file_load(in_root("ten"), 10, &buf, &err), ACCORD_ELIMIT);
	ac_buf_done(&buf);
	ac_buf_init(&buf, 10);
	assert_int_equal(ac_file_load(in_root("ten"), 10, &buf, &err), 0);
	assert_int_equal(buf.limit, 10);
	ac_buf_done(&buf);
	assert_int_equal(ac_file_load(in_root("absent"), 9, &buf, &err), ACCORD_EIO);
}

static void
load__survives_every_allocation_failure(void **state)
{
	int rc = -1;

	(void)state;
	put_file("ten", "0123456789");
	for (unsigned long n = 1; n < 50; n++) {
		ac_buf buf;

		ac_buf_init(&buf, 1000000);
		fail_malloc_at(n);
		rc = ac_file_load(in_root("ten"), 1000000, &buf, NULL);
		ac_buf_done(&buf);
		if (!fail_malloc_done())
			break;
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	assert_int_equal(rc, 0);
}

static size_t
count_entries(const char *path)
{
	DIR *folder = opendir(path);
	size_t count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	(void)closedir(folder);
	return count - 2; /* "." and ".." */
}

static void
assert_content(const char *path, ac_str want)
{
	ac_buf buf;

	ac_buf_init(&buf, 1000000);
	assert_int_equal(ac_file_load(path, 1000000, &buf, NULL), 0);
	assert_str(ac_buf_view(&buf), want);
	ac_buf_done(&buf);
}

static void
replace__puts_the_new_bytes_and_leaves_no_other_file(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir(in_root("r"), 0700), 0);
	assert_int_equal(ac_file_replace(in_root("r/x"), AC_S("one"), 0640, NULL), 0);
	assert_content(in_root("r/x"), AC_S("one"));
	assert_int_equal(ac_file_replace(in_root("r/x"), AC_S(""), 0600, NULL), 0);
	assert_content(in_root("r/x"), AC_S(""));
	assert_int_equal(stat(in_root("r/x"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(count_entries(in_root("r")), 1);
}

static void
make__never_takes_the_place_of_a_file(void **state)
{
	accord_err err = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(mkdir(in_root("make"), 0700), 0);
	assert_int_equal(ac_file_make(in_root("make/x"), AC_S("one"), 0600, NULL), 0);
	assert_int_equal(ac_file_make(in_root("make/x"), AC_S("two"), 0600, &err), ACCORD_EUSAGE);
	assert_non_null(strstr(err.text, "make/x: there is a file already"));
	assert_content(in_root("make/x"), AC_S("one"));
	assert_int_equal(stat(in_root("make/x"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* A link that leads nowhere is something, too. */
	assert_int_equal(symlink("nowhere", in_root("make/y")), 0);
	assert_int_equal(ac_file_make(in_root("make/y"), AC_S("two"), 0600, NULL), ACCORD_EUSAGE);
	assert_int_equal(count_entries(in_root("make")), 2);
	assert_int_equal(ac_file_make(in_root("make/none/x"), AC_S("one"), 0600, NULL), ACCORD_EIO);
}

static void
replace__keeps_the_old_file_when_it_cannot_write(void **state)
{
	accord_err err = { 0 };
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(mkdir(in_root("full"), 0700), 0);
	assert_int_equal(ac_file_replace(in_root("full/x"), AC_S("old"), 0600, NULL), 0);
	pid = fork();
	if (pid == 0) {
		/* A full disk, as near as one gets without one: files may not grow over 2 bytes. */
		const struct rlimit tiny = { 2, 2 };

		(void)signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &tiny);
		_exit(ac_file_replace(in_root("full/x"), AC_S("newer"), 0600, NULL) == ACCORD_EIO ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_content(in_root("full/x"), AC_S("old"));
	assert_int_equal(count_entries(in_root("full")), 1);
	/* A folder cannot be replaced by a file. */
	assert_int_equal(mkdir(in_root("full/folder"), 0700), 0);
	assert_int_equal(ac_file_replace(in_root("full/folder"), AC_S("x"), 0600, &err), ACCORD_EIO);
	assert_int_equal(count_entries(in_root("full")), 2);
	assert_int_equal(ac_file_replace(in_root("nowhere/x"), AC_S("x"), 0600, &err), ACCORD_EIO);
	assert_non_null(strstr(err.text, "nowhere/x: cannot create: No such file or directory"));
}

static void
paths__that_are_too_long_are_errors(void **state)
{
	char *path = malloc(AC_PATH_MAX + 10), before[1000];

	(void)state;
	memset(path, 'p', AC_PATH_MAX + 9);
	path[AC_PATH_MAX + 9] = '\0';
	assert_int_equal(ac_dir_make(path, NULL), ACCORD_EIO);
	assert_int_equal(ac_file_replace(path, AC_S("x"), 0600, NULL), ACCORD_EIO);
	path[AC_PATH_MAX - 5] = '/';
	assert_int_equal(ac_file_replace(path, AC_S("x"), 0600, NULL), ACCORD_EIO);
	path[AC_PATH_MAX + 5] = '/';
	assert_int_equal(ac_file_replace(path, AC_S("x"), 0600, NULL), ACCORD_EIO);
	/* Without a folder in it, a path stands in the working one. */
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(root), 0);
	assert_int_equal(ac_file_replace("bare", AC_S("x"), 0600, NULL), 0);
	assert_int_equal(chdir(before), 0);
	assert_content(in_root("bare"), AC_S("x"));
	free(path);
}

static void
dir_make__makes_what_is_missing(void **state)
{
	accord_err err = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(ac_dir_make(in_root("d/e//f/"), NULL), 0);
	assert_int_equal(stat(in_root("d/e/f"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(ac_dir_make(in_root("d/e/f"), NULL), 0);
	put_file("d/file", "");
	assert_int_equal(ac_dir_make(in_root("d/file/g"), &err), ACCORD_EIO);
	assert_non_null(strstr(err.text, "d/file: cannot create folder: Not a directory"));
	assert_int_equal(ac_dir_make("", &err), ACCORD_EIO);
}

static void
identify__tells_files_from_pipes(void **state)
{
	ac_file_id a, b;
	int fd, ends[2];

	(void)state;
	put_file("id", "12345");
	fd = ac_file_open(in_root("id"), NULL);
	assert_int_equal(ac_file_identify(fd, &a, NULL), 0);
	assert_true(a.is_regular);
	assert_int_equal(a.size, 5);
	(void)close(fd);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(ac_file_identify(ends[0], &b, NULL), 0);
	assert_false(b.is_regular);
	assert_int_equal(b.size, 0);
	(void)close(ends[0]);
	(void)close(ends[1]);
	assert_int_equal(ac_file_identify(-1, &b, NULL), ACCORD_EIO);
}

static void
map__views_the_file(void **state)
{
	accord_err err = { 0 };
	ac_map_file map = { 0 };

	(void)state;
	put_file("m", "mapped bytes");
	put_file("empty", "");
	assert_int_equal(ac_map_open(in_root("m"), &map, NULL), 0);
	assert_str(map.bytes, AC_S("mapped bytes"));
	ac_map_close(&map);
	ac_map_close(&map);
	assert_int_equal(ac_map_open(in_root("empty"), &map, NULL), 0);
	assert_int_equal(map.bytes.n, 0);
	ac_map_close(&map);
	assert_int_equal(ac_map_open(root, &map, &err), ACCORD_EIO);
	assert_int_equal(ac_map_open(in_root("absent"), &map, &err), ACCORD_EIO);
}

/* ---- walking ---- */

typedef struct walked {
	char files[2048];
	char problems[2048];
	int stop_after;
} walked;

static void
append(char *to, const char *path, const char *suffix)
{
	size_t n = strlen(to), skip = strncmp(path, root, strlen(root)) == 0 ? strlen(root) : 0;

	(void)snprintf(to + n, 2048 - n, "%s%s\n", path + skip, suffix);
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	walked *w = payload;

	append(w->files, path, "");
	if (w->stop_after > 0 && --w->stop_after == 0)
		return ac_fail(err, ACCORD_ELIMIT, "enough");
	return 0;
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	walked *w = payload;

	append(w->problems, path, strrchr(what->text, ':'));
}

static int
walk(const char *path, walked *w)
{
	const ac_walk_sink sink = { on_file, on_problem, w };

	return ac_walk(path, &sink, NULL);
}

static void
walk__goes_in_order_of_names_and_leaves_out_what_is_no_file(void **state)
{
	walked w = { 0 };

	(void)state;
	assert_int_equal(ac_dir_make(in_root("w/b"), NULL), 0);
	assert_int_equal(ac_dir_make(in_root("w/.hidden"), NULL), 0);
	assert_int_equal(ac_dir_make(in_root("w/empty"), NULL), 0);
	put_file("w/c", "");
	put_file("w/a", "");
	put_file("w/B", "");
	put_file("w/b/2", "");
	put_file("w/b/10", "");
	put_file("w/.dot", "");
	put_file("w/.hidden/x", "");
	assert_int_equal(mkfifo(in_root("w/fifo"), 0600), 0);
	assert_int_equal(symlink("b", in_root("w/link-to-folder")), 0);
	assert_int_equal(symlink("a", in_root("w/link-to-file")), 0);
	assert_int_equal(walk(in_root("w"), &w), 0);
	assert_string_equal(w.files, "/w/B\n/w/a\n/w/b/10\n/w/b/2\n/w/c\n/w/link-to-file\n");
	assert_string_equal(w.problems, "");
}

static void
walk__takes_named_files_fifos_links_and_standard_input(void **state)
{
	walked w = { 0 };

	(void)state;
	assert_int_equal(ac_dir_make(in_root("n/folder"), NULL), 0);
	put_file("n/.file", "");
	put_file("n/folder/x", "");
	assert_int_equal(mkfifo(in_root("n/fifo"), 0600), 0);
	assert_int_equal(symlink("folder", in_root("n/link")), 0);
	assert_int_equal(walk(in_root("n/.file"), &w), 0);
	assert_int_equal(walk(in_root("n/fifo"), &w), 0);
	assert_int_equal(walk(in_root("n/link"), &w), 0);
	assert_int_equal(walk("-", &w), 0);
	assert_string_equal(w.files, "/n/.file\n/n/fifo\n/n/link/x\n-\n");
	assert_string_equal(w.problems, "");
}

static void
walk__reports_problems_and_goes_on(void **state)
{
	walked w = { 0 };

	(void)state;
	assert_int_equal(ac_dir_make(in_root("p"), NULL), 0);
	put_file("p/z", "");
	assert_int_equal(symlink("nothing", in_root("p/dangling")), 0);
	assert_int_equal(symlink("loop", in_root("p/loop")), 0);
	assert_int_equal(walk(in_root("p"), &w), 0);
	assert_int_equal(walk(in_root("absent"), &w), 0);
	assert_string_equal(w.files, "/p/z\n");
	assert_string_equal(w.problems, "/p/dangling: No such file or directory\n"
					"/p/loop: Too many levels of symbolic links\n"
					"/absent: No such file or directory\n");
}

static void
walk__reports_a_folder_that_it_may_not_read(void **state)
{
	walked w = { 0 };
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(ac_dir_make(in_root("u/locked"), NULL), 0);
	put_file("u/z", "");
	assert_int_equal(chmod(root, 0755), 0);
	assert_int_equal(chmod(in_root("u"), 0755), 0);
	assert_int_equal(chmod(in_root("u/locked"), 0), 0);
	pid = fork();
	if (pid == 0) {
		/* root may read everything: be nobody. */
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(2);
		_exit(walk(in_root("u"), &w) == 0 && strcmp(w.files, "/u/z\n") == 0 &&
			      strcmp(w.problems, "/u/locked: Permission denied\n") == 0
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
walk__stops_where_the_file_callback_says(void **state)
{
	walked w = { .stop_after = 2 };

	(void)state;
	assert_int_equal(ac_dir_make(in_root("s"), NULL), 0);
	put_file("s/1", "");
	put_file("s/2", "");
	put_file("s/3", "");
	assert_int_equal(walk(in_root("s"), &w), ACCORD_ELIMIT);
	assert_string_equal(w.files, "/s/1\n/s/2\n");
}

static void
walk__ends_at_its_depth(void **state)
{
	walked w = { 0 };
	char path[256] = "deep";
	char want[300];

	(void)state;
	for (int i = 0; i < AC_WALK_DEPTH_MAX; i++)
		memcpy(path + 4 + 2 * i, "/d", 3);
	assert_int_equal(ac_dir_make(in_root(path), NULL), 0);
	(void)snprintf(want, sizeof(want), "%s/file", path);
	put_file(want, "");
	assert_int_equal(walk(in_root("deep"), &w), 0);
	(void)snprintf(want, sizeof(want), "/%s/file\n", path);
	assert_string_equal(w.files, want);
	w = (walked){ 0 };
	memcpy(path + strlen(path), "/d", 3);
	assert_int_equal(ac_dir_make(in_root(path), NULL), 0);
	assert_int_equal(walk(in_root("deep"), &w), 0);
	assert_non_null(strstr(w.problems, ": want folders at most 32 deep\n"));
}

static void
walk__reports_a_path_that_is_too_long(void **state)
{
	char *path = malloc(AC_PATH_MAX + 10);
	walked w = { 0 };

	(void)state;
	memset(path, 'p', AC_PATH_MAX + 9);
	path[AC_PATH_MAX + 9] = '\0';
	assert_int_equal(walk(path, &w), 0);
	assert_non_null(strstr(w.problems, "ppp"));
	assert_string_equal(w.files, "");
	free(path);
}

static void
walk__survives_every_allocation_failure(void **state)
{
	int rc = -1;

	(void)state;
	assert_int_equal(ac_dir_make(in_root("f/g"), NULL), 0);
	put_file("f/a", "");
	put_file("f/g/b", "");
	for (unsigned long n = 1; n < 50; n++) {
		walked w = { 0 };

		fail_malloc_at(n);
		rc = walk(in_root("f"), &w);
		if (!fail_malloc_done())
			break;
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open__names_the_file_and_the_reason),
		cmocka_unit_test(open__closes_on_exec),
		cmocka_unit_test(read__goes_on_after_a_signal),
		cmocka_unit_test(write_all__tells_of_a_full_disk),
		cmocka_unit_test(load__takes_files_up_to_the_ceiling),
		cmocka_unit_test(load__survives_every_allocation_failure),
		cmocka_unit_test(replace__puts_the_new_bytes_and_leaves_no_other_file),
		cmocka_unit_test(make__never_takes_the_place_of_a_file),
		cmocka_unit_test(replace__keeps_the_old_file_when_it_cannot_write),
		cmocka_unit_test(paths__that_are_too_long_are_errors),
		cmocka_unit_test(dir_make__makes_what_is_missing),
		cmocka_unit_test(identify__tells_files_from_pipes),
		cmocka_unit_test(map__views_the_file),
		cmocka_unit_test(walk__goes_in_order_of_names_and_leaves_out_what_is_no_file),
		cmocka_unit_test(walk__takes_named_files_fifos_links_and_standard_input),
		cmocka_unit_test(walk__reports_problems_and_goes_on),
		cmocka_unit_test(walk__reports_a_folder_that_it_may_not_read),
		cmocka_unit_test(walk__stops_where_the_file_callback_says),
		cmocka_unit_test(walk__ends_at_its_depth),
		cmocka_unit_test(walk__reports_a_path_that_is_too_long),
		cmocka_unit_test(walk__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
