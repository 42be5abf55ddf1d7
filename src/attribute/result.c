/* SPDX-License-Identifier: Apache-2.0 */
/* The STIX objects of an answer. Decides what may become one; the words and numbers are the answer's. */
#include "attribute/result.h"

#include "base/limits.h"
#include "stix/id.h"

/* The extension and who defines it do not change with the program's clock. */
#define DEFINED "2026-01-01T00:00:00.000Z"
#define EXTENSION_SCHEMA                                                                                               \
	"{ answer_sha256: SHA-256 of the answer as accord attribute --json prints it; answer: accord.attribution/1 "   \
	"without members that are null or empty }"
#define EXTENSION_TEXT                                                                                                 \
	"Property extension of relationships, opinions and notes. Member \"answer\": the object accord.attribution/1 " \
	"that they rest on: hypotheses with "                                                                          \
	"probabilities and intervals, the term and its scale, the gate, and rows of evidence whose weights in nats "   \
	"sum to the log-odds."

typedef struct bundle {
	const ac_answer *a;
	ac_lang lang;
	ac_time now;
	ac_json_writer *w;
	ac_arena *arena;
	const ac_json *answer; /* accord.attribution/1 */
	ac_str digest;         /* SHA-256 of it, in hexadecimal digits */
	ac_str identity;       /* ids */
	ac_str extension;
	ac_str subject; /* what is attributed */
	ac_str claim;   /* our relationship; empty: none */
} bundle;

static int
make_answer(bundle *b, accord_err *err)
{
	uint8_t hash[AC_SHA256_SIZE];
	char digits[2 * AC_SHA256_SIZE];
	ac_str text = { NULL, 0 };
	ac_json_writer w;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("id"), b->a->evidence->id);
	rc = ac_answer_json(b->a, false, &w, err);
	ac_jw_end(&w);
	if (rc == 0)
		rc = ac_buf_finish(&buf, &text, err);
	if (rc == 0)
		rc = ac_sha256(text, hash, err);
	if (rc == 0) {
		ac_hex(hash, sizeof(hash), digits);
		b->digest = ac_arena_str(b->arena, (ac_str){ digits, sizeof(digits) });
		text = ac_arena_str(b->arena, text);
		rc = ac_arena_check(b->arena, err);
	}
	if (rc == 0)
		rc = ac_json_parse(text, AC_JSON_LIMITS, b->arena, &b->answer, err);
	ac_buf_done(&buf);
	return rc;
}

/* STIX 2.1 s2 and s2.12: no null, no empty list, no empty object; what is left without those is dropped with them. The answer is a few levels deep. */
static bool
is_nothing(const ac_json *v)
{
	ac_json_iter it = ac_json_iter_of(v);

	if (!ac_json_is(v, AC_JSON_ARRAY) && !ac_json_is(v, AC_JSON_OBJECT))
		return ac_json_is(v, AC_JSON_NULL);
	while (ac_json_next(&it))
		if (!is_nothing(it.value))
			return false;
	return true;
}

static void
put_filled(ac_json_writer *w, const ac_json *v)
{
	ac_json_iter it = ac_json_iter_of(v);
	bool is_object = ac_json_is(v, AC_JSON_OBJECT);

	if (!is_object && !ac_json_is(v, AC_JSON_ARRAY)) {
		ac_jw_raw(w, ac_json_raw(v));
		return;
	}
	if (is_object)
		ac_jw_object(w);
	else
		ac_jw_array(w);
	while (ac_json_next(&it)) {
		if (is_nothing(it.value))
			continue;
		if (is_object)
			ac_jw_key(w, it.key);
		put_filled(w, it.value);
	}
	ac_jw_end(w);
}

/* An id that follows from what is answered. */
static int
id_of(bundle *b, const char *type, ac_str about, ac_str *out, accord_err *err)
{
	ac_str name = ac_arena_printf(b->arena, "accord attribute:%.*s:%.*s", AC_FMT(about), AC_FMT(b->digest));

	return name.p ? ac_stix_derived_id(ac_str_from(type), name, b->arena, out, err) : ac_arena_check(b->arena, err);
}

static void
begin(bundle *b, const char *type, ac_str id)
{
	ac_jw_object(b->w);
	ac_jw_key_string(b->w, AC_S("type"), ac_str_from(type));
	ac_jw_key_string(b->w, AC_S("spec_version"), AC_S("2.1"));
	ac_jw_key_string(b->w, AC_S("id"), id);
}

static void
put_times(bundle *b)
{
	ac_jw_key_time(b->w, AC_S("created"), b->now, 3);
	ac_jw_key_time(b->w, AC_S("modified"), b->now, 3);
	ac_jw_key_string(b->w, AC_S("created_by_ref"), b->identity);
}

