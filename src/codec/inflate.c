/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compressed input as a push filter: gzip (RFC 1952) through ISA-L, zstd (RFC 8878) through libzstd, xz through liblzma, anything else as it is. Knows
 * nothing of what the bytes mean; its own work is the ceilings, and what stands behind the last member or frame.
 */
#include "codec/inflate.h"

#include <stdlib.h>

#include <isa-l/igzip_lib.h>
#include <lzma.h>
#include <zstd.h>

#include "base/limits.h"

#define OUT_SIZE AC_INFLATE_ROOM
#define MAGIC_SIZE 4
/* Largest head of a zstd frame: magic, descriptor, window, dictionary id, content size (RFC 8878 s3.1.1). */
#define ZSTD_HEAD_SIZE 18

typedef enum format { UNDECIDED, PLAIN, GZIP, ZSTD, XZ } format;

struct ac_inflate {
	ac_on_bytes on_bytes;
	void *payload;
	format format;
	size_t magic_n; /* bytes held back while the format is not decided */
	char magic[MAGIC_SIZE];
	uint64_t in, out;
	struct inflate_state *gzip; /* heap, once the format is known */
	struct isal_gzip_header gzip_head;
	bool in_gzip_head;
	ZSTD_DCtx *zstd;
	lzma_stream *xz; /* heap */
	bool inside;     /* of a member or frame: the end of input would cut it */
	int ended;       /* the error that ended the stream */
	char *room;      /* OUT_SIZE bytes, heap, when something is decompressed: what came out last */
	size_t room_n;
	size_t head_n;
	char head[ZSTD_HEAD_SIZE]; /* begin of the next zstd frame */
};

ac_inflate *
ac_inflate_open(ac_on_bytes on_bytes, void *payload)
{
	ac_inflate *z = calloc(1, sizeof(*z));

	if (z) {
		z->on_bytes = on_bytes;
		z->payload = payload;
	}
	return z;
}

ac_inflate *
ac_inflate_close(ac_inflate *z)
{
	if (!z)
		return NULL;
	(void)ZSTD_freeDCtx(z->zstd);
	if (z->xz)
		lzma_end(z->xz);
	free(z->xz);
	free(z->gzip);
	free(z->room);
	free(z);
	return NULL;
}

const char *
ac_inflate_format(const ac_inflate *z)
{
	static const char *const names[] = {
		[UNDECIDED] = "plain", [PLAIN] = "plain", [GZIP] = "gzip", [ZSTD] = "zstd", [XZ] = "xz"
	};

	return names[z->format];
}

/* Hand on what came out, unless it is too much. */
static int
give(ac_inflate *z, ac_str bytes, accord_err *err)
{
	int rc;

	if (bytes.n == 0)
		return 0;
	z->out += bytes.n;
	if (z->format != PLAIN && z->out > AC_INFLATE_OUTPUT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %llu decompressed bytes, the %s stream has more",
		    (unsigned long long)AC_INFLATE_OUTPUT_MAX, ac_inflate_format(z));
	if (z->format != PLAIN && z->out > AC_INFLATE_RATIO_FLOOR && z->out / AC_INFLATE_RATIO_MAX > z->in)
		return ac_fail(err, ACCORD_ELIMIT,
		    "want a compression ratio of at most %d:1, the %s stream has %llu:1 (%llu bytes from %llu)",
		    AC_INFLATE_RATIO_MAX, ac_inflate_format(z), (unsigned long long)(z->out / (z->in ? z->in : 1)),
		    (unsigned long long)z->out, (unsigned long long)z->in);
	rc = z->on_bytes(z->payload, bytes, err);
	return rc < 0 ? rc : 0;
}

/* The same of what is in the room. */
static int
give_room(ac_inflate *z, size_t n, accord_err *err)
{
	z->room_n = n;
	return give(z, (ac_str){ z->room, n }, err);
}

bool
ac_inflate_take_room(ac_inflate *z, ac_str bytes, char **room)
{
	uintptr_t begin = (uintptr_t)z->room, from = (uintptr_t)bytes.p;
	char *taken = z->room;

	if (!taken || from < begin || from - begin > z->room_n || from - begin + bytes.n != z->room_n)
		return false;
	z->room = *room;
	z->room_n = 0;
	*room = taken;
	return true;
}

