/* SPDX-License-Identifier: Apache-2.0 */
/* accord id: the deterministic ids of cyber-observables (STIX 2.1 s2.9), with the text that is hashed. The rule is in stix/id.c, canonical values are in values/. */
#include "app/batch.h"
#include "app/input.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "stix/id.h"
#include "stix/types.h"
#include "values/value.h"

enum { SHOWN_MAX = 2000 };

static const ac_option options[] = {
	{ "normalize", 0, NULL, "show the id of the canonical value too, where it is another one" },
	{ "jsonl", 0, NULL, "answer requests from standard input, one JSON object a line" },
	{ 0 },
};

/* What there is to say about one object. Texts live in its arena. */
typedef struct answer {
	ac_str sco_id;    /* {NULL, 0}: a UUIDv4 is due */
	ac_str canonical; /* what was hashed */
	ac_str reason;    /* why a UUIDv4 is due */
	ac_str given;     /* the object's own id */
	ac_str normal_id; /* of the object with canonical values; {NULL, 0}: not asked for, or the same */
	ac_str normal_canonical;
} answer;

typedef struct lister {
	ac_app *app;
	ac_digester *digester;
	bool with_normal;
	const char *path;
	int status;
} lister;

static ac_str
reason_of(const ac_json *object)
{
	ac_str name = ac_json_get_string(object, AC_S("type"));
	const ac_stix_type *type = ac_stix_type_find(name);

	if (!name.p)
		return AC_S("the object has no type");
	if (!type)
		return AC_S("the standard does not say what makes objects of this type the same");
	if (type->class != AC_STIX_SCO)
		return AC_S("only cyber-observables have deterministic ids");
	for (size_t i = 0; i < type->property_count; i++)
		if (type->properties[i].contributes_to_id)
			return AC_S("none of the properties that make the id is there");
	return AC_S("objects of this type have no properties that make an id");
}

/* The canonical text of a value of the type that `name` says; {NULL, 0} when it has none, or is one of another type (an IPv4 address inside IPv6). */
static ac_str
canonical_text(ac_str name, ac_str text, bool defanged, ac_arena *arena)
{
	ac_value_type type = ac_value_type_from_name(name);
	ac_value value;

	if (type == AC_VALUE_NONE || !text.p)
		return (ac_str){ NULL, 0 };
	if (defanged)
		text = ac_value_refang(text, arena);
	if (ac_value_parse(type, text, arena, &value, NULL) || value.type != type)
		return (ac_str){ NULL, 0 };
	return value.text;
}

/* A member with the canonical form of what it says. */
static void
write_member(ac_json_writer *w, ac_str type, ac_str key, const ac_json *member, bool defanged, ac_arena *arena)
{
	ac_json_iter hash = ac_json_iter_of(member);
	ac_str text = { NULL, 0 };

	ac_jw_key(w, key);
	if (ac_str_eq(key, AC_S("value")))
		text = canonical_text(type, ac_json_string(member), defanged, arena);
	if (text.p) {
		ac_jw_string(w, text);
	} else if (ac_str_eq(key, AC_S("hashes")) && ac_json_is(member, AC_JSON_OBJECT)) {
		ac_jw_object(w);
		while (ac_json_next(&hash)) {
			text = canonical_text(hash.key, ac_json_string(hash.value), false, arena);
			ac_jw_key(w, hash.key);
			if (text.p)
				ac_jw_string(w, text);
			else
				ac_jw_raw(w, ac_json_raw(hash.value));
		}
		ac_jw_end(w);
	} else {
		ac_jw_raw(w, ac_json_raw(member));
	}
}

/* s2.9 hashes values as they are written: the id that the same thing has in its canonical spelling. */
static int
normal_answer(ac_digester *digester, const ac_json *object, ac_arena *arena, answer *a, accord_err *err)
{
	bool defanged = ac_json_is_true(ac_json_get(object, AC_S("defanged")));
	ac_json_iter it = ac_json_iter_of(object);
	const ac_json *normal;
	ac_str text, id, canonical;
	ac_json_writer w;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_OBJECT_MAX);
	ac_json_writer_init(&w, &buf);
	ac_jw_object(&w);
	while (ac_json_next(&it))
		write_member(&w, ac_json_get_string(object, AC_S("type")), it.key, it.value, defanged, arena);
	ac_jw_end(&w);
	rc = ac_buf_finish(&buf, &text, err);
	if (rc == 0)
		rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &normal, err);
	if (rc == 0)
		rc = ac_stix_sco_id_with(digester, normal, arena, &id, &canonical, err);
	if (rc == 0 && !ac_str_eq(id, a->sco_id)) {
		a->normal_id = id;
		a->normal_canonical = canonical;
	}
	ac_buf_done(&buf);
	return rc;
}

static int
make_answer(const lister *l, const ac_json *object, ac_arena *arena, answer *out, accord_err *err)
{
	int rc;

	*out = (answer){ .given = ac_json_get_string(object, AC_S("id")) };
	rc = ac_stix_sco_id_with(l->digester, object, arena, &out->sco_id, &out->canonical, err);
	if (rc == 0 && !out->sco_id.p)
		out->reason = reason_of(object);
	if (rc == 0 && out->sco_id.p && l->with_normal)
		rc = normal_answer(l->digester, object, arena, out, err);
	return rc;
}

static void
key_string_or_null(ac_json_writer *w, ac_str key, ac_str text)
{
	ac_jw_key(w, key);
	if (text.p)
		ac_jw_string(w, text);
	else
		ac_jw_null(w);
}

