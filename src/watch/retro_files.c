/* SPDX-License-Identifier: Apache-2.0 */
/* Names of parts in the memory's folder. */
#include "watch/retro_files.h"

#include <stdio.h>
#include <stdlib.h>

#define PART_END AC_S(".retro")
#define ASIDE_END AC_S(".damaged")
#define STAGED_END AC_S(".tmp")

typedef struct listing {
	ac_retro_files *files;
	bool remove;
	accord_err *err;
	int rc;
} listing;

void
ac_retro_files_init(ac_retro_files *files)
{
	*files = (ac_retro_files){ .all = ac_vec_of(sizeof(ac_retro_file), AC_RETRO_FILES_MAX) };
}

void
ac_retro_files_done(ac_retro_files *files)
{
	ac_vec_done(&files->all);
}

void
ac_retro_file_path(const char *folder, const ac_retro_file *file, char out[static AC_PATH_MAX])
{
	/* A path that is cut here is one that cannot be opened: reported there. */
	(void)snprintf(out, AC_PATH_MAX, "%s/%lld-%llu-%llu.retro", folder, (long long)file->first_day,
	    (unsigned long long)file->low, (unsigned long long)file->high);
}

int
ac_retro_file_set_aside(const char *folder, const ac_retro_file *file, accord_err *err)
{
	char path[AC_PATH_MAX], aside[AC_PATH_MAX + 16];

	ac_retro_file_path(folder, file, path);
	(void)snprintf(aside, sizeof(aside), "%s.damaged", path);
	return ac_file_rename(path, aside, err);
}

int
ac_retro_lock(const char *folder, accord_err *err)
{
	char path[AC_PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/lock", folder);

	if (n < 0 || (size_t)n >= sizeof(path))
		return ac_fail(err, ACCORD_EIO, "%s: the name is too long", folder);
	return ac_file_lock(path, err);
}

/* "20448-3-7" */
static bool
read_name(ac_str name, ac_retro_file *out)
{
	ac_str day, low;
	bool is_old = name.n > 0 && name.p[0] == '-';
	uint64_t first;

	if (is_old)
		name = ac_str_slice(name, 1, name.n);
	if (!ac_str_cut(&name, '-', &day) || !ac_str_cut(&name, '-', &low) || !ac_str_to_u64(day, &first) ||
	    first > INT32_MAX || !ac_str_to_u64(low, &out->low) || !ac_str_to_u64(name, &out->high))
		return false;
	out->first_day = is_old ? -(int64_t)first : (int64_t)first;
	return out->low <= out->high && out->first_day % AC_RETRO_SPAN == 0;
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	listing *l = payload;
	const char *slash = strrchr(path, '/');
	ac_str name = ac_str_from(slash ? slash + 1 : path);
	ac_retro_file file, *added;

	if (ac_str_ends(name, ASIDE_END))
		l->files->damaged++;
	if (ac_str_ends(name, STAGED_END) && l->remove)
		return ac_file_remove(path, err);
	if (!ac_str_ends(name, PART_END) || !read_name(ac_str_slice(name, 0, name.n - PART_END.n), &file))
		return 0;
	added = ac_vec_add(&l->files->all);
	if (!added)
		return ac_vec_check(&l->files->all, "parts of the memory of observables", err);
	*added = file;
	return 0;
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	listing *l = payload;

	(void)path;
	if (l->rc == 0) {
		*l->err = *what;
		l->rc = what->code;
	}
}

static int
by_span(const void *a, const void *b)
{
	const ac_retro_file *x = a, *y = b;

	if (x->first_day != y->first_day)
		return x->first_day < y->first_day ? -1 : 1;
	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	/* The longer one first: it holds what the other holds. */
	return x->high != y->high ? (x->high > y->high ? -1 : 1) : 0;
}

static int
remove_dead(ac_retro_files *files, const char *folder, bool remove, accord_err *err)
{
	ac_retro_file *all = files->all.p;
	const ac_retro_file *live = NULL;
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < files->all.n; i++) {
		char path[AC_PATH_MAX];

		if (!live || live->first_day != all[i].first_day || all[i].high > live->high) {
			all[kept] = all[i];
			live = &all[kept++];
			continue;
		}
		ac_retro_file_path(folder, &all[i], path);
		if (remove)
			rc = ac_file_remove(path, err);
	}
	files->all.n = kept;
	return rc;
}

int
ac_retro_files_list(ac_retro_files *files, const char *folder, bool remove, accord_err *err)
{
	accord_err problem = { 0 };
	listing l = { .files = files, .remove = remove, .err = &problem };
	ac_walk_sink sink = { on_file, on_problem, &l };
	int rc;

	files->all.n = 0;
	files->damaged = 0;
	rc = ac_walk(folder, &sink, err);
	if (!rc && l.rc) {
		if (err)
			*err = problem;
		rc = l.rc;
	}
	if (rc)
		return rc;
	if (files->all.n > 1)
		qsort(files->all.p, files->all.n, sizeof(ac_retro_file), by_span);
	return remove_dead(files, folder, remove, err);
}
