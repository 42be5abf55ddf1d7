/* SPDX-License-Identifier: Apache-2.0 */
/* The folder for outsiders. Gathers and names; what is proved is account.c's, what the page says page.c's. */
#include "agree/export.h"

#include "agree/log.h"
#include "agree/objects.h"
#include "agree/page.h"
#include "agree/signify.h"
#include "base/limits.h"
#include "codec/json.h"
#include "stix/marking.h"
#include "sys/new_folder.h"

/* A note's name without its ending, and whose text has it. */
typedef struct taken_name {
	const char *name;
	const uint8_t *digest;
} taken_name;

typedef struct exporter {
	const ac_holding *h;
	const ac_accounts *accounts;
	const ac_account *a;
	ac_arena *arena;
	ac_export *out;
	taken_name *taken;
	size_t taken_count;
} exporter;

static int
add_file(exporter *x, const char *name, ac_str bytes, accord_err *err)
{
	ac_export *e = x->out;
	ac_export_file *grown;

	if (!name || !bytes.p)
		return ac_arena_check(x->arena, err);
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->files[i].name, name) == 0)
			return 0;
	grown = ac_arena_resize(x->arena, e->files, e->count * sizeof(*grown), (e->count + 1) * sizeof(*grown));
	if (!grown)
		return ac_arena_check(x->arena, err);
	e->files = grown;
	grown[e->count++] = (ac_export_file){ name, bytes };
	return 0;
}

/* What a buffer holds, as a file. Ends the buffer. */
static int
add_buf(exporter *x, const char *name, ac_buf *buf, int rc, accord_err *err)
{
	ac_str bytes = { "", 0 };

	if (rc == 0)
		rc = ac_buf_finish(buf, &bytes, err);
	if (rc == 0)
		rc = add_file(x, name, ac_arena_str(x->arena, bytes), err);
	ac_buf_done(buf);
	return rc;
}

/* The points that an outsider would ask about. Age and what came later are for him to see, and hinder nobody. */
static int
check_account(const ac_account *a, ac_time now, accord_err *err)
{
	static const char *const needed[] = { "charter", "signed", "publication", "logged", "entries", "recount",
		"complete", "bundle" };

	if (!a->is_published || !a->has_then || a->is_undecided)
		return ac_fail(
		    err, ACCORD_EDENIED, "the statement is not published, or not all of its entries are here");
	if (!ac_statement_is_public(&a->statement))
		return ac_fail(
		    err, ACCORD_EDENIED, "the statement is TLP:%s, want TLP:CLEAR", ac_tlp_code(a->statement.tlp));
	if (!ac_statement_is_open(&a->statement, now))
		return ac_fail(err, ACCORD_EDENIED, "the statement is under embargo");
	for (size_t i = 0; i < a->points.count; i++)
		for (size_t k = 0; k < AC_COUNT(needed); k++)
			if (a->points.items[i].state == AC_POINT_FAILED &&
			    strcmp(a->points.items[i].code, needed[k]) == 0)
				return ac_fail(err, ACCORD_EDENIED, "%.*s", AC_FMT(a->points.items[i].words));
	return 0;
}

static bool
is_text(const ac_held *held, const char *kind)
{
	return held->kind == AC_HELD_NOTE && ac_str_eq(held->text_kind, ac_str_from(kind));
}

static const ac_said *
said_in(const ac_account *a, const ac_held *held)
{
	for (size_t i = 0; i < a->said_count; i++)
		if (a->said[i].is_valid && memcmp(a->said[i].endorsement.digest, held->digest, AC_SHA256_SIZE) == 0)
			return &a->said[i];
	return NULL;
}

static bool
is_acted(const ac_account *a, const ac_held *held)
{
	for (size_t i = 0; i < a->acted_count; i++)
		if (memcmp(a->acted[i].action.digest, held->digest, AC_SHA256_SIZE) == 0)
			return true;
	return false;
}

