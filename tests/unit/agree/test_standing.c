/* SPDX-License-Identifier: Apache-2.0 */
/* Who stands behind what: the worked example in all three situations, the same facts worked out by hand, and the rules that must be impossible to break. */
#include "agree_data.h"

#include "agree/standing.h"
#include "base/limits.h"
#include "codec/json.h"
#include "fail_malloc.h"

/* Eight members; a statement needs four of the first five and five of all. */
enum { MEMBERS = 8, CLAIMS = 5 };
static const char *const member_names[MEMBERS] = { "alba", "bora", "cala", "dune", "elan", "fjord", "gale", "haven" };

/* A coalition, a statement of five claims, and what members say of it. Everything lives in the arena. */
typedef struct room {
	ac_arena arena;
	ac_charter charter;
	ac_charter_member members[MEMBERS];
	ac_charter_quorum quorums[1];
	ac_statement statement;
	ac_claim claims[CLAIMS];
	bool signers[MEMBERS];
	const ac_endorsement *said[64];
	size_t count;
} room;

static ac_claim_judgement
judgement(ac_arena *arena, const char *words)
{
	ac_line line = { .rest = ac_arena_str(arena, ac_str_from(words)), .number = 1 };
	ac_claim_judgement j;

	assert_int_equal(ac_line_judgement(&line, &j, NULL), 0);
	return j;
}

static room *
open_room(void)
{
	static const char *const judged[CLAIMS] = { "almost-certain 95 high", "very-likely 85 high",
		"almost-certain 95 -", "very-likely 85 -", "likely 70 -" };
	room *r = calloc(1, sizeof(*r));
	unsigned place = 0;

	assert_non_null(r);
	ac_arena_init(&r->arena, 16 * AC_MIB);
	ac_quorum_init(&r->charter.quorum, &r->arena, true);
	for (unsigned i = 0; i < MEMBERS; i++) {
		r->members[i].name = ac_str_from(member_names[i]);
		assert_int_equal(ac_quorum_add_name(&r->charter.quorum, r->members[i].name, &place, NULL), 0);
		assert_int_equal(place, i);
	}
	assert_int_equal(ac_quorum_add_group(&r->charter.quorum, AC_S("five 4 alba bora cala dune elan"), NULL), 0);
	assert_int_equal(
	    ac_quorum_add_group(&r->charter.quorum, AC_S("wide 5 alba bora cala dune elan fjord gale haven"), NULL), 0);
	assert_int_equal(ac_quorum_add_group(&r->charter.quorum, AC_S("attribution all five wide"), NULL), 0);
	r->quorums[0] =
	    (ac_charter_quorum){ AC_S("statement"), ac_quorum_find(&r->charter.quorum, AC_S("attribution")) };
	r->charter.members = r->members;
	r->charter.member_count = MEMBERS;
	r->charter.quorums = r->quorums;
	r->charter.quorum_count = 1;
	for (unsigned i = 0; i < CLAIMS; i++) {
		r->claims[i].id = ac_arena_printf(&r->arena, "c%u", i + 1);
		r->claims[i].judgement = judgement(&r->arena, judged[i]);
	}
	r->statement = (ac_statement){ .coalition = AC_S("harbour.example"),
		.quorum = AC_S("statement"),
		.claims = r->claims,
		.claim_count = CLAIMS };
	memset(r->statement.digest, 0x3c, sizeof(r->statement.digest));
	/* The convener. */
	r->signers[0] = true;
	return r;
}

static void
close_room(room *r)
{
	ac_arena_done(&r->arena);
	free(r);
}

