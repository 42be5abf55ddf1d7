/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering of hits per indicator and day, and the STIX 2.1 sighting objects (s5.2) made of them. */
#include "watch/sighting.h"

#include <stdio.h>
#include <stdlib.h>

#include "codec/json_write.h"
#include "crypto/digest.h"
#include "stix/id.h"
#include "watch/sighting_memory.h"

#define LINES_SHOWN 8
#define DAY_MAX 32
#define SECONDS_PER_DAY 86400
#define KEY_MAX (AC_KIB + DAY_MAX + 1)
/* STIX 2.1 s5.2: 0 to 999,999,999. */
#define COUNT_MAX 999999999U

typedef struct entry {
	ac_str indicator;
	ac_str day; /* of the record; "undated" */
	uint64_t count;
	bool has_time;
	ac_time first, last;
	uint64_t lines[LINES_SHOWN];
	unsigned line_count;
	bool more_lines;
	/* hits one by one, see ac_sightings_by_place */
	uint32_t first_note, last_note; /* NO_NOTE: none */
	uint64_t through;               /* the last line that is counted */
	uint64_t place;                 /* all hits before this byte of the input are counted; 0: not told */
	ac_str sources;                 /* of what the memory has found; p NULL: a sighting of an input */
	bool revoked;
} entry;

#define NO_NOTE UINT32_MAX
typedef struct note {
	uint64_t line, offset;
	ac_time time;
	bool has_time;
	uint32_t next; /* of the same entry; NO_NOTE: none */
} note;

struct ac_sightings {
	char prefix[AC_SIGHTING_PREFIX_MAX];
	size_t prefix_n;
	ac_hash_seed seed;
	ac_map map; /* "indicator day" -> entry number */
	ac_vec entries;
	ac_arena arena; /* keys and texts of the entries */
	uint64_t dropped;
	bool by_place, by_offset;
	uint64_t end; /* bytes of the whole input; 0: it goes on */
	ac_vec notes;
	/* the day of the last hit: that of most others, too */
	char day[DAY_MAX];
	size_t day_n;       /* 0: none */
	int64_t day_number; /* since 1970 */
};

ac_sightings *
ac_sightings_open(ac_hash_seed seed)
{
	ac_sightings *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->seed = seed;
	ac_map_init(&s->map, seed, AC_SIGHTINGS_MAX);
	s->entries = ac_vec_of(sizeof(entry), AC_SIGHTINGS_MAX);
	s->notes = ac_vec_of(sizeof(note), AC_WATCH_MATCHES_MAX);
	ac_arena_init(&s->arena, AC_SIGHTINGS_MAX * AC_KIB);
	return s;
}

ac_sightings *
ac_sightings_close(ac_sightings *s)
{
	if (!s)
		return NULL;
	ac_map_done(&s->map);
	ac_vec_done(&s->entries);
	ac_vec_done(&s->notes);
	ac_arena_done(&s->arena);
	free(s);
	return NULL;
}

void
ac_sightings_by_place(ac_sightings *s)
{
	s->by_place = true;
}

void
ac_sightings_by_offset(ac_sightings *s)
{
	s->by_offset = true;
}

void
ac_sightings_see_end(ac_sightings *s, uint64_t bytes)
{
	s->end = bytes;
}

size_t
ac_sightings_hits(const ac_sightings *s)
{
	return s->notes.n;
}

void
ac_sightings_see(ac_sightings *s, ac_str bytes)
{
	ac_str part = ac_str_slice(bytes, 0, AC_SIGHTING_PREFIX_MAX - s->prefix_n);

	if (part.n)
		memcpy(s->prefix + s->prefix_n, part.p, part.n);
	s->prefix_n += part.n;
}

/* The lines up to the first that is no comment, that one included. */
static ac_str
identity_of(ac_str prefix)
{
	size_t at = 0;

	while (at < prefix.n) {
		const char *end = memchr(prefix.p + at, '\n', prefix.n - at);

		if (!end)
			return prefix;
		if (prefix.p[at] != '#')
			return (ac_str){ prefix.p, (size_t)(end - prefix.p) };
		at = (size_t)(end - prefix.p) + 1;
	}
	return prefix;
}

