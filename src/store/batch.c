/* SPDX-License-Identifier: Apache-2.0 */
/* Batches: begin, commit, roll back. A commit gives its versions their times of arrival. */
#include "base/limits.h"
#include "store/sqlite.h"

static int
run_plain(ac_store *store, ac_sql which, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, which, err);

	return s ? ac_sql_run(store, which, s, err) : store->last_code;
}

static int
read_counters(ac_store *store, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_COUNTERS, err);
	int rc = s ? ac_sql_step(store, s, err) : store->last_code;

	if (rc == 1) {
		store->first_version = store->next_version = sqlite3_column_int64(s, 0) + 1;
		store->next_object = sqlite3_column_int64(s, 1) + 1;
		store->next_row = sqlite3_column_int64(s, 2) + 1;
		store->batch = sqlite3_column_int64(s, 3) + 1;
	}
	ac_sql_give(store, AC_SQL_COUNTERS, s);
	return rc < 0 ? rc : 0;
}

/* When another process has written since our last batch, what we remember may be incomplete. */
static int
look_at_others(ac_store *store, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_DATA_VERSION, err);
	int rc = s ? ac_sql_step(store, s, err) : store->last_code;
	int64_t version = rc == 1 ? sqlite3_column_int64(s, 0) : 0;

	ac_sql_give(store, AC_SQL_DATA_VERSION, s);
	if (rc < 0)
		return rc;
	if (version != store->data_version) {
		store->data_version = version;
		ac_intern_forget(store);
		ac_list_mistrust(store);
	}
	return 0;
}

int
ac_store_begin(ac_store *store, accord_err *err)
{
	int rc;

	if (store->options.mode != AC_STORE_WRITE)
		return ac_fail(err, ACCORD_EUSAGE, "want a store opened for writing");
	if (store->in_batch)
		return ac_fail(err, ACCORD_EUSAGE, "want one batch at a time");
	rc = run_plain(store, AC_SQL_BEGIN, err);
	if (rc < 0)
		return rc;
	store->in_batch = true;
	store->is_broken = store->is_dirty = store->is_relevant = false;
	rc = look_at_others(store, err);
	if (rc == 0)
		rc = read_counters(store, err);
	if (rc < 0) {
		ac_store_rollback(store);
		return rc;
	}
	if (store->next_object == 1)
		store->ids_complete = true;
	store->pending_from = store->next_version;
	store->list_was_empty = store->next_row == 1;
	return 0;
}

void
ac_store_rollback(ac_store *store)
{
	accord_err ignored;

	if (!store->in_batch)
		return;
	store->in_batch = store->is_broken = false;
	/* SQLite may have rolled back by itself (disk full) */
	if (!sqlite3_get_autocommit(store->db) && run_plain(store, AC_SQL_ROLLBACK, &ignored) < 0)
		(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	ac_intern_forget(store);
	ac_intern_forget_words(store);
	ac_list_forget(store);
	ac_pending_forget(store);
	memset(store->prefixes_seen, 0, sizeof(store->prefixes_seen));
}

/* Later than every version before, whatever the clock says. */
static int
next_arrival(ac_store *store, int64_t *out, accord_err *err)
{
	int64_t now = ac_time_to_us(store->options.now(store->options.now_payload)), last = INT64_MIN;
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_BATCH_LAST, err);
	int rc = s ? ac_sql_step(store, s, err) : store->last_code;

	if (rc == 1) {
		int64_t versions = store->first_version - sqlite3_column_int64(s, 1);

		last = sqlite3_column_int64(s, 0) + (versions > 0 ? versions - 1 : 0);
	}
	ac_sql_give(store, AC_SQL_BATCH_LAST, s);
	*out = last >= now ? last + 1 : now;
	return rc < 0 ? rc : 0;
}

static int
write_batch(ac_store *store, accord_err *err)
{
	sqlite3_stmt *s;
	int64_t arrival_us;
	int rc = next_arrival(store, &arrival_us, err);

	if (rc < 0)
		return rc;
	s = ac_sql_take(store, AC_SQL_BATCH_ADD, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, store->batch);
	(void)sqlite3_bind_int64(s, 2, store->first_version);
	(void)sqlite3_bind_int64(s, 3, arrival_us);
	rc = ac_sql_run(store, AC_SQL_BATCH_ADD, s, err);
	if (rc == 0 && store->is_relevant)
		rc = ac_sql_meta_put(store, "generation", store->batch, err);
	return rc;
}

int
ac_store_commit(ac_store *store, accord_err *err)
{
	int rc = ac_sql_need_batch(store, err);

	if (rc == 0)
		rc = ac_pending_flush(store, err);
	if (rc == 0)
		rc = ac_list_flush(store, err);
	if (rc == 0 && store->is_dirty)
		rc = write_batch(store, err);
	if (rc == 0)
		rc = run_plain(store, AC_SQL_COMMIT, err);
	if (rc < 0) {
		ac_store_rollback(store);
		return rc;
	}
	store->in_batch = false;
	return 0;
}

int
ac_store_generation(ac_store *store, int64_t *out_generation, accord_err *err)
{
	return ac_sql_meta_get(store, "generation", 0, out_generation, err);
}

int
ac_lazy_begin(ac_store *writer, bool *out_begun, accord_err *err)
{
	*out_begun = !writer->in_batch;
	return writer->in_batch ? ac_sql_need_batch(writer, err) : run_plain(writer, AC_SQL_BEGIN, err);
}

int
ac_lazy_end(ac_store *writer, bool begun, int rc, accord_err *err)
{
	if (!begun) {
		if (rc < 0)
			writer->is_broken = true;
		return rc;
	}
	if (rc == 0)
		rc = run_plain(writer, AC_SQL_COMMIT, err);
	if (rc < 0 && !sqlite3_get_autocommit(writer->db))
		(void)sqlite3_exec(writer->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}
