/* SPDX-License-Identifier: Apache-2.0 */
/* Archives byte by byte: members, names, sums, ends; ceilings and broken ones. */
#include <stdio.h>

#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "codec/archive.h"
#include "fail_malloc.h"

typedef struct sink {
	ac_buf text;
	int stop; /* returned from on_bytes */
} sink;

static int
on_begin(void *payload, ac_str name, accord_err *err)
{
	sink *to = payload;

	(void)err;
	ac_buf_printf(&to->text, "%.*s:", AC_FMT(name.p ? name : AC_S("-")));
	return 0;
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	sink *to = payload;

	if (to->stop)
		return ac_fail(err, (accord_code)to->stop, "stopped");
	ac_buf_add(&to->text, bytes);
	return 0;
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	sink *to = payload;

	(void)err;
	ac_buf_printf(&to->text, "|%s\n", problem ? problem->text : "");
	return 0;
}

static int
run(ac_str in, size_t step, sink *to, accord_err *err)
{
	ac_archive *a = ac_archive_open(&(ac_archive_sink){ on_begin, on_bytes, on_end, to });
	int rc = 0;

	ac_buf_init(&to->text, AC_MIB);
	assert_non_null(a);
	for (size_t at = 0; !rc && at < in.n; at += step)
		rc = ac_archive_feed(a, ac_str_slice(in, at, at + step), err);
	if (!rc)
		rc = ac_archive_end(a, err);
	else
		assert_int_equal(ac_archive_end(a, NULL), rc);
	assert_null(ac_archive_close(a));
	return rc;
}

/* In pieces of every kind: the same report each time. */
static void
check(ac_str in, int want_rc, const char *want)
{
	static const size_t steps[] = { 1, 3, 511, 512, 1 << 20 };

	for (size_t i = 0; i < AC_COUNT(steps); i++) {
		accord_err err = { 0 };
		sink to = { .stop = 0 };

		assert_int_equal(run(in, steps[i], &to, &err), want_rc);
		assert_str(ac_buf_view(&to.text), ac_str_from(want));
		ac_buf_done(&to.text);
	}
}

/* ---- tar ---- */

static void
add_header(ac_buf *out, const char *name, char type, size_t size)
{
	char block[512] = { 0 };
	unsigned sum = 0;

	(void)snprintf(block, 100, "%s", name);
	(void)snprintf(block + 124, 12, "%011zo", size);
	memset(block + 148, ' ', 8);
	block[156] = type;
	memcpy(block + 257,
	    "ustar\0"
	    "00",
	    8);
	for (size_t i = 0; i < sizeof(block); i++)
		sum += (unsigned char)block[i];
	(void)snprintf(block + 148, 8, "%06o", sum);
	ac_buf_add(out, (ac_str){ block, sizeof(block) });
}

static void
add_member(ac_buf *out, const char *name, char type, ac_str content)
{
	static const char zeros[512];

	add_header(out, name, type, content.n);
	ac_buf_add(out, content);
	ac_buf_add(out, (ac_str){ zeros, (512 - content.n % 512) % 512 });
}

static void
tar__gives_files_with_their_names(void **state)
{
	static const char zeros[1024], two[512] = "two";
	ac_buf tar;

	(void)state;
	ac_buf_init(&tar, AC_MIB);
	add_member(&tar, "folder/", '5', AC_S(""));
	add_member(&tar, "a", '0', AC_S("one"));
	add_member(&tar, "x", 'x', AC_S("9 size=3\n12 path=p/q\n"));
	add_header(&tar, "b", '0', 0);
	ac_buf_add(&tar, (ac_str){ two, sizeof(two) });
	add_member(&tar, "././@LongLink", 'L', AC_S("gnu name\0"));
	add_member(&tar, "c", '\0', AC_S(""));
	add_member(&tar, "././@LongLink", 'L', AC_S("of the link, not of what follows\0"));
	add_member(&tar, "././@LongLink", 'K', AC_S("what it names\0"));
	add_member(&tar, "link", '2', AC_S(""));
	add_member(&tar, "other", 'S', AC_S("three"));
	check(ac_buf_view(&tar), 0, "a:one|\np/q:two|\ngnu name:|\nother:three|\n");
	ac_buf_add(&tar, (ac_str){ zeros, sizeof(zeros) });
	ac_buf_add_cstr(&tar, "what stands behind does not count");
	check(ac_buf_view(&tar), 0, "a:one|\np/q:two|\ngnu name:|\nother:three|\n");
	ac_buf_done(&tar);
}

