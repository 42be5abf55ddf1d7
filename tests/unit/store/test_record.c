/* SPDX-License-Identifier: Apache-2.0 */
/* Records: what is read from an object, and what survives the way through a frame. */
#include "fail_malloc.h"
#include "store_support.h"

static void
print_facts(const ac_record *r, ac_buf *out)
{
	for (size_t i = 0; i < r->edge_count; i++)
		ac_buf_printf(out, "E %.*s %.*s %.*s\n", AC_FMT(r->edges[i].kind), AC_FMT(r->edges[i].source_id),
		    AC_FMT(r->edges[i].target_id));
	for (size_t i = 0; i < r->name_count; i++)
		ac_buf_printf(out, "N %d %.*s (%.*s)\n", (int)r->names[i].kind, AC_FMT(r->names[i].text),
		    AC_FMT(r->names[i].namer));
	for (size_t i = 0; i < r->value_count; i++)
		ac_buf_printf(out, "V %d %.*s %.*s\n", (int)r->values[i].role,
		    AC_FMT(ac_value_type_name(r->values[i].value.type)), AC_FMT(r->values[i].value.text));
}

static const struct {
	const char *json;
	const char *facts;
} fact_rows[] = {
	{ "{" COMMON("intrusion-set", GROUP,
	      "2021-07-19T10:00:00.000Z") ",\"name\":\"Example Panda\",\"aliases\":[\"Example Panda\",\"EP-1\"],"
					  "\"created_by_ref\":\"" IDENTITY
					  "\",\"external_references\":[{\"source_name\":\"mitre-attack\",\"external_"
					  "id\":\"G9999\"},"
					  "{\"source_name\":\"blog\",\"url\":\"https://blog.example/\"}],"
					  "\"object_marking_refs\":[\"marking-definition--94868c89-83c2-464b-929b-"
					  "a1a8aa3c8487\"]}",
	    "E created_by_ref " GROUP " " IDENTITY "\n"
	    "E object_marking_refs " GROUP " marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487\n"
	    "N 0 Example Panda ()\nN 1 EP-1 ()\nN 2 G9999 (mitre-attack)\n" },
	/* a relationship: one edge between its ends, its own references beside it */
	{ "{" COMMON("relationship", USES,
	      "2021-07-19T10:00:00.000Z") ",\"relationship_type\":\"uses\",\"source_ref\":\"" GROUP
					  "\",\"target_ref\":\"" MALWARE "\",\"created_by_ref\":\"" IDENTITY "\"}",
	    "E uses " GROUP " " MALWARE "\nE created_by_ref " USES " " IDENTITY "\n" },
	{ "{" COMMON("sighting", "sighting--6b7f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e",
	      "2021-07-19T10:00:00.000Z") ",\"sighting_of_ref\":\"" INDICATOR "\",\"where_sighted_refs\":[\"" IDENTITY
					  "\",\"not an id\"],\"x_ref\":7}",
	    "E sighting_of_ref sighting--6b7f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e " INDICATOR "\n"
	    "E where_sighted_refs sighting--6b7f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e " IDENTITY "\n" },
	/* observables are values, and their names no names */
	{ "{\"type\":\"domain-name\",\"spec_version\":\"2.1\",\"id\":\"domain-name--bedb4899-d24b-5401-bc86-"
	  "8f6b4cc18ec7\",\"value\":\"EVIL.Example\"}",
	    "V 0 domain-name evil.example\n" },
	{ "{\"type\":\"file\",\"spec_version\":\"2.1\",\"id\":\"file--bedb4899-d24b-5401-bc86-8f6b4cc18ec7\",\"name\":"
	  "\"Run.EXE\",\"hashes\":{"
	  "\"MD5\":\"D41D8CD98F00B204E9800998ECF8427E\",\"SHA-1\":\"da39a3ee5e6b4b0d3255bfef95601890afd80709\","
	  "\"SSDEEP\":\"3::\"}}",
	    "V 0 file-name run.exe\nV 0 md5 d41d8cd98f00b204e9800998ecf8427e\nV 0 sha1 "
	    "da39a3ee5e6b4b0d3255bfef95601890afd80709\n" },
	{ "{\"type\":\"email-message\",\"spec_version\":\"2.1\",\"id\":\"email-message--bedb4899-d24b-5401-bc86-"
	  "8f6b4cc18ec7\",\"is_multipart\":true,"
	  "\"body_multipart\":[{\"body_raw_ref\":\"artifact--bedb4899-d24b-5401-bc86-8f6b4cc18ec7\"}]}",
	    "E body_raw_ref email-message--bedb4899-d24b-5401-bc86-8f6b4cc18ec7 "
	    "artifact--bedb4899-d24b-5401-bc86-8f6b4cc18ec7\n" },
	{ "{\"type\":\"autonomous-system\",\"spec_version\":\"2.1\",\"id\":\"autonomous-system--bedb4899-d24b-5401-"
	  "bc86-8f6b4cc18ec7\",\"number\":64496}",
	    "V 0 autonomous-system 64496\n" },
	{ "{" COMMON("vulnerability", "vulnerability--7c8f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e",
	      "2021-07-19T10:00:00.000Z") ",\"name\":\"CVE-2021-26855\"}",
	    "N 0 CVE-2021-26855 ()\nV 0 cve CVE-2021-26855\n" },
	/* equalities of patterns */
	{ "{" COMMON("indicator", INDICATOR,
	      "2021-07-19T10:00:00.000Z") ",\"pattern_type\":\"stix\",\"valid_from\":\"2021-07-19T10:00:00Z\","
					  "\"pattern\":"
					  "\"[domain-name:value = 'Evil.Example' OR ipv4-addr:value IN ('192.0.2.1', "
					  "'198.51.100.0/24')] AND "
					  "[file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709' AND "
					  "file:name = 'a.exe']\"}",
	    "V 1 domain-name evil.example\nV 1 ipv4-addr 192.0.2.1\nV 1 ipv4-addr 198.51.100.0/24\n"
	    "V 1 sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709\nV 1 file-name a.exe\n" },
	{ "{" COMMON("indicator", INDICATOR,
	      "2021-07-19T10:00:00.000Z") ",\"valid_from\":\"2021-07-19T10:00:00Z\",\"pattern\":"
					  "\"[network-traffic:dst_ref.value = '2001:db8::1' OR "
					  "domain-name:resolves_to_refs[*].value = '192.0.2.9' OR "
					  "network-traffic:dst_ref.type = 'ipv4-addr' OR ipv4-addr:value ISSUBSET "
					  "'203.0.113.0/24']\"}",
	    "V 1 ipv6-addr 2001:db8::1\nV 1 ipv4-addr 192.0.2.9\nV 1 ipv4-addr 203.0.113.0/24\n" },
	/* what is no equality, no stix pattern, or no pattern at all, brings no value */
	{ "{" COMMON("indicator", INDICATOR,
	      "2021-07-19T10:00:00.000Z") ",\"pattern_type\":\"stix\",\"valid_from\":\"2021-07-19T10:00:00Z\","
					  "\"pattern\":"
					  "\"[domain-name:value != 'evil.example' OR domain-name:value LIKE "
					  "'%.example' OR NOT url:value = 'http://evil.example/']\"}",
	    "" },
	{ "{" COMMON("indicator", INDICATOR, "2021-07-19T10:00:00.000Z") ",\"pattern_type\":\"yara\",\"pattern\":\"["
									 "domain-name:value = 'evil.example']\"}",
	    "" },
	{ "{" COMMON(
	      "indicator", INDICATOR, "2021-07-19T10:00:00.000Z") ",\"pattern_type\":\"stix\",\"pattern\":\"[[[\"}",
	    "" },
};

