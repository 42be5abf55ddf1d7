/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles of evidence. Knows nothing of stores and folders. */
#include "agree/evidence.h"

#include "agree/effective.h"

#include <stdlib.h>

#include "base/limits.h"
#include "codec/json_write.h"

/* Ids of what is made here are names in the extension's own number. */
static const ac_str extension = AC_S_INIT(AC_AGREE_EXTENSION);
static const ac_str extension_prefix = AC_S_INIT("extension-definition--");

typedef struct composing {
	const ac_statement *statement;
	ac_json_writer *w;
	ac_str *ids; /* of the objects, sorted */
	size_t count;
	const ac_json *root, *claims;
	ac_arena *arena;
	ac_evidence found;
} composing;

static int
compare_ids(const void *a, const void *b)
{
	return ac_str_cmp(*(const ac_str *)a, *(const ac_str *)b);
}

static bool
has_id(const composing *c, ac_str id)
{
	return c->count && bsearch(&id, c->ids, c->count, sizeof(*c->ids), compare_ids);
}

/* A level by its name; NONE where there is none. */
static int
read_level(const ac_json *name, ac_tlp *out, accord_err *err)
{
	*out = AC_TLP_NONE;
	if (name && !ac_tlp_from_name(ac_json_string(name), out))
		return ac_fail(err, ACCORD_EINPUT, "want clear, green, amber, amber+strict or red as TLP, got '%.*s'",
		    AC_FMT(ac_json_string(name)));
	return 0;
}

/* Deny by default: what nobody has marked gets into no statement that others see, unless whoever drafted has said what it is. */
static int
check_level(composing *c, const ac_json *object, ac_str id, accord_err *err)
{
	ac_tlp own, known, level;
	int rc = ac_effective_tlp(NULL, object, c->root, c->arena, &own, err);

	if (!rc)
		rc = read_level(ac_json_get(ac_json_get(c->root, AC_S("tlp")), id), &known, err);
	if (rc)
		return rc;
	c->found.unmarked += own == AC_TLP_NONE;
	level = own == AC_TLP_NONE ? known : known == AC_TLP_NONE ? own : ac_effective_stricter(own, known);
	if (level == AC_TLP_NONE && c->found.as != AC_TLP_NONE) {
		level = c->found.as;
		c->found.taken++;
	}
	if (level == AC_TLP_NONE && c->statement->tlp < AC_TLP_AMBER_STRICT)
		return ac_fail(err, ACCORD_EDENIED,
		    "%.*s says nothing of TLP, nor has its source a default: it is TLP:AMBER+STRICT, which a statement "
		    "of TLP:%s "
		    "must not hold, unless --unmarked LEVEL says what it is",
		    AC_FMT(id), ac_tlp_code(c->statement->tlp));
	if (level > c->statement->tlp)
		return ac_fail(err, ACCORD_EDENIED,
		    "%.*s is %.*s, by its marking or by the default of its source, which a statement of TLP:%s must "
		    "not hold",
		    AC_FMT(id), AC_FMT(ac_tlp_name(level)), ac_tlp_code(c->statement->tlp));
	return 0;
}

static int
check_object(composing *c, const ac_json *object, accord_err *err)
{
	ac_str id = ac_json_get_string(object, AC_S("id")), type = ac_json_get_string(object, AC_S("type"));

	if (!id.n || !ac_str_starts(id, type) || !ac_str_starts(ac_str_slice(id, type.n, id.n), AC_S("--")))
		return ac_fail(err, ACCORD_EINPUT,
		    "want STIX objects with type and id as evidence, got one with the id '%.*s'", AC_FMT(id));
	c->ids[c->count++] = id;
	return check_level(c, object, id, err);
}

/* All objects, and that claims are about these. */
static int
check_all(composing *c, const ac_json *objects, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(objects), refs;
	int rc = 0;

	while (!rc && ac_json_next(&it))
		rc = check_object(c, it.value, err);
	if (rc)
		return rc;
	if (!c->count)
		return ac_fail(err, ACCORD_EINPUT, "want one object of evidence at least, got none");
	qsort(c->ids, c->count, sizeof(*c->ids), compare_ids);
	for (size_t i = 1; i < c->count; i++)
		if (ac_str_eq(c->ids[i - 1], c->ids[i]))
			return ac_fail(err, ACCORD_EINPUT, "the evidence has %.*s twice", AC_FMT(c->ids[i]));
	it = ac_json_iter_of(c->claims);
	while (ac_json_next(&it)) {
		refs = ac_json_iter_of(it.value);
		while (ac_json_next(&refs))
			if (!has_id(c, ac_json_string(refs.value)))
				return ac_fail(err, ACCORD_EINPUT,
				    "claim %.*s is about %.*s, which is not among the evidence", AC_FMT(it.key),
				    AC_FMT(ac_json_string(refs.value)));
	}
	c->found.objects = c->count;
	return 0;
}

