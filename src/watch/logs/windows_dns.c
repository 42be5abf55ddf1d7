/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets in the debug log of Windows's DNS servers (DNS.log; its fields are told at its head): date and time in the server's locale, a thread, PACKET, an id that old servers lack, protocol, direction,
 * the other side's address, and of the message what stands in brackets and behind: its flags and its answer's code, the type and the name, "(3)www(4)evil(7)example(0)". Days and months that could be
 * read both ways tell no time.
 */
#include "watch/logs/logs.h"

/* So far at most stands what tells the format; no locale's date is longer. */
#define WORD_REACH 96

static const ac_str packet = AC_S_INIT(" PACKET ");

/* The next word behind blanks; empty at the end. */
static ac_str
next_word(ac_str *rest)
{
	size_t n = 0, end;
	ac_str word;

	while (n < rest->n && ac_is_space(rest->p[n]))
		n++;
	for (end = n; end < rest->n && !ac_is_space(rest->p[end]);)
		end++;
	word = ac_str_slice(*rest, n, end);
	*rest = ac_str_slice(*rest, end, rest->n);
	return word;
}

static bool
is_hex(ac_str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (ac_hex_value(word.p[i]) < 0)
			return false;
	return word.n > 0;
}

/* Protocol and direction behind PACKET and the packet's id. */
static bool
take_way(ac_str *rest, ac_str *out_protocol, ac_str *out_direction)
{
	ac_str word = next_word(rest);

	if (is_hex(word))
		word = next_word(rest);
	*out_protocol = word;
	*out_direction = next_word(rest);
	return (ac_str_eq(word, AC_S("UDP")) || ac_str_eq(word, AC_S("TCP"))) &&
	       (ac_str_eq(*out_direction, AC_S("Rcv")) || ac_str_eq(*out_direction, AC_S("Snd")));
}

static bool
fits_windows_dns(const ac_log_state *state, ac_str line)
{
	ac_str protocol, direction, rest;
	size_t at;

	(void)state;
	if (line.n == 0 || !ac_is_digit(line.p[0]))
		return false;
	at = ac_str_find(ac_str_slice(line, 0, WORD_REACH), packet) + packet.n;
	rest = ac_str_slice(line, at, line.n);
	return at < line.n && take_way(&rest, &protocol, &direction);
}

/* Numbers with a sign between them, the same one. */
typedef struct figures {
	unsigned values[3];
	unsigned digits[3];
	char sign;
} figures;

static bool
take_figures(ac_str text, const char *signs, figures *out)
{
	size_t at = 0;

	*out = (figures){ .sign = '\0' };
	for (unsigned i = 0; i < 3; i++) {
		for (; at < text.n && ac_is_digit(text.p[at]) && out->digits[i] < 4; at++, out->digits[i]++)
			out->values[i] = 10 * out->values[i] + (unsigned)(text.p[at] - '0');
		if (out->digits[i] == 0)
			return false;
		if (i == 2)
			return at == text.n;
		if (at == text.n || !strchr(signs, text.p[at]) || (i == 1 && text.p[at] != out->sign))
			return false;
		out->sign = text.p[at++];
	}
	return false;
}

/*
 * Year, month and day. "19.7.2021" and "19-07-2021" begin with the day everywhere. "7/8/2021" is told by a number above twelve; else, with a clock of twelve hours, by how the United States write it, without zeros:
 * who writes "7/08/2021" begins with the day, or so he may.
 */
static bool
take_date(ac_str text, bool has_half, unsigned out[3])
{
	figures f;
	bool is_month_first;
	uint64_t whole;

	/* before 2008 */
	if (text.n == 8 && ac_str_to_u64(text, &whole)) {
		out[0] = (unsigned)(whole / 10000);
		out[1] = (unsigned)(whole / 100 % 100);
		out[2] = (unsigned)(whole % 100);
		return true;
	}
	if (!take_figures(text, "./-", &f) || f.digits[1] > 2)
		return false;
	if (f.digits[0] == 4 && f.digits[2] <= 2) {
		memcpy(out, f.values, sizeof(f.values));
		return true;
	}
	if (f.digits[2] != 4 || f.digits[0] > 2)
		return false;
	is_month_first = f.sign == '/' && f.values[0] <= 12;
	if (is_month_first && f.values[1] <= 12 && f.values[0] != f.values[1] &&
	    (!has_half || (f.digits[1] == 2 && f.values[1] < 10)))
		return false;
	out[0] = f.values[2];
	out[1] = f.values[!is_month_first];
	out[2] = f.values[is_month_first];
	return true;
}

