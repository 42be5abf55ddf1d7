/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/states.h"

#include <stdlib.h>

#include "base/limits.h"
#include "attribute/knowledge_part.h"
#include "know/citation.h"
#include "know/session.h"

static const ac_state_level levels[] = {
	{ AC_S_INIT("state-prohibited"), AC_S_INIT("prohibited by the state"), AC_S_INIT("interdit par l'État") },
	{ AC_S_INIT("state-prohibited-but-inadequate"), AC_S_INIT("prohibited by the state, which cannot stop it"),
	    AC_S_INIT("interdit par l'État, qui ne peut l'arrêter") },
	{ AC_S_INIT("state-ignored"), AC_S_INIT("ignored by the state"), AC_S_INIT("ignoré par l'État") },
	{ AC_S_INIT("state-encouraged"), AC_S_INIT("encouraged by the state"), AC_S_INIT("encouragé par l'État") },
	{ AC_S_INIT("state-shaped"), AC_S_INIT("shaped by the state"), AC_S_INIT("orienté par l'État") },
	{ AC_S_INIT("state-coordinated"), AC_S_INIT("coordinated by the state"), AC_S_INIT("coordonné par l'État") },
	{ AC_S_INIT("state-ordered"), AC_S_INIT("ordered by the state"), AC_S_INIT("ordonné par l'État") },
	{ AC_S_INIT("state-rogue-conducted"), AC_S_INIT("conducted by rogue forces of the state"),
	    AC_S_INIT("mené par des forces incontrôlées de l'État") },
	{ AC_S_INIT("state-executed"), AC_S_INIT("executed by the state"), AC_S_INIT("exécuté par l'État") },
	{ AC_S_INIT("state-integrated"), AC_S_INIT("integrated with the state's own attacks"),
	    AC_S_INIT("intégré aux attaques de l'État") },
};

typedef struct finder {
	ac_know *know;
	const ac_evidence_hide *hide;
	ac_arena *arena;
	ac_state_claims *out;
	const ac_state_level *level; /* of the relationship that is read */
} finder;

/* state-responsibility:state-coordinated, with or without quotes and the full stop that some values of the taxonomy have. */
static void
on_label(void *payload, ac_str text)
{
	static const ac_str prefix = AC_S_INIT("state-responsibility:");
	finder *f = payload;

	if (!ac_str_starts(text, prefix))
		return;
	text = ac_str_slice(text, prefix.n, text.n);
	while (text.n && (text.p[0] == '"' || text.p[0] == '\''))
		text = ac_str_slice(text, 1, text.n);
	while (text.n && (text.p[text.n - 1] == '"' || text.p[text.n - 1] == '\'' || text.p[text.n - 1] == '.'))
		text.n--;
	for (size_t i = 0; i < AC_COUNT(levels); i++)
		if (ac_str_eq(text, levels[i].code))
			f->level = &levels[i];
}

static bool
is_hidden_name(const finder *f, ac_str name, ac_str url)
{
	ac_str address = ac_citation_address(url, f->arena);

	for (size_t i = 0; i < f->hide->report_count; i++)
		if ((name.n && ac_str_eq(f->hide->reports[i], name)) ||
		    (address.n && ac_str_eq(ac_citation_address(f->hide->reports[i], f->arena), address)))
			return true;
	return false;
}

/* The first visible citation with a date; false: there is none. *out_dated: there is one, visible or not. */
static bool
read_citation(const finder *f, const ac_json *relationship, ac_state_claim *claim, bool *out_dated)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(relationship, AC_S("external_references")));

	*out_dated = false;
	while (ac_json_next(&it)) {
		ac_time last;

		claim->name = ac_json_get_string(it.value, AC_S("source_name"));
		claim->url = ac_json_get_string(it.value, AC_S("url"));
		if (ac_json_get_string(it.value, AC_S("external_id")).n || (claim->name.n == 0 && claim->url.n == 0) ||
		    !ac_citation_date(ac_json_get_string(it.value, AC_S("description")), &claim->day, &last))
			continue;
		*out_dated = true;
		if (ac_time_cmp(last, f->hide->from) < 0 && !is_hidden_name(f, claim->name, claim->url))
			return true;
	}
	return false;
}

