/* SPDX-License-Identifier: Apache-2.0 */
/* Pulling logs. Knows nothing of what their leaves say. */
#include "agree/pull.h"

#include <stdio.h>

#include "agree/folder.h"
#include "agree/log_files.h"
#include "agree/log_writer.h"
#include "sys/file.h"
#include "sys/inside.h"

/* Checkpoints of one log with their signatures. */
#define PULL_ARENA_MAX (32 * AC_MIB)
#define TILE_BUF_MAX (16 * AC_MIB)
/* Where a member has his own log. */
#define OWN_PLACE "log"

/* A signed checkpoint that somebody holds. */
typedef struct held {
	ac_str bytes;
	ac_note note;
	ac_checkpoint head;
	size_t cosigners; /* witnesses among the keys */
} held;

/* Tiles of a folder of a log below the other's folder. */
typedef struct their_tiles {
	const char *from, *place;
	ac_buf buf;
} their_tiles;

/* One log. */
typedef struct pulling {
	const ac_pull *p;
	ac_arena *arena;
	ac_digester *digester;
	ac_str origin;
	ac_vkey *logs; /* the keys that bear its name */
	size_t log_count;
	bool is_own;
	char folder[AC_PATH_MAX]; /* of one's own copy */
	bool has_copy;
	held copy;
	ac_log_files files;
	ac_buf tile;
	ac_tile_nodes nodes; /* of the copy */
} pulling;

static const char *const result_names[] = {
	[AC_PULL_SAME] = "same",
	[AC_PULL_GROWN] = "grown",
	[AC_PULL_REFUSED] = "refused",
	[AC_PULL_ROLLED_BACK] = "rolled-back",
	[AC_PULL_MISBEHAVED] = "misbehaved",
};

const char *
ac_pull_result_name(ac_pull_result result)
{
	return result_names[result];
}

/* Verdicts about the other's folder, as against errors of the machine. */
static bool
is_verdict(int rc)
{
	return rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT || rc == ACCORD_EDENIED || rc == ACCORD_ENOTFOUND ||
	       rc == ACCORD_EUSAGE;
}

static int
tell(pulling *l, const char *place, ac_pull_result result, uint64_t old_size, const char *reason, accord_err *err)
{
	ac_pulled pulled = { .origin = l->origin,
		.place = place,
		.result = result,
		.old_size = old_size,
		.size = l->copy.head.size,
		.reason = reason };

	return l->p->on_pulled(l->p->payload, &pulled, err);
}

/* A verdict is told, an error stays one. */
static int
refuse(pulling *l, const char *place, int rc, const accord_err *why, accord_err *err)
{
	if (is_verdict(rc))
		return tell(l, place, AC_PULL_REFUSED, l->copy.head.size, why->text, err);
	if (err)
		*err = *why;
	return rc;
}

/* Is it signed by one of the keys that bears the log's name? Counts the witnesses among them. */
static int
verify_by(pulling *l, held *h, const ac_vkey *keys, size_t count, accord_err *err)
{
	ac_note_verdict verdict;
	bool by_log = false;
	int rc = ac_note_verify(&h->note, keys, count, l->arena, &verdict, err);

	h->cosigners = 0;
	for (size_t i = 0; i < count && !rc; i++) {
		if (!verdict.signed_by[i])
			continue;
		if (keys[i].type == AC_NOTE_COSIGNATURE)
			h->cosigners++;
		else
			by_log = by_log || ac_str_eq(keys[i].name, l->origin);
	}
	if (!rc && !by_log)
		rc = ac_fail(err, ACCORD_EDENIED, "the checkpoint is not signed by the log's key");
	return rc;
}

