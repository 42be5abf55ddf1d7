/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON streams. What the callbacks are told is written down as a trace, one line a callback:
 *	M path raw		a member
 *	E index raw		an element
 *	D index streamed raw	a document (index T: top level, N: not listed)
 *	B line:column:byte text	an error of the text
 *	L index			a lost document
 * Every text is fed whole, cut in two at every byte, and byte by byte: the traces must be the same.
 */
#include "test.h"

#include "codec/json_stream.h"
#include "fail_malloc.h"

typedef struct trace {
	ac_buf text;
	bool with_members; /* listen to members */
	bool stop_on_bad;
	bool without_on_bad;
	bool places; /* of elements and documents, too */
	int stop_at_element;
	size_t elements, documents, bad;
} trace;

static void
add_index(ac_buf *text, size_t path)
{
	if (path == AC_JSON_PATH_TOP)
		ac_buf_add_byte(text, 'T');
	else if (path == AC_JSON_PATH_NONE)
		ac_buf_add_byte(text, 'N');
	else
		ac_buf_add_u64(text, path);
}

static void
add_place(const trace *t, ac_buf *text, ac_place place)
{
	if (t->places)
		ac_buf_printf(text, " %d:%d:%d", (int)place.line, (int)place.column, (int)place.byte);
}

static void
add_raw(ac_buf *text, const ac_json *value)
{
	ac_buf_add_byte(text, ' ');
	ac_buf_add(text, ac_json_raw(value));
	ac_buf_add_byte(text, '\n');
}

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	trace *t = payload;

	assert_non_null(ac_arena_alloc(arena, 1));
	ac_buf_add(&t->text, AC_S("E "));
	add_index(&t->text, path);
	add_place(t, &t->text, place);
	add_raw(&t->text, value);
	t->elements++;
	if (t->stop_at_element > 0 && --t->stop_at_element == 0)
		return ac_fail(err, ACCORD_EDENIED, "no more");
	return 0;
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	trace *t = payload;

	(void)err;
	assert_non_null(ac_arena_alloc(arena, 1));
	ac_buf_add(&t->text, AC_S("D "));
	add_index(&t->text, path);
	ac_buf_add(&t->text, streamed ? AC_S(" streamed") : AC_S(" whole"));
	add_place(t, &t->text, place);
	add_raw(&t->text, value);
	t->documents++;
	return 0;
}

static int
on_member(void *payload, ac_str key_path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	trace *t = payload;

	(void)arena;
	(void)err;
	ac_buf_add(&t->text, AC_S("M "));
	ac_buf_add(&t->text, key_path);
	add_place(t, &t->text, place);
	add_raw(&t->text, value);
	return 0;
}

static int
on_bad(void *payload, const accord_err *what)
{
	trace *t = payload;

	t->bad++;
	ac_buf_printf(&t->text, "B %s %d:%d:%d %s\n", ac_code_name(what->code), (int)what->line, (int)what->column,
	    (int)what->byte, what->text);
	return t->stop_on_bad ? ACCORD_EDENIED : 0;
}

static void
on_lost(void *payload, size_t path)
{
	trace *t = payload;

	ac_buf_add(&t->text, AC_S("L "));
	add_index(&t->text, path);
	ac_buf_add_byte(&t->text, '\n');
}

static const char *const paths[] = { "objects", "response", "Event.Attribute", "Event.Object", "Event.Object.Attribute",
	"response.Event.Attribute", "", NULL };
enum { OBJECTS, RESPONSE, EVENT_ATTRIBUTE, EVENT_OBJECT, EVENT_OBJECT_ATTRIBUTE, RESPONSE_EVENT_ATTRIBUTE, TOP_ARRAY };

static ac_json_stream *
open_stream(trace *t, const char *const *table, size_t value_max)
{
	const ac_json_stream_sink sink = { .on_element = on_element,
		.on_document = on_document,
		.on_member = t->with_members ? on_member : NULL,
		.on_bad = t->without_on_bad ? NULL : on_bad,
		.on_lost = on_lost,
		.payload = t };

	return ac_json_stream_open(table, value_max, &sink);
}

#define TRACE_MAX ((size_t)64 << 20)

/* Feed text in pieces of the lengths first, piece, piece ... An exact copy of each piece is fed, so that sanitizers see its ends. */
static int
run_pieces(ac_str text, const char *const *table, size_t value_max, size_t first, size_t piece, trace *t)
{
	ac_json_stream *s;
	accord_err err = { 0 };
	int rc = 0;

	ac_buf_init(&t->text, TRACE_MAX);
	s = open_stream(t, table, value_max);
	assert_non_null(s);
	for (size_t at = 0, n = first; at < text.n && !rc; at += n, n = piece) {
		char *copy;

		if (n > text.n - at)
			n = text.n - at;
		copy = malloc(n ? n : 1);
		memcpy(copy, text.p + at, n);
		rc = ac_json_stream_feed(s, (ac_str){ copy, n }, &err);
		free(copy);
	}
	if (!rc)
		rc = ac_json_stream_end(s, &err);
	if (rc)
		ac_buf_printf(&t->text, "ended %s %d:%d:%d %s\n", ac_code_name(rc), (int)err.line, (int)err.column,
		    (int)err.byte, err.text);
	assert_int_equal(rc, err.code);
	assert_null(ac_json_stream_close(s));
	return rc;
}

