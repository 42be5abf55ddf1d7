/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer with a ceiling. It keeps its first error: add on, ask once at the end.
 */
#ifndef AC_BASE_BUF_H
#define AC_BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

typedef struct ac_buf {
	char *p; /* heap, owned */
	size_t n;
	size_t capacity;
	size_t limit;
	int failed; /* 0, ACCORD_ELIMIT, ACCORD_ENOMEM; ACCORD_EINPUT: words for one line hold a line feed (agree/parts.h) */
} ac_buf;

void ac_buf_init(ac_buf *buf, size_t limit_bytes);
void ac_buf_add(ac_buf *buf, ac_str s);
void ac_buf_add_byte(ac_buf *buf, char c);
/* Text of a C string. */
void ac_buf_add_cstr(ac_buf *buf, const char *cstr);
void ac_buf_add_u64(ac_buf *buf, uint64_t value);
void ac_buf_add_i64(ac_buf *buf, int64_t value);
/* Needs room for one byte more than the text (printf's NUL), under the ceiling too. */
void ac_buf_printf(ac_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes, to be written at the returned place and then counted with ac_buf_commit. NULL on failure. */
char *ac_buf_reserve(ac_buf *buf, size_t n);
void ac_buf_commit(ac_buf *buf, size_t n);
/* Remove the first n bytes (moves the rest). */
void ac_buf_consume(ac_buf *buf, size_t n);
/* Forget content and failure, keep memory. */
void ac_buf_reset(ac_buf *buf);
/* A view of what is there; valid until the next change. */
ac_str ac_buf_view(const ac_buf *buf);
/* The view in *out, or the first error of any step in err. */
int ac_buf_finish(const ac_buf *buf, ac_str *out, accord_err *err) AC_CHECKED;
/* Give the memory back. Takes a zeroed buffer. */
void ac_buf_done(ac_buf *buf);

#endif
