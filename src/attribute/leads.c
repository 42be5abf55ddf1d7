/* SPDX-License-Identifier: Apache-2.0 */
/* Leads for people and machines. The words are chosen so that nobody can read them as an attribution. */
#include "attribute/attribute.h"
#include "know/layout.h"

#define CHAINS_SHOWN 4
#define NAMES_SHOWN 8
#define PATTERN_SHOWN 120 /* bytes */
#define SIGHTINGS_SHOWN 3
#define CHAINS_IN_JSON 200

static const char note[] = "This is a list of leads, not an attribution: it shows which actors the claims of others "
			   "connect with what was seen. "
			   "Tools are shared, infrastructure is reused, and evidence can be planted.";

static void
kinds_of(const ac_lead *lead, ac_page_texts *out, ac_arena *arena)
{
	out->items = ac_arena_zalloc(arena, AC_EVIDENCE_KINDS, sizeof(ac_str));
	out->count = 0;
	for (unsigned bit = 0; out->items && bit < AC_EVIDENCE_KINDS; bit++)
		if (lead->kinds & (1u << bit))
			out->items[out->count++] = ac_str_from(ac_evidence_name(bit));
}

/* The names by which others know the actor, once each. */
static void
names_of(const ac_know_actor *actor, ac_page_texts *out, ac_arena *arena)
{
	size_t room = 0;

	for (size_t m = 0; m < actor->member_count; m++)
		room += actor->actors->records[actor->members[m]].name_count;
	*out = (ac_page_texts){ ac_arena_zalloc(arena, room + 1, sizeof(ac_str)), 0 };
	for (size_t m = 0; out->items && m < actor->member_count; m++) {
		const ac_actor_record *record = &actor->actors->records[actor->members[m]];

		for (size_t i = 0; i < record->name_count; i++) {
			size_t seen = 0;

			while (seen < out->count && !ac_str_eq_fold(out->items[seen], record->names[i].text))
				seen++;
			if (seen == out->count && !ac_str_eq_fold(record->names[i].text, actor->name))
				out->items[out->count++] = record->names[i].text;
		}
	}
}

static bool
is_one_number(ac_str lines)
{
	uint64_t number;

	return ac_str_to_u64(lines, &number);
}

static void
show_chain(ac_layout *l, const ac_lead_chain *chain)
{
	const ac_sighted *sighted = chain->chain.sighted;

	ac_layout_line(l, 4, 6);
	ac_layout_words(l, sighted->shown);
	if (sighted->pattern.n)
		ac_layout_words(l, ac_str_slice(sighted->pattern, 0, PATTERN_SHOWN));
	for (size_t i = 0; i < chain->chain.hop_count; i++) {
		const ac_trace_hop *hop = &chain->chain.hops[i];
		ac_str name = hop->to->name.n ? hop->to->name : hop->to->id;

		ac_layout_printf(l, "%s%.*s%s", hop->direction == AC_KNOW_FROM ? "-" : "<-", AC_FMT(hop->kind),
		    hop->direction == AC_KNOW_FROM ? "->" : "-");
		ac_layout_words(l, name);
		if (hop->claimant.n)
			ac_layout_printf(l, "[%.*s]", AC_FMT(hop->claimant));
	}
	if (chain->chain.is_weak)
		ac_layout_words(l, AC_S("(only named in the same report)"));
	if (chain->shared_by > 1)
		ac_layout_printf(l, "(%zu actor records here share it)", chain->shared_by);
	for (size_t i = 0; i < sighted->sighting_count && i < SIGHTINGS_SHOWN; i++) {
		const ac_trace_sighting *s = &sighted->sightings[i];

		ac_layout_line(l, 8, 10);
		ac_layout_printf(l, "seen %llu x", (unsigned long long)s->count);
		ac_layout_words(l, ac_str_slice(s->first_seen, 0, 10));
		if (s->where.n)
			ac_layout_printf(l, "in %.*s", AC_FMT(s->where));
		if (s->lines.n)
			ac_layout_printf(l, "%s %.*s", is_one_number(s->lines) ? "line" : "lines", AC_FMT(s->lines));
		if (s->producer.n)
			ac_layout_printf(l, "(%.*s)", AC_FMT(s->producer));
	}
	if (sighted->sighting_total > SIGHTINGS_SHOWN) {
		ac_layout_line(l, 8, 10);
		ac_layout_printf(
		    l, "... and %llu more sightings", (unsigned long long)sighted->sighting_total - SIGHTINGS_SHOWN);
	}
}

