/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree statement: from a draft to what is published, withdrawn or replaced. What the texts are is agree/statement.c and publication.c; who stands behind what, agree/standing.c. */
#include <stdlib.h>

#include "agree/evidence.h"
#include "agree/publication.h"
#include "agree/vocabulary.h"
#include "agree/written.h"
#include "app/agree_draft.h"
#include "app/agree_objects.h"
#include "app/agree_room.h"
#include "app/agree_show.h"
#include "app/app.h"
#include "base/limits.h"
#include "sys/file.h"

static const ac_option options[] = {
	{ "from", 0, "FILE|ID",
	    "draft: a result of accord attribute --json, a STIX file, or an object of the store (again for more)" },
	{ "title-en", 0, "TEXT", "draft: the title in English" },
	{ "title-fr", 0, "TEXT", "draft: the title in French" },
	{ "kind", 0, "KIND", "draft: attribution (default), incident, advice or norm" },
	{ "tlp", 0, "LEVEL",
	    "draft: clear, green, amber (default), amber+strict or red; only what is clear can be published" },
	{ "unmarked", 0, "LEVEL",
	    "draft: what objects are that say nothing of TLP, and whose sources have no default (default: "
	    "amber+strict, which "
	    "no statement for others holds)" },
	{ "embargo", 0, "TIME", "draft: not to be published before that time" },
	{ "norm", 0, "NORM", "draft: a norm, such as un-gge-2015/c (again for more)" },
	{ "action", 0, "WORDS",
	    "draft: what is to follow: \"a1 2027-01-01T00:00:00Z TEXT\", \"a1 fr TEXT\" and, where it is one member's, "
	    "\"a1 owner NAME\" (again for more)" },
	{ "quorum", 0, "KIND", "draft: which quorum of the charter counts (default: statement)" },
	{ "reason-en", 0, "TEXT", "withdraw: why, in English" },
	{ "reason-fr", 0, "TEXT", "withdraw: why, in French" },
	AC_AGREE_AS_OF_OPTION,
	AC_AGREE_ROOM_OPTIONS,
	{ 0 },
};

/* A draft and its evidence, in the part of the folder that nobody else sees. */
static ac_str
draft_path(ac_room *room, ac_str id, const char *extension)
{
	return ac_arena_printf(&room->arena, "%s/secret/%.*s%s", room->dir, AC_FMT(id), extension);
}

static int
write_secret(ac_room *room, ac_str path, const ac_buf *bytes, accord_err *err)
{
	ac_str folder = ac_arena_printf(&room->arena, "%s/secret", room->dir), view;
	int rc = ac_arena_check(&room->arena, err);

	if (!rc)
		rc = ac_buf_finish(bytes, &view, err);
	if (!rc)
		rc = ac_dir_make(folder.p, err);
	return rc ? rc : ac_file_replace(path.p, view, 0600, err);
}

/* A draft is a statement's text with what its opening will fill in: the bundle is that of the evidence as it is now. */
static int
write_draft(ac_room *room, ac_statement *s, const ac_buf *evidence, accord_err *err)
{
	ac_str id = s->id, path = draft_path(room, id, ".draft"), beside = draft_path(room, id, ".evidence.json");
	ac_file_id there;
	ac_evidence found;
	ac_buf bundle, text;
	ac_str bytes;
	int rc = ac_arena_check(&room->arena, err);

	if (!rc && ac_file_look(path.p, &there))
		return ac_fail(err, ACCORD_EUSAGE, "%s is there already; edit it, or remove it first", path.p);
	ac_buf_init(&bundle, AC_BUNDLE_MAX);
	ac_buf_init(&text, AC_NOTE_MAX);
	if (!rc)
		rc = ac_evidence_compose(ac_buf_view(evidence), s, &room->arena, &bundle, &found, err);
	if (!rc)
		rc = ac_buf_finish(&bundle, &bytes, err);
	if (!rc)
		rc = ac_sha256(bytes, s->bundle, err);
	s->bundle_size = bundle.n;
	if (!rc) {
		ac_statement_add(&text, s);
		rc = ac_buf_finish(&text, &bytes, err);
	}
	/* What was drafted can be opened. */
	if (!rc)
		rc = ac_written_check(bytes, &room->arena, err);
	if (!rc)
		rc = write_secret(room, beside, evidence, err);
	if (!rc)
		rc = write_secret(room, path, &text, err);
	if (!rc)
		ac_agree_show_draft(room->app, s, path, beside, &found);
	ac_buf_done(&text);
	ac_buf_done(&bundle);
	return rc;
}

