/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of following: the logs that are followed, and what follow.c, follow_files.c and follow_read.c do for each other. Private to this room. */
#ifndef AC_WATCH_FOLLOWED_H
#define AC_WATCH_FOLLOWED_H

#include "base/map.h"
#include "sys/file.h"
#include "sys/notify.h"
#include "watch/cursor.h"
#include "watch/follow.h"
#include "watch/vec.h"

/* Where a log is. Device and inode are in its cursor. */
typedef struct ac_followed {
	ac_cursor cursor;
	int64_t number; /* of the cursor in the store; 0: none */
	char *path;
	char *
	    proven_path; /* where it was before its inode turned up at path, as long as nobody has seen whether its content stands there; NULL: at path */
	int fd;          /* -1: not open */
	uint64_t used;   /* turn in which it was opened or read last */
	bool has_file;   /* else it waits for a copy to turn up */
	bool is_there;   /* the last look found it at path */
	bool is_old;     /* known before the look at hand */
	bool is_queued;  /* it may have something to read */
	bool is_changed; /* since the last commit */
	bool is_forgotten; /* its cursor goes */
	/* a copy of the log beside it (copytruncate): goes on with it when the log itself is cut */
	char *copy_path;
	uint64_t copy_device, copy_inode;
	uint64_t rest;     /* bytes behind the place that are no whole line */
	double rest_since; /* when they grew last */
	uint64_t stamp;    /* of the file at the last look; of a finished one: when it was seen to be the same still */
	double size_since; /* when the size of a packed file changed last */
	uint64_t failed_size;                /* size at which a trouble was told; 0: none */
	const struct ac_followed *waits_for; /* a packed file: what it holds is still read there; NULL: for nothing */
	ac_sightings *sightings;             /* since the last commit; NULL: none */
	/* The first bytes of the log while they are few and new: it may be cut before its copy is looked at, which has some of them. */
	char *begin;
	size_t begin_n;
	double begin_since; /* when it grew last */
	char key[16];       /* device and inode, for the map */
	char copy_key[16];
} ac_followed;

/* Where to look: an operand that is a file or a folder. */
typedef struct ac_follow_root {
	const char *path;
	bool is_file;
	bool walks;             /* the first of its folder: looks for all of them */
	bool is_awaited;        /* it was not there so far */
	uint64_t device, inode; /* of a file at the look at hand; 0: not there */
} ac_follow_root;

/* A file by its name without folders; paths are others'. */
typedef struct ac_named_file {
	const char *name, *path;
} ac_named_file;

typedef struct ac_follower {
	const ac_follow_options *options;
	const ac_watch_run_options *run;
	ac_watch_totals *totals;
	const ac_index *index;
	ac_watch *watch;
	ac_vec watches;                  /* ac_watch *: it, and those of the pipes */
	ac_patterns_version patterns_of; /* the index of the patterns */
	ac_followed *reading;            /* whose bytes the watch has */
	ac_arena arena;                  /* names of folders */
	ac_vec roots;                    /* ac_follow_root */
	ac_vec logs;                     /* ac_followed * */
	ac_vec folders;                  /* const char *: by their number in notify */
	ac_vec newcomers;                /* char *: paths of files that the look at hand found and nobody knows */
	ac_vec named;                    /* ac_named_file: of the look at hand, all logs and newcomers by their names */
	ac_vec awaited;                  /* char *: those of them that the last look left for another */
	ac_vec retired;                  /* char *: paths that by_path may still have */
	ac_map by_file, by_path;
	ac_map heard; /* folders that inotify was asked for; keys in the arena */
	ac_notify *notify;
	char *block[2]; /* each AC_CURSOR_MARK_MAX bytes before what is read, and AC_WATCH_BLOCK */
	size_t open_count, open_max;
	size_t begin_bytes; /* of all beginnings that are remembered */
	uint64_t turn;
	uint64_t uncommitted, uncommitted_hits; /* bytes and hits since the last commit */
	double committed;                       /* monotonic seconds */
	double commit_wait;
	double looked, look_cost;
	double pruned;     /* when cursors without a file were looked through; 0: not yet */
	double stop_until; /* 0: no stop was asked for */
	double pause_at;   /* reading makes way for a look then; 0: it does not */
	size_t next_turn;  /* number of the log that is read next, over all rounds */
	bool look_wanted, is_full;
	bool has_more;      /* something is queued: there is nothing to wait for */
	bool has_cut;       /* a log was cut since the last look began: what its file is now is not known */
	bool commit_wanted; /* what was found in a file that is gone cannot be found again */
	bool broken;        /* the error came from the sink, the store or memory */
} ac_follower;

static inline ac_followed *
ac_follow_log_at(const ac_follower *f, size_t i)
{
	return ((ac_followed **)f->logs.p)[i];
}

/* ---- follow_cursors.c ---- */

/* Cursors of the store become logs that wait for their files. */
int ac_follow_load(ac_follower *f, accord_err *err) AC_CHECKED;
/* Cursors whose file has been gone for AC_FOLLOW_KEEP_S are deleted from the store, now and then. */
int ac_follow_prune(ac_follower *f, accord_err *err) AC_CHECKED;

/* ---- follow_files.c ---- */

