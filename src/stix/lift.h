/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of lifting 2.0 to 2.1, private to stix/: lift.c edits one object, lift_container.c takes an observable container apart. */
#ifndef AC_STIX_LIFT_H
#define AC_STIX_LIFT_H

#include "base/buf.h"
#include "stix/object.h"

/* Whom changes are told, and with what memory. */
typedef struct ac_lift_teller {
	ac_stix_on_change on_change; /* NULL: nobody */
	void *payload;
	ac_arena *arena;
} ac_lift_teller;
/* A place in the 2.0 object: a chain up to the root, on the C stack. */
typedef struct ac_lift_place {
	const struct ac_lift_place *up;
	ac_str key;
} ac_lift_place;
void ac_lift_tell(const ac_lift_teller *teller, ac_str rule, const ac_lift_place *place, ac_str was, ac_str is);
/* A text as a JSON string, in the teller's arena; for `was` and `is`. */
ac_str ac_lift_quoted(const ac_lift_teller *teller, ac_str text);

/* One observable of a container. */
typedef struct ac_lift_entry {
	ac_str key;
	const ac_json *object;
	ac_str type;
	ac_str id;
	enum { AC_LIFT_OPEN, AC_LIFT_BUSY, AC_LIFT_DONE } state;
} ac_lift_entry;

typedef struct ac_lift_container {
	ac_lift_entry *entries; /* in the source's order */
	ac_lift_entry **by_key; /* the same, sorted */
	size_t count;
	ac_str owner; /* the observed-data's id */
	ac_arena *arena;
	const ac_lift_teller *teller;
} ac_lift_container;

/* The name that 2.1 has for a property of a 2.0 observable; name itself when it has not changed. */
ac_str ac_lift_renamed(ac_str type, ac_str name);
/* Give every observable its id. False (without an error) when the container cannot be taken apart and must stay as it is. */
int ac_lift_container_open(const ac_json *objects, ac_str owner, const ac_lift_teller *teller, ac_arena *arena,
    ac_lift_container *out, bool *out_fits, accord_err *err) AC_CHECKED;
/* `"object_refs":["type--uuid", ...]`, each id once. */
void ac_lift_container_refs(const ac_lift_container *c, ac_buf *out);
/* The JSON text of the index-th observable as a 2.1 object; what changes in it is told. */
void ac_lift_container_object(const ac_lift_container *c, size_t index, ac_buf *out);

#endif
