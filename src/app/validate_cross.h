/* SPDX-License-Identifier: Apache-2.0 */
/* What accord validate tells across the objects of one call, and of the store: gathering them, printing what was found. The rules are in stix/cross.h. */
#ifndef AC_APP_VALIDATE_CROSS_H
#define AC_APP_VALIDATE_CROSS_H

#include "app/command.h"
#include "app/validate_codes.h"
#include "codec/json_stream.h"
#include "stix/cross.h"

/* How strictly, for the whole call. */
typedef struct ac_validate_rules {
	ac_stix_checks checks;
	ac_codes codes;
	bool with_warnings;
	ac_cross_dangling dangling;
} ac_validate_rules;

typedef struct ac_validate_sums {
	uint64_t errors, warnings;
	uint64_t dangling; /* references that lead to nothing and were not told as findings */
	uint64_t left_out; /* objects over a ceiling */
} ac_validate_sums;

typedef struct ac_validate_cross ac_validate_cross;

/* NULL without memory. rules must outlive it. */
ac_validate_cross *ac_validate_cross_open(ac_app *app, const ac_validate_rules *rules);
ac_validate_cross *ac_validate_cross_close(ac_validate_cross *v);
/* An object read from a file (path NULL: from the store); bundle 0: out of none. */
int ac_validate_cross_add(ac_validate_cross *v, const char *path, const ac_json *object, uint32_t bundle,
    ac_place place, accord_err *err) AC_CHECKED;
/* Judge and print all. store (may be NULL): what is not here is looked for there. */
int ac_validate_cross_end(ac_validate_cross *v, ac_store *store, ac_validate_sums *out, accord_err *err) AC_CHECKED;

/* Every current object of the store: on_object, and its older versions into v. */
typedef int (*ac_validate_on_stored)(void *payload, const ac_json *object, accord_err *err);
int ac_validate_store(
    ac_validate_cross *v, ac_store *store, ac_validate_on_stored on_object, void *payload, accord_err *err) AC_CHECKED;

#endif
