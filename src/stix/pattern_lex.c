/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splits the text of a STIX pattern into words: white space, comments, names, keywords, constants. It checks the form of each
 * constant, and knows nothing about which word may follow which.
 */
#include "stix/pattern_lex.h"

#include "base/utf8.h"

/* What a byte may be: a table, for it is asked of every byte. */
enum { LETTER = 1, DIGIT = 2, SPACE = 4 };
static const uint8_t classes[256] = {
	['\t'] = SPACE,
	['\n'] = SPACE,
	['\v'] = SPACE,
	['\f'] = SPACE,
	['\r'] = SPACE,
	[' '] = SPACE,
	['_'] = LETTER,
	['0'] = DIGIT,
	['1'] = DIGIT,
	['2'] = DIGIT,
	['3'] = DIGIT,
	['4'] = DIGIT,
	['5'] = DIGIT,
	['6'] = DIGIT,
	['7'] = DIGIT,
	['8'] = DIGIT,
	['9'] = DIGIT,
#define BOTH(lower, upper) [lower] = LETTER, [upper] = LETTER
	BOTH('a', 'A'),
	BOTH('b', 'B'),
	BOTH('c', 'C'),
	BOTH('d', 'D'),
	BOTH('e', 'E'),
	BOTH('f', 'F'),
	BOTH('g', 'G'),
	BOTH('h', 'H'),
	BOTH('i', 'I'),
	BOTH('j', 'J'),
	BOTH('k', 'K'),
	BOTH('l', 'L'),
	BOTH('m', 'M'),
	BOTH('n', 'N'),
	BOTH('o', 'O'),
	BOTH('p', 'P'),
	BOTH('q', 'Q'),
	BOTH('r', 'R'),
	BOTH('s', 'S'),
	BOTH('t', 'T'),
	BOTH('u', 'U'),
	BOTH('v', 'V'),
	BOTH('w', 'W'),
	BOTH('x', 'X'),
	BOTH('y', 'Y'),
	BOTH('z', 'Z'),
#undef BOTH
};

static bool
is_of(char c, unsigned class)
{
	return (classes[(unsigned char)c] & class) != 0;
}

static bool
is_digit(char c)
{
	return is_of(c, DIGIT);
}

