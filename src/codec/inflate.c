/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compressed input as a push filter. The first bytes tell the format; then each format is a function that turns input into plain pieces. The ceilings
 * on output are here, so that no reader can be reached by a bomb. Knows nothing of what the plain bytes are.
 */
#include "codec/inflate.h"

#include <stdlib.h>

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include "base/limits.h"

#define OUT_SIZE ((size_t)128 * 1024)
#define MAGIC_MAX 4
/* RFC 8878 s3.1.1.1.2 asks decoders to support 8 MiB windows; more is a demand on our memory. */
#define ZSTD_WINDOW_LOG_MAX 27

typedef enum format { FORMAT_UNKNOWN, FORMAT_PLAIN, FORMAT_GZIP, FORMAT_ZSTD } format;

struct ac_inflate {
	ac_on_bytes on_bytes;
	void *payload;
	format format;
	char magic[MAGIC_MAX]; /* first bytes, until the format is known */
	size_t magic_n;
	uint64_t in, out;
	bool inside; /* a member or frame has begun and not ended */
	int failed;  /* sticky */
	struct inflate_state gzip;
	ZSTD_DStream *zstd;
	char plain[OUT_SIZE];
};

ac_inflate *
ac_inflate_open(ac_on_bytes on_bytes, void *payload)
{
	ac_inflate *z = malloc(sizeof(*z));

	if (!z)
		return NULL;
	memset(z, 0, offsetof(ac_inflate, gzip));
	z->on_bytes = on_bytes;
	z->payload = payload;
	z->zstd = NULL;
	return z;
}

ac_inflate *
ac_inflate_close(ac_inflate *z)
{
	if (!z)
		return NULL;
	(void)ZSTD_freeDStream(z->zstd);
	free(z);
	return NULL;
}

const char *
ac_inflate_format(const ac_inflate *z)
{
	static const char *const names[] = { "plain", "plain", "gzip", "zstd" };

	return names[z->format];
}

/* Hand plain bytes on, unless they are more than any honest input has. */
static int
give(ac_inflate *z, ac_str bytes, accord_err *err)
{
	if (bytes.n == 0)
		return 0;
	z->out += bytes.n;
	if (z->format != FORMAT_PLAIN) {
		if (z->out > AC_INFLATE_OUTPUT_MAX)
			return ac_fail(err, ACCORD_ELIMIT, "want at most %llu decompressed bytes, got more",
			    (unsigned long long)AC_INFLATE_OUTPUT_MAX);
		if (z->out > AC_INFLATE_RATIO_FLOOR && z->out / AC_INFLATE_RATIO_MAX > z->in)
			return ac_fail(err, ACCORD_ELIMIT,
			    "want a compression ratio of at most %d:1, got more (a decompression bomb?)",
			    AC_INFLATE_RATIO_MAX);
	}
	return z->on_bytes(z->payload, bytes, err);
}

/* ---- gzip: RFC 1952, members behind one another ---- */

static void
start_member(ac_inflate *z)
{
	isal_inflate_reset(&z->gzip);
	z->gzip.crc_flag = ISAL_GZIP;
	z->inside = true;
}

static int
gzip_piece(ac_inflate *z, accord_err *err)
{
	int rc;

	z->gzip.next_out = (uint8_t *)z->plain;
	z->gzip.avail_out = OUT_SIZE;
	rc = isal_inflate(&z->gzip);
	if (rc != ISAL_DECOMP_OK)
		return ac_fail(err, ACCORD_EINPUT, "not gzip: %s",
		    rc == ISAL_INCORRECT_CHECKSUM ? "the checksum differs" : "the compressed data is damaged");
	if (z->gzip.block_state == ISAL_BLOCK_FINISH)
		z->inside = false;
	return give(z, (ac_str){ z->plain, OUT_SIZE - z->gzip.avail_out }, err);
}

static int
feed_gzip(ac_inflate *z, ac_str chunk, accord_err *err)
{
	const char *at = chunk.p, *end = chunk.p + chunk.n;
	int rc = 0;

	while (rc == 0 && at < end) {
		size_t piece = (size_t)(end - at) > OUT_SIZE ? OUT_SIZE : (size_t)(end - at);

		if (!z->inside)
			start_member(z);
		z->gzip.next_in = (uint8_t *)(uintptr_t)at;
		z->gzip.avail_in = (uint32_t)piece;
		do {
			rc = gzip_piece(z, err);
		} while (rc == 0 && z->inside && (z->gzip.avail_out == 0 || z->gzip.avail_in > 0));
		at += piece - z->gzip.avail_in;
	}
	return rc;
}

