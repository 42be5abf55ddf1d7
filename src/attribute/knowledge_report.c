/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From citations to reports: one entry an address, with publisher and date, and a number that copies share. Pure text work: knows nothing of claims.
 */
#include "attribute/knowledge_part.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "values/value.h"

#define CITATIONS_MAX ((size_t)1 << 20)
#define NAMESAKES_MAX 4
#define TITLE_MIN 20 /* bytes: "Threat Report" is the title of many */

int
ac_citations_add(ac_citations *c, ac_citation citation, uint32_t *out, accord_err *err)
{
	const ac_str parts[] = { citation.name, { "\n", 1 }, citation.url };
	ac_str key = ac_arena_join(c->arena, parts, AC_COUNT(parts));
	ac_citation *items;
	uint64_t *slot;

	if (!key.p)
		return ac_arena_check(c->arena, err);
	slot = ac_map_put(&c->known, key, NULL);
	if (!slot)
		return ac_fail(err, c->count >= CITATIONS_MAX ? ACCORD_ELIMIT : ACCORD_ENOMEM, "no room for citations");
	if (*slot == 0) {
		items = ac_know_grow(c->arena, c->items, c->count, sizeof(*items));
		if (!items)
			return ac_arena_check(c->arena, err);
		c->items = items;
		items[c->count].grade = citation.grade;
		items[c->count].text = ac_arena_str(c->arena, citation.text);
		items[c->count].name = ac_arena_str(c->arena, citation.name);
		items[c->count].url = ac_arena_str(c->arena, citation.url);
		items[c->count].description = ac_arena_str(c->arena, citation.description);
		*slot = ++c->count;
	} else if (citation.grade.reliability || citation.grade.credibility) {
		c->items[*slot - 1].grade = ac_admiralty_worse(c->items[*slot - 1].grade, citation.grade);
	}
	if (citation.text.n && c->items[*slot - 1].text.n == 0)
		c->items[*slot - 1].text = ac_arena_str(c->arena, citation.text);
	if (citation.description.n && c->items[*slot - 1].description.n == 0) {
		/* Who cited it first did not say when it was published; this one may. */
		c->items[*slot - 1].description = ac_arena_str(c->arena, citation.description);
	}
	*out = (uint32_t)(*slot - 1);
	return ac_arena_check(c->arena, err);
}

/* Of "https://web.archive.org/web/20180101000000/https://a.example/b" the page itself. */
static ac_str
unarchived(ac_str url)
{
	size_t host = ac_str_find_fold(url, AC_S("web.archive.org/"));
	ac_str rest = ac_str_slice(url, host + 1, url.n);
	size_t at = ac_str_find_fold(rest, AC_S("http"));

	return host < url.n && at < rest.n ? ac_str_slice(rest, at, rest.n) : url;
}

ac_str
ac_citation_address(ac_str url, ac_arena *arena)
{
	size_t at, n = 0;
	char *p;

	url = unarchived(ac_str_trim(url));
	at = ac_str_find(url, AC_S("://"));
	if (at < url.n)
		url = ac_str_slice(url, at + 3, url.n);
	if (ac_str_starts_fold(url, AC_S("www.")))
		url = ac_str_slice(url, 4, url.n);
	url = ac_str_slice(url, 0, ac_str_find_byte(url, '#'));
	for (at = ac_str_find(url, AC_S("utm_")); at < url.n; at = ac_str_find(url, AC_S("utm_")))
		url = ac_str_slice(url, 0, at);
	while (url.n && (url.p[url.n - 1] == '/' || url.p[url.n - 1] == '?' || url.p[url.n - 1] == '&'))
		url.n--;
	p = ac_arena_alloc(arena, url.n + 1);
	if (!p)
		return (ac_str){ 0 };
	/* Hosts have no case. Paths may have one, but no two pages of the field differ by it, and citations often do. */
	for (; n < url.n; n++)
		p[n] = ac_lower(url.p[n]);
	p[n] = 0;
	return (ac_str){ p, n };
}

