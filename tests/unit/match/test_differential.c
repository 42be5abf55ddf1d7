/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random patterns against random observations: a set of many patterns, each pattern alone, and the oracle say the same. Names and values are few, so that much holds.
 * ACCORD_MATCH_CASES: how many batches (default 400), ACCORD_MATCH_SEED.
 */
#include "test.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "match_case.h"
#include "match_oracle.h"
#include "stix/pattern_normal.h"

enum { PATTERNS = 24, MANY = 800, MANY_BATCHES = 40 };

typedef struct random_state {
	uint64_t s;
} random_state;

static unsigned
pick(random_state *r, unsigned n)
{
	r->s ^= r->s << 13;
	r->s ^= r->s >> 7;
	r->s ^= r->s << 17;
	return (unsigned)((r->s * 0x2545f4914f6cdd1dU >> 33) % n);
}

#define PICK(r, table) (table)[pick((r), AC_COUNT(table))]

/* Property, and what stands there: s string, n number, b boolean, t time, h hex, i binary, a address, o null; L list of strings, D dictionary, R reference, M references. */
static const struct {
	const char *type, *name;
	char kind;
} properties[] = {
	{ "file", "name", 's' },
	{ "file", "size", 'n' },
	{ "file", "ctime", 't' },
	{ "file", "magic_number_hex", 'h' },
	{ "file", "hashes", 'D' },
	{ "file", "parent_directory_ref", 'R' },
	{ "file", "contains_refs", 'M' },
	{ "ipv4-addr", "value", 'a' },
	{ "ipv4-addr", "resolves_to_refs", 'M' },
	{ "x-t", "name", 's' },
	{ "x-t", "size", 'n' },
	{ "x-t", "when", 't' },
	{ "x-t", "flag", 'b' },
	{ "x-t", "data_bin", 'i' },
	{ "x-t", "list", 'L' },
	{ "x-t", "value", 'a' },
	{ "x-t", "any", '*' },
	{ "x-t", "next_ref", 'R' },
	{ "x-t", "all_refs", 'M' },
	{ "x-t", "deep", 'D' },
};
static const char *const strings[] = { "a", "ab", "abc", "evil.exe", "EVIL.exe", "C:\\\\x", "a\\nb", "\\u00e9",
	"e\\u0301", "\\u0103", "", "abcdefgh", "'q'", "12", "\\u0101b" };
static const char *const numbers[] = { "0", "1", "-1", "2", "1.0", "1.5", "9007199254740993", "9007199254740992.0",
	"1e2", "100", "-0.0", "1e400" };
static const char *const times[] = { "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000Z",
	"2020-01-01T00:00:00.0000000001Z", "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999999Z",
	"2017-01-01T00:00:00Z", "2020-02-30T00:00:00Z", "yesterday" };
static const char *const hexes[] = { "ffd8", "FFD8", "00", "61", "6162", "zz", "e9", "" };
static const char *const binaries[] = { "YQ==", "YWI=", "/9g=", "YQ", "6Q==", "" };
static const char *const addresses[] = { "10.1.2.3", "10.1.2.0/24", "10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0",
	"192.0.2.1", "2001:db8::1", "2001:db8::/32", "::/0", "x", "10.1.2.3/32", "::ffff:10.1.2.3" };

static void
add_scalar(random_state *r, char kind, ac_buf *out)
{
	static const char kinds[] = "snbthiao";
	const char *text = NULL;

	/* Now and then something that the property must not hold. */
	if (kind == '*' || pick(r, 12) == 0)
		kind = kinds[pick(r, sizeof(kinds) - 1)];
	switch (kind) {
	case 'n':
		ac_buf_add_cstr(out, PICK(r, numbers));
		return;
	case 'b':
		ac_buf_add_cstr(out, pick(r, 2) ? "true" : "false");
		return;
	case 'o':
		ac_buf_add_cstr(out, "null");
		return;
	case 't':
		text = PICK(r, times);
		break;
	case 'h':
		text = PICK(r, hexes);
		break;
	case 'i':
		text = PICK(r, binaries);
		break;
	case 'a':
		text = PICK(r, addresses);
		break;
	default:
		text = PICK(r, strings);
		break;
	}
	ac_buf_add_byte(out, '"');
	ac_buf_add_cstr(out, text);
	ac_buf_add_byte(out, '"');
}

