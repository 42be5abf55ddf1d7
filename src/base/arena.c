/* SPDX-License-Identifier: Apache-2.0 */
/* Arena of doubling blocks. The limit counts whole blocks, so that it bounds what the process takes. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ALIGNMENT 16
#define FIRST_BLOCK 4096
#define LARGEST_DOUBLED ((size_t)4 * 1024 * 1024)

struct ac_arena_block {
	ac_arena_block *older;
	size_t size; /* with this head */
};

_Static_assert(sizeof(ac_arena_block) % ALIGNMENT == 0, "blocks start aligned");

void
ac_arena_init(ac_arena *arena, size_t limit_bytes)
{
	*arena = (ac_arena){ .limit = limit_bytes };
}

static void *
fail(ac_arena *arena, int code)
{
	if (!arena->failed)
		arena->failed = code;
	return NULL;
}

static size_t
next_block_size(const ac_arena *arena, size_t wanted)
{
	size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;

	if (size > LARGEST_DOUBLED)
		size = LARGEST_DOUBLED;
	if (size > arena->limit - arena->used)
		size = arena->limit - arena->used;
	return size < wanted ? wanted : size;
}

static bool
add_block(ac_arena *arena, size_t n)
{
	size_t wanted, size;
	ac_arena_block *block;

	if (__builtin_add_overflow(n, sizeof(*block), &wanted) || wanted > arena->limit - arena->used) {
		fail(arena, ACCORD_ELIMIT);
		return false;
	}
	size = next_block_size(arena, wanted);
	block = malloc(size);
	if (!block) {
		fail(arena, ACCORD_ENOMEM);
		return false;
	}
	block->older = arena->blocks;
	block->size = size;
	arena->blocks = block;
	arena->used += size;
	arena->next = (char *)(block + 1);
	arena->end = (char *)block + size;
	return true;
}

/*
 * The newest block, which holds nothing but one allocation, with room for n bytes of it. The C library moves large blocks by changing the page table, so that
 * a list that grows alone is never copied.
 */
static void *
grow_block(ac_arena *arena, size_t n)
{
	ac_arena_block *block = arena->blocks;
	size_t wanted, size, old = block->size;

	if (__builtin_add_overflow(n, sizeof(*block), &wanted) || wanted - old > arena->limit - arena->used)
		return fail(arena, ACCORD_ELIMIT);
	size = next_block_size(arena, wanted);
	block = realloc(block, size);
	if (!block)
		return fail(arena, ACCORD_ENOMEM);
	block->size = size;
	arena->blocks = block;
	arena->used += size - old;
	arena->next = (char *)(block + 1) + n;
	arena->end = (char *)block + size;
	return block + 1;
}

static bool
round_up(size_t n, size_t *out)
{
	if (__builtin_add_overflow(n, (size_t)(ALIGNMENT - 1), out))
		return false;
	*out &= ~(size_t)(ALIGNMENT - 1);
	return true;
}

void *
ac_arena_alloc(ac_arena *arena, size_t n)
{
	void *p;

	if (!round_up(n, &n))
		return fail(arena, ACCORD_ELIMIT);
	if ((!arena->next || n > (size_t)(arena->end - arena->next)) && !add_block(arena, n))
		return NULL;
	p = arena->next;
	/* The last block may end unaligned when the limit cut it. */
	arena->next += n;
	return p;
}

void *
ac_arena_zalloc(ac_arena *arena, size_t count, size_t size)
{
	size_t n;
	void *p;

	if (__builtin_mul_overflow(count, size, &n))
		return fail(arena, ACCORD_ELIMIT);
	p = ac_arena_alloc(arena, n);
	return p ? memset(p, 0, n) : NULL;
}

void *
ac_arena_resize(ac_arena *arena, void *p, size_t old_n, size_t new_n)
{
	size_t old_rounded, new_rounded;
	void *copy;

	if (!p)
		return ac_arena_alloc(arena, new_n);
	if (!round_up(old_n, &old_rounded) || !round_up(new_n, &new_rounded))
		return fail(arena, ACCORD_ELIMIT);
	if ((char *)p + old_rounded == arena->next) {
		if (new_rounded <= (size_t)(arena->end - (char *)p)) {
			arena->next = (char *)p + new_rounded;
			return p;
		}
		if (p == arena->blocks + 1)
			return grow_block(arena, new_rounded);
	}
	if (new_n <= old_n)
		return p;
	copy = ac_arena_alloc(arena, new_n);
	return copy ? memcpy(copy, p, old_n) : NULL;
}

ac_str
ac_arena_str(ac_arena *arena, ac_str s)
{
	char *copy = s.n < SIZE_MAX ? ac_arena_alloc(arena, s.n + 1) : fail(arena, ACCORD_ELIMIT);

	if (!copy)
		return (ac_str){ NULL, 0 };
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return (ac_str){ copy, s.n };
}

ac_str
ac_arena_join(ac_arena *arena, const ac_str *parts, size_t count)
{
	size_t n = 0;
	char *text, *p;

	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	text = p = ac_arena_alloc(arena, n + 1);
	if (!text)
		return (ac_str){ NULL, 0 };
	for (size_t i = 0; i < count; i++)
		if (parts[i].n)
			p = mempcpy(p, parts[i].p, parts[i].n);
	*p = 0;
	return (ac_str){ text, n };
}

ac_str
ac_arena_printf(ac_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = n < 0 ? fail(arena, ACCORD_ELIMIT) : ac_arena_alloc(arena, (size_t)n + 1);
	if (!text)
		return (ac_str){ NULL, 0 };
	va_start(args, format);
	(void)vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return (ac_str){ text, (size_t)n };
}

int
ac_arena_check(const ac_arena *arena, accord_err *err)
{
	if (arena->failed == ACCORD_ELIMIT)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want at most %zu bytes for one document, it needs more", arena->limit);
	if (arena->failed)
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	return 0;
}

void
ac_arena_reset(ac_arena *arena)
{
	ac_arena_block *keep = arena->blocks, *block, *older;

	/* Mostly there is one: it is asked once a hit. */
	if (keep && !keep->older) {
		arena->next = (char *)(keep + 1);
		arena->failed = 0;
		return;
	}
	for (block = arena->blocks; block; block = block->older)
		if (block->size > keep->size)
			keep = block;
	for (block = arena->blocks; block; block = older) {
		older = block->older;
		if (block != keep)
			free(block);
	}
	ac_arena_init(arena, arena->limit);
	if (keep) {
		keep->older = NULL;
		arena->blocks = keep;
		arena->used = keep->size;
		arena->next = (char *)(keep + 1);
		arena->end = (char *)keep + keep->size;
	}
}

void
ac_arena_done(ac_arena *arena)
{
	ac_arena_block *block, *older;

	for (block = arena->blocks; block; block = older) {
		older = block->older;
		free(block);
	}
	ac_arena_init(arena, arena->limit);
}
