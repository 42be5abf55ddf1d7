/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of an index compiled, observations gathered and matched, hits by record or over time. Knows nothing of lines and of how hits are told. */
#include "watch/patterns.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "match/matcher.h"
#include "sys/file.h"
#include "sys/os.h"
#include "watch/events.h"
#include "watch/index_format.h"
#include "watch/vec.h"

/* Observations that are matched together. */
#define BATCH 512
/* Steps and hits of brackets of one batch: a hundred times what patterns of a real feed use. */
#define BATCH_STEPS ((uint64_t)1 << 28)
#define BATCH_HITS ((size_t)1 << 18)
#define BATCH_BYTES (64 * AC_MIB)

/* Patterns of a kind. */
typedef struct part {
	ac_pattern_set *set; /* NULL: there are none */
	ac_event_plan *plan;
	uint32_t first; /* number of its first pattern among all */
	size_t over_time;
} part;

struct ac_patterns {
	ac_patterns_options options;
	part parts[AC_PATTERN_KINDS];
	ac_vec indicators;               /* uint32_t, by number */
	ac_vec texts;                    /* ac_str, by number; views the index, only while they are made */
	ac_over_time_pattern *over_time; /* by number */
	uint64_t over_time_count, refused;
	ac_patterns_version of; /* overlay 0: its index had none with patterns */
	size_t seen;            /* of the index, refused ones too */
	_Atomic uint64_t records, observed, undecided;
	_Atomic uint64_t changes; /* of what is remembered */
	uint64_t kept;            /* changes that a file has */
	double kept_at, keep_cost;
	pthread_mutex_t lock; /* of time */
	bool has_lock;
	ac_over_time *time;
};

typedef struct work_record {
	ac_time time;
	uint64_t line, offset;
	uint32_t number;
	ac_str scope; /* in the work's arena */
} work_record;

struct ac_pattern_work {
	ac_patterns *patterns;
	const part *part;
	ac_pattern_kind kind;
	ac_str file;
	char *file_text;
	ac_events *events;
	ac_observations *batch;
	ac_matcher *matcher;
	ac_arena arena; /* of the batch */
	work_record records[BATCH];
	size_t count;
	bool tells_lines; /* ac_event_plan_tells_lines */
	bool passes;      /* hardly any line is refused by its bytes */
	unsigned tried, refused, passed;
};

bool
ac_scope_from_name(ac_str name, ac_scope *out)
{
	static const char *const names[] = { [AC_SCOPE_HOST] = "host",
		[AC_SCOPE_SENSOR] = "sensor",
		[AC_SCOPE_USER] = "user",
		[AC_SCOPE_SOURCE] = "source",
		[AC_SCOPE_NONE] = "none" };

	for (size_t i = 0; i < AC_COUNT(names); i++)
		if (ac_str_eq(name, ac_str_from(names[i]))) {
			*out = (ac_scope)i;
			return true;
		}
	return false;
}

/* ---- the patterns of an index ---- */

/* Patterns of one kind are gathered. */
typedef struct gathering {
	ac_patterns *p;
	ac_pattern_kind kind;
} gathering;

static int
add_pattern(void *payload, uint32_t indicator, ac_str text, bool is_gated, accord_err *err)
{
	gathering *g = payload;
	ac_patterns *p = g->p;
	accord_err problem = { 0 };
	uint32_t *number;
	ac_str *kept;
	int rc;

	if ((is_gated && !p->options.take_all ? AC_PATTERNS_GATED : AC_PATTERNS_OPEN) != g->kind)
		return 0;
	p->seen++;
	rc = p->parts[g->kind].set ? 0 : ac_pattern_set_new(p->options.seed, &p->parts[g->kind].set, err);
	if (rc)
		return rc;
	rc = ac_pattern_set_add(p->parts[g->kind].set, text, 0, NULL, &problem);
	if (rc == ACCORD_EINPUT) {
		p->refused++;
		return 0;
	}
	if (rc) {
		*err = problem;
		return rc;
	}
	number = ac_vec_add(&p->indicators);
	kept = ac_vec_add(&p->texts);
	if (!number || !kept)
		return ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
	*number = indicator;
	*kept = text;
	return 0;
}

