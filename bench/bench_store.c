/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store on one core: records of the ATT&CK bundle (ACCORD_SHARED_DATA/attack/enterprise-attack.json.zst, or a bundle named on the command line), made once in memory, then put durably in batches; the same
 * again; then rows of a list, and the questions that commands ask. The store lies in a new folder below the current one and is removed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zstd.h>

#include "bench.h"
#include "base/limits.h"
#include "store/store.h"

#define INPUT_MAX ((size_t)1 << 30)
#define BATCH 8192
#define ROWS 2000000
#define ROW_BATCH 100000

typedef struct frames {
	ac_buf bytes;
	size_t *ends;
	size_t count;
} frames;

static void
must(int rc, const accord_err *err)
{
	if (rc < 0) {
		fprintf(stderr, "bench_store: %s\n", err->text);
		exit(1);
	}
}

static void
row(const char *name, double value, const char *unit, const char *note)
{
	printf("%s\t%.1f\t%s\t%s\n", name, value, unit, note);
}

static ac_time
clock_now(void *payload)
{
	(void)payload;
	return (ac_time){ (int64_t)time(NULL), 0 };
}

static bool
read_file(const char *path, ac_buf *out)
{
	FILE *file = fopen(path, "rb");
	char chunk[65536];
	size_t n;

	if (!file)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		ac_buf_add(out, (ac_str){ chunk, n });
	(void)fclose(file);
	return !out->failed;
}

static bool
load_bundle(const char *path, ac_buf *out)
{
	ac_buf raw;
	unsigned long long size;
	char *room;
	bool good = false;

	ac_buf_init(&raw, INPUT_MAX);
	if (read_file(path, &raw)) {
		size = ZSTD_getFrameContentSize(raw.p, raw.n);
		if (size == ZSTD_CONTENTSIZE_ERROR) {
			ac_buf_add(out, ac_buf_view(&raw));
			good = !out->failed;
		} else if (size < INPUT_MAX && (room = ac_buf_reserve(out, (size_t)size))) {
			good = !ZSTD_isError(ZSTD_decompress(room, (size_t)size, raw.p, raw.n));
			ac_buf_commit(out, (size_t)size);
		}
	}
	ac_buf_done(&raw);
	return good;
}

static void
make_frames(ac_str text, frames *out)
{
	ac_arena arena, record_arena;
	const ac_json *bundle;
	ac_json_iter it;
	accord_err err = { 0 };
	double start;

	ac_arena_init(&arena, INPUT_MAX);
	ac_arena_init(&record_arena, AC_STORE_ARENA_MAX);
	must(ac_json_parse(text, AC_JSON_LIMITS, &arena, &bundle, &err), &err);
	ac_buf_init(&out->bytes, INPUT_MAX);
	out->ends = calloc(ac_json_count(ac_json_get(bundle, AC_S("objects"))) + 1, sizeof(*out->ends));
	start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	while (ac_json_next(&it)) {
		ac_record record;

		ac_arena_reset(&record_arena);
		must(ac_record_from_object(it.value, &record_arena, &record, &err), &err);
		record.form = AC_FORM_STIX20;
		must(ac_record_pack(&record, &out->bytes, &err), &err);
		out->ends[out->count++] = out->bytes.n;
	}
	row("store/record", (bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start) / (double)out->count * 1e6, "us/object",
	    "facts of an object read and packed");
	ac_arena_done(&record_arena);
	ac_arena_done(&arena);
}

static void
put_all(ac_store *store, const frames *f, const char *producer, size_t *counts)
{
	ac_arena arena;
	accord_err err = { 0 };
	int64_t source = 0;
	size_t from = 0;

	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	for (size_t i = 0; i < f->count; i++) {
		ac_record record;
		ac_put_result result;

		if (i % BATCH == 0) {
			must(ac_store_begin(store, &err), &err);
			must(ac_store_source(store, ac_str_from(producer), &source, &err), &err);
		}
		ac_arena_reset(&arena);
		must(ac_record_unpack(ac_str_slice(ac_buf_view(&f->bytes), from, f->ends[i]), &arena, &record, &err),
		    &err);
		from = f->ends[i];
		must(ac_store_put(store, source, &record, &result, &err), &err);
		counts[result]++;
		if (i % BATCH == BATCH - 1 || i + 1 == f->count)
			must(ac_store_commit(store, &err), &err);
	}
	ac_arena_done(&arena);
}

static ac_store *
open_store(const char *folder, ac_store_mode mode)
{
	ac_store_options options = { .mode = mode, .create = true, .now = clock_now, .seed = { { 1, 2 } } };
	ac_store *store;
	accord_err err = { 0 };

	must(ac_store_open(folder, &options, &store, &err), &err);
	return store;
}

