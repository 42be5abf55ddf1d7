/* SPDX-License-Identifier: Apache-2.0 */
/* What the parse role says, and what becomes of it: records into the store, words into the report. Never looks into a record's bytes. */
#include "learn/session.h"

#include <stdlib.h>

#include "crypto/digest.h"

/* ---- batches ---- */

int
ac_learn_begin(ac_learn *learn, accord_err *err)
{
	int rc;

	if (learn->batch.open || !learn->store)
		return 0;
	rc = ac_store_begin(learn->store, err);
	learn->batch = (ac_learn_batch){ .open = rc == 0 };
	learn->store_failed = rc < 0;
	return rc;
}

/* What the store knew of the batch is gone: also the numbers of producers that were made in it. */
static void
forget_sources(ac_learn *learn)
{
	ac_map_clear(&learn->sources);
	learn->source_known = false;
}

static void
count_batch(ac_learn *learn)
{
	for (size_t i = 0; i <= AC_PUT_CONFLICT; i++) {
		learn->report.put[i] += learn->batch.put[i];
		learn->report.rows_put[i] += learn->batch.rows_put[i];
	}
	learn->batch = (ac_learn_batch){ 0 };
}

int
ac_learn_commit(ac_learn *learn, accord_err *err)
{
	int rc;

	if (learn->store && !learn->batch.open)
		return 0;
	if (learn->store && learn->options.dry_run) {
		ac_store_rollback(learn->store);
		forget_sources(learn);
	} else if (learn->store) {
		rc = ac_store_commit(learn->store, err);
		if (rc < 0) {
			learn->store_failed = true;
			ac_learn_rollback(learn);
			return rc;
		}
	}
	count_batch(learn);
	return 0;
}

void
ac_learn_rollback(ac_learn *learn)
{
	if (learn->store && learn->batch.open)
		ac_store_rollback(learn->store);
	learn->batch = (ac_learn_batch){ 0 };
	forget_sources(learn);
}

void
ac_learn_set_producer(ac_learn *learn, ac_str name)
{
	ac_buf_reset(&learn->producer);
	ac_buf_add(&learn->producer, name);
	learn->source_known = false;
}

/* The TLP of what the producer sends without one: as this run has it, if it says anything. */
static int
set_source_tlp(ac_learn *learn, ac_str name, accord_err *err)
{
	ac_tlp wanted = learn->options.tlp, known;
	int rc = ac_store_source_tlp(learn->store, name, &known, err);

	for (size_t i = 0; wanted == AC_TLP_NONE && i < learn->options.source_count; i++)
		if (ac_str_eq(learn->options.sources[i].producer, name))
			wanted = learn->options.sources[i].tlp;
	if (wanted == AC_TLP_NONE && rc == 0 && known == AC_TLP_NONE)
		wanted = learn->options.tlp_where_none;
	if (rc < 0 || wanted == AC_TLP_NONE || wanted == known)
		return rc;
	return ac_store_source_set_tlp(learn->store, learn->source, wanted, err);
}

/* The store's number of the producer at hand. */
static int
find_source(ac_learn *learn, accord_err *err)
{
	ac_str name = ac_buf_view(&learn->producer), key;
	uint64_t *slot;
	int rc;

	if (learn->source_known)
		return 0;
	slot = ac_map_get(&learn->sources, name);
	if (slot) {
		learn->source = (int64_t)*slot;
		learn->source_known = true;
		return 0;
	}
	rc = ac_store_source(learn->store, name, &learn->source, err);
	if (rc == 0)
		rc = set_source_tlp(learn, name, err);
	if (rc < 0) {
		learn->store_failed = true;
		return rc;
	}
	/* Names of some hundred producers; a feed that names more is asked for each time. */
	key = ac_arena_str(&learn->arena, name);
	slot = key.p ? ac_map_put(&learn->sources, key, NULL) : NULL;
	if (slot)
		*slot = (uint64_t)learn->source;
	learn->source_known = true;
	return 0;
}