/* What was opened is signed: other words are another version. */
static int
fail_opened(const ac_statement *s, accord_err *err)
{
	return ac_fail(err, ACCORD_EUSAGE,
	    "%.*s has opened version %llu of it; accord agree statement supersede drafts the next version, or take "
	    "another "
	    "name",
	    AC_FMT(s->convener), (unsigned long long)s->version);
}

/* Whose statement it is, under which charter, and since when. */
static void
take_coalition(const ac_room *room, ac_statement *s)
{
	s->coalition = room->charter->coalition;
	s->charter_version = room->charter->version;
	memcpy(s->charter, room->charter->digest, sizeof(s->charter));
	s->convener = ac_room_member(room);
	s->opened = ac_room_now(room);
}

static int
draft(ac_room *room, accord_err *err)
{
	ac_str name = ac_str_from(room->args->operands[1]);
	ac_statement s = { .id = name, .version = 1 };
	ac_store *store;
	ac_draft d;
	ac_buf evidence;
	int rc;

	if (!ac_text_is_name(name))
		return ac_fail(err, ACCORD_EUSAGE, "want a name of letters, digits and -_. , got '%s'", name.p);
	for (size_t i = 0; i < room->accounts.count; i++)
		if (ac_str_eq(room->accounts.items[i].statement.id, name))
			return fail_opened(&room->accounts.items[i].statement, err);
	rc = ac_agree_draft_options(room, &s, err);
	if (!rc)
		rc = ac_agree_draft_actions(room, &s, err);
	if (!rc)
		rc = ac_room_pair(room->args, "title", true, s.title, err);
	if (!rc)
		rc = ac_app_store(room->app, AC_STORE_READ, &store, err);
	if (!rc)
		rc = ac_draft_init(&d, &room->arena, store, err);
	if (!rc)
		rc = ac_agree_draft_sources(room, &d, err);
	if (rc)
		return rc;
	if (!s.title[AC_TONGUE_EN].n) {
		s.title[AC_TONGUE_EN] = ac_arena_printf(&room->arena, "Statement on %.*s", AC_FMT(d.subject));
		s.title[AC_TONGUE_FR] = ac_arena_printf(&room->arena, "Déclaration sur %.*s", AC_FMT(d.subject));
	}
	take_coalition(room, &s);
	/* An embargo that is over already is none. */
	if (s.has_embargo && ac_time_cmp(s.embargo, s.opened) < 0)
		return ac_fail(err, ACCORD_EUSAGE, "--embargo: want a time to come");
	s.claims = d.claims;
	s.claim_count = d.claim_count;
	ac_buf_init(&evidence, AC_BUNDLE_MAX);
	ac_draft_add_evidence(&evidence, &d);
	rc = write_draft(room, &s, &evidence, err);
	ac_buf_done(&evidence);
	return rc;
}

/* The draft's statement, as its file says now. */
static int
load_draft(ac_room *room, ac_str name, ac_statement *out, accord_err *err)
{
	ac_str path, text;
	int rc;

	if (!ac_text_is_name(name))
		return ac_fail(err, ACCORD_EUSAGE, "want the name of a draft, got '%.*s'", AC_FMT(name));
	path = draft_path(room, name, ".draft");
	rc = ac_arena_check(&room->arena, err);
	if (!rc)
		rc = ac_file_load_text(path.p, AC_LEAF_MAX, &room->arena, &text, err);
	if (rc)
		return rc;
	rc = ac_note_check_text(text, err);
	if (!rc)
		rc = ac_statement_parse(text, &room->arena, out, err);
	if (rc)
		return ac_fail_context(err, path);
	if (!ac_str_eq(out->id, name) || !ac_str_eq(out->coalition, room->charter->coalition))
		return ac_fail(err, ACCORD_EINPUT, "%s: want a draft of %.*s of %.*s", path.p, AC_FMT(name),
		    AC_FMT(room->charter->coalition));
	return 0;
}

