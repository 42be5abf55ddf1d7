/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arenas: all results of one document, request or batch live in one arena that its caller
 * owns, and end with it. Each has a hard limit. Model objects therefore have no _free.
 */
#ifndef AC_BASE_ARENA_H
#define AC_BASE_ARENA_H

#include "base/err.h"
#include "base/str.h"

typedef struct ac_arena_block ac_arena_block;

typedef struct ac_arena {
	ac_arena_block *blocks; /* newest first */
	char *next;             /* free bytes [next, end) of the newest block */
	char *end;
	size_t used;  /* bytes of all blocks */
	size_t limit; /* ceiling of `used` */
	int failed;   /* first error: 0, ACCORD_ELIMIT or ACCORD_ENOMEM */
} ac_arena;

/* An empty arena; takes memory at the first allocation. */
void ac_arena_init(ac_arena *arena, size_t limit_bytes);
/* n bytes, aligned to 16, not cleared. NULL over the limit or without memory; `failed` then says which. */
void *ac_arena_alloc(ac_arena *arena, size_t n);
/* count * size bytes, cleared. NULL also when the product overflows. */
void *ac_arena_zalloc(ac_arena *arena, size_t count, size_t size);
/*
 * Make the allocation `p` of old_n bytes new_n bytes long: in place when it is the newest one and
 * there is room (or when it shrinks), else by moving it: with its block when it is alone there, which
 * costs no copying for large ones, else into another block. p NULL allocates.
 */
void *ac_arena_resize(ac_arena *arena, void *p, size_t old_n, size_t new_n);
/* Bytes that blocks may still take before the limit. */
static inline size_t
ac_arena_left(const ac_arena *arena)
{
	return arena->limit - arena->used;
}
/* A copy of s, followed by a NUL that is not counted. {NULL, 0} on failure. */
ac_str ac_arena_str(ac_arena *arena, ac_str s);
/* Texts one behind the other, with a NUL behind. {NULL, 0} on failure. */
ac_str ac_arena_join(ac_arena *arena, const ac_str *parts, size_t count);
/* printf into the arena, with a NUL behind. {NULL, 0} on failure. */
ac_str ac_arena_printf(ac_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* 0, or the arena's failure described in err. Ask once at the end. */
int ac_arena_check(const ac_arena *arena, accord_err *err) AC_CHECKED;
/* Forget all allocations; keeps the largest block for reuse. */
void ac_arena_reset(ac_arena *arena);
/* Give everything back. The arena may be used again. Takes a zeroed arena. */
void ac_arena_done(ac_arena *arena);

#endif
