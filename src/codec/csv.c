/* SPDX-License-Identifier: Apache-2.0 */
/* CSV records (RFC 4180). Lenient where files in the wild are: a quote inside an unquoted field is a character. */
#include "codec/csv.h"

#include "base/limits.h"

#define FIRST_FIELDS 16

/* Length of the quoted field at the front of text, with both quotes; 0 when the closing quote is not there. */
static size_t
quoted_length(ac_str text)
{
	size_t at = 1;

	for (;;) {
		at += ac_str_find_byte(ac_str_slice(text, at, text.n), '"');
		if (at >= text.n)
			return 0;
		if (at + 1 >= text.n || text.p[at + 1] != '"')
			return at + 1;
		at += 2; /* a doubled quote is a quote */
	}
}

/* The text between the quotes, with doubled quotes made single; {NULL,0} without memory. */
static ac_str
unquote(ac_str inside, ac_arena *arena)
{
	char *out;
	size_t n = 0;

	if (ac_str_find_byte(inside, '"') == inside.n)
		return inside;
	out = ac_arena_alloc(arena, inside.n);
	if (!out)
		return (ac_str){ NULL, 0 };
	for (size_t i = 0; i < inside.n; i++) {
		out[n++] = inside.p[i];
		if (inside.p[i] == '"')
			i++;
	}
	return (ac_str){ out, n };
}

/* The field at the front of *rest; *rest then begins behind its separator, or is {NULL,0} at the end. */
static int
take_field(ac_str *rest, char separator, ac_arena *arena, ac_str *out, accord_err *err)
{
	bool quoted = rest->n && rest->p[0] == '"';
	size_t n = quoted ? quoted_length(*rest) : ac_str_find_byte(*rest, separator);

	if (quoted && n == 0)
		return ac_fail(err, ACCORD_EINPUT, "want a closing '\"', got the end of the record");
	if (n < rest->n && rest->p[n] != separator)
		return ac_fail(err, ACCORD_EINPUT, "want '%c' behind a quoted field, got '%c'", separator,
		    ac_is_alnum(rest->p[n]) ? rest->p[n] : '?');
	*out = quoted ? unquote(ac_str_slice(*rest, 1, n - 1), arena) : ac_str_slice(*rest, 0, n);
	*rest = n < rest->n ? ac_str_slice(*rest, n + 1, rest->n) : (ac_str){ NULL, 0 };
	return out->p ? 0 : ac_arena_check(arena, err);
}

int
ac_csv_split(ac_str record, char separator, ac_arena *arena, ac_str **out_fields, size_t *out_count, accord_err *err)
{
	ac_str *fields = NULL, rest = record.p ? record : AC_S("");
	size_t count = 0, capacity = 0;
	int rc = 0;

	while (rc == 0 && rest.p) {
		if (count == capacity) {
			size_t more = capacity ? capacity * 2 : FIRST_FIELDS;

			if (count >= AC_CSV_COLUMNS_MAX)
				return ac_fail(
				    err, ACCORD_ELIMIT, "want at most %d columns, got more", AC_CSV_COLUMNS_MAX);
			fields = ac_arena_resize(arena, fields, capacity * sizeof(*fields), more * sizeof(*fields));
			if (!fields)
				return ac_arena_check(arena, err);
			capacity = more;
		}
		rc = take_field(&rest, separator, arena, &fields[count++], err);
	}
	if (rc < 0)
		return rc;
	*out_fields = fields;
	*out_count = count;
	return 0;
}

size_t
ac_csv_record_length(ac_str text, bool final)
{
	bool inside = false;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			inside = !inside;
		else if (text.p[i] == '\n' && !inside)
			return i + 1;
	}
	return final ? text.n : 0;
}

char
ac_csv_detect_separator(ac_str header)
{
	static const char candidates[] = { ',', ';', '\t', '|' };
	size_t counts[AC_COUNT(candidates)] = { 0 }, best = 0;
	bool inside = false;

	for (size_t i = 0; i < header.n && header.p[i] != '\n'; i++) {
		if (header.p[i] == '"')
			inside = !inside;
		for (size_t c = 0; !inside && c < AC_COUNT(candidates); c++)
			counts[c] += header.p[i] == candidates[c];
	}
	for (size_t c = 1; c < AC_COUNT(candidates); c++)
		if (counts[c] > counts[best])
			best = c;
	return candidates[best];
}