static bool
is_change(const ac_account *a, const ac_held *held)
{
	for (unsigned i = 0; i < a->anchor->chain.change_count; i++)
		if (memcmp(a->anchor->chain.changes[i].note.digest, held->digest, AC_SHA256_SIZE) == 0)
			return true;
	return false;
}

/* A text whose second and third line say that it is about that statement: those of the convener and of members, once verified. */
static bool
is_about(const ac_account *a, const ac_held *held)
{
	ac_str rest = held->note.text, line;
	char hex[2 * AC_SHA256_SIZE];

	if (!ac_str_cut(&rest, '\n', &line) || !ac_str_cut(&rest, '\n', &line) ||
	    !ac_str_starts(line, AC_S("coalition ")) ||
	    !ac_str_eq(ac_str_slice(line, sizeof("coalition ") - 1, line.n), a->statement.coalition))
		return false;
	ac_hex(a->statement.digest, AC_SHA256_SIZE, hex);
	return ac_str_cut(&rest, '\n', &line) && ac_str_starts(line, AC_S("statement sha256:")) &&
	       ac_str_eq(ac_str_slice(line, sizeof("statement sha256:") - 1, line.n), (ac_str){ hex, sizeof(hex) });
}

/*
 * May that note leave, and under which name? NULL: no. The one release check of exports: kinds that are not listed here stay, comments of consultations above all.
 */
static const char *
may_leave(const exporter *x, size_t item)
{
	const ac_held *held = &x->h->items[item];
	const ac_account *a = x->a;
	char hex[2 * AC_SHA256_SIZE];
	const ac_said *said;

	if (held->kind != AC_HELD_NOTE || !x->accounts->verdicts[item].members)
		return NULL;
	ac_hex(held->digest, AC_SHA256_SIZE, hex);
	if (is_text(held, "statement"))
		return memcmp(held->digest, a->statement.digest, AC_SHA256_SIZE) ? NULL : "statement";
	if (is_text(held, "publication"))
		return is_about(a, held) ? memcmp(held->digest, a->publication.digest, AC_SHA256_SIZE) == 0
					       ? "publication"
					       : ac_arena_printf(x->arena, "publication-%.8s", hex).p
					 : NULL;
	if (is_text(held, "action") && !is_acted(a, held))
		return NULL;
	if (is_text(held, "withdrawal") || is_text(held, "action"))
		return is_about(a, held) ? ac_arena_printf(x->arena, "%.*s-%.8s", AC_FMT(held->text_kind), hex).p
					 : NULL;
	said = is_text(held, "endorsement") ? said_in(a, held) : NULL;
	return said ? ac_arena_printf(x->arena, "endorsement-%.*s-%llu", AC_FMT(said->endorsement.about.member),
			  (unsigned long long)said->endorsement.about.seq)
			  .p
		    : NULL;
}

static int
add_charters(exporter *x, accord_err *err)
{
	const ac_chain *chain = &x->a->anchor->chain;
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < chain->count; i++)
		rc = add_file(x,
		    ac_arena_printf(
			x->arena, "charter-%llu.note", (unsigned long long)chain->versions[i]->charter.version)
			.p,
		    chain->versions[i]->bytes, err);
	for (size_t i = 0; rc == 0 && i < x->h->count; i++) {
		char hex[2 * AC_SHA256_SIZE];

		if (!is_text(&x->h->items[i], "key") || !is_change(x->a, &x->h->items[i]))
			continue;
		ac_hex(x->h->items[i].digest, AC_SHA256_SIZE, hex);
		rc = add_file(x, ac_arena_printf(x->arena, "key-%.8s.note", hex).p, x->h->items[i].bytes, err);
	}
	return rc;
}

