/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes in JSON strings. Knows nothing of where the string stands, and refuses nothing that RFC 8259 lets pass. */
#include "codec/json_escape.h"

#include "base/utf8.h"

size_t
ac_json_escape_size(const char *p, const char *end)
{
	if (end - p < 2)
		return 0;
	if (p[1] != 'u')
		return memchr("\"\\/bfnrt", p[1], 8) ? 2 : 0;
	for (int i = 2; i < 6; i++)
		if (p + i >= end || ac_hex_value(p[i]) < 0)
			return 0;
	return 6;
}

/* The unit of \uXXXX at p, or 0 when there is none. */
static uint32_t
unit_at(const char *p, const char *end)
{
	uint32_t unit = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return 0;
	for (int i = 2; i < 6; i++)
		unit = unit << 4 | (uint32_t)ac_hex_value(p[i]);
	return unit;
}

const char *
ac_json_take_escape(const char *at, const char *end, char **out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *hit;
	uint32_t unit, low;

	if (at[1] != 'u') {
		hit = memchr(from, at[1], 5);
		*(*out)++ = hit ? to[hit - from] : at[1];
		return at + 2;
	}
	unit = unit_at(at, end);
	at += 6;
	low = unit >= 0xd800 && unit <= 0xdbff ? unit_at(at, end) : 0;
	if (low >= 0xdc00 && low <= 0xdfff) {
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
		at += 6;
	}
	*out += ac_utf8_put(*out, unit);
	return at;
}

size_t
ac_json_unescape(ac_str raw, char *out)
{
	const char *at = raw.p, *end = raw.p + raw.n;
	char *begin = out;

	while (at < end) {
		const char *slash = memchr(at, '\\', (size_t)(end - at));
		size_t n = (size_t)((slash ? slash : end) - at);

		memcpy(out, at, n);
		out += n;
		at = slash ? ac_json_take_escape(slash, end, &out) : end;
	}
	return (size_t)(out - begin);
}
