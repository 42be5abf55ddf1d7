/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ArcSight's Common Event Format: "CEF:0|vendor|product|version|event class|name|severity|extension". In the header '|' and '\' have a backslash before them; the extension
 * is key=value with blanks between, a value may hold blanks, and '=' and '\' in it have a backslash. "cs1Label=Name" names the value of "cs1".
 */
#include "watch/logs/logs.h"

/* Custom fields of one record whose labels are looked for; the dictionary has some thirty. */
#define LABELS_MAX 64

static bool
fits_cef(const ac_log_state *state, ac_str line)
{
	static const ac_str begin = AC_S_INIT("CEF:");
	size_t at = begin.n;

	(void)state;
	if (!ac_str_starts(line, begin))
		return false;
	if (at < line.n && line.p[at] == ' ')
		at++;
	return at + 1 < line.n && ac_is_digit(line.p[at]) && (line.p[at + 1] == '|' || ac_is_digit(line.p[at + 1]));
}

static bool
is_key_byte(char c)
{
	return ac_is_alnum(c) || memchr("_.-[]", c, 5);
}

/* Where the value that begins at `begin` ends: before the blank of " key=", or at the end. */
static size_t
value_end(ac_str text, size_t begin)
{
	size_t at = begin, key = begin, end = text.n;

	for (; at < text.n; at++) {
		char c = text.p[at];

		if (c == '\\') {
			at++;
			key = at + 1;
		} else if (c == '=') {
			/* A key stands before it, and a blank before that. */
			if (key < at && key > begin && (text.p[key - 1] == ' ' || text.p[key - 1] == '\t')) {
				end = key - 1;
				break;
			}
			key = at + 1;
		} else if (!is_key_byte(c)) {
			key = at + 1;
		}
	}
	while (end > begin && text.p[end - 1] == ' ')
		end--;
	return end;
}

/* "cs1" for "cs1Label"; n 0 when it is no label. */
static ac_str
labelled(ac_str key)
{
	static const ac_str label = AC_S_INIT("Label");

	if (key.n > label.n && ac_str_ends(key, label))
		return ac_str_slice(key, 0, key.n - label.n);
	return (ac_str){ NULL, 0 };
}

static ac_field_role
role_of(const ac_log_state *state, ac_str name)
{
	/* Names that are too short to mean the same elsewhere. */
	if (ac_str_eq(name, AC_S("in")))
		return AC_FIELD_SOURCE_BYTES;
	if (ac_str_eq(name, AC_S("out")))
		return AC_FIELD_DESTINATION_BYTES;
	return ac_log_role(state, name);
}

/* The extension's fields; those whose keys are labels are remembered. */
static bool
read_extension(const ac_log_state *state, ac_str text, ac_log_record *record, ac_str labels[][2], size_t *label_count)
{
	size_t at = 0;

	while (at < text.n) {
		size_t begin, equals;
		ac_str key, raw;

		while (at < text.n && ac_is_space(text.p[at]))
			at++;
		for (begin = equals = at; equals < text.n && is_key_byte(text.p[equals]); equals++)
			;
		if (at == text.n)
			return true;
		if (equals == begin || equals >= text.n || text.p[equals] != '=')
			return false;
		key = ac_str_slice(text, begin, equals);
		at = value_end(text, equals + 1);
		raw = ac_str_slice(text, equals + 1, at);
		if (labelled(key).n && *label_count < LABELS_MAX) {
			labels[*label_count][0] = labelled(key);
			labels[(*label_count)++][1] = raw;
		}
		ac_log_add(record, key, raw, 0, labelled(key).n ? AC_FIELD_OTHER : role_of(state, key), AC_LOG_CEF);
	}
	return true;
}

/* Fields that have a label are called by it. */
static void
set_labels(const ac_log_state *state, ac_log_record *record, size_t first, ac_str labels[][2], size_t label_count)
{
	for (size_t i = first; i < record->count; i++) {
		ac_log_field *f = &record->fields[i];

		for (size_t l = 0; l < label_count; l++)
			if (ac_str_eq(f->name, labels[l][0]) && labels[l][1].n > 0) {
				f->name = labels[l][1];
				f->role = ac_log_role(state, f->name);
				record->roles |= AC_ROLE_BIT(f->role);
				break;
			}
	}
}

/* Custom fields and their labels have no role of their own: keep them until the labels are known, then drop what is not wanted. */
static void
drop_unwanted(ac_log_record *record, size_t first, uint64_t want)
{
	size_t kept = first;

	for (size_t i = first; i < record->count; i++)
		if (want >> record->fields[i].role & 1)
			record->fields[kept++] = record->fields[i];
	record->count = kept;
}

static void
read_cef(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	static const char *const names[] = { "cef.version", "cef.vendor", "cef.product", "cef.product_version",
		"cef.event_class", "cef.name", "cef.severity" };
	/* When the format is forced, a collector's words may stand before it. */
	size_t begin = ac_str_find(line, AC_S("CEF:"));
	ac_str labels[LABELS_MAX][2], rest = ac_str_slice(line, begin + 4, line.n);
	size_t label_count = 0, first = record->count;
	uint64_t want = record->want;

	if (begin == line.n) {
		record->malformed = true;
		return;
	}
	for (size_t i = 0; i < AC_COUNT(names); i++) {
		size_t end = 0;

		while (end < rest.n && rest.p[end] != '|')
			end += rest.p[end] == '\\' ? 2 : 1;
		if (end >= rest.n) {
			/* Without an extension the last '|' may be left out. */
			record->malformed |= i + 1 < AC_COUNT(names);
			end = rest.n;
		}
		ac_log_add_named(
		    state, record, ac_str_from(names[i]), ac_str_trim(ac_str_slice(rest, 0, end)), AC_LOG_CEF);
		rest = ac_str_slice(rest, end + 1, rest.n);
	}
	record->want |= AC_ROLE_BIT(AC_FIELD_OTHER);
	first = record->count;
	if (!read_extension(state, rest, record, labels, &label_count))
		record->malformed = true;
	set_labels(state, record, first, labels, label_count);
	record->want = want;
	drop_unwanted(record, first, want);
}

const ac_log_format ac_log_cef = { .name = "cef", .fits = fits_cef, .read = read_cef };