/* ---- gathering ---- */

/* The day of the record; lives until the next one is asked for. */
static ac_str
day_of(ac_sightings *s, bool has_time, ac_time t)
{
	int64_t number = t.seconds / SECONDS_PER_DAY - (t.seconds % SECONDS_PER_DAY < 0), year;
	unsigned month, day;
	int n;

	if (!has_time)
		return AC_SIGHTING_UNDATED;
	if (s->day_n == 0 || s->day_number != number) {
		ac_time_to_civil(t, &year, &month, &day);
		n = snprintf(s->day, DAY_MAX, "%04lld-%02u-%02u", (long long)year, month, day);
		s->day_n = n > 0 && n < DAY_MAX ? (size_t)n : 0;
		s->day_number = number;
	}
	return (ac_str){ s->day, s->day_n };
}

/* The entry of an indicator and day; NULL in *out when there is no room for more of them. */
static int
find_entry(ac_sightings *s, ac_str indicator, ac_str day, entry **out, accord_err *err)
{
	char text[KEY_MAX];
	ac_str key = { text, indicator.n + 1 + day.n };
	uint64_t *slot;
	entry *e;

	*out = NULL;
	if (key.n > sizeof(text))
		return ac_fail(err, ACCORD_ELIMIT, "sighting: id of %zu bytes", indicator.n);
	memcpy(text, indicator.p, indicator.n);
	text[indicator.n] = ' ';
	memcpy(text + indicator.n + 1, day.p, day.n);
	slot = ac_map_get(&s->map, key);
	if (slot) {
		*out = (entry *)s->entries.p + *slot;
		return 0;
	}
	if (s->map.count == AC_SIGHTINGS_MAX)
		return 0;
	key = ac_arena_str(&s->arena, key);
	slot = key.p ? ac_map_put(&s->map, key, NULL) : NULL;
	e = slot ? ac_vec_add(&s->entries) : NULL;
	if (!e)
		return ac_fail(err, ACCORD_ENOMEM, "sightings: no memory for more than %zu", s->entries.n);
	*slot = s->entries.n - 1;
	*e = (entry){ .indicator = (ac_str){ key.p, indicator.n },
		.day = (ac_str){ key.p + indicator.n + 1, day.n },
		.first_note = NO_NOTE,
		.last_note = NO_NOTE };
	*out = e;
	return 0;
}

static void
count_times(entry *e, ac_time first, ac_time last)
{
	if (!e->has_time || ac_time_cmp(first, e->first) < 0)
		e->first = first;
	if (!e->has_time || ac_time_cmp(last, e->last) > 0)
		e->last = last;
	e->has_time = true;
}

static void
count_hit(entry *e, const ac_hit *hit)
{
	if (e->count < COUNT_MAX)
		e->count++;
	if (hit->has_time)
		count_times(e, hit->time, hit->time);
	if (e->line_count && e->lines[e->line_count - 1] == hit->line)
		return;
	if (e->line_count < LINES_SHOWN)
		e->lines[e->line_count++] = hit->line;
	else
		e->more_lines = true;
}

/* Keep a hit for itself, so that it can be left out if it turns out to be known. */
static int
note_hit(ac_sightings *s, entry *e, const ac_hit *hit, accord_err *err)
{
	uint32_t at = (uint32_t)s->notes.n;
	note *n = ac_vec_add(&s->notes), *all = s->notes.p;

	if (!n)
		return ac_vec_check(&s->notes, "hits of one batch", err);
	*n = (note){
		.line = hit->line, .offset = hit->offset, .time = hit->time, .has_time = hit->has_time, .next = NO_NOTE
	};
	if (e->last_note == NO_NOTE)
		e->first_note = at;
	else
		all[e->last_note].next = at;
	e->last_note = at;
	e->through = hit->line;
	return 0;
}

