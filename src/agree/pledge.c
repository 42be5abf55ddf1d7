/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of pledges, and what it comes to. Knows nothing of folders. */
#include "agree/pledge.h"

#include "agree/parts.h"
#include "base/limits.h"

static const char pledge_kind[] = "pledge";
static const char *const statuses[] = {
	[AC_PLEDGE_KEPT] = "kept", [AC_PLEDGE_AT_RISK] = "at-risk", [AC_PLEDGE_BROKEN] = "broken"
};

const char *
ac_pledge_status_name(ac_pledge_status status)
{
	return statuses[status];
}

bool
ac_pledge_status_parse(ac_str word, ac_pledge_status *out)
{
	for (unsigned i = 0; i < AC_COUNT(statuses); i++)
		if (ac_str_eq(word, ac_str_from(statuses[i]))) {
			*out = (ac_pledge_status)i;
			return true;
		}
	return false;
}

typedef struct reading {
	ac_arena *arena;
	ac_pledge_note note;
	ac_str *evidence;
} reading;

static int
take_coalition(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the name of the coalition", &((reading *)payload)->note.coalition, err);
}

static int
take_charter(void *payload, ac_line *line, accord_err *err)
{
	ac_pledge_note *n = &((reading *)payload)->note;
	int rc = ac_line_u64(line, "the version of the charter", &n->charter_version, err);

	return rc ? rc : ac_line_digest(line, "its digest", n->charter, err);
}

static int
take_member(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "a member's name", &((reading *)payload)->note.member, err);
}

static int
take_pledge(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the id of a pledge", &((reading *)payload)->note.pledge, err);
}

static int
take_reviewer(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the name of the member that reviewed it", &((reading *)payload)->note.reviewer, err);
}

static int
take_status(void *payload, ac_line *line, accord_err *err)
{
	unsigned place = 0;
	int rc = ac_line_choice(line, "a status, kept, at-risk or broken", statuses, AC_COUNT(statuses), &place, err);

	((reading *)payload)->note.status = (ac_pledge_status)place;
	return rc;
}

static int
take_at(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_time(line, "the time of the review", &((reading *)payload)->note.at, err);
}

static int
take_review(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_time(line, "the time of the next review", &((reading *)payload)->note.review, err);
}

static int
take_evidence(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;

	if (r->note.evidence_count == AC_PLEDGE_EVIDENCE_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d references to evidence", AC_PLEDGE_EVIDENCE_MAX);
	r->evidence = ac_text_grow(r->arena, r->evidence, r->note.evidence_count, sizeof(*r->evidence));
	if (!r->evidence)
		return ac_arena_check(r->arena, err);
	return ac_line_words(line, "a reference to evidence", &r->evidence[r->note.evidence_count++], err);
}

static int
take_note(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "a note", ((reading *)payload)->note.note, err);
}

static const ac_text_row rows[] = {
	{ "coalition", 1, 1, take_coalition },
	{ "charter", 1, 1, take_charter },
	{ "member", 1, 1, take_member },
	{ "pledge", 1, 1, take_pledge },
	{ "reviewer", 1, 1, take_reviewer },
	{ "status", 1, 1, take_status },
	{ "at", 1, 1, take_at },
	{ "review", 1, 1, take_review },
	{ "evidence", 1, 0, take_evidence },
	{ "note", 0, AC_TONGUES, take_note },
};

int
ac_pledge_note_parse(ac_str text, ac_arena *arena, ac_pledge_note *out, accord_err *err)
{
	reading r = { .arena = arena };
	ac_pledge_note *n = &r.note;
	ac_buf again;
	int rc = ac_text_read(text, pledge_kind, rows, AC_COUNT(rows), &r, err);

	if (!rc && ac_time_cmp(n->review, n->at) <= 0)
		rc = ac_fail(err, ACCORD_EINPUT, "want the next review behind this one");
	n->evidence = r.evidence;
	n->text = text;
	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_pledge_note_add(&again, n);
	rc = ac_text_seal(text, &again, n->digest, err);
	if (!rc)
		*out = *n;
	return rc;
}

