/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How good the judgements are: all incidents that the knowledge holds, each judged by weights that its actor had no part in, with what comes from its own reports hidden (level 1) and also with
 * everything published since (level 2). Names the sets as docs/attribution.md does.
 */
#ifndef AC_ATTRIBUTE_EVALUATE_H
#define AC_ATTRIBUTE_EVALUATE_H

#include "attribute/knowledge.h"
#include "attribute/measures.h"
#include "codec/json_write.h"

typedef enum ac_evaluation_set { AC_SET_REPORTS, AC_SET_CAMPAIGNS } ac_evaluation_set;

/* A row of the table: one set at one level with some of the evidence. */
typedef struct ac_evaluation_row {
	ac_evaluation_set set;
	int level;
	const char *evidence; /* which kinds: "techniques, software" ... */
	ac_measures measures;
	double
	    nexus; /* share whose first country is one of the true actor's, of those that have one; negative: not measured */
} ac_evaluation_row;

/* A try to be fooled. */
typedef struct ac_evaluation_attack {
	const char *name;
	int level;
	size_t count;
	size_t named;    /* somebody wrong at "very likely" or above, before the gate */
	size_t accepted; /* ... in the final words */
} ac_evaluation_attack;

/* The words that are said in the end, and how often they are right: after the gate. */
typedef struct ac_evaluation_terms {
	int level;
	ac_band bands[AC_BANDS];
	size_t insufficient;
	size_t capped;
} ac_evaluation_terms;

typedef struct ac_evaluation {
	ac_evaluation_row rows[18];
	size_t row_count;
	ac_evaluation_attack attacks[8];
	size_t attack_count;
	ac_evaluation_terms terms[2];
	size_t reports, campaigns; /* incidents */
	const ac_knowledge *k;
} ac_evaluation;

int ac_evaluation_make(const ac_knowledge *k, ac_evaluation *out, accord_err *err) AC_CHECKED;
void ac_evaluation_text(const ac_evaluation *e, ac_buf *buf);
void ac_evaluation_json(const ac_evaluation *e, ac_json_writer *w);

#endif
