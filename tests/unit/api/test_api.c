/* SPDX-License-Identifier: Apache-2.0 */
/* libaccord by its public headers: versioned structures, indexes in memory and in files, scans and events, callbacks that stop, memory that ends. */
#include "test.h"

#include <stdio.h>
#include <unistd.h>

#include "accord/event.h"
#include "base/buf.h"
#include "base/limits.h"
#include "fail_malloc.h"

#define T(text) ((accord_text){ "" text, sizeof(text) - 1 })
#define ID "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
#define OTHER_ID "indicator--0b1a1e66-0ea6-4b62-a2b2-2a2d6f0cf5a7"
/* 2020-09-13T12:26:40Z */
#define AS_OF 1600000000000000

typedef struct seen {
	ac_buf
	    text; /* "line:offset+length type value match id,id field;" a hit, "-value reason;" a match that was held back */
	int answer;
} seen;

static int
on_hit(void *payload, const accord_hit *hit)
{
	seen *s = payload;

	ac_buf_printf(&s->text, "%llu:%llu+%llu %.*s %.*s %.*s", (unsigned long long)hit->line,
	    (unsigned long long)hit->offset, (unsigned long long)hit->length, (int)hit->type.n, hit->type.p,
	    (int)hit->value.n, hit->value.p, (int)hit->match.n, hit->match.p);
	for (size_t i = 0; i < hit->indicator_count; i++)
		ac_buf_printf(
		    &s->text, "%c%.*s", i ? ',' : ' ', (int)hit->indicators[i]->name.n, hit->indicators[i]->name.p);
	if (hit->field != ACCORD_NO_FIELD)
		ac_buf_printf(&s->text, " field %zu", hit->field);
	ac_buf_add_byte(&s->text, ';');
	return s->answer;
}

static int
on_held_back(void *payload, const accord_held_back *held)
{
	seen *s = payload;

	ac_buf_printf(&s->text, "-%.*s %.*s;", (int)held->value.n, held->value.p, (int)held->reason.n, held->reason.p);
	return s->answer;
}

static void
seen_init(seen *s)
{
	*s = (seen){ .answer = 0 };
	ac_buf_init(&s->text, AC_MIB);
}

static accord_scan_options
options_of(seen *s)
{
	return (accord_scan_options){ .size = sizeof(accord_scan_options),
		.input = T("test"),
		.as_of = AS_OF,
		.on_hit = on_hit,
		.on_held_back = on_held_back,
		.payload = s };
}

/* What the tests look for. */
static int
add_all(accord_index_builder *b, accord_err *err)
{
	accord_indicator one = { .size = sizeof(one), .id = T(ID), .name = T("one"), .producer = T("ally") };
	accord_indicator other = { .size = sizeof(other), .id = T(OTHER_ID), .name = T("other") };
	accord_indicator old = { .size = sizeof(old), .id = T(ID), .name = T("old"), .valid_until = AS_OF };
	const char *reason = "";
	int rc = accord_index_add_value(b, &one, T(""), T("hxxp://EVIL[.]example/a"), err);

	if (!rc)
		rc = accord_index_add_value(b, &one, T("domain"), T("evil.example"), err);
	if (!rc)
		rc = accord_index_add_value(b, &old, T("ip"), T("192.0.2.9"), err);
	if (!rc)
		rc = accord_index_add_value(b, &one, T(""), T("0.0.0.0/0"), err);
	if (!rc)
		rc = accord_index_add_pattern(b, &other, T("[domain-name:value = 'evil.example']"), &reason, err);
	return rc;
}

static int
make(accord_index **out, accord_err *err)
{
	accord_index_options options = { .size = sizeof(options), .generation = 7, .salt = { 1, 2 } };
	accord_index_builder *b = NULL;
	int rc = accord_index_builder_open(&options, &b, err);

	if (!rc)
		rc = add_all(b, err);
	if (!rc)
		rc = accord_index_finish(b, out, err);
	accord_index_builder_close(b);
	return rc;
}

