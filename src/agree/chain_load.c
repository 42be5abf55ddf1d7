/* SPDX-License-Identifier: Apache-2.0 */
/* Charters and changes that come in no order, from a folder or from anywhere. */
#include <stdio.h>
#include <stdlib.h>

#include "agree/chain_part.h"
#include "agree/log_files.h"
#include "base/limits.h"
#include "sys/file.h"

/* One that has not been taken yet. */
typedef struct pending {
	ac_str bytes;
	uint64_t version;               /* of the charter; that a change cites */
	uint8_t digest[AC_SHA256_SIZE]; /* of the charter's text */
	ac_key_note note;               /* of a change */
	bool is_done;
	accord_err why; /* it was not taken the last time */
} pending;

/* The numbers of all charters, so that they can be taken in order. Verified when they are added. */
static int
read_charters(const ac_str *charters, size_t count, ac_arena *arena, pending *out, accord_err *err)
{
	for (size_t i = 0; i < count; i++) {
		ac_charter c;
		ac_note note;
		int rc = ac_note_parse(charters[i], arena, &note, err);

		if (!rc)
			rc = ac_charter_parse(note.text, arena, &c, err);
		if (rc)
			return rc;
		out[i] = (pending){ .bytes = charters[i], .version = c.version };
		memcpy(out[i].digest, c.digest, sizeof(c.digest));
	}
	return 0;
}

/* Without memory, say: nothing about what was read. */
static bool
is_machine_error(int rc)
{
	return rc && rc != ACCORD_EDENIED && rc != ACCORD_EINPUT && rc != ACCORD_ENOTFOUND && rc != ACCORD_EVERSION &&
	       rc != ACCORD_ELIMIT;
}

/* What is no change of a key is left out with a warning. */
static int
read_changes(const ac_str *changes, size_t count, ac_arena *arena, pending *out, ac_warnings *warnings, accord_err *err)
{
	for (size_t i = 0; i < count; i++) {
		accord_err why = { 0 };
		ac_note note;
		int rc = ac_note_parse(changes[i], arena, &note, &why);

		if (!rc)
			rc = ac_key_note_parse(note.text, arena, &out[i].note, &why);
		if (is_machine_error(rc) || arena->failed) {
			if (err)
				*err = why;
			return rc;
		}
		out[i].bytes = changes[i];
		out[i].version = out[i].note.charter_version;
		out[i].is_done = rc != 0;
		if (rc && ac_warnings_add(warnings, err, "a change of a key was left out: %s", why.text))
			return ACCORD_ENOMEM;
	}
	return 0;
}

/* By the version they cite, compromises first, then by time, then by digest: in the same order on every machine. */
static int
compare_changes(const void *a, const void *b)
{
	const pending *x = a, *y = b;
	int order = (x->version > y->version) - (x->version < y->version);

	if (!order)
		order = (int)y->note.change - (int)x->note.change;
	if (!order)
		order = ac_time_cmp(x->note.at, y->note.at);
	return order ? order : memcmp(x->note.digest, y->note.digest, sizeof(x->note.digest));
}

static int
compare_versions(const void *a, const void *b)
{
	const pending *x = a, *y = b;

	return (x->version > y->version) - (x->version < y->version);
}

/* Those that cite no later version than the latest, as long as one is taken: a rotation may need the one before it. What a quorum says comes first, so that a root key that it declares compromised says nothing. */
static int
take_changes(ac_chain *chain, pending *changes, size_t count, accord_err *err)
{
	const ac_charter *latest = ac_chain_latest(chain);
	bool only_quorum = true, any = true;

	while (any || only_quorum) {
		only_quorum = any && only_quorum;
		any = false;
		for (size_t i = 0; i < count; i++) {
			int rc;

			if (changes[i].is_done || changes[i].version > latest->version)
				continue;
			changes[i].why = (accord_err){ 0 };
			rc = ac_chain_add_one(chain, changes[i].bytes, only_quorum, &changes[i].why);
			if (is_machine_error(rc) || (rc && chain->arena->failed)) {
				if (err)
					*err = changes[i].why;
				return rc;
			}
			changes[i].is_done = rc == 0;
			any = any || rc == 0;
			/* Behind a change by one member the quorums may say more. */
			if (!rc && !only_quorum) {
				only_quorum = true;
				break;
			}
		}
	}
	return 0;
}

static bool
is_there(const ac_chain *chain, const pending *p)
{
	const ac_charter *c = ac_chain_at(chain, p->version);

	/* Other bytes of that text have other signatures; it was accepted by those that it had. */
	return c && memcmp(c->digest, p->digest, sizeof(p->digest)) == 0;
}