/* U+0085, U+00A0, U+1680, U+2000..200A, U+2028, U+2029, U+202F, U+205F, U+3000 (WSpace=Y, s9.1), beyond ASCII. */
static bool
is_wide_space(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Bytes of the white space or comment at p, or 0. An open comment is no comment. */
static size_t
blank_length(const char *p, const char *end)
{
	ac_str rest = { p, (size_t)(end - p) };
	size_t at = 0, close;

	if (is_of(*p, SPACE))
		return 1;
	if (*p == '/' && rest.n >= 2 && p[1] == '/') {
		while (at < rest.n && p[at] != '\n' && p[at] != '\r')
			at++;
		return at;
	}
	if (*p == '/' && rest.n >= 2 && p[1] == '*') {
		close = ac_str_find(ac_str_slice(rest, 2, rest.n), AC_S("*/"));
		return close + 4 <= rest.n ? close + 4 : 0;
	}
	if ((unsigned char)*p >= 0x80 && is_wide_space(ac_utf8_next(rest, &at, NULL)))
		return at;
	return 0;
}

static const struct {
	ac_str word;
	ac_pattern_token_kind kind;
} keywords[] = {
	{ AC_S_INIT("AND"), AC_TOKEN_AND },
	{ AC_S_INIT("OR"), AC_TOKEN_OR },
	{ AC_S_INIT("NOT"), AC_TOKEN_NOT },
	{ AC_S_INIT("IN"), AC_TOKEN_IN },
	{ AC_S_INIT("LIKE"), AC_TOKEN_LIKE },
	{ AC_S_INIT("MATCHES"), AC_TOKEN_MATCHES },
	{ AC_S_INIT("FOLLOWEDBY"), AC_TOKEN_FOLLOWEDBY },
	{ AC_S_INIT("ISSUBSET"), AC_TOKEN_ISSUBSET },
	{ AC_S_INIT("ISSUPERSET"), AC_TOKEN_ISSUPERSET },
	{ AC_S_INIT("EXISTS"), AC_TOKEN_EXISTS },
	{ AC_S_INIT("WITHIN"), AC_TOKEN_WITHIN },
	{ AC_S_INIT("SECONDS"), AC_TOKEN_SECONDS },
	{ AC_S_INIT("REPEATS"), AC_TOKEN_REPEATS },
	{ AC_S_INIT("TIMES"), AC_TOKEN_TIMES },
	{ AC_S_INIT("START"), AC_TOKEN_START },
	{ AC_S_INIT("STOP"), AC_TOKEN_STOP },
	{ AC_S_INIT("LAST"), AC_TOKEN_LAST },
};

/* Keywords are upper case (s9.1 and the grammar), but for true and false. */
static ac_pattern_token_kind
name_kind(ac_str word, bool has_hyphen)
{
	if (has_hyphen)
		return AC_TOKEN_HYPHEN_NAME;
	if (word.p[0] >= 'A' && word.p[0] <= 'W')
		for (size_t i = 0; i < AC_COUNT(keywords); i++)
			if (keywords[i].word.p[0] == word.p[0] && ac_str_eq(keywords[i].word, word))
				return keywords[i].kind;
	if (word.p[0] == 't' && ac_str_eq(word, AC_S("true")))
		return AC_TOKEN_TRUE;
	if (word.p[0] == 'f' && ac_str_eq(word, AC_S("false")))
		return AC_TOKEN_FALSE;
	return AC_TOKEN_NAME;
}

static const char *
take_name(const char *p, const char *end, ac_pattern_token *token)
{
	const char *start = p;
	bool has_hyphen = false;

	for (; p < end; p++) {
		if (is_of(*p, LETTER | DIGIT))
			continue;
		if (*p != '-')
			break;
		has_hyphen = true;
	}
	token->text = (ac_str){ start, (size_t)(p - start) };
	token->kind = name_kind(token->text, has_hyphen);
	return p;
}

/* The first apostrophe or backslash from p on, or end: eight bytes at a time. */
static const char *
find_end_or_escape(const char *p, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7, quotes = ones * '\'',
		       slashes = ones * '\\';
	uint64_t word, quote, slash;

	/* A byte of x that is 0 makes the highest bit of it 1 in (x - ones) & ~x. */
	for (; end - p >= 8; p += 8) {
		memcpy(&word, p, sizeof(word));
		quote = word ^ quotes;
		slash = word ^ slashes;
		if ((((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs)
			break;
	}
	while (p < end && *p != '\'' && *p != '\\')
		p++;
	return p;
}

/* A quoted constant: p is behind the opening apostrophe. Only \' and \\ are escapes (s9.2). */
static const char *
take_string(const char *p, const char *end, ac_pattern_token *token)
{
	const char *start = p;

	while ((p = find_end_or_escape(p, end)) < end && *p != '\'') {
		if (end - p < 2 || (p[1] != '\'' && p[1] != '\\')) {
			token->kind = AC_TOKEN_BAD;
			token->problem = "in a string a backslash may only stand before ' or \\";
			token->at = p;
			return p;
		}
		token->escaped = true;
		p += 2;
	}
	if (p >= end) {
		token->kind = AC_TOKEN_BAD;
		token->problem = "the string has no closing '";
		return p;
	}
	token->kind = AC_TOKEN_STRING;
	token->text = (ac_str){ start, (size_t)(p - start) };
	return p + 1;
}

static bool
is_hex_constant(ac_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (ac_hex_value(s.p[i]) < 0)
			return false;
	return s.n % 2 == 0;
}

static bool
is_base64_char(char c)
{
	return ac_is_alnum(c) || c == '+' || c == '/';
}

/* Base64 with its padding; line feeds inside are ignored (s9.2). Not empty: the grammar wants a last group. */
static bool
is_binary_constant(ac_str s)
{
	size_t n = 0, padding = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			continue;
		if (s.p[i] == '=')
			padding++;
		else if (padding || !is_base64_char(s.p[i]))
			return false;
		n++;
	}
	return n > 0 && n % 4 == 0 && padding <= 2;
}

/* Two digits between low and high. */
static bool
is_field(const char *p, int low, int high)
{
	int value = (p[0] - '0') * 10 + (p[1] - '0');

	return is_digit(p[0]) && is_digit(p[1]) && value >= low && value <= high;
}

/* The grammar's form: YYYY-MM-DDTHH:mm:ss[.s+]Z with each field in its range. Whether the month has that day is the parser's question. */
static bool
is_timestamp_constant(ac_str s)
{
	const char *p = s.p;

	if (s.n < 20 || s.p[s.n - 1] != 'Z')
		return false;
	for (size_t i = 0; i < 4; i++)
		if (!is_digit(p[i]))
			return false;
	if (p[4] != '-' || !is_field(p + 5, 1, 12) || p[7] != '-' || !is_field(p + 8, 1, 31) || p[10] != 'T')
		return false;
	if (!is_field(p + 11, 0, 23) || p[13] != ':' || !is_field(p + 14, 0, 59) || p[16] != ':' ||
	    !is_field(p + 17, 0, 60))
		return false;
	if (s.n == 20)
		return true;
	if (p[19] != '.' || s.n == 21)
		return false;
	for (size_t i = 20; i + 1 < s.n; i++)
		if (!is_digit(p[i]))
			return false;
	return true;
}

/* h'..', b'..', t'..': p is at the letter, an apostrophe follows. */
static const char *
take_prefixed(const char *p, const char *end, ac_pattern_token *token)
{
	const char *behind = take_string(p + 2, end, token);
	bool fine;

	if (token->kind == AC_TOKEN_BAD)
		return behind;
	if (*p == 'h') {
		fine = is_hex_constant(token->text);
		token->kind = AC_TOKEN_HEX;
		token->problem = "a hex constant is an even number of hexadecimal digits";
	} else if (*p == 'b') {
		fine = is_binary_constant(token->text);
		token->kind = AC_TOKEN_BINARY;
		token->problem = "a binary constant is padded base64";
	} else {
		fine = is_timestamp_constant(token->text);
		token->kind = AC_TOKEN_TIMESTAMP;
		token->problem = "a timestamp constant is YYYY-MM-DDTHH:mm:ss[.s+]Z";
	}
	if (!fine)
		token->kind = AC_TOKEN_BAD;
	return behind;
}

/* [+-]? digits, or [+-]? digits? '.' digits. An integer other than 0 begins with another digit, so "01" is two words. */
static const char *
take_number(const char *p, const char *end, ac_pattern_token *token)
{
	const char *start = p, *digits, *dot;

	token->negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	digits = p;
	while (p < end && is_digit(*p))
		p++;
	dot = p;
	if (end - p >= 2 && *p == '.' && is_digit(p[1])) {
		for (p++; p < end && is_digit(*p);)
			p++;
		token->kind = AC_TOKEN_FLOAT;
	} else {
		if (digits < dot && *digits == '0')
			p = digits + 1;
		token->kind = AC_TOKEN_INTEGER;
	}
	token->text = (ac_str){ start, (size_t)(p - start) };
	return p;
}

static bool
begins_number(const char *p, const char *end)
{
	if (*p == '-' || *p == '+')
		p++;
	if (p < end && *p == '.')
		p++;
	return p < end && is_digit(*p);
}

/* Operators and punctuation: its length, kind through out; 0 when it is none. */
static size_t
operator_length(const char *p, const char *end, ac_pattern_token_kind *out)
{
	static const uint8_t singles[128] = { ['['] = AC_TOKEN_LEFT_BRACKET,
		[']'] = AC_TOKEN_RIGHT_BRACKET,
		['('] = AC_TOKEN_LEFT_PAREN,
		[')'] = AC_TOKEN_RIGHT_PAREN,
		[':'] = AC_TOKEN_COLON,
		['.'] = AC_TOKEN_DOT,
		[','] = AC_TOKEN_COMMA,
		['*'] = AC_TOKEN_ASTERISK };
	char next = end - p >= 2 ? p[1] : '\0';

	if (*p >= 0 && singles[(unsigned char)*p & 127]) {
		*out = (ac_pattern_token_kind)singles[(unsigned char)*p & 127];
		return 1;
	}
	switch (*p) {
	case '=':
		*out = AC_TOKEN_EQ;
		return next == '=' ? 2 : 1;
	case '!':
		*out = AC_TOKEN_NE;
		return next == '=' ? 2 : 0;
	case '<':
		*out = next == '>' ? AC_TOKEN_NE : next == '=' ? AC_TOKEN_LE : AC_TOKEN_LT;
		return next == '>' || next == '=' ? 2 : 1;
	case '>':
		*out = next == '=' ? AC_TOKEN_GE : AC_TOKEN_GT;
		return next == '=' ? 2 : 1;
	}
	return 0;
}

void
ac_pattern_read_token(const char **at, const char *end, ac_pattern_token *out)
{
	const char *p = *at;
	size_t n;

	while (p < end && is_of(*p, SPACE))
		p++;
	/* Comments and wide spaces are rare. */
	while (
	    p < end && (*p == '/' || (unsigned char)*p >= 0x80 || is_of(*p, SPACE)) && (n = blank_length(p, end)) > 0)
		p += n;
	*out = (ac_pattern_token){ .at = p };
	if (p >= end) {
		out->kind = AC_TOKEN_END;
		*at = p;
		return;
	}
	if (*p == '\'') {
		*at = take_string(p + 1, end, out);
	} else if (is_of(*p, LETTER)) {
		if (end - p >= 2 && p[1] == '\'' && (*p == 't' || *p == 'h' || *p == 'b'))
			*at = take_prefixed(p, end, out);
		else
			*at = take_name(p, end, out);
	} else if (begins_number(p, end)) {
		*at = take_number(p, end, out);
	} else {
		n = operator_length(p, end, &out->kind);
		if (n == 0) {
			out->kind = AC_TOKEN_BAD;
			out->problem = *p == '/' ? "the comment has no end" : "no word of a pattern begins so";
			n = 1;
		}
		out->text = (ac_str){ p, n };
		*at = p + n;
	}
}
