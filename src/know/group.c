/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grouping of actor records: evidence by pair, then greedy joining under constraints. The weights were fitted on ATT&CK and five MISP
 * galaxies: 0 of 558 joined pairs contradicted by group numbers, the largest group of 7 records. Knows nothing of the store.
 */
#include "know/group.h"

#include <math.h>
#include <stdlib.h>

/* Shared names: primary with primary, primary with alias, alias with alias. */
static const double name_weights[3] = { 1.0, 1.5, 2.0 };
#define SHORT_NAME_BYTES 3
#define SHORT_NAME_FACTOR 0.3
#define STEM_WEIGHT 0.9
#define STEM_PRIMARY_WEIGHT 0.2 /* for each side on which the name is the primary one */
#define SHARED_ID_WEIGHT 3.0    /* divided by k^1.5 for the larger number k of ids on one record */
#define CLASH_WEIGHT (-4.0)
#define TOLERATED_CLASH_WEIGHT 4.0

static const ac_str stems_cut[] = { AC_S_INIT("threatgroup"), AC_S_INIT("group"), AC_S_INIT("team"), AC_S_INIT("gang"),
	AC_S_INIT("crew"), AC_S_INIT("hackers") };

/* Sources that differ here differ over one actor's nationality, not over two actors. */
static const ac_str one_sphere[] = { AC_S_INIT("RU"), AC_S_INIT("UA"), AC_S_INIT("BY") };

static const char *const refusal_names[] = {
	[AC_GROUP_JOINED] = "joined",
	[AC_GROUP_TOO_LIGHT] = "too-little-shared",
	[AC_GROUP_SAME_LIST] = "two-entries-of-one-list",
	[AC_GROUP_OTHER_ID] = "different-group-numbers",
	[AC_GROUP_OTHER_COUNTRY] = "different-countries",
	[AC_GROUP_SUBGROUP] = "a-part-of-the-other",
	[AC_GROUP_DISTINCT] = "said-to-be-distinct",
	[AC_GROUP_OWN_DISTINCT] = "kept-apart-here",
	[AC_GROUP_TOO_LARGE] = "too-large",
};

static const char *const reason_names[] = {
	[AC_GROUP_SHARED_NAME] = "shared-name",
	[AC_GROUP_SHARED_STEM] = "nearly-shared-name",
	[AC_GROUP_SHARED_ID] = "shared-number",
	[AC_GROUP_STATED] = "said-to-be-one",
	[AC_GROUP_SAID_OVERLAPS] = "said-to-overlap",
	[AC_GROUP_SAID_SUBGROUP] = "said-to-be-a-part",
	[AC_GROUP_SAID_DISTINCT] = "said-to-be-distinct",
	[AC_GROUP_COUNTRY_CLASH] = "different-countries",
	[AC_GROUP_ID_CLASH] = "different-numbers",
};

/* What a link is evidence of. */
static const ac_group_reason reason_of_link[AC_LINK_COUNT] = {
	[AC_LINK_SAME] = AC_GROUP_STATED,
	[AC_LINK_OVERLAPS] = AC_GROUP_SAID_OVERLAPS,
	[AC_LINK_SUBGROUP] = AC_GROUP_SAID_SUBGROUP,
	[AC_LINK_DISTINCT] = AC_GROUP_SAID_DISTINCT,
};

/* An occurrence of a shared thing: sorted by key, equal keys stand together. */
typedef struct occurrence {
	ac_str key;
	size_t record;
	bool is_primary;
	ac_str text;
} occurrence;

typedef struct occurrences {
	occurrence *items;
	size_t count;
} occurrences;

/* Two records of which somebody says that they are not one; both ways round. */
typedef struct bar {
	size_t a, b;
	ac_group_refusal refusal;
} bar;

