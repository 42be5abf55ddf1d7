/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/weights.h"

/* Five-fold cross-validated by actor on reports with five or more techniques, each with what comes from it hidden. */
static const ac_weights shipped = { 1.35, 0.22, 3.7, 0.065, -0.26, 1.22, 1.15, 0.77 };

const ac_weights *
ac_weights_shipped(void)
{
	return &shipped;
}
