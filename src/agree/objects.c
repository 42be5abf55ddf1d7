/* SPDX-License-Identifier: Apache-2.0 */
/* From an account to STIX. Decides nothing about who stands where. */
#include "agree/objects.h"

#include "base/limits.h"
#include "codec/json.h"
#include "stix/id.h"
#include "stix/marking.h"

/* The extension and who defines it do not change with any statement. */
#define DEFINED "2026-01-01T00:00:00.000Z"
#define DEFINED_SECONDS 1767225600
#define EXTENSION_SCHEMA                                                                                               \
	"{ kind: coalition|member|statement|endorsement|follow-up|standing; the other members are those of the text "  \
	"of "                                                                                                          \
	"Accord of that kind (accord/charter/v1, accord/statement/v1, accord/endorsement/v1), with sha256 the digest " \
	"of the "                                                                                                      \
	"text that was signed }"
#define EXTENSION_TEXT                                                                                                 \
	"Property extension of identities, reports, opinions, courses of action and notes: what members of a "         \
	"coalition "                                                                                                   \
	"signed, with the digests of the texts. The notes themselves are what proves it."

typedef struct bundle {
	const ac_account *a;
	ac_json_writer *w;
	ac_arena *arena;
	const ac_json *evidence; /* NULL: none */
	ac_str system, extension, coalition, report;
	ac_str *members; /* ids */
} bundle;

/* An id that follows from what an object is about. */
static int
derive(bundle *b, const char *type, ac_str *out, accord_err *err, ac_str about)
{
	return about.p ? ac_stix_derived_id(ac_str_from(type), about, b->arena, out, err)
		       : ac_arena_check(b->arena, err);
}

static ac_str
hex_of(bundle *b, const uint8_t digest[static AC_SHA256_SIZE])
{
	char hex[2 * AC_SHA256_SIZE];

	ac_hex(digest, AC_SHA256_SIZE, hex);
	return ac_arena_str(b->arena, (ac_str){ hex, sizeof(hex) });
}

static void
begin(bundle *b, const char *type, ac_str id, ac_str creator)
{
	ac_jw_object(b->w);
	ac_jw_key_string(b->w, AC_S("type"), ac_str_from(type));
	ac_jw_key_string(b->w, AC_S("spec_version"), AC_S("2.1"));
	ac_jw_key_string(b->w, AC_S("id"), id);
	if (creator.n)
		ac_jw_key_string(b->w, AC_S("created_by_ref"), creator);
}

static void
put_list(bundle *b, const char *key, const ac_str *items, size_t count)
{
	if (count == 0)
		return;
	ac_jw_key(b->w, ac_str_from(key));
	ac_jw_array(b->w);
	for (size_t i = 0; i < count; i++)
		ac_jw_string(b->w, items[i]);
	ac_jw_end(b->w);
}

static void
put_times(bundle *b, ac_time created, ac_time modified)
{
	ac_str marking = ac_tlp_marking_id(b->a->statement.tlp);

	ac_jw_key_time(b->w, AC_S("created"), created, 3);
	ac_jw_key_time(b->w, AC_S("modified"), ac_time_cmp(created, modified) > 0 ? created : modified, 3);
	put_list(b, "object_marking_refs", &marking, 1);
}

static void
begin_extension(bundle *b, const char *kind)
{
	ac_jw_key(b->w, AC_S("extensions"));
	ac_jw_object(b->w);
	ac_jw_key(b->w, b->extension);
	ac_jw_object(b->w);
	ac_jw_key_string(b->w, AC_S("extension_type"), AC_S("property-extension"));
	ac_jw_key_string(b->w, AC_S("kind"), ac_str_from(kind));
}

/* Of the extension and of the object. */
static void
end_extension(bundle *b)
{
	ac_jw_end(b->w);
	ac_jw_end(b->w);
	ac_jw_end(b->w);
}

