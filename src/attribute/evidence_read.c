/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence out of JSON, member by member. Each has its function in the table at the end; where a value stands is known by a path that becomes text only when something is to be said about it. */
#include "attribute/evidence_read.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "know/countries.h"
#include "stix/types.h"

#define SHOWN_MAX 80 /* bytes of a value in an error or remark */

typedef struct reader {
	ac_arena *arena;
	ac_evidence *out;
	ac_remarks *remarks;
	const ac_json *items[5]; /* lists that are read when the sources are known: enum list numbers them */
	accord_err *err;
} reader;

/* Where a value stands: a member, perhaps of another one, perhaps an element of its list: "dates.first", "software[3]", "sources[0].date". */
typedef struct place {
	const char *outer; /* NULL: the member is of the evidence itself */
	size_t outer_index;
	const char *member;
	size_t index; /* NO_INDEX: the member itself */
} place;
#define NO_INDEX SIZE_MAX
#define MEMBER(name) ((place){ NULL, NO_INDEX, name, NO_INDEX })
#define MEMBER_OF(outer, name) ((place){ outer, NO_INDEX, name, NO_INDEX })

typedef enum list { LIST_TECHNIQUES, LIST_SOFTWARE, LIST_INDICATORS, LIST_COUNTRIES, LIST_SECTORS } list;
static const place list_places[] = {
	[LIST_TECHNIQUES] = { NULL, NO_INDEX, "techniques", NO_INDEX },
	[LIST_SOFTWARE] = { NULL, NO_INDEX, "software", NO_INDEX },
	[LIST_INDICATORS] = { NULL, NO_INDEX, "indicators", NO_INDEX },
	[LIST_COUNTRIES] = { "victims", NO_INDEX, "countries", NO_INDEX },
	[LIST_SECTORS] = { "victims", NO_INDEX, "sectors", NO_INDEX },
};

static const char *const remark_names[AC_REMARK_KINDS] = {
	[AC_REMARK_MEMBER] = "unknown-member",
	[AC_REMARK_COUNTRY] = "not-a-country-code",
	[AC_REMARK_SECTOR] = "not-a-sector",
	[AC_REMARK_DATES] = "contradictory-dates",
	[AC_REMARK_EARLY] = "source-before-incident",
	[AC_REMARK_CODE] = "other-country-code",
	[AC_REMARK_CUT] = "too-many-items",
};

const char *
ac_remark_kind_name(ac_remark_kind kind)
{
	return remark_names[kind];
}

static ac_str
step_of(reader *r, const char *name, size_t index)
{
	return index == NO_INDEX ? ac_str_from(name) : ac_arena_printf(r->arena, "%s[%zu]", name, index);
}

static ac_str
path_of(reader *r, place at)
{
	ac_str member = step_of(r, at.member, at.index), outer;

	if (!at.outer)
		return member;
	outer = step_of(r, at.outer, at.outer_index);
	return ac_arena_printf(r->arena, "%.*s.%.*s", AC_FMT(outer), AC_FMT(member));
}

static ac_str
shown(reader *r, ac_str text)
{
	ac_str cut = ac_str_slice(text, 0, SHOWN_MAX);

	cut = ac_str_slice(cut, 0, ac_utf8_valid_prefix(cut));
	return cut.n < text.n ? ac_arena_printf(r->arena, "%.*s...", AC_FMT(cut)) : cut;
}

static int
wrong(reader *r, place at, const char *wanted, const ac_json *got)
{
	ac_str path = path_of(r, at);

	return ac_fail(
	    r->err, ACCORD_EINPUT, "%.*s: want %s, got %.*s", AC_FMT(path), wanted, AC_FMT(shown(r, ac_json_raw(got))));
}

static int
remark_code(reader *r, ac_remark_kind kind, place at, ac_str text, ac_str code)
{
	ac_remarks *all = r->remarks;

	all->total++;
	if (all->count == AC_EVIDENCE_REMARKS_MAX)
		return 0;
	if (!all->items)
		all->items = ac_arena_zalloc(r->arena, AC_EVIDENCE_REMARKS_MAX, sizeof(*all->items));
	if (all->items)
		all->items[all->count++] = (ac_remark){ kind, path_of(r, at), shown(r, text), code };
	return ac_arena_check(r->arena, r->err);
}

