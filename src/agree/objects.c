/* SPDX-License-Identifier: Apache-2.0 */
/* From an account to STIX. Decides nothing about who stands where. */
#include "agree/objects.h"

#include "agree/objects_part.h"
#include "base/limits.h"
#include "codec/json.h"
#include "stix/id.h"

typedef struct bundle {
	ac_objects_writer o;
	const ac_account *a;
	const ac_json *evidence; /* NULL: none */
	ac_str report;
} bundle;

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
	if (buf.failed && !b->o.arena->failed)
		b->o.arena->failed = buf.failed;
	text = ac_arena_str(b->o.arena, ac_buf_view(&buf));
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
	ac_jw_key(b->o.w, AC_S("external_references"));
	ac_jw_array(b->o.w);
	for (size_t i = 0; i < s->norm_count; i++) {
		ac_str source, item = s->norms[i];

		ac_jw_object(b->o.w);
		if (!ac_str_cut(&item, '/', &source)) {
			source = s->norms[i];
			item = s->norms[i];
		}
		ac_jw_key_string(b->o.w, AC_S("source_name"), source);
		ac_jw_key_string(b->o.w, AC_S("external_id"),
		    ac_str_eq(source, AC_S("un-gge-2015")) ? ac_arena_printf(b->o.arena, "13(%.*s)", AC_FMT(item))
							   : item);
		ac_jw_end(b->o.w);
	}
	ac_jw_end(b->o.w);
}

static void
put_claims(bundle *b)
{
	ac_json_writer *w = b->o.w;

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
	return ac_objects_id(&b->o, "course-of-action", out, err,
	    ac_arena_printf(b->o.arena, "accord agree:action:%.*s:%.*s",
		AC_FMT(ac_objects_hex(&b->o, b->a->statement.digest)), AC_FMT(b->a->statement.actions[i].id)));
}

/* What it is about: the objects of the evidence, and what follows. There is always the coalition. */
static int
put_refs(bundle *b, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(b->evidence, AC_S("objects")));
	ac_str id;
	int rc = 0;

	ac_jw_key(b->o.w, AC_S("object_refs"));
	ac_jw_array(b->o.w);
	ac_jw_string(b->o.w, b->o.coalition);
	while (b->evidence && ac_json_next(&it)) {
		id = ac_json_get_string(it.value, AC_S("id"));
		if (ac_stix_id_check(id, &(ac_str){ 0 }, NULL) == 0)
			ac_jw_string(b->o.w, id);
	}
	for (size_t i = 0; rc == 0 && i < b->a->statement.action_count; i++) {
		rc = action_id(b, i, &id, err);
		if (rc == 0)
			ac_jw_string(b->o.w, id);
	}
	ac_jw_end(b->o.w);
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

	ac_objects_begin(&b->o, "report", b->report, b->o.coalition);
	ac_objects_times(&b->o, s->opened, b->a->publication.about.at);
	ac_jw_key_string(b->o.w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(b->o.w, AC_S("name"), s->title[AC_TONGUE_EN]);
	ac_jw_key_string(b->o.w, AC_S("description"), description(b, AC_TONGUE_EN, false));
	ac_objects_list(&b->o, "report_types", &type, 1);
	ac_jw_key_time(b->o.w, AC_S("published"), b->a->publication.about.at, 3);
	if (least_of_all(b->a) <= 100)
		ac_jw_key_u64(b->o.w, AC_S("confidence"), least_of_all(b->a));
	rc = put_refs(b, err);
	put_norms(b);
	ac_objects_extension(&b->o, "statement");
	ac_jw_key_string(b->o.w, AC_S("statement_id"), s->id);
	ac_jw_key_u64(b->o.w, AC_S("version"), s->version);
	ac_jw_key_string(b->o.w, AC_S("statement_kind"), ac_str_from(ac_statement_kind_name(s->kind)));
	ac_jw_key_string(b->o.w, AC_S("sha256"), ac_objects_hex(&b->o, s->digest));
	ac_jw_key_string(b->o.w, AC_S("charter_sha256"), ac_objects_hex(&b->o, s->charter));
	ac_jw_key_string(b->o.w, AC_S("bundle_sha256"), ac_objects_hex(&b->o, s->bundle));
	ac_jw_key_string(b->o.w, AC_S("convener"), s->convener);
	ac_objects_list(&b->o, "norms", s->norms, s->norm_count);
	put_claims(b);
	ac_objects_object_end(&b->o);
	return rc;
}

