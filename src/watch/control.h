/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control characters as telemetry spells them in plain text: "#011" for a tab, "#015#012" for the end of a line, as rsyslog writes them into what it receives (its parser.escapeControlCharactersOnReceive,
 * which is on by default); "^I", "^M^J", as pagers and terminals show them; and "\t", "\r\n", as programming languages do. White space only: what else is below a blank stands in no log. Private to this room.
 */
#ifndef AC_WATCH_CONTROL_H
#define AC_WATCH_CONTROL_H

#include "base/str.h"

/* Whether a line may hold one by its first bytes: JSON has its own escapes, and most of telemetry would be searched for what it does not have. */
static inline bool
ac_control_may_hold(ac_str line)
{
	return line.n > 0 && line.p[0] != '{' && !(line.p[0] == '[' && line.n > 1 && line.p[1] == '{');
}

/* The first "#011" or "^I" from `from` on, or text.n. */
size_t ac_control_find(ac_str text, size_t from);
size_t ac_control_find_portable(ac_str text, size_t from);
/* The bytes of one that begins at text[at], 0 for none. */
size_t ac_control_at(ac_str text, size_t at);

/*
 * Those of a line that are letters behind backslashes, in their order: begin with .line, of which all must be given. In "C:\temp\new" and "CORP\nick" such letters are names' own; they are
 * none where nothing stands before that could be a name, or another one is near ("a\tb\tc").
 */
typedef struct ac_control_letters {
	ac_str line;
	size_t at;        /* up to which it was looked at */
	bool is_path;     /* the run is one, or a name behind that of a domain */
	bool has_letters; /* it has some */
} ac_control_letters;

/* The place of the next ones, and how many bytes they take that stand behind one another; line.n when there is none. */
size_t ac_control_next_letter(ac_control_letters *letters, size_t *out_n);

#endif
