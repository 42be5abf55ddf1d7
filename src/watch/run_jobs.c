/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several files at once. Files are taken in their order; each thread scans one and notes what it says as events of that file, and the caller's thread plays the events of one file after another to the sink. So the sink
 * sees what it would have seen of one thread, and the store has one writer.
 *
 * A thread waits when too much is waiting: that of the file whose turn it is for its own events only, so that there is always one that goes on.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "watch/run_input.h"

/* Events are handed over when there are so many bytes of them, and after each block. */
#define HAND_OVER (256 * AC_KIB)

typedef enum event_kind { HIT, HELD_BACK, PROBLEM, TEXT, BLOCK } event_kind;

/* Its texts lie behind it. */
typedef struct event {
	struct event *next;
	size_t size;
	event_kind kind;
	union {
		ac_hit hit;
		ac_held_back held;
		ac_run_text text;
		struct {
			const char *path;
			const accord_err *what;
		} problem;
		struct {
			const char *path;
			uint64_t done, total;
		} block;
	} of;
} event;

typedef struct queue {
	event *first, **end;
	size_t bytes;
} queue;

/* What a file has said and is not played yet. */
typedef struct said {
	queue events;
	bool is_done;
	const accord_err *failure; /* of its thread; NULL: none */
} said;

typedef struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	const ac_run_file *files;
	size_t count;
	said *said; /* by file */
	unsigned threads;
	/* under the lock */
	size_t next;    /* file to be taken */
	size_t playing; /* file whose turn it is */
	size_t bytes;   /* waiting, of all files */
	bool is_over;   /* the sink has failed: nothing more is wanted */
} jobs;

typedef struct worker {
	jobs *j;
	pthread_t thread;
	ac_run_reader *reader;
	size_t file;
	queue events; /* not handed over yet */
	accord_err failure;
} worker;

static void
empty(queue *q)
{
	*q = (queue){ .end = NULL };
}

static void
append(queue *to, queue *more)
{
	if (!more->first)
		return;
	if (to->first)
		*to->end = more->first;
	else
		to->first = more->first;
	to->end = more->end;
	to->bytes += more->bytes;
	empty(more);
}

static void
drop(queue *q)
{
	while (q->first) {
		event *e = q->first;

		q->first = e->next;
		free(e);
	}
	empty(q);
}

/* ---- a thread ---- */

static int
hand_over(worker *w, accord_err *err)
{
	jobs *j = w->j;
	said *file = &j->said[w->file];
	bool is_over;

	(void)pthread_mutex_lock(&j->lock);
	j->bytes += w->events.bytes;
	append(&file->events, &w->events);
	(void)pthread_cond_signal(&j->filled);
	while (!j->is_over && file->events.first &&
	       (j->playing == w->file ? file->events.bytes : j->bytes) > AC_WATCH_WAITING_MAX / 2)
		(void)pthread_cond_wait(&j->drained, &j->lock);
	is_over = j->is_over;
	(void)pthread_mutex_unlock(&j->lock);
	return is_over ? ac_fail(err, ACCORD_EINTERNAL, "watch: what was found is not wanted any more") : 0;
}

/* A new event with `room` bytes behind it for its texts. */
static event *
new_event(event_kind kind, size_t room, char **out_room, accord_err *err)
{
	event *e = calloc(1, sizeof(*e) + room);

	if (!e) {
		(void)ac_fail(err, ACCORD_ENOMEM, "watch: no memory for what was found");
		return NULL;
	}
	e->size = sizeof(*e) + room;
	e->kind = kind;
	*out_room = (char *)(e + 1);
	return e;
}

static int
add(worker *w, event *e, accord_err *err)
{
	queue one = { .first = e, .end = &e->next, .bytes = e->size };

	append(&w->events, &one);
	return w->events.bytes > HAND_OVER ? hand_over(w, err) : 0;
}

