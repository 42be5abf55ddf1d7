/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records and rows as bytes of a frame, and back. The bytes come from the parse role, which hostile input may have taken over: every length and every
 * enumeration is checked, and nothing here trusts that texts are canonical.
 */
#include "base/limits.h"
#include "store/pack.h"
#include "store/record.h"

/* First byte: what it is; second: the layout's version. Both sides are the same program, so another version is a mistake. */
#define RECORD_MARK 'R'
#define ROW_MARK 'L'
#define LAYOUT_VERSION 1

#define FLAG_REVOKED 1U
#define FLAG_ABRIDGED 2U
#define FLAGS_END 4U

#define EDGE_BYTES 3  /* three empty texts */
#define NAME_BYTES 3  /* kind, two empty texts */
#define VALUE_BYTES 4 /* role, type, empty text, prefix; addresses follow where the type has one */

static size_t
address_size(ac_value_type type)
{
	return type == AC_VALUE_IPV4 ? 4 : type == AC_VALUE_IPV6 ? 16 : 0;
}

static void
pack_value(const ac_value *value, ac_buf *buf)
{
	ac_pack_u8(buf, (uint8_t)value->type);
	ac_pack_str(buf, value->text);
	ac_pack_u8(buf, value->prefix_bits);
	ac_buf_add(buf, (ac_str){ (const char *)value->address, address_size(value->type) });
}

static ac_value
unpack_value(ac_unpacker *u)
{
	ac_value value = { 0 };
	size_t n;

	value.type = (ac_value_type)ac_unpack_enum(u, AC_VALUE_TYPE_COUNT);
	value.text = ac_unpack_str(u);
	value.prefix_bits = ac_unpack_u8(u);
	n = address_size(value.type);
	for (size_t i = 0; i < n; i++)
		value.address[i] = ac_unpack_u8(u);
	if (value.type == AC_VALUE_NONE || value.prefix_bits > 8 * n)
		u->failed = true;
	return value;
}

static int
check_record(const ac_record *record, accord_err *err)
{
	if (record->exact.n > AC_OBJECT_MAX || record->derived.n > AC_OBJECT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want an object of at most %zu bytes, got %zu", AC_OBJECT_MAX,
		    record->exact.n > record->derived.n ? record->exact.n : record->derived.n);
	if (record->edge_count > AC_OBJECT_FACTS_MAX || record->name_count > AC_OBJECT_FACTS_MAX ||
	    record->value_count > AC_OBJECT_FACTS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d references, names or values in one object",
		    AC_OBJECT_FACTS_MAX);
	return 0;
}

static void
pack_facts(const ac_record *record, ac_buf *buf)
{
	ac_pack_varint(buf, record->edge_count);
	for (size_t i = 0; i < record->edge_count; i++) {
		ac_pack_str(buf, record->edges[i].kind);
		ac_pack_str(buf, record->edges[i].source_id);
		ac_pack_str(buf, record->edges[i].target_id);
	}
	ac_pack_varint(buf, record->name_count);
	for (size_t i = 0; i < record->name_count; i++) {
		ac_pack_u8(buf, (uint8_t)record->names[i].kind);
		ac_pack_str(buf, record->names[i].text);
		ac_pack_str(buf, record->names[i].namer);
	}
	ac_pack_varint(buf, record->value_count);
	for (size_t i = 0; i < record->value_count; i++) {
		ac_pack_u8(buf, (uint8_t)record->values[i].role);
		pack_value(&record->values[i].value, buf);
	}
}

int
ac_record_pack(const ac_record *record, ac_buf *buf, accord_err *err)
{
	ac_str ignored;
	int rc = check_record(record, err);

	if (rc < 0)
		return rc;
	ac_pack_u8(buf, RECORD_MARK);
	ac_pack_u8(buf, LAYOUT_VERSION);
	ac_pack_str(buf, record->id);
	ac_pack_str(buf, record->type);
	ac_pack_time(buf, record->created);
	ac_pack_time(buf, record->modified);
	ac_pack_u8(buf, (uint8_t)((record->revoked ? FLAG_REVOKED : 0) | (record->abridged ? FLAG_ABRIDGED : 0)));
	ac_pack_u8(buf, (uint8_t)record->form);
	ac_pack_u8(buf, (uint8_t)record->tlp);
	ac_pack_str(buf, record->exact);
	ac_pack_str(buf, record->derived);
	pack_facts(record, buf);
	return ac_buf_finish(buf, &ignored, err);
}

static int
bad_bytes(const ac_unpacker *u, const char *what, accord_err *err)
{
	return ac_fail_at(err, ACCORD_EINPUT, 0, 0, u->at, "want a packed %s, got %zu bytes that go wrong at byte %zu",
	    what, u->bytes.n, u->at);
}

