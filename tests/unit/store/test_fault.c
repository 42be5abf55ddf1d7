/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong around a store: no memory, no room, killed writers, a second writer, databases of others. Acknowledged objects survive all of it. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "fail_malloc.h"
#include "store/card.h"
#include "store_support.h"

#define MALWARE_N "malware--3e4f8e60-0f0c-4a4f-8f55-%012d"
#define PADDING_BYTES 2000

static ac_record
numbered(fixture *f, int i)
{
	static const char head[] = "{" COMMON("malware", MALWARE_N,
	    "2021-07-19T10:00:00.000Z") ",\"name\":\"family %d\",\"is_family\":true,\"created_by_ref\":\"" IDENTITY
					"\",\"description\":\"%s\"}";
	char padding[PADDING_BYTES + 1], *json = malloc(sizeof(head) + sizeof(padding) + 64);
	ac_record record;

	assert_non_null(json);
	memset(padding, 'x', PADDING_BYTES);
	padding[PADDING_BYTES] = '\0';
	(void)snprintf(json, sizeof(head) + sizeof(padding) + 64, head, i, i, padding);
	record = record_of(f, ac_arena_str(&f->arena, ac_str_from(json)).p);
	free(json);
	return record;
}

static int64_t
count_objects(fixture *f)
{
	ac_store_counts c;

	if (ac_store_count(f->store, &c, &f->err) < 0)
		fail_msg("count: %s", f->err.text);
	return c.objects;
}

/* SQLite's own check of the whole file. */
static void
assert_sound(fixture *f)
{
	char path[128];
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;

	(void)snprintf(path, sizeof(path), "%s/accord.db", f->folder);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), "ok");
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
}

static int
put_one(fixture *f, const ac_record *record, accord_err *err)
{
	ac_put_result result;
	int64_t source;
	int rc = ac_store_begin(f->store, err);

	if (rc == 0)
		rc = ac_store_source(f->store, AC_S("a.example"), &source, err);
	if (rc == 0)
		rc = ac_store_put(f->store, source, record, &result, err);
	if (rc == 0)
		rc = ac_store_commit(f->store, err);
	if (rc < 0)
		ac_store_rollback(f->store);
	return rc;
}

static void
put__survives_every_allocation_failure(void **state)
{
	fixture *f = *state;

	for (int i = 0;; i++) {
		ac_record record = numbered(f, i);
		accord_err err = { 0 };
		int64_t before = count_objects(f);
		int rc;

		f->store = ac_store_close(f->store);
		assert_int_equal(fixture_open(f, AC_STORE_WRITE), 0);
		fail_malloc_at((unsigned long)i + 1);
		rc = put_one(f, &record, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* not remembering is no error; what is an error leaves nothing */
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
		assert_int_equal(count_objects(f), rc == 0 ? before + 1 : before);
	}
	assert_sound(f);
}

static void
open__survives_every_allocation_failure(void **state)
{
	fixture *f = *state;

	for (unsigned long n = 1;; n++) {
		int rc;

		f->store = ac_store_close(f->store);
		fail_malloc_at(n);
		rc = fixture_open(f, AC_STORE_WRITE);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
	}
}

static int
ignore_stored(void *payload, const ac_stored *stored, accord_err *err)
{
	(void)payload;
	(void)stored;
	(void)err;
	return 0;
}

static int
ask_everything(fixture *f, accord_err *err)
{
	ac_arena arena;
	ac_stored stored;
	ac_buf lines;
	int rc;

	ac_arena_init(&arena, (size_t)16 << 20);
	ac_buf_init(&lines, 1 << 20);
	rc = ac_store_get(f->store, AC_S("malware--3e4f8e60-0f0c-4a4f-8f55-000000000000"), &arena, &stored, err);
	if (rc == 0)
		rc = ac_store_each(f->store, AC_S("malware"), 0, &arena, ignore_stored, NULL, err);
	if (rc == 0)
		rc = ac_store_edges_from(
		    f->store, AC_S("malware--3e4f8e60-0f0c-4a4f-8f55-000000000000"), AC_S(""), note_edge, &lines, err);
	if (rc == 0)
		rc = ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S(""), note_edge, &lines, err);
	if (rc == 0)
		rc = ac_store_find_name(f->store, AC_S("family 0"), note_name, &lines, err);
	if (rc == 0)
		rc = ac_store_near_names(f->store, AC_S("famly 0"), 3, note_name, &lines, err);
	if (rc == 0)
		rc = lines.failed;
	ac_buf_done(&lines);
	ac_arena_done(&arena);
	return rc;
}

