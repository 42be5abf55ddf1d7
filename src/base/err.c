/* SPDX-License-Identifier: Apache-2.0 */
/* Error texts: what was wanted, then what came. Never prints. */
#include "base/err.h"

#include <stdio.h>

static void __attribute__((format(printf, 3, 0))) set_text(accord_err *err, int code, const char *format, va_list args)
{
	err->code = code;
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
}

int
ac_fail(accord_err *err, accord_code code, const char *format, ...)
{
	va_list args;

	if (err) {
		va_start(args, format);
		set_text(err, code, format, args);
		va_end(args);
	}
	return code;
}

int
ac_fail_at(accord_err *err, accord_code code, uint64_t line, uint64_t column, uint64_t byte, const char *format, ...)
{
	va_list args;

	if (err) {
		va_start(args, format);
		set_text(err, code, format, args);
		va_end(args);
		err->line = line;
		err->column = column;
		err->byte = byte;
	}
	return code;
}

int
ac_fail_context(accord_err *err, ac_str prefix)
{
	char text[ACCORD_ERR_TEXT_SIZE];

	if (!err)
		return ACCORD_EINTERNAL;
	/* What does not fit is cut. */
	if (snprintf(text, sizeof(text), "%.*s: %s", AC_FMT(prefix), err->text) > 0)
		memcpy(err->text, text, sizeof(text));
	return err->code;
}

const char *
ac_code_name(int code)
{
	static const char *const names[] = { "ok", "usage", "input", "limit", "io", "denied", "memory", "not-found",
		"version", "internal" };

	return code <= 0 && (size_t)-code < AC_COUNT(names) ? names[-code] : "unknown";
}
