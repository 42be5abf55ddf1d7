/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bus over librdkafka. Offsets are stored with the library only when what came of their messages is kept (enable.auto.offset.store is off); it commits stored ones once a second, when
 * partitions go, and when it is closed: at least once. All callbacks run inside ac_bus_poll, ac_bus_send, ac_bus_settle and ac_bus_close, in the caller's thread.
 */
#include "net/bus.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "sys/os.h"

/* Half a minute for a broker and the topics to answer at the start; a stop waits so long for the hits' topic. */
#define START_S 30
#define STOP_S 10
/* One wait for the library: a wish to stop is seen in between. */
#define SLICE_MS 100
/* Committed places are asked for when partitions come: what the bus has deleted since is counted by them. */
#define COMMITTED_MS 5000
/* A member that waits for hits longer than this asks the bus for nothing and pauses its partitions, so that it stays in the group. */
#define PATIENCE_S 1
#define ERROR_SIZE 256
/* Messages that come although reading is paused: they were on their way. */
#define HELD_MAX 256

typedef struct part {
	ac_str topic; /* of the URL */
	int32_t number;
	int64_t next; /* offset behind the last message that was read; -1: not known */
	int64_t kept; /* what was stored of it */
	bool is_at_end;
} part;

struct ac_bus {
	const ac_bus_url *url;
	ac_bus_sink sink;
	rd_kafka_t *consumer, *producer;
	part *parts; /* AC_BUS_PARTITIONS_MAX */
	size_t part_count, last_part;
	bool has_assignment;                /* some, maybe empty, has come */
	bool is_waiting;                    /* for hits: partitions that go now go as they are */
	bool is_rebalancing;                /* inside its callback: the library must not be asked for messages */
	bool has_given_up;                  /* hits were waited for too long while partitions go */
	uint64_t sending;                   /* hits on their way */
	rd_kafka_message_t *held[HELD_MAX]; /* read while paused: the next to be taken */
	size_t held_count;
	ac_bus_counts counts;
	double told_at;    /* last trouble */
	accord_err failed; /* the first failure inside a callback */
};

bool
ac_bus_is_built(void)
{
	return true;
}

void
ac_bus_count(const ac_bus *bus, ac_bus_counts *out)
{
	*out = bus->counts;
}

/* ---- troubles ---- */

static void
tell(ac_bus *bus, const char *what, const char *reason)
{
	accord_err trouble = { 0 };
	double now = ac_clock_monotonic();

	if (!bus->sink.on_trouble || (bus->told_at > 0 && now - bus->told_at < 1))
		return;
	bus->told_at = now;
	(void)ac_fail(&trouble, ACCORD_EIO, "kafka: %s: %s", what, reason);
	bus->sink.on_trouble(bus->sink.payload, &trouble);
}

/* Keep the first failure of a callback for whoever called the bus. */
static void
keep_failure(ac_bus *bus, int rc, const accord_err *what)
{
	if (rc && !bus->failed.code) {
		bus->failed = *what;
		bus->failed.code = rc;
	}
}

static int
failure(ac_bus *bus, accord_err *err)
{
	if (!bus->failed.code)
		return 0;
	if (err)
		*err = bus->failed;
	return bus->failed.code;
}

static bool
is_stopping(const ac_bus *bus)
{
	return bus->sink.is_stopping && bus->sink.is_stopping(bus->sink.payload);
}

/* Answers that no waiting will change. */
static bool
is_final(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR__FATAL ||
	       code == RD_KAFKA_RESP_ERR_INVALID_GROUP_ID || code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

static void
on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
	ac_bus *bus = opaque;
	char text[ERROR_SIZE];
	accord_err what = { 0 };

	if (code == RD_KAFKA_RESP_ERR__FATAL) {
		code = rd_kafka_fatal_error(rk, text, sizeof(text));
		keep_failure(bus, ACCORD_EIO,
		    (ac_fail(&what, ACCORD_EIO, "kafka: %s", text[0] ? text : rd_kafka_err2str(code)), &what));
		return;
	}
	if (is_final(code)) {
		keep_failure(bus, ACCORD_EIO, (ac_fail(&what, ACCORD_EIO, "kafka: %s", reason), &what));
		return;
	}
	if (code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
		bus->counts.losses++;
	tell(bus, rd_kafka_err2name(code), reason);
}

static void
on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	/* What matters comes as an error; the library's own words would go past the program's log. */
	(void)rk;
	(void)level;
	(void)facility;
	(void)text;
}

