/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Picking fields out of JSON lines: against a plain recursive reader written from the header's words, over random lines and the same lines
 * damaged, with every kernel and text handed over in pieces; and against ac_json_parse, which must accept what is called good (but for what
 * the header says).
 */
#include "test.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "codec/json_escape.h"
#include "codec/json_pick.h"
#include "fail_malloc.h"

static const char *const asked[] = { "a", "bb", "c.d", "c.e.f", "event_type", "http.hostname", "http.http_user_agent",
	"http.http_user_agents", "src_ip", "g", "g.h", "\xc3\xa9t\xc3\xa9" };

#define PICKS_MAX 512
#define NAME_MAX_BYTES 256

static ac_json_picker *picker;

static int
setup(void **state)
{
	ac_str paths[AC_COUNT(asked)];

	(void)state;
	for (size_t i = 0; i < AC_COUNT(asked); i++)
		paths[i] = ac_str_from(asked[i]);
	return ac_json_picker_open(paths, AC_COUNT(asked), &picker, NULL);
}

static int
teardown(void **state)
{
	(void)state;
	picker = ac_json_picker_close(picker);
	return 0;
}

/* ---- the reference ---- */

typedef struct plain {
	ac_str line;
	size_t limit; /* the first byte that is no UTF-8, or the end */
	size_t at;
	unsigned depth;
	ac_json_pick picks[PICKS_MAX];
	size_t count;
} plain;

static char
peek(const plain *p)
{
	return p->at < p->limit ? p->line.p[p->at] : '\0';
}

static void
skip_blanks(plain *p)
{
	while (p->at < p->limit && memchr(" \t\r", p->line.p[p->at], 3))
		p->at++;
}

/* *p stands on a quote. */
static bool
plain_string(plain *p, ac_str *out, bool *out_escapes)
{
	size_t begin = ++p->at;

	*out_escapes = false;
	for (; p->at < p->limit && (unsigned char)p->line.p[p->at] >= 0x20; p->at++) {
		const char *c = p->line.p + p->at;

		if (*c == '"') {
			*out = ac_str_slice(p->line, begin, p->at++);
			return true;
		}
		if (*c != '\\')
			continue;
		*out_escapes = true;
		p->at++;
		if (peek(p) == 'u')
			for (int i = 0; i < 4; i++)
				if (p->at + 1 >= p->limit || ac_hex_value(p->line.p[++p->at]) < 0)
					return false;
		if (p->at >= p->limit || (*++c != 'u' && (*c == '\0' || !strchr("\"\\/bfnrt", *c))))
			return false;
	}
	return false;
}

static size_t
count_digits(const plain *p, size_t at)
{
	size_t n = 0;

	while (at + n < p->limit && p->line.p[at + n] >= '0' && p->line.p[at + n] <= '9')
		n++;
	return n;
}

/* RFC 8259 s6. */
static bool
plain_number(plain *p)
{
	size_t digits;

	p->at += peek(p) == '-';
	digits = count_digits(p, p->at);
	if (digits == 0 || (peek(p) == '0' && digits > 1))
		return false;
	p->at += digits;
	if (peek(p) == '.') {
		digits = count_digits(p, p->at + 1);
		if (!digits)
			return false;
		p->at += 1 + digits;
	}
	if (peek(p) == 'e' || peek(p) == 'E') {
		p->at++;
		p->at += peek(p) == '+' || peek(p) == '-';
		digits = count_digits(p, p->at);
		if (!digits)
			return false;
		p->at += digits;
	}
	return true;
}

static bool
plain_word(plain *p, const char *word)
{
	size_t n = strlen(word);

	if (p->limit - p->at < n || memcmp(p->line.p + p->at, word, n) != 0)
		return false;
	p->at += n;
	return true;
}

