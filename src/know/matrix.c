/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the matrix from the store's techniques, and laying a page's techniques over it. */
#include "know/matrix.h"

#include <stdlib.h>

#include "know/layout.h"
#include "know/session.h"

#define NUMBER_COLUMNS 11
#define SOURCES_SHOWN 2
#define DOMAINS_MAX 8
#define COMMENT_SOURCES_MAX 20

/* A technique as the catalogue has it. */
typedef struct known {
	ac_str id, number, name;
	ac_str *phases;
	size_t phase_count;
	const ac_page_item *use;
} known;

typedef struct domain {
	ac_str name;
	size_t known, used;
} domain;

typedef struct reader {
	ac_know *know;
	const ac_page *page;
	ac_map uses; /* number -> item + 1 */
	known *items;
	size_t count;
	domain domains[DOMAINS_MAX];
	size_t domain_count;
	bool *placed; /* by item of the page */
	ac_str version;
} reader;

/* "T1566" or "T1566.001": what a matrix has. */
static bool
is_technique_number(ac_str text)
{
	size_t digits = 0, at = 1;

	if (text.n < 5 || text.p[0] != 'T')
		return false;
	for (; at < text.n && ac_is_digit(text.p[at]); at++)
		digits++;
	if (digits != 4 || at == text.n)
		return digits == 4;
	return text.n == 9 && text.p[5] == '.' && ac_is_digit(text.p[6]) && ac_is_digit(text.p[7]) &&
	       ac_is_digit(text.p[8]);
}

static ac_str
number_of(const ac_json *object)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("external_references")));

	while (ac_json_next(&it)) {
		ac_str number = ac_json_get_string(it.value, AC_S("external_id"));

		if (is_technique_number(number))
			return number;
	}
	return (ac_str){ 0 };
}

static void
count_domain(reader *r, ac_str name, bool is_used)
{
	size_t i = 0;

	while (i < r->domain_count && !ac_str_eq(r->domains[i].name, name))
		i++;
	if (i == DOMAINS_MAX || name.n == 0)
		return;
	if (i == r->domain_count)
		r->domains[r->domain_count++] = (domain){ .name = ac_arena_str(&r->know->arena, name) };
	r->domains[i].known++;
	r->domains[i].used += is_used;
}

typedef struct domain_reader {
	reader *r;
	bool is_used;
} domain_reader;

static void
on_domain(void *payload, ac_str text)
{
	domain_reader *d = payload;

	count_domain(d->r, text, d->is_used);
}

static int
read_phases(reader *r, const ac_json *object, known *out, accord_err *err)
{
	const ac_json *phases = ac_json_get(object, AC_S("kill_chain_phases"));
	ac_json_iter it = ac_json_iter_of(phases);

	while (ac_json_next(&it)) {
		ac_str phase = ac_json_get_string(it.value, AC_S("phase_name")), *grown;

		if (phase.n == 0)
			continue;
		grown = ac_know_grow(&r->know->arena, out->phases, out->phase_count, sizeof(*grown));
		if (!grown)
			return ac_arena_check(&r->know->arena, err);
		out->phases = grown;
		grown[out->phase_count++] = ac_arena_str(&r->know->arena, phase);
	}
	return ac_arena_check(&r->know->arena, err);
}

static bool
is_known_number(const reader *r, ac_str number)
{
	for (size_t i = 0; i < r->count; i++)
		if (ac_str_eq(r->items[i].number, number))
			return true;
	return false;
}

static int
on_technique(void *payload, const ac_stored *stored, accord_err *err)
{
	reader *r = payload;
	ac_arena *arena = &r->know->arena;
	const ac_json *json;
	domain_reader d = { r, false };
	known item = { 0 }, *grown;
	const uint64_t *use;
	ac_arena scratch;
	int rc;

	if (stored->revoked || r->count == AC_MATRIX_TECHNIQUES_MAX)
		return 0;
	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	rc = ac_json_parse(stored->object, AC_JSON_LIMITS, &scratch, &json, err);
	if (rc == 0)
		item.number = number_of(json);
	if (rc < 0 || item.number.n == 0 || ac_json_is_true(ac_know_property(json, AC_S("deprecated"))) ||
	    is_known_number(r, item.number)) {
		ac_arena_done(&scratch);
		return rc;
	}
	item.number = ac_arena_str(arena, item.number);
	item.id = ac_arena_str(arena, stored->id);
	item.name = ac_arena_str(arena, ac_json_get_string(json, AC_S("name")));
	use = ac_map_get(&r->uses, item.number);
	item.use = use ? &r->page->sections[AC_SECTION_TECHNIQUES].items[*use - 1] : NULL;
	d.is_used = item.use != NULL;
	ac_know_each_text(ac_know_property(json, AC_S("domains")), on_domain, &d);
	rc = read_phases(r, json, &item, err);
	ac_arena_done(&scratch);
	grown = rc == 0 ? ac_know_grow(arena, r->items, r->count, sizeof(*grown)) : NULL;
	if (!grown)
		return rc < 0 ? rc : ac_arena_check(arena, err);
	r->items = grown;
	grown[r->count++] = item;
	return 0;
}

