/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing two actor pages: sections by the keys that make lines of pages one, claims by kind and text. */
#include "know/compare.h"

#include <stdlib.h>

#include "know/countries.h"
#include "know/decide.h"
#include "know/layout.h"
#include "know/page_build.h"

#define NUMBER_COLUMNS 11
#define LABEL_COLUMNS 16
#define ONLY_SHOWN 12 /* of one side, without --all */

/* Sections of which two actors can have something in common. */
static const ac_page_section_kind compared[] = { AC_SECTION_SOFTWARE, AC_SECTION_TECHNIQUES, AC_SECTION_CAMPAIGNS,
	AC_SECTION_VULNERABILITIES, AC_SECTION_INFRASTRUCTURE, AC_SECTION_INDICATORS, AC_SECTION_OBSERVABLES };

/* Actors of which a thing is said: records that lead to it, by their groups. */
static int
count_actors(ac_know *know, ac_str id, size_t *out, accord_err *err)
{
	ac_know_edges edges;
	const ac_know_actor **seen;
	size_t count = 0;
	int rc = ac_know_edges_of(know, id, AC_KNOW_TO, AC_S("uses"), AC_KNOW_EDGES_MAX, &edges, err);

	seen = rc == 0 ? ac_arena_zalloc(&know->arena, edges.count + 1, sizeof(const ac_know_actor *)) : NULL;
	if (rc == 0 && !seen)
		rc = ac_arena_check(&know->arena, err);
	for (size_t i = 0; rc == 0 && i < edges.count; i++) {
		const ac_know_object *object;
		const ac_know_actor *actor;
		size_t k = 0;

		if (!ac_know_is_actor(ac_know_type(edges.items[i].other_id)))
			continue;
		rc = ac_know_load(know, edges.items[i].other_id, &object, err);
		if (rc < 0 || !object->is_here || object->revoked)
			continue;
		rc = ac_know_actor_of(know, edges.items[i].other_id, &actor, err);
		while (rc == 0 && k < count && seen[k] != actor)
			k++;
		if (rc == 0 && k == count)
			seen[count++] = actor;
	}
	*out = count;
	return rc;
}

static int
rank_of(const ac_compare_item *item)
{
	return item->a && item->b ? 0 : item->a ? 1 : 2;
}

static const ac_know_ref *
ref_of(const ac_compare_item *item)
{
	return item->a ? &item->a->ref : &item->b->ref;
}

static int
compare_items(const void *x, const void *y)
{
	const ac_compare_item *a = x, *b = y;
	const ac_know_ref *ra = ref_of(a), *rb = ref_of(b);
	int c;

	if (rank_of(a) != rank_of(b))
		return rank_of(a) - rank_of(b);
	if (a->actors != b->actors)
		return a->actors < b->actors ? -1 : 1;
	c = ac_str_cmp(ra->external_id, rb->external_id);
	if (c == 0)
		c = ac_str_cmp(ra->name, rb->name);
	return c ? c : ac_str_cmp(ra->id, rb->id);
}

static const ac_page_item *
item_of(const ac_page_section *section, const ac_map *index, ac_str key)
{
	const uint64_t *slot = ac_map_get(index, key);

	return slot ? &section->items[*slot - 1] : NULL;
}

static int
index_section(const ac_page_section *section, ac_map *out, accord_err *err)
{
	for (size_t i = 0; i < section->count; i++) {
		uint64_t *slot = ac_map_put(out, section->items[i].key, NULL);

		if (!slot)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for a comparison");
		*slot = i + 1;
	}
	return 0;
}

static int
fill_part(ac_know *know, ac_compare *c, ac_compare_part *part, const ac_map *in_b, accord_err *err)
{
	const ac_page_section *a = &c->a.sections[part->section], *b = &c->b.sections[part->section];
	ac_map in_a;
	int rc;

	part->items = ac_arena_zalloc(&know->arena, a->count + b->count + 1, sizeof(*part->items));
	if (!part->items)
		return ac_arena_check(&know->arena, err);
	ac_map_init(&in_a, know->seed, AC_KNOW_EDGES_MAX * 2);
	rc = index_section(a, &in_a, err);
	for (size_t i = 0; rc == 0 && i < a->count; i++) {
		ac_compare_item *item = &part->items[part->count++];

		*item = (ac_compare_item){ .a = &a->items[i], .b = item_of(b, in_b, a->items[i].key) };
		if (item->b)
			rc = count_actors(know, item->a->ref.id, &item->actors, err);
		*(item->b ? &part->both : &part->only_a) += 1;
	}
	for (size_t i = 0; rc == 0 && i < b->count; i++)
		if (!item_of(a, &in_a, b->items[i].key)) {
			part->items[part->count++] = (ac_compare_item){ .b = &b->items[i] };
			part->only_b++;
		}
	ac_map_done(&in_a);
	if (rc == 0 && part->count)
		qsort(part->items, part->count, sizeof(*part->items), compare_items);
	return rc;
}

