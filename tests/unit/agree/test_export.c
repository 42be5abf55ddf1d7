/* SPDX-License-Identifier: Apache-2.0 */
/* What leaves for outsiders: all that they need, nothing else, byte-stable; pages without anything active, objects that are valid STIX. */
#include "account_world.h"

#include "agree/export.h"
#include "agree/objects.h"
#include "agree/page.h"
#include "codec/json.h"
#include "fail_malloc.h"
#include "stix/object.h"
#include "store_fixture.h"

#define CANARY "kestrel-canary-4711"
#define EVIDENCE                                                                                                       \
	"{\"type\":\"bundle\",\"id\":\"bundle--11111111-1111-4111-8111-111111111111\",\"objects\":[{\"type\":"         \
	"\"campaign\","                                                                                                \
	"\"spec_version\":\"2.1\",\"id\":\"campaign--22222222-2222-4222-8222-222222222222\",\"created\":\"2026-02-"    \
	"01T00:00:00.000Z\","                                                                                          \
	"\"modified\":\"2026-02-01T00:00:00.000Z\",\"name\":\"A campaign\"%s}]}"

/* The world's statement with a hostile text, an embargo, actions and norms, whose evidence is a bundle. */
static ac_str
long_statement(world *w, const char *tlp, ac_str evidence)
{
	return ac_arena_printf(&w->arena,
	    "accord/statement/v1\ncoalition quay.example\ncharter 1 %.*s\nstatement 2026-quay\nversion 1\nkind "
	    "attribution\n"
	    "quorum statement\nconvener alpha\ntlp %s\nopened 2026-03-01T09:00:00Z\nembargo "
	    "2026-03-02T08:00:00Z\nbundle %.*s %zu\n"
	    "title en A <b>test</b> of http://evil.example/x\ntitle fr Un essai\n"
	    "claim c1 almost-certain 95 high\nclaim-text c1 en They did it: <script>alert(1)</script> \"&\"\n"
	    "claim-text c1 fr C'est eux.\nclaim c2 likely 70 -\nclaim-text c2 en For money.\nclaim-text c2 fr Pour de "
	    "l'argent.\n"
	    "norm un-gge-2015/c\naction a1 2026-04-01T00:00:00Z Patch\naction-fr a1 Corriger\naction-owner a1 bravo\n",
	    AC_FMT(digest_of(&w->arena, w->charter)), tlp, AC_FMT(digest_of(&w->arena, evidence)), evidence.n);
}

static ac_str
evidence_of(world *w, const char *more)
{
	return ac_arena_printf(&w->arena, EVIDENCE, more);
}

static ac_str
action_text(world *w, const char *member, const char *rest)
{
	return ac_arena_printf(&w->arena,
	    "accord/action/v1\ncoalition quay.example\nstatement %.*s\nmember %s\nseq 7\nat "
	    "2026-03-20T00:00:00Z\naction a1\n%s",
	    AC_FMT(digest_of(&w->arena, w->statement)), member, rest);
}

