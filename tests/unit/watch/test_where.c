/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on fields, and what they do to hits. */
#include "fail_malloc.h"
#include "watch/explain.h"
#include "watch_test.h"

#define LINE                                                                                                           \
	"{\"ts\":1600000000,\"src_ip\":\"192.0.2.77\",\"dest_ip\":\"2001:DB8:0::1\",\"user\":\"corp\\\\al\","          \
	"\"answers\":[\"a.example\","                                                                                  \
	"\"192.0.2.9\"],\"mapped\":\"::ffff:192.0.2.77\",\"client\":\"192.0.2.77:443\",\"server\":\"[2001:db8::1]:"    \
	"443\"}"

static ac_where_verdict
judge(const char *const *conditions, size_t n, int64_t since)
{
	ac_where where = { .has_since = since != 0, .since = { since, 0 } };
	ac_where_verdict verdict;
	ac_log_record record;
	ac_log_state state;
	accord_err err = { 0 };
	ac_arena arena;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(ac_where_add(&where, ac_str_from(conditions[i]), &err), 0);
	ac_log_state_init(&state, (ac_time){ 1700000000, 0 });
	ac_arena_init(&arena, AC_MIB);
	ac_log_read(&state, AC_S(LINE), &arena, &record);
	verdict = ac_where_judge(&where, &record, record.time, &arena);
	ac_arena_done(&arena);
	ac_log_state_done(&state);
	return verdict;
}

static void
condition__is_a_name_or_role_and_a_value(void **state)
{
	static const struct {
		const char *condition;
		bool fits;
	} rows[] = {
		{ "src_ip=192.0.2.77", true },
		{ "SRC_IP=192.0.2.77", true },
		{ "source=192.0.2.77", true },
		{ "src_ip=192.0.2.7", false },
		{ "src_ip=192.0.2.*", true },
		{ "src_ip=*.77", true },
		{ "src_ip=*2*7", true },
		{ "src_ip=*8*", false },
		{ "src_ip=192.0.2.0/25", true },
		{ "src_ip=192.0.2.128/25", false },
		{ "src_ip=0.0.0.0/0", true },
		{ "dest_ip=0.0.0.0/0", false },
		{ "dest_ip=2001:db8::1", true },
		{ "destination=2001:db8::/33", true },
		{ "destination=2001:db8:8000::/33", false },
		/* an IPv4 address in IPv6's form, and with a port */
		{ "mapped=192.0.2.0/24", true },
		{ "mapped=::ffff:192.0.2.77", true },
		{ "mapped=::ffff:192.0.2.0/120", true },
		{ "mapped=198.51.100.0/24", false },
		{ "client=192.0.2.0/24", true },
		{ "client=192.0.2.77", true },
		{ "client=198.51.100.0/24", false },
		{ "client=192.0.2.77:44*", true },
		{ "server=2001:db8::/32", true },
		{ "server=2001:db9::/32", false },
		{ "user=corp\\al", true },
		{ "user=CORP\\al", false },
		{ "answers=192.0.2.9", true },
		{ "answer=a.example", true },
		{ "nothing=*", false },
		{ "user=", false },
		{ "user=*", true },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_where_verdict verdict = judge(&rows[i].condition, 1, 0);

		if ((verdict == AC_WHERE_FITS) != rows[i].fits)
			print_error("%s\n", rows[i].condition);
		assert_int_equal(verdict, rows[i].fits ? AC_WHERE_FITS : AC_WHERE_OTHER);
	}
}

static void
all_conditions__must_hold(void **state)
{
	static const char *const both[] = { "src_ip=192.0.2.77", "user=corp*" };
	static const char *const one[] = { "src_ip=192.0.2.77", "user=x" };

	(void)state;
	assert_int_equal(judge(both, 2, 0), AC_WHERE_FITS);
	assert_int_equal(judge(one, 2, 0), AC_WHERE_OTHER);
	assert_int_equal(judge(NULL, 0, 1600000000), AC_WHERE_FITS);
	assert_int_equal(judge(NULL, 0, 1600000001), AC_WHERE_BEFORE);
}

static void
condition__without_a_name_is_refused(void **state)
{
	ac_where where = { .count = 0 };
	accord_err err = { 0 };

	(void)state;
	assert_int_equal(ac_where_add(&where, AC_S("src_ip"), &err), ACCORD_EUSAGE);
	assert_int_equal(ac_where_add(&where, AC_S("=x"), &err), ACCORD_EUSAGE);
	for (size_t i = 0; i < AC_WHERE_MAX; i++)
		assert_int_equal(ac_where_add(&where, AC_S("a=b"), &err), 0);
	assert_int_equal(ac_where_add(&where, AC_S("a=b"), &err), ACCORD_EUSAGE);
}

