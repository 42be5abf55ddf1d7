/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of STIX objects of what members signed: what statements and pledges share. Errors of the writer and the arena are asked for at the end. */
#ifndef AC_AGREE_OBJECTS_PART_H
#define AC_AGREE_OBJECTS_PART_H

#include "agree/charter.h"
#include "codec/json_write.h"
#include "stix/marking.h"

typedef struct ac_objects_writer {
	const ac_charter *charter;
	ac_tlp tlp; /* of every object */
	ac_json_writer *w;
	ac_arena *arena;
	ac_str system, extension, coalition; /* ids */
	ac_str *members;                     /* ids, one for each member of the charter */
} ac_objects_writer;

int ac_objects_writer_init(
    ac_objects_writer *o, const ac_charter *charter, ac_json_writer *w, ac_arena *arena, accord_err *err) AC_CHECKED;
/* An id that follows from what an object is about; about.p NULL: what the arena says. */
int ac_objects_id(ac_objects_writer *o, const char *type, ac_str *out, accord_err *err, ac_str about) AC_CHECKED;
ac_str ac_objects_hex(ac_objects_writer *o, const uint8_t digest[static AC_SHA256_SIZE]);

/* "{", type, spec_version, id, created_by_ref (creator empty: none). */
void ac_objects_begin(ac_objects_writer *o, const char *type, ac_str id, ac_str creator);
/* created and modified (not before it), and the marking. */
void ac_objects_times(ac_objects_writer *o, ac_time created, ac_time modified);
/* A list, where it has anything. */
void ac_objects_list(ac_objects_writer *o, const char *key, const ac_str *items, size_t count);
/* The one extension with its kind, open for more. */
void ac_objects_extension(ac_objects_writer *o, const char *kind);
/* The end of the extension and of the object. */
void ac_objects_object_end(ac_objects_writer *o);

/* A bundle's begin; the definition of the extension, the coalition and its members; the bundle's end. */
int ac_objects_bundle(ac_objects_writer *o, ac_str about, accord_err *err) AC_CHECKED;
void ac_objects_coalition(ac_objects_writer *o);
int ac_objects_bundle_end(ac_objects_writer *o, accord_err *err) AC_CHECKED;

#endif
