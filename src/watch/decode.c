/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/decode.h"

#include "watch/matches.h"

/* Where one part of a URL has escapes, the host in another field is looked at again. */
#define ROLES_BESIDE_HOST                                                                                              \
	(AC_ROLE_BIT(AC_FIELD_URL) | AC_ROLE_BIT(AC_FIELD_URL_PATH) | AC_ROLE_BIT(AC_FIELD_URL_QUERY) |                \
	    AC_ROLE_BIT(AC_FIELD_URL_HOST))

void
ac_decode_init(ac_decode *d)
{
	/* Each byte of a line once, and a line feed for each of its fields. */
	ac_watch_copy_init(&d->copy, AC_WATCH_COPY_DECODED, AC_WATCH_LINE_MAX + AC_LOG_FIELDS_MAX);
	d->matches = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX);
	d->unsorted = d->matches;
	ac_arena_init(&d->arena, AC_LOG_ARENA_MAX);
}

void
ac_decode_done(ac_decode *d)
{
	ac_watch_copy_done(&d->copy);
	ac_vec_done(&d->matches);
	ac_vec_done(&d->unsorted);
	ac_arena_done(&d->arena);
}

bool
ac_decode_may(ac_str line)
{
	bool has_line_ends = false; /* "\n", "\r": CEF's alone, and in many a path of Windows */

	for (size_t at = 0; (at += ac_str_find_byte(ac_str_slice(line, at, line.n), '\\')) + 1 < line.n; at++) {
		char next = line.p[at + 1];

		if (memchr("\"\\]=|", next, 5) || (next == 'x' && at + 3 < line.n && ac_hex_value(line.p[at + 2]) >= 0))
			return true;
		has_line_ends |= next == 'n' || next == 'r';
	}
	return has_line_ends && ac_str_find(line, AC_S("CEF:")) < line.n;
}

bool
ac_decode_may_csv(const ac_log_state *state, ac_str line)
{
	if (!ac_log_has_csv(state))
		return false;
	for (size_t at = 0; (at += ac_str_find(ac_str_slice(line, at, line.n), AC_S("\"\""))) < line.n; at += 2)
		if ((at > 0 && line.p[at - 1] != state->separator) ||
		    (at + 2 < line.n && line.p[at + 2] != state->separator))
			return true;
	return false;
}

static bool
has_escapes(const ac_log_field *f)
{
	ac_log_escapes escapes = (ac_log_escapes)f->escapes;
	char mark = escapes == AC_LOG_QUOTES ? '"' : '\\', meant;

	if (escapes == AC_LOG_AS_IS || escapes == AC_LOG_JSON)
		return false;
	for (size_t at = 0; (at += ac_str_find_byte(ac_str_slice(f->raw, at, f->raw.n), mark)) < f->raw.n; at++)
		if (ac_log_escape_at(f->raw, at, escapes, &meant))
			return true;
	return false;
}

/* Copy the fields that have escapes; and hosts, when a URL's other parts have. */
static bool
copy_fields(ac_decode *d, const ac_log_record *record, ac_str text)
{
	const char *behind = text.p;
	uint64_t roles = 0;
	bool any = false;

	for (size_t i = 0; i < record->count; i++)
		if (has_escapes(&record->fields[i])) {
			roles |= AC_ROLE_BIT(record->fields[i].role);
			any = true;
		}
	for (size_t i = 0; any && i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];

		/* Fields that stand in another are in its copy. */
		if (f->raw.n == 0 || f->raw.p < behind || f->raw.p + f->raw.n > text.p + text.n)
			continue;
		if (!has_escapes(f) && !((roles & ROLES_BESIDE_HOST) && ac_log_is_url_host(record, f)))
			continue;
		ac_watch_copy_field(&d->copy, text, f);
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

int
ac_decode_line(ac_decode *d, ac_scan *scan, const ac_log_state *state, ac_str text, size_t begin, size_t end,
    const ac_match *matches, size_t count, bool *out_any, accord_err *err)
{
	ac_log_record record = { .count = 0 };
	ac_match *all;
	size_t kept = 0;
	int rc;

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
	d->matches.n = ac_watch_copy_judge(&d->copy, d->matches.p, d->matches.n);
	rc = ac_watch_copy_scan(&d->copy, scan, &d->matches, err);
	if (!rc)
		rc = ac_matches_sort(&d->matches, &d->unsorted, err);
	if (rc)
		return rc;
	all = d->matches.p;
	for (size_t i = 0; i < d->matches.n; i++)
		if (kept == 0 || !is_same(&all[kept - 1], &all[i]))
			all[kept++] = all[i];
	d->matches.n = kept;
	return 0;
}
