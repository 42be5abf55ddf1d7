/* SPDX-License-Identifier: Apache-2.0 */
/* Words, columns and headings on a terminal. Knows nothing of what the text is about. */
#include "know/layout.h"

#include "base/limits.h"

#include <stdio.h>

/* Ranges of code points that take two columns (Unicode TR 11, East_Asian_Width W and F, and emoji presentation), joined where the gaps are unassigned. */
static const struct {
	uint32_t from, to;
} wide[] = {
	{ 0x1100, 0x115f },
	{ 0x231a, 0x231b },
	{ 0x2e80, 0x303e },
	{ 0x3041, 0x33ff },
	{ 0x3400, 0x4dbf },
	{ 0x4e00, 0x9fff },
	{ 0xa000, 0xa4cf },
	{ 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x16fe0, 0x18cff },
	{ 0x1b000, 0x1b2ff },
	{ 0x1f300, 0x1f64f },
	{ 0x1f900, 0x1f9ff },
	{ 0x20000, 0x3fffd },
};

/* Combining marks of the scripts that names are written in, and joiners: no column of their own. */
static const struct {
	uint32_t from, to;
} narrow[] = {
	{ 0x0300, 0x036f },
	{ 0x0483, 0x0489 },
	{ 0x0591, 0x05bd },
	{ 0x064b, 0x065f },
	{ 0x0e31, 0x0e31 },
	{ 0x0e34, 0x0e3a },
	{ 0x0e47, 0x0e4e },
	{ 0x200b, 0x200d },
	{ 0x20d0, 0x20ff },
	{ 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f },
};

/* One word or cell; an URL of a page is at most 8 KiB. */
#define WORD_MAX (64 * AC_KIB)
/* Bytes of content that are shown of one word: made visible, each may take eight. */
#define WORD_BYTES_MAX (WORD_MAX / 8)

#define BOLD "\x1b[1m"
#define PLAIN "\x1b[0m"

unsigned
ac_layout_columns(uint32_t code_point)
{
	for (size_t i = 0; i < AC_COUNT(narrow); i++)
		if (code_point >= narrow[i].from && code_point <= narrow[i].to)
			return 0;
	for (size_t i = 0; i < AC_COUNT(wide); i++)
		if (code_point >= wide[i].from && code_point <= wide[i].to)
			return 2;
	return 1;
}

unsigned
ac_layout_width(ac_str text)
{
	unsigned columns = 0;

	for (size_t at = 0; at < text.n;)
		columns += ac_layout_columns(ac_utf8_next(text, &at, NULL));
	return columns;
}

void
ac_layout_init(ac_layout *layout, ac_buf *buf, unsigned width, bool colour)
{
	*layout = (ac_layout){ .buf = buf, .width = width, .colour = colour };
}

void
ac_layout_break(ac_layout *layout)
{
	if (layout->column)
		ac_buf_add_byte(layout->buf, '\n');
	layout->column = 0;
	layout->need_space = false;
}

void
ac_layout_blank(ac_layout *layout)
{
	ac_layout_break(layout);
	ac_buf_add_byte(layout->buf, '\n');
}

static void
bold(ac_layout *layout, const char *code)
{
	if (layout->colour)
		ac_buf_add_cstr(layout->buf, code);
}

void
ac_layout_heading(ac_layout *layout, const char *text)
{
	ac_layout_blank(layout);
	bold(layout, BOLD);
	ac_buf_add_cstr(layout->buf, text);
	bold(layout, PLAIN);
	layout->column = (unsigned)strlen(text);
	layout->need_space = true;
}

void
ac_layout_title(ac_layout *layout, ac_str text)
{
	size_t before = layout->buf->n;
	unsigned columns;

	ac_layout_break(layout);
	bold(layout, BOLD);
	before = layout->buf->n;
	ac_utf8_add_visible(layout->buf, text, 512);
	columns = ac_layout_width(ac_str_slice(ac_buf_view(layout->buf), before, layout->buf->n));
	bold(layout, PLAIN);
	ac_buf_add_byte(layout->buf, '\n');
	if (columns > layout->width)
		columns = layout->width;
	for (unsigned i = 0; i < columns; i++)
		ac_buf_add_byte(layout->buf, '=');
	ac_buf_add_byte(layout->buf, '\n');
}

static void
pad_to(ac_layout *layout, unsigned column)
{
	while (layout->column < column) {
		ac_buf_add_byte(layout->buf, ' ');
		layout->column++;
	}
}

void
ac_layout_line(ac_layout *layout, unsigned column, unsigned indent)
{
	ac_layout_break(layout);
	layout->indent = indent;
	pad_to(layout, column);
	layout->need_space = false;
}

/* Add text as it can be shown; its columns, after what cannot be shown was made visible. */
static unsigned
add_visible(ac_layout *layout, ac_str text)
{
	size_t before = layout->buf->n;

	ac_utf8_add_visible(layout->buf, text, WORD_BYTES_MAX);
	return ac_layout_width(ac_str_slice(ac_buf_view(layout->buf), before, layout->buf->n));
}

