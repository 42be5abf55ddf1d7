/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of lists: put, walk, find by value. A row is found by a keyed 64-bit hash of its type and text, in runs of sorted keys (store/runs.h).
 */
#include <stdlib.h>

#include "base/limits.h"
#include "store/runs.h"

#define SLOTS ((size_t)2 * AC_STORE_LIST_KEYS_MAX)
/* 16 MB: at five million keys one in three hundred is looked for in vain. */
#define FILTER_WORDS ((size_t)AC_STORE_LIST_FILTER_BYTES / 8)
#define FILTER_AFTER 20000
/* Rows that were put into a list since: after so many at once the guess is given up until a row is found again. */
#define GUESSES_WRONG_MAX 8

uint64_t
ac_list_hash(const ac_store *store, ac_value_type type, ac_str text)
{
	ac_hash_seed seed = store->list_seed;

	seed.word[0] ^= (uint64_t)type;
	return ac_siphash(seed, text);
}

void
ac_list_forget(ac_store *store)
{
	if (store->list_key_count)
		memset(store->list_slots, 0, SLOTS * sizeof(*store->list_slots));
	store->list_key_count = 0;
	store->row_guess = 0;
	ac_rows_forget(store);
}

void
ac_list_mistrust(ac_store *store)
{
	free(store->list_filter);
	store->list_filter = NULL;
	store->list_misses = 0;
	store->row_guess = 0;
}

/* --- the filter: a word of 64 bits for each key, four bits of it --- */

static uint16_t
group_of(int64_t source)
{
	return source < UINT16_MAX ? (uint16_t)source : UINT16_MAX;
}

/* Value and producer: many lists have the same values. */
static uint64_t
filter_hash(uint64_t hash, uint16_t group)
{
	return (hash ^ group) * 0x9e3779b97f4a7c15U;
}

static uint64_t *
filter_word(const ac_store *store, uint64_t mixed)
{
	return &store->list_filter[(mixed >> 24) % FILTER_WORDS];
}

static uint64_t
filter_bits(uint64_t mixed)
{
	return (uint64_t)1 << (mixed >> 58) | (uint64_t)1 << (mixed >> 18 & 63) | (uint64_t)1 << (mixed >> 12 & 63) |
	       (uint64_t)1 << (mixed >> 6 & 63);
}

static void
filter_add(void *payload, ac_list_key key)
{
	const ac_store *store = payload;
	uint64_t mixed = filter_hash(key.hash, key.group);

	*filter_word(store, mixed) |= filter_bits(mixed);
}

/* Of all keys: those in runs and those of this batch. */
static int
make_filter(ac_store *store, accord_err *err)
{
	int rc;

	store->list_filter = calloc(FILTER_WORDS, sizeof(*store->list_filter));
	if (!store->list_filter)
		return 0; /* it goes without, slowly */
	for (size_t i = 0; i < store->list_key_count; i++)
		filter_add(store, store->list_keys[i]);
	rc = ac_runs_each(store, AC_RUN_VALUE, filter_add, store, err);
	/* One that lacks keys would let rows in twice. */
	if (rc < 0)
		ac_list_mistrust(store);
	return rc;
}

/* May the batch, or the runs, have it? The filter is made when so many were looked for in vain that reading all keys once is cheaper; it knows both, so that most new rows cost one look at memory that is far away. */
static int
may_be_here(ac_store *store, uint64_t hash, int64_t source, bool *out_runs, bool *out_batch, accord_err *err)
{
	uint64_t mixed = filter_hash(hash, group_of(source));
	int rc = 0;

	if (!store->list_was_empty && !store->list_filter && store->list_misses++ >= FILTER_AFTER)
		rc = make_filter(store, err);
	*out_batch = !store->list_filter || (*filter_word(store, mixed) & filter_bits(mixed)) == filter_bits(mixed);
	*out_runs = *out_batch && !store->list_was_empty;
	return rc;
}

int
ac_list_flush(ac_store *store, accord_err *err)
{
	size_t n = store->list_key_count;
	int rc = ac_rows_write(store, err);

	if (rc < 0 || n == 0)
		return rc;
	rc = ac_runs_add(store, AC_RUN_VALUE, store->list_keys, n, err);
	memset(store->list_slots, 0, SLOTS * sizeof(*store->list_slots));
	store->list_key_count = 0;
	store->list_was_empty = false;
	if (rc < 0)
		store->is_broken = true;
	return rc;
}

