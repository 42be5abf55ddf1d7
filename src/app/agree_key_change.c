/* SPDX-License-Identifier: Apache-2.0 */
/* Rotating a key to the one that follows, and declaring one compromised: notes made, signed, gathered and kept. Whether they are accepted is agree/chain.c's to say. */
#include "app/agree_key_change.h"

#include "agree/checkpoint.h"
#include "agree/log.h"
#include "agree/node.h"
#include "agree/written.h"
#include "app/agree_charter.h"
#include "app/agree_append.h"
#include "base/limits.h"
#include "crypto/mac.h"
#include "sys/file.h"
#include "sys/os.h"

/* A command that changes a key. */
typedef struct changing {
	ac_app *app;
	const ac_args *args;
	ac_coalition *coalition;
	ac_agree_words *words;
	ac_agree_log_key *log;
} changing;

/* Leaves of the log in a folder, when it is the log of that origin. */
static bool
leaves_in(ac_coalition *c, const char *folder, ac_str origin, uint64_t *out)
{
	ac_checkpoint head;
	bool found = false;
	ac_note note;
	ac_buf buf;

	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	if (ac_log_read_checkpoint(folder, &buf, NULL) == 0 &&
	    ac_note_parse(ac_buf_view(&buf), &c->arena, &note, NULL) == 0 &&
	    ac_checkpoint_parse(note.text, &head, NULL) == 0 && ac_str_eq(head.origin, origin)) {
		found = true;
		*out = head.size > *out ? head.size : *out;
	}
	ac_buf_done(&buf);
	return found;
}

/* How many leaves of a log are known here: of the member's own, or of the copy of another's. A log of which nothing is known is not taken for an empty one: all that stands in it would be void. */
static int
known_size(ac_coalition *c, ac_str origin, uint64_t *out, accord_err *err)
{
	uint8_t hash[AC_SHA256_SIZE];
	char hex[2 * AC_SHA256_SIZE];
	bool own, copied;
	ac_str peer, mine;
	int rc = ac_sha256(origin, hash, err);

	if (rc)
		return rc;
	ac_hex(hash, sizeof(hash), hex);
	peer = ac_arena_printf(&c->arena, "%s/peers/%.*s", c->dir, (int)sizeof(hex), hex);
	mine = ac_arena_printf(&c->arena, "%s/log", c->dir);
	rc = ac_arena_check(&c->arena, err);
	if (rc)
		return rc;
	*out = 0;
	own = leaves_in(c, mine.p, origin, out);
	copied = leaves_in(c, peer.p, origin, out);
	if (!own && !copied)
		return ac_fail(err, ACCORD_EUSAGE,
		    "the log %.*s is not known here; say from which entry on by --from %.*s=N", AC_FMT(origin),
		    AC_FMT(origin));
	return 0;
}

/* --from ORIGIN=N of a log; false: not given. */
static int
given_place(const ac_args *args, ac_str origin, uint64_t *out, bool *is_given, accord_err *err)
{
	const char *text;
	size_t at = 0;

	*is_given = false;
	while ((text = ac_arg_next(args, "from", &at))) {
		ac_str rest = ac_str_from(text), name;

		if (!ac_str_cut(&rest, '=', &name) || !ac_str_to_u64(rest, out))
			return ac_fail(err, ACCORD_EUSAGE, "want --from LOG=ENTRY, got '%s'", text);
		if (!ac_str_eq(name, origin))
			continue;
		*is_given = true;
		return 0;
	}
	return 0;
}

/* --from names logs of the charter only: a log that is misspelt would stay as it is unseen. */
static int
check_from(const ac_args *args, const ac_key_note *n, accord_err *err)
{
	const char *text;
	size_t at = 0;

	while ((text = ac_arg_next(args, "from", &at))) {
		ac_str rest = ac_str_from(text), name = { 0 };
		bool found = false;

		(void)ac_str_cut(&rest, '=', &name);
		for (unsigned i = 0; i < n->place_count; i++)
			found = found || ac_str_eq(n->places[i].origin, name);
		if (!found)
			return ac_fail(err, ACCORD_EUSAGE, "--from %s: the charter has no such log", text);
	}
	return 0;
}

