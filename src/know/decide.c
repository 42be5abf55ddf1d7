/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the records that decisions are about, whether a new one contradicts those that stand, and the relationships that they are. Judging what follows from them is group.c's.
 */
#include "know/decide.h"

#include "codec/json_write.h"
#include "crypto/digest.h"
#include "know/card.h"
#include "know/session.h"
#include "stix/id.h"

#include <stdlib.h>

#define USES_MAX 1024 /* uses of one name that are looked at */

/* Ids of decisions: of what was decided, about what, and when. */
static const uint8_t decision_namespace[16] = { 0x5d, 0x8e, 0x21, 0x77, 0x0c, 0x4b, 0x4e, 0x52, 0x9a, 0x3e, 0x61, 0xf4,
	0x8b, 0x90, 0x2d, 0xc3 };

static const ac_actor_record *
record_of(const ac_know_actors *all, ac_str id)
{
	return ac_know_record_in(all->records, all->count, id);
}

/* Lower is meant first. A number means whose own it is before others that are said to have it, too. */
static int
rank_of(const ac_actor_record *record, ac_name_kind kind, ac_str text)
{
	bool is_own = kind != AC_NAME_EXTERNAL_ID || ac_str_eq_fold(record->own_number, text);
	int rank = kind == AC_NAME_ALIAS || !is_own ? 4 : 0;

	return rank + (record->own_number.n ? record->is_authored ? 0 : 1 : 2);
}

int
ac_know_record_called(ac_know *know, ac_str text, const ac_actor_record **out, accord_err *err)
{
	const ac_know_actors *all;
	const ac_actor_record *best = NULL;
	ac_know_names uses = { 0 };
	int best_rank = 0, rc = ac_know_actors_all(know, &all, err);

	text = ac_str_trim(text);
	if (rc == 0)
		best = record_of(all, text);
	if (rc == 0 && !best)
		rc = ac_know_find_name(know, text, USES_MAX, &uses, err);
	for (size_t i = 0; rc == 0 && i < uses.count; i++) {
		const ac_actor_record *record = record_of(all, uses.items[i].object_id);
		int rank = record ? rank_of(record, uses.items[i].kind, text) : 0;

		if (record && uses.items[i].kind != AC_NAME_UUID &&
		    (!best || rank < best_rank || (rank == best_rank && ac_str_cmp(record->id, best->id) < 0))) {
			best = record;
			best_rank = rank;
		}
	}
	if (rc == 0 && !best)
		return ACCORD_ENOTFOUND;
	if (rc == 0)
		*out = best;
	return rc;
}

static int
compare_decisions(const void *x, const void *y)
{
	const ac_decision *a = x, *b = y;
	int c = ac_str_cmp(a->link->date, b->link->date);

	return c ? c : ac_str_cmp(a->link->via_id, b->link->via_id);
}

static bool
is_about(const ac_decision *d, const ac_actor_record *a, const ac_actor_record *b)
{
	return !a || (d->a == a && d->b == b) || (d->a == b && d->b == a);
}

int
ac_know_decisions(ac_know *know, const ac_actor_record *a, const ac_actor_record *b, ac_decisions *out, accord_err *err)
{
	const ac_know_actors *all;
	int rc = ac_know_actors_all(know, &all, err);

	*out = (ac_decisions){ 0 };
	for (size_t i = 0; rc == 0 && i < all->count; i++)
		for (size_t k = 0; k < all->records[i].link_count; k++) {
			const ac_actor_link *link = &all->records[i].links[k];
			ac_decision d = { &all->records[i], NULL, link }, *items;

			/* Each stands at both of its ends; the one it leads from tells it. */
			if (!link->is_own || link->is_to)
				continue;
			d.b = record_of(all, link->other_id);
			if (!d.b || !is_about(&d, a, b))
				continue;
			items = ac_know_grow(&know->arena, out->items, out->count, sizeof(*items));
			if (!items)
				return ac_arena_check(&know->arena, err);
			out->items = items;
			items[out->count++] = d;
		}
	if (rc == 0 && out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare_decisions);
	return rc;
}

/* ---- contradictions ---- */

/* Which records the decisions that stand make one with a record: marked by its place among all. */
static int
close_over(ac_know *know, const ac_know_actors *all, const ac_decisions *d, const ac_actor_record *from, bool **out,
    accord_err *err)
{
	bool *in = ac_arena_zalloc(&know->arena, all->count + 1, sizeof(*in)), grown = true;

	if (!in)
		return ac_arena_check(&know->arena, err);
	in[from - all->records] = true;
	while (grown) {
		grown = false;
		for (size_t i = 0; i < d->count; i++) {
			bool *a = &in[d->items[i].a - all->records], *b = &in[d->items[i].b - all->records];

			if (d->items[i].link->kind != AC_LINK_SAME || *a == *b)
				continue;
			*a = *b = grown = true;
		}
	}
	*out = in;
	return 0;
}

