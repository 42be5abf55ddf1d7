/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/decode.h"

#include "watch/logs/json_inner.h"
#include "watch/matches.h"

/* Where one part of a URL has escapes, the host in another field is looked at again. */
#define ROLES_BESIDE_HOST                                                                                              \
	(AC_ROLE_BIT(AC_FIELD_URL) | AC_ROLE_BIT(AC_FIELD_URL_PATH) | AC_ROLE_BIT(AC_FIELD_URL_QUERY) |                \
	    AC_ROLE_BIT(AC_FIELD_URL_HOST))

/* A line with escapes. */
typedef struct coded_line {
	size_t begin;
	bool is_read; /* its fields are to be */
} coded_line;

void
ac_decode_init(ac_decode *d)
{
	ac_watch_copy_init(&d->roughly, AC_WATCH_COPY_DECODED, 2 * AC_WATCH_LINE_MAX);
	d->lines = ac_vec_of(sizeof(coded_line), 2 * AC_WATCH_LINE_MAX);
	d->coded = ac_vec_of(sizeof(size_t), 2 * AC_WATCH_LINE_MAX);
	/* Each byte of a line once, and a line feed for each of its fields. */
	ac_watch_copy_init(&d->copy, AC_WATCH_COPY_DECODED, AC_WATCH_LINE_MAX + AC_LOG_FIELDS_MAX);
	d->matches = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX);
	d->unsorted = d->matches;
	ac_arena_init(&d->arena, AC_LOG_ARENA_MAX);
}

void
ac_decode_done(ac_decode *d)
{
	ac_watch_copy_done(&d->roughly);
	ac_vec_done(&d->lines);
	ac_vec_done(&d->coded);
	ac_watch_copy_done(&d->copy);
	ac_vec_done(&d->matches);
	ac_vec_done(&d->unsorted);
	ac_arena_done(&d->arena);
}

void
ac_decode_begin(ac_decode *d)
{
	d->lines.n = d->coded.n = 0;
}

/* ---- lines of a piece, as wholes ---- */

/* Behind so many the extension of CEF begins. */
#define CEF_PIPES 7

/* Where CEF is named; line.n where it is not. */
static size_t
begin_of_cef(ac_str line)
{
	size_t at = 0;

	while ((at += ac_str_find_byte(ac_str_slice(line, at, line.n), 'C')) < line.n) {
		if (ac_str_starts(ac_str_slice(line, at, line.n), AC_S("CEF:")))
			return at;
		at++;
	}
	return line.n;
}

/*
 * By which escapes a line is taken as a whole: those of CEF where it is named, else those of Zeek and web servers, which have all others. AC_LOG_AS_IS: it has none. *out_is_doubtful: it has some that
 * one of them would take for something else than the other.
 */
static ac_log_escapes
escapes_of(ac_str line, bool *out_is_doubtful)
{
	bool has_any = false, has_hex = false, has_more = false;

	for (size_t at = 0; (at += ac_str_find_byte(ac_str_slice(line, at, line.n), '\\')) + 1 < line.n;) {
		char next = line.p[at + 1];
		bool is_one = next == '"' || next == '\\' || next == ']' || next == '=';

		has_any |= is_one;
		has_hex |= next == 'x' && at + 3 < line.n && ac_hex_value(line.p[at + 2]) >= 0;
		has_more |= next == '|' || next == 'n' || next == 'r';
		at += is_one ? 2 : 1;
	}
	*out_is_doubtful = false;
	if (!has_any && !has_hex && !has_more)
		return AC_LOG_AS_IS;
	if (begin_of_cef(line) < line.n) {
		*out_is_doubtful = has_hex;
		return AC_LOG_CEF;
	}
	return has_any || has_hex ? AC_LOG_HEX : AC_LOG_AS_IS;
}

/* Where the extension of CEF begins; line.n when there is none. */
static size_t
header_end(ac_str line)
{
	size_t at = begin_of_cef(line);

	for (unsigned pipes = 0; at < line.n && pipes < CEF_PIPES; at++) {
		at += line.p[at] == '\\';
		pipes += at < line.n && line.p[at] == '|';
	}
	return at < line.n ? at : line.n;
}

static bool
has_quotes_inside(ac_str document)
{
	return ac_str_find(document, AC_S("\\\\\\\"")) < document.n;
}

