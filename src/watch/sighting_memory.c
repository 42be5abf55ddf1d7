/* SPDX-License-Identifier: Apache-2.0 */
/* Stored sightings of inputs by indicator. Those that the memory wrote itself are left out: they are what is asked about. */
#include "watch/sighting_memory.h"

#include "base/limits.h"
#include "codec/json.h"
#include "watch/retro.h"

/* Of one indicator; what is beyond takes nothing from the memory. */
#define INPUTS_MAX ((size_t)1 << 18)
#define SEPARATOR AC_S(", ")

typedef struct input {
	ac_str id; /* until it is read */
	ac_str day;
	ac_str source; /* ac_retro_name */
	uint64_t count;
	bool has_time;
	ac_time first, last;
} input;

void
ac_sighted_inputs_open(ac_sighted_inputs *s, ac_store *store)
{
	*s = (ac_sighted_inputs){ .store = store, .inputs = ac_vec_of(sizeof(input), INPUTS_MAX) };
	ac_arena_init(&s->arena, INPUTS_MAX * 4 * AC_RETRO_NAME_MAX);
	ac_arena_init(&s->scratch, AC_JSON_ARENA_MAX);
}

void
ac_sighted_inputs_done(ac_sighted_inputs *s)
{
	ac_vec_done(&s->inputs);
	ac_arena_done(&s->arena);
	ac_arena_done(&s->scratch);
}

/* ---- names of sources ---- */

static bool
next_source(ac_str *rest, ac_str *out)
{
	size_t end = 0;

	if (rest->n == 0)
		return false;
	while (end < rest->n && !ac_str_starts(ac_str_slice(*rest, end, rest->n), SEPARATOR))
		end++;
	*out = ac_str_slice(*rest, 0, end);
	*rest = ac_str_slice(*rest, end + SEPARATOR.n, rest->n);
	return true;
}

static bool
has_name(ac_str sources, ac_str name)
{
	ac_str one;

	while (next_source(&sources, &one))
		if (ac_str_eq(one, name))
			return true;
	return false;
}

static bool
has_others(ac_str sources)
{
	return has_name(sources, AC_S("..."));
}

bool
ac_sources_have(ac_str sources, ac_str path)
{
	char text[AC_RETRO_NAME_MAX];

	return has_others(sources) || has_name(sources, ac_retro_name(path, text));
}

ac_str
ac_sources_join(ac_str sources, ac_str more, ac_arena *arena)
{
	ac_str one;

	while (next_source(&more, &one)) {
		if (has_name(sources, one) || has_others(sources))
			continue;
		if (sources.n + SEPARATOR.n + one.n > AC_SOURCES_MAX)
			one = AC_S("...");
		sources = sources.n ? ac_arena_join(arena, (ac_str[]){ sources, SEPARATOR, one }, 3)
				    : ac_arena_str(arena, one);
	}
	return sources;
}

/* ---- sightings ---- */

static int
on_edge(void *payload, const ac_edge *edge, accord_err *err)
{
	ac_sighted_inputs *s = payload;
	input *in;

	(void)err;
	if (s->inputs.n == INPUTS_MAX)
		return 1;
	in = ac_vec_add(&s->inputs);
	if (in)
		*in = (input){ .id = ac_arena_str(&s->arena, edge->other_id) };
	return 0;
}

/* False: it is none of an input. */
static bool
take(ac_sighted_inputs *s, input *in, const ac_json *object)
{
	ac_str path = ac_json_get_string(object, AC_S("x_accord_input"));
	char text[AC_RETRO_NAME_MAX];
	int64_t count = 0;

	if (!path.p || ac_json_get(object, AC_S("x_accord_sources")) ||
	    !ac_json_i64(ac_json_get(object, AC_S("count")), &count) || count <= 0)
		return false;
	in->count = (uint64_t)count;
	in->source = ac_arena_str(&s->arena, ac_retro_name(path, text));
	in->day = ac_arena_str(&s->arena, ac_json_get_string(object, AC_S("x_accord_day")));
	in->has_time = ac_time_parse_loose(ac_json_get_string(object, AC_S("first_seen")), &in->first) &&
		       ac_time_parse_loose(ac_json_get_string(object, AC_S("last_seen")), &in->last);
	return true;
}

static int
read_input(ac_sighted_inputs *s, input *in, bool *out_is, accord_err *err)
{
	const ac_json *object;
	ac_stored stored;
	int rc;

	*out_is = false;
	ac_arena_reset(&s->scratch);
	rc = ac_store_get(s->store, in->id, &s->scratch, &stored, err);
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	if (rc || stored.revoked || !ac_str_eq(stored.producer, AC_S(AC_SIGHTING_PRODUCER)))
		return rc;
	rc = ac_json_parse(stored.object, AC_JSON_LIMITS, &s->scratch, &object, err);
	if (!rc)
		*out_is = take(s, in, object);
	return rc;
}

static int
load(ac_sighted_inputs *s, ac_str indicator, accord_err *err)
{
	input *all;
	size_t kept = 0;
	int rc;

	s->indicator = (ac_str){ NULL, 0 };
	s->inputs.n = 0;
	ac_arena_reset(&s->arena);
	rc = ac_store_edges_to(s->store, indicator, AC_S("sighting_of_ref"), on_edge, s, err);
	if (!rc)
		rc = ac_vec_check(&s->inputs, "sightings of one indicator", err);
	if (!rc)
		rc = ac_arena_check(&s->arena, err);
	all = s->inputs.p;
	for (size_t i = 0; !rc && i < s->inputs.n; i++) {
		bool is_input;

		all[kept] = all[i];
		rc = read_input(s, &all[kept], &is_input, err);
		kept += is_input;
	}
	s->inputs.n = kept;
	s->indicator = ac_arena_str(&s->arena, indicator);
	return rc ? rc : ac_arena_check(&s->arena, err);
}

/* Memory counts in seconds. */
static bool
reaches_over(const input *in, const ac_remembered *r)
{
	return in->has_time && in->first.seconds <= r->first.seconds && in->last.seconds >= r->last.seconds;
}

static bool
is_whole(const ac_sighted_inputs *s, const ac_remembered *r)
{
	const input *all = s->inputs.p;
	ac_str sources = r->sources, name;
	bool is = sources.n > 0 && !has_others(sources);

	while (is && next_source(&sources, &name)) {
		is = false;
		for (size_t i = 0; !is && i < s->inputs.n; i++)
			is =
			    ac_str_eq(all[i].day, r->day) && ac_str_eq(all[i].source, name) && reaches_over(&all[i], r);
	}
	return is;
}

int
ac_sighted_inputs_of(ac_sighted_inputs *s, const ac_remembered *r, uint64_t *out_count, accord_err *err)
{
	const input *all;
	uint64_t sum = 0;
	int rc = 0;

	if (!s->indicator.p || !ac_str_eq(s->indicator, r->indicator))
		rc = load(s, r->indicator, err);
	if (rc)
		return rc;
	all = s->inputs.p;
	for (size_t i = 0; i < s->inputs.n; i++)
		if ((ac_str_eq(all[i].day, r->day) || ac_str_eq(all[i].day, AC_SIGHTING_UNDATED)) &&
		    (has_others(r->sources) || has_name(r->sources, all[i].source)))
			sum += all[i].count;
	*out_count = sum < r->count && !is_whole(s, r) ? sum : r->count;
	return 0;
}
