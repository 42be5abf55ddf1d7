/* SPDX-License-Identifier: Apache-2.0 */
/* All that is held, judged in order: charters, places in logs, files, statements. */
#include "agree/account_part.h"

#include "base/limits.h"

ac_str
ac_member_names(const ac_charter *charter, const bool *members, ac_arena *arena)
{
	ac_str text = { 0 };
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	for (unsigned i = 0; i < charter->member_count; i++) {
		if (!members[i])
			continue;
		if (buf.n)
			ac_buf_add(&buf, AC_S(", "));
		ac_buf_add(&buf, charter->members[i].name);
	}
	if (buf.n == 0)
		ac_buf_add(&buf, AC_S("nobody"));
	if (buf.failed && !arena->failed)
		arena->failed = buf.failed;
	text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

void
ac_point_add(ac_points *points, const char *code, ac_point_state state, ac_str words)
{
	ac_point *grown = ac_arena_resize(
	    points->arena, points->items, points->count * sizeof(*grown), (points->count + 1) * sizeof(*grown));

	if (!grown)
		return;
	points->items = grown;
	grown[points->count++] = (ac_point){ code, state, words };
}

/* What holds for all statements: whether the trusted charter is here and still in force, and that nothing contradicts itself. */
static void
judge_whole(ac_judging *j)
{
	ac_points *points = &j->out->points;

	if (j->out->anchors.missing.p)
		ac_point_add(points, "trust", AC_POINT_FAILED, j->out->anchors.missing);
	for (size_t i = 0; i < j->out->anchors.count; i++) {
		const ac_anchor *anchor = j->out->anchors.items[i];
		accord_err why = { 0 };

		if (anchor->is_forked)
			ac_point_add(points, "fork", AC_POINT_FAILED,
			    ac_arena_printf(j->arena,
				"two charters follow version %llu of %.*s, and both are signed as they must be",
				(unsigned long long)ac_chain_latest(&anchor->chain)->version,
				AC_FMT(ac_chain_latest(&anchor->chain)->coalition)));
		if (ac_chain_check_expiry(&anchor->chain, j->options->as_of, &why))
			ac_point_add(points, "expiry", AC_POINT_FAILED,
			    ac_arena_printf(j->arena, "%s (--as-of asks how it stood at another time)", why.text));
		for (unsigned k = 0; k < anchor->warnings.count; k++)
			ac_point_add(points, "warning", AC_POINT_OPEN, anchor->warnings.items[k]);
	}
	for (unsigned i = 0; i < j->out->warnings.count; i++)
		ac_point_add(points, "warning", AC_POINT_OPEN, j->out->warnings.items[i]);
	if (j->out->places.contradiction.p)
		ac_point_add(points, "contradiction", AC_POINT_FAILED, j->out->places.contradiction);
}

static bool
is_judged(const ac_judging *j, const ac_held *held)
{
	for (size_t i = 0; i < j->out->count; i++)
		if (memcmp(j->h->items[j->out->items[i].item].digest, held->digest, AC_SHA256_SIZE) == 0)
			return true;
	return false;
}

static int
judge_statements(ac_judging *j, accord_err *err)
{
	size_t count = 0;
	int rc = 0;

	for (size_t i = 0; i < j->h->count; i++)
		count += ac_held_is_text(&j->h->items[i], "statement");
	j->out->items = ac_arena_zalloc(j->arena, count + 1, sizeof(*j->out->items));
	if (!j->out->items)
		return ac_arena_check(j->arena, err);
	for (size_t i = 0; rc == 0 && i < j->h->count; i++) {
		bool is_one = false;

		if (!ac_held_is_text(&j->h->items[i], "statement") || is_judged(j, &j->h->items[i]))
			continue;
		rc = ac_judging_statement(j, i, &j->out->items[j->out->count], &is_one, err);
		j->out->count += rc == 0 && is_one;
	}
	return rc;
}

/* A statement that another one, published, replaces. */
static void
judge_successors(ac_judging *j)
{
	for (size_t i = 0; i < j->out->count; i++)
		for (size_t k = 0; k < j->out->count; k++) {
			const ac_account *later = &j->out->items[k];

			if (later->is_published && later->statement.has_supersedes &&
			    later->anchor == j->out->items[i].anchor &&
			    memcmp(later->statement.supersedes, j->out->items[i].statement.digest, AC_SHA256_SIZE) ==
				0) {
				j->out->items[i].successor = later;
				ac_point_add(&j->out->items[i].points, "superseded", AC_POINT_FAILED,
				    ac_arena_printf(j->arena, "version %llu of the statement has taken its place",
					(unsigned long long)later->statement.version));
			}
		}
}

static void
tell_other_text(ac_judging *j, ac_account *a, const ac_account *other, bool are_published)
{
	char digest[2 * AC_SHA256_SIZE];

	ac_hex(other->statement.digest, sizeof(other->statement.digest), digest);
	ac_point_add(&a->points, "two-texts", are_published ? AC_POINT_FAILED : AC_POINT_OPEN,
	    ac_arena_printf(j->arena,
		"the convener has %s another text of the same name and version, sha256:%.*s: what he says depends on "
		"whom "
		"he says it to",
		are_published ? "published" : "signed", (int)sizeof(digest), digest));
}

/* A name and version is one text: with two of them a convener could show each reader the one that suits. */
static void
judge_two_texts(ac_judging *j)
{
	for (size_t i = 0; i < j->out->count; i++)
		for (size_t k = i + 1; k < j->out->count; k++) {
			ac_account *a = &j->out->items[i], *b = &j->out->items[k];

			if (a->anchor != b->anchor || a->statement.version != b->statement.version ||
			    !ac_str_eq(a->statement.id, b->statement.id) ||
			    !ac_str_eq(a->statement.convener, b->statement.convener) ||
			    !ac_judging_convener_among(a, a->signers) || !ac_judging_convener_among(b, b->signers))
				continue;
			tell_other_text(j, a, b, a->is_published && b->is_published);
			tell_other_text(j, b, a, a->is_published && b->is_published);
		}
}

const ac_account *
ac_account_public_successor(const ac_account *a)
{
	return a->successor && ac_statement_is_public(&a->successor->statement) ? a->successor : NULL;
}

static bool
none_failed(const ac_points *points)
{
	for (size_t i = 0; i < points->count; i++)
		if (points->items[i].state == AC_POINT_FAILED)
			return false;
	return true;
}

static bool
all_proved(const ac_judging *j)
{
	bool any = false, all = j->h->problems == 0 && none_failed(&j->out->points);

	for (size_t i = 0; i < j->out->count; i++)
		all = all && none_failed(&j->out->items[i].points) && !j->out->items[i].is_undecided;
	for (size_t i = 0; i < j->h->count; i++) {
		const ac_item_verdict *v = &j->out->verdicts[i];

		/* Whoever keeps a log takes in what others sign; what does not count there harms nobody else's words. */
		if (j->h->items[i].is_leaf)
			continue;
		any = any || (v->is_checked && v->state == AC_POINT_PROVED);
		all = all && (v->is_checked ? v->state == AC_POINT_PROVED : !j->h->items[i].is_named);
	}
	return any && all;
}

int
ac_accounts_make(ac_holding *holding, const ac_account_options *options, ac_digester *digester, ac_arena *arena,
    ac_accounts *out, accord_err *err)
{
	ac_judging j = { .h = holding, .options = options, .digester = digester, .arena = arena, .out = out };
	int rc;

	*out = (ac_accounts){ .warnings = { .arena = arena }, .points = { .arena = arena } };
	rc = ac_anchors_make(holding, options->trust, arena, &out->anchors, err);
	if (rc == 0)
		rc = ac_places_make(holding, &out->anchors, options->trust, digester, true, arena, &out->places, err);
	/* Logs have charters and changes of keys among their leaves: once more, with them. */
	if (rc == 0)
		rc = ac_anchors_make(holding, options->trust, arena, &out->anchors, err);
	if (rc == 0)
		rc = ac_places_make(holding, &out->anchors, options->trust, digester, false, arena, &out->places, err);
	if (rc)
		return rc;
	out->verdicts = ac_arena_zalloc(arena, holding->count + 1, sizeof(*out->verdicts));
	if (!out->verdicts)
		return ac_arena_check(arena, err);
	rc = ac_judging_find_places(&j, err);
	if (rc == 0)
		rc = ac_judging_items(&j, err);
	if (rc == 0)
		rc = ac_judging_pledges(&j, err);
	if (rc == 0)
		rc = judge_statements(&j, err);
	if (rc)
		return rc;
	judge_whole(&j);
	judge_successors(&j);
	judge_two_texts(&j);
	out->is_proved = all_proved(&j);
	return ac_arena_check(arena, err);
}
