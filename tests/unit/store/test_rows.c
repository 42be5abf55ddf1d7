/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of lists, the indicators that are made of them, and the rebuilding of indexes. */
#include <sqlite3.h>

#include "stix/id.h"
#include "stix/object.h"
#include "store_support.h"

static ac_row
row_of(fixture *f, ac_value_type type, const char *text)
{
	ac_row row = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = -1, .comment = AC_S("") };

	if (ac_value_parse(type, ac_str_from(text), &f->arena, &row.value, &f->err) < 0)
		fail_msg("%s: %s", text, f->err.text);
	row.exact = row.value.text;
	return row;
}

/* Inside a batch. */
static ac_put_result
put_row(fixture *f, const char *producer, const ac_row *row)
{
	ac_put_result result = AC_PUT_CONFLICT;
	int64_t source;

	if (ac_store_source(f->store, ac_str_from(producer), &source, &f->err) < 0 ||
	    ac_store_put_row(f->store, source, row, &result, &f->err) < 0)
		fail_msg("put_row: %s", f->err.text);
	return result;
}

typedef struct seen_rows {
	size_t count;
	ac_buf lines;
	ac_stored_row last; /* numbers only */
	char id[64];
} seen_rows;

static int
note_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	seen_rows *seen = payload;

	(void)err;
	seen->count++;
	if (seen->lines.n < 32768)
		ac_buf_printf(&seen->lines, "%lld %.*s %.*s %.*s %d %.*s\n", (long long)row->number,
		    AC_FMT(row->row.value.text), AC_FMT(row->row.exact), AC_FMT(row->producer), row->row.confidence,
		    AC_FMT(row->row.comment));
	seen->last = *row;
	(void)snprintf(seen->id, sizeof(seen->id), "%.*s", AC_FMT(row->indicator_id));
	return 0;
}

static void
put_row__tells_what_became_of_a_row(void **state)
{
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_DOMAIN, "evil.example");
	seen_rows seen = { 0 };

	ac_buf_init(&seen.lines, 1 << 20);
	begin(f);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_UNCHANGED);
	assert_int_equal(put_row(f, "other", &row), AC_PUT_NEW); /* another producer's claim */
	commit(f);
	begin(f);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_UNCHANGED);
	row.confidence = 80;
	row.exact = AC_S("evil.example;80;c2");
	row.comment = AC_S("c2");
	assert_int_equal(put_row(f, "list", &row), AC_PUT_NEWER);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_UNCHANGED);
	row.valid_until = (ac_time){ SECONDS_2021 + 86400, 0 };
	assert_int_equal(put_row(f, "list", &row), AC_PUT_NEWER);
	row.valid_from = (ac_time){ SECONDS_2021, 0 };
	assert_int_equal(put_row(f, "list", &row), AC_PUT_NEWER);
	commit(f);
	assert_int_equal(ac_store_each_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_str(ac_buf_view(&seen.lines),
	    AC_S("1 evil.example evil.example;80;c2 list 80 c2\n2 evil.example evil.example other -1 \n"));
	seen.count = 0;
	assert_int_equal(ac_store_each_row(f->store, 1, note_row, &seen, &f->err), 0);
	assert_int_equal(seen.count, 1);
	ac_buf_done(&seen.lines);
}

