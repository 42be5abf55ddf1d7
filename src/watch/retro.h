/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of observables: which values telemetry held on which day, so that intelligence that comes later can be asked of what was seen before. A folder of parts (retro_part.h), each the
 * values of a span of days; whoever writes merges them. Any number of processes may write and ask at once.
 *
 * A day is the event's own (UTC). What was flushed survives kill -9 and power loss; what was not is lost with the process, and whoever watches on from a cursor flushes before it moves the cursor.
 * Nothing is bounded silently: values of days out of reach, values over the limit of a day, days that grew too old and damaged parts are counted.
 */
#ifndef AC_WATCH_RETRO_H
#define AC_WATCH_RETRO_H

#include "base/limits.h"
#include "base/map.h"
#include "base/time.h"
#include "values/value.h"

typedef struct ac_retro_limits {
	uint32_t days;    /* that are kept */
	uint64_t bytes;   /* of all days; 0: no limit. Whole spans go, the oldest first, never the newest one */
	uint64_t per_day; /* different values of a day */
} ac_retro_limits;

typedef struct ac_retro_counts {
	uint64_t seen;    /* values taken in, again and again */
	uint64_t outside; /* of them, of days that are too old, or later than tomorrow */
	uint64_t surplus; /* values left out, over the limit of a day */
	uint64_t aged;    /* values that were removed with the days that they were seen on */
	uint64_t damaged; /* parts, and blocks of parts, that are not as they were written: set aside */
	uint64_t bytes;   /* on disk, after the last flush */
} ac_retro_counts;

typedef struct ac_retro ac_retro;
/* Writes below folder (made with the first flush). now: for what is too old. NULL without memory. */
ac_retro *ac_retro_open(const char *folder, const ac_retro_limits *limits, ac_time now, ac_hash_seed seed);
/* What a source is called: the last folder and name of path without dates, numbers and endings of compression ("sensor1/2026-01-02/conn.10:00.log.gz" is "sensor1/conn.log"). Views out or path. */
ac_str ac_retro_name(ac_str path, char out[static AC_RETRO_NAME_MAX]);
/* The bit of a source. For any thread. */
uint64_t ac_retro_source(ac_retro *retro, ac_str path);
/* A key (retro_key.h) was seen; flushes when there is no more room. For any thread. */
int ac_retro_add(ac_retro *retro, uint64_t source, ac_str key, ac_time t, accord_err *err) AC_CHECKED;

/* Where a value of a day stands among those that are not on disk yet: whoever sees it again says so, and no key is made or looked up. */
typedef struct ac_retro_place {
	uint32_t number, epoch; /* epoch 0: nowhere yet; else it holds until the next flush of everything */
	int32_t day;
} ac_retro_place;

/* A value that was seen, some times on one day. */
typedef struct ac_retro_sight {
	ac_retro_place place;
	uint32_t first, last; /* seconds of the day */
	uint32_t count;
	uint32_t key_n; /* 0: the key is asked for when the place is none any more */
	const char *key;
	uint64_t hash; /* ac_retro_hash of the key */
	uint32_t tag;  /* the caller's */
} ac_retro_sight;

uint64_t ac_retro_hash(const ac_retro *retro, ac_str key);
/* Make the key of a sight that has none: its bytes live until the next one is asked for. */
typedef ac_str (*ac_on_retro_sight)(void *payload, const ac_retro_sight *sight);
/* Many at once, each with the place where it stands afterwards. With an error some may be taken in, and none is told. For any thread. */
int ac_retro_see(ac_retro *retro, uint64_t source, ac_retro_sight *sights, size_t n, ac_on_retro_sight make_key,
    void *payload, accord_err *err) AC_CHECKED;
/* Everything that was added is on disk afterwards. For any thread. */
int ac_retro_flush(ac_retro *retro, ac_time now, accord_err *err) AC_CHECKED;
void ac_retro_count(ac_retro *retro, ac_retro_counts *out);
ac_retro *ac_retro_close(ac_retro *retro); /* without a flush; takes NULL, returns NULL */

/* ---- asking ---- */

typedef struct ac_retro_answer {
	ac_str key;
	int64_t day;         /* since 1970-01-01 */
	int64_t first, last; /* seconds since then */
	uint64_t count;
	const ac_str *sources; /* views that end with the call */
	unsigned source_count;
	bool more_sources; /* there were others that had no room */
} ac_retro_answer;

typedef struct ac_retro_asked {
	uint64_t parts, bytes;
	uint64_t days;    /* that hold values */
	uint64_t values;  /* in all parts */
	uint64_t damaged; /* parts and blocks that could not be asked */
} ac_retro_asked;

typedef struct ac_retro_sink {
	/* Whether a key is wanted; asked once or more a key and span, in the order of keys, also of keys that were not seen on the days in question. */
	bool (*wants)(void *payload, ac_str key);
	int (*on_answer)(void *payload, const ac_retro_answer *answer, accord_err *err);
	void (*on_damage)(void *payload, const accord_err *what); /* a part; may be NULL */
	void *payload;
} ac_retro_sink;

/* The days of [from_day, to_day] of all keys that are wanted: span by span, key by key, the days of a key one after the other. A folder that is not there has no answers. */
int ac_retro_ask(const char *folder, int64_t from_day, int64_t to_day, const ac_retro_sink *sink, ac_retro_asked *out,
    accord_err *err) AC_CHECKED;

/* The day that an instant lies in. */
static inline int64_t
ac_retro_day(ac_time t)
{
	return t.seconds >= 0 ? t.seconds / 86400 : -((-(t.seconds + 1)) / 86400) - 1;
}

#endif
