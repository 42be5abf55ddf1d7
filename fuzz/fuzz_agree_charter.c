/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a charter. What is read is written so that it reads as the same; members all together meet every quorum of charters and statements. */
#include <stdlib.h>

#include "agree/charter.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const ac_charter *c, ac_arena *arena)
{
	bool *all = ac_arena_zalloc(arena, c->member_count, sizeof(*all)), met = false;

	if (!all)
		return;
	if (ac_charter_is_met(c, c->for_statement, all, arena, &met, NULL) || met)
		abort();
	memset(all, 1, c->member_count);
	if (ac_charter_is_met(c, c->for_charter, all, arena, &met, NULL) || !met ||
	    ac_charter_is_met(c, c->for_statement, all, arena, &met, NULL) || !met)
		abort();
	for (unsigned i = 0; i < c->key_count; i++)
		if (c->keys[i].member >= c->member_count || c->keys[i].vkey.purpose == AC_PURPOSE_ANY)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	ac_buf once, twice;
	ac_charter c, again;
	accord_err err = { 0 };
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	ac_buf_init(&once, 2 * AC_NOTE_MAX);
	ac_buf_init(&twice, 2 * AC_NOTE_MAX);
	if (ac_charter_parse(text, &arena, &c, &err) == 0) {
		check(&c, &arena);
		ac_charter_add(&once, &c);
		/* Only its length may change: a group's number is written with words. */
		if (ac_buf_view(&once).n <= AC_NOTE_MAX) {
			if (ac_charter_parse(ac_buf_view(&once), &arena, &again, &err) || again.version != c.version ||
			    again.key_count != c.key_count || again.quorum.count != c.quorum.count ||
			    again.for_statement != c.for_statement)
				abort();
			ac_charter_add(&twice, &again);
			if (!ac_str_eq(ac_buf_view(&once), ac_buf_view(&twice)))
				abort();
		}
	}
	ac_buf_done(&twice);
	ac_buf_done(&once);
	ac_arena_done(&arena);
	return 0;
}
