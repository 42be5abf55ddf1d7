/* SPDX-License-Identifier: Apache-2.0 */
/* The account of one statement. Who stands behind a claim is counted by standing.c; what may be counted is decided here. */
#include "agree/account_part.h"

#include "agree/vocabulary.h"
#include "base/limits.h"

int
ac_account_point(ac_account *a, accord_err *err, const char *code, ac_point_state state, ac_str words)
{
	ac_point_add(&a->points, code, state, words);
	return ac_arena_check(a->points.arena, err);
}

ac_point_state
ac_account_proved(const ac_account *a)
{
	return a->anchor->kind == AC_ANCHOR_NONE ? AC_POINT_FAILED : AC_POINT_PROVED;
}

/* Members of all copies of the statement's text who signed it under that version; those copies say so. *out NULL: nobody. */
static int
sign_copies(ac_judging *j, size_t item, const ac_anchor *anchor, const ac_charter *charter, bool **out, accord_err *err)
{
	bool *all = NULL;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->h->count; i++) {
		bool *members = NULL;
		ac_str reason;

		if (!ac_held_is_text(&j->h->items[i], "statement") ||
		    memcmp(j->h->items[i].digest, j->h->items[item].digest, AC_SHA256_SIZE) != 0)
			continue;
		rc = ac_judging_signers(j, anchor, charter->version, i, &members, &reason, err);
		if (rc == 0 && members)
			ac_judging_tell_signed(j, i, anchor, charter, members);
		if (!all && members) {
			all = ac_arena_zalloc(j->arena, charter->member_count + 1, sizeof(*all));
			if (!all)
				return ac_arena_check(j->arena, err);
		}
		for (unsigned m = 0; members && m < charter->member_count; m++)
			all[m] = all[m] || members[m];
	}
	*out = all;
	return rc;
}

/* The version that the statement cites, if its members signed: signatures first, then the text. */
static int
find_charter(ac_judging *j, size_t item, ac_account *a, bool *out_found, accord_err *err)
{
	ac_str why = { 0 };
	int rc = 0;

	*out_found = false;
	for (size_t i = 0; rc == 0 && i < j->out->anchors.count; i++) {
		const ac_anchor *anchor = j->out->anchors.items[i];

		for (unsigned v = anchor->chain.count; rc == 0 && v-- > 0;) {
			const ac_charter *charter = &anchor->chain.versions[v]->charter;
			accord_err own = { 0 };
			bool *signers = NULL;
			unsigned place;

			rc = sign_copies(j, item, anchor, charter, &signers, err);
			if (rc || !signers)
				continue;
			rc = ac_statement_parse(j->h->items[item].note.text, j->arena, &a->statement, &own);
			if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT || rc == ACCORD_EVERSION) {
				ac_judging_tell(
				    j, item, AC_POINT_FAILED, ac_arena_str(j->arena, ac_str_from(own.text)));
				return ac_arena_check(j->arena, err);
			}
			if (rc) {
				if (err)
					*err = own;
				return rc;
			}
			if (a->statement.charter_version == charter->version &&
			    memcmp(a->statement.charter, charter->digest, AC_SHA256_SIZE) == 0 &&
			    ac_str_eq(a->statement.coalition, charter->coalition)) {
				/* Any member can sign such a one: it must not keep the others from being judged. */
				if (ac_charter_statement_quorum(charter, a->statement.quorum, &place, &own)) {
					why = ac_arena_str(j->arena, ac_str_from(own.text));
					continue;
				}
				a->anchor = anchor;
				a->charter = charter;
				a->signers = signers;
				*out_found = true;
				return 0;
			}
			why = AC_S("it cites a charter that is not in the chain of those who signed it");
		}
	}
	if (rc == 0 && why.p)
		ac_judging_tell(j, item, AC_POINT_FAILED, why);
	return rc;
}

ac_said *
ac_account_voice(ac_account *a, const uint8_t digest[static AC_SHA256_SIZE])
{
	for (size_t i = 0; i < a->said_count; i++)
		if (memcmp(a->said[i].endorsement.digest, digest, AC_SHA256_SIZE) == 0)
			return &a->said[i];
	return NULL;
}

