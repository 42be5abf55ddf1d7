/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of observables: bytes a value and day, time to build, and 100,000 new indicators asked of all days. Values: 45 % IPv4 addresses, 27 % domains, 12 % URLs, 8 % digests, 3 % IPv6 and 3 % e-mail addresses, 2 % file
 * names; 60 % of a day's values come from the day before, half of all are seen once. Arguments: days, values a day, indicators, folder (made and removed; one that is there is asked as it is, and stays), "keep" (a new folder stays too).
 * By default a tenth of the full size. "take": how fast what is watched is remembered, up to the first flush, by format (or of one).
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "telemetry.h"

#include "sys/file.h"
#include "sys/os.h"
#include "watch/retro.h"
#include "watch/retro_key.h"
#include "watch/retro_part.h"
#include "watch/retro_search.h"

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9U;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

static const char *const words[] = { "cloud", "mail", "shop", "news", "media", "data", "secure", "portal", "game",
	"travel", "bank", "photo", "health", "sport", "music", "store" };
static const char *const ends[] = { "com", "net", "org", "de", "fr", "co.uk", "info", "io" };

static size_t
put_domain(uint64_t r, char *out, size_t n)
{
	static const char *const hosts[] = { "www.", "", "api.", "cdn.", "", "static.", "mail.", "img1." };

	return (size_t)snprintf(out, n, "%s%s%s%u.%s", hosts[r & 7], words[r >> 3 & 15], words[r >> 7 & 15],
	    (unsigned)(r >> 20 & 0xfff), ends[r >> 11 & 7]);
}

/* The key of value number id. */
static size_t
key_of(uint64_t id, char *out)
{
	uint64_t r = mix(id), s = mix(r);
	unsigned kind = (unsigned)(s % 100);
	char text[512];
	size_t n;

	s = mix(s);
	if (kind < 45) {
		uint8_t a[4] = { (uint8_t)(r % 220 + 1), (uint8_t)(r >> 8), (uint8_t)(r >> 16), (uint8_t)(r >> 24) };

		return ac_retro_key_bytes(AC_VALUE_IPV4, (ac_str){ (char *)a, 4 }, out);
	}
	if (kind < 72) {
		n = put_domain(r, text, sizeof(text));
		return ac_retro_key_name((ac_str){ text, n }, out);
	}
	if (kind < 84) {
		n = (size_t)snprintf(text, sizeof(text), "https://");
		n += put_domain(r & 0xffff0fff, text + n, sizeof(text) - n);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "/%s/%s/%llx?id=%u", words[s & 15],
		    words[s >> 4 & 15], (unsigned long long)(s >> 40), (unsigned)(s >> 8 & 0xffff));
		return ac_retro_key_bytes(AC_VALUE_URL, (ac_str){ text, n }, out);
	}
	if (kind < 92) {
		uint64_t digest[4] = { r, s, mix(s), mix(s + 1) };

		return ac_retro_key_bytes(
		    kind & 1 ? AC_VALUE_SHA256 : AC_VALUE_MD5, (ac_str){ (char *)digest, kind & 1 ? 32 : 16 }, out);
	}
	if (kind < 95) {
		uint64_t a[2] = { 0xb80d0120, s };

		return ac_retro_key_bytes(AC_VALUE_IPV6, (ac_str){ (char *)a, 16 }, out);
	}
	n = (size_t)snprintf(text, sizeof(text), "%s.%s%u", words[r & 15], words[r >> 4 & 15], (unsigned)(s & 0xfffff));
	if (kind < 98) {
		text[n++] = '@';
		n += put_domain(r, text + n, sizeof(text) - n);
		return ac_retro_key_bytes(AC_VALUE_EMAIL, (ac_str){ text, n }, out);
	}
	n += (size_t)snprintf(text + n, sizeof(text) - n, ".exe");
	return ac_retro_key_name((ac_str){ text, n }, out);
}

static int
on_hit(void *payload, const ac_retro_hit *hit, accord_err *err)
{
	uint64_t *n = payload;

	(void)err;
	n[0]++;
	n[1] += hit->count;
	return 0;
}

/* Value number id as an indicator. */
static void
add_indicator(ac_index_builder *builder, uint64_t id, ac_arena *arena)
{
	ac_index_indicator who = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .producer = AC_S("bench") };
	char key[AC_RETRO_KEY_MAX];
	ac_value_type type;
	accord_err err = { 0 };
	ac_value value;
	ac_str text;

	ac_arena_reset(arena);
	text = ac_retro_key_text((ac_str){ key, key_of(id, key) }, arena, &type);
	who.id = ac_arena_printf(arena, "indicator--%08x-0000-4000-8000-000000000000", (unsigned)id);
	if (ac_value_parse(type, text, arena, &value, NULL))
		return;
	if (ac_index_add_value(builder, &who, &value, &err))
		bench_die("%s", err.text);
}

