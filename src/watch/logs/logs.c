/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats, the table of field names, and what the formats share. */
#include "watch/logs/logs.h"

#include "base/utf8.h"
#include "watch/hash.h"

const ac_log_format *const ac_log_formats[] = { &ac_log_json, &ac_log_zeek, &ac_log_w3c, &ac_log_csv, &ac_log_syslog,
	&ac_log_text, NULL };

/* Names of fields in Suricata EVE, Zeek, W3C, ECS, OCSF, Sysmon and common CSV exports; lower case. */
static const struct {
	ac_str name;
	ac_field_role role;
	bool top_only; /* not as the last part of a longer name */
} names[] = {
	{ AC_S_INIT("timestamp"), AC_FIELD_TIME, true },
	{ AC_S_INIT("@timestamp"), AC_FIELD_TIME, true },
	{ AC_S_INIT("ts"), AC_FIELD_TIME, true },
	{ AC_S_INIT("date"), AC_FIELD_DATE, true },
	{ AC_S_INIT("time"), AC_FIELD_CLOCK, true },
	{ AC_S_INIT("datetime"), AC_FIELD_TIME, true },
	{ AC_S_INIT("date-time"), AC_FIELD_TIME, true },
	{ AC_S_INIT("date_time"), AC_FIELD_TIME, true },
	{ AC_S_INIT("event_time"), AC_FIELD_TIME, true },
	{ AC_S_INIT("eventtime"), AC_FIELD_TIME, true },
	{ AC_S_INIT("utctime"), AC_FIELD_TIME, false },
	{ AC_S_INIT("timegenerated"), AC_FIELD_TIME, true },
	{ AC_S_INIT("time_local"), AC_FIELD_TIME, true },
	{ AC_S_INIT("first_seen"), AC_FIELD_TIME, true },
	{ AC_S_INIT("src_ip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("id.orig_h"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("source.ip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("source.address"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("client.ip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("src_endpoint.ip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("sourceip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("src"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("srcip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("source_ip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("client_ip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("clientip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("c-ip"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("mailfrom"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("email.from"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("smtp.mail_from"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("from"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("email.from.address"), AC_FIELD_SOURCE, false },
	{ AC_S_INIT("dest_ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("id.resp_h"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("destination.ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("destination.address"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("server.ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("dst_endpoint.ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("destinationip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("dst"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("dst_ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("dstip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("destination_ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("server_ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("s-ip"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("rcptto"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("email.to"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("email.to.address"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("smtp.rcpt_to"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("to"), AC_FIELD_DESTINATION, false },
	{ AC_S_INIT("src_port"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("id.orig_p"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("source.port"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("client.port"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("src_endpoint.port"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("sourceport"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("source_port"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("srcport"), AC_FIELD_SOURCE_PORT, false },
	{ AC_S_INIT("dest_port"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("id.resp_p"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("destination.port"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("server.port"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("dst_endpoint.port"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("destinationport"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("destination_port"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("dst_port"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("dstport"), AC_FIELD_DESTINATION_PORT, false },
	{ AC_S_INIT("s-port"), AC_FIELD_URL_PORT, false },
	{ AC_S_INIT("cs-uri-port"), AC_FIELD_URL_PORT, false },
	{ AC_S_INIT("http_port"), AC_FIELD_URL_PORT, false },
	{ AC_S_INIT("url.port"), AC_FIELD_URL_PORT, false },
	{ AC_S_INIT("proto"), AC_FIELD_PROTOCOL, false },
	{ AC_S_INIT("app_proto"), AC_FIELD_PROTOCOL, false },
	{ AC_S_INIT("service"), AC_FIELD_PROTOCOL, false },
	{ AC_S_INIT("protocol"), AC_FIELD_PROTOCOL, false },
	{ AC_S_INIT("network.transport"), AC_FIELD_PROTOCOL, false },
	{ AC_S_INIT("network.protocol"), AC_FIELD_PROTOCOL, false },
	{ AC_S_INIT("url.scheme"), AC_FIELD_URL_SCHEME, false },
	{ AC_S_INIT("cs-uri-scheme"), AC_FIELD_URL_SCHEME, false },
	{ AC_S_INIT("scheme"), AC_FIELD_URL_SCHEME, false },
	{ AC_S_INIT("http.hostname"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("http.host"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("host"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("cs-host"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("cs(host)"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("http_host"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("url.domain"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("vhost"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("server_name"), AC_FIELD_URL_HOST, false },
	{ AC_S_INIT("http.url"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("uri"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("url"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("cs-uri-stem"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("cs-uri"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("request_uri"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("url.path"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("path"), AC_FIELD_URL_PATH, false },
	{ AC_S_INIT("cs-uri-query"), AC_FIELD_URL_QUERY, false },
	{ AC_S_INIT("url.query"), AC_FIELD_URL_QUERY, false },
	{ AC_S_INIT("query_string"), AC_FIELD_URL_QUERY, false },
	{ AC_S_INIT("user_agent"), AC_FIELD_USER_AGENT, false },
	{ AC_S_INIT("http_user_agent"), AC_FIELD_USER_AGENT, false },
	{ AC_S_INIT("user_agent.original"), AC_FIELD_USER_AGENT, false },
	{ AC_S_INIT("user-agent"), AC_FIELD_USER_AGENT, false },
	{ AC_S_INIT("useragent"), AC_FIELD_USER_AGENT, false },
	{ AC_S_INIT("cs(user-agent)"), AC_FIELD_USER_AGENT, false },
};

static ac_field_role
exact_role(ac_str name, bool is_top)
{
	for (size_t i = 0; i < AC_COUNT(names); i++)
		if ((is_top || !names[i].top_only) && ac_str_eq_fold(names[i].name, name))
			return names[i].role;
	return AC_FIELD_OTHER;
}

ac_field_role
ac_log_role(ac_str name)
{
	ac_str rest = name, head;
	ac_field_role role = exact_role(name, true);

	while (role == AC_FIELD_OTHER && ac_str_cut(&rest, '.', &head))
		role = exact_role(rest, false);
	if (role == AC_FIELD_OTHER && ac_str_find_fold(rest, AC_S("version")) < rest.n)
		role = AC_FIELD_SOFTWARE;
	return role;
}

void
ac_log_add(ac_log_record *record, ac_str name, ac_str raw, uint64_t group, ac_field_role role)
{
	if (record->count == AC_LOG_FIELDS_MAX)
		return;
	if (record->count == record->capacity) {
		size_t capacity = record->capacity ? 2 * record->capacity : 32;
		ac_log_field *fields = ac_arena_resize(
		    record->arena, record->fields, record->capacity * sizeof(*fields), capacity * sizeof(*fields));

		if (!fields) {
			record->malformed = true;
			return;
		}
		record->fields = fields;
		record->capacity = capacity;
	}
	record->fields[record->count++] = (ac_log_field){ name, raw, group, role };
}

bool
ac_log_time(ac_str text, ac_time *out)
{
	uint64_t number;

	text = ac_str_trim(text);
	/* OCSF and Java write milliseconds: more than eleven digits are no seconds before the year 5138. */
	if (text.n >= 12 && text.n <= 17 && ac_str_to_u64(text, &number)) {
		*out = ac_time_from_us((int64_t)(text.n < 15 ? number * 1000 : number));
		return true;
	}
	/* A small number is a counter, not an instant. */
	if (text.n < 9 && ac_str_to_u64(text, &number))
		return false;
	return ac_time_parse_loose(text, out);
}

bool
ac_log_set_columns(ac_log_state *state, const ac_log_format *format, ac_str line, char separator)
{
	ac_str rest = line, name;
	size_t count = 1;

	for (size_t i = 0; i < line.n; i++)
		count += line.p[i] == separator;
	ac_arena_reset(&state->arena);
	state->columns_of = NULL;
	state->column_count = 0;
	if (count > AC_CSV_COLUMNS_MAX)
		return false;
	state->columns = ac_arena_zalloc(&state->arena, count, sizeof(*state->columns));
	state->roles = ac_arena_zalloc(&state->arena, count, sizeof(*state->roles));
	if (!state->columns || !state->roles)
		return false;
	while (state->column_count < count && ac_str_next_field(&rest, separator, &name)) {
		name = ac_str_trim(name);
		if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
			name = ac_str_slice(name, 1, name.n - 1);
		state->columns[state->column_count] = ac_arena_str(&state->arena, name);
		state->roles[state->column_count] = ac_log_role(name);
		if (!state->columns[state->column_count].p)
			return false;
		state->column_count++;
	}
	state->separator = separator;
	state->columns_of = format;
	return true;
}

void
ac_log_add_column(const ac_log_state *state, ac_log_record *record, size_t column, ac_str raw)
{
	if (column >= state->column_count) {
		record->malformed = true;
		return;
	}
	ac_log_add(record, state->columns[column], raw, 0, state->roles[column]);
}

bool
ac_log_is_hash_container(ac_str name)
{
	static const ac_str all[] = { AC_S_INIT("hash"), AC_S_INIT("hashes"), AC_S_INIT("digest"),
		AC_S_INIT("checksums") };

	for (size_t i = 0; i < AC_COUNT(all); i++)
		if (ac_str_eq_fold(all[i], name))
			return true;
	return false;
}

void
ac_log_state_init(ac_log_state *state, ac_time as_of)
{
	*state = (ac_log_state){ .as_of = as_of };
	ac_arena_init(&state->arena, AC_MIB);
}

void
ac_log_state_done(ac_log_state *state)
{
	ac_arena_done(&state->arena);
}

ac_str
ac_log_trim(ac_str line)
{
	if (ac_str_starts(line, AC_S("\xef\xbb\xbf")))
		line = ac_str_slice(line, 3, line.n);
	if (line.n > 0 && (ac_is_space(line.p[0]) || ac_is_space(line.p[line.n - 1])))
		line = ac_str_trim(line);
	return line;
}

bool
ac_log_see(ac_log_state *state, ac_str line)
{
	line = ac_log_trim(line);
	if (line.n == 0)
		return false;
	if (!state->has_content || line.p[0] == '#') {
		for (size_t i = 0; ac_log_formats[i]; i++)
			if (ac_log_formats[i]->header && ac_log_formats[i]->header(state, line))
				return false;
		if (line.p[0] == '#')
			return false;
	}
	if (!state->has_content) {
		state->has_content = true;
		state->is_ndjson = line.p[0] == '{';
	}
	if (line.p[line.n - 1] == ',')
		line.n--;
	return state->is_ndjson && (line.p[0] != '{' || line.p[line.n - 1] != '}');
}

/* A date and a time of day in two fields (W3C), or either alone. */
static void
time_from_parts(ac_log_record *record, ac_str date, ac_str clock)
{
	ac_str text = clock;

	if (record->has_time || (!date.p && !clock.p))
		return;
	if (date.p && clock.p && date.n <= 10)
		text = ac_arena_printf(record->arena, "%.*s %.*s", AC_FMT(date), AC_FMT(clock));
	else if (!clock.p || date.n > 10)
		text = date;
	record->has_time = text.n > 0 && ac_log_time(text, &record->time);
}

void
ac_log_read(const ac_log_state *state, ac_str line, ac_arena *arena, ac_log_record *out)
{
	ac_str date = { NULL, 0 }, clock = { NULL, 0 };

	*out = (ac_log_record){ .arena = arena };
	for (size_t i = 0; ac_log_formats[i]; i++)
		if (ac_log_formats[i]->fits(state, line)) {
			out->format = ac_log_formats[i];
			break;
		}
	out->format->read(state, line, out);
	if (state->is_ndjson && !out->format->is_json)
		out->malformed = true;
	for (size_t i = 0; i < out->count; i++) {
		const ac_log_field *f = &out->fields[i];

		if (f->role == AC_FIELD_TIME && !out->has_time)
			out->has_time = ac_log_time(f->raw, &out->time);
		else if (f->role == AC_FIELD_DATE && !date.p)
			date = f->raw;
		else if (f->role == AC_FIELD_CLOCK && !clock.p)
			clock = f->raw;
	}
	time_from_parts(out, date, clock);
}

/* Four hexadecimal digits; -1 when they are not. */
static int32_t
hex4(ac_str raw, size_t at)
{
	int32_t value = 0;

	if (at + 4 > raw.n)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		int digit = ac_hex_value(raw.p[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

ac_escape
ac_log_escape(ac_str raw, size_t at)
{
	static const ac_str from = AC_S_INIT("\"\\/bfnrt"), to = AC_S_INIT("\"\\/\b\f\n\r\t");
	ac_escape e = { .raw_n = 0 };
	int32_t high, low;
	size_t simple;

	if (at + 1 >= raw.n)
		return e;
	simple = ac_str_find_byte(from, raw.p[at + 1]);
	if (simple < from.n) {
		e.text[0] = to.p[simple];
		e.text_n = 1;
		e.raw_n = 2;
		return e;
	}
	if (raw.p[at + 1] != 'u')
		return e;
	high = hex4(raw, at + 2);
	if (high < 0)
		return e;
	e.raw_n = 6;
	if (high >= 0xd800 && high < 0xdc00 && at + 7 < raw.n && raw.p[at + 6] == '\\' && raw.p[at + 7] == 'u') {
		low = hex4(raw, at + 8);
		if (low >= 0xdc00 && low < 0xe000) {
			high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
			e.raw_n = 12;
		}
	}
	e.text_n = (uint8_t)ac_utf8_put(e.text, (uint32_t)high);
	return e;
}

ac_str
ac_log_unescape(ac_str raw, ac_arena *arena)
{
	char *out;
	size_t n = 0, at = 0;

	if (ac_str_find_byte(raw, '\\') == raw.n)
		return raw;
	out = ac_arena_alloc(arena, raw.n);
	if (!out)
		return (ac_str){ NULL, 0 };
	while (at < raw.n) {
		ac_escape e = { .raw_n = 0 };

		if (raw.p[at] == '\\')
			e = ac_log_escape(raw, at);
		if (e.raw_n == 0) {
			out[n++] = raw.p[at++];
			continue;
		}
		memcpy(out + n, e.text, e.text_n);
		n += e.text_n;
		at += e.raw_n;
	}
	return (ac_str){ out, n };
}