/* Decisions about the pair itself do not count: the new one takes their place. */
static void
leave_out(ac_decisions *d, const ac_actor_record *a, const ac_actor_record *b)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->count; i++)
		if (!is_about(&d->items[i], a, b))
			d->items[kept++] = d->items[i];
	d->count = kept;
}

static int
check_contradiction(
    ac_know *know, ac_link_kind kind, const ac_actor_record *a, const ac_actor_record *b, accord_err *err)
{
	const ac_know_actors *all;
	ac_decisions d;
	bool *with_a, *with_b;
	int rc = ac_know_actors_all(know, &all, err);

	if (rc == 0)
		rc = ac_know_decisions(know, NULL, NULL, &d, err);
	if (rc < 0)
		return rc;
	leave_out(&d, a, b);
	rc = close_over(know, all, &d, a, &with_a, err);
	if (rc == 0)
		rc = close_over(know, all, &d, b, &with_b, err);
	if (rc < 0)
		return rc;
	if (kind == AC_LINK_DISTINCT && with_a[b - all->records])
		return ac_fail(err, ACCORD_EUSAGE,
		    "%.*s and %.*s are one by what was decided here about others: see accord know --decisions, and "
		    "take back one of these "
		    "with --undo",
		    AC_FMT(a->name), AC_FMT(b->name));
	for (size_t i = 0; kind == AC_LINK_SAME && i < d.count; i++) {
		const ac_decision *x = &d.items[i];
		size_t ia = (size_t)(x->a - all->records), ib = (size_t)(x->b - all->records);

		if (x->link->kind == AC_LINK_DISTINCT && ((with_a[ia] && with_b[ib]) || (with_a[ib] && with_b[ia])))
			return ac_fail(err, ACCORD_EUSAGE,
			    "%.*s and %.*s are kept apart here since %.*s: take that back first with accord know "
			    "--undo",
			    AC_FMT(x->a->name), AC_FMT(x->b->name), AC_FMT(ac_str_slice(x->link->date, 0, 10)));
	}
	return 0;
}

/* ---- relationships ---- */

typedef struct made {
	ac_str id, relation, source_id, target_id;
	ac_time created, modified;
	bool revoked;
} made;

static int
write_relationship(ac_know *know, const made *m, ac_str *out, accord_err *err)
{
	ac_json_writer w;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("type"), AC_S("relationship"));
	ac_jw_key_string(&w, AC_S("spec_version"), AC_S("2.1"));
	ac_jw_key_string(&w, AC_S("id"), m->id);
	ac_jw_key_time(&w, AC_S("created"), m->created, 3);
	ac_jw_key_time(&w, AC_S("modified"), m->modified, 3);
	if (m->revoked)
		ac_jw_key_bool(&w, AC_S("revoked"), true);
	ac_jw_key_string(&w, AC_S("relationship_type"), m->relation);
	ac_jw_key_string(&w, AC_S("source_ref"), m->source_id);
	ac_jw_key_string(&w, AC_S("target_ref"), m->target_id);
	ac_jw_end(&w);
	rc = ac_buf_finish(&buf, out, err);
	if (rc == 0)
		*out = ac_arena_str(&know->arena, *out);
	ac_buf_done(&buf);
	return rc < 0 ? rc : ac_arena_check(&know->arena, err);
}

static int
add_change(ac_know *know, ac_decision_changes *changes, const made *m, accord_err *err)
{
	ac_decision_change *items = ac_know_grow(&know->arena, changes->items, changes->count, sizeof(*items));
	ac_decision_change change = { .id = m->revoked ? m->id : (ac_str){ 0 } };
	int rc;

	if (!items)
		return ac_arena_check(&know->arena, err);
	changes->items = items;
	rc = write_relationship(know, m, &change.json, err);
	if (rc == 0)
		items[changes->count++] = change;
	return rc;
}