/* A key that was rotated or stolen makes no log longer than its change says; what it signed beyond is held against the log all the same. */
static int
check_counts(pulling *l, const held *h, accord_err *err)
{
	ac_vkey *keys = NULL;
	size_t count = 0;
	held again = *h;
	int rc = l->p->ring ? ac_keyring_for_log(
				  l->p->ring, AC_KEYRING_EVER, l->origin, h->head.size, l->arena, &keys, &count, err)
			    : 0;

	if (rc || !l->p->ring)
		return rc;
	rc = verify_by(l, &again, keys, count, err);
	if (rc == ACCORD_ENOTFOUND || rc == ACCORD_EDENIED)
		rc = ac_fail(err, ACCORD_EDENIED, "no key that counts at %llu leaves has signed its checkpoint",
		    (unsigned long long)h->head.size);
	return rc;
}

/* Is the checkpoint the log's, by a key of its own? */
static int
verify(pulling *l, held *h, accord_err *err)
{
	int rc = ac_note_parse(h->bytes, l->arena, &h->note, err);

	if (!rc)
		rc = ac_checkpoint_parse(h->note.text, &h->head, err);
	if (!rc && !ac_str_eq(h->head.origin, l->origin))
		return ac_fail(err, ACCORD_ENOTFOUND, "a checkpoint of another log");
	if (!rc && (h->head.extension.n || h->head.size > AC_TLOG_SIZE_MAX))
		rc = ac_fail(
		    err, ACCORD_EINPUT, "want a checkpoint of three lines and at most 2^62 leaves, got another");
	return rc ? rc : verify_by(l, h, l->p->keys, l->p->key_count, err);
}

/* The checkpoint below a folder. *out_found: there is one, of this log; else nothing is said of it. */
static int
load_held(pulling *l, const char *from, const char *place, held *out, bool *out_found, accord_err *err)
{
	char name[AC_FOLDER_NAME_MAX + 16];
	held h = { 0 };
	ac_str bytes;
	ac_buf buf;
	int rc;

	*out_found = false;
	(void)snprintf(name, sizeof(name), "%s/checkpoint", place);
	ac_buf_init(&buf, 2 * AC_CHECKPOINT_MAX);
	rc = ac_inside_load(from, name, AC_CHECKPOINT_MAX, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc) {
		h.bytes = ac_arena_str(l->arena, bytes);
		rc = ac_arena_check(l->arena, err);
	}
	ac_buf_done(&buf);
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	if (!rc)
		rc = verify(l, &h, err);
	/* The other's own log, which is another one than this. */
	if (rc == ACCORD_ENOTFOUND && h.head.origin.n && !ac_str_eq(h.head.origin, l->origin))
		return 0;
	if (!rc) {
		*out = h;
		*out_found = true;
	}
	return rc;
}

static int
read_their_tile(void *payload, ac_tile tile, ac_str *out, accord_err *err)
{
	their_tiles *t = payload;
	char path[AC_TILE_PATH_MAX], name[AC_FOLDER_NAME_MAX + AC_TILE_PATH_MAX];
	int rc;

	ac_tile_path(tile, path);
	(void)snprintf(name, sizeof(name), "%s/%s", t->place, path);
	ac_buf_reset(&t->buf);
	rc = ac_inside_load(t->from, name, ac_log_tile_max(tile), &t->buf, err);
	return rc ? rc : ac_buf_finish(&t->buf, out, err);
}

static ac_hash
root_of(const ac_checkpoint *head)
{
	ac_hash root;

	memcpy(root.bytes, head->root, sizeof(root.bytes));
	return root;
}

/*
 * Two signed trees of which the newer does not begin with the older: the proof, out of the newer one's tiles. ACCORD_EDENIED: the tiles do not give the newer root, so that they prove nothing.
 */
static int
keep_contradiction(pulling *l, const held *older, const held *newer, const ac_tlog_nodes *nodes, accord_err *err)
{
	ac_misbehaviour *m = ac_arena_zalloc(l->arena, 1, sizeof(*m));
	int rc;

	if (!m)
		return ac_arena_check(l->arena, err);
	rc = ac_misbehaviour_make(older->bytes, newer->bytes, l->arena, m, err);
	if (!rc && m->kind == AC_MISBEHAVIOUR_INCONSISTENCY) {
		rc = ac_tlog_root(l->digester, nodes, older->head.size, &m->root, err);
		if (!rc)
			rc = ac_tlog_prove_consistency(
			    l->digester, nodes, older->head.size, newer->head.size, m->hashes, &m->count, err);
	}
	return rc ? rc : ac_folder_keep_misbehaviour(l->p->dir, l->digester, m, l->logs, l->log_count, l->arena, err);
}

