/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A member's own log in a folder, as C2SP tlog-tiles lays it out: `checkpoint`, `tile/...`. It only grows. A batch is durable when append
 * returns: tiles are on disk before the checkpoint that covers them is put in its place, so that a crash at any moment leaves the log as it was before the batch or
 * as it is after it; tiles of a batch that never came to be are written over by the next. A leaf that is in the log is not appended again: whoever does not know whether
 * a batch came through appends it once more.
 */
#ifndef AC_AGREE_LOG_H
#define AC_AGREE_LOG_H

#include "agree/checkpoint.h"
#include "agree/note.h"
#include "agree/proof.h"
#include "agree/tile.h"

typedef struct ac_log ac_log;

/* A new log, with a checkpoint of no leaves; the folder is made. ACCORD_EUSAGE: there is one already. vkey: of purpose log; its name is the origin. */
int ac_log_create(const char *folder, const ac_vkey *vkey, const ac_ed25519_key *key, accord_err *err) AC_CHECKED;
/*
 * An existing log. With a private key it is opened for appending, which waits for other processes that do; without one for reading. vkey and key must live as long. ACCORD_ENOTFOUND: no checkpoint
 * there. ACCORD_EDENIED: the checkpoint is not signed by vkey. ACCORD_EINPUT: tiles and checkpoint do not fit.
 */
int ac_log_open(
    const char *folder, const ac_vkey *vkey, const ac_ed25519_key *key, ac_log **out, accord_err *err) AC_CHECKED;
ac_log *ac_log_close(ac_log *log); /* takes NULL, returns NULL */

/* What the last checkpoint says; and its note, with cosignatures. Valid until the next append. */
const ac_checkpoint *ac_log_head(const ac_log *log);
ac_str ac_log_note(const ac_log *log);

typedef struct ac_log_place {
	uint64_t index;
	bool was_there; /* it has been appended before */
} ac_log_place;
/*
 * Append leaves of at most AC_LEAF_MAX bytes, in batches of AC_LOG_BATCH_MAX with a checkpoint each; out_places: one for each leaf. On failure the batches before are in the log, and the log may be used further.
 */
int ac_log_append(
    ac_log *log, const ac_str *leaves, size_t count, ac_log_place *out_places, accord_err *err) AC_CHECKED;

/* Leaf `index`, added to buf. ACCORD_ENOTFOUND: the log is shorter. */
int ac_log_leaf(ac_log *log, uint64_t index, ac_buf *buf, accord_err *err) AC_CHECKED;
/* The text of a tlog-proof of leaf `index` under the last checkpoint, added to buf. */
int ac_log_prove(ac_log *log, uint64_t index, ac_buf *buf, accord_err *err) AC_CHECKED;
/* The body of add-checkpoint from `old_size` to the last checkpoint, added to buf. */
int ac_log_prove_growth(ac_log *log, uint64_t old_size, ac_buf *buf, accord_err *err) AC_CHECKED;

/*
 * Put lines of witnesses, as they answered, under the checkpoint of the folder: all of them right, and by witnesses among these keys, or none (ACCORD_EDENIED). A witness's new line takes the place of his old one. Waits for whoever appends; an
 * append begins a new checkpoint, which has no lines yet. *out_count: witnesses that have cosigned the checkpoint now.
 */
int ac_log_take_cosignatures(const char *folder, const ac_vkey *vkey, const ac_vkey *witnesses, size_t count,
    ac_str lines, size_t *out_count, accord_err *err) AC_CHECKED;

/* A folder's tiles, for whoever wants them: bytes live in *buf, which each read replaces. */
typedef struct ac_log_files {
	const char *folder;
	ac_buf *buf;
} ac_log_files;
int ac_log_read_tile(void *files, ac_tile tile, ac_str *out, accord_err *err) AC_CHECKED;
/* The note of the folder's checkpoint, in place of what buf holds. ACCORD_ENOTFOUND: none there. */
int ac_log_read_checkpoint(const char *folder, ac_buf *buf, accord_err *err) AC_CHECKED;

/* What an audit found to be so. */
typedef struct ac_audit {
	uint64_t leaves, tiles;
	ac_hash root; /* of the leaves */
} ac_audit;
/*
 * Compute every hash anew from the leaves of the folder's tiles, compare all tiles of hashes, and the root with that of `head`. Memory for one tile of a level, whatever the log's size. on_leaf (may be NULL) is shown each
 * leaf in order; negative ends. ACCORD_EINPUT names the tile that is wrong; ACCORD_EDENIED: the root is another, or that of an earlier tree is; ACCORD_EIO: a tile is not there.
 */
typedef struct ac_audit_sink {
	int (*on_leaf)(void *payload, uint64_t index, ac_str leaf, accord_err *err);
	void *payload;
	const ac_checkpoint *earlier; /* trees that the log must begin with; larger ones are not looked at */
	size_t earlier_count;
} ac_audit_sink;
int ac_log_audit(const char *folder, const ac_checkpoint *head, const ac_audit_sink *sink, ac_audit *out,
    accord_err *err) AC_CHECKED;

#endif