static void
questions__survive_every_allocation_failure(void **state)
{
	fixture *f = *state;
	ac_record record = numbered(f, 0);

	assert_int_equal(put_one(f, &record, &f->err), 0);
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		int rc;

		fixture_reopen(f, AC_STORE_READ);
		fail_malloc_at(n);
		rc = ask_everything(f, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_true(rc == 0 || rc == ACCORD_ENOMEM);
	}
}

/* In a child: commit `acknowledged` objects one by one, then begin a batch and stop in the middle of it. */
static void
write_until_killed(fixture *f, int acknowledged, int pipe_fd)
{
	for (int i = 0; i < acknowledged; i++) {
		ac_record record = numbered(f, i);

		if (put_one(f, &record, &f->err) < 0)
			_exit(1);
	}
	if (ac_store_begin(f->store, &f->err) < 0)
		_exit(1);
	for (int i = acknowledged; i < acknowledged + 5000; i++) {
		ac_record record;

		ac_arena_reset(&f->arena);
		record = numbered(f, i);
		(void)put_record(f, "a.example", &record);
	}
	(void)!write(pipe_fd, "x", 1);
	for (;;)
		(void)pause();
}

static void
killed__in_a_batch_it_loses_that_batch_only(void **state)
{
	fixture *f = *state;
	int fds[2], status;
	char byte;
	pid_t child;
	ac_record record;

	f->store = ac_store_close(f->store);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (fixture_open(f, AC_STORE_WRITE) < 0)
			_exit(1);
		write_until_killed(f, 20, fds[1]);
	}
	(void)close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 1); /* the child is in the middle of its batch */
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)close(fds[0]);
	assert_int_equal(fixture_open(f, AC_STORE_WRITE), 0);
	assert_int_equal(count_objects(f), 20);
	/* and learning it again loses and doubles nothing */
	for (int i = 0; i < 30; i++) {
		record = numbered(f, i);
		assert_int_equal(put_one(f, &record, &f->err), 0);
	}
	assert_int_equal(count_objects(f), 30);
	assert_sound(f);
}

/* In a child with a ceiling on file sizes, as a full disk shows itself: status 0 when all went as it must. */
static int
fill_the_disk(fixture *f, int pipe_fd)
{
	struct rlimit limit = { 8 << 20, 8 << 20 };
	accord_err err = { 0 };
	int acknowledged = 0, rc = 0;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0 || fixture_open(f, AC_STORE_WRITE) < 0)
		return 1;
	while (acknowledged < 100000) {
		ac_record record;

		ac_arena_reset(&f->arena);
		record = numbered(f, acknowledged);
		rc = put_one(f, &record, &err);
		if (rc < 0)
			break;
		acknowledged++;
	}
	(void)!write(pipe_fd, &acknowledged, sizeof(acknowledged));
	if (rc != ACCORD_EIO || err.text[0] == '\0')
		return 2;
	/* what is there can still be read, by this very process */
	if (count_objects(f) != acknowledged)
		return 3;
	f->store = ac_store_close(f->store);
	return 0;
}

static void
full_disk__is_said_and_loses_nothing_that_was_acknowledged(void **state)
{
	fixture *f = *state;
	int fds[2], status, acknowledged = 0;
	pid_t child;
	ac_record record;

	f->store = ac_store_close(f->store);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(fill_the_disk(f, fds[1]));
	(void)close(fds[1]);
	assert_int_equal(read(fds[0], &acknowledged, sizeof(acknowledged)), sizeof(acknowledged));
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)close(fds[0]);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(acknowledged > 10 && acknowledged < 100000);
	assert_int_equal(fixture_open(f, AC_STORE_WRITE), 0);
	assert_int_equal(count_objects(f), acknowledged);
	record = numbered(f, acknowledged);
	assert_int_equal(put_one(f, &record, &f->err), 0);
	assert_sound(f);
}

/* The ceiling is met in the middle of one large batch: nothing of it stays, and the store takes the next one. */
static void
full_disk__in_a_batch_takes_the_batch(void **state)
{
	fixture *f = *state;
	int status;
	pid_t child;
	ac_record record = numbered(f, 0);

	assert_int_equal(put_one(f, &record, &f->err), 0);
	f->store = ac_store_close(f->store);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit limit = { 3 << 20, 3 << 20 };
		ac_put_result result;
		int64_t source;
		int rc = 0;

		(void)signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) < 0 || fixture_open(f, AC_STORE_WRITE) < 0 ||
		    ac_store_begin(f->store, &f->err) < 0 ||
		    ac_store_source(f->store, AC_S("a.example"), &source, &f->err) < 0)
			_exit(1);
		for (int i = 1; rc == 0 && i < 40000; i++) {
			ac_arena_reset(&f->arena);
			record = numbered(f, i);
			rc = ac_store_put(f->store, source, &record, &result, &f->err);
		}
		if (rc == 0)
			rc = ac_store_commit(f->store, &f->err);
		else if (ac_store_commit(f->store, NULL) == 0)
			_exit(2); /* a broken batch must not commit */
		if (rc != ACCORD_EIO)
			_exit(3);
		ac_store_rollback(f->store);
		ac_arena_reset(&f->arena);
		record = numbered(f, 77777);
		_exit(put_one(f, &record, &f->err) == 0 ? 0 : 4);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(fixture_open(f, AC_STORE_WRITE), 0);
	assert_int_equal(count_objects(f), 2);
	assert_sound(f);
}

