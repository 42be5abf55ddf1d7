/* SPDX-License-Identifier: Apache-2.0 */
/* The engine against the plain matcher: random texts full of values, of values damaged by a byte, and of what stands around them in logs. */
#include "test.h"

#include "plain_case.h"
#include "watch/scan.h"

#define TEXT_MAX_BYTES 120000
#define ROUNDS 200

static uint64_t
draw(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state >> 33;
}

typedef struct text {
	char bytes[TEXT_MAX_BYTES + 256];
	size_t n;
} text;

static void
put(text *t, ac_str s)
{
	memcpy(t->bytes + t->n, s.p, s.n);
	t->n += s.n;
}

/* Some of the dots, '@' and colons from `begin` on, as analysts write them. */
static void
defang(text *t, size_t begin, uint64_t *state)
{
	static const ac_str spellings[][3] = { { AC_S_INIT("[.]"), AC_S_INIT("(.)"), AC_S_INIT("[dot]") },
		{ AC_S_INIT("[@]"), AC_S_INIT("(at)"), AC_S_INIT("[AT]") },
		{ AC_S_INIT("[:]"), AC_S_INIT("(:)"), AC_S_INIT("[:]") } };
	static const ac_str meant = AC_S_INIT(".@:");
	char copy[512];
	size_t n = t->n - begin;

	if (n > sizeof(copy))
		return;
	memcpy(copy, t->bytes + begin, n);
	t->n = begin;
	for (size_t i = 0; i < n; i++) {
		size_t which = ac_str_find_byte(meant, copy[i]);

		if (which < meant.n && draw(state) % 3)
			put(t, spellings[which][draw(state) % 3]);
		else
			t->bytes[t->n++] = copy[i];
	}
}

/* A value in one of its spellings, whole or damaged. */
static void
put_value(text *t, uint64_t *state)
{
	static const ac_str before[] = { AC_S_INIT(""), AC_S_INIT(""), AC_S_INIT(""), AC_S_INIT("www."),
		AC_S_INIT("x.y."), AC_S_INIT("not"), AC_S_INIT("-"), AC_S_INIT("5."), AC_S_INIT("1"),
		AC_S_INIT("::ffff:"), AC_S_INIT("someone@"), AC_S_INIT("."), AC_S_INIT(" > "), AC_S_INIT("IP "),
		AC_S_INIT("198.51.100.1.53 > "), AC_S_INIT("%2F"), AC_S_INIT("a%252f"), AC_S_INIT("x%40"),
		AC_S_INIT("%41"), AC_S_INIT("%20"), AC_S_INIT("%2520"), AC_S_INIT("%3A%25252f"), AC_S_INIT("tcp 0  "),
		AC_S_INIT("udp4 \t198.51.100.1.53 -> ") };
	static const ac_str behind[] = { AC_S_INIT(""), AC_S_INIT(""), AC_S_INIT(""), AC_S_INIT("."), AC_S_INIT(".."),
		AC_S_INIT(".org"), AC_S_INIT("0"), AC_S_INIT(":443"), AC_S_INIT("/24"), AC_S_INIT("_"), AC_S_INIT("-1"),
		AC_S_INIT(".5"), AC_S_INIT("\xc3\xa9"), AC_S_INIT("->"), AC_S_INIT("--"), AC_S_INIT(".443 > "),
		AC_S_INIT(".65535 > host.example.ssh: "), AC_S_INIT(".53: "), AC_S_INIT(".80"),
		AC_S_INIT(".80 10.0.0.1.5 0 CLOSED"), AC_S_INIT(".53  *.* "), AC_S_INIT("%2F") };
	size_t which = draw(state) % (AC_COUNT(plain_case_values) + AC_COUNT(plain_case_urls));
	ac_str value =
	    ac_str_from(which < AC_COUNT(plain_case_values) ? plain_case_values[which].text
							    : plain_case_urls[which - AC_COUNT(plain_case_values)]);
	size_t begin, way = draw(state) % 8;

	put(t, before[draw(state) % AC_COUNT(before)]);
	begin = t->n;
	put(t, value);
	if (way == 0)
		for (size_t i = begin; i < t->n; i++)
			if (t->bytes[i] >= 'a' && t->bytes[i] <= 'z' && draw(state) % 2)
				t->bytes[i] = (char)(t->bytes[i] - 'a' + 'A');
	if (way == 1)
		t->bytes[begin + draw(state) % value.n] = (char)("0aF.:-_ "[draw(state) % 8]);
	if (way == 2)
		t->n = begin + draw(state) % value.n;
	if (draw(state) % 6 == 0)
		defang(t, begin, state);
	put(t, behind[draw(state) % AC_COUNT(behind)]);
}

