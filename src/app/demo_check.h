/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration's judge: gathers what a scan reports and holds it against the plan, place by place. It knows nothing of how a scan works.
 */
#ifndef AC_APP_DEMO_CHECK_H
#define AC_APP_DEMO_CHECK_H

#include "app/demo_logs.h"
#include "watch/watch.h"

/* A hit, or a hit that was held back (reason set). */
typedef struct ac_demo_find {
	ac_demo_file file;
	uint64_t line, offset, length;
	ac_value_type type; /* NONE when held back: a held-back hit does not say */
	ac_str value;
	const char *match;
	const char *reason;
	bool is_early;    /* an indicator of it is valid only from later on */
	ac_str indicator; /* name of the first one; of a held-back hit its id */
	ac_str whose;     /* producers, each once: "CERT Norvalia, Blackfen Labs" */
} ac_demo_find;

typedef enum ac_demo_verdict {
	AC_DEMO_MISSED,   /* planted, not reported */
	AC_DEMO_EXTRA,    /* reported, not planted */
	AC_DEMO_DIFFERENT /* reported at its place as something else */
} ac_demo_verdict;

typedef struct ac_demo_difference {
	ac_demo_verdict verdict;
	const ac_demo_truth *truth; /* NULL: extra */
	const ac_demo_find *find;   /* NULL: missed */
	const char *what;           /* DIFFERENT: "type", "value", "match", "length", "valid_from" */
} ac_demo_difference;

typedef struct ac_demo_check {
	ac_arena *arena; /* of everything here */
	ac_demo_find *finds;
	size_t find_count, find_room;
	size_t hits, held_back;
	ac_demo_difference *differences;
	size_t difference_count;
} ac_demo_check;

void ac_demo_check_init(ac_demo_check *check, ac_arena *arena);
int ac_demo_check_hit(ac_demo_check *check, ac_demo_file file, const ac_hit *hit, accord_err *err) AC_CHECKED;
int ac_demo_check_held(ac_demo_check *check, ac_demo_file file, const ac_held_back *held, accord_err *err) AC_CHECKED;
/*
 * Compare with the plan: finds are put in order of file, offset and reason, equal ones (several indicators held back at one place for one reason) are one; differences come in the same
 * order. O(n log n).
 */
int ac_demo_check_compare(ac_demo_check *check, const ac_demo_logs *logs, accord_err *err) AC_CHECKED;
/* "missed" ... */
const char *ac_demo_verdict_name(ac_demo_verdict verdict);

#endif
