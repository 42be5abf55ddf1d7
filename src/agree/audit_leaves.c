/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of leaves on their way through threads. Knows nothing of trees. */
#include "agree/audit_leaves.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"

/* Leaves of a block: enough that handing it over costs nothing beside verifying it, and that bytes of large leaves stay few. */
#define BLOCK_LEAVES 64
#define BLOCK_BYTES (BLOCK_LEAVES * AC_LEAF_MAX)
/* One note with its signatures. */
#define LEAF_ARENA_MAX (4 * AC_MIB)

typedef struct block {
	ac_buf bytes;
	size_t ends[BLOCK_LEAVES];
	size_t count;
	uint64_t first; /* index of its first leaf */
	struct block *next;
} block;

struct ac_leaf_checker {
	const ac_vkey *keys;
	size_t key_count;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	block *blocks; /* all of them */
	unsigned block_count;
	block *free, *full, **full_end;
	block *filling; /* of the thread that brings leaves */
	unsigned busy;  /* blocks in threads' hands */
	bool is_ending;
	int failed; /* of the machine */
	ac_leaf_counts counts;
	unsigned jobs;
	pthread_t threads[AC_AUDIT_JOBS_MAX];
};

static void
tell_first(ac_leaf_counts *counts, uint64_t index, const accord_err *why)
{
	if (counts->has_first && counts->first < index)
		return;
	counts->has_first = true;
	counts->first = index;
	memcpy(counts->reason, why->text, sizeof(counts->reason));
}

static int
check_leaf(const ac_leaf_checker *c, uint64_t index, ac_str leaf, ac_arena *arena, ac_leaf_counts *counts)
{
	ac_note_verdict verdict;
	accord_err why = { 0 };
	ac_note note;
	int rc;

	ac_arena_reset(arena);
	rc = ac_note_parse(leaf, arena, &note, &why);
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT) {
		counts->no_note++;
		tell_first(counts, index, &why);
		return 0;
	}
	if (!rc)
		rc = ac_note_verify(&note, c->keys, c->key_count, arena, &verdict, &why);
	if (rc == ACCORD_EDENIED || rc == ACCORD_ENOTFOUND) {
		++*(rc == ACCORD_EDENIED ? &counts->wrong : &counts->unknown);
		tell_first(counts, index, &why);
		return 0;
	}
	if (!rc) {
		counts->verified++;
		counts->signatures += verdict.signers;
	}
	return rc;
}

static int
check_block(const ac_leaf_checker *c, const block *b, ac_arena *arena, ac_leaf_counts *counts)
{
	size_t from = 0;
	int rc = 0;

	for (size_t i = 0; i < b->count && !rc; i++) {
		rc = check_leaf(c, b->first + i, ac_str_slice(ac_buf_view(&b->bytes), from, b->ends[i]), arena, counts);
		from = b->ends[i];
	}
	return rc;
}

static void
merge(ac_leaf_counts *into, const ac_leaf_counts *from)
{
	accord_err why = { 0 };

	into->verified += from->verified;
	into->unknown += from->unknown;
	into->wrong += from->wrong;
	into->no_note += from->no_note;
	into->signatures += from->signatures;
	memcpy(why.text, from->reason, sizeof(why.text));
	if (from->has_first)
		tell_first(into, from->first, &why);
}

static void *
work(void *payload)
{
	ac_leaf_checker *c = payload;
	ac_arena arena;

	ac_arena_init(&arena, LEAF_ARENA_MAX);
	(void)pthread_mutex_lock(&c->mutex);
	for (;;) {
		ac_leaf_counts counts = { 0 };
		block *b = c->full;
		int rc;

		if (!b && c->is_ending)
			break;
		if (!b) {
			(void)pthread_cond_wait(&c->changed, &c->mutex);
			continue;
		}
		c->full = b->next;
		if (!c->full)
			c->full_end = &c->full;
		c->busy++;
		(void)pthread_mutex_unlock(&c->mutex);
		rc = check_block(c, b, &arena, &counts);
		(void)pthread_mutex_lock(&c->mutex);
		merge(&c->counts, &counts);
		if (rc && !c->failed)
			c->failed = rc;
		c->busy--;
		b->next = c->free;
		c->free = b;
		(void)pthread_cond_broadcast(&c->changed);
	}
	(void)pthread_mutex_unlock(&c->mutex);
	ac_arena_done(&arena);
	return NULL;
}