/* A new log; NULL without memory. */
ac_followed *ac_follow_add_log(ac_follower *f, const char *path);
/* Maps of all files and their copies, and of the paths of files, made anew. */
int ac_follow_map_files(ac_follower *f, accord_err *err) AC_CHECKED;
int ac_follow_map_paths(ac_follower *f, accord_err *err) AC_CHECKED;
/* Look at all roots: who is where, who is new. Queues what may have changed. */
int ac_follow_look(ac_follower *f, accord_err *err) AC_CHECKED;
/* Open the log's file when it is not. False: it is not there as it was (a look is wanted), or the trouble was told. */
bool ac_follow_open(ac_follower *f, ac_followed *log);
void ac_follow_shut(ac_follower *f, ac_followed *log);
/* The log's content stands in its file. */
void ac_follow_prove(ac_followed *log);
/* Where the log's content was seen last. */
const char *ac_follow_proven_path(const ac_followed *log);
/* Whether a file of which another look says what it is may hold what a packed one holds. */
bool ac_follow_is_awaited(const ac_follower *f, const ac_followed *packed);
/* The log's file was cut, or is another: it goes to whom the next look gives it, and the log goes on in its copy, if there is one. */
int ac_follow_cut(ac_follower *f, ac_followed *log, accord_err *err) AC_CHECKED;
/* Hear of changes in a folder from now on. */
int ac_follow_listen(ac_follower *f, const char *folder, size_t n, accord_err *err) AC_CHECKED;
ac_followed *ac_follow_by_path(const ac_follower *f, const char *path);
ac_followed *ac_follow_by_file(const ac_follower *f, const ac_file_id *id);
/* Whether a file is below what was asked for, or rotation may have made it of one that was. */
bool ac_follow_is_wanted(const ac_follower *f, const char *path, const ac_file_id *id);
/* Whether a packed file may be what a log has become; whose place it then takes to see whether it is (NULL: its own beginning). */
bool ac_follow_may_become(const ac_followed *log, const ac_followed *packed);
void ac_follow_take_place(ac_followed *packed, const ac_followed *log);
/* It is, and the log's file is gone: it becomes nothing else. */
void ac_follow_has_become(ac_followed *log);
void ac_follow_problem(ac_follower *f, const char *path, const accord_err *what);
void ac_followed_free(ac_followed *log);

/* ---- follow_copies.c ---- */

/* Whether the file is compressed or an archive, by its first bytes. Uses block[0]. */
bool ac_follow_is_packed(ac_follower *f, int fd);
/* Whether it is an archive, compressed or not, or text of UTF-16, which is read as one. Uses block[0]. */
bool ac_follow_is_archive(ac_follower *f, int fd);

/* What a file is of a log: its first part may be a copy that is being made, and one of a few bytes says nothing yet. */
typedef enum ac_likeness { AC_LIKE_ANOTHER, AC_LIKE_THE_SAME, AC_LIKE_A_PART, AC_LIKE_TOO_EARLY } ac_likeness;

/* The log that an unknown file is a copy of, or NULL. Logs that wait for one come first, the youngest of them before the others. *out_likeness: what it is otherwise. Uses block[0]. */
ac_followed *ac_follow_copied_from(
    ac_follower *f, const char *path, int fd, const ac_file_id *id, ac_likeness *out_likeness);
/*
 * Whether an unknown file that is no copy of what is known may be one of what is not known yet: the log that is written to, beside it or in another folder, begins alike, and was not read since it was made, or cut. It is asked again when the log
 * has been read: whoever took both for logs would watch their lines twice. Uses both blocks.
 */
bool ac_follow_may_copy_unread(ac_follower *f, const char *path, int fd, const ac_file_id *id);
/* All files of the look at hand by their names, among which logs in other folders are looked for. */
int ac_follow_name_files(ac_follower *f, accord_err *err) AC_CHECKED;
/* Whether the log begins with these bytes (as far as AC_CURSOR_MARK_MAX), as far as is known, and they are enough to say so. */
bool ac_follow_begins_like(ac_follower *f, ac_followed *log, ac_str head);
/* The log's first bytes, as far as its head's mark. */
void ac_follow_keep_begin(ac_follower *f, ac_followed *log, ac_str begin);
/* Those that have not grown for long are forgotten. */
void ac_follow_tidy_begins(ac_follower *f);

/* ---- follow_read.c ---- */

/* Before a watch is fed so many bytes, or ended (0): the one before may be gone. Its patterns come with it, for all watches. */
int ac_follow_use_index(ac_follower *f, ac_watch *watch, size_t bytes, accord_err *err) AC_CHECKED;
/* Watch what the log has, up to a few blocks; it stays queued when there is more. with_rest: also a last line without an end. */
int ac_follow_read(ac_follower *f, ac_followed *log, bool with_rest, accord_err *err) AC_CHECKED;
/* Nothing more is read of the file, which has so many bytes, unless it changes. */
int ac_follow_finish(ac_follower *f, ac_followed *log, int fd, uint64_t size, accord_err *err) AC_CHECKED;
/* ---- follow_turns.c ---- */

/* Read what is queued until nothing is, or for about a second: what has more stays queued. with_packed: not only plain files. */
int ac_follow_drain(ac_follower *f, bool with_packed, accord_err *err) AC_CHECKED;
/* Whoever reads on and on is to let the others come: there is a look to be taken, or a stop was asked for and has waited long enough. */
bool ac_follow_must_pause(const ac_follower *f);

/* ---- follow_commit.c ---- */

/* Keep places and sightings, when there is something to keep. */
int ac_follow_commit(ac_follower *f, accord_err *err) AC_CHECKED;
/* So much has come together that it is to be kept now. */
bool ac_follow_is_due(const ac_follower *f);
/* False: what patterns remember was kept a moment ago and takes long. Places that are not due wait for it. */
bool ac_follow_may_commit(const ac_follower *f);
/* To what is told at the end. */
void ac_follow_add_sightings(ac_follower *f, const ac_sighting_counts *counts);

#endif
