/* SPDX-License-Identifier: Apache-2.0 */
/* Matches of one piece of text in the order of their places. Private to this room. */
#ifndef AC_WATCH_MATCHES_H
#define AC_WATCH_MATCHES_H

#include "watch/scan.h"

/* Sort `all` (ac_match) by offset, length, type and record; `scratch` is another vector of matches, which may be swapped with it. */
int ac_matches_sort(ac_vec *all, ac_vec *scratch, accord_err *err) AC_CHECKED;

#endif
