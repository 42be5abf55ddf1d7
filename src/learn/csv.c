/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of CSV with a header: the header says which columns hold values, their types, dates, confidence and comments. Knows the columns of MISP's CSV export and of
 * common feeds; the header may stand in the last comment line ("# first_seen,ioc,..."). Gives rows, never objects.
 */
#include "codec/csv.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "learn/detect.h"
#include "learn/kinds.h"
#include "learn/lines.h"
#include "learn/make.h"

#define RECORD_ARENA_MAX (4 * AC_MIB)
#define COMMENT_MAX (4 * AC_KIB)

typedef enum column_role {
	COLUMN_IGNORED,
	COLUMN_VALUE, /* of the type in the type column, or of the column's own type, or to be guessed */
	COLUMN_TYPE,
	COLUMN_FROM,
	COLUMN_UNTIL,
	COLUMN_CONFIDENCE,
	COLUMN_COMMENT,
	COLUMN_TO_IDS
} column_role;

typedef struct column {
	column_role role;
	ac_value_type type; /* COLUMN_VALUE: NONE when the column does not say; IPV4 takes either family */
} column;

/* Names are compared in lower case with '_' for spaces and '-'. */
static const struct {
	ac_str name;
	column column;
} columns[] = {
	{ AC_S_INIT("value"), { COLUMN_VALUE, AC_VALUE_NONE } },
	{ AC_S_INIT("ioc"), { COLUMN_VALUE, AC_VALUE_NONE } },
	{ AC_S_INIT("ioc_value"), { COLUMN_VALUE, AC_VALUE_NONE } },
	{ AC_S_INIT("indicator"), { COLUMN_VALUE, AC_VALUE_NONE } },
	{ AC_S_INIT("indicator_value"), { COLUMN_VALUE, AC_VALUE_NONE } },
	{ AC_S_INIT("observable"), { COLUMN_VALUE, AC_VALUE_NONE } },
	{ AC_S_INIT("hash"), { COLUMN_VALUE, AC_VALUE_NONE } },
	{ AC_S_INIT("ip"), { COLUMN_VALUE, AC_VALUE_IPV4 } },
	{ AC_S_INIT("ip_address"), { COLUMN_VALUE, AC_VALUE_IPV4 } },
	{ AC_S_INIT("src_ip"), { COLUMN_VALUE, AC_VALUE_IPV4 } },
	{ AC_S_INIT("dst_ip"), { COLUMN_VALUE, AC_VALUE_IPV4 } },
	{ AC_S_INIT("cidr"), { COLUMN_VALUE, AC_VALUE_IPV4 } },
	{ AC_S_INIT("ipv4"), { COLUMN_VALUE, AC_VALUE_IPV4 } },
	{ AC_S_INIT("ipv6"), { COLUMN_VALUE, AC_VALUE_IPV6 } },
	{ AC_S_INIT("domain"), { COLUMN_VALUE, AC_VALUE_DOMAIN } },
	{ AC_S_INIT("domain_name"), { COLUMN_VALUE, AC_VALUE_DOMAIN } },
	{ AC_S_INIT("hostname"), { COLUMN_VALUE, AC_VALUE_DOMAIN } },
	{ AC_S_INIT("fqdn"), { COLUMN_VALUE, AC_VALUE_DOMAIN } },
	{ AC_S_INIT("url"), { COLUMN_VALUE, AC_VALUE_URL } },
	{ AC_S_INIT("email"), { COLUMN_VALUE, AC_VALUE_EMAIL } },
	{ AC_S_INIT("md5"), { COLUMN_VALUE, AC_VALUE_MD5 } },
	{ AC_S_INIT("md5_hash"), { COLUMN_VALUE, AC_VALUE_MD5 } },
	{ AC_S_INIT("sha1"), { COLUMN_VALUE, AC_VALUE_SHA1 } },
	{ AC_S_INIT("sha1_hash"), { COLUMN_VALUE, AC_VALUE_SHA1 } },
	{ AC_S_INIT("sha256"), { COLUMN_VALUE, AC_VALUE_SHA256 } },
	{ AC_S_INIT("sha256_hash"), { COLUMN_VALUE, AC_VALUE_SHA256 } },
	{ AC_S_INIT("sha512"), { COLUMN_VALUE, AC_VALUE_SHA512 } },
	{ AC_S_INIT("filename"), { COLUMN_VALUE, AC_VALUE_FILE_NAME } },
	{ AC_S_INIT("file_name"), { COLUMN_VALUE, AC_VALUE_FILE_NAME } },
	{ AC_S_INIT("type"), { COLUMN_TYPE, AC_VALUE_NONE } },
	{ AC_S_INIT("ioc_type"), { COLUMN_TYPE, AC_VALUE_NONE } },
	{ AC_S_INIT("indicator_type"), { COLUMN_TYPE, AC_VALUE_NONE } },
	{ AC_S_INIT("value_type"), { COLUMN_TYPE, AC_VALUE_NONE } },
	{ AC_S_INIT("valid_from"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("first_seen"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("first_seen_utc"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("firstseen"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("date"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("dateadded"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("date_added"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("created"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("timestamp"), { COLUMN_FROM, AC_VALUE_NONE } },
	{ AC_S_INIT("valid_until"), { COLUMN_UNTIL, AC_VALUE_NONE } },
	{ AC_S_INIT("valid_to"), { COLUMN_UNTIL, AC_VALUE_NONE } },
	{ AC_S_INIT("expires"), { COLUMN_UNTIL, AC_VALUE_NONE } },
	{ AC_S_INIT("expiration"), { COLUMN_UNTIL, AC_VALUE_NONE } },
	{ AC_S_INIT("expiry"), { COLUMN_UNTIL, AC_VALUE_NONE } },
	{ AC_S_INIT("confidence"), { COLUMN_CONFIDENCE, AC_VALUE_NONE } },
	{ AC_S_INIT("confidence_level"), { COLUMN_CONFIDENCE, AC_VALUE_NONE } },
	{ AC_S_INIT("comment"), { COLUMN_COMMENT, AC_VALUE_NONE } },
	{ AC_S_INIT("description"), { COLUMN_COMMENT, AC_VALUE_NONE } },
	{ AC_S_INIT("malware_printable"), { COLUMN_COMMENT, AC_VALUE_NONE } },
	{ AC_S_INIT("malware"), { COLUMN_COMMENT, AC_VALUE_NONE } },
	{ AC_S_INIT("threat"), { COLUMN_COMMENT, AC_VALUE_NONE } },
	{ AC_S_INIT("note"), { COLUMN_COMMENT, AC_VALUE_NONE } },
	{ AC_S_INIT("to_ids"), { COLUMN_TO_IDS, AC_VALUE_NONE } },
};

/* STIX 2.1 Appendix A, "None / Low / Med / High". */
static const struct {
	ac_str word;
	int confidence;
} confidence_words[] = {
	{ AC_S_INIT("low"), 15 },
	{ AC_S_INIT("medium"), 50 },
	{ AC_S_INIT("med"), 50 },
	{ AC_S_INIT("moderate"), 50 },
	{ AC_S_INIT("high"), 85 },
};

struct ac_reader {
	ac_reader_sink sink;
	ac_lines lines;
	ac_arena arena; /* of one record */
	ac_buf comment; /* the last comment line before the header */
	column columns[AC_CSV_COLUMNS_MAX];
	size_t column_count;
	char separator;
	bool has_header;
	bool failed; /* no usable header: the rest is passed over */
};

static column
column_of(ac_str name)
{
	char folded[32];

	name = ac_str_trim(name);
	if (name.n > sizeof(folded))
		return (column){ COLUMN_IGNORED, AC_VALUE_NONE };
	for (size_t i = 0; i < name.n; i++)
		folded[i] = name.p[i] == ' ' || name.p[i] == '-' ? '_' : ac_lower(name.p[i]);
	for (size_t i = 0; i < AC_COUNT(columns); i++)
		if (ac_str_eq(columns[i].name, (ac_str){ folded, name.n }))
			return columns[i].column;
	return (column){ COLUMN_IGNORED, AC_VALUE_NONE };
}

/* ---- the header ---- */

/* Take line as the header when it names a column of values. 0 it is one, 1 it is not, negative on error. */
static int
read_header(ac_reader *reader, ac_str line, accord_err *err)
{
	char separator = ac_csv_detect_separator(line);
	bool has_value = false;
	size_t count;
	ac_str *names;
	int rc = ac_csv_split(line, separator, &reader->arena, &names, &count, err);

	if (rc < 0)
		return rc;
	if (count > AC_CSV_COLUMNS_MAX)
		return 1;
	for (size_t i = 0; i < count; i++) {
		reader->columns[i] = column_of(names[i]);
		has_value = has_value || reader->columns[i].role == COLUMN_VALUE;
	}
	reader->column_count = count;
	reader->separator = separator;
	return has_value ? 0 : 1;
}

/* The first line that is no comment: the header, or the first record of a file whose header is a comment. *out_is_record says which. */
static int
find_header(ac_reader *reader, ac_str line, ac_place place, bool *out_is_record, accord_err *err)
{
	accord_err what = { 0 };
	int rc = read_header(reader, line, &what);

	*out_is_record = false;
	if (rc == 1 && reader->comment.n) {
		rc = read_header(reader, ac_buf_view(&reader->comment), &what);
		*out_is_record = rc == 0;
	}
	if (rc == ACCORD_ENOMEM) {
		*err = what;
		return rc;
	}
	if (rc == 0) {
		reader->has_header = true;
		return 0;
	}
	reader->failed = true;
	return ac_refuse_text(&reader->sink, AC_REFUSED_NO_HEADER, place,
	    "want a header with a column such as value, ioc, ip, domain, url, md5 or sha256, got '%.*s'",
	    AC_FMT(ac_str_slice(line, 0, 80)));
}

/* ---- a record ---- */

typedef struct record {
	ac_str line;
	ac_place place;
	ac_str *fields;
	size_t count;
	ac_row row; /* without its value */
	ac_str type;
	bool not_to_ids;
} record;

static int
read_confidence(ac_str text)
{
	uint64_t number;

	text = ac_str_trim(text);
	if (ac_str_to_u64(text, &number))
		return number <= 100 ? (int)number : -1;
	for (size_t i = 0; i < AC_COUNT(confidence_words); i++)
		if (ac_str_eq_fold(text, confidence_words[i].word))
			return confidence_words[i].confidence;
	return -1;
}

/* What the columns beside the values say. False: a time that is none, named in *out_bad. */
static bool
read_context(const ac_reader *reader, record *r, ac_str *out_bad)
{
	for (size_t i = 0; i < r->count && i < reader->column_count; i++) {
		ac_str text = ac_str_trim(r->fields[i]);

		*out_bad = text;
		if (text.n == 0)
			continue;
		switch (reader->columns[i].role) {
		case COLUMN_TYPE:
			r->type = text;
			break;
		case COLUMN_FROM:
			if (!ac_time_parse_loose(text, &r->row.valid_from))
				return false;
			break;
		case COLUMN_UNTIL:
			if (!ac_time_parse_loose(text, &r->row.valid_until))
				return false;
			break;
		case COLUMN_CONFIDENCE:
			r->row.confidence = read_confidence(text);
			break;
		case COLUMN_COMMENT:
			if (r->row.comment.n == 0)
				r->row.comment = text;
			break;
		case COLUMN_TO_IDS:
			r->not_to_ids = ac_str_eq(text, AC_S("0")) || ac_str_eq_fold(text, AC_S("false"));
			break;
		case COLUMN_IGNORED:
		case COLUMN_VALUE:
			break;
		}
	}
	return true;
}

/* One value of one type; NONE: to be guessed. */
static int
take_value(ac_reader *reader, record *r, ac_value_type type, ac_str text, accord_err *err)
{
	accord_err what = { 0 };
	int rc;

	if (type == AC_VALUE_NONE)
		rc = ac_value_guess(text, &reader->arena, &r->row.value, &what);
	else
		rc = ac_value_parse(type, ac_value_refang(text, &reader->arena), &reader->arena, &r->row.value, &what);
	if (rc == ACCORD_ENOMEM) {
		*err = what;
		return rc;
	}
	if (rc == 0 && r->row.value.type != AC_VALUE_NONE)
		return reader->sink.on_row(reader->sink.payload, &r->row, r->place, err);
	return ac_refuse_text(&reader->sink, AC_REFUSED_NOT_VALUE, r->place, "want %s, got '%.*s'",
	    type == AC_VALUE_NONE ? "an observable" : ac_value_type_name(type).p, AC_FMT(ac_str_slice(text, 0, 80)));
}

static bool
is_known_type(ac_str name)
{
	return ac_value_type_from_name(name) != AC_VALUE_NONE;
}

/* "domain|ip", "filename|md5", "ip-dst|port", "ip:port": each part that is an observable. */
static int
take_composite(ac_reader *reader, record *r, ac_str type, ac_str value, char separator, accord_err *err)
{
	size_t cut = separator == ':' ? value.n : ac_str_find_byte(value, separator);
	ac_str first_type = type, rest_type = type;
	int rc = 0;

	/* An address's port stands behind the last colon. */
	for (size_t i = 0; separator == ':' && i < value.n; i++)
		if (value.p[i] == ':')
			cut = i;
	(void)ac_str_cut(&rest_type, separator, &first_type);
	if (is_known_type(first_type))
		rc = take_value(reader, r, ac_value_type_from_name(first_type), ac_str_slice(value, 0, cut), err);
	if (rc == 0 && is_known_type(rest_type) && cut < value.n)
		rc = take_value(
		    reader, r, ac_value_type_from_name(rest_type), ac_str_slice(value, cut + 1, value.n), err);
	return rc;
}

static int
take_typed(ac_reader *reader, record *r, column of, ac_str text, accord_err *err)
{
	if (of.type != AC_VALUE_NONE || r->type.n == 0)
		return take_value(reader, r, of.type, text, err);
	if (ac_str_find_byte(r->type, '|') < r->type.n)
		return take_composite(reader, r, r->type, text, '|', err);
	if (ac_str_eq_fold(r->type, AC_S("ip:port")))
		return take_composite(reader, r, r->type, text, ':', err);
	if (is_known_type(r->type))
		return take_value(reader, r, ac_value_type_from_name(r->type), text, err);
	reader->sink.on_repair(reader->sink.payload, "not-mapped", NULL);
	return 0;
}

static int
take_record(ac_reader *reader, record *r, accord_err *err)
{
	ac_str bad;
	int rc = 0;

	if (!read_context(reader, r, &bad))
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_TIMESTAMP, r->place, "want a time, got '%.*s'",
		    AC_FMT(ac_str_slice(bad, 0, 40)));
	if (r->not_to_ids) {
		reader->sink.on_repair(reader->sink.payload, "not-to-ids", NULL);
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < r->count && i < reader->column_count; i++) {
		ac_str text = ac_str_trim(r->fields[i]);

		if (reader->columns[i].role == COLUMN_VALUE && text.n)
			rc = take_typed(reader, r, reader->columns[i], text, err);
	}
	return rc;
}

static int
split_record(ac_reader *reader, ac_str line, ac_place place, accord_err *err)
{
	record r = { .line = line, .place = place };
	accord_err what = { 0 };
	int rc = ac_csv_split(line, reader->separator, &reader->arena, &r.fields, &r.count, &what);

	if (rc == ACCORD_ENOMEM) {
		*err = what;
		return rc;
	}
	if (rc < 0)
		return ac_refuse(
		    &reader->sink, rc == ACCORD_ELIMIT ? AC_REFUSED_OVER_LIMIT : AC_REFUSED_BAD_ROW, place, &what);
	if (r.count > reader->column_count)
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_ROW, place,
		    "want %zu fields as in the header, got %zu", reader->column_count, r.count);
	r.row = (ac_row){ .exact = line, .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = -1 };
	return take_record(reader, &r, err);
}

static int
on_line(void *payload, ac_str line, ac_place place, accord_err *err)
{
	ac_reader *reader = payload;
	ac_str text = ac_str_trim(line);
	bool is_record = true;
	int rc = 0;

	if (text.n == 0 || reader->failed)
		return 0;
	if (!ac_utf8_is_valid(line))
		return ac_refuse_text(
		    &reader->sink, AC_REFUSED_BAD_UTF8, place, "want UTF-8, got a record that is not");
	if (text.p[0] == '#') {
		if (!reader->has_header && text.n < COMMENT_MAX) {
			ac_buf_reset(&reader->comment);
			ac_buf_add(&reader->comment, ac_str_trim(ac_str_slice(text, 1, text.n)));
		}
		return 0;
	}
	if (!reader->has_header)
		rc = find_header(reader, line, place, &is_record, err);
	if (rc == 0 && is_record && reader->has_header)
		rc = split_record(reader, line, place, err);
	ac_arena_reset(&reader->arena);
	return rc;
}

/* ---- the row ---- */

static ac_reader *
csv_close(ac_reader *reader)
{
	if (reader) {
		ac_lines_done(&reader->lines);
		ac_arena_done(&reader->arena);
		ac_buf_done(&reader->comment);
		free(reader);
	}
	return NULL;
}

static ac_reader *
csv_open(const ac_reader_options *options, const ac_reader_sink *sink)
{
	ac_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = *sink;
	ac_lines_init(&reader->lines, &reader->sink, AC_LIST_LINE_MAX, on_line, reader);
	reader->lines.record_length = ac_csv_record_length;
	ac_arena_init(&reader->arena, RECORD_ARENA_MAX);
	ac_buf_init(&reader->comment, COMMENT_MAX);
	return reader;
}

static int
csv_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	return ac_lines_feed(&reader->lines, chunk, err);
}

static int
csv_end(ac_reader *reader, accord_err *err)
{
	return ac_lines_end(&reader->lines, err);
}

/* Has this line at least two columns, of which one is known to hold values? */
static bool
is_header(ac_str line)
{
	char separator = ac_csv_detect_separator(line);
	size_t fields = 0;
	bool has_value = false;
	ac_str field;

	line = ac_str_slice(ac_str_trim(line), 0, COMMENT_MAX);
	while (ac_str_next_field(&line, separator, &field)) {
		field = ac_str_trim(field);
		if (field.n >= 2 && field.p[0] == '"' && field.p[field.n - 1] == '"')
			field = ac_str_slice(field, 1, field.n - 1);
		has_value = has_value || column_of(field).role == COLUMN_VALUE;
		fields++;
	}
	return fields >= 2 && has_value;
}

static int
csv_score(ac_str head)
{
	ac_str comment = { NULL, 0 }, line;

	for (ac_str rest = ac_skip_bom(head); ac_str_next_field(&rest, '\n', &line);) {
		line = ac_str_trim(line);
		if (line.n == 0)
			continue;
		if (line.p[0] != '#')
			return is_header(line) ? 70 : comment.p && is_header(comment) ? 60 : 0;
		comment = ac_str_slice(line, 1, line.n);
	}
	return 0;
}

const ac_reader_kind ac_reader_csv = {
	.name = "csv",
	.help = "CSV with a header, also MISP's CSV export",
	.score = csv_score,
	.open = csv_open,
	.feed = csv_feed,
	.end = csv_end,
	.close = csv_close,
};
