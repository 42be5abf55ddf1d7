/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "agree/text.h"

#define HASH "3c91dd6e5932c9aa8bee4443e199de570f73e310df94bd86f19d134eee2bfe0e"

/* What a text of the kind "thing" holds: each sort of word once, and any number of names. */
typedef struct thing {
	ac_str names[3], remark;
	size_t name_count;
	uint64_t number;
	ac_time time;
	uint8_t digest[AC_SHA256_SIZE];
	ac_tongue tongue;
	unsigned choice;
} thing;

static int
take_name(void *payload, ac_line *line, accord_err *err)
{
	thing *t = payload;
	int rc = ac_line_word(line, "a name", &t->names[t->name_count], err);

	t->name_count++;
	return rc;
}

static int
take_all(void *payload, ac_line *line, accord_err *err)
{
	static const char *const choices[] = { "red", "green" };
	thing *t = payload;
	int rc = ac_line_u64(line, "a number", &t->number, err);

	if (!rc)
		rc = ac_line_time(line, "a time", &t->time, err);
	if (!rc)
		rc = ac_line_digest(line, "a digest", t->digest, err);
	if (!rc)
		rc = ac_line_tongue(line, &t->tongue, err);
	if (!rc)
		rc = ac_line_choice(line, "a colour, red or green", choices, 2, &t->choice, err);
	if (!rc && !ac_line_at_end(line))
		rc = ac_line_rest(line, "a remark", &t->remark, err);
	return rc;
}

static const ac_text_row rows[] = {
	{ "all", 1, 1, take_all },
	{ "name", 0, 3, take_name },
};

static int
read_thing(const char *text, thing *out, accord_err *err)
{
	*out = (thing){ 0 };
	*err = (accord_err){ 0 };
	return ac_text_read(ac_str_from(text), "thing", rows, AC_COUNT(rows), out, err);
}

#define ALL "all 7 2021-07-19T11:00:00Z sha256:" HASH " fr green"

static void
text__is_lines_of_words(void **state)
{
	accord_err err;
	ac_str kind;
	thing t;

	(void)state;
	assert_int_equal(read_thing("accord/thing/v1\nname a\n" ALL " and  more \nname b\n", &t, &err), 0);
	assert_int_equal(t.name_count, 2);
	assert_str(t.names[1], AC_S("b"));
	assert_true(t.number == 7 && t.tongue == AC_TONGUE_FR && t.choice == 1 && t.digest[0] == 0x3c);
	assert_true(t.time.seconds == 1626692400 && t.time.nanoseconds == 0);
	assert_str(t.remark, AC_S("and  more "));
	assert_true(ac_text_kind(AC_S("accord/thing/v1\n"), &kind));
	assert_str(kind, AC_S("thing"));
	assert_false(ac_text_kind(AC_S("accord/thing/v1"), &kind));
	assert_false(ac_text_kind(AC_S("accord/thing/v2\n"), &kind));
	assert_false(ac_text_kind(AC_S("accord//v1\n"), &kind));
	assert_false(ac_text_kind(AC_S("log.example\n1\n"), &kind));
}