/* The log key of a head, as a version of the chain has it. */
static int
log_key(const exporter *x, const ac_known_head *head, ac_vkey *out, accord_err *err)
{
	const ac_charter *charter = ac_chain_at(&head->anchor->chain, head->version);
	ac_chain_key *keys = NULL;
	size_t count = 0;
	int rc = ac_chain_keys(&head->anchor->chain, charter, x->arena, &keys, &count, err);
	ac_note_verdict verdict;

	for (size_t i = 0; rc == 0 && i < count; i++)
		if (keys[i].key.vkey.purpose == AC_PURPOSE_LOG &&
		    ac_str_eq(keys[i].key.vkey.name, head->checkpoint.origin) &&
		    ac_note_verify(&x->h->items[head->item].note, &keys[i].key.vkey, 1, x->arena, &verdict, NULL) ==
			0) {
			*out = keys[i].key.vkey;
			return 0;
		}
	return rc ? rc
		  : ac_fail(err, ACCORD_ENOTFOUND, "the key of %.*s is not known", AC_FMT(head->checkpoint.origin));
}

static int
add_proof(exporter *x, const char *name, const ac_known_leaf *leaf, accord_err *err)
{
	ac_log *log = NULL;
	ac_vkey key;
	ac_buf buf;
	int rc;

	if (!leaf->head->log)
		return 0;
	rc = log_key(x, leaf->head, &key, err);
	ac_buf_init(&buf, AC_NOTE_MAX);
	if (rc == 0)
		rc = ac_log_open(leaf->head->log->folder, &key, NULL, &log, err);
	if (rc == 0)
		rc = ac_log_prove(log, leaf->place.index, &buf, err);
	(void)ac_log_close(log);
	return add_buf(x, ac_arena_printf(x->arena, "%s.tlog-proof", name).p, &buf, rc, err);
}

/* Where a note stands in the convener's log, else in another that is held whole. */
static const ac_known_leaf *
find_leaf(const exporter *x, const ac_held *held)
{
	const ac_known_leaf *best = NULL;

	for (size_t i = 0; i < x->accounts->places.leaf_count; i++) {
		const ac_known_leaf *leaf = &x->accounts->places.leaves[i];

		if (leaf->head->anchor != x->a->anchor || !leaf->head->log ||
		    memcmp(x->h->items[leaf->item].digest, held->digest, AC_SHA256_SIZE) != 0)
			continue;
		if (ac_str_eq(leaf->head->member, x->a->statement.convener))
			return leaf;
		best = leaf;
	}
	return best;
}

/* Texts and signatures for other programs. */
static int
add_signatures(exporter *x, const char *name, const ac_note *note, accord_err *err)
{
	ac_chain_key *keys = NULL;
	size_t count = 0;
	int rc = ac_chain_keys(&x->a->anchor->chain, x->a->charter, x->arena, &keys, &count, err);

	if (rc == 0)
		rc = add_file(x, ac_arena_printf(x->arena, "signify/%s.txt", name).p, note->text, err);
	for (size_t s = 0; rc == 0 && s < note->count; s++)
		for (size_t k = 0; rc == 0 && k < count; k++) {
			const ac_vkey *key = &keys[k].key.vkey;
			const char *member = x->a->charter->members[keys[k].key.member].name.p;
			int n = (int)x->a->charter->members[keys[k].key.member].name.n;
			ac_buf buf;

			if (key->purpose != AC_PURPOSE_SIGN || key->id != note->signatures[s].id ||
			    !ac_str_eq(key->name, note->signatures[s].name))
				continue;
			ac_buf_init(&buf, AC_KIB);
			rc = add_buf(x, ac_arena_printf(x->arena, "signify/%.*s-%08x.pub", n, member, key->id).p, &buf,
			    ac_signify_key_add(&buf, key, err), err);
			ac_buf_init(&buf, AC_KIB);
			if (rc == 0)
				rc =
				    add_buf(x, ac_arena_printf(x->arena, "signify/%.*s-%08x.pem", n, member, key->id).p,
					&buf, ac_signify_pem_add(&buf, key, err), err);
			ac_buf_init(&buf, AC_KIB);
			if (rc == 0)
				rc = add_buf(x,
				    ac_arena_printf(x->arena, "signify/%s.txt.%.*s-%08x.sig", name, n, member, key->id)
					.p,
				    &buf, ac_signify_signature_add(&buf, key, &note->signatures[s], err), err);
			if (rc == 0)
				rc = add_file(x,
				    ac_arena_printf(x->arena, "signify/%s.txt.%.*s-%08x.bin", name, n, member, key->id)
					.p,
				    note->signatures[s].bytes, err);
		}
	return rc;
}