/* A URL behind a quote, or in a header, ends elsewhere in its field than in the line: quotes and pipes are then ends of fields. */
static void
note_parts(ac_decode *d, ac_str text, ac_str line, ac_log_escapes escapes)
{
	bool is_cef = escapes == AC_LOG_CEF;
	ac_str part = is_cef ? ac_str_slice(line, 0, header_end(line)) : line;

	if (ac_log_has_escapes(part, escapes, 0) && ac_str_find_byte(part, is_cef ? '|' : '"') < part.n)
		ac_watch_copy_escaped(&d->copy, text, part, escapes, 0, is_cef ? '|' : '"');
}

/* Documents in values have escapes of their own. Whether the line's fields must be read: a quote in a string of a document may begin another one. */
static bool
note_documents(ac_decode *d, ac_str text, ac_str line)
{
	ac_str document;
	size_t at = 0;

	while (ac_log_next_document(line, &at, &document)) {
		if (has_quotes_inside(document))
			return true;
		ac_watch_copy_escaped(&d->copy, text, document, AC_LOG_JSON, 1, '\n');
	}
	return false;
}

void
ac_decode_note(ac_decode *d, ac_str text, size_t begin, size_t end)
{
	ac_str line = ac_str_slice(text, begin, end);
	bool is_doubtful;
	ac_log_escapes escapes = escapes_of(line, &is_doubtful);
	coded_line *added = escapes != AC_LOG_AS_IS ? ac_vec_add(&d->lines) : NULL;

	if (!added)
		return;
	*added = (coded_line){ begin, is_doubtful };
	if (!is_doubtful)
		added->is_read = note_documents(d, text, line);
	if (added->is_read)
		return;
	ac_watch_copy_escaped(&d->roughly, text, line, escapes, 0, '\n');
	note_parts(d, text, line, escapes);
}

/* The line, which is not noted twice. NULL without memory. */
static coded_line *
note_line(ac_decode *d, size_t begin)
{
	coded_line *last = d->lines.n ? (coded_line *)d->lines.p + d->lines.n - 1 : NULL;

	if (last && last->begin == begin)
		return last;
	last = ac_vec_add(&d->lines);
	if (last)
		*last = (coded_line){ begin, false };
	return last;
}

/* An event of Windows as XML, whose '<' some writers of JSON escape. */
static bool
has_event(ac_str message)
{
	return ac_str_find(message, AC_S("<Event")) < message.n ||
	       ac_str_find(message, AC_S("\\u003cEvent")) < message.n;
}

/* Strings of a document may hold documents, and messages with escapes of other kinds. */
static bool
is_deep(ac_str document)
{
	return has_quotes_inside(document) || begin_of_cef(document) < document.n || has_event(document);
}

/* How a message in a string of JSON is escaped. */
static ac_log_escapes
message_escapes(ac_str message)
{
	if (begin_of_cef(message) < message.n)
		return AC_LOG_CEF;
	return has_event(message) ? AC_LOG_XML : AC_LOG_HEX;
}

/* Escapes of a message in a string of JSON, beside those of the string. */
static void
note_messages(ac_decode *d, ac_str text, ac_str line, size_t begin)
{
	const coded_line *last = d->lines.n ? (const coded_line *)d->lines.p + d->lines.n - 1 : NULL;
	bool is_noted = last && last->begin == begin; /* parts of a line are copied in their order */
	ac_str name = { NULL, 0 }, message;
	size_t at = 0;

	if (!ac_log_may_hold_message(line))
		return;
	while (ac_log_next_message(line, &at, &name, &message)) {
		bool has_document = ac_str_find(message, AC_S("{\\\"")) < message.n;
		ac_log_escapes escapes = has_document ? AC_LOG_JSON : message_escapes(message);
		coded_line *noted = NULL;

		if (ac_log_has_escapes(message, escapes, 1))
			noted = note_line(d, begin);
		/* strings of a document in it may hold anything */
		if (noted)
			noted->is_read |= is_noted || has_document;
		if (noted && !noted->is_read)
			ac_watch_copy_escaped(&d->roughly, text, message, escapes, 1, '\n');
	}
}

void
ac_decode_note_json(ac_decode *d, ac_str text, size_t begin, size_t end, bool has_messages)
{
	ac_str line = ac_str_slice(text, begin, end), document;
	coded_line *last = d->lines.n ? (coded_line *)d->lines.p + d->lines.n - 1 : NULL;
	bool is_noted = last && last->begin == begin; /* what stands before the JSON */
	size_t at = 0;

	while (ac_log_next_document(line, &at, &document)) {
		if (!ac_log_has_escapes(document, AC_LOG_JSON, 1))
			continue;
		last = note_line(d, begin);
		if (!last)
			return;
		last->is_read |= is_noted || is_deep(document);
		if (last->is_read)
			return;
		ac_watch_copy_escaped(&d->roughly, text, document, AC_LOG_JSON, 1, '\n');
	}
	if (has_messages)
		note_messages(d, text, line, begin);
}