/* So that nobody goes on from the smaller tree. Of several the largest is kept. */
static int
keep_seen(pulling *l, const held *h, accord_err *err)
{
	uint64_t size = 0;
	ac_str bytes;
	ac_buf buf;
	int rc = ac_log_read_seen(l->folder, &size, err);

	if (rc || size >= h->head.size)
		return rc;
	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	ac_folder_add_note_of(&buf, &h->note, l->p->keys, l->p->key_count);
	rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc)
		rc = ac_log_keep_seen(l->folder, bytes, err);
	ac_buf_done(&buf);
	return rc;
}

/* His own log was larger when it was last here, and what is left of it is its beginning. */
static int
tell_shorter(pulling *l, const char *place, const held *h, accord_err *err)
{
	char reason[300];

	(void)snprintf(reason, sizeof(reason),
	    "the log has %llu leaves there, and had %llu when it was last taken in: it was cut, or the folder is an "
	    "old copy",
	    (unsigned long long)h->head.size, (unsigned long long)l->copy.head.size);
	return tell(l, place, AC_PULL_ROLLED_BACK, l->copy.head.size, reason, err);
}

/* Compare what somebody holds with the copy, whose tiles are there. */
static int
compare(pulling *l, const char *place, const held *h, accord_err *err)
{
	ac_tlog_nodes nodes = ac_tile_nodes_of(&l->nodes);
	ac_hash theirs = root_of(&h->head), ours = root_of(&l->copy.head);
	char reason[300];
	int rc = 0;

	if (!l->has_copy || (h->head.size > l->copy.head.size && !l->is_own))
		return 0;
	if (h->head.size > l->copy.head.size) {
		(void)snprintf(reason, sizeof(reason),
		    "the own log's key has signed a tree of %llu leaves, and the own log has %llu: an old copy of it "
		    "was "
		    "put back, or somebody else has the key; nothing is appended to it until it is whole again",
		    (unsigned long long)h->head.size, (unsigned long long)l->copy.head.size);
		rc = keep_seen(l, h, err);
		if (rc)
			return rc;
		return tell(l, place, AC_PULL_ROLLED_BACK, l->copy.head.size, reason, err);
	}
	if (h->head.size == 0)
		ours = ac_tlog_empty();
	else if (h->head.size < l->copy.head.size)
		rc = ac_tlog_root(l->digester, &nodes, h->head.size, &ours, err);
	if (rc)
		return rc;
	if (ac_hash_eq(&theirs, &ours) || h->head.size == 0)
		return !l->is_own && strcmp(place, OWN_PLACE) == 0 && h->head.size < l->copy.head.size
			   ? tell_shorter(l, place, h, err)
			   : 0;
	rc = keep_contradiction(l, h, &l->copy, &nodes, err);
	if (rc)
		return rc;
	(void)snprintf(reason, sizeof(reason),
	    "its key has signed another tree of %llu leaves than the one that is held here; the proof is kept",
	    (unsigned long long)h->head.size);
	return tell(l, place, AC_PULL_MISBEHAVED, l->copy.head.size, reason, err);
}

