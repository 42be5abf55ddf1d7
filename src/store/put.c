/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting a version of an object. A version is (id, modified, digest). The current one is the one of the highest rank: a full version above an abridged one, then the later
 * `modified`; of equals the first stays (STIX 2.1 s3.6.2 gives no order; what came first cannot be displaced by who repeats its time stamp).
 * Revoking is permanent and covers all versions; what takes it back is kept, and never current (s3.6).
 */
#include "base/limits.h"
#include "crypto/digest.h"
#include "store/card.h"
#include "store/facts.h"

#define UUID_TEXT 36
#define FLAG_REVOKED 1
#define FLAG_ABRIDGED 2

/* What is already known of the object. */
typedef struct known {
	int64_t object;
	bool has_row, has_versions;
	int64_t current, first; /* versions */
	bool is_revoked;
	bool is_abridged; /* the current version */
	ac_time modified;
	ac_str facts; /* in scratch */
} known;

/* Versions with the same time. */
typedef struct twins {
	int64_t same;        /* the same content: its sequence, or 0 */
	int64_t same_source; /* its producer */
	bool has_other;      /* other content */
	bool
	    is_rederived; /* the current version, of the same producer and slice, with another derived object: our reader has learned */
} twins;

static int
check_record(const ac_record *record, accord_err *err)
{
	size_t n = record->type.n;

	if (n == 0 || record->id.n != n + 2 + UUID_TEXT || !ac_str_starts(record->id, record->type) ||
	    record->id.p[n] != '-' || record->id.p[n + 1] != '-')
		return ac_fail(err, ACCORD_EINPUT, "want an id '%.*s--UUID', got '%.*s'",
		    AC_FMT(ac_str_slice(record->type, 0, 80)), AC_FMT(ac_str_slice(record->id, 0, 120)));
	if (record->exact.n > AC_OBJECT_MAX || record->derived.n > AC_OBJECT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want an object of at most %zu bytes", AC_OBJECT_MAX);
	return 0;
}

static int
read_state(ac_store *store, known *k, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_OBJECT_STATE, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, k->object);
	rc = ac_sql_step(store, s, err);
	if (rc == 1) {
		k->current = sqlite3_column_int64(s, 0);
		k->is_revoked = sqlite3_column_int(s, 1);
		k->is_abridged = sqlite3_column_int(s, 2) & FLAG_ABRIDGED;
		k->modified = (ac_time){ sqlite3_column_int64(s, 3), (uint32_t)sqlite3_column_int64(s, 4) };
		k->first = sqlite3_column_int64(s, 6);
		k->facts = ac_arena_str(&store->scratch, ac_sql_blob(s, 5));
		rc = k->facts.p ? 0 : ac_arena_check(&store->scratch, err);
	} else if (rc == 0) {
		rc = ac_fail(err, ACCORD_EIO, "%s: the database is damaged: object %lld has no current version",
		    store->path, (long long)k->object);
	}
	ac_sql_give(store, AC_SQL_OBJECT_STATE, s);
	return rc;
}

static void
look_at_twin(sqlite3_stmt *s, const ac_record *record, int64_t source, const uint8_t *digest, int64_t current, twins *t)
{
	bool same_exact = ac_str_eq(ac_sql_blob(s, 4), (ac_str){ (const char *)digest, AC_SHA256_SIZE });
	bool same_form = sqlite3_column_int(s, 3) == (int)record->form &&
			 !(sqlite3_column_int(s, 2) & FLAG_ABRIDGED) == !record->abridged;

	if (same_exact && same_form &&
	    (record->form != AC_FORM_DERIVED || ac_str_eq(ac_sql_blob(s, 5), record->derived))) {
		t->same = sqlite3_column_int64(s, 0);
		t->same_source = sqlite3_column_int64(s, 1);
		return;
	}
	t->has_other = true;
	if (same_exact && same_form && sqlite3_column_int64(s, 0) == current && sqlite3_column_int64(s, 1) == source)
		t->is_rederived = true;
}

static int
find_twins(ac_store *store, const known *k, const ac_record *record, int64_t source, const uint8_t *digest, twins *t,
    accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_VERSION_SAME_TIME, err);
	int rc = 0;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, k->object);
	(void)sqlite3_bind_int64(s, 2, record->modified.seconds);
	(void)sqlite3_bind_int64(s, 3, record->modified.nanoseconds);
	(void)sqlite3_bind_int64(s, 4, k->first);
	while (!t->same && (rc = ac_sql_step(store, s, err)) == 1)
		look_at_twin(s, record, source, digest, k->current, t);
	ac_sql_give(store, AC_SQL_VERSION_SAME_TIME, s);
	return t->same || rc >= 0 ? 0 : rc;
}