static int
on_collection(void *payload, const ac_stored *stored, accord_err *err)
{
	reader *r = payload;
	const ac_json *json;
	ac_arena scratch;
	int rc;

	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	rc = stored->revoked ? 0 : ac_json_parse(stored->object, AC_JSON_LIMITS, &scratch, &json, err);
	if (rc == 0 && !stored->revoked)
		r->version = ac_arena_str(&r->know->arena, ac_json_string(ac_know_property(json, AC_S("version"))));
	ac_arena_done(&scratch);
	return rc;
}

static int
compare_known(const void *x, const void *y)
{
	const known *a = x, *b = y;
	int c = ac_str_cmp(a->number, b->number);

	return c ? c : ac_str_cmp(a->id, b->id);
}

static int
index_uses(reader *r, accord_err *err)
{
	const ac_page_section *section = &r->page->sections[AC_SECTION_TECHNIQUES];

	for (size_t i = 0; i < section->count; i++) {
		uint64_t *slot;

		if (section->items[i].is_outdated || !is_technique_number(section->items[i].ref.external_id))
			continue;
		slot = ac_map_put(&r->uses, section->items[i].ref.external_id, NULL);
		if (!slot)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for a matrix");
		*slot = i + 1;
	}
	return 0;
}

static int
read_techniques(reader *r, accord_err *err)
{
	ac_arena scratch;
	int rc;

	ac_arena_init(&scratch, AC_JSON_ARENA_MAX);
	rc = ac_store_each(r->know->store, AC_S("attack-pattern"), 0, &scratch, on_technique, r, err);
	if (rc == 0)
		rc = ac_store_each(r->know->store, AC_S("x-mitre-collection"), 0, &scratch, on_collection, r, err);
	ac_arena_done(&scratch);
	if (rc == 0 && r->count)
		qsort(r->items, r->count, sizeof(*r->items), compare_known);
	return rc;
}

static bool
has_phase(const known *item, ac_str shortname)
{
	for (size_t i = 0; i < item->phase_count; i++)
		if (ac_str_eq(item->phases[i], shortname))
			return true;
	return false;
}

static int
fill_tactic(reader *r, const ac_know_tactic *tactic, ac_matrix_tactic *out, accord_err *err)
{
	*out = (ac_matrix_tactic){ .tactic = *tactic };
	for (size_t i = 0; i < r->count; i++)
		out->count += has_phase(&r->items[i], tactic->shortname);
	out->techniques = ac_arena_zalloc(&r->know->arena, out->count + 1, sizeof(*out->techniques));
	if (!out->techniques)
		return ac_arena_check(&r->know->arena, err);
	out->count = 0;
	for (size_t i = 0; i < r->count; i++) {
		const known *k = &r->items[i];

		if (!has_phase(k, tactic->shortname))
			continue;
		out->techniques[out->count++] =
		    (ac_matrix_technique){ k->id, k->number, k->name, k->number.n > 5, k->use };
		if (k->use) {
			out->used++;
			r->placed[k->use - r->page->sections[AC_SECTION_TECHNIQUES].items] = true;
		}
	}
	return 0;
}

static bool
is_repeated(const ac_matrix *m, ac_str shortname)
{
	for (size_t i = 0; i < m->count; i++)
		if (ac_str_eq(m->tactics[i].tactic.shortname, shortname))
			return true;
	return false;
}

