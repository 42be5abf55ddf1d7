/* SPDX-License-Identifier: Apache-2.0 */
/* Loading and telling apart. Knows no key, and opens nothing that a link in a folder leads to. */
#include "agree/held.h"

#include <unistd.h>

#include "agree/tile.h"
#include "agree/text.h"
#include "base/limits.h"
#include "sys/file.h"

#define CHECKPOINT_NAME "/checkpoint"
#define TILE_NAME "/tile/"

void
ac_holding_init(ac_holding *h, ac_arena *arena)
{
	*h = (ac_holding){ .arena = arena };
}

static void
problem(ac_holding *h, const char *path, const accord_err *what)
{
	h->problems++;
	if (h->on_problem)
		h->on_problem(h->payload, path, what);
}

static int
push(ac_holding *h, const ac_held *item, accord_err *err)
{
	size_t capacity = h->capacity ? h->capacity * 2 : 64;
	ac_held *grown = h->items;

	if (h->count == AC_HELD_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d files and leaves at once", AC_HELD_MAX);
	if (h->count == h->capacity) {
		grown = ac_arena_resize(h->arena, h->items, h->count * sizeof(*grown), capacity * sizeof(*grown));
		if (!grown)
			return ac_arena_check(h->arena, err);
		h->items = grown;
		h->capacity = capacity;
	}
	grown[h->count++] = *item;
	return 0;
}

/* The dash that begins each line of a signature. A text without any is signed by nobody, whatever it says. */
static bool
looks_like_note(ac_str bytes)
{
	return ac_str_find(bytes, AC_S("\n\xe2\x80\x94 ")) < bytes.n;
}

static int
classify_misbehaviour(ac_held *item, ac_arena *arena, accord_err *err)
{
	ac_misbehaviour *m = ac_arena_zalloc(arena, 1, sizeof(*m));

	if (!m)
		return ac_arena_check(arena, err);
	item->kind = AC_HELD_MISBEHAVIOUR;
	item->misbehaviour = m;
	return ac_misbehaviour_parse(item->bytes, arena, m, err);
}

static int
classify(ac_held *item, ac_arena *arena, accord_err *err)
{
	ac_proof *proof;
	ac_growth *growth;
	int rc;

	if (ac_proof_is(item->bytes)) {
		proof = ac_arena_zalloc(arena, 1, sizeof(*proof));
		if (!proof)
			return ac_arena_check(arena, err);
		rc = ac_proof_parse(item->bytes, arena, proof, err);
		item->kind = AC_HELD_PROOF;
		item->proof = proof;
		item->note = proof->note;
		item->checkpoint = proof->checkpoint;
		return rc;
	}
	if (ac_str_starts(item->bytes, AC_S("old "))) {
		growth = ac_arena_zalloc(arena, 1, sizeof(*growth));
		if (!growth)
			return ac_arena_check(arena, err);
		rc = ac_growth_parse(item->bytes, arena, growth, err);
		item->kind = AC_HELD_GROWTH;
		item->growth = growth;
		item->note = growth->note;
		item->checkpoint = growth->checkpoint;
		return rc;
	}
	if (ac_misbehaviour_is(item->bytes))
		return classify_misbehaviour(item, arena, err);
	if (!looks_like_note(item->bytes))
		return 0;
	item->kind = AC_HELD_NOTE;
	rc = ac_note_parse(item->bytes, arena, &item->note, err);
	if (!rc && ac_checkpoint_parse(item->note.text, &item->checkpoint, NULL) == 0)
		item->kind = AC_HELD_CHECKPOINT;
	else if (!rc)
		(void)ac_text_kind(item->note.text, &item->text_kind);
	return rc;
}

/* Malformed content is told with the file when it is asked about; only the machine's failures end the call. */
static int
describe(ac_holding *h, ac_held *item, accord_err *err)
{
	accord_err what = { 0 }, *kept;
	int rc = classify(item, h->arena, &what);

	if (rc == ACCORD_ENOMEM || h->arena->failed) {
		*err = what;
		return rc ? rc : ac_arena_check(h->arena, err);
	}
	if (rc) {
		kept = ac_arena_alloc(h->arena, sizeof(*kept));
		if (!kept)
			return ac_arena_check(h->arena, err);
		*kept = what;
		item->kind = AC_HELD_BROKEN;
		item->what = kept;
		item->note = (ac_note){ 0 };
	}
	return ac_sha256(item->note.text.n ? item->note.text : item->bytes, item->digest, err);
}

int
ac_holding_add(ac_holding *h, const char *path, ac_str bytes, size_t *out, accord_err *err)
{
	ac_held item = { .path = path, .kind = AC_HELD_OTHER, .size = bytes.n, .bytes = bytes };
	accord_err own = { 0 };
	int rc = describe(h, &item, &own);

	if (rc == 0)
		rc = push(h, &item, &own);
	if (rc && err)
		*err = own;
	if (rc == 0 && out)
		*out = h->count - 1;
	return rc;
}

/* What is read of all files together. */
static int
count_bytes(ac_holding *h, size_t n, accord_err *err)
{
	h->bytes += n;
	return h->bytes > AC_HELD_BYTES_MAX ? ac_fail(err, ACCORD_ELIMIT, "want at most %llu bytes of files at once",
						  (unsigned long long)AC_HELD_BYTES_MAX)
					    : 0;
}

/* A file too large to be a note: its digest, in the memory of one block. */
static int
digest_file(ac_holding *h, int fd, ac_buf *first, ac_held *item, accord_err *err)
{
	ac_sha256_stream *sha = ac_sha256_open();
	char block[64 * AC_KIB];
	size_t n = 1;
	int rc = sha ? ac_sha256_feed(sha, ac_buf_view(first), err) : ac_fail(err, ACCORD_ENOMEM, "no memory");

	item->size = first->n;
	while (rc == 0 && n > 0) {
		rc = ac_file_read(fd, block, sizeof(block), &n, err);
		if (rc == 0 && n > 0)
			rc = ac_sha256_feed(sha, (ac_str){ block, n }, err);
		if (rc == 0)
			rc = count_bytes(h, n, err);
		item->size += n;
		if (rc == 0 && item->size > AC_HELD_FILE_MAX)
			rc = ac_fail(
			    err, ACCORD_ELIMIT, "want at most %llu bytes", (unsigned long long)AC_HELD_FILE_MAX);
	}
	if (rc == 0)
		rc = ac_sha256_end(sha, item->digest, err);
	(void)ac_sha256_close(sha);
	return rc;
}

static int
load_open(ac_holding *h, int fd, const char *path, bool is_named, accord_err *err)
{
	ac_held item = { .path = path, .is_named = is_named, .kind = AC_HELD_OTHER };
	size_t n = 1;
	ac_buf buf;
	int rc = 0;

	ac_buf_init(&buf, AC_NOTE_MAX + 1);
	while (rc == 0 && n > 0 && buf.n <= AC_NOTE_MAX) {
		size_t room = buf.n + 64 * AC_KIB <= AC_NOTE_MAX + 1 ? 64 * AC_KIB : AC_NOTE_MAX + 1 - buf.n;
		char *p = ac_buf_reserve(&buf, room);

		if (!p) {
			rc = ac_fail(err, ACCORD_ENOMEM, "no memory for a file");
			break;
		}
		rc = ac_file_read(fd, p, room, &n, err);
		if (rc == 0) {
			ac_buf_commit(&buf, n);
			rc = count_bytes(h, n, err);
		}
	}
	if (rc == 0 && buf.n > AC_NOTE_MAX) {
		rc = digest_file(h, fd, &buf, &item, err);
	} else if (rc == 0) {
		item.bytes = ac_arena_str(h->arena, ac_buf_view(&buf));
		item.size = buf.n;
		rc = item.bytes.p ? describe(h, &item, err) : ac_arena_check(h->arena, err);
	}
	if (rc == 0)
		rc = push(h, &item, err);
	ac_buf_done(&buf);
	return rc;
}

/* What concerns one file is told and passed over; the whole's limits end the call. */
static int
load_path(ac_holding *h, const char *path, bool is_named, accord_err *err)
{
	ac_str name = ac_arena_str(h->arena, ac_str_from(path));
	accord_err what = { 0 };
	int fd, rc = name.p ? 0 : ac_arena_check(h->arena, err);

	if (rc)
		return rc;
	fd = ac_file_open(path, &what);
	rc = fd;
	if (fd >= 0) {
		rc = load_open(h, fd, name.p, is_named, &what);
		(void)close(fd);
	}
	if (rc == 0)
		return 0;
	if (rc == ACCORD_ENOMEM || h->arena->failed || h->count == AC_HELD_MAX || h->bytes > AC_HELD_BYTES_MAX) {
		*err = what;
		return rc;
	}
	problem(h, name.p, &what);
	return 0;
}

/* "…/tile/0/000.p/3", where it is a tile's one path. */
static bool
is_tile(ac_str path)
{
	ac_tile tile;

	for (size_t at = ac_str_find(path, AC_S(TILE_NAME)); at < path.n;) {
		ac_str rest = ac_str_slice(path, at + 1, path.n);

		if (ac_tile_path_parse(rest, &tile))
			return true;
		at += 1 + ac_str_find(rest, AC_S(TILE_NAME));
	}
	return false;
}

/* The checkpoint of a log whose tiles stand beside it. */
static int
add_log(ac_holding *h, const ac_held *item, accord_err *err)
{
	ac_str path = ac_str_from(item->path), folder = ac_str_slice(path, 0, path.n - (sizeof(CHECKPOINT_NAME) - 1));
	ac_str tiles = ac_arena_printf(h->arena, "%.*s/tile", AC_FMT(folder));
	ac_held_log *grown;
	ac_file_id id;

	if (!tiles.p)
		return ac_arena_check(h->arena, err);
	/* An empty log has no tiles, and says nothing. */
	if (!ac_file_look(tiles.p, &id) || !id.is_folder)
		return 0;
	grown = ac_arena_resize(h->arena, h->logs, h->log_count * sizeof(*grown), (h->log_count + 1) * sizeof(*grown));
	folder = ac_arena_str(h->arena, folder);
	if (!grown || !folder.p)
		return ac_arena_check(h->arena, err);
	h->logs = grown;
	grown[h->log_count++] = (ac_held_log){ folder.p, item->bytes, item->note, item->checkpoint };
	return 0;
}

static int
on_file(void *payload, const char *path, accord_err *err)
{
	ac_holding *h = payload;
	size_t before = h->count;
	int rc;

	if (is_tile(ac_str_from(path)))
		return 0;
	rc = load_path(h, path, false, err);
	if (rc == 0 && h->count > before && ac_str_ends(ac_str_from(path), AC_S(CHECKPOINT_NAME)) &&
	    h->items[before].kind == AC_HELD_CHECKPOINT)
		rc = add_log(h, &h->items[before], err);
	return rc;
}

static void
on_walk_problem(void *payload, const char *path, const accord_err *what)
{
	problem(payload, path, what);
}

int
ac_holding_add_path(ac_holding *h, const char *path, accord_err *err)
{
	const ac_walk_sink sink = { on_file, on_walk_problem, h };
	accord_err own = { 0 };
	ac_file_id id;
	int rc;

	if (ac_file_look(path, &id) && id.is_folder) {
		h->has_folder = true;
		rc = ac_walk_plain(path, &sink, &own);
	} else {
		rc = load_path(h, path, true, &own);
	}
	if (rc && err)
		*err = own;
	return rc;
}

size_t
ac_holding_find(const ac_holding *h, ac_str text_kind, const uint8_t digest[static AC_SHA256_SIZE])
{
	size_t best = h->count;

	for (size_t i = 0; i < h->count; i++) {
		const ac_held *item = &h->items[i];

		if (memcmp(item->digest, digest, AC_SHA256_SIZE) != 0 || item->kind == AC_HELD_BROKEN ||
		    (text_kind.n && !ac_str_eq(item->text_kind, text_kind)))
			continue;
		if (best == h->count || item->note.count > h->items[best].note.count)
			best = i;
	}
	return best;
}