/* The world with that statement in place of its own; a comment and a private note lie beside it. */
static void
begin_long(world *w, const char *tlp, const char *more)
{
	ac_str evidence;

	begin(w);
	evidence = evidence_of(w, more);
	w->statement = long_statement(w, tlp, evidence);
	w->leaf_count = 1;
	put(w, "bundle.json", evidence);
	leaf(w, COALITION_SIGN(&w->arena, w->statement, { A, 0 }));
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "bravo", 1, "2026-03-01T10:00:00Z", JOINS), { B, 0 }));
	leaf(w, COALITION_SIGN(&w->arena, endorsement_text(w, "charlie", 1, "2026-03-01T11:00:00Z", JOINS), { C, 0 }));
	leaf(w, COALITION_SIGN(&w->arena,
		    endorsement_text(w, "delta", 1, "2026-03-01T12:00:00Z",
			"stance dissents\nreason en see www.doubt.example\nreason fr non\n"),
		    { D, 0 }));
	put(w, "comment.note",
	    COALITION_SIGN(&w->arena,
		ac_arena_printf(&w->arena,
		    "accord/comment/v1\ncoalition quay.example\nstatement %.*s\nmember bravo\nseq 1\nat "
		    "2026-02-27T10:11:12Z\nround 1\n"
		    "text en " CANARY " TLP:AMBER\n",
		    AC_FMT(digest_of(&w->arena, w->statement))),
		{ B, 0 }));
	/* Bravo has patched; charlie, whose it is not to say, says so as well. */
	put(w, "done.note",
	    COALITION_SIGN(&w->arena,
		action_text(w, "bravo", "status done\nremark en <b>40</b> of 41\nremark fr <b>40</b> sur 41\n"),
		{ B, 0 }));
	put(w, "not-his.note",
	    COALITION_SIGN(&w->arena,
		action_text(w, "charlie", "status dropped\nremark en " CANARY "\nremark fr " CANARY "\n"), { C, 0 }));
	put(w, "unsigned.note", AC_S("accord/statement/v1\n" CANARY "\n"));
	put(w, "secret.json", AC_S("{\"" CANARY "\":1}"));
	/* Another statement of the same coalition, of its own embargo. */
	put(w, "other.note",
	    COALITION_SIGN(&w->arena,
		ac_arena_printf(&w->arena, "%.*s", AC_FMT(statement_text(w, AC_S("quay.example"), w->charter, CANARY))),
		{ A, 0 }));
	publish(w);
	trust_charter(w, w->charter);
	w->is_whole = false;
	(void)judge(w);
}

static const ac_account *
account_of(const world *w)
{
	for (size_t i = 0; i < w->accounts.count; i++)
		if (ac_str_eq(w->accounts.items[i].statement.text, w->statement))
			return &w->accounts.items[i];
	fail_msg("the statement has no account");
	return NULL;
}

static int
export_at(world *w, const char *time, ac_export *out, accord_err *err)
{
	ac_str bundle = { 0 };
	ac_time now;

	assert_int_equal(ac_time_parse_stix(ac_str_from(time), &now, NULL), 0);
	for (size_t i = 0; i < w->held.count; i++)
		if (ac_str_ends(ac_str_from(w->held.items[i].path), AC_S("/bundle.json")))
			bundle = w->held.items[i].bytes;
	return ac_export_make(&w->held, &w->accounts, account_of(w), bundle, now, &w->arena, out, err);
}
#define LATER "2026-03-05T00:00:00Z"

static ac_str
file_of(const ac_export *e, const char *name)
{
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->files[i].name, name) == 0)
			return e->files[i].bytes;
	fail_msg("%s is not among the files", name);
	return (ac_str){ 0 };
}

