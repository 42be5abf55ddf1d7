/* SPDX-License-Identifier: Apache-2.0 */
/* Countries and sectors that a text speaks of. */
#ifndef AC_ATTRIBUTE_PLACES_H
#define AC_ATTRIBUTE_PLACES_H

#include "base/str.h"

#define AC_PLACES_MAX 64 /* of one text; more are left out */

/* Codes of the countries (ISO 3166-1 alpha-2) that are named in text by name or adjective, or that the whole of it is a name of; static. Returns how many. */
size_t ac_places_in(ac_str text, ac_str *out, size_t most);
/* Sectors (industry-sector-ov) that words of the text stand for; all levels of government are one. */
size_t ac_sectors_in(ac_str text, ac_str *out, size_t most);

#endif