/* The copy as it is on disk. One's own files: what is wrong with them is an error. */
static int
load_copy(pulling *l, accord_err *err)
{
	char name[AC_FOLDER_NAME_MAX];
	held h = { 0 };
	int rc;

	if (l->is_own)
		(void)snprintf(name, sizeof(name), "log");
	else if ((rc = ac_folder_of_origin("peers", l->origin, name, err)))
		return rc;
	rc = ac_log_path(l->p->dir, name, l->folder, err);
	if (!rc) {
		rc = load_held(l, l->p->dir, name, &h, &l->has_copy, err);
		if (rc)
			(void)ac_fail_context(err, ac_str_from(l->folder));
	}
	if (rc)
		return rc;
	l->copy = h;
	if (!l->has_copy) {
		ac_hash empty = ac_tlog_empty();

		memcpy(l->copy.head.root, empty.bytes, sizeof(empty.bytes));
	}
	ac_tile_nodes_init(&l->nodes, (ac_tile_source){ ac_log_read_tile, &l->files }, l->digester, l->copy.head.size);
	return 0;
}

/* The note with the lines that are known, in its place. */
static int
put_checkpoint(pulling *l, const held *h, accord_err *err)
{
	char path[AC_PATH_MAX];
	ac_str bytes;
	ac_buf buf;
	int rc = ac_log_path(l->folder, "checkpoint", path, err);

	if (rc)
		return rc;
	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	ac_folder_add_note_of(&buf, &h->note, l->p->keys, l->p->key_count);
	rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc)
		rc = ac_file_replace(path, bytes, 0644, err);
	ac_buf_done(&buf);
	return rc;
}

/* Leaves [from, to) of one of their tiles go into the copy's. */
static int
copy_tile(pulling *l, their_tiles *t, const held *h, ac_tile tile, ac_log_writer *w, accord_err *err)
{
	uint64_t index = tile.number * AC_TILE_WIDTH;
	ac_str rest, leaf;
	ac_hash hash;
	int rc = read_their_tile(t, tile, &rest, err);

	for (unsigned i = 0; i < tile.width && !rc; i++, index++) {
		rc = ac_entry_next(&rest, &leaf, err);
		if (rc || index < l->copy.head.size)
			continue;
		rc = ac_tlog_leaf(l->digester, leaf, &hash, err);
		if (!rc)
			rc = ac_log_writer_add(w, leaf, &hash, err);
	}
	if (!rc && rest.n)
		rc = ac_fail(err, ACCORD_EINPUT, "%s: bytes follow the last leaf of a tile of %llu leaves", t->place,
		    (unsigned long long)h->head.size);
	return rc;
}

/* All new leaves, in batches; the root that they give must be the checkpoint's. */
static int
copy_leaves(pulling *l, their_tiles *t, const held *h, ac_log_writer *w, accord_err *err)
{
	ac_tlog_nodes nodes = ac_tile_nodes_of(&l->nodes);
	ac_hash root, want = root_of(&h->head), old = root_of(&l->copy.head);
	uint64_t from = l->copy.head.size / AC_TILE_WIDTH, to = (h->head.size + AC_TILE_WIDTH - 1) / AC_TILE_WIDTH;
	int rc = ac_log_sweep(l->folder, l->copy.head.size, err);

	if (!rc)
		rc = ac_log_writer_load(w, &l->files, &nodes, l->copy.head.size, &old, err);
	for (uint64_t n = from; n < to && !rc; n++) {
		if ((n - from) % (AC_LOG_BATCH_MAX / AC_TILE_WIDTH) == 0) {
			if (n > from)
				rc = ac_log_writer_commit(w, err);
			ac_log_writer_begin(w, l->folder);
		}
		if (!rc)
			rc = copy_tile(l, t, h,
			    (ac_tile){ AC_TILE_ENTRIES, n, ac_tile_width(AC_TILE_ENTRIES, n, h->head.size) }, w, err);
	}
	if (!rc)
		rc = ac_tlog_edge_root(l->digester, &w->edge, &root, err);
	if (!rc && !ac_hash_eq(&root, &want))
		rc = ac_fail(err, ACCORD_EDENIED, "its leaves give another root than its checkpoint of %llu leaves",
		    (unsigned long long)h->head.size);
	/* Tiles that nothing leads to yet, and then the checkpoint. */
	if (!rc)
		rc = ac_log_writer_commit(w, err);
	else
		ac_log_writer_abandon(w);
	return rc ? rc : put_checkpoint(l, h, err);
}

