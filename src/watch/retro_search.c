/* SPDX-License-Identifier: Apache-2.0 */
/* Span by span: first all values as lines through the scanner, many at a time; then those that it found are asked for their days, and each day goes through the engine as a record. */
#include "watch/retro_search.h"

#include "watch/logs/logs.h"
#include "watch/retro_key.h"
#include "watch/retro_part.h"
#include "watch/scan.h"

#define LINES_SIZE (192 * AC_KIB)
#define FOUND_MAX ((size_t)1 << 18)
#define FOUND_BYTES (16 * AC_MIB)

/* A value as it stands in the lines. */
typedef struct value {
	uint32_t at, n; /* of its text */
	uint32_t key_at, key_n;
	bool found;
} value;

/* One day of a value that was found. */
typedef struct day {
	int64_t first, last;
	uint64_t count;
	ac_str text, sources;
	uint8_t type;
} day;

typedef struct finding {
	const ac_retro_search *search;
	ac_retro_found *out;
	ac_scan *scan;
	int64_t first_day; /* of the span at hand */
	/* first: values as lines */
	ac_buf lines, keys;
	ac_vec matches, values;
	ac_arena scratch;
	/* second: the keys that were found, and their days */
	ac_vec questions;
	ac_arena found;
	ac_buf records;
	ac_vec days;   /* of the records, by their line */
	ac_arena text; /* of the days */
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
	return type == AC_VALUE_AS_NUMBER ? AC_S("AS") : (ac_str){ "", 0 };
}

/* ---- second: each day of what was found, as a record ---- */

