/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors as text, marks of content, and what rotation does to names. Opens nothing. */
#include "watch/cursor.h"

#include "codec/json.h"
#include "codec/json_write.h"

/* Digits of a date in the middle of a name: fewer are a number that tells logs apart. */
#define DATE_DIGITS_MIN 6
/* A beginning: its length and its digest. */
#define BEGIN_BYTES (2 + sizeof(((ac_cursor_begin *)NULL)->digest))

int
ac_cursor_mark_of(ac_str bytes, ac_cursor_mark *out, accord_err *err)
{
	ac_cursor_mark mark = { .n = (uint32_t)bytes.n };
	int rc = ac_sha256(bytes, mark.digest, err);

	if (!rc)
		*out = mark;
	return rc;
}

bool
ac_cursor_mark_fits(const ac_cursor_mark *mark, ac_str bytes)
{
	uint8_t digest[AC_SHA256_SIZE];
	accord_err ignored;

	if (mark->n == 0)
		return true;
	return bytes.n == mark->n && ac_sha256(bytes, digest, &ignored) == 0 &&
	       memcmp(digest, mark->digest, sizeof(digest)) == 0;
}

/* ---- beginnings ---- */

/* The digest of a beginning becomes that of the next one. */
static int
go_on(uint8_t digest[static AC_SHA256_SIZE], ac_str line, accord_err *err)
{
	char text[AC_SHA256_SIZE + AC_CURSOR_MARK_MAX];

	memcpy(text, digest, AC_SHA256_SIZE);
	memcpy(text + AC_SHA256_SIZE, line.p, line.n);
	return ac_sha256((ac_str){ text, AC_SHA256_SIZE + line.n }, digest, err);
}

int
ac_cursor_keep_begins(ac_cursor *cursor, ac_str bytes, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE] = { 0 };
	size_t count = 0, at = 0;
	const char *end;

	bytes = ac_str_slice(bytes, 0, AC_CURSOR_MARK_MAX);
	while (at < bytes.n && (end = memchr(bytes.p + at, '\n', bytes.n - at))) {
		size_t next = (size_t)(end - bytes.p) + 1;
		int rc = go_on(digest, ac_str_slice(bytes, at, next), err);

		if (rc)
			return rc;
		at = next;
		if (at < AC_CURSOR_BEGIN_LEAST)
			continue;
		if (count == AC_CURSOR_BEGINS_MAX)
			memmove(cursor->begins, cursor->begins + 1, --count * sizeof(*cursor->begins));
		cursor->begins[count].n = (uint16_t)at;
		memcpy(cursor->begins[count++].digest, digest, sizeof(cursor->begins->digest));
	}
	cursor->begin_count = count;
	return 0;
}

bool
ac_cursor_has_begin(const ac_cursor *cursor, ac_str bytes)
{
	ac_cursor own = { 0 };
	const ac_cursor_begin *last;
	accord_err ignored;

	if (cursor->begin_count == 0 || bytes.n > AC_CURSOR_MARK_MAX || ac_cursor_keep_begins(&own, bytes, &ignored) ||
	    own.begin_count == 0)
		return false;
	last = &own.begins[own.begin_count - 1];
	if (last->n != bytes.n)
		return false;
	for (size_t i = 0; i < cursor->begin_count; i++)
		if (cursor->begins[i].n == last->n)
			return memcmp(cursor->begins[i].digest, last->digest, sizeof(last->digest)) == 0;
	return false;
}

/* ---- text ---- */

/* The numbers of a cursor, by name. */
typedef struct number {
	ac_str key;
	size_t offset;
	enum { U64, U32, BOOL, NEW_U32 } type; /* NEW_U32: older cursors have none, 0 */
} number;