static int
remark(reader *r, ac_remark_kind kind, place at, ac_str text)
{
	return remark_code(r, kind, at, text, (ac_str){ NULL, 0 });
}

static bool
is_there(const ac_json *value)
{
	return value && !ac_json_is(value, AC_JSON_NULL);
}

/* A list, or nothing at all. */
static int
check_list(reader *r, place at, const ac_json *value)
{
	ac_str path;

	if (!is_there(value))
		return 0;
	if (!ac_json_is(value, AC_JSON_ARRAY))
		return wrong(r, at, "a list", value);
	if (ac_json_count(value) <= AC_EVIDENCE_ITEMS_MAX)
		return 0;
	path = path_of(r, at);
	return ac_fail(r->err, ACCORD_ELIMIT, "%.*s: %zu items, want at most %d", AC_FMT(path), ac_json_count(value),
	    AC_EVIDENCE_ITEMS_MAX);
}

static int
read_text(reader *r, place at, const ac_json *value, const char *wanted, ac_str *out)
{
	if (!is_there(value))
		return 0;
	if (!ac_json_is(value, AC_JSON_STRING))
		return wrong(r, at, wanted, value);
	*out = ac_json_string(value);
	return 0;
}

static int
read_time(reader *r, place at, const ac_json *value, ac_time *out)
{
	if (!is_there(value))
		return 0;
	if (!ac_json_is(value, AC_JSON_STRING) || !ac_time_parse_loose(ac_json_string(value), out))
		return wrong(r, at, "a date (\"2021-07-19\") or a timestamp", value);
	return 0;
}

/* A grade of the Admiralty system: one letter or digit, as text, or the digit as a number. */
static int
read_grade(reader *r, place at, const ac_json *value, char first, char last, const char *wanted, char *out)
{
	ac_str text = ac_json_text(value);
	char grade;

	if (!is_there(value))
		return 0;
	grade = text.n == 1 && text.p[0] >= 'a' && text.p[0] <= 'z' ? (char)(text.p[0] - 'a' + 'A')
		: text.n == 1                                       ? text.p[0]
								    : '\0';
	if (grade < first || grade > last)
		return wrong(r, at, wanted, value);
	*out = grade;
	return 0;
}

static ac_str
folded(reader *r, ac_str text, bool capitals)
{
	char *copy = ac_arena_alloc(r->arena, text.n + 1);

	for (size_t i = 0; copy && i < text.n; i++) {
		char c = ac_lower(text.p[i]);

		copy[i] = !capitals              ? (c == ' ' || c == '_' ? '-' : c)
			  : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A')
						 : c;
	}
	return copy ? (ac_str){ copy, text.n } : (ac_str){ NULL, 0 };
}

/* The number of a source by its name or address. */
static size_t
source_of(const reader *r, ac_str name)
{
	for (size_t i = 0; i < r->out->source_count; i++)
		if (ac_str_eq(r->out->sources[i].name, name) || ac_str_eq(r->out->sources[i].url, name))
			return i;
	return AC_EVIDENCE_NO_SOURCE;
}

static int
read_item(reader *r, place at, const ac_json *value, ac_evidence_item *out)
{
	const char *wanted = "a text, or an object with \"id\" or \"value\" and \"source\", which names one of sources";
	const ac_json *text = value, *source = NULL;

	if (ac_json_is(value, AC_JSON_OBJECT)) {
		text =
		    ac_json_get(value, AC_S("id")) ? ac_json_get(value, AC_S("id")) : ac_json_get(value, AC_S("value"));
		source = ac_json_get(value, AC_S("source"));
	}
	if (!ac_json_is(text, AC_JSON_STRING) || ac_str_trim(ac_json_string(text)).n == 0)
		return wrong(r, at, wanted, value);
	out->text = ac_str_trim(ac_json_string(text));
	/* One source is everybody's: who names none means it. */
	out->source = r->out->source_count == 1 ? 0 : AC_EVIDENCE_NO_SOURCE;
	if (!is_there(source))
		return 0;
	out->source = source_of(r, ac_json_string(source));
	return out->source == AC_EVIDENCE_NO_SOURCE ? wrong(r, at, wanted, value) : 0;
}

