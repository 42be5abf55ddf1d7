/* SPDX-License-Identifier: Apache-2.0 */
/* How far follow-ups have come: the last word of each who is to do them, and what is overdue. */
#include "base/limits.h"
#include "test.h"

#include "agree/progress.h"
#include "fail_malloc.h"

static const ac_charter_member members[] = { { .name = AC_S_INIT("alba") }, { .name = AC_S_INIT("bora") },
	{ .name = AC_S_INIT("cora") } };
static const ac_charter charter = { .members = members, .member_count = 3 };
/* Bora's, everybody's, and of somebody who is no member. */
static const ac_follow_up follow_ups[] = {
	{ .id = AC_S_INIT("a1"), .owner = AC_S_INIT("bora"), .due = { 1000, 0 } },
	{ .id = AC_S_INIT("a2"), .due = { 2000, 0 } },
	{ .id = AC_S_INIT("a3"), .owner = AC_S_INIT("zora"), .due = { 1, 0 } },
};
static const ac_statement statement = { .actions = follow_ups, .action_count = AC_COUNT(follow_ups) };

/* A word, whose digest is its number in the test. */
static ac_action
word(uint8_t digest, const char *member, const char *action, uint64_t seq, ac_action_status status)
{
	return (ac_action){ .about = { .member = ac_str_from(member), .seq = seq },
		.digest = { digest },
		.action = ac_str_from(action),
		.status = status };
}

static ac_progress
judge(ac_arena *arena, const ac_action *words, size_t count, int64_t as_of)
{
	const ac_action *list[8];
	ac_progress p;

	for (size_t i = 0; i < count; i++)
		list[i] = &words[i];
	assert_int_equal(
	    ac_progress_judge(&charter, &statement, list, count, (ac_time){ as_of, 0 }, arena, &p, NULL), 0);
	/* One of the owner; one of each member; none of a stranger. */
	assert_int_equal(p.count, 4);
	assert_true(
	    p.steps[0].action == 0 && p.steps[0].member == 1 && p.steps[1].member == 0 && p.steps[3].member == 2);
	return p;
}

static void
progress__is_overdue_behind_its_time_unless_it_is_settled(void **state)
{
	ac_action words[] = { word(1, "bora", "a1", 1, AC_ACTION_UNDERWAY), word(2, "alba", "a2", 1, AC_ACTION_DONE),
		word(3, "bora", "a2", 2, AC_ACTION_DROPPED) };
	ac_progress p;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	p = judge(&arena, NULL, 0, 1000);
	for (size_t i = 0; i < p.count; i++)
		assert_true(p.steps[i].status == AC_ACTION_OPEN && !p.steps[i].last && !p.steps[i].is_overdue);
	assert_int_equal(ac_progress_of(&p, 0), AC_ACTION_OPEN);
	p = judge(&arena, words, 3, 2001);
	assert_int_equal(p.told, 3);
	assert_true(p.steps[0].status == AC_ACTION_UNDERWAY && p.steps[0].is_overdue);
	assert_true(p.steps[1].status == AC_ACTION_DONE && !p.steps[1].is_overdue);
	assert_true(p.steps[2].status == AC_ACTION_DROPPED && !p.steps[2].is_overdue);
	assert_true(p.steps[3].status == AC_ACTION_OPEN && p.steps[3].is_overdue);
	assert_int_equal(ac_progress_of(&p, 0), AC_ACTION_UNDERWAY);
	assert_int_equal(ac_progress_of(&p, 1), AC_ACTION_UNDERWAY); /* some have, one has not */
	assert_int_equal(ac_progress_of(&p, 2), AC_ACTION_OPEN);
	/* Moved. */
	words[0].has_due = true;
	words[0].due = (ac_time){ 3000, 0 };
	p = judge(&arena, words, 3, 2001);
	assert_true(!p.steps[0].is_overdue && p.steps[0].due.seconds == 3000);
	ac_arena_done(&arena);
}

static void
progress__is_by_the_latest_number_whatever_comes_again(void **state)
{
	ac_action words[] = { word(1, "bora", "a1", 2, AC_ACTION_DONE), word(2, "bora", "a1", 1, AC_ACTION_OPEN),
		word(1, "bora", "a1", 2, AC_ACTION_DONE), word(3, "alba", "a1", 9, AC_ACTION_OPEN),
		word(4, "bora", "a2", 8, AC_ACTION_UNDERWAY) };
	ac_progress p;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	p = judge(&arena, words, AC_COUNT(words), 5000);
	assert_int_equal(p.told, 4);
	assert_true(p.steps[0].status == AC_ACTION_DONE && !p.steps[0].contradicts && p.steps[0].last->about.seq == 2);
	assert_int_equal(ac_progress_of(&p, 0), AC_ACTION_DONE);
	ac_arena_done(&arena);
}

static void
progress__of_who_says_two_things_under_one_number_is_none(void **state)
{
	ac_action words[] = { word(1, "bora", "a1", 1, AC_ACTION_UNDERWAY), word(2, "bora", "a1", 2, AC_ACTION_DONE),
		word(3, "bora", "a1", 2, AC_ACTION_DROPPED), word(4, "bora", "a1", 3, AC_ACTION_DONE) };
	ac_progress p;
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	p = judge(&arena, words, 3, 5000);
	assert_true(p.steps[0].contradicts && !p.steps[0].last && p.steps[0].status == AC_ACTION_OPEN);
	assert_true(p.steps[0].is_overdue);
	p = judge(&arena, words, 4, 5000);
	assert_true(!p.steps[0].contradicts && p.steps[0].status == AC_ACTION_DONE);
	ac_arena_done(&arena);
}

static void
progress__without_memory_is_none(void **state)
{
	ac_progress p = { 0 };
	ac_arena arena;
	int rc;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	fail_malloc_at(1);
	rc = ac_progress_judge(&charter, &statement, NULL, 0, (ac_time){ 0 }, &arena, &p, NULL);
	assert_true(fail_malloc_done());
	assert_int_equal(rc, ACCORD_ENOMEM);
	assert_null(p.steps);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(progress__is_overdue_behind_its_time_unless_it_is_settled),
		cmocka_unit_test(progress__is_by_the_latest_number_whatever_comes_again),
		cmocka_unit_test(progress__of_who_says_two_things_under_one_number_is_none),
		cmocka_unit_test(progress__without_memory_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
