/* SPDX-License-Identifier: Apache-2.0 */
/* A coalition for the tests of this room: members whose keys are hashes of their names, charters of them, and signatures. Everything lives in the arena. */
#ifndef AC_AGREE_COALITION_H
#define AC_AGREE_COALITION_H

#include <stdio.h>

#include "agree/key_note.h"
#include "agree/keyfile.h"
#include "agree/vkey.h"
#include "base/limits.h"
#include "test.h"

/* A key of a member: "alpha.example/sign", and which in the row of those that follow one another, from 0. */
typedef struct coalition_key {
	const char *name;
	unsigned generation;
} coalition_key;

static inline void
coalition_make_key(ac_arena *arena, coalition_key which, ac_vkey *out, ac_ed25519_key *out_private)
{
	ac_str name = ac_arena_str(arena, ac_str_from(which.name));
	ac_str words = ac_arena_printf(arena, "accord-test-key:%s %u", which.name, which.generation);
	bool witness = ac_str_ends(name, AC_S("/witness"));
	uint8_t seed[AC_SHA256_SIZE];

	assert_int_equal(ac_sha256(words, seed, NULL), 0);
	ac_ed25519_from_seed(seed, out_private);
	assert_int_equal(ac_vkey_make(name, witness ? AC_NOTE_COSIGNATURE : AC_NOTE_ED25519,
			     ac_ed25519_public(out_private), out, NULL),
	    0);
}

/* Its vkey as text. */
static inline ac_str
coalition_vkey(ac_arena *arena, coalition_key which)
{
	ac_ed25519_key key;
	ac_vkey vkey;
	ac_str text;
	ac_buf buf;

	coalition_make_key(arena, which, &vkey, &key);
	ac_buf_init(&buf, AC_MIB);
	ac_vkey_add(&buf, &vkey);
	text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

/* Its hash, as the key before commits to it: 64 digits. */
static inline ac_str
coalition_commitment(ac_arena *arena, coalition_key which)
{
	uint8_t hash[AC_SHA256_SIZE];
	char text[2 * AC_SHA256_SIZE];
	ac_ed25519_key key;
	ac_vkey vkey;

	coalition_make_key(arena, which, &vkey, &key);
	assert_int_equal(ac_keyfile_commitment(vkey.public_key, hash, NULL), 0);
	ac_hex(hash, sizeof(hash), text);
	return ac_arena_str(arena, (ac_str){ text, sizeof(text) });
}

/* A note: the text with signatures of these keys, ended by one without a name. */
static inline ac_str
coalition_sign(ac_arena *arena, ac_str text, const coalition_key *keys)
{
	ac_str note;
	ac_buf buf;

	ac_buf_init(&buf, 2 * AC_NOTE_MAX);
	ac_buf_add(&buf, text);
	ac_buf_add_byte(&buf, '\n');
	for (; keys->name; keys++) {
		ac_ed25519_key key;
		ac_vkey vkey;

		coalition_make_key(arena, *keys, &vkey, &key);
		vkey.purpose = AC_PURPOSE_ANY; /* the tests sign what no key of a member would */
		assert_int_equal(ac_note_sign(&buf, text, &vkey, &key, 0, NULL), 0);
	}
	note = ac_arena_str(arena, ac_buf_view(&buf));
	assert_int_equal(ac_arena_check(arena, NULL), 0);
	ac_buf_done(&buf);
	return note;
}
#define COALITION_SIGN(arena, text, ...)                                                                               \
	coalition_sign((arena), (text), (const coalition_key[]){ __VA_ARGS__, { NULL, 0 } })

/* What a charter of the tests says beyond its members. */
typedef struct coalition_charter {
	unsigned version; /* 0: 1 */
	ac_str previous;  /* text of the version before */
	const char *expires;
	const char *members[8]; /* "alpha" ... ended by NULL; keys are named alpha.example/PURPOSE */
	const char *rooted;     /* this member has a root key, too */
	unsigned needed;        /* for charters and statements */
	unsigned generation;    /* of the sign keys of the first member */
	bool with_witnesses;    /* as many of them for checkpoints */
} coalition_charter;

static inline ac_str
coalition_charter_text(ac_arena *arena, const coalition_charter *c)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_buf_printf(
	    &buf, "accord/charter/v1\ncoalition quay.example\nversion %u\nprevious ", c->version ? c->version : 1);
	if (c->previous.n) {
		assert_int_equal(ac_sha256(c->previous, digest, NULL), 0);
		ac_text_add_digest(&buf, digest);
	} else {
		ac_buf_add(&buf, AC_S("none"));
	}
	ac_buf_printf(&buf, "\nexpires %s\npledge p1 cta-2018/1\n", c->expires ? c->expires : "2030-01-01T00:00:00Z");
	for (unsigned i = 0; c->members[i]; i++) {
		static const char *const purposes[] = { "root", "sign", "witness", "log" };

		for (unsigned k = 0; k < AC_COUNT(purposes); k++) {
			ac_str name = ac_arena_printf(arena, "%s.example/%s", c->members[i], purposes[k]);
			coalition_key key = { name.p, i == 0 && k == 1 ? c->generation : 0 };
			coalition_key next = { name.p, key.generation + 1 };

			if (k == 0 && !(c->rooted && strcmp(c->rooted, c->members[i]) == 0))
				continue;
			ac_buf_printf(&buf, "member %s %s ", c->members[i], purposes[k]);
			ac_buf_add(&buf, coalition_vkey(arena, key));
			ac_buf_add(&buf, AC_S(" next "));
			ac_buf_add(&buf, coalition_commitment(arena, next));
			ac_buf_add_byte(&buf, '\n');
		}
	}
	ac_buf_printf(&buf, "group all-of-us %u", c->needed);
	for (unsigned i = 0; c->members[i]; i++)
		ac_buf_printf(&buf, " %s", c->members[i]);
	ac_buf_add(&buf, AC_S("\nquorum charter all-of-us\nquorum statement all-of-us\n"));
	if (c->with_witnesses)
		ac_buf_add(&buf, AC_S("quorum checkpoint all-of-us\n"));
	text = ac_arena_str(arena, ac_buf_view(&buf));
	assert_int_equal(ac_arena_check(arena, NULL), 0);
	ac_buf_done(&buf);
	return text;
}

