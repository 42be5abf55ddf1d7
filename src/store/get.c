/* SPDX-License-Identifier: Apache-2.0 */
/* Reading versions back, with the 2.1 object made where the exact bytes are something else. Settings and counts. */
#include "base/limits.h"
#include "codec/json.h"
#include "stix/object.h"
#include "store/sqlite.h"

#define FLAG_ABRIDGED 2

typedef struct first_lifted {
	ac_arena *arena;
	ac_str json;
} first_lifted;

/* The first object of a lift is the lifted one; observables that were taken out of it are objects of their own. */
static int
take_first(void *payload, ac_str json, accord_err *err)
{
	first_lifted *first = payload;

	if (first->json.p)
		return 0;
	first->json = ac_arena_str(first->arena, json);
	return first->json.p ? 0 : ac_arena_check(first->arena, err);
}

static int
lift(ac_str exact, ac_arena *arena, ac_str *out, accord_err *err)
{
	first_lifted first = { arena, { NULL, 0 } };
	const ac_json *json;
	int rc = ac_json_parse(exact, AC_JSON_LIMITS, arena, &json, err);

	if (rc == 0)
		rc = ac_stix_lift(json, arena, take_first, &first, err);
	if (rc == 0 && !first.json.p)
		rc = ac_fail(err, ACCORD_EINTERNAL, "a stored STIX 2.0 object cannot be lifted");
	if (rc == 0)
		*out = first.json;
	return rc;
}

static int
take_object(sqlite3_stmt *s, ac_arena *arena, ac_stored *out, accord_err *err)
{
	switch (out->form) {
	case AC_FORM_STIX21:
		out->object = out->exact;
		return 0;
	case AC_FORM_DERIVED:
		out->object = ac_arena_str(arena, ac_sql_blob(s, 13));
		return out->object.p ? 0 : ac_arena_check(arena, err);
	case AC_FORM_STIX20:
		return lift(out->exact, arena, &out->object, err);
	}
	return ac_fail(err, ACCORD_EIO, "the database is damaged: a version has form %d", (int)out->form);
}

int
ac_get_stored(ac_store *store, sqlite3_stmt *s, ac_arena *arena, ac_stored *out, accord_err *err)
{
	ac_stored stored = { 0 };
	int rc;

	stored.sequence = sqlite3_column_int64(s, 0);
	stored.id = ac_arena_str(arena, ac_sql_text(s, 1));
	stored.modified = (ac_time){ sqlite3_column_int64(s, 3), (uint32_t)sqlite3_column_int64(s, 4) };
	stored.arrival_us = sqlite3_column_int64(s, 5);
	stored.abridged = sqlite3_column_int(s, 6) & FLAG_ABRIDGED;
	stored.revoked = sqlite3_column_int(s, 7);
	stored.is_current = sqlite3_column_int(s, 8);
	stored.form = (ac_form)sqlite3_column_int(s, 9);
	stored.tlp = (ac_tlp)sqlite3_column_int(s, 10);
	stored.exact = ac_arena_str(arena, ac_sql_blob(s, 12));
	if (!stored.id.p || !stored.exact.p)
		return ac_arena_check(arena, err);
	rc = take_object(s, arena, &stored, err);
	if (rc == 0)
		rc = ac_intern_text(store, &store->words, sqlite3_column_int64(s, 2), arena, &stored.type, err);
	if (rc == 0)
		rc = ac_intern_text(store, &store->sources, sqlite3_column_int64(s, 11), arena, &stored.producer, err);
	if (rc == 0)
		*out = stored;
	return rc;
}

int
ac_store_get(ac_store *store, ac_str id, ac_arena *arena, ac_stored *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_VERSION_GET, err);
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, id);
	rc = ac_sql_step(store, s, err);
	if (rc == 1)
		rc = ac_get_stored(store, s, arena, out, err);
	else if (rc == 0)
		rc = ACCORD_ENOTFOUND;
	ac_sql_give(store, AC_SQL_VERSION_GET, s);
	return rc == ACCORD_ENOTFOUND ? ac_list_get(store, id, arena, out, err) : rc;
}

