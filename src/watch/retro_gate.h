/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which remembered values an index may know: the scanner's own gates asked of keys (retro_key.h), without making text of them. What passes is not yet found, what does not pass is in no indicator: a year of memory has
 * thirty million values, and hardly any of them passes. Private to this room.
 */
#ifndef AC_WATCH_RETRO_GATE_H
#define AC_WATCH_RETRO_GATE_H

#include "watch/index_format.h"

typedef struct ac_retro_gate {
	const ac_index *index;
	bool has_words;     /* texts are found by long words without dots, as which a digest may stand */
	bool has_odd_texts; /* names or texts are listed that spell as URLs, e-mail addresses or IPv6 addresses do */
} ac_retro_gate;

/* Looks through the index once. It outlives the gate. */
ac_retro_gate ac_retro_gate_of(const ac_index *index);
bool ac_retro_gate_passes(const ac_retro_gate *gate, ac_str key);

#endif
