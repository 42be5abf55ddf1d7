/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a member's folder. Knows nothing of charters, nor of what the notes say. */
#include "agree/node.h"

#include "agree/parts.h"
#include "agree/written.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/inside.h"

#define NODE_ARENA_MAX (4 * AC_MIB)

int
ac_node_path(const char *dir, const char *part, const uint8_t digest[static AC_SHA256_SIZE], const char *extension,
    ac_buf *path, accord_err *err)
{
	ac_str text;
	int rc;

	ac_buf_reset(path);
	ac_buf_printf(path, "%s/%s", dir, part);
	ac_buf_add_byte(path, '\0');
	rc = ac_buf_finish(path, &text, err);
	if (!rc)
		rc = ac_dir_make(text.p, err);
	if (rc)
		return rc;
	path->n--;
	ac_buf_add_byte(path, '/');
	ac_text_add_hash(path, digest);
	ac_buf_add_cstr(path, extension);
	ac_buf_add_byte(path, '\0');
	return ac_buf_finish(path, &text, err);
}

/* Whoever changes the folder waits for others who do. Returns a descriptor or a negative code. */
static int
lock(const char *dir, accord_err *err)
{
	ac_str text;
	ac_buf path;
	int rc = ac_dir_make(dir, err);

	if (rc)
		return rc;
	ac_buf_init(&path, AC_PATH_MAX);
	ac_buf_printf(&path, "%s/.lock", dir);
	ac_buf_add_byte(&path, '\0');
	rc = ac_buf_finish(&path, &text, err);
	if (!rc)
		rc = ac_file_lock(text.p, err);
	ac_buf_done(&path);
	return rc;
}

/* A file's bytes in the arena; *out_there false: there is none. */
static int
load(const char *path, size_t max, ac_arena *arena, bool *out_there, ac_str *out, accord_err *err)
{
	ac_file_id id;

	*out_there = ac_file_look(path, &id);
	return *out_there ? ac_file_load_text(path, max, arena, out, err) : 0;
}

static bool
has_line(const ac_note *note, ac_str line)
{
	for (size_t i = 0; i < note->count; i++)
		if (ac_str_eq(note->signatures[i].line, line))
			return true;
	return false;
}

/* Signatures of a note behind those that are there. Both are of one text. */
static int
join(ac_str there, const ac_note *note, ac_arena *arena, ac_buf *out, accord_err *err)
{
	ac_note before;
	int rc = ac_note_parse(there, arena, &before, err);

	if (rc)
		return rc;
	if (!ac_str_eq(before.text, note->text))
		return ac_fail(err, ACCORD_EINPUT, "the note that is kept under this name has another text");
	ac_buf_add(out, there);
	for (size_t i = 0; i < note->count; i++)
		if (!has_line(&before, note->signatures[i].line))
			ac_buf_add(out, note->signatures[i].line);
	return 0;
}

/* With the folder's lock held. */
static int
keep(const char *path, ac_str bytes, const ac_note *note, ac_arena *arena, accord_err *err)
{
	ac_str there, joined;
	bool is_there;
	ac_buf buf;
	int rc = load(path, AC_NOTE_MAX, arena, &is_there, &there, err);

	if (rc || !is_there)
		return rc ? rc : ac_file_replace(path, bytes, 0644, err);
	ac_buf_init(&buf, AC_LEAF_MAX);
	rc = join(there, note, arena, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &joined, err);
	if (!rc && !ac_str_eq(joined, there)) {
		ac_note whole;

		rc = ac_note_parse(joined, arena, &whole, err);
		if (!rc)
			rc = ac_file_replace(path, joined, 0644, err);
	}
	ac_buf_done(&buf);
	return rc;
}

int
ac_node_keep(const char *dir, ac_str bytes, uint8_t *out_digest, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_arena arena;
	ac_note note;
	ac_buf path;
	int rc, fd;

	if (bytes.n > AC_LEAF_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want a note of at most %zu bytes, which a log can take, got %zu",
		    (size_t)AC_LEAF_MAX, bytes.n);
	ac_arena_init(&arena, NODE_ARENA_MAX);
	ac_buf_init(&path, AC_PATH_MAX);
	rc = ac_note_parse(bytes, &arena, &note, err);
	if (!rc)
		rc = ac_sha256(note.text, digest, err);
	if (!rc)
		rc = ac_node_path(dir, "notes", digest, ".note", &path, err);
	if (!rc) {
		fd = lock(dir, err);
		rc = fd < 0 ? fd : keep(path.p, bytes, &note, &arena, err);
		if (fd >= 0)
			ac_file_unlock(fd);
	}
	if (!rc && out_digest)
		memcpy(out_digest, digest, sizeof(digest));
	ac_buf_done(&path);
	ac_arena_done(&arena);
	return rc;
}

