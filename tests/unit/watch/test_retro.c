/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of observables against a plain list of what was added, and against everything that may happen to its files. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail_malloc.h"
#include "test.h"

#include "sys/file.h"
#include "watch/retro.h"
#include "watch/retro_files.h"
#include "watch/retro_key.h"
#include "watch/retro_part.h"

#define TODAY 20000
#define KEYS 200
#define DAYS 40

typedef struct world {
	char folder[64];
	ac_retro *retro;
	accord_err err;
	struct {
		uint64_t count;
		int64_t first, last;
	} told[KEYS][DAYS], kept[KEYS][DAYS];
	uint64_t answers;
	ac_str low, end; /* what is asked for: keys from low on, before end; or all keys of the test */
	size_t key_n[KEYS];
	char keys[KEYS][AC_RETRO_KEY_MAX];
	unsigned damaged;
	ac_retro_asked asked;
	char sources[256];
} world;

static const ac_retro_limits wide = { 400, 0, 1000000 };

static int
set_up(void **state)
{
	world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/accord-retro-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	w->retro = ac_retro_open(w->folder, &wide, (ac_time){ TODAY * 86400LL, 0 }, (ac_hash_seed){ { 3, 4 } });
	assert_non_null(w->retro);
	*state = w;
	return 0;
}

static int
remove_one(void *payload, const char *path, accord_err *err)
{
	(void)payload;
	(void)err;
	return unlink(path);
}

static int
tear_down(void **state)
{
	world *w = *state;
	ac_walk_sink removal = { remove_one, NULL, NULL };

	ac_retro_close(w->retro);
	assert_int_equal(ac_walk(w->folder, &removal, &w->err), 0);
	(void)rmdir(w->folder);
	free(w);
	return 0;
}

/* Another memory with other limits in the same folder. */
static void
reopen(world *w, const ac_retro_limits *limits, int64_t today)
{
	ac_retro_close(w->retro);
	w->retro = ac_retro_open(w->folder, limits, (ac_time){ today * 86400, 0 }, (ac_hash_seed){ { 5, 6 } });
	assert_non_null(w->retro);
}

/* Key number k: addresses, names and texts in turn. */
static ac_str
key_of(unsigned k, char out[static AC_RETRO_KEY_MAX])
{
	uint8_t address[4] = { 198, 51, (uint8_t)(k / 3 % 5), (uint8_t)k };
	char text[64];
	int n;

	if (k % 3 == 0)
		return (ac_str){ out, ac_retro_key_bytes(AC_VALUE_IPV4, (ac_str){ (char *)address, 4 }, out) };
	if (k % 3 == 1) {
		n = snprintf(text, sizeof(text), "h%u.%s.example", k, k % 2 ? "evil" : "evil-not");
		return (ac_str){ out, ac_retro_key_name((ac_str){ text, (size_t)n }, out) };
	}
	n = snprintf(text, sizeof(text), "http://www.example/a/long/path/%u?q=%u", k, k * 7);
	return (ac_str){ out, ac_retro_key_bytes(AC_VALUE_URL, (ac_str){ text, (size_t)n }, out) };
}

static void
add(world *w, uint64_t source, unsigned k, unsigned day, unsigned second)
{
	char key[AC_RETRO_KEY_MAX];
	int64_t t = (TODAY - DAYS + 1 + (int64_t)day) * 86400 + second;

	assert_int_equal(ac_retro_add(w->retro, source, key_of(k, key), (ac_time){ t, 0 }, &w->err), 0);
	if (!w->told[k][day].count++ || t < w->told[k][day].first)
		w->told[k][day].first = t;
	if (w->told[k][day].count == 1 || t > w->told[k][day].last)
		w->told[k][day].last = t;
}

static void
flush(world *w, int64_t today)
{
	assert_int_equal(ac_retro_flush(w->retro, (ac_time){ today * 86400, 0 }, &w->err), 0);
}

/* KEYS: none of the test. The last bytes of a key differ mostly. */
static unsigned
number_of(const world *w, ac_str key)
{
	unsigned k = 0;

	while (k < KEYS && !(w->key_n[k] == key.n && w->keys[k][key.n - 1] == key.p[key.n - 1] &&
			       memcmp(w->keys[k], key.p, key.n) == 0))
		k++;
	return k;
}