static void
add_reference(random_state *r, bool old, ac_buf *out)
{
	ac_buf_printf(out, old ? "\"%u\"" : "\"x--%u\"", pick(r, old ? 4 : 8));
}

static void
add_property(random_state *r, char kind, bool old, ac_buf *out)
{
	unsigned n = pick(r, 4);

	switch (kind) {
	case 'L':
	case 'M':
		ac_buf_add_byte(out, '[');
		for (unsigned i = 0; i < n; i++) {
			if (i > 0)
				ac_buf_add_byte(out, ',');
			if (kind == 'M')
				add_reference(r, old, out);
			else
				add_scalar(r, '*', out);
		}
		ac_buf_add_byte(out, ']');
		break;
	case 'D':
		ac_buf_add_cstr(out, "{\"MD5\":");
		add_scalar(r, 's', out);
		ac_buf_add_cstr(out, ",\"k_hex\":");
		add_scalar(r, 'h', out);
		ac_buf_add_cstr(out, ",\"l\":[");
		add_scalar(r, 'n', out);
		ac_buf_add_cstr(out, ",[");
		add_scalar(r, 's', out);
		ac_buf_add_cstr(out, "]]}");
		break;
	case 'R':
		add_reference(r, old, out);
		break;
	default:
		add_scalar(r, kind, out);
		break;
	}
}

static const char *const types[] = { "file", "ipv4-addr", "x-t", "x-t", "identity" };

static void
add_object(random_state *r, bool old, unsigned id, ac_buf *out)
{
	const char *type = PICK(r, types);

	ac_buf_printf(out, old ? "\"%u\":{\"type\":\"%s\"" : "{\"id\":\"x--%u\",\"type\":\"%s\"", id, type);
	for (size_t i = 0; i < AC_COUNT(properties); i++) {
		if (strcmp(properties[i].type, type) != 0 || pick(r, 3) == 0)
			continue;
		ac_buf_printf(out, ",\"%s\":", properties[i].name);
		add_property(r, properties[i].kind, old, out);
	}
	ac_buf_add_byte(out, '}');
}

static void
add_observed(random_state *r, ac_buf *out)
{
	static const char *const firsts[] = { "2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z" };
	static const char *const lasts[] = { "2020-01-01T00:00:02Z", "2020-01-01T00:00:03Z", "2020-01-01T00:00:01.5Z" };
	bool old = pick(r, 3) == 0;
	unsigned n = pick(r, 4);

	ac_buf_printf(out,
	    "{\"type\":\"observed-data\",\"id\":\"observed-data--%u\",\"first_observed\":\"%s\",\"last_observed\":\"%"
	    "s\",\"number_observed\":%u,",
	    pick(r, 1000), PICK(r, firsts), PICK(r, lasts), pick(r, 8) ? 1 + pick(r, 2) : 0);
	ac_buf_add_cstr(out, old ? "\"objects\":{" : "\"object_refs\":[");
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			ac_buf_add_byte(out, ',');
		if (old)
			add_object(r, true, i, out);
		else
			add_reference(r, false, out);
	}
	ac_buf_add_cstr(out, old ? "}}" : "]}");
}

static void
add_observations(random_state *r, ac_buf *out)
{
	ac_buf_add_cstr(out, "[{\"type\":\"bundle\",\"objects\":[");
	for (unsigned i = 0; i < 6; i++) {
		add_object(r, false, i, out);
		ac_buf_add_byte(out, ',');
	}
	for (unsigned i = 0; i < 4; i++) {
		if (i > 0)
			ac_buf_add_byte(out, ',');
		add_observed(r, out);
	}
	ac_buf_add_cstr(out, "]}]");
}