/* The value's own pick, if it is at a path; its length comes later. */
static ac_json_pick *
plain_add(plain *p, ac_str name, ac_json_type type)
{
	for (size_t i = 0; i < AC_COUNT(asked); i++)
		if (ac_str_eq(name, ac_str_from(asked[i])) && p->count < PICKS_MAX) {
			p->picks[p->count] =
			    (ac_json_pick){ { p->line.p + p->at, 0 }, (uint16_t)i, (uint8_t)type, false };
			return &p->picks[p->count++];
		}
	return NULL;
}

static bool plain_value(plain *p, ac_str name);

static bool
plain_member(plain *p, ac_str name)
{
	char room[NAME_MAX_BYTES];
	ac_str key;
	bool has_escapes;
	size_t n = 0;

	skip_blanks(p);
	if (peek(p) != '"' || !plain_string(p, &key, &has_escapes))
		return false;
	if (name.p) {
		memcpy(room, name.p, name.n);
		n = name.n;
		room[n++] = '.';
	}
	assert_true(n + key.n + 4 < sizeof(room));
	n += ac_json_unescape(key, room + n);
	skip_blanks(p);
	if (peek(p) != ':')
		return false;
	p->at++;
	return plain_value(p, (ac_str){ room, n });
}

static bool
plain_content(plain *p, ac_str name, bool is_array)
{
	char closing = is_array ? ']' : '}';

	p->at++;
	skip_blanks(p);
	if (peek(p) == closing) {
		p->at++;
		return true;
	}
	for (;;) {
		if (!(is_array ? plain_value(p, name) : plain_member(p, name)))
			return false;
		skip_blanks(p);
		if (peek(p) != ',' && peek(p) != closing)
			return false;
		if (p->line.p[p->at++] == closing)
			return true;
	}
}

static bool
plain_value(plain *p, ac_str name)
{
	ac_json_pick *pick;
	size_t begin;
	ac_json_type type;
	char c;

	skip_blanks(p);
	c = peek(p);
	begin = p->at;
	if (c == '"') {
		ac_str text;
		bool has_escapes;

		if (!plain_string(p, &text, &has_escapes))
			return false;
		pick = plain_add(p, name, AC_JSON_STRING);
		if (pick) {
			pick->raw = text;
			pick->has_escapes = has_escapes;
		}
		return true;
	}
	if (c == '[' || c == '{') {
		if (p->depth == AC_JSON_DEPTH_MAX)
			return false;
		pick = plain_add(p, name, c == '[' ? AC_JSON_ARRAY : AC_JSON_OBJECT);
		p->depth++;
		if (!plain_content(p, name, c == '['))
			return false;
		p->depth--;
		if (pick)
			pick->raw.n = p->at - begin;
		return true;
	}
	type = c == 't' ? AC_JSON_TRUE : c == 'f' ? AC_JSON_FALSE : c == 'n' ? AC_JSON_NULL : AC_JSON_NUMBER;
	if (type == AC_JSON_NUMBER ? !plain_number(p)
				   : !plain_word(p, type == AC_JSON_TRUE    ? "true"
						    : type == AC_JSON_FALSE ? "false"
									    : "null"))
		return false;
	/* A number or literal ends before white space, a token, or the end. */
	if (p->at < p->limit && !memchr(" \t\r{}[]:,\"", p->line.p[p->at], 10))
		return false;
	c = p->line.p[begin];
	p->at -= p->at - begin;
	pick = plain_add(p, name, type);
	while (p->at < p->limit && !memchr(" \t\r{}[]:,\"", p->line.p[p->at], 10))
		p->at++;
	if (pick)
		pick->raw.n = p->at - begin;
	return true;
}

