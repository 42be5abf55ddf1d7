/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/version.h"

#include "watch/token.h"

/* The last byte of such a word: hardly any that stands before an address has one. */
static bool
may_end_version_word(char c)
{
	c |= 0x20;
	return c == 'v' || c == 'r' || c == 'e' || c == 'd' || c == 'n';
}

#define VERSION_WORD_MAX 8
#define PRODUCT_MAX 64

static bool
is_version_word(ac_str word)
{
	static const ac_str words[] = { AC_S_INIT("v"), AC_S_INIT("ver"), AC_S_INIT("rev"), AC_S_INIT("release"),
		AC_S_INIT("build"), AC_S_INIT("firmware"), AC_S_INIT("osver"), AC_S_INIT("appver"), AC_S_INIT("fwver"),
		AC_S_INIT("swver") };
	static const ac_str version = AC_S_INIT("version");

	/* "agentVersion", "os_version" */
	if (word.n >= version.n && ac_str_eq_fold(ac_str_slice(word, word.n - version.n, word.n), version))
		return true;
	for (size_t i = 0; i < AC_COUNT(words); i++)
		if (word.n == words[i].n && ac_str_eq_fold(word, words[i]))
			return true;
	return false;
}

/* "Chrome/": a product's name as user agents write it. Squid's "DIRECT/192.0.2.1" is in capitals, a firewall's "outside/192.0.2.1" is not. */
static bool
is_product(ac_str word, char before)
{
	bool upper = word.p[0] >= 'A' && word.p[0] <= 'Z', lower = false;

	for (size_t i = 0; i < word.n; i++)
		lower |= word.p[i] >= 'a' && word.p[i] <= 'z';
	return ac_is_alpha(word.p[0]) && lower && (upper || before == '"');
}

/* Between such a word and its number. */
static bool
joins(char c)
{
	return c == ' ' || c == ':' || c == '=' || c == '"' || c == '\'';
}

/* "192.0.2.1:1194": no version has that. */
static bool
has_port(ac_str text, ac_str number)
{
	const char *end = number.p + number.n, *text_end = text.p + text.n;

	return text_end - end > 1 && end[0] == ':' && ac_is_digit(end[1]);
}

/*
 * "Chrome/91.0.4472.124" and "version 1.2.3.4" are no addresses. A word before the slash that itself follows a slash is a path:
 * "/redirect/192.0.2.1" is one, and so is "Alice/192.0.2.1:1194", a name and its address (OpenVPN, Java).
 */
bool
ac_is_version(ac_str text, ac_str number)
{
	const char *first = text.p, *begin = number.p, *end = begin, *p;
	ptrdiff_t most = PRODUCT_MAX;
	bool slash = begin > first && begin[-1] == '/';

	if (slash)
		end--;
	else
		while (end > first && begin - end < 4 && joins(end[-1]))
			end--;
	if (!slash && (end == begin || end == first || !may_end_version_word(end[-1])))
		return false;
	if (!slash)
		most = VERSION_WORD_MAX + 1;
	for (p = end; p > first && end - p < most && ac_is_word(p[-1]); p--)
		;
	if (p == end)
		return false;
	if (!slash)
		return is_version_word((ac_str){ p, (size_t)(end - p) });
	return (p == first || memchr(" \t\n\"'(+;,=[>{|", p[-1], 14)) &&
	       is_product((ac_str){ p, (size_t)(end - p) }, p == first ? ' ' : p[-1]) && !has_port(text, number);
}

/* The byte before `p`, without what JSON has put before a slash; NULL: there is none. */
static const char *
byte_before(ac_str text, const char *p)
{
	const char *before = p - 1;

	if (p == text.p)
		return NULL;
	while (*before == '\\' && p < text.p + text.n && *p == '/' && before > text.p)
		before--;
	return before;
}

bool
ac_is_called(ac_str text, ac_str number)
{
	static const ac_str sockets[] = { AC_S_INIT("/dev/tcp/"), AC_S_INIT("/dev/udp/") };
	const char *slash = byte_before(text, number.p), *other = slash ? byte_before(text, slash) : NULL;
	ac_str before = ac_str_slice(text, 0, (size_t)(number.p - text.p));

	if (has_port(text, number) || (slash && *slash == '@') || (other && *slash == '/' && *other == '/'))
		return true;
	for (size_t i = 0; i < AC_COUNT(sockets); i++)
		if (ac_str_ends(before, sockets[i]))
			return true;
	return false;
}
