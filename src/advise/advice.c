/* SPDX-License-Identifier: Apache-2.0 */
/* Advice for people and machines. */
#include "advise/advise.h"
#include "know/layout.h"

#define TECHNIQUES_SHOWN 8
#define NUMBER_COLUMNS 8

static void
plural(ac_layout *l, size_t n, const char *word)
{
	ac_layout_printf(l, "%zu %s%s", n, word, n == 1 ? "" : "s");
}

static void
show_reference(ac_layout *l, const ac_know_ref *ref)
{
	ac_layout_words(l, ref->name.n ? ref->name : ref->id);
	if (ref->external_id.n)
		ac_layout_printf(l, "(%.*s)", AC_FMT(ref->external_id));
}

static void
show_chain(ac_layout *l, const ac_trace_chain *chain)
{
	ac_layout_line(l, 6, 8);
	ac_layout_words(l, chain->sighted->shown);
	for (size_t i = 0; i < chain->hop_count; i++) {
		const ac_trace_hop *hop = &chain->hops[i];

		ac_layout_printf(l, hop->direction == AC_KNOW_FROM ? "-%.*s->" : "<-%.*s-", AC_FMT(hop->kind));
		ac_layout_words(l, hop->to->name.n ? hop->to->name : hop->to->id);
		if (hop->claimant.n)
			ac_layout_printf(l, "[%.*s]", AC_FMT(hop->claimant));
	}
	if (chain->is_weak)
		ac_layout_words(l, AC_S("(only named in the same report)"));
}

static void
show_mitigation(ac_layout *l, const ac_advice_mitigation *m, size_t number, size_t of, size_t most)
{
	size_t i;

	ac_layout_blank(l);
	ac_layout_line(l, 0, 3);
	ac_layout_printf(l, "%zu.", number);
	show_reference(l, m->mitigation);
	if (m->is_outdated)
		ac_layout_words(l, AC_S("(no longer kept up)"));
	ac_layout_printf(l, "- answers %zu of %zu", m->technique_count, of);
	ac_layout_line(l, 3, 5);
	for (i = 0; i < m->technique_count && i < most; i++) {
		const ac_know_ref *t = m->techniques[i]->technique;

		ac_layout_printf(
		    l, "%.*s %.*s%s", AC_FMT(t->external_id), AC_FMT(t->name), i + 1 < m->technique_count ? ";" : "");
	}
	if (i < m->technique_count)
		ac_layout_printf(l, "and %zu more", m->technique_count - i);
}

static void
show_reasons(ac_layout *l, const ac_advice *advice, const ac_page_style *style)
{
	size_t i, chains = style->items == SIZE_MAX ? SIZE_MAX : 1;

	ac_layout_heading(l, "Why these techniques");
	for (i = 0; i < advice->technique_count && i < style->items; i++) {
		const ac_advice_technique *t = advice->techniques[i];

		ac_layout_line(l, 2, 4 + NUMBER_COLUMNS);
		show_reference(l, t->technique);
		ac_layout_words(l, AC_S("-"));
		plural(l, t->indicator_count, "sighted indicator");
		if (t->mitigation_count == 0)
			ac_layout_words(l, AC_S("- no mitigation is known here"));
		for (size_t c = 0; c < t->chain_count && c < chains; c++)
			show_chain(l, &t->chains[c]);
	}
	if (i < advice->technique_count) {
		ac_layout_line(l, 2, 4);
		ac_layout_printf(l, "... and %zu more (--all shows them)", advice->technique_count - i);
	}
}

static void
show_summary(ac_layout *l, const ac_advice *advice)
{
	ac_layout_line(l, 0, 0);
	if (advice->trace.count == 0) {
		ac_layout_words(l,
		    AC_S("Nothing was sighted yet: no sighting of an indicator is stored. accord watch records them."));
		return;
	}
	plural(l, advice->trace.count, "sighted indicator");
	if (advice->technique_count == 0) {
		ac_layout_words(l, AC_S("and no claim leads from them to a technique: there is nothing to advise on."));
		return;
	}
	ac_layout_words(l, advice->trace.count == 1 ? AC_S("leads to") : AC_S("lead to"));
	plural(l, advice->technique_count, "technique");
	ac_layout_printf(l, "with %zu known mitigation%s: those that answer most of the techniques first.",
	    advice->mitigation_count, advice->mitigation_count == 1 ? "" : "s");
	ac_layout_words(l, AC_S("What is in place already is not known here."));
}

void
ac_advice_text(const ac_advice *advice, const ac_page_style *style, ac_buf *buf)
{
	size_t i, techniques = style->items == SIZE_MAX ? SIZE_MAX : TECHNIQUES_SHOWN;
	ac_layout l;

	ac_layout_init(&l, buf, style->width, style->colour);
	show_summary(&l, advice);
	for (i = 0; i < advice->mitigation_count && i < style->items; i++)
		show_mitigation(&l, advice->mitigations[i], i + 1, advice->technique_count, techniques);
	if (i < advice->mitigation_count) {
		ac_layout_blank(&l);
		ac_layout_printf(&l, "... and %zu more mitigations (--all shows them)", advice->mitigation_count - i);
	}
	if (advice->technique_count)
		show_reasons(&l, advice, style);
	ac_layout_break(&l);
}

static void
technique_json(const ac_advice_technique *t, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key(w, AC_S("technique"));
	ac_know_ref_json(t->technique, w);
	ac_jw_key_u64(w, AC_S("indicators"), t->indicator_count);
	ac_jw_key_string(w, AC_S("strength"), t->is_stated ? AC_S("stated") : AC_S("named-together"));
	ac_jw_key_u64(w, AC_S("mitigations"), t->mitigation_count);
	ac_jw_key(w, AC_S("chains"));
	ac_jw_array(w);
	for (size_t i = 0; i < t->chain_count; i++)
		ac_trace_chain_json(&t->chains[i], w);
	ac_jw_end(w);
	ac_jw_end(w);
}

static void
mitigation_json(const ac_advice_mitigation *m, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key(w, AC_S("mitigation"));
	ac_know_ref_json(m->mitigation, w);
	ac_jw_key_u64(w, AC_S("covers"), m->technique_count);
	ac_jw_key(w, AC_S("techniques"));
	ac_jw_array(w);
	for (size_t i = 0; i < m->technique_count; i++)
		ac_jw_string(w, m->techniques[i]->technique->external_id.n ? m->techniques[i]->technique->external_id
									   : m->techniques[i]->technique->id);
	ac_jw_end(w);
	ac_know_texts_json(w, "claimants", &m->claimants);
	ac_jw_key_bool(w, AC_S("outdated"), m->is_outdated);
	ac_jw_end(w);
}

void
ac_advice_json(const ac_advice *advice, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.advice/1"));
	ac_jw_key_u64(w, AC_S("sightings"), advice->trace.sightings);
	ac_jw_key(w, AC_S("mitigations"));
	ac_jw_array(w);
	for (size_t i = 0; i < advice->mitigation_count; i++)
		mitigation_json(advice->mitigations[i], w);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("techniques"));
	ac_jw_array(w);
	for (size_t i = 0; i < advice->technique_count; i++)
		technique_json(advice->techniques[i], w);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("indicators"));
	ac_jw_array(w);
	for (size_t i = 0; i < advice->trace.count; i++)
		ac_sighted_json(advice->trace.items[i], w);
	ac_jw_end(w);
	ac_jw_key_bool(w, AC_S("complete"), !advice->trace.is_cut);
	ac_jw_end(w);
}
