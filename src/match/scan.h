/* SPDX-License-Identifier: Apache-2.0 */
/* Many texts or regexes looked for at once, in linear time: Vectorscan. Private to match/, and the only file that knows it is scan.c. */
#ifndef AC_MATCH_SCAN_H
#define AC_MATCH_SCAN_H

#include "match/regex.h"

typedef struct ac_scan ac_scan;       /* what is looked for; does not change */
typedef struct ac_scanner ac_scanner; /* what looking needs: one for each thread */

/* What a scan tells: number i of the array that it was made of stands in the subject. Each number at most once a run. */
typedef void (*ac_on_scan)(void *payload, uint32_t number);

/* One regex. *out is NULL when Vectorscan does not take it. */
int ac_scan_new_regex(const ac_regex *regex, ac_scan **out, accord_err *err) AC_CHECKED;
/*
 * Many portable regexes. Those that Vectorscan does not take are left out: refused[i] tells. *out is NULL when it took none.
 */
int ac_scan_new_regexes(
    const ac_regex *const *regexes, size_t n, bool *refused, ac_scan **out, accord_err *err) AC_CHECKED;
/* Texts of at least one byte, n > 0. */
int ac_scan_new_literals(const ac_str *texts, size_t n, ac_scan **out, accord_err *err) AC_CHECKED;
ac_scan *ac_scan_free(ac_scan *scan);

int ac_scanner_new(ac_scanner **out, accord_err *err) AC_CHECKED;
ac_scanner *ac_scanner_free(ac_scanner *scanner);
/* Before its first run: room for the scan. */
int ac_scanner_prepare(ac_scanner *scanner, const ac_scan *scan, accord_err *err) AC_CHECKED;
void ac_scan_run(ac_scanner *scanner, const ac_scan *scan, ac_str subject, ac_on_scan on_scan, void *payload);
/* Does it stand anywhere? */
bool ac_scan_hits(ac_scanner *scanner, const ac_scan *scan, ac_str subject);

#endif