/* A verified endorsement of this statement. */
static void
judge_voice(const ac_account *a, ac_said *said, const bool *signers)
{
	accord_err why = { 0 };

	said->member = ac_charter_member_find(a->charter, said->endorsement.about.member);
	if (said->member == a->charter->member_count)
		said->reason = AC_S("it speaks for nobody of the charter");
	else if (!signers[said->member])
		said->reason = AC_S("it is not signed by the member that it speaks for");
	else if (ac_endorsement_check(&said->endorsement, &a->statement, &why))
		said->reason = ac_arena_str(a->points.arena, ac_str_from(why.text));
	else if (!a->may_speak[said->member]) {
		said->is_open = true;
		said->reason = ac_arena_printf(a->points.arena, "the key of %.*s is not among those that are trusted",
		    AC_FMT(said->endorsement.about.member));
	} else
		said->is_valid = true;
}

static int
take_voice(ac_judging *j, ac_account *a, size_t item, const bool *signers, accord_err *err)
{
	ac_said said = { .item = item }, *have;
	accord_err own = { 0 };
	int rc = ac_endorsement_parse(j->h->items[item].note.text, j->arena, &said.endorsement, &own);

	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT || rc == ACCORD_EVERSION) {
		ac_judging_tell(j, item, AC_POINT_FAILED, ac_arena_str(j->arena, ac_str_from(own.text)));
		return ac_arena_check(j->arena, err);
	}
	if (rc) {
		if (err)
			*err = own;
		return rc;
	}
	if (!ac_about_is_of(&said.endorsement.about, &a->statement))
		return 0;
	judge_voice(a, &said, signers);
	said.is_later = ac_judging_is_later(j, said.endorsement.about.at);
	if (!said.is_valid)
		ac_judging_tell(j, item, said.is_open ? AC_POINT_OPEN : AC_POINT_FAILED, said.reason);
	have = ac_account_voice(a, said.endorsement.digest);
	if (!have)
		a->said[a->said_count++] = said;
	else if ((said.is_valid && !have->is_valid) || (said.is_open && !have->is_valid && !have->is_open))
		*have = said;
	return 0;
}

/* Endorsements that somebody of the charter has signed. What nobody has signed is not read. */
static int
find_voices(ac_judging *j, ac_account *a, accord_err *err)
{
	size_t count = 0;
	int rc = 0;

	for (size_t i = 0; i < j->h->count; i++)
		count += ac_held_is_text(&j->h->items[i], "endorsement");
	a->said = ac_arena_zalloc(j->arena, count + 1, sizeof(*a->said));
	if (!a->said)
		return ac_arena_check(j->arena, err);
	for (size_t i = 0; rc == 0 && i < j->h->count; i++) {
		bool *members = NULL;
		ac_str reason;

		if (!ac_held_is_text(&j->h->items[i], "endorsement"))
			continue;
		rc = ac_judging_signers(j, a->anchor, a->charter->version, i, &members, &reason, err);
		if (rc == 0 && members)
			rc = take_voice(j, a, i, members, err);
	}
	return rc;
}

bool
ac_judging_convener_among(const ac_account *a, const bool *members)
{
	unsigned convener = ac_charter_member_find(a->charter, a->statement.convener);

	return convener < a->charter->member_count && members[convener];
}

