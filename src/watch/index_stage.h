/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that a build only adds to: many streams of items grow by pieces of one room, which are never moved, so that growing copies nothing, and which lie in huge pages where there are
 * many. Knows nothing of indexes. Private to this room.
 */
#ifndef AC_WATCH_INDEX_STAGE_H
#define AC_WATCH_INDEX_STAGE_H

#include "watch/vec.h"

/* The largest piece, and so the largest item. A place is the number of a piece and how far from its begin. */
#define AC_STAGE_BITS 15
#define AC_STAGE_PIECE ((size_t)1 << AC_STAGE_BITS)

/* What the pieces of all streams are cut from. */
typedef struct ac_stage_room {
	ac_vec blocks; /* of char *, owned */
	char *at;
	size_t left;
} ac_stage_room;

typedef struct ac_stage_piece {
	char *p; /* of the room */
	size_t n;
} ac_stage_piece;

/* One stream. Its items lie in the room, which outlives it. */
typedef struct ac_stage {
	ac_vec pieces; /* of ac_stage_piece */
	char *at;      /* where the next item goes, in the last piece */
	size_t left;
	size_t n; /* bytes in all */
} ac_stage;

void ac_stage_room_init(ac_stage_room *room);
void ac_stage_room_done(ac_stage_room *room);
void ac_stage_init(ac_stage *s);
void ac_stage_done(ac_stage *s);

/* Make room for an item of n bytes in a new piece. what: in the words of err. */
int ac_stage_grow(ac_stage_room *room, ac_stage *s, size_t n, const char *what, accord_err *err) AC_CHECKED;

/* Where the next item of at most n bytes goes; NULL on failure. It is in when it is counted by ac_stage_commit. */
static inline char *
ac_stage_reserve(ac_stage_room *room, ac_stage *s, size_t n, const char *what, accord_err *err)
{
	return s->left >= n || ac_stage_grow(room, s, n, what, err) == 0 ? s->at : NULL;
}

static inline void
ac_stage_commit(ac_stage *s, size_t n)
{
	((ac_stage_piece *)s->pieces.p)[s->pieces.n - 1].n += n;
	s->at += n;
	s->left -= n;
	s->n += n;
}

/* The place of the item that ac_stage_reserve has just made room for. */
static inline uint32_t
ac_stage_next(const ac_stage *s)
{
	size_t last = s->pieces.n - 1;

	return (uint32_t)(last << AC_STAGE_BITS | ((const ac_stage_piece *)s->pieces.p)[last].n);
}

static inline char *
ac_stage_at(const ac_stage *s, uint32_t place)
{
	return ((const ac_stage_piece *)s->pieces.p)[place >> AC_STAGE_BITS].p + (place & (AC_STAGE_PIECE - 1));
}

static inline const ac_stage_piece *
ac_stage_piece_at(const ac_stage *s, size_t i)
{
	return (const ac_stage_piece *)s->pieces.p + i;
}

#endif
