/* SPDX-License-Identifier: Apache-2.0 */
/* Decompression. Short streams are written by hand after the RFCs; long ones are made by the libraries' compressors. */
#include "test.h"

#include <isa-l/igzip_lib.h>
#include <lzma.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "codec/inflate.h"
#include "fail_malloc.h"

/* RFC 1952 s2.3: head, one stored deflate block (RFC 1951 s3.2.4), CRC-32 of "hello" (0x3610a686), length. */
#define GZIP_HELLO                                                                                                     \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"                                                                     \
	"\x01\x05\x00\xfa\xff"                                                                                         \
	"hello"                                                                                                        \
	"\x86\xa6\x10\x36\x05\x00\x00\x00"
/* The same with FNAME and FEXTRA (s2.3.1): "x" in two bytes of extra field, and a name. */
#define GZIP_NAMED                                                                                                     \
	"\x1f\x8b\x08\x0c\x00\x00\x00\x00\x00\xff\x02\x00xy"                                                           \
	"name\x00"                                                                                                     \
	"\x01\x05\x00\xfa\xff"                                                                                         \
	"hello"                                                                                                        \
	"\x86\xa6\x10\x36\x05\x00\x00\x00"
/* RFC 8878 s3.1.1: single segment, content size 5, one raw block (last) of 5 bytes. */
#define ZSTD_HELLO                                                                                                     \
	"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00"                                                                         \
	"hello"
/* s3.1.2: a skippable frame of three bytes. */
#define ZSTD_SKIPPED                                                                                                   \
	"\x53\x2a\x4d\x18\x03\x00\x00\x00"                                                                             \
	"abc"

typedef struct sink {
	ac_buf text;
	uint64_t bytes;
	bool count_only;
	int stop_with;
} sink;

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	sink *to = payload;

	if (to->stop_with)
		return ac_fail(err, (accord_code)to->stop_with, "enough");
	to->bytes += bytes.n;
	if (!to->count_only)
		ac_buf_add(&to->text, bytes);
	return 0;
}

/* Feed in pieces of the lengths first, piece, piece ...; exact copies, for sanitizers. */
static int
run_pieces(ac_str in, size_t first, size_t piece, sink *to, const char **out_format, accord_err *err)
{
	ac_inflate *z;
	int rc = 0;

	ac_buf_init(&to->text, (size_t)1 << 30);
	z = ac_inflate_open(on_bytes, to);
	assert_non_null(z);
	for (size_t at = 0, n = first; at < in.n && !rc; at += n, n = piece) {
		char *copy;

		if (n > in.n - at)
			n = in.n - at;
		copy = malloc(n ? n : 1);
		memcpy(copy, in.p + at, n);
		rc = ac_inflate_feed(z, (ac_str){ copy, n }, err);
		free(copy);
	}
	if (!rc)
		rc = ac_inflate_end(z, err);
	else
		assert_int_equal(ac_inflate_end(z, NULL), rc);
	if (out_format)
		*out_format = ac_inflate_format(z);
	assert_null(ac_inflate_close(z));
	return rc;
}

/* xz --check=crc32 of "hello". */
#define XZ_HELLO                                                                                                       \
	"\xfd\x37\x7a\x58\x5a\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00\x04" \
	"\x68\x65\x6c"                                                                                                 \
	"\x6c\x6f\x00\x00\x00\x00\x86\xa6\x10\x36\x00\x01\x19\x05\xbc\xe8\xec\xcb\x90\x42\x99\x0d\x01\x00\x00\x00\x00" \
	"\x01\x59\x5a"

