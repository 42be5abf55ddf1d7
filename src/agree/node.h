/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a member keeps of what he and others signed, in his folder: notes/SHA256.note by the digest of their texts, bundles/SHA256.json by the digest of their bytes, and secret/SHA256.nonce for each note that stands in his
 * log as a commitment so far. Every file is on disk, with its name, when the function that writes it returns; doing the same again changes nothing, so that whoever was interrupted begins anew.
 */
#ifndef AC_AGREE_NODE_H
#define AC_AGREE_NODE_H

#include "agree/commitment.h"
#include "agree/note.h"

/*
 * Keep a note. One whose text is there already gets the signatures that are new; nothing is taken away. ACCORD_EINPUT: it is no note. ACCORD_ELIMIT: its text and signatures are over AC_LEAF_MAX, so that no log could take it, or
 * there are more than AC_NOTE_SIGNATURES_MAX. Nothing is verified: what others sent is verified before. out_digest (may be NULL): of its text.
 */
int ac_node_keep(const char *dir, ac_str note, uint8_t *out_digest, accord_err *err) AC_CHECKED;
/* The note whose text has that digest, in the arena. ACCORD_ENOTFOUND: none. ACCORD_EINPUT: the file's text is another one. */
int ac_node_load(const char *dir, const uint8_t digest[static AC_SHA256_SIZE], ac_arena *arena, ac_str *out,
    accord_err *err) AC_CHECKED;
/* Bytes of at most AC_BUNDLE_MAX. */
int ac_node_keep_bundle(
    const char *dir, ac_str bytes, uint8_t out_digest[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;

/* "dir/PART/HEX.EXTENSION"; the folder is made. */
int ac_node_path(const char *dir, const char *part, const uint8_t digest[static AC_SHA256_SIZE], const char *extension,
    ac_buf *path, accord_err *err) AC_CHECKED;

/* Who seals and opens: the member's sign key. nonce: 32 random bytes, used when the note is not sealed yet. */
typedef struct ac_sealer {
	const ac_vkey *vkey;
	const ac_ed25519_key *key;
	ac_time now;
	uint8_t nonce[AC_NONCE_SIZE];
} ac_sealer;
/*
 * The leaf that stands for a note in a log that everybody may read: a signed commitment, in the arena. The key of the commitment is in secret/ before anything of it is seen. A note that is sealed already has the leaf that it
 * had.
 */
int ac_node_seal(const char *dir, ac_str note, const ac_sealer *sealer, ac_arena *arena, ac_str *out_leaf,
    accord_err *err) AC_CHECKED;
/* A note that was sealed, as it was then, and the signed key of its commitment: the leaves that open it. ACCORD_ENOTFOUND: the note was not sealed here. */
int ac_node_open(const char *dir, const uint8_t digest[static AC_SHA256_SIZE], const ac_sealer *sealer, ac_arena *arena,
    ac_str *out_note, ac_str *out_opening, accord_err *err) AC_CHECKED;

/*
 * All that is sealed here, opened or not, for whoever reads his own folder: the key of each commitment, and the note as it was, in the arena. ACCORD_ELIMIT: over AC_HELD_MAX.
 */
typedef struct ac_node_sealed {
	ac_opening opening;
	ac_str note;
} ac_node_sealed;
int ac_node_list_sealed(
    const char *dir, ac_arena *arena, ac_node_sealed **out, size_t *out_count, accord_err *err) AC_CHECKED;

#endif
