/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissible Actions Protocol (MISP taxonomy PAP): what a receiver may do with an indicator. RED: nothing that its target could notice, passive search in one's own logs; AMBER: passive cross-checks through third parties, too;
 * GREEN: active actions, blocking; CLEAR: anything. The strictest of several holds. No standard of STIX has it: it comes as a label, or as a marking definition that says it as its name or statement (OpenCTI, MISP).
 */
#ifndef AC_STIX_PAP_H
#define AC_STIX_PAP_H

#include "codec/json.h"

/* Numbers are stored in index files: never renumber. A higher one is stricter. */
typedef enum ac_pap { AC_PAP_NONE = 0, AC_PAP_CLEAR = 1, AC_PAP_GREEN = 2, AC_PAP_AMBER = 3, AC_PAP_RED = 4 } ac_pap;

/* "PAP:RED"; "" for NONE. */
ac_str ac_pap_name(ac_pap pap);
/* From "PAP:RED", "pap:white" (CLEAR's name before version 3) ...; false when it is none. A bare "red" is none. */
bool ac_pap_from_name(ac_str name, ac_pap *out);
/* From a marking-definition object. False when it is none of PAP. */
bool ac_pap_from_definition(const ac_json *definition, ac_pap *out);
/* The strictest among an object's labels. */
ac_pap ac_pap_of_labels(const ac_json *object);

#endif
