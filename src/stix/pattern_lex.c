/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splits the text of a STIX pattern into words: white space, comments, names, keywords, constants. It checks the form of each
 * constant, and knows nothing about which word may follow which.
 */
#include "stix/pattern_lex.h"

#include "base/utf8.h"

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

	if ((*p >= '\t' && *p <= '\r') || *p == ' ')
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

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
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
		if (is_name_start(*p) || is_digit(*p))
			continue;
		if (*p != '-')
			break;
		has_hyphen = true;
	}
	token->text = (ac_str){ start, (size_t)(p - start) };
	token->kind = name_kind(token->text, has_hyphen);
	return p;
}

/* A quoted constant: p is behind the opening apostrophe. Only \' and \\ are escapes (s9.2). */
static const char *
take_string(const char *p, const char *end, ac_pattern_token *token)
{
	const char *start = p;

	for (; p < end && *p != '\''; p++) {
		if (*p != '\\')
			continue;
		if (end - p < 2 || (p[1] != '\'' && p[1] != '\\')) {
			token->kind = AC_TOKEN_BAD;
			token->problem = "in a string a backslash may only stand before ' or \\";
			token->at = p;
			return p;
		}
		token->escaped = true;
		p++;
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
	static const char singles[] = "[]():.,*"; /* in the order of their kinds */
	char next = end - p >= 2 ? p[1] : '\0';
	const char *single = memchr(singles, *p, sizeof(singles) - 1);

	if (single) {
		*out = (ac_pattern_token_kind)(AC_TOKEN_LEFT_BRACKET + (single - singles));
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

ac_pattern_token
ac_pattern_next_token(const char **at, const char *end)
{
	ac_pattern_token token = { 0 };
	const char *p = *at;
	size_t n;

	while (p < end && (n = blank_length(p, end)) > 0)
		p += n;
	token.at = p;
	if (p >= end) {
		token.kind = AC_TOKEN_END;
		*at = p;
		return token;
	}
	if (*p == '\'') {
		*at = take_string(p + 1, end, &token);
	} else if (is_name_start(*p)) {
		if (end - p >= 2 && p[1] == '\'' && (*p == 't' || *p == 'h' || *p == 'b'))
			*at = take_prefixed(p, end, &token);
		else
			*at = take_name(p, end, &token);
	} else if (begins_number(p, end)) {
		*at = take_number(p, end, &token);
	} else {
		n = operator_length(p, end, &token.kind);
		if (n == 0) {
			token.kind = AC_TOKEN_BAD;
			token.problem = *p == '/' ? "the comment has no end" : "no word of a pattern begins so";
			n = 1;
		}
		token.text = (ac_str){ p, n };
		*at = p + n;
	}
	return token;
}