/* Does their tree begin with the copy's? *out_contradicts: no, and it is proved. */
static int
check_growth(pulling *l, their_tiles *t, const held *h, bool *out_contradicts, accord_err *err)
{
	ac_hash old_root = root_of(&l->copy.head), new_root = root_of(&h->head);
	ac_hash proof[AC_TLOG_PROOF_MAX];
	ac_tile_nodes *tiles = ac_arena_zalloc(l->arena, 1, sizeof(*tiles));
	ac_tlog_nodes nodes;
	size_t count = 0;
	int rc;

	*out_contradicts = false;
	if (!tiles)
		return ac_arena_check(l->arena, err);
	if (l->copy.head.size == 0)
		return 0;
	ac_tile_nodes_init(tiles, (ac_tile_source){ read_their_tile, t }, l->digester, h->head.size);
	nodes = ac_tile_nodes_of(tiles);
	rc = ac_tlog_prove_consistency(l->digester, &nodes, l->copy.head.size, h->head.size, proof, &count, err);
	if (rc)
		return rc;
	rc = ac_tlog_check_consistency(
	    l->digester, l->copy.head.size, h->head.size, &old_root, &new_root, proof, count, err);
	if (rc != ACCORD_EDENIED)
		return rc;
	rc = keep_contradiction(l, &l->copy, h, &nodes, err);
	if (rc == ACCORD_EDENIED)
		return ac_fail(err, rc, "its tiles do not give the root of its checkpoint of %llu leaves",
		    (unsigned long long)h->head.size);
	*out_contradicts = rc == 0;
	return rc;
}

/* A larger tree than the copy's: taken when it is the log's growth. */
static int
take_growth(pulling *l, const char *place, const held *h, accord_err *err)
{
	their_tiles t = { .from = l->p->from, .place = place };
	uint64_t old_size = l->copy.head.size;
	ac_log_writer *w = NULL;
	accord_err why = { 0 };
	bool contradicts = false;
	int rc = 0;

	ac_buf_init(&t.buf, TILE_BUF_MAX);
	if (h->head.size - old_size > AC_PULL_LEAVES_MAX)
		rc = ac_fail(&why, ACCORD_ELIMIT, "want a log that has grown by at most %llu leaves, got %llu",
		    (unsigned long long)AC_PULL_LEAVES_MAX, (unsigned long long)(h->head.size - old_size));
	if (!rc)
		rc = check_growth(l, &t, h, &contradicts, &why);
	if (!rc && !contradicts)
		rc = check_counts(l, h, &why);
	if (!rc && !contradicts)
		rc = ac_log_writer_open(l->digester, &w, &why);
	if (!rc && !contradicts)
		rc = copy_leaves(l, &t, h, w, &why);
	w = ac_log_writer_close(w);
	ac_buf_done(&t.buf);
	if (rc)
		return refuse(l, place, rc, &why, err);
	if (contradicts)
		return tell(l, place, AC_PULL_MISBEHAVED, old_size,
		    "its key has signed a tree that does not begin with the one that is held here; the proof is kept",
		    err);
	rc = load_copy(l, err);
	return rc ? rc : tell(l, place, AC_PULL_GROWN, old_size, "", err);
}

/* One place of the other's folder. */
static int
pull_place(pulling *l, const char *place, bool has_tiles, accord_err *err)
{
	accord_err why = { 0 };
	bool found = false;
	held h = { 0 };
	int rc = load_held(l, l->p->from, place, &h, &found, &why);

	if (rc)
		return refuse(l, place, rc, &why, err);
	if (!found)
		return 0;
	if (has_tiles && !l->is_own && h.head.size > l->copy.head.size)
		return take_growth(l, place, &h, err);
	rc = compare(l, place, &h, err);
	/* The same tree with more cosignatures. */
	if (!rc && !l->is_own && l->has_copy && h.head.size == l->copy.head.size &&
	    memcmp(h.head.root, l->copy.head.root, sizeof(h.head.root)) == 0 && h.cosigners > l->copy.cosigners) {
		rc = put_checkpoint(l, &h, err);
		if (!rc)
			rc = load_copy(l, err);
	}
	return rc;
}