static bool
wants(void *payload, ac_str key)
{
	const world *w = payload;

	return w->end.n ? ac_str_cmp(key, w->low) >= 0 && ac_str_cmp(key, w->end) < 0 : number_of(w, key) < KEYS;
}

static int
on_answer(void *payload, const ac_retro_answer *a, accord_err *err)
{
	world *w = payload;
	unsigned k = number_of(w, a->key);
	int64_t day = a->day - (TODAY - DAYS + 1);

	(void)err;
	w->answers++;
	w->sources[0] = '\0';
	for (unsigned i = 0; i < a->source_count; i++)
		(void)snprintf(w->sources + strlen(w->sources), sizeof(w->sources) - strlen(w->sources), "%.*s ",
		    AC_FMT(a->sources[i]));
	if (w->end.n == 0 && k < KEYS && day >= 0 && day < DAYS) {
		assert_int_equal(w->kept[k][day].count, 0);
		w->kept[k][day].count = a->count;
		w->kept[k][day].first = a->first;
		w->kept[k][day].last = a->last;
	}
	return 0;
}

static void
on_damage(void *payload, const accord_err *what)
{
	world *w = payload;

	assert_non_null(strstr(what->text, "not a sound part"));
	w->damaged++;
}

/* Ask for every key of all days. */
static void
ask_all(world *w)
{
	ac_retro_sink sink = { wants, on_answer, on_damage, w };

	w->answers = 0;
	w->damaged = 0;
	w->low = w->end = (ac_str){ NULL, 0 };
	memset(w->kept, 0, sizeof(w->kept));
	for (unsigned k = 0; k < KEYS; k++)
		w->key_n[k] = key_of(k, w->keys[k]).n;
	assert_int_equal(ac_retro_ask(w->folder, TODAY - 1000, TODAY + 1000, &sink, &w->asked, &w->err), 0);
}

static uint64_t
ask_range(world *w, ac_str low, ac_str end)
{
	ac_retro_sink sink = { wants, on_answer, on_damage, w };

	w->answers = 0;
	w->low = low;
	w->end = end;
	assert_int_equal(ac_retro_ask(w->folder, 0, TODAY + 1, &sink, &w->asked, &w->err), 0);
	return w->answers;
}

static void
assert_exact(world *w)
{
	ask_all(w);
	assert_int_equal(w->asked.damaged, 0);
	for (unsigned k = 0; k < KEYS; k++)
		for (unsigned d = 0; d < DAYS; d++) {
			assert_int_equal(w->kept[k][d].count, w->told[k][d].count);
			if (w->told[k][d].count) {
				assert_int_equal(w->kept[k][d].first, w->told[k][d].first);
				assert_int_equal(w->kept[k][d].last, w->told[k][d].last);
			}
		}
}

static void
fill(world *w, unsigned n, unsigned flush_every)
{
	uint64_t a = ac_retro_source(w->retro, AC_S("/logs/sensor1/eve.json"));
	unsigned r = 12345;

	for (unsigned i = 0; i < n; i++) {
		r = r * 1103515245 + 12345;
		add(w, a, (r >> 8) % KEYS, (r >> 16) % DAYS, (r >> 4) % 86400);
		if (i % flush_every == flush_every - 1)
			flush(w, TODAY);
	}
	flush(w, TODAY);
}

static unsigned
count_parts(world *w)
{
	ac_retro_files files;
	unsigned n;

	ac_retro_files_init(&files);
	assert_int_equal(ac_retro_files_list(&files, w->folder, false, &w->err), 0);
	n = (unsigned)files.all.n;
	ac_retro_files_done(&files);
	return n;
}

/* ---- tests ---- */

static void
retro__answers_are_those_of_a_plain_list(void **state)
{
	fill(*state, 20000, 1500);
	assert_exact(*state);
	assert_true(count_parts(*state) <= 4 * 9);
}

static void
retro__a_flush_of_each_few_values_merges_to_the_same(void **state)
{
	fill(*state, 3000, 10);
	assert_exact(*state);
	assert_true(count_parts(*state) <= 4 * 9);
}

