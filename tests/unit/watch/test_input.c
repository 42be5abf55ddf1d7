/* SPDX-License-Identifier: Apache-2.0 */
/* Filters one behind another: what each of them lets through is still too much together. */
#include <stdio.h>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "fail_malloc.h"
#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "watch/input.h"

typedef struct sink {
	uint64_t bytes;
	ac_buf told; /* of each text, its name and its problem */
} sink;

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	(void)err;
	ac_buf_printf(&((sink *)payload)->told, "%.*s:", AC_FMT(member));
	return 0;
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	(void)err;
	((sink *)payload)->bytes += bytes.n;
	return 0;
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	(void)err;
	ac_buf_printf(&((sink *)payload)->told, "%s\n", problem ? problem->text : "");
	return 0;
}

/* A zstd frame of `count` blocks, each of 128 KiB of blanks (RFC 8878 s3.1.1.2: RLE). */
static void
add_frame(ac_buf *out, unsigned count)
{
	ac_buf_add(out, (ac_str){ "\x28\xb5\x2f\xfd\x00\x58", 6 });
	while (count-- > 0)
		ac_buf_add(out, (ac_str){ count ? "\x02\x00\x10 " : "\x03\x00\x10 ", 4 });
}

static void
add_member(ac_buf *tar, const char *name, ac_str content)
{
	static const char zeros[512];
	char block[512] = { 0 };
	unsigned sum = 0;

	(void)snprintf(block, 100, "%s", name);
	(void)snprintf(block + 124, 12, "%011zo", content.n);
	memset(block + 148, ' ', 8);
	block[156] = '0';
	memcpy(block + 257, "ustar", 6);
	for (size_t i = 0; i < sizeof(block); i++)
		sum += (unsigned char)block[i];
	(void)snprintf(block + 148, 8, "%06o", sum);
	ac_buf_add(tar, (ac_str){ block, sizeof(block) });
	ac_buf_add(tar, content);
	ac_buf_add(tar, (ac_str){ zeros, (512 - content.n % 512) % 512 });
}

/* 40 MiB each, under what is judged alone. */
static void
members__that_are_bombs_together_are_refused(void **state)
{
	static const char want[] = "a:\nb:want a compression ratio of at most 200:1 in all, the input has more\n"
				   "c:want a compression ratio of at most 200:1 in all, the input has more\n";
	sink to = { .bytes = 0 };
	accord_err err = { 0 };
	ac_buf tar, frame;
	ac_input *i = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, &to });

	(void)state;
	assert_non_null(i);
	ac_buf_init(&tar, AC_MIB);
	ac_buf_init(&frame, AC_MIB);
	ac_buf_init(&to.told, AC_MIB);
	add_frame(&frame, 320);
	for (const char *name = "a\0b\0c\0"; *name; name += 2)
		add_member(&tar, name, ac_buf_view(&frame));
	assert_int_equal(ac_input_feed(i, ac_buf_view(&tar), &err), 0);
	assert_int_equal(ac_input_end(i, &err), 0);
	assert_str(ac_buf_view(&to.told), ac_str_from(want));
	assert_true(to.bytes >= 40 * AC_MIB && to.bytes <= AC_INFLATE_RATIO_FLOOR);
	assert_null(ac_input_close(i));
	ac_buf_done(&tar);
	ac_buf_done(&frame);
	ac_buf_done(&to.told);
}

/* Deflated, or a gzip member, in few bytes. */
static ac_str
deflated(ac_str plain, uint16_t flag, ac_buf *out)
{
	struct isal_zstream z;

	isal_deflate_stateless_init(&z);
	z.next_in = (uint8_t *)(uintptr_t)plain.p;
	z.avail_in = (uint32_t)plain.n;
	z.end_of_stream = 1;
	z.gzip_flag = flag;
	z.next_out = (uint8_t *)ac_buf_reserve(out, plain.n + 1024);
	assert_non_null(z.next_out);
	z.avail_out = (uint32_t)plain.n + 1024;
	assert_int_equal(isal_deflate_stateless(&z), COMP_OK);
	out->n += z.total_out;
	return ac_buf_view(out);
}

static void
put_little(ac_buf *out, size_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		ac_buf_add_byte(out, (char)(value >> (8 * i) & 0xff));
}

/* Local header, APPNOTE 4.3.7: deflated. */
static void
add_zip_member(ac_buf *zip, const char *name, ac_str packed, ac_str plain)
{
	ac_buf_add(zip, (ac_str){ "PK\3\4\24\0\0\0\10\0\0\0\0", 14 });
	put_little(zip, crc32_gzip_refl(0, (const unsigned char *)plain.p, plain.n), 4);
	put_little(zip, packed.n, 4);
	put_little(zip, plain.n, 4);
	put_little(zip, strlen(name), 2);
	put_little(zip, 0, 2);
	ac_buf_add_cstr(zip, name);
	ac_buf_add(zip, packed);
}

