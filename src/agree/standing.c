/* SPDX-License-Identifier: Apache-2.0 */
/* Counting who stands behind what. Knows nothing of signatures, logs and folders. */
#include "agree/standing.h"

#include <stdlib.h>

static const char *const names[] = {
	[AC_VOICE_SILENT] = "silent",
	[AC_VOICE_JOINS] = "joins",
	[AC_VOICE_NOTES] = "notes",
	[AC_VOICE_ABSTAINS] = "abstains",
	[AC_VOICE_DISSENTS] = "dissents",
	[AC_VOICE_WITHDREW] = "withdrew",
	[AC_VOICE_CONTRADICTS] = "contradicts",
};

static const char *const states[] = {
	[AC_STATE_OPEN] = "open",
	[AC_STATE_PUBLISHED] = "published",
	[AC_STATE_LAPSED] = "lapsed",
	[AC_STATE_SUPERSEDED] = "superseded",
	[AC_STATE_WITHDRAWN] = "withdrawn",
};

const char *
ac_voice_stance_name(ac_voice_stance stance)
{
	return names[stance];
}

const char *
ac_statement_state_name(ac_statement_state state)
{
	return states[state];
}

/* An endorsement and whose it is. */
typedef struct word {
	unsigned member;
	const ac_endorsement *endorsement;
} word;

typedef struct counting {
	const ac_charter *charter;
	const ac_statement *statement;
	const bool *signers;
	ac_arena *arena;
	const ac_endorsement **latest;
	bool *contradicts; /* one for each member: his latest endorsements are two */
	ac_contradiction *contradictions;
	unsigned contradiction_count;
	unsigned place; /* of the quorum */
} counting;

/* By member, number and digest: what is the same stands together, and the latest of a member last. */
static int
compare_words(const void *a, const void *b)
{
	const word *x = a, *y = b;

	if (x->member != y->member)
		return x->member < y->member ? -1 : 1;
	if (x->endorsement->about.seq != y->endorsement->about.seq)
		return x->endorsement->about.seq < y->endorsement->about.seq ? -1 : 1;
	return memcmp(x->endorsement->digest, y->endorsement->digest, AC_SHA256_SIZE);
}

/* Each member's latest endorsement; a number that has two is told once. */
static void
find_latest(counting *c, const word *words, size_t count)
{
	bool is_told = false;

	for (size_t i = 0; i < count; i++) {
		const ac_endorsement *e = words[i].endorsement, *before = i ? words[i - 1].endorsement : NULL;
		unsigned member = words[i].member;

		if (!before || words[i - 1].member != member || before->about.seq != e->about.seq) {
			c->latest[member] = e;
			c->contradicts[member] = false;
			is_told = false;
			continue;
		}
		if (is_told || memcmp(before->digest, e->digest, sizeof(e->digest)) == 0)
			continue;
		c->contradicts[member] = true;
		c->contradictions[c->contradiction_count++] = (ac_contradiction){ member, before, e };
		is_told = true;
	}
}

static int
take_all(counting *c, const ac_endorsement *const *all, size_t count, accord_err *err)
{
	word *words = ac_arena_alloc(c->arena, (count + 1) * sizeof(*words));

	if (!words)
		return ac_arena_check(c->arena, err);
	for (size_t i = 0; i < count; i++) {
		int rc = ac_endorsement_check(all[i], c->statement, err);

		if (rc)
			return rc;
		words[i] = (word){ ac_charter_member_find(c->charter, all[i]->about.member), all[i] };
		if (words[i].member == c->charter->member_count)
			return ac_fail(
			    err, ACCORD_EINPUT, "the charter has no member %.*s", AC_FMT(all[i]->about.member));
	}
	if (count)
		qsort(words, count, sizeof(*words), compare_words);
	find_latest(c, words, count);
	return 0;
}

static ac_voice_stance
voice_of(ac_stance stance)
{
	switch (stance) {
	case AC_STANCE_JOINS:
	case AC_STANCE_JOINS_IN_PART:
		return AC_VOICE_JOINS;
	case AC_STANCE_ABSTAINS:
		return AC_VOICE_ABSTAINS;
	case AC_STANCE_DISSENTS:
		return AC_VOICE_DISSENTS;
	case AC_STANCE_NOTES:
	case AC_STANCE_ACKNOWLEDGES:
		return AC_VOICE_NOTES;
	case AC_STANCE_WITHDRAWS:
		return AC_VOICE_WITHDREW;
	}
	return AC_VOICE_SILENT;
}