/* The convener's latest publication. One that is wrong says why, and does not count. */
static int
find_publication(ac_judging *j, ac_account *a, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->h->count; i++) {
		ac_publication publication;
		accord_err why = { 0 };
		bool *members = NULL;
		ac_str reason;

		if (!ac_held_is_text(&j->h->items[i], "publication"))
			continue;
		rc = ac_judging_signers(j, a->anchor, a->charter->version, i, &members, &reason, err);
		if (rc || !members)
			continue;
		rc = ac_publication_parse(j->h->items[i].note.text, j->arena, &publication, &why);
		if (rc == 0 && !ac_about_is_of(&publication.about, &a->statement))
			continue;
		if (rc == 0)
			rc = ac_publication_check(&publication, &a->statement, &why);
		if (rc == 0 && !ac_judging_convener_among(a, members))
			rc = ac_fail(&why, ACCORD_EDENIED, "it is not signed by the convener");
		if (rc == 0 && a->statement.has_embargo && ac_time_cmp(publication.about.at, a->statement.embargo) < 0)
			rc = ac_fail(&why, ACCORD_EDENIED, "it is of a time before the embargo ends");
		if (rc == ACCORD_ENOMEM || j->arena->failed) {
			if (err)
				*err = why;
			return rc ? rc : ac_arena_check(j->arena, err);
		}
		if (rc)
			ac_judging_tell(j, i, AC_POINT_FAILED, ac_arena_str(j->arena, ac_str_from(why.text)));
		else if (ac_judging_is_later(j, publication.about.at))
			a->later++;
		else if (!a->is_published || ac_time_cmp(a->publication.about.at, publication.about.at) < 0) {
			a->is_published = true;
			a->publication = publication;
			a->publication_item = i;
		}
		rc = 0;
	}
	return rc;
}

/* Does a text of the convener's about this statement stand among the files, signed by him? Its item, or the holding's count. */
static int
find_withdrawal(ac_judging *j, ac_account *a, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < j->h->count; i++) {
		ac_withdrawal withdrawal;
		bool *members = NULL;
		ac_str reason;

		if (!ac_held_is_text(&j->h->items[i], "withdrawal"))
			continue;
		rc = ac_judging_signers(j, a->anchor, a->charter->version, i, &members, &reason, err);
		if (rc || !members || !ac_judging_convener_among(a, members) ||
		    ac_withdrawal_parse(j->h->items[i].note.text, &withdrawal, NULL) ||
		    !ac_about_is_of(&withdrawal.about, &a->statement))
			continue;
		if (ac_judging_is_later(j, withdrawal.about.at)) {
			a->later++;
			continue;
		}
		if (!a->is_withdrawn)
			a->withdrawal_item = i;
		a->is_withdrawn = true;
		rc = ac_account_point(a, err, "withdrawn", AC_POINT_FAILED,
		    ac_arena_printf(j->arena, "the convener has withdrawn the statement: %.*s",
			AC_FMT(withdrawal.reason[AC_TONGUE_EN])));
	}
	return rc;
}

/* Standing by some voices and signers of the text. */
static int
stand(ac_judging *j, const ac_account *a, const bool *signers, bool entries_only, ac_standing *out, accord_err *err)
{
	const ac_endorsement **some = ac_arena_zalloc(j->arena, a->said_count + 1, sizeof(*some));
	bool *counted = ac_arena_zalloc(j->arena, a->charter->member_count + 1, sizeof(*counted));
	size_t count = 0;

	if (!some || !counted)
		return ac_arena_check(j->arena, err);
	for (unsigned m = 0; m < a->charter->member_count; m++)
		counted[m] = signers && signers[m] && a->may_speak[m];
	for (size_t i = 0; i < a->said_count; i++)
		if (a->said[i].is_valid && (a->said[i].is_entry || (!entries_only && !a->said[i].is_later)))
			some[count++] = &a->said[i].endorsement;
	return ac_standing_judge(a->charter, &a->statement, counted, some, count, j->arena, out, err);
}

/* What the entries of a publication came to; of each kind of trouble the first, in words. */
typedef struct entries {
	bool *signers;  /* of the statement's entries; NULL: it is none of them */
	ac_str missing; /* that are nowhere, or under no checkpoint that is accepted */
	ac_str wrong;   /* that are no word on the statement */
	ac_str open;    /* of whom nothing says whether the key is his */
	size_t open_count;
} entries;

/* An entry whose member's key is not trusted: it is there, and nothing follows from it. */
static void
leave_open(ac_judging *j, entries *e, uint64_t index, ac_str member)
{
	e->open_count++;
	if (!e->open.p)
		e->open =
		    ac_arena_printf(j->arena, "entry %llu is by %.*s, whose key is not among those that are trusted",
			(unsigned long long)index, AC_FMT(member));
}

