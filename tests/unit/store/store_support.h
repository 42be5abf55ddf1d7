/* SPDX-License-Identifier: Apache-2.0 */
/* A real store in a folder of its own, and records made from JSON, for the tests of the store. */
#ifndef AC_STORE_SUPPORT_H
#define AC_STORE_SUPPORT_H

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/store.h"
#include "test.h"

#define SECONDS_2021 1626688800 /* 2021-07-19T10:00:00Z */

/* A clock that the test sets. */
typedef struct test_clock {
	int64_t us;
} test_clock;

static inline ac_time
test_clock_now(void *payload)
{
	return ac_time_from_us(((test_clock *)payload)->us);
}

typedef struct fixture {
	char folder[64];
	test_clock clock;
	ac_store *store;
	ac_arena arena;
	accord_err err;
} fixture;

static inline int
fixture_open(fixture *f, ac_store_mode mode)
{
	ac_store_options options = { .mode = mode,
		.create = true,
		.now = test_clock_now,
		.now_payload = &f->clock,
		.seed = { { 0x0123456789abcdef, 0xfedcba9876543210 } } };

	return ac_store_open(f->folder, &options, &f->store, &f->err);
}

static inline int
fixture_setup(void **state)
{
	fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->folder, sizeof(f->folder), "/tmp/accord-store-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	f->clock.us = (int64_t)SECONDS_2021 * 1000000;
	ac_arena_init(&f->arena, (size_t)256 << 20);
	assert_int_equal(fixture_open(f, AC_STORE_WRITE), 0);
	*state = f;
	return 0;
}

static inline void
fixture_reopen(fixture *f, ac_store_mode mode)
{
	f->store = ac_store_close(f->store);
	assert_int_equal(fixture_open(f, mode), 0);
}

static inline void
remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		(void)unlink(path);
	}
	if (dir)
		(void)closedir(dir);
	(void)rmdir(folder);
}

static inline int
fixture_teardown(void **state)
{
	fixture *f = *state;

	f->store = ac_store_close(f->store);
	remove_folder(f->folder);
	ac_arena_done(&f->arena);
	free(f);
	return 0;
}

static inline ac_record
record_of(fixture *f, const char *json)
{
	const ac_json *value;
	ac_record record;

	if (ac_json_parse(ac_str_from(json), AC_JSON_LIMITS, &f->arena, &value, &f->err) < 0 ||
	    ac_record_from_object(value, &f->arena, &record, &f->err) < 0)
		fail_msg("%s: %s", json, f->err.text);
	return record;
}

static inline void
begin(fixture *f)
{
	if (ac_store_begin(f->store, &f->err) < 0)
		fail_msg("begin: %s", f->err.text);
}

static inline void
commit(fixture *f)
{
	if (ac_store_commit(f->store, &f->err) < 0)
		fail_msg("commit: %s", f->err.text);
}

/* Inside a batch. */
static inline ac_put_result
put_record(fixture *f, const char *producer, const ac_record *record)
{
	ac_put_result result = AC_PUT_UNCHANGED;
	int64_t source;

	if (ac_store_source(f->store, ac_str_from(producer), &source, &f->err) < 0 ||
	    ac_store_put(f->store, source, record, &result, &f->err) < 0)
		fail_msg("put: %s", f->err.text);
	return result;
}

/* In a batch of its own. */
static inline ac_put_result
put_json(fixture *f, const char *producer, const char *json)
{
	ac_record record = record_of(f, json);
	ac_put_result result;

	begin(f);
	result = put_record(f, producer, &record);
	commit(f);
	return result;
}

/* Texts that callbacks collect, one a line. */
static inline void
note(ac_buf *lines, ac_str a, ac_str b, ac_str c)
{
	ac_buf_printf(lines, "%.*s %.*s %.*s\n", AC_FMT(a), AC_FMT(b), AC_FMT(c));
}

static inline int
note_edge(void *payload, const ac_edge *edge, accord_err *err)
{
	(void)err;
	note(payload, edge->kind, edge->other_id, edge->via_id);
	return 0;
}

static inline int
note_name(void *payload, const ac_name_hit *hit, accord_err *err)
{
	(void)err;
	ac_buf_printf(payload, "%d|%.*s|%.*s|%.*s\n", (int)hit->kind, AC_FMT(hit->text), AC_FMT(hit->namer),
	    AC_FMT(hit->object_id));
	return 0;
}

static inline int
note_value(void *payload, const ac_value_hit *hit, accord_err *err)
{
	(void)err;
	ac_buf_printf(payload, "%.*s|%s|%s|%.*s\n", AC_FMT(hit->text), hit->role == AC_ROLE_SELF ? "self" : "pattern",
	    hit->is_row ? "row" : "object", AC_FMT(hit->object_id));
	return 0;
}

#define IDENTITY "identity--1c2f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e"
#define GROUP "intrusion-set--2d3f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e"
#define MALWARE "malware--3e4f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e"
#define USES "relationship--4f5f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e"
#define INDICATOR "indicator--5a6f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e"

#define COMMON(type, id, modified)                                                                                     \
	"\"type\":\"" type "\",\"spec_version\":\"2.1\",\"id\":\"" id                                                  \
	"\",\"created\":\"2021-07-19T10:00:00.000Z\",\"modified\":\"" modified "\""

#endif