static void
remember_key(ac_store *store, uint64_t hash, int64_t num, int64_t source)
{
	size_t at = (size_t)hash & (SLOTS - 1);

	while (store->list_slots[at])
		at = (at + 1) & (SLOTS - 1);
	store->list_keys[store->list_key_count++] = (ac_list_key){ hash, num, group_of(source) };
	if (store->list_filter)
		filter_add(store, store->list_keys[store->list_key_count - 1]);
	store->list_slots[at] = (uint32_t)store->list_key_count;
}

static bool
same_number(sqlite3_stmt *s, int column, bool has, int64_t value)
{
	return sqlite3_column_type(s, column) == SQLITE_NULL ? !has : has && sqlite3_column_int64(s, column) == value;
}

typedef enum row_match { ROW_OTHER, ROW_SAME, ROW_CHANGED } row_match;

/* Compare the stored row of this number. */
static int
match_row(ac_store *store, int64_t num, int64_t source, const ac_row *row, row_match *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROW_GET, err);
	ac_row_columns c = ac_row_columns_of(row);
	int rc;

	*out = ROW_OTHER;
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, num);
	rc = ac_sql_step(store, s, err);
	if (rc == 1 && sqlite3_column_int(s, 0) == (int)row->value.type && sqlite3_column_int64(s, 1) == source &&
	    ac_str_eq(ac_sql_text(s, 2), row->value.text))
		*out = same_number(s, 3, c.has_from, c.valid_from) && same_number(s, 4, c.has_until, c.valid_until) &&
			       same_number(s, 5, c.confidence >= 0, c.confidence) &&
			       ac_str_eq(ac_sql_text(s, 6), row->comment)
			   ? ROW_SAME
			   : ROW_CHANGED;
	ac_sql_give(store, AC_SQL_ROW_GET, s);
	return rc < 0 ? rc : 0;
}

/* Call `on` for the numbers of rows of this batch with this hash; a return other than 0 stops and is returned. */
static int
each_of_batch(ac_store *store, uint64_t hash, ac_on_number on, void *payload, accord_err *err)
{
	int rc = 0;

	if (store->list_key_count > 0)
		for (size_t at = (size_t)hash & (SLOTS - 1); store->list_slots[at] && rc == 0;
		     at = (at + 1) & (SLOTS - 1)) {
			const ac_list_key *key = &store->list_keys[store->list_slots[at] - 1];

			if (key->hash == hash)
				rc = on(payload, store, key->num, err);
		}
	return rc;
}

typedef struct put_state {
	int64_t source;
	const ac_row *row;
	row_match match;
	int64_t num;
} put_state;

static int
try_candidate(void *payload, ac_store *store, int64_t num, accord_err *err)
{
	put_state *p = payload;
	int rc = match_row(store, num, p->source, p->row, &p->match, err);

	p->num = num;
	return rc == 0 && p->match != ROW_OTHER ? 1 : rc;
}

/* A list that is learned again has its rows in the order in which they were learned: the next one is tried before anything is looked up. */
static int
try_guess(ac_store *store, put_state *p, accord_err *err)
{
	int rc;

	if (store->row_guess == 0)
		return 0;
	rc = try_candidate(p, store, store->row_guess, err);
	if (p->match != ROW_OTHER)
		store->guesses_wrong = 0;
	else if (++store->guesses_wrong >= GUESSES_WRONG_MAX)
		store->row_guess = 0;
	return rc;
}

/* 1: found. */
static int
find_row(ac_store *store, put_state *p, uint64_t hash, accord_err *err)
{
	bool in_runs = false, in_batch = false;
	int rc = try_guess(store, p, err);

	if (rc == 0)
		rc = may_be_here(store, hash, p->source, &in_runs, &in_batch, err);
	if (rc == 0 && in_batch)
		rc = each_of_batch(store, hash, try_candidate, p, err);
	return rc == 0 && in_runs ? ac_runs_find(store, AC_RUN_VALUE, hash, try_candidate, p, err) : rc;
}

static int
add_row(ac_store *store, int64_t source, const ac_row *row, uint64_t hash, accord_err *err)
{
	int rc = ac_rows_add(store, store->next_row, source, row, err);

	if (rc < 0)
		return rc;
	remember_key(store, hash, store->next_row++, source);
	if (store->list_key_count >= AC_STORE_LIST_KEYS_MAX)
		rc = ac_list_flush(store, err);
	return rc == 0 ? ac_index_prefix(store, row->value.type, row->value.text, err) : rc;
}

static int
update_row(ac_store *store, int64_t num, const ac_row *row, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROW_UPDATE, err);

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, num);
	ac_row_bind(s, 2, row);
	(void)sqlite3_bind_int64(s, 7, store->batch);
	return ac_sql_run(store, AC_SQL_ROW_UPDATE, s, err);
}

