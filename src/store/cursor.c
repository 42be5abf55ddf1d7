/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors: where readers of growing inputs stand. Texts of their owners, written in the same batch as what came of the bytes before them. */
#include "store/sqlite.h"

int
ac_store_cursor_put(ac_store *store, int64_t *number, ac_str state, accord_err *err)
{
	sqlite3_stmt *s;
	int rc = ac_sql_need_batch(store, err);

	if (rc)
		return rc;
	s = ac_sql_take(store, AC_SQL_CURSOR_PUT, err);
	if (!s)
		return store->last_code;
	/* A number that is NULL is given by the table. */
	if (*number)
		(void)sqlite3_bind_int64(s, 1, *number);
	else
		(void)sqlite3_bind_null(s, 1);
	ac_sql_bind_text(s, 2, state);
	rc = ac_sql_run(store, AC_SQL_CURSOR_PUT, s, err);
	if (!rc && *number == 0)
		*number = sqlite3_last_insert_rowid(store->db);
	return rc;
}

int
ac_store_cursor_delete(ac_store *store, int64_t number, accord_err *err)
{
	sqlite3_stmt *s;
	int rc = ac_sql_need_batch(store, err);

	if (rc)
		return rc;
	s = ac_sql_take(store, AC_SQL_CURSOR_DELETE, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, number);
	return ac_sql_run(store, AC_SQL_CURSOR_DELETE, s, err);
}

int
ac_store_cursors(ac_store *store, ac_on_cursor on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_CURSORS, err);
	int rc;

	if (!s)
		return store->last_code;
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		rc = on(payload, sqlite3_column_int64(s, 0), ac_sql_text(s, 1), err);
		if (rc < 0)
			break;
	}
	ac_sql_give(store, AC_SQL_CURSORS, s);
	return rc < 0 ? rc : 0;
}
