/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full text over the names, descriptions and values of current objects (FTS5). Learning does not wait for it: a search first brings it up to date, in a transaction of
 * its own; where the store cannot be written, what the index does not have yet is scanned. So a search never misses what was learned.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "store/facts.h"

/* Objects in one transaction of bringing up to date. */
#define FILL_OBJECTS 4096
#define SNIPPET_BEFORE 60
#define SNIPPET_BYTES 200
#define WORDS_MAX 32

/* Properties that are prose. */
static const ac_str prose[] = { AC_S_INIT("description"), AC_S_INIT("abstract"), AC_S_INIT("content"),
	AC_S_INIT("explanation"), AC_S_INIT("statement"), AC_S_INIT("goals"), AC_S_INIT("objective"),
	AC_S_INIT("roles"), AC_S_INIT("sectors"), AC_S_INIT("labels") };

/* What is searched of an object. */
typedef struct document {
	ac_str title; /* its first name, else its first value */
	ac_str names; /* names and values, one a line */
	ac_str body;
} document;

/* Chinese and Japanese write no spaces; each character is a word of its own, and a word of several is a phrase. */
static bool
is_ideograph(uint32_t c)
{
	return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0x20000 && c <= 0x3ffff);
}

static void
add_spaced(ac_buf *buf, ac_str text)
{
	size_t at = 0, from = 0;

	while (at < text.n) {
		size_t start = at;

		if ((unsigned char)text.p[at] < 0x80) {
			at++;
			continue;
		}
		if (!is_ideograph(ac_utf8_next(text, &at, NULL)))
			continue;
		ac_buf_add(buf, ac_str_slice(text, from, start));
		ac_buf_add_byte(buf, ' ');
		ac_buf_add(buf, ac_str_slice(text, start, at));
		ac_buf_add_byte(buf, ' ');
		from = at;
	}
	ac_buf_add(buf, ac_str_slice(text, from, text.n));
}

static int
read_names(ac_str bytes, ac_buf *buf, ac_str *title, accord_err *err)
{
	ac_facts facts = ac_facts_begin(bytes);
	ac_facts_edge edge;
	ac_facts_name name;
	ac_facts_value value;

	*title = AC_S("");
	while (ac_facts_next_edge(&facts, &edge))
		;
	while (ac_facts_next_name(&facts, &name)) {
		if (title->n == 0)
			*title = name.text;
		add_spaced(buf, name.text);
		ac_buf_add_byte(buf, '\n');
	}
	while (ac_facts_next_value(&facts, &value)) {
		if (title->n == 0)
			*title = value.text;
		add_spaced(buf, value.text);
		ac_buf_add_byte(buf, '\n');
	}
	return ac_facts_check(&facts, err);
}

static void
add_text(const ac_json *value, ac_buf *buf)
{
	ac_json_iter it;

	if (ac_json_is(value, AC_JSON_STRING)) {
		ac_buf_add(buf, ac_json_string(value));
		ac_buf_add_byte(buf, '\n');
		return;
	}
	it = ac_json_iter_of(value);
	while (ac_json_next(&it))
		if (ac_json_is(it.value, AC_JSON_STRING))
			add_text(it.value, buf);
}

/* The statement's columns: seq, object, facts, JSON, type. Texts in arena. */
static int
read_document(sqlite3_stmt *s, bool spaced, ac_arena *arena, document *out, accord_err *err)
{
	ac_buf names, body;
	const ac_json *json = NULL;
	ac_str title;
	int rc;

	ac_buf_init(&names, AC_FRAME_MAX);
	ac_buf_init(&body, AC_FRAME_MAX);
	rc = read_names(ac_sql_blob(s, 2), &names, &title, err);
	if (rc == 0)
		rc = ac_json_parse(ac_sql_blob(s, 3), AC_JSON_LIMITS, arena, &json, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(prose); i++)
		add_text(ac_json_get(json, prose[i]), &body);
	if (rc == 0) {
		ac_str plain = ac_arena_str(arena, ac_buf_view(&body));

		if (spaced && plain.p) {
			ac_buf_reset(&body);
			add_spaced(&body, plain);
		}
		out->title = ac_arena_str(arena, title);
		out->names = ac_arena_str(arena, ac_buf_view(&names));
		out->body = spaced ? ac_arena_str(arena, ac_buf_view(&body)) : plain;
		rc = names.failed || body.failed || !out->title.p || !out->names.p || !out->body.p
			 ? ac_fail(err, ACCORD_ENOMEM, "no memory for the text of an object")
			 : 0;
	}
	ac_buf_done(&names);
	ac_buf_done(&body);
	return rc;
}

/* --- bringing the index up to date --- */

