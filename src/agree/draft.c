/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts. What a claim says at first is the plainest sentence about its object: people write the words that are signed. */
#include "agree/draft.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "codec/json_write.h"

enum {
	PER_CENT = 100,
	LEAST = 1, /* nothing is impossible, and nothing certain */
	MOST = 99,
	USUAL = 70
};

/* A likelihood on the scale of notes: the term of p, at most "likely" when capped, and the per cent of p within its range, never none or all. */
static ac_claim_judgement
judgement_of(double p, bool cap)
{
	const ac_scale *scale = ac_scale_at(0);
	const ac_scale_band *band = ac_scale_term(scale, p, cap, NULL);
	double per_cent = p * PER_CENT + .5;
	unsigned number = per_cent < LEAST ? LEAST : per_cent > MOST ? MOST : (unsigned)per_cent;

	while (number > LEAST && ac_scale_band_of(scale, (double)number / PER_CENT) > band)
		number--;
	while (number < MOST && ac_scale_band_of(scale, (double)number / PER_CENT) < band)
		number++;
	return (ac_claim_judgement){ .likelihood = band, .number = number };
}

int
ac_draft_init(ac_draft *d, ac_arena *arena, ac_store *store, accord_err *err)
{
	*d = (ac_draft){ .arena = arena,
		.store = store,
		.claims = ac_arena_zalloc(arena, AC_STATEMENT_ITEMS_MAX, sizeof(*d->claims)),
		.about = ac_arena_zalloc(arena, AC_STATEMENT_ITEMS_MAX, sizeof(*d->about)),
		.objects = ac_arena_zalloc(arena, AC_DRAFT_OBJECTS_MAX, sizeof(*d->objects)),
		.ids = ac_arena_zalloc(arena, AC_DRAFT_OBJECTS_MAX, sizeof(*d->ids)),
		.levels = ac_arena_zalloc(arena, AC_DRAFT_OBJECTS_MAX, sizeof(*d->levels)) };
	return ac_arena_check(arena, err);
}

static bool
has_object(const ac_draft *d, ac_str id)
{
	for (size_t i = 0; i < d->object_count; i++)
		if (ac_str_eq(d->ids[i], id))
			return true;
	return false;
}

static int
keep_object(ac_draft *d, const ac_json *object, const ac_json *given, accord_err *err)
{
	ac_str id = ac_json_get_string(object, AC_S("id"));
	int rc;

	if (!id.n || has_object(d, id))
		return 0;
	if (d->object_count == AC_DRAFT_OBJECTS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d objects behind a statement", AC_DRAFT_OBJECTS_MAX);
	rc = ac_effective_tlp(d->store, object, given, d->arena, &d->levels[d->object_count], err);
	if (rc)
		return rc;
	d->ids[d->object_count] = ac_arena_str(d->arena, id);
	d->objects[d->object_count++] = ac_arena_str(d->arena, ac_json_raw(object));
	return ac_arena_check(d->arena, err);
}

/* The store's object of an id. *out_object NULL: not there. */
static int
look_up(ac_draft *d, ac_str id, const ac_json **out, accord_err *err)
{
	ac_stored stored;
	int rc = d->store && id.n ? ac_store_get(d->store, id, d->arena, &stored, err) : ACCORD_ENOTFOUND;

	*out = NULL;
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	return rc ? rc : ac_json_parse(stored.object, AC_JSON_LIMITS, d->arena, out, err);
}

/* One end of a relationship, from what is given or from the store; its name into *out_name, or its id. */
static int
take_end(ac_draft *d, ac_str id, const ac_json *given, ac_str *out_name, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(given, AC_S("objects")));
	const ac_json *object = NULL;
	int rc = 0;

	*out_name = id;
	while (!object && ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("id")), id))
			object = it.value;
	if (!object)
		rc = look_up(d, id, &object, err);
	if (rc)
		return rc;
	if (!object) {
		d->missing++;
		return 0;
	}
	if (ac_json_get_string(object, AC_S("name")).n)
		*out_name = ac_json_get_string(object, AC_S("name"));
	return keep_object(d, object, given, err);
}

/* Words for a line: white space of any kind is one space, and there is a bound. {NULL, 0} without memory, which the arena keeps. */
static ac_str
one_line(ac_draft *d, ac_str text)
{
	size_t n = 0;
	char *out;

	text = ac_str_trim(ac_str_slice(text, 0, AC_DRAFT_NAME_MAX));
	text.n = ac_utf8_valid_prefix(text);
	out = ac_arena_alloc(d->arena, text.n + 1);
	if (!out)
		return (ac_str){ 0 };
	for (size_t i = 0; i < text.n; i++)
		if (!ac_is_space(text.p[i]))
			out[n++] = text.p[i];
		else if (i && !ac_is_space(text.p[i - 1]))
			out[n++] = ' ';
	return (ac_str){ out, n };
}