static void
on_commit(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	ac_bus *bus = opaque;

	(void)rk;
	(void)list;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return;
	bus->counts.commit_failures++;
	tell(bus, "the place of the group could not be moved", rd_kafka_err2str(code));
}

/* ---- partitions ---- */

static ac_str
topic_of(const ac_bus *bus, const char *name)
{
	for (size_t i = 0; i < bus->url->topic_count; i++)
		if (ac_str_eq(bus->url->topics[i], ac_str_from(name)))
			return bus->url->topics[i];
	return (ac_str){ NULL, 0 };
}

static part *
find_part(ac_bus *bus, const char *topic, int32_t number)
{
	for (size_t i = 0; i < bus->part_count; i++) {
		size_t at = (bus->last_part + i) % bus->part_count;
		part *p = &bus->parts[at];

		if (p->number == number && ac_str_eq(p->topic, ac_str_from(topic))) {
			bus->last_part = at;
			return p;
		}
	}
	return NULL;
}

static int
add_part(ac_bus *bus, const rd_kafka_topic_partition_t *at, accord_err *err)
{
	part p = { .topic = topic_of(bus, at->topic), .number = at->partition, .next = -1, .kept = -1 };

	if (!p.topic.p || find_part(bus, at->topic, at->partition))
		return 0;
	if (bus->part_count == AC_BUS_PARTITIONS_MAX)
		return ac_fail(err, ACCORD_ELIMIT,
		    "kafka: want at most %d partitions for one worker: start more of them", AC_BUS_PARTITIONS_MAX);
	if (at->offset >= 0)
		p.next = p.kept = at->offset;
	bus->parts[bus->part_count++] = p;
	return bus->sink.on_partition(bus->sink.payload, p.topic, p.number, true, err);
}

/* Messages of a partition that goes are read again by whoever has it then. */
static void
drop_held(ac_bus *bus, const rd_kafka_topic_partition_t *at)
{
	size_t kept = 0;

	for (size_t i = 0; i < bus->held_count; i++) {
		rd_kafka_message_t *m = bus->held[i];

		if (m->partition == at->partition &&
		    ac_str_eq(ac_str_from(rd_kafka_topic_name(m->rkt)), ac_str_from(at->topic)))
			rd_kafka_message_destroy(m);
		else
			bus->held[kept++] = m;
	}
	bus->held_count = kept;
}

static int
drop_part(ac_bus *bus, const rd_kafka_topic_partition_t *at, accord_err *err)
{
	part *p = find_part(bus, at->topic, at->partition), gone;

	drop_held(bus, at);
	if (!p)
		return 0;
	gone = *p;
	*p = bus->parts[--bus->part_count];
	bus->last_part = 0;
	return bus->sink.on_partition(bus->sink.payload, gone.topic, gone.number, false, err);
}

static void
assigned(ac_bus *bus, rd_kafka_topic_partition_list_t *list)
{
	accord_err what = { 0 };
	rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_copy(list);

	bus->has_assignment = true;
	/* Only for counting: without an answer reading begins where the bus says all the same. */
	if (places && places->cnt > 0)
		(void)rd_kafka_committed(bus->consumer, places, COMMITTED_MS);
	for (int i = 0; places && i < places->cnt; i++)
		keep_failure(bus, add_part(bus, &places->elems[i], &what), &what);
	if (places)
		rd_kafka_topic_partition_list_destroy(places);
}

static void
revoked(ac_bus *bus, rd_kafka_topic_partition_list_t *list)
{
	accord_err what = { 0 };

	if (!rd_kafka_assignment_lost(bus->consumer) && !bus->is_waiting && !bus->failed.code && list->cnt > 0) {
		int rc = bus->sink.on_leaving(bus->sink.payload, &what);

		/* They go as they are: whoever has them then reads again what was not kept. */
		if (rc && bus->has_given_up && !is_stopping(bus))
			tell(bus, "partitions go before their hits are acknowledged", what.text);
		else
			keep_failure(bus, rc, &what);
		bus->has_given_up = false;
	}
	for (int i = 0; i < list->cnt; i++)
		keep_failure(bus, drop_part(bus, &list->elems[i], &what), &what);
}