static accord_index *
index_of(void)
{
	accord_err err = { 0 };
	accord_index *index = NULL;

	if (make(&index, &err))
		fail_msg("%s", err.text);
	return index;
}

static int
count_unwatched(void *payload, accord_text id, accord_text name, accord_text reason)
{
	(void)id;
	(void)name;
	assert_true(reason.n > 0);
	++*(int *)payload;
	return 0;
}

static void
index__counts_what_it_holds(void **state)
{
	accord_index_counts counts = { .size = sizeof(counts) },
			    small = { .size = offsetof(accord_index_counts, unwatched), .unwatched = 77 };
	accord_index *index = index_of();
	accord_err err = { 0 };
	int unwatched = 0;

	(void)state;
	assert_int_equal(accord_index_generation(index), 7);
	accord_index_count(index, &counts);
	assert_int_equal(counts.watched, 4);
	assert_int_equal(counts.unwatched, 1);
	/* A program built with older headers has less room. */
	accord_index_count(index, &small);
	assert_int_equal(small.watched, 4);
	assert_int_equal(small.unwatched, 77);
	assert_int_equal(accord_index_each_unwatched(index, count_unwatched, &unwatched, &err), 0);
	assert_int_equal(unwatched, 1);
	assert_null(accord_index_close(index));
}

static void
scan__tells_every_hit_of_every_input(void **state)
{
	static const char log[] = "x www.evil.example 192.0.2.9\nGET http://evil.example/a\n";
	/* Offsets by hand. Two say the domain; the address was valid until the very instant. */
	static const char want[] =
	    "-192.0.2.9 expired;1:2+16 domain-name www.evil.example subdomain other,one;"
	    "2:33+21 url http://evil.example/a url one;2:40+12 domain-name evil.example exact other,one;";
	accord_index *index = index_of();
	accord_scan_counts counts = { .size = sizeof(counts) };
	accord_scanner *scanner = NULL;
	accord_scan_options options;
	accord_err err = { 0 };
	seen s;

	(void)state;
	seen_init(&s);
	options = options_of(&s);
	assert_int_equal(accord_scanner_open(index, &options, &scanner, &err), 0);
	for (int input = 0; input < 2; input++) {
		ac_buf_reset(&s.text);
		for (size_t i = 0; i < sizeof(log) - 1; i++)
			assert_int_equal(accord_scan(scanner, (accord_text){ log + i, 1 }, &err), 0);
		assert_int_equal(accord_scan_end(scanner, &err), 0);
		assert_str(ac_buf_view(&s.text), ac_str_from(want));
	}
	assert_int_equal(accord_scan_end(scanner, &err), 0);
	accord_scan_count(scanner, &counts);
	assert_int_equal(counts.lines, 4);
	assert_int_equal(counts.hits, 6);
	assert_int_equal(counts.held_back, 2);
	assert_int_equal(counts.bytes, 2 * (sizeof(log) - 1));
	assert_null(accord_scanner_close(scanner));
	accord_index_close(index);
	ac_buf_done(&s.text);
}

static void
event__is_told_before_the_call_returns(void **state)
{
	accord_index *index = index_of();
	accord_events *events = NULL;
	accord_scan_counts counts = { .size = sizeof(counts) };
	accord_scan_options options;
	accord_err err = { 0 };
	seen s;

	(void)state;
	seen_init(&s);
	options = options_of(&s);
	assert_int_equal(accord_events_open(index, &options, &events, &err), 0);
	/* A header speaks about later events. */
	assert_int_equal(accord_event_match(events, T("#fields\tts\thost\turi"), &err), 0);
	assert_int_equal(accord_event_match(events, T("1599999999.5\tevil.example\t/a\n"), &err), 0);
	assert_str(ac_buf_view(&s.text),
	    AC_S("2:32+12 url http://evil.example/a url one;2:32+12 domain-name evil.example exact other,one;"));
	accord_events_count(events, &counts);
	assert_int_equal(counts.lines, 2);
	assert_int_equal(counts.hits, 2);
	assert_int_equal(counts.held_back, 0);
	accord_events_close(events);
	accord_index_close(index);
	ac_buf_done(&s.text);
}