/* A constant of a pattern: JSON's escapes do not hold there. */
static void
add_quoted(const char *json, ac_buf *out)
{
	ac_buf_add_byte(out, '\'');
	for (const char *p = json; *p; p++) {
		if (p[0] == '\\' && p[1] == 'u') {
			unsigned code = 0;
			char utf8[4];

			for (int i = 0; i < 4; i++)
				code = code << 4 | (unsigned)ac_hex_value(p[2 + i]);
			ac_buf_add(out, (ac_str){ utf8, ac_utf8_put(utf8, code) });
			p += 5;
		} else if (p[0] == '\\' && p[1] == 'n') {
			ac_buf_add_byte(out, '\n');
			p++;
		} else {
			if (*p == '\'')
				ac_buf_add_byte(out, '\\');
			ac_buf_add_byte(out, *p);
		}
	}
	ac_buf_add_byte(out, '\'');
}

static void
add_constant(random_state *r, char kind, ac_buf *out)
{
	static const char kinds[] = "sssnnbthia";
	static const char *const hexes_only[] = { "ffd8", "61", "6162", "", "e9", "c3a9" };
	static const char *const binaries_only[] = { "YQ==", "YWI=", "/9g=" };
	static const char *const numbers_only[] = { "0", "1", "-1", "2", "1.0", "1.5", "9007199254740993",
		"9007199254740992.0", "100", "-0.0" };
	static const char *const times_only[] = { "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.0000000001Z",
		"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z" };

	if (kind == '*' || kind == 'L' || kind == 'D' || kind == 'R' || kind == 'M' || kind == 'o' || pick(r, 8) == 0)
		kind = kinds[pick(r, sizeof(kinds) - 1)];
	switch (kind) {
	case 'n':
		ac_buf_add_cstr(out, PICK(r, numbers_only));
		break;
	case 'b':
		ac_buf_add_cstr(out, pick(r, 2) ? "true" : "false");
		break;
	case 't':
		ac_buf_printf(out, "t'%s'", PICK(r, times_only));
		break;
	case 'h':
		ac_buf_printf(out, "h'%s'", PICK(r, hexes_only));
		break;
	case 'i':
		ac_buf_printf(out, "b'%s'", PICK(r, binaries_only));
		break;
	case 'a':
		add_quoted(PICK(r, addresses), out);
		break;
	default:
		add_quoted(PICK(r, strings), out);
		break;
	}
}

/* Ordered comparisons have no truth values. */
static void
add_ordered_constant(random_state *r, char kind, ac_buf *out)
{
	add_constant(r, kind == 'b' ? 's' : kind, out);
}

static void
add_comparator(random_state *r, char kind, ac_buf *out)
{
	static const char *const ops[] = { "=", "=", "=", "!=", "<", ">", "<=", ">=" };
	static const char *const likes[] = { "a%", "%b", "%", "_", "a_c", "%vil%", "evil%", "%.exe", "abc%h", "\\u00e9",
		"%\\u0301", "abc", "a\\nb", "___", "%b%c%", "" };
	static const char *const regexes[] = { "a", "^ab", "b$", "evil\\\\.exe$", "(?i)EVIL", "a.b", "[^a]", "^$",
		"\\\\w", "^.$", "(", "\\\\bab\\\\b", "a{2}", "(a|b)c", "\\u00e9", "\\\\x61", "(?=a)a", "\\\\p{L}",
		"abc", "vil", "x*", "[[:alpha:]]", "(.)\\\\1" };
	const char *op;

	if (pick(r, 4) == 0)
		ac_buf_add_cstr(out, " NOT");
	switch (pick(r, 10)) {
	case 0:
		ac_buf_add_cstr(out, " IN (");
		for (unsigned i = 0, n = 1 + pick(r, 3), same = pick(r, 8); i < n; i++) {
			if (i > 0)
				ac_buf_add_byte(out, ',');
			add_constant(r, same ? (kind == 's' || kind == 'a' ? kind : 'n') : kind, out);
		}
		ac_buf_add_byte(out, ')');
		return;
	case 1:
	case 2:
		ac_buf_add_cstr(out, " LIKE ");
		add_quoted(PICK(r, likes), out);
		return;
	case 3:
	case 4:
		ac_buf_add_cstr(out, " MATCHES ");
		add_quoted(PICK(r, regexes), out);
		return;
	case 5:
		ac_buf_add_cstr(out, pick(r, 2) ? " ISSUBSET " : " ISSUPERSET ");
		add_quoted(PICK(r, addresses), out);
		return;
	default:
		op = PICK(r, ops);
		ac_buf_printf(out, " %s ", op);
		if (op[0] == '=' || op[0] == '!')
			add_constant(r, kind, out);
		else
			add_ordered_constant(r, kind, out);
		return;
	}
}