/* "t1059.001", "s0154": numbers of ATT&CK's are written in capitals. STIX ids and values are left as they are. */
static bool
is_number(ac_str text)
{
	return text.n > 4 && ac_is_alpha(text.p[0]) && ac_is_digit(text.p[1]) && ac_str_find_byte(text, '-') == text.n;
}

/* A country by two letters; "UK" is read as GB, and that is told. */
static int
judge_country(reader *r, place at, ac_evidence_item *item, bool *out_taken)
{
	ac_str was = item->text, code = ac_country_code(was);
	bool is_other;

	item->text = folded(r, was, true);
	*out_taken = item->text.n == 2 && code.n;
	if (!*out_taken)
		return remark(r, AC_REMARK_COUNTRY, at, was);
	is_other = !ac_str_eq(item->text, code);
	item->text = code;
	return is_other ? remark_code(r, AC_REMARK_CODE, at, was, code) : ac_arena_check(r->arena, r->err);
}

/* Is the item, which has been folded, what its list takes? Else a remark is made of it. */
static int
judge_item(reader *r, list which, place at, ac_evidence_item *item, bool *out_taken)
{
	bool is_sector = which == LIST_SECTORS;
	ac_str was = item->text;

	if (which == LIST_COUNTRIES)
		return judge_country(r, at, item, out_taken);
	*out_taken = true;
	if (is_sector || (which != LIST_INDICATORS && is_number(item->text)))
		item->text = folded(r, item->text, !is_sector);
	if (is_sector)
		*out_taken = ac_stix_vocabulary_has(ac_stix_vocabulary_find(AC_S("industry-sector-ov")), item->text);
	if (*out_taken)
		return ac_arena_check(r->arena, r->err);
	return remark(r, AC_REMARK_SECTOR, at, was);
}

static int
read_items(reader *r, list which, ac_evidence_items *out)
{
	place at = list_places[which];
	ac_json_iter it = ac_json_iter_of(r->items[which]);
	int rc = check_list(r, at, r->items[which]);

	if (rc < 0 || ac_json_count(r->items[which]) == 0)
		return rc;
	out->items = ac_arena_zalloc(r->arena, ac_json_count(r->items[which]), sizeof(*out->items));
	if (!out->items)
		return ac_arena_check(r->arena, r->err);
	for (at.index = 0; rc == 0 && ac_json_next(&it); at.index++) {
		bool is_taken = false;

		rc = read_item(r, at, it.value, &out->items[out->count]);
		if (rc == 0)
			rc = judge_item(r, which, at, &out->items[out->count], &is_taken);
		out->count += is_taken;
	}
	return rc;
}

/* Members of an object that the schema does not have. */
static int
remark_others(reader *r, place at, const ac_json *object, const char *const *known)
{
	ac_json_iter it = ac_json_iter_of(object);
	int rc = 0;

	while (rc == 0 && ac_json_next(&it)) {
		size_t i = 0;

		while (known[i] && !ac_str_eq(it.key, ac_str_from(known[i])))
			i++;
		if (!known[i])
			rc = remark(r, AC_REMARK_MEMBER, at, it.key);
	}
	return rc;
}