static int
compare_sections(ac_know *know, ac_compare *c, accord_err *err)
{
	int rc = 0;

	c->parts = ac_arena_zalloc(&know->arena, AC_COUNT(compared), sizeof(*c->parts));
	if (!c->parts)
		return ac_arena_check(&know->arena, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(compared); i++) {
		ac_compare_part *part = &c->parts[c->part_count];
		ac_map in_b;

		part->section = compared[i];
		ac_map_init(&in_b, know->seed, AC_KNOW_EDGES_MAX * 2);
		rc = index_section(&c->b.sections[compared[i]], &in_b, err);
		if (rc == 0)
			rc = fill_part(know, c, part, &in_b, err);
		ac_map_done(&in_b);
		c->part_count += part->count > 0;
	}
	return rc;
}

/* Kinds of claims that are made of countries. */
static const char *const kinds_of_countries[] = { "country", "sponsor", "victim", "target" };

static ac_str
country_of(const ac_page_claim *claim)
{
	for (size_t i = 0; i < AC_COUNT(kinds_of_countries); i++)
		if (strcmp(claim->what, kinds_of_countries[i]) == 0)
			return ac_country_code(claim->text);
	return (ac_str){ 0 };
}

static bool
says(const ac_compare_claim *said, const ac_page_claim *claim, ac_str country)
{
	if (strcmp(said->what, claim->what) != 0)
		return false;
	return country.n ? ac_str_eq(said->country, country)
			 : said->country.n == 0 && ac_str_eq_fold(said->texts.items[0], claim->text);
}

/* One claim of a page, beside those of either that say the same. */
static int
add_claim(ac_page_builder *b, ac_compare *c, const ac_page_claim *claim, bool of_a, accord_err *err)
{
	ac_str country = country_of(claim);
	ac_compare_claim *said = c->claims;
	ac_page_texts *claimants;
	int rc;

	while (said < c->claims + c->claim_count && !says(said, claim, country))
		said++;
	if (said == c->claims + c->claim_count) {
		*said = (ac_compare_claim){ .what = claim->what, .country = country };
		c->claim_count++;
	}
	*(of_a ? &said->of_a : &said->of_b) = true;
	claimants = of_a ? &said->claimants_a : &said->claimants_b;
	rc = ac_page_add_text(b, &said->texts, claim->text, err);
	for (size_t i = 0; rc == 0 && i < claim->claimants.count; i++)
		rc = ac_page_add_text(b, claimants, claim->claimants.items[i], err);
	return rc;
}

/* Those of both, of a, of b, each in the order of the pages. */
static int
compare_claims(ac_know *know, ac_compare *c, accord_err *err)
{
	ac_page_builder b = { .know = know };
	size_t room = c->a.claim_count + c->b.claim_count + 1, sorted = 0;
	ac_compare_claim *claims = ac_arena_zalloc(&know->arena, room, sizeof(*claims));
	int rc = 0;

	c->claims = ac_arena_zalloc(&know->arena, room, sizeof(*c->claims));
	if (!c->claims || !claims)
		return ac_arena_check(&know->arena, err);
	for (size_t i = 0; rc == 0 && i < c->a.claim_count; i++)
		rc = add_claim(&b, c, &c->a.claims[i], true, err);
	for (size_t i = 0; rc == 0 && i < c->b.claim_count; i++)
		rc = add_claim(&b, c, &c->b.claims[i], false, err);
	for (int rank = 0; rank < 3; rank++)
		for (size_t i = 0; i < c->claim_count; i++)
			if (rank == (!c->claims[i].of_a ? 2 : c->claims[i].of_b ? 0 : 1))
				claims[sorted++] = c->claims[i];
	c->claims = claims;
	return rc;
}

static int
compare_names(ac_know *know, ac_compare *c, accord_err *err)
{
	ac_page_builder b = { .know = know };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->a.name_count; i++)
		for (size_t k = 0; rc == 0 && k < c->b.name_count; k++)
			if (ac_str_eq(c->a.names[i].key, c->b.names[k].key))
				rc = ac_page_add_text(&b, &c->names, c->a.names[i].text, err);
	return rc;
}

static bool
same_source(const ac_page_source *a, const ac_page_source *b)
{
	return a->url.n || b->url.n ? ac_str_eq(a->url, b->url) : ac_str_eq(a->name, b->name);
}

