/* SPDX-License-Identifier: Apache-2.0 */
/* Values of fields as observations hold them. Between events.c, events_make.c and events_value.c. All results in arena, or views of the text; {NULL, 0}: there is none, or no memory. */
#ifndef AC_WATCH_EVENTS_VALUE_H
#define AC_WATCH_EVENTS_VALUE_H

#include "watch/events.h"

ac_str ac_event_lower(ac_arena *arena, ac_str text);
/* An address or a name, with or without a port behind it: the type of its object, and its value. False: neither. */
bool ac_event_host(ac_arena *arena, ac_str text, ac_str *out_type, ac_str *out_text);
/* The last part of a path in lower case, and what stands before it. */
ac_str ac_event_name(ac_arena *arena, ac_str path);
ac_str ac_event_directory(ac_arena *arena, ac_str path);
/* Of a field of several names, with commas between them: first all of it, for a comma may be of a name, then each; begin with *at = 0. False: there is no more. */
bool ac_event_next_name(ac_str all, size_t *at, ac_str *out);
/* What STIX calls the algorithm of a digest of so many digits, or NULL. */
const char *ac_event_hash_name(size_t digits);
/* The next digest of "MD5=...,SHA256=..." or of one digest; *text is what is left. */
ac_str ac_event_digest(ac_arena *arena, ac_str *text, const char **out_name);
ac_str ac_event_serial(ac_arena *arena, ac_str text);
ac_str ac_event_key(ac_arena *arena, ac_str text);

/* A form that a field's value may have in an observation; what ac_events_make makes of it is always one of these. */
typedef struct ac_event_form {
	ac_str text;
	ac_str type; /* of the object, or {NULL, 0} */
	bool is_number;
} ac_event_form;
#define AC_EVENT_FORMS_MAX 8
/* All forms of a value of a role, in arena. False: they are too many, or there is no memory. */
bool ac_events_forms(
    ac_field_role role, ac_str text, ac_arena *arena, ac_event_form out[AC_EVENT_FORMS_MAX], size_t *out_n) AC_CHECKED;

/* How a role's text stands in its forms. */
typedef enum ac_event_wording {
	AC_WORDING_OTHER,
	AC_WORDING_KEPT, /* as it is, in lower case, or a part of it: where ac_events_is_kept says so */
	AC_WORDING_URL, /* the same, but what stands between the parts of a URL may be left out or added, and its scheme */
	AC_WORDING_NUMBER /* as a number alone */
} ac_event_wording;
ac_event_wording ac_events_wording(ac_field_role role);
/* Whether its forms may be addresses in one of many spellings. */
bool ac_events_has_addresses(ac_field_role role);
/* Whether this text is kept so; not when it has bytes above ASCII. is_ascii: it is known to have none. */
bool ac_events_is_kept(ac_field_role role, ac_str text, bool is_ascii);

#endif
