/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strict JSON reader: one pass, no recursion, into an array of nodes (json_node.h). Open containers are linked through
 * their nodes, so depth costs no stack. Everything that is refused is refused here, once: bad UTF-8, controls, lone surrogates,
 * U+0000, doubled keys, and what is over a limit. Knows nothing of what the values mean.
 */
#include "codec/json.h"

#include "base/map.h"
#include "base/utf8.h"
#include "codec/json_node.h"
#include "codec/json_scan.h"

#define NONE UINT32_MAX
/* Nodes to begin with: a value of ATT&CK or EVE has one for 12 to 24 bytes. The whole text is known only when final. */
#define BYTES_PER_NODE 16
#define FIRST_NODES_MAX 65536
#define FIRST_NODES_PREFIX 256
/* Objects up to this size are checked for doubled keys without a table. */
#define SMALL_OBJECT 64

/* What the parser wants next; results stand below. */
enum state { DONE = 0, INCOMPLETE = 1, VALUE, ELEMENT_OR_END, KEY, KEY_OR_END, NEXT };

typedef struct parser {
	const char *start;
	const char *at;
	const char *end;
	struct ac_json *nodes; /* in the arena */
	uint32_t count;
	uint32_t capacity;
	uint32_t open;      /* innermost open container, or NONE */
	uint32_t last_bidi; /* newest node with a bidi control, or NONE */
	size_t depth;
	bool final;
	ac_json_limits limits;
	ac_arena *arena;
	accord_err *err;
} parser;

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

static int
fail_at(const parser *ps, const char *at, accord_code code, const char *want, const char *got)
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
fail_limit(const parser *ps, const char *at, size_t limit, const char *what)
{
	char want[64];
	ac_buf text = { .p = want, .capacity = sizeof(want), .limit = sizeof(want) - 1 };

	ac_buf_add_cstr(&text, "at most ");
	ac_buf_add_u64(&text, limit);
	ac_buf_add_cstr(&text, what);
	want[text.n] = '\0';
	return fail_at(ps, at, ACCORD_ELIMIT, want, "more");
}

/*
 * `at` does not hold what it must. When that is the end of text that may go on, nothing is wrong yet: this is the one place that
 * tells unfinished from malformed.
 */
static int
fail_want(const parser *ps, const char *at, const char *want)
{
	static const char digits[] = "0123456789ABCDEF";
	char shown[] = "'x'", byte[] = "byte 0xNN";
	unsigned char c;

	if (at >= ps->end)
		return ps->final ? fail_at(ps, ps->end, ACCORD_EINPUT, want, "the end of the text") : INCOMPLETE;
	c = (unsigned char)*at;
	if (at == ps->start && ac_str_starts((ac_str){ at, (size_t)(ps->end - at) }, AC_S("\xef\xbb\xbf")))
		return fail_at(ps, at, ACCORD_EINPUT, want, "a byte order mark (EF BB BF)");
	if (c > 0x20 && c < 0x7f) {
		shown[1] = (char)c;
		return fail_at(ps, at, ACCORD_EINPUT, want, shown);
	}
	byte[7] = digits[c >> 4];
	byte[8] = digits[c & 15];
	return fail_at(ps, at, ACCORD_EINPUT, want, byte);
}

/* ---- nodes ---- */

static bool
grow(parser *ps)
{
	size_t first = ps->final ? (size_t)(ps->end - ps->start) / BYTES_PER_NODE + 8 : FIRST_NODES_PREFIX;
	size_t capacity = ps->capacity ? (size_t)ps->capacity * 2 : first < FIRST_NODES_MAX ? first : FIRST_NODES_MAX;
	struct ac_json *nodes;

	/* A node for each byte is more than any text can need. */
	if (capacity > UINT32_MAX - 1)
		capacity = UINT32_MAX - 1;
	nodes = ac_arena_resize(ps->arena, ps->nodes, ps->capacity * sizeof(*ps->nodes), capacity * sizeof(*ps->nodes));
	if (!nodes)
		return false;
	ps->nodes = nodes;
	ps->capacity = (uint32_t)capacity;
	return true;
}

static inline struct ac_json *
add_node(parser *ps, ac_json_type type, const char *text, size_t length)
{
	struct ac_json *node;

	if (__builtin_expect(ps->count == ps->capacity, 0) && !grow(ps))
		return NULL;
	node = &ps->nodes[ps->count++];
	node->type = (uint8_t)type;
	node->flags = 0;
	node->unused = 0;
	node->span = 1;
	node->text = text;
	node->length = (uint32_t)length;
	node->count = 0;
	return node;
}

