/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a log. */
#include "agree/log_files.h"

#include <stdio.h>

#include "base/limits.h"
#include "sys/file.h"

/* A tile of entries: 256 leaves with their lengths. */
#define TILE_BYTES_MAX (AC_TILE_WIDTH * (AC_LEAF_MAX + 2))

int
ac_log_path(const char *folder, const char *name, char out[static AC_PATH_MAX], accord_err *err)
{
	int n = snprintf(out, AC_PATH_MAX, "%s/%s", folder, name);

	if (n < 0 || n >= AC_PATH_MAX)
		return ac_fail(err, ACCORD_EIO, "%s/%s: the path is too long", folder, name);
	return 0;
}

int
ac_log_lock(const char *folder, int *out, accord_err *err)
{
	char path[AC_PATH_MAX];
	int rc = ac_log_path(folder, ".lock", path, err);

	if (rc)
		return rc;
	rc = ac_file_lock(path, err);
	if (rc < 0)
		return rc;
	*out = rc;
	return 0;
}

size_t
ac_log_tile_max(ac_tile tile)
{
	return tile.level == AC_TILE_ENTRIES ? TILE_BYTES_MAX : AC_TILE_WIDTH * AC_SHA256_SIZE;
}

int
ac_log_read_tile(void *files, ac_tile tile, ac_str *out, accord_err *err)
{
	const ac_log_files *f = files;
	char name[AC_TILE_PATH_MAX], path[AC_PATH_MAX];
	int rc;

	ac_tile_path(tile, name);
	rc = ac_log_path(f->folder, name, path, err);
	if (rc)
		return rc;
	ac_buf_reset(f->buf);
	rc = ac_file_load(path, ac_log_tile_max(tile), f->buf, err);
	return rc ? rc : ac_buf_finish(f->buf, out, err);
}

int
ac_log_read_checkpoint(const char *folder, ac_buf *buf, accord_err *err)
{
	char path[AC_PATH_MAX];
	ac_file_id id;
	int rc = ac_log_path(folder, "checkpoint", path, err);

	if (rc)
		return rc;
	if (!ac_file_look(path, &id))
		return ac_fail(err, ACCORD_ENOTFOUND, "%s: there is no log", folder);
	ac_buf_reset(buf);
	return ac_file_load(path, AC_CHECKPOINT_MAX, buf, err);
}

void
ac_log_batch_begin(ac_log_batch *b, const char *folder)
{
	b->folder = folder;
	b->count = 0;
}

int
ac_log_batch_add(ac_log_batch *b, ac_tile tile, ac_str bytes, accord_err *err)
{
	char path[AC_PATH_MAX], parent[AC_PATH_MAX];
	ac_new_file *file;
	int rc;

	if (b->count == AC_LOG_BATCH_FILES)
		return ac_fail(err, ACCORD_EINTERNAL, "a batch has more than %d tiles", AC_LOG_BATCH_FILES);
	ac_tile_path(tile, b->names[b->count]);
	rc = ac_log_path(b->folder, b->names[b->count], path, err);
	if (rc)
		return rc;
	memcpy(parent, path, sizeof(parent));
	*strrchr(parent, '/') = '\0';
	rc = ac_dir_make(parent, err);
	if (!rc)
		rc = ac_new_file_open(path, 0644, &file, err);
	if (rc)
		return rc;
	rc = ac_new_file_write(file, bytes, err);
	if (rc) {
		ac_new_file_abandon(file);
		return rc;
	}
	b->files[b->count++] = file;
	return 0;
}

int
ac_log_batch_commit(ac_log_batch *b, accord_err *err)
{
	size_t done = 0;
	int rc = 0;

	while (done < b->count && !rc)
		rc = ac_new_file_place(b->files[done++], err);
	for (; done < b->count; done++)
		ac_new_file_abandon(b->files[done]);
	/* No checkpoint leads to these names yet: whatever of them a crash leaves is written over by the next batch. */
	if (!rc)
		rc = ac_file_system_sync(b->folder, err);
	b->count = 0;
	return rc;
}

void
ac_log_batch_abandon(ac_log_batch *b)
{
	while (b->count > 0)
		ac_new_file_abandon(b->files[--b->count]);
}