/* The whole value, and digests of the kind as which they were seen. */
static bool
is_own(const day *d, const ac_hit *hit)
{
	return hit->length >= d->text.n && (hit->type == AC_VALUE_JA3) == (d->type == AC_VALUE_JA3);
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	finding *f = payload;
	const day *d = (const day *)f->days.p + hit->line - 1;
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

	if (!is_own(d, hit))
		return 0;
	f->out->hits++;
	return f->search->on_hit(f->search->payload, &out, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	finding *f = payload;
	ac_held_back out = *held;

	out.file = ((const day *)f->days.p)[held->line - 1].sources;
	out.line = out.offset = 0; /* nobody knows any more */
	f->out->held_back++;
	return f->search->on_held_back ? f->search->on_held_back(f->search->payload, &out, err) : 0;
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
	ac_arena_reset(&f->text);
	f->days.n = 0;
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
	f->sources = ac_arena_str(&f->text, ac_buf_view(&text));
	ac_buf_done(&text);
	return f->sources;
}

static int
on_answer(void *payload, const ac_retro_answer *a, accord_err *err)
{
	finding *f = payload;
	ac_value_type type = AC_VALUE_NONE;
	int rc = f->records.n >= LINES_SIZE ? evaluate(f, err) : 0;
	day *d = rc ? NULL : ac_vec_add(&f->days);

	if (!d)
		return rc ? rc : ac_vec_check(&f->days, "days of remembered values", err);
	*d = (day){ .first = a->first, .last = a->last, .count = a->count };
	d->text = ac_retro_key_text(a->key, &f->text, &type);
	d->type = (uint8_t)type;
	d->sources = sources_of(f, a);
	ac_time_add(&f->records, (ac_time){ a->first, 0 }, 0);
	/* A blank ends the time, a tab is what may stand before a whole field. */
	ac_buf_add_cstr(&f->records, " \t");
	ac_buf_add(&f->records, word_before(d->type));
	ac_buf_add(&f->records, d->text);
	ac_buf_add_byte(&f->records, '\n');
	return ac_arena_check(&f->text, err);
}

/* What was found in the span at hand: its days. */
static int
end_found(finding *f, accord_err *err)
{
	const ac_retro_search *s = f->search;
	int64_t from = f->first_day, to = f->first_day + AC_RETRO_SPAN - 1;
	ac_retro_sink sink = { on_answer, NULL, f };
	ac_retro_asked asked;
	int rc;

	if (f->questions.n == 0)
		return 0;
	rc = ac_retro_ask(s->folder, from > s->from_day ? from : s->from_day, to < s->to_day ? to : s->to_day,
	    f->questions.p, f->questions.n, &sink, &asked, err);
	if (!rc)
		rc = evaluate(f, err);
	f->questions.n = 0;
	ac_arena_reset(&f->found);
	return rc;
}

/* ---- first: everything, as lines ---- */

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
keep_found(finding *f, accord_err *err)
{
	const value *values = f->values.p;

	for (size_t i = 0; i < f->values.n; i++) {
		ac_retro_question *q = values[i].found ? ac_vec_add(&f->questions) : NULL;

		if (!q)
			continue;
		*q = (ac_retro_question){ .low = ac_arena_str(
					      &f->found, ac_str_slice(ac_buf_view(&f->keys), values[i].key_at,
							     values[i].key_at + values[i].key_n)) };
	}
	return f->found.failed ? ac_arena_check(&f->found, err) : ac_vec_check(&f->questions, "values found", err);
}

static int
end_block(finding *f, accord_err *err)
{
	ac_str lines, keys;
	int rc = ac_buf_finish(&f->lines, &lines, err);

	f->matches.n = 0;
	if (!rc)
		rc = ac_buf_finish(&f->keys, &keys, err);
	if (!rc && lines.n)
		rc = ac_scan_text(f->scan, lines, &f->matches, err);
	for (size_t i = 0; !rc && i < f->matches.n; i++)
		mark(f, ((const ac_match *)f->matches.p)[i].offset);
	if (!rc && f->matches.n)
		rc = keep_found(f, err);
	ac_buf_reset(&f->lines);
	ac_buf_reset(&f->keys);
	f->values.n = 0;
	ac_arena_reset(&f->scratch);
	if (!rc && (f->questions.n >= FOUND_MAX / 2 || f->found.used >= FOUND_BYTES / 2))
		rc = end_found(f, err);
	return rc;
}

static int
on_key(void *payload, int64_t first_day, ac_str key, accord_err *err)
{
	finding *f = payload;
	ac_value_type type = AC_VALUE_NONE;
	int rc = 0;
	ac_str text;
	value *v;

	if (f->lines.n >= LINES_SIZE || f->keys.n >= LINES_SIZE || first_day != f->first_day)
		rc = end_block(f, err);
	if (!rc && first_day != f->first_day)
		rc = end_found(f, err);
	f->first_day = first_day;
	v = rc ? NULL : ac_vec_add(&f->values);
	if (!v)
		return rc ? rc : ac_vec_check(&f->values, "remembered values of one block", err);
	text = ac_retro_key_text(key, &f->scratch, &type);
	ac_buf_add(&f->lines, word_before((uint8_t)type));
	*v = (value){ (uint32_t)f->lines.n, (uint32_t)text.n, (uint32_t)f->keys.n, (uint32_t)key.n, false };
	ac_buf_add(&f->lines, text);
	ac_buf_add_byte(&f->lines, '\n');
	ac_buf_add(&f->keys, key);
	return ac_arena_check(&f->scratch, err);
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
	ac_buf_done(&f->keys);
	ac_buf_done(&f->records);
	ac_vec_done(&f->matches);
	ac_vec_done(&f->values);
	ac_vec_done(&f->questions);
	ac_vec_done(&f->days);
	ac_arena_done(&f->scratch);
	ac_arena_done(&f->found);
	ac_arena_done(&f->text);
	free(f);
}

int
ac_retro_find(const ac_retro_search *search, ac_retro_found *out, accord_err *err)
{
	finding *f = calloc(1, sizeof(*f));
	ac_retro_sink sink = { NULL, on_damage, f };
	int rc;

	*out = (ac_retro_found){ 0 };
	if (!f)
		return ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	f->search = search;
	f->out = out;
	f->last_count = AC_RETRO_NAMES + 1;
	f->scan = ac_scan_open(search->index);
	f->matches = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX);
	f->values = ac_vec_of(sizeof(value), 2 * LINES_SIZE);
	f->questions = ac_vec_of(sizeof(ac_retro_question), FOUND_MAX + 2 * LINES_SIZE);
	f->days = ac_vec_of(sizeof(day), 2 * LINES_SIZE);
	ac_buf_init(&f->lines, LINES_SIZE + 4 * AC_RETRO_KEY_MAX);
	ac_buf_init(&f->keys, LINES_SIZE + 4 * AC_RETRO_KEY_MAX);
	ac_buf_init(&f->records, LINES_SIZE + 4 * AC_RETRO_KEY_MAX);
	ac_arena_init(&f->scratch, 64 * AC_MIB);
	ac_arena_init(&f->found, 64 * AC_MIB);
	ac_arena_init(&f->text, 64 * AC_MIB);
	rc = f->scan ? ac_retro_keys(search->folder, search->from_day, search->to_day, on_key, &sink, &out->asked, err)
		     : ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	if (!rc)
		rc = end_block(f, err);
	if (!rc)
		rc = end_found(f, err);
	done(f);
	return rc;
}
