/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord watch kafka://...: messages of a bus to the engine, its hits to the report and to their topic. The order is what makes it at least once: hits are told and acknowledged, then sightings are
 * kept, then the group's place moves.
 */
#include "app/app.h"
#include "app/watch_command.h"
#include "app/watch_keeper.h"
#include "net/bus.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/notify.h"
#include "sys/os.h"
#include "watch/streams.h"

#define WAIT_MS 200
#define WARM_WAIT_MS 20 /* while an index waits to be taken */
#define ROUND_BYTES (4 * AC_MIB)
/* At most so long after a message its sightings are kept. */
#define KEEP_S 1

typedef struct bus_run {
	ac_watching *w;
	ac_bus_url url;
	ac_bus *bus;
	ac_streams *streams;
	ac_keeper *keeper;
	ac_patterns *patterns; /* of the current index; NULL: none */
	ac_patterns_version patterns_of;
	const char *patterns_path; /* NULL: what they remember is not kept */
	int lock;
	ac_sighting_counts sightings;
	ac_buf hit; /* scratch */
	double kept_at;
	uint64_t kept;   /* messages */
	size_t round;    /* bytes of the messages of one poll */
	bool is_warming; /* an index comes, and is not taken yet */
	uint64_t partitions;
} bus_run;

/* ---- what the engine and the bus say ---- */

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	bus_run *r = payload;
	int rc = ac_watch_report_hit(r->w->report, hit, err);
	ac_str text;

	if (rc || r->url.hits.n == 0)
		return rc;
	ac_buf_reset(&r->hit);
	ac_watch_report_json(&r->hit, hit);
	rc = ac_buf_finish(&r->hit, &text, err);
	return rc ? rc : ac_bus_send(r->bus, hit->value, ac_str_trim(text), err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	bus_run *r = payload;

	return ac_watch_report_held(r->w->report, held, err);
}

static int
on_message(void *payload, const ac_bus_message *m, accord_err *err)
{
	bus_run *r = payload;
	ac_stream_message message = { m->topic, m->partition, m->offset, m->bytes, m->has_time, m->time };

	r->round += m->bytes.n;
	return ac_streams_feed(r->streams, &message, err);
}

static uint64_t
message_count(const bus_run *r)
{
	ac_bus_counts c;

	ac_bus_count(r->bus, &c);
	return c.messages;
}

/* All that came of the messages so far is told and kept; then the group's place moves. */
static int
keep(bus_run *r, accord_err *err)
{
	int rc = ac_streams_scan(r->streams, err);

	if (rc)
		return rc;
	ac_app_flush(r->w->app);
	if (r->w->app->out_failed)
		return ac_fail(err, ACCORD_EIO, "standard output cannot be written: the messages will be read again");
	rc = ac_bus_settle(r->bus, err);
	if (!rc)
		rc = ac_streams_keep(r->streams, ac_app_now(r->w->app), &r->sightings, err);
	/* What comes again when the place does not move after all is known by the patterns, and by the sightings. */
	if (!rc && r->patterns && r->patterns_path)
		rc = ac_patterns_keep(r->patterns, r->patterns_path, err);
	if (!rc)
		rc = ac_bus_keep(r->bus, err);
	r->kept_at = ac_clock_monotonic();
	r->kept = message_count(r);
	return rc;
}

static int
on_leaving(void *payload, accord_err *err)
{
	return keep(payload, err);
}

static int
on_partition(void *payload, ac_str topic, int32_t partition, bool is_here, accord_err *err)
{
	bus_run *r = payload;

	(void)err;
	if (is_here)
		r->partitions++;
	else
		ac_streams_end(r->streams, topic, partition);
	return 0;
}

static void
on_trouble(void *payload, const accord_err *what)
{
	(void)payload;
	ac_log_error(NULL, what);
}

static bool
is_stopping(void *payload)
{
	(void)payload;
	return ac_stop_asked();
}

/* ---- the run ---- */

static void
close_patterns(bus_run *r)
{
	r->patterns = ac_patterns_free(r->patterns);
	if (r->lock >= 0)
		ac_file_unlock(r->lock);
	r->lock = -1;
}

