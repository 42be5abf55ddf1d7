/* SPDX-License-Identifier: Apache-2.0 */
/* The judge of the demonstration: it must see every kind of deviation, or the demonstration would praise itself for nothing. */
#include "app/demo_check.h"

#include "base/limits.h"
#include "test.h"

static const ac_demo_token address = { .raw = "192.0.2.1", .type = AC_VALUE_IPV4, .match = "exact" };
static const ac_demo_token domain = { .raw = "EVIL.example", .type = AC_VALUE_DOMAIN, .value = "evil.example" };
static const ac_demo_token expired = { .raw = "192.0.2.2", .type = AC_VALUE_IPV4, .reason = "expired" };
static const ac_demo_token early = { .raw = "soon.example", .type = AC_VALUE_DOMAIN, .is_early = true };
static const ac_demo_truth truths[] = {
	{ AC_DEMO_CONN, 3, 100, &address },
	{ AC_DEMO_CONN, 7, 300, &expired },
	{ AC_DEMO_DNS, 2, 50, &domain },
	{ AC_DEMO_DNS, 9, 400, &early },
};
static const ac_demo_logs logs = { .truths = truths, .truth_count = AC_COUNT(truths), .hits = 3, .held_back = 1 };

static const ac_hit_indicator one[] = {
	{ .id = AC_S_INIT("indicator--1"), .name = AC_S_INIT("a"), .producer = AC_S_INIT("CERT Norvalia") }
};
static const ac_hit_indicator soon[] = { { .id = AC_S_INIT("indicator--2"),
    .name = AC_S_INIT("b"),
    .producer = AC_S_INIT("CERT Norvalia"),
    .before_valid_from = true } };

/* What a perfect scan reports; a row may be left out, doubled or changed by the tests. */
static const ac_hit hit_address = { .line = 3,
	.offset = 100,
	.length = 9,
	.type = AC_VALUE_IPV4,
	.value = AC_S_INIT("192.0.2.1"),
	.match = "exact",
	.indicators = one,
	.indicator_count = 1 };
static const ac_hit hit_domain = { .line = 2,
	.offset = 50,
	.length = 12,
	.type = AC_VALUE_DOMAIN,
	.value = AC_S_INIT("evil.example"),
	.match = "exact",
	.indicators = one,
	.indicator_count = 1 };
static const ac_hit hit_early = { .line = 9,
	.offset = 400,
	.length = 12,
	.type = AC_VALUE_DOMAIN,
	.value = AC_S_INIT("soon.example"),
	.match = "exact",
	.indicators = soon,
	.indicator_count = 1 };
static const ac_held_back held_expired = { .line = 7,
	.offset = 300,
	.value = AC_S_INIT("192.0.2.2"),
	.indicator_id = AC_S_INIT("indicator--3"),
	.reason = "expired" };

typedef struct fixture {
	ac_arena arena;
	ac_demo_check check;
} fixture;

static int
setup(void **out)
{
	fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	ac_arena_init(&f->arena, AC_MIB);
	ac_demo_check_init(&f->check, &f->arena);
	*out = f;
	return 0;
}

static int
teardown(void **in)
{
	fixture *f = *in;

	ac_arena_done(&f->arena);
	free(f);
	return 0;
}

static void
report(fixture *f, ac_demo_file file, const ac_hit *hit)
{
	accord_err err = { 0 };

	assert_int_equal(ac_demo_check_hit(&f->check, file, hit, &err), 0);
}

static void
report_held(fixture *f, const ac_held_back *held)
{
	accord_err err = { 0 };

	assert_int_equal(ac_demo_check_held(&f->check, AC_DEMO_CONN, held, &err), 0);
}

static void
compare(fixture *f)
{
	accord_err err = { 0 };

	assert_int_equal(ac_demo_check_compare(&f->check, &logs, &err), 0);
}

/* In no particular order: files are scanned one after the other, tokens of a line as they come. */
static void
report_all_but(fixture *f, const ac_hit *left_out)
{
	if (left_out != &hit_early)
		report(f, AC_DEMO_DNS, &hit_early);
	if (left_out != &hit_address)
		report(f, AC_DEMO_CONN, &hit_address);
	if (left_out != &hit_domain)
		report(f, AC_DEMO_DNS, &hit_domain);
	report_held(f, &held_expired);
}

static void
the_plan__reported_in_any_order_has_no_difference(void **in)
{
	fixture *f = *in;

	report_all_but(f, NULL);
	compare(f);
	assert_int_equal(f->check.difference_count, 0);
	assert_int_equal(f->check.hits, 3);
	assert_int_equal(f->check.held_back, 1);
}

static void
a_missed_hit__is_told(void **in)
{
	fixture *f = *in;

	report_all_but(f, &hit_domain);
	compare(f);
	assert_int_equal(f->check.difference_count, 1);
	assert_int_equal(f->check.differences[0].verdict, AC_DEMO_MISSED);
	assert_ptr_equal(f->check.differences[0].truth, &truths[2]);
}

static void
a_silent_scan__misses_everything(void **in)
{
	fixture *f = *in;

	compare(f);
	assert_int_equal(f->check.difference_count, AC_COUNT(truths));
}