/* Rows are written many together: what they were put from may change behind the call, and who reads in the batch sees them. */
static void
put_row__keeps_what_it_was_given_until_it_is_written(void **state)
{
	enum { ROWS = 75 };
	fixture *f = *state;
	ac_buf want;
	seen_rows seen = { 0 };

	ac_buf_init(&want, 1 << 20);
	ac_buf_init(&seen.lines, 1 << 20);
	begin(f);
	for (int i = 0; i < ROWS; i++) {
		char name[32], exact[32], comment[32];
		ac_store_counts counts;
		ac_row row;

		(void)snprintf(name, sizeof(name), "a%d.example", i);
		(void)snprintf(exact, sizeof(exact), "A%d.example", i);
		(void)snprintf(comment, sizeof(comment), "number %d", i);
		row = row_of(f, AC_VALUE_DOMAIN, name);
		row.value.text = ac_str_from(name);
		row.exact = i % 3 ? row.value.text : ac_str_from(exact);
		row.comment = ac_str_from(i % 2 ? comment : "");
		assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW);
		ac_buf_printf(&want, "%d %s %s list -1 %s\n", i + 1, name, i % 3 ? name : exact, i % 2 ? comment : "");
		memset(name, 'x', sizeof(name));
		memset(exact, 'x', sizeof(exact));
		memset(comment, 'x', sizeof(comment));
		if (i % 20 != 7)
			continue;
		assert_int_equal(ac_store_count(f->store, &counts, &f->err), 0);
		assert_int_equal(counts.rows, i + 1);
	}
	assert_int_equal(ac_store_each_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_int_equal(seen.count, ROWS);
	assert_str(ac_buf_view(&seen.lines), ac_buf_view(&want));
	commit(f);
	ac_buf_reset(&seen.lines);
	assert_int_equal(ac_store_each_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_str(ac_buf_view(&seen.lines), ac_buf_view(&want));
	/* What waits is forgotten with its batch. */
	begin(f);
	{
		ac_row row = row_of(f, AC_VALUE_DOMAIN, "gone.example");

		assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW);
		ac_store_rollback(f->store);
		begin(f);
		row = row_of(f, AC_VALUE_DOMAIN, "kept.example");
		assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW);
		commit(f);
	}
	ac_buf_printf(&want, "%d kept.example kept.example list -1 \n", ROWS + 1);
	ac_buf_reset(&seen.lines);
	assert_int_equal(ac_store_each_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_str(ac_buf_view(&seen.lines), ac_buf_view(&want));
	ac_buf_done(&want);
	ac_buf_done(&seen.lines);
}

/* Rows with nothing but a value are written by a statement of their own, when many of one producer come in a row; its numbers are those that others would have had. */
static void
put_row__numbers_plain_rows_as_all_others(void **state)
{
	enum { ROWS = 400 };
	fixture *f = *state;
	ac_buf want;
	seen_rows seen = { 0 };

	ac_buf_init(&want, 1 << 20);
	ac_buf_init(&seen.lines, 1 << 20);
	for (int i = 0; i < ROWS; i++) {
		bool is_plain = i % 100 < 70;
		const char *producer = i % 200 < 150 ? "list" : "other";
		char name[32];
		ac_row row;

		if (i % 90 == 0)
			begin(f);
		(void)snprintf(name, sizeof(name), "a%d.example", i);
		row = row_of(f, AC_VALUE_DOMAIN, name);
		row.confidence = is_plain ? -1 : i % 100;
		assert_int_equal(put_row(f, producer, &row), AC_PUT_NEW);
		ac_buf_printf(&want, "%d %s %s %s %d \n", i + 1, name, name, producer, row.confidence);
		if (i % 90 == 89 || i == ROWS - 1)
			commit(f);
	}
	assert_int_equal(ac_store_each_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_str(ac_buf_view(&seen.lines), ac_buf_view(&want));
	ac_buf_done(&seen.lines);
	ac_buf_done(&want);
}

static void
put_row__refuses_what_is_no_row(void **state)
{
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_DOMAIN, "evil.example"), bad;
	ac_put_result result;
	int64_t source;

	assert_int_equal(ac_store_put_row(f->store, 1, &row, &result, &f->err), ACCORD_EUSAGE);
	begin(f);
	assert_int_equal(ac_store_source(f->store, AC_S("list"), &source, &f->err), 0);
	bad = row;
	bad.value.type = AC_VALUE_NONE;
	assert_int_equal(ac_store_put_row(f->store, source, &bad, &result, &f->err), ACCORD_EINPUT);
	bad = row;
	bad.confidence = 101;
	assert_int_equal(ac_store_put_row(f->store, source, &bad, &result, &f->err), ACCORD_EINPUT);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW); /* the batch is whole */
	commit(f);
}