/* The registrable part of the address's host; without one, what the citation begins with. */
static ac_str
publisher_of(ac_str address, ac_str description, ac_arena *arena)
{
	ac_str host = ac_str_slice(address, 0, ac_str_find_byte(address, '/')), owner;
	size_t end = ac_str_find(description, AC_S(". ("));
	char *p;

	host = ac_str_slice(host, 0, ac_str_find_byte(host, ':'));
	owner = host.n ? ac_domain_registrable(host) : (ac_str){ 0 };
	if (owner.n)
		return owner;
	if (host.n)
		return host;
	description = ac_str_slice(description, 0, end);
	p = ac_arena_alloc(arena, description.n + 1);
	if (!p)
		return (ac_str){ 0 };
	for (size_t i = 0; i < description.n; i++)
		p[i] = ac_lower(description.p[i]);
	return (ac_str){ p, description.n };
}

/* The title behind the date as a key: letters and digits only. Empty when it is too short to tell two reports apart. */
static ac_str
title_of(ac_str description, ac_arena *arena)
{
	size_t at = ac_str_find(description, AC_S("). ")), n = 0;
	ac_str rest = ac_str_slice(description, at + 3, description.n);
	char *p;

	rest = ac_str_slice(rest, 0, ac_str_find(rest, AC_S(". Retrieved")));
	p = ac_arena_alloc(arena, rest.n + 1);
	if (!p || at >= description.n)
		return (ac_str){ 0 };
	for (size_t i = 0; i < rest.n; i++)
		if (ac_is_alnum(rest.p[i]) || (unsigned char)rest.p[i] >= 0x80)
			p[n++] = ac_lower(rest.p[i]);
	return n >= TITLE_MIN ? (ac_str){ p, n } : (ac_str){ 0 };
}

/* A citation on its way to its report. */
typedef struct entry {
	ac_str key; /* the address, else the name */
	ac_str title;
	ac_time first, last;
	bool is_dated;
	uint32_t citation;
} entry;

static int
compare_entries(const void *x, const void *y)
{
	const entry *a = x, *b = y;
	int order = ac_str_cmp(a->key, b->key);

	return order ? order : a->citation < b->citation ? -1 : a->citation > b->citation;
}

static int
compare_text(const void *x, const void *y, void *payload)
{
	const ac_citation *items = payload;
	const entry *a = x, *b = y;
	int order = ac_str_cmp(a->key, b->key);

	if (order == 0)
		order = ac_str_cmp(items[a->citation].name, items[b->citation].name);
	return order ? order : compare_entries(x, y);
}

/* The first entry of a run speaks for it; its date is the earliest that any says, as a re-print is later than what it prints. */
static void
make_report(const entry *run, size_t count, const ac_citation *items, ac_arena *arena, ac_report *out)
{
	const ac_citation *c = &items[run[0].citation];

	*out = (ac_report){ c->name, c->url, { 0 }, run[0].first, run[0].last, 0, { 0 } };
	for (size_t i = 0; i < count; i++)
		out->grade = ac_admiralty_worse(out->grade, items[run[i].citation].grade);
	for (size_t i = 1; i < count; i++)
		if (run[i].is_dated && ac_time_cmp(run[i].last, out->last) < 0) {
			out->first = run[i].first;
			out->last = run[i].last;
		}
	out->publisher = publisher_of(c->url.n ? run[0].key : (ac_str){ 0 }, c->description, arena);
}

/* Reports with one title are copies: the archived PDF of a page, a page that moved. */
static int
join_copies(ac_knowledge *k, const ac_str *titles, accord_err *err)
{
	ac_map by_title;
	uint32_t next = 0;
	int rc = 0;

	ac_map_init(&by_title, k->seed, CITATIONS_MAX);
	for (size_t i = 0; rc == 0 && i < k->report_count; i++) {
		uint64_t *slot = titles[i].n ? ac_map_put(&by_title, titles[i], NULL) : NULL;

		if (titles[i].n && !slot)
			rc = ac_fail(err, ACCORD_ENOMEM, "no memory for titles");
		else if (slot && *slot)
			k->reports[i].cluster = (uint32_t)*slot - 1;
		else
			k->reports[i].cluster = next++;
		if (slot && *slot == 0)
			*slot = (uint64_t)k->reports[i].cluster + 1;
	}
	ac_map_done(&by_title);
	k->cluster_count = next;
	return rc;
}

