/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of a charter and changes of keys: takeovers, replays, rotations and stolen keys. */
#include "agree_data.h"
#include "coalition.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agree/chain.h"
#include "fail_malloc.h"

#define A "alpha.example/sign"
#define B "bravo.example/sign"
#define C "charlie.example/sign"
#define D "delta.example/sign"
#define E "echo.example/sign"

/* Two of three; charlie has a root key, so its sign key has no voice for charters. */
static const coalition_charter first = { .members = { "alpha", "bravo", "charlie" }, .needed = 2, .rooted = "charlie" };

typedef struct fixture {
	ac_arena arena;
	ac_chain chain;
	ac_str one;   /* text of version 1 */
	ac_str cites; /* what changes cite, when it is another */
	ac_warnings warnings;
} fixture;

static void
begin(fixture *f)
{
	*f = (fixture){ 0 };
	ac_arena_init(&f->arena, 64 * AC_MIB);
	ac_chain_init(&f->chain, &f->arena);
	f->warnings.arena = &f->arena;
	f->one = coalition_charter_text(&f->arena, &first);
	assert_int_equal(ac_chain_add(&f->chain, COALITION_SIGN(&f->arena, f->one, { A, 0 }, { B, 0 }), NULL), 0);
}

/* Denied, for a reason with these words. */
#define assert_denied(call, words)                                                                                     \
	do {                                                                                                           \
		accord_err err = { 0 };                                                                                \
		assert_int_equal((call), ACCORD_EDENIED);                                                              \
		if (!strstr(err.text, (words)))                                                                        \
			fail_msg("'%s' does not say '%s'", err.text, (words));                                         \
	} while (0)

/* Version 2: delta joins, three of four. */
static ac_str
second(fixture *f)
{
	return coalition_charter_text(&f->arena, &(coalition_charter){ .version = 2,
						     .previous = f->one,
						     .members = { "alpha", "bravo", "charlie", "delta" },
						     .needed = 3,
						     .rooted = "charlie" });
}

static void
version__needs_the_quorum_of_the_one_before_and_its_own(void **state)
{
	ac_str text, strangers;
	fixture f;

	(void)state;
	begin(&f);
	text = second(&f);
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }), &err),
	    "version 2 for charters is not met: 2 of its 4");
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { D, 0 }), &err),
	    "version 1 for charters is not met: 1 of its 3");
	/* Its sign key is not what charlie signs charters with. */
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { C, 0 }, { D, 0 }), &err),
	    "version 1 for charters is not met: 1 of its 3");
	/* A takeover: only new members have signed, or one old one with them. */
	strangers = coalition_charter_text(
	    &f.arena, &(coalition_charter){
			  .version = 2, .previous = f.one, .members = { "alpha", "delta", "echo" }, .needed = 2 });
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, strangers, { D, 0 }, { E, 0 }), &err),
	    "version 1 for charters is not met: 0 of its 3");
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, strangers, { A, 0 }, { D, 0 }, { E, 0 }), &err),
	    "version 1 for charters is not met: 1 of its 3");
	assert_int_equal(f.chain.count, 1);
	assert_int_equal(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }, { D, 0 }), NULL), 0);
	assert_int_equal(f.chain.count, 2);
	assert_true(ac_chain_latest(&f.chain)->version == 2 && ac_chain_at(&f.chain, 1)->version == 1);
	assert_null(ac_chain_at(&f.chain, 3));
	assert_null(ac_chain_at(&f.chain, 0));
	ac_arena_done(&f.arena);
}