/*
 * The name, or, where another text has it (two words of a member under one number, digests that begin alike), with the whole digest behind it: no note is in the way of another.
 */
static const char *
own_name(exporter *x, const char *name, const uint8_t digest[static AC_SHA256_SIZE])
{
	char hex[2 * AC_SHA256_SIZE];
	taken_name *grown;

	for (size_t i = 0; name && i < x->taken_count; i++) {
		if (strcmp(x->taken[i].name, name) != 0)
			continue;
		if (memcmp(x->taken[i].digest, digest, AC_SHA256_SIZE) == 0)
			return name;
		ac_hex(digest, AC_SHA256_SIZE, hex);
		return ac_arena_printf(x->arena, "%s-%.*s", name, (int)sizeof(hex), hex).p;
	}
	grown =
	    ac_arena_resize(x->arena, x->taken, x->taken_count * sizeof(*grown), (x->taken_count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	x->taken = grown;
	grown[x->taken_count++] = (taken_name){ name, digest };
	return name;
}

/* A note with the proof of where it stands (NULL: in no log), and its signatures. All copies of a text have these in one place, under the text's name. */
static int
add_note(exporter *x, const char *name, const char *text_name, const ac_held *held, const ac_known_leaf *leaf,
    accord_err *err)
{
	int rc = add_file(x, ac_arena_printf(x->arena, "%s.note", name).p, held->bytes, err);

	if (rc == 0 && leaf)
		rc = add_proof(x, name, leaf, err);
	for (size_t i = 0; rc == 0 && i < x->accounts->places.own_count; i++) {
		const ac_known_leaf *own = &x->accounts->places.own[i];

		/* Where it stood in its member's log before he rotated the key: others would not count it otherwise. */
		if (own->head->anchor == x->a->anchor && ac_str_eq(x->h->items[own->item].bytes, held->bytes))
			rc = add_proof(
			    x, ac_arena_printf(x->arena, "%s-of-%.*s", name, AC_FMT(own->head->member)).p, own, err);
	}
	return rc ? rc : add_signatures(x, text_name, &held->note, err);
}

static bool
is_entry(const exporter *x, uint64_t index)
{
	for (size_t i = 0; i < x->a->publication.entry_count; i++)
		if (x->a->publication.entries[i] == index)
			return true;
	return false;
}

/* Entries that are the same text with more signatures: whoever signs a statement's note makes another leaf of it. */
static int
add_other_entries(exporter *x, const char *name, const ac_known_leaf *first, accord_err *err)
{
	const ac_places *places = &x->accounts->places;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < places->leaf_count; i++) {
		const ac_known_leaf *leaf = &places->leaves[i];

		if (leaf->head == first->head && leaf->place.index != first->place.index &&
		    is_entry(x, leaf->place.index) &&
		    memcmp(x->h->items[leaf->item].digest, x->h->items[first->item].digest, AC_SHA256_SIZE) == 0)
			rc = add_note(x,
			    ac_arena_printf(x->arena, "%s-entry-%llu", name, (unsigned long long)leaf->place.index).p,
			    name, &x->h->items[leaf->item], leaf, err);
	}
	return rc;
}

static int
add_notes(exporter *x, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < x->h->count; i++) {
		const ac_held *held = &x->h->items[i];
		const char *name = may_leave(x, i);
		const ac_known_leaf *leaf;

		if (name)
			name = own_name(x, name, held->digest);
		if (!name) {
			rc = ac_arena_check(x->arena, err);
			continue;
		}
		/* The copy that is in the log is the one that a proof proves. */
		leaf = find_leaf(x, held);
		if (leaf)
			held = &x->h->items[leaf->item];
		rc = add_note(x, name, name, held, leaf, err);
		if (rc == 0 && leaf)
			rc = add_other_entries(x, name, leaf, err);
	}
	return rc;
}

