/* SPDX-License-Identifier: Apache-2.0 */
/* Lines with nothing open about their matches are told as the steps for all lines would tell them: a never-list that holds nothing of theirs makes the engine take those. */
#include "watch_test.h"

#include "store/store.h"

#define VALUES 60
#define LINES 4000

static uint64_t
draw(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state >> 33;
}

/* Value i, of each type that a line may hold anywhere. */
static ac_value_type
put_value(size_t i, char *out, size_t size)
{
	static const char digits[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	unsigned k = (unsigned)i;

	switch (i % 10) {
	case 0:
		(void)snprintf(out, size, "203.0.113.%u", k);
		return AC_VALUE_IPV4;
	case 1:
		(void)snprintf(out, size, "198.51.%u.0/24", k);
		return AC_VALUE_IPV4;
	case 2:
		(void)snprintf(out, size, "2001:db8::%x", k);
		return AC_VALUE_IPV6;
	case 3:
		(void)snprintf(out, size, "evil%u.example", k);
		return AC_VALUE_DOMAIN;
	case 4:
		(void)snprintf(out, size, "http://host%u.example/a/%u?q=1", k, k);
		return AC_VALUE_URL;
	case 5:
		(void)snprintf(out, size, "mallory%u@mail.example", k);
		return AC_VALUE_EMAIL;
	case 6:
		(void)snprintf(out, size, "%.30s%02x", digits, k);
		return AC_VALUE_MD5;
	case 7:
		(void)snprintf(out, size, "%.62s%02x", digits, k);
		return AC_VALUE_SHA256;
	case 8:
		(void)snprintf(out, size, "2001:db8:%x::/48", k);
		return AC_VALUE_IPV6;
	default:
		(void)snprintf(out, size,
		    "b\xc3\xbc"
		    "cher%u.example",
		    k);
		return AC_VALUE_DOMAIN;
	}
}

/* Indicators of all kinds of ids and names, most of whose values one list has. */
static void
add_value(wt *t, size_t i, ac_digester *digester, uint64_t *state)
{
	static const ac_str names[] = { AC_S_INIT(""), AC_S_INIT(""), AC_S_INIT("a \"name\"") };
	char text[128], id[64];
	accord_err err = { 0 };
	ac_value value;
	ac_value_type type = put_value(i, text, sizeof(text));

	assert_int_equal(ac_value_parse(type, ac_str_from(text), &t->arena, &value, &err), 0);
	for (unsigned list = 0; list < (draw(state) % 8 ? 1 : 2); list++) {
		ac_index_indicator who = wt_who(id);
		uint64_t way = draw(state);

		(void)snprintf(id, sizeof(id),
		    way & 1 ? "odd-%u-%02u" : "indicator--00000000-0000-4000-800%u-0000000000%02u", list, (unsigned)i);
		who.is_row = list == 0 && way % 3 == 0;
		if (who.is_row)
			assert_int_equal(ac_row_id(digester, value.type, value.text, who.producer, id, &err), 0);
		who.id = ac_str_from(id);
		who.name = who.is_row ? AC_S("") : names[draw(state) % AC_COUNT(names)];
		who.pap = (ac_pap)(draw(state) % 3 ? AC_PAP_NONE : draw(state) % 5);
		if (draw(state) % 6 == 0)
			who.valid_until = (ac_time){ 1700000000 + (draw(state) % 2 ? 1 : -1), 0 };
		if (draw(state) % 6 == 0)
			who.valid_from = (ac_time){ 1700000001, 0 };
		if (draw(state) % 6 == 0)
			who.confidence_and_1 = (uint8_t)(1 + draw(state) % 100);
		assert_int_equal(ac_index_add_value(t->builder, &who, &value, &err), 0);
	}
}

/* A value as it stands in logs, mostly as it is. */
static void
put_token(ac_buf *out, uint64_t *state)
{
	static const char *const before[] = { "", "", "", "", "www.", "v", "version ", "hxxp://" };
	char text[128];
	size_t i = draw(state) % VALUES;
	char *slash;

	(void)put_value(i, text, sizeof(text));
	/* of a range, an address in it */
	slash = strstr(text, "0/24");
	if (slash)
		(void)snprintf(slash, 5, "%u", (unsigned)(draw(state) % 256));
	slash = strstr(text, "/48");
	if (slash)
		(void)snprintf(slash, 4, "%03x", (unsigned)(draw(state) % 256));
	if (draw(state) % 8 == 0)
		text[draw(state) % strlen(text)] ^= 0x20;
	ac_buf_add_cstr(out, before[draw(state) % AC_COUNT(before)]);
	ac_buf_add_cstr(out, text);
}

static void
put_line(ac_buf *out, uint64_t *state)
{
	static const struct {
		const char *begin, *between, *end;
	} forms[] = {
		{ "", " ", "\n" },
		{ "2023-11-14T22:13:20Z host app: ", " ", "\n" },
		{ "{\"timestamp\":\"2023-11-14T22:13:20Z\",\"a\":\"", "\",\"b\":\"", "\"}\n" },
		{ "{\"http_user_agent\":\"", "\\/", "\"}\n" },
		{ "{\"software_version\":\"", "\",\"dest_ip\":\"", "\"}\n" },
		{ "a=", " b=\"", "\" c=1\n" },
	};
	size_t form = draw(state) % AC_COUNT(forms), n = 1 + draw(state) % 4;

	ac_buf_add_cstr(out, forms[form].begin);
	for (size_t i = 0; i < n; i++) {
		if (i)
			ac_buf_add_cstr(out, forms[form].between);
		put_token(out, state);
	}
	ac_buf_add_cstr(out, forms[form].end);
}

/* All that a hit says. */
static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	wt *t = payload;

	for (size_t i = 0; i < hit->indicator_count; i++)
		ac_buf_printf(&t->report, "[%.*s '%.*s' %.*s pap %d] ", AC_FMT(hit->indicators[i].id),
		    AC_FMT(hit->indicators[i].name), AC_FMT(hit->indicators[i].producer), (int)hit->indicators[i].pap);
	ac_buf_printf(&t->report, "%.*s at %llu, time %d %lld: ", AC_FMT(hit->file),
	    (unsigned long long)hit->text_offset, hit->has_time, (long long)hit->time.seconds);
	ac_buf_add(&t->report, hit->text);
	ac_buf_add_byte(&t->report, '\n');
	return wt_on_hit(payload, hit, err);
}

