/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times in words and in the orders that programs write: "Jul 19 2021 10:00:00.123 UTC", "Jul 19, 2021 @ 10:00:00.123" (Kibana), "Mon Jul 19 10:00:00 2021" (C's asctime), "Mon, 19 Jul 2021 10:00:00 +0200"
 * (RFC 5322), "19/Jul/2021:10:00:00 +0200" (web servers), "19-Jul-2021 10:00:00.123" (BIND), "2021/07/19 10:00:00" (nginx, PAN-OS), "7/19/2021 10:00:00 AM" (Windows, en-US),
 * "07/19/2021-10:00:00.123456" (Suricata). Days and months in figures that could be read both ways are not taken. Without a zone, or with one in letters that are not UTC's, it is UTC.
 */
#ifndef AC_WATCH_LOGS_WHEN_H
#define AC_WATCH_LOGS_WHEN_H

#include "base/str.h"
#include "base/time.h"

/* The time that text begins with, and how many bytes it has. False when there is none. */
bool ac_log_words_time(ac_str text, size_t *out_n, ac_time *out);
/* "+0200", "+02:00", "UTC+2:00", "GMT", "Z" at the beginning: seconds east; *out_n bytes. False when it is none of these. */
bool ac_log_zone(ac_str text, size_t *out_n, int *out_seconds);

#endif
