/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence files (accord.evidence/1, docs/attribution.md) into evidence. Wrong kinds of values are errors with the path of the member; what is only odd (a member that the schema does not have, a
 * sector that is in no vocabulary, dates that contradict each other) is told as a remark, and is not used. Knows nothing of what the ids mean.
 */
#ifndef AC_ATTRIBUTE_EVIDENCE_READ_H
#define AC_ATTRIBUTE_EVIDENCE_READ_H

#include "attribute/evidence.h"
#include "codec/json.h"

typedef enum ac_remark_kind {
	AC_REMARK_MEMBER,  /* the schema has no such member: not read */
	AC_REMARK_COUNTRY, /* not two letters of ISO 3166-1: not used */
	AC_REMARK_SECTOR,  /* not of industry-sector-ov: not used */
	AC_REMARK_DATES,   /* dates.last is before dates.first: neither is used */
	AC_REMARK_EARLY,   /* a source is dated before the incident began: used as it is */
	AC_REMARK_CODE,    /* a country's other code ("UK"): read as that of ISO 3166-1 */
	AC_REMARK_CUT      /* the store holds more than AC_EVIDENCE_ITEMS_MAX items of a kind: the first are used */
} ac_remark_kind;
#define AC_REMARK_KINDS 7
const char *ac_remark_kind_name(ac_remark_kind kind); /* "unknown-member" ... */

typedef struct ac_remark {
	ac_remark_kind kind;
	ac_str path; /* "victims.countries[1]" */
	ac_str text; /* what stands there, shortened */
	ac_str code; /* AC_REMARK_CODE: what it is read as */
} ac_remark;

typedef struct ac_remarks {
	ac_remark *items;
	size_t count; /* at most AC_EVIDENCE_REMARKS_MAX are kept */
	size_t total;
} ac_remarks;

/*
 * Read one evidence object. Members that are absent or null are empty; "schema", when it is there, must be accord.evidence/1. Ids and countries are put into capitals, sectors into small letters with hyphens. With
 * exactly one source every item is of it; else an item may be {"id" or "value", "source": name of a source}. All of out lives in arena or views json. ACCORD_EINPUT with the member's path, ACCORD_ELIMIT, ACCORD_ENOMEM.
 */
int ac_evidence_read(
    const ac_json *json, ac_arena *arena, ac_evidence *out, ac_remarks *out_remarks, accord_err *err) AC_CHECKED;
/*
 * What a file of --hide-reports names, added to hide: a line each, a source's name or URL ('#' begins a comment line), or JSON, a list of these or a "hide" object.
 */
int ac_evidence_read_hidden(ac_str text, ac_arena *arena, ac_evidence_hide *hide, accord_err *err) AC_CHECKED;
/* "2021-07-19", or with a time. ACCORD_EINPUT says `what` wanted it. */
int ac_evidence_read_date(ac_str text, const char *what, ac_time *out, accord_err *err) AC_CHECKED;

#endif
