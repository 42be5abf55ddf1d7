/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Kafka cluster for tests: librdkafka's own mock, on loopback; or, with BROKERS as an argument, a client of a real one (then only with topic, send, fill, tombstone, read and committed). Prints the brokers, then takes a command a line and answers with lines, the last of which is "ok" or "error: ...":
 *	topic NAME PARTITIONS
 *	send TOPIC PARTITION TIME_MS TEXT	the rest of the line, with \n for a line end; TIME_MS 0: now
 *	fill TOPIC PARTITIONS COUNT BYTES TEXT	many at once: message i is "i TEXT" and blanks up to so many bytes, in partition i % PARTITIONS
 *	tombstone TOPIC PARTITION
 *	down N, up N				broker N, from 1
 *	leader TOPIC PARTITION N		broker N leads it
 *	coordinator GROUP N			broker N keeps the group
 *	errors API_KEY CODE COUNT [N]		the next COUNT requests of that kind (to broker N) fail so
 *	noerrors API_KEY			those that are left do not
 *	topicerror TOPIC CODE			all sending to the topic fails so; 0: no more
 *	read TOPIC COUNT WAIT_MS		what stands in the topic, until there are COUNT messages or the time is over
 *	committed GROUP TOPIC PARTITION
 * It ends with its standard input.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static rd_kafka_t *producer;
static rd_kafka_mock_cluster_t *cluster; /* NULL: a real one */
static const char *brokers;
static int delivery_error;

static void
say(const char *text)
{
	(void)printf("%s\n", text);
	(void)fflush(stdout);
}

static void
answer(rd_kafka_resp_err_t code)
{
	char text[256];

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		say("ok");
		return;
	}
	(void)snprintf(text, sizeof(text), "error: %s", rd_kafka_err2str(code));
	say(text);
}

static void
on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
	(void)rk;
	(void)opaque;
	delivery_error = message->err;
}

static rd_kafka_resp_err_t
deliver(const char *topic, int partition, int64_t time_ms, char *text, size_t n)
{
	rd_kafka_resp_err_t code = rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
	    RD_KAFKA_V_TIMESTAMP(time_ms), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY("k", 1),
	    RD_KAFKA_V_VALUE(text, n), RD_KAFKA_V_END);

	if (code)
		return code;
	delivery_error = RD_KAFKA_RESP_ERR__TIMED_OUT;
	(void)rd_kafka_flush(producer, 5000);
	return delivery_error;
}

/* A message of `fill`; waits while the library's queue is full. */
static rd_kafka_resp_err_t
queue_one(const char *topic, int partition, const char *text, size_t n)
{
	rd_kafka_resp_err_t code;

	do {
		code = rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
		    RD_KAFKA_V_TIMESTAMP(1600000000000), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
		    RD_KAFKA_V_VALUE((void *)(uintptr_t)text, n), RD_KAFKA_V_END);
		if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
			(void)rd_kafka_poll(producer, 10);
	} while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
	return code;
}

static rd_kafka_resp_err_t
fill(const char *topic, int partitions, int count, int bytes, const char *text)
{
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	size_t room = (size_t)bytes + strlen(text) + 16;
	char *message = malloc(room);

	if (!message)
		return RD_KAFKA_RESP_ERR__FAIL;
	for (int i = 0; i < count && !code; i++) {
		int n = snprintf(message, room, "%d %s%*s", i, text, bytes > 0 ? 1 : 0, "");

		if (n < bytes)
			memset(message + n, ' ', (size_t)(bytes - n));
		code = queue_one(topic, i % partitions, message, (size_t)(n < bytes ? bytes : n));
	}
	free(message);
	return code ? code : rd_kafka_flush(producer, 60000);
}

static rd_kafka_t *
consumer_of(const char *group)
{
	char text[256];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	(void)rd_kafka_conf_set(conf, "bootstrap.servers", brokers, text, sizeof(text));
	(void)rd_kafka_conf_set(conf, "group.id", group, text, sizeof(text));
	(void)rd_kafka_conf_set(conf, "enable.auto.commit", "false", text, sizeof(text));
	(void)rd_kafka_conf_set(conf, "auto.offset.reset", "earliest", text, sizeof(text));
	return rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
}

/* All partitions of a topic from their beginning, without joining a group. */
static void
read_topic(const char *topic, int count, int wait_ms)
{
	rd_kafka_t *rk = consumer_of("mock-reader");
	rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(4);
	int got = 0;

	for (int i = 0; i < 4; i++)
		rd_kafka_topic_partition_list_add(parts, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
	(void)rd_kafka_poll_set_consumer(rk);
	(void)rd_kafka_assign(rk, parts);
	while (got < count && wait_ms > 0) {
		rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 100);

		if (m && !m->err) {
			(void)printf("%.*s\n", (int)m->len, (const char *)m->payload);
			got++;
		}
		if (!m || m->err)
			wait_ms -= 100;
		if (m)
			rd_kafka_message_destroy(m);
	}
	rd_kafka_topic_partition_list_destroy(parts);
	rd_kafka_destroy(rk);
	say("ok");
}

static void
show_committed(const char *group, const char *topic, int partition)
{
	rd_kafka_t *rk = consumer_of(group);
	rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t code;

	(void)rd_kafka_topic_partition_list_add(parts, topic, partition);
	code = rd_kafka_committed(rk, parts, 5000);
	if (!code)
		(void)printf("%lld\n", (long long)parts->elems[0].offset);
	rd_kafka_topic_partition_list_destroy(parts);
	rd_kafka_destroy(rk);
	answer(code);
}

