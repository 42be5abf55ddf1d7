/* SPDX-License-Identifier: Apache-2.0 */
/* A statement of five members in a folder of its own, for tests of what files prove together. */
#ifndef AC_AGREE_ACCOUNT_WORLD_H
#define AC_AGREE_ACCOUNT_WORLD_H

#include "coalition.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agree/account.h"
#include "agree/log.h"
#include "sys/file.h"

#define A "alpha.example/sign"
#define B "bravo.example/sign"
#define C "charlie.example/sign"
#define D "delta.example/sign"
#define E "echo.example/sign"
#define LEAVES_MAX 16

/* An attribution of five members, three of whom are a quorum. Written into a folder, loaded and judged. */
typedef struct world {
	ac_arena arena;
	char folder[128];
	ac_str charter, statement; /* texts */
	ac_str charter_note, statement_note;
	ac_str leaves[LEAVES_MAX]; /* of the convener's log */
	size_t leaf_count;
	ac_trust trust;
	ac_holding held;
	ac_digester *digester;
	ac_accounts accounts;
	const char *as_of;
	bool is_whole;
} world;

static inline int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static const coalition_charter five = { .members = { "alpha", "bravo", "charlie", "delta", "echo" }, .needed = 3 };

static inline ac_str
digest_of(ac_arena *arena, ac_str text)
{
	uint8_t digest[AC_SHA256_SIZE];
	char hex[2 * AC_SHA256_SIZE];

	assert_int_equal(ac_sha256(text, digest, NULL), 0);
	ac_hex(digest, sizeof(digest), hex);
	return ac_arena_printf(arena, "sha256:%.*s", (int)sizeof(hex), hex);
}

static inline ac_str
statement_text(world *w, ac_str coalition, ac_str charter, const char *id)
{
	return ac_arena_printf(&w->arena,
	    "accord/statement/v1\ncoalition %.*s\ncharter 1 %.*s\nstatement %s\nversion 1\nkind attribution\nquorum "
	    "statement\n"
	    "convener alpha\ntlp clear\nopened 2026-03-01T09:00:00Z\nbundle %.*s 8\ntitle en A test\ntitle fr Un "
	    "essai\n"
	    "claim c1 almost-certain 95 high\nclaim-text c1 en They did it.\nclaim-text c1 fr C'est eux.\n"
	    "claim c2 likely 70 -\nclaim-text c2 en For money.\nclaim-text c2 fr Pour de l'argent.\n",
	    AC_FMT(coalition), AC_FMT(digest_of(&w->arena, charter)), id,
	    AC_FMT(digest_of(&w->arena, AC_S("evidence"))));
}

static inline ac_str
endorsement_text(world *w, const char *member, unsigned seq, const char *at, const char *rest)
{
	return ac_arena_printf(&w->arena,
	    "accord/endorsement/v1\ncoalition quay.example\nstatement %.*s\nmember %s\nseq %u\nat %s\n%s",
	    AC_FMT(digest_of(&w->arena, w->statement)), member, seq, at, rest);
}
#define JOINS "stance joins\nclaim c1 joins very-likely 85 -\nclaim c2 abstains\n"
#define DISSENTS "stance dissents\nreason en no\nreason fr non\n"

static inline ac_str
publication_text(world *w, const char *entries, const char *rest)
{
	return ac_arena_printf(&w->arena,
	    "accord/publication/v1\ncoalition quay.example\nstatement %.*s\nat 2026-03-02T09:00:00Z\nentries %s\n%s",
	    AC_FMT(digest_of(&w->arena, w->statement)), entries, rest);
}
#define C1_ONLY "joint c1\nnot-joint c2\n"

static inline void
put(world *w, const char *name, ac_str bytes)
{
	assert_int_equal(ac_file_replace(ac_arena_printf(&w->arena, "%s/%s", w->folder, name).p, bytes, 0600, NULL), 0);
}

static inline void
leaf(world *w, ac_str note)
{
	assert_true(w->leaf_count < LEAVES_MAX);
	w->leaves[w->leaf_count++] = note;
}

static inline void
write_log(world *w, const char *name, const char *member, const ac_str *leaves, size_t count)
{
	const char *folder = ac_arena_printf(&w->arena, "%s/%s", w->folder, name).p;
	ac_log_place places[LEAVES_MAX];
	ac_ed25519_key key;
	ac_vkey vkey;
	ac_log *log = NULL;

	coalition_make_key(
	    &w->arena, (coalition_key){ ac_arena_printf(&w->arena, "%s.example/log", member).p, 0 }, &vkey, &key);
	assert_int_equal(ac_log_create(folder, &vkey, &key, NULL), 0);
	assert_int_equal(ac_log_open(folder, &vkey, &key, &log, NULL), 0);
	assert_int_equal(ac_log_append(log, leaves, count, places, NULL), 0);
	(void)ac_log_close(log);
}

