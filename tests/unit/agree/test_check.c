/* SPDX-License-Identifier: Apache-2.0 */
/* What files prove: the worked example's, by the keys and the policy of the example, the negative ones too; and faults. */
#include "agree_data.h"

#include "agree/check.h"
#include "base/limits.h"
#include "fail_malloc.h"

/* What one file of the example proves together with another ("" for none). */
static const struct {
	const char *file, *beside;
	bool with_policy;
	int rc;
	bool is_proved;
} rows[] = {
	{ "statement.note", "", false, 0, true },
	{ "charter.note", "", false, 0, true },
	{ "withdrawal-jp.note", "", false, 0, true },
	{ "log/checkpoint", "", false, 0, true },
	{ "log/checkpoint", "", true, 0, true },
	{ "statement.tlog-proof", "statement.note", false, 0, true },
	{ "statement.tlog-proof", "statement.note", true, 0, true },
	{ "statement.tlog-proof", "", true, 0, false },
	{ "statement.tlog-proof", "statement-unanimous.note", true, 0, false },
	{ "statement.tlog-proof", "negative/text-edited.note", true, 0, false },
	{ "publication.tlog-proof", "publication.note", true, 0, true },
	{ "withdrawal-jp.tlog-proof", "withdrawal-jp.note", true, 0, true },
	{ "consistency-10-11.txt", "log/checkpoint.published", true, 0, true },
	{ "consistency-10-11.txt", "", true, 0, false },
	{ "consistency-10-11.txt", "log/checkpoint", true, 0, false },
	{ "negative/bad-signature.note", "", false, ACCORD_EINPUT, false },
	{ "negative/bad-utf8.note", "", false, ACCORD_EINPUT, false },
	{ "negative/crlf.note", "", false, ACCORD_EINPUT, false },
	{ "negative/ctrl-char.note", "", false, ACCORD_EINPUT, false },
	{ "negative/no-blank.note", "", false, ACCORD_EINPUT, false },
	{ "negative/signed-bidi-override.note", "", false, ACCORD_EINPUT, false },
	{ "negative/text-edited.note", "", false, 0, false },
	{ "negative/cross-type.note", "", false, 0, false },
	{ "negative/wrong-keyid.note", "", false, 0, false },
	{ "negative/dup-signer.note", "", false, 0, true },
	{ "negative/signed-leading-zero.checkpoint", "", false, 0, false },
	{ "negative/signed-short-root.checkpoint", "", false, 0, false },
	{ "negative/cosignature-on-statement.note", "", false, 0, false },
	{ "negative/log-key-on-statement.note", "", false, 0, false },
};

static ac_str
load(ac_arena *arena, const char *name)
{
	ac_str bytes = { NULL, 0 };
	char path[200];

	(void)snprintf(path, sizeof(path), "example/%s", name);
	assert_true(!*name || agree_load(arena, path, &bytes));
	return bytes;
}

static void
example__files_prove_what_they_should(void **state)
{
	ac_digester *d = ac_digester_open();
	ac_trust keys = { 0 }, with_policy;
	ac_policy policy;
	ac_arena arena;
	ac_str text;
	bool here;

	(void)state;
	ac_arena_init(&arena, 256 * AC_MIB);
	here = agree_load(&arena, "example/keys.txt", &text);
	if (here) {
		assert_int_equal(ac_trust_add(&keys, text, &arena, NULL), 0);
		assert_int_equal(keys.count, 17);
		assert_int_equal(ac_policy_parse(load(&arena, "policy.txt"), &arena, &policy, NULL), 0);
	}
	for (size_t i = 0; here && i < AC_COUNT(rows); i++) {
		ac_str files[2] = { load(&arena, rows[i].file), load(&arena, rows[i].beside) };
		accord_err err = { 0 };
		ac_check c = { 0 };
		int rc;

		with_policy = keys;
		with_policy.policy = rows[i].with_policy ? &policy : NULL;
		rc = ac_check_file(files, 2, 0, &with_policy, d, &arena, &c, &err);
		if (rc != rows[i].rc || c.is_proved != rows[i].is_proved)
			fail_msg(
			    "%s with '%s': %d %s%.*s", rows[i].file, rows[i].beside, rc, err.text, AC_FMT(c.reason));
		assert_true(rc || c.is_proved || c.reason.n > 0);
		assert_true(!c.is_proved || c.partner == (*rows[i].beside ? 1 : 2));
	}
	ac_arena_done(&arena);
	d = ac_digester_close(d);
	if (!here)
		skip();
}

static void
trust__takes_each_key_once(void **state)
{
#define NEXT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
	ac_trust trust = { 0 };
	accord_err err = { 0 };
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_trust_add(&trust, AC_S("# keys\n\n" KEY "\n " KEY " \n"), &arena, &err), 0);
	assert_int_equal(ac_trust_add(&trust, AC_S(KEY), &arena, &err), 0);
	assert_int_equal(trust.count, 1);
	assert_int_equal(ac_trust_add(&trust, AC_S(KEY "\n\nx\n"), &arena, &err), ACCORD_EINPUT);
	assert_int_equal(err.line, 3);
	/* As "accord agree key show --public" prints it. */
	assert_int_equal(ac_trust_add(&trust, AC_S(KEY " next " NEXT "\n"), &arena, &err), 0);
	assert_int_equal(ac_trust_add(&trust, AC_S(KEY " next " NEXT " x\n"), &arena, &err), ACCORD_EINPUT);
	assert_int_equal(ac_trust_add(&trust, AC_S(KEY " next x\n"), &arena, &err), ACCORD_EINPUT);
	ac_arena_done(&arena);
}

static void
nothing__is_proved_without_a_trusted_key(void **state)
{
	static const ac_str note =
	    AC_S_INIT("This is an example message.\n\n"
		      "\xe2\x80\x94 example.com/foo "
		      "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
	ac_trust nobody = { 0 }, somebody = { 0 };
	ac_digester *d = ac_digester_open();
	ac_arena arena;
	ac_check c;

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	assert_int_equal(ac_check_file(&note, 1, 0, &nobody, d, &arena, &c, NULL), 0);
	assert_false(c.is_proved);
	assert_str(c.reason, AC_S("no key is trusted"));
	assert_int_equal(ac_trust_add(&somebody, AC_S(KEY), &arena, NULL), 0);
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		ac_arena own;
		int rc;

		ac_arena_init(&own, 8 * AC_MIB);
		fail_malloc_at(n);
		rc = ac_check_file(&note, 1, 0, &somebody, d, &own, &c, &err);
		ac_arena_done(&own);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			assert_true(c.is_proved);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	ac_arena_done(&arena);
	d = ac_digester_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example__files_prove_what_they_should),
		cmocka_unit_test(trust__takes_each_key_once),
		cmocka_unit_test(nothing__is_proved_without_a_trusted_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