/* An error at a byte of the compressed input. */
static int
bad(const ac_inflate *z, uint64_t left, accord_err *err, const char *text)
{
	uint64_t byte = z->in - left;

	return ac_fail(err, ACCORD_EINPUT, "not %s near byte %llu of the compressed input: %s", ac_inflate_format(z),
	    (unsigned long long)byte, text);
}

static const char *
gzip_words(int code)
{
	switch (code) {
	case ISAL_INVALID_WRAPPER:
		return "want a gzip header or the end of the input";
	case ISAL_UNSUPPORTED_METHOD:
		return "want compression method 8 (deflate)";
	case ISAL_INCORRECT_CHECKSUM:
		return "want the checksum that the trailer names, got another";
	case ISAL_INVALID_BLOCK:
		return "want a deflate block, got an invalid one";
	case ISAL_INVALID_SYMBOL:
		return "want a deflate symbol, got an invalid one";
	case ISAL_INVALID_LOOKBACK:
		return "want a distance inside the window, got one beyond";
	default:
		return "want a deflate stream";
	}
}

/* RFC 1952 s2.2: members follow one another. */
static void
begin_member(ac_inflate *z)
{
	isal_inflate_reset(z->gzip);
	z->gzip->crc_flag = ISAL_GZIP_NO_HDR_VER;
	isal_gzip_header_init(&z->gzip_head);
	z->in_gzip_head = true;
	z->inside = true;
}

/*
 * The head of a member is read into a state of our own: isal_inflate would read it too, but forgets its flags when the input ends inside it.
 */
static int
decompress_gzip(ac_inflate *z)
{
	int rc;

	if (z->in_gzip_head) {
		rc = isal_read_gzip_header(z->gzip, &z->gzip_head);
		/* Positive: the input ended inside the head. */
		if (rc != ISAL_DECOMP_OK)
			return rc < 0 ? rc : 0;
		z->in_gzip_head = false;
	}
	rc = isal_inflate(z->gzip);
	z->inside = z->gzip->block_state != ISAL_BLOCK_FINISH;
	return rc;
}

static int
feed_gzip(ac_inflate *z, ac_str chunk, accord_err *err)
{
	struct inflate_state *g = z->gzip;

	/* avail_in has 32 bits: the caller cuts. */
	g->next_in = (uint8_t *)(uintptr_t)chunk.p;
	g->avail_in = (uint32_t)chunk.n;
	do {
		int rc;

		if (!z->inside) {
			if (g->avail_in == 0)
				return 0;
			begin_member(z);
		}
		g->next_out = (uint8_t *)z->room;
		g->avail_out = OUT_SIZE;
		rc = decompress_gzip(z);
		if (rc < 0)
			return bad(z, g->avail_in, err, gzip_words(rc));
		rc = give_room(z, OUT_SIZE - g->avail_out, err);
		if (rc)
			return rc;
	} while (g->avail_in > 0 || (z->inside && g->avail_out == 0));
	return 0;
}

/* One frame on, at most: *in_out loses what was taken. */
static int
decompress_zstd(ac_inflate *z, ac_str *in_out, accord_err *err)
{
	ZSTD_inBuffer in = { in_out->p, in_out->n, 0 };
	ZSTD_outBuffer out;
	int rc;

	do {
		size_t left;

		out = (ZSTD_outBuffer){ z->room, OUT_SIZE, 0 };
		left = ZSTD_decompressStream(z->zstd, &out, &in);
		if (ZSTD_isError(left))
			return bad(z, in.size - in.pos, err, ZSTD_getErrorName(left));
		/* 0: a frame has ended and all of it is out. */
		z->inside = left != 0;
		rc = give_room(z, out.pos, err);
		if (rc)
			return rc;
		/* A full buffer may leave more of this frame inside the library. */
	} while (z->inside && (in.pos < in.size || out.pos == out.size));
	*in_out = ac_str_slice(*in_out, in.pos, in_out->n);
	return 0;
}