static inline int
after_value(const parser *ps)
{
	return ps->open == NONE ? DONE : NEXT;
}

/* ---- strings ---- */

static inline void
note_bidi(parser *ps, uint32_t code_point)
{
	if (ac_is_bidi_control(code_point))
		ps->last_bidi = ps->count; /* the string's node comes next */
}

/* One character beyond ASCII. */
static inline int
check_character(parser *ps, const char **at)
{
	ac_utf8_part part = ac_utf8_look(*at, (size_t)(ps->end - *at));
	unsigned char lead = (unsigned char)**at;
	size_t decoded = 0;

	if (part.want == 0 || part.have < part.want)
		return fail_want(ps, *at + part.have, part.want ? "the rest of a UTF-8 character" : "UTF-8");
	/* All bidi controls are U+061C or U+20xx. */
	if (lead == 0xe2 || lead == 0xd8)
		note_bidi(ps, ac_utf8_next((ac_str){ *at, part.want }, &decoded, NULL));
	*at += part.want;
	return 0;
}

static int
check_hex4(const parser *ps, const char *at, uint32_t *out_unit)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++) {
		if (at + i >= ps->end || ac_hex_value(at[i]) < 0)
			return fail_want(ps, at + i, "four hexadecimal digits behind \\u");
		unit = unit << 4 | (uint32_t)ac_hex_value(at[i]);
	}
	*out_unit = unit;
	return 0;
}

/* *at stands on the backslash of \uXXXX; surrogates must come as a pair (RFC 8259 s8.2 leaves it open, RFC 7493 s2.1 does not). */
static int
check_unicode_escape(parser *ps, const char **at)
{
	static const char want_low[] = "a low surrogate (\\uDC00 to \\uDFFF) behind a high one";
	uint32_t unit = 0, low = 0;
	const char *behind = *at + 6;
	int status = check_hex4(ps, *at + 2, &unit);

	if (status)
		return status;
	if (unit == 0)
		return fail_at(ps, *at, ACCORD_EINPUT, "no NUL in a string", "\\u0000");
	if (unit >= 0xdc00 && unit <= 0xdfff)
		return fail_at(ps, *at, ACCORD_EINPUT, "a high surrogate before a low one", "a low one alone");
	if (unit >= 0xd800 && unit <= 0xdbff) {
		for (int i = 0; i < 2; i++, behind++)
			if (behind >= ps->end || *behind != "\\u"[i])
				return fail_want(ps, behind, want_low);
		status = check_hex4(ps, behind, &low);
		if (status)
			return status;
		if (low < 0xdc00 || low > 0xdfff)
			return fail_at(ps, behind - 2, ACCORD_EINPUT, want_low, "another escape");
		behind += 4;
	}
	note_bidi(ps, unit);
	*at = behind;
	return 0;
}

static int
check_escape(parser *ps, const char **at)
{
	const char *c = *at + 1;

	if (c < ps->end && *c == 'u')
		return check_unicode_escape(ps, at);
	if (c >= ps->end || !memchr("\"\\/bfnrt", *c, 8))
		return fail_want(ps, c, "one of \"\\/bfnrtu behind a backslash");
	*at += 2;
	return 0;
}

/* What \c means; escapes have been checked. Returns the place behind it. */
static const char *
take_escape(const char *at, char **out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *hit;
	uint32_t unit = 0;
	int units = 1;

	if (at[1] != 'u') {
		hit = memchr(from, at[1], 5);
		*(*out)++ = hit ? to[hit - from] : at[1];
		return at + 2;
	}
	for (; units > 0; units--, at += 6) {
		uint32_t low = 0;

		for (int i = 2; i < 6; i++)
			low = low << 4 | (uint32_t)ac_hex_value(at[i]);
		if (low >= 0xd800 && low <= 0xdbff)
			units++; /* the low half follows */
		unit = low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : low;
	}
	*out += ac_utf8_put(*out, unit);
	return at;
}

static size_t
unescape(char *out, const char *at, const char *end)
{
	const char *begin = out;

	while (at < end) {
		const char *slash = memchr(at, '\\', (size_t)(end - at));
		size_t n = (size_t)((slash ? slash : end) - at);

		memcpy(out, at, n);
		out += n;
		at = slash ? take_escape(slash, &out) : end;
	}
	return (size_t)(out - begin);
}

