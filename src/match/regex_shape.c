/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a regex as far as two questions need it: do Vectorscan and PCRE2 surely mean the same by it, and which text stands in everything that it matches? It only knows common constructs.
 * What it does not know makes it doubt, and then PCRE2 runs the regex. Whether the regex is well formed is PCRE2's to say.
 */
#include "match/regex.h"

/*
 * What a regex weighs: 1 for a character, 8 for anything else that stands for one, as often as {n,m} repeats it. Compiling an automaton takes time with more than the square of it: at the
 * ceiling half a second at the worst.
 */
enum { CHARACTER_WEIGHT = 1, CLASS_WEIGHT = 8, WEIGHT_MAX = 2048, GROUPS_MAX = 64 };
/* Groups inside groups that may be empty cost Vectorscan twice as much for each level. */
enum { SCAN_DEPTH_MAX = 12 };

typedef struct reader {
	ac_str text;
	size_t at;
	bool octets;
	bool portable, sensitive;
	bool known; /* every construct so far; else there is no literal */
	bool folds; /* (?i) */
	bool has_choice;
	size_t depth;
	uint64_t weight;              /* saturates above WEIGHT_MAX */
	uint64_t lighter;             /* weight before the last part */
	uint64_t outside[GROUPS_MAX]; /* by depth: weight before the group */
	/* literal runs outside groups */
	char *run;
	size_t n;    /* of the run being read */
	size_t last; /* where its last character begins */
	char *best;
	size_t best_n;
} reader;

static void
end_run(reader *r)
{
	if (r->n > r->best_n) {
		memcpy(r->best, r->run, r->n);
		r->best_n = r->n;
	}
	r->n = 0;
	r->last = 0;
}

static void
doubt(reader *r)
{
	r->portable = false;
	end_run(r);
}

static void
give_up(reader *r)
{
	r->portable = false;
	r->known = false;
	r->at = r->text.n;
}

/* One more part. */
static void
weigh(reader *r, unsigned weight)
{
	r->lighter = r->weight;
	r->weight += weight;
}

/* One character that stands for itself. */
static void
literal(reader *r, const char *p, size_t n)
{
	if (r->depth > 0)
		return;
	r->last = r->n;
	memcpy(r->run + r->n, p, n);
	r->n += n;
}

static char
peek(const reader *r, size_t ahead)
{
	return r->at + ahead < r->text.n ? r->text.p[r->at + ahead] : '\0';
}

/* \xHH and \x{H...}; the x has been passed. */
static void
read_hex_escape(reader *r, bool in_class)
{
	unsigned value = 0, digits = 0;
	bool braced = peek(r, 0) == '{';
	char c;

	r->at += braced;
	while (digits < (braced ? 6U : 2U) && ac_hex_value(peek(r, 0)) >= 0) {
		value = value << 4 | (unsigned)ac_hex_value(peek(r, 0));
		r->at++;
		digits++;
	}
	if (digits == 0 || (braced && peek(r, 0) != '}') || (!braced && digits != 2)) {
		give_up(r);
		return;
	}
	r->at += braced;
	if (in_class)
		return;
	c = (char)value;
	if (value < 0x80 || (r->octets && value < 0x100))
		literal(r, &c, 1);
	else
		end_run(r);
}

/* \pL, \p{Lu}: general categories only. */
static void
read_property(reader *r)
{
	size_t n = 1;

	r->sensitive = true;
	end_run(r);
	if (r->octets)
		r->portable = false;
	if (peek(r, 0) != '{') {
		r->at++;
		return;
	}
	while (ac_is_alpha(peek(r, n)) && n < 4)
		n++;
	if (peek(r, n) != '}' || n < 2 || n > 3) {
		give_up(r);
		return;
	}
	r->at += n + 1;
}

