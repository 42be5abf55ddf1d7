/* SPDX-License-Identifier: Apache-2.0 */
/* The page of a statement. Every text goes through html.c; nothing is decided here. */
#include "agree/page.h"

#include "agree/html.h"
#include "agree/vocabulary.h"
#include "base/limits.h"
#include "codec/octets.h"

/* A4, ink on paper; on a screen by day and by night. */
static const char style[] =
    ":root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#bbb;--soft:#666;--yes:#0b5d2a;--no:#8a1c1c}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#161616;--line:#555;--soft:#aaa;--yes:#7fd6a0;--no:#"
    "f2a3a3}}"
    "body{font:11pt/1.5 'DejaVu "
    "Serif',Georgia,serif;color:var(--ink);background:var(--paper);max-width:46em;margin:2em "
    "auto;padding:0 1em}h1{font-size:1.5em;line-height:1.25}h2{font-size:1.15em;border-bottom:1px solid "
    "var(--line);margin-top:1.8em}h3{font-size:1em;margin:1.2em 0 .2em}p{margin:.4em 0}"
    "table{border-collapse:collapse;width:100%;font-size:.92em}th,td{text-align:left;vertical-align:top;padding:.25em "
    ".6em .25em 0;border-bottom:1px solid var(--line)}.claim{border-left:3px solid var(--line);padding-left:.9em;"
    "break-inside:avoid}.joint{color:var(--yes);font-weight:bold}.alone{color:var(--no);font-weight:bold}"
    ".soft{color:var(--soft)}code{font:.85em 'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}"
    "article+article{break-before:page}@page{size:A4;margin:20mm 18mm}"
    "@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--line:#999;--soft:#333;--yes:#000;--no:#000}"
    "body{font-size:10pt;margin:0;max-width:none;padding:0}nav{display:none}}";

typedef enum phrase {
	STATEMENT_OF,
	VERSION,
	CONVENED_BY,
	OPENED,
	PUBLISHED,
	SUPERSEDED,
	CLAIMS,
	JOINT,
	NOT_JOINT,
	AS_WORDED,
	CONFIDENCE,
	NO_CONFIDENCE,
	LEAST,
	RANGE,
	JOINED_BY,
	OF_MEMBERS,
	NEEDS,
	MEMBER,
	STANCE,
	JUDGEMENT,
	CAVEATS,
	NO_CAVEATS,
	SINCE,
	NORMS,
	ACTIONS,
	ALL_MEMBERS,
	DUE,
	WHO,
	WHAT,
	STATE,
	OVERDUE,
	NOW_DUE,
	AS_OF,
	VERIFY,
	NOT_SIGNED,
	HOW_TO,
	HOW_OTHERS,
	DIGESTS,
	STATEMENT,
	CHARTER,
	BUNDLE,
	PHRASES
} phrase;

