/* SPDX-License-Identifier: Apache-2.0 */
/* Values as lines, many at a time: first all of them through the scanner, then those that it found, a line for each of their days, through the engine. */
#include "watch/retro_search.h"

#include "watch/logs/logs.h"
#include "watch/retro_key.h"
#include "watch/retro_part.h"
#include "watch/scan.h"

#define LINES_SIZE (192 * AC_KIB)
#define DAYS_MAX ((size_t)1 << 20)

typedef struct value {
	uint32_t at, n; /* of its text in the lines */
	uint8_t type;
	bool found;
	uint32_t first_day, day_count;
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
	ac_scan *scan;
	ac_buf lines, records;
	ac_vec matches, values, days;
	ac_vec asked;  /* of each record its day, by its line */
	ac_arena text; /* of values and sources of this block */
	ac_str sources;
	ac_str last_names[AC_RETRO_NAMES];
	unsigned last_count;
	bool last_more;
	size_t key_n;
	char key[AC_RETRO_KEY_MAX];
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

/* ---- the second time: with days ---- */

static bool
is_own(const value *v, const ac_hit *hit)
{
	bool is_ja3 = hit->type == AC_VALUE_JA3;

	/* The whole value, and digests of the kind as which they were seen. */
	return hit->length >= v->n && is_ja3 == (v->type == AC_VALUE_JA3);
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	finding *f = payload;
	const day *d = (const day *)f->days.p + ((const uint32_t *)f->asked.p)[hit->line - 1];
	const value *v = (const value *)f->values.p + d->value;
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

	if (!is_own(v, hit))
		return 0;
	f->out->hits++;
	return f->search->on_hit(f->search->payload, &out, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	finding *f = payload;
	const day *d = (const day *)f->days.p + ((const uint32_t *)f->asked.p)[held->line - 1];
	ac_held_back out = *held;

	out.file = d->sources;
	out.line = out.offset = 0; /* nobody knows any more */
	f->out->held_back++;
	return f->search->on_held_back ? f->search->on_held_back(f->search->payload, &out, err) : 0;
}

static void
put_record(finding *f, uint32_t number)
{
	const day *d = (const day *)f->days.p + number;
	const value *v = (const value *)f->values.p + d->value;
	uint32_t *asked = ac_vec_add(&f->asked);
	ac_str word = word_before(v->type);

	if (asked)
		*asked = number;
	ac_time_add(&f->records, (ac_time){ d->first, 0 }, 0);
	/* A blank ends the time, a tab is what may stand before a whole field. */
	ac_buf_add_cstr(&f->records, " \t");
	ac_buf_add(&f->records, word);
	ac_buf_add(&f->records, ac_str_slice(ac_buf_view(&f->lines), v->at, v->at + v->n));
	ac_buf_add_byte(&f->records, '\n');
}

static int
evaluate(finding *f, accord_err *err)
{
	static const ac_str file = AC_S_INIT("retro");
	const value *values = f->values.p;
	ac_watch_sink sink = { on_hit, on_held_back, f };
	ac_watch *watch;
	ac_str records;
	int rc;

	f->asked.n = 0;
	ac_buf_reset(&f->records);
	for (size_t i = 0; i < f->values.n; i++)
		for (uint32_t k = 0; values[i].found && k < values[i].day_count; k++)
			put_record(f, values[i].first_day + k);
	rc = ac_buf_finish(&f->records, &records, err);
	if (!rc)
		rc = ac_vec_check(&f->asked, "days of remembered values", err);
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
	return rc;
}

/* ---- the first time: whether anything is there ---- */

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
	ac_str lines;
	int rc = ac_buf_finish(&f->lines, &lines, err);

	f->matches.n = 0;
	if (!rc && lines.n)
		rc = ac_scan_text(f->scan, lines, &f->matches, err);
	for (size_t i = 0; !rc && i < f->matches.n; i++)
		mark(f, ((const ac_match *)f->matches.p)[i].offset);
	if (!rc && f->matches.n)
		rc = evaluate(f, err);
	ac_buf_reset(&f->lines);
	f->values.n = f->days.n = 0;
	f->key_n = 0;
	f->last_count = AC_RETRO_NAMES + 1;
	ac_arena_reset(&f->text);
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
new_value(finding *f, const ac_retro_answer *a, accord_err *err)
{
	ac_value_type type = AC_VALUE_NONE;
	ac_str text = ac_retro_key_text(a->key, &f->text, &type), word = word_before((uint8_t)type);
	value *v = ac_vec_add(&f->values);

	if (!v)
		return ac_vec_check(&f->values, "remembered values of one block", err);
	ac_buf_add(&f->lines, word);
	*v = (value){ .at = (uint32_t)f->lines.n,
		.n = (uint32_t)text.n,
		.type = (uint8_t)type,
		.first_day = (uint32_t)f->days.n };
	ac_buf_add(&f->lines, text);
	ac_buf_add_byte(&f->lines, '\n');
	memcpy(f->key, a->key.p, a->key.n);
	f->key_n = a->key.n;
	return 0;
}

static int
on_answer(void *payload, const ac_retro_answer *a, accord_err *err)
{
	finding *f = payload;
	bool same = ac_str_eq(a->key, (ac_str){ f->key, f->key_n });
	value *v;
	day *d;
	int rc = 0;

	if (!same && (f->lines.n >= LINES_SIZE || f->days.n + AC_RETRO_SPAN > DAYS_MAX))
		rc = end_block(f, err);
	if (!rc && !same)
		rc = new_value(f, a, err);
	if (rc)
		return rc;
	v = (value *)f->values.p + f->values.n - 1;
	d = ac_vec_add(&f->days);
	if (!d)
		return ac_vec_check(&f->days, "days of remembered values", err);
	v->day_count++;
	*d = (day){ a->first, a->last, a->count, sources_of(f, a), (uint32_t)(f->values.n - 1) };
	return ac_arena_check(&f->text, err);
}

static void
on_damage(void *payload, const accord_err *what)
{
	finding *f = payload;

	if (f->search->on_damage)
		f->search->on_damage(f->search->payload, what);
}

int
ac_retro_find(const ac_retro_search *search, ac_retro_found *out, accord_err *err)
{
	finding *f = calloc(1, sizeof(*f));
	/* Everything: kinds begin with 1. */
	ac_retro_question all = { AC_S("\x01"), AC_S("\xff"), 0 };
	ac_retro_sink sink = { on_answer, on_damage, f };
	int rc;

	*out = (ac_retro_found){ 0 };
	if (!f)
		return ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	f->search = search;
	f->out = out;
	f->last_count = AC_RETRO_NAMES + 1;
	f->scan = ac_scan_open(search->index);
	f->matches = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX);
	f->values = ac_vec_of(sizeof(value), LINES_SIZE);
	f->days = ac_vec_of(sizeof(day), DAYS_MAX);
	f->asked = ac_vec_of(sizeof(uint32_t), DAYS_MAX);
	ac_buf_init(&f->lines, LINES_SIZE + 4 * AC_RETRO_KEY_MAX);
	ac_buf_init(&f->records, AC_RETRO_SPAN * (16 * LINES_SIZE));
	ac_arena_init(&f->text, 64 * AC_MIB);
	rc = f->scan ? ac_retro_ask(search->folder, search->from_day, search->to_day, &all, 1, &sink, &out->asked, err)
		     : ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	if (!rc)
		rc = end_block(f, err);
	ac_scan_close(f->scan);
	ac_vec_done(&f->matches);
	ac_vec_done(&f->values);
	ac_vec_done(&f->days);
	ac_vec_done(&f->asked);
	ac_buf_done(&f->lines);
	ac_buf_done(&f->records);
	ac_arena_done(&f->text);
	free(f);
	return rc;
}
