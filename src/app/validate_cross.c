/* SPDX-License-Identifier: Apache-2.0 */
/* Findings across objects: where objects came from, what the store adds to them, and how they are printed. It judges nothing itself. */
#include "app/validate_cross.h"

#include "base/limits.h"
#include "base/utf8.h"

enum { SHOWN_MAX = 2000, STORE_INPUT = 0 };

struct ac_validate_cross {
	ac_app *app;
	const ac_validate_rules *rules;
	ac_cross *cross;
	ac_arena paths;
	const char **inputs; /* by number; STORE_INPUT: NULL */
	size_t input_count, input_room;
	ac_store *store;
	ac_arena stored; /* of one version of the store */
	ac_validate_sums sums;
};

ac_validate_cross *
ac_validate_cross_open(ac_app *app, const ac_validate_rules *rules)
{
	ac_arena paths;
	ac_validate_cross *v;

	ac_arena_init(&paths, AC_WALK_NAMES_MAX);
	v = ac_arena_zalloc(&paths, 1, sizeof(*v));
	if (!v)
		return NULL;
	v->app = app;
	v->rules = rules;
	v->paths = paths;
	v->input_count = 1;
	ac_arena_init(&v->stored, AC_STORE_ARENA_MAX);
	v->cross = ac_cross_open(ac_app_seed(app));
	return v->cross ? v : ac_validate_cross_close(v);
}

ac_validate_cross *
ac_validate_cross_close(ac_validate_cross *v)
{
	ac_arena paths;

	if (!v)
		return NULL;
	v->cross = ac_cross_close(v->cross);
	ac_arena_done(&v->stored);
	paths = v->paths;
	ac_arena_done(&paths);
	return NULL;
}

/* The number of a path; files come one behind the other, so only the last one is compared. */
static int
input_of(ac_validate_cross *v, const char *path, uint32_t *out, accord_err *err)
{
	size_t last = v->input_count - 1;
	const char **grown;

	*out = STORE_INPUT;
	if (!path)
		return 0;
	if (!v->inputs || !v->inputs[last] || strcmp(v->inputs[last], path) != 0) {
		if (v->input_count >= v->input_room) {
			size_t room = v->input_room ? v->input_room * 2 : 64;

			grown = ac_arena_resize(
			    &v->paths, v->inputs, v->input_room * sizeof(*grown), room * sizeof(*grown));
			if (!grown)
				return ac_arena_check(&v->paths, err);
			grown[STORE_INPUT] = NULL;
			v->inputs = grown;
			v->input_room = room;
		}
		v->inputs[v->input_count] = ac_arena_str(&v->paths, ac_str_from(path)).p;
		if (!v->inputs[v->input_count])
			return ac_arena_check(&v->paths, err);
		last = v->input_count++;
	}
	*out = (uint32_t)last;
	return 0;
}

int
ac_validate_cross_add(
    ac_validate_cross *v, const char *path, const ac_json *object, uint32_t bundle, ac_place place, accord_err *err)
{
	ac_cross_place at = { 0, bundle, place.line, place.column };
	int rc = input_of(v, path, &at.input, err);

	return rc == 0 ? ac_cross_add(v->cross, object, at, 0, err) : rc;
}

static void
print_place(ac_validate_cross *v, const ac_cross_place *place)
{
	ac_buf *out = ac_app_out(v->app);

	if (place->input == STORE_INPUT) {
		ac_buf_add(out, AC_S("store"));
		return;
	}
	ac_utf8_add_visible(out, ac_str_from(v->inputs[place->input]), AC_PATH_MAX);
	ac_buf_printf(out, ":%llu:%llu", (unsigned long long)place->line, (unsigned long long)place->column);
}

/* "file:line:column: id: error [3.6] /created: want ... (file:line:column)"; the other object's id where it is another. */
static void
print_text(ac_validate_cross *v, const ac_cross_finding *f)
{
	ac_buf *out = ac_app_out(v->app);

	print_place(v, &f->place);
	ac_buf_printf(out, ": %.*s: %s", AC_FMT(f->id), f->f.level == AC_STIX_ERROR ? "error" : "warning");
	if (f->f.code.n)
		ac_buf_printf(out, " {%.*s}", AC_FMT(f->f.code));
	ac_buf_printf(out, " [%.*s] ", AC_FMT(f->f.section));
	if (f->f.pointer.n) {
		ac_utf8_add_visible(out, f->f.pointer, SHOWN_MAX);
		ac_buf_add(out, AC_S(": "));
	}
	ac_utf8_add_visible(out, f->f.text, SHOWN_MAX);
	if (f->other_id.p) {
		ac_buf_add(out, AC_S(" ("));
		if (!ac_str_eq(f->other_id, f->id))
			ac_buf_printf(out, "%.*s, ", AC_FMT(f->other_id));
		print_place(v, &f->other);
		ac_buf_add_byte(out, ')');
	}
	ac_buf_add_byte(out, '\n');
}