static void
records__that_do_not_fit_are_counted(void **state)
{
	static const ac_str input =
	    AC_S_INIT("{\"timestamp\":\"2020-09-13T12:26:40Z\",\"src_ip\":\"10.0.0.1\",\"h\":\"evil.example\"}\n"
		      "{\"timestamp\":\"2020-09-13T12:26:40Z\",\"src_ip\":\"10.0.0.2\",\"h\":\"evil.example\"}\n"
		      "{\"timestamp\":\"2020-09-12T12:26:40Z\",\"src_ip\":\"10.0.0.1\",\"h\":\"evil.example\"}\n"
		      "{\"src_ip\":\"10.0.0.3\",\"h\":\"fine.example\"}\n");
	ac_where where = { .has_since = true, .since = { 1600000000, 0 } };
	ac_watch_sink sink;
	ac_watch_counts counts;
	accord_err err = { 0 };
	ac_watch *w;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&t);
	sink = (ac_watch_sink){ wt_on_hit, wt_on_held, &t };
	assert_int_equal(ac_where_add(&where, AC_S("src_ip=10.0.0.1"), &err), 0);
	w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
	assert_non_null(w);
	ac_watch_select(w, &where, NULL);
	assert_int_equal(ac_watch_feed(w, input, &err), 0);
	assert_int_equal(ac_watch_end(w, &err), 0);
	ac_watch_count(w, &counts);
	assert_int_equal(counts.hits, 1);
	assert_int_equal(counts.not_where, 1);
	assert_int_equal(counts.not_since, 1);
	assert_str(ac_buf_view(&t.report), AC_S("1:61+12 domain-name exact evil.example d\n"));
	ac_watch_close(w);
	wt_close(&t);
}

/* A hit is never lost for want of memory without a word. */
static void
selection__survives_every_allocation_failure(void **state)
{
	static const ac_str input = AC_S_INIT("{\"u\":\"a\\u0062c\",\"h\":\"evil.example\"}\n");
	ac_where where = { .count = 0 };
	ac_watch_sink sink;
	int rc = -1;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&t);
	sink = (ac_watch_sink){ wt_on_hit, wt_on_held, &t };
	assert_int_equal(ac_where_add(&where, AC_S("u=abc"), NULL), 0);
	for (unsigned long n = 1; n < 200; n++) {
		ac_watch_counts counts = { .hits = 0 };
		ac_watch *w;

		fail_malloc_at(n);
		w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
		if (w)
			ac_watch_select(w, &where, NULL);
		rc = w ? ac_watch_feed(w, input, NULL) : ACCORD_ENOMEM;
		if (!rc)
			rc = ac_watch_end(w, NULL);
		if (w)
			ac_watch_count(w, &counts);
		ac_watch_close(w);
		if (!fail_malloc_done())
			break;
		/* What only makes it faster may fail. */
		assert_true(rc == ACCORD_ENOMEM || (!rc && counts.hits == 1));
	}
	assert_int_equal(rc, 0);
	wt_close(&t);
}

static void
explaining__survives_every_allocation_failure(void **state)
{
	static const ac_str input = AC_S_INIT("{\"u\":\"a\\u0062c\",\"h\":\"evil.example\"}\na=1 b=2 c=3\n");
	int rc = -1;

	(void)state;
	for (unsigned long n = 1; n < 200; n++) {
		ac_explain *e;
		size_t fields = 0, left_out = 0;

		fail_malloc_at(n);
		e = ac_explain_open((ac_hash_seed){ { 1, 2 } }, (ac_time){ 0, 0 }, NULL);
		rc = e ? ac_explain_feed(e, input, NULL) : ACCORD_ENOMEM;
		if (!rc)
			rc = ac_explain_end(e, NULL);
		if (!rc) {
			(void)ac_explain_fields(e, &fields);
			left_out = (size_t)ac_explain_left_out(e);
		}
		ac_explain_close(e);
		if (!fail_malloc_done())
			break;
		assert_true(rc == ACCORD_ENOMEM || (!rc && fields + left_out == 5));
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(condition__is_a_name_or_role_and_a_value),
		cmocka_unit_test(all_conditions__must_hold),
		cmocka_unit_test(condition__without_a_name_is_refused),
		cmocka_unit_test(records__that_do_not_fit_are_counted),
		cmocka_unit_test(selection__survives_every_allocation_failure),
		cmocka_unit_test(explaining__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
