/* SPDX-License-Identifier: Apache-2.0 */
/* Explaining a grouping: the pairs are group.c's; here they are picked, put in order and shown. */
#include "know/why.h"

#include "know/layout.h"
#include "know/session.h"

#define REASON_COLUMNS 24

static const char *const reason_words[] = {
	[AC_GROUP_SHARED_NAME] = "both are called",
	[AC_GROUP_SHARED_STEM] = "nearly the same name",
	[AC_GROUP_SHARED_ID] = "both have the number",
	[AC_GROUP_STATED] = "said to be one",
	[AC_GROUP_SAID_OVERLAPS] = "said to overlap",
	[AC_GROUP_SAID_SUBGROUP] = "said to be a part",
	[AC_GROUP_SAID_DISTINCT] = "said to be two",
	[AC_GROUP_COUNTRY_CLASH] = "different countries",
	[AC_GROUP_ID_CLASH] = "different numbers",
};

static const char *const refusal_words[] = {
	[AC_GROUP_JOINED] = "joined",
	[AC_GROUP_TOO_LIGHT] = "not joined: too little is shared",
	[AC_GROUP_SAME_LIST] = "not joined: one list has them as two entries",
	[AC_GROUP_OTHER_ID] = "not joined: they have different group numbers",
	[AC_GROUP_OTHER_COUNTRY] = "not joined: they are said to be of different countries",
	[AC_GROUP_SUBGROUP] = "not joined: one is said to be a part of the other",
	[AC_GROUP_DISTINCT] = "not joined: somebody says that they are two",
	[AC_GROUP_OWN_DISTINCT] = "not joined: kept apart here",
	[AC_GROUP_TOO_LARGE] = "not joined: the group would be too large to be one actor",
};

static int
add_pair(ac_know *know, ac_why *why, const ac_group_pair *pair, accord_err *err)
{
	const ac_group_pair **pairs;

	if (why->pair_count == AC_WHY_PAIRS_MAX) {
		why->pairs_left++;
		return 0;
	}
	pairs = ac_know_grow(&know->arena, why->pairs, why->pair_count, sizeof(const ac_group_pair *));
	if (!pairs)
		return ac_arena_check(&know->arena, err);
	why->pairs = pairs;
	pairs[why->pair_count++] = pair;
	return 0;
}

/* Did this pair bring its two records together (and not merely find them so)? */
static bool
holds_together(const ac_group_pair *pair)
{
	return pair->refusal == AC_GROUP_JOINED && (pair->is_own || pair->weight >= AC_GROUP_WEIGHT);
}

typedef struct step {
	const ac_group_pair *pair; /* by which it was reached */
	size_t from;
	bool is_reached;
} step;

/*
 * The shortest chain of joined pairs from a to b: breadth first over the group's pairs, which are few. The pairs stand heaviest first, so that of equally short chains one over
 * heavy pairs is found.
 */
static int
find_chain(ac_know *know, ac_why *why, accord_err *err)
{
	const ac_grouping *g = &why->all->grouping;
	size_t a = (size_t)(why->a - why->all->records), b = (size_t)(why->b - why->all->records);
	step *steps = ac_arena_zalloc(&know->arena, g->count + 1, sizeof(*steps));
	size_t queue[AC_GROUP_MAX], head = 0, tail = 0;
	int rc = 0;

	if (!steps)
		return ac_arena_check(&know->arena, err);
	/* From b, so that the chain comes out in the order from a. */
	steps[b].is_reached = true;
	queue[tail++] = b;
	while (head < tail && !steps[a].is_reached) {
		size_t at = queue[head++];

		for (size_t p = 0; p < g->pair_count && tail < AC_GROUP_MAX; p++) {
			const ac_group_pair *pair = &g->pairs[p];
			size_t to = pair->a == at ? pair->b : pair->a;

			if ((pair->a != at && pair->b != at) || !holds_together(pair) || steps[to].is_reached)
				continue;
			steps[to] = (step){ pair, at, true };
			queue[tail++] = to;
		}
	}
	for (size_t at = a; rc == 0 && at != b && steps[at].pair; at = steps[at].from)
		rc = add_pair(know, why, steps[at].pair, err);
	return rc;
}

