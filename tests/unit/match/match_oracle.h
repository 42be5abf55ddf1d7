/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The meaning of brackets, as plainly as it can be written: a walk over the pattern's tree and the observation's JSON, once for each object, with nothing indexed, shared or made ready. The matcher
 * is held against it. Only the temporal part is not its own: that has its own oracle (sequence_oracle.h).
 */
#ifndef AC_MATCH_ORACLE_H
#define AC_MATCH_ORACLE_H

#include "codec/json.h"
#include "stix/pattern.h"

/* As case_result of match_case.h says it, for a list of bundles or objects. "undecided" when PCRE2's limits ended a regex and the rest does not decide. */
const char *oracle_result(ac_str pattern, unsigned dialect, const ac_json *observations);

#endif
