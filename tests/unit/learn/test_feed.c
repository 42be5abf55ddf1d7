/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_support.h"

#include "learn/kinds.h"
#include "learn/wire.h"

static void
feed__lists_events_with_their_times(void **state)
{
	got *g =
	    read_text(&ac_reader_misp_feed, "{\"6A19e663-6488-4188-979c-ee98dd8f05d7\":{\"Orgc\":{\"name\":\"a\"},"
					    "\"info\":\"x\",\"timestamp\":\"1614844800\"},"
					    "\"37a24aae-b7ec-439b-8720-ba241e8a3546\":{\"timestamp\":1614412800}}");

	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(g->listed_count, 2);
	assert_str(g->listed[0].uuid, AC_S("6a19e663-6488-4188-979c-ee98dd8f05d7"));
	assert_int_equal(g->listed[0].timestamp, 1614844800);
	assert_int_equal(g->listed[1].timestamp, 1614412800);
	got_free(g);
}

/* The key becomes a part of a path. */
static void
feed__refuses_keys_that_are_no_uuid(void **state)
{
	static const char *const keys[] = { "../../../../etc/passwd", "6a19e663-6488-4188-979c-ee98dd8f05d",
		"6a19e663-6488-4188-979c-ee98dd8f05d7/", "6a19e663/6488-4188-979c-ee98dd8f05d7", "" };

	for (size_t i = 0; i < AC_COUNT(keys); i++) {
		char text[512];
		got *g;

		(void)snprintf(text, sizeof(text),
		    "{\"%s\":{\"timestamp\":\"1\"},\"37a24aae-b7ec-439b-8720-ba241e8a3546\":{\"timestamp\":\"2\"}}",
		    keys[i]);
		g = read_text(&ac_reader_misp_feed, text);
		assert_int_equal(g->listed_count, 1);
		assert_int_equal(g->refusal_count, 1);
		assert_string_equal(g->refusals[0].reason, "bad-id");
		got_free(g);
	}
}

static void
feed__refuses_events_without_a_time(void **state)
{
	got *g = read_text(&ac_reader_misp_feed, "{\"37a24aae-b7ec-439b-8720-ba241e8a3546\":{\"timestamp\":\"soon\"},"
						 "\"37a24aae-b7ec-439b-8720-ba241e8a3547\":{}}");

	assert_int_equal(g->listed_count, 0);
	assert_int_equal(g->refusal_count, 2);
	assert_string_equal(g->refusals[0].reason, "bad-timestamp");
	got_free(g);
}

static void
wire__begin_goes_there_and_back(void **state)
{
	ac_wire_begin begin = { AC_S("stix"), AC_S("CERT Example"), AC_S("a.json"), { -5, 999999999 }, true }, back;
	accord_err err = { 0 };
	ac_buf buf;

	ac_buf_init(&buf, 4096);
	ac_wire_add_begin(&buf, &begin);
	assert_int_equal(ac_wire_read_begin(ac_buf_view(&buf), &back, &err), 0);
	assert_str(back.kind, begin.kind);
	assert_str(back.producer, begin.producer);
	assert_str(back.name, begin.name);
	assert_int_equal(ac_time_cmp(back.now, begin.now), 0);
	assert_true(back.strict);
	for (size_t cut = 0; cut < buf.n; cut++)
		assert_int_equal(
		    ac_wire_read_begin(ac_str_slice(ac_buf_view(&buf), 0, cut), &back, &err), ACCORD_EINTERNAL);
	ac_buf_add_byte(&buf, 'x');
	assert_int_equal(ac_wire_read_begin(ac_buf_view(&buf), &back, &err), ACCORD_EINTERNAL);
	ac_buf_done(&buf);
}

/* A role that was taken over must not choose the exit status: its refusals are bad input or a limit. */
static void
wire__refusals_cannot_pose_as_other_errors(void **state)
{
	static const struct {
		int code, want;
	} rows[] = { { ACCORD_EINPUT, ACCORD_EINPUT }, { ACCORD_ELIMIT, ACCORD_ELIMIT }, { ACCORD_EIO, ACCORD_EINPUT },
		{ 0, ACCORD_EINPUT }, { 17, ACCORD_EINPUT } };

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		accord_err what = { .code = rows[i].code, .line = 3, .column = 4, .byte = 5, .text = "why" },
			   err = { 0 };
		ac_wire_refused back;
		ac_buf buf;

		ac_buf_init(&buf, 4096);
		ac_wire_add_refused(&buf, "bad-id", &what);
		assert_int_equal(ac_wire_read_refused(ac_buf_view(&buf), &back, &err), 0);
		assert_str(back.reason, AC_S("bad-id"));
		assert_int_equal(back.what.code, rows[i].want);
		assert_int_equal(back.what.line, 3);
		assert_int_equal(back.what.byte, 5);
		assert_string_equal(back.what.text, "why");
		for (size_t cut = 0; cut < buf.n; cut++)
			assert_int_equal(ac_wire_read_refused(ac_str_slice(ac_buf_view(&buf), 0, cut), &back, &err),
			    ACCORD_EINTERNAL);
		ac_buf_done(&buf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feed__lists_events_with_their_times),
		cmocka_unit_test(feed__refuses_keys_that_are_no_uuid),
		cmocka_unit_test(feed__refuses_events_without_a_time),
		cmocka_unit_test(wire__begin_goes_there_and_back),
		cmocka_unit_test(wire__refusals_cannot_pose_as_other_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