static void
find_value__finds_rows_in_the_batch_and_after_it(void **state)
{
	fixture *f = *state;
	ac_row rows[] = { row_of(f, AC_VALUE_DOMAIN, "evil.example"), row_of(f, AC_VALUE_IPV4, "198.51.100.0/24"),
		row_of(f, AC_VALUE_URL, "http://evil.example/x") };
	ac_row asked[] = { row_of(f, AC_VALUE_DOMAIN, "www.evil.example"), row_of(f, AC_VALUE_IPV4, "198.51.100.9"),
		rows[2] };
	static const char *const want[] = { "evil.example|pattern|row|indicator--",
		"198.51.100.0/24|pattern|row|indicator--", "http://evil.example/x|pattern|row|indicator--" };
	ac_row other = row_of(f, AC_VALUE_DOMAIN, "notevil.example");
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	begin(f);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		(void)put_row(f, "list", &rows[i]);
	for (int committed = 0; committed < 2; committed++) {
		for (size_t i = 0; i < AC_COUNT(asked); i++) {
			ac_buf_reset(&lines);
			assert_int_equal(
			    ac_store_find_value(f->store, &asked[i].value, note_value, &lines, &f->err), 0);
			assert_true(ac_str_starts(ac_buf_view(&lines), ac_str_from(want[i])));
		}
		if (!committed)
			commit(f);
	}
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_find_value(f->store, &other.value, note_value, &lines, &f->err), 0);
	assert_int_equal(lines.n, 0);
	ac_buf_done(&lines);
}

static void
rolled_back__rows_are_forgotten(void **state)
{
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_DOMAIN, "evil.example");
	ac_store_counts c;

	begin(f);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW);
	ac_store_rollback(f->store);
	assert_int_equal(ac_store_count(f->store, &c, &f->err), 0);
	assert_int_equal(c.rows, 0);
	begin(f);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW);
	commit(f);
	begin(f);
	assert_int_equal(put_row(f, "list", &row), AC_PUT_UNCHANGED);
	commit(f);
}

/* More rows than a writer collects at a time, so that keys are written in the middle of a batch, over several batches. */
static void
many_rows__are_all_found_again(void **state)
{
	enum { COUNT = 300000 };
	fixture *f = *state;
	size_t wrong = 0;
	ac_store_counts c;

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < COUNT; i++) {
			char text[64];
			ac_row row = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = -1 };

			row.value = (ac_value){ .type = AC_VALUE_DOMAIN,
				.text = { text, (size_t)snprintf(text, sizeof(text), "%zx.evil.example",
						    i * 2654435761u % 4294967296u) } };
			row.exact = row.value.text;
			if (i % 100000 == 0)
				begin(f);
			wrong += put_row(f, "list", &row) != (round == 0 ? AC_PUT_NEW : AC_PUT_UNCHANGED);
			/* again in its own batch, and from somebody else */
			if (i % 1000 == 999) {
				wrong += put_row(f, "list", &row) != AC_PUT_UNCHANGED;
				wrong += put_row(f, "other", &row) != (round == 0 ? AC_PUT_NEW : AC_PUT_UNCHANGED);
				wrong += put_row(f, "other", &row) != AC_PUT_UNCHANGED;
			}
			if (i % 100000 == 99999)
				commit(f);
		}
	assert_int_equal(wrong, 0);
	assert_int_equal(ac_store_count(f->store, &c, &f->err), 0);
	assert_int_equal(c.rows, COUNT + COUNT / 1000);
	fixture_reopen(f, AC_STORE_READ);
	for (size_t i = 0; i < COUNT; i += 1000) {
		char text[64];
		ac_value value = { .type = AC_VALUE_DOMAIN };
		ac_buf lines;

		value.text = (ac_str){ text,
			(size_t)snprintf(text, sizeof(text), "%zx.evil.example", i * 2654435761u % 4294967296u) };
		ac_buf_init(&lines, 1 << 20);
		assert_int_equal(ac_store_find_value(f->store, &value, note_value, &lines, &f->err), 0);
		wrong += lines.n == 0;
		ac_buf_done(&lines);
	}
	assert_int_equal(wrong, 0);
}

