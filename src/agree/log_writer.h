/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the log and of copies of others' logs: leaves become tiles on disk, which nothing leads to until somebody puts a checkpoint over them. */
#ifndef AC_AGREE_LOG_WRITER_H
#define AC_AGREE_LOG_WRITER_H

#include "agree/log_files.h"

typedef struct ac_log_writer {
	ac_digester *digester;
	ac_tlog_edge edge;             /* with the leaves that were added */
	uint64_t before;               /* leaves that are on disk */
	ac_buf entries;                /* of the last tile of entries, unless it is whole */
	ac_buf levels[AC_TILE_LEVELS]; /* of the last tile of hashes of each level, unless it is whole */
	ac_log_batch batch;
} ac_log_writer;

int ac_log_writer_open(ac_digester *digester, ac_log_writer **out, accord_err *err) AC_CHECKED;
/* What goes on from a tree of `size` leaves in these files. ACCORD_EINPUT: its tiles do not give the root. */
int ac_log_writer_load(ac_log_writer *writer, ac_log_files *files, const ac_tlog_nodes *nodes, uint64_t size,
    const ac_hash *root, accord_err *err) AC_CHECKED;
void ac_log_writer_begin(ac_log_writer *writer, const char *folder);
/* The next leaf, with its hash. At most AC_LOG_BATCH_MAX in a batch. */
int ac_log_writer_add(ac_log_writer *writer, ac_str leaf, const ac_hash *hash, accord_err *err) AC_CHECKED;
/* All tiles of the batch are on disk. */
int ac_log_writer_commit(ac_log_writer *writer, accord_err *err) AC_CHECKED;
/* What has been added since begin is forgotten, the writer must be loaded again. */
void ac_log_writer_abandon(ac_log_writer *writer);
ac_log_writer *ac_log_writer_close(ac_log_writer *writer); /* takes NULL, returns NULL */

#endif
