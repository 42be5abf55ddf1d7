/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in a string of JSON: {"log":"{\"src_ip\":\"192.0.2.1\"}\n"}, as container runtimes, collectors and clouds wrap what a program wrote, and in values of other formats. Such a document is told by how the string begins, an object or an
 * array of objects, so that one that breaks off is read as far as it goes. Its fields are called as in a line of their own, stand where they stand in the line, and are escaped once more for each string
 * around them. Knows no names.
 */
#include "watch/logs/json_inner.h"

/* White space at text[at], as it is or as JSON writes it: its bytes, 0 for none. */
static size_t
space_at(ac_str text, size_t at)
{
	if (at < text.n && ac_is_space(text.p[at]))
		return 1;
	return at + 1 < text.n && text.p[at] == '\\' && memchr("nrt", text.p[at + 1], 3) ? 2 : 0;
}

/* The same that ends before text[end]. */
static size_t
space_before(ac_str text, size_t end)
{
	if (end > 0 && ac_is_space(text.p[end - 1]))
		return 1;
	return end > 1 && text.p[end - 2] == '\\' && memchr("nrt", text.p[end - 1], 3) ? 2 : 0;
}

static size_t
before_space(ac_str text, size_t end)
{
	size_t n;

	while ((n = space_before(text, end)) > 0)
		end -= n;
	return end;
}

/* Where the string begins whose first bytes are the brace at text[brace], perhaps behind a bracket and white space; text.n: none does. */
static size_t
string_begin(ac_str text, size_t brace)
{
	size_t at = before_space(text, brace);

	if (at > 0 && text.p[at - 1] == '[')
		at = before_space(text, at - 1);
	if (at == 0 || text.p[at - 1] != '"' || (at > 1 && text.p[at - 2] == '\\'))
		return text.n;
	return at;
}

/* Whether a key follows the brace. */
static bool
opens_object(ac_str text, size_t brace)
{
	size_t at = brace + 1, n;

	while ((n = space_at(text, at)) > 0)
		at += n;
	return at + 1 < text.n && text.p[at] == '\\' && text.p[at + 1] == '"';
}

size_t
ac_log_string_end(ac_str text, size_t at)
{
	while (at < text.n && text.p[at] != '"')
		at += text.p[at] == '\\' ? 2 : 1;
	return at < text.n ? at : text.n;
}

bool
ac_log_next_document(ac_str text, size_t *at, ac_str *out)
{
	while ((*at += ac_str_find_byte(ac_str_slice(text, *at, text.n), '{')) < text.n) {
		size_t brace = (*at)++, begin = string_begin(text, brace);

		if (begin == text.n || !opens_object(text, brace))
			continue;
		*at = ac_log_string_end(text, brace);
		*out = ac_str_slice(text, begin, *at);
		return true;
	}
	return false;
}

bool
ac_log_is_document(ac_str value, ac_log_escapes escapes)
{
	char first = escapes == AC_LOG_QUOTES ? '"' : '\\';
	size_t at = 0, n;

	for (unsigned open = 0; open < 2; open++) {
		while ((n = space_at(value, at)) > 0)
			at += n;
		if (at < value.n && value.p[at] == '{')
			break;
		if (open > 0 || at == value.n || value.p[at++] != '[')
			return false;
	}
	at++;
	while ((n = space_at(value, at)) > 0)
		at += n;
	return at + 1 < value.n && value.p[at] == first && value.p[at + 1] == '"';
}

/* ---- messages of other formats ---- */

/* Shorter strings are none. */
#define MESSAGE_MIN 24
/* So many pairs make key=value (keyvalue.c). */
#define PAIRS_MIN 3

static bool
has_text(ac_str text, ac_str what)
{
	return ac_str_find(text, what) < text.n;
}

/* "<134>" */
static bool
begins_with_priority(ac_str text)
{
	size_t n = 1;

	while (n < text.n && n < 4 && ac_is_digit(text.p[n]))
		n++;
	return text.p[0] == '<' && n > 1 && n < text.n && text.p[n] == '>';
}

static bool
has_pairs(ac_str text)
{
	size_t at = 0;

	for (unsigned i = 0; i < PAIRS_MIN; i++, at++)
		if ((at += ac_str_find_byte(ac_str_slice(text, at, text.n), '=')) >= text.n)
			return false;
	return true;
}

bool
ac_log_may_be_message(ac_str raw)
{
	if (raw.n < MESSAGE_MIN)
		return false;
	if (ac_str_starts(raw, AC_S("CEF:")) || ac_str_starts(raw, AC_S("LEEF:")))
		return true;
	if (ac_str_find_byte(raw, ' ') == raw.n)
		return false;
	if (raw.p[0] == '<')
		return begins_with_priority(raw) || ac_str_starts(raw, AC_S("<Event"));
	if (ac_log_is_document(raw, AC_LOG_JSON))
		return false;
	return has_text(raw, AC_S("CEF:")) || has_text(raw, AC_S("LEEF:")) || has_text(raw, AC_S("{\\\"")) ||
	       has_text(raw, AC_S("{\"\"")) || has_text(raw, AC_S(" HTTP/")) || has_text(raw, AC_S(" HTTP\\/")) ||
	       has_pairs(raw);
}