static void
on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	ac_bus *bus = opaque;
	bool is_gradual = ac_str_eq(ac_str_from(rd_kafka_rebalance_protocol(rk)), AC_S("COOPERATIVE"));
	bool is_coming = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
	rd_kafka_error_t *error = NULL;

	bus->counts.rebalances += list->cnt > 0;
	bus->is_rebalancing = true;
	if (is_coming)
		assigned(bus, list);
	else
		revoked(bus, list);
	bus->is_rebalancing = false;
	if (!is_gradual)
		(void)rd_kafka_assign(rk, is_coming ? list : NULL);
	else if (is_coming)
		error = rd_kafka_incremental_assign(rk, list);
	else
		error = rd_kafka_incremental_unassign(rk, list);
	if (error) {
		tell(bus, "rebalance", rd_kafka_error_string(error));
		rd_kafka_error_destroy(error);
	}
}

/* ---- opening ---- */

typedef struct setting {
	const char *name, *value;
} setting;

static int
set(rd_kafka_conf_t *conf, const char *name, const char *value, accord_err *err)
{
	char text[ERROR_SIZE];

	/* The library's words may hold the value, which may be a secret. */
	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) != RD_KAFKA_CONF_OK)
		return ac_fail(
		    err, ACCORD_EUSAGE, "kafka: the library does not take this value of '%s', or not the name", name);
	return 0;
}

static int
set_all(rd_kafka_conf_t *conf, const setting *settings, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && settings[i].name; i++)
		rc = set(conf, settings[i].name, settings[i].value, err);
	return rc;
}

/* A configuration with the settings that properties may change, the properties, then those that are ours. */
static rd_kafka_conf_t *
configure(
    ac_bus *bus, const ac_bus_properties *properties, const setting *changeable, const setting *fixed, accord_err *err)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	int rc = set_all(conf, changeable, err);

	for (size_t i = 0; !rc && properties && i < properties->count; i++)
		rc = set(conf, properties->items[i].name.p, properties->items[i].value.p, err);
	if (!rc)
		rc = set(conf, "bootstrap.servers", bus->url->brokers.p, err);
	if (!rc)
		rc = set_all(conf, fixed, err);
	if (rc) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	rd_kafka_conf_set_opaque(conf, bus);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_log_cb(conf, on_log);
	return conf;
}

static rd_kafka_t *
start(rd_kafka_type_t type, rd_kafka_conf_t *conf, accord_err *err)
{
	char text[ERROR_SIZE];
	rd_kafka_t *rk = rd_kafka_new(type, conf, text, sizeof(text));

	if (!rk) {
		rd_kafka_conf_destroy(conf);
		(void)ac_fail(err, ACCORD_EUSAGE, "kafka: %s", text);
	}
	return rk;
}

static int
open_consumer(ac_bus *bus, const ac_bus_properties *properties, accord_err *err)
{
	char queue_kib[24];
	const setting changeable[] = { { "client.id", "accord" },
		{ "partition.assignment.strategy", "cooperative-sticky" }, { "queued.max.messages.kbytes", queue_kib },
		{ "check.crcs", "true" }, { NULL, NULL } };
	const setting fixed[] = { { "group.id", bus->url->group.p }, { "enable.auto.commit", "true" },
		{ "auto.commit.interval.ms", "1000" }, { "enable.auto.offset.store", "false" },
		{ "auto.offset.reset", bus->url->from_latest ? "latest" : "earliest" },
		{ "enable.partition.eof", bus->url->stop_at_end ? "true" : "false" },
		{ "allow.auto.create.topics", "false" }, { NULL, NULL } };
	rd_kafka_conf_t *conf;

	(void)snprintf(queue_kib, sizeof(queue_kib), "%d", AC_BUS_QUEUE_KIB);
	conf = configure(bus, properties, changeable, fixed, err);
	if (!conf)
		return ACCORD_EUSAGE;
	rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	rd_kafka_conf_set_offset_commit_cb(conf, on_commit);
	bus->consumer = start(RD_KAFKA_CONSUMER, conf, err);
	if (!bus->consumer)
		return ACCORD_EUSAGE;
	(void)rd_kafka_poll_set_consumer(bus->consumer);
	return 0;
}