/* A change of alpha's sign key, say; written by the library. */
typedef struct coalition_change {
	ac_key_change change;
	const char *member;
	ac_purpose purpose;
	coalition_key key;
	unsigned successor; /* generation of it */
	uint64_t index;     /* in all of these logs */
	const char *at;
	unsigned logs; /* how many it names, of alpha's to echo's; 0: three */
} coalition_change;

static inline ac_str
coalition_change_text(ac_arena *arena, ac_str cites, const coalition_change *c)
{
	static const char *const logs[] = { "alpha.example/log", "bravo.example/log", "charlie.example/log",
		"delta.example/log", "echo.example/log" };
	ac_leaf_place places[AC_COUNT(logs)];
	ac_ed25519_key key;
	ac_charter charter;
	ac_key_note n = { .change = c->change,
		.coalition = AC_S("quay.example"),
		.member = ac_str_from(c->member),
		.purpose = c->purpose,
		.places = places,
		.place_count = c->logs ? c->logs : 3 };
	ac_vkey next;
	ac_str text;
	ac_buf buf;

	assert_int_equal(ac_charter_parse(cites, arena, &charter, NULL), 0);
	n.charter_version = charter.version;
	memcpy(n.charter, charter.digest, sizeof(n.charter));
	assert_int_equal(ac_time_parse_stix(ac_str_from(c->at ? c->at : "2026-03-01T12:00:00Z"), &n.at, NULL), 0);
	for (unsigned i = 0; i < n.place_count; i++)
		places[i] = (ac_leaf_place){ ac_str_from(logs[i]), c->index };
	coalition_make_key(arena, c->key, &n.key, &key);
	coalition_make_key(arena, (coalition_key){ c->key.name, c->successor }, &n.successor, &key);
	coalition_make_key(arena, (coalition_key){ c->key.name, c->successor + 1 }, &next, &key);
	assert_int_equal(ac_keyfile_commitment(next.public_key, n.next, NULL), 0);
	ac_buf_init(&buf, AC_MIB);
	ac_key_note_add(&buf, &n);
	text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

#endif