static int
read_source(reader *r, size_t index, const ac_json *value, ac_evidence_source *out)
{
	static const char *const known[] = { "name", "url", "date", "reliability", "credibility", NULL };
	place at = { "sources", index, "name", NO_INDEX };
	int rc;

	out->date = AC_TIME_MIN;
	if (!ac_json_is(value, AC_JSON_OBJECT))
		return wrong(r, (place){ NULL, NO_INDEX, "sources", index }, "an object", value);
	rc = read_text(r, at, ac_json_get(value, AC_S("name")), "a text", &out->name);
	at.member = "url";
	rc = rc < 0 ? rc : read_text(r, at, ac_json_get(value, AC_S("url")), "a text", &out->url);
	at.member = "date";
	rc = rc < 0 ? rc : read_time(r, at, ac_json_get(value, AC_S("date")), &out->date);
	at.member = "reliability";
	rc = rc < 0 ? rc
		    : read_grade(r, at, ac_json_get(value, AC_S("reliability")), 'A', 'F',
			  "a letter A to F (Admiralty)", &out->reliability);
	at.member = "credibility";
	rc = rc < 0 ? rc
		    : read_grade(r, at, ac_json_get(value, AC_S("credibility")), '1', '6', "a digit 1 to 6 (Admiralty)",
			  &out->credibility);
	return rc < 0 ? rc : remark_others(r, (place){ NULL, NO_INDEX, "sources", index }, value, known);
}

static int
read_sources(reader *r, const ac_json *value)
{
	ac_json_iter it = ac_json_iter_of(value);
	int rc = check_list(r, MEMBER("sources"), value);

	if (rc < 0 || ac_json_count(value) == 0)
		return rc;
	r->out->sources = ac_arena_zalloc(r->arena, ac_json_count(value), sizeof(*r->out->sources));
	if (!r->out->sources)
		return ac_arena_check(r->arena, r->err);
	while (rc == 0 && ac_json_next(&it)) {
		rc = read_source(r, r->out->source_count, it.value, &r->out->sources[r->out->source_count]);
		r->out->source_count++;
	}
	return rc;
}

static int
take_list(reader *r, list which, const ac_json *value)
{
	r->items[which] = value;
	return 0;
}

static int
read_techniques(reader *r, const ac_json *value)
{
	return take_list(r, LIST_TECHNIQUES, value);
}

static int
read_software(reader *r, const ac_json *value)
{
	return take_list(r, LIST_SOFTWARE, value);
}

static int
read_indicators(reader *r, const ac_json *value)
{
	return take_list(r, LIST_INDICATORS, value);
}

static int
read_victims(reader *r, const ac_json *value)
{
	static const char *const known[] = { "countries", "sectors", NULL };

	if (!is_there(value))
		return 0;
	if (!ac_json_is(value, AC_JSON_OBJECT))
		return wrong(r, MEMBER("victims"), "an object with \"countries\" and \"sectors\"", value);
	r->items[LIST_COUNTRIES] = ac_json_get(value, AC_S("countries"));
	r->items[LIST_SECTORS] = ac_json_get(value, AC_S("sectors"));
	return remark_others(r, MEMBER("victims"), value, known);
}

static int
read_prose(reader *r, const ac_json *value)
{
	int rc = read_text(r, MEMBER("text"), value, "a text", &r->out->text);

	if (rc == 0 && r->out->text.n > AC_EVIDENCE_TEXT_MAX)
		return ac_fail(r->err, ACCORD_ELIMIT, "text: %zu bytes, want at most %zu", r->out->text.n,
		    (size_t)AC_EVIDENCE_TEXT_MAX);
	return rc;
}

static int
read_dates(reader *r, const ac_json *value)
{
	static const char *const known[] = { "first", "last", NULL };
	ac_evidence *e = r->out;
	int rc;

	if (!is_there(value))
		return 0;
	if (!ac_json_is(value, AC_JSON_OBJECT))
		return wrong(r, MEMBER("dates"), "an object with \"first\" and \"last\"", value);
	rc = read_time(r, MEMBER_OF("dates", "first"), ac_json_get(value, AC_S("first")), &e->first);
	if (rc == 0)
		rc = read_time(r, MEMBER_OF("dates", "last"), ac_json_get(value, AC_S("last")), &e->last);
	if (rc == 0)
		rc = remark_others(r, MEMBER("dates"), value, known);
	if (rc < 0 || ac_time_cmp(e->last, AC_TIME_MIN) == 0 || ac_time_cmp(e->first, e->last) <= 0)
		return rc;
	e->first = e->last = AC_TIME_MIN;
	return remark(r, AC_REMARK_DATES, MEMBER("dates"), ac_json_raw(value));
}

