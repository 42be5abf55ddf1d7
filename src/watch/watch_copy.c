/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/watch_copy.h"

#include "values/value.h"
#include "watch/defang.h"
#include "watch/logs/json_inner.h"
#include "watch/typography.h"

/* Where a copy's text stands in the line: a run of copied bytes, or one spelling that the copy has instead. */
typedef struct origin {
	size_t plain;
	size_t raw;       /* in the text */
	size_t raw_n;     /* of a spelling; 0: a run */
	bool is_own;      /* a spelling for which the copy is made: "[.]" or the like in a refanged one */
	bool is_defanged; /* a defanged one in a copy that is made for escapes */
} origin;

void
ac_watch_copy_init(ac_watch_copy *c, ac_watch_copy_kind kind, size_t limit)
{
	*c = (ac_watch_copy){ .origins = ac_vec_of(sizeof(origin), AC_WATCH_MATCHES_MAX),
		.found = ac_vec_of(sizeof(ac_match), AC_WATCH_MATCHES_MAX),
		.kind = kind };
	ac_buf_init(&c->text, limit);
}

void
ac_watch_copy_done(ac_watch_copy *c)
{
	ac_buf_done(&c->text);
	ac_vec_done(&c->origins);
	ac_vec_done(&c->found);
}

/* Whether the escapes of a string are some that JSON alone has: paths of Windows have "\t" and "\n". */
static bool
has_json_escapes_only(ac_str string)
{
	for (size_t at = 0; (at += ac_str_find_byte(ac_str_slice(string, at, string.n), '\\')) < string.n; at += 2) {
		const char *p = string.p + at + 1;
		size_t left = string.n - at - 1;

		if (left == 0 ||
		    (!memchr("/\"\\", *p, 3) && !(*p == 'u' && left > 4 && ac_is_hex(p[1]) && ac_is_hex(p[2]) &&
						    ac_is_hex(p[3]) && ac_is_hex(p[4]))))
			return false;
	}
	return true;
}

/* A line of a document that is printed over several: `"name": "value",`, or behind blanks an element alone, `"value",`. */
static bool
is_part_of_json(ac_str line)
{
	ac_str text = ac_str_trim(line), string;
	size_t end;

	if (text.n < 2 || text.p[0] != '"')
		return false;
	end = ac_log_string_end(text, 1);
	string = ac_str_slice(text, 1, end++);
	if (end >= text.n || (text.p[end] == ',' && end + 1 == text.n))
		return end <= text.n && text.p != line.p && has_json_escapes_only(string);
	while (end < text.n && (text.p[end] == ' ' || text.p[end] == '\t'))
		end++;
	return end < text.n && text.p[end] == ':' && ac_str_find_byte(string, '\\') == string.n;
}

size_t
ac_watch_json_begin(ac_str line)
{
	size_t at = 0;

	if (line.n > 0 && (line.p[0] == '{' || is_part_of_json(line)))
		return 0;
	/* Few lines have braces. */
	while ((at += ac_str_find_byte(ac_str_slice(line, at, line.n), '{')) < line.n) {
		if (at + 1 < line.n && line.p[at + 1] == '"')
			return at;
		at++;
	}
	return line.n;
}

static void
add_origin(ac_watch_copy *c, size_t raw, size_t raw_n, bool is_own)
{
	origin *o = ac_vec_add(&c->origins);

	if (o)
		*o = (origin){ c->text.n, raw, raw_n, is_own, false };
}

/* The origin that was added last. */
static void
set_defanged(ac_watch_copy *c, bool is_defanged)
{
	if (c->origins.n > 0)
		((origin *)c->origins.p)[c->origins.n - 1].is_defanged = is_defanged;
}

/* Places are asked for in their order. */
static size_t
letter_at(ac_watch_copy *c, size_t at)
{
	while (c->letter < at)
		c->letter = ac_control_next_letter(&c->letters, &c->letter_n);
	return c->letter == at ? c->letter_n : 0;
}