typedef struct state {
	const ac_actor_record *records;
	size_t count;
	ac_arena *arena;
	ac_group_evidence *evidence;
	size_t evidence_count, evidence_room;
	bool is_cut;
	bar *bars; /* pairs that may not stand in one group, sorted */
	size_t bar_count;
} state;

const char *
ac_group_refusal_name(ac_group_refusal refusal)
{
	return refusal_names[refusal];
}

const char *
ac_group_reason_name(ac_group_reason reason)
{
	return reason_names[reason];
}

bool
ac_is_group_id(ac_str text)
{
	if (text.n != 5 || text.p[0] != 'G')
		return false;
	for (size_t i = 1; i < 5; i++)
		if (!ac_is_digit(text.p[i]))
			return false;
	return true;
}

/* Failures of the arena are asked for once, at the end. */
static void
add_evidence(state *s, ac_group_evidence e)
{
	size_t room = s->evidence_room;

	if (e.a == e.b)
		return;
	if (e.a > e.b) {
		size_t a = e.a;

		e.a = e.b;
		e.b = a;
	}
	if (s->evidence_count == AC_GROUP_EVIDENCE_MAX) {
		s->is_cut = true;
		return;
	}
	if (s->evidence_count == room) {
		room = room ? room * 2 : 64;
		ac_group_evidence *grown =
		    ac_arena_resize(s->arena, s->evidence, s->evidence_room * sizeof(*grown), room * sizeof(*grown));

		if (!grown)
			return;
		s->evidence = grown;
		s->evidence_room = room;
	}
	s->evidence[s->evidence_count++] = e;
}

static int
compare_occurrences(const void *x, const void *y)
{
	const occurrence *a = x, *b = y;
	int c = ac_str_cmp(a->key, b->key);

	if (c == 0)
		c = (a->record > b->record) - (a->record < b->record);
	return c ? c : (int)b->is_primary - (int)a->is_primary;
}

