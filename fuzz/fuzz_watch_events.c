/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns, an empty line, lines of telemetry: what is refused because none of its values opens a bracket, or because its bytes cannot hold one that does, would not have held. */
#include <stdint.h>
#include <stdlib.h>

#include "match/matcher.h"
#include "stix/pattern_write.h"
#include "watch/events.h"

#define SEED ((ac_hash_seed){ { 1, 2 } })
#define PATTERNS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In the form that events are compared in. False: it is no pattern that can be added. */
static bool
add_pattern(ac_pattern_set *set, ac_str text, ac_arena *arena)
{
	const ac_pattern_node *root, *canonical;
	accord_err err = { 0 };
	bool added = false;
	ac_buf out;

	ac_buf_init(&out, AC_MIB);
	if (ac_pattern_parse(text, arena, &root, &err) == 0 &&
	    ac_events_canonical(root, arena, &canonical, &err) == 0 && ac_pattern_write(canonical, &out, &err) == 0)
		added = ac_pattern_set_add(set, ac_buf_view(&out), 0, NULL, &err) == 0;
	ac_buf_done(&out);
	return added;
}

/* The brackets that hold for a record, of those that are looked at. */
static size_t
count_hits(const ac_pattern_set *set, const ac_event_plan *plan, const ac_log_record *record, bool all, ac_arena *arena)
{
	ac_bracket_result result = { 0 };
	ac_observations *o = NULL;
	ac_matcher *m = NULL;
	ac_events *e = NULL;
	accord_err err = { 0 };

	if (ac_matcher_new(set, &m, &err) || ac_events_new(plan, m, SEED, &e, &err) ||
	    ac_observations_new(SEED, 64 * AC_MIB, &o, &err))
		abort();
	if (all)
		ac_events_take_all(e);
	(void)ac_events_add(e, o, record, (ac_time){ 1700000000, 0 }, arena);
	if (ac_observations_seal(o, &err) || ac_matcher_brackets(m, o, &AC_MATCHER_BUDGET, arena, &result, &err))
		result.count = 0;
	ac_events_free(e);
	ac_matcher_free(m);
	ac_observations_free(o);
	return result.exhausted || result.comparisons_undecided ? SIZE_MAX : result.count;
}

static void
compare_lines(const ac_pattern_set *set, ac_str lines, ac_arena *arena)
{
	ac_event_plan *plan = NULL;
	accord_err err = { 0 };
	ac_log_state log;
	ac_str line;

	if (ac_event_plan_new(set, &plan, &err))
		return;
	ac_log_state_init(&log, (ac_time){ 1700000000, 0 });
	ac_log_want(&log, ac_event_plan_roles(plan));
	while (ac_str_next_field(&lines, '\n', &line)) {
		ac_log_record record = { 0 };
		size_t fast, slow;

		ac_arena_reset(arena);
		(void)ac_log_see(&log, line);
		if (line.n == 0)
			continue;
		ac_log_read(&log, line, arena, &record);
		fast = count_hits(set, plan, &record, false, arena);
		slow = count_hits(set, plan, &record, true, arena);
		if (fast != slow && slow != SIZE_MAX)
			abort();
		/* Of JSON its bytes are asked before it is read. */
		if (record.format == &ac_log_json && line.p[0] == '{' && slow && slow != SIZE_MAX &&
		    !ac_event_plan_may_open(plan, line))
			abort();
	}
	ac_log_state_done(&log);
	ac_event_plan_free(plan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str rest = { (const char *)data, size }, pattern;
	ac_pattern_set *set = NULL;
	accord_err err = { 0 };
	unsigned count = 0;
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	if (ac_pattern_set_new(SEED, &set, &err))
		abort();
	while (count < PATTERNS_MAX && ac_str_next_field(&rest, '\n', &pattern) && pattern.n)
		count += add_pattern(set, pattern, &arena);
	if (count && ac_pattern_set_finish(set, &err) == 0)
		compare_lines(set, rest, &arena);
	ac_pattern_set_free(set);
	ac_arena_done(&arena);
	return 0;
}
