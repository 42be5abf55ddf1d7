/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a pattern's words, follows each object path through the table of types, and rewrites single words. It builds no tree and knows no producers. */
#include "stix/pattern_edit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "stix/hash_name.h"
#include "stix/lift.h"
#include "stix/pattern.h"
#include "stix/pattern_lex.h"
#include "stix/types_table.h"

/* Where a path has come to. */
typedef struct place {
	const ac_stix_type *type;         /* an object */
	const ac_stix_struct *structure;  /* a structure in one */
	const ac_stix_property *property; /* the last step's; NULL when the tables do not know it */
	bool in_hashes, in_extensions;
} place;

typedef struct editor {
	const char *at; /* behind `token` */
	const char *end;
	ac_pattern_token token;
	const char *copied; /* text before it is in `out` */
	ac_buf out;
	ac_pattern_edits *edits;
	bool edited;
} editor;

static void
advance(editor *e)
{
	e->token = ac_pattern_next_token(&e->at, e->end);
}

static bool
wants(const editor *e, ac_pattern_edit kind)
{
	return e->edits->wanted & 1U << kind;
}

/* Put text in place of what stands between two places of the pattern, which may be one. */
static void
replace(editor *e, const char *from, const char *to, ac_pattern_edit kind, ac_str text)
{
	ac_buf_add(&e->out, (ac_str){ e->copied, (size_t)(from - e->copied) });
	ac_buf_add(&e->out, text);
	e->copied = to;
	e->edits->counts[kind]++;
	e->edited = true;
}

/* Behind a reference: the one of its types that has such a property. */
static const ac_stix_type *
target_with(const ac_stix_property *reference, ac_str name)
{
	for (const ac_str *type = reference->ref_types; type && type->p; type++) {
		const ac_stix_type *found = ac_stix_type_find(*type);

		if (found && ac_stix_property_find(found, name))
			return found;
	}
	return NULL;
}

static void
enter_named(place *p, const ac_stix_property *property, ac_str name)
{
	bool is_object = p->type != NULL;

	*p = (place){ .property = property };
	if (!property)
		return;
	p->in_hashes = property->kind == AC_STIX_HASHES;
	p->in_extensions = is_object && ac_str_eq(name, AC_S("extensions"));
	p->structure = property->nested;
}

/* One step on from p. A name of 2.0 leads where its new name does. */
static void
enter(place *p, ac_str name)
{
	const ac_stix_extension *extension = p->in_extensions ? ac_stix_extension_find(name) : NULL;

	if (p->property && p->property->kind == AC_STIX_IDENTIFIER && !p->type)
		*p = (place){ .type = target_with(p->property, name) };
	if (extension)
		*p = (place){ .structure = &extension->structure };
	else if (p->type)
		enter_named(p, ac_stix_property_find(p->type, name), name);
	else if (p->structure)
		enter_named(p, ac_stix_struct_find(p->structure, name), name);
	else
		*p = (place){ 0 };
}

static ac_str
quoted_term(ac_str term, char room[static 16])
{
	size_t n = 0;

	if (ac_str_find_byte(term, '-') == term.n)
		return term;
	room[n++] = '\'';
	memcpy(room + n, term.p, term.n);
	n += term.n;
	room[n++] = '\'';
	return (ac_str){ room, n };
}

/* The property's name in 2.1, when p is an object that has no property `name` but had one in 2.0. */
static ac_str
new_name_at(const place *p, ac_str name)
{
	ac_str renamed;

	if (!p->type || ac_stix_property_find(p->type, name))
		return name;
	renamed = ac_lift_renamed(p->type->name, name);
	return ac_stix_property_find(p->type, renamed) ? renamed : name;
}

