/* SPDX-License-Identifier: Apache-2.0 */
/* What countries are called: their names in ISO 3166-1 and other common ones, in English. Knows nothing of who claims what. */
#ifndef AC_KNOW_COUNTRIES_H
#define AC_KNOW_COUNTRIES_H

#include "base/str.h"

typedef struct ac_country_word {
	ac_str word;
	ac_str code; /* ISO 3166-1 alpha-2 */
	bool
	    in_prose; /* also an adjective or a name that means the country wherever it stands in a text; others do only as the whole of a claim */
} ac_country_word;

/* All of them, static; those of one country stand together. */
const ac_country_word *ac_country_words(size_t *out_count);
/* The code of the country that the whole of a text names, by code or by name, in any case and with or without "the"; empty when it names none. Static. */
ac_str ac_country_code(ac_str text);

#endif