/* What a member says: "joins a95- a85h n b d" is his stance on the whole and on each claim: joining with likelihood and confidence, or n(otes), b (abstains), d(issents). */
static const ac_endorsement *
say(room *r, const char *member, uint64_t seq, const char *words)
{
	ac_str rest = ac_str_from(words), word;
	const ac_endorsement *out;
	ac_endorsement *e;
	ac_stance whole;
	ac_buf text;

	ac_buf_init(&text, AC_MIB);
	assert_true(ac_str_next_field(&rest, ' ', &word) && ac_stance_of_whole(word, &whole));
	ac_buf_printf(&text, "accord/endorsement/v1\ncoalition harbour.example\nstatement ");
	ac_text_add_digest(&text, r->statement.digest);
	ac_buf_printf(&text, "\nmember %s\nseq %u\nat 2031-03-%02uT10:00:00Z\nstance %s\n", member, (unsigned)seq,
	    (unsigned)seq, ac_stance_name(whole));
	for (unsigned i = 1; ac_str_next_field(&rest, ' ', &word); i++) {
		static const struct {
			char letter;
			const char *words;
		} judged[] = { { 'A', "joins almost-certain 95" }, { 'V', "joins very-likely 85" },
			{ 'L', "joins likely 70" }, { 'n', "notes" }, { 'b', "abstains" }, { 'd', "dissents" } };

		for (size_t k = 0; k < AC_COUNT(judged); k++)
			if (judged[k].letter == word.p[0])
				ac_buf_printf(&text, "claim c%u %s%s\n", i, judged[k].words,
				    word.n < 2         ? ""
				    : word.p[1] == 'h' ? " high"
				    : word.p[1] == 'm' ? " moderate"
						       : " -");
	}
	e = ac_arena_alloc(&r->arena, sizeof(*e));
	assert_non_null(e);
	{
		accord_err err = { 0 };

		if (ac_endorsement_parse(ac_arena_str(&r->arena, ac_buf_view(&text)), &r->arena, e, &err))
			fail_msg("%s: line %u: %s", words, (unsigned)err.line, err.text);
	}
	ac_buf_done(&text);
	assert_true(r->count < AC_COUNT(r->said));
	out = r->said[r->count++] = e;
	return out;
}

static ac_standing
judge(room *r)
{
	accord_err err = { 0 };
	ac_standing s;

	if (ac_standing_judge(&r->charter, &r->statement, r->signers, r->said, r->count, &r->arena, &s, &err))
		fail_msg("judge: %s", err.text);
	return s;
}

/* Who has that stance on a claim, by the first letters of their names. */
static const char *
who(const ac_standing *s, size_t claim, ac_voice_stance stance)
{
	static char text[MEMBERS + 1];
	unsigned n = 0;

	for (unsigned i = 0; i < s->charter->member_count; i++)
		if (s->claims[claim].voices[i].stance == stance)
			text[n++] = s->charter->members[i].name.p[0];
	text[n] = '\0';
	return text;
}

/* What a claim comes to: who joins and notes, the range, and whether it is joint. */
typedef struct outcome {
	const char *joins, *notes;
	unsigned least, most;
	bool is_joint;
} outcome;

static void
expect(const ac_standing *s, const outcome want[static CLAIMS])
{
	for (size_t i = 0; i < CLAIMS; i++) {
		const ac_claim_standing *c = &s->claims[i];

		assert_string_equal(who(s, i, AC_VOICE_JOINS), want[i].joins);
		assert_string_equal(who(s, i, AC_VOICE_NOTES), want[i].notes);
		assert_int_equal(c->joined, strlen(want[i].joins));
		assert_int_equal(c->least->number, want[i].least);
		assert_int_equal(c->most->number, want[i].most);
		assert_int_equal(c->is_joint, want[i].is_joint);
		assert_int_equal(c->lack_count == 0, want[i].is_joint);
	}
}

/* The stances of 19 July 2021 as the worked example has them, of invented members: the second is not surer than the first, the last two only take note. */
static void
say_all(room *r)
{
	(void)say(r, "bora", 1, "joins A- Ah A- V- b");
	(void)say(r, "cala", 1, "joins A- V- A- V- b");
	(void)say(r, "dune", 1, "joins A- V- V- V- L-");
	(void)say(r, "elan", 1, "joins A- V- A- L- b");
	(void)say(r, "fjord", 1, "joins-in-part V- n V- n b");
	(void)say(r, "gale", 1, "joins-in-part n n n L- b");
	(void)say(r, "haven", 1, "acknowledges n n n n b");
}

