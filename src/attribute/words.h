/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences of an answer, in English and French. Every text that people read is a row of one table, so that a test can go over all of them: no sentence speaks of likelihood and of analytic
 * confidence at once, none knows 0 % or 100 %, none says that a state did it.
 *
 * A text has places {0} to {9} for what is known at run time, and {0?one|many}, which is "one" or "many" as the number in {0} wants it in the language.
 */
#ifndef AC_ATTRIBUTE_WORDS_H
#define AC_ATTRIBUTE_WORDS_H

#include "attribute/judge.h"
#include "attribute/evidence_read.h"
#include "stix/scale.h"

typedef enum ac_word {
	/* The head */
	AC_WORD_TITLE, /* id */
	AC_WORD_SEEN_HERE,
	AC_WORD_OF_SEEN,      /* indicators, sightings */
	AC_WORD_AGAINST,      /* profiles, newest day */
	AC_WORD_AGAINST_SOME, /* profiles */
	AC_WORD_HIDDEN,       /* claims */
	AC_WORD_FROM_DAY,     /* day */
	AC_WORD_TOLD_WHEN,    /* day */
	AC_WORD_SCALE,        /* name */
	AC_WORD_SCALE_UNVERIFIED,
	/* The judgement */
	AC_WORD_HEAD_JUDGEMENT,
	AC_WORD_CHANCE,        /* likelihood in per cent, low, high */
	AC_WORD_CAPPED,        /* the word "likely" of the scale */
	AC_WORD_UNKNOWN_LEADS, /* per cent */
	AC_WORD_NONE_STANDS_OUT,
	AC_WORD_NOT_COUNTED, /* how many count */
	AC_WORD_PRIOR_ONLY,
	AC_WORD_WIDE, /* low end */
	AC_WORD_INSUFFICIENT,
	AC_WORD_EMPTY,
	AC_WORD_NO_KNOWLEDGE,
	AC_WORD_FIRST_WITHOUT_NAME, /* how many techniques and tools there are */
	AC_WORD_CONFIDENCE,         /* level */
	AC_WORD_CONFIDENCE_BASIS,   /* kinds, publishers, remaining */
	AC_WORD_IMITATION_NONE,
	AC_WORD_IMITATION_POSSIBLE,
	AC_WORD_IMITATION_INDICATED,
	AC_WORD_RIVAL, /* actor, per cent */
	AC_WORD_NEXUS, /* list of "CN 90%" */
	AC_WORD_NO_STATE,
	AC_WORD_STATE,         /* claimant, actor, level and sponsor, citation and day */
	AC_WORD_STATE_UNCITED, /* how many */
	AC_WORD_OTHERS_SAY,    /* claimant, actor */
	AC_WORD_OVERLAPS,      /* actor, list */
	AC_WORD_NAMES,         /* actor, list */
	AC_WORD_AND_OTHERS,    /* list */
	/* The gate */
	AC_WORD_GATE_PASSES,  /* per cent without the best */
	AC_WORD_GATE_FRAGILE, /* per cent */
	AC_WORD_GATE_ONE_KIND,
	AC_WORD_GATE_ONE_PUBLISHER,
	AC_WORD_GATE_CONFLICT,
	/* Hypotheses */
	AC_WORD_HEAD_HYPOTHESES,
	AC_WORD_COLUMN_ACTOR,
	AC_WORD_COLUMN_CHANCE,
	AC_WORD_COLUMN_RANGE,
	AC_WORD_COLUMN_TERM,
	AC_WORD_UNKNOWN_ACTOR,
	AC_WORD_MORE, /* number */
	AC_WORD_INDIVIDUAL,
	/* Evidence */
	AC_WORD_HEAD_EVIDENCE,
	AC_WORD_EVIDENCE_NOTE,       /* leader, runner-up */
	AC_WORD_EVIDENCE_NOTE_ALONE, /* leader */
	AC_WORD_COLUMN_ITEM,
	AC_WORD_COLUMN_RUNNER_UP,
	AC_WORD_COLUMN_UNKNOWN,
	AC_WORD_COLUMN_SHARED,
	AC_WORD_COLUMN_CLUSTERS,
	AC_WORD_SEEN_BY, /* source */
	AC_WORD_NAMED_IN_TEXT,
	AC_WORD_TOOL, /* actor, software */
	AC_WORD_SUM,
	AC_WORD_SMALLER,     /* number of rows that are not shown, added up in one row */
	AC_WORD_REPORT_LINE, /* name, day */
	/* ACH */
	AC_WORD_HEAD_ACH,
	AC_WORD_ACH_NOTE,
	AC_WORD_ACH_SCORE,
	/* Sensitivity */
	AC_WORD_HEAD_SENSITIVITY,
	AC_WORD_WITHOUT,       /* what, per cent */
	AC_WORD_WITHOUT_OTHER, /* what, per cent, other leader, per cent */
	AC_WORD_SINGLE_POINT,
	AC_WORD_NOTHING_MATTERS,
	/* What would change the answer */
	AC_WORD_HEAD_NEXT,
	AC_WORD_NEXT,       /* what, leader's per cent */
	AC_WORD_NEXT_OTHER, /* what, other leader, per cent */
	/* Gaps */
	AC_WORD_HEAD_GAPS,
	AC_WORD_GAP_TECHNIQUES, /* how many there are */
	AC_WORD_GAP_SOFTWARE,
	AC_WORD_GAP_VICTIMS,
	AC_WORD_GAP_INDICATORS,
	AC_WORD_GAP_CUT,
	AC_WORD_GAP_TEXT,
	AC_WORD_GAP_DATES,
	AC_WORD_GAP_SOURCES,
	AC_WORD_GAP_GRADES,
	AC_WORD_GAP_PROSE,
	AC_WORD_GAP_UNCITED,  /* claims */
	AC_WORD_GAP_UNDATED,  /* claims */
	AC_WORD_GAP_PROFILES, /* actors without profile */
	/* Notes on items, and remarks on the file */
	AC_WORD_HEAD_NOTES,
	AC_WORD_KEPT,           /* how many, of whom */
	AC_WORD_NOTE_UNKNOWN,   /* item */
	AC_WORD_NOTE_SUCCESSOR, /* item, successor */
	AC_WORD_NOTE_REVOKED,
	AC_WORD_NOTE_DEPRECATED,
	AC_WORD_NOTE_TWICE,
	AC_WORD_NOTE_WEIGHTLESS,
	AC_WORD_NOTE_GRADED,
	AC_WORD_REMARK_MEMBER, /* place, text */
	AC_WORD_REMARK_COUNTRY,
	AC_WORD_REMARK_SECTOR,
	AC_WORD_REMARK_DATES,
	AC_WORD_REMARK_EARLY,
	AC_WORD_REMARK_CODE, /* place, text, code */
	AC_WORD_REMARK_CUT,
	/* Names of things in tables */
	AC_WORD_KIND_TECHNIQUE,
	AC_WORD_KIND_SOFTWARE,
	AC_WORD_KIND_INDICATOR,
	AC_WORD_KIND_VICTIM,
	AC_WORD_VICTIM, /* country or sector */
	AC_WORD_KIND_TEXT,
	AC_WORD_KIND_PRIOR,
	AC_WORD_KIND_CALIBRATION,
	AC_WORD_KIND_COUNT,
	AC_WORD_KIND_SQUARE_ROOT,
	AC_WORD_KIND_CAP,
	AC_WORD_SOURCE, /* name */
	AC_WORD_COUNT_
} ac_word;

/* The row itself. */
ac_str ac_word_text(ac_word word, ac_lang lang);
/* Add the text with its places filled; args of places that are not given are empty. At most ten. */
void ac_words_add(ac_buf *buf, ac_lang lang, ac_word word, const ac_str *args, size_t count);
#define AC_WORDS(...) (const ac_str[]){ __VA_ARGS__ }, sizeof((const ac_str[]){ __VA_ARGS__ }) / sizeof(ac_str)
/* The same in arena. {NULL, 0} on failure of the arena. */
ac_str ac_sentence(ac_arena *arena, ac_lang lang, ac_word word, const ac_str *args, size_t count);

/* "It is likely that X did this": a whole sentence without its point for each term of every scale. */
void ac_words_add_that(ac_buf *buf, ac_lang lang, const ac_scale_band *term, ac_str actor);
/* The rows of a kind. */
ac_word ac_word_of_kind(ac_weight_kind kind);
ac_word ac_word_of_note(ac_note_kind kind);
ac_word ac_word_of_remark(ac_remark_kind kind);
ac_word ac_word_of_imitation(ac_imitation imitation);
ac_word ac_word_of_gate(unsigned reason_bit);

#endif