/* Who has signed the text, over all of its entries. */
static int
take_signers(ac_judging *j, ac_account *a, entries *e, uint64_t index, size_t item, accord_err *err)
{
	bool *some = NULL, is_open = false;
	ac_str reason;
	int rc = ac_judging_signers(j, a->anchor, a->charter->version, item, &some, &reason, err);

	if (rc || !some)
		return rc;
	if (!e->signers)
		e->signers = ac_arena_zalloc(j->arena, a->charter->member_count + 1, sizeof(*e->signers));
	if (!e->signers)
		return ac_arena_check(j->arena, err);
	for (unsigned m = 0; m < a->charter->member_count; m++) {
		e->signers[m] = e->signers[m] || some[m];
		if (some[m] && !a->may_speak[m] && !is_open) {
			is_open = true;
			leave_open(j, e, index, a->charter->members[m].name);
		}
	}
	return 0;
}

/* One entry that the publication names. */
static int
take_entry(ac_judging *j, ac_account *a, uint64_t index, entries *e, accord_err *err)
{
	const ac_known_leaf *leaf =
	    ac_places_leaf(&j->out->places, a->anchor, a->statement.convener, a->charter->version, index);
	const ac_held *held = leaf ? &j->h->items[leaf->item] : NULL;
	ac_said *said;

	if (!leaf) {
		if (!e->missing.p)
			e->missing = ac_arena_printf(j->arena,
			    "entry %llu of the convener's log is not among the files", (unsigned long long)index);
		return 0;
	}
	if (ac_held_is_text(held, "statement") && memcmp(held->digest, a->statement.digest, AC_SHA256_SIZE) == 0)
		return take_signers(j, a, e, index, leaf->item, err);
	said = ac_held_is_text(held, "endorsement") ? ac_account_voice(a, held->digest) : NULL;
	if (said && (said->is_valid || said->is_open))
		said->is_entry = true;
	else if (!e->wrong.p)
		e->wrong = ac_arena_printf(j->arena,
		    "entry %llu of the convener's log is no word of a member on this statement",
		    (unsigned long long)index);
	if (said && said->is_open)
		leave_open(j, e, index, said->endorsement.about.member);
	return 0;
}

/* Why no leaf of the convener's log is known: the first of his checkpoints that is not accepted. Empty: none is here, or all are. */
static ac_str
log_trouble(const ac_judging *j, const ac_account *a)
{
	for (size_t i = 0; i < j->out->places.head_count; i++) {
		const ac_known_head *head = &j->out->places.heads[i];

		if (head->is_signed && !head->is_accepted && head->anchor == a->anchor &&
		    ac_str_eq(head->member, a->statement.convener))
			return head->reason;
	}
	return (ac_str){ 0 };
}

/* All of them are taken before anything is counted. */
static int
judge_entries(ac_judging *j, ac_account *a, entries *e, accord_err *err)
{
	const ac_publication *p = &a->publication;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->entry_count; i++)
		rc = take_entry(j, a, p->entries[i], e, err);
	if (rc)
		return rc;
	if (!e->missing.p && !e->wrong.p && !e->signers)
		e->wrong = AC_S("the statement is not among the entries that the publication names");
	a->is_undecided = e->missing.p || e->wrong.p || e->open.p;
	if (e->missing.p && log_trouble(j, a).p)
		return ac_account_point(a, err, "entries", AC_POINT_OPEN,
		    AC_S("its entries hang on the convener's log, which is not shown as it must be"));
	if (e->missing.p || e->wrong.p)
		return ac_account_point(a, err, "entries", AC_POINT_FAILED,
		    ac_arena_printf(j->arena, "incomplete: %.*s", AC_FMT(e->missing.p ? e->missing : e->wrong)));
	if (e->open.p)
		return ac_account_point(a, err, "entries", AC_POINT_OPEN,
		    ac_arena_printf(j->arena,
			"all %zu entries that the publication counts are here, of which %zu cannot be judged: %.*s",
			p->entry_count, e->open_count, AC_FMT(e->open)));
	return ac_account_point(a, err, "entries", ac_account_proved(a),
	    ac_arena_printf(j->arena, "all %zu entries that the publication counts are in the log of %.*s",
		p->entry_count, AC_FMT(a->statement.convener)));
}