static void
on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
	ac_bus *bus = opaque;
	accord_err what = { 0 };

	(void)rk;
	bus->sending--;
	if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
		bus->counts.sent++;
	else if (message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
		bus->counts.too_big++;
	/* Hits that are thrown away at the end have been told as a failure already. */
	else if (message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE && message->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
		keep_failure(bus, ACCORD_EIO,
		    (ac_fail(&what, ACCORD_EIO, "kafka: topic '%.*s' does not take a hit: %s", AC_FMT(bus->url->hits),
			 rd_kafka_err2str(message->err)),
			&what));
}

static int
open_producer(ac_bus *bus, const ac_bus_properties *properties, accord_err *err)
{
	char count[24], kib[24];
	const setting changeable[] = { { "client.id", "accord" }, { "linger.ms", "20" }, { "compression.type", "lz4" },
		/* Waiting is the caller's: a hit is given up only when its topic says no. */
		{ "message.timeout.ms", "0" }, { NULL, NULL } };
	const setting fixed[] = { { "enable.idempotence", "true" }, { "queue.buffering.max.messages", count },
		{ "queue.buffering.max.kbytes", kib }, { NULL, NULL } };
	rd_kafka_conf_t *conf;

	if (bus->url->hits.n == 0)
		return 0;
	(void)snprintf(count, sizeof(count), "%d", AC_BUS_SENDING_MAX);
	(void)snprintf(kib, sizeof(kib), "%d", AC_BUS_SENDING_KIB);
	conf = configure(bus, properties, changeable, fixed, err);
	if (!conf)
		return ACCORD_EUSAGE;
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	bus->producer = start(RD_KAFKA_PRODUCER, conf, err);
	return bus->producer ? 0 : ACCORD_EUSAGE;
}

/* Ask for one topic. */
static rd_kafka_resp_err_t
ask_topic(rd_kafka_t *rk, const char *name, int timeout_ms)
{
	rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, name, NULL);
	const struct rd_kafka_metadata *found = NULL;
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__FAIL;

	if (!topic)
		return rd_kafka_last_error();
	code = rd_kafka_metadata(rk, 0, topic, &found, timeout_ms);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		code = found->topic_cnt == 1 ? found->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
	if (found)
		rd_kafka_metadata_destroy(found);
	rd_kafka_topic_destroy(topic);
	return code;
}

/* Wait until a topic is known. A topic that hits are sent to may be made by sending. */
static int
wait_for_topic(ac_bus *bus, rd_kafka_t *rk, ac_str topic, double until, accord_err *err)
{
	rd_kafka_resp_err_t code = ask_topic(rk, topic.p, 1000);

	while (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
	       !is_final(code) && !is_stopping(bus) && ac_clock_monotonic() < until)
		code = ask_topic(rk, topic.p, 1000);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR ||
	    (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && rk == bus->producer))
		return 0;
	if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
		return ac_fail(err, ACCORD_EIO, "kafka: there is no topic '%.*s'", AC_FMT(topic));
	if (code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT)
		return ac_fail(err, ACCORD_EIO, "kafka: no broker answers (%.*s)", AC_FMT(bus->url->brokers));
	return ac_fail(err, ACCORD_EIO, "kafka: topic '%.*s': %s", AC_FMT(topic), rd_kafka_err2str(code));
}

static int
wait_for_topics(ac_bus *bus, accord_err *err)
{
	double until = ac_clock_monotonic() + START_S;
	int rc = 0;

	for (size_t i = 0; !rc && i < bus->url->topic_count; i++)
		rc = wait_for_topic(bus, bus->consumer, bus->url->topics[i], until, err);
	if (!rc && bus->producer)
		rc = wait_for_topic(bus, bus->producer, bus->url->hits, until, err);
	return rc;
}

