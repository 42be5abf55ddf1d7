/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refanging: what analysts write so that nobody clicks ("hxxp://evil[.]example") back to the value that was meant. A table of spellings; knows nothing of
 * what the value is.
 */
#include "values/parts.h"

typedef struct spelling {
	ac_str defanged; /* lower case */
	ac_str meant;
} spelling;

/* Longer ones before their own beginnings. */
static const spelling anywhere[] = {
	{ AC_S_INIT("[://]"), AC_S_INIT("://") },
	{ AC_S_INIT("(://)"), AC_S_INIT("://") },
	{ AC_S_INIT("[:]"), AC_S_INIT(":") },
	{ AC_S_INIT("(:)"), AC_S_INIT(":") },
	{ AC_S_INIT("[/]"), AC_S_INIT("/") },
	{ AC_S_INIT("[.]"), AC_S_INIT(".") },
	{ AC_S_INIT("(.)"), AC_S_INIT(".") },
	{ AC_S_INIT("{.}"), AC_S_INIT(".") },
	{ AC_S_INIT("[dot]"), AC_S_INIT(".") },
	{ AC_S_INIT("(dot)"), AC_S_INIT(".") },
	{ AC_S_INIT("{dot}"), AC_S_INIT(".") },
	{ AC_S_INIT("[@]"), AC_S_INIT("@") },
	{ AC_S_INIT("(@)"), AC_S_INIT("@") },
	{ AC_S_INIT("[at]"), AC_S_INIT("@") },
	{ AC_S_INIT("(at)"), AC_S_INIT("@") },
	{ AC_S_INIT("{at}"), AC_S_INIT("@") },
};

/* Schemes, at the front only; what follows must be an optional 's' and then "://" in one of its spellings. */
static const spelling schemes[] = {
	{ AC_S_INIT("h[tt]p"), AC_S_INIT("http") },
	{ AC_S_INIT("h(tt)p"), AC_S_INIT("http") },
	{ AC_S_INIT("hxxp"), AC_S_INIT("http") },
	{ AC_S_INIT("hxtp"), AC_S_INIT("http") },
	{ AC_S_INIT("htxp"), AC_S_INIT("http") },
	{ AC_S_INIT("meow"), AC_S_INIT("http") },
	{ AC_S_INIT("fxp"), AC_S_INIT("ftp") },
};

static const ac_str separators[] = { AC_S_INIT("://"), AC_S_INIT("[://]"), AC_S_INIT("(://)"), AC_S_INIT("[:]//"),
	AC_S_INIT("(:)//") };

static const spelling *
find_spelling(const spelling *table, size_t count, ac_str text)
{
	if (text.n == 0)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (ac_str_starts_fold(text, table[i].defanged))
			return &table[i];
	return NULL;
}

static bool
is_separator(ac_str text)
{
	for (size_t i = 0; i < AC_COUNT(separators); i++)
		if (ac_str_starts(text, separators[i]))
			return true;
	return false;
}

/* A defanged scheme at the front. Returns how many bytes of text it takes, 0 for none. */
static size_t
find_scheme(ac_str text, ac_str *out_meant, bool *out_secure)
{
	/* the commonest scheme is none of them */
	const spelling *s = ac_str_starts(text, AC_S("http")) ? NULL : find_spelling(schemes, AC_COUNT(schemes), text);
	size_t n;

	if (!s)
		return 0;
	n = s->defanged.n;
	*out_secure = n < text.n && ac_lower(text.p[n]) == 's';
	if (*out_secure)
		n++;
	if (!is_separator(ac_str_slice(text, n, text.n)))
		return 0;
	*out_meant = s->meant;
	return n;
}

/* "[hxxp://]host": the bracket closes behind the "://". Returns the length of what is inside, 0 for none. */
static size_t
find_bracketed_scheme(ac_str text)
{
	size_t end = ac_str_find(text, AC_S("://]"));

	if (text.n == 0 || text.p[0] != '[' || end == text.n || end < 2 || end > 12)
		return 0;
	for (size_t i = 1; i < end; i++)
		if (!ac_is_alnum(text.p[i]))
			return 0;
	return end + 2;
}

/* "evil\.example": only when no backslash is there for another reason, such as a Windows path. */
static bool
has_escaped_dots_only(ac_str text)
{
	bool any = false;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\\')
			continue;
		if (i == 0 || i + 1 >= text.n || text.p[i + 1] != '.' || !ac_is_alnum(text.p[i - 1]))
			return false;
		any = true;
	}
	return any;
}

static bool
opens_bracket(char c)
{
	return c == '[' || c == '(' || c == '{';
}

static bool
may_be_defanged(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (opens_bracket(text.p[i]) || text.p[i] == '\\')
			return true;
	return false;
}

/* RFC 1035 s2.3.4. */
#define LABEL_MAX_BYTES 63