static void
standing__is_as_worked_out_by_hand(void **state)
{
	static const outcome at_publication[CLAIMS] = { { "abcdef", "gh", 85, 95, true },
		{ "abcde", "fgh", 85, 95, true }, { "abcdef", "gh", 85, 95, true }, { "abcdeg", "fh", 70, 85, true },
		{ "ad", "", 70, 70, false } };
	static const outcome after[CLAIMS] = { { "abcde", "gh", 95, 95, true }, { "abcde", "gh", 85, 95, true },
		{ "abcde", "gh", 85, 95, true }, { "abcdeg", "h", 70, 85, true }, { "ad", "", 70, 70, false } };
	static const outcome without[CLAIMS] = { { "abcd", "h", 95, 95, false }, { "abcd", "h", 85, 95, false },
		{ "abcd", "h", 85, 95, false }, { "abcd", "h", 85, 85, false }, { "ad", "", 70, 70, false } };
	room *r = open_room();
	ac_standing published, now;

	(void)state;
	say_all(r);
	published = judge(r);
	expect(&published, at_publication);
	assert_int_equal(published.joint_count, 4);
	assert_str(published.claims[0].least->likelihood->code, AC_S("very-likely"));
	(void)say(r, "fjord", 2, "withdraws");
	now = judge(r);
	expect(&now, after);
	assert_string_equal(who(&now, 0, AC_VOICE_WITHDREW), "f");
	assert_int_equal(ac_standing_state(&published, &now), AC_STATE_PUBLISHED);
	(void)say(r, "elan", 2, "withdraws");
	(void)say(r, "gale", 2, "withdraws");
	now = judge(r);
	expect(&now, without);
	assert_int_equal(now.joint_count, 0);
	assert_int_equal(ac_standing_state(&published, &now), AC_STATE_LAPSED);
	assert_true(ac_standing_has_lapsed(&published, &now, 0) && !ac_standing_has_lapsed(&published, &now, 4));
	close_room(r);
}

/* Whoever signs the statement itself joins all of it as worded, until he says otherwise. */
static void
signature__of_the_statement_joins_every_claim_as_worded(void **state)
{
	room *r = open_room();
	ac_standing s;

	(void)state;
	for (unsigned i = 0; i < MEMBERS; i++)
		r->signers[i] = true;
	s = judge(r);
	assert_int_equal(s.joint_count, CLAIMS);
	assert_true(
	    s.claims[4].joined == MEMBERS && s.claims[4].least->number == 70 && s.claims[0].least->number == 95);
	assert_true(s.claims[0].has_confidence && s.claims[0].confidence == AC_CONFIDENCE_HIGH);
	assert_false(s.claims[2].has_confidence);
	(void)say(r, "alba", 1, "dissents");
	s = judge(r);
	assert_string_equal(who(&s, 0, AC_VOICE_DISSENTS), "a");
	assert_int_equal(s.claims[0].joined, MEMBERS - 1);
	close_room(r);
}

static void
voice__counts_once_a_member_however_often_it_is_heard(void **state)
{
	room *r = open_room();
	ac_standing s;

	(void)state;
	/* The convener's own endorsement, which stands in his log and in his own folder, beside his signature. */
	for (unsigned i = 0; i < 5; i++)
		(void)say(r, "alba", 1, "joins A- V- A- V- L-");
	(void)say(r, "bora", 1, "joins A- V- A- V- L-");
	s = judge(r);
	for (size_t i = 0; i < CLAIMS; i++) {
		assert_int_equal(s.claims[i].joined, 2);
		assert_false(s.claims[i].is_joint);
	}
	assert_int_equal(s.contradiction_count, 0);
	close_room(r);
}

