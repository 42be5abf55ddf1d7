/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking folders. The names of a folder are read, the folder closed, and the names sorted before anything is done with
 * them: one descriptor at a time, and the same order on every file system. Knows nothing of what is in the files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"

typedef struct walker {
	const ac_walk_sink *sink;
	char path[AC_PATH_MAX]; /* of the entry in hand, NUL-terminated */
	size_t length;
	bool refuses_links;
} walker;

typedef struct names {
	ac_arena arena;
	char **list;
	size_t count, capacity;
} names;

static void
report(const walker *w, const accord_err *what)
{
	if (w->sink->on_problem)
		w->sink->on_problem(w->sink->payload, w->path, what);
}

static void
report_errno(const walker *w, const char *what, int number)
{
	accord_err err = { 0 };

	(void)ac_fail(&err, ACCORD_EIO, "%s: cannot %s: %s", w->path, what, ac_errno_text(number));
	report(w, &err);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
add_name(names *all, const char *name, accord_err *err)
{
	size_t capacity = all->capacity ? all->capacity * 2 : 64;
	char **list;

	if (all->count == all->capacity) {
		list = ac_arena_resize(&all->arena, all->list, all->capacity * sizeof(*list), capacity * sizeof(*list));
		if (!list)
			return ac_arena_check(&all->arena, err);
		all->list = list;
		all->capacity = capacity;
	}
	all->list[all->count] = (char *)(uintptr_t)ac_arena_str(&all->arena, ac_str_from(name)).p;
	if (!all->list[all->count])
		return ac_arena_check(&all->arena, err);
	all->count++;
	return 0;
}

/* Reads the names of the folder w->path; what cannot be read is reported, and then nothing is in *all. */
static int
read_names(walker *w, bool follow, names *all, accord_err *err)
{
	int fd = open(w->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)), rc = 0;
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!folder) {
		rc = errno;
		if (fd >= 0)
			(void)close(fd);
		if (rc == ENOMEM)
			return ac_fail(err, ACCORD_ENOMEM, "out of memory");
		report_errno(w, "open folder", rc);
		return 0;
	}
	for (errno = 0; !rc && (entry = readdir(folder)); errno = 0)
		if (entry->d_name[0] != '.')
			rc = add_name(all, entry->d_name, err);
	if (!rc && errno)
		report_errno(w, "read folder", errno);
	(void)closedir(folder);
	if (all->count)
		qsort(all->list, all->count, sizeof(*all->list), compare_names);
	return rc;
}

/* Append "/name" to the path in hand. */
static bool
descend(walker *w, const char *name)
{
	size_t n = strlen(name), slash = w->length > 0 && w->path[w->length - 1] != '/';

	if (n + slash >= sizeof(w->path) - w->length) {
		report_errno(w, "open its entries", ENAMETOOLONG);
		return false;
	}
	if (slash)
		w->path[w->length++] = '/';
	memcpy(w->path + w->length, name, n + 1);
	w->length += n;
	return true;
}

static int walk_folder(walker *w, unsigned depth, accord_err *err);

/* An entry inside a folder. */
static int
walk_entry(walker *w, unsigned depth, accord_err *err)
{
	accord_err own = { 0 };
	struct stat st;
	bool is_link;

	if (lstat(w->path, &st) != 0) {
		report_errno(w, "open", errno);
		return 0;
	}
	is_link = S_ISLNK(st.st_mode);
	if (is_link && w->refuses_links) {
		(void)ac_fail(&own, ACCORD_EINPUT, "%s: want a file or a folder, got a link", w->path);
		report(w, &own);
		return 0;
	}
	if (is_link && stat(w->path, &st) != 0) {
		report_errno(w, "open", errno);
		return 0;
	}
	if (S_ISREG(st.st_mode))
		return w->sink->on_file(w->sink->payload, w->path, err);
	if (S_ISDIR(st.st_mode) && !is_link)
		return walk_folder(w, depth + 1, err);
	return 0;
}

/* A folder with too many names is a problem of that folder; without memory the walk ends. */
static int
folder_failed(const walker *w, int rc, accord_err *err)
{
	if (rc != ACCORD_ELIMIT)
		return rc;
	(void)ac_fail(
	    err, rc, "%s: want at most %zu bytes of file names in a folder", w->path, (size_t)AC_WALK_NAMES_MAX);
	report(w, err);
	return 0;
}

static int
walk_folder(walker *w, unsigned depth, accord_err *err)
{
	accord_err own = { 0 };
	names all = { 0 };
	size_t length = w->length;
	int rc;

	if (depth > AC_WALK_DEPTH_MAX) {
		(void)ac_fail(&own, ACCORD_ELIMIT, "%s: want folders at most %d deep", w->path, (int)AC_WALK_DEPTH_MAX);
		report(w, &own);
		return 0;
	}
	ac_arena_init(&all.arena, AC_WALK_NAMES_MAX);
	rc = read_names(w, depth == 0, &all, &own);
	if (rc) {
		rc = folder_failed(w, rc, &own);
		if (rc)
			(void)ac_fail(err, rc, "%s", own.text);
		all.count = 0;
	}
	for (size_t i = 0; !rc && i < all.count; i++) {
		if (descend(w, all.list[i]))
			rc = walk_entry(w, depth, err);
		w->length = length;
		w->path[length] = '\0';
	}
	ac_arena_done(&all.arena);
	return rc;
}

static int
walk(const char *path, bool refuses_links, const ac_walk_sink *sink, accord_err *err)
{
	walker w = { .sink = sink, .length = strlen(path), .refuses_links = refuses_links };
	struct stat st;

	if (strcmp(path, "-") == 0)
		return sink->on_file(sink->payload, path, err);
	if (w.length >= sizeof(w.path)) {
		memcpy(w.path, path, sizeof(w.path) - 1);
		report_errno(&w, "open", ENAMETOOLONG);
		return 0;
	}
	memcpy(w.path, path, w.length + 1);
	if (stat(path, &st) != 0) {
		report_errno(&w, "open", errno);
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		return walk_folder(&w, 0, err);
	return sink->on_file(sink->payload, w.path, err);
}

int
ac_walk(const char *path, const ac_walk_sink *sink, accord_err *err)
{
	return walk(path, false, sink, err);
}

int
ac_walk_plain(const char *path, const ac_walk_sink *sink, accord_err *err)
{
	return walk(path, true, sink, err);
}

int
ac_walk_siblings(const char *path, const ac_walk_sink *sink, accord_err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	walker w = { .sink = sink };
	struct stat st;
	names all = { 0 };
	int rc;

	if (n >= sizeof(w.path))
		return 0;
	memcpy(w.path, slash ? path : ".", slash ? n + (n == 0) : 1);
	w.length = slash ? n + (n == 0) : 1;
	ac_arena_init(&all.arena, AC_WALK_NAMES_MAX);
	rc = read_names(&w, true, &all, err);
	if (rc) {
		rc = folder_failed(&w, rc, err);
		all.count = 0;
	}
	/* Names as they were given: without "./". */
	if (!slash)
		w.length = 0;
	n = w.length;
	for (size_t i = 0; !rc && i < all.count; i++) {
		if (descend(&w, all.list[i]) && stat(w.path, &st) == 0 && S_ISREG(st.st_mode))
			rc = sink->on_file(sink->payload, w.path, err);
		w.length = n;
		w.path[n] = '\0';
	}
	ac_arena_done(&all.arena);
	return rc;
}
