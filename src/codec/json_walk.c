/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking through JSON that is too large to hold: containers on a listed path are gone through token by token, everything else is parsed
 * value by value. What stands beside the streamed arrays is kept as exact text. Knows nothing of chunks beyond "more bytes are
 * needed", and nothing of what happens after an error.
 */
#include "codec/json_walk.h"

#include <assert.h>

#include "base/utf8.h"
#include "codec/json_scan.h"

_Static_assert(AC_STREAM_FRAMES_MAX < AC_JSON_DEPTH_MAX, "walked containers leave room for values in them");

/* ---- places ---- */

static size_t
count_feeds(const char *at, const char *end)
{
	size_t count = 0;
	uint64_t word, zeros;

#ifdef __SSE2__
	const __m128i feed = _mm_set1_epi8('\n');
	__m128i sums = _mm_setzero_si128();

	while (end - at >= 16) {
		/* A byte counts at most 255 before it is summed up. */
		const char *stop = end - at > (ptrdiff_t)255 * 16 ? at + (ptrdiff_t)255 * 16 : end;
		__m128i bytes = _mm_setzero_si128();

		for (; stop - at >= 16; at += 16)
			bytes = _mm_sub_epi8(
			    bytes, _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)at), feed));
		sums = _mm_add_epi64(sums, _mm_sad_epu8(bytes, _mm_setzero_si128()));
	}
	count = (size_t)_mm_cvtsi128_si64(sums) + (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
#endif
	for (; end - at >= (ptrdiff_t)sizeof(word); at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		word ^= AC_SCAN_ONES * '\n';
		/* The high bit of each byte that is zero, exactly. */
		zeros = ~(((word & ~AC_SCAN_HIGHS) + ~AC_SCAN_HIGHS) | word | ~AC_SCAN_HIGHS);
		count += (size_t)__builtin_popcountll(zeros);
	}
	for (; at < end; at++)
		count += *at == '\n';
	return count;
}

ac_place
ac_stream_place(ac_json_stream *s, const char *p)
{
	size_t n = (size_t)(p - s->seen), feeds;

	assert(p >= s->seen && p <= s->end);
	feeds = count_feeds(s->seen, p);
	if (feeds > 0) {
		const char *last = memrchr(s->seen, '\n', n);

		s->line += feeds;
		s->line_start = s->seen_byte + (uint64_t)(last - s->seen) + 1;
	}
	s->seen_byte += n;
	s->seen = p;
	return (ac_place){ .line = s->line, .column = s->seen_byte - s->line_start + 1, .byte = s->seen_byte };
}

/* ---- errors of the text ---- */

static int
bad_at(ac_json_stream *s, ac_place place, accord_code code, const char *text)
{
	s->is_bad = true;
	s->what = (accord_err){ 0 };
	return ac_fail_at(&s->what, code, place.line, place.column, place.byte, "%s", text);
}

int
ac_stream_bad(ac_json_stream *s, const char *want)
{
	ac_place place = ac_stream_place(s, s->at);
	unsigned char c;

	s->is_bad = true;
	s->what = (accord_err){ 0 };
	if (s->at == s->end)
		return ac_fail_at(&s->what, ACCORD_EINPUT, place.line, place.column, place.byte,
		    "truncated JSON: want %s, got the end of the text", want);
	c = (unsigned char)*s->at;
	if (c > 0x20 && c < 0x7f)
		return ac_fail_at(&s->what, ACCORD_EINPUT, place.line, place.column, place.byte,
		    "not JSON: want %s, got '%c'", want, c);
	return ac_fail_at(&s->what, ACCORD_EINPUT, place.line, place.column, place.byte,
	    "not JSON: want %s, got byte 0x%02X", want, c);
}

static int
bad_too_much(ac_json_stream *s, size_t most, const char *of_what)
{
	ac_place place = ac_stream_place(s, s->at);

	s->is_bad = true;
	s->what = (accord_err){ 0 };
	return ac_fail_at(&s->what, ACCORD_ELIMIT, place.line, place.column, place.byte,
	    "over a limit: want at most %zu %s, got more", most, of_what);
}

static int
bad_doubled(ac_json_stream *s, ac_str key)
{
	char shown[64];
	ac_buf text = { .p = shown, .capacity = sizeof(shown), .limit = sizeof(shown) - 1 };
	ac_place place = ac_stream_place(s, s->at);

	ac_utf8_add_visible(&text, key, 40);
	s->is_bad = true;
	s->what = (accord_err){ 0 };
	return ac_fail_at(&s->what, ACCORD_EINPUT, place.line, place.column, place.byte,
	    "not JSON: want each key once in an object, got a second \"%.*s\"", AC_FMT(ac_buf_view(&text)));
}

static int
fail_memory(ac_json_stream *s)
{
	return ac_fail(s->err, ACCORD_ENOMEM, "out of memory");
}

