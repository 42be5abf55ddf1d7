/* SPDX-License-Identifier: Apache-2.0 */
/* A page for people. Lines that are left out are counted; who claims a thing stands on its line. */
#include "know/layout.h"
#include "know/page.h"

#define NAME_COLUMNS 24
#define ID_COLUMNS 11
#define LABEL_COLUMNS 16
#define PROSE_MAX 900 /* bytes of a description; --json has all of it */
#define TEXTS_SHOWN 12
#define CLAIMANTS_SHOWN 4
#define SOURCES_SHOWN 2

typedef struct view {
	const ac_page *page;
	const ac_page_style *style;
	ac_layout l;
	ac_arena arena;
} view;

static const char *const kind_words[] = {
	[AC_PAGE_ACTOR] = "actor",
	[AC_PAGE_TECHNIQUE] = "technique",
	[AC_PAGE_SOFTWARE] = "software",
	[AC_PAGE_VULNERABILITY] = "vulnerability",
	[AC_PAGE_INDICATOR] = "indicator",
	[AC_PAGE_OBSERVABLE] = "observable",
	[AC_PAGE_OBJECT] = "object",
};

static void
more(view *v, size_t left)
{
	if (left == 0)
		return;
	ac_layout_line(&v->l, 2, 2);
	ac_layout_printf(&v->l, "... and %zu more (--all shows them)", left);
}

/* "T1190 Exploit Public-Facing Application" */
static ac_str
label_of(view *v, const ac_know_ref *ref)
{
	ac_str name = ref->name.n ? ref->name : ref->id;

	if (ref->external_id.n == 0 || ac_str_eq(ref->external_id, name))
		return name;
	return ac_arena_printf(&v->arena, "%.*s (%.*s)", AC_FMT(name), AC_FMT(ref->external_id));
}

static void
date_of(view *v, ac_str timestamp)
{
	ac_layout_words(&v->l, ac_str_slice(timestamp, 0, 10));
}

static void
show_title(view *v)
{
	const ac_page *page = v->page;
	const char *word = kind_words[page->kind];
	ac_str type = page->kind == AC_PAGE_ACTOR ? ac_str_from(word) : page->subject.type;

	ac_layout_title(
	    &v->l, ac_arena_printf(&v->arena, "%.*s  [%.*s]", AC_FMT(label_of(v, &page->subject)), AC_FMT(type)));
	if (page->record_count > 1) {
		ac_layout_line(&v->l, 0, 0);
		ac_layout_printf(&v->l,
		    "A view over %zu records that speak of one %s; each line says whose claim it is.",
		    page->record_count, word);
	}
	for (size_t i = 0; i < page->record_count; i++)
		if (page->records[i].object->revoked) {
			ac_layout_line(&v->l, 0, 0);
			ac_layout_printf(&v->l, "Revoked by %.*s.", AC_FMT(page->records[i].object->producer));
		}
}

/* "TLP:AMBER+STRICT (default of source X)" */
static void
show_level(view *v, const ac_page_marking *marking)
{
	const ac_marking *m = &marking->m;

	ac_layout_words(&v->l, ac_tlp_name(m->level));
	switch (m->reason) {
	case AC_MARKING_BY_REF:
		ac_layout_printf(&v->l, "(%.*s)", AC_FMT(m->ref));
		break;
	case AC_MARKING_BY_SELECTOR:
		ac_layout_printf(&v->l, "(%.*s, on a part that is not there)", AC_FMT(m->ref));
		break;
	case AC_MARKING_BY_SOURCE:
		ac_layout_printf(&v->l, "(default of source %.*s)", AC_FMT(marking->source));
		break;
	case AC_MARKING_BY_DEFAULT:
		ac_layout_printf(&v->l, "(no default is set for source %.*s)", AC_FMT(marking->source));
		break;
	case AC_MARKING_BY_STANDARD:
		ac_layout_words(&v->l, AC_S("(a definition of the standard)"));
		break;
	}
}

