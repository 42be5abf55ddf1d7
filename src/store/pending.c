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

static bool
are_sorted(const ac_pending_edge *edges, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (compare_edges(&edges[i - 1], &edges[i]) > 0)
			return false;
	return true;
}

/* Numbers of objects stay below 2^48, of kinds below 2^16 or they share a place in the order, which costs nothing but locality. */
static uint64_t
sort_key(const ac_pending_edge *edge)
{
	return (uint64_t)edge->columns[0] << 16 | ((uint64_t)edge->columns[1] & 0xffff);
}

/* Stable, by target and kind, a byte at a time; a byte that is the same everywhere costs a count only. */
static void
radix_sort(ac_pending_edge *edges, ac_pending_edge *room, size_t n)
{
	ac_pending_edge *from = edges, *to = room;

	for (unsigned shift = 0; shift < 64; shift += 8) {
		size_t starts[256] = { 0 }, at = 0;

		for (size_t i = 0; i < n; i++)
			starts[sort_key(&from[i]) >> shift & 0xff]++;
		if (starts[sort_key(&from[0]) >> shift & 0xff] == n)
			continue;
		for (size_t i = 0; i < AC_COUNT(starts); i++) {
			size_t count = starts[i];

			starts[i] = at;
			at += count;
		}
		for (size_t i = 0; i < n; i++)
			to[starts[sort_key(&from[i]) >> shift & 0xff]++] = from[i];
		from = to;
		to = from == edges ? room : edges;
	}
	if (from != edges)
		memcpy(edges, from, n * sizeof(*edges));
}

/* Objects are put in the order of their numbers mostly: within a target and kind there is little left to sort. */
static void
sort_edges(ac_pending *table)
{
	ac_pending_edge *edges = table->edges;

	radix_sort(edges, table->edges + AC_STORE_PENDING_EDGES_MAX, table->count);
	for (size_t at = 0; at < table->count;) {
		size_t n = 1;

		while (at + n < table->count && edges[at + n].columns[0] == edges[at].columns[0] &&
		       edges[at + n].columns[1] == edges[at].columns[1])
			n++;
		if (!are_sorted(edges + at, n))
			qsort(edges + at, n, sizeof(*edges), compare_edges);
		at += n;
	}
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

	sort_edges(table);
	if (table == &store->pending[AC_PENDING_GONE]) {
		rc = ac_many_remove(store, table->edges, table->count, err);
		table->count = 0;
		return rc;
	}
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
		table->edges = calloc((size_t)2 * AC_STORE_PENDING_EDGES_MAX, sizeof(*table->edges));
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