static const char *const phrases[PHRASES][AC_TONGUES] = {
	[STATEMENT_OF] = { "Statement of the coalition", "Déclaration de la coalition" },
	[VERSION] = { "version", "version" },
	[CONVENED_BY] = { "convened by", "à l'initiative de" },
	[OPENED] = { "Opened", "Ouverte le" },
	[PUBLISHED] = { "published", "publiée le" },
	[SUPERSEDED] = { "Not in force: its place has been taken by version",
	    "N'est plus en vigueur : elle a été remplacée par la version" },
	[CLAIMS] = { "What is claimed, and who stands behind it", "Ce qui est affirmé, et qui l'affirme" },
	[JOINT] = { "joint", "commune" },
	[NOT_JOINT] = { "not joint: short of its quorum", "non commune : le quorum n'est pas atteint" },
	[AS_WORDED] = { "As worded:", "Telle que rédigée :" },
	[CONFIDENCE] = { "Analytic confidence:", "Confiance analytique :" },
	[NO_CONFIDENCE] = { "not stated", "non indiquée" },
	[LEAST] = { "By the least sure of those who join:", "Selon le moins sûr de ceux qui s'y joignent :" },
	[RANGE] = { "range", "de" },
	[JOINED_BY] = { "joined by", "membres qui s'y joignent :" },
	[OF_MEMBERS] = { "of", "sur" },
	[NEEDS] = { "The quorum is", "Le quorum est" },
	[MEMBER] = { "Member", "Membre" },
	[STANCE] = { "Stance", "Position" },
	[JUDGEMENT] = { "How likely", "Vraisemblance" },
	[CAVEATS] = { "Dissents and caveats", "Désaccords et réserves" },
	[NO_CAVEATS] = { "None.", "Aucun." },
	[SINCE] = { "Since it was published, this has changed. As of the making of this page:",
	    "Depuis la publication, ceci a changé. À la date où cette page a été faite :" },
	[NORMS] = { "Norms of responsible behaviour that it names",
	    "Normes de comportement responsable qu'elle invoque" },
	[ACTIONS] = { "What follows", "Suites" },
	[ALL_MEMBERS] = { "all members", "tous les membres" },
	[DUE] = { "Due", "Échéance" },
	[WHO] = { "Who", "Qui" },
	[WHAT] = { "What", "Quoi" },
	[STATE] = { "How far it has come", "Avancement" },
	[OVERDUE] = { "overdue", "en retard" },
	[NOW_DUE] = { "now due", "reporté au" },
	[AS_OF] = { "By what these members have signed, and as of",
	    "D'après ce que ces membres ont signé, et à la date du" },
	[VERIFY] = { "How to verify this by yourself", "Comment vérifier par soi-même" },
	[NOT_SIGNED] = { "Nobody has signed this page. What members signed are the notes in this folder, and they are "
			 "what to rely on.",
	    "Personne n'a signé cette page. Ce que les membres ont signé, ce sont les notes de ce dossier, et c'est à "
	    "elles qu'il faut se fier." },
	[HOW_TO] = { "Compare the digest of the charter with the one that the coalition's members give by another "
		     "channel. Then, with no "
		     "network, in this folder's parent:",
	    "Comparez l'empreinte de la charte avec celle que les membres de la coalition donnent par une autre voie. "
	    "Puis, sans réseau, "
	    "dans le dossier parent :" },
	[HOW_OTHERS] = { "Other programs can check single signatures: see README.txt.",
	    "D'autres programmes peuvent vérifier une signature à la fois : voir README.txt." },
	[DIGESTS] = { "Digests (SHA-256)", "Empreintes (SHA-256)" },
	[STATEMENT] = { "statement", "déclaration" },
	[CHARTER] = { "charter", "charte" },
	[BUNDLE] = { "bundle of evidence", "ensemble des éléments de preuve" },
};

static const char *const stances[][AC_TONGUES] = {
	[AC_VOICE_SILENT] = { "has said nothing", "ne s'est pas prononcé" },
	[AC_VOICE_JOINS] = { "joins", "s'y joint" },
	[AC_VOICE_NOTES] = { "takes note", "prend note" },
	[AC_VOICE_ABSTAINS] = { "abstains", "s'abstient" },
	[AC_VOICE_DISSENTS] = { "dissents", "n'est pas d'accord" },
	[AC_VOICE_WITHDREW] = { "has withdrawn", "s'est retiré" },
	[AC_VOICE_CONTRADICTS] = { "contradicts itself", "se contredit" },
};

static const char *const actions[][AC_TONGUES] = {
	[AC_ACTION_OPEN] = { "open", "à faire" },
	[AC_ACTION_UNDERWAY] = { "underway", "en cours" },
	[AC_ACTION_DONE] = { "done", "fait" },
	[AC_ACTION_DROPPED] = { "dropped", "abandonné" },
};

static const char *const wholes[][AC_TONGUES] = {
	[AC_STANCE_JOINS] = { "joins", "s'y joint" },
	[AC_STANCE_ABSTAINS] = { "abstains", "s'abstient" },
	[AC_STANCE_DISSENTS] = { "dissents", "n'est pas d'accord" },
	[AC_STANCE_NOTES] = { "takes note", "prend note" },
	[AC_STANCE_JOINS_IN_PART] = { "joins in part", "s'y joint en partie" },
	[AC_STANCE_ACKNOWLEDGES] = { "acknowledges it", "en prend acte" },
	[AC_STANCE_WITHDRAWS] = { "withdraws", "se retire" },
};