static void
measure_put(const char *folder, const frames *f)
{
	double wall = bench_seconds(CLOCK_MONOTONIC), cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID),
	       n = (double)f->count;
	size_t counts[AC_PUT_CONFLICT + 1] = { 0 };
	ac_store *store = open_store(folder, AC_STORE_WRITE);

	put_all(store, f, "bench", counts);
	row("store/put", n / (bench_seconds(CLOCK_MONOTONIC) - wall), "objects/s",
	    "new, durable (WAL, synchronous=FULL)");
	row("store/put/cpu", (bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / n * 1e6, "us/object", "");
	(void)ac_store_close(store);
	row("store/put+close", n / (bench_seconds(CLOCK_MONOTONIC) - wall), "objects/s",
	    "with the WAL moved into the database");
	wall = bench_seconds(CLOCK_MONOTONIC);
	store = open_store(folder, AC_STORE_WRITE);
	put_all(store, f, "bench", counts);
	(void)ac_store_close(store);
	row("store/put/again", n / (bench_seconds(CLOCK_MONOTONIC) - wall), "objects/s", "unchanged");
	if (counts[AC_PUT_NEW] != f->count || counts[AC_PUT_UNCHANGED] != f->count)
		fprintf(stderr, "bench_store: %zu new, %zu unchanged of %zu\n", counts[AC_PUT_NEW],
		    counts[AC_PUT_UNCHANGED], f->count);
}