/* A spelling that the copy does not keep. */
typedef struct spelling {
	size_t n; /* its bytes; 0: there is none */
	ac_str meant;
	ac_escape escape;
	bool is_own; /* the copy is made for it */
} spelling;

/* A typographic sign as it is, or escaped. */
static void
sign_at(const ac_watch_copy *c, ac_str line, size_t at, spelling *out)
{
	size_t n = 0;

	if (c->kind == AC_WATCH_COPY_PLAIN)
		return;
	if (out->n == 0)
		n = out->n = ac_typography_at(line, at, &out->meant);
	else if (out->escape.text_n > 1)
		n = ac_typography_at((ac_str){ out->escape.text, out->escape.text_n }, 0, &out->meant);
	if (n)
		out->is_own = c->kind == AC_WATCH_COPY_CONTROLS;
}

/* That at line[at]. `json`: where escapes begin. */
static void
spelling_at(ac_watch_copy *c, ac_str line, size_t at, size_t json, spelling *out)
{
	*out = (spelling){ .is_own = true };
	if (c->kind == AC_WATCH_COPY_REFANGED) {
		out->n = ac_value_refang_at(line, at, &out->meant);
		if (out->n == 0 && at < json && line.p[at] == '\\') {
			out->n = letter_at(c, at);
			out->meant = AC_S("\n");
			out->is_own = out->n == 0;
		}
	} else if (c->kind == AC_WATCH_COPY_CONTROLS && !c->is_json) {
		out->n = at < json && line.p[at] == '\\' ? letter_at(c, at) : ac_control_at(line, at);
		out->meant = AC_S("\n");
	}
	if (out->n == 0 && line.p[at] == '\\' && at >= json) {
		out->escape = ac_log_escape_at(line, at, AC_LOG_JSON, c->depth);
		out->meant = (ac_str){ out->escape.text, out->escape.text_n };
		out->n = out->escape.raw_n;
		out->is_own = out->n == 0;
	}
	sign_at(c, line, at, out);
}

/* What may come next, looked for once however many others stand before it. */
typedef struct ahead {
	size_t slash, sign;
} ahead;

/* From `at` on, where the next spelling may begin. */
static size_t
next_spelling(const ac_watch_copy *c, ac_str line, size_t at, ahead *next)
{
	ac_str until;

	if (next->slash < at)
		next->slash = at + ac_str_find_byte(ac_str_slice(line, at, line.n), '\\');
	if (next->sign < at)
		next->sign = ac_typography_find(line, at);
	/* What is not found is its length. */
	until = ac_str_slice(line, 0, next->slash < next->sign ? next->slash : next->sign);
	if (c->kind == AC_WATCH_COPY_REFANGED)
		return ac_defang_find(until, at);
	return c->kind == AC_WATCH_COPY_CONTROLS && !c->is_json ? ac_control_find(until, at) : until.n;
}

/* "\\/": a slash that more than one string has escaped, as in the URLs of PHP's JSON. It keeps a URL from being told, whatever stands around it. */
static unsigned
depth_of(const ac_watch_copy *c, ac_str json)
{
	if (c->kind != AC_WATCH_COPY_REFANGED || ac_str_find(json, AC_S("\\\\/")) == json.n)
		return 0;
	return AC_LOG_DOCUMENT_DEPTH_MAX;
}

static bool
has_signs(ac_str line)
{
	return ac_typography_find(line, 0) < line.n;
}

/* What the escape of a byte at line[at], behind which the line goes on at `behind`, says of the line. */
static void
note_escape(ac_watch_copy *c, ac_str line, size_t at, size_t behind, char meant)
{
	if (meant == '\\') {
		c->has_slashes = true;
		c->has_deep |= behind < line.n && memchr("\\=|]/ux", line.p[behind], 7);
		c->has_letters |= behind < line.n && memchr("tnr", line.p[behind], 3);
	}
	/* events have such before what is theirs: backslashes of paths, '<' itself, quotes behind '=', line ends behind '>' */
	c->has_events |= meant == '\\' || meant == '<' || (at > 0 && (line.p[at - 1] == '=' || line.p[at - 1] == '>'));
}