static void
retro__a_folder_that_is_not_there_has_no_answers(void **state)
{
	ask_all(*state);
	assert_int_equal(((world *)*state)->answers, 0);
}

static void
retro__a_network_and_the_subdomains_of_a_domain_are_ranges(void **state)
{
	world *w = *state;
	uint64_t addresses = 0, names = 0;
	char low[AC_RETRO_KEY_MAX], end[AC_RETRO_KEY_MAX];
	size_t n;

	fill(w, 5000, 500);
	for (unsigned k = 0; k < KEYS; k++)
		for (unsigned d = 0; d < DAYS; d++) {
			addresses += w->told[k][d].count && k % 3 == 0 && k / 3 % 5 == 2;
			names += w->told[k][d].count && k % 3 == 1 && k % 2;
		}
	/* 198.51.2.0/24 */
	assert_int_equal(ask_range(w, AC_S("\x01\xc6\x33\x02"), AC_S("\x01\xc6\x33\x03")), addresses);
	/* below evil.example, and not below evil-not.example */
	n = ac_retro_key_name(AC_S("evil.example"), low);
	memcpy(end, low, n);
	low[n] = '.';
	end[n] = '.' + 1;
	assert_int_equal(ask_range(w, (ac_str){ low, n + 1 }, (ac_str){ end, n + 1 }), names);
}

static void
retro__sources_are_told_without_numbers_and_packing(void **state)
{
	world *w = *state;
	uint64_t a = ac_retro_source(w->retro, AC_S("/logs/s1/2026-01-02/conn.10:00:00-11:00:00.log.gz"));

	assert_int_equal(a, ac_retro_source(w->retro, AC_S("/logs/s1/2026-01-03/conn.00:00:00-01:00:00.log")));
	add(w, a, 0, 3, 10);
	flush(w, TODAY);
	add(w, ac_retro_source(w->retro, AC_S("eve.json.1")), 0, 3, 11);
	flush(w, TODAY);
	assert_exact(w);
	assert_string_equal(w->sources, "s1/conn.log eve.json ");
}

static void
retro__values_of_days_out_of_reach_are_counted(void **state)
{
	world *w = *state;
	ac_retro_limits limits = { 30, 0, 1000 };
	ac_retro_counts counts;
	char key[AC_RETRO_KEY_MAX];

	reopen(w, &limits, TODAY);
	for (int64_t day = TODAY - 31; day <= TODAY + 3; day++)
		assert_int_equal(ac_retro_add(w->retro, 1, key_of(1, key), (ac_time){ day * 86400, 0 }, &w->err), 0);
	ac_retro_count(w->retro, &counts);
	assert_int_equal(counts.seen, 35);
	/* 30 days with today, and tomorrow */
	assert_int_equal(counts.outside, 4);
}

static void
retro__surplus_of_a_day_is_counted(void **state)
{
	world *w = *state;
	ac_retro_limits limits = { 30, 0, 50 };
	ac_retro_counts counts;

	reopen(w, &limits, TODAY);
	for (unsigned k = 0; k < 40; k++)
		add(w, 1, k, DAYS - 1, k);
	flush(w, TODAY);
	for (unsigned k = 20; k < 100; k++)
		add(w, 1, k, DAYS - 1, k);
	flush(w, TODAY);
	ask_all(w);
	/* 40, and of 60 new ones 10; the 20 that are known are counted again. */
	assert_int_equal(w->answers, 50);
	for (unsigned k = 20; k < 40; k++)
		assert_int_equal(w->kept[k][DAYS - 1].count, 2);
	ac_retro_count(w->retro, &counts);
	assert_int_equal(counts.surplus, 50);
}