/* The node of the string with escapes whose bytes between the quotes are [at, end). */
static bool
add_escaped(parser *ps, const char *at, const char *end)
{
	ac_json_source source = { at - 1 };
	size_t raw = (size_t)(end - at), most = sizeof(source) + raw + 4, length;
	char *copy = ac_arena_alloc(ps->arena, most);
	struct ac_json *node;

	if (!copy)
		return false;
	memcpy(copy, &source, sizeof(source));
	/* No escape is shorter than what it stands for; ac_utf8_put may touch 4 bytes. */
	length = unescape(copy + sizeof(source), at, end);
	copy = ac_arena_resize(ps->arena, copy, most, sizeof(source) + length);
	node = add_node(ps, AC_JSON_STRING, copy + sizeof(source), length);
	if (!node)
		return false;
	node->flags = AC_JSON_ESCAPED;
	node->count = (uint32_t)raw + 2;
	return true;
}

/* ps->at stands on the opening quote. */
static int
read_string(parser *ps)
{
	const char *begin = ps->at + 1, *at = begin;
	uint32_t index = ps->count;
	bool escaped = false;
	int status = 0;

	for (;;) {
		at = ac_scan_plain(at, ps->end);
		if (at >= ps->end || (unsigned char)*at < 0x20)
			return fail_want(
			    ps, at, at < ps->end ? "controls in a string escaped" : "'\"' behind a string");
		if (*at == '"')
			break;
		if (*at == '\\') {
			escaped = true;
			status = check_escape(ps, &at);
		} else {
			status = check_character(ps, &at);
		}
		if (status)
			return status;
	}
	ps->at = at + 1;
	if (escaped ? !add_escaped(ps, begin, at) : !add_node(ps, AC_JSON_STRING, begin, (size_t)(at - begin)))
		return ac_arena_check(ps->arena, ps->err);
	if (ps->last_bidi == index)
		ps->nodes[index].flags |= AC_JSON_BIDI;
	return 0;
}

/* ---- numbers and literals ---- */

/* One or more digits from *at on. */
static inline int
skip_digits(const parser *ps, const char **at)
{
	if (*at >= ps->end || !ac_scan_is_digit(**at))
		return fail_want(ps, *at, "a digit");
	while (*at < ps->end && ac_scan_is_digit(**at))
		(*at)++;
	return 0;
}

static inline int
skip_integer(const parser *ps, const char **at)
{
	if (**at == '-')
		(*at)++;
	if (*at >= ps->end || **at != '0')
		return skip_digits(ps, at);
	(*at)++;
	if (*at < ps->end && ac_scan_is_digit(**at))
		return fail_want(ps, *at, "no digit behind a leading zero");
	return 0;
}

static inline int
skip_fraction(const parser *ps, const char **at)
{
	if (*at >= ps->end || **at != '.')
		return 0;
	(*at)++;
	return skip_digits(ps, at);
}

static inline int
skip_exponent(const parser *ps, const char **at)
{
	if (*at >= ps->end || (**at | 0x20) != 'e')
		return 0;
	(*at)++;
	if (*at < ps->end && (**at == '+' || **at == '-'))
		(*at)++;
	return skip_digits(ps, at);
}

/* ps->at stands on a digit or '-'. */
static int
read_number(parser *ps)
{
	const char *begin = ps->at, *at = begin;
	int status = skip_integer(ps, &at);

	if (!status)
		status = skip_fraction(ps, &at);
	if (!status)
		status = skip_exponent(ps, &at);
	if ((size_t)(at - begin) > AC_JSON_NUMBER_MAX)
		return fail_limit(ps, begin, AC_JSON_NUMBER_MAX, " bytes of number");
	if (status)
		return status;
	if (at == ps->end && !ps->final)
		return INCOMPLETE;
	ps->at = at;
	if (!add_node(ps, AC_JSON_NUMBER, begin, (size_t)(at - begin)))
		return ac_arena_check(ps->arena, ps->err);
	return after_value(ps);
}

static int
read_literal(parser *ps, ac_json_type type, ac_str word, const char *want)
{
	for (size_t i = 1; i < word.n; i++)
		if (ps->at + i >= ps->end || ps->at[i] != word.p[i])
			return fail_want(ps, ps->at + i, want);
	if (!add_node(ps, type, ps->at, word.n))
		return ac_arena_check(ps->arena, ps->err);
	ps->at += word.n;
	return after_value(ps);
}

