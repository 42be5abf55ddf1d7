/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STIX 2.1 s3.6 in the store: versions arrive in some order, and one of them is current. Own rows, and the public cases where they are at hand ({"arrivals": [...],
 * "current_index": n or null, "note"}).
 */
#include "codec/json.h"
#include "store_support.h"

enum { ARRIVALS_MAX = 8 };

#define C "\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\","
#define T(day) "\"created\":\"2016-05-01T00:00:00.000Z\",\"modified\":\"2016-05-0" day "\""
#define V(day, name) "{" C T(day "T00:00:00.000Z") ",\"name\":\"" name "\"}"
#define REVOKED(day) "{" C T(day "T00:00:00.000Z") ",\"name\":\"n\",\"revoked\":true}"

/* What comes in, and what comes of each; the current one, and whether the object is revoked. */
static const struct {
	const char *arrivals[ARRIVALS_MAX];
	ac_put_result results[ARRIVALS_MAX];
	size_t current;
	bool revoked;
} rows[] = {
	{ { V("1", "n") }, { AC_PUT_NEW }, 0, false },
	{ { V("1", "n"), V("2", "n") }, { AC_PUT_NEW, AC_PUT_NEWER }, 1, false },
	{ { V("3", "n"), V("1", "n"), V("2", "n") }, { AC_PUT_NEW, AC_PUT_OLDER, AC_PUT_OLDER }, 0, false },
	/* Nanoseconds order versions; equal instants are one version however they are written. */
	{ { "{" C T("1T00:00:00.000000001Z") ",\"name\":\"n\"}", "{" C T("1T00:00:00.000000002Z") ",\"name\":\"n\"}" },
	    { AC_PUT_NEW, AC_PUT_NEWER }, 1, false },
	{ { "{" C T("1T00:00:00.9Z") ",\"name\":\"n\"}", "{" C T("1T00:00:00.10Z") ",\"name\":\"n\"}" },
	    { AC_PUT_NEW, AC_PUT_OLDER }, 0, false },
	{ { "{" C T("1T00:00:00.100Z") ",\"name\":\"n\"}", "{" C T("1T00:00:00.1Z") ",\"name\":\"n\"}" },
	    { AC_PUT_NEW, AC_PUT_CONFLICT }, 0, false },
	/* The same version with other content is said, and does not displace the first. */
	{ { V("1", "a"), V("1", "b"), V("1", "a") }, { AC_PUT_NEW, AC_PUT_CONFLICT, AC_PUT_UNCHANGED }, 0, false },
	/* Revoking is permanent: a later version is said and never current; a late older one changes nothing. */
	{ { V("1", "n"), REVOKED("3"), V("2", "n"), V("4", "n") },
	    { AC_PUT_NEW, AC_PUT_NEWER, AC_PUT_OLDER, AC_PUT_FORBIDDEN }, 1, true },
	{ { REVOKED("1"), REVOKED("2") }, { AC_PUT_NEW, AC_PUT_NEWER }, 1, true },
	/* A revocation that comes late covers the later version, which stays what it was; no more come after it. */
	{ { V("5", "n"), REVOKED("3"), V("6", "n") }, { AC_PUT_NEW, AC_PUT_OLDER, AC_PUT_FORBIDDEN }, 0, true },
};

static ac_put_result
put(fixture *f, const ac_json *object)
{
	ac_put_result result = AC_PUT_NEW;
	int64_t source;
	ac_record record;

	assert_int_equal(ac_record_from_object(object, &f->arena, &record, &f->err), 0);
	assert_int_equal(ac_store_begin(f->store, &f->err), 0);
	assert_int_equal(ac_store_source(f->store, AC_S("a.example"), &source, &f->err), 0);
	assert_int_equal(ac_store_put(f->store, source, &record, &result, &f->err), 0);
	assert_int_equal(ac_store_commit(f->store, &f->err), 0);
	return result;
}

static ac_stored
current(fixture *f, ac_str id)
{
	ac_stored stored = { 0 };

	assert_int_equal(ac_store_get(f->store, id, &f->arena, &stored, &f->err), 0);
	return stored;
}

static void
versions__become_current_as_section_3_6_says(void **state)
{
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		void *state_of_row = NULL;
		ac_stored got;
		fixture *f;

		assert_int_equal(fixture_setup(&state_of_row), 0);
		f = state_of_row;
		for (size_t k = 0; k < ARRIVALS_MAX && rows[i].arrivals[k]; k++) {
			const ac_json *object = NULL;
			ac_put_result result;

			assert_int_equal(ac_json_parse(ac_str_from(rows[i].arrivals[k]), AC_JSON_LIMITS, &f->arena,
					     &object, &f->err),
			    0);
			result = put(f, object);
			if (result != rows[i].results[k])
				fail_msg("row %zu, arrival %zu: got %d, want %d", i, k, (int)result,
				    (int)rows[i].results[k]);
		}
		got = current(f, AC_S("campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"));
		assert_str(got.exact, ac_str_from(rows[i].arrivals[rows[i].current]));
		assert_int_equal(got.revoked, rows[i].revoked);
		(void)fixture_teardown(&state_of_row);
	}
}

/* One public case; null as the current one: whatever is current, nothing is lost, and revoked stays revoked. */
static bool
check_case(const ac_json *line)
{
	const ac_json *arrivals = ac_json_get(line, AC_S("arrivals")), *last = NULL, *wanted = NULL;
	ac_json_iter it = ac_json_iter_of(arrivals);
	int64_t index = -1;
	bool revoked = false, ok;
	void *state = NULL;
	ac_stored got;
	fixture *f;

	(void)ac_json_i64(ac_json_get(line, AC_S("current_index")), &index);
	assert_int_equal(fixture_setup(&state), 0);
	f = state;
	for (int64_t i = 0; ac_json_next(&it); i++) {
		(void)put(f, it.value);
		last = it.value;
		if (i == index)
			wanted = it.value;
		revoked |= ac_json_is_true(ac_json_get(it.value, AC_S("revoked")));
	}
	got = current(f, ac_json_get_string(last, AC_S("id")));
	ok = got.revoked == revoked && (!wanted || ac_str_eq(got.exact, ac_json_raw(wanted)));
	(void)fixture_teardown(&state);
	return ok;
}

static void
versions__agree_with_every_published_case(void **state)
{
	const char *folder = shared_data();
	char path[512];
	char *line = NULL;
	size_t room = 0, n = 0;
	ssize_t length;
	FILE *file = NULL;
	ac_arena arena;

	if (folder && snprintf(path, sizeof(path), "%s/stix/versioning.jsonl", folder) < (int)sizeof(path))
		file = fopen(path, "r");
	if (!file) {
		print_message("the published cases are not at hand\n");
		skip();
	}
	ac_arena_init(&arena, AC_MIB);
	while ((length = getline(&line, &room, file)) > 0) {
		const ac_json *json = NULL;
		accord_err err = { 0 };

		ac_arena_reset(&arena);
		assert_int_equal(
		    ac_json_parse((ac_str){ line, (size_t)length }, AC_JSON_LIMITS, &arena, &json, &err), 0);
		if (!check_case(json))
			fail_msg("%s", line);
		n++;
	}
	assert_true(n > 0);
	free(line);
	(void)fclose(file);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions__become_current_as_section_3_6_says),
		cmocka_unit_test(versions__agree_with_every_published_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