int
ac_sightings_add(ac_sightings *s, const ac_hit *hit, accord_err *err)
{
	ac_str day = day_of(s, hit->has_time, hit->time);
	int rc = 0;

	for (size_t i = 0; !rc && i < hit->indicator_count; i++) {
		entry *e;

		rc = find_entry(s, hit->indicators[i].id, day, &e, err);
		if (!rc && !e)
			s->dropped++;
		if (rc || !e)
			continue;
		count_hit(e, hit);
		if (s->by_place || s->by_offset)
			rc = note_hit(s, e, hit, err);
	}
	return rc;
}

int
ac_sightings_add_remembered(ac_sightings *s, const ac_remembered *r, accord_err *err)
{
	entry *e;
	int rc = find_entry(s, r->indicator, day_of(s, true, r->first), &e, err);

	if (rc || !e) {
		s->dropped += !rc;
		return rc;
	}
	e->count = r->count < COUNT_MAX - e->count ? e->count + r->count : COUNT_MAX;
	count_times(e, r->first, r->last);
	e->sources = ac_sources_join(e->sources.p ? e->sources : AC_S(""), r->sources, &s->arena);
	return ac_arena_check(&s->arena, err);
}

/* ---- objects ---- */

typedef struct input {
	const ac_sighting_input *told;
	bool by_place;
	ac_time now;
	int64_t source;
} input;

static void
put_lines(ac_json_writer *w, const entry *e)
{
	ac_buf text;

	ac_buf_init(&text, 32 * LINES_SHOWN);
	for (unsigned i = 0; i < e->line_count; i++) {
		ac_buf_add(&text, i ? AC_S(", ") : AC_S(""));
		ac_buf_add_u64(&text, e->lines[i]);
	}
	if (e->more_lines)
		ac_buf_add_cstr(&text, ", ...");
	ac_jw_key_string(w, AC_S("x_accord_lines"), ac_buf_view(&text));
	ac_buf_done(&text);
}

static int
write_object(
    const input *in, const entry *e, ac_str id, ac_time created, ac_time modified, ac_buf *buf, accord_err *err)
{
	ac_json_writer w;
	ac_str text;

	ac_buf_reset(buf);
	ac_json_writer_init(&w, buf);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("type"), AC_S("sighting"));
	ac_jw_key_string(&w, AC_S("spec_version"), AC_S("2.1"));
	ac_jw_key_string(&w, AC_S("id"), id);
	ac_jw_key_time(&w, AC_S("created"), created, 3);
	ac_jw_key_time(&w, AC_S("modified"), modified, 3);
	if (e->revoked)
		ac_jw_key_bool(&w, AC_S("revoked"), true);
	if (e->has_time) {
		ac_jw_key_time(&w, AC_S("first_seen"), e->first, 3);
		ac_jw_key_time(&w, AC_S("last_seen"), e->last, 3);
	}
	ac_jw_key_u64(&w, AC_S("count"), e->count);
	ac_jw_key_string(&w, AC_S("sighting_of_ref"), e->indicator);
	ac_jw_key_string(&w, AC_S("x_accord_day"), e->day);
	ac_jw_key_string(&w, AC_S("x_accord_input"), in->told->file);
	ac_jw_key_string(&w, AC_S("x_accord_input_id"), ac_str_from(in->told->identity));
	if (e->sources.p)
		ac_jw_key_string(&w, AC_S("x_accord_sources"), e->sources);
	if (e->line_count)
		put_lines(&w, e);
	if (in->by_place && e->first_note != NO_NOTE)
		ac_jw_key_u64(&w, AC_S("x_accord_through"), e->through);
	if (e->place)
		ac_jw_key_u64(&w, AC_S("x_accord_place"), e->place);
	ac_jw_end(&w);
	return ac_buf_finish(buf, &text, err);
}