/* What a member says of a claim. */
static ac_voice
voice_on(const counting *c, unsigned member, size_t claim)
{
	const ac_endorsement *e = c->latest[member];

	if (!e && c->signers[member])
		return (ac_voice){ AC_VOICE_JOINS, c->statement->claims[claim].judgement, NULL };
	if (!e)
		return (ac_voice){ .stance = AC_VOICE_SILENT };
	if (c->contradicts[member])
		return (ac_voice){ .stance = AC_VOICE_CONTRADICTS, .endorsement = e };
	/* All claims in the statement's order, or none. */
	if (e->claim_count)
		return (ac_voice){ voice_of(e->claims[claim].stance), e->claims[claim].judgement, e };
	return (ac_voice){ .stance = voice_of(e->stance), .endorsement = e };
}

/* One more who joins. */
static void
count_in(ac_claim_standing *s, const ac_claim_judgement *j)
{
	s->joined++;
	if (!s->least || j->number < s->least->number)
		s->least = j;
	if (!s->most || j->number > s->most->number)
		s->most = j;
	if (j->has_confidence && (!s->has_confidence || j->confidence < s->confidence)) {
		s->has_confidence = true;
		s->confidence = j->confidence;
	}
}

/* Which names of the quorum are met, up to the one that is needed. A group's members stand before it. */
static void
meet(const ac_quorum *q, unsigned place, const bool *members, unsigned member_count, bool *met, unsigned *have)
{
	for (unsigned i = 0; i <= place; i++) {
		const ac_quorum_name *name = &q->names[i];

		have[i] = 0;
		for (unsigned k = 0; k < name->member_count; k++)
			have[i] += met[name->members[k]];
		met[i] = name->needed ? have[i] >= name->needed : i < member_count && members[i];
	}
}

/* Names of a group that are not met. */
static int
lack_of(const ac_quorum_name *group, const ac_quorum *q, const bool *met, bool *wanted, ac_arena *arena, ac_lack *out,
    accord_err *err)
{
	ac_str *missing = ac_arena_alloc(arena, (group->member_count + 1) * sizeof(*missing));

	if (!missing)
		return ac_arena_check(arena, err);
	out->names = missing;
	for (unsigned k = 0; k < group->member_count; k++) {
		unsigned member = group->members[k];

		if (met[member])
			continue;
		missing[out->name_count++] = q->names[member].name;
		wanted[member] = true;
	}
	return 0;
}

/* What is missing: from the name that is needed down, since what a group needs stands before it. */
static int
find_lacks(const counting *c, const bool *met, const unsigned *have, ac_claim_standing *s, accord_err *err)
{
	const ac_quorum *q = &c->charter->quorum;
	bool *wanted = ac_arena_zalloc(c->arena, c->place + 1, sizeof(*wanted));
	ac_lack *lacks = ac_arena_zalloc(c->arena, c->place + 1, sizeof(*lacks));
	int rc = 0;

	if (!wanted || !lacks)
		return ac_arena_check(c->arena, err);
	wanted[c->place] = true;
	for (unsigned i = c->place + 1; i-- > 0 && !rc;) {
		const ac_quorum_name *name = &q->names[i];
		ac_lack *lack = &lacks[s->lack_count];

		/* A quorum of a single member has no group to name. */
		if (!wanted[i] || met[i] || (!name->needed && i != c->place))
			continue;
		*lack = (ac_lack){ .group = name->name, .needed = name->needed ? name->needed : 1, .have = have[i] };
		if (name->needed)
			rc = lack_of(name, q, met, wanted, c->arena, lack, err);
		s->lack_count++;
	}
	s->lacks = lacks;
	return rc;
}

static int
judge_claim(
    const counting *c, size_t at, bool *members, bool *met, unsigned *have, ac_claim_standing *s, accord_err *err)
{
	const ac_charter *charter = c->charter;
	ac_voice *voices = ac_arena_zalloc(c->arena, charter->member_count + 1, sizeof(*voices));

	if (!voices)
		return ac_arena_check(c->arena, err);
	*s = (ac_claim_standing){ .claim = &c->statement->claims[at], .voices = voices };
	for (unsigned i = 0; i < charter->member_count; i++) {
		voices[i] = voice_on(c, i, at);
		members[i] = voices[i].stance == AC_VOICE_JOINS;
		if (members[i])
			count_in(s, &voices[i].judgement);
	}
	meet(&charter->quorum, c->place, members, charter->member_count, met, have);
	s->is_joint = met[c->place];
	return s->is_joint ? 0 : find_lacks(c, met, have, s, err);
}