/* What only the charter can tell of a draft. */
static int
check_draft(ac_room *room, const ac_statement *s, accord_err *err)
{
	unsigned place;
	int rc = ac_chain_check_expiry(&room->chain, s->opened, err);

	if (!rc)
		rc = ac_charter_statement_quorum(room->charter, s->quorum, &place, err);
	if (!rc)
		rc = ac_vocabulary_check(s->norms, s->norm_count, &room->arena, err);
	for (size_t i = 0; i < s->action_count && !rc; i++)
		if (s->actions[i].owner.n &&
		    ac_charter_member_find(room->charter, s->actions[i].owner) == room->charter->member_count)
			rc = ac_fail(err, ACCORD_EINPUT, "action %.*s: the charter has no member %.*s",
			    AC_FMT(s->actions[i].id), AC_FMT(s->actions[i].owner));
	if (!rc && s->has_embargo && ac_time_cmp(s->embargo, s->opened) < 0)
		rc = ac_fail(err, ACCORD_EINPUT, "want an embargo that ends after now");
	return rc;
}

/* The bundle as it is when it is signed; its digest goes into the statement. */
static int
keep_bundle(ac_room *room, ac_statement *s, accord_err *err)
{
	ac_str path = draft_path(room, s->id, ".evidence.json"), evidence, bytes;
	ac_evidence found;
	ac_buf bundle;
	int rc = ac_arena_check(&room->arena, err);

	ac_buf_init(&bundle, AC_BUNDLE_MAX);
	if (!rc)
		rc = ac_file_load_text(path.p, AC_BUNDLE_MAX, &room->arena, &evidence, err);
	if (!rc)
		rc = ac_evidence_compose(evidence, s, &room->arena, &bundle, &found, err);
	if (!rc)
		rc = ac_buf_finish(&bundle, &bytes, err);
	if (!rc)
		rc = ac_node_keep_bundle(room->dir, bytes, s->bundle, err);
	s->bundle_size = bundle.n;
	ac_buf_done(&bundle);
	return rc;
}

/* Is the draft, opened when and as the statement was, that statement? */
static int
is_draft_of(ac_room *room, const ac_statement *draft, const ac_statement *opened, bool *out, accord_err *err)
{
	ac_str path = draft_path(room, draft->id, ".evidence.json"), evidence, bytes;
	ac_statement s = *draft;
	ac_evidence found;
	ac_buf bundle, text;
	int rc = ac_arena_check(&room->arena, err);

	s.charter_version = opened->charter_version;
	memcpy(s.charter, opened->charter, sizeof(s.charter));
	s.opened = opened->opened;
	ac_buf_init(&bundle, AC_BUNDLE_MAX);
	ac_buf_init(&text, AC_NOTE_MAX);
	if (!rc)
		rc = ac_file_load_text(path.p, AC_BUNDLE_MAX, &room->arena, &evidence, err);
	if (!rc)
		rc = ac_evidence_compose(evidence, &s, &room->arena, &bundle, &found, err);
	if (!rc)
		rc = ac_buf_finish(&bundle, &bytes, err);
	if (!rc)
		rc = ac_sha256(bytes, s.bundle, err);
	s.bundle_size = bundle.n;
	if (!rc) {
		ac_statement_add(&text, &s);
		rc = ac_buf_finish(&text, &bytes, err);
	}
	if (!rc)
		*out = ac_str_eq(bytes, opened->text);
	ac_buf_done(&text);
	ac_buf_done(&bundle);
	return rc;
}

/* Was it opened before? Then the same note is taken once more, so that whoever was interrupted ends where he would have; a draft with other words is not taken for it. */
static int
find_opened(ac_room *room, const ac_statement *s, ac_str *out, accord_err *err)
{
	for (size_t i = 0; i < room->accounts.count; i++) {
		const ac_account *a = &room->accounts.items[i];
		bool is_same = false;
		int rc = 0;

		if (!ac_str_eq(a->statement.id, s->id) || a->statement.version != s->version)
			continue;
		if (ac_str_eq(a->statement.convener, s->convener))
			rc = is_draft_of(room, s, &a->statement, &is_same, err);
		if (!rc && !is_same)
			rc = fail_opened(&a->statement, err);
		if (!rc)
			*out = room->holding.items[a->item].bytes;
		return rc;
	}
	return 0;
}

