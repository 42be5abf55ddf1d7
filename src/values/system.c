/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that systems and certificates give their objects: paths, pipes, registry keys, serial numbers, TLS fingerprints, fuzzy hashes. Each file system's and
 * object space's own rule says whether case counts.
 */
#include "base/utf8.h"
#include "values/parts.h"

/* RFC 5280 s4.1.2.2: a serial number has at most 20 octets. */
#define SERIAL_DIGITS_MAX 40
/* 2^160 - 1 in decimal. */
#define SERIAL_DECIMALS_MAX 49

static int
bad(const char *want, ac_str got, accord_err *err)
{
	return ac_fail(err, ACCORD_EINPUT, "want %s, got '%.*s'", want, AC_FMT(ac_str_slice(got, 0, 80)));
}

/* ---- registry keys ---- */

typedef struct hive {
	ac_str spelled; /* in lower case, what stands before the first component below the hive */
	ac_str full;
} hive;

/* STIX 2.1 s6.17: hives are written in full. The kernel's names are those of its object space. Longer ones before their own beginnings. */
static const hive hives[] = {
	{ AC_S_INIT("hklm"), AC_S_INIT("hkey_local_machine") },
	{ AC_S_INIT("hkcu"), AC_S_INIT("hkey_current_user") },
	{ AC_S_INIT("hkcr"), AC_S_INIT("hkey_classes_root") },
	{ AC_S_INIT("hkcc"), AC_S_INIT("hkey_current_config") },
	{ AC_S_INIT("hku"), AC_S_INIT("hkey_users") },
	{ AC_S_INIT("\\registry\\machine"), AC_S_INIT("hkey_local_machine") },
	{ AC_S_INIT("\\registry\\user"), AC_S_INIT("hkey_users") },
};

/* Without separators and blanks at the end. */
static ac_str
without_end(ac_str text, char separator)
{
	while (text.n > 0 && (text.p[text.n - 1] == separator || ac_is_space(text.p[text.n - 1])))
		text.n--;
	return text;
}

/* A copy in lower case, doubled backslashes as one, none at the end. */
static ac_str
fold_key(ac_str text, ac_arena *arena)
{
	ac_str out = ac_part_lower(text, arena);
	char *p = out.p ? ac_arena_alloc(arena, out.n ? out.n : 1) : NULL;
	size_t n = 0;

	for (size_t i = 0; p && i < out.n; i++)
		if (out.p[i] != '\\' || n == 0 || p[n - 1] != '\\')
			p[n++] = out.p[i];
	return without_end((ac_str){ p, n }, '\\');
}

int
ac_part_registry_key(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_str key, rest;

	if (!ac_part_is_plain(text))
		return bad("a registry key", text, err);
	key = fold_key(text, arena);
	if (!key.p)
		return ac_arena_check(arena, err);
	while (ac_str_starts(key, AC_S("computer\\")))
		key = ac_str_trim(ac_str_slice(key, 9, key.n));
	if (key.n == 0)
		return bad("a registry key", text, err);
	for (size_t i = 0; i < AC_COUNT(hives); i++) {
		if (!ac_str_starts(key, hives[i].spelled))
			continue;
		rest = ac_str_slice(key, hives[i].spelled.n, key.n);
		/* PowerShell's drives: "HKLM:\Software". */
		if (rest.n > 0 && rest.p[0] == ':' && hives[i].spelled.p[0] != '\\')
			rest = ac_str_slice(rest, 1, rest.n);
		if (rest.n == 0 || rest.p[0] == '\\')
			return ac_part_done(
			    ac_arena_printf(arena, "%.*s%.*s", AC_FMT(hives[i].full), AC_FMT(rest)), arena, out, err);
	}
	return ac_part_done(key, arena, out, err);
}

/* ---- paths and pipes ---- */

static bool
has_drive(ac_str text)
{
	return text.n > 2 && ac_is_alpha(text.p[0]) && text.p[1] == ':' && (text.p[2] == '\\' || text.p[2] == '/');
}

/* "\\?\C:\x" and "\??\C:\x" are "C:\x" (Win32 and NT namespaces). */
static ac_str
without_namespace(ac_str text)
{
	bool is_device = ac_str_starts(text, AC_S("\\\\?\\")) || ac_str_starts(text, AC_S("\\??\\"));

	return is_device && has_drive(ac_str_slice(text, 4, text.n)) ? ac_str_slice(text, 4, text.n) : text;
}

