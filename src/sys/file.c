/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, reading, writing and mapping files. Folders are in walk.c. Knows nothing of what the bytes mean. */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/os.h"

#define LOAD_CHUNK (64 * AC_KIB)
#define TEMPORARY_TRIES 16
/* Open files that every system allows, and more than anybody is served with. */
#define OPEN_FILES_ANYWHERE 256
#define OPEN_FILES_MOST 65536

const char *
ac_errno_text(int number)
{
	const char *text = strerrordesc_np(number);

	return text ? text : "unknown error";
}

static int
fail_path(accord_err *err, const char *path, const char *what, int number)
{
	return ac_fail(err, ACCORD_EIO, "%s: cannot %s: %s", path, what, ac_errno_text(number));
}

/* open(2), again after a signal (a FIFO may wait long). */
static int
open_again(const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

int
ac_file_open(const char *path, accord_err *err)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0) {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		return fd < 0 ? fail_path(err, "standard input", "open", errno) : fd;
	}
	fd = open_again(path, O_RDONLY, 0);
	if (fd < 0)
		return fail_path(err, path, "open", errno);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(fd);
		return fail_path(err, path, "open", EISDIR);
	}
	return fd;
}

int
ac_file_create(const char *path, mode_t mode, accord_err *err)
{
	int fd = open_again(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	return fd < 0 ? fail_path(err, path, "write", errno) : fd;
}

int
ac_file_read(int fd, char *p, size_t n, size_t *out_n, accord_err *err)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return ac_fail(err, ACCORD_EIO, "cannot read: %s", ac_errno_text(errno));
	*out_n = (size_t)got;
	return 0;
}

int
ac_file_read_at(int fd, uint64_t offset, char *p, size_t n, size_t *out_n, accord_err *err)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, p + done, n - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ac_fail(err, ACCORD_EIO, "cannot read: %s", ac_errno_text(errno));
		if (got == 0)
			break;
		done += (size_t)got;
	}
	*out_n = done;
	return 0;
}

int
ac_file_write_all(int fd, ac_str bytes, accord_err *err)
{
	while (bytes.n > 0) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return ac_fail(err, ACCORD_EIO, "cannot write: %s", ac_errno_text(errno));
		bytes.p += put;
		bytes.n -= (size_t)put;
	}
	return 0;
}

int
ac_file_load_open(int fd, size_t max, ac_buf *buf, accord_err *err)
{
	size_t before = buf->n, end = max < buf->limit - before ? before + max : buf->limit, n;
	ac_str whole;
	int rc;

	for (;;) {
		size_t want = end - buf->n < LOAD_CHUNK ? end - buf->n : LOAD_CHUNK;
		char beyond, *room = want ? ac_buf_reserve(buf, want) : &beyond;

		if (!room)
			return ac_buf_finish(buf, &whole, err);
		/* At the ceiling one byte more tells whether the file ends there. */
		rc = ac_file_read(fd, room, want ? want : 1, &n, err);
		if (!rc && n > want)
			rc = ac_fail(err, ACCORD_ELIMIT, "want at most %zu bytes, the file is larger", end - before);
		if (rc)
			buf->n = before;
		if (rc || n == 0)
			return rc;
		ac_buf_commit(buf, n);
	}
}

/* Loads from an open file, which it closes. */
static int
load_and_close(int fd, const char *path, size_t max, ac_buf *buf, accord_err *err)
{
	int rc = ac_file_load_open(fd, max, buf, err);

	(void)close(fd);
	if (rc)
		(void)ac_fail_context(err, ac_str_from(path));
	return rc;
}

int
ac_file_load(const char *path, size_t max, ac_buf *buf, accord_err *err)
{
	int fd = ac_file_open(path, err);

	return fd < 0 ? fd : load_and_close(fd, path, max, buf, err);
}

int
ac_file_load_text(const char *path, size_t max, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_str bytes;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, max);
	rc = ac_file_load(path, max, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc) {
		*out = ac_arena_str(arena, bytes);
		rc = ac_arena_check(arena, err);
	}
	ac_buf_done(&buf);
	return rc;
}

int
ac_file_load_regular(const char *path, size_t max, ac_buf *buf, accord_err *err)
{
	int fd = open_again(path, O_RDONLY | O_NONBLOCK, 0);
	struct stat st;

	if (fd < 0)
		return fail_path(err, path, "open", errno);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return load_and_close(fd, path, max, buf, err);
	(void)close(fd);
	return ac_fail(err, ACCORD_EINPUT, "%s: want a regular file, got something else", path);
}

