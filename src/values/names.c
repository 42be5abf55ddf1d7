/* SPDX-License-Identifier: Apache-2.0 */
/* Values with little grammar: hashes, file names, AS numbers, MAC addresses, CVE numbers, plain texts. */
#include "base/utf8.h"
#include "values/parts.h"

ac_str
ac_part_lower(ac_str text, ac_arena *arena)
{
	char *out = ac_arena_alloc(arena, text.n ? text.n : 1);

	if (!out)
		return (ac_str){ NULL, 0 };
	for (size_t i = 0; i < text.n; i++)
		out[i] = ac_lower(text.p[i]);
	return (ac_str){ out, text.n };
}

int
ac_part_done(ac_str text, const ac_arena *arena, ac_str *out, accord_err *err)
{
	if (!text.p)
		return ac_arena_check(arena, err);
	*out = text;
	return 0;
}

int
ac_part_hash(ac_str text, size_t digits, ac_arena *arena, ac_str *out, accord_err *err)
{
	bool good = text.n == digits;

	for (size_t i = 0; good && i < text.n; i++)
		good = ac_hex_value(text.p[i]) >= 0;
	if (!good)
		return ac_fail(err, ACCORD_EINPUT, "want %zu hexadecimal digits, got '%.*s'", digits,
		    AC_FMT(ac_str_slice(text, 0, 80)));
	return ac_part_done(ac_part_lower(text, arena), arena, out, err);
}

bool
ac_part_is_plain(ac_str text)
{
	if (text.n == 0 || text.n > TEXT_MAX || !ac_utf8_is_valid(text))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return false;
	return true;
}

static int
bad_plain(ac_str text, accord_err *err)
{
	return ac_fail(err, ACCORD_EINPUT, "want 1 to %zu bytes of text without control characters, got '%.*s'",
	    TEXT_MAX, AC_FMT(ac_str_slice(text, 0, 80)));
}

int
ac_part_plain(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	if (!ac_part_is_plain(text))
		return bad_plain(text, err);
	return ac_part_done(ac_arena_str(arena, text), arena, out, err);
}

int
ac_part_file_name(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	size_t at = text.n;

	while (at > 0 && text.p[at - 1] != '/' && text.p[at - 1] != '\\')
		at--;
	text = ac_str_trim(ac_str_slice(text, at, text.n));
	if (!ac_part_is_plain(text) || ac_str_eq(text, AC_S(".")) || ac_str_eq(text, AC_S("..")))
		return ac_fail(err, ACCORD_EINPUT, "want a file name, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	return ac_part_done(ac_part_lower(text, arena), arena, out, err);
}

/* "AS64496", "64496" and asdot "0.64496" (RFC 5396) are one number. */
int
ac_part_as_number(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_str low = text, high = { NULL, 0 };
	uint64_t number = 0, upper = 0;
	bool good;

	if (ac_str_starts_fold(low, AC_S("AS")))
		low = ac_str_trim(ac_str_slice(low, ac_str_starts_fold(low, AC_S("ASN")) ? 3 : 2, low.n));
	if (ac_str_cut(&low, '.', &high))
		good =
		    ac_str_to_u64(high, &upper) && upper <= 0xffff && ac_str_to_u64(low, &number) && number <= 0xffff;
	else
		good = ac_str_to_u64(low, &number) && number <= 0xffffffff;
	if (!good)
		return ac_fail(err, ACCORD_EINPUT, "want an AS number, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	number |= upper << 16;
	return ac_part_done(ac_arena_printf(arena, "%llu", (unsigned long long)number), arena, out, err);
}

/* Six pairs of digits, with ':', '-', '.' (also every four digits) or nothing between them. STIX 2.1 s6.9: lower case with colons. */
int
ac_part_mac(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	char made[17];
	size_t digits = 0, n = 0;
	bool good = text.n >= 12 && text.n <= 17;

	for (size_t i = 0; good && i < text.n; i++) {
		if (ac_hex_value(text.p[i]) < 0) {
			good = (text.p[i] == ':' || text.p[i] == '-' || text.p[i] == '.') && digits > 0 &&
			       digits % 2 == 0 && i + 1 < text.n;
			continue;
		}
		good = digits < 12;
		if (good && digits > 0 && digits % 2 == 0)
			made[n++] = ':';
		if (good)
			made[n++] = ac_lower(text.p[i]);
		digits++;
	}
	if (!good || digits != 12)
		return ac_fail(err, ACCORD_EINPUT, "want a MAC address, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	return ac_part_done(ac_arena_str(arena, (ac_str){ made, n }), arena, out, err);
}

/* CVE-YYYY-N with four to nineteen digits; en dashes come from word processors. */
int
ac_part_cve(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	static const ac_str dash = AC_S_INIT("\xe2\x80\x93");
	char made[4 + 4 + 1 + 19];
	size_t n = 0;
	bool good = true;

	for (size_t i = 0; good && i < text.n; i++) {
		bool is_dash = ac_str_starts(ac_str_slice(text, i, text.n), dash);
		char c = is_dash ? '-' : text.p[i];

		good = n < sizeof(made) && (n < 3 ? c != 0 : n == 3 || n == 8 ? c == '-' : ac_is_digit(c));
		if (is_dash)
			i += dash.n - 1;
		if (good)
			made[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	if (!good || n < 13 || memcmp(made, "CVE", 3) != 0)
		return ac_fail(err, ACCORD_EINPUT, "want a CVE number, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	return ac_part_done(ac_arena_str(arena, (ac_str){ made, n }), arena, out, err);
}
