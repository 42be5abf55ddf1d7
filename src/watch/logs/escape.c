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
ac_log_may_have_entities(ac_str line, bool in_column)
{
	return line.n > 0 && (in_column || line.p[line.n - 1] == '>') && memchr(line.p, '&', line.n) &&
	       ac_str_find(line, AC_S("<Event")) < line.n;
}

static ac_escape
one_byte(char meant, size_t raw_n)
{
	return (ac_escape){ .text = { meant }, .text_n = 1, .raw_n = (uint16_t)raw_n };
}

/* The longest escape of JSON: two surrogates. */
#define JSON_ESCAPE_MAX 12

/* What a text is written in, from outside: quotes doubled, perhaps, then so many strings of JSON. */
typedef struct layers {
	bool is_doubled;
	unsigned strings;
} layers;

static ac_escape layered_escape_at(ac_str raw, size_t at, layers around);

/* The characters that stand in `around` from raw[at] on, as far as they may be of one escape: *n of them, and where each ends. False: the first begins none. */
static bool
escaped_text(ac_str raw, size_t at, layers around, char text[static JSON_ESCAPE_MAX],
    size_t ends[static JSON_ESCAPE_MAX], size_t *n)
{
	size_t place = at;

	for (*n = 0; *n < JSON_ESCAPE_MAX && place < raw.n; ++*n) {
		ac_escape e = { .raw_n = 0 };

		if (raw.p[place] == '\\' || around.is_doubled)
			e = layered_escape_at(raw, place, around);
		if (e.raw_n > 0 && e.text_n != 1)
			break;
		text[*n] = e.raw_n > 0 ? e.text[0] : raw.p[place];
		place += e.raw_n > 0 ? e.raw_n : 1;
		ends[*n] = place;
		/* All but those of code points and bytes have two characters, and each costs what the layers below cost. */
		if (*n == 1 && text[0] == '\\' && text[1] != 'u' && text[1] != 'x') {
			++*n;
			break;
		}
	}
	return *n > 0;
}