static void
read_escape(reader *r, bool in_class)
{
	static const char plain[] = "nrtf", meant[] = "\n\r\t\f";
	char c = peek(r, 1);
	const char *found = c ? strchr(plain, c) : NULL;

	r->at += 2;
	if (found) {
		if (!in_class)
			literal(r, &meant[found - plain], 1);
	} else if (c == 'x') {
		read_hex_escape(r, in_class);
	} else if (c == 'p' || c == 'P') {
		read_property(r);
	} else if (c && strchr("dDwWsS", c)) {
		r->sensitive |= !r->octets;
		end_run(r);
	} else if (c && !in_class && strchr("bB", c)) {
		r->sensitive |= !r->octets;
		end_run(r);
	} else if (c && !in_class && strchr("Az", c)) {
		end_run(r);
	} else if (c && !in_class && strchr("123456789ZGKRXNhHvV", c)) {
		doubt(r);
	} else if ((unsigned char)c >= 0x80 || c == '\0' || ac_is_alnum(c)) {
		give_up(r);
	} else if (!in_class) {
		literal(r, &c, 1);
	}
}

/* [ ... ]; at the bracket. */
static void
read_class(reader *r)
{
	end_run(r);
	r->at++;
	if (peek(r, 0) == '^')
		r->at++;
	if (peek(r, 0) == ']')
		r->at++;
	while (r->at < r->text.n && peek(r, 0) != ']') {
		if (peek(r, 0) == '\\') {
			read_escape(r, true);
		} else {
			if (peek(r, 0) == '[')
				r->portable =
				    false; /* [:alpha:], [.x.]; else a bracket that Vectorscan may see otherwise */
			if (peek(r, 0) == '[' && strchr(":.=", peek(r, 1) ? peek(r, 1) : 'x')) {
				/* to its end, so that its bracket does not end the class */
				size_t n = 2;

				while (ac_is_alpha(peek(r, n)) || peek(r, n) == '^')
					n++;
				if (peek(r, n) == peek(r, 1) && peek(r, n + 1) == ']')
					r->at += n + 1;
			}
			r->at++;
		}
	}
	if (r->known)
		r->at++;
}

/* What stands behind "(?": only groups that are read alike, and those whose inside can be passed over. */
static void
read_group(reader *r)
{
	end_run(r);
	if (++r->depth >= GROUPS_MAX) {
		give_up(r);
		return;
	}
	if (r->depth > SCAN_DEPTH_MAX)
		r->portable = false;
	r->outside[r->depth] = r->weight;
	r->at++;
	if (peek(r, 0) == '*') {
		give_up(r); /* a verb */
		return;
	}
	if (peek(r, 0) != '?')
		return;
	r->at++;
	if (peek(r, 0) == ':') {
		r->at++;
	} else if (strchr("=!>", peek(r, 0) ? peek(r, 0) : 'x')) {
		r->portable = false;
		r->at++;
	} else if (peek(r, 0) == '<' &&
		   (strchr("=!", peek(r, 1) ? peek(r, 1) : 'x') || ac_is_alpha(peek(r, 1)) || peek(r, 1) == '_')) {
		r->portable = false;
		r->at += 2;
		while (ac_is_alnum(peek(r, 0)) || peek(r, 0) == '_' || peek(r, 0) == '>')
			if (r->text.p[r->at++] == '>')
				break;
	} else {
		give_up(r);
	}
}

/* {n}, {n,}, {n,m} at a brace: bytes, 0 when it is none. */
static size_t
bounds(const reader *r, unsigned *out_min, unsigned *out_max)
{
	unsigned value[2] = { 0, 0 };
	size_t n = 1, digits[2] = { 0, 0 }, which = 0;

	for (;; n++) {
		char c = peek(r, n);

		if (ac_is_digit(c) && digits[which] < 5) {
			value[which] = value[which] * 10 + (unsigned)(c - '0');
			digits[which]++;
		} else if (c == ',' && which == 0) {
			which = 1;
		} else if (c == '}' && digits[0] > 0) {
			break;
		} else {
			return 0;
		}
	}
	*out_min = value[0];
	*out_max = which == 0 || digits[1] == 0 ? value[0] : value[1];
	return n + 1;
}