static ac_json_line_state
read_plainly(plain *p, ac_str line)
{
	size_t kept = 0;
	bool good;

	p->line = line;
	p->limit = ac_utf8_valid_prefix(line);
	if (p->limit < line.n) {
		/* The byte that cannot be there may be the second or third of its character. */
		ac_utf8_part part = ac_utf8_look(line.p + p->limit, line.n - p->limit);

		p->limit += part.have;
	}
	p->at = p->count = p->depth = 0;
	skip_blanks(p);
	if (p->at == line.n)
		return AC_JSON_LINE_BLANK;
	good = plain_value(p, (ac_str){ NULL, 0 });
	skip_blanks(p);
	if (good && p->at == line.n)
		return AC_JSON_LINE_GOOD;
	/* What was not complete goes. */
	for (size_t i = 0; i < p->count; i++) {
		const ac_json_pick *pick = &p->picks[i];
		bool is_container = pick->type == AC_JSON_ARRAY || pick->type == AC_JSON_OBJECT;

		if (is_container ? pick->raw.n > 0
				 : pick->type == AC_JSON_STRING || pick->raw.p + pick->raw.n < line.p + p->limit)
			p->picks[kept++] = *pick;
	}
	p->count = kept;
	return AC_JSON_LINE_MALFORMED;
}

/* ---- comparison ---- */

static void
must_equal(const ac_json_line *got, const plain *want, ac_json_line_state state, const char *how)
{
	bool same = got->state == state && got->count == want->count && got->bad_at <= got->text.n &&
		    (got->wanted != NULL) == (state == AC_JSON_LINE_MALFORMED);

	for (size_t i = 0; i < want->count && same; i++)
		same = got->picks[i].raw.p == want->picks[i].raw.p && got->picks[i].raw.n == want->picks[i].raw.n &&
		       got->picks[i].path == want->picks[i].path && got->picks[i].type == want->picks[i].type &&
		       got->picks[i].has_escapes == want->picks[i].has_escapes;
	if (same)
		return;
	print_error("%s: '%.*s': state %d with %zu values, want %d with %zu (%s at %zu)\n", how, AC_FMT(got->text),
	    (int)got->state, got->count, (int)state, want->count, got->wanted ? got->wanted : "nothing", got->bad_at);
	for (size_t i = 0; i < got->count; i++)
		print_error("got %s: '%.*s'\n", asked[got->picks[i].path], AC_FMT(got->picks[i].raw));
	for (size_t i = 0; i < want->count; i++)
		print_error("want %s: '%.*s'\n", asked[want->picks[i].path], AC_FMT(want->picks[i].raw));
	fail();
}

static ac_arena arena;

/* What ac_json_parse says of it: the two agree but for what the header lists. */
static void
compare_with_reader(const ac_json_line *line)
{
	static const char *const more[] = { "each key once", "no NUL", "a low surrogate", "a high surrogate" };
	const ac_json *v;
	accord_err err = { 0 };
	int status;

	ac_arena_reset(&arena);
	status = ac_json_parse(line->text, AC_JSON_LIMITS, &arena, &v, &err);
	if (line->state == AC_JSON_LINE_GOOD && status == ACCORD_EINPUT) {
		for (size_t i = 0; i < AC_COUNT(more); i++)
			if (strstr(err.text, more[i]))
				return;
		print_error("'%.*s' is good, but: %s\n", AC_FMT(line->text), err.text);
		fail();
	}
	assert_true((line->state == AC_JSON_LINE_GOOD) == (status == 0) || status == ACCORD_ELIMIT);
}

/* All lines of text, with one kernel, in pieces of at most `piece` bytes more each time. */
static void
check_pieces(ac_str text, const ac_json_kernel *kernel, size_t piece)
{
	static plain want;
	ac_json_lines *lines = ac_json_lines_open(picker, kernel, AC_JSON_INDEX_LINES);
	size_t begin = 0, fed = 0;

	assert_non_null(lines);
	while (begin < text.n) {
		ac_json_line line;
		int status;
		char *copy;

		fed = text.n - fed < piece ? text.n : fed + piece;
		/* A copy of exactly what is there, so that a byte read behind it is seen. */
		copy = malloc(fed - begin + 1);
		assert_non_null(copy);
		memcpy(copy, text.p + begin, fed - begin);
		copy = realloc(copy, fed - begin);
		ac_json_lines_feed(lines, (ac_str){ copy, fed - begin }, fed == text.n);
		while ((status = ac_json_lines_next(lines, &line, NULL)) > 0) {
			ac_json_line_state state = read_plainly(&want, line.text);

			assert_null(memchr(line.text.p, '\n', line.text.n));
			must_equal(&line, &want, state, ac_json_kernel_name(kernel));
			if (state != AC_JSON_LINE_BLANK)
				compare_with_reader(&line);
		}
		assert_int_equal(status, 0);
		begin += ac_json_lines_used(lines);
		free(copy);
		assert_true(fed < text.n || begin == text.n);
	}
	(void)ac_json_lines_close(lines);
}

