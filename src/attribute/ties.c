/* SPDX-License-Identifier: Apache-2.0 */
/* Weighs values that are said to be somebody's. Each tie counts by how far the incident is from the reports that tell it, and a value by how many actors have it. */
#include "attribute/ties.h"

#include <math.h>
#include <stdlib.h>

#define LESS 0.5 /* not the value itself, but a domain above it or a network around it */
#define NETWORK_BITS_MIN 16
#define FADED 0.01      /* of what it once said: it says nothing any more */
#define MATCHES_MAX 140 /* a URL, its host, eight domains above or 128 networks around it */

/*
 * How long a value stays one actor's: after so many years it says half of it. Addresses are rented by the month, names by the year; a key or a file stays what it is. There is no data to fit these on:
 * they are the usual lifetimes of lists (three months for addresses), and the others in proportion.
 */
static double
half_life(ac_value_type type)
{
	switch (type) {
	case AC_VALUE_IPV4:
	case AC_VALUE_IPV6:
	case AC_VALUE_AS_NUMBER:
		return 0.25;
	case AC_VALUE_DOMAIN:
	case AC_VALUE_URL:
	case AC_VALUE_EMAIL:
		return 1;
	case AC_VALUE_CERT_SHA1:
	case AC_VALUE_CERT_SHA256:
	case AC_VALUE_CERT_SERIAL:
	case AC_VALUE_JA3:
	case AC_VALUE_JA4:
	case AC_VALUE_USER_AGENT:
		return 2;
	case AC_VALUE_NONE:
	case AC_VALUE_MD5:
	case AC_VALUE_SHA1:
	case AC_VALUE_SHA256:
	case AC_VALUE_SHA512:
	case AC_VALUE_SHA224:
	case AC_VALUE_SHA384:
	case AC_VALUE_FILE_NAME:
	case AC_VALUE_FILE_PATH:
	case AC_VALUE_MUTEX:
	case AC_VALUE_REGISTRY_KEY:
	case AC_VALUE_NAMED_PIPE:
	case AC_VALUE_MAC:
	case AC_VALUE_CVE:
	case AC_VALUE_SSDEEP:
	case AC_VALUE_TLSH:
	case AC_VALUE_TYPE_COUNT:
		break;
	}
	return 4;
}

typedef struct finder {
	const ac_knowledge *k;
	ac_tie_match *matches;
	size_t count;
} finder;

static void
find_text(finder *f, ac_str text, double part)
{
	const ac_knowledge *k = f->k;
	size_t low = 0, high = k->tie_count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ac_str_cmp(k->ties[middle].value, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < k->tie_count && ac_str_eq(k->ties[end].value, text); end++)
		;
	if (end > low && f->count < MATCHES_MAX)
		f->matches[f->count++] = (ac_tie_match){ { (uint32_t)low, (uint32_t)(end - low) }, part };
}

static int
find_networks(finder *f, const ac_value *value, ac_arena *arena, accord_err *err)
{
	int rc = 0;

	for (unsigned bits = value->prefix_bits; rc == 0 && bits-- > NETWORK_BITS_MIN;) {
		ac_str text = ac_arena_printf(arena, "%.*s/%u", AC_FMT(value->text), bits);
		ac_value network;

		rc = text.p ? ac_value_parse(value->type, text, arena, &network, err) : ac_arena_check(arena, err);
		if (rc == 0)
			find_text(f, network.text, LESS);
	}
	return rc;
}

static void
find_parents(finder *f, ac_str domain)
{
	ac_str owner = ac_domain_registrable(domain), label;

	while (owner.n && domain.n > owner.n && ac_str_cut(&domain, '.', &label))
		find_text(f, domain, LESS);
}

static int
find_around(finder *f, const ac_value *value, ac_arena *arena, accord_err *err)
{
	bool is_address = value->type == AC_VALUE_IPV4 || value->type == AC_VALUE_IPV6;

	find_text(f, value->text, 1);
	if (value->type == AC_VALUE_DOMAIN)
		find_parents(f, value->text);
	return is_address && ac_str_find_byte(value->text, '/') == value->text.n ? find_networks(f, value, arena, err)
										 : 0;
}

int
ac_ties_find(const ac_knowledge *k, ac_str text, ac_arena *arena, ac_str *out_canonical, ac_tie_match **out,
    size_t *out_count, accord_err *err)
{
	finder f = { .k = k };
	ac_value value, host;
	ac_url url;
	int rc = ac_value_guess(text, arena, &value, err);

	*out_canonical = rc == 0 && value.type != AC_VALUE_NONE ? value.text : ac_str_trim(text);
	*out_count = 0;
	if (rc < 0 || k->tie_count == 0)
		return rc;
	f.matches = ac_arena_zalloc(arena, MATCHES_MAX, sizeof(*f.matches));
	if (!f.matches)
		return ac_arena_check(arena, err);
	if (value.type == AC_VALUE_NONE)
		find_text(&f, *out_canonical, 1);
	else
		rc = find_around(&f, &value, arena, err);
	if (rc == 0 && value.type == AC_VALUE_URL && ac_url_split(value.text, &url)) {
		rc = ac_value_guess(url.host, arena, &host, err);
		if (rc == 0 && host.type != AC_VALUE_NONE)
			rc = find_around(&f, &host, arena, err);
	}
	*out = f.matches;
	*out_count = f.count;
	return rc;
}

