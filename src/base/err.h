/* SPDX-License-Identifier: Apache-2.0 */
/* Filling an accord_err; see include/accord/error.h for the contract. */
#ifndef AC_BASE_ERR_H
#define AC_BASE_ERR_H

#include <stdarg.h>

#include "accord/error.h"
#include "base/str.h"

#define AC_CHECKED __attribute__((warn_unused_result))

/* Set *err (may be NULL) to code and formatted text, keep its place, and return code. */
int ac_fail(accord_err *err, accord_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with a place: line and column from 1, byte from 0. */
int ac_fail_at(accord_err *err, accord_code code, uint64_t line, uint64_t column, uint64_t byte, const char *format,
    ...) __attribute__((format(printf, 6, 7)));
/* Put "prefix: " before the text that err already has. Returns err->code. */
int ac_fail_context(accord_err *err, ac_str prefix);

/* Name of a code for machines ("input", "limit", ...). */
const char *ac_code_name(int code);

#endif