/* What was learned meanwhile is watched from here on: the new index has been made beside the reading, and is taken when one is there. */
static int
go_on(bus_run *r, accord_err *err)
{
	const ac_index *index, *coming;
	ac_patterns *before = r->patterns;
	int rc;

	r->is_warming = false;
	if (!ac_keeper_has_new(r->keeper))
		return 0;
	/* Nothing may wait in the streams for the index that goes. */
	rc = ac_streams_scan(r->streams, err);
	if (rc)
		return rc;
	index = ac_keeper_go_on(r->keeper, r->round, &coming);
	r->is_warming = coming != NULL;
	if (r->is_warming) {
		ac_streams_expect(r->streams, coming);
		return 0;
	}
	rc = ac_patterns_renew(before, &r->patterns_of, index, &r->w->patterns, &r->patterns, err);
	if (!rc)
		rc = ac_streams_swap(r->streams, index, r->patterns, err);
	if (before != r->patterns)
		ac_patterns_free(before);
	return rc;
}

/* Seldom, and only when what patterns remember may be kept with the place. */
static bool
may_keep(const bus_run *r)
{
	return ac_clock_monotonic() - r->kept_at >= KEEP_S &&
	       (!r->patterns || !r->patterns_path || ac_patterns_may_keep(r->patterns));
}

static int
read_messages(bus_run *r, accord_err *err)
{
	int rc = 0;

	r->kept_at = ac_clock_monotonic();
	while (!rc && !ac_stop_asked() && !ac_bus_is_at_end(r->bus)) {
		bool is_idle;

		rc = go_on(r, err);
		r->round = 0;
		if (!rc)
			rc = ac_bus_poll(r->bus, r->is_warming ? WARM_WAIT_MS : WAIT_MS, ROUND_BYTES, &is_idle, err);
		if (!rc && is_idle)
			rc = ac_streams_scan(r->streams, err);
		if (!rc && is_idle)
			ac_app_flush(r->w->app);
		if (rc || (!ac_streams_are_full(r->streams) && !may_keep(r)))
			continue;
		if (message_count(r) > r->kept)
			rc = keep(r, err);
		r->kept_at = ac_clock_monotonic();
	}
	return rc ? rc : keep(r, err);
}

static int
read_properties(ac_watching *w, ac_bus_properties *out, accord_err *err)
{
	const char *path = w->app->config.kafka_properties;
	ac_buf text;
	int rc;

	*out = (ac_bus_properties){ NULL, 0 };
	if (!path)
		return 0;
	ac_buf_init(&text, AC_CONFIG_MAX);
	rc = ac_file_load(path, AC_CONFIG_MAX, &text, err);
	if (!rc)
		rc = ac_bus_properties_read(ac_buf_view(&text), &w->app->arena, out, err);
	/* A place in the file has its name in front; ac_file_load says it itself. */
	if (rc && err->line) {
		w->status = ac_exit_worse(w->status, ac_app_fail(w->app, path, err));
		*err = (accord_err){ 0 };
		(void)ac_fail(err, rc, "[kafka] properties cannot be used");
	}
	ac_buf_done(&text);
	return rc;
}

static void
log_counts(const bus_run *r, const ac_bus_counts *c)
{
	ac_log("kafka: %llu messages (%llu empty) of %llu partitions, %llu rebalances", (unsigned long long)c->messages,
	    (unsigned long long)c->empty, (unsigned long long)r->partitions, (unsigned long long)c->rebalances);
	if (r->url.hits.n)
		ac_log("kafka: %llu hits sent to %.*s", (unsigned long long)c->sent, AC_FMT(r->url.hits));
	if (c->too_big)
		ac_log("kafka: %llu hits were too big for %.*s", (unsigned long long)c->too_big, AC_FMT(r->url.hits));
	if (c->gone)
		ac_log("kafka: %llu messages had been deleted before they were read", (unsigned long long)c->gone);
	if (c->losses || c->commit_failures || c->pauses)
		ac_log("kafka: %llu lost connections, %llu failed commits, %llu pauses to wait for the hits' topic",
		    (unsigned long long)c->losses, (unsigned long long)c->commit_failures,
		    (unsigned long long)c->pauses);
}