static void
fields__say_which_one_hit(void **state)
{
	/* A quote, a control and a byte that is no UTF-8 in front. */
	static const accord_field fields[] = { { { "src_ip", 6 }, { "192.0.2.1", 9 } },
		{ { "note", 4 }, { "\"\x01\xff evil.example", 16 } }, { { "dest_ip", 7 }, { "192.0.2.9", 9 } },
		{ { "dns.query", 9 }, { "evil.example.", 13 } } };
	accord_index *index = index_of();
	accord_events *events = NULL;
	accord_scan_options options;
	accord_err err = { 0 };
	seen s;

	(void)state;
	seen_init(&s);
	options = options_of(&s);
	assert_int_equal(accord_events_open(index, &options, &events, &err), 0);
	assert_int_equal(accord_event_match_fields(events, fields, 0, &err), 0);
	assert_int_equal(accord_event_match_fields(events, fields, AC_COUNT(fields), &err), 0);
	assert_true(ac_str_find(ac_buf_view(&s.text), AC_S("exact other,one field 1;")) < s.text.n);
	assert_true(ac_str_find(ac_buf_view(&s.text), AC_S("exact other,one field 3;")) < s.text.n);
	assert_true(ac_str_find(ac_buf_view(&s.text), AC_S("-192.0.2.9 expired;")) < s.text.n);
	assert_int_equal(accord_event_match_fields(events, fields, 4097, &err), ACCORD_ELIMIT);
	accord_events_close(events);
	accord_index_close(index);
	ac_buf_done(&s.text);
}

static void
callback__stops_a_scan(void **state)
{
	static const int answers[][2] = { { 1, ACCORD_EUSAGE }, { ACCORD_EDENIED, ACCORD_EDENIED } };
	accord_index *index = index_of();
	accord_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(answers); i++) {
		accord_scanner *scanner = NULL;
		accord_scan_options options;
		seen s;

		seen_init(&s);
		s.answer = answers[i][0];
		options = options_of(&s);
		assert_int_equal(accord_scanner_open(index, &options, &scanner, &err), 0);
		assert_int_equal(accord_scan(scanner, T("evil.example\n"), &err), 0);
		assert_int_equal(accord_scan_end(scanner, NULL), answers[i][1]);
		accord_scanner_close(scanner);
		ac_buf_done(&s.text);
	}
	accord_index_close(index);
}

static void
structure__of_another_version_is_taken_or_refused(void **state)
{
	struct {
		accord_scan_options known;
		uint64_t newer;
	} options = { .known = { .size = sizeof(options) } };
	accord_index *index = index_of();
	accord_scanner *scanner = NULL;
	accord_indicator nobody = { .size = sizeof(nobody) };
	accord_index_builder *b = NULL;
	accord_err err = { 0 };

	(void)state;
	assert_int_equal(accord_scanner_open(index, &options.known, &scanner, &err), 0);
	scanner = accord_scanner_close(scanner);
	options.newer = 1;
	assert_int_equal(accord_scanner_open(index, &options.known, &scanner, &err), ACCORD_EVERSION);
	options.known.size = 0;
	assert_int_equal(accord_scanner_open(index, &options.known, &scanner, &err), ACCORD_EUSAGE);
	/* Only its first members; and none at all. */
	options.known.size = offsetof(accord_scan_options, as_of);
	assert_int_equal(accord_scanner_open(index, &options.known, &scanner, &err), 0);
	scanner = accord_scanner_close(scanner);
	assert_int_equal(accord_scanner_open(index, NULL, &scanner, &err), 0);
	assert_int_equal(accord_scan(scanner, T("evil.example"), &err), 0);
	assert_int_equal(accord_scan_end(scanner, &err), 0);
	accord_scanner_close(scanner);
	assert_int_equal(accord_index_builder_open(NULL, &b, &err), 0);
	assert_int_equal(accord_index_add_value(b, &nobody, T(""), T("192.0.2.1"), &err), ACCORD_EUSAGE);
	nobody.id = T(ID);
	assert_int_equal(accord_index_add_value(b, &nobody, T(""), T("two words"), NULL), ACCORD_EINPUT);
	assert_int_equal(accord_index_add_value(b, &nobody, T("ip"), T("evil.example"), &err), ACCORD_EINPUT);
	assert_int_equal(accord_index_add_value(b, &nobody, T("shoe"), T("evil.example"), &err), ACCORD_EUSAGE);
	accord_index_builder_close(b);
	accord_index_close(index);
}