static void
add_place(ac_validate_cross *v, ac_json_writer *w, ac_str id, const ac_cross_place *place)
{
	bool in_store = place->input == STORE_INPUT;

	ac_jw_key_string(w, AC_S("file"), in_store ? AC_S("store") : ac_str_from(v->inputs[place->input]));
	if (!in_store) {
		ac_jw_key_u64(w, AC_S("line"), place->line);
		ac_jw_key_u64(w, AC_S("column"), place->column);
	}
	ac_jw_key_string(w, AC_S("id"), id);
}

static void
print_json(ac_validate_cross *v, const ac_cross_finding *f)
{
	ac_buf *out = ac_app_out(v->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.cross-finding/1"));
	add_place(v, &w, f->id, &f->place);
	ac_jw_key_string(&w, AC_S("level"), f->f.level == AC_STIX_ERROR ? AC_S("error") : AC_S("warning"));
	ac_jw_key_string(&w, AC_S("code"), f->f.code);
	ac_jw_key_string(&w, AC_S("section"), f->f.section);
	ac_jw_key_string(&w, AC_S("pointer"), f->f.pointer);
	ac_jw_key_string(&w, AC_S("text"), f->f.text);
	if (f->other_id.p) {
		ac_jw_key(&w, AC_S("other"));
		ac_jw_object(&w);
		add_place(v, &w, f->other_id, &f->other);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static int
on_finding(void *payload, const ac_cross_finding *f, accord_err *err)
{
	ac_validate_cross *v = payload;

	if (f->f.level == AC_STIX_WARNING && !ac_codes_want(&v->rules->codes, f->f.code))
		return 0;
	if (f->f.level == AC_STIX_ERROR)
		v->sums.errors++;
	else
		v->sums.warnings++;
	if (f->f.level == AC_STIX_WARNING && !v->rules->with_warnings)
		return 0;
	if (ac_app_json(v->app))
		print_json(v, f);
	else
		print_text(v, f);
	return 0;
}

/* A version of the store that others are held against. An abridged one is not what its producer said. */
static int
add_version(ac_validate_cross *v, const ac_stored *stored, unsigned what, accord_err *err)
{
	const ac_json *object;
	int rc = ac_json_parse(stored->object, AC_JSON_LIMITS, &v->stored, &object, err);

	if (stored->form != AC_FORM_STIX21 || stored->abridged)
		what |= AC_CROSS_ADD_REMADE;
	return rc == 0 ? ac_cross_add(v->cross, object, (ac_cross_place){ STORE_INPUT, 0, 0, 0 }, what, err) : rc;
}

static int
on_known_version(void *payload, const ac_stored *stored, accord_err *err)
{
	ac_validate_cross *v = payload;
	int rc = add_version(v, stored, AC_CROSS_ADD_KNOWN, err);

	ac_arena_reset(&v->stored);
	return rc;
}

static int
on_wanted(void *payload, ac_cross *cross, ac_str id, accord_err *err)
{
	ac_validate_cross *v = payload;

	return ac_store_versions(v->store, id, &v->stored, on_known_version, v, err);
}

int
ac_validate_cross_end(ac_validate_cross *v, ac_store *store, ac_validate_sums *out, accord_err *err)
{
	ac_cross_sums sums;
	int rc;

	v->store = store;
	rc = ac_cross_judge(v->cross, v->rules->dangling, store ? on_wanted : NULL, on_finding, v, &sums, err);
	if (rc < 0)
		return rc;
	v->sums.left_out = sums.left_out;
	if (v->rules->dangling == AC_CROSS_DANGLING_COUNTED && !sums.left_out)
		v->sums.dangling = sums.dangling;
	*out = v->sums;
	return 0;
}

/* Walking the store: the object that is visited, and who sees it. */
typedef struct visit {
	ac_validate_cross *v;
	ac_store *store;
	ac_validate_on_stored on_object;
	void *payload;
	int64_t sequence; /* of the current version */
} visit;

static int
on_older(void *payload, const ac_stored *stored, accord_err *err)
{
	visit *at = payload;

	int rc = stored->sequence == at->sequence ? 0 : add_version(at->v, stored, 0, err);

	ac_arena_reset(&at->v->stored);
	return rc;
}

static int
on_current(void *payload, const ac_stored *stored, accord_err *err)
{
	visit *at = payload;
	const ac_json *object;
	int rc = ac_json_parse(stored->object, AC_JSON_LIMITS, &at->v->stored, &object, err);

	if (rc == 0)
		rc = at->on_object(at->payload, object, err);
	if (rc == 0)
		rc = add_version(at->v, stored, 0, err);
	at->sequence = stored->sequence;
	ac_arena_reset(&at->v->stored);
	return rc == 0 ? ac_store_versions(at->store, stored->id, &at->v->stored, on_older, at, err) : rc;
}

int
ac_validate_store(
    ac_validate_cross *v, ac_store *store, ac_validate_on_stored on_object, void *payload, accord_err *err)
{
	visit at = { v, store, on_object, payload, 0 };
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	rc = ac_store_each(store, (ac_str){ NULL, 0 }, 0, &arena, on_current, &at, err);
	ac_arena_done(&arena);
	return rc;
}