static bool
is_label_byte(char c)
{
	return ac_is_alnum(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

/* "(7)" at text[at]: its bytes, 0 when it is none. */
static size_t
length_at(ac_str text, size_t at, size_t *out_value)
{
	size_t end = at + 1;

	*out_value = 0;
	while (end < text.n && end < at + 3 && ac_is_digit(text.p[end]))
		*out_value = 10 * *out_value + (size_t)(text.p[end++] - '0');
	return end > at + 1 && end < text.n && text.p[end] == ')' && *out_value <= LABEL_MAX_BYTES ? end + 1 - at : 0;
}

/* The length that stands before the label which begins at `begin` is this. */
static bool
has_length(ac_str text, size_t begin, size_t want)
{
	size_t n = want > 9 ? 4 : 3, value;

	return begin >= n && text.p[begin - n] == '(' && length_at(text, begin - n, &value) == n && value == want;
}

/*
 * DNS servers of Windows write a name as its labels, each behind its length: "(3)www(4)evil(7)example(0)". What one at text[at] means: nothing at either end of the name, else a dot. Returns its bytes; 0
 * where the labels around it do not have the lengths that are told. is_part: the text may begin with a label, whose length is not in it.
 */
static size_t
label_length_at(ac_str text, size_t at, bool is_part, ac_str *out_meant)
{
	size_t value, n = length_at(text, at, &value), begin = at, end = at + n;

	if (n == 0)
		return 0;
	while (begin > 0 && at - begin <= LABEL_MAX_BYTES && is_label_byte(text.p[begin - 1]))
		begin--;
	if (begin < at && !has_length(text, begin, at - begin) && !(is_part && begin == 0))
		return 0;
	*out_meant = begin < at && value > 0 ? AC_S(".") : AC_S("");
	if (value == 0)
		return begin < at ? n : 0;
	if (end + value > text.n)
		return 0;
	for (size_t i = end; i < end + value; i++)
		if (!is_label_byte(text.p[i]))
			return 0;
	return end + value == text.n || text.p[end + value] == '(' ? n : 0;
}

size_t
ac_value_refang_at(ac_str text, size_t at, ac_str *out_meant)
{
	static const ac_str dot = AC_S_INIT(".");
	const spelling *s;
	size_t before = at;

	if (at >= text.n)
		return 0;
	if (text.p[at] == '\\') {
		/* a JSON text that nobody has unescaped doubles it */
		while (before > 0 && at - before < 2 && text.p[before - 1] == '\\')
			before--;
		if (before == 0 || at + 2 >= text.n || text.p[at + 1] != '.' || !ac_is_alnum(text.p[before - 1]) ||
		    !ac_is_alnum(text.p[at + 2]))
			return 0;
		*out_meant = dot;
		return 2;
	}
	if (!opens_bracket(text.p[at]))
		return 0;
	if (at + 1 < text.n && ac_is_digit(text.p[at + 1]))
		return text.p[at] == '(' ? label_length_at(text, at, false, out_meant) : 0;
	s = find_spelling(anywhere, AC_COUNT(anywhere), ac_str_slice(text, at, text.n));
	if (!s)
		return 0;
	*out_meant = s->meant;
	return s->defanged.n;
}

size_t
ac_value_refang_scheme(ac_str text, ac_str *out_meant)
{
	static const ac_str meant[][2] = { { AC_S_INIT("http"), AC_S_INIT("https") },
		{ AC_S_INIT("ftp"), AC_S_INIT("ftps") } };
	bool is_secure = false;
	ac_str found;
	size_t n = find_scheme(text, &found, &is_secure);

	if (n > 0)
		*out_meant = meant[found.p[0] == 'f'][is_secure];
	return n;
}

/* Writes the meant text to out (never longer than text) and returns its length. */
static size_t
rewrite(ac_str text, bool is_part, char *out)
{
	size_t n = 0, at = 0, inside = find_bracketed_scheme(text);
	bool drops_backslashes = has_escaped_dots_only(text), is_secure = false;
	ac_str meant, rest;

	if (inside > 0)
		at = 1;
	rest = ac_str_slice(text, at, text.n);
	size_t scheme = find_scheme(rest, &meant, &is_secure);
	if (scheme > 0) {
		memcpy(out, meant.p, meant.n);
		n = meant.n;
		if (is_secure)
			out[n++] = 's';
		at += scheme;
	}
	while (at < text.n) {
		const spelling *s;
		size_t length;

		if (inside > 0 && at == inside + 1) {
			at++; /* the ']' behind "://" */
			continue;
		}
		s = opens_bracket(text.p[at])
			? find_spelling(anywhere, AC_COUNT(anywhere), ac_str_slice(text, at, text.n))
			: NULL;
		length = !s && text.p[at] == '(' ? label_length_at(text, at, is_part, &meant) : 0;
		if (s) {
			memcpy(out + n, s->meant.p, s->meant.n);
			n += s->meant.n;
			at += s->defanged.n;
		} else if (length) {
			if (meant.n)
				out[n++] = '.';
			at += length;
		} else if (drops_backslashes && text.p[at] == '\\') {
			at++;
		} else {
			out[n++] = text.p[at++];
		}
	}
	return n;
}

static ac_str
refang(ac_str text, bool is_part, ac_arena *arena)
{
	ac_str meant, trimmed = ac_str_trim(text);
	bool is_secure;
	char *out;
	size_t n;

	if (!may_be_defanged(text) && find_scheme(trimmed, &meant, &is_secure) == 0)
		return text;
	if (trimmed.n == 0)
		return text;
	out = ac_arena_alloc(arena, trimmed.n);
	if (!out)
		return text; /* the arena remembers; whoever asks it will know */
	n = rewrite(trimmed, is_part, out);
	if (ac_str_eq((ac_str){ out, n }, trimmed))
		return text;
	return (ac_str){ out, n };
}

ac_str
ac_value_refang(ac_str text, ac_arena *arena)
{
	return refang(text, false, arena);
}

ac_str
ac_value_refang_part(ac_str part, ac_arena *arena)
{
	return refang(part, true, arena);
}
