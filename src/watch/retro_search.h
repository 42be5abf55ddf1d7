/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index of indicators asked of the memory of observables, by the engine itself: what is remembered goes through the scanner as text, and what it finds is evaluated as a record of its own time. So a value that is remembered is judged exactly
 * as the one in the log was: spellings, ranges, subdomains, validity, confidence, warning lists. Patterns that want several values of one record are held back ("not-all-values"): the memory keeps values, not records.
 */
#ifndef AC_WATCH_RETRO_SEARCH_H
#define AC_WATCH_RETRO_SEARCH_H

#include "watch/retro.h"
#include "watch/watch.h"

/* One value of one day. Lives until the callback returns. */
typedef struct ac_retro_hit {
	ac_value_type type;
	ac_str value;
	const char *match;
	const ac_hit_indicator *indicators;
	size_t indicator_count;
	int64_t day;
	ac_time first, last; /* to the second */
	uint64_t count;
	ac_str sources; /* names, a comma and a blank between them; "..." for others */
} ac_retro_hit;

typedef struct ac_retro_found {
	ac_retro_asked asked;
	uint64_t hits, held_back;
} ac_retro_found;

typedef struct ac_retro_search {
	const char *folder;
	int64_t from_day, to_day;
	const ac_index *index;
	ac_watch_rules rules;
	int (*on_hit)(void *payload, const ac_retro_hit *hit, accord_err *err);
	/* file: the sources; of the value on that day. May be NULL. */
	int (*on_held_back)(void *payload, const ac_held_back *held, int64_t day, accord_err *err);
	void (*on_damage)(void *payload, const accord_err *what); /* may be NULL */
	void *payload;
} ac_retro_search;

int ac_retro_find(const ac_retro_search *search, ac_retro_found *out, accord_err *err) AC_CHECKED;

#endif
