/* SPDX-License-Identifier: Apache-2.0 */
/* The demonstration's state, shared by its steps (cmd_demo.c, demo_scan.c) and by what tells them (demo_story.c). */
#ifndef AC_APP_DEMO_H
#define AC_APP_DEMO_H

#include "advise/advise.h"
#include "app/app.h"
#include "app/demo_agree.h"
#include "app/demo_check.h"
#include "attribute/attribute.h"
#include "learn/learn.h"
#include "watch/sighting.h"

#define AC_DEMO_FEEDS 2

/* An ally, and what is learned from it. */
typedef struct ac_demo_ally {
	const char *name;
	const char *kind;  /* "STIX 2.1 bundle" */
	const char *path;  /* below the shipped files */
	const char *actor; /* what it calls the intrusion set */
} ac_demo_ally;
extern const ac_demo_ally ac_demo_allies[AC_DEMO_FEEDS];

typedef struct ac_demo_learned {
	const char *path; /* where the feed was found */
	uint64_t put[AC_PUT_CONFLICT + 1];
	uint64_t rows;
	uint64_t skipped; /* events of a feed that were learned before */
} ac_demo_learned;

typedef struct ac_demo_not_watched {
	ac_str name;
	ac_str reason;
} ac_demo_not_watched;

typedef struct ac_demo {
	ac_app *app;
	ac_arena arena;
	const char *dir;   /* everything is below it */
	const char *state; /* folder of the store */
	const char *logs_dir;
	ac_store *store;
	ac_know *know;
	int64_t known_before; /* objects of the pack */
	ac_demo_learned learned[AC_DEMO_FEEDS];
	ac_demo_logs logs;
	ac_demo_check check;
	uint64_t indicators; /* watched */
	ac_sighting_counts sightings;
	uint64_t malformed; /* lines that are not what their format says */
	ac_demo_not_watched *not_watched;
	size_t not_watched_count;
	ac_page page; /* of the intrusion set */
	ac_leads leads;
	ac_advice advice;
	ac_demo_agreed agreed;
	struct {
		double store, learn, write, scan, ask, agree, all;
	} seconds;
} ac_demo;

/* Build the index, scan all logs, gather what is found, record the sightings. */
int ac_demo_scan(ac_demo *demo, accord_err *err) AC_CHECKED;
/* For people, and as one JSON object (accord.demo/1). */
void ac_demo_tell(ac_demo *demo);
void ac_demo_tell_json(ac_demo *demo);

#endif
