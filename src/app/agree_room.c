/* SPDX-License-Identifier: Apache-2.0 */
/* The member's folder for commands about statements. What counts is decided in agree/account.c. */
#include "app/agree_room.h"

#include <stdio.h>

#include "agree/written.h"
#include "app/agree_append.h"
#include "app/app.h"
#include "base/limits.h"
#include "crypto/mac.h"
#include "sys/file.h"
#include "sys/os.h"

/* All that a folder holds, with what is read of it. */
#define ROOM_ARENA_MAX (1024 * AC_MIB)

/* Parts of the folder that are read: drafts and keys of commitments are in another. */
static const char *const parts[] = { "charter", "notes", "bundles", "log", "peers" };

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	ac_room *room = payload;

	(void)ac_app_fail(room->app, path, what);
}

int
ac_room_open(ac_app *app, const ac_args *args, ac_room *room, accord_err *err)
{
	ac_warnings warnings;
	int rc;

	*room = (ac_room){ .app = app, .args = args, .lock = -1 };
	ac_arena_init(&room->arena, ROOM_ARENA_MAX);
	ac_chain_init(&room->chain, &room->arena);
	warnings = (ac_warnings){ .arena = &room->arena };
	room->digester = ac_digester_open();
	if (!room->digester)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for hashes");
	room->dir = ac_agree_dir(app, args, err);
	if (!room->dir)
		return err->code;
	rc = ac_chain_load(&room->chain, room->dir, &warnings, err);
	if (rc)
		return rc;
	room->charter = ac_chain_latest(&room->chain);
	for (unsigned i = 0; i < room->chain.count && !rc; i++)
		rc = ac_trust_add_digest(&room->trust, room->chain.versions[i]->charter.digest, &room->arena, err);
	return rc;
}

void
ac_room_close(ac_room *room)
{
	if (room->has_key)
		ac_agree_key_close(&room->key);
	if (room->has_log_key)
		ac_agree_key_close(&room->log_key);
	if (room->lock >= 0)
		ac_file_unlock(room->lock);
	room->digester = ac_digester_close(room->digester);
	ac_arena_done(&room->arena);
}

/* What he sealed himself he knows without the openings that others will see. */
static int
add_sealed(ac_room *room, ac_account_options *options, accord_err *err)
{
	ac_node_sealed *all = NULL;
	ac_opening *openings;
	size_t count = 0;
	int rc = ac_node_list_sealed(room->dir, &room->arena, &all, &count, err);

	if (rc)
		return rc;
	openings = ac_arena_zalloc(&room->arena, count + 1, sizeof(*openings));
	if (!openings)
		return ac_arena_check(&room->arena, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		openings[i] = all[i].opening;
		rc = ac_holding_add(&room->holding, "sealed", all[i].note, NULL, err);
	}
	options->openings = openings;
	options->opening_count = count;
	return rc;
}

int
ac_room_read(ac_room *room, accord_err *err)
{
	const char *as_of = ac_arg(room->args, "as-of", NULL);
	ac_account_options options = { .trust = &room->trust, .as_of = ac_app_now(room->app) };
	int rc = 0;

	if (as_of && ac_time_parse_stix(ac_str_from(as_of), &options.as_of, NULL))
		return ac_fail(err, ACCORD_EUSAGE, "--as-of: want a time as 2021-07-19T11:00:00Z, got '%s'", as_of);
	ac_holding_init(&room->holding, &room->arena);
	room->holding.on_problem = on_problem;
	room->holding.payload = room;
	for (size_t i = 0; i < AC_COUNT(parts) && !rc; i++) {
		ac_str path = ac_arena_printf(&room->arena, "%s/%s", room->dir, parts[i]);
		ac_file_id id;

		if (path.p && ac_file_look(path.p, &id))
			rc = ac_holding_add_path(&room->holding, path.p, err);
	}
	if (!rc)
		rc = ac_arena_check(&room->arena, err);
	if (!rc)
		rc = add_sealed(room, &options, err);
	return rc ? rc : ac_accounts_make(&room->holding, &options, room->digester, &room->arena, &room->accounts, err);
}

/* Is that text the begin of a digest, with or without "sha256:"? */
static bool
is_digest_of(ac_str name, const ac_statement *s)
{
	ac_str scheme = AC_S("sha256:");
	char hex[2 * AC_SHA256_SIZE];
	enum { DIGITS_MIN = 8 };

	if (ac_str_starts(name, scheme))
		name = ac_str_slice(name, scheme.n, name.n);
	ac_hex(s->digest, sizeof(s->digest), hex);
	return name.n >= DIGITS_MIN && name.n <= sizeof(hex) && memcmp(name.p, hex, name.n) == 0;
}

