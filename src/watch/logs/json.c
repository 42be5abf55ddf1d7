/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON lines of any shape: Suricata EVE, Zeek, ECS, Winlogbeat, OCSF ... A tolerant walk: telemetry is the attacker's, so doubled keys are all reported, a line that
 * breaks off gives the fields before the break, and nothing is refused. What the fields mean is the name table's business (fields.c). Well-formed lines
 * are json_fast.c's.
 */
#include "watch/hash.h"
#include "watch/logs/json_inner.h"

#define PATH_MAX_BYTES 512

typedef struct level {
	bool is_array;
	size_t path_n;  /* of the container's own path */
	uint64_t group; /* of its fields */
} level;

typedef struct walk {
	ac_str text;
	size_t at;
	level levels[AC_JSON_DEPTH_MAX];
	unsigned depth;
	char path[PATH_MAX_BYTES]; /* of the value that comes */
	size_t path_n;
	uint64_t objects; /* counted, for group numbers */
	const ac_log_state *state;
	ac_log_record *record;
} walk;

static void
skip_space(walk *w)
{
	while (w->at < w->text.n && ac_is_space(w->text.p[w->at]))
		w->at++;
}

static char
peek(const walk *w)
{
	return w->at < w->text.n ? w->text.p[w->at] : '\0';
}

/* The bytes between quotes. */
static bool
take_string(walk *w, ac_str *out)
{
	size_t begin = ++w->at;

	for (; w->at < w->text.n; w->at++) {
		const char *p = w->text.p + w->at;

		if (*p == '\\') {
			w->at++;
		} else if (*p == '"') {
			*out = ac_str_slice(w->text, begin, w->at++);
			return true;
		}
	}
	w->at = w->text.n;
	return false;
}

static void
push_name(walk *w, ac_str name)
{
	if (w->path_n > 0 && w->path_n < PATH_MAX_BYTES)
		w->path[w->path_n++] = '.';
	if (name.n > PATH_MAX_BYTES - w->path_n)
		name.n = PATH_MAX_BYTES - w->path_n;
	if (name.n)
		memcpy(w->path + w->path_n, name.p, name.n);
	w->path_n += name.n;
}

/* "file.hash.md5" and "file.name" written flat are one object: what stands before the last component counts, hash containers apart. */
uint64_t
ac_log_json_group(uint64_t group, ac_str key)
{
	size_t n = key.n, dot;

	for (dot = n; dot > 0 && key.p[dot - 1] != '.'; dot--)
		;
	if (dot > 0) {
		ac_str prefix = ac_str_slice(key, 0, dot - 1);
		size_t last = prefix.n;

		while (last > 0 && prefix.p[last - 1] != '.')
			last--;
		if (ac_log_is_hash_container(ac_str_slice(prefix, last, prefix.n)))
			prefix.n = last ? last - 1 : 0;
		if (prefix.n > 0)
			group = ac_text_hash(prefix, (ac_hash_seed){ { group, 3 } }, AC_KEY_FILE);
	}
	/* Sysmon writes the parent process's fields beside the process's own. */
	if (ac_str_starts_fold(key, AC_S("parent")))
		group = ~group;
	return group;
}

static void
add_leaf(walk *w, ac_str raw, ac_str key, ac_log_escapes escapes)
{
	ac_log_record *record = w->record;
	ac_str name = { w->path, w->path_n };
	uint64_t group = w->depth ? w->levels[w->depth - 1].group : 0;
	ac_field_role role = ac_log_role(w->state, name);
	uint64_t want = record->want;

	/* A name is kept with its field only: a line of a million numbers would fill the memory with the name of their array. */
	if (!(record->want >> role & 1) && !ac_log_always_kept(name))
		return;
	if (record->count == AC_LOG_FIELDS_MAX) {
		record->malformed = true;
		return;
	}
	if (ac_log_always_kept(name))
		record->want |= AC_ROLE_BIT(AC_FIELD_OTHER);
	ac_log_add(record, ac_arena_str(record->arena, name), raw, ac_log_json_group(group, key), role, escapes);
	record->want = want;
}

static bool
open_container(walk *w, bool is_array, ac_str key)
{
	level *l;
	uint64_t around = w->depth ? w->levels[w->depth - 1].group : 0;

	if (w->depth == AC_JSON_DEPTH_MAX)
		return false;
	l = &w->levels[w->depth++];
	*l = (level){ is_array, w->path_n, around };
	if (!is_array && !ac_log_is_hash_container(key))
		l->group = ++w->objects;
	w->at++;
	return true;
}