static bool
is_drawn(const ac_view *view, uint32_t report)
{
	return view->report_part[report] > 0 && (!view->weights || view->weights[view->k->reports[report].cluster] > 0);
}

bool
ac_ties_sees(const ac_view *view, const ac_tie *tie)
{
	for (uint32_t l = 0; l < tie->link_count; l++) {
		const ac_tie_link *link = &tie->links[l];
		bool is_told = false;

		for (uint32_t c = 0; !is_told && c < link->cite_count; c++)
			is_told = is_drawn(view, view->k->tie_cites[link->first_cite + c]);
		if (!is_told)
			return false;
	}
	return !view->claim_hidden[view->k->claim_count + (size_t)(tie - view->k->ties)];
}

bool
ac_ties_any(const ac_view *view, const ac_scored *item, bool *out_weightless)
{
	bool any = false;

	*out_weightless = true;
	for (size_t m = 0; m < item->match_count; m++)
		for (uint32_t i = 0; i < item->matches[m].ties.count; i++) {
			const ac_tie *tie = &view->k->ties[item->matches[m].ties.first + i];

			if (!ac_ties_sees(view, tie))
				continue;
			any = true;
			*out_weightless &= tie->is_weightless;
		}
	return any;
}

/* What a report says of a tie: all of it on its own day, half of it a half-life away, by its grade. */
static double
told_by(const ac_score *score, const ac_tie *tie, uint32_t number)
{
	double when = score->when > 0 ? score->when : score->now;
	const ac_told *told = &score->view->told[score->view->k->reports[number].cluster];
	double years = when < told->first ? told->first - when : when > told->last ? when - told->last : 0;

	return score->view->report_part[number] * exp2(-years / half_life(tie->type));
}

/* By the best report of each step: where the value was seen ages, and whose infrastructure is is as sure as who says it. */
static double
strength(const ac_score *score, const ac_tie *tie)
{
	double product = 1;

	for (uint32_t l = 0; l < tie->link_count; l++) {
		const ac_tie_link *link = &tie->links[l];
		double best = 0;

		for (uint32_t c = 0; c < link->cite_count; c++) {
			uint32_t number = score->view->k->tie_cites[link->first_cite + c];
			double told = l == 0 ? told_by(score, tie, number) : score->view->report_part[number];

			if (is_drawn(score->view, number) && told > best)
				best = told;
		}
		product *= best;
	}
	return product;
}

/* Software that is evidence by itself already says what a value that stands for it would. */
static bool
is_evidence(const ac_score *score, uint32_t feature)
{
	for (size_t i = 0; i < score->item_count; i++)
		if (score->items[i].feature == feature)
			return true;
	return false;
}

static void
raise(double *raw, double value)
{
	*raw = value > *raw ? value : *raw;
}

static void
add_tie(const ac_score *score, const ac_tie *tie, double part, double *raw)
{
	const ac_view *view = score->view;
	double value = part * strength(score, tie);
	const ac_span *span;

	if (value < FADED)
		return;
	if (tie->feature == AC_FEATURE_NONE) {
		raise(&raw[tie->actor], value);
		return;
	}
	if (is_evidence(score, tie->feature))
		return;
	span = &view->k->feature_pairs[tie->feature];
	for (uint32_t i = 0; i < span->count; i++)
		if (view->count[span->first + i] > 0)
			raise(&raw[view->k->pairs[span->first + i].actor], value);
}

/* One actor's: all of it; of two a half, as with tools; of more it fades away. */
static double
share(size_t actors)
{
	return actors <= 1 ? 1 : actors == 2 ? 0.5 : 1 / ((double)actors * (double)actors);
}

void
ac_ties_weigh(const ac_score *score, ac_scored *item)
{
	const ac_knowledge *k = score->view->k;

	item->shared_by = 0;
	if (item->match_count == 0)
		return;
	memset(item->raw, 0, k->actor_count * sizeof(double));
	for (size_t m = 0; m < item->match_count; m++)
		for (uint32_t i = 0; i < item->matches[m].ties.count; i++) {
			const ac_tie *tie = &k->ties[item->matches[m].ties.first + i];

			if (!tie->is_weightless && ac_ties_sees(score->view, tie))
				add_tie(score, tie, item->matches[m].part, item->raw);
		}
	for (size_t a = 0; a < k->actor_count; a++)
		item->shared_by += item->raw[a] > 0;
	for (size_t a = 0; a < k->actor_count; a++)
		item->raw[a] *= item->part * share(item->shared_by);
}

size_t
ac_ties_reports(const ac_view *view, const ac_scored *item, uint32_t actor, uint32_t *out, size_t most)
{
	const ac_knowledge *k = view->k;
	size_t n = 0;

	for (size_t m = 0; m < item->match_count; m++)
		for (uint32_t i = 0; i < item->matches[m].ties.count; i++) {
			const ac_tie *tie = &k->ties[item->matches[m].ties.first + i];

			if (tie->is_weightless || !ac_ties_sees(view, tie) ||
			    (tie->feature == AC_FEATURE_NONE && tie->actor != actor))
				continue;
			for (uint32_t l = 0; l < tie->link_count; l++)
				for (uint32_t c = 0; c < tie->links[l].cite_count; c++) {
					uint32_t report = k->tie_cites[tie->links[l].first_cite + c];

					if (is_drawn(view, report))
						n = ac_reports_add(out, n, most, report);
				}
		}
	return n;
}
