/* SPDX-License-Identifier: Apache-2.0 */
/* Pledges and norms that charters and statements cite, with short names in both languages (data/pledges.json, data/norms.json). */
#ifndef AC_AGREE_VOCABULARY_H
#define AC_AGREE_VOCABULARY_H

#include "agree/text.h"

typedef struct ac_vocabulary_item {
	ac_str id;               /* "un-gge-2015/c", as texts cite it */
	ac_str reference;        /* "13(c)" */
	ac_str text[AC_TONGUES]; /* a short name of ours */
} ac_vocabulary_item;

typedef struct ac_vocabulary {
	ac_str id;   /* "un-gge-2015" */
	ac_str kind; /* "norms", "pledges" */
	ac_str title[AC_TONGUES];
	ac_str note; /* where it is from, and whose words these are */
	const ac_vocabulary_item *items;
	size_t count;
} ac_vocabulary;

/* All that ship, in the arena. */
int ac_vocabularies(ac_arena *arena, const ac_vocabulary **out, size_t *out_count, accord_err *err) AC_CHECKED;
/* One from its file's text. ACCORD_EINPUT. */
int ac_vocabulary_read(ac_str text, ac_arena *arena, ac_vocabulary *out, accord_err *err) AC_CHECKED;
/* NULL: no vocabulary has that item; texts may cite vocabularies that are not known here. */
const ac_vocabulary_item *ac_vocabulary_find(const ac_vocabulary *list, size_t count, ac_str id);
/* Are all of them items of vocabularies that ship? ACCORD_EINPUT names the first that is none: whoever mistypes a norm must not sign it. */
int ac_vocabulary_check(const ac_str *ids, size_t count, ac_arena *arena, accord_err *err) AC_CHECKED;

#endif