/* The way of accord watch --retro: all that is remembered through the scanner. */
static void
find(const char *folder, int64_t first, int64_t days, unsigned long asked, uint64_t next_id)
{
	ac_index_builder *builder = ac_index_builder_open(ac_random_seed(), 1);
	ac_retro_search search = { .folder = folder, .from_day = first, .to_day = first + days, .on_hit = on_hit };
	uint64_t hits[2] = { 0 };
	accord_err err = { 0 };
	ac_retro_found found;
	ac_index *index = NULL;
	ac_arena arena;
	double start, wall;

	if (!builder)
		exit(1);
	ac_arena_init(&arena, AC_MIB);
	for (unsigned long i = 0; i < asked; i++)
		add_indicator(builder, i & 1 ? mix(i) % next_id + 1 : next_id + 1 + i, &arena);
	if (ac_index_finish(builder, &index, &err))
		bench_die("%s", err.text);
	ac_index_builder_close(builder);
	search.index = index;
	search.payload = hits;
	for (unsigned run = 0; run < 2; run++) {
		hits[0] = hits[1] = 0;
		start = ac_clock_cpu();
		wall = ac_clock_monotonic();
		if (ac_retro_find(&search, &found, &err))
			bench_die("%s", err.text);
		printf("retro.find\t%.2f\ts\tprocessor time, %llu indicators; %.2f s on the wall, %llu hits%s\n",
		    ac_clock_cpu() - start, (unsigned long long)ac_index_indicator_count(index),
		    ac_clock_monotonic() - wall, (unsigned long long)hits[0], run ? "" : ", first time");
	}
	ac_index_close(index);
	ac_arena_done(&arena);
}

/* ---- remembering what is watched ---- */

#define TAKE_BYTES ((size_t)24 << 20)
#define TAKE_RUNS 5
#define TAKE_CHUNK ((size_t)1 << 20)

static int
ignore_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)payload;
	(void)hit;
	(void)err;
	return 0;
}

/* Thread seconds of one scan; folder NULL: without remembering. */
static double
watch_once(const ac_index *index, ac_str text, const char *folder, uint64_t *out_values)
{
	static const ac_retro_limits limits = { 36500, 0, AC_RETRO_PER_DAY_MAX };
	ac_watch_sink sink = { ignore_hit, NULL, NULL, NULL };
	ac_time now = { 1800000000, 0 };
	ac_retro *r = folder ? ac_retro_open(folder, &limits, now, ac_random_seed()) : NULL;
	ac_watch *w = ac_watch_open(index, AC_S("sensor1/eve.json"), now, &sink);
	ac_retro_counts counts;
	accord_err err = { 0 };
	double start = ac_clock_cpu();

	if (!w || (folder && (!r || ac_watch_remember(w, r, &err))))
		bench_die("%s", err.text);
	for (size_t at = 0; at < text.n; at += TAKE_CHUNK)
		if (ac_watch_feed(w, ac_str_slice(text, at, at + TAKE_CHUNK < text.n ? at + TAKE_CHUNK : text.n), &err))
			bench_die("%s", err.text);
	if (ac_watch_end(w, &err))
		bench_die("%s", err.text);
	start = ac_clock_cpu() - start;
	if (r) {
		ac_retro_count(r, &counts);
		*out_values = counts.seen;
	}
	ac_watch_close(w);
	ac_retro_close(r);
	return start;
}

static int
take_all(const char *folder, const char *only)
{
	ac_index_builder *builder = ac_index_builder_open(ac_random_seed(), 1);
	accord_err err = { 0 };
	ac_index *index = NULL;

	if (!builder || ac_index_finish(builder, &index, &err))
		bench_die("%s", err.text);
	ac_index_builder_close(builder);
	for (unsigned f = 0; f < BENCH_FORMATS; f++) {
		bench_options options = { .seed = 20210719,
			.format = (bench_format)f,
			.bytes = TAKE_BYTES,
			.indicators = 1000,
			.hit_every = 100 };
		double best = 1e9, plain = 1e9;
		bench_telemetry telemetry;
		uint64_t values = 0;
		ac_str text;

		if (only && strcmp(only, bench_format_names[f]) != 0)
			continue;
		bench_make(&options, &telemetry);
		text = (ac_str){ telemetry.text, telemetry.n };
		for (unsigned run = 0; run < TAKE_RUNS; run++) {
			double with = watch_once(index, text, folder, &values),
			       without = watch_once(index, text, NULL, NULL);

			best = with < best ? with : best;
			plain = without < plain ? without : plain;
		}
		printf("retro.take %s\t%.3f\tGB/s\twithout remembering %.2f, %.1f values a KB\n", bench_format_names[f],
		    (double)telemetry.n / best / 1e9, (double)telemetry.n / plain / 1e9,
		    (double)values * 1000 / (double)telemetry.n);
		bench_free(&telemetry);
	}
	ac_index_close(index);
	return 0;
}