static bool
is_hidden_relationship(const finder *f, ac_str id)
{
	for (size_t i = 0; i < f->hide->relationship_count; i++)
		if (ac_str_eq(f->hide->relationships[i], id))
			return true;
	return false;
}

/* Who says it: whom the relationship names, its author, else whoever sent it. */
static int
find_claimant(finder *f, const ac_know_object *relationship, ac_str *out, accord_err *err)
{
	ac_str stated = ac_know_claimant(relationship->original, (ac_str){ 0 }),
	       author = ac_json_get_string(relationship->original, AC_S("created_by_ref"));
	const ac_know_ref *ref = NULL;
	int rc = stated.n == 0 && author.n ? ac_know_label(f->know, author, &ref, err) : 0;

	*out = stated.n ? stated : ref && ref->name.n ? ref->name : relationship->producer;
	return rc;
}

static int
read_edge(finder *f, const ac_edge *edge, accord_err *err)
{
	ac_state_claim claim = { .id = edge->via_id }, *grown;
	const ac_know_object *relationship;
	const ac_know_ref *sponsor;
	bool is_dated;
	int rc = ac_know_load(f->know, edge->via_id, &relationship, err);

	if (rc < 0 || !relationship->is_here || relationship->revoked || is_hidden_relationship(f, edge->via_id))
		return rc;
	f->level = NULL;
	ac_know_each_text(ac_know_property(relationship->original, AC_S("labels")), on_label, f);
	ac_know_each_text(ac_know_property(relationship->original, AC_S("tags")), on_label, f);
	if (!f->level)
		return 0;
	if (!read_citation(f, relationship->original, &claim, &is_dated)) {
		/* Of a hidden statement not even the number is told. */
		f->out->uncited += !is_dated;
		return ac_arena_check(f->arena, err);
	}
	claim.level = f->level;
	rc = find_claimant(f, relationship, &claim.claimant, err);
	if (rc == 0)
		rc = ac_know_label(f->know, edge->other_id, &sponsor, err);
	if (rc < 0)
		return rc;
	claim.sponsor = sponsor->name;
	grown = ac_know_grow(f->arena, f->out->items, f->out->count, sizeof(*grown));
	if (!grown)
		return ac_arena_check(f->arena, err);
	f->out->items = grown;
	grown[f->out->count++] = claim;
	return 0;
}

static int
compare_claims(const void *x, const void *y)
{
	const ac_state_claim *a = x, *b = y;

	return ac_str_cmp(a->id, b->id);
}

int
ac_states_find(ac_know *know, const ac_know_actor *actor, const ac_evidence_hide *hide, ac_arena *arena,
    ac_state_claims *out, accord_err *err)
{
	finder f = { know, hide, arena, out, NULL };
	int rc = 0;

	*out = (ac_state_claims){ 0 };
	for (size_t m = 0; rc == 0 && m < actor->member_count; m++) {
		ac_know_edges edges;

		rc = ac_know_edges_of(know, actor->actors->records[actor->members[m]].id, AC_KNOW_FROM,
		    AC_S("attributed-to"), AC_ANSWER_CLAIMS_MAX, &edges, err);
		for (size_t i = 0; rc == 0 && i < edges.count; i++)
			if (!ac_know_is_actor(ac_know_type(edges.items[i].other_id)))
				rc = read_edge(&f, &edges.items[i], err);
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare_claims);
	return rc;
}

ac_str
ac_state_level_word(const ac_state_level *level, ac_lang lang)
{
	return lang == AC_LANG_FR ? level->fr : level->en;
}