static int
join(ac_bus *bus, accord_err *err)
{
	rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new((int)bus->url->topic_count);
	rd_kafka_resp_err_t code;

	for (size_t i = 0; i < bus->url->topic_count; i++)
		(void)rd_kafka_topic_partition_list_add(topics, bus->url->topics[i].p, RD_KAFKA_PARTITION_UA);
	code = rd_kafka_subscribe(bus->consumer, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	return code ? ac_fail(err, ACCORD_EIO, "kafka: %s", rd_kafka_err2str(code)) : 0;
}

int
ac_bus_open(
    const ac_bus_url *url, const ac_bus_properties *properties, const ac_bus_sink *sink, ac_bus **out, accord_err *err)
{
	ac_bus *bus = calloc(1, sizeof(*bus));
	int rc = 0;

	if (bus)
		bus->parts = calloc(AC_BUS_PARTITIONS_MAX, sizeof(*bus->parts));
	if (!bus || !bus->parts) {
		free(bus);
		return ac_fail(err, ACCORD_ENOMEM, "kafka: no memory");
	}
	bus->url = url;
	bus->sink = *sink;
	rc = open_consumer(bus, properties, err);
	if (!rc)
		rc = open_producer(bus, properties, err);
	if (!rc)
		rc = wait_for_topics(bus, err);
	if (!rc)
		rc = join(bus, err);
	if (rc)
		ac_bus_close(bus, NULL);
	else
		*out = bus;
	return rc;
}

/* ---- reading ---- */

static int
take_message(ac_bus *bus, const rd_kafka_message_t *m, accord_err *err)
{
	const char *topic = rd_kafka_topic_name(m->rkt);
	part *p = find_part(bus, topic, m->partition);
	rd_kafka_timestamp_type_t kind;
	int64_t low = 0, high = 0, ms;
	ac_bus_message shown = {
		.partition = m->partition, .offset = m->offset, .bytes = { m->payload, m->payload ? m->len : 0 }
	};

	/* Of a partition that has gone meanwhile: whoever has it reads it again. */
	if (!p)
		return 0;
	/* Gaps are usual (compaction, transactions), but not before the oldest message that is left. */
	if (p->next >= 0 && m->offset > p->next &&
	    rd_kafka_get_watermark_offsets(bus->consumer, topic, m->partition, &low, &high) ==
		RD_KAFKA_RESP_ERR_NO_ERROR &&
	    low > p->next)
		bus->counts.gone += (uint64_t)((low < m->offset ? low : m->offset) - p->next);
	ms = rd_kafka_message_timestamp(m, &kind);
	shown.topic = p->topic;
	shown.has_time = kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && ms >= 0 && ms < INT64_MAX / 1000;
	if (shown.has_time)
		shown.time = ac_time_from_us(ms * 1000);
	if (m->offset >= p->next)
		p->next = m->offset + 1;
	p->is_at_end = false;
	bus->counts.messages++;
	bus->counts.bytes += shown.bytes.n;
	bus->counts.empty += shown.bytes.n == 0;
	return bus->sink.on_message(bus->sink.payload, &shown, err);
}

/* A message that says something about reading itself. */
static int
take_event(ac_bus *bus, const rd_kafka_message_t *m, accord_err *err)
{
	part *p;

	if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		p = find_part(bus, rd_kafka_topic_name(m->rkt), m->partition);
		if (p)
			p->is_at_end = true;
		return 0;
	}
	if (is_final(m->err))
		return ac_fail(err, ACCORD_EIO, "kafka: %s", rd_kafka_message_errstr(m));
	tell(bus, rd_kafka_err2name(m->err), rd_kafka_message_errstr(m));
	return 0;
}

/* The next message: of those that are held, else of the bus. NULL: there is none. */
static rd_kafka_message_t *
next_message(ac_bus *bus, int timeout_ms)
{
	rd_kafka_message_t *m;

	if (bus->held_count == 0)
		return rd_kafka_consumer_poll(bus->consumer, timeout_ms);
	m = bus->held[0];
	bus->held_count--;
	memmove(bus->held, bus->held + 1, bus->held_count * sizeof(bus->held[0]));
	return m;
}

int
ac_bus_poll(ac_bus *bus, int timeout_ms, size_t max_bytes, bool *out_idle, accord_err *err)
{
	rd_kafka_message_t *m = next_message(bus, timeout_ms);
	uint64_t before = bus->counts.messages;
	size_t taken = 0;
	int rc = 0;

	while (m) {
		taken += m->err ? 0 : m->len + 1;
		rc = m->err ? take_event(bus, m, err) : take_message(bus, m, err);
		rd_kafka_message_destroy(m);
		if (rc || taken >= max_bytes || bus->failed.code)
			break;
		m = next_message(bus, 0);
	}
	if (bus->producer)
		(void)rd_kafka_poll(bus->producer, 0);
	*out_idle = bus->counts.messages == before;
	return rc ? rc : failure(bus, err);
}

bool
ac_bus_is_at_end(const ac_bus *bus)
{
	if (!bus->url->stop_at_end || !bus->has_assignment)
		return false;
	for (size_t i = 0; i < bus->part_count; i++)
		if (!bus->parts[i].is_at_end)
			return false;
	return true;
}

int
ac_bus_keep(ac_bus *bus, accord_err *err)
{
	rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_new(16);
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;

	for (size_t i = 0; i < bus->part_count; i++) {
		part *p = &bus->parts[i];

		if (p->next <= p->kept)
			continue;
		rd_kafka_topic_partition_list_add(places, p->topic.p, p->number)->offset = p->next;
		p->kept = p->next;
	}
	if (places->cnt > 0)
		code = rd_kafka_offsets_store(bus->consumer, places);
	rd_kafka_topic_partition_list_destroy(places);
	/* Of a partition that is on its way to another worker: read again there. */
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__STATE &&
	    code != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
		return ac_fail(err, ACCORD_EIO, "kafka: %s", rd_kafka_err2str(code));
	return 0;
}

