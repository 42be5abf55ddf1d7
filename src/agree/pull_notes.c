/* SPDX-License-Identifier: Apache-2.0 */
/* Notes by their signatures, bundles by their digests. Knows nothing of logs, nor of what the notes say beyond the bundle that a statement cites. */
#include "agree/pull_notes.h"

#include <stdio.h>

#include "agree/node.h"
#include "agree/statement.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/inside.h"

#define NOTE_NAME "notes/"
#define BUNDLE_NAME "bundles/"
enum { NAME_MAX_SIZE = 256 };

typedef struct taking {
	const char *dir, *from;
	const ac_vkey *keys;
	size_t count;
	ac_pulled_notes *out;
	ac_buf bytes; /* of the file in hand */
} taking;

/* A file that is not as it should be is told, and the next one taken; what is wrong with the machine is an error. */
static int
refuse(taking *t, int rc, const char *name, const accord_err *why, accord_err *err)
{
	if (rc == ACCORD_EIO || rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL) {
		if (err)
			*err = *why;
		return rc;
	}
	t->out->refused++;
	(void)snprintf(t->out->reason, sizeof(t->out->reason), "%.64s: %.120s", name, why->text);
	return 0;
}

static int
load(taking *t, const char *part, ac_str name, size_t max, ac_str *out, accord_err *err)
{
	char path[NAME_MAX_SIZE];
	int rc;

	t->bytes.n = 0;
	(void)snprintf(path, sizeof(path), "%s%.*s", part, AC_FMT(name));
	rc = ac_inside_load(t->from, path, max, &t->bytes, err);
	return rc ? rc : ac_buf_finish(&t->bytes, out, err);
}

static int
is_held(const taking *t, const uint8_t digest[static AC_SHA256_SIZE], bool *out, accord_err *err)
{
	ac_file_id id;
	ac_buf path;
	int rc;

	ac_buf_init(&path, AC_PATH_MAX);
	rc = ac_node_path(t->dir, "bundles", digest, ".json", &path, err);
	if (!rc)
		*out = ac_file_look(path.p, &id);
	ac_buf_done(&path);
	return rc;
}

/* The bundle that a statement cites, when he has it and it is not here: by its name, and by its digest once more when it is kept. */
static int
take_bundle(taking *t, ac_str text, ac_arena *arena, accord_err *err)
{
	char name[2 * AC_SHA256_SIZE + sizeof(".json")];
	uint8_t digest[AC_SHA256_SIZE];
	ac_statement statement;
	ac_str bytes;
	bool held;
	int rc;

	if (ac_statement_parse(text, arena, &statement, NULL))
		return 0; /* whoever signed it so, it has no bundle */
	rc = is_held(t, statement.bundle, &held, err);
	if (rc || held)
		return rc;
	ac_hex(statement.bundle, AC_SHA256_SIZE, name);
	(void)snprintf(name + 2 * AC_SHA256_SIZE, sizeof(".json"), ".json");
	rc = load(t, BUNDLE_NAME, ac_str_from(name), AC_BUNDLE_MAX, &bytes, err);
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	if (!rc)
		rc = ac_sha256(bytes, digest, err);
	if (!rc && memcmp(digest, statement.bundle, sizeof(digest)) != 0)
		rc = ac_fail(err, ACCORD_EDENIED, "%s is not the bundle of that digest", name);
	if (!rc)
		rc = ac_node_keep_bundle(t->dir, bytes, digest, err);
	if (!rc)
		t->out->bundles++;
	return rc;
}

static int
take_note(taking *t, const char *name, ac_arena *arena, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_note_verdict verdict;
	ac_note note;
	ac_str bytes, held = { 0 }, kind, text;
	bool is_known;
	int rc = load(t, NOTE_NAME, ac_str_from(name), AC_LEAF_MAX, &bytes, err);

	/* Only those that are accepted come in, with the charters: whoever loads a folder reads a bounded number of them. */
	if (!rc && ac_str_starts(bytes, AC_S("accord/key/")))
		return 0;
	if (!rc)
		rc = ac_note_parse(bytes, arena, &note, err);
	if (!rc && !ac_text_kind(note.text, &kind))
		rc = ac_fail(err, ACCORD_EINPUT, "it is no text of Accord");
	if (!rc)
		rc = ac_note_verify(&note, t->keys, t->count, arena, &verdict, err);
	if (!rc)
		rc = ac_sha256(note.text, digest, err);
	if (rc)
		return rc;
	text = ac_arena_str(arena, note.text);
	rc = ac_arena_check(arena, err);
	/* What is there already with these signatures is not counted: a second time changes nothing. */
	is_known = !rc && ac_node_load(t->dir, digest, arena, &held, NULL) == 0 && ac_str_eq(held, bytes);
	if (!rc && !is_known) {
		rc = ac_node_keep(t->dir, bytes, NULL, err);
		t->out->notes += rc == 0;
	}
	/* Of a known statement, too: a pull may have ended between the two, or the one before had no bundle. */
	if (!rc && ac_str_eq(kind, AC_S("statement")))
		rc = take_bundle(t, text, arena, err);
	return rc;
}

static int
on_name(void *payload, const char *name, accord_err *err)
{
	taking *t = payload;
	accord_err why = { 0 };
	ac_arena arena;
	int rc;

	if (strlen(name) >= NAME_MAX_SIZE - sizeof(BUNDLE_NAME) || !ac_str_ends(ac_str_from(name), AC_S(".note")))
		return 0;
	ac_arena_init(&arena, 2 * AC_NOTE_MAX);
	rc = take_note(t, name, &arena, &why);
	ac_arena_done(&arena);
	return rc ? refuse(t, rc, name, &why, err) : 0;
}

int
ac_pull_notes(
    const char *dir, const char *from, const ac_vkey *keys, size_t count, ac_pulled_notes *out, accord_err *err)
{
	taking t = { dir, from, keys, count, out, { 0 } };
	int rc;

	*out = (ac_pulled_notes){ 0 };
	ac_buf_init(&t.bytes, AC_BUNDLE_MAX);
	rc = ac_inside_list(from, "notes", AC_HELD_MAX, on_name, &t, err);
	ac_buf_done(&t.bytes);
	return rc;
}