/* Sort, and keep the strongest of each record's equal keys. */
static void
order_occurrences(occurrences *list)
{
	size_t kept = 0;

	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare_occurrences);
	for (size_t i = 0; i < list->count; i++) {
		const occurrence *last = kept ? &list->items[kept - 1] : NULL;

		if (!last || last->record != list->items[i].record || !ac_str_eq(last->key, list->items[i].key))
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

/* End of the run of equal keys that begins at `from`. */
static size_t
run_end(const occurrences *list, size_t from)
{
	size_t to = from + 1;

	while (to < list->count && ac_str_eq(list->items[to].key, list->items[from].key))
		to++;
	return to;
}

static ac_str
stem_of(ac_str key)
{
	for (size_t i = 0; i < AC_COUNT(stems_cut); i++)
		if (key.n > stems_cut[i].n + 2 && ac_str_ends(key, stems_cut[i]))
			return ac_str_slice(key, 0, key.n - stems_cut[i].n);
	return key;
}

static size_t
names_total(const state *s)
{
	size_t total = 0;

	for (size_t r = 0; r < s->count; r++)
		total += s->records[r].name_count;
	return total;
}

static void
collect_names(state *s, bool stems, occurrences *out)
{
	*out = (occurrences){ ac_arena_zalloc(s->arena, names_total(s) + 1, sizeof(occurrence)), 0 };
	for (size_t r = 0; out->items && r < s->count; r++)
		for (size_t i = 0; i < s->records[r].name_count; i++) {
			const ac_actor_name *n = &s->records[r].names[i];

			if (n->key.n)
				out->items[out->count++] =
				    (occurrence){ stems ? stem_of(n->key) : n->key, r, n->is_primary, n->text };
		}
	order_occurrences(out);
}

static bool
has_name(const ac_actor_record *record, ac_str key)
{
	for (size_t i = 0; i < record->name_count; i++)
		if (ac_str_eq(record->names[i].key, key))
			return true;
	return false;
}

static ac_str
primary_key(const ac_actor_record *record)
{
	for (size_t i = 0; i < record->name_count; i++)
		if (record->names[i].is_primary)
			return record->names[i].key;
	return (ac_str){ 0 };
}

/* In a list that keeps former names as entries, one entry's primary name among the other's names means a rename. */
static bool
is_rename(const ac_actor_record *a, const ac_actor_record *b)
{
	return (a->renames || b->renames) && (has_name(b, primary_key(a)) || has_name(a, primary_key(b)));
}

/* The most actors that one catalogue gives the name: 2 and more make it ambiguous. An actor's former name that has an entry of its own does not. */
static size_t
actors_in_one_list(const state *s, const occurrence *items, size_t count)
{
	size_t most = 1;

	for (size_t i = 0; i < count; i++) {
		size_t same = 0;

		for (size_t j = 0; j < count; j++) {
			const ac_actor_record *a = &s->records[items[i].record], *b = &s->records[items[j].record];

			same += i == j || (ac_str_eq(a->catalogue, b->catalogue) && !is_rename(a, b));
		}
		most = same > most ? same : most;
	}
	return most;
}

static void
weigh_names(state *s)
{
	occurrences names;

	collect_names(s, false, &names);
	for (size_t from = 0, to; from < names.count; from = to) {
		const occurrence *run = names.items + from;
		size_t n, m;

		to = run_end(&names, from);
		n = to - from;
		if (n < 2 || n > AC_GROUP_SHARED_BY_MAX)
			continue;
		m = actors_in_one_list(s, run, n);
		for (size_t i = 0; i < n; i++)
			for (size_t j = i + 1; j < n; j++) {
				double w = name_weights[run[i].is_primary + run[j].is_primary];

				if (run->key.n <= SHORT_NAME_BYTES)
					w *= SHORT_NAME_FACTOR;
				if (m > 1)
					w /= 4.0 * (double)(m - 1);
				add_evidence(s, (ac_group_evidence){ run[i].record, run[j].record, w,
						    AC_GROUP_SHARED_NAME, run[i].text, NULL });
			}
	}
}

/* Only what the plain names have not counted yet. */
static bool
share_a_name_of_stem(const ac_actor_record *a, const ac_actor_record *b, ac_str stem)
{
	for (size_t i = 0; i < a->name_count; i++)
		if (ac_str_eq(stem_of(a->names[i].key), stem) && has_name(b, a->names[i].key))
			return true;
	return false;
}

static void
weigh_stems(state *s)
{
	occurrences stems;

	collect_names(s, true, &stems);
	for (size_t from = 0, to; from < stems.count; from = to) {
		const occurrence *run = stems.items + from;
		size_t n;

		to = run_end(&stems, from);
		n = to - from;
		if (n < 2 || n > AC_GROUP_SHARED_BY_MAX)
			continue;
		for (size_t i = 0; i < n; i++)
			for (size_t j = i + 1; j < n; j++) {
				const ac_actor_record *a = &s->records[run[i].record], *b = &s->records[run[j].record];
				double w = STEM_WEIGHT + STEM_PRIMARY_WEIGHT * (run[i].is_primary + run[j].is_primary);

				if (!share_a_name_of_stem(a, b, run->key))
					add_evidence(s, (ac_group_evidence){ run[i].record, run[j].record, w,
							    AC_GROUP_SHARED_STEM, run[i].text, NULL });
			}
	}
}

static void
weigh_group_ids(state *s)
{
	occurrences ids = { 0 };
	size_t total = 0;

	for (size_t r = 0; r < s->count; r++)
		total += s->records[r].group_id_count;
	ids.items = ac_arena_zalloc(s->arena, total + 1, sizeof(occurrence));
	for (size_t r = 0; ids.items && r < s->count; r++)
		for (size_t i = 0; i < s->records[r].group_id_count; i++)
			ids.items[ids.count++] =
			    (occurrence){ s->records[r].group_ids[i], r, false, s->records[r].group_ids[i] };
	order_occurrences(&ids);
	for (size_t from = 0, to; from < ids.count; from = to) {
		const occurrence *run = ids.items + from;
		size_t n;

		to = run_end(&ids, from);
		n = to - from;
		for (size_t i = 0; i < n && n <= AC_GROUP_SHARED_BY_MAX; i++)
			for (size_t j = i + 1; j < n; j++) {
				size_t ka = s->records[run[i].record].group_id_count,
				       kb = s->records[run[j].record].group_id_count;
				double w = SHARED_ID_WEIGHT / pow((double)(ka > kb ? ka : kb), 1.5);

				add_evidence(s, (ac_group_evidence){ run[i].record, run[j].record, w,
						    AC_GROUP_SHARED_ID, run[i].text, NULL });
			}
	}
}

static int
compare_index(const void *x, const void *y)
{
	const occurrence *a = x, *b = y;

	return ac_str_cmp(a->key, b->key);
}

static const occurrence *
record_called(const state *s, const occurrence *by_id, ac_str id)
{
	occurrence want = { .key = id };

	return bsearch(&want, by_id, s->count, sizeof(*by_id), compare_index);
}

/* A galaxy that was learned alone knows of another's entry the UUID only, and refers to it by a type of its own (learn/galaxy_links.c). */
static const occurrence *
linked_record(const state *s, const occurrence *by_id, ac_str id)
{
	static const ac_str types[] = { AC_S_INIT("intrusion-set--"), AC_S_INIT("threat-actor--") };
	const occurrence *found = record_called(s, by_id, id);
	size_t head = sizeof(AC_GROUP_UNRESOLVED "--") - 1;

	if (found || !ac_str_starts(id, AC_S(AC_GROUP_UNRESOLVED "--")))
		return found;
	for (size_t i = 0; i < AC_COUNT(types) && !found; i++) {
		ac_str other =
		    ac_arena_printf(s->arena, "%.*s%.*s", AC_FMT(types[i]), AC_FMT(ac_str_slice(id, head, id.n)));

		found = other.p ? record_called(s, by_id, other) : NULL;
	}
	return found;
}

static void
weigh_links(state *s)
{
	occurrence *by_id = ac_arena_zalloc(s->arena, s->count + 1, sizeof(*by_id));

	for (size_t r = 0; by_id && r < s->count; r++)
		by_id[r] = (occurrence){ .key = s->records[r].id, .record = r };
	if (!by_id)
		return;
	qsort(by_id, s->count, sizeof(*by_id), compare_index);
	for (size_t r = 0; r < s->count; r++)
		for (size_t i = 0; i < s->records[r].link_count; i++) {
			const ac_actor_link *link = &s->records[r].links[i];
			const occurrence *other = linked_record(s, by_id, link->other_id);

			if (other)
				add_evidence(s, (ac_group_evidence){ r, other->record, link->weight,
						    reason_of_link[link->kind], { 0 }, link });
		}
}

static bool
disjoint(const ac_str *a, size_t an, const ac_str *b, size_t bn)
{
	if (an == 0 || bn == 0)
		return false;
	for (size_t i = 0; i < an; i++)
		for (size_t j = 0; j < bn; j++)
			if (ac_str_eq(a[i], b[j]))
				return false;
	return true;
}

static bool
ids_clash(const ac_actor_record *a, const ac_actor_record *b)
{
	return disjoint(a->group_ids, a->group_id_count, b->group_ids, b->group_id_count);
}

/* What a record is numbered as, where it has several numbers and the name of one. */
static const ac_str *
main_ids(const ac_actor_record *record, size_t *out_count)
{
	*out_count = record->main_id.n ? 1 : record->group_id_count;
	return record->main_id.n ? &record->main_id : record->group_ids;
}

static bool
main_ids_clash(const ac_actor_record *a, const ac_actor_record *b)
{
	size_t an, bn;
	const ac_str *as = main_ids(a, &an), *bs = main_ids(b, &bn);

	return disjoint(as, an, bs, bn);
}

static bool
countries_clash(const ac_actor_record *a, const ac_actor_record *b)
{
	return disjoint(a->countries, a->country_count, b->countries, b->country_count);
}

static bool
within_one_sphere(const ac_actor_record *record)
{
	for (size_t i = 0; i < record->country_count; i++) {
		size_t j = 0;

		while (j < AC_COUNT(one_sphere) && !ac_str_eq(record->countries[i], one_sphere[j]))
			j++;
		if (j == AC_COUNT(one_sphere))
			return false;
	}
	return true;
}

/* The member's own word before others', then the heavier, then by the relationship: the same records give the same order. */
static int
compare_links(const ac_actor_link *a, const ac_actor_link *b)
{
	int c;

	if (a->is_own != b->is_own)
		return a->is_own ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	c = ac_str_cmp(a->via_id, b->via_id);
	return c ? c : (int)a->is_to - (int)b->is_to;
}

/* By pair; within a pair reasons for it first, then by text: the same records give the same order. */
static int
compare_evidence(const void *x, const void *y)
{
	const ac_group_evidence *a = x, *b = y;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	if (a->reason != b->reason)
		return (int)a->reason - (int)b->reason;
	if (a->link && b->link)
		return compare_links(a->link, b->link);
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return ac_str_cmp(a->text, b->text);
}

static int
compare_pairs(const void *x, const void *y)
{
	const ac_group_pair *a = x, *b = y;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

/* A relationship stands at both of its ends; one is enough. Of several that say the same, by other producers too, only the first counts; all are kept. */
static void
drop_repeated_statements(state *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->evidence_count; i++) {
		const ac_group_evidence *last = kept ? &s->evidence[kept - 1] : NULL;
		ac_group_evidence *e = &s->evidence[i];

		if (e->link && last && last->reason == e->reason && last->a == e->a && last->b == e->b) {
			if (ac_str_eq(e->link->via_id, last->link->via_id))
				continue;
			e->weight = 0;
		}
		s->evidence[kept++] = *e;
	}
	s->evidence_count = kept;
}

static void
sort_evidence(state *s)
{
	if (s->evidence_count)
		qsort(s->evidence, s->evidence_count, sizeof(*s->evidence), compare_evidence);
	drop_repeated_statements(s);
}

/* Clashes count once per pair that shares anything; they are looked for after all that pairs share is known. */
static void
weigh_clashes(state *s)
{
	size_t shared = s->evidence_count;

	for (size_t i = 0; i < shared; i++) {
		size_t a = s->evidence[i].a, b = s->evidence[i].b;

		if (i > 0 && s->evidence[i - 1].a == a && s->evidence[i - 1].b == b)
			continue;
		if (countries_clash(&s->records[a], &s->records[b]))
			add_evidence(s, (ac_group_evidence){ a, b, CLASH_WEIGHT, AC_GROUP_COUNTRY_CLASH, { 0 }, NULL });
		if (ids_clash(&s->records[a], &s->records[b]))
			add_evidence(s, (ac_group_evidence){ a, b, CLASH_WEIGHT, AC_GROUP_ID_CLASH, { 0 }, NULL });
	}
	sort_evidence(s);
}

static void
fold_pairs(const state *s, ac_grouping *out)
{
	out->pairs = ac_arena_zalloc(s->arena, s->evidence_count + 1, sizeof(*out->pairs));
	for (size_t i = 0; out->pairs && i < s->evidence_count; i++) {
		const ac_group_evidence *e = &s->evidence[i];
		ac_group_pair *pair = out->pair_count ? &out->pairs[out->pair_count - 1] : NULL;

		if (!pair || pair->a != e->a || pair->b != e->b) {
			pair = &out->pairs[out->pair_count++];
			*pair = (ac_group_pair){ .a = e->a, .b = e->b, .evidence = e };
		}
		pair->weight += e->weight;
		pair->evidence_count++;
	}
	if (out->pair_count)
		qsort(out->pairs, out->pair_count, sizeof(*out->pairs), compare_pairs);
}

static int
compare_bars(const void *x, const void *y)
{
	const bar *a = x, *b = y;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	/* the graver first */
	return (int)b->refusal - (int)a->refusal;
}

static ac_group_refusal
refusal_said(const ac_group_evidence *e)
{
	if (e->reason == AC_GROUP_SAID_SUBGROUP)
		return AC_GROUP_SUBGROUP;
	if (e->reason == AC_GROUP_SAID_DISTINCT)
		return e->link->is_own ? AC_GROUP_OWN_DISTINCT : AC_GROUP_DISTINCT;
	return AC_GROUP_JOINED;
}

static void
collect_bars(state *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->evidence_count; i++)
		count += refusal_said(&s->evidence[i]) != AC_GROUP_JOINED;
	s->bars = ac_arena_zalloc(s->arena, 2 * count + 1, sizeof(*s->bars));
	for (size_t i = 0; s->bars && i < s->evidence_count; i++) {
		const ac_group_evidence *e = &s->evidence[i];
		ac_group_refusal refusal = refusal_said(e);

		if (refusal == AC_GROUP_JOINED)
			continue;
		s->bars[s->bar_count++] = (bar){ e->a, e->b, refusal };
		s->bars[s->bar_count++] = (bar){ e->b, e->a, refusal };
	}
	if (s->bar_count)
		qsort(s->bars, s->bar_count, sizeof(*s->bars), compare_bars);
}

