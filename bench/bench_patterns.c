/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STIX patterns over EVE events: seeded patterns of the mix that feeds have, around the values of telemetry.h's list. Three measures, by thread CPU time, best of several, with memchr over the same
 * buffer in the same run. Records for which known patterns hold are planted, and others that lack one byte or number of it: the run fails unless exactly the former are found.
 *
 *	exact   patterns of values only, through the whole of watching: only records with such a value are read
 *	mixed   one in eight has LIKE, MATCHES or numbers alone, so that every record is read
 *	fields  the mixed ones without the raw scan: fields parsed and patterns decided
 *
 *	bench_patterns [--sets 1k,100k] [--rounds N] [--mib N] [--seed N] [--hit-every N] [--measures exact,mixed,fields]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "telemetry.h"
#include "watch/index_build.h"
#include "watch/watch.h"

#define PLANTED 1000
#define SETS_MAX 8
/* Planted records of each kind of pattern, in each measure; as many are decoys. */
#define PLANTS_EACH 4
#define PLANTS_MAX 256

typedef struct settings {
	uint64_t rounds, mib, seed, hit_every;
	const char *sets, *measures;
} settings;

/* ---- patterns ---- */

static const char *
path_of(ac_value_type type)
{
	switch ((int)type) {
	case AC_VALUE_IPV4:
		return "ipv4-addr:value";
	case AC_VALUE_IPV6:
		return "ipv6-addr:value";
	case AC_VALUE_DOMAIN:
		return "domain-name:value";
	case AC_VALUE_URL:
		return "url:value";
	case AC_VALUE_EMAIL:
		return "email-addr:value";
	case AC_VALUE_MD5:
		return "file:hashes.MD5";
	case AC_VALUE_SHA1:
		return "file:hashes.'SHA-1'";
	}
	return "file:hashes.'SHA-256'";
}

/* A comparison with value i of the list. */
static void
comparison(uint64_t seed, size_t i, char *out, size_t size)
{
	char text[BENCH_INDICATOR_MAX];
	ac_value_type type = bench_indicator(seed, i, text, sizeof(text));
	accord_err err = { 0 };
	ac_arena arena;
	ac_value value;

	ac_arena_init(&arena, AC_MIB);
	if (ac_value_parse(type, ac_value_refang(ac_str_from(text), &arena), &arena, &value, &err))
		bench_die("%s", err.text);
	(void)snprintf(out, size, "%s %s '%.*s'", path_of(value.type),
	    strchr(text, '/') && path_of(value.type)[0] == 'i' ? "ISSUBSET" : "=", AC_FMT(value.text));
	ac_arena_done(&arena);
}

/* Of values only: each can be told from the raw bytes. */
static void
exact_pattern(uint64_t seed, size_t i, char *out, size_t size)
{
	char one[2 * BENCH_INDICATOR_MAX], other[2 * BENCH_INDICATOR_MAX];

	comparison(seed, i, one, sizeof(one));
	comparison(seed, i * 31 + 7, other, sizeof(other));
	switch (i % 8) {
	case 0:
	case 1:
		(void)snprintf(out, size, "[%s AND network-traffic:dst_port = %d]", one, i % 3 ? 80 : 443);
		if (one[0] == 'i')
			(void)snprintf(out, size, "[network-traffic:dst_ref.%s AND network-traffic:dst_port = %d]",
			    strchr(one, ':') + 1, i % 3 ? 80 : 443);
		break;
	case 2:
	case 3:
		(void)snprintf(out, size, "[%s OR %s]", one, other);
		break;
	case 4:
		(void)snprintf(out, size, "[%s] OR [%s]", one, other);
		break;
	case 5:
		(void)snprintf(out, size, "[%s AND file:name = 'x%zu.exe']", one, i);
		break;
	case 6:
		(void)snprintf(out, size, "([%s] FOLLOWEDBY [%s]) WITHIN %zu SECONDS", one, other, 60 + i % 3600);
		break;
	default:
		(void)snprintf(out, size, "[%s] REPEATS 5 TIMES WITHIN 60 SECONDS", one);
		break;
	}
}