/* The text with a NUL behind it; moves *room on. */
static ac_str
put_text(char **room, ac_str text)
{
	ac_str copy = { *room, text.n };

	if (text.n)
		memcpy(*room, text.p, text.n);
	(*room)[text.n] = '\0';
	*room += text.n + 1;
	return copy;
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	size_t listed = hit->indicator_count * sizeof(*hit->indicators);
	size_t seen = hit->witness_count * sizeof(*hit->witnesses);
	size_t room = listed + seen + hit->file.n + hit->value.n + hit->text.n + 3;
	ac_hit_indicator *who;
	ac_witness *witnesses;
	event *e;
	char *p;

	for (size_t i = 0; i < hit->indicator_count; i++)
		room += hit->indicators[i].id.n + hit->indicators[i].name.n + hit->indicators[i].producer.n + 3;
	for (size_t i = 0; i < hit->witness_count; i++)
		room += hit->witnesses[i].file.n + 1;
	e = new_event(HIT, room, &p, err);
	if (!e)
		return ACCORD_ENOMEM;
	who = (ac_hit_indicator *)(void *)p;
	p += listed;
	witnesses = (ac_witness *)(void *)p;
	p += seen;
	e->of.hit = *hit;
	e->of.hit.file = put_text(&p, hit->file);
	e->of.hit.value = put_text(&p, hit->value);
	e->of.hit.text = put_text(&p, hit->text);
	e->of.hit.indicators = who;
	for (size_t i = 0; i < hit->indicator_count; i++) {
		who[i] = hit->indicators[i];
		who[i].id = put_text(&p, hit->indicators[i].id);
		who[i].name = put_text(&p, hit->indicators[i].name);
		who[i].producer = put_text(&p, hit->indicators[i].producer);
	}
	e->of.hit.witnesses = witnesses;
	for (size_t i = 0; i < hit->witness_count; i++) {
		witnesses[i] = hit->witnesses[i];
		witnesses[i].file = put_text(&p, hit->witnesses[i].file);
	}
	return add(payload, e, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	ac_str reason = ac_str_from(held->reason);
	char *p;
	event *e = new_event(HELD_BACK, held->file.n + held->value.n + held->indicator_id.n + reason.n + 4, &p, err);

	if (!e)
		return ACCORD_ENOMEM;
	e->of.held = *held;
	e->of.held.file = put_text(&p, held->file);
	e->of.held.value = put_text(&p, held->value);
	e->of.held.indicator_id = put_text(&p, held->indicator_id);
	e->of.held.reason = put_text(&p, reason).p;
	return add(payload, e, err);
}

static int
on_problem(void *payload, const char *path, const accord_err *what, accord_err *err)
{
	char *p;
	event *e = new_event(PROBLEM, sizeof(*what) + strlen(path) + 1, &p, err);

	if (!e)
		return ACCORD_ENOMEM;
	memcpy(p, what, sizeof(*what));
	e->of.problem.what = (const accord_err *)(const void *)p;
	p += sizeof(*what);
	e->of.problem.path = put_text(&p, ac_str_from(path)).p;
	return add(payload, e, err);
}

static int
on_text(void *payload, const ac_run_text *text, accord_err *err)
{
	char *p;
	event *e = new_event(TEXT, text->name.n + text->prefix.n + 2, &p, err);

	if (!e)
		return ACCORD_ENOMEM;
	e->of.text = *text;
	e->of.text.name = put_text(&p, text->name);
	e->of.text.prefix = put_text(&p, text->prefix);
	return add(payload, e, err);
}

static int
on_block(void *payload, const char *path, uint64_t done, uint64_t total, accord_err *err)
{
	worker *w = payload;
	char *p;
	event *e = new_event(BLOCK, 0, &p, err);
	int rc;

	if (!e)
		return ACCORD_ENOMEM;
	/* A path of the list of files, which outlives the threads. */
	e->of.block.path = path;
	e->of.block.done = done;
	e->of.block.total = total;
	rc = add(w, e, err);
	return rc ? rc : hand_over(w, err);
}

/* The next file that is for a thread. False: there is none. */
static bool
take(worker *w)
{
	jobs *j = w->j;
	bool found = false;

	(void)pthread_mutex_lock(&j->lock);
	while (!found && !j->is_over && j->next < j->count) {
		w->file = j->next++;
		found = j->files[w->file].is_plain && !j->files[w->file].problem;
	}
	(void)pthread_mutex_unlock(&j->lock);
	return found;
}

static void *
work(void *payload)
{
	worker *w = payload;
	jobs *j = w->j;
	int rc = 0;

	while (!rc && take(w)) {
		rc = ac_run_reader_file(w->reader, j->files[w->file].path, &w->failure);
		(void)pthread_mutex_lock(&j->lock);
		j->bytes += w->events.bytes;
		append(&j->said[w->file].events, &w->events);
		j->said[w->file].failure = rc ? &w->failure : NULL;
		j->said[w->file].is_done = true;
		(void)pthread_cond_signal(&j->filled);
		(void)pthread_mutex_unlock(&j->lock);
	}
	return NULL;
}

/* ---- the caller's thread ---- */

static int
play(const ac_run_sink *sink, const event *e, accord_err *err)
{
	switch (e->kind) {
	case HIT:
		return sink->on_hit(sink->payload, &e->of.hit, err);
	case HELD_BACK:
		return sink->on_held_back(sink->payload, &e->of.held, err);
	case PROBLEM:
		return sink->on_problem(sink->payload, e->of.problem.path, e->of.problem.what, err);
	case TEXT:
		return sink->on_text(sink->payload, &e->of.text, err);
	case BLOCK:
		break;
	}
	return sink->on_block(sink->payload, e->of.block.path, e->of.block.done, e->of.block.total, err);
}

/* All that a file says, as it comes. */
static int
play_file(jobs *j, size_t number, const ac_run_sink *sink, accord_err *err)
{
	said *file = &j->said[number];
	const accord_err *failure = NULL;
	bool is_done = false;
	int rc = 0;

	while (!rc && !is_done) {
		queue events;

		(void)pthread_mutex_lock(&j->lock);
		j->playing = number;
		(void)pthread_cond_broadcast(&j->drained);
		while (!file->events.first && !file->is_done)
			(void)pthread_cond_wait(&j->filled, &j->lock);
		events = file->events;
		empty(&file->events);
		j->bytes -= events.bytes;
		is_done = file->is_done;
		failure = file->failure;
		(void)pthread_cond_broadcast(&j->drained);
		(void)pthread_mutex_unlock(&j->lock);
		for (const event *e = events.first; !rc && e; e = e->next)
			rc = play(sink, e, err);
		drop(&events);
	}
	if (rc || !failure)
		return rc;
	*err = *failure;
	return failure->code;
}

static int
play_all(jobs *j, ac_run_reader *own, const ac_run_sink *sink, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < j->count; i++) {
		const ac_run_file *file = &j->files[i];

		if (file->problem)
			rc = sink->on_problem(sink->payload, file->path, file->problem, err);
		else if (file->is_plain && j->threads)
			rc = play_file(j, i, sink, err);
		else
			rc = ac_run_reader_file(own, file->path, err);
	}
	return rc;
}