static int
put_french(bundle *b, accord_err *err)
{
	const ac_statement *s = &b->a->statement;
	ac_str id;
	int rc = ac_objects_id(&b->o, "language-content", &id, err,
	    ac_arena_printf(b->o.arena, "accord agree:french:%.*s", AC_FMT(ac_objects_hex(&b->o, s->digest))));

	if (rc)
		return rc;
	ac_objects_begin(&b->o, "language-content", id, b->o.coalition);
	ac_objects_times(&b->o, s->opened, b->a->publication.about.at);
	ac_jw_key_string(b->o.w, AC_S("object_ref"), b->report);
	ac_jw_key_time(b->o.w, AC_S("object_modified"), b->a->publication.about.at, 3);
	ac_jw_key(b->o.w, AC_S("contents"));
	ac_jw_object(b->o.w);
	ac_jw_key(b->o.w, AC_S("fr"));
	ac_jw_object(b->o.w);
	ac_jw_key_string(b->o.w, AC_S("name"), s->title[AC_TONGUE_FR]);
	ac_jw_key_string(b->o.w, AC_S("description"), description(b, AC_TONGUE_FR, false));
	ac_jw_end(b->o.w);
	ac_jw_end(b->o.w);
	ac_jw_end(b->o.w);
	return 0;
}