int
ac_room_find(const ac_room *room, const char *name, const ac_account **out, accord_err *err)
{
	const ac_account *found = NULL, *by_digest = NULL;
	bool is_double = false;

	for (size_t i = 0; i < room->accounts.count; i++) {
		const ac_account *a = &room->accounts.items[i];

		if (ac_str_eq(a->statement.id, ac_str_from(name)) && found &&
		    a->statement.version == found->statement.version &&
		    ac_str_eq(a->statement.convener, found->statement.convener))
			is_double = true;
		if (ac_str_eq(a->statement.id, ac_str_from(name)) &&
		    (!found || a->statement.version > found->statement.version)) {
			found = a;
			is_double = false;
		}
		if (!is_digest_of(ac_str_from(name), &a->statement))
			continue;
		if (by_digest)
			return ac_fail(err, ACCORD_EUSAGE, "two statements have digests that begin so");
		by_digest = a;
	}
	if (!by_digest && is_double)
		return ac_fail(err, ACCORD_EUSAGE,
		    "%.*s has signed two texts of that name and version; say which one by its digest, sha256:HEX",
		    AC_FMT(found->statement.convener));
	*out = by_digest ? by_digest : found;
	return *out ? 0 : ac_fail(err, ACCORD_ENOTFOUND, "there is no statement of that name or digest that counts");
}

int
ac_room_published(ac_room *room, const ac_account *a, ac_standing *out, accord_err *err)
{
	const ac_endorsement **some;
	size_t count = 0;

	if (a->has_then) {
		*out = a->then;
		return 0;
	}
	some = ac_arena_zalloc(&room->arena, a->said_count + 1, sizeof(*some));
	if (!some)
		return ac_arena_check(&room->arena, err);
	for (size_t i = 0; i < a->said_count; i++)
		if (a->said[i].is_valid && ac_time_cmp(a->said[i].endorsement.about.at, a->publication.about.at) <= 0)
			some[count++] = &a->said[i].endorsement;
	return ac_standing_judge(a->charter, &a->statement, a->signers, some, count, &room->arena, out, err);
}

/* What a key that is out of use signs is void: it is not signed. */
static int
check_in_use(const ac_chain_key *key, const char *option, accord_err *err)
{
	const ac_vkey *v = &key->key.vkey;

	if (key->compromised)
		return ac_fail(err, ACCORD_EDENIED,
		    "%s: %.*s+%08x was declared compromised, and nothing that it signs counts; the charter needs "
		    "another one "
		    "(accord agree charter propose --member NAME=FILE)",
		    option, AC_FMT(v->name), v->id);
	if (key->rotated)
		return ac_fail(err, ACCORD_EDENIED,
		    "%s: %.*s+%08x was rotated, and nothing that it signs counts; use the file that accord agree key "
		    "rotate made",
		    option, AC_FMT(v->name), v->id);
	return 0;
}

/* Whose sign key it is, under the latest charter, and that both keys are in use. */
static int
find_member(ac_room *room, accord_err *err)
{
	ac_chain_key *keys;
	size_t count;
	bool found = false;
	int rc = ac_chain_keys(&room->chain, room->charter, &room->arena, &keys, &count, err);

	for (size_t i = 0; !rc && i < count; i++) {
		const ac_vkey *v = &keys[i].key.vkey;

		if (v->purpose == AC_PURPOSE_SIGN && ac_vkey_eq(v, &room->key.file.vkey)) {
			room->member = keys[i].key.member;
			found = true;
			rc = check_in_use(&keys[i], "--key", err);
		} else if (room->has_log_key && v->purpose == AC_PURPOSE_LOG &&
			   ac_vkey_eq(v, &room->log_key.file.vkey)) {
			rc = check_in_use(&keys[i], "--log-key", err);
		}
	}
	if (!rc && !found)
		rc = ac_fail(err, ACCORD_EDENIED, "%.*s is no member's sign key by the charter of %.*s",
		    AC_FMT(room->key.file.vkey.name), AC_FMT(room->charter->coalition));
	return rc;
}

/* One process of the member after the other, also over what they read. */
static int
lock_member(ac_room *room, accord_err *err)
{
	ac_str path = ac_arena_printf(&room->arena, "%s/.member.lock", room->dir);
	int rc = ac_arena_check(&room->arena, err);

	if (rc)
		return rc;
	room->lock = ac_file_lock(path.p, err);
	return room->lock < 0 ? room->lock : 0;
}

/* The log's key by the same passphrase, which is read once: a descriptor has it once only. */
static int
open_keys(ac_room *room, accord_err *err)
{
	const char *paths[] = { ac_arg(room->args, "key", NULL), ac_arg(room->args, "log-key", NULL) };
	ac_agree_key *keys[] = { &room->key, &room->log_key };
	ac_agree_words words;
	int rc = 0;

	ac_agree_words_init(&words, room->args);
	for (unsigned i = 0; i < 2 && !rc; i++)
		if (paths[i]) {
			*(i ? &room->has_log_key : &room->has_key) = true;
			rc = ac_agree_words_open(&words, paths[i], keys[i], err);
		}
	ac_agree_words_done(&words);
	return rc;
}

int
ac_room_keys(ac_room *room, accord_err *err)
{
	int rc;

	if (!ac_arg(room->args, "key", NULL))
		return ac_fail(err, ACCORD_EUSAGE, "want --key FILE, the member's sign key");
	rc = open_keys(room, err);
	if (!rc && room->key.file.vkey.purpose != AC_PURPOSE_SIGN)
		rc = ac_fail(err, ACCORD_EUSAGE, "--key: want a key of the purpose sign");
	if (!rc && room->has_log_key && room->log_key.file.vkey.purpose != AC_PURPOSE_LOG)
		rc = ac_fail(err, ACCORD_EUSAGE, "--log-key: want a key of the purpose log");
	if (!rc)
		rc = find_member(room, err);
	return rc ? rc : lock_member(room, err);
}