static size_t
count_lines(ac_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* Each batch is a run of keys; runs are merged into larger ones over several levels, and every row stays to be found. */
static void
rows__of_many_small_batches_are_found_again(void **state)
{
	enum { BATCHES = 300, ROWS = 7 };
	fixture *f = *state;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	for (int batch = 0; batch < BATCHES; batch++) {
		begin(f);
		for (int i = 0; i < ROWS; i++) {
			char text[64];
			ac_row row;

			(void)snprintf(text, sizeof(text), "n%d.evil.example", batch * ROWS + i);
			row = row_of(f, AC_VALUE_DOMAIN, text);
			assert_int_equal(put_row(f, "list", &row), AC_PUT_NEW);
		}
		commit(f);
	}
	fixture_reopen(f, AC_STORE_WRITE);
	for (int i = 0; i < BATCHES * ROWS; i++) {
		char text[64];
		ac_row row;

		(void)snprintf(text, sizeof(text), "n%d.evil.example", i);
		row = row_of(f, AC_VALUE_DOMAIN, text);
		ac_buf_reset(&lines);
		assert_int_equal(ac_store_find_value(f->store, &row.value, note_value, &lines, &f->err), 0);
		assert_int_equal(count_lines(ac_buf_view(&lines)), 1);
	}
	begin(f);
	for (int i = BATCHES * ROWS; i-- > 0;) { /* backwards: not in the order in which they came */
		char text[64];
		ac_row row;

		(void)snprintf(text, sizeof(text), "n%d.evil.example", i);
		row = row_of(f, AC_VALUE_DOMAIN, text);
		assert_int_equal(put_row(f, "list", &row), AC_PUT_UNCHANGED);
	}
	commit(f);
	ac_buf_done(&lines);
}

static void
a_value__of_many_lists_is_found_in_all_of_them(void **state)
{
	enum { LISTS = 200 };
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_DOMAIN, "evil.example");
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	begin(f);
	for (int i = 0; i < LISTS; i++) {
		char producer[32];

		(void)snprintf(producer, sizeof(producer), "list %d", i);
		assert_int_equal(put_row(f, producer, &row), AC_PUT_NEW);
	}
	for (int committed = 0; committed < 2; committed++) {
		ac_buf_reset(&lines);
		assert_int_equal(ac_store_find_value(f->store, &row.value, note_value, &lines, &f->err), 0);
		assert_int_equal(count_lines(ac_buf_view(&lines)), LISTS);
		if (!committed)
			commit(f);
	}
	ac_buf_done(&lines);
}

static void
count_errors(void *payload, const ac_stix_finding *finding)
{
	if (finding->level == AC_STIX_ERROR)
		print_error("%.*s: %.*s\n", AC_FMT(finding->pointer), AC_FMT(finding->text));
	(void)payload;
}