static void
add_path(random_state *r, size_t property, ac_buf *out)
{
	static const char *const indexes[] = { "[*]", "[*]", "[0]", "[1]" };
	static const char *const keys[] = { ".MD5", ".k_hex", ".l[*]", ".l[0]", ".l[1][*]", "" };
	static const char *const onward[] = { ".name", ".size", ".value", ".type", ".id", ".list[*]", ".next_ref.name",
		".all_refs[*].name", ".all_refs[0].any", "" };

	ac_buf_printf(out, "%s:%s", properties[property].type, properties[property].name);
	switch (properties[property].kind) {
	case 'L':
		ac_buf_add_cstr(out, pick(r, 8) ? PICK(r, indexes) : "");
		break;
	case 'D':
		ac_buf_add_cstr(out, PICK(r, keys));
		break;
	case 'M':
		ac_buf_add_cstr(out, PICK(r, indexes));
		ac_buf_add_cstr(out, PICK(r, onward));
		break;
	case 'R':
		ac_buf_add_cstr(out, PICK(r, onward));
		break;
	default:
		break;
	}
}

static void
add_comparison(random_state *r, const char *type, ac_buf *out)
{
	size_t property;

	do
		property = pick(r, AC_COUNT(properties));
	while (strcmp(properties[property].type, type) != 0 && pick(r, 10));
	if (pick(r, 8) == 0) {
		ac_buf_add_cstr(out, pick(r, 2) ? "NOT EXISTS " : "EXISTS ");
		add_path(r, property, out);
		return;
	}
	add_path(r, property, out);
	add_comparator(r, properties[property].kind, out);
}

static void
add_bracket(random_state *r, ac_buf *out)
{
	static const char *const bases[] = { "file", "ipv4-addr", "x-t", "x-t", "x-t" };
	const char *type = PICK(r, bases);
	unsigned n = 1 + pick(r, 4), depth = 0;

	ac_buf_add_byte(out, '[');
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			ac_buf_add_cstr(out, pick(r, 2) ? " AND " : " OR ");
		if (pick(r, 4) == 0) {
			ac_buf_add_byte(out, '(');
			depth++;
		}
		add_comparison(r, type, out);
		if (depth && pick(r, 2)) {
			ac_buf_add_byte(out, ')');
			depth--;
		}
	}
	while (depth--)
		ac_buf_add_byte(out, ')');
	ac_buf_add_byte(out, ']');
}

static void
add_pattern(random_state *r, ac_buf *out)
{
	static const char *const joins[] = { " AND ", " OR ", " FOLLOWEDBY " };
	static const char *const qualifiers[] = { " WITHIN 1 SECONDS", " REPEATS 2 TIMES",
		" START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:01Z'", "", "" };
	unsigned n = pick(r, 3) ? 1 : 2 + pick(r, 2);

	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			ac_buf_add_cstr(out, PICK(r, joins));
		add_bracket(r, out);
		if (pick(r, 5) == 0)
			ac_buf_add_cstr(out, PICK(r, qualifiers));
	}
}

