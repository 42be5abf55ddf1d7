/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/fit.h"

#include <math.h>

#include "base/limits.h"

#define FITTED AC_TERM_INDICATOR /* the terms before it; reports say nothing of indicators */
#define PARAMETERS (FITTED + AC_UNKNOWN_COUNT)
#define OPEN_WEIGHT 0.04 /* how much an incident with its actor taken out counts against one with it */
#define RIDGE 1e-4       /* of the mean log-likelihood: keeps weights of terms that never differ at 0 */
#define STEPS_MAX 40
#define CALIBRATED 5 /* numbers of a calibration */
#define VARIANTS 8   /* with and without prose, a date, victims */
#define WITH_PROSE 1u
#define WITH_DATE 2u
#define WITH_VICTIMS 4u

typedef struct newton {
	double gradient[PARAMETERS];
	double hessian[PARAMETERS][PARAMETERS];
	double loss;
	double weight; /* of all samples */
} newton;

/* The terms of one incident at one level. */
static int
make_sample(const ac_view *view, const ac_evidence *evidence, uint32_t truth, ac_arena *arena, ac_arena *scratch,
    ac_sample *out, accord_err *err)
{
	const ac_weights none = { 0 };
	const ac_knowledge *k = view->k;
	ac_item_counts counts;
	ac_score score;
	int rc;

	out->truth = truth;
	out->terms = ac_arena_zalloc(arena, k->actor_count * AC_TERM_COUNT + 1, sizeof(double));
	out->is_visible = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(bool));
	rc = ac_arena_check(arena, err);
	if (rc == 0)
		rc = ac_score_make(view, evidence, &none, 1, scratch, &score, err);
	if (rc < 0)
		return rc;
	ac_score_terms(&score, NULL, out->terms, &counts);
	ac_score_unknown_terms(&score, &counts, out->unknown);
	for (size_t a = 0; a < k->actor_count; a++)
		out->is_visible[a] = view->clusters[a] > 0;
	return 0;
}

/* With and without its text: not only its prose is gone then, but also the tools and victims that it names. And with and without the victims that it is given, where there are any. */
static int
make_variants(const ac_view *view, const ac_evidence *whole, uint32_t truth, ac_arena *arena, ac_arena *scratch,
    ac_samples *out, accord_err *err)
{
	int rc = 0;

	for (unsigned variant = 0; rc == 0 && variant <= (WITH_PROSE | WITH_VICTIMS); variant++) {
		ac_evidence evidence = *whole;
		ac_sample *sample = &out->items[out->count];

		if (variant & WITH_DATE ||
		    (variant & WITH_VICTIMS && whole->countries.count + whole->sectors.count == 0))
			continue;
		if (!(variant & WITH_PROSE))
			evidence.text = (ac_str){ 0 };
		if (!(variant & WITH_VICTIMS))
			evidence.countries.count = evidence.sectors.count = 0;
		rc = make_sample(view, &evidence, truth, arena, scratch, sample, err);
		sample->has_prose = variant & WITH_PROSE;
		sample->has_victims = variant & WITH_VICTIMS;
		out->count++;
	}
	return rc;
}

int
ac_samples_make(const ac_knowledge *k, const ac_incidents *incidents, ac_arena *arena, ac_samples *out, accord_err *err)
{
	ac_arena scratch;
	int rc = 0;

	ac_arena_init(&scratch, arena->limit);
	*out = (ac_samples){ ac_arena_zalloc(arena, 8 * incidents->count + 1, sizeof(*out->items)), 0, k->actor_count };
	for (size_t i = 0; rc == 0 && out->items && i < 2 * incidents->count; i++) {
		const ac_incident *incident = &incidents->items[i / 2];
		ac_evidence evidence = ac_incident_evidence(incident, 1 + i % 2);
		size_t first = out->count;
		ac_view view;

		ac_arena_reset(&scratch);
		rc = ac_view_make(k, &evidence.hide, AC_VIEW_NO_CHANGE, &scratch, &view, err);
		if (rc == 0)
			rc = make_variants(&view, &evidence, incident->truths[0], arena, &scratch, out, err);
		for (size_t s = first; s < out->count; s++)
			out->items[s].is_dated = i % 2;
	}
	ac_arena_done(&scratch);
	return rc < 0 ? rc : ac_arena_check(arena, err);
}