typedef struct page {
	const ac_account *a;
	ac_buf *out;
	ac_tongue tongue;
	const ac_vocabulary *vocabularies;
	size_t vocabulary_count;
} page;

static void
say(page *p, phrase words)
{
	ac_html_add(p->out, ac_str_from(phrases[words][p->tongue]));
}

static void
raw(page *p, const char *html)
{
	ac_buf_add_cstr(p->out, html);
}

static ac_lang
lang_of(const page *p)
{
	return p->tongue == AC_TONGUE_FR ? AC_LANG_FR : AC_LANG_EN;
}

static void
say_time(page *p, ac_time time)
{
	raw(p, "<time>");
	ac_time_add(p->out, time, 0);
	raw(p, "</time>");
}

/* "United States (us)", or "us". */
static void
say_member(page *p, unsigned m)
{
	const ac_charter_member *member = &p->a->charter->members[m];

	if (member->full_name[p->tongue].n) {
		ac_html_add(p->out, member->full_name[p->tongue]);
		raw(p, " (");
		ac_html_add(p->out, member->name);
		raw(p, ")");
	} else {
		ac_html_add(p->out, member->name);
	}
}

static void
say_name(page *p, ac_str name)
{
	unsigned m = ac_charter_member_find(p->a->charter, name);

	if (m < p->a->charter->member_count)
		say_member(p, m);
	else
		ac_html_add(p->out, name);
}

static void
say_likelihood(page *p, const ac_claim_judgement *j)
{
	ac_html_add(p->out, ac_scale_word(j->likelihood, lang_of(p)));
	ac_buf_printf(p->out, p->tongue == AC_TONGUE_FR ? " (%u\u00a0%%)" : " (%u%%)", j->number);
}

static void
say_judgement(page *p, const ac_claim_judgement *j)
{
	say_likelihood(p, j);
	if (!j->has_confidence)
		return;
	/* How likely it is and how well founded that is are two things (stix/scale.h): no sentence says both. */
	raw(p, "<br>");
	say(p, CONFIDENCE);
	raw(p, " ");
	ac_html_add(p->out, ac_confidence_word(j->confidence, lang_of(p)));
}

static void
say_range(page *p, const ac_claim_standing *c)
{
	raw(p, "<p>");
	say(p, LEAST);
	raw(p, " ");
	say_likelihood(p, c->least);
	if (c->least->number != c->most->number) {
		raw(p, "; ");
		say(p, RANGE);
		ac_buf_printf(
		    p->out, p->tongue == AC_TONGUE_FR ? " %u à %u" : " %u to %u", c->least->number, c->most->number);
	}
	raw(p, "; ");
	say(p, JOINED_BY);
	ac_buf_printf(p->out, " %u ", c->joined);
	say(p, OF_MEMBERS);
	ac_buf_printf(p->out, " %u.</p>\n", p->a->charter->member_count);
}

static void
say_voices(page *p, const ac_claim_standing *c)
{
	raw(p, "<table><thead><tr><th>");
	say(p, MEMBER);
	raw(p, "</th><th>");
	say(p, STANCE);
	raw(p, "</th><th>");
	say(p, JUDGEMENT);
	raw(p, "</th></tr></thead><tbody>\n");
	for (unsigned m = 0; m < p->a->charter->member_count; m++) {
		raw(p, "<tr><td>");
		say_member(p, m);
		raw(p, "</td><td>");
		ac_html_add(p->out, ac_str_from(stances[c->voices[m].stance][p->tongue]));
		raw(p, "</td><td>");
		if (c->voices[m].stance == AC_VOICE_JOINS)
			say_judgement(p, &c->voices[m].judgement);
		raw(p, "</td></tr>\n");
	}
	raw(p, "</tbody></table>\n");
}

