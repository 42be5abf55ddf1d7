/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a change of a key, and as notes that a folder holds: split at NUL bytes, charters and changes among them. What is read is written as it was; what is accepted is a
 * chain without gaps, and taken once more it changes nothing.
 */
#include <stdlib.h>

#include "agree/chain.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOTES_MAX 16

static void
check_text(ac_str text, ac_arena *arena)
{
	ac_key_note n, again;
	accord_err err = { 0 };
	ac_buf buf;

	if (ac_key_note_parse(text, arena, &n, &err))
		return;
	ac_buf_init(&buf, 2 * AC_NOTE_MAX);
	ac_key_note_add(&buf, &n);
	if (ac_key_note_parse(ac_buf_view(&buf), arena, &again, &err) || !ac_vkey_eq(&n.key, &again.key) ||
	    n.place_count != again.place_count || n.change != again.change)
		abort();
	ac_buf_done(&buf);
}

static void
check_chain(const ac_str *notes, size_t count, ac_arena *arena)
{
	const ac_str *charters = notes;
	ac_warnings warnings = { .arena = arena };
	unsigned versions, changes;
	accord_err err = { 0 };
	size_t charter_count = 0;
	ac_chain chain;
	int rc;

	while (charter_count < count && ac_str_starts(notes[charter_count], AC_S("accord/charter/")))
		charter_count++;
	ac_chain_init(&chain, arena);
	/* What was refused may be in the middle: what was taken before it stays. */
	rc = ac_chain_take(
	    &chain, charters, charter_count, notes + charter_count, count - charter_count, &warnings, &err);
	versions = chain.count;
	changes = chain.change_count;
	for (unsigned i = 0; i < versions; i++) {
		const ac_charter *c = &chain.versions[i]->charter;

		if (c->version != i + 1 || ac_chain_by_digest(&chain, c->digest) != c)
			abort();
		if (i && memcmp(c->previous, chain.versions[i - 1]->charter.digest, AC_SHA256_SIZE) != 0)
			abort();
	}
	if (rc == 0 &&
	    (ac_chain_take(&chain, charters, charter_count, notes + charter_count, count - charter_count, NULL, &err) ||
		chain.count != versions || chain.change_count != changes))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str rest = { (const char *)data, size }, notes[NOTES_MAX];
	ac_arena arena;
	size_t count = 0;

	ac_arena_init(&arena, 256 * AC_MIB);
	check_text(rest, &arena);
	while (count < NOTES_MAX && ac_str_next_field(&rest, '\0', &notes[count]))
		count++;
	check_chain(notes, count, &arena);
	ac_arena_done(&arena);
	return 0;
}
