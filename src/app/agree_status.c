/* SPDX-License-Identifier: Apache-2.0 */
/* Who stands behind what, told in English or French, and as JSON. What counts is decided in agree/account.c and standing.c. */
#include "app/agree_show.h"
#include "base/limits.h"
#include "base/utf8.h"

enum { SHOWN_MAX = 2000 };

/* Words by language. */
typedef struct said {
	const char *text[2];
} said;

static const said state_words[] = {
	[AC_STATE_OPEN] = { { "open", "ouverte" } },
	[AC_STATE_PUBLISHED] = { { "published", "publiée" } },
	[AC_STATE_LAPSED] = { { "lapsed", "caduque" } },
	[AC_STATE_SUPERSEDED] = { { "superseded", "remplacée" } },
	[AC_STATE_WITHDRAWN] = { { "withdrawn", "retirée" } },
};

static const said stance_words[] = {
	[AC_VOICE_SILENT] = { { "has said nothing", "ne s'est pas prononcé" } },
	[AC_VOICE_JOINS] = { { "joins", "se joint" } },
	[AC_VOICE_NOTES] = { { "notes", "prend note" } },
	[AC_VOICE_ABSTAINS] = { { "abstains", "s'abstient" } },
	[AC_VOICE_DISSENTS] = { { "dissents", "est en désaccord" } },
	[AC_VOICE_WITHDREW] = { { "withdrew", "s'est retiré" } },
	[AC_VOICE_CONTRADICTS] = { { "contradicts himself", "se contredit" } },
};

static const said joint_words = { { "joint", "commune" } }, not_joint_words = { { "not joint", "non commune" } },
		  lapsed_words = { { "lapsed", "caduque" } }, short_words = { { "missing", "manque" } },
		  confidence_words = { { "confidence", "confiance" } },
		  nobody_words = { { "nobody joins", "personne ne se joint" } },
		  signed_words = { { "by signing it", "par sa signature" } },
		  late_words = { { "joined after publication", "s'est joint après la publication" } },
		  left_words = { { "joins no more since", "ne se joint plus depuis" } },
		  two_words = { { "has signed two endorsements of one number that differ, number",
		      "a signé deux prises de position différentes sous le même numéro, le" } },
		  texts_words = { { "the convener has signed two texts of this name and version",
		      "l'auteur de la convocation a signé deux textes de ce nom et de cette version" } },
		  convened_words = { { "convened by", "convoquée par" } }, quorum_words = { { "quorum", "quorum" } };

/* A statement's standing, then and now. */
typedef struct telling {
	ac_room *room;
	const ac_account *a;
	ac_lang lang;
	ac_buf *out;
	ac_statement_state state;
	ac_standing then; /* of one that is published */
	const ac_standing_change *changes;
	size_t change_count;
} telling;

static const char *
word(const telling *t, said s)
{
	return s.text[t->lang == AC_LANG_FR];
}

static ac_str
tongue(const telling *t, const ac_str pair[static AC_TONGUES])
{
	return pair[t->lang == AC_LANG_FR ? AC_TONGUE_FR : AC_TONGUE_EN];
}

static bool
has_point(const ac_account *a, const char *code)
{
	for (size_t i = 0; i < a->points.count; i++)
		if (strcmp(a->points.items[i].code, code) == 0)
			return true;
	return false;
}

static int
judge(telling *t, accord_err *err)
{
	int rc;

	t->state = AC_STATE_OPEN;
	if (t->a->is_published) {
		rc = ac_room_published(t->room, t->a, &t->then, err);
		if (!rc)
			rc = ac_standing_compare(
			    &t->then, &t->a->now, &t->room->arena, &t->changes, &t->change_count, err);
		if (rc)
			return rc;
		t->state = ac_standing_state(&t->then, &t->a->now);
	}
	if (has_point(t->a, "superseded"))
		t->state = AC_STATE_SUPERSEDED;
	if (has_point(t->a, "withdrawn"))
		t->state = AC_STATE_WITHDRAWN;
	return 0;
}