static bool
has_events(ac_str text)
{
	return ac_str_find_byte(text, '&') < text.n && ac_str_find(text, AC_S("<Event")) < text.n;
}

void
ac_watch_copy_line(ac_watch_copy *c, ac_str text, size_t begin, size_t end, size_t json)
{
	ac_str line = ac_str_slice(text, begin, end);
	bool is_plain = c->kind == AC_WATCH_COPY_PLAIN, has_wide = false;
	ahead next = { ac_str_find_byte(line, '\\'), is_plain ? line.n : ac_typography_find(line, 0) };
	size_t from = 0, at = 0, first = c->text.n;

	c->has_events = c->has_letters = false;
	c->line_text = first;
	c->line_origin = c->origins.n;
	c->letters = (ac_control_letters){ .line = line };
	if (c->kind == AC_WATCH_COPY_REFANGED ? json > begin : c->kind == AC_WATCH_COPY_CONTROLS && !c->is_json)
		c->letter = ac_control_next_letter(&c->letters, &c->letter_n);
	c->depth = depth_of(c, ac_str_slice(line, json - begin, line.n));
	add_origin(c, begin, 0, false);
	while ((at = next_spelling(c, line, at, &next)) < line.n) {
		spelling found;

		spelling_at(c, line, at, json - begin, &found);
		if (found.n == 0) {
			at++;
			continue;
		}
		ac_buf_add(&c->text, ac_str_slice(line, from, at));
		add_origin(c, begin + at, found.n, found.is_own);
		ac_buf_add(&c->text, found.meant);
		/* most are slashes */
		if (found.meant.n == 1 && found.meant.p[0] != '/')
			note_escape(c, line, at, at + found.n, found.meant.p[0]);
		has_wide |= found.escape.text_n > 1;
		from = at += found.n;
		add_origin(c, begin + at, 0, false);
	}
	ac_buf_add(&c->text, ac_str_slice(line, from, line.n));
	c->has_signs = is_plain && has_wide && has_signs(ac_str_slice(ac_buf_view(&c->text), first, c->text.n));
	c->has_events = is_plain && c->has_events && has_events(ac_str_slice(ac_buf_view(&c->text), first, c->text.n));
	ac_buf_add_byte(&c->text, '\n');
}

/* The last origin at or before a place of the copy. */
static const origin *
origin_of(const ac_watch_copy *c, size_t plain)
{
	const origin *all = c->origins.p;
	size_t low = 0, high = c->origins.n;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (all[middle].plain <= plain)
			low = middle;
		else
			high = middle;
	}
	return &all[low];
}

/* Where a byte of the copy stands in the text; of a spelling its first one. */
static size_t
raw_of(const ac_watch_copy *c, size_t plain)
{
	const origin *o = origin_of(c, plain);

	return o->raw + (o->raw_n ? 0 : plain - o->plain);
}

/* Bytes [begin, end) of the line that `from` has copied last, from its origin number *at on, which goes to the last one of them. */
static void
copy_part(ac_watch_copy *c, const ac_watch_copy *from, size_t begin, size_t end, size_t *at)
{
	const origin *all = from->origins.p;
	size_t text = from->line_text;

	while (*at + 1 < from->origins.n && all[*at + 1].plain <= text + begin)
		++*at;
	for (size_t i = *at; i < from->origins.n && all[i].plain < text + end; i++) {
		size_t skip = all[i].plain < text + begin ? text + begin - all[i].plain : 0;
		origin *o = ac_vec_add(&c->origins);

		if (o)
			*o = (origin){ c->text.n + all[i].plain + skip - text - begin,
				all[i].raw + (all[i].raw_n ? 0 : skip), all[i].raw_n, false, false };
		*at = i;
	}
	ac_buf_add(&c->text, ac_str_slice(ac_buf_view(&from->text), text + begin, text + end));
}