static void
say_claim(page *p, const ac_claim_standing *c)
{
	raw(p, "<section class=\"claim\"><h3>");
	ac_html_add(p->out, c->claim->id);
	ac_buf_printf(p->out, " <span class=\"%s\">", c->is_joint ? "joint" : "alone");
	say(p, c->is_joint ? JOINT : NOT_JOINT);
	raw(p, "</span></h3>\n<p>");
	ac_html_add_prose(p->out, c->claim->text[p->tongue]);
	raw(p, "</p>\n<p class=\"soft\">");
	say(p, AS_WORDED);
	raw(p, " ");
	say_likelihood(p, &c->claim->judgement);
	raw(p, ". ");
	say(p, CONFIDENCE);
	raw(p, " ");
	if (c->claim->judgement.has_confidence)
		ac_html_add(p->out, ac_confidence_word(c->claim->judgement.confidence, lang_of(p)));
	else
		say(p, NO_CONFIDENCE);
	raw(p, ".</p>\n");
	if (c->least)
		say_range(p, c);
	say_voices(p, c);
	raw(p, "</section>\n");
}

static bool
differs(const ac_account *a, size_t claim)
{
	const ac_claim_standing *x = &a->then.claims[claim], *y = &a->now.claims[claim];

	for (unsigned m = 0; m < a->charter->member_count; m++)
		if (x->voices[m].stance != y->voices[m].stance ||
		    x->voices[m].judgement.number != y->voices[m].judgement.number)
			return true;
	return false;
}

static void
say_claims(page *p)
{
	bool any = false;

	raw(p, "<h2>");
	say(p, CLAIMS);
	raw(p, "</h2>\n");
	if (p->a->then.quorum.n) {
		raw(p, "<p class=\"soft\">");
		say(p, NEEDS);
		raw(p, " <code>");
		ac_html_add(p->out, p->a->then.quorum);
		raw(p, "</code>.</p>\n");
	}
	for (size_t i = 0; i < p->a->statement.claim_count; i++)
		say_claim(p, &p->a->then.claims[i]);
	for (size_t i = 0; i < p->a->statement.claim_count; i++) {
		if (!differs(p->a, i))
			continue;
		if (!any) {
			raw(p, "<p><strong>");
			say(p, SINCE);
			raw(p, "</strong></p>\n");
		}
		any = true;
		say_claim(p, &p->a->now.claims[i]);
	}
}

static void
say_caveats(page *p)
{
	bool any = false;

	raw(p, "<h2>");
	say(p, CAVEATS);
	raw(p, "</h2>\n");
	for (unsigned m = 0; m < p->a->charter->member_count; m++) {
		const ac_endorsement *e = p->a->now.latest[m];

		if (!e || (!e->caveat[p->tongue].n && !e->reason[p->tongue].n && e->stance != AC_STANCE_DISSENTS))
			continue;
		any = true;
		raw(p, "<p><strong>");
		say_member(p, m);
		raw(p, "</strong> ");
		ac_html_add(p->out, ac_str_from(wholes[e->stance][p->tongue]));
		for (unsigned k = 0; k < 2; k++) {
			ac_str words = k ? e->reason[p->tongue] : e->caveat[p->tongue];

			if (!words.n)
				continue;
			raw(p, p->tongue == AC_TONGUE_FR ? "\u00a0: \u00ab\u00a0" : ": \u201c");
			ac_html_add_prose(p->out, words);
			raw(p, p->tongue == AC_TONGUE_FR ? "\u00a0\u00bb" : "\u201d");
		}
		raw(p, "</p>\n");
	}
	if (!any) {
		raw(p, "<p>");
		say(p, NO_CAVEATS);
		raw(p, "</p>\n");
	}
}

/* With the words of the vocabulary, where it ships. */
static void
say_norms(page *p)
{
	if (!p->a->statement.norm_count)
		return;
	raw(p, "<h2>");
	say(p, NORMS);
	raw(p, "</h2>\n<ul>\n");
	for (size_t i = 0; i < p->a->statement.norm_count; i++) {
		ac_str norm = p->a->statement.norms[i];
		const ac_vocabulary_item *item = ac_vocabulary_find(p->vocabularies, p->vocabulary_count, norm);

		raw(p, "<li>");
		if (item) {
			ac_html_add(p->out, item->text[p->tongue]);
			raw(p, ", ");
			ac_html_add(p->out, item->reference);
			raw(p, " ");
		}
		raw(p, "<code>");
		ac_html_add(p->out, norm);
		raw(p, "</code></li>\n");
	}
	raw(p, "</ul>\n");
}