int
ac_standing_judge(const ac_charter *charter, const ac_statement *statement, const bool *signers,
    const ac_endorsement *const *endorsements, size_t count, ac_arena *arena, ac_standing *out, accord_err *err)
{
	counting c = { .charter = charter, .statement = statement, .signers = signers, .arena = arena };
	ac_standing s = { .charter = charter, .statement = statement };
	size_t members = (size_t)charter->member_count + 1, name_count = (size_t)charter->quorum.count + 1;
	ac_claim_standing *claims = ac_arena_zalloc(arena, statement->claim_count + 1, sizeof(*claims));
	bool *joining = ac_arena_zalloc(arena, members, sizeof(*joining));
	bool *met = ac_arena_zalloc(arena, name_count, sizeof(*met));
	unsigned *have = ac_arena_zalloc(arena, name_count, sizeof(*have));
	int rc;

	c.latest = ac_arena_zalloc(arena, members, sizeof(const ac_endorsement *));
	c.contradicts = ac_arena_zalloc(arena, members, sizeof(*c.contradicts));
	c.contradictions = ac_arena_zalloc(arena, count + 1, sizeof(*c.contradictions));
	rc = ac_arena_check(arena, err);
	if (!rc)
		rc = ac_charter_quorum_find(charter, statement->quorum, &c.place, err);
	if (!rc)
		rc = take_all(&c, endorsements, count, err);
	for (size_t i = 0; i < statement->claim_count && !rc; i++) {
		rc = judge_claim(&c, i, joining, met, have, &claims[i], err);
		s.joint_count += !rc && claims[i].is_joint;
	}
	if (rc)
		return rc;
	s.quorum = charter->quorum.names[c.place].name;
	s.claims = claims;
	s.latest = c.latest;
	s.contradictions = c.contradictions;
	s.contradiction_count = c.contradiction_count;
	*out = s;
	return 0;
}

void
ac_standing_add_lacks(ac_buf *buf, const ac_claim_standing *claim, ac_tongue tongue)
{
	static const struct {
		const char *needs, *has, *of;
	} words[] = {
		[AC_TONGUE_EN] = { "needs", "and has", ", missing of" },
		[AC_TONGUE_FR] = { "en demande", "et en a", ", manquants parmi" },
	};

	for (unsigned i = 0; i < claim->lack_count; i++) {
		const ac_lack *lack = &claim->lacks[i];

		ac_buf_printf(buf, "%s%.*s %s %u %s %u", i ? "; " : "", AC_FMT(lack->group), words[tongue].needs,
		    lack->needed, words[tongue].has, lack->have);
		for (unsigned k = 0; k < lack->name_count; k++)
			ac_buf_printf(buf, "%s %.*s", k ? "," : words[tongue].of, AC_FMT(lack->names[k]));
	}
}

bool
ac_standing_has_lapsed(const ac_standing *published, const ac_standing *now, size_t claim)
{
	return published->claims[claim].is_joint && !now->claims[claim].is_joint;
}

ac_statement_state
ac_standing_state(const ac_standing *published, const ac_standing *now)
{
	size_t count = published->statement->claim_count, lapsed = 0;

	for (size_t i = 0; i < count; i++)
		lapsed += ac_standing_has_lapsed(published, now, i);
	return published->joint_count && lapsed == published->joint_count ? AC_STATE_LAPSED : AC_STATE_PUBLISHED;
}

int
ac_standing_compare(const ac_standing *published, const ac_standing *now, ac_arena *arena,
    const ac_standing_change **out, size_t *out_count, accord_err *err)
{
	size_t claims = published->statement->claim_count, members = published->charter->member_count, count = 0;
	ac_standing_change *changes = ac_arena_zalloc(arena, claims * members + 1, sizeof(*changes));

	if (!changes)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < claims; i++)
		for (unsigned m = 0; m < members; m++) {
			const ac_voice *then = &published->claims[i].voices[m], *voice = &now->claims[i].voices[m];
			bool joined = then->stance == AC_VOICE_JOINS, joins = voice->stance == AC_VOICE_JOINS;

			/* A voice only changes by an endorsement, but for a signature that came late. */
			if (joined != joins)
				changes[count++] = (ac_standing_change){ i, m, joins,
					voice->endorsement ? voice->endorsement->about.at : (ac_time){ 0 } };
		}
	*out = changes;
	*out_count = count;
	return 0;
}
