/* SPDX-License-Identifier: Apache-2.0 */
/* Language content (STIX 2.1 s7.1): an object as its translators say it in another language. What comes out is for reading, not for storing. */
#ifndef AC_STIX_LANGUAGE_H
#define AC_STIX_LANGUAGE_H

#include "base/arena.h"
#include "codec/json.h"

/* Is it a language tag of RFC 5646 (well formed; language and region known)? */
bool ac_stix_is_language(ac_str tag);

/* A piece of language content that could not be used. */
typedef struct ac_stix_ignored {
	ac_str id;  /* of the language-content */
	ac_str why; /* what was wanted, what came */
} ac_stix_ignored;

typedef struct ac_stix_translation {
	ac_str json; /* the translated object's text in the arena; {NULL, 0}: nothing here is in that language */
	ac_str tag;  /* the best tag that was used ("fr" for "fr-CA"), views the content */
	const ac_stix_ignored *ignored;
	size_t ignored_count;
} ac_stix_translation;

/*
 * The object in the language of tag, by the lookup of RFC 4647 s3.4: "fr-CA" finds "fr-CA", else "fr", for each text of its own. Of several contents of one tag the latest modified
 * wins. Content for another version of the object (object_modified), revoked content, lists of another length and values of another type are ignored, and said; "" and what is missing leave the
 * original. Identifiers, timestamps, vocabularies and patterns are not translatable, and nothing in cyber-observables is: they are data. An object that is in the language
 * already stays. Contents for other objects are passed over. Errors: the arena's.
 */
int ac_stix_translate(const ac_json *object, const ac_json *const *contents, size_t count, ac_str tag, ac_arena *arena,
    ac_stix_translation *out, accord_err *err) AC_CHECKED;

#endif