/* What both changes say, about a key of the version in force. */
static int
prepare(ac_app *app, const ac_args *args, ac_coalition *c, const ac_chain_key *key, ac_key_note *out, accord_err *err)
{
	const ac_charter *charter = ac_chain_latest(&c->chain);
	ac_leaf_place *places = ac_arena_zalloc(&c->arena, charter->key_count + 1, sizeof(*places));
	ac_key_note n = { .coalition = charter->coalition,
		.charter_version = charter->version,
		.member = charter->members[key->key.member].name,
		.purpose = key->key.vkey.purpose,
		.at = { ac_app_now(app).seconds, 0 },
		.key = key->key.vkey,
		.places = places };
	int rc = places ? 0 : ac_arena_check(&c->arena, err);

	memcpy(n.charter, charter->digest, sizeof(n.charter));
	for (unsigned i = 0; !rc && i < charter->key_count; i++) {
		ac_leaf_place *place = &places[n.place_count];
		bool is_given = false;

		if (charter->keys[i].vkey.purpose != AC_PURPOSE_LOG)
			continue;
		place->origin = charter->keys[i].vkey.name;
		rc = given_place(args, place->origin, &place->index, &is_given, err);
		if (!rc && !is_given)
			rc = known_size(c, place->origin, &place->index, err);
		n.place_count++;
	}
	if (!rc)
		rc = check_from(args, &n, err);
	n.reason[AC_TONGUE_EN] = ac_str_from(ac_arg(args, "reason-en", NULL));
	n.reason[AC_TONGUE_FR] = ac_str_from(ac_arg(args, "reason-fr", NULL));
	*out = n;
	return rc;
}

static int
write_text(ac_coalition *c, const ac_key_note *n, ac_str *out, accord_err *err)
{
	ac_str text;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_key_note_add(&buf, n);
	rc = ac_buf_finish(&buf, &text, err);
	if (!rc) {
		*out = ac_arena_str(&c->arena, text);
		rc = ac_arena_check(&c->arena, err);
	}
	ac_buf_done(&buf);
	return rc ? rc : ac_written_check(*out, &c->arena, err);
}

/* One more signature of a proposal; both live in the arena. */
static int
add_signature(ac_coalition *c, ac_note *note, const ac_note *more, ac_str *out_bytes, accord_err *err)
{
	ac_str bytes;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_NOTE_MAX);
	rc = ac_proposal_merge(&buf, note, more, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc) {
		*out_bytes = ac_arena_str(&c->arena, bytes);
		rc = ac_arena_check(&c->arena, err);
	}
	ac_buf_done(&buf);
	return rc ? rc : ac_proposal_parse(*out_bytes, &c->arena, note, err);
}

static int
sign_with(ac_coalition *c, ac_note *note, const ac_agree_key *key, ac_str *out_bytes, accord_err *err)
{
	ac_note more;
	int rc = ac_coalition_sign(c, note->text, key, &more, err);

	return rc ? rc : add_signature(c, note, &more, out_bytes, err);
}

/* What a change came to. */
typedef struct outcome {
	const char *path; /* of its note, or of the proposal */
	const char *why;  /* it is not accepted yet; NULL: it is */
	ac_str log;       /* that has it; empty: none */
	ac_log_place place;
} outcome;