/* The gravest of what is said against the two standing together. */
static ac_group_refusal
said_against(const state *s, size_t a, size_t b)
{
	size_t low = 0, high = s->bar_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const bar *m = &s->bars[middle];

		if (m->a < a || (m->a == a && m->b < b))
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->bar_count && s->bars[low].a == a && s->bars[low].b == b ? s->bars[low].refusal
										: AC_GROUP_JOINED;
}

/* What keeps two records apart. The member's own word that two records are one outweighs everything but his word that two are not. */
static ac_group_refusal
refusal_of(const state *s, size_t ia, size_t ib, double weight, bool is_own)
{
	const ac_actor_record *a = &s->records[ia], *b = &s->records[ib];
	ac_group_refusal said = said_against(s, ia, ib);

	if (is_own || said != AC_GROUP_JOINED)
		return is_own && said != AC_GROUP_OWN_DISTINCT ? AC_GROUP_JOINED : said;
	if (ac_str_eq(a->catalogue, b->catalogue) && !is_rename(a, b))
		return AC_GROUP_SAME_LIST;
	if (main_ids_clash(a, b))
		return AC_GROUP_OTHER_ID;
	if (countries_clash(a, b) &&
	    !(weight >= TOLERATED_CLASH_WEIGHT && within_one_sphere(a) && within_one_sphere(b)))
		return AC_GROUP_OTHER_COUNTRY;
	return AC_GROUP_JOINED;
}