static void
latest__endorsement_by_its_number_counts_in_whatever_order_they_come(void **state)
{
	static const unsigned orders[][3] = { { 1, 2, 3 }, { 3, 2, 1 }, { 2, 3, 1 }, { 3, 1, 2 } };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(orders); i++) {
		room *r = open_room();
		ac_standing s;

		for (unsigned k = 0; k < 3; k++)
			(void)say(r, "bora", orders[i][k],
			    orders[i][k] == 1   ? "joins A- V- A- V- L-"
			    : orders[i][k] == 2 ? "withdraws"
						: "acknowledges n n n n d");
		s = judge(r);
		assert_string_equal(who(&s, 0, AC_VOICE_NOTES), "b");
		assert_string_equal(who(&s, 4, AC_VOICE_DISSENTS), "b");
		assert_int_equal(s.claims[0].joined, 1);
		close_room(r);
	}
}

static void
replay__of_an_older_endorsement_has_no_effect(void **state)
{
	room *r = open_room();
	const ac_endorsement *first = say(r, "bora", 1, "joins A- V- A- V- L-");
	ac_standing s;

	(void)state;
	(void)say(r, "bora", 2, "withdraws");
	r->said[r->count++] = first;
	r->said[r->count++] = first;
	s = judge(r);
	assert_string_equal(who(&s, 0, AC_VOICE_WITHDREW), "b");
	assert_int_equal(s.claims[0].joined, 1);
	assert_int_equal(s.contradiction_count, 0);
	close_room(r);
}

static void
two_endorsements__of_one_number_are_an_alarm_and_neither_counts(void **state)
{
	room *r = open_room();
	ac_standing s;

	(void)state;
	(void)say(r, "bora", 1, "joins A- V- A- V- L-");
	(void)say(r, "bora", 2, "joins A- V- A- V- L-");
	(void)say(r, "bora", 2, "joins V- V- A- V- L-");
	(void)say(r, "bora", 2, "dissents");
	s = judge(r);
	assert_string_equal(who(&s, 0, AC_VOICE_CONTRADICTS), "b");
	assert_int_equal(s.claims[0].joined, 1);
	assert_int_equal(s.contradiction_count, 1);
	assert_int_equal(s.contradictions[0].member, 1);
	assert_int_equal(s.contradictions[0].a->about.seq, 2);
	/* A later one is what he says, and the alarm stays. */
	(void)say(r, "bora", 3, "joins A- V- A- V- L-");
	s = judge(r);
	assert_int_equal(s.claims[0].joined, 2);
	assert_int_equal(s.contradiction_count, 1);
	/* One of an older number that comes to light says nothing of today. */
	(void)say(r, "bora", 1, "dissents");
	s = judge(r);
	assert_int_equal(s.claims[0].joined, 2);
	assert_int_equal(s.contradiction_count, 2);
	close_room(r);
}

static void
lack__of_a_quorum_is_named(void **state)
{
	room *r = open_room();
	ac_standing s;
	ac_buf buf;

	(void)state;
	say_all(r);
	s = judge(r);
	assert_str(s.quorum, AC_S("attribution"));
	ac_buf_init(&buf, AC_MIB);
	ac_standing_add_lacks(&buf, &s.claims[4], AC_TONGUE_EN);
	assert_str(ac_buf_view(&buf), AC_S("attribution needs 2 and has 0, missing of five, wide; "
					   "wide needs 5 and has 2, missing of bora, cala, elan, fjord, gale, haven; "
					   "five needs 4 and has 2, missing of bora, cala, elan"));
	ac_buf_done(&buf);
	close_room(r);
}

