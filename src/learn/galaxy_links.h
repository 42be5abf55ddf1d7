/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Relations between clusters. A cluster names the other end by UUID alone, and four of five relations lead into another galaxy's file, so what the other end is can only be
 * said when the run has seen all its files: relations wait here, and become relationship objects at the end.
 *
 * A relation whose other end this run did not see still becomes an object, with a target of the custom type "x-misp-galaxy-cluster" under the plain UUID, flagged abridged: a
 * later run that sees both ends makes a version of the same id, one millisecond newer, that ranks above it. So the order of files, and learning them one by one, loses nothing.
 */
#ifndef AC_LEARN_GALAXY_LINKS_H
#define AC_LEARN_GALAXY_LINKS_H

#include "learn/make.h"

/* Ceilings: all galaxies of today have 46,025 clusters and 60,141 relations. */
#define AC_GALAXY_CLUSTERS_MAX 1000000
#define AC_GALAXY_LINKS_MAX 1000000

ac_galaxy_links *ac_galaxy_links_open(ac_hash_seed seed);       /* NULL without memory */
ac_galaxy_links *ac_galaxy_links_close(ac_galaxy_links *links); /* takes NULL, returns NULL */

/* A cluster was seen: its UUID is of this galaxy. */
int ac_galaxy_links_cluster(ac_galaxy_links *links, ac_str galaxy, ac_str uuid, accord_err *err) AC_CHECKED;

typedef struct ac_galaxy_link {
	ac_str producer;  /* whose claim it is */
	ac_str source_id; /* STIX id */
	ac_str target_uuid;
	ac_str kind;         /* as written */
	const ac_json *tags; /* list of texts, or NULL */
	ac_time modified;
} ac_galaxy_link;
/* Keep a relation. Texts are copied. ACCORD_ELIMIT over the ceilings. */
int ac_galaxy_links_add(ac_galaxy_links *links, const ac_galaxy_link *link, accord_err *err) AC_CHECKED;
/* Make relationship objects of all that wait, in the order in which they came, and forget them. Clusters stay known. */
int ac_galaxy_links_finish(ac_galaxy_links *links, const ac_reader_sink *sink, accord_err *err) AC_CHECKED;

#endif
