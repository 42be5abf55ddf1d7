/* SPDX-License-Identifier: Apache-2.0 */
/* Which parts of a page stand at which vertex, as two tables; the rest is showing them. */
#include "know/diamond.h"

#include "know/layout.h"

#define LABEL_COLUMNS 16
#define NUMBER_COLUMNS 11
#define CLAIMANTS_SHOWN 3

typedef enum vertex { ADVERSARY, CAPABILITY, INFRASTRUCTURE, VICTIM, META, VERTEX_COUNT } vertex;

static const struct {
	const char *key, *title;
} vertices[VERTEX_COUNT] = {
	[ADVERSARY] = { "adversary", "Adversary" },
	[CAPABILITY] = { "capability", "Capability" },
	[INFRASTRUCTURE] = { "infrastructure", "Infrastructure" },
	[VICTIM] = { "victim", "Victim" },
	[META] = { "meta", "Meta-features" },
};

static const struct {
	ac_page_section_kind section;
	vertex vertex;
} sections[] = {
	{ AC_SECTION_ACTORS, ADVERSARY },
	{ AC_SECTION_SOFTWARE, CAPABILITY },
	{ AC_SECTION_TECHNIQUES, CAPABILITY },
	{ AC_SECTION_VULNERABILITIES, CAPABILITY },
	{ AC_SECTION_INFRASTRUCTURE, INFRASTRUCTURE },
	{ AC_SECTION_INDICATORS, INFRASTRUCTURE },
	{ AC_SECTION_OBSERVABLES, INFRASTRUCTURE },
};

/* Sponsor and country are of the adversary; when, why and with what the meta-features. */
static const struct {
	const char *what;
	vertex vertex;
} claims[] = {
	{ "country", ADVERSARY },
	{ "sponsor", ADVERSARY },
	{ "state-responsibility", ADVERSARY },
	{ "actor-type", ADVERSARY },
	{ "victim", VICTIM },
	{ "target", VICTIM },
	{ "sector", VICTIM },
	{ "first-seen", META },
	{ "last-seen", META },
	{ "published", META },
	{ "incident", META },
	{ "motivation", META },
	{ "goal", META },
	{ "sophistication", META },
	{ "resources", META },
};

static const ac_str taken[] = { AC_S_INIT("campaign"), AC_S_INIT("incident"), AC_S_INIT("intrusion-set"),
	AC_S_INIT("threat-actor"), AC_S_INIT("report"), AC_S_INIT("grouping"), AC_S_INIT("observed-data") };

bool
ac_diamond_takes(ac_str type)
{
	for (size_t i = 0; i < AC_COUNT(taken); i++)
		if (ac_str_eq(taken[i], type))
			return true;
	return false;
}

static bool
stands_at(const ac_page_claim *claim, vertex at)
{
	for (size_t i = 0; i < AC_COUNT(claims); i++)
		if (claims[i].vertex == at && strcmp(claims[i].what, claim->what) == 0)
			return true;
	return false;
}

/* An actor is its own adversary. */
static bool
is_adversary(const ac_page *page, vertex at)
{
	return at == ADVERSARY && page->kind == AC_PAGE_ACTOR;
}

typedef struct view {
	const ac_page *page;
	const ac_page_style *style;
	ac_layout l;
	size_t shown;
} view;

static void
show_claimants(view *v, const ac_page_texts *claimants)
{
	if (claimants->count == 0)
		return;
	ac_layout_words(&v->l, AC_S("-"));
	ac_layout_list(&v->l, claimants->items, claimants->count, CLAIMANTS_SHOWN);
}

static void
show_claims(view *v, vertex at)
{
	for (size_t i = 0; i < v->page->claim_count; i++) {
		const ac_page_claim *claim = &v->page->claims[i];

		if (!stands_at(claim, at))
			continue;
		v->shown++;
		ac_layout_line(&v->l, 2, LABEL_COLUMNS + 3);
		ac_layout_cell(&v->l, ac_str_from(ac_page_claim_label(claim->what)), LABEL_COLUMNS);
		ac_layout_words(&v->l, claim->text);
		show_claimants(v, &claim->claimants);
	}
}