static int
fill_tactics(reader *r, ac_matrix *m, accord_err *err)
{
	const ac_page_section *section = &r->page->sections[AC_SECTION_TECHNIQUES];
	const ac_know_tactic *tactics;
	size_t count;
	int rc = ac_know_tactics(r->know, &tactics, &count, err);

	if (rc < 0)
		return rc;
	m->tactics = ac_arena_zalloc(&r->know->arena, count + 1, sizeof(*m->tactics));
	r->placed = ac_arena_zalloc(&r->know->arena, section->count + 1, sizeof(*r->placed));
	m->elsewhere = ac_arena_zalloc(&r->know->arena, section->count + 1, sizeof(const ac_page_item *));
	if (!m->tactics || !r->placed || !m->elsewhere)
		return ac_arena_check(&r->know->arena, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (is_repeated(m, tactics[i].shortname))
			continue;
		rc = fill_tactic(r, &tactics[i], &m->tactics[m->count], err);
		m->count += rc == 0 && m->tactics[m->count].count > 0;
	}
	for (size_t i = 0; i < section->count; i++) {
		m->used += r->placed[i];
		if (!r->placed[i])
			m->elsewhere[m->elsewhere_count++] = &section->items[i];
	}
	return rc;
}

static ac_str
domain_of(const reader *r)
{
	const domain *best = NULL;

	for (size_t i = 0; i < r->domain_count; i++) {
		const domain *d = &r->domains[i];

		if (!best || d->used > best->used || (d->used == best->used && d->known > best->known))
			best = d;
	}
	return best ? best->name : AC_S("enterprise-attack");
}

int
ac_matrix_make(ac_know *know, const ac_page *page, ac_matrix *out, accord_err *err)
{
	reader r = { .know = know, .page = page };
	ac_matrix m = { .page = page };
	int rc;

	ac_map_init(&r.uses, know->seed, AC_KNOW_EDGES_MAX * 2);
	rc = index_uses(&r, err);
	if (rc == 0)
		rc = read_techniques(&r, err);
	if (rc == 0)
		rc = fill_tactics(&r, &m, err);
	ac_map_done(&r.uses);
	m.known = r.count;
	m.domain = domain_of(&r);
	m.version = r.version;
	if (rc == 0)
		*out = m;
	return rc < 0 ? rc : ac_arena_check(&know->arena, err);
}

/* ---- for people ---- */

static void
show_technique(ac_layout *l, const ac_matrix_technique *t)
{
	ac_layout_line(l, t->is_sub ? 4 : 2, 4 + 2 + NUMBER_COLUMNS + 3);
	ac_layout_cell(l, t->use ? AC_S("x") : AC_S("."), 2);
	ac_layout_cell(l, t->number, NUMBER_COLUMNS);
	ac_layout_words(l, t->name);
	if (!t->use)
		return;
	for (size_t i = 0; i < t->use->sources.count && i < SOURCES_SHOWN; i++)
		ac_layout_printf(l, "%s%.*s%s", i ? "" : "- ", AC_FMT(t->use->sources.items[i].name),
		    i + 1 < t->use->sources.count && i + 1 < SOURCES_SHOWN ? "," : "");
	if (t->use->sources.count > SOURCES_SHOWN)
		ac_layout_printf(l, "and %zu more", t->use->sources.count - SOURCES_SHOWN);
	if (t->use->sources.count == 0 && t->use->claimants.count) {
		ac_layout_words(l, AC_S("-"));
		ac_layout_list(l, t->use->claimants.items, t->use->claimants.count, SOURCES_SHOWN);
	}
}

/* A technique without a use of its own stands as the heading of its sub-techniques. */
static bool
heads_used(const ac_matrix_tactic *tactic, size_t at)
{
	if (tactic->techniques[at].is_sub)
		return false;
	for (size_t i = at + 1; i < tactic->count && tactic->techniques[i].is_sub; i++)
		if (tactic->techniques[i].use)
			return true;
	return false;
}

