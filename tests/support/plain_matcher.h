/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner's meaning of "whole value", written the slow, obvious way: every value of a list against every token of a line. For differential tests and fuzzing. No gates, no hashes, no batches, nothing of
 * src/watch; only the values room, for what an address or a name is.
 *
 * The rules: a word byte is one of [A-Za-z0-9_-] or from 0x80 on. A token is a run of word bytes and of single dots between word bytes; neither its own neighbours nor what a dot joins to it may be left out.
 * A domain also matches its subdomains, letters without case; a token whose last label is all digits is no name. An address is a whole token of four decimal numbers, or a run of hexadecimal digits, colons and joining
 * dots that is IPv6 when a colon at its ends is left out. A digest is a run of hexadecimal digits that is a whole token, by its exact length. An e-mail address is a name behind '@' and the shortest
 * run of local-part bytes before it that makes it a listed one; it ends at a byte that is rare there, or at none of its bytes, and holds at most eight of the rare ones.
 * The dashes of an arrow ("a.example->b.example") end a name and an address before them. In a line of tcpdump's the address is the first four of five numbers: "IP 192.0.2.1.443 > 198.51.100.7.55321:".
 * Likewise in rows of netstat's and argus's: another end stands beside it, with a protocol before both or a state behind. Bytes that a '%' encodes before a name or an IPv4 address are none of it, unless they are of words.
 * A line with defanged spellings ("evil[.]example") is read twice: as it stands, where no name and no address counts that ends at such a spelling or begins behind one; and as it was meant, where only
 * that counts which holds a spelling or touches one.
 */
#ifndef AC_PLAIN_MATCHER_H
#define AC_PLAIN_MATCHER_H

#include <stdlib.h>

#include "values/value.h"

/* `value` views an arena of the caller's. */
typedef struct plain_value {
	ac_value value;
	const char *id;
} plain_value;

/* A line as it was meant, byte by byte: where each stands in the line, with one more behind the last. */
typedef struct plain_meant {
	ac_str text;
	size_t *begin, *end; /* of a spelling's bytes those of the whole spelling */
	bool *is_spelling;
} plain_meant;

typedef struct plain_list {
	const plain_value *values;
	size_t n;
	/* A value stands at line[offset, offset + length). */
	void (*on)(void *payload, size_t offset, size_t length, const char *id);
	void *payload;
	ac_arena *arena;          /* scratch, reset for each line */
	const plain_meant *meant; /* of the line at hand, when it has spellings; else NULL */
	bool is_meant;            /* that is what is being read */
} plain_list;

/* In the line as it stands: a spelling ends at the place, or begins there. */
static inline bool
plain_at_spelling(const plain_meant *m, size_t place, bool ends)
{
	for (size_t i = 0; i < m->text.n; i++)
		if (m->is_spelling[i] && (ends ? m->end[i] : m->begin[i]) == place)
			return true;
	return false;
}

static inline void
plain_report(const plain_list *list, size_t offset, size_t length, const plain_value *value)
{
	const plain_meant *m = list->meant;
	size_t last = offset + length - 1;
	bool touches = false;

	if (!m || !list->is_meant) {
		bool is_digest = ac_value_hash_digits(value->value.type) > 0;

		if (!m || is_digest ||
		    (!plain_at_spelling(m, offset, true) && !plain_at_spelling(m, offset + length, false)))
			list->on(list->payload, offset, length, value->id);
		return;
	}
	for (size_t i = offset ? offset - 1 : 0; i <= last + 1 && i < m->text.n; i++)
		touches |= m->is_spelling[i];
	if (touches)
		list->on(list->payload, m->begin[offset], m->end[last] - m->begin[offset], value->id);
}