static const number numbers[] = {
	{ AC_S_INIT("device"), offsetof(ac_cursor, device), U64 },
	{ AC_S_INIT("inode"), offsetof(ac_cursor, inode), U64 },
	{ AC_S_INIT("offset"), offsetof(ac_cursor, at.offset), U64 },
	{ AC_S_INIT("lines"), offsetof(ac_cursor, at.lines), U64 },
	{ AC_S_INIT("header_begin"), offsetof(ac_cursor, at.header_begin), U64 },
	{ AC_S_INIT("header_end"), offsetof(ac_cursor, at.header_end), U64 },
	{ AC_S_INIT("first_begin"), offsetof(ac_cursor, at.first_begin), U64 },
	{ AC_S_INIT("first_end"), offsetof(ac_cursor, at.first_end), U64 },
	{ AC_S_INIT("has_content"), offsetof(ac_cursor, at.has_content), BOOL },
	{ AC_S_INIT("in_long_line"), offsetof(ac_cursor, at.in_long_line), BOOL },
	{ AC_S_INIT("long_is_json"), offsetof(ac_cursor, at.long_is_json), BOOL },
	{ AC_S_INIT("long_escapes"), offsetof(ac_cursor, at.long_escapes), NEW_U32 },
	{ AC_S_INIT("long_in_document"), offsetof(ac_cursor, at.long_in_document), NEW_U32 },
	{ AC_S_INIT("long_skip"), offsetof(ac_cursor, at.long_skip), U32 },
	{ AC_S_INIT("head_bytes"), offsetof(ac_cursor, head.n), U32 },
	{ AC_S_INIT("tail_bytes"), offsetof(ac_cursor, tail.n), U32 },
	{ AC_S_INIT("size"), offsetof(ac_cursor, size), U64 },
	{ AC_S_INIT("is_packed"), offsetof(ac_cursor, is_packed), BOOL },
	{ AC_S_INIT("is_finished"), offsetof(ac_cursor, is_finished), BOOL },
	{ AC_S_INIT("seen"), offsetof(ac_cursor, seen_s), U64 },
	{ AC_S_INIT("csv_column"), offsetof(ac_cursor, at.csv.next.column), U64 },
	{ AC_S_INIT("csv_in_quotes"), offsetof(ac_cursor, at.csv.next.in_quotes), BOOL },
	{ AC_S_INIT("csv_lines"), offsetof(ac_cursor, at.csv.lines), U32 },
	{ AC_S_INIT("csv_has_time"), offsetof(ac_cursor, at.csv.has_time), BOOL },
	{ AC_S_INIT("csv_seconds"), offsetof(ac_cursor, at.csv.time.seconds), U64 },
	{ AC_S_INIT("csv_nanoseconds"), offsetof(ac_cursor, at.csv.time.nanoseconds), U32 },
	{ AC_S_INIT("gone"), offsetof(ac_cursor, gone_s), U64 },
};

/* All are written as numbers that are not negative; those beyond 2^53 are read back from their text. */
static void
write_number(ac_json_writer *w, const ac_cursor *cursor, const number *n)
{
	const char *p = (const char *)cursor + n->offset;
	uint64_t u64 = 0;
	uint32_t u32 = 0;
	bool flag = false;

	switch (n->type) {
	case U64:
		memcpy(&u64, p, sizeof(u64));
		break;
	case U32:
	case NEW_U32:
		memcpy(&u32, p, sizeof(u32));
		u64 = u32;
		break;
	case BOOL:
		memcpy(&flag, p, sizeof(flag));
		u64 = flag;
		break;
	}
	ac_jw_key_u64(w, n->key, u64);
}

static bool
read_number(const ac_json *object, ac_cursor *cursor, const number *n)
{
	ac_str text = ac_json_text(ac_json_get(object, n->key));
	char *p = (char *)cursor + n->offset;
	uint64_t u64 = 0;
	uint32_t u32;
	bool flag;

	if (!ac_str_to_u64(text, &u64))
		return n->type == NEW_U32 && !ac_json_get(object, n->key);
	u32 = (uint32_t)u64;
	flag = u64 == 1;
	switch (n->type) {
	case U64:
		memcpy(p, &u64, sizeof(u64));
		return true;
	case U32:
	case NEW_U32:
		memcpy(p, &u32, sizeof(u32));
		return u32 == u64;
	case BOOL:
		memcpy(p, &flag, sizeof(flag));
		return u64 <= 1;
	}
	return false;
}