/* The line of a match that holds an escape or touches one. */
static void
mark(ac_decode *d, size_t place)
{
	coded_line *all = d->lines.p;
	size_t low = 0, high = d->lines.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (all[middle].begin <= place)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0)
		all[low - 1].is_read = true;
}

int
ac_decode_look(ac_decode *d, ac_scan *scan, const ac_vec *matches, accord_err *err)
{
	const ac_match *m = matches->p;
	const coded_line *lines = d->lines.p;
	int rc = ac_vec_check(&d->lines, "lines of one block", err);

	if (rc || d->lines.n == 0)
		return rc;
	for (size_t i = 0; i < matches->n; i++)
		if (ac_watch_copy_judges(&d->roughly, &m[i]))
			mark(d, m[i].offset);
	d->matches.n = 0;
	rc = ac_watch_copy_scan(&d->roughly, scan, &d->matches, err);
	if (!rc)
		rc = ac_watch_copy_scan(&d->copy, scan, &d->matches, err);
	m = d->matches.p;
	for (size_t i = 0; !rc && i < d->matches.n; i++)
		mark(d, m[i].offset);
	for (size_t i = 0; !rc && i < d->lines.n; i++) {
		size_t *at = lines[i].is_read ? ac_vec_add(&d->coded) : NULL;

		if (at)
			*at = lines[i].begin;
	}
	return rc ? rc : ac_vec_check(&d->coded, "lines of one block", err);
}

/* ---- the fields of one line ---- */

/* Whether a line of CSV holds a quote in a value, doubled; an empty value in quotes is none. */
static bool
may_double_quotes(const ac_log_state *state, ac_str line)
{
	if (!ac_log_has_csv(state))
		return false;
	for (size_t at = 0; (at += ac_str_find(ac_str_slice(line, at, line.n), AC_S("\"\""))) < line.n; at += 2)
		if ((at > 0 && line.p[at - 1] != state->separator) ||
		    (at + 2 < line.n && line.p[at + 2] != state->separator))
			return true;
	return false;
}

bool
ac_decode_may_be_coded(const ac_log_state *state, ac_str line)
{
	return ac_log_may_have_entities(line, ac_log_has_csv(state)) || may_double_quotes(state, line);
}

static bool
is_escaped(const ac_log_field *f)
{
	return ac_log_has_escapes(f->raw, (ac_log_escapes)f->escapes, f->depth);
}

/* Part of a URL in a document that stands in a value of key=value: what is around it is escaped. */
static bool
is_part_inside(const ac_log_record *record, const ac_log_field *f)
{
	return f->depth > 0 && (record->inner ? record->inner : record->format) == &ac_log_keyvalue &&
	       AC_ROLE_BIT(f->role) & ROLES_BESIDE_HOST;
}

/* Copy the fields that have escapes; and hosts, when a URL's other parts have. */
static bool
copy_fields(ac_decode *d, const ac_log_record *record, ac_str text)
{
	const char *behind = text.p;
	uint64_t roles = 0;
	bool any = false;

	for (size_t i = 0; i < record->count; i++)
		if (!ac_log_holds_fields(record, i) &&
		    (is_escaped(&record->fields[i]) || is_part_inside(record, &record->fields[i]))) {
			roles |= AC_ROLE_BIT(record->fields[i].role);
			any = true;
		}
	for (size_t i = 0; any && i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];

		/* Fields that stand in another are in its copy. */
		if (f->raw.n == 0 || f->raw.p < behind || f->raw.p + f->raw.n > text.p + text.n ||
		    ac_log_holds_fields(record, i))
			continue;
		if (!is_escaped(f) && !((roles & ROLES_BESIDE_HOST) && ac_log_is_url_host(record, f)))
			continue;
		ac_watch_copy_escaped(&d->copy, text, f->raw, (ac_log_escapes)f->escapes, f->depth, '\n');
		behind = f->raw.p + f->raw.n;
	}
	return any;
}

static bool
is_same(const ac_match *a, const ac_match *b)
{
	return a->offset == b->offset && a->length == b->length && a->record == b->record && a->type == b->type &&
	       a->how == b->how;
}