static void
tell(ac_app *app, const ac_key_note *n, const outcome *o)
{
	const char *path = o->path, *why = o->why;
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	if (!ac_app_json(app)) {
		ac_buf_printf(out, "%.*s+%08x of %.*s: %s%s\n  %s\n", AC_FMT(n->key.name), n->key.id, AC_FMT(n->member),
		    n->change == AC_KEY_ROTATE ? "rotated" : "declared compromised", why ? ", not accepted yet" : "",
		    path);
		for (unsigned i = 0; i < n->place_count; i++)
			ac_buf_printf(out, "  does not count from entry %llu of %.*s on\n",
			    (unsigned long long)n->places[i].index, AC_FMT(n->places[i].origin));
		if (why)
			ac_buf_printf(out, "  %s\n", why);
		else if (o->log.n)
			ac_buf_printf(
			    out, "  entry %llu of %.*s\n", (unsigned long long)o->place.index, AC_FMT(o->log));
		else
			ac_buf_add(out, AC_S(AC_AGREE_NOT_LOGGED));
		return;
	}
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.key-change/1"));
	ac_jw_key_string(&w, AC_S("change"), ac_str_from(ac_key_change_name(n->change)));
	ac_jw_key_string(&w, AC_S("state"), why ? AC_S("proposed") : AC_S("accepted"));
	ac_jw_key_string(&w, AC_S("member"), n->member);
	ac_jw_key_string(&w, AC_S("purpose"), ac_str_from(ac_purpose_name(n->purpose)));
	ac_jw_key_string(&w, AC_S("key"), n->key.name);
	ac_jw_key_time(&w, AC_S("at"), n->at, 0);
	ac_jw_key(&w, AC_S("logs"));
	ac_jw_array(&w);
	for (unsigned i = 0; i < n->place_count; i++) {
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("origin"), n->places[i].origin);
		ac_jw_key_u64(&w, AC_S("index"), n->places[i].index);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_jw_key_string(&w, AC_S("file"), ac_str_from(path));
	if (why)
		ac_jw_key_string(&w, AC_S("reason"), ac_str_from(why));
	if (o->log.n)
		ac_jw_key_u64(&w, AC_S("entry"), o->place.index);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* charter/change-DIGEST.note: where a change gathers signatures; and what is there of it. */
static int
proposal_path(ac_coalition *c, const uint8_t digest[static AC_SHA256_SIZE], const char **out, accord_err *err)
{
	char hex[2 * AC_SHA256_SIZE];

	ac_hex(digest, AC_SHA256_SIZE, hex);
	*out = ac_arena_printf(&c->arena, "%s/charter/change-%.*s.note", c->dir, (int)sizeof(hex), hex).p;
	return ac_arena_check(&c->arena, err);
}

/* It is a note like others now, and a leaf of the member's log where its key is given. */
static int
keep(changing *x, const ac_key_note *n, ac_str bytes, outcome *o, accord_err *err)
{
	ac_coalition *c = x->coalition;
	ac_buf kept;
	int rc = ac_node_keep(c->dir, bytes, NULL, err);

	if (!rc)
		rc = ac_file_remove(o->path, err);
	ac_buf_init(&kept, AC_PATH_MAX);
	if (!rc)
		rc = ac_node_path(c->dir, "notes", n->digest, ".note", &kept, err);
	if (!rc)
		o->path = ac_arena_str(&c->arena, ac_buf_view(&kept)).p;
	ac_buf_done(&kept);
	if (rc || !x->log->is_given)
		return rc;
	o->log = x->log->key.file.vkey.name;
	return ac_agree_log_append(c->dir, &x->log->key, &bytes, 1, &o->place, err);
}

/* Accepted changes are notes; until then a proposal is sent around. */
static int
settle(changing *x, const ac_key_note *n, const ac_note *note, ac_str bytes, accord_err *err)
{
	ac_coalition *c = x->coalition;
	accord_err why = { 0 };
	bool *voices = NULL;
	outcome o = { 0 };
	int rc = proposal_path(c, n->digest, &o.path, err);

	/* A wrong signature would spoil the proposal for good. */
	if (!rc && note->count)
		rc = ac_chain_voices(&c->chain, ac_chain_latest(&c->chain), note, &c->arena, &voices, err);
	if (rc && rc != ACCORD_ENOTFOUND)
		return rc;
	*err = (accord_err){ 0 };
	rc = note->count ? ac_chain_add_change(&c->chain, bytes, &why)
			 : ac_fail(&why, ACCORD_EDENIED, "nobody has signed it");
	if (rc == ACCORD_EDENIED) {
		rc = ac_file_replace(o.path, bytes, 0600, err);
		o.why = why.text;
	} else if (rc) {
		*err = why;
	} else {
		rc = keep(x, n, bytes, &o, err);
	}
	if (!rc)
		tell(x->app, n, &o);
	return rc;
}

/* The key of the version in force that a test takes: the place among its keys; the last of them wins, which is the one in use. */
static int
find_key(ac_coalition *c, ac_str name, const ac_vkey *vkey, const ac_chain_key **out, accord_err *err)
{
	ac_chain_key *keys = NULL;
	ac_str base = ac_str_slice(name, 0, ac_str_find_byte(name, '+')),
	       id = ac_str_slice(name, base.n + 1, base.n + 9);
	size_t count = 0;
	int rc = ac_chain_keys(&c->chain, ac_chain_latest(&c->chain), &c->arena, &keys, &count, err);

	*out = NULL;
	for (size_t i = 0; !rc && i < count; i++) {
		const ac_vkey *k = &keys[i].key.vkey;
		ac_str hex = ac_arena_printf(&c->arena, "%08x", k->id);

		if (vkey ? ac_vkey_eq(k, vkey) : ac_str_eq(k->name, base) && (!id.n || ac_str_eq(hex, id)))
			*out = &keys[i];
	}
	if (!rc && !*out)
		rc = ac_fail(err, ACCORD_EUSAGE, "the charter has no key '%.*s'", AC_FMT(vkey ? vkey->name : name));
	return rc;
}

/* The file of the key that follows: it is the one in use then, and the one behind it is new. */
static int
make_file(changing *x, const ac_agree_key *old, ac_str *out, ac_keyfile *out_file, accord_err *err)
{
	ac_arena *arena = &x->coalition->arena;
	ac_str name = ac_str_slice(
	    old->file.vkey.name, 0, old->file.vkey.name.n - strlen(ac_purpose_name(old->file.vkey.purpose)) - 1);
	ac_keyfile_seeds seeds;
	ac_seal_random random;
	ac_buf words, text;
	ac_str bytes;
	int rc;

	memcpy(seeds.now, old->next.secret, sizeof(seeds.now));
	ac_agree_passphrase_init(&words);
	ac_buf_init(&text, 16 * AC_KIB);
	rc = ac_agree_words_new(x->words, &words, err);
	if (!rc)
		rc = ac_random(seeds.next, sizeof(seeds.next), err);
	if (!rc)
		rc = ac_random(&random, sizeof(random), err);
	if (!rc)
		rc = ac_keyfile_add(
		    &text, name, old->file.vkey.purpose, &seeds, old->file.cost, &random, ac_buf_view(&words), err);
	if (!rc)
		rc = ac_buf_finish(&text, &bytes, err);
	if (!rc) {
		*out = ac_arena_str(arena, bytes);
		rc = ac_arena_check(arena, err);
	}
	if (!rc)
		rc = ac_keyfile_parse(*out, arena, out_file, err);
	ac_wipe(&seeds, sizeof(seeds));
	ac_buf_done(&text);
	ac_agree_passphrase_done(&words);
	return rc;
}

/* By the old key and the new; and by the key that --by names, which logs and witnesses need. */
static int
sign_rotation(
    changing *x, const ac_agree_key *old, const ac_vkey *successor, ac_note *note, ac_str *out_bytes, accord_err *err)
{
	const char *by = ac_arg(x->args, "by", NULL);
	ac_coalition *c = x->coalition;
	bool by_both = old->file.vkey.purpose == AC_PURPOSE_ROOT || old->file.vkey.purpose == AC_PURPOSE_SIGN;
	ac_agree_key key;
	int rc = 0;

	if (by_both) {
		rc = sign_with(c, note, old, out_bytes, err);
		key = (ac_agree_key){ .file = { .vkey = *successor }, .now = old->next };
		if (!rc)
			rc = sign_with(c, note, &key, out_bytes, err);
		ac_wipe(&key.now, sizeof(key.now));
	} else if (!by) {
		return ac_fail(err, ACCORD_EUSAGE,
		    "want --by FILE: keys of logs and witnesses are rotated by the root key, or the sign key of a "
		    "member without one");
	}
	if (rc || !by)
		return rc;
	rc = ac_agree_words_open(x->words, by, &key, err);
	if (!rc)
		rc = sign_with(c, note, &key, out_bytes, err);
	ac_agree_key_close(&key);
	return rc;
}

static int
rotate(changing *x, const ac_agree_key *old, accord_err *err)
{
	const char *path = x->args->operands[2];
	ac_coalition *c = x->coalition;
	const ac_chain_key *key = NULL;
	ac_str text = { 0 }, bytes = { 0 }, file_text;
	ac_keyfile file;
	ac_key_note n;
	ac_note note;
	ac_chain trial;
	int rc = find_key(c, (ac_str){ 0 }, &old->file.vkey, &key, err);

	if (!rc)
		rc = prepare(x->app, x->args, c, key, &n, err);
	if (!rc)
		rc = make_file(x, old, &file_text, &file, err);
	if (rc)
		return rc;
	n.change = AC_KEY_ROTATE;
	n.successor = file.vkey;
	rc = ac_keyfile_commitment(file.next_public, n.next, err);
	if (!rc)
		rc = write_text(c, &n, &text, err);
	note = (ac_note){ .text = text };
	if (!rc)
		rc = sign_rotation(x, old, &file.vkey, &note, &bytes, err);
	if (!rc)
		rc = ac_key_note_parse(text, &c->arena, &n, err);
	/* Before the new file is there: a rotation that is refused leaves nothing behind. */
	trial = c->chain;
	if (!rc)
		rc = ac_chain_add_change(&trial, bytes, err);
	if (!rc)
		rc = ac_file_make(path, file_text, 0600, err);
	return rc ? rc : settle(x, &n, &note, bytes, err);
}

/* The folder with its charter, and one passphrase for all keys. */
static int
act(ac_app *app, const ac_args *args, int (*run)(changing *x, accord_err *err), accord_err *err)
{
	ac_agree_log_key log = { 0 };
	ac_agree_words words;
	ac_coalition c;
	changing x = { app, args, &c, &words, &log };
	int rc = ac_coalition_open_chartered(app, args, true, &c, err);

	ac_agree_words_init(&words, args);
	if (!rc)
		rc = ac_agree_log_key_open(&words, &log, err);
	if (!rc)
		rc = run(&x, err);
	ac_agree_log_key_close(&log);
	ac_agree_words_done(&words);
	ac_coalition_close(&c);
	return rc;
}

static int
run_rotate(changing *x, accord_err *err)
{
	const char *const *files = x->args->operands;
	ac_agree_key old;
	ac_file_id id;
	int rc;

	if (ac_file_look(files[2], &id))
		return ac_fail(
		    err, ACCORD_EUSAGE, "%s: there is a file already; a key is never written over", files[2]);
	rc = ac_agree_words_open(x->words, files[1], &old, err);
	if (!rc)
		rc = rotate(x, &old, err);
	ac_agree_key_close(&old);
	return rc;
}

int
ac_agree_key_rotate(ac_app *app, const ac_args *args, accord_err *err)
{
	return act(app, args, run_rotate, err);
}

/* With --key: one more signature. Then it is accepted, or waits for more. */
static int
sign_and_settle(changing *x, ac_note *note, ac_str bytes, accord_err *err)
{
	const char *path = ac_arg(x->args, "key", NULL), *there = NULL;
	ac_coalition *c = x->coalition;
	ac_agree_key key;
	ac_file_id id;
	ac_key_note n;
	ac_note more;
	ac_str old;
	int rc = ac_key_note_parse(note->text, &c->arena, &n, err);

	if (!rc)
		rc = proposal_path(c, n.digest, &there, err);
	if (!rc && ac_file_look(there, &id)) {
		rc = ac_file_load_text(there, AC_NOTE_MAX, &c->arena, &old, err);
		if (!rc)
			rc = ac_proposal_parse(old, &c->arena, &more, err);
		if (!rc)
			rc = add_signature(c, note, &more, &bytes, err);
	}
	if (rc)
		return rc;
	if (path) {
		rc = ac_agree_words_open(x->words, path, &key, err);
		if (!rc)
			rc = sign_with(c, note, &key, &bytes, err);
		ac_agree_key_close(&key);
	}
	return rc ? rc : settle(x, &n, note, bytes, err);
}

static int
run_compromised(changing *x, accord_err *err)
{
	ac_coalition *c = x->coalition;
	const ac_chain_key *key = NULL;
	ac_key_note n;
	ac_note note = { 0 };
	ac_str bytes;
	int rc = find_key(c, ac_str_from(x->args->operands[1]), NULL, &key, err);

	if (!rc)
		rc = prepare(x->app, x->args, c, key, &n, err);
	if (rc)
		return rc;
	n.change = AC_KEY_COMPROMISED;
	rc = write_text(c, &n, &note.text, err);
	if (rc)
		return rc;
	bytes = ac_arena_printf(&c->arena, "%.*s\n", AC_FMT(note.text));
	rc = ac_arena_check(&c->arena, err);
	return rc ? rc : sign_and_settle(x, &note, bytes, err);
}

int
ac_agree_key_compromised(ac_app *app, const ac_args *args, accord_err *err)
{
	return act(app, args, run_compromised, err);
}

static int
run_sign(changing *x, accord_err *err)
{
	ac_coalition *c = x->coalition;
	ac_note note;
	ac_str bytes;
	int rc = ac_file_load_text(x->args->operands[1], AC_NOTE_MAX, &c->arena, &bytes, err);

	if (!rc)
		rc = ac_proposal_parse(bytes, &c->arena, &note, err);
	return rc ? rc : sign_and_settle(x, &note, bytes, err);
}

int
ac_agree_key_sign(ac_app *app, const ac_args *args, accord_err *err)
{
	return act(app, args, run_sign, err);
}