/* ---- zstd: RFC 8878, frames behind one another, skippable ones skipped ---- */

static int
feed_zstd(ac_inflate *z, ac_str chunk, accord_err *err)
{
	ZSTD_inBuffer in = { chunk.p, chunk.n, 0 };
	bool full = false;

	while (in.pos < in.size || full) {
		ZSTD_outBuffer out = { z->plain, OUT_SIZE, 0 };
		size_t left = ZSTD_decompressStream(z->zstd, &out, &in);
		int rc;

		if (ZSTD_isError(left))
			return ac_fail(err, ACCORD_EINPUT, "not zstd: %s", ZSTD_getErrorName(left));
		z->inside = left != 0;
		full = out.pos == out.size;
		rc = give(z, (ac_str){ z->plain, out.pos }, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- which ---- */

static bool
is_prefix(const ac_inflate *z, ac_str magic)
{
	size_t n = z->magic_n < magic.n ? z->magic_n : magic.n;

	return memcmp(z->magic, magic.p, n) == 0;
}

/* UNKNOWN while the bytes so far could still become a magic. */
static format
detect(const ac_inflate *z, bool final)
{
	static const struct {
		ac_str magic;
		format format;
	} rows[] = { { AC_S_INIT("\x1f\x8b"), FORMAT_GZIP }, { AC_S_INIT("\x28\xb5\x2f\xfd"), FORMAT_ZSTD } };

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		if (!is_prefix(z, rows[i].magic))
			continue;
		if (z->magic_n >= rows[i].magic.n)
			return rows[i].format;
		if (!final)
			return FORMAT_UNKNOWN;
	}
	return FORMAT_PLAIN;
}

static int
start_format(ac_inflate *z, accord_err *err)
{
	if (z->format == FORMAT_GZIP) {
		isal_inflate_init(&z->gzip);
	} else if (z->format == FORMAT_ZSTD) {
		z->zstd = ZSTD_createDStream();
		if (!z->zstd || ZSTD_isError(ZSTD_DCtx_setParameter(z->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX)))
			return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	}
	return 0;
}

static int
feed_format(ac_inflate *z, ac_str chunk, accord_err *err)
{
	switch (z->format) {
	case FORMAT_UNKNOWN:
	case FORMAT_PLAIN:
		return give(z, chunk, err);
	case FORMAT_GZIP:
		return feed_gzip(z, chunk, err);
	case FORMAT_ZSTD:
		return feed_zstd(z, chunk, err);
	}
	return ac_fail(err, ACCORD_EINTERNAL, "no such format");
}

/* The first bytes: gathered until the format is known, then fed as what they are. */
static int
feed_start(ac_inflate *z, ac_str *chunk, bool final, accord_err *err)
{
	int rc;

	while (z->magic_n < MAGIC_MAX && chunk->n) {
		z->magic[z->magic_n++] = chunk->p[0];
		*chunk = ac_str_slice(*chunk, 1, chunk->n);
	}
	z->format = detect(z, final);
	if (z->format == FORMAT_UNKNOWN)
		return 0;
	rc = start_format(z, err);
	return rc == 0 ? feed_format(z, (ac_str){ z->magic, z->magic_n }, err) : rc;
}

int
ac_inflate_feed(ac_inflate *z, ac_str chunk, accord_err *err)
{
	int rc = z->failed;

	if (rc < 0)
		return ac_fail(err, (accord_code)rc, "the input has failed before");
	z->in += chunk.n;
	if (z->format == FORMAT_UNKNOWN)
		rc = feed_start(z, &chunk, false, err);
	if (rc == 0 && chunk.n)
		rc = feed_format(z, chunk, err);
	z->failed = rc;
	return rc;
}

int
ac_inflate_end(ac_inflate *z, accord_err *err)
{
	ac_str none = { "", 0 };
	int rc = z->failed;

	if (rc < 0)
		return ac_fail(err, (accord_code)rc, "the input has failed before");
	if (z->format == FORMAT_UNKNOWN && z->magic_n)
		rc = feed_start(z, &none, true, err);
	if (rc == 0 && z->inside)
		rc = ac_fail(
		    err, ACCORD_EINPUT, "truncated %s: the compressed data ends too early", ac_inflate_format(z));
	z->failed = rc;
	return rc;
}