static void
changes__after_publication_have_their_date(void **state)
{
	const ac_standing_change *changes;
	ac_standing published, now;
	room *r = open_room();
	size_t count;

	(void)state;
	say_all(r);
	published = judge(r);
	(void)say(r, "fjord", 2, "withdraws");
	(void)say(r, "haven", 3, "joins-in-part n n n n L-");
	now = judge(r);
	assert_int_equal(ac_standing_compare(&published, &now, &r->arena, &changes, &count, NULL), 0);
	assert_int_equal(count, 3);
	assert_true(changes[0].claim == 0 && changes[0].member == 5 && !changes[0].came);
	assert_int_equal(changes[0].at.seconds, r->said[7]->about.at.seconds);
	assert_true(changes[1].claim == 2 && changes[1].member == 5 && !changes[1].came);
	assert_true(changes[2].claim == 4 && changes[2].member == 7 && changes[2].came);
	close_room(r);
}

static void
endorsement__of_a_stranger_or_of_another_statement_is_refused(void **state)
{
	room *r = open_room();
	ac_standing s;

	(void)state;
	(void)say(r, "mallory", 1, "dissents");
	assert_int_equal(
	    ac_standing_judge(&r->charter, &r->statement, r->signers, r->said, 1, &r->arena, &s, NULL), ACCORD_EINPUT);
	r->count = 0;
	(void)say(r, "bora", 1, "dissents");
	r->statement.digest[0] ^= 1;
	assert_int_equal(
	    ac_standing_judge(&r->charter, &r->statement, r->signers, r->said, 1, &r->arena, &s, NULL), ACCORD_EINPUT);
	r->statement.quorum = AC_S("unheard-of");
	assert_int_equal(
	    ac_standing_judge(&r->charter, &r->statement, r->signers, NULL, 0, &r->arena, &s, NULL), ACCORD_ENOTFOUND);
	close_room(r);
}

