/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that all bundles of a coalition have in common. Knows nothing of statements. */
#include "agree/objects_part.h"

#include "base/limits.h"
#include "stix/id.h"

/* The extension and who defines it do not change with any statement. */
#define DEFINED "2026-01-01T00:00:00.000Z"
/* Its second form, with words on actions and pledges. */
#define REDEFINED "2026-11-27T00:00:00.000Z"
#define DEFINED_SECONDS 1767225600
#define EXTENSION_SCHEMA                                                                                               \
	"{ kind: coalition|member|statement|endorsement|follow-up|action|pledge|standing; the other members are "      \
	"those "                                                                                                       \
	"of the text of "                                                                                              \
	"Accord of that kind (accord/charter/v1, accord/statement/v1, accord/endorsement/v1, accord/action/v1, "       \
	"accord/pledge/v1), with sha256 the digest "                                                                   \
	"of the "                                                                                                      \
	"text that was signed }"
#define EXTENSION_TEXT                                                                                                 \
	"Property extension of identities, reports, opinions, courses of action and notes: what members of a "         \
	"coalition "                                                                                                   \
	"signed, with the digests of the texts. The notes themselves are what proves it."

/* An id that follows from what an object is about. */
int
ac_objects_id(ac_objects_writer *o, const char *type, ac_str *out, accord_err *err, ac_str about)
{
	return about.p ? ac_stix_derived_id(ac_str_from(type), about, o->arena, out, err)
		       : ac_arena_check(o->arena, err);
}

ac_str
ac_objects_hex(ac_objects_writer *o, const uint8_t digest[static AC_SHA256_SIZE])
{
	char hex[2 * AC_SHA256_SIZE];

	ac_hex(digest, AC_SHA256_SIZE, hex);
	return ac_arena_str(o->arena, (ac_str){ hex, sizeof(hex) });
}

void
ac_objects_begin(ac_objects_writer *o, const char *type, ac_str id, ac_str creator)
{
	ac_jw_object(o->w);
	ac_jw_key_string(o->w, AC_S("type"), ac_str_from(type));
	ac_jw_key_string(o->w, AC_S("spec_version"), AC_S("2.1"));
	ac_jw_key_string(o->w, AC_S("id"), id);
	if (creator.n)
		ac_jw_key_string(o->w, AC_S("created_by_ref"), creator);
}

void
ac_objects_list(ac_objects_writer *o, const char *key, const ac_str *items, size_t count)
{
	if (count == 0)
		return;
	ac_jw_key(o->w, ac_str_from(key));
	ac_jw_array(o->w);
	for (size_t i = 0; i < count; i++)
		ac_jw_string(o->w, items[i]);
	ac_jw_end(o->w);
}

void
ac_objects_times(ac_objects_writer *o, ac_time created, ac_time modified)
{
	ac_str marking = ac_tlp_marking_id(o->tlp);

	ac_jw_key_time(o->w, AC_S("created"), created, 3);
	ac_jw_key_time(o->w, AC_S("modified"), ac_time_cmp(created, modified) > 0 ? created : modified, 3);
	ac_objects_list(o, "object_marking_refs", &marking, 1);
}

void
ac_objects_extension(ac_objects_writer *o, const char *kind)
{
	ac_jw_key(o->w, AC_S("extensions"));
	ac_jw_object(o->w);
	ac_jw_key(o->w, o->extension);
	ac_jw_object(o->w);
	ac_jw_key_string(o->w, AC_S("extension_type"), AC_S("property-extension"));
	ac_jw_key_string(o->w, AC_S("kind"), ac_str_from(kind));
}

/* Of the extension and of the object. */
void
ac_objects_object_end(ac_objects_writer *o)
{
	ac_jw_end(o->w);
	ac_jw_end(o->w);
	ac_jw_end(o->w);
}

static void
put_definition(ac_objects_writer *o)
{
	ac_str type = AC_S("property-extension");

	ac_objects_begin(o, "identity", o->system, (ac_str){ 0 });
	ac_jw_key_string(o->w, AC_S("created"), AC_S(DEFINED));
	ac_jw_key_string(o->w, AC_S("modified"), AC_S(DEFINED));
	ac_jw_key_string(o->w, AC_S("name"), AC_S("accord agree"));
	ac_jw_key_string(o->w, AC_S("identity_class"), AC_S("system"));
	ac_jw_end(o->w);
	ac_objects_begin(o, "extension-definition", o->extension, o->system);
	ac_jw_key_string(o->w, AC_S("created"), AC_S(DEFINED));
	ac_jw_key_string(o->w, AC_S("modified"), AC_S(REDEFINED));
	ac_jw_key_string(o->w, AC_S("name"), AC_S("accord-agreement"));
	ac_jw_key_string(o->w, AC_S("description"), AC_S(EXTENSION_TEXT));
	ac_jw_key_string(o->w, AC_S("schema"), AC_S(EXTENSION_SCHEMA));
	ac_jw_key_string(o->w, AC_S("version"), AC_S("1.1.0"));
	ac_objects_list(o, "extension_types", &type, 1);
	ac_jw_end(o->w);
}

