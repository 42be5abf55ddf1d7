/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in a string of JSON. Between json.c, which reads it, and who scans it without its escapes. */
#ifndef AC_WATCH_LOGS_JSON_INNER_H
#define AC_WATCH_LOGS_JSON_INNER_H

#include "watch/logs/logs.h"

/* The next string from *at on whose value begins as an object does, or an array of objects: its bytes between the quotes. *at goes behind it. */
bool ac_log_next_document(ac_str text, size_t *at, ac_str *out);
/* Where the string ends that goes on at text[at]: the place of its quote, or text.n. */
size_t ac_log_string_end(ac_str text, size_t at);
/* Whether a value of another format begins so, in quotes that it escapes (AC_LOG_SLASHES) or doubles (AC_LOG_QUOTES). */
bool ac_log_is_document(ac_str value, ac_log_escapes escapes);
/* Whether a string of JSON, or a value of CSV, may be a message of another format: CEF, LEEF, syslog, an event of Windows as XML, a line of a web server, key=value, or text with JSON in it. */
bool ac_log_may_be_message(ac_str raw);
/* Its fields: those of a string of JSON one level deeper, those of a value of CSV (AC_LOG_QUOTES) not. number: as below. */
void ac_log_read_wrapped(
    const ac_log_state *state, ac_log_record *record, ac_str raw, ac_log_escapes escapes, uint64_t number);
/* Whether strings of a document may be such at all: by bytes that these have ("<134>", "CEF:0|", pairs, "{\"", " HTTP/") and most documents have not. */
bool ac_log_may_hold_message(ac_str text);
/* The next such string from *at on that is the value of a member, or an element of an array; *at goes behind it. *out_name: of the last member. */
bool ac_log_next_message(ac_str text, size_t *at, ac_str *out_name, ac_str *out);
/* Its fields: those of a string of JSON, which escapes are like, one level deeper. number: of the document in its line, not 0. */
void ac_log_read_document(
    const ac_log_state *state, ac_log_record *record, ac_str raw, ac_log_escapes escapes, uint64_t number);
/* Fields from `first` on are views of `text`, which is raw without such escapes: make them views of raw, of JSON's one level deeper. */
void ac_log_place_inner(
    ac_log_record *record, size_t first, ac_str raw, ac_str text, ac_log_escapes escapes, uint64_t number);
/* Fields [first, middle) and those from middle on, each in the order of their places, as one. */
void ac_log_merge_fields(ac_log_record *record, size_t first, size_t middle);

#endif