static void
check_text(ac_str text, size_t piece)
{
	const ac_json_kernel *kernel;

	for (size_t k = 0; (kernel = ac_json_kernel_at(k)); k++) {
		check_pieces(text, kernel, text.n ? text.n : 1);
		check_pieces(text, kernel, piece);
	}
}

/* ---- random lines ---- */

static uint64_t seed;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static void
make_blanks(ac_buf *out)
{
	static const char *const blanks[] = { " ", "\t", "\r", "   " };

	if (draw(12) == 0)
		ac_buf_add_cstr(out, blanks[draw(AC_COUNT(blanks))]);
}

static void
make_value(ac_buf *out, unsigned depth)
{
	static const char *const keys[] = { "a", "bb", "c", "d", "e", "f", "g", "h", "c.d", "c.e", "e.f", "event_type",
		"http", "hostname", "http_user_agent", "http_user_agents", "http_user_agentx", "src_ip", "src_port", "",
		".", "a.", "\\u0061", "\\u0062b", "src\\u005fip", "ev\\u0065nt_type", "\xc3\xa9t\xc3\xa9",
		"\\u00e9t\\u00e9", "x\\ny" };
	static const char *const scalars[] = { "0", "-0", "12", "443", "2100001", "123456789012", "1234567890123456",
		"12345678901234567", "-1.5", "1e9", "0.25E-3", "true", "false", "null", "\"\"", "\"x\"", "\"10.0.0.1\"",
		"\"\\/index\\/a\"", "\"\\u00e9\"", "\"caf\xc3\xa9\"", "\"\xe2\x80\xae\"", "\"{[,:]}\"", "\"\\\"\\\\\"",
		"\"a long text that goes over the border of a block of sixty-four bytes, with \\n in it\"" };
	unsigned kind = draw(depth < 6 ? 10 : 7), n = draw(4);

	make_blanks(out);
	if (kind < 7) {
		ac_buf_add_cstr(out, scalars[draw(AC_COUNT(scalars))]);
		make_blanks(out);
		return;
	}
	ac_buf_add_byte(out, kind < 9 ? '{' : '[');
	make_blanks(out);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			ac_buf_add_byte(out, ',');
		make_blanks(out);
		if (kind < 9) {
			ac_buf_add_byte(out, '"');
			ac_buf_add_cstr(out, keys[draw(AC_COUNT(keys))]);
			ac_buf_add_byte(out, '"');
			make_blanks(out);
			ac_buf_add_byte(out, ':');
		}
		make_value(out, depth + 1);
	}
	ac_buf_add_byte(out, kind < 9 ? '}' : ']');
	make_blanks(out);
}

static void
damage(ac_buf *text, size_t from)
{
	static const char bytes[] = "{}[]:,\"\\ \n\t01-.eEtfnu/\x01\x1f\x7f\x80\xc3\xe2\xff";
	unsigned hits = draw(3);

	for (unsigned i = 0; i < hits && text->n > from; i++)
		text->p[from + draw((uint32_t)(text->n - from))] = bytes[draw(sizeof(bytes) - 1)];
}

