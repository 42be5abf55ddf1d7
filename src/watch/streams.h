/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watching messages: each stream of them (a partition of a topic) is one endless input, of which a message is one line or several. Hits tell the message that they stand in. Knows nothing of
 * where messages come from.
 */
#ifndef AC_WATCH_STREAMS_H
#define AC_WATCH_STREAMS_H

#include "watch/run.h"

typedef struct ac_streams ac_streams;

/* Views that end with the call. */
typedef struct ac_stream_message {
	ac_str topic;
	int32_t partition;
	int64_t offset; /* grows within the stream */
	ac_str bytes;
	bool has_time;
	ac_time time; /* of records that carry none */
} ac_stream_message;

/*
 * Options as of a run over files. Hits: file is "kafka:TOPIC/PARTITION/OFFSET"; line, offset and text_offset count within the message; a record without a time has its message's, and one of a message
 * without a time as_of.
 * The index must outlive the streams, or their next ac_streams_swap. NULL without memory. */
ac_streams *ac_streams_open(const ac_index *index, const ac_watch_run_options *options);
/* Take a message; a stream begins with its first one. Hits come now or later, at the latest from ac_streams_scan. */
int ac_streams_feed(ac_streams *s, const ac_stream_message *message, accord_err *err) AC_CHECKED;
/* Scan all that was fed. */
int ac_streams_scan(ac_streams *s, accord_err *err) AC_CHECKED;
/* Whether sightings should be kept soon: so many hits have come since they were. */
bool ac_streams_are_full(const ac_streams *s);
/* All of what was scanned: what is remembered (options.retro; a message that comes again is counted again there) goes to disk, sightings into the store, a batch for each stream. Hits that are known already, by the places of their messages, change nothing. */
int ac_streams_keep(ac_streams *s, ac_time now, ac_sighting_counts *counts, accord_err *err) AC_CHECKED;
/* End a stream: what was fed and not kept is forgotten. Unknown ones are none. */
void ac_streams_end(ac_streams *s, ac_str topic, int32_t partition);
/* Scan what was fed with the index at hand, then go on with another one and its patterns (NULL: none). */
int ac_streams_swap(ac_streams *s, const ac_index *index, ac_patterns *patterns, accord_err *err) AC_CHECKED;
/* As ac_watch_expect, until then. */
void ac_streams_expect(ac_streams *s, const ac_index *coming);
/* Of all streams, ended ones too. */
void ac_streams_count(const ac_streams *s, ac_watch_counts *out);
ac_streams *ac_streams_close(ac_streams *s); /* takes NULL, returns NULL */

#endif
