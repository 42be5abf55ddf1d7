/* SPDX-License-Identifier: Apache-2.0 */
/* Folders written whole. Remembers what it made, in order, so that it can take it back without looking at anything else. */
#include "sys/new_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"

typedef struct made {
	char *path;
	bool is_folder;
} made;

struct ac_new_folder {
	char path[AC_PATH_MAX], temporary[AC_PATH_MAX];
	made *made;
	size_t count, capacity;
};

static int
fail_errno(accord_err *err, const char *path, const char *what)
{
	return ac_fail(
	    err, errno == ENOMEM ? ACCORD_ENOMEM : ACCORD_EIO, "%s: cannot %s: %s", path, what, ac_errno_text(errno));
}

static int
remember(ac_new_folder *f, const char *path, bool is_folder, accord_err *err)
{
	size_t capacity = f->capacity ? f->capacity * 2 : 32;
	made *grown = f->made;

	if (f->count == f->capacity) {
		grown = realloc(f->made, capacity * sizeof(*grown));
		if (!grown)
			return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
		f->made = grown;
		f->capacity = capacity;
	}
	grown[f->count] = (made){ strdup(path), is_folder };
	if (!grown[f->count].path)
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
	f->count++;
	return 0;
}

/* The folder without what it was made of; `keep` leaves the files where they are. */
static void
end(ac_new_folder *f, bool keep)
{
	while (f->count > 0) {
		made *m = &f->made[--f->count];

		if (!keep)
			(void)(m->is_folder ? rmdir(m->path) : unlink(m->path));
		free(m->path);
	}
	free(f->made);
	free(f);
}

static int
make_folder(ac_new_folder *f, const char *path, accord_err *err)
{
	int rc;

	if (mkdir(path, 0755) != 0)
		return errno == EEXIST ? 0 : fail_errno(err, path, "create");
	rc = remember(f, path, true, err);
	if (rc)
		(void)rmdir(path);
	return rc;
}

/* Nothing, or a folder with nothing in it. */
static bool
is_free(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool is_empty = true;

	if (!folder)
		return errno == ENOENT;
	while (is_empty && (entry = readdir(folder)))
		is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	(void)closedir(folder);
	return is_empty;
}

int
ac_new_folder_open(const char *path, ac_new_folder **out, accord_err *err)
{
	ac_new_folder *f;
	size_t n = strlen(path);
	int rc;

	while (n > 1 && path[n - 1] == '/')
		n--;
	/* What rename would refuse at the end is refused before anything is written. */
	if (!is_free(path))
		return ac_fail(err, ACCORD_EUSAGE, "%s: want a folder that is not there yet, or is empty", path);
	f = calloc(1, sizeof(*f));
	if (!f)
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
	if (n == 0 || n + sizeof(".XXXXXX") > sizeof(f->path)) {
		end(f, true);
		return ac_fail(err, ACCORD_EUSAGE, "%s: no name for a folder", path);
	}
	memcpy(f->path, path, n);
	memcpy(f->temporary, path, n);
	memcpy(f->temporary + n, ".XXXXXX", sizeof(".XXXXXX"));
	if (!mkdtemp(f->temporary)) {
		rc = fail_errno(err, path, "create");
		end(f, true);
		return rc;
	}
	rc = chmod(f->temporary, 0755) ? fail_errno(err, path, "create") : remember(f, f->temporary, true, err);
	if (rc) {
		(void)rmdir(f->temporary);
		end(f, true);
		return rc;
	}
	*out = f;
	return 0;
}

static bool
is_plain(const char *name)
{
	bool at_start = true;

	for (; *name; name++) {
		bool is_slash = *name == '/';

		if (at_start ? !ac_is_alnum(*name) : !is_slash && !ac_is_alnum(*name) && !strchr("-_.+", *name))
			return false;
		at_start = is_slash;
	}
	return !at_start;
}

int
ac_new_folder_add(ac_new_folder *f, const char *name, ac_str bytes, accord_err *err)
{
	char path[AC_PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", f->temporary, name), rc = 0;
	size_t from = strlen(f->temporary) + 1;
	ac_file_id id;

	if (!is_plain(name) || n < 0 || (size_t)n >= sizeof(path))
		return ac_fail(err, ACCORD_EUSAGE, "%s: no name for a file of a folder", name);
	for (char *slash = strchr(path + from, '/'); slash && !rc; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		rc = make_folder(f, path, err);
		*slash = '/';
	}
	if (!rc && ac_file_look(path, &id))
		rc = ac_fail(err, ACCORD_EUSAGE, "%s: two files of this name", name);
	if (!rc)
		rc = remember(f, path, false, err);
	return rc ? rc : ac_file_replace(path, bytes, 0644, err);
}

int
ac_new_folder_commit(ac_new_folder *f, accord_err *err)
{
	char above[AC_PATH_MAX];
	char *slash;
	int rc = 0;

	/* Files and the folders they are in are synced by now; folders in folders are not. */
	for (size_t i = 0; i < f->count && !rc; i++)
		if (f->made[i].is_folder)
			rc = ac_dir_sync(f->made[i].path, err);
	memcpy(above, f->path, sizeof(above));
	slash = strrchr(above, '/');
	if (slash)
		slash[slash == above] = '\0';
	if (!rc && rename(f->temporary, f->path) != 0)
		rc = fail_errno(err, f->path, "give its name to the folder");
	end(f, rc == 0);
	return rc ? rc : ac_dir_sync(slash ? above : ".", err);
}

ac_new_folder *
ac_new_folder_abandon(ac_new_folder *f)
{
	if (f)
		end(f, false);
	return NULL;
}
