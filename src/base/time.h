/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instants. STIX 2.1 s2.16 allows any number of fraction digits and leap seconds, so an instant is
 * seconds since 1970-01-01T00:00:00Z and nanoseconds; digits beyond nine are checked, then cut: whoever needs them
 * keeps the text. A leap second :60 is the instant just before the next minute (999,999,999 ns past :59).
 * The library never reads a clock: `now` comes in from outside.
 */
#ifndef AC_BASE_TIME_H
#define AC_BASE_TIME_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

typedef struct ac_time {
	int64_t seconds;
	uint32_t nanoseconds; /* 0..999,999,999 */
} ac_time;

/* Earlier and later than any instant that text can say. */
#define AC_TIME_MIN ((ac_time){ INT64_MIN, 0 })
#define AC_TIME_MAX ((ac_time){ INT64_MAX, 0 })

int ac_time_cmp(ac_time a, ac_time b);
/* Microseconds since the epoch, cut; clamped to the range of int64_t. */
int64_t ac_time_to_us(ac_time t);
ac_time ac_time_from_us(int64_t us);

/* A STIX timestamp: RFC 3339 with 'T' and 'Z' in capitals and no other offset. */
int ac_time_parse_stix(ac_str text, ac_time *out, accord_err *err) AC_CHECKED;
/*
 * What logs and feeds write: RFC 3339 with any offset ("2021-07-19T10:00:00+0200" and "+02:00"), 't' or ' ' between date and time, a missing
 * zone taken as UTC, a bare date, or Unix seconds with optional fraction. False when it is none of these.
 */
bool ac_time_parse_loose(ac_str text, ac_time *out);
/* Unix seconds with optional fraction only ("1626688800.123456"), as Zeek writes. */
bool ac_time_parse_unix(ac_str text, ac_time *out);
/* From civil fields, UTC; false when out of range (month 1-12, day by month, hour 0-23 ...). */
bool ac_time_from_civil(
    int64_t year, unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second, ac_time *out);
/* Year, month (1-12) and day (1-31) of the day that t lies in, UTC. */
void ac_time_to_civil(ac_time t, int64_t *out_year, unsigned *out_month, unsigned *out_day);

/*
 * The order of two STIX timestamps with all their digits, which ac_time cuts at nine (s2.16); a leap second stands behind :59.999... False when one of them is no timestamp.
 */
bool ac_time_cmp_stix(ac_str a, ac_str b, int *out_order);
/* A STIX timestamp without its Z and the zeros at the end of its fraction, as a view: instants with one text here are one, whatever their digits were. */
ac_str ac_time_significant(ac_str timestamp);

/* 2021-07-19T10:00:00.123Z: at least min_digits of fraction (STIX 3.2 wants 3 for created and modified), more when the instant has them. */
void ac_time_add(ac_buf *buf, ac_time t, unsigned min_digits);
/* 2021-07-19 */
void ac_time_add_date(ac_buf *buf, ac_time t);

#endif
