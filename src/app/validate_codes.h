/* SPDX-License-Identifier: Apache-2.0 */
/* Which warnings of accord validate are wanted, by the codes and names that users of the OASIS validator know. */
#ifndef AC_APP_VALIDATE_CODES_H
#define AC_APP_VALIDATE_CODES_H

#include "base/err.h"
#include "base/str.h"

enum { AC_CODES_MAX = 512 };

typedef struct ac_codes {
	uint64_t on[AC_CODES_MAX / 64];
	bool uncoded; /* warnings that the OASIS validator does not have */
} ac_codes;

/*
 * All but {101} and {102}; without those of `disable` (NULL: none); with `enable` and without `disable` those of `enable` only. Both are lists with commas of codes
 * ("202"), names ("relationship-types"), and of groups of both ("1", "format-checks", "2", "210", "270", "all"). As with the OASIS validator, {101} is on
 * when {401} is off, and {102} when both are. ACCORD_EUSAGE for what is no code.
 */
int ac_codes_parse(const char *disable, const char *enable, ac_codes *out, accord_err *err) AC_CHECKED;
/* Is a warning with this code (empty: none) wanted? */
bool ac_codes_want(const ac_codes *codes, ac_str code);

#endif
