/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of a file through the filters of input.c. Ahead: that whole chain runs on a thread of its own, whose sink puts what it is told into a ring of slots, decompressed bytes with the memory that they are in; the caller's thread plays them to the real sink. So
 * the order, and what is said of errors and ends, are those of the chain itself. Knows nothing of lines and hits.
 */
#include "watch/input_read.h"

#include <pthread.h>
#include <stdlib.h>

#include "sys/file.h"

/* ---- on one thread ---- */

typedef struct reading {
	int fd;
	ac_rate *rate;
	char *room;
	const ac_read_sink *sink;
	ac_input *input;
	bool is_broken; /* the error came from on_block */
} reading;

static int
read_all(reading *r, accord_err *err)
{
	size_t most = ac_rate_block(r->rate, AC_WATCH_BLOCK), n;
	uint64_t done = 0;
	int rc = 0;

	while (!rc) {
		rc = ac_file_read(r->fd, r->room, most, &n, err);
		if (rc || n == 0)
			break;
		done += n;
		rc = ac_input_feed(r->input, (ac_str){ r->room, n }, err);
		if (!rc) {
			rc = r->sink->on_block(r->sink->texts.payload, done, err);
			r->is_broken |= rc != 0;
		}
		ac_rate_spend(r->rate, n);
	}
	return rc;
}

/* *where: the filters, while on_begin, on_bytes and on_end are called. */
static int
read_through(int fd, ac_rate *rate, char *room, const ac_read_sink *sink, ac_input **where, accord_err *err)
{
	reading r = { .fd = fd, .rate = rate, .room = room, .sink = sink, .input = ac_input_open(&sink->texts) };
	accord_err problem = { 0 };
	int rc = 0;

	if (!r.input)
		return ac_fail(err, ACCORD_ENOMEM, "out of memory");
	*where = r.input;
	/* The first failure, then what ending has to say. */
	for (unsigned step = 0; !rc && step < 2; step++) {
		int failed = step ? ac_input_end(r.input, &problem) : read_all(&r, &problem);

		if (failed && (r.is_broken || ac_input_sink_failed(r.input) || failed == ACCORD_ENOMEM)) {
			*err = problem;
			rc = failed;
		} else if (failed) {
			rc = sink->on_problem(sink->texts.payload, &problem, err);
		}
	}
	ac_input_close(r.input);
	return rc;
}

int
ac_read_input(int fd, ac_rate *rate, char room[static AC_WATCH_BLOCK], const ac_read_sink *sink, accord_err *err)
{
	ac_input *unused = NULL;

	return read_through(fd, rate, room, sink, &unused, err);
}

/* ---- ahead ---- */

#define SLOT_SIZE AC_INFLATE_ROOM
#define SLOTS (AC_INPUT_AHEAD / SLOT_SIZE)

typedef enum slot_kind { BEGIN, BYTES, END, PROBLEM, BLOCK, OVER } slot_kind;

typedef struct slot {
	slot_kind kind;
	ac_str bytes;    /* BYTES: in the room; BEGIN: the member's name there, or {NULL, 0} */
	uint64_t done;   /* BLOCK */
	int rc;          /* OVER */
	accord_err what; /* PROBLEM, OVER; END: code 0: none */
	char *room;      /* SLOT_SIZE bytes, heap */
} slot;

typedef struct ahead {
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	slot slots[SLOTS];
	/* under the lock */
	size_t first, count; /* slots that wait to be played, in a circle */
	bool is_over;        /* nothing more is wanted */
	/* the thread's */
	int fd;
	ac_rate *rate;
	char *block;
	ac_input *input;
} ahead;

/* The next slot to fill, when there is room. NULL: nothing more is wanted. */
static slot *
take_slot(ahead *a, slot_kind kind, accord_err *err)
{
	slot *s = NULL;

	(void)pthread_mutex_lock(&a->lock);
	while (!a->is_over && a->count == SLOTS)
		(void)pthread_cond_wait(&a->drained, &a->lock);
	if (!a->is_over)
		s = &a->slots[(a->first + a->count) % SLOTS];
	(void)pthread_mutex_unlock(&a->lock);
	if (s)
		s->kind = kind;
	else
		(void)ac_fail(err, ACCORD_EINTERNAL, "watch: what was read is not wanted any more");
	return s;
}

static int
hand_over(ahead *a)
{
	(void)pthread_mutex_lock(&a->lock);
	a->count++;
	(void)pthread_cond_signal(&a->filled);
	(void)pthread_mutex_unlock(&a->lock);
	return 0;
}