unsigned
ac_fit_fold(const ac_knowledge *k, uint32_t actor)
{
	/* Any rule that does not look at what is fitted; numbers of one list are given in order of time. */
	uint32_t mixed = actor * 2654435761u;

	(void)k;
	return (mixed >> 16) % AC_FIT_FOLDS;
}

/* A sample's terms of one actor, as a variant sees them. */
static void
terms_of(const ac_sample *sample, size_t actor, unsigned variant, double out[PARAMETERS])
{
	memset(out, 0, PARAMETERS * sizeof(double));
	memcpy(out, sample->terms + actor * AC_TERM_COUNT, FITTED * sizeof(double));
	if (!(variant & WITH_DATE))
		out[AC_TERM_ACTIVE] = out[AC_TERM_STALE] = 0;
}

static void
unknown_of(const ac_sample *sample, unsigned variant, double out[PARAMETERS])
{
	memset(out, 0, PARAMETERS * sizeof(double));
	memcpy(out + FITTED, sample->unknown, sizeof(sample->unknown));
	if (!(variant & WITH_DATE))
		out[FITTED + AC_UNKNOWN_DATE] = out[FITTED + AC_UNKNOWN_YOUNG] = 0;
}

/* Is the sample of this variant? What hides everything since a day has a date. */
static bool
has_variant(const ac_sample *sample, unsigned variant)
{
	return sample->has_prose == ((variant & WITH_PROSE) != 0) &&
	       sample->has_victims == ((variant & WITH_VICTIMS) != 0) && (!sample->is_dated || variant & WITH_DATE);
}

static double
dot(const double *a, const double *b)
{
	double sum = 0;

	for (size_t i = 0; i < PARAMETERS; i++)
		sum += a[i] * b[i];
	return sum;
}

/* x p into the mean, and x x' p into the second moment. */
static void
add_moment(const double *x, double p, double *mean, double moment[PARAMETERS][PARAMETERS])
{
	for (size_t i = 0; i < PARAMETERS; i++) {
		mean[i] += p * x[i];
		for (size_t j = 0; j <= i && x[i] != 0; j++)
			moment[i][j] += p * x[i] * x[j];
	}
}

/* One softmax: the loss, its gradient and its curvature. closed: the truth is among the actors; else it is taken out and "not known" is true. */
static void
add_sample(const ac_samples *samples, const ac_sample *s, unsigned variant, bool closed, const double *weights,
    double weight, double *utilities, newton *n)
{
	double x[PARAMETERS], truth[PARAMETERS], mean[PARAMETERS] = { 0 }, top, sum, known;
	double moment[PARAMETERS][PARAMETERS] = { { 0 } };
	bool is_known = closed && s->is_visible[s->truth];

	unknown_of(s, variant, x);
	top = known = dot(x, weights);
	for (size_t a = 0; a < samples->actor_count; a++) {
		bool counts = s->is_visible[a] && (closed || a != s->truth);

		terms_of(s, a, variant, x);
		utilities[a] = counts ? dot(x, weights) : -HUGE_VAL;
		top = utilities[a] > top ? utilities[a] : top;
	}
	sum = exp(known - top);
	for (size_t a = 0; a < samples->actor_count; a++)
		sum += exp(utilities[a] - top);
	unknown_of(s, variant, x);
	add_moment(x, exp(known - top) / sum, mean, moment);
	for (size_t a = 0; a < samples->actor_count; a++) {
		double p = exp(utilities[a] - top) / sum;

		if (p <= 0)
			continue;
		terms_of(s, a, variant, x);
		add_moment(x, p, mean, moment);
	}
	if (is_known)
		terms_of(s, s->truth, variant, truth);
	else
		unknown_of(s, variant, truth);
	n->loss -= weight * ((is_known ? utilities[s->truth] : known) - top - log(sum));
	n->weight += weight;
	for (size_t i = 0; i < PARAMETERS; i++) {
		n->gradient[i] += weight * (mean[i] - truth[i]);
		for (size_t j = 0; j <= i; j++)
			n->hessian[i][j] += weight * (moment[i][j] - mean[i] * mean[j]);
	}
}