static void
export__is_what_an_outsider_verifies(void **state)
{
	accord_err err = { 0 };
	ac_export e;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	if (export_at(&w, LATER, &e, &err))
		fail_msg("%s", err.text);
	assert_int_equal(nftw(w.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(ac_export_write(&e, w.folder, NULL), 0);
	w.is_whole = true;
	if (!judge(&w))
		for (size_t i = 0; i < w.held.count; i++)
			print_error("%s %d %.*s\n", w.held.items[i].path, (int)w.accounts.verdicts[i].state,
			    AC_FMT(w.accounts.verdicts[i].words));
	assert_true(w.accounts.is_proved);
	assert_true(w.accounts.items[0].then.claims[0].is_joint && w.accounts.items[0].then.claims[0].joined == 3);
	end(&w);
}

/* Delta contradicts himself, and says a third thing; charlie signs the statement itself. No file takes another's name. */
static void
export__has_every_entry_whatever_a_member_signs(void **state)
{
	accord_err err = { 0 };
	ac_ed25519_key key;
	ac_vkey vkey;
	ac_export e;
	ac_str two;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	w.leaf_count--;
	two = endorsement_text(&w, "delta", 1, "2026-03-01T12:00:01Z", JOINS);
	leaf(&w, COALITION_SIGN(&w.arena, two, { D, 0 }));
	leaf(
	    &w, COALITION_SIGN(&w.arena, endorsement_text(&w, "delta", 2, "2026-03-01T12:01:00Z", DISSENTS), { D, 0 }));
	leaf(&w, COALITION_SIGN(&w.arena, w.statement, { A, 0 }, { C, 0 }));
	leaf(&w, COALITION_SIGN(&w.arena, publication_text(&w, "1 2 3 4 5 6 7", C1_ONLY), { A, 0 }));
	assert_int_equal(system(ac_arena_printf(&w.arena, "rm -r -- '%s/log'", w.folder).p), 0);
	write_log(&w, "log", "alpha", w.leaves, w.leaf_count);
	w.is_whole = false;
	(void)judge(&w);
	if (export_at(&w, LATER, &e, &err))
		fail_msg("%s", err.text);
	for (size_t i = 1; i < w.leaf_count; i++) {
		size_t k = 0;

		while (k < e.count && !ac_str_eq(e.files[k].bytes, w.leaves[i]))
			k++;
		if (k == e.count)
			fail_msg("leaf %zu is not among the files", i);
	}
	(void)file_of(&e, "endorsement-delta-1.note");
	(void)file_of(&e, ac_arena_printf(&w.arena, "endorsement-delta-1-%.*s.note", 2 * AC_SHA256_SIZE,
			      digest_of(&w.arena, two).p + strlen("sha256:"))
			      .p);
	/* As the README says: whoever signed the statement, under its name. */
	coalition_make_key(&w.arena, (coalition_key){ C, 0 }, &vkey, &key);
	(void)file_of(&e, ac_arena_printf(&w.arena, "signify/statement.txt.charlie-%08x.sig", vkey.id).p);
	assert_int_equal(nftw(w.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(ac_export_write(&e, w.folder, NULL), 0);
	w.is_whole = true;
	assert_true(judge(&w));
	end(&w);
}

/* A later version that is public and published is named; of one that is not, nothing is said. */
static void
export__of_a_superseded_statement_says_so(void **state)
{
	ac_export e;
	world w;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		ac_account later = { .statement = { .version = 2, .tlp = i ? AC_TLP_GREEN : AC_TLP_CLEAR } };

		begin_long(&w, "clear", "");
		((ac_account *)(uintptr_t)account_of(&w))->successor = &later;
		assert_int_equal(export_at(&w, LATER, &e, NULL), 0);
		assert_int_equal(
		    ac_str_starts(ac_str_slice(file_of(&e, "README.txt"),
				      ac_str_find(file_of(&e, "README.txt"), AC_S("NOT IN FORCE")), SIZE_MAX),
			AC_S("NOT IN FORCE: version 2 ")),
		    i == 0);
		assert_int_equal(
		    ac_str_find(file_of(&e, "index.html"), AC_S("Not in force")) < file_of(&e, "index.html").n, i == 0);
		end(&w);
	}
}

static void
export__is_byte_stable(void **state)
{
	ac_export one, two;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	assert_int_equal(export_at(&w, LATER, &one, NULL), 0);
	assert_int_equal(export_at(&w, "2027-01-01T00:00:00Z", &two, NULL), 0);
	assert_int_equal(one.count, two.count);
	for (size_t i = 0; i < one.count; i++)
		assert_str(two.files[i].bytes, one.files[i].bytes);
	end(&w);
}

/* Neither the words of what stays, nor its times, nor the word of its marking. */
static void
export__holds_nothing_of_what_stays(void **state)
{
	static const char *const never[] = { CANARY, "accord/comment", "AMBER", "2026-02-27", "10:11:12" };
	ac_export e;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	assert_int_equal(export_at(&w, LATER, &e, NULL), 0);
	for (size_t i = 0; i < e.count; i++)
		for (size_t k = 0; k < AC_COUNT(never); k++)
			if (ac_str_find(e.files[i].bytes, ac_str_from(never[k])) < e.files[i].bytes.n ||
			    strstr(e.files[i].name, never[k]))
				fail_msg("%s holds '%s'", e.files[i].name, never[k]);
	end(&w);
}

static void
export__waits_for_the_embargo(void **state)
{
	accord_err err = { 0 };
	ac_export e;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	assert_int_equal(export_at(&w, "2026-03-02T07:59:59Z", &e, &err), ACCORD_EDENIED);
	assert_non_null(strstr(err.text, "embargo"));
	assert_int_equal(e.count, 0);
	assert_int_equal(export_at(&w, "2026-03-02T08:00:00Z", &e, NULL), 0);
	end(&w);
}

static void
export__is_of_public_statements_only(void **state)
{
	static const char *const levels[] = { "green", "amber", "amber+strict", "red" };
	ac_export e;
	world w;

	(void)state;
	for (size_t i = 0; i < AC_COUNT(levels); i++) {
		accord_err err = { 0 };

		begin_long(&w, levels[i], "");
		assert_int_equal(export_at(&w, LATER, &e, &err), ACCORD_EDENIED);
		assert_non_null(strstr(err.text, "want TLP:CLEAR"));
		end(&w);
	}
}

static void
export__refuses_evidence_that_is_not_public(void **state)
{
	accord_err err = { 0 };
	ac_export e;
	world w;

	(void)state;
	begin_long(
	    &w, "clear", ",\"object_marking_refs\":[\"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb\"]");
	assert_int_equal(export_at(&w, LATER, &e, &err), ACCORD_EDENIED);
	assert_non_null(strstr(err.text, "campaign--22222222-2222-4222-8222-222222222222, which is TLP:green"));
	end(&w);
}

static void
export__of_an_incomplete_publication_is_refused(void **state)
{
	accord_err err = { 0 };
	ac_export e;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	put(&w, "omitted.note",
	    COALITION_SIGN(&w.arena, endorsement_text(&w, "echo", 1, "2026-03-01T10:00:00Z", DISSENTS), { E, 0 }));
	(void)judge(&w);
	assert_int_equal(export_at(&w, LATER, &e, &err), ACCORD_EDENIED);
	assert_non_null(strstr(err.text, "leaves out that echo dissents"));
	end(&w);
}

static void
page__has_nothing_active_and_nothing_from_elsewhere(void **state)
{
	static const char *const never[] = { "<script", "http://", "https://", "www.doubt", "src=", "onload", "<img",
		"<link", "@import", "url(", "javascript:", "<b>" };
	static const char *const always[] = { "<!DOCTYPE html>", "default-src 'none'; style-src 'sha256-",
		"lang=\"fr\"", "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&quot;", "hxxp[:]//evil[.]example/x",
		"www[.]doubt[.]example", "dissents", "n&#39;est pas d&#39;accord", "un-gge-2015/c", "Corriger", "13(c)",
		"Do not let your territory be used for wrongful acts by ICTs, 13(c)", "&lt;b&gt;40&lt;/b&gt; of 41",
		"done, 2026-03-20", "fait, 2026-03-20", "2026-04-01", "accord verify --trust sha256:" };
	ac_export e;
	ac_str page;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	assert_int_equal(export_at(&w, LATER, &e, NULL), 0);
	page = file_of(&e, "index.html");
	for (size_t i = 0; i < AC_COUNT(never); i++)
		if (ac_str_find_fold(page, ac_str_from(never[i])) < page.n)
			fail_msg("the page holds '%s'", never[i]);
	for (size_t i = 0; i < AC_COUNT(always); i++)
		if (ac_str_find(page, ac_str_from(always[i])) == page.n)
			fail_msg("the page lacks '%s'", always[i]);
	end(&w);
}

static void
on_finding(void *payload, const ac_stix_finding *f)
{
	(void)payload;
	if (f->level == AC_STIX_ERROR)
		print_error("%.*s: %.*s\n", AC_FMT(f->pointer), AC_FMT(f->text));
}

static void
objects__are_valid_and_say_who_stands_where(void **state)
{
	size_t opinions = 0, identities = 0, actions = 0, notes = 0;
	const ac_json *bundle = NULL, *report = NULL;
	ac_json_iter it;
	ac_export e;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	assert_int_equal(export_at(&w, LATER, &e, NULL), 0);
	assert_int_equal(ac_json_parse(file_of(&e, "stix.json"), AC_JSON_LIMITS, &w.arena, &bundle, NULL), 0);
	assert_int_equal(ac_stix_validate(bundle, &w.arena, on_finding, NULL, NULL), 0);
	it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	while (ac_json_next(&it)) {
		ac_str type = ac_json_get_string(it.value, AC_S("type"));

		opinions += ac_str_eq(type, AC_S("opinion"));
		identities += ac_str_eq(type, AC_S("identity"));
		actions += ac_str_eq(type, AC_S("course-of-action"));
		notes += ac_str_eq(type, AC_S("note"));
		if (ac_str_eq(type, AC_S("report")))
			report = it.value;
	}
	/* Echo has said nothing. The coalition, five members, and who defines the extension; claims that are not joint, and bravo's word. */
	assert_true(opinions == 4 && identities == 7 && actions == 1 && notes == 2);
	assert_str(ac_json_raw(ac_json_get(report, AC_S("confidence"))), AC_S("85"));
	assert_str(ac_json_get_string(report, AC_S("published")), AC_S("2026-03-02T09:00:00.000Z"));
	assert_true(ac_str_find(ac_json_raw(report), AC_S("campaign--22222222-2222-4222-8222-222222222222")) <
		    ac_json_raw(report).n);
	assert_true(ac_str_find(ac_json_raw(report), AC_S("\"13(c)\"")) < ac_json_raw(report).n);
	end(&w);
}

static const ac_json *
object_of(const ac_json *bundle, ac_str type, ac_str kind)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));

	while (ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("type")), type) &&
		    ac_str_find(ac_json_raw(it.value), kind) < ac_json_raw(it.value).n)
			return it.value;
	fail_msg("no %.*s", AC_FMT(type));
	return NULL;
}

