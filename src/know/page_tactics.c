/* SPDX-License-Identifier: Apache-2.0 */
/* Techniques by tactic, in the order of the data. A technique stands under each of its tactics. */
#include "know/page_build.h"

static int
read_phases(ac_page_builder *b, ac_str id, ac_page_texts *out, bool *out_outdated, accord_err *err)
{
	const ac_know_object *object;
	ac_json_iter it;
	int rc = ac_know_load(b->know, id, &object, err);

	if (rc < 0)
		return rc;
	*out_outdated = ac_know_is_outdated(object);
	it = ac_json_iter_of(ac_json_get(object->json, AC_S("kill_chain_phases")));
	while (rc == 0 && ac_json_next(&it))
		rc = ac_page_add_text(b, out, ac_json_get_string(it.value, AC_S("phase_name")), err);
	return rc;
}

static ac_page_tactic *
tactic_of(ac_page *page, ac_str shortname)
{
	for (size_t i = 0; i < page->tactic_count; i++)
		if (ac_str_eq(page->tactics[i].tactic.shortname, shortname))
			return &page->tactics[i];
	return NULL;
}

static int
add_tactic(ac_page_builder *b, const ac_know_tactic *tactic, accord_err *err)
{
	ac_page *page = b->page;
	ac_page_tactic *tactics = ac_know_grow(&b->know->arena, page->tactics, page->tactic_count, sizeof(*tactics));

	if (!tactics)
		return ac_arena_check(&b->know->arena, err);
	page->tactics = tactics;
	tactics[page->tactic_count++] = (ac_page_tactic){ .tactic = *tactic };
	return 0;
}

static int
put_under(ac_page_builder *b, const ac_page_item *item, ac_str shortname, accord_err *err)
{
	ac_page_tactic *tactic = tactic_of(b->page, shortname);
	const ac_page_item **items;
	int rc = tactic ? 0 : add_tactic(b, &(ac_know_tactic){ .shortname = shortname }, err);

	if (rc < 0)
		return rc;
	if (!tactic)
		tactic = &b->page->tactics[b->page->tactic_count - 1];
	items = ac_know_grow(&b->know->arena, tactic->items, tactic->count, sizeof(const ac_page_item *));
	if (!items)
		return ac_arena_check(&b->know->arena, err);
	tactic->items = items;
	items[tactic->count++] = item;
	return 0;
}

/* All known tactics in their order; phases that no tactic object names come behind them, as they turn up. */
static int
begin_tactics(ac_page_builder *b, accord_err *err)
{
	const ac_know_tactic *known;
	size_t count;
	int rc = ac_know_tactics(b->know, &known, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		if (!tactic_of(b->page, known[i].shortname))
			rc = add_tactic(b, &known[i], err);
	return rc;
}

static void
drop_empty_tactics(ac_page *page)
{
	size_t kept = 0;

	for (size_t i = 0; i < page->tactic_count; i++)
		if (page->tactics[i].count)
			page->tactics[kept++] = page->tactics[i];
	page->tactic_count = kept;
}

/* A technique's own page: its tactics, without items. */
static int
own_tactics(ac_page_builder *b, accord_err *err)
{
	ac_page_texts phases = { 0 };
	bool is_outdated;
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->page->record_count; i++)
		rc = read_phases(b, b->page->records[i].object->ref.id, &phases, &is_outdated, err);
	for (size_t i = 0; rc == 0 && i < phases.count; i++)
		if (!tactic_of(b->page, phases.items[i]))
			rc = add_tactic(b, &(ac_know_tactic){ .shortname = phases.items[i] }, err);
	for (size_t i = 0; rc == 0 && i < b->page->tactic_count; i++)
		for (size_t j = 0; j < phases.count; j++)
			if (ac_str_eq(phases.items[j], b->page->tactics[i].tactic.shortname))
				b->page->tactics[kept++] = b->page->tactics[i];
	b->page->tactic_count = kept;
	return rc;
}

int
ac_page_tactics(ac_page_builder *b, accord_err *err)
{
	ac_page_section *techniques = &b->page->sections[AC_SECTION_TECHNIQUES];
	int rc = begin_tactics(b, err);

	if (rc == 0 && b->page->kind == AC_PAGE_TECHNIQUE)
		return own_tactics(b, err);
	for (size_t i = 0; rc == 0 && i < techniques->count; i++) {
		ac_page_item *item = &techniques->items[i];

		rc = read_phases(b, item->ref.id, &item->tactics, &item->is_outdated, err);
		if (rc == 0 && item->tactics.count == 0)
			rc = put_under(b, item, (ac_str){ 0 }, err);
		for (size_t t = 0; rc == 0 && t < item->tactics.count; t++)
			rc = put_under(b, item, item->tactics.items[t], err);
	}
	drop_empty_tactics(b->page);
	return rc;
}
