/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syslog: RFC 5424 with its structured data, the older form that RFC 3164 describes, and rsyslog's form of that with a time of RFC 3339. The message may be JSON, CEF, LEEF
 * or key=value, whose fields are the record's then.
 */
#include "watch/logs/logs.h"
#include "watch/logs/when.h"

/* Bytes of a name that are kept; RFC 5424 s6.3.2 and s6.3.3 allow 32. */
#define NAME_KEPT 64
/* So many bytes may stand before the time of a device. */
#define COUNT_LOOK 128

/* Behind "<134>"; the whole line when it has none. */
static ac_str
skip_priority(ac_str line)
{
	size_t i = 1;

	if (line.n < 3 || line.p[0] != '<')
		return line;
	while (i < line.n && i < 4 && ac_is_digit(line.p[i]))
		i++;
	return i > 1 && i < line.n && line.p[i] == '>' ? ac_str_slice(line, i + 1, line.n) : line;
}

static bool
two_digits(ac_str text, size_t at, unsigned *out)
{
	if (at + 2 > text.n || !ac_is_digit(text.p[at + 1]) || (!ac_is_digit(text.p[at]) && text.p[at] != ' '))
		return false;
	*out = (text.p[at] == ' ' ? 0 : (unsigned)(text.p[at] - '0') * 10) + (unsigned)(text.p[at + 1] - '0');
	return true;
}

/* "Jul 19 2021 10:00:00", as Cisco's devices say it when they are told to: the bytes of the year, 0 without. */
static size_t
year_size(ac_str text)
{
	return text.n >= 20 && text.p[6] == ' ' && text.p[11] == ' ' && ac_is_digit(text.p[7]) &&
		       ac_is_digit(text.p[8]) && ac_is_digit(text.p[9]) && ac_is_digit(text.p[10]) && text.p[14] == ':'
		   ? 5
		   : 0;
}

/* "Jul 19 10:00:00": RFC 3164 has no year. The one of as_of, unless that lay in the future. */
static bool
time_3164(ac_str text, ac_time as_of, ac_time *out)
{
	ac_log_day_time t = { .month = ac_log_month(text) };
	size_t clock = 7 + year_size(text);
	unsigned high, low;

	if (!t.month || text.n < clock + 8 || text.p[3] != ' ' || !two_digits(text, 4, &t.day) || text.p[6] != ' ' ||
	    !two_digits(text, clock, &t.hour) || !two_digits(text, clock + 3, &t.minute) ||
	    !two_digits(text, clock + 6, &t.second))
		return false;
	if (clock > 7 && two_digits(text, 7, &high) && two_digits(text, 9, &low))
		return ac_time_from_civil(100 * high + low, t.month, t.day, t.hour, t.minute, t.second, out);
	return ac_log_time_before(as_of, &t, out);
}

/* The next word of *rest, up to a blank or the end. */
static ac_str
next_word(ac_str *rest)
{
	ac_str word = *rest;

	if (!ac_str_cut(rest, ' ', &word))
		*rest = ac_str_slice(*rest, rest->n, rest->n);
	return word;
}

static void
add_word(const ac_log_state *state, ac_log_record *record, const char *name, ac_str value)
{
	/* RFC 5424 s6: NILVALUE. */
	if (value.n > 0 && !ac_str_eq(value, AC_S("-")))
		ac_log_add_named(state, record, ac_str_from(name), value, AC_LOG_AS_IS);
}

/* RFC 5424 s6.3.3: the value of a parameter, *at behind its opening quote; ends behind the closing one. False when it is not closed. */
static bool
param_value(ac_str text, size_t *at, ac_str *out)
{
	size_t begin = *at;

	for (; *at < text.n; ++*at) {
		if (text.p[*at] == '"') {
			*out = ac_str_slice(text, begin, (*at)++);
			return true;
		}
		*at += text.p[*at] == '\\';
	}
	return false;
}

/* Check Point's own element, `[action:"Accept"; src:"192.0.2.1"; ...]`, *at on the first colon, behind `begin`. */
static bool
read_checkpoint(const ac_log_state *state, ac_log_record *record, ac_str text, size_t begin, size_t *at)
{
	ac_str value;

	for (;;) {
		ac_str name = ac_str_slice(text, begin, *at);

		*at += 2;
		if (!param_value(text, at, &value))
			return false;
		ac_log_add_named(state, record, name, value, AC_LOG_SLASHES);
		while (*at < text.n && memchr("; ", text.p[*at], 2))
			++*at;
		if (*at < text.n && text.p[*at] == ']') {
			++*at;
			return true;
		}
		for (begin = *at; *at < text.n && !memchr(" ]=\"", text.p[*at], 4);)
			++*at;
		if (*at >= text.n || text.p[*at] != '"' || *at < begin + 2 || text.p[*at - 1] != ':')
			return false;
		--*at;
	}
}