/* The folder that path stands in, NUL-terminated in out. */
static bool
folder_of(const char *path, char out[static AC_PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (n >= AC_PATH_MAX)
		return false;
	if (!slash) {
		memcpy(out, ".", 2);
		return true;
	}
	memcpy(out, n ? path : "/", n ? n : 1);
	out[n ? n : 1] = '\0';
	return true;
}

/* A new file beside path; its name in out_name. Returns a descriptor or a negative code. */
static int
make_temporary(const char *path, mode_t mode, char out_name[static AC_PATH_MAX], accord_err *err)
{
	uint64_t number;
	int rc, n, fd;

	for (unsigned i = 0; i < TEMPORARY_TRIES; i++) {
		rc = ac_random(&number, sizeof(number), err);
		if (rc)
			return rc;
		n = snprintf(out_name, AC_PATH_MAX, "%s.%016llx.tmp", path, (unsigned long long)number);
		if (n < 0 || n >= AC_PATH_MAX)
			return fail_path(err, path, "create", ENAMETOOLONG);
		fd = open_again(out_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return fail_path(err, path, "create", errno);
	}
	return fail_path(err, path, "create", EEXIST);
}

static int
sync_folder(const char *folder, accord_err *err)
{
	int fd = open_again(folder, O_RDONLY | O_DIRECTORY, 0), rc = 0;

	if (fd < 0)
		return fail_path(err, folder, "open", errno);
	/* Some file systems cannot sync a folder and say EINVAL; their rename is as durable as it gets. */
	if (fsync(fd) != 0 && errno != EINVAL)
		rc = fail_path(err, folder, "sync", errno);
	(void)close(fd);
	return rc;
}

struct ac_new_file {
	int fd;
	char path[AC_PATH_MAX], temporary[AC_PATH_MAX], folder[AC_PATH_MAX];
};

int
ac_new_file_open(const char *path, mode_t mode, ac_new_file **out, accord_err *err)
{
	ac_new_file *f = calloc(1, sizeof(*f));

	if (!f)
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
	if (strlen(path) >= sizeof(f->path) || !folder_of(path, f->folder)) {
		free(f);
		return fail_path(err, path, "create", ENAMETOOLONG);
	}
	memcpy(f->path, path, strlen(path) + 1);
	f->fd = make_temporary(path, mode, f->temporary, err);
	if (f->fd < 0) {
		int rc = f->fd;

		free(f);
		return rc;
	}
	*out = f;
	return 0;
}

int
ac_new_file_write(ac_new_file *f, ac_str bytes, accord_err *err)
{
	int rc = ac_file_write_all(f->fd, bytes, err);

	if (rc)
		(void)ac_fail_context(err, ac_str_from(f->path));
	return rc;
}

int
ac_new_file_rewrite(ac_new_file *f, ac_str bytes, accord_err *err)
{
	if (lseek(f->fd, 0, SEEK_SET) < 0)
		return fail_path(err, f->path, "write", errno);
	return ac_new_file_write(f, bytes, err);
}

/* The file's bytes are on disk, and it is closed. */
static int
finish(ac_new_file *f, accord_err *err)
{
	int rc = 0;

	if (fsync(f->fd) != 0)
		rc = fail_path(err, f->path, "write", errno);
	if (close(f->fd) != 0 && !rc)
		rc = fail_path(err, f->path, "write", errno);
	f->fd = -1;
	return rc;
}

/* It gets its name. */
static int
place(ac_new_file *f, int rc, accord_err *err)
{
	if (!rc && rename(f->temporary, f->path) != 0)
		rc = fail_path(err, f->path, "replace", errno);
	if (rc)
		(void)unlink(f->temporary);
	return rc;
}

int
ac_new_file_commit(ac_new_file *f, accord_err *err)
{
	int rc = place(f, finish(f, err), err);

	if (!rc)
		rc = sync_folder(f->folder, err);
	free(f);
	return rc;
}

int
ac_new_file_place(ac_new_file *f, accord_err *err)
{
	int rc = close(f->fd) == 0 ? 0 : fail_path(err, f->path, "write", errno);

	rc = place(f, rc, err);
	free(f);
	return rc;
}

int
ac_file_system_sync(const char *folder, accord_err *err)
{
	int fd = open_again(folder, O_RDONLY | O_DIRECTORY, 0), rc = 0;

	if (fd < 0)
		return fail_path(err, folder, "open", errno);
	if (syncfs(fd) != 0)
		rc = fail_path(err, folder, "sync", errno);
	(void)close(fd);
	return rc;
}

int
ac_dir_sync(const char *path, accord_err *err)
{
	return sync_folder(path, err);
}

ac_new_file *
ac_new_file_abandon(ac_new_file *f)
{
	if (!f)
		return NULL;
	(void)close(f->fd);
	(void)unlink(f->temporary);
	free(f);
	return NULL;
}

int
ac_file_replace(const char *path, ac_str bytes, mode_t mode, accord_err *err)
{
	ac_new_file *f;
	int rc = ac_new_file_open(path, mode, &f, err);

	if (rc)
		return rc;
	rc = ac_new_file_write(f, bytes, err);
	if (rc) {
		ac_new_file_abandon(f);
		return rc;
	}
	return ac_new_file_commit(f, err);
}

int
ac_file_make(const char *path, ac_str bytes, mode_t mode, accord_err *err)
{
	ac_new_file *f;
	int rc = ac_new_file_open(path, mode, &f, err);

	if (rc)
		return rc;
	rc = ac_new_file_write(f, bytes, err);
	if (rc) {
		ac_new_file_abandon(f);
		return rc;
	}
	rc = finish(f, err);
	/* A second name never takes the place of a file. */
	if (!rc && link(f->temporary, path) != 0)
		rc = errno == EEXIST ? ac_fail(err, ACCORD_EUSAGE, "%s: there is a file already", path)
				     : fail_path(err, path, "create", errno);
	(void)unlink(f->temporary);
	if (!rc)
		rc = sync_folder(f->folder, err);
	free(f);
	return rc;
}

int
ac_file_remove(const char *path, accord_err *err)
{
	return unlink(path) == 0 || errno == ENOENT ? 0 : fail_path(err, path, "remove", errno);
}

int
ac_file_rename(const char *path, const char *to, accord_err *err)
{
	return rename(path, to) == 0 ? 0 : fail_path(err, path, "rename", errno);
}

/* The descriptor's own lock: threads exclude one another too. */
static int
lock(const char *path, int command, bool *out_busy, accord_err *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open_again(path, O_RDWR | O_CREAT, 0600), rc;

	*out_busy = false;
	if (fd < 0)
		return fail_path(err, path, "open", errno);
	do
		rc = fcntl(fd, command, &whole);
	while (rc != 0 && errno == EINTR);
	if (rc == 0)
		return fd;
	*out_busy = errno == EAGAIN || errno == EACCES;
	rc = fail_path(err, path, "lock", errno);
	(void)close(fd);
	return rc;
}

int
ac_file_lock(const char *path, accord_err *err)
{
	bool is_busy;

	return lock(path, F_OFD_SETLKW, &is_busy, err);
}

int
ac_file_try_lock(const char *path, bool *out_busy, accord_err *err)
{
	return lock(path, F_OFD_SETLK, out_busy, err);
}

void
ac_file_unlock(int fd)
{
	(void)close(fd);
}

/* mkdir of one folder; what is there already must be a folder. */
static int
make_one(const char *path, accord_err *err)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno != EEXIST)
		return fail_path(err, path, "create folder", errno);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return fail_path(err, path, "create folder", ENOTDIR);
}