static void
measure(const ac_knowledge *k, const ac_samples *samples, unsigned without_fold, const double *weights,
    double *utilities, newton *n)
{
	*n = (newton){ .loss = 0 };
	for (size_t i = 0; i < samples->count; i++) {
		if (ac_fit_fold(k, samples->items[i].truth) == without_fold)
			continue;
		for (unsigned v = 0; v < VARIANTS; v++) {
			if (!has_variant(&samples->items[i], v))
				continue;
			add_sample(samples, &samples->items[i], v, true, weights, 1, utilities, n);
			add_sample(samples, &samples->items[i], v, false, weights, OPEN_WEIGHT, utilities, n);
		}
	}
	for (size_t i = 0; i < PARAMETERS; i++) {
		double ridge = RIDGE * n->weight;

		n->loss += ridge * weights[i] * weights[i];
		n->gradient[i] += 2 * ridge * weights[i];
		n->hessian[i][i] += 2 * ridge;
	}
}

/* Solve hessian step = gradient by Cholesky's factors; false when it is not positive. */
static bool
solve(newton *n, double *step)
{
	double(*h)[PARAMETERS] = n->hessian;

	for (size_t i = 0; i < PARAMETERS; i++)
		for (size_t j = 0; j <= i; j++) {
			double sum = h[i][j];

			for (size_t m = 0; m < j; m++)
				sum -= h[i][m] * h[j][m];
			if (i == j && sum <= 0)
				return false;
			h[i][j] = i == j ? sqrt(sum) : sum / h[j][j];
		}
	for (size_t i = 0; i < PARAMETERS; i++) {
		step[i] = n->gradient[i];
		for (size_t m = 0; m < i; m++)
			step[i] -= h[i][m] * step[m];
		step[i] /= h[i][i];
	}
	for (size_t i = PARAMETERS; i-- > 0;) {
		for (size_t m = i + 1; m < PARAMETERS; m++)
			step[i] -= h[m][i] * step[m];
		step[i] /= h[i][i];
	}
	return true;
}

/* Newton's steps, halved until they lead down. */
static int
minimise(const ac_knowledge *k, const ac_samples *samples, unsigned without_fold, double *weights, double *utilities,
    accord_err *err)
{
	newton here, there;
	double step[PARAMETERS], next[PARAMETERS];

	measure(k, samples, without_fold, weights, utilities, &here);
	for (int round = 0; round < STEPS_MAX && here.weight > 0; round++) {
		double scale = 1, before = here.loss;

		if (!solve(&here, step))
			return ac_fail(err, ACCORD_EINPUT, "the incidents do not determine the weights");
		for (int halvings = 0; halvings < 20; halvings++, scale /= 2) {
			for (size_t i = 0; i < PARAMETERS; i++)
				next[i] = weights[i] - scale * step[i];
			measure(k, samples, without_fold, next, utilities, &there);
			if (there.loss <= before)
				break;
		}
		if (there.loss > before)
			break;
		memcpy(weights, next, sizeof(next));
		here = there;
		if (before - there.loss < 1e-9 * (1 + fabs(before)))
			break;
	}
	return 0;
}