static bool
is_sealed(const ac_room *room, const ac_statement *s)
{
	return !ac_statement_is_open(s, ac_app_now(room->app));
}

/* The draft has become a statement: it makes room for that of the next version. */
static int
put_away(ac_room *room, const ac_statement *s, accord_err *err)
{
	static const char *const extensions[] = { ".draft", ".evidence.json" };
	int rc = 0;

	for (size_t i = 0; i < AC_COUNT(extensions) && !rc; i++) {
		ac_str from = draft_path(room, s->id, extensions[i]);
		ac_str to = ac_arena_printf(&room->arena, "%s/secret/%.*s.%llu.opened%s", room->dir, AC_FMT(s->id),
		    (unsigned long long)s->version, extensions[i]);
		ac_file_id id;

		rc = ac_arena_check(&room->arena, err);
		if (!rc && ac_file_look(from.p, &id))
			rc = ac_file_rename(from.p, to.p, err);
	}
	return rc;
}

/* A new statement's note, of what the draft says now. */
static int
sign_draft(ac_room *room, ac_statement *s, ac_str *out, accord_err *err)
{
	ac_buf text;
	int rc = check_draft(room, s, err);

	if (rc)
		return rc;
	ac_buf_init(&text, AC_NOTE_MAX);
	rc = keep_bundle(room, s, err);
	if (!rc) {
		ac_statement_add(&text, s);
		rc = ac_room_sign(room, &text, out, err);
	}
	ac_buf_done(&text);
	return rc;
}

static int
open_draft(ac_room *room, accord_err *err)
{
	ac_str name = ac_str_from(room->args->operands[1]), note = { 0 };
	ac_log_place place = { 0 };
	const ac_account *a;
	ac_statement s;
	ac_str path = draft_path(room, name, ".draft");
	ac_file_id id;
	int rc = ac_arena_check(&room->arena, err);

	if (rc)
		return rc;
	/* Without a draft it is open already, perhaps in no log yet. */
	if (ac_text_is_name(name) && !ac_file_look(path.p, &id) && ac_room_find(room, name.p, &a, NULL) == 0 &&
	    ac_str_eq(a->statement.convener, ac_room_member(room))) {
		s = a->statement;
		note = room->holding.items[a->item].bytes;
	} else {
		rc = load_draft(room, name, &s, err);
		if (rc)
			return rc;
		take_coalition(room, &s);
		rc = find_opened(room, &s, &note, err);
		if (!rc && !note.n)
			rc = sign_draft(room, &s, &note, err);
	}
	if (!rc)
		rc = ac_room_put(room, &note, 1, is_sealed(room, &s), &place, err);
	if (!rc)
		rc = put_away(room, &s, err);
	return rc ? rc : ac_agree_show_signed(room, "opened", note, is_sealed(room, &s), &place, err);
}

/* Everything that is counted becomes a leaf of the convener's log, as its member signed it. */
static int
log_entries(
    ac_room *room, const ac_account *a, ac_str *leaves, ac_log_place *places, size_t *out_count, accord_err *err)
{
	size_t count = 0;
	int rc = 0;

	leaves[count++] = room->holding.items[a->item].bytes;
	for (size_t i = 0; i < a->said_count; i++)
		if (a->said[i].is_valid)
			leaves[count++] = room->holding.items[a->said[i].item].bytes;
	rc = ac_room_append(room, leaves, count, places, err);
	*out_count = count;
	return rc;
}