static const struct {
	ac_value_type type;
	const char *text;
	const char *pattern;
} indicator_rows[] = {
	{ AC_VALUE_IPV4, "192.0.2.1", "[ipv4-addr:value = '192.0.2.1']" },
	{ AC_VALUE_IPV4, "198.51.100.0/24", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']" },
	{ AC_VALUE_IPV6, "2001:db8::1", "[ipv6-addr:value = '2001:db8::1']" },
	{ AC_VALUE_DOMAIN, "evil.example", "[domain-name:value = 'evil.example']" },
	{ AC_VALUE_URL, "http://evil.example/a'b\\c/1", "[url:value = 'http://evil.example/a\\'b\\\\c/1']" },
	{ AC_VALUE_EMAIL, "phisher@evil.example", "[email-addr:value = 'phisher@evil.example']" },
	{ AC_VALUE_MD5, "d41d8cd98f00b204e9800998ecf8427e", "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']" },
	{ AC_VALUE_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	    "[file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']" },
	{ AC_VALUE_SHA256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    "[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']" },
	{ AC_VALUE_FILE_NAME, "run.exe", "[file:name = 'run.exe']" },
	{ AC_VALUE_MUTEX, "Global\\x", "[mutex:name = 'Global\\\\x']" },
	{ AC_VALUE_REGISTRY_KEY, "HKLM\\x", "[windows-registry-key:key = 'hkey_local_machine\\\\x']" },
	{ AC_VALUE_USER_AGENT, "Evil/1.0",
	    "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Evil/1.0']" },
	{ AC_VALUE_AS_NUMBER, "64496", "[autonomous-system:number = 64496]" },
	{ AC_VALUE_MAC, "00:00:5e:00:53:af", "[mac-addr:value = '00:00:5e:00:53:af']" },
	{ AC_VALUE_CVE, "CVE-2021-26855", "[vulnerability:name = 'CVE-2021-26855']" },
	{ AC_VALUE_SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
	    "[file:hashes.'SHA-224' = '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7']" },
	{ AC_VALUE_CERT_SHA1, "aabbccddeeff00112233445566778899aabbccdd",
	    "[x509-certificate:hashes.'SHA-1' = 'aabbccddeeff00112233445566778899aabbccdd']" },
	{ AC_VALUE_CERT_SERIAL, "00:AB:12", "[x509-certificate:serial_number = 'ab12']" },
	{ AC_VALUE_FILE_PATH, "C:\\Temp\\x.exe",
	    "[file:parent_directory_ref.path = 'c:\\\\temp' AND file:name = 'x.exe']" },
	{ AC_VALUE_FILE_PATH, "/x.sh", "[file:parent_directory_ref.path = '/' AND file:name = 'x.sh']" },
	{ AC_VALUE_JA3, "ada70206e40642a3e4461f35503241d5",
	    "[network-traffic:extensions.'x-tls-ext'.ja3 = 'ada70206e40642a3e4461f35503241d5']" },
};

static void
indicators__of_rows_are_valid_stix(void **state)
{
	fixture *f = *state;

	for (size_t i = 0; i < AC_COUNT(indicator_rows); i++) {
		ac_row row = row_of(f, indicator_rows[i].type, indicator_rows[i].text);
		ac_stored_row stored = { .number = 1,
			.row = row,
			.producer = AC_S("list \"one\""),
			.indicator_id = AC_S(INDICATOR),
			.arrival_us = f->clock.us,
			.changed_us = f->clock.us + 5 };
		const ac_json *json;
		ac_str text;

		stored.row.comment = AC_S("seen\twith \"quotes\"");
		stored.row.confidence = 70;
		/* over before it was learned */
		stored.row.valid_until = (ac_time){ SECONDS_2021 - 10, 0 };
		assert_int_equal(ac_row_indicator(&stored, &f->arena, &text, &f->err), 0);
		assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, &f->arena, &json, &f->err), 0);
		assert_str(ac_json_get_string(json, AC_S("pattern")), ac_str_from(indicator_rows[i].pattern));
		assert_str(ac_json_get_string(json, AC_S("created")), AC_S("2021-07-19T10:00:00.000Z"));
		assert_str(ac_json_get_string(json, AC_S("modified")), AC_S("2021-07-19T10:00:00.000005Z"));
		assert_str(ac_json_get_string(json, AC_S("valid_from")), AC_S("2021-07-19T09:59:49.999Z"));
		assert_str(ac_json_get_string(json, AC_S("valid_until")), AC_S("2021-07-19T09:59:50.000Z"));
		assert_int_equal(ac_stix_validate(json, &f->arena, count_errors, NULL, &f->err), 0);
	}
}