static void
version__is_exactly_the_next_one(void **state)
{
	ac_str two, three, other, forged;
	fixture f;

	(void)state;
	begin(&f);
	two = second(&f);
	three = coalition_charter_text(
	    &f.arena, &(coalition_charter){
			  .version = 3, .previous = two, .members = { "alpha", "bravo", "charlie" }, .needed = 2 });
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, three, { A, 0 }, { B, 0 }, { C, 0 }), &err),
	    "want version 2 of the charter, got version 3");
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, f.one, { A, 0 }, { B, 0 }), &err), "once more");
	other = coalition_charter_text(&f.arena, &(coalition_charter){ .members = { "alpha", "bravo" }, .needed = 2 });
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, other, { A, 0 }, { B, 0 }), &err),
	    "another one was accepted");
	forged = coalition_charter_text(&f.arena,
	    &(coalition_charter){ .version = 2, .previous = other, .members = { "alpha", "bravo" }, .needed = 2 });
	assert_denied(
	    ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, forged, { A, 0 }, { B, 0 }), &err), "another version 1");
	assert_int_equal(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, two, { A, 0 }, { B, 0 }, { D, 0 }), NULL), 0);
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, f.one, { A, 0 }, { B, 0 }), &err),
	    "want version 3 of the charter, got version 1 once more");
	assert_int_equal(
	    ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, three, { A, 0 }, { B, 0 }, { D, 0 }), NULL), 0);
	ac_arena_done(&f.arena);
}

static void
version__with_a_wrong_signature_is_refused_whoever_else_signed(void **state)
{
	ac_str bytes, text;
	fixture f;
	char *last;

	(void)state;
	begin(&f);
	text = second(&f);
	bytes = COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }, { D, 0 }, { C, 0 });
	/* The last signature's last digits: still base64, another signature. */
	last = ac_arena_alloc(&f.arena, bytes.n);
	memcpy(last, bytes.p, bytes.n);
	last[bytes.n - 10] = last[bytes.n - 10] == 'A' ? 'B' : 'A';
	assert_denied(ac_chain_add(&f.chain, (ac_str){ last, bytes.n }, &err), "is wrong");
	ac_arena_done(&f.arena);
}

static void
expired__charters_end_only_the_latest(void **state)
{
	ac_str text;
	ac_time at;
	fixture f;

	(void)state;
	f = (fixture){ 0 };
	ac_arena_init(&f.arena, 64 * AC_MIB);
	ac_chain_init(&f.chain, &f.arena);
	f.one = coalition_charter_text(
	    &f.arena, &(coalition_charter){
			  .members = { "alpha", "bravo", "charlie" }, .needed = 2, .expires = "2026-01-01T00:00:00Z" });
	assert_int_equal(ac_time_parse_stix(AC_S("2026-06-01T00:00:00Z"), &at, NULL), 0);
	assert_int_equal(ac_chain_check_expiry(&f.chain, at, NULL), ACCORD_ENOTFOUND);
	assert_int_equal(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, f.one, { A, 0 }, { B, 0 }), NULL), 0);
	assert_denied(ac_chain_check_expiry(&f.chain, at, &err), "expired at 2026-01-01T00:00:00Z");
	text = coalition_charter_text(
	    &f.arena, &(coalition_charter){
			  .version = 2, .previous = f.one, .members = { "alpha", "bravo", "charlie" }, .needed = 2 });
	assert_int_equal(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }), NULL), 0);
	assert_int_equal(ac_chain_check_expiry(&f.chain, at, NULL), 0);
	ac_arena_done(&f.arena);
}

static void
chain__that_begins_with_a_trusted_version_takes_the_ones_it_names(void **state)
{
	ac_str two, one, other;
	ac_chain chain;
	fixture f;

	(void)state;
	begin(&f);
	ac_chain_init(&chain, &f.arena);
	two = COALITION_SIGN(&f.arena, second(&f), { A, 0 }, { B, 0 }, { D, 0 });
	one = COALITION_SIGN(&f.arena, f.one, { A, 0 });
	other = coalition_charter_text(&f.arena, &(coalition_charter){ .members = { "alpha", "bravo" }, .needed = 2 });
	assert_int_equal(ac_chain_begin(&chain, two, NULL), 0);
	assert_int_equal(ac_chain_begin(&chain, two, NULL), ACCORD_EUSAGE);
	assert_denied(ac_chain_add(&chain, COALITION_SIGN(&f.arena, other, { A, 0 }, { B, 0 }), &err), "previous");
	/* Its digest is enough. */
	assert_int_equal(ac_chain_take(&chain, (const ac_str[]){ two, one }, 2, NULL, 0, NULL, NULL), 0);
	assert_int_equal(chain.count, 2);
	assert_true(ac_chain_at(&chain, 1) && ac_chain_latest(&chain)->version == 2);
	ac_arena_done(&f.arena);
}

