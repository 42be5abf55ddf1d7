/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings of JSON: characters, escapes, what escapes mean. Refused here: bad UTF-8, controls, lone surrogates, U+0000. Bidi controls are
 * noted on the way.
 */
#include "base/utf8.h"
#include "codec/json_escape.h"
#include "codec/json_parser.h"
#include "codec/json_scan.h"

static inline void
note_bidi(ac_json_parser *ps, uint32_t code_point)
{
	if (ac_is_bidi_control(code_point))
		ps->last_bidi = ps->count; /* the string's node comes next */
}

/* One character beyond ASCII. */
static inline int
check_character(ac_json_parser *ps, const char **at)
{
	ac_utf8_part part = ac_utf8_look(*at, (size_t)(ps->end - *at));
	unsigned char lead = (unsigned char)**at;
	size_t decoded = 0;

	if (part.want == 0 || part.have < part.want)
		return ac_json_fail_want(ps, *at + part.have, part.want ? "the rest of a UTF-8 character" : "UTF-8");
	/* All bidi controls are U+061C or U+20xx. */
	if (lead == 0xe2 || lead == 0xd8)
		note_bidi(ps, ac_utf8_next((ac_str){ *at, part.want }, &decoded, NULL));
	*at += part.want;
	return 0;
}

static int
check_hex4(const ac_json_parser *ps, const char *at, uint32_t *out_unit)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++) {
		if (at + i >= ps->end || ac_hex_value(at[i]) < 0)
			return ac_json_fail_want(ps, at + i, "four hexadecimal digits behind \\u");
		unit = unit << 4 | (uint32_t)ac_hex_value(at[i]);
	}
	*out_unit = unit;
	return 0;
}

/* *at stands on the backslash of \uXXXX; surrogates must come as a pair (RFC 8259 s8.2 leaves it open, RFC 7493 s2.1 does not). */
static int
check_unicode_escape(ac_json_parser *ps, const char **at)
{
	static const char want_low[] = "a low surrogate (\\uDC00 to \\uDFFF) behind a high one";
	uint32_t unit = 0, low = 0;
	const char *behind = *at + 6;
	int status = check_hex4(ps, *at + 2, &unit);

	if (status)
		return status;
	if (unit == 0)
		return ac_json_fail_at(ps, *at, ACCORD_EINPUT, "no NUL in a string", "\\u0000");
	if (unit >= 0xdc00 && unit <= 0xdfff)
		return ac_json_fail_at(ps, *at, ACCORD_EINPUT, "a high surrogate before a low one", "a low one alone");
	if (unit >= 0xd800 && unit <= 0xdbff) {
		for (int i = 0; i < 2; i++, behind++)
			if (behind >= ps->end || *behind != "\\u"[i])
				return ac_json_fail_want(ps, behind, want_low);
		status = check_hex4(ps, behind, &low);
		if (status)
			return status;
		if (low < 0xdc00 || low > 0xdfff)
			return ac_json_fail_at(ps, behind - 2, ACCORD_EINPUT, want_low, "another escape");
		behind += 4;
	}
	note_bidi(ps, unit);
	*at = behind;
	return 0;
}

int
ac_json_check_escape(ac_json_parser *ps, const char **at)
{
	const char *c = *at + 1;

	if (c < ps->end && *c == 'u')
		return check_unicode_escape(ps, at);
	if (c >= ps->end || !memchr("\"\\/bfnrt", *c, 8))
		return ac_json_fail_want(ps, c, "one of \"\\/bfnrtu behind a backslash");
	*at += 2;
	return 0;
}

bool
ac_json_begin_string(ac_json_parser *ps, size_t n)
{
	return ac_json_reserve(ps, 2 + (n + 4) / sizeof(*ps->nodes) + 1);
}

void
ac_json_end_string(ac_json_parser *ps, const char *begin, size_t n, size_t text_n)
{
	struct ac_json *node = ps->nodes + ps->count;
	uint32_t span = 2 + (uint32_t)((text_n + sizeof(*node) - 1) / sizeof(*node));

	node[0] =
	    (struct ac_json){ .text = begin, .length = (uint32_t)n, .type = AC_JSON_STRING, .flags = AC_JSON_LONG };
	node[1] = (struct ac_json){ .span = span, .count = (uint32_t)text_n };
	if (ps->last_bidi == ps->count)
		node->flags |= AC_JSON_BIDI;
	ps->count += span;
}

void
ac_json_add_plain_string(ac_json_parser *ps, const char *begin, size_t n)
{
	ps->nodes[ps->count] = (struct ac_json){ .text = begin,
		.length = (uint32_t)n,
		.type = AC_JSON_STRING,
		.flags = ps->last_bidi == ps->count ? AC_JSON_BIDI : 0 };
	ps->count++;
}

/* The node of the string with escapes whose bytes between the quotes are [at, end). */
static bool
add_escaped(ac_json_parser *ps, const char *at, const char *end)
{
	size_t n = (size_t)(end - at);

	if (!ac_json_begin_string(ps, n))
		return false;
	ac_json_end_string(ps, at, n, ac_json_unescape((ac_str){ at, n }, ac_json_string_room(ps)));
	return true;
}

int
ac_json_read_string(ac_json_parser *ps)
{
	const char *begin = ps->at + 1, *at = begin;
	bool escaped = false;
	int status = 0;

	for (;;) {
		at = ac_scan_plain(at, ps->end);
		if (at >= ps->end || (unsigned char)*at < 0x20)
			return ac_json_fail_want(
			    ps, at, at < ps->end ? "controls in a string escaped" : "'\"' behind a string");
		if (*at == '"')
			break;
		if (*at == '\\') {
			escaped = true;
			status = ac_json_check_escape(ps, &at);
		} else {
			status = check_character(ps, &at);
		}
		if (status)
			return status;
	}
	ps->at = at + 1;
	if (escaped ? !add_escaped(ps, begin, at) : !ac_json_reserve(ps, 1))
		return ac_arena_check(ps->arena, ps->err);
	if (!escaped)
		ac_json_add_plain_string(ps, begin, (size_t)(at - begin));
	return 0;
}