static void
json_pick__agrees_with_a_plain_reader(void **state)
{
	ac_buf text;

	(void)state;
	seed = 1;
	ac_buf_init(&text, AC_MIB);
	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	for (unsigned round = 0; round < 12000; round++) {
		unsigned count = 1 + draw(6);

		ac_buf_reset(&text);
		for (unsigned i = 0; i < count; i++) {
			size_t from = text.n;

			ac_buf_add_cstr(&text, draw(4) ? "{\"g\":" : "");
			make_value(&text, 0);
			ac_buf_add_cstr(&text, draw(4) ? "}" : "");
			if (round % 3)
				damage(&text, from);
			if (i + 1 < count || draw(2))
				ac_buf_add_cstr(&text, draw(8) ? "\n" : "\r\n \n");
		}
		check_text(ac_buf_view(&text), 1 + draw(200));
	}
	ac_arena_done(&arena);
	ac_buf_done(&text);
}

/* Many windows, with lines over their borders. */
static void
json_pick__lines_may_lie_across_windows(void **state)
{
	ac_buf text;

	(void)state;
	seed = 2;
	ac_buf_init(&text, AC_MIB);
	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	for (unsigned round = 0; round < 6; round++) {
		ac_buf_reset(&text);
		while (text.n < 120000) {
			size_t from = text.n;

			make_value(&text, 0);
			if (draw(10) == 0)
				damage(&text, from);
			ac_buf_add_byte(&text, '\n');
			if (draw(40) == 0) {
				/* One line longer than a window. */
				ac_buf_add_cstr(&text, "{\"a\":\"");
				for (unsigned i = 0; i < 3000; i++)
					ac_buf_add_cstr(&text, "\\\\ long ");
				ac_buf_add_cstr(&text, "\",\"bb\":1}\n");
			}
		}
		check_text(ac_buf_view(&text), 30000 + draw(30000));
	}
	ac_arena_done(&arena);
	ac_buf_done(&text);
}

/* ---- single facts ---- */

typedef struct row {
	const char *line;
	ac_json_line_state state;
	const char *picks; /* "path=raw;" */
	size_t bad_at;
	const char *wanted;
} row;

static void
show(ac_buf *out, const ac_json_line *line)
{
	ac_buf_reset(out);
	for (size_t i = 0; i < line->count; i++)
		ac_buf_printf(out, "%s=%.*s;", asked[line->picks[i].path], AC_FMT(line->picks[i].raw));
}