int
ac_dir_make(const char *path, accord_err *err)
{
	char part[AC_PATH_MAX];
	size_t n = strlen(path);
	int rc;

	if (n == 0 || n >= sizeof(part))
		return fail_path(err, path, "create folder", n ? ENAMETOOLONG : ENOENT);
	memcpy(part, path, n + 1);
	for (size_t i = 1; i < n; i++) {
		if (part[i] != '/')
			continue;
		part[i] = '\0';
		rc = make_one(part, err);
		if (rc)
			return rc;
		part[i] = '/';
	}
	return make_one(part, err);
}

static ac_file_id
id_of(const struct stat *st)
{
	return (ac_file_id){ .device = (uint64_t)st->st_dev,
		.inode = (uint64_t)st->st_ino,
		.size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
		.changed_s = (int64_t)st->st_mtim.tv_sec,
		.stamp = (uint64_t)st->st_ctim.tv_sec * 1000000000U + (uint64_t)st->st_ctim.tv_nsec,
		.is_regular = S_ISREG(st->st_mode),
		.is_folder = S_ISDIR(st->st_mode) };
}

int
ac_file_identify(int fd, ac_file_id *out, accord_err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return ac_fail(err, ACCORD_EIO, "cannot look at the file: %s", ac_errno_text(errno));
	*out = id_of(&st);
	return 0;
}

bool
ac_file_look(const char *path, ac_file_id *out)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	*out = id_of(&st);
	return true;
}

bool
ac_file_has_name(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

size_t
ac_file_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return OPEN_FILES_ANYWHERE;
	if (limit.rlim_cur < limit.rlim_max) {
		struct rlimit raised = { limit.rlim_max, limit.rlim_max };

		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			limit = raised;
	}
	return limit.rlim_cur > OPEN_FILES_MOST ? OPEN_FILES_MOST : (size_t)limit.rlim_cur;
}

static int
map_open_file(int fd, const char *path, ac_map_file *out, accord_err *err)
{
	struct stat st;
	void *base;

	if (fstat(fd, &st) != 0)
		return fail_path(err, path, "map", errno);
	if (!S_ISREG(st.st_mode))
		return ac_fail(err, ACCORD_EIO, "%s: cannot map: want a regular file", path);
	if (st.st_size == 0) {
		*out = (ac_map_file){ .bytes = AC_S("") };
		return 0;
	}
	base = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return fail_path(err, path, "map", errno);
	*out = (ac_map_file){ .bytes = { base, (size_t)st.st_size }, .base = base, .size = (size_t)st.st_size };
	return 0;
}

int
ac_map_open(const char *path, ac_map_file *out, accord_err *err)
{
	int fd = open_again(path, O_RDONLY, 0), rc;

	if (fd < 0)
		return fail_path(err, path, "open", errno);
	rc = map_open_file(fd, path, out, err);
	(void)close(fd);
	return rc;
}

void
ac_map_close(ac_map_file *map)
{
	if (map->base)
		(void)munmap(map->base, map->size);
	*map = (ac_map_file){ 0 };
}