void
ac_pledge_note_add(ac_buf *buf, const ac_pledge_note *n)
{
	ac_text_add_kind(buf, pledge_kind);
	ac_text_add_line(buf, "coalition", n->coalition);
	ac_buf_printf(buf, "charter %llu ", (unsigned long long)n->charter_version);
	ac_text_add_digest(buf, n->charter);
	ac_buf_add_byte(buf, '\n');
	ac_text_add_line(buf, "member", n->member);
	ac_text_add_line(buf, "pledge", n->pledge);
	ac_text_add_line(buf, "reviewer", n->reviewer);
	ac_text_add_line(buf, "status", ac_str_from(statuses[n->status]));
	ac_text_add_time_line(buf, "at", n->at);
	ac_text_add_time_line(buf, "review", n->review);
	for (unsigned i = 0; i < n->evidence_count; i++)
		ac_text_add_line(buf, "evidence", n->evidence[i]);
	ac_text_add_pair(buf, "note", (ac_str){ 0 }, n->note);
}

/* Place of a pledge; pledge_count: none of that id. */
static unsigned
find_pledge(const ac_charter *c, ac_str id)
{
	unsigned i = 0;

	while (i < c->pledge_count && !ac_str_eq(c->pledges[i].id, id))
		i++;
	return i;
}

int
ac_pledge_note_check(const ac_charter *c, const ac_pledge_note *n, const bool *signers, accord_err *err)
{
	unsigned reviewer = ac_charter_member_find(c, n->reviewer);

	if (!ac_str_eq(c->coalition, n->coalition))
		return ac_fail(err, ACCORD_EDENIED, "want a pledge of %.*s, got one of %.*s", AC_FMT(c->coalition),
		    AC_FMT(n->coalition));
	if (ac_charter_member_find(c, n->member) == c->member_count || find_pledge(c, n->pledge) == c->pledge_count)
		return ac_fail(err, ACCORD_EDENIED, "version %llu of the charter has no member %.*s or no pledge %.*s",
		    (unsigned long long)c->version, AC_FMT(n->member), AC_FMT(n->pledge));
	if (reviewer == c->member_count || !signers[reviewer])
		return ac_fail(
		    err, ACCORD_EDENIED, "%.*s has not signed it with a sign key that counts", AC_FMT(n->reviewer));
	return 0;
}

bool
ac_pledge_note_is_same(const ac_pledge_note *a, const ac_pledge_note *b)
{
	bool same = ac_str_eq(a->coalition, b->coalition) && a->charter_version == b->charter_version &&
		    ac_str_eq(a->member, b->member) && ac_str_eq(a->pledge, b->pledge) &&
		    ac_str_eq(a->reviewer, b->reviewer) && a->status == b->status &&
		    ac_time_cmp(a->review, b->review) == 0 && a->evidence_count == b->evidence_count;

	for (unsigned i = 0; i < AC_TONGUES; i++)
		same = same && ac_str_eq(a->note[i], b->note[i]);
	for (unsigned i = 0; same && i < a->evidence_count; i++)
		same = ac_str_eq(a->evidence[i], b->evidence[i]);
	return same;
}

/* The later one; of one time, that of the greater digest, so that all see the same. */
static bool
is_later(const ac_pledge_note *a, const ac_pledge_note *b)
{
	int order = b ? ac_time_cmp(a->at, b->at) : 1;

	return order > 0 || (order == 0 && memcmp(a->digest, b->digest, sizeof(a->digest)) > 0);
}

int
ac_pledge_judge(const ac_chain *chain, const ac_pledge_note *notes, size_t count, ac_time now, ac_arena *arena,
    ac_pledge_state **out, size_t *out_count, accord_err *err)
{
	const ac_charter *c = ac_chain_latest(chain);
	ac_pledge_state *states;

	if (!c)
		return ac_fail(err, ACCORD_ENOTFOUND, "there is no charter");
	states = ac_arena_zalloc(arena, (size_t)c->pledge_count * c->member_count + 1, sizeof(*states));
	if (!states)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < count; i++) {
		unsigned pledge = find_pledge(c, notes[i].pledge), member = ac_charter_member_find(c, notes[i].member);
		ac_pledge_state *s;

		/* Of somebody who has left, or of what nobody pledges any more. */
		if (pledge == c->pledge_count || member == c->member_count)
			continue;
		s = &states[(size_t)pledge * c->member_count + member];
		s->told++;
		if (is_later(&notes[i], s->last))
			s->last = &notes[i];
	}
	for (size_t i = 0; i < (size_t)c->pledge_count * c->member_count; i++) {
		ac_pledge_state *s = &states[i];

		s->pledge = (unsigned)(i / c->member_count);
		s->member = (unsigned)(i % c->member_count);
		s->has_due = s->last || c->pledges[s->pledge].has_review;
		s->due = s->last ? s->last->review : c->pledges[s->pledge].review;
		s->overdue = s->has_due && ac_time_cmp(s->due, now) < 0;
	}
	*out = states;
	*out_count = (size_t)c->pledge_count * c->member_count;
	return 0;
}