static void
an_extra_hit__is_told(void **in)
{
	fixture *f = *in;
	ac_hit extra = hit_address;

	extra.offset = 101;
	report_all_but(f, NULL);
	report(f, AC_DEMO_CONN, &extra);
	compare(f);
	assert_int_equal(f->check.difference_count, 1);
	assert_int_equal(f->check.differences[0].verdict, AC_DEMO_EXTRA);
	assert_int_equal(f->check.differences[0].find->offset, 101);
}

static void
the_same_place_in_another_file__is_missed_and_extra(void **in)
{
	fixture *f = *in;

	report_all_but(f, &hit_address);
	report(f, AC_DEMO_EVE, &hit_address);
	compare(f);
	assert_int_equal(f->check.difference_count, 2);
}

static void
one_hit_told_twice__is_extra(void **in)
{
	fixture *f = *in;

	report_all_but(f, NULL);
	report(f, AC_DEMO_CONN, &hit_address);
	compare(f);
	assert_int_equal(f->check.difference_count, 1);
	assert_int_equal(f->check.differences[0].verdict, AC_DEMO_EXTRA);
}

static void
several_indicators_held_back_at_one_place__are_one(void **in)
{
	fixture *f = *in;

	report_all_but(f, NULL);
	report_held(f, &held_expired);
	compare(f);
	assert_int_equal(f->check.difference_count, 0);
	assert_int_equal(f->check.held_back, 1);
}

static void
a_hit_where_one_was_to_be_held_back__is_missed_and_extra(void **in)
{
	fixture *f = *in;
	ac_hit wrong = hit_address;

	wrong.line = 7;
	wrong.offset = 300;
	report(f, AC_DEMO_DNS, &hit_early);
	report(f, AC_DEMO_CONN, &hit_address);
	report(f, AC_DEMO_DNS, &hit_domain);
	report(f, AC_DEMO_CONN, &wrong);
	compare(f);
	assert_int_equal(f->check.difference_count, 2);
}

static void
a_change_of_any_property__is_told_by_name(void **in)
{
	static const struct {
		const char *what;
		ac_hit hit;
	} rows[] = {
		{ "line", { .line = 4,
			      .offset = 100,
			      .length = 9,
			      .type = AC_VALUE_IPV4,
			      .value = AC_S_INIT("192.0.2.1"),
			      .match = "exact" } },
		{ "type", { .line = 3,
			      .offset = 100,
			      .length = 9,
			      .type = AC_VALUE_DOMAIN,
			      .value = AC_S_INIT("192.0.2.1"),
			      .match = "exact" } },
		{ "value", { .line = 3,
			       .offset = 100,
			       .length = 9,
			       .type = AC_VALUE_IPV4,
			       .value = AC_S_INIT("192.0.2.9"),
			       .match = "exact" } },
		{ "length", { .line = 3,
				.offset = 100,
				.length = 8,
				.type = AC_VALUE_IPV4,
				.value = AC_S_INIT("192.0.2.1"),
				.match = "exact" } },
		{ "match", { .line = 3,
			       .offset = 100,
			       .length = 9,
			       .type = AC_VALUE_IPV4,
			       .value = AC_S_INIT("192.0.2.1"),
			       .match = "cidr" } },
		{ "valid_from", { .line = 3,
				    .offset = 100,
				    .length = 9,
				    .type = AC_VALUE_IPV4,
				    .value = AC_S_INIT("192.0.2.1"),
				    .match = "exact",
				    .indicators = soon,
				    .indicator_count = 1 } },
	};
	fixture *f = *in;

	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_demo_check_init(&f->check, &f->arena);
		report_all_but(f, &hit_address);
		report(f, AC_DEMO_CONN, &rows[i].hit);
		compare(f);
		assert_int_equal(f->check.difference_count, 1);
		assert_int_equal(f->check.differences[0].verdict, AC_DEMO_DIFFERENT);
		assert_string_equal(f->check.differences[0].what, rows[i].what);
	}
}

static void
whose__names_each_producer_once(void **in)
{
	static const ac_hit_indicator three[] = { { .name = AC_S_INIT("x"), .producer = AC_S_INIT("CERT Norvalia") },
		{ .producer = AC_S_INIT("Blackfen Labs") }, { .producer = AC_S_INIT("CERT Norvalia") } };
	fixture *f = *in;
	ac_hit hit = hit_address;

	hit.indicators = three;
	hit.indicator_count = AC_COUNT(three);
	report(f, AC_DEMO_CONN, &hit);
	assert_str(f->check.finds[0].whose, AC_S("CERT Norvalia, Blackfen Labs"));
	assert_str(f->check.finds[0].indicator, AC_S("x"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_plan__reported_in_any_order_has_no_difference),
		TEST(a_missed_hit__is_told),
		TEST(a_silent_scan__misses_everything),
		TEST(an_extra_hit__is_told),
		TEST(the_same_place_in_another_file__is_missed_and_extra),
		TEST(one_hit_told_twice__is_extra),
		TEST(several_indicators_held_back_at_one_place__are_one),
		TEST(a_hit_where_one_was_to_be_held_back__is_missed_and_extra),
		TEST(a_change_of_any_property__is_told_by_name),
		TEST(whose__names_each_producer_once),
	};

	return cmocka_run_group_tests_name("app/demo_check", tests, NULL, NULL);
}
