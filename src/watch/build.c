/* SPDX-License-Identifier: Apache-2.0 */
/* From the store to the index: STIX indicators by their patterns, rows of lists by their values. */
#include "watch/build.h"

#include <stdio.h>
#include <stdlib.h>

#include "watch/build_pap.h"
#include "watch/build_rows.h"
#include "watch/index_build.h"

/* An overlay of more than a fiftieth of its base costs more look-ups than making the whole anew saves. */
#define OVERLAY_SHARE 50

typedef struct build {
	ac_store *store;
	ac_index_builder *builder;
	ac_arena arena; /* of one object's JSON */
	ac_pap_finder pap;
	int64_t last_version, last_row, last_change;
	ac_watch_since since; /* rows that are not newer are passed over */
	/* of an overlay */
	const ac_index *base;
	uint64_t added, most; /* 0: no bound */
	ac_vec unwatched;     /* tombs of the base's unwatched indicators, sorted; made when first asked for */
	bool has_unwatched;
	bool is_known; /* the object at hand is in the base */
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

	if (stored->sequence > b->last_version)
		b->last_version = stored->sequence;
	ac_arena_reset(&b->arena);
	if (ac_json_parse(stored->object, AC_JSON_LIMITS, &b->arena, &object, err))
		return ac_fail_context(err, stored->id);
	who.name = ac_json_get_string(object, AC_S("name"));
	who.valid_from = time_of(object, AC_S("valid_from"), AC_TIME_MIN);
	who.valid_until = time_of(object, AC_S("valid_until"), AC_TIME_MAX);
	if (ac_str_to_i64(ac_json_text(ac_json_get(object, AC_S("confidence"))), &confidence))
		who.confidence_and_1 = ac_index_confidence(confidence);
	if (ac_pap_find(&b->pap, object, &who.pap, err))
		return err->code;
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

	if (row->number > b->last_row)
		b->last_row = row->number;
	if (row->changed_us > b->last_change)
		b->last_change = row->changed_us;
	if (ac_str_starts(row->producer, AC_S(AC_WARNING_PRODUCER)) ||
	    (row->number <= b->since.row && row->changed_us <= b->since.changed_us))
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
fill(ac_index_builder *builder, ac_store *store, ac_watch_since *since, accord_err *err)
{
	build b = { .store = store,
		.builder = builder,
		.since = *since,
		.last_version = since->version,
		.last_row = since->row,
		.last_change = since->changed_us };
	ac_arena objects;
	int rc;

	ac_arena_init(&b.arena, AC_JSON_ARENA_MAX);
	ac_pap_finder_open(&b.pap, store, builder->salt);
	ac_arena_init(&objects, AC_JSON_ARENA_MAX);
	rc = ac_store_each_warning(store, add_warning, &b, err);
	if (!rc)
		rc = ac_store_each(store, AC_S("indicator"), since->version, &objects, add_indicator, &b, err);
	if (!rc)
		rc = ac_build_each_row(store, 0, add_row, &b, err);
	ac_index_stamp(builder, 0, b.last_version, b.last_row);
	*since = (ac_watch_since){ b.last_version, b.last_row, b.last_change };
	ac_arena_done(&objects);
	ac_arena_done(&b.arena);
	ac_pap_finder_done(&b.pap);
	return rc;
}

/* ---- overlays ---- */

static int
note_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	build *b = payload;
	ac_index_tomb *tomb = ac_vec_add(&b->unwatched);

	(void)name;
	(void)reason;
	if (!tomb)
		return ac_vec_check(&b->unwatched, "unwatched indicators", err);
	*tomb = ac_index_tomb_of(b->base->salt, id);
	return 0;
}

static int
was_watched(build *b, ac_str id, bool *out, accord_err *err)
{
	ac_index_tomb tomb = ac_index_tomb_of(b->base->salt, id);
	int rc = 0;

	if (!b->has_unwatched) {
		rc = ac_index_each_unwatched(b->base, note_unwatched, b, err);
		if (!rc && b->unwatched.n > 1)
			qsort(b->unwatched.p, b->unwatched.n, sizeof(tomb), ac_index_tomb_cmp);
		b->has_unwatched = rc == 0;
	}
	*out = b->unwatched.n == 0 || !bsearch(&tomb, b->unwatched.p, b->unwatched.n, sizeof(tomb), ac_index_tomb_cmp);
	return rc;
}

