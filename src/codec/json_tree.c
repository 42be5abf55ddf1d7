/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small documents of a JSON stream: parsed whole, then gone through as a tree, with the same callbacks in the same order as the walk in
 * pieces would give. Knows nothing of chunks.
 */
#include "codec/json_walk.h"

/* A document whose streamed arrays are being cut out: its text up to `copied` stands in s->rest. */
typedef struct document {
	size_t rest_start;
	const char *copied;
	bool streamed;
} document;

ac_json_limits
ac_stream_limits(unsigned depth)
{
	ac_json_limits limits = AC_JSON_LIMITS;

	limits.depth -= depth;
	return limits;
}

bool
ac_stream_walks_array(const ac_json_path *node)
{
	return node && (node->index != AC_JSON_PATH_NONE || node->child);
}

bool
ac_stream_walks_object(const ac_json_stream *s, const ac_json_path *node)
{
	/* Every document is, when its members are wanted early. */
	if (node == s->root && s->sink.on_member)
		return true;
	for (const ac_json_path *child = node ? node->child : NULL; child; child = child->next)
		if (child->key.n > 0)
			return true;
	return false;
}

int
ac_stream_tell_member(ac_json_stream *s, const ac_json_path *node, ac_str key, const ac_json *value, const char *begin)
{
	ac_str path = key;

	/* "a.b" would look like member b of member a. */
	if (!s->sink.on_member || ac_str_find_byte(key, '.') < key.n)
		return 0;
	if (node != s->root) {
		ac_buf_reset(&s->key_path);
		ac_buf_add(&s->key_path, node->full);
		ac_buf_add_byte(&s->key_path, '.');
		ac_buf_add(&s->key_path, key);
		if (ac_buf_finish(&s->key_path, &path, s->err) != 0)
			return s->key_path.failed;
	}
	return s->sink.on_member(s->sink.payload, path, value, ac_stream_place(s, begin), &s->arena, s->err);
}

int
ac_stream_tell_element(ac_json_stream *s, const ac_json_path *node, const ac_json *value)
{
	ac_place place = ac_stream_place(s, ac_json_raw(value).p);

	return s->sink.on_element(s->sink.payload, node->index, value, place, &s->arena, s->err);
}

int
ac_stream_tell_document(ac_json_stream *s, size_t path, const ac_json *value, bool streamed, ac_place place)
{
	return s->sink.on_document(s->sink.payload, path, value, streamed, place, &s->arena, s->err);
}

static int go_through_object(ac_json_stream *s, const ac_json *object, const ac_json_path *node, document *doc);

/* Cut the array out of the document's text and hand out its elements. */
static int
go_through_array(ac_json_stream *s, const ac_json *array, const ac_json_path *node, document *doc)
{
	ac_json_iter it = ac_json_iter_of(array);
	ac_str raw = ac_json_raw(array);
	int rc = 0;

	ac_buf_add(&s->rest, (ac_str){ doc->copied, (size_t)(raw.p - doc->copied) });
	ac_buf_add(&s->rest, AC_S("[]"));
	doc->copied = raw.p + raw.n;
	doc->streamed = true;
	while (rc >= 0 && ac_json_next(&it)) {
		if (node->child)
			rc = ac_stream_tree_document(s, it.value, node, node->index);
		else
			rc = ac_stream_tell_element(s, node, it.value);
	}
	return rc < 0 ? rc : 0;
}

static int
go_through_object(ac_json_stream *s, const ac_json *object, const ac_json_path *node, document *doc)
{
	ac_json_iter it = ac_json_iter_of(object);
	int rc = 0;

	while (rc >= 0 && ac_json_next(&it)) {
		const ac_json_path *child = ac_json_path_child(node, it.key);

		if (ac_json_is(it.value, AC_JSON_ARRAY) && ac_stream_walks_array(child))
			rc = go_through_array(s, it.value, child, doc);
		else if (ac_json_is(it.value, AC_JSON_OBJECT) && ac_stream_walks_object(s, child))
			rc = go_through_object(s, it.value, child, doc);
		else
			rc = ac_stream_tell_member(s, node, it.key, it.value, ac_json_raw(it.value).p);
	}
	return rc < 0 ? rc : 0;
}

/* The document without its arrays. */
static int
parse_rest(ac_json_stream *s, const document *doc, ac_str raw, const ac_json **out_value)
{
	ac_str text;
	int rc;

	ac_buf_add(&s->rest, (ac_str){ doc->copied, (size_t)(raw.p + raw.n - doc->copied) });
	rc = ac_buf_finish(&s->rest, &text, s->err);
	if (rc)
		return rc;
	text = ac_str_slice(text, doc->rest_start, text.n);
	return ac_json_parse(text, ac_stream_limits(s->depth), &s->arena, out_value, s->err);
}

int
ac_stream_tree_document(ac_json_stream *s, const ac_json *value, const ac_json_path *node, size_t path)
{
	ac_str raw = ac_json_raw(value);
	ac_place place = ac_stream_place(s, raw.p);
	document doc = { .rest_start = s->rest.n, .copied = raw.p };
	int rc = 0;

	if (ac_json_is(value, AC_JSON_OBJECT) && ac_stream_walks_object(s, node))
		rc = go_through_object(s, value, node, &doc);
	else if (ac_json_is(value, AC_JSON_ARRAY) && node == s->root && ac_json_path_top_array(node))
		rc = go_through_array(s, value, ac_json_path_top_array(node), &doc);
	if (!rc && doc.streamed)
		rc = parse_rest(s, &doc, raw, &value);
	if (!rc)
		rc = ac_stream_tell_document(s, path, value, doc.streamed, place);
	s->rest.n = doc.rest_start;
	return rc < 0 ? rc : 0;
}
