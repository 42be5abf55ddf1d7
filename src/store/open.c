/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and closing a SQLite store, and bringing an older one up to date. WAL with synchronous=FULL: a commit that has returned survives power loss.
 * Knows nothing of what is in the tables.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/schema.h"
#include "store/sqlite.h"

/* Large pages: objects of 1-2 KB fill them well, and B-trees stay flat. */
#define PAGE_SIZE "16384"
/* Pages of WAL after which a commit moves it into the database: 32 MB, so that a bulk import checkpoints seldom. */
#define CHECKPOINT_PAGES "2048"
#define DATABASE_NAME "accord.db"
#define SIDE_BUSY_MS 250

static const char write_pragmas[] = "PRAGMA synchronous = FULL;"
				    "PRAGMA wal_autocheckpoint = " CHECKPOINT_PAGES ";"
				    "PRAGMA journal_size_limit = 67108864;"
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA trusted_schema = OFF;";

/* The file of a URI: "sqlite:FILE", or a folder in which accord.db lies. Heap. */
static int
database_path(const char *uri, char **out, accord_err *err)
{
	static const char scheme[] = "sqlite:";
	bool is_file = strncmp(uri, scheme, sizeof(scheme) - 1) == 0;
	ac_buf buf;

	if (is_file)
		uri += sizeof(scheme) - 1;
	if (*uri == '\0')
		return ac_fail(err, ACCORD_EUSAGE, "want a folder or sqlite:FILE for the store, got nothing");
	if (strncmp(uri, "postgres:", 9) == 0 || strncmp(uri, "postgresql:", 11) == 0)
		return ac_fail(err, ACCORD_EUSAGE, "want a folder or sqlite:FILE for the store, got '%.80s'", uri);
	ac_buf_init(&buf, AC_PATH_MAX);
	ac_buf_add_cstr(&buf, uri);
	if (!is_file)
		ac_buf_add_cstr(&buf, "/" DATABASE_NAME);
	ac_buf_add_byte(&buf, '\0');
	if (buf.failed) {
		int rc = ac_fail(err, buf.failed, "want a path of at most %d bytes for the store", AC_PATH_MAX);

		ac_buf_done(&buf);
		return rc;
	}
	*out = buf.p; /* the buffer's memory goes to the caller */
	return 0;
}

static bool
file_exists(const char *path)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	int there = 0;

	return vfs && vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there;
}

/* What members tell each other in confidence is for the owner's eyes; SQLite gives its other files the mode of this one. */
static int
make_private_file(const char *path, accord_err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return ac_fail(err, ACCORD_EIO, "%s: cannot make the store: %s", path, strerrordesc_np(errno));
	(void)close(fd);
	return 0;
}

/* A read-only folder without a WAL: nothing can change under us that we could know of. */
static int
open_immutable(ac_store *store)
{
	static const char hex[] = "0123456789abcdef";
	ac_buf uri;
	int rc;

	ac_buf_init(&uri, (size_t)4 * AC_PATH_MAX);
	ac_buf_add_cstr(&uri, "file:");
	for (const char *p = store->path; *p; p++) {
		if (ac_is_alnum(*p) || *p == '/' || *p == '.' || *p == '_' || *p == '-') {
			ac_buf_add_byte(&uri, *p);
			continue;
		}
		ac_buf_add_byte(&uri, '%');
		ac_buf_add_byte(&uri, hex[(unsigned char)*p >> 4]);
		ac_buf_add_byte(&uri, hex[(unsigned char)*p & 15]);
	}
	ac_buf_add_cstr(&uri, "?immutable=1");
	ac_buf_add_byte(&uri, '\0');
	(void)sqlite3_close(store->db);
	store->db = NULL;
	rc = uri.failed ? SQLITE_NOMEM
			: sqlite3_open_v2(
			      uri.p, &store->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	ac_buf_done(&uri);
	return rc;
}

static int
query_number(ac_store *store, const char *sql, int64_t *out)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(store->db, sql, -1, &s, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(s);
		*out = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
		rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
	}
	(void)sqlite3_finalize(s);
	return rc;
}