static void
text__has_one_way_to_be_written(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} wrong[] = {
		{ "", 1 },
		{ "accord/other/v1\n" ALL "\n", 1 },
		{ "accord/thing/v1 \n" ALL "\n", 1 },
		{ "accord/thing/v1\n", 1 },
		{ "accord/thing/v1\nname a\n", 2 },
		{ "accord/thing/v1\n" ALL, 2 },
		{ "accord/thing/v1\n" ALL "\n" ALL "\n", 3 },
		{ "accord/thing/v1\n" ALL "\n\n", 3 },
		{ "accord/thing/v1\n" ALL "\n name a\n", 3 },
		{ "accord/thing/v1\n" ALL "\nname\n", 3 },
		{ "accord/thing/v1\n" ALL "\nname \n", 3 },
		{ "accord/thing/v1\n" ALL "\nname  a\n", 3 },
		{ "accord/thing/v1\n" ALL "\nname a \n", 3 },
		{ "accord/thing/v1\n" ALL "\nname a b\n", 3 },
		{ "accord/thing/v1\n" ALL "\nNAME a\n", 3 },
		{ "accord/thing/v1\n" ALL "\nname a\nname b\nname c\nname d\n", 6 },
		{ "accord/thing/v1\n" ALL " \n", 2 },
		{ "accord/thing/v1\nall 07 2021-07-19T11:00:00Z sha256:" HASH " fr green\n", 2 },
		{ "accord/thing/v1\nall 18446744073709551616 2021-07-19T11:00:00Z sha256:" HASH " fr green\n", 2 },
		{ "accord/thing/v1\nall 7 2021-07-19T11:00:00.0Z sha256:" HASH " fr green\n", 2 },
		{ "accord/thing/v1\nall 7 2021-07-19T11:00:60Z sha256:" HASH " fr green\n", 2 },
		{ "accord/thing/v1\nall 7 2021-02-30T11:00:00Z sha256:" HASH " fr green\n", 2 },
		{ "accord/thing/v1\nall 7 2021-07-19T11:00:00Z " HASH " fr green\n", 2 },
		{ "accord/thing/v1\nall 7 2021-07-19T11:00:00Z sha256:" HASH "0 fr green\n", 2 },
		{ "accord/thing/v1\nall 7 2021-07-19T11:00:00Z "
		  "sha256:3C91dd6e5932c9aa8bee4443e199de570f73e310df94bd86f19d134eee2bfe0e "
		  "fr green\n",
		    2 },
		{ "accord/thing/v1\nall 7 2021-07-19T11:00:00Z sha256:" HASH " de green\n", 2 },
		{ "accord/thing/v1\nall 7 2021-07-19T11:00:00Z sha256:" HASH " fr blue\n", 2 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err;
		thing t;

		if (read_thing(wrong[i].text, &t, &err) != ACCORD_EINPUT || err.line != wrong[i].line)
			fail_msg("%zu: line %u: %s", i, (unsigned)err.line, err.text);
	}
}

static void
text__of_a_later_version_is_told(void **state)
{
	accord_err err;
	thing t;

	(void)state;
	assert_int_equal(read_thing("accord/thing/v2\n" ALL "\n", &t, &err), ACCORD_EVERSION);
	assert_non_null(strstr(err.text, "want accord/thing/v1"));
}

static void
text__is_written_as_it_is_read(void **state)
{
	uint8_t hash[AC_SHA256_SIZE] = { 0x3c, [31] = 0x0e };
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 400);
	ac_text_add_kind(&buf, "thing");
	ac_text_add_digest(&buf, hash);
	assert_str(ac_buf_view(&buf),
	    AC_S("accord/thing/v1\nsha256:3c0000000000000000000000000000000000000000000000000000000000000e"));
	ac_buf_done(&buf);
}

static void
name__is_short_and_plain(void **state)
{
	char longest[66];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	assert_true(ac_text_is_name((ac_str){ longest, 64 }));
	assert_false(ac_text_is_name((ac_str){ longest, 65 }));
	assert_true(ac_text_is_name(AC_S("cert-3_x.Y")));
	assert_false(ac_text_is_name(AC_S("")));
	assert_false(ac_text_is_name(AC_S("..")));
	assert_false(ac_text_is_name(AC_S("a b")));
	assert_false(ac_text_is_name(AC_S("a/b")));
	/* A Cyrillic letter that looks like a Latin one. */
	assert_false(ac_text_is_name(AC_S("\xd0\xb0us")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text__is_lines_of_words),
		cmocka_unit_test(text__has_one_way_to_be_written),
		cmocka_unit_test(text__of_a_later_version_is_told),
		cmocka_unit_test(text__is_written_as_it_is_read),
		cmocka_unit_test(name__is_short_and_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