/* An error of the parser, whose place is relative to s->at. */
static int
bad_value(ac_json_stream *s, const accord_err *err)
{
	ac_place at = ac_stream_place(s, s->at);
	ac_place place = { .line = at.line + err->line - 1,
		.column = err->line == 1 ? at.column + err->column - 1 : err->column,
		.byte = at.byte + err->byte };

	return bad_at(s, err->line ? place : at, (accord_code)err->code, err->text);
}

/* ---- values ---- */

int
ac_stream_parse(ac_json_stream *s, size_t most, const ac_json **out_value)
{
	size_t have = (size_t)(s->end - s->at), n = have > most ? most + 1 : have, used = 0;
	bool final = s->final && n == have;
	accord_err err = { 0 };
	int rc;

	/* The parser's words differ for a whole byte order mark. */
	if (have < 3 && !s->final && *s->at == '\xef') {
		s->need = 3;
		return AC_STREAM_MORE;
	}
	rc = ac_json_reader_parse(&s->reader, s->end, (ac_str){ s->at, n }, final, ac_stream_limits(s->depth),
	    &s->arena, out_value, &used, &err);
	if (rc == 0 && used <= most) {
		s->need = 0;
		return 0;
	}
	ac_arena_reset(&s->arena);
	if (rc == 0 || (rc > 0 && n > most))
		return AC_STREAM_TOO_LARGE;
	if (rc > 0) {
		/* Trying again after each small chunk would take quadratic time. */
		s->need = have > most / 2 ? most + 1 : have * 2;
		return AC_STREAM_MORE;
	}
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT)
		return bad_value(s, &err);
	return ac_fail(s->err, (accord_code)rc, "%s", err.text);
}

/* A value that must not be too large. */
static int
parse_leaf(ac_json_stream *s, const ac_json **out_value)
{
	int rc = ac_stream_parse(s, s->value_max, out_value);

	return rc == AC_STREAM_TOO_LARGE ? bad_too_much(s, s->value_max, "bytes in one value") : rc;
}

/* Go on to `to`; what is beside the streamed arrays is kept. */
static int
take(ac_json_stream *s, const char *to)
{
	if (s->depth > 0 && !s->frames[s->depth - 1].is_array) {
		ac_buf_add(&s->rest, (ac_str){ s->at, (size_t)(to - s->at) });
		/* White space comes in runs as chunks cut it, tokens whole: the place must not depend on that. */
		if (s->rest.failed == ACCORD_ELIMIT && ac_scan_is_space(*s->at))
			s->at += s->rest.limit - s->rest.n;
		if (s->rest.failed == ACCORD_ELIMIT)
			return bad_too_much(s, s->value_max, "bytes beside the arrays of a document");
		if (s->rest.failed)
			return fail_memory(s);
	}
	s->at = to;
	return 0;
}

/* ---- frames ---- */

static ac_stream_frame *
push(ac_json_stream *s, bool is_array, const ac_json_path *node)
{
	ac_stream_frame *f = &s->frames[s->depth++];
	/* Addresses are unknown to whoever wrote the text, and no answer depends on them. */
	ac_hash_seed seed = { { (uintptr_t)s, (uintptr_t)f ^ (uintptr_t)s->arena.blocks } };

	assert(s->depth <= AC_STREAM_FRAMES_MAX);
	*f = (ac_stream_frame){ .is_array = is_array, .node = node };
	ac_map_init(&f->keys, seed, AC_JSON_MEMBERS_MAX);
	/* Keys stand in `rest` too, which has the ceiling; here each takes up to 16 bytes more. */
	ac_arena_init(&f->key_texts, s->value_max + AC_JSON_MEMBERS_MAX * (size_t)32);
	return f;
}

static void
pop(ac_json_stream *s)
{
	ac_stream_frame *f = &s->frames[--s->depth];

	ac_map_done(&f->keys);
	ac_arena_done(&f->key_texts);
	if (f->is_document)
		s->rest.n = f->rest_start;
}

void
ac_stream_drop(ac_json_stream *s, unsigned depth)
{
	while (s->depth > depth) {
		const ac_stream_frame *f = &s->frames[s->depth - 1];

		if (f->is_document && s->sink.on_lost)
			s->sink.on_lost(s->sink.payload, f->path);
		pop(s);
	}
	s->rest.failed = 0;
	ac_arena_reset(&s->arena);
}

/* Where the walk goes on when a value has ended. */
static void
after_value(ac_json_stream *s)
{
	if (s->depth == 0)
		s->state = AC_STREAM_TOP;
	else
		s->state = s->frames[s->depth - 1].is_array ? AC_STREAM_ELEMENT_NEXT : AC_STREAM_MEMBER_NEXT;
}

