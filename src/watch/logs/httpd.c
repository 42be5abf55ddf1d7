/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access logs of Apache and nginx: the common and combined formats, with the virtual host before them or not ("%v:%p", "%v"), and nginx's with the forwarded-for address behind. Also Envoy's, whose time stands first (its default format string, and Istio's), and HAProxy's
 * ("option httplog" and "tcplog"), where an IPv6 address has its port behind one more colon. Fields are called
 * as nginx calls them. Quotes and other bytes in values are written "\"" or "\x22".
 */
#include "watch/logs/logs.h"
#include "watch/logs/when.h"
#include "watch/token.h"

/* The bracketed time is looked for in so many bytes. */
#define HEAD_MAX 1024
/* An IPv6 address and its port. */
#define HAPROXY_CLIENT_MAX 64

/* "[19/Jul/2021:10:00:00 +0200]" begins here. */
static bool
is_time(ac_str t)
{
	return t.n >= 28 && t.p[0] == '[' && t.p[3] == '/' && t.p[7] == '/' && t.p[12] == ':' && t.p[21] == ' ' &&
	       t.p[27] == ']' && ac_is_digit(t.p[1]) && ac_is_digit(t.p[8]);
}

static size_t
find_time(ac_str line)
{
	ac_str head = ac_str_slice(line, 0, HEAD_MAX);

	for (size_t at = 0; at < head.n; at++) {
		at += ac_str_find_byte(ac_str_slice(head, at, head.n), '[');
		if (at < head.n && is_time(ac_str_slice(line, at, line.n)))
			return at;
	}
	return line.n;
}

/* "[2021-07-19T10:00:00.123Z] "GET ..." */
static bool
is_envoy(ac_str line)
{
	return line.n > 32 && line.p[0] == '[' && line.p[5] == '-' && line.p[11] == 'T' &&
	       ac_str_find(ac_str_slice(line, 0, 40), AC_S("Z] \"")) < 40;
}

/* HAProxy: "192.0.2.1:5432 [19/Jul/2021:10:00:00.123] ": where the time begins, 0 when it is none. */
static size_t
haproxy_time(ac_str line)
{
	size_t open = ac_str_find_byte(ac_str_slice(line, 0, HAPROXY_CLIENT_MAX), ' ') + 1;

	return open >= 4 && ac_is_haproxy_time(ac_str_slice(line, open, line.n)) && ac_is_digit(line.p[open - 2]) ? open
														  : 0;
}

static bool
fits_httpd(const ac_log_state *state, ac_str line)
{
	size_t at = find_time(line);

	(void)state;
	if (is_envoy(line) || haproxy_time(line))
		return true;
	return at > 0 && at < line.n && line.p[at - 1] == ' ' &&
	       ac_str_starts(ac_str_slice(line, at + 28, line.n), AC_S(" \""));
}

static void
add(const ac_log_state *state, ac_log_record *record, const char *name, ac_str value)
{
	if (value.n > 0 && !ac_str_eq(value, AC_S("-")))
		ac_log_add_named(state, record, ac_str_from(name), value, AC_LOG_HEX);
}

/* "host:port" of a virtual host; an IPv6 address stands in brackets there. */
static void
add_vhost(const ac_log_state *state, ac_log_record *record, ac_str word)
{
	size_t colon = word.n;

	while (colon > 0 && ac_is_digit(word.p[colon - 1]))
		colon--;
	if (colon > 1 && colon < word.n && word.p[colon - 1] == ':') {
		add(state, record, "vhost", ac_str_slice(word, 0, colon - 1));
		add(state, record, "server_port", ac_str_slice(word, colon, word.n));
	} else {
		add(state, record, "vhost", word);
	}
}

/* An address, or a name with a dot: what stands first, unless a virtual host stands before it. */
static bool
is_host(ac_str word)
{
	return ac_str_find_byte(word, '.') < word.n || ac_str_find_byte(word, ':') < word.n;
}

/* "[vhost[:port]] host ident user": a user may hold blanks (nginx). */
static void
read_head(const ac_log_state *state, ac_str head, ac_log_record *record)
{
	ac_str rest = ac_str_trim(head), first, word = { NULL, 0 }, behind;

	if (!ac_str_cut(&rest, ' ', &first)) {
		add(state, record, "remote_addr", rest);
		return;
	}
	behind = rest;
	if (ac_str_cut(&behind, ' ', &word) && is_host(word) && ac_str_find_byte(behind, ' ') < behind.n) {
		add_vhost(state, record, first);
		first = word;
		rest = behind;
	}
	add(state, record, "remote_addr", first);
	if (ac_str_cut(&rest, ' ', &word))
		add(state, record, "remote_user", ac_str_trim(rest));
}

/* The text in quotes at *at, which goes behind the closing one; {NULL, 0} when there is none. */
static ac_str
take_quoted(ac_str line, size_t *at)
{
	size_t begin = *at, end;

	while (begin < line.n && line.p[begin] == ' ')
		begin++;
	if (begin >= line.n || line.p[begin] != '"')
		return (ac_str){ NULL, 0 };
	for (end = ++begin; end < line.n && line.p[end] != '"'; end++)
		end += line.p[end] == '\\';
	if (end >= line.n)
		return (ac_str){ NULL, 0 };
	*at = end + 1;
	return ac_str_slice(line, begin, end);
}

static ac_str
take_word(ac_str line, size_t *at)
{
	size_t begin = *at, end;

	while (begin < line.n && line.p[begin] == ' ')
		begin++;
	for (end = begin; end < line.n && line.p[end] != ' '; end++)
		;
	*at = end;
	return ac_str_slice(line, begin, end);
}

/* "GET /path HTTP/1.1"; anything else (TLS to a plain port) as it is. */
static void
read_request(const ac_log_state *state, ac_str request, ac_log_record *record)
{
	ac_str rest = request, method, target = rest;
	size_t last;

	if (!ac_str_cut(&rest, ' ', &method) || method.n > 32) {
		ac_log_add(record, AC_S("request"), request, 0, AC_FIELD_OTHER, AC_LOG_HEX);
		return;
	}
	add(state, record, "request_method", method);
	for (last = rest.n; last > 0 && rest.p[last - 1] != ' '; last--)
		;
	target = rest;
	if (last > 0 && ac_str_starts(ac_str_slice(rest, last, rest.n), AC_S("HTTP/")))
		target = ac_str_slice(rest, 0, last - 1);
	add(state, record, "request_uri", target);
	if (target.n < rest.n)
		add(state, record, "server_protocol", ac_str_slice(rest, last, rest.n));
}

/* Whether five words stand before the next quote: flags, bytes, bytes and two durations. */
static bool
has_numbers(ac_str text)
{
	ac_str rest = ac_str_slice(text, 0, ac_str_find_byte(text, '"'));
	size_t at = 0;
	unsigned words = 0;

	while (take_word(rest, &at).n > 0)
		words++;
	return words >= 5;
}

/* Behind the request: response code and flags, bytes, durations, then in quotes who asked, agent, id, authority and upstream host. */
static void
read_envoy(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	static const char *const quoted[] = { "http_x_forwarded_for", "http_user_agent", "request_id", "http_host",
		"upstream_addr" };
	size_t at = ac_str_find_byte(line, '"');
	ac_str text = take_quoted(line, &at);

	record->has_time = ac_log_leading_time(line, &record->time);
	if (!text.p) {
		record->malformed = true;
		return;
	}
	read_request(state, text, record);
	add(state, record, "status", take_word(line, &at));
	/* Istio's has the details of the response behind its flags, and why the upstream failed in quotes, before the numbers. */
	if (!has_numbers(ac_str_slice(line, at, line.n))) {
		at += ac_str_find_byte(ac_str_slice(line, at, line.n), '"');
		(void)take_quoted(line, &at);
	}
	for (size_t i = 0; i < AC_COUNT(quoted); i++) {
		at += ac_str_find_byte(ac_str_slice(line, at, line.n), '"');
		text = take_quoted(line, &at);
		if (!text.p)
			break;
		add(state, record, quoted[i], text);
	}
}

/* What was captured of a header says by its form which it was; a dotted name is the host's. */
static ac_field_role
capture_role(ac_str value)
{
	bool has_letter = false, has_dot = false;

	if (ac_str_find(value, AC_S("://")) < 10)
		return AC_FIELD_REFERRER;
	for (size_t i = 0; i < value.n; i++) {
		if (!ac_is_alnum(value.p[i]) && !memchr("-_.:,[]", value.p[i], 7) && value.p[i] != ' ')
			return AC_FIELD_USER_AGENT;
		has_letter |= ac_is_alpha(value.p[i]);
		has_dot |= value.p[i] == '.' || value.p[i] == ':';
	}
	if (!has_dot)
		return AC_FIELD_USER_AGENT;
	return has_letter && ac_str_find_byte(value, ':') == value.n ? AC_FIELD_URL_HOST : AC_FIELD_OTHER;
}

/* "{a|b|c}" before the request. */
static void
read_captures(ac_log_record *record, ac_str line, size_t at)
{
	while (at < line.n && (line.p[at] == '{' || line.p[at] == ' ')) {
		ac_str rest = ac_str_slice(line, at + 1, line.n), value;

		rest = ac_str_slice(rest, 0, ac_str_find_byte(rest, '}'));
		if (line.p[at] == ' ') {
			at++;
			continue;
		}
		at += rest.n + 2;
		while (ac_str_next_field(&rest, '|', &value))
			if (value.n > 0)
				ac_log_add(record, AC_S("capture"), value, 0, capture_role(value), AC_LOG_AS_IS);
	}
}

/* Client and time, then frontend, backend and server, timers, status, bytes; captures and the request where it is HTTP. */
static void
read_haproxy(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	size_t open = haproxy_time(line), at, n, quote = ac_str_find(line, AC_S(" \""));
	ac_str client = ac_str_slice(line, 0, open - 1);

	for (n = client.n; n > 0 && client.p[n - 1] != ':'; n--)
		;
	ac_log_add(record, AC_S("client_ip"), ac_str_slice(client, 0, n ? n - 1 : 0), 0, AC_FIELD_SOURCE, AC_LOG_AS_IS);
	ac_log_add(
	    record, AC_S("client_port"), ac_str_slice(client, n, client.n), 0, AC_FIELD_SOURCE_PORT, AC_LOG_AS_IS);
	record->has_time = ac_log_words_time(ac_str_slice(line, open + 1, open + 25), &at, &record->time);
	if (quote < line.n) {
		at = open + ac_str_find(ac_str_slice(line, open, line.n), AC_S(" {")) + 1;
		if (at < quote)
			read_captures(record, ac_str_slice(line, 0, quote), at);
		at = quote + 1;
		read_request(state, take_quoted(line, &at), record);
	}
}

static void
read_httpd(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	static const char *const quoted[] = { "http_referer", "http_user_agent", "http_x_forwarded_for" };
	size_t at = find_time(line);
	ac_str text;

	if (is_envoy(line)) {
		read_envoy(state, line, record);
		return;
	}
	if (haproxy_time(line)) {
		read_haproxy(state, line, record);
		return;
	}
	if (at == line.n) {
		record->malformed = true;
		return;
	}
	read_head(state, ac_str_slice(line, 0, at), record);
	record->has_time = ac_log_bracket_time(ac_str_slice(line, at, line.n), &record->time);
	at += 28;
	text = take_quoted(line, &at);
	if (!text.p) {
		record->malformed = true;
		return;
	}
	read_request(state, text, record);
	add(state, record, "status", take_word(line, &at));
	add(state, record, "body_bytes_sent", take_word(line, &at));
	for (size_t i = 0; i < AC_COUNT(quoted); i++) {
		text = take_quoted(line, &at);
		if (!text.p)
			break;
		add(state, record, quoted[i], text);
	}
}

const ac_log_format ac_log_httpd = { .name = "httpd", .fits = fits_httpd, .read = read_httpd };