/* What a set of all patterns says of each, for one batch after another. */
typedef struct many {
	ac_pattern_set *set;
	ac_matcher *matcher;
	ac_observations *observations;
	uint32_t *numbers; /* of the set; UINT32_MAX: refused */
	size_t n;
} many;

static void
open_many(many *all, const ac_buf *patterns, size_t n)
{
	*all = (many){ .n = n, .numbers = calloc(n, sizeof(*all->numbers)) };
	assert_non_null(all->numbers);
	assert_int_equal(ac_pattern_set_new(CASE_SEED, &all->set, NULL), 0);
	for (size_t i = 0; i < n; i++)
		if (ac_pattern_set_add(all->set, ac_buf_view(&patterns[i]), 0, &all->numbers[i], NULL))
			all->numbers[i] = UINT32_MAX;
	assert_int_equal(ac_pattern_set_finish(all->set, NULL), 0);
	assert_int_equal(ac_observations_new(CASE_SEED, 64 * AC_MIB, &all->observations, NULL), 0);
	assert_int_equal(ac_matcher_new(all->set, &all->matcher, NULL), 0);
}

static void
close_many(many *all)
{
	all->matcher = ac_matcher_free(all->matcher);
	all->set = ac_pattern_set_free(all->set);
	all->observations = ac_observations_free(all->observations);
	free(all->numbers);
}

static void
ask_many(many *all, const ac_json *json, const char **out)
{
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result;
	ac_arena arena;
	size_t at = 0;

	ac_arena_init(&arena, 64 * AC_MIB);
	ac_observations_reset(all->observations);
	assert_int_equal(ac_observations_add_json(all->observations, json, NULL), 0);
	assert_int_equal(ac_observations_seal(all->observations, NULL), 0);
	assert_int_equal(ac_matcher_run(all->matcher, all->observations, &budget, &arena, &result, NULL), 0);
	/* Both ascend. */
	for (size_t i = 0; i < all->n; i++) {
		uint32_t number = all->numbers[i];
		bool holds = at < result.count && result.matches[at].pattern == number;

		out[i] = number == UINT32_MAX                         ? "refused"
			 : ac_pattern_set_problem(all->set, number).p ? "unusable"
								      : "nomatch";
		if (holds)
			out[i] = result.matches[at++].undecided ? "undecided" : "match";
	}
	assert_int_equal(at, result.count);
	ac_arena_done(&arena);
}

static unsigned
check_batch(random_state *r, unsigned tally[4])
{
	const ac_json *json = NULL;
	ac_buf patterns[PATTERNS], text;
	const char *of_set[PATTERNS];
	unsigned failed = 0;
	many all;
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	ac_buf_init(&text, AC_MIB);
	add_observations(r, &text);
	assert_int_equal(ac_json_parse(ac_buf_view(&text), AC_JSON_LIMITS, &arena, &json, NULL), 0);
	for (size_t i = 0; i < PATTERNS; i++) {
		ac_buf_init(&patterns[i], AC_MIB);
		add_pattern(r, &patterns[i]);
	}
	open_many(&all, patterns, PATTERNS);
	ask_many(&all, json, of_set);
	close_many(&all);
	for (size_t i = 0; i < PATTERNS; i++) {
		ac_str pattern = ac_buf_view(&patterns[i]);
		const char *wanted = oracle_result(pattern, 0, json), *alone = case_result(pattern, 0, json);

		tally[0] += strcmp(wanted, "match") == 0;
		tally[1] += strcmp(wanted, "nomatch") == 0;
		tally[2] += strcmp(wanted, "unusable") == 0;
		tally[3] += strcmp(wanted, "refused") == 0;
		if (strcmp(wanted, alone) == 0 && strcmp(wanted, of_set[i]) == 0)
			continue;
		print_error("oracle %s, alone %s, in a set %s\n  %.*s\n  %.*s\n", wanted, alone, of_set[i],
		    AC_FMT(pattern), AC_FMT(ac_buf_view(&text)));
		failed++;
	}
	for (size_t i = 0; i < PATTERNS; i++)
		ac_buf_done(&patterns[i]);
	ac_buf_done(&text);
	ac_arena_done(&arena);
	return failed;
}

