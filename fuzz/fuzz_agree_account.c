/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that somebody hands over, as one account. The input is parts, split at NUL bytes: "0" to "7" and a text that the members of these bits sign for real (alpha 1, bravo 2, charlie 4), which becomes the next leaf of alpha's
 * log with its proof; "l" and such a digit the same without being logged; anything else is a file as it is. In texts %C is the digest of the charter, %S that of the last statement. Whatever the texts say: nobody joins, tells of
 * a follow-up or reviews a pledge who has signed nothing, nothing is joint without two of three, and where all is proved no point has failed.
 */
#include <stdlib.h>

#include "agree/account.h"
#include "agree/tlog.h"
#include "agree/vkey.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS_MAX = 16, MEMBERS = 3, MEMBER_ALPHA = 0 };

static const char *const names[MEMBERS] = { "alpha", "bravo", "charlie" };

typedef struct signer {
	ac_vkey vkey;
	ac_ed25519_key key;
} signer;

typedef struct trial {
	ac_arena *arena;
	ac_digester *digester;
	signer signers[MEMBERS], log;
	ac_str charter;
	ac_str statement_digest; /* of the last statement, in hexadecimal */
	ac_holding holding;
	ac_str leaves[PARTS_MAX + 1];
	size_t leaf_count;
	unsigned signed_by; /* members that signed anything */
} trial;

static void
must(int rc)
{
	if (rc)
		abort();
}

static void
make_signer(ac_arena *arena, const char *member, const char *purpose, uint8_t seed, signer *out)
{
	uint8_t bytes[AC_ED25519_SEED_SIZE] = { seed };

	ac_ed25519_from_seed(bytes, &out->key);
	must(ac_vkey_make(ac_arena_printf(arena, "%s.example/%s", member, purpose), AC_NOTE_ED25519,
	    ac_ed25519_public(&out->key), &out->vkey, NULL));
}

static ac_str
finish(trial *t, ac_buf *buf)
{
	ac_str text = ac_arena_str(t->arena, ac_buf_view(buf));

	ac_buf_done(buf);
	must(ac_arena_check(t->arena, NULL));
	return text;
}

static ac_str
hex_of(trial *t, ac_str text)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_buf buf;

	must(ac_sha256(text, digest, NULL));
	ac_buf_init(&buf, AC_KIB);
	ac_text_add_hash(&buf, digest);
	return finish(t, &buf);
}

static void
make_charter(trial *t)
{
	ac_buf buf;

	ac_buf_init(&buf, 64 * AC_KIB);
	ac_buf_add(&buf, AC_S("accord/charter/v1\ncoalition quay.example\nversion 1\nprevious none\n"
			      "expires 2030-01-01T00:00:00Z\npledge p1 cta-2018/1\n"));
	for (unsigned i = 0; i < MEMBERS; i++) {
		make_signer(t->arena, names[i], "sign", (uint8_t)(i + 1), &t->signers[i]);
		ac_buf_printf(&buf, "member %s sign ", names[i]);
		ac_vkey_add(&buf, &t->signers[i].vkey);
		ac_buf_add_byte(&buf, '\n');
	}
	make_signer(t->arena, names[MEMBER_ALPHA], "log", 99, &t->log);
	ac_buf_add(&buf, AC_S("log "));
	ac_vkey_add(&buf, &t->log.vkey);
	ac_buf_add(&buf, AC_S("\ngroup two 2 alpha bravo charlie\nquorum charter two\nquorum statement two\n"));
	t->charter = finish(t, &buf);
}

/* A note by the members whose bits are set; a text that no key may sign has no signature. */
static ac_str
sign(trial *t, ac_str text, unsigned members)
{
	ac_buf buf;

	ac_buf_init(&buf, 2 * AC_NOTE_MAX);
	ac_buf_add(&buf, text);
	ac_buf_add_byte(&buf, '\n');
	for (unsigned i = 0; i < MEMBERS; i++)
		if (members >> i & 1 && !ac_note_sign(&buf, text, &t->signers[i].vkey, &t->signers[i].key, 0, NULL))
			t->signed_by |= 1U << i;
	return finish(t, &buf);
}

/* The hash of a subtree of alpha's leaves, computed anew each time. */
static int
node(void *payload, unsigned level, uint64_t index, ac_hash *out, accord_err *err)
{
	trial *t = payload;
	ac_hash left, right;

	if (level == 0)
		return ac_tlog_leaf(t->digester, t->leaves[index], out, err);
	must(node(t, level - 1, 2 * index, &left, err));
	must(node(t, level - 1, 2 * index + 1, &right, err));
	return ac_tlog_node(t->digester, &left, &right, out, err);
}

static void
hold(trial *t, ac_str bytes)
{
	must(ac_holding_add(&t->holding, "file", bytes, NULL, NULL));
}

