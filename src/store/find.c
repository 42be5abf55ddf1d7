/* SPDX-License-Identifier: Apache-2.0 */
/* Who is about an observable: objects and rows with the value itself, with a range that holds the address, with a parent of the domain. */
#include "base/limits.h"
#include "store/sqlite.h"

/* Ranges and parents are formatted here: an address with its prefix length, or a view of the domain. */
#define TEXT_MAX 64

typedef struct value_query {
	ac_store *store;
	ac_on_value on;
	void *payload;
} value_query;

static int
on_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	const value_query *q = payload;
	ac_value_hit hit = { row->row.value.type, row->row.value.text, AC_ROLE_PATTERN, row->indicator_id, true };

	return q->on(q->payload, &hit, err);
}

static int
find_text(value_query *q, ac_value_type type, ac_str text, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(q->store, AC_SQL_VALUE_FIND, err);
	int rc;

	if (!s)
		return q->store->last_code;
	(void)sqlite3_bind_int(s, 1, (int)type);
	ac_sql_bind_text(s, 2, text);
	while ((rc = ac_sql_step(q->store, s, err)) == 1) {
		ac_value_hit hit = { type, text, (ac_value_role)sqlite3_column_int(s, 0), ac_sql_text(s, 1), false };

		rc = q->on(q->payload, &hit, err);
		if (rc != 0)
			break;
	}
	ac_sql_give(q->store, AC_SQL_VALUE_FIND, s);
	return rc == 0 ? ac_list_find(q->store, type, text, on_row, q, err) : rc;
}

/* The lengths of ranges that are here and shorter than the address' own, longest first. */
static int
read_prefixes(ac_store *store, const ac_value *value, uint8_t out[static 129], size_t *out_n, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_PREFIXES, err);
	int rc;

	*out_n = 0;
	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int(s, 1, (int)value->type);
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		int64_t bits = sqlite3_column_int64(s, 0);

		if (bits >= 0 && bits < value->prefix_bits)
			out[(*out_n)++] = (uint8_t)bits;
	}
	ac_sql_give(store, AC_SQL_PREFIXES, s);
	return rc;
}

static size_t
format_range(const ac_value *value, unsigned bits, char out[static TEXT_MAX])
{
	size_t size = value->type == AC_VALUE_IPV4 ? 4 : 16, n;
	uint8_t network[16] = { 0 };

	for (size_t i = 0; i < size; i++) {
		unsigned kept = bits > 8 * i ? bits - (unsigned)(8 * i) : 0;

		network[i] = (uint8_t)(value->address[i] & (kept >= 8 ? 0xffU : 0xff00U >> kept));
	}
	n = size == 4 ? ac_ipv4_format(network, out) : ac_ipv6_format(network, out);
	out[n++] = '/';
	return n + ac_u64_digits(bits, out + n);
}

static int
find_ranges(value_query *q, const ac_value *value, accord_err *err)
{
	uint8_t prefixes[129];
	size_t n;
	int rc = read_prefixes(q->store, value, prefixes, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		char text[TEXT_MAX];

		rc = find_text(q, value->type, (ac_str){ text, format_range(value, prefixes[i], text) }, err);
	}
	return rc;
}

/* A listed "evil.example" is about "www.evil.example" too; a TLD alone is nobody's indicator. */
static int
find_parents(value_query *q, ac_str domain, accord_err *err)
{
	ac_str label;
	int rc = 0;

	while (rc == 0 && ac_str_cut(&domain, '.', &label) && ac_str_find_byte(domain, '.') < domain.n)
		rc = find_text(q, AC_VALUE_DOMAIN, domain, err);
	return rc;
}

int
ac_store_find_value(ac_store *store, const ac_value *value, ac_on_value on, void *payload, accord_err *err)
{
	value_query q = { store, on, payload };
	int rc = find_text(&q, value->type, value->text, err);

	if (rc == 0 && (value->type == AC_VALUE_IPV4 || value->type == AC_VALUE_IPV6))
		rc = find_ranges(&q, value, err);
	if (rc == 0 && value->type == AC_VALUE_DOMAIN)
		rc = find_parents(&q, value->text, err);
	return rc < 0 ? rc : 0;
}

int
ac_store_each_row_of(ac_store *store, const ac_value *value, ac_on_row on, void *payload, accord_err *err)
{
	return ac_list_find(store, value->type, value->text, on, payload, err);
}