static void
json_pick__tells_what_the_header_says(void **state)
{
	static const row rows[] = {
		{ "{\"src_ip\":\"10.0.0.1\",\"x\":{\"src_ip\":1},\"a\":[]}", AC_JSON_LINE_GOOD, "src_ip=10.0.0.1;a=[];",
		    0, NULL },
		/* A doubled key each time. */
		{ "{\"a\":1,\"a\":2,\"\\u0061\":3}", AC_JSON_LINE_GOOD, "a=1;a=2;a=3;", 0, NULL },
		/* Keys with dots, and in whatever steps. */
		{ "{\"c.e.f\":1,\"c\":{\"e.f\":2,\"e\":{\"f\":3}},\"c.e\":{\"f\":4}}", AC_JSON_LINE_GOOD,
		    "c.e.f=1;c.e.f=2;c.e.f=3;c.e.f=4;", 0, NULL },
		/* An array, then what is in it; containers before their content. */
		{ "[{\"g\":[{\"h\":1},{\"h\":true}],\"a\":[1,[\"x\"]]}]", AC_JSON_LINE_GOOD,
		    "g=[{\"h\":1},{\"h\":true}];g={\"h\":1};g.h=1;g={\"h\":true};g.h=true;a=[1,[\"x\"]];a=1;a=[\"x\"];"
		    "a=x;",
		    0, NULL },
		{ " \t\r", AC_JSON_LINE_BLANK, "", 0, NULL },
		{ "7", AC_JSON_LINE_GOOD, "", 0, NULL },
		{ "{\"a\":1,}", AC_JSON_LINE_MALFORMED, "a=1;", 7, "a key" },
		{ "{\"a\":1,\"g\":{\"h\":2", AC_JSON_LINE_MALFORMED, "a=1;", 17, "',' or '}'" },
		{ "{\"a\":1,\"bb\":2 ", AC_JSON_LINE_MALFORMED, "a=1;bb=2;", 14, "',' or '}'" },
		{ "{\"a\":\"x\",\"bb\":\"", AC_JSON_LINE_MALFORMED, "a=x;", 15, "'\"' behind a string" },
		{ "{\"a\":\"x\",\"bb\":\"\xff\"}", AC_JSON_LINE_MALFORMED, "a=x;", 15, "UTF-8" },
		{ "{\"a\":\"x\",\"bb\":\"\x01\"}", AC_JSON_LINE_MALFORMED, "a=x;", 15, "controls in a string escaped" },
		{ "{\"a\":\"x\",\"bb\":\"\\x\"}", AC_JSON_LINE_MALFORMED, "a=x;", 15,
		    "an escape: one of \"\\/bfnrt or u and four hexadecimal digits" },
		{ "{\"a\":01}", AC_JSON_LINE_MALFORMED, "", 5, "a value" },
		{ "{\"a\":1 2}", AC_JSON_LINE_MALFORMED, "a=1;", 7, "',' or '}'" },
		{ "{\"a\" 1}", AC_JSON_LINE_MALFORMED, "", 5, "':'" },
		{ "[1}", AC_JSON_LINE_MALFORMED, "", 2, "',' or ']'" },
		{ "{} {}", AC_JSON_LINE_MALFORMED, "", 3, "the end of the line" },
		{ "\xef\xbb\xbf{}", AC_JSON_LINE_MALFORMED, "", 0, "a value" },
		{ "{\"a\":\"\\u0000\\ud800\"}", AC_JSON_LINE_GOOD, "a=\\u0000\\ud800;", 0, NULL },
	};
	ac_buf shown;

	(void)state;
	ac_buf_init(&shown, AC_MIB);
	/* Each alone, in the middle of others, and with room behind it. */
	for (size_t i = 0; i < 3 * AC_COUNT(rows); i++) {
		const row *r = &rows[i / 3];
		ac_json_lines *lines = ac_json_lines_open(picker, ac_json_kernel_best(), AC_JSON_INDEX_LINES);
		ac_json_line line;
		ac_buf text;

		assert_non_null(lines);
		ac_buf_init(&text, AC_MIB);
		ac_buf_printf(&text, "%s%s%s", i % 3 == 1 ? "{\"a\":\"\n" : "", r->line,
		    i % 3 ? "\n{\"a\":\"one more line, long enough\"}\n" : "");
		ac_json_lines_feed(lines, ac_buf_view(&text), true);
		assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
		if (i % 3 == 1)
			assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
		assert_str(line.text, ac_str_from(r->line));
		show(&shown, &line);
		assert_str(ac_buf_view(&shown), ac_str_from(r->picks));
		assert_int_equal(line.state, r->state);
		assert_int_equal(line.bad_at, r->bad_at);
		assert_str(ac_str_from(line.wanted), ac_str_from(r->wanted));
		(void)ac_json_lines_close(lines);
		ac_buf_done(&text);
	}
	ac_buf_done(&shown);
}

static void
json_pick__one_text_may_go_over_lines(void **state)
{
	ac_json_lines *lines = ac_json_lines_open(picker, ac_json_kernel_best(), AC_JSON_INDEX_TEXT);
	ac_json_line line;

	(void)state;
	assert_non_null(lines);
	ac_json_lines_feed(lines, AC_S("{\n\t\"a\": [\n1\n]\n}\n"), true);
	assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
	assert_int_equal(line.state, AC_JSON_LINE_GOOD);
	assert_int_equal(line.count, 2);
	assert_str(line.picks[1].raw, AC_S("1"));
	assert_int_equal(ac_json_lines_next(lines, &line, NULL), 0);
	ac_json_lines_feed(lines, AC_S("{\"a\":\"\n\"}"), true);
	assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
	assert_int_equal(line.state, AC_JSON_LINE_MALFORMED);
	assert_int_equal(line.bad_at, 6);
	(void)ac_json_lines_close(lines);
}