static uint64_t
number_from(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text && ac_str_to_u64(ac_str_from(text), &fallback) ? fallback : fallback;
}

static void
match__means_what_the_oracle_says(void **state)
{
	uint64_t batches = number_from("ACCORD_MATCH_CASES", 400), seed = number_from("ACCORD_MATCH_SEED", 1);
	unsigned failed = 0, tally[4] = { 0 };

	for (uint64_t i = 0; i < batches && failed < 5; i++) {
		random_state r = { (seed + i) * 0x9e3779b97f4a7c15U | 1 };

		failed += check_batch(&r, tally);
	}
	print_message(
	    "# %u match, %u do not, %u are unusable, %u are refused\n", tally[0], tally[1], tally[2], tally[3]);
	assert_int_equal(failed, 0);
	assert_true(batches < 400 || tally[0] > 1000);
}

/* So many that texts and regexes are scanned for together, and the same matcher goes on from batch to batch. */
static void
match__means_the_same_in_a_set_of_many(void **state)
{
	uint64_t seed = number_from("ACCORD_MATCH_SEED", 1);
	random_state r = { (seed + 12345) * 0x9e3779b97f4a7c15U | 1 };
	const char **of_set = calloc(MANY, sizeof(*of_set));
	ac_buf *patterns = calloc(MANY, sizeof(*patterns));
	unsigned failed = 0;
	many all;

	assert_true(of_set && patterns);
	for (size_t i = 0; i < MANY; i++) {
		ac_buf_init(&patterns[i], AC_MIB);
		add_pattern(&r, &patterns[i]);
	}
	open_many(&all, patterns, MANY);
	for (unsigned batch = 0; batch < MANY_BATCHES && failed < 5; batch++) {
		const ac_json *json = NULL;
		ac_arena arena;
		ac_buf text;

		ac_arena_init(&arena, 64 * AC_MIB);
		ac_buf_init(&text, AC_MIB);
		add_observations(&r, &text);
		assert_int_equal(ac_json_parse(ac_buf_view(&text), AC_JSON_LIMITS, &arena, &json, NULL), 0);
		ask_many(&all, json, of_set);
		for (size_t i = 0; i < MANY; i++) {
			const char *wanted = oracle_result(ac_buf_view(&patterns[i]), 0, json);

			if (strcmp(wanted, of_set[i]) == 0)
				continue;
			print_error("oracle %s, in a set %s\n  %.*s\n  %.*s\n", wanted, of_set[i],
			    AC_FMT(ac_buf_view(&patterns[i])), AC_FMT(ac_buf_view(&text)));
			failed++;
		}
		ac_buf_done(&text);
		ac_arena_done(&arena);
	}
	close_many(&all);
	for (size_t i = 0; i < MANY; i++)
		ac_buf_done(&patterns[i]);
	free(patterns);
	free(of_set);
	assert_int_equal(failed, 0);
}

/* Groups with qualifiers inside groups, of few brackets, which therefore come again. */
static void
add_compound(random_state *r, unsigned depth, const ac_buf *brackets, size_t n, ac_buf *out)
{
	static const char *const joins[] = { " AND ", " OR ", " FOLLOWEDBY " };
	static const char *const repeats[] = { " REPEATS 1 TIMES", " REPEATS 2 TIMES", "", "", "" };
	static const char *const windows[] = { " WITHIN 1 SECONDS", " WITHIN 2.50 SECONDS", "", "" };
	static const char *const starts[] = { " START t'2020-01-01T00:00:00.0Z' STOP t'2020-01-01T00:00:02Z'",
		" START t'2019-01-01T00:00:00Z' STOP t'2020-01-01T00:00:01.50Z'", "", "", "" };
	unsigned parts = 1 + pick(r, 3);

	for (unsigned i = 0; i < parts; i++) {
		bool group = depth > 0 && pick(r, 2);

		if (i > 0)
			ac_buf_add_cstr(out, PICK(r, joins));
		if (group) {
			ac_buf_add_byte(out, '(');
			add_compound(r, depth - 1, brackets, n, out);
			ac_buf_add_byte(out, ')');
		} else {
			ac_buf_add(out, ac_buf_view(&brackets[pick(r, (unsigned)n)]));
		}
		if (pick(r, 2))
			ac_buf_add_cstr(out, PICK(r, repeats));
		ac_buf_add_cstr(out, PICK(r, windows));
		ac_buf_add_cstr(out, PICK(r, starts));
	}
}