/* What was cosigned of the log by this member's own witness, against the copy. */
static int
compare_own_witness(pulling *l, const char *name, accord_err *err)
{
	char place[AC_FOLDER_NAME_MAX + 8];
	bool found = false;
	held h = { 0 };
	int rc = load_held(l, l->p->dir, name, &h, &found, err);

	if (rc || !found)
		return rc;
	(void)snprintf(place, sizeof(place), "own %s", name);
	return compare(l, place, &h, err);
}

static int
pull_log(pulling *l, accord_err *err)
{
	char peers[AC_FOLDER_NAME_MAX], witness[AC_FOLDER_NAME_MAX];
	int rc = ac_folder_of_origin("peers", l->origin, peers, err);

	if (!rc)
		rc = ac_folder_of_origin("witness", l->origin, witness, err);
	if (!rc)
		rc = load_copy(l, err);
	if (!rc)
		rc = pull_place(l, OWN_PLACE, true, err);
	if (!rc)
		rc = pull_place(l, peers, true, err);
	if (!rc)
		rc = pull_place(l, witness, false, err);
	if (!rc)
		rc = compare_own_witness(l, witness, err);
	return rc;
}

/* Is it a key of a log? */
static bool
is_log(const ac_vkey *key)
{
	return key->type == AC_NOTE_ED25519 && (key->purpose == AC_PURPOSE_LOG || key->purpose == AC_PURPOSE_ANY);
}

/* Was the origin of the key a former one's? */
static bool
was_pulled(const ac_pull *p, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_log(&p->keys[i]) && ac_str_eq(p->keys[i].name, p->keys[at].name))
			return true;
	return false;
}

static int
pull_one(const ac_pull *p, size_t at, ac_digester *digester, accord_err *err)
{
	pulling l = { .p = p, .digester = digester, .origin = p->keys[at].name };
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, PULL_ARENA_MAX);
	ac_buf_init(&l.tile, TILE_BUF_MAX);
	l.arena = &arena;
	l.files = (ac_log_files){ l.folder, &l.tile };
	l.is_own = p->own && ac_str_eq(p->own->name, l.origin);
	l.logs = ac_arena_zalloc(&arena, p->key_count, sizeof(*l.logs));
	rc = ac_arena_check(&arena, err);
	for (size_t i = 0; i < p->key_count && !rc; i++)
		if (p->keys[i].type == AC_NOTE_ED25519 && ac_str_eq(p->keys[i].name, l.origin))
			l.logs[l.log_count++] = p->keys[i];
	if (!rc)
		rc = pull_log(&l, err);
	ac_buf_done(&l.tile);
	ac_arena_done(&arena);
	return rc;
}

/* One pull at a time changes the copies. */
static int
take_lock(const ac_pull *p, int *out, accord_err *err)
{
	char path[AC_PATH_MAX];
	int rc = ac_log_path(p->dir, "peers", path, err);

	if (!rc)
		rc = ac_dir_make(path, err);
	return rc ? rc : ac_log_lock(path, out, err);
}

int
ac_pull_folder(const ac_pull *p, accord_err *err)
{
	ac_digester *digester = ac_digester_open();
	int lock = -1, rc = digester ? 0 : ac_fail(err, ACCORD_ENOMEM, "no memory for pulling logs");

	if (!rc)
		rc = take_lock(p, &lock, err);
	for (size_t i = 0; i < p->key_count && !rc; i++)
		if (is_log(&p->keys[i]) && !was_pulled(p, i))
			rc = pull_one(p, i, digester, err);
	if (lock >= 0)
		ac_file_unlock(lock);
	digester = ac_digester_close(digester);
	return rc;
}
