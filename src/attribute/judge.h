/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who did it, how sure, and why: the evidence of one incident against what is known. Every number of the answer is a sum of rows that are in the answer. The same evidence and knowledge give the
 * same answer to the last bit. Words for likelihood are not made here: only what caps them.
 */
#ifndef AC_ATTRIBUTE_JUDGE_H
#define AC_ATTRIBUTE_JUDGE_H

#include "attribute/evidence.h"
#include "attribute/knowledge.h"

typedef struct ac_judge_options {
	double
	    unknown_odds; /* shifts the prior for an actor not known here: its odds are multiplied by it; 1: as fitted */
	size_t most; /* hypotheses with a column in the table of weights, the unknown not counted; 0: AC_JUDGE_SHOWN */
	bool ranking_only; /* posterior, nexus, gate and imitation, no intervals, sensitivities and next findings */
} ac_judge_options;
#define AC_JUDGE_OPTIONS ((ac_judge_options){ .unknown_odds = 1 })

enum {
	AC_JUDGE_SHOWN = 5, /* columns */
	AC_JUDGE_SHOWN_MAX = 64,
	AC_JUDGE_RESAMPLES = 100, /* of report clusters, for the intervals */
	AC_JUDGE_NEXT_MAX = 10    /* findings that would change most */
};

/* Below this the leader's name is no more than an even chance: the lower edge of "likely". */
#define AC_JUDGE_LIKELY 0.55

typedef struct ac_hypothesis {
	const ac_judged_actor *actor; /* NULL: an actor not known here */
	double p;                     /* before the gate */
	double low, high;             /* 5th and 95th percentile over resampled reports; p itself in a ranking only */
	double utility;               /* in nats; p is its softmax among those with p >= 0.001 */
} ac_hypothesis;

typedef struct ac_nexus {
	ac_str country; /* ISO 3166-1 alpha-2; empty: actors of no known country, and the unknown */
	double p;       /* of its own calibration; all together 1 */
} ac_nexus;

/* A row of the table of weights. The first kinds are evidence and the last are what else the model adds up. */
typedef enum ac_weight_kind {
	AC_WEIGHT_TECHNIQUE,
	AC_WEIGHT_SOFTWARE,
	AC_WEIGHT_INDICATOR, /* indicators and infrastructure */
	AC_WEIGHT_VICTIM,    /* countries and sectors */
	AC_WEIGHT_TEXT,      /* procedure text */
	AC_WEIGHT_PRIOR,     /* how active an actor is, and the constant of the unknown */
	AC_WEIGHT_COUNT, /* how much evidence there is: what the unknown may expect of it, and how well described an actor is */
	AC_WEIGHT_SQUARE_ROOT, /* items of one kind say partly the same: taken together they count with the root of their number */
	AC_WEIGHT_CAP /* what is over a ceiling (near-exclusive tools, indicators) */
} ac_weight_kind;
#define AC_WEIGHT_KINDS 9
#define AC_WEIGHT_EVIDENCE_KINDS 5                    /* the first ones */
const char *ac_weight_kind_name(ac_weight_kind kind); /* "technique" ... */

typedef struct ac_weight {
	ac_weight_kind kind;
	ac_str text;               /* the item as the evidence has it; a word for the kind where it is none */
	const ac_feature *feature; /* techniques and software that are known; else NULL */
	bool is_named;             /* software or a victim that only the text names */
	bool is_told_with;         /* a tool that nothing says is the leader's: its reports tell of both */
	const ac_feature *tool;    /* techniques that the judgement's tool can do: that tool; else NULL */
	size_t source;             /* of the evidence, or AC_EVIDENCE_NO_SOURCE */
	size_t shared_by;          /* actors whose profile has it, after hiding */
	const uint32_t *reports;   /* of the leader's profile behind it, visible ones, in order of number */
	size_t report_count;
	size_t clusters; /* independent ones among them */
	double *nats;    /* by hypothesis (ac_judgement.columns); the rows' sum is the hypothesis' utility */
} ac_weight;

/* What happened to an item that is not scored as it was written. */
typedef enum ac_note_kind {
	AC_NOTE_UNKNOWN,    /* not known here: kept, weighs nothing */
	AC_NOTE_SUCCESSOR,  /* revoked: its successor was taken */
	AC_NOTE_REVOKED,    /* revoked without a successor that is here */
	AC_NOTE_DEPRECATED, /* taken as it is */
	AC_NOTE_TWICE,      /* said before */
	AC_NOTE_WEIGHTLESS, /* known to be harmless or shared: warning list, hosting, relay network */
	AC_NOTE_GRADED      /* its source is unreliable, or what it says improbable: nothing is left of it */
} ac_note_kind;
const char *ac_note_kind_name(ac_note_kind kind);

typedef struct ac_note {
	ac_note_kind kind;
	ac_str text;               /* as it was written */
	const ac_feature *feature; /* AC_NOTE_SUCCESSOR: what stands for it */
} ac_note;

