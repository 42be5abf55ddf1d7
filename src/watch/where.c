/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on fields: names, roles, wildcards, networks. */
#include "watch/where.h"

/* "::ffff:192.0.2.1" is 192.0.2.1 (RFC 4291 s2.5.5.2), as for the scan. */
static bool
parse_network(ac_str text, ac_network *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (!ac_network_parse(text, out))
		return false;
	if (out->is_6 && out->bits >= 96 && memcmp(out->address, mapped, sizeof(mapped)) == 0) {
		memmove(out->address, out->address + 12, 4);
		out->bits -= 96;
		out->is_6 = false;
	}
	return true;
}

/* "192.0.2.1:443" and "[2001:db8::1]:443" without their ports; the text itself where there is none. */
static ac_str
without_port(ac_str text)
{
	size_t colon = ac_str_find_byte(text, ':'), close = ac_str_find_byte(text, ']');

	if (text.n > 0 && text.p[0] == '[' && close < text.n)
		return ac_str_slice(text, 1, close);
	return colon < text.n && ac_str_find_byte(ac_str_slice(text, colon + 1, text.n), ':') == text.n - colon - 1
		   ? ac_str_slice(text, 0, colon)
		   : text;
}

int
ac_where_add(ac_where *where, ac_str condition, accord_err *err)
{
	ac_where_condition *c = &where->conditions[where->count];
	ac_str value = condition, field;

	if (!ac_str_cut(&value, '=', &field) || field.n == 0)
		return ac_fail(err, ACCORD_EUSAGE, "a condition wants FIELD=VALUE, got '%.*s'", AC_FMT(condition));
	if (where->count == AC_WHERE_MAX)
		return ac_fail(err, ACCORD_EUSAGE, "want at most %d conditions", AC_WHERE_MAX);
	*c = (ac_where_condition){ .field = field, .value = value };
	c->has_role = ac_field_role_from_name(field, &c->role);
	c->is_network = parse_network(value, &c->network);
	where->count++;
	return 0;
}

/* Text against a value in which '*' stands for any text; the last '*' alone is moved on, so that time is at most the product of both lengths. */
static bool
is_like(ac_str text, ac_str value)
{
	size_t t = 0, v = 0, star = value.n, back = 0;

	while (t < text.n) {
		if (v < value.n && value.p[v] == '*') {
			star = v++;
			back = t;
		} else if (v < value.n && value.p[v] == text.p[t]) {
			v++;
			t++;
		} else if (star < value.n) {
			v = star + 1;
			t = ++back;
		} else {
			return false;
		}
	}
	while (v < value.n && value.p[v] == '*')
		v++;
	return v == value.n;
}

static bool
is_member(ac_str text, const ac_network *network)
{
	ac_network n;
	unsigned bytes, rest;

	if (!parse_network(without_port(ac_str_trim(text)), &n) || n.is_6 != network->is_6 || n.bits < network->bits)
		return false;
	bytes = network->bits / 8;
	rest = network->bits % 8;
	return memcmp(n.address, network->address, bytes) == 0 &&
	       (rest == 0 || (n.address[bytes] ^ network->address[bytes]) >> (8 - rest) == 0);
}

static bool
holds(const ac_where_condition *c, const ac_log_record *record, ac_arena *arena)
{
	for (size_t i = 0; i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];
		ac_str text;

		if (!(c->has_role && f->role == c->role) && !ac_str_eq_fold(f->name, c->field))
			continue;
		text = ac_log_value(f, arena);
		if (is_like(text, c->value) || (c->is_network && is_member(text, &c->network)))
			return true;
	}
	return false;
}

ac_where_verdict
ac_where_judge(const ac_where *where, const ac_log_record *record, ac_time time, ac_arena *arena)
{
	if (where->has_since && ac_time_cmp(time, where->since) < 0)
		return AC_WHERE_BEFORE;
	for (size_t i = 0; i < where->count; i++)
		if (!holds(&where->conditions[i], record, arena))
			return AC_WHERE_OTHER;
	return AC_WHERE_FITS;
}
