/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structural index of JSON, and twelve fields picked out of EVE lines by it, GB/s on one core (thread CPU time, best of nine rounds in which all
 * contenders take turns, so that a machine shared with others is shared fairly): every kernel that this processor has, simdjson's own index, its on-demand
 * reader and its DOM asked for the same fields in the same mixed order, and memchr over the same bytes as what the memory allows. The note holds the ratio
 * to simdjson. All contenders must find the same values.
 */
#include "bench.h"
#include "codec/json_pick.h"
#include "eve_lines.h"
#include "json_texts.h"
#ifdef HAVE_SIMDJSON
#include "oracle_simdjson.h"
#endif

#define EVE_LINES 80000
#define EVE_SEED 20210719
#define WINDOW (16 * AC_KIB)
#define PADDING 64
#define ROUNDS 9
#define CONTENDERS_MAX 16

/* In no order: neither that of the lines nor that of the alphabet. */
static const char *const fields[][2] = { { "alert", "signature_id" }, { "dest_port", NULL }, { "http", "url" },
	{ "src_ip", NULL }, { "tls", "sni" }, { "event_type", NULL }, { "http", "hostname" }, { "timestamp", NULL },
	{ "dns", "rrname" }, { "proto", NULL }, { "src_port", NULL }, { "dest_ip", NULL } };

typedef struct contender {
	char name[64];
	bool (*run)(struct contender *c);
	ac_str text;
	const ac_json_kernel *kernel;
	ac_json_index_mode mode;
	void *tool;
	size_t found, bytes; /* what it found, for comparison */
	double best;
} contender;

typedef struct race {
	contender list[CONTENDERS_MAX];
	size_t count;
} race;

static contender *
enter(race *r, const char *name, bool (*run)(contender *), ac_str text)
{
	contender *c = &r->list[r->count++];

	*c = (contender){ .run = run, .text = text, .best = 1e9 };
	(void)snprintf(c->name, sizeof(c->name), "%s", name);
	return c;
}

static void
run_all(race *r)
{
	for (unsigned round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < r->count; i++) {
			contender *c = &r->list[i];
			double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID), took;

			if (!c->run(c)) {
				fprintf(stderr, "bench_json_index: %s failed\n", c->name);
				exit(1);
			}
			took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
			c->best = took < c->best ? took : c->best;
		}
}

/* The rows; `peer` is the contender that others are compared with, or NULL. */
static void
print_all(const race *r, const contender *peer, const char *what)
{
	for (size_t i = 0; i < r->count; i++) {
		const contender *c = &r->list[i];

		printf("%s\t%.2f\tGB/s\t%s, %.1f MB, %zu found", c->name, (double)c->text.n / c->best / 1e9, what,
		    (double)c->text.n / 1e6, c->found);
		if (peer && c != peer)
			printf("; %.2f times simdjson", peer->best / c->best);
		printf("\n");
	}
}

static bool
run_memchr(contender *c)
{
	return !memchr(c->text.p, 1, c->text.n);
}

static bool
run_index(contender *c)
{
	static uint32_t entries[AC_JSON_INDEX_ROOM(WINDOW)];
	ac_json_index ix;

	ac_json_index_init(&ix, c->kernel, c->mode);
	c->found = 0;
	for (size_t at = 0; at < c->text.n; at += WINDOW)
		c->found += ac_json_index_next(
		    &ix, c->text.p + at, c->text.n - at < WINDOW ? c->text.n - at : WINDOW, (uint32_t)at, entries);
	return ac_json_index_end(&ix, c->text.n) == AC_JSON_FLAW_NONE;
}

static bool
run_pick(contender *c)
{
	ac_json_lines *lines = ac_json_lines_open(c->tool, c->kernel, AC_JSON_INDEX_LINES);
	ac_json_line line;
	bool good = true;
	int status;

	if (!lines)
		return false;
	c->found = c->bytes = 0;
	ac_json_lines_feed(lines, c->text, true);
	while ((status = ac_json_lines_next(lines, &line, NULL)) > 0) {
		good = good && line.state == AC_JSON_LINE_GOOD;
		c->found += line.count;
		for (size_t i = 0; i < line.count; i++)
			c->bytes += line.picks[i].raw.n;
	}
	(void)ac_json_lines_close(lines);
	return status == 0 && good;
}

#ifdef HAVE_SIMDJSON
static bool
run_simdjson_index(contender *c)
{
	c->found = oracle_simdjson_index(c->tool, c->text.p, c->text.n, WINDOW);
	return c->found > 0;
}