#define OPTIONS(t)                                                                                                     \
	((trace){ .with_members = (t)->with_members,                                                                   \
	    .stop_on_bad = (t)->stop_on_bad,                                                                           \
	    .without_on_bad = (t)->without_on_bad,                                                                     \
	    .places = (t)->places,                                                                                     \
	    .stop_at_element = (t)->stop_at_element })

/* One piece against all cuts in two (when the text is short) and against small pieces; *t keeps the first trace. */
static int
run_all_cuts(ac_str text, const char *const *table, size_t value_max, trace *t)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 1000, 4096, 65537 };
	trace options = OPTIONS(t);
	int rc = run_pieces(text, table, value_max, text.n, 1, t);

	for (size_t cut = 1; cut < text.n && text.n < 600; cut++) {
		trace other = OPTIONS(&options);

		assert_int_equal(run_pieces(text, table, value_max, cut, text.n, &other), rc);
		if (!ac_str_eq(ac_buf_view(&other.text), ac_buf_view(&t->text)))
			print_error("cut at %zu of: %.*s\n", cut, AC_FMT(text));
		assert_str(ac_buf_view(&other.text), ac_buf_view(&t->text));
		ac_buf_done(&other.text);
	}
	for (size_t i = 0; i < AC_COUNT(pieces); i++) {
		trace other = OPTIONS(&options);

		if (pieces[i] < text.n / 100000)
			continue;
		assert_int_equal(run_pieces(text, table, value_max, pieces[i], pieces[i], &other), rc);
		if (!ac_str_eq(ac_buf_view(&other.text), ac_buf_view(&t->text)))
			print_error("pieces of %zu of: %.*s\n", pieces[i], AC_FMT(ac_str_slice(text, 0, 300)));
		assert_true(ac_str_eq(ac_buf_view(&other.text), ac_buf_view(&t->text)));
		ac_buf_done(&other.text);
	}
	return rc;
}

typedef struct row {
	const char *text;
	const char *want;
} row;

/* Without white space inside, so that raw texts are the same whichever way a document was read. */
static const row good_rows[] = {
	{ "", "" },
	{ " \n\t\r ", "" },
	{ "1", "D T whole 1\n" },
	{ "1 2\n\"a\"true", "D T whole 1\nD T whole 2\nD T whole \"a\"\nD T whole true\n" },
	{ "{\"a\":1}\n{\"b\":[2]}\n", "D T whole {\"a\":1}\nD T whole {\"b\":[2]}\n" },
	{ "{\"a\":1}{}[]", "D T whole {\"a\":1}\nD T whole {}\nD T streamed []\n" },
	/* listed arrays */
	{ "{\"type\":\"bundle\",\"objects\":[{\"id\":1},2,[3]],\"z\":null}",
	    "E 0 {\"id\":1}\nE 0 2\nE 0 [3]\nD T streamed {\"type\":\"bundle\",\"objects\":[],\"z\":null}\n" },
	{ "{\"objects\":[]}", "D T streamed {\"objects\":[]}\n" },
	{ "{\"objects\":[ ] }", "D T streamed {\"objects\":[] }\n" },
	{ "[1,{\"objects\":[4]}]", "E 6 1\nE 6 {\"objects\":[4]}\nD T streamed []\n" },
	/* a listed name that holds no array, and arrays that are not listed */
	{ "{\"objects\":{\"a\":1},\"other\":[1]}", "D T whole {\"objects\":{\"a\":1},\"other\":[1]}\n" },
	{ "{\"objects\":\"[\"}", "D T whole {\"objects\":\"[\"}\n" },
	{ "{\"\":[1]}", "D T whole {\"\":[1]}\n" },
	/* keys are compared unescaped */
	{ "{\"obj\\u0065cts\":[1]}", "E 0 1\nD T streamed {\"obj\\u0065cts\":[]}\n" },
	/* objects on the way */
	{ "{\"Event\":{\"uuid\":\"u\",\"Attribute\":[1,2],\"info\":\"i\"}}",
	    "E 2 1\nE 2 2\nD T streamed {\"Event\":{\"uuid\":\"u\",\"Attribute\":[],\"info\":\"i\"}}\n" },
	/* arrays that are walked through: nested documents */
	{ "{\"Event\":{\"Object\":[{\"name\":\"n\",\"Attribute\":[1]},{\"name\":\"m\"},7]}}",
	    "E 4 1\nD 3 streamed {\"name\":\"n\",\"Attribute\":[]}\nD 3 whole {\"name\":\"m\"}\nD 3 whole 7\n"
	    "D T streamed {\"Event\":{\"Object\":[]}}\n" },
	{ "{\"response\":[{\"Event\":{\"Attribute\":[1],\"x\":0}},{\"Event\":{\"Object\":[5]}}]}",
	    "E 5 1\nD 1 streamed {\"Event\":{\"Attribute\":[],\"x\":0}}\nD 1 whole {\"Event\":{\"Object\":[5]}}\n"
	    "D T streamed {\"response\":[]}\n" },
	{ "{\"response\":{\"Event\":{\"Attribute\":[1]}}}",
	    "E 5 1\nD T streamed {\"response\":{\"Event\":{\"Attribute\":[]}}}\n" },
	/* order of keys */
	{ "{\"Event\":{\"Attribute\":[1],\"uuid\":\"u\"},\"objects\":[2]}",
	    "E 2 1\nE 0 2\nD T streamed {\"Event\":{\"Attribute\":[],\"uuid\":\"u\"},\"objects\":[]}\n" },
	/* a byte order mark, at the very start only */
	{ "\xef\xbb\xbf{\"a\":1}", "D T whole {\"a\":1}\n" },
	{ "\xef\xbb\xbf", "" },
	/* brackets and quotes in strings */
	{ "{\"objects\":[\"]},{\\\"[\",{\"a\\\\\":\"]\"}]}",
	    "E 0 \"]},{\\\"[\"\nE 0 {\"a\\\\\":\"]\"}\nD T streamed {\"objects\":[]}\n" },
};

