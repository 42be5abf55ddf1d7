/* SPDX-License-Identifier: Apache-2.0 */
/* A MISP attribute's value as a STIX pattern, and as the observables that it speaks of. */
#ifndef AC_LEARN_MISP_PATTERN_H
#define AC_LEARN_MISP_PATTERN_H

#include "base/arena.h"
#include "learn/misp_types.h"

#define AC_MISP_OBSERVABLES_MAX 2

typedef struct ac_misp_observable {
	ac_str json; /* type and properties, without an id */
} ac_misp_observable;

typedef struct ac_misp_pattern {
	ac_str text;
	ac_str type; /* "stix", "yara" ... */
	ac_misp_observable observables[AC_MISP_OBSERVABLES_MAX];
	size_t observable_count; /* 0: STIX has none for it */
} ac_misp_pattern;

/* Not for AC_MISP_TEXT and AC_MISP_NAMED. ACCORD_EINPUT when the value is not what its type says. All texts live in arena. */
int ac_misp_pattern_of(
    const ac_misp_type *type, ac_str value, ac_arena *arena, ac_misp_pattern *out, accord_err *err) AC_CHECKED;

#endif