/* What was stored says the same, apart from when it was said. */
static bool
says_the_same(const ac_json *stored, const ac_json *made)
{
	static const ac_str keys[] = { AC_S_INIT("first_seen"), AC_S_INIT("last_seen"), AC_S_INIT("count"),
		AC_S_INIT("x_accord_lines"), AC_S_INIT("x_accord_sources") };

	for (size_t i = 0; i < AC_COUNT(keys); i++)
		if (!ac_str_eq(ac_json_text(ac_json_get(stored, keys[i])), ac_json_text(ac_json_get(made, keys[i]))))
			return false;
	return true;
}

typedef struct writing {
	ac_store *store;
	const ac_sightings *sightings;
	const input *in;
	ac_arena arena; /* of one object */
	ac_buf buf;
	ac_digester *digester;
	ac_sighting_counts *counts;
	ac_sighted_inputs sighted;
	ac_sighting_input memory; /* what the memory's sightings are of */
} writing;

static int
put_object(writing *w, const ac_json *object, accord_err *err)
{
	ac_put_result result;
	ac_record record;
	int rc = ac_record_from_object(object, &w->arena, &record, err);

	if (!rc)
		rc = ac_store_put(w->store, w->in->source, &record, &result, err);
	if (rc)
		return rc;
	if (result == AC_PUT_NEW)
		w->counts->made++;
	else if (result == AC_PUT_UNCHANGED || result == AC_PUT_SEEN)
		w->counts->unchanged++;
	else
		w->counts->changed++;
	return 0;
}

static int
parse_made(
    writing *w, const entry *e, ac_str id, ac_time created, ac_time modified, const ac_json **out, accord_err *err)
{
	ac_str text;
	int rc = write_object(w->in, e, id, created, modified, &w->buf, err);

	if (rc)
		return rc;
	text = ac_arena_str(&w->arena, ac_buf_view(&w->buf));
	return text.p ? ac_json_parse(text, AC_JSON_LIMITS, &w->arena, out, err) : ac_arena_check(&w->arena, err);
}

static int
put_fresh(writing *w, const entry *e, ac_str id, accord_err *err)
{
	const ac_json *object;
	int rc = parse_made(w, e, id, w->in->now, w->in->now, &object, err);

	return rc ? rc : put_object(w, object, err);
}

/* A newer version of what is stored: the same `created`, and a `modified` that is later even when the clock went back. */
static int
put_newer(writing *w, const entry *e, ac_str id, const ac_stored *stored, const ac_json *before, accord_err *err)
{
	/* Written with milliseconds: two versions within one would be the same. */
	ac_time created = w->in->now, modified = ac_time_from_us(ac_time_to_us(w->in->now) / 1000 * 1000);
	const ac_json *object;
	int rc;

	if (!ac_time_parse_loose(ac_json_get_string(before, AC_S("created")), &created))
		created = w->in->now;
	if (ac_time_cmp(modified, stored->modified) <= 0)
		modified = ac_time_from_us(ac_time_to_us(stored->modified) + 1000);
	rc = parse_made(w, e, id, created, modified, &object, err);
	return rc ? rc : put_object(w, object, err);
}

/* What was stored and what came since, as one. */
static entry
sum_of(const ac_json *before, const entry *e)
{
	ac_str lines = ac_json_get_string(before, AC_S("x_accord_lines")), line;
	entry sum = *e;
	int64_t count, place;
	uint64_t number;
	ac_time t;

	if (ac_json_i64(ac_json_get(before, AC_S("count")), &count) && count > 0)
		sum.count = (uint64_t)count + e->count < COUNT_MAX ? (uint64_t)count + e->count : COUNT_MAX;
	if (ac_time_parse_loose(ac_json_get_string(before, AC_S("first_seen")), &t)) {
		if (!sum.has_time || ac_time_cmp(t, sum.first) < 0)
			sum.first = t;
		if (!sum.has_time)
			sum.last = t;
		sum.has_time = true;
	}
	if (ac_time_parse_loose(ac_json_get_string(before, AC_S("last_seen")), &t) && ac_time_cmp(t, sum.last) > 0)
		sum.last = t;
	if (ac_json_i64(ac_json_get(before, AC_S("x_accord_place")), &place) && place > 0 &&
	    (uint64_t)place > sum.place)
		sum.place = (uint64_t)place;
	sum.line_count = 0;
	while (sum.line_count < LINES_SHOWN && ac_str_next_field(&lines, ',', &line) &&
	       ac_str_to_u64(ac_str_trim(line), &number))
		sum.lines[sum.line_count++] = number;
	for (unsigned i = 0; i < e->line_count; i++)
		if (sum.line_count < LINES_SHOWN)
			sum.lines[sum.line_count++] = e->lines[i];
		else
			sum.more_lines = true;
	return sum;
}