static void
put_definition(bundle *b)
{
	ac_str type = AC_S("property-extension");

	begin(b, "identity", b->system, (ac_str){ 0 });
	ac_jw_key_string(b->w, AC_S("created"), AC_S(DEFINED));
	ac_jw_key_string(b->w, AC_S("modified"), AC_S(DEFINED));
	ac_jw_key_string(b->w, AC_S("name"), AC_S("accord agree"));
	ac_jw_key_string(b->w, AC_S("identity_class"), AC_S("system"));
	ac_jw_end(b->w);
	begin(b, "extension-definition", b->extension, b->system);
	ac_jw_key_string(b->w, AC_S("created"), AC_S(DEFINED));
	ac_jw_key_string(b->w, AC_S("modified"), AC_S(DEFINED));
	ac_jw_key_string(b->w, AC_S("name"), AC_S("accord-agreement"));
	ac_jw_key_string(b->w, AC_S("description"), AC_S(EXTENSION_TEXT));
	ac_jw_key_string(b->w, AC_S("schema"), AC_S(EXTENSION_SCHEMA));
	ac_jw_key_string(b->w, AC_S("version"), AC_S("1.0.0"));
	put_list(b, "extension_types", &type, 1);
	ac_jw_end(b->w);
}

/* A charter has no date: its version is its order, in milliseconds behind the extension's. */
static void
put_charter_times(bundle *b)
{
	uint64_t version = b->a->charter->version % 1000000000;
	ac_time modified = { DEFINED_SECONDS + (int64_t)(version / 1000), (uint32_t)(version % 1000) * 1000000 };

	put_times(b, (ac_time){ DEFINED_SECONDS, 0 }, modified);
}

static void
put_coalition(bundle *b)
{
	begin(b, "identity", b->coalition, (ac_str){ 0 });
	put_charter_times(b);
	ac_jw_key_string(b->w, AC_S("name"), b->a->charter->coalition);
	ac_jw_key_string(b->w, AC_S("identity_class"), AC_S("group"));
	begin_extension(b, "coalition");
	ac_jw_key_u64(b->w, AC_S("charter_version"), b->a->charter->version);
	ac_jw_key_string(b->w, AC_S("charter_sha256"), hex_of(b, b->a->charter->digest));
	end_extension(b);
}

static void
put_member(bundle *b, unsigned m)
{
	const ac_charter *c = b->a->charter;
	const ac_charter_member *member = &c->members[m];
	ac_buf buf;

	begin(b, "identity", b->members[m], (ac_str){ 0 });
	put_charter_times(b);
	ac_jw_key_string(
	    b->w, AC_S("name"), member->full_name[AC_TONGUE_EN].n ? member->full_name[AC_TONGUE_EN] : member->name);
	ac_jw_key_string(b->w, AC_S("identity_class"), AC_S("organization"));
	begin_extension(b, "member");
	ac_jw_key_string(b->w, AC_S("coalition_ref"), b->coalition);
	ac_jw_key_string(b->w, AC_S("member"), member->name);
	if (member->full_name[AC_TONGUE_FR].n)
		ac_jw_key_string(b->w, AC_S("name_fr"), member->full_name[AC_TONGUE_FR]);
	ac_jw_key(b->w, AC_S("vkeys"));
	ac_jw_array(b->w);
	ac_buf_init(&buf, AC_KIB);
	for (unsigned k = 0; k < c->key_count; k++) {
		if (c->keys[k].member != m)
			continue;
		ac_buf_reset(&buf);
		ac_vkey_add(&buf, &c->keys[k].vkey);
		ac_jw_string(b->w, ac_buf_view(&buf));
		if (buf.failed && !b->arena->failed)
			b->arena->failed = buf.failed;
	}
	ac_buf_done(&buf);
	ac_jw_end(b->w);
	end_extension(b);
}

