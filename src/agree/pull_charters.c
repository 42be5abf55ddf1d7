/* SPDX-License-Identifier: Apache-2.0 */
/* Charters by their quorums. Knows nothing of logs, nor of other notes. */
#include "agree/pull_charters.h"

#include <stdio.h>

#include "agree/log_files.h"
#include "agree/node.h"
#include "agree/proposal.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/inside.h"

enum { NAME_MAX_SIZE = 256 };

typedef struct taking {
	ac_chain *chain;
	const char *dir, *from;
	ac_arena *arena; /* of the chain */
	ac_pulled_charters *out;
	ac_chain_texts texts; /* what dir holds; then his changes, and the versions that are taken, behind it */
	ac_buf bytes;         /* of the file in hand */
} taking;

static bool
is_machine_error(int rc)
{
	return rc == ACCORD_EIO || rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL;
}

/* Told, unless it is the machine that failed. */
static int
refuse(taking *t, int rc, const char *name, const accord_err *why, accord_err *err)
{
	if (is_machine_error(rc) || t->arena->failed) {
		if (err)
			*err = *why;
		return rc;
	}
	t->out->refused++;
	(void)snprintf(t->out->reason, sizeof(t->out->reason), "%.64s: %.120s", name, why->text);
	return 0;
}

static int
load(taking *t, const char *name, size_t max, ac_str *out, accord_err *err)
{
	int rc;

	ac_buf_reset(&t->bytes);
	rc = ac_inside_load(t->from, name, max, &t->bytes, err);
	return rc ? rc : ac_buf_finish(&t->bytes, out, err);
}

static int
append(taking *t, ac_str **list, unsigned *count, ac_str bytes, accord_err *err)
{
	*list = ac_text_grow(t->arena, *list, *count, sizeof(**list));
	if (*list)
		(*list)[(*count)++] = ac_arena_str(t->arena, bytes);
	return ac_arena_check(t->arena, err);
}

static bool
holds(const taking *t, ac_str bytes)
{
	for (unsigned i = 0; i < t->texts.change_count; i++)
		if (ac_str_eq(t->texts.changes[i], bytes))
			return true;
	return false;
}

/* A change among his notes. Other notes are not this file's. */
static int
on_note(void *payload, const char *name, accord_err *err)
{
	taking *t = payload;
	char path[NAME_MAX_SIZE];
	accord_err why = { 0 };
	ac_str bytes;
	int rc;

	if (strlen(name) >= sizeof(path) - sizeof("notes/") || !ac_str_ends(ac_str_from(name), AC_S(".note")))
		return 0;
	(void)snprintf(path, sizeof(path), "notes/%s", name);
	rc = load(t, path, AC_LEAF_MAX, &bytes, &why);
	/* What cannot be read as a note is told by whoever takes notes. */
	if (rc)
		return is_machine_error(rc) ? refuse(t, rc, path, &why, err) : 0;
	if (!ac_str_starts(bytes, AC_S("accord/key/")) || holds(t, bytes))
		return 0;
	if (t->texts.change_count >= AC_CHAIN_CHANGES_MAX) {
		rc = ac_fail(&why, ACCORD_ELIMIT, "want at most %d changes of keys", AC_CHAIN_CHANGES_MAX);
		return refuse(t, rc, path, &why, err);
	}
	return append(t, &t->texts.changes, &t->texts.change_count, bytes, err);
}

/* Changes that the versions there are so far accept. */
static int
take_changes(taking *t, accord_err *why)
{
	return t->texts.change_count
		   ? ac_chain_take(t->chain, NULL, 0, t->texts.changes, t->texts.change_count, NULL, why)
		   : 0;
}

static int
take_version(taking *t, ac_str bytes, accord_err *why)
{
	int rc = ac_chain_add(t->chain, bytes, why);

	if (!rc)
		rc = append(t, &t->texts.charters, &t->texts.charter_count, bytes, why);
	if (!rc)
		rc = take_changes(t, why);
	if (!rc)
		t->out->versions++;
	return rc;
}