static bool
has_lapsed(const telling *t, size_t claim)
{
	return t->a->is_published && ac_standing_has_lapsed(&t->then, &t->a->now, claim);
}

/* "very likely 85", as the reader's language has it. */
static void
add_likelihood(const telling *t, const ac_claim_judgement *j)
{
	ac_buf_add(t->out, ac_scale_word(j->likelihood, t->lang));
	ac_buf_printf(t->out, " %u", j->number);
}

/* On a line of its own: how well a judgement is founded is not how likely it is (stix/scale.h). */
static void
add_confidence(const telling *t, const char *indent, ac_confidence_level level)
{
	ac_buf_printf(
	    t->out, "\n%s%s %.*s", indent, word(t, confidence_words), AC_FMT(ac_confidence_word(level, t->lang)));
}

static void
add_voice(const telling *t, unsigned member, const ac_voice *v)
{
	ac_buf_printf(
	    t->out, "    %.*s %s", AC_FMT(t->a->charter->members[member].name), word(t, stance_words[v->stance]));
	if (v->stance == AC_VOICE_JOINS) {
		ac_buf_add(t->out, AC_S(": "));
		add_likelihood(t, &v->judgement);
		if (!v->endorsement)
			ac_buf_printf(t->out, " (%s)", word(t, signed_words));
		if (v->judgement.has_confidence)
			add_confidence(t, "        ", v->judgement.confidence);
	}
	ac_buf_add_byte(t->out, '\n');
}

/* "c1  joint: very likely 85 (85-95)", the confidence, the words, the voices. */
static void
add_claim(const telling *t, size_t at)
{
	const ac_claim_standing *c = &t->a->now.claims[at];

	ac_buf_printf(t->out, "\n%.*s  %s", AC_FMT(c->claim->id),
	    word(t, has_lapsed(t, at) ? lapsed_words
		    : c->is_joint     ? joint_words
				      : not_joint_words));
	if (c->least) {
		ac_buf_add(t->out, AC_S(": "));
		add_likelihood(t, c->least);
		if (c->least->number != c->most->number)
			ac_buf_printf(t->out, " (%u-%u)", c->least->number, c->most->number);
		if (c->has_confidence)
			add_confidence(t, "    ", c->confidence);
	} else {
		ac_buf_printf(t->out, ": %s", word(t, nobody_words));
	}
	ac_buf_add(t->out, AC_S("\n    "));
	ac_utf8_add_visible(t->out, tongue(t, c->claim->text), SHOWN_MAX);
	ac_buf_add_byte(t->out, '\n');
	for (unsigned m = 0; m < t->a->charter->member_count; m++)
		if (c->voices[m].stance != AC_VOICE_SILENT)
			add_voice(t, m, &c->voices[m]);
	if (c->lack_count) {
		ac_buf_printf(t->out, "    %s: ", word(t, short_words));
		ac_standing_add_lacks(t->out, c, t->lang == AC_LANG_FR ? AC_TONGUE_FR : AC_TONGUE_EN);
		ac_buf_add_byte(t->out, '\n');
	}
	for (size_t i = 0; i < t->change_count; i++)
		if (t->changes[i].claim == at) {
			ac_buf_printf(t->out, "    %.*s %s ", AC_FMT(t->a->charter->members[t->changes[i].member].name),
			    word(t, t->changes[i].came ? late_words : left_words));
			ac_time_add(t->out, t->changes[i].at, 0);
			ac_buf_add_byte(t->out, '\n');
		}
}

