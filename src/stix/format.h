/* SPDX-License-Identifier: Apache-2.0 */
/* Does a text have the form that its property asks for? Private to stix/. Forms only: nothing is looked up, resolved or made canonical. */
#ifndef AC_STIX_FORMAT_H
#define AC_STIX_FORMAT_H

#include "stix/types.h"

/* NULL when text fits the format (or the format is not one of a text); else what is wanted ("a MAC address as ..."). */
const char *ac_format_wanted(ac_stix_format format, ac_str text);
/* Is a violation of the format against a SHOULD only? Then its code in the OASIS validator, else {NULL, 0}. */
ac_str ac_format_warning_code(ac_stix_format format);

/* s2.7: could `algorithm` give this value? True for algorithms that are not known here. */
bool ac_format_hash(ac_str algorithm, ac_str value);
/* s2.8: an even number, at least two, of 0-9 and a-f. */
bool ac_format_hex(ac_str text);
/* s2.1: base64 of RFC 4648 section 4 with padding. */
bool ac_format_base64(ac_str text);
/* s2.14: lower case, hyphens rather than spaces or underscores. */
bool ac_format_is_lower_hyphen(ac_str text);
/* s3.1, s11.1.1: 3 to 250 of a-z, 0-9 and '_', a letter first. */
bool ac_format_property_name(ac_str name);
/* s2.3: 1 to 250 of a-z, A-Z, 0-9, '-' and '_'. */
bool ac_format_dictionary_key(ac_str key);

/* Registries: format_tables.c. */
extern const uint8_t ac_format_languages2[85];
extern const uint8_t ac_format_languages3[2197];
extern const uint8_t ac_format_countries[85];
extern const ac_str ac_format_charsets[];
extern const size_t ac_format_charset_count;

#endif
