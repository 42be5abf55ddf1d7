/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether one of many texts may stand in a line, told from its bytes as they are: no line that holds one is refused, and most others are. Of each text four bytes are known, those that most texts
 * share; letters have no case. Knows no fields and no patterns.
 */
#ifndef AC_WATCH_LINE_GATE_H
#define AC_WATCH_LINE_GATE_H

#include "base/err.h"
#include "base/str.h"

typedef struct ac_line_gate ac_line_gate;
/*
 * Of n texts of at least AC_NEEDLE_MIN bytes each; what stands in `usual` stands in many lines, and is not looked for unless most texts have it. *out NULL: they are so different that looking would tell little, or this processor cannot look fast enough. ACCORD_ENOMEM. Heap; free() ends it.
 */
int ac_line_gate_new(
    const ac_str *texts, size_t n, const ac_str *usual, size_t usual_n, ac_line_gate **out, accord_err *err) AC_CHECKED;
/* Lines with a backslash or a byte beyond ASCII, where a text may be written otherwise, are never refused. */
bool ac_line_gate_may_pass(const ac_line_gate *gate, ac_str line);

#endif