/* ---- doubled keys ---- */

static inline ac_str
text_of(const struct ac_json *node)
{
	return (ac_str){ node->text, node->length };
}

static int
fail_doubled(const parser *ps, const struct ac_json *key)
{
	char got[64];
	ac_buf text = { .p = got, .capacity = sizeof(got), .limit = sizeof(got) - 1 };

	ac_buf_add_cstr(&text, "a second \"");
	ac_utf8_add_visible(&text, text_of(key), 40);
	ac_buf_add_byte(&text, '"');
	got[text.n] = '\0';
	return fail_at(ps, ac_json_raw(key).p, ACCORD_EINPUT, "each key once in an object", got);
}

/* Different for most pairs of keys that people write: length, and the first and last bytes. */
static inline uint32_t
key_tag(ac_str key)
{
	uint64_t first = 0, last = 0;

	if (key.n >= 8) {
		memcpy(&first, key.p, 8);
		memcpy(&last, key.p + key.n - 8, 8);
	} else if (key.n >= 4) {
		memcpy(&first, key.p, 4);
		memcpy(&last, key.p + key.n - 4, 4);
	} else if (key.n) {
		first = (uint64_t)(unsigned char)key.p[0] << 16 | (uint64_t)(unsigned char)key.p[key.n / 2] << 8 |
			(unsigned char)key.p[key.n - 1];
	}
	first = (first ^ (last << 29 | last >> 35) ^ key.n) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(first >> 32);
}

static int
check_keys_small(const parser *ps, const struct ac_json *object)
{
	uint32_t tags[SMALL_OBJECT];
	const struct ac_json *keys[SMALL_OBJECT], *key = object + 1;
	uint64_t seen = 0;

	for (uint32_t i = 0; i < object->count; i++, key += 1 + key[1].span) {
		uint32_t tag = key_tag(text_of(key));
		uint64_t bit = (uint64_t)1 << (tag >> 26);

		for (uint32_t j = 0; seen & bit && j < i; j++)
			if (tags[j] == tag && ac_str_eq(text_of(keys[j]), text_of(key)))
				return fail_doubled(ps, key);
		seen |= bit;
		tags[i] = tag;
		keys[i] = key;
	}
	return 0;
}

/*
 * A table of hashes for large objects. The seed need not be secret from the machine's owner, only from who wrote the text: addresses do, and
 * no answer depends on them.
 */
static int
check_keys_large(parser *ps, const struct ac_json *object)
{
	ac_hash_seed seed = { { (uintptr_t)object, (uintptr_t)ps->arena ^ (uintptr_t)&check_keys_small } };
	const struct ac_json *key = object + 1;
	size_t slots = 4 * SMALL_OBJECT;
	uint64_t *table; /* high half of the hash, and the key's distance from the object (never 0) */
	int status = 0;

	while (slots < (size_t)object->count * 2)
		slots *= 2;
	table = ac_arena_zalloc(ps->arena, slots, sizeof(*table));
	if (!table)
		return ac_arena_check(ps->arena, ps->err);
	for (uint32_t i = 0; i < object->count && status == 0; i++, key += 1 + key[1].span) {
		uint64_t hash = ac_siphash(seed, text_of(key));
		size_t slot = (size_t)hash & (slots - 1);

		for (; table[slot] && status == 0; slot = (slot + 1) & (slots - 1))
			if (table[slot] >> 32 == hash >> 32 &&
			    ac_str_eq(text_of(object + (uint32_t)table[slot]), text_of(key)))
				status = fail_doubled(ps, key);
		table[slot] = (hash >> 32 << 32) | (uint32_t)(key - object);
	}
	(void)ac_arena_resize(ps->arena, table, slots * sizeof(*table), 0);
	return status;
}

/* ---- structure ---- */

static int
open_container(parser *ps, ac_json_type type)
{
	struct ac_json *node;

	if (ps->depth >= ps->limits.depth)
		return fail_limit(ps, ps->at, ps->limits.depth, " levels of nesting");
	node = add_node(ps, type, ps->at, 0);
	if (!node)
		return ac_arena_check(ps->arena, ps->err);
	node->span = ps->open;
	ps->open = ps->count - 1;
	ps->depth++;
	ps->at++;
	return type == AC_JSON_OBJECT ? KEY_OR_END : ELEMENT_OR_END;
}