static void
from_object__takes_references_names_and_values(void **state)
{
	fixture f = { 0 };

	ac_arena_init(&f.arena, (size_t)16 << 20);
	for (size_t i = 0; i < AC_COUNT(fact_rows); i++) {
		ac_record record = record_of(&f, fact_rows[i].json);
		ac_buf got;

		ac_buf_init(&got, 1 << 20);
		print_facts(&record, &got);
		if (!ac_str_eq(ac_buf_view(&got), ac_str_from(fact_rows[i].facts)))
			fail_msg("row %zu: got\n%.*swant\n%s", i, AC_FMT(ac_buf_view(&got)), fact_rows[i].facts);
		ac_buf_done(&got);
	}
	ac_arena_done(&f.arena);
	(void)state;
}

static void
from_object__takes_the_head(void **state)
{
	static const char json[] = "{" COMMON(
	    "malware", MALWARE, "2021-07-20T11:12:13.456Z") ",\"name\":\"x\",\"is_family\":true,\"revoked\":true,"
							    "\"object_marking_refs\":[\"marking-definition--5e57c739-"
							    "391a-4eb3-b6be-7d15ca92d5ed\"]}";
	fixture f = { 0 };
	ac_record r;

	ac_arena_init(&f.arena, (size_t)16 << 20);
	r = record_of(&f, json);
	assert_str(r.id, AC_S(MALWARE));
	assert_str(r.type, AC_S("malware"));
	assert_int_equal(r.created.seconds, SECONDS_2021);
	assert_int_equal(r.modified.seconds, SECONDS_2021 + 86400 + 3600 + 12 * 60 + 13);
	assert_int_equal(r.modified.nanoseconds, 456000000);
	assert_true(r.revoked);
	assert_false(r.abridged);
	assert_int_equal(r.form, AC_FORM_STIX21);
	assert_int_equal(r.tlp, AC_TLP_RED);
	assert_str(r.exact, ac_str_from(json));
	ac_arena_done(&f.arena);
	(void)state;
}