static void
write_answer(ac_json_writer *w, const answer *a)
{
	key_string_or_null(w, AC_S("sco_id"), a->sco_id);
	if (a->sco_id.p)
		ac_jw_key_string(w, AC_S("canonical"), a->canonical);
	else
		ac_jw_key_string(w, AC_S("reason"), a->reason);
	if (!a->normal_id.p)
		return;
	ac_jw_key(w, AC_S("normalized"));
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("sco_id"), a->normal_id);
	ac_jw_key_string(w, AC_S("canonical"), a->normal_canonical);
	ac_jw_end(w);
}

/* The object carries an id, and it is not the deterministic one. */
static bool
differs(const answer *a)
{
	return a->sco_id.p && a->given.p && !ac_str_eq(a->sco_id, a->given);
}

static void
print_json(const lister *l, const ac_json *object, ac_place place, const answer *a)
{
	ac_buf *out = ac_app_out(l->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.id/1"));
	ac_jw_key_string(&w, AC_S("file"), ac_str_from(l->path));
	ac_jw_key_u64(&w, AC_S("line"), place.line);
	ac_jw_key_u64(&w, AC_S("column"), place.column);
	key_string_or_null(&w, AC_S("type"), ac_json_get_string(object, AC_S("type")));
	key_string_or_null(&w, AC_S("id"), a->given);
	write_answer(&w, a);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* "id  canonical string", and what else there is to say behind it. */
static void
print_text(const lister *l, const ac_json *object, const answer *a)
{
	ac_str type = ac_json_get_string(object, AC_S("type"));
	ac_buf *out = ac_app_out(l->app);

	if (!a->sco_id.p) {
		ac_utf8_add_visible(out, a->given.p ? a->given : type.p ? type : AC_S("(no type)"), SHOWN_MAX);
		ac_buf_printf(out, "  a UUIDv4 is due: %.*s\n", AC_FMT(a->reason));
		return;
	}
	ac_utf8_add_visible(out, a->sco_id, SHOWN_MAX);
	ac_buf_add(out, AC_S("  "));
	ac_utf8_add_visible(out, a->canonical, SHOWN_MAX);
	ac_buf_add_byte(out, '\n');
	if (differs(a)) {
		ac_buf_add(out, AC_S("  the object carries another id: "));
		ac_utf8_add_visible(out, a->given, SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
	if (a->normal_id.p) {
		ac_buf_add(out, AC_S("  of the canonical value: "));
		ac_utf8_add_visible(out, a->normal_id, SHOWN_MAX);
		ac_buf_add(out, AC_S("  "));
		ac_utf8_add_visible(out, a->normal_canonical, SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
}

static int
on_object(void *payload, const ac_json *object, ac_place place, ac_arena *arena, accord_err *err)
{
	lister *l = payload;
	answer a;
	int rc = make_answer(l, object, arena, &a, err);

	if (rc < 0)
		return rc;
	if (differs(&a))
		l->status = ac_exit_worse(l->status, AC_EXIT_NO);
	if (ac_app_json(l->app))
		print_json(l, object, place, &a);
	else
		print_text(l, object, &a);
	return 0;
}

static int
on_request(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	const ac_json *object = ac_json_get(request, AC_S("object"));
	answer a;
	int rc;

	if (!ac_json_is(object, AC_JSON_OBJECT))
		return ac_fail(err, ACCORD_EINPUT, "want an \"object\" in the request, got none");
	rc = make_answer(payload, object, arena, &a, err);
	if (rc == 0)
		write_answer(w, &a);
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	lister l = { .app = app, .with_normal = ac_arg_given(args, "normalize") };
	int status = ac_batch_check_usage(app, args, "FILE ('-' for standard input)");

	if (status)
		return status;
	l.digester = ac_digester_open();
	if (!l.digester)
		return AC_EXIT_INTERNAL;
	if (ac_arg_given(args, "jsonl"))
		l.status = ac_batch_run(app, on_request, &l);
	for (int i = 0; i < args->operand_count; i++) {
		l.path = args->operands[i];
		status = ac_input_objects(app, l.path, on_object, &l);
		l.status = ac_exit_worse(l.status, status);
	}
	l.digester = ac_digester_close(l.digester);
	return l.status;
}

const ac_command ac_command_id = {
	.name = "id",
	.operands = "FILE...",
	.summary = "show the deterministic ids of cyber-observables",
	.details =
	    "STIX 2.1 section 2.9 makes the id of a cyber-observable from some of its properties. Each object "
	    "of the files "
	    "(objects, lists, bundles, lines of these; gzip and zstd are undone) gets its id and the text that "
	    "was hashed, and a word "
	    "when it carries another id. Other objects get random ids (UUIDv4).\n\n"
	    "Values are hashed as they are written: EXAMPLE.com and example.com are two objects. --normalize "
	    "shows the id that the "
	    "canonical value has.\n\n"
	    "Exit status: 0 done, 1 an object carries another id than its content gives, 3 something is no JSON, "
	    "4 something could not be read.\n\n"
	    "--jsonl reads one request a line, {\"id\": ..., \"object\": {...}}, and writes one answer a line, "
	    "{\"id\": ..., "
	    "\"sco_id\": \"type--uuid\" or null, \"canonical\" or \"reason\": ...}.",
	.examples = "accord id bundle.json\n"
		    "echo '{\"type\":\"domain-name\",\"value\":\"C2.example\"}' | accord id --normalize -\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