static void
edit_name(editor *e, place *p)
{
	const char *from = e->token.at, *to = e->at;
	ac_str name = e->token.text, term, renamed;
	char room[16];

	if (p->in_hashes) {
		if (ac_str_eq(name, AC_S("ssdeep")) && wants(e, AC_PATTERN_EDIT_NAMES)) {
			replace(e, from, to, AC_PATTERN_EDIT_NAMES, AC_S("SSDEEP"));
			*p = (place){ 0 };
			return;
		}
		term = ac_stix_hash_name(name);
		if (!term.p && e->token.kind == AC_TOKEN_HYPHEN_NAME)
			term = name; /* a term without its apostrophes */
		if (term.p && term.n + 2 <= sizeof(room) && wants(e, AC_PATTERN_EDIT_HASHES))
			replace(e, from, to, AC_PATTERN_EDIT_HASHES, quoted_term(term, room));
		*p = (place){ 0 };
		return;
	}
	/* A reference is entered first, to see what object the name is looked for in. */
	if (p->property && p->property->kind == AC_STIX_IDENTIFIER && !p->type && p->property->ref_types) {
		const ac_stix_type *only = ac_stix_type_find(p->property->ref_types[0]);

		if (only && !p->property->ref_types[1].p)
			*p = (place){ .type = only };
	}
	renamed = new_name_at(p, name);
	if (!ac_str_eq(renamed, name) && wants(e, AC_PATTERN_EDIT_NAMES)) {
		replace(e, from, to, AC_PATTERN_EDIT_NAMES, renamed);
		name = renamed;
	}
	enter(p, name);
}

static bool
is_comparator(ac_pattern_token_kind kind)
{
	return (kind >= AC_TOKEN_EQ && kind <= AC_TOKEN_GE) || kind == AC_TOKEN_IN || kind == AC_TOKEN_LIKE ||
	       kind == AC_TOKEN_MATCHES || kind == AC_TOKEN_ISSUBSET || kind == AC_TOKEN_ISSUPERSET ||
	       kind == AC_TOKEN_NOT;
}

/* "[0]", "[*]": the token behind it is next. False when none stands here. */
static bool
skip_index(editor *e)
{
	if (e->token.kind != AC_TOKEN_LEFT_BRACKET)
		return false;
	while (e->token.kind != AC_TOKEN_RIGHT_BRACKET && e->token.kind != AC_TOKEN_END)
		advance(e);
	if (e->token.kind == AC_TOKEN_RIGHT_BRACKET)
		advance(e);
	return true;
}

/* One step with its index, and the index that is missing. Returns whether the step leads to one value (no list, or an index). */
static bool
read_step(editor *e, place *p)
{
	const char *behind = e->at;
	bool has_index, is_list, leads_on, is_compared;

	edit_name(e, p);
	advance(e);
	has_index = skip_index(e);
	while (skip_index(e))
		continue;
	is_list = p->property && p->property->is_list;
	leads_on = e->token.kind == AC_TOKEN_DOT;
	/* s9.7.2 wants an index to look into a list. EXISTS asks for the list itself, and nothing is compared with a list of structures. */
	is_compared = is_comparator(e->token.kind) && p->property && !p->property->nested;
	if (is_list && !has_index && (leads_on || is_compared) && wants(e, AC_PATTERN_EDIT_LISTS)) {
		replace(e, behind, behind, AC_PATTERN_EDIT_LISTS, AC_S("[*]"));
		has_index = true;
	}
	return !is_list || has_index;
}

/* The constant at hand, compared with property. */
static void
edit_constant(editor *e, const ac_stix_property *property)
{
	ac_str text = e->token.text;

	if (e->token.kind != AC_TOKEN_STRING || e->token.escaped || !property)
		return;
	if (property->kind == AC_STIX_INTEGER && ac_stix_is_integer_text(text) && wants(e, AC_PATTERN_EDIT_INTEGERS))
		replace(e, e->token.at, e->at, AC_PATTERN_EDIT_INTEGERS, text);
	if (property->kind != AC_STIX_BOOLEAN || !wants(e, AC_PATTERN_EDIT_BOOLEANS))
		return;
	if (ac_str_eq_fold(text, AC_S("true")))
		replace(e, e->token.at, e->at, AC_PATTERN_EDIT_BOOLEANS, AC_S("true"));
	else if (ac_str_eq_fold(text, AC_S("false")))
		replace(e, e->token.at, e->at, AC_PATTERN_EDIT_BOOLEANS, AC_S("false"));
}