static void
from_object__bounds_the_facts_of_one_object(void **state)
{
	fixture f = { 0 };
	const ac_json *value;
	ac_record record;
	ac_buf json;

	ac_arena_init(&f.arena, (size_t)256 << 20);
	ac_buf_init(&json, (size_t)64 << 20);
	ac_buf_add_cstr(&json, "{" COMMON("report", "report--7c8f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e",
				   "2021-07-19T10:00:00.000Z") ",\"object_refs\":[");
	for (int i = 0; i <= AC_OBJECT_FACTS_MAX; i++)
		ac_buf_printf(&json, "%s\"malware--3e4f8e60-0f0c-4a4f-8f55-2f3a%08x\"", i ? "," : "", (unsigned)i);
	ac_buf_add_cstr(&json, "]}");
	assert_int_equal(ac_json_parse(ac_buf_view(&json), AC_JSON_LIMITS, &f.arena, &value, &f.err), 0);
	assert_int_equal(ac_record_from_object(value, &f.arena, &record, &f.err), ACCORD_ELIMIT);
	ac_buf_done(&json);
	ac_arena_done(&f.arena);
	(void)state;
}

static ac_record
full_record(fixture *f)
{
	ac_record r = record_of(f, fact_rows[0].json);
	static ac_fact_value values[2] = {
		{ AC_ROLE_SELF, { AC_VALUE_IPV4, AC_S_INIT("192.0.2.0/24"), { 192, 0, 2, 0 }, 24 } },
		{ AC_ROLE_PATTERN, { AC_VALUE_IPV6, AC_S_INIT("2001:db8::1"), { 0x20, 1, 0xd, 0xb8, [15] = 1 }, 128 } },
	};

	r.values = values;
	r.value_count = 2;
	r.revoked = true;
	r.abridged = true;
	r.form = AC_FORM_DERIVED;
	r.tlp = AC_TLP_AMBER;
	r.derived = AC_S("{\"derived\":true}");
	r.created = AC_TIME_MIN;
	r.modified = (ac_time){ -5, 999999999 };
	return r;
}

