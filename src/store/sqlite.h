/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the SQLite store share: the handle, its statements, interned numbers. */
#ifndef AC_STORE_SQLITE_H
#define AC_STORE_SQLITE_H

#include <sqlite3.h>

#include "base/buf.h"
#include "base/map.h"
#include "crypto/digest.h"
#include "store/store.h"

/* Statements that are prepared once; the texts are the table in sqlite.c. */
typedef enum ac_sql {
	AC_SQL_BEGIN,
	AC_SQL_COMMIT,
	AC_SQL_ROLLBACK,
	AC_SQL_DATA_VERSION,
	AC_SQL_META_GET,
	AC_SQL_META_PUT,
	AC_SQL_WORD_NUM,
	AC_SQL_WORD_TEXT,
	AC_SQL_WORD_ADD,
	AC_SQL_SOURCE_NUM,
	AC_SQL_SOURCE_TEXT,
	AC_SQL_SOURCE_ADD,
	AC_SQL_SOURCE_TLP,
	AC_SQL_SOURCE_SET_TLP,
	AC_SQL_COUNTERS,
	AC_SQL_BATCH_LAST,
	AC_SQL_BATCH_ADD,
	AC_SQL_OBJECT_NUM,
	AC_SQL_OBJECT_ID,
	AC_SQL_OBJECT_STATE,
	AC_SQL_OBJECT_ADD,
	AC_SQL_OBJECT_UPDATE,
	AC_SQL_VERSION_ADD,
	AC_SQL_VERSION_SAME_TIME,
	AC_SQL_VERSION_SET_CURRENT,
	AC_SQL_CURRENT,
	AC_SQL_VERSION_GET,
	AC_SQL_VERSIONS_OF,
	AC_SQL_EACH_TYPE,
	AC_SQL_EACH_ALL,
	AC_SQL_EACH_SINCE,
	AC_SQL_LAST_VERSION,
	AC_SQL_REINDEX_NEXT,
	AC_SQL_ARRIVAL_ADD,
	AC_SQL_ARRIVAL_HAS,
	AC_SQL_ARRIVALS,
	AC_SQL_EDGE_IN_ADD,
	AC_SQL_EDGE_OUT_ADD,
	AC_SQL_EDGE_IN_BULK,
	AC_SQL_EDGE_OUT_BULK,
	AC_SQL_EDGE_IN_DEL,
	AC_SQL_EDGE_OUT_DEL,
	AC_SQL_MANY_ADD,
	AC_SQL_MANY_FIND,
	AC_SQL_MANY_UPDATE,
	AC_SQL_MANY_DELETE,
	AC_SQL_MANY,
	AC_SQL_MANY_KIND,
	AC_SQL_EDGES_IN,
	AC_SQL_EDGES_IN_KIND,
	AC_SQL_EDGES_OUT,
	AC_SQL_EDGES_OUT_KIND,
	AC_SQL_NEXT_KIND_IN,
	AC_SQL_NEXT_KIND_OUT,
	AC_SQL_NAME_ADD,
	AC_SQL_NAME_DEL,
	AC_SQL_NAME_FIND,
	AC_SQL_NAME_KEYS,
	AC_SQL_VALUE_ADD,
	AC_SQL_VALUE_DEL,
	AC_SQL_VALUE_FIND,
	AC_SQL_PREFIX_ADD,
	AC_SQL_PREFIXES,
	AC_SQL_ROW_ADD,
	AC_SQL_ROWS_ADD,
	AC_SQL_ROWS_ADD_PLAIN,
	AC_SQL_ROW_GET,
	AC_SQL_ROW_UPDATE,
	AC_SQL_ROWS,
	AC_SQL_ROWS_BRIEF,
	AC_SQL_WARNING_SOURCES,
	AC_SQL_WARNING_ROWS,
	AC_SQL_ROWS_CHANGED,
	AC_SQL_ROW,
	AC_SQL_ROW_VALUES,
	AC_SQL_LAST_ROW,
	AC_SQL_RUN_ADD,
	AC_SQL_RUN_DELETE,
	AC_SQL_RUNS,
	AC_SQL_CHUNK_ADD,
	AC_SQL_CHUNK,
	AC_SQL_CHUNK_NEXT,
	AC_SQL_CHUNKS_DELETE,
	AC_SQL_SETTING_GET,
	AC_SQL_SETTING_PUT,
	AC_SQL_CURSOR_PUT,
	AC_SQL_CURSOR_DELETE,
	AC_SQL_CURSORS,
	AC_SQL_CARD_NOTE,
	AC_SQL_CARD_DROP,
	AC_SQL_CARD_DROP_ID,
	AC_SQL_CARD_DROP_FROM,
	AC_SQL_CARD_KEEP,
	AC_SQL_CARDS,
	AC_SQL_SEARCH_ADD,
	AC_SQL_SEARCH_PENDING,
	AC_SQL_SEARCH_FIND,
	AC_SQL_SEARCH_HIT,
	AC_SQL_COUNT
} ac_sql;