/* A byte with such bytes before it. */
static bool
has_behind(ac_str text, char c, ac_str before)
{
	for (size_t at = 0; (at += ac_str_find_byte(ac_str_slice(text, at, text.n), c)) < text.n; at++)
		if (ac_str_ends(ac_str_slice(text, 0, at), before))
			return true;
	return false;
}

bool
ac_log_may_hold_message(ac_str text)
{
	return ac_str_find_byte(text, '<') < text.n || ac_str_find_byte(text, '|') < text.n || has_pairs(text) ||
	       has_behind(text, '\\', AC_S("{")) || has_behind(text, 'H', AC_S(" "));
}

bool
ac_log_next_message(ac_str text, size_t *at, ac_str *out_name, ac_str *out)
{
	for (size_t begin; (begin = *at + ac_str_find_byte(ac_str_slice(text, *at, text.n), '"') + 1) <= text.n;) {
		size_t end = ac_log_string_end(text, begin), behind = end + 1;
		ac_str string = ac_str_slice(text, begin, end);

		while (behind < text.n && ac_is_space(text.p[behind]))
			behind++;
		*at = end + 1 < text.n ? end + 1 : text.n;
		if (behind < text.n && text.p[behind] == ':') {
			*out_name = string;
			continue;
		}
		if (!ac_log_may_be_message(string))
			continue;
		*out = string;
		return true;
	}
	return false;
}

/* The place in raw of what stands behind the first `n` bytes of its text: from a place before it on, which *text_at bytes of the text stand before. */
static size_t
raw_place(ac_str raw, ac_log_escapes escapes, size_t raw_at, size_t *text_at, size_t n)
{
	char sign = ac_log_escape_sign(escapes);

	while (*text_at < n && raw_at < raw.n) {
		ac_escape e = { .raw_n = 0 };

		if (raw.p[raw_at] == sign)
			e = ac_log_escape_at(raw, raw_at, escapes, 0);
		raw_at += e.raw_n ? e.raw_n : 1;
		*text_at += e.raw_n ? e.text_n : 1;
	}
	return raw_at;
}

/* Escapes of a field of what stands in a value of CSV: few have quotes and a message's own. */
static uint8_t
with_quotes(const ac_log_field *f)
{
	char sign = ac_log_escape_sign((ac_log_escapes)f->escapes);

	if (f->escapes == AC_LOG_JSON)
		return AC_LOG_JSON_QUOTES;
	if (f->escapes == AC_LOG_AS_IS || ac_str_find_byte(f->raw, sign) == f->raw.n)
		return AC_LOG_QUOTES;
	return f->escapes == AC_LOG_LABELS ? f->escapes : f->escapes | AC_LOG_DOUBLED;
}

void
ac_log_place_inner(
    ac_log_record *record, size_t first, ac_str raw, ac_str text, ac_log_escapes escapes, uint64_t number)
{
	size_t raw_at = 0, text_at = 0;

	for (size_t i = first; i < record->count; i++) {
		ac_log_field *f = &record->fields[i];
		size_t begin = f->raw.p ? (size_t)(f->raw.p - text.p) : text_at, end = begin + f->raw.n, raw_end;

		raw_at = raw_place(raw, escapes, raw_at, &text_at, begin);
		begin = text_at;
		raw_end = raw_place(raw, escapes, raw_at, &begin, end);
		f->raw = ac_str_slice(raw, raw_at, raw_end);
		f->depth += escapes == AC_LOG_JSON;
		if (escapes == AC_LOG_QUOTES)
			f->escapes = with_quotes(f);
		/* Objects of different documents are different, and a parent's group stays the complement of its child's. */
		f->group ^= number * 0x9e3779b97f4a7c15U;
	}
}

void
ac_log_merge_fields(ac_log_record *record, size_t first, size_t middle)
{
	size_t n = record->count - first, a = first, b = middle;
	ac_log_field *all = record->fields, *merged = ac_arena_alloc(record->arena, n * sizeof(*merged));

	if (!merged) {
		record->count = middle;
		record->malformed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		bool takes_first = b == record->count || (a < middle && all[a].raw.p <= all[b].raw.p);

		merged[i] = all[takes_first ? a++ : b++];
	}
	memcpy(all + first, merged, n * sizeof(*merged));
}

bool
ac_log_holds_fields(const ac_log_record *record, size_t at)
{
	const ac_log_field *f = &record->fields[at];

	return at + 1 < record->count && (f[1].depth > f->depth || f->escapes == AC_LOG_QUOTES) &&
	       f[1].raw.p < f->raw.p + f->raw.n;
}