/* Threads, as many as can be had. Returns how many; 0: none. */
static unsigned
start(jobs *j, worker *all, unsigned most, const ac_index *index, const ac_watch_run_options *options)
{
	unsigned n = 0;

	while (n < most) {
		worker *w = &all[n];
		ac_run_sink sink = { on_hit, on_held_back, on_problem, on_text, on_block, w };

		w->j = j;
		w->reader = ac_run_reader_open(index, options, &sink);
		if (!w->reader || pthread_create(&w->thread, NULL, work, w)) {
			w->reader = ac_run_reader_close(w->reader);
			break;
		}
		n++;
	}
	return n;
}

static void
finish(jobs *j, worker *all, unsigned n)
{
	(void)pthread_mutex_lock(&j->lock);
	j->is_over = true;
	(void)pthread_cond_broadcast(&j->drained);
	(void)pthread_mutex_unlock(&j->lock);
	for (unsigned i = 0; i < n; i++) {
		(void)pthread_join(all[i].thread, NULL);
		ac_run_reader_close(all[i].reader);
		drop(&all[i].events);
	}
	for (size_t i = 0; i < j->count; i++)
		drop(&j->said[i].events);
}

int
ac_run_jobs(const ac_index *index, const ac_run_file *files, size_t count, unsigned most,
    const ac_watch_run_options *options, const ac_run_sink *sink, accord_err *err)
{
	jobs j = { .lock = PTHREAD_MUTEX_INITIALIZER,
		.filled = PTHREAD_COND_INITIALIZER,
		.drained = PTHREAD_COND_INITIALIZER,
		.files = files,
		.count = count };
	unsigned wanted = most < count ? most : (unsigned)count;
	worker *all = calloc(wanted, sizeof(*all));
	ac_run_reader *own = ac_run_reader_open(index, options, sink);
	int rc;

	j.said = calloc(count, sizeof(*j.said));
	if (all && own && j.said)
		j.threads = start(&j, all, wanted, index, options);
	/* Without any thread all is read here. */
	rc = all && own && j.said ? play_all(&j, own, sink, err) : ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	if (j.threads)
		finish(&j, all, j.threads);
	ac_run_reader_close(own);
	free(j.said);
	free(all);
	return rc;
}