static bool
is_named(const ac_str *names, size_t count, ac_str id)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq(names[i], id))
			return true;
	return false;
}

/* Do the entries give what the publication says? */
static int
judge_count(ac_judging *j, ac_account *a, accord_err *err)
{
	const ac_publication *p = &a->publication;

	if (a->is_undecided)
		return ac_account_point(a, err, "recount", AC_POINT_OPEN,
		    AC_S("what the publication says of each claim cannot be counted anew: not all of its entries could "
			 "be judged"));
	for (size_t i = 0; i < a->statement.claim_count; i++) {
		ac_str id = a->statement.claims[i].id;
		bool says_joint = is_named(p->joint, p->joint_count, id);

		if (says_joint != a->then.claims[i].is_joint)
			return ac_account_point(a, err, "recount", AC_POINT_FAILED,
			    ac_arena_printf(j->arena,
				"the publication says that claim %.*s is %s, its entries give that it is %s",
				AC_FMT(id), says_joint ? "joint" : "not joint", says_joint ? "not" : "joint"));
	}
	return ac_account_point(
	    a, err, "recount", ac_account_proved(a), AC_S("its entries give what the publication says of each claim"));
}

/* A word that was spoken by the time of the publication, and that no counted word of the same member replaces. */
static bool
is_omitted(const ac_account *a, const ac_said *said)
{
	if ((!said->is_valid && !said->is_open) || said->is_entry ||
	    ac_time_cmp(said->endorsement.about.at, a->publication.about.at) > 0)
		return false;
	for (size_t i = 0; i < a->said_count; i++)
		if (a->said[i].is_entry && a->said[i].member == said->member &&
		    a->said[i].endorsement.about.seq > said->endorsement.about.seq)
			return false;
	return true;
}

/* An entry that is not known may be the word that seems to be left out. */
static int
judge_omissions(ac_judging *j, ac_account *a, const entries *e, accord_err *err)
{
	const ac_said *open = NULL;
	bool any = false;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < a->said_count; i++) {
		const ac_said *v = &a->said[i];

		if (!is_omitted(a, v))
			continue;
		if (v->is_open || e->missing.p) {
			open = v;
			continue;
		}
		any = true;
		rc = ac_account_point(a, err, "complete", AC_POINT_FAILED,
		    ac_arena_printf(j->arena, "incomplete: the publication leaves out that %.*s %s (%s)",
			AC_FMT(v->endorsement.about.member), ac_stance_name(v->endorsement.stance),
			j->h->items[v->item].path));
	}
	if (rc || any)
		return rc;
	a->is_undecided = a->is_undecided || open;
	if (open)
		return ac_account_point(a, err, "complete", AC_POINT_OPEN,
		    ac_arena_printf(j->arena, "whether it leaves out a word cannot be judged: %.*s",
			AC_FMT(open->is_open ? open->reason : AC_S("not all of its entries are here"))));
	return ac_account_point(
	    a, err, "complete", ac_account_proved(a), AC_S("it leaves out no word that is among the files"));
}

/* Whose logs are not here: what they hold beside is not known. */
static int
tell_logs(ac_judging *j, ac_account *a, accord_err *err)
{
	bool *absent = ac_arena_zalloc(j->arena, a->charter->member_count + 1, sizeof(*absent));
	bool any = false;

	if (!absent)
		return ac_arena_check(j->arena, err);
	for (unsigned k = 0; k < a->charter->key_count; k++)
		if (a->charter->keys[k].vkey.purpose == AC_PURPOSE_LOG)
			absent[a->charter->keys[k].member] = true;
	for (size_t i = 0; i < j->out->places.head_count; i++) {
		const ac_known_head *head = &j->out->places.heads[i];
		unsigned m = head->log && head->is_accepted ? ac_charter_member_find(a->charter, head->member)
							    : a->charter->member_count;

		if (m < a->charter->member_count)
			absent[m] = false;
	}
	for (unsigned m = 0; m < a->charter->member_count; m++)
		any = any || absent[m];
	return any ? ac_account_point(a, err, "logs", AC_POINT_OPEN,
			 ac_arena_printf(j->arena,
			     "not looked into, since they are not among the files: the logs of %.*s",
			     AC_FMT(ac_member_names(a->charter, absent, j->arena))))
		   : 0;
}