/* What a member added to his word, and that somebody contradicts himself. */
static void
add_remarks(const telling *t)
{
	for (unsigned m = 0; m < t->a->charter->member_count; m++) {
		const ac_endorsement *e = t->a->now.latest[m];
		ac_str words = e ? tongue(t, e->caveat[AC_TONGUE_EN].n ? e->caveat : e->reason) : (ac_str){ 0 };

		if (!words.n)
			continue;
		ac_buf_printf(t->out, "\n%.*s: ", AC_FMT(t->a->charter->members[m].name));
		ac_utf8_add_visible(t->out, words, SHOWN_MAX);
		ac_buf_add_byte(t->out, '\n');
	}
	for (unsigned i = 0; i < t->a->now.contradiction_count; i++)
		ac_buf_printf(t->out, "\n%.*s %s %llu\n",
		    AC_FMT(t->a->charter->members[t->a->now.contradictions[i].member].name), word(t, two_words),
		    (unsigned long long)t->a->now.contradictions[i].a->about.seq);
}

static void
tell(const telling *t)
{
	const ac_statement *s = &t->a->statement;

	ac_utf8_add_visible(t->out, tongue(t, s->title), SHOWN_MAX);
	ac_buf_printf(t->out, "\n%.*s/%llu  ", AC_FMT(s->id), (unsigned long long)s->version);
	ac_text_add_digest(t->out, s->digest);
	ac_buf_printf(t->out, "\n%s, TLP:%s, %s %.*s, %s %.*s", word(t, state_words[t->state]), ac_tlp_code(s->tlp),
	    word(t, convened_words), AC_FMT(s->convener), word(t, quorum_words), AC_FMT(t->a->now.quorum));
	if (t->a->is_published) {
		ac_buf_add(t->out, AC_S(", "));
		ac_time_add(t->out, t->a->publication.about.at, 0);
	}
	ac_buf_add_byte(t->out, '\n');
	if (has_point(t->a, "two-texts"))
		ac_buf_printf(t->out, "%s\n", word(t, texts_words));
	for (size_t i = 0; i < s->claim_count; i++)
		add_claim(t, i);
	add_remarks(t);
	ac_agree_show_progress(t->out, t->a, t->lang);
}

static void
write_judgement(ac_json_writer *w, const ac_claim_judgement *j)
{
	ac_jw_key_string(w, AC_S("likelihood"), j->likelihood->code);
	ac_jw_key_u64(w, AC_S("number"), j->number);
	if (j->has_confidence)
		ac_jw_key_string(w, AC_S("confidence"), ac_confidence_code(j->confidence));
}

