/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strict JSON reader: one pass, no recursion, into an array of nodes (json_node.h). Open containers are linked through
 * their nodes, so depth costs no stack. Everything that is refused is refused here, once: bad UTF-8, controls, lone surrogates,
 * U+0000, doubled keys, and what is over a limit. Knows nothing of what the values mean.
 */
#include "codec/json.h"

#include "base/buf.h"
#include "codec/json_parser.h"
#include "codec/json_quick.h"
#include "codec/json_scan.h"

/* Slots beside those that are needed, where the arena lets have them: each container of the quick reader needs some more than its entries promise. */
#define SPARE_SLOTS 64

/* What the parser wants next; AC_JSON_DONE and AC_JSON_INCOMPLETE stand below. */
enum state { VALUE = 2, ELEMENT_OR_END, KEY, KEY_OR_END, NEXT };

/* ---- errors ---- */

void
ac_json_place(ac_str text, size_t byte, uint64_t *out_line, uint64_t *out_column)
{
	uint64_t line = 1;
	size_t line_start = 0;
	const char *feed;

	if (byte > text.n)
		byte = text.n;
	while (line_start < byte && (feed = memchr(text.p + line_start, '\n', byte - line_start))) {
		line_start = (size_t)(feed - text.p) + 1;
		line++;
	}
	*out_line = line;
	*out_column = byte - line_start + 1;
}

int
ac_json_fail_at(const ac_json_parser *ps, const char *at, accord_code code, const char *want, const char *got)
{
	ac_str text = { ps->start, (size_t)(ps->end - ps->start) };
	size_t byte = (size_t)(at - ps->start);
	uint64_t line, column;

	ac_json_place(text, byte, &line, &column);
	return ac_fail_at(ps->err, code, line, column, byte, "%s: want %s, got %s",
	    code == ACCORD_ELIMIT ? "over a limit"
	    : at == ps->end       ? "truncated JSON"
				  : "not JSON",
	    want, got);
}

static int
fail_limit(const ac_json_parser *ps, const char *at, size_t limit, const char *what)
{
	char want[64];
	ac_buf text = { .p = want, .capacity = sizeof(want), .limit = sizeof(want) - 1 };

	ac_buf_add_cstr(&text, "at most ");
	ac_buf_add_u64(&text, limit);
	ac_buf_add_cstr(&text, what);
	want[text.n] = '\0';
	return ac_json_fail_at(ps, at, ACCORD_ELIMIT, want, "more");
}

/*
 * `at` does not hold what it must. When that is the end of text that may go on, nothing is wrong yet: this is the one place that
 * tells unfinished from malformed.
 */
int
ac_json_fail_want(const ac_json_parser *ps, const char *at, const char *want)
{
	static const char digits[] = "0123456789ABCDEF";
	char shown[] = "'x'", byte[] = "byte 0xNN";
	unsigned char c;

	if (at >= ps->end)
		return ps->final ? ac_json_fail_at(ps, ps->end, ACCORD_EINPUT, want, "the end of the text")
				 : AC_JSON_INCOMPLETE;
	c = (unsigned char)*at;
	if (at == ps->start && ac_str_starts((ac_str){ at, (size_t)(ps->end - at) }, AC_S("\xef\xbb\xbf")))
		return ac_json_fail_at(ps, at, ACCORD_EINPUT, want, "a byte order mark (EF BB BF)");
	if (c > 0x20 && c < 0x7f) {
		shown[1] = (char)c;
		return ac_json_fail_at(ps, at, ACCORD_EINPUT, want, shown);
	}
	byte[7] = digits[c >> 4];
	byte[8] = digits[c & 15];
	return ac_json_fail_at(ps, at, ACCORD_EINPUT, want, byte);
}

/* ---- nodes ---- */

/* Slots for as much text as is left when it is like the text so far. */
static size_t
expected_slots(const ac_json_parser *ps)
{
	size_t read = (size_t)(ps->at - ps->start), all = (size_t)(ps->end - ps->start);

	if (!ps->final || ps->count == 0 || read == 0 || ps->count >= SIZE_MAX / 2 / all)
		return 0;
	return ps->count * all / read / 16 * 17;
}