static int
note_arrival(
    ac_store *store, int64_t version, int64_t first_source, int64_t source, ac_put_result *out, accord_err *err)
{
	sqlite3_stmt *s;
	int rc;

	*out = AC_PUT_UNCHANGED;
	if (first_source == source)
		return 0;
	s = ac_sql_take(store, AC_SQL_ARRIVAL_HAS, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, version);
	(void)sqlite3_bind_int64(s, 2, source);
	rc = ac_sql_step(store, s, err);
	ac_sql_give(store, AC_SQL_ARRIVAL_HAS, s);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	s = ac_sql_take(store, AC_SQL_ARRIVAL_ADD, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, version);
	(void)sqlite3_bind_int64(s, 2, source);
	(void)sqlite3_bind_int64(s, 3, store->batch);
	*out = AC_PUT_SEEN;
	return ac_sql_run(store, AC_SQL_ARRIVAL_ADD, s, err);
}

static int
write_version(ac_store *store, int64_t source, const known *k, const ac_record *record, bool is_current,
    const uint8_t *digest, accord_err *err)
{
	bool is_later = k->has_versions;
	sqlite3_stmt *s;
	int64_t type;
	int rc = ac_intern_num(store, &store->words, record->type, true, &type, err);

	if (rc < 0)
		return rc;
	s = ac_sql_take(store, AC_SQL_VERSION_ADD, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, store->next_version);
	(void)sqlite3_bind_int64(s, 2, k->object);
	(void)sqlite3_bind_int64(s, 3, type);
	(void)sqlite3_bind_int(s, 4, is_current);
	(void)sqlite3_bind_int64(s, 5, record->modified.seconds);
	(void)sqlite3_bind_int64(s, 6, record->modified.nanoseconds);
	(void)sqlite3_bind_int64(s, 7, store->batch);
	(void)sqlite3_bind_int64(s, 8, source);
	(void)sqlite3_bind_int(s, 9, (record->revoked ? FLAG_REVOKED : 0) | (record->abridged ? FLAG_ABRIDGED : 0));
	(void)sqlite3_bind_int(s, 10, (int)record->form);
	(void)sqlite3_bind_int(s, 11, (int)record->tlp);
	ac_sql_bind_blob(s, 12, (ac_str){ (const char *)digest, AC_SHA256_SIZE });
	ac_sql_bind_blob(s, 13, ac_buf_view(&store->facts));
	ac_sql_bind_blob(s, 14, record->exact);
	if (record->form == AC_FORM_DERIVED)
		ac_sql_bind_blob(s, 15, record->derived);
	else
		(void)sqlite3_bind_null(s, 15);
	(void)sqlite3_bind_int(s, 16, is_later);
	rc = ac_sql_run(store, AC_SQL_VERSION_ADD, s, err);
	if (rc == 0)
		store->next_version++;
	return rc;
}

static int
write_object(ac_store *store, const known *k, ac_str id, int64_t current, bool is_revoked, accord_err *err)
{
	ac_sql which = k->has_row ? AC_SQL_OBJECT_UPDATE : AC_SQL_OBJECT_ADD;
	sqlite3_stmt *s = ac_sql_take(store, which, err);
	int at = 2;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, k->object);
	if (!k->has_row)
		ac_sql_bind_text(s, at++, id);
	(void)sqlite3_bind_int64(s, at++, current);
	(void)sqlite3_bind_int(s, at, is_revoked);
	return ac_sql_run(store, which, s, err);
}

static int
put_first(ac_store *store, int64_t source, const ac_record *record, known *k, const uint8_t *digest, accord_err *err)
{
	int rc = ac_intern_new_object(store, record->id, &k->object, &k->has_row, err);

	if (rc == 0)
		rc = ac_facts_make(store, k->object, record, err);
	if (rc == 0)
		rc = write_object(store, k, record->id, store->next_version, record->revoked, err);
	if (rc == 0)
		rc = write_version(store, source, k, record, true, digest, err);
	if (rc == 0)
		rc = ac_index_change(store, k->object, (ac_indexed){ 0 },
		    (ac_indexed){ ac_buf_view(&store->facts), !record->revoked }, err);
	return rc == 0 ? ac_cards_note(store, k->object, record, (ac_str){ 0 }, err) : rc;
}