static inline void
begin(world *w)
{
	const char *folder = getenv("TMPDIR");

	*w = (world){ .as_of = "2026-03-03T00:00:00Z", .is_whole = true };
	ac_arena_init(&w->arena, 256 * AC_MIB);
	w->digester = ac_digester_open();
	(void)snprintf(
	    w->folder, sizeof(w->folder), "%s/accord-account-XXXXXX", folder && strlen(folder) < 90 ? folder : "/tmp");
	assert_non_null(mkdtemp(w->folder));
	w->charter = coalition_charter_text(&w->arena, &five);
	w->charter_note = COALITION_SIGN(&w->arena, w->charter, { A, 0 }, { B, 0 }, { C, 0 });
	w->statement = statement_text(w, AC_S("quay.example"), w->charter, "2026-quay");
	w->statement_note = COALITION_SIGN(&w->arena, w->statement, { A, 0 });
	put(w, "charter.note", w->charter_note);
	put(w, "bundle.json", AC_S("evidence"));
	leaf(w, w->charter_note);
	leaf(w, w->statement_note);
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "bravo", 1, "2026-03-01T10:00:00Z", JOINS), { B, 0 }));
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "charlie", 1, "2026-03-01T11:00:00Z", JOINS), { C, 0 }));
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "delta", 1, "2026-03-01T12:00:00Z", DISSENTS), { D, 0 }));
}

/* The publication of the five leaves so far, and the log. */
static inline void
publish(world *w)
{
	leaf(w, COALITION_SIGN(&w->arena, publication_text(w, "1 2 3 4", C1_ONLY), { A, 0 }));
	write_log(w, "log", "alpha", w->leaves, w->leaf_count);
}

static inline void
end(world *w)
{
	w->digester = ac_digester_close(w->digester);
	ac_arena_done(&w->arena);
	assert_int_equal(nftw(w->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void
trust_charter(world *w, ac_str text)
{
	assert_int_equal(ac_trust_add(&w->trust, digest_of(&w->arena, text), &w->arena, NULL), 0);
}

static inline bool
judge(world *w)
{
	ac_account_options options = { .trust = &w->trust, .is_whole = w->is_whole };
	accord_err err = { 0 };

	assert_int_equal(ac_time_parse_stix(ac_str_from(w->as_of), &options.as_of, NULL), 0);
	ac_holding_init(&w->held, &w->arena);
	assert_int_equal(ac_holding_add_path(&w->held, w->folder, NULL), 0);
	if (ac_accounts_make(&w->held, &options, w->digester, &w->arena, &w->accounts, &err))
		fail_msg("%s", err.text);
	return w->accounts.is_proved;
}

static inline const ac_point *
find_point(const ac_points *points, const char *code)
{
	for (size_t i = 0; i < points->count; i++)
		if (strcmp(points->items[i].code, code) == 0)
			return &points->items[i];
	return NULL;
}

/* The first account has that point in that state, with these words in it. */
static inline void
assert_point(const ac_points *points, const char *code, ac_point_state state, const char *words)
{
	const ac_point *point = find_point(points, code);

	if (!point || point->state != state || ac_str_find(point->words, ac_str_from(words)) == point->words.n) {
		for (size_t i = 0; i < points->count; i++)
			print_error("%s %d %.*s\n", points->items[i].code, (int)points->items[i].state,
			    AC_FMT(points->items[i].words));
		fail_msg("want %s %d '%s'", code, (int)state, words);
	}
}

static inline void
assert_file(const world *w, const char *name, ac_point_state state, const char *words)
{
	for (size_t i = 0; i < w->held.count; i++) {
		const ac_item_verdict *v = &w->accounts.verdicts[i];

		if (!ac_str_ends(ac_str_from(w->held.items[i].path), ac_str_from(name)))
			continue;
		if (!v->is_checked || v->state != state || ac_str_find(v->words, ac_str_from(words)) == v->words.n)
			fail_msg("%s: %d %.*s, want %d '%s'", name, (int)v->state, AC_FMT(v->words), (int)state, words);
		return;
	}
	fail_msg("%s is not held", name);
}

#endif
