/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several files, and parts of big ones, at once. These tasks are taken in their order; each thread scans one and notes what it says as events of that task, and the caller's thread plays the events of one task after
 * another to the sink (run_merge.c makes parts one text again). So the sink sees what it would have seen of one thread, and the store has one writer.
 *
 * A thread waits when too much is waiting: that of the task whose turn it is for its own events only, so that there is always one that goes on.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "watch/run_input.h"
#include "watch/run_merge.h"

/* Parts that threads are ahead of the one whose turn it is, a thread: what they were taught is kept until then. */
#define AHEAD 4
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
			uint64_t done;
		} block;
	} of;
} event;

typedef struct queue {
	event *first, **end;
	size_t bytes;
} queue;

/* A file, or a part of one, and what it has said and is not played yet. */
typedef struct task {
	size_t file;
	unsigned part;
	/* of a part: what its thread took for granted, and where it has ended */
	ac_run_state before, after;
	uint64_t end;
	bool is_ready; /* a part: before and end are known */
	bool is_done;
	bool is_unwanted;          /* nothing of it is played */
	const accord_err *failure; /* of its thread; NULL: none */
	queue events;
} task;

typedef struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	const ac_run_file *files;
	ac_run_cut *cuts; /* by file */
	task *tasks;
	size_t count;
	atomic_uint spare; /* threads that may run besides those that do */
	/* under the lock */
	unsigned threads; /* also read without it by the caller's thread, which alone changes it */
	size_t next;      /* task to be taken */
	size_t playing;   /* task whose turn it is */
	size_t bytes;     /* waiting, of all tasks */
	bool is_over;     /* the sink has failed: nothing more is wanted */
} jobs;

typedef struct worker {
	jobs *j;
	pthread_t thread;
	ac_run_reader *reader;
	size_t task;
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
	task *t = &j->tasks[w->task];
	bool is_over;

	(void)pthread_mutex_lock(&j->lock);
	j->bytes += w->events.bytes;
	append(&t->events, &w->events);
	(void)pthread_cond_signal(&j->filled);
	while (!j->is_over && !t->is_unwanted && t->events.first &&
	       (j->playing == w->task ? t->events.bytes : j->bytes) > AC_WATCH_WAITING_MAX / 2)
		(void)pthread_cond_wait(&j->drained, &j->lock);
	is_over = j->is_over || t->is_unwanted;
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
on_block(void *payload, const char *path, uint64_t done, accord_err *err)
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
	rc = add(w, e, err);
	return rc ? rc : hand_over(w, err);
}

static bool
is_part(const jobs *j, const task *t)
{
	return j->cuts[t->file].parts > 1;
}

/* What is known of the lines before a part: as far as the farthest part before it has come, else what its file's first block says. Under the lock. */
static int
guess_before(const jobs *j, size_t number, ac_run_state *out, accord_err *err)
{
	const task *t = &j->tasks[number];

	for (unsigned back = 1; back < t->part; back++)
		if (j->tasks[number - back].is_done && j->tasks[number - back].after.at.offset > 0)
			return ac_run_state_copy(&j->tasks[number - back].after, out, err);
	return ac_run_state_copy(&j->cuts[t->file].guessed, out, err);
}

/* The next task that is for a thread. False: there is none. */
static bool
take(worker *w)
{
	jobs *j = w->j;
	bool found = false;

	(void)pthread_mutex_lock(&j->lock);
	while (!found && !j->is_over && j->next < j->count) {
		task *t = &j->tasks[j->next];

		if (is_part(j, t) && j->next - j->playing > (size_t)AHEAD * j->threads && j->next > j->playing) {
			(void)pthread_cond_wait(&j->drained, &j->lock);
			continue;
		}
		w->task = j->next++;
		found = j->files[t->file].is_plain && !j->files[t->file].problem && !t->is_unwanted;
	}
	(void)pthread_mutex_unlock(&j->lock);
	return found;
}

/* Where the part begins and ends; `before` tells where, too. */
static int
read_part(worker *w, task *t, const ac_run_state *before, ac_run_state *after, accord_err *err)
{
	ac_run_part part = { .begin = before->at.offset,
		.end = t->end,
		.before = t->part ? before : NULL,
		.after = t->end == UINT64_MAX ? NULL : after };

	return part.begin < part.end ? ac_run_reader_part(w->reader, w->j->files[t->file].path, &part, err) : 0;
}