bool
ac_json_grow(ac_json_parser *ps, size_t n)
{
	size_t least = (size_t)ps->count + n, slots = (size_t)ps->capacity * 2, expected = expected_slots(ps);
	size_t most = ac_arena_left(ps->arena) / sizeof(*ps->nodes);
	struct ac_json *nodes;

	ps->no_room = true;
	if (least >= UINT32_MAX) {
		ps->arena->failed = ACCORD_ELIMIT;
		return false;
	}
	if (slots < expected)
		slots = expected;
	if (slots < least + SPARE_SLOTS)
		slots = least + SPARE_SLOTS;
	/* Close to the arena's limit, in small steps. */
	if (slots > most)
		slots = least + least / 16;
	if (slots < least)
		slots = least;
	if (slots >= UINT32_MAX)
		slots = UINT32_MAX - 1;
	nodes = ac_arena_resize(ps->arena, ps->nodes, ps->capacity * sizeof(*nodes), slots * sizeof(*nodes));
	if (!nodes)
		return false;
	ps->no_room = false;
	ps->nodes = nodes;
	ps->capacity = (uint32_t)slots;
	return true;
}

static inline bool
add_node(ac_json_parser *ps, ac_json_type type, const char *text, size_t length)
{
	if (!ac_json_reserve(ps, 2))
		return false;
	ps->nodes[ps->count++] = (struct ac_json){ .text = text, .length = (uint32_t)length, .type = (uint8_t)type };
	return true;
}

static inline int
after_value(const ac_json_parser *ps)
{
	return ps->open == AC_JSON_NONE ? AC_JSON_DONE : NEXT;
}

/* ---- numbers and literals ---- */

/* Behind the digits at `at`, of which there must be one. */
static inline const char *
skip_digits(const char *at, const char *end, const char **out_want)
{
	if (at >= end || !ac_scan_is_digit(*at)) {
		*out_want = "a digit";
		return at;
	}
	while (at < end && ac_scan_is_digit(*at))
		at++;
	return at;
}

const char *
ac_json_number_end(const char *at, const char *end, const char **out_want)
{
	*out_want = NULL;
	at += *at == '-';
	if (at < end && *at == '0') {
		at++;
		if (at < end && ac_scan_is_digit(*at))
			*out_want = "no digit behind a leading zero";
	} else {
		at = skip_digits(at, end, out_want);
	}
	if (!*out_want && at < end && *at == '.')
		at = skip_digits(at + 1, end, out_want);
	if (!*out_want && at < end && (*at | 0x20) == 'e') {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		at = skip_digits(at, end, out_want);
	}
	return at;
}

/* ps->at stands on a digit or '-'. */
static int
read_number(ac_json_parser *ps)
{
	const char *want, *at = ac_json_number_end(ps->at, ps->end, &want);
	size_t n = (size_t)(at - ps->at);

	if (n > AC_JSON_NUMBER_MAX)
		return fail_limit(ps, ps->at, AC_JSON_NUMBER_MAX, " bytes of number");
	if (want)
		return ac_json_fail_want(ps, at, want);
	if (at == ps->end && !ps->final)
		return AC_JSON_INCOMPLETE;
	if (!add_node(ps, AC_JSON_NUMBER, ps->at, n))
		return ac_arena_check(ps->arena, ps->err);
	ps->at = at;
	return after_value(ps);
}

static int
read_literal(ac_json_parser *ps, ac_json_type type, ac_str word, const char *want)
{
	for (size_t i = 1; i < word.n; i++)
		if (ps->at + i >= ps->end || ps->at[i] != word.p[i])
			return ac_json_fail_want(ps, ps->at + i, want);
	if (!add_node(ps, type, ps->at, word.n))
		return ac_arena_check(ps->arena, ps->err);
	ps->at += word.n;
	return after_value(ps);
}

/* ---- structure ---- */

static int
open_container(ac_json_parser *ps, ac_json_type type)
{
	if (ps->depth >= ps->limits.depth)
		return fail_limit(ps, ps->at, ps->limits.depth, " levels of nesting");
	if (!add_node(ps, type, ps->at, 0))
		return ac_arena_check(ps->arena, ps->err);
	ps->nodes[ps->count - 1].flags = AC_JSON_LONG;
	ps->nodes[ps->count] = (struct ac_json){ .span = ps->open };
	ps->open = ps->count++ - 1;
	ps->depth++;
	ps->at++;
	return type == AC_JSON_OBJECT ? KEY_OR_END : ELEMENT_OR_END;
}

