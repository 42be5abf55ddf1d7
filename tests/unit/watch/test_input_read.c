/* SPDX-License-Identifier: Apache-2.0 */
/* Reading ahead on a thread says what reading in turn says: the same bytes, names, problems, blocks and failures in the same order. */
#include <stdio.h>
#include <unistd.h>

#include <isa-l/igzip_lib.h>

#include "fail_malloc.h"
#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "sys/file.h"
#include "watch/input_read.h"

typedef struct sink {
	ac_buf told; /* everything but bytes, with how many bytes came before it */
	uint64_t bytes, sum;
	unsigned calls, fail_at; /* 0: never */
	uint64_t fail_behind;    /* bytes */
} sink;

static int
tell(sink *to, const char *what, ac_str detail, accord_err *err)
{
	ac_buf_printf(&to->told, "%llu %llx %s %.*s\n", (unsigned long long)to->bytes, (unsigned long long)to->sum,
	    what, AC_FMT(detail));
	if (++to->calls == to->fail_at)
		return ac_fail(err, ACCORD_ELIMIT, "enough at %s", what);
	return 0;
}

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	return tell(payload, "begin", member, err);
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	sink *to = payload;

	to->bytes += bytes.n;
	for (size_t i = 0; i < bytes.n; i++)
		to->sum = to->sum * 31 + (unsigned char)bytes.p[i];
	return to->bytes > to->fail_behind ? ac_fail(err, ACCORD_ELIMIT, "enough bytes") : 0;
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	return tell(payload, "end", ac_str_from(problem ? problem->text : ""), err);
}

static int
on_problem(void *payload, const accord_err *what, accord_err *err)
{
	return tell(payload, "problem", ac_str_from(what->text), err);
}

static int
on_block(void *payload, uint64_t done, accord_err *err)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)done);
	return tell(payload, "block", ac_str_from(text), err);
}

/* Lines that differ, n bytes of them. */
static ac_str
lines(size_t n)
{
	char *p = malloc(n + 32);
	size_t at = 0;

	assert_non_null(p);
	for (unsigned i = 0; at < n; i++)
		at += (size_t)snprintf(p + at, 32, "line %u is %u\n", i, i * 2654435761U);
	return (ac_str){ p, n };
}

static void
add_gzip(ac_buf *out, ac_str plain)
{
	struct isal_zstream z;

	isal_deflate_stateless_init(&z);
	z.next_in = (uint8_t *)(uintptr_t)plain.p;
	z.avail_in = (uint32_t)plain.n;
	z.end_of_stream = 1;
	z.gzip_flag = IGZIP_GZIP;
	z.avail_out = (uint32_t)plain.n + 1024;
	z.next_out = (uint8_t *)ac_buf_reserve(out, plain.n + 1024);
	assert_non_null(z.next_out);
	assert_int_equal(isal_deflate_stateless(&z), COMP_OK);
	out->n += z.total_out;
}

static int
file_of(ac_str content)
{
	char path[] = "/tmp/accord-read-XXXXXX";
	accord_err err = { 0 };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)unlink(path);
	assert_int_equal(ac_file_write_all(fd, content, &err), 0);
	return fd;
}

/* Either way over the file. Returns what it returns; told: what it said, and the error. */
static int
read_one(int fd, bool is_ahead, sink *to)
{
	static char room[AC_WATCH_BLOCK];
	ac_read_sink s = { { on_begin, on_bytes, on_end, to }, on_problem, on_block };
	accord_err err = { 0 };
	int rc;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	rc = is_ahead ? ac_read_input_ahead(fd, NULL, room, &s, &err) : ac_read_input(fd, NULL, room, &s, &err);
	ac_buf_printf(&to->told, "%d %s\n", rc, rc ? err.text : "");
	return rc;
}

static void
assert_same(ac_str content, unsigned fail_at, uint64_t fail_behind)
{
	int fd = file_of(content);
	sink both[2];

	for (unsigned i = 0; i < 2; i++) {
		both[i] = (sink){ .fail_at = fail_at, .fail_behind = fail_behind };
		ac_buf_init(&both[i].told, AC_MIB);
		(void)read_one(fd, i == 1, &both[i]);
	}
	assert_str(ac_buf_view(&both[1].told), ac_buf_view(&both[0].told));
	/* A piece of bytes may be smaller. */
	assert_true(fail_behind < UINT64_MAX || both[0].bytes == both[1].bytes);
	ac_buf_done(&both[0].told);
	ac_buf_done(&both[1].told);
	(void)close(fd);
}

static void
ahead__says_the_same_of_whole_cut_and_broken_inputs(void **state)
{
	static const size_t cuts[] = { 0, 1, 3, 10, 18, 19, 100, 300000, 600001 };
	ac_str plain = lines(5 * AC_MIB);
	ac_buf gzip;

	(void)state;
	ac_buf_init(&gzip, 32 * AC_MIB);
	add_gzip(&gzip, plain);
	add_gzip(&gzip, ac_str_slice(plain, 0, 1000));
	assert_same(ac_buf_view(&gzip), 0, UINT64_MAX);
	assert_same(plain, 0, UINT64_MAX);
	for (size_t i = 0; i < AC_COUNT(cuts); i++) {
		assert_true(cuts[i] < gzip.n);
		assert_same(ac_str_slice(ac_buf_view(&gzip), 0, cuts[i]), 0, UINT64_MAX);
		assert_same(ac_str_slice(ac_buf_view(&gzip), 0, gzip.n - cuts[i]), 0, UINT64_MAX);
	}
	gzip.p[gzip.n / 2] ^= 0x55;
	assert_same(ac_buf_view(&gzip), 0, UINT64_MAX);
	ac_buf_done(&gzip);
	free((void *)(uintptr_t)plain.p);
}