/* A table of texts and numbers (words, sources), the first AC_STORE_WORDS_MAX that are used kept in memory. */
typedef struct ac_interned {
	ac_sql by_text, by_num, add;
	ac_map nums;
	ac_arena arena;
	ac_str *texts; /* by number; p NULL: not known yet */
} ac_interned;

/* A key of a row and its number: see store/runs.h. */
typedef struct ac_list_key {
	uint64_t hash;
	int64_t num;    /* 0: empty slot */
	uint16_t group; /* the row's producer, 65535 for all beyond */
} ac_list_key;

/* A row of edge_in or edge_out, in the order of its columns. */
typedef struct ac_pending_edge {
	int64_t columns[4];
} ac_pending_edge;
typedef struct ac_pending {
	ac_sql single, bulk;
	ac_pending_edge *edges; /* and as much room again, to sort */
	size_t count;
} ac_pending;
/* GONE: to be taken out of edge_many, before IN is written. */
enum { AC_PENDING_GONE, AC_PENDING_IN, AC_PENDING_OUT, AC_PENDING_COUNT };

struct ac_store {
	sqlite3 *db;
	char *path;
	ac_store_options options;
	sqlite3_stmt *statements[AC_SQL_COUNT];
	ac_store *side; /* READ mode: a writer for the lazy indexes */
	bool side_failed;

	int last_code; /* why ac_sql_take gave NULL */
	bool in_batch;
	bool is_broken;   /* a step of the batch failed: only rollback is left */
	bool is_dirty;    /* the batch has something to commit as a batch */
	bool is_relevant; /* ... that the watch index is built from */
	int64_t data_version;
	int64_t batch, first_version, next_version, next_object, next_row;

	ac_map ids; /* id -> (number of the object << 1) | has versions */
	ac_arena ids_arena;
	bool ids_complete; /* an id that is not in the map is not in the store */
	ac_interned words, sources;
	ac_pending pending[AC_PENDING_COUNT];
	int64_t pending_from; /* versions from here on may have pending edges */
	ac_digester *digester;
	ac_buf facts;
	ac_arena scratch; /* of one put */

	ac_hash_seed list_seed;
	ac_list_key *list_keys; /* of rows of this batch that are in no run yet, in the order in which they came */
	uint32_t *list_slots;   /* places in list_keys + 1, by hash, open addressing; 0: empty */
	size_t list_key_count;
	struct ac_rows_waiting *rows_waiting; /* row_write.c */
	bool list_was_empty;                  /* there are no runs, so nothing is looked for there */
	size_t list_misses;                   /* values that were looked for in the runs and not found */
	uint64_t *
	    list_filter; /* which values may be in the runs or the batch: a Bloom filter, when there is much to look for */
	int64_t row_guess;            /* the row that a list that is learned again has next; 0: no guess */
	unsigned guesses_wrong;       /* in a row */
	uint32_t prefixes_seen[2][5]; /* bits of ranges whose prefix row was written, by family */
};

/* --- errors and statements (sqlite.c) --- */

