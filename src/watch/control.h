/* SPDX-License-Identifier: Apache-2.0 */
/* Control characters as rsyslog writes them into what it receives: "#011" for a tab, "#015#012" for the end of a line (its parser.escapeControlCharactersOnReceive, which is on by default). Private to this room. */
#ifndef AC_WATCH_CONTROL_H
#define AC_WATCH_CONTROL_H

#include "base/str.h"

#define AC_CONTROL_SPELLING 4

/* Whether a line may hold one by its first byte: JSON has its own escapes, and most of telemetry would be searched for what it does not have. */
static inline bool
ac_control_may_hold(ac_str line)
{
	return line.n > 0 && line.p[0] != '{' && line.p[0] != '[' && line.p[0] != '(';
}

/* Whether text[at] begins one. */
bool ac_control_is_at(ac_str text, size_t at);
/* The first from `from` on, or text.n. */
size_t ac_control_find(ac_str text, size_t from);

#endif