/* The hits of an entry that are not in what is stored of it: behind the last line, or the bytes, that were counted there. */
static entry
unknown_of(const ac_sightings *s, const ac_json *before, const entry *e)
{
	const note *all = s->notes.p;
	entry fresh = {
		.indicator = e->indicator, .day = e->day, .first_note = e->first_note, .last_note = e->last_note
	};
	int64_t through = -1, place = -1;

	if (s->by_place)
		(void)ac_json_i64(ac_json_get(before, AC_S("x_accord_through")), &through);
	else
		(void)ac_json_i64(ac_json_get(before, AC_S("x_accord_place")), &place);
	for (uint32_t i = e->first_note; i != NO_NOTE; i = all[i].next) {
		ac_hit hit = { .line = all[i].line, .time = all[i].time, .has_time = all[i].has_time };

		if ((through >= 0 && all[i].line <= (uint64_t)through) ||
		    (place >= 0 && all[i].offset < (uint64_t)place))
			continue;
		count_hit(&fresh, &hit);
		fresh.through = all[i].line;
	}
	return fresh;
}

/* The id of the sighting of an input that an entry is, or of the memory's of its day; `again`: how many of that name were revoked. In w->arena. */
static int
id_of(writing *w, const entry *e, const char *identity, unsigned again, ac_str *out, accord_err *err)
{
	const ac_str parts[] = { e->indicator, AC_S("\n"), ac_str_from(identity), AC_S("\n"), e->day };
	ac_str name = ac_arena_join(&w->arena, parts, AC_COUNT(parts));

	if (again)
		name = ac_arena_printf(&w->arena, "%.*s\n%u", AC_FMT(name), again);
	return name.p ? ac_stix_derived_id_with(w->digester, AC_S("sighting"), name, &w->arena, out, err)
		      : ac_arena_check(&w->arena, err);
}

/* A stored sighting by its id. */
static int
get(writing *w, ac_str id, ac_stored *out, const ac_json **out_object, accord_err *err)
{
	int rc = ac_store_get(w->store, id, &w->arena, out, err);

	return rc ? rc : ac_json_parse(out->object, AC_JSON_LIMITS, &w->arena, out_object, err);
}

/* ---- what the memory of observables has found ---- */

/* Revocations are for good (STIX 2.1 s3.6): what came after one has a name of its own. */
#define AGAIN_MAX 1000

/* The memory's sighting of an entry's indicator and day. ACCORD_ENOTFOUND: there is none; *out_id is what it will be called. */
static int
get_remembered(writing *w, const entry *e, ac_str *out_id, ac_stored *out, const ac_json **out_object, accord_err *err)
{
	int rc = 0;

	for (unsigned again = 0; !rc && again < AGAIN_MAX; again++) {
		rc = id_of(w, e, w->memory.identity, again, out_id, err);
		if (!rc)
			rc = get(w, *out_id, out, out_object, err);
		if (rc || !out->revoked)
			return rc;
	}
	return ACCORD_ENOTFOUND;
}

