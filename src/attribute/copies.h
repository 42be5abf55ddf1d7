/* SPDX-License-Identifier: Apache-2.0 */
/* Which reports are copies of each other by their text. */
#ifndef AC_ATTRIBUTE_COPIES_H
#define AC_ATTRIBUTE_COPIES_H

#include "attribute/knowledge_build.h"

/* Join the clusters of reports whose text is nearly the same, before anything is put in order by cluster. */
int ac_copies_join(ac_build *b, const uint32_t *report_of, accord_err *err) AC_CHECKED;

#endif
