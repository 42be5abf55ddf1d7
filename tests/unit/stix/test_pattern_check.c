/* SPDX-License-Identifier: Apache-2.0 */
/* What is odd about patterns: each note, where it stands, and what is not odd. */
#include "pattern_test.h"

#include "fail_malloc.h"
#include "stix/pattern_check.h"

typedef struct heard {
	ac_buf codes; /* "code@byte " of each, with '!' when it matches nothing */
	size_t count;
} heard;

static void
hear(void *payload, const ac_pattern_note *note)
{
	heard *h = payload;

	assert_true(note->code.n && note->section.n && note->text.n);
	ac_buf_printf(&h->codes, "%s%.*s@%zu%s", h->count ? " " : "", AC_FMT(note->code), note->byte,
	    note->matches_nothing ? "!" : "");
	h->count++;
}

static void
check(const char *text, const ac_pattern_validity *validity, const char *want)
{
	heard h = { .count = 0 };
	accord_err err = { 0 };
	ac_arena arena;
	int count;

	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&h.codes, AC_MIB);
	count = ac_pattern_check(tree_of(&arena, ac_str_from(text)), validity, &arena, hear, &h, &err);
	assert_int_equal(count, h.count);
	if (!ac_str_eq(ac_buf_view(&h.codes), ac_str_from(want)))
		fail_msg("%s\n  want %s\n  got  %.*s", text, want, AC_FMT(ac_buf_view(&h.codes)));
	ac_buf_done(&h.codes);
	ac_arena_done(&arena);
}

