/* SPDX-License-Identifier: Apache-2.0 */
/* Values as they were before a format wrote them: escapes of JSON, CEF, syslog, key=value, CSV, Zeek and web servers. */
#include "base/utf8.h"
#include "watch/logs/logs.h"

/* "&#x0010ffff;" */
#define ENTITY_MAX 12

/* Four hexadecimal digits; -1 when they are not. */
static int32_t
hex4(ac_str raw, size_t at)
{
	int32_t value = 0;

	if (at + 4 > raw.n)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		int digit = ac_hex_value(raw.p[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

ac_escape
ac_log_escape(ac_str raw, size_t at)
{
	static const ac_str from = AC_S_INIT("\"\\/bfnrt"), to = AC_S_INIT("\"\\/\b\f\n\r\t");
	ac_escape e = { .raw_n = 0 };
	int32_t high, low;
	size_t simple;

	if (at + 1 >= raw.n)
		return e;
	simple = ac_str_find_byte(from, raw.p[at + 1]);
	if (simple < from.n) {
		e.text[0] = to.p[simple];
		e.text_n = 1;
		e.raw_n = 2;
		return e;
	}
	if (raw.p[at + 1] != 'u')
		return e;
	high = hex4(raw, at + 2);
	if (high < 0)
		return e;
	e.raw_n = 6;
	if (high >= 0xd800 && high < 0xdc00 && at + 7 < raw.n && raw.p[at + 6] == '\\' && raw.p[at + 7] == 'u') {
		low = hex4(raw, at + 8);
		if (low >= 0xdc00 && low < 0xe000) {
			high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
			e.raw_n = 12;
		}
	}
	e.text_n = (uint8_t)ac_utf8_put(e.text, (uint32_t)high);
	return e;
}

/* What the escape at raw[*at] means, or the byte that stands there. How many bytes that are. */
static inline size_t
put_meant(char *out, ac_str raw, size_t *at, const ac_escape *e)
{
	if (e->raw_n == 0) {
		*out = raw.p[(*at)++];
		return 1;
	}
	memcpy(out, e->text, e->text_n);
	*at += e->raw_n;
	return e->text_n;
}

ac_str
ac_log_unescape(ac_str raw, ac_arena *arena)
{
	char *out;
	size_t n = 0, at = 0;

	if (ac_str_find_byte(raw, '\\') == raw.n)
		return raw;
	out = ac_arena_alloc(arena, raw.n);
	if (!out)
		return (ac_str){ NULL, 0 };
	while (at < raw.n) {
		ac_escape e = { .raw_n = 0 };

		if (raw.p[at] == '\\')
			e = ac_log_escape(raw, at);
		n += put_meant(out + n, raw, &at, &e);
	}
	return (ac_str){ out, n };
}

/* XML 1.0 s4.6: what stands between '&' and ';'. '\0': it is none of these. */
static char
predefined_entity(ac_str name)
{
	static const struct {
		ac_str name;
		char meant;
	} all[] = { { AC_S_INIT("amp"), '&' }, { AC_S_INIT("lt"), '<' }, { AC_S_INIT("gt"), '>' },
		{ AC_S_INIT("quot"), '"' }, { AC_S_INIT("apos"), '\'' } };

	for (size_t i = 0; i < AC_COUNT(all); i++)
		if (ac_str_eq(name, all[i].name))
			return all[i].meant;
	return '\0';
}

/* XML 1.0 s4.1: "#252", "#xfc". 0: no reference, or to no character that text may have. */
static uint32_t
character_reference(ac_str name)
{
	bool is_hex = name.n > 1 && name.p[1] == 'x';
	uint32_t value = 0;

	if (name.n < 2U + is_hex || name.p[0] != '#')
		return 0;
	for (size_t i = 1 + is_hex; i < name.n; i++) {
		int digit = ac_hex_value(name.p[i]);

		if (digit < 0 || (!is_hex && digit > 9) || value > 0x10ffff)
			return 0;
		value = value * (is_hex ? 16 : 10) + (uint32_t)digit;
	}
	return value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? 0 : value;
}

static ac_escape
entity_at(ac_str raw, size_t at)
{
	size_t n = ac_str_find_byte(ac_str_slice(raw, at, at + ENTITY_MAX), ';');
	ac_str name = ac_str_slice(raw, at + 1, at + n);
	ac_escape e = { .raw_n = 0 };
	uint32_t meant;

	if (raw.p[at] != '&' || name.n < 2 || at + n >= raw.n || raw.p[at + n] != ';')
		return e;
	meant = (unsigned char)predefined_entity(name);
	if (!meant)
		meant = character_reference(name);
	if (!meant)
		return e;
	e.text_n = (uint8_t)ac_utf8_put(e.text, meant);
	e.raw_n = (uint16_t)(n + 1);
	return e;
}

bool
ac_log_may_have_entities(ac_str line)
{
	return line.n > 0 && line.p[line.n - 1] == '>' && memchr(line.p, '&', line.n) &&
	       ac_str_find(line, AC_S("<Event")) < line.n;
}

/* The longest escape of JSON: two surrogates. */
#define JSON_ESCAPE_MAX 12

/* An escape of JSON in so many strings of JSON: its characters may be escaped themselves, and their escapes too. */
static ac_escape
json_escape_at(ac_str raw, size_t at, unsigned depth)
{
	char text[JSON_ESCAPE_MAX];
	size_t ends[JSON_ESCAPE_MAX], n = 0;
	ac_escape first, e;

	if (depth == 0)
		return ac_log_escape(raw, at);
	first = json_escape_at(raw, at, depth - 1);
	e = first;
	for (size_t place = at; n < JSON_ESCAPE_MAX && place < raw.n; n++) {
		if (n > 0) {
			e = (ac_escape){ .raw_n = 0 };
			if (raw.p[place] == '\\')
				e = json_escape_at(raw, place, depth - 1);
		}
		if (e.raw_n > 0 && e.text_n != 1)
			break;
		text[n] = e.raw_n > 0 ? e.text[0] : raw.p[place];
		place += e.raw_n > 0 ? e.raw_n : 1;
		ends[n] = place;
		if (text[0] != '\\')
			return first;
	}
	e = ac_log_escape((ac_str){ text, n }, 0);
	if (e.raw_n == 0)
		return first;
	e.raw_n = (uint16_t)(ends[e.raw_n - 1] - at);
	e.is_inner = true;
	return e;
}

static ac_escape
one_byte(char meant, size_t raw_n)
{
	return (ac_escape){ .text = { meant }, .text_n = 1, .raw_n = (uint16_t)raw_n };
}

/* "(7)" before seven bytes and the next length, or the end. */
static ac_escape
label_length_at(ac_str raw, size_t at)
{
	size_t value = 0, end = at + 1, label;

	for (; end < raw.n && end < at + 3 && ac_is_digit(raw.p[end]); end++)
		value = 10 * value + (size_t)(raw.p[end] - '0');
	if (raw.p[at] != '(' || end == at + 1 || end >= raw.n || raw.p[end] != ')')
		return (ac_escape){ .raw_n = 0 };
	label = ac_str_find_byte(ac_str_slice(raw, end + 1, raw.n), '(');
	return label == value ? one_byte('.', end + 1 - at) : (ac_escape){ .raw_n = 0 };
}

ac_escape
ac_log_escape_at(ac_str raw, size_t at, ac_log_escapes escapes, unsigned depth)
{
	const ac_escape none = { .raw_n = 0 };
	char next;
	int high, low;

	if (at + 1 >= raw.n || escapes == AC_LOG_AS_IS)
		return none;
	if (escapes == AC_LOG_XML)
		return entity_at(raw, at);
	if (escapes == AC_LOG_LABELS)
		return label_length_at(raw, at);
	next = raw.p[at + 1];
	if (escapes == AC_LOG_QUOTES)
		return raw.p[at] == '"' && next == '"' ? one_byte('"', 2) : none;
	if (raw.p[at] != '\\')
		return none;
	if (escapes == AC_LOG_JSON)
		return json_escape_at(raw, at, depth);
	if (escapes == AC_LOG_HEX && next == 'x' && at + 3 < raw.n) {
		high = ac_hex_value(raw.p[at + 2]);
		low = ac_hex_value(raw.p[at + 3]);
		return high >= 0 && low >= 0 ? one_byte((char)((unsigned)high << 4 | (unsigned)low), 4) : none;
	}
	if (memchr("\"\\]=", next, 4) || (escapes == AC_LOG_CEF && next == '|'))
		return one_byte(next, 2);
	if (escapes != AC_LOG_CEF || (next != 'n' && next != 'r'))
		return none;
	return one_byte(next == 'n' ? '\n' : '\r', 2);
}

bool
ac_log_has_escapes(ac_str raw, ac_log_escapes escapes, unsigned depth)
{
	char sign = ac_log_escape_sign(escapes);

	if (escapes == AC_LOG_AS_IS || (escapes == AC_LOG_JSON && depth == 0))
		return false;
	for (size_t at = 0; (at += ac_str_find_byte(ac_str_slice(raw, at, raw.n), sign)) < raw.n; at++) {
		ac_escape e = ac_log_escape_at(raw, at, escapes, depth);

		if (e.raw_n > 0 && (e.is_inner || escapes != AC_LOG_JSON))
			return true;
		/* A backslash that is escaped escapes nothing. */
		at += e.raw_n > 0 ? e.raw_n - 1U : 0;
	}
	return false;
}

ac_str
ac_log_value(const ac_log_field *field, ac_arena *arena)
{
	ac_log_escapes escapes = (ac_log_escapes)field->escapes;
	ac_str raw = field->raw;
	char *out;
	size_t n = 0, at = 0;

	if (escapes == AC_LOG_JSON) {
		for (unsigned i = 0; i <= field->depth && raw.p; i++)
			raw = ac_log_unescape(raw, arena);
		return raw;
	}
	if (escapes == AC_LOG_AS_IS || ac_str_find_byte(raw, ac_log_escape_sign(escapes)) == raw.n)
		return raw;
	out = ac_arena_alloc(arena, raw.n);
	if (!out)
		return (ac_str){ NULL, 0 };
	while (at < raw.n) {
		ac_escape e = ac_log_escape_at(raw, at, escapes, 0);

		n += put_meant(out + n, raw, &at, &e);
	}
	return (ac_str){ out, n };
}