/* Members of each group as a ring: next[i] is the next member. Joining two rings swaps two links. */
typedef struct member_rings {
	size_t *next;
	size_t *size; /* of the group, by its representative */
} member_rings;

/* The first refusal among the members of both groups stands in the pair, with who they are. */
static void
judge(const state *s, const member_rings *rings, ac_group_pair *pair)
{
	size_t i = pair->a, j = pair->b;

	do {
		do {
			pair->refusal = refusal_of(s, i, j, pair->weight, pair->is_own);
			pair->bar_a = i;
			pair->bar_b = j;
			if (pair->refusal != AC_GROUP_JOINED)
				return;
			j = rings->next[j];
		} while (j != pair->b);
		i = rings->next[i];
	} while (i != pair->a);
}

/* The group's name is its smallest index, so that the result does not depend on the order of joining. */
static void
join(ac_grouping *g, member_rings *rings, size_t a, size_t b)
{
	size_t from = g->group_of[a] > g->group_of[b] ? a : b, to = from == a ? b : a;
	size_t old = g->group_of[from], representative = g->group_of[to], i = from, swap;

	do {
		g->group_of[i] = representative;
		i = rings->next[i];
	} while (i != from);
	rings->size[representative] += rings->size[old];
	swap = rings->next[a];
	rings->next[a] = rings->next[b];
	rings->next[b] = swap;
}