static void
stream__hands_out_listed_arrays_and_the_rest(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(good_rows); i++) {
		trace t = { 0 };

		assert_int_equal(run_all_cuts(ac_str_from(good_rows[i].text), paths, 1000, &t), 0);
		assert_str(ac_buf_view(&t.text), ac_str_from(good_rows[i].want));
		ac_buf_done(&t.text);
	}
}

static const row member_rows[] = {
	{ "{\"a\":1,\"b\":[2]}", "M a 1\nM b [2]\nD T whole {\"a\":1,\"b\":[2]}\n" },
	{ "{\"Event\":{\"uuid\":\"u\",\"Attribute\":[1],\"Org\":{\"n\":1}},\"x\":2}",
	    "M Event.uuid \"u\"\nE 2 1\nM Event.Org {\"n\":1}\nM x 2\n"
	    "D T streamed {\"Event\":{\"uuid\":\"u\",\"Attribute\":[],\"Org\":{\"n\":1}},\"x\":2}\n" },
	{ "{\"response\":[{\"Event\":{\"uuid\":\"u\"},\"a\":3}]}",
	    "M response.Event.uuid \"u\"\nM response.a 3\nD 1 whole {\"Event\":{\"uuid\":\"u\"},\"a\":3}\n"
	    "D T streamed {\"response\":[]}\n" },
	{ "{\"Event.uuid\":\"fake\",\"\":0}", "M  0\nD T whole {\"Event.uuid\":\"fake\",\"\":0}\n" },
	{ "[{\"a\":1}]", "E 6 {\"a\":1}\nD T streamed []\n" },
};

static void
stream__tells_members_early_when_asked(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(member_rows); i++) {
		trace t = { .with_members = true };

		assert_int_equal(run_all_cuts(ac_str_from(member_rows[i].text), paths, 1000, &t), 0);
		assert_str(ac_buf_view(&t.text), ac_str_from(member_rows[i].want));
		ac_buf_done(&t.text);
	}
}

static void
stream__reaches_into_a_top_level_array_when_the_path_says_so(void **state)
{
	static const char *const table[] = { ".Event.Attribute", NULL };
	trace t = { .with_members = true };

	(void)state;
	assert_int_equal(run_all_cuts(AC_S("[{\"Event\":{\"Attribute\":[1,2],\"id\":3}},4]"), table, 1000, &t), 0);
	assert_str(ac_buf_view(&t.text),
	    AC_S("E 0 1\nE 0 2\nM .Event.id 3\nD N streamed {\"Event\":{\"Attribute\":[],\"id\":3}}\nD N whole 4\n"
		 "D T streamed []\n"));
	ac_buf_done(&t.text);
}

/*
 * The same documents, too large to be held: value_max is so small that they are walked through in pieces. Every value in
 * them, and what stands beside their arrays, fits.
 */
static void
stream__gives_the_same_for_large_and_small_documents(void **state)
{
	static const row rows[] = {
		{ "{\"type\":\"bundle\",\"objects\":[{\"id\":1},2,[3],{\"id\":4},5,6,7,8,9],\"z\":null}", NULL },
		{ "{\"Event\":{\"uuid\":\"u\",\"Attribute\":[1,2,3,4,5,6,7,8,9,10,11,12],\"info\":\"i\"}}", NULL },
		{ "{\"Event\":{\"Object\":[{\"name\":\"n\",\"Attribute\":[1,2,3,4,5,6,7]},{\"name\":\"m\"},7]}}",
		    NULL },
		{ "{\"response\":[{\"Event\":{\"Attribute\":[1,2,3,4,5,6,7,8,9,10],\"x\":0}},{\"Event\":{\"Object\":[5]"
		  "}}]}",
		    NULL },
		{ "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23]", NULL },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		trace small = { .with_members = true }, large = { .with_members = true };

		assert_int_equal(run_all_cuts(ac_str_from(rows[i].text), paths, 1000, &small), 0);
		assert_int_equal(run_all_cuts(ac_str_from(rows[i].text), paths, 52, &large), 0);
		assert_str(ac_buf_view(&large.text), ac_buf_view(&small.text));
		ac_buf_done(&small.text);
		ac_buf_done(&large.text);
	}
}

