/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers for ids, words and producers. Ids are looked up for every reference of every object, so a writer remembers the ones it has met; in a store that
 * it has filled from the beginning it knows all of them and needs not ask for new ones.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "store/sqlite.h"

/* Ids are 50 bytes; with their heads in the arena. */
#define IDS_ARENA_MAX ((size_t)AC_STORE_IDS_MAX * 256)
#define WORDS_ARENA_MAX (4 * AC_MIB)
/* A longer id or word is looked up each time. */
#define CACHED_TEXT_MAX 200

void
ac_intern_init(ac_store *store)
{
	store->words = (ac_interned){ .by_text = AC_SQL_WORD_NUM, .by_num = AC_SQL_WORD_TEXT, .add = AC_SQL_WORD_ADD };
	store->sources =
	    (ac_interned){ .by_text = AC_SQL_SOURCE_NUM, .by_num = AC_SQL_SOURCE_TEXT, .add = AC_SQL_SOURCE_ADD };
	ac_map_init(&store->words.nums, store->options.seed, AC_STORE_WORDS_MAX);
	ac_map_init(&store->sources.nums, store->options.seed, AC_STORE_WORDS_MAX);
	ac_arena_init(&store->words.arena, WORDS_ARENA_MAX);
	ac_arena_init(&store->sources.arena, WORDS_ARENA_MAX);
	ac_map_init(&store->ids, store->options.seed, AC_STORE_IDS_MAX);
	ac_arena_init(&store->ids_arena, IDS_ARENA_MAX);
}

static void
interned_done(ac_interned *table)
{
	ac_map_done(&table->nums);
	ac_arena_done(&table->arena);
	free(table->texts);
}

void
ac_intern_done(ac_store *store)
{
	interned_done(&store->words);
	interned_done(&store->sources);
	ac_map_done(&store->ids);
	ac_arena_done(&store->ids_arena);
}

void
ac_intern_forget(ac_store *store)
{
	ac_map_clear(&store->ids);
	ac_arena_reset(&store->ids_arena);
	store->ids_complete = false;
}

static void
interned_forget(ac_interned *table)
{
	ac_map_clear(&table->nums);
	ac_arena_reset(&table->arena);
	free(table->texts);
	table->texts = NULL;
}

void
ac_intern_forget_words(ac_store *store)
{
	interned_forget(&store->words);
	interned_forget(&store->sources);
}

/* Remember a pair; not being able to is no error. Returns the remembered text, or {NULL, 0}. */
static ac_str
remember_word(ac_interned *table, ac_str text, int64_t num)
{
	ac_str copy;
	uint64_t *slot;

	if (num <= 0 || num >= AC_STORE_WORDS_MAX || text.n > CACHED_TEXT_MAX)
		return (ac_str){ NULL, 0 };
	if (!table->texts)
		table->texts = calloc(AC_STORE_WORDS_MAX, sizeof(*table->texts));
	if (!table->texts)
		return (ac_str){ NULL, 0 };
	if (table->texts[num].p)
		return table->texts[num];
	copy = ac_arena_str(&table->arena, text);
	slot = copy.p ? ac_map_put(&table->nums, copy, NULL) : NULL;
	if (!slot)
		return (ac_str){ NULL, 0 };
	*slot = (uint64_t)num;
	table->texts[num] = copy;
	return copy;
}

static int
find_word(ac_store *store, ac_interned *table, ac_str text, int64_t *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, table->by_text, err);
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, text);
	rc = ac_sql_step(store, s, err);
	*out = rc == 1 ? sqlite3_column_int64(s, 0) : 0;
	ac_sql_give(store, table->by_text, s);
	return rc < 0 ? rc : 0;
}

int
ac_intern_num(ac_store *store, ac_interned *table, ac_str text, bool make, int64_t *out, accord_err *err)
{
	const uint64_t *known = ac_map_get(&table->nums, text);
	sqlite3_stmt *s;
	int64_t num = 0;
	int rc;

	if (known) {
		*out = (int64_t)*known;
		return 0;
	}
	rc = find_word(store, table, text, &num, err);
	if (rc == 0 && num == 0 && make) {
		s = ac_sql_take(store, table->add, err);
		if (!s)
			return store->last_code;
		ac_sql_bind_text(s, 1, text);
		rc = ac_sql_run(store, table->add, s, err);
		num = sqlite3_last_insert_rowid(store->db);
	}
	if (rc < 0)
		return rc;
	(void)remember_word(table, text, num);
	*out = num;
	return 0;
}

int
ac_intern_text(ac_store *store, ac_interned *table, int64_t num, ac_arena *arena, ac_str *out, accord_err *err)
{
	sqlite3_stmt *s;
	int rc;

	if (table->texts && num > 0 && num < AC_STORE_WORDS_MAX && table->texts[num].p) {
		*out = table->texts[num];
		return 0;
	}
	s = ac_sql_take(store, table->by_num, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, num);
	rc = ac_sql_step(store, s, err);
	if (rc == 1) {
		ac_str text = ac_sql_text(s, 0), kept = remember_word(table, text, num);

		*out = kept.p ? kept : ac_arena_str(arena, text);
		rc = out->p ? 0 : ac_arena_check(arena, err);
	} else if (rc == 0) {
		*out = AC_S("");
	}
	ac_sql_give(store, table->by_num, s);
	return rc;
}

