/* SPDX-License-Identifier: Apache-2.0 */
/* Sorted runs of 64-bit keys in chunks of the size of a page. */
#include "store/runs.h"

#include <stdlib.h>

#include "base/hash_sort.h"
#include "base/limits.h"

/* Runs of one level before they become one of the next. Five million rows then lie in some ten runs, and each key is written twice. */
#define FAN 8
/* A key, its number and its group: eight, five and two bytes, little-endian. */
#define HASH_BYTES 8
#define NUM_BYTES 5
#define ENTRY 15
/* Keys of a chunk on average; 1.2 times as many still fit a page. */
#define CHUNK_KEYS 850
/* Chunks are rows numbered run * 2^24 + chunk. */
#define CHUNK_BITS 24

typedef struct run {
	int64_t number;
	unsigned bits; /* it has 2^bits chunks */
	int64_t n;
} run;

static void
pack_entry(ac_buf *buf, ac_list_key key)
{
	char bytes[ENTRY];

	for (size_t i = 0; i < HASH_BYTES; i++)
		bytes[i] = (char)(key.hash >> (8 * i) & 0xff);
	for (size_t i = 0; i < NUM_BYTES; i++)
		bytes[HASH_BYTES + i] = (char)((uint64_t)key.num >> (8 * i) & 0xff);
	bytes[HASH_BYTES + NUM_BYTES] = (char)(key.group & 0xff);
	bytes[HASH_BYTES + NUM_BYTES + 1] = (char)(key.group >> 8);
	ac_buf_add(buf, (ac_str){ bytes, ENTRY });
}

static ac_list_key
entry_at(ac_str chunk, size_t i)
{
	const unsigned char *p = (const unsigned char *)chunk.p + i * ENTRY;
	ac_list_key key = { 0 };

	for (size_t j = HASH_BYTES; j-- > 0;)
		key.hash = key.hash << 8 | p[j];
	for (size_t j = NUM_BYTES; j-- > 0;)
		key.num = key.num << 8 | p[HASH_BYTES + j];
	key.group = (uint16_t)(p[HASH_BYTES + NUM_BYTES] | p[HASH_BYTES + NUM_BYTES + 1] << 8);
	return key;
}

static size_t
chunk_of(uint64_t hash, unsigned bits)
{
	return bits ? (size_t)(hash >> (64 - bits)) : 0;
}

static unsigned
bits_for(int64_t n)
{
	unsigned bits = 0;

	while (bits < CHUNK_BITS && n >> bits > CHUNK_KEYS)
		bits++;
	return bits;
}

/* --- writing --- */

typedef struct run_writer {
	ac_store *store;
	run run;
	size_t chunk;
	ac_buf buf;
} run_writer;

static int
write_chunk(run_writer *w, accord_err *err)
{
	sqlite3_stmt *s;

	if (w->buf.failed)
		return ac_fail(err, w->buf.failed, "no memory for the keys of rows");
	if (w->buf.n == 0)
		return 0;
	s = ac_sql_take(w->store, AC_SQL_CHUNK_ADD, err);
	if (!s)
		return w->store->last_code;
	(void)sqlite3_bind_int64(s, 1, w->run.number << CHUNK_BITS | (int64_t)w->chunk);
	ac_sql_bind_blob(s, 2, ac_buf_view(&w->buf));
	ac_buf_reset(&w->buf); /* keeps its memory until the step is done */
	return ac_sql_run(w->store, AC_SQL_CHUNK_ADD, s, err);
}

static int
write_key(run_writer *w, ac_list_key key, accord_err *err)
{
	size_t chunk = chunk_of(key.hash, w->run.bits);

	if (chunk != w->chunk) {
		int rc = write_chunk(w, err);

		if (rc < 0)
			return rc;
		w->chunk = chunk;
	}
	pack_entry(&w->buf, key);
	return 0;
}

static int
begin_run(ac_store *store, ac_run_kind kind, unsigned level, int64_t n, run_writer *w, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_RUN_ADD, err);
	int rc;

	if (!s)
		return store->last_code;
	*w = (run_writer){ .store = store, .run = { .bits = bits_for(n), .n = n } };
	ac_buf_init(&w->buf, AC_OBJECT_MAX);
	(void)sqlite3_bind_int(s, 1, (int)kind);
	(void)sqlite3_bind_int(s, 2, (int)level);
	(void)sqlite3_bind_int(s, 3, (int)w->run.bits);
	(void)sqlite3_bind_int64(s, 4, n);
	rc = ac_sql_run(store, AC_SQL_RUN_ADD, s, err);
	w->run.number = sqlite3_last_insert_rowid(store->db);
	return rc;
}