#define CHANGE(f, ...)                                                                                                 \
	coalition_change_text(&(f)->arena, (f)->cites.n ? (f)->cites : (f)->one, &(coalition_change){ __VA_ARGS__ })
#define ROTATE(f, ...) CHANGE(f, .change = AC_KEY_ROTATE, .member = "alpha", .purpose = AC_PURPOSE_SIGN, __VA_ARGS__)
#define COMPROMISE(f, ...)                                                                                             \
	CHANGE(f, .change = AC_KEY_COMPROMISED, .member = "alpha", .purpose = AC_PURPOSE_SIGN, __VA_ARGS__)

/* Signers of a statement by these keys, as "101": one digit a member; or the code of the failure. */
static int
signers(fixture *f, uint64_t version, const coalition_key *keys, const char *origin, uint64_t index, char out[8])
{
	ac_str bytes = coalition_sign(&f->arena, AC_S("accord/statement/v1\n"), keys);
	ac_leaf_place place = { ac_str_from(origin), index };
	const ac_charter *c = ac_chain_at(&f->chain, version);
	bool *members = NULL;
	ac_note note;
	int rc;

	assert_int_equal(ac_note_parse(bytes, &f->arena, &note, NULL), 0);
	rc = ac_chain_signers(&f->chain, version, &note, place, &f->arena, &members, &f->warnings, NULL);
	for (unsigned i = 0; !rc && i < c->member_count; i++)
		out[i] = members[i] ? '1' : '0';
	out[rc ? 0 : c->member_count] = 0;
	return rc;
}

#define assert_signers(f, version, want, origin, index, ...)                                                           \
	do {                                                                                                           \
		char digits[8];                                                                                        \
		int code = signers(                                                                                    \
		    (f), (version), (const coalition_key[]){ __VA_ARGS__, { NULL, 0 } }, (origin), (index), digits);   \
                                                                                                                       \
		assert_int_equal(code, 0);                                                                             \
		assert_string_equal(digits, (want));                                                                   \
	} while (0)

static void
rotation__goes_to_the_committed_key_only(void **state)
{
	fixture f;
	ac_str text;

	(void)state;
	begin(&f);
	text = ROTATE(&f, .key = { A, 0 }, .successor = 2);
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 2 }), &err),
	    "not the key that was committed to");
	text = ROTATE(&f, .key = { A, 1 }, .successor = 2);
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 1 }, { A, 2 }), &err), "has no key");
	text = ROTATE(&f, .key = { B, 0 }, .successor = 1);
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { B, 0 }, { B, 1 }), &err),
	    "is not the sign key of alpha");
	text = ROTATE(&f, .key = { A, 0 }, .successor = 1, .logs = 2);
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), &err),
	    "from which entry of charlie.example/log");
	text = ROTATE(&f, .key = { A, 0 }, .successor = 1, .logs = 4);
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), &err),
	    "a log that the charter does not have");
	/* One of both keys is not enough, nor is anybody else's. */
	text = ROTATE(&f, .key = { A, 0 }, .successor = 1);
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }), &err), "both the old key");
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 1 }), &err), "both the old key");
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { B, 0 }, { C, 0 }), &err), "both");
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }), &err), "both");
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { D, 0 }), &err), "both");
	assert_int_equal(f.chain.change_count, 0);
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), NULL), 0);
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), NULL), 0);
	assert_int_equal(f.chain.change_count, 1);
	text = ROTATE(&f, .key = { A, 0 }, .successor = 1, .index = 7);
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), &err), "rotated already");
	/* Once more, to what the first rotation committed to. */
	text = ROTATE(&f, .key = { A, 1 }, .successor = 2, .index = 9);
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 1 }, { A, 2 }), NULL), 0);
	/* Charlie has a root key, which needs no other. */
	text = CHANGE(&f, .change = AC_KEY_ROTATE, .member = "charlie", .purpose = AC_PURPOSE_SIGN, .key = { C, 0 },
	    .successor = 1);
	assert_int_equal(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }), NULL), 0);
	/* Logs and witnesses are changed by the root key, or the sign key of who has none. */
	text = CHANGE(&f, .change = AC_KEY_ROTATE, .member = "bravo", .purpose = AC_PURPOSE_WITNESS,
	    .key = { "bravo.example/witness", 0 }, .successor = 1);
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }), &err), "its sign key");
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { B, 0 }), NULL), 0);
	ac_arena_done(&f.arena);
}

