/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edges of a batch that are not in their tables yet. Most of what a batch of objects writes is edges; sorted and many at a time they cost a third. Whoever reads or removes edges in the
 * batch has them written first.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "store/sqlite.h"

/* Rows of one statement. */
#define BULK 32
/* References to one object from which on they are kept together. */
#define MANY 32

static int
compare_edges(const void *a, const void *b)
{
	const ac_pending_edge *x = a, *y = b;

	for (size_t i = 0; i < AC_COUNT(x->columns); i++)
		if (x->columns[i] != y->columns[i])
			return x->columns[i] < y->columns[i] ? -1 : 1;
	return 0;
}

static int
write_edges(ac_store *store, ac_sql which, const ac_pending_edge *edges, size_t n, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, which, err);
	int at = 1;

	if (!s)
		return store->last_code;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < AC_COUNT(edges[i].columns); j++)
			(void)sqlite3_bind_int64(s, at++, edges[i].columns[j]);
	return ac_sql_run(store, which, s, err);
}

/* How many edges from here on have the same target and kind and are references. */
static size_t
group_size(const ac_pending *table, size_t at)
{
	const int64_t *first = table->edges[at].columns;
	size_t n = 0;

	while (at + n < table->count && table->edges[at + n].columns[0] == first[0] &&
	       table->edges[at + n].columns[1] == first[1] && table->edges[at + n].columns[3] == 0)
		n++;
	return n;
}

/* Large groups go to edge_many; what is left moves together. */
static int
take_groups(ac_store *store, ac_pending *table, accord_err *err)
{
	size_t at = 0, left = 0;
	int rc = 0;

	while (rc == 0 && at < table->count) {
		size_t n = group_size(table, at);

		if (n >= MANY) {
			rc = ac_many_add(store, table->edges + at, n, err);
		} else {
			n = n ? n : 1;
			memmove(table->edges + left, table->edges + at, n * sizeof(*table->edges));
			left += n;
		}
		at += n;
	}
	table->count = left;
	return rc;
}

static int
flush_table(ac_store *store, ac_pending *table, accord_err *err)
{
	size_t at = 0;
	int rc = 0;

	qsort(table->edges, table->count, sizeof(*table->edges), compare_edges);
	if (table == &store->pending[AC_PENDING_IN])
		rc = take_groups(store, table, err);
	for (; rc == 0 && table->count - at >= BULK; at += BULK)
		rc = write_edges(store, table->bulk, table->edges + at, BULK, err);
	for (; rc == 0 && at < table->count; at++)
		rc = write_edges(store, table->single, table->edges + at, 1, err);
	table->count = 0;
	return rc;
}

int
ac_pending_flush(ac_store *store, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < AC_COUNT(store->pending); i++)
		if (store->pending[i].count > 0)
			rc = flush_table(store, &store->pending[i], err);
	store->pending_from = store->next_version;
	if (rc < 0)
		store->is_broken = true;
	return rc;
}

int
ac_pending_add(ac_store *store, ac_pending *table, int64_t a, int64_t b, int64_t c, int64_t d, accord_err *err)
{
	if (!table->edges)
		table->edges = calloc(AC_STORE_PENDING_EDGES_MAX, sizeof(*table->edges));
	if (!table->edges)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the edges of a batch");
	table->edges[table->count++] = (ac_pending_edge){ { a, b, c, d } };
	return table->count == AC_STORE_PENDING_EDGES_MAX ? flush_table(store, table, err) : 0;
}

void
ac_pending_forget(ac_store *store)
{
	for (size_t i = 0; i < AC_COUNT(store->pending); i++)
		store->pending[i].count = 0;
}

void
ac_pending_init(ac_store *store)
{
	store->pending[AC_PENDING_IN] = (ac_pending){ .single = AC_SQL_EDGE_IN_ADD, .bulk = AC_SQL_EDGE_IN_BULK };
	store->pending[AC_PENDING_OUT] = (ac_pending){ .single = AC_SQL_EDGE_OUT_ADD, .bulk = AC_SQL_EDGE_OUT_BULK };
}

void
ac_pending_done(ac_store *store)
{
	for (size_t i = 0; i < AC_COUNT(store->pending); i++)
		free(store->pending[i].edges);
}