static rd_kafka_resp_err_t
create_topic(const char *name, int partitions)
{
	char text[256];
	rd_kafka_NewTopic_t *topic;
	rd_kafka_queue_t *queue;
	rd_kafka_event_t *event;
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
	size_t count = 0;

	if (cluster)
		return rd_kafka_mock_topic_create(cluster, name, partitions, 1);
	topic = rd_kafka_NewTopic_new(name, partitions, 1, text, sizeof(text));
	queue = rd_kafka_queue_new(producer);
	rd_kafka_CreateTopics(producer, &topic, 1, NULL, queue);
	event = rd_kafka_queue_poll(queue, 15000);
	if (event) {
		const rd_kafka_topic_result_t **results =
		    rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);

		code = count == 1 ? rd_kafka_topic_result_error(results[0]) : rd_kafka_event_error(event);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_queue_destroy(queue);
	rd_kafka_NewTopic_destroy(topic);
	return code;
}

/* "\n" in the text of a command to a line end; in place. */
static size_t
unescape(char *text)
{
	size_t n = 0;

	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '\\' && text[i + 1] == 'n') {
			text[n++] = '\n';
			i++;
		} else {
			text[n++] = text[i];
		}
	}
	return n;
}

static rd_kafka_resp_err_t
push_errors(int api_key, int code, int count, int broker)
{
	rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;

	for (int i = 0; i < count && !failed; i++) {
		if (broker)
			failed = rd_kafka_mock_broker_push_request_error_rtts(
			    cluster, broker, (int16_t)api_key, 1, (rd_kafka_resp_err_t)code, 0);
		else
			rd_kafka_mock_push_request_errors(cluster, (int16_t)api_key, 1, (rd_kafka_resp_err_t)code);
	}
	return failed;
}

/* What only a mock can be told. False: the line is none of that. */
static bool
run_of_mock(const char *word, const char *line)
{
	char name[256] = "";
	int a = 0, b = 0, c = 0, n = 0;

	if (!strcmp(word, "down") && sscanf(line, "down %d", &a) == 1)
		answer(rd_kafka_mock_broker_set_down(cluster, a));
	else if (!strcmp(word, "up") && sscanf(line, "up %d", &a) == 1)
		answer(rd_kafka_mock_broker_set_up(cluster, a));
	else if (!strcmp(word, "leader") && sscanf(line, "leader %255s %d %d", name, &a, &b) == 3)
		answer(rd_kafka_mock_partition_set_leader(cluster, name, a, b));
	else if (!strcmp(word, "coordinator") && sscanf(line, "coordinator %255s %d", name, &a) == 2)
		answer(rd_kafka_mock_coordinator_set(cluster, "group", name, a));
	else if (!strcmp(word, "errors") && sscanf(line, "errors %d %d %d %d", &a, &b, &c, &n) >= 3)
		answer(push_errors(a, b, c, n));
	else if (!strcmp(word, "noerrors") && sscanf(line, "noerrors %d", &a) == 1) {
		rd_kafka_mock_clear_request_errors(cluster, (int16_t)a);
		say("ok");
	} else if (!strcmp(word, "topicerror") && sscanf(line, "topicerror %255s %d", name, &a) == 2) {
		rd_kafka_mock_topic_set_error(cluster, name, (rd_kafka_resp_err_t)a);
		say("ok");
	} else
		return false;
	return true;
}

static void
run(char *line)
{
	char word[16] = "", topic[256] = "", group[256] = "";
	int a = 0, b = 0, c = 0, at = 0;
	long long time_ms = 0;

	(void)sscanf(line, "%15s", word);
	if (cluster && run_of_mock(word, line))
		return;
	if (!strcmp(word, "topic") && sscanf(line, "topic %255s %d", topic, &a) == 2)
		answer(create_topic(topic, a));
	else if (!strcmp(word, "send") && sscanf(line, "send %255s %d %lld %n", topic, &a, &time_ms, &at) == 3 && at)
		answer(deliver(topic, a, time_ms, line + at, unescape(line + at)));
	else if (!strcmp(word, "fill") && sscanf(line, "fill %255s %d %d %d %n", topic, &a, &b, &c, &at) == 4 && at &&
		 a > 0)
		answer(fill(topic, a, b, c, line + at));
	else if (!strcmp(word, "tombstone") && sscanf(line, "tombstone %255s %d", topic, &a) == 2)
		answer(deliver(topic, a, 0, NULL, 0));
	else if (!strcmp(word, "read") && sscanf(line, "read %255s %d %d", topic, &a, &b) == 3)
		read_topic(topic, a, b);
	else if (!strcmp(word, "committed") && sscanf(line, "committed %255s %255s %d", group, topic, &a) == 3)
		show_committed(group, topic, a);
	else
		say("error: no such command");
}

int
main(int argc, char **argv)
{
	char text[256], *line = NULL;
	size_t room = 0;
	ssize_t n;
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	if (argc > 1)
		(void)rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], text, sizeof(text));
	else
		(void)rd_kafka_conf_set(conf, "test.mock.num.brokers", "3", text, sizeof(text));
	(void)rd_kafka_conf_set(conf, "message.timeout.ms", "5000", text, sizeof(text));
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
	cluster = producer && argc == 1 ? rd_kafka_handle_mock_cluster(producer) : NULL;
	if (!producer || (argc == 1 && !cluster))
		return 1;
	brokers = cluster ? rd_kafka_mock_cluster_bootstraps(cluster) : argv[1];
	say(brokers);
	while ((n = getline(&line, &room, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		run(line);
	}
	free(line);
	rd_kafka_destroy(producer);
	return 0;
}