static void
rotated__key_counts_for_what_it_signed_before(void **state)
{
	ac_str text, two;
	fixture f;
	char got[8];

	(void)state;
	begin(&f);
	assert_signers(&f, 1, "100", "", 0, { A, 0 });
	assert_int_equal(signers(&f, 1, (coalition_key[]){ { A, 1 }, { NULL, 0 } }, "", 0, got), ACCORD_ENOTFOUND);
	text = ROTATE(&f, .key = { A, 0 }, .successor = 1, .index = 5);
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), NULL), 0);
	assert_signers(&f, 1, "100", "alpha.example/log", 4, { A, 0 });
	assert_int_equal(
	    signers(&f, 1, (coalition_key[]){ { A, 0 }, { NULL, 0 } }, "alpha.example/log", 5, got), ACCORD_EDENIED);
	assert_int_equal(signers(&f, 1, (coalition_key[]){ { A, 0 }, { NULL, 0 } }, "", 0, got), ACCORD_EDENIED);
	assert_int_equal(
	    signers(&f, 1, (coalition_key[]){ { A, 0 }, { NULL, 0 } }, "delta.example/log", 0, got), ACCORD_EDENIED);
	assert_signers(&f, 1, "100", "", 0, { A, 1 });
	/* Old and new are one voice, and the old one does not take it away. */
	assert_signers(&f, 1, "110", "alpha.example/log", 4, { A, 0 }, { A, 1 }, { B, 0 });
	assert_signers(&f, 1, "110", "alpha.example/log", 8, { A, 0 }, { A, 1 }, { B, 0 });
	/* For charters too: one member with two keys is not a quorum of two. */
	two = second(&f);
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, two, { A, 0 }, { A, 1 }, { D, 0 }), &err),
	    "version 1 for charters is not met: 1 of its 3");
	assert_int_equal(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, two, { A, 1 }, { B, 0 }, { D, 0 }), NULL), 0);
	ac_arena_done(&f.arena);
}

static void
version__was_accepted_by_whoever_s_keys_counted_then(void **state)
{
	bool *members = NULL;
	ac_str text;
	fixture f;

	(void)state;
	begin(&f);
	text = ROTATE(&f, .key = { A, 0 }, .successor = 1, .index = 5);
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), NULL), 0);
	text = second(&f);
	assert_int_equal(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 1 }, { B, 0 }, { D, 0 }), NULL), 0);
	f.cites = text;
	/* Declared under version 2: what bravo signed before stands. */
	text = CHANGE(&f, .change = AC_KEY_COMPROMISED, .member = "bravo", .purpose = AC_PURPOSE_SIGN, .key = { B, 0 },
	    .logs = 4);
	assert_int_equal(ac_chain_add_change(&f.chain,
			     COALITION_SIGN(&f.arena, text, { A, 1 }, { "charlie.example/root", 0 }, { D, 0 }), NULL),
	    0);
	assert_int_equal(ac_chain_accepted_by(&f.chain, 1, &f.arena, &members, NULL), 0);
	assert_true(members[0] && members[1] && !members[2]);
	assert_int_equal(ac_chain_accepted_by(&f.chain, 2, &f.arena, &members, NULL), 0);
	assert_true(members[0] && members[1] && !members[2] && members[3]);
	assert_int_equal(ac_chain_accepted_by(&f.chain, 3, &f.arena, &members, NULL), ACCORD_ENOTFOUND);
	ac_arena_done(&f.arena);
}

