/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zeek's own log format: lines that begin with '#' say how the others are written ('#separator', '#set_separator', '#empty_field', '#unset_field', '#fields',
 * '#types'), each from where it stands. A set or vector is as many fields as it has members. (Zeek as JSON is json.c's.)
 */
#include "watch/logs/logs.h"

/* What stands behind the word and one byte, which is the separator; NULL when it is another word. */
static bool
take_word(ac_str line, ac_str word, ac_str *out)
{
	if (!ac_str_starts(line, word) || line.n <= word.n || ac_is_alnum(line.p[word.n]) || line.p[word.n] == '_' ||
	    line.p[word.n] == ':')
		return false;
	*out = ac_str_slice(line, word.n + 1, line.n);
	return true;
}

static void
set_text(char text[16], ac_str value)
{
	size_t n = value.n < 15 ? value.n : 15;

	memcpy(text, value.p, n);
	text[n] = '\0';
}

/* "#types": which columns have members. */
static void
take_types(ac_log_state *state, ac_str types)
{
	ac_str type;

	for (size_t i = 0; i < state->column_count && ac_str_next_field(&types, state->separator, &type); i++)
		state->is_set[i] = ac_str_starts(type, AC_S("set[")) || ac_str_starts(type, AC_S("vector["));
}

static bool
header_zeek(ac_log_state *state, ac_str line)
{
	ac_str rest;

	if (line.p[0] != '#')
		return false;
	if (take_word(line, AC_S("#separator"), &rest)) {
		/* A new log begins. How the separator is spelled does not matter: it stands in the other lines. */
		state->set_separator = ',';
		set_text(state->unset, AC_S("-"));
		set_text(state->empty, AC_S("(empty)"));
	} else if (take_word(line, AC_S("#set_separator"), &rest)) {
		state->set_separator = rest.n == 1 ? rest.p[0] : ',';
	} else if (take_word(line, AC_S("#empty_field"), &rest)) {
		set_text(state->empty, rest);
	} else if (take_word(line, AC_S("#unset_field"), &rest)) {
		set_text(state->unset, rest);
	} else if (take_word(line, AC_S("#fields"), &rest)) {
		(void)ac_log_set_columns(state, &ac_log_zeek, rest, line.p[sizeof("#fields") - 1]);
	} else if (state->columns_of == &ac_log_zeek && take_word(line, AC_S("#types"), &rest)) {
		take_types(state, rest);
	} else {
		return false;
	}
	return true;
}

static bool
fits_zeek(const ac_log_state *state, ac_str line)
{
	(void)line;
	return state->columns_of == &ac_log_zeek;
}

static void
add_value(const ac_log_state *state, ac_log_record *record, size_t column, ac_str value)
{
	const char *unset = state->unset[0] ? state->unset : "-", *empty = state->empty[0] ? state->empty : "(empty)";
	ac_str member;

	if (ac_str_eq(value, ac_str_from(unset)) || ac_str_eq(value, ac_str_from(empty)))
		value.n = 0;
	if (column >= state->column_count || !state->is_set[column]) {
		ac_log_add_column(state, record, column, value, AC_LOG_HEX);
		return;
	}
	while (ac_str_next_field(&value, state->set_separator ? state->set_separator : ',', &member))
		ac_log_add_column(state, record, column, member, AC_LOG_HEX);
}

static void
read_zeek(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_str rest = line, value;
	size_t column = 0;

	while (ac_str_next_field(&rest, state->separator, &value))
		add_value(state, record, column++, value);
	if (column != state->column_count)
		record->malformed = true;
}

const ac_log_format ac_log_zeek = {
	.name = "zeek", .is_strict = true, .header = header_zeek, .fits = fits_zeek, .read = read_zeek
};
