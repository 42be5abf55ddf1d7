/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MISP galaxies: which STIX type a cluster becomes, under which id, and the object that is made of it. Used by the readers of galaxy files and of MISP events, so that a
 * cluster named in an event and the cluster of the galaxy meet in one id.
 *
 * Ids: a cluster of an ATT&CK galaxy carries the UUID of the ATT&CK object and gets its very id; it is flagged abridged, so that ATT&CK's own version ranks above it. All others:
 * UUIDv5(Accord's namespace, "misp-galaxy:TYPE:UUID"), since UUIDs are not unique over galaxies.
 *
 * Versions: clusters carry no dates, galaxies carry a version number. `created` is 2015-01-01T00:00:00Z (older than the oldest galaxy) and `modified` as many seconds later as the
 * version says; a number from 1,000,000,000 on is a Unix time itself. It orders the versions of one galaxy, and says nothing about when anything happened.
 */
#ifndef AC_LEARN_GALAXY_H
#define AC_LEARN_GALAXY_H

#include "learn/make.h"

typedef struct ac_galaxy_kind {
	ac_str galaxy;  /* the galaxy's type */
	ac_str type;    /* STIX type */
	bool is_attack; /* clusters carry the UUIDs of ATT&CK's objects */
} ac_galaxy_kind;

/* Row of a galaxy type; galaxies without one become "x-misp-galaxy-cluster": names with their source. Never NULL. */
const ac_galaxy_kind *ac_galaxy_kind_of(ac_str galaxy);
/* Id of a cluster; uuid is 36 lower-case characters. Lives in arena. */
int ac_galaxy_id(ac_str galaxy, ac_str uuid, ac_arena *arena, ac_str *out_id, accord_err *err) AC_CHECKED;
/* Id of a cluster of which only the tag is known (misp-galaxy:TYPE="VALUE"). */
int ac_galaxy_id_by_name(ac_str galaxy, ac_str value, ac_arena *arena, ac_str *out_id, accord_err *err) AC_CHECKED;
extern const ac_time ac_galaxy_created;
ac_time ac_galaxy_time(int64_t version);
/* The organisation behind a producer UUID of name-attribution; {NULL, 0} when it is not known here. */
ac_str ac_galaxy_producer(ac_str uuid);

/* What is known of a cluster. Texts view their source. */
typedef struct ac_cluster {
	ac_str galaxy; /* type */
	ac_str id;     /* of the object */
	ac_str uuid;   /* in the galaxy; empty when it is the object's own */
	ac_str value;
	ac_str description;
	const ac_json *meta; /* may be NULL */
	ac_time modified;
	bool revoked;
	bool abridged;
	ac_str exact; /* the cluster's slice; empty: none */
} ac_cluster;
/* Make the object and its name claims, and hand it to the sink. */
int ac_galaxy_make(ac_make *make, const ac_cluster *cluster, ac_place place, accord_err *err);

#endif