void
ac_matrix_text(const ac_matrix *m, const ac_page_style *style, ac_buf *buf)
{
	const ac_know_ref *subject = &m->page->subject;
	bool all = style->items == SIZE_MAX;
	ac_layout l;

	ac_layout_init(&l, buf, style->width, style->colour);
	ac_layout_title(&l, subject->name.n ? subject->name : subject->id);
	ac_layout_line(&l, 0, 0);
	ac_layout_printf(&l, "%zu of %zu techniques, by tactic; x: said to be used.%s", m->used, m->known,
	    all ? "" : " --all shows the others too.");
	for (size_t t = 0; t < m->count; t++) {
		const ac_matrix_tactic *tactic = &m->tactics[t];
		ac_str name = tactic->tactic.ref.name.n ? tactic->tactic.ref.name : tactic->tactic.shortname;

		ac_layout_blank(&l);
		ac_layout_line(&l, 0, 0);
		ac_layout_printf(&l, "%.*s %.*s: %zu of %zu", AC_FMT(name), AC_FMT(tactic->tactic.ref.external_id),
		    tactic->used, tactic->count);
		for (size_t i = 0; i < tactic->count; i++)
			if (all || tactic->techniques[i].use || heads_used(tactic, i))
				show_technique(&l, &tactic->techniques[i]);
	}
	if (m->elsewhere_count) {
		ac_layout_blank(&l);
		ac_layout_line(&l, 0, 0);
		ac_layout_printf(&l, "In no matrix that is here: %zu", m->elsewhere_count);
	}
	for (size_t i = 0; i < m->elsewhere_count && i < style->items; i++) {
		const ac_know_ref *ref = &m->elsewhere[i]->ref;

		ac_layout_line(&l, 2, 4);
		ac_layout_cell(&l, AC_S("x"), 2);
		ac_layout_cell(&l, ref->external_id, NUMBER_COLUMNS);
		ac_layout_words(&l, ref->name.n ? ref->name : ref->id);
	}
	ac_layout_break(&l);
}

/* ---- JSON ---- */

static void
put_source_names(const ac_page_sources *sources, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("sources"));
	ac_jw_array(w);
	for (size_t i = 0; i < sources->count; i++)
		ac_jw_string(w, sources->items[i].name);
	ac_jw_end(w);
}

static void
put_technique(const ac_matrix_technique *t, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), t->id);
	ac_jw_key_string(w, AC_S("external_id"), t->number);
	ac_jw_key_string(w, AC_S("name"), t->name);
	ac_jw_key_bool(w, AC_S("used"), t->use != NULL);
	if (t->use) {
		ac_know_texts_json(w, "claimants", &t->use->claimants);
		put_source_names(&t->use->sources, w);
	}
	ac_jw_end(w);
}

void
ac_matrix_json(const ac_matrix *m, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.matrix/1"));
	ac_jw_key(w, AC_S("of"));
	ac_know_ref_json(&m->page->subject, w);
	ac_jw_key_string(w, AC_S("domain"), m->domain);
	if (m->version.n)
		ac_jw_key_string(w, AC_S("version"), m->version);
	ac_jw_key_u64(w, AC_S("techniques_known"), m->known);
	ac_jw_key_u64(w, AC_S("techniques_used"), m->used);
	ac_jw_key(w, AC_S("tactics"));
	ac_jw_array(w);
	for (size_t t = 0; t < m->count; t++) {
		const ac_matrix_tactic *tactic = &m->tactics[t];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("shortname"), tactic->tactic.shortname);
		if (tactic->tactic.ref.name.n)
			ac_jw_key_string(w, AC_S("name"), tactic->tactic.ref.name);
		if (tactic->tactic.ref.external_id.n)
			ac_jw_key_string(w, AC_S("external_id"), tactic->tactic.ref.external_id);
		ac_jw_key_u64(w, AC_S("used"), tactic->used);
		ac_jw_key(w, AC_S("techniques"));
		ac_jw_array(w);
		for (size_t i = 0; i < tactic->count; i++)
			put_technique(&tactic->techniques[i], w);
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_key(w, AC_S("elsewhere"));
	ac_jw_array(w);
	for (size_t i = 0; i < m->elsewhere_count; i++)
		ac_know_ref_json(&m->elsewhere[i]->ref, w);
	ac_jw_end(w);
	ac_jw_end(w);
}

/* ---- a layer ---- */

static size_t
score_of(const ac_page_item *use)
{
	size_t score = use->sources.count > use->claimants.count ? use->sources.count : use->claimants.count;

	return score ? score : 1;
}

static size_t
highest_score(const ac_matrix *m)
{
	size_t highest = 1;

	for (size_t t = 0; t < m->count; t++)
		for (size_t i = 0; i < m->tactics[t].count; i++)
			if (m->tactics[t].techniques[i].use && score_of(m->tactics[t].techniques[i].use) > highest)
				highest = score_of(m->tactics[t].techniques[i].use);
	return highest;
}