static void
put_lang(bundle *b)
{
	ac_jw_key_string(b->w, AC_S("lang"), b->lang == AC_LANG_FR ? AC_S("fr") : AC_S("en"));
}

static void
put_extension(bundle *b)
{
	ac_jw_key(b->w, AC_S("extensions"));
	ac_jw_object(b->w);
	ac_jw_key(b->w, b->extension);
	ac_jw_object(b->w);
	ac_jw_key_string(b->w, AC_S("extension_type"), AC_S("property-extension"));
	ac_jw_key_string(b->w, AC_S("answer_sha256"), b->digest);
	ac_jw_key(b->w, AC_S("answer"));
	put_filled(b->w, b->answer);
	ac_jw_end(b->w);
	ac_jw_end(b->w);
}

static void
put_definitions(bundle *b)
{
	ac_json_writer *w = b->w;

	begin(b, "identity", b->identity);
	ac_jw_key_string(w, AC_S("created"), AC_S(DEFINED));
	ac_jw_key_string(w, AC_S("modified"), AC_S(DEFINED));
	ac_jw_key_string(w, AC_S("name"), AC_S("accord attribute"));
	ac_jw_key_string(w, AC_S("identity_class"), AC_S("system"));
	ac_jw_end(w);
	begin(b, "extension-definition", b->extension);
	ac_jw_key_string(w, AC_S("created"), AC_S(DEFINED));
	ac_jw_key_string(w, AC_S("modified"), AC_S(DEFINED));
	ac_jw_key_string(w, AC_S("created_by_ref"), b->identity);
	ac_jw_key_string(w, AC_S("name"), AC_S("accord-attribution"));
	ac_jw_key_string(w, AC_S("description"), AC_S(EXTENSION_TEXT));
	ac_jw_key_string(w, AC_S("schema"), AC_S(EXTENSION_SCHEMA));
	ac_jw_key_string(w, AC_S("version"), AC_S("1.0.0"));
	ac_jw_key(w, AC_S("extension_types"));
	ac_jw_array(w);
	ac_jw_string(w, AC_S("property-extension"));
	ac_jw_end(w);
	ac_jw_end(w);
}

/* What is attributed: the incident or campaign that the evidence came from, else a campaign that stands for it. */
static int
put_subject(bundle *b, accord_err *err)
{
	ac_str object = b->a->origin.object_id, type = ac_stix_id_type(object), name = b->a->origin.name;
	int rc;

	if (ac_str_eq(type, AC_S("incident")) || ac_str_eq(type, AC_S("campaign"))) {
		b->subject = object;
		return 0;
	}
	if (b->a->origin.is_seen)
		name = ac_word_text(AC_WORD_SEEN_HERE, b->lang);
	rc = id_of(b, "campaign", AC_S("subject"), &b->subject, err);
	if (rc < 0)
		return rc;
	begin(b, "campaign", b->subject);
	put_times(b);
	put_lang(b);
	ac_jw_key_string(b->w, AC_S("name"), name.n ? name : AC_S("-"));
	if (ac_time_cmp(b->a->evidence->first, AC_TIME_MIN))
		ac_jw_key_time(b->w, AC_S("first_seen"), b->a->evidence->first, 3);
	if (ac_time_cmp(b->a->evidence->last, AC_TIME_MIN))
		ac_jw_key_time(b->w, AC_S("last_seen"), b->a->evidence->last, 3);
	ac_jw_end(b->w);
	return 0;
}

static bool
may_attribute(const ac_answer *a)
{
	return a->term && !a->leader->actor->is_individual && a->term >= &a->scale->bands[a->scale->likely];
}

static ac_str
verdict(bundle *b)
{
	const ac_answer *a = b->a;
	ac_str text;
	ac_buf buf;

	if (!a->term)
		return ac_word_text(AC_WORD_INSUFFICIENT, b->lang);
	ac_buf_init(&buf, AC_MIB);
	ac_words_add_that(&buf, b->lang, a->term, ac_answer_actor_name(a->leader->actor, b->lang, b->arena));
	ac_buf_add_byte(&buf, '.');
	text = ac_arena_str(b->arena, ac_buf_view(&buf));
	if (buf.failed && !b->arena->failed)
		b->arena->failed = buf.failed;
	ac_buf_done(&buf);
	return text;
}

static unsigned
confidence_of(const ac_answer *a)
{
	return ac_scale_confidence(a->leader->p, !a->j->gate.passes);
}

static int
put_claim(bundle *b, accord_err *err)
{
	ac_json_writer *w = b->w;
	int rc = id_of(b, "relationship", b->a->leader->actor->id, &b->claim, err);

	if (rc < 0)
		return rc;
	begin(b, "relationship", b->claim);
	put_times(b);
	put_lang(b);
	ac_jw_key_string(w, AC_S("relationship_type"), AC_S("attributed-to"));
	ac_jw_key_string(w, AC_S("source_ref"), b->subject);
	ac_jw_key_string(w, AC_S("target_ref"), b->a->leader->actor->id);
	ac_jw_key_string(w, AC_S("description"), verdict(b));
	ac_jw_key_u64(w, AC_S("confidence"), confidence_of(b->a));
	put_extension(b);
	ac_jw_end(w);
	return 0;
}