int
ac_store_versions(ac_store *store, ac_str id, ac_arena *arena, ac_on_stored on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_VERSIONS_OF, err);
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, id);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_stored stored;

		rc = ac_get_stored(store, s, arena, &stored, err);
		if (rc == 0)
			rc = on(payload, &stored, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(store, AC_SQL_VERSIONS_OF, s);
	return rc < 0 ? rc : 0;
}

static int
last_version(ac_store *store, int64_t *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_LAST_VERSION, err);
	int rc = s ? ac_sql_step(store, s, err) : store->last_code;

	if (rc == 1)
		*out = sqlite3_column_int64(s, 0);
	ac_sql_give(store, AC_SQL_LAST_VERSION, s);
	return rc < 0 ? rc : 0;
}

/* Every row of a statement that selects versions; gives the statement back. */
static int
hand_out_all(
    ac_store *store, ac_sql which, sqlite3_stmt *s, ac_arena *arena, ac_on_stored on, void *payload, accord_err *err)
{
	int rc;

	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_stored stored;

		ac_arena_reset(arena);
		rc = ac_get_stored(store, s, arena, &stored, err);
		if (rc == 0)
			rc = on(payload, &stored, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(store, which, s);
	return rc < 0 ? rc : 0;
}

int
ac_store_each(
    ac_store *store, ac_str type, int64_t after, ac_arena *arena, ac_on_stored on, void *payload, accord_err *err)
{
	ac_sql which = type.n > 0 ? AC_SQL_EACH_TYPE : AC_SQL_EACH_ALL;
	sqlite3_stmt *s;
	int64_t word = 0, last = 0;
	int rc = type.n > 0 ? ac_intern_num(store, &store->words, type, false, &word, err) : 0;

	/* What the callback may put is not visited: the walk ends where the store ended when it began. */
	if (rc == 0)
		rc = last_version(store, &last, err);
	if (rc < 0 || (type.n > 0 && word == 0))
		return rc;
	s = ac_sql_take(store, which, err);
	if (!s)
		return store->last_code;
	if (type.n > 0)
		(void)sqlite3_bind_int64(s, 1, word);
	(void)sqlite3_bind_int64(s, 2, after);
	(void)sqlite3_bind_int64(s, 3, last);
	return hand_out_all(store, which, s, arena, on, payload, err);
}

int
ac_store_each_since(
    ac_store *store, ac_str type, int64_t after, ac_arena *arena, ac_on_stored on, void *payload, accord_err *err)
{
	int64_t word = 0;
	int rc = ac_intern_num(store, &store->words, type, false, &word, err);
	sqlite3_stmt *s;

	if (rc < 0 || word == 0)
		return rc;
	s = ac_sql_take(store, AC_SQL_EACH_SINCE, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, word);
	(void)sqlite3_bind_int64(s, 2, after);
	return hand_out_all(store, AC_SQL_EACH_SINCE, s, arena, on, payload, err);
}

int
ac_store_arrivals(ac_store *store, int64_t sequence, ac_on_arrival on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ARRIVALS, err);
	ac_arena arena;
	int rc;

	if (!s)
		return store->last_code;
	ac_arena_init(&arena, AC_MIB);
	(void)sqlite3_bind_int64(s, 1, sequence);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_str producer;

		ac_arena_reset(&arena);
		rc = ac_intern_text(store, &store->sources, sqlite3_column_int64(s, 0), &arena, &producer, err);
		if (rc == 0)
			rc = on(payload, producer, sqlite3_column_int64(s, 1), err);
		if (rc != 0)
			break;
	}
	ac_sql_give(store, AC_SQL_ARRIVALS, s);
	ac_arena_done(&arena);
	return rc < 0 ? rc : 0;
}

