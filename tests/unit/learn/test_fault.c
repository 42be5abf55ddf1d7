/* SPDX-License-Identifier: Apache-2.0 */
/* Every reader with every allocation failing once: a clean ACCORD_ENOMEM, no crash, nothing left behind (the sanitizer build looks), and no record that is not one. */
#include "learn_support.h"

#include "fail_malloc.h"
#include "learn/kinds.h"

typedef struct fault_row {
	const ac_reader_kind *kind;
	const char *text;
} fault_row;

static const fault_row rows[] = {
	{ &ac_reader_stix,
	    "{\"type\":\"observed-data\",\"id\":\"observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf\",\"created\":"
	    "\"2016-04-06T19:58:16.000Z\","
	    "\"modified\":\"2016-04-06T19:58:16.000Z\",\"first_observed\":\"2015-12-21T19:00:00Z\",\"last_observed\":"
	    "\"2015-12-21T19:00:00Z\","
	    "\"number_observed\":50,\"objects\":{\"0\":{\"type\":\"ipv4-addr\",\"value\":\"203.0.113.7\"}}}" },
	{ &ac_reader_stix, "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--31b940d4-6f7f-459a-"
			   "80ea-9c1f17b58abd\",\"created\":\"2021-03-04T08:00:00.000Z\","
			   "\"modified\":\"2021-03-04T08:00:00.000Z\",\"pattern\":\"[network-traffic:dst_port = "
			   "'8443']\",\"pattern_type\":\"stix\",\"valid_from\":\"2021-03-04T08:00:00Z\"}" },
	{ &ac_reader_misp,
	    "{\"Event\":{\"Attribute\":[{\"uuid\":\"bb104d50-0ef5-48a0-9e3a-106a5f7da1aa\",\"type\":\"ip-dst\","
	    "\"value\":\"203.0.113.7\",\"to_ids\":true,\"timestamp\":\"1\","
	    "\"Tag\":[{\"name\":\"misp-galaxy:threat-actor=\\\"A\\\"\"}]},{\"uuid\":\"bb104d50-0ef5-48a0-9e3a-"
	    "106a5f7da1ab\",\"type\":\"domain\",\"value\":\"evil.example\",\"timestamp\":\"1\"}],"
	    "\"uuid\":\"6a19e663-6488-4188-979c-ee98dd8f05d7\",\"info\":\"x\",\"timestamp\":\"1614844800\",\"Orgc\":{"
	    "\"name\":\"a\"},\"Tag\":[{\"name\":\"tlp:red\"}]}}" },
	{ &ac_reader_misp_galaxy,
	    "{\"type\":\"threat-actor\",\"name\":\"n\",\"values\":[{\"uuid\":\"5b4b6980-3bc7-11e8-84d6-879aaac37dd9\","
	    "\"value\":\"APT40\",\"meta\":{\"synonyms\":[\"a\"],\"country\":\"CN\"},"
	    "\"related\":[{\"dest-uuid\":\"7113eaa5-ba79-4fb3-b68a-398ee9cd698e\",\"type\":\"similar\",\"tags\":[\"x\"]"
	    "}]}],\"version\":3}" },
	{ &ac_reader_misp_feed, "{\"6a19e663-6488-4188-979c-ee98dd8f05d7\":{\"timestamp\":\"1\"}}" },
	{ &ac_reader_misp_warning,
	    "{\"list\":[\"203.0.113.7\",\"198.51.100.0/24\"],\"name\":\"n\",\"type\":\"cidr\"}" },
	{ &ac_reader_list, "203.0.113.7\nhxxp://evil[.]example/a # c\n" },
	{ &ac_reader_csv, "# x\nip,domain,comment\n203.0.113.7,evil.example,\"a \"\"b\"\"\"\n" },
	{ &ac_reader_pack, "accord.pack/1\t2026\nmeta\ttlp\tCLEAR\nreference\t1\t2021\tC\tN\thttps://a.example/\n"
			   "actor\tG0065\t7113eaa5-ba79-4fb3-b68a-398ee9cd698e\t2018-04-18T17:59:24.739Z\t2025-02-"
			   "03T21:55:54.314Z\tLeviathan\nname\tAPT40\tCISA\t1\ncountry\tCN\tX\nend\t6\n" },
};

static int
quiet_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	assert_true(record->id.n && record->exact.n);
	return 0;
}

static int
quiet_row(void *payload, const ac_row *row, ac_place place, accord_err *err)
{
	assert_true(row->value.text.n);
	return 0;
}

static int
quiet_refused(void *payload, const char *reason, const accord_err *what)
{
	return 0;
}

static void
quiet_repair(void *payload, const char *kind, const ac_repaired_at *at)
{
}

/* Feed in pieces, so that lines and values are carried over. */
static int
run(const fault_row *row, accord_err *err)
{
	ac_reader_sink sink = {
		.on_record = quiet_record, .on_row = quiet_row, .on_refused = quiet_refused, .on_repair = quiet_repair
	};
	ac_reader_options options = { .input_name = AC_S("test") };
	ac_reader *reader = row->kind->open(&options, &sink);
	ac_str text = ac_str_from(row->text);
	int rc = reader ? 0 : ACCORD_ENOMEM;

	while (rc == 0 && text.n) {
		ac_str part = ac_str_slice(text, 0, 50);

		rc = row->kind->feed(reader, part, err);
		text = ac_str_slice(text, part.n, text.n);
	}
	if (rc == 0)
		rc = row->kind->end(reader, err);
	(void)row->kind->close(reader);
	return rc;
}

static void
readers__survive_every_allocation_failure(void **state)
{
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		unsigned long n;

		for (n = 1; n < 3000; n++) {
			accord_err err = { 0 };
			int rc;

			fail_malloc_at(n);
			rc = run(&rows[i], &err);
			if (!fail_malloc_done()) {
				assert_int_equal(rc, 0);
				break;
			}
			if (rc != ACCORD_ENOMEM && rc != 0)
				print_error("row %zu, allocation %lu: %d %s\n", i, n, rc, err.text);
			assert_true(rc == ACCORD_ENOMEM || rc == 0);
		}
		assert_true(n > 2 && n < 3000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers__survive_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