/* Its version grows with each word. */
static void
objects__say_how_far_follow_ups_have_come(void **state)
{
	const ac_json *bundle = NULL, *action, *word;
	ac_export e;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	assert_int_equal(export_at(&w, LATER, &e, NULL), 0);
	assert_int_equal(ac_json_parse(file_of(&e, "stix.json"), AC_JSON_LIMITS, &w.arena, &bundle, NULL), 0);
	action = object_of(bundle, AC_S("course-of-action"), AC_S("\"follow-up\""));
	assert_str(ac_json_get_string(action, AC_S("description")), AC_S("Due 2026-04-01. bravo: done (2026-03-20)."));
	assert_str(ac_json_get_string(action, AC_S("created")), AC_S("2026-03-01T09:00:00.000Z"));
	assert_str(ac_json_get_string(action, AC_S("modified")), AC_S("2026-03-20T00:00:00.000001Z"));
	word = object_of(bundle, AC_S("note"), AC_S("\"kind\":\"action\""));
	assert_str(ac_json_get_string(word, AC_S("abstract")), AC_S("Action a1: done"));
	assert_str(ac_json_get_string(word, AC_S("content")), AC_S("<b>40</b> of 41"));
	assert_str(ac_json_get_string(word, AC_S("modified")), AC_S("2026-03-20T00:00:00.000007Z"));
	end(&w);
}

