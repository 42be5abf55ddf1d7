/* SPDX-License-Identifier: Apache-2.0 */
/* A reader's sink that keeps everything it is given, for tests of one reader without processes and stores. */
#ifndef AC_LEARN_SUPPORT_H
#define AC_LEARN_SUPPORT_H

#include <stdio.h>

#include "test.h"

#include "learn/reader.h"

#define GOT_MAX 4096

typedef struct got_record {
	ac_record r; /* texts kept */
	ac_place place;
} got_record;
typedef struct got_refusal {
	char reason[64];
	accord_err what;
} got_refusal;
typedef struct got_repair {
	char kind[64];
	unsigned long count;
} got_repair;

typedef struct got {
	ac_arena arena;
	got_record records[GOT_MAX];
	size_t record_count;
	ac_row rows[GOT_MAX];
	size_t row_count;
	got_refusal refusals[GOT_MAX];
	size_t refusal_count;
	got_repair repairs[64];
	size_t repair_count;
	ac_str producers[64];
	size_t producer_count;
	struct {
		ac_str uuid;
		int64_t timestamp;
	} listed[64];
	size_t listed_count;
	bool strict;
	int end_rc; /* what feed or end returned */
	accord_err end_err;
} got;

static inline ac_str
got_keep(got *g, ac_str text)
{
	return text.n ? ac_arena_str(&g->arena, text) : (ac_str){ "", 0 };
}

static inline int
got_on_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	got *g = payload;
	got_record *k;
	ac_buf packed;
	ac_str bytes;

	(void)err;
	assert_true(g->record_count < GOT_MAX);
	/* Packed and unpacked, as on its way to the store: what cannot travel fails here. */
	ac_buf_init(&packed, AC_FRAME_MAX);
	assert_int_equal(ac_record_pack(record, &packed, err), 0);
	bytes = got_keep(g, ac_buf_view(&packed));
	ac_buf_done(&packed);
	k = &g->records[g->record_count++];
	k->place = place;
	assert_int_equal(ac_record_unpack(bytes, &g->arena, &k->r, err), 0);
	return 0;
}

static inline int
got_on_row(void *payload, const ac_row *row, ac_place place, accord_err *err)
{
	got *g = payload;
	ac_row *k;

	(void)place;
	(void)err;
	assert_true(g->row_count < GOT_MAX);
	k = &g->rows[g->row_count++];
	*k = *row;
	k->value.text = got_keep(g, row->value.text);
	k->exact = got_keep(g, row->exact);
	k->comment = got_keep(g, row->comment);
	return 0;
}

static inline int
got_on_refused(void *payload, const char *reason, const accord_err *what)
{
	got *g = payload;

	if (g->refusal_count < GOT_MAX) {
		(void)snprintf(g->refusals[g->refusal_count].reason, 64, "%s", reason);
		g->refusals[g->refusal_count].what = *what;
	}
	g->refusal_count++;
	return g->strict ? ACCORD_EINPUT : 0;
}

static inline void
got_on_repair(void *payload, const char *kind, const ac_repaired_at *at)
{
	got *g = payload;
	size_t i = 0;

	while (i < g->repair_count && strcmp(g->repairs[i].kind, kind) != 0)
		i++;
	assert_true(i < AC_COUNT(g->repairs));
	if (i == g->repair_count)
		(void)snprintf(g->repairs[g->repair_count++].kind, 64, "%s", kind);
	g->repairs[i].count++;
}

static inline int
got_on_producer(void *payload, ac_str name, accord_err *err)
{
	got *g = payload;

	(void)err;
	if (g->producer_count < AC_COUNT(g->producers))
		g->producers[g->producer_count++] = got_keep(g, name);
	return 0;
}

static inline int
got_on_listed(void *payload, ac_str uuid, int64_t timestamp, accord_err *err)
{
	got *g = payload;

	(void)err;
	assert_true(g->listed_count < AC_COUNT(g->listed));
	g->listed[g->listed_count].uuid = got_keep(g, uuid);
	g->listed[g->listed_count++].timestamp = timestamp;
	return 0;
}