static void
tar__that_breaks_off_gives_what_it_has(void **state)
{
	ac_buf tar;

	(void)state;
	ac_buf_init(&tar, AC_MIB);
	add_member(&tar, "a", '0', AC_S("one"));
	add_header(&tar, "b", '0', 600);
	ac_buf_add_cstr(&tar, "two");
	check(
	    ac_buf_view(&tar), ACCORD_EINPUT, "a:one|\nb:two|truncated: want the rest of member 2 of a tar archive\n");
	tar.n = 1024;
	for (unsigned i = 0; i < 512; i++)
		ac_buf_add_byte(&tar, 'x');
	check(ac_buf_view(&tar), ACCORD_EINPUT, "a:one|\n");
	ac_buf_done(&tar);
}

/* ---- zip ---- */

/* Local header: version, flags, method, time, date, then crc, sizes, lengths of name and extra (APPNOTE 4.3.7). */
#define LOCAL(flags, method, crc, packed, plain, name_n)                                                               \
	"PK\3\4\x14\0" flags method "\0\0\0\0" crc packed plain name_n "\0\0"
#define CRC_HELLO "\x86\xa6\x10\x36"
#define DEFLATED_HELLO "\x01\x05\x00\xfa\xffhello" /* one stored block (RFC 1951 s3.2.4) */
#define END "PK\1\2 the central directory"

static void
zip__gives_members_in_their_order(void **state)
{
	static const ac_str stored =
	    AC_S_INIT(LOCAL("\0\0", "\0\0", CRC_HELLO, "\5\0\0\0", "\5\0\0\0", "\1\0") "ahello" END);
	static const ac_str both = AC_S_INIT(
	    LOCAL("\0\0", "\0\0", "\0\0\0\0", "\0\0\0\0", "\0\0\0\0", "\2\0") "d/" LOCAL("\0\0", "\10\0", CRC_HELLO,
		"\12\0\0\0", "\5\0\0\0", "\1\0") "a" DEFLATED_HELLO LOCAL("\10\0", "\10\0", "\0\0\0\0", "\0\0\0\0",
		"\0\0\0\0", "\1\0") "b" DEFLATED_HELLO "PK\7\10" CRC_HELLO "\12\0\0\0\5\0\0\0" LOCAL("\10\0", "\10\0",
		"\0\0\0\0", "\0\0\0\0", "\0\0\0\0", "\1\0") "c" DEFLATED_HELLO CRC_HELLO "\12\0\0\0\5\0\0\0" END);

	(void)state;
	check(stored, 0, "a:hello|\n");
	check(both, 0, "a:hello|\nb:hello|\nc:hello|\n");
}