static int
add_document(ac_store *writer, int64_t seq, const document *doc, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(writer, AC_SQL_SEARCH_ADD, err);

	if (!s)
		return writer->last_code;
	(void)sqlite3_bind_int64(s, 1, seq);
	ac_sql_bind_text(s, 2, doc->names);
	ac_sql_bind_text(s, 3, doc->body);
	return ac_sql_run(writer, AC_SQL_SEARCH_ADD, s, err);
}

static int
fill_from(ac_store *writer, int64_t *done, size_t *out_n, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(writer, AC_SQL_SEARCH_PENDING, err);
	ac_arena arena;
	int rc;

	*out_n = 0;
	if (!s)
		return writer->last_code;
	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	(void)sqlite3_bind_int64(s, 1, *done);
	(void)sqlite3_bind_int(s, 2, FILL_OBJECTS);
	while ((rc = ac_sql_step(writer, s, err)) == 1) {
		document doc;

		ac_arena_reset(&arena);
		rc = read_document(s, true, &arena, &doc, err);
		if (rc == 0)
			rc = add_document(writer, sqlite3_column_int64(s, 0), &doc, err);
		if (rc < 0)
			break;
		*done = sqlite3_column_int64(s, 0);
		(*out_n)++;
	}
	ac_sql_give(writer, AC_SQL_SEARCH_PENDING, s);
	ac_arena_done(&arena);
	return rc;
}

static int
fill_some(ac_store *writer, size_t *out_n, accord_err *err)
{
	int64_t done;
	bool begun;
	int rc = ac_lazy_begin(writer, &begun, err);

	if (rc < 0)
		return rc;
	rc = ac_sql_meta_get(writer, "search_done", 0, &done, err);
	if (rc == 0)
		rc = fill_from(writer, &done, out_n, err);
	if (rc == 0 && *out_n > 0)
		rc = ac_sql_meta_put(writer, "search_done", done, err);
	return ac_lazy_end(writer, begun, rc, err);
}

static int
bring_up_to_date(ac_store *store, accord_err *err)
{
	ac_store *writer = ac_sql_writer(store);
	size_t n = 0;
	int rc;

	if (!writer)
		return ACCORD_EIO;
	do
		rc = fill_some(writer, &n, err);
	while (rc == 0 && n > 0);
	return rc;
}

/* --- asking --- */

typedef struct search {
	ac_store *store;
	ac_str words[WORDS_MAX];
	size_t word_count;
	size_t left;
	ac_on_search on;
	void *payload;
} search;

static void
split_words(search *q, ac_str text)
{
	size_t at = 0;

	while (at < text.n && q->word_count < WORDS_MAX) {
		size_t from;

		while (at < text.n && ac_is_space(text.p[at]))
			at++;
		from = at;
		while (at < text.n && !ac_is_space(text.p[at]))
			at++;
		if (at > from)
			q->words[q->word_count++] = ac_str_slice(text, from, at);
	}
}

/* Each word a phrase of which the last token may go on, all of them wanted. Nothing of FTS5's own syntax gets through the quotes. */
static void
add_match(const search *q, ac_buf *buf)
{
	for (size_t i = 0; i < q->word_count; i++) {
		ac_buf word;

		ac_buf_init(&word, AC_MIB);
		add_spaced(&word, q->words[i]);
		if (i > 0)
			ac_buf_add_byte(buf, ' ');
		ac_buf_add_byte(buf, '"');
		for (size_t at = 0; at < word.n; at++) {
			if (word.p[at] == '"')
				ac_buf_add_byte(buf, '"');
			ac_buf_add_byte(buf, word.p[at] ? word.p[at] : ' ');
		}
		ac_buf_add_cstr(buf, "\"*");
		if (word.failed)
			buf->failed = word.failed;
		ac_buf_done(&word);
	}
}