static bool
says_own(const ac_group_pair *pair, ac_group_reason reason)
{
	for (size_t i = 0; i < pair->evidence_count; i++)
		if (pair->evidence[i].reason == reason && pair->evidence[i].link->is_own)
			return true;
	return false;
}

/* By the member's own word first, in the order in which the pairs stand; then by weight. */
static void
join_pairs(const state *s, ac_grouping *g, member_rings *rings, bool own)
{
	for (size_t p = 0; p < g->pair_count; p++) {
		ac_group_pair *pair = &g->pairs[p];
		size_t ga = g->group_of[pair->a], gb = g->group_of[pair->b];

		if (own)
			pair->is_own = says_own(pair, AC_GROUP_STATED);
		if (pair->is_own != own)
			continue;
		pair->refusal = AC_GROUP_JOINED;
		if (ga == gb)
			continue;
		if (!own && pair->weight < AC_GROUP_WEIGHT)
			pair->refusal = AC_GROUP_TOO_LIGHT;
		else if (rings->size[ga] + rings->size[gb] > AC_GROUP_MAX)
			pair->refusal = AC_GROUP_TOO_LARGE;
		else
			judge(s, rings, pair);
		if (pair->refusal == AC_GROUP_JOINED)
			join(g, rings, pair->a, pair->b);
	}
}

