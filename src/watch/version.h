/* SPDX-License-Identifier: Apache-2.0 */
/* Four numbers with dots between them that are the version of a product, not an address. */
#ifndef AC_WATCH_VERSION_H
#define AC_WATCH_VERSION_H

#include "base/str.h"

/* Whether what stands before `begin`, in a text that begins at `text`, says that a version follows. */
bool ac_is_version(const char *text, const char *begin);

#endif
