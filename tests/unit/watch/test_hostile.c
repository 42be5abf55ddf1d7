/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that somebody wrote to make a watcher slow, blind or wrong: each costs what its bytes cost, and the lines behind it are read. */
#include <time.h>

#include "watch_test.h"

#include "watch/explain.h"

/* What a line of 1 MiB may take at most, with sanitizers and on a busy machine; what grows with the square takes minutes. */
#define SECONDS_MAX 20

typedef struct hostile {
	wt t;
	ac_buf lines;
} hostile;

static void
begin(hostile *h)
{
	wt_open(&h->t);
	ac_buf_init(&h->lines, 4 * AC_MIB);
}

static void
repeat(hostile *h, const char *text, size_t up_to)
{
	while (h->lines.n < up_to)
		ac_buf_add_cstr(&h->lines, text);
}

static double
seconds(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Scan the lines, whose last is read as ever: its hit is `last`. */
static void
end(hostile *h, uint64_t hits, const char *last)
{
	double before = seconds();
	ac_str report;

	wt_scan_n(&h->t, ac_buf_view(&h->lines), 0);
	assert_true(seconds() - before < SECONDS_MAX);
	report = ac_buf_view(&h->t.report);
	assert_int_equal(h->t.counts.hits, hits);
	assert_true(ac_str_ends(report, ac_str_from(last)));
	wt_close(&h->t);
	ac_buf_done(&h->lines);
}

static void
line_without_fields__is_searched_for_a_hint_once(void **state)
{
	hostile h;

	(void)state;
	begin(&h);
	wt_value(&h.t, "m", AC_VALUE_MUTEX, "Sh0rt");
	repeat(&h, "Sh0rt ", 1000000);
	ac_buf_add_cstr(&h.lines, "\nmutex Sh0rt\n");
	end(&h, 1, " mutex exact Sh0rt m\n");
}

static void
json_array__does_not_repeat_its_name_for_each_element(void **state)
{
	hostile h;

	(void)state;
	begin(&h);
	wt_value(&h.t, "d", AC_VALUE_DOMAIN, "evil.example");
	ac_buf_add_cstr(&h.lines, "{\"d\":\"evil.example\",\"");
	repeat(&h, "k", 600);
	ac_buf_add_cstr(&h.lines, "\":[");
	repeat(&h, "1,", 1000000);
	ac_buf_add_cstr(&h.lines, "1]}\n{\"d\":\"evil.example\"}\n");
	end(&h, 2, " domain-name exact evil.example d\n");
}

static void
syslog_element__does_not_repeat_its_id_for_each_parameter(void **state)
{
	hostile h;

	(void)state;
	begin(&h);
	wt_value(&h.t, "d", AC_VALUE_DOMAIN, "evil.example");
	ac_buf_add_cstr(&h.lines, "<13>1 2021-07-19T10:00:00Z evil.example a b c [");
	repeat(&h, "k", 500000);
	repeat(&h, " a=\"\"", 1000000);
	ac_buf_add_cstr(&h.lines, "] x\n<13>1 2021-07-19T10:00:00Z evil.example a b c - x\n");
	end(&h, 2, " domain-name exact evil.example d\n");
}

/* Five producers name the domain, which stands in a line 166,667 times: memory is one hit's. */
static void
hits__of_one_line_do_not_add_up_in_memory(void **state)
{
	hostile h;
	char id[64];

	(void)state;
	begin(&h);
	for (unsigned i = 0; i < 5; i++) {
		(void)snprintf(id, sizeof(id), "indicator--aaaaaaaa-aaaa-4aaa-8aaa-0000000000%02u", i);
		wt_value(&h.t, id, AC_VALUE_DOMAIN, "ab.co");
	}
	repeat(&h, "ab.co ", 1000000);
	ac_buf_add_cstr(&h.lines, "\nab.co\n");
	end(&h, 166668, "-000000000004\n");
}

/* Backslashes before the JSON of a line are a path's. */
static void
path__before_json_is_not_unescaped(void **state)
{
	static const wt_row rows[] = {
		{ "x C:\\new\\bevil1.exe {\"a\":\"b\"}", "1:2+17 file-path exact c:\\new\\bevil1.exe p\n" },
		{ "x {\"a\":\"C:\\\\new\\\\bevil1.exe\"}", "1:8+19 file-path exact c:\\new\\bevil1.exe p\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "p", AC_VALUE_FILE_PATH, "C:\\new\\bevil1.exe");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

/* No name is as long; each of its labels begins what might be one. */
static void
name_of_a_megabyte__costs_what_its_bytes_cost(void **state)
{
	static const char *const labels[] = { "ab.", "a[.]", "\xc3\xbc.", "a\\." };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(labels); i++) {
		hostile h;

		begin(&h);
		wt_value(&h.t, "d", AC_VALUE_DOMAIN, "evil.example");
		wt_value(&h.t, "i", AC_VALUE_DOMAIN, "xn--bcher-kva.example");
		for (unsigned lines = 1; lines < 4; lines++) {
			repeat(&h, labels[i], lines * 1000000);
			ac_buf_add_cstr(&h.lines, "\xc3\xbc.example\n");
		}
		ac_buf_add_cstr(&h.lines, "b\xc3\xbc"
					  "cher.example\n");
		end(&h, 1, " domain-name exact xn--bcher-kva.example i\n");
	}
}

static void
explain__leaves_out_names_that_are_no_writers(void **state)
{
	ac_explain *e = ac_explain_open((ac_hash_seed){ { 1, 2 } }, (ac_time){ 0, 0 }, NULL);
	hostile h;
	size_t n;

	(void)state;
	begin(&h);
	assert_non_null(e);
	for (unsigned i = 0; i < 80; i++) {
		ac_buf_reset(&h.lines);
		ac_buf_printf(&h.lines, "user=a srcip=b proto=c k%u", i);
		repeat(&h, "k", 1000000);
		ac_buf_add_cstr(&h.lines, "=c\n");
		assert_int_equal(ac_explain_feed(e, ac_buf_view(&h.lines), NULL), 0);
	}
	(void)ac_explain_fields(e, &n);
	assert_int_equal(n, 3);
	assert_int_equal(ac_explain_left_out(e), 80);
	assert_null(ac_explain_close(e));
	wt_close(&h.t);
	ac_buf_done(&h.lines);
}

/* Each host of a line may go with each of its paths: that is not asked for all of them, and what stands behind them in the same region is found. */
static void
hosts_and_paths__are_not_multiplied(void **state)
{
	static const char last[] = "{\"http\":{\"hostname\":\"bad.example\",\"url\":\"/x\"}}\n";
	hostile h;
	size_t lines = 0;

	(void)state;
	begin(&h);
	wt_value(&h.t, "1", AC_VALUE_URL, "http://bad.example/x");
	while (h.lines.n < AC_MIB) {
		size_t line = h.lines.n;

		repeat(&h, "bad.example ", line + 10000);
		repeat(&h, lines % 2 ? " ?/ /a" : " /a", line + 20000);
		ac_buf_add_cstr(&h.lines, "\n");
		ac_buf_add_cstr(&h.lines, last);
		lines++;
	}
	end(&h, lines, "url http://bad.example/x 1\n");
}

/* Beside an escape, each is looked for once, and no sign behind all of them for each. */
static void
defanged_spellings__beside_escapes_cost_what_their_bytes_cost(void **state)
{
	static const struct {
		const char *begin, *last;
	} rows[] = {
		{ "x \\x41 \"evil.example\" ", " domain-name exact evil.example d\n" },
		{ "CEF:0|a|b|c|d|e|5|msg=x\\=y evil.example ", " domain-name exact evil.example d\n" },
		/* the last line is none of JSON, as the first was */
		{ "{\"message\":\"CEF:0|a|b|c|d|e|5|msg=x\\\\=y evil.example ",
		    " domain-name exact evil.example d malformed\n" },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		hostile h;

		begin(&h);
		wt_value(&h.t, "d", AC_VALUE_DOMAIN, "evil.example");
		for (unsigned lines = 1; lines < 4; lines++) {
			ac_buf_add_cstr(&h.lines, rows[i].begin);
			repeat(&h, "a[.]b ", lines * 1000000);
			ac_buf_add_cstr(&h.lines, "\n");
		}
		ac_buf_add_cstr(&h.lines, "evil.example\n");
		end(&h, 4, rows[i].last);
	}
}

/* Each is told from a path's once. */
static void
control_letters__in_json_cost_what_their_bytes_cost(void **state)
{
	static const char *const letters[] = { "\\\\t", "a\\\\tb", "\\\\ta.b\\\\x ", "a:\\\\nC:\\\\tx" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(letters); i++) {
		hostile h;

		begin(&h);
		wt_value(&h.t, "d", AC_VALUE_DOMAIN, "evil.example");
		for (unsigned lines = 1; lines < 4; lines++) {
			ac_buf_add_cstr(&h.lines, "{\"m\":\"of:\\\\tevil.example\\\\n ");
			repeat(&h, letters[i], lines * 1000000);
			ac_buf_add_cstr(&h.lines, "\"}\n");
		}
		ac_buf_add_cstr(&h.lines, "{\"m\":\"of:\\\\tevil.example\\\\n\"}\n");
		end(&h, 4, " domain-name exact evil.example d\n");
	}
}

/* What stands behind each, up to the end of the line, is not taken for its path. */
static void
percent_encoded_urls__cost_what_their_bytes_cost(void **state)
{
	static const char *const urls[] = { "=http%3A%2F%2Fevil.example%2Fab",
		"/http%253A%252F%252Fevil.example%252Fab", "=http%3A%2F%2F192.0.2.1%2Fab", "%25252F192.0.2.1" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(urls); i++) {
		hostile h;

		begin(&h);
		wt_value(&h.t, "u", AC_VALUE_URL, "http://evil.example/a");
		wt_value(&h.t, "v", AC_VALUE_URL, "http://192.0.2.1/a");
		for (unsigned lines = 1; lines < 4; lines++) {
			repeat(&h, urls[i], lines * 1000000);
			ac_buf_add_cstr(&h.lines, "\n");
		}
		ac_buf_add_cstr(&h.lines, "x=http%3A%2F%2Fevil.example%2Fa\n");
		end(&h, 1, " url http://evil.example/a u\n");
	}
}

/* Each of its hosts is asked for with the path as the index would have it, which is made once. */
static void
long_path__of_many_hosts_is_spelled_once(void **state)
{
	char path[5002] = "/", url[6000];
	hostile h;

	(void)state;
	begin(&h);
	memset(path + 1, 'a', sizeof(path) - 2);
	(void)snprintf(url, sizeof(url), "http://evil.example%sA", path);
	wt_value(&h.t, "u", AC_VALUE_URL, url);
	wt_value(&h.t, "v", AC_VALUE_URL, "http://bad.example/a");
	for (unsigned lines = 0; lines < 60; lines++) {
		ac_buf_printf(&h.lines, "{\"http\":{\"url\":\"%s\\u0041\",\"hostname\":\"Evil.example\",", path);
		for (unsigned i = 0; i < 2000; i++)
			ac_buf_add_cstr(&h.lines, "\"hostname\":\"bad.example\",");
		ac_buf_add_cstr(&h.lines, "\"hostname\":\"evil.example\"}}\n");
	}
	ac_buf_add_cstr(&h.lines, "{\"http\":{\"hostname\":\"bad.example\",\"url\":\"/a\"}}\n");
	end(&h, 121, " url http://bad.example/a v\n");
}

/* The hosts of one object have one path, which is unescaped once. */
static void
path_of_many_hosts__takes_its_memory_once(void **state)
{
	hostile h;

	(void)state;
	begin(&h);
	wt_value(&h.t, "u", AC_VALUE_URL, "http://evil.example/a");
	ac_buf_add_cstr(&h.lines, "{\"http\":{\"url\":\"/\\u0041");
	repeat(&h, "a", 500000);
	ac_buf_add_cstr(&h.lines, "\",");
	for (unsigned i = 0; i < 4000; i++)
		ac_buf_add_cstr(&h.lines, "\"hostname\":\"evil.example\",");
	ac_buf_add_cstr(&h.lines, "\"z\":1}}\n{\"http\":{\"hostname\":\"evil.example\",\"url\":\"/a\"}}\n");
	end(&h, 1, " url http://evil.example/a u\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_without_fields__is_searched_for_a_hint_once),
		cmocka_unit_test(json_array__does_not_repeat_its_name_for_each_element),
		cmocka_unit_test(syslog_element__does_not_repeat_its_id_for_each_parameter),
		cmocka_unit_test(hits__of_one_line_do_not_add_up_in_memory),
		cmocka_unit_test(path__before_json_is_not_unescaped),
		cmocka_unit_test(name_of_a_megabyte__costs_what_its_bytes_cost),
		cmocka_unit_test(hosts_and_paths__are_not_multiplied),
		cmocka_unit_test(explain__leaves_out_names_that_are_no_writers),
		cmocka_unit_test(defanged_spellings__beside_escapes_cost_what_their_bytes_cost),
		cmocka_unit_test(control_letters__in_json_cost_what_their_bytes_cost),
		cmocka_unit_test(percent_encoded_urls__cost_what_their_bytes_cost),
		cmocka_unit_test(long_path__of_many_hosts_is_spelled_once),
		cmocka_unit_test(path_of_many_hosts__takes_its_memory_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
