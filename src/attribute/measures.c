/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/measures.h"

#include <math.h>
#include <stdlib.h>

#define RESAMPLES 1000

/* ICD 203: almost certain from .95, very likely from .80, likely from .55, even from .45, unlikely from .20; what is below is less. */
const double ac_band_edges[AC_BANDS] = { 0.95, 0.80, 0.55, 0.45, 0.20, 0 };

uint64_t
ac_splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

ac_trial
ac_trial_of(const double *p, size_t actor_count, const uint32_t *truths, size_t truth_count)
{
	ac_trial trial = { .rank = HUGE_VAL };
	size_t leader = 0, above = 0, equal = 0;
	double best = 0;

	for (size_t t = 0; t < truth_count; t++)
		best = p[truths[t]] > best ? p[truths[t]] : best;
	for (size_t a = 0; a < actor_count; a++) {
		leader = p[a] > p[leader] ? a : leader;
		above += p[a] > best;
		equal += p[a] >= best && p[a] <= best;
	}
	trial.p = actor_count ? p[leader] : 0;
	for (size_t t = 0; t < truth_count; t++)
		trial.is_right |= truths[t] == leader && best > 0;
	trial.is_known = best > 0;
	if (trial.is_known)
		trial.rank = (double)above + ((double)equal + 1) / 2;
	return trial;
}

static int
compare_p(const void *x, const void *y)
{
	const ac_trial *a = x, *b = y;

	return a->p < b->p ? -1 : a->p > b->p;
}

static int
compare_doubles(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

static double
calibration_error(const ac_trial *sorted, size_t count)
{
	size_t bins = count >= 100 ? 10 : 5;
	double sum = 0;

	for (size_t b = 0; b < bins; b++) {
		size_t from = b * count / bins, to = (b + 1) * count / bins;
		double p = 0, right = 0;

		for (size_t i = from; i < to; i++) {
			p += sorted[i].p;
			right += sorted[i].is_right;
		}
		sum += fabs(p - right);
	}
	return count ? sum / (double)count : 0;
}

static void
resample(const ac_trial *trials, size_t count, uint64_t seed, double *top1, double *mrr)
{
	for (size_t r = 0; r < RESAMPLES; r++) {
		top1[r] = mrr[r] = 0;
		for (size_t i = 0; i < count; i++) {
			const ac_trial *t = &trials[ac_splitmix(&seed) % count];

			top1[r] += t->rank <= 1;
			mrr[r] += 1 / t->rank;
		}
		top1[r] /= (double)count;
		mrr[r] /= (double)count;
	}
	qsort(top1, RESAMPLES, sizeof(double), compare_doubles);
	qsort(mrr, RESAMPLES, sizeof(double), compare_doubles);
}

static void
count_trial(const ac_trial *t, ac_measures *m)
{
	double error = t->p - t->is_right;

	m->known += t->is_known;
	m->top1 += t->rank <= 1;
	m->top3 += t->rank <= 3;
	m->top5 += t->rank <= 5;
	m->top10 += t->rank <= 10;
	m->mrr += 1 / t->rank;
	m->brier += error * error;
	for (size_t b = 0; b < AC_BANDS; b++)
		if (t->p >= ac_band_edges[b]) {
			m->bands[b].count++;
			m->bands[b].right += t->is_right;
			break;
		}
}

int
ac_measures_of(
    const ac_trial *trials, size_t count, uint64_t seed, ac_arena *scratch, ac_measures *out, accord_err *err)
{
	ac_trial *sorted = ac_arena_zalloc(scratch, count + 1, sizeof(*sorted));
	double *top1 = ac_arena_zalloc(scratch, 2 * RESAMPLES, sizeof(double)), *mrr = top1 + RESAMPLES;
	double *shares[] = { &out->top1, &out->top3, &out->top5, &out->top10, &out->mrr, &out->brier };

	*out = (ac_measures){ .count = count };
	if (!sorted || !top1)
		return ac_arena_check(scratch, err);
	if (count == 0)
		return 0;
	memcpy(sorted, trials, count * sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		count_trial(&trials[i], out);
	for (size_t i = 0; i < AC_COUNT(shares); i++)
		*shares[i] /= (double)count;
	qsort(sorted, count, sizeof(*sorted), compare_p);
	out->ece = calibration_error(sorted, count);
	resample(trials, count, seed, top1, mrr);
	out->top1_low = top1[RESAMPLES / 40];
	out->top1_high = top1[RESAMPLES - 1 - RESAMPLES / 40];
	out->mrr_low = mrr[RESAMPLES / 40];
	out->mrr_high = mrr[RESAMPLES - 1 - RESAMPLES / 40];
	return 0;
}