static const struct {
	ac_str in;
	ac_str want;
	const char *format;
} good_rows[] = {
	{ AC_S_INIT(""), AC_S_INIT(""), "plain" },
	{ AC_S_INIT("a"), AC_S_INIT("a"), "plain" },
	{ AC_S_INIT("plain text"), AC_S_INIT("plain text"), "plain" },
	{ AC_S_INIT("\x1f"), AC_S_INIT("\x1f"), "plain" },
	{ AC_S_INIT("\x28\xb5\x2f"), AC_S_INIT("\x28\xb5\x2f"), "plain" },
	{ AC_S_INIT("\x28\xb5\x2f\xfe more"), AC_S_INIT("\x28\xb5\x2f\xfe more"), "plain" },
	{ AC_S_INIT(GZIP_HELLO), AC_S_INIT("hello"), "gzip" },
	{ AC_S_INIT(GZIP_NAMED), AC_S_INIT("hello"), "gzip" },
	{ AC_S_INIT(GZIP_HELLO GZIP_NAMED GZIP_HELLO), AC_S_INIT("hellohellohello"), "gzip" },
	{ AC_S_INIT(ZSTD_HELLO), AC_S_INIT("hello"), "zstd" },
	{ AC_S_INIT(XZ_HELLO), AC_S_INIT("hello"), "xz" },
	{ AC_S_INIT(XZ_HELLO "\0\0\0\0" XZ_HELLO), AC_S_INIT("hellohello"), "xz" },
	{ AC_S_INIT(ZSTD_HELLO ZSTD_HELLO), AC_S_INIT("hellohello"), "zstd" },
	{ AC_S_INIT(ZSTD_SKIPPED ZSTD_HELLO ZSTD_SKIPPED ZSTD_HELLO ZSTD_SKIPPED), AC_S_INIT("hellohello"), "zstd" },
	{ AC_S_INIT(ZSTD_SKIPPED), AC_S_INIT(""), "zstd" },
};

static void
inflate__does_not_see_the_cuts(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(good_rows); i++) {
		for (size_t first = 0; first <= good_rows[i].in.n; first++) {
			sink to = { 0 };
			accord_err err = { 0 };
			const char *format = NULL;

			/* Cut in two at `first`, and (first 0) byte by byte. */
			if (run_pieces(
				good_rows[i].in, first ? first : 1, first ? SIZE_MAX / 2 : 1, &to, &format, &err) != 0)
				fail_msg("row %zu cut at %zu: %s", i, first, err.text);
			assert_str(ac_buf_view(&to.text), good_rows[i].want);
			assert_string_equal(format, good_rows[i].format);
			ac_buf_done(&to.text);
		}
	}
}

static void
inflate__refuses_a_stream_that_is_cut_short(void **state)
{
	static const ac_str streams[] = { AC_S_INIT(GZIP_HELLO), AC_S_INIT(ZSTD_HELLO), AC_S_INIT(GZIP_NAMED) };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(streams); i++) {
		for (size_t n = 4; n < streams[i].n; n++) {
			sink to = { 0 };
			accord_err err = { 0 };

			assert_int_equal(
			    run_pieces(ac_str_slice(streams[i], 0, n), n, 1, &to, NULL, &err), ACCORD_EINPUT);
			assert_non_null(strstr(err.text, "truncated: want the rest of a "));
			ac_buf_done(&to.text);
		}
	}
}

static void
inflate__refuses_what_is_wrong(void **state)
{
	static const struct {
		ac_str in;
		const char *want;
	} rows[] = {
		{ AC_S_INIT(GZIP_HELLO "x"), "truncated: want the rest of a gzip stream" },
		{ AC_S_INIT(GZIP_HELLO "trailing text"), "want a gzip header or the end of the input" },
		{ AC_S_INIT(ZSTD_HELLO "trailing text"), "not zstd near byte " },
		{ AC_S_INIT(XZ_HELLO "trailing text"), "not xz near byte " },
		{ AC_S_INIT("\xfd\x37\x7a\x58\x5a\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f"
			    "\xe5\xa3"),
		    "want the rest of the stream" },
		/* a bit of the content, of the checksum, of the length */
		{ AC_S_INIT("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x05\x00\xfa\xffhellO\x86\xa6\x10\x36\x05\x00"
			    "\x00\x00"),
		    "want the checksum that the trailer names" },
		{ AC_S_INIT("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x05\x00\xfa\xffhello\x87\xa6\x10\x36\x05\x00"
			    "\x00\x00"),
		    "want the checksum that the trailer names" },
		{ AC_S_INIT("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x05\x00\xfa\xffhello\x86\xa6\x10\x36\x06\x00"
			    "\x00\x00"),
		    "want the checksum that the trailer names" },
		/* not deflate; a block of type 3 */
		{ AC_S_INIT("\x1f\x8b\x07\x00\x00\x00\x00\x00\x00\xff\x01\x05\x00\xfa\xffhello"),
		    "want compression method 8" },
		{ AC_S_INIT("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x07\x05\x00\xfa\xffhello"),
		    "want a deflate block" },
		/* a zstd frame with a window of 2^28 bytes (RFC 8878 s3.1.1.1.2) */
		{ AC_S_INIT("\x28\xb5\x2f\xfd\x00\x90\x29\x00\x00hello"), "not zstd near byte " },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		sink to = { 0 };
		accord_err err = { 0 };

		assert_int_equal(run_pieces(rows[i].in, rows[i].in.n, 1, &to, NULL, &err), ACCORD_EINPUT);
		if (!strstr(err.text, rows[i].want))
			fail_msg("row %zu: %s", i, err.text);
		ac_buf_done(&to.text);
		/* Byte by byte it is refused as well. */
		assert_int_equal(run_pieces(rows[i].in, 1, 1, &to, NULL, &err), ACCORD_EINPUT);
		ac_buf_done(&to.text);
	}
}