#define ZEROS (40 * AC_MIB)

/* All of input, and how many bytes came out of it. */
static int
out_of(ac_str input, sink *to)
{
	ac_input *i = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, to });
	int rc;

	assert_non_null(i);
	ac_buf_init(&to->told, AC_MIB);
	rc = ac_input_feed(i, input, NULL);
	if (ac_input_end(i, NULL))
		rc = rc ? rc : -1;
	ac_input_close(i);
	return rc;
}

/* A zip of members that each are under the ceiling; that zip in gzip; bombs of gzip in it. */
static void
bombs__are_stopped_however_they_are_nested(void **state)
{
	ac_str zeros = { calloc(1, ZEROS), ZEROS }, packed, bomb;
	ac_buf out, zip, gzip, gzip_in_zip;
	sink to = { .bytes = 0 };

	(void)state;
	assert_non_null(zeros.p);
	ac_buf_init(&out, 2 * ZEROS);
	ac_buf_init(&zip, 2 * ZEROS);
	ac_buf_init(&gzip, 2 * ZEROS);
	ac_buf_init(&gzip_in_zip, 2 * ZEROS);
	packed = deflated(zeros, IGZIP_DEFLATE, &out);
	for (const char *name = "a\0b\0c\0d\0"; *name; name += 2)
		add_zip_member(&zip, name, packed, zeros);
	assert_int_equal(out_of(ac_buf_view(&zip), &to), ACCORD_ELIMIT);
	assert_true(to.bytes <= AC_INFLATE_RATIO_FLOOR);
	ac_buf_done(&to.told);

	to.bytes = 0;
	bomb = deflated(ac_buf_view(&zip), IGZIP_GZIP, &gzip);
	assert_true(bomb.n < zip.n / 20);
	assert_int_equal(out_of(bomb, &to), ACCORD_ELIMIT);
	assert_true(to.bytes <= AC_INFLATE_RATIO_FLOOR);
	ac_buf_done(&to.told);

	/* Each member is a gzip stream: what it holds is judged with all the others. */
	to.bytes = 0;
	ac_buf_reset(&out);
	ac_buf_reset(&zip);
	bomb = deflated(zeros, IGZIP_GZIP, &out);
	packed = deflated(bomb, IGZIP_DEFLATE, &gzip_in_zip);
	for (const char *name = "a\0b\0c\0d\0"; *name; name += 2)
		add_zip_member(&zip, name, packed, bomb);
	(void)out_of(ac_buf_view(&zip), &to);
	assert_true(to.bytes <= AC_INFLATE_RATIO_FLOOR);
	assert_true(ac_str_find(ac_buf_view(&to.told), AC_S("at most 200:1 in all")) < to.told.n);
	ac_buf_done(&to.told);
	ac_buf_done(&out);
	ac_buf_done(&zip);
	ac_buf_done(&gzip);
	ac_buf_done(&gzip_in_zip);
	free((void *)(uintptr_t)zeros.p);
}

static void
input__survives_every_allocation_failure(void **state)
{
	ac_buf tar, frame;
	int rc = -1;

	(void)state;
	ac_buf_init(&tar, AC_MIB);
	ac_buf_init(&frame, AC_MIB);
	add_frame(&frame, 1);
	add_member(&tar, "a", ac_buf_view(&frame));
	add_member(&tar, "b",
	    (ac_str){ "\xff\xfe"
		      "a\0\n\0",
		6 });
	for (unsigned long n = 1; n < 40; n++) {
		sink to = { .bytes = 0 };
		ac_input *i;

		ac_buf_init(&to.told, AC_MIB);
		ac_buf_add_cstr(&to.told, "room");
		fail_malloc_at(n);
		i = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, &to });
		rc = i ? ac_input_feed(i, ac_buf_view(&tar), NULL) : ACCORD_ENOMEM;
		if (i && !rc)
			rc = ac_input_end(i, NULL);
		ac_input_close(i);
		ac_buf_done(&to.told);
		if (!fail_malloc_done())
			break;
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	assert_int_equal(rc, 0);
	ac_buf_done(&tar);
	ac_buf_done(&frame);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members__that_are_bombs_together_are_refused),
		cmocka_unit_test(bombs__are_stopped_however_they_are_nested),
		cmocka_unit_test(input__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