/* The memory has found an entry: what inputs have sighted of it is left out. */
static int
put_remembered(writing *w, const entry *found, accord_err *err)
{
	ac_remembered r = { found->indicator, found->day, found->sources, found->first, found->last, found->count };
	const ac_json *object, *before;
	entry e = *found;
	ac_stored stored;
	uint64_t known;
	ac_str id;
	int rc = ac_sighted_inputs_of(&w->sighted, &r, &known, err);

	if (rc)
		return rc;
	rc = get_remembered(w, found, &id, &stored, &before, err);
	if (rc && rc != ACCORD_ENOTFOUND)
		return rc;
	e.revoked = known == e.count;
	e.count -= e.revoked ? 0 : known;
	if (rc == ACCORD_ENOTFOUND && !e.revoked)
		return put_fresh(w, &e, id, err);
	if (rc == 0 && e.revoked)
		return put_newer(w, &e, id, &stored, before, err);
	rc = e.revoked ? 0 : parse_made(w, &e, id, w->in->now, w->in->now, &object, err);
	if (!rc && !e.revoked && !says_the_same(before, object))
		return put_newer(w, &e, id, &stored, before, err);
	w->counts->unchanged += !rc;
	return rc;
}

/* Hits of an input that are told for the first time: when the memory has told them already, they are the input's from now on. */
static int
take_over(writing *w, const entry *told, uint64_t count, accord_err *err)
{
	const input *in = w->in;
	input memory = { .told = &w->memory, .now = in->now, .source = in->source };
	const ac_json *before;
	ac_stored stored;
	int64_t left;
	ac_str id;
	entry e;
	int rc;

	if (count == 0 || !told->has_time)
		return 0;
	rc = get_remembered(w, told, &id, &stored, &before, err);
	if (rc)
		return rc == ACCORD_ENOTFOUND ? 0 : rc;
	e = (entry){ .indicator = told->indicator,
		.day = told->day,
		.sources = ac_json_get_string(before, AC_S("x_accord_sources")) };
	if (!ac_str_eq(stored.producer, AC_S(AC_SIGHTING_PRODUCER)) || !ac_sources_have(e.sources, in->told->file) ||
	    !ac_json_i64(ac_json_get(before, AC_S("count")), &left) || left <= 0 ||
	    !ac_time_parse_loose(ac_json_get_string(before, AC_S("first_seen")), &e.first) ||
	    !ac_time_parse_loose(ac_json_get_string(before, AC_S("last_seen")), &e.last))
		return 0;
	/* What came after it had been asked is not in it. */
	if (told->first.seconds > e.last.seconds)
		return 0;
	e.has_time = true;
	e.revoked = count >= (uint64_t)left;
	e.count = e.revoked ? (uint64_t)left : (uint64_t)left - count;
	w->in = &memory;
	rc = put_newer(w, &e, id, &stored, before, err);
	w->in = in;
	return rc;
}

/* ---- what inputs have told ---- */

static int
put_input(writing *w, const entry *e, accord_err *err)
{
	const ac_json *object, *before;
	int64_t counted = 0;
	ac_stored stored;
	ac_str id;
	int rc = id_of(w, e, w->in->told->identity, 0, &id, err);

	if (rc)
		return rc;
	rc = get(w, id, &stored, &before, err);
	if (rc == ACCORD_ENOTFOUND) {
		rc = put_fresh(w, e, id, err);
		return rc ? rc : take_over(w, e, e->count, err);
	}
	if (rc)
		return rc;
	if (w->sightings->by_place || w->sightings->by_offset) {
		entry fresh = unknown_of(w->sightings, before, e), sum = sum_of(before, &fresh);

		w->counts->unchanged += fresh.count == 0;
		rc = fresh.count ? put_newer(w, &sum, id, &stored, before, err) : 0;
		return rc ? rc : take_over(w, &fresh, fresh.count, err);
	}
	rc = parse_made(w, e, id, w->in->now, w->in->now, &object, err);
	if (rc)
		return rc;
	if (says_the_same(before, object)) {
		w->counts->unchanged++;
		return 0;
	}
	rc = put_newer(w, e, id, &stored, before, err);
	if (!rc && ac_json_i64(ac_json_get(before, AC_S("count")), &counted) && counted >= 0 &&
	    (uint64_t)counted < e->count)
		rc = take_over(w, e, e->count - (uint64_t)counted, err);
	return rc;
}

