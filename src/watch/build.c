/* SPDX-License-Identifier: Apache-2.0 */
/* From the store to the index: STIX indicators by their patterns, rows of lists by their values. */
#include "watch/build.h"

#include <stdlib.h>

#include "watch/index_build.h"

typedef struct build {
	ac_index_builder *builder;
	ac_arena arena; /* of one object's JSON */
} build;

/* A timestamp of an object; `absent` when it is not there or not one. */
static ac_time
time_of(const ac_json *object, ac_str key, ac_time absent)
{
	ac_str text = ac_json_get_string(object, key);
	ac_time t;

	return text.n && ac_time_parse_loose(text, &t) ? t : absent;
}

static int
add_indicator(void *payload, const ac_stored *stored, accord_err *err)
{
	build *b = payload;
	ac_index_indicator who = { .id = stored->id, .producer = stored->producer, .revoked = stored->revoked };
	ac_str pattern, kind;
	const ac_json *object;
	const char *reason;
	int64_t confidence;

	ac_arena_reset(&b->arena);
	if (ac_json_parse(stored->object, AC_JSON_LIMITS, &b->arena, &object, err))
		return ac_fail_context(err, stored->id);
	who.name = ac_json_get_string(object, AC_S("name"));
	who.valid_from = time_of(object, AC_S("valid_from"), AC_TIME_MIN);
	who.valid_until = time_of(object, AC_S("valid_until"), AC_TIME_MAX);
	if (ac_str_to_i64(ac_json_text(ac_json_get(object, AC_S("confidence"))), &confidence))
		who.confidence_and_1 = ac_index_confidence(confidence);
	pattern = ac_json_get_string(object, AC_S("pattern"));
	kind = ac_json_get_string(object, AC_S("pattern_type"));
	if (kind.n && !ac_str_eq(kind, AC_S("stix")))
		return ac_build_unwatched(b->builder, &who, "a pattern of another language than STIX", err);
	if (!pattern.p)
		return ac_build_unwatched(b->builder, &who, "an indicator without a pattern", err);
	return ac_index_add_pattern(b->builder, &who, pattern, &reason, err);
}

/* A row's indicator is named after its value; the index leaves such names out and the value stands for them. */
static int
add_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	build *b = payload;
	ac_index_indicator who = { .id = row->indicator_id,
		.is_row = true,
		.producer = row->producer,
		.valid_from = row->row.valid_from,
		.valid_until = row->row.valid_until,
		.confidence_and_1 = ac_index_confidence(row->row.confidence) };

	if (ac_str_starts(row->producer, AC_S(AC_WARNING_PRODUCER)))
		return 0;
	return ac_index_add_value(b->builder, &who, &row->row.value, err);
}

static int
add_warning(void *payload, const ac_stored_row *row, accord_err *err)
{
	static const ac_str prefix = AC_S_INIT(AC_WARNING_PRODUCER);
	build *b = payload;

	return ac_index_add_warning(
	    b->builder, &row->row.value, ac_str_slice(row->producer, prefix.n, row->producer.n), err);
}

static int
fill(ac_index_builder *builder, ac_store *store, accord_err *err)
{
	build b = { .builder = builder };
	ac_arena objects;
	int rc;

	ac_arena_init(&b.arena, AC_JSON_ARENA_MAX);
	ac_arena_init(&objects, AC_JSON_ARENA_MAX);
	rc = ac_store_each_warning(store, add_warning, &b, err);
	if (!rc)
		rc = ac_store_each(store, AC_S("indicator"), 0, &objects, add_indicator, &b, err);
	if (!rc)
		rc = ac_store_each_row(store, 0, add_row, &b, err);
	ac_arena_done(&objects);
	ac_arena_done(&b.arena);
	return rc;
}

/* Write the file and map it; when that fails, keep its bytes in memory. */
static int
publish(ac_index_builder *builder, const char *path, ac_index **out, accord_err *err)
{
	accord_err ignored = { 0 };

	if (ac_index_write(builder, path, &ignored) == 0 && ac_index_open(path, out, &ignored) == 0)
		return 0;
	return ac_index_finish(builder, out, err);
}

static int
make(ac_store *store, int64_t generation, const char *path, ac_hash_seed salt, ac_index **out, accord_err *err)
{
	ac_index_builder *builder = ac_index_builder_open(salt, generation);
	int rc;

	if (!builder)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	rc = fill(builder, store, err);
	if (!rc)
		rc = publish(builder, path, out, err);
	ac_index_builder_close(builder);
	return rc;
}

int
ac_watch_index(ac_store *store, const char *path, ac_hash_seed salt, ac_index **out, bool *out_built, accord_err *err)
{
	accord_err why = { 0 };
	ac_index *index = NULL;
	int64_t generation = 0;
	int rc = ac_store_generation(store, &generation, err);

	if (rc)
		return rc;
	/* Whatever is wrong with the file, it can be made anew. */
	if (ac_index_open(path, &index, &why) == 0 && ac_index_generation(index) == generation) {
		*out = index;
		if (out_built)
			*out_built = false;
		return 0;
	}
	ac_index_close(index);
	rc = make(store, generation, path, salt, out, err);
	if (!rc && out_built)
		*out_built = true;
	return rc;
}
