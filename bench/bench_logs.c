/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields out of lines of each format, every one of every record, GB/s on one core (thread CPU time, best of nine rounds in which all take turns): what patterns and retro pay before they look at
 * a value. An argument names the only row. The note holds the ratio to memchr on the same bytes. For EVE also with only the roles that events have a use for, and by the tolerant walk alone.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "eve_lines.h"
#include "watch/logs/logs.h"

#define EVE_LINES 60000
#define OTHER_BYTES ((size_t)24 * 1000 * 1000)
#define SEED 20210719
#define ROUNDS 9

typedef struct contender {
	const char *name;
	ac_str text;
	uint64_t want;
	bool tolerant;
	size_t fields, malformed;
	double best, memchr_best;
} contender;

static void
read_all(contender *c)
{
	ac_str rest = c->text, line;
	ac_log_record record;
	ac_log_state state;
	ac_arena arena;

	ac_log_state_init(&state, (ac_time){ 1700000000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	ac_log_want(&state, c->want);
	if (c->tolerant)
		state.json = ac_log_json_cache_close(state.json);
	c->fields = c->malformed = 0;
	while (ac_str_cut(&rest, '\n', &line)) {
		c->malformed += ac_log_see(&state, line);
		if (line.p[0] == '#')
			continue;
		ac_arena_reset(&arena);
		ac_log_read(&state, line, &arena, &record);
		c->fields += record.count;
		c->malformed += record.malformed;
	}
	ac_arena_done(&arena);
	ac_log_state_done(&state);
}

static void
time_one(contender *c)
{
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID), took;

	read_all(c);
	took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	c->best = took < c->best ? took : c->best;
	start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	if (memchr(c->text.p, 1, c->text.n))
		abort();
	took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	c->memchr_best = took < c->memchr_best ? took : c->memchr_best;
}

/* Lines of one shape, with addresses and hosts drawn; `shape` has six %u. */
static ac_str
repeat(ac_buf *out, const char *head, const char *shape)
{
	eve_random r = { SEED };

	ac_buf_init(out, 2 * OTHER_BYTES);
	ac_buf_add_cstr(out, head);
	while (out->n < OTHER_BYTES) {
		unsigned d[6];

		for (unsigned i = 0; i < 6; i++)
			d[i] = 1 + eve_below(&r, 250);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		ac_buf_printf(out, shape, d[0], d[1], d[2], d[3], d[4], d[5]);
#pragma GCC diagnostic pop
	}
	return ac_buf_view(out);
}

static const struct {
	const char *name, *head, *shape;
} others[] = {
	{ "zeek",
	    "#separator \\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\t"
	    "user_agent\tstatus_code\n",
	    "1614643200.%06u\tCx7\t10.0.%u.%u\t5%04u\t198.51.100.%u\t80\tGET\twww.site%u.test\t/a/b/c?q=1\tMozilla/5.0 "
	    "(X11; "
	    "Linux x86_64)\t200\n" },
	{ "w3c",
	    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) cs-host sc-status\n",
	    "2021-03-02 10:00:%02u 10.0.%u.%u GET /a/b.aspx q=%u 443 198.51.100.%u Mozilla/5.0+(Windows+NT+10.0) "
	    "www.site%u.test 200\n" },
	{ "syslog", "",
	    "<13>Mar  2 10:00:%02u fw%u app[%u]: connection from 198.51.100.%u to 10.0.0.%u port %u closed\n" },
	{ "cef", "",
	    "CEF:0|Vendor|Product|1.0|100|Connection %u|5|rt=1614643200%03u src=10.0.%u.%u spt=40%03u "
	    "dst=198.51.100.%u dpt=443 "
	    "proto=TCP act=allowed request=http://www.site.test/a\n" },
	{ "httpd", "",
	    "198.51.100.%u - - [02/Mar/2021:10:00:%02u +0000] \"GET /a/b/%u?q=%u HTTP/1.1\" 200 %u "
	    "\"http://www.site%u.test/\" "
	    "\"Mozilla/5.0 (X11; Linux x86_64)\"\n" },
	{ "keyvalue", "",
	    "date=2021-03-02 time=10:00:%02u devname=\"fw1\" srcip=10.0.%u.%u srcport=5%04u dstip=198.51.100.%u "
	    "dstport=443 "
	    "proto=6 action=accept sentbyte=%u\n" },
};

int
main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	uint64_t events = UINT64_MAX & ~AC_ROLE_BIT(AC_FIELD_OTHER);
	ac_buf eve, texts[AC_COUNT(others)];
	contender all[3 + AC_COUNT(others)];
	size_t n = 0;

	ac_buf_init(&eve, (size_t)1 << 30);
	eve_lines(&eve, EVE_LINES, SEED);
	all[n++] = (contender){ .name = "eve", .text = ac_buf_view(&eve), .want = UINT64_MAX };
	all[n++] = (contender){ .name = "eve, known roles", .text = ac_buf_view(&eve), .want = events };
	all[n++] = (contender){
		.name = "eve, tolerant walk", .text = ac_buf_view(&eve), .want = UINT64_MAX, .tolerant = true
	};
	for (size_t i = 0; i < AC_COUNT(others); i++)
		all[n++] = (contender){ .name = others[i].name,
			.text = repeat(&texts[i], others[i].head, others[i].shape),
			.want = UINT64_MAX };
	for (size_t i = 0; i < n; i++)
		all[i].best = all[i].memchr_best = 1e9;
	for (unsigned round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < n; i++)
			if (!only || strcmp(only, all[i].name) == 0)
				time_one(&all[i]);
	for (size_t i = 0; i < n; i++)
		if (all[i].best < 1e9)
			printf("fields of %s\t%.2f\tGB/s\t%.1f MB, %zu fields, %zu malformed, %.3f of memchr\n",
			    all[i].name, (double)all[i].text.n / all[i].best / 1e9, (double)all[i].text.n / 1e6,
			    all[i].fields, all[i].malformed, all[i].memchr_best / all[i].best);
	ac_buf_done(&eve);
	for (size_t i = 0; i < AC_COUNT(others); i++)
		ac_buf_done(&texts[i]);
	return 0;
}
