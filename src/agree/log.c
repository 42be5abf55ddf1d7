/* SPDX-License-Identifier: Apache-2.0 */
/* A log: opening, appending, proving. Knows nothing of what its leaves say. */
#include "agree/log.h"

#include <stdlib.h>

#include "agree/log_files.h"
#include "agree/log_known.h"
#include "agree/log_writer.h"
#include "base/limits.h"
#include "sys/file.h"

/* Memory for reading one checkpoint's note. */
#define NOTE_ARENA_MAX (4 * AC_MIB)
#define TILE_BUF_MAX (16 * AC_MIB)

struct ac_log {
	char folder[AC_PATH_MAX];
	const ac_vkey *vkey;
	const ac_ed25519_key *key; /* NULL: for reading */
	int lock;                  /* -1: none */
	ac_digester *digester;
	ac_buf note; /* the checkpoint's, as it is on disk */
	ac_checkpoint head;
	ac_buf tile; /* the last tile read */
	ac_log_files files;
	ac_tile_nodes nodes; /* of the tree of head.size leaves */
	/* For appending; loaded says that it is that of head. */
	bool loaded;
	ac_log_writer *writer;
	ac_known known;
};

/* The checkpoint on disk, verified, into *log. */
static int
read_head(ac_log *log, accord_err *err)
{
	ac_note_verdict verdict;
	ac_arena arena;
	ac_note note;
	ac_str bytes;
	int rc = ac_log_read_checkpoint(log->folder, &log->note, err);

	if (rc)
		return rc;
	ac_arena_init(&arena, NOTE_ARENA_MAX);
	rc = ac_buf_finish(&log->note, &bytes, err);
	if (!rc)
		rc = ac_note_parse(bytes, &arena, &note, err);
	if (!rc)
		rc = ac_note_verify(&note, log->vkey, 1, &arena, &verdict, err);
	if (rc == ACCORD_ENOTFOUND)
		rc = ac_fail(err, ACCORD_EDENIED, "the checkpoint is not signed by %.*s", AC_FMT(log->vkey->name));
	/* Views into log->note, which outlives the arena of the signatures. */
	if (!rc)
		rc = ac_checkpoint_parse(note.text, &log->head, err);
	ac_arena_done(&arena);
	if (!rc)
		ac_tile_nodes_init(
		    &log->nodes, (ac_tile_source){ ac_log_read_tile, &log->files }, log->digester, log->head.size);
	return rc;
}

/* Sign and put in place the checkpoint of a tree. */
static int
write_head(const char *folder, const ac_vkey *vkey, const ac_ed25519_key *key, uint64_t size, const ac_hash *root,
    ac_buf *note, accord_err *err)
{
	ac_checkpoint c = { .origin = vkey->name, .size = size };
	char path[AC_PATH_MAX];
	ac_buf text;
	ac_str bytes;
	int rc = ac_log_path(folder, "checkpoint", path, err);

	if (rc)
		return rc;
	memcpy(c.root, root->bytes, sizeof(c.root));
	ac_buf_init(&text, AC_CHECKPOINT_MAX);
	ac_checkpoint_add(&text, &c);
	rc = ac_buf_finish(&text, &bytes, err);
	if (!rc) {
		ac_buf_reset(note);
		ac_buf_add(note, bytes);
		ac_buf_add_byte(note, '\n');
		rc = ac_note_sign(note, bytes, vkey, key, 0, err);
	}
	if (!rc)
		rc = ac_buf_finish(note, &bytes, err);
	if (!rc)
		rc = ac_file_replace(path, bytes, 0644, err);
	ac_buf_done(&text);
	return rc;
}

int
ac_log_create(const char *folder, const ac_vkey *vkey, const ac_ed25519_key *key, accord_err *err)
{
	ac_hash root = ac_tlog_empty();
	char path[AC_PATH_MAX];
	ac_file_id id;
	ac_buf note;
	int lock, rc = ac_dir_make(folder, err);

	if (!rc)
		rc = ac_log_lock(folder, &lock, err);
	if (rc)
		return rc;
	ac_buf_init(&note, AC_CHECKPOINT_MAX);
	rc = ac_log_path(folder, "checkpoint", path, err);
	if (!rc && ac_file_look(path, &id))
		rc = ac_fail(err, ACCORD_EUSAGE, "%s: there is a log already", folder);
	if (!rc)
		rc = write_head(folder, vkey, key, 0, &root, &note, err);
	ac_buf_done(&note);
	ac_file_unlock(lock);
	return rc;
}

