/* SPDX-License-Identifier: Apache-2.0 */
/* What a set of patterns asks of the values of each role. Between events_plan.c and events.c. */
#ifndef AC_WATCH_EVENTS_PLAN_H
#define AC_WATCH_EVENTS_PLAN_H

#include "watch/events.h"
#include "watch/events_value.h"
#include "watch/line_gate.h"
#include "watch/needles.h"

/* A path with a gate on it that a value of some role may stand at. */
typedef struct ac_asked_path {
	uint32_t path; /* of the set */
	bool is_type;  /* it asks for the type of the object there */
} ac_asked_path;

#define AC_EVENT_INTEGER_BITS 16
static inline uint32_t
ac_event_integer_bit(uint64_t number)
{
	return (uint32_t)(number * 0x9e3779b97f4a7c15U >> (64 - AC_EVENT_INTEGER_BITS));
}

/* What is asked of a role. */
typedef struct ac_asked {
	ac_asked_path *paths;
	size_t n;
	bool always;    /* its presence alone may open a gate */
	bool is_number; /* its values are numbers, and nothing else is asked of them */
	ac_needles *
	    needles; /* a text that is kept (ac_events_is_kept) opens nothing without one of them; NULL: nothing is known */
	uint64_t *integers; /* of numbers: bits of those that open something, one for several; NULL: others may, too */
	ac_field_role worded; /* the role whose forms its values have */
} ac_asked;

/* What stands in several fields has a kind behind those of the roles. */
enum { AC_KIND_URL = AC_FIELD_ROLE_COUNT, AC_KIND_REQUEST, AC_KIND_COUNT };
/* Roles that are parts of the two. */
#define AC_ROLES_OF_URL                                                                                                \
	(AC_ROLE_BIT(AC_FIELD_URL_SCHEME) | AC_ROLE_BIT(AC_FIELD_URL_HOST) | AC_ROLE_BIT(AC_FIELD_URL_PORT) |          \
	    AC_ROLE_BIT(AC_FIELD_URL_PATH) | AC_ROLE_BIT(AC_FIELD_URL_QUERY))

struct ac_event_plan {
	uint64_t roles;
	bool always; /* some bracket needs no value */
	ac_asked asked[AC_KIND_COUNT];
	/* Of JSON: a line without such a text has no value that opens a bracket. NULL: nothing is known of lines. */
	ac_line_gate *lines;
};

#endif
