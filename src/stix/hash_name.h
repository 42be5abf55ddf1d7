/* SPDX-License-Identifier: Apache-2.0 */
/* Names of hash algorithms as others spell them, as the vocabulary has them (STIX 2.1 s10.7). */
#ifndef AC_STIX_HASH_NAME_H
#define AC_STIX_HASH_NAME_H

#include "base/str.h"

/* "SHA256", "sha_256", "Sha-256" -> "SHA-256". {NULL, 0} when name is a term already, or stands for none. */
ac_str ac_stix_hash_name(ac_str name);
/* Could the algorithm of this name (of the vocabulary) give this value (s2.7)? True for what is not known here. */
bool ac_stix_hash_fits(ac_str name, ac_str value);

#endif