/* ---- sending ---- */

static void
pause_reading(ac_bus *bus, bool pause)
{
	rd_kafka_topic_partition_list_t *parts = NULL;

	if (rd_kafka_assignment(bus->consumer, &parts) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	if (pause)
		(void)rd_kafka_pause_partitions(bus->consumer, parts);
	else
		(void)rd_kafka_resume_partitions(bus->consumer, parts);
	rd_kafka_topic_partition_list_destroy(parts);
}

/* Ask for messages although there are none: who does not ask is thrown out of the group. */
static int
ask_for_nothing(ac_bus *bus, accord_err *err)
{
	rd_kafka_message_t *m;

	/* Partitions that have come meanwhile, too. */
	pause_reading(bus, true);
	m = bus->held_count < HELD_MAX ? rd_kafka_consumer_poll(bus->consumer, 0) : NULL;
	if (m)
		bus->held[bus->held_count++] = m;
	return failure(bus, err);
}

/* Wait until at most `rest` hits are on their way. Long waits pause reading. */
static int
wait_for_hits(ac_bus *bus, uint64_t rest, accord_err *err)
{
	double began = ac_clock_monotonic(), now, stop_at = bus->is_rebalancing ? began + STOP_S : 0;
	bool is_paused = false;
	int rc = 0;

	bus->is_waiting = true;
	while (!rc && bus->sending > rest) {
		(void)rd_kafka_poll(bus->producer, SLICE_MS);
		now = ac_clock_monotonic();
		rc = failure(bus, err);
		if (!rc && !bus->is_rebalancing && now - began > PATIENCE_S) {
			bus->counts.pauses += !is_paused;
			is_paused = true;
			rc = ask_for_nothing(bus, err);
		}
		if (stop_at == 0 && is_stopping(bus))
			stop_at = now + STOP_S;
		if (!rc && stop_at > 0 && now > stop_at && bus->sending > rest) {
			bus->has_given_up = true;
			rc = ac_fail(err, ACCORD_EIO,
			    "kafka: topic '%.*s' has not taken %llu hits: what they came of will be read again",
			    AC_FMT(bus->url->hits), (unsigned long long)bus->sending);
		}
	}
	if (is_paused)
		pause_reading(bus, false);
	bus->is_waiting = false;
	return rc;
}

int
ac_bus_send(ac_bus *bus, ac_str key, ac_str hit, accord_err *err)
{
	rd_kafka_resp_err_t code;
	int rc = 0;

	if (!bus->producer)
		return 0;
	do {
		code = rd_kafka_producev(bus->producer, RD_KAFKA_V_TOPIC(bus->url->hits.p),
		    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.p, key.n),
		    RD_KAFKA_V_VALUE((void *)(uintptr_t)hit.p, hit.n), RD_KAFKA_V_END);
		if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
			rc = wait_for_hits(bus, bus->sending / 2, err);
	} while (!rc && code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
	if (rc)
		return rc;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		bus->sending++;
		return 0;
	}
	if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
		bus->counts.too_big++;
		return 0;
	}
	return ac_fail(err, ACCORD_EIO, "kafka: topic '%.*s': %s", AC_FMT(bus->url->hits), rd_kafka_err2str(code));
}

int
ac_bus_settle(ac_bus *bus, accord_err *err)
{
	return bus->producer ? wait_for_hits(bus, 0, err) : 0;
}

/* ---- closing ---- */

ac_bus *
ac_bus_close(ac_bus *bus, accord_err *err)
{
	if (!bus)
		return NULL;
	for (size_t i = 0; i < bus->held_count; i++)
		rd_kafka_message_destroy(bus->held[i]);
	bus->held_count = 0;
	if (bus->consumer) {
		/* Partitions go: on_leaving, then what is stored is committed. */
		(void)rd_kafka_consumer_close(bus->consumer);
		rd_kafka_destroy(bus->consumer);
	}
	if (bus->producer) {
		(void)rd_kafka_purge(bus->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
		rd_kafka_destroy(bus->producer);
	}
	(void)failure(bus, err);
	free(bus->parts);
	free(bus);
	return NULL;
}
