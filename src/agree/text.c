/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of words. Knows nothing of what the words mean, nor of signatures. */
#include "agree/text.h"

#include <stdio.h>

#include "agree/checkpoint.h"
#include "base/limits.h"
#include "codec/octets.h"

/* What of a hostile line is shown. */
enum { SHOWN_MAX = 60, TIME_TEXT_SIZE = sizeof("2021-07-19T11:00:00Z") - 1 };

static const ac_str prefix = AC_S_INIT("accord/");
static const ac_str suffix = AC_S_INIT("/v1");
static const ac_str sha256 = AC_S_INIT("sha256:");
static const char *const tongues[] = { [AC_TONGUE_EN] = "en", [AC_TONGUE_FR] = "fr" };

const char *
ac_tongue_code(ac_tongue tongue)
{
	return tongues[tongue];
}

/* "KIND/vN" of the first line; what follows it in *rest. */
static bool
head(ac_str *rest, ac_str *out_kind, ac_str *out_version)
{
	ac_str line;
	size_t slash;

	if (!ac_str_cut(rest, '\n', &line) || !ac_str_starts(line, prefix))
		return false;
	line = ac_str_slice(line, prefix.n, line.n);
	slash = ac_str_find_byte(line, '/');
	if (slash == 0 || slash >= line.n)
		return false;
	*out_kind = ac_str_slice(line, 0, slash);
	*out_version = ac_str_slice(line, slash, line.n);
	return true;
}

static bool
is_version(ac_str text)
{
	uint64_t number;

	return ac_str_starts(text, AC_S("/v")) && ac_tlog_number(ac_str_slice(text, 2, text.n), &number);
}

bool
ac_text_kind(ac_str text, ac_str *out_kind)
{
	ac_str version;

	return head(&text, out_kind, &version) && ac_str_eq(version, suffix);
}

int
ac_line_fail(const ac_line *line, accord_err *err, const char *format, ...)
{
	char text[sizeof(((accord_err *)NULL)->text)];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return ac_fail_at(err, ACCORD_EINPUT, line->number, 1, 0, "%s", text);
}

/* The next line, which must end with a line feed. */
static int
next_line(ac_str *rest, ac_line *line, accord_err *err)
{
	ac_str text;
	size_t space;

	line->number++;
	if (!ac_str_cut(rest, '\n', &text))
		return ac_line_fail(line, err, "want a line feed at the end of the text");
	space = ac_str_find_byte(text, ' ');
	line->word = ac_str_slice(text, 0, space);
	line->rest = space < text.n ? ac_str_slice(text, space + 1, text.n) : (ac_str){ 0 };
	if (line->word.n == 0)
		return ac_line_fail(
		    line, err, text.n ? "want a word first, got a space" : "want a line, got an empty one");
	return 0;
}

static int
take_line(const ac_text_row *rows, size_t row_count, unsigned *counts, void *payload, ac_line *line, accord_err *err)
{
	size_t at = 0;
	int rc;

	while (at < row_count && !ac_str_eq(line->word, ac_str_from(rows[at].word)))
		at++;
	if (at == row_count)
		return ac_line_fail(
		    line, err, "'%.*s' is no line of this text", AC_FMT(ac_str_slice(line->word, 0, SHOWN_MAX)));
	if (rows[at].max && counts[at] == rows[at].max)
		return ac_line_fail(
		    line, err, "want at most %u lines '%s', this is one more", rows[at].max, rows[at].word);
	counts[at]++;
	rc = rows[at].take(payload, line, err);
	/* What reads parts of a line, a key or a group, does not know which one it is. */
	if (rc && err)
		err->line = line->number;
	if (!rc && line->rest.p)
		rc = ac_line_fail(
		    line, err, "want the end of the line, got '%.*s'", AC_FMT(ac_str_slice(line->rest, 0, SHOWN_MAX)));
	return rc;
}

int
ac_text_read(ac_str text, const char *kind, const ac_text_row *rows, size_t row_count, void *payload, accord_err *err)
{
	unsigned counts[AC_TEXT_ROWS_MAX] = { 0 };
	ac_line line = { .number = 1 };
	ac_str is, version;
	int rc = 0;

	if (row_count > AC_TEXT_ROWS_MAX)
		return ac_fail(err, ACCORD_EUSAGE, "a text has more kinds of lines than can be counted");
	if (!head(&text, &is, &version) || !ac_str_eq(is, ac_str_from(kind)))
		return ac_line_fail(&line, err, "want the first line accord/%s/v1", kind);
	if (!ac_str_eq(version, suffix))
		return ac_fail_at(err, is_version(version) ? ACCORD_EVERSION : ACCORD_EINPUT, 1, 1, 0,
		    "want accord/%s/v1, got '%.*s', which is not known here", kind,
		    AC_FMT(ac_str_slice(version, 0, SHOWN_MAX)));
	while (!rc && text.n) {
		rc = next_line(&text, &line, err);
		if (!rc)
			rc = take_line(rows, row_count, counts, payload, &line, err);
	}
	for (size_t i = 0; !rc && i < row_count; i++)
		if (counts[i] < rows[i].min)
			rc = ac_line_fail(&line, err, "want %u line '%s', got %u by the end of the text", rows[i].min,
			    rows[i].word, counts[i]);
	return rc;
}