/* A list of texts that are no evidence. */
static int
read_strings(reader *r, place at, const ac_json *value, ac_str **out, size_t *out_count)
{
	ac_json_iter it = ac_json_iter_of(value);
	int rc = check_list(r, at, value);
	ac_str *texts;

	if (rc < 0 || ac_json_count(value) == 0)
		return rc;
	texts = ac_arena_zalloc(r->arena, *out_count + ac_json_count(value), sizeof(*texts));
	if (!texts)
		return ac_arena_check(r->arena, r->err);
	if (*out_count)
		memcpy(texts, *out, *out_count * sizeof(*texts));
	for (at.index = 0; ac_json_next(&it); at.index++) {
		if (!ac_json_is(it.value, AC_JSON_STRING))
			return wrong(r, at, "a text", it.value);
		texts[(*out_count)++] = ac_json_string(it.value);
	}
	*out = texts;
	return 0;
}

static int
read_hidden(reader *r, ac_evidence_hide *hide, const ac_json *value)
{
	static const char *const known[] = { "relationships", "reports", "from", NULL };
	int rc;

	if (!is_there(value))
		return 0;
	if (!ac_json_is(value, AC_JSON_OBJECT))
		return wrong(r, MEMBER("hide"), "an object with \"relationships\", \"reports\" and \"from\"", value);
	rc = read_strings(r, MEMBER_OF("hide", "relationships"), ac_json_get(value, AC_S("relationships")),
	    &hide->relationships, &hide->relationship_count);
	if (rc == 0)
		rc = read_strings(r, MEMBER_OF("hide", "reports"), ac_json_get(value, AC_S("reports")), &hide->reports,
		    &hide->report_count);
	if (rc == 0)
		rc = read_time(r, MEMBER_OF("hide", "from"), ac_json_get(value, AC_S("from")), &hide->from);
	return rc < 0 ? rc : remark_others(r, MEMBER("hide"), value, known);
}

static int
read_hide(reader *r, const ac_json *value)
{
	return read_hidden(r, &r->out->hide, value);
}

static int
read_id(reader *r, const ac_json *value)
{
	if (is_there(value) && !ac_json_is(value, AC_JSON_STRING) && !ac_json_is(value, AC_JSON_NUMBER))
		return wrong(r, MEMBER("id"), "a text or a number", value);
	r->out->id = ac_json_text(value);
	return 0;
}

static int
read_schema(reader *r, const ac_json *value)
{
	if (is_there(value) && !ac_str_eq(ac_json_string(value), AC_S("accord.evidence/1")))
		return wrong(r, MEMBER("schema"), "\"accord.evidence/1\"", value);
	return 0;
}

static const struct {
	const char *name;
	int (*read)(reader *r, const ac_json *value);
} members[] = {
	{ "schema", read_schema },
	{ "id", read_id },
	{ "sources", read_sources },
	{ "techniques", read_techniques },
	{ "software", read_software },
	{ "indicators", read_indicators },
	{ "victims", read_victims },
	{ "text", read_prose },
	{ "dates", read_dates },
	{ "hide", read_hide },
};

static int
read_members(reader *r, const ac_json *json)
{
	const char *known[AC_COUNT(members) + 1] = { NULL };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < AC_COUNT(members); i++) {
		known[i] = members[i].name;
		rc = members[i].read(r, ac_json_get(json, ac_str_from(members[i].name)));
	}
	return rc < 0 ? rc : remark_others(r, MEMBER("evidence"), json, known);
}

