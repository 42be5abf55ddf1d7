/* SPDX-License-Identifier: Apache-2.0 */
/* Values on warning lists, while an index is filled: a map from the value to the list. Lists come one after another, so that each name is kept once. */
#include "base/map.h"
#include "watch/index_build.h"

static ac_str
key_of(const ac_value *value, ac_arena *arena)
{
	return ac_arena_printf(arena, "%u %.*s", (unsigned)value->type, AC_FMT(value->text));
}

int
ac_index_add_warning(ac_index_builder *b, const ac_value *value, ac_str list, accord_err *err)
{
	ac_str key = key_of(value, &b->warnings), *name;
	uint64_t *slot;
	bool is_new;

	if (list.n == 0 || list.n > AC_KIB)
		return ac_fail(err, ACCORD_EINPUT, "warning list: want a name of 1 to 1024 bytes, got %zu", list.n);
	if (!ac_str_eq(b->last_warning, list))
		b->last_warning = ac_arena_str(&b->warnings, list);
	name = ac_arena_alloc(&b->warnings, sizeof(*name));
	if (!key.p || !name || !b->last_warning.p)
		return ac_arena_check(&b->warnings, err);
	slot = ac_map_put(&b->warned, key, &is_new);
	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "index: no memory for warning lists");
	*name = b->last_warning;
	if (is_new)
		*slot = (uint64_t)(uintptr_t)name;
	return 0;
}

void
ac_build_ask_warnings(ac_index_builder *b, ac_warning_of ask, void *payload)
{
	b->warning_of = ask;
	b->warning_payload = payload;
}

int
ac_build_warning(ac_index_builder *b, const ac_value *value, ac_str *out_list, accord_err *err)
{
	const uint64_t *slot;
	ac_str key;

	*out_list = (ac_str){ NULL, 0 };
	if (b->warning_of)
		return b->warning_of(b->warning_payload, value, &b->warnings, out_list, err);
	if (!b->last_warning.p)
		return 0;
	ac_arena_reset(&b->scratch);
	key = key_of(value, &b->scratch);
	if (!key.p)
		return ac_arena_check(&b->scratch, err);
	slot = ac_map_get(&b->warned, key);
	if (slot)
		*out_list = *(const ac_str *)(uintptr_t)*slot;
	return 0;
}
