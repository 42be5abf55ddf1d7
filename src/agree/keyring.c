/* SPDX-License-Identifier: Apache-2.0 */
/* Keys put together. Which key of a charter counts where is chain_place.c's business. */
#include "agree/keyring.h"

#include "base/limits.h"

typedef struct gathering {
	ac_arena *arena;
	ac_vkey *keys;
	size_t count, capacity;
} gathering;

static int
take(gathering *g, const ac_vkey *keys, size_t count, accord_err *err)
{
	for (size_t i = 0; i < count; i++) {
		bool is_there = false;

		for (size_t k = 0; k < g->count && !is_there; k++) {
			is_there = ac_vkey_eq(&g->keys[k], &keys[i]);
			if (!is_there && g->keys[k].id == keys[i].id && ac_str_eq(g->keys[k].name, keys[i].name))
				return ac_fail(err, ACCORD_EINPUT, "%.*s: two keys have this name and the id %08x",
				    AC_FMT(keys[i].name), keys[i].id);
		}
		if (is_there)
			continue;
		if (g->count == AC_NOTE_KEYS_MAX)
			return ac_fail(err, ACCORD_ELIMIT, "want at most %d trusted keys", AC_NOTE_KEYS_MAX);
		if (g->count == g->capacity) {
			size_t capacity = g->capacity ? g->capacity * 2 : 64;
			ac_vkey *grown =
			    ac_arena_resize(g->arena, g->keys, g->capacity * sizeof(*grown), capacity * sizeof(*grown));

			if (!grown)
				return ac_arena_check(g->arena, err);
			g->keys = grown;
			g->capacity = capacity;
		}
		g->keys[g->count++] = keys[i];
	}
	return 0;
}

/* Of one version; origin empty: all that it has. */
static int
take_version(
    gathering *g, const ac_chain *chain, const ac_charter *charter, ac_str origin, uint64_t size, accord_err *err)
{
	ac_chain_key *all = NULL;
	ac_vkey *keys = NULL;
	size_t count = 0;
	int rc;

	if (origin.n) {
		rc = ac_chain_log_keys(chain, charter, origin, size, g->arena, &keys, NULL, &count, err);
		return rc ? rc : take(g, keys, count, err);
	}
	rc = ac_chain_keys(chain, charter, g->arena, &all, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = take(g, &all[i].key.vkey, 1, err);
	return rc;
}

static int
gather(const ac_keyring *ring, ac_keyring_reach reach, ac_str origin, uint64_t size, ac_arena *arena, ac_vkey **out,
    size_t *out_count, accord_err *err)
{
	gathering g = { .arena = arena };
	int rc = take(&g, ring->given, ring->given_count, err);

	for (size_t i = 0; rc == 0 && i < ring->chain_count; i++) {
		const ac_chain *chain = ring->chains[i];
		unsigned first = reach == AC_KEYRING_LATEST && chain->count ? chain->count - 1 : 0;

		for (unsigned v = chain->count; rc == 0 && v-- > first;)
			rc = take_version(&g, chain, &chain->versions[v]->charter, origin, size, err);
	}
	if (rc)
		return rc;
	*out = g.keys;
	*out_count = g.count;
	return 0;
}

int
ac_keyring_for_log(const ac_keyring *ring, ac_keyring_reach reach, ac_str origin, uint64_t size, ac_arena *arena,
    ac_vkey **out, size_t *out_count, accord_err *err)
{
	return gather(ring, reach, origin, size, arena, out, out_count, err);
}

int
ac_keyring_all(const ac_keyring *ring, ac_arena *arena, ac_vkey **out, size_t *out_count, accord_err *err)
{
	return gather(ring, AC_KEYRING_EVER, (ac_str){ 0 }, 0, arena, out, out_count, err);
}