/* Its places, and what it takes for granted. A part without a begin is empty. */
static int
prepare_part(jobs *j, size_t number, accord_err *err)
{
	task *t = &j->tasks[number];
	const ac_run_cut *cut = &j->cuts[t->file];
	uint64_t begin = 0, end = UINT64_MAX;
	ac_run_state before = { 0 };
	int fd = ac_file_open(j->files[t->file].path, err), rc = fd < 0 ? fd : 0;

	if (!rc)
		rc = ac_run_cut_begin(fd, cut, t->part, &begin, err);
	if (!rc)
		rc = ac_run_cut_end(fd, cut, t->part, &end, err);
	if (fd >= 0)
		(void)close(fd);
	if (begin == UINT64_MAX)
		begin = end;
	(void)pthread_mutex_lock(&j->lock);
	if (!rc && t->part)
		rc = guess_before(j, number, &before, err);
	before.at.offset = begin;
	before.at.lines = 0;
	before.at.in_long_line = false;
	before.at.csv = (ac_log_csv_rest){ .lines = 0 };
	t->before = before;
	t->end = end;
	t->is_ready = true;
	t->is_unwanted |= rc != 0;
	(void)pthread_cond_signal(&j->filled);
	(void)pthread_mutex_unlock(&j->lock);
	return rc;
}

/* What is wrong with the file is told by whoever reads it in turn: the part counts as guessed wrong. */
static int
work_on_part(worker *w, task *t, ac_run_state *after, accord_err *err)
{
	accord_err why = { 0 };
	int rc = prepare_part(w->j, w->task, &why);

	return rc ? 0 : read_part(w, t, &t->before, after, err);
}

static void *
work(void *payload)
{
	worker *w = payload;
	jobs *j = w->j;
	int rc = 0;

	while (!rc && take(w)) {
		task *t = &j->tasks[w->task];
		ac_run_state after = { 0 };

		rc = is_part(j, t) ? work_on_part(w, t, &after, &w->failure)
				   : ac_run_reader_file(w->reader, j->files[t->file].path, &w->failure);
		(void)pthread_mutex_lock(&j->lock);
		if (t->is_unwanted)
			rc = 0;
		j->bytes += w->events.bytes;
		append(&t->events, &w->events);
		t->after = after;
		t->failure = rc ? &w->failure : NULL;
		t->is_done = true;
		(void)pthread_cond_signal(&j->filled);
		(void)pthread_mutex_unlock(&j->lock);
	}
	(void)atomic_fetch_add(&j->spare, 1);
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
	return sink->on_block(sink->payload, e->of.block.path, e->of.block.done, err);
}

