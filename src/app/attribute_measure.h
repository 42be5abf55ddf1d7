/* SPDX-License-Identifier: Apache-2.0 */
/* accord attribute --fit and --evaluate. */
#ifndef AC_APP_ATTRIBUTE_MEASURE_H
#define AC_APP_ATTRIBUTE_MEASURE_H

#include "app/command.h"

/* Fit weights on what the store holds and write them as the file that ships. */
int ac_attribute_fit(ac_app *app);
/* Judge all incidents that the store holds, with what comes from their own reports hidden. */
int ac_attribute_evaluate(ac_app *app);

#endif
