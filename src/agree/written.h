/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last look before a signature: whatever a command has written is read again by its own reader, and nothing is signed that others could not read, or would read as something else. Words of one line hold no line feed
 * (ac_text_add_words), and a text that a reader accepts is the only one that its writer gives (ac_text_seal): so what is read is what was meant.
 */
#ifndef AC_AGREE_WRITTEN_H
#define AC_AGREE_WRITTEN_H

#include "agree/note.h"

/* Is it a text of a kind that members sign, as its reader wants it? ACCORD_EINPUT: no, with the line; other errors of the readers. */
int ac_written_check(ac_str text, ac_arena *arena, accord_err *err) AC_CHECKED;
/* The note of a text that was checked so, signed, in the arena. */
int ac_written_sign(const ac_buf *text, const ac_vkey *vkey, const ac_ed25519_key *key, ac_arena *arena, ac_str *out,
    accord_err *err) AC_CHECKED;

#endif