/* "report--" and a number that the statement's name and version give. */
static int
key_id(composing *c, const char *type, accord_err *err)
{
	uint8_t space[16];
	char uuid[AC_UUID_TEXT_SIZE];
	ac_str text;
	ac_buf name;
	int rc;

	if (!ac_uuid_parse(ac_str_slice(extension, extension_prefix.n, extension.n), space))
		return ac_fail(err, ACCORD_EINTERNAL, "the extension's id is none");
	ac_buf_init(&name, AC_KIB);
	ac_buf_printf(&name, "%s %.*s/%.*s/%llu", type, AC_FMT(c->statement->coalition), AC_FMT(c->statement->id),
	    (unsigned long long)c->statement->version);
	rc = ac_buf_finish(&name, &text, err);
	if (!rc)
		rc = ac_uuid5(space, text, uuid, err);
	ac_buf_reset(&name);
	if (!rc) {
		ac_buf_printf(&name, "%s--%.*s", type, (int)sizeof(uuid), uuid);
		ac_jw_key_string(c->w, AC_S("id"), ac_buf_view(&name));
	}
	ac_buf_done(&name);
	return rc;
}

static void
put_claim(const composing *c, const ac_claim *claim)
{
	ac_json_writer *w = c->w;
	const ac_json *about = ac_json_get(c->claims, claim->id);
	ac_json_iter refs = ac_json_iter_of(about);

	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), claim->id);
	ac_jw_key_string(w, AC_S("likelihood"), claim->judgement.likelihood->code);
	ac_jw_key_u64(w, AC_S("confidence"), claim->judgement.number);
	ac_jw_key_string(w, AC_S("analytic_confidence"),
	    claim->judgement.has_confidence ? ac_confidence_code(claim->judgement.confidence) : AC_S("unstated"));
	ac_jw_key_string(w, AC_S("text_en"), claim->text[AC_TONGUE_EN]);
	ac_jw_key_string(w, AC_S("text_fr"), claim->text[AC_TONGUE_FR]);
	if (ac_json_count(about)) {
		ac_jw_key(w, AC_S("object_refs"));
		ac_jw_array(w);
		while (ac_json_next(&refs))
			ac_jw_string(w, ac_json_string(refs.value));
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_extension(const composing *c)
{
	const ac_statement *s = c->statement;
	ac_json_writer *w = c->w;

	ac_jw_key(w, AC_S("extensions"));
	ac_jw_object(w);
	ac_jw_key(w, extension);
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("extension_type"), AC_S("property-extension"));
	ac_jw_key_string(w, AC_S("kind"), AC_S("statement"));
	ac_jw_key_string(w, AC_S("statement_id"), s->id);
	ac_jw_key_u64(w, AC_S("version"), s->version);
	if (s->norm_count) {
		ac_jw_key(w, AC_S("norms"));
		ac_jw_array(w);
		for (size_t i = 0; i < s->norm_count; i++)
			ac_jw_string(w, s->norms[i]);
		ac_jw_end(w);
	}
	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < s->claim_count; i++)
		put_claim(c, &s->claims[i]);
	ac_jw_end(w);
	ac_jw_end(w);
	ac_jw_end(w);
}

static int
put_report(composing *c, accord_err *err)
{
	const ac_statement *s = c->statement;
	ac_json_writer *w = c->w;
	int rc;

	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("type"), AC_S("report"));
	ac_jw_key_string(w, AC_S("spec_version"), AC_S("2.1"));
	rc = key_id(c, "report", err);
	ac_jw_key_time(w, AC_S("created"), s->opened, 3);
	ac_jw_key_time(w, AC_S("modified"), s->opened, 3);
	ac_jw_key_time(w, AC_S("published"), s->has_embargo ? s->embargo : s->opened, 3);
	ac_jw_key_string(w, AC_S("name"), s->title[AC_TONGUE_EN]);
	ac_jw_key_string(w, AC_S("lang"), AC_S("en"));
	ac_jw_key(w, AC_S("object_marking_refs"));
	ac_jw_array(w);
	ac_jw_string(w, ac_tlp_marking_id(s->tlp));
	ac_jw_end(w);
	ac_jw_key(w, AC_S("object_refs"));
	ac_jw_array(w);
	for (size_t i = 0; i < c->count; i++)
		ac_jw_string(w, c->ids[i]);
	ac_jw_end(w);
	put_extension(c);
	ac_jw_end(w);
	return rc;
}