/* What stood in a log for a note that leaves, before it could be read, and what opens it: where the note counts may hang on them. */
static int
add_sealed(exporter *x, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < x->h->count; i++) {
		const ac_opened *opened = &x->accounts->openings[i];
		const size_t parts[] = { opened->commitment, i };
		const char *name = opened->is_opened ? may_leave(x, opened->note) : NULL;

		rc = ac_arena_check(x->arena, err);
		for (size_t k = 0; rc == 0 && name && k < AC_COUNT(parts); k++) {
			const ac_held *held = &x->h->items[parts[k]];
			const ac_known_leaf *leaf = find_leaf(x, held);
			char hex[2 * AC_SHA256_SIZE];
			ac_str part;

			ac_hex(held->digest, AC_SHA256_SIZE, hex);
			part = ac_arena_printf(x->arena, "%s-%.*s-%.8s", name, AC_FMT(held->text_kind), hex);
			rc = add_file(x, ac_arena_printf(x->arena, "%.*s.note", AC_FMT(part)).p,
			    leaf ? x->h->items[leaf->item].bytes : held->bytes, err);
			if (rc == 0 && leaf)
				rc = add_proof(x, part.p, leaf, err);
		}
	}
	return rc;
}

/* Whatever names the files have: without an entry that the publication counts nobody could verify it. */
static int
check_entries(exporter *x, accord_err *err)
{
	const ac_account *a = x->a;

	for (size_t i = 0; i < a->publication.entry_count; i++) {
		const ac_known_leaf *leaf = ac_places_leaf(&x->accounts->places, a->anchor, a->statement.convener,
		    a->charter->version, a->publication.entries[i]);
		size_t k = 0;

		while (leaf && k < x->out->count && !ac_str_eq(x->out->files[k].bytes, x->h->items[leaf->item].bytes))
			k++;
		if (!leaf || k == x->out->count)
			return ac_fail(err, ACCORD_EDENIED, "entry %llu of the publication is not among what may leave",
			    (unsigned long long)a->publication.entries[i]);
	}
	return 0;
}

static void
add_vkey_line(ac_buf *buf, const char *word, ac_str name, const ac_vkey *key)
{
	ac_buf_add_cstr(buf, word);
	if (name.n) {
		ac_buf_add_byte(buf, ' ');
		ac_buf_add(buf, name);
	}
	ac_buf_add_byte(buf, ' ');
	ac_vkey_add(buf, key);
	ac_buf_add_byte(buf, '\n');
}

/* Places of the quorum that one of them needs, itself among them: a group's members stand before it. */
static void
reach(const ac_quorum *q, unsigned from, bool reached[static AC_QUORUM_NAMES_MAX])
{
	reached[from] = true;
	for (unsigned g = from + 1; g-- > 0;)
		for (unsigned i = 0; reached[g] && i < q->names[g].member_count; i++)
			reached[q->names[g].members[i]] = true;
}

/*
 * The charter's quorum for checkpoints as C2SP tlog-policy. A policy has each name in one group, and one key for each witness, while charters may say more: then there is none.
 */
