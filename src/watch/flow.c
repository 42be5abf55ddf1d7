/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/flow.h"

#include "values/value.h"

#define PORT_DIGITS_MAX 5
#define ADDRESS_TEXT_MAX 15
/* The name of a host and of a service. */
#define END_TEXT_MAX 280

static const ac_str between = AC_S_INIT(" > ");

/* "443" at p: its end, or NULL. */
static const char *
port_end(const char *p, const char *limit)
{
	const char *end = p;
	unsigned port = 0;

	while (end < limit && ac_is_decimal(*end) && end - p <= PORT_DIGITS_MAX)
		port = 10 * port + (unsigned)(*end++ - '0');
	if (end == p || end - p > PORT_DIGITS_MAX || port > UINT16_MAX)
		return NULL;
	return end < limit && (ac_is_word(*end) || *end == '.') ? NULL : end;
}

/* The address whose last byte stands before `dot`, not before `floor`. */
static bool
address_before(const char *dot, const char *floor, ac_str *out, uint8_t address[static 4])
{
	const char *begin = dot;

	while (begin > floor && dot - begin <= ADDRESS_TEXT_MAX && (ac_is_decimal(begin[-1]) || begin[-1] == '.'))
		begin--;
	*out = (ac_str){ begin, (size_t)(dot - begin) };
	return (begin == floor || (unsigned char)begin[-1] <= ' ') && ac_ipv4_parse(*out, address);
}

/* Whether [begin, end) is an address, a dot and a port. */
static bool
is_end(const char *begin, const char *end)
{
	const char *dot = end;
	uint8_t address[4];

	while (dot > begin && ac_is_decimal(dot[-1]))
		dot--;
	return dot > begin + 1 && dot[-1] == '.' && port_end(dot, end) == end &&
	       ac_ipv4_parse((ac_str){ begin, (size_t)(dot - 1 - begin) }, address);
}

static bool
stands_before(const char *p, const char *floor, ac_str what)
{
	return (size_t)(p - floor) >= what.n && memcmp(p - what.n, what.p, what.n) == 0;
}

static bool
is_behind_ip(const char *begin, const char *floor)
{
	static const ac_str ip = AC_S_INIT("IP ");

	return stands_before(begin, floor, ip) && (begin - floor == (ptrdiff_t)ip.n || !ac_is_word(begin[-4]));
}

/* The first end: " > " and the other one, up to its colon, follow. */
static bool
is_source(ac_str text, const char *begin, const char *end)
{
	const char *limit = text.p + text.n, *p = end + between.n, *other = p;

	if ((size_t)(limit - end) <= between.n || memcmp(end, between.p, between.n) != 0)
		return false;
	while (p < limit && p - other < END_TEXT_MAX && (unsigned char)*p > ' ')
		p++;
	if (p == other || p[-1] != ':')
		return false;
	return is_behind_ip(begin, text.p) || is_end(other, p - 1);
}

/* The second: a colon behind it, " > " and the first one before it. */
static bool
is_destination(ac_str text, const char *begin, const char *end)
{
	const char *p, *other_end = begin - between.n;

	if (end == text.p + text.n || *end != ':' || !stands_before(begin, text.p, between))
		return false;
	for (p = other_end; p > text.p && other_end - p < END_TEXT_MAX && (unsigned char)p[-1] > ' ';)
		p--;
	return p < other_end && (is_behind_ip(p, text.p) || is_end(p, other_end));
}

bool
ac_flow_address(ac_str text, const char *dot, ac_str *out, uint8_t address[static 4])
{
	const char *end = port_end(dot + 1, text.p + text.n);

	if (!end || !address_before(dot, text.p, out, address))
		return false;
	return is_source(text, out->p, end) || is_destination(text, out->p, end);
}

ac_str
ac_flow_value(ac_str text, ac_str token)
{
	const char *limit = text.p + text.n, *dot = token.p + token.n;
	uint8_t address[4];
	ac_str found;

	if (token.n < 2 || dot == limit)
		return token;
	if (*dot == '>' && dot[-1] == '-') {
		while (token.n > 1 && token.p[token.n - 1] == '-')
			token.n--;
		token.n -= token.n > 1 && token.p[token.n - 1] == '.';
	}
	if (!ac_is_decimal(dot[-1]) || (*dot != ' ' && *dot != ':'))
		return token;
	while (dot > token.p && ac_is_decimal(dot[-1]))
		dot--;
	if (dot == token.p || dot[-1] != '.' || !ac_flow_address(text, dot - 1, &found, address))
		return token;
	return found.p == token.p ? found : token;
}