/* What raw values do not tell. */
static void
open_pattern(size_t i, char *out, size_t size)
{
	switch (i / 8 % 8) {
	case 0:
		(void)snprintf(out, size, "[url:value LIKE '%%/gate%zu.php?id=%%']", i);
		break;
	case 1:
		(void)snprintf(out, size, "[domain-name:value LIKE 'cdn%zu-%%']", i);
		break;
	case 2:
		(void)snprintf(out, size, "[url:value MATCHES '^https?://[^/]+/[a-z]{8}/x%zu\\\\.php$']", i);
		break;
	case 3:
		(void)snprintf(out, size,
		    "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' LIKE 'agent/%zu %%']",
		    i);
		break;
	case 4:
		(void)snprintf(out, size, "[network-traffic:dst_port = 4444 AND network-traffic:src_byte_count > %zu]",
		    100000000 + i);
		break;
	case 5:
		(void)snprintf(out, size, "[file:name LIKE 'invoice%zu%%.exe']", i);
		break;
	case 6:
		(void)snprintf(out, size,
		    "([domain-name:value LIKE '%%.b%zu.x.example'] FOLLOWEDBY [file:size = %zu]) WITHIN 3600 SECONDS",
		    i, 50000000 + i);
		break;
	default:
		(void)snprintf(out, size,
		    "[network-traffic:extensions.'http-request-ext'.request_value MATCHES '/cmd%zu/[0-9a-f]{32}']", i);
		break;
	}
}

/* ---- planted records ---- */

/* A record among the telemetry. */
typedef struct plant {
	size_t pattern; /* that holds for it ... */
	bool is_decoy;  /* ... but for a little */
	bool is_open;   /* of those that raw values do not tell */
	char *text;     /* heap */
	uint64_t offset;
} plant;

typedef struct plants {
	plant rows[PLANTS_MAX];
	size_t n;
} plants;

/* What a planted record says that a benign one does not. */
typedef struct saying {
	const char *address, *host, *url, *agent, *file;
	uint64_t port, bytes, size;
	unsigned second;
} saying;

static void
add_plant(plants *all, size_t pattern, bool is_decoy, bool is_open, const saying *what)
{
	plant *p = &all->rows[all->n];

	if (all->n == PLANTS_MAX || !(p->text = malloc(2048)))
		bench_die("no room for planted records");
	all->n++;
	p->pattern = pattern;
	p->is_decoy = is_decoy;
	p->is_open = is_open;
	(void)snprintf(p->text, 2048,
	    "{\"timestamp\":\"2021-03-02T10:11:%02u.000000+0000\",\"flow_id\":1,\"event_type\":\"http\",\"src_ip\":"
	    "\"10.9.9.9\","
	    "\"src_port\":1024,\"dest_ip\":\"%s\",\"dest_port\":%" PRIu64
	    ",\"proto\":\"TCP\",\"http\":{\"hostname\":\"%s\",\"url\":\"%s\",\"http_user_agent\":\"%s\"},"
	    "\"flow\":{\"bytes_toserver\":%" PRIu64 "},\"fileinfo\":{\"filename\":\"%s\",\"size\":%" PRIu64 "}}\n",
	    what->second, what->address, what->port, what->host, what->url, what->agent, what->bytes, what->file,
	    what->size);
}

