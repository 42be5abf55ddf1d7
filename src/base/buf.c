/* SPDX-License-Identifier: Apache-2.0 */
/* Growing buffer: doubles up to its ceiling. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_CAPACITY 256

void
ac_buf_init(ac_buf *buf, size_t limit_bytes)
{
	*buf = (ac_buf){ .limit = limit_bytes };
}

char *
ac_buf_reserve(ac_buf *buf, size_t n)
{
	size_t wanted, capacity;
	char *p;

	if (buf->failed)
		return NULL;
	if (__builtin_add_overflow(buf->n, n, &wanted) || wanted > buf->limit) {
		buf->failed = ACCORD_ELIMIT;
		return NULL;
	}
	if (wanted > buf->capacity || !buf->p) {
		capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
		while (capacity < wanted)
			capacity = capacity > buf->limit / 2 ? buf->limit : capacity * 2;
		p = realloc(buf->p, capacity);
		if (!p) {
			buf->failed = ACCORD_ENOMEM;
			return NULL;
		}
		buf->p = p;
		buf->capacity = capacity;
	}
	return buf->p + buf->n;
}

void
ac_buf_commit(ac_buf *buf, size_t n)
{
	buf->n += n;
}

void
ac_buf_add(ac_buf *buf, ac_str s)
{
	char *p = ac_buf_reserve(buf, s.n);

	if (p && s.n) {
		memcpy(p, s.p, s.n);
		buf->n += s.n;
	}
}

void
ac_buf_add_byte(ac_buf *buf, char c)
{
	/* The first block may be larger than the ceiling. */
	if (!buf->failed && buf->n < buf->capacity && buf->n < buf->limit)
		buf->p[buf->n++] = c;
	else
		ac_buf_add(buf, (ac_str){ &c, 1 });
}

void
ac_buf_add_cstr(ac_buf *buf, const char *cstr)
{
	ac_buf_add(buf, ac_str_from(cstr));
}

void
ac_buf_add_u64(ac_buf *buf, uint64_t value)
{
	char digits[20];

	ac_buf_add(buf, (ac_str){ digits, ac_u64_digits(value, digits) });
}

void
ac_buf_add_i64(ac_buf *buf, int64_t value)
{
	if (value < 0)
		ac_buf_add_byte(buf, '-');
	ac_buf_add_u64(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void
ac_buf_printf(ac_buf *buf, const char *format, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 && !buf->failed)
		buf->failed = ACCORD_ELIMIT; /* over INT_MAX */
	p = n < 0 ? NULL : ac_buf_reserve(buf, (size_t)n + 1);
	if (!p)
		return;
	va_start(args, format);
	(void)vsnprintf(p, (size_t)n + 1, format, args);
	va_end(args);
	buf->n += (size_t)n;
}

void
ac_buf_consume(ac_buf *buf, size_t n)
{
	if (n >= buf->n) {
		buf->n = 0;
		return;
	}
	memmove(buf->p, buf->p + n, buf->n - n);
	buf->n -= n;
}

void
ac_buf_reset(ac_buf *buf)
{
	buf->n = 0;
	buf->failed = 0;
}

ac_str
ac_buf_view(const ac_buf *buf)
{
	return (ac_str){ buf->p ? buf->p : "", buf->n };
}

int
ac_buf_finish(const ac_buf *buf, ac_str *out, accord_err *err)
{
	if (buf->failed == ACCORD_ELIMIT)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %zu bytes, the text is longer", buf->limit);
	if (buf->failed == ACCORD_EINPUT)
		return ac_fail(err, ACCORD_EINPUT, "want words of one line, got a line feed among them");
	if (buf->failed)
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	*out = ac_buf_view(buf);
	return 0;
}

void
ac_buf_done(ac_buf *buf)
{
	free(buf->p);
	*buf = (ac_buf){ .limit = buf->limit };
}
