/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What names a place on a message bus, and how it is spoken to: kafka://HOST:PORT,.../TOPIC,...?group=G, and a file of properties for what must not stand on a command line (TLS, SASL). Strict: an unknown
 * word is an error, never a default. Knows no bus.
 */
#ifndef AC_NET_BUS_URL_H
#define AC_NET_BUS_URL_H

#include "base/arena.h"

typedef struct ac_bus_url {
	ac_str brokers; /* "host:port,host:port" */
	ac_str *topics;
	size_t topic_count;
	ac_str group;
	ac_str hits;      /* topic that hits are sent to; empty: none */
	bool from_latest; /* start=latest: a group without a place begins at the end; else at the oldest message */
	bool stop_at_end; /* end=stop */
} ac_bus_url;

bool ac_bus_is_url(ac_str text); /* kafka://... */
/* All in *out lives in arena. ACCORD_EUSAGE. */
int ac_bus_url_parse(ac_str text, ac_arena *arena, ac_bus_url *out, accord_err *err) AC_CHECKED;

/* A property as the bus's library names it, with its value. */
typedef struct ac_bus_property {
	ac_str name;
	ac_str value; /* may be a secret: never shown */
} ac_bus_property;
typedef struct ac_bus_properties {
	ac_bus_property *items;
	size_t count;
} ac_bus_properties;
/*
 * Lines "name = value"; '#' and ';' begin comments, blank lines are left out. Names: what concerns the connection, TLS, SASL, sizes and times; what the program decides itself (groups, commits, topics), and
 * what would load code, is refused. ACCORD_EUSAGE with the line; a value is never part of the text. Texts live in arena.
 */
int ac_bus_properties_read(ac_str text, ac_arena *arena, ac_bus_properties *out, accord_err *err) AC_CHECKED;

#endif