/* Instead of n bytes of that line, a spelling. */
static void
copy_spelled(ac_watch_copy *c, const ac_watch_copy *from, size_t begin, size_t n, ac_str meant, bool is_own)
{
	size_t raw = raw_of(from, from->line_text + begin), last = from->line_text + begin + n - 1;
	const origin *o = origin_of(from, last);

	add_origin(c, raw, raw_of(from, last) + (o->raw_n ? o->raw_n : 1) - raw, is_own);
	set_defanged(c, !is_own);
	ac_buf_add(&c->text, meant);
}

bool
ac_watch_copy_letters(ac_watch_copy *c, const ac_watch_copy *from)
{
	/* without the line feed behind it */
	ac_str line = ac_str_slice(ac_buf_view(&from->text), from->line_text, from->text.n - 1), meant;
	ac_control_letters letters = { .line = line };
	size_t n, letter_n, letter = ac_control_next_letter(&letters, &letter_n), at = from->line_origin, behind = 0;

	if (from->text.failed || letter == line.n)
		return false;
	while (behind < line.n) {
		/* the nearer of a letter and a defanged spelling */
		size_t next = ac_defang_find(ac_str_slice(line, 0, letter), behind);
		bool is_letter = next == letter;

		copy_part(c, from, behind, next, &at);
		behind = next;
		if (next == line.n)
			break;
		n = letter_n;
		if (is_letter)
			meant = AC_S("\n");
		else
			n = ac_value_refang_at(line, next, &meant);
		copy_spelled(c, from, next, n, meant, is_letter);
		behind = next + n;
		while (letter < behind)
			letter = ac_control_next_letter(&letters, &letter_n);
	}
	ac_buf_add_byte(&c->text, '\n');
	return true;
}

/* From `at` on, the first of three bytes; text.n when there is none. Lines and fields have no line feed. */
static size_t
next_of(ac_str text, size_t at, char one, char two, char other)
{
	if (other == '\n' && one == two)
		return at + ac_str_find_byte(ac_str_slice(text, at, text.n), one);
	while (at < text.n && text.p[at] != one && text.p[at] != two && text.p[at] != other)
		at++;
	return at;
}

/* Quotes and blanks beyond ASCII end a value; what may stand inside of one does where no letter or digit goes on behind it. */
static void
end_at_sign(ac_escape *e, ac_str behind)
{
	ac_str meant;

	if (ac_typography_at((ac_str){ e->text, e->text_n }, 0, &meant) == e->text_n &&
	    (meant.p[0] == '"' || meant.p[0] == ' ' || behind.n == 0 || !ac_is_alnum(behind.p[0]))) {
		e->text[0] = meant.p[0];
		e->text_n = 1;
	}
}

/* What no escape is at raw[at]: a byte `split`, a typographic sign, a defanged spelling. raw_n 0: there is none. */
static ac_escape
spelled_at(ac_str raw, size_t at, char split, bool *out_is_defanged)
{
	ac_escape e = { .raw_n = 0 };
	ac_str meant;
	size_t n;

	*out_is_defanged = false;
	if (raw.p[at] == split)
		return (ac_escape){ .text = { '\n' }, .text_n = 1, .raw_n = 1 };
	n = ac_typography_at(raw, at, &meant);
	if (n == 0) {
		n = ac_value_refang_at(raw, at, &meant);
		*out_is_defanged = n > 0;
	}
	if (n == 0 || meant.n > sizeof(e.text))
		return e;
	memcpy(e.text, meant.p, meant.n);
	e.text_n = (uint8_t)meant.n;
	e.raw_n = (uint16_t)n;
	return e;
}