int
ac_node_load(
    const char *dir, const uint8_t digest[static AC_SHA256_SIZE], ac_arena *arena, ac_str *out, accord_err *err)
{
	uint8_t is[AC_SHA256_SIZE];
	bool is_there = false;
	ac_note note;
	ac_str bytes;
	ac_buf path;
	int rc;

	ac_buf_init(&path, AC_PATH_MAX);
	rc = ac_node_path(dir, "notes", digest, ".note", &path, err);
	if (!rc)
		rc = load(path.p, AC_NOTE_MAX, arena, &is_there, &bytes, err);
	if (!rc && !is_there)
		rc = ac_fail(err, ACCORD_ENOTFOUND, "%s: there is no such note", path.p);
	if (!rc)
		rc = ac_note_parse(bytes, arena, &note, err);
	if (!rc)
		rc = ac_sha256(note.text, is, err);
	if (!rc && memcmp(is, digest, sizeof(is)) != 0)
		rc = ac_fail(err, ACCORD_EINPUT, "%s: the note's text has another digest", path.p);
	if (!rc)
		*out = bytes;
	ac_buf_done(&path);
	return rc;
}

int
ac_node_keep_bundle(const char *dir, ac_str bytes, uint8_t out_digest[static AC_SHA256_SIZE], accord_err *err)
{
	ac_file_id id;
	ac_buf path;
	int rc = 0;

	if (bytes.n > AC_BUNDLE_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want a bundle of evidence of at most %zu bytes, got %zu",
		    (size_t)AC_BUNDLE_MAX, bytes.n);
	ac_buf_init(&path, AC_PATH_MAX);
	rc = ac_sha256(bytes, out_digest, err);
	if (!rc)
		rc = ac_node_path(dir, "bundles", out_digest, ".json", &path, err);
	/* Named by its bytes, and put there whole. */
	if (!rc && !ac_file_look(path.p, &id))
		rc = ac_file_replace(path.p, bytes, 0644, err);
	ac_buf_done(&path);
	return rc;
}

/* What secret/ keeps of a sealed note: the opening's text, "commitment SIZE", the commitment's note of so many bytes, and the note as it was. */
typedef struct sealed {
	ac_opening opening;
	ac_str opening_text;
	ac_str commitment;
	ac_str note;
} sealed;

static void
add_sealed(ac_buf *buf, const sealed *s)
{
	ac_opening_add(buf, &s->opening);
	ac_text_add_number_line(buf, "commitment", s->commitment.n);
	ac_buf_add(buf, s->commitment);
	ac_buf_add(buf, s->note);
}

static int
parse_sealed(ac_str bytes, sealed *out, accord_err *err)
{
	ac_str word = AC_S("commitment "), number = { 0 }, rest;
	size_t at = ac_str_find(bytes, AC_S("\ncommitment "));
	ac_commitment commitment;
	uint64_t size;
	int rc;

	out->opening_text = ac_str_slice(bytes, 0, at + 1);
	rest = ac_str_slice(bytes, at + 1 + word.n, bytes.n);
	if (!ac_str_cut(&rest, '\n', &number) || !ac_str_to_u64(number, &size) || size > rest.n)
		return ac_fail(err, ACCORD_EINPUT, "want the key of a commitment, the commitment and its note");
	rc = ac_opening_parse(out->opening_text, &out->opening, err);
	out->commitment = ac_str_slice(rest, 0, size);
	out->note = ac_str_slice(rest, size, rest.n);
	/* The commitment's text ends with its blank line; what the folder keeps is one's own, and is checked nevertheless. */
	if (!rc)
		rc = ac_commitment_parse(
		    ac_str_slice(out->commitment, 0, ac_str_find(out->commitment, AC_S("\n\n")) + 1), &commitment, err);
	if (!rc)
		rc = ac_commitment_check(&commitment, out->opening.nonce, out->note, err);
	return rc;
}

/* Commit to a note, and have the key of that on disk. */
static int
seal(const char *path, ac_str bytes, const uint8_t digest[static AC_SHA256_SIZE], const ac_sealer *sealer,
    ac_arena *arena, ac_str *out_leaf, accord_err *err)
{
	sealed s = { .note = bytes };
	ac_commitment c;
	ac_str file;
	ac_buf buf;
	int rc = ac_commitment_make(bytes, sealer->nonce, sealer->now, &c, err);

	if (rc)
		return rc;
	memcpy(s.opening.commit, c.commit, sizeof(c.commit));
	memcpy(s.opening.note, digest, AC_SHA256_SIZE);
	memcpy(s.opening.nonce, sealer->nonce, sizeof(s.opening.nonce));
	ac_buf_init(&buf, 4 * AC_LEAF_MAX);
	ac_commitment_add(&buf, &c);
	rc = ac_written_sign(&buf, sealer->vkey, sealer->key, arena, &s.commitment, err);
	ac_buf_reset(&buf);
	if (!rc) {
		add_sealed(&buf, &s);
		rc = ac_buf_finish(&buf, &file, err);
	}
	if (!rc)
		rc = ac_file_replace(path, file, 0600, err);
	if (!rc)
		*out_leaf = s.commitment;
	if (buf.p)
		ac_wipe(buf.p, buf.n);
	ac_buf_done(&buf);
	ac_wipe(&s.opening, sizeof(s.opening));
	return rc;
}

