/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping the memory's folder in order: parts of a span merged, old spans removed. The caller has the lock. Private to this room. */
#ifndef AC_WATCH_RETRO_TIDY_H
#define AC_WATCH_RETRO_TIDY_H

#include "watch/retro.h"
#include "watch/retro_files.h"

/* Merge the parts files[0, count) of one span, when it is worth it or a day of it has too many values. Days before from_day are left out. Adds to *counts. */
int ac_retro_tidy_span(const char *folder, const ac_retro_file *files, size_t count, const ac_retro_limits *limits,
    int64_t from_day, ac_retro_counts *counts, accord_err *err) AC_CHECKED;
/* Remove spans that are too old, then the oldest ones over the limit of bytes. Sets counts->bytes. */
int ac_retro_age(const char *folder, const ac_retro_limits *limits, int64_t today, ac_retro_counts *counts,
    accord_err *err) AC_CHECKED;

#endif