static void
pack__and_unpack_give_the_same_record(void **state)
{
	fixture f = { 0 };
	ac_record record, back;
	ac_buf bytes, want, got;

	ac_arena_init(&f.arena, (size_t)16 << 20);
	ac_buf_init(&bytes, 1 << 20);
	ac_buf_init(&want, 1 << 20);
	ac_buf_init(&got, 1 << 20);
	record = full_record(&f);
	assert_int_equal(ac_record_pack(&record, &bytes, &f.err), 0);
	assert_int_equal(ac_record_unpack(ac_buf_view(&bytes), &f.arena, &back, &f.err), 0);
	print_facts(&record, &want);
	print_facts(&back, &got);
	assert_str(ac_buf_view(&got), ac_buf_view(&want));
	assert_str(back.id, record.id);
	assert_str(back.type, record.type);
	assert_str(back.exact, record.exact);
	assert_str(back.derived, record.derived);
	assert_int_equal(ac_time_cmp(back.created, record.created), 0);
	assert_int_equal(ac_time_cmp(back.modified, record.modified), 0);
	assert_true(back.revoked && back.abridged);
	assert_int_equal(back.form, AC_FORM_DERIVED);
	assert_int_equal(back.tlp, AC_TLP_AMBER);
	assert_int_equal(back.values[0].value.prefix_bits, 24);
	assert_memory_equal(back.values[1].value.address, record.values[1].value.address, 16);
	ac_buf_done(&bytes);
	ac_buf_done(&want);
	ac_buf_done(&got);
	ac_arena_done(&f.arena);
	(void)state;
}

static void
pack__and_unpack_give_the_same_row(void **state)
{
	ac_row row = { .value = { AC_VALUE_IPV4, AC_S("192.0.2.1"), { 192, 0, 2, 1 }, 32 },
		.exact = AC_S("192.0.2.1 # c2"),
		.valid_from = { SECONDS_2021, 0 },
		.valid_until = AC_TIME_MAX,
		.confidence = -1,
		.comment = AC_S("c2") };
	ac_row back;
	ac_arena arena;
	ac_buf bytes;

	ac_arena_init(&arena, 1 << 20);
	ac_buf_init(&bytes, 1 << 20);
	assert_int_equal(ac_row_pack(&row, &bytes, NULL), 0);
	assert_int_equal(ac_row_unpack(ac_buf_view(&bytes), &arena, &back, NULL), 0);
	assert_str(back.value.text, row.value.text);
	assert_memory_equal(back.value.address, row.value.address, 16);
	assert_str(back.exact, row.exact);
	assert_str(back.comment, row.comment);
	assert_int_equal(back.confidence, -1);
	assert_int_equal(ac_time_cmp(back.valid_from, row.valid_from), 0);
	assert_int_equal(ac_time_cmp(back.valid_until, AC_TIME_MAX), 0);
	ac_buf_done(&bytes);
	ac_arena_done(&arena);
	(void)state;
}

/* The bytes come from a role that hostile input may have taken over: whatever is cut off or changed must be refused or give a sound record. */
static void
unpack__refuses_every_cut_and_survives_every_changed_byte(void **state)
{
	fixture f = { 0 };
	ac_record record, back;
	ac_buf bytes;

	ac_arena_init(&f.arena, (size_t)16 << 20);
	ac_buf_init(&bytes, 1 << 20);
	record = full_record(&f);
	assert_int_equal(ac_record_pack(&record, &bytes, &f.err), 0);
	for (size_t n = 0; n < bytes.n; n++) {
		char *copy = malloc(n ? n : 1);
		ac_arena arena;

		memcpy(copy, bytes.p, n);
		ac_arena_init(&arena, (size_t)16 << 20);
		assert_int_equal(ac_record_unpack((ac_str){ copy, n }, &arena, &back, &f.err), ACCORD_EINPUT);
		assert_true(f.err.text[0] != '\0');
		ac_arena_done(&arena);
		free(copy);
	}
	for (size_t i = 0; i < bytes.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			ac_arena arena;

			bytes.p[i] ^= (char)(1 << bit);
			ac_arena_init(&arena, (size_t)16 << 20);
			if (ac_record_unpack(ac_buf_view(&bytes), &arena, &back, &f.err) == 0)
				assert_true(back.edge_count <= AC_OBJECT_FACTS_MAX && back.exact.p >= bytes.p &&
					    back.exact.p + back.exact.n <= bytes.p + bytes.n);
			ac_arena_done(&arena);
			bytes.p[i] ^= (char)(1 << bit);
		}
	ac_buf_add_byte(&bytes, 0);
	assert_int_equal(ac_record_unpack(ac_buf_view(&bytes), &f.arena, &back, &f.err), ACCORD_EINPUT);
	ac_buf_done(&bytes);
	ac_arena_done(&f.arena);
	(void)state;
}