/*
 * Frames, skippable ones too, follow one another (RFC 8878 s3). The head of a frame is given to the library in one piece: 1.5.4 takes the
 * rest of a head that came in two pieces for a frame of its own when it looks like one.
 */
static int
feed_zstd(ac_inflate *z, ac_str chunk, bool final, accord_err *err)
{
	int rc = 0;

	while (!rc && (chunk.n > 0 || (final && z->head_n > 0))) {
		if (z->inside) {
			rc = decompress_zstd(z, &chunk, err);
		} else {
			ac_str head = { z->head, 0 };
			size_t n = chunk.n < ZSTD_HEAD_SIZE - z->head_n ? chunk.n : ZSTD_HEAD_SIZE - z->head_n;

			memcpy(z->head + z->head_n, chunk.p, n);
			z->head_n += n;
			chunk = ac_str_slice(chunk, n, chunk.n);
			if (z->head_n < ZSTD_HEAD_SIZE && !final)
				return 0;
			head.n = z->head_n;
			rc = decompress_zstd(z, &head, err);
			memmove(z->head, head.p, head.n);
			z->head_n = head.n;
		}
	}
	return rc;
}

static const char *
xz_words(lzma_ret code)
{
	switch ((int)code) {
	case LZMA_FORMAT_ERROR:
		return "want a stream header or the end of the input";
	case LZMA_OPTIONS_ERROR:
		return "want filters that this build of liblzma has";
	case LZMA_BUF_ERROR:
		return "want the rest of the stream, got the end of the input";
	default:
		return "want data that its checks confirm";
	}
}

/* Streams, with zeros between them, follow one another (the .xz file format 1.0.4, s2). */
static int
feed_xz(ac_inflate *z, ac_str chunk, bool final, accord_err *err)
{
	lzma_stream *x = z->xz;
	lzma_ret code = LZMA_OK;
	int rc = 0;

	x->next_in = (const uint8_t *)chunk.p;
	x->avail_in = chunk.n;
	while (!rc && code == LZMA_OK) {
		x->next_out = (uint8_t *)z->room;
		x->avail_out = OUT_SIZE;
		code = lzma_code(x, final ? LZMA_FINISH : LZMA_RUN);
		rc = give_room(z, OUT_SIZE - x->avail_out, err);
		/* All that came is taken, and all of it is out. */
		if (!final && x->avail_in == 0 && x->avail_out > 0)
			break;
	}
	if (rc || code == LZMA_OK || code == LZMA_STREAM_END || (code == LZMA_BUF_ERROR && !final))
		return rc;
	if (code == LZMA_MEM_ERROR)
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	if (code == LZMA_MEMLIMIT_ERROR)
		return ac_fail(err, ACCORD_ELIMIT,
		    "want an xz stream that needs at most %zu MiB of memory, this one needs %llu",
		    AC_INFLATE_XZ_MEMORY_MAX / AC_MIB, (unsigned long long)(lzma_memusage(x) / AC_MIB));
	return bad(z, x->avail_in, err, xz_words(code));
}

static format
detect(const char *magic, size_t n)
{
	const unsigned char *m = (const unsigned char *)magic;

	if (n >= 2 && m[0] == 0x1f && m[1] == 0x8b)
		return GZIP;
	if (n == MAGIC_SIZE && m[0] == 0x28 && m[1] == 0xb5 && m[2] == 0x2f && m[3] == 0xfd)
		return ZSTD;
	/* RFC 8878 s3.1.2: a skippable frame may stand first. */
	if (n == MAGIC_SIZE && (m[0] & 0xf0) == 0x50 && m[1] == 0x2a && m[2] == 0x4d && m[3] == 0x18)
		return ZSTD;
	if (n == MAGIC_SIZE && m[0] == 0xfd && m[1] == '7' && m[2] == 'z' && m[3] == 'X')
		return XZ;
	return PLAIN;
}

bool
ac_inflate_is_packed(ac_str begin)
{
	return detect(begin.p, begin.n < MAGIC_SIZE ? begin.n : MAGIC_SIZE) != PLAIN;
}

