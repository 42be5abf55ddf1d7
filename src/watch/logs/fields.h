/* SPDX-License-Identifier: Apache-2.0 */
/* What a field's name says: the roles, and the table of names in all formats. */
#ifndef AC_WATCH_LOGS_FIELDS_H
#define AC_WATCH_LOGS_FIELDS_H

#include "base/str.h"

/* What a field says, as far as matching needs to know. */
typedef enum ac_field_role {
	AC_FIELD_OTHER,
	AC_FIELD_TIME,   /* date and time */
	AC_FIELD_DATE,   /* date alone, with ... */
	AC_FIELD_CLOCK,  /* ... the time of day beside it */
	AC_FIELD_SOURCE, /* address or host that began a connection, or sent a message */
	AC_FIELD_DESTINATION,
	AC_FIELD_SOURCE_PORT,
	AC_FIELD_DESTINATION_PORT,
	AC_FIELD_PROTOCOL,
	AC_FIELD_URL_SCHEME,
	AC_FIELD_URL_HOST,
	AC_FIELD_URL_PORT, /* stands in the URL unless it is the scheme's own */
	AC_FIELD_URL_PATH, /* with or without query */
	AC_FIELD_URL_QUERY,
	AC_FIELD_SOFTWARE,   /* versions: numbers with dots are no addresses there */
	AC_FIELD_USER_AGENT, /* no addresses there either */
	AC_FIELD_URL,        /* a whole URL */
	AC_FIELD_REFERRER,   /* a whole URL, of the page before */
	AC_FIELD_METHOD,     /* of an HTTP request */
	AC_FIELD_STATUS,     /* of an HTTP response */
	AC_FIELD_DOMAIN,     /* a name asked for (DNS), or a server's (SNI) */
	AC_FIELD_ANSWER,     /* what a name resolves to: addresses and names */
	AC_FIELD_SENSOR,     /* host, sensor or agent that saw the event: the usual scope of patterns over time */
	AC_FIELD_USER,       /* account */
	AC_FIELD_FILE_NAME,
	AC_FIELD_FILE_NAMES, /* of one or several files, with commas between them: attachments */
	AC_FIELD_FILE_PATH,
	AC_FIELD_FILE_SIZE,
	AC_FIELD_HASH, /* one digest, or "MD5=...,SHA256=..." */
	AC_FIELD_PROCESS_PATH,
	AC_FIELD_PROCESS_ID,
	AC_FIELD_COMMAND_LINE,
	AC_FIELD_PARENT_PATH,
	AC_FIELD_PARENT_COMMAND_LINE,
	AC_FIELD_REGISTRY_KEY,
	AC_FIELD_REGISTRY_VALUE, /* the name of one of a key's values */
	AC_FIELD_REGISTRY_DATA,
	AC_FIELD_MUTEX,
	AC_FIELD_NAMED_PIPE,
	AC_FIELD_SERVICE_NAME, /* of an operating system's service */
	AC_FIELD_AS_NUMBER,
	AC_FIELD_JA3,
	AC_FIELD_JA4,
	AC_FIELD_CERT_FINGERPRINT,
	AC_FIELD_CERT_SERIAL,
	AC_FIELD_CERT_SUBJECT,
	AC_FIELD_CERT_ISSUER,
	AC_FIELD_EMAIL_SENDER,
	AC_FIELD_EMAIL_RECIPIENT,
	AC_FIELD_EMAIL_SUBJECT,
	AC_FIELD_SOURCE_BYTES,
	AC_FIELD_DESTINATION_BYTES,
	AC_FIELD_EVENT_KIND, /* what happened, as Sysmon calls it */
	AC_FIELD_ROLE_COUNT
} ac_field_role;

/* A set of roles, a bit for each. */
#define AC_ROLE_BIT(role) ((uint64_t)1 << (role))

/* "source-port": the word by which a role is asked for and shown. */
const char *ac_field_role_name(ac_field_role role);
bool ac_field_role_from_name(ac_str name, ac_field_role *out);

#define AC_FIELD_SLOT_BITS 10
#define AC_FIELD_SLOTS (1 << AC_FIELD_SLOT_BITS)
/* Longest name that is looked up. */
#define AC_FIELD_NAME_MAX 48

typedef struct ac_field_slot {
	const char *p; /* NULL: empty */
	uint8_t n, role;
	bool top_only;
} ac_field_slot;

/* The table hashed: 16 KiB, made once an input. */
typedef struct ac_field_names {
	ac_field_slot slots[AC_FIELD_SLOTS];
} ac_field_names;

void ac_field_names_init(ac_field_names *names);
/*
 * The last parts of all names of a role, in lower case, some twice: every name that has the role holds one of them in any case, those of less than seven bytes at its begin or behind a dot. Told to
 * on_name until that says false, which is returned.
 */
typedef bool (*ac_on_field_name)(void *payload, ac_str last_part);
bool ac_field_names_of(ac_field_role role, ac_on_field_name on_name, void *payload);
/* The role of a field by its name, in any case; of dotted names the longest known end counts ("winlog.event_data.SourceIp"). */
ac_field_role ac_field_role_of(const ac_field_names *names, ac_str name);

#endif