/* NOT? operator constant, or IN (constant, ...). Operators that take strings only stay. */
static void
read_operand(editor *e, const ac_stix_property *property)
{
	bool is_set;

	if (e->token.kind == AC_TOKEN_NOT)
		advance(e);
	if ((e->token.kind < AC_TOKEN_EQ || e->token.kind > AC_TOKEN_GE) && e->token.kind != AC_TOKEN_IN)
		return;
	is_set = e->token.kind == AC_TOKEN_IN;
	advance(e);
	if (!is_set) {
		edit_constant(e, property);
		return;
	}
	while (e->token.kind == AC_TOKEN_LEFT_PAREN || e->token.kind == AC_TOKEN_COMMA ||
	       (e->token.kind >= AC_TOKEN_INTEGER && e->token.kind <= AC_TOKEN_TIMESTAMP)) {
		edit_constant(e, property);
		advance(e);
	}
}

static bool
is_step(ac_pattern_token_kind kind)
{
	return kind == AC_TOKEN_NAME || kind == AC_TOKEN_HYPHEN_NAME || kind == AC_TOKEN_STRING;
}

/* From behind "type:" on. */
static void
read_path(editor *e, ac_str type)
{
	place p = { .type = ac_stix_type_find(type) };
	bool is_one = false;

	while (is_step(e->token.kind)) {
		is_one = read_step(e, &p);
		if (e->token.kind != AC_TOKEN_DOT)
			break;
		advance(e);
	}
	read_operand(e, is_one ? p.property : NULL);
}

static void
walk(editor *e)
{
	advance(e);
	while (e->token.kind != AC_TOKEN_END && e->token.kind != AC_TOKEN_BAD) {
		bool may_be_type = e->token.kind == AC_TOKEN_NAME || e->token.kind == AC_TOKEN_HYPHEN_NAME;
		ac_str type = e->token.text;

		advance(e);
		if (may_be_type && e->token.kind == AC_TOKEN_COLON) {
			advance(e);
			read_path(e, type);
		}
	}
}

bool
ac_stix_is_integer_text(ac_str text)
{
	size_t sign = text.n && text.p[0] == '-';
	int64_t value;

	return ac_str_to_i64(text, &value) && value >= -AC_STIX_INTEGER_MAX && value <= AC_STIX_INTEGER_MAX &&
	       (text.p[sign] != '0' || text.n == 1);
}

int
ac_pattern_edit_text(ac_str pattern, ac_pattern_edits *edits, ac_arena *arena, ac_str *out, accord_err *err)
{
	editor e = { .at = pattern.p, .end = pattern.p + pattern.n, .copied = pattern.p, .edits = edits };
	const ac_pattern_node *unused;
	ac_str text = pattern;
	int rc = 0;

	memset(edits->counts, 0, sizeof(edits->counts));
	ac_buf_init(&e.out, AC_OBJECT_MAX);
	walk(&e);
	if (e.edited) {
		ac_buf_add(&e.out, (ac_str){ e.copied, (size_t)(e.end - e.copied) });
		rc = ac_buf_finish(&e.out, &text, err);
		if (rc == 0) {
			text = ac_arena_str(arena, text);
			rc = ac_arena_check(arena, err);
		}
		/* What is not a pattern afterwards was not what it seemed to be. */
		if (rc == 0 && ac_pattern_parse(text, arena, &unused, NULL) < 0) {
			memset(edits->counts, 0, sizeof(edits->counts));
			text = pattern;
			rc = ac_arena_check(arena, err);
		}
	}
	ac_buf_done(&e.out);
	if (rc == 0)
		*out = text;
	return rc;
}
