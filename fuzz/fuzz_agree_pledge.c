/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as evidence of a pledge, and as a vocabulary. What is read is written byte for byte as it was. */
#include <stdlib.h>

#include "agree/pledge.h"
#include "agree/vocabulary.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	accord_err err = { 0 };
	ac_pledge_note n;
	ac_vocabulary v;
	ac_arena arena;
	ac_buf buf;

	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&buf, 2 * AC_NOTE_MAX);
	if (ac_pledge_note_parse(text, &arena, &n, &err) == 0) {
		ac_pledge_note_add(&buf, &n);
		if (!ac_str_eq(ac_buf_view(&buf), text) || n.evidence_count == 0)
			abort();
	}
	if (ac_vocabulary_read(text, &arena, &v, &err) == 0)
		for (size_t i = 0; i < v.count; i++)
			if (ac_vocabulary_find(&v, 1, v.items[i].id) != &v.items[i])
				abort();
	ac_buf_done(&buf);
	ac_arena_done(&arena);
	return 0;
}