/* One record is enough to decide it: brackets, and OR of brackets. */
static bool
is_of_one_record(const ac_pattern_node *node)
{
	if (!node || node->op == AC_PATTERN_OBSERVATION)
		return true;
	return node->op == AC_PATTERN_OBS_OR && is_of_one_record(node->left) && is_of_one_record(node->right);
}

static int
gather(ac_patterns *p, const ac_index *index, ac_pattern_kind kind, accord_err *err)
{
	gathering g = { p, kind };
	int rc;

	p->parts[kind].first = (uint32_t)p->indicators.n;
	rc = ac_index_each_pattern(index, add_pattern, &g, err);
	if (!rc && p->parts[kind].set)
		rc = ac_pattern_set_finish(p->parts[kind].set, err);
	if (!rc && p->parts[kind].set)
		rc = ac_event_plan_new(p->parts[kind].set, &p->parts[kind].plan, err);
	return rc;
}

/* Which of them are decided over time. */
static int
finish(ac_patterns *p, accord_err *err)
{
	p->over_time = calloc(p->indicators.n + 1, sizeof(*p->over_time));
	if (!p->over_time)
		return ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
	for (unsigned kind = 0; kind < AC_PATTERN_KINDS; kind++) {
		part *all = &p->parts[kind];
		size_t n = all->set ? ac_pattern_set_count(all->set) : 0;

		for (uint32_t i = 0; i < n; i++) {
			ac_over_time_pattern *row = &p->over_time[all->first + i];
			const ac_pattern_node *tree = ac_pattern_set_tree(all->set, i);

			row->text = ((const ac_str *)p->texts.p)[all->first + i];
			row->brackets = ac_pattern_set_leaves(all->set, i);
			row->tree = is_of_one_record(tree) ? NULL : tree;
			all->over_time += row->tree != NULL;
			p->refused += ac_pattern_set_problem(all->set, i).p != NULL;
		}
		p->over_time_count += all->over_time;
	}
	return ac_over_time_new(p->over_time, p->indicators.n, p->options.seed, p->options.limits, &p->time, err);
}

bool
ac_patterns_are_in(const ac_index *index)
{
	return index->base.pattern_count || (index->overlay.header && index->overlay.pattern_count);
}

int
ac_patterns_new(const ac_index *index, const ac_patterns_options *options, ac_patterns **out, accord_err *err)
{
	ac_patterns *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
	p->options = *options;
	p->indicators = ac_vec_of(sizeof(uint32_t), AC_MATCH_PATTERNS_MAX);
	p->texts = ac_vec_of(sizeof(ac_str), AC_MATCH_PATTERNS_MAX);
	p->has_lock = pthread_mutex_init(&p->lock, NULL) == 0;
	rc = p->has_lock ? 0 : ac_fail(err, ACCORD_ENOMEM, "patterns: no lock");
	for (unsigned kind = 0; !rc && kind < AC_PATTERN_KINDS; kind++)
		rc = gather(p, index, (ac_pattern_kind)kind, err);
	p->of.base = index->base.header->checksum;
	if (index->overlay.header && index->overlay.pattern_count)
		p->of.overlay = index->overlay.header->checksum;
	if (!rc && p->indicators.n)
		rc = finish(p, err);
	/* They view the index, which may be gone sooner. */
	ac_vec_done(&p->texts);
	if (rc || p->indicators.n == 0)
		p = ac_patterns_free(p);
	if (!rc)
		*out = p;
	return rc;
}