static void
put_comment(const ac_page_item *use, ac_json_writer *w)
{
	ac_buf text;

	ac_buf_init(&text, AC_REPORT_MAX);
	for (size_t i = 0; i < use->claimants.count && i < COMMENT_SOURCES_MAX; i++)
		ac_buf_printf(&text, "%s%.*s", i ? ", " : "", AC_FMT(use->claimants.items[i]));
	for (size_t i = 0; i < use->sources.count && i < COMMENT_SOURCES_MAX; i++)
		ac_buf_printf(&text, "%s%.*s", i ? ", " : ": ", AC_FMT(use->sources.items[i].name));
	ac_jw_key_string(w, AC_S("comment"), ac_buf_view(&text));
	if (text.failed && !w->buf->failed)
		w->buf->failed = text.failed;
	ac_buf_done(&text);
}

/* Links need a protocol. */
static bool
is_link(ac_str url)
{
	return ac_str_starts(url, AC_S("https://")) || ac_str_starts(url, AC_S("http://"));
}

static void
put_links(const ac_page_sources *sources, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("links"));
	ac_jw_array(w);
	for (size_t i = 0; i < sources->count && i < COMMENT_SOURCES_MAX; i++) {
		if (!is_link(sources->items[i].url))
			continue;
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("label"), sources->items[i].name);
		ac_jw_key_string(w, AC_S("url"), sources->items[i].url);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_layer_technique(const ac_matrix_tactic *tactic, size_t at, ac_json_writer *w)
{
	const ac_matrix_technique *t = &tactic->techniques[at];
	bool shows = heads_used(tactic, at);

	/* The Navigator knows techniques by their numbers only. */
	if ((!t->use && !shows) || t->number.n == 0)
		return;
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("techniqueID"), t->number);
	ac_jw_key_string(w, AC_S("tactic"), tactic->tactic.shortname);
	if (t->use) {
		ac_jw_key_u64(w, AC_S("score"), score_of(t->use));
		put_comment(t->use, w);
		put_links(&t->use->sources, w);
	}
	ac_jw_key_bool(w, AC_S("enabled"), true);
	/* Valid only of techniques that have sub-techniques. */
	if (shows)
		ac_jw_key_bool(w, AC_S("showSubtechniques"), true);
	ac_jw_end(w);
}

static void
put_versions(const ac_matrix *m, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("versions"));
	ac_jw_object(w);
	/* The Navigator asks for the version before the point; without one it takes the newest. */
	if (m->version.n)
		ac_jw_key_string(w, AC_S("attack"), ac_str_slice(m->version, 0, ac_str_find_byte(m->version, '.')));
	ac_jw_key_string(w, AC_S("navigator"), AC_S("5.0.0"));
	ac_jw_key_string(w, AC_S("layer"), AC_S("4.5"));
	ac_jw_end(w);
}

void
ac_matrix_layer(const ac_matrix *m, ac_json_writer *w)
{
	const ac_know_ref *subject = &m->page->subject;

	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("name"), subject->name.n ? subject->name : subject->id);
	put_versions(m, w);
	ac_jw_key_string(w, AC_S("domain"), m->domain);
	ac_jw_key_string(w, AC_S("description"),
	    AC_S("Techniques that are said to be used. Score: how many works are cited, or producers say so."));
	ac_jw_key_u64(w, AC_S("sorting"), 0);
	ac_jw_key_bool(w, AC_S("hideDisabled"), false);
	ac_jw_key(w, AC_S("techniques"));
	ac_jw_array(w);
	for (size_t t = 0; t < m->count; t++)
		for (size_t i = 0; i < m->tactics[t].count; i++)
			put_layer_technique(&m->tactics[t], i, w);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("gradient"));
	ac_jw_object(w);
	ac_jw_key(w, AC_S("colors"));
	ac_jw_array(w);
	ac_jw_string(w, AC_S("#fff0d0"));
	ac_jw_string(w, AC_S("#c0504d"));
	ac_jw_end(w);
	ac_jw_key_u64(w, AC_S("minValue"), 0);
	ac_jw_key_u64(w, AC_S("maxValue"), highest_score(m));
	ac_jw_end(w);
	ac_jw_key(w, AC_S("metadata"));
	ac_jw_array(w);
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("name"), AC_S("STIX id"));
	ac_jw_key_string(w, AC_S("value"), subject->id);
	ac_jw_end(w);
	ac_jw_end(w);
	ac_jw_end(w);
}
