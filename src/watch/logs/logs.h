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
#include "watch/logs/fields.h"

/* How a value is written where it could not stand as it is. */
typedef enum ac_log_escapes {
	AC_LOG_AS_IS,
	AC_LOG_JSON,        /* RFC 8259 s7 */
	AC_LOG_QUOTES,      /* quotes doubled (CSV, W3C) */
	AC_LOG_SLASHES,     /* a backslash before '"', '\\', ']' or '=' (structured data of RFC 5424, key=value) */
	AC_LOG_CEF,         /* the same, before '|' too, and "\\n", "\\r" */
	AC_LOG_HEX,         /* "\\x0a" (Zeek, nginx), and what SLASHES has (Apache) */
	AC_LOG_XML,         /* "&amp;", "&#38;", "&#x26;": predefined entities and references to characters */
	AC_LOG_LABELS,      /* "www(4)evil(7)example" (DNS servers of Windows): lengths of the labels instead of dots */
	AC_LOG_JSON_QUOTES, /* JSON in a value of CSV: its quotes are doubled */
	AC_LOG_DOUBLED = 16 /* beside another one that is not of JSON: the same of a message of its format */
} ac_log_escapes;

static inline ac_log_escapes
ac_log_without_doubling(ac_log_escapes escapes)
{
	return (ac_log_escapes)((unsigned)escapes & ~(unsigned)AC_LOG_DOUBLED);
}

/* The byte with which such an escape begins. */
static inline char
ac_log_escape_sign(ac_log_escapes escapes)
{
	escapes = ac_log_without_doubling(escapes);
	if (escapes == AC_LOG_LABELS)
		return '(';
	return escapes == AC_LOG_XML ? '&' : escapes == AC_LOG_QUOTES ? '"' : '\\';
}

typedef struct ac_log_field {
	ac_str name;    /* "dest_ip", "http.hostname" */
	ac_str raw;     /* the value's bytes in the line, without quotes, not unescaped */
	uint64_t group; /* fields of one object share it */
	ac_field_role role;
	uint8_t escapes; /* ac_log_escapes */
	uint8_t
	    depth; /* strings of JSON around the document or message that it is of, whose escapes are to be undone first */
} ac_log_field;

typedef struct ac_log_format ac_log_format;

/* One record; all lives in its arena, views the line, or the state until that reads another line. */
typedef struct ac_log_record {
	const ac_log_format *format;
	const ac_log_format *inner; /* of the message in a syslog line, or NULL */
	ac_log_field *fields;
	size_t count, capacity;
	uint64_t roles; /* of its fields */
	uint64_t want;  /* roles whose fields are kept */
	bool is_eve;    /* JSON with an "event_type", as Suricata writes it */
	bool is_plain;  /* no field has an escape or a byte above 0x7f: known of some JSON only */
	bool malformed;
	uint8_t depth;   /* of the document that is read */
	uint8_t deepest; /* of those whose fields are there */
	bool has_time;
	ac_time time;
	int clock_east; /* seconds, or AC_ZONE_UNKNOWN: of a date and a time of day in fields of their own */
	ac_arena *arena;
} ac_log_record;

/* Memory of a reader that makes the next line cheaper and changes nothing else. */
typedef struct ac_log_json_cache ac_log_json_cache;

/* The same of names that lines repeat: those of one format are some dozens. A name has one slot, whoever was there before. */
#define AC_LOG_KNOWN_SLOTS 256
typedef struct ac_log_known {
	struct {
		char name[AC_FIELD_NAME_MAX];
		uint8_t n; /* 0: empty */
		uint8_t role;
	} slots[AC_LOG_KNOWN_SLOTS];
} ac_log_known;

/* Where a line of CSV begins: in the first column, or inside of quotes that an earlier line opened (RFC 4180 s2.6). */
typedef struct ac_log_csv_place {
	size_t column;
	bool in_quotes;
} ac_log_csv_place;

/* What the lines of a record of CSV have said, of which more lines come. All zero: none does. */
typedef struct ac_log_csv_rest {
	ac_log_csv_place next;
	unsigned lines;
	bool has_time;
	ac_time time;
} ac_log_csv_rest;

