/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by match.c and match_url.c. Private to this room. */
#ifndef AC_WATCH_MATCH_H
#define AC_WATCH_MATCH_H

#include "watch/scan.h"

void ac_match_add(ac_scan *scan, ac_str span, uint32_t record, ac_value_type type, ac_match_how how, unsigned flags);
uint32_t ac_match_find_text(const ac_scan *scan, uint64_t key, ac_value_type type, ac_str text);

#endif
