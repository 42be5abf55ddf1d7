/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering of finds, and their comparison with the plan: two lists in the same order, walked side by side. */
#include "app/demo_check.h"

#include <stdlib.h>

/* A scan that reports more than this of 200,000 lines is broken; the memory of what it reports stays bounded. */
#define FINDS_MAX ((size_t)1 << 17)

static const char *const verdict_names[] = {
	[AC_DEMO_MISSED] = "missed",
	[AC_DEMO_EXTRA] = "extra",
	[AC_DEMO_DIFFERENT] = "different",
};

const char *
ac_demo_verdict_name(ac_demo_verdict verdict)
{
	return verdict_names[verdict];
}

void
ac_demo_check_init(ac_demo_check *check, ac_arena *arena)
{
	*check = (ac_demo_check){ .arena = arena };
}

static int
add_find(ac_demo_check *check, ac_demo_find find, accord_err *err)
{
	size_t room = check->find_room;

	if (check->find_count >= FINDS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %zu finds in the demonstration's logs", FINDS_MAX);
	if (check->find_count == room) {
		ac_demo_find *grown;

		room = room ? room * 2 : 128;
		grown = ac_arena_resize(
		    check->arena, check->finds, check->find_room * sizeof(*grown), room * sizeof(*grown));
		if (!grown)
			return ac_arena_check(check->arena, err);
		check->finds = grown;
		check->find_room = room;
	}
	check->finds[check->find_count++] = find;
	return ac_arena_check(check->arena, err);
}

static bool
is_said_before(const ac_hit *hit, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (ac_str_eq(hit->indicators[i].producer, hit->indicators[index].producer))
			return true;
	return false;
}

/* Producers of a hit's indicators, each once. */
static ac_str
whose(ac_demo_check *check, const ac_hit *hit)
{
	ac_str text = { 0 };

	for (size_t i = 0; i < hit->indicator_count; i++) {
		ac_str producer = hit->indicators[i].producer;

		if (!is_said_before(hit, i))
			text = text.n ? ac_arena_printf(check->arena, "%.*s, %.*s", AC_FMT(text), AC_FMT(producer))
				      : ac_arena_str(check->arena, producer);
	}
	return text;
}

int
ac_demo_check_hit(ac_demo_check *check, ac_demo_file file, const ac_hit *hit, accord_err *err)
{
	ac_demo_find find = { .file = file,
		.line = hit->line,
		.offset = hit->offset,
		.length = hit->length,
		.type = hit->type,
		.value = ac_arena_str(check->arena, hit->value),
		.match = hit->match,
		.whose = whose(check, hit) };

	if (hit->indicator_count)
		find.indicator = ac_arena_str(check->arena, hit->indicators[0].name);
	for (size_t i = 0; i < hit->indicator_count; i++)
		find.is_early = find.is_early || hit->indicators[i].before_valid_from;
	return add_find(check, find, err);
}

int
ac_demo_check_held(ac_demo_check *check, ac_demo_file file, const ac_held_back *held, accord_err *err)
{
	ac_demo_find find = { .file = file,
		.line = held->line,
		.offset = held->offset,
		.value = ac_arena_str(check->arena, held->value),
		.reason = held->reason,
		.indicator = ac_arena_str(check->arena, held->indicator_id) };

	return add_find(check, find, err);
}

static int
compare_reasons(const char *a, const char *b)
{
	return ac_str_cmp(ac_str_from(a), ac_str_from(b));
}

static int
compare_places(ac_demo_file file_a, uint64_t offset_a, ac_demo_file file_b, uint64_t offset_b)
{
	if (file_a != file_b)
		return file_a < file_b ? -1 : 1;
	return (offset_a > offset_b) - (offset_a < offset_b);
}

static int
compare_finds(const void *x, const void *y)
{
	const ac_demo_find *a = x, *b = y;
	int c = compare_places(a->file, a->offset, b->file, b->offset);

	return c ? c : compare_reasons(a->reason, b->reason);
}

static int
compare_truth_and_find(const ac_demo_truth *truth, const ac_demo_find *find)
{
	int c = compare_places(truth->file, truth->offset, find->file, find->offset);

	return c ? c : compare_reasons(truth->token->reason, find->reason);
}

static void
order_finds(ac_demo_check *check)
{
	size_t kept = 0;

	if (check->find_count)
		qsort(check->finds, check->find_count, sizeof(*check->finds), compare_finds);
	for (size_t i = 0; i < check->find_count; i++) {
		if (check->finds[i].reason && kept && compare_finds(&check->finds[kept - 1], &check->finds[i]) == 0)
			continue;
		check->finds[kept++] = check->finds[i];
	}
	check->find_count = kept;
	check->hits = check->held_back = 0;
	for (size_t i = 0; i < kept; i++)
		*(check->finds[i].reason ? &check->held_back : &check->hits) += 1;
}

/* What a find at its planned place has wrong; NULL when nothing. */
static const char *
difference_of(const ac_demo_truth *truth, const ac_demo_find *find)
{
	const ac_demo_token *token = truth->token;

	if (find->line != truth->line)
		return "line";
	if (find->reason)
		return NULL;
	if (find->type != token->type)
		return "type";
	if (!ac_str_eq(find->value, ac_str_from(token->value ? token->value : token->raw)))
		return "value";
	if (find->length != ac_str_from(token->raw).n)
		return "length";
	if (token->match && !ac_str_eq(ac_str_from(token->match), ac_str_from(find->match)))
		return "match";
	return find->is_early == token->is_early ? NULL : "valid_from";
}

static void
note(ac_demo_check *check, ac_demo_difference difference)
{
	check->differences[check->difference_count++] = difference;
}

int
ac_demo_check_compare(ac_demo_check *check, const ac_demo_logs *logs, accord_err *err)
{
	size_t t = 0, f = 0;

	order_finds(check);
	check->difference_count = 0;
	check->differences =
	    ac_arena_zalloc(check->arena, logs->truth_count + check->find_count + 1, sizeof(*check->differences));
	if (!check->differences)
		return ac_arena_check(check->arena, err);
	while (t < logs->truth_count || f < check->find_count) {
		const ac_demo_truth *truth = t < logs->truth_count ? &logs->truths[t] : NULL;
		const ac_demo_find *find = f < check->find_count ? &check->finds[f] : NULL;
		int c = !truth ? 1 : !find ? -1 : compare_truth_and_find(truth, find);
		const char *what = c == 0 ? difference_of(truth, find) : NULL;

		if (c < 0)
			note(check, (ac_demo_difference){ AC_DEMO_MISSED, truth, NULL, NULL });
		if (c > 0)
			note(check, (ac_demo_difference){ AC_DEMO_EXTRA, NULL, find, NULL });
		if (what)
			note(check, (ac_demo_difference){ AC_DEMO_DIFFERENT, truth, find, what });
		t += c <= 0;
		f += c >= 0;
	}
	return 0;
}