static void
inflate__stops_with_the_callbacks_code(void **state)
{
	sink to = { .stop_with = ACCORD_EDENIED };
	accord_err err = { 0 };

	(void)state;
	for (size_t i = 2; i < AC_COUNT(good_rows); i++) {
		if (good_rows[i].want.n == 0)
			continue;
		assert_int_equal(run_pieces(good_rows[i].in, 1000, 1, &to, NULL, &err), ACCORD_EDENIED);
		assert_string_equal(err.text, "enough");
		ac_buf_done(&to.text);
	}
}

/* ---- long streams ---- */

static ac_buf
gzip_of(ac_str text)
{
	static struct isal_zstream stream;
	ac_buf out;
	char *room;

	ac_buf_init(&out, (size_t)1 << 30);
	room = ac_buf_reserve(&out, text.n + text.n / 8 + 1000);
	isal_deflate_stateless_init(&stream);
	stream.gzip_flag = IGZIP_GZIP;
	stream.end_of_stream = 1;
	stream.next_in = (uint8_t *)(uintptr_t)text.p;
	stream.avail_in = (uint32_t)text.n;
	stream.next_out = (uint8_t *)room;
	stream.avail_out = (uint32_t)out.capacity;
	assert_int_equal(isal_deflate_stateless(&stream), COMP_OK);
	ac_buf_commit(&out, stream.total_out);
	return out;
}

static ac_buf
zstd_of(ac_str text)
{
	ac_buf out;
	size_t n;

	ac_buf_init(&out, (size_t)1 << 30);
	n = ZSTD_compress(
	    ac_buf_reserve(&out, ZSTD_compressBound(text.n)), ZSTD_compressBound(text.n), text.p, text.n, 3);
	assert_false(ZSTD_isError(n));
	ac_buf_commit(&out, n);
	return out;
}

static ac_buf
xz_of(ac_str text)
{
	ac_buf out;
	size_t n = 0, room = lzma_stream_buffer_bound(text.n);

	ac_buf_init(&out, (size_t)1 << 30);
	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text.p, text.n,
			     (uint8_t *)ac_buf_reserve(&out, room), &n, room),
	    LZMA_OK);
	ac_buf_commit(&out, n);
	return out;
}

static ac_buf (*const packers[])(ac_str text) = { gzip_of, zstd_of, xz_of };

/* Text with some repetition, n bytes. */
static ac_buf
make_text(size_t n)
{
	ac_buf text;
	uint32_t x = 1;

	ac_buf_init(&text, (size_t)1 << 30);
	while (text.n < n) {
		x = x * 1664525 + 1013904223;
		ac_buf_printf(&text, "%u 198.51.100.%u GET /index.html\n", x >> 16, x >> 24);
	}
	text.n = n;
	return text;
}