static void
retro__old_spans_go_first_and_are_counted(void **state)
{
	world *w = *state;
	ac_retro_limits few = { 16, 0, 1000000 }, small = { 400, 20000, 1000000 };
	ac_retro_counts counts;
	unsigned parts;

	fill(w, 20000, 20000);
	parts = count_parts(w);
	assert_int_equal(parts, 4);
	/* The clock goes back, or far ahead: neither takes anything away. */
	reopen(w, &wide, TODAY - 300);
	add(w, 1, 0, 0, 0);
	assert_int_equal(ac_retro_flush(w->retro, (ac_time){ (TODAY + 5000) * 86400LL, 0 }, &w->err), 0);
	assert_int_equal(count_parts(w), 4);
	reopen(w, &few, TODAY);
	add(w, 1, 0, DAYS - 1, 0);
	flush(w, TODAY);
	assert_true(count_parts(w) < 4);
	ac_retro_count(w->retro, &counts);
	assert_true(counts.aged > 0);
	reopen(w, &small, TODAY);
	for (unsigned k = 0; k < KEYS; k++)
		add(w, 1, k, DAYS - 1, 0);
	flush(w, TODAY);
	ac_retro_count(w->retro, &counts);
	assert_true(counts.bytes <= 20000);
}

/* Every byte of a part altered, and every cut: refused or counted, and what is answered is true. */
static void
retro__a_damaged_part_is_told_and_the_others_answer(void **state)
{
	world *w = *state;
	char path[AC_PATH_MAX];
	ac_buf good;
	ac_retro_files files;

	fill(w, 20000, 20000);
	ac_retro_files_init(&files);
	assert_int_equal(ac_retro_files_list(&files, w->folder, false, &w->err), 0);
	ac_retro_file_path(w->folder, files.all.p, path);
	ac_retro_files_done(&files);
	ac_buf_init(&good, AC_MIB);
	assert_int_equal(ac_file_load(path, AC_MIB, &good, &w->err), 0);
	for (size_t i = 0; i < good.n; i += 211) {
		good.p[i] ^= 0x20;
		assert_int_equal(ac_file_replace(path, ac_buf_view(&good), 0600, &w->err), 0);
		good.p[i] ^= 0x20;
		ask_all(w);
		for (unsigned k = 0; k < KEYS; k++)
			for (unsigned d = 0; d < DAYS; d++)
				assert_true(w->kept[k][d].count == w->told[k][d].count ||
					    (w->kept[k][d].count == 0 && w->asked.damaged));
		/* The other spans are whole. */
		for (unsigned k = 0; k < KEYS; k++)
			for (unsigned d = AC_RETRO_SPAN; d < DAYS; d++)
				assert_int_equal(w->kept[k][d].count, w->told[k][d].count);
	}
	for (size_t n = 0; n < good.n; n += 501) {
		assert_int_equal(ac_file_replace(path, ac_str_slice(ac_buf_view(&good), 0, n), 0600, &w->err), 0);
		ask_all(w);
		assert_int_equal(w->asked.damaged, 1);
		assert_int_equal(w->damaged, 1);
	}
	/* A merge sets it aside, and that is told from then on. */
	add(w, 1, 0, 0, 0);
	flush(w, TODAY);
	ask_all(w);
	assert_int_equal(w->asked.damaged, 1);
	assert_int_equal(w->damaged, 0);
	ac_buf_done(&good);
}

/* A child adds value after value, flushes each, says so, and is killed: what it said is there, and the folder is sound. */
static void
retro__what_was_flushed_survives_a_kill(void **state)
{
	world *w = *state;

	for (unsigned round = 0; round < 6; round++) {
		int pipes[2];
		unsigned said = 0, k;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			ac_retro *r = ac_retro_open(
			    w->folder, &wide, (ac_time){ TODAY * 86400LL, 0 }, (ac_hash_seed){ { round, 1 } });
			char key[AC_RETRO_KEY_MAX];

			for (k = 0;; k = (k + 1) % KEYS)
				if (!r ||
				    ac_retro_add(r, 1, key_of(k, key),
					(ac_time){ (TODAY - (int64_t)(k % DAYS)) * 86400, 0 }, NULL) ||
				    ac_retro_flush(r, (ac_time){ TODAY * 86400LL, 0 }, NULL) ||
				    write(pipes[1], "+", 1) != 1)
					_exit(1);
		}
		(void)close(pipes[1]);
		(void)usleep(3000 + round * 7000);
		(void)kill(child, SIGKILL);
		(void)waitpid(child, NULL, 0);
		for (char c; read(pipes[0], &c, 1) == 1;)
			said++;
		(void)close(pipes[0]);
		for (k = 0; k < said; k++)
			w->told[k % KEYS][DAYS - 1 - k % KEYS % DAYS].count++;
		ask_all(w);
		assert_int_equal(w->asked.damaged, 0);
		for (k = 0; k < KEYS; k++) {
			unsigned d = DAYS - 1 - k % DAYS;

			/* One more may have been on disk when the word was not out yet. */
			assert_in_range(w->kept[k][d].count, w->told[k][d].count, w->told[k][d].count + 1);
			w->told[k][d].count = w->kept[k][d].count;
		}
	}
}

