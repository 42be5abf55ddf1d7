/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of bus URLs and of files of properties. */
#include "net/bus_url.h"

#include "base/limits.h"

#define SCHEME AC_S("kafka://")
/* Kafka's own bound for names of topics (org.apache.kafka.common.internals.Topic: 249); groups have none. */
#define TOPIC_MAX 249
#define GROUP_MAX 249

bool
ac_bus_is_url(ac_str text)
{
	return ac_str_starts_fold(text, SCHEME);
}

/* ---- brokers ---- */

static bool
is_host_char(char c)
{
	return ac_is_alnum(c) || c == '-' || c == '.' || c == '_';
}

/* HOST, HOST:PORT or [IPv6]:PORT. */
static bool
is_broker(ac_str text)
{
	uint64_t port;
	size_t at = 0;

	if (text.n > 0 && text.p[0] == '[') {
		at = 1;
		while (at < text.n && (ac_hex_value(text.p[at]) >= 0 || text.p[at] == ':' || text.p[at] == '.'))
			at++;
		if (at < 3 || at == text.n || text.p[at] != ']')
			return false;
		at++;
	} else {
		while (at < text.n && is_host_char(text.p[at]))
			at++;
		if (at == 0)
			return false;
	}
	if (at == text.n)
		return true;
	return text.p[at] == ':' && text.n - at <= 6 && ac_str_to_u64(ac_str_slice(text, at + 1, text.n), &port) &&
	       port > 0 && port <= 65535;
}

static int
take_brokers(ac_str text, ac_arena *arena, ac_bus_url *out, accord_err *err)
{
	ac_str rest = text, broker;
	size_t count = 0;

	/* What stands before an '@' is likely a password: it is not repeated. */
	if (ac_str_find_byte(text, '@') < text.n)
		return ac_fail(err, ACCORD_EUSAGE,
		    "kafka: want brokers without user and password (they belong in the file of [kafka] properties)");
	while (ac_str_next_field(&rest, ',', &broker)) {
		if (!is_broker(broker))
			return ac_fail(
			    err, ACCORD_EUSAGE, "kafka: want a broker (host:port), got '%.*s'", AC_FMT(broker));
		if (++count > AC_BUS_BROKERS_MAX)
			return ac_fail(err, ACCORD_EUSAGE, "kafka: want at most %d brokers", AC_BUS_BROKERS_MAX);
	}
	out->brokers = ac_arena_str(arena, text);
	return out->brokers.p ? 0 : ac_arena_check(arena, err);
}

/* ---- topics ---- */

static bool
is_topic(ac_str name)
{
	if (name.n == 0 || name.n > TOPIC_MAX || ac_str_eq(name, AC_S(".")) || ac_str_eq(name, AC_S("..")))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_host_char(name.p[i]))
			return false;
	return true;
}

static int
take_topics(ac_str text, ac_arena *arena, ac_bus_url *out, accord_err *err)
{
	ac_str rest = text, topic;
	size_t count = 1;

	for (size_t i = 0; i < text.n; i++)
		count += text.p[i] == ',';
	if (count > AC_BUS_TOPICS_MAX)
		return ac_fail(err, ACCORD_EUSAGE, "kafka: want at most %d topics, got %zu", AC_BUS_TOPICS_MAX, count);
	out->topics = ac_arena_zalloc(arena, count, sizeof(*out->topics));
	if (!out->topics)
		return ac_arena_check(arena, err);
	while (ac_str_next_field(&rest, ',', &topic)) {
		if (!is_topic(topic))
			return ac_fail(err, ACCORD_EUSAGE,
			    "kafka: want the name of a topic (letters, digits, '.', '_', '-', at most %d), got '%.*s'",
			    TOPIC_MAX, AC_FMT(topic));
		for (size_t i = 0; i < out->topic_count; i++)
			if (ac_str_eq(out->topics[i], topic))
				return ac_fail(err, ACCORD_EUSAGE, "kafka: topic '%.*s' is named twice", AC_FMT(topic));
		topic = ac_arena_str(arena, topic);
		if (!topic.p)
			return ac_arena_check(arena, err);
		out->topics[out->topic_count++] = topic;
	}
	return 0;
}

/* ---- the query ---- */

/* RFC 3986 s2.1, into the arena. */
static int
unescape(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	char *p = ac_arena_zalloc(arena, text.n + 1, 1);
	size_t n = 0;

	if (!p)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < text.n; i++) {
		int high, low;

		if (text.p[i] != '%') {
			p[n++] = text.p[i];
			continue;
		}
		high = i + 2 < text.n ? ac_hex_value(text.p[i + 1]) : -1;
		low = i + 2 < text.n ? ac_hex_value(text.p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return ac_fail(err, ACCORD_EUSAGE, "kafka: want two hexadecimal digits behind '%%' in '%.*s'",
			    AC_FMT(text));
		p[n++] = (char)(high << 4 | low);
		i += 2;
	}
	*out = (ac_str){ p, n };
	return 0;
}