static void
records__survive_every_allocation_failure(void **state)
{
	for (unsigned long n = 1;; n++) {
		ac_arena parse_arena, arena;
		const ac_json *value;
		ac_record record, back;
		ac_buf bytes;
		accord_err err = { 0 };
		int rc;

		ac_arena_init(&parse_arena, (size_t)16 << 20);
		ac_arena_init(&arena, (size_t)16 << 20);
		ac_buf_init(&bytes, 1 << 20);
		assert_int_equal(
		    ac_json_parse(ac_str_from(fact_rows[8].json), AC_JSON_LIMITS, &parse_arena, &value, &err), 0);
		fail_malloc_at(n);
		rc = ac_record_from_object(value, &arena, &record, &err);
		if (rc == 0)
			rc = ac_record_pack(&record, &bytes, &err);
		if (rc == 0)
			rc = ac_record_unpack(ac_buf_view(&bytes), &arena, &back, &err);
		bool failed = fail_malloc_done();
		ac_buf_done(&bytes);
		ac_arena_done(&arena);
		ac_arena_done(&parse_arena);
		assert_int_equal(rc, failed ? ACCORD_ENOMEM : 0);
		if (!failed)
			break;
	}
	(void)state;
}

static void
name_key__keeps_every_script_and_drops_punctuation(void **state)
{
	static const struct {
		const char *name;
		const char *key;
	} rows[] = {
		{ "BRONZE MOHAWK", "bronzemohawk" },
		{ "bronze-mohawk", "bronzemohawk" },
		{ "TEMP.Periscope", "tempperiscope" },
		{ "APT 40", "apt40" },
		{ "\xef\xbc\xa1\xef\xbc\xb0\xef\xbc\xb4\xef\xbc\x94\xef\xbc\x90", "apt40" },        /* full width */
		{ "\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1", "\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1" }, /* OceanLotus */
		{ "\xe6\x91\xa9\xe8\xaf\x83\xe8\x8d\x89", "\xe6\x91\xa9\xe8\xaf\x83\xe8\x8d\x89" },
		{ "\xd0\x9c\xd0\x95\xd0\x94\xd0\x92\xd0\x95\xd0\x94\xd0\xac",
		    "\xd0\xbc\xd0\xb5\xd0\xb4\xd0\xb2\xd0\xb5\xd0\xb4\xd1\x8c" },
		{ "Stra\xc3\x9f"
		  "e",
		    "strasse" },            /* full case folding */
		{ "\xef\xac\x81n", "fin" }, /* fi ligature, compatibility */
		{ "Caf\xc3\xa9", "caf\xc3\xa9" },
		{ "Cafe\xcc\x81", "caf\xc3\xa9" }, /* composed */
		{ "???", "???" },
		{ "", "" },
	};
	ac_arena arena;

	ac_arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_str(ac_name_key(ac_str_from(rows[i].name), &arena), ac_str_from(rows[i].key));
	ac_arena_done(&arena);
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_object__takes_references_names_and_values),
		cmocka_unit_test(from_object__takes_the_head),
		cmocka_unit_test(from_object__bounds_the_facts_of_one_object),
		cmocka_unit_test(pack__and_unpack_give_the_same_record),
		cmocka_unit_test(pack__and_unpack_give_the_same_row),
		cmocka_unit_test(unpack__refuses_every_cut_and_survives_every_changed_byte),
		cmocka_unit_test(records__survive_every_allocation_failure),
		cmocka_unit_test(name_key__keeps_every_script_and_drops_punctuation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