/* What else the markings say: statements, policies, what is unknown, and parts above the object's level. */
static void
show_marking_details(view *v, const ac_marking *m)
{
	static const char *const labels[] = { [AC_MARKING_TLP] = NULL,
		[AC_MARKING_STATEMENT] = "Statement:",
		[AC_MARKING_IEP] = "Policy:",
		[AC_MARKING_UNKNOWN] = "Unknown marking:" };
	const ac_str *selectors;
	size_t count;

	for (size_t i = 0; i < m->ref_count && i < v->style->items; i++) {
		const ac_marking_ref *ref = &m->refs[i];

		if (!labels[ref->kind])
			continue;
		ac_layout_line(&v->l, 2, 4);
		ac_layout_words(&v->l, ac_str_from(labels[ref->kind]));
		ac_layout_words(&v->l, ref->text.n ? ac_str_slice(ref->text, 0, PROSE_MAX / 4) : ref->id);
	}
	if (ac_marking_above(m, m->level, &v->arena, &selectors, &count, NULL) < 0 || count == 0)
		return;
	ac_layout_line(&v->l, 2, 4);
	ac_layout_printf(&v->l, "Stricter, up to %.*s:", AC_FMT(ac_tlp_name(m->highest)));
	ac_layout_list(&v->l, selectors, count, v->style->items);
}

static void
show_marking(view *v)
{
	const ac_page_record *strictest = ac_page_strictest(v->page);

	if (!strictest)
		return;
	ac_layout_line(&v->l, 0, 2);
	ac_layout_words(&v->l, AC_S("Marking:"));
	show_level(v, &strictest->marking);
	if (v->page->record_count > 1)
		ac_layout_printf(&v->l, "- the strictest of %zu records", v->page->record_count);
	show_marking_details(v, &strictest->marking.m);
}

static void
show_prose(view *v)
{
	ac_str prose = v->page->description;
	size_t cut = prose.n;

	if (prose.n == 0)
		return;
	prose = ac_layout_plain(prose, &v->arena);
	if (v->style->items < SIZE_MAX && prose.n > PROSE_MAX) {
		cut = PROSE_MAX;
		while (cut > 0 && !ac_is_space(prose.p[cut]))
			cut--;
	}
	ac_layout_blank(&v->l);
	ac_layout_line(&v->l, 0, 0);
	ac_layout_words(&v->l, ac_str_slice(prose, 0, cut));
	if (cut < prose.n)
		ac_layout_words(&v->l, AC_S("..."));
	if (v->page->description_by.n)
		ac_layout_printf(&v->l, "(%.*s)", AC_FMT(v->page->description_by));
}

static void
show_name(view *v, const ac_page_name *name)
{
	ac_layout_line(&v->l, 2, NAME_COLUMNS + 3);
	if (ac_layout_width(name->text) > NAME_COLUMNS) {
		/* Never cut: it is what the page is about. */
		ac_layout_words(&v->l, name->text);
		ac_layout_line(&v->l, NAME_COLUMNS + 3, NAME_COLUMNS + 3);
	} else {
		ac_layout_cell(&v->l, name->text, NAME_COLUMNS);
	}
	ac_layout_list(&v->l, name->namers.items, name->namers.count, CLAIMANTS_SHOWN * 2);
	if (name->citations.count) {
		ac_layout_words(&v->l, AC_S("- citing"));
		ac_layout_list(&v->l, name->citations.items, name->citations.count, SOURCES_SHOWN);
	}
	for (size_t i = 0; v->style->items == SIZE_MAX && i < name->claim_count; i++) {
		const ac_page_name_claim *claim = &name->claims[i];

		ac_layout_line(&v->l, NAME_COLUMNS + 3, NAME_COLUMNS + 5);
		ac_layout_printf(
		    &v->l, "%.*s, as of %.*s", AC_FMT(claim->namer), AC_FMT(ac_str_slice(claim->date, 0, 10)));
		if (!ac_str_eq(claim->namer, claim->producer))
			ac_layout_printf(&v->l, "(%.*s)", AC_FMT(claim->producer));
	}
	if (name->also_count == 0)
		return;
	ac_layout_line(&v->l, NAME_COLUMNS + 3, NAME_COLUMNS + 5);
	ac_layout_words(&v->l, AC_S("also used for"));
	for (size_t i = 0; i < name->also_count && i < TEXTS_SHOWN; i++) {
		ac_str comma = i + 1 < name->also_count ? AC_S(",") : AC_S("");

		ac_layout_printf(&v->l, "%.*s%.*s", AC_FMT(label_of(v, name->also[i])), AC_FMT(comma));
	}
}

