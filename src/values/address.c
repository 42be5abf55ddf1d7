/* SPDX-License-Identifier: Apache-2.0 */
/* IPv4 and IPv6 addresses and CIDR ranges: strict text to bytes and back. Knows nothing of names. */
#include "values/parts.h"

#define IPV4_BITS 32
#define IPV6_BITS 128
#define GROUPS 8

/* ::ffff:0:0/96, RFC 4291 s2.5.5.2. */
static const uint8_t mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

/* A decimal number of at most three digits, without leading zeros. Returns the digits used, 0 when it is none. */
static size_t
read_octet(ac_str text, unsigned most, unsigned *out)
{
	unsigned value = 0;
	size_t n = 0;

	while (n < text.n && n < 3 && ac_is_digit(text.p[n]))
		value = value * 10 + (unsigned)(text.p[n++] - '0');
	if (n == 0 || (n > 1 && text.p[0] == '0') || value > most)
		return 0;
	*out = value;
	return n;
}

bool
ac_ipv4_parse(ac_str text, uint8_t out[static 4])
{
	uint8_t bytes[4];
	size_t at = 0;

	for (size_t i = 0; i < 4; i++) {
		unsigned value;
		size_t n;

		if (i > 0 && (at >= text.n || text.p[at++] != '.'))
			return false;
		n = read_octet(ac_str_slice(text, at, text.n), 255, &value);
		if (n == 0)
			return false;
		bytes[i] = (uint8_t)value;
		at += n;
	}
	if (at != text.n)
		return false;
	memcpy(out, bytes, sizeof(bytes));
	return true;
}

/* The number of at most four hexadecimal digits that text begins with, as two bytes; or, as the last, a dotted quad as four. Returns the bytes of text, 0 when it is neither. */
static size_t
read_group(ac_str text, uint8_t *out, size_t room, size_t *out_n)
{
	unsigned value = 0;
	size_t n = 0;
	int digit;

	for (; n < 4 && n < text.n && (digit = ac_hex_value(text.p[n])) >= 0; n++)
		value = value << 4 | (unsigned)digit;
	if (n > 0 && n < text.n && text.p[n] == '.') {
		*out_n = 4;
		return room >= 4 && ac_ipv4_parse(text, out) ? text.n : 0;
	}
	if (room < 2)
		return 0;
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	*out_n = 2;
	return n;
}

bool
ac_ipv6_parse(ac_str text, uint8_t out[static 16])
{
	uint8_t bytes[16];
	size_t n = 0, gap = 0, at = 0; /* bytes so far; those before "::" */
	bool has_gap = false;

	while (at < text.n) {
		size_t taken, more;

		if (text.p[at] == ':' && at + 1 < text.n && text.p[at + 1] == ':') {
			if (has_gap)
				return false;
			has_gap = true;
			gap = n;
			at += 2;
			if (at == text.n)
				break;
		} else if (n > 0 && (text.p[at++] != ':' || at == text.n)) {
			return false;
		}
		taken = read_group(ac_str_slice(text, at, text.n), bytes + n, sizeof(bytes) - n, &more);
		if (taken == 0)
			return false;
		at += taken;
		n += more;
	}
	/* "::" stands for at least one group (RFC 5952 s4.2.2 only asks writers for two). */
	if (has_gap ? n > sizeof(bytes) - 2 : n != sizeof(bytes))
		return false;
	memset(out, 0, 16);
	if (!has_gap)
		gap = n;
	memcpy(out, bytes, gap);
	memcpy(out + 16 - (n - gap), bytes + gap, n - gap);
	return true;
}

size_t
ac_ipv4_format(const uint8_t address[static 4], char out[static 15])
{
	size_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		if (i > 0)
			out[n++] = '.';
		n += ac_u64_digits(address[i], out + n);
	}
	return n;
}

/* RFC 5952 s4.2: the longest run of at least two zero groups, the first of equals. */
static void
longest_zeros(const uint8_t *address, size_t *out_first, size_t *out_count)
{
	size_t run = 0;

	*out_first = GROUPS;
	*out_count = 1;
	for (size_t i = 0; i < GROUPS; i++) {
		run = address[2 * i] || address[2 * i + 1] ? 0 : run + 1;
		if (run > *out_count) {
			*out_count = run;
			*out_first = i + 1 - run;
		}
	}
}

static size_t
put_hex(char *out, unsigned value)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (int shift = 12; shift >= 0; shift -= 4)
		if (n > 0 || shift == 0 || value >> shift)
			out[n++] = digits[value >> shift & 15];
	return n;
}