/* Where the last leaves are. */
static int
load_known(ac_log *log, accord_err *err)
{
	uint64_t first = log->head.size > AC_LOG_KNOWN_MAX ? log->head.size - AC_LOG_KNOWN_MAX : 0;
	ac_tlog_nodes nodes = ac_tile_nodes_of(&log->nodes);
	int rc = 0;

	ac_known_done(&log->known);
	for (uint64_t i = first; i < log->head.size && !rc; i++) {
		ac_hash hash;

		rc = nodes.get(nodes.payload, 0, i, &hash, err);
		if (!rc)
			rc = ac_known_add(&log->known, &hash, i, err);
	}
	return rc;
}

/* Has somebody shown a larger tree that this log's key has signed? Whoever goes on from the smaller one signs two trees. */
static int
check_seen(ac_log *log, accord_err *err)
{
	uint64_t size;
	int rc = ac_log_read_seen(log->folder, &size, err);

	if (!rc && size > log->head.size)
		return ac_fail(err, ACCORD_EDENIED,
		    "%s has %llu leaves, and others hold a tree of %llu that its key has signed: an old copy of it was "
		    "put back; "
		    "put back the newest one before anything is appended",
		    log->folder, (unsigned long long)log->head.size, (unsigned long long)size);
	return rc;
}

/* What appending needs to know of the log as it is on disk. */
static int
load(ac_log *log, accord_err *err)
{
	ac_tlog_nodes nodes;
	ac_hash root;
	int rc = read_head(log, err);

	if (!rc)
		rc = check_seen(log, err);
	if (!rc)
		rc = ac_log_sweep(log->folder, log->head.size, err);
	if (!rc && !log->writer)
		rc = ac_log_writer_open(log->digester, &log->writer, err);
	if (!rc) {
		nodes = ac_tile_nodes_of(&log->nodes);
		memcpy(root.bytes, log->head.root, sizeof(root.bytes));
		rc = ac_log_writer_load(log->writer, &log->files, &nodes, log->head.size, &root, err);
	}
	if (!rc)
		rc = load_known(log, err);
	log->loaded = rc == 0;
	return rc;
}

int
ac_log_open(const char *folder, const ac_vkey *vkey, const ac_ed25519_key *key, ac_log **out, accord_err *err)
{
	ac_log *log = calloc(1, sizeof(*log));
	int rc = 0;

	if (!log)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a log");
	log->lock = -1;
	log->vkey = vkey;
	log->key = key;
	log->files = (ac_log_files){ log->folder, &log->tile };
	ac_buf_init(&log->note, AC_CHECKPOINT_MAX);
	ac_buf_init(&log->tile, TILE_BUF_MAX);
	log->digester = ac_digester_open();
	if (!log->digester)
		rc = ac_fail(err, ACCORD_ENOMEM, "no memory for a log");
	if (!rc && strlen(folder) >= sizeof(log->folder))
		rc = ac_fail(err, ACCORD_EIO, "a log's folder: want a path of fewer than %zu bytes, got %zu",
		    sizeof(log->folder), strlen(folder));
	if (!rc) {
		memcpy(log->folder, folder, strlen(folder) + 1);
		/* Where there is no log, none begins. */
		rc = ac_log_read_checkpoint(folder, &log->note, err);
	}
	if (!rc && key)
		rc = ac_log_lock(folder, &log->lock, err);
	if (!rc)
		rc = read_head(log, err);
	if (rc)
		log = ac_log_close(log);
	else
		*out = log;
	return rc;
}

ac_log *
ac_log_close(ac_log *log)
{
	if (!log)
		return NULL;
	log->writer = ac_log_writer_close(log->writer);
	ac_known_done(&log->known);
	ac_buf_done(&log->tile);
	ac_buf_done(&log->note);
	log->digester = ac_digester_close(log->digester);
	if (log->lock >= 0)
		ac_file_unlock(log->lock);
	free(log);
	return NULL;
}

const ac_checkpoint *
ac_log_head(const ac_log *log)
{
	return &log->head;
}

ac_str
ac_log_note(const ac_log *log)
{
	return ac_buf_view(&log->note);
}

/* Is it in the log, or among those that are being appended? */
static int
find(ac_log *log, const ac_hash *hash, const ac_hash *fresh, bool *out_found, uint64_t *out_index, accord_err *err)
{
	ac_tlog_nodes nodes = ac_tile_nodes_of(&log->nodes);
	size_t cursor = 0;
	uint64_t index;

	*out_found = false;
	while (ac_known_find(&log->known, hash, &cursor, &index)) {
		ac_hash there;
		int rc = 0;

		if (index >= log->head.size)
			there = fresh[index - log->head.size];
		else
			rc = nodes.get(nodes.payload, 0, index, &there, err);
		if (rc)
			return rc;
		if (!ac_hash_eq(&there, hash))
			continue;
		*out_found = true;
		*out_index = index;
		return 0;
	}
	return 0;
}