/* The normal form of what parses; the same text for what does not. */
static ac_str
normal_text(ac_str pattern, ac_arena *arena)
{
	const ac_pattern_node *root;
	ac_str normal;

	if (ac_pattern_parse(pattern, arena, &root, NULL))
		return pattern;
	assert_int_equal(ac_pattern_normal_text(root, arena, &normal, NULL), 0);
	return normal;
}

/* stix/pattern_normal.h: patterns and their normal forms match the same observations. */
static void
normal_form__matches_what_the_pattern_matches(void **state)
{
	uint64_t batches = number_from("ACCORD_MATCH_CASES", 400), seed = number_from("ACCORD_MATCH_SEED", 1);
	unsigned failed = 0, matched = 0, other = 0;

	for (uint64_t batch = 0; batch < batches && failed < 5; batch++) {
		random_state r = { (seed + batch + 777) * 0x9e3779b97f4a7c15U | 1 };
		const ac_json *json = NULL;
		ac_buf brackets[3], text, pattern;
		ac_arena arena;

		ac_arena_init(&arena, 64 * AC_MIB);
		ac_buf_init(&text, AC_MIB);
		ac_buf_init(&pattern, AC_MIB);
		add_observations(&r, &text);
		assert_int_equal(ac_json_parse(ac_buf_view(&text), AC_JSON_LIMITS, &arena, &json, NULL), 0);
		for (size_t i = 0; i < AC_COUNT(brackets); i++) {
			ac_buf_init(&brackets[i], AC_MIB);
			add_bracket(&r, &brackets[i]);
		}
		for (unsigned i = 0; i < PATTERNS; i++) {
			const char *wanted, *got;
			ac_str normal;

			ac_buf_reset(&pattern);
			if (i % 2)
				add_pattern(&r, &pattern);
			else
				add_compound(&r, 2, brackets, AC_COUNT(brackets), &pattern);
			normal = normal_text(ac_buf_view(&pattern), &arena);
			wanted = case_result(ac_buf_view(&pattern), 0, json);
			got = case_result(normal, 0, json);
			matched += strcmp(wanted, "match") == 0;
			other += !ac_str_eq(normal, ac_buf_view(&pattern));
			if (strcmp(wanted, got) == 0)
				continue;
			print_error("%s, its normal form %s\n  %.*s\n  %.*s\n  %.*s\n", wanted, got,
			    AC_FMT(ac_buf_view(&pattern)), AC_FMT(normal), AC_FMT(ac_buf_view(&text)));
			failed++;
		}
		for (size_t i = 0; i < AC_COUNT(brackets); i++)
			ac_buf_done(&brackets[i]);
		ac_buf_done(&pattern);
		ac_buf_done(&text);
		ac_arena_done(&arena);
	}
	print_message("# %u match, %u normal forms differ from their pattern\n", matched, other);
	assert_int_equal(failed, 0);
	assert_true(batches < 400 || (matched > 1000 && other > 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match__means_what_the_oracle_says),
		cmocka_unit_test(match__means_the_same_in_a_set_of_many),
		cmocka_unit_test(normal_form__matches_what_the_pattern_matches),
	};

	return cmocka_run_group_tests_name("match/differential", tests, NULL, NULL);
}