static int
remove_one(void *payload, const char *path, accord_err *err)
{
	(void)payload;
	return ac_file_remove(path, err);
}

/* A day's values: id, how often it was seen. r NULL: only which ids there are. */
static void
add_day(ac_retro *r, uint64_t source, int64_t day, uint64_t *ids, size_t n, uint64_t *next_id)
{
	char key[AC_RETRO_KEY_MAX];
	accord_err err = { 0 };

	for (size_t i = 0; i < n; i++) {
		uint64_t dice = mix(*next_id * 31 + i + (uint64_t)day);
		size_t key_n, times = 1;

		if (ids[i] == 0 || dice % 10 >= 6)
			ids[i] = ++*next_id;
		if (!r)
			continue;
		key_n = key_of(ids[i], key);
		if (dice >> 8 & 1)
			times = 2 + (dice >> 9) % 20;
		for (size_t k = 0; k < times; k++)
			if (ac_retro_add(r, source, (ac_str){ key, key_n },
				(ac_time){ day * 86400 + (int64_t)(mix(dice + k) % 86400), 0 }, &err))
				bench_die("%s", err.text);
	}
}

static void
build(ac_retro *r, int64_t first, unsigned long days, unsigned long per_day, uint64_t *ids, uint64_t *next_id)
{
	uint64_t source = r ? ac_retro_source(r, AC_S("sensor1/eve.json")) : 0;
	double start = ac_clock_cpu(), wall = ac_clock_monotonic();
	ac_retro_counts counts;
	accord_err err = { 0 };

	for (unsigned long d = 0; d < days; d++) {
		ac_time now = { (first + (int64_t)d) * 86400 + 86399, 0 };

		add_day(r, source, first + (int64_t)d, ids, per_day, next_id);
		if (r && ac_retro_flush(r, now, &err))
			bench_die("%s", err.text);
	}
	if (!r)
		return;
	ac_retro_count(r, &counts);
	printf("retro.build\t%.1f\ts\tprocessor time, %lu days of %lu values, flushed each day; %.1f s on the wall\n",
	    ac_clock_cpu() - start, days, per_day, ac_clock_monotonic() - wall);
	printf("retro.size\t%.2f\tB\teach value and day; %.0f MB in all\n",
	    (double)counts.bytes / ((double)per_day * (double)days), (double)counts.bytes / 1e6);
}

int
main(int argc, char **argv)
{
	bool is_take = argc > 1 && strcmp(argv[1], "take") == 0;
	unsigned long days = argc > 1 && !is_take ? bench_number(argv[1]) : 64,
		      per_day = argc > 2 && !is_take ? bench_number(argv[2]) : 50000,
		      asked = argc > 3 ? bench_number(argv[3]) : 100000;
	const char *folder = argc > 4 ? argv[4] : "bench-retro-memory";
	ac_retro_limits limits = { (uint32_t)days + 16, 0, AC_RETRO_PER_DAY_MAX };
	int64_t first = 20000;
	uint64_t *ids = calloc(per_day, sizeof(*ids)), next_id = 0;
	ac_walk_sink removal = { remove_one, NULL, NULL };
	accord_err err = { 0 };
	bool is_there = access(folder, F_OK) == 0, stays = is_there || argc > 5;
	ac_retro *r = is_there ? NULL : ac_retro_open(folder, &limits, (ac_time){ first * 86400, 0 }, ac_random_seed());

	if (is_take)
		return take_all("bench-retro-memory", argc > 2 ? argv[2] : NULL);
	if (!ids || (!r && !is_there))
		return 1;
	build(r, first, days, per_day, ids, &next_id);
	r = ac_retro_close(r);
	find(folder, first, (int64_t)days, asked, next_id);
	printf("retro.memory\t%.0f\tMB\tpeak\n", (double)ac_peak_rss() / 1e6);
	if (!stays) {
		if (ac_walk(folder, &removal, &err))
			bench_die("%s", err.text);
		(void)rmdir(folder);
	}
	free(ids);
	return 0;
}