static int
take_group(ac_bus_url *out, ac_str value, accord_err *err)
{
	bool good = value.n > 0 && value.n <= GROUP_MAX;

	for (size_t i = 0; good && i < value.n; i++)
		good = (unsigned char)value.p[i] > ' ' && value.p[i] != 0x7f;
	if (!good)
		return ac_fail(
		    err, ACCORD_EUSAGE, "kafka: group wants a name without blanks of at most %d bytes", GROUP_MAX);
	out->group = value;
	return 0;
}

static int
take_hits(ac_bus_url *out, ac_str value, accord_err *err)
{
	if (!is_topic(value))
		return ac_fail(err, ACCORD_EUSAGE, "kafka: hits wants the name of a topic, got '%.*s'", AC_FMT(value));
	for (size_t i = 0; i < out->topic_count; i++)
		if (ac_str_eq(out->topics[i], value))
			return ac_fail(err, ACCORD_EUSAGE,
			    "kafka: hits wants another topic than those that are read, got '%.*s'", AC_FMT(value));
	out->hits = value;
	return 0;
}

static int
take_start(ac_bus_url *out, ac_str value, accord_err *err)
{
	out->from_latest = ac_str_eq(value, AC_S("latest"));
	if (!out->from_latest && !ac_str_eq(value, AC_S("earliest")))
		return ac_fail(err, ACCORD_EUSAGE, "kafka: start wants earliest or latest, got '%.*s'", AC_FMT(value));
	return 0;
}

static int
take_end(ac_bus_url *out, ac_str value, accord_err *err)
{
	out->stop_at_end = ac_str_eq(value, AC_S("stop"));
	if (!out->stop_at_end && !ac_str_eq(value, AC_S("wait")))
		return ac_fail(err, ACCORD_EUSAGE, "kafka: end wants stop or wait, got '%.*s'", AC_FMT(value));
	return 0;
}

static const struct {
	ac_str key;
	int (*take)(ac_bus_url *out, ac_str value, accord_err *err);
} keys[] = {
	{ AC_S_INIT("group"), take_group },
	{ AC_S_INIT("hits"), take_hits },
	{ AC_S_INIT("start"), take_start },
	{ AC_S_INIT("end"), take_end },
};

static int
take_pair(ac_str pair, unsigned *seen, ac_arena *arena, ac_bus_url *out, accord_err *err)
{
	ac_str value = pair, key;
	size_t i = 0;
	int rc;

	if (!ac_str_cut(&value, '=', &key))
		return ac_fail(err, ACCORD_EUSAGE, "kafka: want key=value behind '?'");
	while (i < AC_COUNT(keys) && !ac_str_eq(keys[i].key, key))
		i++;
	/* Its value may be a password. */
	if (i == AC_COUNT(keys))
		return ac_fail(err, ACCORD_EUSAGE,
		    "kafka: want group, hits, start or end, got '%.*s' (other settings belong in the file of [kafka] "
		    "properties)",
		    AC_FMT(key));
	if (*seen & 1U << i)
		return ac_fail(err, ACCORD_EUSAGE, "kafka: '%.*s' is given twice", AC_FMT(key));
	*seen |= 1U << i;
	rc = unescape(value, arena, &value, err);
	return rc ? rc : keys[i].take(out, value, err);
}

int
ac_bus_url_parse(ac_str text, ac_arena *arena, ac_bus_url *out, accord_err *err)
{
	ac_str rest, brokers, topics, pair;
	ac_bus_url url = { .brokers = { "", 0 }, .group = { "", 0 }, .hits = { "", 0 } };
	unsigned seen = 0;
	int rc;

	if (!ac_bus_is_url(text))
		return ac_fail(err, ACCORD_EUSAGE, "want kafka://BROKERS/TOPIC?group=NAME");
	rest = ac_str_slice(text, SCHEME.n, text.n);
	topics = (ac_str){ NULL, 0 };
	if (ac_str_cut(&rest, '/', &brokers) && !ac_str_cut(&rest, '?', &topics)) {
		topics = rest;
		rest = (ac_str){ NULL, 0 };
	}
	if (!topics.p)
		return ac_fail(err, ACCORD_EUSAGE, "kafka: want a topic: kafka://BROKERS/TOPIC?group=NAME");
	rc = take_brokers(brokers, arena, &url, err);
	if (!rc)
		rc = take_topics(topics, arena, &url, err);
	while (!rc && ac_str_next_field(&rest, '&', &pair))
		rc = take_pair(pair, &seen, arena, &url, err);
	if (!rc && url.group.n == 0)
		rc = ac_fail(err, ACCORD_EUSAGE, "kafka: want a group: kafka://BROKERS/TOPIC?group=NAME");
	if (!rc)
		*out = url;
	return rc;
}

