/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a run: reading one input and scanning it, for one thread; what is found goes to a sink, which shows and keeps it (run.c) or hands it to the thread that does (run_jobs.c). Private to this room. */
#ifndef AC_WATCH_RUN_INPUT_H
#define AC_WATCH_RUN_INPUT_H

#include <stdatomic.h>

#include "watch/run.h"
#include "watch/run_cut.h"

/* A text (the input, or a member of it) that has ended. */
typedef struct ac_run_text {
	ac_str name; /* "logs.tar!eve.json", NUL-terminated */
	uint64_t inode;
	ac_str prefix; /* its first AC_SIGHTING_PREFIX_MAX bytes */
	ac_watch_counts counts;
} ac_run_text;

/* Everything in the order of the input. Texts live until the callback returns. Negative stops. */
typedef struct ac_run_sink {
	int (*on_hit)(void *payload, const ac_hit *hit, accord_err *err);
	int (*on_held_back)(void *payload, const ac_held_back *held, accord_err *err);
	int (*on_problem)(void *payload, const char *path, const accord_err *what, accord_err *err);
	int (*on_text)(void *payload, const ac_run_text *text, accord_err *err);
	/* A block was read: bytes of the input so far. */
	int (*on_block)(void *payload, const char *path, uint64_t done, accord_err *err);
	void *payload;
} ac_run_sink;

typedef struct ac_run_reader ac_run_reader;
ac_run_reader *ac_run_reader_open(
    const ac_index *index, const ac_watch_run_options *options, const ac_run_sink *sink); /* NULL without memory */
/* *spare processors are idle: while there is one, a compressed file takes it for a thread that decompresses. Shared by readers; outlives them. */
void ac_run_reader_use_spare(ac_run_reader *reader, atomic_uint *spare);
/* One file, FIFO, device or "-". What is wrong with it is a problem of the sink; fails only when the sink or memory does. */
int ac_run_reader_file(ac_run_reader *reader, const char *path, accord_err *err) AC_CHECKED;
/* A part of a plain file: a text of its own for the sink, whose lines are numbered from before->at.lines. */
typedef struct ac_run_part {
	uint64_t begin, end;        /* end UINT64_MAX: the file's */
	const ac_run_state *before; /* at begin; NULL: the file begins there */
	ac_run_state *after;        /* where it has ended; NULL: it is the last one */
} ac_run_part;
/* The same of a part. What is wrong with the file leaves *after as it was. */
int ac_run_reader_part(ac_run_reader *reader, const char *path, const ac_run_part *part, accord_err *err) AC_CHECKED;
ac_run_reader *ac_run_reader_close(ac_run_reader *reader); /* takes NULL, returns NULL */

/* Files in their order; what could not be looked at has its problem. */
typedef struct ac_run_file {
	const char *path;
	const accord_err *problem; /* NULL: none */
	bool is_plain;             /* a regular file */
	uint64_t size;             /* of one */
} ac_run_file;
/*
 * Read files by as many threads as jobs says (2 and more), and hand what they say to the sink, in the order of the files and of the lines in them, on the thread of the caller. Big plain files are cut (run_cut.h), unless what
 * they hold is remembered. What is no regular file is read on that thread too.
 * What waits for its turn is at most AC_WATCH_WAITING_MAX bytes: threads that are ahead wait.
 */
int ac_run_jobs(const ac_index *index, const ac_run_file *files, size_t count, unsigned jobs,
    const ac_watch_run_options *options, const ac_run_sink *sink, accord_err *err) AC_CHECKED;

#endif