static void
patch_database(fixture *f, const char *sql)
{
	char path[128];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/accord.db", f->folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

/* A database as the first released schema left it, with an object and its producer in it. */
static void
make_version_1(fixture *f)
{
	f->store = ac_store_close(f->store);
	patch_database(f,
	    "DROP TABLE card; DROP INDEX list_row_changed; DROP TABLE cursor; ALTER TABLE source DROP COLUMN tlp;"
	    " PRAGMA user_version = 1");
}

static int
count_card(void *payload, const ac_card *card, accord_err *err)
{
	size_t *count = payload;

	(*count)++;
	return card->bytes.n ? ac_fail(err, ACCORD_EINTERNAL, "a card of nothing") : 0;
}

static void
older__databases_are_brought_up_to_date(void **state)
{
	static const ac_store_mode modes[] = { AC_STORE_WRITE, AC_STORE_READ };
	static const char malware[] =
	    "{" COMMON("malware", MALWARE, "2021-07-19T10:00:00.000Z") ",\"name\":\"WebShell\",\"is_family\":false}";
	static const char actor[] = "{" COMMON("intrusion-set", "intrusion-set--3e4f8e60-0f0c-4a4f-8f55-000000000001",
	    "2021-07-19T10:00:00.000Z") ",\"name\":\"Blue Lake\"}";
	fixture *f = *state;
	int64_t source;
	ac_tlp tlp;

	assert_int_equal(put_json(f, "cert.example", malware), AC_PUT_NEW);
	assert_int_equal(put_json(f, "cert.example", actor), AC_PUT_NEW);
	for (size_t i = 0; i < AC_COUNT(modes); i++) {
		ac_stored stored;
		size_t cards = 0;

		make_version_1(f);
		assert_int_equal(fixture_open(f, modes[i]), 0);
		assert_int_equal(ac_store_get(f->store, AC_S(MALWARE), &f->arena, &stored, &f->err), 0);
		assert_str(stored.exact, ac_str_from(malware));
		/* Of each actor a card that is to be derived. */
		assert_int_equal(ac_store_cards(f->store, count_card, &cards, &f->err), 0);
		assert_int_equal(cards, 1);
		/* Nobody has set one. */
		assert_int_equal(ac_store_source_tlp(f->store, AC_S("cert.example"), &tlp, &f->err), 0);
		assert_int_equal(tlp, AC_TLP_NONE);
		fixture_reopen(f, AC_STORE_WRITE);
		assert_int_equal(ac_store_begin(f->store, &f->err), 0);
		assert_int_equal(ac_store_source(f->store, AC_S("cert.example"), &source, &f->err), 0);
		assert_int_equal(ac_store_source_set_tlp(f->store, source, AC_TLP_GREEN, &f->err), 0);
		assert_int_equal(ac_store_commit(f->store, &f->err), 0);
		fixture_reopen(f, AC_STORE_READ);
		assert_int_equal(ac_store_source_tlp(f->store, AC_S("cert.example"), &tlp, &f->err), 0);
		assert_int_equal(tlp, AC_TLP_GREEN);
	}
	assert_int_equal(ac_store_source_tlp(f->store, AC_S("nobody"), &tlp, &f->err), 0);
	assert_int_equal(tlp, AC_TLP_NONE);
	fixture_reopen(f, AC_STORE_WRITE);
	assert_int_equal(ac_store_source_set_tlp(f->store, source, AC_TLP_RED, &f->err), ACCORD_EUSAGE);
}

static void
newer__databases_are_refused_untouched(void **state)
{
	fixture *f = *state;

	f->store = ac_store_close(f->store);
	patch_database(f, "PRAGMA user_version = 999");
	assert_int_equal(fixture_open(f, AC_STORE_READ), ACCORD_EVERSION);
	assert_int_equal(fixture_open(f, AC_STORE_WRITE), ACCORD_EVERSION);
	assert_non_null(strstr(f->err.text, "999"));
}

static void
foreign__databases_are_refused_untouched(void **state)
{
	fixture *f = *state;
	ac_store_options options = {
		.mode = AC_STORE_WRITE, .create = true, .now = test_clock_now, .now_payload = &f->clock
	};
	char uri[160], path[128];
	sqlite3 *db = NULL;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/other.db", f->folder);
	(void)snprintf(uri, sizeof(uri), "sqlite:%s", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE precious(x)", NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	f->store = ac_store_close(f->store);
	assert_int_equal(ac_store_open(uri, &options, &f->store, &f->err), ACCORD_EUSAGE);
	file = fopen(path, "wb");
	assert_non_null(file);
	(void)fputs("This is a text of more than a hundred bytes, not a database; whoever opens it as one must be told "
		    "so and not have it overwritten.",
	    file);
	(void)fclose(file);
	assert_int_equal(ac_store_open(uri, &options, &f->store, &f->err), ACCORD_EIO);
}

static void
missing__store_is_not_found(void **state)
{
	fixture *f = *state;
	ac_store_options options = { .mode = AC_STORE_READ, .now = test_clock_now, .now_payload = &f->clock };
	ac_store *store = NULL;

	assert_int_equal(ac_store_open("/tmp/accord-no-such-folder", &options, &store, &f->err), ACCORD_ENOTFOUND);
	options.mode = AC_STORE_WRITE;
	assert_int_equal(ac_store_open("/tmp/accord-no-such-folder", &options, &store, &f->err), ACCORD_ENOTFOUND);
	options.create = true;
	assert_int_equal(ac_store_open("/tmp/accord-no-such-folder", &options, &store, &f->err), ACCORD_EIO);
	assert_int_equal(ac_store_open("postgres://db.example/x", &options, &store, &f->err), ACCORD_EUSAGE);
	assert_int_equal(ac_store_open("", &options, &store, &f->err), ACCORD_EUSAGE);
	assert_null(store);
}

static void
new__store_is_for_its_owner_only(void **state)
{
	fixture *f = *state;
	struct stat st;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/accord.db", f->folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	(void)snprintf(path, sizeof(path), "%s/accord.db-wal", f->folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
second__writer_waits_and_then_gives_up_clearly(void **state)
{
	fixture *f = *state, other = { .clock = f->clock };

	(void)snprintf(other.folder, sizeof(other.folder), "%s", f->folder);
	assert_int_equal(fixture_open(&other, AC_STORE_WRITE), 0);
	begin(f);
	assert_int_equal(ac_store_begin(other.store, &other.err), ACCORD_EIO); /* after AC_STORE_BUSY_MS */
	assert_non_null(strstr(other.err.text, "another process is writing"));
	commit(f);
	assert_int_equal(ac_store_begin(other.store, &other.err), 0);
	ac_store_rollback(other.store);
	other.store = ac_store_close(other.store);
}

/* A store on a read-only medium: no file can be made beside it. As root permissions do not bind, so this runs as nobody. */
static void
read_only__folder_can_be_read_and_searched(void **state)
{
	fixture *f = *state;
	ac_record record = numbered(f, 1);
	int status;
	pid_t child;

	assert_int_equal(put_one(f, &record, &f->err), 0);
	f->store = ac_store_close(f->store);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char path[128];
		ac_buf lines;

		(void)snprintf(path, sizeof(path), "%s/accord.db", f->folder);
		if (chmod(path, 0444) < 0 || chmod(f->folder, 0555) < 0 || (getuid() == 0 && setuid(65534) < 0))
			_exit(1);
		ac_buf_init(&lines, 1 << 20);
		if (fixture_open(f, AC_STORE_READ) < 0)
			_exit(2);
		if (count_objects(f) != 1)
			_exit(3);
		if (ac_store_find_name(f->store, AC_S("family 1"), note_name, &lines, &f->err) < 0 || lines.n == 0)
			_exit(4);
		if (fixture_open(f, AC_STORE_WRITE) != ACCORD_EIO)
			_exit(5);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)chmod(f->folder, 0700);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		FACT(put__survives_every_allocation_failure),
		FACT(open__survives_every_allocation_failure),
		FACT(questions__survive_every_allocation_failure),
		FACT(killed__in_a_batch_it_loses_that_batch_only),
		FACT(full_disk__is_said_and_loses_nothing_that_was_acknowledged),
		FACT(full_disk__in_a_batch_takes_the_batch),
		FACT(older__databases_are_brought_up_to_date),
		FACT(newer__databases_are_refused_untouched),
		FACT(foreign__databases_are_refused_untouched),
		FACT(missing__store_is_not_found),
		FACT(new__store_is_for_its_owner_only),
		FACT(second__writer_waits_and_then_gives_up_clearly),
		FACT(read_only__folder_can_be_read_and_searched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