static void
inflate__gives_long_texts_back(void **state)
{
	static const size_t pieces[] = { 1, 7, 4096, 65536, SIZE_MAX / 2 };
	ac_buf text = make_text(1500000), twice;

	(void)state;
	/* Two members, two frames. */
	ac_buf_init(&twice, (size_t)1 << 30);
	ac_buf_add(&twice, ac_buf_view(&text));
	ac_buf_add(&twice, ac_buf_view(&text));
	for (size_t i = 0; i < AC_COUNT(packers); i++) {
		ac_buf packed = packers[i](ac_buf_view(&text));
		size_t n = packed.n;

		assert_non_null(ac_buf_reserve(&packed, n));
		memcpy(packed.p + n, packed.p, n);
		packed.n = 2 * n;
		for (size_t k = 0; k < AC_COUNT(pieces); k++) {
			sink to = { 0 };

			assert_int_equal(run_pieces(ac_buf_view(&packed), pieces[k], pieces[k], &to, NULL, NULL), 0);
			assert_true(ac_str_eq(ac_buf_view(&to.text), ac_buf_view(&twice)));
			ac_buf_done(&to.text);
		}
		ac_buf_done(&packed);
	}
	ac_buf_done(&text);
	ac_buf_done(&twice);
}

/* The other bomb of xz: a small stream whose dictionary would be 1 GiB (xz file format 1.0.4 s5.3.1: 2 << (36 / 2 + 11) bytes). */
static void
inflate__refuses_an_xz_stream_that_wants_too_much_memory(void **state)
{
	char bytes[sizeof(XZ_HELLO) - 1];
	ac_str in = { bytes, sizeof(bytes) };
	sink to = { 0 };
	accord_err err = { 0 };
	uint32_t crc;

	(void)state;
	memcpy(bytes, XZ_HELLO, sizeof(bytes));
	/* Behind the stream's header of 12 bytes: size, flags, the filter's id and size, the dictionary, padding, and the CRC32 of all that. */
	assert_int_equal(bytes[14], 0x21);
	bytes[16] = 36;
	crc = lzma_crc32((const uint8_t *)bytes + 12, 8, 0);
	for (unsigned i = 0; i < 4; i++)
		bytes[20 + i] = (char)(crc >> (8 * i));
	assert_int_equal(run_pieces(in, 7, 7, &to, NULL, &err), ACCORD_ELIMIT);
	assert_non_null(strstr(err.text, "want an xz stream that needs at most 256 MiB of memory, this one needs 10"));
	assert_int_equal(to.bytes, 0);
	ac_buf_done(&to.text);
}

static void
inflate__refuses_bombs_and_takes_small_repetitive_files(void **state)
{
	enum { BOMB = 96 << 20, SMALL = 60 << 20 };
	char *zeros = calloc(1, BOMB);

	(void)state;
	for (size_t i = 0; i < AC_COUNT(packers); i++) {
		ac_buf bomb = packers[i]((ac_str){ zeros, BOMB }), small = packers[i]((ac_str){ zeros, SMALL });
		sink to = { .count_only = true };
		accord_err err = { 0 };

		if (bomb.n > BOMB / AC_INFLATE_RATIO_MAX - 1000) {
			/* A compressor too weak to make a bomb. */
			print_message("# ratio %d only\n", (int)(BOMB / bomb.n));
			fail();
		}
		assert_int_equal(run_pieces(ac_buf_view(&bomb), 65536, 65536, &to, NULL, &err), ACCORD_ELIMIT);
		assert_non_null(strstr(err.text, "want a compression ratio of at most 200:1, the "));
		assert_true(to.bytes <= AC_INFLATE_RATIO_FLOOR);
		to.bytes = 0;
		assert_int_equal(run_pieces(ac_buf_view(&small), 65536, 65536, &to, NULL, &err), 0);
		assert_int_equal(to.bytes, SMALL);
		ac_buf_done(&bomb);
		ac_buf_done(&small);
	}
	free(zeros);
}

static void
inflate__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(good_rows); i++) {
		int rc = -1;

		for (unsigned long n = 1; n < 20; n++) {
			sink to = { .count_only = true };
			ac_inflate *z;

			fail_malloc_at(n);
			z = ac_inflate_open(on_bytes, &to);
			rc = z ? ac_inflate_feed(z, good_rows[i].in, NULL) : ACCORD_ENOMEM;
			if (!rc)
				rc = ac_inflate_end(z, NULL);
			ac_inflate_close(z);
			if (!fail_malloc_done())
				break;
			assert_int_equal(rc, ACCORD_ENOMEM);
		}
		assert_int_equal(rc, 0);
	}
}

