/* SPDX-License-Identifier: Apache-2.0 */
/* Reports that tell of a tool and of an actor. Knows nothing of what they say. */
#include "attribute/told.h"

#include <stdlib.h>

int
ac_told_read(ac_build *b, const ac_know_actor *view, const ac_json *record, accord_err *err)
{
	ac_span cites;
	int rc = ac_build_cites(b, record, &cites, err);

	if (rc < 0 || cites.count == 0)
		return rc;
	rc = ac_build_push(b, &b->mentions, &b->mention_count, sizeof(*b->mentions), err);
	if (rc == 0)
		b->mentions[b->mention_count - 1] = (ac_raw_mention){ view, UINT32_MAX, cites };
	return rc;
}

static int
compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int
compare_tools(const void *x, const void *y)
{
	const ac_mention *a = x, *b = y;
	int order = compare_numbers(a->of, b->of);

	order = order ? order : compare_numbers(a->cluster, b->cluster);
	order = order ? order : compare_numbers(a->report, b->report);
	return order ? order : compare_numbers(a->by, b->by);
}

static int
compare_actors(const void *x, const void *y)
{
	const ac_mention *a = x, *b = y;
	int order = compare_numbers(a->cluster, b->cluster);

	order = order ? order : compare_numbers(a->of, b->of);
	order = order ? order : compare_numbers(a->report, b->report);
	return order ? order : compare_numbers(a->by, b->by);
}

/* What has no date cannot be hidden by one. */
static void
add(const ac_knowledge *k, ac_mention *list, size_t *n, uint32_t of, uint32_t report, uint32_t by)
{
	if (ac_time_cmp(k->reports[report].last, AC_TIME_MAX) < 0)
		list[(*n)++] = (ac_mention){ of, k->clusters[report], report, by };
}

static void
add_all(const ac_build *b, const uint32_t *report_of, ac_span cites, uint32_t of, ac_mention *list, size_t *n)
{
	for (uint32_t c = 0; c < cites.count; c++)
		add(b->k, list, n, of, report_of[b->cites[cites.first + c]], AC_MENTION_RECORD);
}

static int
order_tools(ac_build *b, const uint32_t *report_of, accord_err *err)
{
	ac_knowledge *k = b->k;
	size_t room = k->ability_cite_count, n = 0;

	for (size_t i = 0; i < b->feature_count; i++)
		room += b->features[i].cites.count;
	k->tool_mentions = ac_arena_zalloc(&k->arena, room + 1, sizeof(*k->tool_mentions));
	k->mentioned_tools = ac_arena_zalloc(&k->arena, k->feature_count + 1, sizeof(*k->mentioned_tools));
	if (!k->tool_mentions || !k->mentioned_tools)
		return ac_arena_check(&k->arena, err);
	for (size_t i = 0; i < b->feature_count; i++)
		if (b->features[i].feature != AC_FEATURE_NONE)
			add_all(b, report_of, b->features[i].cites, b->features[i].feature, k->tool_mentions, &n);
	for (uint32_t i = 0; i < k->ability_count; i++)
		for (uint32_t c = 0; c < k->abilities[i].cite_count; c++)
			add(k, k->tool_mentions, &n, k->abilities[i].software,
			    k->ability_cites[k->abilities[i].first_cite + c], i);
	if (n)
		qsort(k->tool_mentions, n, sizeof(*k->tool_mentions), compare_tools);
	for (size_t i = 0; i < n; i++) {
		ac_span *span = &k->mentioned_tools[k->tool_mentions[i].of];

		if (span->count++ == 0)
			span->first = (uint32_t)i;
	}
	return 0;
}

static int
order_actors(ac_build *b, const uint32_t *report_of, accord_err *err)
{
	ac_knowledge *k = b->k;
	size_t room = k->cite_count, n = 0;

	for (size_t i = 0; i < b->mention_count; i++)
		room += b->mentions[i].cites.count;
	k->actor_mentions = ac_arena_zalloc(&k->arena, room + 1, sizeof(*k->actor_mentions));
	k->cluster_mentions = ac_arena_zalloc(&k->arena, k->cluster_count + 1, sizeof(*k->cluster_mentions));
	if (!k->actor_mentions || !k->cluster_mentions)
		return ac_arena_check(&k->arena, err);
	for (size_t i = 0; i < b->mention_count; i++)
		if (b->mentions[i].actor != UINT32_MAX)
			add_all(b, report_of, b->mentions[i].cites, b->mentions[i].actor, k->actor_mentions, &n);
	for (size_t i = 0; i < k->cite_count; i++)
		add(k, k->actor_mentions, &n, k->claims[k->cites[i].claim].actor, k->cites[i].report,
		    k->cites[i].claim);
	if (n)
		qsort(k->actor_mentions, n, sizeof(*k->actor_mentions), compare_actors);
	for (size_t i = 0; i < n; i++) {
		ac_span *span = &k->cluster_mentions[k->actor_mentions[i].cluster];

		if (span->count++ == 0)
			span->first = (uint32_t)i;
	}
	return 0;
}

