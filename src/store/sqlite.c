/* SPDX-License-Identifier: Apache-2.0 */
/* The SQLite store's statements, as one table, and its errors. What the statements mean is in the files that use them. */
#include "store/sqlite.h"

#include <errno.h>

#include "base/limits.h"

/* Columns of a version, for ac_get_stored. A version of the open batch has no time of arrival yet. */
#define STORED                                                                                                         \
	"SELECT v.seq, o.id, v.type, v.modified_s, v.modified_ns, ifnull(b.arrival_us + v.seq - b.first_version, 0),"  \
	" v.flags, o.revoked, v.is_current, v.form, v.tlp, v.source, v.exact, v.derived "
#define STORED_BATCH " LEFT JOIN batch b ON b.num = v.batch "

#define EDGE_COLUMNS(other) "SELECT w.text, o.id, r.id FROM edge_" other " LEFT JOIN object r ON r.num = e.via "

#define ADD_ROWS                                                                                                       \
	"INSERT INTO list_row(num, type, source, batch, text, valid_from, valid_until, confidence, exact, comment)"    \
	" VALUES"
#define ROW_VALUES "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define TWO_ROWS ROW_VALUES "," ROW_VALUES
#define EIGHT_ROWS TWO_ROWS "," TWO_ROWS "," TWO_ROWS "," TWO_ROWS
/* Of one source, with nothing but a value each: what all share is given once, and SQLite gives the numbers, each one more than the last. */
#define PLAIN_ROW "(?1, ?2, ?, ?)"
#define TWO_PLAIN PLAIN_ROW "," PLAIN_ROW
#define EIGHT_PLAIN TWO_PLAIN "," TWO_PLAIN "," TWO_PLAIN "," TWO_PLAIN
#define ROW_COLUMNS                                                                                                    \
	"SELECT l.num, l.type, l.source, l.text, l.valid_from, l.valid_until, l.confidence, l.exact, l.comment,"       \
	" ifnull(b.arrival_us, 0), ifnull(c.arrival_us, ifnull(b.arrival_us, 0)) FROM list_row l"                      \
	" LEFT JOIN batch b ON b.num = l.batch LEFT JOIN batch c ON c.num = l.changed "
/* Without what only the objects made of rows need; the time is 0 for rows that never changed. */
#define BRIEF_COLUMNS                                                                                                  \
	"SELECT l.num, l.type, l.source, l.text, l.valid_from, l.valid_until, l.confidence, ifnull(c.arrival_us, 0)"   \
	" FROM list_row l LEFT JOIN batch c ON c.num = l.changed "

/* 32 rows of four columns. */
#define FOUR_2 "(?,?,?,?),(?,?,?,?)"
#define FOUR_8 FOUR_2 "," FOUR_2 "," FOUR_2 "," FOUR_2
#define FOUR_32 FOUR_8 "," FOUR_8 "," FOUR_8 "," FOUR_8

