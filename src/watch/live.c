/* SPDX-License-Identifier: Apache-2.0 */
/* Hazard slots of readers, and the list of indexes that wait for the last of them. */
#include "watch/live.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "watch/index_build.h"

/* A reader's own cache line: it writes there at each block. */
typedef struct slot {
	_Alignas(64) _Atomic(ac_index *) inside;
	_Atomic(ac_index *) coming; /* warmed by who is inside another one; or NULL */
	/* the reader's own: */
	double since;  /* when it saw first that one comes */
	size_t warmed; /* bytes that were scanned since this one comes */
} slot;

struct ac_live_index {
	_Atomic(ac_index *) current;
	slot *slots;
	unsigned readers;
	/*
	 * Replaced ones that a reader is in, or was while the slots were looked at: at most three a reader, the two in its slot and the one that it is about to write there (hold). And room for the current one:
	 * publishing needs no memory.
	 */
	ac_index **waiting;
	size_t waiting_count;
};

ac_live_index *
ac_live_open(ac_index *first, unsigned readers)
{
	ac_live_index *live = calloc(1, sizeof(*live));
	size_t n = readers ? readers : 1;

	if (!live)
		return NULL;
	live->slots = aligned_alloc(_Alignof(slot), n * sizeof(*live->slots));
	live->waiting = calloc(3 * n + 1, sizeof(*live->waiting));
	if (!live->slots || !live->waiting) {
		free(live->slots);
		free(live->waiting);
		free(live);
		return NULL;
	}
	live->readers = readers;
	for (unsigned i = 0; i < readers; i++)
		live->slots[i] = (slot){ .inside = NULL };
	atomic_init(&live->current, first);
	return live;
}

static bool
is_used(const ac_live_index *live, const ac_index *index)
{
	for (unsigned i = 0; i < live->readers; i++)
		if (atomic_load(&live->slots[i].inside) == index || atomic_load(&live->slots[i].coming) == index)
			return true;
	return false;
}

size_t
ac_live_retired(ac_live_index *live)
{
	size_t n = 0;

	for (size_t i = 0; i < live->waiting_count; i++) {
		if (is_used(live, live->waiting[i]))
			live->waiting[n++] = live->waiting[i];
		else
			ac_index_close(live->waiting[i]);
	}
	return live->waiting_count = n;
}

ac_live_index *
ac_live_close(ac_live_index *live)
{
	size_t left;

	if (!live)
		return NULL;
	left = ac_live_retired(live);
	assert(left == 0);
	(void)left;
	ac_index_close(atomic_load(&live->current));
	free(live->waiting);
	free(live->slots);
	free(live);
	return NULL;
}

ac_index *
ac_live_take(ac_live_index *live)
{
	ac_index *index = atomic_exchange(&live->current, NULL);

	ac_live_close(live);
	return index;
}

/*
 * The current index, held by a place of a slot. That is set before the pointer is read again: if it is still the same, a writer that replaces it from now on sees the slot, since all four
 * accesses are in one order (memory_order_seq_cst).
 */
static ac_index *
hold(const ac_live_index *live, _Atomic(ac_index *) *place)
{
	ac_index *index = atomic_load(&live->current), *again;

	for (;;) {
		atomic_store(place, index);
		again = atomic_load(&live->current);
		if (again == index)
			return index;
		index = again;
	}
}

void
ac_live_leave(ac_live_index *live, unsigned reader)
{
	assert(reader < live->readers);
	atomic_store_explicit(&live->slots[reader].inside, NULL, memory_order_release);
	atomic_store_explicit(&live->slots[reader].coming, NULL, memory_order_release);
}

/* Whether the reader warms the current index with the next bytes, and does not take it yet. */
static bool
warms(const ac_live_index *live, slot *s, size_t bytes, double now, const ac_index **out_coming)
{
	const ac_index *before = atomic_load_explicit(&s->coming, memory_order_relaxed), *coming;

	if (bytes < AC_LIVE_SMALL)
		return false;
	coming = hold(live, &s->coming);
	if (!before)
		s->since = now;
	if (coming != before)
		s->warmed = 0;
	if (s->warmed >= AC_LIVE_WARM_BYTES || now - s->since >= AC_LIVE_WARM_S)
		return false;
	s->warmed += bytes;
	*out_coming = coming;
	return true;
}

const ac_index *
ac_live_go_on(ac_live_index *live, unsigned reader, size_t bytes, double now, const ac_index **out_coming)
{
	const ac_index *index;
	slot *s;

	assert(reader < live->readers);
	s = &live->slots[reader];
	index = atomic_load_explicit(&s->inside, memory_order_relaxed);
	*out_coming = NULL;
	if (index && (index == atomic_load(&live->current) || warms(live, s, bytes, now, out_coming)))
		return index;
	index = hold(live, &s->inside);
	atomic_store_explicit(&s->coming, NULL, memory_order_release);
	return index;
}

bool
ac_live_has_new(const ac_live_index *live, unsigned reader)
{
	assert(reader < live->readers);
	return atomic_load_explicit(&live->slots[reader].inside, memory_order_relaxed) != atomic_load(&live->current);
}

const ac_index *
ac_live_current(const ac_live_index *live)
{
	return atomic_load(&live->current);
}

/* One byte a page of what scans and look-ups read: the first block with a new index then takes no page faults. */
static void
warm(const ac_index *index)
{
	const ac_index_part *parts[] = { &index->base, &index->overlay };
	volatile char sink = 0;

	for (size_t i = 0; i < AC_COUNT(parts); i++)
		for (uint64_t at = 0; parts[i]->header && at < parts[i]->header->file_size; at += AC_INDEX_ALIGN)
			sink = (char)(sink ^ ((const char *)parts[i]->header)[at]);
}

void
ac_live_publish(ac_live_index *live, ac_index *next)
{
	warm(next);
	(void)ac_live_retired(live);
	assert(live->waiting_count <= 3 * (size_t)live->readers);
	live->waiting[live->waiting_count++] = atomic_exchange(&live->current, next);
	(void)ac_live_retired(live);
}

int
ac_live_refresh(
    ac_live_index *live, ac_store *store, const char *path, ac_hash_seed salt, bool *out_changed, accord_err *err)
{
	const ac_index *current = ac_live_current(live);
	ac_index *next = NULL;
	int64_t generation;
	int rc = ac_store_generation(store, &generation, err);

	if (!rc)
		(void)ac_live_retired(live);
	if (rc || generation == ac_index_generation(current)) {
		if (!rc)
			*out_changed = false;
		return rc;
	}
	/* Its own base is mapped and checked: nothing of it is read again. */
	rc = ac_index_overlay(store, current, path, &next, err);
	if (rc)
		rc = ac_watch_index(store, path, salt, &next, NULL, err);
	if (rc)
		return rc;
	ac_live_publish(live, next);
	*out_changed = true;
	return 0;
}
