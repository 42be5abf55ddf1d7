/* SPDX-License-Identifier: Apache-2.0 */
/* A member's folder: where in it things of other members' logs are, and proofs of misbehaviour. */
#ifndef AC_AGREE_FOLDER_H
#define AC_AGREE_FOLDER_H

#include "agree/misbehaviour.h"
#include "base/limits.h"

/* "PART/HEX" with the SHA-256 of a log's origin (C2SP tlog-witness names checkpoints so), relative to the folder. */
#define AC_FOLDER_NAME_MAX 128
int ac_folder_of_origin(
    const char *part, ac_str origin, char out[static AC_FOLDER_NAME_MAX], accord_err *err) AC_CHECKED;

/*
 * Keep a proof in misbehaviour/, named by its digest, with none but the log's own signatures, which must be right (else ACCORD_EDENIED or ACCORD_ENOTFOUND). What is kept already is not written again;
 * nor is anything beyond AC_MISBEHAVIOUR_FILES_MAX, since the folder says enough by then.
 */
int ac_folder_keep_misbehaviour(const char *dir, ac_digester *d, const ac_misbehaviour *misbehaviour,
    const ac_vkey *keys, size_t count, ac_arena *arena, accord_err *err) AC_CHECKED;

/* Is a proof kept there against that log? It is until somebody takes it out of misbehaviour/. */
int ac_folder_has_misbehaviour(const char *dir, ac_str origin, ac_arena *arena, bool *out, accord_err *err) AC_CHECKED;

/* A checkpoint's note with the lines of these keys only, in their order in the note. */
void ac_folder_add_note_of(ac_buf *buf, const ac_note *note, const ac_vkey *keys, size_t count);

#endif