ac_patterns *
ac_patterns_free(ac_patterns *p)
{
	if (!p)
		return NULL;
	ac_over_time_free(p->time);
	for (unsigned kind = 0; kind < AC_PATTERN_KINDS; kind++) {
		ac_event_plan_free(p->parts[kind].plan);
		ac_pattern_set_free(p->parts[kind].set);
	}
	ac_vec_done(&p->indicators);
	ac_vec_done(&p->texts);
	free(p->over_time);
	if (p->has_lock)
		(void)pthread_mutex_destroy(&p->lock);
	free(p);
	return NULL;
}

ac_patterns_counts
ac_patterns_count(ac_patterns *p)
{
	ac_patterns_counts c = { .patterns = p->indicators.n, .over_time = p->over_time_count, .refused = p->refused };

	c.open = p->parts[AC_PATTERNS_OPEN].set ? ac_pattern_set_count(p->parts[AC_PATTERNS_OPEN].set) : 0;
	c.records = atomic_load(&p->records);
	c.observed = atomic_load(&p->observed);
	c.undecided = atomic_load(&p->undecided);
	(void)pthread_mutex_lock(&p->lock);
	c.time = ac_over_time_count(p->time);
	(void)pthread_mutex_unlock(&p->lock);
	c.undecided += c.time.undecided;
	return c;
}

bool
ac_patterns_has(const ac_patterns *p, ac_pattern_kind kind)
{
	return p->parts[kind].set != NULL;
}

static int
save(ac_patterns *p, ac_buf *buf, accord_err *err)
{
	int rc;

	(void)pthread_mutex_lock(&p->lock);
	rc = ac_over_time_save(p->time, buf, err);
	(void)pthread_mutex_unlock(&p->lock);
	return rc;
}

static int
load(ac_patterns *p, ac_str bytes, accord_err *err)
{
	int rc;

	(void)pthread_mutex_lock(&p->lock);
	rc = ac_over_time_load(p->time, bytes, err);
	(void)pthread_mutex_unlock(&p->lock);
	return rc;
}

/* Take over what others remember. */
static int
inherit(ac_patterns *p, ac_patterns *from, accord_err *err)
{
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, 2 * AC_PATTERN_STATE_BYTES_MAX);
	rc = save(from, &buf, err);
	if (!rc)
		rc = load(p, ac_buf_view(&buf), err);
	if (!rc)
		ac_over_time_go_on(p->time, from->time);
	atomic_store(&p->changes, 1);
	atomic_store(&p->records, atomic_load(&from->records));
	atomic_store(&p->observed, atomic_load(&from->observed));
	atomic_store(&p->undecided, atomic_load(&from->undecided));
	ac_buf_done(&buf);
	return rc;
}

static int
count_pattern(void *payload, uint32_t indicator, ac_str text, bool is_gated, accord_err *err)
{
	(void)indicator;
	(void)text;
	(void)is_gated;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

/* Whether an index has these very patterns: all of one base, which an overlay neither adds to nor hides any of. */
static bool
fits(const ac_patterns *p, const ac_index *index)
{
	size_t n = 0;

	if (p->of.overlay || index->base.header->checksum != p->of.base ||
	    (index->overlay.header && index->overlay.pattern_count))
		return false;
	if (index->overlay.tomb_count == 0)
		return true;
	return ac_index_each_pattern(index, count_pattern, &n, NULL) == 0 && n == p->seen;
}

static ac_patterns_version
version_of(const ac_index *index)
{
	return (ac_patterns_version){ index->base.header->checksum,
		index->overlay.header ? index->overlay.header->checksum : 0 };
}

int
ac_patterns_renew(ac_patterns *old, ac_patterns_version *version, const ac_index *index,
    const ac_patterns_options *options, ac_patterns **out, accord_err *err)
{
	ac_patterns_version now = version_of(index);
	ac_patterns *fresh = NULL;
	int rc = 0;

	*out = old;
	if (now.base == version->base && now.overlay == version->overlay)
		return 0;
	if (!(old && fits(old, index))) {
		rc = ac_patterns_new(index, options, &fresh, err);
		if (!rc && fresh && old)
			rc = inherit(fresh, old, err);
		if (rc)
			ac_patterns_free(fresh);
		else
			*out = fresh;
	}
	if (!rc)
		*version = now;
	return rc;
}

int
ac_patterns_save(ac_patterns *p, const char *path, accord_err *err)
{
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, 2 * AC_PATTERN_STATE_BYTES_MAX);
	rc = save(p, &buf, err);
	if (!rc)
		rc = ac_file_replace(path, ac_buf_view(&buf), 0600, err);
	ac_buf_done(&buf);
	return rc;
}

