/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/victims.h"

#include <math.h>

#include "attribute/places.h"
#include "know/session.h"

#define HIT 0.5   /* how far a list of victims is trusted to hold the next one */
#define MISS 0.02 /* of how often others are attacked, for whom it does not hold: that never speaks for an actor */

/* Where catalogues list victims. */
static const struct {
	ac_str property;
	bool is_sector;
} properties[] = {
	{ AC_S_INIT("cfr_suspected_victims"), false },
	{ AC_S_INIT("suspected_victims"), false },
	{ AC_S_INIT("victims"), false },
	{ AC_S_INIT("cfr_target_category"), true },
	{ AC_S_INIT("target_category"), true },
	{ AC_S_INIT("targeted_sector"), true },
	{ AC_S_INIT("sectors"), true },
};

/* Behind these words of a description stand victims; before them, where the actor is from. */
static const ac_str victim_words[] = { AC_S_INIT("target"), AC_S_INIT("victim"), AC_S_INIT("against") };

typedef struct reader {
	ac_build *b;
	const ac_know_actor *view;
	ac_str id, attribution;
	ac_span cites;
	bool is_sector;
	accord_err *err;
	int rc;
} reader;

static void
add(reader *r, ac_str code, bool is_sector)
{
	ac_build *b = r->b;
	ac_raw_victim *items;

	if (r->rc < 0)
		return;
	items = ac_know_grow(&b->scratch, b->victims, b->victim_count, sizeof(*items));
	if (!items) {
		r->rc = ac_arena_check(&b->scratch, r->err);
		return;
	}
	b->victims = items;
	items[b->victim_count++] = (ac_raw_victim){ r->view, code, is_sector, r->id, r->attribution, r->cites };
}

static void
add_all(reader *r, ac_str text, bool is_sector)
{
	ac_str found[AC_PLACES_MAX];
	size_t n = is_sector ? ac_sectors_in(text, found, AC_PLACES_MAX) : ac_places_in(text, found, AC_PLACES_MAX);

	for (size_t i = 0; i < n; i++)
		add(r, found[i], is_sector);
}

static void
on_listed(void *payload, ac_str text)
{
	reader *r = payload;

	add_all(r, text, r->is_sector);
}

static const ac_str mark = AC_S_INIT("(Citation:");

/* Is it one of a run of "(Citation: Name)"? By the whole name: a group's own name stands in those of its reports. */
static bool
is_cited(ac_str run, ac_str name)
{
	while (ac_str_starts(run, mark)) {
		size_t close = ac_str_find_byte(run, ')');

		if (ac_str_eq(ac_str_trim(ac_str_slice(run, mark.n, close)), name))
			return true;
		run = ac_str_slice(run, close + 1, run.n);
	}
	return false;
}

/* Which of the record's citations the run names: they become a span of their own. */
static ac_span
cited(reader *r, ac_str run, ac_span all)
{
	ac_build *b = r->b;
	ac_span span = { (uint32_t)b->cite_count, 0 };

	for (uint32_t i = 0; i < all.count && r->rc == 0; i++) {
		uint32_t citation = b->cites[all.first + i];
		uint32_t *cites;

		if (!is_cited(run, b->citations.items[citation].name))
			continue;
		cites = ac_know_grow(&b->scratch, b->cites, b->cite_count, sizeof(*cites));
		if (!cites) {
			r->rc = ac_arena_check(&b->scratch, r->err);
			return span;
		}
		b->cites = cites;
		cites[b->cite_count++] = citation;
		span.count++;
	}
	return span;
}

/* What a reader sees of a text with links: words in an address are no words of it. */
static ac_str
without_addresses(ac_str text, ac_arena *arena)
{
	char *p = ac_arena_alloc(arena, text.n + 1);
	size_t n = 0;

	for (size_t at = 0; p && at < text.n; at++) {
		ac_str rest = ac_str_slice(text, at, text.n);

		if (ac_str_starts(rest, AC_S("](")))
			at += ac_str_find_byte(rest, ')');
		else
			p[n++] = text.p[at];
	}
	return (ac_str){ p, p ? n : 0 };
}

