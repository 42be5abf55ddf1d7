/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in a string of JSON. Between json.c, which reads it, and who scans it without its escapes. */
#ifndef AC_WATCH_LOGS_JSON_INNER_H
#define AC_WATCH_LOGS_JSON_INNER_H

#include "watch/logs/logs.h"

/* The next string from *at on whose value begins as an object does, or an array of objects: its bytes between the quotes. *at goes behind it. */
bool ac_log_next_document(ac_str text, size_t *at, ac_str *out);
/* Fields from `first` on are views of `text`, which is raw unescaped: make them views of raw, one level deeper. number: of the document in its line, not 0. */
void ac_log_place_inner(ac_log_record *record, size_t first, ac_str raw, ac_str text, uint64_t number);
/* Fields [first, middle) and those from middle on, each in the order of their places, as one. */
void ac_log_merge_fields(ac_log_record *record, size_t first, size_t middle);

#endif
