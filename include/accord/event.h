/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matching one event at a time, with its hits told before the call returns: for programs that have events, not files. Whoever has many lines at once is faster with accord/scan.h.
 */
#ifndef ACCORD_EVENT_H
#define ACCORD_EVENT_H

#include "accord/scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Events of one source, whose earlier lines may say what later ones mean (headers of Zeek, W3C, CSV); for one thread at a time. */
typedef struct accord_events accord_events;

/* Options as of a scanner; the index must outlive it. */
ACCORD_API int accord_events_open(const accord_index *index, const accord_scan_options *options,
    accord_events **out_events, accord_err *err) ACCORD_CHECKED;
/* One line (or several), with or without its line end. */
ACCORD_API int accord_event_match(accord_events *events, accord_text line, accord_err *err) ACCORD_CHECKED;

/* A field of an event. What it means is told by its name, as in NDJSON: "dest_ip", "http.hostname", "url.full", "file.hash.sha256" ... */
typedef struct accord_field {
	accord_text name;
	accord_text value;
} accord_field;
/*
 * An event that is parsed already: its fields, up to 4096 of them and 1 MiB in all (else ACCORD_ELIMIT). Bytes that are not UTF-8 are allowed. Hits say which field; their offset, length and text are
 * of the event written as one line of JSON. Without fields nothing happens.
 */
ACCORD_API int accord_event_match_fields(
    accord_events *events, const accord_field *fields, size_t count, accord_err *err) ACCORD_CHECKED;
ACCORD_API void accord_events_count(const accord_events *events, accord_scan_counts *out_counts);
ACCORD_API accord_events *accord_events_close(accord_events *events);

#ifdef __cplusplus
}
#endif

#endif