/* 1: too much has changed. */
static int
count_change(build *b)
{
	return ++b->added > b->most;
}

static int
is_of_base(void *payload, const ac_stored *stored, accord_err *err)
{
	build *b = payload;

	(void)err;
	if (stored->sequence > b->base->base.header->last_version)
		return 0;
	b->is_known = true;
	return 1;
}

/* What the base says of it, is hidden, whether it is watched there or not. */
static int
change_indicator(void *payload, const ac_stored *stored, accord_err *err)
{
	build *b = payload;
	ac_arena versions;
	bool watched = false;
	int rc;

	if (count_change(b))
		return 1;
	b->is_known = false;
	ac_arena_init(&versions, AC_JSON_ARENA_MAX);
	rc = ac_store_versions(b->store, stored->id, &versions, is_of_base, b, err);
	ac_arena_done(&versions);
	if (!rc && b->is_known)
		rc = was_watched(b, stored->id, &watched, err);
	if (!rc && b->is_known)
		rc = ac_index_add_tomb(b->builder, stored->id, watched, err);
	return rc ? rc : add_indicator(b, stored, err);
}

/* The same for a row. A warning list changes what is said of the base's values too. */
static int
count_row(build *b, const ac_stored_row *row)
{
	if (ac_str_starts(row->producer, AC_S(AC_WARNING_PRODUCER)))
		b->added = b->most;
	return count_change(b);
}

static int
change_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	build *b = payload;
	bool watched = false;
	int rc;

	if (count_row(b, row))
		return 1;
	rc = was_watched(b, row->indicator_id, &watched, err);
	if (!rc)
		rc = ac_index_add_tomb(b->builder, row->indicator_id, watched, err);
	return rc ? rc : add_row(b, row, err);
}

static int
new_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	return count_row(payload, row) ? 1 : add_row(payload, row, err);
}

typedef struct warned {
	ac_arena *arena;
	ac_str list;
	int64_t number; /* of the row that says so: the first one counts, as where all are read */
} warned;

static int
note_warning(void *payload, const ac_stored_row *row, accord_err *err)
{
	static const ac_str prefix = AC_S_INIT(AC_WARNING_PRODUCER);
	warned *w = payload;

	if (!ac_str_starts(row->producer, prefix) || (w->list.p && row->number > w->number))
		return 0;
	w->number = row->number;
	w->list = ac_arena_str(w->arena, ac_str_slice(row->producer, prefix.n, row->producer.n));
	return w->list.p ? 0 : ac_arena_check(w->arena, err);
}

/* An overlay holds few values, and warning lists are long: the store is asked for each. */
static int
warning_of(void *payload, const ac_value *value, ac_arena *arena, ac_str *out_list, accord_err *err)
{
	const build *b = payload;
	warned w = { .arena = arena };
	int rc = ac_store_each_row_of(b->store, value, note_warning, &w, err);

	if (!rc && w.list.p)
		*out_list = w.list;
	return rc;
}

/* What has come since the base was made. *out_fits false: too much for an overlay. */
static int
fill_overlay(ac_index_builder *builder, ac_store *store, const ac_index *base, bool *out_fits, accord_err *err)
{
	const ac_index_header *h = base->base.header;
	build b = { .store = store,
		.builder = builder,
		.base = base,
		.most = (h->indicator_count + h->unwatched_count) / OVERLAY_SHARE };
	ac_arena objects;
	int64_t lists = 0;
	int rc;

	b.unwatched = ac_vec_of(sizeof(ac_index_tomb), AC_INDEX_ITEMS_MAX);
	ac_arena_init(&b.arena, AC_JSON_ARENA_MAX);
	ac_pap_finder_open(&b.pap, store, builder->salt);
	ac_arena_init(&objects, AC_JSON_ARENA_MAX);
	rc = ac_store_warning_lists(store, &lists, err);
	if (!rc && lists > 0)
		ac_build_ask_warnings(builder, warning_of, &b);
	if (!rc)
		rc =
		    ac_store_each_since(store, AC_S("indicator"), h->last_version, &objects, change_indicator, &b, err);
	if (!rc && b.added <= b.most)
		rc = ac_store_each_changed_row(store, h->generation, h->last_row, change_row, &b, err);
	if (!rc && b.added <= b.most)
		rc = ac_store_each_brief_row(store, h->last_row, new_row, &b, err);
	*out_fits = b.added <= b.most;
	ac_vec_done(&b.unwatched);
	ac_arena_done(&objects);
	ac_arena_done(&b.arena);
	ac_pap_finder_done(&b.pap);
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
	ac_watch_since all = { 0 };
	int rc;

	if (!builder)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	rc = fill(builder, store, &all, err);
	if (!rc)
		rc = publish(builder, path, out, err);
	ac_index_builder_close(builder);
	return rc;
}