/* STIX 2.1 s3.6: the revoking version is later than the one before, also when the clock is not. */
static int
revoke(ac_know *know, const ac_decision *d, ac_time now, ac_decision_changes *out, accord_err *err)
{
	const ac_know_object *object;
	made m = { d->link->via_id, d->link->relation, d->a->id, d->b->id, { 0 }, now, true };
	int rc = ac_know_load(know, d->link->via_id, &object, err);

	if (rc == 0)
		rc = ac_time_parse_stix(ac_json_get_string(object->original, AC_S("created")), &m.created, err);
	if (rc < 0)
		return rc;
	if (ac_time_cmp(m.modified, object->modified) <= 0)
		m.modified = ac_time_from_us(ac_time_to_us(object->modified) + 1000);
	return add_change(know, out, &m, err);
}

static int
make_id(ac_know *know, made *m, accord_err *err)
{
	char uuid[AC_UUID_TEXT_SIZE];
	ac_str name = ac_arena_printf(&know->arena, "%.*s %.*s %.*s %lld", AC_FMT(m->relation), AC_FMT(m->source_id),
	    AC_FMT(m->target_id), (long long)ac_time_to_us(m->created));
	int rc = ac_arena_check(&know->arena, err);

	if (rc == 0)
		rc = ac_uuid5(decision_namespace, name, uuid, err);
	if (rc == 0)
		m->id = ac_arena_printf(&know->arena, "relationship--%.*s", (int)sizeof(uuid), uuid);
	return rc < 0 ? rc : ac_arena_check(&know->arena, err);
}

/* The same decision again changes nothing; one to the contrary is revoked. */
static int
replace(ac_know *know, ac_link_kind kind, const ac_actor_record *a, const ac_actor_record *b, ac_time now,
    ac_decision_changes *out, bool *out_stands, accord_err *err)
{
	ac_decisions d;
	int rc = ac_know_decisions(know, a, b, &d, err);

	*out_stands = false;
	for (size_t i = 0; rc == 0 && i < d.count; i++)
		if (d.items[i].link->kind == kind)
			*out_stands = true;
		else
			rc = revoke(know, &d.items[i], now, out, err);
	return rc;
}

int
ac_know_decide(ac_know *know, ac_link_kind kind, const ac_actor_record *a, const ac_actor_record *b, ac_time now,
    ac_decision_changes *out, accord_err *err)
{
	made m = { .relation = kind == AC_LINK_SAME ? AC_S("same-as") : AC_S("distinct-from"),
		.source_id = a->id,
		.target_id = b->id,
		.created = now,
		.modified = now };
	bool stands = false;
	int rc;

	*out = (ac_decision_changes){ 0 };
	if (a == b)
		return ac_fail(err, ACCORD_EUSAGE,
		    "want two records, got %.*s (%.*s) twice: ids of two records of a page can be given instead of "
		    "names",
		    AC_FMT(a->name), AC_FMT(a->id));
	rc = check_contradiction(know, kind, a, b, err);
	if (rc == 0)
		rc = replace(know, kind, a, b, now, out, &stands, err);
	if (rc < 0 || stands)
		return rc;
	rc = make_id(know, &m, err);
	if (rc == 0)
		rc = add_change(know, out, &m, err);
	if (rc == 0)
		out->made = m.id;
	return rc;
}

int
ac_know_undo(ac_know *know, const ac_actor_record *a, const ac_actor_record *b, ac_time now, ac_decision_changes *out,
    accord_err *err)
{
	ac_decisions d;
	int rc = ac_know_decisions(know, a, b, &d, err);

	*out = (ac_decision_changes){ 0 };
	for (size_t i = 0; rc == 0 && i < d.count; i++)
		rc = revoke(know, &d.items[i], now, out, err);
	return rc;
}

static int
put_change(ac_store *store, int64_t source, const ac_decision_change *change, ac_arena *arena, accord_err *err)
{
	const ac_json *json;
	ac_record record;
	ac_put_result result;
	int rc = ac_json_parse(change->json, AC_JSON_LIMITS, arena, &json, err);

	if (rc == 0)
		rc = ac_record_from_object(json, arena, &record, err);
	return rc < 0 ? rc : ac_store_put(store, source, &record, &result, err);
}

int
ac_know_write(ac_store *store, const ac_decision_changes *changes, accord_err *err)
{
	ac_arena arena;
	int64_t source;
	int rc;

	if (changes->count == 0)
		return 0;
	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	rc = ac_store_begin(store, err);
	if (rc == 0)
		rc = ac_store_source(store, AC_S(AC_KNOW_PRODUCER), &source, err);
	for (size_t i = 0; rc == 0 && i < changes->count; i++)
		rc = put_change(store, source, &changes->items[i], &arena, err);
	if (rc == 0)
		rc = ac_store_commit(store, err);
	if (rc < 0)
		ac_store_rollback(store);
	ac_arena_done(&arena);
	return rc;
}