static void
put_refs(bundle *b, ac_str ref)
{
	ac_jw_key(b->w, AC_S("object_refs"));
	ac_jw_array(b->w);
	ac_jw_string(b->w, ref);
	ac_jw_end(b->w);
}

static int
put_opinion(bundle *b, ac_str about, ac_str opinion, accord_err *err)
{
	ac_json_writer *w = b->w;
	ac_str id;
	int rc = id_of(b, "opinion", about, &id, err);

	if (rc < 0)
		return rc;
	begin(b, "opinion", id);
	put_times(b);
	put_lang(b);
	ac_jw_key_string(w, AC_S("explanation"), verdict(b));
	ac_jw_key_string(w, AC_S("opinion"), opinion);
	put_refs(b, about);
	if (b->a->term)
		ac_jw_key_u64(w, AC_S("confidence"), confidence_of(b->a));
	put_extension(b);
	ac_jw_end(w);
	return 0;
}

/* What the ICD 203 term of an actor, after the gate, makes of the claim that it was it. */
static ac_str
opinion_of(const ac_answer *a, double p)
{
	unsigned confidence = ac_scale_confidence(p, !a->j->gate.passes);

	if (confidence >= ac_scale_confidence(.8, false))
		return AC_S("strongly-agree");
	if (confidence >= ac_scale_confidence(.55, false))
		return AC_S("agree");
	/* Missing evidence speaks against nobody: only another, well-founded answer does. */
	return a->term && ac_scale_confidence(a->leader->p, !a->j->gate.passes) >= ac_scale_confidence(.8, false)
		   ? AC_S("disagree")
		   : AC_S("neutral");
}

static double
p_of(const ac_answer *a, ac_str actor)
{
	for (size_t i = 0; i < a->j->ranking_count; i++)
		if (actor.n && ac_str_eq(a->j->ranking[i].actor->id, actor))
			return a->j->ranking[i].p;
	return 0;
}

static int
put_note(bundle *b, accord_err *err)
{
	ac_json_writer *w = b->w;
	ac_str id, text = verdict(b);
	int rc = id_of(b, "note", b->subject, &id, err);

	if (rc < 0)
		return rc;
	if (b->a->term)
		text = ac_arena_printf(
		    b->arena, "%.*s %.*s", AC_FMT(text), AC_FMT(ac_word_text(AC_WORD_NONE_STANDS_OUT, b->lang)));
	begin(b, "note", id);
	put_times(b);
	put_lang(b);
	ac_jw_key_string(w, AC_S("content"), text);
	put_refs(b, b->subject);
	put_extension(b);
	ac_jw_end(w);
	return 0;
}

static int
put_objects(bundle *b, accord_err *err)
{
	const ac_answer *a = b->a;
	int rc;

	put_definitions(b);
	rc = put_subject(b, err);
	if (rc == 0)
		rc = may_attribute(a) ? put_claim(b, err) : put_note(b, err);
	if (rc == 0 && b->claim.n)
		rc = put_opinion(b, b->claim, opinion_of(a, a->leader->p), err);
	/* On insufficient evidence there is no opinion to have. */
	for (size_t i = 0; rc == 0 && a->term && i < a->claim_count; i++)
		rc = put_opinion(b, a->claims[i].id, opinion_of(a, p_of(a, a->claims[i].leader_id)), err);
	return rc;
}

int
ac_answer_stix(const ac_answer *a, ac_lang lang, ac_time now, ac_json_writer *w, ac_arena *arena, accord_err *err)
{
	bundle b = { .a = a, .lang = lang, .now = now, .w = w, .arena = arena };
	ac_str id = { NULL, 0 };
	int rc = make_answer(&b, err);

	if (rc == 0)
		rc = ac_stix_derived_id(AC_S("identity"), AC_S("accord attribute"), arena, &b.identity, err);
	if (rc == 0)
		rc = ac_stix_derived_id(
		    AC_S("extension-definition"), AC_S("accord.attribution/1"), arena, &b.extension, err);
	if (rc == 0)
		rc = id_of(&b, "bundle", AC_S("bundle"), &id, err);
	if (rc < 0)
		return rc;
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("type"), AC_S("bundle"));
	ac_jw_key_string(w, AC_S("id"), id);
	ac_jw_key(w, AC_S("objects"));
	ac_jw_array(w);
	rc = put_objects(&b, err);
	if (rc < 0)
		return rc;
	ac_jw_end(w);
	ac_jw_end(w);
	return ac_arena_check(arena, err);
}