/* Where the sentence that begins at text[from] ends: at a full stop that no abbreviation ("U.S.") has. */
static size_t
sentence_end(ac_str text, size_t from)
{
	for (size_t at = from; at < text.n; at++)
		if (text.p[at] == '.' && (at + 1 == text.n || ac_is_space(text.p[at + 1])) &&
		    !(at >= 2 && (text.p[at - 2] == '.' || ac_is_space(text.p[at - 2]))))
			return at + 1;
	return text.n;
}

static size_t
victim_word(ac_str sentence)
{
	size_t from = sentence.n;

	for (size_t i = 0; i < AC_COUNT(victim_words); i++) {
		size_t at = ac_str_find_fold(sentence, victim_words[i]);

		from = at < from ? at : from;
	}
	return from;
}

/* Put a code among n, once, while there is room. */
static size_t
add_code(ac_str *codes, size_t n, size_t most, ac_str code)
{
	for (size_t i = 0; i < n; i++)
		if (ac_str_eq(codes[i], code))
			return n;
	if (n < most)
		codes[n++] = code;
	return n;
}

size_t
ac_victims_told(ac_str shown, bool is_sector, ac_str *out, size_t most)
{
	size_t n = 0;

	for (size_t at = 0, end; at < shown.n; at = end) {
		ac_str found[AC_PLACES_MAX], sentence;
		size_t count;

		end = sentence_end(shown, at);
		sentence = ac_str_slice(shown, at, end);
		sentence = ac_str_slice(sentence, victim_word(sentence), sentence.n);
		count = is_sector ? ac_sectors_in(sentence, found, AC_PLACES_MAX)
				  : ac_places_in(sentence, found, AC_PLACES_MAX);
		for (size_t i = 0; i < count; i++)
			n = add_code(out, n, most, found[i]);
	}
	return n;
}

/* A stretch of a description and the citations behind it. */
static void
read_stretch(reader *r, ac_str text, ac_str run, ac_span all)
{
	bool is_cited_here = false;

	text = without_addresses(text, &r->b->scratch);
	for (size_t at = 0, end; at < text.n; at = end) {
		ac_str sentence;

		end = sentence_end(text, at);
		sentence = ac_str_slice(text, at, end);
		sentence = ac_str_slice(sentence, victim_word(sentence), sentence.n);
		if (sentence.n == 0)
			continue;
		if (!is_cited_here)
			r->cites = cited(r, run, all);
		is_cited_here = true;
		if (r->cites.count == 0)
			return;
		add_all(r, sentence, false);
		add_all(r, sentence, true);
	}
}

static void
read_description(reader *r, ac_str text, ac_span all)
{
	while (r->rc == 0 && text.n) {
		size_t begin = ac_str_find(text, mark), end = begin;

		if (begin >= text.n)
			return;
		while (ac_str_starts(ac_str_slice(text, end, text.n), mark)) {
			size_t close = ac_str_find_byte(ac_str_slice(text, end, text.n), ')');

			end = end + close + 1 <= text.n ? end + close + 1 : text.n;
		}
		read_stretch(r, ac_str_slice(text, 0, begin), ac_str_slice(text, begin, end), all);
		text = ac_str_slice(text, end, text.n);
	}
}

int
ac_victims_read(ac_build *b, const ac_know_actor *view, const ac_json *record, accord_err *err)
{
	reader r = { .b = b, .view = view, .err = err };
	int rc = ac_build_cites(b, record, &r.cites, err);
	ac_span all = r.cites;

	if (rc < 0 || all.count == 0)
		return rc;
	for (size_t i = 0; i < AC_COUNT(properties); i++) {
		r.is_sector = properties[i].is_sector;
		ac_know_each_text(ac_know_property(record, properties[i].property), on_listed, &r);
	}
	read_description(&r, ac_json_get_string(record, AC_S("description")), all);
	return r.rc;
}

