/* SPDX-License-Identifier: Apache-2.0 */
/* Edits of patterns: what is meant is put right, what only looks like it is not touched. */
#include "fail_malloc.h"
#include "stix/hash_name.h"
#include "stix/pattern_edit.h"
#include "stix_test.h"

#define ALL ((1U << AC_PATTERN_EDIT_COUNT) - 1)

typedef struct edit_row {
	const char *from;
	const char *to; /* NULL: as it is */
} edit_row;

static const edit_row rows[] = {
	/* Quoted integers, as MISP writes them. */
	{ "[network-traffic:dst_port = '8443']", "[network-traffic:dst_port = 8443]" },
	{ "[autonomous-system:number='174']", "[autonomous-system:number=174]" },
	{ "[file:size>='0' AND file:name = 'file:size = \\'8\\'']",
	    "[file:size>=0 AND file:name = 'file:size = \\'8\\'']" },
	{ "[process:pid NOT IN ('1','22', 333)]", "[process:pid NOT IN (1,22, 333)]" },
	/* Of what a domain name resolves to, addresses have such references. */
	{ "[domain-name:resolves_to_refs[*].belongs_to_refs[0].number = '7']",
	    "[domain-name:resolves_to_refs[*].belongs_to_refs[0].number = 7]" },
	{ "[ipv4-addr:belongs_to_refs[0].number = '7']", "[ipv4-addr:belongs_to_refs[0].number = 7]" },
	{ "[file:extensions.'windows-pebinary-ext'.number_of_sections = '4']",
	    "[file:extensions.'windows-pebinary-ext'.number_of_sections = 4]" },
	{ "[network-traffic:dst_port = '443' /* '80' */ OR network-traffic:dst_port = '80']",
	    "[network-traffic:dst_port = 443 /* '80' */ OR network-traffic:dst_port = 80]" },
	/* A text is a text: constants of strings, and what is no plain integer. */
	{ "[user-account:user_id = '1234567890']", NULL },
	{ "[file:name = 'network-traffic:dst_port = \\'8443\\'']", NULL },
	{ "[artifact:payload_bin = 'autonomous-system:number = 1']", NULL },
	{ "[network-traffic:dst_port = '0443']", NULL },
	{ "[network-traffic:dst_port = '443 ']", NULL },
	{ "[network-traffic:dst_port = '']", NULL },
	{ "[network-traffic:dst_port LIKE '44%']", NULL },
	{ "[network-traffic:dst_port LIKE '443']", NULL },
	{ "[file:size = '9007199254740993']", NULL },
	{ "[network-traffic:x_misp_dst_port = '8443']", NULL },
	{ "[x-own:dst_port = '8443']", NULL },
	/* Booleans. */
	{ "[process:is_hidden = 'True' AND email-message:is_multipart != 'false']",
	    "[process:is_hidden = true AND email-message:is_multipart != false]" },
	{ "[process:is_hidden = 'yes']", NULL },
	/* Hash names. */
	{ "[file:hashes.SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']",
	    "[file:hashes.'SHA-256' = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']" },
	{ "[file:hashes.'sha1' = 'a9993e364706816aba3e25717850c26c9cd0d89d']",
	    "[file:hashes.'SHA-1' = 'a9993e364706816aba3e25717850c26c9cd0d89d']" },
	{ "[file:hashes.md5 = '900150983cd24fb0d6963f7d28e17f72']",
	    "[file:hashes.MD5 = '900150983cd24fb0d6963f7d28e17f72']" },
	{ "[file:hashes.SHA-1 = 'a9993e364706816aba3e25717850c26c9cd0d89d']",
	    "[file:hashes.'SHA-1' = 'a9993e364706816aba3e25717850c26c9cd0d89d']" },
	{ "[process:image_ref.hashes.ssdeep LIKE '3:%']", "[process:image_ref.hashes.SSDEEP LIKE '3:%']" },
	{ "[file:hashes.'SHA-256' LIKE 'ab%']", NULL },
	{ "[file:hashes.SHA224 = 'x']", NULL },
	{ "[file:hashes.md5 = 'not a hash']", NULL }, /* it would be refused under its right name */
	{ "[file:name = 'hashes.SHA256']", NULL },
	{ "[x509-certificate:hashes.sha1 LIKE 'a%']", "[x509-certificate:hashes.'SHA-1' LIKE 'a%']" },
	/* Lists without a step. */
	{ "[windows-registry-key:values.data = 'x']", "[windows-registry-key:values[*].data = 'x']" },
	{ "[windows-registry-key:values[0].data = 'x']", NULL },
	{ "[network-traffic:protocols = 'tcp']", "[network-traffic:protocols[*] = 'tcp']" },
	{ "[network-traffic:protocols IN ('tcp') AND network-traffic:dst_port = '80']",
	    "[network-traffic:protocols[*] IN ('tcp') AND network-traffic:dst_port = 80]" },
	{ "[EXISTS network-traffic:protocols]", NULL },
	{ "[EXISTS windows-registry-key:values.data]", "[EXISTS windows-registry-key:values[*].data]" },
	{ "[domain-name:resolves_to_refs.value = '198.51.100.3']",
	    "[domain-name:resolves_to_refs[*].value = '198.51.100.3']" },
	{ "[email-message:body_multipart.body_raw_ref.name = 'x']",
	    "[email-message:body_multipart[*].body_raw_ref.name = 'x']" },
	{ "[file:extensions.'windows-pebinary-ext'.sections.name = 'x']",
	    "[file:extensions.'windows-pebinary-ext'.sections[*].name = 'x']" },
	{ "[file:name = 'values.data']", NULL },
	/* Names of 2.0. */
	{ "[file:created > t'2014-01-13T07:03:17Z']", "[file:ctime > t'2014-01-13T07:03:17Z']" },
	{ "[process:binary_ref.name = 'x']", "[process:image_ref.name = 'x']" },
	{ "[process:name = 'x']", NULL }, /* has no home in 2.1 */
	{ "[windows-registry-key:modified > t'2014-01-13T07:03:17Z']",
	    "[windows-registry-key:modified_time > t'2014-01-13T07:03:17Z']" },
	/* All at once, and what surrounds them. */
	{ "([windows-registry-key:values.data = '8'] AND [network-traffic:src_port = '1' // '2'\n]) WITHIN 5 SECONDS",
	    "([windows-registry-key:values[*].data = '8'] AND [network-traffic:src_port = 1 // '2'\n]) WITHIN 5 "
	    "SECONDS" },
	/* No patterns. */
	{ "", NULL },
	{ "network-traffic:dst_port = '8443'", NULL },
	{ "[network-traffic:dst_port = '8443'", NULL },
	{ "[network-traffic:dst_port = '8443' ?]", NULL },
	{ "[network-traffic:protocols[", NULL },
};

