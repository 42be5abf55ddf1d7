/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of the store that say what an edge says. */
#ifndef AC_ATTRIBUTE_REPORTED_H
#define AC_ATTRIBUTE_REPORTED_H

#include "attribute/knowledge_build.h"

/* Read all reports, with what they refer to, into b->reported and b->citations. */
int ac_reported_read(ac_build *b, accord_err *err) AC_CHECKED;
/* Add the reports behind an edge to cites, which end at the end of b->cites. */
int ac_reported_cite(ac_build *b, const ac_edge_said *edge, ac_span *cites, accord_err *err) AC_CHECKED;

#endif