/* ---- records ---- */

/* What a record fills of a batch, where a row of a file fills 1. */
#define RECORD_FILL (AC_LEARN_BATCH_ROWS / AC_LEARN_BATCH_RECORDS)

static int
commit_full_batch(ac_learn *learn, uint64_t fill, size_t bytes, accord_err *err)
{
	learn->batch.fill += fill;
	learn->batch.bytes += bytes;
	if (learn->batch.fill < AC_LEARN_BATCH_ROWS && learn->batch.bytes < AC_LEARN_BATCH_BYTES)
		return 0;
	return ac_learn_commit(learn, err);
}

/* A record that the store will not have is refused like one that the reader will not have; everything else ends the run. */
static int
refuse_or_fail(ac_learn *learn, int rc, const accord_err *what, accord_err *err)
{
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT) {
		ac_learn_refuse(learn, rc == ACCORD_ELIMIT ? AC_S("over-limit") : AC_S("bad-object"), what);
		return 0;
	}
	learn->store_failed = true;
	*err = *what;
	return rc;
}

/* Before something is put: a batch is open and knows whose it is. */
static int
begin_put(ac_learn *learn, accord_err *err)
{
	int rc = ac_learn_begin(learn, err);

	return rc == 0 && learn->store ? find_source(learn, err) : rc;
}

/* Behind it: rc and `what` are the store's answer. */
static int
end_put(ac_learn *learn, int rc, accord_err *what, uint64_t *counted, uint64_t fill, size_t bytes, accord_err *err)
{
	ac_arena_reset(&learn->record);
	if (rc < 0)
		return refuse_or_fail(learn, rc, what, err);
	++*counted;
	return commit_full_batch(learn, fill, bytes, err);
}

static int
take_record(ac_learn *learn, ac_str bytes, accord_err *err)
{
	ac_put_result result = AC_PUT_NEW;
	accord_err what = { 0 };
	ac_record record;
	int rc = ac_record_unpack(bytes, &learn->record, &record, err);

	if (rc == 0)
		rc = begin_put(learn, err);
	if (rc < 0)
		return rc;
	if (learn->store)
		rc = ac_store_put(learn->store, learn->source, &record, &result, &what);
	return end_put(learn, rc, &what, &learn->batch.put[result], RECORD_FILL, bytes.n, err);
}

static int
take_row(ac_learn *learn, ac_str bytes, accord_err *err)
{
	ac_put_result result = AC_PUT_NEW;
	accord_err what = { 0 };
	ac_row row;
	int rc = ac_row_unpack(bytes, &learn->record, &row, err);

	if (rc == 0)
		rc = begin_put(learn, err);
	if (rc < 0)
		return rc;
	if (learn->store)
		rc = ac_store_put_row(learn->store, learn->source, &row, &result, &what);
	return end_put(
	    learn, rc, &what, &learn->batch.rows_put[result], learn->is_file ? 1 : RECORD_FILL, bytes.n, err);
}

/* ---- words ---- */

static int
take_refused(ac_learn *learn, ac_str bytes, accord_err *err)
{
	ac_wire_refused refused;
	int rc = ac_wire_read_refused(bytes, &refused, err);

	if (rc == 0)
		ac_learn_refuse(learn, refused.reason, &refused.what);
	return rc;
}

static int
take_repairs(ac_learn *learn, ac_str bytes, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = bytes };
	uint64_t count = ac_wire_u64(&cursor);
	ac_str word = ac_wire_text(&cursor);

	if (cursor.failed || word.n == 0)
		return ac_fail(err, ACCORD_EINTERNAL, "want a repair and its count, got %zu other bytes", bytes.n);
	ac_learn_count_repair(learn, word, count);
	return 0;
}

static int
take_repaired(ac_learn *learn, ac_str bytes, accord_err *err)
{
	ac_wire_repaired repaired;
	int rc = ac_wire_read_repaired(bytes, &repaired, err);

	if (rc == 0)
		ac_learn_note_repair(learn, &repaired);
	return rc;
}