int
ac_leaf_checker_open(const ac_vkey *keys, size_t count, unsigned jobs, ac_leaf_checker **out, accord_err *err)
{
	ac_leaf_checker *c = calloc(1, sizeof(*c));

	if (!c)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for verifying leaves");
	c->keys = keys;
	c->key_count = count;
	c->full_end = &c->full;
	(void)pthread_mutex_init(&c->mutex, NULL);
	(void)pthread_cond_init(&c->changed, NULL);
	if (jobs == 0 || jobs > AC_AUDIT_JOBS_MAX) {
		c = ac_leaf_checker_close(c);
		return ac_fail(err, ACCORD_EUSAGE, "want 1 to %d threads, got %u", AC_AUDIT_JOBS_MAX, jobs);
	}
	c->blocks = calloc(jobs + 2, sizeof(*c->blocks));
	if (!c->blocks) {
		c = ac_leaf_checker_close(c);
		return ac_fail(err, ACCORD_ENOMEM, "no memory for verifying leaves");
	}
	c->block_count = jobs + 2;
	for (unsigned i = 0; i < c->block_count; i++) {
		ac_buf_init(&c->blocks[i].bytes, BLOCK_BYTES);
		c->blocks[i].next = c->free;
		c->free = &c->blocks[i];
	}
	/* Fewer threads than asked for do it as well. */
	while (c->jobs < jobs && pthread_create(&c->threads[c->jobs], NULL, work, c) == 0)
		c->jobs++;
	if (c->jobs == 0) {
		c = ac_leaf_checker_close(c);
		return ac_fail(err, ACCORD_ENOMEM, "cannot start a thread for verifying leaves");
	}
	*out = c;
	return 0;
}

static void
hand_over(ac_leaf_checker *c)
{
	block *b = c->filling;

	c->filling = NULL;
	(void)pthread_mutex_lock(&c->mutex);
	b->next = NULL;
	*c->full_end = b;
	c->full_end = &b->next;
	(void)pthread_cond_broadcast(&c->changed);
	(void)pthread_mutex_unlock(&c->mutex);
}

int
ac_leaf_checker_take(void *checker, uint64_t index, ac_str leaf, accord_err *err)
{
	ac_leaf_checker *c = checker;
	ac_str whole;
	block *b;
	int rc;

	if (!c->filling) {
		(void)pthread_mutex_lock(&c->mutex);
		while (!c->free)
			(void)pthread_cond_wait(&c->changed, &c->mutex);
		b = c->filling = c->free;
		c->free = b->next;
		rc = c->failed;
		(void)pthread_mutex_unlock(&c->mutex);
		ac_buf_reset(&b->bytes);
		b->count = 0;
		b->first = index;
		if (rc)
			return ac_fail(err, (accord_code)rc, "cannot verify leaves: %s", ac_code_name(rc));
	}
	b = c->filling;
	ac_buf_add(&b->bytes, leaf);
	rc = ac_buf_finish(&b->bytes, &whole, err);
	if (rc)
		return rc;
	b->ends[b->count++] = whole.n;
	if (b->count == BLOCK_LEAVES)
		hand_over(c);
	return 0;
}

int
ac_leaf_checker_end(ac_leaf_checker *c, ac_leaf_counts *out, accord_err *err)
{
	int rc;

	if (c->filling)
		hand_over(c);
	(void)pthread_mutex_lock(&c->mutex);
	while (c->full || c->busy)
		(void)pthread_cond_wait(&c->changed, &c->mutex);
	*out = c->counts;
	rc = c->failed;
	(void)pthread_mutex_unlock(&c->mutex);
	return rc ? ac_fail(err, (accord_code)rc, "cannot verify leaves: %s", ac_code_name(rc)) : 0;
}

ac_leaf_checker *
ac_leaf_checker_close(ac_leaf_checker *c)
{
	if (!c)
		return NULL;
	(void)pthread_mutex_lock(&c->mutex);
	c->is_ending = true;
	/* What waits is not verified any more. */
	c->full = NULL;
	c->full_end = &c->full;
	(void)pthread_cond_broadcast(&c->changed);
	(void)pthread_mutex_unlock(&c->mutex);
	for (unsigned i = 0; i < c->jobs; i++)
		(void)pthread_join(c->threads[i], NULL);
	for (unsigned i = 0; i < c->block_count; i++)
		ac_buf_done(&c->blocks[i].bytes);
	free(c->blocks);
	(void)pthread_cond_destroy(&c->changed);
	(void)pthread_mutex_destroy(&c->mutex);
	free(c);
	return NULL;
}
