/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a row from the store costs as much as adding it to an index: two threads do both at once, with batches of copies between them. Knows nothing of indexes. */
#include "watch/build_rows.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "sys/os.h"

/* Handing a batch over costs nothing beside its rows, and its rows and texts stay in a core's own cache. */
#define BATCH_ROWS 1024
#define BATCH_BYTES (128 * AC_KIB)
/* Far more than a full batch and one more row, with its producer, of the longest. */
#define BATCH_ROOM (4 * AC_MIB)
#define BATCHES 4

typedef struct batch {
	ac_stored_row rows[BATCH_ROWS];
	size_t n, bytes; /* rows, and of their texts */
	ac_arena texts;
	ac_str producer; /* of the last row, in texts */
} batch;

typedef struct row_ring {
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	batch batches[BATCHES];
	/* under the lock */
	size_t first, count; /* batches that wait to be handed out, in a circle */
	bool is_done;        /* no more will come */
	bool is_over;        /* no more are wanted */
	/* the thread's, until it has ended */
	ac_store *store;
	int64_t after;
	batch *filling; /* NULL: none is taken */
	int rc;
	accord_err err;
} row_ring;

/* ---- the thread ---- */

/* The next batch to fill, empty; NULL: none is wanted. */
static batch *
take_batch(row_ring *r)
{
	batch *b = NULL;

	(void)pthread_mutex_lock(&r->lock);
	while (!r->is_over && r->count == BATCHES)
		(void)pthread_cond_wait(&r->drained, &r->lock);
	if (!r->is_over)
		b = &r->batches[(r->first + r->count) % BATCHES];
	(void)pthread_mutex_unlock(&r->lock);
	if (b) {
		b->n = b->bytes = 0;
		b->producer = (ac_str){ NULL, 0 };
		ac_arena_reset(&b->texts);
	}
	return b;
}

static void
hand_over(row_ring *r)
{
	(void)pthread_mutex_lock(&r->lock);
	r->count += r->filling != NULL;
	r->filling = NULL;
	(void)pthread_cond_signal(&r->filled);
	(void)pthread_mutex_unlock(&r->lock);
}

/* A brief row has no other texts. */
static int
copy_row(batch *b, const ac_stored_row *row, accord_err *err)
{
	ac_stored_row *copy = &b->rows[b->n];

	*copy = *row;
	copy->row.value.text = ac_arena_str(&b->texts, row->row.value.text);
	if (!b->producer.p || !ac_str_eq(b->producer, row->producer)) {
		b->producer = ac_arena_str(&b->texts, row->producer);
		b->bytes += row->producer.n;
	}
	copy->producer = b->producer;
	b->bytes += row->row.value.text.n;
	b->n += !b->texts.failed;
	return ac_arena_check(&b->texts, err);
}

/* 1: no more are wanted. */
static int
on_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	row_ring *r = payload;
	int rc;

	if (!r->filling)
		r->filling = take_batch(r);
	if (!r->filling)
		return 1;
	rc = copy_row(r->filling, row, err);
	if (!rc && (r->filling->n == BATCH_ROWS || r->filling->bytes >= BATCH_BYTES))
		hand_over(r);
	return rc;
}

static void *
read_rows(void *payload)
{
	row_ring *r = payload;

	r->rc = ac_store_each_brief_row(r->store, r->after, on_row, r, &r->err);
	hand_over(r);
	(void)pthread_mutex_lock(&r->lock);
	r->is_done = true;
	(void)pthread_cond_signal(&r->filled);
	(void)pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* ---- the caller's thread ---- */

/* The batch whose turn it is; NULL when all were handed out. */
static const batch *
next_batch(row_ring *r)
{
	const batch *b;

	(void)pthread_mutex_lock(&r->lock);
	while (r->count == 0 && !r->is_done)
		(void)pthread_cond_wait(&r->filled, &r->lock);
	b = r->count ? &r->batches[r->first] : NULL;
	(void)pthread_mutex_unlock(&r->lock);
	return b;
}

static void
give_back(row_ring *r, bool is_over)
{
	(void)pthread_mutex_lock(&r->lock);
	r->first = (r->first + 1) % BATCHES;
	r->count--;
	r->is_over |= is_over;
	(void)pthread_cond_signal(&r->drained);
	(void)pthread_mutex_unlock(&r->lock);
}

static int
hand_out(row_ring *r, ac_on_row on, void *payload, accord_err *err)
{
	const batch *b;
	int rc = 0;

	while (!rc && (b = next_batch(r)) != NULL) {
		for (size_t i = 0; !rc && i < b->n; i++)
			rc = on(payload, &b->rows[i], err);
		give_back(r, rc != 0);
	}
	return rc;
}

static row_ring *
close_ring(row_ring *r)
{
	for (size_t i = 0; r && i < BATCHES; i++)
		ac_arena_done(&r->batches[i].texts);
	free(r);
	return NULL;
}

static row_ring *
open_ring(ac_store *store, int64_t after)
{
	row_ring *r = ac_cpu_count() > 1 ? malloc(sizeof(*r)) : NULL;

	if (!r)
		return NULL;
	(void)pthread_mutex_init(&r->lock, NULL);
	(void)pthread_cond_init(&r->filled, NULL);
	(void)pthread_cond_init(&r->drained, NULL);
	r->first = r->count = 0;
	r->is_done = r->is_over = false;
	r->store = store;
	r->after = after;
	r->filling = NULL;
	r->rc = 0;
	r->err = (accord_err){ 0 };
	for (size_t i = 0; i < BATCHES; i++)
		ac_arena_init(&r->batches[i].texts, BATCH_ROOM);
	return r;
}

int
ac_build_each_row(ac_store *store, int64_t after, ac_on_row on, void *payload, accord_err *err)
{
	row_ring *r = open_ring(store, after);
	pthread_t thread;
	int rc;

	if (!r || pthread_create(&thread, NULL, read_rows, r)) {
		close_ring(r);
		return ac_store_each_brief_row(store, after, on, payload, err);
	}
	rc = hand_out(r, on, payload, err);
	(void)pthread_join(thread, NULL);
	if (!rc && r->rc) {
		*err = r->err;
		rc = r->rc;
	}
	close_ring(r);
	return rc < 0 ? rc : 0;
}