static int
find_between(ac_know *know, ac_why *why, accord_err *err)
{
	const ac_grouping *g = &why->all->grouping;
	size_t a = (size_t)(why->a - why->all->records), b = (size_t)(why->b - why->all->records);
	size_t ga = g->group_of[a], gb = g->group_of[b];
	int rc = 0;

	for (int direct = 1; direct >= 0; direct--)
		for (size_t p = 0; rc == 0 && p < g->pair_count; p++) {
			const ac_group_pair *pair = &g->pairs[p];
			size_t pa = g->group_of[pair->a], pb = g->group_of[pair->b];
			bool is_direct = (pair->a == a && pair->b == b) || (pair->a == b && pair->b == a);

			if (is_direct == (bool)direct && ((pa == ga && pb == gb) || (pa == gb && pb == ga)))
				rc = add_pair(know, why, pair, err);
		}
	return rc;
}

int
ac_why_find(ac_know *know, const ac_actor_record *a, const ac_actor_record *b, ac_why *out, accord_err *err)
{
	ac_why why = { .a = a, .b = b };
	int rc = ac_know_actors_all(know, &why.all, err);

	if (rc == 0)
		rc = ac_know_actor_of(know, a->id, &why.actor_a, err);
	if (rc == 0)
		rc = ac_know_actor_of(know, b->id, &why.actor_b, err);
	if (rc == 0 && a != b)
		rc = why.actor_a == why.actor_b ? find_chain(know, &why, err) : find_between(know, &why, err);
	if (rc == 0)
		*out = why;
	return rc;
}

/* ---- for people ---- */

static ac_str
name_of(const ac_actor_record *record)
{
	return record->name.n ? record->name : record->id;
}

/* "APT40 of threat-actor": names alone do not tell records of several lists apart. */
static void
show_record(ac_layout *l, const ac_actor_record *record)
{
	ac_str list = ac_str_starts(record->catalogue, AC_S("identity--")) ? record->producer : record->catalogue;

	ac_layout_printf(l, "%.*s of %.*s", AC_FMT(name_of(record)), AC_FMT(list));
}

static void
show_reason(ac_layout *l, const ac_group_evidence *e)
{
	ac_buf weight;

	ac_buf_init(&weight, 64);
	if (e->weight != 0)
		ac_buf_printf(&weight, "%+.2f", e->weight);
	ac_layout_line(l, 4, 4 + 7 + REASON_COLUMNS + 2);
	ac_layout_cell(l, ac_buf_view(&weight), 6);
	ac_buf_done(&weight);
	ac_layout_cell(l, ac_str_from(reason_words[e->reason]), REASON_COLUMNS);
	if (e->text.n)
		ac_layout_words(l, e->text);
	if (e->link)
		ac_layout_printf(l, "%.*s (%.*s), %.*s",
		    AC_FMT(e->link->is_own ? AC_S("this member") : e->link->claimant), AC_FMT(e->link->relation),
		    AC_FMT(ac_str_slice(e->link->date, 0, 10)));
}

static bool
has_bar(const ac_group_pair *pair)
{
	return pair->refusal != AC_GROUP_JOINED && pair->refusal != AC_GROUP_TOO_LIGHT &&
	       pair->refusal != AC_GROUP_TOO_LARGE;
}

static void
show_pair(ac_layout *l, const ac_why *why, const ac_group_pair *pair)
{
	const ac_actor_record *records = why->all->records;

	ac_layout_line(l, 2, 4);
	show_record(l, &records[pair->a]);
	ac_layout_words(l, AC_S("and"));
	show_record(l, &records[pair->b]);
	for (size_t i = 0; i < pair->evidence_count; i++)
		show_reason(l, &pair->evidence[i]);
	ac_layout_line(l, 4, 6);
	ac_layout_printf(l, "= %.2f of %.2f: %s", pair->weight, AC_GROUP_WEIGHT,
	    pair->is_own && pair->refusal == AC_GROUP_JOINED ? "joined by this member's decision"
							     : refusal_words[pair->refusal]);
	if (!has_bar(pair) || (pair->bar_a == pair->a && pair->bar_b == pair->b))
		return;
	ac_layout_words(l, AC_S("- between"));
	show_record(l, &records[pair->bar_a]);
	ac_layout_words(l, AC_S("and"));
	show_record(l, &records[pair->bar_b]);
}

