/* SPDX-License-Identifier: Apache-2.0 */
/* Times of one statement: what lies behind the one that is asked about, how old the view of a log is, and whether an embargo was kept. */
#include "agree/account_part.h"

#include "base/limits.h"

/* Is that behind the time that is asked about, by more than clocks differ? */
bool
ac_judging_is_later(const ac_judging *j, ac_time time)
{
	return time.seconds > j->options->as_of.seconds + AC_AGREE_SKEW_SECONDS;
}

static ac_str
time_words(ac_judging *j, ac_time time)
{
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_KIB);
	ac_time_add(&buf, time, 0);
	if (buf.failed && !j->arena->failed)
		j->arena->failed = buf.failed;
	text = ac_arena_str(j->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

/* How old the newest view of the convener's log is, by those who cosigned it. A time that has not come says nothing of that: whoever has the key writes any. */
int
ac_judging_freshness(ac_judging *j, ac_account *a, accord_err *err)
{
	int64_t limit = j->options->as_of.seconds + AC_AGREE_SKEW_SECONDS;
	uint64_t newest = 0, ahead = 0;
	ac_time time;
	int rc = 0;

	for (size_t i = 0; i < j->out->places.head_count; i++) {
		const ac_known_head *head = &j->out->places.heads[i];

		if (!head->is_accepted || head->anchor != a->anchor || !ac_str_eq(head->member, a->statement.convener))
			continue;
		if (limit < 0 || head->newest > (uint64_t)limit)
			ahead = head->newest;
		if (limit >= 0 && head->oldest <= (uint64_t)limit && head->oldest > newest)
			newest = head->oldest;
	}
	if (ahead > 0)
		rc = ac_account_point(a, err, "ahead", newest > 0 ? AC_POINT_OPEN : AC_POINT_FAILED,
		    ac_arena_printf(j->arena,
			"witnesses' times of the convener's log are later than %.*s: they do not count as fresh%s",
			AC_FMT(time_words(j, j->options->as_of)),
			newest > 0 ? "" : ", and nothing else shows the log as it was by then"));
	if (rc || newest == 0)
		return rc;
	time = (ac_time){ (int64_t)newest, 0 };
	if (j->options->as_of.seconds - time.seconds <= AC_AGREE_FRESH_SECONDS)
		return ac_account_point(a, err, "fresh", ac_account_proved(a),
		    ac_arena_printf(
			j->arena, "the convener's log as witnesses saw it at %.*s", AC_FMT(time_words(j, time))));
	return ac_account_point(a, err, "fresh", AC_POINT_FAILED,
	    ac_arena_printf(j->arena,
		"stale: what has come into the convener's log since %.*s is not known here (--as-of asks how it stood "
		"then)",
		AC_FMT(time_words(j, time))));
}

/* Is it this statement's own text, or a word on it? */
static bool
is_plain(ac_account *a, const ac_held *held)
{
	return memcmp(held->digest, a->statement.digest, AC_SHA256_SIZE) == 0 ||
	       (ac_held_is_text(held, "endorsement") && ac_account_voice(a, held->digest));
}

/* Under an embargo logs hold commitments. The convener's own breach fails his statement; another's is told, and hinders nobody else's words. */
int
ac_judging_embargo(ac_judging *j, ac_account *a, accord_err *err)
{
	for (size_t i = 0; a->statement.has_embargo && i < j->out->places.leaf_count; i++) {
		const ac_known_leaf *leaf = &j->out->places.leaves[i];
		uint64_t seen = leaf->head->oldest;

		if (leaf->head->anchor != a->anchor || seen == 0 || seen > INT64_MAX ||
		    (int64_t)seen >= a->statement.embargo.seconds || !is_plain(a, &j->h->items[leaf->item]))
			continue;
		return ac_account_point(a, err, "embargo",
		    ac_str_eq(leaf->head->member, a->statement.convener) ? AC_POINT_FAILED : AC_POINT_OPEN,
		    ac_arena_printf(j->arena,
			"leaf %llu of the log of %.*s has it in plain words, which witnesses saw at %.*s: before the "
			"end of "
			"its embargo",
			(unsigned long long)leaf->place.index, AC_FMT(leaf->head->member),
			AC_FMT(time_words(j, (ac_time){ (int64_t)seen, 0 }))));
	}
	return 0;
}

/* What lies behind the time that is asked about. */
int
ac_judging_times(ac_judging *j, ac_account *a, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < a->said_count; i++)
		a->later += a->said[i].is_valid && a->said[i].is_later && !a->said[i].is_entry;
	if (ac_judging_is_later(j, a->statement.opened))
		rc = ac_account_point(a, err, "opened", AC_POINT_FAILED,
		    ac_arena_printf(j->arena, "it was opened at %.*s, after the time that is asked about",
			AC_FMT(time_words(j, a->statement.opened))));
	if (rc == 0 && a->later > 0)
		rc = ac_account_point(a, err, "later", AC_POINT_OPEN,
		    ac_arena_printf(j->arena, "notes about it of a time after %.*s, which are not counted: %zu",
			AC_FMT(time_words(j, j->options->as_of)), a->later));
	return rc;
}
