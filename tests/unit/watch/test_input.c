/* SPDX-License-Identifier: Apache-2.0 */
/* Filters one behind another: what each of them lets through is still too much together. */
#include <stdio.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members__that_are_bombs_together_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
