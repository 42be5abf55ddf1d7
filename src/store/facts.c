/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of a version as bytes in the database. */
#include "store/facts.h"

#include "base/limits.h"

#define FACTS_LAYOUT 1

enum { PART_EDGES, PART_NAMES, PART_VALUES, PART_END };

static int
make_edges(ac_store *store, int64_t object, const ac_record *record, accord_err *err)
{
	ac_pack_varint(&store->facts, record->edge_count);
	for (size_t i = 0; i < record->edge_count; i++) {
		const ac_fact_edge *edge = &record->edges[i];
		int64_t kind, source = object, target = object;
		int rc = ac_intern_num(store, &store->words, edge->kind, true, &kind, err);

		/* its own id has no row yet while it is being put */
		if (rc == 0 && !ac_str_eq(edge->source_id, record->id))
			rc = ac_intern_object(store, edge->source_id, true, &source, NULL, err);
		if (rc == 0 && !ac_str_eq(edge->target_id, record->id))
			rc = ac_intern_object(store, edge->target_id, true, &target, NULL, err);
		if (rc < 0)
			return rc;
		ac_pack_varint(&store->facts, (uint64_t)kind);
		ac_pack_varint(&store->facts, (uint64_t)source);
		ac_pack_varint(&store->facts, (uint64_t)target);
	}
	return 0;
}

int
ac_facts_make(ac_store *store, int64_t object, const ac_record *record, accord_err *err)
{
	ac_buf *buf = &store->facts;
	ac_str ignored;
	int rc;

	ac_buf_reset(buf);
	ac_pack_u8(buf, FACTS_LAYOUT);
	rc = make_edges(store, object, record, err);
	if (rc < 0)
		return rc;
	ac_pack_varint(buf, record->name_count);
	for (size_t i = 0; i < record->name_count; i++) {
		ac_pack_u8(buf, (uint8_t)record->names[i].kind);
		ac_pack_str(buf, record->names[i].text);
		ac_pack_str(buf, record->names[i].namer);
	}
	ac_pack_varint(buf, record->value_count);
	for (size_t i = 0; i < record->value_count; i++) {
		ac_pack_u8(buf, (uint8_t)record->values[i].role);
		ac_pack_u8(buf, (uint8_t)record->values[i].value.type);
		ac_pack_str(buf, record->values[i].value.text);
	}
	return ac_buf_finish(buf, &ignored, err);
}

ac_facts
ac_facts_begin(ac_str bytes)
{
	ac_facts f = { .u = { .bytes = bytes }, .part = PART_EDGES };

	if (ac_unpack_u8(&f.u) != FACTS_LAYOUT)
		f.u.failed = true;
	f.left = ac_unpack_varint(&f.u);
	return f;
}

/* Is there a next item of this part? At a part's end the count of the next one is read. */
static bool
next(ac_facts *f, int part)
{
	if (f->u.failed || f->part != part)
		return false;
	if (f->left > 0) {
		f->left--;
		return true;
	}
	f->part++;
	if (f->part != PART_END)
		f->left = ac_unpack_varint(&f->u);
	return false;
}

bool
ac_facts_next_edge(ac_facts *f, ac_facts_edge *out)
{
	if (!next(f, PART_EDGES))
		return false;
	out->kind = (int64_t)ac_unpack_varint(&f->u);
	out->source = (int64_t)ac_unpack_varint(&f->u);
	out->target = (int64_t)ac_unpack_varint(&f->u);
	return !f->u.failed;
}

bool
ac_facts_next_name(ac_facts *f, ac_facts_name *out)
{
	if (!next(f, PART_NAMES))
		return false;
	out->kind = (ac_name_kind)ac_unpack_enum(&f->u, AC_NAME_UUID + 1);
	out->text = ac_unpack_str(&f->u);
	out->namer = ac_unpack_str(&f->u);
	return !f->u.failed;
}

bool
ac_facts_next_value(ac_facts *f, ac_facts_value *out)
{
	if (!next(f, PART_VALUES))
		return false;
	out->role = (ac_value_role)ac_unpack_enum(&f->u, AC_ROLE_PATTERN + 1);
	out->type = (ac_value_type)ac_unpack_enum(&f->u, AC_VALUE_TYPE_COUNT);
	out->text = ac_unpack_str(&f->u);
	return !f->u.failed;
}

int
ac_facts_check(const ac_facts *f, accord_err *err)
{
	if (f->u.failed)
		return ac_fail(
		    err, ACCORD_EIO, "the database is damaged: facts of an object cannot be read at byte %zu", f->u.at);
	return 0;
}