/* One element "[id name="value" ...]", *at on its bracket. Names are "id.name". False when it breaks off. */
static bool
read_element(const ac_log_state *state, ac_log_record *record, ac_str text, size_t *at)
{
	size_t begin = ++*at;
	ac_str id, name, value;

	while (*at < text.n && !memchr(" ]=\"", text.p[*at], 4))
		++*at;
	id = ac_str_slice(text, begin, *at);
	if (id.n > 1 && *at < text.n && text.p[*at] == '"' && id.p[id.n - 1] == ':') {
		--*at;
		return read_checkpoint(state, record, text, begin, at);
	}
	while (*at < text.n && text.p[*at] == ' ') {
		begin = ++*at;
		while (*at < text.n && !memchr(" ]=\"", text.p[*at], 4))
			++*at;
		name = ac_str_slice(text, begin, *at);
		if (*at + 1 >= text.n || text.p[*at] != '=' || text.p[*at + 1] != '"')
			return false;
		*at += 2;
		if (!param_value(text, at, &value))
			return false;
		/* Each parameter repeats the id: a long one would cost its square. */
		name = ac_arena_printf(record->arena, "%.*s.%.*s", AC_FMT(ac_str_slice(id, 0, NAME_KEPT)),
		    AC_FMT(ac_str_slice(name, 0, NAME_KEPT)));
		if (name.p)
			ac_log_add_named(state, record, name, value, AC_LOG_SLASHES);
	}
	if (*at >= text.n || text.p[*at] != ']')
		return false;
	++*at;
	return true;
}

/* HEADER behind the version, STRUCTURED-DATA and MSG (RFC 5424 s6). */
static void
read_5424(const ac_log_state *state, ac_str rest, ac_log_record *record)
{
	static const char *const names[] = { "hostname", "app-name", "procid", "msgid" };
	ac_str time = next_word(&rest);
	size_t at = 0;

	record->has_time = ac_time_parse_loose(time, &record->time);
	if (!record->has_time && !ac_str_eq(time, AC_S("-")))
		record->malformed = true;
	for (size_t i = 0; i < AC_COUNT(names); i++)
		add_word(state, record, names[i], next_word(&rest));
	while (at < rest.n && rest.p[at] == '[')
		if (!read_element(state, record, rest, &at)) {
			record->malformed = true;
			return;
		}
	if (at == 0 && rest.n > 0 && rest.p[0] == '-')
		at = 1;
	/* The message may begin with a byte order mark (s6.4), which is trimmed with the blank. */
	ac_log_read_message(state, ac_str_trim(ac_str_slice(rest, at, rest.n)), record);
}

/* RFC 3164 s4.1.3: "su[123]: ", "su: " before the content; *rest goes behind it. */
static void
read_tag(const ac_log_state *state, ac_str *rest, ac_log_record *record)
{
	size_t n = 0, open;
	ac_str tag;

	while (n < rest->n && n < 64 && !memchr(" \t:{=|\"", rest->p[n], 7))
		n++;
	if (n == 0 || n >= rest->n || rest->p[n] != ':')
		return;
	tag = ac_str_slice(*rest, 0, n);
	/* "CEF:0|..." and "LEEF:1.0|..." are the message. */
	if (ac_str_eq(tag, AC_S("CEF")) || ac_str_eq(tag, AC_S("LEEF")))
		return;
	*rest = ac_str_slice(*rest, n + 1, rest->n);
	open = ac_str_find_byte(tag, '[');
	add_word(state, record, "app-name", ac_str_slice(tag, 0, open));
	if (open + 1 < tag.n && tag.p[tag.n - 1] == ']')
		add_word(state, record, "procid", ac_str_slice(tag, open + 1, tag.n - 1));
}

/* Host, tag and content, behind the time. */
static void
read_old_message(const ac_log_state *state, ac_str rest, ac_log_record *record)
{
	ac_str host, behind = ac_str_trim(rest);

	host = next_word(&behind);
	/* A message without a host begins with its tag, or with what it is. */
	if (host.n > 0 && host.p[host.n - 1] != ':' && !memchr(host.p, '=', host.n) && !memchr(host.p, '|', host.n) &&
	    !memchr(host.p, ',', host.n) && host.p[0] != '{' && !memchr(host.p, '[', host.n)) {
		add_word(state, record, "hostname", host);
		rest = behind;
	}
	rest = ac_str_trim(rest);
	read_tag(state, &rest, record);
	ac_log_read_message(state, rest, record);
}

