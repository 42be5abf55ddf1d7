/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A judgement made ready to be told: words, rounded numbers that add up, the matrix of competing hypotheses, what others say. answer_json.c and answer_text.c write it; neither computes. What may not be said is decided here:
 * no name on insufficient evidence, nothing above "likely" past the gate, no individual's name.
 */
#ifndef AC_ATTRIBUTE_ANSWER_H
#define AC_ATTRIBUTE_ANSWER_H

#include "attribute/ach.h"
#include "attribute/chain.h"
#include "attribute/evidence_read.h"
#include "attribute/states.h"
#include "attribute/words.h"
#include "know/page.h"

/* Another's claim: a relationship "attributed-to" of the object that the evidence was taken from. */
typedef struct ac_answer_claim {
	ac_str id; /* of the relationship */
	ac_str actor_id;
	ac_str actor;
	ac_str claimant;
	ac_str leader_id; /* of the actor view that the record belongs to; empty when it is not here */
} ac_answer_claim;

/* A name is a claim: what an actor is called, and by whom. */
typedef struct ac_answer_name {
	ac_str text;
	ac_page_texts namers; /* once each, at most AC_ANSWER_NAMERS_MAX */
} ac_answer_name;

/* What the records that are the same actor call it, its own name first; but what another actor is called, too, tells neither and is not among them. */
typedef struct ac_answer_called {
	ac_answer_name *names; /* at most AC_ANSWER_NAMES_MAX */
	size_t count;
	size_t left_out; /* uses of a name, by somebody, that are over these ceilings */
} ac_answer_called;

/* What the evidence was taken from. */
typedef struct ac_answer_origin {
	ac_str object_id; /* report, incident, campaign ... of the store; empty: a file, or sightings */
	ac_str name;      /* for the title */
	bool is_seen;     /* sightings of this node */
	uint64_t indicators, sightings;
} ac_answer_origin;

typedef struct ac_answer_nexus {
	ac_str country;
	int64_t units; /* of AC_CHAIN_UNITS */
} ac_answer_nexus;

typedef struct ac_answer {
	const ac_knowledge *knowledge;
	const ac_evidence *evidence;
	const ac_remarks *remarks;
	const ac_judgement *j;
	const ac_scale *scale;
	ac_answer_origin origin;
	const ac_hypothesis *leader, *runner_up; /* NULL: there is none */
	bool is_named;                           /* the leader may be named */
	const ac_scale_band *term;               /* of the leader, after the gate; NULL when no actor may be named */
	bool is_capped;
	ac_confidence_level confidence;
	size_t publishers; /* behind the leader's profile where it meets the evidence */
	uint32_t *reports; /* of the knowledge, behind some row of the leader, in order of number */
	size_t report_count;
	/* Of AC_CHAIN_UNITS: together exactly that many. */
	int64_t *ranking; /* by hypothesis with p >= 0.001, the first ranking_count of the judgement's */
	size_t ranking_count;
	int64_t unknown;
	ac_answer_nexus *nexus; /* countries with p >= 0.001, best first, equals in order of their codes */
	size_t nexus_count;
	int64_t nexus_rest; /* the others, actors of no known country, and the unknown */
	ac_chain chain;
	ac_ach ach;
	/* From the store: */
	ac_answer_called *called; /* by hypothesis, of the first called_count of the ranking; 0: nobody may be named */
	size_t called_count;
	ac_page_texts overlaps; /* actors that share names with the leader and are kept apart */
	ac_answer_claim *claims;
	size_t claim_count;
	ac_state_claims states; /* of the leader */
} ac_answer;

/*
 * Make the answer ready. Everything that it points to must outlive it; what is made lives in arena. know may be NULL: nothing is looked up then (names, overlaps, others' claims).
 */
int ac_answer_make(ac_know *know, const ac_knowledge *knowledge, const ac_evidence *evidence, const ac_remarks *remarks,
    const ac_answer_origin *origin, const ac_judgement *j, const ac_scale *scale, ac_arena *arena, ac_answer *out,
    accord_err *err) AC_CHECKED;

/* "G0065", else the STIX id. */
ac_str ac_answer_actor_id(const ac_judged_actor *actor);
/* "Leviathan (G0065)"; NULL: the unknown, in words. An individual is not named: words say what stands there. */
ac_str ac_answer_actor_name(const ac_judged_actor *actor, ac_lang lang, ac_arena *arena);

/* "2021-07-19"; empty for a time that is not said. */
ac_str ac_answer_day(ac_time time, ac_arena *arena);
/* Name of a source of the evidence, else its address. */
ac_str ac_answer_source_name(const ac_answer *a, size_t source);
/* A report's place in a->reports, from 0. It must be among them. */
size_t ac_answer_report_number(const ac_answer *a, uint32_t report);

/* What is missing, of the evidence and of the knowledge. */
typedef struct ac_answer_gap {
	const char *code; /* "no-software" */
	ac_word word;
	uint64_t number; /* its {0} */
} ac_answer_gap;
#define AC_ANSWER_GAPS_MAX 13
size_t ac_answer_gaps(const ac_answer *a, ac_answer_gap gaps[static AC_ANSWER_GAPS_MAX]);

/*
 * Members of an object that is open in w, all but "id" (accord.attribution/1, docs/json.md): what is shown of words is in both languages. The same answer gives the same bytes. brief: up to "imitation".
 */
int ac_answer_json(const ac_answer *a, bool brief, ac_json_writer *w, accord_err *err) AC_CHECKED;
/* For people. */
int ac_answer_text(
    const ac_answer *a, ac_lang lang, const ac_page_style *style, ac_buf *buf, accord_err *err) AC_CHECKED;

#endif