/* Add what the copy has. What is found in both is told once. */
static int
add_decoded(ac_decode *d, ac_scan *scan, ac_vec *matches, accord_err *err)
{
	size_t kept = 0;
	ac_match *all;
	int rc;

	matches->n = ac_watch_copy_judge(&d->copy, matches->p, matches->n);
	rc = ac_watch_copy_scan(&d->copy, scan, matches, err);
	if (!rc)
		rc = ac_matches_sort(matches, &d->unsorted, err);
	if (rc)
		return rc;
	all = matches->p;
	for (size_t i = 0; i < matches->n; i++)
		if (kept == 0 || !is_same(&all[kept - 1], &all[i]))
			all[kept++] = all[i];
	matches->n = kept;
	return 0;
}

int
ac_decode_line(ac_decode *d, ac_scan *scan, const ac_log_state *state, ac_str text, size_t begin, size_t end,
    const ac_match *matches, size_t count, bool *out_any, accord_err *err)
{
	ac_log_record record = { .count = 0 };

	ac_arena_reset(&d->arena);
	d->matches.n = 0;
	ac_log_read(state, ac_str_slice(text, begin, end), &d->arena, &record);
	*out_any = copy_fields(d, &record, ac_str_slice(text, 0, end));
	if (!*out_any)
		return 0;
	for (size_t i = 0; i < count; i++) {
		ac_match *m = ac_vec_add(&d->matches);

		if (!m)
			return ac_vec_check(&d->matches, "matches of one line", err);
		*m = matches[i];
	}
	return add_decoded(d, scan, &d->matches, err);
}

/* ---- pieces of longer lines ---- */

/* What is read of such a line to know its format. */
#define BEGINNING ((size_t)(16 * AC_KIB))

ac_log_escapes
ac_decode_kind(ac_decode *d, const ac_log_state *state, ac_str beginning)
{
	ac_str line = ac_str_slice(beginning, 0, BEGINNING);
	const char *json = line.p + ac_watch_json_begin(line), *at = line.p;
	ac_log_escapes last = AC_LOG_AS_IS;
	ac_log_record record = { .count = 0 };

	ac_arena_reset(&d->arena);
	ac_log_read(state, line, &d->arena, &record);
	for (size_t i = 0; i < record.count; i++)
		if (record.fields[i].escapes != AC_LOG_AS_IS) {
			last = ac_log_without_doubling((ac_log_escapes)record.fields[i].escapes);
			at = record.fields[i].raw.p;
		}
	/* A message of JSON whose end is not here has no fields. */
	if (json < line.p + line.n && (last == AC_LOG_AS_IS || at < json))
		return AC_LOG_JSON;
	if (last == AC_LOG_JSON_QUOTES)
		return AC_LOG_JSON;
	return record.format == &ac_log_w3c ? AC_LOG_QUOTES : last;
}

int
ac_decode_piece(ac_decode *d, ac_scan *scan, ac_log_escapes escapes, ac_str piece, ac_vec *matches, accord_err *err)
{
	if (!ac_log_has_escapes(piece, escapes, 0))
		return 0;
	ac_watch_copy_escaped(&d->copy, piece, piece, escapes, 0, '\n');
	return add_decoded(d, scan, matches, err);
}

/* Whether there are documents in the strings of one. */
static bool
has_documents(ac_str document)
{
	return ac_str_find(document, AC_S("\\\"{\\\\\\\"")) < document.n ||
	       ac_str_find(document, AC_S("\\\"[{\\\\\\\"")) < document.n;
}

int
ac_decode_documents(ac_decode *d, ac_scan *scan, ac_str piece, size_t next, bool *in_document, unsigned *out_depth,
    ac_vec *matches, accord_err *err)
{
	bool goes_on = *in_document, any = false;
	ac_str document = ac_str_slice(piece, 0, 0);
	size_t at = 0;

	*out_depth = 0;
	*in_document = false;
	if (goes_on)
		document.n = at = ac_log_string_end(piece, 0);
	while (goes_on || ac_log_next_document(piece, &at, &document)) {
		unsigned depth = has_documents(document) ? AC_LOG_DOCUMENT_DEPTH_MAX : 1;
		size_t begin = (size_t)(document.p - piece.p);

		goes_on = false;
		*in_document |= begin <= next && next < begin + document.n + (at == piece.n);
		if (!ac_log_has_escapes(document, AC_LOG_JSON, depth))
			continue;
		any = true;
		if (depth > *out_depth)
			*out_depth = depth;
		ac_watch_copy_escaped(&d->copy, piece, document, AC_LOG_JSON, depth, '\n');
	}
	return any ? add_decoded(d, scan, matches, err) : 0;
}
