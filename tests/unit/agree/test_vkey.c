/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "agree/note.h"

/* The example of C2SP signed-note. */
#define EXAMPLE "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

static void
vkey__is_read_and_written_as_the_specification_shows(void **state)
{
	ac_vkey key, again;
	accord_err err = { 0 };
	ac_buf buf;

	(void)state;
	assert_int_equal(ac_vkey_parse(AC_S(EXAMPLE), &key, &err), 0);
	assert_str(key.name, AC_S("example.com/foo"));
	assert_true(key.id == 0x530d903a && key.type == AC_NOTE_ED25519 && key.purpose == AC_PURPOSE_ANY);
	ac_buf_init(&buf, 200);
	ac_vkey_add(&buf, &key);
	assert_str(ac_buf_view(&buf), AC_S(EXAMPLE));
	assert_int_equal(ac_vkey_make(key.name, AC_NOTE_ED25519, key.public_key, &again, &err), 0);
	assert_true(ac_vkey_eq(&key, &again));
	again.public_key[0] ^= 1;
	assert_false(ac_vkey_eq(&key, &again));
	ac_buf_done(&buf);
}

static void
vkey__refuses_what_is_not_its_one_text(void **state)
{
	static const struct {
		const char *text;
		int rc;
	} wrong[] = {
		{ "", ACCORD_EINPUT },
		{ "example.com/foo", ACCORD_EINPUT },
		{ "example.com/foo+530d903a", ACCORD_EINPUT },
		{ "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EINPUT },
		{ "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EINPUT },
		{ "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EINPUT },
		{ "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EINPUT },
		{ "example com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EINPUT },
		{ "ex\xc3\xa4mple/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EINPUT },
		{ "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EINPUT },
		{ "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", ACCORD_EINPUT },
		{ "example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", ACCORD_EVERSION },
		{ "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAAAA", ACCORD_EVERSION },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		accord_err err = { 0 };
		ac_vkey key;

		if (ac_vkey_parse(ac_str_from(wrong[i].text), &key, &err) != wrong[i].rc)
			fail_msg("%s: %d %s", wrong[i].text, err.code, err.text);
	}
}

static void
vkey__has_the_purpose_of_its_name(void **state)
{
	static const struct {
		ac_str name;
		ac_note_type type;
		int rc;
		ac_purpose purpose;
	} rows[] = {
		{ AC_S_INIT("a.example/root"), AC_NOTE_ED25519, 0, AC_PURPOSE_ROOT },
		{ AC_S_INIT("a.example/x/sign"), AC_NOTE_ED25519, 0, AC_PURPOSE_SIGN },
		{ AC_S_INIT("a.example/log"), AC_NOTE_ED25519, 0, AC_PURPOSE_LOG },
		{ AC_S_INIT("a.example/witness"), AC_NOTE_COSIGNATURE, 0, AC_PURPOSE_WITNESS },
		{ AC_S_INIT("a.example/w1"), AC_NOTE_COSIGNATURE, 0, AC_PURPOSE_ANY },
		{ AC_S_INIT("a.example/any"), AC_NOTE_ED25519, 0, AC_PURPOSE_ANY },
		{ AC_S_INIT("a.example/witness"), AC_NOTE_ED25519, ACCORD_EINPUT, AC_PURPOSE_ANY },
		{ AC_S_INIT("a.example/sign"), AC_NOTE_COSIGNATURE, ACCORD_EINPUT, AC_PURPOSE_ANY },
	};
	static const uint8_t zeros[32];

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_vkey key;

		assert_int_equal(ac_vkey_make(rows[i].name, rows[i].type, zeros, &key, NULL), rows[i].rc);
		if (rows[i].rc == 0)
			assert_int_equal(key.purpose, rows[i].purpose);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vkey__is_read_and_written_as_the_specification_shows),
		cmocka_unit_test(vkey__refuses_what_is_not_its_one_text),
		cmocka_unit_test(vkey__has_the_purpose_of_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