static double
file_size(const char *folder)
{
	char path[4096];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/accord.db", folder);
	return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

/* Names that no two lists share, in no order. */
static size_t
make_domain(uint64_t i, const char *list, char *out, size_t size)
{
	uint64_t x = i * 0x9e3779b97f4a7c15u;

	return (size_t)snprintf(out, size, "%llx.%s.example", (unsigned long long)(x >> 20), list);
}

static void
put_rows(ac_store *store, const char *producer, size_t n, size_t *counts)
{
	accord_err err = { 0 };
	int64_t source = 0;

	for (size_t i = 0; i < n; i++) {
		char text[64];
		ac_str value = { text, make_domain(i, "list", text, sizeof(text)) };
		ac_row r = { .value = { .type = AC_VALUE_DOMAIN, .text = value },
			.exact = value,
			.valid_from = { 1626688800, 0 },
			.valid_until = AC_TIME_MAX,
			.confidence = -1 };
		ac_put_result result;

		if (i % ROW_BATCH == 0) {
			must(ac_store_begin(store, &err), &err);
			must(ac_store_source(store, ac_str_from(producer), &source, &err), &err);
		}
		must(ac_store_put_row(store, source, &r, &result, &err), &err);
		counts[result]++;
		if (i % ROW_BATCH == ROW_BATCH - 1 || i + 1 == n)
			must(ac_store_commit(store, &err), &err);
	}
}

static void
measure_list(ac_store *store, const char *name, const char *producer, size_t n, size_t *counts, const char *note)
{
	double wall = bench_seconds(CLOCK_MONOTONIC), cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	char cpu_name[64];

	put_rows(store, producer, n, counts);
	row(name, (double)n / (bench_seconds(CLOCK_MONOTONIC) - wall) / 1e3, "thousand rows/s", note);
	(void)snprintf(cpu_name, sizeof(cpu_name), "%s/cpu", name);
	row(cpu_name, (bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)n * 1e6, "us/row", "");
}

static void
measure_rows(const char *folder)
{
	double before = file_size(folder), text_bytes = 0;
	size_t counts[AC_PUT_CONFLICT + 1] = { 0 };
	ac_store *store = open_store(folder, AC_STORE_WRITE);
	char text[64];

	measure_list(store, "store/rows", "list one", ROWS, counts, "2 million domains of a new list");
	measure_list(store, "store/rows/second", "list two", ROWS / 4, counts, "the same from another producer");
	measure_list(store, "store/rows/again", "list one", ROWS / 4, counts, "unchanged");
	(void)ac_store_close(store);
	for (size_t i = 0; i < ROWS; i++)
		text_bytes += (double)make_domain(i, "list", text, sizeof(text)) * (i < ROWS / 4 ? 2 : 1);
	row("store/rows/size", (file_size(folder) - before - text_bytes) / (1.25 * ROWS), "bytes/row",
	    "on disk beyond the value's text");
}

static int
count_value(void *payload, const ac_value_hit *hit, accord_err *err)
{
	(void)hit;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

static int
count_name(void *payload, const ac_name_hit *hit, accord_err *err)
{
	(void)hit;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

static int
count_edge(void *payload, const ac_edge *edge, accord_err *err)
{
	(void)edge;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

static int
count_hit(void *payload, const ac_search_hit *hit, accord_err *err)
{
	(void)hit;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

static int
count_stored(void *payload, const ac_stored *stored, accord_err *err)
{
	(void)stored;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

static void
measure_questions(const char *folder)
{
	static const char group[] = "intrusion-set--7113eaa5-ba79-4fb3-b68a-398ee9cd698e"; /* G0065 in ATT&CK */
	ac_store *store = open_store(folder, AC_STORE_READ);
	ac_arena arena;
	ac_value value;
	accord_err err = { 0 };
	size_t found = 0;
	double start;

	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	start = bench_seconds(CLOCK_MONOTONIC);
	for (size_t i = 0; i < 10000; i++) {
		char text[64] = "www.";
		size_t n = make_domain(i * 37, "list", text + 4, sizeof(text) - 4);

		ac_arena_reset(&arena);
		must(ac_value_parse(AC_VALUE_DOMAIN, (ac_str){ text, n + 4 }, &arena, &value, &err), &err);
		must(ac_store_find_value(store, &value, count_value, &found, &err), &err);
	}
	row("store/find_value", (bench_seconds(CLOCK_MONOTONIC) - start) / 10000 * 1e6, "us",
	    found >= 10000 ? "a listed parent domain" : "NOT FOUND");
	start = bench_seconds(CLOCK_MONOTONIC);
	must(ac_store_near_names(store, AC_S("bronze mohwak"), 10, count_name, &found, &err), &err);
	row("store/near_names", (bench_seconds(CLOCK_MONOTONIC) - start) * 1e3, "ms", "over all names");
	found = 0;
	start = bench_seconds(CLOCK_MONOTONIC);
	must(ac_store_edges_from(store, ac_str_from(group), AC_S("uses"), count_edge, &found, &err), &err);
	row("store/edges_from", (bench_seconds(CLOCK_MONOTONIC) - start) * 1e6 / (double)(found ? found : 1), "us/edge",
	    "what a group uses");
	start = bench_seconds(CLOCK_MONOTONIC);
	must(ac_store_search(store, AC_S("mail server web shell"), 20, count_hit, &found, &err), &err);
	row("store/search/first", (bench_seconds(CLOCK_MONOTONIC) - start) * 1e3, "ms",
	    "with the full-text index brought up to date");
	start = bench_seconds(CLOCK_MONOTONIC);
	must(ac_store_search(store, AC_S("mail server web shell"), 20, count_hit, &found, &err), &err);
	row("store/search", (bench_seconds(CLOCK_MONOTONIC) - start) * 1e3, "ms", "");
	found = 0;
	start = bench_seconds(CLOCK_MONOTONIC);
	must(ac_store_each(store, AC_S("relationship"), 0, &arena, count_stored, &found, &err), &err);
	row("store/each", (bench_seconds(CLOCK_MONOTONIC) - start) * 1e6 / (double)(found ? found : 1), "us/object",
	    "relationships, lifted to 2.1");
	ac_arena_done(&arena);
	(void)ac_store_close(store);
}

static void
remove_store(const char *folder)
{
	static const char *const names[] = { "accord.db", "accord.db-wal", "accord.db-shm" };
	char path[4096];

	for (size_t i = 0; i < AC_COUNT(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

int
main(int argc, char **argv)
{
	char folder[] = "bench-store-XXXXXX", path[4096];
	const char *shared = getenv("ACCORD_SHARED_DATA");
	struct rusage usage;
	frames f = { 0 };
	ac_buf text;

	(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", shared ? shared : ".");
	ac_buf_init(&text, INPUT_MAX);
	if (!load_bundle(argc > 1 ? argv[1] : path, &text) || !mkdtemp(folder)) {
		fprintf(stderr, "bench_store: want a bundle, or ACCORD_SHARED_DATA\n");
		return 1;
	}
	make_frames(ac_buf_view(&text), &f);
	ac_buf_done(&text);
	(void)getrusage(RUSAGE_SELF, &usage);
	row("store/rss/before", (double)usage.ru_maxrss / 1024, "MiB", "peak, with all records in memory");
	measure_put(folder, &f);
	row("store/size", file_size(folder) / (double)f.bytes.n, "", "database by packed records");
	if (argc < 3) {
		measure_rows(folder);
		measure_questions(folder);
	}
	(void)getrusage(RUSAGE_SELF, &usage);
	row("store/rss/after", (double)usage.ru_maxrss / 1024, "MiB", "peak");
	remove_store(folder);
	free(f.ends);
	ac_buf_done(&f.bytes);
	return 0;
}