int
ac_told_order(ac_build *b, const uint32_t *report_of, accord_err *err)
{
	int rc = order_tools(b, report_of, err);

	return rc < 0 ? rc : order_actors(b, report_of, err);
}

static double
part_of_tool(const ac_view *view, const ac_mention *m)
{
	return m->by != AC_MENTION_RECORD && view->ability_hidden[m->by] ? 0 : view->report_part[m->report];
}

/* Of whom nothing else is left, nobody would know here. */
static bool
tells_of_actor(const ac_view *view, const ac_mention *m)
{
	return view->clusters[m->of] > 0 && view->report_part[m->report] > 0 &&
	       (m->by == AC_MENTION_RECORD || view->claim_part[m->by] > 0);
}

/* Actors that visible reports of the cluster tell of; each gets `each`, when out is not NULL. */
static size_t
told_actors(const ac_view *view, uint32_t cluster, double each, double *out)
{
	const ac_span *span = &view->k->cluster_mentions[cluster];
	const ac_mention *mentions = view->k->actor_mentions + span->first;
	uint32_t last = UINT32_MAX;
	size_t n = 0;

	for (uint32_t i = 0; i < span->count; i++) {
		if (mentions[i].of == last || !tells_of_actor(view, &mentions[i]))
			continue;
		last = mentions[i].of;
		n++;
		if (out)
			out[last] += each;
	}
	return n;
}

/* One report, or copies of one, as much as its best mention of the tool counts. */
static void
weigh_cluster(const ac_view *view, uint32_t cluster, double part, double *out)
{
	size_t actors = part > 0 ? told_actors(view, cluster, 0, NULL) : 0;

	if (view->weights)
		part *= view->weights[cluster];
	if (actors && part > 0)
		(void)told_actors(view, cluster, part / (double)actors, out);
}

void
ac_told_weigh(const ac_view *view, uint32_t tool, double *out)
{
	const ac_knowledge *k = view->k;
	const ac_span *span = &k->mentioned_tools[tool], *pairs = &k->feature_pairs[tool];
	const ac_mention *mentions = k->tool_mentions + span->first;
	double all = 0;

	memset(out, 0, k->actor_count * sizeof(*out));
	for (uint32_t i = 0; i < span->count;) {
		uint32_t cluster = mentions[i].cluster;
		double best = 0;

		for (; i < span->count && mentions[i].cluster == cluster; i++) {
			double part = part_of_tool(view, &mentions[i]);

			best = part > best ? part : best;
		}
		weigh_cluster(view, cluster, best, out);
	}
	for (uint32_t p = pairs->first; p < pairs->first + pairs->count; p++)
		if (view->count[p] > 0) {
			out[k->pairs[p].actor] = 0;
			all++;
		}
	for (size_t a = 0; a < k->actor_count; a++)
		all += out[a];
	for (size_t a = 0; all > 0 && a < k->actor_count; a++)
		out[a] /= all;
}

static bool
tells_of(const ac_view *view, uint32_t cluster, uint32_t actor)
{
	const ac_span *span = &view->k->cluster_mentions[cluster];

	for (uint32_t i = span->first; i < span->first + span->count; i++)
		if (view->k->actor_mentions[i].of == actor && tells_of_actor(view, &view->k->actor_mentions[i]))
			return true;
	return false;
}

size_t
ac_told_reports(const ac_view *view, uint32_t tool, uint32_t actor, uint32_t *out, size_t n, size_t most)
{
	const ac_span *span = &view->k->mentioned_tools[tool];

	for (uint32_t i = span->first; i < span->first + span->count; i++) {
		const ac_mention *m = &view->k->tool_mentions[i];

		if (part_of_tool(view, m) > 0 && tells_of(view, m->cluster, actor))
			n = ac_reports_add(out, n, most, m->report);
	}
	return n;
}