static int
compare_sources(ac_know *know, ac_compare *c, accord_err *err)
{
	size_t most = c->a.sources.count < c->b.sources.count ? c->a.sources.count : c->b.sources.count;

	c->sources.items = ac_arena_zalloc(&know->arena, most + 1, sizeof(*c->sources.items));
	if (!c->sources.items)
		return ac_arena_check(&know->arena, err);
	for (size_t i = 0; i < c->a.sources.count; i++)
		for (size_t k = 0; k < c->b.sources.count && c->sources.count < most; k++)
			if (same_source(&c->a.sources.items[i], &c->b.sources.items[k])) {
				c->sources.items[c->sources.count++] = c->a.sources.items[i];
				break;
			}
	return 0;
}

/* An actor's page, of whatever else is called so. */
static int
find_actor(ac_know *know, ac_str text, ac_page *out, const ac_page **out_missing, accord_err *err)
{
	const ac_actor_record *record;
	int rc = ac_know_record_called(know, text, &record, err);

	if (rc == 0)
		return ac_page_find(know, record->id, (ac_str){ 0 }, out, err);
	if (rc != ACCORD_ENOTFOUND)
		return rc;
	rc = ac_page_find(know, text, (ac_str){ 0 }, out, err);
	if (rc == ACCORD_ENOTFOUND)
		*out_missing = out;
	return rc < 0 ? rc
		      : ac_fail(err, ACCORD_EUSAGE, "want an actor, got %.*s, which is a thing of type %.*s",
			    AC_FMT(text), AC_FMT(out->subject.type));
}

int
ac_compare_find(ac_know *know, ac_str a, ac_str b, ac_compare *out, const ac_page **out_missing, accord_err *err)
{
	const ac_actor_record *leads[2];
	int rc;

	memset(out, 0, sizeof(*out));
	rc = find_actor(know, a, &out->a, out_missing, err);
	if (rc == 0)
		rc = find_actor(know, b, &out->b, out_missing, err);
	if (rc < 0)
		return rc;
	leads[0] = &out->a.actor->actors->records[out->a.actor->members[0]];
	leads[1] = &out->b.actor->actors->records[out->b.actor->members[0]];
	rc = ac_why_find(know, leads[0], leads[1], &out->why, err);
	if (rc == 0)
		rc = compare_sections(know, out, err);
	if (rc == 0)
		rc = compare_claims(know, out, err);
	if (rc == 0)
		rc = compare_names(know, out, err);
	return rc < 0 ? rc : compare_sources(know, out, err);
}

/* ---- for people ---- */

typedef struct view {
	const ac_compare *c;
	const ac_page_style *style;
	ac_layout l;
} view;

static ac_str
name_of(const ac_page *page)
{
	return page->subject.name.n ? page->subject.name : page->subject.id;
}

static void
show_item(view *v, const ac_compare_item *item)
{
	const ac_know_ref *ref = ref_of(item);

	ac_layout_line(&v->l, 4, 4 + NUMBER_COLUMNS + 3);
	ac_layout_cell(&v->l, ref->external_id, NUMBER_COLUMNS);
	ac_layout_words(&v->l, ref->name.n ? ref->name : ref->id);
	if (item->actors)
		ac_layout_printf(&v->l, "- said of %zu actor%s here", item->actors, item->actors == 1 ? "" : "s");
}

static void
show_rank(view *v, const ac_compare_part *part, int rank, size_t count, ac_str whose, size_t most)
{
	size_t shown = 0;

	if (count == 0)
		return;
	ac_layout_line(&v->l, 2, 4);
	ac_layout_printf(&v->l, "%.*s: %zu", AC_FMT(whose), count);
	for (size_t i = 0; i < part->count && shown < most; i++)
		if (rank_of(&part->items[i]) == rank) {
			show_item(v, &part->items[i]);
			shown++;
		}
	if (shown < count) {
		ac_layout_line(&v->l, 4, 4);
		ac_layout_printf(&v->l, "... and %zu more (--all shows them)", count - shown);
	}
}

static void
show_part(view *v, const ac_compare_part *part)
{
	size_t only = v->style->items == SIZE_MAX ? SIZE_MAX : ONLY_SHOWN;

	ac_layout_heading(&v->l, ac_page_section_title(part->section));
	show_rank(v, part, 0, part->both, AC_S("Of both"), v->style->items);
	show_rank(v, part, 1, part->only_a, name_of(&v->c->a), only);
	show_rank(v, part, 2, part->only_b, name_of(&v->c->b), only);
}