size_t
ac_ipv6_format(const uint8_t address[static 16], char out[static 45])
{
	size_t first, count, n = 0;

	/* RFC 5952 s5: addresses with a known IPv4 part are written with it. */
	if (memcmp(address, mapped_prefix, sizeof(mapped_prefix)) == 0) {
		memcpy(out, "::ffff:", 7);
		return 7 + ac_ipv4_format(address + 12, out + 7);
	}
	longest_zeros(address, &first, &count);
	for (size_t i = 0; i < GROUPS; i++) {
		if (i == first) {
			out[n++] = ':';
			out[n++] = ':';
			i += count - 1;
			continue;
		}
		if (i > 0 && i != first + count)
			out[n++] = ':';
		n += put_hex(out + n, (unsigned)address[2 * i] << 8 | address[2 * i + 1]);
	}
	return n;
}

static void
clear_host_bits(uint8_t *address, size_t size, unsigned bits)
{
	for (size_t i = 0; i < size; i++) {
		unsigned kept = bits > 8 * i ? bits - (unsigned)(8 * i) : 0;

		if (kept < 8)
			address[i] &= (uint8_t)(0xff00U >> kept);
	}
}

static bool
read_prefix(ac_str text, unsigned most, unsigned *out)
{
	return text.n > 0 && read_octet(text, most, out) == text.n;
}

static int
finish(ac_value *value, ac_arena *arena, ac_value *out, accord_err *err)
{
	bool is_4 = value->type == AC_VALUE_IPV4;
	unsigned all = is_4 ? IPV4_BITS : IPV6_BITS;
	char text[49];
	size_t n;

	clear_host_bits(value->address, is_4 ? 4 : 16, value->prefix_bits);
	n = is_4 ? ac_ipv4_format(value->address, text) : ac_ipv6_format(value->address, text);
	if (value->prefix_bits < all) {
		text[n++] = '/';
		n += ac_u64_digits(value->prefix_bits, text + n);
	}
	value->text = ac_arena_str(arena, (ac_str){ text, n });
	if (!value->text.p)
		return ac_arena_check(arena, err);
	*out = *value;
	return 0;
}

bool
ac_network_parse(ac_str text, ac_network *out)
{
	ac_network network = { .is_6 = false };
	ac_str rest = text, host = text;
	bool has_prefix = ac_str_cut(&rest, '/', &host);
	unsigned bits = IPV4_BITS;

	if (!ac_ipv4_parse(host, network.address)) {
		if (!ac_ipv6_parse(host, network.address))
			return false;
		network.is_6 = true;
		bits = IPV6_BITS;
	}
	if (has_prefix && !read_prefix(rest, bits, &bits))
		return false;
	network.bits = (uint8_t)bits;
	clear_host_bits(network.address, network.is_6 ? 16 : 4, bits);
	*out = network;
	return true;
}

int
ac_part_address(ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	ac_value value = { 0 };
	ac_str rest = text, host = text;
	unsigned bits = 0;
	bool has_prefix = ac_str_cut(&rest, '/', &host);

	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = ac_str_slice(host, 1, host.n - 1);
	if (ac_ipv4_parse(host, value.address)) {
		value.type = AC_VALUE_IPV4;
		bits = IPV4_BITS;
	} else if (ac_ipv6_parse(host, value.address)) {
		value.type = AC_VALUE_IPV6;
		bits = IPV6_BITS;
	} else {
		return ac_fail(err, ACCORD_EINPUT, "want an IP address or CIDR range, got '%.*s'",
		    AC_FMT(ac_str_slice(text, 0, 80)));
	}
	if (has_prefix && !read_prefix(rest, bits, &bits))
		return ac_fail(err, ACCORD_EINPUT, "want a prefix length of 0 to %u, got '%.*s'", bits,
		    AC_FMT(ac_str_slice(rest, 0, 80)));
	/* One meaning for ::ffff:192.0.2.1 and 192.0.2.1: dual-stack sockets log the former. */
	if (value.type == AC_VALUE_IPV6 && bits >= 96 &&
	    memcmp(value.address, mapped_prefix, sizeof(mapped_prefix)) == 0) {
		value.type = AC_VALUE_IPV4;
		memmove(value.address, value.address + 12, 4);
		memset(value.address + 4, 0, 12);
		bits -= 96;
	}
	value.prefix_bits = (uint8_t)bits;
	return finish(&value, arena, out, err);
}

bool
ac_value_read_address(ac_value *value)
{
	ac_str rest = value->text, host = value->text;
	unsigned bits = value->type == AC_VALUE_IPV4 ? IPV4_BITS : IPV6_BITS;
	bool has_prefix = ac_str_cut(&rest, '/', &host);

	memset(value->address, 0, sizeof(value->address));
	if (value->type == AC_VALUE_IPV4 ? !ac_ipv4_parse(host, value->address) : !ac_ipv6_parse(host, value->address))
		return false;
	if (has_prefix && !read_prefix(rest, bits, &bits))
		return false;
	value->prefix_bits = (uint8_t)bits;
	clear_host_bits(value->address, value->type == AC_VALUE_IPV4 ? 4 : 16, bits);
	return true;
}