/* So small a part of the time may go into keeping what is remembered. */
#define KEEP_SHARE 20

static bool
has_changed(const ac_patterns *p)
{
	return p->over_time_count > 0 && atomic_load(&p->changes) != p->kept;
}

bool
ac_patterns_may_keep(const ac_patterns *p)
{
	return !has_changed(p) || ac_clock_monotonic() - p->kept_at >= KEEP_SHARE * p->keep_cost;
}

int
ac_patterns_keep(ac_patterns *p, const char *path, accord_err *err)
{
	double now = ac_clock_monotonic();
	uint64_t changes = atomic_load(&p->changes);
	int rc;

	if (!has_changed(p))
		return 0;
	rc = ac_patterns_save(p, path, err);
	if (!rc)
		p->kept = changes;
	p->kept_at = ac_clock_monotonic();
	p->keep_cost = p->kept_at - now;
	return rc;
}

int
ac_patterns_load(ac_patterns *p, const char *path, accord_err *err)
{
	ac_buf buf;
	int rc;

	if (access(path, F_OK) != 0)
		return 0;
	ac_buf_init(&buf, 2 * AC_PATTERN_STATE_BYTES_MAX);
	rc = ac_file_load(path, 2 * AC_PATTERN_STATE_BYTES_MAX, &buf, err);
	if (!rc)
		rc = load(p, ac_buf_view(&buf), err);
	ac_buf_done(&buf);
	return rc;
}

/* ---- the records of one input ---- */

int
ac_pattern_work_rename(ac_pattern_work *w, ac_str file, accord_err *err)
{
	char *text = realloc(w->file_text, file.n + 1);

	if (!text)
		return ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
	if (file.n)
		memcpy(text, file.p, file.n);
	w->file_text = text;
	w->file = (ac_str){ text, file.n };
	return 0;
}

int
ac_pattern_work_new(ac_patterns *p, ac_pattern_kind kind, ac_str file, ac_pattern_work **out, accord_err *err)
{
	ac_pattern_work *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
	w->patterns = p;
	w->part = &p->parts[kind];
	w->kind = kind;
	ac_arena_init(&w->arena, BATCH_BYTES);
	rc = ac_pattern_work_rename(w, file, err);
	if (!rc)
		rc = ac_observations_new(p->options.seed, BATCH_BYTES, &w->batch, err);
	if (!rc)
		rc = ac_matcher_new(w->part->set, &w->matcher, err);
	if (!rc)
		rc = ac_events_new(w->part->plan, w->matcher, p->options.seed, &w->events, err);
	if (rc) {
		w = ac_pattern_work_free(w);
		return rc;
	}
	if (p->options.take_all)
		ac_events_take_all(w->events);
	w->tells_lines = !p->options.take_all && ac_event_plan_tells_lines(w->part->plan);
	*out = w;
	return 0;
}

ac_pattern_work *
ac_pattern_work_free(ac_pattern_work *w)
{
	if (!w)
		return NULL;
	ac_matcher_free(w->matcher);
	ac_events_free(w->events);
	ac_observations_free(w->batch);
	ac_arena_done(&w->arena);
	free(w->file_text);
	free(w);
	return NULL;
}

