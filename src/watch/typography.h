/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Punctuation beyond ASCII, as word processors, mail, chats and East Asian text set it around values: typographic quotes, dashes, ellipses, spaces that do not break, a byte order mark, full-width colons and
 * brackets. Bytes from 0x80 on are those of words, since names may have letters of any alphabet; these are of no name. Knows nothing of indicators. Private to this room.
 */
#ifndef AC_WATCH_TYPOGRAPHY_H
#define AC_WATCH_TYPOGRAPHY_H

#include "base/str.h"

/*
 * The sign at text[at]: its bytes, 0 for none, and what ASCII has for it, at most two bytes: a blank for spaces and what is not seen, '"' for quotes, ',' for what ends a URL perhaps, '*' for what may stand inside of one.
 * Joiners, hyphens and what is spelled instead of dots are of names (RFC 5892, UTS 46).
 */
size_t ac_typography_at(ac_str text, size_t at, ac_str *out_meant);
/* The first sign from `from` on that stands beside what may be a value, or text.n: most stand beside words. */
size_t ac_typography_find(ac_str text, size_t from);
size_t ac_typography_find_portable(ac_str text, size_t from);

#endif
