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

/* ---- rows of tables ---- */

/* So far from an end of a connection stand its protocol and its state, and so far the other end. */
#define ROW_REACH 120
/* Words with counts between them. */
#define COUNTS_MAX 6

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The word behind blanks from p on; empty when there are none, or nothing behind them in the line. */
static ac_str
word_ahead(const char *p, const char *limit)
{
	const char *begin = p, *end;

	while (begin < limit && is_blank(*begin) && begin - p < ROW_REACH)
		begin++;
	for (end = begin; begin > p && end < limit && (unsigned char)*end > ' ' && end - begin < ROW_REACH;)
		end++;
	return (ac_str){ begin, (size_t)(end - begin) };
}

/* The word that ends before blanks before p. */
static ac_str
word_back(const char *p, const char *floor)
{
	const char *end = p, *begin;

	while (end > floor && is_blank(end[-1]) && p - end < ROW_REACH)
		end--;
	for (begin = end; end < p && begin > floor && (unsigned char)begin[-1] > ' ' && end - begin < ROW_REACH;)
		begin--;
	return (ac_str){ begin, (size_t)(end - begin) };
}

static bool
is_one_of(ac_str word, const ac_str *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ac_str_eq(word, all[i]))
			return true;
	return false;
}

/* "->", "<?>": which way argus says that it went. */
static bool
is_direction(ac_str word)
{
	static const ac_str all[] = { AC_S_INIT("->"), AC_S_INIT("<-"), AC_S_INIT("<->"), AC_S_INIT("?>"),
		AC_S_INIT("<?"), AC_S_INIT("<?>"), AC_S_INIT("-"), AC_S_INIT("o>"), AC_S_INIT("<o"), AC_S_INIT("|>") };

	return is_one_of(word, all, AC_COUNT(all));
}

/* An end as such tables have it, of either kind of address, or of any: "*.443", "*.*". */
static bool
is_row_end(ac_str word)
{
	uint8_t address[16];
	ac_str head;

	if (is_end(word.p, word.p + word.n))
		return true;
	if (word.n > 2 && word.p[0] == '*' && word.p[1] == '.')
		return word.p[2] == '*' || ac_is_decimal(word.p[2]);
	head = ac_ipv6_before_port(word, word.p + word.n);
	return head.n < word.n && ac_ipv6_parse(head, address);
}

/* "tcp4       0      0" before the first end. */
static bool
is_behind_protocol(const char *begin, const char *floor)
{
	static const ac_str all[] = { AC_S_INIT("tcp"), AC_S_INIT("tcp4"), AC_S_INIT("tcp6"), AC_S_INIT("tcp46"),
		AC_S_INIT("udp"), AC_S_INIT("udp4"), AC_S_INIT("udp6"), AC_S_INIT("udp46"), AC_S_INIT("sctp"),
		AC_S_INIT("sctp4"), AC_S_INIT("sctp6") };

	for (unsigned i = 0; i < COUNTS_MAX; i++) {
		ac_str word = word_back(begin, floor);
		uint64_t number;

		if (is_one_of(word, all, AC_COUNT(all)))
			return true;
		if (!ac_str_to_u64(word, &number))
			return false;
		begin = word.p;
	}
	return false;
}

/* A state of a connection behind the second. */
static bool
is_before_state(const char *end, const char *limit)
{
	static const ac_str all[] = { AC_S_INIT("ESTABLISHED"), AC_S_INIT("LISTEN"), AC_S_INIT("TIME_WAIT"),
		AC_S_INIT("CLOSE_WAIT"), AC_S_INIT("FIN_WAIT_1"), AC_S_INIT("FIN_WAIT_2"), AC_S_INIT("SYN_SENT"),
		AC_S_INIT("SYN_RCVD"), AC_S_INIT("SYN_RECEIVED"), AC_S_INIT("LAST_ACK"), AC_S_INIT("CLOSING"),
		AC_S_INIT("CLOSED") };

	for (unsigned i = 0; i < COUNTS_MAX; i++) {
		ac_str word = word_ahead(end, limit);
		uint64_t number;

		if (is_one_of(word, all, AC_COUNT(all)))
			return true;
		if (!ac_str_to_u64(word, &number))
			return false;
		end = word.p + word.n;
	}
	return false;
}

/* A row of netstat's on BSD, macOS and Solaris, or of argus's: another end beside this one, and what says that they are ends. */
static bool
is_of_row(ac_str text, const char *begin, const char *end)
{
	const char *limit = text.p + text.n;
	ac_str other;

	if (end < limit && (unsigned char)*end > ' ')
		return false;
	other = word_ahead(end, limit);
	if (is_direction(other))
		other = word_ahead(other.p + other.n, limit);
	if (is_row_end(other))
		return is_behind_protocol(begin, text.p) || is_before_state(other.p + other.n, limit);
	other = word_back(begin, text.p);
	if (is_direction(other))
		other = word_back(other.p, text.p);
	return is_row_end(other) && (is_behind_protocol(other.p, text.p) || is_before_state(end, limit));
}

bool
ac_flow_address(ac_str text, const char *dot, ac_str *out, uint8_t address[static 4])
{
	const char *end = port_end(dot + 1, text.p + text.n);

	if (!end || !address_before(dot, text.p, out, address))
		return false;
	return is_source(text, out->p, end) || is_destination(text, out->p, end) || is_of_row(text, out->p, end);
}

ac_str
ac_flow_value(ac_str text, ac_str token)
{
	const char *limit = text.p + text.n, *dot = token.p + token.n;
	uint8_t address[4];
	ac_str found;

	if (token.n < 2)
		return token;
	if (dot < limit && *dot == '>' && dot[-1] == '-') {
		while (token.n > 1 && token.p[token.n - 1] == '-')
			token.n--;
		token.n -= token.n > 1 && token.p[token.n - 1] == '.';
	}
	if (!ac_is_decimal(dot[-1]) || (dot < limit && (unsigned char)*dot > ' ' && *dot != ':'))
		return token;
	while (dot > token.p && ac_is_decimal(dot[-1]))
		dot--;
	if (dot == token.p || dot[-1] != '.' || !ac_flow_address(text, dot - 1, &found, address))
		return token;
	return found.p == token.p ? found : token;
}