static int
check_row(ac_store *store, const ac_row *row, accord_err *err)
{
	if (row->value.type <= AC_VALUE_NONE || row->value.type >= AC_VALUE_TYPE_COUNT || row->value.text.n == 0)
		return ac_fail(err, ACCORD_EINPUT, "want a value of a known type in a row");
	if (row->confidence < -1 || row->confidence > 100)
		return ac_fail(err, ACCORD_EINPUT, "want a confidence of 0 to 100, got %d", row->confidence);
	if (row->exact.n > AC_LIST_LINE_MAX || row->comment.n > AC_LIST_LINE_MAX ||
	    row->value.text.n > AC_LIST_LINE_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want a row of at most %zu bytes", AC_LIST_LINE_MAX);
	if (!store->list_keys)
		store->list_keys = malloc(AC_STORE_LIST_KEYS_MAX * sizeof(*store->list_keys));
	if (!store->list_slots)
		store->list_slots = calloc(SLOTS, sizeof(*store->list_slots));
	return store->list_keys && store->list_slots ? 0
						     : ac_fail(err, ACCORD_ENOMEM, "no memory for the rows of a list");
}

int
ac_store_put_row(ac_store *store, int64_t source, const ac_row *row, ac_put_result *out, accord_err *err)
{
	put_state p = { .source = source, .row = row };
	uint64_t hash;
	int rc = ac_sql_need_batch(store, err);

	if (rc == 0)
		rc = check_row(store, row, err);
	if (rc < 0)
		return rc;
	hash = ac_list_hash(store, row->value.type, row->value.text);
	rc = find_row(store, &p, hash, err);
	if (rc >= 0 && p.match != ROW_OTHER)
		store->row_guess = p.num + 1;
	if (rc >= 0 && p.match == ROW_OTHER)
		rc = add_row(store, source, row, hash, err);
	else if (rc >= 0 && p.match == ROW_CHANGED)
		rc = update_row(store, p.num, row, err);
	if (rc < 0) {
		store->is_broken = true;
		return rc;
	}
	if (p.match != ROW_SAME)
		store->is_dirty = store->is_relevant = true;
	*out = p.match == ROW_OTHER ? AC_PUT_NEW : p.match == ROW_CHANGED ? AC_PUT_NEWER : AC_PUT_UNCHANGED;
	return 0;
}

static ac_time
time_column(sqlite3_stmt *s, int column, ac_time otherwise)
{
	return sqlite3_column_type(s, column) == SQLITE_NULL ? otherwise
							     : ac_time_from_us(sqlite3_column_int64(s, column));
}

/* The first seven columns, which all statements have. */
static int
read_value(ac_store *store, sqlite3_stmt *s, ac_arena *arena, ac_stored_row *out, accord_err *err)
{
	ac_value_type type = (ac_value_type)sqlite3_column_int(s, 1);

	out->number = sqlite3_column_int64(s, 0);
	out->row.value = (ac_value){ .type = type, .text = ac_sql_text(s, 3) };
	out->row.valid_from = time_column(s, 4, AC_TIME_MIN);
	out->row.valid_until = time_column(s, 5, AC_TIME_MAX);
	out->row.confidence = sqlite3_column_type(s, 6) == SQLITE_NULL ? -1 : sqlite3_column_int(s, 6);
	/* SQLite copies a text to end it, and without memory gives none; its next step says so. */
	if (out->row.value.text.n == 0)
		return sqlite3_errcode(store->db) == SQLITE_NOMEM
			   ? ac_sql_fail(store, "read a row", err)
			   : ac_fail(err, ACCORD_EINTERNAL, "%s: the store holds a row without a value", store->path);
	if ((type == AC_VALUE_IPV4 || type == AC_VALUE_IPV6) && !ac_value_read_address(&out->row.value))
		return ac_fail(err, ACCORD_EINTERNAL, "the store holds an address that is none: '%.*s'",
		    AC_FMT(ac_str_slice(out->row.value.text, 0, 80)));
	return ac_intern_text(store, &store->sources, sqlite3_column_int64(s, 2), arena, &out->producer, err);
}

static int
read_brief(ac_store *store, sqlite3_stmt *s, ac_arena *arena, ac_stored_row *out, accord_err *err)
{
	*out = (ac_stored_row){ .changed_us = sqlite3_column_int64(s, 7) };
	return read_value(store, s, arena, out, err);
}

int
ac_list_read(ac_store *store, sqlite3_stmt *s, ac_arena *arena, ac_stored_row *out, accord_err *err)
{
	ac_stored_row r = { 0 };
	int rc = read_value(store, s, arena, &r, err);
	char *id;

	r.row.exact = sqlite3_column_type(s, 7) == SQLITE_NULL ? r.row.value.text : ac_sql_blob(s, 7);
	r.row.comment = ac_sql_text(s, 8);
	r.arrival_us = sqlite3_column_int64(s, 9);
	r.changed_us = sqlite3_column_int64(s, 10);
	id = ac_arena_alloc(arena, AC_ROW_ID_SIZE);
	if (rc == 0 && !id)
		rc = ac_arena_check(arena, err);
	if (rc == 0)
		rc = ac_row_id(store->digester, r.row.value.type, r.row.value.text, r.producer, id, err);
	if (rc < 0)
		return rc;
	r.indicator_id = (ac_str){ id, AC_ROW_ID_SIZE };
	*out = r;
	return 0;
}

typedef int (*read_row)(ac_store *store, sqlite3_stmt *s, ac_arena *arena, ac_stored_row *out, accord_err *err);

/* Every row of a statement that selects rows; gives the statement back. */
static int
hand_out_rows(
    ac_store *store, ac_sql which, sqlite3_stmt *s, read_row read, ac_on_row on, void *payload, accord_err *err)
{
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_MIB);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_stored_row row;

		ac_arena_reset(&arena);
		rc = read(store, s, &arena, &row, err);
		if (rc == 0)
			rc = on(payload, &row, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(store, which, s);
	ac_arena_done(&arena);
	return rc < 0 ? rc : 0;
}

int
ac_store_each_row(ac_store *store, int64_t after, ac_on_row on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROWS, err);

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, after);
	return hand_out_rows(store, AC_SQL_ROWS, s, ac_list_read, on, payload, err);
}