/* "2021-07-19T10:00:00" with a 'T'. */
static bool
is_long_time(ac_str text)
{
	static const char shape[] = "0000-00-00T00:00:00";

	if (text.n < sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0' ? !ac_is_digit(text.p[i]) : text.p[i] != shape[i])
			return false;
	return true;
}

/* rsyslog's file format: a time of RFC 3339, a host, and a word that ends like a tag. */
static bool
is_long_form(ac_str line)
{
	ac_str rest = line, word;

	if (!is_long_time(line))
		return false;
	(void)next_word(&rest);
	word = next_word(&rest);
	if (word.n == 0 || memchr(word.p, '=', word.n) || word.p[word.n - 1] == ':')
		return false;
	word = next_word(&rest);
	return word.n > 1 && word.p[word.n - 1] == ':';
}

static bool
is_short_form(ac_str text)
{
	size_t clock;

	if (!ac_log_month(text))
		return false;
	clock = 7 + year_size(text);
	return text.n >= clock + 8 && text.p[3] == ' ' && text.p[clock + 2] == ':' && text.p[clock + 5] == ':';
}

/* Behind a fraction of a second and a zone, which the time of RFC 3164 has not: ".123 UTC: ". */
static ac_str
skip_fraction(ac_str text, ac_str *out_zone)
{
	size_t at = 0, word;

	if (text.n > 1 && text.p[0] == '.' && ac_is_digit(text.p[1]))
		for (at = 1; at < text.n && ac_is_digit(text.p[at]); at++)
			;
	for (word = at + 1; word < text.n && word < at + 6 && text.p[word] >= 'A' && text.p[word] <= 'Z'; word++)
		;
	*out_zone = (ac_str){ NULL, 0 };
	if (at < text.n && text.p[at] == ' ' && word > at + 1 && word < text.n && text.p[word] == ':') {
		*out_zone = ac_str_slice(text, at + 1, word);
		at = word;
	}
	if (at < text.n && text.p[at] == ':')
		at++;
	return ac_str_slice(text, at, text.n);
}

/* "%SYS-5-CONFIG_I:": what the messages of Cisco's devices begin with. */
static bool
is_mnemonic(ac_str text)
{
	text = ac_str_trim(text);
	return text.n > 2 && text.p[0] == '%' && text.p[1] >= 'A' && text.p[1] <= 'Z';
}

/* The last word of a header that is no count; {NULL, 0} when there is none. */
static ac_str
last_name(ac_str header)
{
	ac_str rest = header, word, name = { NULL, 0 };
	uint64_t number;

	while (rest.n > 0) {
		word = next_word(&rest);
		while (word.n > 0 && memchr(":*.", word.p[word.n - 1], 3))
			word.n--;
		if (word.n > 0 && !ac_str_to_u64(word, &number))
			name = word;
	}
	return name;
}

/*
 * Cisco's IOS counts its messages, collectors put names and counts of their own before, and clocks that are not sure are marked: "000123: *Jul 19 10:00:00.123: %SEC-...", "123: host: 124: Jul 19 ...",
 * "Jul 19 10:00:00 192.0.2.1 host: 123: Jul 19 ...". The text from the last time on, *out_host the name before it; the whole text when it does not begin so.
 */
static ac_str
skip_count(ac_str text, ac_str *out_host)
{
	*out_host = (ac_str){ NULL, 0 };
	if (!memchr(text.p, '%', text.n < COUNT_LOOK ? text.n : COUNT_LOOK))
		return text;
	for (size_t at = 1; at < text.n && at < COUNT_LOOK; at++) {
		ac_str rest = ac_str_slice(text, at, text.n), zone;

		if (!memchr(" *.:", text.p[at - 1], 4) || !is_short_form(rest) ||
		    !is_mnemonic(skip_fraction(ac_str_slice(rest, 15 + year_size(rest), rest.n), &zone)))
			continue;
		*out_host = last_name(ac_str_slice(text, 0, at));
		return rest;
	}
	return text;
}

static bool
fits_syslog(const ac_log_state *state, ac_str line)
{
	ac_str host;

	(void)state;
	return skip_priority(line).p != line.p || is_short_form(line) || is_long_form(line) ||
	       (line.n > 0 && ac_is_digit(line.p[0]) && skip_count(line, &host).p != line.p);
}

/* The time of a clock that stands in a zone, which stands behind it in capitals. */
static void
move_to_utc(ac_log_record *record, ac_str zone)
{
	size_t n;
	int east;

	if (zone.n == 0)
		return;
	if (!ac_log_zone(zone, &n, &east) || n != zone.n || east == AC_ZONE_UNKNOWN)
		record->has_time = false;
	else
		record->time.seconds -= east;
}

static void
read_syslog(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_str text = skip_priority(line), host, zone;

	if (text.p != line.p && ac_str_starts(text, AC_S("1 "))) {
		read_5424(state, ac_str_slice(text, 2, text.n), record);
		return;
	}
	text = skip_count(text, &host);
	add_word(state, record, "hostname", host);
	if (is_short_form(text)) {
		record->has_time = time_3164(text, state->as_of, &record->time);
		record->malformed = !record->has_time;
		text = skip_fraction(ac_str_slice(text, 15 + year_size(text), text.n), &zone);
		move_to_utc(record, zone);
	} else if (is_long_time(text)) {
		record->has_time = ac_time_parse_loose(next_word(&text), &record->time);
		record->malformed = !record->has_time;
	} else {
		/* RFC 3164 s4.3.2: a priority and anything; it may still be a message that can be read. */
		ac_log_read_message(state, text, record);
		record->malformed = !record->inner;
		return;
	}
	read_old_message(state, text, record);
}

const ac_log_format ac_log_syslog = { .name = "syslog", .fits = fits_syslog, .read = read_syslog };