static int
open_database(ac_store *store, accord_err *err)
{
	bool writes = store->options.mode == AC_STORE_WRITE;
	int flags =
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	int64_t ignored;
	int rc;

	if (!file_exists(store->path)) {
		if (!writes || !store->options.create)
			return ac_fail(err, ACCORD_ENOTFOUND, "%s: no store here", store->path);
		rc = make_private_file(store->path, err);
		if (rc < 0)
			return rc;
	}
	rc = sqlite3_open_v2(store->path, &store->db, flags, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(store->db, AC_STORE_BUSY_MS);
	if (rc == SQLITE_OK && !writes) {
		rc = query_number(store, "PRAGMA schema_version", &ignored);
		if (rc != SQLITE_OK && ((rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY))
			rc = open_immutable(store);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return rc == SQLITE_OK ? 0 : ac_sql_fail(store, "open", err);
}

/* Ours, and of which version; a file with other tables is not touched. */
static int
check_identity(ac_store *store, int64_t *out_version, accord_err *err)
{
	int64_t id, version, tables;

	if (query_number(store, "PRAGMA application_id", &id) != SQLITE_OK ||
	    query_number(store, "PRAGMA user_version", &version) != SQLITE_OK ||
	    query_number(store, "SELECT count(*) FROM sqlite_schema", &tables) != SQLITE_OK)
		return ac_sql_fail(store, "open", err);
	if (id != AC_SCHEMA_APPLICATION_ID && (id != 0 || tables != 0))
		return ac_fail(
		    err, ACCORD_EUSAGE, "%s: want a store of this program, got another database", store->path);
	if (version > ac_schema_version)
		return ac_fail(err, ACCORD_EVERSION,
		    "%s: want a store of version %d or older, got version %lld of a newer program", store->path,
		    ac_schema_version, (long long)version);
	*out_version = version;
	return 0;
}

static int
set_number(ac_store *store, const char *pragma, int64_t value, accord_err *err)
{
	char sql[80];

	(void)sqlite3_snprintf(sizeof(sql), sql, "PRAGMA %s = %lld", pragma, (long long)value);
	return ac_sql_exec(store, sql, err);
}

/* Under the write lock: another process may have done it meanwhile. */
static int
migrate(ac_store *store, accord_err *err)
{
	int64_t version;
	int rc = ac_sql_exec(store, "BEGIN IMMEDIATE", err);

	if (rc < 0)
		return rc;
	rc = check_identity(store, &version, err);
	for (int64_t i = version; rc == 0 && i < ac_schema_version; i++)
		rc = ac_sql_exec(store, ac_schema_migrations[i], err);
	if (rc == 0)
		rc = set_number(store, "application_id", AC_SCHEMA_APPLICATION_ID, err);
	if (rc == 0)
		rc = set_number(store, "user_version", ac_schema_version, err);
	/* The key of the row hashes is the store's own, so that nobody can choose values that collide. */
	if (rc == 0 && version == 0)
		rc = ac_sql_meta_put(store, "list_seed_0", (int64_t)store->options.seed.word[0], err);
	if (rc == 0 && version == 0)
		rc = ac_sql_meta_put(store, "list_seed_1", (int64_t)store->options.seed.word[1], err);
	if (rc == 0)
		return ac_sql_exec(store, "COMMIT", err);
	(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static int
prepare_for_writing(ac_store *store, accord_err *err)
{
	int64_t version, pages;
	int rc = check_identity(store, &version, err);

	if (rc < 0)
		return rc;
	if (query_number(store, "PRAGMA page_count", &pages) != SQLITE_OK)
		return ac_sql_fail(store, "open", err);
	if (pages == 0)
		rc = ac_sql_exec(store, "PRAGMA page_size = " PAGE_SIZE, err);
	if (rc == 0)
		rc = ac_sql_exec(store, "PRAGMA journal_mode = WAL", err);
	if (rc == 0)
		rc = ac_sql_exec(store, write_pragmas, err);
	if (rc == 0)
		rc = set_number(store, "cache_size", -(int64_t)AC_STORE_WRITE_CACHE_KIB, err);
	if (rc == 0 && version < ac_schema_version)
		rc = migrate(store, err);
	return rc;
}

/* Reading never needs a command before it: who may write brings an older store up to date on the way. */
static int
migrate_for_reading(ac_store *store, int64_t *out_version, accord_err *err)
{
	(void)ac_sql_writer(store);
	store->side = ac_store_close(store->side);
	store->side_failed = false;
	return check_identity(store, out_version, err);
}

static int
prepare_for_reading(ac_store *store, accord_err *err)
{
	int64_t version;
	int rc = check_identity(store, &version, err);

	if (rc == 0 && version == 0)
		return ac_fail(err, ACCORD_ENOTFOUND, "%s: no store here yet", store->path);
	if (rc == 0 && version < ac_schema_version)
		rc = migrate_for_reading(store, &version, err);
	if (rc == 0 && version < ac_schema_version)
		return ac_fail(err, ACCORD_EUSAGE,
		    "%s: want a store of version %d, got version %lld: run 'accord init' as its owner", store->path,
		    ac_schema_version, (long long)version);
	if (rc == 0)
		rc = set_number(store, "cache_size", -(int64_t)AC_STORE_READ_CACHE_KIB, err);
	return rc;
}

static int
read_seed(ac_store *store, accord_err *err)
{
	int64_t word[2];
	int rc = ac_sql_meta_get(store, "list_seed_0", 0, &word[0], err);

	if (rc == 0)
		rc = ac_sql_meta_get(store, "list_seed_1", 0, &word[1], err);
	if (rc == 0)
		store->list_seed = (ac_hash_seed){ { (uint64_t)word[0], (uint64_t)word[1] } };
	return rc;
}

int
ac_store_open(const char *uri, const ac_store_options *options, ac_store **out, accord_err *err)
{
	ac_store *store = calloc(1, sizeof(*store));
	int rc;

	if (!store)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a store");
	store->options = *options;
	ac_intern_init(store);
	ac_pending_init(store);
	ac_buf_init(&store->facts, AC_FRAME_MAX);
	ac_arena_init(&store->scratch, AC_STORE_ARENA_MAX);
	store->digester = ac_digester_open();
	rc = store->digester ? database_path(uri, &store->path, err)
			     : ac_fail(err, ACCORD_ENOMEM, "no memory for a store");
	if (rc == 0)
		rc = open_database(store, err);
	if (rc == 0)
		rc =
		    options->mode == AC_STORE_WRITE ? prepare_for_writing(store, err) : prepare_for_reading(store, err);
	if (rc == 0)
		rc = read_seed(store, err);
	if (rc < 0) {
		(void)ac_store_close(store);
		return rc;
	}
	*out = store;
	return 0;
}

ac_store *
ac_store_close(ac_store *store)
{
	if (!store)
		return NULL;
	store->side = ac_store_close(store->side);
	if (store->db)
		ac_store_rollback(store);
	for (size_t i = 0; i < AC_SQL_COUNT; i++)
		(void)sqlite3_finalize(store->statements[i]);
	(void)sqlite3_close(store->db);
	ac_intern_done(store);
	ac_pending_done(store);
	store->digester = ac_digester_close(store->digester);
	free(store->list_keys);
	free(store->list_slots);
	ac_rows_done(store);
	free(store->list_filter);
	ac_buf_done(&store->facts);
	ac_arena_done(&store->scratch);
	free(store->path);
	free(store);
	return NULL;
}

ac_store *
ac_sql_writer(ac_store *store)
{
	ac_store_options options = store->options;
	ac_buf uri;
	accord_err ignored;

	if (store->options.mode == AC_STORE_WRITE)
		return store;
	if (store->side || store->side_failed)
		return store->side;
	options.mode = AC_STORE_WRITE;
	options.create = false;
	ac_buf_init(&uri, (size_t)2 * AC_PATH_MAX);
	ac_buf_add_cstr(&uri, "sqlite:");
	ac_buf_add_cstr(&uri, store->path);
	ac_buf_add_byte(&uri, '\0');
	/* A read-only store has no writer; the caller then does without */
	store->side_failed = uri.failed || ac_store_open(uri.p, &options, &store->side, &ignored) < 0;
	ac_buf_done(&uri);
	/* a learner may write for long: a reader then rather scans what is not indexed yet */
	if (store->side)
		(void)sqlite3_busy_timeout(store->side->db, SIDE_BUSY_MS);
	return store->side;
}
