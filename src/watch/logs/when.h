/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times in words and in the orders that programs write: "Jul 19 2021 10:00:00.123 UTC", "Jul 19, 2021 @ 10:00:00.123" (Kibana), "Mon Jul 19 10:00:00 2021" (C's asctime), "Mon, 19 Jul 2021 10:00:00 +0200"
 * (RFC 5322), "19/Jul/2021:10:00:00 +0200" (web servers), "19-Jul-2021 10:00:00.123" (BIND), "2021/07/19 10:00:00" (nginx, PAN-OS), "7/19/2021 10:00:00 AM" (Windows, en-US),
 * "07/19/2021-10:00:00.123456" (Suricata). Days and months in figures that could be read both ways are not taken. Without a zone it is UTC; with one in letters that mean several, nobody knows the time.
 */
#ifndef AC_WATCH_LOGS_WHEN_H
#define AC_WATCH_LOGS_WHEN_H

#include <limits.h>

#include "base/str.h"
#include "base/time.h"

/* The time that text begins with, and how many bytes it has. False when there is none. */
bool ac_log_words_time(ac_str text, size_t *out_n, ac_time *out);
/* "+0200", "+02:00", "UTC+2:00", "GMT", "Z", "CEST" at the beginning: seconds east, or AC_ZONE_UNKNOWN; *out_n bytes. False when it is none of these. */
bool ac_log_zone(ac_str text, size_t *out_n, int *out_seconds);
/* Letters that stand for several zones: "BST" is Britain's in summer, and Bangladesh's. */
#define AC_ZONE_UNKNOWN INT_MIN
/* The last such instant before as_of, or little behind it, for a time that is told without its year. False: there is none. */
typedef struct ac_log_day_time {
	unsigned month, day, hour, minute, second;
} ac_log_day_time;
bool ac_log_time_before(ac_time as_of, const ac_log_day_time *t, ac_time *out);
/* "I0719 10:00:00.123456" (klog, Kubernetes): severity, month and day, time of day, at the beginning. */
bool ac_log_klog_time(ac_str text, ac_time as_of, ac_time *out);

#endif