uint64_t
ac_pattern_work_roles(const ac_pattern_work *w)
{
	uint64_t roles = ac_event_plan_roles(w->part->plan);

	if (w->part->over_time)
		roles |= AC_ROLE_BIT(AC_FIELD_SENSOR) | AC_ROLE_BIT(AC_FIELD_SOURCE) | AC_ROLE_BIT(AC_FIELD_USER);
	return roles;
}

static ac_str
first_value(const ac_log_record *record, ac_field_role role, ac_arena *arena)
{
	for (size_t i = 0; (record->roles & AC_ROLE_BIT(role)) && i < record->count; i++)
		if (record->fields[i].role == role && record->fields[i].raw.n)
			return ac_log_value(&record->fields[i], arena);
	return (ac_str){ NULL, 0 };
}

/* The scope that a record belongs to; empty where it does not tell. Names have no case. */
static ac_str
scope_of(const ac_pattern_work *w, const ac_log_record *record, ac_arena *arena)
{
	ac_str scope = { NULL, 0 };

	switch (w->patterns->options.scope) {
	case AC_SCOPE_HOST:
		scope = first_value(record, AC_FIELD_SENSOR, arena);
		if (!scope.n)
			scope = first_value(record, AC_FIELD_SOURCE, arena);
		break;
	case AC_SCOPE_SENSOR:
		scope = first_value(record, AC_FIELD_SENSOR, arena);
		break;
	case AC_SCOPE_USER:
		scope = first_value(record, AC_FIELD_USER, arena);
		break;
	case AC_SCOPE_SOURCE:
		scope = first_value(record, AC_FIELD_SOURCE, arena);
		break;
	case AC_SCOPE_NONE:
		break;
	}
	return scope;
}

/* Its own copy in lower case, for the batch. */
static ac_str
keep_scope(ac_pattern_work *w, ac_str scope)
{
	char *p = ac_arena_alloc(&w->arena, scope.n + 1);

	for (size_t i = 0; p && i < scope.n; i++)
		p[i] = ac_lower(scope.p[i]);
	return p ? (ac_str){ p, scope.n } : (ac_str){ NULL, 0 };
}

/* Of so many lines so many must be refused by their bytes; else only one in PASSED is looked at so. */
enum { TRIED = 256, TRIED_WELL = 64, PASSED = 16 };

bool
ac_pattern_work_refuses(ac_pattern_work *w, const ac_log_state *state, ac_str line)
{
	bool refused;

	if (!w->tells_lines || line.n == 0 || line.p[0] != '{' || (state->forced && state->forced != &ac_log_json))
		return false;
	if (w->passes && ++w->passed % PASSED)
		return false;
	refused = !ac_event_plan_may_open(w->part->plan, line);
	w->refused += refused;
	if (++w->tried == TRIED) {
		w->passes = w->refused < TRIED_WELL;
		w->tried = w->refused = 0;
	}
	if (refused)
		atomic_fetch_add_explicit(&w->patterns->records, 1, memory_order_relaxed);
	return refused;
}

/* With open patterns, every record is counted by these. */
static bool
counts_records(const ac_pattern_work *w)
{
	return w->kind == AC_PATTERNS_OPEN || !ac_patterns_has(w->patterns, AC_PATTERNS_OPEN);
}

bool
ac_pattern_work_wants(ac_pattern_work *w, const ac_log_record *record, ac_arena *arena)
{
	atomic_fetch_add_explicit(&w->patterns->records, 1, memory_order_relaxed);
	return ac_events_may_hold(w->events, record, arena);
}

