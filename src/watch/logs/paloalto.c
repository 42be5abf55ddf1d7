/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PAN-OS logs as its syslog and file exports have them: CSV without a header, whose type in the fourth column says what the others are ("Syslog Field Descriptions" of its manual, 9.1 to 11.1).
 * Columns that are not named here are matched as bytes.
 */
#include "watch/logs/logs.h"

#define TYPE_COLUMN 3
#define SUBTYPE_COLUMN 4
/* "Threat/Content" of a THREAT log: a URL, a name of a file, or a domain. */
#define CONTENT_COLUMN 31

typedef struct column {
	uint8_t at;
	uint8_t role;
	const char *name;
} column;

static const column common[] = { { 6, AC_FIELD_TIME, "generated_time" }, { 7, AC_FIELD_SOURCE, "src" },
	{ 8, AC_FIELD_DESTINATION, "dst" }, { 9, AC_FIELD_OTHER, "natsrc" }, { 10, AC_FIELD_OTHER, "natdst" },
	{ 12, AC_FIELD_USER, "srcuser" }, { 13, AC_FIELD_OTHER, "dstuser" }, { 14, AC_FIELD_OTHER, "app" },
	{ 24, AC_FIELD_SOURCE_PORT, "sport" }, { 25, AC_FIELD_DESTINATION_PORT, "dport" },
	{ 29, AC_FIELD_PROTOCOL, "proto" }, { 30, AC_FIELD_OTHER, "action" } };

static const column traffic[] = { { 32, AC_FIELD_SOURCE_BYTES, "bytes_sent" },
	{ 33, AC_FIELD_DESTINATION_BYTES, "bytes_received" } };

static const column threat[] = { { 43, AC_FIELD_HASH, "filedigest" }, { 46, AC_FIELD_USER_AGENT, "user_agent" },
	{ 48, AC_FIELD_OTHER, "xff" }, { 49, AC_FIELD_REFERRER, "referer" }, { 50, AC_FIELD_EMAIL_SENDER, "sender" },
	{ 51, AC_FIELD_EMAIL_SUBJECT, "subject" }, { 52, AC_FIELD_EMAIL_RECIPIENT, "recipient" } };

static bool
is_type(ac_str text)
{
	return ac_str_eq(text, AC_S("TRAFFIC")) || ac_str_eq(text, AC_S("THREAT"));
}

/* "1,2021/07/19 10:00:00,SERIAL,TYPE,": the first column is kept for later use, mostly "1". */
static bool
fits_paloalto(const ac_log_state *state, ac_str line)
{
	ac_str rest = line, value = { NULL, 0 };

	(void)state;
	if (line.n < 32 || !memchr(line.p, '/', 16))
		return false;
	for (size_t i = 0; i <= TYPE_COLUMN; i++) {
		if (!ac_str_next_field(&rest, ',', &value) || value.n > 32)
			return false;
		if (i == 1 && (value.n != 19 || value.p[4] != '/' || value.p[7] != '/' || value.p[13] != ':'))
			return false;
	}
	return is_type(value);
}

static const column *
find_column(const column *all, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].at == at)
			return &all[i];
	return NULL;
}

/* What the content is, by the log's subtype. */
static column
content_column(ac_str subtype)
{
	if (ac_str_eq(subtype, AC_S("url")))
		return (column){ CONTENT_COLUMN, AC_FIELD_URL, "url" };
	if (ac_str_eq(subtype, AC_S("spyware")) || ac_str_eq(subtype, AC_S("vulnerability")))
		return (column){ CONTENT_COLUMN, AC_FIELD_OTHER, "content" };
	return (column){ CONTENT_COLUMN, AC_FIELD_FILE_NAME, "file" };
}

static void
read_paloalto(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_str type = { NULL, 0 }, subtype = { NULL, 0 };
	bool in_quotes = false;
	size_t at = 0;

	(void)state;
	for (size_t i = 0; at <= line.n && i <= AC_CSV_COLUMNS_MAX; i++) {
		ac_str value = ac_log_csv_value(line, ',', &at, &in_quotes);
		bool is_threat = ac_str_eq(type, AC_S("THREAT"));
		const column *c = find_column(common, AC_COUNT(common), i);
		column content = content_column(subtype);

		if (i == TYPE_COLUMN)
			type = value;
		if (i == SUBTYPE_COLUMN)
			subtype = value;
		if (is_threat && i == CONTENT_COLUMN)
			c = &content;
		else if (!c)
			c = is_threat ? find_column(threat, AC_COUNT(threat), i)
				      : find_column(traffic, AC_COUNT(traffic), i);
		if (c && value.n > 0)
			ac_log_add(record, ac_str_from(c->name), value, 0, (ac_field_role)c->role, AC_LOG_QUOTES);
	}
	record->malformed |= in_quotes;
}

const ac_log_format ac_log_paloalto = {
	.name = "paloalto", .is_strict = true, .fits = fits_paloalto, .read = read_paloalto
};
