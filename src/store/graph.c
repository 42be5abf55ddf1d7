/* SPDX-License-Identifier: Apache-2.0 */
/* Edges from and to an object. Its own references stand in its facts; relationships and what others refer to it with stand in tables. */
#include "base/limits.h"
#include "store/facts.h"

/* Edges of one answer are handed out one by one; this holds the texts of one. */
#define EDGE_ARENA_MAX (AC_OBJECT_MAX)

typedef struct edge_query {
	ac_store *store;
	int64_t object;
	int64_t kind; /* 0: all */
	ac_on_edge on;
	void *payload;
} edge_query;

/* Numbers of the id and the kind; false in *out_any when nothing can be found. */
static int
prepare(edge_query *q, ac_str id, ac_str kind, bool *out_any, accord_err *err)
{
	int rc = ac_intern_object(q->store, id, false, &q->object, NULL, err);

	if (rc == 0 && kind.n > 0)
		rc = ac_intern_num(q->store, &q->store->words, kind, false, &q->kind, err);
	if (rc == 0 && q->store->in_batch)
		rc = ac_pending_flush(q->store, err);
	*out_any = rc == 0 && q->object != 0 && (kind.n == 0 || q->kind != 0);
	return rc;
}

static int
from_table(const edge_query *q, ac_sql all, ac_sql of_kind, accord_err *err)
{
	ac_sql which = q->kind ? of_kind : all;
	sqlite3_stmt *s = ac_sql_take(q->store, which, err);
	int rc;

	if (!s)
		return q->store->last_code;
	(void)sqlite3_bind_int64(s, 1, q->object);
	if (q->kind)
		(void)sqlite3_bind_int64(s, 2, q->kind);
	while ((rc = ac_sql_step(q->store, s, err)) == 1) {
		ac_edge edge = { ac_sql_text(s, 0), ac_sql_text(s, 1), ac_sql_text(s, 2) };

		rc = q->on(q->payload, &edge, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(q->store, which, s);
	return rc;
}

/* The sources of one row of edge_many. */
static int
hand_out_many(const edge_query *q, ac_str kind, ac_str sources, accord_err *err)
{
	ac_edge edge = { .kind = kind, .via_id = AC_S("") };
	int64_t source = 0;
	size_t at = 0;
	ac_arena arena;
	int rc = 0;

	ac_arena_init(&arena, EDGE_ARENA_MAX);
	while (rc == 0 && ac_many_next(sources, &at, &source)) {
		ac_arena_reset(&arena);
		rc = ac_intern_id(q->store, source, &arena, &edge.other_id, err);
		if (rc == 0)
			rc = q->on(q->payload, &edge, err);
	}
	ac_arena_done(&arena);
	return rc;
}

static int
from_many(const edge_query *q, accord_err *err)
{
	ac_sql which = q->kind ? AC_SQL_MANY_KIND : AC_SQL_MANY;
	sqlite3_stmt *s = ac_sql_take(q->store, which, err);
	int rc;

	if (!s)
		return q->store->last_code;
	(void)sqlite3_bind_int64(s, 1, q->object);
	if (q->kind)
		(void)sqlite3_bind_int64(s, 2, q->kind);
	while ((rc = ac_sql_step(q->store, s, err)) == 1) {
		rc = hand_out_many(q, ac_sql_text(s, 0), ac_sql_blob(s, 1), err);
		if (rc != 0)
			break;
	}
	ac_sql_give(q->store, which, s);
	return rc;
}

static int
own_edge(const edge_query *q, const ac_facts_edge *fact, ac_arena *arena, accord_err *err)
{
	ac_edge edge = { .via_id = AC_S("") };
	int rc;

	if (fact->source != q->object || (q->kind && fact->kind != q->kind))
		return 0;
	rc = ac_intern_text(q->store, &q->store->words, fact->kind, arena, &edge.kind, err);
	if (rc == 0)
		rc = ac_intern_id(q->store, fact->target, arena, &edge.other_id, err);
	return rc == 0 ? q->on(q->payload, &edge, err) : rc;
}

static int
from_facts(const edge_query *q, accord_err *err)
{
	ac_arena facts_arena, arena;
	ac_current current;
	ac_facts facts;
	ac_facts_edge fact;
	int rc;

	ac_arena_init(&facts_arena, AC_STORE_ARENA_MAX);
	ac_arena_init(&arena, EDGE_ARENA_MAX);
	rc = ac_get_current(q->store, q->object, &facts_arena, &current, err);
	if (rc == 0 && !current.is_revoked) {
		facts = ac_facts_begin(current.facts);
		while (rc == 0 && ac_facts_next_edge(&facts, &fact)) {
			ac_arena_reset(&arena);
			rc = own_edge(q, &fact, &arena, err);
		}
		if (rc == 0)
			rc = ac_facts_check(&facts, err);
	}
	ac_arena_done(&arena);
	ac_arena_done(&facts_arena);
	return rc == ACCORD_ENOTFOUND ? 0 : rc;
}

int
ac_store_edges_from(ac_store *store, ac_str id, ac_str kind, ac_on_edge on, void *payload, accord_err *err)
{
	edge_query q = { .store = store, .on = on, .payload = payload };
	bool any;
	int rc = prepare(&q, id, kind, &any, err);

	if (rc == 0 && any)
		rc = from_facts(&q, err);
	if (rc == 0 && any)
		rc = from_table(&q, AC_SQL_EDGES_OUT, AC_SQL_EDGES_OUT_KIND, err);
	return rc < 0 ? rc : 0;
}

int
ac_store_edges_to(ac_store *store, ac_str id, ac_str kind, ac_on_edge on, void *payload, accord_err *err)
{
	edge_query q = { .store = store, .on = on, .payload = payload };
	bool any;
	int rc = prepare(&q, id, kind, &any, err);

	if (rc == 0 && any)
		rc = from_table(&q, AC_SQL_EDGES_IN, AC_SQL_EDGES_IN_KIND, err);
	if (rc == 0 && any)
		rc = from_many(&q, err);
	return rc < 0 ? rc : 0;
}

typedef struct relation_query {
	ac_on_relation on;
	void *payload;
	size_t kind;
	bool is_to;
} relation_query;

/* In edge_in a reference stands beside relationships; it has no via. */
static int
on_relation(void *payload, const ac_edge *edge, accord_err *err)
{
	const relation_query *q = payload;

	return edge->via_id.n ? q->on(q->payload, q->kind, q->is_to, edge, err) : 0;
}

int
ac_store_kind(ac_store *store, ac_str kind, int64_t *out, accord_err *err)
{
	return ac_intern_num(store, &store->words, kind, false, out, err);
}

/* The least kind from *kind on of which the object has an edge; 0: there is none. */
static int
next_kind(const edge_query *q, ac_sql which, int64_t *kind, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(q->store, which, err);
	int rc;

	if (!s)
		return q->store->last_code;
	(void)sqlite3_bind_int64(s, 1, q->object);
	(void)sqlite3_bind_int64(s, 2, *kind);
	rc = ac_sql_step(q->store, s, err);
	*kind = rc == 1 ? sqlite3_column_int64(s, 0) : 0;
	ac_sql_give(q->store, which, s);
	return rc < 0 ? rc : 0;
}

/* The least of the kinds that are asked for, from `from` on; count: there is none. */
static size_t
least_from(const int64_t *kinds, size_t count, int64_t from)
{
	size_t least = count;

	for (size_t i = 0; i < count; i++)
		if (kinds[i] >= from && kinds[i] > 0 && (least == count || kinds[i] < kinds[least]))
			least = i;
	return least;
}

/* Most objects have no relationship of most kinds: the index is asked which there are, not for each whether it is there. */
static int
relations_of(edge_query *q, relation_query *r, const int64_t *kinds, size_t count, accord_err *err)
{
	size_t at = least_from(kinds, count, 1);
	int rc = 0;

	while (rc == 0 && at < count) {
		int64_t kind = kinds[at];

		rc = next_kind(q, r->is_to ? AC_SQL_NEXT_KIND_IN : AC_SQL_NEXT_KIND_OUT, &kind, err);
		if (rc < 0 || kind == 0)
			break;
		at = least_from(kinds, count, kind);
		if (at == count || kinds[at] != kind)
			continue;
		r->kind = at;
		q->kind = kind;
		rc = from_table(q, r->is_to ? AC_SQL_EDGES_IN : AC_SQL_EDGES_OUT,
		    r->is_to ? AC_SQL_EDGES_IN_KIND : AC_SQL_EDGES_OUT_KIND, err);
		at = least_from(kinds, count, kind + 1);
	}
	return rc;
}

int
ac_store_relations(
    ac_store *store, ac_str id, const int64_t *kinds, size_t count, ac_on_relation on, void *payload, accord_err *err)
{
	relation_query r = { on, payload, 0, false };
	edge_query q = { store, 0, 0, on_relation, &r };
	bool any;
	int rc = prepare(&q, id, (ac_str){ 0 }, &any, err);

	for (int side = 0; rc == 0 && any && side < 2; side++) {
		r.is_to = side == 1;
		rc = relations_of(&q, &r, kinds, count, err);
	}
	return rc < 0 ? rc : 0;
}
