/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MISP attributes and what belongs to them as STIX 2.1 objects. What an attribute becomes:
 *	to_ids, with a pattern	indicator--UUID (exact bytes: the attribute's slice), and "indicates" to the actors, malware and techniques that the attribute itself is tagged with
 *	otherwise, observable	the observable with its deterministic id and observed-data--UUID (exact bytes: the slice)
 *	a name of its own	vulnerability, campaign or threat-actor with an id derived from the name
 *	anything else		x-misp-attribute--UUID (exact bytes: the slice)
 * UUIDs are the attribute's own. Observables carry nothing but their value, so that one address in two events is one object with two sources. A deleted attribute is revoked. `last_seen` is
 * kept and does not end an indicator: that somebody last saw an address in July does not make a hit in August less true. A sighting of type 2 (expiration) does end it.
 */
#ifndef AC_LEARN_MISP_MAKE_H
#define AC_LEARN_MISP_MAKE_H

#include "learn/galaxy.h"
#include "stix/pap.h"

/* A galaxy cluster that an event or attribute is tagged with. */
typedef struct ac_misp_cluster {
	ac_str id;
	ac_str tag; /* as in Tag.name */
} ac_misp_cluster;

#define AC_MISP_CLUSTERS_MAX 256 /* of one event or attribute */
typedef struct ac_misp_clusters {
	ac_misp_cluster items[AC_MISP_CLUSTERS_MAX];
	size_t count;
	ac_arena *arena; /* of their texts */
} ac_misp_clusters;

/* What an attribute inherits. A bare attribute has an empty one. */
typedef struct ac_misp_context {
	ac_make make;
	const ac_reader_sink *sink;
	ac_arena kept;     /* of one event */
	ac_arena scratch;  /* of one attribute */
	ac_map made;       /* ids of clusters that were handed over already */
	ac_str event_uuid; /* empty: none */
	ac_str creator;    /* identity of Orgc, or empty */
	ac_time created;   /* the event's date, AC_TIME_MIN: not said */
	ac_time modified;  /* the event's timestamp, AC_TIME_MIN: not said */
	ac_tlp tlp;
	ac_pap pap; /* what the event's tags allow to do */
	ac_misp_clusters clusters;
	int (*on_ref)(void *payload, ac_str id, accord_err *err); /* an object of the event was handed over */
	void *on_ref_payload;
} ac_misp_context;

void ac_misp_context_init(ac_misp_context *context, const ac_reader_sink *sink, ac_hash_seed seed);
void ac_misp_context_done(ac_misp_context *context);
/* Forget the event. */
void ac_misp_context_reset(ac_misp_context *context);

/* One attribute, or all of one object. Bad ones are refused and 0 is returned; negative stops. */
int ac_misp_attribute(ac_misp_context *context, const ac_json *attribute, ac_place place, accord_err *err);
int ac_misp_object(ac_misp_context *context, const ac_json *object, ac_place place, accord_err *err);

/* Tags: the strictest TLP among them goes to *tlp, clusters are made and added to the list. */
int ac_misp_tags(ac_misp_context *context, const ac_json *tags, const ac_json *galaxies, ac_tlp *tlp,
    ac_misp_clusters *clusters, ac_place place, accord_err *err);

/* The strictest TLP of a list of tags and `so_far`. */
ac_tlp ac_misp_tlp(const ac_json *tags, ac_tlp so_far);
/* The same of PAP. */
ac_pap ac_misp_pap(const ac_json *tags, ac_pap so_far);
/* Unix seconds as MISP writes them: a string or a number. AC_TIME_MIN when absent or 0; false when it is neither. */
bool ac_misp_time(const ac_json *value, ac_time *out);
/* A flag: true, "1", 1, "true". Flags that are no JSON booleans are counted as "quoted-boolean". */
bool ac_misp_flag(ac_misp_context *context, const ac_json *value);
void ac_misp_write_markings(ac_make *make, ac_tlp tlp);

#endif