static void
write_voices(const telling *t, ac_json_writer *w, const ac_claim_standing *c)
{
	ac_jw_key(w, AC_S("voices"));
	ac_jw_array(w);
	for (unsigned m = 0; m < t->a->charter->member_count; m++) {
		const ac_voice *v = &c->voices[m];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("member"), t->a->charter->members[m].name);
		ac_jw_key_string(w, AC_S("stance"), ac_str_from(ac_voice_stance_name(v->stance)));
		if (v->stance == AC_VOICE_JOINS)
			write_judgement(w, &v->judgement);
		if (v->endorsement) {
			ac_jw_key_u64(w, AC_S("seq"), v->endorsement->about.seq);
			ac_jw_key_time(w, AC_S("at"), v->endorsement->about.at, 0);
		}
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
write_lacks(ac_json_writer *w, const ac_claim_standing *c)
{
	ac_jw_key(w, AC_S("lacks"));
	ac_jw_array(w);
	for (unsigned i = 0; i < c->lack_count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("group"), c->lacks[i].group);
		ac_jw_key_u64(w, AC_S("needed"), c->lacks[i].needed);
		ac_jw_key_u64(w, AC_S("have"), c->lacks[i].have);
		ac_jw_key(w, AC_S("missing"));
		ac_jw_array(w);
		for (unsigned k = 0; k < c->lacks[i].name_count; k++)
			ac_jw_string(w, c->lacks[i].names[k]);
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
write_claims(const telling *t, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < t->a->statement.claim_count; i++) {
		const ac_claim_standing *c = &t->a->now.claims[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), c->claim->id);
		ac_jw_key_string(w, AC_S("text_en"), c->claim->text[AC_TONGUE_EN]);
		ac_jw_key_string(w, AC_S("text_fr"), c->claim->text[AC_TONGUE_FR]);
		ac_jw_key_bool(w, AC_S("joint"), c->is_joint);
		ac_jw_key_bool(w, AC_S("lapsed"), has_lapsed(t, i));
		ac_jw_key_u64(w, AC_S("joined"), c->joined);
		if (c->least) {
			ac_jw_key_u64(w, AC_S("low"), c->least->number);
			ac_jw_key_u64(w, AC_S("high"), c->most->number);
			ac_jw_key_string(w, AC_S("headline"), c->least->likelihood->code);
		}
		if (c->has_confidence)
			ac_jw_key_string(w, AC_S("confidence"), ac_confidence_code(c->confidence));
		write_voices(t, w, c);
		write_lacks(w, c);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
write_changes(const telling *t, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("changes"));
	ac_jw_array(w);
	for (size_t i = 0; i < t->change_count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("claim"), t->a->statement.claims[t->changes[i].claim].id);
		ac_jw_key_string(w, AC_S("member"), t->a->charter->members[t->changes[i].member].name);
		ac_jw_key_bool(w, AC_S("joined"), t->changes[i].came);
		ac_jw_key_time(w, AC_S("at"), t->changes[i].at, 0);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_key(w, AC_S("contradictions"));
	ac_jw_array(w);
	for (unsigned i = 0; i < t->a->now.contradiction_count; i++) {
		const ac_contradiction *c = &t->a->now.contradictions[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("member"), t->a->charter->members[c->member].name);
		ac_jw_key_u64(w, AC_S("seq"), c->a->about.seq);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
write(const telling *t)
{
	const ac_statement *s = &t->a->statement;
	ac_json_writer w;
	ac_buf digest;

	ac_buf_init(&digest, AC_KIB);
	ac_text_add_digest(&digest, s->digest);
	ac_json_writer_init(&w, t->out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.standing/1"));
	ac_jw_key_string(&w, AC_S("statement"), s->id);
	ac_jw_key_u64(&w, AC_S("version"), s->version);
	ac_jw_key_string(&w, AC_S("digest"), ac_buf_view(&digest));
	ac_jw_key_string(&w, AC_S("coalition"), s->coalition);
	ac_jw_key_string(&w, AC_S("convener"), s->convener);
	ac_jw_key_string(&w, AC_S("kind"), ac_str_from(ac_statement_kind_name(s->kind)));
	ac_jw_key_string(&w, AC_S("tlp"), ac_str_from(ac_tlp_code(s->tlp)));
	ac_jw_key_string(&w, AC_S("state"), ac_str_from(ac_statement_state_name(t->state)));
	ac_jw_key_string(&w, AC_S("title_en"), s->title[AC_TONGUE_EN]);
	ac_jw_key_string(&w, AC_S("title_fr"), s->title[AC_TONGUE_FR]);
	ac_jw_key_string(&w, AC_S("quorum"), t->a->now.quorum);
	ac_jw_key_bool(&w, AC_S("two_texts"), has_point(t->a, "two-texts"));
	if (t->a->is_published)
		ac_jw_key_time(&w, AC_S("published"), t->a->publication.about.at, 0);
	write_claims(t, &w);
	write_changes(t, &w);
	ac_agree_write_progress(&w, t->a);
	ac_jw_end(&w);
	ac_buf_add_byte(t->out, '\n');
	ac_buf_done(&digest);
}

int
ac_agree_show_status(ac_room *room, const ac_account *a, ac_lang lang, accord_err *err)
{
	telling t = { .room = room, .a = a, .lang = lang, .out = ac_app_out(room->app) };
	int rc = judge(&t, err);

	if (rc)
		return rc;
	if (ac_app_json(room->app))
		write(&t);
	else
		tell(&t);
	return 0;
}