static int
run_bus(bus_run *r, const ac_bus_properties *properties, accord_err *err)
{
	ac_bus_sink sink = { on_message, on_leaving, on_partition, on_trouble, is_stopping, r };
	accord_err later = { 0 };
	ac_bus_counts counts;
	double start = ac_clock_monotonic();
	int rc = ac_bus_open(&r->url, properties, &sink, &r->bus, err);

	if (rc)
		return rc;
	rc = read_messages(r, err);
	ac_bus_count(r->bus, &counts);
	r->bus = ac_bus_close(r->bus, &later);
	ac_streams_count(r->streams, &r->w->totals.counts);
	r->w->totals.files = r->partitions;
	r->w->totals.sightings = r->sightings;
	if (!rc && later.code) {
		*err = later;
		rc = later.code;
	}
	if (!rc)
		rc = ac_watch_report_summary(r->w->report, ac_keeper_index(r->keeper), r->patterns, &r->w->totals,
		    r->w->run.store != NULL, ac_clock_monotonic() - start, err);
	log_counts(r, &counts);
	return rc;
}

/* The patterns of the index, and what they remember of earlier runs. Of two workers on one store only the first keeps it. */
static int
open_patterns(bus_run *r, accord_err *err)
{
	ac_watching *w = r->w;
	accord_err problem = { 0 };
	const char *lock;
	bool is_busy;
	int rc;

	r->lock = -1;
	w->patterns.seed = ac_random_seed();
	rc = ac_patterns_renew(NULL, &r->patterns_of, w->index, &w->patterns, &r->patterns, err);
	if (rc || !w->run.store)
		return rc;
	r->patterns_path = ac_watching_patterns_path(w, "kafka", err);
	lock = r->patterns_path ? ac_arena_printf(&w->app->arena, "%s.lock", r->patterns_path).p : NULL;
	if (!lock) {
		close_patterns(r);
		return r->patterns_path ? ac_arena_check(&w->app->arena, err) : err->code;
	}
	r->lock = ac_file_try_lock(lock, &is_busy, &problem);
	if (r->lock < 0) {
		if (r->patterns && ac_patterns_count(r->patterns).over_time)
			ac_log("%s is in use: what patterns over time remember is not kept by this worker",
			    r->patterns_path);
		r->patterns_path = NULL;
	} else if (r->patterns && ac_patterns_load(r->patterns, r->patterns_path, &problem)) {
		ac_log_error(r->patterns_path, &problem);
	}
	return 0;
}

bool
ac_watching_is_bus(const ac_watching *w)
{
	for (int i = 0; i < w->args->operand_count; i++)
		if (ac_bus_is_url(ac_str_from(w->args->operands[i])))
			return true;
	return false;
}

int
ac_watching_bus(ac_watching *w, accord_err *err)
{
	bus_run r = { .w = w };
	ac_watch_run_options options;
	ac_bus_properties properties;
	const char *index_path;
	int rc;

	if (w->args->operand_count != 1 || ac_arg_given(w->args, "not-watched"))
		return ac_fail(err, ACCORD_EUSAGE, "kafka://... wants to be the only input");
	if (ac_arg_given(w->args, "rate"))
		return ac_fail(err, ACCORD_EUSAGE, "--rate is for files: messages are read as they come");
	rc = ac_bus_url_parse(ac_str_from(w->args->operands[0]), &w->app->arena, &r.url, err);
	if (!rc)
		rc = read_properties(w, &properties, err);
	if (!rc)
		rc = ac_watching_open_index(w, err);
	if (rc)
		return rc;
	w->report = ac_watch_report_open(w->app, w->store, ac_arg_given(w->args, "held-back"));
	if (!w->report)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the report");
	options = w->run;
	options.sink = (ac_watch_sink){ .on_hit = on_hit, .on_held_back = on_held_back, .payload = &r };
	rc = open_patterns(&r, err);
	if (rc)
		return rc;
	options.patterns = r.patterns;
	index_path = ac_watching_index_path(w, err);
	rc = index_path ? ac_watching_remember(w, err) : err->code;
	if (rc) {
		close_patterns(&r);
		return rc;
	}
	options.retro = w->run.retro;
	r.streams = ac_streams_open(w->index, &options);
	ac_buf_init(&r.hit, AC_REPORT_MAX);
	ac_stop_catch();
	rc = r.streams ? ac_keeper_start(w->app, &w->index, index_path, &r.keeper, err)
		       : ac_fail(err, ACCORD_ENOMEM, "kafka: no memory");
	if (!rc) {
		(void)ac_keeper_index(r.keeper);
		rc = run_bus(&r, &properties, err);
	}
	ac_streams_close(r.streams);
	close_patterns(&r);
	if (!rc)
		rc = ac_watching_remembered(w, err);
	w->run.retro = ac_retro_close(w->run.retro);
	if (r.keeper)
		w->index = ac_keeper_close(r.keeper);
	ac_buf_done(&r.hit);
	return rc;
}
