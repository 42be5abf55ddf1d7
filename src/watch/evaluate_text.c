/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that mean something in certain fields only: a number is an AS number where the field says so, a word a mutex. Where a record has no fields (plain text, a line that
 * could not be read), a word of the line, quotes or the value's own spelling must say it; where the field's name is not known, its name may, or a word of its text.
 *
 *	JA3, JA4          no field of another meaning; 32 digits or more are sure enough where nothing is known
 *	serial number     a field or a line that says "serial"
 *	AS number         a field that says so, or the letters before it ("AS64496")
 *	user agent        the whole of its field, blanks around it apart, or of what stands between quotes; so, too, in a field whose text is a line of another log; behind "User-Agent: ", to the end of a line, or "UserAgent: ", to the next name
 *	mutex             the whole of its field, or what stands behind a backslash there; behind "\BaseNamedObjects\" anywhere; a line that says "mutex" or "mutant"
 *	named pipe        behind "pipe\", or in a field that says "pipe"
 *	file name, path   up to the end of a field for names and paths; a name from its beginning or a separator on
 *	registry key      up to the end of a field for keys, or to the name of the value that stands behind it there
 */
#include "watch/evaluate.h"
#include "watch/token.h"

/* Longer names of values than this, with their escapes, are not looked at: a line may have thousands of keys. */
#define VALUE_NAME_MAX ((size_t)(4 * AC_KIB))

typedef struct rule {
	ac_value_type type;
	ac_field_role role;
	ac_str hints[2];  /* in the name of the field; lower case */
	bool any_unknown; /* fits where nothing is known of the field */
	bool is_whole;    /* the whole field */
	bool in_lines;    /* a hint in a line without fields is enough */
	bool is_held;     /* as the whole of another field it is held back; else it is no match at all */
} rule;

static const rule rules[] = {
	{ AC_VALUE_JA3, AC_FIELD_JA3, { AC_S_INIT("ja3"), AC_S_INIT("ja3") }, true, false, true, true },
	{ AC_VALUE_JA4, AC_FIELD_JA4, { AC_S_INIT("ja4"), AC_S_INIT("ja4") }, true, false, true, true },
	{ AC_VALUE_CERT_SERIAL, AC_FIELD_CERT_SERIAL, { AC_S_INIT("serial"), AC_S_INIT("serial") }, false, false, true,
	    false },
	{ AC_VALUE_AS_NUMBER, AC_FIELD_AS_NUMBER, { AC_S_INIT("asn"), AC_S_INIT("as_number") }, false, false, false,
	    false },
	{ AC_VALUE_USER_AGENT, AC_FIELD_USER_AGENT, { AC_S_INIT("agent"), AC_S_INIT("agent") }, false, true, false,
	    true },
	{ AC_VALUE_MUTEX, AC_FIELD_MUTEX, { AC_S_INIT("mutex"), AC_S_INIT("mutant") }, false, true, true, false },
	{ AC_VALUE_NAMED_PIPE, AC_FIELD_NAMED_PIPE, { AC_S_INIT("pipe"), AC_S_INIT("pipe") }, false, true, false,
	    false },
};

static const rule *
rule_of(ac_value_type type)
{
	for (size_t i = 0; i < AC_COUNT(rules); i++)
		if (rules[i].type == type)
			return &rules[i];
	return NULL;
}

static bool
has_hint(const rule *r, ac_str text)
{
	for (size_t i = 0; i < AC_COUNT(r->hints); i++)
		if (ac_str_find_fold(text, r->hints[i]) < text.n)
			return true;
	return false;
}

static ac_str
raw_of(const ac_evaluation *e, const ac_found *f)
{
	return (ac_str){ e->line.p + f->match.offset, f->match.length };
}

static bool
is_separator(char c)
{
	return c == '\\' || c == '/';
}