/* A quantifier behind a part. */
static void
read_quantifier(reader *r)
{
	unsigned least = peek(r, 0) == '+', most = 0;
	size_t n = 1;

	if (peek(r, 0) == '{') {
		n = bounds(r, &least, &most);
		if (n == 0) {
			/* Newer PCRE2 takes {,3} and { 1, 3 } for bounds. */
			if (strchr(", \t", peek(r, 1) ? peek(r, 1) : 'x') || ac_is_digit(peek(r, 1))) {
				give_up(r);
				return;
			}
			r->portable = false;
			literal(r, "{", 1);
			r->at++;
			return;
		}
		r->weight = r->lighter + (r->weight - r->lighter) * (most ? most : 1);
	}
	/* The last character may be absent, or come again: the run goes up to it. */
	if (least == 0 && r->depth == 0)
		r->n = r->last;
	end_run(r);
	r->at += n;
	if (peek(r, 0) == '+')
		r->portable = false;
	if (peek(r, 0) == '+' || peek(r, 0) == '?')
		r->at++;
}

static void
read_part(reader *r)
{
	char c = peek(r, 0);
	size_t n = 1;

	switch (c) {
	case '\\':
		weigh(r, CLASS_WEIGHT);
		read_escape(r, false);
		break;
	case '[':
		weigh(r, CLASS_WEIGHT);
		read_class(r);
		break;
	case '(':
		read_group(r);
		break;
	case ')':
		if (r->depth == 0) {
			give_up(r);
			break;
		}
		r->lighter = r->outside[r->depth--];
		r->at++;
		break;
	case '|':
		r->has_choice |= r->depth == 0;
		end_run(r);
		r->at++;
		break;
	case '.':
	case '^':
	case '$':
		weigh(r, CLASS_WEIGHT);
		end_run(r);
		r->at++;
		break;
	case '*':
	case '+':
	case '?':
	case '{':
		read_quantifier(r);
		break;
	default:
		while (!r->octets && r->at + n < r->text.n && ((unsigned char)r->text.p[r->at + n] & 0xc0) == 0x80)
			n++;
		if ((unsigned char)c >= 0x80 && r->folds)
			r->portable = false;
		weigh(r, CHARACTER_WEIGHT);
		literal(r, r->text.p + r->at, n);
		r->at += n;
		break;
	}
	if (r->weight > WEIGHT_MAX) {
		r->weight = WEIGHT_MAX + 1;
		r->portable = false;
	}
}

/* (?i), (?s), (?is) at the very start. */
static void
read_flags(reader *r)
{
	size_t n = 2;

	if (!ac_str_starts(r->text, AC_S("(?")))
		return;
	while (peek(r, n) == 'i' || peek(r, n) == 's')
		n++;
	if (n == 2 || peek(r, n) != ')')
		return;
	r->folds = ac_str_find_byte(ac_str_slice(r->text, 0, n), 'i') < n;
	r->sensitive |= r->folds && !r->octets;
	r->at = n + 1;
}

bool
ac_regex_look(ac_str text, bool octets, ac_arena *arena, ac_regex_shape *out)
{
	reader r = { .text = text, .octets = octets, .portable = true, .known = true };

	r.run = ac_arena_alloc(arena, text.n + 1);
	r.best = ac_arena_alloc(arena, text.n + 1);
	if (!r.run || !r.best)
		return false;
	/* U+0000 ends what some readers see. */
	if (ac_str_find_byte(text, '\0') < text.n)
		give_up(&r);
	read_flags(&r);
	while (r.at < r.text.n)
		read_part(&r);
	end_run(&r);
	/* Unicode's classes as automata of UTF-8 take minutes to compile; a regex of ASCII that has some runs on ASCII only, and is compiled without. */
	if (r.sensitive && !ac_str_is_ascii(text))
		r.portable = false;
	*out = (ac_regex_shape){
		.is_portable = r.portable && r.depth == 0, .is_sensitive = r.sensitive, .weight = (uint32_t)r.weight
	};
	if (r.known && r.depth == 0 && !r.has_choice && !r.folds)
		out->literal = (ac_str){ r.best, r.best_n };
	return true;
}
