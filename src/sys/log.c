/* SPDX-License-Identifier: Apache-2.0 */
/* The process's one log sink: whole lines on stderr, each in one write, so that lines of several processes do not mix. */
#include "sys/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "sys/file.h"

/* A visible byte takes at most 4 characters (\xNN), a character of 2 to 4 bytes at most 10 (\u{NNNNNN}). */
#define LINE_MAX_VISIBLE (6 * AC_LOG_LINE_MAX)

/* The one mutable global of the process: words before each message. */
static const char *log_name = "accord";

void
ac_log_name(const char *name)
{
	log_name = name;
}

static void
write_line(ac_str text)
{
	ac_buf line;
	ac_str whole;
	int saved = errno, rc;

	ac_buf_init(&line, LINE_MAX_VISIBLE);
	ac_buf_add_cstr(&line, log_name);
	ac_buf_add_cstr(&line, ": ");
	ac_utf8_add_visible(&line, text, AC_LOG_LINE_MAX);
	ac_buf_add_byte(&line, '\n');
	if (ac_buf_finish(&line, &whole, NULL) != 0)
		whole = AC_S("accord: out of memory for a message\n");
	/* stderr that is closed or full is nothing that could be told. */
	rc = ac_file_write_all(STDERR_FILENO, whole, NULL);
	(void)rc;
	ac_buf_done(&line);
	errno = saved;
}

void
ac_log(const char *format, ...)
{
	ac_buf text;
	va_list args;
	int n;

	ac_buf_init(&text, AC_LOG_LINE_MAX);
	va_start(args, format);
	if (ac_buf_reserve(&text, AC_LOG_LINE_MAX)) {
		n = vsnprintf(text.p, AC_LOG_LINE_MAX, format, args);
		if (n > 0)
			ac_buf_commit(&text, (size_t)n < AC_LOG_LINE_MAX ? (size_t)n : AC_LOG_LINE_MAX - 1);
	}
	va_end(args);
	write_line(text.failed ? AC_S("out of memory for a message") : ac_buf_view(&text));
	ac_buf_done(&text);
}

/* Texts of sys/file begin with the path already. */
static bool
names_path(const accord_err *err, ac_str path)
{
	ac_str text = ac_str_from(err->text);

	return path.n > 0 && ac_str_starts(text, path) && ac_str_starts(ac_str_slice(text, path.n, text.n), AC_S(": "));
}

void
ac_log_error(const char *path, const accord_err *err)
{
	ac_str where = ac_str_from(path);

	if (err->line == 0 && names_path(err, where))
		where.n = 0;
	if (where.n == 0 && err->line == 0)
		ac_log("%s", err->text);
	else if (where.n == 0)
		ac_log("%llu:%llu: %s", (unsigned long long)err->line, (unsigned long long)err->column, err->text);
	else if (err->line == 0)
		ac_log("%.*s: %s", AC_FMT(where), err->text);
	else
		ac_log("%.*s:%llu:%llu: %s", AC_FMT(where), (unsigned long long)err->line,
		    (unsigned long long)err->column, err->text);
}
