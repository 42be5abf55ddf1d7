/* SPDX-License-Identifier: Apache-2.0 */
/* What is put right in received STIX 2.1, each with the producer that writes it so. The exact bytes are kept; the repaired object is derived. */
#ifndef AC_LEARN_STIX_REPAIR_H
#define AC_LEARN_STIX_REPAIR_H

#include "store/record.h"

/*
 * Patterns that compare integer properties with strings (`network-traffic:dst_port = '8443'`, `autonomous-system:number = '174'`), as MISP's exporter writes them: the constants
 * become integers, and the record derived. 1 when something was repaired, 0 when not.
 */
int ac_stix_repair_indicator(const ac_json *object, ac_arena *arena, ac_record *record, accord_err *err) AC_CHECKED;

#endif
