/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many references to one object. A whole feed refers to the same author and the same marking: as one row of a table each, these were more than half of all index entries and asked for
 * by nobody most of the time. The references of a batch to one object by one property are one row: its sources as differences.
 */
#include "store/pack.h"
#include "store/sqlite.h"

/* Sources of one row: a removal rewrites it. */
#define SOURCES_MAX 4096

bool
ac_many_next(ac_str bytes, size_t *at, int64_t *source)
{
	ac_unpacker u = { .bytes = bytes, .at = *at };
	uint64_t step;

	if (*at >= bytes.n)
		return false;
	step = ac_unpack_varint(&u);
	*at = u.at;
	*source += (int64_t)step;
	return !u.failed;
}

static int
add_row(ac_store *store, const ac_pending_edge *edges, size_t n, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_MANY_ADD, err);
	int64_t last = 0, count = 0;
	ac_buf bytes;
	int rc;

	if (!s)
		return store->last_code;
	ac_buf_init(&bytes, (size_t)16 * SOURCES_MAX);
	for (size_t i = 0; i < n; i++) {
		int64_t source = edges[i].columns[2];

		if (i > 0 && source == last)
			continue; /* said twice */
		ac_pack_varint(&bytes, (uint64_t)(source - last));
		last = source;
		count++;
	}
	(void)sqlite3_bind_int64(s, 1, edges[0].columns[0]);
	(void)sqlite3_bind_int64(s, 2, edges[0].columns[1]);
	(void)sqlite3_bind_int64(s, 3, edges[0].columns[2]);
	(void)sqlite3_bind_int64(s, 4, last);
	(void)sqlite3_bind_int64(s, 5, count);
	ac_sql_bind_blob(s, 6, ac_buf_view(&bytes));
	rc = bytes.failed ? ac_fail(err, bytes.failed, "no memory for the edges of a batch")
			  : ac_sql_run(store, AC_SQL_MANY_ADD, s, err);
	ac_buf_done(&bytes);
	return rc;
}

int
ac_many_add(ac_store *store, const ac_pending_edge *edges, size_t n, accord_err *err)
{
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < n; at += SOURCES_MAX)
		rc = add_row(store, edges + at, n - at < SOURCES_MAX ? n - at : SOURCES_MAX, err);
	return rc;
}

/* Sources that are to go, of one target and kind, sorted. */
typedef struct gone {
	const ac_pending_edge *edges;
	size_t count;
} gone;

static int64_t
source_of(const gone *g, size_t i)
{
	return g->edges[i].columns[2];
}

/* The bytes without the sources that are to go; *out_n are left. False when none of them is there. */
static bool
without(ac_str bytes, const gone *g, ac_buf *out, int64_t *out_n)
{
	int64_t source = 0, last = 0;
	bool found = false;
	size_t at = 0, i = 0;

	*out_n = 0;
	while (ac_many_next(bytes, &at, &source)) {
		while (i < g->count && source_of(g, i) < source)
			i++;
		if (i < g->count && source_of(g, i) == source) {
			found = true;
			continue;
		}
		ac_pack_varint(out, (uint64_t)(source - last));
		last = source;
		++*out_n;
	}
	return found;
}

static int
update_row(ac_store *store, int64_t num, int64_t n, const ac_buf *bytes, accord_err *err)
{
	ac_sql which = n > 0 ? AC_SQL_MANY_UPDATE : AC_SQL_MANY_DELETE;
	sqlite3_stmt *s = ac_sql_take(store, which, err);

	if (!s)
		return store->last_code;
	if (bytes->failed)
		return ac_fail(err, bytes->failed, "no memory for the edges of a batch");
	(void)sqlite3_bind_int64(s, 1, num);
	if (n > 0) {
		(void)sqlite3_bind_int64(s, 2, n);
		ac_sql_bind_blob(s, 3, ac_buf_view(bytes));
	}
	return ac_sql_run(store, which, s, err);
}

static int
remove_group(ac_store *store, const gone *g, ac_buf *bytes, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_MANY_FIND, err);
	int64_t left;
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, g->edges[0].columns[0]);
	(void)sqlite3_bind_int64(s, 2, g->edges[0].columns[1]);
	(void)sqlite3_bind_int64(s, 3, source_of(g, g->count - 1));
	(void)sqlite3_bind_int64(s, 4, source_of(g, 0));
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_buf_reset(bytes);
		if (without(ac_sql_blob(s, 1), g, bytes, &left))
			rc = update_row(store, sqlite3_column_int64(s, 0), left, bytes, err);
		if (rc < 0)
			break;
	}
	ac_sql_give(store, AC_SQL_MANY_FIND, s);
	return rc < 0 ? rc : 0;
}

int
ac_many_remove(ac_store *store, const ac_pending_edge *edges, size_t n, accord_err *err)
{
	ac_buf bytes;
	size_t at = 0;
	int rc = 0;

	ac_buf_init(&bytes, (size_t)16 * SOURCES_MAX);
	while (rc == 0 && at < n) {
		gone g = { edges + at, 1 };

		while (at + g.count < n && g.edges[g.count].columns[0] == g.edges[0].columns[0] &&
		       g.edges[g.count].columns[1] == g.edges[0].columns[1])
			g.count++;
		rc = remove_group(store, &g, &bytes, err);
		at += g.count;
	}
	ac_buf_done(&bytes);
	return rc;
}