static int
add_policy(exporter *x, accord_err *err)
{
	const ac_charter *c = x->a->charter;
	const ac_quorum *q = &c->quorum;
	unsigned groups_of[AC_QUORUM_NAMES_MAX] = { 0 }, keys_of[AC_QUORUM_NAMES_MAX] = { 0 };
	bool is_none = c->for_checkpoint == q->count, reached[AC_QUORUM_NAMES_MAX] = { false };
	ac_buf buf;

	if (!is_none)
		reach(q, c->for_checkpoint, reached);
	for (unsigned g = 0; g < q->count && !is_none; g++)
		for (unsigned i = 0; reached[g] && i < q->names[g].member_count; i++)
			if (++groups_of[q->names[g].members[i]] > 1)
				return 0;
	ac_buf_init(&buf, AC_MIB);
	ac_buf_add(&buf,
	    AC_S("# c2sp.org/tlog-policy: the logs of this coalition, and how many witnesses a checkpoint needs\n"));
	for (unsigned k = 0; k < c->key_count; k++)
		if (c->keys[k].vkey.purpose == AC_PURPOSE_LOG)
			add_vkey_line(&buf, "log", (ac_str){ 0 }, &c->keys[k].vkey);
	for (unsigned k = 0; k < c->key_count && !is_none; k++)
		if (c->keys[k].vkey.purpose == AC_PURPOSE_WITNESS && reached[c->keys[k].member]) {
			if (++keys_of[c->keys[k].member] > 1) {
				ac_buf_done(&buf);
				return 0;
			}
			add_vkey_line(&buf, "witness", c->members[c->keys[k].member].name, &c->keys[k].vkey);
		}
	for (unsigned g = 0; g < q->count && !is_none; g++) {
		if (!q->names[g].needed || !reached[g])
			continue;
		ac_buf_printf(&buf, "group %.*s %u", AC_FMT(q->names[g].name), q->names[g].needed);
		for (unsigned i = 0; i < q->names[g].member_count; i++)
			ac_buf_printf(&buf, " %.*s", AC_FMT(q->names[q->names[g].members[i]].name));
		ac_buf_add_byte(&buf, '\n');
	}
	ac_buf_printf(&buf, "quorum %.*s\n", AC_FMT(is_none ? AC_S("none") : q->names[c->for_checkpoint].name));
	return add_buf(x, "policy.txt", &buf, 0, err);
}

static int
add_keys(exporter *x, accord_err *err)
{
	const ac_charter *c = x->a->charter;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	for (unsigned k = 0; k < c->key_count; k++) {
		ac_vkey_add(&buf, &c->keys[k].vkey);
		ac_buf_add_byte(&buf, '\n');
	}
	return add_buf(x, "keys.txt", &buf, 0, err);
}

/* No object in it may be less than public by its own marking. Those without one are the convener's to publish: the statement that names the bundle, TLP:CLEAR, says it of them. */
static int
add_bundle(exporter *x, ac_str bundle, accord_err *err)
{
	const ac_json *root = NULL;
	uint8_t digest[AC_SHA256_SIZE];
	ac_json_iter it;
	int rc = ac_sha256(bundle, digest, err);

	if (rc == 0 &&
	    (bundle.n != x->a->statement.bundle_size || memcmp(digest, x->a->statement.bundle, AC_SHA256_SIZE) != 0))
		rc = ac_fail(err, ACCORD_EDENIED, "the bundle is not the one that the statement names");
	if (rc == 0)
		rc = ac_json_parse(bundle, AC_JSON_LIMITS, x->arena, &root, err);
	if (rc)
		return rc;
	it = ac_json_iter_of(ac_json_get(root, AC_S("objects")));
	while (ac_json_next(&it)) {
		ac_tlp tlp = ac_tlp_of(it.value, NULL);

		if (tlp != AC_TLP_NONE && tlp != AC_TLP_CLEAR)
			return ac_fail(err, ACCORD_EDENIED, "the bundle holds %.*s, which is TLP:%s",
			    AC_FMT(ac_json_get_string(it.value, AC_S("id"))), ac_tlp_code(tlp));
	}
	return add_file(x, "bundle.json", bundle, err);
}

static int
add_page(exporter *x, accord_err *err)
{
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	return add_buf(x, "index.html", &buf, ac_account_page(x->a, &buf, err), err);
}

static int
add_objects(exporter *x, ac_str bundle, accord_err *err)
{
	ac_json_writer w;
	ac_buf buf;

	ac_buf_init(&buf, AC_REPORT_MAX);
	ac_json_writer_init(&w, &buf);
	return add_buf(x, "stix.json", &buf, ac_objects_of_statement(x->a, bundle, &w, x->arena, err), err);
}

