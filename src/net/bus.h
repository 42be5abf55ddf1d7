/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message bus (Kafka): reading topics as a member of a consumer group, at least once, and sending hits to a topic. The only room that knows the bus's library; it knows nothing of telemetry.
 * Whoever reads says when all that came of the messages so far is kept (ac_bus_keep): only then does their place move for the group. One thread; the library's own threads are behind it.
 */
#ifndef AC_NET_BUS_H
#define AC_NET_BUS_H

#include "base/time.h"
#include "net/bus_url.h"

typedef struct ac_bus ac_bus;

/* Views that end with the callback. */
typedef struct ac_bus_message {
	ac_str topic;
	int32_t partition;
	int64_t offset;
	ac_str bytes; /* empty for tombstones, too */
	bool has_time;
	ac_time time; /* of the message: when it was made or appended, as the topic says */
} ac_bus_message;

typedef struct ac_bus_sink {
	int (*on_message)(void *payload, const ac_bus_message *message, accord_err *err);
	/*
	 * Partitions are about to go to another worker: keep all that came of what was read, then ac_bus_keep. Not called when it is too late for that (the group has given them away already, or hits
	 * wait for their topic): what was read since the last ac_bus_keep will be read again, by whoever has them then.
	 */
	int (*on_leaving)(void *payload, accord_err *err);
	/* A partition has come (its messages begin a new input), or has gone: forget what was not kept. */
	int (*on_partition)(void *payload, ac_str topic, int32_t partition, bool is_here, accord_err *err);
	/* A trouble that may pass: a broker is lost, a commit has failed. As often as it comes: at most one a second is told. */
	void (*on_trouble)(void *payload, const accord_err *what);
	/* The wish to stop: long waits end early. */
	bool (*is_stopping)(void *payload);
	void *payload;
} ac_bus_sink;

typedef struct ac_bus_counts {
	uint64_t messages, bytes;
	uint64_t empty;      /* tombstones and empty messages */
	uint64_t gone;       /* messages that the bus had deleted before they were read */
	uint64_t rebalances; /* times that partitions came or went */
	uint64_t pauses;     /* times that reading stopped because hits waited for their topic */
	uint64_t losses;     /* of a connection to a broker */
	uint64_t commit_failures;
	uint64_t sent;    /* hits that their topic has acknowledged */
	uint64_t too_big; /* hits that it cannot take */
} ac_bus_counts;

/* Whether this program was built with the bus's library. */
bool ac_bus_is_built(void);
/*
 * Connect and join the group. Waits for a broker and the topics for half a minute at most: ACCORD_EIO when there are none. ACCORD_EUSAGE for a property that the library does not take, or when it was not built in. The
 * url, its texts and the sink's payload must outlive the bus.
 */
int ac_bus_open(const ac_bus_url *url, const ac_bus_properties *properties, const ac_bus_sink *sink, ac_bus **out,
    accord_err *err) AC_CHECKED;
/*
 * Take messages: waits timeout_ms for the first, then goes on while there are more, up to about max_bytes. *out_idle: there was none. ACCORD_EIO when the bus says no for good.
 */
int ac_bus_poll(ac_bus *bus, int timeout_ms, size_t max_bytes, bool *out_idle, accord_err *err) AC_CHECKED;
/* end=stop, and all partitions that this worker has are read to their end. */
bool ac_bus_is_at_end(const ac_bus *bus);
/* Send a hit to its topic; key: hits of one key stay in order. Waits while too many are on their way (reading is paused). */
int ac_bus_send(ac_bus *bus, ac_str key, ac_str hit, accord_err *err) AC_CHECKED;
/* Wait until the hits' topic has acknowledged all. ACCORD_EIO when it does not take one, or when a stop is asked for and it does not answer. */
int ac_bus_settle(ac_bus *bus, accord_err *err) AC_CHECKED;
/* All that came of the messages so far is kept: move their place for the group. The bus is told soon, at the latest when the partitions go or the bus is closed. */
int ac_bus_keep(ac_bus *bus, accord_err *err) AC_CHECKED;
void ac_bus_count(const ac_bus *bus, ac_bus_counts *out);
/* Leave the group (on_leaving is called when messages are not kept yet). First failure of that in *err, when err is given. Takes NULL, returns NULL. */
ac_bus *ac_bus_close(ac_bus *bus, accord_err *err);

#endif
