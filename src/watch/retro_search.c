/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every value that is remembered is asked of the index's gates by its key, which hardly any passes. Those go as lines of text through the scanner, many at a time; and each day of what it finds goes through the engine as a
 * record.
 */
#include "watch/retro_search.h"

#include "watch/logs/logs.h"
#include "watch/retro_gate.h"
#include "watch/retro_key.h"
#include "watch/retro_part.h"
#include "watch/scan.h"

#define LINES_SIZE (192 * AC_KIB)

/* A value as it stands in the lines, and which of the days are its own. */
typedef struct value {
	uint32_t at, n; /* of its text */
	uint32_t first_day, day_count;
	uint8_t type;
	bool found;
} value;

typedef struct day {
	int64_t first, last;
	uint64_t count;
	ac_str sources;
	uint32_t value;
} day;

typedef struct finding {
	const ac_retro_search *search;
	ac_retro_found *out;
	ac_retro_gate gate;
	ac_scan *scan;
	size_t key_n; /* of the last value */
	char key[AC_RETRO_KEY_MAX];
	int64_t last_day;
	/* a block */
	ac_buf lines;
	ac_vec values, days;
	ac_arena scratch;
	ac_arena texts; /* of sources */
	ac_vec matches;
	/* of it, what was found */
	ac_buf records;
	ac_vec told; /* numbers of days, by the line of their record */
	ac_str sources;
	ac_str last_names[AC_RETRO_NAMES];
	unsigned last_count;
	bool last_more;
} finding;

/* Words without which a value is none in a line of text (evaluate_text.c). */
static ac_str
word_before(uint8_t type)
{
	if (type == AC_VALUE_MUTEX)
		return AC_S("mutex ");
	if (type == AC_VALUE_CERT_SERIAL)
		return AC_S("serial ");
	return type == AC_VALUE_NAMED_PIPE ? AC_S("\\pipe\\") : (ac_str){ "", 0 };
}

/* ---- each day of what was found, as a record ---- */

/* The whole value, and digests of the kind as which they were seen. */
static bool
is_own(const value *v, const ac_hit *hit)
{
	return hit->length >= v->n && (hit->type == AC_VALUE_JA3) == (v->type == AC_VALUE_JA3);
}

static const day *
day_of_line(const finding *f, uint64_t line)
{
	return (const day *)f->days.p + ((const uint32_t *)f->told.p)[line - 1];
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	finding *f = payload;
	const day *d = day_of_line(f, hit->line);
	ac_retro_hit out = { .type = hit->type,
		.value = hit->value,
		.match = hit->match,
		.indicators = hit->indicators,
		.indicator_count = hit->indicator_count,
		.day = ac_retro_day((ac_time){ d->first, 0 }),
		.first = { d->first, 0 },
		.last = { d->last, 0 },
		.count = d->count,
		.sources = d->sources };

	if (!is_own((const value *)f->values.p + d->value, hit))
		return 0;
	f->out->hits++;
	return f->search->on_hit(f->search->payload, &out, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	finding *f = payload;
	const day *d = day_of_line(f, held->line);
	ac_held_back out = *held;

	out.file = d->sources;
	out.line = out.offset = 0; /* nobody knows any more */
	f->out->held_back++;
	if (!f->search->on_held_back)
		return 0;
	return f->search->on_held_back(f->search->payload, &out, ac_retro_day((ac_time){ d->first, 0 }), err);
}

static int
evaluate(finding *f, accord_err *err)
{
	static const ac_str file = AC_S_INIT("retro");
	ac_watch_sink sink = { on_hit, on_held_back, f };
	ac_watch *watch;
	ac_str records;
	int rc = ac_buf_finish(&f->records, &records, err);

	if (rc || records.n == 0)
		return rc;
	watch = ac_watch_open(f->search->index, file, (ac_time){ 0, 0 }, &sink);
	if (!watch)
		return ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	ac_watch_set_rules(watch, &f->search->rules);
	ac_watch_select(watch, NULL, &ac_log_text);
	rc = ac_watch_feed(watch, records, err);
	if (!rc)
		rc = ac_watch_end(watch, err);
	ac_watch_close(watch);
	ac_buf_reset(&f->records);
	f->told.n = 0;
	return rc;
}

static int
put_record(finding *f, const value *v, uint32_t number, accord_err *err)
{
	const day *d = (const day *)f->days.p + number;
	int rc = f->records.n >= LINES_SIZE ? evaluate(f, err) : 0;
	uint32_t *told = rc ? NULL : ac_vec_add(&f->told);

	if (!told)
		return rc ? rc : ac_vec_check(&f->told, "days of remembered values", err);
	*told = number;
	ac_time_add(&f->records, (ac_time){ d->first, 0 }, 0);
	/* A blank ends the time, a tab is what may stand before a whole field. */
	ac_buf_add_cstr(&f->records, " \t");
	ac_buf_add(&f->records, word_before(v->type));
	ac_buf_add(&f->records, ac_str_slice(ac_buf_view(&f->lines), v->at, v->at + (size_t)v->n));
	ac_buf_add_byte(&f->records, '\n');
	return 0;
}

/* ---- what passed the gates, as lines ---- */

static void
mark(finding *f, size_t offset)
{
	value *all = f->values.p;
	size_t low = 0, high = f->values.n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (all[middle].at <= offset)
			low = middle;
		else
			high = middle;
	}
	if (high > low)
		all[low].found = true;
}