static const char *const texts[AC_SQL_COUNT] = {
	[AC_SQL_BEGIN] = "BEGIN IMMEDIATE",
	[AC_SQL_COMMIT] = "COMMIT",
	[AC_SQL_ROLLBACK] = "ROLLBACK",
	[AC_SQL_DATA_VERSION] = "PRAGMA data_version",
	[AC_SQL_META_GET] = "SELECT number FROM meta WHERE name = ?1",
	[AC_SQL_META_PUT] = "INSERT OR REPLACE INTO meta(name, number) VALUES(?1, ?2)",
	[AC_SQL_WORD_NUM] = "SELECT num FROM word WHERE text = ?1",
	[AC_SQL_WORD_TEXT] = "SELECT text FROM word WHERE num = ?1",
	[AC_SQL_WORD_ADD] = "INSERT INTO word(text) VALUES(?1)",
	[AC_SQL_SOURCE_NUM] = "SELECT num FROM source WHERE text = ?1",
	[AC_SQL_SOURCE_TEXT] = "SELECT text FROM source WHERE num = ?1",
	[AC_SQL_SOURCE_ADD] = "INSERT INTO source(text) VALUES(?1)",
	[AC_SQL_SOURCE_TLP] = "SELECT tlp FROM source WHERE text = ?1",
	[AC_SQL_SOURCE_SET_TLP] = "UPDATE source SET tlp = ?2 WHERE num = ?1",
	[AC_SQL_COUNTERS] =
	    "SELECT ifnull((SELECT max(seq) FROM version), 0), ifnull((SELECT max(num) FROM object), 0),"
	    " ifnull((SELECT max(num) FROM list_row), 0), ifnull((SELECT max(num) FROM batch), 0)",
	[AC_SQL_BATCH_LAST] = "SELECT arrival_us, first_version FROM batch ORDER BY num DESC LIMIT 1",
	[AC_SQL_BATCH_ADD] = "INSERT INTO batch(num, first_version, arrival_us) VALUES(?1, ?2, ?3)",
	[AC_SQL_OBJECT_NUM] = "SELECT num, current IS NOT NULL FROM object WHERE id = ?1",
	[AC_SQL_OBJECT_ID] = "SELECT id FROM object WHERE num = ?1",
	[AC_SQL_OBJECT_STATE] =
	    "SELECT o.current, o.revoked, v.flags, v.modified_s, v.modified_ns, v.facts, o.first FROM object o"
	    " JOIN version v ON v.seq = o.current WHERE o.num = ?1",
	[AC_SQL_OBJECT_ADD] = "INSERT INTO object(num, id, current, first, revoked) VALUES(?1, ?2, ?3, ?3, ?4)",
	[AC_SQL_OBJECT_UPDATE] =
	    "UPDATE object SET current = ?2, first = ifnull(first, ?2), revoked = ?3 WHERE num = ?1",
	[AC_SQL_VERSION_ADD] =
	    "INSERT INTO version(seq, object, type, is_current, modified_s, modified_ns, batch, source, flags,"
	    " form, tlp, digest, facts, exact, derived, is_later) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
	    " ?12, ?13, ?14, ?15, ?16)",
	[AC_SQL_VERSION_SAME_TIME] =
	    "SELECT seq, source, flags, form, digest, derived FROM version"
	    " WHERE seq = ?4 AND modified_s = ?2 AND modified_ns = ?3"
	    " UNION ALL SELECT seq, source, flags, form, digest, derived FROM version INDEXED BY version_later"
	    " WHERE is_later = 1 AND object = ?1 AND modified_s = ?2 AND modified_ns = ?3",
	[AC_SQL_VERSION_SET_CURRENT] = "UPDATE version SET is_current = ?2 WHERE seq = ?1",
	[AC_SQL_CURRENT] = "SELECT o.id, o.revoked, v.source, v.facts FROM object o JOIN version v ON v.seq = o.current"
			   " WHERE o.num = ?1",
	[AC_SQL_VERSION_GET] =
	    STORED "FROM object o CROSS JOIN version v" STORED_BATCH "WHERE o.id = ?1 AND v.seq = o.current",
	[AC_SQL_VERSIONS_OF] = STORED
	"FROM object o CROSS JOIN version v" STORED_BATCH
	"WHERE o.id = ?1 AND v.seq IN (SELECT o.first UNION ALL SELECT l.seq FROM version l INDEXED BY version_later"
	" WHERE l.is_later = 1 AND l.object = o.num)"
	" ORDER BY v.modified_s DESC, v.modified_ns DESC, v.seq DESC",
	[AC_SQL_EACH_TYPE] =
	    STORED "FROM version v INDEXED BY version_current CROSS JOIN object o" STORED_BATCH
		   "WHERE v.is_current = 1 AND v.type = ?1 AND v.seq > ?2 AND v.seq <= ?3 AND o.num = v.object"
		   " ORDER BY v.seq",
	[AC_SQL_EACH_ALL] =
	    STORED "FROM version v NOT INDEXED CROSS JOIN object o" STORED_BATCH
		   "WHERE v.is_current = 1 AND v.seq > ?2 AND v.seq <= ?3 AND o.num = v.object ORDER BY v.seq",
	[AC_SQL_EACH_SINCE] =
	    STORED "FROM (SELECT DISTINCT object FROM version NOT INDEXED WHERE seq > ?2 AND type = ?1) n"
		   " CROSS JOIN object o ON o.num = n.object CROSS JOIN version v ON v.seq = o.current" STORED_BATCH
		   "ORDER BY v.seq",
	[AC_SQL_LAST_VERSION] = "SELECT ifnull(max(seq), 0) FROM version",
	[AC_SQL_ARRIVAL_ADD] = "INSERT INTO arrival(version, source, batch) VALUES(?1, ?2, ?3)",
	[AC_SQL_ARRIVAL_HAS] = "SELECT 1 FROM arrival WHERE version = ?1 AND source = ?2",
	[AC_SQL_ARRIVALS] = "SELECT v.source, ifnull(b.arrival_us + v.seq - b.first_version, 0), 0 AS n FROM version v"
			    " LEFT JOIN batch b ON b.num = v.batch WHERE v.seq = ?1"
			    " UNION ALL SELECT a.source, ifnull(b.arrival_us, 0), a.batch AS n FROM arrival a"
			    " LEFT JOIN batch b ON b.num = a.batch WHERE a.version = ?1 ORDER BY n",
	[AC_SQL_EDGE_IN_ADD] = "INSERT OR IGNORE INTO edge_in(target, kind, source, via) VALUES(?1, ?2, ?3, ?4)",
	[AC_SQL_EDGE_OUT_ADD] = "INSERT OR IGNORE INTO edge_out(source, kind, target, via) VALUES(?1, ?2, ?3, ?4)",
	[AC_SQL_EDGE_IN_BULK] = "INSERT OR IGNORE INTO edge_in(target, kind, source, via) VALUES" FOUR_32,
	[AC_SQL_EDGE_OUT_BULK] = "INSERT OR IGNORE INTO edge_out(source, kind, target, via) VALUES" FOUR_32,
	[AC_SQL_EDGE_IN_DEL] = "DELETE FROM edge_in WHERE target = ?1 AND kind = ?2 AND source = ?3 AND via = ?4",
	[AC_SQL_EDGE_OUT_DEL] = "DELETE FROM edge_out WHERE source = ?1 AND kind = ?2 AND target = ?3 AND via = ?4",
	[AC_SQL_MANY_ADD] =
	    "INSERT INTO edge_many(target, kind, first, last, n, sources) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	[AC_SQL_MANY_FIND] =
	    "SELECT num, sources FROM edge_many WHERE target = ?1 AND kind = ?2 AND first <= ?3 AND last >= ?4",
	[AC_SQL_MANY_UPDATE] = "UPDATE edge_many SET n = ?2, sources = ?3 WHERE num = ?1",
	[AC_SQL_MANY_DELETE] = "DELETE FROM edge_many WHERE num = ?1",
	[AC_SQL_MANY] = "SELECT w.text, m.sources FROM edge_many m JOIN word w ON w.num = m.kind WHERE m.target = ?1",
	[AC_SQL_MANY_KIND] = "SELECT w.text, m.sources FROM edge_many m JOIN word w ON w.num = m.kind WHERE m.target = "
			     "?1 AND m.kind = ?2",
	[AC_SQL_EDGES_IN] =
	    EDGE_COLUMNS("in e JOIN word w ON w.num = e.kind JOIN object o ON o.num = e.source") "WHERE e.target = ?1",
	[AC_SQL_EDGES_IN_KIND] =
	    EDGE_COLUMNS("in e JOIN word w ON w.num = e.kind JOIN object o ON o.num = e.source") "WHERE e.target = ?1 "
												 "AND e.kind = ?2",
	[AC_SQL_EDGES_OUT] =
	    EDGE_COLUMNS("out e JOIN word w ON w.num = e.kind JOIN object o ON o.num = e.target") "WHERE e.source = ?1",
	[AC_SQL_EDGES_OUT_KIND] =
	    EDGE_COLUMNS("out e JOIN word w ON w.num = e.kind JOIN object o ON o.num = e.target") "WHERE e.source = ?1 "
												  "AND e.kind = ?2",
	[AC_SQL_NEXT_KIND_IN] = "SELECT kind FROM edge_in WHERE target = ?1 AND kind >= ?2 ORDER BY kind LIMIT 1",
	[AC_SQL_NEXT_KIND_OUT] = "SELECT kind FROM edge_out WHERE source = ?1 AND kind >= ?2 ORDER BY kind LIMIT 1",
	[AC_SQL_NAME_ADD] = "INSERT OR IGNORE INTO name(key, object) VALUES(?1, ?2)",
	[AC_SQL_NAME_DEL] = "DELETE FROM name WHERE key = ?1 AND object = ?2",
	[AC_SQL_NAME_FIND] = "SELECT object FROM name WHERE key = ?1",
	[AC_SQL_NAME_KEYS] = "SELECT DISTINCT key FROM name",
	[AC_SQL_VALUE_ADD] = "INSERT OR IGNORE INTO value(type, key, object, role) VALUES(?1, ?2, ?3, ?4)",
	[AC_SQL_VALUE_DEL] = "DELETE FROM value WHERE type = ?1 AND key = ?2 AND object = ?3 AND role = ?4",
	[AC_SQL_VALUE_FIND] =
	    "SELECT v.role, o.id FROM value v JOIN object o ON o.num = v.object WHERE v.type = ?1 AND v.key = ?2",
	[AC_SQL_PREFIX_ADD] = "INSERT OR IGNORE INTO prefix(type, bits) VALUES(?1, ?2)",
	[AC_SQL_PREFIXES] = "SELECT bits FROM prefix WHERE type = ?1 ORDER BY bits DESC",
	[AC_SQL_ROW_ADD] = ADD_ROWS ROW_VALUES,
	[AC_SQL_ROWS_ADD] = ADD_ROWS EIGHT_ROWS "," EIGHT_ROWS "," EIGHT_ROWS "," EIGHT_ROWS,
	[AC_SQL_ROWS_ADD_PLAIN] = "INSERT INTO list_row(source, batch, type, text) VALUES" EIGHT_PLAIN "," EIGHT_PLAIN
				  "," EIGHT_PLAIN "," EIGHT_PLAIN,
	[AC_SQL_ROW_GET] = "SELECT type, source, text, valid_from, valid_until, confidence, comment FROM list_row"
			   " WHERE num = ?1",
	[AC_SQL_ROW_UPDATE] =
	    "UPDATE list_row SET valid_from = ?2, valid_until = ?3, confidence = ?4, exact = ?5, comment = ?6,"
	    " changed = ?7 WHERE num = ?1",
	[AC_SQL_WARNING_SOURCES] = "SELECT count(*) FROM source WHERE substr(text, 1, length(?1)) = ?1",
	[AC_SQL_WARNING_ROWS] = BRIEF_COLUMNS
	"WHERE l.source IN (SELECT num FROM source WHERE substr(text, 1, length(?1)) = ?1) ORDER BY l.num",
	[AC_SQL_ROWS] = ROW_COLUMNS "WHERE l.num > ?1 ORDER BY l.num",
	[AC_SQL_ROWS_BRIEF] = BRIEF_COLUMNS "WHERE l.num > ?1 ORDER BY l.num",
	/* By the index of what has changed: the signs keep the numbers, by which all rows would be read, from being used. */
	[AC_SQL_ROWS_CHANGED] = ROW_COLUMNS "WHERE l.changed > ?1 AND +l.num <= ?2 ORDER BY +l.num",
	[AC_SQL_ROW] = ROW_COLUMNS "WHERE l.num = ?1",
	[AC_SQL_LAST_ROW] = "SELECT ifnull(max(num), 0) FROM list_row",
	[AC_SQL_RUN_ADD] = "INSERT INTO list_run(kind, level, bits, n) VALUES(?1, ?2, ?3, ?4)",
	[AC_SQL_RUN_DELETE] = "DELETE FROM list_run WHERE num = ?1",
	[AC_SQL_RUNS] = "SELECT num, level, bits, n FROM list_run WHERE kind = ?1 ORDER BY num",
	[AC_SQL_CHUNK_ADD] = "INSERT INTO list_chunk(num, keys) VALUES(?1, ?2)",
	[AC_SQL_CHUNK] = "SELECT keys FROM list_chunk WHERE num = ?1",
	[AC_SQL_CHUNK_NEXT] = "SELECT num, keys FROM list_chunk WHERE num >= ?1 AND num < ?2 ORDER BY num",
	[AC_SQL_CHUNKS_DELETE] = "DELETE FROM list_chunk WHERE num >= ?1 AND num < ?2",
	[AC_SQL_SETTING_GET] = "SELECT text FROM setting WHERE name = ?1",
	[AC_SQL_SETTING_PUT] = "INSERT OR REPLACE INTO setting(name, text) VALUES(?1, ?2)",
	[AC_SQL_CURSOR_PUT] = "INSERT OR REPLACE INTO cursor(num, state) VALUES(?1, ?2)",
	[AC_SQL_CURSOR_DELETE] = "DELETE FROM cursor WHERE num = ?1",
	[AC_SQL_CURSORS] = "SELECT num, state FROM cursor ORDER BY num",
	[AC_SQL_CARD_NOTE] = "INSERT OR REPLACE INTO card(object, mark, bytes) VALUES(?1, ?2, NULL)",
	[AC_SQL_CARD_DROP] = "UPDATE card SET mark = ?2, bytes = NULL WHERE object = ?1",
	[AC_SQL_CARD_DROP_ID] =
	    "UPDATE card SET mark = ?2, bytes = NULL WHERE object = (SELECT num FROM object WHERE id = ?1)",
	[AC_SQL_CARD_DROP_FROM] =
	    "UPDATE card SET mark = ?2, bytes = NULL WHERE object IN (SELECT source FROM edge_in WHERE target = ?1)",
	[AC_SQL_CARD_KEEP] = "UPDATE card SET bytes = ?3 WHERE object = ?1 AND mark = ?2",
	[AC_SQL_CARDS] = "SELECT c.object, c.mark, o.id, c.bytes FROM card c CROSS JOIN object o ON o.num = c.object"
			 " ORDER BY c.object",
	[AC_SQL_SEARCH_ADD] = "INSERT INTO search(rowid, name, body) VALUES(?1, ?2, ?3)",
	[AC_SQL_SEARCH_PENDING] =
	    "SELECT v.seq, v.object, v.facts, ifnull(v.derived, v.exact), v.type FROM version v NOT INDEXED"
	    " WHERE v.is_current = 1 AND v.seq > ?1 ORDER BY v.seq LIMIT ?2",
	[AC_SQL_SEARCH_FIND] = "SELECT s.rowid FROM search s WHERE search MATCH ?1 ORDER BY bm25(search, 10.0, 1.0)",
	[AC_SQL_SEARCH_HIT] = "SELECT v.seq, v.object, v.facts, ifnull(v.derived, v.exact), v.type FROM version v"
			      " WHERE v.seq = ?1 AND v.is_current = 1",
	[AC_SQL_REINDEX_NEXT] =
	    "SELECT v.seq, v.object, o.revoked, v.facts FROM version v NOT INDEXED CROSS JOIN object o"
	    " WHERE v.is_current = 1 AND v.seq > ?1 AND o.num = v.object ORDER BY v.seq",
	[AC_SQL_ROW_VALUES] = "SELECT num, type, text, source FROM list_row WHERE num > ?1 ORDER BY num",
};

