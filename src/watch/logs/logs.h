/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of telemetry: from a line that has hit to its fields and its time. One file a format and one row in the table. A line is never
 * refused: what a format cannot read is a record without fields, marked malformed. Knows nothing of indicators.
 */
#ifndef AC_WATCH_LOGS_H
#define AC_WATCH_LOGS_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/time.h"

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
	AC_FIELD_FILE_PATH,
	AC_FIELD_FILE_SIZE,
	AC_FIELD_HASH, /* one digest, or "MD5=...,SHA256=..." */
	AC_FIELD_PROCESS_PATH,
	AC_FIELD_PROCESS_ID,
	AC_FIELD_COMMAND_LINE,
	AC_FIELD_PARENT_PATH,
	AC_FIELD_PARENT_COMMAND_LINE,
	AC_FIELD_REGISTRY_KEY,
	AC_FIELD_REGISTRY_DATA,
	AC_FIELD_MUTEX,
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
	AC_FIELD_ROLE_COUNT
} ac_field_role;

typedef struct ac_log_field {
	ac_str name;    /* "dest_ip", "http.hostname" */
	ac_str raw;     /* the value's bytes in the line, without quotes, not unescaped */
	uint64_t group; /* fields of one object share it */
	ac_field_role role;
} ac_log_field;

typedef struct ac_log_format ac_log_format;

/* One record; all lives in its arena or views the line. */
typedef struct ac_log_record {
	const ac_log_format *format;
	ac_log_field *fields;
	size_t count, capacity;
	bool malformed;
	bool has_time;
	ac_time time;
	ac_arena *arena;
} ac_log_record;

/* What earlier lines of an input have said about later ones. */
typedef struct ac_log_state {
	ac_time as_of;
	const ac_log_format *columns_of; /* the format that named columns, or NULL */
	char separator;
	ac_str *columns;
	ac_field_role *roles;
	size_t column_count;
	bool has_content; /* a line that is not a comment has been seen */
	bool is_ndjson;   /* the first one was a JSON object: so should be the others */
	ac_arena arena;
} ac_log_state;

struct ac_log_format {
	const char *name;
	bool is_strict; /* fields have sure ends: a URL in one ends with it */
	bool is_json;   /* values hold JSON escapes */
	/* Take a line that speaks about later ones; false when it is not for this format. May be NULL. */
	bool (*header)(ac_log_state *state, ac_str line);
	bool (*fits)(const ac_log_state *state, ac_str line);
	void (*read)(const ac_log_state *state, ac_str line, ac_log_record *record);
};

extern const ac_log_format ac_log_json, ac_log_zeek, ac_log_w3c, ac_log_csv, ac_log_syslog, ac_log_text;
extern const ac_log_format *const ac_log_formats[]; /* the table, ended by NULL */

void ac_log_state_init(ac_log_state *state, ac_time as_of);
void ac_log_state_done(ac_log_state *state);
/* Without a byte order mark and white space around it: how a line is told to be JSON or a header. */
ac_str ac_log_trim(ac_str line);
/* See each line once, in order, before it is read; cheap. True when it cannot be of the format that the input has (malformed). */
bool ac_log_see(ac_log_state *state, ac_str line);
/* Fields and time of a line (without its line end). Never fails: a record that has no memory for its fields is malformed. */
void ac_log_read(const ac_log_state *state, ac_str line, ac_arena *arena, ac_log_record *out);

/* ---- for the formats ---- */

/* The role of a field by its name, in any case; for dotted names also by their last components ("winlog.event_data.SourceIp"). */
ac_field_role ac_log_role(ac_str name);
void ac_log_add(ac_log_record *record, ac_str name, ac_str raw, uint64_t group, ac_field_role role);
/* The time of a TIME field's text: RFC 3339, Unix seconds, milliseconds or microseconds. */
bool ac_log_time(ac_str text, ac_time *out);
/* Names of columns from a header line, cut at the separator. False over AC_CSV_COLUMNS_MAX or without memory. */
bool ac_log_set_columns(ac_log_state *state, const ac_log_format *format, ac_str line, char separator);
/* Value number `column` of a record: its role's part in the record's time is taken here. */
void ac_log_add_column(const ac_log_state *state, ac_log_record *record, size_t column, ac_str raw);
/* "hash", "hashes", "digest": containers that belong to the object around them. */
bool ac_log_is_hash_container(ac_str name);
/* One JSON escape at the backslash raw[at]; raw_n 0 when it is none. */
typedef struct ac_escape {
	char text[4];
	uint8_t text_n;
	uint8_t raw_n;
} ac_escape;
ac_escape ac_log_escape(ac_str raw, size_t at);
/* JSON text unescaped (RFC 8259 s7), as far as it is right; at most n bytes long. */
ac_str ac_log_unescape(ac_str raw, ac_arena *arena);

#endif