/* ps->at stands on the closing bracket. */
static int
close_container(ac_json_parser *ps)
{
	uint32_t index = ps->open;
	struct ac_json *node = &ps->nodes[index];
	bool is_object = node->type == AC_JSON_OBJECT;
	int status = 0;

	ps->at++;
	ps->open = node[1].span;
	ps->depth--;
	node[1].span = ps->count - index;
	node->length = (uint32_t)(ps->at - node->text);
	if (ps->last_bidi != AC_JSON_NONE && ps->last_bidi >= index)
		node->flags |= AC_JSON_BIDI;
	if (is_object && node[1].count > 1)
		status = ac_json_check_keys(ps, index);
	return status ? status : after_value(ps);
}

static inline int
read_value(ac_json_parser *ps, const char *want)
{
	int status;

	switch (*ps->at) {
	case '"':
		status = ac_json_read_string(ps);
		return status ? status : after_value(ps);
	case '{':
		return open_container(ps, AC_JSON_OBJECT);
	case '[':
		return open_container(ps, AC_JSON_ARRAY);
	case 't':
		return read_literal(ps, AC_JSON_TRUE, AC_S("true"), "'true'");
	case 'f':
		return read_literal(ps, AC_JSON_FALSE, AC_S("false"), "'false'");
	case 'n':
		return read_literal(ps, AC_JSON_NULL, AC_S("null"), "'null'");
	default:
		if (*ps->at == '-' || ac_scan_is_digit(*ps->at))
			return read_number(ps);
		return ac_json_fail_want(ps, ps->at, want);
	}
}

static inline const char *
skip_space(const char *at, const char *end)
{
	return at < end && ac_scan_is_space(*at) ? ac_scan_space(at + 1, end) : at;
}

static inline int
read_key(ac_json_parser *ps, const char *want)
{
	uint32_t index = ps->count;
	int status;

	if (*ps->at != '"')
		return ac_json_fail_want(ps, ps->at, want);
	if (ps->nodes[ps->open + 1].count >= ps->limits.members)
		return fail_limit(ps, ps->at, ps->limits.members, " members in an object");
	status = ac_json_read_string(ps);
	if (status)
		return status;
	ps->nodes[index].tag = ac_json_tag_of(ac_json_mix_key(ac_json_node_text(&ps->nodes[index])));
	ps->at = skip_space(ps->at, ps->end);
	if (ps->at >= ps->end || *ps->at != ':')
		return ac_json_fail_want(ps, ps->at, "':'");
	ps->at++;
	return VALUE;
}

/* A value in a container has ended: a comma or the end of the container comes. */
static inline int
read_next(ac_json_parser *ps)
{
	struct ac_json *node = &ps->nodes[ps->open];
	bool is_object = node->type == AC_JSON_OBJECT;

	node[1].count++;
	ps->at = skip_space(ps->at, ps->end);
	if (ps->at < ps->end && *ps->at == ',') {
		ps->at++;
		return is_object ? KEY : VALUE;
	}
	if (ps->at < ps->end && *ps->at == (is_object ? '}' : ']'))
		return close_container(ps);
	return ac_json_fail_want(ps, ps->at, is_object ? "',' or '}'" : "',' or ']'");
}

static int
read_all(ac_json_parser *ps)
{
	static const char *const wants[] = {
		[VALUE] = "a value", [ELEMENT_OR_END] = "a value or ']'", [KEY] = "a key", [KEY_OR_END] = "a key or '}'"
	};
	int state = VALUE;

	while (state > AC_JSON_INCOMPLETE) {
		if (state == NEXT) {
			state = read_next(ps);
			continue;
		}
		ps->at = skip_space(ps->at, ps->end);
		if (ps->at >= ps->end)
			return ac_json_fail_want(ps, ps->at, wants[state]);
		if ((state == ELEMENT_OR_END && *ps->at == ']') || (state == KEY_OR_END && *ps->at == '}'))
			state = close_container(ps);
		else if (state == KEY || state == KEY_OR_END)
			state = read_key(ps, wants[state]);
		else
			state = read_value(ps, wants[state]);
	}
	return state;
}

/* ---- public ---- */