static void
stream__tells_the_place_of_everything(void **state)
{
	static const char text[] = "\xef\xbb\xbf \n{\"id\":1,\n \"objects\": [ {\"a\":\n1},\n\n   2 ]}\n[3]";
	static const ac_str want = AC_S_INIT("M id 2:7:11 1\nE 0 3:15:28 {\"a\":\n1}\nE 0 6:4:42 2\n"
					     "D T streamed 2:1:5 {\"id\":1,\n \"objects\": []}\n"
					     "E 6 7:2:48 3\nD T streamed 7:1:47 []\n");

	static const size_t value_maxima[] = { 1000, 32 }; /* as a tree; in pieces */

	(void)state;
	for (size_t i = 0; i < AC_COUNT(value_maxima); i++) {
		trace t = { .with_members = true, .places = true };

		assert_int_equal(run_all_cuts(ac_str_from(text), paths, value_maxima[i], &t), 0);
		assert_str(ac_buf_view(&t.text), want);
		ac_buf_done(&t.text);
	}
}

static const row bad_rows[] = {
	/* a bad element among others */
	{ "{\"objects\":[1,{\"a\":tru},3]}",
	    "E 0 1\nB input 1:23:22 not JSON: want 'true', got '}'\nE 0 3\nD T streamed {\"objects\":[]}\n" },
	{ "{\"objects\":[{\"a\":1,\"a\":2},{\"b\":1}]}",
	    "B input 1:20:19 not JSON: want each key once in an object, got a second \"a\"\nE 0 {\"b\":1}\n"
	    "D T streamed {\"objects\":[]}\n" },
	{ "{\"objects\":[\"\xff,]\",2]}",
	    "B input 1:14:13 not JSON: want UTF-8, got byte 0xFF\nE 0 2\nD T streamed {\"objects\":[]}\n" },
	{ "{\"objects\":[1,]}",
	    "E 0 1\nB input 1:15:14 not JSON: want a value, got ']'\nD T streamed {\"objects\":[]}\n" },
	{ "{\"objects\":[,1]}",
	    "B input 1:13:12 not JSON: want a value, got ','\nE 0 1\nD T streamed {\"objects\":[]}\n" },
	{ "{\"objects\":[1 {\"x\":[2]},3]}",
	    "E 0 1\nB input 1:15:14 not JSON: want ',' or ']', got '{'\nE 0 3\nD T streamed {\"objects\":[]}\n" },
	/* a lost quote ends with its line */
	{ "{\"objects\":[{\"a\":\"lost},\n\"b\":2},\n{\"c\":3}]}",
	    "B input 1:25:24 not JSON: want controls in a string escaped, got byte 0x0A\nE 0 {\"c\":3}\n"
	    "D T streamed {\"objects\":[]}\n" },
	{ "[1,x,3]", "E 6 1\nB input 1:4:3 not JSON: want a value, got 'x'\nE 6 3\nD T streamed []\n" },
	/* inside a nested document: that one is lost */
	{ "{\"response\":[{\"Event\":{\"Attribute\":[1],\"x\":}},{\"Event\":{}}]}",
	    "E 5 1\nB input 1:44:43 not JSON: want a value, got '}'\nL 1\nD 1 whole {\"Event\":{}}\n"
	    "D T streamed {\"response\":[]}\n" },
	/* inside an inner array of it: it goes on */
	{ "{\"response\":[{\"Event\":{\"Attribute\":[1,?,3],\"x\":0}}]}",
	    "E 5 1\nB input 1:39:38 not JSON: want a value, got '?'\nE 5 3\n"
	    "D 1 streamed {\"Event\":{\"Attribute\":[],\"x\":0}}\nD T streamed {\"response\":[]}\n" },
	/* lines */
	{ "{\"a\":1}\n{\"b\":tru}\n{\"c\":3}\n",
	    "D T whole {\"a\":1}\nB input 2:9:16 not JSON: want 'true', got '}'\nL T\nD T whole {\"c\":3}\n" },
	{ "{\"a\":1}\n{\"b\":\n{\"c\":3}\n",
	    "D T whole {\"a\":1}\nB input 2:6:13 truncated JSON: want a value, got the end of the text\nL T\n"
	    "D T whole {\"c\":3}\n" },
	{ "{\"a\":1}\n{\"b\":\"x\n\n{\"c\":3}", "D T whole {\"a\":1}\nB input 2:8:15 truncated JSON: want '\"' behind "
						"a string, got the end of the text\nL T\n"
						"D T whole {\"c\":3}\n" },
	{ "garbage\r\nmore garbage\r\n{\"c\":3}\r\n",
	    "B input 1:1:0 not JSON: want a value, got 'g'\nB input 2:1:9 not JSON: want a value, got 'm'\n"
	    "D T whole {\"c\":3}\n" },
	{ "{\"c\":3}\ngarbage\n", "D T whole {\"c\":3}\nB input 2:1:8 not JSON: want a value, got 'g'\n" },
	{ "{\"c\":3}\ngarbage", "D T whole {\"c\":3}\nB input 2:1:8 not JSON: want a value, got 'g'\n" },
	{ "{\"objects\":[1,{\"a\":[2,3}\n{\"c\":3}\n",
	    "E 0 1\nB input 1:24:23 not JSON: want ',' or ']', got '}'\nL T\nD T whole {\"c\":3}\n" },
	{ "\xef\xbb\xbf{\"a\":1}\n\xef\xbb\xbf{\"b\":1}\n{\"c\":3}\n",
	    "D T whole {\"a\":1}\nB input 2:1:11 not JSON: want a value, got a byte order mark (EF BB BF)\n"
	    "D T whole {\"c\":3}\n" },
	{ "{\"a\":1,\n{\"c\":3}\n", "B input 1:8:7 truncated JSON: want a key, got the end of the text\nL T\n"
				    "D T whole {\"c\":3}\n" },
	/* one object a line, which is no NDJSON */
	{ "{\"objects\":[\n{\"a\":1},\n{\"b\":tru},\n{\"c\":3}\n]}\n",
	    "E 0 {\"a\":1}\nB input 3:9:30 not JSON: want 'true', got '}'\nE 0 {\"c\":3}\nD T streamed "
	    "{\"objects\":[]}\n" },
	/* malformed outside of arrays and lines: the end */
	{ "{\"a\":1,\n \"b\" 2,\n \"objects\":[1]\n}\n",
	    "B input 2:6:13 not JSON: want ':', got '2'\nended input 2:6:13 not JSON: want ':', got '2'\n" },
	{ "{\n \"objects\":[1],\n \"objects\":[2]\n}\n",
	    "E 0 1\nB input 3:2:19 not JSON: want each key once in an object, got a second \"objects\"\n"
	    "ended input 3:2:19 not JSON: want each key once in an object, got a second \"objects\"\n" },
	{ "{\n \"Event\":{\"a\":1,\n \"\\u0061\":2}}\n",
	    "B input 3:2:20 not JSON: want each key once in an object, got a second \"a\"\n"
	    "ended input 3:2:20 not JSON: want each key once in an object, got a second \"a\"\n" },
	{ "{\"a\":1,\n 2:3}",
	    "B input 2:2:9 not JSON: want a key, got '2'\nended input 2:2:9 not JSON: want a key, got '2'\n" },
	{ "{ 2:3,\n\t4:5}", "B input 1:3:2 not JSON: want a key or '}', got '2'\nended input 1:3:2 not JSON: want a "
			    "key or '}', got '2'\n" },
	{ "{\"a\":1\n \x01}", "B input 2:2:8 not JSON: want ',' or '}', got byte 0x01\n"
			      "ended input 2:2:8 not JSON: want ',' or '}', got byte 0x01\n" },
	/* cut short */
	{ "{\"a\":1", "B input 1:7:6 truncated JSON: want ',' or '}', got the end of the text\n"
		      "ended input 1:7:6 truncated JSON: want ',' or '}', got the end of the text\n" },
	{ "{\"objects\":[1,2",
	    "E 0 1\nE 0 2\nB input 1:16:15 truncated JSON: want ',' or ']', got the end of the text\n"
	    "ended input 1:16:15 truncated JSON: want ',' or ']', got the end of the text\n" },
	{ "{\"objects\":[1,{\"a\":", "E 0 1\nB input 1:20:19 truncated JSON: want a value, got the end of the text\n"
				     "ended input 1:20:19 truncated JSON: want a value, got the end of the text\n" },
	{ "{\"objects\":[x{",
	    "B input 1:13:12 not JSON: want a value, got 'x'\nended input 1:13:12 not JSON: want a value, got 'x'\n" },
	{ "{\"a\":1}\n{\"b\":\n",
	    "D T whole {\"a\":1}\nB input 3:1:14 truncated JSON: want a value, got the end of the text\n"
	    "ended input 3:1:14 truncated JSON: want a value, got the end of the text\n" },
	/* half a byte order mark is none */
	{ "\xef\xbb", "B input 1:1:0 not JSON: want a value, got byte 0xEF\n" },
};