/* The bundle, whose order of members the canonical form decides. */
static int
put_bundle(composing *c, const ac_json *objects, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(objects);
	int rc;

	ac_jw_object(c->w);
	ac_jw_key_string(c->w, AC_S("type"), AC_S("bundle"));
	rc = key_id(c, "bundle", err);
	ac_jw_key(c->w, AC_S("objects"));
	ac_jw_array(c->w);
	while (ac_json_next(&it))
		ac_jw_raw(c->w, ac_json_raw(it.value));
	if (!rc)
		rc = put_report(c, err);
	ac_jw_end(c->w);
	ac_jw_end(c->w);
	return rc;
}

int
ac_evidence_compose(
    ac_str evidence, const ac_statement *s, ac_arena *arena, ac_buf *buf, ac_evidence *out, accord_err *err)
{
	composing c = { .statement = s, .arena = arena };
	const ac_json *root, *objects, *bundle;
	ac_json_writer w;
	ac_str text;
	ac_buf plain;
	int rc = ac_json_parse(evidence, AC_JSON_LIMITS, arena, &root, err);

	if (rc)
		return rc;
	objects = ac_json_get(root, AC_S("objects"));
	c.root = root;
	c.claims = ac_json_get(root, AC_S("claims"));
	c.ids = ac_arena_alloc(arena, (ac_json_count(objects) + 1) * sizeof(*c.ids));
	if (!c.ids)
		return ac_arena_check(arena, err);
	if (!ac_json_is(objects, AC_JSON_ARRAY))
		return ac_fail(err, ACCORD_EINPUT, "want evidence as {\"claims\": {...}, \"objects\": [...]}");
	rc = read_level(ac_json_get(root, AC_S("unmarked")), &c.found.as, err);
	if (!rc)
		rc = check_all(&c, objects, err);
	if (rc)
		return rc;
	ac_buf_init(&plain, 2 * AC_BUNDLE_MAX);
	ac_json_writer_init(&w, &plain);
	c.w = &w;
	rc = put_bundle(&c, objects, err);
	if (!rc)
		rc = ac_buf_finish(&plain, &text, err);
	if (!rc)
		rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &bundle, err);
	if (!rc)
		rc = ac_jcs(bundle, buf, arena, err);
	ac_buf_done(&plain);
	if (!rc)
		*out = c.found;
	return rc;
}

static bool
is_report_of_statement(const ac_json *object)
{
	const ac_json *own = ac_json_get(ac_json_get(object, AC_S("extensions")), extension);

	return ac_str_eq(ac_json_get_string(own, AC_S("kind")), AC_S("statement"));
}

int
ac_evidence_of(ac_str bytes, ac_arena *arena, ac_buf *buf, accord_err *err)
{
	const ac_json *bundle, *own = NULL;
	ac_tlp level = AC_TLP_NONE;
	ac_json_iter it, refs;
	ac_json_writer w;
	size_t left, unknown;
	int rc = ac_json_parse(bytes, AC_JSON_LIMITS, arena, &bundle, err);

	if (rc)
		return rc;
	ac_json_writer_init(&w, buf);
	ac_jw_object(&w);
	ac_jw_key(&w, AC_S("objects"));
	ac_jw_array(&w);
	left = ac_json_count(ac_json_get(bundle, AC_S("objects")));
	it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	/* Behind the evidence, which may hold reports of other statements. */
	while (ac_json_next(&it)) {
		if (--left == 0 && is_report_of_statement(it.value)) {
			own = ac_json_get(ac_json_get(it.value, AC_S("extensions")), extension);
			level = ac_tlp_of(it.value, &unknown);
		} else
			ac_jw_raw(&w, ac_json_raw(it.value));
	}
	ac_jw_end(&w);
	ac_jw_key(&w, AC_S("claims"));
	ac_jw_object(&w);
	it = ac_json_iter_of(ac_json_get(own, AC_S("claims")));
	while (ac_json_next(&it)) {
		refs = ac_json_iter_of(ac_json_get(it.value, AC_S("object_refs")));
		ac_jw_key(&w, ac_json_get_string(it.value, AC_S("id")));
		ac_jw_array(&w);
		while (ac_json_next(&refs))
			ac_jw_string(&w, ac_json_string(refs.value));
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	/* What nobody marked is in a statement of that level already. */
	if (level != AC_TLP_NONE)
		ac_jw_key_string(&w, AC_S("unmarked"), ac_str_from(ac_tlp_code(level)));
	ac_jw_end(&w);
	if (!own)
		return ac_fail(err, ACCORD_EINPUT, "want a bundle with the report of a statement");
	return 0;
}