int
ac_sql_fail(ac_store *store, const char *doing, accord_err *err)
{
	int code = store->db ? sqlite3_errcode(store->db) : SQLITE_NOMEM;
	const char *text = store->db ? sqlite3_errmsg(store->db) : "out of memory";

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory to %s", store->path, doing);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ac_fail(err, ACCORD_EIO, "%s: cannot %s: another process is writing to the store (waited %d s)",
		    store->path, doing, AC_STORE_BUSY_MS / 1000);
	case SQLITE_FULL:
		return ac_fail(err, ACCORD_EIO, "%s: cannot %s: the disk is full", store->path, doing);
	case SQLITE_READONLY:
		return ac_fail(err, ACCORD_EIO, "%s: cannot %s: the store is read-only here", store->path, doing);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ac_fail(
		    err, ACCORD_EIO, "%s: cannot %s: the database is damaged (%s)", store->path, doing, text);
	case SQLITE_TOOBIG:
		return ac_fail(err, ACCORD_ELIMIT, "%s: cannot %s: too large", store->path, doing);
	case SQLITE_CONSTRAINT:
	case SQLITE_MISUSE:
	case SQLITE_ERROR:
		return ac_fail(err, ACCORD_EINTERNAL, "%s: cannot %s: %s", store->path, doing, text);
	}
	return ac_fail(err, ACCORD_EIO, "%s: cannot %s: %s%s%s", store->path, doing, text,
	    sqlite3_system_errno(store->db) == ENOSPC ? ": no space left on device" : "",
	    sqlite3_system_errno(store->db) == EFBIG ? ": file too large" : "");
}