/* Has somebody spoken, or signed, of whom nothing says whether the key is his? */
static bool
has_open_voice(const ac_account *a)
{
	for (size_t i = 0; i < a->said_count; i++)
		if (a->said[i].is_open)
			return true;
	for (unsigned m = 0; m < a->charter->member_count; m++)
		if (a->signers[m] && !a->may_speak[m])
			return true;
	return false;
}

/* Claims that were joint and are no more, by what was said since. */
static int
judge_lapses(ac_judging *j, ac_account *a, accord_err *err)
{
	bool is_open = has_open_voice(a);
	int rc = 0;

	for (size_t i = 0; rc == 0 && a->has_then && i < a->statement.claim_count; i++) {
		if (!ac_standing_has_lapsed(&a->then, &a->now, i))
			continue;
		a->is_undecided = a->is_undecided || is_open;
		rc = ac_account_point(a, err, "lapsed", is_open ? AC_POINT_OPEN : AC_POINT_FAILED,
		    ac_arena_printf(j->arena, "claim %.*s was joint when it was published, and %s",
			AC_FMT(a->statement.claims[i].id),
			is_open ? "whether it still is cannot be judged: keys of members are not among those that are "
				  "trusted"
				: "is no longer"));
	}
	return rc;
}

/* Who says two things at once, whether he has said a third since or not. */
static int
judge_contradictions(ac_judging *j, ac_account *a, accord_err *err)
{
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < a->now.contradiction_count; i++) {
		const ac_contradiction *c = &a->now.contradictions[i];
		bool is_over;

		/* What a later word has ended hinders nothing that others said. */
		is_over = a->now.latest[c->member] && a->now.latest[c->member]->about.seq > c->a->about.seq;
		rc = ac_account_point(a, err, "two-voices", is_over ? AC_POINT_OPEN : AC_POINT_FAILED,
		    ac_arena_printf(j->arena, "%.*s has signed two endorsements of number %llu that differ%s",
			AC_FMT(a->charter->members[c->member].name), (unsigned long long)c->a->about.seq,
			is_over ? "; a later one says what counts" : ""));
	}
	return rc;
}

/* A publication that is in no log could be another one for everybody who is handed it. */
static int
judge_place(ac_judging *j, ac_account *a, accord_err *err)
{
	ac_str trouble = log_trouble(j, a);

	for (size_t i = 0; i < j->out->places.leaf_count; i++) {
		const ac_known_leaf *leaf = &j->out->places.leaves[i];

		if (leaf->head->anchor == a->anchor && leaf->head->version >= a->charter->version &&
		    ac_str_eq(leaf->head->member, a->statement.convener) &&
		    memcmp(j->h->items[leaf->item].digest, a->publication.digest, AC_SHA256_SIZE) == 0)
			return ac_account_point(a, err, "logged", ac_account_proved(a),
			    ac_arena_printf(j->arena, "the publication is leaf %llu of the convener's log",
				(unsigned long long)leaf->place.index));
	}
	return ac_account_point(a, err, "logged", AC_POINT_FAILED,
	    ac_arena_printf(j->arena, "nothing here shows that the publication is in the convener's log%s%.*s",
		trouble.p ? ": " : "", AC_FMT(trouble)));
}