/* All that a task says, as it comes. */
static int
play_task(jobs *j, size_t number, const ac_run_sink *sink, accord_err *err)
{
	task *t = &j->tasks[number];
	const accord_err *failure = NULL;
	bool is_done = false;
	int rc = 0;

	while (!rc && !is_done) {
		queue events;

		(void)pthread_mutex_lock(&j->lock);
		j->playing = number;
		(void)pthread_cond_broadcast(&j->drained);
		while (!t->events.first && !t->is_done)
			(void)pthread_cond_wait(&j->filled, &j->lock);
		events = t->events;
		empty(&t->events);
		j->bytes -= events.bytes;
		is_done = t->is_done;
		failure = t->failure;
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

/* ---- parts ---- */

/* A cut file while it is put together again. */
typedef struct gathering {
	jobs *j;
	size_t first; /* task */
	ac_run_merge merge;
	ac_run_sink sink;
	ac_run_state at; /* where the parts so far have ended */
	bool is_over;    /* at the file's end */
	const ac_index *index;
	const ac_watch_run_options *options;
} gathering;

/* Wait until the part says where it stands. */
static void
wait_for_part(jobs *j, size_t number)
{
	(void)pthread_mutex_lock(&j->lock);
	j->playing = number;
	(void)pthread_cond_broadcast(&j->drained);
	while (!j->tasks[number].is_ready)
		(void)pthread_cond_wait(&j->filled, &j->lock);
	(void)pthread_mutex_unlock(&j->lock);
}

/* Nothing of what a thread has found in the part is wanted. Fails when its thread has failed: it takes no more tasks. */
static int
discard(jobs *j, size_t number, accord_err *err)
{
	task *t = &j->tasks[number];
	const accord_err *failure;

	(void)pthread_mutex_lock(&j->lock);
	t->is_unwanted = true;
	(void)pthread_cond_broadcast(&j->drained);
	while (!t->is_done)
		(void)pthread_cond_wait(&j->filled, &j->lock);
	j->bytes -= t->events.bytes;
	drop(&t->events);
	failure = t->failure;
	(void)pthread_mutex_unlock(&j->lock);
	if (failure)
		*err = *failure;
	return failure ? failure->code : 0;
}

/* The part was read for something else than it is, or could not be: here and now, from where the one before has ended. */
static int
read_again(gathering *g, uint64_t end, ac_run_state *after, accord_err *err)
{
	ac_run_reader *reader = ac_run_reader_open(g->index, g->options, &g->sink);
	ac_run_part part = {
		.begin = g->at.at.offset, .end = end, .before = &g->at, .after = end == UINT64_MAX ? NULL : after
	};
	int rc = reader ? ac_run_reader_part(reader, g->j->files[g->j->tasks[g->first].file].path, &part, err)
			: ac_fail(err, ACCORD_ENOMEM, "watch: no memory");

	ac_run_reader_close(reader);
	return rc;
}

/* Where a part has ended; under the lock, since threads copy it for the parts behind (guess_before). */
static ac_run_state
take_after(jobs *j, task *t)
{
	ac_run_state after;

	(void)pthread_mutex_lock(&j->lock);
	after = t->after;
	t->after = (ac_run_state){ 0 };
	(void)pthread_mutex_unlock(&j->lock);
	return after;
}

static int
play_part(gathering *g, unsigned part, accord_err *err)
{
	jobs *j = g->j;
	size_t number = g->first + part;
	task *t = &j->tasks[number];
	ac_run_state after = { 0 };
	int rc;

	wait_for_part(j, number);
	if (!t->is_unwanted && t->before.at.offset >= t->end) {
		g->is_over = t->end == UINT64_MAX;
		return discard(j, number, err);
	}
	if (!t->is_unwanted && (part == 0 || ac_run_state_is_same(&g->at, &t->before))) {
		rc = play_task(j, number, &g->sink, err);
		after = take_after(j, t);
	} else {
		rc = discard(j, number, err);
		if (!rc)
			rc = read_again(g, t->end, &after, err);
	}
	ac_run_state_done(&g->at);
	g->at = after;
	g->at.at.lines = 0;
	g->is_over = t->end == UINT64_MAX;
	return rc;
}

/* Parts that nobody wants any more are passed over by the threads. */
static void
pass_over(jobs *j, size_t from, size_t to)
{
	(void)pthread_mutex_lock(&j->lock);
	for (size_t i = from; i < to; i++)
		j->tasks[i].is_unwanted = true;
	(void)pthread_cond_broadcast(&j->drained);
	(void)pthread_mutex_unlock(&j->lock);
}

static int
play_parts(jobs *j, size_t first, unsigned parts, const ac_index *index, const ac_watch_run_options *options,
    const ac_run_sink *sink, accord_err *err)
{
	gathering g = { .j = j, .first = first, .index = index, .options = options };
	int rc = 0;

	ac_run_merge_init(&g.merge, sink);
	g.sink = ac_run_merge_sink(&g.merge);
	for (unsigned i = 0; !rc && !g.merge.has_failed && !g.is_over && i < parts; i++)
		rc = play_part(&g, i, err);
	pass_over(j, first, first + parts);
	if (!rc)
		rc = ac_run_merge_end(&g.merge, err);
	ac_run_merge_done(&g.merge);
	ac_run_state_done(&g.at);
	return rc;
}

static int
play_all(jobs *j, ac_run_reader *own, const ac_index *index, const ac_watch_run_options *options,
    const ac_run_sink *sink, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < j->count; i++) {
		const ac_run_file *file = &j->files[j->tasks[i].file];
		unsigned parts = j->cuts[j->tasks[i].file].parts;

		if (file->problem)
			rc = sink->on_problem(sink->payload, file->path, file->problem, err);
		else if (!file->is_plain || !j->threads)
			rc = ac_run_reader_file(own, file->path, err);
		else if (parts > 1)
			rc = play_parts(j, i, parts, index, options, sink, err);
		else
			rc = play_task(j, i, sink, err);
		i += parts > 1 ? parts - 1 : 0;
	}
	return rc;
}

/* ---- beginning and end ---- */

/* Files into tasks. What is remembered is remembered once: such files are not cut, since parts may be read again. */
static int
plan(jobs *j, size_t count, const ac_index *index, const ac_watch_run_options *options, accord_err *err)
{
	size_t tasks = 0, at = 0;
	int rc = 0;

	j->cuts = calloc(count, sizeof(*j->cuts));
	if (!j->cuts)
		return ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	for (size_t i = 0; !rc && i < count; i++) {
		const ac_run_file *file = &j->files[i];

		j->cuts[i].parts = 1;
		if (file->is_plain && !file->problem && !options->retro && !options->rate)
			rc = ac_run_cut_plan(
			    index, file->path, file->size, options->part_bytes, options->format, &j->cuts[i], err);
		tasks += j->cuts[i].parts;
	}
	j->tasks = rc ? NULL : calloc(tasks, sizeof(*j->tasks));
	if (!rc && !j->tasks)
		rc = ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	for (size_t i = 0; !rc && i < count; i++)
		for (unsigned part = 0; part < j->cuts[i].parts; part++)
			j->tasks[at++] = (task){ .file = i, .part = part };
	j->count = at;
	return rc;
}

/* Threads, as many as can be had: j->threads. */
static void
start(jobs *j, worker *all, unsigned most, const ac_index *index, const ac_watch_run_options *options)
{
	unsigned n = 0;

	while (n < most) {
		worker *w = &all[n];
		ac_run_sink sink = { on_hit, on_held_back, on_problem, on_text, on_block, w };

		w->j = j;
		w->reader = ac_run_reader_open(index, options, &sink);
		if (w->reader)
			ac_run_reader_use_spare(w->reader, &j->spare);
		if (!w->reader || pthread_create(&w->thread, NULL, work, w)) {
			w->reader = ac_run_reader_close(w->reader);
			break;
		}
		n++;
		(void)pthread_mutex_lock(&j->lock);
		j->threads = n;
		(void)pthread_mutex_unlock(&j->lock);
	}
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
}

static void
forget(jobs *j, size_t count)
{
	for (size_t i = 0; j->tasks && i < j->count; i++) {
		drop(&j->tasks[i].events);
		ac_run_state_done(&j->tasks[i].before);
		ac_run_state_done(&j->tasks[i].after);
	}
	for (size_t i = 0; j->cuts && i < count; i++)
		ac_run_state_done(&j->cuts[i].guessed);
	free(j->tasks);
	free(j->cuts);
}

int
ac_run_jobs(const ac_index *index, const ac_run_file *files, size_t count, unsigned most,
    const ac_watch_run_options *options, const ac_run_sink *sink, accord_err *err)
{
	jobs j = { .lock = PTHREAD_MUTEX_INITIALIZER,
		.filled = PTHREAD_COND_INITIALIZER,
		.drained = PTHREAD_COND_INITIALIZER,
		.files = files };
	ac_run_reader *own = ac_run_reader_open(index, options, sink);
	worker *all = NULL;
	unsigned wanted;
	int rc = own ? plan(&j, count, index, options, err) : ac_fail(err, ACCORD_ENOMEM, "watch: no memory");

	if (!rc) {
		wanted = most < j.count ? most : (unsigned)j.count;
		all = calloc(wanted, sizeof(*all));
		atomic_store(&j.spare, most - (wanted > 1 ? wanted : 1));
		ac_run_reader_use_spare(own, &j.spare);
		/* Without any thread all is read here, and a single task is no work for several. */
		if (all && wanted > 1)
			start(&j, all, wanted, index, options);
		rc = play_all(&j, own, index, options, sink, err);
	}
	if (j.threads)
		finish(&j, all, j.threads);
	forget(&j, count);
	ac_run_reader_close(own);
	free(all);
	return rc;
}