static void
write_digest(ac_json_writer *w, ac_str key, const ac_cursor_mark *mark)
{
	char text[2 * AC_SHA256_SIZE];

	ac_hex(mark->digest, sizeof(mark->digest), text);
	ac_jw_key_string(w, key, (ac_str){ text, sizeof(text) });
}

/* Of each, its length (two bytes, the higher one first) and its digest, in hexadecimal. */
static void
write_begins(ac_json_writer *w, const ac_cursor *cursor)
{
	char text[AC_CURSOR_BEGINS_MAX * 2 * BEGIN_BYTES];

	for (size_t i = 0; i < cursor->begin_count; i++) {
		const ac_cursor_begin *begin = &cursor->begins[i];
		uint8_t bytes[BEGIN_BYTES] = { (uint8_t)(begin->n >> 8), (uint8_t)begin->n };

		memcpy(bytes + 2, begin->digest, sizeof(begin->digest));
		ac_hex(bytes, sizeof(bytes), text + i * 2 * sizeof(bytes));
	}
	ac_jw_key_string(w, AC_S("begins"), (ac_str){ text, cursor->begin_count * 2 * BEGIN_BYTES });
}

static bool
read_hex(ac_str text, uint8_t *out)
{
	for (size_t i = 0; i < text.n / 2; i++) {
		int high = ac_hex_value(text.p[2 * i]), low = ac_hex_value(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Cursors of large logs, and older ones, have none. */
static bool
read_begins(const ac_json *object, ac_cursor *cursor)
{
	ac_str text = ac_json_get_string(object, AC_S("begins"));
	uint8_t bytes[AC_CURSOR_BEGINS_MAX * BEGIN_BYTES];

	if (!ac_json_get(object, AC_S("begins")))
		return true;
	if (!text.p || text.n > 2 * sizeof(bytes) || text.n % ((size_t)2 * BEGIN_BYTES) != 0 || !read_hex(text, bytes))
		return false;
	cursor->begin_count = text.n / ((size_t)2 * BEGIN_BYTES);
	for (size_t i = 0; i < cursor->begin_count; i++) {
		const uint8_t *p = bytes + i * BEGIN_BYTES;
		ac_cursor_begin *begin = &cursor->begins[i];

		begin->n = (uint16_t)(p[0] << 8 | p[1]);
		memcpy(begin->digest, p + 2, sizeof(begin->digest));
		if (begin->n > AC_CURSOR_MARK_MAX || (i > 0 && begin->n <= cursor->begins[i - 1].n))
			return false;
	}
	return true;
}

static bool
read_digest(const ac_json *object, ac_str key, ac_cursor_mark *mark)
{
	ac_str text = ac_json_get_string(object, key);

	if (text.n != 2 * sizeof(mark->digest) || mark->n > AC_CURSOR_MARK_MAX)
		return false;
	return read_hex(text, mark->digest);
}

void
ac_cursor_write(const ac_cursor *cursor, ac_str path, ac_buf *out)
{
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("path"), path);
	for (size_t i = 0; i < AC_COUNT(numbers); i++)
		write_number(&w, cursor, &numbers[i]);
	write_digest(&w, AC_S("head"), &cursor->head);
	write_digest(&w, AC_S("tail"), &cursor->tail);
	ac_jw_key_string(&w, AC_S("identity"), ac_str_from(cursor->identity));
	if (cursor->begin_count)
		write_begins(&w, cursor);
	ac_jw_end(&w);
}

/* The places are in order, as they are in a file. */
static bool
is_sound(const ac_watch_position *at)
{
	return at->header_begin <= at->header_end && at->header_end <= at->offset &&
	       at->header_end - at->header_begin <= AC_LOG_HEADER_MAX + AC_WATCH_LINE_MAX &&
	       at->first_begin <= at->first_end && at->first_end <= at->offset &&
	       at->first_end - at->first_begin <= AC_WATCH_LINE_MAX && at->long_skip <= AC_WATCH_LINE_MAX &&
	       at->long_escapes <= AC_LOG_JSON_QUOTES && at->long_in_document <= 1 &&
	       at->csv.next.column <= AC_CSV_COLUMNS_MAX && at->csv.time.nanoseconds < 1000000000U;
}

int
ac_cursor_read(ac_str text, ac_arena *arena, ac_cursor *out, ac_str *out_path, accord_err *err)
{
	const ac_json *object;
	ac_cursor c = { 0 };
	ac_str path, identity;
	bool ok;
	int rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &object, err);

	if (rc)
		return rc;
	path = ac_json_get_string(object, AC_S("path"));
	identity = ac_json_get_string(object, AC_S("identity"));
	ok = path.p && identity.n < sizeof(c.identity);
	for (size_t i = 0; ok && i < AC_COUNT(numbers); i++)
		ok = read_number(object, &c, &numbers[i]);
	ok = ok && read_digest(object, AC_S("head"), &c.head) && read_digest(object, AC_S("tail"), &c.tail) &&
	     read_begins(object, &c) && is_sound(&c.at) &&
	     (c.is_finished || (c.tail.n <= c.at.offset && c.head.n <= c.at.offset));
	if (!ok)
		return ac_fail(err, ACCORD_EINPUT, "a cursor of another kind: %.*s", AC_FMT(ac_str_slice(text, 0, 80)));
	if (identity.n)
		memcpy(c.identity, identity.p, identity.n);
	*out = c;
	*out_path = ac_arena_str(arena, path);
	return out_path->p ? 0 : ac_arena_check(arena, err);
}

/* ---- names ---- */

static bool
is_date_byte(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.' || c == 'T' || c == 'Z' ||
	       c == '+';
}

/* Without ".gz" and its like, and without what rotation adds at the end: ".1", "-20260101", ".old". */
static ac_str
without_suffixes(ac_str name)
{
	static const ac_str words[] = { AC_S_INIT(".gz"), AC_S_INIT(".zst"), AC_S_INIT(".xz"), AC_S_INIT(".bz2"),
		AC_S_INIT(".lz4"), AC_S_INIT(".old"), AC_S_INIT(".bak"), AC_S_INIT(".prev") };
	size_t n;

	for (size_t i = 0; i < AC_COUNT(words); i++)
		if (name.n > words[i].n && ac_str_eq(ac_str_slice(name, name.n - words[i].n, name.n), words[i])) {
			name.n -= words[i].n;
			i = (size_t)-1;
		}
	for (n = name.n; n > 0 && is_date_byte(name.p[n - 1]); n--)
		continue;
	/* The separator goes with the number; a number without one is the name's own. */
	while (n < name.n && name.p[n] >= '0' && name.p[n] <= '9')
		n++;
	return n > 0 ? ac_str_slice(name, 0, n) : name;
}

static ac_str
last_name(ac_str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	return slash ? ac_str_slice(path, (size_t)(slash - path.p) + 1, path.n) : path;
}

/* The name with dates in its middle left out ("eve-20260101.json": "eve.json"), into text. */
ac_str
ac_cursor_live_name(ac_str path, char text[static AC_CURSOR_NAME_MAX])
{
	ac_str name = ac_str_slice(without_suffixes(last_name(path)), 0, AC_CURSOR_NAME_MAX);
	size_t n = 0, at = 0;

	while (at < name.n) {
		size_t end = at, digits = 0;

		while (end < name.n && is_date_byte(name.p[end])) {
			digits += name.p[end] >= '0' && name.p[end] <= '9';
			end++;
		}
		if (digits >= DATE_DIGITS_MIN && at > 0) {
			/* the dot before the extension stays */
			at = end > at && name.p[end - 1] == '.' ? end - 1 : end;
			if (at < end)
				text[n++] = name.p[at++];
			continue;
		}
		if (end == at)
			end++;
		memcpy(text + n, name.p + at, end - at);
		n += end - at;
		at = end;
	}
	return (ac_str){ text, n };
}

bool
ac_cursor_same_log(ac_str path, ac_str other)
{
	char text[AC_CURSOR_NAME_MAX], other_text[AC_CURSOR_NAME_MAX];

	return ac_str_eq(ac_cursor_live_name(path, text), ac_cursor_live_name(other, other_text));
}

bool
ac_cursor_is_rotated(ac_str path)
{
	char text[AC_CURSOR_NAME_MAX];

	return !ac_str_eq(ac_cursor_live_name(path, text), last_name(path));
}