static void
make_text(text *t, size_t want, uint64_t seed)
{
	static const ac_str pieces[] = { AC_S_INIT(" "), AC_S_INIT(" "), AC_S_INIT(" "), AC_S_INIT("\t"),
		AC_S_INIT(","), AC_S_INIT(";"), AC_S_INIT("="), AC_S_INIT("("), AC_S_INIT(")"), AC_S_INIT("["),
		AC_S_INIT("]"), AC_S_INIT("<"), AC_S_INIT(">"), AC_S_INIT("'"), AC_S_INIT("|"), AC_S_INIT("/"),
		AC_S_INIT("@"), AC_S_INIT(":"), AC_S_INIT("."), AC_S_INIT("\n"), AC_S_INIT("\n"), AC_S_INIT("\r\n"),
		AC_S_INIT("GET /index.html HTTP/1.1"), AC_S_INIT("10:15:32.123456"), AC_S_INIT("Mozilla/5.0"),
		AC_S_INIT("version 1.2.3.4"), AC_S_INIT("\xd0\xb1\xd1\x8e.example"), AC_S_INIT("deadbeef"),
		AC_S_INIT("b\xc3\xbc"
			  "cher.example"),
		AC_S_INIT("a"), AC_S_INIT("[.]"), AC_S_INIT("(at)"), AC_S_INIT("[:]"), AC_S_INIT("[/]"),
		AC_S_INIT("->"), AC_S_INIT(" > "), AC_S_INIT("IP "), AC_S_INIT("tcp4 "), AC_S_INIT(" LISTEN "),
		AC_S_INIT("someone%40"), AC_S_INIT("%") };
	uint64_t state = seed;

	t->n = 0;
	while (t->n < want)
		if (draw(&state) % 3 == 0)
			put_value(t, &state);
		else
			put(t, pieces[draw(&state) % AC_COUNT(pieces)]);
}

static void
engine__finds_what_the_plain_matcher_finds__and_calls_it_as_parsing_does(void **state)
{
	static text t;
	size_t found = 0, urls = 0;
	plain_case c;

	(void)state;
	plain_case_open(&c);
	for (uint64_t round = 1; round <= ROUNDS; round++) {
		const char *who = NULL;
		const plain_found *alone;
		size_t step;

		/* Short texts, and some that are longer than the scanner's regions. */
		make_text(&t, round % 10 == 0 ? TEXT_MAX_BYTES : 200 * round, round);
		step = round % 3 == 0 ? 1 + round * 37 % 5000 : t.n;
		alone = plain_case_run(&c, (ac_str){ t.bytes, t.n }, step, &who);
		if (alone) {
			size_t from = alone->offset > 60 ? alone->offset - 60 : 0;

			print_error("round %zu: %s alone has %s at %zu+%zu in '%.*s'\n", (size_t)round, who, alone->id,
			    alone->offset, alone->length,
			    AC_FMT(ac_str_slice((ac_str){ t.bytes, t.n }, from, alone->offset + 80)));
			fail();
		}
		if (c.misnamed) {
			print_error(
			    "round %zu: the %s of %s is not its text's\n", (size_t)round, c.misnamed, c.misnamed_value);
			fail();
		}
		urls += c.url_hits;
		found += c.plain.n;
	}
	/* The texts are full of values: agreement on nothing would say nothing. */
	assert_true(found > 20000);
	assert_true(urls > 500);
	plain_case_close(&c);
}

static int
by_all(const void *a, const void *b)
{
	const ac_match *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return (x->type << 16 | x->how << 8 | x->flags) - (y->type << 16 | y->how << 8 | y->flags);
}

/* All matches of a text by one kernel, in order: as one text, and as a region, where hosts wait for their paths. The text is a block of its own, so that a read outside is seen. */
static void
scan_by(const ac_scan_kernel *kernel, const ac_index *index, ac_str bytes, ac_vec *out)
{
	ac_scan *scan = ac_scan_open_with(index, kernel);
	static ac_scan_view view;
	char *block = malloc(bytes.n);
	ac_str own = { block, bytes.n };
	accord_err err = { 0 };

	assert_non_null(scan);
	assert_non_null(block);
	memcpy(block, bytes.p, bytes.n);
	assert_int_equal(ac_scan_text(scan, own, out, &err), 0);
	if (own.n <= AC_SCAN_REGION) {
		ac_scan_look(scan, own, &view);
		assert_int_equal(ac_scan_finish(scan, out, &err), 0);
	}
	if (out->n)
		qsort(out->p, out->n, sizeof(ac_match), by_all);
	ac_scan_close(scan);
	free(block);
}