/* "Bravo (bravo): done, 2026-03-20". */
static void
say_step(page *p, const ac_step *step)
{
	raw(p, "<br>");
	say_member(p, step->member);
	raw(p, p->tongue == AC_TONGUE_FR ? "\u00a0: " : ": ");
	ac_html_add(p->out, ac_str_from(actions[step->status][p->tongue]));
	if (step->last) {
		raw(p, ", ");
		ac_time_add_date(p->out, step->last->about.at);
	}
	if (step->contradicts) {
		raw(p, ", ");
		ac_html_add(p->out, ac_str_from(stances[AC_VOICE_CONTRADICTS][p->tongue]));
	}
	if (step->last && step->last->has_due) {
		raw(p, ", ");
		say(p, NOW_DUE);
		raw(p, " ");
		ac_time_add_date(p->out, step->due);
	}
	if (step->is_overdue) {
		raw(p, ", <span class=\"alone\">");
		say(p, OVERDUE);
		raw(p, "</span>");
	}
	if (step->last && step->last->remark[p->tongue].n) {
		raw(p, "<br><span class=\"soft\">");
		ac_html_add_prose(p->out, step->last->remark[p->tongue]);
		raw(p, "</span>");
	}
}

static void
say_action(page *p, unsigned i)
{
	const ac_follow_up *f = &p->a->statement.actions[i];

	raw(p, "<tr><td>");
	ac_time_add_date(p->out, f->due);
	raw(p, "</td><td>");
	if (f->owner.n)
		say_name(p, f->owner);
	else
		say(p, ALL_MEMBERS);
	raw(p, "</td><td>");
	ac_html_add_prose(p->out, f->text[p->tongue]);
	raw(p, "</td><td>");
	ac_html_add(p->out, ac_str_from(actions[ac_progress_of(&p->a->progress, i)][p->tongue]));
	for (size_t k = 0; k < p->a->progress.count; k++)
		if (p->a->progress.steps[k].action == i)
			say_step(p, &p->a->progress.steps[k]);
	raw(p, "</td></tr>\n");
}

static void
say_actions(page *p)
{
	static const phrase heads[] = { DUE, WHO, WHAT, STATE };

	if (!p->a->statement.action_count)
		return;
	raw(p, "<h2>");
	say(p, ACTIONS);
	raw(p, "</h2>\n<table><thead><tr>");
	for (size_t i = 0; i < AC_COUNT(heads); i++) {
		raw(p, "<th>");
		say(p, heads[i]);
		raw(p, "</th>");
	}
	raw(p, "</tr></thead><tbody>\n");
	for (unsigned i = 0; i < p->a->statement.action_count; i++)
		say_action(p, i);
	raw(p, "</tbody></table>\n<p class=\"soft\">");
	say(p, AS_OF);
	raw(p, " ");
	ac_time_add_date(p->out, p->a->progress.as_of);
	raw(p, ".</p>\n");
}

static void
say_digest(page *p, phrase what, const uint8_t digest[static AC_SHA256_SIZE])
{
	char hex[2 * AC_SHA256_SIZE];

	ac_hex(digest, AC_SHA256_SIZE, hex);
	raw(p, "<tr><td>");
	say(p, what);
	ac_buf_printf(p->out, "</td><td><code>%.*s</code></td></tr>\n", (int)sizeof(hex), hex);
}