/* "Claim c1, joint, at least very likely (85 to 95), joined by 3 of 5 members: text" */
static void
add_claim_text(ac_buf *buf, const ac_account *a, const ac_claim_standing *c, ac_tongue tongue)
{
	bool fr = tongue == AC_TONGUE_FR;

	ac_buf_printf(buf, fr ? "Affirmation %.*s, %s" : "Claim %.*s, %s", AC_FMT(c->claim->id),
	    c->is_joint ? (fr ? "commune" : "joint") : (fr ? "non commune" : "not joint"));
	if (c->least) {
		ac_buf_add_cstr(buf, fr ? ", au moins " : ", at least ");
		ac_buf_add(buf, ac_scale_word(c->least->likelihood, fr ? AC_LANG_FR : AC_LANG_EN));
		ac_buf_printf(buf, fr ? " (%u à %u)" : " (%u to %u)", c->least->number, c->most->number);
	}
	ac_buf_printf(buf, fr ? ", %u des %u membres s'y joignent : " : ", joined by %u of %u members: ", c->joined,
	    a->charter->member_count);
	ac_buf_add(buf, c->claim->text[tongue]);
}

static ac_str
description(bundle *b, ac_tongue tongue, bool others_only)
{
	ac_str text = { 0 };
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	for (size_t i = 0; i < b->a->statement.claim_count; i++) {
		const ac_claim_standing *c = &b->a->then.claims[i];

		if (others_only && c->is_joint)
			continue;
		if (buf.n)
			ac_buf_add_byte(&buf, '\n');
		add_claim_text(&buf, b->a, c, tongue);
	}
	if (buf.failed && !b->arena->failed)
		b->arena->failed = buf.failed;
	text = ac_arena_str(b->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

/* "un-gge-2015/c" is item 13(c) of A/70/174; others as they are cited. */
static void
put_norms(bundle *b)
{
	const ac_statement *s = &b->a->statement;

	if (!s->norm_count)
		return;
	ac_jw_key(b->w, AC_S("external_references"));
	ac_jw_array(b->w);
	for (size_t i = 0; i < s->norm_count; i++) {
		ac_str source, item = s->norms[i];

		ac_jw_object(b->w);
		if (!ac_str_cut(&item, '/', &source)) {
			source = s->norms[i];
			item = s->norms[i];
		}
		ac_jw_key_string(b->w, AC_S("source_name"), source);
		ac_jw_key_string(b->w, AC_S("external_id"),
		    ac_str_eq(source, AC_S("un-gge-2015")) ? ac_arena_printf(b->arena, "13(%.*s)", AC_FMT(item))
							   : item);
		ac_jw_end(b->w);
	}
	ac_jw_end(b->w);
}

static void
put_claims(bundle *b)
{
	ac_json_writer *w = b->w;

	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < b->a->statement.claim_count; i++) {
		const ac_claim *claim = &b->a->statement.claims[i];
		const ac_claim_standing *c = &b->a->then.claims[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), claim->id);
		ac_jw_key_string(w, AC_S("likelihood"), claim->judgement.likelihood->code);
		ac_jw_key_u64(w, AC_S("number"), claim->judgement.number);
		if (claim->judgement.has_confidence)
			ac_jw_key_string(
			    w, AC_S("analytic_confidence"), ac_confidence_code(claim->judgement.confidence));
		ac_jw_key_string(w, AC_S("text_en"), claim->text[AC_TONGUE_EN]);
		ac_jw_key_string(w, AC_S("text_fr"), claim->text[AC_TONGUE_FR]);
		ac_jw_key_bool(w, AC_S("joint"), c->is_joint);
		if (c->least) {
			ac_jw_key_u64(w, AC_S("least"), c->least->number);
			ac_jw_key_u64(w, AC_S("most"), c->most->number);
			ac_jw_key(w, AC_S("joined_by"));
			ac_jw_array(w);
			for (unsigned m = 0; m < b->a->charter->member_count; m++)
				if (c->voices[m].stance == AC_VOICE_JOINS)
					ac_jw_string(w, b->a->charter->members[m].name);
			ac_jw_end(w);
		}
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static int
action_id(bundle *b, size_t i, ac_str *out, accord_err *err)
{
	return derive(b, "course-of-action", out, err,
	    ac_arena_printf(b->arena, "accord agree:action:%.*s:%.*s", AC_FMT(hex_of(b, b->a->statement.digest)),
		AC_FMT(b->a->statement.actions[i].id)));
}

/* What it is about: the objects of the evidence, and what follows. There is always the coalition. */
static int
put_refs(bundle *b, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(b->evidence, AC_S("objects")));
	ac_str id;
	int rc = 0;

	ac_jw_key(b->w, AC_S("object_refs"));
	ac_jw_array(b->w);
	ac_jw_string(b->w, b->coalition);
	while (b->evidence && ac_json_next(&it)) {
		id = ac_json_get_string(it.value, AC_S("id"));
		if (ac_stix_id_check(id, &(ac_str){ 0 }, NULL) == 0)
			ac_jw_string(b->w, id);
	}
	for (size_t i = 0; rc == 0 && i < b->a->statement.action_count; i++) {
		rc = action_id(b, i, &id, err);
		if (rc == 0)
			ac_jw_string(b->w, id);
	}
	ac_jw_end(b->w);
	return rc;
}

/* STIX's number for the least sure of what is joint. */
static unsigned
least_of_all(const ac_account *a)
{
	unsigned least = 101;

	for (size_t i = 0; i < a->statement.claim_count; i++)
		if (a->then.claims[i].is_joint && a->then.claims[i].least && a->then.claims[i].least->number < least)
			least = a->then.claims[i].least->number;
	return least;
}

static int
put_report(bundle *b, accord_err *err)
{
	const ac_statement *s = &b->a->statement;
	ac_str type = AC_S("threat-report");
	int rc;

	begin(b, "report", b->report, b->coalition);
	put_times(b, s->opened, b->a->publication.about.at);
	ac_jw_key_string(b->w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(b->w, AC_S("name"), s->title[AC_TONGUE_EN]);
	ac_jw_key_string(b->w, AC_S("description"), description(b, AC_TONGUE_EN, false));
	put_list(b, "report_types", &type, 1);
	ac_jw_key_time(b->w, AC_S("published"), b->a->publication.about.at, 3);
	if (least_of_all(b->a) <= 100)
		ac_jw_key_u64(b->w, AC_S("confidence"), least_of_all(b->a));
	rc = put_refs(b, err);
	put_norms(b);
	begin_extension(b, "statement");
	ac_jw_key_string(b->w, AC_S("statement_id"), s->id);
	ac_jw_key_u64(b->w, AC_S("version"), s->version);
	ac_jw_key_string(b->w, AC_S("statement_kind"), ac_str_from(ac_statement_kind_name(s->kind)));
	ac_jw_key_string(b->w, AC_S("sha256"), hex_of(b, s->digest));
	ac_jw_key_string(b->w, AC_S("charter_sha256"), hex_of(b, s->charter));
	ac_jw_key_string(b->w, AC_S("bundle_sha256"), hex_of(b, s->bundle));
	ac_jw_key_string(b->w, AC_S("convener"), s->convener);
	put_list(b, "norms", s->norms, s->norm_count);
	put_claims(b);
	end_extension(b);
	return rc;
}

static int
put_french(bundle *b, accord_err *err)
{
	const ac_statement *s = &b->a->statement;
	ac_str id;
	int rc = derive(b, "language-content", &id, err,
	    ac_arena_printf(b->arena, "accord agree:french:%.*s", AC_FMT(hex_of(b, s->digest))));

	if (rc)
		return rc;
	begin(b, "language-content", id, b->coalition);
	put_times(b, s->opened, b->a->publication.about.at);
	ac_jw_key_string(b->w, AC_S("object_ref"), b->report);
	ac_jw_key_time(b->w, AC_S("object_modified"), b->a->publication.about.at, 3);
	ac_jw_key(b->w, AC_S("contents"));
	ac_jw_object(b->w);
	ac_jw_key(b->w, AC_S("fr"));
	ac_jw_object(b->w);
	ac_jw_key_string(b->w, AC_S("name"), s->title[AC_TONGUE_FR]);
	ac_jw_key_string(b->w, AC_S("description"), description(b, AC_TONGUE_FR, false));
	ac_jw_end(b->w);
	ac_jw_end(b->w);
	ac_jw_end(b->w);
	return 0;
}

/* Claims short of their quorum are told apart from what the coalition says. */
static int
put_note(bundle *b, accord_err *err)
{
	ac_str id, text = description(b, AC_TONGUE_EN, true);
	int rc = derive(b, "note", &id, err,
	    ac_arena_printf(b->arena, "accord agree:not-joint:%.*s", AC_FMT(hex_of(b, b->a->statement.digest))));

	if (rc || text.n == 0)
		return rc;
	begin(b, "note", id, b->coalition);
	put_times(b, b->a->statement.opened, b->a->publication.about.at);
	ac_jw_key_string(b->w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(b->w, AC_S("abstract"),
	    AC_S("Claims that are not joint: short of their quorum, with those who support them"));
	ac_jw_key_string(b->w, AC_S("content"), text);
	put_list(b, "object_refs", &b->report, 1);
	begin_extension(b, "standing");
	ac_jw_key_string(b->w, AC_S("text_fr"), description(b, AC_TONGUE_FR, true));
	end_extension(b);
	return 0;
}

/* A property extension may not be empty of what it is about: a member's stance on each claim. */
static void
put_stances(bundle *b, unsigned m)
{
	ac_jw_key(b->w, AC_S("claims"));
	ac_jw_array(b->w);
	for (size_t i = 0; i < b->a->statement.claim_count; i++) {
		const ac_voice *v = &b->a->now.claims[i].voices[m];

		ac_jw_object(b->w);
		ac_jw_key_string(b->w, AC_S("id"), b->a->statement.claims[i].id);
		ac_jw_key_string(b->w, AC_S("stance"), ac_str_from(ac_voice_stance_name(v->stance)));
		if (v->stance == AC_VOICE_JOINS) {
			ac_jw_key_string(b->w, AC_S("likelihood"), v->judgement.likelihood->code);
			ac_jw_key_u64(b->w, AC_S("number"), v->judgement.number);
			if (v->judgement.has_confidence)
				ac_jw_key_string(
				    b->w, AC_S("analytic_confidence"), ac_confidence_code(v->judgement.confidence));
		}
		ac_jw_end(b->w);
	}
	ac_jw_end(b->w);
}

static ac_str
opinion_of(const ac_endorsement *e)
{
	switch (e ? e->stance : AC_STANCE_JOINS) {
	case AC_STANCE_JOINS:
		return AC_S("strongly-agree");
	case AC_STANCE_JOINS_IN_PART:
		return AC_S("agree");
	case AC_STANCE_DISSENTS:
		return AC_S("strongly-disagree");
	case AC_STANCE_ABSTAINS:
	case AC_STANCE_NOTES:
	case AC_STANCE_ACKNOWLEDGES:
	case AC_STANCE_WITHDRAWS:
		break;
	}
	return AC_S("neutral");
}

/* Its versions are a member's endorsements in order: the number stands in the microseconds, where two have one second. */
static int
put_opinion(bundle *b, unsigned m, accord_err *err)
{
	const ac_statement *s = &b->a->statement;
	const ac_endorsement *e = b->a->now.latest[m];
	ac_time at = e ? e->about.at : s->opened;
	ac_str id;
	int rc = derive(b, "opinion", &id, err,
	    ac_arena_printf(b->arena, "accord agree:opinion:%.*s:%.*s", AC_FMT(hex_of(b, s->digest)),
		AC_FMT(b->a->charter->members[m].name)));

	if (rc)
		return rc;
	at.nanoseconds = e ? (uint32_t)(e->about.seq % 1000000) * 1000 : 0;
	begin(b, "opinion", id, b->members[m]);
	put_times(b, s->opened, at);
	ac_jw_key_string(b->w, AC_S("opinion"), opinion_of(e));
	ac_jw_key_string(b->w, AC_S("explanation"),
	    !e                          ? AC_S("signed the statement itself: joins every claim as worded")
	    : e->caveat[AC_TONGUE_EN].n ? e->caveat[AC_TONGUE_EN]
	    : e->reason[AC_TONGUE_EN].n ? e->reason[AC_TONGUE_EN]
					: ac_str_from(ac_stance_name(e->stance)));
	put_list(b, "authors", &b->a->charter->members[m].name, 1);
	put_list(b, "object_refs", &b->report, 1);
	begin_extension(b, "endorsement");
	ac_jw_key_string(b->w, AC_S("statement_sha256"), hex_of(b, s->digest));
	ac_jw_key_string(b->w, AC_S("member"), b->a->charter->members[m].name);
	if (e) {
		ac_jw_key_u64(b->w, AC_S("seq"), e->about.seq);
		ac_jw_key_string(b->w, AC_S("stance"), ac_str_from(ac_stance_name(e->stance)));
		ac_jw_key_string(b->w, AC_S("sha256"), hex_of(b, e->digest));
		if (e->caveat[AC_TONGUE_FR].n)
			ac_jw_key_string(b->w, AC_S("caveat_fr"), e->caveat[AC_TONGUE_FR]);
		if (e->reason[AC_TONGUE_FR].n)
			ac_jw_key_string(b->w, AC_S("reason_fr"), e->reason[AC_TONGUE_FR]);
	}
	put_stances(b, m);
	end_extension(b);
	return 0;
}

static int
put_action(bundle *b, size_t i, accord_err *err)
{
	const ac_follow_up *action = &b->a->statement.actions[i];
	ac_str id;
	int rc = action_id(b, i, &id, err);

	if (rc)
		return rc;
	begin(b, "course-of-action", id, b->coalition);
	put_times(b, b->a->statement.opened, b->a->statement.opened);
	ac_jw_key_string(b->w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(b->w, AC_S("name"), action->text[AC_TONGUE_EN]);
	begin_extension(b, "follow-up");
	ac_jw_key_string(b->w, AC_S("action"), action->id);
	ac_jw_key_string(b->w, AC_S("name_fr"), action->text[AC_TONGUE_FR]);
	ac_jw_key_time(b->w, AC_S("due"), action->due, 0);
	if (action->owner.n)
		ac_jw_key_string(b->w, AC_S("owner"), action->owner);
	ac_jw_key_string(b->w, AC_S("statement_sha256"), hex_of(b, b->a->statement.digest));
	end_extension(b);
	return 0;
}

/* Has a member said anything: by an endorsement, or by signing the statement? */
static bool
has_spoken(const ac_account *a, unsigned m)
{
	return a->now.latest[m] || (a->signers[m] && a->may_speak[m]);
}

static int
make_ids(bundle *b, accord_err *err)
{
	const ac_charter *c = b->a->charter;
	int rc = derive(b, "identity", &b->system, err, AC_S("accord agree"));

	if (rc == 0)
		rc = derive(b, "extension-definition", &b->extension, err, AC_S("accord.agreement/1"));
	if (rc == 0)
		rc = derive(b, "identity", &b->coalition, err,
		    ac_arena_printf(b->arena, "accord agree:coalition:%.*s", AC_FMT(c->coalition)));
	if (rc == 0)
		rc = derive(b, "report", &b->report, err,
		    ac_arena_printf(
			b->arena, "accord agree:statement:%.*s", AC_FMT(hex_of(b, b->a->statement.digest))));
	b->members = ac_arena_zalloc(b->arena, c->member_count + 1, sizeof(*b->members));
	if (!b->members)
		return ac_arena_check(b->arena, err);
	for (unsigned m = 0; rc == 0 && m < c->member_count; m++)
		rc = derive(b, "identity", &b->members[m], err,
		    ac_arena_printf(
			b->arena, "accord agree:member:%.*s:%.*s", AC_FMT(c->coalition), AC_FMT(c->members[m].name)));
	return rc;
}

static int
put_objects(bundle *b, accord_err *err)
{
	const ac_account *a = b->a;
	int rc;

	put_definition(b);
	put_coalition(b);
	for (unsigned m = 0; m < a->charter->member_count; m++)
		put_member(b, m);
	rc = put_report(b, err);
	if (rc == 0)
		rc = put_french(b, err);
	if (rc == 0)
		rc = put_note(b, err);
	for (unsigned m = 0; rc == 0 && m < a->charter->member_count; m++)
		if (has_spoken(a, m))
			rc = put_opinion(b, m, err);
	for (size_t i = 0; rc == 0 && i < a->statement.action_count; i++)
		rc = put_action(b, i, err);
	return rc;
}

int
ac_objects_of_statement(const ac_account *account, ac_str evidence, ac_json_writer *w, ac_arena *arena, accord_err *err)
{
	bundle b = { .a = account, .w = w, .arena = arena };
	ac_str id = { 0 };
	int rc = 0;

	if (!account->is_published || !account->has_then)
		return ac_fail(err, ACCORD_EUSAGE, "objects are made of statements that are published");
	if (evidence.n)
		rc = ac_json_parse(evidence, AC_JSON_LIMITS, arena, &b.evidence, err);
	if (rc == 0)
		rc = make_ids(&b, err);
	if (rc == 0)
		rc = derive(&b, "bundle", &id, err,
		    ac_arena_printf(arena, "accord agree:bundle:%.*s", AC_FMT(hex_of(&b, account->statement.digest))));
	if (rc)
		return rc;
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("type"), AC_S("bundle"));
	ac_jw_key_string(w, AC_S("id"), id);
	ac_jw_key(w, AC_S("objects"));
	ac_jw_array(w);
	rc = put_objects(&b, err);
	if (rc)
		return rc;
	ac_jw_end(w);
	ac_jw_end(w);
	return ac_arena_check(arena, err);
}

static int
put_all(ac_store *store, int64_t source, const ac_json *root, ac_arena *arena, uint64_t *new_ones, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(root, AC_S("objects")));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it)) {
		ac_put_result result;
		ac_record record;

		rc = ac_record_from_object(it.value, arena, &record, err);
		if (rc == 0)
			rc = ac_store_put(store, source, &record, &result, err);
		if (rc == 0)
			*new_ones += result == AC_PUT_NEW || result == AC_PUT_NEWER;
	}
	return rc;
}

