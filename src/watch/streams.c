/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to lines, lines to the engine in large pieces, and the places of hits back to the messages that they stand in. */
#include "watch/streams.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "watch/vec.h"

/* Messages of one stream between two scans: then the engine is made to scan, whatever their size. */
#define MESSAGES_MAX ((size_t)1 << 16)
#define FILE_MAX 320

/* Where a message stands in its stream. */
typedef struct place {
	uint64_t begin;        /* byte of the endless input */
	uint64_t lines_before; /* of the endless input */
	int64_t offset;
	bool has_time;
	ac_time time;
} place;

typedef struct stream {
	ac_streams *all;
	ac_str topic; /* owned */
	char *topic_text;
	int32_t partition;
	ac_watch *watch;
	ac_sightings *sightings;
	ac_vec places; /* of messages that are not scanned yet */
	size_t at;     /* the place that was asked for last: places are asked for in order */
	uint64_t fed, lines;
	char file[FILE_MAX];
} stream;

struct ac_streams {
	const ac_index *index;
	ac_watch_run_options options;
	ac_vec streams; /* stream * */
	size_t last;
	ac_watch_counts ended;
};

static stream **
all_of(const ac_streams *s)
{
	return s->streams.p;
}

/* ---- places ---- */

/* The message that a byte of the input belongs to; there is one for each byte that was fed. */
static const place *
place_of(stream *s, uint64_t offset)
{
	const place *p = s->places.p;

	if (s->at >= s->places.n || p[s->at].begin > offset)
		s->at = 0;
	while (s->at + 1 < s->places.n && p[s->at + 1].begin <= offset)
		s->at++;
	return &p[s->at];
}

static ac_time
time_of(void *payload, uint64_t offset)
{
	stream *s = payload;
	const place *p = place_of(s, offset);

	return p->has_time ? p->time : s->all->options.as_of;
}

/* Witnesses are told by the offsets of their messages: these mean something later, too, and come again when a message does. */
static void
witness_place(void *payload, uint64_t text_offset, uint64_t *line, uint64_t *offset)
{
	stream *s = payload;
	const place *p = place_of(s, text_offset);

	*line = (uint64_t)p->offset;
	*offset = text_offset - p->begin;
}

static ac_str
file_of(stream *s, const place *p)
{
	int n = snprintf(
	    s->file, sizeof(s->file), "kafka:%.*s/%d/%lld", AC_FMT(s->topic), (int)s->partition, (long long)p->offset);

	return (ac_str){ s->file, n > 0 && (size_t)n < sizeof(s->file) ? (size_t)n : 0 };
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	stream *s = payload;
	const ac_watch_sink *sink = &s->all->options.sink;
	const place *p = place_of(s, hit->text_offset);
	ac_hit shown = *hit;
	int rc;

	shown.file = file_of(s, p);
	shown.line = hit->line - p->lines_before;
	shown.offset = hit->offset - p->begin;
	shown.text_offset = hit->text_offset - p->begin;
	if (!shown.has_time && p->has_time) {
		shown.has_time = true;
		shown.time = p->time;
	}
	rc = sink->on_hit(sink->payload, &shown, err);
	if (rc || !s->sightings)
		return rc;
	/* A sighting's lines are the offsets of its messages. */
	shown.line = (uint64_t)p->offset;
	return ac_sightings_add(s->sightings, &shown, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	stream *s = payload;
	const ac_watch_sink *sink = &s->all->options.sink;
	const place *p = place_of(s, held->offset);
	ac_held_back shown = *held;

	if (!sink->on_held_back)
		return 0;
	shown.file = file_of(s, p);
	shown.line = held->line - p->lines_before;
	shown.offset = held->offset - p->begin;
	return sink->on_held_back(sink->payload, &shown, err);
}

/* ---- streams ---- */

static stream *
close_stream(stream *s)
{
	if (!s)
		return NULL;
	ac_watch_close(s->watch);
	ac_sightings_close(s->sightings);
	ac_vec_done(&s->places);
	free(s->topic_text);
	free(s);
	return NULL;
}

/* "kafka:TOPIC/PARTITION", until the next name. */
static ac_str
name_of(stream *s)
{
	int n = snprintf(s->file, sizeof(s->file), "kafka:%.*s/%d", AC_FMT(s->topic), (int)s->partition);

	return (ac_str){ s->file, n > 0 && (size_t)n < sizeof(s->file) ? (size_t)n : 0 };
}

static int
open_watch(stream *s, accord_err *err)
{
	ac_watch_sink sink = { .on_hit = on_hit,
		.on_held_back = on_held_back,
		.payload = s,
		.time_of = time_of,
		.place_of = witness_place };

	s->fed = 0;
	s->lines = 0;
	s->watch = ac_watch_open(s->all->index, name_of(s), s->all->options.as_of, &sink);
	if (!s->watch)
		return ac_fail(err, ACCORD_ENOMEM, "%.*s: no memory", AC_FMT(s->topic));
	ac_watch_select(s->watch, s->all->options.where, s->all->options.format);
	ac_watch_set_rules(s->watch, &s->all->options.rules);
	if (s->all->options.retro && ac_watch_remember(s->watch, s->all->options.retro, err))
		return ACCORD_ENOMEM;
	return ac_watch_set_patterns(s->watch, s->all->options.patterns, err);
}

static int
open_stream(ac_streams *all, ac_str topic, int32_t partition, stream **out, accord_err *err)
{
	stream *s = calloc(1, sizeof(*s)), **slot;

	if (!s)
		return ac_fail(err, ACCORD_ENOMEM, "%.*s: no memory", AC_FMT(topic));
	s->all = all;
	s->partition = partition;
	s->places = ac_vec_of(sizeof(place), MESSAGES_MAX);
	s->topic_text = malloc(topic.n + 1);
	if (all->options.store)
		s->sightings = ac_sightings_open(all->options.seed);
	if (s->sightings)
		ac_sightings_by_place(s->sightings);
	if (s->topic_text) {
		memcpy(s->topic_text, topic.p, topic.n);
		s->topic = (ac_str){ s->topic_text, topic.n };
	}
	slot = s->topic_text && (s->sightings || !all->options.store) && !open_watch(s, err) ? ac_vec_add(&all->streams)
											     : NULL;
	if (!slot) {
		close_stream(s);
		return ac_fail(err, ACCORD_ENOMEM, "%.*s: no memory for another stream", AC_FMT(topic));
	}
	*slot = s;
	*out = s;
	return 0;
}

static stream *
find_stream(ac_streams *all, ac_str topic, int32_t partition)
{
	for (size_t i = 0; i < all->streams.n; i++) {
		size_t at = (all->last + i) % all->streams.n;
		stream *s = all_of(all)[at];

		if (s->partition == partition && ac_str_eq(s->topic, topic)) {
			all->last = at;
			return s;
		}
	}
	return NULL;
}

ac_streams *
ac_streams_open(const ac_index *index, const ac_watch_run_options *options)
{
	ac_streams *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->index = index;
	s->options = *options;
	s->streams = ac_vec_of(sizeof(stream *), AC_BUS_PARTITIONS_MAX);
	return s;
}

ac_streams *
ac_streams_close(ac_streams *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->streams.n; i++)
		close_stream(all_of(s)[i]);
	ac_vec_done(&s->streams);
	free(s);
	return NULL;
}

