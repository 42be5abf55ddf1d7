/* SPDX-License-Identifier: Apache-2.0 */
/* What a follower keeps: the places in its logs in one batch with the sightings of what stands before them, after what patterns and the memory of observables have of it. */
#include "base/limits.h"
#include "sys/os.h"
#include "watch/followed.h"

/* A commit is due after so many bytes or hits at the latest: what is scanned again after a crash. */
#define COMMIT_BYTES ((uint64_t)256 * AC_MIB)
#define COMMIT_HITS ((size_t)100000)

bool
ac_follow_is_due(const ac_follower *f)
{
	return f->uncommitted > COMMIT_BYTES || f->uncommitted_hits > COMMIT_HITS;
}

bool
ac_follow_may_commit(const ac_follower *f)
{
	const ac_patterns *patterns = f->options->patterns ? *f->options->patterns : NULL;

	return !patterns || !f->options->patterns_path || ac_patterns_may_keep(patterns);
}

/* What is in mind of a log's beginning outlives the process; of a large log for as long as it is new. */
static int
keep_begins(ac_followed *log, accord_err *err)
{
	if (log->begin_n)
		return ac_cursor_keep_begins(&log->cursor, (ac_str){ log->begin, log->begin_n }, err);
	if (log->cursor.head.n == AC_CURSOR_MARK_MAX)
		log->cursor.begin_count = 0;
	return 0;
}

static int
commit_log(ac_follower *f, ac_followed *log, ac_buf *text, ac_time now, ac_sighting_counts *counts, accord_err *err)
{
	ac_sighting_input input = { .file = ac_str_from(log->path) };
	ac_str state;
	int rc = 0;

	memcpy(input.identity, log->cursor.identity, sizeof(input.identity));
	if (log->sightings)
		rc = ac_sightings_put(log->sightings, f->run->store, &input, now, counts, err);
	if (!rc)
		rc = keep_begins(log, err);
	if (rc)
		return rc;
	log->cursor.seen_s = now.seconds > 0 ? now.seconds : 0;
	ac_buf_reset(text);
	ac_cursor_write(&log->cursor, ac_str_from(ac_follow_proven_path(log)), text);
	rc = ac_buf_finish(text, &state, err);
	return rc ? rc : ac_store_cursor_put(f->run->store, &log->number, state, err);
}

void
ac_follow_add_sightings(ac_follower *f, const ac_sighting_counts *counts)
{
	f->totals->sightings.made += counts->made;
	f->totals->sightings.changed += counts->changed;
	f->totals->sightings.unchanged += counts->unchanged;
	f->totals->sightings.dropped += counts->dropped;
}

static void
committed(ac_follower *f, const ac_sighting_counts *counts)
{
	for (size_t i = 0; i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		log->is_changed = false;
		log->sightings = ac_sightings_close(log->sightings);
	}
	ac_follow_add_sightings(f, counts);
	f->uncommitted = f->uncommitted_hits = 0;
	f->committed = ac_clock_monotonic();
}

/* Before the places move: what ends the process in between makes records come again, which the patterns know. */
static int
keep_patterns(ac_follower *f, accord_err *err)
{
	ac_patterns *patterns = f->options->patterns ? *f->options->patterns : NULL;

	if (!patterns || !f->options->patterns_path)
		return 0;
	return ac_patterns_keep(patterns, f->options->patterns_path, err);
}

int
ac_follow_commit(ac_follower *f, accord_err *err)
{
	ac_time now = f->options->now(f->run->sink.payload);
	ac_sighting_counts counts = { 0 };
	bool has_changed = false;
	ac_buf text;
	int rc;

	for (size_t i = 0; i < f->logs.n; i++)
		has_changed |= ((ac_followed **)f->logs.p)[i]->is_changed;
	if (!has_changed || !f->run->store) {
		committed(f, &counts);
		return 0;
	}
	/* What stands before a cursor is remembered before the cursor moves. */
	rc = f->run->retro ? ac_retro_flush(f->run->retro, now, err) : 0;
	if (!rc)
		rc = keep_patterns(f, err);
	if (!rc)
		rc = ac_store_begin(f->run->store, err);
	f->broken |= rc != 0;
	if (rc)
		return rc;
	ac_buf_init(&text, AC_OBJECT_MAX);
	for (size_t i = 0; !rc && i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		if (log->is_changed)
			rc = commit_log(f, log, &text, now, &counts, err);
	}
	ac_buf_done(&text);
	if (rc)
		ac_store_rollback(f->run->store);
	else
		rc = ac_store_commit(f->run->store, err);
	f->broken |= rc != 0;
	if (!rc)
		committed(f, &counts);
	return rc;
}
