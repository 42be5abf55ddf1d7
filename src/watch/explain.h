/* SPDX-License-Identifier: Apache-2.0 */
/* What the fields of an input are called, look like and mean: from its first records. Knows nothing of indicators. */
#ifndef AC_WATCH_EXPLAIN_H
#define AC_WATCH_EXPLAIN_H

#include "base/buf.h"
#include "base/map.h"
#include "watch/logs/logs.h"

/* Records that are read: enough to see every event type of a busy sensor. */
#define AC_EXPLAIN_RECORDS_MAX 20000
/* Different fields that are told; the rest is counted. */
#define AC_EXPLAIN_FIELDS_MAX 4096
#define AC_EXPLAIN_EXAMPLE_MAX 256

typedef struct ac_explained {
	const ac_log_format *format; /* of the line */
	const ac_log_format *inner;  /* of the message in it, or NULL */
	ac_str name;
	ac_str example; /* the first value that is not empty, without escapes, cut; or empty */
	ac_field_role role;
	uint64_t records; /* values, where a record has more than one */
} ac_explained;

typedef struct ac_explain_format {
	const ac_log_format *format, *inner;
	uint64_t records, malformed;
} ac_explain_format;

typedef struct ac_explain ac_explain;

/* format: of all lines, or NULL. NULL without memory. */
ac_explain *ac_explain_open(ac_hash_seed seed, ac_time as_of, const ac_log_format *format);
ac_explain *ac_explain_close(ac_explain *e); /* takes NULL, returns NULL */
/* Bytes of the input, cut anywhere; they are passed over once ac_explain_is_full. */
int ac_explain_feed(ac_explain *e, ac_str bytes, accord_err *err) AC_CHECKED;
int ac_explain_end(ac_explain *e, accord_err *err) AC_CHECKED;
bool ac_explain_is_full(const ac_explain *e);
/* What was seen, in the order in which it came; until the next feed. */
const ac_explain_format *ac_explain_formats(const ac_explain *e, size_t *out_n);
const ac_explained *ac_explain_fields(const ac_explain *e, size_t *out_n);
/* Fields beyond AC_EXPLAIN_FIELDS_MAX, or with a name of more than 1 KiB, that were left out, counted each time. */
uint64_t ac_explain_left_out(const ac_explain *e);

#endif
