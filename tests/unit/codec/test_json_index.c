/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structural index of JSON: every kernel against a reader that goes byte by byte and is written from the header's words, over
 * random and hostile texts, at all alignments and with windows cut everywhere. The kernels for AVX-512 and NEON are here in plain C through
 * SIMDe, so that they are proved where the processor lacks them.
 */
#include "test.h"

#include "base/utf8.h"
#include "codec/json_index.h"
#include "json_index_simde.h"

#define TEXT_MAX 2048

typedef struct answer {
	uint32_t entries[TEXT_MAX + 64];
	size_t count;
	ac_json_flaw flaw;
	uint64_t flaw_at;
	bool is_odd; /* of a text without flaw */
} answer;

/* ---- the reference ---- */

typedef struct reference {
	bool in_string, escaped, in_scalar;
	size_t next;     /* where the next character begins */
	size_t bad;      /* the byte that cannot be there, or SIZE_MAX */
	size_t bidi_end; /* the last byte of the newest bidi control, or SIZE_MAX */
} reference;

/* A character begins at byte i. */
static void
look_character(reference *r, ac_str text, size_t i)
{
	ac_utf8_part part = ac_utf8_look(text.p + i, text.n - i);
	size_t at = i;

	if (part.want == 0)
		r->bad = i;
	else if (part.have < part.want)
		r->bad = i + part.have; /* text.n when the text ends in the character */
	else if (ac_is_bidi_control(ac_utf8_next(text, &at, NULL)))
		r->bidi_end = at - 1;
	r->next = i + (part.want ? part.want : 1);
}

/* Is the byte at i an entry? */
static bool
look_byte(reference *r, char c, size_t i, bool lines)
{
	bool was_escaped = r->escaped, was_scalar = r->in_scalar;

	r->escaped = c == '\\' && !was_escaped;
	r->in_scalar = false;
	if (c == '"' && !was_escaped) {
		r->in_string = !r->in_string;
		return true;
	}
	if (r->in_string)
		return r->escaped || r->bidi_end == i;
	if (c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',')
		return true;
	if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
		return lines && c == '\n';
	r->in_scalar = true;
	return !was_scalar;
}

static void
refer(ac_str text, bool lines, answer *out)
{
	reference r = { .bad = SIZE_MAX, .bidi_end = SIZE_MAX };

	out->count = 0;
	out->flaw = AC_JSON_FLAW_NONE;
	out->flaw_at = 0;
	for (size_t i = 0; i < text.n && !out->flaw; i++) {
		if (i == r.next && r.bad == SIZE_MAX)
			look_character(&r, text, i);
		if (i == r.bad)
			out->flaw = AC_JSON_FLAW_UTF8;
		else if (r.in_string && (unsigned char)text.p[i] < 0x20)
			out->flaw = AC_JSON_FLAW_CONTROL;
		else if (look_byte(&r, text.p[i], i, lines))
			out->entries[out->count++] = (uint32_t)i;
		out->flaw_at = out->flaw ? i : 0;
	}
	if (!out->flaw && (r.bad != SIZE_MAX || r.in_string)) {
		out->flaw = r.bad != SIZE_MAX ? AC_JSON_FLAW_UTF8 : AC_JSON_FLAW_OPEN;
		out->flaw_at = text.n;
	}
	out->is_odd = false;
	for (size_t i = 0; i < text.n && !out->flaw; i++)
		out->is_odd |= text.p[i] == '\\' || (unsigned char)text.p[i] > 0x7f;
}

/* ---- kernels ---- */

static const ac_json_kernel *
kernel_at(size_t i)
{
	const ac_json_kernel *more[] = { json_index_simde_avx512(), json_index_simde_neon() };
	size_t own = 0;

	while (ac_json_kernel_at(own))
		own++;
	if (i < own)
		return ac_json_kernel_at(i);
	return i - own < AC_COUNT(more) ? more[i - own] : NULL;
}

/* Index the window [from, to) from a copy of exactly its size at an alignment, so that a byte read beside it is seen. */
static bool
add_window(ac_json_index *ix, ac_str text, size_t from, size_t to, size_t alignment, answer *out)
{
	char *room = malloc(alignment + (to - from) + 1), *copy = room + alignment;

	assert_non_null(room);
	if (to > from)
		memcpy(copy, text.p + from, to - from);
	/* Without a byte behind it: the copy ends where the allocation does. */
	room = realloc(room, alignment + (to - from) ? alignment + (to - from) : 1);
	assert_non_null(room);
	out->count += ac_json_index_next(ix, room + alignment, to - from, (uint32_t)from, out->entries + out->count);
	free(room);
	return ix->flaw == AC_JSON_FLAW_NONE;
}