/* The softmax of a closed variant as the weights have it; utilities become probabilities. */
static void
answer(const ac_samples *samples, const ac_sample *s, unsigned variant, const double *weights, double *p)
{
	double x[PARAMETERS], unknown, top, sum;

	unknown_of(s, variant, x);
	top = unknown = dot(x, weights);
	for (size_t a = 0; a < samples->actor_count; a++) {
		terms_of(s, a, variant, x);
		p[a] = s->is_visible[a] ? dot(x, weights) : -HUGE_VAL;
		top = p[a] > top ? p[a] : top;
	}
	sum = exp(unknown - top);
	for (size_t a = 0; a < samples->actor_count; a++)
		sum += p[a] = exp(p[a] - top);
	for (size_t a = 0; a < samples->actor_count; a++)
		p[a] /= sum;
}

/* The first country's share, and whether the truth is said to be of it. False when there is none, or the truth's is not known. */
static bool
first_country(const ac_knowledge *k, const double *p, uint32_t truth, double *out_p, bool *out_right)
{
	ac_str best = { 0 };

	*out_p = 0;
	for (size_t a = 0; a < k->actor_count; a++)
		for (size_t c = 0; p[a] > 0 && c < k->actors[a].country_count; c++) {
			double share = ac_country_share(k, p, k->actors[a].countries[c]);

			if (share > *out_p) {
				*out_p = share;
				best = k->actors[a].countries[c];
			}
		}
	*out_right = false;
	for (size_t c = 0; c < k->actors[truth].country_count; c++)
		*out_right |= ac_str_eq(k->actors[truth].countries[c], best);
	return best.n > 0 && k->actors[truth].country_count > 0;
}

typedef struct platt {
	double x[CALIBRATED];
	bool is_right;
} platt;

/* Logistic regression of being right on the log-odds said: Platt's scaling. */
static void
fit_platt(const platt *items, size_t count, ac_calibration *out)
{
	double w[CALIBRATED] = { 0, 1 }, step[PARAMETERS];

	for (int round = 0; round < STEPS_MAX && count; round++) {
		newton n = { .loss = 0 };

		for (size_t i = 0; i < PARAMETERS; i++)
			n.hessian[i][i] = i < CALIBRATED ? 1e-3 : 1;
		for (size_t r = 0; r < CALIBRATED; r++)
			n.gradient[r] = 1e-3 * (w[r] - (r == 1));
		for (size_t i = 0; i < count; i++) {
			const double *x = items[i].x;
			double odds = 0, p;

			for (size_t r = 0; r < CALIBRATED; r++)
				odds += w[r] * x[r];
			p = 1 / (1 + exp(-odds));
			for (size_t r = 0; r < CALIBRATED; r++) {
				n.gradient[r] += (p - items[i].is_right) * x[r];
				for (size_t c = 0; c <= r; c++)
					n.hessian[r][c] += p * (1 - p) * x[r] * x[c];
			}
		}
		if (!solve(&n, step))
			break;
		for (size_t r = 0; r < CALIBRATED; r++)
			w[r] -= step[r];
	}
	*out = (ac_calibration){ w[0], w[1] - 1, w[2], w[3], w[4] };
}

static platt
said(double p, bool is_young, bool has_prose, bool is_right)
{
	static const double least = 1e-6;

	p = p < least ? least : p > 1 - least ? 1 - least : p;
	return (platt){ { 1, log(p / (1 - p)), is_young, has_prose, has_prose ? log(p / (1 - p)) : 0 }, is_right };
}