/* Nothing but separators stands between the value and the end of its field. */
static bool
reaches_end(const ac_evaluation *e, const ac_found *f)
{
	ac_str raw = raw_of(e, f), field = f->field->raw;
	const char *p = raw.p + raw.n;

	while (p < field.p + field.n && is_separator(*p))
		p++;
	return p >= field.p + field.n;
}

/* It begins its field, or a component in it. */
static bool
begins_component(const ac_evaluation *e, const ac_found *f)
{
	ac_str raw = raw_of(e, f);

	return raw.p <= f->field->raw.p || is_separator(raw.p[-1]);
}

/* Between two quotes, escaped or doubled, of the line that a text is. */
static bool
is_quoted_inside(ac_str raw, ac_str text)
{
	const char *end = raw.p + raw.n, *text_end = text.p + text.n;

	if (raw.p - text.p < 2 || text_end - end < 2 || raw.p[-1] != '"')
		return false;
	if (raw.p[-2] == '"')
		return end[0] == '"' && end[1] == '"';
	/* In strings of JSON around it the backslashes are more. */
	while (end < text_end - 1 && *end == '\\')
		end++;
	return raw.p[-2] == '\\' && end > raw.p + raw.n && *end == '"';
}

/* In a line without fields, or where none of its fields is: between two quotes, tabs, or ends of the line. */
static bool
is_quoted(const ac_evaluation *e, const ac_found *f)
{
	ac_str raw = raw_of(e, f);
	const char *end = raw.p + raw.n, *line_end = e->line.p + e->line.n;
	char before = raw.p > e->line.p ? raw.p[-1] : '\t', behind = end < line_end ? *end : '\t';

	return (memchr("\"'\t", before, 3) && memchr("\"'\t", behind, 3)) || is_quoted_inside(raw, e->line);
}

/* Behind the value of a header, however the text writes the end of its line; of a list "Name: value, Name: value" (Cisco's FTD), at the next name; a bracket around both, a tag of XML. */
static bool
ends_header(ac_str value, ac_str behind)
{
	size_t n = 0, opened = 0, closed = 0;

	while (behind.n > 0 && behind.p[0] == ' ')
		behind = ac_str_slice(behind, 1, behind.n);
	if (behind.n == 0 || memchr("\r\n\t\"'\\<", behind.p[0], 7) || ac_str_starts(behind, AC_S("#01")))
		return true;
	if (ac_str_starts(behind, AC_S(", "))) {
		for (n = 2; n < behind.n && ac_is_alpha(behind.p[n]); n++)
			;
		return n > 2 && n < behind.n && behind.p[n] == ':';
	}
	for (size_t i = 0; i < value.n; i++) {
		opened += value.p[i] == '(';
		closed += value.p[i] == ')';
	}
	return behind.p[0] == ')' && opened == closed;
}

/* "User-Agent: " right before it, a header as it went over the wire, or as others call that; "<UserAgentString>" in the audit of AD FS. */
static bool
is_header(const ac_evaluation *e, const ac_found *f)
{
	static const ac_str names[] = { AC_S_INIT("user-agent"), AC_S_INIT("useragent"), AC_S_INIT("user agent"),
		AC_S_INIT("useragentstring") };
	ac_str raw = raw_of(e, f), before = { e->line.p, f->match.offset };

	while (before.n > 0 && before.p[before.n - 1] == ' ')
		before.n--;
	if (before.n == 0 || (before.p[before.n - 1] != ':' && before.p[before.n - 1] != '>'))
		return false;
	before.n--;
	for (size_t i = 0; i < AC_COUNT(names); i++)
		if (before.n >= names[i].n &&
		    ac_str_eq_fold(ac_str_slice(before, before.n - names[i].n, before.n), names[i]))
			return ends_header(raw, ac_str_slice(e->line, f->match.offset + raw.n, e->line.n));
	return false;
}

