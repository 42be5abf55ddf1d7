/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is put right in received STIX, each with who writes it so: a row of one table a repair. The exact bytes are kept by whoever stores the object; the repaired object is derived
 * from them. Only the standard's own properties are looked at: what is custom stays as it came. A repair is made where the standard leaves one reading, and none makes an object worse.
 */
#ifndef AC_LEARN_STIX_REPAIR_H
#define AC_LEARN_STIX_REPAIR_H

#include "base/map.h"
#include "codec/json.h"

typedef enum ac_repair {
	AC_REPAIR_QUOTED_INTEGERS,
	AC_REPAIR_QUOTED_BOOLEANS,
	AC_REPAIR_ATTRIBUTE_UUID_IDS,
	AC_REPAIR_HASH_NAMES,
	AC_REPAIR_OLD_TLP_IDS,
	AC_REPAIR_VALUES_DATA_STEP,
	AC_REPAIR_MISSING_PATTERN_TYPE,
	AC_REPAIR_TIMESTAMPS,
	AC_REPAIR_SPEC_VERSION,
	AC_REPAIR_EMPTY_VALUES,
	AC_REPAIR_SINGLE_VALUES,
	AC_REPAIR_LABEL_OBJECTS,
	AC_REPAIR_COUNT
} ac_repair;

typedef struct ac_repair_row {
	const char *name; /* in reports, and for --no-repair */
	const char *what;
	const char *who;
} ac_repair_row;
extern const ac_repair_row ac_repair_rows[AC_REPAIR_COUNT];

/* "NAME,NAME" or "all" as bits (1 << ac_repair); nothing for an empty text. ACCORD_EUSAGE for another name. */
int ac_repair_names_read(ac_str names, uint32_t *out_bits, accord_err *err) AC_CHECKED;

/* Ids that are written anew: of this input's observables, old to new. */
typedef struct ac_repair_ids {
	ac_map map; /* views texts of `arena` */
	ac_arena arena;
} ac_repair_ids;
void ac_repair_ids_init(ac_repair_ids *ids, ac_hash_seed seed);
void ac_repair_ids_done(ac_repair_ids *ids);

/* How one input is repaired. */
typedef struct ac_repairing {
	uint32_t off;
	ac_repair_ids *ids; /* NULL: none */
	ac_str own_id;      /* what ac_repair_id said of the object itself; {NULL, 0}: its id stays */
} ac_repairing;

/*
 * *out_text is the repaired object's JSON in the arena, {NULL, 0} when there is nothing to repair. counts gets how often each repair was made. Members that need none keep their spelling.
 */
int ac_stix_repair(const ac_json *object, const ac_repairing *how, ac_arena *arena, ac_str *out_text,
    unsigned counts[static AC_REPAIR_COUNT], accord_err *err) AC_CHECKED;

/* An observable's id that should be the standard's deterministic one: of another UUID version than 5, and of a type that the standard knows (s2.9). */
bool ac_repair_is_foreign_id(ac_str id);
/*
 * The deterministic id of an observable with a foreign one, remembered in how->ids with the old one, which is remembered as it is when none is due. Of several observables with
 * one id the first is remembered, and each gets the id of its own content. *out_id is {NULL, 0} when the id stays.
 */
int ac_repair_id(
    const ac_json *object, const ac_repairing *how, ac_arena *arena, ac_str *out_id, accord_err *err) AC_CHECKED;
/* Does object refer to an observable with a foreign id of which how->ids knows nothing yet? */
bool ac_repair_waits(const ac_json *object, const ac_repairing *how);

#endif