/* The overlay's file, beside its base's. */
static int
overlay_path(const char *path, char out[static AC_PATH_MAX], accord_err *err)
{
	int n = snprintf(out, AC_PATH_MAX, "%s.over", path);

	return n > 0 && n < AC_PATH_MAX ? 0 : ac_fail(err, ACCORD_EIO, "%s: the name is too long", path);
}

/* The file's own base, or bytes of a base in memory: an overlay that cannot be written is laid on from memory. */
static int
publish_overlay(ac_index_builder *builder, const ac_index *base, const char *path, ac_index **out, accord_err *err)
{
	char over[AC_PATH_MAX], *image;
	accord_err ignored = { 0 };
	size_t n;
	int rc = overlay_path(path, over, err);

	if (rc)
		return rc;
	if (ac_index_write(builder, over, &ignored) == 0 && ac_index_lay_over(base, over, out, &ignored) == 0)
		return 0;
	rc = ac_index_image(builder, &image, &n, err);
	if (rc)
		return rc;
	rc = ac_index_lay_over_owned(base, image, n, out, err);
	if (rc)
		free(image);
	return rc;
}

int
ac_index_overlay(ac_store *store, const ac_index *base, const char *path, ac_index **out, accord_err *err)
{
	ac_index_builder *builder;
	int64_t generation = 0;
	bool fits = false;
	int rc = ac_store_generation(store, &generation, err);

	if (rc)
		return rc;
	if (base->base.header->last_version == 0 && base->base.header->last_row == 0)
		return 1;
	builder = ac_index_builder_open(base->salt, generation);
	if (!builder)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	ac_index_build_over(builder, base);
	rc = fill_overlay(builder, store, base, &fits, err);
	if (!rc)
		rc = fits ? publish_overlay(builder, base, path, out, err) : 1;
	ac_index_builder_close(builder);
	return rc;
}

/* The index of this generation from the base at path: as it is, with the overlay beside it, or with a new one. False: it must be made anew. */
static bool
update(ac_store *store, int64_t generation, const char *path, ac_index **out, bool *out_built)
{
	char over[AC_PATH_MAX];
	accord_err why = { 0 };
	ac_index *base = NULL, *both = NULL;

	if (ac_index_open(path, &base, &why))
		return false;
	if (ac_index_generation(base) == generation) {
		*out = base;
		return true;
	}
	if (overlay_path(path, over, &why) == 0 && ac_index_lay_over(base, over, &both, &why) == 0 &&
	    ac_index_generation(both) != generation)
		both = ac_index_close(both);
	if (!both) {
		*out_built = true;
		if (ac_index_overlay(store, base, path, &both, &why))
			both = NULL;
	}
	ac_index_close(base);
	*out = both;
	return both != NULL;
}

int
ac_watch_index(ac_store *store, const char *path, ac_hash_seed salt, ac_index **out, bool *out_built, accord_err *err)
{
	int64_t generation = 0;
	bool built = false;
	int rc = ac_store_generation(store, &generation, err);

	if (rc)
		return rc;
	/* Whatever is wrong with the files, they can be made anew. */
	if (!update(store, generation, path, out, &built)) {
		built = true;
		rc = make(store, generation, path, salt, out, err);
	}
	if (!rc && out_built)
		*out_built = built;
	return rc;
}

int
ac_watch_index_since(ac_store *store, ac_watch_since *since, ac_hash_seed salt, ac_index **out, accord_err *err)
{
	ac_index_builder *builder = ac_index_builder_open(salt, 0);
	ac_watch_since read = *since;
	int rc;

	if (!builder)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	rc = fill(builder, store, &read, err);
	if (!rc)
		rc = ac_index_finish(builder, out, err);
	ac_index_builder_close(builder);
	if (!rc)
		*since = read;
	return rc;
}