static void
stream__reports_what_is_bad_and_goes_on_where_it_can(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(bad_rows); i++) {
		trace t = { 0 };

		(void)run_all_cuts(ac_str_from(bad_rows[i].text), paths, 1000, &t);
		if (!ac_str_eq(ac_buf_view(&t.text), ac_str_from(bad_rows[i].want)))
			print_error("text %s\n", bad_rows[i].text);
		assert_str(ac_buf_view(&t.text), ac_str_from(bad_rows[i].want));
		ac_buf_done(&t.text);
	}
}

static void
stream__stops_when_it_is_told_to(void **state)
{
	trace t = { .stop_on_bad = true }, u = { .stop_at_element = 2 }, v = { .without_on_bad = true };

	(void)state;
	assert_int_equal(run_all_cuts(AC_S("{\"objects\":[1,x,3]}"), paths, 1000, &t), ACCORD_EDENIED);
	assert_str(ac_buf_view(&t.text), AC_S("E 0 1\nB input 1:15:14 not JSON: want a value, got 'x'\n"
					      "ended denied 1:15:14 not JSON: want a value, got 'x'\n"));
	assert_int_equal(run_all_cuts(AC_S("{\"objects\":[1,2,3]}"), paths, 1000, &u), ACCORD_EDENIED);
	assert_str(ac_buf_view(&u.text), AC_S("E 0 1\nE 0 2\nended denied 0:0:0 no more\n"));
	assert_int_equal(run_all_cuts(AC_S("{\"objects\":[1,x,3]}"), paths, 1000, &v), ACCORD_EINPUT);
	assert_str(ac_buf_view(&v.text), AC_S("E 0 1\nended input 1:15:14 not JSON: want a value, got 'x'\n"));
	ac_buf_done(&t.text);
	ac_buf_done(&u.text);
	ac_buf_done(&v.text);
}

