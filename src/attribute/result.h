/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer as STIX 2.1 objects, for statements and for whoever takes STIX: a bundle that is valid by itself. Who is at least "likely" after the gate gets a relationship "attributed-to" and an opinion on it, whose confidence is
 * the term's value; else a note says what was found. What others attribute gets an opinion. The whole chain (accord.attribution/1) is in a property extension.
 */
#ifndef AC_ATTRIBUTE_RESULT_H
#define AC_ATTRIBUTE_RESULT_H

#include "attribute/answer.h"

/*
 * Write the bundle. now: created and modified of what is new; ids are derived from evidence and answer, so the same answer gives the same ids. lang: of the words in descriptions (each object says its own).
 * ACCORD_ELIMIT, ACCORD_ENOMEM.
 */
int ac_answer_stix(
    const ac_answer *a, ac_lang lang, ac_time now, ac_json_writer *w, ac_arena *arena, accord_err *err) AC_CHECKED;

#endif
