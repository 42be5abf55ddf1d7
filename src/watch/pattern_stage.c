/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to records for the patterns, and patterns that hold to hits: validity and selection are those of other hits. */
#include "watch/pattern_stage.h"

#include <stdlib.h>

#include "watch/index_format.h"

/* Lines of one block that are told apart; more are flushed before. */
#define LINES_MAX 65536

typedef struct stage_line {
	ac_str text;
	uint64_t number, offset;
	ac_time time;
	bool has_time, malformed;
} stage_line;

struct ac_pattern_stage {
	ac_pattern_work *gated, *work; /* NULL: no patterns of the kind */
	ac_arena arena;                /* of one line */
	ac_vec lines;                  /* stage_line, since the last flush */
	ac_vec found;                  /* ac_event_found, of one record */
	uint64_t want;                 /* roles, with those that ac_log_want adds */
	bool has_want;
	ac_evaluation *e;       /* while flushing */
	const stage_line *told; /* then: the lines by number */
};

int
ac_pattern_stage_open(ac_patterns *patterns, ac_str file, ac_pattern_stage **out, accord_err *err)
{
	ac_pattern_stage *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return ac_fail(err, ACCORD_ENOMEM, "patterns: no memory");
	ac_arena_init(&s->arena, 2 * AC_LOG_ARENA_MAX);
	s->lines = ac_vec_of(sizeof(stage_line), LINES_MAX);
	s->found = ac_vec_of(sizeof(ac_event_found), AC_WATCH_MATCHES_MAX);
	rc = ac_patterns_has(patterns, AC_PATTERNS_GATED)
		 ? ac_pattern_work_new(patterns, AC_PATTERNS_GATED, file, &s->gated, err)
		 : 0;
	if (!rc && ac_patterns_has(patterns, AC_PATTERNS_OPEN))
		rc = ac_pattern_work_new(patterns, AC_PATTERNS_OPEN, file, &s->work, err);
	if (rc)
		s = ac_pattern_stage_close(s);
	else
		*out = s;
	return rc;
}

int
ac_pattern_stage_use(ac_pattern_stage **s, ac_patterns *patterns, ac_str file, accord_err *err)
{
	ac_pattern_stage *fresh = NULL;
	int rc = patterns ? ac_pattern_stage_open(patterns, file, &fresh, err) : 0;

	if (rc)
		return rc;
	ac_pattern_stage_close(*s);
	*s = fresh;
	return 0;
}

int
ac_pattern_stage_rename(ac_pattern_stage *s, ac_str file, accord_err *err)
{
	int rc = s->gated ? ac_pattern_work_rename(s->gated, file, err) : 0;

	return rc || !s->work ? rc : ac_pattern_work_rename(s->work, file, err);
}

bool
ac_pattern_stage_wants_all(const ac_pattern_stage *s)
{
	return s->work != NULL;
}

ac_pattern_stage *
ac_pattern_stage_close(ac_pattern_stage *s)
{
	if (!s)
		return NULL;
	ac_pattern_work_free(s->gated);
	ac_pattern_work_free(s->work);
	ac_vec_done(&s->found);
	ac_arena_done(&s->arena);
	ac_vec_done(&s->lines);
	free(s);
	return NULL;
}

/* Read the fields that the patterns ask for, all of them where a condition may ask for any; not yet the time. */
static void
read_line(ac_pattern_stage *s, const ac_evaluation *e, ac_log_state *state, ac_str line, ac_log_record *record)
{
	uint64_t all = state->want;

	if (!s->has_want) {
		ac_log_want(state, ac_pattern_work_roles(s->work));
		s->want = state->want;
		s->has_want = true;
	}
	state->want = e->where && e->where->count ? all : s->want;
	ac_log_read_untimed(state, line, &s->arena, record);
	state->want = all;
}

static void
tell_place(const ac_evaluation *e, uint64_t text_offset, uint64_t *line, uint64_t *offset)
{
	if (e->sink->place_of)
		e->sink->place_of(e->sink->payload, text_offset, line, offset);
}

int
ac_pattern_stage_see(ac_pattern_stage *s, ac_evaluation *e, ac_log_state *state, ac_str line, uint64_t number,
    uint64_t offset, ac_time as_of, accord_err *err)
{
	bool has_where = e->where && (e->where->count || e->where->has_since), full;
	ac_log_record record = { .arena = &s->arena };
	stage_line *kept;
	ac_time time;

	if (line.n == 0 || ac_pattern_work_refuses(s->work, state, line))
		return 0;
	ac_arena_reset(&s->arena);
	read_line(s, e, state, line, &record);
	if (record.count == 0 || (!has_where && !ac_pattern_work_wants(s->work, &record, &s->arena)))
		return 0;
	ac_log_take_time(state, &record);
	time = record.has_time ? record.time : e->sink->time_of ? e->sink->time_of(e->sink->payload, offset) : as_of;
	if (has_where && (ac_where_judge(e->where, &record, time, &s->arena) != AC_WHERE_FITS ||
			     !ac_pattern_work_wants(s->work, &record, &s->arena)))
		return 0;
	kept = ac_vec_add(&s->lines);
	if (!kept)
		return ac_vec_check(&s->lines, "lines of one block", err);
	*kept = (stage_line){ line, number, offset, time, record.has_time, record.malformed };
	tell_place(e, offset, &number, &offset);
	full = ac_pattern_work_add(s->work,
	    &(ac_pattern_record){ .record = &record,
		.time = time,
		.line = number,
		.offset = offset,
		.number = (uint32_t)(s->lines.n - 1) },
	    &s->arena);
	return full || s->lines.n == LINES_MAX ? ac_pattern_stage_flush(s, e, err) : 0;
}