static void
show_names(view *v)
{
	const ac_page *page = v->page;
	size_t i;

	if (page->name_count == 0)
		return;
	ac_layout_heading(&v->l, "Names, and who calls it so");
	for (i = 0; i < page->name_count && i < v->style->items; i++)
		show_name(v, &page->names[i]);
	more(v, page->name_count - i);
}

/* Claims of one kind by the same claimants share a line: that keeps thirty victims readable. */
static bool
same_claimants(const ac_page_claim *a, const ac_page_claim *b)
{
	if (strcmp(a->what, b->what) != 0 || a->claimants.count != b->claimants.count)
		return false;
	for (size_t i = 0; i < a->claimants.count; i++)
		if (!ac_str_eq(a->claimants.items[i], b->claimants.items[i]))
			return false;
	return true;
}

static bool
said_before(const ac_page *page, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (same_claimants(&page->claims[i], &page->claims[index]))
			return true;
	return false;
}

static void
show_claim_line(view *v, size_t first)
{
	const ac_page *page = v->page;
	const ac_page_claim *claim = &page->claims[first];
	ac_page_texts texts = { ac_arena_zalloc(&v->arena, page->claim_count, sizeof(ac_str)), 0 };

	for (size_t i = first; texts.items && i < page->claim_count; i++)
		if (same_claimants(claim, &page->claims[i]))
			texts.items[texts.count++] = page->claims[i].text;
	ac_layout_line(&v->l, 2, LABEL_COLUMNS + 3);
	ac_layout_cell(&v->l, ac_str_from(ac_page_claim_label(claim->what)), LABEL_COLUMNS);
	ac_layout_list(&v->l, texts.items, texts.count, v->style->items);
	if (claim->claimants.count) {
		ac_layout_words(&v->l, AC_S("-"));
		ac_layout_list(&v->l, claim->claimants.items, claim->claimants.count, CLAIMANTS_SHOWN);
	}
}

static void
show_claims(view *v)
{
	const ac_page *page = v->page;

	if (page->claim_count == 0)
		return;
	ac_layout_heading(&v->l, page->kind == AC_PAGE_ACTOR ? "Claims, and who makes them" : "Facts");
	/* Kinds in the order in which they first came. */
	for (size_t i = 0; i < page->claim_count; i++) {
		bool kind_done = false;

		for (size_t j = 0; j < i && !kind_done; j++)
			kind_done = strcmp(page->claims[j].what, page->claims[i].what) == 0;
		for (size_t j = i; !kind_done && j < page->claim_count; j++)
			if (strcmp(page->claims[j].what, page->claims[i].what) == 0 && !said_before(page, j))
				show_claim_line(v, j);
	}
}

static void
show_item_sources(view *v, const ac_page_item *item)
{
	size_t shown = item->sources.count < SOURCES_SHOWN ? item->sources.count : SOURCES_SHOWN;

	if (item->of.count) {
		ac_layout_printf(&v->l, "%zu:", item->of.count);
		ac_layout_list(&v->l, item->of.items, item->of.count, TEXTS_SHOWN / 2);
		return;
	}
	if (shown == 0) {
		ac_layout_list(&v->l, item->claimants.items, item->claimants.count, CLAIMANTS_SHOWN);
		return;
	}
	for (size_t i = 0; i < shown; i++)
		ac_layout_printf(&v->l, "%.*s%s", AC_FMT(item->sources.items[i].name), i + 1 < shown ? "," : "");
	if (item->sources.count > shown)
		ac_layout_printf(&v->l, "and %zu more", item->sources.count - shown);
}

