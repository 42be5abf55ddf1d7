/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of lifting 2.0 to 2.1, private to stix/: lift.c edits one object, lift_container.c takes an observable container apart. */
#ifndef AC_STIX_LIFT_H
#define AC_STIX_LIFT_H

#include "base/buf.h"
#include "stix/object.h"

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
} ac_lift_container;

/* The name that 2.1 has for a property of a 2.0 observable; name itself when it has not changed. */
ac_str ac_lift_renamed(ac_str type, ac_str name);
/* Give every observable its id. False (without an error) when the container cannot be taken apart and must stay as it is. */
int ac_lift_container_open(const ac_json *objects, ac_str owner, ac_arena *arena, ac_lift_container *out,
    bool *out_fits, accord_err *err) AC_CHECKED;
/* `"object_refs":["type--uuid", ...]`, each id once. */
void ac_lift_container_refs(const ac_lift_container *c, ac_buf *out);
/* The JSON text of the index-th observable as a 2.1 object. */
void ac_lift_container_object(const ac_lift_container *c, size_t index, ac_buf *out);

#endif