/* Keeps the memory of every third piece, and looks at it when all is over. */
typedef struct keeper {
	ac_inflate *z;
	ac_buf text;
	char *rooms[64];
	ac_str kept[64];
	size_t places[64]; /* of them in the text */
	size_t count, seen;
} keeper;

static int
on_kept(void *payload, ac_str bytes, accord_err *err)
{
	keeper *k = payload;
	char *room;

	(void)err;
	k->places[k->count % AC_COUNT(k->places)] = k->text.n;
	ac_buf_add(&k->text, bytes);
	if (k->seen++ % 3 || k->count == AC_COUNT(k->rooms))
		return 0;
	room = malloc(AC_INFLATE_ROOM);
	assert_non_null(room);
	/* not the end of it, and not of it at all */
	assert_false(ac_inflate_take_room(k->z, ac_str_slice(bytes, 0, bytes.n - 1), &room));
	assert_false(ac_inflate_take_room(k->z, AC_S("elsewhere"), &room));
	assert_true(ac_inflate_take_room(k->z, ac_str_slice(bytes, bytes.n / 2, bytes.n), &room));
	/* once */
	assert_false(ac_inflate_take_room(k->z, bytes, &room));
	assert_true(room <= bytes.p && bytes.p + bytes.n <= room + AC_INFLATE_ROOM);
	k->rooms[k->count] = room;
	k->kept[k->count++] = bytes;
	return 0;
}

static void
inflate__gives_the_memory_of_a_piece_away(void **state)
{
	ac_buf plain;

	(void)state;
	ac_buf_init(&plain, 32 * AC_MIB);
	for (unsigned i = 0; plain.n < 6 * AC_MIB; i++)
		ac_buf_printf(&plain, "line %u is %u\n", i, i * 2654435761U);
	for (size_t p = 0; p < AC_COUNT(packers); p++) {
		ac_buf packed = packers[p](ac_buf_view(&plain));
		keeper k = { .count = 0 };
		accord_err err = { 0 };

		ac_buf_init(&k.text, 32 * AC_MIB);
		k.z = ac_inflate_open(on_kept, &k);
		assert_int_equal(ac_inflate_feed(k.z, ac_buf_view(&packed), &err), 0);
		assert_int_equal(ac_inflate_end(k.z, &err), 0);
		ac_inflate_close(k.z);
		assert_str(ac_buf_view(&k.text), ac_buf_view(&plain));
		assert_true(k.count > 1);
		for (size_t i = 0; i < k.count; i++) {
			assert_memory_equal(plain.p + k.places[i], k.kept[i].p, k.kept[i].n);
			free(k.rooms[i]);
		}
		ac_buf_done(&k.text);
		ac_buf_done(&packed);
	}
	ac_buf_done(&plain);
}

/* Plain bytes lie nowhere that could be given away. */
static int
on_plain(void *payload, ac_str bytes, accord_err *err)
{
	keeper *k = payload;
	char *room = NULL;

	(void)err;
	k->seen++;
	assert_false(ac_inflate_take_room(k->z, bytes, &room));
	return 0;
}

static void
inflate__has_no_memory_of_plain_input_to_give_away(void **state)
{
	keeper k = { .count = 0 };
	accord_err err = { 0 };

	(void)state;
	k.z = ac_inflate_open(on_plain, &k);
	assert_int_equal(ac_inflate_feed(k.z, AC_S("plain text"), &err), 0);
	assert_int_equal(ac_inflate_end(k.z, &err), 0);
	assert_true(k.seen > 0);
	ac_inflate_close(k.z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inflate__does_not_see_the_cuts),
		cmocka_unit_test(inflate__refuses_a_stream_that_is_cut_short),
		cmocka_unit_test(inflate__refuses_what_is_wrong),
		cmocka_unit_test(inflate__stops_with_the_callbacks_code),
		cmocka_unit_test(inflate__gives_long_texts_back),
		cmocka_unit_test(inflate__gives_the_memory_of_a_piece_away),
		cmocka_unit_test(inflate__has_no_memory_of_plain_input_to_give_away),
		cmocka_unit_test(inflate__refuses_an_xz_stream_that_wants_too_much_memory),
		cmocka_unit_test(inflate__refuses_bombs_and_takes_small_repetitive_files),
		cmocka_unit_test(inflate__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