/* ps->at stands on the closing bracket. */
static int
close_container(parser *ps)
{
	struct ac_json *node = &ps->nodes[ps->open];
	uint32_t parent = node->span;
	int status = 0;

	ps->at++;
	node->span = ps->count - ps->open;
	node->length = (uint32_t)(ps->at - node->text);
	if (ps->last_bidi != NONE && ps->last_bidi >= ps->open)
		node->flags |= AC_JSON_BIDI;
	ps->open = parent;
	ps->depth--;
	if (node->type == AC_JSON_OBJECT && node->count > 1)
		status = node->count <= SMALL_OBJECT ? check_keys_small(ps, node) : check_keys_large(ps, node);
	return status ? status : after_value(ps);
}

static inline int
read_value(parser *ps, const char *want)
{
	int status;

	switch (*ps->at) {
	case '"':
		status = read_string(ps);
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
		return fail_want(ps, ps->at, want);
	}
}

static inline const char *
skip_space(const char *at, const char *end)
{
	return at < end && ac_scan_is_space(*at) ? ac_scan_space(at + 1, end) : at;
}

static inline int
read_key(parser *ps, const char *want)
{
	int status;

	if (*ps->at != '"')
		return fail_want(ps, ps->at, want);
	if (ps->nodes[ps->open].count >= ps->limits.members)
		return fail_limit(ps, ps->at, ps->limits.members, " members in an object");
	status = read_string(ps);
	if (status)
		return status;
	ps->at = skip_space(ps->at, ps->end);
	if (ps->at >= ps->end || *ps->at != ':')
		return fail_want(ps, ps->at, "':'");
	ps->at++;
	return VALUE;
}

/* A value in a container has ended: a comma or the end of the container comes. */
static inline int
read_next(parser *ps)
{
	struct ac_json *node = &ps->nodes[ps->open];
	bool is_object = node->type == AC_JSON_OBJECT;

	node->count++;
	ps->at = skip_space(ps->at, ps->end);
	if (ps->at < ps->end && *ps->at == ',') {
		ps->at++;
		return is_object ? KEY : VALUE;
	}
	if (ps->at < ps->end && *ps->at == (is_object ? '}' : ']'))
		return close_container(ps);
	return fail_want(ps, ps->at, is_object ? "',' or '}'" : "',' or ']'");
}

static int
read_all(parser *ps)
{
	static const char *const wants[] = {
		[VALUE] = "a value", [ELEMENT_OR_END] = "a value or ']'", [KEY] = "a key", [KEY_OR_END] = "a key or '}'"
	};
	int state = VALUE;

	while (state > INCOMPLETE) {
		if (state == NEXT) {
			state = read_next(ps);
			continue;
		}
		ps->at = skip_space(ps->at, ps->end);
		if (ps->at >= ps->end)
			return fail_want(ps, ps->at, wants[state]);
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

static int
parse(parser *ps, ac_str text, bool final, ac_json_limits limits, ac_arena *arena, accord_err *err)
{
	int status;

	if (!text.p)
		text = AC_S("");
	*ps = (parser){ .start = text.p,
		.at = text.p,
		.end = text.p + text.n,
		.open = NONE,
		.last_bidi = NONE,
		.final = final,
		.limits = limits,
		.arena = arena,
		.err = err };
	/* Lengths in nodes have 32 bits. */
	if (text.n >= UINT32_MAX)
		return fail_limit(ps, text.p, UINT32_MAX - 1, " bytes of JSON");
	status = read_all(ps);
	if (status == DONE)
		ps->nodes = ac_arena_resize(
		    arena, ps->nodes, ps->capacity * sizeof(*ps->nodes), ps->count * sizeof(*ps->nodes));
	return status;
}

int
ac_json_parse(ac_str text, ac_json_limits limits, ac_arena *arena, const ac_json **out_value, accord_err *err)
{
	parser ps;
	int status = parse(&ps, text, true, limits, arena, err);

	if (status)
		return status;
	ps.at = skip_space(ps.at, ps.end);
	if (ps.at < ps.end)
		return fail_want(&ps, ps.at, "the end of the text");
	*out_value = ps.nodes;
	return 0;
}

int
ac_json_parse_prefix(ac_str text, bool final, ac_json_limits limits, ac_arena *arena, const ac_json **out_value,
    size_t *out_used, accord_err *err)
{
	parser ps;
	int status = parse(&ps, text, final, limits, arena, err);

	if (status)
		return status;
	*out_value = ps.nodes;
	*out_used = (size_t)(ps.at - ps.start);
	return 0;
}