static void
file__is_the_index_again(void **state)
{
	char path[] = "/tmp/accord-api-XXXXXX";
	int fd = mkstemp(path);
	accord_index_builder *b = NULL;
	accord_index *index = NULL;
	accord_index_counts counts = { .size = sizeof(counts) };
	accord_err err = { 0 };

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(accord_index_open(path, &index, &err), ACCORD_EINPUT);
	assert_int_equal(accord_index_builder_open(NULL, &b, &err), 0);
	assert_int_equal(add_all(b, &err), 0);
	assert_int_equal(accord_index_write(b, path, &err), 0);
	accord_index_builder_close(b);
	assert_int_equal(accord_index_open(path, &index, &err), 0);
	accord_index_count(index, &counts);
	assert_int_equal(counts.watched, 4);
	accord_index_close(index);
	assert_int_equal(accord_index_open("/nowhere/at.all", &index, NULL), ACCORD_EIO);
	(void)close(fd);
	(void)unlink(path);
}

static void
names__are_static_texts(void **state)
{
	(void)state;
	assert_string_equal(accord_code_name(ACCORD_EINPUT), "input");
	assert_true(strlen(accord_version()) >= 5);
	assert_null(accord_index_close(NULL));
	assert_null(accord_index_builder_close(NULL));
	assert_null(accord_scanner_close(NULL));
	assert_null(accord_events_close(NULL));
}

/* All of the life of a library, with the n-th allocation failing. */
static int
live(seen *s, accord_err *err)
{
	static const accord_field fields[] = { { { "q", 1 }, { "evil.example", 12 } } };
	accord_scan_options options = options_of(s);
	accord_index *index = NULL;
	accord_scanner *scanner = NULL;
	accord_events *events = NULL;
	int rc = make(&index, err);

	if (!rc)
		rc = accord_scanner_open(index, &options, &scanner, err);
	if (!rc)
		rc = accord_scan(scanner, T("x evil.example\n"), err);
	if (!rc)
		rc = accord_scan_end(scanner, err);
	if (!rc)
		rc = accord_events_open(index, &options, &events, err);
	if (!rc)
		rc = accord_event_match_fields(events, fields, 1, err);
	accord_events_close(events);
	accord_scanner_close(scanner);
	accord_index_close(index);
	return rc;
}

static void
library__survives_every_allocation_failure(void **state)
{
	char room[4096];

	(void)state;
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		seen s = { .text = { .p = room, .capacity = sizeof(room), .limit = sizeof(room) } };
		int rc;

		fail_malloc_at(n);
		rc = live(&s, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* A record that has no memory for its fields is matched as bytes: no failure. */
		if (rc)
			assert_int_equal(rc, ACCORD_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index__counts_what_it_holds),
		cmocka_unit_test(scan__tells_every_hit_of_every_input),
		cmocka_unit_test(event__is_told_before_the_call_returns),
		cmocka_unit_test(fields__say_which_one_hit),
		cmocka_unit_test(callback__stops_a_scan),
		cmocka_unit_test(structure__of_another_version_is_taken_or_refused),
		cmocka_unit_test(file__is_the_index_again),
		cmocka_unit_test(names__are_static_texts),
		cmocka_unit_test(library__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