/* The escape of the innermost of the layers that begins at raw[at], else that of one around it: its characters may be escaped themselves, and their escapes too. */
static ac_escape
layered_escape_at(ac_str raw, size_t at, layers around)
{
	layers outer = { around.is_doubled, around.strings - 1 };
	char text[JSON_ESCAPE_MAX];
	size_t ends[JSON_ESCAPE_MAX], n;
	ac_escape first, e;

	if (around.strings == 0)
		return around.is_doubled && at + 1 < raw.n && raw.p[at] == '"' && raw.p[at + 1] == '"'
			   ? one_byte('"', 2)
			   : (ac_escape){ .raw_n = 0 };
	if (around.strings == 1 && !around.is_doubled)
		return raw.p[at] == '\\' ? ac_log_escape(raw, at) : (ac_escape){ .raw_n = 0 };
	first = layered_escape_at(raw, at, outer);
	if ((first.raw_n > 0 ? first.text[0] : raw.p[at]) != '\\' || !escaped_text(raw, at, outer, text, ends, &n))
		return first;
	e = ac_log_escape((ac_str){ text, n }, 0);
	if (e.raw_n == 0)
		return first;
	/* "\\u0041" of one string, its quotes doubled or not */
	e.is_inner = around.strings > 1 || ends[e.raw_n - 1] - at != e.raw_n;
	e.raw_n = (uint16_t)(ends[e.raw_n - 1] - at);
	return e;
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

/* Of a format other than JSON, in no string. */
static ac_escape
format_escape_at(ac_str raw, size_t at, ac_log_escapes escapes)
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

/* Of another format's message in strings of JSON, or in a value of CSV. */
static ac_escape
message_escape_at(ac_str raw, size_t at, ac_log_escapes escapes, layers around)
{
	ac_escape first = layered_escape_at(raw, at, around), e;
	char text[JSON_ESCAPE_MAX], begin = first.raw_n > 0 ? first.text[0] : raw.p[at];
	size_t ends[JSON_ESCAPE_MAX], n;

	if (begin != ac_log_escape_sign(escapes) || first.text_n > 1 || !escaped_text(raw, at, around, text, ends, &n))
		return first;
	e = format_escape_at((ac_str){ text, n }, 0, escapes);
	if (e.raw_n == 0)
		return first;
	e.raw_n = (uint16_t)(ends[e.raw_n - 1] - at);
	e.is_inner = true;
	return e;
}

ac_escape
ac_log_escape_at(ac_str raw, size_t at, ac_log_escapes escapes, unsigned depth)
{
	if (at + 1 >= raw.n)
		return (ac_escape){ .raw_n = 0 };
	if (escapes == AC_LOG_JSON || escapes == AC_LOG_JSON_QUOTES)
		return layered_escape_at(raw, at, (layers){ escapes == AC_LOG_JSON_QUOTES, depth + 1 });
	if (depth == 0 && !(escapes & AC_LOG_DOUBLED))
		return format_escape_at(raw, at, escapes);
	return message_escape_at(
	    raw, at, ac_log_without_doubling(escapes), (layers){ (escapes & AC_LOG_DOUBLED) != 0, depth });
}

/* The next byte from `at` on with which an escape may begin. */
static size_t
next_sign(ac_str raw, size_t at, ac_log_escapes escapes, unsigned depth)
{
	char sign = ac_log_escape_sign(escapes);
	size_t next = at + ac_str_find_byte(ac_str_slice(raw, at, raw.n), sign), slash;

	if (escapes & AC_LOG_DOUBLED)
		next = at + ac_str_find_byte(ac_str_slice(raw, at, next), '"');
	if (depth == 0 || sign == '\\')
		return next;
	slash = at + ac_str_find_byte(ac_str_slice(raw, at, next), '\\');
	return slash;
}

bool
ac_log_has_escapes(ac_str raw, ac_log_escapes escapes, unsigned depth)
{
	if (depth == 0 && (escapes == AC_LOG_AS_IS || escapes == AC_LOG_JSON))
		return false;
	for (size_t at = 0; (at = next_sign(raw, at, escapes, depth)) < raw.n; at++) {
		ac_escape e = ac_log_escape_at(raw, at, escapes, depth);
		bool is_of_line = escapes == AC_LOG_JSON || escapes == AC_LOG_JSON_QUOTES || depth > 0;

		if (e.raw_n > 0 && (e.is_inner || !is_of_line))
			return true;
		/* A backslash that is escaped escapes nothing. */
		at += e.raw_n > 0 ? e.raw_n - 1U : 0;
	}
	return false;
}

/* The text without the escapes of one format, in no string. {NULL, 0} without memory. */
static ac_str
without_escapes(ac_str raw, ac_log_escapes escapes, ac_arena *arena)
{
	char *out;
	size_t n = 0, at = 0;

	if (escapes == AC_LOG_AS_IS || ac_str_find_byte(raw, ac_log_escape_sign(escapes)) == raw.n)
		return raw;
	out = ac_arena_alloc(arena, raw.n);
	if (!out)
		return (ac_str){ NULL, 0 };
	while (at < raw.n) {
		ac_escape e = format_escape_at(raw, at, escapes);

		n += put_meant(out + n, raw, &at, &e);
	}
	return (ac_str){ out, n };
}

ac_str
ac_log_value(const ac_log_field *field, ac_arena *arena)
{
	ac_log_escapes escapes = (ac_log_escapes)field->escapes;
	unsigned strings = field->depth;
	ac_str raw = field->raw;

	if (escapes == AC_LOG_JSON_QUOTES || (escapes & AC_LOG_DOUBLED))
		raw = without_escapes(raw, AC_LOG_QUOTES, arena);
	if (escapes == AC_LOG_JSON || escapes == AC_LOG_JSON_QUOTES) {
		escapes = AC_LOG_AS_IS;
		strings++;
	}
	for (unsigned i = 0; i < strings && raw.p; i++)
		raw = ac_log_unescape(raw, arena);
	return raw.p ? without_escapes(raw, ac_log_without_doubling(escapes), arena) : raw;
}