/* What it reads are rows: those that wait must be there. */
static bool
reads_rows(ac_sql which)
{
	return which >= AC_SQL_ROW_GET && which <= AC_SQL_LAST_ROW;
}

sqlite3_stmt *
ac_sql_take(ac_store *store, ac_sql which, accord_err *err)
{
	sqlite3_stmt *statement = store->statements[which];

	if (reads_rows(which)) {
		store->last_code = ac_rows_write(store, err);
		if (store->last_code)
			return NULL;
	}
	if (statement && !sqlite3_stmt_busy(statement))
		return statement;
	if (sqlite3_prepare_v3(store->db, texts[which], -1, statement ? 0 : SQLITE_PREPARE_PERSISTENT, &statement,
		NULL) != SQLITE_OK) {
		store->last_code = ac_sql_fail(store, "prepare a statement", err);
		return NULL;
	}
	if (!store->statements[which])
		store->statements[which] = statement;
	return statement;
}

void
ac_sql_give(ac_store *store, ac_sql which, sqlite3_stmt *statement)
{
	if (!statement)
		return;
	if (statement == store->statements[which])
		(void)sqlite3_reset(statement); /* its error was reported by the step */
	else
		(void)sqlite3_finalize(statement);
}

int
ac_sql_step(ac_store *store, sqlite3_stmt *statement, accord_err *err)
{
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : ac_sql_fail(store, sqlite3_stmt_readonly(statement) ? "read" : "write", err);
}

