/* SPDX-License-Identifier: Apache-2.0 */
/* Charters: the worked example as it stands, what no charter may say, and who signed. */
#include "agree_data.h"
#include "coalition.h"

#include "fail_malloc.h"

static ac_str
written(ac_arena *arena, const ac_charter *c)
{
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_charter_add(&buf, c);
	text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

static void
example__says_who_the_members_are_and_what_it_takes(void **state)
{
	static const char *const members[] = { "us", "ca", "uk", "au", "nz", "jp", "eu", "nato" };
	bool *signers = NULL, met = false;
	ac_arena arena;
	ac_charter c;
	ac_note note;
	ac_str bytes;
	char digest[64];

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	if (!agree_load(&arena, "example/charter.note", &bytes)) {
		ac_arena_done(&arena);
		skip();
	}
	assert_int_equal(ac_note_parse(bytes, &arena, &note, NULL), 0);
	assert_int_equal(ac_charter_parse(note.text, &arena, &c, NULL), 0);
	assert_str(c.coalition, AC_S("exchange-2021.accord.example"));
	assert_true(c.version == 1 && !c.has_previous && c.pledge_count == 4 && c.key_count == 17);
	assert_int_equal(c.member_count, AC_COUNT(members));
	for (unsigned i = 0; i < c.member_count; i++)
		assert_str(c.members[i].name, ac_str_from(members[i]));
	assert_str(c.pledges[1].text[AC_TONGUE_FR],
	    AC_S("pas d'offensive : ne jamais aider à attaquer ; empêcher le détournement des produits"));
	/* The digest that the example's statement cites. */
	ac_hex(c.digest, sizeof(c.digest), digest);
	assert_str(((ac_str){ digest, 64 }), AC_S("cbf1b1b1f0cf13978995f46bb1f0bdf40d9817adfb255ad14b6199a4d447e092"));
	/* The log's line names no member; its key's name does. */
	assert_true(c.keys[16].vkey.purpose == AC_PURPOSE_LOG && c.keys[16].member == 0);
	assert_str(c.quorum.names[c.for_charter].name, AC_S("root"));
	assert_str(c.quorum.names[c.for_statement].name, AC_S("attribution"));
	assert_str(c.quorum.names[c.for_checkpoint].name, AC_S("witnesses"));
	assert_int_equal(ac_charter_signers(&c, &note, AC_PURPOSE_ROOT, &arena, &signers, NULL), 0);
	for (unsigned i = 0; i < c.member_count; i++)
		assert_true(signers[i]);
	assert_int_equal(ac_charter_is_met(&c, c.for_charter, signers, &arena, &met, NULL), 0);
	assert_true(met);
	assert_str(written(&arena, &c), note.text);
	ac_arena_done(&arena);
}

static const coalition_charter three = { .members = { "alpha", "bravo", "charlie" }, .needed = 2, .rooted = "charlie" };

#define HEAD(previous)                                                                                                 \
	"accord/charter/v1\ncoalition quay.example\nversion 1\nprevious " previous "\nexpires 2030-01-01T00:00:00Z\n"
/* Keys of the tests, as coalition_vkey makes them: %A stands for alpha's sign key, and so on (see expand). */
#define MEMBERS "member alpha sign %A\nmember bravo sign %B\n"
#define GROUPS "group both all alpha bravo\nquorum charter both\nquorum statement both\n"

/* The text with keys in place of %A, %B (sign keys), %W (alpha's witness key), %V (bravo's), %L (alpha's log), %R (alpha's root), %N and %O (hashes of alpha's and bravo's next sign keys), %S (of alpha's own). */
static ac_str
expand(ac_arena *arena, const char *text)
{
	static const struct {
		char letter;
		bool is_hash;
		coalition_key key;
	} marks[] = {
		{ 'A', false, { "alpha.example/sign", 0 } },
		{ 'B', false, { "bravo.example/sign", 0 } },
		{ 'W', false, { "alpha.example/witness", 0 } },
		{ 'V', false, { "bravo.example/witness", 0 } },
		{ 'L', false, { "alpha.example/log", 0 } },
		{ 'R', false, { "alpha.example/root", 0 } },
		{ 'X', false, { "alpha.example/other", 0 } },
		{ 'N', true, { "alpha.example/sign", 1 } },
		{ 'O', true, { "bravo.example/sign", 0 } },
		{ 'S', true, { "alpha.example/sign", 0 } },
	};
	ac_str out;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	for (; *text; text++) {
		size_t i = 0;

		if (*text != '%') {
			ac_buf_add_byte(&buf, *text);
			continue;
		}
		text++;
		while (i < AC_COUNT(marks) && marks[i].letter != *text)
			i++;
		assert_true(i < AC_COUNT(marks));
		ac_buf_add(&buf,
		    marks[i].is_hash ? coalition_commitment(arena, marks[i].key) : coalition_vkey(arena, marks[i].key));
	}
	out = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return out;
}

static void
charter__is_read_and_written_in_all_its_lines(void **state)
{
	unsigned place = 0;
	ac_arena arena;
	ac_charter c;
	ac_str whole;

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	whole = expand(&arena, "accord/charter/v1\ncoalition quay.example\nversion 2\nprevious "
			       "sha256:cbf1b1b1f0cf13978995f46bb1f0bdf40d9817adfb255ad14b6199a4d447e092\nat "
			       "2026-01-01T00:00:00Z\nexpires 2030-01-01T00:00:00Z\n"
			       "pledge p1 cta-2018/1\npledge p2 en no offence\npledge p2 fr pas d'offensive\n"
			       "pledge p1 review 2027-01-01T00:00:00Z\n"
			       "member alpha sign %A next %N\nmember alpha root %R\nname alpha en Alpha of the Quay\n"
			       "member bravo sign %B\nmember bravo witness %V\nname bravo fr Bravo\nlog %L\n"
			       "group one any alpha bravo\ngroup both all one bravo\n"
			       "quorum charter both\nquorum statement one\nquorum advice alpha\n");
	assert_int_equal(ac_charter_parse(whole, &arena, &c, NULL), 0);
	assert_true(c.version == 2 && c.has_previous && c.previous[0] == 0xcb && c.previous[31] == 0x92);
	assert_str(c.pledges[0].cites, AC_S("cta-2018/1"));
	assert_true(c.pledges[0].has_review && !c.pledges[1].has_review);
	assert_true(c.pledges[0].review.seconds == 1798761600); /* date -u -d 2027-01-01 +%s */
	assert_str(c.members[0].full_name[AC_TONGUE_EN], AC_S("Alpha of the Quay"));
	assert_true(c.keys[0].has_next && !c.keys[1].has_next);
	assert_int_equal(c.for_checkpoint, c.quorum.count);
	assert_int_equal(ac_charter_quorum_find(&c, AC_S("advice"), &place, NULL), 0);
	assert_int_equal(place, 0);
	assert_int_equal(ac_charter_quorum_find(&c, AC_S("checkpoint"), &place, NULL), ACCORD_ENOTFOUND);
	assert_int_equal(ac_charter_member_find(&c, AC_S("bravo")), 1);
	assert_int_equal(ac_charter_member_find(&c, AC_S("Bravo")), 2);
	assert_str(written(&arena, &c), whole);
	ac_arena_done(&arena);
}

static void
charter__refuses_what_it_may_not_say_and_names_the_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} wrong[] = {
		{ "accord/charter/v2\n", 1 },
		{ "accord/statement/v1\n", 1 },
		{ HEAD("none"), 5 },                                       /* no member */
		{ HEAD("none") MEMBERS, 7 },                               /* no quorum */
		{ HEAD("none") MEMBERS GROUPS "version 1\n", 11 },         /* twice */
		{ HEAD("none") MEMBERS GROUPS "\n", 11 },                  /* empty */
		{ HEAD("none") MEMBERS GROUPS "colour blue\n", 11 },       /* unknown */
		{ HEAD("none") MEMBERS GROUPS "quorum charter both", 11 }, /* no line feed */
		{ HEAD("sha256:cbf1b1b1f0cf13978995f46bb1f0bdf40d9817adfb255ad14b6199a4d447e092") MEMBERS GROUPS, 0 },
		{ HEAD("None") MEMBERS GROUPS, 4 },
		{ HEAD("none") "at 2030-01-01T00:00:00Z\n" MEMBERS GROUPS, 0 }, /* when it ends */
		/* Names. */
		{ HEAD("none") MEMBERS "member Alpha sign %W\n" GROUPS, 8 },
		{ HEAD("none") "member \xd0\xb0lpha sign %A\n", 6 }, /* Cyrillic a */
		{ HEAD("none") "member -alpha sign %A\n", 6 },
		{ HEAD("none") MEMBERS "group ALPHA any bravo\n", 8 },
		{ HEAD("none") MEMBERS "group none any bravo\n", 8 },
		{ HEAD("none") MEMBERS "name charlie en Charlie\n", 8 },
		{ HEAD("none") MEMBERS "name alpha de Alpha\n", 8 },
		{ HEAD("none") MEMBERS "name alpha en Alpha\nname alpha en Alpha\n", 9 },
		/* Keys. */
		{ HEAD("none") "member alpha sign %A\nmember bravo sign %A\n", 7 },
		{ HEAD("none") "member alpha sign %A\nmember alpha sign %A\n", 7 },
		{ HEAD("none") "member alpha sign %L\n", 6 },
		{ HEAD("none") "member alpha log %A\n", 6 },
		{ HEAD("none") "member alpha witness %X\n", 6 }, /* type 1 */
		{ HEAD("none") "member alpha sign %W\n", 6 },
		{ HEAD("none") "member alpha other %X\n", 6 },
		{ HEAD("none") "member alpha sign x\n", 6 },
		{ HEAD("none") "member alpha sign %A next\n", 6 },
		{ HEAD("none") "member alpha sign %A then %N\n", 6 },
		{ HEAD("none") "member alpha sign %A next %N more\n", 6 },
		{ HEAD("none") "member alpha sign %A next %S\n", 6 }, /* its own successor */
		{ HEAD("none") "member alpha sign %A next %N\nmember bravo sign %B next %N\n", 7 },
		{ HEAD("none") "member alpha sign %A next %O\nmember bravo sign %B\n", 7 },
		{ HEAD("none") "member bravo sign %B\nmember alpha sign %A next %O\n", 7 },
		{ HEAD("none") MEMBERS "member bravo root %R\n", 8 }, /* named as alpha's */
		{ HEAD("none") "log %L\n" MEMBERS GROUPS, 6 },
		{ HEAD("none") "member alpha root %R\n" GROUPS, 7 },                       /* bravo is nobody */
		{ HEAD("none") "member alpha root %R\nmember bravo sign %B\n" GROUPS, 0 }, /* alpha has no sign key */
		{ HEAD("none") MEMBERS "group both all alpha bravo\nmember charlie sign %X\n", 9 },
		/* Groups and quorums. */
		{ HEAD("none") MEMBERS "group both all alpha  bravo\n", 8 },
		{ HEAD("none") MEMBERS "group both all alpha bravo \n", 8 },
		{ HEAD("none") MEMBERS "group both 3 alpha bravo\n", 8 },
		{ HEAD("none") MEMBERS "group both all alpha charlie\n", 8 },
		{ HEAD("none") MEMBERS "group both\n", 8 },
		{ HEAD("none") MEMBERS "group both all alpha bravo\nquorum charter both\n", 9 },
		{ HEAD("none") MEMBERS GROUPS "quorum charter alpha\n", 11 },
		{ HEAD("none") MEMBERS GROUPS "quorum Charter alpha\n", 11 },
		{ HEAD("none") MEMBERS GROUPS "quorum advice charlie\n", 11 },
		{ HEAD("none") MEMBERS GROUPS "quorum advice\n", 11 },
		{ HEAD("none") MEMBERS "group both all alpha bravo\nquorum advice both\nquorum statement both\n", 0 },
		{ HEAD("none") MEMBERS GROUPS "quorum checkpoint both\n", 0 }, /* nobody is a witness */
		/* Pledges. */
		{ HEAD("none") "pledge p1 review 2027-01-01T00:00:00Z\n" MEMBERS GROUPS, 0 },
		{ HEAD("none") "pledge p1 en one\npledge p1 en two\n", 7 },
		{ HEAD("none") "pledge p1 cta-2018/1\npledge p1 cta-2018/2\n", 7 },
		{ HEAD("none") "pledge p1 cta-2018/\n", 6 },
		{ HEAD("none") "pledge p1 a/b/c\n", 6 },
		{ HEAD("none") "pledge p1\n", 6 },
		{ HEAD("none") "pledge p/1 en one\n", 6 },
		{ HEAD("none") "pledge p1 en\n", 6 },
		{ HEAD("none") "pledge p1 review soon\n", 6 },
	};
	ac_arena arena;

	(void)state;
	ac_arena_init(&arena, 64 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		ac_str text = expand(&arena, wrong[i].text);
		accord_err err = { 0 };
		ac_charter c;
		int rc = ac_charter_parse(text, &arena, &c, &err);

		if (rc != (i == 0 ? ACCORD_EVERSION : ACCORD_EINPUT) || err.line != wrong[i].line || err.code != rc)
			fail_msg("%zu: %d, line %u: %s", i, rc, (unsigned)err.line, err.text);
	}
	ac_arena_done(&arena);
}