/* A record for open pattern i, or one that lacks a little of what it asks for. */
static void
plant_open(plants *all, size_t i, bool is_decoy)
{
	saying what = { "192.0.2.2", "www.b.example", "/index.html", "Agent", "/index.html", 80, 7, 7, 30 };
	char text[256];

	(void)snprintf(text, sizeof(text), "www.b.example");
	switch (i / 8 % 8) {
	case 0:
		(void)snprintf(text, sizeof(text), is_decoy ? "/gate%zu.php?ID=7" : "/a/gate%zu.php?id=7", i);
		what.url = text;
		break;
	case 1:
		(void)snprintf(text, sizeof(text), is_decoy ? "cdn%zux.b.example" : "cdn%zu-x.b.example", i);
		what.host = text;
		break;
	case 2:
		(void)snprintf(text, sizeof(text), is_decoy ? "/abcdefg/x%zu.php" : "/abcdefgh/x%zu.php", i);
		what.url = text;
		break;
	case 3:
		(void)snprintf(text, sizeof(text), is_decoy ? "an agent/%zu b" : "agent/%zu b", i);
		what.agent = text;
		break;
	case 4:
		/* The first of them alone, whose number is the lowest. */
		what.port = is_decoy ? 4445 : 4444;
		what.bytes = 100000000 + i + 1;
		break;
	case 5:
		(void)snprintf(text, sizeof(text), is_decoy ? "/invoice%zu_exe" : "/invoice%zu_a.exe", i);
		what.file = text;
		break;
	case 6:
		(void)snprintf(text, sizeof(text), is_decoy ? "a.b%zu.x.example.net" : "a.b%zu.x.example", i);
		what.host = text;
		add_plant(all, i, true, true, &what);
		what.host = "www.b.example";
		what.size = 50000000 + i;
		what.second++;
		break;
	default:
		(void)snprintf(
		    text, sizeof(text), "/cmd%zu/0123456789abcdef0123456789abcde%s", i, is_decoy ? "g" : "f");
		what.url = text;
		break;
	}
	add_plant(all, i, is_decoy, true, &what);
}

/* The same for a pattern of an address and a port. */
static void
plant_exact(plants *all, uint64_t seed, size_t i, bool is_decoy)
{
	char address[BENCH_INDICATOR_MAX];
	saying what = { address, "www.b.example", "/index.html", "Agent", "/index.html", i % 3 ? 80 : 443, 7, 7, 30 };

	(void)bench_indicator(seed, i, address, sizeof(address));
	what.port += is_decoy;
	add_plant(all, i, is_decoy, false, &what);
}

/* Records for the first patterns of each kind. */
static void
make_plants(uint64_t seed, plants *all)
{
	char text[BENCH_INDICATOR_MAX];
	unsigned kinds[8] = { 0 }, addresses = 0;

	*all = (plants){ .n = 0 };
	for (size_t i = 0; i < PLANTED; i++) {
		bool is_address = bench_indicator(seed, i, text, sizeof(text)) == AC_VALUE_IPV4 && !strpbrk(text, "[/");

		if (i % 8 == 7 && kinds[i / 8 % 8] < (i / 8 % 8 == 4 ? 1 : PLANTS_EACH)) {
			kinds[i / 8 % 8]++;
			plant_open(all, i, false);
			plant_open(all, i, true);
		} else if (i % 8 < 2 && is_address && addresses < 2 * PLANTS_EACH) {
			addresses++;
			plant_exact(all, seed, i, false);
			plant_exact(all, seed, i, true);
		}
	}
}

/* The telemetry with the planted records in it, all about as far from each other; lines are numbered anew. */
static void
put_plants(plants *all, bench_telemetry *t)
{
	bench_telemetry mixed = { .lines = 0 };
	ac_str rest = { t->text, t->n }, line;
	size_t every = t->lines / (all->n + 1) + 1, next = 0;

	mixed.text = malloc(t->n + all->n * 2048 + 1);
	mixed.classes = calloc(t->lines + all->n + 2, 1);
	if (!mixed.text || !mixed.classes)
		bench_die("no memory for planted records");
	for (size_t i = 0; ac_str_next_field(&rest, '\n', &line) && line.n; i++) {
		if (i % every == every - 1 && next < all->n) {
			size_t n = strlen(all->rows[next].text);

			all->rows[next].offset = mixed.n;
			memcpy(mixed.text + mixed.n, all->rows[next++].text, n);
			mixed.n += n;
			mixed.lines++;
		}
		memcpy(mixed.text + mixed.n, line.p, line.n + 1);
		mixed.n += line.n + 1;
		mixed.classes[++mixed.lines] = t->classes[i + 1];
	}
	if (next < all->n)
		bench_die("too few lines for the planted records");
	bench_free(t);
	*t = mixed;
}

static void
free_plants(plants *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->rows[i].text);
}