static void
show_lead(ac_layout *l, const ac_lead *lead, size_t number, size_t chains_shown, ac_arena *arena)
{
	const ac_know_actor *actor = lead->actor;
	ac_page_texts names, kinds;
	size_t i;

	names_of(actor, &names, arena);
	kinds_of(lead, &kinds, arena);
	ac_layout_blank(l);
	ac_layout_line(l, 0, 3);
	ac_layout_printf(l, "%zu. %.*s", number, AC_FMT(actor->name));
	if (actor->external_id.n)
		ac_layout_printf(l, "(%.*s)", AC_FMT(actor->external_id));
	if (names.count) {
		ac_layout_line(l, 3, 5);
		ac_layout_words(l, AC_S("also called"));
		ac_layout_list(l, names.items, names.count, NAMES_SHOWN);
	}
	ac_layout_line(l, 3, 5);
	ac_layout_printf(l, "rests on %zu indicator%s, %llu sighting%s; reported by %zu producer%s (",
	    lead->indicator_count, lead->indicator_count == 1 ? "" : "s", (unsigned long long)lead->sightings,
	    lead->sightings == 1 ? "" : "s", lead->producers.count, lead->producers.count == 1 ? "" : "s");
	l->need_space = false;
	ac_layout_list(l, lead->producers.items, lead->producers.count, NAMES_SHOWN);
	ac_buf_add_cstr(l->buf, ");");
	l->column += 2;
	ac_layout_printf(l, "%zu kind%s of evidence (", kinds.count, kinds.count == 1 ? "" : "s");
	l->need_space = false;
	ac_layout_list(l, kinds.items, kinds.count, AC_EVIDENCE_KINDS);
	ac_buf_add_cstr(l->buf, ")");
	l->column++;
	for (i = 0; i < lead->chain_count && i < chains_shown; i++)
		show_chain(l, &lead->chains[i]);
	if (i < lead->chain_count) {
		ac_layout_line(l, 4, 6);
		ac_layout_printf(l, "... and %zu more chains (--all shows them)", lead->chain_count - i);
	}
}

static void
show_without(ac_layout *l, const ac_leads *leads, size_t most)
{
	size_t i;

	if (leads->without_count == 0)
		return;
	ac_layout_heading(l, "Seen, and no claim leads from it to an actor");
	for (i = 0; i < leads->without_count && i < most; i++) {
		ac_layout_line(l, 2, 4);
		ac_layout_words(l, leads->without[i]->shown);
	}
	if (i < leads->without_count) {
		ac_layout_line(l, 2, 4);
		ac_layout_printf(l, "... and %zu more", leads->without_count - i);
	}
}

void
ac_leads_text(const ac_leads *leads, const ac_page_style *style, ac_buf *buf)
{
	size_t i, chains = style->items == SIZE_MAX ? SIZE_MAX : CHAINS_SHOWN;
	ac_arena arena;
	ac_layout l;

	ac_arena_init(&arena, AC_REPORT_MAX);
	ac_layout_init(&l, buf, style->width, style->colour);
	ac_layout_line(&l, 0, 0);
	if (leads->trace.count == 0) {
		ac_layout_words(&l,
		    AC_S("Nothing was sighted yet: no sighting of an indicator is stored. accord watch records them."));
	} else {
		ac_layout_printf(&l, "%zu sighted indicator%s, %llu sighting%s: %zu lead%s.", leads->trace.count,
		    leads->trace.count == 1 ? "" : "s", (unsigned long long)leads->trace.sightings,
		    leads->trace.sightings == 1 ? "" : "s", leads->count, leads->count == 1 ? "" : "s");
		if (leads->count)
			ac_layout_words(&l, ac_str_from(note));
	}
	for (i = 0; i < leads->count && i < style->items; i++)
		show_lead(&l, leads->items[i], i + 1, chains, &arena);
	if (i < leads->count) {
		ac_layout_blank(&l);
		ac_layout_printf(&l, "... and %zu more leads (--all shows them)", leads->count - i);
	}
	show_without(&l, leads, style->items);
	ac_layout_break(&l);
	if (arena.failed && !buf->failed)
		buf->failed = arena.failed;
	ac_arena_done(&arena);
}

