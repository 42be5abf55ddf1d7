/* SPDX-License-Identifier: Apache-2.0 */
/* accord/index.h over the index of the watch room. */
#include "accord/index.h"

#include <stdlib.h>

#include "api/api.h"
#include "base/limits.h"
#include "sys/os.h"

struct accord_index_builder {
	ac_index_builder *builder;
	ac_arena arena; /* of one value */
};

/* A handle for an index, which it takes. */
static int
wrap(ac_index *index, accord_index **out, accord_err *err)
{
	accord_index *handle = calloc(1, sizeof(*handle));

	if (!handle) {
		ac_index_close(index);
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	}
	handle->index = index;
	*out = handle;
	return 0;
}

int
accord_index_open(const char *path, accord_index **out_index, accord_err *err)
{
	accord_err unasked = { 0 };
	ac_index *index;
	int rc;

	err = err ? err : &unasked;
	rc = ac_index_open(path, &index, err);
	return rc ? rc : wrap(index, out_index, err);
}

accord_index *
accord_index_close(accord_index *index)
{
	if (!index)
		return NULL;
	ac_index_close(index->index);
	free(index);
	return NULL;
}

int64_t
accord_index_generation(const accord_index *index)
{
	return ac_index_generation(index->index);
}

void
accord_index_count(const accord_index *index, accord_index_counts *out_counts)
{
	accord_index_counts ours = { .watched = ac_index_indicator_count(index->index),
		.unwatched = ac_index_unwatched_count(index->index) };

	ac_api_give(&ours, sizeof(ours), out_counts);
}

typedef struct unwatched {
	accord_on_unwatched on;
	void *payload;
	int said;
} unwatched;

static int
on_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	unwatched *u = payload;

	u->said = u->on(u->payload, ac_api_out(id), ac_api_out(name), ac_api_out(reason));
	return u->said ? ac_fail(err, ACCORD_EUSAGE, "stopped by the callback, with %d", u->said) : 0;
}

int
accord_index_each_unwatched(const accord_index *index, accord_on_unwatched on, void *payload, accord_err *err)
{
	unwatched u = { on, payload, 0 };
	accord_err unasked = { 0 };
	int rc = ac_index_each_unwatched(index->index, on_unwatched, &u, err ? err : &unasked);

	return u.said ? u.said : rc;
}

/* ---- making one ---- */

int
accord_index_builder_open(const accord_index_options *options, accord_index_builder **out_builder, accord_err *err)
{
	accord_index_options o;
	accord_index_builder *b;
	ac_hash_seed salt;
	int rc = ac_api_take(options, sizeof(o), &o, "accord_index_options", err);

	if (rc)
		return rc;
	salt = (ac_hash_seed){ { o.salt[0], o.salt[1] } };
	if (!o.salt[0] && !o.salt[1])
		salt = ac_random_seed();
	b = calloc(1, sizeof(*b));
	if (b)
		b->builder = ac_index_builder_open(salt, o.generation);
	if (!b || !b->builder) {
		free(b);
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory");
	}
	ac_arena_init(&b->arena, AC_JSON_ARENA_MAX);
	*out_builder = b;
	return 0;
}

static int
take_indicator(const accord_indicator *given, ac_index_indicator *out, accord_err *err)
{
	accord_indicator who;
	int rc = ac_api_take(given, sizeof(who), &who, "accord_indicator", err);

	if (rc)
		return rc;
	if (!who.id.n)
		return ac_fail(err, ACCORD_EUSAGE, "accord_indicator: want an id");
	*out = (ac_index_indicator){ .id = ac_api_in(who.id),
		.name = ac_api_in(who.name),
		.producer = ac_api_in(who.producer),
		.valid_from = who.valid_from ? ac_time_from_us(who.valid_from) : AC_TIME_MIN,
		.valid_until = who.valid_until ? ac_time_from_us(who.valid_until) : AC_TIME_MAX,
		.revoked = who.is_revoked };
	return 0;
}

/* The canonical value of a text, of a named type or of any. */
static int
take_value(accord_index_builder *b, ac_str type, ac_str text, ac_value *out, accord_err *err)
{
	ac_value_type wanted = type.n ? ac_value_type_from_name(type) : AC_VALUE_NONE;
	int rc;

	if (type.n && wanted == AC_VALUE_NONE)
		return ac_fail(err, ACCORD_EUSAGE, "want a type of values, got '%.*s'", AC_FMT(type));
	if (wanted != AC_VALUE_NONE)
		return ac_value_parse(wanted, text, &b->arena, out, err);
	rc = ac_value_guess(text, &b->arena, out, err);
	if (!rc && out->type == AC_VALUE_NONE)
		return ac_fail(err, ACCORD_EINPUT, "want an address, a domain, a URL, a digest or the like, got '%.*s'",
		    AC_FMT(text));
	return rc;
}

int
accord_index_add_value(
    accord_index_builder *builder, const accord_indicator *who, accord_text type, accord_text text, accord_err *err)
{
	accord_err unasked = { 0 };
	ac_index_indicator indicator;
	ac_value value;
	int rc;

	err = err ? err : &unasked;
	ac_arena_reset(&builder->arena);
	rc = take_indicator(who, &indicator, err);
	if (!rc)
		rc = take_value(builder, ac_api_in(type), ac_api_in(text), &value, err);
	return rc ? rc : ac_index_add_value(builder->builder, &indicator, &value, err);
}

int
accord_index_add_pattern(accord_index_builder *builder, const accord_indicator *who, accord_text pattern,
    const char **out_unwatched, accord_err *err)
{
	accord_err unasked = { 0 };
	ac_index_indicator indicator;
	const char *reason = NULL;
	int rc;

	err = err ? err : &unasked;
	rc = take_indicator(who, &indicator, err);
	if (!rc)
		rc = ac_index_add_pattern(builder->builder, &indicator, ac_api_in(pattern), &reason, err);
	if (!rc && out_unwatched)
		*out_unwatched = reason;
	return rc;
}

int
accord_index_finish(accord_index_builder *builder, accord_index **out_index, accord_err *err)
{
	accord_err unasked = { 0 };
	ac_index *index;
	int rc;

	err = err ? err : &unasked;
	rc = ac_index_finish(builder->builder, &index, err);
	return rc ? rc : wrap(index, out_index, err);
}

int
accord_index_write(accord_index_builder *builder, const char *path, accord_err *err)
{
	accord_err unasked = { 0 };

	return ac_index_write(builder->builder, path, err ? err : &unasked);
}

accord_index_builder *
accord_index_builder_close(accord_index_builder *builder)
{
	if (!builder)
		return NULL;
	ac_index_builder_close(builder->builder);
	ac_arena_done(&builder->arena);
	free(builder);
	return NULL;
}