static int
end_block(finding *f, accord_err *err)
{
	const value *values = f->values.p;
	ac_str lines;
	int rc = ac_buf_finish(&f->lines, &lines, err);

	f->matches.n = 0;
	if (!rc && lines.n)
		rc = ac_scan_text(f->scan, lines, &f->matches, err);
	for (size_t i = 0; !rc && i < f->matches.n; i++)
		mark(f, ((const ac_match *)f->matches.p)[i].offset);
	for (size_t i = 0; !rc && f->matches.n && i < f->values.n; i++)
		for (uint32_t d = 0; !rc && values[i].found && d < values[i].day_count; d++)
			rc = put_record(f, &values[i], values[i].first_day + d, err);
	if (!rc)
		rc = evaluate(f, err);
	ac_buf_reset(&f->lines);
	f->values.n = f->days.n = 0;
	ac_arena_reset(&f->scratch);
	ac_arena_reset(&f->texts);
	f->last_count = AC_RETRO_NAMES + 1;
	return rc;
}

/* The names as one text: mostly the same as before. */
static ac_str
sources_of(finding *f, const ac_retro_answer *a)
{
	bool same = a->source_count == f->last_count && a->more_sources == f->last_more;
	ac_buf text;

	for (unsigned i = 0; same && i < a->source_count; i++)
		same = a->sources[i].p == f->last_names[i].p;
	if (same)
		return f->sources;
	ac_buf_init(&text, (AC_RETRO_NAMES + 1) * (AC_RETRO_NAME_MAX + 2));
	for (unsigned i = 0; i < a->source_count; i++) {
		ac_buf_add_cstr(&text, i ? ", " : "");
		ac_buf_add(&text, a->sources[i]);
		f->last_names[i] = a->sources[i];
	}
	if (a->more_sources)
		ac_buf_add_cstr(&text, a->source_count ? ", ..." : "...");
	f->last_count = a->source_count;
	f->last_more = a->more_sources;
	f->sources = ac_arena_str(&f->texts, ac_buf_view(&text));
	ac_buf_done(&text);
	return f->sources;
}

