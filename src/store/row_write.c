/* SPDX-License-Identifier: Apache-2.0 */
/* New rows of lists on their way into the table: many to a statement, which costs a third less than one by one. */
#include <stdlib.h>

#include "base/limits.h"
#include "store/sqlite.h"

/* Columns of AC_SQL_ROW_ADD. */
#define COLUMNS 10

struct ac_rows_waiting {
	size_t n;
	struct {
		int64_t num, source;
		ac_row row; /* its texts in the arena */
	} rows[AC_ROWS_TOGETHER];
	ac_arena arena;
};

ac_row_columns
ac_row_columns_of(const ac_row *row)
{
	ac_row_columns c = { 0 };

	c.has_from = ac_time_cmp(row->valid_from, AC_TIME_MIN) != 0;
	c.has_until = ac_time_cmp(row->valid_until, AC_TIME_MAX) != 0;
	c.valid_from = c.has_from ? ac_time_to_us(row->valid_from) : 0;
	c.valid_until = c.has_until ? ac_time_to_us(row->valid_until) : 0;
	c.confidence = row->confidence;
	return c;
}

void
ac_row_bind(sqlite3_stmt *s, int at, const ac_row *row)
{
	ac_row_columns c = ac_row_columns_of(row);

	(void)(c.has_from ? sqlite3_bind_int64(s, at, c.valid_from) : sqlite3_bind_null(s, at));
	(void)(c.has_until ? sqlite3_bind_int64(s, at + 1, c.valid_until) : sqlite3_bind_null(s, at + 1));
	(void)(c.confidence >= 0 ? sqlite3_bind_int(s, at + 2, c.confidence) : sqlite3_bind_null(s, at + 2));
	if (ac_str_eq(row->exact, row->value.text))
		(void)sqlite3_bind_null(s, at + 3);
	else
		ac_sql_bind_blob(s, at + 3, row->exact);
	if (row->comment.n > 0)
		ac_sql_bind_text(s, at + 4, row->comment);
	else
		(void)sqlite3_bind_null(s, at + 4);
}

static void
bind_row(sqlite3_stmt *s, int at, int64_t batch, int64_t num, int64_t source, const ac_row *row)
{
	(void)sqlite3_bind_int64(s, at, num);
	(void)sqlite3_bind_int(s, at + 1, (int)row->value.type);
	(void)sqlite3_bind_int64(s, at + 2, source);
	(void)sqlite3_bind_int64(s, at + 3, batch);
	ac_sql_bind_text(s, at + 4, row->value.text);
	ac_row_bind(s, at + 5, row);
}

/* Rows [from, from + n) by one statement of n rows. */
static int
write_some(ac_store *store, ac_sql which, size_t from, size_t n, accord_err *err)
{
	const struct ac_rows_waiting *w = store->rows_waiting;
	sqlite3_stmt *s = ac_sql_take(store, which, err);

	if (!s)
		return store->last_code;
	for (size_t i = 0; i < n; i++)
		bind_row(s, 1 + COLUMNS * (int)i, store->batch, w->rows[from + i].num, w->rows[from + i].source,
		    &w->rows[from + i].row);
	return ac_sql_run(store, which, s, err);
}

/* Nothing but a value, as in most lists. */
static bool
is_plain(const ac_row *row)
{
	ac_row_columns c = ac_row_columns_of(row);

	return !c.has_from && !c.has_until && c.confidence < 0 && row->exact.p == row->value.text.p &&
	       row->comment.n == 0;
}

static bool
are_plain(const struct ac_rows_waiting *w)
{
	size_t i = 0;

	while (i < w->n && w->rows[i].source == w->rows[0].source && w->rows[i].num == w->rows[0].num + (int64_t)i &&
	       is_plain(&w->rows[i].row))
		i++;
	return i == w->n;
}

/* All AC_ROWS_TOGETHER of them, plain: two columns to bind instead of ten, and no look whether a number is there already. */
static int
write_plain(ac_store *store, accord_err *err)
{
	const struct ac_rows_waiting *w = store->rows_waiting;
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROWS_ADD_PLAIN, err);
	int64_t last = w->rows[AC_ROWS_TOGETHER - 1].num;
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, w->rows[0].source);
	(void)sqlite3_bind_int64(s, 2, store->batch);
	for (int i = 0; i < AC_ROWS_TOGETHER; i++) {
		(void)sqlite3_bind_int(s, 3 + 2 * i, (int)w->rows[i].row.value.type);
		ac_sql_bind_text(s, 4 + 2 * i, w->rows[i].row.value.text);
	}
	rc = ac_sql_run(store, AC_SQL_ROWS_ADD_PLAIN, s, err);
	if (rc == 0 && sqlite3_last_insert_rowid(store->db) != last)
		rc = ac_fail(err, ACCORD_EINTERNAL, "%s: want row %lld, got %lld", store->path, (long long)last,
		    (long long)sqlite3_last_insert_rowid(store->db));
	return rc;
}

int
ac_rows_write(ac_store *store, accord_err *err)
{
	struct ac_rows_waiting *w = store->rows_waiting;
	size_t n = w ? w->n : 0;
	bool is_whole, is_simple;
	int rc = 0;

	if (n == 0)
		return 0;
	is_whole = n == AC_ROWS_TOGETHER;
	is_simple = is_whole && are_plain(w);
	/* Taking a statement must not come here again. */
	w->n = 0;
	if (is_simple)
		rc = write_plain(store, err);
	else if (is_whole)
		rc = write_some(store, AC_SQL_ROWS_ADD, 0, n, err);
	else
		for (size_t i = 0; i < n && rc == 0; i++)
			rc = write_some(store, AC_SQL_ROW_ADD, i, 1, err);
	ac_arena_reset(&w->arena);
	if (rc < 0)
		store->is_broken = true;
	return rc;
}

void
ac_rows_forget(ac_store *store)
{
	if (!store->rows_waiting)
		return;
	store->rows_waiting->n = 0;
	ac_arena_reset(&store->rows_waiting->arena);
}

void
ac_rows_done(ac_store *store)
{
	if (store->rows_waiting)
		ac_arena_done(&store->rows_waiting->arena);
	free(store->rows_waiting);
	store->rows_waiting = NULL;
}

int
ac_rows_add(ac_store *store, int64_t num, int64_t source, const ac_row *row, accord_err *err)
{
	struct ac_rows_waiting *w = store->rows_waiting;
	ac_row kept = *row;

	if (!w) {
		w = store->rows_waiting = calloc(1, sizeof(*w));
		if (!w)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for the rows of a list");
		ac_arena_init(&w->arena, (size_t)AC_ROWS_TOGETHER * 4 * AC_LIST_LINE_MAX);
	}
	kept.value.text = ac_arena_str(&w->arena, row->value.text);
	kept.exact = ac_str_eq(row->exact, row->value.text) ? kept.value.text : ac_arena_str(&w->arena, row->exact);
	kept.comment = row->comment.n ? ac_arena_str(&w->arena, row->comment) : (ac_str){ NULL, 0 };
	if (w->arena.failed)
		return ac_arena_check(&w->arena, err);
	w->rows[w->n].num = num;
	w->rows[w->n].source = source;
	w->rows[w->n].row = kept;
	return ++w->n == AC_ROWS_TOGETHER ? ac_rows_write(store, err) : 0;
}