static int
judge_publication(ac_judging *j, ac_account *a, accord_err *err)
{
	entries e = { 0 };
	int rc;

	if (!a->is_published)
		return ac_account_point(a, err, "publication", j->options->is_whole ? AC_POINT_FAILED : AC_POINT_OPEN,
		    AC_S("no publication of the convener is among the files: what is said of claims is by the notes "
			 "that are here"));
	rc = ac_account_point(a, err, "publication", ac_account_proved(a),
	    ac_arena_printf(j->arena, "published by %.*s, the convener", AC_FMT(a->statement.convener)));
	if (rc == 0)
		rc = judge_place(j, a, err);
	if (rc == 0)
		rc = judge_entries(j, a, &e, err);
	/* What an entry says that is not here nobody knows. */
	if (rc == 0 && e.signers && !e.missing.p && !e.wrong.p) {
		rc = stand(j, a, e.signers, true, &a->then, err);
		a->has_then = rc == 0;
	}
	/* It would be wrong to say that the publication counted badly, or left out a word. */
	if (rc == 0)
		rc = judge_count(j, a, err);
	if (rc == 0)
		rc = judge_omissions(j, a, &e, err);
	return rc ? rc : tell_logs(j, a, err);
}

static int
judge_bundle(ac_judging *j, ac_account *a, accord_err *err)
{
	char digest[2 * AC_SHA256_SIZE];

	for (size_t i = 0; i < j->h->count; i++) {
		const ac_held *held = &j->h->items[i];

		if (held->kind != AC_HELD_OTHER || held->size != a->statement.bundle_size ||
		    memcmp(held->digest, a->statement.bundle, AC_SHA256_SIZE) != 0)
			continue;
		ac_judging_tell(j, i, ac_account_proved(a), AC_S("the bundle of evidence that the statement names"));
		return ac_account_point(
		    a, err, "bundle", ac_account_proved(a), AC_S("its bundle of evidence is here, byte for byte"));
	}
	ac_hex(a->statement.bundle, sizeof(a->statement.bundle), digest);
	return ac_account_point(a, err, "bundle", j->options->is_whole ? AC_POINT_FAILED : AC_POINT_OPEN,
	    ac_arena_printf(
		j->arena, "its bundle of evidence, sha256:%.*s, is not among the files", (int)sizeof(digest), digest));
}

static int
judge_charter(ac_judging *j, ac_account *a, accord_err *err)
{
	char digest[2 * AC_SHA256_SIZE];

	ac_hex(a->charter->digest, sizeof(a->charter->digest), digest);
	if (a->anchor->kind == AC_ANCHOR_NONE)
		return ac_account_point(a, err, "charter", AC_POINT_FAILED,
		    ac_arena_printf(j->arena,
			"consistent under charter sha256:%.*s, which you must compare by another channel",
			(int)sizeof(digest), digest));
	return ac_account_point(a, err, "charter", AC_POINT_PROVED,
	    ac_arena_printf(j->arena, "under charter %llu of %.*s, sha256:%.*s, %s",
		(unsigned long long)a->charter->version, AC_FMT(a->charter->coalition), (int)sizeof(digest), digest,
		a->anchor->kind == AC_ANCHOR_KEYS           ? "which all trusted keys signed"
		: a->charter->version == a->anchor->version ? "which is trusted"
							    : "in the chain from the trusted one"));
}

static int
judge_signers(ac_judging *j, ac_account *a, accord_err *err)
{
	ac_str names = ac_member_names(a->charter, a->signers, j->arena);

	if (!ac_judging_convener_among(a, a->signers))
		return ac_account_point(a, err, "signed", AC_POINT_FAILED,
		    ac_arena_printf(j->arena, "signed by %.*s, not by its convener %.*s", AC_FMT(names),
			AC_FMT(a->statement.convener)));
	return ac_account_point(
	    a, err, "signed", ac_account_proved(a), ac_arena_printf(j->arena, "signed by %.*s", AC_FMT(names)));
}