/* A number, or true, false, null. */
static bool
take_scalar(walk *w, ac_str *out)
{
	size_t begin = w->at;

	while (w->at < w->text.n && (ac_is_alnum(w->text.p[w->at]) || memchr("+-.", w->text.p[w->at], 3)))
		w->at++;
	*out = ac_str_slice(w->text, begin, w->at);
	return out->n > 0;
}

/* One value, whose path is in w->path; containers are only opened. */
static bool
take_value(walk *w, ac_str key)
{
	ac_log_escapes escapes = AC_LOG_AS_IS;
	ac_str raw;
	char c;

	skip_space(w);
	c = peek(w);
	if (c == '{' || c == '[')
		return open_container(w, c == '[', key);
	if (c == '"') {
		if (!take_string(w, &raw))
			return false;
		escapes = AC_LOG_JSON;
	} else if (!take_scalar(w, &raw)) {
		return false;
	}
	add_leaf(w, raw, key, escapes);
	return true;
}

/* The next member, element, or end of the innermost container. */
static bool
take_next(walk *w)
{
	level *l = &w->levels[w->depth - 1];
	ac_str key = { NULL, 0 };

	skip_space(w);
	if (peek(w) == (l->is_array ? ']' : '}')) {
		w->at++;
		w->depth--;
		return true;
	}
	if (peek(w) == ',') {
		w->at++;
		skip_space(w);
	}
	w->path_n = l->path_n;
	if (!l->is_array) {
		if (peek(w) != '"' || !take_string(w, &key))
			return false;
		key = ac_log_unescape(key, w->record->arena);
		skip_space(w);
		if (peek(w) != ':')
			return false;
		w->at++;
		push_name(w, key);
	}
	return take_value(w, key);
}

/* One value, whose path is empty, with all that is in it. False when it breaks off. */
static bool
take_whole(walk *w)
{
	bool good;

	w->path_n = 0;
	good = take_value(w, (ac_str){ NULL, 0 });
	while (good && w->depth > 0)
		good = take_next(w);
	return good;
}

/* Behind a document, to the next one: writers put several in a line, with commas between them or without, and brackets around them perhaps. */
static bool
goes_on(walk *w)
{
	size_t at;

	skip_space(w);
	at = w->at;
	w->at += peek(w) == ',';
	skip_space(w);
	if (peek(w) == '{')
		return true;
	w->at = at;
	return false;
}

/* One document: a line, or what stands in a string of one. */
static void
read_one(const ac_log_state *state, ac_str text, ac_log_record *record)
{
	bool good, is_one = true;
	walk w;

	text = ac_log_trim(text);
	if (ac_log_read_json_fast(state, text, record))
		return;
	w = (walk){ .text = text, .state = state, .record = record };
	for (good = take_whole(&w); good && goes_on(&w); good = take_whole(&w))
		is_one = false;
	/* an element of an array that is written one to a line */
	if (peek(&w) == ',')
		w.at++;
	if (!good || !is_one || w.at < w.text.n)
		record->malformed = true;
}

static void read_documents(const ac_log_state *state, ac_str text, ac_log_record *record);

/* Of whatever form a document is, it is a text, and no flaw of the line. */
void
ac_log_read_document(
    const ac_log_state *state, ac_log_record *record, ac_str raw, ac_log_escapes escapes, uint64_t number)
{
	bool malformed = record->malformed, is_string = escapes != AC_LOG_QUOTES;
	size_t first = record->count;
	ac_log_field value = { .raw = raw, .escapes = is_string ? AC_LOG_JSON : AC_LOG_QUOTES };
	ac_str text;

	if (raw.n > AC_LOG_DOCUMENT_MAX)
		return;
	text = ac_log_value(&value, record->arena);
	if (!text.p)
		return;
	record->depth += is_string;
	read_documents(state, text, record);
	record->depth -= is_string;
	ac_log_place_inner(record, first, raw, text, (ac_log_escapes)value.escapes, number);
	if (record->count < AC_LOG_FIELDS_MAX)
		record->malformed = malformed;
	if (record->count > first && record->deepest < record->depth + is_string)
		record->deepest = record->depth + is_string;
}

/* Fields from `first` on in the order of their places; mostly they are. Those that are no views of the text are left out. */
static void
order_fields(ac_log_record *record, size_t first, ac_str text)
{
	size_t n = first;

	for (size_t i = first; i < record->count; i++) {
		ac_log_field f = record->fields[i];
		size_t at = n;

		if (f.raw.p < text.p || f.raw.p + f.raw.n > text.p + text.n)
			continue;
		for (; at > first && record->fields[at - 1].raw.p > f.raw.p; at--)
			record->fields[at] = record->fields[at - 1];
		record->fields[at] = f;
		n++;
	}
	record->count = n;
}