static void
say_how(page *p)
{
	char hex[2 * AC_SHA256_SIZE];

	ac_hex(p->a->charter->digest, AC_SHA256_SIZE, hex);
	raw(p, "<h2>");
	say(p, VERIFY);
	raw(p, "</h2>\n<p>");
	say(p, NOT_SIGNED);
	raw(p, "</p>\n<p>");
	say(p, HOW_TO);
	ac_buf_printf(p->out, "</p>\n<p><code>accord verify --trust sha256:%.*s ", (int)sizeof(hex), hex);
	raw(p, p->tongue == AC_TONGUE_FR ? "DOSSIER" : "FOLDER");
	raw(p, "</code></p>\n<p>");
	say(p, HOW_OTHERS);
	raw(p, "</p>\n<table><thead><tr><th colspan=\"2\">");
	say(p, DIGESTS);
	raw(p, "</th></tr></thead><tbody>\n");
	say_digest(p, CHARTER, p->a->charter->digest);
	say_digest(p, STATEMENT, p->a->statement.digest);
	say_digest(p, BUNDLE, p->a->statement.bundle);
	raw(p, "</tbody></table>\n");
}

static void
say_article(page *p)
{
	const ac_statement *s = &p->a->statement;

	ac_buf_printf(
	    p->out, "<article lang=\"%s\" id=\"%s\">\n<h1>", ac_tongue_code(p->tongue), ac_tongue_code(p->tongue));
	ac_html_add_prose(p->out, s->title[p->tongue]);
	raw(p, "</h1>\n<p>");
	say(p, STATEMENT_OF);
	raw(p, " <strong>");
	ac_html_add(p->out, s->coalition);
	raw(p, "</strong>: <code>");
	ac_html_add(p->out, s->id);
	raw(p, "</code>, ");
	say(p, VERSION);
	ac_buf_printf(p->out, " %llu, ", (unsigned long long)s->version);
	say(p, CONVENED_BY);
	raw(p, " ");
	say_name(p, s->convener);
	raw(p, ".</p>\n<p class=\"soft\">");
	say(p, OPENED);
	raw(p, " ");
	say_time(p, s->opened);
	raw(p, ", ");
	say(p, PUBLISHED);
	raw(p, " ");
	say_time(p, p->a->publication.about.at);
	raw(p, ". TLP:CLEAR.</p>\n");
	if (ac_account_public_successor(p->a)) {
		raw(p, "<p class=\"alone\">");
		say(p, SUPERSEDED);
		ac_buf_printf(p->out, " %llu.</p>\n", (unsigned long long)p->a->successor->statement.version);
	}
	say_claims(p);
	say_caveats(p);
	say_norms(p);
	say_actions(p);
	say_how(p);
	raw(p, "</article>\n");
}

/* The style is allowed by its hash, and nothing else is by anything. */
static int
say_head(page *p, accord_err *err)
{
	uint8_t hash[AC_SHA256_SIZE];
	int rc = ac_sha256((ac_str){ style, sizeof(style) - 1 }, hash, err);

	if (rc)
		return rc;
	raw(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
	ac_base64_add(p->out, (ac_str){ (const char *)hash, sizeof(hash) });
	raw(p, "'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
	       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	ac_html_add_prose(p->out, p->a->statement.title[AC_TONGUE_EN]);
	raw(p, "</title>\n<style>");
	raw(p, style);
	raw(p, "</style>\n</head>\n<body>\n<nav><a href=\"#en\" lang=\"en\">English</a> \u00b7 <a href=\"#fr\" "
	       "lang=\"fr\">Français</a></nav>\n");
	return 0;
}

int
ac_account_page(const ac_account *account, ac_buf *buf, accord_err *err)
{
	page p = { .a = account, .out = buf };
	ac_arena arena;
	int rc;

	if (!account->is_published || !account->has_then || !ac_statement_is_public(&account->statement))
		return ac_fail(err, ACCORD_EUSAGE, "a page is made of statements that are published and TLP:CLEAR");
	ac_arena_init(&arena, AC_MIB);
	rc = ac_vocabularies(&arena, &p.vocabularies, &p.vocabulary_count, err);
	if (!rc)
		rc = say_head(&p, err);
	for (unsigned tongue = 0; tongue < AC_TONGUES && !rc; tongue++) {
		p.tongue = (ac_tongue)tongue;
		say_article(&p);
	}
	ac_arena_done(&arena);
	raw(&p, "</body>\n</html>\n");
	return rc;
}
