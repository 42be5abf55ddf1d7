/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of libaccord's public functions share: options of older and newer programs, texts and times across the border, hits. */
#ifndef AC_API_API_H
#define AC_API_API_H

#include "accord/event.h"
#include "base/err.h"
#include "base/time.h"
#include "watch/watch.h"

struct accord_index {
	ac_index *index;
};

static inline ac_str
ac_api_in(accord_text text)
{
	return (ac_str){ text.p ? text.p : "", text.p ? text.n : 0 };
}

static inline accord_text
ac_api_out(ac_str text)
{
	return (accord_text){ text.p, text.n };
}

/*
 * A structure of the caller's, whose first member is its size, as one of this library's `known` bytes in *out: members that the caller does not have are zero. given NULL: all are.
 * ACCORD_EVERSION when the caller has set members that are not known here.
 */
int ac_api_take(const void *given, size_t known, void *out, const char *what, accord_err *err) AC_CHECKED;
/* The other way round: as much of ours as the caller's structure has room for; its size stays. */
void ac_api_give(const void *ours, size_t known, void *to);

/* ---- hits ---- */

typedef struct ac_api_told {
	accord_scan_options options; /* input: a copy */
	char *input;
	accord_hit_indicator *indicators;
	const accord_hit_indicator **pointers;
	size_t capacity;
	/* of the event at hand: where the values of its fields end in the line; NULL: it has none */
	const size_t *field_ends;
	size_t field_count;
} ac_api_told;

/* Who is told hits: the options checked, their texts copied. On failure nothing is left. */
int ac_api_told_init(ac_api_told *told, const accord_scan_options *options, accord_err *err) AC_CHECKED;
void ac_api_told_done(ac_api_told *told);
/* The engine with *told as its sink; NULL without memory. told must stay where it is. */
ac_watch *ac_api_watch(ac_api_told *told, const accord_index *index);
void ac_api_add_counts(accord_scan_counts *counts, const ac_watch *watch);

#endif
