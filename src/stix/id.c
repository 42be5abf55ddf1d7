/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers (STIX 2.1 s2.9, s3.4): their form, the deterministic ids of cyber observables, and the ids that Accord derives for what it makes
 * itself. It computes ids from content and compares them with nothing.
 */
#include "stix/id.h"

#include "base/limits.h"
#include "base/time.h"
#include "codec/json_write.h"
#include "stix/types.h"

/* s2.9: 00abedb4-aa42-466c-9c01-fed23315a9b7 */
const uint8_t ac_stix_sco_namespace[16] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2,
	0x33, 0x15, 0xa9, 0xb7 };
/* UUIDv5 of "https://accord.example/ids" in the URL namespace of RFC 9562: ours alone, as s2.9 asks of producers with other rules. */
const uint8_t ac_accord_namespace[16] = { 0x8f, 0xa3, 0x0c, 0x6f, 0xef, 0xb0, 0x5b, 0x63, 0x83, 0x65, 0xc6, 0xed, 0xb0,
	0x40, 0x54, 0x00 };

enum { UUID_SIZE = AC_UUID_TEXT_SIZE, TYPE_MAX = 250 };

/* Hexadecimal digits and hyphens as 8-4-4-4-12. */
static bool
is_uuid_text(const char *p)
{
	for (size_t i = 0; i < UUID_SIZE; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? p[i] != '-' : ac_hex_value(p[i]) < 0)
			return false;
	}
	return true;
}

/* s3.1, s11.2.1: a letter first, then a-z, 0-9 and single hyphens; 3 to 250 characters. Both kinds of hyphen rules as the standard has them. */
bool
ac_stix_type_name_is_valid(ac_str name)
{
	if (name.n < 3 || name.n > TYPE_MAX || name.p[0] < 'a' || name.p[0] > 'z')
		return false;
	for (size_t i = 1; i < name.n; i++) {
		char c = name.p[i];

		if (c == '-' ? name.p[i - 1] == '-' : !((c >= 'a' && c <= 'z') || ac_is_digit(c)))
			return false;
	}
	return true;
}

unsigned
ac_stix_id_version(ac_str id)
{
	ac_str uuid;

	if (id.n < UUID_SIZE)
		return 0;
	uuid = ac_str_slice(id, id.n - UUID_SIZE, id.n);
	return (unsigned)ac_hex_value(uuid.p[14]);
}

int
ac_stix_id_check(ac_str id, ac_str *out_type, accord_err *err)
{
	ac_str type, uuid;
	int version, variant;

	if (id.n < UUID_SIZE + 2 + 1 || id.n > TYPE_MAX + 2 + UUID_SIZE)
		return ac_fail(err, ACCORD_EINPUT, "an id is type--UUID, got %zu bytes", id.n);
	uuid = ac_str_slice(id, id.n - UUID_SIZE, id.n);
	type = ac_str_slice(id, 0, id.n - UUID_SIZE - 2);
	if (id.p[type.n] != '-' || id.p[type.n + 1] != '-')
		return ac_fail(err, ACCORD_EINPUT, "an id is type--UUID, got no \"--\" before its last 36 characters");
	if (!ac_stix_type_name_is_valid(type))
		return ac_fail(
		    err, ACCORD_EINPUT, "the type in an id is 3 to 250 of a-z, 0-9 and single hyphens, a letter first");
	if (!is_uuid_text(uuid.p))
		return ac_fail(err, ACCORD_EINPUT, "the UUID in an id is 8-4-4-4-12 hexadecimal digits");
	/* RFC 9562 s4.1, s4.2: the variant that RFC 4122 defined, and a version. */
	version = ac_hex_value(uuid.p[14]);
	variant = ac_hex_value(uuid.p[19]);
	if ((variant & 0xc) != 0x8 || version < 1 || version > 8)
		return ac_fail(err, ACCORD_EINPUT,
		    "the UUID in an id has variant %x and version %x, want 8..b and 1..8", (unsigned)variant,
		    (unsigned)version);
	if (out_type)
		*out_type = type;
	return 0;
}

ac_str
ac_stix_id_type(ac_str id)
{
	size_t n = id.n;

	if (n < UUID_SIZE + 3 || id.p[n - UUID_SIZE - 1] != '-' || id.p[n - UUID_SIZE - 2] != '-')
		return (ac_str){ NULL, 0 };
	return ac_str_slice(id, 0, n - UUID_SIZE - 2);
}

/* s3.4 with the order of preference that the type's own section gives; else the first that is written. */
static const ac_json *
one_hash(const ac_json *hashes, ac_str *out_name)
{
	static const ac_str order[] = { AC_S_INIT("MD5"), AC_S_INIT("SHA-1"), AC_S_INIT("SHA-256"),
		AC_S_INIT("SHA-512") };
	ac_json_iter it = ac_json_iter_of(hashes);

	for (size_t i = 0; i < AC_COUNT(order); i++) {
		const ac_json *value = ac_json_get(hashes, order[i]);

		if (value) {
			*out_name = order[i];
			return value;
		}
	}
	if (!it.is_object || !ac_json_next(&it))
		return NULL;
	*out_name = it.key;
	return it.value;
}