/* What SQLite says, as an accord_code. `doing` is a word or two: "read", "write an object". */
int ac_sql_fail(ac_store *store, const char *doing, accord_err *err);
/*
 * A statement ready to be bound; NULL on failure. The prepared one when it is free, else a new one: callbacks may call the store again. Give it
 * back with ac_sql_give.
 */
sqlite3_stmt *ac_sql_take(ac_store *store, ac_sql which, accord_err *err);
void ac_sql_give(ac_store *store, ac_sql which, sqlite3_stmt *statement);
/* Step a statement that gives no rows, and give it back. */
int ac_sql_run(ac_store *store, ac_sql which, sqlite3_stmt *statement, accord_err *err) AC_CHECKED;
/* Step: 1 a row, 0 the end, negative an error. */
int ac_sql_step(ac_store *store, sqlite3_stmt *statement, accord_err *err) AC_CHECKED;
int ac_sql_exec(ac_store *store, const char *sql, accord_err *err) AC_CHECKED;
void ac_sql_bind_text(sqlite3_stmt *statement, int at, ac_str text); /* text outlives the step */
void ac_sql_bind_blob(sqlite3_stmt *statement, int at, ac_str bytes);
/* Views until the next step. */
ac_str ac_sql_text(sqlite3_stmt *statement, int column);
ac_str ac_sql_blob(sqlite3_stmt *statement, int column);
/* A number by name; `otherwise` when it is not there. */
int ac_sql_meta_get(ac_store *store, const char *name, int64_t otherwise, int64_t *out, accord_err *err) AC_CHECKED;
int ac_sql_meta_put(ac_store *store, const char *name, int64_t number, accord_err *err) AC_CHECKED;
/* EUSAGE unless a batch is open and whole. */
int ac_sql_need_batch(ac_store *store, accord_err *err) AC_CHECKED;
/* The writer of the lazy indexes: the store itself in WRITE mode, else its side store; NULL when the store cannot be written. */
ac_store *ac_sql_writer(ac_store *store);

/* --- numbers (intern.c) --- */

void ac_intern_init(ac_store *store);
void ac_intern_done(ac_store *store);
/* Forget ids (another process has written, or a rollback); words and sources too after a rollback. */
void ac_intern_forget(ac_store *store);
void ac_intern_forget_words(ac_store *store);
/* Number of a word or source. With `make` it is added when new; else 0 when it is not there. */
int ac_intern_num(
    ac_store *store, ac_interned *table, ac_str text, bool make, int64_t *out, accord_err *err) AC_CHECKED;
