/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a found value is called. Telemetry mostly spells values as the index does: then nothing is parsed, and the result is a view of the line or of the record. It is the same as that of
 * ac_value_parse, by which the tests compare it.
 */
#include "watch/evaluate.h"

/* Whether all bytes are lower-case letters, digits, or one of "-._". */
static bool
is_plain_name(ac_str text)
{
	unsigned others = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		others |= !(
		    (unsigned char)(c - 'a') < 26 || (unsigned char)(c - '0') < 10 || c == '-' || c == '.' || c == '_');
	}
	return !others;
}

static bool
has_capitals(ac_str hex)
{
	uint64_t capitals = 0, eight;

	/* of hexadecimal digits; digests have eight and more */
	for (size_t i = 0; i + sizeof(eight) <= hex.n; i += sizeof(eight)) {
		memcpy(&eight, hex.p + i, sizeof(eight));
		capitals |= eight >> 1 & ~eight;
	}
	return capitals & 0x2020202020202020U;
}

/* No IPv6 address has a dot before its second colon. */
static bool
is_quad(ac_str address)
{
	return address.n > 3 && (address.p[1] == '.' || address.p[2] == '.' || address.p[3] == '.') &&
	       address.p[0] != ':';
}

/* Types whose records hold the value as ac_value_parse makes it of itself, and of all that is equal to it. */
bool
ac_evaluate_is_kept(uint8_t type)
{
	return type == AC_VALUE_DOMAIN || type == AC_VALUE_EMAIL || type == AC_VALUE_URL || type == AC_VALUE_IPV4 ||
	       type == AC_VALUE_MD5 || type == AC_VALUE_SHA1 || type == AC_VALUE_SHA256 || type == AC_VALUE_SHA512;
}

/* A user agent as W3C logs write it, '+' for each blank, with its blanks; the second of two is its own ("; +http:"). */
static ac_str
agent_text(ac_evaluation *e, ac_str text)
{
	char *p;

	if (ac_str_find_byte(text, ' ') < text.n || ac_str_find_byte(text, '+') == text.n)
		return text;
	p = ac_arena_alloc(&e->told, text.n);
	for (size_t i = 0; p && i < text.n; i++)
		p[i] = text.p[i] == '+' && !(i > 0 && text.p[i - 1] == '+' && p[i - 1] == ' ') ? ' ' : text.p[i];
	return p ? (ac_str){ p, text.n } : text;
}

ac_str
ac_evaluate_meant_name(ac_evaluation *e, ac_str spelled)
{
	bool is_encoded = ac_str_find_byte(spelled, '%') < spelled.n;
	char *p = ac_arena_alloc(&e->told, spelled.n + 1);
	size_t n = 0;

	for (size_t i = 0; p && i < spelled.n; i++) {
		int high = -1, low = -1;

		p[n] = spelled.p[i] == '+' && !is_encoded ? ' ' : spelled.p[i];
		if (spelled.p[i] == '%' && i + 2 < spelled.n) {
			high = ac_hex_value(spelled.p[i + 1]);
			low = ac_hex_value(spelled.p[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			p[n] = (char)((unsigned)high << 4 | (unsigned)low);
			i += 2;
		}
		n++;
	}
	return p ? (ac_str){ p, n } : spelled;
}

ac_str
ac_evaluate_as_it_is(ac_value_type type, unsigned how, ac_str text, const ac_str *record_text, bool *is_exact)
{
	*is_exact = record_text && how == AC_MATCH_EXACT;
	switch (type) {
	case AC_VALUE_IPV4:
		/* The scan takes dotted quads in their one spelling only; else an address stands in an IPv6 one. */
		if (is_quad(text))
			return text;
		break;
	case AC_VALUE_DOMAIN:
	case AC_VALUE_EMAIL:
		/* Found without regard to case, which is how they are kept. */
		if (*is_exact)
			return *record_text;
		if (type == AC_VALUE_DOMAIN && is_plain_name(text) && text.n && text.p[text.n - 1] != '.')
			return text;
		break;
	case AC_VALUE_URL:
		*is_exact = record_text && how == AC_MATCH_URL && ac_str_eq(text, *record_text);
		if (*is_exact)
			return *record_text;
		break;
	case AC_VALUE_MD5:
	case AC_VALUE_SHA1:
	case AC_VALUE_SHA256:
	case AC_VALUE_SHA512:
		if (text.n == ac_value_hash_digits(type) && !has_capitals(text))
			return text;
		break;
	default:
		break;
	}
	*is_exact = false;
	return (ac_str){ NULL, 0 };
}

ac_str
ac_evaluate_value(ac_evaluation *e, const ac_found *f, ac_value_type *type, bool *out_is_kept)
{
	ac_str text = f->url.p ? f->url : f->text, found;
	bool is_record = f->match.record != AC_NONE32 && f->record.type == *type;
	ac_value value;

	found = ac_evaluate_as_it_is(*type, f->match.how, text, is_record ? &f->record.text : NULL, out_is_kept);
	if (found.p)
		return found;
	if (*type == AC_VALUE_USER_AGENT)
		return agent_text(e, f->text);
	if (ac_value_parse(*type, text, &e->told, &value, NULL))
		return f->text;
	*type = value.type;
	return value.text;
}

ac_str
ac_evaluate_record_value(ac_evaluation *e, const ac_index_record *r)
{
	ac_value value;

	if (r->type == AC_VALUE_USER_AGENT)
		return agent_text(e, r->text);
	if (ac_record_fixed_size((ac_value_type)r->type))
		return ac_index_value_text(r, &e->told);
	if (ac_evaluate_is_kept(r->type))
		return r->text;
	/* Of several spellings each is a record: the canonical one is the name. */
	return ac_value_parse((ac_value_type)r->type, r->text, &e->told, &value, NULL) ? r->text : value.text;
}
