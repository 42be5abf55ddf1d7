/* SPDX-License-Identifier: Apache-2.0 */
/* Asking parsed JSON: types, texts, numbers, members. Knows the layout of nodes, not how they came about. */
#include "codec/json.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "codec/json_node.h"

ac_json_type
ac_json_type_of(const ac_json *v)
{
	return v ? (ac_json_type)v->type : AC_JSON_NULL;
}

bool
ac_json_is(const ac_json *v, ac_json_type type)
{
	return v && v->type == type;
}

ac_str
ac_json_text(const ac_json *v)
{
	return v && (v->type == AC_JSON_STRING || v->type == AC_JSON_NUMBER) ? ac_json_node_text(v)
									     : (ac_str){ NULL, 0 };
}

ac_str
ac_json_string(const ac_json *v)
{
	return v && v->type == AC_JSON_STRING ? ac_json_node_text(v) : (ac_str){ NULL, 0 };
}

bool
ac_json_i64(const ac_json *v, int64_t *out)
{
	return v && v->type == AC_JSON_NUMBER && ac_str_to_i64(ac_json_node_text(v), out);
}

/*
 * Up to 15 digits and a power of ten up to 22 are exact doubles, and one correctly rounded operation on them is the
 * correctly rounded result (Clinger 1990, "How to read floating point numbers accurately").
 */
static bool
small_double(ac_str text, double *out)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
		1e15 };
	bool negative = text.p[0] == '-';
	uint64_t digits = 0;
	unsigned count = 0, fraction = 0;
	bool in_fraction = false;

	for (size_t i = negative; i < text.n; i++) {
		if (text.p[i] == '.') {
			in_fraction = true;
			continue;
		}
		if (!ac_is_digit(text.p[i]) || ++count > 15)
			return false;
		digits = digits * 10 + (uint64_t)(text.p[i] - '0');
		fraction += in_fraction;
	}
	*out = (double)digits / powers[fraction];
	if (negative)
		*out = -*out;
	return true;
}

bool
ac_json_double(const ac_json *v, double *out)
{
	char text[AC_JSON_NUMBER_MAX + 1];
	locale_t c_locale;
	double value;

	if (!v || v->type != AC_JSON_NUMBER)
		return false;
	if (small_double(ac_json_node_text(v), out))
		return true;
	/*
	 * The reader has checked the grammar and the length, so strtod takes all of it. It rounds correctly in glibc and musl; in the "C"
	 * locale, which both give without allocating, the radix is a dot whatever the program has set.
	 */
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!c_locale)
		return false;
	memcpy(text, v->text, v->length);
	text[v->length] = '\0';
	value = strtod_l(text, NULL, c_locale);
	freelocale(c_locale);
	if (!isfinite(value))
		return false;
	*out = value;
	return true;
}

bool
ac_json_is_true(const ac_json *v)
{
	return v && v->type == AC_JSON_TRUE;
}

static bool
is_container(const ac_json *v)
{
	return v && ac_json_node_is_container(v);
}

size_t
ac_json_count(const ac_json *v)
{
	return is_container(v) ? v[1].count : 0;
}

const ac_json *
ac_json_get(const ac_json *v, ac_str key)
{
	const ac_json *at;

	if (!v || v->type != AC_JSON_OBJECT)
		return NULL;
	at = v + 2;
	for (uint32_t left = v[1].count; left > 0; left--, at = ac_json_node_next_key(at))
		if (ac_str_eq(ac_json_node_text(at), key))
			return ac_json_node_behind(at);
	return NULL;
}

ac_str
ac_json_get_string(const ac_json *v, ac_str key)
{
	return ac_json_string(ac_json_get(v, key));
}

ac_str
ac_json_raw(const ac_json *v)
{
	if (!v)
		return (ac_str){ NULL, 0 };
	if (v->type == AC_JSON_STRING)
		return (ac_str){ v->text - 1, (size_t)v->length + 2 };
	return (ac_str){ v->text, v->length };
}

bool
ac_json_has_bidi(const ac_json *v)
{
	return v && v->flags & AC_JSON_BIDI;
}

ac_json_iter
ac_json_iter_of(const ac_json *v)
{
	if (!is_container(v))
		return (ac_json_iter){ .left = 0 };
	return (ac_json_iter){ .at = v + 2, .left = v[1].count, .is_object = v->type == AC_JSON_OBJECT };
}

bool
ac_json_next(ac_json_iter *it)
{
	if (it->left == 0)
		return false;
	it->left--;
	it->key = (ac_str){ NULL, 0 };
	if (it->is_object) {
		it->key = ac_json_node_text(it->at);
		it->at = ac_json_node_behind(it->at);
	}
	it->value = it->at;
	it->at = ac_json_node_behind(it->at);
	return true;
}