/* It stands in a folder of the kernel's objects: "\\.\pipe\x", "\Device\NamedPipe\x"; "\Sessions\1\BaseNamedObjects\x". */
static bool
is_in_folder(const ac_evaluation *e, const ac_found *f, ac_str folder)
{
	ac_str before = { e->line.p, f->match.offset };

	while (before.n > 0 && before.p[before.n - 1] == '\\')
		before.n--;
	return before.n < f->match.offset && before.n >= folder.n &&
	       ac_str_eq_fold(ac_str_slice(before, before.n - folder.n, before.n), folder);
}

/* Events of AWS's S3 have the agent between brackets. Blanks around it are of no agent. */
static bool
is_whole_agent(ac_str raw, ac_str field)
{
	while (field.n > 0 && field.p[field.n - 1] == ' ')
		field.n--;
	while (field.n > 0 && field.p[0] == ' ')
		field = ac_str_slice(field, 1, field.n);
	return raw.n == field.n ||
	       (raw.n + 2 == field.n && raw.p == field.p + 1 && field.p[0] == '[' && field.p[field.n - 1] == ']');
}

/* The line is searched once, however many values of the type it holds. */
static bool
line_has_hint(ac_evaluation *e, const rule *r)
{
	unsigned bit = 1U << (r - rules);

	if (!(e->asked & bit) && has_hint(r, e->line))
		e->hinted |= bit;
	e->asked |= bit;
	return e->hinted & bit;
}

/* Likewise the text of a field. */
static bool
field_has_hint(ac_evaluation *e, ac_str text, const rule *r)
{
	unsigned bit = 1U << (r - rules);

	if (!line_has_hint(e, r))
		return false;
	if (e->text_asked.p != text.p || e->text_asked.n != text.n || !(e->text_bits & bit)) {
		if (e->text_asked.p != text.p || e->text_asked.n != text.n)
			e->text_bits = e->text_hinted = 0;
		e->text_asked = text;
		e->text_bits |= bit;
		e->text_hinted |= has_hint(r, text) ? bit : 0;
	}
	return e->text_hinted & bit;
}

/* The text of a field around a value says what it is; a value that names its own kind does not say that. */
static bool
is_hinted_inside(ac_evaluation *e, ac_str raw, ac_str text, const rule *r)
{
	size_t at = (size_t)(raw.p - text.p);

	if (raw.n == text.n || !field_has_hint(e, text, r))
		return false;
	return !has_hint(r, raw) || has_hint(r, ac_str_slice(text, 0, at)) ||
	       has_hint(r, ac_str_slice(text, at + raw.n, text.n));
}

/* A rule's value in its own field, or in one that may be. */
static bool
fits_field(ac_evaluation *e, const ac_found *f, const rule *r)
{
	const ac_log_field *field = f->field;
	bool is_own = field->role == r->role || has_hint(r, field->name);

	if (r->type == AC_VALUE_USER_AGENT && field->role == AC_FIELD_OTHER &&
	    is_quoted_inside(raw_of(e, f), field->raw))
		return true;
	if (!is_own && r->in_lines && field->role == AC_FIELD_OTHER && is_hinted_inside(e, raw_of(e, f), field->raw, r))
		return true;
	if (!is_own && !(r->any_unknown && field->role == AC_FIELD_OTHER))
		return false;
	if (r->type == AC_VALUE_USER_AGENT)
		return is_whole_agent(raw_of(e, f), field->raw);
	return !r->is_whole || (reaches_end(e, f) && begins_component(e, f));
}

static bool
fits_line(ac_evaluation *e, const ac_found *f, const rule *r)
{
	if (r->type == AC_VALUE_USER_AGENT)
		return is_quoted(e, f);
	return r->any_unknown || (r->in_lines && line_has_hint(e, r));
}