/* The first sign or defanged spelling from `at` on. *sign: the next sign, looked for once however many defanged spellings stand before it. */
static size_t
next_spelled(ac_str raw, size_t at, size_t *sign)
{
	if (*sign < at)
		*sign = ac_typography_find(raw, at);
	return ac_defang_find(ac_str_slice(raw, 0, *sign), at);
}

void
ac_watch_copy_escaped(ac_watch_copy *c, ac_str text, ac_str raw, ac_log_escapes escapes, unsigned depth, char split)
{
	/* in strings of JSON those have escapes, too */
	char mark = ac_log_escape_sign(escapes), around = depth ? '\\' : escapes & AC_LOG_DOUBLED ? '"' : mark;
	bool is_own = depth == 0 && escapes != AC_LOG_JSON && escapes != AC_LOG_JSON_QUOTES, is_defanged;
	size_t begin = (size_t)(raw.p - text.p), from = 0, at = 0, sign = ac_typography_find(raw, 0);
	size_t spelled = next_spelled(raw, 0, &sign);

	add_origin(c, begin, 0, false);
	while ((at = next_of(ac_str_slice(raw, 0, spelled), at, mark, around, split)) < raw.n) {
		ac_escape e = ac_log_escape_at(raw, at, escapes, depth);
		bool is_escape = e.raw_n > 0;

		is_defanged = false;
		if (!is_escape)
			e = spelled_at(raw, at, split, &is_defanged);
		else if (e.text_n > 1)
			end_at_sign(&e, ac_str_slice(raw, at + e.raw_n, raw.n));
		if (e.raw_n == 0) {
			at++;
		} else {
			ac_buf_add(&c->text, ac_str_slice(raw, from, at));
			add_origin(c, begin + at, e.raw_n, is_escape && (e.is_inner || is_own));
			set_defanged(c, is_defanged);
			ac_buf_add(&c->text, (ac_str){ e.text, e.text_n });
			from = at += e.raw_n;
			add_origin(c, begin + at, 0, false);
		}
		if (spelled < at)
			spelled = next_spelled(raw, at, &sign);
	}
	ac_buf_add(&c->text, ac_str_slice(raw, from, raw.n));
	ac_buf_add_byte(&c->text, '\n');
}

/* The last origin at or before a place of the text; NULL before the first. */
static const origin *
origin_at(const ac_watch_copy *c, size_t raw)
{
	const origin *all = c->origins.p;
	size_t low = 0, high = c->origins.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (all[middle].raw <= raw)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &all[low - 1] : NULL;
}

static bool
ends_at_spelling(const ac_watch_copy *c, size_t end)
{
	const origin *o = origin_at(c, end);

	return o && o->is_own && o->raw == end;
}

static bool
begins_behind_spelling(const ac_watch_copy *c, size_t begin)
{
	const origin *first = c->origins.p, *o = origin_at(c, begin);

	while (o && o > first && o->raw == begin)
		o--;
	return o && o->is_own && o->raw + o->raw_n == begin;
}

static bool
is_judged(ac_value_type type)
{
	return type == AC_VALUE_DOMAIN || type == AC_VALUE_IPV4 || type == AC_VALUE_IPV6 || type == AC_VALUE_EMAIL ||
	       type == AC_VALUE_URL;
}

/* A name with a sign at an end of it, which is none of its own though a name may be told without it: a byte order mark. */
static bool
has_sign_at_end(const ac_watch_copy *c, const ac_match *m)
{
	size_t end = m->offset + m->length;
	const origin *o = origin_at(c, end - 1);

	if (c->kind != AC_WATCH_COPY_CONTROLS)
		return false;
	return ends_at_spelling(c, m->offset) || (o && o->is_own && o->raw + o->raw_n == end);
}

