/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV rows (RFC 4180, with ',', ';' or tab): quoted fields, doubled quotes, line breaks inside quotes. More than the RFC: blanks may stand around a quoted field
 * ("a", "b"), a line may end in a bare LF, and a quote inside an unquoted field is text.
 */
#ifndef AC_CODEC_CSV_H
#define AC_CODEC_CSV_H

#include "base/arena.h"
#include "base/err.h"

/*
 * Split one record into fields; its line end, if it still has one, belongs to no field. Texts view the record, unescaped ones live in arena, the list too. An empty
 * record has one empty field. ACCORD_EINPUT, with line and column inside the record, for a quote that is not closed or text behind one;
 * ACCORD_ELIMIT over AC_CSV_COLUMNS_MAX.
 */
int ac_csv_split(
    ac_str record, char separator, ac_arena *arena, ac_str **out_fields, size_t *out_count, accord_err *err) AC_CHECKED;
/*
 * Length of the first record of text with its line end; 0 when text ends inside it (final false), or is empty. Quotes may hold line breaks; a quote
 * opens a field at the beginning of the record and behind ',', ';' or tab.
 */
size_t ac_csv_record_length(ac_str text, bool final);
/* The separator that a header line most likely uses: the most frequent one outside of quotes, ',' when there is none. */
char ac_csv_detect_separator(ac_str header);

#endif
