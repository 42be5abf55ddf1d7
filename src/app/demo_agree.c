/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration's last part: five invented members agree on what the logs showed, publish it, and an outsider checks it. Keys are hashes of their names, sealed at a cost that guards nothing, and named so; times are those of
 * the story. So it does the same each time, and doing it again changes nothing.
 */
#include "app/demo_agree.h"

#include "agree/export.h"
#include "agree/keyfile.h"
#include "agree/log.h"
#include "agree/node.h"
#include "agree/objects.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/os.h"

#define COALITION "harbour-watch.example"
#define CONVENER 0
#define MEMBERS 5
#define OPENED "2021-03-10T09:00:00Z"
#define PUBLISHED "2021-03-12T12:00:00Z"
#define COSIGNED ((uint64_t)1615550460) /* a minute later */
#define PASSPHRASE "demonstration only"

static const char *const purposes[] = { "sign", "log", "witness" };
enum { SIGN, LOG, WITNESS };

static const struct {
	const char *name, *en, *fr;
	const char *says; /* its endorsement from the stance on; NULL: it signs the statement itself */
} members[MEMBERS] = {
	{ "norvalia", "CERT Norvalia", "CERT de Norvalie", NULL },
	{ "blackfen", "Blackfen Labs", "Laboratoires Blackfen",
	    "stance joins\nclaim c1 joins very-likely 85 moderate\nclaim c2 joins almost-certain 95 high\nclaim c3 "
	    "joins likely 60 low\n" },
	{ "harbour", "Harbour", "Harbour",
	    "stance joins\nclaim c1 joins likely 70 moderate\nclaim c2 joins almost-certain 95 high\nclaim c3 "
	    "abstains\n" },
	{ "veldmark", "CERT Veldmark", "CERT de Veldmark",
	    "stance joins-in-part\nclaim c1 joins likely 75 low\nclaim c2 notes\nclaim c3 notes\n"
	    "caveat en as far as our own sensors reach\ncaveat fr dans la mesure de ce que voient nos propres "
	    "capteurs\n" },
	{ "tallis", "Tallis Telecom", "Tallis Télécom",
	    "stance dissents\nreason en our logs show the same tool in other hands\n"
	    "reason fr nos journaux montrent le même outil en d'autres mains\n" },
};

typedef struct table {
	const char *dir;
	ac_store *store;
	ac_demo_agreed *out;
	ac_arena *arena;
	ac_ed25519_key keys[MEMBERS][AC_COUNT(purposes)];
	ac_vkey vkeys[MEMBERS][AC_COUNT(purposes)];
	ac_str charter, statement, evidence; /* texts, and the bundle */
	ac_str leaves[2 + MEMBERS];          /* of the convener's log */
	size_t leaf_count;
	ac_digester *digester;
	ac_trust trust;
	ac_holding holding;
	ac_accounts accounts;
} table;

static const char *
place(table *t, const char *member, const char *name)
{
	return ac_arena_printf(t->arena, "%s/agree/%s/%s", t->dir, member, name).p;
}

static int
make_seed(
    table *t, unsigned m, unsigned purpose, const char *which, uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	ac_str words = ac_arena_printf(
	    t->arena, "accord demo, a key that guards nothing: %s/%s %s", members[m].name, purposes[purpose], which);

	return words.p ? ac_sha256(words, out, err) : ac_arena_check(t->arena, err);
}

/* A key of a member, and its file, which anybody may open. */
static int
make_key(table *t, unsigned m, unsigned purpose, accord_err *err)
{
	static const ac_seal_cost low_cost = { 1, 8 };
	ac_str name = ac_arena_printf(t->arena, "%s.example", members[m].name), text;
	const char *path = place(t, members[m].name, purposes[purpose]);
	ac_keyfile_seeds seeds;
	ac_seal_random random;
	ac_file_id id;
	ac_buf buf;
	int rc = make_seed(t, m, purpose, "now", seeds.now, err);

	if (rc == 0)
		rc = make_seed(t, m, purpose, "next", seeds.next, err);
	if (rc)
		return rc;
	ac_ed25519_from_seed(seeds.now, &t->keys[m][purpose]);
	text = ac_arena_printf(t->arena, "%.*s/%s", AC_FMT(name), purposes[purpose]);
	path = path ? ac_arena_printf(t->arena, "%s.low-cost-key", path).p : NULL;
	if (!text.p || !path)
		return ac_arena_check(t->arena, err);
	rc = ac_vkey_make(text, purpose == WITNESS ? AC_NOTE_COSIGNATURE : AC_NOTE_ED25519,
	    ac_ed25519_public(&t->keys[m][purpose]), &t->vkeys[m][purpose], err);
	if (rc || ac_file_look(path, &id))
		return rc;
	ac_buf_init(&buf, AC_MIB);
	rc = ac_random(&random, sizeof(random), err);
	if (rc == 0)
		rc = ac_keyfile_add(
		    &buf, name, t->vkeys[m][purpose].purpose, &seeds, low_cost, &random, AC_S(PASSPHRASE), err);
	if (rc == 0)
		rc = ac_file_replace(path, ac_buf_view(&buf), 0600, err);
	ac_buf_done(&buf);
	return rc;
}