static void
retro__two_processes_at_once_lose_nothing(void **state)
{
	world *w = *state;
	pid_t children[3];

	for (unsigned c = 0; c < 3; c++) {
		children[c] = fork();
		assert_true(children[c] >= 0);
		if (children[c] == 0) {
			ac_retro *r = ac_retro_open(
			    w->folder, &wide, (ac_time){ TODAY * 86400LL, 0 }, (ac_hash_seed){ { c, 1 } });
			char key[AC_RETRO_KEY_MAX];
			int rc = !r;

			for (unsigned i = 0; !rc && i < 120; i++) {
				rc = ac_retro_add(r, 1, key_of(i % 30, key), (ac_time){ TODAY * 86400LL + c, 0 }, NULL);
				if (!rc && i % 4 == 3)
					rc = ac_retro_flush(r, (ac_time){ TODAY * 86400LL, 0 }, NULL);
			}
			_exit(rc ? 1 : 0);
		}
	}
	for (unsigned c = 0; c < 3; c++) {
		int status;

		assert_int_equal(waitpid(children[c], &status, 0), children[c]);
		assert_int_equal(status, 0);
	}
	ask_all(w);
	for (unsigned k = 0; k < 30; k++) {
		assert_int_equal(w->kept[k][DAYS - 1].count, 12);
		assert_int_equal(w->kept[k][DAYS - 1].last - w->kept[k][DAYS - 1].first, 2);
	}
}

static void
retro__asking_survives_every_allocation_failure(void **state)
{
	world *w = *state;
	ac_retro_sink sink = { wants, on_answer, NULL, w };
	int rc;

	fill(w, 500, 100);
	w->low = AC_S("\x01");
	w->end = AC_S("\xff");
	for (unsigned long n = 1;; n++) {
		assert_true(n < 1000);
		fail_malloc_at(n);
		rc = ac_retro_ask(w->folder, 0, TODAY, &sink, &w->asked, &w->err);
		if (!fail_malloc_done())
			break;
		/* Without memory for the list of names, the folder is as good as unreadable; never is an answer missing without a word. */
		assert_int_not_equal(rc, 0);
	}
	assert_int_equal(rc, 0);
}

/* A flush that has no memory at whatever point leaves nothing that is told twice, and the next one brings all to disk. */
static void
retro__flushing_survives_every_allocation_failure(void **state)
{
	world *w = *state;
	int rc;

	for (unsigned long n = 1;; n++) {
		assert_true(n < 2000);
		for (unsigned k = 0; k < 3; k++)
			add(w, 1, (unsigned)(n * 3 + k) % KEYS, (unsigned)n % DAYS, k);
		fail_malloc_at(n);
		rc = ac_retro_flush(w->retro, (ac_time){ TODAY * 86400LL, 0 }, &w->err);
		if (!fail_malloc_done())
			break;
	}
	assert_int_equal(rc, 0);
	assert_exact(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(retro__flushing_survives_every_allocation_failure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__answers_are_those_of_a_plain_list, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    retro__a_flush_of_each_few_values_merges_to_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__a_folder_that_is_not_there_has_no_answers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    retro__a_network_and_the_subdomains_of_a_domain_are_ranges, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__sources_are_told_without_numbers_and_packing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__values_of_days_out_of_reach_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__surplus_of_a_day_is_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__old_spans_go_first_and_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__a_damaged_part_is_told_and_the_others_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__what_was_flushed_survives_a_kill, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__two_processes_at_once_lose_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(retro__asking_survives_every_allocation_failure, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