static int
end_run(run_writer *w, int rc, accord_err *err)
{
	if (rc == 0)
		rc = write_chunk(w, err);
	ac_buf_done(&w->buf);
	return rc;
}

/* --- merging --- */

/* Reads a run key by key, a chunk at a time. */
typedef struct run_reader {
	ac_store *store;
	run run;
	int64_t next_chunk; /* row number */
	ac_arena arena;
	ac_str chunk;
	size_t at;
	ac_list_key key;
	bool has_key;
} run_reader;

static int
read_chunk(run_reader *r, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(r->store, AC_SQL_CHUNK_NEXT, err);
	int rc;

	if (!s)
		return r->store->last_code;
	(void)sqlite3_bind_int64(s, 1, r->next_chunk);
	(void)sqlite3_bind_int64(s, 2, (r->run.number + 1) << CHUNK_BITS);
	rc = ac_sql_step(r->store, s, err);
	ac_arena_reset(&r->arena);
	r->chunk = (ac_str){ NULL, 0 };
	r->at = 0;
	if (rc == 1) {
		r->next_chunk = sqlite3_column_int64(s, 0) + 1;
		r->chunk = ac_arena_str(&r->arena, ac_sql_blob(s, 1));
		rc = r->chunk.p ? 0 : ac_arena_check(&r->arena, err);
	}
	ac_sql_give(r->store, AC_SQL_CHUNK_NEXT, s);
	return rc;
}

static int
next_key(run_reader *r, accord_err *err)
{
	if (r->at * ENTRY >= r->chunk.n) {
		int rc = read_chunk(r, err);

		if (rc < 0)
			return rc;
	}
	r->has_key = (r->at + 1) * ENTRY <= r->chunk.n;
	if (r->has_key)
		r->key = entry_at(r->chunk, r->at++);
	return 0;
}

static int
begin_reader(ac_store *store, run from, run_reader *r, accord_err *err)
{
	*r = (run_reader){ .store = store, .run = from, .next_chunk = from.number << CHUNK_BITS };
	ac_arena_init(&r->arena, AC_OBJECT_MAX);
	return next_key(r, err);
}

static int
merge_keys(run_reader *readers, size_t n, run_writer *w, accord_err *err)
{
	int rc = 0;

	while (rc == 0) {
		run_reader *least = NULL;

		for (size_t i = 0; i < n; i++)
			if (readers[i].has_key && (!least || readers[i].key.hash < least->key.hash))
				least = &readers[i];
		if (!least)
			break;
		rc = write_key(w, least->key, err);
		if (rc == 0)
			rc = next_key(least, err);
	}
	return rc;
}

static int
delete_run(ac_store *store, int64_t number, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_CHUNKS_DELETE, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, number << CHUNK_BITS);
	(void)sqlite3_bind_int64(s, 2, (number + 1) << CHUNK_BITS);
	rc = ac_sql_run(store, AC_SQL_CHUNKS_DELETE, s, err);
	if (rc < 0)
		return rc;
	s = ac_sql_take(store, AC_SQL_RUN_DELETE, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, number);
	return ac_sql_run(store, AC_SQL_RUN_DELETE, s, err);
}

static run
run_of(sqlite3_stmt *s)
{
	return (run){ sqlite3_column_int64(s, 0), (unsigned)sqlite3_column_int(s, 2) & 63, sqlite3_column_int64(s, 3) };
}

/* The oldest runs of a level, at most FAN. */
static int
list_runs(ac_store *store, ac_run_kind kind, unsigned level, run out[static FAN], size_t *out_n, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_RUNS, err);
	int rc;

	*out_n = 0;
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int(s, 1, (int)kind);
	while ((rc = ac_sql_step(store, s, err)) == 1 && *out_n < FAN)
		if ((unsigned)sqlite3_column_int(s, 1) == level)
			out[(*out_n)++] = run_of(s);
	ac_sql_give(store, AC_SQL_RUNS, s);
	return rc < 0 ? rc : 0;
}

static int
merge_runs(ac_store *store, ac_run_kind kind, unsigned level, const run *runs, size_t n, accord_err *err)
{
	run_reader readers[FAN];
	run_writer writer;
	int64_t total = 0;
	size_t begun = 0;
	int rc;

	for (size_t i = 0; i < n; i++)
		total += runs[i].n;
	rc = begin_run(store, kind, level + 1, total, &writer, err);
	for (; rc == 0 && begun < n; begun++)
		rc = begin_reader(store, runs[begun], &readers[begun], err);
	if (rc == 0)
		rc = merge_keys(readers, n, &writer, err);
	rc = end_run(&writer, rc, err);
	for (size_t i = 0; i < begun; i++)
		ac_arena_done(&readers[i].arena);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = delete_run(store, runs[i].number, err);
	return rc;
}