/* A location's country, as its code or its name; the sectors of an identity. */
static int
read_target(reader *r, const ac_raw_edge *edge, ac_str source, accord_err *err)
{
	ac_build *b = r->b;
	ac_edge_said said = { edge->via, source, edge->other };
	ac_json_iter it;
	const ac_json *json;
	ac_str country;
	int rc = ac_build_load(b, edge->via, &json, err);

	if (rc < 0 || !json)
		return rc;
	rc = ac_build_sources(b, json, &said, &r->cites, err);
	if (rc < 0 || r->cites.count == 0)
		return rc;
	rc = ac_build_load(b, edge->other, &json, err);
	if (rc < 0 || !json)
		return rc;
	r->id = edge->via;
	it = ac_json_iter_of(ac_json_get(json, AC_S("sectors")));
	while (ac_json_next(&it)) {
		ac_str sector = ac_json_string(it.value), code = sector;

		(void)ac_sectors_in(sector, &code, 1);
		if (code.n)
			add(r, code.p == sector.p ? ac_arena_str(&b->scratch, code) : code, true);
	}
	/* STIX 2.1 s4.9: ISO 3166-1 alpha-2. */
	country = ac_json_get_string(json, AC_S("country"));
	if (country.n == 2)
		add(r, ac_arena_str(&b->scratch, country), false);
	else if (ac_str_eq(ac_know_type(edge->other), AC_S("location")))
		add_all(r, country.n ? country : ac_json_get_string(json, AC_S("name")), false);
	return r->rc < 0 ? r->rc : ac_arena_check(&b->scratch, err);
}

static int
read_targets(reader *r, ac_str source, accord_err *err)
{
	int rc = ac_build_edges(r->b, source, AC_KNOW_FROM, "targets", err);
	const ac_raw_edge *edges = r->b->edges;
	size_t count = r->b->edge_count;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = read_target(r, &edges[i], source, err);
	return rc;
}

int
ac_victims_read_targets(ac_build *b, const ac_know_actor *view, ac_str record, accord_err *err)
{
	reader r = { .b = b, .view = view, .err = err };
	int rc = read_targets(&r, record, err);
	const ac_raw_edge *campaigns;
	size_t count;

	if (rc == 0)
		rc = ac_build_attributions(b, record, AC_KNOW_TO, err);
	campaigns = b->edges;
	count = b->edge_count;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		r.attribution = campaigns[i].via;
		rc = read_targets(&r, campaigns[i].other, err);
	}
	return rc;
}

static bool
is_visible(const ac_view *view, const ac_victim *victim)
{
	/* Of whom nothing else is left, nobody would know here. */
	if (view->clusters[victim->actor] <= 0 || victim->actor == view->change.without ||
	    view->victim_hidden[victim - view->k->victims])
		return false;
	for (uint32_t i = 0; i < victim->cite_count; i++)
		if (view->report_part[view->k->victim_cites[victim->first_cite + i]] > 0)
			return true;
	return false;
}

void
ac_victims_weigh(const ac_view *view, ac_str code, bool is_sector, double *raw, size_t *out_shared_by)
{
	enum { UNKNOWN, KNOWN, HAS };
	const ac_knowledge *k = view->k;
	double known = 0, has = 0, base;

	for (size_t i = 0; i < k->victim_count; i++) {
		const ac_victim *victim = &k->victims[i];
		double *state = &raw[victim->actor];

		if (victim->is_sector != is_sector || *state >= HAS || !is_visible(view, victim))
			continue;
		*state = ac_str_eq(victim->code, code) ? HAS : KNOWN;
	}
	for (size_t a = 0; a < k->actor_count; a++) {
		known += raw[a] > UNKNOWN;
		has += raw[a] > KNOWN;
	}
	/* What is on nobody's list tells no list from another, and those that have none are no likelier for it. */
	base = (has + 0.5) / (known + 1);
	for (size_t a = 0; a < k->actor_count; a++)
		if (raw[a] > UNKNOWN)
			raw[a] = has <= 0         ? 0
				 : raw[a] > KNOWN ? log((HIT + (1 - HIT) * base) / base)
						  : log(HIT * MISS + 1 - HIT);
	*out_shared_by = (size_t)has;
}

size_t
ac_victims_reports(const ac_view *view, ac_str code, bool is_sector, uint32_t actor, uint32_t *out, size_t most)
{
	const ac_knowledge *k = view->k;
	size_t n = 0;

	for (size_t i = 0; i < k->victim_count; i++) {
		const ac_victim *victim = &k->victims[i];

		if (victim->actor != actor || victim->is_sector != is_sector || !ac_str_eq(victim->code, code) ||
		    !is_visible(view, victim))
			continue;
		for (uint32_t c = 0; c < victim->cite_count; c++) {
			uint32_t report = k->victim_cites[victim->first_cite + c];

			if (view->report_part[report] > 0)
				n = ac_reports_add(out, n, most, report);
		}
	}
	return n;
}
