/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of observables. The order of keys is what ranges are made of: see retro_part.h. */
#include "watch/retro_key.h"

#include "codec/octets.h"
#include "crypto/digest.h"
#include "watch/retro_part.h"

/* Labels of `from` in reverse order. */
static void
reverse_labels(ac_str from, char *out)
{
	size_t end = from.n;

	while (end > 0) {
		size_t begin = end;

		while (begin > 0 && from.p[begin - 1] != '.')
			begin--;
		memcpy(out, from.p + begin, end - begin);
		out += end - begin;
		if (begin == 0)
			return;
		*out++ = '.';
		end = begin - 1;
	}
}

size_t
ac_retro_key_name(ac_str name, char out[static AC_RETRO_KEY_MAX])
{
	if (name.n == 0 || name.n >= AC_RETRO_KEY_MAX)
		return 0;
	out[0] = (char)AC_RETRO_NAME;
	reverse_labels(name, out + 1);
	return name.n + 1;
}

size_t
ac_retro_key_bytes(unsigned kind, ac_str bytes, char out[static AC_RETRO_KEY_MAX])
{
	if (bytes.n == 0 || bytes.n >= AC_RETRO_KEY_MAX)
		return 0;
	out[0] = (char)kind;
	memcpy(out + 1, bytes.p, bytes.n);
	return bytes.n + 1;
}

/* A name of a file that telemetry may hold as a dotted token like any other. */
static bool
is_dotted(ac_str name)
{
	size_t dots = 0;

	for (size_t i = 0; i < name.n; i++) {
		bool is_dot = name.p[i] == '.';

		if (!is_dot && !ac_is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '_' &&
		    (unsigned char)name.p[i] < 0x80)
			return false;
		if (is_dot && (i == 0 || i + 1 == name.n || name.p[i - 1] == '.'))
			return false;
		dots += is_dot;
	}
	return dots > 0 && name.n <= 255;
}

size_t
ac_retro_key(const ac_value *value, char out[static AC_RETRO_KEY_MAX])
{
	size_t digits = ac_value_hash_digits(value->type), n;

	if (value->type == AC_VALUE_IPV4)
		return ac_retro_key_bytes(AC_VALUE_IPV4, (ac_str){ (const char *)value->address, 4 }, out);
	if (value->type == AC_VALUE_IPV6)
		return ac_retro_key_bytes(AC_VALUE_IPV6, (ac_str){ (const char *)value->address, 16 }, out);
	if (value->type == AC_VALUE_DOMAIN || (value->type == AC_VALUE_FILE_NAME && is_dotted(value->text))) {
		n = ac_retro_key_name(value->text, out);
		for (size_t i = 1; i < n; i++)
			out[i] = ac_lower(out[i]);
		return n;
	}
	if (digits) {
		if (value->text.n != digits || !ac_hex_decode(value->text, out + 1))
			return 0;
		out[0] = (char)value->type;
		return digits / 2 + 1;
	}
	return ac_retro_key_bytes(value->type, value->text, out);
}

ac_str
ac_retro_key_text(ac_str key, ac_arena *arena, ac_value_type *out_type)
{
	const uint8_t *bytes = (const uint8_t *)key.p + 1;
	unsigned kind = key.n ? (unsigned char)key.p[0] : 0;
	ac_value_type type = kind < AC_VALUE_TYPE_COUNT ? (ac_value_type)kind : AC_VALUE_NONE;
	size_t n = key.n ? key.n - 1 : 0, room = 2 * n + 64;
	char *text = ac_arena_alloc(arena, room);

	if (!text || n == 0)
		return (ac_str){ NULL, 0 };
	*out_type = kind == AC_RETRO_NAME ? AC_VALUE_DOMAIN : type;
	if (kind == AC_RETRO_NAME) {
		reverse_labels((ac_str){ key.p + 1, n }, text);
		return (ac_str){ text, n };
	}
	if (type == AC_VALUE_IPV4 && n == 4)
		return (ac_str){ text, ac_ipv4_format(bytes, text) };
	if (type == AC_VALUE_IPV6 && n == 16)
		return (ac_str){ text, ac_ipv6_format(bytes, text) };
	if (ac_value_hash_digits(type)) {
		ac_hex(bytes, n, text);
		return (ac_str){ text, 2 * n };
	}
	memcpy(text, bytes, n);
	return (ac_str){ text, n };
}