static int
take_listed(ac_learn *learn, ac_str bytes, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = bytes };
	ac_learn_listed listed = { .timestamp = (int64_t)ac_wire_u64(&cursor) };
	ac_str uuid = ac_wire_text(&cursor);
	uint8_t checked[16];

	/* The UUID becomes part of a path: what the role checked is checked again. */
	if (cursor.failed || !ac_uuid_parse(uuid, checked))
		return ac_fail(err, ACCORD_EINTERNAL, "want a feed's event, got %zu other bytes", bytes.n);
	if (learn->listed_count == AC_LEARN_LISTED_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want a feed of at most %d events", AC_LEARN_LISTED_MAX);
	if (learn->listed_count == learn->listed_capacity) {
		size_t capacity = learn->listed_capacity ? learn->listed_capacity * 2 : 256;
		ac_learn_listed *grown = realloc(learn->listed, capacity * sizeof(*grown));

		if (!grown)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for a feed's events");
		learn->listed = grown;
		learn->listed_capacity = capacity;
	}
	memcpy(listed.uuid, uuid.p, sizeof(listed.uuid));
	learn->listed[learn->listed_count++] = listed;
	return 0;
}

static void
take_kind(ac_learn *learn, ac_str name)
{
	learn->is_feed = ac_str_eq(name, AC_S("misp-feed"));
	learn->galaxies = learn->galaxies || ac_str_eq(name, AC_S("misp-galaxy"));
}

/*
 * What this program itself says (sightings, the member's decisions about actors) comes from producers called so, and outweighs others: an input that calls itself so is not believed. Only the
 * operator may (learn --from), when he learns his own export.
 */
#define OWN_PRODUCERS "accord "

void
ac_learn_set_told_producer(ac_learn *learn, ac_str name)
{
	ac_buf_reset(&learn->producer);
	if (ac_str_starts(name, AC_S(OWN_PRODUCERS)))
		ac_buf_add_cstr(&learn->producer, "calls itself ");
	ac_buf_add(&learn->producer, name);
	learn->source_known = false;
}

static void
take_producer(ac_learn *learn, ac_str name)
{
	name = ac_str_slice(ac_str_trim(name), 0, AC_KIB);
	if (learn->options.producer.n == 0)
		ac_learn_set_told_producer(learn, name.n ? name : learn->stem);
}

int
ac_learn_on_frame(void *payload, ac_frame frame, accord_err *err)
{
	ac_learn *learn = payload;

	switch ((ac_wire_kind)frame.kind) {
	case AC_WIRE_RECORD:
		return take_record(learn, frame.bytes, err);
	case AC_WIRE_ROW:
		return take_row(learn, frame.bytes, err);
	case AC_WIRE_KIND:
		take_kind(learn, frame.bytes);
		return 0;
	case AC_WIRE_PRODUCER:
		take_producer(learn, frame.bytes);
		return 0;
	case AC_WIRE_REFUSED:
		return take_refused(learn, frame.bytes, err);
	case AC_WIRE_REPAIRS:
		return take_repairs(learn, frame.bytes, err);
	case AC_WIRE_REPAIRED:
		return take_repaired(learn, frame.bytes, err);
	case AC_WIRE_LISTED:
		return take_listed(learn, frame.bytes, err);
	case AC_WIRE_WANTED:
		learn->wanted = true;
		return 0;
	case AC_WIRE_ENDED:
		learn->ended = true;
		return 0;
	case AC_WIRE_BEGIN:
	case AC_WIRE_DATA:
	case AC_WIRE_END:
	case AC_WIRE_CUT:
	case AC_WIRE_AGAIN:
	case AC_WIRE_FINISH:
		break;
	}
	return ac_fail(err, ACCORD_EINTERNAL, "want a frame of the parse role, got kind %u", frame.kind);
}
