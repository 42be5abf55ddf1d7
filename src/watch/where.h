/* SPDX-License-Identifier: Apache-2.0 */
/* Which records count: conditions on fields that must all hold, and the time from which on. Knows nothing of indicators. */
#ifndef AC_WATCH_WHERE_H
#define AC_WATCH_WHERE_H

#include "values/value.h"
#include "watch/logs/logs.h"

/* Conditions of one selection; nobody types more. */
#define AC_WHERE_MAX 64

typedef struct ac_where_condition {
	ac_str field; /* a field's name as the log writes it, or a role's; in any case */
	ac_str value; /* exact, or with '*' for any text */
	ac_field_role role;
	bool has_role;
	bool is_network; /* value is an address or a network: fields are compared as addresses */
	ac_network network;
} ac_where_condition;

/* A selection; views the texts that it was made from. A zeroed one selects every record. */
typedef struct ac_where {
	ac_where_condition conditions[AC_WHERE_MAX];
	size_t count;
	bool has_since;
	ac_time since;
} ac_where;

typedef enum ac_where_verdict { AC_WHERE_FITS, AC_WHERE_OTHER, AC_WHERE_BEFORE } ac_where_verdict;

/*
 * Add "FIELD=VALUE". VALUE with a '/' behind an address is a network; an address fits in any spelling. ACCORD_EUSAGE for other text, or over AC_WHERE_MAX.
 */
int ac_where_add(ac_where *where, ac_str condition, accord_err *err) AC_CHECKED;
/* Whether a record, at its time, is selected: each condition holds for one of its fields (AC_WHERE_OTHER), and it is not before `since`. arena for scratch. */
ac_where_verdict ac_where_judge(const ac_where *where, const ac_log_record *record, ac_time time, ac_arena *arena);

#endif