static void
objects__of_pledges_are_valid_notes_on_members(void **state)
{
	static const ac_str evidence[] = { AC_S_INIT("https://alpha.example/releases") };
	ac_pledge_note notes[] = { { .member = AC_S_INIT("alpha"),
				       .pledge = AC_S_INIT("p1"),
				       .reviewer = AC_S_INIT("bravo"),
				       .status = AC_PLEDGE_AT_RISK,
				       .at = { 1772000000, 0 },
				       .review = { 1790000000, 0 },
				       .evidence = evidence,
				       .evidence_count = 1,
				       .note = { AC_S_INIT("late"), AC_S_INIT("en retard") } },
		{ .member = AC_S_INIT("zulu"),
		    .pledge = AC_S_INIT("p1"),
		    .reviewer = AC_S_INIT("bravo"),
		    .digest = { 1 } } };
	const ac_json *bundle = NULL, *note;
	uint64_t new_ones = 0;
	ac_json_writer writer;
	fixture store;
	ac_buf buf;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&writer, &buf);
	assert_int_equal(
	    ac_objects_of_pledges(account_of(&w)->charter, notes, AC_COUNT(notes), &writer, &w.arena, NULL), 0);
	assert_int_equal(ac_json_parse(ac_buf_view(&buf), AC_JSON_LIMITS, &w.arena, &bundle, NULL), 0);
	assert_int_equal(ac_stix_validate(bundle, &w.arena, on_finding, NULL, NULL), 0);
	/* The extension and who defines it, the coalition, five members; of who is none, nothing. */
	assert_int_equal(ac_json_count(ac_json_get(bundle, AC_S("objects"))), 9);
	note = object_of(bundle, AC_S("note"), AC_S("\"kind\":\"pledge\""));
	assert_str(ac_json_get_string(note, AC_S("abstract")), AC_S("Pledge p1: at-risk"));
	assert_str(ac_json_get_string(note, AC_S("content")), AC_S("late"));
	assert_true(ac_str_find(ac_json_raw(note), AC_S("\"text_en\":\"Stronger defence")) < ac_json_raw(note).n);
	fixture_open(&store);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(ac_objects_put_pledges(store.store, account_of(&w)->charter, notes, AC_COUNT(notes),
				     &w.arena, &new_ones, NULL),
		    0);
		assert_int_equal(new_ones, i ? 0 : 9);
	}
	/* Members are the same objects there and in a statement's bundle. */
	assert_int_equal(
	    ac_objects_put(store.store, account_of(&w), evidence_of(&w, ""), &w.arena, &new_ones, NULL), 0);
	assert_int_equal(new_ones, 18 - 8);
	fixture_close(&store);
	ac_buf_done(&buf);
	end(&w);
}

