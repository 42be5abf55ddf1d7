/* SPDX-License-Identifier: Apache-2.0 */
/* CSV records and fields. Knows nothing of columns' names or meanings. */
#include "codec/csv.h"

#include "base/limits.h"

static const char separators[] = { ',', ';', '\t' };

static bool
is_separator(char c)
{
	return memchr(separators, c, sizeof(separators)) != NULL;
}

/* From behind an opening quote: the place behind the closing one, or text.n + 1 when there is none. */
static size_t
skip_quoted(ac_str text, size_t at)
{
	for (; at < text.n; at++) {
		const char *quote = memchr(text.p + at, '"', text.n - at);

		if (!quote)
			break;
		at = (size_t)(quote - text.p) + 1;
		/* RFC 4180 s2.7: a doubled quote stands for one. */
		if (at == text.n || text.p[at] != '"')
			return at;
	}
	return text.n + 1;
}

size_t
ac_csv_record_length(ac_str text, bool final)
{
	bool field_begins = true;

	for (size_t at = 0; at < text.n;) {
		char c = text.p[at];

		if (c == '\n')
			return at + 1;
		if (c == '"' && field_begins) {
			at = skip_quoted(text, at + 1);
			field_begins = false;
			continue;
		}
		field_begins = is_separator(c) || (field_begins && c == ' ');
		at++;
	}
	return final ? text.n : 0;
}

char
ac_csv_detect_separator(ac_str header)
{
	size_t counts[sizeof(separators)] = { 0 }, best = 0;
	size_t end = ac_csv_record_length(header, true);
	bool field_begins = true;

	for (size_t at = 0; at < end && at < header.n;) {
		char c = header.p[at];

		if (c == '"' && field_begins) {
			at = skip_quoted(header, at + 1);
			field_begins = false;
			continue;
		}
		for (size_t i = 0; i < sizeof(separators); i++)
			counts[i] += c == separators[i];
		field_begins = is_separator(c) || (field_begins && c == ' ');
		at++;
	}
	for (size_t i = 1; i < sizeof(separators); i++)
		if (counts[i] > counts[best])
			best = i;
	return separators[best];
}

/* ---- fields ---- */

typedef struct splitter {
	ac_str record;
	char separator;
	size_t at;
	ac_arena *arena;
	accord_err *err;
} splitter;

static int
fail_at(const splitter *sp, size_t at, const char *text)
{
	uint64_t line = 1;
	size_t line_start = 0;

	for (size_t i = 0; i < at; i++) {
		if (sp->record.p[i] == '\n') {
			line++;
			line_start = i + 1;
		}
	}
	return ac_fail_at(sp->err, ACCORD_EINPUT, line, at - line_start + 1, at, "not CSV: %s", text);
}

static void
skip_blanks(splitter *sp)
{
	while (sp->at < sp->record.n && sp->record.p[sp->at] == ' ')
		sp->at++;
}

/* raw with its doubled quotes made single; a view when there are none. */
static int
unescape(splitter *sp, ac_str raw, ac_str *out)
{
	size_t first = ac_str_find_byte(raw, '"'), n = first;
	char *text;

	*out = raw;
	if (first == raw.n)
		return 0;
	text = ac_arena_alloc(sp->arena, raw.n);
	if (!text)
		return ac_arena_check(sp->arena, sp->err);
	memcpy(text, raw.p, first);
	for (size_t i = first; i < raw.n; i++) {
		text[n++] = raw.p[i];
		i += raw.p[i] == '"';
	}
	*out = (ac_str){ text, n };
	return 0;
}

/* sp->at stands on the opening quote. */
static int
take_quoted(splitter *sp, ac_str *out)
{
	size_t begin = sp->at + 1, end = skip_quoted(sp->record, begin);

	if (end > sp->record.n)
		return fail_at(sp, sp->at, "want a closing '\"', got the end of the record");
	sp->at = end;
	skip_blanks(sp);
	if (sp->at < sp->record.n && sp->record.p[sp->at] != sp->separator)
		return fail_at(sp, sp->at, "want a separator behind a quoted field, got other text");
	return unescape(sp, ac_str_slice(sp->record, begin, end - 1), out);
}

static int
take_field(splitter *sp, ac_str *out)
{
	size_t begin = sp->at;
	ac_str rest;

	skip_blanks(sp);
	if (sp->at < sp->record.n && sp->record.p[sp->at] == '"')
		return take_quoted(sp, out);
	/* RFC 4180 s2.4: blanks are part of an unquoted field. */
	rest = ac_str_slice(sp->record, begin, sp->record.n);
	*out = ac_str_slice(rest, 0, ac_str_find_byte(rest, sp->separator));
	sp->at = begin + out->n;
	return 0;
}

static ac_str
without_line_end(ac_str record)
{
	if (record.n > 0 && record.p[record.n - 1] == '\n')
		record.n--;
	if (record.n > 0 && record.p[record.n - 1] == '\r')
		record.n--;
	return record;
}

int
ac_csv_split(ac_str record, char separator, ac_arena *arena, ac_str **out_fields, size_t *out_count, accord_err *err)
{
	splitter sp = { .record = without_line_end(record), .separator = separator, .arena = arena, .err = err };
	ac_str *fields = ac_arena_alloc(arena, AC_CSV_COLUMNS_MAX * sizeof(*fields));
	size_t count = 0;
	int rc;

	if (!fields)
		return ac_arena_check(arena, err);
	if (!sp.record.p)
		sp.record = AC_S("");
	for (;;) {
		if (count == AC_CSV_COLUMNS_MAX)
			return ac_fail(
			    err, ACCORD_ELIMIT, "want at most %d columns, the record has more", AC_CSV_COLUMNS_MAX);
		rc = take_field(&sp, &fields[count++]);
		if (rc)
			return rc;
		if (sp.at == sp.record.n)
			break;
		sp.at++; /* the separator */
	}
	*out_fields = fields;
	*out_count = count;
	return 0;
}
