/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tactics and their order as the data has them. ATT&CK of one year has other tactics than ATT&CK of the next, and other matrices have others
 * again: no list of them may stand in the program.
 */
#include "know/session.h"

#include <stdlib.h>

#define TACTICS_MAX 1024

typedef struct tactic_row {
	ac_know_tactic tactic;
	ac_str matrix; /* name; empty: of none */
	int64_t order; /* in the matrix */
} tactic_row;

typedef struct tactic_list {
	ac_know *know;
	tactic_row *rows;
	size_t count;
	ac_str *matrices; /* ids */
	size_t matrix_count;
	ac_str *tactics; /* ids */
	size_t tactic_count;
} tactic_list;

static int
keep_id(ac_arena *arena, ac_str **ids, size_t *count, ac_str id, accord_err *err)
{
	ac_str *grown = ac_know_grow(arena, *ids, *count, sizeof(*grown));

	if (!grown)
		return ac_arena_check(arena, err);
	*ids = grown;
	grown[(*count)++] = ac_arena_str(arena, id);
	return *count == TACTICS_MAX ? 1 : ac_arena_check(arena, err);
}

static int
on_matrix(void *payload, const ac_stored *stored, accord_err *err)
{
	tactic_list *list = payload;

	return stored->revoked ? 0 : keep_id(&list->know->arena, &list->matrices, &list->matrix_count, stored->id, err);
}

static int
on_tactic(void *payload, const ac_stored *stored, accord_err *err)
{
	tactic_list *list = payload;

	return stored->revoked ? 0 : keep_id(&list->know->arena, &list->tactics, &list->tactic_count, stored->id, err);
}

static bool
is_listed(const tactic_list *list, ac_str id)
{
	for (size_t i = 0; i < list->count; i++)
		if (ac_str_eq(list->rows[i].tactic.ref.id, id))
			return true;
	return false;
}

static int
add_tactic(tactic_list *list, ac_str id, ac_str matrix, int64_t order, accord_err *err)
{
	const ac_know_object *object;
	tactic_row *rows;
	int rc = ac_know_load(list->know, id, &object, err);

	if (rc < 0 || !object->is_here || is_listed(list, id) || list->count == TACTICS_MAX)
		return rc;
	rows = ac_know_grow(&list->know->arena, list->rows, list->count, sizeof(*rows));
	if (!rows)
		return ac_arena_check(&list->know->arena, err);
	list->rows = rows;
	/* Without a matrix: the order that the object itself carries, as tables of facts do. */
	if (order < 0 && !ac_json_i64(ac_know_property(object->json, AC_S("order")), &order))
		order = INT64_MAX;
	rows[list->count++] =
	    (tactic_row){ { ac_json_string(ac_know_property(object->json, AC_S("shortname"))), object->ref }, matrix,
		    order };
	return 0;
}

static int
add_matrix(tactic_list *list, ac_str id, accord_err *err)
{
	const ac_know_object *matrix;
	int64_t order = 0;
	ac_json_iter it;
	int rc = ac_know_load(list->know, id, &matrix, err);

	if (rc < 0)
		return rc;
	it = ac_json_iter_of(ac_json_get(matrix->json, AC_S("tactic_refs")));
	while (rc == 0 && ac_json_next(&it))
		rc = add_tactic(list, ac_json_string(it.value), matrix->ref.name, order++, err);
	return rc;
}

static int
compare_tactics(const void *x, const void *y)
{
	const tactic_row *a = x, *b = y;
	int c = (a->matrix.n == 0) - (b->matrix.n == 0);

	if (c == 0)
		c = ac_str_cmp(a->matrix, b->matrix);
	if (c == 0)
		c = (a->order > b->order) - (a->order < b->order);
	return c ? c : ac_str_cmp(a->tactic.shortname, b->tactic.shortname);
}

static int
read_tactics(tactic_list *list, accord_err *err)
{
	ac_arena scratch;
	int rc;

	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	rc = ac_store_each(list->know->store, AC_S("x-mitre-matrix"), 0, &scratch, on_matrix, list, err);
	if (rc >= 0)
		rc = ac_store_each(list->know->store, AC_S("x-mitre-tactic"), 0, &scratch, on_tactic, list, err);
	ac_arena_done(&scratch);
	for (size_t i = 0; rc >= 0 && i < list->matrix_count; i++)
		rc = add_matrix(list, list->matrices[i], err);
	for (size_t i = 0; rc >= 0 && i < list->tactic_count; i++)
		rc = add_tactic(list, list->tactics[i], (ac_str){ 0 }, -1, err);
	if (rc >= 0 && list->count)
		qsort(list->rows, list->count, sizeof(*list->rows), compare_tactics);
	return rc < 0 ? rc : 0;
}

int
ac_know_tactics(ac_know *know, const ac_know_tactic **out, size_t *out_count, accord_err *err)
{
	tactic_list list = { .know = know };
	ac_know_tactic *tactics;
	int rc = know->has_tactics ? 0 : read_tactics(&list, err);

	if (rc < 0)
		return rc;
	if (!know->has_tactics) {
		tactics = ac_arena_zalloc(&know->arena, list.count + 1, sizeof(*tactics));
		if (!tactics)
			return ac_arena_check(&know->arena, err);
		for (size_t i = 0; i < list.count; i++)
			tactics[i] = list.rows[i].tactic;
		know->tactics = tactics;
		know->tactic_count = list.count;
		know->has_tactics = true;
	}
	*out = know->tactics;
	*out_count = know->tactic_count;
	return 0;
}
