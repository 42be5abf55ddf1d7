/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a text says that what it tells of was: days, months and years that its sentences date things by ("from October 2022 through January 2024", "en juillet 2021"). A number counts only where a sentence
 * uses it as a date: not as a version ("Server 2003"), in the number of a vulnerability, an address or a name, as how many, or as a bound that was long passed ("since 2009").
 */
#ifndef AC_ATTRIBUTE_TEXT_WHEN_H
#define AC_ATTRIBUTE_TEXT_WHEN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"

/*
 * Markup as ATT&CK writes it is passed over. latest: where is_told, the day on which it was told, so that a later date says no more than that it went on till then; else what is later is no date of it. *out is
 * the median of the middles of all dates, each as often as it is told, so that a look back, or one day too many, moves it little; AC_TIME_MIN when there is none. Scratch comes from arena. Linear in the text,
 * but for putting dates in order.
 */
int ac_text_when(ac_str text, ac_time latest, bool is_told, ac_arena *arena, ac_time *out, accord_err *err) AC_CHECKED;

#endif