static void
finish(ac_json_index *ix, ac_str text, answer *out)
{
	out->flaw = ac_json_index_end(ix, text.n);
	out->flaw_at = ix->flaw_at;
	out->is_odd = !ix->flaw && ix->is_odd;
}

static void
must_equal(const ac_json_kernel *kernel, ac_str text, const answer *got, const answer *want, size_t cut)
{
	bool same = got->count == want->count && got->flaw == want->flaw && got->flaw_at == want->flaw_at &&
		    got->is_odd == want->is_odd &&
		    memcmp(got->entries, want->entries, got->count * sizeof(*got->entries)) == 0;

	if (same)
		return;
	print_error("%s, cut %zu: %zu entries, flaw %d at %u, odd %d; want %zu, %d at %u, %d\n",
	    ac_json_kernel_name(kernel), cut, got->count, (int)got->flaw, (unsigned)got->flaw_at, got->is_odd,
	    want->count, (int)want->flaw, (unsigned)want->flaw_at, want->is_odd);
	for (size_t i = 0; i < got->count || i < want->count; i++)
		if (i >= got->count || i >= want->count || got->entries[i] != want->entries[i]) {
			print_error("entry %zu: %d, want %d\n", i, i < got->count ? (int)got->entries[i] : -1,
			    i < want->count ? (int)want->entries[i] : -1);
			break;
		}
	for (size_t i = 0; i < text.n; i++)
		print_error("%02x ", (unsigned)(unsigned char)text.p[i]);
	fail();
}

/* ---- cases ---- */

static answer got, want;

/* Whole at one alignment, and cut in two at every place. */
static void
check_cuts(ac_str text, bool lines, size_t alignment, bool all_cuts)
{
	const ac_json_kernel *kernel;

	refer(text, lines, &want);
	for (size_t k = 0; (kernel = kernel_at(k)); k++) {
		for (size_t cut = 0; cut <= (all_cuts ? text.n : 0); cut++) {
			ac_json_index ix;

			ac_json_index_init(&ix, kernel, lines ? AC_JSON_INDEX_LINES : AC_JSON_INDEX_TEXT);
			got.count = 0;
			if (add_window(&ix, text, 0, cut, alignment, &got))
				(void)add_window(&ix, text, cut, text.n, alignment, &got);
			finish(&ix, text, &got);
			must_equal(kernel, text, &got, &want, cut);
		}
	}
}

/* Windows of `size` bytes. */
static void
check_windows(ac_str text, bool lines, size_t size)
{
	const ac_json_kernel *kernel;

	refer(text, lines, &want);
	for (size_t k = 0; (kernel = kernel_at(k)); k++) {
		ac_json_index ix;
		bool good = true;

		ac_json_index_init(&ix, kernel, lines ? AC_JSON_INDEX_LINES : AC_JSON_INDEX_TEXT);
		got.count = 0;
		for (size_t at = 0; at < text.n && good; at += size)
			good = add_window(&ix, text, at, at + size < text.n ? at + size : text.n, 0, &got);
		finish(&ix, text, &got);
		must_equal(kernel, text, &got, &want, size);
	}
}

/* A fixed sequence: the same texts in every run. */
static uint64_t seed;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

/* What random texts are made of: many pieces in a row make many states. */
static const char *const structure[] = { "{", "}", "[", "]", ":", ",", "\"", "\"", "\\", "\\\"", "\\\\", " ", "\n",
	"\t", "\r", "1", "true", "null", "-0.5e9", "abc", "\"key\":", "\"a b c d e f g h i j k l m n o p\",", "\\u00e9",
	"                        " };
static const char *const characters[] = { "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xe2\x80\x8e",
	"\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xd8\x9c", "\xe2\x80\x8d",
	"\xe2\x80\x90", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa", "\xd8\x9b", "\xef\xbb\xbf",
	"\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80", "\xc2\x80",
	"\xdf\xbf" };
static const char *const hostile[] = { "\x01", "\x0b", "\x0c", "\x1a", "\x1f", "\x7f", "\x80", "\xbf", "\xc0",
	"\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98",
	"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\xe2\x80\x8e\x80" };

static ac_str
make_text(char *room, size_t n, unsigned characters_in_100, unsigned hostile_in_1000)
{
	size_t at = 0;

	while (at < n) {
		const char *piece = draw(100) < characters_in_100 ? characters[draw(AC_COUNT(characters))]
								  : structure[draw(AC_COUNT(structure))];

		if (draw(1000) < hostile_in_1000)
			piece = hostile[draw(AC_COUNT(hostile))];
		for (; *piece && at < n; piece++)
			room[at++] = *piece;
	}
	return (ac_str){ room, n };
}

