/* SPDX-License-Identifier: Apache-2.0 */
#include "app/attribute_keep.h"

#include "base/limits.h"

static int
put_objects(ac_store *store, const ac_json *bundle, ac_arena *arena, size_t *out_new, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	int64_t source;
	int rc = ac_store_source(store, AC_S(AC_ATTRIBUTE_PRODUCER), &source, err);

	*out_new = 0;
	while (rc == 0 && ac_json_next(&it)) {
		ac_put_result result;
		ac_stored known;
		ac_record record;

		rc = ac_record_from_object(it.value, arena, &record, err);
		if (rc < 0 || (rc = ac_store_get(store, record.id, arena, &known, err)) == 0)
			continue; /* the same answer has the same ids: it is here */
		if (rc == ACCORD_ENOTFOUND)
			rc = ac_store_put(store, source, &record, &result, err);
		*out_new += rc == 0;
	}
	return rc;
}

int
ac_attribute_keep(ac_app *app, ac_str bundle, size_t *out_new, accord_err *err)
{
	const ac_json *json;
	ac_store *store;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	rc = ac_json_parse(bundle, AC_JSON_LIMITS, &arena, &json, err);
	if (rc == 0)
		rc = ac_app_store(app, AC_STORE_WRITE, &store, err);
	if (rc == 0) {
		rc = ac_store_begin(store, err);
		if (rc == 0)
			rc = put_objects(store, json, &arena, out_new, err);
		if (rc == 0)
			rc = ac_store_commit(store, err);
		if (rc < 0)
			ac_store_rollback(store);
	}
	ac_arena_done(&arena);
	return rc;
}