/* Text of a number, in arena or in the table's memory. */
int ac_intern_text(
    ac_store *store, ac_interned *table, int64_t num, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
/* Number of an id: 0 when it is not there and `make` is false. A new one gets a row without a current version. */
int ac_intern_object(
    ac_store *store, ac_str id, bool make, int64_t *out, bool *out_has_versions, accord_err *err) AC_CHECKED;
/* The id is about to get its first version, whose row the caller writes: the number to use; *out_known when the row is there. */
int ac_intern_new_object(ac_store *store, ac_str id, int64_t *out, bool *out_known, accord_err *err) AC_CHECKED;
/* Id of a number, in arena. */
int ac_intern_id(ac_store *store, int64_t object, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;

/* --- facts of an object in the indexes (index.c) --- */

/* What a version brings into the indexes: its facts, and its edges unless the object is revoked. No bytes: nothing. */
typedef struct ac_indexed {
	ac_str facts;
	bool has_edges;
} ac_indexed;
/* Put `after` in the place of `before`; what both have is not touched. */
int ac_index_change(ac_store *store, int64_t object, ac_indexed before, ac_indexed after, accord_err *err) AC_CHECKED;
/* A value is here: when it is a range, remember that look-ups must try its length. */
int ac_index_prefix(ac_store *store, ac_value_type type, ac_str text, accord_err *err) AC_CHECKED;

/* --- edges that wait to be written (pending.c) --- */

void ac_pending_init(ac_store *store);
void ac_pending_done(ac_store *store);
void ac_pending_forget(ac_store *store);
int ac_pending_add(
    ac_store *store, ac_pending *table, int64_t a, int64_t b, int64_t c, int64_t d, accord_err *err) AC_CHECKED;
/* Write them: before commit, and before anything reads or removes edges in the batch. */
int ac_pending_flush(ac_store *store, accord_err *err) AC_CHECKED;

/* --- many references to one object (many.c) --- */

/* Sorted sources as one row. */
int ac_many_add(ac_store *store, const ac_pending_edge *edges, size_t n, accord_err *err) AC_CHECKED;
/* Take sorted ones out; nothing for one that is in none of the rows. */
int ac_many_remove(ac_store *store, const ac_pending_edge *edges, size_t n, accord_err *err) AC_CHECKED;
/* Sources of a row's bytes, one by one; start with *at = 0 and *source = 0. False at the end. */
bool ac_many_next(ac_str bytes, size_t *at, int64_t *source);

/* --- rows (rows.c, row_write.c) --- */

/* Rows of one statement (AC_SQL_ROWS_ADD, AC_SQL_ROWS_ADD_PLAIN). */
#define AC_ROWS_TOGETHER 32
/* row_write.c: rows that were put wait until there are so many, or somebody reads rows, or the batch ends. */
int ac_rows_add(ac_store *store, int64_t num, int64_t source, const ac_row *row, accord_err *err) AC_CHECKED;
int ac_rows_write(ac_store *store, accord_err *err) AC_CHECKED;
void ac_rows_forget(ac_store *store);
void ac_rows_done(ac_store *store);
/* The columns that may change, from number `at` on. */
typedef struct ac_row_columns {
	int64_t valid_from, valid_until;
	bool has_from, has_until;
	int confidence; /* -1: NULL */
} ac_row_columns;
ac_row_columns ac_row_columns_of(const ac_row *row);
void ac_row_bind(sqlite3_stmt *statement, int at, const ac_row *row);

uint64_t ac_list_hash(const ac_store *store, ac_value_type type, ac_str text);
/* Write the keys of the batch as a run: before commit. */
int ac_list_flush(ac_store *store, accord_err *err) AC_CHECKED;
void ac_list_forget(ac_store *store);
/* Another process has written: what is remembered of the rows may be incomplete. */
void ac_list_mistrust(ac_store *store);
/* Fill *out from a statement that selects the columns of list_row; texts view the statement. */
int ac_list_read(
    ac_store *store, sqlite3_stmt *statement, ac_arena *arena, ac_stored_row *out, accord_err *err) AC_CHECKED;
/* Rows of a value, all producers. */
int ac_list_find(
    ac_store *store, ac_value_type type, ac_str text, ac_on_row on, void *payload, accord_err *err) AC_CHECKED;
/* The row whose indicator has this id, as a stored object; ENOTFOUND. */
int ac_list_get(ac_store *store, ac_str id, ac_arena *arena, ac_stored *out, accord_err *err) AC_CHECKED;
/* A transaction of the lazy indexes on a writer: none is begun inside a batch. end takes the result so far and commits or rolls back. */
int ac_lazy_begin(ac_store *writer, bool *out_begun, accord_err *err) AC_CHECKED;
int ac_lazy_end(ac_store *writer, bool begun, int rc, accord_err *err) AC_CHECKED;

/* --- reading (get.c) --- */

/* What the indexes need of an object's current version; texts in arena. ENOTFOUND when it has none. */
typedef struct ac_current {
	int64_t object;
	bool is_revoked;
	ac_str id;
	ac_str facts;
	ac_str producer;
} ac_current;
int ac_get_current(ac_store *store, int64_t object, ac_arena *arena, ac_current *out, accord_err *err) AC_CHECKED;
/* ac_stored from a statement with the columns STORED (sqlite.c); texts in arena, the object lifted where needed. */
int ac_get_stored(
    ac_store *store, sqlite3_stmt *statement, ac_arena *arena, ac_stored *out, accord_err *err) AC_CHECKED;

#endif
