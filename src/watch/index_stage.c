/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces for streams that only grow: small ones at first, so that a small index takes little. */
#include "watch/index_stage.h"

#define FIRST_PIECE ((size_t)256)
#define FIRST_BLOCK (64 * AC_KIB)
#define LAST_BLOCK AC_MIB
/* Places are numbers of 32 bits. */
#define PIECES_MAX ((size_t)1 << (32 - AC_STAGE_BITS))
#define BLOCKS_MAX ((size_t)1 << 16)

void
ac_stage_room_init(ac_stage_room *room)
{
	*room = (ac_stage_room){ .blocks = ac_vec_of(sizeof(char *), BLOCKS_MAX) };
}

void
ac_stage_room_done(ac_stage_room *room)
{
	for (size_t i = 0; i < room->blocks.n; i++)
		free(((char **)room->blocks.p)[i]);
	ac_vec_done(&room->blocks);
	room->at = NULL;
	room->left = 0;
}

void
ac_stage_init(ac_stage *s)
{
	*s = (ac_stage){ .pieces = ac_vec_of(sizeof(ac_stage_piece), PIECES_MAX) };
}

void
ac_stage_done(ac_stage *s)
{
	ac_vec_done(&s->pieces);
	s->at = NULL;
	s->left = s->n = 0;
}

static int
add_block(ac_stage_room *room, const char *what, accord_err *err)
{
	size_t n = room->blocks.n < 4 ? FIRST_BLOCK << room->blocks.n : LAST_BLOCK;
	char **block = ac_vec_add(&room->blocks);

	if (!block)
		return ac_vec_check(&room->blocks, what, err);
	*block = malloc(n);
	if (!*block) {
		room->blocks.n--;
		return ac_fail(err, ACCORD_ENOMEM, "%s: no memory", what);
	}
	room->at = *block;
	room->left = n;
	return 0;
}

int
ac_stage_grow(ac_stage_room *room, ac_stage *s, size_t n, const char *what, accord_err *err)
{
	size_t doubled = s->pieces.n < AC_STAGE_BITS ? FIRST_PIECE << s->pieces.n : AC_STAGE_PIECE;
	size_t size = doubled < AC_STAGE_PIECE ? doubled : AC_STAGE_PIECE;
	ac_stage_piece *piece;
	int rc;

	while (size < n && size < AC_STAGE_PIECE)
		size *= 2;
	if (size < n)
		return ac_fail(err, ACCORD_ELIMIT, "%s: one of %zu bytes, want at most %zu", what, n, AC_STAGE_PIECE);
	/* Pieces are powers of two and begin where one of their size may: a rest is given up. */
	rc = room->left < size ? add_block(room, what, err) : 0;
	if (rc)
		return rc;
	piece = ac_vec_add(&s->pieces);
	if (!piece)
		return ac_vec_check(&s->pieces, what, err);
	*piece = (ac_stage_piece){ room->at, 0 };
	s->at = room->at;
	s->left = size;
	room->at += size;
	room->left -= size;
	return 0;
}