/* Who says when it was; in order of who is believed. */
typedef enum ac_when_from {
	AC_WHEN_UNSAID,
	AC_WHEN_DATES,  /* the evidence's own dates */
	AC_WHEN_TEXT,   /* its text (text_when.h) */
	AC_WHEN_SOURCE, /* the day of its first source */
	AC_WHEN_HIDDEN  /* the day from which everything is hidden */
} ac_when_from;
const char *ac_when_from_name(ac_when_from from);

typedef enum ac_imitation { AC_IMITATION_NONE, AC_IMITATION_POSSIBLE, AC_IMITATION_INDICATED } ac_imitation;
const char *ac_imitation_name(ac_imitation imitation);

/* Reasons of the gate to cap the words at "likely"; bits. */
typedef enum ac_gate_reason {
	AC_GATE_FRAGILE = 1,       /* the leader does not hold without its strongest techniques and best tool */
	AC_GATE_ONE_KIND = 2,      /* fewer than two kinds of evidence speak for the leader */
	AC_GATE_ONE_PUBLISHER = 4, /* fewer than two publishers stand behind its profile where it meets the evidence */
	AC_GATE_CONFLICT = 8       /* mixed or deceptive evidence */
} ac_gate_reason;
#define AC_GATE_REASONS 4
const char *ac_gate_reason_name(unsigned bit); /* by bit number */

typedef struct ac_gate {
	bool passes;
	unsigned reasons;
	double p_without; /* the leader's, without its three strongest techniques and best tool */
	size_t kinds;     /* of evidence that speak for the leader */
	size_t publishers;
	/* The conflict test: what the leader does not explain, taken alone. */
	const ac_judged_actor *rival; /* its first name, or NULL when nothing is left over */
	double rival_p;
} ac_gate;

/* Posterior of the leader without something. */
typedef struct ac_sensitivity {
	enum { AC_WITHOUT_ITEM, AC_WITHOUT_SOURCE, AC_WITHOUT_KIND } what;
	size_t index;                  /* of the row; of the evidence's source; the ac_weight_kind */
	double p;                      /* the leader's then */
	const ac_judged_actor *leader; /* then; NULL: the unknown */
	double leader_p;
	bool is_single_point; /* the answer stands on this alone: another leads, or p falls by more than a half */
} ac_sensitivity;

/* An unseen finding and what it would do. */
typedef struct ac_next_finding {
	const ac_feature *feature;
	double gain;                   /* expected information, nats */
	double chance;                 /* of seeing it, as things stand */
	const ac_judged_actor *leader; /* were it seen; NULL: the unknown */
	double leader_p;
	double p; /* of today's leader, were it seen */
} ac_next_finding;

typedef struct ac_judgement {
	ac_hypothesis *
	    ranking; /* all actors with p >= 0.001 or among the columns, best first, ties by id; the unknown is not among them */
	size_t ranking_count;
	const double *posterior; /* by actor of the knowledge */
	double unknown;
	double unknown_low, unknown_high;
	double unknown_utility;
	ac_nexus *nexus; /* best first */
	size_t nexus_count;
	/* The table of weights: columns are the first column_count - 1 of the ranking, and the unknown last. */
	size_t column_count;
	ac_weight *
	    weights; /* evidence first, in order of the leader's weight against the runner-up; then what the model adds */
	size_t weight_count;
	const ac_feature
	    *tool; /* of the leader, by what it can do most like the techniques together; NULL: none is like them */
	ac_note *notes;
	size_t note_count;
	ac_gate gate;
	size_t techniques;  /* that count: known here, and the grade of their source leaves something of them */
	bool is_prior_only; /* nothing of the evidence is known here */
	bool insufficient;  /* fewer than four techniques and nothing telling: no name is to be said */
	ac_imitation imitation;
	ac_sensitivity *sensitivities;
	size_t sensitivity_count;
	ac_next_finding *next;
	size_t next_count;
	size_t hidden_claims; /* of the knowledge, by the evidence's `hide` */
	size_t profiles;      /* actors with a profile after hiding */
	ac_when_from when_from;
	ac_time when;   /* the incident's day; AC_TIME_MIN: unsaid */
	ac_time newest; /* day of the newest report that is not hidden; AC_TIME_MIN: there is none */
	bool has_prose; /* some visible profile has procedure text */
} ac_judgement;

/*
 * Judge. Everything of the answer lives in arena or views evidence and knowledge. Errors: ACCORD_ELIMIT for more items than AC_EVIDENCE_ITEMS_MAX, or a full arena; ACCORD_ENOMEM. Empty evidence is
 * no error: it is insufficient.
 */
int ac_judge(const ac_knowledge *k, const ac_evidence *evidence, const ac_judge_options *options, ac_arena *arena,
    ac_judgement *out, accord_err *err) AC_CHECKED;

#endif