/* Tiles first, and only then the checkpoint that covers them. */
static int
commit(ac_log *log, accord_err *err)
{
	const ac_tlog_edge *edge = &log->writer->edge;
	ac_hash root;
	int rc = ac_log_writer_commit(log->writer, err);

	if (!rc)
		rc = ac_tlog_edge_root(log->digester, edge, &root, err);
	if (!rc)
		rc = write_head(log->folder, log->vkey, log->key, edge->size, &root, &log->note, err);
	return rc ? rc : read_head(log, err);
}

static int
append_batch(ac_log *log, const ac_str *leaves, size_t count, ac_log_place *places, ac_hash *fresh, accord_err *err)
{
	ac_log_writer *w = log->writer;
	int rc = 0;

	ac_log_writer_begin(w, log->folder);
	for (size_t i = 0; i < count && !rc; i++) {
		ac_hash hash;

		rc = ac_tlog_leaf(log->digester, leaves[i], &hash, err);
		if (!rc)
			rc = find(log, &hash, fresh, &places[i].was_there, &places[i].index, err);
		if (rc || places[i].was_there)
			continue;
		places[i].index = w->edge.size;
		fresh[places[i].index - log->head.size] = hash;
		rc = ac_known_add(&log->known, &hash, places[i].index, err);
		if (!rc)
			rc = ac_log_writer_add(w, leaves[i], &hash, err);
	}
	if (!rc && w->edge.size > log->head.size)
		rc = commit(log, err);
	if (rc)
		ac_log_writer_abandon(w);
	return rc;
}

int
ac_log_append(ac_log *log, const ac_str *leaves, size_t count, ac_log_place *out_places, accord_err *err)
{
	ac_hash *fresh;
	int rc = 0;

	if (!log->key)
		return ac_fail(err, ACCORD_EUSAGE, "%s: the log is open for reading only", log->folder);
	/* Before anything of the batch is taken. */
	for (size_t i = 0; i < count; i++)
		if (leaves[i].n > AC_LEAF_MAX)
			return ac_fail(err, ACCORD_ELIMIT, "leaf %zu: want at most %zu bytes, got %zu", i,
			    (size_t)AC_LEAF_MAX, leaves[i].n);
	fresh = malloc(AC_LOG_BATCH_MAX * sizeof(*fresh));
	if (!fresh)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a batch of leaves");
	for (size_t at = 0; at < count && !rc; at += AC_LOG_BATCH_MAX) {
		size_t n = count - at < AC_LOG_BATCH_MAX ? count - at : AC_LOG_BATCH_MAX;

		if (!log->loaded || log->known.count > 2 * AC_LOG_KNOWN_MAX)
			rc = load(log, err);
		if (!rc)
			rc = append_batch(log, leaves + at, n, out_places + at, fresh, err);
		/* What was half done is forgotten: the disk says what is. */
		if (rc)
			log->loaded = false;
	}
	free(fresh);
	return rc;
}

int
ac_log_leaf(ac_log *log, uint64_t index, ac_buf *buf, accord_err *err)
{
	ac_tile tile = { AC_TILE_ENTRIES, index / AC_TILE_WIDTH,
		ac_tile_width(AC_TILE_ENTRIES, index / AC_TILE_WIDTH, log->head.size) };
	ac_str bytes, leaf;
	int rc;

	if (index >= log->head.size)
		return ac_fail(err, ACCORD_ENOTFOUND, "want a leaf below %llu, got %llu",
		    (unsigned long long)log->head.size, (unsigned long long)index);
	rc = ac_log_read_tile(&log->files, tile, &bytes, err);
	for (uint64_t i = index - index % AC_TILE_WIDTH; i <= index && !rc; i++)
		rc = ac_entry_next(&bytes, &leaf, err);
	if (!rc)
		ac_buf_add(buf, leaf);
	return rc;
}

int
ac_log_prove(ac_log *log, uint64_t index, ac_buf *buf, accord_err *err)
{
	ac_tlog_nodes nodes = ac_tile_nodes_of(&log->nodes);
	ac_proof proof = { .index = index, .signed_checkpoint = ac_log_note(log) };
	int rc = ac_tlog_prove_inclusion(log->digester, &nodes, index, log->head.size, proof.hashes, &proof.count, err);

	if (!rc)
		ac_proof_add(buf, &proof);
	return rc;
}

int
ac_log_prove_growth(ac_log *log, uint64_t old_size, ac_buf *buf, accord_err *err)
{
	ac_tlog_nodes nodes = ac_tile_nodes_of(&log->nodes);
	ac_growth growth = { .old_size = old_size, .signed_checkpoint = ac_log_note(log) };
	int rc = ac_tlog_prove_consistency(
	    log->digester, &nodes, old_size, log->head.size, growth.hashes, &growth.count, err);

	if (!rc)
		ac_growth_add(buf, &growth);
	return rc;
}
