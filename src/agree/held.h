/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that somebody holds: named ones and those of whole folders, each known for what it is by its bytes, whatever its name. Nothing is verified here, and of notes nothing but the first line of their text is
 * read. A folder's log (a checkpoint with tiles beside it) is held as one thing, and its leaves are looked at when somebody asks.
 */
#ifndef AC_AGREE_HELD_H
#define AC_AGREE_HELD_H

#include "agree/checkpoint.h"
#include "agree/misbehaviour.h"
#include "agree/note.h"
#include "agree/proof.h"

/* Files against which proofs are tried, in all: each costs some twenty hashes. An export of a thousand notes with their proofs needs a million. */
#define AC_PROOF_CHECKS_MAX (1 << 22)
/* Bytes that are read of files at once: one bundle of evidence is the largest that anybody needs, and a sparse file of a gibibyte costs its sender nothing. */
#define AC_HELD_BYTES_MAX ((uint64_t)4 << 30)

typedef enum ac_held_kind {
	AC_HELD_NOTE,       /* a signed note with a text of Accord or of somebody else */
	AC_HELD_CHECKPOINT, /* a note whose text is a tree head */
	AC_HELD_PROOF,
	AC_HELD_GROWTH,
	AC_HELD_MISBEHAVIOUR,
	AC_HELD_OTHER,  /* known by its digest only */
	AC_HELD_BROKEN, /* begins as one of the former and is malformed */
} ac_held_kind;

typedef struct ac_held {
	const char *path; /* "log/ leaf 7" for a leaf of a log */
	bool is_named;    /* given as such, not found in a folder */
	bool is_leaf;     /* out of a log that is held whole */
	ac_held_kind kind;
	uint64_t size;
	ac_str bytes;                   /* whole; empty where size is over AC_NOTE_MAX */
	ac_note note;                   /* of the first four kinds */
	ac_str text_kind;               /* "statement" of a text accord/statement/v1; else empty */
	uint8_t digest[AC_SHA256_SIZE]; /* of a note's text, as notes cite each other; else of the file's bytes */
	ac_checkpoint checkpoint;
	const ac_proof *proof;
	const ac_growth *growth;
	const ac_misbehaviour *misbehaviour;
	const accord_err *what; /* why it is broken */
} ac_held;

typedef struct ac_held_log {
	const char *folder;
	ac_str bytes; /* of its checkpoint */
	ac_note note;
	ac_checkpoint head;
	ac_str damage; /* what an audit found wrong with its tiles (places.c); empty: nothing, or none was made */
} ac_held_log;

typedef struct ac_holding {
	ac_arena *arena;
	ac_held *items;
	size_t count, capacity;
	uint64_t bytes;        /* that were read of files */
	uint64_t proof_checks; /* files that proofs were tried against (places.c) */
	ac_held_log *logs;
	size_t log_count;
	bool has_folder; /* one of the paths was a folder */
	/* Told of each file that cannot be read, is a link in a folder, or is too much. */
	void (*on_problem)(void *payload, const char *path, const accord_err *what);
	void *payload;
	uint64_t problems;
} ac_holding;

void ac_holding_init(ac_holding *holding, ac_arena *arena);
/* A file, or all files of a folder but tiles of logs; links in folders are problems. ACCORD_ELIMIT over AC_HELD_MAX files or AC_HELD_BYTES_MAX bytes; what is wrong with one file is a problem of that file. */
int ac_holding_add_path(ac_holding *holding, const char *path, accord_err *err) AC_CHECKED;
/* Bytes that come from elsewhere, which must live as long. *out (may be NULL) is its place. */
int ac_holding_add(ac_holding *holding, const char *path, ac_str bytes, size_t *out, accord_err *err) AC_CHECKED;
/* Place of the note with that digest of its text and of that kind (empty: any), or of other bytes; count: none. The first one with the most signatures is taken. */
size_t ac_holding_find(const ac_holding *holding, ac_str text_kind, const uint8_t digest[static AC_SHA256_SIZE]);

#endif
