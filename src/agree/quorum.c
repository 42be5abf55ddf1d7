/* SPDX-License-Identifier: Apache-2.0 */
/* Quorums. Knows nothing of keys, nor of what the names stand for. */
#include "agree/quorum.h"

#include "base/limits.h"

void
ac_quorum_init(ac_quorum *q, ac_arena *arena, bool overlap)
{
	*q = (ac_quorum){ .arena = arena, .overlap = overlap };
}

bool
ac_policy_word(ac_str *rest, ac_str *out)
{
	size_t from = 0, to;

	while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == '\t'))
		from++;
	for (to = from; to < rest->n && rest->p[to] != ' ' && rest->p[to] != '\t';)
		to++;
	*out = ac_str_slice(*rest, from, to);
	*rest = ac_str_slice(*rest, to, rest->n);
	return out->n > 0;
}

unsigned
ac_quorum_find(const ac_quorum *q, ac_str name)
{
	unsigned i = 0;

	while (i < q->count && !ac_str_eq(q->names[i].name, name))
		i++;
	return i;
}

static int
add(ac_quorum *q, const ac_quorum_name *name, accord_err *err)
{
	if (ac_str_eq(name->name, AC_S("none")))
		return ac_fail(err, ACCORD_EINPUT, "'none' cannot be defined");
	if (ac_quorum_find(q, name->name) < q->count)
		return ac_fail(err, ACCORD_EINPUT, "the name '%.*s' is defined twice", AC_FMT(name->name));
	if (q->count == AC_QUORUM_NAMES_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d names and groups", AC_QUORUM_NAMES_MAX);
	if (q->count == q->capacity) {
		unsigned capacity = q->capacity ? 2 * q->capacity : 16;
		ac_quorum_name *names =
		    ac_arena_resize(q->arena, q->names, q->capacity * sizeof(*names), capacity * sizeof(*names));

		if (!names)
			return ac_arena_check(q->arena, err);
		q->names = names;
		q->capacity = capacity;
	}
	q->names[q->count++] = *name;
	return 0;
}

int
ac_quorum_add_name(ac_quorum *q, ac_str name, unsigned *out_place, accord_err *err)
{
	int rc = add(q, &(ac_quorum_name){ .name = name }, err);

	if (!rc && out_place)
		*out_place = q->count - 1;
	return rc;
}

/* The members of a group that words name, into *group. */
static int
take_members(ac_quorum *q, ac_str words, ac_quorum_name *group, accord_err *err)
{
	unsigned count = 0, *members;
	ac_str rest = words, word;

	while (ac_policy_word(&rest, &word))
		count++;
	if (count == 0 || count > AC_QUORUM_NAMES_MAX)
		return ac_fail(
		    err, ACCORD_EINPUT, "group %.*s: want at least one member, got %u", AC_FMT(group->name), count);
	members = ac_arena_alloc(q->arena, count * sizeof(*members));
	if (!members)
		return ac_arena_check(q->arena, err);
	for (unsigned i = 0; i < count && ac_policy_word(&words, &word); i++) {
		members[i] = ac_quorum_find(q, word);
		if (members[i] == q->count)
			return ac_fail(err, ACCORD_EINPUT, "group %.*s: want a name that is defined before, got '%.*s'",
			    AC_FMT(group->name), AC_FMT(word));
		for (unsigned k = 0; k < i; k++)
			if (members[k] == members[i])
				return ac_fail(err, ACCORD_EINPUT, "group %.*s: '%.*s' is listed twice",
				    AC_FMT(group->name), AC_FMT(word));
		if (!q->overlap && q->names[members[i]].used)
			return ac_fail(err, ACCORD_EINPUT, "group %.*s: '%.*s' is a member of another group",
			    AC_FMT(group->name), AC_FMT(word));
	}
	group->members = members;
	group->member_count = count;
	return 0;
}

int
ac_quorum_add_group(ac_quorum *q, ac_str words, accord_err *err)
{
	ac_quorum_name group = { 0 };
	ac_str needed;
	uint64_t number = 0;
	int rc;

	if (!ac_policy_word(&words, &group.name) || !ac_policy_word(&words, &needed))
		return ac_fail(err, ACCORD_EINPUT, "want a group as 'NAME k|any|all NAME...'");
	rc = take_members(q, words, &group, err);
	if (rc)
		return rc;
	if (ac_str_eq(needed, AC_S("any")))
		number = 1;
	else if (ac_str_eq(needed, AC_S("all")))
		number = group.member_count;
	else if (needed.p[0] == '0' || !ac_str_to_u64(needed, &number) || number > group.member_count)
		return ac_fail(err, ACCORD_EINPUT, "group %.*s: want 'any', 'all' or a number from 1 to %u, got '%.*s'",
		    AC_FMT(group.name), group.member_count, AC_FMT(needed));
	group.needed = (unsigned)number;
	rc = add(q, &group, err);
	for (unsigned i = 0; !rc && i < group.member_count; i++)
		q->names[group.members[i]].used = true;
	return rc;
}

int
ac_quorum_is_met(const ac_quorum *q, unsigned place, const bool *present, ac_arena *arena, bool *out, accord_err *err)
{
	bool *met = ac_arena_zalloc(arena, q->count + 1, sizeof(*met));

	if (!met)
		return ac_arena_check(arena, err);
	for (unsigned i = 0; i < q->count; i++) {
		const ac_quorum_name *name = &q->names[i];
		unsigned have = 0;

		for (unsigned k = 0; k < name->member_count; k++)
			have += met[name->members[k]];
		met[i] = name->needed ? have >= name->needed : present[i];
	}
	*out = place < q->count && met[place];
	return 0;
}
