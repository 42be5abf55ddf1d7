/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Observations, made ready for matching once: objects as typed facts (path, value), references followed up. Filled from bundles (ac_observations_add_json) or, field by field, by whoever has
 * read a log line.
 *
 * A batch: objects are begun, filled and ended; observations name the objects that belong to them; ac_observations_seal resolves the names. Objects that are made between ac_observations_begin
 * and ac_observations_end belong to that observation and have names of its own (STIX 2.0's keys); the others are known by their ids to every observation of the batch that refers to them.
 *
 *	ac_observations_begin(o, id, first, last, 1);
 *	ac_object_begin(o, AC_S("file"), AC_S("0"));
 *	ac_object_enter(o, AC_S("size")); ac_object_number(o, AC_S("4112")); ac_object_leave(o);
 *	ac_object_end(o);
 *	ac_observations_end(o);
 *	ac_observations_seal(o, err);
 *
 * The builder keeps its first error, which ac_observations_seal tells. It copies all texts.
 */
#ifndef AC_MATCH_OBSERVATIONS_H
#define AC_MATCH_OBSERVATIONS_H

#include "base/arena.h"
#include "base/map.h"
#include "base/time.h"
#include "codec/json.h"

typedef struct ac_observations ac_observations;

/* What has been put into a batch, and what was left out. */
typedef struct ac_observations_tally {
	uint64_t observations;
	uint64_t
	    unusable; /* observations that can never match: no usable times, last before first, no usable count, no objects (s9.6: false, not an error) */
	uint64_t objects;
	uint64_t facts;
	uint64_t unusable_values; /* malformed hex, base64, timestamps, numbers beyond a double */
	uint64_t missing_objects; /* named by an observation, and not there */
} ac_observations_tally;

/* An empty batch with a ceiling for what it holds (its arrays may have room for twice as much). The seed is that of the pattern sets that it will be matched with. */
int ac_observations_new(ac_hash_seed seed, size_t limit_bytes, ac_observations **out, accord_err *err) AC_CHECKED;
/* Takes NULL; returns NULL. */
ac_observations *ac_observations_free(ac_observations *o);
/* Empty again, failure forgotten. Paths stay known while there are few of them. */
void ac_observations_reset(ac_observations *o);

/* Begin an object of a type. id: what references call it. */
void ac_object_begin(ac_observations *o, ac_str type, ac_str id);
/* Go to a member of where we are, or to the next item of the list where we are; and back. Each entry needs its leave. A value stands where we are. */
void ac_object_enter(ac_observations *o, ac_str name);
void ac_object_item(ac_observations *o);
void ac_object_leave(ac_observations *o);
/*
 * A value where we are. A text becomes what the property holds: a string, a timestamp, or octets from hex and base64 (by the tables of types, and by the suffixes _hex and _bin elsewhere);
 * below a name that ends in _ref or _refs it is a reference too (s9.7.4).
 */
void ac_object_text(ac_observations *o, ac_str text);
void ac_object_number(ac_observations *o, ac_str text); /* as JSON writes it */
void ac_object_boolean(ac_observations *o, bool value);
void ac_object_null(ac_observations *o);
/* There is a list or a dictionary here: what EXISTS asks for. */
void ac_object_container(ac_observations *o);
void ac_object_end(ac_observations *o);

/* Begin an observation: first <= last, count at least 1 (number_observed). id may be empty. */
void ac_observations_begin(ac_observations *o, ac_str id, ac_time first, ac_time last, uint64_t count);
/* An object that belongs to it (object_refs). */
void ac_observations_refer(ac_observations *o, ac_str id);
void ac_observations_end(ac_observations *o);
/* One that cannot match, whatever it holds: counted only. */
void ac_observations_skip(ac_observations *o);
/* Resolve names. More can be added afterwards, and must be sealed again; what was found missing stays missing. The first error of any step. */
int ac_observations_seal(ac_observations *o, accord_err *err) AC_CHECKED;

/*
 * All observed-data of a JSON value: a bundle, one object, or a list of these. STIX 2.1 (object_refs, with the objects anywhere in the batch) and 2.0 (`objects`). An observed-data that is
 * not usable is counted and left out. ACCORD_EINPUT only when the value is neither an object nor a list.
 */
int ac_observations_add_json(ac_observations *o, const ac_json *value, accord_err *err) AC_CHECKED;

size_t ac_observations_count(const ac_observations *o);
/* The id of an observation, by its number in the order of adding. */
ac_str ac_observations_id(const ac_observations *o, uint32_t observation);
ac_observations_tally ac_observations_tell(const ac_observations *o);

#endif