ac_str
ac_room_member(const ac_room *room)
{
	return room->charter->members[room->member].name;
}

int
ac_room_sign(ac_room *room, ac_buf *text, ac_str *out, accord_err *err)
{
	return ac_written_sign(text, &room->key.file.vkey, &room->key.now, &room->arena, out, err);
}

int
ac_room_append(ac_room *room, const ac_str *leaves, size_t count, ac_log_place *out_places, accord_err *err)
{
	ac_log_place *places = out_places ? out_places : ac_arena_zalloc(&room->arena, count + 1, sizeof(*places));

	if (!places)
		return ac_arena_check(&room->arena, err);
	return room->has_log_key ? ac_agree_log_append(room->dir, &room->log_key, leaves, count, places, err) : 0;
}

static int
make_sealer(const ac_room *room, ac_sealer *out, accord_err *err)
{
	*out = (ac_sealer){ .vkey = &room->key.file.vkey, .key = &room->key.now, .now = ac_app_now(room->app) };
	return ac_random(out->nonce, sizeof(out->nonce), err);
}

int
ac_room_put(ac_room *room, const ac_str *notes, size_t count, bool is_sealed, ac_log_place *out_places, accord_err *err)
{
	ac_str *leaves = ac_arena_zalloc(&room->arena, count + 1, sizeof(*leaves));
	int rc = ac_arena_check(&room->arena, err);

	for (size_t i = 0; i < count && !rc; i++) {
		ac_sealer sealer;

		leaves[i] = notes[i];
		rc = ac_node_keep(room->dir, notes[i], NULL, err);
		if (rc || !is_sealed)
			continue;
		rc = make_sealer(room, &sealer, err);
		if (!rc)
			rc = ac_node_seal(room->dir, notes[i], &sealer, &room->arena, &leaves[i], err);
		ac_wipe(sealer.nonce, sizeof(sealer.nonce));
	}
	return rc ? rc : ac_room_append(room, leaves, count, out_places, err);
}

int
ac_room_unseal(ac_room *room, const uint8_t digest[static AC_SHA256_SIZE], accord_err *err)
{
	accord_err own = { 0 };
	ac_sealer sealer;
	ac_str leaves[2];
	int rc = make_sealer(room, &sealer, err);

	if (rc)
		return rc;
	rc = ac_node_open(room->dir, digest, &sealer, &room->arena, &leaves[0], &leaves[1], &own);
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	if (rc) {
		*err = own;
		return rc;
	}
	return ac_room_append(room, leaves, 2, NULL, err);
}

int
ac_room_pair(const ac_args *args, const char *name, bool both, ac_str pair[static AC_TONGUES], accord_err *err)
{
	for (unsigned i = 0; i < AC_TONGUES; i++) {
		char option[40];

		(void)snprintf(option, sizeof(option), "%s-%s", name, ac_tongue_code((ac_tongue)i));
		pair[i] = ac_str_from(ac_arg(args, option, NULL));
	}
	if (both && (pair[0].n == 0) != (pair[1].n == 0))
		return ac_fail(err, ACCORD_EUSAGE, "want --%s-en and --%s-fr, both languages or none", name, name);
	return 0;
}

int
ac_room_judgement(ac_str words, ac_arena *arena, ac_claim_judgement *out, accord_err *err)
{
	ac_line line = { .number = 0 };
	unsigned parts_found = 0;
	ac_str part;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_KIB);
	for (; ac_str_next_field(&words, ':', &part); parts_found++) {
		if (parts_found)
			ac_buf_add_byte(&buf, ' ');
		ac_buf_add(&buf, part);
	}
	/* The confidence may be left unsaid. */
	if (parts_found == 2)
		ac_buf_add(&buf, AC_S(" -"));
	line.rest = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	rc = ac_arena_check(arena, err);
	if (!rc)
		rc = ac_line_judgement(&line, out, err);
	if (!rc && !ac_line_at_end(&line))
		rc = ac_fail(err, ACCORD_EUSAGE, "want TERM:NUMBER or TERM:NUMBER:CONFIDENCE, got more");
	return rc;
}

ac_time
ac_room_now(const ac_room *room)
{
	return (ac_time){ ac_app_now(room->app).seconds, 0 };
}

int
ac_room_act(ac_app *app, const ac_args *args, int (*act)(ac_room *room, accord_err *err))
{
	accord_err err = { 0 };
	ac_room room;
	int rc = ac_room_open(app, args, &room, &err);

	if (!rc)
		rc = ac_room_keys(&room, &err);
	if (!rc)
		rc = ac_room_read(&room, &err);
	if (!rc)
		rc = act(&room, &err);
	ac_room_close(&room);
	return rc ? ac_app_fail(app, args->operands[0], &err) : AC_EXIT_OK;
}