static void
json_pick__nesting_has_a_ceiling(void **state)
{
	char text[2 * AC_JSON_DEPTH_MAX + 2];

	(void)state;
	for (size_t depth = AC_JSON_DEPTH_MAX; depth <= AC_JSON_DEPTH_MAX + 1; depth++) {
		ac_json_lines *lines = ac_json_lines_open(picker, ac_json_kernel_best(), AC_JSON_INDEX_LINES);
		ac_json_line line;

		assert_non_null(lines);
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		ac_json_lines_feed(lines, (ac_str){ text, 2 * depth }, true);
		assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
		assert_int_equal(line.state, depth > AC_JSON_DEPTH_MAX ? AC_JSON_LINE_MALFORMED : AC_JSON_LINE_GOOD);
		(void)ac_json_lines_close(lines);
	}
}

static void
json_pick__a_line_over_the_ceiling_ends_where_lines_do(void **state)
{
	ac_json_lines *lines = ac_json_lines_open(picker, ac_json_kernel_best(), AC_JSON_INDEX_LINES);
	ac_json_line line;
	ac_buf text;

	(void)state;
	assert_non_null(lines);
	ac_buf_init(&text, 8 * AC_MIB);
	ac_buf_add_cstr(&text, "{\"a\":1,\"bb\":[");
	while (text.n < 2 * AC_JSON_LINE_MAX)
		ac_buf_add_cstr(&text, "[],");
	ac_buf_add_cstr(&text, "[]]}\n{\"a\":2}\n");
	ac_json_lines_feed(lines, ac_buf_view(&text), true);
	assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
	assert_int_equal(line.state, AC_JSON_LINE_TOO_LONG);
	assert_str(line.picks[0].raw, AC_S("1"));
	assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
	assert_int_equal(line.state, AC_JSON_LINE_GOOD);
	assert_str(line.picks[0].raw, AC_S("2"));
	assert_int_equal(ac_json_lines_next(lines, &line, NULL), 0);
	(void)ac_json_lines_close(lines);
	ac_buf_done(&text);
}

static void
json_pick__refuses_paths_that_mean_nothing(void **state)
{
	static const char *const bad[] = { "", ".", "a.", ".a", "a..b", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q" };
	ac_str many[AC_JSON_PICK_PATHS_MAX + 1], twice[] = { AC_S("a"), AC_S("b"), AC_S("a") };
	ac_json_picker *p = NULL;
	accord_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(bad); i++) {
		ac_str path = ac_str_from(bad[i]);

		assert_int_equal(ac_json_picker_open(&path, 1, &p, &err), i < 5 ? ACCORD_EINPUT : ACCORD_ELIMIT);
	}
	assert_int_equal(ac_json_picker_open(twice, 3, &p, &err), ACCORD_EINPUT);
	for (size_t i = 0; i < AC_COUNT(many); i++)
		many[i] = AC_S("x");
	assert_int_equal(ac_json_picker_open(many, AC_COUNT(many), &p, &err), ACCORD_ELIMIT);
	assert_null(p);
	assert_int_equal(ac_json_picker_open(NULL, 0, &p, &err), 0);
	p = ac_json_picker_close(p);
}