static void
lead_json(const ac_lead *lead, ac_json_writer *w, ac_arena *arena)
{
	const ac_know_actor *actor = lead->actor;
	ac_page_texts names, kinds;

	names_of(actor, &names, arena);
	kinds_of(lead, &kinds, arena);
	ac_jw_object(w);
	ac_jw_key(w, AC_S("actor"));
	ac_know_ref_json(&(ac_know_ref){ actor->id, actor->actors->records[actor->members[0]].type, actor->name,
			     actor->external_id },
	    w);
	ac_know_texts_json(w, "names", &names);
	ac_jw_key(w, AC_S("records"));
	ac_jw_array(w);
	for (size_t i = 0; i < actor->member_count; i++)
		ac_jw_string(w, actor->actors->records[actor->members[i]].id);
	ac_jw_end(w);
	ac_jw_key_u64(w, AC_S("indicators"), lead->indicator_count);
	ac_jw_key_u64(w, AC_S("sightings"), lead->sightings);
	ac_jw_key_u64(w, AC_S("seen"), lead->seen);
	ac_jw_key_string(w, AC_S("strength"), lead->is_stated ? AC_S("stated") : AC_S("named-together"));
	ac_know_texts_json(w, "evidence", &kinds);
	ac_know_texts_json(w, "producers", &lead->producers);
	ac_know_texts_json(w, "claimants", &lead->claimants);
	ac_jw_key_u64(w, AC_S("chain_count"), lead->chain_count);
	ac_jw_key(w, AC_S("chains"));
	ac_jw_array(w);
	for (size_t i = 0; i < lead->chain_count && i < CHAINS_IN_JSON; i++) {
		ac_jw_object(w);
		ac_jw_key_string(
		    w, AC_S("evidence"), ac_str_from(ac_evidence_name((unsigned)__builtin_ctz(lead->chains[i].kind))));
		ac_jw_key_u64(w, AC_S("shared_by"), lead->chains[i].shared_by);
		ac_jw_key(w, AC_S("chain"));
		ac_trace_chain_json(&lead->chains[i].chain, w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_end(w);
}

void
ac_leads_json(const ac_leads *leads, ac_json_writer *w)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_REPORT_MAX);
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.leads/1"));
	ac_jw_key_string(w, AC_S("note"), ac_str_from(note));
	ac_jw_key_u64(w, AC_S("sightings"), leads->trace.sightings);
	ac_jw_key_u64(w, AC_S("seen"), leads->trace.seen);
	ac_jw_key(w, AC_S("leads"));
	ac_jw_array(w);
	for (size_t i = 0; i < leads->count; i++)
		lead_json(leads->items[i], w, &arena);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("indicators"));
	ac_jw_array(w);
	for (size_t i = 0; i < leads->trace.count; i++)
		ac_sighted_json(leads->trace.items[i], w);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("without_lead"));
	ac_jw_array(w);
	for (size_t i = 0; i < leads->without_count; i++)
		ac_jw_string(w, leads->without[i]->indicator->ref.id);
	ac_jw_end(w);
	ac_jw_key_bool(w, AC_S("complete"), !leads->trace.is_cut);
	ac_jw_end(w);
	if (arena.failed && !w->buf->failed)
		w->buf->failed = arena.failed;
	ac_arena_done(&arena);
}