/* Every kernel that this processor has finds what the portable one does. Returns how many matches. */
static size_t
assert_kernels_agree(const ac_index *index, ac_str bytes, size_t round)
{
	ac_vec want = ac_vec_of(sizeof(ac_match), SIZE_MAX / sizeof(ac_match));
	size_t found;

	scan_by(&ac_scan_kernel_portable, index, bytes, &want);
	for (size_t k = 0; ac_scan_kernel_at(k); k++) {
		ac_vec got = ac_vec_of(sizeof(ac_match), SIZE_MAX / sizeof(ac_match));

		scan_by(ac_scan_kernel_at(k), index, bytes, &got);
		assert_int_equal(got.n, want.n);
		for (size_t i = 0; i < got.n; i++)
			if (by_all((const ac_match *)got.p + i, (const ac_match *)want.p + i) != 0)
				fail_msg("%s: match %zu of round %zu", ac_scan_kernel_at(k)->name, i, round);
		ac_vec_done(&got);
	}
	found = want.n;
	ac_vec_done(&want);
	return found;
}

static void
every_kernel__gives_the_same_matches(void **state)
{
	static text t;
	size_t found = 0;
	plain_case c;

	(void)state;
	plain_case_open(&c);
	for (uint64_t round = 1; round <= ROUNDS; round++) {
		make_text(&t, round % 10 == 0 ? TEXT_MAX_BYTES : 200 * round, round + ROUNDS);
		found += assert_kernels_agree(c.index, (ac_str){ t.bytes, t.n }, (size_t)round);
	}
	assert_true(found > 20000);
	plain_case_close(&c);
}

/* An index of few values, which are added one by one. */
typedef struct listing {
	ac_index_builder *builder;
	ac_arena arena;
	unsigned n;
} listing;

static void
listing_open(listing *l)
{
	l->builder = ac_index_builder_open((ac_hash_seed){ { 7, 8 } }, 1);
	l->n = 0;
	assert_non_null(l->builder);
	ac_arena_init(&l->arena, AC_MIB);
}

static void
listing_add(listing *l, ac_value_type type, const char *spelled)
{
	ac_index_indicator who = { .producer = AC_S("ally"), .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX };
	accord_err err = { 0 };
	ac_value value;
	char id[64];

	(void)snprintf(id, sizeof(id), "indicator--00000000-0000-4000-8000-%012u", l->n++);
	who.id = ac_str_from(id);
	assert_int_equal(ac_value_parse(type, ac_str_from(spelled), &l->arena, &value, &err), 0);
	assert_int_equal(ac_index_add_value(l->builder, &who, &value, &err), 0);
}

static ac_index *
listing_close(listing *l)
{
	accord_err err = { 0 };
	ac_index *index = NULL;

	assert_int_equal(ac_index_finish(l->builder, &index, &err), 0);
	ac_index_builder_close(l->builder);
	ac_arena_done(&l->arena);
	return index;
}

/* The /8s that may be watched. */
static ac_index *
index_of_ranges(void)
{
	listing l;

	listing_open(&l);
	for (unsigned i = 1; i < 224; i++) {
		char range[32];

		(void)snprintf(range, sizeof(range), "%u.0.0.0/8", i);
		listing_add(&l, AC_VALUE_IPV4, range);
	}
	return listing_close(&l);
}

/* Chains of numbers of all lengths, most of them of four, with what stands around and between such. */
static void
make_numbers(text *t, uint64_t seed)
{
	static const ac_str between[] = { AC_S_INIT(" "), AC_S_INIT(" "), AC_S_INIT(","), AC_S_INIT("\n"),
		AC_S_INIT("a"), AC_S_INIT("-"), AC_S_INIT("."), AC_S_INIT(". "), AC_S_INIT(" ."), AC_S_INIT(":"),
		AC_S_INIT("/24 "), AC_S_INIT("..") };
	uint64_t state = seed;

	for (t->n = 0; t->n < TEXT_MAX_BYTES;) {
		size_t numbers = draw(&state) % 4 ? 4 : 1 + draw(&state) % 6;

		for (size_t i = 0; i < numbers; i++) {
			static const unsigned most[] = { 10, 100, 256, 256, 256, 300, 1000, 10000 };
			unsigned number = (unsigned)(draw(&state) % most[draw(&state) % AC_COUNT(most)]);

			if (i)
				t->bytes[t->n++] = '.';
			t->n += (size_t)snprintf(t->bytes + t->n, 16, draw(&state) % 16 ? "%u" : "%02u", number);
		}
		put(t, between[draw(&state) % AC_COUNT(between)]);
	}
}

