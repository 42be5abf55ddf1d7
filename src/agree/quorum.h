/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quorums: names, groups of names with how many of them it takes, and whether some names suffice. One reader for the lines of policies (C2SP tlog-policy:
 * witnesses) and of charters (members): "group NAME k|any|all NAME...", "quorum NAME".
 */
#ifndef AC_AGREE_QUORUM_H
#define AC_AGREE_QUORUM_H

#include "base/arena.h"
#include "base/str.h"

typedef struct ac_quorum_name {
	ac_str name;
	unsigned needed; /* of a group: how many of its members; 0: a name that is there or not (a witness, a member) */
	const unsigned *members; /* of a group: places of names that stand before it */
	unsigned member_count;
	bool used; /* as a member of a group */
} ac_quorum_name;

/* Names in the order of their lines; a group's members stand before it, so that there are no circles. */
typedef struct ac_quorum {
	ac_arena *arena;
	bool overlap; /* may a name be in two groups? For members ("4 of these and 5 of all"), not for witnesses */
	ac_quorum_name *names;
	unsigned count;
	unsigned capacity;
} ac_quorum;

void ac_quorum_init(ac_quorum *quorum, ac_arena *arena, bool overlap);
/* A single name. *out_place (may be NULL) is where it stands. ACCORD_EINPUT: given before, or "none". ACCORD_ELIMIT over AC_QUORUM_NAMES_MAX. */
int ac_quorum_add_name(ac_quorum *quorum, ac_str name, unsigned *out_place, accord_err *err) AC_CHECKED;
/* A group by what stands behind the word "group". ACCORD_EINPUT: a name that is unknown or listed twice, a number that is not 1 .. n, or (without overlap) a name that is in another group. */
int ac_quorum_add_group(ac_quorum *quorum, ac_str words, accord_err *err) AC_CHECKED;
/* Place of a name, or quorum->count. */
unsigned ac_quorum_find(const ac_quorum *quorum, ac_str name);
/*
 * Is the name at `place` met? present: one for each place, true for single names that are there. Cost: all groups once.
 */
int ac_quorum_is_met(const ac_quorum *quorum, unsigned place, const bool *present, ac_arena *arena, bool *out,
    accord_err *err) AC_CHECKED;

/* The next word of *rest, which spaces and tabs separate; false at the end. */
bool ac_policy_word(ac_str *rest, ac_str *out);

#endif