/* What it says of its time in words is less sure than the fields around it. */
void
ac_log_read_wrapped(
    const ac_log_state *state, ac_log_record *record, ac_str raw, ac_log_escapes escapes, uint64_t number)
{
	static const ac_log_format *const formats[] = { &ac_log_cef, &ac_log_leef, &ac_log_syslog, &ac_log_httpd,
		&ac_log_winxml, &ac_log_keyvalue, &ac_log_text };
	const ac_log_format *inner = record->inner;
	bool malformed = record->malformed, has_time = record->has_time, is_string = escapes == AC_LOG_JSON;
	ac_log_field value = { .raw = raw, .escapes = escapes };
	size_t first = record->count, i = 0;
	ac_time time = record->time;
	ac_str text;

	if (raw.n > AC_LOG_DOCUMENT_MAX)
		return;
	text = ac_log_value(&value, record->arena);
	if (!text.p || ac_log_trim(text).n == 0)
		return;
	while (!formats[i]->fits(state, ac_log_trim(text)))
		i++;
	record->depth += is_string;
	record->inner = formats[i];
	formats[i]->read(state, ac_log_trim(text), record);
	record->depth -= is_string;
	order_fields(record, first, text);
	ac_log_place_inner(record, first, raw, text, escapes, number);
	record->has_time = has_time;
	record->time = time;
	if (record->count < AC_LOG_FIELDS_MAX)
		record->malformed = malformed;
	/* JSON behind other text is told as JSON is */
	if (record->count == first || record->inner == &ac_log_json)
		record->inner = inner;
	if (record->count > first && record->deepest < record->depth + is_string)
		record->deepest = record->depth + is_string;
}

/* Those among the fields from `first` on; of names that mean something the text is what they mean. */
static void
read_messages(const ac_log_state *state, ac_str text, ac_log_record *record, size_t first)
{
	size_t count = record->count, at = 0;
	ac_str name = { NULL, 0 }, raw;

	if (!ac_log_may_hold_message(text))
		return;
	if (record->want >> AC_FIELD_OTHER & 1) {
		for (size_t i = first; i < count; i++) {
			const ac_log_field *f = &record->fields[i];

			if (f->role == AC_FIELD_OTHER && f->escapes == AC_LOG_JSON && f->depth == 0 &&
			    f->raw.p >= text.p && ac_log_may_be_message(f->raw))
				ac_log_read_wrapped(state, record, f->raw, AC_LOG_JSON, (uint64_t)(f->raw.p - text.p));
		}
	} else {
		while (ac_log_next_message(text, &at, &name, &raw))
			if (ac_log_role(state, name) == AC_FIELD_OTHER)
				ac_log_read_wrapped(state, record, raw, AC_LOG_JSON, (uint64_t)(raw.p - text.p));
	}
	if (record->count > count)
		ac_log_merge_fields(record, first, count);
}

/* A document with those in its strings, and with messages. */
static void
read_documents(const ac_log_state *state, ac_str text, ac_log_record *record)
{
	size_t first = record->count, count, at = 0;
	bool is_plain;
	ac_str raw;

	record->is_plain = false;
	read_one(state, text, record);
	is_plain = record->is_plain;
	if (record->depth == AC_LOG_DOCUMENT_DEPTH_MAX)
		return;
	count = record->count;
	while (!is_plain && ac_log_next_document(text, &at, &raw))
		ac_log_read_document(state, record, raw, AC_LOG_JSON, (uint64_t)(raw.p - text.p));
	if (record->count > count)
		ac_log_merge_fields(record, first, count);
	count = record->count;
	read_messages(state, text, record, first);
	record->is_plain = is_plain && record->count == count;
}

static bool
fits_json(const ac_log_state *state, ac_str line)
{
	(void)state;
	/* What stands at its end does not matter. */
	if (line.n == 0 || (unsigned char)(line.p[0] - '!') >= 0x5e)
		line = ac_log_trim(line);
	/* or an array of objects */
	return line.n > 0 && (line.p[0] == '{' || (line.p[0] == '[' && line.n > 1 && line.p[1] == '{'));
}

const ac_log_format ac_log_json = { .name = "json", .is_json = true, .fits = fits_json, .read = read_documents };