/* The word is written to be measured, and again where it belongs. */
static void
add_word(ac_layout *layout, ac_str word)
{
	size_t before = layout->buf->n;
	unsigned columns = add_visible(layout, word);

	layout->buf->n = before;
	if (layout->need_space && layout->column + 1 + columns > layout->width && layout->column > layout->indent) {
		ac_buf_add_byte(layout->buf, '\n');
		layout->column = 0;
		pad_to(layout, layout->indent);
		layout->need_space = false;
	}
	if (layout->need_space) {
		ac_buf_add_byte(layout->buf, ' ');
		layout->column++;
	}
	layout->column += add_visible(layout, word);
	layout->need_space = true;
}

void
ac_layout_words(ac_layout *layout, ac_str text)
{
	size_t from = 0;

	while (from < text.n) {
		size_t to;

		while (from < text.n && ac_is_space(text.p[from]))
			from++;
		to = from;
		while (to < text.n && !ac_is_space(text.p[to]))
			to++;
		if (to > from)
			add_word(layout, ac_str_slice(text, from, to));
		from = to;
	}
}

void
ac_layout_printf(ac_layout *layout, const char *format, ...)
{
	ac_buf words;
	va_list args;
	char *room;
	int n;

	ac_buf_init(&words, WORD_MAX);
	room = ac_buf_reserve(&words, WORD_BYTES_MAX);
	va_start(args, format);
	n = room ? vsnprintf(room, WORD_BYTES_MAX, format, args) : 0;
	va_end(args);
	if (n > 0)
		ac_buf_commit(&words, (size_t)n < WORD_BYTES_MAX ? (size_t)n : WORD_BYTES_MAX - 1);
	if (words.failed && !layout->buf->failed)
		layout->buf->failed = words.failed;
	ac_layout_words(layout, ac_buf_view(&words));
	ac_buf_done(&words);
}

/* Bytes of the visible text that fit into `columns`. */
static size_t
fitting(ac_str text, unsigned columns)
{
	size_t at = 0, kept = 0;
	unsigned used = 0;

	while (at < text.n) {
		used += ac_layout_columns(ac_utf8_next(text, &at, NULL));
		if (used > columns)
			break;
		kept = at;
	}
	return kept;
}

void
ac_layout_cell(ac_layout *layout, ac_str text, unsigned columns)
{
	unsigned end = layout->column + columns, width;
	size_t before = layout->buf->n;

	width = add_visible(layout, text);
	if (width > columns && columns > 3) {
		ac_str shown = ac_str_slice(ac_buf_view(layout->buf), before, layout->buf->n);

		layout->buf->n = before + fitting(shown, columns - 3);
		width = ac_layout_width(ac_str_slice(shown, 0, layout->buf->n - before)) + 3;
		ac_buf_add_cstr(layout->buf, "...");
	}
	layout->column += width;
	pad_to(layout, end);
	layout->need_space = true;
}

void
ac_layout_list(ac_layout *layout, const ac_str *items, size_t count, size_t most)
{
	size_t shown = count > most ? most : count;

	for (size_t i = 0; i < shown; i++) {
		ac_layout_words(layout, items[i]);
		if (i + 1 < shown && items[i].n) {
			ac_buf_add_byte(layout->buf, ',');
			layout->column++;
		}
	}
	if (count > shown)
		ac_layout_printf(layout, "and %zu more", count - shown);
}

/* Length of a citation mark at the front of text: "(Citation: X)" or "<sup>...</sup>"; 0 when there is none. */
static size_t
citation_length(ac_str text)
{
	size_t end;

	if (ac_str_starts(text, AC_S("(Citation:"))) {
		end = ac_str_find_byte(text, ')');
		return end < text.n ? end + 1 : 0;
	}
	if (!ac_str_starts(text, AC_S("<sup>")))
		return 0;
	end = ac_str_find(text, AC_S("</sup>"));
	return end < text.n ? end + sizeof("</sup>") - 1 : 0;
}

/* "[Name](link)" at the front of text: its name, and the whole length; 0 when there is none. */
static size_t
link_length(ac_str text, ac_str *out_name)
{
	size_t close = ac_str_find_byte(text, ']'), end;

	if (text.n == 0 || text.p[0] != '[' || close + 1 >= text.n || text.p[close + 1] != '(')
		return 0;
	end = close + ac_str_find_byte(ac_str_slice(text, close, text.n), ')');
	*out_name = ac_str_slice(text, 1, close);
	return end < text.n ? end + 1 : 0;
}

static size_t
tag_length(ac_str text)
{
	static const ac_str tags[] = { AC_S_INIT("<code>"), AC_S_INIT("</code>"), AC_S_INIT("<b>"), AC_S_INIT("</b>"),
		AC_S_INIT("<br>"), AC_S_INIT("<p>"), AC_S_INIT("</p>") };

	for (size_t i = 0; i < AC_COUNT(tags); i++)
		if (ac_str_starts(text, tags[i]))
			return tags[i].n;
	return 0;
}

ac_str
ac_layout_plain(ac_str prose, ac_arena *arena)
{
	char *out = ac_arena_alloc(arena, prose.n + 1);
	size_t n = 0;

	for (size_t at = 0; out && at < prose.n;) {
		ac_str rest = ac_str_slice(prose, at, prose.n), name = { 0 };
		size_t length = citation_length(rest);

		if (length == 0)
			length = tag_length(rest);
		if (length == 0)
			length = link_length(rest, &name);
		if (length == 0) {
			out[n++] = prose.p[at++];
			continue;
		}
		for (size_t i = 0; i < name.n; i++)
			out[n++] = name.p[i];
		at += length;
	}
	return out ? (ac_str){ out, n } : prose;
}
