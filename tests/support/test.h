/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test includes. */
#ifndef AC_TEST_H
#define AC_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

/*
 * End a test that cannot be held here. cmocka 1.1.5's own skip() says "not ok N # SKIP" in TAP, which Meson takes for a failure; this one
 * passes with a comment line "# SKIP name" before it.
 */
#undef skip
#define skip()                                                                                                         \
	do {                                                                                                           \
		print_message("# SKIP %s\n", __func__);                                                                \
		return;                                                                                                \
	} while (0)

/* Views compare as text; a failure prints both. */
#define assert_str(got, want) assert_str_at((got), (want), __FILE__, __LINE__)
static inline void
assert_str_at(ac_str got, ac_str want, const char *file, int line)
{
	if (!ac_str_eq(got, want)) {
		print_error("got  '%.*s'\nwant '%.*s'\n", AC_FMT(got), AC_FMT(want));
		_fail(file, line);
	}
}

/* A folder of the public vectors, or NULL where they are absent (then skip() with a word). */
static inline const char *
shared_data(void)
{
	return getenv("ACCORD_SHARED_DATA");
}

#endif