static bool
run_simdjson_pick(contender *c)
{
	oracle_simdjson_path paths[AC_COUNT(fields)];
	oracle_simdjson_found found;
	bool good;

	for (size_t i = 0; i < AC_COUNT(fields); i++)
		paths[i] = (oracle_simdjson_path){ fields[i][0], fields[i][1] };
	good = (c->tool ? oracle_simdjson_pick_dom : oracle_simdjson_pick)(
	    c->text.p, c->text.n, paths, AC_COUNT(fields), &found);
	c->found = found.values;
	c->bytes = found.bytes;
	return good;
}
#endif

static void
enter_kernels(race *r, const char *name, bool (*run)(contender *), ac_str text, ac_json_index_mode mode, void *tool)
{
	const ac_json_kernel *kernel;
	char full[64];

	for (size_t k = 0; (kernel = ac_json_kernel_at(k)); k++) {
		contender *c;

		(void)snprintf(full, sizeof(full), "%s-%s", name, ac_json_kernel_name(kernel));
		c = enter(r, full, run, text);
		c->kernel = kernel;
		c->mode = mode;
		c->tool = tool;
	}
}

static void
bench_index(const char *name, ac_str text, ac_json_index_mode mode, const char *what)
{
	race r = { .count = 0 };
	contender *peer = NULL;
	char full[64];

	(void)snprintf(full, sizeof(full), "%s-memchr", name);
	(void)enter(&r, full, run_memchr, text);
#ifdef HAVE_SIMDJSON
	(void)snprintf(full, sizeof(full), "%s-simdjson", name);
	peer = enter(&r, full, run_simdjson_index, text);
	peer->tool = oracle_simdjson_open();
#endif
	enter_kernels(&r, name, run_index, text, mode, NULL);
	run_all(&r);
	print_all(&r, peer, what);
#ifdef HAVE_SIMDJSON
	oracle_simdjson_close(peer->tool);
#endif
}

static bool
bench_pick(ac_str text)
{
	race r = { .count = 0 };
	contender *peer = NULL, *first;
	ac_json_picker *picker;
	ac_str paths[AC_COUNT(fields)];
	char room[AC_COUNT(fields)][64];

	for (size_t i = 0; i < AC_COUNT(fields); i++) {
		(void)snprintf(room[i], sizeof(room[i]), "%s%s%s", fields[i][0], fields[i][1] ? "." : "",
		    fields[i][1] ? fields[i][1] : "");
		paths[i] = ac_str_from(room[i]);
	}
	if (ac_json_picker_open(paths, AC_COUNT(fields), &picker, NULL))
		return false;
	(void)enter(&r, "json-pick-memchr", run_memchr, text);
#ifdef HAVE_SIMDJSON
	peer = enter(&r, "json-pick-simdjson", run_simdjson_pick, text);
	enter(&r, "json-pick-simdjson-dom", run_simdjson_pick, text)->tool = &r;
#endif
	first = &r.list[r.count];
	enter_kernels(&r, "json-pick", run_pick, text, AC_JSON_INDEX_LINES, picker);
	run_all(&r);
	print_all(&r, peer, "twelve fields of EVE lines in any order");
	for (contender *c = r.list; c < r.list + r.count; c++)
		if (c->run != run_memchr && (c->found != first->found || (c->bytes && c->bytes != first->bytes))) {
			fprintf(stderr, "bench_json_index: %s found %zu values of %zu bytes, want %zu of %zu\n",
			    c->name, c->found, c->bytes, first->found, first->bytes);
			return false;
		}
	(void)ac_json_picker_close(picker);
	return true;
}

int
main(void)
{
	ac_buf attack, eve;
	bool good;

	ac_buf_init(&attack, AC_BENCH_TEXT_MAX);
	ac_buf_init(&eve, AC_BENCH_TEXT_MAX);
	eve_lines(&eve, EVE_LINES, EVE_SEED);
	if (!ac_buf_reserve(&eve, PADDING))
		return 1;
	memset(ac_buf_reserve(&eve, PADDING), ' ', PADDING); /* simdjson reads behind the end */
	if (bench_attack(&attack) && ac_buf_reserve(&attack, PADDING))
		bench_index("json-index-attack", ac_buf_view(&attack), AC_JSON_INDEX_TEXT, "ATT&CK bundle");
	bench_index("json-index-eve", ac_buf_view(&eve), AC_JSON_INDEX_LINES, "EVE lines");
	good = bench_pick(ac_buf_view(&eve));
	ac_buf_done(&attack);
	ac_buf_done(&eve);
	return good ? 0 : 1;
}