/* By which quorum its claims are joint: "statement", the group attribution (2 of fiveeyes, wide). */
static int
tell_quorum(ac_judging *j, ac_account *a, accord_err *err)
{
	const ac_quorum_name *names = a->charter->quorum.names, *group;
	unsigned place;
	ac_str text;
	ac_buf buf;
	int rc = ac_charter_statement_quorum(a->charter, a->statement.quorum, &place, err);

	if (rc)
		return rc;
	group = &names[place];
	ac_buf_init(&buf, AC_MIB);
	ac_buf_printf(&buf, "a claim is joint by the charter's quorum '%.*s', %.*s", AC_FMT(a->statement.quorum),
	    AC_FMT(group->name));
	for (unsigned i = 0; i < group->member_count; i++) {
		if (i == 0)
			ac_buf_printf(&buf, " (%u of ", group->needed);
		ac_buf_add(&buf, i ? AC_S(", ") : AC_S(""));
		ac_buf_add(&buf, names[group->members[i]].name);
	}
	ac_buf_add(&buf, group->member_count ? AC_S(")") : AC_S(""));
	rc = ac_buf_finish(&buf, &text, err);
	if (!rc)
		rc = ac_account_point(a, err, "quorum", ac_account_proved(a), ac_arena_str(j->arena, text));
	ac_buf_done(&buf);
	return rc;
}

/* What is not TLP:CLEAR is for members: a log that everybody may read holds a commitment to it, and nobody publishes it. */
static int
judge_tlp(ac_judging *j, ac_account *a, accord_err *err)
{
	ac_str level = ac_tlp_name(a->statement.tlp);
	int rc = 0;

	if (ac_statement_is_public(&a->statement))
		return 0;
	if (a->is_published)
		rc = ac_account_point(a, err, "tlp", AC_POINT_FAILED,
		    ac_arena_printf(
			j->arena, "it is %.*s, and was published: only what is TLP:CLEAR may be", AC_FMT(level)));
	for (size_t i = 0; !rc && i < j->out->places.leaf_count; i++) {
		const ac_known_leaf *leaf = &j->out->places.leaves[i];

		if (leaf->head->anchor == a->anchor &&
		    memcmp(j->h->items[leaf->item].digest, a->statement.digest, AC_SHA256_SIZE) == 0)
			return ac_account_point(a, err, "tlp", AC_POINT_FAILED,
			    ac_arena_printf(j->arena,
				"it is %.*s, and stands in the log of %.*s for everybody to read, not as a "
				"commitment",
				AC_FMT(level), AC_FMT(leaf->head->member)));
	}
	return rc;
}

/* Norms that no vocabulary here has: their words are not known, and perhaps nobody's. */
static int
tell_norms(ac_judging *j, ac_account *a, accord_err *err)
{
	const ac_vocabulary *list = NULL;
	size_t count = 0;
	int rc = a->statement.norm_count ? ac_vocabularies(j->arena, &list, &count, err) : 0;

	for (size_t i = 0; !rc && i < a->statement.norm_count; i++)
		if (!ac_vocabulary_find(list, count, a->statement.norms[i]))
			rc = ac_account_point(a, err, "norm", AC_POINT_OPEN,
			    ac_arena_printf(j->arena, "no vocabulary here has the norm %.*s that it names",
				AC_FMT(a->statement.norms[i])));
	return rc;
}

int
ac_judging_statement(ac_judging *j, size_t item, ac_account *a, bool *out_is_one, accord_err *err)
{
	static int (*const steps[])(ac_judging *, ac_account *, accord_err *) = { judge_charter, judge_signers,
		find_voices, find_publication, judge_publication, judge_tlp, tell_quorum, find_withdrawal,
		ac_judging_actions, ac_judging_times, ac_judging_embargo, tell_norms, judge_bundle,
		ac_judging_freshness };
	int rc;

	*a = (ac_account){ .item = item, .points = { .arena = j->arena } };
	rc = find_charter(j, item, a, out_is_one, err);
	if (rc || !*out_is_one)
		return rc;
	rc = ac_anchor_voices(a->anchor, a->charter, j->arena, &a->may_speak, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(steps); i++)
		rc = steps[i](j, a, err);
	if (rc == 0)
		rc = stand(j, a, a->signers, false, &a->now, err);
	if (rc == 0)
		rc = judge_contradictions(j, a, err);
	return rc ? rc : judge_lapses(j, a, err);
}
