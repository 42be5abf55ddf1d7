/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of key=value pairs (logfmt, FortiOS, netfilter): blanks, or ',' or ';' with blanks, between them, values with blanks in double quotes, words without '=' passed over.
 */
#include "watch/logs/json_inner.h"
#include "watch/logs/when.h"

/* So many pairs make a line one of this format ... */
#define PAIRS_MIN 3
/* ... and they are looked for in its beginning. */
#define LOOK_MAX 1024

static bool
is_key_byte(char c)
{
	return ac_log_is_name_byte(c) || c == '@';
}

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == ',' || c == ';';
}

/* "agent='Mozilla/5.0 (x)'", as Meraki's have it: where it closes, or `begin`. Linux's audit log has pairs with quotes of their own inside. */
static size_t
single_quoted(ac_str line, size_t begin)
{
	size_t end = begin + 1;

	if (begin >= line.n || line.p[begin] != '\'')
		return begin;
	while (end < line.n && line.p[end] != '\'' && line.p[end] != '"')
		end++;
	return end < line.n && line.p[end] == '\'' && (end + 1 == line.n || is_gap(line.p[end + 1])) ? end : begin;
}

/* The value at *at; *at goes behind it. A quote that is not closed is a value's own. */
static ac_str
take_value(ac_str line, size_t *at, bool has_tabs)
{
	size_t begin = *at, end = begin;

	if (begin < line.n && line.p[begin] == '"') {
		for (end = begin + 1; end < line.n && line.p[end] != '"'; end++)
			end += line.p[end] == '\\' && end + 1 < line.n && line.p[end + 1] != ' ';
		if (end < line.n) {
			*at = end + 1;
			return ac_str_slice(line, begin + 1, end);
		}
		end = begin;
	}
	end = single_quoted(line, begin);
	if (end > begin) {
		*at = end + 1;
		return ac_str_slice(line, begin + 1, end);
	}
	end = begin;
	while (end < line.n && line.p[end] != '\t' && (line.p[end] != ' ' || has_tabs))
		end++;
	*at = end;
	while (end > begin && (line.p[end - 1] == ',' || line.p[end - 1] == ';'))
		end--;
	return ac_str_slice(line, begin, end);
}

/* Tabs stand between the pairs (Zscaler): a value may have blanks, but no pair behind one of them. */
static bool
ends_at_tab(ac_str line, size_t at)
{
	ac_str rest = ac_str_slice(line, at, line.n), value = rest;

	return ac_str_cut(&rest, '\t', &value) && ac_str_find_byte(value, '=') == value.n;
}

/* The next pair at or behind *at; *at goes behind it. Words of another kind are passed over: before its '=' a key goes back to a gap. */
static bool
next_pair(ac_str line, size_t *at, ac_str *key, ac_str *value)
{
	for (size_t from = *at, equals; from < line.n; from = equals + 1) {
		size_t begin;

		equals = from + ac_str_find_byte(ac_str_slice(line, from, line.n), '=');
		if (equals == line.n)
			return false;
		for (begin = equals; begin > from && is_key_byte(line.p[begin - 1]); begin--)
			;
		if (begin == equals || !ac_is_alpha(line.p[begin]) || (begin > *at && !is_gap(line.p[begin - 1])))
			continue;
		*key = ac_str_slice(line, begin, equals);
		*at = equals + 1;
		*value = take_value(line, at, begin > 0 && line.p[begin - 1] == '\t' && ends_at_tab(line, *at));
		return true;
	}
	return false;
}

static bool
fits_keyvalue(const ac_log_state *state, ac_str line)
{
	ac_str key, value, begin = ac_str_slice(line, 0, LOOK_MAX);
	size_t at = 0;

	(void)state;
	if (ac_str_find_byte(begin, '=') == begin.n)
		return false;
	for (unsigned pairs = 0; pairs < PAIRS_MIN; pairs++)
		if (!next_pair(begin, &at, &key, &value))
			return false;
	return true;
}

/* Linux's audit log: "msg=audit(1626688800.123:456):", seconds and the event's number. */
static bool
audit_time(ac_str value, ac_time *out)
{
	static const ac_str begin = AC_S_INIT("audit(");
	ac_str text = ac_str_slice(value, begin.n, value.n);

	return ac_str_starts(value, begin) &&
	       ac_time_parse_unix(ac_str_slice(text, 0, ac_str_find_byte(text, ':')), out);
}

static void
read_keyvalue(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_str key, value;
	size_t at = 0, n;
	int east;

	if (record->format == &ac_log_keyvalue)
		record->has_time =
		    ac_log_leading_time(line, &record->time) || ac_log_klog_time(line, state->as_of, &record->time);
	while (next_pair(line, &at, &key, &value)) {
		ac_log_add_named(state, record, key, value, AC_LOG_SLASHES);
		if (ac_log_is_document(value, AC_LOG_SLASHES))
			ac_log_read_document(state, record, value, AC_LOG_SLASHES, (uint64_t)(value.p - line.p) + 1);
		if (value.n > 6 && value.p[5] == '(' && ac_str_eq(key, AC_S("msg")))
			record->has_time |= audit_time(value, &record->time);
		/* FortiOS tz="+0200", Sophos timezone="UTC": of its date and its time */
		if ((ac_str_eq(key, AC_S("tz")) || ac_str_eq(key, AC_S("timezone"))) && ac_log_zone(value, &n, &east))
			record->clock_east = east;
	}
}

const ac_log_format ac_log_keyvalue = { .name = "keyvalue", .fits = fits_keyvalue, .read = read_keyvalue };
