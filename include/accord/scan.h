/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scanning telemetry as it comes: bytes in pieces of any size, hits to a callback. Formats are told by content (Zeek, EVE and other NDJSON, W3C, CSV, syslog, any text); content is never refused.
 * Hits depend on the bytes alone, never on how they were cut. Larger pieces are faster: 64 KiB and more.
 */
#ifndef ACCORD_SCAN_H
#define ACCORD_SCAN_H

#include "accord/hit.h"
#include "accord/index.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct accord_scan_options {
	size_t size;
	accord_text input;                /* a name for it, shown in hits; copied */
	accord_time_us as_of;             /* the time of records that carry none: validity is judged by it */
	accord_on_hit on_hit;             /* may be NULL: hits are counted */
	accord_on_held_back on_held_back; /* may be NULL */
	void *payload;                    /* of both */
} accord_scan_options;

/* A scan of one input after the other; for one thread at a time. */
typedef struct accord_scanner accord_scanner;

/* The index must outlive the scanner. Memory: about 2 MiB, and some more for lines without an end. */
ACCORD_API int accord_scanner_open(const accord_index *index, const accord_scan_options *options,
    accord_scanner **out_scanner, accord_err *err) ACCORD_CHECKED;
/* More bytes of the input. Hits of lines that are not whole yet, and of the last few, come with a later call or with accord_scan_end. */
ACCORD_API int accord_scan(accord_scanner *scanner, accord_text bytes, accord_err *err) ACCORD_CHECKED;
/* The input has ended: all hits have been told when this returns. What is scanned next is another input: its lines count from 1. */
ACCORD_API int accord_scan_end(accord_scanner *scanner, accord_err *err) ACCORD_CHECKED;

typedef struct accord_scan_counts {
	size_t size; /* sizeof(accord_scan_counts), set by the caller */
	uint64_t bytes, lines, malformed, hits, held_back;
} accord_scan_counts;
/* Of all inputs so far. Fill what the caller's structure has room for. */
ACCORD_API void accord_scan_count(const accord_scanner *scanner, accord_scan_counts *out_counts);
ACCORD_API accord_scanner *accord_scanner_close(accord_scanner *scanner);

#ifdef __cplusplus
}
#endif

#endif