/* A number that only repeats the name (CVE) is not shown beside it. */
static bool
shows_number(const ac_page_item *item)
{
	return item->ref.external_id.n && !ac_str_eq(item->ref.external_id, item->ref.name);
}

/* Sections in which nothing has a number have no column for it. */
static unsigned
number_columns(const ac_page_section *section)
{
	for (size_t i = 0; i < section->count; i++)
		if (shows_number(&section->items[i]))
			return ID_COLUMNS;
	return 0;
}

static void
show_item(view *v, const ac_page_item *item, unsigned column, unsigned number)
{
	unsigned rest = column + (number ? number + 1 : 0);
	ac_str name = item->ref.name.n ? item->ref.name : item->ref.id;

	ac_layout_line(&v->l, column, rest + 2);
	if (number)
		ac_layout_cell(&v->l, shows_number(item) ? item->ref.external_id : (ac_str){ 0 }, number);
	ac_layout_words(&v->l, name);
	if (item->first_seen.n || item->last_seen.n)
		ac_layout_printf(&v->l, "%.*s to %.*s", AC_FMT(ac_str_slice(item->first_seen, 0, 10)),
		    AC_FMT(ac_str_slice(item->last_seen, 0, 10)));
	if (item->is_outdated)
		ac_layout_words(&v->l, AC_S("(no longer kept up)"));
	if (item->sources.count || item->claimants.count || item->of.count) {
		ac_layout_words(&v->l, AC_S("-"));
		show_item_sources(v, item);
	}
}

static void
show_tactics(view *v)
{
	const ac_page *page = v->page;
	const ac_page_section *section = &page->sections[AC_SECTION_TECHNIQUES];

	if (section->count == 0)
		return;
	ac_layout_heading(&v->l, "Techniques by tactic");
	ac_layout_printf(&v->l, "(%zu)", section->count);
	for (size_t t = 0; t < page->tactic_count; t++) {
		const ac_page_tactic *tactic = &page->tactics[t];
		ac_str name = tactic->tactic.ref.name.n ? tactic->tactic.ref.name : tactic->tactic.shortname;
		size_t i;

		ac_layout_line(&v->l, 2, 4);
		ac_layout_printf(&v->l, "%.*s (%zu)", AC_FMT(name.n ? name : AC_S("no tactic said")), tactic->count);
		for (i = 0; i < tactic->count && i < v->style->items; i++)
			show_item(v, tactic->items[i], 4, number_columns(section));
		more(v, tactic->count - i);
	}
}

static void
show_section(view *v, ac_page_section_kind kind)
{
	const ac_page_section *section = &v->page->sections[kind];
	size_t i;

	if (section->count == 0)
		return;
	if (kind == AC_SECTION_TECHNIQUES && v->page->tactic_count && v->page->kind != AC_PAGE_TECHNIQUE) {
		show_tactics(v);
		return;
	}
	ac_layout_heading(&v->l, ac_page_section_title(kind));
	ac_layout_printf(&v->l, "(%zu)", section->count);
	for (i = 0; i < section->count && i < v->style->items; i++)
		show_item(v, &section->items[i], 2, number_columns(section));
	more(v, section->count - i);
}

static void
show_own_tactics(view *v)
{
	const ac_page *page = v->page;

	if (page->kind != AC_PAGE_TECHNIQUE || page->tactic_count == 0)
		return;
	ac_layout_heading(&v->l, "Tactics");
	for (size_t i = 0; i < page->tactic_count; i++) {
		const ac_know_tactic *tactic = &page->tactics[i].tactic;

		ac_layout_line(&v->l, 2, 2 + ID_COLUMNS + 1);
		ac_layout_cell(&v->l, tactic->ref.external_id, ID_COLUMNS);
		ac_layout_words(&v->l, tactic->ref.name.n ? tactic->ref.name : tactic->shortname);
	}
}