static void
compromised__key_is_void_from_the_named_entry_on(void **state)
{
	ac_str text;
	fixture f;
	char got[8];

	(void)state;
	begin(&f);
	text = COMPROMISE(&f, .key = { A, 0 }, .index = 5);
	/* The member itself has no root key, the key's own signature says nothing, and one other is no quorum. */
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }), &err), "a quorum");
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }), &err), "a quorum");
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }), &err),
	    "a quorum");
	assert_int_equal(ac_chain_add_change(
			     &f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }, { B, 0 }), NULL),
	    0);
	assert_true(f.chain.changes[0].by_quorum);
	assert_int_equal(f.warnings.count, 0);
	assert_signers(&f, 1, "100", "bravo.example/log", 4, { A, 0 });
	assert_int_equal(f.warnings.count, 1);
	assert_non_null(strstr(f.warnings.items[0].p, "declared compromised later"));
	assert_int_equal(
	    signers(&f, 1, (coalition_key[]){ { A, 0 }, { NULL, 0 } }, "bravo.example/log", 5, got), ACCORD_EDENIED);
	assert_int_equal(signers(&f, 1, (coalition_key[]){ { A, 0 }, { NULL, 0 } }, "", 0, got), ACCORD_EDENIED);
	/* Others on the same note count, and the reader is told. */
	assert_signers(&f, 1, "010", "bravo.example/log", 5, { A, 0 }, { B, 0 });
	/* The thief has the key, not the one that follows: the member goes on with that, and so do its rights for charters. */
	text = ROTATE(&f, .key = { A, 0 }, .successor = 1, .index = 5);
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { A, 1 }), NULL), 0);
	assert_signers(&f, 1, "100", "bravo.example/log", 9, { A, 1 });
	text = second(&f);
	assert_denied(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }, { D, 0 }), &err),
	    "version 1 for charters is not met: 1 of its 3");
	ac_arena_done(&f.arena);
}

static void
compromised__is_also_what_the_member_says_with_its_root_key(void **state)
{
	ac_str text;
	fixture f;

	(void)state;
	begin(&f);
	text = CHANGE(&f, .change = AC_KEY_COMPROMISED, .member = "charlie", .purpose = AC_PURPOSE_SIGN,
	    .key = { C, 0 }, .index = 5);
	assert_denied(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { C, 0 }), &err), "a quorum");
	assert_int_equal(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }), NULL), 0);
	assert_false(f.chain.changes[0].by_quorum);
	assert_signers(&f, 1, "001", "alpha.example/log", 4, { C, 0 });
	assert_non_null(strstr(f.warnings.items[0].p, "by the member itself"));
	/* The root key itself: by a quorum only. Then it says nothing more. */
	text = CHANGE(&f, .change = AC_KEY_COMPROMISED, .member = "charlie", .purpose = AC_PURPOSE_ROOT,
	    .key = { "charlie.example/root", 0 }, .index = 0);
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }), &err),
	    "a quorum");
	assert_int_equal(ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }), NULL), 0);
	text = CHANGE(&f, .change = AC_KEY_ROTATE, .member = "charlie", .purpose = AC_PURPOSE_SIGN, .key = { C, 0 },
	    .successor = 1);
	assert_denied(
	    ac_chain_add_change(&f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }), &err),
	    "its root key");
	ac_arena_done(&f.arena);
}

static void
compromise__undoes_no_charter_that_was_accepted(void **state)
{
	ac_str text;
	fixture f;

	(void)state;
	begin(&f);
	text = second(&f);
	assert_int_equal(ac_chain_add(&f.chain, COALITION_SIGN(&f.arena, text, { A, 0 }, { B, 0 }, { D, 0 }), NULL), 0);
	text = COMPROMISE(&f, .key = { A, 0 }, .index = 0);
	assert_denied(ac_chain_add_change(
			  &f.chain, COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }, { B, 0 }), &err),
	    "comes too late");
	assert_int_equal(f.chain.change_count, 0);
	/* Under the version in force it is taken. */
	f.cites = ac_chain_latest(&f.chain)->text;
	text = COMPROMISE(&f, .key = { A, 0 }, .index = 0, .logs = 4);
	assert_int_equal(ac_chain_add_change(&f.chain,
			     COALITION_SIGN(&f.arena, text, { "charlie.example/root", 0 }, { B, 0 }, { D, 0 }), NULL),
	    0);
	ac_arena_done(&f.arena);
}