static void
indicators__of_rows_are_found_by_their_ids(void **state)
{
	fixture *f = *state, reader = { .clock = f->clock };
	ac_row row = row_of(f, AC_VALUE_DOMAIN, "evil.example");
	seen_rows seen = { 0 };
	ac_str want, name = AC_S("domain-name\nlist\nevil.example");
	ac_stored s;
	char first_id[64];

	ac_buf_init(&seen.lines, 1 << 20);
	(void)snprintf(reader.folder, sizeof(reader.folder), "%s", f->folder);
	assert_int_equal(fixture_open(&reader, AC_STORE_READ), 0);
	begin(f);
	(void)put_row(f, "list", &row);
	assert_int_equal(ac_stix_derived_id(AC_S("indicator"), name, &f->arena, &want, &f->err), 0);
	assert_int_equal(ac_store_get(f->store, want, &f->arena, &s, &f->err), 0); /* in the batch */
	commit(f);
	assert_int_equal(ac_store_each_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_str(ac_str_from(seen.id), want);
	(void)snprintf(first_id, sizeof(first_id), "%s", seen.id);
	begin(f);
	row = row_of(f, AC_VALUE_IPV4, "192.0.2.1");
	(void)put_row(f, "list", &row);
	commit(f);
	assert_int_equal(ac_store_each_row(f->store, 1, note_row, &seen, &f->err), 0);
	/* a reader, also while somebody writes */
	assert_int_equal(ac_store_get(reader.store, ac_str_from(first_id), &f->arena, &s, &f->err), 0);
	begin(f);
	assert_int_equal(ac_store_get(reader.store, ac_str_from(seen.id), &f->arena, &s, &f->err), 0);
	commit(f);
	assert_str(s.id, ac_str_from(seen.id));
	assert_str(s.type, AC_S("indicator"));
	assert_str(s.producer, AC_S("list"));
	assert_str(s.exact, AC_S("192.0.2.1"));
	assert_int_equal(s.arrival_us, f->clock.us + 1);
	assert_true(ac_str_find(s.object, AC_S("[ipv4-addr:value = '192.0.2.1']")) < s.object.n);
	assert_int_equal(ac_store_get(reader.store, AC_S(INDICATOR), &f->arena, &s, &f->err), ACCORD_ENOTFOUND);
	reader.store = ac_store_close(reader.store);
	ac_buf_done(&seen.lines);
}

static void
changed_rows__keep_their_first_arrival(void **state)
{
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_DOMAIN, "evil.example");
	seen_rows seen = { 0 };
	int64_t start = f->clock.us;

	ac_buf_init(&seen.lines, 1 << 20);
	begin(f);
	(void)put_row(f, "list", &row);
	commit(f);
	f->clock.us += 1000000;
	row.confidence = 5;
	begin(f);
	(void)put_row(f, "list", &row);
	commit(f);
	assert_int_equal(ac_store_each_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_int_equal(seen.last.arrival_us, start);
	assert_int_equal(seen.last.changed_us, start + 1000000);
	ac_buf_done(&seen.lines);
}

static void
brief_rows__say_the_value_and_when_it_changed(void **state)
{
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_IPV4, "192.0.2.0/24");
	seen_rows seen = { 0 };
	int64_t start = f->clock.us;

	ac_buf_init(&seen.lines, 1 << 20);
	row.exact = AC_S("192.0.2[.]0/24");
	begin(f);
	(void)put_row(f, "list", &row);
	commit(f);
	assert_int_equal(ac_store_each_brief_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_int_equal(seen.last.changed_us, 0);
	f->clock.us += 1000000;
	row.confidence = 5;
	begin(f);
	(void)put_row(f, "list", &row);
	commit(f);
	assert_int_equal(ac_store_each_brief_row(f->store, 0, note_row, &seen, &f->err), 0);
	assert_str(ac_buf_view(&seen.lines), AC_S("1 192.0.2.0/24  list -1 \n1 192.0.2.0/24  list 5 \n"));
	assert_int_equal(seen.last.changed_us, start + 1000000);
	assert_int_equal(seen.last.row.value.prefix_bits, 24);
	assert_memory_equal(seen.last.row.value.address, "\xc0\0\2\0", 4);
	assert_int_equal(seen.last.indicator_id.n, 0);
	assert_int_equal(ac_store_each_brief_row(f->store, 1, note_row, &seen, &f->err), 0);
	assert_int_equal(seen.count, 2);
	ac_buf_done(&seen.lines);
}

static int
note_search(void *payload, const ac_search_hit *hit, accord_err *err)
{
	(void)err;
	ac_buf_printf(payload, "%.*s|%.*s\n", AC_FMT(hit->type), AC_FMT(hit->name));
	return 0;
}

static void
search__finds_a_listed_value(void **state)
{
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_DOMAIN, "evil.example");
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	begin(f);
	(void)put_row(f, "list", &row);
	commit(f);
	assert_int_equal(ac_store_search(f->store, AC_S("evil[.]example"), 5, note_search, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("indicator|evil.example\n"));
	ac_buf_done(&lines);
}

/* --- rebuilding --- */

static void
dump_table(sqlite3 *db, const char *sql, ac_buf *out)
{
	sqlite3_stmt *s = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++)
			ac_buf_printf(out, "%s|", (const char *)sqlite3_column_text(s, i));
		ac_buf_add_byte(out, '\n');
	}
	(void)sqlite3_finalize(s);
}