static int
calibrate(const ac_knowledge *k, const ac_samples *samples, unsigned without_fold, const double *weights,
    ac_weights *out, accord_err *err)
{
	ac_arena scratch;
	platt *names, *countries;
	size_t name_count = 0, country_count = 0;
	double *p, share;
	bool right;
	int rc;

	ac_arena_init(&scratch, AC_REPORT_MAX);
	names = ac_arena_zalloc(&scratch, samples->count * VARIANTS + 1, sizeof(*names));
	countries = ac_arena_zalloc(&scratch, samples->count * VARIANTS + 1, sizeof(*countries));
	p = ac_arena_zalloc(&scratch, samples->actor_count + 1, sizeof(double));
	rc = ac_arena_check(&scratch, err);
	for (size_t i = 0; rc == 0 && i < samples->count; i++) {
		const ac_sample *s = &samples->items[i];

		for (unsigned v = 0; v < VARIANTS && ac_fit_fold(k, s->truth) != without_fold; v++) {
			bool is_young = v & WITH_DATE && s->unknown[AC_UNKNOWN_YOUNG] > 0;
			bool has_prose = s->unknown[AC_UNKNOWN_TEXT] > 0;
			size_t first = 0;

			if (!has_variant(s, v))
				continue;
			answer(samples, s, v, weights, p);
			for (size_t a = 1; a < samples->actor_count; a++)
				first = p[a] > p[first] ? a : first;
			names[name_count++] = said(p[first], is_young, has_prose, first == s->truth && p[first] > 0);
			if (first_country(k, p, s->truth, &share, &right))
				countries[country_count++] = said(share, is_young, has_prose, right);
		}
	}
	if (rc == 0) {
		fit_platt(names, name_count, &out->name);
		fit_platt(countries, country_count, &out->nexus);
	}
	ac_arena_done(&scratch);
	return rc;
}

int
ac_fit_weights(
    const ac_knowledge *k, const ac_samples *samples, unsigned without_fold, ac_weights *out, accord_err *err)
{
	double weights[PARAMETERS] = { 0 };
	ac_arena scratch;
	double *utilities;
	int rc;

	ac_arena_init(&scratch, AC_REPORT_MAX);
	utilities = ac_arena_zalloc(&scratch, samples->actor_count + 1, sizeof(double));
	rc = utilities ? minimise(k, samples, without_fold, weights, utilities, err) : ac_arena_check(&scratch, err);
	ac_arena_done(&scratch);
	if (rc < 0)
		return rc;
	*out = (ac_weights){ 0 };
	memcpy(out->actor, weights, FITTED * sizeof(double));
	memcpy(out->unknown, weights + FITTED, sizeof(out->unknown));
	/* An indicator that is one actor's is worth what a tool of one actor is. */
	out->actor[AC_TERM_INDICATOR] = out->actor[AC_TERM_EXCLUSIVE];
	return calibrate(k, samples, without_fold, weights, out, err);
}

int
ac_fit(const ac_knowledge *k, ac_json_writer *w, accord_err *err)
{
	ac_incidents incidents;
	ac_samples samples;
	ac_weights weights;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_KNOWLEDGE_MAX);
	rc = ac_incidents_of_reports(k, &arena, &incidents, err);
	if (rc == 0 && incidents.count == 0)
		rc = ac_fail(err, ACCORD_EINPUT,
		    "want reports with %d techniques or more, all cited for one actor; there is none",
		    AC_INCIDENT_TECHNIQUES);
	if (rc == 0)
		rc = ac_samples_make(k, &incidents, &arena, &samples, err);
	if (rc == 0)
		rc = ac_fit_weights(k, &samples, AC_FIT_FOLDS, &weights, err);
	if (rc == 0) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("schema"), AC_S("accord.attribution-weights/1"));
		ac_jw_key_string(w, AC_S("obtained"),
		    AC_S("accord attribute --fit: maximum likelihood over the reports that are cited for one actor "
			 "only, each "
			 "with what comes from it hidden and also with everything since, with and without prose, "
			 "date and victims, "
			 "and with the actor taken out"));
		ac_jw_key_u64(w, AC_S("incidents"), incidents.count);
		ac_jw_key_u64(w, AC_S("claims"), k->claim_count);
		ac_jw_key_u64(w, AC_S("actors"), k->actor_count);
		ac_jw_key_u64(w, AC_S("sentences"), k->counts.sentences);
		ac_jw_key_time(w, AC_S("newest"), k->newest, 0);
		ac_weights_write(&weights, w);
		ac_jw_end(w);
	}
	ac_arena_done(&arena);
	return rc;
}
