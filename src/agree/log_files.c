/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a log. */
#include "agree/log_files.h"

#include <stdio.h>

#include "base/limits.h"
#include "sys/file.h"
#include "sys/inside.h"

/* A tile of entries: 256 leaves with their lengths. */
#define TILE_BYTES_MAX (AC_TILE_WIDTH * (AC_LEAF_MAX + 2))

/* One checkpoint with its signatures. */
#define SEEN_ARENA_MAX (4 * AC_MIB)

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
	rc = ac_file_load_regular(path, ac_log_tile_max(tile), f->buf, err);
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
	return ac_file_load_regular(path, AC_CHECKPOINT_MAX, buf, err);
}

/* "NAME.0123456789abcdef.tmp", as sys/file.c names what is being written. */
static bool
is_left_over(ac_str name)
{
	static const size_t tail = sizeof(".0123456789abcdef.tmp") - 1;

	if (name.n <= tail || !ac_str_ends(name, AC_S(".tmp")) || name.p[name.n - tail] != '.')
		return false;
	for (size_t i = name.n - tail + 1; i < name.n - sizeof(".tmp") + 1; i++)
		if (!((name.p[i] >= '0' && name.p[i] <= '9') || (name.p[i] >= 'a' && name.p[i] <= 'f')))
			return false;
	return true;
}

typedef struct sweeping {
	const char *folder, *part;
} sweeping;

static int
sweep_one(void *payload, const char *name, accord_err *err)
{
	const sweeping *s = payload;
	char path[AC_PATH_MAX];
	int n;

	if (!is_left_over(ac_str_from(name)))
		return 0;
	n = snprintf(path, sizeof(path), "%s/%s/%s", s->folder, s->part, name);
	return n < 0 || n >= AC_PATH_MAX ? 0 : ac_file_remove(path, err);
}

/* A folder that somebody has laid elsewhere by a link is left as it is. */
static int
sweep_folder(const char *folder, const char *part, accord_err *err)
{
	sweeping s = { folder, part };
	accord_err own = { 0 };
	int rc = ac_inside_list(folder, part, AC_TILE_SIBLINGS_MAX, sweep_one, &s, &own);

	if (rc == 0 || rc == ACCORD_EDENIED || rc == ACCORD_ELIMIT)
		return 0;
	*err = own;
	return rc;
}

/* "tile/0/000.p/1": narrow tiles stand in the one folder, whole ones in that above. */
static int
sweep_tile(const char *folder, ac_tile tile, bool with_above, accord_err *err)
{
	char part[AC_TILE_PATH_MAX];
	int rc;

	ac_tile_path(tile, part);
	*strrchr(part, '/') = '\0';
	rc = sweep_folder(folder, part, err);
	*strrchr(part, '/') = '\0';
	return rc || !with_above ? rc : sweep_folder(folder, part, err);
}

int
ac_log_sweep(const char *folder, uint64_t size, accord_err *err)
{
	accord_err own = { 0 };
	int rc = sweep_folder(folder, ".", &own);

	for (int level = AC_TILE_ENTRIES; level < AC_TILE_LEVELS && !rc; level++) {
		unsigned bits = AC_TILE_HEIGHT * (unsigned)(level < 0 ? 1 : level + 1);
		uint64_t first = bits < 64 ? size >> bits : 0;
		unsigned last = level <= 0 ? AC_LOG_BATCH_MAX / AC_TILE_WIDTH + 1 : 1;

		for (unsigned i = 0; i <= last && !rc; i++)
			rc = sweep_tile(folder, (ac_tile){ level, first + i, 1 }, i == 0 || i == last, &own);
	}
	if (rc && err)
		*err = own;
	return rc;
}

int
ac_log_keep_seen(const char *folder, ac_str note, accord_err *err)
{
	char path[AC_PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s.seen", folder);

	if (n < 0 || n >= AC_PATH_MAX)
		return ac_fail(err, ACCORD_EIO, "%s.seen: the path is too long", folder);
	return ac_file_replace(path, note, 0600, err);
}

int
ac_log_read_seen(const char *folder, uint64_t *out_size, accord_err *err)
{
	char path[AC_PATH_MAX];
	ac_checkpoint seen;
	ac_arena arena;
	ac_file_id id;
	ac_note note;
	ac_buf buf;
	int n = snprintf(path, sizeof(path), "%s.seen", folder), rc;

	*out_size = 0;
	if (n < 0 || n >= AC_PATH_MAX || !ac_file_look(path, &id))
		return 0;
	ac_arena_init(&arena, SEEN_ARENA_MAX);
	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	rc = ac_file_load_regular(path, AC_CHECKPOINT_MAX, &buf, err);
	if (!rc)
		rc = ac_note_parse(ac_buf_view(&buf), &arena, &note, err);
	if (!rc)
		rc = ac_checkpoint_parse(note.text, &seen, err);
	if (!rc)
		*out_size = seen.size;
	ac_buf_done(&buf);
	ac_arena_done(&arena);
	return rc ? ac_fail_context(err, ac_str_from(path)) : 0;
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