/* The place of the first word in the text, cut at characters. */
static ac_str
snippet_of(const search *q, ac_str text)
{
	size_t at = text.n, from, to;

	for (size_t i = 0; i < q->word_count && at == text.n; i++)
		at = ac_str_find_fold(text, q->words[i]);
	if (at == text.n)
		at = 0;
	from = at > SNIPPET_BEFORE ? at - SNIPPET_BEFORE : 0;
	to = from + SNIPPET_BYTES < text.n ? from + SNIPPET_BYTES : text.n;
	while (from > 0 && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from--;
	while (to < text.n && ((unsigned char)text.p[to] & 0xc0) == 0x80)
		to--;
	return ac_str_trim(ac_str_slice(text, from, to));
}

static int
hand_out(search *q, sqlite3_stmt *s, const document *doc, ac_arena *arena, accord_err *err)
{
	ac_search_hit hit = { .snippet = snippet_of(q, doc->body) };
	int rc = ac_intern_id(q->store, sqlite3_column_int64(s, 1), arena, &hit.id, err);

	if (rc == 0)
		rc = ac_intern_text(q->store, &q->store->words, sqlite3_column_int64(s, 4), arena, &hit.type, err);
	hit.name = doc->title.n ? doc->title : hit.id;
	if (rc < 0)
		return rc;
	q->left--;
	rc = q->on(q->payload, &hit, err);
	return rc == 0 && q->left == 0 ? 1 : rc;
}

static int
hit_of_version(search *q, int64_t seq, ac_arena *arena, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(q->store, AC_SQL_SEARCH_HIT, err);
	document doc;
	int rc;

	if (!s)
		return q->store->last_code;
	ac_arena_reset(arena);
	(void)sqlite3_bind_int64(s, 1, seq);
	rc = ac_sql_step(q->store, s, err);
	if (rc == 1) {
		rc = read_document(s, false, arena, &doc, err);
		if (rc == 0)
			rc = hand_out(q, s, &doc, arena, err);
	}
	ac_sql_give(q->store, AC_SQL_SEARCH_HIT, s);
	return rc;
}

static int
ask_index(search *q, ac_arena *arena, accord_err *err)
{
	sqlite3_stmt *s;
	ac_buf match;
	int rc = 0;

	ac_buf_init(&match, AC_MIB);
	add_match(q, &match);
	s = ac_sql_take(q->store, AC_SQL_SEARCH_FIND, err);
	if (match.failed)
		rc = ac_fail(err, match.failed, "want a search of at most %d words", WORDS_MAX);
	else if (!s)
		rc = q->store->last_code;
	if (rc == 0) {
		ac_sql_bind_text(s, 1, ac_buf_view(&match));
		while ((rc = ac_sql_step(q->store, s, err)) == 1) {
			rc = hit_of_version(q, sqlite3_column_int64(s, 0), arena, err);
			if (rc != 0)
				break;
		}
	}
	ac_sql_give(q->store, AC_SQL_SEARCH_FIND, s);
	ac_buf_done(&match);
	return rc;
}

static bool
has_all_words(const search *q, const document *doc)
{
	for (size_t i = 0; i < q->word_count; i++)
		if (ac_str_find_fold(doc->names, q->words[i]) == doc->names.n &&
		    ac_str_find_fold(doc->body, q->words[i]) == doc->body.n)
			return false;
	return true;
}

/* What the index does not have, when it could not be brought up to date. */
static int
scan_pending(search *q, ac_arena *arena, accord_err *err)
{
	sqlite3_stmt *s;
	int64_t done;
	int rc = ac_sql_meta_get(q->store, "search_done", 0, &done, err);

	if (rc < 0)
		return rc;
	s = ac_sql_take(q->store, AC_SQL_SEARCH_PENDING, err);
	if (!s)
		return q->store->last_code;
	(void)sqlite3_bind_int64(s, 1, done);
	(void)sqlite3_bind_int64(s, 2, -1);
	while ((rc = ac_sql_step(q->store, s, err)) == 1) {
		document doc;

		ac_arena_reset(arena);
		rc = read_document(s, false, arena, &doc, err);
		if (rc == 0 && has_all_words(q, &doc))
			rc = hand_out(q, s, &doc, arena, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(q->store, AC_SQL_SEARCH_PENDING, s);
	return rc;
}

static int
on_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	search *q = payload;
	ac_search_hit hit = { row->indicator_id, AC_S("indicator"), row->row.value.text, row->row.comment };
	int rc;

	q->left--;
	rc = q->on(q->payload, &hit, err);
	return rc == 0 && q->left == 0 ? 1 : rc;
}

/* Rows of lists are not in the index; a value that is asked for by itself is found in them. */
static int
ask_rows(search *q, ac_str words, ac_arena *arena, accord_err *err)
{
	ac_value value = { 0 };
	int rc;

	ac_arena_reset(arena);
	rc = ac_value_guess(words, arena, &value, err);
	if (rc == 0 && value.type != AC_VALUE_NONE)
		rc = ac_list_find(q->store, value.type, value.text, on_row, q, err);
	return rc;
}

int
ac_store_search(ac_store *store, ac_str words, size_t most, ac_on_search on, void *payload, accord_err *err)
{
	search q = { .store = store, .left = most, .on = on, .payload = payload };
	accord_err why = { 0 };
	ac_arena arena;
	bool is_complete;
	int rc;

	split_words(&q, words);
	if (q.word_count == 0 || most == 0)
		return 0;
	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	is_complete = bring_up_to_date(store, &why) == 0;
	rc = ask_rows(&q, words, &arena, err);
	if (rc == 0)
		rc = ask_index(&q, &arena, err);
	if (rc == 0 && !is_complete)
		rc = scan_pending(&q, &arena, err);
	ac_arena_done(&arena);
	return rc < 0 ? rc : 0;
}
