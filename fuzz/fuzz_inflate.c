/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed input: in one piece and in small ones, which must give the same bytes and the same verdict. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "codec/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Enough for any small input that is not a bomb; a fuzzer's time is better spent elsewhere. */
#define OUTPUT_MAX ((uint64_t)8 << 20)

typedef struct result {
	uint64_t bytes, sum;
} result;

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	result *r = payload;

	for (size_t i = 0; i < bytes.n; i++)
		r->sum = r->sum * 31 + (unsigned char)bytes.p[i];
	r->bytes += bytes.n;
	return r->bytes > OUTPUT_MAX ? ac_fail(err, ACCORD_EDENIED, "enough") : 0;
}

static int
run(ac_str text, size_t piece, result *r)
{
	ac_inflate *z = ac_inflate_open(on_bytes, r);
	accord_err err = { 0 };
	int rc = z ? 0 : ACCORD_ENOMEM;

	while (!rc && text.n > 0) {
		ac_str part = ac_str_slice(text, 0, piece);

		rc = ac_inflate_feed(z, part, &err);
		text = ac_str_slice(text, part.n, text.n);
	}
	if (!rc)
		rc = ac_inflate_end(z, &err);
	(void)ac_inflate_close(z);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	result whole = { 0 }, cut = { 0 };
	int rc = run(text, size + 1, &whole), rc_cut = run(text, size % 7 + 1, &cut);

	/* A stream that goes wrong may have given more or less before it did. */
	if (rc != rc_cut && rc != ACCORD_EDENIED && rc_cut != ACCORD_EDENIED)
		abort();
	if (rc == 0 && (whole.bytes != cut.bytes || whole.sum != cut.sum))
		abort();
	return 0;
}