static ac_str
fold_windows_path(ac_str text, ac_arena *arena)
{
	char *p = ac_arena_alloc(arena, text.n ? text.n : 1);
	size_t n = 0;

	for (size_t i = 0; p && i < text.n; i++) {
		char c = text.p[i] == '/' ? '\\' : ac_lower(text.p[i]);

		/* the two at the front name a server */
		if (c != '\\' || n < 2 || p[n - 1] != '\\')
			p[n++] = c;
	}
	return without_end((ac_str){ p, n }, '\\');
}

static ac_str
fold_posix_path(ac_str text, ac_arena *arena)
{
	char *p = ac_arena_alloc(arena, text.n ? text.n : 1);
	size_t n = 0;

	for (size_t i = 0; p && i < text.n; i++)
		if (text.p[i] != '/' || n == 0 || p[n - 1] != '/')
			p[n++] = text.p[i];
	return without_end((ac_str){ p, n }, '/');
}

bool
ac_path_is_windows(ac_str path)
{
	return has_drive(path) || (path.n > 0 && path.p[0] != '/' && ac_str_find_byte(path, '\\') < path.n);
}

int
ac_part_file_path(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	bool is_windows = ac_path_is_windows(text), any = false;
	ac_str path;

	if (!ac_part_is_plain(text) || (!is_windows && text.p[0] != '/'))
		return bad("a file path", text, err);
	/* Separators that are one too many may have hidden what stands behind the namespace. */
	path = is_windows ? without_namespace(fold_windows_path(without_namespace(text), arena))
			  : fold_posix_path(text, arena);
	if (!path.p)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < path.n; i++)
		any |= ac_is_alnum(path.p[i]) || (unsigned char)path.p[i] >= 0x80;
	/* What folding left must still be of the same kind: "x\" has become a name. */
	if (!any || ac_path_is_windows(path) != is_windows)
		return bad("a file path", text, err);
	return ac_part_done(path, arena, out, err);
}

/* Pipe names have no case (CreateNamedPipe); without the server and "\pipe\" before them. */
int
ac_part_named_pipe(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	static const ac_str directory = AC_S_INIT("\\pipe\\");
	size_t at = ac_str_find_fold(text, directory);

	if (at < text.n && (at == 0 || text.p[0] == '\\'))
		text = ac_str_slice(text, at + directory.n, text.n);
	while (text.n > 0 && (text.p[0] == '\\' || ac_is_space(text.p[0])))
		text = ac_str_slice(text, 1, text.n);
	if (!ac_part_is_plain(text) || ac_str_find_fold(text, directory) < text.n)
		return bad("the name of a pipe", text, err);
	return ac_part_done(ac_part_lower(text, arena), arena, out, err);
}

/* ---- certificates and TLS ---- */

/* digits times ten plus one more, in hexadecimal digits with the lowest first; false over SERIAL_DIGITS_MAX. */
static bool
add_decimal(uint8_t digits[static SERIAL_DIGITS_MAX], unsigned digit)
{
	for (size_t i = 0; i < SERIAL_DIGITS_MAX; i++) {
		digit += 10U * digits[i];
		digits[i] = digit & 15;
		digit >>= 4;
	}
	return digit == 0;
}

static bool
decimal_to_hex(ac_str text, char out[static SERIAL_DIGITS_MAX], size_t *out_n)
{
	uint8_t digits[SERIAL_DIGITS_MAX] = { 0 };
	bool good = text.n > 0 && text.n <= SERIAL_DECIMALS_MAX;

	for (size_t i = 0; good && i < text.n; i++)
		good = ac_is_digit(text.p[i]) && add_decimal(digits, (unsigned)(text.p[i] - '0'));
	for (size_t i = 0; good && i < SERIAL_DIGITS_MAX; i++)
		out[i] = "0123456789abcdef"[digits[SERIAL_DIGITS_MAX - 1 - i]];
	*out_n = SERIAL_DIGITS_MAX;
	return good;
}

/* Hexadecimal digits in lower case, pairs joined by ':' or ' '; false for anything else or more than `most`. */
static bool
take_hex(ac_str text, char *out, size_t most, size_t *out_n)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < text.n; i++) {
		if ((text.p[i] == ':' || text.p[i] == ' ') && i - at == 2 && i + 1 < text.n) {
			at = i + 1;
			continue;
		}
		if (ac_hex_value(text.p[i]) < 0 || n == most)
			return false;
		out[n++] = ac_lower(text.p[i]);
	}
	*out_n = n;
	return n > 0 && (at == 0 || text.n - at == 2);
}