static void
show_refs(view *v, const char *words, const ac_know_ref *const *refs, size_t count)
{
	if (count == 0)
		return;
	ac_layout_line(&v->l, 4, 6);
	ac_layout_words(&v->l, ac_str_from(words));
	for (size_t i = 0; i < count && i < TEXTS_SHOWN; i++)
		ac_layout_printf(&v->l, "%.*s%s", AC_FMT(label_of(v, refs[i])), i + 1 < count ? "," : "");
	if (count > TEXTS_SHOWN)
		ac_layout_printf(&v->l, "and %zu more", count - TEXTS_SHOWN);
}

static void
show_listing(view *v, const ac_page_listing *x)
{
	ac_layout_line(&v->l, 2, 4);
	ac_layout_words(&v->l, x->producer.n ? x->producer : AC_S("unknown producer"));
	ac_layout_words(&v->l, strcmp(x->match, "exact") == 0 ? AC_S("lists it") : AC_S("lists"));
	if (strcmp(x->match, "exact") != 0)
		ac_layout_printf(&v->l, "%.*s, which covers it", AC_FMT(x->value));
	ac_layout_printf(&v->l, "as %.*s", AC_FMT(x->is_row ? AC_S("list entry") : x->type));
	if (x->name.n && !ac_str_eq(x->name, x->value))
		ac_layout_printf(&v->l, "\"%.*s\"", AC_FMT(x->name));
	if (x->revoked)
		ac_layout_words(&v->l, AC_S("(revoked)"));
	if (x->valid_from.n) {
		ac_layout_words(&v->l, AC_S("from"));
		date_of(v, x->valid_from);
	}
	if (x->valid_until.n) {
		ac_layout_words(&v->l, AC_S("until"));
		date_of(v, x->valid_until);
	}
	if (x->confidence >= 0)
		ac_layout_printf(&v->l, "confidence %d", (int)x->confidence);
	ac_layout_words(&v->l, AC_S("-"));
	show_level(v, &x->marking);
	if (x->comment.n) {
		ac_layout_line(&v->l, 4, 6);
		ac_layout_words(&v->l, ac_str_slice(ac_layout_plain(x->comment, &v->arena), 0, PROSE_MAX / 4));
	}
	show_refs(v, "points to", x->points_to, x->points_to_count);
	show_refs(v, "named in", x->reports, x->report_count);
}

static void
show_listings(view *v)
{
	size_t i;

	if (v->page->listing_count == 0)
		return;
	ac_layout_heading(&v->l, "Who lists it");
	for (i = 0; i < v->page->listing_count && i < v->style->items; i++)
		show_listing(v, &v->page->listings[i]);
	more(v, v->page->listing_count - i);
}

static void
show_sightings(view *v)
{
	const ac_page *page = v->page;
	size_t i;

	if (page->sighting_count == 0)
		return;
	ac_layout_heading(&v->l, "Sightings");
	ac_layout_printf(&v->l, "(seen %llu time%s)", (unsigned long long)page->sighting_total,
	    page->sighting_total == 1 ? "" : "s");
	for (i = 0; i < page->sighting_count && i < v->style->items; i++) {
		const ac_page_sighting *s = &page->sightings[i];

		ac_layout_line(&v->l, 2, 4);
		date_of(v, s->first_seen);
		if (!ac_str_eq(ac_str_slice(s->first_seen, 0, 10), ac_str_slice(s->last_seen, 0, 10))) {
			ac_layout_words(&v->l, AC_S("to"));
			date_of(v, s->last_seen);
		}
		ac_layout_printf(&v->l, "%llu x", (unsigned long long)s->count);
		ac_layout_words(&v->l, label_of(v, &s->of));
		if (s->where.n)
			ac_layout_printf(&v->l, "in %.*s", AC_FMT(s->where));
	}
	more(v, page->sighting_count - i);
}