/* s->at stands on the bracket. */
static int
open_array(ac_json_stream *s, const ac_json_path *node)
{
	unsigned doc = s->depth;

	ac_buf_add(&s->rest, AC_S("[]"));
	if (s->rest.failed == ACCORD_ELIMIT)
		return bad_too_much(s, s->value_max, "bytes beside the arrays of a document");
	if (s->rest.failed)
		return fail_memory(s);
	(void)push(s, true, node);
	while (doc > 0 && !s->frames[doc - 1].is_document)
		doc--;
	if (doc > 0)
		s->frames[doc - 1].streamed = true;
	s->state = AC_STREAM_ELEMENT_OR_END;
	return take(s, s->at + 1);
}

static int
open_object(ac_json_stream *s, const ac_json_path *node)
{
	(void)push(s, false, node);
	s->state = AC_STREAM_KEY_OR_END;
	return take(s, s->at + 1);
}

/* A document that was not parsed whole. */
static int
leaf_document(ac_json_stream *s, size_t path)
{
	const ac_json *value;
	int rc = parse_leaf(s, &value);
	const char *behind;

	if (rc)
		return rc;
	behind = s->at + ac_json_raw(value).n;
	rc = ac_stream_tell_document(s, path, value, false, ac_stream_place(s, s->at));
	ac_arena_reset(&s->arena);
	s->at = behind;
	after_value(s);
	return rc < 0 ? rc : 0;
}

int
ac_stream_open_document(ac_json_stream *s, const ac_json_path *node, size_t path)
{
	const ac_json_path *top = node == s->root ? ac_json_path_top_array(node) : NULL;
	bool is_array = *s->at == '[' && top;
	ac_place place = ac_stream_place(s, s->at);
	size_t rest_start = s->rest.n;
	unsigned index = s->depth;
	int rc;

	if (!is_array && !(*s->at == '{' && ac_stream_walks_object(s, node)))
		return leaf_document(s, path);
	rc = is_array ? open_array(s, top) : open_object(s, node);
	if (s->depth > index) {
		s->frames[index].is_document = true;
		s->frames[index].streamed = is_array;
		s->frames[index].path = path;
		s->frames[index].place = place;
		s->frames[index].rest_start = rest_start;
	}
	return rc;
}

/* The document at the top of the frames has ended. */
static int
finish_document(ac_json_stream *s)
{
	ac_stream_frame *f = &s->frames[s->depth - 1];
	ac_str text = ac_buf_view(&s->rest);
	const ac_json *value;
	accord_err err = { 0 };
	int rc;

	text = ac_str_slice(text, f->rest_start, text.n);
	rc = ac_json_parse(text, ac_stream_limits(s->depth - 1), &s->arena, &value, &err);
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT)
		return bad_at(s, f->place, (accord_code)rc, err.text);
	if (rc)
		return ac_fail(s->err, (accord_code)rc, "%s", err.text);
	rc = ac_stream_tell_document(s, f->path, value, f->streamed, f->place);
	ac_arena_reset(&s->arena);
	return rc < 0 ? rc : 0;
}

/* s->at stands on the closing bracket. */
static int
close_container(ac_json_stream *s)
{
	int rc = take(s, s->at + 1);

	if (rc)
		return rc;
	if (s->frames[s->depth - 1].is_document)
		rc = finish_document(s);
	/* Its bracket is behind us: an error is not inside it any more. */
	if (rc)
		ac_stream_drop(s, s->depth - 1);
	else
		pop(s);
	after_value(s);
	return rc;
}

/* ---- steps ---- */

/* Parse a document whole when it is small; else, or when it is bad, go into it. */
static int
begin_document(ac_json_stream *s, const ac_json_path *node, size_t path)
{
	bool at_top = s->depth == 0;
	const ac_json *value;
	const char *behind;
	int rc = ac_stream_parse(s, s->whole_max, &value);

	if (rc == AC_STREAM_MORE || (rc < 0 && !s->is_bad))
		return rc;
	if (rc != 0) {
		s->is_bad = false;
		if (at_top)
			return ac_stream_refused_whole(s, rc < 0);
		return ac_stream_open_document(s, node, path);
	}
	behind = s->at + ac_json_raw(value).n;
	rc = ac_stream_tree_document(s, value, node, path);
	ac_arena_reset(&s->arena);
	s->at = behind;
	after_value(s);
	return rc;
}

