/* SPDX-License-Identifier: Apache-2.0 */
/* The text of endorsements. Knows nothing of who signed them, nor of which counts. */
#include "agree/endorsement.h"

#include "base/limits.h"

enum { WHOLE = 1, CLAIM = 2 };

static const struct {
	const char *name;
	unsigned of; /* what may have it */
} stances[] = {
	[AC_STANCE_JOINS] = { "joins", WHOLE | CLAIM },
	[AC_STANCE_ABSTAINS] = { "abstains", WHOLE | CLAIM },
	[AC_STANCE_DISSENTS] = { "dissents", WHOLE | CLAIM },
	[AC_STANCE_NOTES] = { "notes", CLAIM },
	[AC_STANCE_JOINS_IN_PART] = { "joins-in-part", WHOLE },
	[AC_STANCE_ACKNOWLEDGES] = { "acknowledges", WHOLE },
	[AC_STANCE_WITHDRAWS] = { "withdraws", WHOLE },
};

typedef struct reading {
	ac_endorsement e;
	ac_endorsed_claim *claims;
} reading;

const char *
ac_stance_name(ac_stance stance)
{
	return stances[stance].name;
}

static bool
stance_of(ac_str word, unsigned of, ac_stance *out)
{
	for (unsigned i = 0; i < AC_COUNT(stances); i++)
		if ((stances[i].of & of) && ac_str_eq(word, ac_str_from(stances[i].name))) {
			*out = (ac_stance)i;
			return true;
		}
	return false;
}

bool
ac_stance_of_whole(ac_str word, ac_stance *out)
{
	return stance_of(word, WHOLE, out);
}

bool
ac_stance_of_claim(ac_str word, ac_stance *out)
{
	return stance_of(word, CLAIM, out);
}

static int
take_stance(void *payload, ac_line *line, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, "a stance", &word, err);

	if (!rc && !ac_stance_of_whole(word, &((reading *)payload)->e.stance))
		rc = ac_line_fail(line, err,
		    "want joins, joins-in-part, acknowledges, abstains, dissents or withdraws, got '%.*s'",
		    AC_FMT(word));
	return rc;
}

static int
take_claim(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_endorsed_claim claim = { 0 };
	ac_str word;
	int rc = 0;

	if (r->e.claim_count == AC_STATEMENT_ITEMS_MAX)
		return ac_fail_at(
		    err, ACCORD_ELIMIT, line->number, 1, 0, "want at most %d claims", AC_STATEMENT_ITEMS_MAX);
	rc = ac_line_name(line, "the claim's name", &claim.id, err);
	for (size_t i = 0; !rc && i < r->e.claim_count; i++)
		if (ac_str_eq(r->claims[i].id, claim.id))
			rc = ac_line_fail(line, err, "the claim '%.*s' is there twice", AC_FMT(claim.id));
	if (!rc)
		rc = ac_line_word(line, "a stance", &word, err);
	if (!rc && !ac_stance_of_claim(word, &claim.stance))
		rc = ac_line_fail(
		    line, err, "want joins, notes, abstains or dissents of a claim, got '%.*s'", AC_FMT(word));
	if (!rc && claim.stance == AC_STANCE_JOINS)
		rc = ac_line_judgement(line, &claim.judgement, err);
	if (!rc)
		r->claims[r->e.claim_count++] = claim;
	return rc;
}

static int
take_caveat(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "the caveat", ((reading *)payload)->e.caveat, err);
}

static int
take_reason(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "the reason", ((reading *)payload)->e.reason, err);
}

static const ac_text_row rows[] = {
	AC_ABOUT_STATEMENT_ROWS,
	AC_ABOUT_MEMBER_ROWS,
	{ "stance", 1, 1, take_stance },
	{ "claim", 0, 0, take_claim },
	{ "caveat", 0, AC_TONGUES, take_caveat },
	{ "reason", 0, AC_TONGUES, take_reason },
};

void
ac_endorsement_add(ac_buf *buf, const ac_endorsement *e)
{
	ac_text_add_kind(buf, "endorsement");
	ac_about_add_statement(buf, &e->about);
	ac_about_add_member(buf, &e->about);
	ac_text_add_line(buf, "stance", ac_str_from(ac_stance_name(e->stance)));
	for (size_t i = 0; i < e->claim_count; i++) {
		const ac_endorsed_claim *c = &e->claims[i];

		ac_buf_printf(buf, "claim %.*s %s", AC_FMT(c->id), ac_stance_name(c->stance));
		if (c->stance == AC_STANCE_JOINS) {
			ac_buf_add_byte(buf, ' ');
			ac_claim_judgement_add(buf, &c->judgement);
		}
		ac_buf_add_byte(buf, '\n');
	}
	ac_text_add_pair(buf, "caveat", (ac_str){ 0 }, e->caveat);
	ac_text_add_pair(buf, "reason", (ac_str){ 0 }, e->reason);
}

/* Which stances on claims a stance on the whole goes with, as bits of ac_stance. */
#define BIT(stance) (1U << (stance))
#define ANY_CLAIM (BIT(AC_STANCE_JOINS) | BIT(AC_STANCE_ABSTAINS) | BIT(AC_STANCE_DISSENTS) | BIT(AC_STANCE_NOTES))