static int
prepare_xz(ac_inflate *z, accord_err *err)
{
	static const lzma_stream initial = LZMA_STREAM_INIT;

	z->xz = malloc(sizeof(*z->xz));
	if (z->xz)
		*z->xz = initial;
	if (!z->room || !z->xz || lzma_stream_decoder(z->xz, AC_INFLATE_XZ_MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK)
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	return 0;
}

static int
prepare(ac_inflate *z, accord_err *err)
{
	if (z->format == PLAIN)
		return 0;
	z->room = malloc(OUT_SIZE);
	if (z->format == XZ)
		return prepare_xz(z, err);
	if (z->format == GZIP)
		z->gzip = calloc(1, sizeof(*z->gzip));
	else
		z->zstd = ZSTD_createDCtx();
	if (!z->room || (!z->gzip && !z->zstd))
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	if (z->gzip)
		isal_inflate_init(z->gzip);
	else if (ZSTD_isError(ZSTD_DCtx_setParameter(z->zstd, ZSTD_d_windowLogMax, AC_INFLATE_WINDOW_LOG_MAX)))
		return ac_fail(err, ACCORD_EINTERNAL, "the zstd library refuses a window limit");
	return 0;
}

/* Pieces whose length fits the libraries' 32 bits. */
static int
feed_decided(ac_inflate *z, ac_str chunk, accord_err *err)
{
	int rc = 0;

	while (!rc && chunk.n > 0) {
		ac_str piece = ac_str_slice(chunk, 0, (size_t)1 << 30);

		chunk = ac_str_slice(chunk, piece.n, chunk.n);
		z->in += piece.n;
		if (z->format == GZIP)
			rc = feed_gzip(z, piece, err);
		else if (z->format == ZSTD)
			rc = feed_zstd(z, piece, false, err);
		else if (z->format == XZ)
			rc = feed_xz(z, piece, false, err);
		else
			rc = give(z, piece, err);
	}
	return rc;
}

static int
decide(ac_inflate *z, accord_err *err)
{
	int rc;

	z->format = detect(z->magic, z->magic_n);
	rc = prepare(z, err);
	return rc ? rc : feed_decided(z, (ac_str){ z->magic, z->magic_n }, err);
}

/* Hold bytes back until the magic is whole. */
static int
feed_undecided(ac_inflate *z, ac_str chunk, accord_err *err)
{
	size_t n = chunk.n < MAGIC_SIZE - z->magic_n ? chunk.n : MAGIC_SIZE - z->magic_n;
	int rc;

	if (n > 0)
		memcpy(z->magic + z->magic_n, chunk.p, n);
	z->magic_n += n;
	if (z->magic_n < MAGIC_SIZE)
		return 0;
	rc = decide(z, err);
	return rc ? rc : feed_decided(z, ac_str_slice(chunk, n, chunk.n), err);
}

/* After an error the libraries' states mean nothing any more. */
static int
fail_ended(const ac_inflate *z, accord_err *err)
{
	return ac_fail(err, (accord_code)z->ended, "the %s stream has ended with an error", ac_inflate_format(z));
}

int
ac_inflate_feed(ac_inflate *z, ac_str chunk, accord_err *err)
{
	if (z->ended)
		return fail_ended(z, err);
	z->ended = z->format == UNDECIDED ? feed_undecided(z, chunk, err) : feed_decided(z, chunk, err);
	return z->ended;
}

int
ac_inflate_end(ac_inflate *z, accord_err *err)
{
	if (z->ended)
		return fail_ended(z, err);
	if (z->format == UNDECIDED)
		z->ended = decide(z, err);
	if (!z->ended && z->format == ZSTD)
		z->ended = feed_zstd(z, AC_S(""), true, err);
	if (!z->ended && z->format == XZ)
		z->ended = feed_xz(z, AC_S(""), true, err);
	if (!z->ended && z->inside)
		z->ended = ac_fail(err, ACCORD_EINPUT,
		    "truncated: want the rest of a %s stream, got the end of the input after %llu bytes",
		    ac_inflate_format(z), (unsigned long long)z->in);
	return z->ended;
}
