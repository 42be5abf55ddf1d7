/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real store in a folder of its own, filled with STIX objects that a test writes down. Quotes in the objects may be written as ' to keep them readable.
 */
#ifndef AC_STORE_FIXTURE_H
#define AC_STORE_FIXTURE_H

#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "base/map.h"
#include "stix/object.h"
#include "store/store.h"

typedef struct fixture {
	char folder[64];
	ac_store *store;
	ac_arena arena;
	int64_t clock;
	accord_err err;
} fixture;

static ac_time
fixture_now(void *payload)
{
	fixture *f = payload;

	return ac_time_from_us(1626700000000000 + f->clock++);
}

static inline void
fixture_open(fixture *f)
{
	ac_store_options options = {
		.mode = AC_STORE_WRITE, .create = true, .now = fixture_now, .now_payload = f, .seed = { { 1, 2 } }
	};

	memset(f, 0, sizeof(*f));
	(void)snprintf(f->folder, sizeof(f->folder), "/tmp/accord-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	ac_arena_init(&f->arena, 256 * 1024 * 1024);
	if (ac_store_open(f->folder, &options, &f->store, &f->err) < 0)
		fail_msg("open: %s", f->err.text);
}

static inline void
fixture_close(fixture *f)
{
	DIR *folder;
	struct dirent *entry;

	f->store = ac_store_close(f->store);
	ac_arena_done(&f->arena);
	folder = opendir(f->folder);
	while (folder && (entry = readdir(folder))) {
		char path[512];

		(void)snprintf(path, sizeof(path), "%s/%s", f->folder, entry->d_name);
		if (entry->d_name[0] != '.')
			(void)unlink(path);
	}
	if (folder)
		(void)closedir(folder);
	(void)rmdir(f->folder);
}

/* The text with ' as ", and ` as ' (patterns need those). */
static inline ac_str
fixture_quoted(fixture *f, const char *text)
{
	ac_str copy = ac_arena_str(&f->arena, ac_str_from(text));
	char *p = (char *)(uintptr_t)copy.p;

	for (size_t i = 0; i < copy.n; i++)
		p[i] = p[i] == '\'' ? '"' : p[i] == '`' ? '\'' : p[i];
	return copy;
}

/* Put objects (2.1) of a producer, in one batch. The list ends with NULL. */
static inline void
fixture_put(fixture *f, const char *producer, const char *const *objects)
{
	int64_t source;

	assert_int_equal(ac_store_begin(f->store, &f->err), 0);
	assert_int_equal(ac_store_source(f->store, ac_str_from(producer), &source, &f->err), 0);
	for (size_t i = 0; objects[i]; i++) {
		const ac_json *json;
		ac_record record;
		ac_put_result result;
		ac_str text = fixture_quoted(f, objects[i]);

		if (ac_json_parse(text, AC_JSON_LIMITS, &f->arena, &json, &f->err) < 0 ||
		    ac_record_from_object(json, &f->arena, &record, &f->err) < 0)
			fail_msg("object %zu of %s: %s: %s", i, producer, objects[i], f->err.text);
		record.exact = text;
		record.form = AC_FORM_STIX21;
		if (ac_store_put(f->store, source, &record, &result, &f->err) < 0)
			fail_msg("put %s: %s", objects[i], f->err.text);
	}
	assert_int_equal(ac_store_commit(f->store, &f->err), 0);
}

/* Put a value of a list. */
static inline void
fixture_put_row(fixture *f, const char *producer, ac_value_type type, const char *text)
{
	ac_row row = {
		.exact = ac_str_from(text), .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = -1
	};
	ac_put_result result;
	int64_t source;

	assert_int_equal(ac_value_parse(type, ac_str_from(text), &f->arena, &row.value, &f->err), 0);
	assert_int_equal(ac_store_begin(f->store, &f->err), 0);
	assert_int_equal(ac_store_source(f->store, ac_str_from(producer), &source, &f->err), 0);
	assert_int_equal(ac_store_put_row(f->store, source, &row, &result, &f->err), 0);
	assert_int_equal(ac_store_commit(f->store, &f->err), 0);
}

/*
 * Objects in short. N is one hex digit that makes the id: FIXTURE_ID("malware", "3") is "malware--00000000-0000-4000-8000-000000000003".
 */
#define FIXTURE_UUID(n) "00000000-0000-4000-8000-00000000000" n
#define FIXTURE_ID(type, n) type "--" FIXTURE_UUID(n)
#define FIXTURE_HEAD(type, n)                                                                                          \
	"'type':'" type "','spec_version':'2.1','id':'" FIXTURE_ID(                                                    \
	    type, n) "','created':'2021-07-19T10:00:00.000Z','modified':'2021-07-19T10:00:00.000Z'"
#define FIXTURE_RELATION(n, kind, from, to)                                                                            \
	"{" FIXTURE_HEAD("relationship", n) ",'relationship_type':'" kind "','source_ref':'" from                      \
					    "','target_ref':'" to "'}"
#define FIXTURE_INDICATOR(n, name, pattern)                                                                            \
	"{" FIXTURE_HEAD("indicator", n) ",'name':'" name "','pattern':'" pattern                                      \
					 "','pattern_type':'stix','valid_from':'2021-07-01T00:00:00Z'}"

#endif