/* Proofs of all leaves under alpha's checkpoint. */
static void
prove(trial *t)
{
	ac_tlog_nodes nodes = { node, t };
	ac_checkpoint head = { .origin = t->log.vkey.name, .size = t->leaf_count };
	ac_str text, note;
	ac_hash root;
	ac_buf buf;

	must(ac_tlog_root(t->digester, &nodes, t->leaf_count, &root, NULL));
	memcpy(head.root, root.bytes, sizeof(head.root));
	ac_buf_init(&buf, AC_KIB);
	ac_checkpoint_add(&buf, &head);
	text = finish(t, &buf);
	ac_buf_init(&buf, AC_KIB);
	ac_buf_add(&buf, text);
	ac_buf_add_byte(&buf, '\n');
	must(ac_note_sign(&buf, text, &t->log.vkey, &t->log.key, 0, NULL));
	note = finish(t, &buf);
	for (size_t i = 0; i < t->leaf_count; i++) {
		ac_proof proof = { .index = i, .signed_checkpoint = note };

		must(ac_tlog_prove_inclusion(t->digester, &nodes, i, t->leaf_count, proof.hashes, &proof.count, NULL));
		ac_buf_init(&buf, 64 * AC_KIB);
		ac_proof_add(&buf, &proof);
		hold(t, finish(t, &buf));
	}
}

/* A text with its placeholders filled in. */
static ac_str
fill(trial *t, ac_str text)
{
	ac_str charter = hex_of(t, t->charter);
	ac_buf buf;

	ac_buf_init(&buf, AC_NOTE_MAX);
	for (size_t i = 0; i < text.n; i++) {
		bool known = text.p[i] == '%' && i + 1 < text.n && (text.p[i + 1] == 'C' || text.p[i + 1] == 'S');

		if (known)
			ac_buf_add(&buf, text.p[++i] == 'C' ? charter : t->statement_digest);
		else
			ac_buf_add_byte(&buf, text.p[i]);
	}
	return finish(t, &buf);
}

static void
take_part(trial *t, ac_str part)
{
	bool is_logged = part.n > 1 && part.p[0] >= '0' && part.p[0] <= '7';
	size_t at = is_logged ? 0 : 1;
	ac_str text, note;

	if (!is_logged && !(part.n > 2 && part.p[0] == 'l' && part.p[1] >= '0' && part.p[1] <= '7')) {
		hold(t, part);
		return;
	}
	text = fill(t, ac_str_slice(part, at + 1, part.n));
	note = sign(t, text, (unsigned)(part.p[at] - '0'));
	if (ac_str_starts(text, AC_S("accord/statement/v1\n")))
		t->statement_digest = hex_of(t, text);
	if (is_logged)
		t->leaves[t->leaf_count++] = note;
	hold(t, note);
}

static void
check_claim(const trial *t, const ac_claim_standing *claim)
{
	unsigned joined = 0;

	for (unsigned i = 0; i < MEMBERS; i++)
		if (claim->voices[i].stance == AC_VOICE_JOINS) {
			joined++;
			if (!(t->signed_by >> i & 1))
				abort();
		}
	if (joined != claim->joined || claim->is_joint != (joined >= 2))
		abort();
}

static bool
has_signed(const trial *t, ac_str member)
{
	for (unsigned i = 0; i < MEMBERS; i++)
		if (ac_str_eq(member, ac_str_from(names[i])))
			return t->signed_by >> i & 1;
	return false;
}

static void
check_step(const trial *t, const ac_account *a, const ac_step *step)
{
	const ac_follow_up *f = &a->statement.actions[step->action];

	if (step->last && (!has_signed(t, step->last->about.member) || !ac_str_eq(step->last->action, f->id) ||
			      (f->owner.n && !ac_str_eq(f->owner, step->last->about.member))))
		abort();
	if (!step->last && step->status != AC_ACTION_OPEN)
		abort();
}

static void
check(const trial *t, const ac_accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++) {
		const ac_account *a = &accounts->items[i];

		for (size_t k = 0; k < a->statement.claim_count; k++)
			check_claim(t, &a->now.claims[k]);
		for (size_t k = 0; k < a->progress.count; k++)
			check_step(t, a, &a->progress.steps[k]);
		for (size_t k = 0; accounts->is_proved && k < a->points.count; k++)
			if (a->points.items[k].state == AC_POINT_FAILED)
				abort();
	}
	for (size_t i = 0; i < accounts->pledge_count; i++)
		if (!has_signed(t, accounts->pledges[i].note.reviewer))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Noon of 2026-03-03. */
	ac_account_options options = { .as_of = { 1772539200, 0 }, .is_whole = true };
	ac_str rest = { (const char *)data, size }, part;
	ac_trust trust = { 0 };
	ac_accounts accounts;
	ac_arena arena;
	trial t = { .arena = &arena };
	uint8_t digest[AC_SHA256_SIZE];

	if (size > 64 * AC_KIB)
		return 0;
	ac_arena_init(&arena, 256 * AC_MIB);
	t.digester = ac_digester_open();
	if (!t.digester)
		abort();
	ac_holding_init(&t.holding, &arena);
	make_charter(&t);
	t.statement_digest = hex_of(&t, (ac_str){ 0 });
	hold(&t, sign(&t, t.charter, 7));
	t.signed_by = 0;
	for (size_t i = 0; i < PARTS_MAX && ac_str_next_field(&rest, '\0', &part); i++)
		take_part(&t, part);
	if (t.leaf_count)
		prove(&t);
	must(ac_sha256(t.charter, digest, NULL));
	must(ac_trust_add_digest(&trust, digest, &arena, NULL));
	options.trust = &trust;
	must(ac_accounts_make(&t.holding, &options, t.digester, &arena, &accounts, NULL));
	check(&t, &accounts);
	t.digester = ac_digester_close(t.digester);
	ac_arena_done(&arena);
	return 0;
}