static void
show_section(view *v, ac_page_section_kind kind)
{
	const ac_page_section *section = &v->page->sections[kind];
	size_t i;

	for (i = 0; i < section->count && i < v->style->items; i++) {
		const ac_page_item *item = &section->items[i];

		ac_layout_line(&v->l, 2, 2 + NUMBER_COLUMNS + 3);
		ac_layout_cell(&v->l, item->ref.external_id, NUMBER_COLUMNS);
		ac_layout_words(&v->l, item->ref.name.n ? item->ref.name : item->ref.id);
		show_claimants(v, &item->claimants);
	}
	v->shown += i;
	if (i < section->count) {
		ac_layout_line(&v->l, 2, 2);
		ac_layout_printf(&v->l, "... and %zu more (--all shows them)", section->count - i);
	}
}

void
ac_diamond_text(const ac_page *page, const ac_page_style *style, ac_buf *buf)
{
	view v = { .page = page, .style = style };

	ac_layout_init(&v.l, buf, style->width, style->colour);
	ac_layout_title(&v.l, page->subject.name.n ? page->subject.name : page->subject.id);
	for (size_t at = 0; at < VERTEX_COUNT; at++) {
		ac_layout_heading(&v.l, vertices[at].title);
		v.shown = 0;
		if (is_adversary(page, (vertex)at)) {
			ac_layout_line(&v.l, 2, 2 + NUMBER_COLUMNS + 3);
			ac_layout_cell(&v.l, page->subject.external_id, NUMBER_COLUMNS);
			ac_layout_words(&v.l, page->subject.name);
			v.shown++;
		}
		for (size_t i = 0; i < AC_COUNT(sections); i++)
			if (sections[i].vertex == (vertex)at)
				show_section(&v, sections[i].section);
		show_claims(&v, (vertex)at);
		if (v.shown == 0) {
			ac_layout_line(&v.l, 2, 2);
			ac_layout_words(&v.l, AC_S("nothing is said"));
		}
	}
	ac_layout_break(&v.l);
}

/* ---- JSON ---- */

static void
put_items(const ac_page *page, vertex at, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("things"));
	ac_jw_array(w);
	if (is_adversary(page, at)) {
		ac_jw_object(w);
		ac_jw_key(w, AC_S("of"));
		ac_know_ref_json(&page->subject, w);
		ac_jw_end(w);
	}
	for (size_t s = 0; s < AC_COUNT(sections); s++) {
		const ac_page_section *section = &page->sections[sections[s].section];

		for (size_t i = 0; sections[s].vertex == at && i < section->count; i++) {
			ac_jw_object(w);
			ac_jw_key(w, AC_S("of"));
			ac_know_ref_json(&section->items[i].ref, w);
			ac_jw_key_string(w, AC_S("relation"), section->items[i].relation);
			ac_know_texts_json(w, "claimants", &section->items[i].claimants);
			ac_jw_end(w);
		}
	}
	ac_jw_end(w);
}

void
ac_diamond_json(const ac_page *page, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.diamond/1"));
	ac_jw_key(w, AC_S("of"));
	ac_know_ref_json(&page->subject, w);
	for (size_t at = 0; at < VERTEX_COUNT; at++) {
		ac_jw_key(w, ac_str_from(vertices[at].key));
		ac_jw_object(w);
		put_items(page, (vertex)at, w);
		ac_jw_key(w, AC_S("claims"));
		ac_jw_array(w);
		for (size_t i = 0; i < page->claim_count; i++) {
			const ac_page_claim *claim = &page->claims[i];

			if (!stands_at(claim, (vertex)at))
				continue;
			ac_jw_object(w);
			ac_jw_key_string(w, AC_S("kind"), ac_str_from(claim->what));
			ac_jw_key_string(w, AC_S("text"), claim->text);
			ac_know_texts_json(w, "claimants", &claim->claimants);
			ac_jw_end(w);
		}
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}