static void
check__says_nothing_of_the_standards_own_kind_of_patterns(void **state)
{
	static const char *const rows[] = {
		"[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f' AND "
		"file:size > 0]",
		"[email-message:from_ref.value MATCHES '.+\\\\@a' AND "
		"email-message:body_multipart[*].body_raw_ref.name MATCHES 'x']",
		"[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]",
		"[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.33/32']",
		"[network-traffic:dst_ref.value ISSUBSET '2001:db8::/64' OR ipv4-addr:value ISSUPERSET "
		"'198.51.100.0/24']",
		"[artifact:payload_bin = h'00' OR artifact:payload_bin = b'AA==' OR artifact:payload_bin = 'x' OR "
		"file:name = h'41']",
		"[file:magic_number_hex = h'ffd8' OR file:magic_number_hex LIKE '%']",
		"[x-usb-device:usbdrive.serial_number = '575833314133343231313937']",
		"[domain-name:value = 'a.example' OR ipv4-addr:value = '198.51.100.1'] REPEATS 2 TIMES WITHIN 5 "
		"SECONDS",
		"[EXISTS windows-registry-key:values OR NOT EXISTS file:hashes OR EXISTS process:image_ref]",
		"[process:environment_variables.PATH LIKE '%x%' OR file:x_ours.y[0] = 1 OR process:pid IN (1, 2.5)]",
		"[email-message:additional_header_fields.'Reply-To'[*] = 'a' OR directory:contains_refs[*].name = 'x']",
		"[windows-registry-key:values[*].data_type = 'REG_SZ' OR user-account:is_disabled = true]",
		"[file:parent_directory_ref = 'directory--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f' OR file:id LIKE "
		"'file--%']",
		"[network-traffic:extensions.'http-request-ext'.request_method = 'get' OR file:mtime > "
		"t'2020-01-01T00:00:00Z']",
		"[file:content_ref.hashes.MD5 = 'cead3f77f6cda6ec00f57d76c9a6879f' OR "
		"network-traffic:encapsulates_refs[0].dst_port = 80]",
		"[(file:size = 1 OR process:pid = 1) AND file:name = 'x']",
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		check(rows[i], NULL, "");
}

static void
check__tells_each_mistake_with_its_place(void **state)
{
	static const char *const rows[][2] = {
		/* s9.7: paths */
		{ "[fil:name = 'x']", "unknown-type@1" },
		{ "[malware:name = 'x']", "no-observable@1!" },
		{ "[file:nam = 'x']", "unknown-property@1!" },
		{ "[file:extensions.'ntfs-ext'.alternate_data_streams[*].nam = 'x']", "unknown-property@1!" },
		{ "[email-message:from_ref.name = 'x']", "unknown-property@1!" },
		{ "[file:nam NOT = 'x' OR NOT EXISTS file:nam]", "unknown-property@1 unknown-property@23" },
		{ "[windows-registry-key:values.data = 'x']", "missing-list-step@1!" },
		{ "[network-traffic:protocols = 'tcp']", "missing-list-step@1!" },
		{ "[domain-name:resolves_to_refs.value = 'x']", "missing-list-step@1!" },
		{ "[file:size[0] = 1]", "no-list@1!" },
		{ "[file:hashes[*] = 'x']", "no-list@1!" },
		{ "[file:name.first = 'x']", "nothing-inside@1!" },
		{ "[email-message:received_lines.x = 'x']", "nothing-inside@1!" },
		{ "[file:hashes.sha256 LIKE 'x%' OR file:hashes.SHA_512 LIKE 'y' OR file:hashes.crc LIKE 'z']",
		    "hash-name@1 hash-name@33 hash-name@65" },
		{ "[process:extensions.'ntfs-ext'.sid = 'x']", "others-extension@1!" },
		{ "[file:hashes = 'x' OR file:extensions.'ntfs-ext' = 'x']", "no-single-value@1! no-single-value@22!" },
		/* s9.2, s9.6.1: constants */
		{ "[file:size = '1']", "wrong-constant@1!" },
		{ "[file:size != '1' OR file:name = 1 OR user-account:is_disabled = 'true']",
		    "wrong-constant@1 wrong-constant@21! wrong-constant@38!" },
		{ "[file:mtime = '2020-01-01T00:00:00Z' OR file:name = t'2020-01-01T00:00:00Z']",
		    "wrong-constant@1! wrong-constant@40!" },
		{ "[file:size = h'00' OR file:mtime IN (t'2020-01-01T00:00:00Z', true)]",
		    "wrong-constant@1! wrong-constant@22!" },
		{ "[file:size LIKE '1%' OR file:mtime MATCHES 'x' OR process:is_hidden LIKE 't%']",
		    "no-text@1! no-text@24! no-text@50!" },
		{ "[file:parent_directory_ref = 'C:\\\\Temp']", "id-compared@1!" },
		{ "[windows-registry-key:values[*].data_type IN ('REG_SZ', 'REG_TEXT')]", "no-term@1!" },
		{ "[domain-name:value ISSUBSET '198.51.100.0/24']", "no-address@1!" },
		{ "[ipv4-addr:value ISSUBSET 'intranet']", "no-address@1!" },
		{ "[ipv4-addr:value = '198.51.100.256' OR ipv4-addr:value LIKE '198.51.100.256']", "wrong-form@1!" },
		{ "[file:size = -1 OR file:size > -1 OR network-traffic:dst_port IN (65535, 65536)]",
		    "out-of-range@1! out-of-range@37!" },
		{ "[file:size IN ()]", "empty-set@1!" },
		{ "[file:mtime = t'2020-02-30T00:00:00Z']", "unusable@1!" },
		/* s9.5: one object */
		{ "[file:name = 'x' AND process:pid = 1]", "types-differ@1!" },
		{ "[(file:name = 'x' OR process:pid = 1) AND (url:value = 'http://x.example/' OR mutex:name = 'm')]",
		    "types-differ@2!" },
		{ "[file:name = 'x' AND process:pid = 1 AND mutex:name = 'm']", "types-differ@1!" },
		/* s9.5.1: qualifiers */
		{ "[file:size = 1] WITHIN 5 SECONDS", "idle-within@0" },
		{ "[file:size = 1] WITHIN 0 SECONDS OR [file:size = 2] REPEATS 0 TIMES", "unusable@0! unusable@36!" },
		{ "[file:size = 1] START t'2021-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", "empty-window@0!" },
		{ "[file:size = 1] START t'2021-01-01T00:00:00Z' STOP t'2021-02-30T00:00:00Z'", "unusable@0!" },
	};

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		check(rows[i][0], NULL, rows[i][1]);
}

/* s9.5.1: SHOULD lie within the indicator's own time. */
static void
check__holds_windows_against_the_indicators_time(void **state)
{
	ac_pattern_validity validity;

	assert_int_equal(ac_time_parse_stix(AC_S("2021-01-01T00:00:00Z"), &validity.from, NULL), 0);
	assert_int_equal(ac_time_parse_stix(AC_S("2022-01-01T00:00:00Z"), &validity.until, NULL), 0);
	check("[file:size = 1] START t'2021-01-01T00:00:00Z' STOP t'2022-01-01T00:00:00Z'", &validity, "");
	check("[file:size = 1] START t'2020-12-31T23:59:59.999Z' STOP t'2022-01-01T00:00:00.001Z'", &validity,
	    "before-valid-from@0 after-valid-until@0");
	validity = (ac_pattern_validity){ AC_TIME_MIN, AC_TIME_MAX };
	check("[file:size = 1] START t'1999-01-01T00:00:00Z' STOP t'2999-01-01T00:00:00Z'", &validity, "");
}

static void
check__counts_more_than_it_tells(void **state)
{
	heard h = { .count = 0 };
	accord_err err = { 0 };
	ac_buf text;
	ac_arena arena;

	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&text, AC_MIB);
	ac_buf_init(&h.codes, AC_MIB);
	ac_buf_add_cstr(&text, "[file:nam = 1");
	for (unsigned i = 1; i < AC_STIX_FINDINGS_MAX + 5; i++)
		ac_buf_add_cstr(&text, " OR file:nam = 1");
	ac_buf_add_cstr(&text, "]");
	assert_int_equal(ac_pattern_check(tree_of(&arena, ac_buf_view(&text)), NULL, &arena, hear, &h, &err),
	    AC_STIX_FINDINGS_MAX + 5);
	assert_int_equal(h.count, AC_STIX_FINDINGS_MAX);
	assert_int_equal(ac_pattern_check(tree_of(&arena, ac_buf_view(&text)), NULL, &arena, NULL, NULL, &err),
	    AC_STIX_FINDINGS_MAX + 5);
	ac_buf_done(&h.codes);
	ac_buf_done(&text);
	ac_arena_done(&arena);
}

