/* SPDX-License-Identifier: Apache-2.0 */
/* Where a text holds defanged spellings ("evil[.]example"): one pass at the speed of memory, so that only lines that have some cost more. Private to this room. */
#ifndef AC_WATCH_DEFANG_H
#define AC_WATCH_DEFANG_H

#include "base/str.h"

/* The first place from `from` on where a spelling begins that ac_value_refang_at knows; text.n when there is none. */
size_t ac_defang_find(ac_str text, size_t from);
/* Whether one begins at `at`. */
bool ac_defang_is_at(ac_str text, size_t at);
/* The path for any machine, by which the others are judged. */
size_t ac_defang_find_portable(ac_str text, size_t from);

#endif
