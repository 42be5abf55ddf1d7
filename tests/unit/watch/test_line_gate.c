/* SPDX-License-Identifier: Apache-2.0 */
/* Texts in whole lines: no line that holds one is refused, wherever it stands, and others mostly are. */
#include "watch/line_gate.h"

#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#include "fail_malloc.h"

static uint32_t
next_random(uint64_t *random)
{
	*random = *random * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*random >> 33);
}

static ac_line_gate *
gate_of(const ac_str *texts, size_t n)
{
	const ac_str usual[] = { AC_S_INIT("user_agent"), AC_S_INIT("http://") };
	ac_line_gate *gate = NULL;
	accord_err err = { 0 };

	assert_int_equal(ac_line_gate_new(texts, n, usual, AC_COUNT(usual), &gate, &err), 0);
	return gate;
}

static void
line__that_holds_a_text_is_never_refused(void **state)
{
	static const char letters[] = "abcdABCD/.-019_";
	uint64_t at = 1, *random = &at;
	size_t refused = 0;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		char words[4][24], *text;
		ac_str list[4], line;
		ac_line_gate *gate;
		size_t n = 1 + next_random(random) % 4;
		bool stands = false;

		for (size_t i = 0; i < n; i++) {
			list[i] = (ac_str){ words[i], 4 + next_random(random) % 20 };
			for (size_t k = 0; k < list[i].n; k++)
				words[i][k] = letters[next_random(random) % (sizeof(letters) - 1)];
		}
		/* Of its own size, so that a sanitizer sees what is read beyond. */
		line.n = 24 + next_random(random) % 200;
		line.p = text = malloc(line.n);
		assert_non_null(text);
		for (size_t k = 0; k < line.n; k++)
			text[k] = letters[next_random(random) % (sizeof(letters) - 1)];
		if (round % 2) {
			size_t place = next_random(random) % (line.n - list[0].n + 1);

			/* At either end, too. */
			place = round % 16 == 1 ? 0 : round % 16 == 3 ? line.n - list[0].n : place;
			for (size_t k = 0; k < list[0].n; k++)
				text[place + k] = round % 4 == 1 ? words[0][k] : ac_lower(words[0][k]);
		}
		for (size_t i = 0; i < n; i++)
			stands |= ac_str_find_fold(line, list[i]) < line.n;
		gate = gate_of(list, n);
		if (gate && stands)
			assert_true(ac_line_gate_may_pass(gate, line));
		refused += gate && !ac_line_gate_may_pass(gate, line);
		if (gate && line.n >= 64) {
			size_t place = next_random(random) % line.n;
			char was = text[place];

			text[place] = round % 2 ? '\\' : '\xc3';
			assert_true(ac_line_gate_may_pass(gate, line));
			text[place] = was;
		}
		free(gate);
		free(text);
	}
#ifdef __SSE2__
	assert_true(refused > 3000 || !__builtin_cpu_supports("avx2"));
#else
	(void)refused;
#endif
}

static void
texts__of_a_campaign_are_told_from_what_is_usual(void **state)
{
	enum { COUNT = 20000 };
	static char words[COUNT][24];
	static ac_str list[COUNT];
	uint64_t at = 1, *random = &at;
	ac_line_gate *gate;

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		list[i] = (ac_str){ words[i], (size_t)snprintf(words[i], sizeof(words[i]), "agent/%zu ", i) };
	gate = gate_of(list, COUNT);
	if (gate) {
		const char *held =
		    "{\"http_user_agent\":\"an AGENT/777 of theirs\",\"more\":\"so that the line is long enough\"}";
		const char *not =
		    "{\"http_user_agent\":\"an agent of ours\",\"more\":\"so that the line is long enough\"}";

		assert_true(ac_line_gate_may_pass(gate, ac_str_from(held)));
		assert_false(ac_line_gate_may_pass(gate, ac_str_from(not )));
	}
	free(gate);
	/* What has nothing in common would be looked for everywhere. */
	for (size_t i = 0; i < COUNT; i++) {
		for (size_t k = 0; k < 8; k++)
			words[i][k] = (char)('a' + next_random(random) % 26);
		list[i].n = 8;
	}
	assert_null(gate_of(list, COUNT));
}

static void
gate__survives_every_allocation_failure(void **state)
{
	ac_str text = AC_S("needle");

	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_line_gate *gate = NULL;
		accord_err err = { 0 };
		int rc;

		fail_malloc_at(n);
		rc = ac_line_gate_new(&text, 1, NULL, 0, &gate, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			free(gate);
			return;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
		assert_null(gate);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line__that_holds_a_text_is_never_refused),
		cmocka_unit_test(texts__of_a_campaign_are_told_from_what_is_usual),
		cmocka_unit_test(gate__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