/* What a line has taught about those behind it. */
typedef enum ac_log_learned {
	AC_LOG_NOTHING,
	AC_LOG_REMARK, /* it is no record either */
	AC_LOG_HEADER,
	AC_LOG_FIRST
} ac_log_learned;

/*
 * What earlier lines of an input have said about later ones: nothing but what the first line with content says (AC_LOG_FIRST), the last run of headers, and a record of CSV that is open. A scan that
 * goes on elsewhere in the input, or in another process, is shown just these lines again, and told the rest (ac_watch_position).
 */
typedef struct ac_log_state {
	ac_time as_of;
	const ac_log_format *forced;     /* the only format, or NULL: each line's own */
	uint64_t want;                   /* roles; all at first */
	const ac_log_format *columns_of; /* the format that named columns, or NULL */
	char separator;
	char set_separator; /* Zeek: between the members of a set */
	ac_str *columns;
	ac_field_role *roles;
	bool *is_set; /* Zeek: a column's value has members */
	size_t column_count;
	bool has_as_numbers;       /* some column may */
	char unset[16], empty[16]; /* Zeek: how nothing, and an empty set, are written; NUL-terminated */
	char date[10];             /* W3C: of records that have a time of day only */
	ac_log_csv_place csv_now;  /* of the line that was seen last */
	ac_log_csv_place csv_next; /* of the one behind it */
	unsigned csv_lines;        /* of the record so far, behind its first */
	bool csv_has_time;         /* the record's first line has said */
	ac_time csv_time;
	ac_log_learned learned;  /* from the line that was seen last */
	bool has_content;        /* a line that is not a comment has been seen */
	bool is_ndjson;          /* the first one was a JSON object: so should be the others */
	ac_arena arena;          /* of the columns */
	ac_log_json_cache *json; /* NULL: without memory, or not used yet */
	ac_log_known *known;     /* NULL: without memory */
	ac_field_names names;
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

extern const ac_log_format ac_log_json, ac_log_cef, ac_log_leef, ac_log_zeek, ac_log_w3c, ac_log_exchange, ac_log_csv,
    ac_log_windows_dns, ac_log_syslog, ac_log_httpd, ac_log_winxml, ac_log_paloalto, ac_log_vpc_flow, ac_log_snare,
    ac_log_keyvalue, ac_log_text;
extern const ac_log_format *const ac_log_formats[]; /* the table, ended by NULL */

void ac_log_state_init(ac_log_state *state, ac_time as_of);
/* Forget all lines, for another input. */
void ac_log_state_restart(ac_log_state *state);
void ac_log_state_done(ac_log_state *state);
/* Only fields of these roles (AC_ROLE_BIT) are wanted; those that decide about a wanted one, and times, are kept too. */
void ac_log_want(ac_log_state *state, uint64_t roles);
/* By its name in the table, or NULL. */
const ac_log_format *ac_log_format_named(ac_str name);
/* Without a byte order mark and white space around it: how a line is told to be JSON or a header. */
ac_str ac_log_trim(ac_str line);
/* See each line once, in order, before it is read; cheap. True when it cannot be of the format that the input has (malformed). */
bool ac_log_see(ac_log_state *state, ac_str whole);
/* Whether the line that was seen last is a remark, named columns or said something else of later ones: it is no record. */
bool ac_log_is_header(const ac_log_state *state);
/*
 * Whether ac_log_see would learn nothing from the lines that come and call none malformed, as long as each begins and ends as *out says. The caller may then pass over
 * them; it must not pass over a line that it will read.
 */
typedef struct ac_log_plain {
	/* from '{' to '}'; else each begins with a byte of ASCII above ' ' that is not '#', and with no name of a column (ac_log_may_be_names) */
	bool is_json;
} ac_log_plain;
bool ac_log_may_pass(const ac_log_state *state, ac_log_plain *out);
/* Fields and time of a line (without its line end). Never fails: a record that has no memory for its fields is malformed. */
void ac_log_read(const ac_log_state *state, ac_str line, ac_arena *arena, ac_log_record *out);
/* The same with fields of some roles only, as ac_log_want has it for all lines (more may be kept). */
void ac_log_read_roles(const ac_log_state *state, ac_str line, uint64_t roles, ac_arena *arena, ac_log_record *out);
/* The same without the time of the line, which ac_log_take_time adds: most records are not needed at all. */
void ac_log_read_untimed(const ac_log_state *state, ac_str line, ac_arena *arena, ac_log_record *out);
void ac_log_take_time(const ac_log_state *state, ac_log_record *record);
/* The value of a field without its format's escapes, in arena when there are any. {NULL, 0} without memory. */
ac_str ac_log_value(const ac_log_field *field, ac_arena *arena);

/* Whether other fields stand in field number `at`: it is a document in a string. */
bool ac_log_holds_fields(const ac_log_record *record, size_t at);
/* Whether a field names the host of a URL whose path stands in another: CEF has it in "dhost", which without a path beside it is but a destination. */
bool ac_log_is_url_host(const ac_log_record *record, const ac_log_field *field);
/*
 * Of a registry key's field, whose value is `text`: how many bytes of it are the key, without the name of a value that the record says stands behind it; text.n where nothing says that.
 */
size_t ac_log_registry_key_size(const ac_log_record *record, const ac_log_field *field, ac_str text, ac_arena *arena);
/* Whether the record says that `name`, which stands behind a key in its field, is the name of a value. */
bool ac_log_is_registry_value(const ac_log_record *record, const ac_log_field *field, ac_str name, ac_arena *arena);
/* An escape and what it stands for. */
typedef struct ac_escape {
	char text[4];
	uint8_t text_n;
	bool is_inner;  /* of JSON in strings of JSON: one unescaping leaves some of it */
	uint16_t raw_n; /* bytes taken; 0: there is none */
} ac_escape;
/* That at raw[at], where `depth` strings of JSON stand around the document or message (else 0). */
ac_escape ac_log_escape_at(ac_str raw, size_t at, ac_log_escapes escapes, unsigned depth);
/* Whether the line's own unescaping does not give the value: it has escapes, of JSON those of a document or message in a string. */
bool ac_log_has_escapes(ac_str raw, ac_log_escapes escapes, unsigned depth);

/* Whether a line may hold an event of Windows as XML with entities in it, by its last byte first; in_column: that may be another's. */
bool ac_log_may_have_entities(ac_str line, bool in_column);
/* The field that holds the byte at p, or NULL: fields stand in the order of the line. */
const ac_log_field *ac_log_field_at(const ac_log_record *record, const char *p);

/* ---- for the formats ---- */

ac_field_role ac_log_role(const ac_log_state *state, ac_str name);
/* Unless its role is not wanted. */
void ac_log_add(
    ac_log_record *record, ac_str name, ac_str raw, uint64_t group, ac_field_role role, ac_log_escapes escapes);
/* Room for one more field. False, and the record is malformed, over AC_LOG_FIELDS_MAX or without memory. */
bool ac_log_grow(ac_log_record *record);
/* Fields that decide about others whatever is wanted: "event_type" tells Suricata's lines. */
bool ac_log_always_kept(ac_str name);
/* Wanted roles of which one suffices to keep a field. */
static inline uint64_t
ac_log_keeping(ac_str name, ac_field_role role)
{
	return ac_log_always_kept(name) ? UINT64_MAX : AC_ROLE_BIT(role);
}
/* The same with the role that the name has, and no group. */
void ac_log_add_named(
    const ac_log_state *state, ac_log_record *record, ac_str name, ac_str raw, ac_log_escapes escapes);
/* Fields of a text that stands inside a record: JSON, CEF, LEEF or key=value, if it is one of them. */
void ac_log_read_message(const ac_log_state *state, ac_str message, ac_log_record *record);
/* The time of a TIME field's text: RFC 3339, Unix seconds, milliseconds, microseconds or nanoseconds. */
bool ac_log_time(ac_str text, ac_time *out);
/* The month whose name in English, cut to three letters, begins the text: 1 to 12, or 0. */
unsigned ac_log_month(ac_str text);
/* The time of web servers' logs, "[19/Jul/2021:10:00:00 +0200]", anywhere in the line. */
bool ac_log_bracket_time(ac_str line, ac_time *out);
/* The raw value of CSV at *at, without its quotes; *at goes behind the separator. *in_quotes: it begins inside of them; at last, whether the line ends so. */
ac_str ac_log_csv_value(ac_str line, char separator, size_t *at, bool *in_quotes);
/* The time that a line begins with, perhaps behind a bracket or a quote, in any form that programs have (when.h). */
bool ac_log_leading_time(ac_str line, ac_time *out);
/* Names of columns from a header line, cut at the separator. False over AC_CSV_COLUMNS_MAX or without memory. */
bool ac_log_set_columns(ac_log_state *state, const ac_log_format *format, ac_str line, char separator);
/* Value number `column` of a record. */
void ac_log_add_column(
    const ac_log_state *state, ac_log_record *record, size_t column, ac_str raw, ac_log_escapes escapes);
/* A line of CSV under the columns of the state: csv.c's reader, for other formats too. */
void ac_log_read_csv(const ac_log_state *state, ac_str line, ac_log_record *record);
/* Columns are of CSV, whose values may go over several lines. */
bool ac_log_has_csv(const ac_log_state *state);
/* Whether the line begins as the header of the table did. */
bool ac_log_begins_as_header(const ac_log_state *state, ac_str line);
/* A bit for each byte below 0x80 that the first name of a header may have behind its first byte. */
#define AC_LOG_NAME_LOW (UINT64_C(0x3ff) << '0' | UINT64_C(1) << '-' | UINT64_C(1) << '.')
#define AC_LOG_NAME_HIGH                                                                                               \
	(UINT64_C(0x3ffffff) << ('A' - 64) | UINT64_C(0x3ffffff) << ('a' - 64) | UINT64_C(1) << ('_' - 64))
static inline bool
ac_log_is_name_byte(char c)
{
	static const uint64_t names[4] = { AC_LOG_NAME_LOW, AC_LOG_NAME_HIGH };
	unsigned char u = (unsigned char)c;

	return names[u / 64] >> (u % 64) & 1;
}

/* Whether it begins with a name and a separator: hardly any record does, which saves looking at the rest. A blank in the name stands between two words: no date's. */
static inline bool
ac_log_may_be_names(ac_str line)
{
	bool is_quoted = line.n > 0 && line.p[0] == '"';
	size_t n = is_quoted;
	char c;

	if (n >= line.n || (!ac_is_alpha(line.p[n]) && line.p[n] != '@' && line.p[n] != '_'))
		return false;
	/* "Mar  2": what most lines that begin with a letter have. */
	if (line.n > 5 && line.p[3] == ' ' && (line.p[4] == ' ' || ac_is_digit(line.p[4])))
		return false;
	for (n++; n < line.n; n++)
		if (!ac_log_is_name_byte(line.p[n]) &&
		    (line.p[n] != ' ' || n + 1 == line.n || !ac_is_alpha(line.p[n + 1])))
			break;
	n += is_quoted && n < line.n && line.p[n] == '"';
	if (n + 1 >= line.n)
		return false;
	c = line.p[n];
	return (c == ',' || c == ';' || c == '\t' || c == '|') && !ac_is_digit(line.p[n + 1]);
}

/* For a scan that goes on elsewhere: what is open, and to go on with it. */
ac_log_csv_rest ac_log_csv_rest_of(const ac_log_state *state);
void ac_log_csv_go_on(ac_log_state *state, const ac_log_csv_rest *rest);
/* A line below such columns, before it is read: where it begins, and the next one. */
void ac_log_see_csv(ac_log_state *state, ac_str line);
/* "hash", "hashes", "digest": containers that belong to the object around them. */
bool ac_log_is_hash_container(ac_str name);
/* JSON lines by the structural index; false, with record->count as it was: not of the form that it reads, the tolerant walk must. */
bool ac_log_read_json_fast(const ac_log_state *state, ac_str line, ac_log_record *record);
ac_log_json_cache *ac_log_json_cache_open(void); /* NULL without memory */
ac_log_json_cache *ac_log_json_cache_close(ac_log_json_cache *cache);
/* The group of a field whose key names the way to it ("file.hash.md5"), or a parent process, in an object of a group. */
uint64_t ac_log_json_group(uint64_t group, ac_str key);
/* One JSON escape at the backslash raw[at]; raw_n 0 when it is none. */
ac_escape ac_log_escape(ac_str raw, size_t at);
/* JSON text unescaped (RFC 8259 s7), as far as it is right; at most n bytes long. */
ac_str ac_log_unescape(ac_str raw, ac_arena *arena);

#endif