/* What is sealed under that path; *out_there false: nothing. */
static int
load_sealed(const char *path, ac_arena *arena, bool *out_there, sealed *out, accord_err *err)
{
	ac_str bytes;
	int rc = load(path, 4 * AC_LEAF_MAX, arena, out_there, &bytes, err);

	if (rc || !*out_there)
		return rc;
	rc = parse_sealed(bytes, out, err);
	return rc ? ac_fail_context(err, ac_str_from(path)) : 0;
}

int
ac_node_seal(const char *dir, ac_str bytes, const ac_sealer *sealer, ac_arena *arena, ac_str *out_leaf, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	bool is_there = false;
	int rc, fd = -1;
	sealed s;
	ac_note note;
	ac_buf path;

	ac_buf_init(&path, AC_PATH_MAX);
	rc = ac_note_parse(bytes, arena, &note, err);
	if (!rc)
		rc = ac_sha256(note.text, digest, err);
	if (!rc)
		rc = ac_node_path(dir, "secret", digest, ".nonce", &path, err);
	if (!rc) {
		fd = lock(dir, err);
		rc = fd < 0 ? fd : 0;
	}
	if (!rc)
		rc = load_sealed(path.p, arena, &is_there, &s, err);
	if (!rc && is_there)
		*out_leaf = s.commitment;
	else if (!rc)
		rc = seal(path.p, bytes, digest, sealer, arena, out_leaf, err);
	if (fd >= 0)
		ac_file_unlock(fd);
	ac_buf_done(&path);
	return rc ? rc : ac_node_keep(dir, *out_leaf, NULL, err);
}

int
ac_node_open(const char *dir, const uint8_t digest[static AC_SHA256_SIZE], const ac_sealer *sealer, ac_arena *arena,
    ac_str *out_note, ac_str *out_opening, accord_err *err)
{
	ac_str opening = { 0 };
	bool is_there = false;
	ac_buf path, text;
	sealed s;
	int rc;

	ac_buf_init(&path, AC_PATH_MAX);
	ac_buf_init(&text, AC_LEAF_MAX);
	rc = ac_node_path(dir, "secret", digest, ".nonce", &path, err);
	if (!rc)
		rc = load_sealed(path.p, arena, &is_there, &s, err);
	if (!rc && !is_there)
		rc = ac_fail(err, ACCORD_ENOTFOUND, "%s: the note was not sealed here", path.p);
	if (!rc) {
		ac_buf_add(&text, s.opening_text);
		rc = ac_written_sign(&text, sealer->vkey, sealer->key, arena, &opening, err);
	}
	if (!rc)
		rc = ac_node_keep(dir, opening, NULL, err);
	if (!rc) {
		*out_note = s.note;
		*out_opening = opening;
	}
	ac_buf_done(&text);
	ac_buf_done(&path);
	return rc;
}

typedef struct listing {
	const char *dir;
	ac_arena *arena;
	ac_node_sealed *items;
	size_t count;
} listing;

static int
on_sealed(void *payload, const char *name, accord_err *err)
{
	listing *l = payload;
	ac_node_sealed *grown;
	bool is_there = false;
	ac_str path;
	sealed s;
	int rc;

	if (!ac_str_ends(ac_str_from(name), AC_S(".nonce")))
		return 0;
	path = ac_arena_printf(l->arena, "%s/secret/%s", l->dir, name);
	rc = path.p ? load_sealed(path.p, l->arena, &is_there, &s, err) : ac_arena_check(l->arena, err);
	if (rc || !is_there)
		return rc;
	grown = ac_text_grow(l->arena, l->items, (unsigned)l->count, sizeof(*grown));
	if (!grown)
		return ac_arena_check(l->arena, err);
	l->items = grown;
	grown[l->count++] = (ac_node_sealed){ s.opening, s.note };
	return 0;
}

int
ac_node_list_sealed(const char *dir, ac_arena *arena, ac_node_sealed **out, size_t *out_count, accord_err *err)
{
	listing l = { .dir = dir, .arena = arena };
	int rc = ac_inside_list(dir, "secret", AC_HELD_MAX, on_sealed, &l, err);

	if (rc == 0) {
		*out = l.items;
		*out_count = l.count;
	}
	return rc;
}
