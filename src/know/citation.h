/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of cited works, which stand in the text of the reference only. */
#ifndef AC_KNOW_CITATION_H
#define AC_KNOW_CITATION_H

#include "base/str.h"
#include "base/time.h"

/*
 * The first parentheses of a reference's text that hold a date: "(2021, July 14)", "(2021, July)", "(2021)", "(2021-07-14)". *out_first and *out_last are the first and the last second of the day, month or year that
 * it says. False: none does.
 */
bool ac_citation_date(ac_str description, ac_time *out_first, ac_time *out_last);

#endif