static void
dump_indexes(fixture *f, ac_buf *out)
{
	static const char *const tables[] = { "SELECT 'in', * FROM edge_in ORDER BY 2, 3, 4, 5",
		"SELECT 'out', * FROM edge_out ORDER BY 2, 3, 4, 5", "SELECT 'name', * FROM name ORDER BY 2, 3",
		"SELECT 'value', * FROM value ORDER BY 2, 3, 4, 5", "SELECT 'prefix', * FROM prefix ORDER BY 2, 3" };
	char path[128];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/accord.db", f->folder);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	ac_buf_reset(out);
	for (size_t i = 0; i < AC_COUNT(tables); i++)
		dump_table(db, tables[i], out);
	(void)sqlite3_close(db);
}

static void
reindex__gives_what_putting_gave(void **state)
{
	fixture *f = *state;
	ac_row row = row_of(f, AC_VALUE_IPV4, "203.0.113.0/28");
	ac_buf before, after;

	ac_buf_init(&before, 1 << 20);
	ac_buf_init(&after, 1 << 20);
	put_json(f, "a.example",
	    "{" COMMON("intrusion-set", GROUP,
		"2021-07-19T10:00:00.000Z") ",\"name\":\"Example Panda\",\"aliases\":[\"EP-1\"],"
					    "\"created_by_ref\":\"" IDENTITY "\"}");
	put_json(f, "a.example",
	    "{" COMMON("intrusion-set", GROUP,
		"2021-07-20T10:00:00.000Z") ",\"name\":\"Example Bear\",\"created_by_ref\":\"" IDENTITY "\"}");
	put_json(f, "a.example",
	    "{" COMMON("malware", MALWARE,
		"2021-07-19T10:00:00.000Z") ",\"name\":\"WebShell\",\"is_family\":false,\"revoked\":true,"
					    "\"created_by_ref\":\"" IDENTITY "\"}");
	put_json(f, "a.example",
	    "{" COMMON("relationship", USES,
		"2021-07-19T10:00:00.000Z") ",\"relationship_type\":\"uses\",\"source_ref\":\"" GROUP
					    "\",\"target_ref\":\"" MALWARE "\"}");
	put_json(f, "a.example",
	    "{" COMMON("indicator", INDICATOR,
		"2021-07-19T10:00:00.000Z") ",\"pattern_type\":\"stix\",\"valid_from\":\"2021-07-19T10:00:00Z\","
					    "\"pattern\":\"[ipv4-addr:value = '198.51.100.0/24' OR domain-name:value = "
					    "'evil.example']\"}");
	begin(f);
	(void)put_row(f, "list", &row);
	commit(f);
	dump_indexes(f, &before);
	/* two edges to, one from, two names, two values, two lengths of ranges */
	assert_int_equal(count_lines(ac_buf_view(&before)), 9);
	begin(f);
	assert_int_equal(ac_store_reindex(f->store, &f->err), 0);
	commit(f);
	dump_indexes(f, &after);
	assert_str(ac_buf_view(&after), ac_buf_view(&before));
	ac_buf_done(&before);
	ac_buf_done(&after);
}