void
ac_streams_end(ac_streams *s, ac_str topic, int32_t partition)
{
	stream *gone = find_stream(s, topic, partition);

	if (!gone)
		return;
	ac_watch_add_counts(gone->watch, &s->ended);
	all_of(s)[s->last] = all_of(s)[--s->streams.n];
	s->last = 0;
	close_stream(gone);
}

void
ac_streams_count(const ac_streams *s, ac_watch_counts *out)
{
	*out = s->ended;
	for (size_t i = 0; i < s->streams.n; i++)
		ac_watch_add_counts(all_of(s)[i]->watch, out);
}

/* ---- scanning ---- */

static int
scan_stream(stream *s, accord_err *err)
{
	int rc = s->places.n ? ac_watch_end(s->watch, err) : 0;

	s->places.n = 0;
	s->at = 0;
	return rc;
}

static uint64_t
count_lines(ac_str bytes)
{
	uint64_t n = 0;
	ac_str line;

	while (ac_str_cut(&bytes, '\n', &line))
		n++;
	return n;
}

int
ac_streams_feed(ac_streams *all, const ac_stream_message *m, accord_err *err)
{
	stream *s = find_stream(all, m->topic, m->partition);
	ac_str bytes = m->bytes;
	place *p;
	int rc = 0;

	if (bytes.n == 0)
		return 0;
	if (!s)
		rc = open_stream(all, m->topic, m->partition, &s, err);
	if (!rc && s->places.n == MESSAGES_MAX)
		rc = scan_stream(s, err);
	if (rc)
		return rc;
	p = ac_vec_add(&s->places);
	if (!p)
		return ac_vec_check(&s->places, "messages", err);
	*p = (place){ s->fed, s->lines, m->offset, m->has_time, m->time };
	/* The engine scans while it is fed, and asks for the places of what it finds: this message's is there already. */
	s->fed += bytes.n;
	s->lines += count_lines(bytes);
	rc = ac_watch_feed(s->watch, bytes, err);
	/* A message ends its line. */
	if (!rc && bytes.p[bytes.n - 1] != '\n') {
		s->fed++;
		s->lines++;
		rc = ac_watch_feed(s->watch, AC_S("\n"), err);
	}
	return rc;
}

int
ac_streams_scan(ac_streams *s, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < s->streams.n; i++)
		rc = scan_stream(all_of(s)[i], err);
	return rc;
}

int
ac_streams_swap(ac_streams *s, const ac_index *index, ac_patterns *patterns, accord_err *err)
{
	int rc = ac_streams_scan(s, err);

	s->index = index;
	for (size_t i = 0; i < s->streams.n; i++)
		ac_watch_use(all_of(s)[i]->watch, index);
	for (size_t i = 0; !rc && patterns != s->options.patterns && i < s->streams.n; i++)
		rc = ac_watch_set_patterns(all_of(s)[i]->watch, patterns, err);
	s->options.patterns = patterns;
	return rc;
}

void
ac_streams_expect(ac_streams *s, const ac_index *coming)
{
	for (size_t i = 0; i < s->streams.n; i++)
		ac_watch_expect(all_of(s)[i]->watch, coming);
}

/* ---- sightings ---- */

bool
ac_streams_are_full(const ac_streams *s)
{
	size_t hits = 0;

	for (size_t i = 0; i < s->streams.n; i++)
		if (all_of(s)[i]->sightings)
			hits += ac_sightings_hits(all_of(s)[i]->sightings);
	return hits >= AC_BUS_NOTES_MAX;
}

int
ac_streams_keep(ac_streams *all, ac_time now, ac_sighting_counts *counts, accord_err *err)
{
	/* First: a message whose hits are known is not read again, so its values must be there. */
	int rc = all->options.retro ? ac_retro_flush(all->options.retro, now, err) : 0;

	for (size_t i = 0; !rc && i < all->streams.n; i++) {
		stream *s = all_of(all)[i];
		ac_str name;

		if (!s->sightings)
			continue;
		name = name_of(s);
		ac_sightings_see(s->sightings, name);
		rc = ac_sightings_store(s->sightings, all->options.store, name, 0, now, counts, err);
	}
	return rc;
}