/* His copy of a version that is held says the same, whoever else has signed it. */
static int
compare(const taking *t, ac_str bytes, const ac_charter *ours, accord_err *why)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_note note;
	int rc = ac_note_parse(bytes, t->arena, &note, why);

	if (!rc)
		rc = ac_sha256(note.text, digest, why);
	if (!rc && memcmp(digest, ours->digest, sizeof(digest)) != 0)
		rc = ac_fail(why, ACCORD_EDENIED, "version %llu of the charter is another one here",
		    (unsigned long long)ours->version);
	return rc;
}

/* charter/1.note and so on, up to the first that is neither held nor his. */
static int
take_versions(taking *t, accord_err *err)
{
	for (uint64_t version = 1; version <= AC_CHAIN_VERSIONS_MAX; version++) {
		const ac_charter *ours = ac_chain_at(t->chain, version);
		accord_err why = { 0 };
		char name[48];
		ac_str bytes;
		int rc;

		(void)snprintf(name, sizeof(name), "charter/%llu.note", (unsigned long long)version);
		rc = load(t, name, AC_NOTE_MAX, &bytes, &why);
		if (rc == ACCORD_ENOTFOUND && !ours)
			return 0;
		if (rc == ACCORD_ENOTFOUND)
			continue;
		if (!rc)
			rc = ours ? compare(t, bytes, ours, &why) : take_version(t, bytes, &why);
		if (!rc)
			continue;
		/* Behind a version that is not accepted none can be. */
		rc = refuse(t, rc, name, &why, err);
		if (rc || !ours)
			return rc;
	}
	return 0;
}

/* All of it as whoever loads dir takes it: in the order of versions and times, not in that in which it came. */
static int
try_all(taking *t, accord_err *why)
{
	ac_chain trial;
	int rc;

	ac_chain_init(&trial, t->arena);
	rc = ac_chain_take(
	    &trial, t->texts.charters, t->texts.charter_count, t->texts.changes, t->texts.change_count, NULL, why);
	if (!rc)
		*t->chain = trial;
	return rc;
}

static bool
is_copy_of(ac_str bytes, ac_str text)
{
	return ac_str_starts(bytes, text) && bytes.n > text.n && bytes.p[text.n] == '\n';
}

/* Changes that are accepted, where dir does not have them. */
static int
keep_changes(taking *t, unsigned held, accord_err *err)
{
	for (unsigned i = 0; i < t->chain->change_count; i++) {
		unsigned at = 0;
		int rc;

		while (at < held && !is_copy_of(t->texts.changes[at], t->chain->changes[i].note.text))
			at++;
		if (at < held)
			continue;
		rc = ac_node_keep(t->dir, t->chain->changes[i].bytes, NULL, err);
		if (rc)
			return rc;
		t->out->changes++;
	}
	return 0;
}

static int
take(taking *t, accord_err *err)
{
	const ac_chain before = *t->chain;
	accord_err why = { 0 };
	unsigned held;
	int rc = ac_chain_read(t->dir, t->arena, &t->texts, err);

	held = t->texts.change_count;
	if (!rc)
		rc = ac_inside_list(t->from, "notes", AC_HELD_MAX, on_note, t, err);
	if (!rc)
		rc = take_changes(t, err);
	if (!rc)
		rc = take_versions(t, err);
	if (rc)
		return rc;
	rc = try_all(t, &why);
	if (rc) {
		*t->chain = before;
		t->out->versions = 0;
		return refuse(t, rc, "charter", &why, err);
	}
	rc = keep_changes(t, held, err);
	return rc ? rc : ac_chain_save(t->chain, t->dir, err);
}

int
ac_pull_charters(ac_chain *chain, const char *dir, const char *from, ac_pulled_charters *out, accord_err *err)
{
	taking t = { .chain = chain, .dir = dir, .from = from, .arena = chain->arena, .out = out };
	char path[AC_PATH_MAX];
	int fd, rc = ac_log_path(dir, "charter/lock", path, err);

	*out = (ac_pulled_charters){ 0 };
	if (rc)
		return rc;
	fd = ac_file_lock(path, err);
	if (fd < 0)
		return fd;
	ac_buf_init(&t.bytes, AC_NOTE_MAX);
	rc = take(&t, err);
	ac_buf_done(&t.bytes);
	ac_file_unlock(fd);
	return rc;
}