static void
check__survives_every_allocation_failure(void **state)
{
	const ac_pattern_node *root;
	accord_err err = { 0 };
	ac_arena arena, scratch;

	ac_arena_init(&arena, AC_MIB);
	root = tree_of(&arena, AC_S("[file:nam = 1 OR file:size = 'x' OR file:hashes.SHA256 LIKE 'x']"));
	for (unsigned long n = 1;; n++) {
		heard h = { .count = 0 };
		bool failed;
		int rc;

		ac_arena_init(&scratch, AC_MIB);
		ac_buf_init(&h.codes, AC_MIB);
		assert_non_null(ac_buf_reserve(&h.codes, 1000));
		fail_malloc_at(n);
		rc = ac_pattern_check(root, NULL, &scratch, hear, &h, &err);
		failed = fail_malloc_done();
		ac_buf_done(&h.codes);
		ac_arena_done(&scratch);
		if (!failed) {
			assert_int_equal(rc, 3);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	ac_arena_init(&scratch, 16);
	assert_int_equal(ac_pattern_check(root, NULL, &scratch, hear, &(heard){ .count = 0 }, &err), ACCORD_ELIMIT);
	ac_arena_done(&scratch);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check__says_nothing_of_the_standards_own_kind_of_patterns),
		cmocka_unit_test(check__tells_each_mistake_with_its_place),
		cmocka_unit_test(check__holds_windows_against_the_indicators_time),
		cmocka_unit_test(check__counts_more_than_it_tells),
		cmocka_unit_test(check__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests_name("pattern_check", tests, NULL, NULL);
}