/* The key of a field that holds a key and the name of one of its values. */
static bool
is_key_of_value(ac_evaluation *e, const ac_found *f)
{
	ac_log_field tail = *f->field;
	ac_str raw = raw_of(e, f);
	const char *end = f->field->raw.p + f->field->raw.n;
	ac_str name;

	tail.raw = (ac_str){ raw.p + raw.n, (size_t)(end - (raw.p + raw.n)) };
	if (tail.raw.n > VALUE_NAME_MAX || tail.raw.n < 2 || !is_separator(tail.raw.p[0]))
		return false;
	ac_arena_reset(&e->told);
	name = ac_log_value(&tail, &e->told);
	while (name.n > 0 && is_separator(name.p[0]))
		name = ac_str_slice(name, 1, name.n);
	return ac_log_is_registry_value(&e->record, f->field, name, &e->told);
}

/* Fields of which a name, a path or a key is the end. */
static bool
fits_end(ac_evaluation *e, const ac_found *f, ac_value_type type)
{
	ac_field_role role = f->field ? f->field->role : AC_FIELD_OTHER;
	bool is_path = role == AC_FIELD_FILE_NAME || role == AC_FIELD_FILE_PATH || role == AC_FIELD_PROCESS_PATH ||
		       role == AC_FIELD_PARENT_PATH;

	if (type == AC_VALUE_FILE_NAME && is_path)
		return reaches_end(e, f) && begins_component(e, f);
	if (type == AC_VALUE_FILE_PATH && is_path)
		return reaches_end(e, f);
	if (type == AC_VALUE_REGISTRY_KEY && role == AC_FIELD_REGISTRY_KEY)
		return reaches_end(e, f) || is_key_of_value(e, f);
	return !(f->match.flags & AC_MATCH_KEY_ABOVE);
}

/* "AS 64496", "asn=64496", "autonomous system number: 64496": what stands right before a number says what it is. */
static bool
is_behind_as_name(const ac_evaluation *e, const ac_found *f)
{
	static const ac_str names[] = { AC_S_INIT("asn"), AC_S_INIT("as number"), AC_S_INIT("as_number"),
		AC_S_INIT("as_num"), AC_S_INIT("autonomous system"), AC_S_INIT("autonomous system number") };
	ac_str before = { e->line.p, f->match.offset };
	size_t blanks = 0;

	while (before.n > 0 && blanks < 4 && memchr(" =:\"'#\\\t", before.p[before.n - 1], 8)) {
		before.n--;
		blanks++;
	}
	if (blanks == 1 && before.n > 1 && e->line.p[before.n] == ' ' && ac_str_ends(before, AC_S("AS")))
		return before.n == 2 || !ac_is_word(before.p[before.n - 3]);
	for (size_t i = 0; blanks > 0 && i < AC_COUNT(names); i++) {
		size_t n = names[i].n;

		if (before.n >= n && ac_str_eq_fold(ac_str_slice(before, before.n - n, before.n), names[i]) &&
		    (before.n == n || !ac_is_alnum(before.p[before.n - n - 1])))
			return true;
	}
	return false;
}

bool
ac_evaluate_text(ac_evaluation *e, const ac_found *f, const char **out_reason)
{
	ac_value_type type = (ac_value_type)f->match.type;
	const rule *r = rule_of(type);
	bool fits;

	*out_reason = NULL;
	if (!r)
		return fits_end(e, f, type);
	fits = f->field ? fits_field(e, f, r) : fits_line(e, f, r);
	if (type == AC_VALUE_AS_NUMBER && f->text.n > 2 && !ac_is_digit(f->text.p[0]))
		fits = true; /* "AS64496" */
	if (!fits && type == AC_VALUE_AS_NUMBER)
		fits = is_behind_as_name(e, f);
	if (type == AC_VALUE_USER_AGENT && !fits)
		fits = is_header(e, f);
	if (type == AC_VALUE_NAMED_PIPE && is_in_folder(e, f, AC_S("pipe")))
		fits = true;
	if (type == AC_VALUE_MUTEX && is_in_folder(e, f, AC_S("\\BaseNamedObjects")))
		fits = true;
	if (fits)
		return true;
	if (!r->is_held || !f->field || raw_of(e, f).n != f->field->raw.n)
		return false;
	*out_reason = "other-field";
	return true;
}
