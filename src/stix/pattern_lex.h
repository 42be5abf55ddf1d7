/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the pattern language (STIX 2.1 s9, lexical part of its grammar), private to stix/: text in, one token at a time, no syntax tree. */
#ifndef AC_STIX_PATTERN_LEX_H
#define AC_STIX_PATTERN_LEX_H

#include "base/str.h"

typedef enum ac_pattern_token_kind {
	AC_TOKEN_END,
	AC_TOKEN_BAD, /* begins no word of the language; `problem` says why */
	AC_TOKEN_LEFT_BRACKET,
	AC_TOKEN_RIGHT_BRACKET,
	AC_TOKEN_LEFT_PAREN,
	AC_TOKEN_RIGHT_PAREN,
	AC_TOKEN_COLON,
	AC_TOKEN_DOT,
	AC_TOKEN_COMMA,
	AC_TOKEN_ASTERISK,
	AC_TOKEN_EQ,
	AC_TOKEN_NE,
	AC_TOKEN_LT,
	AC_TOKEN_LE,
	AC_TOKEN_GT,
	AC_TOKEN_GE,
	AC_TOKEN_INTEGER,
	AC_TOKEN_FLOAT,
	AC_TOKEN_STRING,
	AC_TOKEN_HEX,
	AC_TOKEN_BINARY,
	AC_TOKEN_TIMESTAMP,
	AC_TOKEN_NAME,        /* letters, digits, '_' */
	AC_TOKEN_HYPHEN_NAME, /* with '-' */
	AC_TOKEN_TRUE,
	AC_TOKEN_FALSE,
	AC_TOKEN_AND,
	AC_TOKEN_OR,
	AC_TOKEN_NOT,
	AC_TOKEN_FOLLOWEDBY,
	AC_TOKEN_LIKE,
	AC_TOKEN_MATCHES,
	AC_TOKEN_ISSUPERSET,
	AC_TOKEN_ISSUBSET,
	AC_TOKEN_EXISTS,
	AC_TOKEN_LAST,
	AC_TOKEN_IN,
	AC_TOKEN_START,
	AC_TOKEN_STOP,
	AC_TOKEN_SECONDS,
	AC_TOKEN_WITHIN,
	AC_TOKEN_REPEATS,
	AC_TOKEN_TIMES
} ac_pattern_token_kind;

typedef struct ac_pattern_token {
	ac_pattern_token_kind kind;
	bool escaped;        /* STRING: holds backslashes */
	bool negative;       /* INTEGER, FLOAT */
	const char *at;      /* first byte of the word */
	ac_str text;         /* constants: what stands inside the quotes; else the word itself */
	const char *problem; /* BAD: what is wrong */
} ac_pattern_token;

/* Read the word at *at (white space and comments before it are passed over) and move *at behind it. */
void ac_pattern_read_token(const char **at, const char *end, ac_pattern_token *out);
/* The same as a value; the parser, which reads millions, saves the copy. */
static inline ac_pattern_token
ac_pattern_next_token(const char **at, const char *end)
{
	ac_pattern_token token;

	ac_pattern_read_token(at, end, &token);
	return token;
}

#endif