int
ac_get_current(ac_store *store, int64_t object, ac_arena *arena, ac_current *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_CURRENT, err);
	ac_current current = { .object = object };
	int64_t source = 0;
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, object);
	rc = ac_sql_step(store, s, err);
	if (rc == 1) {
		current.id = ac_arena_str(arena, ac_sql_text(s, 0));
		current.is_revoked = sqlite3_column_int(s, 1);
		source = sqlite3_column_int64(s, 2);
		current.facts = ac_arena_str(arena, ac_sql_blob(s, 3));
		rc = current.id.p && current.facts.p ? 0 : ac_arena_check(arena, err);
	} else if (rc == 0) {
		rc = ACCORD_ENOTFOUND;
	}
	ac_sql_give(store, AC_SQL_CURRENT, s);
	if (rc == 0)
		rc = ac_intern_text(store, &store->sources, source, arena, &current.producer, err);
	if (rc == 0)
		*out = current;
	return rc;
}

int
ac_store_setting_get(ac_store *store, ac_str name, ac_arena *arena, ac_str *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_SETTING_GET, err);
	ac_str text = AC_S("");
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, name);
	rc = ac_sql_step(store, s, err);
	if (rc == 1) {
		text = ac_arena_str(arena, ac_sql_text(s, 0));
		rc = text.p ? 0 : ac_arena_check(arena, err);
	}
	ac_sql_give(store, AC_SQL_SETTING_GET, s);
	if (rc == 0)
		*out = text;
	return rc;
}

int
ac_store_setting_put(ac_store *store, ac_str name, ac_str text, accord_err *err)
{
	sqlite3_stmt *s;
	int rc = ac_sql_need_batch(store, err);

	if (rc < 0)
		return rc;
	s = ac_sql_take(store, AC_SQL_SETTING_PUT, err);
	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, name);
	ac_sql_bind_text(s, 2, text);
	return ac_sql_run(store, AC_SQL_SETTING_PUT, s, err);
}

typedef struct count_row {
	const char *sql;
	size_t offset;
} count_row;

/* Versions and rows are never deleted and numbered without gaps. */
static const count_row count_rows[] = {
	{ "SELECT count(*) FROM version INDEXED BY version_current WHERE is_current = 1",
	    offsetof(ac_store_counts, objects) },
	{ "SELECT ifnull(max(seq), 0) FROM version", offsetof(ac_store_counts, versions) },
	{ "SELECT (SELECT count(*) FROM edge_in) + ifnull((SELECT sum(n) FROM edge_many), 0)",
	    offsetof(ac_store_counts, edges) },
	{ "SELECT count(*) FROM name", offsetof(ac_store_counts, names) },
	{ "SELECT count(*) FROM value", offsetof(ac_store_counts, values) },
	{ "SELECT ifnull(max(num), 0) FROM list_row", offsetof(ac_store_counts, rows) },
	{ "SELECT count(*) FROM source", offsetof(ac_store_counts, sources) },
};

int
ac_store_count(ac_store *store, ac_store_counts *out, accord_err *err)
{
	ac_store_counts counts = { 0 };

	int rc = store->in_batch ? ac_pending_flush(store, err) : 0;

	if (rc == 0)
		rc = ac_rows_write(store, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(count_rows); i++) {
		sqlite3_stmt *s = NULL;

		rc = sqlite3_prepare_v2(store->db, count_rows[i].sql, -1, &s, NULL);

		rc = rc == SQLITE_OK ? ac_sql_step(store, s, err) : ac_sql_fail(store, "count", err);
		if (rc == 1)
			*(int64_t *)((char *)&counts + count_rows[i].offset) = sqlite3_column_int64(s, 0);
		(void)sqlite3_finalize(s);
		rc = rc < 0 ? rc : 0;
	}
	if (rc == 0)
		*out = counts;
	return rc;
}