static int
fill_entries(const ac_citations *c, entry *entries, ac_arena *arena, accord_err *err)
{
	for (size_t i = 0; i < c->count; i++) {
		const ac_citation *item = &c->items[i];
		entry *e = &entries[i];

		e->citation = (uint32_t)i;
		e->key = item->url.n ? ac_citation_address(item->url, arena) : item->name;
		e->title = title_of(item->description, arena);
		e->first = AC_TIME_MIN;
		e->last = AC_TIME_MAX;
		e->is_dated = ac_citation_date(item->description, &e->first, &e->last);
	}
	return ac_arena_check(arena, err);
}

static int
compare_names(const void *x, const void *y)
{
	const ac_report_name *a = x, *b = y;
	int order = ac_str_cmp(a->text, b->text);

	return order ? order : a->report < b->report ? -1 : a->report > b->report;
}

/* A name that many reports bear ("reference", "Website") is the name of none. */
static void
drop_common_names(ac_knowledge *k)
{
	size_t n = 0;

	for (size_t i = 0, end; i < k->report_name_count; i = end) {
		size_t reports = 0;

		for (end = i;
		     end < k->report_name_count && ac_str_eq(k->report_names[end].text, k->report_names[i].text); end++)
			reports += end == i || k->report_names[end].report != k->report_names[end - 1].report;
		for (size_t r = i; r < end && reports <= NAMESAKES_MAX; r++)
			k->report_names[n++] = k->report_names[r];
	}
	k->report_name_count = n;
}

static int
name_reports(const ac_citations *c, const entry *entries, const uint32_t *report_of, ac_knowledge *k, accord_err *err)
{
	k->report_names = ac_arena_zalloc(&k->arena, 2 * c->count + 1, sizeof(*k->report_names));
	for (size_t i = 0; k->report_names && i < c->count; i++) {
		uint32_t report = report_of[entries[i].citation];
		const ac_str names[] = { c->items[entries[i].citation].name, entries[i].key };

		for (size_t n = 0; n < AC_COUNT(names); n++)
			if (names[n].n)
				k->report_names[k->report_name_count++] =
				    (ac_report_name){ ac_arena_str(&k->arena, names[n]), report };
	}
	if (k->report_name_count)
		qsort(k->report_names, k->report_name_count, sizeof(*k->report_names), compare_names);
	drop_common_names(k);
	return ac_arena_check(&k->arena, err);
}

int
ac_citations_finish(ac_citations *c, ac_knowledge *k, uint32_t **out_report_of, accord_err *err)
{
	entry *entries = ac_arena_zalloc(c->arena, c->count + 1, sizeof(*entries));
	uint32_t *report_of = ac_arena_zalloc(c->arena, c->count + 1, sizeof(*report_of));
	ac_str *titles = ac_arena_zalloc(c->arena, c->count + 1, sizeof(*titles));

	k->reports = ac_arena_zalloc(&k->arena, c->count + 1, sizeof(*k->reports));
	if (!entries || !report_of || !titles || !k->reports)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for reports");
	if (fill_entries(c, entries, c->arena, err) < 0)
		return err ? err->code : ACCORD_ENOMEM;
	qsort_r(entries, c->count, sizeof(*entries), compare_text, c->items);
	for (size_t i = 0, end; i < c->count; i = end) {
		for (end = i; end < c->count && ac_str_eq(entries[end].key, entries[i].key); end++)
			;
		for (size_t e = i; e < end; e++)
			report_of[entries[e].citation] = (uint32_t)k->report_count;
		titles[k->report_count] = entries[i].title;
		make_report(&entries[i], end - i, c->items, &k->arena, &k->reports[k->report_count++]);
	}
	for (size_t i = 0; i < k->report_count; i++) {
		ac_report *r = &k->reports[i];

		r->name = ac_arena_str(&k->arena, r->name);
		r->url = ac_arena_str(&k->arena, r->url);
		r->publisher = ac_arena_str(&k->arena, r->publisher);
		if (ac_time_cmp(r->first, k->newest) > 0 && ac_time_cmp(r->first, AC_TIME_MAX) < 0)
			k->newest = r->first;
	}
	*out_report_of = report_of;
	if (name_reports(c, entries, report_of, k, err) < 0)
		return ACCORD_ENOMEM;
	return join_copies(k, titles, err);
}
