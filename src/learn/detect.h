/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers' scores ask of the first bytes of an input. These are guesses on text, cheap and never wrong in a way that costs more than a clear refusal by the reader. */
#ifndef AC_LEARN_DETECT_H
#define AC_LEARN_DETECT_H

#include "base/utf8.h"

/* As much is looked at before a reader is chosen. */
#define AC_DETECT_HEAD_MAX (64 * (size_t)1024)

/* Its first character that is no white space begins a JSON object or array. */
bool ac_head_is_json(ac_str head);
/* "key" is there, with a colon behind it. */
bool ac_head_has_key(ac_str head, const char *key);
/* "key": "value" is there. */
bool ac_head_says(ac_str head, const char *key, const char *value);
/* What comes first behind the key and its colon: '{', '[', '"' ...; 0 when the key is not there. */
char ac_head_opens(ac_str head, const char *key);

#endif