int
ac_objects_put(
    ac_store *store, const ac_account *account, ac_str evidence, ac_arena *arena, uint64_t *out_new, accord_err *err)
{
	const ac_json *ours = NULL, *theirs = NULL;
	uint64_t new_ones = 0;
	ac_str text = { 0 };
	int64_t source = 0;
	ac_json_writer w;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	rc = ac_objects_of_statement(account, evidence, &w, arena, err);
	if (rc == 0)
		rc = ac_buf_finish(&buf, &text, err);
	if (rc == 0)
		text = ac_arena_str(arena, text);
	ac_buf_done(&buf);
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc == 0)
		rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &ours, err);
	if (rc == 0 && evidence.n)
		rc = ac_json_parse(evidence, AC_JSON_LIMITS, arena, &theirs, err);
	if (rc == 0)
		rc = ac_store_begin(store, err);
	if (rc)
		return rc;
	rc = ac_store_source(store, account->statement.coalition, &source, err);
	if (rc == 0 && theirs)
		rc = put_all(store, source, theirs, arena, &new_ones, err);
	if (rc == 0)
		rc = put_all(store, source, ours, arena, &new_ones, err);
	if (rc == 0)
		rc = ac_store_commit(store, err);
	if (rc) {
		ac_store_rollback(store);
		return rc;
	}
	*out_new = new_ones;
	return 0;
}