static int
signers_of(ac_arena *arena, const ac_charter *c, ac_str bytes, ac_purpose purpose, bool **out)
{
	ac_note note;

	assert_int_equal(ac_note_parse(bytes, arena, &note, NULL), 0);
	return ac_charter_signers(c, &note, purpose, arena, out, NULL);
}

static void
signers__are_members_by_the_key_of_the_purpose(void **state)
{
	ac_str text, statement = AC_S("accord/statement/v1\n");
	bool *who = NULL;
	ac_arena arena;
	ac_charter c;

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	text = coalition_charter_text(&arena, &three);
	assert_int_equal(ac_charter_parse(text, &arena, &c, NULL), 0);
	/* Charlie has a root key: only that counts for charters. */
	assert_int_equal(signers_of(&arena, &c,
			     COALITION_SIGN(&arena, text, { "alpha.example/sign", 0 }, { "alpha.example/sign", 0 },
				 { "charlie.example/sign", 0 }, { "delta.example/sign", 0 }),
			     AC_PURPOSE_ROOT, &who),
	    0);
	assert_true(who[0] && !who[1] && !who[2]);
	assert_int_equal(
	    signers_of(&arena, &c, COALITION_SIGN(&arena, text, { "charlie.example/root", 0 }), AC_PURPOSE_ROOT, &who),
	    0);
	assert_true(!who[0] && !who[1] && who[2]);
	assert_int_equal(
	    signers_of(&arena, &c, COALITION_SIGN(&arena, text, { "charlie.example/sign", 0 }), AC_PURPOSE_ROOT, &who),
	    ACCORD_ENOTFOUND);
	assert_int_equal(
	    signers_of(&arena, &c,
		COALITION_SIGN(&arena, statement, { "charlie.example/sign", 0 }, { "bravo.example/sign", 0 }),
		AC_PURPOSE_SIGN, &who),
	    0);
	assert_true(!who[0] && who[1] && who[2]);
	/* A key of another purpose refuses the note, with whoever else has signed it. */
	assert_int_equal(
	    signers_of(&arena, &c,
		COALITION_SIGN(&arena, statement, { "bravo.example/sign", 0 }, { "charlie.example/root", 0 }),
		AC_PURPOSE_SIGN, &who),
	    ACCORD_EDENIED);
	assert_int_equal(signers_of(&arena, &c,
			     COALITION_SIGN(&arena, statement, { "bravo.example/sign", 0 }, { "alpha.example/log", 0 }),
			     AC_PURPOSE_SIGN, &who),
	    ACCORD_EDENIED);
	/* The key that will follow is nobody's until it does. */
	assert_int_equal(signers_of(&arena, &c, COALITION_SIGN(&arena, statement, { "alpha.example/sign", 1 }),
			     AC_PURPOSE_SIGN, &who),
	    ACCORD_ENOTFOUND);
	ac_arena_done(&arena);
}