/* References of a batch to one object are kept together: they must be found, removed and rebuilt like others. */
static void
many_references__are_edges_like_others(void **state)
{
	enum { COUNT = 6000 };
	static const char form[] = "{" COMMON("malware", "malware--3e4f8e60-0f0c-4a4f-8f55-%012d",
	    "2021-07-%02dT10:00:00.000Z") ",\"name\":\"x\",\"is_family\":true%s}";
	static const char author[] = ",\"created_by_ref\":\"" IDENTITY "\"";
	fixture *f = *state;
	ac_store_counts c;
	ac_buf lines;

	ac_buf_init(&lines, (size_t)16 << 20);
	for (int round = 0; round < 2; round++) {
		begin(f);
		for (int i = 0; i < COUNT; i++) {
			char json[500];
			ac_record r;

			/* at first all have an author; then every third loses it */
			(void)snprintf(
			    json, sizeof(json), form, i, round == 0 ? 19 : 20, round == 0 || i % 3 ? author : "");
			r = record_of(f, ac_arena_str(&f->arena, ac_str_from(json)).p);
			(void)put_record(f, "a.example", &r);
		}
		commit(f);
		ac_buf_reset(&lines);
		assert_int_equal(
		    ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S("created_by_ref"), note_edge, &lines, &f->err), 0);
		assert_int_equal(count_lines(ac_buf_view(&lines)), round == 0 ? COUNT : COUNT / 3 * 2);
		assert_int_equal(ac_store_count(f->store, &c, &f->err), 0);
		assert_int_equal(c.edges, round == 0 ? COUNT : COUNT / 3 * 2);
	}
	begin(f);
	assert_int_equal(ac_store_reindex(f->store, &f->err), 0);
	commit(f);
	assert_int_equal(ac_store_count(f->store, &c, &f->err), 0);
	assert_int_equal(c.edges, COUNT / 3 * 2);
	ac_buf_done(&lines);
}

/* In one batch, so that edges still wait to be written when they are to be removed. */
static void
edges__of_versions_that_follow_each_other_in_a_batch_are_the_last_one_s(void **state)
{
	fixture *f = *state;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	begin(f);
	for (int day = 19; day < 24; day++) {
		char json[500];
		ac_record r;

		(void)snprintf(json, sizeof(json),
		    "{" COMMON("malware", MALWARE, "2021-07-%02dT10:00:00.000Z") ",\"name\":\"x\",\"is_family\":true,"
										 "\"x_%s_refs\":[\"" IDENTITY
										 "\",\"" IDENTITY "\"]}",
		    day, day % 2 ? "odd" : "even");
		r = record_of(f, ac_arena_str(&f->arena, ac_str_from(json)).p);
		assert_int_equal(put_record(f, "a.example", &r), day == 19 ? AC_PUT_NEW : AC_PUT_NEWER);
	}
	commit(f);
	assert_int_equal(ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("x_odd_refs " MALWARE " \n"));
	/* said twice, then once: still said */
	put_json(f, "a.example",
	    "{" COMMON("malware", MALWARE, "2021-07-25T10:00:00.000Z") ",\"name\":\"x\",\"is_family\":true,"
								       "\"x_odd_refs\":[\"" IDENTITY "\"]}");
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("x_odd_refs " MALWARE " \n"));
	ac_buf_done(&lines);
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		FACT(put_row__tells_what_became_of_a_row),
		FACT(put_row__keeps_what_it_was_given_until_it_is_written),
		FACT(put_row__numbers_plain_rows_as_all_others),
		FACT(put_row__refuses_what_is_no_row),
		FACT(find_value__finds_rows_in_the_batch_and_after_it),
		FACT(rolled_back__rows_are_forgotten),
		FACT(many_rows__are_all_found_again),
		FACT(rows__of_many_small_batches_are_found_again),
		FACT(a_value__of_many_lists_is_found_in_all_of_them),
		FACT(indicators__of_rows_are_valid_stix),
		FACT(indicators__of_rows_are_found_by_their_ids),
		FACT(changed_rows__keep_their_first_arrival),
		FACT(brief_rows__say_the_value_and_when_it_changed),
		FACT(search__finds_a_listed_value),
		FACT(reindex__gives_what_putting_gave),
		FACT(many_references__are_edges_like_others),
		FACT(edges__of_versions_that_follow_each_other_in_a_batch_are_the_last_one_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