static void
stream__keeps_its_error(void **state)
{
	trace t = { 0 };
	accord_err err = { 0 }, again = { 0 };
	ac_json_stream *s;

	(void)state;
	ac_buf_init(&t.text, TRACE_MAX);
	s = open_stream(&t, paths, 1000);
	assert_int_equal(ac_json_stream_feed(s, AC_S("{\n \"a\" ?"), &err), ACCORD_EINPUT);
	assert_int_equal(ac_json_stream_feed(s, AC_S("{}"), &again), ACCORD_EINPUT);
	assert_string_equal(again.text, err.text);
	assert_int_equal(again.line, 2);
	assert_int_equal(ac_json_stream_end(s, NULL), ACCORD_EINPUT);
	assert_int_equal(t.bad, 1);
	ac_json_stream_close(s);
	ac_buf_done(&t.text);
	assert_null(ac_json_stream_close(NULL));
}

/* ---- sizes ---- */

/* prefix, n times middle, suffix. */
static ac_buf
repeat(ac_str prefix, ac_str middle, size_t n, ac_str suffix)
{
	ac_buf buf;

	ac_buf_init(&buf, (size_t)1 << 30);
	ac_buf_add(&buf, prefix);
	for (size_t i = 0; i < n; i++)
		ac_buf_add(&buf, middle);
	ac_buf_add(&buf, suffix);
	return buf;
}

static void
stream__refuses_deep_nesting_and_goes_on(void **state)
{
	ac_buf deep = repeat(AC_S("{\"objects\":[1,"), AC_S("["), 100000, AC_S(""));
	trace t = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		ac_buf_add_byte(&deep, ']');
	ac_buf_add(&deep, AC_S(",2]}\n"));
	assert_int_equal(run_all_cuts(ac_buf_view(&deep), paths, 1000000, &t), 0);
	/* Two levels are the document's: 62 are left, and the 63rd stands 62 bytes behind the first one. */
	assert_str(ac_buf_view(&t.text),
	    AC_S("E 0 1\nB limit 1:77:76 over a limit: want at most 62 levels of nesting, got more\nE 0 2\n"
		 "D T streamed {\"objects\":[]}\n"));
	ac_buf_done(&t.text);
	ac_buf_done(&deep);
	/* The same without an end. */
	deep = repeat(AC_S("{\"objects\":["), AC_S("["), 100000, AC_S(""));
	t = (trace){ 0 };
	assert_int_equal(run_all_cuts(ac_buf_view(&deep), paths, 1000000, &t), ACCORD_ELIMIT);
	assert_int_equal(t.bad, 1);
	ac_buf_done(&t.text);
	ac_buf_done(&deep);
}

static void
stream__leaves_out_an_element_that_is_too_large(void **state)
{
	ac_buf text = repeat(AC_S("{\"objects\":[1,\""), AC_S("x"), 1998, AC_S("\",\""));
	trace t = { 0 }, u = { 0 };

	(void)state;
	for (int i = 0; i < 1997; i++)
		ac_buf_add_byte(&text, 'y');
	ac_buf_add(&text, AC_S("\",3]}"));
	assert_int_equal(run_all_cuts(ac_buf_view(&text), paths, 1999, &t), 0);
	assert_int_equal(t.elements, 3);
	assert_int_equal(t.bad, 1);
	assert_non_null(
	    strstr(t.text.p, "B limit 1:15:14 over a limit: want at most 1999 bytes in one value, got more\n"));
	ac_buf_done(&t.text);
	assert_int_equal(run_all_cuts(ac_buf_view(&text), paths, 2000, &u), 0);
	assert_int_equal(u.elements, 4);
	assert_int_equal(u.bad, 0);
	ac_buf_done(&u.text);
	ac_buf_done(&text);
}

/* What is counted of a stream that is too long to be written down. */
static int
count_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	trace *t = payload;

	(void)path, (void)value, (void)place, (void)arena, (void)err;
	t->elements++;
	return 0;
}

static int
count_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	trace *t = payload;

	(void)path, (void)value, (void)streamed, (void)place, (void)arena, (void)err;
	t->documents++;
	return 0;
}

static int
count_bad(void *payload, const accord_err *what)
{
	trace *t = payload;

	(void)what;
	t->bad++;
	return 0;
}