bool
ac_pattern_work_add(ac_pattern_work *w, const ac_pattern_record *r, ac_arena *arena)
{
	if (w->kind == AC_PATTERNS_GATED && counts_records(w))
		atomic_fetch_add_explicit(&w->patterns->records, 1, memory_order_relaxed);
	assert(w->count < BATCH);
	ac_events_put(w->batch, r->record, r->found, r->found_count, r->time, arena);
	w->records[w->count++] = (work_record){ .time = r->time,
		.line = r->line,
		.offset = r->offset,
		.number = r->number,
		.scope = w->part->over_time ? keep_scope(w, scope_of(w, r->record, arena)) : AC_S("") };
	return w->count == BATCH;
}

/* The brackets hits[0, n) of one pattern hold for one record. */
static int
settle(ac_pattern_work *w, const ac_bracket_hit *hits, size_t n, ac_on_pattern_hit on, void *payload, accord_err *err)
{
	ac_patterns *p = w->patterns;
	const work_record *record = &w->records[hits->observation];
	uint32_t number = w->part->first + hits->pattern;
	ac_witness here = { hits->bracket, w->file, record->line, record->offset, record->time };
	ac_pattern_hit hit = { .indicator = ((const uint32_t *)p->indicators.p)[number],
		.record = record->number,
		.witnesses = &here,
		.witness_count = 1,
		.scope = p->over_time[number].tree ? record->scope : AC_S("") };
	uint64_t brackets = 0;
	int rc;

	if (!p->over_time[number].tree)
		return on(payload, &hit, err);
	for (size_t i = 0; i < n; i++)
		if (hits[i].sure)
			brackets |= (uint64_t)1 << (hits[i].bracket % AC_OVER_TIME_BRACKETS_MAX);
	(void)pthread_mutex_lock(&p->lock);
	atomic_fetch_add_explicit(&p->changes, 1, memory_order_relaxed);
	rc = ac_over_time_add(
	    p->time, number, record->scope, brackets, &here, &w->arena, &hit.witnesses, &hit.witness_count, err);
	(void)pthread_mutex_unlock(&p->lock);
	return rc || hit.witness_count == 0 ? rc : on(payload, &hit, err);
}

static int
settle_all(ac_pattern_work *w, const ac_bracket_result *result, ac_on_pattern_hit on, void *payload, accord_err *err)
{
	int rc = 0;

	for (size_t at = 0, end; !rc && at < result->count; at = end) {
		const ac_bracket_hit *first = &result->hits[at];
		size_t sure = 0;

		for (end = at; end < result->count && result->hits[end].pattern == first->pattern &&
			       result->hits[end].observation == first->observation;
		     end++)
			sure += result->hits[end].sure;
		/* Of brackets that a budget left open, nothing is claimed; the matcher has counted them. */
		if (sure)
			rc = settle(w, first, end - at, on, payload, err);
	}
	return rc;
}

int
ac_pattern_work_flush(ac_pattern_work *w, ac_on_pattern_hit on, void *payload, accord_err *err)
{
	ac_matcher_budget budget = { BATCH_STEPS, BATCH_HITS, AC_SEQUENCE_BUDGET };
	ac_bracket_result result = { 0 };
	int rc = 0;

	if (w->count == 0)
		return 0;
	if (counts_records(w))
		atomic_fetch_add_explicit(&w->patterns->observed, w->count, memory_order_relaxed);
	rc = ac_observations_seal(w->batch, err);
	if (!rc)
		rc = ac_arena_check(&w->arena, err);
	if (!rc)
		rc = ac_matcher_brackets(w->matcher, w->batch, &budget, &w->arena, &result, err);
	if (!rc)
		atomic_fetch_add(&w->patterns->undecided, result.comparisons_undecided + result.exhausted);
	if (!rc)
		rc = settle_all(w, &result, on, payload, err);
	/* Telemetry is never refused: records that are too much for a batch are left undecided, and that is told. */
	if (rc == ACCORD_ELIMIT) {
		atomic_fetch_add(&w->patterns->undecided, w->count);
		rc = 0;
	}
	w->count = 0;
	ac_observations_reset(w->batch);
	ac_arena_reset(&w->arena);
	return rc;
}