/* The index of n patterns. The image outlives it. */
static char *
build_index(const settings *s, size_t n, bool is_mixed, ac_index **out)
{
	ac_hash_seed salt = { { s->seed * 0x9e3779b97f4a7c15U + 1, s->seed * 0xd6e8feb86659fd93U + 3 } };
	ac_index_builder *b = ac_index_builder_open(salt, 1);
	ac_index_indicator who = { .name = AC_S("bench"),
		.producer = AC_S("ally.example"),
		.valid_from = AC_TIME_MIN,
		.valid_until = AC_TIME_MAX };
	char text[8 * BENCH_INDICATOR_MAX], id[64], *image = NULL;
	const char *unwatched;
	accord_err err = { 0 };
	size_t bytes = 0, kept_out = 0;
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	int rc = b ? 0 : ACCORD_ENOMEM;

	for (size_t i = 0; !rc && i < n; i++) {
		(void)snprintf(id, sizeof(id), "indicator--%08x-0000-4000-8000-%012zx", (unsigned)(i * 2654435761U), i);
		who.id = ac_str_from(id);
		if (is_mixed && i % 8 == 7)
			open_pattern(i, text, sizeof(text));
		else
			exact_pattern(s->seed, i, text, sizeof(text));
		unwatched = NULL;
		rc = ac_index_add_pattern(b, &who, ac_str_from(text), &unwatched, &err);
		kept_out += unwatched != NULL;
	}
	if (!rc)
		rc = ac_index_image(b, &image, &bytes, &err);
	ac_index_builder_close(b);
	if (!rc)
		rc = ac_index_open_bytes((ac_str){ image, bytes }, out, &err);
	if (rc)
		bench_die("%s", err.text);
	printf("patterns.build.%s.%zu\t%.2f\ts\t%.0f bytes a pattern, %zu not watched\n", is_mixed ? "mixed" : "exact",
	    n, bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start, (double)bytes / (double)n, kept_out);
	return image;
}

static ac_patterns *
compile(const ac_index *index, size_t n, const char *name, bool is_told)
{
	ac_patterns_options options = { .seed = { { 1, 2 } }, .limits = { .late_seconds = 60 } };
	ac_patterns *patterns = NULL;
	accord_err err = { 0 };
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);

	if (ac_patterns_new(index, &options, &patterns, &err))
		bench_die("%s", err.text);
	if (is_told)
		printf("patterns.compile.%s.%zu\t%.2f\ts\t\n", name, n, bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start);
	return patterns;
}

/* ---- measuring ---- */

typedef struct counted {
	const plants *planted;
	const bench_telemetry *t;
	const ac_index *index;
	ac_arena arena; /* of one hit */
	uint64_t hits, pattern_hits;
	uint64_t found[PLANTS_MAX]; /* by planted record: hits of its pattern */
	uint64_t false_hits;        /* of patterns elsewhere than in records that hold values of the list */
} counted;

/* A pattern has held for the record that begins there; is_value: because of a value alone, which other patterns may have too. */
static void
count_pattern(counted *c, ac_str id, uint64_t line, uint64_t offset, bool is_value)
{
	bool is_planted = false;
	uint64_t number = 0;

	c->pattern_hits += !is_value;
	/* Its number is the last part of the id. */
	for (size_t i = id.n - 12; i < id.n; i++)
		number = number << 4 | (uint64_t)ac_hex_value(id.p[i]);
	for (size_t i = 0; i < c->planted->n && !is_planted; i++) {
		is_planted = c->planted->rows[i].offset == offset;
		if (is_planted && c->planted->rows[i].pattern == number)
			c->found[i]++;
		else
			c->false_hits += is_planted && !is_value;
	}
	if (!is_planted)
		c->false_hits += line > c->t->lines || c->t->classes[line] == BENCH_BENIGN ||
				 c->t->classes[line] >= BENCH_DECOY_ADDRESS_LONGER;
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	counted *c = payload;

	(void)err;
	c->hits++;
	for (size_t i = 0; i < hit->indicator_count; i++)
		count_pattern(c, hit->indicators[i].id, hit->line, hit->text_offset, hit->witness_count == 0);
	return 0;
}