static ac_put_result
rank(const known *k, const ac_record *record, const twins *t)
{
	int later = ac_time_cmp(record->modified, k->modified);

	if (k->is_abridged != record->abridged)
		return k->is_abridged ? AC_PUT_NEWER : AC_PUT_OLDER;
	if (later > 0)
		return k->is_revoked && !record->revoked ? AC_PUT_FORBIDDEN : AC_PUT_NEWER;
	if (later == 0)
		return t->is_rederived ? AC_PUT_NEWER : AC_PUT_CONFLICT;
	return t->has_other ? AC_PUT_CONFLICT : AC_PUT_OLDER;
}

static int
clear_current(ac_store *store, const known *k, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_VERSION_SET_CURRENT, err);

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, k->current);
	(void)sqlite3_bind_int(s, 2, 0);
	return ac_sql_run(store, AC_SQL_VERSION_SET_CURRENT, s, err);
}

/* The indexes have what the current version says; a new current version or a revocation changes that. */
static int
index_another(ac_store *store, const known *k, bool is_current, bool is_revoked, accord_err *err)
{
	ac_indexed before = { k->facts, !k->is_revoked };
	ac_indexed after = { is_current ? ac_buf_view(&store->facts) : k->facts, !is_revoked };

	if (!is_current && is_revoked == k->is_revoked)
		return 0;
	return ac_index_change(store, k->object, before, after, err);
}

static int
put_another(ac_store *store, int64_t source, const ac_record *record, known *k, const uint8_t *digest,
    ac_put_result result, accord_err *err)
{
	bool is_current = result == AC_PUT_NEWER, is_revoked = k->is_revoked || record->revoked;
	/* edges that wait to be written could not be removed */
	int rc = k->current >= store->pending_from ? ac_pending_flush(store, err) : 0;

	k->has_row = true;
	if (rc == 0 && is_current)
		rc = clear_current(store, k, err);
	if (rc == 0)
		rc = ac_facts_make(store, k->object, record, err);
	if (rc == 0 && (is_current || is_revoked != k->is_revoked))
		rc = write_object(store, k, record->id, is_current ? store->next_version : k->current, is_revoked, err);
	if (rc == 0)
		rc = write_version(store, source, k, record, is_current, digest, err);
	if (rc == 0)
		rc = index_another(store, k, is_current, is_revoked, err);
	return rc == 0 ? ac_cards_note(store, k->object, record, k->facts, err) : rc;
}

static int
put(ac_store *store, int64_t source, const ac_record *record, const uint8_t *digest, ac_put_result *out,
    accord_err *err)
{
	known k = { 0 };
	twins t = { 0 };
	int rc = ac_intern_object(store, record->id, false, &k.object, &k.has_versions, err);

	if (rc < 0)
		return rc;
	if (!k.has_versions) {
		*out = AC_PUT_NEW;
		return put_first(store, source, record, &k, digest, err);
	}
	rc = read_state(store, &k, err);
	if (rc == 0)
		rc = find_twins(store, &k, record, source, digest, &t, err);
	if (rc < 0)
		return rc;
	if (t.same)
		return note_arrival(store, t.same, t.same_source, source, out, err);
	*out = rank(&k, record, &t);
	return put_another(store, source, record, &k, digest, *out, err);
}

/* Sightings and what was observed are what watching gives, not what it looks for: they must not make its index stale. */
static bool
is_watched_for(ac_str type)
{
	return !ac_str_eq(type, AC_S("sighting")) && !ac_str_eq(type, AC_S("observed-data"));
}

int
ac_store_put(ac_store *store, int64_t source, const ac_record *record, ac_put_result *out, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_put_result result = AC_PUT_UNCHANGED;
	int rc = ac_sql_need_batch(store, err);

	if (rc == 0)
		rc = check_record(record, err);
	if (rc == 0)
		rc = ac_digester_sha256(store->digester, record->exact, digest, err);
	if (rc < 0)
		return rc;
	ac_arena_reset(&store->scratch);
	rc = put(store, source, record, digest, &result, err);
	if (rc < 0) {
		store->is_broken = true;
		return rc;
	}
	if (result != AC_PUT_UNCHANGED) {
		store->is_dirty = true;
		store->is_relevant |= is_watched_for(record->type);
	}
	*out = result;
	return 0;
}