static int
step_key(ac_json_stream *s)
{
	ac_stream_frame *f = &s->frames[s->depth - 1];
	const ac_json *value;
	const char *behind;
	bool is_new = false;
	int rc;

	if (*s->at != '"')
		return ac_stream_bad(s, ac_stream_wanted(s->state));
	rc = parse_leaf(s, &value);
	if (rc)
		return rc;
	if (ac_map_get(&f->keys, ac_json_string(value)))
		return bad_doubled(s, ac_json_string(value));
	if (f->keys.count >= AC_JSON_MEMBERS_MAX)
		return bad_too_much(s, AC_JSON_MEMBERS_MAX, "members in an object");
	s->key = ac_arena_str(&f->key_texts, ac_json_string(value));
	if (!s->key.p || !ac_map_put(&f->keys, s->key, &is_new))
		return fail_memory(s);
	s->member = ac_json_path_child(f->node, s->key);
	behind = s->at + ac_json_raw(value).n;
	ac_arena_reset(&s->arena);
	s->state = AC_STREAM_COLON;
	return take(s, behind);
}

static int
step_member(ac_json_stream *s)
{
	const ac_stream_frame *f = &s->frames[s->depth - 1];
	const ac_json *value;
	const char *behind;
	int rc;

	if (*s->at == '[' && ac_stream_walks_array(s->member))
		return open_array(s, s->member);
	if (*s->at == '{' && ac_stream_walks_object(s, s->member))
		return open_object(s, s->member);
	rc = parse_leaf(s, &value);
	if (rc)
		return rc;
	behind = s->at + ac_json_raw(value).n;
	rc = ac_stream_tell_member(s, f->node, s->key, value, s->at);
	ac_arena_reset(&s->arena);
	if (rc < 0)
		return rc;
	s->state = AC_STREAM_MEMBER_NEXT;
	return take(s, behind);
}

static int
step_element(ac_json_stream *s)
{
	const ac_stream_frame *f = &s->frames[s->depth - 1];
	const ac_json *value;
	int rc;

	if (f->node->child)
		return begin_document(s, f->node, f->node->index);
	rc = parse_leaf(s, &value);
	if (rc)
		return rc;
	rc = ac_stream_tell_element(s, f->node, value);
	s->at += ac_json_raw(value).n;
	ac_arena_reset(&s->arena);
	s->state = AC_STREAM_ELEMENT_NEXT;
	return rc < 0 ? rc : 0;
}

/* A comma, or the end of the container. */
static int
step_next(ac_json_stream *s, char closing, ac_stream_state behind_comma)
{
	if (*s->at == closing)
		return close_container(s);
	if (*s->at != ',')
		return ac_stream_bad(s, ac_stream_wanted(s->state));
	s->state = behind_comma;
	return take(s, s->at + 1);
}

const char *
ac_stream_wanted(ac_stream_state state)
{
	static const char *const words[] = { [AC_STREAM_TOP] = "a value",
		[AC_STREAM_KEY_OR_END] = "a key or '}'",
		[AC_STREAM_KEY] = "a key",
		[AC_STREAM_COLON] = "':'",
		[AC_STREAM_VALUE] = "a value",
		[AC_STREAM_MEMBER_NEXT] = "',' or '}'",
		[AC_STREAM_ELEMENT_OR_END] = "a value or ']'",
		[AC_STREAM_ELEMENT] = "a value",
		[AC_STREAM_ELEMENT_NEXT] = "',' or ']'",
		[AC_STREAM_SKIP_ELEMENT] = "',' or ']'",
		[AC_STREAM_SKIP_LINE] = "the end of the line" };

	return words[state];
}

/* What the state wants stands at s->at, which is not white space. */
static int
step_token(ac_json_stream *s)
{
	switch (s->state) {
	case AC_STREAM_TOP:
		return begin_document(s, s->root, AC_JSON_PATH_TOP);
	case AC_STREAM_KEY_OR_END:
		return *s->at == '}' ? close_container(s) : step_key(s);
	case AC_STREAM_KEY:
		return step_key(s);
	case AC_STREAM_COLON:
		if (*s->at != ':')
			return ac_stream_bad(s, ac_stream_wanted(s->state));
		s->state = AC_STREAM_VALUE;
		return take(s, s->at + 1);
	case AC_STREAM_VALUE:
		return step_member(s);
	case AC_STREAM_MEMBER_NEXT:
		return step_next(s, '}', AC_STREAM_KEY);
	case AC_STREAM_ELEMENT_OR_END:
		return *s->at == ']' ? close_container(s) : step_element(s);
	case AC_STREAM_ELEMENT:
		return step_element(s);
	case AC_STREAM_ELEMENT_NEXT:
		return step_next(s, ']', AC_STREAM_ELEMENT);
	case AC_STREAM_SKIP_ELEMENT:
	case AC_STREAM_SKIP_LINE:
		break;
	}
	return ac_fail(s->err, ACCORD_EINTERNAL, "a JSON stream in a state that it cannot walk in");
}

int
ac_stream_step(ac_json_stream *s)
{
	const char *token = ac_scan_space(s->at, s->end);
	int rc = token > s->at ? take(s, token) : 0;

	if (rc)
		return rc;
	return s->at < s->end ? step_token(s) : AC_STREAM_MORE;
}