static void
stream__discards_a_line_without_end(void **state)
{
	static char chunk[1 << 20];
	trace t = { 0 };
	const ac_json_stream_sink sink = {
		.on_element = count_element, .on_document = count_document, .on_bad = count_bad, .payload = &t
	};
	ac_json_stream *s = ac_json_stream_open(paths, AC_MIB, &sink);

	(void)state;
	memset(chunk, 'A', sizeof(chunk));
	assert_int_equal(ac_json_stream_feed(s, AC_S("{\"a\":1}\n{\"b\":\""), NULL), 0);
	/* 128 MiB in one string; memory is bounded by value_max (a sanitizer or valgrind run would not end with 1 GB). */
	for (int i = 0; i < 128; i++)
		assert_int_equal(ac_json_stream_feed(s, (ac_str){ chunk, sizeof(chunk) }, NULL), 0);
	assert_int_equal(ac_json_stream_feed(s, AC_S("\"}\n{\"c\":1}\n"), NULL), 0);
	assert_int_equal(ac_json_stream_end(s, NULL), 0);
	assert_int_equal(t.documents, 2);
	assert_int_equal(t.bad, 1);
	ac_json_stream_close(s);
}

static void
stream__loses_only_the_bad_one_of_thousands(void **state)
{
	ac_buf text = repeat(AC_S("{\n\"objects\": ["), AC_S("\n {\"id\": \"x--0\", \"n\": [1, 2]},"), 5000,
	    AC_S("\n {\"id\": \"x--0\", \"n\": [1, 2},\n"));
	trace t = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++)
		ac_buf_add(&text, AC_S("\n {\"id\": \"x--1\"},"));
	ac_buf_add(&text, AC_S("{}]}"));
	(void)run_all_cuts(ac_buf_view(&text), paths, 100000, &t);
	/*
	 * The lost ']' lets the scan believe that the list goes on: it ends where a ']' stands, here at the end. What came before is handed
	 * out. See the next test for what a balanced bad element costs.
	 */
	assert_int_equal(t.bad, 1);
	assert_true(t.elements >= 5000);
	ac_buf_done(&t.text);
	ac_buf_done(&text);
	text = repeat(AC_S("{\n\"objects\": ["), AC_S("\n {\"id\": \"x--0\", \"n\": [1, 2]},"), 5000,
	    AC_S("\n {\"id\": \"x--0\", \"n\": [1, 02]},\n"));
	for (int i = 0; i < 5000; i++)
		ac_buf_add(&text, AC_S("\n {\"id\": \"x--1\"},"));
	ac_buf_add(&text, AC_S("{}]}"));
	t = (trace){ 0 };
	assert_int_equal(run_all_cuts(ac_buf_view(&text), paths, 100000, &t), 0);
	assert_int_equal(t.bad, 1);
	assert_int_equal(t.elements, 10001);
	assert_int_equal(t.documents, 1);
	ac_buf_done(&t.text);
	ac_buf_done(&text);
}

static void
stream__holds_the_ceiling_beside_the_arrays(void **state)
{
	ac_buf text = repeat(AC_S("{\"objects\":[1],\n"), AC_S("\"kkkkkkkk\":0,\n"), 1, AC_S(""));
	trace t = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		ac_buf_printf(&text, "\"key-%d\":0,\n", i);
	ac_buf_add(&text, AC_S("\"objects2\":[2]}"));
	assert_int_equal(run_all_cuts(ac_buf_view(&text), paths, 300, &t), ACCORD_ELIMIT);
	assert_int_equal(t.elements, 1);
	assert_non_null(
	    strstr(t.text.p, "over a limit: want at most 300 bytes beside the arrays of a document, got more"));
	ac_buf_done(&t.text);
	ac_buf_done(&text);
}

static void
stream__holds_the_ceiling_at_an_array(void **state)
{
	trace t = { 0 };

	(void)state;
	/* 11 bytes up to the bracket, and 2 for the empty array. */
	assert_int_equal(run_all_cuts(AC_S("{\"objects\":[1,2,3]}"), paths, 12, &t), 0);
	assert_str(ac_buf_view(&t.text), AC_S("B limit 1:12:11 over a limit: want at most 12 bytes beside the arrays "
					      "of a document, got more\nL T\n"));
	ac_buf_done(&t.text);
}

static void
stream__holds_the_ceiling_of_members(void **state)
{
	ac_buf text;
	trace t = { 0 };

	(void)state;
	ac_buf_init(&text, TRACE_MAX);
	ac_buf_add_byte(&text, '{');
	for (int i = 0; i <= AC_JSON_MEMBERS_MAX; i++)
		ac_buf_printf(&text, "\"%d\":0,\n", i);
	ac_buf_add(&text, AC_S("\"x\":1}"));
	assert_int_equal(run_all_cuts(ac_buf_view(&text), paths, AC_JSON_VALUE_MAX, &t), ACCORD_ELIMIT);
	assert_non_null(strstr(t.text.p, "65537:1:"));
	assert_non_null(strstr(t.text.p, "want at most 65536 members in an object, got more"));
	ac_buf_done(&t.text);
	ac_buf_done(&text);
}

