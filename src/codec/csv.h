/* SPDX-License-Identifier: Apache-2.0 */
/* CSV rows (RFC 4180, with ',', ';' or tab): quoted fields, doubled quotes, line breaks inside quotes. */
#ifndef AC_CODEC_CSV_H
#define AC_CODEC_CSV_H

#include "base/arena.h"
#include "base/err.h"

/* Split one record (without its line end) into fields; unquoted text views the record, unescaped text lives in arena. ACCORD_ELIMIT over AC_CSV_COLUMNS_MAX. */
int ac_csv_split(
    ac_str record, char separator, ac_arena *arena, ac_str **out_fields, size_t *out_count, accord_err *err) AC_CHECKED;
/* Length of the first record of text with its line end; 0 when text ends inside it (final false). Quotes may hold line breaks. */
size_t ac_csv_record_length(ac_str text, bool final);
/* The separator that a header line most likely uses. */
char ac_csv_detect_separator(ac_str header);

#endif