/* A charter has no date: its version is its order, in milliseconds behind the extension's. */
static void
put_charter_times(ac_objects_writer *o)
{
	uint64_t version = o->charter->version % 1000000000;
	ac_time modified = { DEFINED_SECONDS + (int64_t)(version / 1000), (uint32_t)(version % 1000) * 1000000 };

	ac_objects_times(o, (ac_time){ DEFINED_SECONDS, 0 }, modified);
}

static void
put_coalition(ac_objects_writer *o)
{
	ac_objects_begin(o, "identity", o->coalition, (ac_str){ 0 });
	put_charter_times(o);
	ac_jw_key_string(o->w, AC_S("name"), o->charter->coalition);
	ac_jw_key_string(o->w, AC_S("identity_class"), AC_S("group"));
	ac_objects_extension(o, "coalition");
	ac_jw_key_u64(o->w, AC_S("charter_version"), o->charter->version);
	ac_jw_key_string(o->w, AC_S("charter_sha256"), ac_objects_hex(o, o->charter->digest));
	ac_objects_object_end(o);
}

static void
put_member(ac_objects_writer *o, unsigned m)
{
	const ac_charter *c = o->charter;
	const ac_charter_member *member = &c->members[m];
	ac_buf buf;

	ac_objects_begin(o, "identity", o->members[m], (ac_str){ 0 });
	put_charter_times(o);
	ac_jw_key_string(
	    o->w, AC_S("name"), member->full_name[AC_TONGUE_EN].n ? member->full_name[AC_TONGUE_EN] : member->name);
	ac_jw_key_string(o->w, AC_S("identity_class"), AC_S("organization"));
	ac_objects_extension(o, "member");
	ac_jw_key_string(o->w, AC_S("coalition_ref"), o->coalition);
	ac_jw_key_string(o->w, AC_S("member"), member->name);
	if (member->full_name[AC_TONGUE_FR].n)
		ac_jw_key_string(o->w, AC_S("name_fr"), member->full_name[AC_TONGUE_FR]);
	ac_jw_key(o->w, AC_S("vkeys"));
	ac_jw_array(o->w);
	ac_buf_init(&buf, AC_KIB);
	for (unsigned k = 0; k < c->key_count; k++) {
		if (c->keys[k].member != m)
			continue;
		ac_buf_reset(&buf);
		ac_vkey_add(&buf, &c->keys[k].vkey);
		ac_jw_string(o->w, ac_buf_view(&buf));
		if (buf.failed && !o->arena->failed)
			o->arena->failed = buf.failed;
	}
	ac_buf_done(&buf);
	ac_jw_end(o->w);
	ac_objects_object_end(o);
}

int
ac_objects_writer_init(ac_objects_writer *o, const ac_charter *c, ac_json_writer *w, ac_arena *arena, accord_err *err)
{
	int rc;

	/* Only what is clear is published, and charters and pledges are for everybody to read in logs. */
	*o = (ac_objects_writer){ .charter = c, .tlp = AC_TLP_CLEAR, .w = w, .arena = arena };
	rc = ac_objects_id(o, "identity", &o->system, err, AC_S("accord agree"));
	if (rc == 0)
		rc = ac_objects_id(o, "extension-definition", &o->extension, err, AC_S("accord.agreement/1"));
	if (rc == 0)
		rc = ac_objects_id(o, "identity", &o->coalition, err,
		    ac_arena_printf(arena, "accord agree:coalition:%.*s", AC_FMT(c->coalition)));
	o->members = ac_arena_zalloc(arena, c->member_count + 1, sizeof(*o->members));
	if (!o->members)
		return ac_arena_check(arena, err);
	for (unsigned m = 0; rc == 0 && m < c->member_count; m++)
		rc = ac_objects_id(o, "identity", &o->members[m], err,
		    ac_arena_printf(
			arena, "accord agree:member:%.*s:%.*s", AC_FMT(c->coalition), AC_FMT(c->members[m].name)));
	return rc;
}

void
ac_objects_coalition(ac_objects_writer *o)
{
	put_definition(o);
	put_coalition(o);
	for (unsigned m = 0; m < o->charter->member_count; m++)
		put_member(o, m);
}

int
ac_objects_bundle(ac_objects_writer *o, ac_str about, accord_err *err)
{
	ac_str id = { 0 };
	int rc = ac_objects_id(o, "bundle", &id, err, about);

	if (rc)
		return rc;
	ac_jw_object(o->w);
	ac_jw_key_string(o->w, AC_S("type"), AC_S("bundle"));
	ac_jw_key_string(o->w, AC_S("id"), id);
	ac_jw_key(o->w, AC_S("objects"));
	ac_jw_array(o->w);
	return 0;
}

int
ac_objects_bundle_end(ac_objects_writer *o, accord_err *err)
{
	ac_jw_end(o->w);
	ac_jw_end(o->w);
	return ac_arena_check(o->arena, err);
}