static inline bool
plain_word(char c)
{
	return ac_is_alnum(c) || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

static inline bool
plain_word_at(ac_str line, size_t at)
{
	return at < line.n && plain_word(line.p[at]);
}

/* The byte belongs to a token: a word byte, or a dot between two. */
static inline bool
plain_token_at(ac_str line, size_t at)
{
	if (plain_word_at(line, at))
		return true;
	return at > 0 && at < line.n && line.p[at] == '.' && plain_word_at(line, at - 1) && plain_word_at(line, at + 1);
}

static inline bool
plain_covers(const ac_value *value, const uint8_t *address, unsigned bits)
{
	unsigned whole = value->prefix_bits / 8, rest = value->prefix_bits % 8;

	if (value->prefix_bits > bits || memcmp(value->address, address, whole) != 0)
		return false;
	return rest == 0 || (value->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static inline void
plain_address(const plain_list *list, size_t offset, size_t length, ac_value_type type, const uint8_t *address)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->values[i].value.type == type &&
		    plain_covers(&list->values[i].value, address, type == AC_VALUE_IPV4 ? 32 : 128))
			plain_report(list, offset, length, &list->values[i]);
}

static inline bool
plain_ends_with_label(ac_str name, ac_str domain)
{
	size_t from = name.n - domain.n;

	return name.n >= domain.n && ac_str_eq_fold(ac_str_slice(name, from, name.n), domain) &&
	       (from == 0 || name.p[from - 1] == '.');
}

static inline bool
plain_local(char c, bool all)
{
	return plain_word(c) || memchr(".+%", c, 3) || (all && memchr("!#$&'*/=?^`{|}~", c, 15));
}

static inline void
plain_email(const plain_list *list, ac_str line, size_t begin, size_t end)
{
	size_t from = begin - 1;
	bool found = false;

	for (unsigned rare = 0; rare <= 8 && !found; rare++) {
		size_t first;
		ac_str text;

		while (from > 0 && plain_local(line.p[from - 1], false))
			from--;
		for (first = from; line.p[first] == '.'; first++)
			;
		text = ac_str_slice(line, first, end);
		for (size_t i = 0; first < begin - 1 && i < list->n; i++)
			if (list->values[i].value.type == AC_VALUE_EMAIL &&
			    ac_str_eq_fold(list->values[i].value.text, text)) {
				plain_report(list, first, text.n, &list->values[i]);
				found = true;
			}
		if (from == 0 || !plain_local(line.p[from - 1], true))
			return;
		from--;
	}
}

static inline bool
plain_numeric_end(ac_str token)
{
	size_t i = token.n;

	while (i > 0 && ac_is_digit(token.p[i - 1]))
		i--;
	return i < token.n && (i == 0 || token.p[i - 1] == '.');
}

/* "::ffff:192.0.2.1" is one address, not two; the whole run must be one. */
static inline bool
plain_is_tail_of_ipv6(ac_str line, size_t begin, size_t end)
{
	size_t from = begin;
	uint8_t address[16];

	while (from > 0 && (line.p[from - 1] == ':' || ac_hex_value(line.p[from - 1]) >= 0))
		from--;
	if (line.p[from] == ':' && line.p[from + 1] != ':')
		from++;
	return ac_ipv6_parse(ac_str_slice(line, from, end), address);
}

static inline void
plain_name(const plain_list *list, ac_str line, size_t begin, size_t end)
{
	ac_str token = ac_str_slice(line, begin, end), name = token;
	bool is_high = false;
	ac_value value;

	for (size_t i = 0; i < token.n; i++)
		is_high |= (unsigned char)token.p[i] >= 0x80;
	if (is_high && ac_value_parse(AC_VALUE_DOMAIN, token, list->arena, &value, NULL) == 0)
		name = value.text;
	for (size_t i = 0; i < list->n; i++)
		if (list->values[i].value.type == AC_VALUE_DOMAIN &&
		    (plain_ends_with_label(name, list->values[i].value.text) ||
			(!plain_numeric_end(token) && plain_ends_with_label(token, list->values[i].value.text))))
			plain_report(list, begin, token.n, &list->values[i]);
	if (begin > 0 && line.p[begin - 1] == '@' && !plain_numeric_end(token))
		plain_email(list, line, begin, end);
}

static inline void
plain_digest(const plain_list *list, ac_str token, size_t offset)
{
	for (size_t i = 0; i < list->n; i++)
		if (ac_value_hash_digits(list->values[i].value.type) > 0 &&
		    ac_str_eq_fold(list->values[i].value.text, token))
			plain_report(list, offset, token.n, &list->values[i]);
}

static inline bool
plain_is_arrow(ac_str line, size_t at)
{
	size_t end = at;

	while (end < line.n && line.p[end] == '-')
		end++;
	return end > at && end < line.n && line.p[end] == '>';
}

/* An address, a dot and a port: the bytes of the address, else 0. */
static inline size_t
plain_flow_end(ac_str text)
{
	size_t dot = text.n;
	uint8_t address[4];
	uint64_t port;

	while (dot > 0 && ac_is_digit(text.p[dot - 1]))
		dot--;
	if (dot == 0 || text.p[dot - 1] != '.' || text.n - dot > 5 ||
	    !ac_str_to_u64(ac_str_slice(text, dot, text.n), &port) || port > 65535 ||
	    !ac_ipv4_parse(ac_str_slice(text, 0, dot - 1), address))
		return 0;
	return dot - 1;
}

static inline bool
plain_is_behind_ip(ac_str line, size_t at)
{
	return at >= 3 && memcmp(line.p + at - 3, "IP ", 3) == 0 && (at == 3 || !plain_word(line.p[at - 4]));
}

/* The token at line[begin, end) is one end of a flow. */
static inline bool
plain_is_flow(ac_str line, size_t begin, size_t end)
{
	size_t at;

	if ((begin > 0 && (unsigned char)line.p[begin - 1] > ' ') || (end < line.n && line.p[end] == '.'))
		return false;
	if (ac_str_starts(ac_str_slice(line, end, line.n), AC_S(" > "))) {
		for (at = end + 3; at < line.n && at < end + 3 + 280 && (unsigned char)line.p[at] > ' '; at++)
			;
		if (at > end + 3 && line.p[at - 1] == ':' &&
		    (plain_is_behind_ip(line, begin) || plain_flow_end(ac_str_slice(line, end + 3, at - 1))))
			return true;
	}
	if (begin < 3 || memcmp(line.p + begin - 3, " > ", 3) != 0 || end == line.n || line.p[end] != ':')
		return false;
	for (at = begin - 3; at > 0 && at + 280 > begin - 3 && (unsigned char)line.p[at - 1] > ' '; at--)
		;
	return at < begin - 3 && (plain_is_behind_ip(line, at) || plain_flow_end(ac_str_slice(line, at, begin - 3)));
}

/* The words of a line before a place, the nearest first, or behind it; a blank stands between. */
static inline ac_str
plain_next_word(ac_str line, size_t *at, bool ahead)
{
	size_t begin = *at, end;

	if (ahead) {
		while (begin < line.n && (line.p[begin] == ' ' || line.p[begin] == '\t'))
			begin++;
		for (end = begin; begin > *at && end < line.n && (unsigned char)line.p[end] > ' ';)
			end++;
		*at = end;
	} else {
		for (end = begin; end > 0 && (line.p[end - 1] == ' ' || line.p[end - 1] == '\t');)
			end--;
		for (begin = end; end < *at && begin > 0 && (unsigned char)line.p[begin - 1] > ' ';)
			begin--;
		*at = begin;
	}
	return ac_str_slice(line, begin, end);
}

static inline bool
plain_is_in(ac_str word, const char *words)
{
	ac_str rest = ac_str_from(words), one;

	while (ac_str_next_field(&rest, ' ', &one))
		if (ac_str_eq(one, word))
			return true;
	return false;
}

/* One of the words stands before a place or behind it, with at most five counts between. */
static inline bool
plain_is_near(ac_str line, size_t at, bool ahead, const char *words)
{
	uint64_t count;

	for (unsigned i = 0; i < 6; i++) {
		ac_str word = plain_next_word(line, &at, ahead);

		if (plain_is_in(word, words))
			return true;
		if (!ac_str_to_u64(word, &count))
			break;
	}
	return false;
}

/* Where the address in line[begin, end) ends when that is no address, and a port stands behind one: ".443", or ":443" behind a group of three digits or a dot. */
static inline size_t
plain_before_port(ac_str line, size_t begin, size_t end)
{
	size_t at = end, digits = 0;
	uint8_t address[16];
	bool is_wide = false;

	while (at > begin && ac_is_digit(line.p[at - 1]))
		at--;
	if (at < begin + 3 || end == at || end - at > 5 || ac_ipv6_parse(ac_str_slice(line, begin, end), address))
		return end;
	for (size_t i = begin; i < at - 1; i++) {
		digits = line.p[i] == ':' ? 0 : digits + 1;
		is_wide |= digits > 2;
	}
	return line.p[at - 1] == '.' || (line.p[at - 1] == ':' && is_wide) ? at - 1 : end;
}

static inline bool
plain_is_row_end(ac_str word)
{
	size_t end = plain_before_port(word, 0, word.n);
	uint8_t address[16];

	if (plain_flow_end(word) ||
	    (word.n > 2 && word.p[0] == '*' && word.p[1] == '.' && (word.p[2] == '*' || ac_is_digit(word.p[2]))))
		return true;
	return end < word.n && ac_ipv6_parse(ac_str_slice(word, 0, end), address);
}

/* The token at line[begin, end) is one end of a connection in a row of netstat's or argus's. */
static inline bool
plain_is_row(ac_str line, size_t begin, size_t end)
{
	static const char directions[] = "-> <- <-> ?> <? <?> - o> <o |>",
			  protocols[] = "tcp tcp4 tcp6 tcp46 udp udp4 udp6 udp46 sctp sctp4 sctp6",
			  states[] = "ESTABLISHED LISTEN TIME_WAIT CLOSE_WAIT FIN_WAIT_1 FIN_WAIT_2 SYN_SENT SYN_RCVD "
				     "SYN_RECEIVED LAST_ACK CLOSING CLOSED";
	size_t at = end;
	ac_str other;

	if ((begin > 0 && (unsigned char)line.p[begin - 1] > ' ') || (end < line.n && (unsigned char)line.p[end] > ' '))
		return false;
	other = plain_next_word(line, &at, true);
	if (plain_is_in(other, directions))
		other = plain_next_word(line, &at, true);
	if (plain_is_row_end(other))
		return plain_is_near(line, begin, false, protocols) || plain_is_near(line, at, true, states);
	at = begin;
	other = plain_next_word(line, &at, false);
	if (plain_is_in(other, directions))
		other = plain_next_word(line, &at, false);
	return plain_is_row_end(other) &&
	       (plain_is_near(line, at, false, protocols) || plain_is_near(line, end, true, states));
}

/* Behind a '%': how many bytes from `at` on are of percent-encoded ones, four times at most, the last of which is of no word; *out is that. */
static inline size_t
plain_percent(ac_str line, size_t at, size_t end, char *out)
{
	size_t p = at;

	*out = '%';
	while (*out == '%' && p + 2 < end && p - at < 8) {
		if (ac_hex_value(line.p[p]) < 0 || ac_hex_value(line.p[p + 1]) < 0)
			return 0;
		*out = (char)(16 * ac_hex_value(line.p[p]) + ac_hex_value(line.p[p + 1]));
		p += 2;
	}
	return *out == '%' || plain_word(*out) ? 0 : p - at;
}

/* The address whose '@' is percent-encoded at `at`, where a name begins at `begin`; bytes of its local part may be, too. */
static inline void
plain_encoded_email(const plain_list *list, ac_str line, size_t at, size_t begin, size_t end)
{
	char text[512];
	size_t from = at, place, n = 0;

	while (from > 0 && at - from < 320 && plain_local(line.p[from - 1], false))
		from--;
	for (place = from; place < at;) {
		size_t digits = at - place > 5 && memcmp(line.p + place, "%25", 3) == 0 ? place + 3 : place + 1;
		bool is_coded = line.p[place] == '%' && digits + 2 <= at && ac_hex_value(line.p[digits]) >= 0 &&
				ac_hex_value(line.p[digits + 1]) >= 0;
		char c = is_coded ? (char)(16 * ac_hex_value(line.p[digits]) + ac_hex_value(line.p[digits + 1]))
				  : line.p[place];

		place = is_coded ? digits + 2 : place + 1;
		if (!plain_local(c, false) || (n == 0 && c == '.')) {
			from = place;
			n = 0;
		} else {
			text[n++] = c;
		}
	}
	for (size_t i = 0; n > 0 && i < list->n; i++) {
		ac_str mail = list->values[i].value.text;

		if (list->values[i].value.type == AC_VALUE_EMAIL && mail.n == n + 1 + end - begin && mail.p[n] == '@' &&
		    ac_str_eq_fold(ac_str_slice(mail, 0, n), (ac_str){ text, n }) &&
		    ac_str_eq_fold(ac_str_slice(mail, n + 1, mail.n), ac_str_slice(line, begin, end)))
			plain_report(list, from, end - from, &list->values[i]);
	}
}

static inline void
plain_tokens(const plain_list *list, ac_str line)
{
	size_t at = 0, end;

	for (; at < line.n; at = end + 1) {
		uint8_t address[4];
		ac_str token;

		for (end = at; plain_token_at(line, end); end++)
			;
		if (end == at)
			continue;
		token = ac_str_slice(line, at, end);
		plain_digest(list, token, at);
		if (ac_str_find_byte(token, '.') == token.n)
			continue;
		if (plain_flow_end(token) && (plain_is_flow(line, at, end) || plain_is_row(line, at, end)))
			token.n = plain_flow_end(token);
		while (end < line.n && line.p[end] == '>' && token.n > 0 && token.p[token.n - 1] == '-')
			token.n--;
		if (!ac_ipv4_parse(token, address)) {
			size_t name_end = at + token.n - (token.n > 0 && token.p[token.n - 1] == '.'), skip = 0;
			char sign = '\0';

			if (at > 0 && line.p[at - 1] == '%')
				skip = plain_percent(line, at, name_end, &sign);
			/* an address behind it ends as others do */
			if (skip && ac_ipv4_parse(ac_str_slice(line, at + skip, at + token.n), address)) {
				plain_address(list, at + skip, token.n - skip, AC_VALUE_IPV4, address);
				continue;
			}
			if (skip && sign == '@')
				plain_encoded_email(list, line, at - 1, at + skip, name_end);
			skip += skip && line.p[at + skip] == '.';
			plain_name(list, line, at + skip, name_end);
		} else if (at == 0 || line.p[at - 1] != ':' || !plain_is_tail_of_ipv6(line, at, at + token.n))
			plain_address(list, at, token.n, AC_VALUE_IPV4, address);
	}
}

static inline bool
plain_address_at(ac_str line, size_t at)
{
	return line.p[at] == ':' || ac_hex_value(line.p[at]) >= 0 || (line.p[at] == '.' && plain_token_at(line, at));
}

static inline void
plain_run_of_ipv6(const plain_list *list, ac_str line, size_t begin, size_t end)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	size_t head = ac_str_find_byte(ac_str_slice(line, begin, end), ':');
	uint8_t address[16];

	if (end - begin > 2 && line.p[end - 1] == ':' && line.p[end - 2] != ':')
		end--;
	if ((plain_word_at(line, end) && !plain_is_arrow(line, end)) ||
	    (end < line.n && line.p[end] == '.' && plain_word_at(line, end + 1)))
		return;
	/* no group: more than four digits, and what hangs on a word */
	if (head > 4 || (begin > 0 && plain_word(line.p[begin - 1])))
		begin += head;
	if (begin + 1 < end && line.p[begin] == ':' && line.p[begin + 1] != ':')
		begin++;
	end = plain_before_port(line, begin, end);
	if ((begin > 0 && plain_word(line.p[begin - 1])) || !ac_ipv6_parse(ac_str_slice(line, begin, end), address))
		return;
	if (memcmp(address, mapped, sizeof(mapped)) == 0)
		plain_address(list, begin, end - begin, AC_VALUE_IPV4, address + 12);
	else
		plain_address(list, begin, end - begin, AC_VALUE_IPV6, address);
}

