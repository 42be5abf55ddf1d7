/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON Canonicalization Scheme, RFC 8785. What it orders, writes and rounds is decided there; signatures stand on it. */
#include "codec/json_node.h"
#include "codec/json_write.h"

typedef struct canonical {
	ac_buf *buf;
	ac_arena *arena;
	accord_err *err;
} canonical;

/*
 * RFC 8785 s3.2.3: by UTF-16 code units. That is the order of the UTF-8 bytes but for one thing: characters beyond U+FFFF (lead bytes
 * F0 to F4) begin with a surrogate (D800 to DBFF), which comes before U+E000 to U+FFFF (lead bytes EE and EF). Where two texts first
 * differ in a lead byte, those two ranges change places; continuation bytes never reach so high.
 */
static int
compare_keys(const ac_json *a, const ac_json *b)
{
	ac_str left = ac_json_node_text(a), right = ac_json_node_text(b);
	size_t n = left.n < right.n ? left.n : right.n;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)left.p[i], y = (unsigned char)right.p[i];

		if (x == y)
			continue;
		if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0))
			return x >= 0xf0 ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return (left.n > right.n) - (left.n < right.n);
}

/* Merge sort from below, through a second array: n log n comparisons whatever the keys are. The result may be in either array. */
static const ac_json **
sort_keys(const ac_json **keys, const ac_json **other, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		const ac_json **swap = keys;

		for (size_t start = 0; start < n; start += 2 * width) {
			size_t middle = start + width < n ? start + width : n;
			size_t end = start + 2 * width < n ? start + 2 * width : n, a = start, b = middle;

			for (size_t to = start; to < end; to++)
				other[to] = b == end || (a < middle && compare_keys(keys[a], keys[b]) <= 0) ? keys[a++]
													    : keys[b++];
		}
		keys = other;
		other = swap;
	}
	return keys;
}

static int add_value(const canonical *c, const ac_json *v, size_t depth);

static int
add_array(const canonical *c, const ac_json *v, size_t depth)
{
	ac_json_iter it = ac_json_iter_of(v);
	char before = '[';

	while (ac_json_next(&it)) {
		int status;

		ac_buf_add_byte(c->buf, before);
		status = add_value(c, it.value, depth + 1);
		if (status)
			return status;
		before = ',';
	}
	ac_buf_add(c->buf, before == '[' ? AC_S("[]") : AC_S("]"));
	return 0;
}

static int
add_object(const canonical *c, const ac_json *v, size_t depth)
{
	uint32_t count = v[1].count;
	size_t size = 2 * (size_t)count * sizeof(void *);
	const ac_json **scratch = ac_arena_alloc(c->arena, size), **keys = scratch, *at = v + 2;
	int status = 0;

	if (!scratch)
		return ac_arena_check(c->arena, c->err);
	for (uint32_t i = 0; i < count; i++, at = ac_json_node_next_key(at))
		keys[i] = at;
	keys = sort_keys(keys, keys + count, count);
	ac_buf_add_byte(c->buf, '{');
	for (uint32_t i = 0; i < count && status == 0; i++) {
		if (i > 0)
			ac_buf_add_byte(c->buf, ',');
		ac_json_add_string(c->buf, ac_json_string(keys[i]));
		ac_buf_add_byte(c->buf, ':');
		status = add_value(c, ac_json_node_behind(keys[i]), depth + 1);
	}
	ac_buf_add_byte(c->buf, '}');
	(void)ac_arena_resize(c->arena, scratch, size, 0);
	return status;
}

static int
add_number(const canonical *c, const ac_json *v)
{
	double value;

	if (!ac_json_double(v, &value))
		return ac_fail(c->err, ACCORD_EINPUT, "want a number within the range of doubles, got %.*s",
		    AC_FMT(ac_str_slice(ac_json_text(v), 0, 40)));
	ac_json_add_double(c->buf, value);
	return 0;
}

/* Recursion ends at AC_JSON_DEPTH_MAX at the latest. */
static int
add_value(const canonical *c, const ac_json *v, size_t depth)
{
	switch (ac_json_type_of(v)) {
	case AC_JSON_OBJECT:
	case AC_JSON_ARRAY:
		if (depth >= AC_JSON_DEPTH_MAX)
			return ac_fail(
			    c->err, ACCORD_ELIMIT, "want at most %d levels of nesting, got more", AC_JSON_DEPTH_MAX);
		return ac_json_is(v, AC_JSON_ARRAY) ? add_array(c, v, depth) : add_object(c, v, depth);
	case AC_JSON_NUMBER:
		return add_number(c, v);
	case AC_JSON_STRING:
		ac_json_add_string(c->buf, ac_json_string(v));
		return 0;
	case AC_JSON_NULL:
	case AC_JSON_FALSE:
	case AC_JSON_TRUE:
		break;
	}
	ac_buf_add(c->buf, v ? ac_json_raw(v) : AC_S("null"));
	return 0;
}

int
ac_jcs(const ac_json *v, ac_buf *buf, ac_arena *arena, accord_err *err)
{
	canonical c = { buf, arena, err };
	ac_str all;
	int status = add_value(&c, v, 0);

	return status ? status : ac_buf_finish(buf, &all, err);
}