/*
 * The one spelling of a serial number: hexadecimal, lower case, no leading zeros. Digits alone are hexadecimal, as STIX, Zeek and Suricata write them, unless
 * they are more than a serial number has; OpenSSL's "4096 (0x1000)" says both.
 */
int
ac_part_serial(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	char hex[SERIAL_DIGITS_MAX + 2];
	size_t open = ac_str_find(text, AC_S("(0x")), n = 0, zeros = 0;
	ac_str digits = text;
	bool good;

	if (open < text.n && text.p[text.n - 1] == ')')
		digits = ac_str_slice(text, open + 1, text.n - 1);
	if (ac_str_starts_fold(digits, AC_S("0x")))
		digits = ac_str_slice(digits, 2, digits.n);
	/* one more octet: DER puts a zero before a number whose first bit is set */
	good = take_hex(digits, hex, sizeof(hex), &n) || decimal_to_hex(digits, hex, &n);
	while (good && zeros + 1 < n && hex[zeros] == '0')
		zeros++;
	if (!good || n - zeros > SERIAL_DIGITS_MAX)
		return bad("the serial number of a certificate", text, err);
	return ac_part_done(ac_arena_str(arena, (ac_str){ hex + zeros, n - zeros }), arena, out, err);
}

/* A digest whose pairs may be joined by colons, as certificates are fingerprinted. */
int
ac_part_fingerprint(ac_str text, size_t digits, ac_arena *arena, ac_str *out, accord_err *err)
{
	char hex[64];
	size_t n = 0;

	if (!take_hex(text, hex, sizeof(hex), &n) || n != digits)
		return ac_fail(err, ACCORD_EINPUT, "want a fingerprint of %zu hexadecimal digits, got '%.*s'", digits,
		    AC_FMT(ac_str_slice(text, 0, 80)));
	return ac_part_done(ac_arena_str(arena, (ac_str){ hex, n }), arena, out, err);
}

/* JA4 and its family: parts of letters and digits joined by '_' ("t13d1516h2_8daaf6152771_b186095e22b6"); in the raw forms ',' and '-' too. */
int
ac_part_ja4(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	bool good = text.n >= 8 && text.n <= TEXT_MAX && ac_str_find_byte(text, '_') < text.n;

	for (size_t i = 0; good && i < text.n; i++)
		good = ac_is_alnum(text.p[i]) || (i > 0 && i + 1 < text.n && memchr("_-,", text.p[i], 3));
	if (!good)
		return bad("a fingerprint of the JA4 family", text, err);
	return ac_part_done(ac_part_lower(text, arena), arena, out, err);
}

/* ---- fuzzy hashes: exact text only, similarity is not watched ---- */

/* "96:x7Fs...:wKq..." and perhaps a file name behind it, in quotes. Letter case counts. */
int
ac_part_ssdeep(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	size_t comma = ac_str_find(text, AC_S(",\""));
	ac_str rest = ac_str_slice(text, 0, comma), whole = rest, block = { NULL, 0 }, one = { NULL, 0 };
	uint64_t size;
	bool good = ac_str_cut(&rest, ':', &block) && ac_str_cut(&rest, ':', &one) && ac_str_to_u64(block, &size) &&
		    one.n > 0 && one.n <= 64 && rest.n > 0 && rest.n <= 64;

	for (size_t i = 0; good && i < one.n; i++)
		good = ac_is_alnum(one.p[i]) || one.p[i] == '+' || one.p[i] == '/';
	for (size_t i = 0; good && i < rest.n; i++)
		good = ac_is_alnum(rest.p[i]) || rest.p[i] == '+' || rest.p[i] == '/';
	if (!good)
		return bad("an ssdeep hash", text, err);
	return ac_part_done(ac_arena_str(arena, whole), arena, out, err);
}

/* 70 hexadecimal digits, written in capitals behind "T1". */
int
ac_part_tlsh(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	char made[72] = "T1";
	ac_str digits = ac_str_starts_fold(text, AC_S("T1")) && text.n == 72 ? ac_str_slice(text, 2, text.n) : text;
	bool good = digits.n == 70;

	for (size_t i = 0; good && i < digits.n; i++) {
		char c = digits.p[i];

		good = ac_hex_value(c) >= 0;
		made[2 + i] = c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c;
	}
	if (!good)
		return bad("a TLSH hash", text, err);
	return ac_part_done(ac_arena_str(arena, (ac_str){ made, sizeof(made) }), arena, out, err);
}
