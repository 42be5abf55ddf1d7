/* SPDX-License-Identifier: Apache-2.0 */
/* Grades of the Admiralty system: how reliable a source is (A-F), how credible what it says (1-6). */
#ifndef AC_ATTRIBUTE_ADMIRALTY_H
#define AC_ATTRIBUTE_ADMIRALTY_H

#include "codec/json.h"

typedef struct ac_admiralty {
	char reliability; /* 'A'..'F'; 0: not said. MISP's G (deceptive) is 'E' here */
	char credibility; /* '1'..'6'; 0: not said */
} ac_admiralty;

/* How much of it counts, 0 to 1: A, B and 1, 2 all; C and 3 .7; D and 4 .4; E and 5 nothing; F and 6, which nobody can judge, .5; the lesser of the two. What is not graded counts whole. */
double ac_admiralty_part(ac_admiralty grade);
/* From an object's labels as MISP writes them: admiralty-scale:source-reliability="b", admiralty-scale:information-credibility="2". Of several the one by which less counts. */
ac_admiralty ac_admiralty_of(const ac_json *object);
/* On each axis the grade by which less counts. */
ac_admiralty ac_admiralty_worse(ac_admiralty a, ac_admiralty b);

#endif
