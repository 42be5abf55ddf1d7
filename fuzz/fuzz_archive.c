/* SPDX-License-Identifier: Apache-2.0 */
/* Archives and UTF-16: what comes out does not depend on how the input was cut; each member that begins also ends. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "codec/archive.h"
#include "codec/utf16.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen {
	ac_buf text; /* names, bytes and ends in turn */
	ac_utf16 utf16;
	bool in_member;
} seen;

static int
on_text(void *payload, ac_str bytes, accord_err *err)
{
	seen *s = payload;

	(void)err;
	ac_buf_add(&s->text, bytes);
	return 0;
}

static int
on_begin(void *payload, ac_str name, accord_err *err)
{
	seen *s = payload;

	(void)err;
	if (s->in_member)
		abort();
	s->in_member = true;
	ac_buf_add_cstr(&s->text, "<");
	ac_buf_add(&s->text, name);
	ac_buf_add_cstr(&s->text, ">");
	ac_utf16_init(&s->utf16, on_text, s);
	return 0;
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	seen *s = payload;

	if (!s->in_member)
		abort();
	return ac_utf16_feed(&s->utf16, bytes, err);
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	seen *s = payload;

	if (!s->in_member || (problem && problem->code >= 0))
		abort();
	s->in_member = false;
	if (ac_utf16_end(&s->utf16, err))
		abort();
	ac_buf_add_cstr(&s->text, problem ? "!" : ".");
	return 0;
}

static int
run(ac_str in, size_t step, seen *s)
{
	ac_archive *a = ac_archive_open(&(ac_archive_sink){ on_begin, on_bytes, on_end, s });
	int rc = 0;

	*s = (seen){ .in_member = false };
	ac_buf_init(&s->text, (size_t)1 << 28);
	if (!a)
		abort();
	for (size_t at = 0; !rc && at < in.n; at += step)
		rc = ac_archive_feed(a, ac_str_slice(in, at, at + step), NULL);
	if (!rc)
		rc = ac_archive_end(a, NULL);
	if (s->in_member)
		abort();
	ac_archive_close(a);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str in;
	seen whole, cut;
	int first, second;

	if (size < 1)
		return 0;
	in = (ac_str){ (const char *)data + 1, size - 1 };
	first = run(in, size, &whole);
	second = run(in, 1 + data[0] % 64, &cut);
	/* The ratio is judged at the cuts: a bomb may go a piece further; so may a deflate stream before the place where it is broken. */
	if (first != ACCORD_ELIMIT && second != ACCORD_ELIMIT &&
	    (first != second || (first == 0 && !ac_str_eq(ac_buf_view(&whole.text), ac_buf_view(&cut.text)))))
		abort();
	ac_buf_done(&whole.text);
	ac_buf_done(&cut.text);
	return 0;
}