static int
add_claim(ac_draft *d, ac_str about, ac_claim_judgement judgement, ac_str en, ac_str fr, accord_err *err)
{
	ac_claim *claim;

	if (d->claim_count == AC_STATEMENT_ITEMS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d claims", AC_STATEMENT_ITEMS_MAX);
	claim = &d->claims[d->claim_count];
	d->about[d->claim_count++] = ac_arena_str(d->arena, about);
	*claim = (ac_claim){ .id = ac_arena_printf(d->arena, "c%zu", d->claim_count),
		.judgement = judgement,
		.text = { [AC_TONGUE_EN] = en, [AC_TONGUE_FR] = fr } };
	return ac_arena_check(d->arena, err);
}

/* What an answer of `accord attribute` says of its first hypothesis, whose probability is p. */
static ac_claim_judgement
answered(const ac_json *answer, double p)
{
	ac_claim_judgement judgement = judgement_of(p, !ac_json_is_true(ac_json_get(answer, AC_S("gate"))));
	ac_str level = ac_json_get_string(ac_json_get(answer, AC_S("confidence")), AC_S("level"));

	for (unsigned i = AC_CONFIDENCE_LOW; i <= AC_CONFIDENCE_HIGH; i++)
		if (ac_str_eq(level, ac_confidence_code((ac_confidence_level)i))) {
			judgement.has_confidence = true;
			judgement.confidence = (ac_confidence_level)i;
		}
	return judgement;
}

/* The answer that a result object of `accord attribute --stix` carries, or NULL. */
static const ac_json *
answer_of(const ac_json *object)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("extensions")));

	while (ac_json_next(&it)) {
		const ac_json *answer = ac_json_get(it.value, AC_S("answer"));

		if (ac_str_starts(ac_json_get_string(answer, AC_S("schema")), AC_S("accord.attribution/")))
			return answer;
	}
	return NULL;
}

/* What the object says of its own certainty, or what is usual. */
static ac_claim_judgement
own_judgement(const ac_json *object)
{
	const ac_json *answer = answer_of(object);
	ac_json_iter it = ac_json_iter_of(ac_json_get(answer, AC_S("hypotheses")));
	int64_t number;
	double p;

	if (answer && ac_json_next(&it) && ac_json_double(ac_json_get(it.value, AC_S("p")), &p) && p >= 0 && p <= 1)
		return answered(answer, p);
	if (!ac_json_i64(ac_json_get(object, AC_S("confidence")), &number) || number < 0 || number > PER_CENT)
		number = USUAL;
	return judgement_of((double)number / PER_CENT, false);
}

static int
claim_relation(ac_draft *d, const ac_json *object, const ac_json *given, accord_err *err)
{
	ac_str kind = ac_json_get_string(object, AC_S("relationship_type")), from, to;
	int rc = take_end(d, ac_json_get_string(object, AC_S("source_ref")), given, &from, err);

	if (!rc)
		rc = take_end(d, ac_json_get_string(object, AC_S("target_ref")), given, &to, err);
	if (rc)
		return rc;
	from = one_line(d, from);
	to = one_line(d, to);
	if (!d->subject.n)
		d->subject = to;
	if (ac_str_eq(kind, AC_S("attributed-to")))
		return add_claim(d, ac_json_get_string(object, AC_S("id")), own_judgement(object),
		    ac_arena_printf(d->arena, "%.*s is the work of %.*s.", AC_FMT(from), AC_FMT(to)),
		    ac_arena_printf(d->arena, "%.*s est l'œuvre de %.*s.", AC_FMT(from), AC_FMT(to)), err);
	kind = one_line(d, kind);
	return add_claim(d, ac_json_get_string(object, AC_S("id")), own_judgement(object),
	    ac_arena_printf(d->arena, "%.*s: %.*s %.*s.", AC_FMT(from), AC_FMT(kind), AC_FMT(to)),
	    ac_arena_printf(d->arena, "%.*s : %.*s %.*s.", AC_FMT(from), AC_FMT(kind), AC_FMT(to)), err);
}

static int
claim_object(ac_draft *d, const ac_json *object, const ac_json *given, accord_err *err)
{
	ac_str id = ac_json_get_string(object, AC_S("id")), name = ac_json_get_string(object, AC_S("name"));
	int rc = keep_object(d, object, given, err);

	if (rc)
		return rc;
	if (ac_str_eq(ac_json_get_string(object, AC_S("type")), AC_S("relationship")))
		return claim_relation(d, object, given, err);
	name = one_line(d, name.n ? name : id);
	if (!d->subject.n)
		d->subject = name;
	return add_claim(d, id, own_judgement(object), ac_arena_printf(d->arena, "%.*s took part.", AC_FMT(name)),
	    ac_arena_printf(d->arena, "%.*s a pris part.", AC_FMT(name)), err);
}