static int
add_value(finding *f, ac_str key, accord_err *err)
{
	ac_value_type type = AC_VALUE_NONE;
	int rc = f->lines.n >= LINES_SIZE ? end_block(f, err) : 0;
	value *v = rc ? NULL : ac_vec_add(&f->values);
	ac_str text;

	if (!v)
		return rc ? rc : ac_vec_check(&f->values, "remembered values of one block", err);
	memcpy(f->key, key.p, key.n);
	f->key_n = key.n;
	text = ac_retro_key_text(key, &f->scratch, &type);
	if (type == AC_VALUE_AS_NUMBER)
		text = ac_arena_printf(&f->scratch, "AS%.*s", AC_FMT(text));
	ac_buf_add(&f->lines, word_before((uint8_t)type));
	*v = (value){ .at = (uint32_t)f->lines.n,
		.n = (uint32_t)text.n,
		.first_day = (uint32_t)f->days.n,
		.type = (uint8_t)type };
	ac_buf_add(&f->lines, text);
	ac_buf_add_byte(&f->lines, '\n');
	return ac_arena_check(&f->scratch, err);
}

/* Of the key before, in the same span: days ascend. */
static bool
is_same(const finding *f, const ac_retro_answer *a)
{
	return f->values.n && a->day > f->last_day && ac_str_eq(a->key, (ac_str){ f->key, f->key_n });
}

static bool
wants(void *payload, ac_str key)
{
	finding *f = payload;

	return ac_retro_gate_passes(&f->gate, key);
}

static int
on_answer(void *payload, const ac_retro_answer *a, accord_err *err)
{
	finding *f = payload;
	int rc = is_same(f, a) ? 0 : add_value(f, a->key, err);
	day *d = rc ? NULL : ac_vec_add(&f->days);

	if (!d)
		return rc ? rc : ac_vec_check(&f->days, "days of remembered values", err);
	f->last_day = a->day;
	*d = (day){ a->first, a->last, a->count, sources_of(f, a), (uint32_t)f->values.n - 1 };
	((value *)f->values.p)[f->values.n - 1].day_count++;
	return ac_arena_check(&f->texts, err);
}

static void
on_damage(void *payload, const accord_err *what)
{
	finding *f = payload;

	if (f->search->on_damage)
		f->search->on_damage(f->search->payload, what);
}

static void
done(finding *f)
{
	ac_scan_close(f->scan);
	ac_buf_done(&f->lines);
	ac_buf_done(&f->records);
	ac_vec_done(&f->matches);
	ac_vec_done(&f->values);
	ac_vec_done(&f->days);
	ac_vec_done(&f->told);
	ac_arena_done(&f->scratch);
	ac_arena_done(&f->texts);
	free(f);
}

int
ac_retro_find(const ac_retro_search *search, ac_retro_found *out, accord_err *err)
{
	finding *f = calloc(1, sizeof(*f));
	ac_retro_sink sink = { wants, on_answer, on_damage, f };
	int rc;

	*out = (ac_retro_found){ 0 };
	if (!f)
		return ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	f->search = search;
	f->out = out;
	f->last_count = AC_RETRO_NAMES + 1;
	f->gate = ac_retro_gate_of(search->index);
	f->scan = ac_scan_open(search->index);
	f->matches = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX);
	f->values = ac_vec_of(sizeof(value), 2 * LINES_SIZE);
	f->days = ac_vec_of(sizeof(day), (2 * LINES_SIZE + 1) * AC_RETRO_SPAN);
	f->told = ac_vec_of(sizeof(uint32_t), 2 * LINES_SIZE);
	ac_buf_init(&f->lines, LINES_SIZE + 4 * AC_RETRO_KEY_MAX);
	ac_buf_init(&f->records, LINES_SIZE + 4 * AC_RETRO_KEY_MAX);
	ac_arena_init(&f->scratch, 64 * AC_MIB);
	ac_arena_init(&f->texts, 64 * AC_MIB);
	rc = f->scan ? ac_retro_ask(search->folder, search->from_day, search->to_day, &sink, &out->asked, err)
		     : ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	if (!rc)
		rc = end_block(f, err);
	done(f);
	return rc;
}