/* Two rotations, a compromise and two versions, signed; in the order in which they may be taken. */
typedef struct history {
	ac_str charters[2], changes[4];
} history;

static history
make_history(fixture *f)
{
	history h;
	ac_str two = second(f);

	h.charters[0] = COALITION_SIGN(&f->arena, f->one, { A, 0 }, { B, 0 });
	h.changes[0] =
	    COALITION_SIGN(&f->arena, ROTATE(f, .key = { A, 0 }, .successor = 1, .index = 5), { A, 0 }, { A, 1 });
	h.changes[1] = COALITION_SIGN(&f->arena,
	    ROTATE(f, .key = { A, 1 }, .successor = 2, .index = 8, .at = "2026-02-01T12:00:00Z"), { A, 1 }, { A, 2 });
	/* Signed by two rotated keys on, which the second version needs. */
	h.charters[1] = COALITION_SIGN(&f->arena, two, { A, 2 }, { B, 0 }, { D, 0 });
	f->cites = two;
	h.changes[2] = COALITION_SIGN(&f->arena,
	    CHANGE(f, .change = AC_KEY_COMPROMISED, .member = "bravo", .purpose = AC_PURPOSE_SIGN, .key = { B, 0 },
		.index = 6, .logs = 4),
	    { A, 2 }, { "charlie.example/root", 0 }, { D, 0 });
	h.changes[3] = COALITION_SIGN(&f->arena, AC_S("accord/key/v1\nnonsense\n"), { A, 0 });
	return h;
}

static void
take__needs_no_order(void **state)
{
	fixture f;
	history h;

	(void)state;
	begin(&f);
	h = make_history(&f);
	for (unsigned order = 0; order < 24; order++) {
		ac_warnings warnings = { .arena = &f.arena };
		unsigned left[] = { 0, 1, 2, 3 }, n = order;
		ac_str charters[2], changes[4];
		ac_chain chain;

		for (unsigned i = 0; i < 4; i++) {
			unsigned k = n % (4 - i);

			n /= 4 - i;
			changes[i] = h.changes[left[k]];
			memmove(left + k, left + k + 1, (3 - k) * sizeof(left[0]));
		}
		charters[order & 1] = h.charters[0];
		charters[~order & 1] = h.charters[1];
		ac_chain_init(&chain, &f.arena);
		assert_int_equal(ac_chain_take(&chain, charters, 2, changes, 4, &warnings, NULL), 0);
		assert_true(chain.count == 2 && chain.change_count == 3);
		assert_int_equal(warnings.count, 1);
		assert_non_null(strstr(warnings.items[0].p, "was left out"));
		/* And once more changes nothing. */
		assert_int_equal(ac_chain_take(&chain, charters, 2, changes, 3, NULL, NULL), 0);
		assert_true(chain.count == 2 && chain.change_count == 3);
	}
	/* Without the rotations the second version has no quorum. */
	ac_chain_init(&f.chain, &f.arena);
	assert_denied(ac_chain_take(&f.chain, h.charters, 2, h.changes, 1, NULL, &err), "is not met");
	ac_arena_done(&f.arena);
}

static void
write_file(const char *dir, const char *name, ac_str bytes)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
	assert_int_equal(fclose(file), 0);
}

static void
make_folder(char dir[static 64])
{
	char path[128];

	(void)snprintf(dir, 64, "/tmp/accord-chain-XXXXXX");
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/charter", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/notes", dir);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void
remove_folder(const char *dir)
{
	static const char *const names[] = { "charter/1.note", "charter/2.note", "notes/a.note", "notes/b.note",
		"notes/c.note", "notes/d.note", "notes/e.note", "charter", "notes", "." };

	for (size_t i = 0; i < AC_COUNT(names); i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)remove(i + 1 < AC_COUNT(names) ? path : dir);
	}
}