/* "10:00:00", "10.00.00", and AM or PM if that follows. */
static bool
take_clock(ac_str text, ac_str half, unsigned out[3])
{
	bool is_pm = ac_str_eq_fold(half, AC_S("PM"));
	figures f;

	if (!take_figures(text, ":.", &f) || f.digits[0] > 2 || f.digits[1] != 2 || f.digits[2] != 2)
		return false;
	memcpy(out, f.values, sizeof(f.values));
	if (half.n == 0)
		return true;
	out[0] = f.values[0] % 12 + (is_pm ? 12 : 0);
	return f.values[0] > 0 && f.values[0] <= 12 && (is_pm || ac_str_eq_fold(half, AC_S("AM")));
}

/* What stands before the thread's number. */
static bool
take_time(ac_str text, ac_time *out)
{
	ac_str date = next_word(&text), clock = next_word(&text), half = next_word(&text);
	unsigned d[3], c[3];

	return text.n == 0 && take_date(date, half.n > 0, d) && take_clock(clock, half, c) &&
	       ac_time_from_civil(d[0], d[1], d[2], c[0], c[1], c[2], out);
}

/* Without the last word. */
static ac_str
before_last_word(ac_str text)
{
	while (text.n > 0 && !ac_is_space(text.p[text.n - 1]))
		text.n--;
	return ac_str_trim(text);
}

static void
add(ac_log_record *record, ac_str name, ac_str raw, ac_field_role role, ac_log_escapes escapes)
{
	if (raw.n > 0)
		ac_log_add(record, name, raw, 0, role, escapes);
}

/* The name between the length of its first label and the root's; the root itself is no name. */
static ac_str
name_of(ac_str text)
{
	static const ac_str root = AC_S_INIT("(0)");

	text = ac_str_slice(text, ac_str_find_byte(text, ')') + 1, text.n);
	return ac_str_ends(text, root) ? ac_str_slice(text, 0, text.n - root.n) : text;
}

/* Behind the address: transaction, 'R' of a response, opcode, "[flags code]", type and name. */
static void
read_message(ac_log_record *record, ac_str rest)
{
	size_t open = ac_str_find_byte(rest, '['), close = ac_str_find_byte(rest, ']');
	ac_str flags = ac_str_slice(rest, open, close), code = flags, word;

	if (close >= rest.n) {
		record->malformed = true;
		return;
	}
	while (flags.n > 0)
		code = (word = next_word(&flags)).n > 0 ? word : code;
	add(record, AC_S("response_code"), code, AC_FIELD_OTHER, AC_LOG_AS_IS);
	rest = ac_str_slice(rest, close + 1, rest.n);
	word = next_word(&rest);
	/* Old servers do not tell the type. */
	if (word.n > 0 && word.p[0] != '(') {
		add(record, AC_S("query_type"), word, AC_FIELD_OTHER, AC_LOG_AS_IS);
		word = next_word(&rest);
	}
	add(record, AC_S("query"), name_of(word), AC_FIELD_DOMAIN, AC_LOG_LABELS);
}

/* Whether a response is told: 'R' before the opcode. */
static bool
is_response(ac_str rest)
{
	ac_str head = ac_str_slice(rest, 0, ac_str_find_byte(rest, '['));

	(void)next_word(&head);
	return ac_str_eq(next_word(&head), AC_S("R"));
}

static void
read_windows_dns(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	size_t at = ac_str_find(line, packet);
	ac_str when = before_last_word(ac_str_slice(line, 0, at)), protocol, direction, remote;
	ac_str rest = ac_str_slice(line, at + packet.n, line.n);
	bool is_received;

	(void)state;
	if (at >= line.n || !take_way(&rest, &protocol, &direction)) {
		record->malformed = true;
		return;
	}
	record->has_time = take_time(when, &record->time);
	/* Its role is none: what it means is told above. */
	add(record, AC_S("time"), when, AC_FIELD_OTHER, AC_LOG_AS_IS);
	add(record, AC_S("protocol"), protocol, AC_FIELD_PROTOCOL, AC_LOG_AS_IS);
	add(record, AC_S("direction"), direction, AC_FIELD_OTHER, AC_LOG_AS_IS);
	remote = next_word(&rest);
	/* Who asks is the client: the server itself, when it asks another one. */
	is_received = direction.p[0] == 'R';
	add(record, AC_S("remote_ip"), remote,
	    is_received != is_response(rest) ? AC_FIELD_SOURCE : AC_FIELD_DESTINATION, AC_LOG_AS_IS);
	read_message(record, rest);
}

const ac_log_format ac_log_windows_dns = { .name = "windowsdns", .fits = fits_windows_dns, .read = read_windows_dns };