/* Documents that are larger than what is tried whole, and that nothing listed can stand in. */
static void
stream__takes_large_documents_that_are_not_walked(void **state)
{
	static const char *const nothing[] = { "", NULL };
	ac_buf text = repeat(AC_S("\""), AC_S("s"), 70000, AC_S("\"\n{\"k\":\""));
	trace t = { 0 };

	(void)state;
	for (int i = 0; i < 70000; i++)
		ac_buf_add_byte(&text, 'v');
	ac_buf_add(&text, AC_S("\"}\n[1]\n"));
	assert_int_equal(run_all_cuts(ac_buf_view(&text), nothing, 100000, &t), 0);
	assert_int_equal(t.documents, 3);
	assert_int_equal(t.elements, 1);
	ac_buf_done(&t.text);
	/* Too large: each is a bad line, and the next one comes. */
	t = (trace){ 0 };
	assert_int_equal(run_all_cuts(ac_buf_view(&text), nothing, 69000, &t), 0);
	assert_int_equal(t.bad, 2);
	assert_int_equal(t.documents, 1);
	ac_buf_done(&t.text);
	ac_buf_done(&text);
}

static void
stream__gives_exact_bytes_of_a_large_document(void **state)
{
	/* Over 64 KiB and without a listed array: walked, and still handed out as it stood. */
	ac_buf text = repeat(AC_S("{ \"a\" : [ "), AC_S("1 , "), 20000, AC_S("2 ] ,\n \"b\" :\t\"\\u00e9\" }"));
	trace t = { 0 };
	ac_buf want;

	(void)state;
	ac_buf_init(&want, TRACE_MAX);
	ac_buf_add(&want, AC_S("D T whole "));
	ac_buf_add(&want, ac_buf_view(&text));
	ac_buf_add(&want, AC_S("\n"));
	assert_int_equal(run_all_cuts(ac_buf_view(&text), paths, 200000, &t), 0);
	assert_true(ac_str_eq(ac_buf_view(&t.text), ac_buf_view(&want)));
	ac_buf_done(&t.text);
	ac_buf_done(&text);
	ac_buf_done(&want);
}

static void
stream__survives_every_allocation_failure(void **state)
{
	ac_buf large = repeat(AC_S("{\"Event\":{\"uuid\":\"u\",\"Object\":["), AC_S("{\"n\":1,\"Attribute\":[1,2]},"),
	    4000, AC_S("0]}}\n{\"objects\":[1]}"));
	static const size_t value_maxima[] = { 100000, 60 };
	unsigned long rounds = 0;

	(void)state;
	for (size_t k = 0; k < AC_COUNT(value_maxima); k++) {
		int rc = -1;

		for (unsigned long n = 1; n < 100000; n += n < 60 ? 1 : 997) {
			trace t = { .with_members = true };
			const ac_json_stream_sink sink = { .on_element = count_element,
				.on_document = count_document,
				.on_bad = count_bad,
				.payload = &t };
			ac_json_stream *s;

			fail_malloc_at(n);
			s = ac_json_stream_open(paths, value_maxima[k], &sink);
			rc = s ? ac_json_stream_feed(s, ac_str_slice(ac_buf_view(&large), 0, 70000), NULL)
			       : ACCORD_ENOMEM;
			if (!rc)
				rc = ac_json_stream_feed(s, ac_str_slice(ac_buf_view(&large), 70000, large.n), NULL);
			if (!rc)
				rc = ac_json_stream_end(s, NULL);
			ac_json_stream_close(s);
			rounds++;
			if (!fail_malloc_done())
				break;
			assert_int_equal(rc, ACCORD_ENOMEM);
			assert_int_equal(t.bad, 0);
		}
		assert_int_equal(rc, 0);
	}
	assert_true(rounds > 20);
	ac_buf_done(&large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream__hands_out_listed_arrays_and_the_rest),
		cmocka_unit_test(stream__tells_members_early_when_asked),
		cmocka_unit_test(stream__reaches_into_a_top_level_array_when_the_path_says_so),
		cmocka_unit_test(stream__gives_the_same_for_large_and_small_documents),
		cmocka_unit_test(stream__tells_the_place_of_everything),
		cmocka_unit_test(stream__reports_what_is_bad_and_goes_on_where_it_can),
		cmocka_unit_test(stream__stops_when_it_is_told_to),
		cmocka_unit_test(stream__keeps_its_error),
		cmocka_unit_test(stream__refuses_deep_nesting_and_goes_on),
		cmocka_unit_test(stream__leaves_out_an_element_that_is_too_large),
		cmocka_unit_test(stream__discards_a_line_without_end),
		cmocka_unit_test(stream__loses_only_the_bad_one_of_thousands),
		cmocka_unit_test(stream__holds_the_ceiling_beside_the_arrays),
		cmocka_unit_test(stream__holds_the_ceiling_at_an_array),
		cmocka_unit_test(stream__holds_the_ceiling_of_members),
		cmocka_unit_test(stream__takes_large_documents_that_are_not_walked),
		cmocka_unit_test(stream__gives_exact_bytes_of_a_large_document),
		cmocka_unit_test(stream__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