int
ac_sql_run(ac_store *store, ac_sql which, sqlite3_stmt *statement, accord_err *err)
{
	int rc = ac_sql_step(store, statement, err);

	ac_sql_give(store, which, statement);
	return rc < 0 ? rc : 0;
}

int
ac_sql_exec(ac_store *store, const char *sql, accord_err *err)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
		   ? 0
		   : ac_sql_fail(store, "prepare the database", err);
}

void
ac_sql_bind_text(sqlite3_stmt *statement, int at, ac_str text)
{
	(void)sqlite3_bind_text64(statement, at, text.p ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void
ac_sql_bind_blob(sqlite3_stmt *statement, int at, ac_str bytes)
{
	(void)sqlite3_bind_blob64(statement, at, bytes.p ? bytes.p : "", bytes.n, SQLITE_STATIC);
}

ac_str
ac_sql_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *p = sqlite3_column_text(statement, column);

	return (ac_str){ p ? (const char *)p : "", p ? (size_t)sqlite3_column_bytes(statement, column) : 0 };
}

ac_str
ac_sql_blob(sqlite3_stmt *statement, int column)
{
	const void *p = sqlite3_column_blob(statement, column);

	return (ac_str){ p ? p : "", p ? (size_t)sqlite3_column_bytes(statement, column) : 0 };
}

int
ac_sql_meta_get(ac_store *store, const char *name, int64_t otherwise, int64_t *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_META_GET, err);
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, ac_str_from(name));
	rc = ac_sql_step(store, s, err);
	if (rc >= 0)
		*out = rc == 1 ? sqlite3_column_int64(s, 0) : otherwise;
	ac_sql_give(store, AC_SQL_META_GET, s);
	return rc < 0 ? rc : 0;
}

int
ac_sql_meta_put(ac_store *store, const char *name, int64_t number, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_META_PUT, err);

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, ac_str_from(name));
	(void)sqlite3_bind_int64(s, 2, number);
	return ac_sql_run(store, AC_SQL_META_PUT, s, err);
}

int
ac_sql_need_batch(ac_store *store, accord_err *err)
{
	if (!store->in_batch)
		return ac_fail(err, ACCORD_EUSAGE, "want an open batch to write to the store");
	if (store->is_broken)
		return ac_fail(err, ACCORD_EUSAGE,
		    "want a whole batch: an earlier write of it failed, it can only be rolled back");
	return 0;
}
