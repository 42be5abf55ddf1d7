/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds across objects (STIX 2.1 s2.9, s3.3, s3.6, s7.1, s7.3): versions of one object against each other, references against what they lead to, uses of an
 * extension against its definition, translations against what they translate. Objects are fed one by one and not kept: of each a few facts stay, within the ceilings
 * AC_CROSS_... of limits.h; objects beyond them are counted as left out. It reads no file and knows no store: who has more objects brings them when asked.
 */
#ifndef AC_STIX_CROSS_H
#define AC_STIX_CROSS_H

#include "base/map.h"
#include "stix/object.h"

typedef struct ac_cross ac_cross;

/* Where an object stands. input and bundle are numbers of the caller's. */
typedef struct ac_cross_place {
	uint32_t input;  /* a file, the store ... */
	uint32_t bundle; /* objects of one number stand in one bundle; 0: in none */
	uint64_t line, column;
} ac_cross_place;

/* One finding: about the object `id` at `place`, and mostly a second one. Texts live until the next finding. */
typedef struct ac_cross_finding {
	ac_stix_finding f;
	ac_str id;
	ac_cross_place place;
	ac_str other_id; /* p NULL: there is no second object */
	ac_cross_place other;
} ac_cross_finding;
typedef int (*ac_cross_on_finding)(void *payload, const ac_cross_finding *finding, accord_err *err);

/* The other versions and objects of an id that is referred to or was fed: add them as known. Called once for each UUID at most. */
typedef int (*ac_cross_on_wanted)(void *payload, ac_cross *cross, ac_str id, accord_err *err);

typedef enum ac_cross_dangling {
	AC_CROSS_DANGLING_COUNTED, /* s3.3: legal; counted only */
	AC_CROSS_DANGLING_WARNING,
	AC_CROSS_DANGLING_ERROR
} ac_cross_dangling;

typedef struct ac_cross_sums {
	uint64_t objects;
	uint64_t references;
	uint64_t
	    dangling; /* references that lead to no object that was fed; the standard's own markings are always at hand */
	uint64_t left_out; /* objects over a ceiling: then no reference is called dangling */
} ac_cross_sums;

/* NULL without memory. */
ac_cross *ac_cross_open(ac_hash_seed seed);
ac_cross *ac_cross_close(ac_cross *cross);

/* What an object that is added is, as a set. */
enum {
	AC_CROSS_ADD_KNOWN = 1, /* others are held against it, and nothing is told of it by itself */
	AC_CROSS_ADD_REMADE =
	    2, /* its bytes are not its producer's (lifted, derived): its content is not held against that of copies */
};

/*
 * Take the facts of an object. What has no type, no id of the form type--UUID or another type in its id is not taken: the validator has told of it. ACCORD_ENOMEM only.
 */
int ac_cross_add(
    ac_cross *cross, const ac_json *object, ac_cross_place place, unsigned what, accord_err *err) AC_CHECKED;

/*
 * Judge all that was fed, in the order in which it was fed. on_wanted may be NULL. O(n log n) in objects and references. A negative return of a callback ends
 * it. Nothing may be added afterwards.
 */
int ac_cross_judge(ac_cross *cross, ac_cross_dangling dangling, ac_cross_on_wanted on_wanted,
    ac_cross_on_finding on_finding, void *payload, ac_cross_sums *out_sums, accord_err *err) AC_CHECKED;

#endif