/* Remember an id. When memory is full everything is forgotten, and known ids must be asked for again. */
static int
remember_id(ac_store *store, ac_str id, int64_t num, bool has_versions, accord_err *err)
{
	uint64_t *slot = id.n <= CACHED_TEXT_MAX ? ac_map_get(&store->ids, id) : NULL;

	if (slot) {
		*slot = (uint64_t)num << 1 | has_versions;
		return 0;
	}
	if (id.n <= CACHED_TEXT_MAX) {
		ac_str copy = ac_arena_str(&store->ids_arena, id);

		slot = copy.p ? ac_map_put(&store->ids, copy, NULL) : NULL;
	}
	if (slot) {
		*slot = (uint64_t)num << 1 | has_versions;
		return 0;
	}
	if (id.n <= CACHED_TEXT_MAX && store->ids.count < AC_STORE_IDS_MAX && !store->ids_arena.failed)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the ids of a store");
	if (store->ids_arena.failed == ACCORD_ENOMEM)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the ids of a store");
	if (id.n <= CACHED_TEXT_MAX)
		ac_intern_forget(store);
	store->ids_complete = false;
	return 0;
}

static int
find_object(ac_store *store, ac_str id, int64_t *out, bool *out_has_versions, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_OBJECT_NUM, err);
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, id);
	rc = ac_sql_step(store, s, err);
	*out = rc == 1 ? sqlite3_column_int64(s, 0) : 0;
	*out_has_versions = rc == 1 && sqlite3_column_int(s, 1);
	ac_sql_give(store, AC_SQL_OBJECT_NUM, s);
	return rc < 0 ? rc : 0;
}

static int
add_object(ac_store *store, ac_str id, int64_t *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_OBJECT_ADD, err);

	if (!s)
		return store->last_code;
	*out = store->next_object++;
	(void)sqlite3_bind_int64(s, 1, *out);
	ac_sql_bind_text(s, 2, id);
	(void)sqlite3_bind_null(s, 3);
	(void)sqlite3_bind_int(s, 4, 0);
	return ac_sql_run(store, AC_SQL_OBJECT_ADD, s, err);
}

int
ac_intern_object(ac_store *store, ac_str id, bool make, int64_t *out, bool *out_has_versions, accord_err *err)
{
	bool remembers = store->options.mode == AC_STORE_WRITE && store->in_batch;
	const uint64_t *known = remembers ? ac_map_get(&store->ids, id) : NULL;
	bool has_versions = false;
	int64_t num = 0;
	int rc = 0;

	if (known) {
		*out = (int64_t)(*known >> 1);
		if (out_has_versions)
			*out_has_versions = *known & 1;
		return 0;
	}
	if (!remembers || !store->ids_complete)
		rc = find_object(store, id, &num, &has_versions, err);
	if (rc == 0 && num == 0 && make)
		rc = add_object(store, id, &num, err);
	if (rc == 0 && num != 0 && remembers)
		rc = remember_id(store, id, num, has_versions, err);
	if (rc < 0)
		return rc;
	*out = num;
	if (out_has_versions)
		*out_has_versions = has_versions;
	return 0;
}

int
ac_intern_new_object(ac_store *store, ac_str id, int64_t *out, bool *out_known, accord_err *err)
{
	int rc = ac_intern_object(store, id, false, out, NULL, err);

	if (rc < 0)
		return rc;
	*out_known = *out != 0;
	if (!*out_known)
		*out = store->next_object++;
	return remember_id(store, id, *out, true, err);
}

int
ac_intern_id(ac_store *store, int64_t object, ac_arena *arena, ac_str *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_OBJECT_ID, err);
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, object);
	rc = ac_sql_step(store, s, err);
	if (rc == 1) {
		*out = ac_arena_str(arena, ac_sql_text(s, 0));
		rc = out->p ? 0 : ac_arena_check(arena, err);
	} else if (rc == 0) {
		rc = ac_fail(err, ACCORD_EIO, "%s: the database is damaged: object %lld is missing", store->path,
		    (long long)object);
	}
	ac_sql_give(store, AC_SQL_OBJECT_ID, s);
	return rc;
}

int
ac_store_source(ac_store *store, ac_str name, int64_t *out_source, accord_err *err)
{
	int rc = ac_sql_need_batch(store, err);

	return rc < 0 ? rc : ac_intern_num(store, &store->sources, name, true, out_source, err);
}

int
ac_store_source_tlp(ac_store *store, ac_str name, ac_tlp *out_tlp, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_SOURCE_TLP, err);
	int64_t tlp = AC_TLP_NONE;
	int rc;

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, name);
	rc = ac_sql_step(store, s, err);
	if (rc == 1)
		tlp = sqlite3_column_int64(s, 0);
	ac_sql_give(store, AC_SQL_SOURCE_TLP, s);
	if (rc < 0)
		return rc;
	if (tlp < AC_TLP_NONE || tlp > AC_TLP_RED)
		return ac_fail(err, ACCORD_EIO, "%s: the database is damaged: a source's TLP is %lld", store->path,
		    (long long)tlp);
	*out_tlp = (ac_tlp)tlp;
	return 0;
}

int
ac_store_source_set_tlp(ac_store *store, int64_t source, ac_tlp tlp, accord_err *err)
{
	sqlite3_stmt *s;
	int rc = ac_sql_need_batch(store, err);

	if (rc < 0)
		return rc;
	s = ac_sql_take(store, AC_SQL_SOURCE_SET_TLP, err);
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, source);
	(void)sqlite3_bind_int64(s, 2, (int64_t)tlp);
	return ac_sql_run(store, AC_SQL_SOURCE_SET_TLP, s, err);
}