static void
show_claims(view *v)
{
	const ac_compare *c = v->c;

	if (c->claim_count)
		ac_layout_heading(&v->l, "Claims");
	for (size_t i = 0; i < c->claim_count && i < v->style->items; i++) {
		const ac_compare_claim *claim = &c->claims[i];

		ac_layout_line(&v->l, 2, LABEL_COLUMNS + 3);
		ac_layout_cell(&v->l, ac_str_from(ac_page_claim_label(claim->what)), LABEL_COLUMNS);
		ac_layout_list(&v->l, claim->texts.items, claim->texts.count, claim->texts.count);
		ac_layout_words(&v->l, AC_S("-"));
		if (claim->of_a && claim->of_b)
			ac_layout_words(&v->l, AC_S("of both"));
		else
			ac_layout_words(&v->l, name_of(claim->of_a ? &c->a : &c->b));
	}
	if (c->claim_count > v->style->items) {
		ac_layout_line(&v->l, 2, 2);
		ac_layout_printf(&v->l, "... and %zu more (--all shows them)", c->claim_count - v->style->items);
	}
}

void
ac_compare_text(const ac_compare *c, const ac_page_style *style, ac_buf *buf)
{
	view v = { .c = c, .style = style };

	ac_why_text(&c->why, style, buf);
	ac_layout_init(&v.l, buf, style->width, style->colour);
	if (c->a.actor == c->b.actor)
		return;
	if (c->names.count) {
		ac_layout_heading(&v.l, "Names of both");
		ac_layout_line(&v.l, 2, 4);
		ac_layout_list(&v.l, c->names.items, c->names.count, style->items);
	}
	show_claims(&v);
	for (size_t i = 0; i < c->part_count; i++)
		show_part(&v, &c->parts[i]);
	if (c->sources.count)
		ac_layout_heading(&v.l, "Works that both cite");
	for (size_t i = 0; i < c->sources.count && i < style->items; i++) {
		ac_layout_line(&v.l, 2, 4);
		ac_layout_words(&v.l, c->sources.items[i].name);
	}
	ac_layout_break(&v.l);
}

/* ---- JSON ---- */

static void
put_part(const ac_compare_part *part, ac_json_writer *w)
{
	static const char *const keys[] = { "both", "only_a", "only_b" };

	ac_jw_key(w, ac_str_from(ac_page_section_key(part->section)));
	ac_jw_object(w);
	for (int rank = 0; rank < (int)AC_COUNT(keys); rank++) {
		ac_jw_key(w, ac_str_from(keys[rank]));
		ac_jw_array(w);
		for (size_t i = 0; i < part->count; i++) {
			if (rank_of(&part->items[i]) != rank)
				continue;
			ac_jw_object(w);
			ac_jw_key(w, AC_S("of"));
			ac_know_ref_json(ref_of(&part->items[i]), w);
			if (rank == 0) {
				ac_jw_key_u64(w, AC_S("actors"), part->items[i].actors);
				ac_know_texts_json(w, "claimants_a", &part->items[i].a->claimants);
				ac_know_texts_json(w, "claimants_b", &part->items[i].b->claimants);
			} else {
				ac_know_texts_json(w, "claimants",
				    rank == 1 ? &part->items[i].a->claimants : &part->items[i].b->claimants);
			}
			ac_jw_end(w);
		}
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_claims(const ac_compare *c, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < c->claim_count; i++) {
		const ac_compare_claim *claim = &c->claims[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("kind"), ac_str_from(claim->what));
		ac_jw_key_string(w, AC_S("text"), claim->texts.items[0]);
		if (claim->country.n)
			ac_jw_key_string(w, AC_S("country"), claim->country);
		if (claim->texts.count > 1)
			ac_know_texts_json(w, "texts", &claim->texts);
		ac_jw_key_bool(w, AC_S("of_a"), claim->of_a);
		ac_jw_key_bool(w, AC_S("of_b"), claim->of_b);
		ac_know_texts_json(w, "claimants_a", &claim->claimants_a);
		ac_know_texts_json(w, "claimants_b", &claim->claimants_b);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

void
ac_compare_json(const ac_compare *c, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.comparison/1"));
	ac_jw_key(w, AC_S("a"));
	ac_know_ref_json(&c->a.subject, w);
	ac_jw_key(w, AC_S("b"));
	ac_know_ref_json(&c->b.subject, w);
	ac_jw_key_bool(w, AC_S("one_page"), c->a.actor == c->b.actor);
	ac_jw_key(w, AC_S("why"));
	ac_why_json(&c->why, w);
	ac_know_texts_json(w, "names", &c->names);
	put_claims(c, w);
	for (size_t i = 0; i < c->part_count; i++)
		put_part(&c->parts[i], w);
	ac_jw_key(w, AC_S("sources"));
	ac_jw_array(w);
	for (size_t i = 0; i < c->sources.count; i++)
		ac_jw_string(w, c->sources.items[i].name);
	ac_jw_end(w);
	ac_jw_end(w);
}