/* POSIX.1-1988 ustar: a regular file; the sum of the head's bytes, its own eight being blanks. */
static void
add_tar(ac_buf *out, const char *name, ac_str content)
{
	char head[512] = { 0 };
	unsigned sum = 0;

	(void)snprintf(head, 100, "%s", name);
	(void)snprintf(head + 100, 8, "0000644");
	(void)snprintf(head + 124, 12, "%011zo", content.n);
	memset(head + 148, ' ', 8);
	head[156] = '0';
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	(void)snprintf(head + 148, 8, "%06o", sum);
	ac_buf_add(out, (ac_str){ head, sizeof(head) });
	ac_buf_add(out, content);
	memset(head, 0, sizeof(head));
	ac_buf_add(out, (ac_str){ head, (512 - content.n % 512) % 512 });
}

/* Members lie in the memory that the whole is decompressed into; compressed ones in their own. Pieces end inside of members, and between them. */
static void
ahead__says_the_same_of_members(void **state)
{
	ac_str plain = lines(3 * AC_MIB);
	ac_buf gzip, tar, all;

	(void)state;
	ac_buf_init(&gzip, 32 * AC_MIB);
	ac_buf_init(&tar, 32 * AC_MIB);
	ac_buf_init(&all, 32 * AC_MIB);
	add_gzip(&gzip, plain);
	for (unsigned i = 0; i < 40; i++)
		add_tar(&tar, "small", ac_str_slice(plain, 0, 1000 * i));
	add_tar(&tar, "plain", plain);
	add_tar(&tar, "packed", ac_buf_view(&gzip));
	add_tar(&tar, "broken", ac_str_slice(ac_buf_view(&gzip), 0, gzip.n - 100000));
	add_tar(&tar, "last", ac_str_slice(plain, 0, 700000));
	ac_buf_add(&tar, (ac_str){ (char[1024]){ 0 }, 1024 });
	add_gzip(&all, ac_buf_view(&tar));
	assert_same(ac_buf_view(&all), 0, UINT64_MAX);
	assert_same(ac_buf_view(&tar), 0, UINT64_MAX);
	ac_buf_done(&gzip);
	ac_buf_done(&tar);
	ac_buf_done(&all);
	free((void *)(uintptr_t)plain.p);
}

static void
ahead__stops_where_its_sink_does(void **state)
{
	ac_str plain = lines(4 * AC_MIB);
	ac_buf gzip;

	(void)state;
	ac_buf_init(&gzip, 32 * AC_MIB);
	add_gzip(&gzip, plain);
	ac_buf_add(&gzip, AC_S("behind"));
	for (unsigned i = 1; i < 12; i++)
		assert_same(ac_buf_view(&gzip), i, UINT64_MAX);
	/* At its first bytes, whatever pieces they come in; the thread is far ahead then, and waits. */
	{
		sink to = { .fail_behind = 0 };
		int fd = file_of(ac_buf_view(&gzip));

		ac_buf_init(&to.told, AC_MIB);
		assert_int_equal(read_one(fd, true, &to), ACCORD_ELIMIT);
		assert_str(ac_buf_view(&to.told), AC_S("0 0 begin \n-3 enough bytes\n"));
		ac_buf_done(&to.told);
		(void)close(fd);
	}
	ac_buf_done(&gzip);
	free((void *)(uintptr_t)plain.p);
}

static void
ahead__survives_every_allocation_failure(void **state)
{
	ac_str plain = lines(600000);
	int fd, rc = -1;
	ac_buf gzip;

	(void)state;
	ac_buf_init(&gzip, 32 * AC_MIB);
	add_gzip(&gzip, plain);
	fd = file_of(ac_buf_view(&gzip));
	for (unsigned long n = 1; n < 60; n++) {
		sink to = { .fail_behind = UINT64_MAX };
		bool has_failed;

		ac_buf_init(&to.told, AC_MIB);
		assert_non_null(ac_buf_reserve(&to.told, AC_MIB / 2));
		fail_malloc_at(n);
		rc = read_one(fd, true, &to);
		has_failed = fail_malloc_done();
		ac_buf_done(&to.told);
		if (!has_failed)
			break;
		/* Without memory for the thread all is read here. */
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
		if (!rc)
			assert_int_equal(to.bytes, plain.n);
	}
	assert_int_equal(rc, 0);
	(void)close(fd);
	ac_buf_done(&gzip);
	free((void *)(uintptr_t)plain.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ahead__says_the_same_of_whole_cut_and_broken_inputs),
		cmocka_unit_test(ahead__says_the_same_of_members),
		cmocka_unit_test(ahead__stops_where_its_sink_does),
		cmocka_unit_test(ahead__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