int
ac_chain_take(ac_chain *chain, const ac_str *charters, size_t charter_count, const ac_str *changes, size_t change_count,
    ac_warnings *warnings, accord_err *err)
{
	pending *versions = ac_arena_zalloc(chain->arena, charter_count + 1, sizeof(*versions));
	pending *list = ac_arena_zalloc(chain->arena, change_count + 1, sizeof(*list));
	int rc;

	if (!versions || !list)
		return ac_arena_check(chain->arena, err);
	rc = read_charters(charters, charter_count, chain->arena, versions, err);
	if (!rc)
		rc = read_changes(changes, change_count, chain->arena, list, warnings, err);
	if (rc)
		return rc;
	qsort(versions, charter_count, sizeof(*versions), compare_versions);
	qsort(list, change_count, sizeof(*list), compare_changes);
	/* What a trusted version names as the one before, back to the first; then forward, with the changes between. */
	for (size_t i = charter_count; chain->count && i-- > 0;)
		if (versions[i].version + 1 == chain->versions[0]->charter.version) {
			rc = ac_chain_add(chain, versions[i].bytes, err);
			if (rc)
				return rc;
		}
	if (chain->count)
		rc = take_changes(chain, list, change_count, err);
	for (size_t i = 0; !rc && i < charter_count; i++) {
		if (chain->count && is_there(chain, &versions[i]))
			continue;
		rc = ac_chain_add(chain, versions[i].bytes, err);
		if (!rc)
			rc = take_changes(chain, list, change_count, err);
	}
	for (size_t i = 0; !rc && i < change_count; i++)
		if (!list[i].is_done)
			rc = ac_warnings_add(warnings, err, "a change of a key of %.*s was left out: %s",
			    AC_FMT(list[i].note.member),
			    list[i].why.code ? list[i].why.text : "it cites a charter that is not known here");
	return rc;
}

/* Changes among the notes of a folder. */
typedef struct notes {
	ac_arena *arena;
	ac_buf buf;
	ac_str *changes;
	unsigned count;
} notes;

static int
take_file(void *payload, const char *path, accord_err *err)
{
	notes *n = payload;
	ac_str bytes;
	int rc;

	ac_buf_reset(&n->buf);
	rc = ac_file_load(path, AC_NOTE_MAX, &n->buf, err);
	if (!rc)
		rc = ac_buf_finish(&n->buf, &bytes, err);
	if (rc || !ac_str_starts(bytes, AC_S("accord/key/")))
		return rc;
	if (n->count == AC_CHAIN_CHANGES_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d changes of keys", AC_CHAIN_CHANGES_MAX);
	n->changes = ac_text_grow(n->arena, n->changes, n->count, sizeof(*n->changes));
	if (n->changes)
		n->changes[n->count++] = ac_arena_str(n->arena, bytes);
	return ac_arena_check(n->arena, err);
}

/* charter/1.note and so on, up to the first that is not there. */
static int
load_charters(const char *dir, ac_arena *arena, ac_str **out, unsigned *out_count, accord_err *err)
{
	ac_str *charters = NULL;
	unsigned count = 0;
	int rc = 0;

	while (!rc && count < AC_CHAIN_VERSIONS_MAX) {
		char name[40], path[AC_PATH_MAX];
		ac_file_id id;

		(void)snprintf(name, sizeof(name), "charter/%u.note", count + 1);
		rc = ac_log_path(dir, name, path, err);
		if (rc || !ac_file_look(path, &id))
			break;
		charters = ac_text_grow(arena, charters, count, sizeof(*charters));
		rc = charters ? ac_file_load_text(path, AC_NOTE_MAX, arena, &charters[count++], err)
			      : ac_arena_check(arena, err);
	}
	*out = charters;
	*out_count = count;
	return rc;
}

int
ac_chain_read(const char *dir, ac_arena *arena, ac_chain_texts *out, accord_err *err)
{
	notes n = { .arena = arena };
	char path[AC_PATH_MAX];
	int rc;

	*out = (ac_chain_texts){ 0 };
	rc = load_charters(dir, arena, &out->charters, &out->charter_count, err);
	if (!rc && out->charter_count == 0)
		return ac_fail(err, ACCORD_ENOTFOUND, "%s: there is no charter/1.note", dir);
	if (!rc)
		rc = ac_log_path(dir, "notes", path, err);
	ac_buf_init(&n.buf, AC_NOTE_MAX + 1);
	if (!rc)
		rc = ac_walk(path, &(ac_walk_sink){ .on_file = take_file, .payload = &n }, err);
	ac_buf_done(&n.buf);
	out->changes = n.changes;
	out->change_count = n.count;
	return rc;
}

int
ac_chain_load(ac_chain *chain, const char *dir, ac_warnings *warnings, accord_err *err)
{
	ac_chain_texts texts;
	int rc = ac_chain_read(dir, chain->arena, &texts, err);

	if (!rc)
		rc = ac_chain_take(
		    chain, texts.charters, texts.charter_count, texts.changes, texts.change_count, warnings, err);
	if (rc && err && (rc == ACCORD_EDENIED || rc == ACCORD_EINPUT))
		return ac_fail_context(err, ac_str_from(dir));
	return rc;
}
