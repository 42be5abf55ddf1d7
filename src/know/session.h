/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a session: what the files of this room share. */
#ifndef AC_KNOW_SESSION_H
#define AC_KNOW_SESSION_H

#include "know/know.h"

struct ac_know {
	ac_store *store;
	ac_hash_seed seed;
	ac_arena arena;
	ac_map labels;             /* id -> const ac_know_ref * */
	ac_map objects;            /* id -> const ac_know_object * */
	ac_map actors;             /* record id -> const ac_know_actor * */
	const ac_know_actors *all; /* NULL until asked for */
	const ac_know_tactic *tactics;
	size_t tactic_count;
	bool has_tactics;
	ac_str language; /* of what is shown; empty: as it came */
	ac_stix_ignored *ignored;
	size_t ignored_count;
	bool has_snapshot;
	bool was_renewed; /* the snapshot */
};

/* Remember p under key (which is copied). */
int ac_know_remember(ac_know *know, ac_map *map, ac_str key, const void *p, accord_err *err) AC_CHECKED;
const void *ac_know_recall(const ac_map *map, ac_str key);

/* Text of a property, or of an array of texts: calls on with each. */
typedef void (*ac_know_on_text)(void *payload, ac_str text);
void ac_know_each_text(const ac_json *value, ac_know_on_text on, void *payload);
/*
 * A property that standards do not name and that readers keep in one of several places: by its bare name, as x_..., inside x_..._meta or in an
 * extension. name uses '_'; '-' in the data counts as '_'. NULL when it is nowhere.
 */
const ac_json *ac_know_property(const ac_json *object, ac_str name);

/* The list that an object is an entry of, see ac_know_object. */
ac_str ac_know_catalogue(const ac_json *object, ac_str producer);
/* Who makes a relationship's claim: a list may quote somebody, and then the one who is quoted does. */
ac_str ac_know_claimant(const ac_json *relationship, ac_str producer);

/* Of records in order of id, as those of ac_know_actors are: the one with it, or NULL. (actors.c) */
const ac_actor_record *ac_know_record_in(const ac_actor_record *records, size_t count, ac_str id);

/* All name claims of an object. */
typedef struct ac_know_names {
	ac_name_hit *items;
	size_t count;
} ac_know_names;
int ac_know_names_of(ac_know *know, ac_str id, ac_know_names *out, accord_err *err) AC_CHECKED;
/* All claims that use a name, the first `most` of them. */
int ac_know_find_name(ac_know *know, ac_str name, size_t most, ac_know_names *out, accord_err *err) AC_CHECKED;

#endif