static void
show_overlaps(view *v)
{
	const ac_page *page = v->page;

	if (page->overlap_count == 0)
		return;
	ac_layout_heading(&v->l, "Overlaps: others that have something to do with it and are kept apart");
	for (size_t i = 0; i < page->overlap_count; i++) {
		const ac_page_overlap *o = &page->overlaps[i];
		const ac_know_ref ref = {
			.id = o->actor->id, .name = o->actor->name, .external_id = o->actor->external_id
		};

		ac_layout_line(&v->l, 2, 4);
		ac_layout_words(&v->l, label_of(v, &ref));
		ac_layout_printf(&v->l, "- %s;", ac_group_refusal_name(o->refusal));
		if (o->shared.count) {
			ac_layout_words(&v->l, AC_S("shared:"));
			ac_layout_list(&v->l, o->shared.items, o->shared.count, TEXTS_SHOWN);
		}
		for (size_t r = 0; r < o->relations.count; r++) {
			ac_layout_line(&v->l, 4, 6);
			ac_layout_words(&v->l, o->relations.items[r]);
		}
	}
}

static void
show_records(view *v)
{
	const ac_page *page = v->page;

	if (page->record_count == 0)
		return;
	ac_layout_heading(&v->l, "Records");
	for (size_t i = 0; i < page->record_count && i < v->style->items; i++) {
		const ac_know_object *o = page->records[i].object;

		ac_layout_line(&v->l, 2, 4);
		ac_layout_words(&v->l, label_of(v, &o->ref));
		ac_layout_words(&v->l, AC_S("-"));
		ac_layout_list(
		    &v->l, page->records[i].producers.items, page->records[i].producers.count, CLAIMANTS_SHOWN);
		if (o->abridged)
			ac_layout_words(&v->l, AC_S("(short form)"));
		ac_layout_line(&v->l, 4, 4);
		ac_layout_words(&v->l, o->ref.id);
		if (page->record_count > 1) {
			ac_layout_line(&v->l, 4, 6);
			show_level(v, &page->records[i].marking);
		}
	}
}

static void
show_sources(view *v)
{
	const ac_page_sources *sources = &v->page->sources;
	size_t i;

	if (sources->count == 0)
		return;
	ac_layout_heading(&v->l, "Sources");
	for (i = 0; i < sources->count && i < v->style->items; i++) {
		const ac_page_source *s = &sources->items[i];

		ac_layout_line(&v->l, 2, 4);
		if (s->text.n)
			ac_layout_words(&v->l, ac_layout_plain(s->text, &v->arena));
		else if (!ac_str_eq(s->name, AC_S("reference")))
			ac_layout_words(&v->l, s->name);
		if (s->url.n && v->l.need_space)
			ac_layout_line(&v->l, 4, 4);
		ac_layout_words(&v->l, s->url);
	}
	more(v, sources->count - i);
}

static void
show_same_names(view *v)
{
	const ac_page *page = v->page;

	if (page->same_name_count == 0)
		return;
	ac_layout_heading(&v->l, "Other things called so");
	for (size_t i = 0; i < page->same_name_count; i++) {
		ac_layout_line(&v->l, 2, 4);
		ac_layout_words(&v->l, label_of(v, page->same_name[i]));
		ac_layout_printf(&v->l, "- %.*s", AC_FMT(page->same_name[i]->id));
	}
}

void
ac_page_text(const ac_page *page, const ac_page_style *style, ac_buf *buf)
{
	view v = { .page = page, .style = style };

	ac_arena_init(&v.arena, AC_REPORT_MAX);
	ac_layout_init(&v.l, buf, style->width, style->colour);
	show_title(&v);
	show_marking(&v);
	show_prose(&v);
	show_names(&v);
	show_claims(&v);
	show_own_tactics(&v);
	show_listings(&v);
	show_sightings(&v);
	for (size_t i = 0; i < AC_SECTION_COUNT; i++)
		show_section(&v, (ac_page_section_kind)i);
	show_overlaps(&v);
	show_same_names(&v);
	show_records(&v);
	show_sources(&v);
	ac_layout_break(&v.l);
	if (page->is_cut)
		ac_buf_add_cstr(buf, "\nMore is known than one page looks at; the counts above are lower bounds.\n");
	if (v.arena.failed && !buf->failed)
		buf->failed = v.arena.failed;
	ac_arena_done(&v.arena);
}