/* Timestamps are hashed in their shortest form ("...00.500Z" as "...00.5Z"): the instant decides, not its spelling. */
static void
add_timestamp(ac_buf *buf, ac_str text)
{
	ac_buf_add_byte(buf, '"');
	ac_buf_add(buf, ac_time_significant(text));
	ac_buf_add(buf, AC_S("Z\""));
}

/* One contributing member; nothing when it is absent or can say nothing. */
static int
add_member(ac_buf *buf, const ac_stix_property *property, const ac_json *value, ac_arena *arena, accord_err *err)
{
	ac_time unused;
	ac_str hash_name = { NULL, 0 };
	bool is_hashes = property->kind == AC_STIX_HASHES;

	if (is_hashes)
		value = one_hash(value, &hash_name);
	if (!value)
		return 0;
	ac_buf_add_byte(buf, buf->n ? ',' : '{');
	ac_json_add_string(buf, property->name);
	ac_buf_add_byte(buf, ':');
	if (is_hashes) {
		ac_buf_add_byte(buf, '{');
		ac_json_add_string(buf, hash_name);
		ac_buf_add_byte(buf, ':');
	}
	if (property->kind == AC_STIX_TIMESTAMP && ac_time_parse_stix(ac_json_string(value), &unused, NULL) == 0) {
		add_timestamp(buf, ac_json_string(value));
	} else {
		int rc = ac_jcs(value, buf, arena, err);

		if (rc)
			return rc;
	}
	if (is_hashes)
		ac_buf_add_byte(buf, '}');
	return 0;
}

/* The JCS text of the contributing properties; empty when there is none. The table's rows are sorted as RFC 8785 sorts (ASCII names). */
static int
add_contributing(ac_buf *buf, const ac_stix_type *type, const ac_json *object, ac_arena *arena, accord_err *err)
{
	for (size_t i = 0; i < type->property_count; i++) {
		const ac_stix_property *property = &type->properties[i];
		const ac_json *value;
		int rc;

		if (!property->contributes_to_id)
			continue;
		value = ac_json_get(object, property->name);
		rc = value ? add_member(buf, property, value, arena, err) : 0;
		if (rc)
			return rc;
	}
	if (buf->n)
		ac_buf_add_byte(buf, '}');
	return 0;
}

/* "type--" + UUIDv5. digester may be NULL. */
static int
make_id(ac_digester *digester, ac_str type, const uint8_t namespace_uuid[static 16], ac_str name, ac_arena *arena,
    ac_str *out_id, accord_err *err)
{
	char *text = ac_arena_alloc(arena, type.n + 2 + UUID_SIZE);
	int rc;

	if (!text)
		return ac_arena_check(arena, err);
	memcpy(text, type.p, type.n);
	text[type.n] = text[type.n + 1] = '-';
	if (digester)
		rc = ac_digester_uuid5(digester, namespace_uuid, name, text + type.n + 2, err);
	else
		rc = ac_uuid5(namespace_uuid, name, text + type.n + 2, err);
	if (rc == 0)
		*out_id = (ac_str){ text, type.n + 2 + UUID_SIZE };
	return rc;
}

int
ac_stix_sco_id_with(
    ac_digester *digester, const ac_json *object, ac_arena *arena, ac_str *out_id, ac_str *out_name, accord_err *err)
{
	ac_str type_name = ac_json_get_string(object, AC_S("type")), name = { NULL, 0 }, id = { NULL, 0 };
	const ac_stix_type *type = ac_stix_type_find(type_name);
	ac_buf buf;
	int rc = 0;

	ac_buf_init(&buf, AC_OBJECT_MAX);
	if (type && type->class == AC_STIX_SCO)
		rc = add_contributing(&buf, type, object, arena, err);
	if (rc == 0)
		rc = ac_buf_finish(&buf, &name, err);
	if (rc == 0 && name.n)
		rc = make_id(digester, type_name, ac_stix_sco_namespace, name, arena, &id, err);
	if (rc == 0 && out_name) {
		*out_name = name.n ? ac_arena_str(arena, name) : (ac_str){ NULL, 0 };
		rc = ac_arena_check(arena, err);
	}
	if (rc == 0)
		*out_id = id;
	ac_buf_done(&buf);
	return rc;
}

int
ac_stix_sco_id(const ac_json *object, ac_arena *arena, ac_str *out_id, ac_str *out_name, accord_err *err)
{
	return ac_stix_sco_id_with(NULL, object, arena, out_id, out_name, err);
}

int
ac_stix_derived_id_with(
    ac_digester *digester, ac_str type, ac_str name, ac_arena *arena, ac_str *out_id, accord_err *err)
{
	return make_id(digester, type, ac_accord_namespace, name, arena, out_id, err);
}

int
ac_stix_derived_id(ac_str type, ac_str name, ac_arena *arena, ac_str *out_id, accord_err *err)
{
	return ac_stix_derived_id_with(NULL, type, name, arena, out_id, err);
}
