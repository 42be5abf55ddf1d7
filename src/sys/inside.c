/* SPDX-License-Identifier: Apache-2.0 */
/* One step at a time from the folder down, each by openat without following links. Knows nothing of what the files are. */
#include "sys/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"

static int
fail_at(accord_err *err, const char *folder, const char *name, const char *what, int number)
{
	accord_code code = ACCORD_EIO;

	if (number == ENOENT)
		code = ACCORD_ENOTFOUND;
	else if (number == ELOOP || number == ENOTDIR || number == ENXIO)
		code = ACCORD_EDENIED;
	else if (number == ENOMEM)
		code = ACCORD_ENOMEM;
	return ac_fail(err, code, "%s/%s: cannot %s: %s", folder, name, what,
	    number == ELOOP ? "a link is in its place" : ac_errno_text(number));
}

/* Open what `name` leads to. Returns a descriptor or a negative code. */
static int
open_inside(const char *folder, const char *name, int last_flags, accord_err *err)
{
	int at = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *rest = name;

	if (at < 0)
		return ac_fail(err, errno == ENOENT ? ACCORD_ENOTFOUND : ACCORD_EIO, "%s: cannot open: %s", folder,
		    ac_errno_text(errno));
	while (rest) {
		const char *slash = strchr(rest, '/');
		size_t n = slash ? (size_t)(slash - rest) : strlen(rest);
		char step[NAME_MAX + 1];
		int next, number;

		if (n == 0 || n >= sizeof(step) || (n == 2 && memcmp(rest, "..", 2) == 0)) {
			(void)close(at);
			return ac_fail(err, ACCORD_EDENIED, "%s/%s: want a name below the folder", folder, name);
		}
		memcpy(step, rest, n);
		step[n] = '\0';
		/* Without waiting for a FIFO's writer. A link ends in ELOOP; of one in the middle O_DIRECTORY makes ENOTDIR. */
		do
			next = openat(at, step,
			    (slash ? O_PATH | O_DIRECTORY : last_flags | O_NONBLOCK | O_NOCTTY) | O_NOFOLLOW |
				O_CLOEXEC);
		while (next < 0 && errno == EINTR);
		number = errno;
		(void)close(at);
		if (next < 0)
			return fail_at(err, folder, name, "open", number);
		at = next;
		rest = slash ? slash + 1 : NULL;
	}
	return at;
}

int
ac_inside_load(const char *folder, const char *name, size_t max, ac_buf *buf, accord_err *err)
{
	int fd = open_inside(folder, name, O_RDONLY, err), rc = 0;
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) != 0)
		rc = fail_at(err, folder, name, "look at it", errno);
	else if (!S_ISREG(st.st_mode))
		rc = ac_fail(err, ACCORD_EDENIED, "%s/%s: want a file, got something else", folder, name);
	else if ((uint64_t)st.st_size > max)
		rc = ac_fail(err, ACCORD_ELIMIT, "%s/%s: want at most %zu bytes, got %llu", folder, name, max,
		    (unsigned long long)st.st_size);
	if (!rc) {
		rc = ac_file_load_open(fd, max, buf, err);
		if (rc)
			(void)ac_fail_context(err, ac_str_from(name));
	}
	(void)close(fd);
	return rc;
}

int
ac_inside_list(const char *folder, const char *name, size_t max,
    int (*on_name)(void *payload, const char *name, accord_err *err), void *payload, accord_err *err)
{
	accord_err why = { 0 };
	int fd = open_inside(folder, name, O_RDONLY | O_DIRECTORY, &why), rc = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t count = 0;

	if (fd == ACCORD_ENOTFOUND)
		return 0;
	if (fd < 0) {
		if (err)
			*err = why;
		return fd;
	}
	if (!dir) {
		rc = fail_at(err, folder, name, "open", errno);
		(void)close(fd);
		return rc;
	}
	for (errno = 0; !rc && (entry = readdir(dir)); errno = 0) {
		if (entry->d_name[0] == '.')
			continue;
		if (++count > max)
			rc = ac_fail(err, ACCORD_ELIMIT, "%s/%s: want at most %zu entries", folder, name, max);
		else
			rc = on_name(payload, entry->d_name, err);
	}
	if (!rc && errno)
		rc = fail_at(err, folder, name, "read", errno);
	(void)closedir(dir);
	return rc;
}