/* One value: quickly when it is right, else carefully. */
static int
parse(ac_json_parser *ps, ac_json_reader *r, const char *reader_end)
{
	int status = AC_JSON_DONE;

	/* Lengths in nodes have 32 bits. */
	if ((size_t)(ps->end - ps->start) >= UINT32_MAX)
		return fail_limit(ps, ps->start, UINT32_MAX - 1, " bytes of JSON");
	ps->at = skip_space(ps->at, ps->end);
	if (!ac_json_quick(ps, r, reader_end))
		status = ps->no_room ? ac_arena_check(ps->arena, ps->err) : read_all(ps);
	if (status == AC_JSON_DONE)
		ps->nodes = ac_arena_resize(
		    ps->arena, ps->nodes, ps->capacity * sizeof(*ps->nodes), ps->count * sizeof(*ps->nodes));
	return status;
}

static void
begin(ac_json_parser *ps, ac_str text, bool final, ac_json_limits limits, ac_arena *arena, accord_err *err)
{
	if (!text.p)
		text = AC_S("");
	*ps = (ac_json_parser){ .start = text.p,
		.at = text.p,
		.end = text.p + text.n,
		.open = AC_JSON_NONE,
		.last_bidi = AC_JSON_NONE,
		.final = final,
		.limits = limits,
		.arena = arena,
		.err = err };
}

static inline int
parse_whole(const ac_json_kernel *kernel, uint32_t *entries, size_t window, ac_str text, ac_json_limits limits,
    ac_arena *arena, const ac_json **out_value, accord_err *err)
{
	ac_json_reader reader;
	ac_json_parser ps;
	int status;

	ac_json_reader_init(&reader, kernel, entries, window);
	begin(&ps, text, true, limits, arena, err);
	status = parse(&ps, &reader, ps.end);
	if (status)
		return status;
	if (!ac_json_quick_is_last(&ps, &reader)) {
		ps.at = skip_space(ps.at, ps.end);
		if (ps.at < ps.end)
			return ac_json_fail_want(&ps, ps.at, "the end of the text");
	}
	*out_value = ps.nodes;
	return 0;
}

static __attribute__((noinline)) int
parse_long(const ac_json_kernel *kernel, ac_str text, ac_json_limits limits, ac_arena *arena, const ac_json **out_value,
    accord_err *err)
{
	uint32_t entries[AC_JSON_READER_ROOM(AC_JSON_WINDOW)];

	return parse_whole(kernel, entries, AC_JSON_WINDOW, text, limits, arena, out_value, err);
}

int
ac_json_parse_with(const ac_json_kernel *kernel, ac_str text, ac_json_limits limits, ac_arena *arena,
    const ac_json **out_value, accord_err *err)
{
	uint32_t entries[AC_JSON_READER_ROOM(AC_JSON_WINDOW_SMALL)];

	/* Every page of the stack costs a short text some of its time. */
	if (text.n > AC_JSON_WINDOW_SMALL)
		return parse_long(kernel, text, limits, arena, out_value, err);
	return parse_whole(kernel, entries, AC_JSON_WINDOW_SMALL, text, limits, arena, out_value, err);
}

int
ac_json_parse(ac_str text, ac_json_limits limits, ac_arena *arena, const ac_json **out_value, accord_err *err)
{
	return ac_json_parse_with(ac_json_kernel_best(), text, limits, arena, out_value, err);
}

int
ac_json_reader_parse(ac_json_reader *r, const char *reader_end, ac_str text, bool final, ac_json_limits limits,
    ac_arena *arena, const ac_json **out_value, size_t *out_used, accord_err *err)
{
	ac_json_parser ps;
	int status;

	begin(&ps, text, final, limits, arena, err);
	status = parse(&ps, r, reader_end);
	if (status)
		return status;
	*out_value = ps.nodes;
	*out_used = (size_t)(ps.at - ps.start);
	return 0;
}

int
ac_json_parse_prefix(ac_str text, bool final, ac_json_limits limits, ac_arena *arena, const ac_json **out_value,
    size_t *out_used, accord_err *err)
{
	uint32_t entries[AC_JSON_READER_ROOM(AC_JSON_WINDOW_SMALL)];
	ac_json_reader reader;

	if (!text.p)
		text = AC_S("");
	ac_json_reader_init(&reader, ac_json_kernel_best(), entries, AC_JSON_WINDOW_SMALL);
	return ac_json_reader_parse(&reader, text.p + text.n, text, final, limits, arena, out_value, out_used, err);
}
