/* SPDX-License-Identifier: Apache-2.0 */
/* A member's folder as it is judged by the member himself: his own chain of charters is what he trusts. */
#include "app/agree_objects.h"

#include "agree/node.h"
#include "agree/objects.h"
#include "app/agree.h"
#include "base/limits.h"
#include "sys/file.h"

#define HELD_ARENA_MAX (1024 * AC_MIB)

static const char *const parts[] = { "charter", "notes", "bundles", "log", "peers" };

static int
hold_parts(ac_agree_held *held, const char *dir, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < AC_COUNT(parts); i++) {
		ac_str path = ac_arena_printf(&held->arena, "%s/%s", dir, parts[i]);
		ac_file_id id;

		if (!path.p)
			return ac_arena_check(&held->arena, err);
		if (ac_file_look(path.p, &id) && id.is_folder)
			rc = ac_holding_add_path(&held->holding, path.p, err);
	}
	return rc;
}

int
ac_agree_hold(ac_app *app, const char *dir, ac_agree_held *held, accord_err *err)
{
	ac_account_options options = { .trust = &held->trust, .as_of = ac_app_now(app), .is_whole = true };
	ac_chain chain;
	int rc;

	*held = (ac_agree_held){ 0 };
	ac_arena_init(&held->arena, HELD_ARENA_MAX);
	ac_holding_init(&held->holding, &held->arena);
	held->digester = ac_digester_open();
	if (!held->digester)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for digests");
	ac_chain_init(&chain, &held->arena);
	rc = ac_chain_load(&chain, dir, NULL, err);
	if (rc == 0)
		rc = ac_trust_add_digest(&held->trust, chain.versions[0]->charter.digest, &held->arena, err);
	if (rc == 0)
		rc = hold_parts(held, dir, err);
	if (rc == 0)
		rc = ac_accounts_make(&held->holding, &options, held->digester, &held->arena, &held->accounts, err);
	return rc;
}

void
ac_agree_held_close(ac_agree_held *held)
{
	held->digester = ac_digester_close(held->digester);
	ac_arena_done(&held->arena);
}

/* "NAME", "NAME/VERSION" or "sha256:HEX". */
static bool
is_meant(const ac_statement *s, ac_str which)
{
	char hex[2 * AC_SHA256_SIZE];
	ac_str name = which, version;
	uint64_t number;

	ac_hex(s->digest, AC_SHA256_SIZE, hex);
	if (ac_str_starts(which, AC_S("sha256:")))
		return ac_str_eq(ac_str_slice(which, sizeof("sha256:") - 1, which.n), (ac_str){ hex, sizeof(hex) });
	version = which;
	if (!ac_str_cut(&version, '/', &name))
		return ac_str_eq(s->id, which);
	return ac_str_eq(s->id, name) && ac_str_to_u64(version, &number) && number == s->version;
}

int
ac_agree_held_find(const ac_agree_held *held, ac_str which, const ac_account **out, accord_err *err)
{
	const ac_account *best = NULL;

	for (size_t i = 0; i < held->accounts.count; i++) {
		const ac_account *a = &held->accounts.items[i];

		if (is_meant(&a->statement, which) && (!best || a->statement.version > best->statement.version))
			best = a;
	}
	if (!best)
		return ac_fail(
		    err, ACCORD_ENOTFOUND, "no statement that members signed is called %.*s here", AC_FMT(which));
	*out = best;
	return 0;
}

int
ac_agree_held_bundle(ac_agree_held *held, const char *dir, const ac_account *account, ac_str *out, accord_err *err)
{
	char hex[2 * AC_SHA256_SIZE];
	ac_str path;
	ac_file_id id;

	ac_hex(account->statement.bundle, AC_SHA256_SIZE, hex);
	path = ac_arena_printf(&held->arena, "%s/bundles/%.*s.json", dir, (int)sizeof(hex), hex);
	if (!path.p)
		return ac_arena_check(&held->arena, err);
	if (!ac_file_look(path.p, &id))
		return ac_fail(err, ACCORD_ENOTFOUND, "%s: the statement's bundle is not here", path.p);
	return ac_file_load_text(path.p, AC_BUNDLE_MAX, &held->arena, out, err);
}

static int
put_one(ac_agree_held *held, ac_store *store, const char *dir, const ac_account *a, uint64_t *new_ones, accord_err *err)
{
	ac_str evidence = { 0 };
	uint64_t count = 0;
	int rc = ac_agree_held_bundle(held, dir, a, &evidence, err);

	if (rc && rc != ACCORD_ENOTFOUND)
		return rc;
	rc = ac_objects_put(store, a, evidence, &held->arena, &count, err);
	*new_ones += count;
	return rc;
}

/* Of pledges, those that stand in logs, under the latest charter. */
static int
put_pledges(ac_agree_held *held, ac_app *app, ac_store **store, uint64_t *new_ones, accord_err *err)
{
	const ac_accounts *accounts = &held->accounts;
	ac_pledge_note *notes = ac_arena_zalloc(&held->arena, accounts->pledge_count + 1, sizeof(*notes));
	const ac_anchor *anchor = NULL;
	uint64_t added = 0;
	size_t count = 0;
	int rc = 0;

	if (!notes)
		return ac_arena_check(&held->arena, err);
	for (size_t i = 0; i < accounts->pledge_count; i++) {
		const ac_pledged *p = &accounts->pledges[i];

		if (!p->is_logged || p->anchor->kind == AC_ANCHOR_NONE || (anchor && p->anchor != anchor))
			continue;
		anchor = p->anchor;
		notes[count++] = p->note;
	}
	if (!count)
		return 0;
	rc = *store ? 0 : ac_app_store(app, AC_STORE_WRITE, store, err);
	if (rc == 0)
		rc = ac_objects_put_pledges(
		    *store, ac_chain_latest(&anchor->chain), notes, count, &held->arena, &added, err);
	*new_ones += added;
	return rc;
}

int
ac_agree_store_objects(ac_app *app, const char *dir, const uint8_t *statement, uint64_t *out_new,
    uint64_t *out_statements, accord_err *err)
{
	uint64_t new_ones = 0, statements = 0;
	ac_store *store = NULL;
	ac_agree_held held;
	int rc = ac_agree_hold(app, dir, &held, err);

	for (size_t i = 0; rc == 0 && i < held.accounts.count; i++) {
		const ac_account *a = &held.accounts.items[i];

		if (!a->is_published || !a->has_then || a->anchor->kind == AC_ANCHOR_NONE ||
		    (statement && memcmp(a->statement.digest, statement, AC_SHA256_SIZE) != 0))
			continue;
		rc = store ? 0 : ac_app_store(app, AC_STORE_WRITE, &store, err);
		if (rc == 0)
			rc = put_one(&held, store, dir, a, &new_ones, err);
		statements++;
	}
	if (rc == 0 && !statement)
		rc = put_pledges(&held, app, &store, &new_ones, err);
	ac_agree_held_close(&held);
	if (rc == 0) {
		*out_new = new_ones;
		*out_statements = statements;
	}
	return rc;
}
