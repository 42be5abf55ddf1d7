/* SPDX-License-Identifier: Apache-2.0 */
/* The worked example: every note of it, the negative ones too, gives the expected result; and notes of public logs. */
#include "agree_data.h"

#include "agree/note.h"
#include "base/limits.h"

#define KEYS_MAX 32

static size_t
load_keys(ac_arena *arena, const char *name, ac_vkey keys[static KEYS_MAX])
{
	ac_str text, line;
	size_t count = 0;

	if (!agree_load(arena, name, &text))
		return 0;
	while (ac_str_next_field(&text, '\n', &line) && line.n)
		assert_int_equal(ac_vkey_parse(line, &keys[count++], NULL), 0);
	return count;
}

/* 0 with the number of signers, or the first error of reading and verifying. */
static int
judge(ac_arena *arena, const char *name, const ac_vkey *keys, size_t count, size_t *out_signers)
{
	ac_note_verdict verdict;
	ac_note note;
	ac_str bytes;
	int rc;

	assert_true(agree_load(arena, name, &bytes));
	rc = ac_note_parse(bytes, arena, &note, NULL);
	if (!rc)
		rc = ac_note_verify(&note, keys, count, arena, &verdict, NULL);
	if (!rc)
		*out_signers = verdict.signers;
	return rc;
}

static void
example__notes_give_the_expected_result(void **state)
{
	static const struct {
		const char *name;
		int rc;
		size_t signers;
	} rows[] = {
		{ "charter.note", 0, 8 },
		{ "statement.note", 0, 1 },
		{ "statement-unanimous.note", 0, 8 },
		{ "endorsement-ca.note", 0, 1 },
		{ "endorsement-uk.note", 0, 1 },
		{ "endorsement-au.note", 0, 1 },
		{ "endorsement-nz.note", 0, 1 },
		{ "endorsement-jp.note", 0, 1 },
		{ "endorsement-eu.note", 0, 1 },
		{ "endorsement-nato.note", 0, 1 },
		{ "publication.note", 0, 1 },
		{ "withdrawal-jp.note", 0, 1 },
		{ "log/checkpoint", 0, 4 },
		{ "log/checkpoint.published", 0, 4 },
		{ "negative/bad-signature.note", ACCORD_EINPUT, 0 },
		{ "negative/bad-utf8.note", ACCORD_EINPUT, 0 },
		{ "negative/crlf.note", ACCORD_EINPUT, 0 },
		{ "negative/ctrl-char.note", ACCORD_EINPUT, 0 },
		{ "negative/no-blank.note", ACCORD_EINPUT, 0 },
		{ "negative/text-edited.note", ACCORD_EDENIED, 0 },
		{ "negative/cross-type.note", ACCORD_EDENIED, 0 },
		{ "negative/wrong-keyid.note", ACCORD_ENOTFOUND, 0 },
		{ "negative/dup-signer.note", 0, 1 },
		{ "negative/signed-leading-zero.checkpoint", ACCORD_EDENIED, 0 },
		{ "negative/signed-short-root.checkpoint", ACCORD_EDENIED, 0 },
		{ "negative/cosignature-on-statement.note", ACCORD_EDENIED, 0 },
		{ "negative/log-key-on-statement.note", ACCORD_EDENIED, 0 },
		{ "negative/signed-bidi-override.note", ACCORD_EINPUT, 0 },
	};
	ac_vkey keys[KEYS_MAX];
	ac_arena arena;
	size_t count;

	(void)state;
	ac_arena_init(&arena, 64 * AC_MIB);
	count = load_keys(&arena, "example/keys.txt", keys);
	for (size_t i = 0; count && i < AC_COUNT(rows); i++) {
		char path[100];
		size_t signers = 0;
		int rc;

		(void)snprintf(path, sizeof(path), "example/%s", rows[i].name);
		rc = judge(&arena, path, keys, count, &signers);
		if (rc != rows[i].rc || signers != rows[i].signers)
			fail_msg("%s: %d, %zu signers", rows[i].name, rc, signers);
	}
	ac_arena_done(&arena);
	if (!count)
		skip();
}

static void
notes_of_public_logs__are_verified(void **state)
{
	ac_vkey keys[KEYS_MAX];
	size_t count, signers = 0;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	count = load_keys(&arena, "vectors/real/keys.txt", keys);
	if (count) {
		assert_int_equal(judge(&arena, "vectors/real/sumdb.checkpoint", keys, count, &signers), 0);
		assert_int_equal(judge(&arena, "vectors/real/spec-example.note", keys, count, &signers), 0);
	}
	ac_arena_done(&arena);
	if (!count)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example__notes_give_the_expected_result),
		cmocka_unit_test(notes_of_public_logs__are_verified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