static void
watch_once(const ac_index *index, ac_patterns *patterns, const bench_telemetry *t, counted *c)
{
	ac_watch_sink sink = { .on_hit = on_hit, .payload = c };
	accord_err err = { 0 };
	ac_watch *w = ac_watch_open(index, AC_S("bench"), (ac_time){ 1614700000, 0 }, &sink);
	ac_str rest = { t->text, t->n };
	int rc = w ? ac_watch_set_patterns(w, patterns, &err) : ACCORD_ENOMEM;

	for (; !rc && rest.n; rest = ac_str_slice(rest, AC_MIB, rest.n))
		rc = ac_watch_feed(w, ac_str_slice(rest, 0, AC_MIB), &err);
	if (!rc)
		rc = ac_watch_end(w, &err);
	ac_watch_close(w);
	if (rc)
		bench_die("%s", err.text);
}

static int
on_pattern(void *payload, const ac_pattern_hit *hit, accord_err *err)
{
	counted *c = payload;
	const ac_witness *last = &hit->witnesses[hit->witness_count - 1];

	(void)err;
	ac_arena_reset(&c->arena);
	count_pattern(
	    c, ac_index_id_text(c->index, NULL, hit->indicator, NULL, &c->arena), last->line, last->offset, false);
	return 0;
}

/* Each line read into the fields that the patterns ask for, and decided. */
static void
fields_once(const ac_index *index, ac_patterns *patterns, const bench_telemetry *t, counted *c)
{
	ac_pattern_work *work = NULL;
	accord_err err = { 0 };
	ac_str rest = { t->text, t->n }, line;
	uint64_t number = 0;
	ac_log_state state;
	ac_arena arena;
	int rc = ac_pattern_work_new(patterns, AC_PATTERNS_OPEN, AC_S("bench"), &work, &err);

	(void)index;
	ac_log_state_init(&state, (ac_time){ 1614700000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	if (!rc)
		ac_log_want(&state, ac_pattern_work_roles(work));
	while (!rc && ac_str_next_field(&rest, '\n', &line)) {
		ac_log_record record = { .arena = &arena };

		if (line.n == 0)
			continue;
		ac_arena_reset(&arena);
		(void)ac_log_see(&state, line);
		ac_log_read_untimed(&state, line, &arena, &record);
		number++;
		if (!ac_pattern_work_wants(work, &record, &arena))
			continue;
		ac_log_take_time(&state, &record);
		if (ac_pattern_work_add(work,
			&(ac_pattern_record){ .record = &record,
			    .time = record.time,
			    .line = number,
			    .offset = (uint64_t)(line.p - t->text) },
			&arena))
			rc = ac_pattern_work_flush(work, on_pattern, c, &err);
	}
	if (!rc)
		rc = ac_pattern_work_flush(work, on_pattern, c, &err);
	ac_pattern_work_free(work);
	ac_log_state_done(&state);
	ac_arena_done(&arena);
	if (rc)
		bench_die("%s", err.text);
}

static double
memchr_rate(const bench_telemetry *t)
{
	double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
	const char *p = t->text, *end = p + t->n;
	volatile size_t count = 0;

	while (p && p < end) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p) {
			p++;
			count++;
		}
	}
	return (double)t->n / (bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start) / 1e9;
}

typedef void (*measured)(const ac_index *index, ac_patterns *patterns, const bench_telemetry *t, counted *c);

/* Which planted records a measure must find: those of raw values, and those of all others. */
typedef struct expected {
	bool exact, open;
} expected;

/* Ends the program unless the patterns of planted records held, once each, and nowhere else. */
static uint64_t
check_plants(const counted *c, expected what, const char *name)
{
	uint64_t wanted = 0, missed = 0, wrong = c->false_hits;

	for (size_t i = 0; i < c->planted->n; i++) {
		const plant *p = &c->planted->rows[i];
		bool is_wanted = !p->is_decoy && (p->is_open ? what.open : what.exact);

		wanted += is_wanted;
		missed += is_wanted && !c->found[i];
		wrong += c->found[i] - (is_wanted && c->found[i]);
	}
	if (missed || wrong)
		bench_die("%s: of %" PRIu64 " planted pattern hits %" PRIu64 " missed, %" PRIu64 " false ones", name,
		    wanted, missed, wrong);
	return wanted;
}