static bool
is_before(ac_time t, int64_t us)
{
	return us != INT64_MIN && us != INT64_MAX && ac_time_cmp(t, ac_time_from_us(us)) < 0;
}

static int
on_pattern(void *payload, const ac_pattern_hit *found, accord_err *err)
{
	ac_pattern_stage *s = payload;
	ac_evaluation *e = s->e;
	const stage_line *line = &s->told[found->record];
	ac_index_who who = ac_index_who_at(e->index, found->indicator);
	ac_hit_indicator indicator = { .name = who.name, .producer = who.producer };
	const char *reason;
	int rc;

	ac_arena_reset(&s->arena);
	e->time = line->time;
	indicator.id = ac_index_id_text(e->index, NULL, found->indicator, NULL, &s->arena);
	indicator.before_valid_from = is_before(line->time, who.valid_from_us);
	indicator.pap = ac_index_pap(who.flags);
	rc = ac_arena_check(&s->arena, err);
	reason = rc ? NULL : ac_evaluate_validity(e, found->indicator);
	if (reason) {
		ac_held_back held = { e->file, line->number, line->offset, found->scope, indicator.id, reason };

		e->counts->held_back++;
		return e->sink->on_held_back ? e->sink->on_held_back(e->sink->payload, &held, err) : 0;
	}
	if (!rc) {
		ac_hit hit = { .file = e->file,
			.line = line->number,
			.offset = line->offset,
			.length = line->text.n,
			.type = AC_VALUE_NONE,
			.value = found->scope,
			.match = "pattern",
			.indicators = &indicator,
			.indicator_count = 1,
			.text = line->text,
			.text_offset = line->offset,
			.malformed = line->malformed,
			.has_time = line->has_time,
			.time = line->time,
			.witnesses = found->witnesses,
			.witness_count = found->witness_count };

		e->counts->hits++;
		rc = e->sink->on_hit(e->sink->payload, &hit, err);
	}
	return rc;
}

int
ac_pattern_stage_flush(ac_pattern_stage *s, ac_evaluation *e, accord_err *err)
{
	int rc;

	if (!s->work)
		return 0;
	s->e = e;
	s->told = s->lines.p;
	rc = ac_pattern_work_flush(s->work, on_pattern, s, err);
	s->lines.n = 0;
	return rc;
}

int
ac_pattern_stage_tell_earlier(ac_pattern_stage *s, ac_evaluation *e, accord_err *err)
{
	ac_time time = e->time;
	int rc = s->lines.n ? ac_pattern_stage_flush(s, e, err) : 0;

	e->time = time;
	return rc;
}

/* A pattern that holds for the record at hand, of which a value was found. */
typedef struct judged {
	ac_pattern_stage *stage;
	const stage_line *line;
} judged;

static int
on_gated(void *payload, const ac_pattern_hit *found, accord_err *err)
{
	judged *j = payload;
	int rc = ac_pattern_stage_tell_earlier(j->stage, j->stage->e, err);

	j->stage->told = j->line;
	return rc ? rc : on_pattern(j->stage, found, err);
}

/* Values of which the record's fields do not tell what they are. */
static int
gather_found(ac_pattern_stage *s, const ac_evaluation *e, accord_err *err)
{
	const ac_found *all = e->found.p;

	s->found.n = 0;
	for (size_t i = 0; i < e->found.n; i++) {
		const ac_found *f = &all[i];
		ac_event_found *added;
		ac_value value;

		if (f->match.record == AC_NONE32 || (f->field && f->field->role != AC_FIELD_OTHER) ||
		    (f->match.flags & AC_MATCH_VERSION) ||
		    ac_value_parse((ac_value_type)f->match.type, f->text, &s->arena, &value, NULL))
			continue;
		added = ac_vec_add(&s->found);
		if (!added)
			return ac_vec_check(&s->found, "values of one record", err);
		*added = (ac_event_found){ value.type, value.text };
	}
	return ac_arena_check(&s->arena, err);
}

int
ac_pattern_stage_judge(ac_pattern_stage *s, ac_evaluation *e, accord_err *err)
{
	const ac_log_record *record = &e->record;
	uint64_t number = e->line_number, offset = e->line_offset;
	stage_line line = { e->line, e->line_number, e->line_offset, e->time, record->has_time, record->malformed };
	judged j = { s, &line };
	int rc;

	if (!s->gated)
		return 0;
	ac_arena_reset(&s->arena);
	rc = gather_found(s, e, err);
	if (rc)
		return rc;
	s->e = e;
	tell_place(e, offset, &number, &offset);
	(void)ac_pattern_work_add(s->gated,
	    &(ac_pattern_record){ .record = record,
		.time = e->time,
		.line = number,
		.offset = offset,
		.found = s->found.p,
		.found_count = s->found.n },
	    &s->arena);
	return ac_pattern_work_flush(s->gated, on_gated, &j, err);
}