/* The largest table there can be: every path of full length, all different; every one is found. */
static void
json_pick__finds_each_of_the_most_paths(void **state)
{
	ac_buf names, text;
	ac_str paths[AC_JSON_PICK_PATHS_MAX];
	ac_json_picker *p;
	ac_json_lines *lines;
	ac_json_line line;

	(void)state;
	ac_buf_init(&names, AC_MIB);
	ac_buf_init(&text, AC_MIB);
	assert_non_null(ac_buf_reserve(&names, 64 * 1024)); /* views stay */
	for (unsigned i = 0; i < AC_COUNT(paths); i++) {
		size_t from = names.n;

		for (unsigned step = 0; step < AC_JSON_PICK_STEPS_MAX; step++)
			ac_buf_printf(&names, "%sk%u_%u", step ? "." : "", i, step);
		paths[i] = (ac_str){ names.p + from, names.n - from };
		ac_buf_printf(&text, "%s\"%.*s\":%u", i ? "," : "{", AC_FMT(paths[i]), i);
	}
	ac_buf_add_cstr(&text, "}\n                                  ");
	assert_int_equal(ac_json_picker_open(paths, AC_COUNT(paths), &p, NULL), 0);
	lines = ac_json_lines_open(p, ac_json_kernel_best(), AC_JSON_INDEX_LINES);
	assert_non_null(lines);
	ac_json_lines_feed(lines, ac_buf_view(&text), true);
	assert_int_equal(ac_json_lines_next(lines, &line, NULL), 1);
	assert_int_equal(line.count, AC_COUNT(paths));
	for (size_t i = 0; i < line.count; i++)
		assert_int_equal(line.picks[i].path, i);
	(void)ac_json_lines_close(lines);
	(void)ac_json_picker_close(p);
	ac_buf_done(&names);
	ac_buf_done(&text);
}

static int
pick_all(ac_str text, size_t *out_count)
{
	ac_str paths[] = { AC_S("a"), AC_S("b.c.d"), AC_S("e.f"), AC_S("g"), AC_S("h"), AC_S("i") };
	ac_json_picker *p = NULL;
	ac_json_lines *lines;
	ac_json_line line;
	int status = ac_json_picker_open(paths, AC_COUNT(paths), &p, NULL);

	if (status)
		return status;
	lines = ac_json_lines_open(p, ac_json_kernel_best(), AC_JSON_INDEX_LINES);
	status = lines ? 0 : ACCORD_ENOMEM;
	*out_count = 0;
	if (lines) {
		ac_json_lines_feed(lines, text, true);
		while ((status = ac_json_lines_next(lines, &line, NULL)) > 0)
			*out_count += line.count;
	}
	(void)ac_json_lines_close(lines);
	(void)ac_json_picker_close(p);
	return status;
}

static void
json_pick__survives_every_allocation_failure(void **state)
{
	ac_buf text;
	size_t count = 0;
	unsigned long n;

	(void)state;
	ac_buf_init(&text, AC_MIB);
	ac_buf_add_cstr(&text, "{\"a\":[");
	for (unsigned i = 0; i < 20000; i++)
		ac_buf_add_cstr(&text, "1,");
	ac_buf_add_cstr(&text, "1]}\n");
	for (n = 1;; n++) {
		int status;

		fail_malloc_at(n);
		status = pick_all(ac_buf_view(&text), &count);
		if (!fail_malloc_done()) {
			assert_int_equal(status, 0);
			assert_int_equal(count, 20002);
			break;
		}
		assert_int_equal(status, ACCORD_ENOMEM);
	}
	assert_true(n > 8);
	ac_buf_done(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(json_pick__tells_what_the_header_says, setup, teardown),
		cmocka_unit_test_setup_teardown(json_pick__agrees_with_a_plain_reader, setup, teardown),
		cmocka_unit_test_setup_teardown(json_pick__lines_may_lie_across_windows, setup, teardown),
		cmocka_unit_test_setup_teardown(json_pick__one_text_may_go_over_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(json_pick__nesting_has_a_ceiling, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    json_pick__a_line_over_the_ceiling_ends_where_lines_do, setup, teardown),
		cmocka_unit_test(json_pick__refuses_paths_that_mean_nothing),
		cmocka_unit_test(json_pick__finds_each_of_the_most_paths),
		cmocka_unit_test(json_pick__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