static int
on_held(void *payload, const ac_held_back *held, accord_err *err)
{
	wt *t = payload;

	ac_buf_printf(&t->report, "held %.*s\n", AC_FMT(held->value));
	return wt_on_held(payload, held, err);
}

static ac_str
scan_with(wt *t, ac_str input, const ac_never_list *never, unsigned min_confidence)
{
	ac_watch_rules rules = { .never = never, .min_confidence = min_confidence };
	ac_watch_sink sink = { on_hit, on_held, t };
	accord_err err = { 0 };
	ac_watch *w = ac_watch_open(t->index, AC_S("input.log"), t->as_of, &sink);

	assert_non_null(w);
	ac_buf_reset(&t->report);
	ac_watch_set_rules(w, &rules);
	assert_int_equal(ac_watch_feed(w, input, &err), 0);
	assert_int_equal(ac_watch_end(w, &err), 0);
	ac_watch_count(w, &t->counts);
	ac_watch_close(w);
	return ac_arena_str(&t->arena, ac_buf_view(&t->report));
}

static void
clear_lines__are_told_as_all_steps_tell_them(void **state)
{
	ac_digester *digester = ac_digester_open();
	ac_never_list *never = NULL;
	accord_err err = { 0 };
	uint64_t seed = 7;
	ac_buf input;
	wt t;

	(void)state;
	assert_non_null(digester);
	assert_int_equal(ac_never_list_read(AC_S("192.0.2.77\n"), (ac_hash_seed){ { 1, 2 } }, &never, &err), 0);
	ac_buf_init(&input, (size_t)1 << 24);
	wt_open(&t);
	for (size_t i = 0; i < VALUES; i++)
		add_value(&t, i, digester, &seed);
	wt_build(&t);
	for (size_t i = 0; i < LINES; i++)
		put_line(&input, &seed);
	for (unsigned confidence = 0; confidence <= 50; confidence += 50) {
		ac_str quick = scan_with(&t, ac_buf_view(&input), NULL, confidence);

		assert_true(t.counts.hits > LINES / 2 && t.counts.held_back > LINES / 10);
		assert_str(quick, scan_with(&t, ac_buf_view(&input), never, confidence));
	}
	wt_close(&t);
	ac_buf_done(&input);
	ac_never_list_close(never);
	ac_digester_close(digester);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clear_lines__are_told_as_all_steps_tell_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
