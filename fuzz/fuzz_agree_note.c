/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a signed note. What is taken is made of its parts, byte for byte, and a signature of ours behind it is found again. */
#include <stdlib.h>

#include "agree/checkpoint.h"
#include "agree/note.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Sign the note's text, and verify it with all its other lines. */
static void
sign_again(ac_str bytes, const ac_note *note, ac_arena *arena)
{
	static const uint8_t seed[AC_ED25519_SEED_SIZE] = { 1 };
	ac_note_verdict verdict;
	ac_ed25519_key key;
	ac_vkey vkey;
	ac_note again;
	ac_buf buf;
	int rc;

	ac_ed25519_from_seed(seed, &key);
	if (ac_vkey_make(AC_S("fuzz.example/x"), AC_NOTE_ED25519, ac_ed25519_public(&key), &vkey, NULL))
		abort();
	ac_buf_init(&buf, 2 * AC_NOTE_MAX);
	ac_buf_add(&buf, bytes);
	if (ac_note_sign(&buf, note->text, &vkey, &key, 0, NULL))
		abort();
	rc = ac_note_parse(ac_buf_view(&buf), arena, &again, NULL);
	if (rc != ACCORD_ELIMIT &&
	    (rc || !ac_str_eq(again.text, note->text) || again.count != note->count + 1 ||
		ac_note_verify(&again, &vkey, 1, arena, &verdict, NULL) || !verdict.signed_by[0]))
		abort();
	ac_buf_done(&buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str bytes = { (const char *)data, size };
	ac_checkpoint checkpoint;
	accord_err err = { 0 };
	ac_vkey vkey;
	ac_arena arena;
	ac_note note;
	size_t at;

	ac_arena_init(&arena, 16 * AC_MIB);
	if (ac_vkey_parse(bytes, &vkey, &err) == 0 && !ac_vkey_eq(&vkey, &vkey))
		abort();
	if (ac_note_parse_signatures(bytes, &arena, &note, &err) == 0 && note.count == 0)
		abort();
	if (ac_note_parse(bytes, &arena, &note, &err) == 0) {
		at = note.text.n + 1;
		for (size_t i = 0; i < note.count; i++) {
			if (note.signatures[i].line.p != bytes.p + at)
				abort();
			at += note.signatures[i].line.n;
		}
		if (at != bytes.n)
			abort();
		if (ac_checkpoint_parse(note.text, &checkpoint, &err) == 0) {
			ac_buf buf;

			ac_buf_init(&buf, 2 * AC_NOTE_MAX);
			ac_checkpoint_add(&buf, &checkpoint);
			ac_buf_add(&buf, checkpoint.extension);
			if (!ac_str_eq(ac_buf_view(&buf), note.text))
				abort();
			ac_buf_done(&buf);
		}
		sign_again(bytes, &note, &arena);
	}
	ac_arena_done(&arena);
	return 0;
}