static inline void
plain_ipv6(const plain_list *list, ac_str line)
{
	size_t at = 0, end;

	for (; at < line.n; at = end + 1) {
		for (end = at; end < line.n && plain_address_at(line, end); end++)
			;
		if (end > at)
			plain_run_of_ipv6(list, line, at, end);
	}
}

/* Without its spellings; false when it has none. */
static inline bool
plain_mean(ac_str line, ac_arena *arena, plain_meant *out)
{
	char *text = ac_arena_alloc(arena, line.n + 1);
	size_t n = 0, at = 0;
	bool any = false;

	*out = (plain_meant){ .begin = ac_arena_zalloc(arena, line.n + 1, sizeof(size_t)),
		.end = ac_arena_zalloc(arena, line.n + 1, sizeof(size_t)),
		.is_spelling = ac_arena_zalloc(arena, line.n + 1, sizeof(bool)) };
	if (!text || !out->begin || !out->end || !out->is_spelling)
		abort();
	while (at < line.n) {
		ac_str meant = { line.p + at, 1 };
		size_t taken = ac_value_refang_at(line, at, &meant);

		any |= taken > 0;
		for (size_t i = 0; i < meant.n; i++) {
			text[n] = meant.p[i];
			out->is_spelling[n] = taken > 0;
			out->begin[n] = at;
			out->end[n++] = at + (taken ? taken : 1);
		}
		at += taken ? taken : 1;
	}
	out->text = (ac_str){ text, n };
	return any;
}

/* All that stands in a line without its end, in no order; what stands in the line and in what it means is told twice. */
static inline void
plain_match(const plain_list *list, ac_str line)
{
	plain_list one = *list;
	plain_meant meant;

	ac_arena_reset(list->arena);
	one.meant = plain_mean(line, list->arena, &meant) ? &meant : NULL;
	one.is_meant = false;
	plain_tokens(&one, line);
	plain_ipv6(&one, line);
	if (!one.meant)
		return;
	one.is_meant = true;
	plain_tokens(&one, meant.text);
	plain_ipv6(&one, meant.text);
}

#endif