static void
json_index__every_kernel_agrees_on_random_texts(void **state)
{
	char room[TEXT_MAX];

	(void)state;
	seed = 1;
	for (unsigned i = 0; i < 3000; i++) {
		ac_str text = make_text(room, draw(400), i % 4 * 20, i % 3 * 4);

		check_cuts(text, i & 1, i % 64, false);
		check_windows(text, i & 1, 1 + draw(130));
	}
}

static void
json_index__windows_may_be_cut_at_every_byte(void **state)
{
	char room[TEXT_MAX];

	(void)state;
	seed = 2;
	for (unsigned i = 0; i < 60; i++) {
		ac_str text = make_text(room, 150 + draw(100), i % 4 * 25, i % 3 * 5);

		check_cuts(text, i & 1, 0, true);
		for (size_t size = 1; size < 70; size++)
			check_windows(text, i & 1, size);
	}
}

/* A text without any flaw, longer than many blocks, at every alignment. */
static void
json_index__every_alignment_is_the_same(void **state)
{
	char room[TEXT_MAX];

	(void)state;
	for (size_t alignment = 0; alignment < 64; alignment++) {
		seed = 3 + alignment;
		check_cuts(make_text(room, 700 + alignment, 10, 0), alignment & 1, alignment, false);
	}
}

static void
json_index__runs_of_backslashes_of_every_length(void **state)
{
	char room[TEXT_MAX];

	(void)state;
	for (size_t begin = 0; begin < 66; begin += 5)
		for (size_t run = 0; run < 140; run++) {
			size_t n = 0;

			memset(room, ' ', begin);
			n = begin;
			room[n++] = '"';
			memset(room + n, '\\', run);
			n += run;
			memcpy(room + n, "\",1\"", 4);
			check_cuts((ac_str){ room, n + 4 }, false, 0, false);
			check_windows((ac_str){ room, n + 4 }, false, 64 + run % 3);
			/* And outside of strings. */
			room[begin] = ' ';
			check_cuts((ac_str){ room, n + 4 }, true, 0, false);
		}
}

/* A byte that begins no character, at each place: its own block may not know yet. */
static void
json_index__lone_leads_are_no_entries(void **state)
{
	static const unsigned char leads[] = { 0xc0, 0xc1, 0xf5, 0xff };
	char room[140];

	(void)state;
	for (size_t at = 0; at < 130; at++)
		for (size_t i = 0; i < AC_COUNT(leads); i++) {
			memset(room, i & 1 ? ',' : 'x', sizeof(room));
			room[at] = (char)leads[i];
			check_windows((ac_str){ room, 132 }, false, 64 + at % 3 * 33);
			check_windows((ac_str){ room, at + 1 }, false, 64);
		}
}

/* All sequences of four bytes out of those at the borders of UTF-8's classes, at each place around a block's end. */
static void
json_index__utf8_is_checked_at_all_borders(void **state)
{
	static const unsigned char borders[] = { 0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
		0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff };
	char room[80];
	size_t count = AC_COUNT(borders);

	(void)state;
	for (size_t i = 0; i < count * count * count * count; i++) {
		size_t at = 58 + i % 7;

		memset(room, 'x', sizeof(room));
		room[0] = '"';
		room[at] = (char)borders[i % count];
		room[at + 1] = (char)borders[i / count % count];
		room[at + 2] = (char)borders[i / count / count % count];
		room[at + 3] = (char)borders[i / count / count / count];
		check_windows((ac_str){ room, 72 }, false, 72 - (i % 2) * 8);
	}
}