static void
expiry__is_the_first_instant_that_is_not_covered(void **state)
{
	ac_time at;
	ac_arena arena;
	ac_charter c;

	(void)state;
	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(ac_charter_parse(coalition_charter_text(&arena, &three), &arena, &c, NULL), 0);
	assert_int_equal(ac_time_parse_stix(AC_S("2029-12-31T23:59:59.999Z"), &at, NULL), 0);
	assert_int_equal(ac_charter_check_expiry(&c, at, NULL), 0);
	assert_int_equal(ac_time_parse_stix(AC_S("2030-01-01T00:00:00Z"), &at, NULL), 0);
	assert_int_equal(ac_charter_check_expiry(&c, at, NULL), ACCORD_EDENIED);
	ac_arena_done(&arena);
}

static void
charter__survives_every_allocation_failure(void **state)
{
	ac_arena texts;
	ac_str bytes, text;

	(void)state;
	ac_arena_init(&texts, 8 * AC_MIB);
	text = coalition_charter_text(&texts, &three);
	bytes = COALITION_SIGN(&texts, text, { "alpha.example/sign", 0 }, { "bravo.example/sign", 0 });
	for (unsigned long n = 1;; n++) {
		bool *who = NULL;
		ac_arena arena;
		ac_charter c;
		ac_note note;
		int rc;

		ac_arena_init(&arena, 8 * AC_MIB);
		fail_malloc_at(n);
		rc = ac_note_parse(bytes, &arena, &note, NULL);
		if (!rc)
			rc = ac_charter_parse(note.text, &arena, &c, NULL);
		if (!rc)
			rc = ac_charter_signers(&c, &note, AC_PURPOSE_ROOT, &arena, &who, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* OpenSSL has no word for it. */
		assert_true(rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
	ac_arena_done(&texts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example__says_who_the_members_are_and_what_it_takes),
		cmocka_unit_test(charter__is_read_and_written_in_all_its_lines),
		cmocka_unit_test(charter__refuses_what_it_may_not_say_and_names_the_line),
		cmocka_unit_test(signers__are_members_by_the_key_of_the_purpose),
		cmocka_unit_test(expiry__is_the_first_instant_that_is_not_covered),
		cmocka_unit_test(charter__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