static void
folder__holds_versions_by_number_and_changes_among_notes(void **state)
{
	accord_err err = { 0 };
	fixture f;
	history h;
	char dir[64];

	(void)state;
	begin(&f);
	h = make_history(&f);
	make_folder(dir);
	ac_chain_init(&f.chain, &f.arena);
	assert_int_equal(ac_chain_load(&f.chain, dir, &f.warnings, NULL), ACCORD_ENOTFOUND);
	write_file(dir, "charter/1.note", h.charters[0]);
	write_file(dir, "charter/2.note", h.charters[1]);
	write_file(dir, "notes/a.note", h.changes[2]);
	write_file(dir, "notes/b.note", h.changes[1]);
	write_file(dir, "notes/c.note", COALITION_SIGN(&f.arena, AC_S("accord/statement/v1\n"), { A, 0 }));
	write_file(dir, "notes/d.note", h.changes[0]);
	write_file(dir, "notes/e.note", h.changes[3]);
	ac_chain_init(&f.chain, &f.arena);
	assert_int_equal(ac_chain_load(&f.chain, dir, &f.warnings, NULL), 0);
	assert_true(f.chain.count == 2 && f.chain.change_count == 3 && f.warnings.count == 1);
	assert_signers(&f, 2, "0001", "bravo.example/log", 6, { B, 0 }, { D, 0 });
	write_file(dir, "charter/2.note", COALITION_SIGN(&f.arena, second(&f), { A, 2 }, { B, 0 }));
	ac_chain_init(&f.chain, &f.arena);
	assert_int_equal(ac_chain_load(&f.chain, dir, NULL, &err), ACCORD_EDENIED);
	assert_non_null(strstr(err.text, dir));
	remove_folder(dir);
	ac_arena_done(&f.arena);
}

static void
chain__survives_every_allocation_failure(void **state)
{
	fixture f;
	history h;
	char dir[64];

	(void)state;
	begin(&f);
	h = make_history(&f);
	make_folder(dir);
	write_file(dir, "charter/1.note", h.charters[0]);
	write_file(dir, "charter/2.note", h.charters[1]);
	write_file(dir, "notes/a.note", h.changes[0]);
	write_file(dir, "notes/b.note", h.changes[1]);
	write_file(dir, "notes/c.note", h.changes[2]);
	for (unsigned long n = 1;; n++) {
		bool *members = NULL;
		ac_arena arena;
		ac_chain chain;
		ac_note note;
		int rc;

		ac_arena_init(&arena, 64 * AC_MIB);
		ac_chain_init(&chain, &arena);
		fail_malloc_at(n);
		rc = ac_chain_load(&chain, dir, NULL, NULL);
		if (!rc)
			rc = ac_note_parse(h.charters[0], &arena, &note, NULL);
		if (!rc)
			rc = ac_chain_signers(&chain, 1, &note, (ac_leaf_place){ AC_S("alpha.example/log"), 1 }, &arena,
			    &members, NULL, NULL);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* OpenSSL has no word for it; a folder that cannot be listed is as one without notes. */
		if (rc != ACCORD_ENOMEM && rc != ACCORD_EINTERNAL && rc != ACCORD_EIO)
			fail_msg("allocation %lu: %d", n, rc);
	}
	remove_folder(dir);
	ac_arena_done(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version__needs_the_quorum_of_the_one_before_and_its_own),
		cmocka_unit_test(version__is_exactly_the_next_one),
		cmocka_unit_test(version__with_a_wrong_signature_is_refused_whoever_else_signed),
		cmocka_unit_test(expired__charters_end_only_the_latest),
		cmocka_unit_test(chain__that_begins_with_a_trusted_version_takes_the_ones_it_names),
		cmocka_unit_test(rotation__goes_to_the_committed_key_only),
		cmocka_unit_test(rotated__key_counts_for_what_it_signed_before),
		cmocka_unit_test(version__was_accepted_by_whoever_s_keys_counted_then),
		cmocka_unit_test(compromised__key_is_void_from_the_named_entry_on),
		cmocka_unit_test(compromised__is_also_what_the_member_says_with_its_root_key),
		cmocka_unit_test(compromise__undoes_no_charter_that_was_accepted),
		cmocka_unit_test(take__needs_no_order),
		cmocka_unit_test(folder__holds_versions_by_number_and_changes_among_notes),
		cmocka_unit_test(chain__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