/* Claims short of their quorum are told apart from what the coalition says. */
static int
put_note(bundle *b, accord_err *err)
{
	ac_str id, text = description(b, AC_TONGUE_EN, true);
	int rc = ac_objects_id(&b->o, "note", &id, err,
	    ac_arena_printf(
		b->o.arena, "accord agree:not-joint:%.*s", AC_FMT(ac_objects_hex(&b->o, b->a->statement.digest))));

	if (rc || text.n == 0)
		return rc;
	ac_objects_begin(&b->o, "note", id, b->o.coalition);
	ac_objects_times(&b->o, b->a->statement.opened, b->a->publication.about.at);
	ac_jw_key_string(b->o.w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(b->o.w, AC_S("abstract"),
	    AC_S("Claims that are not joint: short of their quorum, with those who support them"));
	ac_jw_key_string(b->o.w, AC_S("content"), text);
	ac_objects_list(&b->o, "object_refs", &b->report, 1);
	ac_objects_extension(&b->o, "standing");
	ac_jw_key_string(b->o.w, AC_S("text_fr"), description(b, AC_TONGUE_FR, true));
	ac_objects_object_end(&b->o);
	return 0;
}

/* A property extension may not be empty of what it is about: a member's stance on each claim. */
static void
put_stances(bundle *b, unsigned m)
{
	ac_jw_key(b->o.w, AC_S("claims"));
	ac_jw_array(b->o.w);
	for (size_t i = 0; i < b->a->statement.claim_count; i++) {
		const ac_voice *v = &b->a->now.claims[i].voices[m];

		ac_jw_object(b->o.w);
		ac_jw_key_string(b->o.w, AC_S("id"), b->a->statement.claims[i].id);
		ac_jw_key_string(b->o.w, AC_S("stance"), ac_str_from(ac_voice_stance_name(v->stance)));
		if (v->stance == AC_VOICE_JOINS) {
			ac_jw_key_string(b->o.w, AC_S("likelihood"), v->judgement.likelihood->code);
			ac_jw_key_u64(b->o.w, AC_S("number"), v->judgement.number);
			if (v->judgement.has_confidence)
				ac_jw_key_string(
				    b->o.w, AC_S("analytic_confidence"), ac_confidence_code(v->judgement.confidence));
		}
		ac_jw_end(b->o.w);
	}
	ac_jw_end(b->o.w);
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
	int rc = ac_objects_id(&b->o, "opinion", &id, err,
	    ac_arena_printf(b->o.arena, "accord agree:opinion:%.*s:%.*s", AC_FMT(ac_objects_hex(&b->o, s->digest)),
		AC_FMT(b->a->charter->members[m].name)));

	if (rc)
		return rc;
	at.nanoseconds = e ? (uint32_t)(e->about.seq % 1000000) * 1000 : 0;
	ac_objects_begin(&b->o, "opinion", id, b->o.members[m]);
	ac_objects_times(&b->o, s->opened, at);
	ac_jw_key_string(b->o.w, AC_S("opinion"), opinion_of(e));
	ac_jw_key_string(b->o.w, AC_S("explanation"),
	    !e                          ? AC_S("signed the statement itself: joins every claim as worded")
	    : e->caveat[AC_TONGUE_EN].n ? e->caveat[AC_TONGUE_EN]
	    : e->reason[AC_TONGUE_EN].n ? e->reason[AC_TONGUE_EN]
					: ac_str_from(ac_stance_name(e->stance)));
	ac_objects_list(&b->o, "authors", &b->a->charter->members[m].name, 1);
	ac_objects_list(&b->o, "object_refs", &b->report, 1);
	ac_objects_extension(&b->o, "endorsement");
	ac_jw_key_string(b->o.w, AC_S("statement_sha256"), ac_objects_hex(&b->o, s->digest));
	ac_jw_key_string(b->o.w, AC_S("member"), b->a->charter->members[m].name);
	if (e) {
		ac_jw_key_u64(b->o.w, AC_S("seq"), e->about.seq);
		ac_jw_key_string(b->o.w, AC_S("stance"), ac_str_from(ac_stance_name(e->stance)));
		ac_jw_key_string(b->o.w, AC_S("sha256"), ac_objects_hex(&b->o, e->digest));
		if (e->caveat[AC_TONGUE_FR].n)
			ac_jw_key_string(b->o.w, AC_S("caveat_fr"), e->caveat[AC_TONGUE_FR]);
		if (e->reason[AC_TONGUE_FR].n)
			ac_jw_key_string(b->o.w, AC_S("reason_fr"), e->reason[AC_TONGUE_FR]);
	}
	put_stances(b, m);
	ac_objects_object_end(&b->o);
	return 0;
}

static const char *const status_words[][AC_TONGUES] = {
	[AC_ACTION_OPEN] = { "open", "à faire" },
	[AC_ACTION_UNDERWAY] = { "underway", "en cours" },
	[AC_ACTION_DONE] = { "done", "fait" },
	[AC_ACTION_DROPPED] = { "dropped", "abandonné" },
};

/* "Due 2026-04-01. bravo: done (2026-03-20); charlie: open." What was overdue when is for readers to see by these dates: an object must not change with the clock. */
static ac_str
state_text(bundle *b, unsigned action, ac_tongue tongue)
{
	const ac_progress *p = &b->a->progress;
	bool any = false;
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_buf_add_cstr(&buf, tongue == AC_TONGUE_FR ? "Échéance : " : "Due ");
	ac_time_add_date(&buf, b->a->statement.actions[action].due);
	for (size_t i = 0; i < p->count; i++) {
		const ac_step *step = &p->steps[i];

		if (step->action != action)
			continue;
		ac_buf_add_cstr(&buf, any ? "; " : ". ");
		ac_buf_printf(&buf, tongue == AC_TONGUE_FR ? "%.*s : %s" : "%.*s: %s",
		    AC_FMT(b->a->charter->members[step->member].name), status_words[step->status][tongue]);
		if (step->last) {
			ac_buf_add(&buf, AC_S(" ("));
			ac_time_add_date(&buf, step->last->about.at);
			ac_buf_add_byte(&buf, ')');
		}
		any = true;
	}
	ac_buf_add_byte(&buf, '.');
	if (buf.failed && !b->o.arena->failed)
		b->o.arena->failed = buf.failed;
	text = ac_arena_str(b->o.arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

static void
put_steps(bundle *b, unsigned action)
{
	const ac_progress *p = &b->a->progress;

	ac_jw_key(b->o.w, AC_S("steps"));
	ac_jw_array(b->o.w);
	for (size_t i = 0; i < p->count; i++) {
		const ac_step *step = &p->steps[i];

		if (step->action != action)
			continue;
		ac_jw_object(b->o.w);
		ac_jw_key_string(b->o.w, AC_S("member"), b->a->charter->members[step->member].name);
		ac_jw_key_string(b->o.w, AC_S("status"), ac_str_from(ac_action_status_name(step->status)));
		ac_jw_key_time(b->o.w, AC_S("due"), step->due, 0);
		if (step->last) {
			ac_jw_key_time(b->o.w, AC_S("at"), step->last->about.at, 0);
			ac_jw_key_u64(b->o.w, AC_S("seq"), step->last->about.seq);
			ac_jw_key_string(b->o.w, AC_S("sha256"), ac_objects_hex(&b->o, step->last->digest));
		}
		ac_jw_end(b->o.w);
	}
	ac_jw_end(b->o.w);
}

/* Its versions are the words on the action in order: when the last was said, and how many there are, in the microseconds, so that whoever knows of more has the later version. */
static ac_time
last_told(const ac_account *a, ac_str action)
{
	ac_time at = a->statement.opened;
	uint32_t count = 0;

	for (size_t i = 0; i < a->acted_count; i++) {
		const ac_action *word = &a->acted[i].action;

		if (!ac_str_eq(word->action, action))
			continue;
		count++;
		if (ac_time_cmp(word->about.at, at) > 0)
			at = word->about.at;
	}
	at.nanoseconds = count % 1000000 * 1000;
	return at;
}

static int
put_action(bundle *b, unsigned i, accord_err *err)
{
	const ac_follow_up *action = &b->a->statement.actions[i];
	ac_str id;
	int rc = action_id(b, i, &id, err);

	if (rc)
		return rc;
	ac_objects_begin(&b->o, "course-of-action", id, b->o.coalition);
	ac_objects_times(&b->o, b->a->statement.opened, last_told(b->a, action->id));
	ac_jw_key_string(b->o.w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(b->o.w, AC_S("name"), action->text[AC_TONGUE_EN]);
	ac_jw_key_string(b->o.w, AC_S("description"), state_text(b, i, AC_TONGUE_EN));
	ac_objects_extension(&b->o, "follow-up");
	ac_jw_key_string(b->o.w, AC_S("action"), action->id);
	ac_jw_key_string(b->o.w, AC_S("name_fr"), action->text[AC_TONGUE_FR]);
	ac_jw_key_string(b->o.w, AC_S("description_fr"), state_text(b, i, AC_TONGUE_FR));
	ac_jw_key_time(b->o.w, AC_S("due"), action->due, 0);
	if (action->owner.n)
		ac_jw_key_string(b->o.w, AC_S("owner"), action->owner);
	ac_jw_key_string(
	    b->o.w, AC_S("status"), ac_str_from(ac_action_status_name(ac_progress_of(&b->a->progress, i))));
	ac_jw_key_string(b->o.w, AC_S("statement_sha256"), ac_objects_hex(&b->o, b->a->statement.digest));
	put_steps(b, i);
	ac_objects_object_end(&b->o);
	return 0;
}

/* A member's last word on an action: a note of that member, whose versions are his words in order, as those of an opinion. */
static int
put_word(bundle *b, const ac_step *step, accord_err *err)
{
	const ac_statement *s = &b->a->statement;
	const ac_action *word = step->last;
	ac_time at = word->about.at;
	ac_str id, about;
	int rc = action_id(b, step->action, &about, err);

	if (rc == 0)
		rc = ac_objects_id(&b->o, "note", &id, err,
		    ac_arena_printf(b->o.arena, "accord agree:word:%.*s:%.*s:%.*s",
			AC_FMT(ac_objects_hex(&b->o, s->digest)), AC_FMT(word->action), AC_FMT(word->about.member)));
	if (rc)
		return rc;
	at.nanoseconds = (uint32_t)(word->about.seq % 1000000) * 1000;
	ac_objects_begin(&b->o, "note", id, b->o.members[step->member]);
	ac_objects_times(&b->o, s->opened, at);
	ac_jw_key_string(b->o.w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(b->o.w, AC_S("abstract"),
	    ac_arena_printf(
		b->o.arena, "Action %.*s: %s", AC_FMT(word->action), status_words[word->status][AC_TONGUE_EN]));
	ac_jw_key_string(b->o.w, AC_S("content"),
	    word->remark[AC_TONGUE_EN].n ? word->remark[AC_TONGUE_EN]
					 : ac_str_from(status_words[word->status][AC_TONGUE_EN]));
	ac_objects_list(&b->o, "authors", &word->about.member, 1);
	ac_objects_list(&b->o, "object_refs", &about, 1);
	ac_objects_extension(&b->o, "action");
	ac_jw_key_string(b->o.w, AC_S("statement_sha256"), ac_objects_hex(&b->o, s->digest));
	ac_jw_key_string(b->o.w, AC_S("member"), word->about.member);
	ac_jw_key_u64(b->o.w, AC_S("seq"), word->about.seq);
	ac_jw_key_string(b->o.w, AC_S("action"), word->action);
	ac_jw_key_string(b->o.w, AC_S("status"), ac_str_from(ac_action_status_name(word->status)));
	ac_jw_key_string(b->o.w, AC_S("sha256"), ac_objects_hex(&b->o, word->digest));
	if (word->has_due)
		ac_jw_key_time(b->o.w, AC_S("due"), word->due, 0);
	if (word->has_proof) {
		ac_jw_key_string(b->o.w, AC_S("proof_sha256"), ac_objects_hex(&b->o, word->proof));
		ac_jw_key_u64(b->o.w, AC_S("proof_size"), word->proof_size);
	}
	if (word->remark[AC_TONGUE_FR].n)
		ac_jw_key_string(b->o.w, AC_S("remark_fr"), word->remark[AC_TONGUE_FR]);
	ac_objects_object_end(&b->o);
	return 0;
}

/* Has a member said anything: by an endorsement, or by signing the statement? */
static bool
has_spoken(const ac_account *a, unsigned m)
{
	return a->now.latest[m] || (a->signers[m] && a->may_speak[m]);
}

static int
put_objects(bundle *b, accord_err *err)
{
	const ac_account *a = b->a;
	int rc;

	ac_objects_coalition(&b->o);
	rc = put_report(b, err);
	if (rc == 0)
		rc = put_french(b, err);
	if (rc == 0)
		rc = put_note(b, err);
	for (unsigned m = 0; rc == 0 && m < a->charter->member_count; m++)
		if (has_spoken(a, m))
			rc = put_opinion(b, m, err);
	for (unsigned i = 0; rc == 0 && i < a->statement.action_count; i++)
		rc = put_action(b, i, err);
	for (size_t i = 0; rc == 0 && i < a->progress.count; i++)
		if (a->progress.steps[i].last)
			rc = put_word(b, &a->progress.steps[i], err);
	return rc;
}

int
ac_objects_of_statement(const ac_account *account, ac_str evidence, ac_json_writer *w, ac_arena *arena, accord_err *err)
{
	bundle b = { .a = account };
	int rc = 0;

	if (!account->is_published || !account->has_then)
		return ac_fail(err, ACCORD_EUSAGE, "objects are made of statements that are published");
	if (evidence.n)
		rc = ac_json_parse(evidence, AC_JSON_LIMITS, arena, &b.evidence, err);
	if (rc == 0)
		rc = ac_objects_writer_init(&b.o, account->charter, w, arena, err);
	b.o.tlp = account->statement.tlp;
	if (rc == 0)
		rc = ac_objects_id(&b.o, "report", &b.report, err,
		    ac_arena_printf(
			arena, "accord agree:statement:%.*s", AC_FMT(ac_objects_hex(&b.o, account->statement.digest))));
	if (rc == 0)
		rc = ac_objects_bundle(&b.o,
		    ac_arena_printf(
			arena, "accord agree:bundle:%.*s", AC_FMT(ac_objects_hex(&b.o, account->statement.digest))),
		    err);
	if (rc == 0)
		rc = put_objects(&b, err);
	return rc ? rc : ac_objects_bundle_end(&b.o, err);
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

/* Objects of a bundle, then those of another, in one batch. Either may be NULL. */
static int
put_batch(ac_store *store, ac_str producer, const ac_json *first, const ac_json *second, ac_arena *arena,
    uint64_t *out_new, accord_err *err)
{
	uint64_t new_ones = 0;
	int64_t source = 0;
	int rc = ac_store_begin(store, err);

	if (rc)
		return rc;
	rc = ac_store_source(store, producer, &source, err);
	if (rc == 0 && first)
		rc = put_all(store, source, first, arena, &new_ones, err);
	if (rc == 0 && second)
		rc = put_all(store, source, second, arena, &new_ones, err);
	if (rc == 0)
		rc = ac_store_commit(store, err);
	if (rc) {
		ac_store_rollback(store);
		return rc;
	}
	*out_new = new_ones;
	return 0;
}

/* What was written into a buffer, read again. Ends the buffer. */
static int
read_back(ac_buf *buf, int rc, ac_arena *arena, const ac_json **out, accord_err *err)
{
	ac_str text = { 0 };

	if (rc == 0)
		rc = ac_buf_finish(buf, &text, err);
	if (rc == 0) {
		text = ac_arena_str(arena, text);
		rc = ac_arena_check(arena, err);
	}
	ac_buf_done(buf);
	return rc ? rc : ac_json_parse(text, AC_JSON_LIMITS, arena, out, err);
}

int
ac_objects_put(
    ac_store *store, const ac_account *account, ac_str evidence, ac_arena *arena, uint64_t *out_new, accord_err *err)
{
	const ac_json *ours = NULL, *theirs = NULL;
	ac_json_writer w;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	rc = read_back(&buf, ac_objects_of_statement(account, evidence, &w, arena, err), arena, &ours, err);
	if (rc == 0 && evidence.n)
		rc = ac_json_parse(evidence, AC_JSON_LIMITS, arena, &theirs, err);
	return rc ? rc : put_batch(store, account->statement.coalition, theirs, ours, arena, out_new, err);
}

int
ac_objects_put_pledges(ac_store *store, const ac_charter *charter, const ac_pledge_note *notes, size_t count,
    ac_arena *arena, uint64_t *out_new, accord_err *err)
{
	const ac_json *ours = NULL;
	ac_json_writer w;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	rc = read_back(&buf, ac_objects_of_pledges(charter, notes, count, &w, arena, err), arena, &ours, err);
	return rc ? rc : put_batch(store, charter->coalition, ours, NULL, arena, out_new, err);
}