static int
make_keys(table *t, accord_err *err)
{
	int rc = 0;

	for (unsigned m = 0; rc == 0 && m < MEMBERS; m++) {
		const char *dir = place(t, members[m].name, "charter");

		rc = dir ? ac_dir_make(dir, err) : ac_arena_check(t->arena, err);
		for (unsigned p = 0; rc == 0 && p < AC_COUNT(purposes); p++)
			rc = make_key(t, m, p, err);
	}
	return rc;
}

/* A text with signatures of some members, by bits. */
static int
sign(table *t, ac_str text, unsigned who, ac_str *out, accord_err *err)
{
	ac_buf buf;
	int rc = 0;

	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_buf_add(&buf, text);
	ac_buf_add_byte(&buf, '\n');
	for (unsigned m = 0; rc == 0 && m < MEMBERS; m++)
		if (who & 1U << m)
			rc = ac_note_sign(&buf, text, &t->vkeys[m][SIGN], &t->keys[m][SIGN], 0, err);
	if (rc == 0)
		*out = ac_arena_str(t->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return rc ? rc : ac_arena_check(t->arena, err);
}

/* What the convener's log holds, and every member's folder too. */
static int
keep(table *t, ac_str note, accord_err *err)
{
	int rc = 0;

	t->leaves[t->leaf_count++] = note;
	for (unsigned m = 0; rc == 0 && m < MEMBERS; m++) {
		const char *dir = ac_arena_printf(t->arena, "%s/agree/%s", t->dir, members[m].name).p;

		rc = dir ? ac_node_keep(dir, note, NULL, err) : ac_arena_check(t->arena, err);
	}
	return rc;
}

static ac_str
digest_text(table *t, ac_str bytes)
{
	uint8_t digest[AC_SHA256_SIZE];
	char hex[2 * AC_SHA256_SIZE];

	if (ac_sha256(bytes, digest, NULL))
		return (ac_str){ 0 };
	ac_hex(digest, sizeof(digest), hex);
	return ac_arena_printf(t->arena, "sha256:%.*s", (int)sizeof(hex), hex);
}

/* Four of five for charters, three for a claim, two witnesses for a checkpoint. */
static int
make_charter(table *t, accord_err *err)
{
	ac_str note;
	ac_buf buf;
	int rc = 0;

	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_buf_add(&buf,
	    AC_S("accord/charter/v1\ncoalition " COALITION "\nversion 1\nprevious none\nexpires 2031-03-01T00:00:00Z\n"
		 "pledge p1 cta-2018/1\npledge p4 cta-2018/4\n"));
	for (unsigned m = 0; m < MEMBERS; m++) {
		for (unsigned p = 0; p < AC_COUNT(purposes); p++) {
			ac_buf_printf(&buf, "member %s %s ", members[m].name, purposes[p]);
			ac_vkey_add(&buf, &t->vkeys[m][p]);
			ac_buf_add_byte(&buf, '\n');
		}
		ac_buf_printf(&buf, "name %s en %s\nname %s fr %s\n", members[m].name, members[m].en, members[m].name,
		    members[m].fr);
	}
	ac_buf_add(&buf, AC_S("group four 4 norvalia blackfen harbour veldmark tallis\n"
			      "group three 3 norvalia blackfen harbour veldmark tallis\n"
			      "group witnesses 2 blackfen harbour veldmark tallis\n"
			      "quorum charter four\nquorum statement three\nquorum checkpoint witnesses\n"));
	t->charter = ac_arena_str(t->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	if (!t->charter.p)
		return ac_arena_check(t->arena, err);
	rc = sign(t, t->charter, 0x1f, &note, err);
	for (unsigned m = 0; rc == 0 && m < MEMBERS; m++) {
		const char *path = place(t, members[m].name, "charter/1.note");

		rc = path ? ac_file_replace(path, note, 0644, err) : ac_arena_check(t->arena, err);
	}
	if (rc == 0)
		t->leaves[t->leaf_count++] = note;
	return rc;
}

static int
make_statement(table *t, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_str note;
	int rc = 0;

	for (unsigned m = 0; rc == 0 && m < MEMBERS; m++) {
		const char *dir = ac_arena_printf(t->arena, "%s/agree/%s", t->dir, members[m].name).p;

		rc = dir ? ac_node_keep_bundle(dir, t->evidence, digest, err) : ac_arena_check(t->arena, err);
	}
	if (rc)
		return rc;
	t->statement = ac_arena_printf(t->arena,
	    "accord/statement/v1\ncoalition " COALITION
	    "\ncharter 1 %.*s\nstatement 2021-03-mail-servers\nversion 1\nkind attribution\n"
	    "quorum statement\nconvener norvalia\ntlp clear\nopened " OPENED "\nembargo " PUBLISHED
	    "\nbundle %.*s %zu\n"
	    "title en Intrusions into mail servers in March 2021 (demonstration, all invented)\n"
	    "title fr Intrusions dans des serveurs de messagerie en mars 2021 (démonstration, tout est inventé)\n"
	    "claim c1 very-likely 85 moderate\n"
	    "claim-text c1 en The mail servers were broken into by the intrusion set that CERT Norvalia calls JADE "
	    "HERON and Blackfen Labs "
	    "Tin Mallard.\n"
	    "claim-text c1 fr Les serveurs de messagerie ont été attaqués par le groupe que le CERT de Norvalie nomme "
	    "JADE HERON et les "
	    "Laboratoires Blackfen Tin Mallard.\n"
	    "claim c2 almost-certain 95 high\n"
	    "claim-text c2 en A web shell was left on servers that had not been patched.\n"
	    "claim-text c2 fr Un code malveillant d'accès à distance a été laissé sur des serveurs non corrigés.\n"
	    "claim c3 likely 60 low\n"
	    "claim-text c3 en The intrusion set acts for a state.\n"
	    "claim-text c3 fr Le groupe agit pour le compte d'un État.\n"
	    "norm un-gge-2015/c\nnorm un-gge-2015/f\n"
	    "action a1 2021-04-12T00:00:00Z All members confirm that their mail servers are patched and searched\n"
	    "action-fr a1 Tous les membres confirment que leurs serveurs de messagerie sont corrigés et fouillés\n",
	    AC_FMT(digest_text(t, t->charter)), AC_FMT(digest_text(t, t->evidence)), t->evidence.n);
	if (!t->statement.p)
		return ac_arena_check(t->arena, err);
	rc = sign(t, t->statement, 1U << CONVENER, &note, err);
	return rc ? rc : keep(t, note, err);
}

static int
endorse_and_publish(table *t, accord_err *err)
{
	ac_str digest = digest_text(t, t->statement), text, note;
	int rc = 0;

	for (unsigned m = 0; rc == 0 && m < MEMBERS; m++) {
		if (!members[m].says)
			continue;
		text = ac_arena_printf(t->arena,
		    "accord/endorsement/v1\ncoalition " COALITION
		    "\nstatement %.*s\nmember %s\nseq 1\nat 2021-03-11T%02u:00:00Z\n%s",
		    AC_FMT(digest), members[m].name, 8 + m, members[m].says);
		rc = text.p ? sign(t, text, 1U << m, &note, err) : ac_arena_check(t->arena, err);
		if (rc == 0)
			rc = keep(t, note, err);
	}
	if (rc)
		return rc;
	text = ac_arena_printf(t->arena,
	    "accord/publication/v1\ncoalition " COALITION "\nstatement %.*s\nat " PUBLISHED
	    "\nentries 1 2 3 4 5\njoint c1 c2\nnot-joint c3\n",
	    AC_FMT(digest));
	rc = text.p ? sign(t, text, 1U << CONVENER, &note, err) : ac_arena_check(t->arena, err);
	return rc ? rc : keep(t, note, err);
}

/* The others' witnesses cosign the convener's checkpoint, once. */
static int
cosign(table *t, const char *folder, ac_log *log, accord_err *err)
{
	ac_note note;
	ac_buf buf;
	int rc = ac_note_parse(ac_log_note(log), t->arena, &note, err);

	if (rc || note.count > 1)
		return rc;
	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	ac_buf_add(&buf, ac_log_note(log));
	for (unsigned m = 0; rc == 0 && m < MEMBERS; m++)
		if (m != CONVENER)
			rc = ac_note_sign(&buf, note.text, &t->vkeys[m][WITNESS], &t->keys[m][WITNESS], COSIGNED, err);
	if (rc == 0)
		rc =
		    ac_file_replace(ac_arena_printf(t->arena, "%s/checkpoint", folder).p, ac_buf_view(&buf), 0644, err);
	ac_buf_done(&buf);
	return rc;
}

static int
write_log(table *t, accord_err *err)
{
	const char *folder = place(t, members[CONVENER].name, "log");
	const char *checkpoint = place(t, members[CONVENER].name, "log/checkpoint");
	const ac_vkey *vkey = &t->vkeys[CONVENER][LOG];
	const ac_ed25519_key *key = &t->keys[CONVENER][LOG];
	ac_log_place places[AC_COUNT(t->leaves)];
	ac_log *log = NULL;
	ac_file_id id;
	int rc = 0;

	if (!folder || !checkpoint)
		return ac_arena_check(t->arena, err);
	if (!ac_file_look(checkpoint, &id))
		rc = ac_log_create(folder, vkey, key, err);
	if (rc == 0)
		rc = ac_log_open(folder, vkey, key, &log, err);
	if (rc == 0)
		rc = ac_log_append(log, t->leaves, t->leaf_count, places, err);
	if (rc == 0)
		rc = cosign(t, folder, log, err);
	(void)ac_log_close(log);
	return rc;
}

/* What some files prove to somebody who trusts the charter, on the day after. */
static int
judge(table *t, const char *const *paths, size_t count, accord_err *err)
{
	ac_account_options options = {
		.trust = &t->trust, .as_of = { (int64_t)COSIGNED + 86400, 0 }, .is_whole = true
	};
	int rc = 0;

	ac_holding_init(&t->holding, t->arena);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = paths[i] ? ac_holding_add_path(&t->holding, paths[i], err) : ac_arena_check(t->arena, err);
	if (rc == 0)
		rc = ac_accounts_make(&t->holding, &options, t->digester, t->arena, &t->accounts, err);
	if (rc == 0 && t->accounts.count != 1)
		rc = ac_fail(err, ACCORD_EINTERNAL, "want one statement, got %zu", t->accounts.count);
	return rc;
}

/* The convener writes the folder for outsiders; one that is there from a former run is left as it is. */
static int export(table *t, accord_err *err)
{
	const char *const mine[] = { place(t, members[CONVENER].name, "charter"),
		place(t, members[CONVENER].name, "notes"), place(t, members[CONVENER].name, "bundles"),
		place(t, members[CONVENER].name, "log") };
	ac_export files;
	ac_file_id id;
	int rc = judge(t, mine, AC_COUNT(mine), err);

	if (rc == 0)
		rc = ac_export_make(&t->holding, &t->accounts, &t->accounts.items[0], t->evidence,
		    (ac_time){ (int64_t)COSIGNED + 86400, 0 }, t->arena, &files, err);
	if (rc == 0)
		rc = ac_objects_put(t->store, &t->accounts.items[0], t->evidence, t->arena, &t->out->objects, err);
	if (rc == 0 && !ac_file_look(t->out->folder, &id))
		rc = ac_export_write(&files, t->out->folder, err);
	if (rc == 0)
		t->out->files = files.count;
	return rc;
}

/* An outsider, who has the folder and the charter's digest. */
static int
verify(table *t, accord_err *err)
{
	const ac_account *a;
	int rc = judge(t, &t->out->folder, 1, err);

	if (rc)
		return rc;
	a = &t->accounts.items[0];
	for (size_t i = 0; i < AC_DEMO_CLAIMS && a->has_then && i < a->statement.claim_count; i++) {
		const ac_claim_standing *c = &a->then.claims[i];

		t->out->claims[i] = (ac_demo_claim){ c->claim->id, c->claim->text[AC_TONGUE_EN], c->joined, c->is_joint,
			c->least ? c->least->likelihood->en : (ac_str){ 0 } };
		t->out->joint += c->is_joint;
	}
	t->out->is_proved = t->accounts.is_proved && a->statement.claim_count == AC_DEMO_CLAIMS &&
			    t->out->joint == AC_DEMO_CLAIMS - 1 && !t->out->claims[AC_DEMO_CLAIMS - 1].is_joint;
	return 0;
}

static int
set_up(table *t, accord_err *err)
{
	t->out->folder = ac_arena_printf(t->arena, "%s/published", t->dir).p;
	return ac_arena_check(t->arena, err);
}

static int
trust_charter(table *t, accord_err *err)
{
	t->out->charter = digest_text(t, t->charter);
	return ac_trust_add(&t->trust, t->out->charter, t->arena, err);
}

int
ac_demo_agree(const char *dir, ac_store *store, ac_str evidence, ac_arena *arena, ac_demo_agreed *out, accord_err *err)
{
	static int (*const steps[])(table *, accord_err *) = { set_up, make_keys, make_charter, make_statement,
		endorse_and_publish, write_log, trust_charter, export, verify };
	table t = { .dir = dir, .store = store, .evidence = evidence, .arena = arena, .out = out };
	int rc = 0;

	*out = (ac_demo_agreed){ .members = MEMBERS, .dissenter = members[MEMBERS - 1].en };
	t.digester = ac_digester_open();
	if (!t.digester)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for digests");
	for (size_t i = 0; rc == 0 && i < AC_COUNT(steps); i++)
		rc = steps[i](&t, err);
	t.digester = ac_digester_close(t.digester);
	return rc;
}
