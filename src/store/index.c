/* SPDX-License-Identifier: Apache-2.0 */
/* The indexes over the facts of current versions: edges, names, values. All of it can be made again from the facts. */
#include "base/limits.h"
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
change_edges(ac_store *store, int64_t object, ac_facts *facts, bool enter, accord_err *err)
{
	ac_sql in = enter ? AC_SQL_EDGE_IN_ADD : AC_SQL_EDGE_IN_DEL,
	       out = enter ? AC_SQL_EDGE_OUT_ADD : AC_SQL_EDGE_OUT_DEL;
	ac_facts_edge edge;
	int rc = 0;

	while (rc == 0 && ac_facts_next_edge(facts, &edge)) {
		int64_t via = edge.source == object ? 0 : object;

		rc = run_4(store, in, edge.target, edge.kind, edge.source, via, err);
		if (rc == 0 && via != 0)
			rc = run_4(store, out, edge.source, edge.kind, edge.target, via, err);
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

static int
change(ac_store *store, int64_t object, bool with_edges, ac_str bytes, bool enter, accord_err *err)
{
	ac_facts facts = ac_facts_begin(bytes);
	ac_facts_edge edge;
	ac_facts_name name;
	ac_facts_value value;
	int rc = 0;

	if (with_edges)
		rc = change_edges(store, object, &facts, enter, err);
	else
		while (ac_facts_next_edge(&facts, &edge))
			;
	while (rc == 0 && ac_facts_next_name(&facts, &name))
		rc = change_name(store, object, name.text, enter, err);
	while (rc == 0 && ac_facts_next_value(&facts, &value))
		rc = change_value(store, object, &value, enter, err);
	return rc == 0 ? ac_facts_check(&facts, err) : rc;
}

int
ac_index_enter(ac_store *store, int64_t object, bool is_revoked, ac_str facts, accord_err *err)
{
	return change(store, object, !is_revoked, facts, true, err);
}

int
ac_index_remove(ac_store *store, int64_t object, ac_str facts, accord_err *err)
{
	return change(store, object, true, facts, false, err);
}

int
ac_index_remove_edges(ac_store *store, int64_t object, ac_str bytes, accord_err *err)
{
	ac_facts facts = ac_facts_begin(bytes);
	int rc = change_edges(store, object, &facts, false, err);

	return rc == 0 ? ac_facts_check(&facts, err) : rc;
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
		rc =
		    ac_index_enter(store, sqlite3_column_int64(s, 1), sqlite3_column_int(s, 2), ac_sql_blob(s, 3), err);
		if (rc < 0)
			break;
	}
	ac_sql_give(store, AC_SQL_REINDEX_NEXT, s);
	return rc < 0 ? rc : 0;
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
	rc = ac_sql_exec(store,
	    "DELETE FROM edge_in; DELETE FROM edge_out; DELETE FROM name; DELETE FROM value; DELETE FROM prefix;"
	    "INSERT INTO search(search) VALUES('delete-all');"
	    "DELETE FROM meta WHERE name = 'search_done';",
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