static int
compare_entries(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The publication of what stands now, and of where it is in the log. */
static int
write_publication(
    ac_room *room, const ac_account *a, const ac_log_place *places, size_t count, ac_str *out, accord_err *err)
{
	ac_publication p = { .entry_count = count };
	uint64_t *entries = ac_arena_zalloc(&room->arena, count + 1, sizeof(*entries));
	ac_str *joint = ac_arena_zalloc(&room->arena, a->statement.claim_count + 1, sizeof(*joint)),
	       *not_joint = ac_arena_zalloc(&room->arena, a->statement.claim_count + 1, sizeof(*not_joint));
	ac_buf text;
	int rc = ac_arena_check(&room->arena, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < count; i++)
		entries[i] = places[i].index;
	qsort(entries, count, sizeof(*entries), compare_entries);
	for (size_t i = 0; i < a->statement.claim_count; i++)
		if (a->now.claims[i].is_joint)
			joint[p.joint_count++] = a->statement.claims[i].id;
		else
			not_joint[p.not_joint_count++] = a->statement.claims[i].id;
	p.about = (ac_about){ .coalition = a->statement.coalition, .at = ac_room_now(room) };
	memcpy(p.about.statement, a->statement.digest, sizeof(p.about.statement));
	p.entries = entries;
	p.joint = joint;
	p.not_joint = not_joint;
	ac_buf_init(&text, AC_NOTE_MAX);
	ac_publication_add(&text, &p);
	rc = ac_room_sign(room, &text, out, err);
	ac_buf_done(&text);
	return rc;
}

/* May it be seen by everybody, now? */
static int
check_public(const ac_room *room, const ac_statement *s, accord_err *err)
{
	if (!ac_statement_is_public(s))
		return ac_fail(err, ACCORD_EDENIED,
		    "%.*s is TLP:%s: what is not clear is agreed among members and never published", AC_FMT(s->id),
		    ac_tlp_code(s->tlp));
	if (!ac_statement_is_open(s, ac_app_now(room->app)))
		return ac_fail(err, ACCORD_EDENIED, "%.*s is under embargo still", AC_FMT(s->id));
	return 0;
}

/* What this member sealed of the statement may be read now. */
static int
unseal(ac_room *room, const ac_account *a, accord_err *err)
{
	int rc = ac_room_unseal(room, a->statement.digest, err);

	for (size_t i = 0; i < a->said_count && !rc; i++)
		if (a->said[i].is_valid && ac_str_eq(a->said[i].endorsement.about.member, ac_room_member(room)))
			rc = ac_room_unseal(room, a->said[i].endorsement.digest, err);
	for (size_t i = 0; i < a->acted_count && !rc; i++)
		if (ac_str_eq(a->acted[i].action.about.member, ac_room_member(room)))
			rc = ac_room_unseal(room, a->acted[i].action.digest, err);
	return rc;
}

/*
 * The convener publishes: the statement and all that members said become leaves of his log, then a note that says where they are. Once it is published, what has come since becomes a leaf, too. Another member opens what his own log has
 * sealed.
 */
static int
publish(ac_room *room, accord_err *err)
{
	const ac_account *a;
	ac_log_place place = { 0 }, *places;
	ac_str note, *leaves;
	uint64_t new_ones, statements;
	size_t count;
	bool is_mine;
	int rc = ac_room_find(room, room->args->operands[1], &a, err);

	if (!rc)
		rc = check_public(room, &a->statement, err);
	if (!rc && !room->has_log_key)
		rc = ac_fail(err, ACCORD_EUSAGE, "want --log-key FILE: a publication names places in the log");
	if (rc)
		return rc;
	is_mine = ac_str_eq(a->statement.convener, ac_room_member(room));
	if (!is_mine && !a->is_published)
		return ac_fail(err, ACCORD_EDENIED, "%.*s is %.*s's to publish", AC_FMT(a->statement.id),
		    AC_FMT(a->statement.convener));
	rc = unseal(room, a, err);
	if (rc || !is_mine)
		return rc ? rc
			  : ac_agree_show_signed(
				room, "unsealed", room->holding.items[a->item].bytes, false, NULL, err);
	leaves = ac_arena_zalloc(&room->arena, a->said_count + 1, sizeof(*leaves));
	places = ac_arena_zalloc(&room->arena, a->said_count + 1, sizeof(*places));
	rc = ac_arena_check(&room->arena, err);
	if (!rc)
		rc = log_entries(room, a, leaves, places, &count, err);
	if (rc)
		return rc;
	if (a->is_published)
		note = room->holding.items[a->publication_item].bytes;
	else
		rc = write_publication(room, a, places, count, &note, err);
	if (!rc)
		rc = ac_room_put(room, &note, 1, false, &place, err);
	if (!rc)
		rc = ac_agree_store_objects(room->app, room->dir, a->statement.digest, &new_ones, &statements, err);
	return rc ? rc : ac_agree_show_signed(room, "published", note, false, &place, err);
}

/* It is withdrawn already: the note that there is, so that whoever was interrupted has it in his log, and no second one. */
static int
withdraw_again(ac_room *room, const ac_account *a, accord_err *err)
{
	ac_str note = room->holding.items[a->withdrawal_item].bytes;
	ac_log_place place = { 0 };
	int rc = ac_room_put(room, &note, 1, is_sealed(room, &a->statement), &place, err);

	return rc ? rc
		  : ac_agree_show_signed(room, "withdrawn already", note, is_sealed(room, &a->statement), &place, err);
}

static int
withdraw(ac_room *room, accord_err *err)
{
	const ac_account *a;
	ac_withdrawal w = { 0 };
	ac_log_place place = { 0 };
	ac_str note;
	ac_buf text;
	int rc = ac_room_find(room, room->args->operands[1], &a, err);

	if (!rc)
		rc = ac_room_pair(room->args, "reason", true, w.reason, err);
	if (rc)
		return rc;
	if (!ac_str_eq(a->statement.convener, ac_room_member(room)))
		return ac_fail(err, ACCORD_EDENIED,
		    "%.*s is %.*s's to withdraw; accord agree endorse withdraws a member's own word",
		    AC_FMT(a->statement.id), AC_FMT(a->statement.convener));
	if (a->is_withdrawn)
		return withdraw_again(room, a, err);
	if (!w.reason[0].n)
		return ac_fail(err, ACCORD_EUSAGE, "want --reason-en and --reason-fr");
	w.about = (ac_about){ .coalition = a->statement.coalition, .at = ac_room_now(room) };
	memcpy(w.about.statement, a->statement.digest, sizeof(w.about.statement));
	ac_buf_init(&text, AC_NOTE_MAX);
	ac_withdrawal_add(&text, &w);
	rc = ac_room_sign(room, &text, &note, err);
	ac_buf_done(&text);
	if (!rc)
		rc = ac_room_put(room, &note, 1, is_sealed(room, &a->statement), &place, err);
	return rc ? rc : ac_agree_show_signed(room, "withdrew", note, is_sealed(room, &a->statement), &place, err);
}

/* A draft of the next version, with the words and the evidence of this one. */
static int
supersede(ac_room *room, accord_err *err)
{
	const ac_account *a;
	ac_statement s;
	ac_buf path, bundle, evidence;
	ac_str bytes;
	int rc = ac_room_find(room, room->args->operands[1], &a, err);

	if (rc)
		return rc;
	s = a->statement;
	s.version++;
	s.has_supersedes = true;
	memcpy(s.supersedes, a->statement.digest, sizeof(s.supersedes));
	take_coalition(room, &s);
	/* The old embargo is over, or will be set anew in the draft. */
	s.has_embargo = s.has_embargo && ac_time_cmp(s.embargo, s.opened) >= 0;
	ac_buf_init(&path, AC_PATH_MAX);
	ac_buf_init(&bundle, AC_BUNDLE_MAX);
	ac_buf_init(&evidence, AC_BUNDLE_MAX);
	rc = ac_node_path(room->dir, "bundles", a->statement.bundle, ".json", &path, err);
	if (!rc)
		rc = ac_file_load(path.p, AC_BUNDLE_MAX, &bundle, err);
	if (!rc)
		rc = ac_buf_finish(&bundle, &bytes, err);
	if (!rc)
		rc = ac_evidence_of(bytes, &room->arena, &evidence, err);
	if (!rc)
		rc = write_draft(room, &s, &evidence, err);
	ac_buf_done(&evidence);
	ac_buf_done(&bundle);
	ac_buf_done(&path);
	return rc;
}

static int
show(ac_room *room, accord_err *err)
{
	const char *name = room->args->operands[1];
	accord_err missing = { 0 };
	const ac_account *a;
	ac_statement s;
	int rc = ac_room_find(room, name, &a, &missing);

	if (!rc)
		return ac_agree_show_statement(room, a, err);
	if (load_draft(room, ac_str_from(name), &s, err) == 0)
		return ac_agree_show_comments(room, &s, err);
	*err = missing;
	return rc;
}

static const struct {
	const char *word;
	bool with_key, with_read;
	int (*run)(ac_room *room, accord_err *err);
} verbs[] = {
	{ "draft", true, true, draft },
	{ "open", true, true, open_draft },
	{ "show", false, true, show },
	{ "publish", true, true, publish },
	{ "withdraw", true, true, withdraw },
	{ "supersede", true, true, supersede },
};

static int
run(ac_app *app, const ac_args *args)
{
	accord_err err = { 0 };
	size_t at = 0;
	ac_room room;
	int rc;

	while (at < AC_COUNT(verbs) && strcmp(verbs[at].word, args->operands[0]) != 0)
		at++;
	if (at == AC_COUNT(verbs)) {
		(void)ac_fail(&err, ACCORD_EUSAGE, "want draft, open, show, publish, withdraw or supersede, got '%s'",
		    args->operands[0]);
		return ac_app_fail(app, NULL, &err);
	}
	rc = ac_room_open(app, args, &room, &err);
	if (!rc && verbs[at].with_key)
		rc = ac_room_keys(&room, &err);
	if (!rc && verbs[at].with_read)
		rc = ac_room_read(&room, &err);
	if (!rc)
		rc = verbs[at].run(&room, &err);
	ac_room_close(&room);
	return rc ? ac_app_fail(app, args->operands[1], &err) : AC_EXIT_OK;
}

const ac_command ac_command_agree_statement = {
	.name = "agree statement",
	.operands = "VERB NAME",
	.summary = "draft, open, publish, withdraw or replace a joint statement",
	.details =
	    "A statement is numbered claims in English and French, each with how likely it is (the terms of ICD 203, "
	    "with a "
	    "number) and how well founded. Members stand behind it claim by claim (accord agree endorse, accord agree "
	    "status). VERB is draft, open, show, publish, withdraw or supersede.\n\n"
	    "draft NAME makes a text to be edited, with claims from the result of accord attribute --json or --stix, "
	    "or from "
	    "objects of the store, and keeps these objects as its evidence. An object goes into a statement of "
	    "its level or a stricter one: as it and its copy in the store are marked, and by the defaults of its "
	    "sources "
	    "(accord learn --tlp); of one that nobody has marked, --unmarked says it. The draft's lines keep their "
	    "order; those to edit "
	    "or add are "
	    "claim ID TERM NUMBER CONFIDENCE, claim-text ID en|fr TEXT (both, behind their claim), norm "
	    "VOCABULARY/ITEM, and for "
	    "follow-ups action ID TIME TEXT, action-fr ID TEXT and action-owner ID MEMBER. TERM and NUMBER, in per "
	    "cent: "
	    "almost-no-chance 1 to 4, very-unlikely 5 to 19, unlikely 20 to 44, roughly-even-chance 45 to 54, likely "
	    "55 to 79, "
	    "very-likely 80 to 94, almost-certain 95 to 99. CONFIDENCE is low, moderate, high or -. open NAME signs "
	    "the text as it is then, "
	    "with the "
	    "digest of the exact bytes of its bundle of evidence, and appends it to the member's log. show NAME shows "
	    "the text that was "
	    "signed, how far its follow-ups have come, and the words of the norms that it names; or a draft with the "
	    "comments on it.\n\n"
	    "publish NAME, by its convener, appends all endorsements to his log, then a note that says where they are "
	    "and "
	    "which claims are joint; those short of their quorum are named as not joint; and puts it all into the "
	    "store "
	    "as STIX objects. What has come since is "
	    "appended when he "
	    "runs it again, and other members open what their logs have sealed. withdraw NAME takes the whole back, "
	    "with a reason; "
	    "supersede NAME makes a draft of the next version, which takes the old one's place when it is published.",
	.more = "Until its embargo ends, and for ever when it is not TLP:CLEAR, a log holds only a commitment to a "
		"note: a keyed "
		"hash that tells nothing of it. Only what is clear can be published.\n\n"
		"The folder (--dir) holds the charter, notes, bundles and the log; what is in its secret/ must never "
		"leave it.",
	.examples = "accord agree statement draft harbour --from answer.json --key bora.key\n"
		    "accord agree statement show harbour\n",
	.options = options,
	.min_operands = 2,
	.max_operands = 2,
	.run = run,
};