static int
merge_where_due(ac_store *store, ac_run_kind kind, accord_err *err)
{
	run runs[FAN];
	size_t n = FAN;
	int rc = 0;

	for (unsigned level = 0; rc == 0 && n >= FAN; level++) {
		rc = list_runs(store, kind, level, runs, &n, err);
		if (rc == 0 && n >= FAN)
			rc = merge_runs(store, kind, level, runs, FAN, err);
	}
	return rc;
}

static int
compare_keys(const void *a, const void *b)
{
	const ac_list_key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->num < y->num ? -1 : x->num > y->num;
}

int
ac_runs_add(ac_store *store, ac_run_kind kind, ac_list_key *keys, size_t n, accord_err *err)
{
	run_writer writer;
	ac_list_key *other;
	int rc;

	if (n == 0)
		return 0;
	other = malloc(n * sizeof(*other));
	if (!other)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the keys of rows");
	ac_hash_sort(keys, other, n, sizeof(*keys), 0, compare_keys);
	free(other);
	rc = begin_run(store, kind, 0, (int64_t)n, &writer, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = write_key(&writer, keys[i], err);
	rc = end_run(&writer, rc, err);
	return rc == 0 ? merge_where_due(store, kind, err) : rc;
}

/* --- finding --- */

static size_t
first_not_below(ac_str chunk, uint64_t hash)
{
	size_t low = 0, high = chunk.n / ENTRY;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entry_at(chunk, middle).hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Numbers are handed out when the chunk has been given back: `on` may ask the store itself. */
#define FOUND_MAX 64

/* At most FOUND_MAX numbers with this hash behind the first `skip`. */
static int
find_in_run(ac_store *store, const run *r, uint64_t hash, size_t skip, int64_t *found, size_t *n, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_CHUNK, err);
	int rc;

	*n = 0;
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, r->number << CHUNK_BITS | (int64_t)chunk_of(hash, r->bits));
	rc = ac_sql_step(store, s, err);
	if (rc == 1) {
		ac_str chunk = ac_sql_blob(s, 0);

		for (size_t i = first_not_below(chunk, hash) + skip; (i + 1) * ENTRY <= chunk.n && *n < FOUND_MAX;
		     i++) {
			ac_list_key key = entry_at(chunk, i);

			if (key.hash != hash)
				break;
			found[(*n)++] = key.num;
		}
	}
	ac_sql_give(store, AC_SQL_CHUNK, s);
	return rc < 0 ? rc : 0;
}

static int
hand_out_run(ac_store *store, const run *r, uint64_t hash, ac_on_number on, void *payload, accord_err *err)
{
	size_t skip = 0, n;
	int rc;

	do {
		int64_t found[FOUND_MAX];

		rc = find_in_run(store, r, hash, skip, found, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++)
			rc = on(payload, store, found[i], err);
		skip += n;
	} while (rc == 0 && n == FOUND_MAX);
	return rc;
}

/* The open statement holds the snapshot: a writer may merge runs meanwhile. */
int
ac_runs_find(ac_store *store, ac_run_kind kind, uint64_t hash, ac_on_number on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_RUNS, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int(s, 1, (int)kind);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		run r = run_of(s);

		rc = hand_out_run(store, &r, hash, on, payload, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(store, AC_SQL_RUNS, s);
	return rc;
}

static int
each_of_run(ac_store *store, const run *r, ac_on_key on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_CHUNK_NEXT, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, r->number << CHUNK_BITS);
	(void)sqlite3_bind_int64(s, 2, (r->number + 1) << CHUNK_BITS);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_str chunk = ac_sql_blob(s, 1);

		for (size_t i = 0; (i + 1) * ENTRY <= chunk.n; i++)
			on(payload, entry_at(chunk, i));
	}
	ac_sql_give(store, AC_SQL_CHUNK_NEXT, s);
	return rc;
}

int
ac_runs_each(ac_store *store, ac_run_kind kind, ac_on_key on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_RUNS, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int(s, 1, (int)kind);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		run r = run_of(s);

		rc = each_of_run(store, &r, on, payload, err);
		if (rc < 0)
			break;
	}
	ac_sql_give(store, AC_SQL_RUNS, s);
	return rc < 0 ? rc : 0;
}