int
ac_sightings_put(ac_sightings *s, ac_store *store, const ac_sighting_input *told, ac_time now,
    ac_sighting_counts *counts, accord_err *err)
{
	input in = { .told = told, .by_place = s->by_place, .now = now };
	writing w = { .store = store, .sightings = s, .in = &in, .counts = counts };
	int rc = ac_store_source(store, AC_S(AC_SIGHTING_PRODUCER), &in.source, err);

	if (!rc)
		rc = ac_sighting_identity(AC_SIGHTING_MEMORY, 0, w.memory.identity, err);
	w.memory.file = AC_S("retro");
	ac_sighted_inputs_open(&w.sighted, store);
	ac_arena_init(&w.arena, AC_JSON_ARENA_MAX);
	ac_buf_init(&w.buf, AC_OBJECT_MAX);
	w.digester = ac_digester_open();
	if (!rc && !w.digester)
		rc = ac_fail(err, ACCORD_ENOMEM, "no memory for the ids of sightings");
	for (size_t i = 0; !rc && i < s->entries.n; i++) {
		entry *e = (entry *)s->entries.p + i;

		ac_arena_reset(&w.arena);
		e->place = s->end;
		rc = e->sources.p ? put_remembered(&w, e, err) : put_input(&w, e, err);
	}
	w.digester = ac_digester_close(w.digester);
	ac_buf_done(&w.buf);
	ac_arena_done(&w.arena);
	ac_sighted_inputs_done(&w.sighted);
	if (!rc)
		counts->dropped += s->dropped;
	return rc;
}

int
ac_sighting_identity(ac_str prefix, uint64_t inode, char out[static AC_SIGHTING_IDENTITY_SIZE], accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	char *p = out + 2 * AC_SHA256_SIZE;
	int rc = ac_sha256(identity_of(ac_str_slice(prefix, 0, AC_SIGHTING_PREFIX_MAX)), digest, err);

	if (rc)
		return rc;
	ac_hex(digest, sizeof(digest), out);
	/* 16 hexadecimal digits of the inode */
	*p++ = '-';
	for (unsigned shift = 64; shift > 0; shift -= 4)
		*p++ = "0123456789abcdef"[inode >> (shift - 4) & 15];
	*p = '\0';
	return 0;
}

void
ac_sightings_forget(ac_sightings *s)
{
	ac_map_done(&s->map);
	ac_map_init(&s->map, s->seed, AC_SIGHTINGS_MAX);
	s->entries.n = 0;
	s->notes.n = 0;
	s->prefix_n = 0;
	s->end = 0;
	s->dropped = 0;
	ac_arena_reset(&s->arena);
}

/* All of the input's in a batch of their own. */
static int
store_alone(ac_sightings *s, ac_store *store, const ac_sighting_input *told, ac_time now, ac_sighting_counts *these,
    accord_err *err)
{
	int rc = ac_store_begin(store, err);

	if (rc)
		return rc;
	rc = ac_sightings_put(s, store, told, now, these, err);
	if (rc)
		ac_store_rollback(store);
	else
		rc = ac_store_commit(store, err);
	return rc;
}

int
ac_sightings_keep(ac_sightings *s, ac_store *store, ac_str file, uint64_t inode, ac_time now,
    ac_sighting_counts *counts, accord_err *err)
{
	ac_sighting_input told = { .file = file };
	ac_sighting_counts these = { 0 };
	int rc = 0;

	if (s->entries.n > 0) {
		rc = ac_sighting_identity((ac_str){ s->prefix, s->prefix_n }, inode, told.identity, err);
		if (!rc)
			rc = store_alone(s, store, &told, now, &these, err);
	}
	if (rc)
		return rc;
	counts->dropped += these.dropped;
	counts->made += these.made;
	counts->changed += these.changed;
	counts->unchanged += these.unchanged;
	s->dropped = 0;
	return 0;
}

int
ac_sightings_store(ac_sightings *s, ac_store *store, ac_str file, uint64_t inode, ac_time now,
    ac_sighting_counts *counts, accord_err *err)
{
	int rc = ac_sightings_keep(s, store, file, inode, now, counts, err);

	if (!rc)
		ac_sightings_forget(s);
	return rc;
}
