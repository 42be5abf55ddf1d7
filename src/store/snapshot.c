/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots are SQLite's read transactions: in WAL mode they keep no writer out. */
#include "store/snapshot.h"

#include "store/sqlite.h"

int
ac_store_snapshot_begin(ac_store *store, bool *out_began, accord_err *err)
{
	int rc = 0;

	*out_began = false;
	if (store->options.mode != AC_STORE_READ || !sqlite3_get_autocommit(store->db))
		return 0;
	rc = ac_sql_exec(store, "BEGIN", err);
	*out_began = rc == 0;
	return rc;
}

void
ac_store_snapshot_end(ac_store *store)
{
	/* A read transaction has nothing to lose: its end cannot matter to the caller. */
	(void)sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
}
