/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of an incident: what its description says, and the sentences on what it used. One rule for campaigns that are judged to measure (incidents.h) and for what is asked about (evidence_from.h).
 */
#ifndef AC_ATTRIBUTE_SENTENCES_H
#define AC_ATTRIBUTE_SENTENCES_H

#include "base/arena.h"
#include "base/str.h"

/* The description of a "uses" relationship. */
typedef struct ac_use_sentence {
	ac_str used; /* its number in ATT&CK, else its STIX id */
	ac_str id;   /* of the relationship */
	ac_str text; /* may be empty */
} ac_use_sentence;

/*
 * The description, then the sentences in order of (used, id), which only the content decides, each relationship's once; a line each, without empty ones. The sentences are put in order. Lives in arena or is the
 * description itself; empty when the arena is full.
 */
ac_str ac_use_sentences_join(ac_arena *arena, ac_str description, ac_use_sentence *sentences, size_t count);

#endif