static const struct {
	unsigned allowed; /* each claim has one of these */
	unsigned needed;  /* and one claim at least each of these; 0: lines of claims may be left out */
	unsigned besides; /* and one at least one of these; 0: no more */
	const char *text;
} fits[] = {
	[AC_STANCE_JOINS] = { BIT(AC_STANCE_JOINS) | BIT(AC_STANCE_ABSTAINS), BIT(AC_STANCE_JOINS), 0,
	    "who joins, joins or abstains from each claim, and joins one at least" },
	[AC_STANCE_ABSTAINS] = { BIT(AC_STANCE_ABSTAINS), 0, 0, "who abstains, abstains from every claim" },
	[AC_STANCE_DISSENTS] = { ANY_CLAIM & ~BIT(AC_STANCE_JOINS), 0, BIT(AC_STANCE_DISSENTS),
	    "who dissents, joins no claim, and dissents from one at least" },
	[AC_STANCE_NOTES] = { 0, 0, 0, "" },
	[AC_STANCE_JOINS_IN_PART] = { ANY_CLAIM, BIT(AC_STANCE_JOINS), ANY_CLAIM & ~BIT(AC_STANCE_JOINS),
	    "who joins in part, joins one claim at least and not all" },
	[AC_STANCE_ACKNOWLEDGES] = { ANY_CLAIM & ~BIT(AC_STANCE_JOINS), BIT(AC_STANCE_NOTES), 0,
	    "who acknowledges, joins no claim, and notes one at least" },
	[AC_STANCE_WITHDRAWS] = { 0, 0, 0, "who withdraws, says nothing of claims" },
};

int
ac_endorsement_check_stance(const ac_endorsement *e, accord_err *err)
{
	unsigned have = 0, allowed = fits[e->stance].allowed, needed = fits[e->stance].needed,
		 besides = fits[e->stance].besides;
	bool fit;

	for (size_t i = 0; i < e->claim_count; i++)
		have |= BIT(e->claims[i].stance);
	fit = (have & ~allowed) == 0 && (have & needed) == needed;
	if (have && besides)
		fit = fit && (have & besides);
	if (!fit)
		return ac_fail(err, ACCORD_EINPUT, "%s: %s", ac_stance_name(e->stance), fits[e->stance].text);
	if (e->reason[0].n && e->stance != AC_STANCE_WITHDRAWS && e->stance != AC_STANCE_DISSENTS)
		return ac_fail(err, ACCORD_EINPUT,
		    "%s: only who dissents or withdraws gives a reason; others have a caveat",
		    ac_stance_name(e->stance));
	if (e->caveat[0].n && e->stance == AC_STANCE_WITHDRAWS)
		return ac_fail(err, ACCORD_EINPUT, "withdraws: who withdraws gives a reason, not a caveat");
	return 0;
}

int
ac_endorsement_parse(ac_str text, ac_arena *arena, ac_endorsement *out, accord_err *err)
{
	size_t count = ac_text_count(text, AC_S("claim"));
	reading r = { .claims = ac_arena_zalloc(arena,
			  count < AC_STATEMENT_ITEMS_MAX ? count + 1 : AC_STATEMENT_ITEMS_MAX, sizeof(*r.claims)) };
	ac_buf again;
	int rc;

	if (!r.claims)
		return ac_arena_check(arena, err);
	r.e.claims = r.claims;
	rc = ac_text_read(text, "endorsement", rows, AC_COUNT(rows), &r, err);
	if (!rc)
		rc = ac_pair_check(r.e.caveat, false, "the caveat", err);
	if (!rc)
		rc = ac_pair_check(r.e.reason, false, "the reason", err);
	if (!rc)
		rc = ac_endorsement_check_stance(&r.e, err);
	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_endorsement_add(&again, &r.e);
	rc = ac_text_seal(text, &again, r.e.digest, err);
	if (rc)
		return rc;
	r.e.text = text;
	*out = r.e;
	return 0;
}

int
ac_endorsement_check(const ac_endorsement *e, const ac_statement *s, accord_err *err)
{
	if (!ac_about_is_of(&e->about, s))
		return ac_fail(
		    err, ACCORD_EINPUT, "the endorsement of %.*s is about another statement", AC_FMT(e->about.member));
	if (e->claim_count == 0)
		return 0;
	for (size_t i = 0; i < e->claim_count; i++)
		if (ac_statement_claim(s, e->claims[i].id) == s->claim_count)
			return ac_fail(err, ACCORD_EINPUT,
			    "the endorsement of %.*s speaks of the claim '%.*s', which the statement does not make",
			    AC_FMT(e->about.member), AC_FMT(e->claims[i].id));
	for (size_t i = 0; i < s->claim_count; i++)
		if (i >= e->claim_count || !ac_str_eq(e->claims[i].id, s->claims[i].id))
			return ac_fail(err, ACCORD_EINPUT,
			    "the endorsement of %.*s: want a stance on each claim in the statement's order, got none "
			    "on '%.*s' there",
			    AC_FMT(e->about.member), AC_FMT(s->claims[i].id));
	return 0;
}
