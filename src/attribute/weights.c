/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/weights.h"

#include <math.h>

static const char *const term_names[AC_TERM_COUNT] = { "technique", "software", "exclusive", "nearest", "text",
	"active", "described", "stale", "victim", "indicator" };
static const char *const unknown_names[AC_UNKNOWN_COUNT] = { "constant", "techniques", "software", "text", "date",
	"young" };

static const ac_weights shipped = { { 0.71, 0.19, 2.9, 8.9, 1.0, 1.26, 0.14, -0.03, 1, 3 },
	{ 4.06, 0.7, 0.36, 0.74, -1.1, 0.5 }, { 0, 0, 0 }, { 0, 0, 0 } };

const char *
ac_term_name(ac_term term)
{
	return term_names[term];
}

const char *
ac_unknown_term_name(ac_unknown_term term)
{
	return unknown_names[term];
}

const ac_weights *
ac_weights_shipped(void)
{
	return &shipped;
}

double
ac_calibrated(const ac_calibration *calibration, double p, bool is_young)
{
	static const double least = 1e-6; /* nobody is so sure */

	p = p < least ? least : p > 1 - least ? 1 - least : p;
	return calibration->offset + calibration->slope * log(p / (1 - p)) + (is_young ? calibration->young : 0);
}