static ac_str
put(slot *s, ac_str bytes)
{
	bytes = ac_str_slice(bytes, 0, SLOT_SIZE);
	if (bytes.n)
		memcpy(s->room, bytes.p, bytes.n);
	return (ac_str){ bytes.p ? s->room : NULL, bytes.n };
}

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	slot *s = take_slot(payload, BEGIN, err);

	if (!s)
		return ACCORD_EINTERNAL;
	s->bytes = put(s, member);
	return hand_over(payload);
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	ahead *a = payload;

	while (bytes.n) {
		slot *s = take_slot(a, BYTES, err);

		if (!s)
			return ACCORD_EINTERNAL;
		/* What is decompressed stays where it is; the slot's room is what is decompressed into next. */
		s->bytes = ac_input_take_room(a->input, bytes, &s->room) ? bytes : put(s, bytes);
		bytes = ac_str_slice(bytes, s->bytes.n, bytes.n);
		(void)hand_over(a);
	}
	return 0;
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	slot *s = take_slot(payload, END, err);

	if (!s)
		return ACCORD_EINTERNAL;
	s->what = problem ? *problem : (accord_err){ 0 };
	return hand_over(payload);
}

static int
on_problem(void *payload, const accord_err *what, accord_err *err)
{
	slot *s = take_slot(payload, PROBLEM, err);

	if (!s)
		return ACCORD_EINTERNAL;
	s->what = *what;
	return hand_over(payload);
}

static int
on_block(void *payload, uint64_t done, accord_err *err)
{
	slot *s = take_slot(payload, BLOCK, err);

	if (!s)
		return ACCORD_EINTERNAL;
	s->done = done;
	return hand_over(payload);
}

static void *
work(void *payload)
{
	ahead *a = payload;
	ac_read_sink sink = { { on_begin, on_bytes, on_end, a }, on_problem, on_block };
	accord_err why = { 0 };
	int rc = read_through(a->fd, a->rate, a->block, &sink, &a->input, &why);
	slot *s = take_slot(a, OVER, &(accord_err){ 0 });

	if (s) {
		s->rc = rc;
		s->what = why;
		(void)hand_over(a);
	}
	return NULL;
}

static int
play(const slot *s, const ac_read_sink *sink, accord_err *err)
{
	void *payload = sink->texts.payload;

	switch (s->kind) {
	case BEGIN:
		return sink->texts.on_begin(payload, s->bytes, err);
	case BYTES:
		return sink->texts.on_bytes(payload, s->bytes, err);
	case END:
		return sink->texts.on_end(payload, s->what.code ? &s->what : NULL, err);
	case PROBLEM:
		return sink->on_problem(payload, &s->what, err);
	case BLOCK:
		return sink->on_block(payload, s->done, err);
	case OVER:
		break;
	}
	if (s->rc)
		*err = s->what;
	return s->rc;
}

static int
play_all(ahead *a, const ac_read_sink *sink, accord_err *err)
{
	bool is_over = false;
	int rc = 0;

	while (!rc && !is_over) {
		const slot *s = &a->slots[a->first];

		(void)pthread_mutex_lock(&a->lock);
		while (a->count == 0)
			(void)pthread_cond_wait(&a->filled, &a->lock);
		(void)pthread_mutex_unlock(&a->lock);
		is_over = s->kind == OVER;
		rc = play(s, sink, err);
		(void)pthread_mutex_lock(&a->lock);
		a->first = (a->first + 1) % SLOTS;
		a->count--;
		a->is_over = rc != 0;
		(void)pthread_cond_signal(&a->drained);
		(void)pthread_mutex_unlock(&a->lock);
	}
	return rc;
}

static ahead *
close_ahead(ahead *a)
{
	for (size_t i = 0; a && i < SLOTS; i++)
		free(a->slots[i].room);
	free(a);
	return NULL;
}

static ahead *
open_ahead(int fd, ac_rate *rate, char *room)
{
	ahead *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	*a = (ahead){ .lock = PTHREAD_MUTEX_INITIALIZER,
		.filled = PTHREAD_COND_INITIALIZER,
		.drained = PTHREAD_COND_INITIALIZER,
		.fd = fd,
		.rate = rate,
		.block = room };
	for (size_t i = 0; i < SLOTS; i++) {
		a->slots[i].room = malloc(SLOT_SIZE);
		if (!a->slots[i].room)
			return close_ahead(a);
	}
	return a;
}

int
ac_read_input_ahead(int fd, ac_rate *rate, char room[static AC_WATCH_BLOCK], const ac_read_sink *sink, accord_err *err)
{
	ahead *a = open_ahead(fd, rate, room);
	pthread_t thread;
	int rc;

	if (!a || pthread_create(&thread, NULL, work, a)) {
		rc = ac_read_input(fd, rate, room, sink, err);
	} else {
		rc = play_all(a, sink, err);
		(void)pthread_join(thread, NULL);
	}
	close_ahead(a);
	return rc;
}
