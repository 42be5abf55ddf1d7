/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matrix of tactics and techniques as the data has it, with those that a subject (an actor, malware, a campaign) is said to use: for people, as accord.matrix/1 (docs/json.md), and as a layer of the
 * ATT&CK Navigator (layer format 4.5). No tactic and no technique stands in the program.
 */
#ifndef AC_KNOW_MATRIX_H
#define AC_KNOW_MATRIX_H

#include "know/page.h"

typedef struct ac_matrix_technique {
	ac_str id;
	ac_str number; /* "T1566.001" */
	ac_str name;
	bool is_sub;             /* "T1566.001" is one of T1566, which stands before it */
	const ac_page_item *use; /* NULL: nobody says so */
} ac_matrix_technique;

typedef struct ac_matrix_tactic {
	ac_know_tactic tactic;
	ac_matrix_technique *techniques; /* in order of number */
	size_t count, used;
} ac_matrix_tactic;

typedef struct ac_matrix {
	const ac_page *page;
	ac_matrix_tactic *tactics;
	size_t count;
	size_t known, used; /* distinct techniques */
	ac_str domain;      /* "enterprise-attack": that most of the used ones are of, else of the known ones */
	ac_str version;     /* of ATT&CK, as its collection says; or empty */
	const ac_page_item **elsewhere; /* used, and of no tactic that is known here, or without a number */
	size_t elsewhere_count;
} ac_matrix;

int ac_matrix_make(ac_know *know, const ac_page *page, ac_matrix *out, accord_err *err) AC_CHECKED;
void ac_matrix_text(const ac_matrix *matrix, const ac_page_style *style, ac_buf *buf);
void ac_matrix_json(const ac_matrix *matrix, ac_json_writer *w);
/* A Navigator layer: each used technique under each of its tactics, scored by how many works and producers say so. */
void ac_matrix_layer(const ac_matrix *matrix, ac_json_writer *w);

enum { AC_MATRIX_TECHNIQUES_MAX = 10000 }; /* ATT&CK's three matrices have 900 */

#endif