/* ---- properties ---- */

/* The first row that fits decides; a name that ends in '.' or '*' stands for all that begin so. */
static const struct {
	const char *name;
	bool allowed;
} rules[] = {
	/* code from elsewhere */
	{ "ssl.engine.", false },
	{ "ssl.providers", false },
	{ "plugin.", false },
	{ "sasl.oauthbearer.method", true },
	{ "sasl.kerberos.kinit.cmd", false },
	{ "security.protocol", true },
	{ "ssl.", true },
	{ "enable.ssl.", true },
	{ "sasl.", true },
	{ "enable.sasl.oauthbearer.", false },
	{ "client.id", true },
	{ "client.rack", true },
	{ "client.dns.lookup", true },
	{ "broker.address.", true },
	{ "socket.", true },
	{ "connections.max.idle.ms", true },
	{ "reconnect.", true },
	{ "metadata.max.age.ms", true },
	{ "topic.metadata.", true },
	{ "session.timeout.ms", true },
	{ "heartbeat.interval.ms", true },
	{ "max.poll.interval.ms", true },
	{ "group.instance.id", true },
	{ "partition.assignment.strategy", true },
	{ "isolation.level", true },
	{ "check.crcs", true },
	{ "fetch.", true },
	{ "queued.", true },
	{ "receive.message.max.bytes", true },
	{ "message.max.bytes", true },
	{ "compression.", true },
	{ "linger.ms", true },
	{ "batch.", true },
	{ "message.timeout.ms", true },
	{ "delivery.timeout.ms", true },
	{ "request.timeout.ms", true },
	{ "api.version.", true },
	{ "broker.version.fallback", true },
};

static bool
is_allowed(ac_str name)
{
	for (size_t i = 0; i < AC_COUNT(rules); i++) {
		ac_str rule = ac_str_from(rules[i].name);

		if (rule.p[rule.n - 1] == '.' ? ac_str_starts(name, rule) : ac_str_eq(name, rule))
			return rules[i].allowed;
	}
	return false;
}

static int
read_property(ac_str line, uint64_t number, ac_arena *arena, ac_bus_properties *out, accord_err *err)
{
	ac_str value = line, name;
	ac_bus_property *p = &out->items[out->count];

	if (!ac_str_cut(&value, '=', &name))
		return ac_fail_at(err, ACCORD_EUSAGE, number, 1, 0, "want 'name = value'");
	name = ac_str_trim(name);
	value = ac_str_trim(value);
	if (!is_allowed(name))
		return ac_fail_at(err, ACCORD_EUSAGE, number, 1, 0,
		    "want a property of connections, TLS, SASL, sizes or times, got '%.*s'",
		    AC_FMT(ac_str_slice(name, 0, 64)));
	if (ac_str_find_byte(value, '\0') < value.n)
		return ac_fail_at(err, ACCORD_EUSAGE, number, 1, 0, "%.*s: want text, got a NUL", AC_FMT(name));
	for (size_t i = 0; i < out->count; i++)
		if (ac_str_eq(out->items[i].name, name))
			return ac_fail_at(err, ACCORD_EUSAGE, number, 1, 0, "'%.*s' is given twice", AC_FMT(name));
	if (out->count == AC_BUS_PROPERTIES_MAX)
		return ac_fail_at(
		    err, ACCORD_EUSAGE, number, 1, 0, "want at most %d properties", AC_BUS_PROPERTIES_MAX);
	*p = (ac_bus_property){ ac_arena_str(arena, name), ac_arena_str(arena, value) };
	out->count++;
	return ac_arena_check(arena, err);
}

int
ac_bus_properties_read(ac_str text, ac_arena *arena, ac_bus_properties *out, accord_err *err)
{
	ac_bus_properties found = { .items = ac_arena_zalloc(arena, AC_BUS_PROPERTIES_MAX, sizeof(*found.items)) };
	uint64_t number = 0;
	ac_str line;
	int rc = found.items ? 0 : ac_arena_check(arena, err);

	while (!rc && ac_str_next_field(&text, '\n', &line)) {
		number++;
		line = ac_str_trim(line);
		if (line.n && line.p[0] != '#' && line.p[0] != ';')
			rc = read_property(line, number, arena, &found, err);
	}
	if (!rc)
		*out = found;
	return rc;
}
