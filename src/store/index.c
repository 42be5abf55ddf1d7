/* SPDX-License-Identifier: Apache-2.0 */
/* The indexes over the facts of current versions: edges, names, values. All of it can be made again from the facts. */
#include <stdlib.h>

#include "base/limits.h"
#include "store/card.h"
#include "store/facts.h"

static int
run_4(ac_store *store, ac_sql which, int64_t a, int64_t b, int64_t c, int64_t d, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, which, err);

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, a);
	(void)sqlite3_bind_int64(s, 2, b);
	(void)sqlite3_bind_int64(s, 3, c);
	(void)sqlite3_bind_int64(s, 4, d);
	return ac_sql_run(store, which, s, err);
}

/* A relationship's edge lies between two others: it is found from both, and says through whom. */
static int
add_edge(ac_store *store, int64_t object, const ac_facts_edge *edge, accord_err *err)
{
	int64_t via = edge->source == object ? 0 : object;
	int rc =
	    ac_pending_add(store, &store->pending[AC_PENDING_IN], edge->target, edge->kind, edge->source, via, err);

	if (rc == 0 && via != 0)
		rc = ac_pending_add(
		    store, &store->pending[AC_PENDING_OUT], edge->source, edge->kind, edge->target, via, err);
	return rc;
}

static int
remove_edge(ac_store *store, int64_t object, const ac_facts_edge *edge, accord_err *err)
{
	int64_t via = edge->source == object ? 0 : object;
	int rc = run_4(store, AC_SQL_EDGE_IN_DEL, edge->target, edge->kind, edge->source, via, err);

	if (rc == 0 && via == 0 && sqlite3_changes(store->db) == 0)
		rc = ac_pending_add(
		    store, &store->pending[AC_PENDING_GONE], edge->target, edge->kind, edge->source, 0, err);
	if (rc == 0 && via != 0)
		rc = run_4(store, AC_SQL_EDGE_OUT_DEL, edge->source, edge->kind, edge->target, via, err);
	return rc;
}

typedef struct edge_list {
	ac_facts_edge *edges;
	size_t count;
} edge_list;

static int
compare_edges(const void *a, const void *b)
{
	const ac_facts_edge *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->target < y->target ? -1 : x->target > y->target;
}

/* An object may say a reference twice; its edge is one. */
static void
drop_repeated(edge_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		if (n == 0 || compare_edges(&list->edges[n - 1], &list->edges[i]) != 0)
			list->edges[n++] = list->edges[i];
	list->count = n;
}

/* Reads over the edges; they are kept, sorted, when `wanted`. */
static int
read_edges(ac_store *store, ac_facts *facts, bool wanted, edge_list *out, accord_err *err)
{
	ac_facts_edge edge;

	*out = (edge_list){ 0 };
	if (wanted && facts->left > 0) {
		out->edges = facts->left <= AC_OBJECT_FACTS_MAX
				 ? ac_arena_zalloc(&store->scratch, (size_t)facts->left, sizeof(*out->edges))
				 : NULL;
		if (!out->edges)
			return store->scratch.failed ? ac_arena_check(&store->scratch, err)
						     : ac_fail(err, ACCORD_EIO,
							   "%s: the database is damaged: too many edges", store->path);
	}
	while (ac_facts_next_edge(facts, &edge))
		if (out->edges)
			out->edges[out->count++] = edge;
	if (out->count > 1)
		qsort(out->edges, out->count, sizeof(edge), compare_edges);
	drop_repeated(out);
	return 0;
}

/* Walk both sorted lists side by side. */
static int
change_edges(ac_store *store, int64_t object, const edge_list *before, const edge_list *after, accord_err *err)
{
	size_t i = 0, j = 0;
	int rc = 0;

	while (rc == 0 && (i < before->count || j < after->count)) {
		int order = i == before->count  ? 1
			    : j == after->count ? -1
						: compare_edges(&before->edges[i], &after->edges[j]);

		if (order == 0) {
			i++;
			j++;
		} else if (order < 0) {
			rc = remove_edge(store, object, &before->edges[i++], err);
		} else {
			rc = add_edge(store, object, &after->edges[j++], err);
		}
	}
	return rc;
}

static int
change_name(ac_store *store, int64_t object, ac_str text, bool enter, accord_err *err)
{
	ac_sql which = enter ? AC_SQL_NAME_ADD : AC_SQL_NAME_DEL;
	ac_str key = ac_name_key(text, &store->scratch);
	sqlite3_stmt *s;

	if (!key.p)
		return ac_arena_check(&store->scratch, err);
	s = ac_sql_take(store, which, err);
	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, key);
	(void)sqlite3_bind_int64(s, 2, object);
	return ac_sql_run(store, which, s, err);
}