static bool
is_attribution(const ac_json *object)
{
	return ac_str_eq(ac_json_get_string(object, AC_S("relationship_type")), AC_S("attributed-to"));
}

static int
take_bundle(ac_draft *d, const ac_json *bundle, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	bool any = false;
	int rc = 0;

	while (ac_json_next(&it))
		any = any || is_attribution(it.value);
	it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	while (!rc && ac_json_next(&it))
		rc = !any || is_attribution(it.value) ? claim_object(d, it.value, bundle, err)
						      : keep_object(d, it.value, bundle, err);
	return rc;
}

static int
take_attribution(ac_draft *d, const ac_json *answer, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(answer, AC_S("hypotheses")));
	ac_str id, name;
	const ac_json *actor;
	double p = 0;
	int rc;

	if (ac_json_is_true(ac_json_get(ac_json_get(answer, AC_S("term")), AC_S("insufficient"))) ||
	    !ac_json_next(&it) || !ac_json_double(ac_json_get(it.value, AC_S("p")), &p))
		return ac_fail(err, ACCORD_EINPUT, "the attribution names nobody: its evidence is insufficient");
	id = ac_json_get_string(it.value, AC_S("stix_id"));
	name = ac_json_get_string(it.value, AC_S("name"));
	rc = look_up(d, id, &actor, err);
	/* Nor may a statement that is made of it name a person. */
	if (!rc && (ac_json_is_true(ac_json_get(it.value, AC_S("individual"))) ||
		       ac_str_eq(ac_json_get_string(actor, AC_S("resource_level")), AC_S("individual"))))
		rc = ac_fail(err, ACCORD_EINPUT, "the attribution names nobody: its first hypothesis is an individual");
	if (!rc && !actor)
		rc =
		    ac_fail(err, ACCORD_ENOTFOUND, "%.*s, whom the attribution names, is not in the store", AC_FMT(id));
	if (!rc)
		rc = keep_object(d, actor, NULL, err);
	if (rc)
		return rc;
	name = one_line(d, name);
	d->subject = name;
	return add_claim(d, id, answered(answer, p),
	    ac_arena_printf(d->arena, "%.*s is behind the activity.", AC_FMT(name)),
	    ac_arena_printf(d->arena, "%.*s est derrière l'activité.", AC_FMT(name)), err);
}

int
ac_draft_take(ac_draft *d, ac_str json, accord_err *err)
{
	const ac_json *root;
	int rc = ac_json_parse(json, AC_JSON_LIMITS, d->arena, &root, err);

	if (rc)
		return rc;
	if (ac_str_eq(ac_json_get_string(root, AC_S("schema")), AC_S("accord.attribution/1")))
		return take_attribution(d, root, err);
	if (ac_json_is(ac_json_get(root, AC_S("objects")), AC_JSON_ARRAY))
		return take_bundle(d, root, err);
	if (ac_json_get_string(root, AC_S("id")).n)
		return claim_object(d, root, root, err);
	return ac_fail(err, ACCORD_EINPUT, "want accord.attribution/1, or a STIX bundle or object");
}

int
ac_draft_take_id(ac_draft *d, ac_str id, accord_err *err)
{
	const ac_json *object;
	int rc = look_up(d, id, &object, err);

	if (!rc && !object)
		rc = ac_fail(err, ACCORD_ENOTFOUND, "%.*s is not in the store", AC_FMT(id));
	return rc ? rc : claim_object(d, object, object, err);
}

void
ac_draft_add_evidence(ac_buf *buf, const ac_draft *d)
{
	ac_json_writer w;

	ac_json_writer_init(&w, buf);
	w.pretty = true;
	ac_jw_object(&w);
	ac_jw_key(&w, AC_S("claims"));
	ac_jw_object(&w);
	for (size_t i = 0; i < d->claim_count; i++) {
		ac_jw_key(&w, d->claims[i].id);
		ac_jw_array(&w);
		ac_jw_string(&w, d->about[i]);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_jw_key(&w, AC_S("objects"));
	ac_jw_array(&w);
	for (size_t i = 0; i < d->object_count; i++)
		ac_jw_raw(&w, d->objects[i]);
	ac_jw_end(&w);
	ac_jw_key(&w, AC_S("tlp"));
	ac_jw_object(&w);
	for (size_t i = 0; i < d->object_count; i++)
		if (d->levels[i] != AC_TLP_NONE)
			ac_jw_key_string(&w, d->ids[i], ac_str_from(ac_tlp_code(d->levels[i])));
	ac_jw_end(&w);
	if (d->unmarked != AC_TLP_NONE)
		ac_jw_key_string(&w, AC_S("unmarked"), ac_str_from(ac_tlp_code(d->unmarked)));
	ac_jw_end(&w);
	ac_buf_add_byte(buf, '\n');
}