bool
ac_line_at_end(const ac_line *line)
{
	return !line->rest.p;
}

int
ac_line_word(ac_line *line, const char *what, ac_str *out, accord_err *err)
{
	size_t space = ac_str_find_byte(line->rest, ' ');

	if (!line->rest.p || space == 0)
		return ac_line_fail(line, err, "want %s%s", what,
		    line->rest.p && line->rest.n ? ", got two spaces" : ", got the end of the line");
	*out = ac_str_slice(line->rest, 0, space);
	line->rest = space < line->rest.n ? ac_str_slice(line->rest, space + 1, line->rest.n) : (ac_str){ 0 };
	return 0;
}

int
ac_line_rest(ac_line *line, const char *what, ac_str *out, accord_err *err)
{
	if (line->rest.n == 0)
		return ac_line_fail(line, err, "want %s, got the end of the line", what);
	*out = line->rest;
	line->rest = (ac_str){ 0 };
	return 0;
}

int
ac_line_u64(ac_line *line, const char *what, uint64_t *out, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, what, &word, err);

	if (!rc && !ac_tlog_number(word, out))
		rc = ac_line_fail(line, err, "want %s in decimal without zeros in front, got '%.*s'", what,
		    AC_FMT(ac_str_slice(word, 0, SHOWN_MAX)));
	return rc;
}

int
ac_line_time(ac_line *line, const char *what, ac_time *out, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, what, &word, err);

	/* The size leaves no room for a fraction: one instant, one text. Second 60 would be another's text. */
	if (!rc && (word.n != TIME_TEXT_SIZE || ac_time_parse_stix(word, out, NULL) || out->nanoseconds))
		rc = ac_line_fail(line, err, "want %s as 2021-07-19T11:00:00Z, got '%.*s'", what,
		    AC_FMT(ac_str_slice(word, 0, SHOWN_MAX)));
	return rc;
}

static bool
is_hash(ac_str text, uint8_t out[static AC_SHA256_SIZE])
{
	if (text.n != (size_t)2 * AC_SHA256_SIZE)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 'A' && text.p[i] <= 'F')
			return false;
	return ac_hex_decode(text, (char *)out);
}

int
ac_line_hash(ac_line *line, const char *what, uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, what, &word, err);

	if (!rc && !is_hash(word, out))
		rc = ac_line_fail(line, err, "want %s as 64 hexadecimal digits in lower case, got '%.*s'", what,
		    AC_FMT(ac_str_slice(word, 0, SHOWN_MAX + 20)));
	return rc;
}

int
ac_line_digest(ac_line *line, const char *what, uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, what, &word, err);

	if (!rc && !(ac_str_starts(word, sha256) && is_hash(ac_str_slice(word, sha256.n, word.n), out)))
		rc = ac_line_fail(line, err, "want %s as sha256: and 64 hexadecimal digits in lower case, got '%.*s'",
		    what, AC_FMT(ac_str_slice(word, 0, SHOWN_MAX + 20)));
	return rc;
}

int
ac_line_choice(
    ac_line *line, const char *what, const char *const *words, unsigned count, unsigned *out, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, what, &word, err);

	for (unsigned i = 0; !rc && i < count; i++)
		if (ac_str_eq(word, ac_str_from(words[i]))) {
			*out = i;
			return 0;
		}
	return rc ? rc : ac_line_fail(line, err, "'%.*s' is not %s", AC_FMT(ac_str_slice(word, 0, SHOWN_MAX)), what);
}

int
ac_line_tongue(ac_line *line, ac_tongue *out, accord_err *err)
{
	unsigned place;
	int rc = ac_line_choice(line, "a language, en or fr", tongues, AC_TONGUES, &place, err);

	if (!rc)
		*out = (ac_tongue)place;
	return rc;
}

void *
ac_text_grow(ac_arena *arena, void *items, unsigned count, size_t size)
{
	if (count == 0)
		return ac_arena_alloc(arena, size);
	/* Twice as much at each power of two. */
	return count & (count - 1) ? items : ac_arena_resize(arena, items, count * size, 2 * (size_t)count * size);
}

void
ac_text_add_kind(ac_buf *buf, const char *kind)
{
	ac_buf_add(buf, prefix);
	ac_buf_add(buf, ac_str_from(kind));
	ac_buf_add(buf, suffix);
	ac_buf_add_byte(buf, '\n');
}

void
ac_text_add_hash(ac_buf *buf, const uint8_t hash[static AC_SHA256_SIZE])
{
	char text[2 * AC_SHA256_SIZE];

	ac_hex(hash, AC_SHA256_SIZE, text);
	ac_buf_add(buf, (ac_str){ text, sizeof(text) });
}

void
ac_text_add_digest(ac_buf *buf, const uint8_t digest[static AC_SHA256_SIZE])
{
	ac_buf_add(buf, sha256);
	ac_text_add_hash(buf, digest);
}

bool
ac_text_is_name(ac_str name)
{
	if (name.n == 0 || name.n > AC_TEXT_NAME_MAX || !ac_is_alnum(name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!ac_is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '_' && name.p[i] != '.')
			return false;
	return true;
}
