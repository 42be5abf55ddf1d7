/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data markings (STIX 2.1 s7.2): TLP 1 and TLP 2 by id, name and extension; what a marking definition says; what holds for an object and for each of its marked parts. The strictest
 * of several markings wins (the standard gives no precedence). Who may get what is another room's question.
 */
#ifndef AC_STIX_MARKING_H
#define AC_STIX_MARKING_H

#include "base/arena.h"
#include "codec/json.h"

typedef enum ac_tlp {
	AC_TLP_NONE, /* the object says nothing: its source's default holds, AMBER+STRICT where none is set */
	AC_TLP_CLEAR,
	AC_TLP_GREEN,
	AC_TLP_AMBER,
	AC_TLP_AMBER_STRICT,
	AC_TLP_RED
} ac_tlp;

/* "TLP:AMBER+STRICT"; "" for NONE. */
ac_str ac_tlp_name(ac_tlp tlp);
/* The TLP 2.0 marking definition's id of a level; {NULL,0} for NONE. */
ac_str ac_tlp_marking_id(ac_tlp tlp);
/* From "tlp:white", "TLP:CLEAR", "amber+strict" ... in any case; false when it is no TLP name. */
bool ac_tlp_from_name(ac_str name, ac_tlp *out);
/* From a marking definition's id: TLP 1, TLP 2, and OpenCTI's own AMBER+STRICT. */
bool ac_tlp_from_id(ac_str id, ac_tlp *out);
/* The TLP 2.0 id of a level that the id of somebody's own definition stands for; {NULL,0} when the id is a standard's own (TLP 1 or 2), or not known here. */
ac_str ac_tlp_standard_id(ac_str id);
/* From a marking-definition object: by its id, definition, extension, by what OpenCTI writes beside a statement, or by its name. False when it is none. */
bool ac_tlp_from_definition(const ac_json *definition, ac_tlp *out);
/* The strictest TLP that the object's object_marking_refs name by known id; *out_unknown counts refs that are not known here. */
ac_tlp ac_tlp_of(const ac_json *object, size_t *out_unknown);

typedef enum ac_marking_kind {
	AC_MARKING_TLP,
	AC_MARKING_STATEMENT, /* copyright, terms of use: travels with the object, never restricts its flow */
	AC_MARKING_IEP, /* FIRST's Information Exchange Policy; restricts by the TLP that it names, if it names one */
	AC_MARKING_UNKNOWN /* its definition is absent, or is none of these: RED for release */
} ac_marking_kind;
/* "tlp", "statement", "iep", "unknown". */
ac_str ac_marking_kind_name(ac_marking_kind kind);
/* What a marking-definition object is (NULL: absent). *out_tlp: the level that it asks for (NONE, RED if unknown); *out_text: its statement, or its name. */
ac_marking_kind ac_marking_read(const ac_json *definition, ac_tlp *out_tlp, ac_str *out_text);

/* One marking that an object names, each definition once: object markings first, in the object's order. */
typedef struct ac_marking_ref {
	ac_str id; /* views the object */
	ac_marking_kind kind;
	ac_tlp tlp;  /* as of ac_marking_read */
	ac_str text; /* in the arena */
	ac_tlp
	    own; /* how the definition itself is marked, NONE: not at all. It says who may see the definition, never who may see what it marks */
	bool is_object; /* among object_marking_refs; else granular only */
} ac_marking_ref;

/* A part of the object that granular markings select. */
typedef struct ac_marking_part {
	ac_str selector; /* views the object */
	ac_tlp
	    tlp; /* what holds here: the strictest of its own, of what it stands in, and of the object's markings; NONE: the object's level */
	ac_str ref; /* the marking that decided; empty for NONE */
} ac_marking_part;

typedef enum ac_marking_reason {
	AC_MARKING_BY_REF,      /* a marking of the object: `ref` */
	AC_MARKING_BY_SELECTOR, /* a granular marking whose selector selects nothing here; what it was meant for is not known, so it holds for all: `ref` */
	AC_MARKING_BY_SOURCE,   /* no TLP here: the default of its source */
	AC_MARKING_BY_DEFAULT,  /* nor has its source one: AMBER+STRICT */
	AC_MARKING_BY_STANDARD  /* an unmarked definition of a TLP level: public */
} ac_marking_reason;
/* "marking", "selector", "source", "default", "standard". */
ac_str ac_marking_reason_name(ac_marking_reason reason);

typedef struct ac_marking {
	ac_tlp level; /* of what no part says otherwise; never NONE */
	ac_marking_reason reason;
	ac_str ref;     /* BY_REF, BY_SELECTOR: which marking decided */
	ac_tlp highest; /* the strictest of level and all parts: who is cleared for it may see all of the object */
	const ac_marking_ref *refs;
	size_t ref_count;
	const ac_marking_part *parts; /* in the order of their selectors' bytes */
	size_t part_count;
	/* More markings than are looked at (AC_MARKING_REFS_MAX), which are RED, or selectors that take too long to follow (AC_STIX_STEPS_MAX), which hold for all. */
	bool is_cut;
	bool travels; /* an unmarked marking definition: it goes wherever what it marks goes */
} ac_marking;

/* Find a marking definition by its id: *out is the object, NULL when it is not here. A negative return ends the call with it. */
typedef int (*ac_marking_resolve)(void *payload, ac_str id, const ac_json **out, accord_err *err);

/*
 * The effective marking of an object of any type, marking definitions included. The standards' own TLP ids are known without asking `resolve`, which may be NULL (then nothing else is
 * here). source_default NONE: its source has none. A part that has a TLP marking of its own is not raised by a default. Results live in arena or view the object.
 * n log n in the number of selectors.
 */
int ac_marking_of(const ac_json *object, ac_marking_resolve resolve, void *payload, ac_tlp source_default,
    ac_arena *arena, ac_marking *out, accord_err *err) AC_CHECKED;
/*
 * What must be withheld from a reader who is cleared for `cleared` and may see the object as such (marking->level <= cleared): the selectors above it, none of them inside
 * another of them, in the arena.
 */
int ac_marking_above(const ac_marking *marking, ac_tlp cleared, ac_arena *arena, const ac_str **out_selectors,
    size_t *out_count, accord_err *err) AC_CHECKED;

#endif