bool
ac_watch_copy_judges(const ac_watch_copy *c, const ac_match *m)
{
	return (c->kind == AC_WATCH_COPY_CONTROLS || is_judged((ac_value_type)m->type)) &&
	       (ends_at_spelling(c, m->offset + m->length) || begins_behind_spelling(c, m->offset) ||
		   has_sign_at_end(c, m));
}

size_t
ac_watch_copy_judge(const ac_watch_copy *c, ac_match *matches, size_t count)
{
	size_t kept = 0;

	if (c->text.n == 0)
		return count;
	for (size_t i = 0; i < count; i++)
		if (!ac_watch_copy_judges(c, &matches[i]))
			matches[kept++] = matches[i];
	return kept;
}

/* The copy is made for what stands right before the first origin, or right behind the last one. */
static bool
touches_spelling(const ac_watch_copy *c, const origin *first, const origin *last, const ac_match *m)
{
	const origin *all = c->origins.p, *behind = all + c->origins.n;
	size_t end = m->offset + m->length;

	if (first->plain == m->offset)
		for (const origin *o = first; o > all && o->plain == m->offset;)
			if ((--o)->is_own)
				return true;
	for (const origin *o = last + 1; o < behind && o->plain == end; o++)
		if (o->is_own)
			return true;
	return false;
}

/* A match in the copy, as a place in the text: spellings count with all their bytes. False when it neither holds nor touches one for which the copy is made. */
static bool
to_raw(const ac_watch_copy *c, ac_match *m)
{
	const origin *first = origin_of(c, m->offset), *last = origin_of(c, m->offset + m->length - 1);
	size_t begin = first->raw + (first->raw_n ? 0 : m->offset - first->plain);
	size_t end = last->raw + (last->raw_n ? last->raw_n : m->offset + m->length - last->plain);
	bool holds = false, is_defanged = false, touches;

	for (const origin *o = first; o <= last; o++) {
		holds |= o->is_own;
		is_defanged |= o->is_defanged;
	}
	touches = touches_spelling(c, first, last, m);
	m->offset = begin;
	m->length = (uint32_t)(end - begin);
	if (holds)
		m->flags |= c->kind == AC_WATCH_COPY_REFANGED ? AC_MATCH_DEFANGED : AC_MATCH_DECODED;
	if (is_defanged)
		m->flags |= AC_MATCH_DEFANGED;
	return holds || touches;
}

/* Hosts of URLs beside a field with escapes were not found in the line if its path is needed for that. */
static bool
counts(const ac_watch_copy *c, const ac_match *m, bool is_near_spelling)
{
	if (c->kind == AC_WATCH_COPY_CONTROLS)
		return is_near_spelling && !(m->flags & AC_MATCH_DECODED);
	return is_near_spelling || c->kind == AC_WATCH_COPY_PLAIN ||
	       (c->kind == AC_WATCH_COPY_DECODED && (m->flags & AC_MATCH_URL_HOST));
}

int
ac_watch_copy_scan(ac_watch_copy *c, ac_scan *scan, ac_vec *matches, accord_err *err)
{
	int rc = 0;

	if (c->text.failed)
		return ac_fail(err, c->text.failed, "unescaped lines: %zu bytes", c->text.n);
	if (c->text.n == 0)
		return 0;
	c->found.n = 0;
	rc = ac_vec_check(&c->origins, "escapes of one block", err);
	if (!rc)
		rc = ac_scan_text(scan, ac_buf_view(&c->text), &c->found, err);
	for (size_t i = 0; !rc && i < c->found.n; i++) {
		ac_match m = ((const ac_match *)c->found.p)[i];
		ac_match *added;

		if (!counts(c, &m, to_raw(c, &m)))
			continue;
		added = ac_vec_add(matches);
		if (!added)
			return ac_vec_check(matches, "matches of one block", err);
		*added = m;
	}
	ac_buf_reset(&c->text);
	c->origins.n = 0;
	return rc;
}