static void
edit__puts_right_what_is_meant_and_nothing_else(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_pattern_edits edits = { .wanted = ALL };
		ac_str from = ac_str_from(rows[i].from), to, again;

		assert_int_equal(ac_pattern_edit_text(from, &edits, &arena, &to, NULL), 0);
		if (!ac_str_eq(to, rows[i].to ? ac_str_from(rows[i].to) : from))
			fail_msg("%s: got %.*s", rows[i].from, AC_FMT(to));
		assert_int_equal(
		    edits.counts[0] + edits.counts[1] + edits.counts[2] + edits.counts[3] + edits.counts[4] > 0,
		    rows[i].to != NULL);
		/* Once is enough. */
		assert_int_equal(ac_pattern_edit_text(to, &edits, &arena, &again, NULL), 0);
		assert_str(again, to);
		/* What is not wanted is not done. */
		edits.wanted = 0;
		assert_int_equal(ac_pattern_edit_text(from, &edits, &arena, &again, NULL), 0);
		assert_str(again, from);
	}
	ac_arena_done(&arena);
}

static void
edit__counts_by_kind(void **state)
{
	ac_pattern_edits edits = { .wanted = 1U << AC_PATTERN_EDIT_INTEGERS | 1U << AC_PATTERN_EDIT_LISTS };
	ac_arena arena;
	ac_str to;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(
	    ac_pattern_edit_text(AC_S("[network-traffic:dst_port IN ('1','2') AND network-traffic:protocols = "
				      "'tcp' AND file:hashes.md5 LIKE 'a%']"),
		&edits, &arena, &to, NULL),
	    0);
	assert_str(to, AC_S("[network-traffic:dst_port IN (1,2) AND network-traffic:protocols[*] = 'tcp' AND "
			    "file:hashes.md5 LIKE 'a%']"));
	assert_int_equal(edits.counts[AC_PATTERN_EDIT_INTEGERS], 2);
	assert_int_equal(edits.counts[AC_PATTERN_EDIT_LISTS], 1);
	assert_int_equal(edits.counts[AC_PATTERN_EDIT_HASHES], 0);
	ac_arena_done(&arena);
}

static void
hash_name__is_the_vocabularys(void **state)
{
	static const struct {
		const char *name, *term;
	} names[] = { { "sha256", "SHA-256" }, { "SHA_256", "SHA-256" }, { "Sha-256", "SHA-256" }, { "md5", "MD5" },
		{ "sha3256", "SHA3-256" }, { "ssdeep", "SSDEEP" }, { "tlsh", "TLSH" } };
	static const char *const others[] = { "SHA-256", "MD5", "SHA-224", "sha", "", "-", "SHA-2566", "imphash" };

	for (size_t i = 0; i < AC_COUNT(names); i++)
		assert_str(ac_stix_hash_name(ac_str_from(names[i].name)), ac_str_from(names[i].term));
	for (size_t i = 0; i < AC_COUNT(others); i++)
		assert_null(ac_stix_hash_name(ac_str_from(others[i])).p);
}

static void
edit__survives_every_allocation_failure(void **state)
{
	static const ac_str text = AC_S_INIT("[network-traffic:dst_port = '8443']");

	for (unsigned long n = 1;; n++) {
		ac_pattern_edits edits = { .wanted = ALL };
		ac_arena arena;
		ac_str to;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_pattern_edit_text(text, &edits, &arena, &to, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edit__puts_right_what_is_meant_and_nothing_else),
		cmocka_unit_test(edit__counts_by_kind),
		cmocka_unit_test(hash_name__is_the_vocabularys),
		cmocka_unit_test(edit__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
