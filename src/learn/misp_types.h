/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MISP attribute types: what each becomes in STIX. A table; an attribute type is a row. Differences from MISP's own exporter, on purpose: addresses are compared as such and not as one
 * end of a connection (a proxy's log knows no ends); a file name beside a hash is left out of the pattern (the hash says which file it is, its name only what it was once called);
 * ports and sizes are integers.
 */
#ifndef AC_LEARN_MISP_TYPES_H
#define AC_LEARN_MISP_TYPES_H

#include "values/value.h"

typedef enum ac_misp_form {
	AC_MISP_TEXT,        /* nothing STIX knows: x-misp-attribute */
	AC_MISP_VALUE,       /* one observable */
	AC_MISP_ADDRESS,     /* one address of either family */
	AC_MISP_HASH,        /* a hash of a file under the row's key */
	AC_MISP_NAMED_HASH,  /* file name | hash */
	AC_MISP_CERTIFICATE, /* a hash of a certificate */
	AC_MISP_INTEGER,     /* a property that is a number */
	AC_MISP_STRING,      /* a property that is a text, without a canonical form */
	AC_MISP_ADDRESS_PORT,
	AC_MISP_DOMAIN_PORT,
	AC_MISP_DOMAIN_ADDRESS,
	AC_MISP_KEY_VALUE, /* registry key | data */
	AC_MISP_RULE,      /* a pattern in a language of its own */
	AC_MISP_NAMED      /* the name of an object of its own (vulnerability, campaign ...) */
} ac_misp_form;

typedef struct ac_misp_type {
	ac_str name;
	ac_misp_form form;
	ac_value_type value; /* canonical form, where there is one */
	ac_str path; /* of the pattern: "domain-name:value"; HASH: key of hashes; RULE: pattern_type; NAMED: type */
} ac_misp_type;

/* Row of a type. Types without one are AC_MISP_TEXT; never NULL. */
const ac_misp_type *ac_misp_type_find(ac_str name);

#endif
