/* SPDX-License-Identifier: Apache-2.0 */
/* Steps out of words. Knows nothing of signatures. */
#include "agree/progress.h"

static bool
is_same(const ac_action *a, const ac_action *b)
{
	return memcmp(a->digest, b->digest, sizeof(a->digest)) == 0;
}

/* Was that text there before? */
static bool
is_copy(const ac_action *const *actions, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_same(actions[i], actions[at]))
			return true;
	return false;
}

/* The member's last word on the action. Two of one number that differ are none. */
static void
find_last(ac_step *step, ac_str action, ac_str member, const ac_action *const *actions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const ac_action *a = actions[i];

		if (!ac_str_eq(a->action, action) || !ac_str_eq(a->about.member, member))
			continue;
		if (!step->last || a->about.seq > step->last->about.seq) {
			step->last = a;
			step->contradicts = false;
		} else if (a->about.seq == step->last->about.seq && !is_same(a, step->last)) {
			step->contradicts = true;
		}
	}
	if (step->contradicts)
		step->last = NULL;
}

static bool
is_settled(ac_action_status status)
{
	return status == AC_ACTION_DONE || status == AC_ACTION_DROPPED;
}

int
ac_progress_judge(const ac_charter *charter, const ac_statement *s, const ac_action *const *actions, size_t count,
    ac_time as_of, ac_arena *arena, ac_progress *out, accord_err *err)
{
	ac_step *steps = ac_arena_zalloc(arena, s->action_count * charter->member_count + 1, sizeof(*steps));
	ac_progress p = { .steps = steps, .as_of = as_of };

	if (!steps)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < count; i++)
		p.told += !is_copy(actions, i);
	for (unsigned i = 0; i < s->action_count; i++)
		for (unsigned m = 0; m < charter->member_count; m++) {
			const ac_follow_up *f = &s->actions[i];
			ac_step *step = &steps[p.count];

			if (f->owner.n && !ac_str_eq(f->owner, charter->members[m].name))
				continue;
			*step = (ac_step){ .action = i, .member = m };
			find_last(step, f->id, charter->members[m].name, actions, count);
			step->status = step->last ? step->last->status : AC_ACTION_OPEN;
			step->due = step->last && step->last->has_due ? step->last->due : f->due;
			step->is_overdue = !is_settled(step->status) && ac_time_cmp(step->due, as_of) < 0;
			p.count++;
		}
	*out = p;
	return 0;
}

ac_action_status
ac_progress_of(const ac_progress *p, unsigned action)
{
	bool any = false, all = true, done = false, begun = false;

	for (size_t i = 0; i < p->count; i++) {
		const ac_step *step = &p->steps[i];

		if (step->action != action)
			continue;
		any = true;
		all = all && is_settled(step->status);
		done = done || step->status == AC_ACTION_DONE;
		begun = begun || step->status != AC_ACTION_OPEN;
	}
	if (any && all)
		return done ? AC_ACTION_DONE : AC_ACTION_DROPPED;
	return begun ? AC_ACTION_UNDERWAY : AC_ACTION_OPEN;
}