void
ac_why_text(const ac_why *why, const ac_page_style *style, ac_buf *buf)
{
	ac_layout l;

	ac_layout_init(&l, buf, style->width, style->colour);
	ac_layout_line(&l, 0, 2);
	if (why->a == why->b) {
		show_record(&l, why->a);
		ac_layout_words(&l, AC_S("is one record: both names lead to it."));
	} else if (why->actor_a == why->actor_b) {
		ac_layout_printf(&l, "%.*s and %.*s are one page: %.*s.", AC_FMT(name_of(why->a)),
		    AC_FMT(name_of(why->b)), AC_FMT(why->actor_a->name));
	} else {
		ac_layout_printf(&l, "%.*s and %.*s are two pages.", AC_FMT(name_of(why->a)), AC_FMT(name_of(why->b)));
		if (why->pair_count == 0)
			ac_layout_words(
			    &l, AC_S("Nothing is shared by any of their records, and nobody says that they are one."));
	}
	for (size_t i = 0; i < why->pair_count; i++)
		show_pair(&l, why, why->pairs[i]);
	if (why->pairs_left) {
		ac_layout_line(&l, 2, 2);
		ac_layout_printf(&l, "... and %zu pairs more", why->pairs_left);
	}
	ac_layout_break(&l);
}

/* ---- JSON ---- */

void
ac_actor_record_json(const ac_actor_record *record, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), record->id);
	if (record->name.n)
		ac_jw_key_string(w, AC_S("name"), record->name);
	if (record->own_number.n)
		ac_jw_key_string(w, AC_S("external_id"), record->own_number);
	ac_jw_key_string(w, AC_S("catalogue"), record->catalogue);
	ac_jw_key_string(w, AC_S("producer"), record->producer);
	ac_jw_end(w);
}

static void
put_reason(const ac_group_evidence *e, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("reason"), ac_str_from(ac_group_reason_name(e->reason)));
	ac_jw_key(w, AC_S("weight"));
	ac_jw_double(w, e->weight);
	if (e->text.n)
		ac_jw_key_string(w, AC_S("text"), e->text);
	if (e->link) {
		ac_jw_key_string(w, AC_S("relation"), e->link->relation);
		ac_jw_key_string(w, AC_S("claimant"), e->link->claimant);
		ac_jw_key_bool(w, AC_S("decided_here"), e->link->is_own);
		ac_jw_key_string(w, AC_S("date"), e->link->date);
		ac_jw_key_string(w, AC_S("id"), e->link->via_id);
	}
	ac_jw_end(w);
}

static void
put_pair(const ac_why *why, const ac_group_pair *pair, ac_json_writer *w)
{
	const ac_actor_record *records = why->all->records;

	ac_jw_object(w);
	ac_jw_key(w, AC_S("a"));
	ac_actor_record_json(&records[pair->a], w);
	ac_jw_key(w, AC_S("b"));
	ac_actor_record_json(&records[pair->b], w);
	ac_jw_key(w, AC_S("weight"));
	ac_jw_double(w, pair->weight);
	ac_jw_key_string(w, AC_S("outcome"), ac_str_from(ac_group_refusal_name(pair->refusal)));
	ac_jw_key_bool(w, AC_S("decided_here"), pair->is_own);
	if (has_bar(pair)) {
		ac_jw_key(w, AC_S("barred_by"));
		ac_jw_array(w);
		ac_actor_record_json(&records[pair->bar_a], w);
		ac_actor_record_json(&records[pair->bar_b], w);
		ac_jw_end(w);
	}
	ac_jw_key(w, AC_S("reasons"));
	ac_jw_array(w);
	for (size_t i = 0; i < pair->evidence_count; i++)
		put_reason(&pair->evidence[i], w);
	ac_jw_end(w);
	ac_jw_end(w);
}

void
ac_why_json(const ac_why *why, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.why/1"));
	ac_jw_key(w, AC_S("a"));
	ac_actor_record_json(why->a, w);
	ac_jw_key(w, AC_S("b"));
	ac_actor_record_json(why->b, w);
	ac_jw_key_bool(w, AC_S("one_page"), why->actor_a == why->actor_b);
	ac_jw_key_string(w, AC_S("page_a"), why->actor_a->id);
	ac_jw_key_string(w, AC_S("page_b"), why->actor_b->id);
	ac_jw_key(w, AC_S("weight_wanted"));
	ac_jw_double(w, AC_GROUP_WEIGHT);
	ac_jw_key(w, AC_S("pairs"));
	ac_jw_array(w);
	for (size_t i = 0; i < why->pair_count; i++)
		put_pair(why, why->pairs[i], w);
	ac_jw_end(w);
	ac_jw_key_u64(w, AC_S("pairs_left"), why->pairs_left);
	ac_jw_end(w);
}
