/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers (STIX 2.1 s2.9): "type--UUID", and the deterministic ids of cyber observables. */
#ifndef AC_STIX_ID_H
#define AC_STIX_ID_H

#include "base/arena.h"
#include "codec/json.h"
#include "crypto/digest.h"

/* The namespace of SCO ids. */
extern const uint8_t ac_stix_sco_namespace[16];
/* The namespace of the ids that Accord derives for other objects (indicators of lists, sightings, lifted galaxies ...). */
extern const uint8_t ac_accord_namespace[16];

/* Split and check "type--uuid" (any RFC 9562 version is accepted). */
int ac_stix_id_check(ac_str id, ac_str *out_type, accord_err *err) AC_CHECKED;
/* Is it the name of a type, 3 to 250 of a-z, 0-9 and single hyphens, a letter first (s3.1, s11.2.1)? */
bool ac_stix_type_name_is_valid(ac_str name);
/* The version of a checked id's UUID, 1..8. */
unsigned ac_stix_id_version(ac_str id);
/* The type part of an id, or {NULL,0}. */
ac_str ac_stix_id_type(ac_str id);
/*
 * The id that s2.9 gives an SCO (its `id` property is not looked at). *out_id is {NULL,0} when a UUIDv4 is due: no contributing
 * property is there, or the type has none. *out_name (may be NULL) gets the canonical string that was hashed.
 */
int ac_stix_sco_id(
    const ac_json *object, ac_arena *arena, ac_str *out_id, ac_str *out_name, accord_err *err) AC_CHECKED;
/* "type--" + UUIDv5(ac_accord_namespace, name). */
int ac_stix_derived_id(ac_str type, ac_str name, ac_arena *arena, ac_str *out_id, accord_err *err) AC_CHECKED;

/* The same with a digester of the caller's, who makes many ids: three times as fast. */
int ac_stix_sco_id_with(ac_digester *digester, const ac_json *object, ac_arena *arena, ac_str *out_id, ac_str *out_name,
    accord_err *err) AC_CHECKED;
int ac_stix_derived_id_with(
    ac_digester *digester, ac_str type, ac_str name, ac_arena *arena, ac_str *out_id, accord_err *err) AC_CHECKED;

#endif