static void
every_kernel__reads_the_same_addresses(void **state)
{
	static text t;
	ac_index *index = index_of_ranges();
	size_t found = 0;

	(void)state;
	for (uint64_t round = 1; round <= 8; round++) {
		make_numbers(&t, round);
		found += assert_kernels_agree(index, (ac_str){ t.bytes, t.n }, (size_t)round);
	}
	assert_true(found > 5000);
	ac_index_close(index);
}

/* Hosts whose last 32 bytes are the same, more of them than are remembered; one in sixty is listed. */
#define HOSTS_ALIKE 3000
#define LISTED_EACH 60

static void
host_alike(unsigned i, char out[static 64])
{
	(void)snprintf(out, 64, "%05u.one-of-many-hosts-that-are-alike.example", i);
}

static ac_index *
index_of_hosts(void)
{
	listing l;

	listing_open(&l);
	for (unsigned i = LISTED_EACH - 1; i < HOSTS_ALIKE; i += LISTED_EACH) {
		char host[64];

		host_alike(i, host);
		listing_add(&l, AC_VALUE_DOMAIN, host);
	}
	return listing_close(&l);
}

static void
hosts_that_were_seen__are_told_from_others_by_all_of_their_bytes(void **state)
{
	static char bytes[64 * HOSTS_ALIKE];
	ac_index *index = index_of_hosts();
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < HOSTS_ALIKE; i++) {
		host_alike(i, bytes + n);
		n += strlen(bytes + n);
		bytes[n++] = ' ';
	}
	assert_int_equal(assert_kernels_agree(index, (ac_str){ bytes, n }, 0), HOSTS_ALIKE / LISTED_EACH);
	ac_index_close(index);
}

#define LONG_WORD "a-word-that-is-longer-than-what-one-load-of-a-map-tells-of-words-0123456789"

/* Words without dots, what is none of them, and MAC addresses with dots, at every place of words and steps, and across the end of a region. */
static void
every_kernel__finds_words_at_every_place(void **state)
{
	static const struct {
		const char *text;
		size_t found;
	} rows[] = {
		{ " evil-mutex ", 1 },
		{ "\"evil-mutex\",", 1 },
		{ "\"evil-mutex\":", 0 },
		{ "\"/evil-mutex\":", 1 },
		{ " evil-mutex.x", 0 },
		{ "=" LONG_WORD ";", 1 },
		{ " " LONG_WORD "9;", 0 },
		{ " x." LONG_WORD ".x.", 0 },
		{ " 0000.5e00.53af ", 1 },
		{ " 0000.5e00.53af.a", 0 },
	};
	static char bytes[AC_SCAN_REGION + 512];
	static const size_t begins[] = { 0, AC_SCAN_REGION - 140 };
	ac_index *index;
	listing l;

	(void)state;
	listing_open(&l);
	listing_add(&l, AC_VALUE_FILE_NAME, "evil-mutex");
	listing_add(&l, AC_VALUE_FILE_NAME, LONG_WORD);
	listing_add(&l, AC_VALUE_MAC, "00:00:5e:00:53:af");
	index = listing_close(&l);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		for (size_t at = 0; at < 2 * 145; at++) {
			size_t place = begins[at / 145] + at % 145, n = at < 145 ? 300 : sizeof(bytes), found;

			memset(bytes, ' ', n);
			memcpy(bytes + place, rows[i].text, strlen(rows[i].text));
			found = assert_kernels_agree(index, (ac_str){ bytes, n }, at);
			/* a short text is looked at twice */
			if (found != rows[i].found * (at < 145 ? 2 : 1))
				fail_msg("'%s' at %zu: %zu", rows[i].text, place, found);
		}
	ac_index_close(index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine__finds_what_the_plain_matcher_finds__and_calls_it_as_parsing_does),
		cmocka_unit_test(every_kernel__gives_the_same_matches),
		cmocka_unit_test(every_kernel__reads_the_same_addresses),
		cmocka_unit_test(hosts_that_were_seen__are_told_from_others_by_all_of_their_bytes),
		cmocka_unit_test(every_kernel__finds_words_at_every_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