static void
standing__survives_every_allocation_failure(void **state)
{
	room *r = open_room();

	(void)state;
	say_all(r);
	for (unsigned long n = 1;; n++) {
		ac_arena arena;
		ac_standing s;
		int rc;

		ac_arena_init(&arena, AC_MIB);
		fail_malloc_at(n);
		rc = ac_standing_judge(&r->charter, &r->statement, r->signers, r->said, r->count, &arena, &s, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	close_room(r);
}

/* The worked example. */
typedef struct example {
	ac_arena *arena;
	ac_charter charter;
	ac_statement statement;
	bool *signers;
	const ac_endorsement *said[8];
	size_t count;
} example;

/* A note's text, and which members signed it. */
static ac_str
load_note(example *x, const char *name, bool **out_signers)
{
	char path[100];
	ac_note note;
	ac_str bytes;

	(void)snprintf(path, sizeof(path), "example/%s.note", name);
	assert_true(agree_load(x->arena, path, &bytes));
	assert_int_equal(ac_note_parse(bytes, x->arena, &note, NULL), 0);
	assert_int_equal(ac_charter_signers(&x->charter, &note, AC_PURPOSE_SIGN, x->arena, out_signers, NULL), 0);
	return note.text;
}

static void
hear(example *x, const char *name)
{
	ac_endorsement *e = ac_arena_alloc(x->arena, sizeof(*e));
	bool *signers;

	assert_non_null(e);
	assert_int_equal(ac_endorsement_parse(load_note(x, name, &signers), x->arena, e, NULL), 0);
	assert_true(signers[ac_charter_member_find(&x->charter, e->about.member)]);
	x->said[x->count++] = e;
}

static void
expect_names(const ac_standing *s, size_t claim, const ac_json *want, ac_voice_stance stance)
{
	size_t count = 0;

	for (unsigned i = 0; i < s->charter->member_count; i++) {
		ac_json_iter it = ac_json_iter_of(want);
		bool is_named = false;

		while (ac_json_next(&it))
			is_named |= ac_str_eq(ac_json_string(it.value), s->charter->members[i].name);
		assert_int_equal(s->claims[claim].voices[i].stance == stance, is_named);
		count += is_named;
	}
	assert_int_equal(count, ac_json_count(want));
}

/* What the example says of one situation, against what is counted. */
static void
expect_example(const example *x, const ac_json *want, const char *situation)
{
	const ac_json *claims = ac_json_get(want, ac_str_from(situation));
	ac_standing s;

	assert_int_equal(
	    ac_standing_judge(&x->charter, &x->statement, x->signers, x->said, x->count, x->arena, &s, NULL), 0);
	assert_int_equal(ac_json_count(claims), x->statement.claim_count);
	for (size_t i = 0; i < x->statement.claim_count; i++) {
		const ac_json *claim = ac_json_get(claims, x->statement.claims[i].id);
		int64_t least = 0, most = 0;

		expect_names(&s, i, ac_json_get(claim, AC_S("joined")), AC_VOICE_JOINS);
		expect_names(&s, i, ac_json_get(claim, AC_S("notes")), AC_VOICE_NOTES);
		assert_int_equal(s.claims[i].is_joint, ac_json_is_true(ac_json_get(claim, AC_S("joint"))));
		assert_true(ac_json_i64(ac_json_get(claim, AC_S("confidence_min")), &least));
		assert_true(ac_json_i64(ac_json_get(claim, AC_S("confidence_max")), &most));
		assert_true(s.claims[i].least->number == least && s.claims[i].most->number == most);
	}
}

static void
example__comes_to_what_it_says_in_all_three_situations(void **state)
{
	static const char *const names[] = { "endorsement-ca", "endorsement-uk", "endorsement-au", "endorsement-nz",
		"endorsement-jp", "endorsement-eu", "endorsement-nato" };
	ac_arena arena;
	ac_str bytes;

	(void)state;
	ac_arena_init(&arena, 64 * AC_MIB);
	if (!agree_load(&arena, "example/charter.note", &bytes)) {
		ac_arena_done(&arena);
		skip();
	} else {
		example x = { .arena = &arena };
		const ac_json *want = NULL;
		ac_note note;

		assert_int_equal(ac_note_parse(bytes, &arena, &note, NULL), 0);
		assert_int_equal(ac_charter_parse(note.text, &arena, &x.charter, NULL), 0);
		assert_int_equal(
		    ac_statement_parse(load_note(&x, "statement", &x.signers), &arena, &x.statement, NULL), 0);
		assert_true(agree_load(&arena, "example/expected-quorum.json", &bytes));
		assert_int_equal(ac_json_parse(bytes, AC_JSON_LIMITS, &arena, &want, NULL), 0);
		for (size_t i = 0; i < AC_COUNT(names); i++)
			hear(&x, names[i]);
		expect_example(&x, want, "at_publication");
		hear(&x, "withdrawal-jp");
		expect_example(&x, want, "after_jp_withdraws");
		/* Without New Zealand, Japan and the EU: what the other four and NATO said. */
		x.count = 0;
		for (size_t i = 0; i < AC_COUNT(names); i++)
			if (i < 3 || i == 6)
				hear(&x, names[i]);
		expect_example(&x, want, "hypothetical_nz_jp_eu_out");
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standing__is_as_worked_out_by_hand),
		cmocka_unit_test(signature__of_the_statement_joins_every_claim_as_worded),
		cmocka_unit_test(voice__counts_once_a_member_however_often_it_is_heard),
		cmocka_unit_test(latest__endorsement_by_its_number_counts_in_whatever_order_they_come),
		cmocka_unit_test(replay__of_an_older_endorsement_has_no_effect),
		cmocka_unit_test(two_endorsements__of_one_number_are_an_alarm_and_neither_counts),
		cmocka_unit_test(lack__of_a_quorum_is_named),
		cmocka_unit_test(changes__after_publication_have_their_date),
		cmocka_unit_test(endorsement__of_a_stranger_or_of_another_statement_is_refused),
		cmocka_unit_test(standing__survives_every_allocation_failure),
		cmocka_unit_test(example__comes_to_what_it_says_in_all_three_situations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