static int
add_readme(exporter *x, accord_err *err)
{
	char hex[2 * AC_SHA256_SIZE];
	ac_buf buf;

	ac_hex(x->a->charter->digest, AC_SHA256_SIZE, hex);
	ac_buf_init(&buf, AC_MIB);
	ac_buf_printf(&buf, "Statement %.*s, version %llu, of %.*s\n\n", AC_FMT(x->a->statement.id),
	    (unsigned long long)x->a->statement.version, AC_FMT(x->a->statement.coalition));
	if (ac_account_public_successor(x->a))
		ac_buf_printf(&buf,
		    "NOT IN FORCE: version %llu of the statement has taken the place of this one.\n"
		    "N'EST PLUS EN VIGUEUR : la version %llu de la déclaration a remplacé celle-ci.\n\n",
		    (unsigned long long)x->a->successor->statement.version,
		    (unsigned long long)x->a->successor->statement.version);
	ac_buf_printf(&buf,
	    "Nobody has signed this file. Compare this digest of the charter with the one that members of the "
	    "coalition give\n"
	    "by another channel (nobody can rely on it otherwise), and verify the whole folder, offline:\n\n"
	    "    accord verify --trust sha256:%.*s FOLDER\n\n"
	    "Other programs check single signatures (names of files begin with what was signed; MEMBER is the member "
	    "and the\n"
	    "number of the key, as in us-1a2b3c4d; all who signed the statement stand under statement.txt):\n\n"
	    "    signify-openbsd -V -p signify/MEMBER.pub -x signify/statement.txt.MEMBER.sig -m "
	    "signify/statement.txt\n"
	    "    openssl pkeyutl -verify -rawin -pubin -inkey signify/MEMBER.pem -in signify/statement.txt \\\n"
	    "        -sigfile signify/statement.txt.MEMBER.bin\n\n"
	    "index.html: to read and print. *.note: what members signed (C2SP signed-note). *.tlog-proof: that it is "
	    "in a log\n"
	    "(C2SP tlog-proof), under policy.txt (C2SP tlog-policy). bundle.json: the evidence. stix.json: the "
	    "statement as STIX 2.1.\n\n",
	    (int)sizeof(hex), hex);
	ac_buf_printf(&buf,
	    "Personne n'a signé ce fichier. Comparez l'empreinte de la charte ci-dessus avec celle que des membres de "
	    "la coalition\n"
	    "donnent par une autre voie (sans quoi elle ne vaut rien), puis vérifiez tout le dossier, hors ligne :\n\n"
	    "    accord verify --trust sha256:%.*s DOSSIER\n\n"
	    "D'autres programmes vérifient une signature à la fois : voir les commandes ci-dessus. index.html : à lire "
	    "et à\n"
	    "imprimer. *.note : ce que les membres ont signé. *.tlog-proof : la preuve que c'est dans un journal.\n"
	    "bundle.json : les éléments de preuve. stix.json : la déclaration en STIX 2.1.\n",
	    (int)sizeof(hex), hex);
	return add_buf(x, "README.txt", &buf, 0, err);
}

int
ac_export_make(const ac_holding *holding, const ac_accounts *accounts, const ac_account *account, ac_str bundle,
    ac_time now, ac_arena *arena, ac_export *out, accord_err *err)
{
	static int (*const steps[])(exporter *, accord_err *) = { add_charters, add_notes, check_entries, add_sealed,
		add_policy, add_keys, add_page, add_readme };
	exporter x = { .h = holding, .accounts = accounts, .a = account, .arena = arena, .out = out };
	int rc = check_account(account, now, err);

	*out = (ac_export){ .arena = arena };
	if (rc == 0)
		rc = add_bundle(&x, bundle, err);
	if (rc == 0)
		rc = add_objects(&x, bundle, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(steps); i++)
		rc = steps[i](&x, err);
	return rc ? rc : ac_arena_check(arena, err);
}

int
ac_export_write(const ac_export *files, const char *path, accord_err *err)
{
	ac_new_folder *folder = NULL;
	int rc = ac_new_folder_open(path, &folder, err);

	if (rc)
		return rc;
	for (size_t i = 0; rc == 0 && i < files->count; i++)
		rc = ac_new_folder_add(folder, files->files[i].name, files->files[i].bytes, err);
	if (rc == 0)
		return ac_new_folder_commit(folder, err);
	(void)ac_new_folder_abandon(folder);
	return rc;
}