static inline ac_reader_sink
got_sink(got *g)
{
	return (ac_reader_sink){ .on_record = got_on_record,
		.on_row = got_on_row,
		.on_refused = got_on_refused,
		.on_repair = got_on_repair,
		.on_producer = got_on_producer,
		.on_listed = got_on_listed,
		.payload = g };
}

static inline got *
got_new(void)
{
	got *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	ac_arena_init(&g->arena, 1024 * AC_MIB);
	return g;
}

static inline void
got_free(got *g)
{
	ac_arena_done(&g->arena);
	free(g);
}

/* Feed text in pieces of `piece` bytes (0: at once). What feed or end returns is kept. */
static inline void
got_feed(got *g, const ac_reader_kind *kind, ac_str text, size_t piece)
{
	ac_reader_options options = { .input_name = AC_S("test"), .now = { 1626688800, 0 } };
	ac_reader_sink sink = got_sink(g);
	ac_reader *reader = kind->open(&options, &sink);

	assert_non_null(reader);
	while (text.n && g->end_rc == 0) {
		ac_str part = ac_str_slice(text, 0, piece ? piece : text.n);
		char *copy = malloc(part.n); /* exact: reading too far is seen by the sanitizer */

		assert_non_null(copy);
		memcpy(copy, part.p, part.n);
		g->end_rc = kind->feed(reader, (ac_str){ copy, part.n }, &g->end_err);
		free(copy);
		text = ac_str_slice(text, part.n, text.n);
	}
	if (g->end_rc == 0)
		g->end_rc = kind->end(reader, &g->end_err);
	(void)kind->close(reader);
}

static inline got *
read_text(const ac_reader_kind *kind, const char *text)
{
	got *g = got_new();

	got_feed(g, kind, ac_str_from(text), 0);
	return g;
}

/* The record with this id, or NULL. */
static inline const ac_record *
got_find(const got *g, const char *id)
{
	for (size_t i = 0; i < g->record_count; i++)
		if (ac_str_eq(g->records[i].r.id, ac_str_from(id)))
			return &g->records[i].r;
	return NULL;
}

/* The first record of this type, or NULL. */
static inline const ac_record *
got_type(const got *g, const char *type)
{
	for (size_t i = 0; i < g->record_count; i++)
		if (ac_str_eq(g->records[i].r.type, ac_str_from(type)))
			return &g->records[i].r;
	return NULL;
}

static inline size_t
got_count(const got *g, const char *type)
{
	size_t n = 0;

	for (size_t i = 0; i < g->record_count; i++)
		n += ac_str_eq(g->records[i].r.type, ac_str_from(type));
	return n;
}

static inline unsigned long
got_repaired(const got *g, const char *kind)
{
	for (size_t i = 0; i < g->repair_count; i++)
		if (strcmp(g->repairs[i].kind, kind) == 0)
			return g->repairs[i].count;
	return 0;
}

static inline bool
has_name(const ac_record *r, ac_name_kind kind, const char *text, const char *namer)
{
	for (size_t i = 0; i < r->name_count; i++)
		if (r->names[i].kind == kind && ac_str_eq(r->names[i].text, ac_str_from(text)) &&
		    ac_str_eq(r->names[i].namer, ac_str_from(namer)))
			return true;
	return false;
}

static inline bool
has_edge(const ac_record *r, const char *kind, const char *target)
{
	for (size_t i = 0; i < r->edge_count; i++)
		if (ac_str_eq(r->edges[i].kind, ac_str_from(kind)) &&
		    ac_str_eq(r->edges[i].target_id, ac_str_from(target)))
			return true;
	return false;
}

/* A member of the derived (or exact) object, as text. */
static inline ac_str
member(got *g, const ac_record *r, const char *key)
{
	const ac_json *object;
	accord_err err = { 0 };
	ac_str text = r->form == AC_FORM_DERIVED ? r->derived : r->exact;

	assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, &g->arena, &object, &err), 0);
	return ac_json_text(ac_json_get(object, ac_str_from(key)));
}

#endif