static int
unpack_edges(ac_unpacker *u, ac_arena *arena, ac_record *out, accord_err *err)
{
	out->edge_count = ac_unpack_count(u, EDGE_BYTES, AC_OBJECT_FACTS_MAX);
	out->edges = ac_arena_zalloc(arena, out->edge_count, sizeof(*out->edges));
	if (!out->edges)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < out->edge_count; i++) {
		out->edges[i].kind = ac_unpack_str(u);
		out->edges[i].source_id = ac_unpack_str(u);
		out->edges[i].target_id = ac_unpack_str(u);
	}
	return 0;
}

static int
unpack_names(ac_unpacker *u, ac_arena *arena, ac_record *out, accord_err *err)
{
	out->name_count = ac_unpack_count(u, NAME_BYTES, AC_OBJECT_FACTS_MAX);
	out->names = ac_arena_zalloc(arena, out->name_count, sizeof(*out->names));
	if (!out->names)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < out->name_count; i++) {
		out->names[i].kind = (ac_name_kind)ac_unpack_enum(u, AC_NAME_UUID + 1);
		out->names[i].text = ac_unpack_str(u);
		out->names[i].namer = ac_unpack_str(u);
	}
	return 0;
}

static int
unpack_values(ac_unpacker *u, ac_arena *arena, ac_record *out, accord_err *err)
{
	out->value_count = ac_unpack_count(u, VALUE_BYTES, AC_OBJECT_FACTS_MAX);
	out->values = ac_arena_zalloc(arena, out->value_count, sizeof(*out->values));
	if (!out->values)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < out->value_count; i++) {
		out->values[i].role = (ac_value_role)ac_unpack_enum(u, AC_ROLE_PATTERN + 1);
		out->values[i].value = unpack_value(u);
	}
	return 0;
}

int
ac_record_unpack(ac_str bytes, ac_arena *arena, ac_record *out, accord_err *err)
{
	ac_unpacker u = { .bytes = bytes };
	ac_record record = { 0 };
	unsigned flags;
	int rc;

	if (ac_unpack_u8(&u) != RECORD_MARK || ac_unpack_u8(&u) != LAYOUT_VERSION)
		return bad_bytes(&u, "record", err);
	record.id = ac_unpack_str(&u);
	record.type = ac_unpack_str(&u);
	record.created = ac_unpack_time(&u);
	record.modified = ac_unpack_time(&u);
	flags = ac_unpack_enum(&u, FLAGS_END);
	record.revoked = flags & FLAG_REVOKED;
	record.abridged = flags & FLAG_ABRIDGED;
	record.form = (ac_form)ac_unpack_enum(&u, AC_FORM_DERIVED + 1);
	record.tlp = (ac_tlp)ac_unpack_enum(&u, AC_TLP_RED + 1);
	record.exact = ac_unpack_str(&u);
	record.derived = ac_unpack_str(&u);
	rc = check_record(&record, err);
	if (rc == 0)
		rc = unpack_edges(&u, arena, &record, err);
	if (rc == 0)
		rc = unpack_names(&u, arena, &record, err);
	if (rc == 0)
		rc = unpack_values(&u, arena, &record, err);
	if (rc < 0)
		return rc;
	if (!ac_unpack_finished(&u))
		return bad_bytes(&u, "record", err);
	*out = record;
	return 0;
}

int
ac_row_pack(const ac_row *row, ac_buf *buf, accord_err *err)
{
	ac_str ignored;

	ac_pack_u8(buf, ROW_MARK);
	ac_pack_u8(buf, LAYOUT_VERSION);
	pack_value(&row->value, buf);
	ac_pack_str(buf, row->exact);
	ac_pack_time(buf, row->valid_from);
	ac_pack_time(buf, row->valid_until);
	ac_pack_u8(buf, (uint8_t)(row->confidence + 1)); /* -1..100 */
	ac_pack_str(buf, row->comment);
	return ac_buf_finish(buf, &ignored, err);
}

int
ac_row_unpack(ac_str bytes, ac_arena *arena, ac_row *out, accord_err *err)
{
	ac_unpacker u = { .bytes = bytes };
	ac_row row = { 0 };

	(void)arena; /* a row has no arrays */
	if (ac_unpack_u8(&u) != ROW_MARK || ac_unpack_u8(&u) != LAYOUT_VERSION)
		return bad_bytes(&u, "row", err);
	row.value = unpack_value(&u);
	row.exact = ac_unpack_str(&u);
	row.valid_from = ac_unpack_time(&u);
	row.valid_until = ac_unpack_time(&u);
	row.confidence = (int)ac_unpack_enum(&u, 102) - 1;
	row.comment = ac_unpack_str(&u);
	if (!ac_unpack_finished(&u))
		return bad_bytes(&u, "row", err);
	*out = row;
	return 0;
}
