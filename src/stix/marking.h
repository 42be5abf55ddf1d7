/* SPDX-License-Identifier: Apache-2.0 */
/* TLP 1 and TLP 2 by id and by name. The strictest of several markings wins (the standard gives no precedence). */
#ifndef AC_STIX_MARKING_H
#define AC_STIX_MARKING_H

#include "codec/json.h"

typedef enum ac_tlp {
	AC_TLP_NONE, /* the object says nothing: its source's default holds, AMBER+STRICT where none is set */
	AC_TLP_CLEAR,
	AC_TLP_GREEN,
	AC_TLP_AMBER,
	AC_TLP_AMBER_STRICT,
	AC_TLP_RED
} ac_tlp;

/* "TLP:AMBER+STRICT"; "" for NONE. */
ac_str ac_tlp_name(ac_tlp tlp);
/* The TLP 2.0 marking definition's id of a level; {NULL,0} for NONE. */
ac_str ac_tlp_marking_id(ac_tlp tlp);
/* From "tlp:white", "TLP:CLEAR", "amber+strict" ... in any case; false when it is no TLP name. */
bool ac_tlp_from_name(ac_str name, ac_tlp *out);
/* From a marking definition's id: TLP 1, TLP 2, and OpenCTI's own AMBER+STRICT. */
bool ac_tlp_from_id(ac_str id, ac_tlp *out);
/* From a marking-definition object, by its id and then by its definition or name. False when it is none. */
bool ac_tlp_from_definition(const ac_json *definition, ac_tlp *out);
/* The strictest TLP that the object's object_marking_refs name by known id; *out_unknown counts refs that are not known here. */
ac_tlp ac_tlp_of(const ac_json *object, size_t *out_unknown);

#endif