static void
measure(const settings *s, const char *name, size_t n, const ac_index *index, const bench_telemetry *t,
    const plants *planted, expected what, measured once)
{
	double best = 1e9, yardstick = 0;
	ac_patterns_counts counts = { 0 };
	counted c = { .planted = NULL };
	uint64_t wanted = 0;

	if (!strstr(s->measures, name))
		return;
	for (uint64_t round = 0; round < s->rounds; round++) {
		/* Each round anew: patterns over time fire once for the same records. */
		ac_patterns *patterns = compile(index, n, name, round == 0);
		double start, took, rate = memchr_rate(t);

		c = (counted){ .planted = planted, .t = t, .index = index };
		ac_arena_init(&c.arena, AC_MIB);
		start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
		once(index, patterns, t, &c);
		took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
		ac_arena_done(&c.arena);
		wanted = check_plants(&c, what, name);
		best = took < best ? took : best;
		yardstick = rate > yardstick ? rate : yardstick;
		counts = ac_patterns_count(patterns);
		ac_patterns_free(patterns);
	}
	printf("patterns.%s.%zu\t%.3f\tGB/s\tmemchr %.1f, ratio %.3f; of %zu lines %" PRIu64 " read, %" PRIu64
	       " made observations; %" PRIu64 " hits, %" PRIu64 " of patterns; all %" PRIu64
	       " planted ones found, 0 false\n",
	    name, n, (double)t->n / best / 1e9, yardstick, (double)t->n / best / 1e9 / yardstick, t->lines,
	    counts.records, counts.observed, c.hits, c.pattern_hits, wanted);
	(void)fflush(stdout);
}

static void
measure_set(const settings *s, size_t n)
{
	bench_options o = { .seed = s->seed,
		.format = BENCH_EVE,
		.bytes = s->mib << 20,
		.indicators = PLANTED,
		.hit_every = (unsigned)s->hit_every };
	const expected exact = { true, false }, all = { true, true }, open = { false, true };
	ac_index *index = NULL;
	bench_telemetry t;
	plants planted;
	char *image;

	if (n < PLANTED)
		bench_die("--sets: want %d patterns or more", PLANTED);
	bench_make(&o, &t);
	make_plants(s->seed, &planted);
	put_plants(&planted, &t);
	image = build_index(s, n, false, &index);
	measure(s, "exact", n, index, &t, &planted, exact, watch_once);
	ac_index_close(index);
	free(image);
	image = build_index(s, n, true, &index);
	measure(s, "mixed", n, index, &t, &planted, all, watch_once);
	measure(s, "fields", n, index, &t, &planted, open, fields_once);
	ac_index_close(index);
	free(image);
	free_plants(&planted);
	bench_free(&t);
}

int
main(int argc, char **argv)
{
	settings s = {
		.sets = "1k,100k", .rounds = 5, .mib = 32, .seed = 1, .hit_every = 200, .measures = "exact,mixed,fields"
	};
	const bench_option options[] = { { "--sets", BENCH_TEXT, &s.sets }, { "--rounds", BENCH_NUMBER, &s.rounds },
		{ "--mib", BENCH_NUMBER, &s.mib }, { "--seed", BENCH_NUMBER, &s.seed },
		{ "--hit-every", BENCH_NUMBER, &s.hit_every }, { "--measures", BENCH_TEXT, &s.measures },
		{ NULL, BENCH_FLAG, NULL } };
	size_t sets[SETS_MAX], count;

	bench_arguments(argc, argv, options);
	count = bench_numbers(s.sets, sets, SETS_MAX);
	if (s.hit_every < 8)
		bench_die("--hit-every: want 8 or more");
	for (size_t i = 0; i < count; i++)
		measure_set(&s, sets[i]);
	return 0;
}
