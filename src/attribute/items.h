/* SPDX-License-Identifier: Apache-2.0 */
/* From evidence to items: ids looked up, followed and said once; prose held against reports. Private to the scorer. */
#ifndef AC_ATTRIBUTE_ITEMS_H
#define AC_ATTRIBUTE_ITEMS_H

#include "attribute/score.h"

/* Fill score->items, notes and doc_text. */
int ac_items_take(ac_score *score, const ac_evidence *evidence, ac_arena *arena, accord_err *err) AC_CHECKED;

#endif