static void
zip__tells_what_it_cannot_read(void **state)
{
	static const ac_str sum =
	    AC_S_INIT(LOCAL("\0\0", "\0\0", "\1\2\3\4", "\5\0\0\0", "\5\0\0\0", "\1\0") "ahello" END);
	static const ac_str encrypted = AC_S_INIT(LOCAL("\1\0", "\0\0", "\1\2\3\4", "\5\0\0\0", "\5\0\0\0",
	    "\1\0") "aXXXXX" LOCAL("\0\0", "\0\0", CRC_HELLO, "\5\0\0\0", "\5\0\0\0", "\1\0") "bhello" END);
	static const ac_str cut = AC_S_INIT(LOCAL("\0\0", "\0\0", CRC_HELLO, "\5\0\0\0", "\5\0\0\0", "\1\0") "ahel");
	static const ac_str unsized =
	    AC_S_INIT(LOCAL("\10\0", "\0\0", "\0\0\0\0", "\0\0\0\0", "\0\0\0\0", "\1\0") "ahello");

	/* One byte, and more than inflate takes at once, behind the stream's end. */
	static const ac_str hidden = AC_S_INIT(LOCAL("\0\0", "\10\0", CRC_HELLO, "\13\0\0\0", "\5\0\0\0",
	    "\1\0") "a" DEFLATED_HELLO "x" LOCAL("\10\0", "\10\0", CRC_HELLO, "\36\0\0\0", "\5\0\0\0",
	    "\1\0") "b" DEFLATED_HELLO "behind.the.end.1234@" CRC_HELLO "\36\0\0\0\5\0\0\0" END);

	(void)state;
	check(hidden, 0,
	    "a:hello\nx|want the end of its deflate stream at its end, got it 1 bytes before\n"
	    "b:hello\nbehind.the.end.1234@|want the end of its deflate stream at its end, got it 20 bytes before\n");
	check(sum, 0, "a:hello|want the checksum that its header names, got another\n");
	check(encrypted, 0, "a:|want a member that is stored or deflated, and not encrypted\nb:hello|\n");
	check(cut, ACCORD_EINPUT, "a:hel|truncated: want the rest of member 1 of a zip archive\n");
	check(unsized, ACCORD_EINPUT,
	    "a:|not zip that can be read as it comes: want the size of member 1 in front of it\n");
}

static void
archive__lets_other_bytes_through(void **state)
{
	sink to = { .stop = ACCORD_EIO };
	accord_err err = { 0 };

	(void)state;
	check(AC_S(""), 0, "-:|\n");
	check(AC_S("text"), 0, "-:text|\n");
	check(AC_S("PK\x03"), 0, "-:PK\x03|\n");
	assert_int_equal(run(AC_S("text"), 1, &to, &err), ACCORD_EIO);
	assert_str(ac_buf_view(&to.text), AC_S("-:"));
	ac_buf_done(&to.text);
}

static void
archive__survives_every_allocation_failure(void **state)
{
	static const ac_str zip =
	    AC_S_INIT(LOCAL("\0\0", "\10\0", CRC_HELLO, "\12\0\0\0", "\5\0\0\0", "\1\0") "a" DEFLATED_HELLO END);
	ac_buf tar;

	(void)state;
	ac_buf_init(&tar, AC_MIB);
	add_member(&tar, "x", 'x', AC_S("12 path=p/q\n"));
	add_member(&tar, "a", '0', AC_S("hello"));
	for (unsigned kind = 0; kind < 2; kind++) {
		ac_str in = kind ? zip : ac_buf_view(&tar);
		int rc = -1;

		for (unsigned long n = 1; n < 20; n++) {
			sink to = { .stop = 0 };
			ac_archive *a;

			ac_buf_init(&to.text, AC_MIB);
			ac_buf_add_cstr(&to.text, "room");
			fail_malloc_at(n);
			a = ac_archive_open(&(ac_archive_sink){ on_begin, on_bytes, on_end, &to });
			rc = a ? ac_archive_feed(a, in, NULL) : ACCORD_ENOMEM;
			if (!rc)
				rc = ac_archive_end(a, NULL);
			ac_archive_close(a);
			ac_buf_done(&to.text);
			if (!fail_malloc_done())
				break;
			/* A tar member's long name is lost, and what its header has is used. */
			assert_true(rc == ACCORD_ENOMEM || !kind);
		}
		assert_int_equal(rc, 0);
	}
	ac_buf_done(&tar);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tar__gives_files_with_their_names),
		cmocka_unit_test(tar__that_breaks_off_gives_what_it_has),
		cmocka_unit_test(zip__gives_members_in_their_order),
		cmocka_unit_test(zip__tells_what_it_cannot_read),
		cmocka_unit_test(archive__lets_other_bytes_through),
		cmocka_unit_test(archive__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