static void
objects__are_put_once(void **state)
{
	fixture store;
	uint64_t new_ones = 0;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	fixture_open(&store);
	assert_int_equal(
	    ac_objects_put(store.store, account_of(&w), evidence_of(&w, ""), &w.arena, &new_ones, NULL), 0);
	/* Seventeen of ours with the French report, and the campaign. */
	assert_int_equal(new_ones, 18);
	assert_int_equal(
	    ac_objects_put(store.store, account_of(&w), evidence_of(&w, ""), &w.arena, &new_ones, NULL), 0);
	assert_int_equal(new_ones, 0);
	fixture_close(&store);
	end(&w);
}

static void
export__survives_every_allocation_failure(void **state)
{
	ac_str bundle = { 0 };
	ac_export whole;
	ac_time now;
	world w;

	(void)state;
	begin_long(&w, "clear", "");
	bundle = evidence_of(&w, "");
	assert_int_equal(ac_time_parse_stix(AC_S(LATER), &now, NULL), 0);
	assert_int_equal(export_at(&w, LATER, &whole, NULL), 0);
	for (unsigned long n = 1;; n++) {
		ac_export e;
		ac_arena arena;
		accord_err err = { 0 };
		int rc;

		ac_arena_init(&arena, 64 * AC_MIB);
		fail_malloc_at(n);
		rc = ac_export_make(&w.held, &w.accounts, account_of(&w), bundle, now, &arena, &e, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			ac_arena_done(&arena);
			break;
		}
		/* What was refused once and had at a second try leaves no trace. */
		for (size_t i = 0; rc == 0 && i < whole.count; i++)
			if (i >= e.count || !ac_str_eq(e.files[i].bytes, whole.files[i].bytes))
				fail_msg("%lu: %s", n, whole.files[i].name);
		if (rc != ACCORD_ENOMEM && rc != 0)
			fail_msg("%lu: %d %s", n, rc, err.text);
		ac_arena_done(&arena);
	}
	end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(export__is_what_an_outsider_verifies),
		cmocka_unit_test(export__has_every_entry_whatever_a_member_signs),
		cmocka_unit_test(export__of_a_superseded_statement_says_so),
		cmocka_unit_test(export__is_byte_stable),
		cmocka_unit_test(export__holds_nothing_of_what_stays),
		cmocka_unit_test(export__waits_for_the_embargo),
		cmocka_unit_test(export__is_of_public_statements_only),
		cmocka_unit_test(export__refuses_evidence_that_is_not_public),
		cmocka_unit_test(export__of_an_incomplete_publication_is_refused),
		cmocka_unit_test(page__has_nothing_active_and_nothing_from_elsewhere),
		cmocka_unit_test(objects__are_valid_and_say_who_stands_where),
		cmocka_unit_test(objects__say_how_far_follow_ups_have_come),
		cmocka_unit_test(objects__of_pledges_are_valid_notes_on_members),
		cmocka_unit_test(objects__are_put_once),
		cmocka_unit_test(export__survives_every_allocation_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