static void
chain_members(ac_grouping *g, size_t *last)
{
	for (size_t i = 0; i < g->count; i++) {
		size_t group = g->group_of[i];

		g->next[i] = g->count;
		if (group != i)
			g->next[last[group]] = i;
		last[group] = i;
	}
}

static void
join_all(const state *s, ac_grouping *g, member_rings *rings)
{
	for (size_t i = 0; i < s->count; i++) {
		g->group_of[i] = rings->next[i] = i;
		rings->size[i] = 1;
	}
	join_pairs(s, g, rings, true);
	join_pairs(s, g, rings, false);
	/* A pair that was too light, or refused, may have come together over others since. */
	for (size_t p = 0; p < g->pair_count; p++) {
		ac_group_pair *pair = &g->pairs[p];

		if (g->group_of[pair->a] == g->group_of[pair->b])
			pair->refusal = AC_GROUP_JOINED;
		else if (says_own(pair, AC_GROUP_SAID_DISTINCT))
			pair->is_own = true;
	}
}

int
ac_group_records(const ac_actor_record *records, size_t count, ac_arena *arena, ac_grouping *out, accord_err *err)
{
	state s = { .records = records, .count = count, .arena = arena };
	ac_grouping g = { .count = count };
	member_rings rings;

	g.group_of = ac_arena_zalloc(arena, count + 1, sizeof(size_t));
	g.next = ac_arena_zalloc(arena, count + 1, sizeof(size_t));
	rings.next = ac_arena_zalloc(arena, count + 1, sizeof(size_t));
	rings.size = ac_arena_zalloc(arena, count + 1, sizeof(size_t));
	weigh_names(&s);
	weigh_stems(&s);
	weigh_group_ids(&s);
	weigh_links(&s);
	sort_evidence(&s);
	weigh_clashes(&s);
	fold_pairs(&s, &g);
	collect_bars(&s);
	if (arena->failed)
		return ac_arena_check(arena, err);
	join_all(&s, &g, &rings);
	chain_members(&g, rings.size);
	g.is_cut = s.is_cut;
	*out = g;
	return 0;
}
