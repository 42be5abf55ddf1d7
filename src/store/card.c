/* SPDX-License-Identifier: Apache-2.0 */
/* Cards: which of them a new version makes stale, and keeping them. */
#include "store/card.h"

#include "stix/id.h"
#include "stix/types.h"
#include "store/facts.h"

static bool
is_actor(ac_str type)
{
	return ac_str_eq(type, AC_S("intrusion-set")) || ac_str_eq(type, AC_S("threat-actor"));
}

static bool
is_location(ac_str type)
{
	return ac_str_eq(type, AC_S("location"));
}

static int
mark_object(ac_store *store, ac_sql which, int64_t object, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, which, err);

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, object);
	(void)sqlite3_bind_int64(s, 2, store->next_version);
	return ac_sql_run(store, which, s, err);
}

static int
mark_id(ac_store *store, ac_str id, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_CARD_DROP_ID, err);

	if (!s)
		return store->last_code;
	ac_sql_bind_text(s, 1, id);
	(void)sqlite3_bind_int64(s, 2, store->next_version);
	return ac_sql_run(store, AC_SQL_CARD_DROP_ID, s, err);
}

/* The version before may have led elsewhere. */
static int
mark_ends_before(ac_store *store, int64_t object, ac_str before, accord_err *err)
{
	ac_facts facts = ac_facts_begin(before);
	ac_facts_edge edge;
	int rc = 0;

	while (rc == 0 && ac_facts_next_edge(&facts, &edge)) {
		if (edge.source == object)
			continue;
		rc = mark_object(store, AC_SQL_CARD_DROP, edge.source, err);
		if (rc == 0)
			rc = mark_object(store, AC_SQL_CARD_DROP, edge.target, err);
	}
	return rc;
}

/*
 * Links between actors, from an actor to a place, and to what a feed refers to by a type of its own; the many other relationships cost a look at their ends' types.
 */
static int
mark_ends(ac_store *store, const ac_record *record, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < record->edge_count; i++) {
		const ac_fact_edge *edge = &record->edges[i];
		ac_str target = ac_stix_id_type(edge->target_id);

		if (ac_str_eq(edge->source_id, record->id) || !is_actor(ac_stix_id_type(edge->source_id)) ||
		    (!is_actor(target) && !is_location(target) && ac_stix_type_find(target)))
			continue;
		rc = mark_id(store, edge->source_id, err);
		if (rc == 0)
			rc = mark_id(store, edge->target_id, err);
	}
	return rc;
}

int
ac_cards_note(ac_store *store, int64_t object, const ac_record *record, ac_str before, accord_err *err)
{
	int rc;

	if (is_actor(record->type))
		return mark_object(store, AC_SQL_CARD_NOTE, object, err);
	/* Relationships to it that are not written yet were put in this batch: they have marked their ends. */
	if (is_location(record->type))
		return mark_object(store, AC_SQL_CARD_DROP_FROM, object, err);
	if (!ac_str_eq(record->type, AC_S("relationship")))
		return 0;
	rc = before.n ? mark_ends_before(store, object, before, err) : 0;
	return rc < 0 ? rc : mark_ends(store, record, err);
}

int
ac_store_cards(ac_store *store, ac_on_card on, void *payload, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_CARDS, err);
	int rc;

	if (!s)
		return store->last_code;
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_card card = { sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1), ac_sql_text(s, 2),
			ac_sql_blob(s, 3) };

		rc = on(payload, &card, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(store, AC_SQL_CARDS, s);
	return rc < 0 ? rc : 0;
}

static int
keep_all(ac_store *writer, const ac_card *cards, size_t count, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		sqlite3_stmt *s = ac_sql_take(writer, AC_SQL_CARD_KEEP, err);

		if (!s)
			return writer->last_code;
		(void)sqlite3_bind_int64(s, 1, cards[i].object);
		(void)sqlite3_bind_int64(s, 2, cards[i].mark);
		ac_sql_bind_blob(s, 3, cards[i].bytes);
		rc = ac_sql_run(writer, AC_SQL_CARD_KEEP, s, err);
	}
	return rc;
}

void
ac_store_cards_keep(ac_store *store, const ac_card *cards, size_t count)
{
	ac_store *writer = count ? ac_sql_writer(store) : NULL;
	accord_err ignored = { 0 };
	bool begun;
	int rc;

	/* In a batch they wait for the next session: what the batch itself changes is not committed yet. */
	if (!writer || writer->in_batch || ac_lazy_begin(writer, &begun, &ignored) < 0)
		return;
	rc = keep_all(writer, cards, count, &ignored);
	/* What was not kept is rolled back, and derived again by the next session. */
	rc = ac_lazy_end(writer, begun, rc, &ignored);
	(void)rc;
}