int
ac_index_prefix(ac_store *store, ac_value_type type, ac_str text, accord_err *err)
{
	unsigned family = type == AC_VALUE_IPV6;
	ac_str rest = text, address;
	sqlite3_stmt *s;
	uint64_t bits;
	int rc;

	if ((type != AC_VALUE_IPV4 && type != AC_VALUE_IPV6) || !ac_str_cut(&rest, '/', &address) ||
	    !ac_str_to_u64(rest, &bits) || bits > 128)
		return 0;
	if (store->prefixes_seen[family][bits / 32] >> bits % 32 & 1)
		return 0;
	s = ac_sql_take(store, AC_SQL_PREFIX_ADD, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int(s, 1, (int)type);
	(void)sqlite3_bind_int(s, 2, (int)bits);
	rc = ac_sql_run(store, AC_SQL_PREFIX_ADD, s, err);
	if (rc == 0)
		store->prefixes_seen[family][bits / 32] |= 1U << bits % 32;
	return rc;
}

static int
change_value(ac_store *store, int64_t object, const ac_facts_value *value, bool enter, accord_err *err)
{
	ac_sql which = enter ? AC_SQL_VALUE_ADD : AC_SQL_VALUE_DEL;
	sqlite3_stmt *s = ac_sql_take(store, which, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int(s, 1, (int)value->type);
	ac_sql_bind_text(s, 2, value->text);
	(void)sqlite3_bind_int64(s, 3, object);
	(void)sqlite3_bind_int(s, 4, (int)value->role);
	rc = ac_sql_run(store, which, s, err);
	return rc == 0 && enter ? ac_index_prefix(store, value->type, value->text, err) : rc;
}

/* Names and values; facts stand behind the edges. */
static int
change_rest(ac_store *store, int64_t object, ac_facts *facts, bool enter, accord_err *err)
{
	ac_facts_name name;
	ac_facts_value value;
	int rc = 0;

	while (rc == 0 && ac_facts_next_name(facts, &name))
		rc = change_name(store, object, name.text, enter, err);
	while (rc == 0 && ac_facts_next_value(facts, &value))
		rc = change_value(store, object, &value, enter, err);
	return rc == 0 ? ac_facts_check(facts, err) : rc;
}

static ac_str
rest_of(const ac_facts *facts)
{
	return ac_str_slice(facts->u.bytes, facts->u.at, facts->u.bytes.n);
}

int
ac_index_change(ac_store *store, int64_t object, ac_indexed before, ac_indexed after, accord_err *err)
{
	bool had = before.facts.n > 0;
	ac_facts old = ac_facts_begin(before.facts), new = ac_facts_begin(after.facts);
	edge_list old_edges = { 0 }, new_edges;
	int rc = had ? read_edges(store, &old, before.has_edges, &old_edges, err) : 0;

	if (rc == 0)
		rc = read_edges(store, &new, after.has_edges, &new_edges, err);
	if (rc == 0)
		rc = change_edges(store, object, &old_edges, &new_edges, err);
	if (rc < 0)
		return rc;
	/* behind the edges: the same count and bytes are the same names and values */
	if (had && old.left == new.left &&ac_str_eq(rest_of(&old), rest_of(&new)))
		return ac_facts_check(&new, err);
	if (had)
		rc = change_rest(store, object, &old, false, err);
	return rc == 0 ? change_rest(store, object, &new, true, err) : rc;
}

static int
reindex_all(ac_store *store, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_REINDEX_NEXT, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, 0);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_arena_reset(&store->scratch);
		rc = ac_index_change(store, sqlite3_column_int64(s, 1), (ac_indexed){ 0 },
		    (ac_indexed){ ac_sql_blob(s, 3), !sqlite3_column_int(s, 2) }, err);
		if (rc < 0)
			break;
	}
	ac_sql_give(store, AC_SQL_REINDEX_NEXT, s);
	return rc < 0 ? rc : ac_pending_flush(store, err);
}

static int
reindex_row_prefixes(ac_store *store, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROW_VALUES, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, 0);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		rc = ac_index_prefix(store, (ac_value_type)sqlite3_column_int(s, 1), ac_sql_text(s, 2), err);
		if (rc < 0)
			break;
	}
	ac_sql_give(store, AC_SQL_ROW_VALUES, s);
	return rc < 0 ? rc : 0;
}

int
ac_store_reindex(ac_store *store, accord_err *err)
{
	int rc = ac_sql_need_batch(store, err);

	if (rc < 0)
		return rc;
	store->is_broken = true; /* until it is done */
	memset(store->prefixes_seen, 0, sizeof(store->prefixes_seen));
	ac_pending_forget(store);
	rc = ac_sql_exec(store,
	    "DELETE FROM edge_in; DELETE FROM edge_many; DELETE FROM edge_out; DELETE FROM name; DELETE FROM value; "
	    "DELETE FROM prefix;"
	    "INSERT INTO search(search) VALUES('delete-all');"
	    "DELETE FROM meta WHERE name = 'search_done';"
	    "DELETE FROM card;" AC_CARD_FILL,
	    err);
	if (rc == 0)
		rc = reindex_all(store, err);
	if (rc == 0)
		rc = reindex_row_prefixes(store, err);
	if (rc < 0)
		return rc;
	store->is_broken = false;
	store->is_dirty = store->is_relevant = true;
	return 0;
}