int
ac_store_each_brief_row(ac_store *store, int64_t after, ac_on_row on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROWS_BRIEF, err);

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, after);
	return hand_out_rows(store, AC_SQL_ROWS_BRIEF, s, read_brief, on, payload, err);
}

int
ac_store_each_changed_row(
    ac_store *store, int64_t generation, int64_t last, ac_on_row on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROWS_CHANGED, err);

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, generation);
	(void)sqlite3_bind_int64(s, 2, last);
	return hand_out_rows(store, AC_SQL_ROWS_CHANGED, s, ac_list_read, on, payload, err);
}

int
ac_store_warning_lists(ac_store *store, int64_t *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_WARNING_SOURCES, err);
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, AC_S(AC_WARNING_PRODUCER));
	rc = ac_sql_step(store, s, err);
	if (rc == 1)
		*out = sqlite3_column_int64(s, 0);
	ac_sql_give(store, AC_SQL_WARNING_SOURCES, s);
	return rc < 0 ? rc : 0;
}

int
ac_store_each_warning(ac_store *store, ac_on_row on, void *payload, accord_err *err)
{
	sqlite3_stmt *s;
	int64_t lists = 0;
	int rc = ac_store_warning_lists(store, &lists, err);

	if (rc || lists == 0)
		return rc;
	s = ac_sql_take(store, AC_SQL_WARNING_ROWS, err);
	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, AC_S(AC_WARNING_PRODUCER));
	return hand_out_rows(store, AC_SQL_WARNING_ROWS, s, read_brief, on, payload, err);
}

typedef struct find_state {
	ac_value_type type;
	ac_str text;
	ac_on_row on;
	void *payload;
} find_state;

static int
hand_out_row(void *payload, ac_store *store, int64_t num, accord_err *err)
{
	const find_state *f = payload;
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROW, err);
	ac_stored_row row;
	ac_arena arena;
	int rc;

	if (!s)
		return store->last_code;
	ac_arena_init(&arena, AC_MIB);
	(void)sqlite3_bind_int64(s, 1, num);
	rc = ac_sql_step(store, s, err);
	/* another text may have the same hash */
	if (rc == 1 && sqlite3_column_int(s, 1) == (int)f->type && ac_str_eq(ac_sql_text(s, 3), f->text)) {
		rc = ac_list_read(store, s, &arena, &row, err);
		if (rc == 0)
			rc = f->on(f->payload, &row, err);
	} else if (rc == 1) {
		rc = 0;
	}
	ac_sql_give(store, AC_SQL_ROW, s);
	ac_arena_done(&arena);
	return rc;
}

int
ac_list_find(ac_store *store, ac_value_type type, ac_str text, ac_on_row on, void *payload, accord_err *err)
{
	find_state f = { type, text, on, payload };
	uint64_t hash = ac_list_hash(store, type, text);
	int rc = each_of_batch(store, hash, hand_out_row, &f, err);

	return rc == 0 ? ac_runs_find(store, AC_RUN_VALUE, hash, hand_out_row, &f, err) : rc;
}
