/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/fit.h"

#include <math.h>

#include "base/limits.h"

#define FITTED AC_TERM_VICTIM /* the terms before it; reports say nothing of victims and indicators */
#define PARAMETERS (FITTED + AC_UNKNOWN_COUNT)
#define OPEN_WEIGHT 0.04 /* how much an incident with its actor taken out counts against one with it */
#define RIDGE 1e-4       /* of the mean log-likelihood: keeps weights of terms that never differ at 0 */
#define STEPS_MAX 40
#define VARIANTS 4 /* with and without prose, with and without a date */

typedef struct newton {
	double gradient[PARAMETERS];
	double hessian[PARAMETERS][PARAMETERS];
	double loss;
	double weight; /* of all samples */
} newton;

int
ac_samples_make(
    const ac_knowledge *k, const ac_incidents *incidents, int level, ac_arena *arena, ac_samples *out, accord_err *err)
{
	ac_weights none = { 0 };
	ac_arena scratch;
	int rc = 0;

	ac_arena_init(&scratch, arena->limit);
	*out = (ac_samples){ ac_arena_zalloc(arena, incidents->count + 1, sizeof(*out->items)), 0, k->actor_count };
	for (size_t i = 0; rc == 0 && out->items && i < incidents->count; i++) {
		ac_evidence evidence = ac_incident_evidence(&incidents->items[i], level);
		ac_sample *sample = &out->items[out->count++];
		ac_item_counts counts;
		ac_score score;
		ac_view view;

		ac_arena_reset(&scratch);
		sample->truth = incidents->items[i].truths[0];
		sample->terms = ac_arena_zalloc(arena, k->actor_count * AC_TERM_COUNT + 1, sizeof(double));
		sample->is_visible = ac_arena_zalloc(arena, k->actor_count + 1, sizeof(bool));
		rc = ac_arena_check(arena, err);
		if (rc == 0)
			rc = ac_view_make(k, &evidence.hide, AC_VIEW_NO_CHANGE, &scratch, &view, err);
		if (rc == 0)
			rc = ac_score_make(&view, &evidence, &none, 1, &scratch, &score, err);
		if (rc < 0)
			break;
		ac_score_terms(&score, NULL, sample->terms, &counts);
		ac_score_unknown_terms(&score, &counts, sample->unknown);
		for (size_t a = 0; a < k->actor_count; a++)
			sample->is_visible[a] = view.clusters[a] > 0;
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
	if (!(variant & 1))
		out[AC_TERM_TEXT] = 0;
	if (!(variant & 2))
		out[AC_TERM_ACTIVE] = 0;
}

static void
unknown_of(const ac_sample *sample, unsigned variant, double out[PARAMETERS])
{
	memset(out, 0, PARAMETERS * sizeof(double));
	memcpy(out + FITTED, sample->unknown, sizeof(sample->unknown));
	if (!(variant & 1))
		out[FITTED + AC_UNKNOWN_TEXT] = 0;
	if (!(variant & 2))
		out[FITTED + AC_UNKNOWN_DATE] = 0;
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
	*out = *ac_weights_shipped();
	memcpy(out->actor, weights, FITTED * sizeof(double));
	memcpy(out->unknown, weights + FITTED, sizeof(out->unknown));
	return 0;
}