static void
json_index__tells_what_the_header_says(void **state)
{
	static const struct {
		const char *text;
		bool lines;
		uint32_t entries[12];
		size_t count;
		ac_json_flaw flaw;
		uint64_t flaw_at;
	} rows[] = {
		{ "", false, { 0 }, 0, AC_JSON_FLAW_NONE, 0 },
		{ "{\"a\":1}", false, { 0, 1, 3, 4, 5, 6 }, 6, AC_JSON_FLAW_NONE, 0 },
		{ "[\"\", true]\n", false, { 0, 1, 2, 3, 5, 9 }, 6, AC_JSON_FLAW_NONE, 0 },
		{ "1\n2\n", true, { 0, 1, 2, 3 }, 4, AC_JSON_FLAW_NONE, 0 },
		{ "\"\\\"\\\\\"", false, { 0, 1, 3, 5 }, 4, AC_JSON_FLAW_NONE, 0 },
		{ "\"{[:,\"", false, { 0, 5 }, 2, AC_JSON_FLAW_NONE, 0 },
		{ "\"x\xe2\x80\xae\"", false, { 0, 4, 5 }, 3, AC_JSON_FLAW_NONE, 0 },
		{ "1\"a\"b", false, { 0, 1, 3, 4 }, 4, AC_JSON_FLAW_NONE, 0 },
		{ "\"a", false, { 0 }, 1, AC_JSON_FLAW_OPEN, 2 },
		{ "\"a\n\"", false, { 0 }, 1, AC_JSON_FLAW_CONTROL, 2 },
		{ "\"\xc3\x28\"", false, { 0 }, 1, AC_JSON_FLAW_UTF8, 2 },
		{ "\"\xc0\xaf\"", false, { 0 }, 1, AC_JSON_FLAW_UTF8, 1 },
		{ "\"\xc3", false, { 0 }, 1, AC_JSON_FLAW_UTF8, 2 },
		{ "\x01,\x0c", false, { 0, 1, 2 }, 3, AC_JSON_FLAW_NONE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		refer(ac_str_from(rows[i].text), rows[i].lines, &want);
		assert_int_equal(want.count, rows[i].count);
		assert_memory_equal(want.entries, rows[i].entries, rows[i].count * sizeof(uint32_t));
		assert_int_equal(want.flaw, rows[i].flaw);
		assert_int_equal(want.flaw_at, rows[i].flaw_at);
		check_cuts(ac_str_from(rows[i].text), rows[i].lines, 0, true);
	}
}

static void
json_index__the_best_kernel_is_the_first(void **state)
{
	size_t count = 0;

	(void)state;
	assert_ptr_equal(ac_json_kernel_best(), ac_json_kernel_at(0));
	while (ac_json_kernel_at(count))
		count++;
	assert_true(count >= 1);
	assert_string_equal(ac_json_kernel_name(ac_json_kernel_at(count - 1)), "portable");
	assert_null(ac_json_kernel_at(count + 1));
}

static void
json_index__kernels_for_other_processors_are_compared_too(void **state)
{
	size_t count = 0;

	(void)state;
	if (!json_index_simde_avx512())
		skip(); /* no SIMDe */
	while (kernel_at(count))
		count++;
	assert_ptr_equal(kernel_at(count - 2), json_index_simde_avx512());
	assert_ptr_equal(kernel_at(count - 1), json_index_simde_neon());
}

static void
json_index__one_odd_byte_is_seen_wherever_it_stands(void **state)
{
	char text[200];

	(void)state;
	for (size_t at = 0; at < sizeof(text); at++) {
		memset(text, 'x', sizeof(text));
		check_cuts((ac_str){ text, sizeof(text) }, at % 2, at % 5, false);
		assert_false(got.is_odd);
		text[at] = '\\';
		check_cuts((ac_str){ text, sizeof(text) }, at % 2, at % 5, true);
		assert_true(got.is_odd);
		if (at + 1 == sizeof(text))
			break;
		memcpy(text + at, "\xc3\xa9", 2);
		check_cuts((ac_str){ text, sizeof(text) }, at % 2, at % 5, true);
		assert_true(got.is_odd);
	}
}

static void
json_index__restart_forgets_what_was_open(void **state)
{
	ac_json_index ix;
	uint32_t entries[AC_JSON_INDEX_ROOM(8)];

	(void)state;
	ac_json_index_init(&ix, ac_json_kernel_best(), AC_JSON_INDEX_LINES);
	assert_int_equal(ac_json_index_next(&ix, "\"a\n", 3, 100, entries), 1);
	assert_int_equal(ix.flaw, AC_JSON_FLAW_CONTROL);
	assert_int_equal(ix.flaw_at, 102);
	ac_json_index_restart(&ix);
	assert_int_equal(ac_json_index_next(&ix, "[\n", 2, 103, entries), 2);
	assert_int_equal(entries[0], 103);
	assert_int_equal(entries[1], 104);
	assert_int_equal(ac_json_index_end(&ix, 105), AC_JSON_FLAW_NONE);
	/* And that it was odd. */
	assert_false(ix.is_odd);
	assert_int_equal(ac_json_index_next(&ix, "\"\\n\"", 4, 105, entries), 3);
	assert_true(ix.is_odd);
	ac_json_index_restart(&ix);
	assert_false(ix.is_odd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_index__tells_what_the_header_says),
		cmocka_unit_test(json_index__every_kernel_agrees_on_random_texts),
		cmocka_unit_test(json_index__windows_may_be_cut_at_every_byte),
		cmocka_unit_test(json_index__every_alignment_is_the_same),
		cmocka_unit_test(json_index__runs_of_backslashes_of_every_length),
		cmocka_unit_test(json_index__lone_leads_are_no_entries),
		cmocka_unit_test(json_index__utf8_is_checked_at_all_borders),
		cmocka_unit_test(json_index__the_best_kernel_is_the_first),
		cmocka_unit_test(json_index__kernels_for_other_processors_are_compared_too),
		cmocka_unit_test(json_index__one_odd_byte_is_seen_wherever_it_stands),
		cmocka_unit_test(json_index__restart_forgets_what_was_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
