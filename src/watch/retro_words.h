/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a line that no field of its own holds, and that nothing but their form or a word of the line gives away (evaluate_text.c says when they are hits): fingerprints of the JA4
 * family, AS numbers with their letters, serial numbers in a line that says "serial". Knows nothing of records and of what is remembered.
 */
#ifndef AC_WATCH_RETRO_WORDS_H
#define AC_WATCH_RETRO_WORDS_H

#include "values/value.h"

/* `text` stands in the line. Returns 0 or a negative code, which ends the search. */
typedef int (*ac_on_word)(void *payload, ac_value_type type, ac_str text, accord_err *err);

/* What a line says somewhere, in one look at it: words that may be in names of fields or beside a value, and letters that an AS number may stand behind. */
typedef struct ac_retro_hints {
	bool serial;  /* "serial" */
	bool as;      /* "asn", "as_number" */
	bool as_sign; /* "as" before a digit */
	bool pairs;   /* {"name":"User-Agent","value":"..."}: names that are values themselves */
} ac_retro_hints;

ac_retro_hints ac_retro_hints_of(ac_str line);
/* In the order of their kinds, then of the line. */
int ac_retro_words(
    ac_str line, const ac_retro_hints *hints, ac_on_word on_word, void *payload, accord_err *err) AC_CHECKED;

/* The text as it was meant, "evil[.]example" and, if it may have control characters, "#011evil.example"; itself, where nothing is spelled so, or without memory. */
ac_str ac_retro_meant(ac_str text, bool may_have_controls, ac_arena *arena);

#endif