static int
remark_early_sources(reader *r)
{
	const ac_evidence *e = r->out;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->source_count; i++)
		if (ac_time_cmp(e->sources[i].date, AC_TIME_MIN) && ac_time_cmp(e->first, AC_TIME_MIN) &&
		    ac_time_cmp(e->sources[i].date, e->first) < 0)
			rc = remark(r, AC_REMARK_EARLY, (place){ NULL, NO_INDEX, "sources", i },
			    e->sources[i].name.n ? e->sources[i].name : e->sources[i].url);
	return rc;
}

int
ac_evidence_read(const ac_json *json, ac_arena *arena, ac_evidence *out, ac_remarks *out_remarks, accord_err *err)
{
	ac_evidence evidence = AC_EVIDENCE_NONE;
	ac_remarks remarks = { 0 };
	reader r = { .arena = arena, .out = &evidence, .remarks = &remarks, .err = err };
	ac_evidence_items *const lists[] = { [LIST_TECHNIQUES] = &evidence.techniques,
		[LIST_SOFTWARE] = &evidence.software,
		[LIST_INDICATORS] = &evidence.indicators,
		[LIST_COUNTRIES] = &evidence.countries,
		[LIST_SECTORS] = &evidence.sectors };
	int rc;

	if (!ac_json_is(json, AC_JSON_OBJECT))
		return ac_fail(err, ACCORD_EINPUT, "evidence is a JSON object (accord.evidence/1), got another value");
	if (ac_json_has_bidi(json))
		return ac_fail(err, ACCORD_EINPUT, "evidence holds a character that reorders text (a bidi control)");
	rc = read_members(&r, json);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(lists); i++)
		rc = read_items(&r, (list)i, lists[i]);
	if (rc == 0)
		rc = remark_early_sources(&r);
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc < 0)
		return rc;
	*out = evidence;
	*out_remarks = remarks;
	return 0;
}

static int
read_hidden_lines(ac_str text, ac_arena *arena, ac_evidence_hide *hide, accord_err *err)
{
	size_t count = 0;
	ac_str rest = text, line;
	ac_str *reports;

	while (ac_str_next_field(&rest, '\n', &line))
		count++;
	reports = ac_arena_zalloc(arena, hide->report_count + count, sizeof(*reports));
	if (!reports)
		return ac_arena_check(arena, err);
	if (hide->report_count)
		memcpy(reports, hide->reports, hide->report_count * sizeof(*reports));
	for (rest = text; ac_str_next_field(&rest, '\n', &line);) {
		line = ac_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!ac_utf8_is_valid(line))
			return ac_fail(err, ACCORD_EINPUT, "the list of hidden reports is not UTF-8");
		reports[hide->report_count++] = line;
	}
	hide->reports = reports;
	return 0;
}

int
ac_evidence_read_hidden(ac_str text, ac_arena *arena, ac_evidence_hide *hide, accord_err *err)
{
	ac_str begin = ac_str_trim(text);
	ac_remarks remarks = { 0 };
	reader r = { .arena = arena, .remarks = &remarks, .err = err };
	const ac_json *json;
	int rc;

	if (!ac_str_starts(begin, AC_S("{")) && !ac_str_starts(begin, AC_S("[")))
		return read_hidden_lines(text, arena, hide, err);
	rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &json, err);
	if (rc == 0 && ac_json_is(json, AC_JSON_ARRAY))
		return read_strings(&r, MEMBER("reports"), json, &hide->reports, &hide->report_count);
	if (rc == 0)
		rc = read_hidden(&r, hide, json);
	/* Nobody reads remarks about this file: what it says and is not known is an error. */
	if (rc == 0 && remarks.total)
		return ac_fail(err, ACCORD_EINPUT, "hide: no member \"%.*s\"", AC_FMT(remarks.items[0].text));
	return rc;
}

int
ac_evidence_read_date(ac_str text, const char *what, ac_time *out, accord_err *err)
{
	if (!ac_time_parse_loose(text, out))
		return ac_fail(err, ACCORD_EINPUT, "%s: want a date (2021-07-19) or a timestamp, got %.*s", what,
		    AC_FMT(ac_str_slice(text, 0, SHOWN_MAX)));
	return 0;
}
