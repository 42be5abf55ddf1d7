/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files and folders. Errors name the path where the function was given one, then the system's reason:
 * "feed.json: cannot open: Permission denied" (ACCORD_EIO).
 */
#ifndef AC_SYS_FILE_H
#define AC_SYS_FILE_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* The system's words for an errno value; for any thread, in English whatever the locale. */
const char *ac_errno_text(int number);

/*
 * Open for reading, O_CLOEXEC; "-" is standard input (a duplicate). A folder is refused; a FIFO waits for its writer.
 * Returns a descriptor or a negative code.
 */
int ac_file_open(const char *path, accord_err *err) AC_CHECKED;
/* At most n bytes; goes on after EINTR. *out_n 0 at the end. */
int ac_file_read(int fd, char *p, size_t n, size_t *out_n, accord_err *err) AC_CHECKED;
/* At most n bytes from offset on, fewer only at the end; the descriptor's own place stays. Regular files only. */
int ac_file_read_at(int fd, uint64_t offset, char *p, size_t n, size_t *out_n, accord_err *err) AC_CHECKED;
/* Open for writing from the start, made or emptied, O_CLOEXEC; mode as for open(2). Returns a descriptor or a negative code. */
int ac_file_create(const char *path, mode_t mode, accord_err *err) AC_CHECKED;
int ac_file_write_all(int fd, ac_str bytes, accord_err *err) AC_CHECKED;
/* The whole file, at most max bytes (over: ACCORD_ELIMIT), added to buf. */
int ac_file_load(const char *path, size_t max, ac_buf *buf, accord_err *err) AC_CHECKED;
/* The same of a file that is open, from where it stands; of an error's bytes none stay. */
int ac_file_load_open(int fd, size_t max, ac_buf *buf, accord_err *err) AC_CHECKED;
/* The whole file as a text of the arena. */
int ac_file_load_text(const char *path, size_t max, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
/* As ac_file_load, of a regular file, links followed; of anything else that would wait for its writer or never end (a FIFO, a device) ACCORD_EINPUT at once. */
int ac_file_load_regular(const char *path, size_t max, ac_buf *buf, accord_err *err) AC_CHECKED;
/*
 * Replace path by bytes: temporary file in the same folder, fsync, rename, fsync of the folder. Whoever reads path sees the old or the new
 * bytes, also after a power loss. On failure the old file stays and the temporary one is removed. mode as for open(2).
 */
int ac_file_replace(const char *path, ac_str bytes, mode_t mode, accord_err *err) AC_CHECKED;
/* The same for a file that must not be there yet, as one step: of two processes one makes it. ACCORD_EUSAGE: something is there. */
int ac_file_make(const char *path, ac_str bytes, mode_t mode, accord_err *err) AC_CHECKED;
/* The same for a file that is written piece by piece: open, write ..., perhaps rewrite its first bytes, then commit (all of that is durable then) or abandon. Both free it. */
typedef struct ac_new_file ac_new_file;
int ac_new_file_open(const char *path, mode_t mode, ac_new_file **out, accord_err *err) AC_CHECKED;
int ac_new_file_write(ac_new_file *file, ac_str bytes, accord_err *err) AC_CHECKED;
int ac_new_file_rewrite(ac_new_file *file, ac_str first_bytes, accord_err *err) AC_CHECKED;
int ac_new_file_commit(ac_new_file *file, accord_err *err) AC_CHECKED;
/*
 * As commit, but bytes and name are durable only after ac_file_system_sync, which may have brought the name to disk without the bytes before: for many files at once, whose names nothing leads to yet.
 */
int ac_new_file_place(ac_new_file *file, accord_err *err) AC_CHECKED;
ac_new_file *ac_new_file_abandon(ac_new_file *file); /* takes NULL, returns NULL */
/* What is not there is no failure. */
int ac_file_remove(const char *path, accord_err *err) AC_CHECKED;
int ac_file_rename(const char *path, const char *to, accord_err *err) AC_CHECKED;
/*
 * Wait for the only lock on a file (made when it is not there), which ends with the process at the latest. Returns a descriptor for unlock, or a negative code.
 */
int ac_file_lock(const char *path, accord_err *err);
/* The same without waiting. *out_busy: somebody else has it. */
int ac_file_try_lock(const char *path, bool *out_busy, accord_err *err);
void ac_file_unlock(int fd);
/* mkdir -p with mode 0700 for what is missing. */
int ac_dir_make(const char *path, accord_err *err) AC_CHECKED;
/* The folder's names are on disk. */
int ac_dir_sync(const char *path, accord_err *err) AC_CHECKED;

/* All that was written so far to the file system that the folder is on is on disk: bytes, names, folders. One wait of the disk, where each file and folder would take its own. */
int ac_file_system_sync(const char *folder, accord_err *err) AC_CHECKED;

/* Identity of an open file: device, inode, size; is_regular false for pipes and terminals. */
typedef struct ac_file_id {
	uint64_t device;
	uint64_t inode;
	uint64_t size;
	int64_t changed_s; /* of the content, Unix seconds */
	uint64_t stamp;    /* of the last change of content, name or rights: nanoseconds that nobody can set */
	bool is_regular, is_folder;
} ac_file_id;
int ac_file_identify(int fd, ac_file_id *out, accord_err *err) AC_CHECKED;
/* Of a path, links followed. False: there is nothing that could be opened. */
bool ac_file_look(const char *path, ac_file_id *out);
/* Whether something has this name, be it a link that leads nowhere. */
bool ac_file_has_name(const char *path);
/* This process may have as many files open as the system lets it. Returns how many. */
size_t ac_file_raise_limit(void);

/*
 * Every regular file below path (or path itself when it is a file, a FIFO, a device or "-"), entries of a folder in strcmp order of their names. Links
 * to files are followed, links to folders only when path itself is one; names that begin with a dot, and FIFOs, sockets and devices inside folders are left
 * out. on_file: negative stops. on_problem: an unreadable folder, a dangling link, folders deeper than AC_WALK_DEPTH_MAX; the
 * walk goes on. Paths are NUL-terminated. A path that does not exist is a problem too. The text of a problem begins with its path.
 */
typedef struct ac_walk_sink {
	int (*on_file)(void *payload, const char *path, accord_err *err);
	void (*on_problem)(void *payload, const char *path, const accord_err *what); /* may be NULL */
	void *payload;
} ac_walk_sink;
int ac_walk(const char *path, const ac_walk_sink *sink, accord_err *err) AC_CHECKED;
/* The same, for folders of others: links inside a folder are problems, whatever they lead to. */
int ac_walk_plain(const char *path, const ac_walk_sink *sink, accord_err *err) AC_CHECKED;

/* The same for the regular files of the folder that path stands in, without the folders in it. The folder's name is `path` up to its last slash; without one entries are named alone. */
int ac_walk_siblings(const char *path, const ac_walk_sink *sink, accord_err *err) AC_CHECKED;

/* A file mapped read-only. For files that are never changed in place. */
typedef struct ac_map_file {
	ac_str bytes;
	void *base;
	size_t size;
} ac_map_file;
int ac_map_open(const char *path, ac_map_file *out, accord_err *err) AC_CHECKED;
void ac_map_close(ac_map_file *map); /* takes a zeroed one */

#endif
